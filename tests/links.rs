//! Every link of every kind of mail, and of every page that they lead to, in both languages: it is answered, and what it points to inside
//! a page is there. Followed as by a reader without an account, and before anything can have expired.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use facteur::clock::{DAY, HOUR};
use facteur::letter::{LetterKind, NewWay};
use facteur::newsletters::Newsletter;
use facteur::people::role::Role;
use facteur::people::{joining, letters};
use facteur::stats;
use facteur::web::router;
use serde_json::json;

use crate::archive::{Program, one};
use crate::browser::atlas::route_of;
use crate::harness::html::{addresses, objections};
use crate::harness::mail::path_of;
use crate::harness::{Answer, BASE_URL, TestApp};

/// What no mail and no page leads to.
const BEGINNINGS: &[&str] = &["/", "/robots.txt", "/sitemap.xml", "/link"];

/// Reads the old mails of somebody who never answered.
const SILENT: &str = "eve@example.org";

/// Somebody who follows everything once.
struct Walk<'a> {
    app: &'a TestApp,
    queue: VecDeque<String>,
    asked: BTreeSet<String>,
    /// What forms post to: asked for, it may say that it takes forms alone.
    actions: BTreeSet<String>,
    /// What was withdrawn.
    gone: BTreeSet<String>,
    /// Mails that were read, and the kinds of letters there were.
    mails: usize,
    kinds: BTreeSet<String>,
    /// The pages, by their addresses; and places in pages that something leads to.
    pages: BTreeMap<String, String>,
    places: Vec<(String, String)>,
    routes: Vec<&'static str>,
    /// The routes that answered, and in which languages they did.
    seen: BTreeMap<&'static str, BTreeSet<String>>,
    elsewhere: BTreeSet<String>,
    wrong: Vec<String>,
}

impl<'a> Walk<'a> {
    fn begin(app: &'a TestApp) -> Self {
        let mut walk = Self {
            app,
            queue: VecDeque::new(),
            asked: BTreeSet::new(),
            actions: BTreeSet::new(),
            gone: BTreeSet::new(),
            mails: 0,
            kinds: BTreeSet::new(),
            pages: BTreeMap::new(),
            places: Vec::new(),
            routes: router::pages().into_iter().map(|(path, _)| path).collect(),
            seen: BTreeMap::new(),
            elsewhere: BTreeSet::new(),
            wrong: Vec::new(),
        };
        for path in BEGINNINGS {
            walk.lead("", path);
        }
        walk
    }

    /// Takes up a link that stands on this page (or in a mail).
    fn lead(&mut self, page: &str, link: &str) {
        let (to, place) = link.split_once('#').unwrap_or((link, ""));
        let to = if to.is_empty() { page } else { to };
        if to.is_empty() || ["mailto:", "data:", "cid:"].iter().any(|kind| to.starts_with(kind)) {
            return;
        }
        if !to.starts_with('/') && !to.starts_with(BASE_URL) {
            let fits = url::Url::parse(to).is_ok_and(|url| ["http", "https"].contains(&url.scheme()));
            if !fits {
                self.wrong.push(format!("{page} leads to {link}, which is no address"));
            }
            self.elsewhere.insert(to.to_owned());
            return;
        }
        let to = if to.starts_with('/') { to } else { path_of(to) }.to_owned();
        if !place.is_empty() {
            self.places.push((to.clone(), place.to_owned()));
        }
        if self.asked.insert(to.clone()) {
            self.queue.push_back(to);
        }
    }

    /// Reads the mails that came, and follows all there is to follow.
    async fn step(&mut self) {
        self.app.idle().await;
        self.kinds.extend(self.app.texts("SELECT DISTINCT kind FROM letter").await);
        let mails = self.app.mails();
        for mail in &mails[self.mails..] {
            let mut links = mail.links();
            links.extend(addresses(&mail.html()));
            if !mail.header("List-Unsubscribe").is_empty() {
                links.push(mail.one_click());
            }
            for link in links {
                self.lead("", &link);
            }
        }
        self.mails = mails.len();
        while let Some(path) = self.queue.pop_front() {
            let answer = self.app.get(&path).await;
            self.arrive(&path, &answer);
        }
    }

    /// Looks at an answer, to a question or to a form.
    fn arrive(&mut self, path: &str, answer: &Answer) {
        let bare = path.split('?').next().unwrap_or_default();
        let route = route_of(path, &self.routes);
        if let Some(route) = route {
            self.seen.entry(route).or_default();
        }
        if route.is_some_and(|route| route.contains("{token}")) && answer.header("x-robots-tag") != "noindex" {
            self.wrong.push(format!("{path} may be listed by search engines"));
        }
        match answer.status {
            200 => self.read(path, route, answer),
            301 | 303 | 307 | 308 => self.lead(path, answer.header("location")),
            405 if self.actions.contains(path) => {}
            410 if self.gone.contains(bare) => {}
            status => self.wrong.push(format!("{path} answers {status}")),
        }
    }

    fn read(&mut self, path: &str, route: Option<&'static str>, answer: &Answer) {
        let kind = answer.header("content-type");
        let mut links = Vec::new();
        if kind.starts_with("text/html") {
            links = addresses(&answer.body);
            let actions = answer.forms().into_iter().map(|form| path_of(&form.action).to_owned());
            self.actions.extend(actions);
            self.pages.insert(path.to_owned(), answer.body.clone());
            let language = answer.header("content-language");
            if let Some(route) = route.filter(|_| !language.is_empty()) {
                self.seen.entry(route).or_default().insert(language.to_owned());
            }
            // A mail in a frame is not a page of ours.
            let is_mail = answer.header("content-security-policy").contains("sandbox");
            let objections = if is_mail { Vec::new() } else { objections(&answer.body) };
            self.wrong.extend(objections.iter().map(|objection| format!("{path}: {objection}")));
        } else if kind.starts_with("application/") && kind.contains("xml") {
            let tags = ["<loc>", "href=\""].into_iter().flat_map(|tag| answer.body.split(tag).skip(1));
            let found = tags.map(|rest| rest.split(['<', '"']).next().unwrap_or_default());
            links.extend(found.map(|link| link.replace("&amp;", "&").replace("&#38;", "&")));
        } else if kind.starts_with("text/plain") {
            links.extend(answer.body.split_whitespace().filter(|word| word.starts_with("http")).map(str::to_owned));
        }
        for link in links {
            self.lead(path, &link);
        }
    }

    /// Fails unless every kind of letter and every route was met, in both languages, and nothing was wrong.
    async fn end(mut self) {
        for (page, place) in &self.places {
            let there = self.pages.get(page).is_some_and(|body| body.contains(&format!(" id=\"{place}\"")));
            if !there {
                self.wrong.push(format!("{page} has no place {place}"));
            }
        }
        for (route, languages) in &self.seen {
            if languages.len() == 1 {
                self.wrong.push(format!("{route} was seen in {languages:?} alone"));
            }
        }
        for route in self.routes.iter().filter(|route| !self.seen.contains_key(*route)) {
            let path = route.replace("{newsletter}", "carnet").replace("{token}", "abc");
            if self.app.get(&path).await.status != 405 {
                self.wrong.push(format!("nothing leads to {route}"));
            }
        }
        let letters = LetterKind::ALL.iter().map(|kind| kind.as_str());
        let missing: Vec<_> = letters.filter(|kind| !self.kinds.contains(*kind)).collect();
        let (asked, mails) = (self.asked.len(), self.mails);
        eprintln!("{mails} mails and {asked} addresses here, {} elsewhere", self.elsewhere.len());
        assert!(self.wrong.is_empty(), "{:#?}", self.wrong);
        assert!(missing.is_empty(), "no such letter was read: {missing:?}");
        assert!(asked > 60 && self.elsewhere.len() > 3, "{asked} and {:?}", self.elsewhere);
    }
}

/// A newsletter with everything that readers can meet: a colour, two rhythms, an archive, a welcome.
async fn newsletter(app: &TestApp) -> Newsletter {
    let carnet = app.newsletter("carnet").await;
    for words in [
        &["set", "carnet", "--colour", "#a3261f", "--archive", "public"][..],
        &["set", "carnet", "--schedule", "new", "--every", "month", "--on", "1", "--at", "08:00"],
        &["rhythm", "carnet", "1", "--offer"],
        &["rhythm", "carnet", "2", "--offer"],
        &["welcome", "carnet", "--bring", "last"],
    ] {
        app.cli(&[&["newsletter"][..], words].concat()).await.ok();
    }
    for (address, language) in [("luc@example.org", "fr"), ("max@example.org", "en"), (SILENT, "fr")] {
        app.reader(&carnet, address).await;
        app.execute(&format!("UPDATE subscriber SET language = '{language}' WHERE email = '{address}'")).await;
    }
    carnet
}

/// Mailings of one post and of several; the page of the first is withdrawn.
async fn mailings(walk: &mut Walk<'_>, carnet: &Newsletter) {
    let app = walk.app;
    let (page, id) = one(app, carnet, "Le four").await;
    one(app, carnet, "Le levain").await;
    for title in ["La croûte", "La mie"] {
        app.post(carnet, title).await;
    }
    app.send_now(carnet).await;
    assert_eq!(Program::new(app).await.choose(&id, &json!({ "withdrawn": true })).await.status, 200);
    walk.gone.insert(page);
    walk.step().await;
}

/// Signs up, confirms, is welcomed, asks for the link to the settings, and changes the address there.
async fn joins(walk: &mut Walk<'_>, to: &str, language: &str) {
    let app = walk.app;
    let asked = app.post_form("/n/carnet", &[("email", to), ("lang", language)]).await;
    walk.arrive("/n/carnet", &asked);
    let confirm = path_of(&app.mail_to(to).await.link("/confirm/")).to_owned();
    walk.step().await;
    let done = app.submit(&confirm, &app.get(&confirm).await.form()).await;
    walk.arrive(&confirm, &done);
    walk.step().await;

    // Not within minutes of the letter before.
    app.clock.advance(HOUR);
    let before = app.mails_to(to).len();
    let foot = path_of(&app.mails_to(to)[before - 1].link("/preferences/")).to_owned();
    let sent = app.post_form(&foot, &[]).await;
    walk.arrive(&foot, &sent);
    app.wait_until("the link", |mails| mails.iter().filter(|mail| mail.to == to).count() > before).await;
    let fresh = path_of(&app.mails_to(to)[before].link("/preferences/")).to_owned();
    walk.step().await;
    let form = app.get(&fresh).await.forms().remove(0).fill("email", &format!("autre-{to}"));
    let saved = app.submit(&fresh, &form).await;
    walk.arrive(&fresh, &saved);
    walk.step().await;
    assert!(app.mails_to(&format!("autre-{to}"))[0].text().contains("/address/"), "the new address is asked");
}

/// What is written to people who edit, and what others are shown of a draft.
async fn edits(walk: &mut Walk<'_>, carnet: &Newsletter) {
    let app = walk.app;
    let owner = app.console(Role::Owner, None).await;
    let invited = [("email", "zoe@equipe.example"), ("role", "viewer"), ("newsletter", "0"), ("how", "letter")];
    assert_eq!(owner.post("/console/team", &invited).await.status, 303);
    let mut tx = app.app.db.begin().await.unwrap();
    letters::new_way(&mut tx, owner.person, NewWay::Passkey, "Le téléphone", app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    joining::forgot(&app.app, "owner-0@equipe.example").await.unwrap();
    let typed = [("kind", "post"), ("title", "Le seigle"), ("body", "Un texte, [un lien](https://a.example/).")];
    let draft = owner.post("/console/n/carnet/drafts", &typed).await.header("location").to_owned();
    let shared = app.cli(&["draft", "share", "carnet", draft.rsplit('/').next().unwrap()]).await;
    walk.lead("", shared.ok().trim());
    // For links from elsewhere, such as the blog's menu.
    walk.lead("", "/n/carnet/archive/latest");
    let luc = app.id_of("luc@example.org").await;
    app.letter_to(carnet, luc).await;
    walk.step().await;

    app.cli(&["newsletter", "set", "carnet", "--approval", "hold"]).await.ok();
    app.post(carnet, "Le moulin").await;
    app.advance(7 * DAY).await;
    app.cli(&["digest", "test", "carnet", "--to", "chef@equipe.example"]).await.ok();
    walk.step().await;
}

/// Leaves by the link of a mail.
async fn leaves(walk: &mut Walk<'_>, who: &str) {
    let app = walk.app;
    let link = path_of(&app.mails_to(who)[0].link("/unsubscribe/")).to_owned();
    let left = app.submit(&link, &app.get(&link).await.form()).await;
    walk.arrive(&link, &left);
    walk.step().await;
}

#[tokio::test]
async fn every_link_of_every_mail_and_page_is_answered() {
    let limits = ["signup.requests_per_hour_network", "signup.requests_per_hour_network_embedded"];
    let app = limits.into_iter().fold(TestApp::builder(), |builder, key| builder.set(key, 0)).spawn().await;
    let carnet = newsletter(&app).await;
    stats::tick(&app.app).await;
    let mut walk = Walk::begin(&app);
    mailings(&mut walk, &carnet).await;
    joins(&mut walk, "ana@example.org", "fr").await;
    joins(&mut walk, "bob@example.org", "en").await;
    Box::pin(edits(&mut walk, &carnet)).await;
    leaves(&mut walk, "luc@example.org").await;
    leaves(&mut walk, "max@example.org").await;

    // The month is over, and years later somebody who was silent is asked whether they stay.
    app.clock.advance(30 * DAY);
    stats::tick(&app.app).await;
    walk.step().await;
    app.advance_to("2029-05-01T12:00[Europe/Paris]").await;
    app.advance(HOUR).await;
    app.wait_until("the question", |mails| {
        mails.iter().any(|mail| mail.to == SILENT && mail.text().contains("/stay/"))
    })
    .await;
    walk.step().await;
    walk.end().await;
}
