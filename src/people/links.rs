//! Links that let one person in once: the set-up of an instance, an invitation, a forgotten password.
//!
//! In: for whom, and what for. Out: the address of a page, and later, from the token in that address, what it is good for. A token is
//! signed by the instance (so an altered one is refused without a look) and stored as its hash; used, it stays known for a month, so
//! that its page can say that it was used.

use super::accounts;
use super::sessions::hash;
use crate::app::App;
use crate::clock::{DAY, MINUTE, Millis};
use crate::db::{Tx, from_row, query, query_as, text_enum};
use crate::keys::{Claim, Keys, Purpose, random};
use crate::letter::RESET_LASTS;

text_enum! {
    /// What a link is good for.
    pub enum Kind {
        /// The first owner of an instance.
        Setup => "setup",
        /// Somebody was invited: they choose their name and password.
        Invite => "invite",
        /// Somebody forgot their password.
        Reset => "reset",
    }
}

impl Kind {
    /// How long it is good, in milliseconds.
    pub const fn lasts(self) -> Millis {
        match self {
            Self::Setup => 30 * MINUTE,
            Self::Invite => 7 * DAY,
            Self::Reset => RESET_LASTS,
        }
    }
}

/// How long a link stays known after it was made.
const KNOWN: Millis = 30 * DAY;
/// `expires_at` of a link that was used.
const USED: Millis = 0;

/// A link as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Of its token.
    pub hash: String,
    /// What for.
    pub kind: Kind,
    /// For whom; `None` for the first owner.
    pub person_id: Option<i64>,
    /// Good until then.
    pub expires_at: Millis,
}
from_row!(Link { hash, kind, person_id, expires_at });

/// What a token is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// It opens.
    Good(Link),
    /// It was used, or what it was for is done.
    Used(Kind),
    /// Its time is over.
    Over(Kind),
    /// A newer one took its place.
    Replaced(Kind),
    /// It is not of this instance, is cut short, or nobody remembers it.
    Unknown,
}

/// Makes a link. Of set-up links there is one, and of a person's invitations: a new one takes the place of those before.
pub async fn make(tx: &mut Tx, keys: &Keys, kind: Kind, person_id: Option<i64>, now: Millis) -> sqlx::Result<Claim> {
    let claim = Claim { subject: person_id.unwrap_or_default(), version: i64::from_be_bytes(random()), issued_at: now };
    if kind != Kind::Reset {
        query("DELETE FROM person_link WHERE kind = $1 AND (person_id = $2 OR person_id IS NULL)")
            .bind(kind)
            .bind(person_id)
            .execute(tx.on())
            .await?;
    }
    query("INSERT INTO person_link (hash, kind, person_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(hash(&token(keys, claim)))
        .bind(kind)
        .bind(person_id)
        .bind(now)
        .bind(now + kind.lasts())
        .execute(tx.on())
        .await?;
    Ok(claim)
}

fn token(keys: &Keys, claim: Claim) -> String {
    keys.sign(Purpose::Person, claim)
}

/// The address of its page. Not for a log.
pub fn address(app: &App, claim: Claim) -> String {
    format!("{}/console/link/{}", app.config.base_url, token(&app.keys, claim))
}

/// What a token is worth now. Changes nothing.
pub async fn look(app: &App, token: &str) -> sqlx::Result<Look> {
    let Some(claim) = app.keys.verify(Purpose::Person, token) else { return Ok(Look::Unknown) };
    let found: Option<Link> = query_as("SELECT hash, kind, person_id, expires_at FROM person_link WHERE hash = $1")
        .bind(hash(token))
        .fetch_optional(app.db.on())
        .await?;
    let Some(link) = found else { return not_stored(app, claim).await };
    if link.expires_at == USED || (link.kind == Kind::Setup && !accounts::none(&app.db).await?) {
        return Ok(Look::Used(link.kind));
    }
    Ok(if link.expires_at <= app.clock.now() { Look::Over(link.kind) } else { Look::Good(link) })
}

/// What became of a link that we have signed and do not store (any more): only whoever was given it asks, so that it tells nobody
/// anything. Of all links only those for a set-up and invitations give way to a newer one.
async fn not_stored(app: &App, claim: Claim) -> sqlx::Result<Look> {
    let (age, setup) = (app.clock.now() - claim.issued_at, claim.subject == 0);
    if setup && !accounts::none(&app.db).await? {
        return Ok(Look::Used(Kind::Setup));
    }
    if setup {
        return Ok(if age >= Kind::Setup.lasts() { Look::Over(Kind::Setup) } else { Look::Replaced(Kind::Setup) });
    }
    let invited = accounts::by_id(&app.db, claim.subject).await?.is_some();
    Ok(if invited && age < KNOWN { Look::Replaced(Kind::Invite) } else { Look::Unknown })
}

/// Uses a link; `false` when somebody was quicker. Of its person no other link is good afterwards.
pub async fn take(tx: &mut Tx, link: &Link, now: Millis) -> sqlx::Result<bool> {
    let taken = query("UPDATE person_link SET expires_at = 0 WHERE hash = $1 AND expires_at > $2")
        .bind(&link.hash)
        .bind(now)
        .execute(tx.on())
        .await?;
    if let Some(person_id) = link.person_id {
        void(tx, person_id).await?;
    }
    Ok(taken == 1)
}

/// From now on no link of this person opens anything.
pub async fn void(tx: &mut Tx, person_id: i64) -> sqlx::Result<u64> {
    query("UPDATE person_link SET expires_at = 0 WHERE person_id = $1").bind(person_id).execute(tx.on()).await
}

/// When the newest letter for a forgotten password was asked for, and how many were since `since`.
pub async fn resets_since(tx: &mut Tx, person_id: i64, since: Millis) -> sqlx::Result<(Option<Millis>, i64)> {
    query_as(
        "SELECT MAX(created_at), COUNT(*) FROM person_link WHERE person_id = $1 AND kind = 'reset' AND created_at > $2",
    )
    .bind(person_id)
    .bind(since)
    .fetch_one(tx.on())
    .await
}

/// Forgets links that were made long ago.
pub async fn forget(tx: &mut Tx, now: Millis) -> sqlx::Result<u64> {
    query("DELETE FROM person_link WHERE created_at <= $1").bind(now - KNOWN).execute(tx.on()).await
}
