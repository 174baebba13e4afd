//! A digest as the command line and the API show it: no inside ids, times in RFC 3339.
//!
//! In: rows. Out: [`DigestView`], which is its own JSON.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::app::App;
use crate::clock::rfc3339;
use crate::delivery::control;
use crate::delivery::status::{self, Counts, Reasons};
use crate::i18n::Locale;
use crate::letters::DigestContent;
use crate::newsletters::{self, Newsletter};
use crate::reason::Why;

use super::{Digest, DigestState, content};

/// A digest.
#[derive(Clone, Debug, Serialize)]
pub struct DigestView {
    /// Its id outside.
    pub id: String,
    /// Whose: the slug.
    pub newsletter: String,
    /// On which rhythm: its number.
    pub schedule: usize,
    /// The planned instant it belongs to.
    pub slot_at: String,
    /// Where it stands.
    pub state: DigestState,
    /// Why skipped, paused, cancelled, or not rendered, in words.
    pub reason: Option<String>,
    /// The same for programs, see [`crate::reason`]; none for what an earlier version wrote in words alone.
    pub reason_code: Option<&'static str>,
    /// What the words hold besides, such as those of the mail server.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub reason_parameters: Map<String, Value>,
    /// What an editor should know besides.
    pub note: Option<String>,
    /// In the newsletter's own language.
    pub subject: String,
    /// Its posts, the lead first.
    pub posts: Vec<PostLine>,
    /// How many were eligible at its release.
    pub recipients: i64,
    /// Composed.
    pub created_at: String,
    /// Frozen.
    pub released_at: Option<String>,
    /// Its last row was done.
    pub finished_at: Option<String>,
    /// How its rows stand; only where one digest is shown.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
}

/// How a digest's rows stand.
#[derive(Clone, Debug, Serialize)]
pub struct Standing {
    /// Rows by state.
    pub counts: Counts,
    /// Why rows were not plainly accepted.
    pub reasons: Reasons,
    /// Mails a second since its release.
    pub rate: f64,
    /// Seconds until the last queued row is sent at this rate.
    pub seconds_left: Option<i64>,
    /// The next attempt for what is deferred.
    pub next_attempt_at: Option<String>,
    /// What keeps mail from leaving now, while there is some left to send.
    pub alarm: Option<String>,
}

/// A post of a digest.
#[derive(Clone, Debug, Serialize)]
pub struct PostLine {
    /// Title.
    pub title: String,
    /// Where it stands.
    pub url: Option<String>,
}

/// A digest for a list, its reason in this language; `schedules` are the ids of the newsletter's rhythms in their order.
pub fn show(newsletter: &Newsletter, schedules: &[i64], digest: &Digest, locale: &Locale) -> DigestView {
    let number = schedules.iter().position(|id| *id == digest.schedule_id).map_or(0, |index| index + 1);
    DigestView {
        id: digest.public_id.clone(),
        newsletter: newsletter.slug.clone(),
        schedule: number,
        slot_at: rfc3339(digest.slot_at),
        state: digest.state,
        reason: digest.reason.as_ref().map(|why| why.words(locale).into_owned()),
        reason_code: digest.reason.as_ref().and_then(Why::code),
        reason_parameters: digest.reason.as_ref().map(Why::parameters).unwrap_or_default(),
        note: digest.note.clone(),
        subject: digest.subject.clone(),
        posts: content::stored(digest).map(|content| lines(&content)).unwrap_or_default(),
        recipients: digest.recipients,
        created_at: rfc3339(digest.created_at),
        released_at: digest.released_at.map(rfc3339),
        finished_at: digest.finished_at.map(rfc3339),
        standing: None,
    }
}

/// The posts of a digest by title.
pub fn lines(content: &DigestContent) -> Vec<PostLine> {
    content.posts.iter().map(|post| PostLine { title: post.title.clone(), url: post.url.clone() }).collect()
}

/// Reads what belongs to one digest; once it is released, how its rows stand.
pub async fn in_full(
    app: &App,
    newsletter: &Newsletter,
    digest: &Digest,
    locale: &Locale,
) -> anyhow::Result<DigestView> {
    let mut view = show(newsletter, &schedule_ids(app, newsletter).await?, digest, locale);
    if digest.released_at.is_some()
        && let Some(progress) = status::progress(app, digest.id, None).await?
    {
        view.standing = Some(Standing {
            counts: progress.counts,
            reasons: status::reasons(app, digest.id).await?,
            rate: progress.rate,
            seconds_left: progress.seconds_left,
            next_attempt_at: progress.next_attempt_at.map(rfc3339),
            alarm: if progress.counts.open() > 0 { control::alarm(app).await? } else { None },
        });
    }
    Ok(view)
}

/// The ids of a newsletter's rhythms in the order of their numbers.
pub async fn schedule_ids(app: &App, newsletter: &Newsletter) -> sqlx::Result<Vec<i64>> {
    let schedules = newsletters::sql::schedules(&app.db, newsletter.id).await?;
    Ok(schedules.into_iter().map(|schedule| schedule.id).collect())
}
