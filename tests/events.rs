//! What happens leaves one row, by whom and to whom, in the transaction that makes it true, and no address.

use std::fmt::Write as _;

use facteur::clock::{DAY, HOUR};
use facteur::db::Tx;
use facteur::events::{self, About, Actor, Code, Event};
use facteur::keys::{Claim, Purpose};
use facteur::newsletters::Newsletter;
use facteur::subscribers::address::Email;
use facteur::subscribers::asked::Addition;
use facteur::subscribers::status::{self, Verb};
use facteur::subscribers::{Status, Subscriber, pause, sql};

use super::harness::TestApp;
use super::harness::smtp::faults::Stage;
use super::signup::pages;
use facteur::digests::MEANING;

/// What was recorded since the last look, as `code actor about count parameters`.
struct Watch<'a> {
    app: &'a TestApp,
    seen: i64,
}

impl Watch<'_> {
    async fn news(&mut self) -> Vec<String> {
        let rows = format!(
            "SELECT code || ' ' || actor || ' ' || about || ' ' || CAST(count AS TEXT) || ' ' || parameters FROM event
             WHERE id > {} AND code LIKE 'subscriber.%' ORDER BY id",
            self.seen
        );
        let news = self.app.texts(&rows).await;
        self.seen = self.app.number("SELECT COALESCE(MAX(id), 0) FROM event").await;
        news
    }
}

/// Every row of the table with all that stands in it.
async fn all(app: &TestApp) -> Vec<String> {
    app.texts(
        "SELECT code || ' ' || about || ' ' || CAST(about_id AS TEXT) || ' ' || actor || ' ' || CAST(actor_id AS TEXT) || ' ' ||
                parameters FROM event ORDER BY id",
    )
    .await
}

fn token(app: &TestApp, purpose: Purpose, subject: i64) -> String {
    let issued_at = if purpose == Purpose::Confirm { app.clock.now() } else { 0 };
    app.app.keys.sign(purpose, Claim { subject, version: 1, issued_at })
}

async fn id_of(app: &TestApp, address: &str) -> i64 {
    app.number(&format!("SELECT id FROM subscriber WHERE email = '{address}'")).await
}

#[tokio::test]
async fn each_act_of_a_visitor_leaves_one_event() {
    let app = pages().set("signup.requests_per_hour_network_embedded", 0).spawn().await;
    app.newsletter("carnet").await;
    let mut watch = Watch { app: &app, seen: 0 };
    let form = [("email", "ana@example.org"), ("lang", "fr"), ("name", "Ana")];
    app.post_form("/n/carnet", &form).await;
    assert_eq!(watch.news().await, ["subscriber.asked visitor subscriber 1 {}"]);
    let id = id_of(&app, "ana@example.org").await;
    app.post_form("/n/carnet", &form).await;
    app.get(&format!("/confirm/{}", token(&app, Purpose::Confirm, id))).await;
    assert!(watch.news().await.is_empty(), "asking once more changes nothing, looking neither");
    for (purpose, path, event) in [
        (Purpose::Confirm, "/confirm/", Some("subscriber.confirmed visitor subscriber 1 {\"from\":\"pending\"}")),
        (Purpose::Confirm, "/confirm/", None),
        (Purpose::Leave, "/unsubscribe/", Some("subscriber.left visitor subscriber 1 {\"from\":\"confirmed\"}")),
        (Purpose::Leave, "/unsubscribe/", None),
        (Purpose::Leave, "/undo/", Some("subscriber.returned visitor subscriber 1 {\"to\":\"confirmed\"}")),
        (Purpose::NotMe, "/not-me/", Some("subscriber.left visitor subscriber 1 {\"from\":\"confirmed\"}")),
    ] {
        let path = match path {
            "/undo/" => format!("/unsubscribe/{}/undo", token(&app, purpose, id)),
            path => format!("{path}{}", token(&app, purpose, id)),
        };
        let answer = app.post_form(&path, &[]).await;
        assert_eq!(watch.news().await, event.into_iter().collect::<Vec<_>>(), "{path}: {}", answer.status);
    }
    app.post_form("/n/carnet", &[("email", "bea@example.org"), ("lang", "fr")]).await;
    let bea = id_of(&app, "bea@example.org").await;
    app.post_form(&format!("/not-me/{}", token(&app, Purpose::NotMe, bea)), &[]).await;
    assert_eq!(
        watch.news().await,
        [
            "subscriber.asked visitor subscriber 1 {}",
            "subscriber.erased visitor newsletter 1 {\"from\":\"pending\",\"reason\":\"not-me\"}"
        ]
    );
    nobody_is_named(&app, &["ana", "bea", "example.org", "Ana"]).await;
    let named =
        app.number(&format!("SELECT COUNT(*) FROM event WHERE about_id = {bea} AND about = 'subscriber'")).await;
    assert_eq!(named, 0, "whoever is erased stands nowhere any more, but what happened does");
}

#[tokio::test]
async fn each_act_of_an_owner_leaves_one_event() {
    let app = pages().spawn().await;
    let carnet = app.newsletter("carnet").await;
    let mut watch = Watch { app: &app, seen: 0 };
    let add = ["subscriber", "add", "carnet", "ana@example.org", "--name", "Ana"];
    app.cli(&[&add[..], &["--confirmed-elsewhere", "formulaire de papier"]].concat()).await.ok();
    assert_eq!(watch.news().await, ["subscriber.added command subscriber 1 {\"status\":\"confirmed\"}"]);
    app.cli(&add).await.ok();
    assert!(watch.news().await.is_empty(), "already subscribed");
    app.cli(&["subscriber", "unsubscribe", "carnet", "ana@example.org"]).await.ok();
    assert_eq!(watch.news().await, ["subscriber.left command subscriber 1 {\"from\":\"confirmed\"}"]);
    app.cli(&[&add[..], &["--bring-back", "elle l’a demandé"]].concat()).await.ok();
    assert_eq!(watch.news().await, ["subscriber.added command subscriber 1 {\"status\":\"pending\"}"]);
    let row = app.cli(&["subscriber", "show", "carnet", "ana@example.org", "--json"]).await.json();
    let told: Vec<_> = row["events"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(
        told,
        ["subscriber.added", "subscriber.left", "subscriber.added"],
        "whoever asks what is stored is told"
    );
    app.cli(&["subscriber", "erase", "carnet", "ana@example.org", "--yes"]).await.ok();
    assert_eq!(
        watch.news().await,
        ["subscriber.erased command newsletter 1 {\"from\":\"pending\",\"reason\":\"erased\"}"]
    );

    app.reader(&carnet, "p@example.org").await;
    app.execute("UPDATE subscriber SET status = 'pending'").await;
    app.reader(&carnet, "q@example.org").await;
    let file =
        "email,status\np@example.org,active\nz@example.org,active\ny@example.org,active\nx@example.org,unsubscribed\n";
    app.cli_with_input(&["import", "carnet", "-", "--confirmed-elsewhere", "ancien site", "--json"], file).await.json();
    let mut news = watch.news().await;
    news.sort();
    assert_eq!(
        news,
        [
            "subscriber.confirmed command subscriber 1 {\"import\":true}",
            "subscriber.imported command newsletter 1 {\"import\":true,\"status\":\"unsubscribed\"}",
            "subscriber.imported command newsletter 2 {\"import\":true,\"status\":\"confirmed\"}",
        ]
    );
    let list = "email\nq@example.org\nz@example.org\nnobody@example.org\n";
    app.cli_with_input(&["import", "carnet", "-", "--unsubscribed", "--json"], list).await.json();
    let mut news = watch.news().await;
    news.sort();
    assert_eq!(
        news,
        [
            "subscriber.imported command newsletter 1 {\"import\":true,\"status\":\"unsubscribed\"}",
            "subscriber.left command newsletter 2 {\"from\":\"confirmed\",\"import\":true}",
        ]
    );
    nobody_is_named(&app, &["ana", "example.org", "Ana", "papier", "ancien", "demand"]).await;
}

#[tokio::test]
async fn a_long_import_leaves_a_row_a_batch() {
    let app = pages().spawn().await;
    app.newsletter("carnet").await;
    let mut file = String::from("email\n");
    for n in 0..6_500 {
        writeln!(file, "p{n}@example.org").unwrap();
    }
    app.cli_with_input(&["import", "carnet", "-", "--confirmed-elsewhere", "ancien site", "--json"], &file)
        .await
        .json();
    assert_eq!(app.number("SELECT COUNT(*) FROM event").await, 2);
    assert_eq!(app.number("SELECT CAST(SUM(count) AS BIGINT) FROM event").await, 6_500);
}

/// A digest to sixty, of whom the server knows three not.
async fn bounced_three() -> (TestApp, Newsletter) {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 60).await;
    for n in [3, 6, 9] {
        app.sink.on(Stage::Rcpt).to(&format!("p{n}@example.org")).reply("550 5.1.1 no such user");
    }
    app.post(&carnet, "Un").await;
    app.send_now(&carnet).await;
    app.idle().await;
    (app, carnet)
}

#[tokio::test]
async fn addresses_that_a_server_does_not_know_leave_one_event_and_their_way_back_another() {
    let (app, _) = bounced_three().await;
    let bounces = "SELECT code || ' ' || actor || ' ' || CAST(CAST(SUM(count) AS BIGINT) AS TEXT) FROM event
                   WHERE code LIKE 'subscriber.%' GROUP BY code, actor ORDER BY code";
    assert_eq!(app.texts(bounces).await, ["subscriber.bounced system 3"]);
    assert_eq!(app.number("SELECT COUNT(*) FROM suppression").await, 3);
    app.cli(&["digest", "retry", "carnet", "--bounced", "--json"]).await.json();
    let back = app.texts(bounces).await;
    assert_eq!(back.len(), 2, "{back:?}");
    assert!(back[1].starts_with("subscriber.revived ") && back[1].ends_with(" 3"), "{back:?}");
    nobody_is_named(&app, &["p3", "example.org", "no such user"]).await;
}

/// No row holds any of these words, nor anything like an address.
async fn nobody_is_named(app: &TestApp, words: &[&str]) {
    let rows = all(app).await;
    assert!(!rows.is_empty());
    for row in rows {
        assert!(!row.contains('@') && !words.iter().any(|word| row.contains(word)), "{row}");
    }
}

#[tokio::test]
async fn time_forgets_people_with_a_count_and_events_of_long_ago() {
    let app = pages().set("signup.requests_per_hour_network_embedded", 0).spawn().await;
    let carnet = app.newsletter("carnet").await;
    for name in ["ana", "bea"] {
        app.post_form("/n/carnet", &[("email", &format!("{name}@example.org")), ("lang", "fr")]).await;
    }
    let mut watch = Watch { app: &app, seen: 0 };
    watch.news().await;
    app.advance(37 * DAY + HOUR).await;
    assert_eq!(watch.news().await, ["subscriber.forgotten system newsletter 2 {}"]);
    assert_eq!(app.number("SELECT COUNT(*) FROM event WHERE about = 'subscriber' AND about_id <> 0").await, 0);
    // What lasts is kept, however long.
    let mut tx = app.app.db.begin().await.unwrap();
    let lasts = Event::new(carnet.id, Code::SubscriberBounced, About::Feed(1), Actor::System);
    assert!(events::begin(&mut tx, app.clock.now(), &lasts).await.unwrap());
    assert!(!events::begin(&mut tx, app.clock.now(), &lasts).await.unwrap(), "it lasts already");
    tx.commit().await.unwrap();
    app.advance(24 * 30 * DAY).await;
    let kept = "SELECT COUNT(*) FROM event WHERE code LIKE 'subscriber.%'";
    assert_eq!(app.number(kept).await, 4, "25 months are not over");
    app.advance(45 * DAY).await;
    assert_eq!(app.number(kept).await, 1);
    assert_eq!(app.number(&format!("{kept} AND is_open")).await, 1);
}

/// Does one verb to somebody; `true` when it says that it changed something.
async fn act(app: &TestApp, tx: &mut Tx, verb: Verb, person: &Subscriber) -> bool {
    let now = app.clock.now();
    let email: Email = person.email.parse().unwrap();
    match verb {
        Verb::Add => {
            let addition = Addition {
                email: &email,
                name: None,
                language: "fr",
                confirmed_elsewhere: None,
                bring_back: None,
                by: Actor::Command,
            };
            status::add(tx, person.newsletter_id, &addition, Status::Confirmed, now).await.unwrap().is_some()
        }
        Verb::Confirm => status::confirm(tx, person, now, now).await.unwrap(),
        Verb::Leave => status::leave(tx, person, now, Actor::Visitor).await.unwrap(),
        Verb::Undo => status::undo(tx, person, Status::Paused, now).await.unwrap(),
        Verb::Bounce => MEANING.people.gone(&app.app, tx, &[person.id]).await.unwrap() == 1,
        Verb::Revive => {
            status::revive(tx, person.newsletter_id, &[person.id], now, Actor::Token(7)).await.unwrap() == 1
        }
        Verb::Complain => status::complain(tx, person, now, "lmtp").await.unwrap(),
        Verb::Pardon => status::pardon(tx, person, now, Actor::Command).await.unwrap(),
        Verb::Pause => pause::begin(tx, person, now + DAY, now, Actor::Visitor).await.unwrap(),
        Verb::Resume => pause::end(tx, person, now, Actor::Visitor).await.unwrap(),
        Verb::Ask | Verb::Import | Verb::Vouch | Verb::Erase | Verb::Forget => unreachable!("not in this test"),
    }
}

#[tokio::test]
async fn a_verb_changes_whom_the_table_says_and_nobody_else() {
    let app = TestApp::builder().stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    let id = app.reader(&carnet, "ana@example.org").await;
    for from in Status::ALL {
        for verb in [
            Verb::Add,
            Verb::Confirm,
            Verb::Leave,
            Verb::Undo,
            Verb::Pause,
            Verb::Resume,
            Verb::Bounce,
            Verb::Complain,
            Verb::Pardon,
            Verb::Revive,
        ] {
            app.execute(&format!("UPDATE subscriber SET status = '{from}', ended_at = 1")).await;
            let before = app.number("SELECT COUNT(*) FROM event").await;
            let mut tx = app.app.db.begin().await.unwrap();
            let person = sql::by_id_in(&mut tx, id).await.unwrap().unwrap();
            let changed = act(&app, &mut tx, verb, &person).await;
            tx.commit().await.unwrap();
            let after = sql::by_id(&app.app.db, id).await.unwrap().unwrap().status;
            let told = app.number("SELECT COUNT(*) FROM event").await - before;
            assert_eq!(changed, verb.from().contains(from), "{verb:?} from {from}");
            assert_eq!(told, i64::from(changed), "{verb:?} from {from}");
            assert!(if changed { verb.to().contains(&after) } else { after == *from }, "{verb:?} from {from}: {after}");
        }
    }
}

#[tokio::test]
async fn what_a_program_does_with_a_digest_bears_its_token() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 3).await;
    app.post(&carnet, "Un").await;
    let made = app.cli(&["token", "create", "tests", "--json"]).await.json();
    let token = made["token"].as_str().unwrap();
    let path = "/api/v1/newsletters/carnet/digests";
    let request = app.request(reqwest::Method::POST, path).bearer_auth(token).body(r#"{"unsettled": true}"#);
    assert_eq!(app.send(request).await.status, 201);
    app.idle().await;
    let told =
        "SELECT code || ' ' || actor || ' ' || CAST(actor_id AS TEXT) FROM event WHERE about = 'digest' ORDER BY id";
    let id = app.number("SELECT id FROM api_token").await;
    assert_eq!(
        app.texts(told).await,
        [format!("digest.released token {id}"), "digest.sending system 0".into(), "digest.finished system 0".into()]
    );
    nobody_is_named(&app, &[token, "p1", "example.org"]).await;
}
