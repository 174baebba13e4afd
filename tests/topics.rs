//! Topics: a name for categories of feeds; each set of them that readers chose gets its part of a digest.

use facteur::digests::sql;
use facteur::events::Actor;
use facteur::newsletters::Newsletter;
use facteur::newsletters::topics;
use facteur::people::role::Role;
use facteur::subscribers;
use facteur::subscribers::choices::{self, ChoiceError, Refused};
use reqwest::Method;
use serde_json::json;

use crate::harness::TestApp;
use crate::harness::feeds::Page;

const MONDAY: &str = "2026-06-08T08:00[Europe/Paris]";

/// An item of a feed under these categories.
fn item(name: &str, categories: &[&str]) -> String {
    let categories: Vec<String> =
        categories.iter().map(|category| format!("<category><![CDATA[{category}]]></category>")).collect();
    let categories = categories.concat();
    format!(
        "<item><guid isPermaLink=\"false\">{name}</guid><link>https://blog.example.org/{name}</link><title>{name}</title>\
         <pubDate>Sun, 31 May 2026 08:00:00 GMT</pubDate><description>Ce que dit {name}.</description>{categories}</item>"
    )
}

fn rss(items: &[String]) -> Page {
    let body = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Le blog</title><link>https://blog.example.org/</link>{}</channel></rss>",
        items.concat()
    );
    Page::new("application/rss+xml; charset=utf-8", body)
}

/// A newsletter with two topics and a feed that has brought these items since it began.
async fn world(items: &[String]) -> (TestApp, Newsletter) {
    let app = TestApp::builder().set("digests.settle_s", 0).spawn().await;
    let url = app.feeds.url("/feed");
    let carnet = app.newsletter("carnet").await;
    app.feeds.put("/feed", rss(&[]));
    app.cli(&["feed", "add", "carnet", &url]).await.ok();
    app.cli(&["feed", "poll", "carnet"]).await.ok();
    app.feeds.put("/feed", rss(items));
    app.cli(&["feed", "poll", "carnet"]).await.ok();
    app.cli(&["newsletter", "topic", "add", "carnet", "Au jardin", "--category", "Jardin", "--category", "Potager"])
        .await
        .ok();
    app.cli(&["newsletter", "topic", "add", "carnet", "En cuisine", "--category", "cuisine"]).await.ok();
    (app, carnet)
}

/// A reader who chose these topics.
async fn reader(app: &TestApp, newsletter: &Newsletter, address: &str, names: &[&str]) -> i64 {
    let id = app.reader(newsletter, address).await;
    chosen(app, id, names).await.unwrap();
    id
}

async fn chosen(app: &TestApp, id: i64, names: &[&str]) -> Result<(), ChoiceError> {
    let person = subscribers::sql::by_id(&app.app.db, id).await.unwrap().unwrap();
    let live = topics::of(&app.app.db, person.newsletter_id).await.unwrap();
    let mut wanted = choices::of(&app.app.db, id).await.unwrap().unwrap();
    let ids = live.iter().filter(|topic| names.contains(&topic.name.as_str())).map(|topic| topic.id).collect();
    wanted.topics = Some(ids);
    let mut tx = app.app.db.begin().await.unwrap();
    choices::save(&app.app, &mut tx, &person, &wanted, None, Actor::Visitor).await?;
    tx.commit().await.unwrap();
    Ok(())
}

fn has(app: &TestApp, address: &str, title: &str) -> bool {
    let mails = app.mails_to(address);
    assert!(mails.len() < 2, "one mail at most to {address}");
    mails.first().is_some_and(|mail| mail.text().contains(title))
}

#[tokio::test]
async fn each_set_of_topics_gets_its_part_and_whoever_chose_none_of_them_no_mail() {
    let (app, carnet) = world(&[
        item("Semis", &["Potager"]),
        item("Soupe", &["Cuisine", "Hiver"]),
        item("Courge", &["JARDIN", "Cuisine"]),
    ])
    .await;
    app.reader(&carnet, "tout@example.org").await;
    reader(&app, &carnet, "jardin@example.org", &["Au jardin"]).await;
    reader(&app, &carnet, "cuisine@example.org", &["En cuisine"]).await;
    reader(&app, &carnet, "deux@example.org", &["Au jardin", "En cuisine"]).await;
    app.cli(&["newsletter", "topic", "add", "carnet", "Au village"]).await.ok();
    let none = reader(&app, &carnet, "village@example.org", &["Au village"]).await;
    app.advance_to(MONDAY).await;
    app.idle().await;
    for (address, expected) in [
        ("tout@example.org", [true, true, true]),
        ("jardin@example.org", [true, false, true]),
        ("cuisine@example.org", [false, true, true]),
        ("deux@example.org", [true, true, true]),
        ("village@example.org", [false, false, false]),
    ] {
        assert_eq!(["Semis", "Soupe", "Courge"].map(|title| has(&app, address, title)), expected, "{address}");
    }
    let digest = app.number("SELECT MAX(id) FROM digest").await;
    let counts = app.counts(digest).await;
    assert_eq!((counts.recipients, counts.accepted, counts.skipped), (5, 4, 1));
    let shown = app.cli(&["subscriber", "show", "carnet", "village@example.org", "--json"]).await.json();
    assert_eq!(shown["digests"][0]["reason"], "topics");
    let id = app.public_id(digest).await;
    let page = app.cli(&["digest", "show", "carnet", &id, "--json"]).await.json();
    assert_eq!(page["reasons"]["skipped"], json!({ "topics": 1 }));
    let parts = page["parts"].as_array().unwrap();
    assert_eq!(parts.len(), 2, "two sets beside the whole: {parts:?}");
    assert!(parts.iter().all(|part| part["readers"] == 1 && part["because"] == "topics"));
    assert_eq!(app.number("SELECT COUNT(*) FROM digest_part_mail").await, 4, "each in two languages, made once");
    // Packed, it says the same.
    facteur::ledger::pack::digest(&app.app, facteur::digests::MEANING, digest).await.unwrap();
    let shown = app.cli(&["subscriber", "show", "carnet", "village@example.org", "--json"]).await.json();
    assert_eq!((&shown["digests"][0]["state"], &shown["digests"][0]["reason"]), (&"skipped".into(), &"topics".into()));
    app.cli(&["fsck"]).await.ok();
    // A reader who comes to want more gets what leaves from then on.
    chosen(&app, none, &["Au jardin"]).await.unwrap();
    app.advance(facteur::clock::DAY).await;
    app.idle().await;
    assert!(app.mails_to("village@example.org").is_empty());
}

#[tokio::test]
async fn a_digest_of_no_topic_and_a_newsletter_without_topics_are_as_before() {
    let (app, carnet) = world(&[item("Divers", &["Autre chose"])]).await;
    reader(&app, &carnet, "jardin@example.org", &["Au jardin"]).await;
    let other = app.newsletter("autre").await;
    app.reader(&other, "ana@example.org").await;
    app.post(&other, "Alpha").await;
    app.advance_to(MONDAY).await;
    app.idle().await;
    assert!(has(&app, "jardin@example.org", "Divers"), "what belongs to no topic is for everybody");
    assert!(has(&app, "ana@example.org", "Alpha"));
    assert_eq!(app.number("SELECT COUNT(*) FROM digest_part").await, 0);
    assert_eq!(app.number("SELECT COUNT(*) FROM digest WHERE content LIKE '%\"topics\":%'").await, 0);
}

#[tokio::test]
async fn a_feed_may_be_a_topic_whole_and_a_topic_may_go_and_come_back() {
    let (app, carnet) = world(&[item("Semis", &["Potager"]), item("Divers", &[])]).await;
    let url = app.feeds.url("/feed");
    app.cli(&["newsletter", "topic", "set", "carnet", "en cuisine", "--feed", &url, "--rename", "Le blog"]).await.ok();
    let cook = reader(&app, &carnet, "blog@example.org", &["Le blog"]).await;
    reader(&app, &carnet, "jardin@example.org", &["Au jardin"]).await;
    app.cli(&["newsletter", "topic", "remove", "carnet", "Au jardin"]).await.ok();
    app.cli(&["newsletter", "topic", "set", "carnet", "rien", "--description", "x"]).await.fails(4);
    app.cli(&["newsletter", "topic", "add", "carnet", "Le Blog"]).await.fails(4);
    app.advance_to(MONDAY).await;
    app.idle().await;
    assert!(has(&app, "blog@example.org", "Semis") && has(&app, "blog@example.org", "Divers"));
    assert!(app.mails_to("jardin@example.org").is_empty(), "all of it belongs to the topic that is a feed");
    // It comes back under its name, and so do those who chose it.
    app.cli(&["newsletter", "topic", "add", "carnet", "au JARDIN"]).await.ok();
    let listed = app.cli(&["newsletter", "topic", "list", "carnet", "--json"]).await.json();
    let readers: Vec<(&str, i64)> = listed["topics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|topic| (topic["name"].as_str().unwrap(), topic["readers"].as_i64().unwrap()))
        .collect();
    assert_eq!(readers, [("au JARDIN", 1), ("Le blog", 1)]);
    // No topic at all, or one of another newsletter, or thousands.
    let person = subscribers::sql::by_id(&app.app.db, cook).await.unwrap().unwrap();
    let before = choices::of(&app.app.db, cook).await.unwrap().unwrap();
    for (ids, why) in [
        (vec![], Refused::NoTopic),
        (vec![9_999], Refused::NoSuchTopic),
        (vec![before.topics.as_ref().unwrap()[0]; 10_000], Refused::TooManyTopics),
    ] {
        let wanted = choices::Choices { topics: Some(ids), ..before.clone() };
        let mut tx = app.app.db.begin().await.unwrap();
        match choices::save(&app.app, &mut tx, &person, &wanted, None, Actor::Visitor).await {
            Err(ChoiceError::Refused(refused)) => assert_eq!(refused, why),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(choices::of(&app.app.db, cook).await.unwrap().unwrap(), before, "nothing is lost");
}

#[tokio::test]
async fn beyond_thirty_two_sets_readers_get_the_nearest_larger_one_and_the_editor_is_told() {
    let app = TestApp::builder().set("digests.settle_s", 0).spawn().await;
    let carnet = app.newsletter("carnet").await;
    let names: Vec<String> = (0..6).map(|n| format!("Sujet {n}")).collect();
    for name in &names {
        let category = format!("c{}", &name[6..]);
        app.cli(&["newsletter", "topic", "add", "carnet", name, "--category", &category]).await.ok();
    }
    for n in 0..6 {
        let post = facteur::feeds::NewPost {
            title: format!("Titre {n}"),
            html: Some(format!("<p>Le texte du billet {n}.</p>")),
            categories: vec![format!("C{n}")],
            ..facteur::feeds::NewPost::default()
        };
        facteur::feeds::add(&app.app, carnet.id, post).await.unwrap();
    }
    // Every set of six topics but none: 63, of which 62 are no whole.
    for set in 1..64_usize {
        let own: Vec<&str> = (0..6).filter(|n| set & (1 << n) != 0).map(|n| names[n].as_str()).collect();
        reader(&app, &carnet, &format!("p{set}@example.org"), &own).await;
    }
    app.advance_to(MONDAY).await;
    app.idle().await;
    let digest = app.number("SELECT MAX(id) FROM digest").await;
    assert_eq!((app.number("SELECT COUNT(*) FROM digest_part").await, app.counts(digest).await.accepted), (31, 63));
    let mut more = 0;
    for set in 1..64_usize {
        let text = app.mails_to(&format!("p{set}@example.org")).pop().unwrap().text();
        for n in 0..6 {
            let (wanted, came) = (set & (1 << n) != 0, text.contains(&format!("Titre {n}")));
            assert!(came || !wanted, "set {set:b} misses {n}");
            more += usize::from(came && !wanted);
        }
    }
    assert!(more > 0);
    let owner = app.console(Role::Owner, Some("carnet")).await;
    let page = owner.get(&format!("/console/n/carnet/digests/{}", app.public_id(digest).await)).await;
    assert!(page.body.contains("63 different sets of topics"), "{}", page.words());
    assert!(page.body.contains("of the topics that they chose"));
}

#[tokio::test]
async fn editors_name_topics_in_the_console_and_programs_by_the_api() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let owner = app.console(Role::Owner, Some("carnet")).await;
    let path = "/console/n/carnet/topics";
    let added = owner
        .post(path, &[("topic", "new"), ("act", "save"), ("name", "Jardin"), ("categories", "Semis\r\nPotager")])
        .await;
    assert_eq!(added.status, 303, "{}", added.body);
    let page = owner.get(path).await;
    assert!(page.body.contains("Semis\nPotager</textarea>"), "{}", page.body);
    let wrong =
        owner.post(path, &[("topic", "new"), ("act", "save"), ("name", "jardin"), ("categories", "Gardés")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("Gardés</textarea>"), "what was typed stays: {}", wrong.body);
    let many = "x\n".repeat(101);
    let many = [("topic", "new"), ("act", "save"), ("name", "Trop"), ("categories", many.as_str())];
    assert_eq!(owner.post(path, &many).await.status, 422);
    let id = app.number("SELECT id FROM topic").await.to_string();
    let renamed = [("topic", id.as_str()), ("act", "save"), ("name", "Au jardin"), ("categories", "Semis")];
    assert_eq!(owner.post(path, &renamed).await.status, 303);
    let made = app.cli(&["token", "create", "tests", "--json"]).await.json();
    let token = made["token"].as_str().unwrap();
    let api = "/api/v1/newsletters/carnet/topics";
    let send = async |method: Method, path: &str, body: serde_json::Value| {
        let request = app.request(method, path).bearer_auth(token);
        app.send(if body.is_null() { request } else { request.body(body.to_string()) }).await
    };
    let listed = send(Method::GET, api, json!(null)).await.json();
    assert_eq!(
        listed["data"][0],
        json!({
            "name": "Au jardin", "description": "", "categories": ["Semis"], "feeds": [], "readers": 0
        })
    );
    let made = send(Method::POST, api, json!({ "name": "Cuisine", "categories": ["Soupes"] })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let set = send(Method::POST, api, json!({ "name": "cuisine", "rename": "En cuisine" })).await;
    assert_eq!((set.status, &set.json()["name"]), (200, &json!("En cuisine")));
    assert_eq!(send(Method::POST, api, json!({ "name": "" })).await.status, 422);
    assert_eq!(send(Method::POST, api, json!({ "name": "x", "feeds": ["https://autre.example/"] })).await.status, 422);
    assert_eq!(send(Method::POST, api, json!({ "name": "x", "remove": true })).await.status, 409);
    assert_eq!(send(Method::POST, api, json!({ "name": "En cuisine", "remove": true })).await.status, 200);
    let rhythms = "/api/v1/newsletters/carnet/rhythms";
    let offered = send(Method::POST, &format!("{rhythms}/1"), json!({ "offered": true, "default": true })).await;
    assert_eq!((offered.status, &offered.json()["rhythm"]["offered"]), (200, &json!(true)), "{}", offered.body);
    assert_eq!(send(Method::POST, &format!("{rhythms}/7"), json!({ "offered": true })).await.status, 404);
    assert_eq!(send(Method::GET, rhythms, json!(null)).await.json()["data"][0]["default"], json!(true));
}

#[tokio::test]
async fn sets_of_topics_are_counted_whether_they_are_few_or_many() {
    let app = TestApp::builder().stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 400).await;
    let schedule = app.number("SELECT MIN(schedule_id) FROM subscriber").await;
    for sets in [1, 7, 64, 65, 200] {
        app.execute(&format!(
            "UPDATE subscriber SET topics = CASE WHEN id % 2 = 0 THEN NULL ELSE 3 + (id / 2) % {sets} END"
        ))
        .await;
        let expected = "SELECT CAST(topics AS TEXT) || ' ' || CAST(COUNT(*) AS TEXT) FROM subscriber
                        WHERE topics IS NOT NULL GROUP BY topics ORDER BY topics";
        let found = sql::chosen_topics(&app.app.db, schedule).await.unwrap();
        let found: Vec<String> = found.iter().map(|(set, readers)| format!("{set} {readers}")).collect();
        assert_eq!(found, app.texts(expected).await, "{sets} sets");
        let few = sql::topic_sets(&app.app.db, schedule).await.unwrap();
        assert_eq!(few.map(|few| few.len()), (sets <= 64).then_some(sets), "{sets} sets");
    }
    app.execute("UPDATE subscriber SET topics = NULL").await;
    assert!(sql::chosen_topics(&app.app.db, schedule).await.unwrap().is_empty());
}

#[cfg(feature = "faults")]
#[tokio::test]
async fn a_large_digest_leaves_out_who_chose_none_of_its_topics_also_when_a_kill_cuts_it_short() {
    const READERS: i64 = 120_000;
    let app = TestApp::builder().set("digests.settle_s", 0).stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, READERS as usize).await;
    let mut sets = Vec::new();
    for n in 0..3 {
        let (name, category) = (format!("Sujet {n}"), format!("c{n}"));
        app.cli(&["newsletter", "topic", "add", "carnet", &name, "--category", &category]).await.ok();
        sets.push(1_i64 << app.number(&format!("SELECT bit FROM topic WHERE name = '{name}'")).await);
    }
    for n in 0..2 {
        let post = facteur::feeds::NewPost {
            title: format!("Titre {n}"),
            html: Some(format!("<p>Le texte du billet {n}.</p>")),
            categories: vec![format!("c{n}")],
            ..facteur::feeds::NewPost::default()
        };
        facteur::feeds::add(&app.app, carnet.id, post).await.unwrap();
    }
    let (one, two, three) = (sets[0], sets[1], sets[2]);
    app.execute(&format!(
        "UPDATE subscriber SET language = CASE WHEN id % 3 = 0 THEN 'en' ELSE 'fr' END,
                topics = CASE id % 5 WHEN 0 THEN {one} WHEN 1 THEN {two} WHEN 2 THEN {three} WHEN 3 THEN 0 ELSE NULL END"
    ))
    .await;
    let mut killed = app.command(&["digest", "send", "carnet", "--yes"]);
    killed.env("FACTEUR_FAULT", "release.after_commit:2:kill");
    let status = tokio::task::spawn_blocking(move || killed.output().unwrap().status).await.unwrap();
    assert!(!status.success());
    let written = app.number("SELECT COUNT(*) FROM delivery").await;
    assert!(0 < written && written < READERS, "{written} rows");
    // Somebody whose row is still to be written changes their mind.
    app.execute(&format!(
        "UPDATE subscriber SET topics = {three} WHERE id = (SELECT MAX(id) FROM subscriber WHERE topics = {one})"
    ))
    .await;
    app.tick().await;
    assert_eq!(app.number("SELECT COUNT(*) FROM digest WHERE state = 'sending'").await, 1);
    assert_eq!(app.number("SELECT COUNT(*) FROM delivery").await, READERS, "each has one row");
    assert_eq!(app.number("SELECT recipients FROM digest").await, READERS);
    let nothing = format!("s.topics IS NOT NULL AND s.topics IN (0, {three})");
    let joined = "SELECT COUNT(*) FROM delivery d JOIN subscriber s ON s.id = d.subscriber_id WHERE";
    assert_eq!(app.number(&format!("{joined} ({nothing}) <> (d.state = 5)")).await, 0);
    assert_eq!(app.number(&format!("{joined} d.state = 5 AND d.next_at <> 1")).await, 0);
    assert_eq!(app.number(&format!("{joined} d.state = 5")).await, READERS / 5 * 2 + 1);
    assert_eq!(app.number("SELECT COUNT(*) FROM delivery WHERE state <> 5 AND (state <> 0 OR next_at <> 0)").await, 0);
    app.execute("DELETE FROM delivery").await;
}
