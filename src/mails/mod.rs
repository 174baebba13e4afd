//! SAYS: what a mail says, and its bytes. Pure: no database, no network, no clock.
//!
//! In: a newsletter, posts, a language. Out: a [`Variant`]: MIME encoded once, with holes for personal values.
//! Delivery splices each person's values into it.

pub mod article;
mod brand;
mod chart;
pub mod covered;
mod digest;
mod embed;
pub mod encode;
mod excerpt;
mod fit;
pub mod frame;
mod item;
mod letter;
pub mod lint;
pub mod message;
mod nested;
mod notes;
pub mod part;
pub mod plain;
mod said;
mod sentence;
pub mod signup;
mod subject;
mod table;
mod text;
mod trial;
pub mod variant;
mod web;

pub use crate::markup;
pub use digest::intro_fits;
pub use letter::says;
pub use message::Undated;
pub use signup::SignUp;
pub use variant::{Hole, Person, Variant};
pub use web::WebPage;

use anyhow::Context as _;
use serde::Deserialize as _;

use crate::clock::Millis;
use crate::letter::LetterKind;
use crate::texts::Texts;

use trial::Occasion;

/// The publication as a mail shows it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Sender {
    /// Title of the newsletter.
    pub newsletter: String,
    /// Slug of the newsletter.
    pub slug: String,
    /// Display name.
    pub from_name: String,
    /// Address.
    pub from_address: String,
    /// Address for replies.
    pub reply_to: Option<String>,
    /// The blog.
    pub site_url: Option<String>,
    /// Footer: who and where.
    pub postal: String,
    /// Public address of this instance, no slash at the end.
    pub base_url: String,
    /// Mailbox for leaving by mail, `NAME@DOMAIN`; empty for none.
    pub leave_mailbox: String,
    /// How it looks.
    #[serde(default)]
    pub brand: Brand,
    /// What its letters say in the owner's own words.
    #[serde(skip)]
    pub texts: Texts,
}

/// How a newsletter's mails look.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Brand {
    /// A picture above each digest.
    pub logo_url: Option<String>,
    /// How wide and high it is shown, pixels, when it was uploaded: then it stands above letters, too.
    #[serde(default)]
    pub logo_size: Option<(i64, i64)>,
    /// What it says to those who do not see it; empty: the newsletter's name.
    #[serde(default)]
    pub logo_alt: String,
    /// `#rrggbb` for buttons and links, mended where it could not be read; ours without one.
    pub colour: Option<String>,
    /// A few words at the foot of each digest, plain text.
    pub footer: String,
}

/// A post as it stands in a digest, frozen.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct DigestPost {
    /// Inside id of the post.
    pub id: i64,
    /// Plain text.
    pub title: String,
    /// Its address on the web.
    pub url: Option<String>,
    /// Plain text.
    pub author: Option<String>,
    /// BCP 47, when known.
    pub language: Option<String>,
    /// Cleaned HTML.
    pub summary: String,
    /// Cleaned HTML.
    pub content: String,
    /// A picture.
    pub image_url: Option<String>,
    /// When it was published.
    pub published_at: Option<Millis>,
    /// The day of that date in every zone, where the feed gives no time of day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_day: Option<jiff::civil::Date>,
    /// What an editor wants of it in this mail only.
    #[serde(default, skip_serializing_if = "Own::is_none")]
    pub own: Own,
}

/// What an editor wants of a post in one mail only; the post itself stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Own {
    /// In place of its text or of its beginning. Plain text, shown whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// In place of its picture: an address on the web; empty for no picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// What that picture shows, for whoever does not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt: Option<String>,
}

impl Own {
    /// Whether nothing is wanted.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// The contents of a digest, frozen at release; stored in `digest.content`.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct DigestContent {
    /// Overrides the subject made from the posts.
    pub subject: Option<String>,
    /// The line that lists of mails show after the subject, in place of one made from the posts; plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preheader: Option<String>,
    /// The editor's words before the posts, cleaned HTML.
    pub intro: Option<String>,
    /// The lead first.
    pub posts: Vec<DigestPost>,
    /// Time zone of the schedule, for dates.
    pub zone: String,
    /// The topics of each post, in their order, as [`part::Posts::wanted`] takes them; empty for a newsletter without topics.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<i64>,
    /// Where all of it can be read on the web, when it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive: Option<String>,
}

/// A mail of one language, ready for delivery.
#[derive(Clone, Debug)]
pub struct Composed {
    /// Decoded subject.
    pub subject: String,
    /// The plain text part, decoded, holes shown as `…`.
    pub text: String,
    /// The HTML part, decoded, holes shown as `…`.
    pub html: String,
    /// The bytes, with holes.
    pub variant: Variant,
    /// The line about the sign-up in `text` and `html`, for an imaginary reader; empty in letters.
    pub sign_up: SignUp,
    /// The line that lists of mails show after the subject; empty in letters.
    pub preheader: String,
    /// What takes how much room; nothing in letters.
    pub weight: Weight,
}

/// How much room the parts of a digest take in its HTML, in encoded bytes; mail programs cut long mails by them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// All of it.
    pub whole: usize,
    /// The introduction.
    pub intro: usize,
    /// Each post that is shown, the lead first.
    pub posts: Vec<usize>,
    /// Whether the text of the only post is cut.
    pub cut: bool,
    /// Posts that are not shown, for want of room.
    pub left_out: usize,
    /// Posts whose end is not shown, and stands on no page that the mail could link to.
    pub lost: Vec<Lost>,
}

/// A post whose end nobody would read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Its place among the posts.
    pub post: usize,
    /// What it takes, encoded bytes.
    pub bytes: usize,
    /// What there is room for, encoded bytes.
    pub room: usize,
}

/// The digest in one language. `date` is its release and becomes `Date:`.
///
/// # Errors
/// When a mail cannot hold a value (a name with a line break, say).
pub fn digest(sender: &Sender, content: &DigestContent, language: &str, date: Millis) -> anyhow::Result<Composed> {
    digest::compose(sender, content, language, date, None)
}

/// The subject of [`digest()`], made of the content alone; empty without a post. `newsletter`: its name.
pub fn digest_subject(newsletter: &str, content: &DigestContent, language: &str, date: Millis) -> String {
    digest::subject_of(frame::Words::of(language), newsletter, content, date)
}

/// The digest as a page for everybody: what its mail says, without anything personal and without a mail's frame.
///
/// # Errors
/// As [`digest()`].
pub fn page(sender: &Sender, content: &DigestContent, language: &str, date: Millis) -> anyhow::Result<WebPage> {
    web::compose(sender, content, language, date)
}

/// A single letter in one language. `date` is when it was queued.
///
/// # Errors
/// As [`digest()`]; also when `parameters` do not fit the kind.
pub fn letter(
    sender: &Sender,
    kind: LetterKind,
    language: &str,
    parameters: &serde_json::Value,
    date: Millis,
) -> anyhow::Result<Composed> {
    if kind != LetterKind::Test {
        return letter::compose(sender, kind, language, parameters, date);
    }
    let readers = parameters.get("readers").and_then(serde_json::Value::as_i64);
    let trial = readers.map_or(Occasion::Copy, |readers| Occasion::TestMode { readers });
    let content = parameters.get("content").unwrap_or(parameters);
    let content = DigestContent::deserialize(content).context("the parameters of this test copy hold no digest")?;
    digest::compose(sender, &content, language, date, Some(trial))
}

/// The same letter for every date, of a kind that [`says`] something: rendered once for all who are told the same.
///
/// # Errors
/// As [`letter()`].
pub fn undated(
    sender: &Sender,
    kind: LetterKind,
    language: &str,
    parameters: &serde_json::Value,
) -> anyhow::Result<Undated> {
    letter::undated(sender, kind, language, parameters)
}
