//! `/api/v1` as programs meet it: tokens, problems, pages, repeated requests, events.

use facteur::clock::{DAY, HOUR, MINUTE};
use facteur::newsletters::Newsletter;
use facteur::people::role::Role;
use facteur::serve::Roles;
use futures_util::StreamExt as _;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, TestApp};

/// Web alone: what is released stays queued.
const WEB: Roles = Roles { web: true, ..Roles::NONE };

/// A program with a token.
struct Program<'a> {
    app: &'a TestApp,
    token: String,
}

impl<'a> Program<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let made = app.cli(&["token", "create", "tests", "--json"]).await.json();
        Self { app, token: made["token"].as_str().unwrap().to_owned() }
    }

    async fn get(&self, path: &str) -> Answer {
        self.app.send(self.app.request(Method::GET, path).bearer_auth(&self.token)).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.app.send(self.app.request(Method::POST, path).bearer_auth(&self.token).body(body.to_string())).await
    }

    async fn post_once(&self, path: &str, body: &Value, key: &str) -> Answer {
        let request = self.app.request(Method::POST, path).bearer_auth(&self.token).header("idempotency-key", key);
        self.app.send(request.body(body.to_string())).await
    }
}

/// Asserts a problem of this status and code; gives it.
fn problem(answer: &Answer, status: u16, code: &str) -> Value {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    assert_eq!((&problem["status"], &problem["code"]), (&json!(status), &json!(code)), "{problem}");
    assert!(!problem["detail"].as_str().unwrap().is_empty());
    problem
}

/// A newsletter with readers and a post that waits.
async fn carnet(app: &TestApp, readers: usize) -> Newsletter {
    let newsletter = app.newsletter("carnet").await;
    app.readers(&newsletter, readers).await;
    post(app, &newsletter, "Un").await;
    newsletter
}

async fn post(app: &TestApp, newsletter: &Newsletter, title: &str) {
    let (id, now) = (newsletter.id, app.clock.now());
    app.execute(&format!(
        "INSERT INTO post (newsletter_id, guid, title, title_key, content, first_seen_at, state)
         VALUES ({id}, '{title}', '{title}', '{title}', '<p>{title}</p>', {now}, 'new')"
    ))
    .await;
}

const DIGESTS: &str = "/api/v1/newsletters/carnet/digests";

#[tokio::test]
async fn who_has_no_valid_token_learns_nothing() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    for path in ["/api/v1/newsletters", DIGESTS, "/api/v1/digests/x", "/api/v1/digests/x/events"] {
        let answer = app.get(path).await;
        problem(&answer, 401, "token-missing");
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    }
    let program = Program::new(&app).await;
    assert_eq!(program.get("/api/v1/newsletters").await.status, 200);
    let listed = app.cli(&["token", "list", "--json"]).await.json();
    assert_eq!(listed[0]["name"], "tests");
    assert!(listed[0]["last_used_at"].is_string() && !listed.to_string().contains(&program.token));
    let stored = app.texts("SELECT hash FROM api_token").await.remove(0);
    assert!(!stored.contains("fct_") && !program.token.contains(&stored), "only the hash is kept");
    let forged = Program { app: &app, token: format!("{}x", program.token) };
    problem(&forged.get("/api/v1/newsletters").await, 401, "token-unknown");
    app.cli(&["token", "create", "tests"]).await.fails(4);
    app.cli(&["token", "create", "court", "--expires", "3y"]).await.fails(2);
    app.clock.advance(400 * DAY);
    problem(&program.get("/api/v1/newsletters").await, 401, "token-expired");
    app.clock.advance(-400 * DAY);
    app.cli(&["token", "revoke", "tests"]).await.ok();
    problem(&program.get("/api/v1/newsletters").await, 401, "token-unknown");
    app.cli(&["token", "revoke", "tests"]).await.fails(5);
}

#[tokio::test]
async fn lists_come_in_pages() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    let program = Program::new(&app).await;
    assert_eq!(program.get("/api/v1/newsletters").await.json(), json!({ "data": [], "next": null }));
    for slug in ["carnet", "atelier", "bulletin"] {
        app.newsletter(slug).await;
    }
    let first = program.get("/api/v1/newsletters?limit=2").await;
    let slugs = |page: &Value| page["data"].as_array().unwrap().iter().map(|n| n["slug"].clone()).collect::<Vec<_>>();
    assert_eq!(slugs(&first.json()), ["atelier", "bulletin"]);
    let next = first.header("link").strip_prefix('<').unwrap().split_once('>').unwrap().0;
    let second = program.get(next).await;
    assert_eq!((slugs(&second.json()), second.json()["next"].clone()), (vec![json!("carnet")], Value::Null));
    for wrong in ["limit=0", "limit=201", "limit=x", "page=2"] {
        problem(&program.get(&format!("/api/v1/newsletters?{wrong}")).await, 400, "invalid-query");
    }
    for day in ["08", "15", "22"] {
        app.advance_to(&format!("2026-06-{day}T08:00[Europe/Paris]")).await;
    }
    let first = program.get(&format!("{DIGESTS}?limit=2")).await.json();
    let rest = program.get(&format!("{DIGESTS}?limit=2&cursor={}", first["next"].as_str().unwrap())).await.json();
    let slots: Vec<&Value> = first["data"]
        .as_array()
        .unwrap()
        .iter()
        .chain(rest["data"].as_array().unwrap())
        .map(|d| &d["slot_at"])
        .collect();
    assert_eq!(slots, ["2026-06-22T06:00:00Z", "2026-06-15T06:00:00Z", "2026-06-08T06:00:00Z"]);
    problem(&program.get("/api/v1/newsletters/nemo/digests").await, 404, "newsletter-not-found");
    problem(&program.get("/api/v1/digests/nemo").await, 404, "digest-not-found");
    problem(&program.get("/api/v1/nowhere").await, 404, "not-found");
}

#[tokio::test]
async fn fifty_parallel_sends_make_one_digest() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    let carnet = carnet(&app, 3).await;
    let program = Program::new(&app).await;
    let body = json!({});
    let answers = futures_util::future::join_all((0..50).map(|_| program.post(DIGESTS, &body))).await;
    let made: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!((made.len(), answers.iter().filter(|answer| answer.status == 200).count()), (1, 49), "{:?}", answers[0]);
    let id = made[0].json()["id"].clone();
    assert!(answers.iter().all(|answer| answer.json()["id"] == id));
    assert_eq!(made[0].header("location"), format!("/api/v1/digests/{}", id.as_str().unwrap()));
    assert_eq!(app.number("SELECT COUNT(*) FROM digest").await, 1);
    assert_eq!(app.number("SELECT COUNT(*) FROM delivery").await, 3);

    // The same with one key; and long after, when new posts wait.
    app.clock.advance(HOUR);
    post(&app, &carnet, "Deux").await;
    let answers = futures_util::future::join_all((0..20).map(|_| program.post_once(DIGESTS, &body, "k1"))).await;
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.json()["id"] == answers[0].json()["id"]));
    assert_eq!(answers.iter().filter(|answer| answer.header("idempotency-replayed") == "true").count(), 19);
    app.clock.advance(20 * HOUR);
    post(&app, &carnet, "Trois").await;
    assert_eq!(program.post_once(DIGESTS, &body, "k1").await.json()["id"], answers[0].json()["id"]);
    problem(&program.post_once(DIGESTS, &json!({ "schedule": 1 }), "k1").await, 422, "idempotency-key-reused");
    assert_eq!(app.number("SELECT COUNT(*) FROM digest").await, 2);
    app.clock.advance(3 * DAY);
    assert_ne!(program.post_once(DIGESTS, &body, "k1").await.json()["id"], answers[0].json()["id"], "forgotten by now");
}

#[tokio::test]
async fn a_request_that_failed_may_be_tried_again_under_its_key() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    let carnet = app.newsletter("carnet").await;
    let program = Program::new(&app).await;
    let body = json!({});
    problem(&program.post_once(DIGESTS, &body, "k").await, 409, "no-new-post");
    post(&app, &carnet, "Un").await;
    problem(&program.post_once(DIGESTS, &body, "k").await, 409, "nobody-subscribed");
    app.reader(&carnet, "ana@example.org").await;
    // One that a kill cut off is taken over after a minute.
    app.execute(&format!(
        "INSERT INTO idempotency (api_token_id, key, request_hash, status, response, created_at)
         VALUES ((SELECT MAX(id) FROM api_token), 'dead', '', 0, '', {})",
        app.clock.now() - 2 * MINUTE
    ))
    .await;
    assert_eq!(program.post_once(DIGESTS, &body, "dead").await.status, 201);
    assert_eq!(program.post_once(DIGESTS, &body, "k").await.status, 200, "a second wish within the minute");
    problem(&program.post_once(DIGESTS, &body, "").await, 400, "invalid-idempotency-key");
}

#[tokio::test]
async fn bodies_are_read_strictly() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    carnet(&app, 1).await;
    let program = Program::new(&app).await;
    let unknown = problem(&program.post(DIGESTS, &json!({ "settled": true })).await, 422, "unknown-field");
    assert_eq!(unknown["errors"][0]["pointer"], "/settled");
    problem(&program.post(DIGESTS, &json!({ "unsettled": "yes" })).await, 422, "invalid-field");
    problem(&program.post(DIGESTS, &json!({ "schedule": 2 })).await, 422, "schedule-not-found");
    let raw = |body: &'static str| app.request(Method::POST, DIGESTS).bearer_auth(&program.token).body(body);
    problem(&app.send(raw("{")).await, 400, "malformed");
    let long = "x".repeat(1024 * 1024 + 1);
    let posts = "/api/v1/newsletters/carnet/posts";
    problem(&program.post(posts, &json!({ "title": "Un", "html": long })).await, 413, "too-large");
    assert_eq!(app.number("SELECT COUNT(*) FROM digest").await, 0);
    assert_eq!(app.send(raw("")).await.status, 201, "no body is an empty one");
}

#[tokio::test]
async fn a_post_is_given_once_and_sent() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana@example.org").await;
    let program = Program::new(&app).await;
    let posts = "/api/v1/newsletters/carnet/posts";
    let said = json!({ "title": "Un", "url": "https://blog.example.org/un", "html": "<p onclick=x()>Le texte.</p>" });
    let made = program.post(posts, &said).await;
    assert_eq!((made.status, &made.json()["title"]), (201, &json!("Un")), "{}", made.body);
    assert_eq!(program.post(posts, &said).await.status, 200, "the same post again");
    assert_eq!(program.post(posts, &json!({ "title": "Deux", "markdown": "*Bonjour*" })).await.status, 201);
    let unknown = problem(&program.post(posts, &json!({ "title": "Trois", "tilte": "x" })).await, 422, "unknown-field");
    assert_eq!(unknown["errors"][0]["pointer"], "/tilte");
    let missing = problem(&program.post(posts, &json!({ "url": "https://a.example/" })).await, 422, "invalid-field");
    assert_eq!(missing["errors"][0]["pointer"], "/title");
    problem(&program.post(posts, &json!({ "title": "" })).await, 422, "invalid-field");
    problem(&program.post("/api/v1/newsletters/nemo/posts", &said).await, 404, "newsletter-not-found");
    let sent = program.post(DIGESTS, &json!({})).await.json();
    let titles: Vec<&Value> = sent["posts"].as_array().unwrap().iter().map(|post| &post["title"]).collect();
    assert_eq!(titles, ["Deux", "Un"]);
    assert!(!app.texts("SELECT content FROM digest").await[0].contains("onclick"));
}

#[tokio::test]
async fn digests_are_watched_and_steered() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    let carnet = carnet(&app, 2).await;
    let program = Program::new(&app).await;
    let path = format!("/api/v1/digests/{}", program.post(DIGESTS, &json!({})).await.json()["id"].as_str().unwrap());
    let shown = program.get(&path).await.json();
    assert_eq!((&shown["state"], &shown["recipients"]), (&json!("sending"), &json!(2)));
    assert_eq!((&shown["newsletter"], &shown["posts"][0]["title"]), (&json!("carnet"), &json!("Un")));
    let act = async |action: &str| program.post(&format!("{path}/{action}"), &json!({})).await;
    assert_eq!(act("pause").await.json()["state"], "paused");
    assert_eq!(act("pause").await.status, 200, "twice is once");
    problem(&act("skip").await, 409, "wrong-state");
    assert_eq!(act("resume").await.json()["state"], "sending");
    assert_eq!(act("cancel").await.json()["state"], "cancelled");
    problem(&act("resume").await, 409, "wrong-state");
    problem(&act("approve").await, 409, "wrong-state");
    problem(&act("explode").await, 404, "not-found");
    problem(&program.post(&format!("{path}/cancel"), &json!({ "now": true })).await, 422, "unknown-field");

    app.cli(&["newsletter", "set", "carnet", "--approval", "hold"]).await.ok();
    post(&app, &carnet, "Deux").await;
    app.advance_to("2026-06-08T08:00[Europe/Paris]").await;
    let waiting = program.get(&format!("{DIGESTS}?limit=1")).await.json()["data"][0].clone();
    assert_eq!(waiting["state"], "waiting");
    let approve = format!("/api/v1/digests/{}/approve", waiting["id"].as_str().unwrap());
    let nothing = json!({});
    let both = tokio::join!(program.post(&approve, &nothing), program.post(&approve, &nothing));
    assert_eq!((both.0.status, both.1.status), (200, 200));
    assert_eq!(app.number("SELECT COUNT(*) FROM delivery").await, 4);
}

#[tokio::test]
async fn what_must_be_mended_leaves_by_no_door() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    carnet(&app, 2).await;
    app.cli(&["newsletter", "set", "carnet", "--postal", "", "--approval", "hold"]).await.ok();
    let program = Program::new(&app).await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let says = |text: &str| text.contains("as the law asks");
    let by_program = async |path: &str| problem(&program.post(path, &json!({})).await, 409, "blocked");
    assert!(says(by_program(DIGESTS).await["detail"].as_str().unwrap()));
    for how in ["--yes", "--dry-run"] {
        assert!(says(app.cli(&["digest", "send", "carnet", how]).await.fails(3)), "{how}");
    }
    let post = app.number("SELECT MIN(id) FROM post").await.to_string();
    let page = editor.post("/console/n/carnet/digests/send", &[("schedule", "1"), ("post", &post)]).await;
    assert!(page.status == 409 && says(&page.body), "{}", page.body);
    assert_eq!(app.number("SELECT COUNT(*) FROM digest").await, 0, "nothing is made of it");
    // One that waits for approval.
    app.advance_to("2026-06-08T08:00[Europe/Paris]").await;
    let id = app.texts("SELECT public_id FROM digest").await.remove(0);
    let approve = format!("/api/v1/digests/{id}/approve");
    assert!(says(by_program(&approve).await["detail"].as_str().unwrap()));
    for how in [&["--dry-run"][..], &[]] {
        assert!(says(app.cli(&[&["digest", "approve", "carnet"], how].concat()).await.fails(3)), "{how:?}");
    }
    let editor = app.signed_in(editor.person).await;
    let page = editor.post(&format!("/console/n/carnet/digests/{id}/approve"), &[]).await;
    assert!(page.status == 409 && says(&page.body), "{}", page.body);
    assert_eq!(app.texts("SELECT state FROM digest WHERE leaves_at IS NULL").await, ["waiting"]);
    app.cli(&["newsletter", "set", "carnet", "--postal", "1 rue Haute, Lyon"]).await.ok();
    assert_eq!(program.post(&approve, &json!({})).await.status, 200);
    assert_eq!(app.number("SELECT COUNT(*) FROM delivery").await, 2);
}

#[tokio::test]
async fn events_tell_how_a_digest_stands_to_its_end() {
    let mut app = TestApp::builder().roles(WEB).spawn().await;
    let carnet = carnet(&app, 2).await;
    let program = Program::new(&app).await;
    let path = format!("/api/v1/digests/{}", program.post(DIGESTS, &json!({})).await.json()["id"].as_str().unwrap());
    let events = format!("{path}/events");
    let response = app.request(Method::GET, &events).bearer_auth(&program.token).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = response.bytes_stream();
    let mut heard = String::new();
    while !heard.contains("\n\n") {
        heard.push_str(std::str::from_utf8(&stream.next().await.unwrap().unwrap()).unwrap());
    }
    assert!(heard.starts_with("event: counts\ndata: {") && heard.contains("\"state\":\"sending\""), "{heard}");
    program.post(&format!("{path}/cancel"), &json!({})).await;
    while let Some(bytes) = stream.next().await {
        heard.push_str(std::str::from_utf8(&bytes.unwrap()).unwrap());
    }
    assert!(heard.contains("\"state\":\"cancelled\"") && heard.trim_end().ends_with("event: end\ndata: {}"), "{heard}");

    // A watcher does not hold up an orderly stop.
    app.clock.advance(HOUR);
    post(&app, &carnet, "Deux").await;
    let running = program.post(DIGESTS, &json!({})).await.json()["id"].clone();
    let events = format!("/api/v1/digests/{}/events", running.as_str().unwrap());
    let mut open = app.request(Method::GET, &events).bearer_auth(&program.token).send().await.unwrap().bytes_stream();
    open.next().await.unwrap().unwrap();
    drop(program);
    assert!(app.stop().await < std::time::Duration::from_secs(10));
    while open.next().await.is_some() {}
}
