//! What a feed means, by small examples; the corpus is scored from the outside.

use super::*;

fn read(body: &str) -> Feed {
    let url = Url::parse("https://blog.example/feed").unwrap();
    parse(Source { bytes: body.as_bytes(), content_type: "", url: Some(&url), limit: 5_000_000 }).unwrap()
}

#[test]
fn rss_with_extensions() {
    let feed = read(
        r#"<?xml version="1.0"?><rss xmlns:content="http://purl.org/rss/1.0/modules/content/"
            xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
            <title>Le blog &amp;amp; moi</title><atom:link href="https://blog.example/feed" rel="self"/>
            <link>https://blog.example/</link><language>fr-FR</language>
            <item><title>L&#8217;été</title><link>/ete</link><guid isPermaLink="false">1</guid><dc:creator>Ana</dc:creator>
            <pubDate>Tue, 03 Jun 2003 09:39:21 GMT</pubDate><description>Court</description>
            <content:encoded><![CDATA[<p>Long <img src="a.png"></p>]]></content:encoded></item></channel></rss>"#,
    );
    assert_eq!((feed.title.as_str(), feed.link.as_deref()), ("Le blog & moi", Some("https://blog.example/")));
    assert_eq!(feed.language.as_deref(), Some("fr-FR"));
    let entry = &feed.entries[0];
    assert_eq!((entry.title.as_str(), entry.id.as_deref()), ("L’été", Some("1")));
    assert_eq!(entry.link.as_deref(), Some("https://blog.example/ete"));
    assert_eq!(entry.author.as_deref(), Some("Ana"));
    assert_eq!(entry.published, Some(1_054_633_161_000));
    assert_eq!(entry.content.markup, r#"<p>Long <img src="a.png"></p>"#);
    assert_eq!(entry.content.base.as_ref().unwrap().as_str(), "https://blog.example/ete");
}

#[test]
fn atom_of_both_versions() {
    let feed = read(
        r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://e.example/a/"><title type="html">A &amp;amp; B</title>
            <author><name>Ana</name></author><entry><id>urn:1</id><title>1 &lt; 2</title><link rel="alternate" href="b"/>
            <updated>2020-01-01T00:00:00Z</updated>
            <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x &amp; <br/>y</p></div></content></entry></feed>"#,
    );
    let entry = &feed.entries[0];
    assert_eq!((feed.title.as_str(), entry.title.as_str()), ("A & B", "1 < 2"));
    assert_eq!((entry.link.as_deref(), entry.author.as_deref()), (Some("https://e.example/a/b"), Some("Ana")));
    assert_eq!(entry.content.markup, "<p>x &amp; <br>y</p>");
    assert_eq!((entry.published, entry.updated), (None, Some(1_577_836_800_000)));

    let feed = read(
        r#"<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="base64">RXhhbXBsZQ==</title>
            <issued>2004-01-01T00:00:00Z</issued><content type="text/html" mode="escaped">&lt;b>x&lt;/b></content></entry></feed>"#,
    );
    assert_eq!(feed.entries[0].title, "Example");
    assert_eq!(feed.entries[0].content.markup, "<b>x</b>");
    assert_eq!(feed.entries[0].published, Some(1_072_915_200_000));
}

#[test]
fn json_with_numeric_ids() {
    let feed = read(
        r#"{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{"id":7,"content_text":"a\n\n<b>"}]}"#,
    );
    assert_eq!(feed.entries[0].id.as_deref(), Some("7"));
    assert_eq!(feed.entries[0].content.markup, "<p>a</p><p>&lt;b&gt;</p>");
}

#[test]
fn a_feed_that_stops_in_the_middle_loses_only_what_was_cut() {
    let feed = read("<rss><channel><item><title>a</title></item><item><title>b</tit");
    assert_eq!(feed.entries.len(), 1);
    assert!(!feed.whole);
}

#[test]
fn what_is_no_feed_is_refused_with_a_reason() {
    for (body, word) in [
        ("", "empty"),
        (
            "<!doctype html><html><head><link rel=alternate type=application/rss+xml href=/f></head></html>",
            "https://blog.example/f",
        ),
        ("bonjour", "no XML element"),
        ("<svg/>", "<svg>"),
        ("{\"a\":1}", "not a JSON Feed"),
    ] {
        let url = Url::parse("https://blog.example/").unwrap();
        let error =
            parse(Source { bytes: body.as_bytes(), content_type: "", url: Some(&url), limit: 5_000_000 }).unwrap_err();
        assert!(FeedTrouble::from(&error).to_string().contains(word), "{error:?}");
    }
}

#[test]
fn bombs_do_not_go_off() {
    let bomb = r#"<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>
        <rss><channel><title>&b;&x;</title></channel></rss>"#;
    assert_eq!(read(bomb).title, "&b;&x;");
}

proptest::proptest! {
    #[test]
    fn nothing_panics_on_any_bytes(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        let _ = parse(Source { bytes: &bytes, content_type: "text/xml; charset=utf-8", url: None, limit: 5_000_000 });
    }

    #[test]
    fn nothing_panics_on_any_markup(
        parts in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 0..60)
    ) {
        let body = parts.concat();
        let _ = parse(Source { bytes: body.as_bytes(), content_type: "", url: None, limit: 5_000_000 });
        let rss = format!("<rss><channel><item>{body}</item></channel></rss>");
        let _ = parse(Source { bytes: rss.as_bytes(), content_type: "", url: None, limit: 5_000_000 });
    }

    #[test]
    fn what_stands_in_front_changes_no_entry(
        parts in proptest::collection::vec(proptest::sample::select(IN_FRONT.to_vec()), 1..12)
    ) {
        let atom = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>a</title></entry></feed>";
        let rss = "<?xml version='1.0'?><rss><channel><item><guid>1</guid><title>a</title></item></channel></rss>";
        let json = r#"{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"title":"a"}]}"#;
        for feed in [rss, atom, json] {
            let entry = read(&format!("{}{feed}", parts.concat())).entries.remove(0);
            proptest::prop_assert_eq!((entry.id.as_deref(), entry.title.as_str()), (Some("1"), "a"));
        }
    }

    #[test]
    fn no_date_panics(text in "[0-9a-zéû:/.,+ -]{0,40}") {
        let _ = parse_date(&text);
    }

    #[test]
    fn titles_are_one_line(text in ".{0,60}") {
        let title = title::of_html(&text);
        proptest::prop_assert!(!title.contains(['\n', '\r', '\0']));
    }
}

/// What blogs put in front of feeds, whole or broken.
const IN_FRONT: &[&str] = &[
    "<br />\n",
    "<b>Warning</b>: x in <b>/srv/a.php</b>",
    "Notice: y\n",
    "<p class=\"",
    "</div>",
    "<!-- cache -->",
    "<!--",
    "<![CDATA[",
    "{",
    "\"",
    "&eacute;",
    "é",
    "<?php ",
    "<pre>",
    "<script>a</script>",
    "\u{feff}",
    "\n\n",
    "<feeds>",
];

const PIECES: &[&str] = &[
    "<rss>",
    "</rss>",
    "<channel>",
    "</channel>",
    "<item>",
    "</item>",
    "<title>",
    "</title>",
    "<feed xmlns='http://www.w3.org/2005/Atom'>",
    "<entry xml:base='x'>",
    "</entry>",
    "<link href='/a'/>",
    "<link>",
    "<content type='xhtml'>",
    "</content>",
    "<div>",
    "</div>",
    "<content type='image/png'>",
    "&amp;",
    "&#xD800;",
    "&#0;",
    "&nosuch;",
    "&",
    "<",
    ">",
    "</",
    "<!",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?",
    "?>",
    "<a b=",
    "'",
    "\"",
    "é",
    "\u{0}",
    "x",
    " ",
    "<br>",
    "xmlns:q='http://purl.org/dc/elements/1.1/'",
    "<q:date>",
    "1/2/3",
    "<!DOCTYPE",
];

/// Bodies made to exhaust a reader, each understood and cleaned. The limit is far above what they need (0.1 s) and far below
/// what any of them took before it was bounded (minutes).
#[test]
fn bombs_cost_no_more_than_prose() {
    let post = |html: String| {
        format!(
            "<rss><channel><item><title>x</title><description><![CDATA[{html}]]></description></item></channel></rss>"
        )
    };
    let numbered = |start: &str, end: &str, n: usize| {
        (0..n).flat_map(|i| [start.to_owned(), i.to_string(), end.to_owned()]).collect::<String>()
    };
    for (name, body) in [
        (
            "entities",
            format!("<!DOCTYPE r [<!ENTITY a '{}'>]><rss><channel><title>{}", "a".repeat(9999), "&a;".repeat(99_999)),
        ),
        ("depth", format!("<rss><channel>{}", "<item>".repeat(300_000))),
        ("elements", format!("<rss><channel>{}", "<i/>".repeat(500_000))),
        (
            "namespaces",
            format!("<rss {}><channel>{}", numbered("xmlns:a", "='u' ", 50_000), "<item><a1:b/></item>".repeat(40_000)),
        ),
        ("comments", format!("<rss><channel><title>{}", "<!--".repeat(500_000))),
        ("less", format!("<rss><channel><item><title>{}</title></item></channel></rss>", "<".repeat(1_000_000))),
        (
            "tags in a title",
            format!("<rss><channel><item><title><![CDATA[{}]]></title></item></channel></rss>", "<b".repeat(500_000)),
        ),
        (
            "bases",
            format!(
                "<feed xml:base='http://a/{}'>{}</feed>",
                "x/".repeat(500_000),
                "<entry><link href='b'/></entry>".repeat(9000)
            ),
        ),
        ("html depth", post("<div>".repeat(500_000))),
        ("html tables", post("<table><a>".repeat(200_000))),
        ("html attributes", post(format!("<p {}>", numbered("a", " ", 200_000)))),
        ("html formatting", post(format!("<p>{}</p>{}", numbered("<b a=", ">", 240), "<p>x</p>".repeat(9000)))),
        ("noscript", post("<noscript".repeat(200_000))),
        ("scripts in front", format!("{}<rss><channel></channel></rss>", "<script></script>".repeat(300_000))),
        ("scripts in a title", format!("<html><title>{}", "<script></script>".repeat(300_000))),
        ("json", format!("{{\"items\":[{}{{\"id\":1}}]}}", "{\"id\":1},".repeat(300_000))),
        ("json depth", "{\"a\":".repeat(500_000)),
    ] {
        let begin = std::time::Instant::now();
        if let Ok(feed) = parse(Source { bytes: body.as_bytes(), content_type: "", url: None, limit: 6_000_000 }) {
            for entry in &feed.entries {
                crate::feeds::clean::html(&entry.summary.markup, None);
            }
        }
        assert!(begin.elapsed().as_secs() < 20, "{name}: {:?}", begin.elapsed());
    }
}

#[test]
fn categories_of_every_kind_of_feed() {
    let rss = read(
        r#"<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>B</title><item><title>a</title><guid>1</guid>
            <category><![CDATA[Jardin &amp; potager]]></category><category domain="x"> Été
            </category><category/><category>Été</category><dc:subject>Village</dc:subject></item></channel></rss>"#,
    );
    assert_eq!(rss.entries[0].categories, ["Jardin & potager", "Été", "Village"]);
    let atom = read(
        r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>B</title><entry><id>1</id><title>a</title>
            <category term="jardin" label="Le jardin"/><category term="cuisine"/><category/></entry></feed>"#,
    );
    assert_eq!(atom.entries[0].categories, ["Le jardin", "cuisine"]);
    let json = |tags: &str| {
        let item = format!(r#"{{"id": "1", "content_text": "x", "tags": {tags}}}"#);
        let feed =
            read(&format!(r#"{{"version": "https://jsonfeed.org/version/1.1", "title": "B", "items": [{item}]}}"#));
        feed.entries[0].categories.clone()
    };
    assert_eq!(json(r#"["jardin", 7, null, ["x"], "jardin"]"#), ["jardin", "7"]);
    assert_eq!(json(r#""jardin""#), [""; 0]);
    let many: Vec<String> = (0..80).map(|n| format!("c{n}")).collect();
    assert_eq!(categories(many.into_iter()).len(), 50);
}
