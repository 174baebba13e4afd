//! The archive as visitors, feed readers, editors and programs meet it: who may see what, under which address, and that nothing of a
//! reader is in it.

mod doors;
mod export;
mod feed;
mod pages;

use std::time::Instant;

use facteur::feeds::{self, NewPost};
use facteur::mails::DigestContent;
use facteur::newsletters::Newsletter;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, BASE_URL, PATIENCE, TestApp};
use crate::letters::{digest as letter, several};

/// The list of the archive.
pub const HOME: &str = "/n/carnet/archive";

/// A program with a token: what it changes, the same process answers, so it holds at once.
pub struct Program<'a> {
    app: &'a TestApp,
    token: String,
}

impl<'a> Program<'a> {
    /// Its token has a name of its own.
    pub async fn new(app: &'a TestApp) -> Self {
        let name = format!("archive-{}", app.number("SELECT COUNT(*) FROM api_token").await);
        let made = app.cli(&["token", "create", &name, "--json"]).await.json();
        Self { app, token: made["token"].as_str().unwrap().to_owned() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.app.send(self.app.request(Method::GET, path).bearer_auth(&self.token)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.app.send(self.app.request(Method::PUT, path).bearer_auth(&self.token).body(body.to_string())).await
    }

    /// Opens or closes the archive of `carnet`.
    pub async fn open(&self, visibility: &str) {
        let answer = self.put("/api/v1/newsletters/carnet/archive", &json!({ "visibility": visibility })).await;
        assert_eq!((answer.status, &answer.json()["visibility"]), (200, &visibility.into()), "{}", answer.body);
    }

    /// What is wanted of the page of a digest, by its id outside.
    pub async fn choose(&self, digest: &str, wish: &Value) -> Answer {
        self.put(&format!("/api/v1/digests/{digest}/archive"), wish).await
    }
}

/// A newsletter with a public archive and a reader.
pub async fn world() -> (TestApp, Newsletter) {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana.durand@lecteurs.example").await;
    Program::new(&app).await.open("public").await;
    (app, carnet)
}

/// A post that says this.
pub async fn post(app: &TestApp, carnet: &Newsletter, title: &str, html: &str) {
    let url = format!("https://blog.example.org/{}", title.to_lowercase().replace(' ', "-"));
    let new = NewPost { title: title.into(), url: Some(url), html: Some(html.into()), ..NewPost::default() };
    feeds::add(&app.app, carnet.id, new).await.unwrap();
}

/// Sends what waits, and gives the path of its page and the digest's id outside.
pub async fn sent(app: &TestApp, carnet: &Newsletter) -> (String, String) {
    let digest = app.send_now(carnet).await;
    app.idle().await;
    let address = app.texts(&format!("SELECT address FROM archive_page WHERE digest_id = {digest}")).await.remove(0);
    (format!("{HOME}/{address}"), app.public_id(digest).await)
}

/// A digest of one post.
pub async fn one(app: &TestApp, carnet: &Newsletter, title: &str) -> (String, String) {
    post(app, carnet, title, "<p>Le four est rallumé, et le pain d’été revient.</p>").await;
    sent(app, carnet).await
}

/// Asks until the answer is of this status: what another process has changed is seen a moment later.
pub async fn becomes(app: &TestApp, path: &str, status: u16) -> Answer {
    let begin = Instant::now();
    loop {
        let answer = app.get(path).await;
        if answer.status == status {
            return answer;
        }
        assert!(begin.elapsed() < PATIENCE, "{path}: {}", answer.status);
        tokio::task::yield_now().await;
    }
}

/// The statuses of several addresses.
pub async fn statuses(app: &TestApp, paths: &[&str]) -> Vec<u16> {
    let mut found = Vec::new();
    for path in paths {
        found.push(app.get(path).await.status);
    }
    found
}

/// Where else an archive can be met.
const PLACES: [&str; 6] = [
    HOME,
    "/n/carnet/archive/2026",
    "/n/carnet/archive/latest",
    "/n/carnet/archive?q=four",
    "/n/carnet/feed.xml",
    "/n/carnet/sitemap.xml",
];

#[tokio::test]
async fn off_is_404_everywhere_at_once_and_link_only_lists_nothing() {
    let (app, carnet) = world().await;
    let (page, _) = one(&app, &carnet, "Le four").await;
    let program = Program::new(&app).await;
    let all = [&PLACES[..], &[page.as_str()]].concat();
    let open = [200, 200, 307, 200, 200, 200, 200];
    // Twice each, so that what is kept in memory is asked for, too.
    for (visibility, wanted) in [
        ("public", open),
        ("off", [404; 7]),
        ("link", [404, 404, 404, 404, 404, 404, 200]),
        ("public", open),
        ("off", [404; 7]),
    ] {
        program.open(visibility).await;
        for _ in 0..2 {
            assert_eq!(statuses(&app, &all).await, wanted, "{visibility}");
        }
        let leads = app.get("/n/carnet").await.body.contains(&format!("href=\"{HOME}\""));
        assert_eq!(leads, visibility == "public", "the page of the form leads to a list that is there");
        if visibility == "link" {
            let shown = app.get(&page).await;
            assert_eq!(shown.header("x-robots-tag"), "noindex");
            assert!(!shown.body.contains("feed.xml") && shown.body.contains("name=\"robots\" content=\"noindex\""));
            assert!(!shown.body.contains(&format!("href=\"{HOME}\"")), "nothing leads to a list that is not there");
        }
    }
    // A closed archive cannot be told from one that never was.
    let closed = app.get(&page).await;
    let nothing = app.get("/n/carnet/archive/nulle-part-ailleurs").await;
    assert_eq!((closed.status, &closed.words()), (nothing.status, &nothing.words()));
}

#[tokio::test]
async fn a_new_newsletter_has_no_archive_until_its_owner_opens_it() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana.durand@lecteurs.example").await;
    let (page, _) = one(&app, &carnet, "Le four").await;
    assert_eq!(statuses(&app, &[HOME, &page]).await, [404, 404]);
    let mail = app.mails().pop().unwrap();
    assert!(!mail.text().contains("/archive/") && !mail.html().contains("navigateur"), "{}", mail.text());

    // A digest of before there were pages gets one when the archive is opened.
    app.execute("DELETE FROM archive_page").await;
    Program::new(&app).await.open("public").await;
    let shown = app.get(&page).await;
    assert_eq!(shown.status, 200);
    assert!(shown.words().contains("le pain d’été revient"), "{}", shown.words());
}

#[tokio::test]
async fn one_page_can_be_closed_or_withdrawn_and_comes_back() {
    let (app, carnet) = world().await;
    let (first, id) = one(&app, &carnet, "Le four").await;
    let (second, _) = one(&app, &carnet, "Le moulin").await;
    let program = Program::new(&app).await;
    let seen = async || {
        let mut seen = vec![app.get(&first).await.status];
        for place in
            [HOME, "/n/carnet/archive/2026", "/n/carnet/archive?q=four", "/n/carnet/feed.xml", "/n/carnet/sitemap.xml"]
        {
            seen.push(u16::from(app.get(place).await.body.contains(&first)));
        }
        seen.push(u16::from(app.get(&second).await.body.contains(&first)));
        seen
    };
    assert_eq!(seen().await, [200, 1, 1, 1, 1, 1, 1]);
    for (wish, status, standing) in [
        (json!({ "visibility": "link" }), 200, "link"),
        (json!({ "visibility": "off" }), 404, "off"),
        (json!({ "visibility": "newsletter", "withdrawn": true }), 410, "withdrawn"),
    ] {
        let said = program.choose(&id, &wish).await;
        assert_eq!((said.status, &said.json()["standing"]), (200, &standing.into()), "{}", said.body);
        assert_eq!(seen().await, [status, 0, 0, 0, 0, 0, 0], "{wish}");
    }
    let gone = app.get(&format!("{first}?lang=fr")).await;
    assert!(gone.words().contains("Cette page a été retirée"), "{}", gone.words());
    assert_eq!(program.choose(&id, &json!({ "withdrawn": false })).await.json()["standing"], "public");
    assert_eq!(seen().await, [200, 1, 1, 1, 1, 1, 1]);
    assert_eq!(app.get("/n/carnet/archive/latest").await.header("location"), second);
    // The narrower word counts: a page is not opened where the archive is closed further.
    program.choose(&id, &json!({ "visibility": "public" })).await;
    program.open("off").await;
    assert_eq!(app.get(&first).await.status, 404);
}

#[tokio::test]
async fn a_mail_links_to_its_page_only_where_there_is_one() {
    let (app, carnet) = world().await;
    app.cli(&["newsletter", "set", "carnet", "--approval", "hold"]).await.ok();
    let program = Program::new(&app).await;
    let send = async |title: &str, wish: Option<Value>| {
        app.post(&carnet, title).await;
        app.advance(7 * facteur::clock::DAY).await;
        let id = app.texts("SELECT public_id FROM digest WHERE state = 'waiting'").await.remove(0);
        if let Some(wish) = wish {
            assert_eq!(program.choose(&id, &wish).await.status, 204, "its page is not made yet");
        }
        app.cli(&["digest", "test", "carnet", &id, "--to", "chef@equipe.example"]).await.ok();
        app.cli(&["digest", "approve", "carnet", &id]).await.ok();
        app.advance(2 * facteur::clock::MINUTE).await;
        app.idle().await;
        app.mails_to("ana.durand@lecteurs.example").pop().unwrap()
    };
    let open = send("Le four", None).await;
    let link = open.link(HOME);
    assert!(open.html().contains(&format!("href=\"{link}\"")) && open.html().contains("Lire dans le navigateur"));
    let page = app.get(&link).await;
    assert_eq!(page.status, 200);
    assert!(page.words().contains("Un texte assez long pour dire quelque chose"), "{}", page.words());
    // The test copy of a digest that waited had the same link, to a page that was still to come.
    assert_eq!(app.mail_to("chef@equipe.example").await.link(HOME), link);

    let closed = send("Le moulin", Some(json!({ "visibility": "off" }))).await;
    assert!(!closed.text().contains("/archive/") && !closed.html().contains("navigateur"), "{}", closed.text());
}

#[tokio::test]
async fn the_link_of_a_test_copy_shows_that_its_page_is_still_to_come() {
    let (app, carnet) = world().await;
    app.cli(&["newsletter", "set", "carnet", "--approval", "hold"]).await.ok();
    app.post(&carnet, "Le four").await;
    app.advance(7 * facteur::clock::DAY).await;
    app.cli(&["digest", "test", "carnet", "--to", "chef@equipe.example"]).await.ok();
    let link = app.mail_to("chef@equipe.example").await.link(HOME);
    let page = app.get(&link).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(!page.words().contains("Un texte assez long"), "nothing of it is shown before it is sent");
    Program::new(&app).await.open("off").await;
    assert_eq!(app.get(&link).await.status, 404);
}

#[tokio::test]
async fn former_names_lead_on() {
    let (app, carnet) = world().await;
    let (page, _) = one(&app, &carnet, "Le four").await;
    let feed = app.get("/n/carnet/feed.xml").await.body;
    let program = Program::new(&app).await;
    app.newsletter("autre").await;
    for (slug, status, code) in [("Le Cahier", 422, "invalid"), ("", 422, "invalid"), ("autre", 409, "slug-taken")] {
        let said = program.put("/api/v1/newsletters/carnet/slug", &json!({ "slug": slug })).await;
        assert_eq!((said.status, &said.json()["code"]), (status, &code.into()), "{}", said.body);
    }
    let renamed = program.put("/api/v1/newsletters/carnet/slug", &json!({ "slug": "cahier" })).await;
    assert_eq!((renamed.status, &renamed.json()["slug"]), (200, &"cahier".into()), "{}", renamed.body);
    let now = |path: &str| path.replace("/n/carnet", "/n/cahier");
    for path in [HOME, &page, "/n/carnet/feed.xml", "/n/carnet", "/n/carnet/archive?q=four", "/n/carnet/thanks?lang=fr"]
    {
        let led = app.get(path).await;
        assert_eq!((led.status, led.header("location")), (301, now(path).as_str()), "{path}");
        assert_eq!(app.get(led.header("location")).await.status, 200, "{path}");
    }
    let form = app.post_form("/n/carnet", &[("email", "bea@lecteurs.example")]).await;
    assert_eq!((form.status, form.header("location")), (308, "/n/cahier"), "a form keeps what was typed");
    assert_eq!(app.get("/n/nulle-part").await.status, 404);

    // An entry is the same to feed readers, whatever the newsletter is called.
    let ids = |xml: &str| {
        xml.match_indices("<id>").map(|(at, _)| xml[at..].split('<').nth(1).unwrap().to_owned()).collect::<Vec<_>>()
    };
    let feed_now = app.get("/n/cahier/feed.xml").await.body;
    assert_eq!(ids(&feed_now), ids(&feed));
    assert_eq!(ids(&feed).len(), 2);

    // Nobody else takes a former name, and its owner may take it back.
    let taken = ["newsletter", "add", "carnet", "--name", "C", "--from", "c@example.org", "--language", "fr"];
    app.cli(&taken).await.fails(4);
    app.cli(&["newsletter", "rename", "autre", "carnet"]).await.fails(4);
    app.cli(&["newsletter", "rename", "cahier", "carnet"]).await.ok();
    becomes(&app, &page, 200).await;
    assert_eq!(becomes(&app, &now(&page), 301).await.header("location"), page);
}

#[test]
fn a_link_is_all_that_a_mail_gains() {
    let without = several();
    let page = format!("{BASE_URL}{HOME}/ce-que-dit-le-vent");
    let with = DigestContent { archive: Some(page.clone()), ..without.clone() };
    for language in ["fr", "en"] {
        let (bare, linked) = (letter(&without, language), letter(&with, language));
        let say = |key: &str| facteur::i18n::locale(language).text(key);
        let words = say("mail-web-short");
        let link = format!("<br><a href=\"{page}\" style=\"color:#5a6067;text-decoration:underline\">{words}</a>");
        assert_eq!(linked.html.matches(&link).count(), 1, "{}", linked.html);
        assert_eq!(linked.html.replace(&link, ""), bare.html);
        let label = say("mail-web");
        let lines = linked.text.lines().filter(|line| *line != page && *line != label);
        assert_eq!(lines.collect::<Vec<_>>(), bare.text.lines().collect::<Vec<_>>());
        assert!(linked.text.contains(&format!("{label}\n{page}\n")), "{}", linked.text);
    }
}
