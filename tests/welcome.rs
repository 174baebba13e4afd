//! The letter that welcomes: once, to whoever confirms for the first time, with what the last digest had or chosen posts.

use std::sync::Arc;

use facteur::clock::{HOUR, MINUTE};
use facteur::newsletters::Newsletter;
use facteur::people::role::Role;
use reqwest::Method;
use serde_json::json;

use super::harness::TestApp;
use super::harness::mail::{Mail, path_of};
use super::harness::smtp::faults::Stage;

const ANA: &str = "ana@example.org";
const PAGE: &str = "/console/n/carnet/reader-letters";

async fn world() -> (TestApp, Newsletter) {
    let app = TestApp::builder().set("signup.requests_per_hour_network_embedded", 0).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "luc@example.org").await;
    (app, carnet)
}

/// Fills in the form, and gives the path of the link in the letter that comes.
async fn ask(app: &TestApp, to: &str) -> String {
    let before = app.mails_to(to).len();
    assert_eq!(app.post_form("/n/carnet", &[("email", to), ("lang", "fr")]).await.status, 303);
    let mails = app.wait_until("a letter", |mails| mails.iter().filter(|mail| mail.to == to).count() > before).await;
    let letter = mails.iter().rfind(|mail| mail.to == to).unwrap();
    path_of(&letter.link("/confirm/")).to_owned()
}

/// Signs up and confirms.
async fn join(app: &TestApp, to: &str) {
    let link = ask(app, to).await;
    app.submit(&link, &app.get(&link).await.form()).await;
    app.idle().await;
}

fn welcomes(app: &TestApp, to: &str) -> Vec<Arc<Mail>> {
    app.mails_to(to).into_iter().filter(|mail| mail.subject().starts_with("Bienvenue")).collect()
}

/// White space folded, narrow blanks too.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn post_id(app: &TestApp, title: &str) -> String {
    app.number(&format!("SELECT id FROM post WHERE title = '{title}'")).await.to_string()
}

#[tokio::test]
async fn nobody_is_welcomed_unless_the_owner_wants_it() {
    let (app, _) = world().await;
    join(&app, ANA).await;
    assert_eq!(app.mails_to(ANA).len(), 1, "the confirmation alone");
    app.cli(&["newsletter", "welcome", "carnet", "--bring", "nothing"]).await.ok();
    join(&app, "bea@example.org").await;
    let mail = welcomes(&app, "bea@example.org").remove(0);
    let said = words(&mail.text());
    assert!(said.contains("« Le carnet » est confirmé") && said.contains("chaque lundi vers 8 h 00"), "{said}");
    assert!(!said.contains("dernier envoi") && !said.contains("Pour commencer"), "{said}");
    for door in ["/preferences/", "/unsubscribe/"] {
        let page = app.get(path_of(&mail.link(door))).await;
        assert_eq!(page.status, 200, "{door}");
    }
    app.cli(&["newsletter", "welcome", "carnet", "--off"]).await.ok();
    join(&app, "eve@example.org").await;
    assert!(welcomes(&app, "eve@example.org").is_empty());
    // Who is brought by others asked for nothing just now.
    app.cli(&["newsletter", "welcome", "carnet", "--bring", "nothing"]).await.ok();
    let how = ["--confirmed-elsewhere", "papier"];
    app.cli(&[&["subscriber", "add", "carnet", "max@example.org"][..], &how[..]].concat()).await.ok();
    app.cli_with_input(&[&["import", "carnet", "-"][..], &how[..]].concat(), "email\nzoe@example.org\n").await.ok();
    app.idle().await;
    assert!(app.mails_to("max@example.org").is_empty() && app.mails_to("zoe@example.org").is_empty());
}

#[tokio::test]
async fn the_last_digest_is_led_to_once_and_never_repeated() {
    let (app, carnet) = world().await;
    app.cli(&["newsletter", "welcome", "carnet", "--bring", "last"]).await.ok();
    join(&app, "first@example.org").await;
    let bare = words(&welcomes(&app, "first@example.org").remove(0).text());
    assert!(!bare.contains("dernier envoi"), "there is none yet: {bare}");
    for titles in [&["Le four"][..], &["Le levain", "La croûte"][..]] {
        for title in titles {
            app.post(&carnet, title).await;
        }
        app.send_now(&carnet).await;
        app.idle().await;
    }
    app.execute("UPDATE post SET state = 'gone' WHERE title = 'La croûte'").await;
    app.post(&carnet, "Pas encore parti").await;

    let link = ask(&app, ANA).await;
    let form = app.get(&link).await.form();
    app.submit(&link, &form).await;
    app.submit(&link, &form).await;
    app.idle().await;
    let all = welcomes(&app, ANA);
    assert_eq!(all.len(), 1, "pressed twice it is one");
    let said = words(&all[0].text());
    assert!(said.contains("Dans le dernier envoi") && said.contains("Le levain"), "{said}");
    assert!(all[0].links().iter().any(|link| link == "https://blog.example.org/le-levain"), "{:?}", all[0].links());
    for title in ["Le four", "La croûte", "Pas encore parti"] {
        assert!(!said.contains(title), "{title}: {said}");
    }
    assert!(all[0].html().contains("href=\"https://blog.example.org/le-levain\""), "{}", all[0].html());

    // What it led to is not mailed by it, and what comes next is mailed once.
    app.send_now(&carnet).await;
    app.idle().await;
    assert_eq!(app.mails_to(ANA).last().unwrap().subject(), "Pas encore parti");
    // Whoever leaves and comes back knows the place.
    app.cli(&["subscriber", "unsubscribe", "carnet", ANA]).await.ok();
    app.advance(HOUR).await;
    join(&app, ANA).await;
    assert_eq!(app.status_of(ANA).await.as_deref(), Some("confirmed"));
    assert_eq!(welcomes(&app, ANA).len(), 1);
}

#[tokio::test]
async fn chosen_posts_stand_in_their_order_and_only_ones_own_can_be_chosen() {
    let (app, carnet) = world().await;
    let other = app.newsletter("autre").await;
    for title in ["Le four", "Le levain", "La croûte"] {
        app.post(&carnet, title).await;
    }
    app.post(&other, "Ailleurs").await;
    let (four, levain, ailleurs) =
        (post_id(&app, "Le four").await, post_id(&app, "Le levain").await, post_id(&app, "Ailleurs").await);
    let choose = async |posts: &[&str]| {
        let posts: Vec<&str> = posts.iter().flat_map(|post| ["--post", *post]).collect();
        app.cli(&[&["newsletter", "welcome", "carnet"][..], &posts[..]].concat()).await
    };
    choose(&[ailleurs.as_str()]).await.fails(2);
    choose(&["999999"]).await.fails(2);
    app.cli(&["newsletter", "welcome", "carnet", "--bring", "chosen"]).await.fails(2);
    let many: Vec<String> = (0..11).map(|n| n.to_string()).collect();
    choose(&many.iter().map(String::as_str).collect::<Vec<_>>()).await.fails(2);
    assert_eq!(app.number("SELECT COUNT(*) FROM welcome").await, 0, "nothing of it was stored");
    choose(&[levain.as_str(), four.as_str()]).await.ok();
    join(&app, ANA).await;
    let said = words(&welcomes(&app, ANA).remove(0).text());
    let at = |title: &str| said.find(title).unwrap_or_else(|| panic!("{title} in {said}"));
    assert!(at("Pour commencer") < at("Le levain") && at("Le levain") < at("Le four"), "{said}");
    assert!(!said.contains("La croûte"), "{said}");
}

#[tokio::test]
async fn whoever_leaves_at_once_is_not_welcomed_any_more() {
    let (app, _) = world().await;
    app.cli(&["newsletter", "welcome", "carnet", "--bring", "nothing"]).await.ok();
    let link = ask(&app, ANA).await;
    app.idle().await;
    app.sink.on(Stage::Rcpt).to(ANA).reply("451 4.2.0 later");
    app.submit(&link, &app.get(&link).await.form()).await;
    app.idle().await;
    app.cli(&["subscriber", "unsubscribe", "carnet", ANA]).await.ok();
    app.sink.heal();
    app.advance(30 * MINUTE).await;
    app.idle().await;
    assert!(welcomes(&app, ANA).is_empty());
    assert_eq!(app.texts("SELECT CAST(state AS TEXT) FROM letter WHERE kind = 'welcome'").await, ["5"]);
}

#[tokio::test]
async fn it_says_the_same_whenever_it_leaves() {
    let (app, carnet) = world().await;
    app.cli(&["newsletter", "welcome", "carnet", "--bring", "last"]).await.ok();
    app.post(&carnet, "Le four").await;
    app.send_now(&carnet).await;
    app.idle().await;
    let link = ask(&app, ANA).await;
    app.idle().await;
    app.sink.on(Stage::Rcpt).to(ANA).reply("451 4.2.0 later");
    app.submit(&link, &app.get(&link).await.form()).await;
    app.idle().await;
    // Another digest leaves before the letter does: it is Ana's first, and the letter still leads to the one before.
    app.sink.heal();
    app.post(&carnet, "Le levain").await;
    app.send_now(&carnet).await;
    app.advance(30 * MINUTE).await;
    app.idle().await;
    let said = words(&welcomes(&app, ANA).remove(0).text());
    assert!(said.contains("Le four") && !said.contains("Le levain"), "{said}");
}

#[tokio::test]
async fn the_console_shows_what_is_brought_and_keeps_what_was_typed() {
    let (app, carnet) = world().await;
    for title in ["Le four", "Le levain"] {
        app.post(&carnet, title).await;
    }
    let owner = app.console(Role::Owner, Some("carnet")).await;
    let page = owner.get(PAGE).await;
    assert!(page.body.contains("value=\"off\" selected") && page.body.contains("Le levain"), "{}", page.body);
    let refused = owner.post(PAGE, &[("act", "welcome"), ("brings", "chosen")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("value=\"chosen\" selected"), "{}", refused.body);
    assert!(refused.words().contains("choose one post at least"), "{}", refused.words());
    let four = post_id(&app, "Le four").await;
    let stored = owner.post(PAGE, &[("act", "welcome"), ("brings", "chosen"), ("post", &four)]).await;
    assert_eq!((stored.status, stored.header("location")), (303, PAGE));
    let page = owner.get(PAGE).await;
    assert!(page.body.contains(&format!("value=\"{four}\" checked")), "{}", page.body);
    for place in ["welcome", "stay", "will-stay", "stayed"] {
        for tag in ["fr", "en"] {
            let preview = owner.get(&format!("/console/n/carnet/texts/{tag}/{place}/preview")).await;
            assert_eq!(preview.status, 200, "{tag} {place}: {}", preview.body);
        }
    }
    assert_eq!(owner.post(PAGE, &[("act", "welcome"), ("brings", "off")]).await.status, 303);
    assert_eq!(
        app.number("SELECT COUNT(*) FROM welcome").await + app.number("SELECT COUNT(*) FROM welcome_post").await,
        0
    );

    let made = app.cli(&["token", "create", "tests", "--json"]).await.json();
    let token = made["token"].as_str().unwrap().to_owned();
    let path = "/api/v1/newsletters/carnet/reader-letters";
    let send = async |body: serde_json::Value| {
        app.send(app.request(Method::POST, path).bearer_auth(&token).body(body.to_string())).await
    };
    let set = send(json!({ "welcome": { "brings": "chosen", "posts": [four.parse::<i64>().unwrap()] } })).await.json();
    assert_eq!((&set["welcome"]["sends"], &set["welcome"]["brings"]), (&json!(true), &json!("chosen")));
    assert_eq!(send(json!({ "welcome": { "brings": "everything" } })).await.status, 422);
    assert_eq!(send(json!({ "welcome": { "brings": "chosen" } })).await.status, 422);
    let off = send(json!({ "welcome": { "sends": false } })).await.json();
    assert_eq!(off["welcome"], json!({ "sends": false, "brings": null, "posts": [] }));
}
