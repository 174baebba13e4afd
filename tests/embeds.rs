//! What readers see of a post that holds more than words: films, sounds, maps, emoji, formulas, pictures; from the feed to both
//! parts of the mail.

use facteur::clock::HOUR;
use facteur::feeds;
use facteur::feeds::{clean, parse};
use url::Url;

use crate::harness::feeds::Page;
use crate::harness::{TestApp, corpus};

/// A newsletter whose feed has this one waiting entry, or several.
async fn world(page: Page) -> TestApp {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    let now = app.clock.now();
    let mut tx = app.app.db.begin().await.unwrap();
    facteur::newsletters::sql::insert_feed(&mut tx, carnet.id, &app.feeds.url("/feed"), 9, now).await.unwrap();
    tx.commit().await.unwrap();
    app.feeds.put("/feed", page);
    let report = feeds::poll::newsletter(&app.app, carnet.id).await.unwrap();
    assert_eq!(report.errors, Vec::<String>::new());
    app
}

/// An hour before the tests begin.
fn date() -> String {
    let zoned = facteur::clock::timestamp(TestApp::BEGINNING - HOUR).to_zoned(jiff::tz::TimeZone::UTC);
    jiff::fmt::rfc2822::to_string(&zoned).unwrap()
}

fn channel(items: &str) -> Page {
    let body = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\" xmlns:media=\"http://search.yahoo.com/mrss/\"><channel>\
         <title>Le blog</title><link>https://blog.example/</link>{items}</channel></rss>"
    );
    Page::new("application/rss+xml", body)
}

/// A post with this text, at `https://blog.example/billet/`.
fn post(html: &str) -> Page {
    channel(&format!(
        "<item><title>Billet</title><link>https://blog.example/billet/</link><guid>1</guid><pubDate>{}</pubDate>\
         <content:encoded><![CDATA[{html}]]></content:encoded></item>",
        date()
    ))
}

/// The HTML of the post in the mail, with plain blanks; and the text part.
async fn shown(page: Page, language: &str) -> (String, String) {
    let app = world(page).await;
    let preview = async |form: &str| {
        app.cli(&["digest", "preview", "carnet", "-o", form, "--lang", language]).await.ok().to_owned()
    };
    let plain = |text: String| text.replace("&nbsp;", " ").replace(['\u{a0}', '\u{202f}'], " ");
    (plain(preview("html").await), plain(preview("text").await))
}

const PLAYED: &str = "<p>Le film de la fête :</p>\
    <figure class=\"wp-block-embed\"><div class=\"wp-block-embed__wrapper\">\
    <iframe loading=\"lazy\" title=\"La fête du four\" src=\"https://www.youtube.com/embed/aB1?feature=oembed\"></iframe></div>\
    <figcaption>Le film, 4 minutes</figcaption></figure>\
    <figure><audio controls src=\"https://blog.example/four.mp3\"></audio><figcaption>Le bruit du four</figcaption></figure>\
    <figure><video controls poster=\"https://blog.example/four.jpg\" src=\"https://blog.example/four.mp4\"></video></figure>\
    <iframe src=\"https://www.openstreetmap.org/export/embed.html?bbox=1,2,3,4\" title=\"Carte du four\"></iframe>\
    <div class=\"wp-block-file\"><a href=\"https://blog.example/r.pdf\">La recette (PDF)</a>\
    <a href=\"https://blog.example/r.pdf\" class=\"wp-block-file__button\" download>Télécharger</a></div>\
    <p>Votez : <iframe src=\"https://framaforms.org/fete-1\"></iframe></p>\
    <div class=\"wp-block-embed__wrapper\">\nhttps://vimeo.com/1084\n</div>";

#[tokio::test]
async fn films_sounds_maps_and_polls_are_links_with_a_name_in_both_parts() {
    let (html, text) = shown(post(PLAYED), "fr").await;
    for (address, words) in [
        ("https://www.youtube.com/watch?v=aB1", "▶ Voir la vidéo « La fête du four » sur youtube.com"),
        ("https://blog.example/four.mp3", "▶ Écouter sur blog.example"),
        ("https://blog.example/four.mp4", "▶ Voir la vidéo sur blog.example"),
        (
            "https://www.openstreetmap.org/export/embed.html?bbox=1,2,3,4",
            "Voir la carte « Carte du four » sur openstreetmap.org",
        ),
        ("https://framaforms.org/fete-1", "Répondre au questionnaire sur framaforms.org"),
        ("https://vimeo.com/1084", "▶ Voir la vidéo sur vimeo.com"),
    ] {
        assert!(html.contains(&format!("<a href=\"{address}\"")), "{address} in {html}");
        assert!(html.contains(&format!("{words}</a>")), "{words} in {html}");
        let joined = text.replace('\n', " ");
        assert!(joined.contains(&format!("{words} [")) && text.contains(&format!("] {address}\n")), "{words}: {text}");
    }
    assert!(
        html.contains("<img src=\"https://blog.example/four.jpg\" alt=\"\"") && html.contains("<br>▶ Voir"),
        "{html}"
    );
    assert!(text.contains("La recette (PDF) [5] · Télécharger [5]"), "{text}");
    assert!(!html.contains("ytimg") && !html.contains("data-embed") && !html.contains("iframe"), "{html}");
    for caption in ["Le film, 4 minutes", "Le bruit du four"] {
        assert!(html.contains(&format!(">{caption}</div></div>")), "{html}");
        assert!(text.lines().any(|line| line == caption), "{text}");
    }
}

#[tokio::test]
async fn the_words_are_those_of_the_mails_language() {
    let (html, text) = shown(post(PLAYED), "en").await;
    for words in ["▶ Watch “La fête du four” at youtube.com", "▶ Listen at blog.example", "See the map “Carte du four”"]
    {
        assert!(html.contains(words) && text.contains(words), "{words}: {text}");
    }
}

#[tokio::test]
async fn an_episode_can_be_heard() {
    let sound = "<enclosure url=\"https://son.example/e3.mp3\" length=\"1\" type=\"audio/mpeg\"/><itunes:duration>12:01</itunes:duration>";
    let when = date();
    let item = |link: &str, text: &str| {
        channel(&format!(
            "<item><title>Épisode 3</title><guid>3</guid><pubDate>{when}</pubDate>{link}{text}{sound}</item>"
        ))
    };
    let summary = "<itunes:summary>Résumé</itunes:summary>";
    let (html, text) = shown(item("", summary), "fr").await;
    assert!(
        html.contains("href=\"https://son.example/e3.mp3\"") && html.contains(">▶ Écouter sur son.example<"),
        "{html}"
    );
    assert!(text.contains("▶ Écouter sur son.example\nhttps://son.example/e3.mp3"), "{text}");
    let page = "<link>https://blog.example/3</link>";
    let (html, text) = shown(item(page, summary), "fr").await;
    assert!(
        html.contains(">▶ Écouter sur son.example (13 min)</a>") && html.contains("https://blog.example/3"),
        "{html}"
    );
    assert!(
        text.contains("▶ Écouter sur son.example (13 min) [1]") && text.contains("[1] https://son.example/e3.mp3"),
        "{text}"
    );
    let text_with_link = "<description>&lt;a href=\"https://son.example/e3.mp3\"&gt;Le son&lt;/a&gt;</description>";
    let (html, _) = shown(item(page, text_with_link), "fr").await;
    assert_eq!(html.matches("e3.mp3").count(), 1, "{html}");
}

#[tokio::test]
async fn atom_and_json_name_their_files_too() {
    let when = facteur::clock::timestamp(TestApp::BEGINNING - HOUR).to_string();
    let atom = format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>B</title><entry><id>1</id><title>Un</title><updated>{when}</updated>\
         <link href=\"https://blog.example/1\"/><link rel=\"enclosure\" title=\"La notice\" type=\"application/pdf\" \
         href=\"https://blog.example/n.pdf\"/><content type=\"html\">Texte</content></entry></feed>"
    );
    let (html, _) = shown(Page::new("application/atom+xml", atom), "fr").await;
    assert!(html.contains("Ouvrir le document « La notice » sur blog.example</a>"), "{html}");
    let json = serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1", "title": "B", "items": [{
            "id": "1", "title": "Un", "url": "https://blog.example/1", "date_published": when,
            "summary": "<p>Ce <em>billet</em></p>",
            "attachments": [{ "url": "https://son.example/1.m4a", "mime_type": "audio/x-m4a", "duration_in_seconds": 60 }],
        }],
    });
    let (html, text) = shown(Page::new("application/feed+json", json.to_string()), "fr").await;
    assert!(html.contains("▶ Écouter sur son.example (1 min)</a>"), "{html}");
    assert!(text.contains("\nCe billet\n") && !html.contains("&lt;p&gt;"), "{text}");
}

#[tokio::test]
async fn a_list_of_posts_keeps_to_words_and_leads_with_no_thumbnail() {
    let when = date();
    let item = |n: u32, html: &str| {
        format!(
            "<item><title>Billet {n}</title><link>https://blog.example/{n}</link><guid>{n}</guid><pubDate>{when}</pubDate>\
             <content:encoded><![CDATA[{html}]]></content:encoded></item>"
        )
    };
    let film = "<p>Regardez.</p><iframe src=\"https://www.youtube.com/embed/a\" title=\"La fête\"></iframe>\
                <img src=\"https://blog.example/four-300x200.jpg\" width=\"300\" alt=\"\">";
    let (html, text) = shown(channel(&[item(1, film), item(2, film)].concat()), "fr").await;
    assert!(text.contains("Regardez.") && !text.contains("La fête") && !html.contains("300x200"), "{text}");
}

#[tokio::test]
async fn emoji_are_letters_formulas_are_words_linked_pictures_are_links() {
    let source = "<p>Bonjour <img src=\"https://s.w.org/images/core/emoji/15.0.3/72x72/1f600.png\" alt=\"😀\" class=\"wp-smiley\" \
                  style=\"height: 1em; max-height: 1em;\" /> à tous. Soit <math alttext=\"x^2\"><mi>x</mi></math> et fin.</p>\
                  <p><a href=\"https://boutique.example/livre\"><img src=\"/couv.jpg\" alt=\"\"></a></p>\
                  <figure><img class=\"lazyload\" data-srcset=\"/c-75.png 75w, /c-640.png 640w\" alt=\"Courbe\"></figure>";
    let (html, text) = shown(post(source), "fr").await;
    assert!(html.contains("Bonjour 😀 à tous. Soit <code") && html.contains(">x^2</code> et fin."), "{html}");
    assert!(text.contains("Bonjour 😀 à tous. Soit x^2 et fin.") && text.contains("[boutique.example] [1]"), "{text}");
    assert!(html.contains("<a href=\"https://boutique.example/livre\""), "{html}");
    assert!(html.contains("src=\"https://blog.example/c-640.png\" alt=\"Courbe\""), "{html}");
}

/// Real posts of a WordPress.
#[test]
fn posts_of_a_wordpress_keep_what_plays() {
    let Some(corpus) = corpus() else { return };
    let bytes = std::fs::read(corpus.join("wordpress/full.xml")).unwrap();
    let source = parse::Source { bytes: &bytes, content_type: "text/xml", url: None, limit: bytes.len() };
    let feed = parse::parse(source).unwrap();
    let cleaned = |entry: &parse::Entry| clean::html(&entry.content.markup, entry.content.base.as_ref());
    let all: String = feed.entries.iter().map(cleaned).collect();
    for marked in [
        "youtube.com/watch?v=dQw4w9WgXcQ\" data-embed=\"video\"",
        "four.mp3?_=1\" data-embed=\"audio\"",
        "openstreetmap.org/export/embed.html?bbox=1,2,3,4\" data-embed=\"map\"",
        "https://vimeo.com/1084537\" data-embed=\"video\"",
    ] {
        assert!(all.contains(marked), "{marked}");
    }
    assert!(all.contains("</a> · <a") && !all.contains("s.w.org") && !all.contains("<p></p>"));
}

proptest::proptest! {
    /// Whatever stands in a frame, nothing of it acts in the mail, and cleaning again changes no word.
    #[test]
    fn no_embed_carries_anything_that_acts(
        element in proptest::sample::select(vec!["iframe", "video", "audio", "object", "embed", "amp-iframe", "oembed", "source"]),
        attribute in proptest::sample::select(vec!["src", "data", "data-src", "url", "href", "poster", "title", "srcset"]),
        value in "(javascript:|data:text/html,|https://|//|)[ -~é]{0,40}",
    ) {
        let escaped = value.replace('&', "&amp;").replace('"', "&quot;");
        let html = format!("<p>a</p><{element} {attribute}=\"{escaped}\" src=\"https://a.example/x.mp4\" title=\"{escaped}\"></{element}>b");
        let base = Url::parse("https://blog.example/").unwrap();
        let once = clean::html(&html, Some(&base));
        for piece in facteur::markup::pieces(&once) {
            let facteur::markup::Piece::Open(element) = piece else { continue };
            proptest::prop_assert!(["p", "a", "figure", "img", "br"].contains(&element.name.as_str()), "{}", once);
            for key in ["href", "src"] {
                proptest::prop_assert!(element.get(key).is_none_or(|address| address.starts_with("http")), "{}", once);
            }
        }
        proptest::prop_assert_eq!(clean::text(&clean::html(&once, Some(&base))), clean::text(&once));
    }
}
