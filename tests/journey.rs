//! One reader from sign-up to leaving and back, read as a story; and a real blog over its days.

use std::path::Path;

use facteur::clock::{DAY, HOUR, SECOND};
use facteur::newsletters::Every;
use facteur::newsletters::settings::Rhythm;
use serde_json::Value;

use crate::harness::feeds::{Item, Page};
use crate::harness::{TestApp, at_eight, corpus};

const ANA: &str = "Ana.Souza@example.org";

impl TestApp {
    async fn status_of_ana(&self) -> Vec<String> {
        self.texts("SELECT status FROM subscriber WHERE email = 'Ana.Souza@example.org'").await
    }
}

#[tokio::test]
async fn ana_subscribes_reads_leaves_and_comes_back() {
    let app = TestApp::spawn().await;
    let monday = app.clock.now();
    let mut items = vec![Item::new("ancien", "Un billet d’avant", monday - 2 * DAY)];
    let url = app.feeds.put("/feed.xml", Page::rss("Le blog du jardin", &items));
    let weekly = Rhythm { every: Some(Every::Week), on: Some("monday".into()), ..at_eight() };
    app.newsletter_with("carnet", weekly, &[&url]).await;
    app.tick().await;

    // Ana finds the form. Looking at it changes nothing.
    let page = app.get("/n/carnet?lang=fr").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains(r#"<html lang="fr""#) && page.words().contains("Le carnet"));
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber").await, 0);

    // She types her address and is told to look into her mailbox.
    app.advance(5 * SECOND).await;
    let answer = app.submit("/n/carnet", &page.form().fill("email", ANA)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(app.status_of_ana().await, ["pending"]);

    // The letter asks her to confirm. Opening its link changes nothing; the button does.
    let letter = app.mail_to(ANA).await;
    assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
    let link = letter.link("/confirm/");
    let page = app.get(&link).await;
    assert_eq!((page.status, app.status_of_ana().await), (200, vec!["pending".to_owned()]));
    let done = app.submit(&link, &page.forms()[0]).await;
    assert_eq!((done.status, app.status_of_ana().await), (200, vec!["confirmed".to_owned()]));
    let consents = app.texts("SELECT kind FROM consent ORDER BY id").await;
    assert_eq!(consents, ["asked", "confirmed"]);

    // The blog publishes. Before Monday nothing comes; on Monday at eight, one mail with the new post alone.
    items.insert(0, Item::new("tomates", "Les tomates sont là", app.clock.now() + HOUR));
    app.feeds.put("/feed.xml", Page::rss("Le blog du jardin", &items));
    app.advance_to("2026-06-08T07:58[Europe/Paris]").await;
    app.idle().await;
    assert_eq!(app.mails_to(ANA).len(), 1);
    app.advance_to("2026-06-08T08:00:01[Europe/Paris]").await;
    let digest = app.wait_for_mails(2).await.pop().unwrap();
    assert_eq!((digest.to.as_str(), digest.subject().as_str()), (ANA, "Les tomates sont là"));
    assert!(digest.text().contains("https://blog.example.org/tomates") && !digest.text().contains("ancien"));
    assert!(digest.html().contains("Les tomates sont là"));
    assert_eq!(digest.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");

    // She leaves with the button of her mail program: one POST, no page, no cookie, no redirect. Twice is as good as once.
    for _ in 0..2 {
        let left = app.post_form(&digest.one_click(), &[("List-Unsubscribe", "One-Click")]).await;
        assert_eq!((left.status, left.header("set-cookie")), (200, ""));
    }
    assert_eq!(app.status_of_ana().await, ["unsubscribed"]);

    // The next Monday brings her nothing, and the slot says why.
    items.insert(0, Item::new("courges", "Les courges attendent", app.clock.now() + HOUR));
    app.feeds.put("/feed.xml", Page::rss("Le blog du jardin", &items));
    app.advance_to("2026-06-15T08:00:01[Europe/Paris]").await;
    app.idle().await;
    assert_eq!(app.mails_to(ANA).len(), 2);
    let slots = app.texts("SELECT state || ' ' || COALESCE(reason, '') FROM digest ORDER BY slot_at").await;
    assert!(slots[1].starts_with("skipped ") && slots[1].len() > "skipped ".len(), "{slots:?}");

    // She takes it back: the link in her last mail still lives, shows first, and offers the way back.
    let link = digest.link("/unsubscribe/");
    let page = app.get(&link).await;
    assert_eq!((page.status, app.status_of_ana().await), (200, vec!["unsubscribed".to_owned()]));
    let undo = page.forms().into_iter().find(|form| form.action.contains("/undo")).expect("a way back");
    assert_eq!(app.submit(&link, &undo).await.status, 200);
    assert_eq!(app.status_of_ana().await, ["confirmed"]);

    // And the post that waited reaches her with the next digest.
    app.advance_to("2026-06-22T08:00:01[Europe/Paris]").await;
    let digest = app.wait_for_mails(3).await.pop().unwrap();
    assert_eq!((digest.to.as_str(), digest.subject().as_str()), (ANA, "Les courges attendent"));
    app.idle().await;
    app.cli(&["fsck"]).await.ok();
}

#[tokio::test]
async fn two_newsletters_of_one_instance_know_nothing_of_each_other() {
    let app = TestApp::spawn().await;
    let (carnet, gazette) = (app.newsletter("carnet").await, app.newsletter("gazette").await);
    app.reader(&carnet, "ana@example.org").await;
    app.reader(&gazette, "ana@example.org").await;
    app.reader(&gazette, "bo@example.org").await;
    app.post(&carnet, "Du carnet").await;
    app.send_now(&carnet).await;
    let mail = app.mail_to("ana@example.org").await;
    app.idle().await;
    assert_eq!(app.mails().len(), 1);
    assert_eq!(app.post_form(&mail.one_click(), &[("List-Unsubscribe", "One-Click")]).await.status, 200);
    app.post(&gazette, "De la gazette").await;
    app.send_now(&gazette).await;
    app.idle().await;
    let mut to: Vec<String> = app.mails()[1..].iter().map(|mail| mail.to.clone()).collect();
    to.sort();
    assert_eq!(to, ["ana@example.org", "bo@example.org"], "leaving one newsletter is not leaving the other");
}

/// The day's text of the sequence's feed, and what its entries are: id → (title, when published).
fn day(folder: &Path, step: &Value) -> (Vec<u8>, Vec<(String, String, i64)>) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let body = std::fs::read(folder.join(text(&step["file"]))).unwrap();
    let entries = step["entries"].as_array().unwrap().iter();
    let entries = entries.map(|entry| {
        let published: jiff::Timestamp = text(&entry["published"]).parse().unwrap();
        (text(&entry["id"]), text(&entry["title"]), published.as_millisecond())
    });
    (body, entries.collect())
}

#[tokio::test]
async fn a_real_blog_over_its_days_sends_each_new_post_once_and_no_edited_one_again() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("feeds");
    let sequence: Value = serde_json::from_slice(&std::fs::read(folder.join("seed/sequence.json")).unwrap()).unwrap();
    let app = TestApp::spawn().await;
    let url = app.feeds.put("/feed/", Page::rss("Le blog de la Semaine solidaire", &[]));
    let daily = Rhythm { every: Some(Every::Day), ..at_eight() };
    let carnet = app.newsletter_with("carnet", daily, &[&url]).await;
    app.reader(&carnet, "ana@example.org").await;
    // The blog is empty when the newsletter begins, so that every post of the sequence is new.
    app.clock.set(day(&folder, &sequence["sequence"][0]).1.iter().map(|entry| entry.2).max().unwrap());
    app.tick().await;
    app.idle().await;
    assert_eq!(app.mails().len(), 0);

    let mut expected = 0;
    for step in sequence["sequence"].as_array().unwrap() {
        let (body, entries) = day(&folder, step);
        let wanted = |list: &Value| -> Vec<String> {
            let numbers: Vec<String> = list.as_array().unwrap().iter().map(|number| format!("?p={number}")).collect();
            let named = entries.iter().filter(|(id, ..)| numbers.iter().any(|end| id.ends_with(end.as_str())));
            named.map(|(_, title, _)| title.clone()).collect()
        };
        let (new, edited) = (wanted(&step["new"]), wanted(&step["edited"]));
        let last = entries.iter().map(|entry| entry.2).max().unwrap();
        app.feeds.put("/feed/", Page::new("application/rss+xml", body));
        // The day after the newest entry, at eight.
        let next = facteur::clock::timestamp(last + DAY).to_zoned(jiff::tz::TimeZone::get("Europe/Paris").unwrap());
        app.advance_to(&format!("{}T08:00:01[Europe/Paris]", next.date())).await;
        expected += usize::from(!new.is_empty());
        let mails = app.wait_for_mails(expected).await;
        app.idle().await;
        assert_eq!(app.mails().len(), expected, "{}", step["file"]);
        let text = mails.last().unwrap().text();
        let on_one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        for title in &new {
            assert!(on_one_line(&text).contains(&on_one_line(title)), "{title} is not in\n{text}");
        }
        for title in edited.iter().chain(entries.iter().map(|(_, title, _)| title)).filter(|title| !new.contains(title))
        {
            assert!(!on_one_line(&text).contains(&on_one_line(title)), "{title} was sent again in\n{text}");
        }
    }
    let sent = app.number("SELECT COUNT(DISTINCT post_id) FROM digest_post").await;
    let twice = app.number("SELECT COUNT(*) FROM digest_post").await - sent;
    let all: usize =
        sequence["sequence"].as_array().unwrap().iter().map(|step| step["new"].as_array().unwrap().len()).sum();
    assert_eq!((sent, twice), (all as i64, 0));
}
