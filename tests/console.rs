//! Who comes into the console, and what its frame promises: every route with every role, from the router's own table.

use std::collections::BTreeMap;

use facteur::people::role::{Right, Role};
use facteur::serve::Roles;
use facteur::web::console::guard::Rule;
use facteur::web::console::routes;
use reqwest::Method;

use crate::harness::TestApp;
use crate::harness::console::Console;

/// A path of the table with these names in it.
fn filled(path: &str, newsletter: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{newsletter}" => newsletter,
        part if part.starts_with('{') => "1",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

async fn ask(console: &Console<'_>, method: &Method, path: &str) -> u16 {
    if *method == Method::GET { console.get(path).await.status } else { console.post(path, &[]).await.status }
}

/// What a role may, said once more.
fn may(role: Role, right: Right) -> bool {
    let rights: &[Right] = match role {
        Role::Owner => &[Right::See, Right::Write, Right::Readers, Right::Send, Right::Settings, Right::Team],
        Role::Editor => &[Right::See, Right::Write, Right::Readers, Right::Send],
        Role::Writer => &[Right::See, Right::Write],
        Role::Viewer => &[Right::See],
    };
    rights.contains(&right)
}

#[tokio::test]
async fn every_route_lets_in_whom_its_rule_names_and_nobody_else() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    app.newsletter("autre").await;
    let stranger = app.stranger();
    let instance_owner = app.console(Role::Owner, None).await;
    let mut inside = Vec::new();
    for role in Role::ALL {
        inside.push((*role, app.console(*role, Some("carnet")).await));
    }
    let mut seen = BTreeMap::<u16, usize>::new();
    for route in routes::table() {
        let (own, foreign) = (filled(route.path, "carnet"), filled(route.path, "autre"));
        let status = ask(&stranger, &route.method, &own).await;
        match (route.rule, &route.method) {
            (Rule::Open, _) => assert!(![401, 403].contains(&status), "{route:?} for a stranger: {status}"),
            (_, &Method::GET) => assert_eq!(status, 303, "{route:?} for a stranger"),
            _ => assert_eq!(status, 401, "{route:?} for a stranger"),
        }
        for (role, console) in &inside {
            // A session of its own for each, because some routes end it.
            let console = &app.signed_in(console.person).await;
            let status = ask(console, &route.method, &own).await;
            *seen.entry(status).or_default() += 1;
            let allowed = match route.rule {
                Rule::Open | Rule::Signed => true,
                Rule::Owner => false,
                Rule::In(right) => may(*role, right),
            };
            // Past the guard a thing that is not there is 404, a form without its fields 422.
            assert_eq!(status == 403, !allowed, "{route:?} for {role}: {status}");
            assert!(status < 500, "{route:?} for {role}: {status}");
            if matches!(route.rule, Rule::In(_)) {
                assert_eq!(
                    ask(console, &route.method, &foreign).await,
                    404,
                    "{route:?} for {role} of another newsletter"
                );
            }
        }
        if !matches!(route.rule, Rule::Open) {
            let status = ask(&instance_owner, &route.method, &own).await;
            assert!(![401, 403].contains(&status) && status < 500, "{route:?} for an owner of all: {status}");
        }
    }
    assert!(seen.len() > 1, "{seen:?}");
}

#[tokio::test]
async fn a_page_that_is_shown_changes_nothing() {
    let roles = Roles { web: true, ..Roles::NONE };
    let app = TestApp::builder().roles(roles).spawn().await;
    let carnet = app.newsletter("carnet").await;
    let reader = app.reader(&carnet, "ana@lecteurs.example").await;
    app.post(&carnet, "Le four est rallumé").await;
    let digest = app.send_now(&carnet).await;
    app.post(&carnet, "Les farines du moulin").await;
    let owner = app.console(Role::Owner, None).await;
    let begun = owner.post("/console/n/carnet/drafts", &[("kind", "post"), ("title", "Un"), ("body", "Deux.")]).await;
    let draft = begun.header("location").rsplit('/').next().unwrap_or_default().to_owned();
    let (digest, reader) = (app.public_id(digest).await, reader.to_string());
    let person = app.texts("SELECT public_id FROM person").await.remove(0);
    let post = app.number("SELECT MIN(id) FROM post").await.to_string();
    let before = app.contents().await;
    assert!(before["draft"].len() == 1 && before["session"].len() == 1, "{before:?}");
    let mut shown = 0;
    for route in routes::table().into_iter().filter(|route| route.method == Method::GET) {
        let part = |part: &str| match part {
            "{newsletter}" => "carnet".to_owned(),
            "{digest}" => digest.clone(),
            "{subscriber}" => reader.clone(),
            "{draft}" => draft.clone(),
            "{person}" => person.clone(),
            "{post}" => post.clone(),
            "{language}" => "fr".to_owned(),
            "{place}" => "confirm".to_owned(),
            "{table}" => "growth.csv".to_owned(),
            part if part.starts_with('{') => "1".to_owned(),
            part => part.to_owned(),
        };
        let path = route.path.split('/').map(part).collect::<Vec<_>>().join("/");
        if path.ends_with("/events") {
            continue;
        }
        let status = owner.get(&path).await.status;
        assert!(status < 500, "{path}: {status}");
        shown += usize::from(status == 200);
        let after = app.contents().await;
        for (table, rows) in &before {
            assert_eq!(after[table], *rows, "{table}, after {path}");
        }
    }
    assert!(shown > 25, "{shown} pages were shown");
}

#[tokio::test]
async fn a_form_without_its_code_or_of_another_site_changes_nothing() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let owner = app.console(Role::Owner, None).await;
    for route in routes::table().into_iter().filter(|route| route.method == Method::POST) {
        let path = filled(route.path, "carnet");
        let bare = owner.post_bare(&path, &[("title", "ce que j'ai tapé")]).await;
        assert_eq!(bare.status, 403, "{route:?}");
        assert!(bare.body.contains("ce que j&#39;ai tapé"), "what was typed is kept");
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://autre.example")] {
            let code = owner.code();
            let request = owner.request(Method::POST, &path).header(name, value);
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            let answer = app.send(request.body(format!("code={code}&title=abc"))).await;
            assert_eq!(answer.status, 403, "{route:?} with {name}");
            assert!(!answer.body.contains("value=\"abc\""), "what another site sent is not offered again");
        }
    }
}

#[tokio::test]
async fn a_form_for_a_page_that_only_shows_is_not_allowed() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let owner = app.console(Role::Owner, None).await;
    for path in ["/console", "/console/n/carnet", "/console/n/carnet/digests"] {
        assert_eq!(owner.post(path, &[("title", "Un")]).await.status, 405, "{path}");
    }
}

#[tokio::test]
async fn a_session_ends_by_time_and_is_nobody_elses() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    assert_eq!(editor.get("/console/n/carnet").await.status, 200);
    app.clock.advance(facteur::people::sessions::IDLE - facteur::clock::MINUTE);
    assert_eq!(editor.get("/console/n/carnet").await.status, 200, "used in time");
    app.clock.advance(facteur::people::sessions::IDLE);
    assert_eq!(editor.get("/console/n/carnet").await.status, 303, "idle for too long");
    let other = app.signed_in(editor.person).await;
    for _ in 0..15 * 4 {
        app.clock.advance(facteur::people::sessions::IDLE - facteur::clock::MINUTE);
        other.get("/console/n/carnet").await;
    }
    assert_eq!(other.get("/console/n/carnet").await.status, 303, "14 days in all");
    let disabled = app.signed_in(editor.person).await;
    app.execute("UPDATE person SET disabled_at = 1").await;
    assert_eq!(disabled.get("/console/n/carnet").await.status, 303);
}

#[tokio::test]
async fn today_says_what_leaves_next_and_what_is_wrong() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let viewer = app.console(Role::Viewer, Some("carnet")).await;
    let page = viewer.get("/console/n/carnet").await;
    assert_eq!(page.status, 200);
    for words in ["What leaves next", "no new post so far", "0 confirmed subscribers"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(!page.body.contains("/subscribers\""), "a viewer has no way to personal data");
    let french = viewer.get("/console/n/carnet?lang=fr").await;
    assert!(french.body.contains("Le prochain envoi"), "{}", french.body);
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.header("content-security-policy").contains("script-src 'self'"));
}
