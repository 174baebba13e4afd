//! What readers see of a post in words: its day, its title, its text, its beginning, and the subject. From a feed over HTTP
//! to the mail, as `digest preview` shows it.

use facteur::clock::{DAY, HOUR};
use facteur::newsletters::Newsletter;

use crate::harness::TestApp;
use crate::harness::feeds::Page;
use crate::letters::{DATE, content, digest, post};

/// An item of a feed; what is in it stands in it as it is.
fn item(name: &str, date: &str, more: &str) -> String {
    let title = if more.contains("<title>") { String::new() } else { format!("<title>{name}</title>") };
    format!(
        "<item><guid isPermaLink=\"false\">{name}</guid><link>https://blog.example.org/{name}</link>{title}<pubDate>{date}</pubDate>{more}</item>"
    )
}

/// A newsletter whose feed has brought these items since it began.
async fn world(items: &[String]) -> (TestApp, Newsletter) {
    let app = TestApp::builder().set("digests.settle_s", 0).spawn().await;
    let url = app.feeds.url("/feed");
    let carnet = app.newsletter("carnet").await;
    app.feeds.put("/feed", rss(&[]));
    app.cli(&["feed", "add", "carnet", &url]).await.ok();
    app.cli(&["feed", "poll", "carnet"]).await.ok();
    app.feeds.put("/feed", rss(items));
    app.cli(&["feed", "poll", "carnet"]).await.ok();
    (app, carnet)
}

fn rss(items: &[String]) -> Page {
    let body = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel>\
         <title>Le blog</title><link>https://blog.example.org/</link>{}</channel></rss>",
        items.concat()
    );
    Page::new("application/rss+xml; charset=utf-8", body)
}

async fn preview(app: &TestApp, form: &str) -> String {
    app.cli(&["digest", "preview", "carnet", "-o", form]).await.ok().to_owned()
}

async fn in_zone(app: &TestApp, zone: &str) {
    app.cli(&["newsletter", "set", "carnet", "--zone", zone]).await.ok();
}

#[tokio::test]
async fn a_day_is_that_day_in_every_zone() {
    let (app, _) = world(&[item("minuit", "Sat, 30 May 2026 00:00:00 GMT", "")]).await;
    for zone in ["America/Montreal", "Europe/Paris", "Pacific/Noumea", "Pacific/Honolulu"] {
        in_zone(&app, zone).await;
        assert!(preview(&app, "text").await.contains("samedi 30 mai 2026"), "{zone}");
        assert!(preview(&app, "html").await.contains("samedi 30 mai 2026"), "{zone}");
    }
    let listed = app.cli(&["post", "list", "carnet"]).await;
    assert!(listed.ok().contains("2026-05-30"), "{}", listed.stdout);
    let listed = app.cli(&["post", "list", "carnet", "--json"]).await.json();
    assert_eq!(listed[0]["published_day"], "2026-05-30");
    assert_eq!(listed[0]["published_at"], "2026-05-30T00:00:00Z");
}

#[tokio::test]
async fn the_feeds_own_midnight_is_a_day_and_an_hour_is_an_instant() {
    let midnights = ["Sat, 30 May 2026 00:00:00 +0200", "Fri, 29 May 2026 00:00:00 +0200"];
    let (app, _) = world(&[item("deux", midnights[0], ""), item("un", midnights[1], "")]).await;
    in_zone(&app, "America/Montreal").await;
    let text = preview(&app, "text").await;
    assert!(text.contains("samedi 30 mai 2026") && text.contains("vendredi 29 mai 2026"), "{text}");
    let (app, _) =
        world(&[item("deux", "Sat, 30 May 2026 01:00:00 GMT", ""), item("un", "Sat, 30 May 2026 00:00:00 GMT", "")])
            .await;
    in_zone(&app, "America/Montreal").await;
    let text = preview(&app, "text").await;
    assert!(text.contains("vendredi 29 mai 2026") && !text.contains("samedi"), "{text}");
}

#[tokio::test]
async fn a_date_in_the_future_neither_leads_nor_names_the_mail() {
    let app = TestApp::builder().set("digests.settle_s", 0).set("feeds.future", "send").spawn().await;
    let carnet = app.newsletter("carnet").await;
    let (id, now) = (carnet.id, app.clock.now());
    let midnight = now - now % DAY + DAY;
    for (title, published, day) in [
        ("Rendez-vous", now + 300 * DAY, "NULL"),
        ("Brocante", now + 2 * DAY, "'2026-06-03'"),
        ("Marché", now - HOUR, "NULL"),
        // Tomorrow has begun in Kiribati, not on the newsletter's clock.
        ("Matin", midnight, "'2026-06-02'"),
    ] {
        app.execute(&format!(
            "INSERT INTO post (newsletter_id, guid, title, title_key, first_seen_at, published_at, published_day, state)
             VALUES ({id}, '{title}', '{title}', '', {now}, {published}, {day}, 'new')"
        ))
        .await;
    }
    app.clock.advance(5 * HOUR);
    let order = |text: &str| {
        let mut found: Vec<(Option<usize>, &str)> = ["Rendez-vous", "Brocante", "Marché", "Matin"]
            .map(|title| (text.find(&format!("\n{title}\n-")), title))
            .into();
        found.sort_unstable();
        found.into_iter().map(|(_, title)| title).collect::<Vec<_>>().join(" ")
    };
    let text = preview(&app, "text").await;
    assert_eq!(order(&text), "Marché Rendez-vous Brocante Matin", "{text}");
    app.execute("DELETE FROM post WHERE title IN ('Matin', 'Brocante')").await;
    assert!(preview(&app, "html").await.contains("<title>Marché et un autre billet</title>"));
    app.execute("DELETE FROM post WHERE title = 'Marché'").await;
    assert!(preview(&app, "html").await.contains("<title>Rendez-vous</title>"), "there is no other");
}

#[tokio::test]
async fn a_raw_less_than_swallows_nothing() {
    let date = "Sun, 31 May 2026 10:00:00 GMT";
    let items = [
        item("six", date, "<title>exige proj <6</title>"),
        item("lettre", date, "<title>si a<b alors</title><description>moi <3 toi</description>"),
    ];
    let (app, _) = world(&items).await;
    let listed = app.cli(&["post", "list", "carnet", "--json"]).await.json();
    let mut found: Vec<String> =
        listed.as_array().unwrap().iter().map(|post| format!("{} {}", post["title"], post["url"])).collect();
    found.sort();
    assert_eq!(
        found,
        ["\"exige proj <6\" \"https://blog.example.org/six\"", "\"si a<b alors\" \"https://blog.example.org/lettre\""]
    );
    assert!(preview(&app, "text").await.contains("moi <3 toi"));
}

#[tokio::test]
async fn a_title_that_is_none_is_made_of_the_text() {
    let date = "Sun, 31 May 2026 10:00:00 GMT";
    let items = [
        item("a", date, "<title>No title</title><description>Trois mots ici.</description>"),
        item("b", date, "<title>L&amp;amp;apos;heure a changé</title>"),
    ];
    let (app, _) = world(&items).await;
    assert_eq!(app.texts("SELECT title FROM post ORDER BY guid").await, ["Trois mots ici.", "L'heure a changé"]);
}

#[tokio::test]
async fn excerpts_are_sentences_of_paragraphs() {
    let html = "<p>Il faut du temps<sup><a href=\"#n1\">1</a></sup>. Et de l’eau.</p><h2>Les ingrédients</h2><table><tr><td>Farine</td><td>1 kg</td></tr>\
                </table><p>[contact-form-7 id=\"12\"]</p><p>On pétrit longtemps.</p><ol><li>La note. <a href=\"#r1\">↩</a></li></ol>";
    let automatic =
        "<description>Il faut du temps1. Et de l’eau. Les ingrédients Farine 1 kg [&amp;hellip;]</description>";
    let date = "Sun, 31 May 2026 10:00:00 GMT";
    let items = [
        item("pain", date, &format!("{automatic}<content:encoded><![CDATA[{html}]]></content:encoded>")),
        item(
            "main",
            date,
            &format!(
                "<description>Un mot de Bruno.</description><content:encoded><![CDATA[{html}]]></content:encoded>"
            ),
        ),
    ];
    let (app, _) = world(&items).await;
    let text = preview(&app, "text").await;
    assert!(text.contains("\nIl faut du temps. Et de l’eau. On pétrit longtemps.\n"), "{text}");
    assert!(text.contains("\nUn mot de Bruno.\n"), "{text}");
}

#[tokio::test]
async fn notes_and_tables_are_legible_in_the_text_part() {
    let html = "<p>Texte<sup><a href=\"#n1\">1</a></sup> et <a href=\"/lien\">lien</a>, <del>20 €</del> 15 €.</p><h2>Tarif</h2><table><thead><tr><th>a</th><th>b</th></tr>\
                </thead><tbody><tr><td>1</td><td>2</td></tr></tbody><tfoot><tr><td>somme</td><td>3</td></tr></tfoot></table>\
                <ol><li>La note. <a href=\"#r1\">↩</a></li></ol>";
    let date = "Sun, 31 May 2026 10:00:00 GMT";
    let (app, _) = world(&[item("x", date, &format!("<content:encoded><![CDATA[{html}]]></content:encoded>"))]).await;
    let text = preview(&app, "text").await;
    for part in [
        "Texte[1] et lien [1], ~~20 €~~ 15 €.\n\nTarif\n-----\n\na | b\n1 | 2\nsomme | 3\n",
        "\n[1] La note.\n",
        "\nLiens :\n[1] https://blog.example.org/lien\n",
    ] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    assert!(!text.contains(['\u{336}', '^', '↩']), "{text}");
}

#[test]
fn what_all_posts_share_is_said_once() {
    let two = || vec![post("Le bac"), post("Marées")];
    let composed = digest(&content(two()), "fr");
    let shared = "Publiés par Maëlle Kerdraon le dimanche 22 novembre 2026";
    for part in [&composed.text, &composed.html] {
        assert_eq!((part.matches("Maëlle Kerdraon").count(), part.matches(shared).count()), (1, 1), "{part}");
    }
    let mut posts = two();
    posts[1].author = Some("Yann".to_owned());
    let composed = digest(&content(posts), "en");
    assert_eq!(composed.text.matches("All published on Sunday 22 November 2026").count(), 1);
    assert_eq!(
        (composed.text.matches("By Maëlle Kerdraon\n").count(), composed.text.matches("By Yann\n").count()),
        (1, 1)
    );
    let mut posts = two();
    for post in &mut posts {
        post.published_at = Some(DATE);
    }
    let composed = digest(&content(posts), "fr");
    assert!(composed.text.contains("2 nouveaux billets\nPubliés par Maëlle Kerdraon\n\n"), "{}", composed.text);
    assert_eq!(composed.text.matches("lundi 23 novembre 2026").count(), 1, "in the heading");
    let mut posts = two();
    for post in &mut posts {
        post.author = None;
    }
    posts[0].published_at = None;
    let text = digest(&content(posts), "fr").text;
    assert!(text.contains("Marées\n------\ndimanche 22 novembre 2026\n") && !text.contains("Publiés"), "{text}");
}
