//! WHAT: how a feed fares: words in front of it, walls instead of it, entries that are no posts, addresses that move, faults
//! that last, and what its owner is told of all that.

use facteur::clock::{DAY, HOUR, MINUTE};
use facteur::feeds::poll::PollReport;
use facteur::newsletters::Newsletter;

use crate::feeds::counts;
use crate::harness::TestApp;
use crate::harness::feeds::{Item, Page};

/// A world with a newsletter that reads `/feed`.
async fn world() -> (TestApp, Newsletter) {
    let app = TestApp::spawn().await;
    let feed = app.feeds.url("/feed");
    let newsletter = app.newsletter_with("carnet", facteur::newsletters::settings::Rhythm::default(), &[&feed]).await;
    (app, newsletter)
}

async fn poll(app: &TestApp, newsletter: &Newsletter) -> PollReport {
    facteur::feeds::poll::newsletter(&app.app, newsletter.id).await.unwrap()
}

/// `title state reason` of every post, by title.
async fn states(app: &TestApp) -> Vec<String> {
    app.texts("SELECT title || ' ' || state || ' ' || COALESCE(reason, '-') FROM post ORDER BY title").await
}

/// Entries named by letters, the first the newest, a day apart.
fn items(app: &TestApp, names: &[&str]) -> Vec<Item> {
    let newest = app.clock.now() - HOUR;
    let item = |(n, name): (usize, &&str)| Item::new(&name.to_lowercase(), name, newest - n as i64 * DAY);
    names.iter().enumerate().map(item).collect()
}

fn rss(app: &TestApp, names: &[&str]) -> Vec<u8> {
    Page::rss("Le blog", &items(app, names)).body
}

/// The first line that `feed list` says of a feed, and the lines below.
async fn listed(app: &TestApp) -> String {
    app.cli(&["feed", "list", "carnet"]).await.ok().to_owned()
}

#[tokio::test]
async fn what_stands_in_front_of_a_feed_is_skipped_and_said() {
    let (app, carnet) = world().await;
    let feed = rss(&app, &["A"]);
    let bare = String::from_utf8(feed.clone()).unwrap();
    let bare = bare.split_once("?>").unwrap().1.as_bytes().to_vec();
    let atom = b"<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Le blog</title></feed>".to_vec();
    let json = b"{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"Le blog\", \"items\": []}".to_vec();
    for (before, feed, words) in [
        (
            "<br />\n<b>Warning</b>:  Undefined variable $cache in <b>/srv/x.php</b> on line <b>4</b><br />\n",
            &feed,
            "Undefined variable $cache",
        ),
        ("Notice: Undefined index in /srv/y.php on line 7\n", &feed, "Undefined index in /srv/y.php"),
        ("<div class=\"notice\"><p>Extension <strong>trop vieille</strong></p></div>", &bare, "trop vieille"),
        ("<pre>Deprecated: each()</pre>", &atom, "each()"),
        ("PHP Warning: ouille\n", &json, "ouille"),
    ] {
        app.feeds.put("/feed", Page::new("application/rss+xml", [before.as_bytes(), feed].concat()));
        assert_eq!(poll(&app, &carnet).await.errors, Vec::<String>::new(), "{before}");
        for shown in [
            app.texts("SELECT warning FROM feed").await.join(""),
            app.cli(&["feed", "check", &app.feeds.url("/feed")]).await.ok().to_owned(),
            listed(&app).await,
            app.cli(&["newsletter", "show", "carnet"]).await.ok().to_owned(),
        ] {
            assert!(shown.contains(words), "{before}: {shown}");
        }
    }
    assert_eq!(states(&app).await, ["A seen -"]);
    app.feeds.put("/feed", Page::new("application/rss+xml", rss(&app, &["A"])));
    poll(&app, &carnet).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM feed WHERE warning IS NOT NULL").await, 0);
}

#[tokio::test]
async fn a_page_is_no_feed_whatever_it_quotes() {
    let (app, carnet) = world().await;
    let quoting = format!("<!doctype html><html><body><xmp>{}</xmp></body></html>", "<rss><channel></channel></rss>");
    app.feeds.put("/feed", Page::new("text/html", quoting));
    assert!(poll(&app, &carnet).await.errors[0].contains("web page"));
}

#[tokio::test]
async fn walls_are_called_what_they_are() {
    let (app, carnet) = world().await;
    let html = |title: &str, body: &str| Page::new("text/html", format!("<html><title>{title}</title>{body}</html>"));
    app.feeds.put("/wp-login.php?redirect_to=feed", html("Se connecter ‹ Le Carnet", "<input type=\"password\">"));
    let login = || Page::status(302).header("location", "/wp-login.php?redirect_to=feed");
    let denied = "<error><code>wp_die</code><title><![CDATA[Accès réservé]]></title><message><![CDATA[Vous devez être \
                  connecté.]]></message></error>";
    let with = |status: u16, body: &str| Page { status, ..Page::new("text/xml", body) };
    for (page, words) in [
        (login(), vec!["log in", "Se connecter", "/wp-login.php"]),
        (with(403, denied), vec!["403", "log in", "Accès réservé: Vous devez être connecté."]),
        (with(401, ""), vec!["401", "without a password"]),
        (with(503, "<title>Maintenance</title>Indisponible"), vec!["503", "maintenance", "“Maintenance”"]),
        (html("Site en construction", ""), vec!["web page", "under construction", "Site en construction"]),
        (Page::new("text/html", "<title>Bientôt</title><p>Site en maintenance."), vec!["web page", "maintenance"]),
        (html("Just a moment...", ""), vec!["browsers"]),
        (html("WordPress › Erreur", "<p>x"), vec!["reports a fault"]),
        (Page::new("text/html", "<p>Bonjour à tous"), vec!["web page", "Bonjour à tous"]),
        (Page::status(404), vec!["404", "Give the blog’s own address"]),
    ] {
        app.feeds.put("/feed", page);
        let error = poll(&app, &carnet).await.errors.remove(0);
        assert!(words.iter().all(|word| error.contains(word)), "{words:?}: {error}");
        assert!(!error.contains("redirect_to"), "{error}");
        app.cli(&["feed", "check", &app.feeds.url("/feed")]).await.fails(3);
    }
}

#[tokio::test]
async fn a_feed_that_breaks_off_is_said_and_in_its_head_it_is_a_fault() {
    let (app, carnet) = world().await;
    let head =
        "<rss><channel><title>Le blog</title><br />\n<b>Fatal error</b>:  Uncaught Error: each() in /srv/x.php:12";
    let url = app.feeds.put("/feed", Page::new("application/rss+xml", head));
    let checked = app.cli(&["feed", "check", &url]).await;
    assert!(checked.ok().contains("breaks off before its first post") && checked.ok().contains("each() in /srv/x.php"));
    let json = app.cli(&["feed", "check", &url, "--json"]).await.json();
    assert_eq!(json["warnings"][0]["code"], "cut");
    let error = poll(&app, &carnet).await.errors.remove(0);
    assert!(error.contains("breaks off before its first post") && error.contains("Fatal error"), "{error}");

    let mut middle = rss(&app, &["B", "A"]);
    middle.truncate(middle.len() - 100);
    app.feeds.put("/feed", Page::new("application/rss+xml", middle));
    assert_eq!(poll(&app, &carnet).await.errors, Vec::<String>::new());
    assert!(listed(&app).await.contains("breaks off in the middle"));
}

#[tokio::test]
async fn what_asks_for_a_password_is_held_until_it_is_open() {
    let (app, carnet) = world().await;
    app.feeds.put("/feed", Page::rss("Le blog", &items(&app, &["A"])));
    counts(&app, &carnet).await;
    let mut all = items(&app, &["Comptes", "Avis", "A"]);
    let form =
        "<p>Mot de passe</p><form class=\"post-password-form\" method=\"post\"><input name=\"post_password\"></form>";
    let open = std::mem::replace(&mut all[0].html, form.to_owned());
    app.feeds.put("/feed", Page::rss("Le blog", &all));
    assert_eq!(counts(&app, &carnet).await, (1, 1, 0));
    assert_eq!(states(&app).await, ["A seen -", "Avis new -", "Comptes held protected"]);
    assert!(app.cli(&["post", "list", "carnet"]).await.ok().contains("(behind a password)"));

    // One is opened, the other closed while it waits; an editor's word stands.
    app.clock.advance(HOUR);
    all[0].html = open;
    all[1].html = form.to_owned();
    app.feeds.put("/feed", Page::rss("Le blog", &all));
    assert_eq!(counts(&app, &carnet).await, (0, 0, 0));
    assert_eq!(states(&app).await, ["A seen -", "Avis held protected", "Comptes new -"]);
    assert_eq!(
        app.texts("SELECT summary FROM post WHERE title = 'Comptes'").await,
        ["<p>Comptes : le texte entier de ce billet.</p>"]
    );
    let rests = app.number("SELECT first_seen_at FROM post WHERE title = 'Comptes'").await;
    assert!(rests > app.clock.now() - MINUTE, "it rests anew");
    let id = app.number("SELECT id FROM post WHERE title = 'Avis'").await.to_string();
    app.cli(&["post", "include", "carnet", &id]).await.ok();
    all[2].html.push_str("<p>Encore.</p>");
    app.feeds.put("/feed", Page::rss("Le blog", &all));
    counts(&app, &carnet).await;
    assert_eq!(states(&app).await, ["A seen -", "Avis new editor", "Comptes new -"]);
}

#[tokio::test]
async fn a_file_beside_a_post_is_no_post() {
    let (app, carnet) = world().await;
    let file = |title: &str, extra: &str| {
        format!(
            "<item><title>{title}</title><link>https://blog.example.org/vue.png</link><guid>https://blog.example.org/vue.png</guid>\
             <enclosure url=\"https://blog.example.org/vue.png\" type=\"image/png\" length=\"67\"/>{extra}</item>"
        )
    };
    let with = |item: &str| {
        let feed = String::from_utf8(rss(&app, &["B", "A"])).unwrap();
        Page::new("application/rss+xml", feed.replacen("<item>", &format!("{item}<item>"), 1))
    };
    app.feeds.put("/feed", Page::new("application/rss+xml", rss(&app, &["A"])));
    counts(&app, &carnet).await;
    app.feeds.put("/feed", with(&file("vue.png", "")));
    assert_eq!(counts(&app, &carnet).await, (1, 0, 0));
    assert_eq!(states(&app).await, ["A seen -", "B new -", "vue.png skipped bare_file"]);
    assert!(app.cli(&["post", "list", "carnet"]).await.ok().contains("(a file beside a post)"));

    // With a title or a text of its own it is a post.
    for (n, item) in [file("Une vue", ""), file("vue.png", "<description>Le soir.</description>")].iter().enumerate() {
        let item = item.replace("vue.png", &format!("{n}.png"));
        app.feeds.put("/feed", with(&item));
        assert_eq!(counts(&app, &carnet).await.0, 1, "{item}");
    }
}

#[tokio::test]
async fn the_feed_of_comments_is_not_the_blog() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    app.feeds.put("/feed/", Page::rss("Le blog", &items(&app, &["A"])));
    app.feeds.put("/comments/feed/", Page::rss("Commentaires sur Le blog", &items(&app, &["C"])));
    let link = |title: &str, href: &str| {
        format!("<link rel=\"alternate\" type=\"application/rss+xml\" title=\"{title}\" href=\"{href}\" />")
    };
    let head = link("Le blog » Flux des commentaires", "/comments/feed/") + &link("Le blog » Flux", "/feed/");
    let blog = app.feeds.put("/", Page::new("text/html", format!("<!doctype html><html><head>{head}</head></html>")));
    let added = app.cli(&["feed", "add", "carnet", &blog, "--json"]).await.json();
    assert_eq!(added["url"].as_str(), Some(app.feeds.url("/feed/").as_str()));

    let only = link("Le blog » Flux des commentaires", "/comments/feed/");
    app.feeds.put("/", Page::new("text/html", format!("<!doctype html><html><head>{only}</head></html>")));
    let added = app.cli(&["feed", "add", "carnet", &blog]).await;
    assert!(added.ok().contains("/comments/feed/"));
    assert!(added.stderr.contains("a feed of comments"), "{}", added.stderr);
}

#[tokio::test]
async fn a_newsletter_takes_no_feed_that_is_none() {
    let app = TestApp::spawn().await;
    app.feeds.put("/feed", Page::rss("Le blog", &items(&app, &["A"])));
    let page = "<html><head><link rel=alternate type=application/rss+xml href=/feed></head></html>";
    let blog = app.feeds.put("/", Page::new("text/html", page));
    let add = |slug: &'static str, url: String| {
        [
            "newsletter",
            "add",
            slug,
            "--name",
            "Le Carnet",
            "--from",
            "c@lettres.example.org",
            "--language",
            "fr",
            "--feed",
        ]
        .map(str::to_owned)
        .into_iter()
        .chain([url])
        .collect::<Vec<_>>()
    };
    let run = async |mut arguments: Vec<String>, more: &[&str]| {
        arguments.extend(more.iter().map(|&word| word.to_owned()));
        app.cli(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).await
    };
    let gone = app.feeds.url("/rien");
    assert!(run(add("un", gone.clone()), &[]).await.fails(3).contains("404"));
    assert_eq!(app.number("SELECT COUNT(*) FROM newsletter").await, 0);
    run(add("un", gone.clone()), &["--unread"]).await.ok();
    run(add("deux", blog), &[]).await.ok();
    run(vec!["newsletter".into(), "set".into(), "deux".into(), "--feed".into(), gone], &[]).await.fails(3);
    let feeds = "SELECT n.slug || ' ' || f.url FROM feed f JOIN newsletter n ON n.id = f.newsletter_id ORDER BY n.slug";
    assert_eq!(
        app.texts(feeds).await,
        [format!("deux {}", app.feeds.url("/feed")), format!("un {}", app.feeds.url("/rien"))]
    );
}

#[tokio::test]
async fn an_address_that_moved_for_good_is_said_and_taken_over_after_a_week() {
    let (app, carnet) = world().await;
    let to = |status: u16, location: &str| app.feeds.put("/feed", Page::status(status).header("location", location));
    app.feeds.put("/feed", Page::new("application/rss+xml", rss(&app, &["A"])));
    counts(&app, &carnet).await;
    let new = app.feeds.put("/neuf", Page::new("application/rss+xml", rss(&app, &["B", "A"])).header("etag", "\"1\""));
    let (old, url) = (app.feeds.url("/feed"), "SELECT url FROM feed");
    to(301, "/encore");
    app.feeds.put("/encore", Page::status(308).header("location", "/neuf"));
    assert_eq!(counts(&app, &carnet).await, (1, 0, 0));
    assert!(listed(&app).await.contains(&format!("moved to {new} since ")));
    app.clock.advance(6 * DAY);
    counts(&app, &carnet).await;
    assert_eq!(app.texts(url).await, [old.as_str()]);

    // A redirect that is not for good on the way, or none at all, begins the week anew.
    for page in
        [Page::status(302).header("location", "/neuf"), Page::new("application/rss+xml", rss(&app, &["B", "A"]))]
    {
        app.feeds.put("/feed", page);
        app.clock.advance(2 * DAY);
        counts(&app, &carnet).await;
        assert_eq!(app.texts(url).await, [old.as_str()]);
        assert!(!listed(&app).await.contains("moved"));
        to(301, "/neuf");
        counts(&app, &carnet).await;
    }

    // Also when the new place only says that nothing changed.
    app.clock.advance(7 * DAY);
    counts(&app, &carnet).await;
    assert_eq!(app.texts(url).await, [new.as_str()]);
    let said = listed(&app).await;
    assert!(said.contains(&format!("moved here from {old} on ")), "{said}");
    assert!(app.cli(&["newsletter", "show", "carnet"]).await.ok().contains("moved here from"));
    app.feeds.put("/feed", Page::status(410));
    app.feeds.put("/neuf", Page::new("application/rss+xml", rss(&app, &["C", "B", "A"])));
    assert_eq!(counts(&app, &carnet).await, (1, 0, 0));
}

#[tokio::test]
async fn an_address_does_not_move_to_other_posts_nor_onto_another_feed() {
    let (app, carnet) = world().await;
    app.feeds.put("/feed", Page::new("application/rss+xml", rss(&app, &["A"])));
    counts(&app, &carnet).await;
    app.feeds.put("/feed", Page::status(301).header("location", "/parking"));
    app.feeds.put("/parking", Page::new("application/rss+xml", rss(&app, &["X", "Y"])));
    for _ in 0..3 {
        poll(&app, &carnet).await;
        app.clock.advance(5 * DAY);
    }
    let old = app.feeds.url("/feed");
    assert_eq!(app.texts("SELECT url FROM feed").await, [old.as_str()]);
    assert!(listed(&app).await.contains("which has other posts"));

    let (app, carnet) = world().await;
    let old = app.feeds.url("/feed");
    app.cli(&["feed", "add", "carnet", &app.feeds.put("/neuf", Page::new("text/xml", rss(&app, &["A"])))]).await.ok();
    app.feeds.put("/feed", Page::status(301).header("location", "/neuf"));
    for _ in 0..3 {
        counts(&app, &carnet).await;
        app.clock.advance(5 * DAY);
    }
    assert_eq!(app.texts("SELECT url FROM feed ORDER BY id").await, [old, app.feeds.url("/neuf")]);
}

#[tokio::test]
async fn the_same_body_again_is_not_read_again() {
    let (app, carnet) = world().await;
    let page = || Page::new("application/rss+xml", rss(&app, &["B", "A"]));
    let feed = page();
    app.feeds.put("/feed", feed.clone());
    counts(&app, &carnet).await;
    app.feeds.put("/feed", Page { body: [b"<p>Bonjour</p>".as_slice(), &feed.body].concat(), ..feed.clone() });
    counts(&app, &carnet).await;
    assert!(listed(&app).await.contains("Bonjour"));
    // What is stored of it is changed under its feet: a reading would say so.
    app.execute("UPDATE feed SET warning = 'inchangé', title = 'x', failures = 3, last_error = 'x', failing_since = 1")
        .await;
    app.feeds.put(
        "/feed",
        Page { body: [b"<p>Bonjour</p>".as_slice(), &feed.body].concat(), ..feed.clone() }.header("etag", "\"7\""),
    );
    counts(&app, &carnet).await;
    let row = "SELECT title || ' ' || warning || ' ' || etag || ' ' || failures || COALESCE(last_error, '-') FROM feed WHERE failing_since IS NULL";
    assert_eq!(app.texts(row).await, ["x inchangé \"7\" 0-"]);
    // One more letter, and it is read.
    app.feeds.put("/feed", feed);
    counts(&app, &carnet).await;
    assert_eq!(app.texts("SELECT title FROM feed WHERE warning IS NULL").await, ["Le blog"]);
}

/// Time passes in steps that lose no slot: an editor is told of those, too.
async fn hours(app: &TestApp, hours: i64) {
    for passed in (0..hours).step_by(10) {
        app.advance((hours - passed).min(10) * HOUR).await;
    }
}

#[tokio::test]
async fn an_editor_is_told_once_of_a_feed_that_fails_for_a_day() {
    let (app, _carnet) = world().await;
    let second = app.feeds.url("/autre?cle=secrete");
    app.cli(&["feed", "add", "carnet", &second, "--unread"]).await.ok();
    app.feeds.put("/feed", Page::status(500));
    app.tick().await;
    let since = app.number("SELECT MIN(failing_since) FROM feed").await;
    app.says_ready("feeds", |said| said == "ok").await;
    hours(&app, 20).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM letter").await, 0);
    hours(&app, 5).await;
    hours(&app, 24).await;
    let mail = app.mail_to("carnet@lettres.example.org").await;
    assert_eq!(app.mails().len(), 1, "one letter for both, and no second one");
    let text = mail.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(&app.feeds.url("/feed")) && text.contains("500"), "{text}");
    assert!(text.contains("/autre") && !text.contains("secrete"), "{text}");
    assert!(text.contains("depuis le lundi 1er juin 2026") && text.contains("facteur feed list carnet"), "{text}");
    app.says_ready("feeds", |said| said.contains("feed list")).await;
    let said = listed(&app).await;
    assert!(said.contains("cannot be read since 2026-06-01 06:00"), "{said}");
    assert_eq!(app.number("SELECT MIN(failing_since) FROM feed").await, since);
    let shown = app.cli(&["newsletter", "show", "carnet", "--json"]).await.json();
    assert!(shown["feeds"][0]["failing_since"].as_str().unwrap().starts_with("2026-06-01T06:00"));

    // Well again, and told anew the next time.
    for path in ["/feed", "/autre?cle=secrete"] {
        app.feeds.put(path, Page::new("application/rss+xml", rss(&app, &["A"])));
    }
    hours(&app, 26).await;
    app.says_ready("feeds", |said| said == "ok").await;
    assert_eq!(app.number("SELECT COUNT(*) FROM feed WHERE told_at IS NOT NULL OR failing_since IS NOT NULL").await, 0);
    app.feeds.put("/feed", Page::status(404));
    hours(&app, 60).await;
    app.wait_for_mails(2).await;
}
