//! Letters to a person with an account, each with one link: an invitation, a password to be chosen anew, and that there is a new way into
//! the account.
//!
//! In: who invites, and how long the link lasts; what the new way is called. Out: subject, text and HTML; what the link of the first two
//! holds is spliced in when the letter leaves.

use askama::Template;
use serde::Deserialize;

use super::super::frame::{Frame, host};
use super::super::plain;
use super::super::variant::Hole;
use super::week;
use crate::i18n::Value;
use crate::letter::NewWay;

/// The parameters of an invitation and of a link for a forgotten password. What `link` holds is spliced in when the letter leaves.
#[derive(Debug, Deserialize)]
pub(super) struct Parameters {
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

/// The parameters of the letter about a new way into an account.
#[derive(Debug, Deserialize)]
pub(super) struct WayParameters {
    /// Which it is.
    way: NewWay,
    /// What it is called.
    #[serde(default)]
    called: String,
}

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

/// Somebody is to edit, too.
pub(super) fn invitation(mut f: Frame, parameters: &Parameters) -> anyhow::Result<[String; 3]> {
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

/// Whoever forgot it chooses another.
pub(super) fn password_reset(mut f: Frame, parameters: &Parameters) -> anyhow::Result<[String; 3]> {
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

/// There is one more way into an account: whoever did not make it learns of it. Its link holds nothing secret.
pub(super) fn new_way(mut f: Frame, parameters: &WayParameters) -> anyhow::Result<[String; 3]> {
    let t = f.t;
    let (subject, lead, not_you) = match parameters.way {
        NewWay::Passkey => ("mail-passkey-subject", "mail-passkey-lead", "mail-passkey-not-you"),
        NewWay::Provider => ("mail-provider-subject", "mail-provider-lead", "mail-provider-not-you"),
    };
    let (host, called) = (host(&f.base_url).unwrap_or_default(), plain::cut(&plain::line(&parameters.called), 80));
    let variables = [("name", Value::Text(&host)), ("called", Value::Text(&called))];
    f.why = t.about("mail-why-new-way", &f.newsletter);
    let view = Person {
        subject: t.locale().format(subject, &variables),
        lead: t.locale().format(lead, &variables),
        button: t.say("mail-new-way-button"),
        open: t.say("mail-new-way-open"),
        lasts: t.say("mail-new-way-was-you"),
        not_you: t.say(not_you),
        action: format!("{}/console/account", f.base_url),
        f,
    };
    view.render(&view.lasts)
}

fn person_link(f: &Frame) -> String {
    format!("{}/console/link/{}", f.base_url, Hole::Action.mark())
}
