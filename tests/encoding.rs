//! Whatever a blog, an editor or a visitor writes, a mail stays a mail: properties over arbitrary words, and the corpus.

use facteur::feeds::parse::{self, Source};
use facteur::mails::{Composed, DigestContent, DigestPost, Person, Sender, lint};
use mail_parser::MessageParser;
use proptest::prelude::*;

use crate::letters::{DATE, PERSON, content, errors, message, post, sender};

/// Words with everything that may break a header or a line.
fn words() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[ -~]{0,30}",
        3 => "[a-zéèàçœ’« »\u{202f}\u{a0}]{0,20}",
        1 => "\\PC{0,12}",
        1 => prop::sample::select(vec![
            "\r\n", "\n.\n", "\0", "\r", "=?utf-8?q?x?=", "\r\nBcc: a@b.example\r\n", "From ", ".", "..", "\u{fdd1}", "\u{fdd3}",
            "\u{202e}", "\u{2028}", "\t", "🐦‍🔥", "<script>", "&amp;", "\"", "\\", "%0d%0a", "{{ x }}", "\u{feff}",
        ]).prop_map(str::to_owned),
        1 => "[a-z]{80,300}",
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn markup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => words(),
        4 => prop::sample::select(vec![
            "<p>", "</p>", "<div dir=rtl>", "<a href=\"https://a.example/?a=1&b=2\">", "<a href='javascript:x'>", "</a>", "<ul><li>", "<pre>",
            "<img src=https://a.example/a.png width=2000>", "<img src=x>", "<table><tr><td>", "</table>", "<h1>", "<h6>", "</h6>",
            "<blockquote>", "<style>", "<!-- ", "<script>", "<iframe src=https://a.example>", "<a href=\"mailto:b@c.example\">", "<br>",
            "<a href=\"https://é.example/ü ü\">ü</a>", "<svg><a href=https://a.example>", "</div>", "&#8203;", "&#x202e;", "\n.\n",
        ]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..25).prop_map(|pieces| pieces.concat())
}

fn lines_hold(bytes: &[u8]) -> Result<(), TestCaseError> {
    for line in bytes.split(|&byte| byte == b'\n') {
        prop_assert!(line.len() <= 999 && line.first() != Some(&b'.'), "{:?}", String::from_utf8_lossy(line));
    }
    Ok(())
}

fn reads_back(composed: &Composed) -> Result<(), TestCaseError> {
    let bytes = message(composed);
    lines_hold(&bytes)?;
    let found = errors(&bytes);
    prop_assert!(found.is_empty(), "{:#?}\n{}", found, String::from_utf8_lossy(&bytes));
    let parsed = MessageParser::default().parse(&bytes).unwrap();
    prop_assert_eq!(parsed.subject().unwrap_or_default(), composed.subject.as_str());
    let text =
        parsed.body_text(0).unwrap().replace("\r\n", "\n").replace(PERSON.leave, "…").replace(PERSON.action, "…");
    prop_assert_eq!(text.trim_end(), composed.text.trim_end());
    let html =
        parsed.body_html(0).unwrap().replace("\r\n", "\n").replace(PERSON.leave, "…").replace(PERSON.action, "…");
    prop_assert_eq!(html.trim_end(), composed.html.trim_end());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_post_makes_a_mail(title in words(), author in words(), body in markup(), summary in markup(), intro in words(), several in any::<bool>()) {
        let made = DigestPost { title, author: Some(author), content: body, summary, language: None, ..post("x") };
        let posts = if several { vec![made.clone(), made] } else { vec![made] };
        let content = DigestContent { intro: Some(intro), ..content(posts) };
        let composed = facteur::mails::digest(&sender(), &content, "fr", DATE).unwrap();
        reads_back(&composed)?;
    }

    #[test]
    fn any_sender_makes_a_mail_or_is_refused(name in words(), newsletter in words(), postal in words()) {
        let broken = [&name, &newsletter].into_iter().any(|text| text.contains(['\r', '\n', '\0']) || text.chars().count() > 200);
        let broken = broken || facteur::mails::plain::line(&newsletter).is_empty();
        let sender = Sender { from_name: name, newsletter, postal, ..sender() };
        let made = facteur::mails::digest(&sender, &content(vec![post("x")]), "en", DATE);
        prop_assert_eq!(made.is_err(), broken);
        if let Ok(composed) = made {
            lines_hold(&message(&composed))?;
            let found = errors(&message(&composed));
            prop_assert!(found.is_empty(), "{:#?}", found);
        }
    }

    #[test]
    fn any_address_is_carried_or_refused(
        address in prop_oneof!["[a-z.+']{1,60}@[a-z]{1,30}\\.[a-z]{2,5}", "[ -~é\r\n]{0,300}", "[a-z]{1,4}[ -~]@[a-z]{3}"],
        token in prop_oneof!["[A-Za-z0-9_-]{0,60}", "[ -~]{0,90}"],
    ) {
        let person = Person { address: &address, leave: &token, ..PERSON };
        let breaks = |text: &str| !text.is_ascii() || text.contains(|char: char| char.is_control() || " <>,;()".contains(char));
        let whole = address.split('@').all(|part| !part.is_empty()) && address.contains('@') && address.len() <= 254;
        let fits = whole && !breaks(&address) && token.len() <= 75 && !token.contains(|char: char| !char.is_ascii_alphanumeric() && char != '_' && char != '-');
        // Two @ may stand in an address, one of them quoted; we carry what is stored.
        prop_assert!(person.check().is_ok() == fits || address.matches('@').count() > 1);
        if person.check().is_ok() {
            let mut bytes = Vec::new();
            crate::letters::digest(&content(vec![post("x")]), "fr").variant.splice(&person, &mut bytes);
            lines_hold(&bytes)?;
            let parsed = MessageParser::default().parse(&bytes).unwrap();
            prop_assert_eq!(parsed.subject(), Some("x"));
            let to = format!("\r\nTo: {address}\r\n");
            prop_assert!(String::from_utf8_lossy(&bytes).contains(&to));
            let text = parsed.body_text(0).unwrap();
            let leave = format!("/unsubscribe/{token}\r\n");
            prop_assert!(text.contains(&leave));
        }
    }
}

/// Deep or broken markup costs no stack and little time.
#[test]
fn deep_markup_is_survived() {
    for tag in ["div", "blockquote", "ul><li", "b", "table><tr><td", "a href=https://a.example"] {
        let deep = DigestPost { content: format!("<{tag}>").repeat(20_000) + "x", ..post("x") };
        let begin = std::time::Instant::now();
        let composed = facteur::mails::digest(&sender(), &content(vec![deep]), "fr", DATE).unwrap();
        assert_eq!(errors(&message(&composed)), [], "{tag}");
        assert!(begin.elapsed().as_secs() < 20, "{tag} took {:?}", begin.elapsed());
    }
}

/// Every feed of the corpus becomes a digest that breaks no rule.
#[test]
fn feeds_of_the_corpus_become_mails() {
    let Some(corpus) = crate::harness::corpus() else { return };
    let mut feeds = Vec::new();
    gather(&corpus.join("feeds"), &mut feeds);
    let (mut made, mut largest) = (0, 0);
    for file in &feeds {
        let bytes = std::fs::read(file).unwrap();
        let Ok(feed) = parse::parse(Source { bytes: &bytes, content_type: "", url: None, limit: 5 << 20 }) else {
            continue;
        };
        let posts: Vec<DigestPost> = feed.entries.into_iter().take(20).map(as_post).collect();
        for posts in [posts.iter().take(1).cloned().collect(), posts] {
            if posts.is_empty() {
                continue;
            }
            let composed = facteur::mails::digest(&sender(), &content(posts), "fr", DATE).unwrap();
            let bytes = message(&composed);
            let found: Vec<_> = lint::check(&bytes).into_iter().filter(lint::Finding::is_error).collect();
            assert!(found.is_empty(), "{}: {found:#?}", file.display());
            (made, largest) = (made + 1, largest.max(bytes.len()));
        }
    }
    assert!(made > feeds.len() / 2, "only {made} mails of {} feeds", feeds.len());
    println!("{made} mails, the largest of {largest} bytes");
}

fn as_post(entry: parse::Entry) -> DigestPost {
    let clean = |html: &parse::Html| facteur::feeds::clean::html(&html.markup, html.base.as_ref());
    DigestPost {
        summary: clean(&entry.summary),
        content: clean(&entry.content),
        title: entry.title,
        url: entry.link,
        author: entry.author,
        language: entry.language,
        image_url: entry.image,
        published_at: entry.published,
        published_day: entry.day,
        id: 1,
        ..DigestPost::default()
    }
}

fn gather(folder: &std::path::Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            gather(&entry.path(), files);
        } else {
            files.push(entry.path());
        }
    }
}

/// Links inside links, which a parser keeps where a cell of a table stands between: each is named in both parts.
#[test]
fn links_inside_links_become_links_beside_each_other() {
    let (outer, inner) = ("<a href=\"mailto:b@c.example\">", "<a href=\"https://a.example/?a=1&b=2\">");
    for between in ["", "un", "<b>", "<img src=https://a.example/a.png alt=x>", "<ul><li>", "<table><tr><td>deux"] {
        for cell in ["<table><tr><td>", "<table><caption>", "<object>", "<marquee>", "<table><tr><th><b>"] {
            for words in ["", "!", "</a>trois</a>quatre"] {
                let markup = [outer, between, cell, inner, words].concat();
                let post = DigestPost { content: markup.clone(), ..post("x") };
                let composed = facteur::mails::digest(&sender(), &content(vec![post]), "fr", DATE).unwrap();
                assert_eq!(errors(&message(&composed)), [], "{markup}");
            }
        }
    }
}
