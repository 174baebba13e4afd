//! A post as a digest shows it: title, author and day, its beginning or what the editor wrote instead, its picture, its link.
//!
//! In: a frozen post, and what all posts of the mail have in common ([`Shared`]). Out: an [`Item`], which the templates read.

use jiff::civil::Date;

use super::frame::{Frame, host};
use super::{DigestPost, article, embed, excerpt, markup, plain};
use crate::clock;

/// Between a date and what stands beside it; no line begins with the dot.
pub const DOT: &str = "\u{a0}· ";
/// Characters of a title that are shown.
const TITLE: usize = 250;

/// A post as the templates show it.
#[derive(Debug)]
pub struct Item {
    pub title: String,
    /// Language and direction where they differ from the mail's: ` lang="…" dir="…"`.
    pub lang: Option<String>,
    pub dir: Option<&'static str>,
    pub url: Option<String>,
    /// Author and date.
    pub meta: String,
    pub excerpt: String,
    /// The whole text of a post that has no page of its own: HTML and plain.
    pub whole: Option<(String, String)>,
    /// A picture above the text.
    pub image: Option<String>,
    /// What it shows; empty when it only decorates.
    pub alt: String,
    /// The words of the link to the whole post.
    pub read: String,
}

impl Item {
    /// The side where its lines begin, where that differs from the mail's.
    pub fn side(&self) -> Option<&'static str> {
        self.dir.map(|dir| if dir == "rtl" { "right" } else { "left" })
    }

    /// A post in this frame; at most `excerpt` characters of its beginning, what the editor wrote whole.
    pub fn new(frame: &Frame, post: &DigestPost, around: (&Shared, &str), excerpt: usize) -> Self {
        let (shared, zone) = around;
        let url = post.url.as_deref().and_then(article::address).filter(|url| url.starts_with("http"));
        let title = title(&frame.newsletter, post);
        let t = frame.t;
        let author = author(post).filter(|_| shared.author.is_none()).map(|author| t.about("mail-digest-by", author));
        let day = day_of(post, zone).filter(|_| shared.day.is_none());
        let day = day.map(|day| t.locale().weekday_and_day(day));
        let dir = if article::is_rtl(post.language.as_deref(), &title) { "rtl" } else { "ltr" };
        let lang = post.language.as_deref().filter(|tag| is_tag(tag) && !same_language(tag, &frame.lang));
        let picture = post.own.image.as_ref().or(post.image_url.as_ref());
        let image = picture.and_then(|url| article::address(url)).filter(|url| url.starts_with("http"));
        let alt = post.own.image.as_ref().and(post.own.alt.as_deref()).map(plain::line).unwrap_or_default();
        Self {
            meta: [author, day].into_iter().flatten().collect::<Vec<_>>().join(DOT),
            excerpt: match (excerpt, own_summary(post)) {
                (0, _) => String::new(),
                (_, Some(own)) => own,
                (most, None) => excerpt::of_post(&post.summary, &post.content, most),
            },
            whole: None,
            read: match url.as_deref().and_then(host) {
                Some(host) if excerpt == 0 && url.as_deref().and_then(markup::file_kind).is_none() => {
                    t.about("mail-digest-read-there", &host)
                }
                _ => read_on(frame, url.as_deref()),
            },
            lang: lang.map(str::to_owned),
            dir: (dir != frame.dir).then_some(dir),
            title,
            url,
            image,
            alt,
        }
    }
}

/// What the editor wrote in place of the post's text.
pub fn own_summary(post: &DigestPost) -> Option<String> {
    post.own.summary.as_deref().map(plain::line).filter(|own| !own.is_empty())
}

/// A post's title; for one without, its beginning.
pub fn title(newsletter: &str, post: &DigestPost) -> String {
    let title = plain::cut(&plain::line(&post.title), TITLE);
    let made = || excerpt::of_post(&post.summary, &post.content, 60);
    let title = Some(title).filter(|title| !title.is_empty()).unwrap_or_else(made);
    Some(title).filter(|title| !title.is_empty()).unwrap_or_else(|| newsletter.to_owned())
}

/// The words of the link to the whole post; for an episode without a page, a link to listen.
pub fn read_on(frame: &Frame, url: Option<&str>) -> String {
    if let Some(listen) = url.and_then(|url| embed::of_file(frame.t, url)) {
        return listen;
    }
    frame.t.about("mail-digest-read-on", url.and_then(host).unwrap_or_default())
}

/// What all posts of a mail have in common: printed once, above them.
#[derive(Debug, Default)]
pub struct Shared {
    pub author: Option<String>,
    pub day: Option<Date>,
}

impl Shared {
    /// What `posts` share in the zone of a digest.
    pub fn of(posts: &[DigestPost], zone: &str) -> Self {
        if posts.len() < 2 {
            return Self::default();
        }
        let all =
            |same: &dyn Fn(&DigestPost, &DigestPost) -> bool| posts.windows(2).all(|pair| same(&pair[0], &pair[1]));
        let author = author(&posts[0]).filter(|_| all(&|a, b| author(a) == author(b)));
        let day = day_of(&posts[0], zone).filter(|_| all(&|a, b| day_of(a, zone) == day_of(b, zone)));
        Self { author, day }
    }
}

/// Who wrote it.
fn author(post: &DigestPost) -> Option<String> {
    let author = post.author.as_deref().map(plain::line).filter(|author| !author.is_empty());
    author.map(|author| plain::cut(&author, 80))
}

/// The day it was published on: the one that its feed named, else that of the instant in the digest's zone.
fn day_of(post: &DigestPost, zone: &str) -> Option<Date> {
    let of_instant = |at| clock::timestamp(at).to_zoned(clock::zone(zone)).date();
    post.published_day.or_else(|| post.published_at.map(of_instant))
}

/// BCP 47, as far as an attribute cares.
fn is_tag(tag: &str) -> bool {
    (2..=35).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Whether two tags name the same language, whatever the country.
pub fn same_language(a: &str, b: &str) -> bool {
    let base = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    base(a) == base(b)
}
