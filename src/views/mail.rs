//! A mail before it is sent: how its line in an inbox will look, how much room it takes, and what speaks against it.
//!
//! In: a mail that was made, findings. Out: an [`Inbox`], a [`Size`], lines in words. The console and `facteur digest check` show them.

use serde::Serialize;

use crate::coded::{Coded as _, Told as _};
use crate::digests::preflight::links::Link;
use crate::digests::preflight::{Finding, SIZE};
use crate::i18n::{Locale, Value};
use crate::mails::{Composed, DigestContent};
use crate::net::look::Look;
use crate::newsletters::Newsletter;

/// Parts of a mail that are named.
const PARTS: usize = 4;

/// The line of a mail in a list of mails.
#[derive(Clone, Debug, Serialize)]
pub struct Inbox {
    /// Who writes.
    pub from: String,
    /// What it is about.
    pub subject: String,
    /// What is shown after it.
    pub preheader: String,
}

/// The line of a mail.
pub fn inbox(newsletter: &Newsletter, mail: &Composed) -> Inbox {
    let from = if newsletter.from_name.is_empty() { &newsletter.name } else { &newsletter.from_name };
    Inbox { from: from.clone(), subject: mail.subject.clone(), preheader: mail.preheader.clone() }
}

/// How much room a mail takes.
#[derive(Clone, Debug, Serialize)]
pub struct Size {
    /// Of its encoded HTML, kilobytes.
    pub kilobytes: usize,
    /// From which on mail programs may cut it.
    pub most: usize,
    /// Whether it is more.
    pub too_large: bool,
    /// Both in words.
    pub words: String,
    /// What takes most of it.
    pub parts: Vec<Part>,
}

/// A part of a mail.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// What.
    pub name: String,
    /// Kilobytes, one at least.
    pub kilobytes: usize,
    /// Both in words.
    pub words: String,
}

/// How much room a mail takes, and what takes most of it.
pub fn size(content: &DigestContent, mail: &Composed, locale: &Locale) -> Size {
    let weight = &mail.weight;
    let mut parts: Vec<(String, usize)> =
        content.posts.iter().zip(&weight.posts).map(|(post, bytes)| (post.title.clone(), *bytes)).collect();
    parts.push((locale.text("digest-preview-part-intro"), weight.intro));
    let known: usize = parts.iter().map(|(_, bytes)| bytes).sum();
    parts.push((locale.text("digest-preview-part-frame"), weight.whole.saturating_sub(known)));
    parts.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    parts.retain(|(_, bytes)| *bytes > 0);
    let part = |(name, bytes): (String, usize)| {
        let kilobytes = bytes.div_ceil(1024);
        let values = [("name", Value::Text(&name)), ("kilobytes", Value::Count(kilobytes as i64))];
        let words = locale.format("digest-preview-part", &values);
        Part { name, kilobytes, words }
    };
    let (kilobytes, most) = (weight.whole.div_ceil(1024), SIZE / 1024);
    let values = [("kilobytes", Value::Count(kilobytes as i64)), ("most", Value::Count(most as i64))];
    let words = locale.format("digest-preview-size-of", &values);
    let parts = parts.into_iter().take(PARTS).map(part).collect();
    Size { kilobytes, most, too_large: weight.whole > SIZE, words, parts }
}

/// A finding in words.
#[derive(Clone, Debug, Serialize)]
pub struct CheckLine {
    /// For programs.
    pub code: &'static str,
    /// Whether it stops the digest.
    pub blocks: bool,
    /// In the reader's language.
    pub words: String,
}

/// Findings in words, in their order.
pub fn check_lines(findings: &[Finding], locale: &Locale) -> Vec<CheckLine> {
    let line = |finding: &Finding| CheckLine {
        code: finding.check.code(),
        blocks: finding.blocks,
        words: finding.check.words(locale),
    };
    findings.iter().map(line).collect()
}

/// A link and what is known of it.
#[derive(Clone, Debug, Serialize)]
pub struct LinkLine {
    /// Where to.
    pub address: String,
    /// `fine`, `broken`, `not-checkable`, `not-looked-at`.
    pub look: &'static str,
    /// The same in words.
    pub words: String,
}

/// Links in words, in their order.
pub fn link_lines(links: &[Link], locale: &Locale) -> Vec<LinkLine> {
    let line = |link: &Link| {
        let look = match link.look {
            Some(Look::Fine) => "fine",
            Some(Look::Broken) => "broken",
            Some(Look::NotCheckable) => "not-checkable",
            None => "not-looked-at",
        };
        LinkLine { address: link.url.to_string(), look, words: locale.text(&format!("digest-link-{look}")) }
    };
    links.iter().map(line).collect()
}

/// How many of the links are how.
pub fn links_in_short(links: &[Link], locale: &Locale) -> String {
    let count = |look: Option<Look>| links.iter().filter(|link| link.look == look).count() as i64;
    let words = [
        ("fine", Value::Count(count(Some(Look::Fine)))),
        ("broken", Value::Count(count(Some(Look::Broken)))),
        ("unknown", Value::Count(count(Some(Look::NotCheckable)))),
        ("left", Value::Count(count(None))),
    ];
    locale.format("digest-preview-links-short", &words)
}
