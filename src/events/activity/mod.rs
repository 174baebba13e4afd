//! What people and programs did: a chain of rows that are only added, each row's hash in the next, in the transaction that makes it
//! true.
//!
//! In: every event whose actor is a person in the console, a program or the command line ([`of_events`]: [`super::record`] hands them
//! over), and what is no event of a newsletter ([`Deed`]: signing in, tokens, settings, exports). Out: rows of `activity`, pages of
//! them ([`page`]), and whether one was changed or is missing ([`verify`]). Names of fields, ids, words and numbers; never an address,
//! a name or a token, so that erasing somebody stays whole.
//!
//! Who acts is known at the door, and many verbs do not ask: the doors run their work inside [`acting`], and [`actor`] says who it is.
//! One row of `instance` holds the end of the chain; who adds to it holds that row until the commit, so [`note`] belongs to the end of
//! a transaction. Visitors, sign-ups and sending add nothing here and wait for nobody.

mod chain;
mod sql;
pub mod verify;

use std::future::Future;

use serde_json::{Map, Value, json};

use super::{Actor, Code, Event};
use crate::clock::Millis;
use crate::db::{Db, Tx, text_enum};

pub use chain::{Head, Row};
pub use sql::{Wanted, by_id, codes, head, page};

text_enum! {
    /// What somebody did that is no event of a newsletter.
    pub enum Deed {
        /// Signed in. `by`: with what (`people::login::By`).
        SessionBegun => "session.begun",
        /// Ended sessions of their own. `sessions`: how many.
        SessionEnded => "session.ended",
        /// Somebody has an account and was invited, or was invited again.
        PersonInvited => "person.invited",
        /// Chose a password by a link: an invitation, or a forgotten one. `kind`: which.
        PersonJoined => "person.joined",
        /// Another name or language. `fields`.
        PersonRenamed => "person.renamed",
        /// Another password.
        PersonPassword => "person.password",
        /// A second factor is on.
        SecondFactorOn => "person.second-factor-on",
        /// It is off.
        SecondFactorOff => "person.second-factor-off",
        /// New recovery codes.
        RecoveryCodes => "person.recovery-codes",
        /// Has a passkey more. `passkey`: which, here and below.
        PasskeyAdded => "passkey.added",
        /// It has another name.
        PasskeyRenamed => "passkey.renamed",
        /// It is removed.
        PasskeyRemoved => "passkey.removed",
        /// There may be two of it: it opens nothing any more.
        PasskeyDoubted => "passkey.doubted",
        /// Has an account at a provider of log-ins for a way in. `by`: from a `session`, or an `invitation`.
        PersonLinked => "person.linked",
        /// Has it no more.
        PersonUnlinked => "person.unlinked",
        /// May not come in any more.
        PersonDisabled => "person.disabled",
        /// May come in again.
        PersonEnabled => "person.enabled",
        /// What somebody may do in the whole instance. `role`: before and after.
        PersonRoles => "person.roles",
        /// A program may come in. `verbs`: what it may do; none: all.
        TokenCreated => "token.created",
        /// It may not any more.
        TokenRevoked => "token.revoked",
        /// A newsletter is there.
        NewsletterCreated => "newsletter.created",
        /// Its settings. `fields`.
        NewsletterChanged => "newsletter.changed",
        /// Its logo. `shown`: whether there is one.
        NewsletterLogo => "newsletter.logo",
        /// What its letters and pages say. `language`, `texts`: which.
        NewsletterTexts => "newsletter.texts",
        /// Who may see its archive. `fields`.
        NewsletterArchive => "newsletter.archive",
        /// Its short name.
        NewsletterSlug => "newsletter.slug",
        /// Which letters of its own it writes to readers. `what`: which.
        NewsletterLetters => "newsletter.letters",
        /// Whether editors are told of new subscribers. `on`.
        NewsletterNotice => "newsletter.notice",
        /// A rhythm more.
        ScheduleAdded => "schedule.added",
        /// Another day, hour or approval. `fields`.
        ScheduleChanged => "schedule.changed",
        /// A rhythm less.
        ScheduleRemoved => "schedule.removed",
        /// A topic more.
        TopicAdded => "topic.added",
        /// Another name, description, or what belongs to it.
        TopicChanged => "topic.changed",
        /// A topic less.
        TopicRemoved => "topic.removed",
        /// Who may see the page of a digest on the web.
        DigestPage => "digest.page",
        /// A feed more.
        FeedAdded => "feed.added",
        /// It is read at another address.
        FeedMoved => "feed.moved",
        /// A feed less.
        FeedRemoved => "feed.removed",
        /// Took subscribers away in a file. `status`: which; none: all.
        SubscribersExported => "subscribers.exported",
        /// Took away what is stored of one subscriber.
        SubscriberExported => "subscriber.exported",
        /// Took this record away.
        ActivityExported => "activity.exported",
        /// Threw a draft away.
        DraftDeleted => "draft.deleted",
        /// Brought it back.
        DraftRestored => "draft.restored",
        /// Made a link by which anybody may read a draft. `ends`: when, milliseconds UTC.
        DraftShared => "draft.shared",
        /// Ended such a link.
        DraftShareEnded => "draft.share-ended",
        /// Had test copies of a digest sent, to so many addresses.
        DigestTested => "digest.tested",
        /// Decided about letters in doubt. `again`: they are sent once more.
        LettersSettled => "letters.settled",
        /// Decided about mails that came back. `what`: filed, dismissed.
        ReturnedDecided => "returned.decided",
        /// A key that signs mails was made, used or retired. `step`: which.
        DkimKey => "dkim.key",
    }
}

tokio::task_local! {
    static ACTING: Actor;
}

/// Does `work` as somebody: what it records without naming anybody is theirs. A task that it spawns is nobody's.
pub async fn acting<F: Future>(who: Actor, work: F) -> F::Output {
    ACTING.scope(who, work).await
}

/// Who acts here: whoever the door let in, or Facteur itself.
pub fn actor() -> Actor {
    ACTING.try_with(|who| *who).unwrap_or(Actor::System)
}

/// Something that somebody did.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    newsletter_id: i64,
    code: &'static str,
    about: (&'static str, i64),
    actor: Actor,
    count: i64,
    parameters: Map<String, Value>,
}

impl Act {
    /// By whoever acts here, about the instance.
    pub fn new(deed: Deed) -> Self {
        let (about, parameters) = (("instance", 0), Map::new());
        Self { newsletter_id: 0, code: deed.as_str(), about, actor: actor(), count: 1, parameters }
    }

    /// In a newsletter, and about it if nothing else is said.
    #[must_use]
    pub fn at(mut self, newsletter_id: i64) -> Self {
        self.newsletter_id = newsletter_id;
        if self.about.0 == "instance" {
            self.about = ("newsletter", newsletter_id);
        }
        self
    }

    /// About one thing: `person`, `draft`, …, and its inside id.
    #[must_use]
    pub fn about(mut self, what: &'static str, id: i64) -> Self {
        self.about = (what, id);
        self
    }

    /// By somebody in particular.
    #[must_use]
    pub fn by(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }

    /// To so many at once.
    #[must_use]
    pub fn counting(mut self, count: usize) -> Self {
        self.count = i64::try_from(count).unwrap_or(i64::MAX);
        self
    }

    /// With this said besides: a word or a number.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.parameters.insert(name.to_owned(), value.into());
        self
    }

    /// With the fields that are other ones now.
    #[must_use]
    pub fn changed(self, fields: Fields) -> Self {
        self.with("fields", Value::Object(fields.0))
    }

    /// Of an event, when somebody is behind it. An erasure counts whoever asked for it.
    fn of_event(event: &Event) -> Option<Self> {
        let somebody = matches!(event.actor, Actor::Person(_) | Actor::Token(_) | Actor::Command);
        let erased = event.code == Code::SubscriberErased && event.actor == Actor::Visitor;
        (somebody || erased).then(|| Self {
            newsletter_id: event.newsletter_id,
            code: event.code.as_str(),
            about: match event.about.parts() {
                ("newsletter", 0) => ("newsletter", event.newsletter_id),
                parts => parts,
            },
            actor: event.actor,
            count: event.count,
            parameters: event.parameters.clone(),
        })
    }
}

/// Fields that were changed, by name: before and after where these are words or numbers of ours, the name alone where somebody's own
/// words or an address stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// What differs between a thing as it was and as it is now, as they serialize. `coded`: fields whose values are words of ours; of
    /// switches both values are told, too, of anything else the name alone.
    pub fn between(before: &impl serde::Serialize, after: &impl serde::Serialize, coded: &[&str]) -> Self {
        // What serializes to no object has no fields.
        let object = |value: serde_json::Result<Value>| match value {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        let (before, after) = (object(serde_json::to_value(before)), object(serde_json::to_value(after)));
        let changed = after.into_iter().filter_map(|(name, now)| {
            let was = before.get(&name).cloned().unwrap_or_default();
            let tells = coded.contains(&name.as_str()) || now.is_boolean();
            let told = if tells { json!([was, now]) } else { Value::Null };
            (was != now).then_some((name, told))
        });
        Self(changed.collect())
    }

    /// Whether nothing is another one.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Adds what somebody did, as the last step of the transaction that does it.
///
/// # Errors
/// The database's.
pub async fn note(tx: &mut Tx, now: Millis, act: Act) -> sqlx::Result<()> {
    sql::add(tx, now, &[act]).await
}

/// Adds what changes nothing else: somebody took data away, or a step whose room knows nothing of activity.
///
/// # Errors
/// The database's.
pub async fn note_alone(db: &Db, now: Millis, act: Act) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    note(&mut tx, now, act).await?;
    tx.commit().await
}

/// Adds several, in their order.
///
/// # Errors
/// The database's.
pub async fn note_all(tx: &mut Tx, now: Millis, acts: &[Act]) -> sqlx::Result<()> {
    sql::add(tx, now, acts).await
}

/// Adds those of these events that somebody is behind.
///
/// # Errors
/// The database's.
pub(super) async fn of_events(tx: &mut Tx, now: Millis, events: &[Event]) -> sqlx::Result<()> {
    let acts: Vec<Act> = events.iter().filter_map(Act::of_event).collect();
    sql::add(tx, now, &acts).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::About;

    #[test]
    fn only_what_somebody_is_behind_is_activity() {
        let of = |code, actor| Act::of_event(&Event::new(7, code, About::Subscriber(3), actor));
        let left = of(Code::SubscriberLeft, Actor::Person(2)).unwrap();
        assert_eq!((left.code, left.about, left.newsletter_id), ("subscriber.left", ("subscriber", 3), 7));
        assert_eq!(of(Code::SubscriberLeft, Actor::Visitor), None);
        assert_eq!(of(Code::DigestReleased, Actor::System), None);
        assert!(of(Code::SubscriberErased, Actor::Visitor).is_some());
        let whole = Act::of_event(&Event::new(7, Code::NewsletterLive, About::Newsletter, Actor::Command)).unwrap();
        assert_eq!(whole.about, ("newsletter", 7));
    }

    #[test]
    fn fields_tell_codes_and_keep_words_to_themselves() {
        let before = json!({ "listed": "yes", "name": "Ana", "footer": "", "on": false });
        let after = json!({ "listed": "no", "name": "Bea", "footer": "", "on": true });
        let fields = Fields::between(&before, &after, &["listed"]);
        assert_eq!(Value::Object(fields.0), json!({ "listed": ["yes", "no"], "name": null, "on": [false, true] }));
        assert!(Fields::between(&before, &before, &["listed"]).is_empty());
    }

    #[tokio::test]
    async fn who_acts_is_known_inside_and_nowhere_else() {
        assert_eq!(actor(), Actor::System);
        let act = acting(Actor::Person(4), async { Act::new(Deed::TokenCreated).about("token", 9) }).await;
        assert_eq!(act.actor, Actor::Person(4));
        assert_eq!(actor(), Actor::System);
        assert_eq!(Act::new(Deed::NewsletterChanged).at(3).about, ("newsletter", 3));
        assert_eq!(Act::new(Deed::FeedAdded).about("feed", 5).at(3).about, ("feed", 5));
    }
}
