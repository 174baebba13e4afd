//! What is found in a digest, and what is not.

use super::*;
use crate::mails::{self, DigestPost, Own, Sender};

const DATE: Millis = 1_795_417_200_000;

fn sender() -> Sender {
    Sender {
        newsletter: "Le carnet".to_owned(),
        slug: "carnet".to_owned(),
        from_name: "Le carnet".to_owned(),
        from_address: "carnet@lettres.example".to_owned(),
        reply_to: None,
        site_url: Some("https://blog.example/".to_owned()),
        postal: "1 rue de la Poste, 75001 Paris".to_owned(),
        base_url: "https://lettres.example".to_owned(),
        leave_mailbox: String::new(),
        brand: mails::Brand::default(),
        texts: crate::texts::Texts::default(),
    }
}

fn post(title: &str) -> DigestPost {
    DigestPost {
        title: title.to_owned(),
        url: Some("https://blog.example/pain".to_owned()),
        content: "<p>Le pain lève lentement, et le four chauffe depuis l’aube.</p>".repeat(8),
        language: Some("fr".to_owned()),
        published_at: Some(DATE - 1_000),
        ..DigestPost::default()
    }
}

fn content() -> DigestContent {
    DigestContent {
        posts: vec![post("Le four est rallumé")],
        zone: "Europe/Paris".to_owned(),
        ..DigestContent::default()
    }
}

/// What else is looked at.
struct Beside {
    intro: &'static str,
    postal: &'static str,
    recipients: i64,
    before: Option<Millis>,
    sent_before: Vec<String>,
}

impl Default for Beside {
    fn default() -> Self {
        let postal = "1 rue de la Poste, 75001 Paris";
        Self { intro: "", postal, recipients: 412, before: None, sent_before: Vec::new() }
    }
}

fn found_with(mut content: DigestContent, beside: &Beside) -> Vec<(&'static str, bool)> {
    use crate::coded::Coded as _;
    content.intro = Some(crate::digests::edit::intro_html(beside.intro)).filter(|html| !html.is_empty());
    let mail = mails::digest(&sender(), &content, "fr", DATE).unwrap();
    let looked = Looked {
        content: &content,
        mail: &mail,
        intro: beside.intro,
        postal: beside.postal,
        language: "fr",
        recipients: beside.recipients,
        today: jiff::civil::date(2026, 11, 23),
        before: beside.before,
        sent_before: &beside.sent_before,
    };
    check(&looked).into_iter().map(|finding| (finding.check.code(), finding.blocks)).collect()
}

fn found(content: DigestContent) -> Vec<(&'static str, bool)> {
    found_with(content, &Beside::default())
}

fn of_intro(intro: &'static str) -> Vec<(&'static str, bool)> {
    found_with(content(), &Beside { intro, ..Beside::default() })
}

fn of_post(html: &str) -> Vec<(&'static str, bool)> {
    let mut content = content();
    content.posts[0].content.push_str(html);
    found(content)
}

#[test]
fn nothing_is_said_against_an_ordinary_digest() {
    assert_eq!(found(content()), []);
    assert_eq!(of_intro("Bonne rentrée ! [Le four](https://blog.example/four) chauffe, TKO compris."), []);
}

#[test]
fn what_can_be_mended_here_blocks() {
    let beside = Beside { recipients: 0, postal: " ", ..Beside::default() };
    assert_eq!(found_with(content(), &beside), [("nobody", true), ("no-postal", true)]);
    for intro in
        ["Bonjour {{ name }}", "Lorem ipsum dolor", "TK", "À voir: TODO le programme", "*|FNAME|*", "[insérer la date]"]
    {
        assert_eq!(of_intro(intro), [("placeholder", true)], "{intro}");
    }
    for intro in [
        "[ici](/agenda) et la suite",
        "![x](data:image/png;base64,AAAA) et la suite",
        "[clic](javascript:x) et la suite",
    ] {
        assert!(of_intro(intro).contains(&("bad-link", true)), "{intro}: {:?}", of_intro(intro));
    }
    let own = Own { summary: Some("TKTK le résumé".to_owned()), ..Own::default() };
    let mut edited = content();
    edited.posts[0].own = own;
    assert!(found(edited).contains(&("placeholder", true)));
    let empty = DigestContent { posts: vec![DigestPost::default()], ..content() };
    assert!(found(empty).contains(&("empty", true)));
}

#[test]
fn what_a_post_says_only_warns() {
    assert_eq!(of_post("<p>La suite : TODO.</p>"), [("placeholder-in-post", false)]);
    assert_eq!(of_post("<pre><code>{{ name }} TODO</code></pre>"), [], "code may hold anything");
    assert_eq!(of_post("<p>Le PDF est ci-joint.</p>"), [("attached", false)]);
    assert_eq!(of_post("<p>Le disjoint, la ci-jointement.</p>"), []);
    assert_eq!(of_post("<p><a href=\"https://a.example/\">Cliquez ici !</a></p>"), [("link-words", false)]);
    assert_eq!(of_post("<p><a href=\"https://bit.ly/x\">le four</a></p>"), [("shortener", false)]);
}

#[test]
fn lengths_are_counted() {
    let subject = |text: &str| found(DigestContent { subject: Some(text.to_owned()), ..content() });
    assert_eq!(subject("Le four"), [("subject-short", false)]);
    assert_eq!(subject(&"Le four rallumé ".repeat(5)), [("subject-long", false)]);
    assert_eq!(subject("Le four est rallumé ce matin"), []);
    let preheader = |text: &str| found(DigestContent { preheader: Some(text.to_owned()), ..content() });
    assert_eq!(preheader(&"Le pain ".repeat(20)), [("preheader-long", false)]);
    assert_eq!(preheader("Le four est rallumé"), [("no-preheader", false)], "it says what the subject says");
    let mut long = content();
    long.posts[0].content = "<p>Le pain lève lentement, et le four chauffe depuis l’aube.</p>".repeat(4_000);
    assert_eq!(found(long), [("cut", false), ("many-words", false)]);
    let many = DigestContent { posts: vec![post("Le four est rallumé, et l’été avec lui"); 300], ..content() };
    assert!(found(many).contains(&("left-out", false)));
    let mut short = content();
    short.posts[0].content = "<p>Bientôt.</p>".to_owned();
    short.posts[0].url = None;
    assert!(found(short).iter().all(|(_, blocks)| !blocks));
}

#[test]
fn pictures_need_words_and_a_format_that_is_shown() {
    let image = |attributes: &str| of_post(&format!("<p><img src=\"https://a.example/a.png\" {attributes}></p>"));
    assert_eq!(image("alt=\"Le four\""), []);
    assert_eq!(image("alt=\"\""), [("pictures-without-alt", false)]);
    assert_eq!(image("alt=\"IMG_1234.jpg\""), [("alt-is-file", false)]);
    assert_eq!(image("alt=\"IMG_1234\""), [("alt-is-file", false)]);
    assert_eq!(image("alt=\"Image du four, 1900\""), []);
    assert_eq!(image("alt=\"Le four\" width=\"2400\""), [("pictures-wide", false)]);
    assert_eq!(of_post("<img src=\"https://a.example/a.webp?x=1\" alt=\"Le four\">"), [("picture-format", false)]);
    let mut own = content();
    own.posts[0].own.image = Some("https://a.example/a.svg".to_owned());
    assert_eq!(found(own.clone()), [("pictures-without-alt", false), ("picture-format", false)]);
    own.posts[0].own = Own {
        image: Some("https://a.example/a.png".to_owned()),
        alt: Some("Le four".to_owned()),
        ..own.posts[0].own.clone()
    };
    assert_eq!(found(own), []);
}

#[test]
fn posts_are_held_against_what_was_sent() {
    let before = Beside { before: Some(DATE), ..Beside::default() };
    assert_eq!(found_with(content(), &before), [("old-post", false)]);
    let before = Beside { sent_before: vec!["Le four est rallumé".to_owned()], ..Beside::default() };
    assert_eq!(found_with(content(), &before), [("sent-before", false)]);
    let mut foreign = content();
    foreign.posts[0].language = Some("en-GB".to_owned());
    assert_eq!(found(foreign), [("language", false)]);
    let mut same = content();
    same.posts[0].language = Some("fr-CA".to_owned());
    assert_eq!(found(same), []);
    for (postal, expected) in [
        ("© 2025 Le carnet", vec![("old-copyright", false)]),
        ("© 2019-2026 Le carnet", vec![]),
        ("© Le carnet", vec![]),
    ] {
        assert_eq!(found_with(content(), &Beside { postal, ..Beside::default() }), expected, "{postal}");
    }
}

#[test]
fn the_blocking_come_first() {
    let beside = Beside { recipients: 0, intro: "ci-joint", ..Beside::default() };
    let found = found_with(content(), &beside);
    assert_eq!(found, [("nobody", true), ("attached", false)]);
}

#[test]
fn links_are_told_once_each_and_in_the_order_of_the_mail() {
    let mut content = content();
    content.intro =
        Some("<p><a href=\"https://a.example/1\">x</a> <a href=\"mailto:a@b.example\">y</a></p>".to_owned());
    content.posts[0].content =
        "<a href=\"https://a.example/1#haut\">x</a><a href=\"https://c.example/\">z</a>".to_owned();
    let found: Vec<String> = links::of(&content).into_iter().map(String::from).collect();
    assert_eq!(found, ["https://a.example/1", "https://blog.example/pain", "https://c.example/"]);
}
