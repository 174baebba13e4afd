//! The archive's feed as other people's programs take it: read by our own reader of feeds and held to what the corpus of feeds asks of
//! any other (title, site, number of entries, and of each its title, link, id, dates, text), and without advice from `feed check`.

use std::collections::BTreeSet;

use facteur::clock::DAY;
use facteur::feeds::parse::{self, Feed, Format, Source};
use facteur::feeds::{self, NewPost};
use facteur::markup::{self, Piece};
use facteur::newsletters::Newsletter;
use serde_json::{Value, json};
use url::Url;

use super::{HOME, Program, becomes, post, sent, world};
use crate::harness::{BASE_URL, TestApp};

const FEED: &str = "/n/carnet/feed.xml";

/// Digests of one post: with fewer entries in all, `feed check` says that some may be lost between two readings.
const SINGLE: usize = 11;

/// The title of the `n`-th post: accents, a typographic apostrophe, a character that XML writes otherwise.
fn title(n: usize) -> String {
    format!("L’été au fournil n° {n} : œufs & « brioche »")
}

/// Its text: several paragraphs, a picture, a link of each kind, and a last sentence by which a cut would be seen.
fn text(n: usize) -> String {
    format!(
        "<p>Ça sent bon dès l’aube ; le levain n’attend pas, là-bas, au n° {n}.</p>\
         <p><img src=\"https://blog.example.org/images/four-{n}.jpg\" alt=\"Le four, à gauche\" width=\"600\" height=\"400\"></p>\
         <ul><li>deux œufs &amp; du sel</li><li>&lt;pas de sucre&gt;</li></ul>\
         <p>{}</p><p>Voir <a href=\"https://blog.example.org/recettes?a=1&amp;b=2\">les recettes</a> et \
         <a href=\"/levain\">le levain</a>.</p><p>Ainsi finit le billet {n}.</p>",
        "Une phrase entière, ni coupée ni résumée. ".repeat(60)
    )
}

/// A digest of two posts that stand nowhere else.
async fn double(app: &TestApp, carnet: &Newsletter) -> (String, String) {
    for name in ["Premier mot", "Second mot"] {
        let html = format!("<p>Un texte.</p><p>Ainsi finit : {name}.</p>");
        let new = NewPost { title: name.into(), html: Some(html), ..NewPost::default() };
        feeds::add(&app.app, carnet.id, new).await.unwrap();
    }
    sent(app, carnet).await
}

/// What our reader makes of it.
async fn read(app: &TestApp) -> (Feed, String) {
    let answer = app.get(FEED).await;
    let (kind, url) = (answer.header("content-type").to_owned(), Url::parse(&format!("{BASE_URL}{FEED}")).unwrap());
    assert_eq!((answer.status, kind.as_str()), (200, "application/atom+xml; charset=utf-8"));
    let source = Source { bytes: answer.body.as_bytes(), content_type: &kind, url: Some(&url), limit: 10_000_000 };
    (parse::parse(source).unwrap(), answer.body)
}

fn ids(feed: &Feed) -> Vec<&str> {
    feed.entries.iter().map(|entry| entry.id.as_deref().unwrap()).collect()
}

/// Every address in a text is whole: whoever reads it elsewhere gets there.
fn is_absolute(html: &str) {
    for piece in markup::pieces(html) {
        let Piece::Open(element) = piece else { continue };
        for (name, value) in element.attributes.iter().filter(|(name, _)| ["href", "src"].contains(&name.as_str())) {
            assert!(value.starts_with("https://") || value.starts_with("http://"), "{name}={value} in {html}");
        }
    }
}

/// A newsletter with a year's worth of a small blog: single digests a day apart, one of two posts, one that was withdrawn. With the
/// paths of those that are shown, the newest first, and the id of the one that is not.
async fn filled() -> (TestApp, Newsletter, Vec<String>, String) {
    let (app, carnet) = world().await;
    let (mut shown, mut withdrawn) = (Vec::new(), String::new());
    for n in 0..=SINGLE {
        post(&app, &carnet, &title(n), &text(n)).await;
        let (path, id) = sent(&app, &carnet).await;
        app.clock.advance(DAY);
        if n == 3 {
            withdrawn = id;
        } else {
            shown.push(path);
        }
    }
    shown.push(double(&app, &carnet).await.0);
    let said = Program::new(&app).await.choose(&withdrawn, &json!({ "withdrawn": true })).await;
    assert_eq!(said.status, 200, "{}", said.body);
    shown.reverse();
    (app, carnet, shown, withdrawn)
}

#[tokio::test]
async fn a_reader_finds_all_of_it_in_the_feed() {
    let (app, carnet, shown, _) = filled().await;
    let (feed, xml) = read(&app).await;
    assert_eq!((feed.format, feed.title.as_str(), feed.whole), (Format::Atom, carnet.name.as_str(), true));
    assert_eq!(feed.link.as_deref(), Some(format!("{BASE_URL}{HOME}").as_str()));
    assert_eq!((feed.language.as_deref(), feed.notice.as_deref()), (Some("fr"), None));
    let own = format!("<link rel=\"self\" type=\"application/atom+xml\" href=\"{BASE_URL}{FEED}\"/>");
    assert!(xml.contains(&own), "it says where it stands itself: {xml}");

    let links: Vec<&str> = feed.entries.iter().map(|entry| entry.link.as_deref().unwrap()).collect();
    let wanted: Vec<String> = shown.iter().map(|path| format!("{BASE_URL}{path}")).collect();
    assert_eq!(links, wanted, "the newest first, and none that was withdrawn");
    assert_eq!(ids(&feed).into_iter().collect::<BTreeSet<_>>().len(), shown.len(), "each has an id of its own");
    assert!(ids(&feed).iter().all(|id| id.starts_with("tag:")), "an id that is no address lasts: {:?}", ids(&feed));
    let dates: Vec<i64> = feed.entries.iter().map(|entry| entry.published.unwrap()).collect();
    assert!(dates.is_sorted_by(|newer, older| newer > older), "{dates:?}");
    assert_eq!(feed.built, dates.first().copied(), "it was made when its newest entry was");
    for entry in &feed.entries {
        assert_eq!((entry.updated, entry.language.as_deref()), (entry.published, Some("fr")), "{}", entry.title);
        assert!(!entry.summary.markup.is_empty() && !entry.bare_file, "{}", entry.title);
        is_absolute(&entry.content.markup);
        is_absolute(&entry.summary.markup);
        assert_eq!(app.get(entry.link.as_deref().unwrap()).await.status, 200);
    }

    let double = &feed.entries[0].content.markup;
    assert!(double.contains("Ainsi finit : Premier mot.") && double.contains("Ainsi finit : Second mot."), "{double}");
    for (entry, n) in feed.entries[1..].iter().zip((0..=SINGLE).rev().filter(|n| *n != 3)) {
        let content = &entry.content.markup;
        assert_eq!(entry.title, title(n));
        assert!(content.contains(&format!("Ainsi finit le billet {n}.")), "all of it: {content}");
        assert!(content.contains(&format!("https://blog.example.org/images/four-{n}.jpg")), "its picture: {content}");
        assert!(content.contains("&lt;pas de sucre&gt;"), "what looks like markup is words: {content}");
        assert!(content.contains("https://blog.example.org/levain"), "a link of the blog's own: {content}");
    }
}

#[tokio::test]
async fn an_entry_stays_the_same_when_others_come_and_go() {
    let (app, carnet, shown, withdrawn) = filled().await;
    let before = read(&app).await.0;
    let said = Program::new(&app).await.choose(&withdrawn, &json!({ "withdrawn": false })).await;
    assert_eq!(said.status, 200, "{}", said.body);
    let back = read(&app).await.0;
    assert_eq!(back.entries.len(), shown.len() + 1);
    let marks = |feed: &Feed| {
        let mark =
            |entry: &parse::Entry| (entry.id.clone(), entry.published, entry.updated, entry.content.markup.clone());
        feed.entries.iter().map(mark).collect::<Vec<_>>()
    };
    let returned = back.entries.iter().position(|entry| entry.title == title(3)).expect("it is there again");
    let mut others = marks(&back);
    others.remove(returned);
    assert_eq!(others, marks(&before));
    let of_old = back.entries[returned].clone();

    app.clock.advance(DAY);
    post(&app, &carnet, "Le dernier", "<p>Encore un.</p>").await;
    let (newest, _) = sent(&app, &carnet).await;
    becomes(&app, &newest, 200).await;
    Program::new(&app).await.open("public").await;
    let later = read(&app).await.0;
    assert_eq!(marks(&later)[1..], marks(&back)[..]);
    let again = later.entries.iter().find(|entry| entry.title == title(3)).unwrap();
    assert_eq!((&again.id, again.published), (&of_old.id, of_old.published));
}

#[tokio::test]
async fn whoever_checks_the_feed_is_advised_of_nothing() {
    let (app, carnet, shown, _) = filled().await;
    let url = app.local(FEED);
    let told: Value = app.cli(&["feed", "check", &url, "--json"]).await.json();
    assert_eq!(told["warnings"], json!([]), "{told}");
    assert_eq!((&told["format"], &told["title"]), (&"atom".into(), &carnet.name.as_str().into()));
    assert_eq!((&told["language"], &told["whole"]), (&"fr".into(), &true.into()));
    let entries = told["entries"].as_array().unwrap();
    assert_eq!(entries.len(), shown.len());
    // Cleaned as a post of any blog would be, it has still all its words and its picture.
    let content = entries[1]["content"].as_str().unwrap();
    assert!(content.contains(&format!("Ainsi finit le billet {SINGLE}.")) && content.contains("<img"), "{content}");
}
