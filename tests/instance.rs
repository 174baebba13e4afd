//! The instance's own pages: tokens for a part of what there is to do, and how everything stands.

use facteur::clock::DAY;
use facteur::people::role::Role;
use facteur::serve::Roles;
use reqwest::Method;
use serde_json::json;

use crate::harness::console::Console;
use crate::harness::{Answer, TestApp};
use crate::people::between;

/// Web alone: what is released stays queued.
const WEB: Roles = Roles { web: true, ..Roles::NONE };

async fn api(app: &TestApp, token: &str, method: Method, path: &str) -> Answer {
    app.send(app.request(method, path).bearer_auth(token).body("{}")).await
}

/// Makes a token in the console, and reads it from the page that shows it once.
async fn made(owner: &Console<'_>, name: &str, verbs: &[&str], newsletter: i64) -> String {
    let place = newsletter.to_string();
    let mut fields = vec![("name", name), ("newsletter", place.as_str()), ("days", "30")];
    fields.extend(verbs.iter().map(|verb| ("verb", *verb)));
    let page = owner.post("/console/tokens", &fields).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let token = between(&page, "aria-describedby=\"token-help\">", "<").to_owned();
    assert!(token.starts_with("fct_"), "{token}");
    token
}

#[tokio::test]
async fn a_token_of_the_console_is_shown_once_and_does_what_it_may() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.newsletter("autre").await;
    app.reader(&carnet, "p1@example.org").await;
    app.post(&carnet, "Un").await;
    let owner = app.console(Role::Owner, None).await;
    let token = made(&owner, "blog", &["read", "write"], 0).await;
    let list = owner.get("/console/tokens").await;
    assert!(list.body.contains("blog") && !list.body.contains(&token), "{}", list.body);
    assert!(list.words().contains("Last used: never"), "{}", list.words());

    let status = async |method, path: &str| api(&app, &token, method, path).await.status;
    assert_eq!(status(Method::GET, "/api/v1/newsletters").await, 200);
    assert_eq!(status(Method::GET, "/api/v1/newsletters/carnet/digests").await, 200);
    let refused = api(&app, &token, Method::POST, "/api/v1/newsletters/carnet/digests").await;
    assert_eq!((refused.status, &refused.json()["code"]), (403, &json!("token-not-allowed")));
    assert!(refused.body.contains("`send`"), "it says what it would need: {}", refused.body);
    assert_eq!(status(Method::GET, "/api/v1/activity").await, 403);
    // Past the scope: an empty post is refused for what it says.
    assert_eq!(status(Method::POST, "/api/v1/newsletters/carnet/posts").await, 422);
    assert_eq!(app.number("SELECT COUNT(*) FROM digest").await, 0);

    let used = owner.get("/console/tokens").await.words();
    assert!(!used.contains("Last used: never"), "{used}");
    let done = owner.post("/console/tokens/revoke", &[("name", "blog")]).await;
    assert_eq!((done.status, done.header("location")), (303, "/console/tokens"));
    assert_eq!(status(Method::GET, "/api/v1/newsletters").await, 401);
    for (fields, problem) in [
        (&[("name", ""), ("verb", "read")][..], "name-problem"),
        (&[("name", "x")], "verbs-problem"),
        (&[("name", "x"), ("verb", "read"), ("newsletter", "0"), ("days", "4000")], "days-problem"),
    ] {
        let page = owner.post("/console/tokens", fields).await;
        assert!(page.status == 422 && page.body.contains(problem), "{problem}: {}", page.body);
    }
}

#[tokio::test]
async fn a_token_for_one_newsletter_finds_no_other() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    let (carnet, autre) = (app.newsletter("carnet").await, app.newsletter("autre").await);
    for newsletter in [&carnet, &autre] {
        app.reader(newsletter, "p1@example.org").await;
        app.post(newsletter, "Un").await;
        app.send_now(newsletter).await;
    }
    let digests = app.texts("SELECT public_id FROM digest ORDER BY newsletter_id").await;
    let owner = app.console(Role::Owner, None).await;
    let all = ["read", "write", "readers", "send", "manage"];
    let token = made(&owner, "un seul", &all, carnet.id).await;
    let get = async |path: String| api(&app, &token, Method::GET, &path).await;
    let listed = get("/api/v1/newsletters".to_owned()).await.json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(listed["data"][0]["slug"], "carnet");
    assert_eq!(get("/api/v1/newsletters/carnet/digests".to_owned()).await.status, 200);
    assert_eq!(get(format!("/api/v1/digests/{}", digests[0])).await.status, 200);
    for hidden in ["/api/v1/newsletters/autre/digests", "/api/v1/newsletters/%61utre/digests"] {
        let answer = get(hidden.to_owned()).await;
        assert_eq!((answer.status, &answer.json()["code"]), (404, &json!("newsletter-not-found")), "{hidden}");
    }
    let answer = get(format!("/api/v1/digests/{}", digests[1])).await;
    assert_eq!((answer.status, &answer.json()["code"]), (404, &json!("digest-not-found")));
    let pause = format!("/api/v1/digests/{}/pause", digests[1]);
    assert_eq!(api(&app, &token, Method::POST, &pause).await.status, 404);
    assert_eq!(get("/api/v1/activity".to_owned()).await.status, 403, "it concerns all of them");
}

#[tokio::test]
async fn a_token_ends_by_its_day_and_with_whoever_made_it() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    app.newsletter("carnet").await;
    let owner = app.console(Role::Owner, None).await;
    let token = made(&owner, "un mois", &["read"], 0).await;
    let status = async || api(&app, &token, Method::GET, "/api/v1/newsletters").await.status;
    app.clock.advance(29 * DAY);
    assert_eq!(status().await, 200);
    app.clock.advance(2 * DAY);
    assert_eq!(status().await, 401);
    let owner = app.signed_in(owner.person).await;
    let token = made(&owner, "à moi", &["read"], 0).await;
    assert_eq!(api(&app, &token, Method::GET, "/api/v1/newsletters").await.status, 200);
    let email = app.texts("SELECT email FROM person").await.remove(0);
    app.cli_with_input(&["user", "passwd", &email], "trois courlis au loin\n").await.ok();
    assert_eq!(api(&app, &token, Method::GET, "/api/v1/newsletters").await.status, 401);
}

#[tokio::test]
async fn the_command_line_makes_the_same_tokens() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    app.newsletter("carnet").await;
    let token =
        app.cli(&["token", "create", "blog", "--may", "write", "--newsletter", "carnet"]).await.ok().trim().to_owned();
    let listed = app.cli(&["token", "list", "--json"]).await.json();
    assert_eq!((&listed[0]["verbs"], &listed[0]["newsletter"]), (&json!(["write"]), &json!("carnet")));
    assert_eq!(api(&app, &token, Method::GET, "/api/v1/newsletters").await.status, 403);
    app.cli(&["token", "create", "falsch", "--may", "alles"]).await.fails(2);
    app.cli(&["token", "create", "fremd", "--newsletter", "nulle-part"]).await.fails(5);
}

#[tokio::test]
async fn the_system_page_says_how_it_stands_and_keeps_secrets() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    let carnet = app.newsletter("carnet").await;
    let reader = app.reader(&carnet, "p1@example.org").await;
    app.letter_to(&carnet, reader).await;
    app.execute("INSERT INTO instance (name, value) VALUES ('delivery_alarm', 'mail.example.net:25: 550 no')").await;
    let owner = app.console(Role::Owner, None).await;
    let page = owner.get("/console/system").await;
    assert_eq!(page.status, 200, "{}", page.body);
    let words = page.words();
    for said in [env!("CARGO_PKG_VERSION"), "1 letter waits.", "mail.example.net:25: 550 no", "base_url", "smtp.port"] {
        assert!(words.contains(said), "{said}: {words}");
    }
    let json = app.cli(&["system", "--json"]).await.json();
    assert_eq!((&json["queue"]["letters"], &json["version"]), (&json!(1), &json!(env!("CARGO_PKG_VERSION"))));
    assert!(json["bytes"].as_u64().unwrap() > 10_000, "{json}");
    assert!(app.cli(&["system"]).await.ok().contains("Facteur "));
}

#[tokio::test]
async fn times_of_the_instance_are_told_on_the_clock_of_a_newsletter_with_the_zones_name() {
    let app = TestApp::builder().roles(WEB).set("newsletters.zone", "Asia/Tokyo").spawn().await;
    let owner = app.console(Role::Owner, None).await;
    let page = owner.get("/console/account").await.words();
    assert!(page.contains("1 June 2026, 15:0") && page.contains("(Asia/Tokyo)"), "that of new newsletters: {page}");
    app.newsletter("carnet").await;
    app.cli(&["newsletter", "set", "carnet", "--zone", "America/Montreal"]).await.ok();
    app.cli(&["subscriber", "add", "carnet", "ana@example.org"]).await.ok();
    for path in ["/console/account", "/console/system", "/console/activity"] {
        let page = owner.get(path).await.words();
        assert!(page.contains("1 June 2026, 2:0") && page.contains("(America/Montreal)"), "{path}: {page}");
    }
    let editor = app.console(Role::Editor, Some("carnet")).await;
    assert!(editor.get("/console/account").await.words().contains("(America/Montreal)"));
}
