//! A digest as a page for everybody: the neutral variant of its mail, written for a page that has a stylesheet.
//!
//! In: the frozen posts, as for the mail. Out: a [`WebPage`]: HTML without styles, without scripts and without anything of a reader,
//! and the same in words. It says what the mail says, and cuts nothing for want of room. What posts bring passes the mail's own
//! allow-list once more (`article`).

use anyhow::ensure;
use askama::Template;
use jiff::civil::Date;

use super::article::{self, COLUMN};
use super::digest::{Digest, LEVELS, paragraph};
use super::excerpt;
use super::frame::{Frame, Words};
use super::item::{self, Item};
use super::markup::{self, Element, Piece};
use super::plain;
use super::{DigestContent, DigestPost, Sender};
use crate::clock::Millis;

/// Longest title and longest description, characters.
const TITLE: usize = 250;
const DESCRIPTION: usize = 300;

/// A page of the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebPage {
    /// The digest's subject.
    pub title: String,
    /// A sentence about it, plain text.
    pub description: String,
    /// Its words as HTML, to stand under a heading.
    pub html: String,
    /// The same on one line.
    pub text: String,
    /// A picture that stands for it.
    pub image: Option<String>,
    /// Where all of it stands on the blog, when there is one post only.
    pub source: Option<String>,
    /// The day on the schedule's clock.
    pub day: Date,
    /// Its language, BCP 47.
    pub language: String,
}

#[derive(Template)]
#[template(path = "mail/digest/page.html")]
struct Html<'a> {
    shared: &'a str,
    intro: Option<String>,
    posts: &'a [Shown],
}

/// A post as the page shows it.
struct Shown {
    item: Item,
    /// Whether its title stands above it: not where it is the page's.
    headed: bool,
    body: String,
}

/// The page.
pub fn compose(sender: &Sender, content: &DigestContent, language: &str, date: Millis) -> anyhow::Result<WebPage> {
    ensure!(!content.posts.is_empty(), "a digest needs at least one post");
    let digest = Digest::new(Frame::new(sender, language)?, content, date);
    let t = digest.frame.t;
    let title = readable(&plain::cut(&plain::line(&digest.subject()), TITLE));
    let alone = content.posts.len() == 1;
    let headed = |post: Shown| Shown { headed: !alone || post.item.title != title, ..post };
    let all = content.posts.iter().enumerate();
    let posts: Vec<Shown> = all.map(|(at, post)| headed(shown(&digest, post, at, alone))).collect();
    let intro = content.intro.as_deref().map(|html| undressed(html, t)).filter(|html| !html.trim().is_empty());
    let lead = &posts[0];
    let image = lead.item.image.clone().or_else(|| first_picture(&lead.body));
    let source = lead.item.url.clone().filter(|_| alone);
    let html = readable(&Html { shared: &digest.shared(), intro, posts: &posts }.render()?);
    Ok(WebPage {
        title,
        description: description(&digest, content),
        text: plain::line(&markup::text(&markup::pieces(&html))),
        html,
        image,
        source,
        day: digest.today(),
        language: digest.frame.lang.clone(),
    })
}

/// The post at this place: whole where the mail has it whole, else its beginning.
fn shown(digest: &Digest<'_>, post: &DigestPost, at: usize, alone: bool) -> Shown {
    let (lead, others) = LEVELS[0];
    let length = if at == 0 { lead } else { others };
    let t = digest.frame.t;
    let own = item::own_summary(post);
    let mut item = digest.item(post, if alone { 0 } else { length });
    let whole = own.is_none() && !post.content.trim().is_empty() && (alone || post.url.is_none());
    let body = match own {
        Some(own) => paragraph(own),
        None if whole => undressed(&post.content, t),
        None if alone => undressed(&post.summary, t),
        None if item.excerpt.is_empty() => String::new(),
        None => paragraph(item.excerpt.clone()),
    };
    if alone && !whole {
        item.read = item::read_on(&digest.frame, item.url.as_deref());
    }
    // As in the mail: the lead's picture alone, and not beside those of its text, unless an editor chose it.
    let wanted = at == 0 && (post.own.image.is_some() || !body.contains("<img"));
    item.image = item.image.filter(|_| wanted);
    Shown { item, headed: true, body }
}

/// The editor's own words for lists of mails, else how it begins, else its day.
fn description(digest: &Digest<'_>, content: &DigestContent) -> String {
    let lead = &content.posts[0];
    let own = content.preheader.as_deref().map(plain::line);
    let beginning = || item::own_summary(lead).unwrap_or_else(|| excerpt::of_post(&lead.summary, &lead.content, 200));
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let said = own.and_then(some).or_else(|| some(beginning())).unwrap_or_else(|| digest.heading());
    readable(&plain::cut(&said, DESCRIPTION))
}

/// A post's HTML as the mail has it, without what only mail programs need.
fn undressed(html: &str, words: Words) -> String {
    let mut pieces = article::pieces_of(html, false, words);
    for piece in &mut pieces {
        if let Piece::Open(element) = piece {
            undress(element);
        }
    }
    markup::html(&pieces)
}

fn undress(element: &mut Element) {
    for name in ["style", "cellpadding", "cellspacing", "border"] {
        element.remove(name);
    }
    match element.name.as_str() {
        "a" => element.set("rel", "noopener nofollow"),
        "img" => {
            // A width that nobody gave would make a small picture large.
            if element.get("height").is_none() && element.get("width").is_some_and(|width| width == COLUMN.to_string())
            {
                element.remove("width");
            }
            element.set("loading", "lazy");
        }
        _ => {}
    }
}

/// Where the first picture of some HTML is.
fn first_picture(html: &str) -> Option<String> {
    markup::pieces(html).into_iter().find_map(|piece| match piece {
        Piece::Open(element) if element.name == "img" => element.get("src").map(str::to_owned),
        _ => None,
    })
}

/// Without characters that neither HTML nor XML may have (HTML section 13.2.3.5, XML 1.0 section 2.2).
fn readable(text: &str) -> String {
    let fits = |char: &char| {
        let code = u32::from(*char);
        let control = char.is_control() && !matches!(char, '\n' | '\t');
        !control && !(0xfdd0..=0xfdef).contains(&code) && code & 0xfffe != 0xfffe
    };
    text.chars().filter(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(content: &DigestContent) -> WebPage {
        let sender = Sender {
            newsletter: "Le carnet".into(),
            slug: "carnet".into(),
            from_name: "Élise".into(),
            from_address: "elise@example.org".into(),
            reply_to: None,
            site_url: Some("https://blog.example.org/".into()),
            postal: String::new(),
            base_url: "https://lettres.example.org".into(),
            leave_mailbox: String::new(),
            brand: super::super::Brand::default(),
            texts: crate::texts::Texts::default(),
        };
        compose(&sender, content, "fr", 1_780_293_600_000).unwrap()
    }

    fn post(title: &str, content: &str) -> DigestPost {
        let url = Some(format!("https://blog.example.org/{title}"));
        DigestPost { title: title.into(), url, content: content.into(), ..DigestPost::default() }
    }

    fn of(posts: Vec<DigestPost>) -> DigestContent {
        DigestContent { posts, zone: "Europe/Paris".into(), ..DigestContent::default() }
    }

    #[test]
    fn one_post_stands_whole_under_the_title() {
        let text = "<h3>Un titre</h3><p style=\"color:red\">Le four \u{b}<a href=\"https://a.example/\">chauffe</a>.</p>\
                    <p><img src=\"https://a.example/a.jpg\"></p><script>alert(1)</script>";
        let page = page(&of(vec![post("Four", text)]));
        assert_eq!((page.title.as_str(), page.day.to_string().as_str()), ("Four", "2026-06-01"));
        assert!(!page.html.contains("Four</"), "the page's own heading says it: {}", page.html);
        assert!(
            page.html.contains("<h2>Un titre</h2><p>Le four <a href=\"https://a.example/\" rel=\"noopener nofollow\">")
        );
        assert!(page.html.contains("<img src=\"https://a.example/a.jpg\" alt=\"\" loading=\"lazy\">"), "{}", page.html);
        assert!(!page.html.contains("alert") && !page.html.contains("style=") && !page.html.contains('\u{b}'));
        assert_eq!(page.source.as_deref(), Some("https://blog.example.org/Four"));
        assert_eq!(page.image.as_deref(), Some("https://a.example/a.jpg"));
        assert!(page.text.contains("Le four chauffe."), "{}", page.text);
    }

    #[test]
    fn several_posts_begin_and_lead_on() {
        let long = format!("<p>{}</p>", "Le four chauffe depuis ce matin. ".repeat(60));
        let own = DigestPost { url: None, ..post("Note", "<p>Une note <b>entière</b>.</p>") };
        let page = page(&of(vec![post("Un", &long), post("Deux", &long), own]));
        assert!(page.title.starts_with("Un et 2 autres"), "{}", page.title);
        assert_eq!(page.html.matches("<h2>").count(), 3);
        assert!(page.html.contains("<b>entière</b>") && page.html.len() < 4_000, "{}", page.html);
        assert_eq!(page.source, None);
        assert!(page.html.contains("href=\"https://blog.example.org/Deux\""));
    }

    #[test]
    fn nothing_of_a_mails_frame_is_in_it() {
        let content = DigestContent {
            archive: Some("https://lettres.example.org/n/x".into()),
            ..of(vec![post("Un", "<p>a</p>")])
        };
        let page = page(&content);
        for word in ["unsubscribe", "elise@", "cette adresse", "<table"] {
            assert!(!page.html.contains(word) && !page.description.contains(word), "{word}: {page:?}");
        }
    }
}
