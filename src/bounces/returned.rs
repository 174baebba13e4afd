//! What came back, once and for good: the one way in for every source, and the heap from which consequences are drawn.
//!
//! In: a [`Batch`] of events that are proven, from one source. Out: a row of `returned` for each that counts, the first time it is
//! told ([`accept`]); read again by [`waiting`], in the order in which they came, and closed by [`close`] in the transaction of
//! whoever drew the consequence. Nothing here changes a person.
//!
//! A row holds no address when somebody is found by it: `subscriber_id` names them (by the token of our envelope sender, else by the
//! address; who subscribes to several newsletters, the first of their subscriptions), and `recipient_hash` is the keyed hash by which
//! suppressions know the address, also after the person was erased. Only when nobody is found `recipient` keeps the address, so
//! that an editor can file it. Addresses in what servers said are masked.

use crate::app::App;
use crate::clock::{DAY, Millis};
use crate::db::{Db, Tx, from_row};
use crate::keys::Purpose;
use crate::ledger::mask;
use crate::subscribers::address::Email;

use super::event::{Event, fingerprint};
use super::sql;

/// For how long the names of events are known, so that one told again is not stored again. What is older is not stored at all.
pub const KNOWN: Millis = 30 * DAY;

/// Events that one transaction stores at most: some milliseconds, in which no mail can be recorded.
const AT_ONCE: usize = 200;

/// Longest text of a server that is kept, in characters.
const LONGEST: usize = 500;

/// What one post or report brought.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Who brought it: the name of a provider.
    pub source: &'static str,
    /// What names the whole batch: a second one of this name is not stored.
    pub replay: Option<String>,
    /// Each about one recipient.
    pub events: Vec<Event>,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// Stored now.
    pub new: usize,
    /// Stored before, too old, or of no account.
    pub passed: usize,
}

/// A row of the heap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// Rises with the time of arrival.
    pub id: i64,
    /// Who brought it: the name of a provider.
    pub source: String,
    /// `Kind::as_str` of [`super::event`]: `bounce`, `complaint`, `leave`, `withheld`.
    pub kind: String,
    /// Of a bounce: `hard`, `soft`, `block`, or empty.
    pub class: String,
    /// Who it is about, when they are found.
    pub subscriber_id: Option<i64>,
    /// [`crate::keys::Keys::address_hash`] of the address; `None` when it is no address.
    pub recipient_hash: Option<String>,
    /// The address as it was told; only when nobody is found by it.
    pub recipient: Option<String>,
    /// The token of our envelope sender ([`Purpose::Bounce`]), verified: it names the person and the digest.
    pub token: Option<String>,
    /// The `Message-ID` of our mail.
    pub message_id: Option<String>,
    /// Enhanced status, such as `5.1.1`; empty when there is none.
    pub status: String,
    /// What was said, without addresses; may be empty.
    pub text: String,
    /// When it happened, as far as the source says.
    pub happened_at: Option<Millis>,
    /// When it came.
    pub received_at: Millis,
    /// `new`, then whatever [`close`] is told.
    pub state: String,
}
from_row!(Returned {
    id,
    source,
    kind,
    class,
    subscriber_id,
    recipient_hash,
    recipient,
    token,
    message_id,
    status,
    text,
    happened_at,
    received_at,
    state,
});

/// Stores the events that count and are new. Once it has returned they are durable; after a fault in the middle the same batch may
/// be brought again.
pub async fn accept(app: &App, batch: &Batch) -> sqlx::Result<Accepted> {
    let now = app.clock.now();
    let counts = |event: &&Event| event.kind.counts() && event.at.is_none_or(|at| at > now - KNOWN);
    let events: Vec<&Event> = batch.events.iter().filter(counts).collect();
    let mut accepted = Accepted { new: 0, passed: batch.events.len() };
    if events.is_empty() || is_known(app, batch).await? {
        return Ok(accepted);
    }
    for events in events.chunks(AT_ONCE) {
        let mut piece = app.db.begin_piece().await?;
        sql::forget(&mut piece.tx, now - KNOWN).await?;
        for event in events {
            accepted.new += usize::from(store(app, &mut piece.tx, batch.source, event, now).await?);
        }
        piece.commit().await?;
    }
    // Last, so that a batch of which a piece failed is not known yet.
    if let Some(name) = &batch.replay {
        let mut tx = app.db.begin().await?;
        sql::note(&mut tx, batch.source, name, now).await?;
        tx.commit().await?;
    }
    accepted.passed -= accepted.new;
    tracing::info!(source = batch.source, new = accepted.new, passed = accepted.passed, "mails came back");
    Ok(accepted)
}

async fn is_known(app: &App, batch: &Batch) -> sqlx::Result<bool> {
    match &batch.replay {
        Some(name) => sql::is_noted(&app.db, batch.source, name).await,
        None => Ok(false),
    }
}

/// Stores one event, unless it was told before.
async fn store(app: &App, tx: &mut Tx, source: &str, event: &Event, now: Millis) -> sqlx::Result<bool> {
    if !sql::note(tx, source, &name_of(event), now).await? {
        return Ok(false);
    }
    let email = Email::from_typed(&event.recipient).ok();
    let claim = event.token.as_deref().and_then(|token| app.keys.verify(Purpose::Bounce, token));
    let mut subscriber_id = None;
    if let Some(claim) = claim {
        subscriber_id = sql::person(tx, claim.subject).await?;
    }
    if let (None, Some(email)) = (subscriber_id, &email) {
        subscriber_id = sql::person_of(tx, email.key()).await?;
    }
    let told = subscriber_id.is_none().then(|| cut(&event.recipient, LONGEST)).filter(|told| !told.is_empty());
    let row = Returned {
        id: 0,
        source: source.to_owned(),
        kind: event.kind.as_str().to_owned(),
        class: event.kind.class().to_owned(),
        subscriber_id,
        recipient_hash: email.map(|email| app.keys.address_hash(email.key())),
        recipient: told,
        token: event.token.clone().filter(|_| claim.is_some()),
        message_id: event.message_id.as_ref().map(|id| cut(id, LONGEST)),
        status: event.status.clone().unwrap_or_default(),
        text: cut(&mask::masked(event.text.as_deref().unwrap_or_default()), LONGEST),
        happened_at: event.at,
        received_at: now,
        state: "new".to_owned(),
    };
    sql::insert(tx, &row).await?;
    Ok(true)
}

/// What the event is known by: its id, or what stands in it.
fn name_of(event: &Event) -> String {
    let Event { id, recipient, text, at, .. } = event;
    if id.is_empty() {
        let at = at.unwrap_or_default().to_string();
        return fingerprint(&[event.kind.as_str(), recipient, text.as_deref().unwrap_or_default(), &at]);
    }
    // Whatever a provider calls it, it is as long as a name, and holds no address.
    if id.len() > 100 || id.contains('@') || id.contains('\0') { fingerprint(&[id]) } else { id.clone() }
}

/// The first characters; PostgreSQL stores no NUL.
fn cut(text: &str, most: usize) -> String {
    text.chars().filter(|c| *c != '\0').take(most).collect()
}

/// What no consequence was drawn from yet, the oldest first: `after` an id, `most` at once.
pub async fn waiting(db: &Db, after: i64, most: i64) -> sqlx::Result<Vec<Returned>> {
    sql::of_state(db, "new", after, most).await
}

/// Puts a row into another state, in the transaction that draws its consequence; false when it is not `new` any more.
pub async fn close(tx: &mut Tx, id: i64, state: &str) -> sqlx::Result<bool> {
    sql::close(tx, id, state).await
}
