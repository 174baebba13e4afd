//! Which posts wait for a rhythm, and reading its feeds once more before they are taken.
//!
//! In: a schedule. Out: posts, the newest first (the lead of the digest; what is dated in the future last), at most `[digests] max_posts`.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use jiff::tz::TimeZone;

use crate::clock::{MINUTE, Millis, SECOND, timestamp};
use crate::config::Future;
use crate::feeds::{self, Post};
use crate::newsletters::Schedule;

use super::noted::{self, Note};
use super::sql::{self, Waiting};

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

/// The posts that wait, read only.
pub async fn waiting(app: &App, schedule: &Schedule, which: Which) -> sqlx::Result<Vec<Post>> {
    sql::waiting_posts(&app.db, wanted(app, schedule, which)).await
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
