//! Somebody reported a mail of ours as unwanted: nothing of this sender's domain is sent to them any more.
//!
//! In: the person a report is about. Out: state `complained`, the address suppressed on every newsletter whose sender has the same
//! domain (those that come later get it by the database itself), one event each. The way back is the person's own sign-up and
//! button ([`super::confirm`]), or an operator who says why ([`pardon`]); no editor and no import lifts it.

use super::{Subscriber, sql, status, suppression};
use crate::app::App;
use crate::db::Tx;
use crate::events::Actor;
use crate::newsletters;

/// Ends what `person` gets, and what the same address gets from newsletters of the same sender's domain. `source` says by which way
/// it was told (a word, no address). Gives how many subscriptions ended; 0 when the complaint was known.
///
/// # Errors
/// The database's.
pub async fn complain(app: &App, tx: &mut Tx, person: &Subscriber, source: &str) -> sqlx::Result<usize> {
    let now = app.clock.now();
    let hash = app.keys.address_hash(&person.email_key);
    let mut ended = 0;
    for newsletter_id in newsletters::sql::of_the_same_sender_domain(tx, person.newsletter_id).await? {
        suppression::suppress(tx, newsletter_id, &hash, suppression::COMPLAINED, now).await?;
        if let Some(theirs) = sql::by_key_in(tx, newsletter_id, &person.email_key).await? {
            ended += usize::from(status::complain(tx, &theirs, now, source).await?);
        }
    }
    Ok(ended)
}

/// What [`pardon`] did on one newsletter.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Pardoned {
    /// Which; 0: the row that applies to all.
    pub newsletter_id: i64,
    /// What the suppression had been for.
    pub reason: String,
}

/// An operator lifts the suppressions of an address, on one newsletter or on all; `why` is kept for good. Whoever complained is
/// unsubscribed from then on: they may ask again, and get nothing before they do.
///
/// # Errors
/// The database's.
pub async fn pardon(
    app: &App,
    email_key: &str,
    newsletter_id: Option<i64>,
    why: &str,
    by: Actor,
) -> sqlx::Result<Vec<Pardoned>> {
    let now = app.clock.now();
    let hash = app.keys.address_hash(email_key);
    let kept = suppression::of(&app.db, &hash).await?;
    let mut tx = app.db.begin().await?;
    let mut done = Vec::new();
    for kept in kept.iter().filter(|kept| newsletter_id.is_none_or(|id| id == kept.newsletter_id)) {
        let Some(reason) = suppression::remove(&mut tx, kept.newsletter_id, &hash, why, now).await? else { continue };
        if let Some(person) = sql::by_key_in(&mut tx, kept.newsletter_id, email_key).await? {
            status::pardon(&mut tx, &person, now, by).await?;
        }
        done.push(Pardoned { newsletter_id: kept.newsletter_id, reason });
    }
    tx.commit().await?;
    Ok(done)
}
