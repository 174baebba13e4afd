//! Telling the editor: a letter to the newsletter's own address when a digest waits or could not be made, or when feeds cannot
//! be read for a day.
//!
//! In: a newsletter and a digest, inside the transaction that makes it true; feeds that fail. Out: a row in `letter`.

use serde_json::json;

use crate::app::App;
use crate::clock::{Millis, timestamp};
use crate::coded::Told as _;
use crate::db::Tx;
use crate::feeds::{Feed, standing};
use crate::i18n;
use crate::ledger::letters::{self, NewLetter};
use crate::letter::LetterKind;
use crate::mails::DigestContent;
use crate::newsletters::{self, Newsletter, Schedule};
use crate::reason::Reason;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A digest waits for approval.
    Waiting,
    /// A digest could not be rendered.
    Failed,
}

impl Event {
    fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "digest_waiting",
            Self::Failed => "digest_failed",
        }
    }
}

/// What the letter tells.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// What happened.
    pub event: Event,
    /// To which newsletter.
    pub newsletter: &'a Newsletter,
    /// On which rhythm.
    pub schedule: &'a Schedule,
    /// The digest's id outside.
    pub public_id: &'a str,
    /// Its slot.
    pub slot_at: Millis,
    /// What it holds.
    pub content: &'a DigestContent,
    /// To how many it would go.
    pub recipients: i64,
    /// What went wrong, if anything did.
    pub reason: Option<&'a Reason>,
}

/// Asks for the letter.
pub async fn ask(tx: &mut Tx, now: Millis, notice: &Notice<'_>) -> sqlx::Result<i64> {
    let (slug, id) = (&notice.newsletter.slug, notice.public_id);
    let parameters = json!({
        "event": notice.event.as_str(),
        "subject": super::content::working_title(notice.content),
        "slot": slot_words(notice),
        "posts": notice.content.posts.iter().map(|post| post.title.as_str()).collect::<Vec<_>>(),
        "recipients": notice.recipients,
        "reason": notice.reason.map(|reason| reason.words(i18n::locale(&notice.newsletter.language))),
        "commands": [
            format!("facteur digest preview {slug} -o text"),
            format!("facteur digest approve {slug} {id}"),
            format!("facteur digest skip {slug} {id}"),
        ],
    });
    to_editor(tx, now, notice.newsletter, &parameters).await
}

async fn to_editor(tx: &mut Tx, now: Millis, of: &Newsletter, parameters: &serde_json::Value) -> sqlx::Result<i64> {
    let letter = NewLetter {
        newsletter_id: of.id,
        subscriber_id: None,
        address: Some(of.reply_to.as_deref().unwrap_or(&of.from_address)),
        kind: LetterKind::Notice,
        language: &of.language,
        parameters,
    };
    letters::ask(tx, now, &letter).await
}

/// Tells the editors of feeds that cannot be read for a day, once until they can be read again; those of one newsletter in one
/// letter.
///
/// # Errors
/// The database's.
pub async fn of_failing_feeds(app: &App) -> sqlx::Result<()> {
    let now = app.clock.now();
    let untold = standing::untold(&app.db, now).await?;
    for feeds in untold.chunk_by(|a, b| a.newsletter_id == b.newsletter_id) {
        let Some(newsletter) = newsletters::sql::by_id(&app.db, feeds[0].newsletter_id).await? else { continue };
        let mut tx = app.db.begin().await?;
        let mut lines = Vec::new();
        for feed in feeds {
            if standing::told(&mut tx, feed.id, now).await? {
                lines.push(failing_words(feed, &newsletter));
            }
        }
        if !lines.is_empty() {
            let slug = &newsletter.slug;
            let parameters = json!({
                "event": "feed_failing",
                "posts": lines,
                "commands": [format!("facteur feed list {slug}"), format!("facteur feed poll {slug}")],
            });
            to_editor(&mut tx, now, &newsletter, &parameters).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Which feed, since when, and why.
fn failing_words(feed: &Feed, of: &Newsletter) -> String {
    let locale = i18n::locale(&of.language);
    let since = timestamp(feed.failing_since.unwrap_or(feed.created_at)).to_zoned(jiff::tz::TimeZone::UTC);
    let since = locale.format("mail-notice-feed-since", &[("date", i18n::Value::Text(&locale.date(&since)))]);
    let reason = feed.last_error.as_ref().map(|trouble| trouble.words(locale)).unwrap_or_default();
    format!("{} ({since}): {reason}", standing::without_query(&feed.url))
}

/// The slot on the schedule's own clock, in the newsletter's language.
fn slot_words(notice: &Notice<'_>) -> String {
    let zone = jiff::tz::TimeZone::get(&notice.schedule.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let at = timestamp(notice.slot_at).to_zoned(zone);
    let locale = i18n::locale(&notice.newsletter.language);
    format!("{}, {}", locale.date(&at), locale.time(&at))
}
