//! Silent readers: asked once whether they stay, after as long as their newsletter says; erased without an answer, and never otherwise.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use facteur::clock::{DAY, HOUR, MINUTE};
use facteur::fault::STAYING;
use facteur::keys::{Claim, Keys, Purpose};
use facteur::newsletters::Newsletter;
use facteur::people::role::Role;
use futures_util::{StreamExt as _, stream};
use reqwest::Method;
use serde_json::json;

use super::harness::mail::{Mail, path_of};
use super::harness::smtp::faults::Stage;
use super::harness::{Builder, PATIENCE, TestApp};
use super::signup::everything;

const ANA: &str = "ana@example.org";
const LUC: &str = "luc@example.org";

/// A day before 35 months are over, and a few hours after.
const TOO_EARLY: &str = "2029-04-30T08:00[Europe/Paris]";
const DUE: &str = "2029-05-01T12:00[Europe/Paris]";

fn builder() -> Builder {
    TestApp::builder().set("signup.requests_per_hour_network", 0).set("signup.requests_per_hour_network_embedded", 0)
}

/// A newsletter with Ana and Luc, who are subscribed since the beginning.
async fn world() -> (TestApp, Newsletter) {
    let app = builder().spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, ANA).await;
    app.reader(&carnet, LUC).await;
    (app, carnet)
}

fn is_question(mail: &Mail, to: &str) -> bool {
    mail.to == to && mail.text().contains("/stay/")
}

/// The questions that somebody got so far.
fn questions(app: &TestApp, to: &str) -> Vec<Arc<Mail>> {
    app.mails().into_iter().filter(|mail| is_question(mail, to)).collect()
}

/// Waits for the `n`-th question to somebody; gives it.
async fn question(app: &TestApp, to: &str, n: usize) -> Arc<Mail> {
    app.wait_until("a question", |mails| mails.iter().filter(|mail| is_question(mail, to)).count() >= n).await;
    questions(app, to).remove(n - 1)
}

/// Asks both, an hour apart at most, and lets their letters be recorded.
async fn both_asked(app: &TestApp) -> [Arc<Mail>; 2] {
    app.advance_to(DUE).await;
    app.advance(HOUR).await;
    let asked = [question(app, ANA, 1).await, question(app, LUC, 1).await];
    app.idle().await;
    app.tick().await;
    assert_eq!(states(app).await, ["open", "open"]);
    asked
}

async fn states(app: &TestApp) -> Vec<String> {
    app.texts("SELECT state FROM stay_question ORDER BY subscriber_id").await
}

async fn letters(app: &TestApp) -> i64 {
    app.number("SELECT COUNT(*) FROM letter WHERE kind = 'stay'").await
}

/// White space folded, narrow blanks too.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn whoever_is_silent_is_asked_once_and_stays_with_one_press() {
    let (app, _) = world().await;
    app.advance_to(TOO_EARLY).await;
    app.idle().await;
    assert!(states(&app).await.is_empty() && letters(&app).await == 0, "a day too early");

    let [mail, _] = both_asked(&app).await;
    let said = words(&mail.text());
    assert!(words(&mail.subject()).contains("continuer à recevoir « Le carnet »"), "{}", mail.subject());
    assert!(said.contains("30 jours") && said.contains("nous effacerons votre adresse"), "{said}");
    assert!(mail.html().contains("Oui, je reste") && mail.html().contains("/unsubscribe/"), "{}", mail.html());
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");

    let link = path_of(&mail.link("/stay/")).to_owned();
    let before = everything(&app).await;
    let page = app.get(&link).await;
    let form = page.form();
    assert_eq!((page.status, form.button.as_str()), (200, "Oui, je reste"));
    assert!(page.words().contains("a•••@example.org") && !page.body.contains("ana@"), "{}", page.words());
    assert!(page.body.contains("href=\"/unsubscribe/"), "there is a way out beside it");
    assert_eq!((everything(&app).await, states(&app).await.len()), (before, 2), "looking changes nothing");

    let stayed = app.submit(&link, &form).await;
    assert_eq!(stayed.status, 200);
    assert!(stayed.words().contains("Merci de rester"), "{}", stayed.words());
    assert!(app.post_form(&link, &[]).await.words().contains("Merci de rester"), "pressed twice it is one");
    assert!(app.get(&link).await.words().contains("Merci de rester"));
    let steps = "SELECT kind || ' ' || text FROM consent WHERE kind = 'stayed'";
    let steps = app.texts(steps).await;
    assert_eq!(steps.len(), 1, "{steps:?}");
    assert!(words(&steps[0]).contains("vous continuez à recevoir « Le carnet »"), "what was shown is kept: {steps:?}");
    assert_eq!(app.number("SELECT COUNT(*) FROM event WHERE code = 'subscriber.stayed'").await, 1);

    // Whoever stays is asked again when as long a time has passed, and not before.
    app.advance_to("2032-03-31T12:00[Europe/Paris]").await;
    app.idle().await;
    assert_eq!((questions(&app, ANA).len(), app.people().await), (1, vec![format!("{ANA} confirmed")]));
    app.advance_to("2032-04-02T12:00[Europe/Paris]").await;
    question(&app, ANA, 2).await;
}

#[tokio::test]
async fn without_an_answer_everything_goes_and_nothing_keeps_them_out() {
    let (app, carnet) = world().await;
    app.post(&carnet, "Le four").await;
    let digest = app.send_now(&carnet).await;
    app.idle().await;
    let ana = app.id_of(ANA).await;
    let [mail, of_luc] = both_asked(&app).await;
    app.advance(28 * DAY).await;
    let link = path_of(&of_luc.link("/stay/")).to_owned();
    app.submit(&link, &app.get(&link).await.form()).await;
    assert_eq!(app.people().await.len(), 2, "the time to answer is not over");
    app.advance(3 * DAY).await;

    assert_eq!(app.people().await, [format!("{LUC} confirmed")]);
    for table in ["consent", "letter", "stay_question", "delivery", "delivery_note"] {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE subscriber_id = {ana}");
        assert_eq!(app.number(&sql).await, 0, "{table}");
    }
    assert_eq!(
        app.number(&format!("SELECT COUNT(*) FROM event WHERE about_id = {ana} AND about = 'subscriber'")).await,
        0
    );
    let told = app.texts("SELECT parameters FROM event WHERE code = 'subscriber.erased'").await;
    assert_eq!(told, [r#"{"from":"confirmed","reason":"silent"}"#]);
    let counts = app.counts(digest).await;
    assert_eq!((counts.recipients, counts.accepted), (2, 2), "the count of a digest stays right");
    app.cli(&["fsck"]).await.ok();
    assert!(app.suppressions().await.is_empty(), "they objected to nothing");

    let page = app.get(path_of(&mail.link("/stay/"))).await;
    assert_eq!(page.status, 404);
    assert!(page.words().contains("hold nothing about you any more"), "{}", page.words());
    let before = app.mails_to(ANA).len();
    app.post_form("/n/carnet", &[("email", ANA), ("lang", "fr")]).await;
    let mails = app.wait_until("a letter", |mails| mails.iter().filter(|mail| mail.to == ANA).count() > before).await;
    let confirm = mails.iter().rfind(|mail| mail.to == ANA).unwrap().link("/confirm/");
    let confirm = path_of(&confirm).to_owned();
    app.submit(&confirm, &app.get(&confirm).await.form()).await;
    assert_eq!(app.people().await, [format!("{ANA} confirmed"), format!("{LUC} confirmed")]);
    app.advance(60 * DAY).await;
    app.idle().await;
    assert_eq!((questions(&app, ANA).len(), questions(&app, LUC).len()), (1, 1), "and nobody is asked twice");
}

#[tokio::test]
async fn what_somebody_does_is_a_contact_and_what_anybody_could_do_is_none() {
    let app = builder().set("smtp.bounce_domain", "bounces.example.org").spawn().await;
    let (carnet, _) = app.sent("carnet", &[ANA, LUC, "bea@example.org", "eve@example.org", "typed@example.org"]).await;
    app.idle().await;
    let token = async |purpose, address: &str, issued_at| {
        let claim = Claim { subject: app.id_of(address).await, version: 1, issued_at };
        app.app.keys.sign(purpose, claim)
    };
    app.advance_to("2029-04-01T08:00[Europe/Paris]").await;
    // An answer by mail, settings that were saved, a leave taken back, an editor who was told; and the form, filled in by anybody.
    app.letter_to(&carnet, app.id_of(ANA).await).await;
    app.idle().await;
    let address = app.bounce_address(ANA).await;
    app.pipe(&address, &super::returned::answer(&address)).await;
    let link = format!("/preferences/{}", token(Purpose::Preferences, LUC, app.clock.now()).await);
    let form = app.get(&link).await.forms().remove(0);
    assert_eq!(app.submit(&link, &form).await.status, 200);
    let leave = format!("/unsubscribe/{}", token(Purpose::Leave, "bea@example.org", 0).await);
    app.post_form(&leave, &[]).await;
    app.post_form(&format!("{leave}/undo"), &[]).await;
    app.cli(&["subscriber", "stays", "carnet", "eve@example.org"]).await.ok();
    assert_eq!(app.post_form("/n/carnet", &[("email", "typed@example.org"), ("lang", "fr")]).await.status, 303);

    app.reader(&carnet, "late@example.org").await;
    app.advance_to(DUE).await;
    app.advance(DAY).await;
    question(&app, "typed@example.org", 1).await;
    app.idle().await;
    assert_eq!(letters(&app).await, 1, "only whoever did nothing");
    let contact = app.cli(&["subscriber", "show", "carnet", LUC, "--json"]).await.json();
    assert!(contact["last_contact"].as_str().unwrap().starts_with("2029-04-01"), "{contact}");
    app.advance(40 * DAY).await;
    assert!(app.people().await.iter().all(|line| !line.starts_with("typed@")), "{:?}", app.people().await);
    assert_eq!(app.people().await.len(), 5);
}

#[tokio::test]
async fn an_old_import_is_asked_over_weeks_and_not_at_once() {
    let app = builder().spawn().await;
    app.newsletter("carnet").await;
    let list: String =
        std::iter::once("email\n".to_owned()).chain((0..2_000).map(|n| format!("p{n}@list.example\n"))).collect();
    let how = ["import", "carnet", "-", "--confirmed-elsewhere", "bulletin papier"];
    let with = |day: &'static str| [&how[..], &["--consented-on", day][..]].concat();
    app.cli_with_input(&with("2036-01-01"), &list).await.fails(2);
    app.cli_with_input(&with("2022-01-15"), &list).await.ok();
    app.tick().await;
    assert_eq!(app.number("SELECT COUNT(*) FROM stay_question").await, 2_000);
    let span = app.number("SELECT MAX(at) - MIN(at) FROM stay_question").await;
    assert!((27 * DAY..=28 * DAY).contains(&span), "{} days", span / DAY);
    assert_eq!(letters(&app).await, 1, "the first is asked now");
    app.advance(DAY).await;
    let day = letters(&app).await;
    assert!((60..=80).contains(&day), "{day} on the first day");
    app.tick().await;
    assert_eq!(letters(&app).await, day, "and not one more at the next tick");
    app.idle().await;
    let people = app.people().await.len();
    assert_eq!((people, questions(&app, "p0@list.example").len()), (2_000, 1));
}

#[tokio::test]
async fn an_hour_leaves_room_for_visitors() {
    let app = builder().set("signup.letters_per_hour_domain", 10).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 20).await;
    app.advance_to(DUE).await;
    let mut counts = vec![letters(&app).await];
    app.advance(DAY).await;
    counts.push(letters(&app).await);
    app.tick().await;
    counts.push(letters(&app).await);
    app.advance(HOUR + MINUTE).await;
    counts.push(letters(&app).await);
    assert_eq!(counts, [1, 6, 6, 11], "half of ten an hour to one domain");
}

#[tokio::test]
async fn whoever_was_never_reached_is_not_erased() {
    let (app, _) = world().await;
    app.execute(&format!("UPDATE subscriber SET contact_at = {} WHERE email = '{LUC}'", 2_000_000_000_000_i64)).await;
    app.sink.on(Stage::Rcpt).to(ANA).reply("550 5.7.1 no");
    app.advance_to(DUE).await;
    app.idle().await;
    assert_eq!(app.number("SELECT state FROM letter WHERE kind = 'stay'").await, 3);
    app.tick().await;
    assert_eq!(states(&app).await, ["planned"]);
    app.sink.heal();
    app.advance(29 * DAY).await;
    assert_eq!((app.people().await.len(), letters(&app).await), (2, 1));
    app.advance(2 * DAY).await;
    question(&app, ANA, 1).await;
    app.idle().await;
    app.tick().await;
    app.advance(29 * DAY).await;
    assert_eq!(app.people().await.len(), 2, "the time runs from the letter that was accepted");
    app.advance(2 * DAY).await;
    assert_eq!(app.people().await, [format!("{LUC} confirmed")]);
}

#[tokio::test]
async fn whoever_has_left_is_neither_asked_nor_erased() {
    let (app, _) = world().await;
    app.sink.on(Stage::Rcpt).to(ANA).reply("451 4.2.0 later");
    app.advance_to(DUE).await;
    app.idle().await;
    app.cli(&["subscriber", "unsubscribe", "carnet", ANA]).await.ok();
    app.sink.heal();
    app.advance(HOUR).await;
    let of_luc = question(&app, LUC, 1).await;
    app.idle().await;
    assert!(questions(&app, ANA).is_empty(), "no letter after leaving");
    // Leaving by the letter is leaving as by any mail.
    let leave = path_of(&of_luc.link("/unsubscribe/")).to_owned();
    app.submit(&leave, &app.get(&leave).await.form()).await;
    app.advance(90 * DAY).await;
    assert_eq!(app.people().await, [format!("{ANA} unsubscribed"), format!("{LUC} unsubscribed")]);
    assert!(states(&app).await.is_empty());
    let page = app.get(path_of(&of_luc.link("/stay/"))).await;
    assert!(page.words().contains("Vous ne recevrez plus"), "{}", page.words());
}

#[tokio::test]
async fn it_is_the_owners_choice_and_rests_while_it_is_off() {
    let (app, carnet) = world().await;
    both_asked(&app).await;
    app.cli(&["newsletter", "staying", "carnet", "--off"]).await.ok();
    app.reader(&carnet, "late@example.org").await;
    app.execute("UPDATE subscriber SET contact_at = 0 WHERE email = 'late@example.org'").await;
    app.advance(60 * DAY).await;
    assert_eq!((app.people().await.len(), letters(&app).await), (3, 2), "off: nobody is asked, nobody erased");
    app.execute("UPDATE newsletter SET mode = 'test'").await;
    let set = app.cli(&["newsletter", "staying", "carnet", "--months", "12", "--days", "60", "--json"]).await.json();
    assert_eq!((&set["months"], &set["days"], &set["open"]), (&json!(12), &json!(60), &json!(2)));
    app.advance(2 * HOUR).await;
    assert_eq!((app.people().await.len(), letters(&app).await), (3, 2), "nor while things are tried out");
    app.execute("UPDATE newsletter SET mode = 'live'").await;
    app.advance(2 * HOUR).await;
    question(&app, "late@example.org", 1).await;
    assert_eq!(app.people().await, ["late@example.org confirmed"], "their time was over");
    // What an earlier version made asks nobody until its owner wants it.
    app.execute("DELETE FROM staying").await;
    let shown = app.cli(&["newsletter", "staying", "carnet", "--json"]).await.json();
    assert_eq!(shown["asks"], false);
}

#[tokio::test]
async fn ticks_at_once_stops_and_starts_ask_nobody_twice() {
    let (mut app, _) = world().await;
    app.clock.set("2029-05-01T10:00:00Z".parse::<jiff::Timestamp>().unwrap().as_millisecond());
    tokio::join!(app.tick(), app.tick(), app.tick());
    app.clock.advance(HOUR);
    tokio::join!(app.tick(), app.tick(), app.tick());
    assert_eq!(letters(&app).await, 2);
    app.stop().await;
    app.start().await;
    for _ in 0..3 {
        app.tick().await;
    }
    app.idle().await;
    assert_eq!((letters(&app).await, questions(&app, ANA).len(), questions(&app, LUC).len()), (2, 1, 1));
    app.tick().await;
    app.clock.advance(31 * DAY);
    tokio::join!(app.tick(), app.tick(), app.tick());
    assert!(app.people().await.is_empty());
    assert_eq!(app.number("SELECT COUNT(*) FROM event WHERE code = 'subscriber.erased'").await, 2);
}

/// A database that went back in time may have lost somebody's press: they are asked again rather than erased.
#[tokio::test]
async fn whose_answer_may_be_lost_is_asked_again() {
    let (app, carnet) = world().await;
    both_asked(&app).await;
    app.execute(&format!(
        "INSERT INTO event (newsletter_id, at, code, about, about_id, actor, actor_id, count, parameters, is_open, is_untold)
         VALUES ({}, {}, 'sending.resumed', 'newsletter', 0, 'command', 0, 1, '{{}}', FALSE, FALSE)",
        carnet.id,
        app.clock.now()
    ))
    .await;
    app.advance(31 * DAY).await;
    app.advance(HOUR).await;
    question(&app, ANA, 2).await;
    question(&app, LUC, 2).await;
    app.idle().await;
    assert_eq!(app.people().await.len(), 2);
    app.tick().await;
    app.advance(31 * DAY).await;
    assert!(app.people().await.is_empty(), "then as everybody");
}

#[tokio::test]
async fn links_that_are_foreign_altered_or_for_something_else_keep_nobody() {
    let (app, _) = world().await;
    both_asked(&app).await;
    let ana = app.id_of(ANA).await;
    let claim = Claim { subject: ana, version: 1, issued_at: app.clock.now() };
    let keys = &app.app.keys;
    let good = keys.sign(Purpose::Stay, claim);
    let mut wrong: Vec<String> =
        [Purpose::Confirm, Purpose::Leave, Purpose::Preferences, Purpose::Settings, Purpose::Erase, Purpose::Keep]
            .map(|purpose| keys.sign(purpose, claim))
            .into();
    wrong.push(Keys::from_secret(b"another").sign(Purpose::Stay, claim));
    wrong.push(keys.sign(Purpose::Stay, Claim { subject: 999_999, ..claim }));
    wrong.push(keys.sign(Purpose::Stay, Claim { version: 0, ..claim }));
    wrong.push(good[..good.len() - 2].to_owned());
    wrong.extend(["x".to_owned(), "A".repeat(2_000)]);
    let before = everything(&app).await;
    for token in wrong {
        for answer in [app.get(&format!("/stay/{token}")).await, app.post_form(&format!("/stay/{token}"), &[]).await] {
            assert_eq!(answer.status, 404, "{token}");
            assert!(!answer.body.contains("example.org"), "{}", answer.body);
        }
    }
    for door in ["confirm", "preferences", "data", "erase", "keep-address", "address", "not-me"] {
        assert_eq!(app.get(&format!("/{door}/{good}")).await.status, 404, "{door}");
    }
    assert_eq!((everything(&app).await, states(&app).await.len()), (before, 2));
    assert_eq!(app.get("/stay/preview").await.status, 200);
}

#[tokio::test]
async fn the_console_and_programs_set_it_within_bounds() {
    let (app, _) = world().await;
    let page = "/console/n/carnet/reader-letters";
    let owner = app.console(Role::Owner, Some("carnet")).await;
    assert!(owner.get(page).await.words().contains("silent for 35 months"));
    let press = async |months: &str, days: &str, asks: &str| {
        owner.post(page, &[("act", "staying"), ("asks", asks), ("months", months), ("days", days)]).await
    };
    let refused = press("3", "30", "yes").await;
    assert_eq!(refused.status, 422);
    assert!(refused.words().contains("6 to 120 months") && refused.body.contains("value=\"3\""), "{}", refused.words());
    assert_eq!(press("24", "soon", "yes").await.status, 422);
    assert_eq!(app.texts("SELECT CAST(months AS TEXT) FROM staying").await, ["35"]);
    assert_eq!(press("24", "45", "yes").await.status, 303);
    let stored = "SELECT CAST(months AS TEXT) || ' ' || CAST(days AS TEXT) FROM staying";
    assert_eq!(app.texts(stored).await, ["24 45"]);
    assert_eq!(press("24", "45", "no").await.status, 303);
    assert!(app.texts(stored).await.is_empty());
    app.cli(&["newsletter", "staying", "carnet", "--months", "5"]).await.fails(2);

    let made = app.cli(&["token", "create", "tests", "--json"]).await.json();
    let token = made["token"].as_str().unwrap().to_owned();
    let path = "/api/v1/newsletters/carnet/reader-letters";
    let send = async |body: serde_json::Value| {
        app.send(app.request(Method::POST, path).bearer_auth(&token).body(body.to_string())).await
    };
    assert_eq!(send(json!({ "staying": { "days": 3 } })).await.status, 422);
    let set = send(json!({ "staying": { "days": 20 } })).await.json();
    let staying = &set["staying"];
    assert_eq!((&staying["asks"], &staying["months"], &staying["days"]), (&json!(true), &json!(35), &json!(20)));
    let stays = "/api/v1/newsletters/carnet/subscribers/stays";
    let told = app.request(Method::POST, stays).bearer_auth(&token).body(json!({ "email": ANA }).to_string());
    assert_eq!(app.send(told).await.json(), json!({ "stays": true }));
    let shown = app.send(app.request(Method::GET, path).bearer_auth(&token)).await.json();
    assert_eq!((&shown["welcome"]["sends"], &shown["staying"]["planned"]), (&json!(false), &json!(0)));
    let id = app.id_of(LUC).await;
    let stays = owner.post(&format!("/console/n/carnet/subscribers/{id}/stays"), &[]).await;
    assert_eq!(stays.status, 303);
    assert_eq!(app.number("SELECT COUNT(*) FROM event WHERE code = 'subscriber.stayed'").await, 2);
}

/// Ana is to be asked, Luc's time is over; the real binary ends itself at this point, as `kill -9` would, and is started again.
async fn killed_at(point: &'static str) {
    let app = TestApp::builder().stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, ANA).await;
    let luc = app.reader(&carnet, LUC).await;
    app.execute(&format!("UPDATE subscriber SET contact_at = 0 WHERE email = '{ANA}'")).await;
    app.execute(&format!(
        "INSERT INTO stay_question (subscriber_id, newsletter_id, state, at, asked_at) VALUES ({luc}, {}, 'open', 1, {})",
        carnet.id,
        app.clock.now() + HOUR
    ))
    .await;
    let is_done = async || states(&app).await == ["open"] && app.people().await.len() == 1;
    let mut met = false;
    for fault in [point, ""] {
        let mut server = app.server(&[], &[("FACTEUR_FAULT", fault)]);
        let begin = Instant::now();
        while server.runs() && !is_done().await {
            assert!(begin.elapsed() < PATIENCE, "{fault}: neither dead nor done\n{}", server.said());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        if server.runs() {
            server.terminate().await;
        }
        met |= server.said().contains("fault point");
        app.leases_run_out().await;
    }
    assert!(met, "{point} was never passed");
    assert!(is_done().await, "{point}: {:?} {:?}", states(&app).await, app.people().await);
    assert_eq!(app.people().await, [format!("{ANA} confirmed")], "{point}");
    assert_eq!(letters(&app).await, 1, "{point}");
    let ids: HashSet<String> = questions(&app, ANA).iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), 1, "{point}: the same letter, if it is repeated at all");
    for (code, count) in [("subscriber.stay_asked", 1), ("subscriber.erased", 1)] {
        let sql = format!("SELECT COUNT(*) FROM event WHERE code = '{code}'");
        assert_eq!(app.number(&sql).await, count, "{point} {code}");
    }
}

#[tokio::test]
async fn killed_at_every_commit_nobody_is_asked_twice_and_nobody_kept_or_lost() {
    stream::iter(STAYING.iter().map(|point| Box::pin(killed_at(point)))).buffer_unordered(3).collect::<Vec<()>>().await;
}
