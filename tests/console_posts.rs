//! Posts in the console: every one by state with the reason in words, the digests it is in and to come; include, leave out, read now.

use facteur::clock::{DAY, HOUR, MINUTE};
use facteur::newsletters::Newsletter;
use facteur::people::role::Role;

use crate::harness::TestApp;
use crate::harness::feeds::{Item, Page};

/// A newsletter with a reader and a feed that was read once; what the feed shows then is old.
async fn world() -> (TestApp, Newsletter) {
    let app = TestApp::builder().set("digests.settle_s", 900).spawn().await;
    let url = app.feeds.url("/feed");
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana@example.org").await;
    show(&app, &[("vieux", "Vieux")]);
    app.cli(&["feed", "add", "carnet", &url]).await.ok();
    app.cli(&["feed", "poll", "carnet"]).await.ok();
    app.clock.advance(MINUTE);
    (app, carnet)
}

/// The feed shows these, each dated now.
fn show(app: &TestApp, posts: &[(&str, &str)]) {
    let now = app.clock.now();
    let items: Vec<Item> = posts.iter().map(|(slug, title)| Item::new(slug, title, now)).collect();
    app.feeds.put("/feed", Page::rss("Le blog d'essai", &items));
}

/// Gives a post a state that hours of reading would.
async fn state(app: &TestApp, title: &str, state: &str, reason: &str) {
    app.execute(&format!("UPDATE post SET state = '{state}', reason = '{reason}' WHERE title = '{title}'")).await;
}

async fn id(app: &TestApp, title: &str) -> i64 {
    app.number(&format!("SELECT id FROM post WHERE title = '{title}'")).await
}

/// What the row of a post says.
fn row(words: &str, title: &str) -> String {
    let (_, rest) = words.split_once(title).unwrap_or_else(|| panic!("no {title} in {words}"));
    rest.chars().take(220).collect()
}

#[tokio::test]
async fn each_post_says_where_it_stands_and_why() {
    let (app, carnet) = world().await;
    for title in ["Retenu", "Ecarte", "Disparu", "Parti"] {
        app.post(&carnet, title).await;
    }
    app.send_now(&carnet).await;
    app.idle().await;
    state(&app, "Retenu", "held", "too_old").await;
    state(&app, "Ecarte", "skipped", "editor").await;
    state(&app, "Disparu", "gone", "vanished").await;
    app.execute("DELETE FROM digest_post WHERE post_id IN (SELECT id FROM post WHERE state <> 'new')").await;
    app.clock.advance(HOUR);
    show(&app, &[("neuf", "Neuf"), ("vieux", "Vieux")]);
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let read = editor.post("/console/n/carnet/posts/read", &[]).await;
    assert_eq!((read.status, read.header("location")), (303, "/console/n/carnet/posts"));

    let page = editor.get("/console/n/carnet/posts").await;
    assert_eq!(page.status, 200, "{}", page.body);
    let words = page.words();
    for (title, says) in [
        ("Neuf", ["in the next digest", "Monday 8 June 2026", "rests until", "Le blog d'essai"]),
        ("Retenu", ["held", "an old post", "Written or given here", ""]),
        ("Ecarte", ["skipped", "by an editor", "", ""]),
        ("Disparu", ["gone", "not in its feed any more", "", ""]),
        ("Parti", ["in a digest", "Monday 1 June 2026 (finished)", "", ""]),
        ("Vieux", ["seen", "Le blog d'essai", "", ""]),
    ] {
        let row = row(&words, &format!(" {title} "));
        assert!(says.iter().all(|said| row.contains(said)), "{title}: {row}");
    }
    assert!(page.body.len() < 80 * 1024);
    for (shelf, title, others) in [
        ("waiting", "Neuf", "Parti"),
        ("held", "Retenu", "Neuf"),
        ("taken", "Parti", "Neuf"),
        ("skipped", "Ecarte", "Neuf"),
        ("seen", "Vieux", "Neuf"),
        ("gone", "Disparu", "Neuf"),
    ] {
        let page = editor.get(&format!("/console/n/carnet/posts?shelf={shelf}")).await;
        assert!(page.body.contains(&format!(">{title}<")) && !page.body.contains(&format!(">{others}<")), "{shelf}");
    }
    let french = editor.get("/console/n/carnet/posts?lang=fr").await.words();
    assert!(french.contains("au prochain envoi") && french.contains("un vieux billet"), "{french}");
}

#[tokio::test]
async fn posts_are_included_and_left_out_and_the_news_say_by_whom() {
    let (app, carnet) = world().await;
    app.post(&carnet, "Un").await;
    app.post(&carnet, "Deux").await;
    state(&app, "Un", "held", "too_many").await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let (one, two) = (id(&app, "Un").await.to_string(), id(&app, "Deux").await.to_string());
    let answer =
        writer.post("/console/n/carnet/posts", &[("choice", "include"), ("post", &one), ("shelf", "held")]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/console/n/carnet/posts?shelf=held"));
    for _ in 0..2 {
        let answer =
            writer.post("/console/n/carnet/posts", &[("choice", "skip"), ("post", &two), ("back", &two)]).await;
        assert_eq!(answer.header("location"), format!("/console/n/carnet/posts/{two}"));
    }
    assert_eq!(
        app.texts("SELECT title || ' ' || state FROM post WHERE feed_id IS NULL ORDER BY id").await,
        ["Un new", "Deux skipped"]
    );
    let person = writer.person;
    let news = app
        .texts("SELECT code || ' ' || actor || ' ' || actor_id || ' ' || about_id FROM event WHERE about = 'post' ORDER BY id")
        .await;
    assert_eq!(news, [format!("post.included person {person} {one}"), format!("post.skipped person {person} {two}")]);

    // Several at once; an id of nobody's is passed over.
    let both =
        [("choice", "include"), ("post", one.as_str()), ("post", two.as_str()), ("post", "999999"), ("post", "x")];
    assert_eq!(writer.post("/console/n/carnet/posts", &both).await.status, 303);
    assert_eq!(app.number("SELECT COUNT(*) FROM post WHERE state = 'new' AND reason = 'editor'").await, 2);
    app.advance_to("2026-06-08T08:00[Europe/Paris]").await;
    app.idle().await;
    let text = app.mail_to("ana@example.org").await.text();
    assert!(text.contains("Un") && text.contains("Deux"), "{text}");
}

#[tokio::test]
async fn what_is_not_there_or_not_ones_own_changes_nothing() {
    let (app, carnet) = world().await;
    let autre = app.newsletter("autre").await;
    app.post(&carnet, "Un").await;
    app.post(&autre, "Etranger").await;
    let stranger = id(&app, "Etranger").await.to_string();
    let editor = app.console(Role::Editor, Some("carnet")).await;
    for path in [format!("/console/n/carnet/posts/{stranger}"), format!("/console/n/carnet/posts/{stranger}/mail")] {
        assert_eq!(editor.get(&path).await.status, 404, "{path}");
    }
    let skip = editor.post("/console/n/carnet/posts", &[("choice", "skip"), ("post", &stranger)]).await;
    assert_eq!(skip.status, 404);
    assert_eq!(editor.post("/console/n/carnet/posts", &[("choice", "skip")]).await.status, 303, "nothing was chosen");
    assert_eq!(editor.post("/console/n/carnet/posts", &[("choice", "burn"), ("post", "1")]).await.status, 400);
    for odd in ["x", "-1", "99999999999999999999", "1%2F2"] {
        assert_eq!(editor.get(&format!("/console/n/carnet/posts/{odd}")).await.status, 404, "{odd}");
    }
    for odd in ["?shelf=burnt", "?after=x", "?after=1.2.3", "?shelf=held&after=%00"] {
        assert_eq!(editor.get(&format!("/console/n/carnet/posts{odd}")).await.status, 200, "{odd}");
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM post WHERE state = 'skipped'").await, 0);
    assert_eq!(app.number("SELECT COUNT(*) FROM event WHERE about = 'post'").await, 0);
    let viewer = app.console(Role::Viewer, Some("carnet")).await;
    let page = viewer.get("/console/n/carnet/posts").await;
    assert!(
        page.status == 200 && !page.body.contains("type=\"checkbox\"") && !page.body.contains("/drafts"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_page_shows_fifty_and_leads_to_the_older_ones() {
    let (app, carnet) = world().await;
    let now = app.clock.now();
    let rows: Vec<String> = (0..120)
        .map(|n| {
            // Several of one instant: the page ends between them.
            let at = now - DAY + (n / 4) * MINUTE;
            format!("({}, 'g{n}', 'Billet {n:03}', 'k{n}', '', {at}, {at}, 'held', 'too_many')", carnet.id)
        })
        .collect();
    app.execute(&format!(
        "INSERT INTO post (newsletter_id, guid, title, title_key, content, first_seen_at, published_at, state, reason) VALUES {}",
        rows.join(", ")
    ))
    .await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let (mut path, mut seen, mut pages) = ("/console/n/carnet/posts?shelf=held".to_owned(), Vec::new(), 0);
    loop {
        let page = editor.get(&path).await;
        assert!(page.status == 200 && page.body.len() < 80 * 1024, "{}", page.body.len());
        pages += 1;
        let titles = page.body.split("\">Billet ").skip(1).map(|rest| rest[..3].parse::<u32>().unwrap());
        seen.extend(titles);
        let Some((_, rest)) =
            page.body.split_once("<a class=\"button second\" href=\"/console/n/carnet/posts?shelf=held")
        else {
            break;
        };
        let query = rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        path = format!("/console/n/carnet/posts?shelf=held{query}");
    }
    assert_eq!(pages, 3);
    assert_eq!(seen, (0..120).rev().collect::<Vec<_>>(), "each once, the newest first");
}

#[tokio::test]
async fn a_post_is_shown_as_a_mail_shows_it_and_nothing_in_it_acts() {
    let (app, carnet) = world().await;
    let url = app.feeds.url("/feed");
    let html =
        "<p onclick=\"x()\">Bonjour <script>alert(1)</script><img src=\"https://b.example/a.png\" alt=\"un pont\"></p>";
    let item = Item { html: html.to_owned(), ..Item::new("neuf", "Neuf & <b>beau</b>", app.clock.now()) };
    app.feeds.put("/feed", Page::rss("Le blog", &[item]));
    app.cli(&["feed", "poll", "carnet"]).await.ok();
    let id = app.number("SELECT id FROM post WHERE title LIKE 'Neuf%'").await;
    let viewer = app.console(Role::Viewer, Some("carnet")).await;
    let page = viewer.get(&format!("/console/n/carnet/posts/{id}")).await;
    assert!(
        page.status == 200 && page.body.contains(&format!("src=\"/console/n/carnet/posts/{id}/mail\"")),
        "{}",
        page.body
    );
    assert!(!page.body.contains("<b>beau"), "{}", page.body);
    let mail = viewer.get(&format!("/console/n/carnet/posts/{id}/mail")).await;
    assert!(mail.status == 200 && mail.body.contains("https://b.example/a.png") && mail.body.contains("un pont"));
    assert!(!mail.body.contains("<script") && !mail.body.contains("onclick"), "{}", mail.body);
    let policy = mail.header("content-security-policy");
    for part in ["default-src 'none'", "frame-ancestors 'self'", "sandbox"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("allow-scripts") && mail.header("x-frame-options") == "SAMEORIGIN");
    // The same bytes as the mail itself has, holes aside.
    app.clock.advance(HOUR);
    let shown = viewer.get(&format!("/console/n/carnet/posts/{id}/mail")).await;
    app.send_now(&carnet).await;
    app.idle().await;
    let sent = app.mail_to("ana@example.org").await.html();
    let between = |html: &str| {
        // The last: what a list of mails shows stands before.
        let (_, rest) = html.rsplit_once("Bonjour").expect("the text");
        rest.split("</p>").next().unwrap().to_owned()
    };
    assert_eq!(between(&shown.body), between(&sent));
    assert!(!url.is_empty());
}

#[tokio::test]
async fn a_feed_that_cannot_be_read_says_so() {
    let (app, _) = world().await;
    app.feeds.put("/feed", Page::status(500));
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let read = editor.post("/console/n/carnet/posts/read", &[]).await;
    assert!(read.status == 303 && read.header("set-cookie").contains("posts-read-failed.1"), "{:?}", read.headers);
    let page = editor.get("/console/n/carnet/posts").await;
    assert!(page.words().contains("cannot be read: the server answered 500"), "{}", page.words());
}
