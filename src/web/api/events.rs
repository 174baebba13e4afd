//! `GET /api/v1/digests/{id}/events`: the progress of a digest until its end, as server-sent events.
//!
//! In: an id. Out: an event `counts` with `{state, reason, reason_code, counts, rate, seconds_left, next_attempt_at}` whenever
//! state, reason, the time of leaving or counts have changed, looked at every second; an event `end` last. The stream ends with the
//! process, so that a stop need not wait for watchers.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::unfold;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::clock::{Millis, rfc3339};
use crate::digests::sql;
use crate::i18n::Locale;
use crate::ledger::DigestState;
use crate::ledger::progress::{self, Counts, Progress};
use crate::reason::Why;
use crate::web::frame::error::Error;

use super::Language;
use super::digests::find;
use super::token::Caller;

/// Time between two readings.
const LOOK: Duration = Duration::from_secs(1);

/// Readings that the rate is computed from.
const LOOKS: usize = 10;
/// Readings during which to wait for a cancelled digest's rows.
const CANCELLED_LOOKS: u32 = 5;

/// Cancelled when the process stops; [`crate::web::serve`] puts it into every request.
#[derive(Clone, Debug)]
pub struct Stop(pub CancellationToken);

/// What one watcher has seen.
struct Watch {
    app: Arc<App>,
    stop: CancellationToken,
    digest_id: i64,
    locale: &'static Locale,
    seen: Option<(DigestState, Option<Why>, Option<Millis>, Counts)>,
    looks: VecDeque<Progress>,
    ready: VecDeque<Event>,
    ended: bool,
    cancelled_for: u32,
}

/// The stream.
pub async fn watch(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Language(locale): Language,
    stop: Option<Extension<Stop>>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let digest_id = find(&app, &id).await?.id;
    Ok(stream(app, digest_id, locale, stop))
}

/// The same for whoever has found the digest: what the console's page listens to.
pub fn stream(app: Arc<App>, digest_id: i64, locale: &'static Locale, stop: Option<Extension<Stop>>) -> Response {
    let stop = stop.map(|Extension(Stop(stop))| stop).unwrap_or_default();
    let (looks, ready) = (VecDeque::new(), VecDeque::new());
    let watch = Watch { app, stop, digest_id, locale, seen: None, looks, ready, ended: false, cancelled_for: 0 };
    let events = unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Some((Ok::<_, Infallible>(event), watch))
    });
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

impl Watch {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.ended {
                return None;
            }
            if self.seen.is_some() {
                tokio::select! {
                    () = self.stop.cancelled() => return None,
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
            if let Err(error) = self.look().await {
                tracing::warn!(digest.id = self.digest_id, error = %format!("{error:#}"), "cannot say how it stands");
                return None;
            }
        }
    }

    async fn look(&mut self) -> anyhow::Result<()> {
        let Some(digest) = sql::by_id(&self.app.db, self.digest_id).await? else {
            self.ended = true;
            return Ok(());
        };
        let counts = self.progress().await?;
        let seen = (digest.state, digest.reason.clone(), digest.leaves_at, counts);
        if self.seen.as_ref() != Some(&seen) {
            let progress = self.looks.back();
            let said = json!({
                "state": digest.state,
                "reason": digest.reason.as_ref().map(|why| why.words(self.locale)),
                "reason_code": digest.reason.as_ref().and_then(Why::code),
                "counts": counts,
                "rate": progress.map_or(0.0, |progress| progress.rate),
                "seconds_left": progress.and_then(|progress| progress.seconds_left),
                "next_attempt_at": progress.and_then(|progress| progress.next_attempt_at).map(rfc3339),
            });
            self.ready.push_back(Event::default().event("counts").data(said.to_string()));
            self.seen = Some(seen);
        }
        // The rows of a cancelled digest follow in a moment; when nobody sends at all, they do not.
        self.cancelled_for += u32::from(digest.state == DigestState::Cancelled && digest.finished_at.is_none());
        let ended = match digest.state {
            DigestState::Finished | DigestState::Skipped => true,
            DigestState::Cancelled => digest.finished_at.is_some() || self.cancelled_for > CANCELLED_LOOKS,
            _ => false,
        };
        if ended {
            self.ready.push_back(Event::default().event("end").data("{}"));
            self.ended = true;
        }
        Ok(())
    }

    /// Counts, with the rate over the last readings.
    async fn progress(&mut self) -> anyhow::Result<Counts> {
        let Some(progress) = progress::progress(&self.app, self.digest_id, self.looks.front()).await? else {
            return Ok(Counts::default());
        };
        let counts = progress.counts;
        self.looks.push_back(progress);
        if self.looks.len() > LOOKS {
            self.looks.pop_front();
        }
        Ok(counts)
    }
}
