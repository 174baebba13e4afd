//! What people and programs did, as an owner finds it: a line each, chained, without an address; what was done to the chain is found.

use facteur::events::Actor;
use facteur::events::activity::{self, Act, Deed};
use facteur::people::role::Role;
use facteur::serve::Roles;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::TestApp;

/// Web alone: what is released stays queued.
const WEB: Roles = Roles { web: true, ..Roles::NONE };
const PASSWORD: &str = "la brume sur l'estuaire";

/// Every line: `number actor code about parameters`.
async fn lines(app: &TestApp) -> Vec<String> {
    app.texts(
        "SELECT CAST(id AS TEXT) || ' ' || actor || ' ' || code || ' ' || about || ' ' || parameters FROM activity ORDER BY id",
    )
    .await
}

/// Whether the last lines end with these, without their numbers.
async fn ends(app: &TestApp, wanted: &[&str]) {
    let lines = lines(app).await;
    let last: Vec<&str> =
        lines.iter().rev().take(wanted.len()).rev().map(|line| line.split_once(' ').unwrap().1).collect();
    assert_eq!(last, wanted, "{lines:#?}");
}

async fn verified(app: &TestApp) -> Value {
    app.cli(&["activity", "verify", "--json"]).await.json()
}

#[tokio::test]
async fn what_is_done_adds_a_line_with_names_of_fields_and_no_address() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "lectrice@example.org").await;
    let owner = app.console(Role::Owner, None).await;
    owner.post("/console/account", &[("name", "Anatole"), ("language", "fr")]).await;
    ends(&app, &[r#"person person.renamed person {"fields":{"language":["en","fr"],"name":null}}"#]).await;
    let lines_before = lines(&app).await.len();
    owner.post("/console/account", &[("name", "Anatole"), ("language", "fr")]).await;
    assert_eq!(lines(&app).await.len(), lines_before, "what changes nothing adds nothing");

    assert_eq!(owner.post("/console/n/carnet/subscribers/export", &[("format", "csv")]).await.status, 200);
    ends(&app, &[r#"person subscribers.exported newsletter {"status":null}"#]).await;
    app.cli(&["newsletter", "set", "carnet", "--footer", "Écrit à l’aube", "--language", "en"]).await.ok();
    ends(&app, &[r#"command newsletter.changed newsletter {"fields":{"footer":null,"language":["fr","en"]}}"#]).await;
    app.cli(&["newsletter", "text", "set", "carnet", "fr", "form.button", "Je viens"]).await.ok();
    ends(&app, &[r#"command newsletter.texts newsletter {"language":"fr","texts":["form.button"]}"#]).await;
    app.cli(&["subscriber", "erase", "carnet", "lectrice@example.org", "--yes"]).await.ok();
    ends(&app, &[r#"command subscriber.erased newsletter {"from":"confirmed","reason":"erased"}"#]).await;
    app.cli(&["user", "add", "bea@equipe.example", "--role", "editor", "--newsletter", "carnet"]).await.ok();
    ends(
        &app,
        &[
            r#"command team.given newsletter {"person":2,"role":"editor","sends":true}"#,
            "command person.invited person {}",
        ],
    )
    .await;
    app.cli(&["user", "role", "bea@equipe.example", "owner"]).await.ok();
    let roles = lines(&app).await.join("\n");
    assert!(roles.contains(r#"command person.roles person {"role":["none","owner"],"sends":true}"#), "{roles}");

    // Nobody's address, and nobody's name.
    let rows = app.contents().await["activity"].join("\n");
    for secret in ["@", "Anatole", "lectrice", "aube", "Je viens", "fct_"] {
        assert!(!rows.contains(secret), "{secret}: {rows}");
    }
    let verdict = verified(&app).await;
    assert_eq!((&verdict["whole"], &verdict["rows"]), (&json!(true), &json!(lines(&app).await.len())));
}

#[tokio::test]
async fn signing_in_passwords_and_programs_are_in_it_and_readers_are_not() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "p1@example.org").await;
    app.post(&carnet, "Un").await;
    app.cli_with_input(
        &["user", "add", "ana@equipe.example", "--role", "owner", "--language", "en", "--password"],
        &format!("{PASSWORD}\n"),
    )
    .await
    .ok();
    let browser = app.browser("192.0.2.7");
    assert_eq!(browser.sign_in("ana@equipe.example", "un tout autre mot").await.status, 422);
    assert_eq!(browser.sign_in("ana@equipe.example", PASSWORD).await.status, 303);
    ends(&app, &[r#"person session.begun person {"by":"password"}"#]).await;

    let made = app.cli(&["token", "create", "blog", "--may", "read,send", "--json"]).await.json();
    let token = made["token"].as_str().unwrap();
    assert!(lines(&app).await.last().unwrap().contains(r#""verbs":["read","send"]"#));
    let path = "/api/v1/newsletters/carnet/digests";
    let sent = app.send(app.request(Method::POST, path).bearer_auth(token).body("{}")).await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    let by_token = "SELECT COUNT(*) FROM activity WHERE actor = 'token' AND actor_id = 1 AND about = 'digest'";
    assert!(app.number(by_token).await > 0, "{:#?}", lines(&app).await);

    let before = lines(&app).await.len();
    assert_eq!(app.post_form("/n/carnet", &[("email", "neu@example.org"), ("lang", "fr")]).await.status, 303);
    assert_eq!(lines(&app).await.len(), before, "a sign-up adds nothing");
}

/// What was done behind the app's back is named by its line, and undone again for the next.
#[tokio::test]
async fn a_line_that_was_altered_or_removed_and_an_end_that_was_cut_off_are_found() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    app.newsletter("carnet").await;
    for name in ["un", "deux", "trois", "quatre", "cinq"] {
        app.cli(&["token", "create", name]).await.ok();
    }
    let count = lines(&app).await.len();
    let whole = verified(&app).await;
    assert_eq!(whole["whole"], true, "{whole}");
    let noted = whole["end"].as_str().unwrap().to_owned();
    assert!(noted.starts_with(&format!("{count}:")), "{noted}");

    let found = async |wanted: &str| {
        let said = app.cli(&["activity", "verify"]).await;
        said.fails(3);
        assert!(said.stdout.contains(wanted), "{wanted}: {}", said.stdout);
    };
    app.execute("UPDATE activity SET at = at + 1 WHERE id = 3").await;
    found("line 3 does not fit").await;
    let owner = app.console(Role::Owner, None).await;
    let page = owner.post("/console/activity", &[]).await;
    assert!(page.body.contains("not whole") && page.body.contains("line 3 does not fit"), "{}", page.body);
    app.execute("UPDATE activity SET at = at - 1 WHERE id = 3").await;
    let said = app.texts("SELECT parameters FROM activity WHERE id = 4").await.remove(0);
    app.execute("UPDATE activity SET parameters = '{}' WHERE id = 4").await;
    found("line 4 does not fit").await;
    app.execute(&format!("UPDATE activity SET parameters = '{said}' WHERE id = 4")).await;
    assert_eq!(verified(&app).await["whole"], true, "as it was");

    // A gap, and an end that is missing.
    app.execute("DELETE FROM activity WHERE id = 4").await;
    found("lines 4 to 4 are missing").await;
    app.execute(&format!("DELETE FROM activity WHERE id = {count}")).await;
    found(&format!("the chain ended with {count}")).await;
    // Whoever cuts the end that is noted, too, is found by whoever noted it elsewhere.
    app.execute("DELETE FROM activity WHERE id > 1").await;
    let first = app.texts("SELECT hash FROM activity").await.remove(0);
    app.execute(&format!("UPDATE instance SET value = '1 {first}' WHERE name = 'activity'")).await;
    assert_eq!(verified(&app).await["whole"], true, "it cannot be told from inside");
    let said = app.cli(&["activity", "verify", "--noted", &noted, "--json"]).await;
    said.fails(3);
    let verdict: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(verdict["codes"], json!(["not-as-noted"]));
    app.cli(&["activity", "verify", "--noted", &format!("1:{first}")]).await.ok();
    app.cli(&["activity", "verify", "--noted", "nichts"]).await.fails(2);

    // A line put behind the end, and an end that is gone.
    app.execute(
        "INSERT INTO activity (id, at, actor, actor_id, newsletter_id, code, about, about_id, count, parameters, hash)
         SELECT 2, at, actor, actor_id, newsletter_id, code, about, about_id, count, parameters, hash FROM activity WHERE id = 1",
    )
    .await;
    found("line 2 is not the one").await;
    app.execute("DELETE FROM activity WHERE id = 2").await;
    app.execute("DELETE FROM instance WHERE name = 'activity'").await;
    found("not noted any more").await;
    // Work goes on, and what was done stays visible.
    app.cli(&["token", "create", "six"]).await.ok();
    found("line 2 does not fit").await;
}

#[tokio::test]
async fn several_processes_add_to_one_chain() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    app.newsletter("carnet").await;
    let before = lines(&app).await.len();
    let mut work = tokio::task::JoinSet::new();
    for task in 0..8 {
        let app = app.app.clone();
        work.spawn(async move {
            for n in 0..10 {
                let act = Act::new(Deed::ActivityExported).by(Actor::Person(task)).with("n", n);
                activity::note_alone(&app.db, app.clock.now(), act).await.unwrap();
            }
        });
    }
    let others = ["un", "deux", "trois", "quatre"].map(|name| {
        let mut command = app.command(&["token", "create", name]);
        tokio::task::spawn_blocking(move || command.output())
    });
    for other in others {
        let done = other.await.unwrap().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    while let Some(done) = work.join_next().await {
        done.unwrap();
    }
    let verdict = verified(&app).await;
    assert_eq!((&verdict["whole"], &verdict["rows"]), (&json!(true), &json!(before + 84)), "{verdict}");
    // Of one task the lines stand in its order.
    for task in 0..8 {
        let order = app
            .texts(&format!("SELECT parameters FROM activity WHERE actor = 'person' AND actor_id = {task} ORDER BY id"))
            .await;
        let wanted: Vec<String> = (0..10).map(|n| format!("{{\"n\":{n}}}")).collect();
        assert_eq!(order, wanted);
    }
}

#[tokio::test]
async fn what_does_not_happen_adds_no_line() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    let before = lines(&app).await.len();
    let mut tx = app.app.db.begin().await.unwrap();
    activity::note(&mut tx, app.clock.now(), Act::new(Deed::TokenCreated)).await.unwrap();
    drop(tx);
    app.cli(&["token", "create", "un"]).await.ok();
    assert_eq!(lines(&app).await.len(), before + 1, "rolled back with what it tells of");
    assert_eq!(verified(&app).await["whole"], true);
}

#[tokio::test]
async fn an_owner_filters_it_and_takes_it_away_and_nobody_else_sees_it() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    app.newsletter("carnet").await;
    app.newsletter("autre").await;
    let owner = app.console(Role::Owner, None).await;
    owner.post("/console/account", &[("name", "Anatole"), ("language", "en")]).await;
    app.cli(&["newsletter", "set", "carnet", "--footer", "Un"]).await.ok();
    app.cli(&["newsletter", "set", "autre", "--footer", "Deux"]).await.ok();
    let page = owner.get("/console/activity").await;
    assert_eq!(page.status, 200, "{}", page.body);
    let words = page.words();
    assert!(
        words.contains("Anatole") && words.contains("changed settings") && words.contains("command line"),
        "{words}"
    );
    let only = owner.get("/console/activity?newsletter=autre&kind=newsletter.changed&who=command").await;
    let shown = only.body.split("id=\"rows\"").nth(1).unwrap();
    let shown = shown.split("id=\"take\"").next().unwrap();
    assert_eq!(shown.matches("<li>").count(), 1, "{shown}");
    assert_eq!(owner.get("/console/activity?newsletter=nulle-part").await.status, 404);
    assert!(owner.get("/console/activity?kind=of.a-later-version").await.words().contains("Nothing has been recorded"));

    let csv = owner.post("/console/activity/export", &[("format", "csv"), ("newsletter", "carnet")]).await;
    assert!(csv.header("content-disposition").contains("activity.csv"));
    assert!(csv.body.starts_with("number,at,at_ms,actor,") && !csv.body.contains("Anatole"), "{}", csv.body);
    assert!(csv.body.contains("carnet") && !csv.body.contains("autre"), "{}", csv.body);
    ends(&app, &["person activity.exported instance {}"]).await;
    let all = owner.post("/console/activity/export", &[("format", "json")]).await.json();
    assert_eq!(all.as_array().unwrap().len(), lines(&app).await.len());
    let shell = app.cli(&["activity", "list", "--newsletter", "autre", "--json"]).await.json();
    assert!(shell.as_array().unwrap().iter().all(|line| line["newsletter"] == "autre"), "{shell}");
    assert!(app.cli(&["activity", "export"]).await.ok().contains("newsletter.changed"));

    let one = app.console(Role::Owner, Some("carnet")).await;
    for path in ["/console/activity", "/console/tokens", "/console/system"] {
        assert_eq!(one.get(path).await.status, 403, "{path}");
    }
    let token = app.cli(&["token", "create", "revue", "--may", "manage"]).await.ok().trim().to_owned();
    let ask = async |path: &str| app.send(app.request(Method::GET, path).bearer_auth(&token)).await;
    let first = ask("/api/v1/activity?limit=1&newsletter=carnet").await;
    assert_eq!(first.json()["data"].as_array().unwrap().len(), 1, "{}", first.body);
    let next = first.header("link").strip_prefix('<').unwrap().split_once('>').unwrap().0.to_owned();
    assert!(next.contains("newsletter=carnet"), "{next}");
    assert!(ask(&next).await.json()["data"].as_array().unwrap().iter().all(|line| line["newsletter"] == "carnet"));
    for wrong in ["?limit=0", "?cursor=abc", "?from=1"] {
        assert_eq!(ask(&format!("/api/v1/activity{wrong}")).await.status, 400, "{wrong}");
    }
}
