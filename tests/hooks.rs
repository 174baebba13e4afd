//! Web hooks of providers, over HTTP as providers post: believed and stored once, forged and unknown ones not; the light; the real
//! posts of the corpus.

use std::collections::{BTreeMap, BTreeSet};

use facteur::bounces::event::Kind;
use facteur::bounces::hooks::Provider;
use facteur::bounces::hooks::request::Headers;
use facteur::clock::{DAY, MINUTE};
use facteur::keys::Bounced;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, TestApp, corpus, folder};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// The invented posts, but those of Amazon SES, whose certificate stands on the internet.
fn posts() -> Vec<Value> {
    let posts: Vec<Value> = serde_json::from_str(include_str!("data/hooks/signed.json")).unwrap();
    posts.into_iter().filter(|post| post["provider"] != "amazon_ses").collect()
}

fn of(provider: &str) -> Value {
    posts().into_iter().find(|post| post["provider"] == provider).unwrap()
}

/// A world in which every provider has its hook, Brevo's with a password; and luc@example.org, who reads.
async fn world() -> (TestApp, tempfile::TempDir) {
    let files = folder();
    let file = |name: &str, text: &str| {
        let path = files.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let secret = file("secret", SECRET);
    let mut app = TestApp::builder();
    for provider in Provider::ALL {
        app = app.set(&format!("bounces.hooks.{provider}.secret_file"), secret.clone());
    }
    for post in posts().iter().rev().filter(|post| post["key"] != "") {
        let provider = post["provider"].as_str().unwrap();
        let key = file(provider, post["key"].as_str().unwrap());
        app = app.set(&format!("bounces.hooks.{provider}.key_file"), key);
    }
    app = app.set("bounces.hooks.brevo.login_file", file("login", "brevo:un mot\n"));
    let app = app.spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "luc@example.org").await;
    (app, files)
}

async fn bring(app: &TestApp, post: &Value) -> Answer {
    let path = format!("/hooks/{}/{SECRET}", post["provider"].as_str().unwrap());
    let mut request = app.request(Method::POST, &path).body(post["body"].as_str().unwrap().to_owned());
    for (name, value) in post["headers"].as_object().unwrap() {
        request = request.header(name, value.as_str().unwrap());
    }
    if post["provider"] == "brevo" {
        request = request.basic_auth("brevo", Some("un mot"));
    }
    app.send(request).await
}

/// What came back, without the numbers that tell the order.
async fn stored(app: &TestApp) -> BTreeSet<String> {
    let all = app
        .texts(
            "SELECT fingerprint || ' ' || source || ' ' || kind || ' ' || state || ' ' || status || ' ' || words || ' '
                 || COALESCE(CAST(subscriber_id AS TEXT), '-') FROM returned",
        )
        .await;
    let set: BTreeSet<String> = all.iter().cloned().collect();
    assert_eq!(set.len(), all.len(), "something is stored twice: {all:#?}");
    set
}

/// Whether something follows from an event: not when the provider still tries, or refused because of us.
fn counts(event: &Value) -> bool {
    ["complaint", "leave"].contains(&event["kind"].as_str().unwrap())
        || ["hard", "soft"].contains(&event["class"].as_str().unwrap())
}

#[tokio::test]
async fn what_comes_three_times_and_in_any_order_is_stored_once() {
    let (app, _files) = world().await;
    let mut posts = posts();
    let expected: usize =
        posts.iter().map(|post| post["events"].as_array().unwrap().iter().filter(|event| counts(event)).count()).sum();
    for post in &posts {
        let answer = bring(&app, post).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "OK\n"), "{}", post["provider"]);
    }
    let first = stored(&app).await;
    assert_eq!(first.len(), expected);
    assert_eq!(app.status_of("luc@example.org").await.as_deref(), Some("complained"));
    posts.reverse();
    for post in posts.iter().chain(&posts) {
        assert_eq!(bring(&app, post).await.status, 200);
    }
    assert_eq!(stored(&app).await, first);

    // In another order from the beginning, the same.
    let (other, _files) = world().await;
    for post in &posts {
        assert_eq!(bring(&other, post).await.status, 200, "{}", post["provider"]);
    }
    assert_eq!(stored(&other).await, first);
    assert_eq!(other.status_of("luc@example.org").await.as_deref(), Some("complained"));
}

#[tokio::test]
async fn a_dead_address_gets_nothing_more_and_what_is_nobodys_waits_for_an_editor() {
    let (app, _files) = world().await;
    assert_eq!(app.status_of("luc@example.org").await.as_deref(), Some("confirmed"));
    assert_eq!(bring(&app, &of("mailjet")).await.status, 200);
    assert_eq!(app.status_of("luc@example.org").await.as_deref(), Some("bounced"));
    let luc = app.id_of("luc@example.org").await;
    let kinds =
        "SELECT kind || ' ' || state || ' ' || COALESCE(CAST(subscriber_id AS TEXT), '-') FROM returned ORDER BY id";
    assert_eq!(
        app.texts(kinds).await,
        [format!("hard done {luc}"), "leave open -".to_owned()],
        "an opened mail is nobody's"
    );
    let open = app.cli(&["bounce", "list", "--json"]).await.json();
    let row = open[0]["row"].to_string();
    assert_eq!((open.as_array().unwrap().len(), &open[0]["kind"]), (1, &json!("leave")));
    // An editor has to know who that was.
    assert!(app.cli(&["bounce", "show", &row]).await.ok().contains("nina@example.org"));
    // What servers said holds no address, nor do names.
    assert_eq!(bring(&app, &of("postal")).await.status, 200);
    assert_eq!(
        app.texts("SELECT words FROM returned WHERE fingerprint LIKE 'postal:%'").await,
        ["550 5.1.1 <…> unknown"]
    );
    assert_eq!(app.texts("SELECT fingerprint FROM returned WHERE fingerprint LIKE '%@%'").await, Vec::<String>::new());
    // Once erased, nothing tells of them.
    app.cli(&["subscriber", "erase", "carnet", "luc@example.org", "--yes"]).await.ok();
    assert_eq!(app.texts(kinds).await, ["leave open -"]);
}

#[tokio::test]
async fn the_token_of_the_envelope_names_the_person() {
    let (app, _files) = world().await;
    let luc = app.id_of("luc@example.org").await;
    let token = app.app.keys.bounce_token(Bounced { subscriber_id: luc, digest_id: 0 });
    for (sender, id) in
        [(format!("b-{token}@bounces.example.org"), "1"), ("b-aaaaaaaaaaaaaaaaaaaaaaaa@x.example".into(), "2")]
    {
        let body = json!({"RecordType": "Bounce", "ID": id, "Type": "HardBounce", "Email": "moved@example.net", "From": sender});
        let post = json!({"provider": "postmark", "headers": {}, "body": body.to_string()});
        assert_eq!(bring(&app, &post).await.status, 200);
    }
    let rows =
        app.texts("SELECT state || ' ' || COALESCE(CAST(subscriber_id AS TEXT), '-') FROM returned ORDER BY id").await;
    assert_eq!(rows, [format!("done {luc}"), "open -".to_owned()]);
    assert_eq!(app.status_of("luc@example.org").await.as_deref(), Some("bounced"));
}

/// A dead address as Postmark posts it; of the mail no more is told than, perhaps, its sender.
fn dead(id: usize, address: &str, from: Option<&str>) -> Value {
    let mut body = json!({"RecordType": "Bounce", "ID": id, "Type": "HardBounce", "Email": address});
    if let Some(from) = from {
        body["From"] = from.into();
    }
    json!({"provider": "postmark", "headers": {}, "body": body.to_string()})
}

/// The same of many readers in one post, as Mailjet does.
fn many_dead(readers: usize) -> Value {
    let event = |n: usize| {
        json!({
            "event": "bounce", "time": 1_780_293_500, "MessageID": n, "email": format!("p{n}@example.org"),
            "hard_bounce": true, "error": "user unknown", "error_related_to": "recipient",
        })
    };
    let body = Value::Array((1..=readers).map(event).collect()).to_string();
    json!({"provider": "mailjet", "headers": {"content-type": "application/json"}, "body": body})
}

#[tokio::test]
async fn a_burst_waits_for_an_editor_though_it_is_not_told_which_mailing_it_was() {
    for at_once in [false, true] {
        let (app, _files) = world().await;
        let gazette = app.newsletter("gazette").await;
        app.readers(&gazette, 40).await;
        app.post(&gazette, "Des nouvelles du jardin").await;
        app.send_now(&gazette).await;
        app.wait_for_mails(40).await;
        if at_once {
            assert_eq!(bring(&app, &many_dead(14)).await.status, 200);
        } else {
            for n in 1..=14 {
                assert_eq!(bring(&app, &dead(n, &format!("p{n}@example.org"), None)).await.status, 200);
            }
        }
        let waiting = "SELECT COUNT(*) FROM returned WHERE state = 'waiting'";
        assert_eq!(
            (app.with_status("bounced").await, app.number(waiting).await),
            (10, 4),
            "a quarter of forty is ten; the rest waits, as what comes by mail does"
        );
        assert_eq!(app.number("SELECT COUNT(*) FROM event WHERE code = 'digest.bounces'").await, 1);
        let each = "SELECT COUNT(*) FROM event WHERE code = 'subscriber.bounced' AND about = 'subscriber'";
        assert_eq!(app.number(each).await, 10, "each has it in their history");
        // Another newsletter's readers are none of that mailing.
        assert_eq!(bring(&app, &dead(98, "luc@example.org", None)).await.status, 200);
        assert_eq!(app.status_of("luc@example.org").await.as_deref(), Some("bounced"));
        app.cli(&["bounce", "accept", "gazette"]).await.ok();
        assert_eq!((app.with_status("bounced").await, app.number(waiting).await), (15, 0));
        assert_eq!(bring(&app, &dead(99, "p15@example.org", None)).await.status, 200);
        assert_eq!(app.with_status("bounced").await, 16, "what is known to be true does not wait again");
    }
}

#[tokio::test]
async fn full_mailboxes_of_one_post_count_a_day_each_and_end_whom_it_is_too_much() {
    let (app, _files) = world().await;
    let gazette = app.newsletter("gazette").await;
    app.readers(&gazette, 3).await;
    let (first, today) = (app.id_of("p1@example.org").await, app.clock.now().div_euclid(DAY));
    for ago in [15, 10, 6, 3] {
        let day = today - ago;
        app.execute(&format!("INSERT INTO soft_bounce (subscriber_id, day) VALUES ({first}, {day})")).await;
    }
    // Each of them twice.
    let event = |n: usize| {
        json!({
            "event": "bounce", "time": 1_780_293_500, "MessageID": n, "email": format!("p{}@example.org", n % 3 + 1),
            "hard_bounce": false, "error": "quota exceeded", "error_related_to": "recipient",
        })
    };
    let body = Value::Array((0..6).map(event).collect()).to_string();
    let post = json!({"provider": "mailjet", "headers": {"content-type": "application/json"}, "body": body});
    for _ in 0..2 {
        assert_eq!(bring(&app, &post).await.status, 200);
        assert_eq!(app.texts("SELECT kind || ' ' || state FROM returned").await, ["soft done"; 6]);
        assert_eq!(app.status_of("p1@example.org").await.as_deref(), Some("bounced"), "the fifth day");
        assert_eq!(app.status_of("p2@example.org").await.as_deref(), Some("confirmed"));
        assert_eq!(app.number("SELECT COUNT(*) FROM soft_bounce").await, 2);
        assert_eq!(app.number("SELECT COUNT(*) FROM event WHERE code = 'subscriber.soft-bounced'").await, 3);
        assert_eq!(app.suppressions().await, ["bounced"]);
    }
}

#[tokio::test]
async fn a_dead_address_is_dead_in_each_newsletter_that_the_provider_may_speak_of() {
    let (app, _files) = world().await;
    for slug in ["gazette", "ailleurs"] {
        let newsletter = app.newsletter(slug).await;
        app.reader(&newsletter, "luc@example.org").await;
        app.reader(&newsletter, "ana@example.org").await;
        app.reader(&newsletter, "nina@example.org").await;
    }
    app.execute("UPDATE newsletter SET from_address = 'nouvelles@ailleurs.example' WHERE slug = 'ailleurs'").await;
    let of = async |address: &str| {
        app.texts(&format!(
            "SELECT n.slug || ' ' || s.status || ' ' || CAST((SELECT COUNT(*) FROM returned r
                 WHERE r.subscriber_id = s.id AND r.kind = 'hard' AND r.state = 'done') AS TEXT)
             FROM subscriber s JOIN newsletter n ON n.id = s.newsletter_id WHERE s.email = '{address}' ORDER BY n.slug"
        ))
        .await
    };
    // The sender is told: newsletters of that domain alone, each with its proof. Told again, nothing more.
    for _ in 0..2 {
        let told = dead(1, "luc@example.org", Some("Le carnet <carnet@Lettres.example.org>"));
        assert_eq!(bring(&app, &told).await.status, 200);
        assert_eq!(of("luc@example.org").await, ["ailleurs confirmed 0", "carnet bounced 1", "gazette bounced 1"]);
    }
    // No sender, or none of ours: everywhere.
    for (id, address, from) in
        [(2, "ana@example.org", None), (3, "nina@example.org", Some("pm_bounces@pm.provider.example"))]
    {
        assert_eq!(bring(&app, &dead(id, address, from)).await.status, 200);
        assert_eq!(of(address).await, ["ailleurs bounced 1", "gazette bounced 1"]);
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM returned").await, 6);
    assert_eq!(app.suppressions().await, ["bounced"; 6]);
    let each = "SELECT COUNT(*) FROM event WHERE code = 'subscriber.bounced' AND about = 'subscriber'";
    assert_eq!(app.number(each).await, 6);
}

#[tokio::test]
async fn who_wants_no_more_of_one_of_several_newsletters_is_for_an_editor_to_find_out() {
    let (app, _files) = world().await;
    let gazette = app.newsletter("gazette").await;
    app.reader(&gazette, "luc@example.org").await;
    let event = json!({"event": "unsub", "time": 1_780_293_500, "MessageID": 1, "email": "luc@example.org"});
    let post =
        json!({"provider": "mailjet", "headers": {"content-type": "application/json"}, "body": event.to_string()});
    assert_eq!(bring(&app, &post).await.status, 200);
    assert_eq!(app.texts("SELECT kind || ' ' || state FROM returned").await, ["leave open"]);
    assert_eq!(app.with_status("confirmed").await, 2);
    // A complaint is about all of one sender's domain, so nothing is to be found out.
    let complaint = json!({"event": "spam", "time": 1_780_293_500, "MessageID": 2, "email": "luc@example.org"});
    let post =
        json!({"provider": "mailjet", "headers": {"content-type": "application/json"}, "body": complaint.to_string()});
    assert_eq!(bring(&app, &post).await.status, 200);
    assert_eq!(app.with_status("complained").await, 2);
}

#[tokio::test]
async fn what_is_forged_is_refused_and_the_light_says_so() {
    let (app, _files) = world().await;
    let lights = async || -> BTreeMap<String, Value> {
        let rows = app.cli(&["bounce", "hooks", "--json"]).await.json();
        rows.as_array().unwrap().iter().map(|row| (row["provider"].as_str().unwrap().to_owned(), row.clone())).collect()
    };
    assert!(lights().await.values().all(|row| row["light"] == "waiting"));
    for provider in ["mailersend", "mailtrap", "mandrill", "postal", "resend", "sendgrid", "unisender_go"] {
        let mut post = of(provider);
        post["body"] = post["body"].as_str().unwrap().replace("luc", "lux").into();
        assert_eq!(bring(&app, &post).await.status, 403, "{provider}");
    }
    assert_eq!(stored(&app).await.len(), 0);
    assert_eq!(lights().await["sendgrid"]["last_refused"], "forged");
    assert_eq!(lights().await["sendgrid"]["light"], "refuses");
    app.clock.advance(MINUTE);
    assert_eq!(bring(&app, &of("sendgrid")).await.status, 200);
    assert_eq!(lights().await["sendgrid"]["light"], "works");
    let shown = app.cli(&["bounce", "hooks"]).await;
    assert!(shown.ok().contains("sendgrid       works · last event 2026-06-01"), "{}", shown.stdout);

    let mut bare = of("brevo");
    bare["provider"] = "postmark".into();
    bare["body"] = "no JSON".into();
    assert_eq!(bring(&app, &bare).await.status, 400);
    let body = of("brevo")["body"].as_str().unwrap().to_owned();
    let brevo = format!("/hooks/brevo/{SECRET}");
    for password in [None, Some("deux mots")] {
        let mut request = app.request(Method::POST, &brevo).body(body.clone());
        if let Some(password) = password {
            request = request.basic_auth("brevo", Some(password));
        }
        let answer = app.send(request).await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Basic realm=\"Facteur\""));
    }
    assert_eq!(stored(&app).await.len(), 1, "the one of SendGrid from which something follows");
}

#[tokio::test]
async fn a_wrong_address_is_answered_alike_whatever_is_wrong() {
    let (app, _files) = world().await;
    let plain = TestApp::spawn().await;
    let body = of("postmark")["body"].as_str().unwrap().to_owned();
    let wrong = "f".repeat(32);
    let mut answers = Vec::new();
    for (app, path) in [
        (&app, format!("/hooks/postmark/{wrong}")),
        (&app, format!("/hooks/nobody/{wrong}")),
        (&app, "/hooks/postmark/x".to_owned()),
        (&plain, format!("/hooks/postmark/{wrong}")),
        (&plain, format!("/hooks/postmark/{SECRET}")),
    ] {
        let request = app.request(Method::POST, &path).header("content-type", "application/json").body(body.clone());
        let answer = app.send(request).await;
        assert!(!answer.body.contains(SECRET) && !answer.body.contains(&wrong), "{}", answer.body);
        answers.push((answer.status, answer.body));
        assert_eq!(app.get(&path).await.status, 404);
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    assert_eq!(answers[0].0, 404);
    // Some providers look first.
    let right = format!("/hooks/postmark/{SECRET}");
    assert_eq!(app.get(&right).await.status, 200);
    assert_eq!(app.send(app.request(Method::HEAD, &right)).await.status, 200);
    let long = app.request(Method::POST, &right).body(vec![b' '; 10 * 1024 * 1024 + 1]);
    assert_eq!(app.send(long).await.status, 413);
    assert_eq!(app.number("SELECT COUNT(*) FROM returned").await, 0);
}

#[tokio::test]
async fn what_is_a_month_old_is_neither_stored_nor_remembered() {
    let (app, _files) = world().await;
    assert_eq!(bring(&app, &of("postmark")).await.status, 200);
    assert_eq!(stored(&app).await.len(), 1);
    app.clock.advance(31 * DAY);
    assert_eq!(bring(&app, &of("postmark")).await.status, 200, "it is theirs, and old");
    assert_eq!(stored(&app).await.len(), 1);
    let new = json!({"RecordType": "Bounce", "ID": 5, "Type": "HardBounce", "Email": "luc@example.org"});
    let new = json!({"provider": "postmark", "headers": {}, "body": new.to_string()});
    assert_eq!(bring(&app, &new).await.status, 200);
    let names = app.texts("SELECT fingerprint FROM returned ORDER BY id").await;
    assert_eq!((names.len(), names[1].as_str()), (2, "postmark:bounce:5"));
}

#[tokio::test]
async fn a_thousand_events_at_once_are_stored_and_told_again_change_nothing() {
    let (app, _files) = world().await;
    let event = |n: usize| json!({"event": "unsub", "time": 1_780_293_500, "MessageID": n, "email": format!("p{n}@example.org")});
    let body = Value::Array((0..1_000).map(event).collect()).to_string();
    let post = json!({"provider": "mailjet", "headers": {"content-type": "application/json"}, "body": body});
    for _ in 0..2 {
        assert_eq!(bring(&app, &post).await.status, 200);
        assert_eq!(app.number("SELECT COUNT(*) FROM returned WHERE kind = 'leave'").await, 1_000);
    }
}

#[tokio::test]
async fn the_command_explains_a_body_and_names_mistakes() {
    let app = TestApp::builder().stopped().spawn().await;
    let body = of("sendgrid")["body"].as_str().unwrap().to_owned();
    let said = app.cli_with_input(&["bounce", "hook-explain", "sendgrid", "-", "--json"], &body).await.json();
    let event = |n: usize| (said["events"][n]["type"].as_str().unwrap(), said["events"][n]["class"].as_str().unwrap());
    assert_eq!((event(0), event(1), event(2)), (("bounced", "hard"), ("bounced", "block"), ("other", "")));
    let text = app.cli_with_input(&["bounce", "hook-explain", "sendgrid", "-"], &body).await;
    assert!(text.ok().starts_with("bounce hard    luc@example.org  5.1.1 550 5.1.1 unknown"), "{}", text.stdout);
    let broken = app.cli_with_input(&["bounce", "hook-explain", "sendgrid", "-"], "{").await;
    assert!(broken.fails(3).contains("could not be understood"), "{}", broken.stderr);
    let nobody = app.cli_with_input(&["bounce", "hook-explain", "sendgird", "-"], "{}").await;
    assert!(nobody.fails(2).contains("unisender_go"), "{}", nobody.stderr);
    assert!(app.cli(&["bounce", "hooks"]).await.ok().contains("No web hook is set up"));
    assert!(app.cli(&["bounce", "list"]).await.ok().contains("Nothing waits"));
}

#[tokio::test]
async fn the_command_says_whether_a_post_would_be_believed() {
    let (app, files) = world().await;
    let explain = async |post: &Value, body: &str| {
        let headers = post["headers"].as_object().unwrap();
        let lines: Vec<String> =
            headers.iter().map(|(name, value)| format!("{name}: {}\r\n", value.as_str().unwrap())).collect();
        let file = files.path().join("headers");
        std::fs::write(&file, lines.concat()).unwrap();
        let provider = post["provider"].as_str().unwrap();
        let command = ["bounce", "hook-explain", provider, "-", "--headers", file.to_str().unwrap(), "--json"];
        app.cli_with_input(&command, body).await.json()["proof"].as_str().unwrap().to_owned()
    };
    for provider in ["mailersend", "mailtrap", "mandrill", "postal", "unisender_go"] {
        let post = of(provider);
        let body = post["body"].as_str().unwrap();
        assert_eq!(explain(&post, body).await, "proven", "{provider}");
        assert_eq!(explain(&post, &body.replace("luc", "lux")).await, "forged", "{provider}");
    }
    let post = of("brevo");
    assert_eq!(explain(&post, post["body"].as_str().unwrap()).await, "unchecked", "it signs nothing");
    let mut bare = of("mailersend");
    bare["headers"] = json!({"content-type": "application/json"});
    assert_eq!(explain(&bare, bare["body"].as_str().unwrap()).await, "unsigned");
    assert_eq!(stored(&app).await.len(), 0);
}

/// Of events, what says something of its recipient.
fn acts(events: &Value) -> Vec<&str> {
    let words = events.as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap());
    let mut words: Vec<_> = words.filter(|word| ["bounced", "complained", "unsubscribed"].contains(word)).collect();
    words.sort_unstable();
    words
}

/// The program itself, as an operator calls it, with one post of each provider that says something.
#[tokio::test]
async fn the_corpus_of_real_posts_is_explained_by_the_command() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("webhooks");
    let expected = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    let expected: BTreeMap<String, Value> = serde_json::from_str(&expected).unwrap();
    let app = TestApp::builder().stopped().spawn().await;
    let mut seen = BTreeSet::new();
    for (name, wanted) in &expected {
        let provider = wanted["provider"].as_str().unwrap();
        if acts(&wanted["events"]).is_empty() || !seen.insert(provider) {
            continue;
        }
        let (file, content_type) = (folder.join(name), wanted["content_type"].as_str().unwrap());
        let file = file.to_str().unwrap();
        let command = ["bounce", "hook-explain", provider, file, "--content-type", content_type, "--json"];
        let said = app.cli(&command).await.json();
        assert_eq!(acts(&said["events"]), acts(&wanted["events"]), "{name}");
    }
    assert!(seen.len() >= 10, "{seen:?}");
}

#[test]
fn the_corpus_of_real_posts_is_understood() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("webhooks");
    let expected = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    let expected: BTreeMap<String, Value> = serde_json::from_str(&expected).unwrap();
    assert!(expected.len() >= 80, "the corpus is whole");
    for (name, wanted) in &expected {
        let provider: Provider = wanted["provider"].as_str().unwrap().parse().unwrap();
        let headers: Headers = [("content-type", wanted["content_type"].as_str().unwrap())].into_iter().collect();
        let body = std::fs::read(folder.join(name)).unwrap();
        let read = provider.read(&headers, &body).unwrap_or_else(|why| panic!("{name}: {why}"));
        let word = |kind: Kind| match kind {
            Kind::Hard | Kind::Soft | Kind::Block => Some("bounced"),
            Kind::Complaint => Some("complained"),
            Kind::Leave => Some("unsubscribed"),
            _ => None,
        };
        let mut found: Vec<_> = read
            .iter()
            .filter_map(|event| Some((word(event.kind)?, event.recipient.to_lowercase(), event.kind.class())))
            .collect();
        for event in wanted["events"].as_array().unwrap() {
            let kind = event["type"].as_str().unwrap();
            if !["bounced", "complained", "unsubscribed"].contains(&kind) {
                continue;
            }
            let recipient = event["recipient"].as_str().unwrap_or_default().to_lowercase();
            let class = event["class"].as_str().filter(|class| ["hard", "soft"].contains(class));
            let fits = |found: &(&str, String, &str)| {
                found.0 == kind && found.1 == recipient && class.is_none_or(|class| class == found.2)
            };
            let place =
                found.iter().position(fits).unwrap_or_else(|| panic!("{name}: no {kind} {recipient} in {found:?}"));
            found.remove(place);
        }
        assert!(found.is_empty(), "{name}: false events {found:?}");
    }
}
