//! Single letters: confirm, already, change, link, moving, notice, invitation, password reset. They contain nothing that a visitor typed; what
//! readers get may hold an owner's own words ([`Said`]).
//!
//! In: the kind and its parameters as JSON. Out: a draft for `message`. A type for each kind says which parameters it reads.

use anyhow::{Context as _, bail};
use askama::Template;
use serde::Deserialize;

use super::frame::{Frame, host};
use super::message::{Draft, Leave};
use super::said::Said;
use super::signup::SignUp;
use super::variant::Hole;
use super::{Composed, Sender, plain};
use crate::clock::Millis;
use crate::i18n::Value;
use crate::letter::LetterKind;
use crate::texts::{Place, Texts};

/// The parameters of a confirmation.
#[derive(Debug, Deserialize)]
struct ConfirmParameters {
    /// Days until its link expires.
    #[serde(default = "week", alias = "days")]
    confirm_days: u32,
    /// The page with the form. Its host is shown only if it is the newsletter's own site.
    #[serde(default)]
    page: Option<String>,
}

fn week() -> u32 {
    7
}

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
    ("sending_resumed", "mail-notice-sending-resumed-subject", "mail-notice-sending-resumed-body"),
];

/// The pages that a notice links to: what for, and the words before the address.
const LINKS: &[(&str, &str)] = &[
    ("look", "mail-notice-link-look"),
    ("stop", "mail-notice-link-stop"),
    ("approve", "mail-notice-link-approve"),
    ("edit", "mail-notice-link-edit"),
    ("skip", "mail-notice-link-skip"),
];

/// The parameters of a notice to an editor.
#[derive(Debug, Deserialize)]
struct NoticeParameters {
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
}

/// The parameters of an invitation and of a link for a forgotten password. What `link` holds is spliced in when the letter leaves.
#[derive(Debug, Deserialize)]
struct PersonParameters {
    /// Who invites, as they are called.
    #[serde(default)]
    by: String,
    /// Days until an invitation expires.
    #[serde(default = "week")]
    days: u32,
    /// Minutes until the other one does.
    #[serde(default)]
    minutes: u32,
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
struct PageLink {
    label: String,
    url: String,
}

/// Three templates that read the same view.
macro_rules! templates {
    ($view:ident: $subject:ident $subject_path:literal, $text:ident $text_path:literal, $html:ident $html_path:literal) => {
        #[derive(Template)]
        #[template(path = $subject_path)]
        struct $subject<'a> {
            v: &'a $view,
        }

        #[derive(Template)]
        #[template(path = $text_path)]
        struct $text<'a> {
            f: &'a Frame,
            v: &'a $view,
        }

        #[derive(Template)]
        #[template(path = $html_path)]
        struct $html<'a> {
            f: &'a Frame,
            v: &'a $view,
            subject: &'a str,
            preheader: &'a str,
        }

        impl $view {
            fn render(&self, preheader: &str) -> anyhow::Result<[String; 3]> {
                let f = &self.f;
                let subject = plain::line(&$subject { v: self }.render()?);
                let text = $text { f, v: self }.render()?;
                let html = $html { f, v: self, subject: &subject, preheader }.render()?;
                Ok([subject, text, html])
            }
        }
    };
}

/// `mail/confirm`
struct Confirm {
    f: Frame,
    said: Said,
    action: String,
    not_me: String,
    days: usize,
    asked_on: Option<String>,
}
templates!(Confirm: ConfirmSubject "mail/confirm/subject.txt", ConfirmText "mail/confirm/body.txt", ConfirmHtml "mail/confirm/body.html");

/// `mail/change`
struct Change {
    f: Frame,
    said: Said,
    action: String,
    days: usize,
}
templates!(Change: ChangeSubject "mail/change/subject.txt", ChangeText "mail/change/body.txt", ChangeHtml "mail/change/body.html");

/// `mail/already`
struct Already {
    f: Frame,
    said: Said,
    leave: String,
    settings: String,
}
templates!(Already: AlreadySubject "mail/already/subject.txt", AlreadyText "mail/already/body.txt", AlreadyHtml "mail/already/body.html");

/// `mail/link`
struct Link {
    f: Frame,
    said: Said,
    action: String,
    leave: String,
}
templates!(Link: LinkSubject "mail/link/subject.txt", LinkText "mail/link/body.txt", LinkHtml "mail/link/body.html");

/// `mail/moving`
struct Moving {
    f: Frame,
    said: Said,
    action: String,
}
templates!(Moving: MovingSubject "mail/moving/subject.txt", MovingText "mail/moving/body.txt", MovingHtml "mail/moving/body.html");

/// `mail/notice`
struct Notice {
    f: Frame,
    subject: String,
    body: String,
    facts: Vec<Fact>,
    posts: Vec<String>,
    said: Vec<String>,
    links: Vec<PageLink>,
    commands: Vec<String>,
}
templates!(Notice: NoticeSubject "mail/notice/subject.txt", NoticeText "mail/notice/body.txt", NoticeHtml "mail/notice/body.html");

/// `mail/person`: to somebody who edits, with one link.
struct Person {
    f: Frame,
    subject: String,
    lead: String,
    button: String,
    open: String,
    action: String,
    lasts: String,
    not_you: String,
}
templates!(Person: PersonSubject "mail/person/subject.txt", PersonText "mail/person/body.txt", PersonHtml "mail/person/body.html");

/// A letter of its own in one language.
pub fn compose(
    sender: &Sender,
    kind: LetterKind,
    language: &str,
    parameters: &serde_json::Value,
    date: Millis,
) -> anyhow::Result<Composed> {
    let mut frame = Frame::new(sender, language)?;
    // A picture that lies elsewhere would tell its host who was written to before they agreed.
    frame.logo = frame.logo.filter(|logo| logo.size.is_some());
    let own = &sender.texts;
    let [subject, text, html] = match kind {
        LetterKind::Confirm => confirm(frame.clone(), own, &read(kind, parameters)?)?,
        LetterKind::Change => change(frame.clone(), own, &read(kind, parameters)?)?,
        LetterKind::Already => already(frame.clone(), own)?,
        LetterKind::Link => link(frame.clone(), own)?,
        LetterKind::Moving => moving(frame.clone(), own)?,
        LetterKind::Notice => notice(frame.clone(), read(kind, parameters)?)?,
        LetterKind::Invitation => invitation(frame.clone(), &read(kind, parameters)?)?,
        LetterKind::PasswordReset => password_reset(frame.clone(), &read(kind, parameters)?)?,
        LetterKind::Test => bail!("a test copy is a digest, not a letter"),
    };
    Draft {
        sender,
        frame: &frame,
        subject,
        text,
        html,
        date,
        zone: "",
        leave: Leave::None,
        sign_up: SignUp::default(),
        trial: None,
    }
    .compose()
}

fn read<T: serde::de::DeserializeOwned>(kind: LetterKind, parameters: &serde_json::Value) -> anyhow::Result<T> {
    let given = if parameters.is_null() { serde_json::json!({}) } else { parameters.clone() };
    serde_json::from_value(given).with_context(|| format!("the parameters of this {kind} letter do not fit"))
}

fn confirm(mut f: Frame, own: &Texts, parameters: &ConfirmParameters) -> anyhow::Result<[String; 3]> {
    let asked = parameters.page.as_deref().and_then(host);
    f.why = f.t.about("mail-why-confirm", &f.newsletter);
    let days = parameters.confirm_days as usize;
    let view = Confirm {
        said: Said::new(&f, own, Place::Confirm, days),
        action: format!("{}/confirm/{}", f.base_url, Hole::Action.mark()),
        not_me: format!("{}/not-me/{}", f.base_url, Hole::NotMe.mark()),
        days,
        asked_on: asked.filter(|asked| f.site_host.as_ref() == Some(asked)),
        // A confirmation links nowhere else, not even to the newsletter's own site (D16).
        f: Frame { site: None, ..f },
    };
    view.render(&view.said.first_line)
}

/// Like a confirmation it links nowhere else. It has no "not me": whoever did not ask for it does nothing, and nothing changes.
fn change(mut f: Frame, own: &Texts, parameters: &ConfirmParameters) -> anyhow::Result<[String; 3]> {
    f.why = f.t.about("mail-why-change", &f.newsletter);
    let days = parameters.confirm_days as usize;
    let view = Change {
        said: Said::new(&f, own, Place::Change, days),
        action: format!("{}/address/{}", f.base_url, Hole::Action.mark()),
        days,
        f: Frame { site: None, ..f },
    };
    view.render(&view.said.first_line)
}

fn already(mut f: Frame, own: &Texts) -> anyhow::Result<[String; 3]> {
    f.why = f.t.about("mail-why-already", &f.newsletter);
    let view = Already { said: Said::new(&f, own, Place::Already, 0), leave: leave(&f), settings: settings(&f), f };
    view.render(&view.said.first_line)
}

fn link(mut f: Frame, own: &Texts) -> anyhow::Result<[String; 3]> {
    f.why = f.t.about("mail-why-link", &f.newsletter);
    let view = Link { said: Said::new(&f, own, Place::Link, 0), action: settings(&f), leave: leave(&f), f };
    view.render(&view.said.first_line)
}

/// It names neither address: the one it goes to is known, and the other may be anybody's.
fn moving(mut f: Frame, own: &Texts) -> anyhow::Result<[String; 3]> {
    f.why = f.t.about("mail-why-moving", &f.newsletter);
    let action = format!("{}/keep-address/{}", f.base_url, Hole::Action.mark());
    let view = Moving { said: Said::new(&f, own, Place::Moving, 0), action, f };
    view.render(&view.said.first_line)
}

fn settings(f: &Frame) -> String {
    format!("{}/preferences/{}", f.base_url, Hole::Action.mark())
}

fn leave(f: &Frame) -> String {
    format!("{}/unsubscribe/{}", f.base_url, Hole::Leave.mark())
}

fn notice(mut f: Frame, parameters: NoticeParameters) -> anyhow::Result<[String; 3]> {
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
    let links = pages.filter_map(|(name, url)| {
        let (_, label) = LINKS.iter().find(|(known, _)| *known == name)?;
        Some(PageLink { label: t.say(label), url })
    });
    let view = Notice {
        subject: t.locale().format(subject, &words),
        body: t.locale().format(body, &words),
        facts,
        posts: lines(&parameters.posts),
        said: paragraphs(parameters.text.as_deref().unwrap_or_default()),
        links: links.collect(),
        commands: lines(&parameters.commands),
        f,
    };
    view.render(&plain::cut(&view.body, 110))
}

/// What a person wrote, paragraph by paragraph; each on one line, however it was broken.
fn paragraphs(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    text.split("\n\n").map(plain::line).filter(|paragraph| !paragraph.is_empty()).collect()
}

fn invitation(mut f: Frame, parameters: &PersonParameters) -> anyhow::Result<[String; 3]> {
    let t = f.t;
    let by = plain::cut(&plain::line(&parameters.by), 80);
    let lead = if by.is_empty() {
        t.about("mail-invitation-lead", &f.newsletter)
    } else {
        let variables = [("name", Value::Text(&f.newsletter)), ("by", Value::Text(&by))];
        t.locale().format("mail-invitation-lead-by", &variables)
    };
    f.why = t.about("mail-why-invitation", &f.newsletter);
    let view = Person {
        subject: t.about("mail-invitation-subject", &f.newsletter),
        lead,
        button: t.say("mail-invitation-button"),
        open: t.say("mail-invitation-open"),
        lasts: t.count("mail-invitation-days", parameters.days as usize),
        not_you: t.say("mail-invitation-not-you"),
        action: person_link(&f),
        f,
    };
    view.render(&view.lasts)
}

fn password_reset(mut f: Frame, parameters: &PersonParameters) -> anyhow::Result<[String; 3]> {
    let t = f.t;
    f.why = t.about("mail-why-password-reset", &f.newsletter);
    let view = Person {
        subject: t.say("mail-password-reset-subject"),
        lead: t.about("mail-password-reset-lead", host(&f.base_url).unwrap_or_default()),
        button: t.say("mail-password-reset-button"),
        open: t.say("mail-password-reset-open"),
        lasts: t.count("mail-password-reset-minutes", parameters.minutes as usize),
        not_you: t.say("mail-password-reset-not-you"),
        action: person_link(&f),
        f,
    };
    view.render(&view.lasts)
}

fn person_link(f: &Frame) -> String {
    format!("{}/console/link/{}", f.base_url, Hole::Action.mark())
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
