//! The home page and the addresses of pages: what visitors may see, and what a slash too many leads to.

use reqwest::Method;

use crate::harness::{Answer, BASE_URL, TestApp};

/// Everything that an answer tells: status, headers but those of the transport, body.
fn told(answer: &Answer) -> String {
    let headers = answer.headers.iter().filter(|(name, _)| *name != "date");
    let headers: Vec<String> = headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
    format!("{} {} {}", answer.status, headers.join("\n"), answer.body)
}

async fn list(app: &TestApp, slug: &str, listed: &str) {
    app.cli(&["newsletter", "set", slug, "--listed", listed]).await.ok();
}

#[tokio::test]
async fn the_bare_host_leads_to_the_only_newsletter() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    for (path, leads) in [("/", "/n/carnet"), ("/?lang=en", "/n/carnet?lang=en"), ("/?lang=xx", "/n/carnet")] {
        let answer = app.get(path).await;
        assert_eq!((answer.status, answer.header("location")), (307, leads), "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "it may be another tomorrow");
        let head = app.send(app.request(Method::HEAD, path)).await;
        assert_eq!((head.status, head.header("location"), head.body.as_str()), (307, leads, ""), "{path}");
    }
    assert_eq!(app.post_form("/", &[("email", "ana@example.org")]).await.status, 405);
    list(&app, "carnet", "no").await;
    let hidden = app.get("/").await;
    assert_eq!((hidden.status, hidden.words().to_lowercase().contains("carnet")), (200, false), "{}", hidden.body);
    assert_eq!(app.get("/n/carnet").await.status, 200, "whoever has its address finds it");
}

#[tokio::test]
async fn of_several_newsletters_those_are_listed_that_the_owner_chose() {
    let app = TestApp::spawn().await;
    app.newsletter("un").await;
    let nothing = app.get("/").await;
    assert_eq!(nothing.header("location"), "/n/un");
    app.newsletter("deux").await;
    assert_eq!(app.get("/").await.status, 200, "of two that nobody listed, neither is shown");
    list(&app, "deux", "yes").await;
    assert_eq!(app.get("/").await.header("location"), "/n/deux", "the only one that is listed");
    list(&app, "un", "yes").await;
    app.cli(&["newsletter", "set", "un", "--name", "Carnet & <four>", "--description", "Le pain."]).await.ok();
    for (language, title) in [("fr", "Lettres d’information"), ("en", "Newsletters")] {
        let page = app.get(&format!("/?lang={language}")).await;
        assert_eq!((page.status, page.header("content-language")), (200, language));
        let words = page.words();
        assert!(words.contains(title) && words.contains("Carnet & <four>") && words.contains("Le pain."), "{words}");
        for slug in ["un", "deux"] {
            assert!(page.body.contains(&format!("href=\"/n/{slug}?lang={language}\"")), "{}", page.body);
        }
        let head = app.send(app.request(Method::HEAD, &format!("/?lang={language}"))).await;
        assert_eq!((head.status, head.body.as_str()), (200, ""));
    }
    let request = app.request(Method::GET, "/").header("accept-language", "en");
    assert_eq!(app.send(request).await.header("content-language"), "en");
    assert_eq!(app.get("/").await.header("content-language"), "fr", "nobody says: the language of all of them");
}

#[tokio::test]
async fn a_newsletter_that_is_not_listed_leaves_no_trace() {
    let app = TestApp::spawn().await;
    let paths = ["/", "/?lang=fr", "/?lang=en"];
    let mut before = Vec::new();
    // Nothing there; one alone; one listed; two listed.
    for step in 0..4 {
        match step {
            1 => drop(app.newsletter("un").await),
            2 => list(&app, "un", "yes").await,
            3 => {
                app.newsletter("deux").await;
                list(&app, "deux", "yes").await;
            }
            _ => {}
        }
        for path in paths {
            before.push(told(&app.get(path).await));
        }
        app.newsletter("secret").await;
        list(&app, "secret", "no").await;
        let after: Vec<String> = {
            let mut after = Vec::new();
            for path in paths {
                after.push(told(&app.get(path).await));
            }
            after
        };
        assert_eq!(after, before[before.len() - paths.len()..], "step {step}");
        app.execute("DELETE FROM newsletter WHERE slug = 'secret'").await;
    }
}

#[tokio::test]
async fn search_engines_are_led_to_the_archives_that_everybody_may_find() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let led = async |to: &str| {
        let (robots, map) = (app.get("/robots.txt").await, app.get("/sitemap.xml").await);
        assert_eq!((robots.status, robots.header("content-type")), (200, "text/plain; charset=utf-8"));
        let begin = "User-agent: *\nDisallow:\n";
        if to.is_empty() {
            assert_eq!((robots.body.as_str(), map.status), (begin, 404));
            return;
        }
        assert_eq!(robots.body, format!("{begin}\nSitemap: {BASE_URL}/sitemap.xml\n"));
        assert_eq!((map.status, map.header("content-type")), (200, "application/xml; charset=utf-8"));
        let listed = map.body.split("<loc>").skip(1).map(|rest| rest.split('<').next().unwrap());
        let wanted = to.split(' ').map(|slug| format!("{BASE_URL}/n/{slug}/sitemap.xml"));
        assert_eq!(listed.collect::<Vec<_>>(), wanted.collect::<Vec<_>>());
    };
    let set = async |slug: &str, words: &[&str]| {
        app.cli(&[&["newsletter", "set", slug][..], words].concat()).await.ok();
    };
    led("").await;
    set("carnet", &["--archive", "public"]).await;
    led("carnet").await;
    set("carnet", &["--archive", "link"]).await;
    led("").await;
    set("carnet", &["--archive", "public", "--listed", "yes"]).await;
    app.newsletter("gazette").await;
    set("gazette", &["--archive", "public"]).await;
    led("carnet").await;
    set("gazette", &["--listed", "yes"]).await;
    led("carnet gazette").await;
    // Whoever has a name that is not listed may read its archive, and nothing names it here.
    set("carnet", &["--listed", "no"]).await;
    led("gazette").await;
    set("gazette", &["--archive", "off"]).await;
    led("").await;
}

#[tokio::test]
async fn an_owner_is_told_what_the_bare_host_shows() {
    let app = TestApp::builder().stopped().spawn().await;
    let add = async |slug: &str, listed: &[&str]| {
        let from = format!("{slug}@example.org");
        let words = ["newsletter", "add", slug, "--name", slug, "--from", &from, "--language", "fr"];
        app.cli(&[&words[..], listed].concat()).await.ok().to_owned()
    };
    let first = add("un", &[]).await;
    assert!(first.contains("leads to this newsletter"), "{first}");
    let commands: Vec<&str> = first.lines().map(str::trim).filter(|line| line.starts_with("facteur ")).collect();
    assert!(commands.len() == 3 && commands.iter().all(|command| command.contains(" --config ")), "{first}");
    let refused = app.cli(&["newsletter", "show", "nulle-part"]).await;
    assert!(refused.fails(5).contains("`facteur newsletter list --config "), "{refused:?}");
    let second = add("deux", &[]).await;
    assert!(second.contains("does not show it") && second.contains("newsletter set deux --listed yes"), "{second}");
    assert!(add("trois", &["--listed", "no"]).await.contains("does not show it (--listed no)"));
    let shown = app.cli(&["newsletter", "show", "deux", "--json"]).await.json();
    assert_eq!(shown["listed"], "alone");
    list(&app, "deux", "yes").await;
    assert!(app.cli(&["newsletter", "show", "deux"]).await.ok().contains("yes: the home page shows it"));
    app.cli(&["newsletter", "set", "deux", "--listed", "maybe"]).await.fails(2);
}

#[tokio::test]
async fn a_final_slash_leads_to_the_page_and_keeps_what_was_sent() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    for (path, page) in [
        ("/n/carnet/", "/n/carnet"),
        ("/n/carnet/?lang=en", "/n/carnet?lang=en"),
        ("/n/carnet/thanks/", "/n/carnet/thanks"),
        ("/confirm/abc/", "/confirm/abc"),
        ("/confirm/abc/again/", "/confirm/abc/again"),
        ("/unsubscribe/abc/", "/unsubscribe/abc"),
        ("/unsubscribe/abc/undo/?x=1", "/unsubscribe/abc/undo?x=1"),
        ("/not-me/abc/", "/not-me/abc"),
    ] {
        for method in [Method::GET, Method::HEAD, Method::POST] {
            let answer = app.send(app.request(method.clone(), path)).await;
            assert_eq!((answer.status, answer.header("location")), (308, page), "{method} {path}");
        }
    }
    let asked = app.post_form("/n/carnet/", &[("email", "ana@example.org")]).await;
    let asked = app.post_form(asked.header("location"), &[("email", "ana@example.org")]).await;
    assert_eq!((asked.status, asked.header("location")), (303, "/n/carnet/thanks?lang=fr"));
    app.mail_to("ana@example.org").await;
}

#[tokio::test]
async fn no_slash_leads_to_another_host() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let paths =
        ["//evil.example/", "//evil.example/n/carnet/", "/\\evil.example/", "/x/", "/n/", "/n//", "/n/carnet//"];
    for path in paths.into_iter().chain(["/n/%2F%2Fevil.example/", "/confirm/%5C%5Cevil.example/"]) {
        let answer = app.get(path).await;
        let leads = answer.header("location");
        let stays = ["/n", "/confirm/"].iter().any(|start| leads.starts_with(start));
        assert!((answer.status == 404 && leads.is_empty()) || (answer.status == 308 && stays), "{path}: {leads}");
    }
}

#[tokio::test]
async fn almost_there_names_the_sender_to_look_for_and_is_the_same_for_everybody() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana@example.org").await;
    let mut pages = Vec::new();
    for address in ["ana@example.org", "bea@example.org"] {
        let answer = app.post_form("/n/carnet", &[("email", address), ("lang", "fr")]).await;
        let page = app.get(answer.header("location")).await;
        let words = page.words();
        assert!(words.contains(&carnet.from_name) && words.contains(&carnet.from_address), "{words}");
        pages.push(told(&page));
    }
    assert_eq!(pages[0], pages[1]);
    let letter = app.mail_to("bea@example.org").await;
    assert!(
        letter.header("From").contains(&carnet.from_address),
        "the letter comes from there: {}",
        letter.header("From")
    );
}
