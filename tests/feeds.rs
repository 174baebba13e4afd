//! WHAT: feeds as they are read over HTTP: each post once, edits, vanishing, faults of servers, the guard, the commands.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use facteur::clock::{DAY, HOUR, MINUTE, Millis};
use facteur::feeds::poll::PollReport;
use facteur::feeds::{self, NewPost};
use facteur::newsletters::Newsletter;
use serde_json::Value;

use crate::harness::feeds::{Item, Page};
use crate::harness::{TestApp, corpus};

/// A world with a newsletter that reads `/feed`.
pub async fn world() -> (TestApp, Newsletter) {
    let app = TestApp::spawn().await;
    let newsletter = app.newsletter("carnet").await;
    add_feed(&app, &newsletter, &app.feeds.url("/feed"), 0).await;
    (app, newsletter)
}

pub async fn add_feed(app: &TestApp, newsletter: &Newsletter, url: &str, take: u32) {
    let now = app.clock.now();
    let mut tx = app.app.db.begin().await.unwrap();
    facteur::newsletters::sql::insert_feed(&mut tx, newsletter.id, url, take, now).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn poll(app: &TestApp, newsletter: &Newsletter) -> PollReport {
    feeds::poll::newsletter(&app.app, newsletter.id).await.unwrap()
}

/// Polls; gives how many posts are new, held and already there; no feed may have failed.
pub async fn counts(app: &TestApp, newsletter: &Newsletter) -> (usize, usize, usize) {
    let report = poll(app, newsletter).await;
    assert_eq!(report.errors, Vec::<String>::new());
    (report.new, report.held, report.seen)
}

/// `title state` of every post, by title.
pub async fn states(app: &TestApp) -> Vec<String> {
    app.texts("SELECT title || ' ' || state FROM post ORDER BY title").await
}

/// Entries named by letters, the first the newest, a day apart, the newest an hour old.
pub fn items(app: &TestApp, names: &[&str]) -> Vec<Item> {
    let newest = app.clock.now() - HOUR;
    let item = |(n, name): (usize, &&str)| Item::new(&name.to_lowercase(), name, newest - n as Millis * DAY);
    names.iter().enumerate().map(item).collect()
}

pub fn put(app: &TestApp, items: &[Item]) {
    app.feeds.put("/feed", Page::rss("Le blog", items));
}

#[tokio::test]
async fn what_is_there_first_is_seen_and_what_comes_is_new_once() {
    let (app, carnet) = world().await;
    let all = items(&app, &["C", "B", "A"]);
    put(&app, &all[1..]);
    assert_eq!(counts(&app, &carnet).await, (0, 0, 2));
    put(&app, &all);
    assert_eq!(counts(&app, &carnet).await, (1, 0, 0));
    assert_eq!(counts(&app, &carnet).await, (0, 0, 0));
    assert_eq!(states(&app).await, ["A seen", "B seen", "C new"]);
    assert_eq!(app.texts("SELECT title FROM feed").await, ["Le blog"]);
}

#[tokio::test]
async fn the_last_few_may_be_taken_at_first() {
    let (app, carnet) = world().await;
    app.execute("UPDATE feed SET take_first = 2").await;
    put(&app, &items(&app, &["D", "C", "B", "A"]));
    assert_eq!(counts(&app, &carnet).await, (2, 0, 2));
    assert_eq!(states(&app).await, ["A seen", "B seen", "C new", "D new"]);
}

#[tokio::test]
async fn an_edit_is_taken_while_a_post_waits_and_never_sends_it_again() {
    let (app, carnet) = world().await;
    let mut all = items(&app, &["C", "B", "A"]);
    put(&app, &all[1..]);
    poll(&app, &carnet).await;
    put(&app, &all);
    poll(&app, &carnet).await;
    all[0].title = "C, corrigé".into();
    all[0].html = "<p>Mieux</p>".into();
    all[1].title = "B, corrigé".into();
    put(&app, &all);
    assert_eq!(counts(&app, &carnet).await, (0, 0, 0));
    assert_eq!(states(&app).await, ["A seen", "B seen", "C, corrigé new"]);
    assert_eq!(app.texts("SELECT summary FROM post WHERE state = 'new'").await, ["<p>Mieux</p>"]);
}

#[tokio::test]
async fn a_post_that_a_digest_has_taken_does_not_change() {
    let (app, carnet) = world().await;
    put(&app, &[]);
    poll(&app, &carnet).await;
    let mut all = items(&app, &["A"]);
    put(&app, &all);
    poll(&app, &carnet).await;
    app.execute(
        "INSERT INTO digest (public_id, newsletter_id, schedule_id, slot_at, state, created_at)
         SELECT 'x', newsletter_id, id, 1, 'waiting', 1 FROM schedule",
    )
    .await;
    app.execute(
        "INSERT INTO digest_post (digest_id, schedule_id, post_id, position)
         SELECT digest.id, digest.schedule_id, post.id, 0 FROM digest, post",
    )
    .await;
    all[0].title = "Tout autre".into();
    put(&app, &all);
    assert_eq!(counts(&app, &carnet).await, (0, 0, 0));
    assert_eq!(states(&app).await, ["A new"]);
}

#[tokio::test]
async fn a_post_is_known_by_its_guid_its_address_or_its_title_and_day() {
    let (app, carnet) = world().await;
    let old = items(&app, &["B", "A"]);
    put(&app, &old);
    poll(&app, &carnet).await;

    // The blog moves to https: guids change, addresses stay the same but for the scheme and a campaign.
    let mut moved = old.clone();
    for item in &mut moved {
        item.guid = item.guid.replace("https://", "http://www.");
        item.link = format!("http://www.{}/?utm_source=rss", item.link.trim_start_matches("https://"));
    }
    put(&app, &moved);
    assert_eq!(counts(&app, &carnet).await, (0, 0, 0));

    // Then to another host with other permalinks: only title and day stay; then the titles change under the new guids.
    for item in &mut moved {
        item.guid = format!("https://neuf.example.org/?p={}", item.title);
        item.link = format!("https://neuf.example.org/2026/{}", item.title);
    }
    put(&app, &moved);
    assert_eq!(counts(&app, &carnet).await, (0, 0, 0));
    for item in &mut moved {
        item.title = format!("{} (suite)", item.title);
        item.link.push_str("-suite");
    }
    put(&app, &moved);
    assert_eq!(counts(&app, &carnet).await, (0, 0, 0));
    assert_eq!(app.number("SELECT COUNT(*) FROM post").await, 2);
}

#[tokio::test]
async fn one_guid_for_all_posts_is_no_guid() {
    let (app, carnet) = world().await;
    let mut all = items(&app, &["C", "B", "A"]);
    for item in &mut all {
        item.guid = "toujours-le-meme".into();
    }
    put(&app, &all[1..]);
    assert_eq!(counts(&app, &carnet).await, (0, 0, 2));
    put(&app, &all);
    assert_eq!(counts(&app, &carnet).await, (1, 0, 0));
    assert_eq!(states(&app).await, ["A seen", "B seen", "C new"]);
}

#[tokio::test]
async fn many_at_once_and_old_ones_are_held() {
    let (app, carnet) = world().await;
    put(&app, &items(&app, &["A"]));
    poll(&app, &carnet).await;
    let mut all = items(&app, &["A"]);
    all.push(Item::new("vieux", "Vieux", app.clock.now() - 31 * DAY));
    put(&app, &all);
    assert_eq!(counts(&app, &carnet).await, (0, 1, 0));
    all.extend((0..11).map(|n| Item::new(&format!("n{n}"), &format!("N{n:02}"), app.clock.now() - HOUR)));
    put(&app, &all);
    assert_eq!(counts(&app, &carnet).await, (0, 11, 0));
    let reasons = app.texts("SELECT DISTINCT reason FROM post WHERE state = 'held' ORDER BY reason").await;
    assert_eq!(reasons, ["too_many", "too_old"]);
}

#[tokio::test]
async fn a_post_that_is_taken_back_is_gone_and_comes_back_new() {
    let (app, carnet) = world().await;
    let all = items(&app, &["D", "C", "B", "A"]);
    put(&app, &all[2..]);
    poll(&app, &carnet).await;
    put(&app, &all);
    poll(&app, &carnet).await;

    put(&app, &[all[0].clone(), all[2].clone(), all[3].clone()]);
    poll(&app, &carnet).await;
    assert_eq!(states(&app).await, ["A seen", "B seen", "C new", "D new"], "one absence is not taking back");
    app.clock.advance(3 * MINUTE);
    poll(&app, &carnet).await;
    assert_eq!(states(&app).await, ["A seen", "B seen", "C gone", "D new"]);
    put(&app, &all);
    assert_eq!(counts(&app, &carnet).await, (0, 0, 0));
    assert_eq!(states(&app).await, ["A seen", "B seen", "C new", "D new"]);

    // What only falls off the end of the feed is not gone; neither is anything when the feed is cut short or empty.
    app.clock.advance(3 * DAY);
    put(&app, &items(&app, &["H", "G", "F", "E", "D"]));
    poll(&app, &carnet).await;
    let cut = String::from_utf8(Page::rss("Le blog", &all[1..]).body).unwrap();
    app.feeds.put("/feed", Page::new("application/rss+xml", &cut[..cut.len() - 40]));
    poll(&app, &carnet).await;
    for _ in 0..3 {
        put(&app, &[]);
        poll(&app, &carnet).await;
        app.clock.advance(HOUR);
    }
    assert_eq!(states(&app).await, ["A seen", "B seen", "C new", "D new", "E new", "F new", "G new", "H new"]);
}

#[tokio::test]
async fn a_feed_is_asked_only_whether_it_changed() {
    let (app, carnet) = world().await;
    let page = Page::rss("Le blog", &items(&app, &["A"])).header("etag", "W/\"a b\"");
    app.feeds.put("/feed", page.header("last-modified", "Mon, 01 Jun 2026 05:00:00 GMT"));
    assert_eq!(counts(&app, &carnet).await, (0, 0, 1));
    assert_eq!(counts(&app, &carnet).await, (0, 0, 0));
    let asked = app.feeds.asked();
    assert!(!asked[0].headers.contains_key("if-none-match"));
    assert_eq!(asked[1].headers["if-none-match"], "W/\"a b\"");
    assert_eq!(asked[1].headers["if-modified-since"], "Mon, 01 Jun 2026 05:00:00 GMT");
    assert!(asked[0].headers["accept-encoding"].to_str().unwrap().contains("gzip"));
    assert!(asked[0].headers["user-agent"].to_str().unwrap().starts_with("Facteur/"));
}

#[tokio::test]
async fn packed_feeds_are_unpacked_within_limits() {
    let app = TestApp::builder().set("feeds.max_bytes", 100_000).spawn().await;
    let carnet = app.newsletter("carnet").await;
    add_feed(&app, &carnet, &app.feeds.url("/feed"), 0).await;
    let packed = |body: &[u8]| {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut gz, body).unwrap();
        gz.finish().unwrap()
    };
    let feed = packed(&Page::rss("Le blog", &items(&app, &["A"])).body);
    app.feeds.put("/feed", Page::new("text/xml", feed.clone()).header("content-encoding", "gzip"));
    assert_eq!(counts(&app, &carnet).await, (0, 0, 1));
    // A file that is gzip itself, with no word about it.
    app.feeds.put("/feed", Page::new("application/gzip", feed));
    assert_eq!(counts(&app, &carnet).await, (0, 0, 0));

    let bomb = packed(&vec![b' '; 50_000_000]);
    for page in [Page::new("text/xml", bomb.clone()).header("content-encoding", "gzip"), Page::new("text/xml", bomb)] {
        app.feeds.put("/feed", page);
        let errors = poll(&app, &carnet).await.errors;
        assert!(errors[0].contains("100000 bytes"), "{errors:?}");
    }
}

#[tokio::test]
async fn redirects_are_followed_but_never_inside() {
    let app = TestApp::builder().set("feeds.max_redirects", 3).spawn().await;
    let carnet = app.newsletter("carnet").await;
    add_feed(&app, &carnet, &app.feeds.url("/feed"), 0).await;
    let to = |path: &str, location: &str| app.feeds.put(path, Page::status(302).header("location", location));
    to("/feed", "/b?x=1");
    app.feeds.put("/b?x=1", Page::rss("Le blog", &items(&app, &["A"])));
    assert_eq!(counts(&app, &carnet).await, (0, 0, 1));

    let port = app.feeds.url("/").rsplit(':').next().unwrap().trim_end_matches('/').to_owned();
    for (location, word) in [
        (format!("http://127.0.0.2:{port}/b?x=1"), "127.0.0.2"),
        ("http://169.254.169.254/latest/meta-data/".to_owned(), "169.254.169.254"),
        ("http://2852039166/".to_owned(), "169.254.169.254"),
        ("http://localhost/b".to_owned(), "localhost"),
        ("http://[::1]/b".to_owned(), "::1"),
        ("http://[::ffff:10.0.0.1]/b".to_owned(), "::ffff:"),
        ("file:///etc/passwd".to_owned(), "only http and https"),
        ("http://moi:secret@example.org/".to_owned(), "user name or password"),
        ("http://example.org:22/".to_owned(), "port 22"),
        ("/feed".to_owned(), "more than 3 redirects"),
        ("http://[".to_owned(), "not a web address"),
    ] {
        to("/feed", &location);
        let before = app.feeds.asked().len();
        let errors = poll(&app, &carnet).await.errors;
        assert!(errors[0].contains(word), "{location}: {errors:?}");
        assert!(!errors[0].contains("secret"), "{errors:?}");
        let asked = app.feeds.asked().len() - before;
        assert_eq!(asked, if location == "/feed" { 4 } else { 1 }, "{location}");
    }
    assert_eq!(states(&app).await, ["A seen"]);
}

#[tokio::test]
async fn a_private_address_is_not_read_at_all() {
    let app = TestApp::builder().set("feeds.allow_hosts", Vec::<String>::new()).spawn().await;
    let carnet = app.newsletter("carnet").await;
    put(&app, &items(&app, &["A"]));
    for host in ["127.0.0.1", "localhost", "0x7f.1"] {
        add_feed(&app, &carnet, &app.feeds.url("/feed").replace("127.0.0.1", host), 0).await;
    }
    let errors = poll(&app, &carnet).await.errors;
    assert_eq!(errors.len(), 3);
    for line in ["allow_hosts = [\"127.0.0.1\"]", "allow_hosts = [\"localhost\"]"] {
        assert!(errors.iter().any(|error| error.contains(line)), "the line to write: {errors:?}");
    }
    assert!(app.feeds.asked().is_empty());
}

#[tokio::test]
async fn a_broken_feed_stops_no_other_and_waits_longer_each_time() {
    let (app, carnet) = world().await;
    add_feed(&app, &carnet, &app.feeds.url("/autre"), 0).await;
    add_feed(&app, &carnet, &app.feeds.url("/page"), 0).await;
    app.feeds.put("/feed", Page::status(500));
    app.feeds.put("/autre", Page::rss("Autre", &items(&app, &["A"])));
    app.feeds.put("/page", Page::new("text/html", "<!doctype html><html><title>x</title></html>"));
    let report = poll(&app, &carnet).await;
    assert_eq!((report.seen, report.errors.len()), (1, 2), "{:?}", report.errors);

    let broken = "SELECT next_poll_at FROM feed WHERE failures > 0 AND url LIKE '%/feed'";
    let mut waits = Vec::new();
    for _ in 0..12 {
        let next = app.number(broken).await;
        waits.push(next - app.clock.now());
        app.clock.set(next);
        app.tick().await;
    }
    assert!(waits[0] > 20 * MINUTE && waits[0] < 40 * MINUTE, "{waits:?}");
    assert!(waits.windows(2).all(|pair| pair[1] * 10 > pair[0] * 8), "{waits:?}");
    assert!(*waits.last().unwrap() > 20 * HOUR && *waits.last().unwrap() < 27 * HOUR, "{waits:?}");
    put(&app, &items(&app, &["B"]));
    app.advance(27 * HOUR).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM feed WHERE failures = 0 AND last_error IS NULL").await, 2);
}

#[tokio::test]
async fn servers_say_when_to_come_back_and_what_is_gone() {
    let (app, carnet) = world().await;
    app.feeds.put("/feed", Page::status(429).header("retry-after", "18000"));
    poll(&app, &carnet).await;
    let wait = app.number("SELECT next_poll_at FROM feed").await - app.clock.now();
    assert!(wait > 4 * HOUR && wait <= 5 * HOUR, "{wait}");

    let date = jiff::fmt::rfc2822::to_string(
        &facteur::clock::timestamp(app.clock.now() + 7 * HOUR).to_zoned(jiff::tz::TimeZone::UTC),
    );
    app.feeds.put("/feed", Page::status(503).header("retry-after", &date.unwrap()));
    poll(&app, &carnet).await;
    let wait = app.number("SELECT next_poll_at FROM feed").await - app.clock.now();
    assert!(wait > 6 * HOUR && wait <= 7 * HOUR, "{wait}");

    app.feeds.put("/feed", Page::status(410));
    assert!(poll(&app, &carnet).await.errors[0].contains("gone for good"));
}

#[tokio::test]
async fn slow_and_cut_answers_are_given_up() {
    let app = TestApp::builder().set("feeds.timeout_s", 1).spawn().await;
    let carnet = app.newsletter("carnet").await;
    add_feed(&app, &carnet, &app.feeds.url("/feed"), 0).await;
    let page = Page::rss("Le blog", &items(&app, &["A"]));
    app.feeds.put("/feed", page.clone().delayed(Duration::from_secs(30)));
    assert!(poll(&app, &carnet).await.errors[0].contains("within 1 s"));
    app.feeds.put("/feed", page.cut_after(200));
    assert!(poll(&app, &carnet).await.errors[0].contains("cannot be reached"));
    assert_eq!(app.number("SELECT COUNT(*) FROM post").await, 0);
}

#[tokio::test]
async fn a_due_feed_is_asked_by_one_of_many() {
    let (app, _) = world().await;
    put(&app, &items(&app, &["A"]));
    let many: Vec<_> = (0..8).map(|_| feeds::poll::due(&app.app)).collect();
    for done in futures_util::future::join_all(many).await {
        done.unwrap();
    }
    assert_eq!(app.feeds.asked().len(), 1);
    app.tick().await;
    assert_eq!(app.feeds.asked().len(), 1);
    app.advance(17 * MINUTE).await;
    assert_eq!(app.feeds.asked().len(), 2);
}

#[tokio::test]
async fn one_host_is_never_asked_more_than_twice_at_once() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counted = (now.clone(), most.clone());
    let router = axum::Router::new().fallback(move || {
        let (now, most) = counted.clone();
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(30)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            "<rss><channel><title>x</title></channel></rss>"
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    for n in 0..9 {
        add_feed(&app, &carnet, &format!("http://{address}/{n}"), 0).await;
    }
    assert_eq!(counts(&app, &carnet).await, (0, 0, 0));
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

/// The sample blog of the corpus over its days: what its sequence says is new is new, and nothing else.
#[tokio::test]
async fn the_sample_blog_over_its_days() {
    let Some(corpus) = corpus() else { return };
    let (app, carnet) = world().await;
    let sequence = std::fs::read_to_string(corpus.join("feeds/seed/sequence.json")).unwrap();
    let sequence: Value = serde_json::from_str(&sequence).unwrap();
    app.clock.set("2026-11-16T08:00:00Z".parse::<jiff::Timestamp>().unwrap().as_millisecond());
    for (day, step) in sequence["sequence"].as_array().unwrap().iter().enumerate() {
        let body = std::fs::read(corpus.join("feeds").join(step["file"].as_str().unwrap())).unwrap();
        app.feeds.put("/feed", Page::new("application/rss+xml", body));
        let count = counts(&app, &carnet).await;
        let new = step["new"].as_array().unwrap();
        assert_eq!(count, if day == 0 { (0, 0, new.len()) } else { (new.len(), 0, 0) }, "day {day}");
        for number in new {
            let state = app.texts(&format!("SELECT state FROM post WHERE guid LIKE '%?p={number}'")).await;
            assert_eq!(state, [if day == 0 { "seen" } else { "new" }], "post {number}");
        }
        for entry in step["entries"].as_array().unwrap() {
            let guid = entry["id"].as_str().unwrap();
            let title = app.texts(&format!("SELECT title FROM post WHERE guid = '{guid}'")).await;
            assert_eq!(title, [entry["title"].as_str().unwrap()]);
        }
        app.clock.advance(DAY);
    }
}

#[tokio::test]
async fn a_post_may_be_given_and_given_again() {
    let (app, carnet) = world().await;
    let new = NewPost {
        title: "Une annonce".into(),
        markdown: Some("Bonjour **à tous** <script>x</script>".into()),
        guid: Some("annonce-1".into()),
        ..NewPost::default()
    };
    let first = feeds::add(&app.app, carnet.id, new.clone()).await.unwrap();
    assert!(first.created);
    assert_eq!(first.post.content, "<p>Bonjour <strong>à tous</strong> </p>");
    let again = feeds::add(&app.app, carnet.id, new).await.unwrap();
    assert_eq!((again.created, again.post.id), (false, first.post.id));

    // The same address in the feed is the same post, and the feed does not overwrite it.
    let given =
        NewPost { title: "Donné".into(), url: Some("https://blog.example.org/a".into()), ..NewPost::default() };
    feeds::add(&app.app, carnet.id, given).await.unwrap();
    put(&app, &items(&app, &["A"]));
    assert_eq!(counts(&app, &carnet).await, (0, 0, 0));
    assert_eq!(states(&app).await, ["Donné new", "Une annonce new"]);
    let other = app.newsletter("autre").await;
    let elsewhere = NewPost { title: "Une annonce".into(), guid: Some("annonce-1".into()), ..NewPost::default() };
    assert!(feeds::add(&app.app, other.id, elsewhere).await.unwrap().created, "newsletters share no posts");
}

#[tokio::test]
async fn of_a_page_the_feed_that_it_names_is_read_from_then_on() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    let page = "<!doctype html><html><head><link rel=alternate type=application/rss+xml href=/feed></head></html>";
    add_feed(&app, &carnet, &app.feeds.put("/", Page::new("text/html", page)), 0).await;
    put(&app, &items(&app, &["A"]));
    assert_eq!(counts(&app, &carnet).await, (0, 0, 1));
    assert_eq!(app.texts("SELECT url FROM feed").await, [app.feeds.url("/feed")]);
    // Later a page in the feed's place is a fault: it names no new feed.
    app.feeds.put("/feed", Page::new("text/html", page.replace("/feed", "/ailleurs")));
    assert!(poll(&app, &carnet).await.errors[0].contains("web page"));
    assert_eq!(app.texts("SELECT url FROM feed").await, [app.feeds.url("/feed")]);
}

#[tokio::test]
async fn feeds_on_the_command_line() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    put(&app, &items(&app, &["B", "A"]));
    let page = "<html><head><link rel='alternate' type='application/rss+xml' href='/feed'></head></html>";
    let blog = app.feeds.put("/", Page::new("text/html", page));
    let feed = app.feeds.url("/feed");

    let checked = app.cli(&["feed", "check", &feed, "--json"]).await.json();
    assert_eq!((checked["title"].as_str(), checked["entries"][0]["title"].as_str()), (Some("Le blog"), Some("B")));
    // A web page: which feed of it was read.
    let named = app.cli(&["feed", "check", &blog]).await;
    assert!(named.ok().contains(&format!("\nFeed: {feed}\n")), "{}", named.stdout);
    assert_eq!(app.cli(&["feed", "check", &blog, "--json"]).await.json()["url"], feed);
    app.cli(&["feed", "check", &app.feeds.url("/rien")]).await.fails(3);
    app.cli(&["feed", "check", "/n/existe/pas"]).await.fails(5);
    app.cli_with_input(&["feed", "check", "-"], "pas un flux").await.fails(3);

    let added = app.cli(&["feed", "add", "carnet", &blog, "--take", "1", "--json"]).await.json();
    assert_eq!((added["url"].as_str(), added["added"].as_bool()), (Some(feed.as_str()), Some(true)));
    assert_eq!(app.cli(&["feed", "add", "carnet", &feed, "--json"]).await.json()["added"], false);
    app.cli(&["feed", "add", "carnet", &app.feeds.url("/rien")]).await.fails(3);
    app.cli(&["feed", "add", "carnet", "ftp://example.org/"]).await.fails(2);
    app.cli(&["feed", "add", "inconnu", &feed]).await.fails(5);

    let polled = app.cli(&["feed", "poll", "carnet", "--json"]).await.json();
    assert_eq!((polled["new"].as_i64(), polled["seen"].as_i64()), (Some(1), Some(1)));
    let listed = app.cli(&["feed", "list", "carnet", "--json"]).await.json();
    assert_eq!((listed.as_array().unwrap().len(), listed[0]["title"].as_str()), (1, Some("Le blog")));
    app.cli(&["feed", "add", "carnet", &app.feeds.url("/rien"), "--unread"]).await.ok();
    assert!(app.cli(&["feed", "poll", "carnet"]).await.fails(3).contains("404"));

    let posts = app.cli(&["post", "list", "carnet", "--json"]).await.json();
    assert_eq!((posts[0]["title"].as_str(), posts[0]["state"].as_str()), (Some("B"), Some("new")));
    let new = app.cli(&["post", "list", "carnet", "--state", "seen", "--json"]).await.json();
    let seen = new[0]["id"].to_string();
    app.cli(&["post", "include", "carnet", &seen]).await.ok();
    app.cli(&["post", "skip", "carnet", &posts[0]["id"].to_string()]).await.ok();
    assert_eq!(states(&app).await, ["A new", "B skipped"]);
    poll(&app, &facteur::newsletters::sql::by_slug(&app.app.db, "carnet").await.unwrap().unwrap()).await;
    assert_eq!(states(&app).await, ["A new", "B skipped"]);
    app.cli(&["post", "skip", "carnet", "999"]).await.fails(5);

    let given = app.cli_with_input(&["post", "add", "carnet", "-", "--json"], "# Bonjour\n\n*Texte*\n").await.json();
    assert_eq!((given["title"].as_str(), given["created"].as_bool()), (Some("Bonjour"), Some(true)));
    app.cli_with_input(&["post", "add", "carnet", "-"], "sans titre").await.fails(2);
    app.cli(&["post", "add", "carnet", "/n/existe/pas.md"]).await.fails(5);
    app.cli(&["feed", "remove", "carnet", &feed]).await.ok();
    app.cli(&["feed", "remove", "carnet", &feed]).await.fails(5);
    assert_eq!(states(&app).await, ["A gone", "B skipped", "Bonjour new"]);
}
