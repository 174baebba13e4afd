//! What speaks against sending a digest: what blocks it, and what is only worth a look. Pure; [`read`] gathers what it looks at,
//! [`links`] asks whether its links lead somewhere, [`draft`] looks at what an editor has written, before it is published.
//!
//! In: what a digest says, the mail made of it, what its editor wrote, and a few facts beside ([`Looked`]). Out: findings, each a code
//! with parameters, the blocking ones first. Only what can be mended here blocks: words of the editor, the newsletter, the readers.
//! What a post itself says may be right, and only warns.

pub mod draft;
pub mod links;
mod pictures;
pub mod read;
mod words;

use jiff::civil::Date;

use crate::clock::Millis;
use crate::coded::codes;
use crate::mails::lint::{self, broken::Broken};
use crate::mails::{Composed, DigestContent, Person};

/// Encoded bytes of HTML from which on an editor is warned: Gmail clips at about 102,000.
pub const SIZE: usize = 90 * 1024;
/// Characters of a subject that lists of mails show well.
const SUBJECT: std::ops::RangeInclusive<usize> = 10..=78;
/// Characters of a preheader that lists of mails show.
const PREHEADER: usize = 140;
/// Words of a mail that is worth one, and that is read to its end.
const WORDS: std::ops::RangeInclusive<usize> = 50..=5_000;
/// Findings of one kind that are told apart.
const EACH: usize = 5;

codes! {
    /// What was found.
    pub enum Check as "check" {
        /// Nobody confirmed is on this rhythm.
        Nobody => "nobody",
        /// It would be the first to many, and the doctor has found a fault, or has not looked yet.
        NotGreen => "not-green",
        /// No post, or no word in any.
        Empty => "empty",
        /// No mail could be made.
        NotRendered {
            /// What went wrong, in English.
            words: String,
        } => "not-rendered",
        /// The footer does not say who publishes it and where.
        NoPostal => "no-postal",
        /// The mail breaks a rule of mails.
        Rule {
            /// Its id.
            id: String,
            /// What was found.
            what: Broken,
        } => "rule",
        /// Something that was to be filled in, in the editor's words.
        Placeholder {
            /// What stands there.
            words: String,
        } => "placeholder",
        /// An address in the introduction that is none of the web: it is not in the mail.
        BadLink {
            /// As written.
            address: String,
        } => "bad-link",
        /// The same in a post, where it may be meant so.
        PlaceholderInPost {
            /// What stands there.
            words: String,
            /// In which post.
            title: String,
        } => "placeholder-in-post",
        /// Fewer characters than a list of mails has room for.
        SubjectShort {
            /// How many there are.
            count: usize,
        } => "subject-short",
        /// More than it has room for.
        SubjectLong {
            /// How many there are.
            count: usize,
        } => "subject-long",
        /// Nothing stands behind the subject.
        NoPreheader => "no-preheader",
        /// More than lists of mails show.
        PreheaderLong {
            /// How many characters there are.
            count: usize,
        } => "preheader-long",
        /// Mail programs cut it.
        Size {
            /// Its encoded HTML, kilobytes.
            kilobytes: usize,
        } => "size",
        /// Only the beginning of the post has room.
        Cut => "cut",
        /// The same of a post that stands on no page: nobody would read its end.
        Lost {
            /// Which.
            title: String,
            /// What it takes, kilobytes.
            kilobytes: usize,
            /// What there is room for.
            most: usize,
        } => "lost",
        /// The same as soon as another post is in the digest.
        LostBeside {
            /// Which.
            title: String,
            /// What it takes, kilobytes.
            kilobytes: usize,
            /// What there is room for.
            most: usize,
        } => "lost-beside",
        /// Posts that have no room.
        LeftOut {
            /// How many.
            count: usize,
        } => "left-out",
        /// Pictures without words for whoever does not see them.
        PicturesWithoutAlt {
            /// How many.
            count: usize,
        } => "pictures-without-alt",
        /// A description that a camera or a program made.
        AltIsFile {
            /// It.
            words: String,
        } => "alt-is-file",
        /// Pictures wider than any mail.
        PicturesWide {
            /// How many.
            count: usize,
        } => "pictures-wide",
        /// Pictures that Outlook or Gmail do not show.
        PictureFormat {
            /// How many.
            count: usize,
            /// Which: `WebP`, `SVG`, `AVIF`.
            format: String,
        } => "picture-format",
        /// No DKIM key signs for its sender, though some do for others.
        Unsigned {
            /// The sender's domain.
            domain: String,
        } => "unsigned",
        /// A link that hides where it goes.
        Shortener {
            /// The service.
            host: String,
        } => "shortener",
        /// Link words that say nothing alone.
        LinkWords {
            /// They.
            words: String,
            /// How often.
            count: usize,
        } => "link-words",
        /// Something is called attached; mails have no attachments.
        Attached {
            /// The words.
            words: String,
        } => "attached",
        /// A year of copyright that is over.
        OldCopyright {
            /// It.
            year: String,
        } => "old-copyright",
        /// A post from before the digest before.
        OldPost {
            /// Which.
            title: String,
        } => "old-post",
        /// A post of the same title went out before.
        SentBefore {
            /// It.
            title: String,
        } => "sent-before",
        /// A post in another language than the newsletter.
        Language {
            /// Which.
            title: String,
            /// Its language.
            language: String,
        } => "language",
        /// Little to read.
        FewWords {
            /// How many words.
            count: usize,
        } => "few-words",
        /// Much to read.
        ManyWords {
            /// How many words.
            count: usize,
        } => "many-words",
        /// The server of a link says that there is nothing.
        BrokenLink {
            /// Its address.
            address: String,
        } => "broken-link",
    }
}

/// What was found, and whether it stops the digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub check: Check,
    /// Whether it stops the digest.
    pub blocks: bool,
}

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Looked<'a> {
    /// What the digest says.
    pub content: &'a DigestContent,
    /// The mail made of it in the newsletter's language.
    pub mail: &'a Composed,
    /// The introduction as its editor wrote it, Markdown.
    pub intro: &'a str,
    /// Who publishes it and where.
    pub postal: &'a str,
    /// The newsletter's language.
    pub language: &'a str,
    /// To how many it would go.
    pub recipients: i64,
    /// The day of the mail.
    pub today: Date,
    /// The slot of the digest before, on the same rhythm.
    pub before: Option<Millis>,
    /// Titles that an earlier digest of the rhythm had, too.
    pub sent_before: &'a [String],
}

/// Findings that stop a digest.
pub fn blocking(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(|finding| finding.blocks)
}

/// Looks; the blocking findings come first.
pub fn check(looked: &Looked<'_>) -> Vec<Finding> {
    let mut found = Found::default();
    whole(looked, &mut found);
    words::check(looked, &mut found);
    pictures::check(looked, &mut found);
    posts(looked, &mut found);
    let mut found = found.0;
    found.sort_by_key(|finding| !finding.blocks);
    found
}

/// Gathers.
#[derive(Default)]
struct Found(Vec<Finding>);

impl Found {
    fn block(&mut self, check: Check) {
        self.0.push(Finding { check, blocks: true });
    }

    fn warn(&mut self, check: Check) {
        self.0.push(Finding { check, blocks: false });
    }
}

/// The mail as a whole.
fn whole(looked: &Looked<'_>, found: &mut Found) {
    if looked.recipients == 0 {
        found.block(Check::Nobody);
    }
    if looked.postal.trim().is_empty() {
        found.block(Check::NoPostal);
    }
    for broken in lint::check(&sample(looked.mail)).into_iter().filter(lint::Finding::is_error) {
        found.block(Check::Rule { id: broken.id.to_owned(), what: broken.broken });
    }
    let (subject, preheader) = (looked.mail.subject.chars().count(), looked.mail.preheader.chars().count());
    if subject < *SUBJECT.start() {
        found.warn(Check::SubjectShort { count: subject });
    } else if subject > *SUBJECT.end() {
        found.warn(Check::SubjectLong { count: subject });
    }
    if preheader == 0 || looked.mail.preheader == looked.mail.subject {
        found.warn(Check::NoPreheader);
    } else if preheader > PREHEADER {
        found.warn(Check::PreheaderLong { count: preheader });
    }
    let weight = &looked.mail.weight;
    if weight.whole > SIZE {
        found.warn(Check::Size { kilobytes: weight.whole / 1024 });
    }
    if weight.cut && weight.lost.is_empty() {
        found.warn(Check::Cut);
    }
    for lost in weight.lost.iter().take(EACH) {
        let title = looked.content.posts.get(lost.post).map(|post| post.title.clone()).unwrap_or_default();
        found.warn(Check::Lost { title, kilobytes: lost.bytes.div_ceil(1024), most: lost.room / 1024 });
    }
    if weight.left_out > 0 {
        found.warn(Check::LeftOut { count: weight.left_out });
    }
}

/// The mail to an imaginary reader.
pub fn sample(mail: &Composed) -> Vec<u8> {
    let person = Person {
        address: "reader-of-a-preview@example.org",
        message_id: "preview-of-a-digest",
        leave: "preview",
        action: "preview",
        not_me: "preview",
    };
    let mut out = Vec::new();
    mail.variant.signed(&mail.sign_up).splice(&person, &mut out);
    out
}

/// Each post beside what was sent before, and beside the newsletter.
fn posts(looked: &Looked<'_>, found: &mut Found) {
    let posts = &looked.content.posts;
    if posts.iter().all(|post| post.title.trim().is_empty() && words::of_post(post).trim().is_empty()) {
        found.block(Check::Empty);
    }
    let is_old = |at: &Option<Millis>| at.zip(looked.before).is_some_and(|(at, before)| at < before);
    for post in posts.iter().filter(|post| is_old(&post.published_at)).take(EACH) {
        found.warn(Check::OldPost { title: post.title.clone() });
    }
    for title in looked.sent_before.iter().take(EACH) {
        found.warn(Check::SentBefore { title: title.clone() });
    }
    let base = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let other = |tag: &&str| !tag.is_empty() && base(tag) != base(looked.language);
    for post in posts {
        if let Some(language) = post.language.as_deref().filter(other) {
            found.warn(Check::Language { title: post.title.clone(), language: language.to_owned() });
        }
    }
}

#[cfg(test)]
mod tests;
