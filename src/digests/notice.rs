//! Telling the editor: a letter to the newsletter's own address when a digest waits or could not be made.
//!
//! In: a newsletter and a digest, inside the transaction that makes it true. Out: a row in `letter`.

use serde_json::json;

use crate::clock::{Millis, timestamp};
use crate::db::Tx;
use crate::i18n;
use crate::letters::DigestContent;
use crate::newsletters::{Newsletter, Schedule};
use crate::subscribers::outbox::{self, LetterKind, NewLetter};

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
    /// What went wrong; empty when nothing did.
    pub reason: &'a str,
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
        "reason": notice.reason,
        "commands": [
            format!("facteur digest preview {slug} -o text"),
            format!("facteur digest approve {slug} {id}"),
            format!("facteur digest skip {slug} {id}"),
        ],
    });
    let letter = NewLetter {
        newsletter_id: notice.newsletter.id,
        subscriber_id: None,
        address: Some(notice.newsletter.reply_to.as_deref().unwrap_or(&notice.newsletter.from_address)),
        kind: LetterKind::Notice,
        language: &notice.newsletter.language,
        parameters: &parameters,
    };
    outbox::ask(tx, now, &letter).await
}

/// The slot on the schedule's own clock, in the newsletter's language.
fn slot_words(notice: &Notice<'_>) -> String {
    let zone = jiff::tz::TimeZone::get(&notice.schedule.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let at = timestamp(notice.slot_at).to_zoned(zone);
    let locale = i18n::locale(&notice.newsletter.language);
    format!("{}, {}", locale.date(&at), locale.time(&at))
}
