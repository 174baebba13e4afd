//! How many people open the page behind their confirmation letter, by the form they came from.
//!
//! In: whose page with the button was shown; reading it writes nothing. Out: rows of `form_page`, some seconds later, in which each
//! person is counted once; `form_opened` says who is, until they confirm or are forgotten. What was noted in the last seconds before a
//! kill is not counted. A mail server that looks at links counts as a person: nothing tells them apart.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Status, Subscriber};
use crate::app::App;
use crate::clock::{DAY, Millis, beat};
use crate::db::{Tx, query};

/// How often what was noted is counted.
const BEAT: Duration = Duration::from_secs(5);
/// Most people who wait to be counted: whoever holds more letters than that is no visitor.
const MOST: usize = 10_000;

/// Notes that somebody's page was shown. Whoever had been subscribed before belongs to no sum of sign-ups.
pub fn note(app: &App, subscriber: &Subscriber) {
    if subscriber.status == Status::Pending {
        let mut opened = app.pages_opened.lock().unwrap_or_else(PoisonError::into_inner);
        if opened.len() < MOST {
            opened.insert(subscriber.id);
        }
    }
}

/// Counts until `stop`, and then what is left.
pub async fn run(app: Arc<App>, stop: CancellationToken) -> anyhow::Result<()> {
    let mut stopped = false;
    while !stopped {
        tokio::select! {
            () = stop.cancelled() => stopped = true,
            () = beat(BEAT) => {}
        }
        if let Err(error) = count(&app).await {
            tracing::warn!(%error, "cannot count who opened the page with their button; trying again");
        }
    }
    Ok(())
}

/// Counts what was noted.
///
/// # Errors
/// The database's; what was noted is kept.
pub async fn count(app: &App) -> sqlx::Result<()> {
    let ids: Vec<i64> = {
        let opened = app.pages_opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.iter().copied().collect()
    };
    if ids.is_empty() {
        return Ok(());
    }
    let mut piece = app.db.begin_piece().await?;
    for id in &ids {
        if mark(&mut piece.tx, *id).await? {
            add(&mut piece.tx, *id, app.clock.now()).await?;
        }
    }
    piece.commit().await?;
    let mut opened = app.pages_opened.lock().unwrap_or_else(PoisonError::into_inner);
    for id in ids {
        opened.remove(&id);
    }
    Ok(())
}

/// `false` when they are counted already, or gone.
async fn mark(tx: &mut Tx, id: i64) -> sqlx::Result<bool> {
    let marked = query(
        "INSERT INTO form_opened (subscriber_id) SELECT id FROM subscriber WHERE id = $1
         ON CONFLICT (subscriber_id) DO NOTHING",
    )
    .bind(id)
    .execute(tx.on())
    .await?;
    Ok(marked == 1)
}

async fn add(tx: &mut Tx, id: i64, now: Millis) -> sqlx::Result<()> {
    query(
        "INSERT INTO form_page (newsletter_id, day, form, opened)
         SELECT newsletter_id, $2, COALESCE(origin, ''), 1 FROM subscriber WHERE id = $1
         ON CONFLICT (newsletter_id, day, form) DO UPDATE SET opened = form_page.opened + 1",
    )
    .bind(id)
    .bind(now.div_euclid(DAY))
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Takes over a sum from elsewhere.
///
/// # Errors
/// The database's.
pub async fn adopt(tx: &mut Tx, newsletter_id: i64, day: i64, form: &str, opened: i64) -> sqlx::Result<()> {
    query(
        "INSERT INTO form_page (newsletter_id, day, form, opened) VALUES ($1, $2, $3, $4)
         ON CONFLICT (newsletter_id, day, form) DO UPDATE SET opened = excluded.opened",
    )
    .bind(newsletter_id)
    .bind(day)
    .bind(form)
    .bind(opened)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Forgets the marks of those who have not been pending for a day: whoever pressed their button a moment ago may be noted still.
///
/// # Errors
/// The database's.
pub async fn forget(app: &App) -> sqlx::Result<u64> {
    count(app).await?;
    app.db
        .write_now(
            query(
                "DELETE FROM form_opened WHERE subscriber_id IN (
             SELECT o.subscriber_id FROM form_opened o JOIN subscriber s ON s.id = o.subscriber_id
             WHERE s.status <> 'pending' AND COALESCE(s.ended_at, s.confirmed_at, 0) < $1)",
            )
            .bind(app.clock.now() - DAY),
        )
        .await
}
