//! Composes a digest: one post → its title and its text; several → the lead as a card, the others as a list with excerpts.
//!
//! In: the frozen posts. Out: a draft for `message`. The encoded HTML stays under [`HTML`]: a long post is cut at a paragraph, a
//! long list loses its excerpts, then its end; the mail says what is left out, and links to it.

use anyhow::ensure;
use askama::Template;
use jiff::civil::Date;

use super::article::{self, Article};
use super::encode::quoted_len;
use super::frame::{Frame, Words, host};
use super::item::{self, DOT, Item, Shared};
use super::markup::{self, Element, Piece};
use super::message::{Draft, Leave};
use super::signup::SignUp;
use super::trial::{Occasion, Trial};
use super::variant::Hole;
use super::{Composed, DigestContent, DigestPost, Lost, Sender, Weight, excerpt, plain, subject, text};
use crate::clock::{self, HOUR, Millis};
use crate::i18n::Value;

/// Most bytes of the encoded HTML part: Gmail clips at about 102,000, and forwarding adds some.
const HTML: usize = 88_000;
/// A preheader's length in characters: it takes words until it has the first, since programs fill up what is shorter with
/// what follows (the frame adds blanks against that), and cut what is longer than the second.
const PREHEADER: std::ops::RangeInclusive<usize> = 80..=110;
/// Most characters of a preheader that the editor wrote.
const OWN_PREHEADER: usize = 250;
/// Most bytes of the introduction, encoded; what is longer is refused when it is saved ([`intro_fits`]).
const INTRO: usize = 24_000;

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
    trial: char,
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
    trial: char,
}

/// Everything about one digest in one language.
pub(super) struct Digest<'a> {
    pub(super) frame: Frame,
    content: &'a DigestContent,
    date: Millis,
    intro: Option<Intro>,
    shared: Shared,
}

/// The editor's words before the posts.
struct Intro {
    html: String,
    text: String,
    /// On one line, for the preheader.
    line: String,
}

/// A mail's words, before they are encoded.
struct Said {
    preheader: String,
    text: String,
    html: String,
    weight: Weight,
}

/// How much of each post a list shows; tried one after another until the mail fits.
pub(super) const LEVELS: [(usize, usize); 4] = [(600, 280), (400, 140), (280, 60), (200, 0)];

/// The digest; `trial`: a copy for an editor.
pub fn compose(
    sender: &Sender,
    content: &DigestContent,
    language: &str,
    date: Millis,
    trial: Option<Occasion>,
) -> anyhow::Result<Composed> {
    ensure!(!content.posts.is_empty(), "a digest needs at least one post");
    let leave = Leave::Own;
    let mut frame = Frame::new(sender, language)?;
    frame.leave = leave.link(&frame.base_url);
    frame.settings = Some(format!("{}/preferences/{}", frame.base_url, Hole::Action.mark()));
    frame.web = content.archive.as_deref().and_then(article::address);
    frame.foot = sender.brand.footer.lines().map(plain::line).filter(|line| !line.is_empty()).collect();
    let sign_up = example(&frame, &content.zone, date);
    frame.signed_up = SignUp::holes();
    let digest = Digest::new(frame, content, date);
    let subject = digest.subject();
    let said = if content.posts.len() == 1 { digest.one(&subject)? } else { digest.several(&subject)? };
    let Said { preheader, text, html, weight } = said;
    let frame = &digest.frame;
    let trial = trial.map(|occasion| Trial::new(frame.t, occasion));
    let (zone, pictures) = (content.zone.as_str(), Vec::new());
    let draft = Draft { sender, frame, subject, text, html, date, zone, leave, sign_up, trial, pictures };
    Ok(Composed { preheader, weight, ..draft.compose()? })
}

/// The subject: the editor's words, else one made of the titles; empty without a post.
pub(super) fn subject_of(t: Words, newsletter: &str, content: &DigestContent, date: Millis) -> String {
    let own = content.subject.as_deref().map(plain::line).filter(|subject| !subject.is_empty());
    let (posts, title) = (&content.posts, |post: &DigestPost| item::title(newsletter, post));
    let made = || {
        let lead = posts.first().map(title).unwrap_or_default();
        // Posts dated in the future do not give the mail its subject.
        let named = posts.get(1).filter(|post| posts.len() == 2 && !is_future(post, date)).map(title);
        subject::of(t, &lead, named.as_deref(), posts.len().saturating_sub(1))
    };
    own.unwrap_or_else(made)
}

/// Whether an introduction has room in a mail; cleaned HTML.
pub fn intro_fits(html: &str) -> bool {
    !article::dress(html, false, INTRO, Words::of("en")).cut
}

/// Dresses the introduction; `None` when nothing is said in it.
fn intro(frame: &Frame, html: &str) -> Option<Intro> {
    let html = article::dress(html, frame.dir == "rtl", INTRO, frame.t).html;
    let line = plain::line(&markup::text(&markup::pieces(&html)));
    let text = text::article(&html, &frame.t.say("mail-digest-links"));
    (!html.trim().is_empty()).then_some(Intro { html, text, line })
}

/// Plain text as a paragraph.
pub(super) fn paragraph(text: String) -> String {
    let element = Element { name: "p".to_owned(), ..Element::default() };
    markup::html(&[Piece::Open(element), Piece::Text(text), Piece::Close("p".to_owned())])
}

/// The mail for an imaginary reader who signed up on the newsletter's site on the day of this mail.
fn example(frame: &Frame, zone: &str, date: Millis) -> SignUp {
    let day = clock::timestamp(date).to_zoned(clock::zone(zone)).date();
    let site = frame.site_host.clone().or_else(|| host(&frame.base_url));
    SignUp::example(frame.t.locale(), day, site.as_deref())
}

impl<'a> Digest<'a> {
    pub(super) fn new(frame: Frame, content: &'a DigestContent, date: Millis) -> Self {
        let intro = content.intro.as_deref().and_then(|html| intro(&frame, html));
        let shared = Shared::of(&content.posts, &content.zone);
        Self { frame, content, date, intro, shared }
    }

    pub(super) fn subject(&self) -> String {
        subject_of(self.frame.t, &self.frame.newsletter, self.content, self.date)
    }

    /// One post, whole if there is room; what the editor wrote in its place, if anything.
    fn one(&self, subject: &str) -> anyhow::Result<Said> {
        let post = &self.content.posts[0];
        let own = item::own_summary(post).map(paragraph);
        let whole = own.is_none() && !post.content.trim().is_empty();
        let source = own.as_ref().unwrap_or(if whole { &post.content } else { &post.summary });
        let mut item = self.item(post, 0);
        let preheader = self.preheader(subject, &[&excerpt::excerpt(source, 200)]);
        let bare = self.html(subject, &preheader, std::slice::from_ref(&item), Some(""), 0)?;
        let rtl = item.dir.map_or(self.frame.dir == "rtl", |dir| dir == "rtl");
        let room = HTML.saturating_sub(quoted_len(&bare) + 2000);
        let Article { html: article, cut } = article::dress(source, rtl, room, self.frame.t);
        if cut || !whole {
            item.read = item::read_on(&self.frame, item.url.as_deref());
        }
        item.image = item.image.filter(|_| post.own.image.is_some() || !article.contains("<img"));
        let text = self.text(std::slice::from_ref(&item), &self.in_words(&article), 0)?;
        let html = self.html(subject, &preheader, std::slice::from_ref(&item), Some(&article), 0)?;
        let lost = if cut && item.url.is_none() { vec![self.lost(0, source, room)] } else { Vec::new() };
        let weight = Weight { posts: vec![quoted_len(&article)], cut, lost, ..self.weight(&html) };
        Ok(Said { preheader, text, html, weight })
    }

    /// The lead and a list.
    fn several(&self, subject: &str) -> anyhow::Result<Said> {
        let posts = &self.content.posts;
        // Titles that the subject does not name, then the beginning of the lead.
        let titles = posts[1..].iter().map(|post| self.title(post)).filter(|title| !subject.contains(title));
        let beginning = || excerpt::of_post(&posts[0].summary, &posts[0].content, 200);
        let besides: Vec<String> = titles.chain([item::own_summary(&posts[0]).unwrap_or_else(beginning)]).collect();
        let preheader = self.preheader(subject, &besides.iter().map(String::as_str).collect::<Vec<_>>());
        let (wholes, lost) = self.wholes();
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
                let posts = items.iter().map(room_of).collect();
                let weight = Weight { posts, left_out: rest, lost, ..self.weight(&html) };
                return Ok(Said { preheader, text: self.text(&items, "", rest)?, html, weight });
            }
            match levels.next() {
                Some(level) => (lead, others) = level,
                None => shown = (shown * 3 / 4).max(1),
            }
        }
    }

    /// Posts added by hand without a page have no "read on": they appear whole, as far as there is room for all of them; and those for
    /// which there is not.
    fn wholes(&self) -> (Vec<Option<(String, String)>>, Vec<Lost>) {
        let is_whole = |post: &DigestPost| {
            post.url.is_none() && !post.content.trim().is_empty() && item::own_summary(post).is_none()
        };
        let count = self.content.posts.iter().filter(|post| is_whole(post)).count().max(1);
        let room = HTML / 2 / count;
        let mut lost = Vec::new();
        let mut whole = |(number, post): (usize, &DigestPost)| {
            let rtl = article::is_rtl(post.language.as_deref(), &post.title);
            let Article { html, cut } = article::dress(&post.content, rtl, room, self.frame.t);
            if cut {
                lost.push(self.lost(number, &post.content, room));
            }
            let text = self.in_words(&html);
            (html, text)
        };
        let all = self.content.posts.iter().enumerate();
        let wholes = all.map(|(number, post)| is_whole(post).then(|| whole((number, post)))).collect();
        (wholes, lost)
    }

    /// A post that is cut, with what all of it would take.
    fn lost(&self, post: usize, source: &str, room: usize) -> Lost {
        let whole = article::dress(source, false, usize::MAX, self.frame.t).html;
        Lost { post, bytes: quoted_len(&whole), room }
    }

    fn text(&self, items: &[Item], article: &str, rest: usize) -> anyhow::Result<String> {
        let (heading, shared) = (self.heading(), self.shared());
        let (f, intro) = (&self.frame, self.intro.as_ref().map(|intro| intro.text.as_str()));
        let trial = Hole::TrialText.mark();
        Ok(Text { f, intro, heading: &heading, shared: &shared, items, article, rest, trial }.render()?)
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
        let (f, intro) = (&self.frame, self.intro.as_ref().map(|intro| intro.html.as_str()));
        let trial = Hole::TrialHtml.mark();
        Ok(Html { f, subject, preheader, intro, heading: &heading, shared: &shared, items, article, rest, trial }
            .render()?)
    }

    /// Under the newsletter's name: the day, and how many posts there are.
    pub(super) fn heading(&self) -> String {
        let day = self.frame.t.locale().weekday_and_day(self.today());
        match self.content.posts.len() {
            1 => day,
            count => format!("{day}{DOT}{}", self.frame.t.count("mail-digest-posts", count)),
        }
    }

    /// The day of this mail.
    pub(super) fn today(&self) -> Date {
        clock::timestamp(self.date).to_zoned(clock::zone(&self.content.zone)).date()
    }

    /// Author and day where all posts share them; without the day when it is the mail's own, which the heading shows already.
    pub(super) fn shared(&self) -> String {
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

    fn title(&self, post: &DigestPost) -> String {
        item::title(&self.frame.newsletter, post)
    }

    pub(super) fn item(&self, post: &DigestPost, excerpt: usize) -> Item {
        Item::new(&self.frame, post, (&self.shared, &self.content.zone), excerpt)
    }

    /// What is not a post's.
    fn weight(&self, html: &str) -> Weight {
        let intro = self.intro.as_ref().map_or(0, |intro| quoted_len(&intro.html));
        Weight { whole: quoted_len(html), intro, ..Weight::default() }
    }

    /// The text of dressed HTML.
    fn in_words(&self, html: &str) -> String {
        text::article(html, &self.frame.t.say("mail-digest-links"))
    }

    /// The line that a list of mails shows after the subject: the editor's words, else the mail's contents besides its subject.
    fn preheader(&self, subject: &str, besides: &[&str]) -> String {
        let own = self.content.preheader.as_deref().map(plain::line).filter(|own| !own.is_empty());
        if let Some(own) = own {
            return plain::cut(&own, OWN_PREHEADER);
        }
        let intro = self.intro.as_ref().map(|intro| intro.line.as_str());
        let first_sentence = intro.map(|intro| intro.split_inclusive(". ").next().unwrap_or(intro).trim());
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

/// Encoded bytes of what a list shows of a post.
fn room_of(item: &Item) -> usize {
    let shown = item.whole.as_ref().map_or(&item.excerpt, |(html, _)| html);
    let around = [Some(&item.title), Some(&item.meta), item.url.as_ref(), item.image.as_ref()];
    quoted_len(shown) + around.into_iter().flatten().map(|text| quoted_len(text)).sum::<usize>()
}

/// Whether it is dated later than the mail. A day has begun somewhere 14 hours before it begins in UTC.
fn is_future(post: &DigestPost, mail: Millis) -> bool {
    let early = if post.published_day.is_some() { 14 * HOUR } else { 0 };
    post.published_at.is_some_and(|at| at - early > mail)
}
