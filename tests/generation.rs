//! A database that goes back in time, is put back from a backup, or is a copy: nobody is written to again unasked.

use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, Instant};

use facteur::clock::HOUR;

use crate::harness::smtp::Settings;
use crate::harness::{PATIENCE, TestApp, on_postgres, on_sqlite, postgres, skip};

/// Readers of a digest: some batches of a thousand would only make the tests slow.
const READERS: usize = 60;

fn readers(n: usize) -> HashSet<String> {
    (1..=n).map(|n| format!("p{n}@example.org")).collect()
}

/// A world whose first digest is sent, so that its generation has begun.
async fn sent_once() -> TestApp {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 3).await;
    app.post(&carnet, "Le premier").await;
    app.send_now(&carnet).await;
    app.wait_for_mails(3).await;
    app.idle().await;
    app
}

/// The tables of the ledger as they are now, to be brought back later: what a standby knew that lagged behind.
const LEDGER: [&str; 4] = ["delivery", "delivery_batch", "delivery_note", "marker"];

/// All of them at one instant, as a standby has them.
async fn remember(app: &TestApp) {
    let mut copies: Vec<String> =
        LEDGER.iter().map(|table| format!("CREATE TABLE then_{table} AS SELECT * FROM {table}")).collect();
    copies.push("CREATE TABLE then_digest AS SELECT id, state, claimed_upto, finished_at FROM digest".into());
    copies.push("CREATE TABLE then_letter AS SELECT id, state, owner, leased_until, epoch, done_at FROM letter".into());
    app.execute_at_once(&copies, true).await;
}

async fn go_back(app: &TestApp) {
    let mut changes = Vec::new();
    for table in LEDGER {
        changes.push(format!("DELETE FROM {table}"));
        changes.push(format!("INSERT INTO {table} SELECT * FROM then_{table}"));
    }
    for column in ["state", "claimed_upto", "finished_at"] {
        changes.push(format!(
            "UPDATE digest SET {column} = (SELECT t.{column} FROM then_digest t WHERE t.id = digest.id)"
        ));
    }
    for column in ["state", "owner", "leased_until", "epoch", "done_at"] {
        changes.push(format!(
            "UPDATE letter SET {column} = (SELECT t.{column} FROM then_letter t WHERE t.id = letter.id)"
        ));
    }
    changes.push("DELETE FROM delivery_archive".into());
    app.execute_at_once(&changes, false).await;
}

async fn until(app: &TestApp, what: &str, sql: &str) {
    let begin = Instant::now();
    while app.number(sql).await == 0 {
        assert!(begin.elapsed() < PATIENCE, "not after {PATIENCE:?}: {what}; {}", app.open_work().await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

const HELD: &str = "SELECT COUNT(*) FROM instance WHERE name = 'hold'";

/// What a process does that lives on while its database goes back: `taken` mails are out when the past is remembered.
async fn goes_back_after(taken: usize) {
    let sink = Settings { latency: Duration::from_millis(5), ..Settings::default() };
    let app = TestApp::builder().set("smtp.connections", 2).sink(sink).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, READERS).await;
    app.post(&carnet, "Des nouvelles").await;
    let digest = app.send_now(&carnet).await;
    // A past from before the release is held, as it should be: it would be released anew.
    let released =
        format!("SELECT COUNT(*) FROM digest WHERE id = {digest} AND released_at IS NOT NULL AND state <> 'releasing'");
    until(&app, "the digest is released", &released).await;
    app.wait_for_mails(taken).await;
    remember(&app).await;
    app.idle().await;
    assert_eq!(app.mails().len(), READERS);
    go_back(&app).await;
    app.wake();
    until(
        &app,
        "the digest ends without a restart",
        &format!("SELECT COUNT(*) FROM digest WHERE id = {digest} AND state = 'finished'"),
    )
    .await;
    assert_eq!(app.counts(digest).await.accepted, READERS as i64);
    app.assert_nothing_lost(&readers(READERS), 0).await;
    assert_eq!(app.number(HELD).await, 0, "it remembers everything");
}

#[tokio::test]
async fn nobody_is_written_to_twice_when_the_database_forgets_a_batch_that_was_under_way() {
    goes_back_after(READERS / 2).await;
}

#[tokio::test]
async fn nobody_is_written_to_twice_when_the_database_forgets_that_a_batch_was_claimed() {
    goes_back_after(0).await;
}

#[tokio::test]
async fn nobody_is_written_to_twice_when_the_database_goes_back_in_mid_send() {
    let sink = Settings { latency: Duration::from_millis(4), ..Settings::default() };
    let app = TestApp::builder().set("smtp.connections", 2).sink(sink).spawn().await;
    let carnet = app.newsletter("carnet").await;
    let people = 1_500;
    app.readers(&carnet, people).await;
    app.post(&carnet, "Des nouvelles").await;
    let digest = app.send_now(&carnet).await;
    app.wait_for_mails(700).await;
    remember(&app).await;
    // Over the end of the first batch, into the second.
    app.wait_for_mails(1_200).await;
    go_back(&app).await;
    until(&app, "the digest ends", &format!("SELECT COUNT(*) FROM digest WHERE id = {digest} AND state = 'finished'"))
        .await;
    assert_eq!(app.counts(digest).await.accepted, people as i64);
    app.assert_nothing_lost(&readers(people), 0).await;
}

#[tokio::test]
async fn a_letter_is_not_sent_twice_when_the_database_forgets_it() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    let reader = app.reader(&carnet, "ana@example.org").await;
    let letter = app.letter_to(&carnet, reader).await;
    app.wait_for_mails(1).await;
    until(&app, "the letter is recorded", &format!("SELECT COUNT(*) FROM letter WHERE id = {letter} AND state = 2"))
        .await;
    app.execute(&format!("UPDATE letter SET state = 0, done_at = NULL WHERE id = {letter}")).await;
    app.execute("UPDATE marker SET counter = counter - 1").await;
    until(&app, "it is told again", &format!("SELECT COUNT(*) FROM letter WHERE id = {letter} AND state = 2")).await;
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
}

#[tokio::test]
async fn a_digest_that_is_gone_is_not_sent_again_by_itself() {
    let app = sent_once().await;
    // Everything about it is forgotten, and the posts are new again.
    for table in ["delivery", "delivery_archive", "delivery_batch", "digest_variant", "digest_post", "digest"] {
        app.execute(&format!("DELETE FROM {table}")).await;
    }
    app.execute("UPDATE marker SET counter = counter - 1").await;
    app.wake();
    until(&app, "everything is held", HELD).await;
    app.advance_to("2026-06-08T08:00[Europe/Paris]").await;
    let states = app.texts("SELECT state FROM digest").await;
    assert_eq!(states, ["waiting"], "the slot is recorded, and nothing leaves");
    assert_eq!(to_readers(&app), 3);
}

#[tokio::test]
async fn a_process_that_does_not_remember_far_enough_holds() {
    let app = sent_once().await;
    app.execute("DELETE FROM marker").await;
    app.wake();
    // The counter moves once a minute at the latest; a result makes it move at once.
    let carnet = app.texts("SELECT slug FROM newsletter").await;
    assert_eq!(carnet, ["carnet"]);
    app.post(&newsletter(&app).await, "Le deuxième").await;
    app.send_now(&newsletter(&app).await).await;
    until(&app, "everything is held", HELD).await;
}

async fn newsletter(app: &TestApp) -> facteur::newsletters::Newsletter {
    facteur::newsletters::sql::by_slug(&app.app.db, "carnet").await.unwrap().unwrap()
}

/// A stopped world with a digest of which nobody has anything yet.
async fn stopped_in_mid_send(app: &mut TestApp) -> i64 {
    app.stop().await;
    app.start_without_serving().await;
    let carnet = newsletter(app).await;
    app.post(&carnet, "Le deuxième").await;
    app.send_now(&carnet).await
}

#[tokio::test]
async fn a_restart_an_upgrade_and_a_new_worker_are_no_nuisance() {
    let mut app = sent_once().await;
    app.stop().await;
    app.start().await;
    assert_eq!(app.number(HELD).await, 0, "a restart");
    app.stop().await;
    // As the build before left it: no generation, no marker.
    app.start_without_serving().await;
    app.execute("DELETE FROM instance WHERE name LIKE 'generation%'").await;
    app.execute("DELETE FROM marker").await;
    remove_markers(&app);
    app.start().await;
    let carnet = newsletter(&app).await;
    app.post(&carnet, "Le deuxième").await;
    app.send_now(&carnet).await;
    app.wait_for_mails(6).await;
    assert_eq!(app.number(HELD).await, 0, "an upgrade");
    if postgres().is_some() {
        app.stop().await;
        remove_markers(&app);
        app.start().await;
        app.post(&carnet, "Le troisième").await;
        app.send_now(&carnet).await;
        app.wait_for_mails(9).await;
        assert_eq!(app.number(HELD).await, 0, "a container without a volume");
    }
}

/// The files that tell how far this machine has come.
fn remove_markers(app: &TestApp) {
    std::fs::remove_dir_all(app.folder().join("state")).ok();
    std::fs::remove_file(app.folder().join("facteur.db.generation")).ok();
}

#[tokio::test]
async fn a_backup_from_before_there_were_generations_is_held_and_a_new_database_is_not() {
    let mut app = sent_once().await;
    stopped_in_mid_send(&mut app).await;
    app.execute("DELETE FROM instance WHERE name LIKE 'generation%'").await;
    app.execute("DELETE FROM marker").await;
    app.start().await;
    until(&app, "everything is held", HELD).await;
    assert_eq!(app.mails().len(), 3);
    app.stop().await;
    // Nobody is in it any more: it was dropped and made anew.
    app.start_without_serving().await;
    for table in ["delivery", "delivery_batch", "digest_variant", "digest_post", "digest", "consent", "subscriber"] {
        app.execute(&format!("DELETE FROM {table}")).await;
    }
    app.execute("DELETE FROM instance WHERE name LIKE 'generation%' OR name = 'hold'").await;
    app.start().await;
    until(&app, "a generation begins", "SELECT COUNT(*) FROM marker").await;
    assert_eq!(app.number(HELD).await, 0);
}

#[tokio::test]
async fn a_database_that_was_put_back_to_an_older_state_sends_nothing_by_itself() {
    let mut app = sent_once().await;
    let digest = stopped_in_mid_send(&mut app).await;
    // A backup of a minute ago: the counter says less than the file.
    app.execute("UPDATE marker SET counter = counter - 1").await;
    app.start().await;
    until(&app, "everything is held", HELD).await;
    says_held_and_goes_on(&app, digest, 3).await;
}

/// Mails that were taken, without those that tell the editor what is held.
fn to_readers(app: &TestApp) -> usize {
    app.mails().iter().filter(|mail| mail.to.ends_with("@example.org")).count()
}

/// Held in each place where somebody looks; people are served; `facteur resume` lets all go on.
async fn says_held_and_goes_on(app: &TestApp, digest: i64, before: usize) {
    let carnet = newsletter(app).await;
    assert_eq!(app.digest_state(digest).await, "paused");
    let shown = app.cli(&["digest", "status", "carnet"]).await;
    assert!(shown.ok().contains("facteur resume"), "{shown:?}");
    let shown = app.cli(&["newsletter", "show", "carnet"]).await;
    assert!(shown.ok().contains("no digest is sent until `facteur resume`"), "{shown:?}");
    let ready = app.get("/readyz").await;
    assert_eq!(ready.status, 200, "pages and sign-ups work");
    assert_eq!(ready.json()["delivery"], "held: an operator must say `facteur resume`");

    // A new slot is recorded and waits; "send now" is refused in words.
    app.post(&carnet, "Le troisième").await;
    app.advance_to("2026-06-08T08:00[Europe/Paris]").await;
    let states = app.texts("SELECT state FROM digest ORDER BY id DESC").await;
    assert_eq!(states[0], "waiting");
    app.post(&carnet, "Le quatrième").await;
    let refused = app.cli(&["digest", "send", "carnet", "--yes"]).await;
    assert!(refused.code != 0 && refused.stderr.contains("facteur resume"), "{refused:?}");

    // Who asks now is answered, and no digest has left.
    let reader = app.reader(&carnet, "nadia@example.org").await;
    app.letter_to(&carnet, reader).await;
    app.mail_to("nadia@example.org").await;
    assert_eq!(to_readers(app), before + 1);

    let dry = app.cli(&["resume", "--dry-run"]).await;
    assert!(dry.ok().starts_with("held: "), "{dry:?}");
    assert_eq!(app.cli(&["resume"]).await.code, 4, "nobody there to say yes");
    assert!(app.cli(&["resume", "--yes"]).await.ok().contains("2 held digests"));
    app.tick().await;
    until(
        app,
        "all is sent",
        "SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM digest WHERE state IN ('waiting', 'releasing', 'sending', 'paused')) THEN 0 ELSE 1 END AS BIGINT)",
    )
    .await;
    // Three of the digest that was held; three and the new reader of the slot that waited.
    assert_eq!(to_readers(app), before + 1 + 3 + 4);
    assert!(app.cli(&["resume"]).await.ok().contains("Nothing is held"));
    app.says_ready("delivery", |said| said == "ok").await;
}

#[tokio::test]
async fn after_a_resume_restarts_are_no_nuisance() {
    let mut app = sent_once().await;
    app.stop().await;
    app.start_without_serving().await;
    app.execute("UPDATE marker SET counter = counter - 1").await;
    app.start().await;
    until(&app, "everything is held", HELD).await;
    app.stop().await;
    app.start().await;
    assert_eq!(app.number(HELD).await, 1, "a restart decides nothing");
    app.stop().await;
    // Said while nothing runs.
    app.cli(&["resume", "--yes"]).await.ok();
    app.start().await;
    app.stop().await;
    app.start().await;
    let carnet = newsletter(&app).await;
    app.post(&carnet, "Le deuxième").await;
    app.send_now(&carnet).await;
    app.wait_for_mails(6).await;
    assert_eq!(app.number(HELD).await, 0);
}

#[tokio::test]
async fn an_editor_may_let_one_digest_go() {
    let mut app = sent_once().await;
    stopped_in_mid_send(&mut app).await;
    app.execute("UPDATE marker SET counter = counter - 1").await;
    app.start().await;
    until(&app, "everything is held", HELD).await;
    app.cli(&["digest", "resume", "carnet"]).await.ok();
    app.wait_for_mails(6).await;
    assert_eq!(app.number(HELD).await, 1, "what is to come stays held");
}

#[tokio::test]
async fn letters_that_were_asked_for_before_a_hold_wait_for_its_end() {
    let mut app = sent_once().await;
    app.stop().await;
    app.start_without_serving().await;
    let carnet = newsletter(&app).await;
    let reader = app.reader(&carnet, "ana@example.org").await;
    app.letter_to(&carnet, reader).await;
    app.execute("UPDATE marker SET counter = counter - 1").await;
    app.start().await;
    until(&app, "everything is held", HELD).await;
    let other = app.reader(&carnet, "nadia@example.org").await;
    app.letter_to(&carnet, other).await;
    app.mail_to("nadia@example.org").await;
    assert!(app.mails_to("ana@example.org").is_empty(), "its original may have sent it");
    app.stop().await;
    app.start().await;
    app.letter_to(&carnet, other).await;
    app.wait_until("the second letter to Nadia", |mails| {
        mails.iter().filter(|mail| mail.to == "nadia@example.org").count() == 2
    })
    .await;
    assert!(app.mails_to("ana@example.org").is_empty(), "a restart frees it not");
    app.cli(&["resume", "--yes"]).await.ok();
    app.mail_to("ana@example.org").await;
}

#[tokio::test]
async fn facteur_hold_keeps_a_copy_quiet_before_it_starts() {
    let mut app = sent_once().await;
    let digest = stopped_in_mid_send(&mut app).await;
    assert!(app.cli(&["hold"]).await.ok().contains("1 digest was"));
    assert!(app.cli(&["hold"]).await.ok().contains("already"));
    app.start().await;
    says_held_and_goes_on(&app, digest, 3).await;
}

/// A copy of the SQLite file as SQLite makes it, with a digest in it that nobody has; the original is stopped.
async fn copy_of(app: &mut TestApp, to: &Path) {
    stopped_in_mid_send(app).await;
    app.vacuum_into(to).await;
}

#[tokio::test]
async fn a_copy_of_the_file_beside_the_original_sends_nothing_by_itself() {
    if !on_sqlite() {
        return;
    }
    let mut app = sent_once().await;
    let copy = app.folder().join("copy.db");
    copy_of(&mut app, &copy).await;
    let other = TestApp::builder().database(&format!("sqlite://{}", copy.display())).spawn().await;
    until(&other, "everything is held", HELD).await;
    assert!(other.mails().is_empty());
    // The original goes on as if nothing had been.
    app.start().await;
    app.wait_for_mails(6).await;
    assert_eq!(app.number(HELD).await, 0);
    // The copy that somebody lets go on sends too: that was said.
    other.cli(&["resume", "--yes"]).await.ok();
    other.wait_for_mails(3).await;
}

#[tokio::test]
async fn an_older_copy_put_in_place_sends_nothing_by_itself_and_a_moved_folder_does() {
    if !on_sqlite() {
        return;
    }
    let mut app = sent_once().await;
    let (file, backup) = (app.folder().join("facteur.db"), app.folder().join("backup.db"));
    app.vacuum_into(&backup).await;
    let carnet = newsletter(&app).await;
    app.post(&carnet, "Le deuxième").await;
    app.send_now(&carnet).await;
    app.wait_for_mails(6).await;
    app.stop().await;
    std::fs::copy(&backup, &file).unwrap();
    for ending in ["-wal", "-shm"] {
        std::fs::remove_file(format!("{}{ending}", file.display())).ok();
    }
    app.start().await;
    until(&app, "everything is held", HELD).await;
    app.stop().await;

    let mut moved = sent_once().await;
    moved.stop().await;
    let place = crate::harness::folder();
    for name in ["facteur.db", "facteur.db.generation"] {
        std::fs::copy(moved.folder().join(name), place.path().join(name)).unwrap();
    }
    let url = format!("sqlite://{}", place.path().join("facteur.db").display());
    let there = TestApp::builder().database(&url).spawn().await;
    there.clock.advance(HOUR);
    let carnet = newsletter(&there).await;
    there.post(&carnet, "Le deuxième").await;
    there.send_now(&carnet).await;
    there.wait_for_mails(3).await;
    assert_eq!(there.number(HELD).await, 0);
}

#[tokio::test]
async fn a_copy_of_the_database_on_the_same_server_sends_nothing_by_itself() {
    if on_postgres().is_none() {
        return;
    }
    let mut app = sent_once().await;
    stopped_in_mid_send(&mut app).await;
    app.app.db.close().await;
    let copy = app.copied_database().await;
    let other = TestApp::builder().database(&copy.url).spawn().await;
    until(&other, "everything is held", HELD).await;
    // With the state of this machine too, where the counters agree: it stands elsewhere.
    assert!(other.mails().is_empty());
    app.start().await;
    app.wait_for_mails(6).await;
    assert_eq!(app.number(HELD).await, 0, "the original goes on");
}

#[tokio::test]
async fn a_copy_of_the_servers_disk_sends_nothing_by_itself() {
    let Some(server) = on_postgres() else { return };
    if !server.contains("127.0.0.1") {
        return skip("", "the server is not at 127.0.0.1, so it has no second address");
    }
    let mut app = sent_once().await;
    stopped_in_mid_send(&mut app).await;
    // The same database under another address, a while later, on a machine that does not know it.
    app.execute("UPDATE marker SET seen_at = seen_at - 3600000").await;
    app.app.db.close().await;
    let url = app.database_url().replace("127.0.0.1", "localhost");
    let other = TestApp::builder().database(&url).spawn().await;
    until(&other, "everything is held", HELD).await;
    assert!(other.mails().is_empty());
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_said_and_stops_nothing() {
    if on_postgres().is_none() {
        return;
    }
    let app = TestApp::builder().set("database.state_dir", "/dev/null/state").stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 2).await;
    app.post(&carnet, "Des nouvelles").await;
    app.send_now(&carnet).await;
    let mut server = app.server(&["--roles", "delivery"], &[]);
    app.wait_for_mails(2).await;
    server.until("it says so", |said| said.contains("state_dir")).await;
    assert!(server.terminate().await.0.success());
}
