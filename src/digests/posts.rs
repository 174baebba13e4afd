//! Which posts wait for a rhythm, and reading its feeds once more before they are taken.
//!
//! In: a schedule. Out: posts, the newest first (the lead of the digest; what is dated in the future last), at most `[digests] max_posts`.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use jiff::tz::TimeZone;

use crate::clock::{MINUTE, Millis, SECOND, timestamp};
use crate::config::Future;
use crate::db::Tx;
use crate::feeds::{self, Post};
use crate::newsletters::Schedule;
use crate::newsletters::recurrence::next_after;

use super::leave;
use super::noted::{self, Note};
use super::sql::{self, Audience, Waiting};

/// How long the feeds may take before a digest is composed of what is known.
const FEEDS_LIMIT: Duration = Duration::from_secs(30);

/// Which of the posts that wait may be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that have settled.
    Settled,
    /// Those, and what was given by the API or the command line: nobody publishes there by accident.
    SettledOrGiven,
    /// All.
    All,
}

/// The query for these posts.
pub fn wanted<'a>(app: &App, schedule: &'a Schedule, which: Which) -> Waiting<'a> {
    wanted_at(app, schedule, which, app.clock.now())
}

/// The same for an instant that is to come, of what is known now.
pub fn wanted_at<'a>(app: &App, schedule: &'a Schedule, which: Which, now: Millis) -> Waiting<'a> {
    let settled = now - rest(app);
    let zone = TimeZone::get(&schedule.zone).unwrap_or(TimeZone::UTC);
    Waiting {
        schedule,
        seen_until: if which == Which::All { Millis::MAX } else { settled },
        planned_too: app.config.feeds.future == Future::Send,
        today: timestamp(now).to_zoned(zone).date(),
        given_at_once: which != Which::Settled,
        most: app.config.digests.max_posts.clamp(1, 100) as i64,
        now,
    }
}

/// The posts that the next slot's digest will have, as far as is known now; of a rhythm without slots all that wait.
pub async fn of_next_slot(app: &App, schedule: &Schedule) -> sqlx::Result<Vec<Post>> {
    let (now, all) = (app.clock.now(), waiting(app, schedule, Which::All).await?);
    let rested: Vec<Millis> = all.iter().map(|post| rested_at(app, post)).collect();
    if schedule.next_due_at.is_none() {
        return Ok(all);
    }
    let made_at = made_at(schedule, &rested, now);
    sql::waiting_posts(&app.db, wanted_at(app, schedule, Which::Settled, made_at)).await
}

/// Titles of the posts that wait, and of those that the next slot's digest will have, as far as is known now: all, of a rhythm without
/// slots, that rests, or whose next slot is skipped. What they say is not read.
pub async fn titles(app: &App, schedule: &Schedule) -> sqlx::Result<(Vec<Post>, Vec<Post>)> {
    let all = sql::waiting_titles(&app.db, wanted(app, schedule, Which::All)).await?;
    if schedule.next_due_at.is_none() || schedule.paused || schedule.skip_next {
        return Ok((all.clone(), all));
    }
    let rested: Vec<Millis> = all.iter().map(|post| rested_at(app, post)).collect();
    let made_at = made_at(schedule, &rested, app.clock.now());
    let next = sql::waiting_titles(&app.db, wanted_at(app, schedule, Which::Settled, made_at)).await?;
    Ok((all, next))
}

/// The posts that wait, read only.
pub async fn waiting(app: &App, schedule: &Schedule, which: Which) -> sqlx::Result<Vec<Post>> {
    sql::waiting_posts(&app.db, wanted(app, schedule, which)).await
}

/// Posts that are looked at for those that a rhythm owes.
const MANY: i64 = 10_000;

/// The posts that have settled, taken under the schedule's lock. A rhythm that nobody is on sends what it owes to readers who have left
/// it, and nothing else: the others wait, as they do while nobody would get them.
pub async fn take(app: &App, tx: &mut Tx, schedule: &Schedule, audience: &Audience) -> sqlx::Result<Vec<Post>> {
    let wanted = wanted(app, schedule, Which::Settled);
    let Audience::Owed(owed) = audience else { return sql::take_posts(tx, wanted).await };
    let mut taken = sql::take_posts(tx, Waiting { most: MANY, ..wanted }).await?;
    taken.retain(|post| owed.contains(&post.id));
    taken.truncate(usize::try_from(wanted.most).unwrap_or(usize::MAX));
    Ok(taken)
}

/// How long a slot waits for the second look at a feed in which a post is missing.
const DOUBT: Millis = 10 * MINUTE;

/// Whether a post that this slot would take is missing from its feed, and the second look is still to come: minutes decide
/// whether it was taken back or only absent from one copy.
pub async fn in_doubt(app: &App, schedule: &Schedule) -> sqlx::Result<bool> {
    let missing = sql::missing(&app.db, wanted(app, schedule, Which::Settled)).await?;
    Ok(missing.into_iter().any(|since| app.clock.now() - since < DOUBT))
}

/// Milliseconds that a post rests.
pub fn rest(app: &App) -> Millis {
    Millis::from(app.config.digests.settle_s) * SECOND
}

/// Until when a post rests; one that an editor has included does not.
pub fn rested_at(app: &App, post: &Post) -> Millis {
    let included = post.reason.as_deref() == Some(feeds::news::reason::EDITOR);
    if included { post.first_seen_at } else { post.first_seen_at + rest(app) }
}

/// When the digest of the next slot is made, as far as is known now. `rested`: when each post that waits has rested. One that can be
/// stopped is made [`leave::NOTICE`] before its slot, or in that hour, as soon as there is something to say. Now for a rhythm without
/// slots.
pub fn made_at(schedule: &Schedule, rested: &[Millis], now: Millis) -> Millis {
    let slot = schedule.next_due_at.unwrap_or(now).max(now);
    let first = rested.iter().copied().min().unwrap_or(slot);
    (slot - leave::lead(schedule)).max(first.min(slot)).max(now)
}

/// Slots that are looked at for one that a post can be in: more than the longest rest has, which is a week.
const AHEAD: usize = 10;

/// The slot whose digest holds a post that has rested at `own`; `rested`: when each that waits has, itself among them. `None` for a
/// rhythm without slots.
pub fn slot_of(schedule: &Schedule, rested: &[Millis], own: Millis, now: Millis) -> Option<Millis> {
    let due = schedule.next_due_at?;
    if !schedule.skip_next && own <= made_at(schedule, rested, now) {
        return Some(due);
    }
    let later = std::iter::successors(next_after(schedule, due), |slot| next_after(schedule, *slot));
    later.take(AHEAD).find(|slot| own <= *slot).or(Some(due))
}

/// Reads the newsletter's feeds, so that a post that was taken back is not sent. A feed that cannot be read is no reason
/// not to compose; what went wrong is given back as the digest's row keeps it.
pub async fn read_feeds(app: &Arc<App>, newsletter_id: i64) -> Option<String> {
    let polled = tokio::time::timeout(FEEDS_LIMIT, feeds::poll::newsletter(app, newsletter_id)).await;
    let notes = match polled {
        Ok(Ok(report)) => {
            report.faults.into_iter().map(|(feed, error)| Note::FeedUnread { feed, error }).collect::<Vec<_>>()
        }
        Ok(Err(error)) => vec![Note::FeedsFailed { error: format!("{error:#}") }],
        Err(_) => vec![Note::FeedsLate { seconds: FEEDS_LIMIT.as_secs().cast_signed() }],
    };
    for note in &notes {
        tracing::warn!(newsletter.id = newsletter_id, %note, "composing without a fresh look at the feeds");
    }
    noted::stored(&notes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{DAY, HOUR};
    use crate::newsletters::settings::usual_rhythm;
    use crate::newsletters::{Approval, Every};

    /// Each day at 08:00 UTC; the next slot is that of day 100.
    fn daily(approval: Approval) -> Schedule {
        let rhythm = usual_rhythm(1, 0);
        let zone = "UTC".to_owned();
        Schedule {
            every: Every::Day,
            days: String::new(),
            at_minute: 480,
            zone,
            approval,
            next_due_at: Some(SLOT),
            ..rhythm
        }
    }

    const SLOT: Millis = 100 * DAY + 8 * HOUR;

    #[test]
    fn a_post_is_promised_for_the_digest_that_is_made_when_it_has_rested() {
        let (auto, veto) = (Approval::Auto, Approval::Veto);
        let (early, late, next) = (SLOT - 2 * HOUR, SLOT - HOUR / 2, SLOT + DAY);
        for (approval, rested, own, now, slot) in [
            (auto, vec![early], early, early, SLOT),
            (auto, vec![early, late], late, early, SLOT),
            (auto, vec![SLOT + 1], SLOT + 1, early, next),
            // Made an hour before, without what still rests.
            (veto, vec![early, late], early, early, SLOT),
            (veto, vec![early, late], late, early, next),
            // Nothing else is there: it is made as soon as this has rested.
            (veto, vec![late], late, early, SLOT),
            (veto, vec![SLOT], SLOT, early, SLOT),
            (veto, vec![SLOT + 1], SLOT + 1, early, next),
            // A veto that was chosen within the hour: the digest is made now.
            (veto, vec![SLOT - HOUR / 4], SLOT - HOUR / 4, SLOT - HOUR / 3, SLOT),
            (veto, vec![early, late], late, SLOT - HOUR / 3, SLOT),
        ] {
            assert_eq!(slot_of(&daily(approval), &rested, own, now), Some(slot), "{approval} {rested:?} {own} {now}");
        }
        let skips = Schedule { skip_next: true, ..daily(auto) };
        assert_eq!(slot_of(&skips, &[early], early, early), Some(next));
        let each = Schedule { next_due_at: None, ..daily(auto) };
        assert_eq!(slot_of(&each, &[early], early, early), None);
    }
}
