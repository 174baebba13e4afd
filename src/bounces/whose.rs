//! Whom something is about. In this order: the code in the envelope's recipient, the leaving code in the enclosed original, the
//! original's Message-ID together with an address, and an address alone when a provider vouches for it.
//!
//! In: a [`Matter`]. Out: the person, and the mailing it was about, when that is known. A report is text that anybody can write, so
//! an address alone proves nothing: codes and Message-IDs are ours, and nobody but the reader and the servers on the way know them.
//! A provider that vouches for an address speaks of it wherever it is subscribed: what is true of the mailbox is true in each
//! newsletter ([`Whose::Everywhere`]); what is somebody's wish is theirs to say of one.

use super::group::Group;
use super::matter::{Kind, Matter};
use super::sql;
use crate::app::App;
use crate::clock::{DAY, Millis};
use crate::db::{Tx, query_scalar};
use crate::keys::Purpose;
use crate::newsletters;
use crate::subscribers::address::Email;
use crate::subscribers::{self, Subscriber};

/// Message-IDs of mails older than this are not recognised, and nothing is counted with an older digest unless it names it.
pub const SPAN: Millis = 60 * DAY;

/// Which mail it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mailing {
    /// One of this digest.
    Digest(i64),
    /// A letter, or one of a digest that is gone.
    None,
    /// That is not told.
    Untold,
}

impl Mailing {
    /// The digest, where it is told.
    pub const fn digest_id(self) -> Option<i64> {
        if let Self::Digest(id) = self { Some(id) } else { None }
    }

    /// Of what a Message-ID led to.
    const fn of(digest_id: Option<i64>) -> Self {
        match digest_id {
            Some(id) => Self::Digest(id),
            None => Self::None,
        }
    }
}

/// Whom it is about.
#[derive(Clone, Debug)]
pub enum Whose {
    /// This person, and this mail.
    Person(Box<Subscriber>, Mailing),
    /// The same address in several newsletters, of whose mailbox a provider tells.
    Everywhere(Vec<Subscriber>),
    /// Somebody who is not here any more: the code is ours.
    Gone,
    /// Not known. `perhaps`: people whose address it names, without proof.
    Unknown {
        /// Ids of people.
        perhaps: Vec<i64>,
    },
}

/// Whom a code names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// `subscriber.id`
    pub subscriber_id: i64,
    /// `digest.id`, where the code says one.
    pub digest_id: Option<i64>,
    /// Whether it says which mail it was, as that of our envelope sender does.
    is_told: bool,
}

/// Whom a code of ours in it names: that of the envelope sender, else that of leaving.
pub fn named(app: &App, matter: &Matter) -> Option<Named> {
    let bounced = matter.recipients.iter().find_map(|recipient| app.keys.bounced(recipient));
    if let Some(about) = bounced {
        let digest_id = (about.digest_id != 0).then_some(about.digest_id);
        return Some(Named { subscriber_id: about.subscriber_id, digest_id, is_told: true });
    }
    let claim = matter.leave.iter().find_map(|code| app.keys.verify(Purpose::Leave, code))?;
    // Links of letters, and of mails of earlier versions, name no digest.
    let digest_id = (claim.issued_at != 0).then_some(claim.issued_at);
    Some(Named { subscriber_id: claim.subject, digest_id, is_told: digest_id.is_some() })
}

/// Finds out.
///
/// # Errors
/// The database's.
pub async fn whose(group: &mut Group<'_>, tx: &mut Tx, matter: &Matter) -> sqlx::Result<Whose> {
    let app = group.app;
    let Some(named) = named(app, matter) else { return by_address(app, tx, matter).await };
    let Some(person) = group.person(tx, named.subscriber_id).await? else { return Ok(Whose::Gone) };
    let digest_id = match named.digest_id {
        // Whatever became of the digest meanwhile.
        Some(id) => group.tally(tx, id).await?.map(|_| id),
        None => None,
    };
    let mailing = if named.is_told {
        Mailing::of(digest_id)
    } else {
        behind_any(app, tx, &person, &matter.message_ids).await?.map_or(Mailing::Untold, Mailing::of)
    };
    Ok(Whose::Person(Box::new(person), mailing))
}

async fn by_address(app: &App, tx: &mut Tx, matter: &Matter) -> sqlx::Result<Whose> {
    let mut perhaps = Vec::new();
    for address in matter.addresses.iter().take(20) {
        let Ok(email) = address.parse::<Email>() else { continue };
        perhaps.extend(subscribers::sql::by_key_everywhere(tx, email.key()).await?);
    }
    for person in &perhaps {
        if let Some(digest) = behind_any(app, tx, person, &matter.message_ids).await? {
            return Ok(Whose::Person(Box::new(person.clone()), Mailing::of(digest)));
        }
    }
    if matter.vouched { vouched(tx, matter, &perhaps).await } else { Ok(unknown(&perhaps)) }
}

fn unknown(perhaps: &[Subscriber]) -> Whose {
    Whose::Unknown { perhaps: perhaps.iter().map(|person| person.id).collect() }
}

/// Whom a provider means that tells an address, and perhaps who sent the mail.
async fn vouched(tx: &mut Tx, matter: &Matter, perhaps: &[Subscriber]) -> sqlx::Result<Whose> {
    let theirs = match &matter.sender {
        Some(domain) if perhaps.len() > 1 => sql::of_sender_domain(tx, domain).await?,
        _ => Vec::new(),
    };
    let is_meant = |person: &&Subscriber| theirs.is_empty() || theirs.contains(&person.newsletter_id);
    let meant: Vec<&Subscriber> = perhaps.iter().filter(is_meant).collect();
    let Some(&first) = meant.first() else { return Ok(unknown(perhaps)) };
    let is_one = match matter.kind {
        _ if meant.len() == 1 => true,
        Kind::Hard | Kind::Soft => return Ok(Whose::Everywhere(meant.into_iter().cloned().collect())),
        // A complaint is about every newsletter of the sender's domain: which of them does not matter.
        Kind::Complaint => {
            let same = newsletters::sql::of_the_same_sender_domain(tx, first.newsletter_id).await?;
            meant.iter().all(|person| same.contains(&person.newsletter_id))
        }
        _ => false,
    };
    Ok(if is_one { Whose::Person(Box::new(first.clone()), Mailing::Untold) } else { unknown(perhaps) })
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
    let digests: Vec<i64> =
        query_scalar("SELECT id FROM digest WHERE newsletter_id = $1 AND released_at >= $2 ORDER BY id DESC LIMIT 500")
            .bind(person.newsletter_id)
            .bind(since)
            .fetch_all(tx.on())
            .await?;
    if let Some(id) = digests.into_iter().find(|id| app.keys.message_id("digest", *id, person.id) == left) {
        return Ok(Some(Some(id)));
    }
    let letters: Vec<i64> =
        query_scalar("SELECT id FROM letter WHERE subscriber_id = $1 AND created_at >= $2 ORDER BY id DESC LIMIT 500")
            .bind(person.id)
            .bind(since)
            .fetch_all(tx.on())
            .await?;
    Ok(letters.into_iter().any(|id| app.keys.message_id("letter", id, 0) == left).then_some(None))
}
