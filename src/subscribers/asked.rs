//! What is asked for: by a visitor with a form, or by an owner.
//!
//! Plain values, checked by whoever makes them; the verbs are [`super::signup`] and [`super::add`].

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Subscriber;
use super::address::Email;
use crate::app::App;
use crate::clock::{DAY, MINUTE, Millis};
use crate::events::Actor;
use crate::newsletters::front::Front;

/// A second letter to the same address leaves after this.
pub const PAUSE: Millis = 5 * MINUTE;
/// Letters to one address of one newsletter a day, and in 30 days.
pub const PER_DAY: i64 = 3;
/// See [`PER_DAY`].
pub const PER_MONTH: i64 = 5;
/// The span of [`PER_MONTH`].
pub const MONTH: Millis = 30 * DAY;

/// A request to subscribe, checked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// To which newsletter.
    pub newsletter_id: i64,
    /// Who.
    pub email: Email,
    /// Keyed hash of the address, by which it may be suppressed.
    pub address_hash: String,
    /// What they are called, when they said so.
    pub name: Option<String>,
    /// Language of the form.
    pub language: String,
    /// The exact words that they consented to; empty when another site's form showed its own.
    pub text: String,
    /// Fingerprint of the words, or `embedded`.
    pub text_version: String,
    /// The page with the form.
    pub page: Option<String>,
    /// What of that page mails may show; see [`crate::origin`].
    pub origin: Option<String>,
    /// Their address, when it is kept.
    pub ip: Option<String>,
    /// Their network has asked too often: the letter leaves at this time, not now.
    pub not_before: Option<Millis>,
    /// What the form was made of, when that was kept in memory: nothing is stored when it has changed since.
    pub front: Option<Arc<Front>>,
    /// What they chose with the form, when it asked.
    pub choices: Option<Wished>,
}

impl Asked {
    /// A known subscriber asks for a new letter, behind a link that has expired.
    pub fn again(
        app: &App,
        subscriber: &Subscriber,
        email: Email,
        ip: Option<String>,
        not_before: Option<Millis>,
    ) -> Self {
        Self {
            newsletter_id: subscriber.newsletter_id,
            address_hash: app.keys.address_hash(email.key()),
            email,
            name: None,
            language: subscriber.language.clone(),
            text: String::new(),
            text_version: "expired-link".into(),
            page: None,
            origin: subscriber.origin.clone(),
            ip,
            not_before,
            front: None,
            choices: None,
        }
    }
}

/// Who is added, and how.
#[derive(Clone, Debug)]
pub struct Addition<'a> {
    /// The address.
    pub email: &'a Email,
    /// Their name.
    pub name: Option<&'a str>,
    /// Their language.
    pub language: &'a str,
    /// How they consented outside Facteur; without it they are asked by letter.
    pub confirmed_elsewhere: Option<&'a str>,
    /// Why somebody who is kept out may come back.
    pub bring_back: Option<&'a str>,
    /// Who adds them.
    pub by: Actor,
}

/// What somebody chose with the form; all of it may be nothing. [`super::wished`] judges and takes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wished {
    /// `schedule.id`; `None`: whichever is theirs anyhow.
    pub rhythm: Option<i64>,
    /// `topic.id`s, in order; none: whatever is theirs anyhow, of somebody new all of them.
    pub topics: Vec<i64>,
}
