//! A digest that may go → frozen content, one mail a language, a page for the archive, one row of the ledger for each recipient.
//!
//! In: a digest in state `releasing`. Out: the same in state `sending`. Up to [`WHOLE`] recipients all is written in the
//! transaction that freezes it; above, in ranges of ids, so that a sign-up never waits long for SQLite's only
//! writer ([`next`]). Each range moves `released_upto` from where it was seen: a kill between two loses nothing, and two
//! processes write no row twice. [`crate::digests::schedule::tick`] goes on with what a kill cut short. [`parts`] has what some readers
//! get instead of the whole. Of a sender that warms up the rows wait for their day ([`warmup`]).

use std::time::Duration;

use crate::app::App;
use crate::clock::Millis;
use crate::db::{Room, Tx};
use crate::dkim;
use crate::fault::fault;
use crate::i18n;
use crate::mails::{Composed, DigestContent};
use crate::newsletters::{self, Newsletter, Schedule};
use crate::reason::Reason;

use super::archive::{self, keep};
use super::notice::{self, Event, Notice};
use super::transition::{self, Why};
use super::warmup::{self, begin, daily};
use super::{Digest, DigestError, MEANING, Refusal, content, first, mode, parts, sql};
use crate::ledger::sql::release::Kind;
use crate::ledger::{self, DigestState};

/// Recipients that are released in one transaction; 100,000 rows hold SQLite's writer for 0.15 s.
const WHOLE: i64 = 100_000;
/// Ids in the first range above that: 50,000 rows hold the writer for 0.02 to 0.03 s.
const RANGE: i64 = 50_000;
/// How long a range should hold SQLite's writer, in ms: each has a commit of its own, and whoever signs up waits for one at most.
const HOLD: i64 = 40;
/// Ids in any range, however fast or slow the one before was.
const RANGES: std::ops::RangeInclusive<i64> = 10_000..=200_000;

/// Releases a digest to its end. Gives it as it stands then; a digest in another state is given back as it is.
///
/// # Errors
/// [`Refusal::NotRendered`] when a mail cannot be made: the digest then waits for an editor, who is told.
pub async fn run(app: &App, digest_id: i64) -> Result<Digest, DigestError> {
    let mut released = false;
    loop {
        let digest = sql::by_id(&app.db, digest_id).await?;
        let digest = digest.ok_or(Refusal::Gone)?;
        if digest.state != DigestState::Releasing {
            app.wake.now();
            if released && digest.recipients > RANGE {
                count_ledger(app).await;
            }
            if released {
                first_slice(app).await;
            }
            return Ok(digest);
        }
        released = true;
        if digest.released_at.is_some() {
            ranges(app, &digest).await?;
        } else if !first::holds_back(app, &digest).await? {
            freeze(app, &digest).await?;
        }
    }
}

/// Sending goes on without it, but slower.
async fn count_ledger(app: &App) {
    if let Err(error) = ledger::sql::release::count(&app.db).await {
        tracing::warn!(%error, "PostgreSQL could not count the ledger; it is slow to read until it does by itself");
    }
}

/// What cannot be done now is at the next tick.
async fn first_slice(app: &App) {
    if let Err(error) = daily::go_on(app).await {
        tracing::warn!(%error, "the first slice of a warm-up is let go at the next tick");
    }
}

/// Everything a digest belongs to.
struct Whole {
    newsletter: Newsletter,
    schedule: Schedule,
}

async fn whole(app: &App, digest: &Digest) -> Result<Whole, DigestError> {
    let newsletter = newsletters::sql::by_id(&app.db, digest.newsletter_id).await?;
    let schedule = newsletters::sql::schedule(&app.db, digest.schedule_id).await?;
    let (Some(newsletter), Some(schedule)) = (newsletter, schedule) else {
        return Err(Refusal::NewsletterGone.into());
    };
    Ok(Whole { newsletter, schedule })
}

/// Fixes what the digest says and to whom it goes.
async fn freeze(app: &App, digest: &Digest) -> Result<(), DigestError> {
    let whole = whole(app, digest).await?;
    let mut said = match content::of_digest(app, digest).await {
        Err(DigestError::Refused(Refusal::PostsTakenBack { .. })) => {
            return skip(app, digest, &Reason::PostsTakenBack).await;
        }
        said => said?,
    };
    let now = app.clock.now();
    let planned = parts::plan(app, digest, &said).await?;
    said.topics.clone_from(&planned.known.topics);
    let made = parts::render(app, &whole.newsletter, &said, &planned.plan, now)
        .and_then(|mails| Ok((mails, keep::make(app, &whole.newsletter, digest, &said, now)?)));
    let (mails, page) = match made {
        Ok(made) => made,
        Err(error) => {
            if let DigestError::Refused(Refusal::NotRendered { words }) = &error {
                put_back(app, digest, &whole, &said, &Reason::NotRendered { words: words.clone() }).await?;
            }
            return Err(error);
        }
    };
    if whole.newsletter.is_test() {
        return mode::try_out(app, &whole.newsletter, digest, &said).await;
    }
    write(app, digest, &Ready { newsletter: &whole.newsletter, said, planned, mails, page, now }).await
}

/// A digest that can be frozen.
struct Ready<'a> {
    newsletter: &'a Newsletter,
    said: DigestContent,
    planned: parts::Planned,
    mails: parts::Mails,
    page: keep::Made,
    now: Millis,
}

/// Freezes it, and writes its rows unless they are too many for one transaction.
async fn write(app: &App, digest: &Digest, ready: &Ready<'_>) -> Result<(), DigestError> {
    let in_ranges = sql::exceeds(&app.db, digest.schedule_id, WHOLE).await?;
    let of = begin::Of { schedule_id: digest.schedule_id, digest_id: digest.id, is_look: false };
    let pace = begin::pace(app, ready.newsletter, of).await?;
    let mut tx = app.db.begin().await?;
    // Nobody changes to this rhythm, or from it, meanwhile.
    sql::hold_schedule(&mut tx, digest.schedule_id).await?;
    let subject = subject(&ready.mails.whole, &ready.newsletter.language);
    if !sql::freeze(&mut tx, digest.id, subject, &content::to_text(&ready.said)?, ready.now).await? {
        return Ok(());
    }
    for (language, mail) in &ready.mails.whole {
        sql::insert_variant(&mut tx, digest.id, language, &mail.variant.to_bytes()).await?;
    }
    archive::sql::insert(&mut tx, digest, &ready.page, ready.now).await?;
    begin::join(&mut tx, ready.newsletter, digest.id, &pace, ready.now).await?;
    let kind = Kind { warms: pace.is_sliced(), needed: ready.planned.needed() };
    let rows = Rows { domain: dkim::domain_of(&ready.newsletter.from_address), kind };
    let Some(owed) = parts::store(&mut tx, digest, &ready.planned, &ready.mails, kind.warms).await? else {
        // Somebody changed their rhythm a moment ago: planned anew.
        return Ok(());
    };
    sql::add_recipients(&mut tx, digest.id, owed).await?;
    if !in_ranges {
        let written = write_rows(&mut tx, digest, (digest.released_upto, i64::MAX - 1), &rows).await?;
        if written.unwrap_or(0) + owed == 0 {
            drop(tx);
            return skip(app, digest, &Reason::NobodySubscribed).await;
        }
        end(&mut tx, digest, &rows, ready.now).await?;
    }
    fault!("release.before_commit");
    tx.commit().await?;
    fault!("release.after_commit");
    tracing::info!(digest.id = digest.id, "digest frozen");
    Ok(())
}

/// The subject in the newsletter's own language, else in the first there is.
fn subject<'a>(mails: &'a [(&'static str, Composed)], language: &str) -> &'a str {
    let own = i18n::locale(language).tag();
    let found = mails.iter().find(|(tag, _)| *tag == own).or_else(|| mails.first());
    found.map_or("", |(_, mail)| mail.subject.as_str())
}

/// How rows are written.
struct Rows {
    /// The domain that they are sent from.
    domain: String,
    /// Whether they wait for their day, and who is skipped from the first.
    kind: Kind,
}

/// Writes the rows, one range of ids after the other, while SQLite's log is copied beside them.
async fn ranges(app: &App, digest: &Digest) -> Result<(), DigestError> {
    app.db.make_room(Room::InTheLog).await?;
    let written = each_range(app, digest).await;
    app.db.make_room(Room::Usual).await?;
    written
}

/// Each range is a transaction of its own, and after the last one comes the end. Stops where another process was first, or somebody paused
/// the digest: whoever reads it anew sees which.
async fn each_range(app: &App, digest: &Digest) -> Result<(), DigestError> {
    let newsletter = whole(app, digest).await?.newsletter;
    let warms = warmup::sql::waits(&app.db, digest.id).await?;
    let kind = Kind { warms, needed: parts::needed(app, digest).await? };
    let rows = Rows { domain: dkim::domain_of(&newsletter.from_address), kind };
    let (mut from, mut ids) = (digest.released_upto, RANGE);
    while let Some(lowest) = sql::next_recipient(&app.db, digest.schedule_id, from).await? {
        let upto = lowest + ids - 1;
        let mut piece = app.db.begin_piece().await?;
        if write_rows(&mut piece.tx, digest, (from, upto), &rows).await?.is_none() {
            return Ok(());
        }
        fault!("release.before_commit");
        // On PostgreSQL nobody waits for it.
        ids = if app.db.is_sqlite() { next(ids, piece.held()) } else { RANGE };
        piece.commit().await?;
        fault!("release.after_commit");
        from = upto;
    }
    last(app, digest, &rows).await
}

/// Ids in the range after one of so many that held the writer for so long.
fn next(ids: i64, held: Duration) -> i64 {
    let held = i64::try_from(held.as_millis()).unwrap_or(i64::MAX).max(1);
    (ids * HOLD / held).clamp(ids / 2, ids * 2).clamp(*RANGES.start(), *RANGES.end())
}

/// Nobody is left. That is so short that no pause of the bulk work need end before it.
async fn last(app: &App, digest: &Digest, rows: &Rows) -> Result<(), DigestError> {
    let mut tx = app.db.begin().await?;
    end(&mut tx, digest, rows, app.clock.now()).await?;
    fault!("release.before_commit");
    tx.commit().await?;
    fault!("release.after_commit");
    Ok(())
}

/// Claims the ids above `from`, where the release stood, up to `upto`, and writes their rows. `None` when another process was first, or the
/// digest is not to be released any more.
async fn write_rows(tx: &mut Tx, digest: &Digest, (from, upto): (i64, i64), rows: &Rows) -> sqlx::Result<Option<i64>> {
    if !sql::advance_release(tx, digest.id, from, upto).await? {
        return Ok(None);
    }
    let written = ledger::sql::release::rows(tx, digest.id, digest.schedule_id, (from, upto), rows.kind).await? as i64;
    sql::add_recipients(tx, digest.id, written).await?;
    Ok(Some(written))
}

/// Every row is written, sending may begin.
async fn end(tx: &mut Tx, digest: &Digest, rows: &Rows, now: Millis) -> sqlx::Result<()> {
    let why = Why { reason: None, act: MEANING.act(now) };
    if transition::turn(tx, digest.id, DigestState::Releasing, DigestState::Sending, why).await? {
        sql::all_written(tx, digest.id).await?;
        if !rows.kind.warms {
            warmup::sql::sent(tx, &rows.domain, digest.id).await?;
        }
    }
    Ok(())
}

/// Ends a digest that has nothing to say or nobody to go to; its posts wait again.
async fn skip(app: &App, digest: &Digest, reason: &Reason) -> Result<(), DigestError> {
    let mut tx = app.db.begin().await?;
    let (from, to) = (DigestState::Releasing, DigestState::Skipped);
    let why = Why { reason: Some(reason), act: MEANING.act(app.clock.now()) };
    if transition::turn(&mut tx, digest.id, from, to, why).await? {
        sql::give_posts_back(&mut tx, digest.id).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Lets a digest that cannot be rendered wait for an editor, and tells them. Never skipped silently.
async fn put_back(
    app: &App,
    digest: &Digest,
    whole: &Whole,
    said: &DigestContent,
    reason: &Reason,
) -> Result<(), DigestError> {
    tracing::error!(digest.id = digest.id, error = %reason, "digest could not be rendered");
    let recipients = sql::count_audience(&app.db, digest.schedule_id).await?;
    let mut tx = app.db.begin().await?;
    let why = Why { reason: Some(reason), act: MEANING.act(app.clock.now()) };
    if transition::turn(&mut tx, digest.id, DigestState::Releasing, DigestState::Waiting, why).await? {
        let told = Notice {
            event: Event::Failed,
            newsletter: &whole.newsletter,
            schedule: &whole.schedule,
            public_id: &digest.public_id,
            slot_at: digest.slot_at,
            content: said,
            recipients,
            reason: Some(reason),
        };
        notice::ask(app, &mut tx, app.clock.now(), &told).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// How many a digest of this schedule would go to.
pub(super) async fn count(app: &App, schedule: &Schedule) -> sqlx::Result<i64> {
    sql::count_audience(&app.db, schedule.id).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_the_writer_as_long_as_the_one_before_should_have() {
        let after = |ids, ms| next(ids, Duration::from_millis(ms));
        assert_eq!([after(50_000, 20), after(50_000, 40), after(50_000, 50)], [100_000, 50_000, 40_000]);
        assert_eq!([after(50_000, 0), after(50_000, 1_000)], [100_000, 25_000], "no more than twice or half");
        assert_eq!([after(150_000, 1), after(15_000, 60_000)], [200_000, 10_000]);
    }
}
