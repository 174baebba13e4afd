//! Composes a digest: one post → its title and its text; several → the lead as a card, the others as a list with excerpts.
//!
//! In: the frozen posts. Out: a draft for `message`. The encoded HTML stays under [`HTML`]: a long post is cut at a paragraph, a
//! long list loses its excerpts, then its end; the mail says what is left out, and links to it.

use anyhow::ensure;
use askama::Template;
use jiff::civil::Date;

use super::article::{self, Article};
use super::encode::quoted_len;
use super::frame::{Frame, host};
use super::message::{Draft, Leave};
use super::signup::SignUp;
use super::{Composed, DigestContent, DigestPost, Sender, embed, excerpt, markup, plain, subject, text};
use crate::clock::{self, HOUR, Millis};
use crate::i18n::Value;

/// Most bytes of the encoded HTML part: Gmail clips at about 102,000, and forwarding adds some.
const HTML: usize = 88_000;
/// A preheader's length in characters: it takes words until it has the first, since programs fill up what is shorter with
/// what follows (the frame adds blanks against that), and cut what is longer than the second.
const PREHEADER: std::ops::RangeInclusive<usize> = 80..=110;

/// Between a date and what stands beside it; no line begins with the dot.
const DOT: &str = "\u{a0}· ";

/// A post as the templates show it.
#[derive(Debug)]
struct Item {
    title: String,
    /// Language and direction where they differ from the mail's: ` lang="…" dir="…"`.
    lang: Option<String>,
    dir: Option<&'static str>,
    url: Option<String>,
    /// Author and date.
    meta: String,
    excerpt: String,
    /// The whole text of a post that has no page of its own: HTML and plain.
    whole: Option<(String, String)>,
    /// A picture above the text, when the text itself begins without it.
    image: Option<String>,
    /// The words of the link to the whole post.
    read: String,
}

impl Item {
    /// The side where its lines begin, where that differs from the mail's.
    fn side(&self) -> Option<&'static str> {
        self.dir.map(|dir| if dir == "rtl" { "right" } else { "left" })
    }
}

#[derive(Template)]
#[template(path = "mail/digest/body.txt")]
struct Text<'a> {
    f: &'a Frame,
    intro: Option<&'a str>,
    heading: &'a str,
    shared: &'a str,
    items: &'a [Item],
    article: &'a str,
    rest: usize,
    banner: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "mail/digest/body.html")]
struct Html<'a> {
    f: &'a Frame,
    subject: &'a str,
    preheader: &'a str,
    intro: Option<&'a str>,
    heading: &'a str,
    shared: &'a str,
    items: &'a [Item],
    article: Option<&'a str>,
    rest: usize,
    banner: Option<&'a str>,
}

/// Everything about one digest in one language.
struct Digest<'a> {
    frame: Frame,
    content: &'a DigestContent,
    date: Millis,
    intro: Option<String>,
    shared: Shared,
    trial: Option<Trial>,
}

/// What all posts of a mail have in common: printed once, above them.
#[derive(Debug, Default)]
struct Shared {
    author: Option<String>,
    day: Option<Date>,
}

impl Shared {
    /// What `posts` share in the zone of a digest.
    fn of(posts: &[DigestPost], zone: &str) -> Self {
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

/// How much of each post a list shows; tried one after another until the mail fits.
const LEVELS: [(usize, usize); 4] = [(600, 280), (400, 140), (280, 60), (200, 0)];

/// A mail that is for an editor, not for a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// A test copy.
    Copy,
    /// What a newsletter in test mode sends instead of a mailing to so many readers.
    TestMode {
        /// Who would have got it.
        readers: i64,
    },
}

/// The digest; `trial`: a copy for an editor.
pub fn compose(
    sender: &Sender,
    content: &DigestContent,
    language: &str,
    date: Millis,
    trial: Option<Trial>,
) -> anyhow::Result<Composed> {
    ensure!(!content.posts.is_empty(), "a digest needs at least one post");
    let leave = if trial.is_some() { Leave::Preview } else { Leave::Own };
    let mut frame = Frame::new(sender, language)?;
    frame.leave = leave.link(&frame.base_url);
    frame.logo = sender.brand.logo_url.as_deref().and_then(article::address).filter(|url| url.starts_with("https"));
    frame.foot = sender.brand.footer.lines().map(plain::line).filter(|line| !line.is_empty()).collect();
    let sign_up = example(&frame, &content.zone, date);
    frame.signed_up = if trial.is_some() { sign_up.clone() } else { SignUp::holes() };
    let intro = content.intro.as_deref().map(plain::line).filter(|intro| !intro.is_empty());
    let shared = Shared::of(&content.posts, &content.zone);
    let digest = Digest { frame, content, date, intro, shared, trial };
    let subject = digest.subject();
    let (text, html) = if content.posts.len() == 1 { digest.one(&subject)? } else { digest.several(&subject)? };
    let frame = &digest.frame;
    Draft { sender, frame, subject, text, html, date, zone: &content.zone, leave, sign_up }.compose()
}

/// The mail for an imaginary reader who signed up on the newsletter's site on the day of this mail.
fn example(frame: &Frame, zone: &str, date: Millis) -> SignUp {
    let day = clock::timestamp(date).to_zoned(clock::zone(zone)).date();
    let site = frame.site_host.clone().or_else(|| host(&frame.base_url));
    SignUp::example(frame.t.locale(), day, site.as_deref())
}

impl Digest<'_> {
    fn subject(&self) -> String {
        let own = self.content.subject.as_deref().map(plain::line).filter(|subject| !subject.is_empty());
        let made = || {
            let posts = &self.content.posts;
            // Posts dated in the future do not give the mail its subject.
            let named = posts.get(1).filter(|post| posts.len() == 2 && !is_future(post, self.date));
            subject::of(
                self.frame.t,
                &self.title(&posts[0]),
                named.map(|post| self.title(post)).as_deref(),
                posts.len() - 1,
            )
        };
        format!("{}{}", if self.trial.is_some() { "[Test] " } else { "" }, own.unwrap_or_else(made))
    }

    /// What tells the editor that readers did not get it.
    fn banner(&self) -> Option<String> {
        Some(match self.trial? {
            Trial::Copy => self.frame.t.say("mail-test-banner"),
            Trial::TestMode { readers } => self.frame.t.count("mail-test-mode-banner", readers.max(0) as usize),
        })
    }

    /// One post, whole if there is room.
    fn one(&self, subject: &str) -> anyhow::Result<(String, String)> {
        let post = &self.content.posts[0];
        let source = if post.content.trim().is_empty() { &post.summary } else { &post.content };
        let mut item = self.item(post, 0);
        let preheader = self.preheader(subject, &[&excerpt::excerpt(source, 200)]);
        let bare = self.html(subject, &preheader, std::slice::from_ref(&item), Some(""), 0)?;
        let rtl = item.dir.map_or(self.frame.dir == "rtl", |dir| dir == "rtl");
        let room = HTML.saturating_sub(quoted_len(&bare) + 2000);
        let Article { html: article, cut } = article::dress(source, rtl, room, self.frame.t);
        if cut || post.content.trim().is_empty() {
            item.read = self.read_on(item.url.as_deref());
        }
        item.image = item.image.filter(|image| !article.contains("<img") && article::address(image).is_some());
        let text = self.text(std::slice::from_ref(&item), &self.in_words(&article), 0)?;
        let html = self.html(subject, &preheader, std::slice::from_ref(&item), Some(&article), 0)?;
        Ok((text, html))
    }

    /// The lead and a list.
    fn several(&self, subject: &str) -> anyhow::Result<(String, String)> {
        let posts = &self.content.posts;
        // Titles that the subject does not name, then the beginning of the lead.
        let titles = posts[1..].iter().map(|post| self.title(post)).filter(|title| !subject.contains(title));
        let besides: Vec<String> =
            titles.chain([excerpt::of_post(&posts[0].summary, &posts[0].content, 200)]).collect();
        let preheader = self.preheader(subject, &besides.iter().map(String::as_str).collect::<Vec<_>>());
        let wholes = self.wholes();
        let mut shown = posts.len();
        let mut levels = LEVELS.into_iter();
        let (mut lead, mut others) = levels.next().unwrap_or((200, 0));
        loop {
            let excerpt = |number: usize| if number == 0 { lead } else { others };
            let item = |(number, post): (usize, &DigestPost)| Item {
                whole: wholes[number].clone(),
                ..self.item(post, excerpt(number))
            };
            let items: Vec<Item> = posts[..shown].iter().enumerate().map(item).collect();
            let rest = posts.len() - shown;
            let html = self.html(subject, &preheader, &items, None, rest)?;
            if quoted_len(&html) <= HTML || shown == 1 {
                return Ok((self.text(&items, "", rest)?, html));
            }
            match levels.next() {
                Some(level) => (lead, others) = level,
                None => shown = (shown * 3 / 4).max(1),
            }
        }
    }

    /// Posts added by hand without a page have no "read on": they appear whole, as far as there is room for all of them.
    fn wholes(&self) -> Vec<Option<(String, String)>> {
        let is_whole = |post: &DigestPost| post.url.is_none() && !post.content.trim().is_empty();
        let count = self.content.posts.iter().filter(|post| is_whole(post)).count().max(1);
        let room = HTML / 2 / count;
        let whole = |post: &DigestPost| {
            let rtl = article::is_rtl(post.language.as_deref(), &post.title);
            let html = article::dress(&post.content, rtl, room, self.frame.t).html;
            let text = self.in_words(&html);
            (html, text)
        };
        self.content.posts.iter().map(|post| is_whole(post).then(|| whole(post))).collect()
    }

    fn text(&self, items: &[Item], article: &str, rest: usize) -> anyhow::Result<String> {
        let (heading, shared) = (self.heading(), self.shared());
        let (f, intro, banner) = (&self.frame, self.intro.as_deref(), self.banner());
        let banner = banner.as_deref();
        Ok(Text { f, intro, heading: &heading, shared: &shared, items, article, rest, banner }.render()?)
    }

    fn html(
        &self,
        subject: &str,
        preheader: &str,
        items: &[Item],
        article: Option<&str>,
        rest: usize,
    ) -> anyhow::Result<String> {
        let (heading, shared) = (self.heading(), self.shared());
        let (f, intro, banner) = (&self.frame, self.intro.as_deref(), self.banner());
        let banner = banner.as_deref();
        Ok(Html { f, subject, preheader, intro, heading: &heading, shared: &shared, items, article, rest, banner }
            .render()?)
    }

    /// Under the newsletter's name: the day, and how many posts there are.
    fn heading(&self) -> String {
        let day = self.frame.t.locale().weekday_and_day(self.today());
        match self.content.posts.len() {
            1 => day,
            count => format!("{day}{DOT}{}", self.frame.t.count("mail-digest-posts", count)),
        }
    }

    /// The day of this mail.
    fn today(&self) -> Date {
        clock::timestamp(self.date).to_zoned(clock::zone(&self.content.zone)).date()
    }

    /// Author and day where all posts share them; without the day when it is the mail's own, which the heading shows already.
    fn shared(&self) -> String {
        let t = self.frame.t;
        let day = self.shared.day.filter(|day| *day != self.today()).map(|day| t.locale().weekday_and_day(day));
        match (&self.shared.author, &day) {
            (Some(author), Some(day)) => {
                let variables = [("name", Value::Text(author)), ("day", Value::Text(day))];
                t.locale().format("mail-digest-all-by-on", &variables)
            }
            (Some(author), None) => t.about("mail-digest-all-by", author),
            (None, Some(day)) => t.about("mail-digest-all-on", day),
            (None, None) => String::new(),
        }
    }

    /// The text of dressed HTML.
    fn in_words(&self, html: &str) -> String {
        text::article(html, &self.frame.t.say("mail-digest-links"))
    }

    fn title(&self, post: &DigestPost) -> String {
        let title = plain::cut(&plain::line(&post.title), 250);
        let made = || excerpt::of_post(&post.summary, &post.content, 60);
        let title = Some(title).filter(|title| !title.is_empty()).unwrap_or_else(made);
        Some(title).filter(|title| !title.is_empty()).unwrap_or_else(|| self.frame.newsletter.clone())
    }

    fn item(&self, post: &DigestPost, excerpt: usize) -> Item {
        let url = post.url.as_deref().and_then(article::address).filter(|url| url.starts_with("http"));
        let title = self.title(post);
        let t = self.frame.t;
        let author =
            author(post).filter(|_| self.shared.author.is_none()).map(|author| t.about("mail-digest-by", author));
        let day = day_of(post, &self.content.zone).filter(|_| self.shared.day.is_none());
        let day = day.map(|day| t.locale().weekday_and_day(day));
        let dir = if article::is_rtl(post.language.as_deref(), &title) { "rtl" } else { "ltr" };
        let lang = post.language.as_deref().filter(|tag| is_tag(tag) && !same_language(tag, &self.frame.lang));
        let image = post.image_url.as_deref().and_then(article::address).filter(|url| url.starts_with("http"));
        Item {
            meta: [author, day].into_iter().flatten().collect::<Vec<_>>().join(DOT),
            excerpt: match excerpt {
                0 => String::new(),
                most => excerpt::of_post(&post.summary, &post.content, most),
            },
            whole: None,
            read: match url.as_deref().and_then(host) {
                Some(host) if excerpt == 0 && url.as_deref().and_then(markup::file_kind).is_none() => {
                    self.frame.t.about("mail-digest-read-there", &host)
                }
                _ => self.read_on(url.as_deref()),
            },
            lang: lang.map(str::to_owned),
            dir: (dir != self.frame.dir).then_some(dir),
            title,
            url,
            image,
        }
    }

    /// The words of the link to the whole post; for an episode without a page, a link to listen.
    fn read_on(&self, url: Option<&str>) -> String {
        if let Some(listen) = url.and_then(|url| embed::of_file(self.frame.t, url)) {
            return listen;
        }
        self.frame.t.about("mail-digest-read-on", url.and_then(host).unwrap_or_default())
    }

    /// The line that a list of mails shows after the subject: the editor's words, else the mail's contents besides its subject.
    fn preheader(&self, subject: &str, besides: &[&str]) -> String {
        let first_sentence =
            self.intro.as_deref().map(|intro| intro.split_inclusive(". ").next().unwrap_or(intro).trim());
        let mut said = String::new();
        let fallback = [self.heading(), self.frame.newsletter.clone(), self.frame.why.clone()];
        let all = first_sentence.into_iter().chain(besides.iter().copied()).chain(fallback.iter().map(String::as_str));
        for part in all.filter(|part| !part.is_empty() && *part != subject) {
            if said.chars().count() >= *PREHEADER.start() {
                break;
            }
            if !said.is_empty() {
                said.push_str(" · ");
            }
            said.push_str(part);
        }
        plain::cut(&said, *PREHEADER.end())
    }
}

/// Whether it is dated later than the mail. A day has begun somewhere 14 hours before it begins in UTC.
fn is_future(post: &DigestPost, mail: Millis) -> bool {
    let early = if post.published_day.is_some() { 14 * HOUR } else { 0 };
    post.published_at.is_some_and(|at| at - early > mail)
}

/// BCP 47, as far as an attribute cares.
fn is_tag(tag: &str) -> bool {
    (2..=35).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn same_language(a: &str, b: &str) -> bool {
    let base = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    base(a) == base(b)
}
