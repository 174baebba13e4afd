//! The notice to an editor: what happened, the facts of it, pages to go to, lines to type.
//!
//! In: the event and what is known of it. Out: subject, text and HTML.

use anyhow::bail;
use askama::Template;
use serde::Deserialize;

use super::super::chart::Chart;
use super::super::frame::Frame;
use super::super::message::picture_id;
use super::super::plain;
use super::super::variant::Hole;
use crate::i18n::Value;

/// Each notice to an editor: its event, and the texts that it is told with.
const NOTICES: &[(&str, &str, &str)] = &[
    ("digest_waiting", "mail-notice-digest-waiting-subject", "mail-notice-digest-waiting-body"),
    ("digest_leaving", "mail-notice-digest-leaving-subject", "mail-notice-digest-leaving-body"),
    ("digest_failed", "mail-notice-digest-failed-subject", "mail-notice-digest-failed-body"),
    ("digest_paused", "mail-notice-digest-paused-subject", "mail-notice-digest-paused-body"),
    ("digest_bounces", "mail-notice-digest-bounces-subject", "mail-notice-digest-bounces-body"),
    ("digest_complaints", "mail-notice-digest-complaints-subject", "mail-notice-digest-complaints-body"),
    ("digest_unknown", "mail-notice-digest-unknown-subject", "mail-notice-digest-unknown-body"),
    ("digest_unreadable", "mail-notice-digest-unreadable-subject", "mail-notice-digest-unreadable-body"),
    ("digest_unsigned", "mail-notice-digest-unsigned-subject", "mail-notice-digest-unsigned-body"),
    ("digest_resumed", "mail-notice-digest-resumed-subject", "mail-notice-digest-resumed-body"),
    ("digest_skipped", "mail-notice-digest-skipped-subject", "mail-notice-digest-skipped-body"),
    ("digest_back", "mail-notice-digest-back-subject", "mail-notice-digest-back-body"),
    ("answer_came", "mail-notice-answer-came-subject", "mail-notice-answer-came-body"),
    ("posts_held", "mail-notice-posts-held-subject", "mail-notice-posts-held-body"),
    ("posts_decided", "mail-notice-posts-decided-subject", "mail-notice-posts-decided-body"),
    ("feed_failing", "mail-notice-feed-failing-subject", "mail-notice-feed-failing-body"),
    ("feed_recovered", "mail-notice-feed-recovered-subject", "mail-notice-feed-recovered-body"),
    ("sending_held", "mail-notice-sending-held-subject", "mail-notice-sending-held-body"),
    ("subscribers_joined", "mail-notice-subscribers-joined-subject", "mail-notice-subscribers-joined-body"),
    ("digest_unready", "mail-notice-digest-unready-subject", "mail-notice-digest-unready-body"),
    ("doctor_fault", "mail-notice-doctor-fault-subject", "mail-notice-doctor-fault-body"),
    ("doctor_well", "mail-notice-doctor-well-subject", "mail-notice-doctor-well-body"),
    ("doctor_loop", "mail-notice-doctor-loop-subject", "mail-notice-doctor-loop-body"),
    ("month", "mail-notice-month-subject", "mail-notice-month-body"),
    ("sending_resumed", "mail-notice-sending-resumed-subject", "mail-notice-sending-resumed-body"),
];

/// The pages that a notice links to: what for, and the words before the address.
const LINKS: &[(&str, &str)] = &[
    ("look", "mail-notice-link-look"),
    ("stop", "mail-notice-link-stop"),
    ("approve", "mail-notice-link-approve"),
    ("edit", "mail-notice-link-edit"),
    ("skip", "mail-notice-link-skip"),
    ("stats", "mail-notice-link-stats"),
    ("end", "mail-notice-link-end"),
];

/// The parameters of a notice to an editor.
#[derive(Debug, Deserialize)]
pub(super) struct Parameters {
    /// Which texts; see [`NOTICES`].
    event: String,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    slot: Option<String>,
    /// When a digest leaves that can be stopped.
    #[serde(default)]
    time: Option<String>,
    #[serde(default)]
    posts: Vec<String>,
    /// Who wrote, and what.
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    recipients: Option<u64>,
    #[serde(default)]
    joined: Option<u64>,
    #[serde(default)]
    page: Option<String>,
    /// What went wrong, or the mail server's words.
    #[serde(default, alias = "words")]
    reason: Option<String>,
    /// Pages to go to: what for (see [`LINKS`]), and the address.
    #[serde(default)]
    links: Vec<(String, String)>,
    /// Lines to type.
    #[serde(default, alias = "command", deserialize_with = "one_or_many")]
    commands: Vec<String>,
    /// Plots that travel in the letter as pictures.
    #[serde(default)]
    pub(super) charts: Vec<Chart>,
}

/// A notice's line: label and value.
#[derive(Debug)]
struct Fact {
    label: String,
    value: String,
}

impl Fact {
    /// For the text part.
    fn line(&self) -> String {
        format!("{} {}", self.label, self.value)
    }
}

/// A notice's link to a page.
#[derive(Debug)]
struct Link {
    label: String,
    url: String,
}

impl Link {
    /// As the words of a link: the colon stands before an address alone.
    fn bare(&self) -> &str {
        self.label.trim_end_matches([':', ' ', '\u{a0}', '\u{202f}'])
    }
}

/// `mail/notice`
struct Notice {
    f: Frame,
    subject: String,
    body: String,
    facts: Vec<Fact>,
    posts: Vec<String>,
    said: Vec<String>,
    links: Vec<Link>,
    commands: Vec<String>,
    /// Content-ID and what it says.
    pictures: Vec<(String, String)>,
}
templates!(Notice: NoticeSubject "mail/notice/subject.txt", NoticeText "mail/notice/body.txt", NoticeHtml "mail/notice/body.html");

/// A notice; fails where there are no words for its event.
pub(super) fn compose(mut f: Frame, parameters: Parameters) -> anyhow::Result<[String; 3]> {
    let t = f.t;
    let Some((_, subject, body)) = NOTICES.iter().find(|(event, ..)| *event == parameters.event) else {
        bail!("there are no words for the notice `{}`", parameters.event);
    };
    let mut facts = Vec::new();
    let mut fact = |label: &str, value: Option<String>| {
        let value = value.map(|value| plain::line(&value)).filter(|value| !value.is_empty());
        facts.extend(value.map(|value| Fact { label: t.say(label), value }));
    };
    fact("mail-notice-label-from", parameters.from);
    fact("mail-notice-label-subject", parameters.subject);
    fact("mail-notice-label-slot", parameters.slot);
    fact("mail-notice-label-recipients", parameters.recipients.map(|count| count.to_string()));
    fact("mail-notice-label-joined", parameters.joined.map(|count| count.to_string()));
    fact("mail-notice-label-page", parameters.page);
    fact("mail-notice-label-reason", parameters.reason);
    f.why = t.about("mail-why-notice", &f.newsletter);
    let time = parameters.time.map(|time| plain::line(&time)).unwrap_or_default();
    let words = [("name", Value::Text(&f.newsletter)), ("time", Value::Text(&time))];
    let pages = parameters.links.into_iter().filter(|(_, url)| url.starts_with("http"));
    // Its token is made when the letter leaves.
    let end = format!("{}/month/{}", f.base_url, Hole::Action.mark());
    let links = pages.filter_map(|(name, url)| {
        let (_, label) = LINKS.iter().find(|(known, _)| *known == name)?;
        let url = if name == "end" { end.clone() } else { url };
        Some(Link { label: t.say(label), url })
    });
    let pictures = parameters.charts.iter().enumerate();
    let pictures = pictures.map(|(number, chart)| (picture_id(number), plain::line(&chart.alt)));
    let view = Notice {
        subject: t.locale().format(subject, &words),
        body: t.locale().format(body, &words),
        facts,
        posts: lines(&parameters.posts),
        said: paragraphs(parameters.text.as_deref().unwrap_or_default()),
        links: links.collect(),
        commands: lines(&parameters.commands),
        pictures: pictures.collect(),
        f,
    };
    view.render(&plain::cut(&view.body, 110))
}

/// What a person wrote, paragraph by paragraph; each on one line, however it was broken.
fn paragraphs(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    text.split("\n\n").map(plain::line).filter(|paragraph| !paragraph.is_empty()).collect()
}

fn lines(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| plain::line(text)).filter(|text| !text.is_empty()).collect()
}

/// `"a"` or `["a", "b"]`.
fn one_or_many<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    Ok(match OneOrMany::deserialize(from)? {
        OneOrMany::One(line) => vec![line],
        OneOrMany::Many(lines) => lines,
    })
}
