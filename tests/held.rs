//! Sign-ups above a limit: everybody gets their letter, later and within the limits, and the owner is told.

use facteur::clock::{DAY, HOUR, MINUTE};
use facteur::serve::Roles;
use reqwest::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::harness::{Builder, TestApp};
use super::signup::pages;

fn limited(key: &str, limit: u32) -> Builder {
    let open = pages().set("signup.requests_per_hour_network_embedded", 0);
    open.set(&format!("signup.{key}"), limit)
}

async fn ask(app: &TestApp, email: &str) {
    assert_eq!(app.post_form("/n/carnet", &[("email", email), ("lang", "fr")]).await.status, 303);
}

/// Letters that leave, in all and within the hour.
async fn letters(app: &TestApp) -> (i64, i64) {
    let all = app.letters_queued().await;
    let hour = app.clock.now() - HOUR;
    (all, app.number(&format!("SELECT COUNT(*) FROM letter WHERE state = 0 AND created_at > {hour}")).await)
}

/// Lets time pass in steps; at each no more than `limit` letters have left within the hour.
async fn within(app: &TestApp, limit: i64, hours: i64) {
    for step in 0..hours * 4 {
        app.advance(15 * MINUTE).await;
        let (all, hour) = letters(app).await;
        assert!(hour <= limit, "step {step}: {hour} within the hour, {all} in all");
    }
}

#[tokio::test]
async fn nobody_above_a_ceiling_is_lost() {
    for key in ["letters_per_hour_domain", "letters_per_hour"] {
        let app = limited(key, 5).spawn().await;
        app.newsletter("carnet").await;
        for i in 0..12 {
            ask(&app, &format!("w{i}@big.example")).await;
        }
        assert_eq!(letters(&app).await.0, 5, "{key}");
        assert_eq!(app.with_status("pending").await, 12);
        let shown = app.cli(&["newsletter", "show", "carnet", "--json"]).await.json();
        assert_eq!(shown["held"], 7, "{shown}");
        assert!(app.cli(&["newsletter", "show", "carnet"]).await.ok().contains("7 people wait for their letter"));
        assert!(app.cli(&["newsletter", "list"]).await.ok().contains("7 wait"));
        app.says_ready("signups", |said| said.contains("wait")).await;
        let person = app.cli(&["subscriber", "show", "carnet", "w11@big.example", "--json"]).await.json();
        assert_eq!(person["letters"][0]["state"], "planned", "{person}");
        within(&app, 5, 8).await;
        assert_eq!(letters(&app).await.0, 12, "{key}");
        assert_eq!(app.number("SELECT COUNT(DISTINCT subscriber_id) FROM letter WHERE state = 0").await, 12);
        app.says_ready("signups", |said| said == "ok").await;
        let shown = app.cli(&["newsletter", "show", "carnet", "--json"]).await.json();
        assert_eq!(shown["held"], 0);
    }
}

#[tokio::test]
async fn a_scheduler_that_slept_sends_no_more_than_the_hour_lets_through() {
    let app = limited("letters_per_hour", 6).spawn().await;
    app.newsletter("carnet").await;
    for i in 0..20 {
        ask(&app, &format!("w{i}@d{i}.example")).await;
    }
    app.clock.advance(3 * DAY);
    app.tick().await;
    assert_eq!(letters(&app).await, (12, 6));
    within(&app, 6, 8).await;
    assert_eq!(letters(&app).await.0, 20);
}

#[tokio::test]
async fn a_full_domain_holds_no_other_back() {
    let app = limited("letters_per_hour_domain", 2).spawn().await;
    app.newsletter("carnet").await;
    for i in 0..30 {
        ask(&app, &format!("w{i}@big.example")).await;
    }
    ask(&app, "ana@small.example").await;
    assert_eq!(letters(&app).await.0, 3);
}

#[tokio::test]
async fn nobody_of_a_network_over_its_limit_is_lost() {
    let app = pages().set("signup.requests_per_hour_network_embedded", 4).spawn().await;
    app.newsletter("carnet").await;
    for i in 0..14 {
        ask(&app, &format!("w{i}@d{i}.example")).await;
    }
    assert_eq!(app.with_status("pending").await, 14);
    assert_eq!(letters(&app).await.0, 4);
    within(&app, 8, 4).await;
    assert_eq!(app.number("SELECT COUNT(DISTINCT subscriber_id) FROM letter WHERE state = 0").await, 14);
}

#[tokio::test]
async fn who_waits_and_changes_their_mind_or_asks_again_gets_no_letter_too_many() {
    let app = limited("letters_per_hour", 2).spawn().await;
    let newsletter = app.newsletter("carnet").await;
    app.reader(&newsletter, "in@example.org").await;
    app.reader(&newsletter, "left@example.org").await;
    app.execute("UPDATE subscriber SET status = 'unsubscribed', ended_at = 1 WHERE email = 'left@example.org'").await;
    ask(&app, "a@example.org").await;
    ask(&app, "b@example.org").await;
    for email in ["in@example.org", "left@example.org", "gone@example.org", "twice@example.org", "twice@example.org"] {
        ask(&app, email).await;
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM planned_letter").await, 4);
    assert_eq!(app.with_status("unsubscribed").await, 1);
    app.cli(&["subscriber", "unsubscribe", "carnet", "gone@example.org"]).await.ok();
    within(&app, 2, 10).await;
    let mut sent = app
        .texts("SELECT s.email || ' ' || l.kind FROM letter l JOIN subscriber s ON s.id = l.subscriber_id WHERE l.state = 0")
        .await;
    sent.sort();
    assert_eq!(
        sent,
        [
            "a@example.org confirm",
            "b@example.org confirm",
            "in@example.org already",
            "left@example.org confirm",
            "twice@example.org confirm"
        ]
    );
}

#[tokio::test]
async fn a_visitor_does_not_wait_behind_an_import() {
    let app = limited("letters_per_hour", 2).spawn().await;
    app.newsletter("carnet").await;
    let file = (0..200).map(|i| format!("i{i}@d{i}.example")).collect::<Vec<_>>().join("\n");
    app.cli_with_input(&["import", "carnet", "-"], &file).await.ok();
    for i in 0..4 {
        ask(&app, &format!("w{i}@v{i}.example")).await;
    }
    // One of the imported waited for days, and asks now.
    ask(&app, "i199@d199.example").await;
    for _ in 0..10 {
        app.advance(HOUR).await;
    }
    let of = |like: &str| {
        format!(
            "SELECT COUNT(DISTINCT s.email) FROM letter l JOIN subscriber s ON s.id = l.subscriber_id
                 WHERE l.state = 0 AND s.email LIKE '{like}'"
        )
    };
    assert_eq!(app.number(&of("w%")).await, 4);
    assert_eq!(app.number(&of("i199@%")).await, 1);
}

#[tokio::test]
async fn held_sign_ups_and_a_proxy_that_is_not_named_are_said_once() {
    let app = TestApp::builder()
        .set("web.trusted_proxies", serde_json::json!([]))
        .set("signup.requests_per_hour_network_embedded", 5)
        .roles(Roles::ALL)
        .stopped()
        .spawn()
        .await;
    app.newsletter("carnet").await;
    let mut server = app.server(&[], &[]);
    let base = server.address().await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    for i in 0..30 {
        let request = client.post(format!("{base}/n/carnet")).header("x-forwarded-for", format!("198.51.{i}.7"));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(format!("email=p{i}%40d{i}.example")).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 303);
    }
    server.until("it tells", |said| said.contains("held back") && said.contains("trusted_proxies")).await;
    let said = server.said();
    assert_eq!(said.matches("sends X-Forwarded-For").count(), 1, "{said}");
    assert_eq!(said.matches("sign-ups are held back").count(), 1, "once an hour: {said}");
    assert!(said.lines().filter(|line| line.contains("held back")).all(|line| line.contains("WARN")), "{said}");
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber").await, 30, "nobody is lost");
    let check = app.cli(&["config", "check"]).await;
    assert!(check.ok().contains("web.trusted_proxies is empty"), "{}", check.stdout);
}

#[tokio::test]
async fn a_mailbox_whose_mails_nothing_brings_in_is_warned_of_and_no_fault() {
    let builder = || TestApp::builder().set("smtp.leave_mailbox", "partir@example.org").stopped();
    let app = builder().spawn().await;
    let check = app.cli(&["config", "check"]).await;
    assert!(check.ok().contains("smtp.leave_mailbox is set, but neither"), "{}", check.stdout);
    let heard = builder().set("bounces.listen", "127.0.0.1:2424").spawn().await;
    let check = heard.cli(&["config", "check"]).await;
    assert!(!check.ok().contains("smtp.leave_mailbox"), "{}", check.stdout);
}

/// As no client library would send it.
async fn raw_get(app: &TestApp, path: &str) -> String {
    let address = app.local("/");
    let host = address.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn no_path_makes_a_page_link_to_another_host() {
    let app = pages().spawn().await;
    for path in
        ["//evil.example/x", "///evil.example", "/\\evil.example/x", "/\\/evil.example", "//evil.example/%2e%2e"]
    {
        let answer = raw_get(&app, path).await;
        assert!(answer.contains("404") && answer.contains("lang=fr"), "{answer}");
        for link in answer.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let base = url::Url::parse("https://lettres.example.org/").unwrap();
            let resolved = base.join(&link.replace("&amp;", "&")).unwrap();
            assert_eq!(resolved.host_str(), Some("lettres.example.org"), "{path}: {link}");
        }
    }
    assert_eq!(app.send(app.request(Method::GET, "//evil.example/x")).await.status, 404);
}
