//! What stands on the pages of the archive, and what does not.

use std::collections::{BTreeSet, VecDeque};

use facteur::markup::{self, Piece};
use reqwest::Method;
use serde_json::Value;

use super::{HOME, Program, one, post, sent, world};
use crate::harness::html::{addresses, objections};
use crate::harness::mail::path_of;
use crate::harness::{Answer, BASE_URL, TestApp};

/// Posts made to run something, to break out of the page, or to be broken.
const HOSTILE: &[&str] = &[
    "<p>a<script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)><iframe src=\"javascript:alert(4)\"></iframe></p>",
    "</article></section></main><base href=\"https://evil.example/\"><form action=\"https://evil.example/\"><input name=email></form>",
    "<table><tr><td>un<p>deux<table><tr><td>trois</table>quatre<ul><li>cinq<li>six</table><b><i>sept</b></i>",
    "<a href=\"javascript:alert(5)\">lien</a><a href=\"https://a.example/\">un<a href=\"https://b.example/\">deux</a></a>",
    "<style>body{display:none}</style><p style=\"position:fixed;inset:0\">couvre</p><math><mtext></p><img src onerror=alert(6)>",
    "<!--<p>caché--!><p>\u{b}</p><h1>Un titre</h1><h4>Un autre</h4><p>&lt;script&gt;alert(7)&lt;/script&gt;</p><p",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(8)>\"></noscript><template><p>a</template><select><option>x",
];

/// Nothing on a page runs, loads from elsewhere or shows what a reader is.
fn is_safe(page: &Answer) {
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'self'; img-src 'self' data: https:;"), "{policy}");
    assert!(policy.contains("base-uri 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("script") && !policy.contains("unsafe"), "{policy}");
    for piece in markup::pieces(&page.body) {
        let Piece::Open(element) = piece else { continue };
        let data = element.name == "script" && element.get("type") == Some("application/ld+json");
        let acts = ["script", "iframe", "style", "base", "object", "embed", "template", "math"];
        assert!(data || !acts.contains(&element.name.as_str()), "{element:?}");
        let ours = element.get("action").is_none_or(|to| to == HOME || to == format!("{BASE_URL}/n/carnet"));
        assert!(element.name != "form" || ours, "{element:?}");
        for (name, value) in &element.attributes {
            assert!(!name.starts_with("on") && name != "style" && name != "srcdoc", "{element:?}");
            let link = ["href", "src", "action", "srcset"].contains(&name.as_str());
            let plain = ["/", "#", "https://", "http://", "?"].iter().any(|start| value.starts_with(start));
            assert!(!link || (plain && !value.contains("evil.example")), "{element:?}");
        }
    }
    assert!(page.headers.get("set-cookie").is_none());
    assert_eq!((page.header("x-content-type-options"), page.header("referrer-policy")), ("nosniff", "no-referrer"));
    for personal in ["ana.durand", "lecteurs.example", "/unsubscribe/", "carnet@lettres"] {
        assert!(!page.body.contains(personal), "{personal}: {}", page.body);
    }
}

#[tokio::test]
async fn no_page_has_an_error_and_nothing_of_a_post_runs() {
    let (app, carnet) = world().await;
    let mut paths = vec![
        HOME.to_owned(),
        format!("{HOME}/2026"),
        format!("{HOME}?q=un"),
        format!("{HOME}?q="),
        format!("{HOME}?q=%3Cb%3E%22"),
    ];
    for (number, html) in HOSTILE.iter().enumerate() {
        post(&app, &carnet, &format!("Un <b>titre</b> & \"{number}\""), html).await;
        paths.push(sent(&app, &carnet).await.0);
    }
    for (number, html) in HOSTILE.iter().enumerate() {
        post(&app, &carnet, &format!("Plusieurs {number}"), html).await;
    }
    paths.push(sent(&app, &carnet).await.0);
    for path in &paths {
        for language in ["fr", "en"] {
            let joint = if path.contains('?') { '&' } else { '?' };
            let page = app.get(&format!("{path}{joint}lang={language}")).await;
            assert_eq!((page.status, page.header("content-language")), (200, language), "{path}");
            assert_eq!(objections(&page.body), [""; 0], "{path}: {}", page.body);
            is_safe(&page);
        }
    }
    let shown = app.get(&paths[5]).await;
    assert!(shown.words().contains("Un <b>titre</b> & \"0\""), "what looks like markup is words: {}", shown.words());
}

#[tokio::test]
async fn a_page_is_the_same_for_everybody_and_is_not_sent_twice() {
    let (app, carnet) = world().await;
    let (page, _) = one(&app, &carnet, "Le four").await;
    for path in [HOME, &page, "/n/carnet/feed.xml", "/n/carnet/sitemap.xml"] {
        let plain = app.get(path).await;
        let tag = plain.header("etag").to_owned();
        assert!(tag.starts_with("W/\"") && plain.header("cache-control") == "no-cache", "{path}: {tag}");
        let request = |name: &'static str, value: &str| app.request(Method::GET, path).header(name, value.to_owned());
        for (name, value) in [
            ("accept-language", "en"),
            ("cookie", "__Host-facteur=ssssssssssssssssssssssssssssssssssssssssssss"),
            ("accept-encoding", "identity"),
            ("x-forwarded-for", "203.0.113.7"),
        ] {
            let other = app.send(request(name, value)).await;
            assert_eq!((other.body == plain.body, other.header("etag")), (true, tag.as_str()), "{path} with {name}");
            assert!(other.headers.get("set-cookie").is_none());
        }
        let known = app.send(request("if-none-match", &tag)).await;
        assert_eq!((known.status, known.body.as_str(), known.header("etag")), (304, "", tag.as_str()), "{path}");
        assert_eq!(app.send(request("if-none-match", "\"autre\"")).await.status, 200);
        let head = app.send(app.request(Method::HEAD, path)).await;
        assert_eq!((head.status, head.header("etag"), head.body.as_str()), (200, tag.as_str(), ""), "{path}");
    }
    // Time passes, and nothing changes; a new digest changes the lists and leaves the page as it is, but for the way to the new one.
    let before = (app.get(HOME).await, app.get("/n/carnet/feed.xml").await);
    app.clock.advance(90 * facteur::clock::DAY);
    assert_eq!(app.get(HOME).await.header("etag"), before.0.header("etag"));
    one(&app, &carnet, "Le moulin").await;
    Program::new(&app).await.open("public").await;
    assert_ne!(app.get(HOME).await.header("etag"), before.0.header("etag"));
    assert_ne!(app.get("/n/carnet/feed.xml").await.header("etag"), before.1.header("etag"));
}

#[tokio::test]
async fn what_was_sent_stays_as_it_was_sent() {
    let (app, carnet) = world().await;
    let (page, _) = one(&app, &carnet, "Le four").await;
    let article =
        |answer: &Answer| answer.body.split_once("<article").unwrap().1.split_once("</article>").unwrap().0.to_owned();
    let before = article(&app.get(&page).await);
    app.execute("UPDATE post SET title = 'Autre chose', content = '<p>Autre chose</p>', state = 'gone'").await;
    app.cli(&["newsletter", "set", "carnet", "--name", "Le cahier", "--footer", "Au revoir", "--colour", "#a3261f"])
        .await
        .ok();
    Program::new(&app).await.open("public").await;
    let now = app.get(&page).await;
    assert_eq!(article(&now), before);
    assert!(now.words().contains("Le cahier"), "the frame around it is the newsletter's of today");
}

#[tokio::test]
async fn machines_read_what_a_page_is() {
    let (app, carnet) = world().await;
    post(
        &app,
        &carnet,
        "Le </script> four",
        "<p><img src=\"https://blog.example.org/four.jpg\" alt=\"Le four\"> Il chauffe.</p>",
    )
    .await;
    let (single, _) = sent(&app, &carnet).await;
    post(&app, &carnet, "Un", "<p>Le premier.</p>").await;
    post(&app, &carnet, "Deux", "<p>Le second.</p>").await;
    let (several, _) = sent(&app, &carnet).await;
    let own = |path: &str| format!("{BASE_URL}{path}");
    for (path, on_the_blog) in [(&single, true), (&several, false)] {
        let page = app.get(path).await;
        let said = |start: &str| {
            let rest = page.body.split_once(start).unwrap_or_else(|| panic!("no {start} in {}", page.body)).1;
            rest.split('"').next().unwrap().to_owned()
        };
        let known = said("rel=\"canonical\" href=\"");
        if on_the_blog {
            assert!(known.starts_with("https://blog.example.org/le-"), "{known}");
        } else {
            assert_eq!(known, own(path));
        }
        assert_eq!(said("property=\"og:url\" content=\""), own(path));
        assert_eq!(said("property=\"og:type\" content=\""), "article");
        assert_eq!(said("property=\"og:site_name\" content=\""), "Le carnet");
        assert_eq!(said("type=\"application/atom+xml\" title=\"Le carnet\" href=\""), "/n/carnet/feed.xml");
        assert!(!said("name=\"description\" content=\"").is_empty());
        let data = page.body.split_once("application/ld+json\">").unwrap().1.split_once("</script>").unwrap().0;
        let data: Value = serde_json::from_str(data).unwrap();
        assert_eq!((&data["@type"], &data["url"]), (&"Article".into(), &own(path).into()));
        assert_eq!((&data["inLanguage"], &data["datePublished"].as_str().unwrap()[..10]), (&"fr".into(), "2026-06-01"));
    }
    let page = app.get(&single).await;
    assert!(page.body.contains("property=\"og:image\" content=\"https://blog.example.org/four.jpg\""), "{}", page.body);
    let print = app.get(page.body.split_once("rel=\"stylesheet\" href=\"").unwrap().1.split('"').next().unwrap()).await;
    assert!(print.body.contains("@media print"), "it prints without its forms");
    let map = app.get("/n/carnet/sitemap.xml").await;
    assert_eq!(map.header("content-type"), "application/xml; charset=utf-8");
    for path in [HOME, &format!("{HOME}/2026"), &single, &several] {
        assert!(
            map.body.contains(&format!("<loc>{}</loc><lastmod>2026-06-01</lastmod>", own(path))),
            "{path}: {}",
            map.body
        );
    }
}

#[tokio::test]
async fn our_own_reader_of_feeds_reads_the_feed_whole() {
    let (app, carnet) = world().await;
    let feed = async || {
        let answer = app.get("/n/carnet/feed.xml").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/atom+xml; charset=utf-8"));
        let file = app.folder().join("feed.xml");
        std::fs::write(&file, &answer.body).unwrap();
        (app.cli(&["feed", "check", file.to_str().unwrap(), "--json"]).await.json(), answer.body)
    };
    let (empty, _) = feed().await;
    assert_eq!((&empty["title"], empty["entries"].as_array().unwrap().len()), (&"Le carnet".into(), 0));
    let mut pages = Vec::new();
    for (number, html) in HOSTILE.iter().enumerate() {
        post(&app, &carnet, &format!("Un <b>titre</b> & {number}"), html).await;
        pages.push(sent(&app, &carnet).await.0);
    }
    Program::new(&app).await.open("public").await;
    let (read, xml) = feed().await;
    let entries = read["entries"].as_array().unwrap();
    assert_eq!((entries.len(), &read["link"]), (HOSTILE.len(), &format!("{BASE_URL}{HOME}").into()));
    for (entry, page) in entries.iter().zip(pages.iter().rev()) {
        assert_eq!(entry["link"], format!("{BASE_URL}{page}"), "the newest first");
        assert_eq!(entry["language"], "fr", "{entry}");
        assert!(entry["published"].as_str().unwrap().starts_with("2026-06-01"), "{entry}");
        assert!(entry["title"].as_str().unwrap().contains("titre"), "{entry}");
    }
    let longest = entries.iter().map(|entry| entry["content"].as_str().unwrap().len()).max().unwrap();
    assert!(longest > 100, "the text is there, not only a link: {longest}");
    let ids: BTreeSet<&str> = entries.iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), entries.len());
    assert!(!xml.contains("alert(1)") && !xml.contains("@lecteurs") && !xml.contains("carnet@"), "{xml}");
}

/// What a search finds, by its titles.
async fn found(app: &TestApp, typed: &str) -> (String, Vec<bool>) {
    let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", typed).finish();
    let page = app.get(&format!("{HOME}?{query}&lang=en")).await;
    assert_eq!((page.status, page.header("x-robots-tag"), page.header("cache-control")), (200, "noindex", "no-store"));
    assert_eq!(objections(&page.body), [""; 0], "{typed}");
    let list = page.body.split_once("class=\"choices\"").map_or("", |(_, list)| list);
    (page.words(), ["Le four", "Le moulin"].map(|title| list.contains(&format!(">{title}</a>"))).to_vec())
}

#[tokio::test]
async fn a_search_finds_words_whatever_their_accents() {
    let (app, carnet) = world().await;
    post(&app, &carnet, "Le four", "<p>Le pain d’ÉTÉ, à 100 % au levain.</p>").await;
    sent(&app, &carnet).await;
    post(&app, &carnet, "Le moulin", "<p>La farine d’hiver. L’œuvre du meunier.</p>").await;
    sent(&app, &carnet).await;
    for (typed, wanted) in [
        ("ete", [true, false]),
        ("ÉTÉ pain", [true, false]),
        ("OEUVRE", [false, true]),
        ("le", [true, true]),
        ("farine pain", [false, false]),
        ("mouli", [false, true]),
        ("100 %", [true, false]),
        ("% _", [false, false]),
        ("' OR zz=1 --", [false, false]),
    ] {
        assert_eq!(found(&app, typed).await.1, wanted, "{typed}");
    }
    assert!(found(&app, "le").await.0.contains("2 pages were found."));
    assert!(found(&app, "rien de tel").await.0.contains("Nothing was found."));
    assert!(found(&app, " ").await.0.contains("Type at least one word"));
    assert!(found(&app, &"mot ".repeat(5_000)).await.0.contains("Nothing was found."));
}

#[tokio::test]
async fn whoever_signs_up_on_a_page_agrees_to_what_stood_there() {
    let (app, carnet) = world().await;
    let (page, _) = one(&app, &carnet, "Le four").await;
    let shown = app.get(&page).await;
    app.clock.advance(30 * facteur::clock::DAY);
    let form = shown.form();
    assert_eq!(form.action, format!("{BASE_URL}/n/carnet"), "it leads here from a copy elsewhere, too");
    let thanks = app.submit(path_of(&form.action), &form.clone().fill("email", "bea@lecteurs.example")).await;
    assert!(thanks.words().contains("Presque fini"), "{}", thanks.words());
    app.mail_to("bea@lecteurs.example").await;
    let consent =
        "SELECT c.text || '|' || COALESCE(c.page, '') FROM consent c JOIN subscriber s ON s.id = c.subscriber_id
                   WHERE s.email = 'bea@lecteurs.example' AND c.kind = 'asked'";
    let kept = app.texts(consent).await.remove(0);
    let (text, from) = kept.split_once('|').unwrap();
    assert!(shown.words().contains(&text.split_whitespace().collect::<Vec<_>>().join(" ")), "{text}");
    assert_eq!(from, format!("{BASE_URL}{page}"));

    // Other words than those that stood beside the button: they are shown first, with what was typed.
    app.cli(&["newsletter", "set", "carnet", "--name", "Le cahier"]).await.ok();
    let path = path_of(&form.action).to_owned();
    let again = app.submit(&path, &form.fill("email", "eve@lecteurs.example")).await;
    assert_eq!(again.status, 422);
    assert!(again.body.contains("value=\"eve@lecteurs.example\"") && again.words().contains("Le cahier"));
}

/// Walks every link of every mail and of every page that they lead to on this host.
#[tokio::test]
async fn every_link_of_mails_and_pages_leads_somewhere() {
    let (app, carnet) = world().await;
    for number in 0..3 {
        one(&app, &carnet, &format!("Envoi {number}")).await;
    }
    post(&app, &carnet, "Un", "<p>Un.</p>").await;
    post(&app, &carnet, "Deux", "<p>Deux.</p>").await;
    sent(&app, &carnet).await;
    Program::new(&app).await.open("public").await;
    let mut queue: VecDeque<String> =
        [HOME, "/n/carnet/archive/latest", "/n/carnet/sitemap.xml"].map(str::to_owned).into();
    for mail in app.mails() {
        queue.extend(mail.links());
        queue.extend(addresses(&mail.html()));
    }
    let (mut asked, mut elsewhere) = (BTreeSet::new(), 0);
    while let Some(link) = queue.pop_front() {
        let link = link.split('#').next().unwrap_or_default().to_owned();
        if link.is_empty() || link.starts_with("mailto:") || link.starts_with("data:") || !asked.insert(link.clone()) {
            continue;
        }
        let here = link.starts_with('/') || link.starts_with(BASE_URL);
        if !here {
            let url = url::Url::parse(&link).unwrap_or_else(|error| panic!("{link}: {error}"));
            assert!(["https", "http"].contains(&url.scheme()), "{link}");
            elsewhere += 1;
            continue;
        }
        let answer = app.get(&link).await;
        assert!([200, 301, 303, 307].contains(&answer.status), "{link} leads nowhere: {}", answer.status);
        if answer.status != 200 {
            queue.push_back(answer.header("location").to_owned());
        } else if answer.header("content-type").starts_with("text/html") {
            assert_eq!(objections(&answer.body), [""; 0], "{link}");
            queue.extend(addresses(&answer.body));
        } else if answer.header("content-type").contains("xml") {
            let tags = ["<loc>", "href=\""].into_iter().flat_map(|tag| answer.body.split(tag).skip(1));
            queue.extend(tags.map(|rest| rest.split(['<', '"']).next().unwrap_or_default().to_owned()));
        }
    }
    assert!(asked.len() > 20 && elsewhere > 3, "{asked:?}");
}

#[tokio::test]
async fn an_empty_archive_says_so_and_years_are_apart() {
    let (app, carnet) = world().await;
    let empty = app.get(HOME).await;
    assert!(empty.words().contains("Rien n’est encore publié ici."), "{}", empty.words());
    assert_eq!(objections(&empty.body), [""; 0]);
    assert_eq!(app.get("/n/carnet/archive/latest").await.status, 404);
    let (old, _) = one(&app, &carnet, "Le four").await;
    app.clock.advance(300 * facteur::clock::DAY);
    let (new, _) = one(&app, &carnet, "Le moulin").await;
    Program::new(&app).await.open("public").await;
    for (year, has, lacks) in [("2026", &old, &new), ("2027", &new, &old)] {
        let list = app.get(&format!("{HOME}/{year}")).await.body;
        assert!(list.contains(has.as_str()) && !list.contains(lacks.as_str()), "{year}");
    }
    for nothing in ["2025", "9999", "0000", "20266", "nulle-part", "latest%00"] {
        assert_eq!(app.get(&format!("{HOME}/{nothing}")).await.status, 404, "{nothing}");
    }
    let latest = app.get("/n/carnet/archive/latest").await;
    assert_eq!(
        (latest.status, latest.header("location"), latest.header("cache-control")),
        (307, new.as_str(), "no-store")
    );
    let page = app.get(&new).await.body;
    assert!(page.contains(&format!("rel=\"prev\" lang=\"fr\" href=\"{old}\"")), "{page}");
}
