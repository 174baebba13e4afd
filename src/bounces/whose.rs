//! Whom something is about. In this order: the code in the envelope's recipient, the leaving code in the enclosed original, the
//! original's Message-ID together with an address, and an address alone when a provider vouches for it.
//!
//! In: a [`Matter`]. Out: the person, and the digest it was about, when that is known. A report is text that anybody can write, so
//! an address alone proves nothing: codes and Message-IDs are ours, and nobody but the reader and the servers on the way know them.

use super::matter::Matter;
use crate::app::App;
use crate::clock::DAY;
use crate::db::{Tx, in_tx};
use crate::keys::Purpose;
use crate::subscribers::address::Email;
use crate::subscribers::{self, Subscriber};

/// Message-IDs of mails older than this are not recognised.
const SPAN: i64 = 60 * DAY;

/// Whom it is about.
#[derive(Clone, Debug)]
pub enum Whose {
    /// This person, and this digest when it is known.
    Person(Box<Subscriber>, Option<i64>),
    /// Somebody who is not here any more: the code is ours.
    Gone,
    /// Not known. `perhaps`: people whose address it names, without proof.
    Unknown {
        /// Ids of people.
        perhaps: Vec<i64>,
    },
}

/// Finds out.
///
/// # Errors
/// The database's.
pub async fn whose(app: &App, tx: &mut Tx, matter: &Matter) -> sqlx::Result<Whose> {
    if let Some(about) = matter.recipients.iter().find_map(|recipient| app.keys.bounced(recipient)) {
        let person = subscribers::sql::by_id_in(tx, about.subscriber_id).await?;
        let digest = match about.digest_id {
            0 => None,
            id => known_digest(tx, id).await?,
        };
        return Ok(person.map_or(Whose::Gone, |person| Whose::Person(Box::new(person), digest)));
    }
    if let Some(claim) = matter.leave.iter().find_map(|code| app.keys.verify(Purpose::Leave, code)) {
        let Some(person) = subscribers::sql::by_id_in(tx, claim.subject).await? else { return Ok(Whose::Gone) };
        // Links of mails of earlier versions name no digest.
        let digest = match claim.issued_at {
            0 => behind_any(app, tx, &person, &matter.message_ids).await?.flatten(),
            id => known_digest(tx, id).await?,
        };
        return Ok(Whose::Person(Box::new(person), digest));
    }
    by_address(app, tx, matter).await
}

async fn by_address(app: &App, tx: &mut Tx, matter: &Matter) -> sqlx::Result<Whose> {
    let mut perhaps = Vec::new();
    for address in matter.addresses.iter().take(20) {
        let Ok(email) = address.parse::<Email>() else { continue };
        perhaps.extend(subscribers::sql::by_key_everywhere(tx, email.key()).await?);
    }
    for person in &perhaps {
        if let Some(digest) = behind_any(app, tx, person, &matter.message_ids).await? {
            return Ok(Whose::Person(Box::new(person.clone()), digest));
        }
    }
    match perhaps.as_slice() {
        [person] if matter.vouched => Ok(Whose::Person(Box::new(person.clone()), None)),
        _ => Ok(Whose::Unknown { perhaps: perhaps.iter().map(|person| person.id).collect() }),
    }
}

/// The same for several: the first that is ours.
async fn behind_any(app: &App, tx: &mut Tx, person: &Subscriber, ids: &[String]) -> sqlx::Result<Option<Option<i64>>> {
    for id in ids.iter().take(5) {
        if let Some(digest) = digest_behind(app, tx, person, id).await? {
            return Ok(Some(digest));
        }
    }
    Ok(None)
}

/// Whether this Message-ID is of a mail to `person`, and of which digest (`Some(None)`: a letter).
async fn digest_behind(
    app: &App,
    tx: &mut Tx,
    person: &Subscriber,
    message_id: &str,
) -> sqlx::Result<Option<Option<i64>>> {
    let left = message_id.split('@').next().unwrap_or_default();
    let since = app.clock.now() - SPAN;
    let digests: Vec<i64> = in_tx!(tx, |c| sqlx::query_scalar(
        "SELECT id FROM digest WHERE newsletter_id = $1 AND released_at >= $2 ORDER BY id DESC LIMIT 500"
    )
    .bind(person.newsletter_id)
    .bind(since)
    .fetch_all(c))?;
    if let Some(id) = digests.into_iter().find(|id| app.keys.message_id("digest", *id, person.id) == left) {
        return Ok(Some(Some(id)));
    }
    let letters: Vec<i64> = in_tx!(tx, |c| sqlx::query_scalar(
        "SELECT id FROM letter WHERE subscriber_id = $1 AND created_at >= $2 ORDER BY id DESC LIMIT 500"
    )
    .bind(person.id)
    .bind(since)
    .fetch_all(c))?;
    Ok(letters.into_iter().any(|id| app.keys.message_id("letter", id, 0) == left).then_some(None))
}

/// The digest of this id, unless it is gone.
async fn known_digest(tx: &mut Tx, id: i64) -> sqlx::Result<Option<i64>> {
    in_tx!(tx, |c| sqlx::query_scalar("SELECT id FROM digest WHERE id = $1").bind(id).fetch_optional(c))
}
