//! Repeats to a database that has gone back in time what this process had reported to it.
//!
//! In: the [`Memory`]. Out: rows that are closed again as they were, in slices, whoever has their batch now: what became of
//! a mail is true whoever sent it. Told to a database that knows it already, it changes nothing. What concerns the person
//! (an address that does not exist) is not said again: the next mail finds it out.

use super::memory::{Memory, Said};
use crate::app::App;
use crate::delivery::supply::in_hand::InHand;
use crate::ledger::sql::claim::Recipient;
use crate::ledger::sql::{batch, record, retell};
use crate::ledger::{BatchKey, Meaning, hold};
use crate::reason::Reason;

/// Tells of digests; gives how many rows were not known.
///
/// # Errors
/// When the database cannot be used; told again it goes on.
pub async fn digests(app: &App, meaning: Meaning, memory: &Memory) -> anyhow::Result<u64> {
    let mut told = 0;
    for (digest_id, said) in memory.digests() {
        if retell::is_there(&app.db, digest_id, said.released_at).await? {
            told += one(app, digest_id, &said).await?;
        } else {
            // What was reported of it cannot be told: the same posts would go out again, also to those who have them.
            hold::hold(app, meaning, &Reason::DigestForgotten).await?;
        }
    }
    if told > 0 {
        tracing::warn!(rows = told, "the database had forgotten these results; it was told them again");
    }
    Ok(told)
}

/// Leaves out of a batch whom this process remembers as accepted, whatever the database says; it is told.
///
/// # Errors
/// As [`digests`].
pub async fn leave_out(
    app: &App,
    memory: &Memory,
    in_hand: &InHand,
    (BatchKey { digest_id, lo }, hi): (BatchKey, i64),
    mut rows: Vec<Recipient>,
) -> sqlx::Result<Vec<Recipient>> {
    let mut known = memory.accepted_in(digest_id, (lo, hi));
    if known.is_empty() {
        return Ok(rows);
    }
    known.sort_unstable();
    let before = rows.len();
    rows.retain(|row| known.binary_search(&row.subscriber_id).is_err());
    if rows.len() < before {
        let mut tx = app.db.begin().await?;
        batch::close_accepted(&mut tx, digest_id, &known).await?;
        tx.commit().await?;
        in_hand.suspect();
    }
    Ok(rows)
}

async fn one(app: &App, digest_id: i64, said: &Said) -> sqlx::Result<u64> {
    let mut told = 0;
    let now = app.clock.now();
    for (lo, accepted) in &said.accepted {
        let mut piece = app.db.begin_piece().await?;
        told += batch::close_accepted(&mut piece.tx, digest_id, &accepted.ids).await?;
        for line in said.lines.get(lo).into_iter().flat_map(|lines| lines.values()) {
            if record::line(&mut piece.tx, line).await? == record::Took::Now {
                told += 1;
                if let Some(note) = &line.note {
                    record::note(&mut piece.tx, line, note, now).await?;
                }
            }
        }
        piece.commit().await?;
    }
    Ok(told)
}

/// Tells of letters; gives how many were not known.
///
/// # Errors
/// As [`digests`].
pub async fn letters(app: &App, memory: &Memory) -> sqlx::Result<u64> {
    let mut told = 0;
    let known = memory.letters();
    if known.is_empty() {
        return Ok(0);
    }
    let mut tx = app.db.begin().await?;
    for (created_at, line) in &known {
        told += retell::letter(&mut tx, *created_at, line, app.clock.now()).await?;
    }
    tx.commit().await?;
    if told > 0 {
        tracing::warn!(
            letters = told,
            "the database had forgotten these letters; it was told again what became of them"
        );
    }
    Ok(told)
}
