//! The archive from the console, the API and the command line.

use facteur::people::role::Role;
use serde_json::json;

use super::{Program, becomes, one, world};
use crate::feeds::{items, put};
use crate::harness::{BASE_URL, TestApp};

#[tokio::test]
async fn the_console_opens_closes_and_renames() {
    let (app, carnet) = world().await;
    let (page, _) = one(&app, &carnet, "Le four").await;
    let owner = app.console(Role::Owner, Some("carnet")).await;
    let settings = "/console/n/carnet/settings";
    let shown = owner.get(settings).await;
    assert!(shown.body.contains("name=\"archive\" value=\"public\" checked"), "{}", shown.body);
    for (archive, status) in [("off", 404), ("link", 200), ("off", 404), ("public", 200)] {
        let done = owner.post(settings, &[("act", "archive"), ("archive", archive)]).await;
        assert_eq!((done.status, app.get(&page).await.status), (303, status), "{archive}: at once");
    }
    for wrong in [vec![("act", "archive"), ("archive", "everybody")], vec![("act", "archive")]] {
        assert_eq!(owner.post(settings, &wrong).await.status, 404, "{wrong:?}");
    }
    let wrong = owner.post(settings, &[("act", "rename"), ("rename", "Le Cahier")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("value=\"Le Cahier\"") && wrong.words().contains("is not valid in an address"));
    let renamed = owner.post(settings, &[("act", "rename"), ("rename", "cahier")]).await;
    assert_eq!((renamed.status, renamed.header("location")), (303, "/console/n/cahier/settings"));
    assert_eq!(app.get(&page).await.header("location"), page.replace("carnet", "cahier"));
    let viewer = app.console(Role::Writer, Some("cahier")).await;
    assert_eq!(viewer.post("/console/n/cahier/settings", &[("act", "archive"), ("archive", "off")]).await.status, 403);
}

#[tokio::test]
async fn the_page_of_a_digest_says_where_it_can_be_read() {
    let (app, carnet) = world().await;
    let (page, id) = one(&app, &carnet, "Le four").await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let (digest, act) = (format!("/console/n/carnet/digests/{id}"), format!("/console/n/carnet/digests/{id}/archive"));
    let shown = editor.get(&digest).await;
    assert!(
        shown.body.contains(&format!("href=\"{BASE_URL}{page}\"")) && shown.words().contains("The page is public.")
    );
    for (fields, status, words) in [
        (vec![("act", "show"), ("visibility", "link")], 200, "The page is link only."),
        (vec![("act", "show"), ("visibility", "off")], 404, "The page is closed."),
        (vec![("act", "show"), ("visibility", "newsletter")], 200, "The page is public."),
        (vec![("act", "withdraw")], 410, "The page is withdrawn."),
        (vec![("act", "withdraw")], 410, "The page is withdrawn."),
        (vec![("act", "put-back")], 200, "The page is public."),
    ] {
        let done = editor.post(&act, &fields).await;
        assert_eq!((done.status, app.get(&page).await.status), (303, status), "{fields:?}");
        let shown = editor.get(&digest).await;
        assert!(shown.words().contains(words), "{words}: {}", shown.words());
    }
    for wrong in [vec![("act", "explode")], vec![("act", "show"), ("visibility", "all")], vec![("act", "show")], vec![]]
    {
        assert_eq!(editor.post(&act, &wrong).await.status, 404, "{wrong:?}");
    }
    let viewer = app.console(Role::Viewer, Some("carnet")).await;
    assert_eq!(viewer.post(&act, &[("act", "withdraw")]).await.status, 403);
    assert!(!viewer.get(&digest).await.body.contains("/archive\""), "whoever only looks on has no buttons");
}

#[tokio::test]
async fn programs_are_told_what_is_there_and_what_is_wrong() {
    let (app, carnet) = world().await;
    let (page, id) = one(&app, &carnet, "Le four").await;
    let program = Program::new(&app).await;
    let archive = program.get("/api/v1/newsletters/carnet/archive").await.json();
    assert_eq!(
        (&archive["visibility"], &archive["feed"]),
        (&"public".into(), &format!("{BASE_URL}/n/carnet/feed.xml").into())
    );
    let pages = program.get("/api/v1/newsletters/carnet/archive/pages?limit=1").await.json();
    assert_eq!(
        (&pages["data"][0]["digest"], &pages["data"][0]["address"]),
        (&id.as_str().into(), &format!("{BASE_URL}{page}").into())
    );
    assert_eq!(pages["next"], serde_json::Value::Null);
    let of_digest = format!("/api/v1/digests/{id}/archive");
    for (path, wish, status, code) in [
        ("/api/v1/newsletters/carnet/archive", json!({ "visibility": "all" }), 422, "invalid-field"),
        ("/api/v1/newsletters/carnet/archive", json!({}), 422, "invalid-field"),
        ("/api/v1/newsletters/carnet/archive", json!({ "visibility": "off", "more": 1 }), 422, "unknown-field"),
        ("/api/v1/newsletters/nulle-part/archive", json!({ "visibility": "off" }), 404, "newsletter-not-found"),
        (of_digest.as_str(), json!({ "visibility": 7 }), 422, "invalid-field"),
        ("/api/v1/digests/nulle-part/archive", json!({ "withdrawn": true }), 404, "digest-not-found"),
    ] {
        let said = program.put(path, &wish).await;
        assert_eq!((said.status, &said.json()["code"]), (status, &code.into()), "{path} {wish}: {}", said.body);
    }
}

#[tokio::test]
async fn commands_close_withdraw_and_put_back() {
    let (app, carnet) = world().await;
    let (page, id) = one(&app, &carnet, "Le four").await;
    let program = Program::new(&app).await;
    // A digest that waits has no page to withdraw.
    app.cli(&["newsletter", "set", "carnet", "--approval", "hold"]).await.ok();
    app.post(&carnet, "Le moulin").await;
    app.advance(7 * facteur::clock::DAY).await;
    let waiting = app.texts("SELECT public_id FROM digest WHERE state = 'waiting'").await.remove(0);
    assert_eq!(program.choose(&waiting, &json!({ "withdrawn": true })).await.json()["code"], "wrong-state");
    assert_eq!(program.get(&format!("/api/v1/digests/{waiting}/archive")).await.json()["code"], "no-page");
    let early = app.cli(&["archive", "page", "carnet", &waiting, "--withdraw"]).await;
    assert!(early.fails(4).contains("only the page of a digest that has been sent"), "{early:?}");
    assert!(
        app.cli(&["archive", "page", "carnet", &waiting, "--show", "link"])
            .await
            .ok()
            .contains("when the digest leaves")
    );

    let shown = app.cli(&["archive", "show", "carnet"]).await;
    assert!(
        shown.ok().contains(&id) && shown.stdout.contains("feed.xml") && shown.stdout.contains("Le four"),
        "{shown:?}"
    );
    for (arguments, status) in [
        (vec!["archive", "page", "carnet", &id, "--withdraw"], 410),
        (vec!["archive", "page", "carnet", &id, "--put-back", "--show", "link"], 200),
        (vec!["archive", "page", "carnet", &id, "--show", "off"], 404),
        (vec!["archive", "page", "carnet", &id, "--show", "newsletter"], 200),
        (vec!["archive", "set", "carnet", "off"], 404),
        (vec!["archive", "set", "carnet", "link"], 200),
        (vec!["newsletter", "set", "carnet", "--archive", "off"], 404),
        (vec!["newsletter", "set", "carnet", "--archive", "public"], 200),
    ] {
        app.cli(&arguments).await.ok();
        becomes(&app, &page, status).await;
    }
    assert_eq!(app.cli(&["newsletter", "show", "carnet", "--json"]).await.json()["archive"], "public");
    app.cli(&["archive", "set", "carnet", "everybody"]).await.fails(2);
    app.cli(&["archive", "set", "nulle-part", "off"]).await.fails(5);
    app.cli(&["archive", "page", "carnet", &id, "--withdraw", "--put-back"]).await.fails(2);
    app.cli(&["archive", "page", "carnet", &id, "--show", "all"]).await.fails(2);
    app.cli(&["archive", "page", "carnet", "zzzz"]).await.fails(5);
}

#[tokio::test]
async fn whoever_begins_a_newsletter_says_who_may_read_it() {
    let app = TestApp::spawn().await;
    let add = |slug: &'static str, more: &'static [&'static str]| {
        let words =
            ["newsletter", "add", slug, "--name", slug, "--from", "c@example.org", "--language", "fr", "--json"];
        [&words[..], more].concat()
    };
    assert_eq!(app.cli(&add("un", &[])).await.json()["archive"], "off", "nobody is asked, and nothing is shown");
    assert_eq!(app.cli(&add("deux", &["--archive", "public"])).await.json()["archive"], "public");
    assert_eq!(app.cli(&add("trois", &["--archive", "link", "--dry-run"])).await.json()["archive"], "link");
    app.cli(&add("quatre", &["--archive", "oui"])).await.fails(2);

    // The first newsletter of the console is asked too.
    put(&app, &items(&app, &["Un", "Deux"]));
    let feed = app.feeds.url("/feed");
    let owner = app.console(Role::Owner, None).await;
    let asked = owner.post("/console/start", &[("act", "look"), ("blog", &feed)]).await;
    assert!(
        asked.body.contains("name=\"archive\" value=\"off\" checked"),
        "closed unless it is opened: {}",
        asked.body
    );
    let fields = [
        ("act", "create"),
        ("blog", feed.as_str()),
        ("name", "Le blog"),
        ("from", "Le blog <blog@lettres.example.org>"),
        ("postal", ""),
        ("language", "fr"),
        ("zone", "Europe/Paris"),
        ("rhythm", "week"),
        ("archive", "link"),
    ];
    let made = owner.post("/console/start", &fields).await;
    assert_eq!(made.status, 303, "{}", made.body);
    assert_eq!(app.cli(&["newsletter", "show", "le-blog", "--json"]).await.json()["archive"], "link");
    app.idle().await;
    assert_eq!(app.get("/n/le-blog/archive").await.status, 404);
}
