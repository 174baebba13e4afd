//! A sender that nobody knows begins with few mails: the plan before and during, slices day by day, what stops them from growing,
//! and an editor's word. Nobody is lost and nobody gets it twice, whatever happens in between.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use facteur::clock::{DAY, HOUR};
use facteur::ledger::sql::WARMING;
use facteur::newsletters::Newsletter;
use facteur::people::role::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::smtp::Settings;
use crate::harness::smtp::faults::Stage;
use crate::harness::{PATIENCE, TestApp};

const DOMAIN: &str = "lettres.example.org";

/// A newsletter with so many readers and a post, of a sender that may send three mails on its first day.
async fn world(readers: usize) -> (TestApp, Newsletter) {
    let app = TestApp::builder().set("warmup.first_day", 3).set("warmup.import_above", 5).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, readers).await;
    app.post(&carnet, "Un").await;
    (app, carnet)
}

/// To whom mails of digests went so far.
fn readers(app: &TestApp) -> Vec<String> {
    app.mails().iter().map(|mail| mail.to.clone()).filter(|to| to.ends_with("@example.org")).collect()
}

/// Waits until all has left that may today; gives how many mails went to readers in all.
async fn today(app: &TestApp) -> usize {
    app.idle().await;
    readers(app).len()
}

/// How many rows wait for their day.
async fn waiting(app: &TestApp) -> i64 {
    app.number(&format!("SELECT COUNT(*) FROM delivery WHERE next_at = {WARMING} AND state = 0")).await
}

async fn events(app: &TestApp, code: &str) -> Vec<String> {
    app.texts(&format!("SELECT actor FROM event WHERE code = '{code}'")).await
}

async fn domain(app: &TestApp) -> String {
    app.texts(
        "SELECT domain || ' ' || COALESCE(cause, '-') || ' ' || CAST(day AS TEXT) || ' ' || CAST(allowance AS TEXT) || ' '
                || CAST(most AS TEXT) FROM sender_domain",
    )
    .await
    .join("; ")
}

/// Each reader of `p1` … `pN` got it once, and nobody else.
fn all_got_it_once(app: &TestApp, count: usize) {
    let mut to = readers(app);
    let mut wanted: Vec<String> = (1..=count).map(|n| format!("p{n}@example.org")).collect();
    to.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(to, wanted);
}

#[tokio::test]
async fn a_new_senders_digest_leaves_in_slices_that_grow_the_newest_readers_first() {
    let (app, carnet) = world(10).await;
    let digest = app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 3);
    let first: HashSet<String> = readers(&app).into_iter().collect();
    assert_eq!(first, HashSet::from(["p10", "p9", "p8"].map(|name| format!("{name}@example.org"))));
    let counts = app.counts(digest).await;
    assert_eq!((counts.recipients, counts.accepted, counts.queued, waiting(&app).await), (10, 3, 7, 7));
    assert_eq!(app.digest_state(digest).await, "sending");
    app.advance(DAY - HOUR).await;
    assert_eq!(today(&app).await, 3, "the day is not over");
    app.advance(HOUR).await;
    assert_eq!(today(&app).await, 9);
    assert_eq!(domain(&app).await, format!("{DOMAIN} new 2 6 6"));
    app.advance(DAY).await;
    assert_eq!(today(&app).await, 10);
    all_got_it_once(&app, 10);
    // No mail looks as if it had been on its way for days.
    for (reader, day) in [("p10", "Mon, 1 Jun 2026"), ("p7", "Tue, 2 Jun 2026"), ("p1", "Wed, 3 Jun 2026")] {
        let date = app.mails_to(&format!("{reader}@example.org"))[0].header("Date");
        assert!(date.starts_with(day), "{reader}: {date}");
    }
    assert_eq!((app.digest_state(digest).await.as_str(), waiting(&app).await), ("finished", 0));
    app.cli(&["fsck"]).await.ok();
    // A day's slice holds a whole readership now: the next digest leaves at once.
    assert_eq!(domain(&app).await, format!("{DOMAIN} - 3 12 10"));
    assert_eq!(
        (events(&app, "warmup.begun").await.len(), events(&app, "warmup.ended").await),
        (1, vec!["system".into()])
    );
    app.post(&carnet, "Deux").await;
    app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 20);
}

#[tokio::test]
async fn the_next_digest_goes_on_where_the_last_one_stopped() {
    let (app, carnet) = world(20).await;
    app.send_now(&carnet).await;
    for left in [3, 9, 20] {
        assert_eq!(today(&app).await, left);
        app.advance(DAY).await;
    }
    // 3, 6, and 11 of 12: a whole readership did not fit into a day yet.
    assert_eq!(domain(&app).await, format!("{DOMAIN} new 3 12 11"));
    app.clock.advance(2 * DAY);
    app.post(&carnet, "Deux").await;
    let second = app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 40, "24 may leave on the fourth day");
    assert_eq!(app.digest_state(second).await, "finished");
    assert_eq!(domain(&app).await, format!("{DOMAIN} - 4 24 20"));
}

#[tokio::test]
async fn a_readership_that_fits_into_the_first_day_waits_for_nothing_and_whoever_has_sent_is_not_new() {
    let (app, carnet) = world(3).await;
    app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 3);
    assert_eq!(domain(&app).await, format!("{DOMAIN} - 0 0 3"));
    for n in 4..=9 {
        app.reader(&carnet, &format!("p{n}@example.org")).await;
    }
    app.post(&carnet, "Deux").await;
    app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 12, "it has sent to three before");
    assert_eq!((waiting(&app).await, events(&app, "warmup.begun").await.len()), (0, 0));
    assert_eq!(app.number("SELECT COUNT(*) FROM warmup_digest").await, 0);
    // Without a warm-up nobody waits, however new.
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 50).await;
    app.post(&carnet, "Un").await;
    app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 50);
}

#[tokio::test]
async fn the_plan_is_shown_before_it_is_sent_and_while_it_leaves() {
    let builder = TestApp::builder().set("warmup.first_day", 3).set("doctor.first_digest_above", 4);
    let app = builder.spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 10).await;
    app.post(&carnet, "Un").await;
    let counts = |plan: &Value| {
        plan["slices"].as_array().unwrap().iter().map(|slice| slice["count"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let dry = ["digest", "send", "carnet", "--dry-run"];
    let words = app.cli(&dry).await.ok().to_owned();
    assert!(words.contains("3 daily slices") && words.contains("(3, 6, 1)"), "{words}");
    assert!(words.contains("more than 4 people") && words.contains("doctor"), "{words}");
    let said = app.cli(&[&dry[..], &["--json"]].concat()).await.json();
    assert_eq!((counts(&said["warmup"]), &said["waits_for_doctor"]), (vec![3, 6, 1], &json!(true)));
    let editor = app.console(Role::Owner, Some("carnet")).await;
    for path in ["digests/send", "warmup", ""] {
        let page = editor.get(format!("/console/n/carnet/{path}").trim_end_matches('/')).await;
        assert!(page.body.contains("(3, 6, 1)"), "{path}: {}", page.body);
    }
    app.cli(&["doctor", "carnet", "--waive"]).await.ok();
    assert_eq!(app.cli(&[&dry[..], &["--json"]].concat()).await.json()["waits_for_doctor"], false);

    let digest = app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 3);
    app.advance(DAY).await;
    assert_eq!(today(&app).await, 9);
    let id = app.public_id(digest).await;
    let runs = "day 2 of 3: 6 of 10 leave today, 9 so far";
    let editor = app.signed_in(editor.person).await;
    for path in [format!("digests/{id}"), "warmup".into(), String::new()] {
        let page = editor.get(format!("/console/n/carnet/{path}").trim_end_matches('/')).await;
        assert!(page.body.contains(runs), "{path}: {}", page.body);
    }
    assert!(app.cli(&["digest", "show", "carnet"]).await.ok().contains(runs));
    assert!(app.cli(&["warmup", "show"]).await.ok().contains(runs));
    let shown = app.cli(&["digest", "status", "carnet", "--json"]).await.json();
    assert_eq!((&shown["seconds_left"], &shown["next_attempt_at"]), (&Value::Null, &Value::Null), "{shown}");
    let token = app.cli(&["token", "create", "test", "--json"]).await.json()["token"].as_str().unwrap().to_owned();
    let request = app.request(Method::GET, "/api/v1/newsletters/carnet/warmup").bearer_auth(&token);
    let standing = app.send(request).await.json();
    let plan = &standing["digests"][0];
    assert_eq!((&standing["domain"], &standing["cause"]), (&json!(DOMAIN), &json!("new")), "{standing}");
    assert_eq!(
        (&plan["id"], &plan["day"], &plan["days"], &plan["today"]),
        (&json!(id), &json!(2), &json!(3), &json!(6))
    );
    assert_eq!(counts(plan), vec![1]);
    assert!(plan["ends_at"].as_str().unwrap().starts_with("2026-06-03T06:"), "{plan}");
}

#[tokio::test]
async fn a_slice_does_not_grow_while_complaints_warn() {
    let (app, carnet) = world(12).await;
    let digest = app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 3);
    app.execute(&format!(
        "INSERT INTO returned (fingerprint, source, kind, state, newsletter_id, digest_id, received_at)
         VALUES ('un', 'pipe', 'complaint', 'done', {}, {digest}, {})",
        carnet.id,
        app.clock.now()
    ))
    .await;
    app.advance(DAY).await;
    assert_eq!(today(&app).await, 6, "three again");
    let words = app.cli(&["warmup", "show", "carnet"]).await.ok().to_owned();
    assert!(words.contains("no larger than the one before"), "{words}");
    app.advance(DAY).await;
    assert_eq!(today(&app).await, 9, "and again");
    assert_eq!(events(&app, "warmup.held").await, ["system"], "said once");
    app.execute("DELETE FROM returned").await;
    app.advance(DAY).await;
    assert_eq!(today(&app).await, 12, "six may leave");
    assert_eq!(domain(&app).await, format!("{DOMAIN} new 4 6 3"));
    all_got_it_once(&app, 12);
}

#[tokio::test]
async fn an_import_of_many_begins_a_warm_up_with_what_grows_from_the_largest_mailing() {
    let (app, carnet) = world(3).await;
    app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 3);
    app.execute("UPDATE sender_domain SET most = 4").await;
    app.clock.advance(HOUR);
    let file = (4..=25).map(|n| format!("p{n}@example.org\n")).collect::<Vec<_>>().concat();
    app.cli_with_input(&["import", "carnet", "-", "--confirmed-elsewhere", "ancien outil"], &format!("email\n{file}"))
        .await
        .ok();
    app.post(&carnet, "Deux").await;
    let said = app.cli(&["digest", "send", "carnet", "--dry-run", "--json"]).await.json();
    assert_eq!(said["warmup"]["cause"], "import", "{said}");
    app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 3 + 8);
    app.advance(DAY).await;
    assert_eq!(today(&app).await, 3 + 24);
    app.advance(DAY).await;
    assert_eq!(today(&app).await, 3 + 25);
    // A few more are no jump.
    app.clock.advance(HOUR);
    let few = "email\na@example.org\nb@example.org\n";
    app.cli_with_input(&["import", "carnet", "-", "--confirmed-elsewhere", "ancien outil"], few).await.ok();
    app.post(&carnet, "Trois").await;
    app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 28 + 27);
}

#[tokio::test]
async fn an_editor_sends_it_all_now_and_the_warm_up_goes_on() {
    let (app, carnet) = world(10).await;
    let digest = app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 3);
    let id = app.public_id(digest).await;
    let viewer = app.console(Role::Viewer, Some("carnet")).await;
    assert_eq!(viewer.post(&format!("/console/n/carnet/digests/{id}/at-once"), &[]).await.status, 403);
    let editor = app.console(Role::Owner, Some("carnet")).await;
    let page = editor.get(&format!("/console/n/carnet/digests/{id}")).await;
    assert!(page.body.contains("Send to 7 people now, not day by day"), "{}", page.body);
    let pressed = editor.post(&format!("/console/n/carnet/digests/{id}/at-once"), &[]).await;
    assert_eq!((pressed.status, pressed.header("location")), (303, format!("/console/n/carnet/digests/{id}").as_str()));
    assert_eq!(today(&app).await, 10);
    all_got_it_once(&app, 10);
    assert_eq!(app.digest_state(digest).await, "finished");
    assert_eq!(events(&app, "warmup.waived").await, ["person"]);
    assert!(domain(&app).await.starts_with(&format!("{DOMAIN} new 1 3")), "{}", domain(&app).await);

    // The next one is let go before it is sent, by the command line; the one after by a program.
    app.execute("UPDATE schedule SET approval = 'hold'").await;
    app.post(&carnet, "Deux").await;
    app.advance_to("2026-06-08T08:00[Europe/Paris]").await;
    app.cli(&["warmup", "send-all", "carnet"]).await.fails(4);
    app.cli(&["warmup", "send-all", "carnet", "--yes"]).await.ok();
    app.cli(&["digest", "approve", "carnet"]).await.ok();
    app.wake();
    assert_eq!(today(&app).await, 20);
    app.post(&carnet, "Trois").await;
    let third = app.send_now(&carnet).await;
    assert!(today(&app).await < 30);
    let token = app.cli(&["token", "create", "test", "--json"]).await.json()["token"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/digests/{}/at-once", app.public_id(third).await);
    let answer = app.send(app.request(Method::POST, &path).bearer_auth(&token)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(today(&app).await, 30);
    let again = app.send(app.request(Method::POST, &path).bearer_auth(&token)).await;
    assert_eq!((again.status, &again.json()["code"]), (409, &json!("wrong-state")), "{}", again.body);
    let mut said = events(&app, "warmup.waived").await;
    said.sort_unstable();
    assert_eq!(said, ["command", "person", "token"]);
}

#[tokio::test]
async fn an_owner_ends_the_warm_up_of_a_domain() {
    let (app, carnet) = world(10).await;
    let digest = app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 3);
    app.cli(&["warmup", "end", "nowhere.example", "--yes"]).await.fails(5);
    let editor = app.console(Role::Owner, Some("carnet")).await;
    let page = editor.get("/console/n/carnet/warmup").await;
    assert!(page.body.contains("End the warm-up"), "{}", page.body);
    assert_eq!(editor.post("/console/n/carnet/warmup", &[("act", "rien")]).await.status, 404);
    let pressed = editor.post("/console/n/carnet/warmup", &[("act", "end")]).await;
    assert_eq!((pressed.status, pressed.header("location")), (303, "/console/n/carnet/warmup"));
    assert_eq!(today(&app).await, 10);
    all_got_it_once(&app, 10);
    assert_eq!(
        (app.digest_state(digest).await, events(&app, "warmup.ended").await),
        ("finished".into(), vec!["person".into()])
    );
    app.post(&carnet, "Deux").await;
    app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 20);

    // Before the first mail, by the command line: the domain is known from elsewhere.
    let (app, carnet) = world(10).await;
    app.cli(&["warmup", "end", "Lettres.example.org", "--yes"]).await.ok();
    app.cli(&["warmup", "end", DOMAIN, "--yes"]).await.ok();
    assert_eq!(events(&app, "warmup.ended").await, ["command"], "said once");
    app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 10);

    // By a program.
    let (app, carnet) = world(10).await;
    app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 3);
    let token = app.cli(&["token", "create", "test", "--json"]).await.json()["token"].as_str().unwrap().to_owned();
    let request = app.request(Method::POST, "/api/v1/newsletters/carnet/warmup/end").bearer_auth(&token);
    let answer = app.send(request).await;
    assert_eq!((answer.status, &answer.json()["cause"]), (200, &Value::Null), "{}", answer.body);
    assert_eq!(today(&app).await, 10);
    assert_eq!(events(&app, "warmup.ended").await, ["token"]);
}

#[tokio::test]
async fn who_leaves_in_between_gets_nothing_and_takes_no_place() {
    let (app, carnet) = world(10).await;
    let digest = app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 3);
    app.execute(&format!(
        "UPDATE subscriber SET status = 'unsubscribed', ended_at = {} WHERE email IN ('p7@example.org', 'p1@example.org')",
        app.clock.now()
    ))
    .await;
    app.advance(DAY).await;
    assert_eq!(today(&app).await, 8, "three, and five who have not left");
    let to: HashSet<String> = readers(&app).into_iter().collect();
    assert!(!to.contains("p7@example.org") && !to.contains("p1@example.org"), "{to:?}");
    let counts = app.counts(digest).await;
    assert_eq!((counts.accepted, counts.skipped, counts.open()), (8, 2, 0), "{counts:?}");
    assert_eq!(app.digest_state(digest).await, "finished");
}

#[tokio::test]
async fn a_paused_digest_gives_no_slice_and_a_cancelled_one_ends() {
    let (app, carnet) = world(10).await;
    let digest = app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 3);
    app.cli(&["digest", "pause", "carnet"]).await.ok();
    app.advance(DAY).await;
    app.advance(DAY).await;
    assert_eq!((readers(&app).len(), waiting(&app).await), (3, 7));
    app.cli(&["digest", "resume", "carnet"]).await.ok();
    app.tick().await;
    assert_eq!(today(&app).await, 9, "the second day's slice");
    let id = app.public_id(digest).await;
    app.cli(&["digest", "cancel", "carnet", &id, "--yes"]).await.ok();
    app.wake();
    let begin = Instant::now();
    while app.number("SELECT COUNT(*) FROM digest WHERE state = 'cancelled' AND finished_at IS NOT NULL").await == 0 {
        assert!(begin.elapsed() < PATIENCE, "the cancelled digest does not end");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let counts = app.counts(digest).await;
    assert_eq!((counts.accepted, counts.skipped, counts.open()), (9, 1, 0), "{counts:?}");
    app.advance(DAY).await;
    assert_eq!(readers(&app).len(), 9);
    assert_eq!(app.number("SELECT COUNT(*) FROM warmup_digest WHERE is_open").await, 0);
    app.cli(&["fsck"]).await.ok();
}

#[tokio::test]
async fn a_mail_that_is_put_off_on_a_late_day_is_tried_again() {
    let (app, carnet) = world(10).await;
    let digest = app.send_now(&carnet).await;
    assert_eq!(today(&app).await, 3);
    // Longer than a mail is tried after it was due.
    app.cli(&["digest", "pause", "carnet"]).await.ok();
    app.clock.advance(5 * DAY);
    app.cli(&["digest", "resume", "carnet"]).await.ok();
    app.sink.on(Stage::Rcpt).to("p7@example.org").first(1).reply("451 4.7.1 greylisted");
    app.tick().await;
    assert_eq!(today(&app).await, 8, "all of the slice but one");
    assert_eq!(app.counts(digest).await.deferred, 1);
    app.clock.advance(HOUR);
    assert_eq!(today(&app).await, 9);
    app.advance(DAY).await;
    assert_eq!(today(&app).await, 10);
    all_got_it_once(&app, 10);
}

/// Connections of the digest lane in the test below.
const CONNECTIONS: usize = 2;

#[tokio::test]
async fn killed_in_the_midst_of_its_days_nobody_is_lost_and_repeats_stay_bounded() {
    let sink = Settings { latency: Duration::from_millis(1), keep: 50, ..Settings::default() };
    let builder = TestApp::builder().set("warmup.first_day", 40).set("smtp.connections", CONNECTIONS);
    let app = builder.sink(sink).stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 250).await;
    app.post(&carnet, "Des nouvelles du jardin").await;
    app.cli(&["digest", "send", "carnet", "--yes"]).await.ok();
    let mut kills = 0;
    // 40, 80, 130: each day is killed once in its midst, and ends in another process.
    for (midst, end) in [(20, 40), (70, 120), (180, 250)] {
        for upto in [midst, end] {
            let mut server = app.server(&["--roles", "delivery,schedule"], &[]);
            let begin = Instant::now();
            while app.sink.taken() < upto {
                assert!(server.runs(), "it ended by itself:\n{}", server.said());
                assert!(
                    begin.elapsed() < PATIENCE,
                    "stuck at {} of {upto} mails:\n{}",
                    app.sink.taken(),
                    server.said()
                );
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            server.kill();
            kills += 1;
            app.leases_run_out().await;
        }
        assert!(app.sink.taken() <= end + CONNECTIONS * kills, "{} mails left, {end} may", app.sink.taken());
        app.execute(&format!("UPDATE sender_domain SET day_at = day_at - {}", DAY + HOUR)).await;
    }
    let mut server = app.server(&["--roles", "delivery,schedule"], &[]);
    let begin = Instant::now();
    while app.digests_finished().await == 0 {
        assert!(server.runs() && begin.elapsed() < PATIENCE, "not finished:\n{}", server.said());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.terminate().await;
    let expected = (1..=250).map(|n| format!("p{n}@example.org")).collect();
    let tally = app.assert_nothing_lost(&expected, CONNECTIONS * kills).await;
    println!("{kills} kills: {tally:?}");
}
