//! What the next slot of a rhythm would send, as far as is known now. Changes nothing and asks no feed.
//!
//! In: a schedule. Out: the content that [`super::compose`] would make of the posts that wait, and what speaks against the slot.

use crate::app::App;
use crate::clock::Millis;
use crate::mails::DigestContent;
use crate::newsletters::{Every, Schedule};
use crate::reason::Reason;

use super::posts::{self, Which};
use super::{DigestError, compose, content, leave, sql};

/// What the next slot would leave.
#[derive(Clone, Debug)]
pub struct DryRun {
    /// Its instant, which the mail bears as its date; now for a rhythm without planned slots.
    pub at: Millis,
    /// What the mail would say; `None` without a post.
    pub content: Option<DigestContent>,
    /// Why nothing would be sent.
    pub skipped: Option<Reason>,
    /// To how many it would go.
    pub recipients: i64,
    /// How many more mails would follow at once, on a rhythm that sends each post by itself.
    pub more: usize,
}

/// Looks.
///
/// # Errors
/// The database's.
pub async fn of(app: &App, schedule: &Schedule) -> Result<DryRun, DigestError> {
    let now = app.clock.now();
    if let Some(digest) = leave::coming(app, schedule).await? {
        // Composed already, so that it can be stopped.
        let content = content::of_digest(app, &digest).await?;
        let recipients = sql::count_audience(&app.db, schedule.id).await?;
        let at = digest.leaves_at.unwrap_or(digest.slot_at).max(now);
        return Ok(DryRun { at, content: Some(content), skipped: None, recipients, more: 0 });
    }
    let at = schedule.next_due_at.unwrap_or(now).max(now);
    let (posts, more) = if schedule.every == Every::Post {
        let mut waiting = posts::waiting(app, schedule, Which::All).await?;
        waiting.reverse();
        let mut mails = compose::one_mail_each(app, waiting, schedule.skip_next).into_iter();
        (mails.next().unwrap_or_default(), mails.len())
    } else {
        (posts::of_next_slot(app, schedule).await?, 0)
    };
    let recipients = sql::count_audience(&app.db, schedule.id).await?;
    let skipped = if schedule.paused {
        Some(Reason::SchedulePaused)
    } else if schedule.skip_next {
        Some(Reason::SkippedByEditor)
    } else if posts.is_empty() {
        Some(Reason::NoNewPost)
    } else if recipients == 0 {
        Some(Reason::NobodySubscribed)
    } else {
        None
    };
    let content = (!posts.is_empty()).then(|| content::of_posts(posts, &schedule.zone));
    Ok(DryRun { at, content, skipped, recipients, more })
}
