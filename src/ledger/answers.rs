//! What mail servers answered about a digest's mails, in sums: by minute, for its timeline, and by mailbox provider.
//!
//! In: results that the recorder has written. Out: rows of `digest_minute` and `digest_provider`, added to from time to time: a row for
//! each result would cost more than sending it. A kill takes what was not added yet; the ledger still knows what became of everybody,
//! and whoever shows these sums says how many of its rows are in none of them. No row names a person.

use std::collections::HashMap;

use super::provider::Provider;
use super::{Done, Key, Outcome};
use crate::clock::{MINUTE, Millis};
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar};

/// How many results are added to the rows at a time: each time costs as much as some dozens of mails.
pub const MANY: usize = 10_000;
/// Rows of a digest's timeline from which on it is kept by the hour, once it has ended.
const MOST: i64 = 240;
/// Minutes in such a row.
const COARSE: i64 = 60;

/// Answers of one kind each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Sums {
    /// "Accepted".
    pub accepted: i64,
    /// "No".
    pub refused: i64,
    /// "Later", each time it was said.
    pub deferred: i64,
}

/// What is not added to the rows yet.
#[derive(Debug, Default)]
pub struct Answers {
    digests: Vec<OfDigest>,
    count: usize,
}

/// The same of one digest: of those that leave at the same time there are few.
#[derive(Debug)]
struct OfDigest {
    id: i64,
    /// As they came.
    minutes: Vec<(i64, Sums)>,
    /// In the order of [`Provider::ALL`].
    providers: [Sums; Provider::ALL.len()],
}

impl Answers {
    /// Takes one result in; a mail that was not sent has none.
    pub fn take(&mut self, done: &Done, now: Millis) {
        let Key::Digest { digest_id, .. } = done.key else { return };
        let sums = match done.outcome {
            Outcome::Accepted => Sums { accepted: 1, ..Sums::default() },
            Outcome::Refused { .. } => Sums { refused: 1, ..Sums::default() },
            Outcome::Deferred { code, .. } if code > 0 => Sums { deferred: 1, ..Sums::default() },
            Outcome::Deferred { .. } | Outcome::Skipped { .. } | Outcome::Uncertain => return,
        };
        let digest = self.digest(digest_id);
        let minute = now.div_euclid(MINUTE);
        match digest.minutes.last_mut() {
            Some((last, kept)) if *last == minute => kept.add(sums),
            _ => digest.minutes.push((minute, sums)),
        }
        digest.providers[done.provider as usize].add(sums);
        self.count += 1;
    }

    fn digest(&mut self, id: i64) -> &mut OfDigest {
        let at = self.digests.iter().position(|digest| digest.id == id).unwrap_or_else(|| {
            self.digests.push(OfDigest { id, minutes: Vec::new(), providers: Default::default() });
            self.digests.len() - 1
        });
        &mut self.digests[at]
    }

    /// How many results.
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds them to the rows.
    ///
    /// # Errors
    /// The database's; nothing was added.
    pub async fn write(&self, db: &Db) -> sqlx::Result<()> {
        let mut tx = db.begin().await?;
        // In one order, so that two processes never wait for each other.
        let mut digests: Vec<_> = self.digests.iter().collect();
        digests.sort_unstable_by_key(|digest| digest.id);
        for digest in &digests {
            let mut minutes = digest.minutes.clone();
            minutes.sort_unstable_by_key(|(minute, _)| *minute);
            for (minute, sums) in minutes {
                add_minute(&mut tx, digest.id, minute, sums).await?;
            }
        }
        for digest in &digests {
            let told = Provider::ALL.iter().zip(digest.providers).filter(|(_, sums)| *sums != Sums::default());
            for (provider, sums) in told {
                add_provider(&mut tx, digest.id, *provider, sums).await?;
            }
        }
        tx.commit().await
    }
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.deferred += other.deferred;
    }
}

/// Adds what servers answered about a digest by minute (since 1970) and by provider, told by something else than results.
///
/// # Errors
/// The database's.
pub async fn adopt(
    tx: &mut Tx,
    digest_id: i64,
    minutes: &[(i64, Sums)],
    providers: &[(Provider, Sums)],
) -> sqlx::Result<()> {
    for (minute, sums) in minutes {
        add_minute(tx, digest_id, *minute, *sums).await?;
    }
    for (provider, sums) in providers {
        add_provider(tx, digest_id, *provider, *sums).await?;
    }
    Ok(())
}

/// A digest that was deleted meanwhile gets no row.
async fn add_minute(tx: &mut Tx, digest_id: i64, minute: i64, sums: Sums) -> sqlx::Result<()> {
    query(
        "INSERT INTO digest_minute (digest_id, minute, accepted, refused, deferred)
         SELECT id, $2, $3, $4, $5 FROM digest WHERE id = $1
         ON CONFLICT (digest_id, minute) DO UPDATE SET accepted = digest_minute.accepted + excluded.accepted,
             refused = digest_minute.refused + excluded.refused, deferred = digest_minute.deferred + excluded.deferred",
    )
    .bind(digest_id)
    .bind(minute)
    .bind(sums.accepted)
    .bind(sums.refused)
    .bind(sums.deferred)
    .execute(tx.on())
    .await?;
    Ok(())
}

async fn add_provider(tx: &mut Tx, digest_id: i64, provider: Provider, sums: Sums) -> sqlx::Result<()> {
    query(
        "INSERT INTO digest_provider (digest_id, provider, accepted, refused, deferred)
         SELECT id, $2, $3, $4, $5 FROM digest WHERE id = $1
         ON CONFLICT (digest_id, provider) DO UPDATE SET accepted = digest_provider.accepted + excluded.accepted,
             refused = digest_provider.refused + excluded.refused,
             deferred = digest_provider.deferred + excluded.deferred",
    )
    .bind(digest_id)
    .bind(provider)
    .bind(sums.accepted)
    .bind(sums.refused)
    .bind(sums.deferred)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// A minute, or an hour, of a digest's timeline.
#[derive(Clone, Copy, Debug)]
pub struct Minute {
    /// Minutes since 1970.
    pub minute: i64,
    /// "Accepted".
    pub accepted: i64,
    /// "No".
    pub refused: i64,
    /// "Later".
    pub deferred: i64,
}
from_row!(Minute { minute, accepted, refused, deferred });

/// A digest's timeline, in order.
pub async fn minutes(db: &Db, digest_id: i64) -> sqlx::Result<Vec<Minute>> {
    query_as("SELECT minute, accepted, refused, deferred FROM digest_minute WHERE digest_id = $1 ORDER BY minute")
        .bind(digest_id)
        .fetch_all(db.on())
        .await
}

/// What one provider answered about a digest.
#[derive(Clone, Copy, Debug)]
pub struct OfProvider {
    /// Which.
    pub provider: Provider,
    /// "Accepted".
    pub accepted: i64,
    /// "No".
    pub refused: i64,
    /// "Later".
    pub deferred: i64,
}
from_row!(OfProvider { provider, accepted, refused, deferred });

/// By provider, the largest first.
pub async fn providers(db: &Db, digest_id: i64) -> sqlx::Result<Vec<OfProvider>> {
    query_as(
        "SELECT provider, accepted, refused, deferred FROM digest_provider WHERE digest_id = $1
         ORDER BY accepted + refused DESC, provider",
    )
    .bind(digest_id)
    .fetch_all(db.on())
    .await
}

/// Keeps the long timelines of digests that ended before `before` by the hour, so that a slow mail server fills no disk. Gives how many.
pub async fn thin(db: &Db, before: Millis) -> sqlx::Result<usize> {
    let long: Vec<i64> = query_scalar(
        "SELECT m.digest_id FROM digest_minute m JOIN digest d ON d.id = m.digest_id
         WHERE d.finished_at < $1 GROUP BY m.digest_id HAVING SUM(CASE WHEN m.minute % $3 = 0 THEN 0 ELSE 1 END) > $2",
    )
    .bind(before)
    .bind(MOST)
    .bind(COARSE)
    .fetch_all(db.on())
    .await?;
    for digest_id in &long {
        let mut tx = db.begin().await?;
        let mut hours: HashMap<i64, Sums> = HashMap::new();
        for found in minutes(db, *digest_id).await? {
            let Minute { minute, accepted, refused, deferred } = found;
            hours.entry(minute - minute.rem_euclid(COARSE)).or_default().add(Sums { accepted, refused, deferred });
        }
        query("DELETE FROM digest_minute WHERE digest_id = $1").bind(*digest_id).execute(tx.on()).await?;
        for (minute, sums) in hours {
            add_minute(&mut tx, *digest_id, minute, sums).await?;
        }
        tx.commit().await?;
    }
    Ok(long.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(subscriber_id: i64, provider: Provider, outcome: Outcome) -> Done {
        let key = Key::Digest { digest_id: 1, subscriber_id, batch_lo: 1, epoch: 1 };
        Done { key, attempts: 0, provider, outcome }
    }

    #[test]
    fn what_a_server_answered_is_counted_and_nothing_else() {
        let mut answers = Answers::default();
        let later = |code| Outcome::Deferred { next_at: 9, code, words: String::new(), counted: true };
        answers.take(&done(1, Provider::Gmail, Outcome::Accepted), MINUTE);
        answers.take(&done(2, Provider::Gmail, later(450)), MINUTE + 1);
        answers.take(&done(3, Provider::Gmail, later(0)), MINUTE);
        answers.take(&done(4, Provider::Other, Outcome::Skipped { reason: "left" }), MINUTE);
        let refused = Outcome::Refused { code: 550, reason: "policy", words: String::new() };
        answers.take(&done(5, Provider::Orange, refused), 2 * MINUTE);
        assert_eq!((answers.len(), answers.is_empty()), (3, false));
        let kept = &answers.digests[0];
        assert_eq!(kept.minutes[0], (1, Sums { accepted: 1, refused: 0, deferred: 1 }));
        assert_eq!(kept.minutes[1], (2, Sums { accepted: 0, refused: 1, deferred: 0 }));
        assert_eq!(kept.providers.iter().filter(|sums| **sums != Sums::default()).count(), 2);
    }
}
