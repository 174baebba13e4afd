//! WHEN: slots leave records, editors steer, nothing is made twice. Over the clock, the command line and the database.

use std::time::Duration;

use facteur::clock::{HOUR, MINUTE};
use facteur::newsletters::Newsletter;
use serde_json::Value;

use crate::harness::TestApp;
use crate::harness::feeds::Page;

/// Monday's slot of the harness's newsletters.
const MONDAY: &str = "2026-06-08T08:00[Europe/Paris]";

/// A post that was seen now.
async fn post(app: &TestApp, newsletter: &Newsletter, title: &str) -> i64 {
    let (id, now) = (newsletter.id, app.clock.now());
    app.execute(&format!(
        "INSERT INTO post (newsletter_id, guid, url, title, title_key, content, first_seen_at, published_at, state)
         VALUES ({id}, '{title}', 'https://blog.example.org/x', '{title}', '{title}', '<p>Le texte de {title}.</p>',
                 {now}, {now}, 'new')"
    ))
    .await;
    app.number(&format!("SELECT id FROM post WHERE newsletter_id = {id} AND guid = '{title}'")).await
}

/// The records of a newsletter, the oldest first: state, reason and titles.
async fn records(app: &TestApp, slug: &str) -> Vec<String> {
    let listed = app.cli(&["digest", "list", slug, "--limit", "999", "--json"]).await.json();
    let mut records: Vec<String> = listed.as_array().unwrap().iter().map(record).collect();
    records.reverse();
    records
}

fn record(digest: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let titles: Vec<String> = digest["posts"].as_array().unwrap().iter().map(|post| text(&post["title"])).collect();
    let state = match text(&digest["state"]).as_str() {
        // However far delivery has come.
        "sending" | "finished" => "sent".to_owned(),
        other => other.to_owned(),
    };
    [state, text(&digest["reason"]), titles.join(" + ")]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(": ")
}

/// A newsletter with one reader, and its schedule's settings changed by this SQL.
async fn carnet(app: &TestApp) -> Newsletter {
    let newsletter = app.newsletter("carnet").await;
    app.reader(&newsletter, "ana@example.org").await;
    newsletter
}

#[tokio::test]
async fn a_weekly_digest_leaves_at_its_slot_with_what_is_new() {
    let app = TestApp::spawn().await;
    let carnet = carnet(&app).await;
    app.reader(&carnet, "bea@example.org").await;
    post(&app, &carnet, "Un").await;
    app.clock.advance(MINUTE);
    post(&app, &carnet, "Deux").await;
    app.advance_to("2026-06-08T07:59:30[Europe/Paris]").await;
    assert_eq!(records(&app, "carnet").await, Vec::<String>::new(), "not before its time");
    app.advance_to(MONDAY).await;
    assert_eq!(records(&app, "carnet").await, ["sent: Deux + Un"], "the newest leads");
    app.tick().await;
    app.idle().await;
    assert_eq!(app.mails().len(), 2);
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
    post(&app, &carnet, "Trois").await;
    app.advance_to("2026-06-15T08:00[Europe/Paris]").await;
    app.advance_to("2026-06-22T08:00[Europe/Paris]").await;
    assert_eq!(records(&app, "carnet").await, ["sent: Deux + Un", "sent: Trois", "skipped: no new post"]);
    let listed = app.cli(&["digest", "list", "carnet", "--json"]).await.json();
    let slots: Vec<&str> =
        listed.as_array().unwrap().iter().map(|digest| digest["slot_at"].as_str().unwrap()).collect();
    assert_eq!(slots, ["2026-06-22T06:00:00Z", "2026-06-15T06:00:00Z", "2026-06-08T06:00:00Z"]);
    app.idle().await;
}

#[tokio::test]
async fn the_hour_stays_over_a_change_of_the_clocks() {
    let app = TestApp::spawn().await;
    let carnet = carnet(&app).await;
    app.cli(&["newsletter", "set", "carnet", "--every", "day", "--at", "02:30"]).await.ok();
    app.advance_to("2026-10-24T03:00[Europe/Paris]").await;
    app.execute("DELETE FROM digest").await;
    // 02:30 comes twice on the 25th; it counts once, at its first pass.
    for day in ["24", "25", "26"] {
        post(&app, &carnet, day).await;
        app.clock.advance(MINUTE);
        for _ in 0..25 {
            app.advance(HOUR).await;
        }
    }
    let slots = app.texts("SELECT CAST(slot_at AS TEXT) FROM digest ORDER BY slot_at").await;
    let slots: Vec<String> = slots.iter().map(|at| facteur::clock::rfc3339(at.parse().unwrap())).collect();
    assert_eq!(slots, ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", "2026-10-27T01:30:00Z"]);
    app.idle().await;
}

#[tokio::test]
async fn every_slot_that_passes_says_why() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.advance_to(MONDAY).await;
    post(&app, &carnet, "Un").await;
    app.advance_to("2026-06-15T08:00[Europe/Paris]").await;
    app.cli(&["digest", "pause", "carnet"]).await.ok();
    app.advance_to("2026-06-22T08:00[Europe/Paris]").await;
    app.cli(&["digest", "resume", "carnet"]).await.ok();
    app.cli(&["digest", "skip", "carnet"]).await.ok();
    app.advance_to("2026-06-29T08:00[Europe/Paris]").await;
    app.advance_to("2026-07-06T21:00[Europe/Paris]").await;
    app.reader(&carnet, "ana@example.org").await;
    app.advance_to("2026-07-13T08:00[Europe/Paris]").await;
    assert_eq!(
        records(&app, "carnet").await,
        [
            "skipped: no new post",
            "skipped: nobody subscribed",
            "skipped: paused",
            "skipped: skipped by an editor",
            "skipped: too late",
            "sent: Un",
        ],
        "and the post waited for the slot that could send it"
    );
    app.idle().await;
}

#[tokio::test]
async fn slots_missed_for_a_while_are_caught_up_once() {
    let app = TestApp::spawn().await;
    let carnet = carnet(&app).await;
    app.cli(&["newsletter", "set", "carnet", "--every", "day"]).await.ok();
    post(&app, &carnet, "Un").await;
    app.advance_to("2026-06-04T19:00[Europe/Paris]").await;
    assert_eq!(
        records(&app, "carnet").await,
        ["skipped: caught up with the next", "skipped: caught up with the next", "sent: Un"]
    );
    // A clock that jumps back sends nothing twice; nor does one that comes forward again.
    app.advance(-72 * HOUR).await;
    post(&app, &carnet, "Deux").await;
    app.advance(72 * HOUR).await;
    assert_eq!(records(&app, "carnet").await.len(), 3);
    app.advance_to("2026-06-05T08:00[Europe/Paris]").await;
    assert_eq!(records(&app, "carnet").await[3], "sent: Deux");
    app.idle().await;
}

#[tokio::test]
async fn a_post_rests_before_it_is_sent() {
    let app = TestApp::builder().set("digests.settle_s", 900).spawn().await;
    let carnet = carnet(&app).await;
    app.advance_to("2026-06-08T07:45[Europe/Paris]").await;
    post(&app, &carnet, "Un").await;
    app.clock.advance(MINUTE);
    post(&app, &carnet, "Deux").await;
    app.advance_to("2026-06-08T08:00:30[Europe/Paris]").await;
    assert_eq!(records(&app, "carnet").await, ["sent: Un"]);
    app.execute("UPDATE post SET feed_id = NULL").await;
    app.advance_to("2026-06-15T08:00[Europe/Paris]").await;
    assert_eq!(records(&app, "carnet").await, ["sent: Un", "sent: Deux"]);
    app.idle().await;
}

#[tokio::test]
async fn a_digest_on_hold_waits_for_its_editor() {
    let app = TestApp::spawn().await;
    let carnet = carnet(&app).await;
    app.cli(&["newsletter", "set", "carnet", "--approval", "hold"]).await.ok();
    post(&app, &carnet, "Un").await;
    app.advance_to(MONDAY).await;
    assert_eq!(records(&app, "carnet").await, ["waiting: Un"]);
    let notice = app.mail_to("carnet@lettres.example.org").await;
    assert!(notice.text().contains("facteur digest approve carnet"), "{}", notice.text());
    app.idle().await;
    assert!(app.mails_to("ana@example.org").is_empty());
    let asked = app.cli(&["digest", "approve", "carnet", "--dry-run", "--json"]).await.json();
    assert_eq!(asked["recipients"], 1);
    app.cli(&["digest", "approve", "carnet"]).await.ok();
    app.mail_to("ana@example.org").await;
    app.idle().await;
    app.cli(&["digest", "approve", "carnet"]).await.fails(5);
    // The next one is skipped by the editor, and its post is not sent on this rhythm any more.
    post(&app, &carnet, "Deux").await;
    app.advance_to("2026-06-15T08:00[Europe/Paris]").await;
    app.cli(&["digest", "skip", "carnet"]).await.ok();
    // This one too, but its post is given back.
    post(&app, &carnet, "Trois").await;
    app.advance_to("2026-06-22T08:00[Europe/Paris]").await;
    app.cli(&["digest", "skip", "carnet", "--give-back"]).await.ok();
    app.advance_to("2026-06-29T08:00[Europe/Paris]").await;
    assert_eq!(
        records(&app, "carnet").await,
        ["sent: Un", "skipped: skipped by an editor: Deux", "skipped: skipped by an editor: Trois", "waiting: Trois"]
    );
    app.execute("UPDATE post SET state = 'gone' WHERE title = 'Trois'").await;
    let refused = app.cli(&["digest", "approve", "carnet"]).await;
    assert!(refused.fails(4).contains("taken back"), "{}", refused.stderr);
    app.idle().await;
}

#[tokio::test]
async fn each_post_leaves_by_itself() {
    let app = TestApp::builder().set("digests.settle_s", 60).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.cli(&["newsletter", "set", "carnet", "--every", "post"]).await.ok();
    post(&app, &carnet, "Personne").await;
    app.advance(2 * MINUTE).await;
    app.reader(&carnet, "ana@example.org").await;
    post(&app, &carnet, "Un").await;
    post(&app, &carnet, "Deux").await;
    app.tick().await;
    assert_eq!(records(&app, "carnet").await, ["sent: Personne"], "the others rest");
    app.advance(2 * MINUTE).await;
    app.tick().await;
    app.cli(&["digest", "skip", "carnet"]).await.ok();
    for title in ["Trois", "Quatre"] {
        post(&app, &carnet, title).await;
        app.clock.advance(MINUTE);
    }
    app.advance(MINUTE).await;
    assert_eq!(
        records(&app, "carnet").await,
        ["sent: Personne", "sent: Un", "sent: Deux", "skipped: skipped by an editor: Trois", "sent: Quatre",]
    );
    app.cli(&["digest", "pause", "carnet"]).await.ok();
    post(&app, &carnet, "Cinq").await;
    app.advance(HOUR).await;
    assert_eq!(records(&app, "carnet").await.len(), 5, "while paused, posts wait");
    app.cli(&["digest", "resume", "carnet"]).await.ok();
    app.tick().await;
    assert_eq!(records(&app, "carnet").await[5], "sent: Cinq");
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 5);
}

#[tokio::test]
async fn two_rhythms_of_one_newsletter_each_send_a_post_once() {
    let app = TestApp::spawn().await;
    let carnet = carnet(&app).await;
    post(&app, &carnet, "Avant").await;
    app.clock.advance(MINUTE);
    let set = [
        "newsletter",
        "set",
        "carnet",
        "--schedule",
        "new",
        "--every",
        "month",
        "--on",
        "last",
        "--zone",
        "Europe/Paris",
    ];
    app.cli(&set).await.ok();
    app.reader(&carnet, "bea@example.org").await;
    app.execute("UPDATE subscriber SET schedule_id = (SELECT MAX(id) FROM schedule) WHERE email = 'bea@example.org'")
        .await;
    post(&app, &carnet, "Un").await;
    app.advance_to(MONDAY).await;
    for day in ["15", "22", "29", "30"] {
        app.advance_to(&format!("2026-06-{day}T08:00[Europe/Paris]")).await;
    }
    let none = "skipped: no new post";
    assert_eq!(
        records(&app, "carnet").await,
        ["sent: Un + Avant", none, none, none, "sent: Un"],
        "what the newsletter sent before a rhythm began is not sent on it"
    );
    app.idle().await;
    assert_eq!((app.mails_to("ana@example.org").len(), app.mails_to("bea@example.org").len()), (1, 1));
}

#[tokio::test]
async fn newsletters_do_not_see_each_other() {
    let app = TestApp::spawn().await;
    let (un, deux) = (app.newsletter("un").await, app.newsletter("deux").await);
    app.reader(&un, "ana@example.org").await;
    app.reader(&deux, "bea@example.org").await;
    post(&app, &un, "Un").await;
    app.advance_to(MONDAY).await;
    assert_eq!(records(&app, "un").await, ["sent: Un"]);
    assert_eq!(records(&app, "deux").await, ["skipped: no new post"]);
    app.idle().await;
    assert_eq!((app.mails_to("ana@example.org").len(), app.mails_to("bea@example.org").len()), (1, 0));
    let id = app.texts("SELECT public_id FROM digest WHERE state <> 'skipped'").await.remove(0);
    app.cli(&["digest", "show", "un", &id]).await.ok();
    app.cli(&["digest", "show", "deux", &id]).await.fails(5);
}

#[tokio::test]
async fn sending_now_says_to_how_many_and_sends_once() {
    let app = TestApp::builder().set("digests.settle_s", 900).spawn().await;
    let carnet = app.newsletter("carnet").await;
    let yes = ["digest", "send", "carnet", "--yes"];
    assert!(app.cli(&yes).await.fails(4).contains("no new post"));
    post(&app, &carnet, "Un").await;
    assert!(app.cli(&yes).await.fails(4).contains("nobody would get it"));
    app.readers(&carnet, 3).await;
    assert!(app.cli(&["digest", "send", "carnet"]).await.fails(4).contains("--yes"), "no terminal, no yes");
    let tried = app.cli(&["digest", "send", "carnet", "--dry-run", "--json"]).await.json();
    assert_eq!((&tried["recipients"], &tried["posts"][0]["title"]), (&3.into(), &"Un".into()));
    assert_eq!(records(&app, "carnet").await, Vec::<String>::new());
    let first = app.cli(&["digest", "send", "carnet", "--yes", "--json"]).await.json();
    let listed = app.cli(&["digest", "list", "carnet"]).await;
    assert!(listed.ok().contains("(left 2026-"), "when it left, beside its slot: {}", listed.stdout);
    assert_eq!((&first["recipients"], &first["posts"][0]["title"]), (&3.into(), &"Un".into()));
    let again = app.cli(&["digest", "send", "carnet", "--yes", "--json"]).await.json();
    assert_eq!(again["id"], first["id"], "a second call is the same wish");
    app.clock.advance(2 * MINUTE);
    app.cli(&yes).await.fails(4);
    // What a feed brought rests, unless asked otherwise.
    app.execute(&format!("INSERT INTO feed (newsletter_id, url, created_at, next_poll_at) VALUES ({}, 'http://x.invalid/', 0, 9999999999999)", carnet.id)).await;
    post(&app, &carnet, "Deux").await;
    app.execute("UPDATE post SET feed_id = (SELECT MAX(id) FROM feed) WHERE title = 'Deux'").await;
    let refused = app.cli(&yes).await;
    assert!(refused.fails(4).contains("1 post is still in its waiting period"), "{}", refused.stderr);
    let sent = app.cli(&["digest", "send", "carnet", "--yes", "--unsettled", "--json"]).await.json();
    assert_eq!(sent["posts"][0]["title"], "Deux");
    assert!(sent["note"].as_str().unwrap().contains("could not be read"), "{sent}");
    app.idle().await;
    assert_eq!(app.mails().len(), 6);
}

#[tokio::test]
async fn a_digest_can_be_previewed_and_tested() {
    let app = TestApp::spawn().await;
    let carnet = carnet(&app).await;
    app.cli(&["digest", "preview", "carnet"]).await.fails(4);
    post(&app, &carnet, "Un").await;
    let text = app.cli(&["digest", "preview", "carnet", "-o", "text"]).await;
    assert!(text.ok().contains("Le texte de Un."), "{}", text.stdout);
    assert!(app.cli(&["digest", "preview", "carnet", "-o", "html", "--lang", "en"]).await.ok().contains("<html"));
    let eml = app.cli(&["digest", "preview", "carnet", "-o", "eml"]).await;
    assert!(eml.ok().contains("List-Unsubscribe-Post:"), "{}", eml.stdout);
    app.cli(&["digest", "preview", "carnet", "--lang", "tlh"]).await.fails(2);
    app.cli(&["digest", "test", "carnet", "--to", "not an address"]).await.fails(2);
    // As the sign-up form has it: each of them is judged, in a dry run too.
    let rests: [&[&str]; 2] = [&[], &["--dry-run"]];
    for rest in rests {
        let given = ["digest", "test", "carnet", "--to", "eva@example.org", "--to", "claire@fournil"];
        let refused = app.cli(&[&given[..], rest].concat()).await;
        let words = refused.fails(2);
        assert!(words.contains("claire@fournil: ") && words.contains("is incomplete"), "{words}");
    }
    let both = ["digest", "test", "carnet", "--to", "eva@example.org", "--to", "eve@example.org"];
    let asked = app.cli(&both).await;
    assert!(asked.ok().contains("as soon as `facteur serve` runs and the mail server answers"), "{asked:?}");
    app.mail_to("eva@example.org").await;
    app.mail_to("eve@example.org").await;
    app.idle().await;
    assert_eq!(app.mails().len(), 2);
    assert_eq!(records(&app, "carnet").await, Vec::<String>::new());
}

/// One mail each: what its footer says of the sign-up, in either part.
#[tokio::test]
async fn the_footer_says_since_when_and_where_each_reader_signed_up() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    // Half past eleven on the last of January in UTC: February in Paris.
    let midnight = 1_769_902_200_000_i64;
    let readers = [
        ("ana", "fr", "'blog.example.org'", midnight, "Abonnement : le 1er février 2026 sur blog.example.org"),
        ("bea", "en", "'blog.example.org'", midnight, "Signed up: 1 February 2026 on blog.example.org"),
        ("cid", "fr", "'imported'", midnight, "Abonnement : le 1er février 2026, à partir d’une liste existante"),
        ("dan", "fr", "'added'", midnight, "Abonnement : le 1er février 2026, par l’expéditeur"),
        ("eve", "fr", "NULL", midnight + 86_400_000, "Abonnement : le 2 février 2026"),
        ("fay", "fr", "'<b>.example'", midnight, "Abonnement : le 1er février 2026"),
        ("gil", "fr", "'blog.example.org'", 0, ""),
    ];
    for (name, language, origin, at, _) in readers {
        let id = app.reader(&carnet, &format!("{name}@example.org")).await;
        let at = if at == 0 { "NULL".to_owned() } else { at.to_string() };
        app.execute(&format!(
            "UPDATE subscriber SET language = '{language}', origin = {origin}, confirmed_at = {at} WHERE id = {id}"
        ))
        .await;
    }
    app.post(&carnet, "Un").await;
    app.send_now(&carnet).await;
    app.wait_for_mails(7).await;
    for (name, _, _, _, said) in readers {
        let mail = app.mail_to(&format!("{name}@example.org")).await;
        let plain = |text: String| text.replace(['\u{a0}', '\u{202f}'], " ").replace("&nbsp;", " ");
        let line = |text: &str| text.contains("Abonnement") || text.contains("Signed up");
        let text = plain(mail.text());
        assert_eq!(text.lines().find(|text| line(text)).unwrap_or_default(), said);
        let html = plain(mail.html());
        assert_eq!(html.split("<br>").find(|text| line(text)).unwrap_or_default(), said);
    }
    app.idle().await;
}

#[tokio::test]
async fn a_running_digest_is_paused_resumed_and_cancelled() {
    let app = TestApp::builder().stopped().spawn().await;
    let carnet = carnet(&app).await;
    post(&app, &carnet, "Un").await;
    app.cli(&["digest", "cancel", "carnet"]).await.fails(5);
    app.cli(&["digest", "send", "carnet", "--yes"]).await.ok();
    app.cli(&["digest", "pause", "carnet"]).await.ok();
    assert_eq!(records(&app, "carnet").await, ["paused: by an editor: Un"]);
    let shown = app.cli(&["newsletter", "show", "carnet", "--json"]).await.json();
    assert_eq!(shown["schedules"][0]["paused"], true, "without an id, all of the newsletter rests");
    app.cli(&["digest", "resume", "carnet"]).await.ok();
    assert_eq!(records(&app, "carnet").await, ["sent: Un"]);
    let id = app.texts("SELECT public_id FROM digest").await.remove(0);
    let tried = app.cli(&["digest", "cancel", "carnet", "--dry-run"]).await;
    assert!(tried.ok().contains("would be cancelled"));
    app.cli(&["digest", "cancel", "carnet", &id[..6], "--yes"]).await.ok();
    assert_eq!(records(&app, "carnet").await, ["cancelled: cancelled by an editor: Un"]);
    app.cli(&["digest", "resume", "carnet", &id]).await.fails(4);
    app.execute("DELETE FROM delivery").await;
}

#[tokio::test]
async fn a_feed_that_hangs_delays_no_digest_of_another_newsletter() {
    let app = TestApp::spawn().await;
    let (un, deux) = (app.newsletter("un").await, app.newsletter("deux").await);
    app.reader(&un, "ana@example.org").await;
    app.reader(&deux, "bea@example.org").await;
    let slow = app.feeds.put("/slow.xml", Page::rss("Lent", &[]).delayed(Duration::from_secs(5)));
    app.cli(&["newsletter", "set", "un", "--feed", &slow]).await.ok();
    post(&app, &un, "Un").await;
    post(&app, &deux, "Deux").await;
    app.clock.set("2026-06-08T08:00[Europe/Paris]".parse::<jiff::Zoned>().unwrap().timestamp().as_millisecond());
    let ticking = app.tick();
    tokio::select! {
        () = ticking => panic!("the slow feed was not asked"),
        mail = app.mail_to("bea@example.org") => assert!(mail.subject().contains("Deux")),
    }
    app.tick().await;
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
}

#[tokio::test]
async fn two_processes_that_race_for_a_slot_make_one_digest() {
    let app = TestApp::builder().stopped().spawn().await;
    let carnet = carnet(&app).await;
    app.cli(&["newsletter", "set", "carnet", "--schedule", "new", "--every", "post"]).await.ok();
    app.reader(&carnet, "bea@example.org").await;
    app.execute("UPDATE subscriber SET schedule_id = (SELECT MAX(id) FROM schedule) WHERE email = 'bea@example.org'")
        .await;
    let other = facteur::app::App::open(app.app.config.clone(), app.clock.clone()).await.unwrap();
    for day in 8..13 {
        // Well behind the slot of the day before: less than a day old at the next, however slow the machine.
        app.clock.advance(3_600_000);
        for title in ["a", "b", "c"] {
            post(&app, &carnet, &format!("{title}{day}")).await;
        }
        app.cli(&["newsletter", "set", "carnet", "--every", "day"]).await.ok();
        let slot: jiff::Zoned = format!("2026-06-{day:02}T08:00[Europe/Paris]").parse().unwrap();
        app.clock.set(slot.timestamp().as_millisecond());
        let (one, two) =
            tokio::join!(facteur::digests::schedule::tick(&app.app), facteur::digests::schedule::tick(&other));
        one.unwrap();
        two.unwrap();
    }
    let twice = app.number(
        "SELECT COUNT(*) FROM (SELECT slot_at FROM digest GROUP BY schedule_id, slot_at HAVING COUNT(*) > 1) AS d",
    );
    assert_eq!(twice.await, 0);
    let sent = "SELECT COUNT(*) FROM digest WHERE state = 'sending' AND schedule_id = (SELECT MIN(id) FROM schedule)";
    assert_eq!(app.number(sent).await, 5);
    let others = "SELECT COUNT(*) FROM digest WHERE schedule_id = (SELECT MAX(id) FROM schedule)";
    assert_eq!(app.number(others).await, 1 + 4 * 3, "what is a day old leaves in one mail");
    assert_eq!(app.number("SELECT COUNT(*) FROM digest_post").await, 30);
    assert_eq!(app.number("SELECT COUNT(*) FROM delivery").await, 18);
    assert_eq!(app.number("SELECT COUNT(*) FROM digest_variant").await, 36);
    app.execute("DELETE FROM delivery").await;
}

#[tokio::test]
async fn what_cannot_be_rendered_waits_and_the_editor_is_told() {
    let app = TestApp::builder().stopped().spawn().await;
    let carnet = carnet(&app).await;
    post(&app, &carnet, "Un").await;
    app.execute("UPDATE newsletter SET from_address = 'no address', reply_to = 'eva@example.org'").await;
    app.advance_to(MONDAY).await;
    let state = records(&app, "carnet").await.remove(0);
    assert!(state.starts_with("waiting: the mail could not be rendered: "), "{state}");
    assert_eq!(app.texts("SELECT kind || ' ' || address FROM letter").await, ["notice eva@example.org"]);
    let failed = app.cli(&["digest", "approve", "carnet"]).await;
    assert!(failed.fails(1).contains("could not be rendered"), "{}", failed.stderr);
    app.tick().await;
    assert_eq!(app.number("SELECT COUNT(*) FROM delivery").await, 0);
    app.execute("UPDATE newsletter SET from_address = 'carnet@lettres.example.org'").await;
    app.cli(&["digest", "approve", "carnet"]).await.ok();
    assert_eq!(records(&app, "carnet").await, ["sent: Un"]);
    app.execute("DELETE FROM delivery").await;
}

#[cfg(feature = "faults")]
#[tokio::test]
async fn a_release_that_a_kill_cuts_short_goes_on() {
    const READERS: usize = 120_000;
    let app = TestApp::builder().stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, READERS).await;
    post(&app, &carnet, "Un").await;
    let mut killed = app.command(&["digest", "send", "carnet", "--yes"]);
    killed.env("FACTEUR_FAULT", "release.after_commit:2:kill");
    let status = tokio::task::spawn_blocking(move || killed.output().unwrap().status).await.unwrap();
    assert!(!status.success());
    let written = app.number("SELECT COUNT(*) FROM delivery").await;
    assert!(0 < written && written < READERS as i64, "{written} rows");
    assert_eq!(records(&app, "carnet").await, ["releasing: Un"]);
    // Paused between two ranges, it goes on where it was.
    app.cli(&["digest", "pause", "carnet"]).await.ok();
    app.tick().await;
    assert_eq!(app.number("SELECT COUNT(*) FROM delivery").await, written);
    app.cli(&["digest", "resume", "carnet", "--schedule", "1"]).await.ok();
    app.tick().await;
    assert_eq!(records(&app, "carnet").await, ["sent: Un"]);
    assert_eq!(app.number("SELECT COUNT(*) FROM delivery").await, READERS as i64);
    assert_eq!(app.number("SELECT recipients FROM digest").await, READERS as i64);
    app.execute("DELETE FROM delivery").await;
}

#[tokio::test]
async fn the_schedule_beats_by_itself_and_stops_in_order() {
    let mut app = TestApp::builder().roles(facteur::serve::Roles::ALL).spawn().await;
    let carnet = carnet(&app).await;
    post(&app, &carnet, "Un").await;
    let slot: jiff::Zoned = MONDAY.parse().unwrap();
    app.clock.set(slot.timestamp().as_millisecond() - 1000);
    app.mail_to("ana@example.org").await;
    assert!(facteur::digests::schedule::last_tick(&app.app).is_some());
    app.idle().await;
    assert!(app.stop().await < Duration::from_secs(10));
}

/// The database is not asked each time while nobody writes and nothing is due: each kind of what is due is known beforehand.
#[tokio::test]
async fn the_beat_knows_when_the_next_thing_is_due() {
    let app = TestApp::spawn().await;
    let carnet = carnet(&app).await;
    let soonest = async || facteur::digests::sql::soonest(&app.app.db, HOUR).await.unwrap();
    let monday = MONDAY.parse::<jiff::Zoned>().unwrap().timestamp().as_millisecond();
    assert_eq!(soonest().await, Some(monday));
    app.execute("UPDATE schedule SET approval = 'veto'").await;
    assert_eq!(soonest().await, Some(monday - HOUR), "one that can be stopped is composed before its slot");
    let id = carnet.id;
    let reader = app.reader(&carnet, "bea@example.org").await;
    let kinds = [
        format!("INSERT INTO feed (newsletter_id, url, next_poll_at, created_at) VALUES ({id}, 'http://127.0.0.1:9/', 900, 0)"),
        "UPDATE schedule SET paused = TRUE, paused_until = 800".to_owned(),
        format!(
            "INSERT INTO digest (newsletter_id, schedule_id, public_id, slot_at, state, subject, content, created_at, leaves_at)
             SELECT {id}, MIN(id), 'x', 0, 'waiting', '', '', 0, 700 FROM schedule"
        ),
        format!("INSERT INTO planned_letter (subscriber_id, at) VALUES ({reader}, 600)"),
        format!("UPDATE subscriber SET status = 'paused', paused_until = 500 WHERE id = {reader}"),
    ];
    for (kind, at) in kinds.iter().zip([900, 800, 700, 600, 500]) {
        app.execute(kind).await;
        assert_eq!(soonest().await, Some(at), "{kind}");
    }
    for kept in [
        "UPDATE subscriber SET status = 'confirmed', paused_until = NULL",
        "UPDATE planned_letter SET is_held = TRUE",
        "UPDATE digest SET state = 'sending'",
        "UPDATE schedule SET paused = FALSE",
        "UPDATE newsletter SET deleted_at = 1",
    ] {
        app.execute(kept).await;
    }
    assert_eq!(soonest().await, None, "nobody waits for these");
}

/// Beats that need not ask go on as soon as somebody has written.
#[tokio::test]
async fn a_beat_at_rest_sees_what_is_written() {
    let app = TestApp::builder().roles(facteur::serve::Roles::ALL).spawn().await;
    carnet(&app).await;
    // Long enough for a beat that finds nothing, and for one that does not ask.
    let begin = std::time::Instant::now();
    let beats = || facteur::digests::schedule::last_tick(&app.app).unwrap().duration_since(begin);
    while beats() < Duration::from_secs(11) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    app.execute("UPDATE subscriber SET status = 'pending'").await;
    let now = app.clock.now();
    app.execute(&format!("INSERT INTO planned_letter (subscriber_id, at) SELECT id, {now} FROM subscriber")).await;
    app.mail_to("ana@example.org").await;
}

#[tokio::test]
async fn what_was_written_by_hand_comes_whole_and_what_rests_is_said() {
    let app = TestApp::spawn().await;
    let carnet = carnet(&app).await;
    let file = app.folder().join("billet.md");
    let end = "et la fin du billet, que nul autre endroit ne porte.";
    std::fs::write(&file, format!("# Long billet\n\n{}\n\n{end}\n", "Un paragraphe de plus. ".repeat(80))).unwrap();
    app.cli(&["post", "add", "carnet", file.to_str().unwrap()]).await.ok();
    app.post(&carnet, "Un billet du blog").await;
    // Seen just now on the blog: it rests.
    // By the command line's clock too.
    let fresh = post(&app, &carnet, "Tout frais").await;
    let id = carnet.id;
    app.execute(&format!("INSERT INTO feed (newsletter_id, url, next_poll_at, created_at) VALUES ({id}, 'http://127.0.0.1:9/', 99999999999999, 0)")).await;
    app.execute(&format!(
        "UPDATE post SET feed_id = (SELECT id FROM feed), first_seen_at = 4102444800000 WHERE id = {fresh}"
    ))
    .await;
    let prospect = app.cli(&["digest", "send", "carnet", "--dry-run", "--json"]).await.json();
    assert_eq!((prospect["posts"].as_array().unwrap().len(), prospect["resting"].as_i64()), (2, Some(1)), "{prospect}");
    assert!(app.cli(&["digest", "send", "carnet", "--dry-run"]).await.ok().contains("--unsettled"));
    app.cli(&["digest", "send", "carnet", "--yes"]).await.ok();
    let mail = app.mail_to("ana@example.org").await;
    assert!(mail.text().contains("et la fin du billet") && mail.html().contains("et la fin du billet"));
    app.idle().await;
    let shown = app.cli(&["subscriber", "show", "carnet", "ana@example.org", "--json"]).await.json();
    assert_eq!(shown["digests"][0]["state"], "accepted", "{shown}");
}
