//! What "send now" would do, before anybody presses it: the posts, to how many, who is left out and why.
//!
//! In: a newsletter, one of its rhythms. Out: [`Sending`], read only: the feeds are read when the button is pressed, and nothing
//! leaves that was not shown.

use crate::app::App;
use crate::clock::{Millis, timestamp};
use crate::digests::posts::{self, Which};
use crate::digests::sql;
use crate::feeds::Post;
use crate::i18n::{Locale, Value};
use crate::ledger::{DigestState, hold};
use crate::newsletters::{Newsletter, Schedule};
use crate::subscribers::audience;
use crate::views::warmup;

/// What would be sent.
#[derive(Clone, Debug)]
pub struct Sending {
    /// The posts: id and title, the lead first.
    pub posts: Vec<(i64, String)>,
    /// `Send to 412 people now`.
    pub button: String,
    /// Who is left out, and why.
    pub left_out: Vec<String>,
    /// Posts that rest still, and until when; `None` when there are none, or they are among the posts.
    pub resting: Option<String>,
    /// That it waits for the doctor, and in which slices it leaves.
    pub before: Vec<String>,
    /// Why nothing can be sent.
    pub nothing: Option<String>,
    /// A digest that waits already: its id outside.
    pub waits: Option<String>,
}

/// Reads it.
///
/// # Errors
/// The database's.
pub async fn sending(
    app: &App,
    newsletter: &Newsletter,
    schedule: &Schedule,
    which: Which,
    locale: &Locale,
) -> anyhow::Result<Sending> {
    let counted = |key: &str, count: i64| locale.format(key, &[("count", Value::Count(count))]);
    let posts = posts::waiting(app, schedule, which).await?;
    let audience = audience::of(&app.db, schedule).await?;
    // In test mode the editor alone gets it.
    let recipients = sql::audience_shown(app, newsletter, schedule.id).await?;
    let left_out = [
        ("send-left-other", audience.other_rhythms),
        ("send-left-paused", audience.paused),
        ("send-left-pending", audience.pending),
        ("send-left-ended", audience.ended),
        ("send-left-suppressed", audience.suppressed),
    ];
    let open = sql::open(&app.db, schedule.newsletter_id).await?;
    let waits =
        open.into_iter().find(|digest| digest.schedule_id == schedule.id && digest.state == DigestState::Waiting);
    let nothing = match hold::state(app).await? {
        Some(held) => Some(locale.format("send-held", &[("why", Value::Text(&hold::why(&held).words(locale)))])),
        None if posts.is_empty() => Some(locale.text("send-no-post")),
        None if recipients == 0 => Some(locale.text("send-nobody")),
        None => None,
    };
    let all = posts::waiting(app, schedule, Which::All).await?;
    let zone = crate::clock::zone(&schedule.zone);
    let before = warmup::before(app, newsletter, schedule.id, &zone, locale).await?;
    Ok(Sending {
        before: before.lines(),
        button: counted("send-button", recipients),
        left_out: left_out
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(key, count)| counted(key, count))
            .collect(),
        resting: resting(app, schedule, &all, posts.len(), locale),
        posts: posts.into_iter().map(|post| (post.id, post.title)).collect(),
        nothing,
        waits: waits.map(|digest| digest.public_id),
    })
}

/// How many rest, and until when the first does.
fn resting(app: &App, schedule: &Schedule, all: &[Post], taken: usize, locale: &Locale) -> Option<String> {
    let count = all.len().checked_sub(taken).filter(|count| *count > 0)?;
    let ends = all.iter().map(|post| post.first_seen_at + posts::rest(app)).filter(|at| *at > app.clock.now());
    let at: Millis = ends.min()?;
    let time = locale.time(&timestamp(at).to_zoned(crate::clock::zone(&schedule.zone)));
    let words = [("count", Value::Count(count as i64)), ("time", Value::Text(&time))];
    Some(locale.format("send-resting", &words))
}
