//! Single letters: to readers (confirm, already, change, link, moving) here, to editors in [`notice`], to people with an account in
//! [`person`]; the welcome, and the question whether somebody stays, in files of their own ([`welcome`], [`stay`]). They contain nothing that a visitor typed; what readers get may hold an owner's own words ([`Said`]).
//!
//! In: the kind and its parameters as JSON. Out: a draft for `message`. A type for each kind says which parameters it reads, [`says`]
//! which letters are told the same.

/// Three templates that read the same view. It stands in the folder of those that call it: from Rust 1.97 on, the compiler looks for their
/// files from there, and askama from here.
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

mod notice;
mod person;
mod stay;
mod welcome;

use anyhow::{Context as _, bail};
use askama::Template;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::frame::{Frame, host, site_host};
use super::message::{Draft, Leave, Undated};
use super::said::Said;
use super::signup::SignUp;
use super::variant::Hole;
use super::{Composed, Sender, plain};
use crate::clock::Millis;
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

/// A letter of its own in one language.
pub fn compose(
    sender: &Sender,
    kind: LetterKind,
    language: &str,
    parameters: &serde_json::Value,
    date: Millis,
) -> anyhow::Result<Composed> {
    let Told { frame, words, pictures } = Told::of(sender, kind, language, parameters)?;
    draft(sender, &frame, words, pictures, date).compose()
}

/// The same for every date.
pub fn undated(
    sender: &Sender,
    kind: LetterKind,
    language: &str,
    parameters: &serde_json::Value,
) -> anyhow::Result<Undated> {
    let Told { frame, words, pictures } = Told::of(sender, kind, language, parameters)?;
    draft(sender, &frame, words, pictures, 0).undated()
}

/// What of its parameters, JSON text, a letter says: those of one newsletter, kind and language that say the same differ in nothing but
/// date and reader. `None`: hardly two say the same.
pub fn says(sender: &Sender, kind: LetterKind, parameters: &str) -> Option<String> {
    match kind {
        LetterKind::Confirm => {
            let ConfirmParameters { confirm_days, page } = serde_json::from_str(parameters).ok()?;
            let site = site_host(sender);
            let asked = page.as_deref().and_then(host).filter(|asked| site.as_ref() == Some(asked));
            Some(format!("{confirm_days} {}", asked.unwrap_or_default()))
        }
        LetterKind::Already | LetterKind::Link | LetterKind::Moving => Some(String::new()),
        LetterKind::Change | LetterKind::Stay => Some(parameters.to_owned()),
        // Posts are long.
        LetterKind::Welcome => Some(URL_SAFE_NO_PAD.encode(digest(&SHA256, parameters.as_bytes()))),
        LetterKind::Notice
        | LetterKind::Test
        | LetterKind::Invitation
        | LetterKind::PasswordReset
        | LetterKind::NewWay => None,
    }
}

/// What a letter says, before it is a mail.
struct Told {
    frame: Frame,
    /// Subject, text, HTML.
    words: [String; 3],
    pictures: Vec<Vec<u8>>,
}

impl Told {
    fn of(sender: &Sender, kind: LetterKind, language: &str, parameters: &serde_json::Value) -> anyhow::Result<Self> {
        let mut frame = Frame::new(sender, language)?;
        // A picture that lies elsewhere would tell its host who was written to before they agreed.
        frame.logo = frame.logo.filter(|logo| logo.size.is_some());
        let own = &sender.texts;
        let mut pictures = Vec::new();
        let words = match kind {
            LetterKind::Confirm => confirm(frame.clone(), own, &read(kind, parameters)?)?,
            LetterKind::Change => change(frame.clone(), own, &read(kind, parameters)?)?,
            LetterKind::Already => already(frame.clone(), own)?,
            LetterKind::Link => link(frame.clone(), own)?,
            LetterKind::Moving => moving(frame.clone(), own)?,
            LetterKind::Welcome => welcome::compose(frame.clone(), own, &read(kind, parameters)?)?,
            LetterKind::Stay => stay::compose(frame.clone(), own, &read(kind, parameters)?)?,
            LetterKind::Notice => {
                let parameters: notice::Parameters = read(kind, parameters)?;
                for chart in &parameters.charts {
                    pictures.push(chart.png()?);
                }
                notice::compose(frame.clone(), parameters)?
            }
            LetterKind::Invitation => person::invitation(frame.clone(), &read(kind, parameters)?)?,
            LetterKind::PasswordReset => person::password_reset(frame.clone(), &read(kind, parameters)?)?,
            LetterKind::NewWay => person::new_way(frame.clone(), &read(kind, parameters)?)?,
            LetterKind::Test => bail!("a test copy is a digest, not a letter"),
        };
        Ok(Self { frame, words, pictures })
    }
}

fn draft<'a>(
    sender: &'a Sender,
    frame: &'a Frame,
    [subject, text, html]: [String; 3],
    pictures: Vec<Vec<u8>>,
    date: Millis,
) -> Draft<'a> {
    let (leave, sign_up) = (Leave::None, SignUp::default());
    Draft { sender, frame, subject, text, html, date, zone: "", leave, sign_up, trial: None, pictures }
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
