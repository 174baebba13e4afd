//! Time forgets, and what is erased is gone: from the rows, from the file, from the log.

use facteur::clock::{DAY, HOUR};
use facteur::keys::{Claim, Purpose};
use facteur::newsletters::Newsletter;

use super::harness::smtp::faults::Stage;
use super::harness::{PATIENCE, TestApp, on_sqlite, postgres};
use super::signup::pages;
use facteur::digests::MEANING;

async fn ask(app: &TestApp, email: &str) {
    assert_eq!(app.post_form("/n/carnet", &[("email", email), ("lang", "fr")]).await.status, 303);
}

/// One world with somebody in each state, `pending@…` asked by the form.
async fn one_of_each() -> (TestApp, Newsletter) {
    let app = pages().spawn().await;
    let newsletter = app.newsletter("carnet").await;
    for state in ["confirmed", "paused", "unsubscribed", "bounced", "complained"] {
        app.reader(&newsletter, &format!("{state}@example.org")).await;
        app.execute(&format!(
            "UPDATE subscriber SET status = '{state}', ended_at = 1 WHERE email = '{state}@example.org'"
        ))
        .await;
    }
    ask(&app, "pending@example.org").await;
    (app, newsletter)
}

#[tokio::test]
async fn who_never_confirmed_is_not_kept_for_ever() {
    let (app, _) = one_of_each().await;
    let id = app.number("SELECT id FROM subscriber WHERE status = 'pending'").await;
    let claim = Claim { subject: id, version: 1, issued_at: app.number("SELECT MAX(created_at) FROM letter").await };
    let link = format!("/confirm/{}", app.app.keys.sign(Purpose::Confirm, claim));
    app.advance(37 * DAY - HOUR).await;
    assert_eq!(app.people().await.len(), 6, "until then the page of the link offers a new letter");
    assert!(app.get(&link).await.form().action.contains("/again"));
    app.advance(2 * HOUR).await;
    assert_eq!(
        app.people().await,
        [
            "bounced@example.org bounced",
            "complained@example.org complained",
            "confirmed@example.org confirmed",
            "paused@example.org paused",
            "unsubscribed@example.org unsubscribed"
        ]
    );
    for table in ["consent", "letter"] {
        assert_eq!(app.number(&format!("SELECT COUNT(*) FROM {table} WHERE subscriber_id = {id}")).await, 0, "{table}");
    }
    assert_eq!(app.get(&link).await.status, 404);
    assert_eq!(app.suppressions().await.len(), 0, "they may ask again");
}

#[tokio::test]
async fn a_new_letter_begins_the_time_anew_and_a_planned_one_has_not_begun() {
    let (app, _) = one_of_each().await;
    app.cli_with_input(&["import", "carnet", "-"], "email\nplanned@example.org\n").await.ok();
    // A long queue: the turn of this one has not come when the time has passed.
    let passes = async |time| {
        app.execute(&format!("UPDATE planned_letter SET at = {}", app.clock.now() + time + HOUR / 2)).await;
        app.advance(time).await;
    };
    passes(30 * DAY).await;
    ask(&app, "pending@example.org").await;
    passes(36 * DAY).await;
    assert_eq!(app.people().await.len(), 7);
    passes(2 * DAY).await;
    assert!(app.people().await.iter().all(|line| !line.starts_with("pending@")));
    assert!(app.people().await.contains(&"planned@example.org pending".to_owned()));
}

#[tokio::test]
async fn zero_keeps_all_of_it() {
    let app = pages()
        .set("privacy.forget_unconfirmed_days", 0)
        .set("privacy.forget_ips_months", 0)
        .set("privacy.forget_letters_months", 0)
        .spawn()
        .await;
    app.newsletter("carnet").await;
    ask(&app, "ana@example.org").await;
    app.execute("UPDATE letter SET state = 2").await;
    app.advance(4_000 * DAY).await;
    assert_eq!(app.people().await, ["ana@example.org pending"]);
    assert_eq!(app.number("SELECT COUNT(*) FROM consent WHERE ip IS NOT NULL").await, 1);
    assert_eq!(app.number("SELECT COUNT(*) FROM letter WHERE kind = 'confirm'").await, 1);
}

#[tokio::test]
async fn ip_addresses_and_letters_go_after_a_year_and_the_proof_stays() {
    let (app, newsletter) = one_of_each().await;
    app.execute("UPDATE letter SET state = 2").await;
    app.execute("UPDATE subscriber SET status = 'confirmed' WHERE status = 'pending'").await;
    app.execute(&format!(
        "INSERT INTO letter (newsletter_id, address, kind, language, created_at, state) VALUES ({}, 'e@x.example', 'notice', 'fr', {}, 0)",
        newsletter.id,
        app.clock.now()
    ))
    .await;
    app.advance_to("2027-05-31T08:00[Europe/Paris]").await;
    assert_eq!(app.number("SELECT COUNT(*) FROM letter").await, 2);
    assert_eq!(app.number("SELECT COUNT(*) FROM consent WHERE ip IS NOT NULL").await, 1);
    app.advance_to("2027-06-01T12:00[Europe/Paris]").await;
    assert_eq!(app.texts("SELECT kind FROM letter").await, ["notice"], "what is not over stays");
    assert_eq!(app.number("SELECT COUNT(*) FROM consent WHERE ip IS NOT NULL").await, 0);
    assert_eq!(app.texts("SELECT kind || ' ' || text_version FROM consent").await, ["asked embedded"]);
}

#[tokio::test]
async fn a_tick_forgets_so_many_and_the_next_goes_on() {
    let app = pages().spawn().await;
    let newsletter = app.newsletter("carnet").await;
    app.readers(&newsletter, 1_200).await;
    app.execute("UPDATE subscriber SET status = 'pending'").await;
    app.clock.advance(38 * DAY);
    let mut left = vec![];
    for _ in 0..3 {
        app.tick().await;
        left.push(app.number("SELECT COUNT(*) FROM subscriber").await);
    }
    assert_eq!(left, [700, 200, 0]);
}

#[tokio::test]
async fn who_left_and_was_brought_back_without_confirming_has_left() {
    let app = pages().spawn().await;
    let newsletter = app.newsletter("carnet").await;
    app.reader(&newsletter, "ana@example.org").await;
    app.cli(&["subscriber", "unsubscribe", "carnet", "ana@example.org"]).await.ok();
    let left_at = app.number("SELECT ended_at FROM subscriber").await;
    app.cli(&["subscriber", "add", "carnet", "ana@example.org", "--bring-back", "par téléphone"]).await.ok();
    assert_eq!(app.people().await, ["ana@example.org pending"]);
    app.advance(38 * DAY).await;
    assert_eq!(app.people().await, ["ana@example.org unsubscribed"]);
    assert_eq!(app.number("SELECT ended_at FROM subscriber").await, left_at);
}

/// Every byte of the SQLite file and its log.
fn bytes(app: &TestApp) -> Vec<u8> {
    let read = |name: &str| std::fs::read(app.folder().join(name)).unwrap_or_default();
    [read("facteur.db"), read("facteur.db-wal")].concat()
}

fn holds(bytes: &[u8], text: &str) -> usize {
    memchr::memmem::find_iter(bytes, text.as_bytes()).count()
}

#[tokio::test]
async fn no_address_stays_in_log_reasons_or_file() {
    let app = TestApp::builder().stopped().spawn().await;
    let newsletter = app.newsletter("carnet").await;
    app.readers(&newsletter, 300).await;
    let poison = |i: usize| format!("poison{i}@hidden.example");
    for i in 0..12 {
        app.reader(&newsletter, &poison(i)).await;
        app.sink
            .on(Stage::Rcpt)
            .to(&poison(i))
            .reply(format!("550 5.7.1 <{}>: Sender address rejected: blocked", poison(i)));
    }
    app.post(&newsletter, "Des nouvelles").await;
    let mut server = app.server(&[], &[]);
    server.address().await;
    app.cli(&["digest", "send", "carnet", "--yes"]).await.ok();
    let begin = std::time::Instant::now();
    while app.number("SELECT COUNT(*) FROM digest WHERE state IN ('finished', 'paused')").await == 0 {
        assert!(begin.elapsed() < PATIENCE, "{}", server.said());
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let digest = app.number("SELECT MAX(id) FROM digest").await;
    facteur::delivery::alarms::pause(&app.app, MEANING, digest, facteur::reason::Reason::PausedByEditor).await.unwrap();
    for column in
        ["SELECT COALESCE(reason, '') FROM digest", "SELECT words FROM delivery_note", "SELECT value FROM instance"]
    {
        let found = app.texts(column).await;
        assert!(found.iter().all(|text| !text.contains("poison")), "{column}: {found:?}");
    }
    let shown = app.cli(&["digest", "status", "carnet"]).await;
    assert!(!shown.stdout.contains("poison"), "{}", shown.stdout);
    assert!(!server.said().contains("poison"), "{}", server.said());

    for i in 0..12 {
        app.cli(&["subscriber", "erase", "carnet", &poison(i), "--yes"]).await.ok();
    }
    if postgres().is_none() {
        let bytes = bytes(&app);
        assert!(holds(&bytes, "p7@example.org") > 0, "the file is the one that is looked at");
        assert_eq!(holds(&bytes, "poison"), 0);
    }
    let (ended, _) = server.terminate().await;
    assert!(ended.success());
    assert!(!server.said().contains("poison"), "{}", server.said());
}

#[tokio::test]
async fn erasing_takes_an_address_out_of_a_reason_that_an_earlier_version_wrote() {
    let app = pages().spawn().await;
    let newsletter = app.newsletter("carnet").await;
    app.reader(&newsletter, "Ana@example.org").await;
    app.execute("UPDATE subscriber SET email_key = 'ana@example.org'").await;
    app.execute(&format!(
        "INSERT INTO digest (public_id, newsletter_id, schedule_id, slot_at, state, reason, created_at)
         VALUES ('d', {}, (SELECT MIN(id) FROM schedule), 1, 'paused', '550 <Ana@example.org> and ana@example.org: no', 0)",
        newsletter.id
    ))
    .await;
    app.cli(&["subscriber", "erase", "carnet", "ana@example.org", "--yes"]).await.ok();
    assert_eq!(app.texts("SELECT reason FROM digest").await, ["550 <…> and …: no"]);
}

#[tokio::test]
async fn copies_of_upgrades_are_named_when_somebody_is_erased() {
    if !on_sqlite() {
        return;
    }
    let app = pages().spawn().await;
    let newsletter = app.newsletter("carnet").await;
    app.reader(&newsletter, "ana@example.org").await;
    std::fs::write(app.folder().join("facteur.db.schema-7"), b"old").unwrap();
    let said = app.cli(&["subscriber", "erase", "carnet", "ana@example.org", "--yes"]).await;
    assert!(said.ok().contains("facteur.db.schema-7"), "{}", said.stdout);
}

#[tokio::test]
async fn two_thousand_refusals_are_one_line() {
    let app = pages().spawn().await;
    let newsletter = app.newsletter("carnet").await;
    app.readers(&newsletter, 2_000).await;
    app.execute(&format!(
        "INSERT INTO digest (public_id, newsletter_id, schedule_id, slot_at, state, created_at)
         VALUES ('d', {}, (SELECT MIN(id) FROM schedule), 1, 'paused', 0)",
        newsletter.id
    ))
    .await;
    let digest = app.number("SELECT id FROM digest").await;
    // As an earlier version wrote them, and as this one does.
    app.execute(&format!(
        "INSERT INTO delivery_note (digest_id, subscriber_id, at, code, reason, words)
         SELECT {digest}, id, 0, 550, 'address', CASE WHEN id % 2 = 0 THEN '5.1.1 <' || email || '>: User unknown'
                ELSE '5.1.1 <…>: User unknown' END FROM subscriber"
    ))
    .await;
    let words = facteur::ledger::progress::reasons(&app.app, digest).await.unwrap().words;
    assert_eq!(words.len(), 1, "{words:?}");
    assert_eq!((words[0].count, words[0].words.as_str()), (2_000, "5.1.1 <…>: User unknown"));
}
