//! NEWS: what happened, one row in the transaction that makes it true.
//!
//! In: from the room that changes something: what happened ([`Code`]), to what ([`About`]), and by whom ([`Actor`]). Out: rows of
//! `event`, in order of their ids, the source of timelines, notices to editors, hooks and statistics. No row holds an address, a
//! name or a token: people are their ids, and the id of an erased person is removed ([`forget_person`]).
//!
//! A change of many people at once (an import, a server that calls a thousand addresses unknown) leaves one row a transaction,
//! about the newsletter and with a `count`; a million imported people are some hundred rows. The timeline of one of them
//! begins with their consents. Rows are kept for `[privacy] forget_events_months`; statistics over a longer time must store their
//! own sums. What people and programs did is chained besides, for good ([`activity`]). Met by every room that writes; knows the ground
//! alone.

pub mod activity;
mod forget;
mod sql;

use serde_json::{Map, Value};

use crate::clock::Millis;
use crate::db::{Tx, from_row, text_enum};

pub use forget::{forget, forget_person};
pub use sql::{begin, end, is_untold, lasting, of, once, parameters_in, record, told, untold};

text_enum! {
    /// What happened.
    pub enum Code {
        /// Sent the form: somebody new, pending. `form`: the host of its page, when it is known.
        SubscriberAsked => "subscriber.asked",
        /// An owner added somebody by hand.
        SubscriberAdded => "subscriber.added",
        /// People who came with a file; `status`: where they stand.
        SubscriberImported => "subscriber.imported",
        /// Pressed the button of the confirmation letter, or a file vouches for them. `from`: where they stood; `form`: as above.
        SubscriberConfirmed => "subscriber.confirmed",
        /// Left. `from`: where they stood; `digest`: the last one of their rhythm, when they left by a link, and after it for the first time.
        SubscriberLeft => "subscriber.left",
        /// An editor has the confirmation sent once more; `bulk`: to many, over some time.
        SubscriberResent => "subscriber.resent",
        /// Is on another rhythm. `own`: it was their own choice.
        SubscriberMoved => "subscriber.moved",
        /// Chose topics. `count`: how many.
        SubscriberTopics => "subscriber.topics",
        /// Wants nothing for a while. `until`: until when, in milliseconds UTC.
        SubscriberPaused => "subscriber.paused",
        /// Gets digests again: the while is over, or they said so.
        SubscriberResumed => "subscriber.resumed",
        /// An editor asked for another address to be confirmed.
        SubscriberAddressAsked => "subscriber.address_asked",
        /// Confirmed another address: mail goes there from now on.
        SubscriberAddressChanged => "subscriber.address_changed",
        /// Kept their present address: the other one that was asked for is not used.
        SubscriberAddressKept => "subscriber.address_kept",
        /// Has another name or language. `what`: which, never their words.
        SubscriberChanged => "subscriber.changed",
        /// Took their leave back. `to`: where they stand again.
        SubscriberReturned => "subscriber.returned",
        /// The address does not exist.
        SubscriberBounced => "subscriber.bounced",
        /// A bounce that was a mistake of the server is undone.
        SubscriberRevived => "subscriber.revived",
        /// Reported a mail as unwanted. `from`: where they stood; `source`: by which way it was told.
        SubscriberComplained => "subscriber.complained",
        /// A mailbox took no mail for the time being. `status`: the enhanced code, when there was one.
        SubscriberSoftBounced => "subscriber.soft-bounced",
        /// An operator lifted what kept somebody out who had complained.
        SubscriberPardoned => "subscriber.pardoned",
        /// Everything about somebody is deleted. `from`: where they stood; `reason`: `erased`, `themselves`, `not-me`,
        /// or `silent`: was asked whether they stay, and did not answer.
        SubscriberErased => "subscriber.erased",
        /// Was silent for long, and is asked whether they stay.
        SubscriberStayAsked => "subscriber.stay_asked",
        /// Stays: pressed the button, or told an editor.
        SubscriberStayed => "subscriber.stayed",
        /// People who never confirmed, forgotten by time.
        SubscriberForgotten => "subscriber.forgotten",
        /// A digest waits for an editor's word. `cause`: none (its rhythm wants one), or as in `digest.reason`: the database is
        /// held, its mail could not be made, an editor stopped it.
        DigestWaiting => "digest.waiting",
        /// A digest leaves by itself, unless an editor stops it. `leaves`: when, in milliseconds UTC; `cause`: why it waits.
        DigestLeaving => "digest.leaving",
        /// A digest goes: its posts are fixed, its recipients are being written down.
        DigestReleased => "digest.released",
        /// An editor let a digest go that waited; with `leaves` in a moment, so that it can be taken back.
        DigestApproved => "digest.approved",
        /// An editor changed what a waiting digest says. `what`: which parts, never their text.
        DigestEdited => "digest.edited",
        /// Every recipient is written down; mails leave.
        DigestSending => "digest.sending",
        /// A digest stopped. `cause`: `editor`, `held`, or what is wrong: `sender`, `policy`, `unknown` (addresses),
        /// `variant`; then it lasts until the digest goes on or is cancelled.
        DigestPaused => "digest.paused",
        /// A digest that had stopped goes on.
        DigestResumed => "digest.resumed",
        /// More addresses of a digest do not exist than should. `count` of `recipients`, when it was noticed.
        DigestBounces => "digest.bounces",
        /// More readers reported a digest than should. `count` of `recipients`, when it was noticed.
        DigestComplaints => "digest.complaints",
        /// No row of a digest is open any more.
        DigestFinished => "digest.finished",
        /// Rows of a digest that had ended are queued again.
        DigestReopened => "digest.reopened",
        /// A slot passed without a mailing. `cause`: why, as in `digest.reason`.
        DigestSkipped => "digest.skipped",
        /// An editor ended a digest before its end.
        DigestCancelled => "digest.cancelled",
        /// A rhythm lost a slot that nobody wanted to lose. `cause`: as above. Lasts until a digest of it is sent.
        ScheduleMissed => "schedule.missed",
        /// It sends again.
        ScheduleBack => "schedule.back",
        /// Posts of a feed wait for an editor. Lasts until none does.
        PostsHeld => "posts.held",
        /// None does any more.
        PostsDecided => "posts.decided",
        /// An editor wants a post in the next digest.
        PostIncluded => "post.included",
        /// An editor left a post out.
        PostSkipped => "post.skipped",
        /// What an editor wrote became a post, or a letter of its own.
        PostPublished => "post.published",
        /// It was taken back before it left.
        PostTakenBack => "post.taken-back",
        /// A feed cannot be read for a day. Lasts until it can.
        FeedFailing => "feed.failing",
        /// It can be read again.
        FeedRecovered => "feed.recovered",
        /// Nothing of a newsletter is sent from here: the database may be a copy, or went back. Lasts until an operator says so.
        SendingHeld => "sending.held",
        /// An operator said that this database sends.
        SendingResumed => "sending.resumed",
        /// A newsletter's mails go to its readers from now on.
        NewsletterLive => "newsletter.live",
        /// A newsletter's mails go to its editor alone from now on.
        NewsletterTest => "newsletter.test",
        /// An editor deleted a newsletter; it can be taken back for three days.
        NewsletterDeleted => "newsletter.deleted",
        /// An editor took a deleted newsletter back.
        NewsletterRestored => "newsletter.restored",
        /// Somebody has a role in a newsletter, or another than before. `person`: their id; `role`; `sends`: whether they may have
        /// mails leave.
        TeamGiven => "team.given",
        /// Somebody has none there any more. `person`: their id.
        TeamTaken => "team.taken",
        /// The doctor found a fault that was not there before; `check`: where. Lasts until it is well again.
        DoctorFault => "doctor.fault",
        /// It is well again; `check`: where.
        DoctorWell => "doctor.well",
        /// An editor let a first digest go whatever the doctor finds; `faults`: what it had found.
        DoctorWaived => "doctor.waived",
        /// Digests leave in growing slices from now on. `domain`: the sender's; `cause`: `new` or `import`.
        WarmupBegun => "warmup.begun",
        /// The next slice is as large as the one before, because bounces or complaints warn. `domain`: the sender's.
        WarmupHeld => "warmup.held",
        /// Digests leave at once again: the last slice has left, or an editor wants it so. `domain`: the sender's.
        WarmupEnded => "warmup.ended",
        /// An editor wants a digest to leave at once, though its sender warms up.
        WarmupWaived => "warmup.waived",
    }
}

/// About what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The newsletter itself, or many of its people.
    Newsletter,
    /// `subscriber.id`
    Subscriber(i64),
    /// `digest.id`
    Digest(i64),
    /// `feed.id`
    Feed(i64),
    /// `schedule.id`
    Schedule(i64),
    /// `post.id`
    Post(i64),
    /// One of the doctor's checks, by its number.
    Check(i64),
}

impl About {
    /// As it is stored: the word, and the id.
    pub const fn parts(self) -> (&'static str, i64) {
        match self {
            Self::Newsletter => ("newsletter", 0),
            Self::Subscriber(id) => ("subscriber", id),
            Self::Digest(id) => ("digest", id),
            Self::Feed(id) => ("feed", id),
            Self::Schedule(id) => ("schedule", id),
            Self::Post(id) => ("post", id),
            Self::Check(id) => ("check", id),
        }
    }

    /// One person, or the newsletter when they are several.
    pub fn people(ids: &[i64]) -> Self {
        match ids {
            [id] => Self::Subscriber(*id),
            _ => Self::Newsletter,
        }
    }
}

/// By whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Facteur itself, or a mail server's answer.
    System,
    /// Somebody on a public page, by a form or a link.
    Visitor,
    /// A program, by the API: `api_token.id`.
    Token(i64),
    /// Somebody in the console: `person.id`.
    Person(i64),
    /// Whoever is at the command line.
    Command,
}

impl Actor {
    /// As it is stored: the word, and the id.
    pub const fn parts(self) -> (&'static str, i64) {
        match self {
            Self::System => ("system", 0),
            Self::Visitor => ("visitor", 0),
            Self::Token(id) => ("token", id),
            Self::Command => ("command", 0),
            Self::Person(id) => ("person", id),
        }
    }

    /// `person.id` of somebody in the console; 0 of everybody else.
    pub const fn person(self) -> i64 {
        if let Self::Person(id) = self { id } else { 0 }
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Event {
    /// Whose.
    pub newsletter_id: i64,
    /// What.
    pub code: Code,
    /// About what.
    pub about: About,
    /// By whom.
    pub actor: Actor,
    /// To how many at once.
    pub count: i64,
    /// What else there is to say: words and numbers, never an address, a name or a token.
    pub parameters: Map<String, Value>,
    /// Whether the editor is to be told.
    pub untold: bool,
}

impl Event {
    /// Something that happened to one thing.
    pub fn new(newsletter_id: i64, code: Code, about: About, actor: Actor) -> Self {
        Self { newsletter_id, code, about, actor, count: 1, parameters: Map::new(), untold: false }
    }

    /// Something that happened to these people of a newsletter, in one transaction.
    pub fn people(newsletter_id: i64, code: Code, ids: &[i64], actor: Actor) -> Self {
        Self { count: ids.len() as i64, ..Self::new(newsletter_id, code, About::people(ids), actor) }
    }

    /// With this said besides.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.parameters.insert(name.to_owned(), value.into());
        self
    }
}

/// A row, as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// In the order of writing.
    pub id: i64,
    /// When.
    pub at: Millis,
    /// What.
    pub code: String,
    /// By whom.
    pub actor: String,
    /// To how many at once.
    pub count: i64,
    /// JSON.
    pub parameters: String,
}
from_row!(Row { id, at, code, actor, count, parameters });

/// Something that an editor is to be told of, or that lasts.
#[derive(Clone, Debug)]
pub struct Untold {
    /// In the order of writing.
    pub id: i64,
    /// Whose.
    pub newsletter_id: i64,
    /// What.
    pub code: Code,
    /// About what: the id alone, its kind follows from the code.
    pub about_id: i64,
    /// JSON.
    pub parameters: String,
}
from_row!(Untold { id, newsletter_id, code, about_id, parameters });

impl Untold {
    /// A word among the parameters; empty when it is not there.
    pub fn word(&self, name: &str) -> String {
        let said: Value = serde_json::from_str(&self.parameters).unwrap_or_default();
        said[name].as_str().unwrap_or_default().to_owned()
    }

    /// A number among the parameters.
    pub fn number(&self, name: &str) -> Option<i64> {
        let said: Value = serde_json::from_str(&self.parameters).unwrap_or_default();
        said[name].as_i64()
    }
}

/// Records one event.
pub async fn note(tx: &mut Tx, now: Millis, event: &Event) -> sqlx::Result<()> {
    record(tx, now, std::slice::from_ref(event)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_is_named_by_id_and_many_are_counted() {
        let of = |ids: &[i64]| {
            let event = Event::people(1, Code::SubscriberBounced, ids, Actor::System);
            (event.about, event.count)
        };
        assert_eq!(of(&[7]), (About::Subscriber(7), 1));
        assert_eq!(of(&[7, 8, 9]), (About::Newsletter, 3));
    }
}
