//! The letter that welcomes whoever has confirmed, and perhaps leads to what they missed.
//!
//! In: how often mails come, and posts as they stand when the letter leaves. Out: subject, text and HTML: a title, a beginning and a link for
//! each post, never its whole text, so that nobody is mailed a post twice.

use askama::Template;
use serde::Deserialize;

use super::super::frame::Frame;
use super::super::item::{Item, Shared};
use super::super::said::Said;
use super::super::{DigestPost, plain};
use super::{leave, settings};
use crate::texts::{Place, Texts};

/// Characters of a post's beginning.
const BEGINNING: usize = 200;

/// The parameters of a welcome.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Parameters {
    /// How often mails come, in words.
    #[serde(default)]
    rhythm: String,
    /// Whether the posts are those of the last digest.
    #[serde(default)]
    is_last: bool,
    /// What it leads to.
    #[serde(default)]
    posts: Vec<DigestPost>,
    /// The zone in which their days are named, IANA.
    #[serde(default)]
    zone: String,
}

/// `mail/welcome`
struct Welcome {
    f: Frame,
    said: Said,
    heading: String,
    items: Vec<Item>,
    settings: String,
    leave: String,
}
templates!(Welcome: WelcomeSubject "mail/welcome/subject.txt", WelcomeText "mail/welcome/body.txt", WelcomeHtml "mail/welcome/body.html");

pub(super) fn compose(mut f: Frame, own: &Texts, parameters: &Parameters) -> anyhow::Result<[String; 3]> {
    f.why = f.t.about("mail-why-welcome", &f.newsletter);
    let shared = Shared::default();
    let item = |post: &DigestPost| Item::new(&f, post, (&shared, parameters.zone.as_str()), BEGINNING);
    let items: Vec<Item> = parameters.posts.iter().map(item).collect();
    let view = Welcome {
        said: Said::with(&f, own, Place::Welcome, 0, &parameters.rhythm),
        heading: f.t.say(if parameters.is_last { "mail-welcome-last" } else { "mail-welcome-chosen" }),
        settings: settings(&f),
        leave: leave(&f),
        items,
        f,
    };
    view.render(&view.said.first_line)
}
