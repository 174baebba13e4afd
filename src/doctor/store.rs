//! The last look of each newsletter, and an editor's word to go without it.
//!
//! In: a look, or an editor. Out: rows of `doctor_look` with their events, each in one transaction; [`Standing`], for whoever shows it
//! or waits for it. What a look makes true is told by [`super::told`].

use super::{Check, Look, Subject, Verdict, look, sql, subject, told};
use crate::app::App;
use crate::clock::{MINUTE, Millis};
use crate::db::generation;
use crate::events::{self, About, Actor, Code, Event};
use crate::newsletters::Newsletter;

/// A look that has not come to its end by then is over: whoever made it is gone.
const OVER: Millis = 5 * MINUTE;

/// What is known of a newsletter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The last look; `None` before the first.
    pub look: Option<Look>,
    /// When an editor let a first digest go whatever is found.
    pub waived_at: Option<Millis>,
}

impl Standing {
    /// Whether nothing stands against a first digest to many.
    pub fn is_green(&self) -> bool {
        self.waived_at.is_some() || self.look.as_ref().is_some_and(|look| look.worst() != Verdict::Fault)
    }

    /// Checks with a fault.
    pub fn faults(&self) -> Vec<Check> {
        self.look.as_ref().map(Look::faults).unwrap_or_default()
    }
}

impl From<sql::Row> for Standing {
    fn from(row: sql::Row) -> Self {
        // A look that only a later version can read counts as none.
        let look = row.looked_at.and_then(|_| serde_json::from_str(&row.look).ok());
        Self { look, waived_at: row.waived_at }
    }
}

/// What is known of a newsletter.
///
/// # Errors
/// The database's.
pub async fn of(app: &App, newsletter_id: i64) -> sqlx::Result<Standing> {
    Ok(sql::of(&app.db, newsletter_id).await?.map(Standing::from).unwrap_or_default())
}

/// Looks at a newsletter and keeps what was found; `None` when somebody else has just begun to.
///
/// # Errors
/// The database's.
pub async fn again(app: &App, newsletter: &Newsletter) -> sqlx::Result<Option<Look>> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if !sql::begin(&mut tx, newsletter.id, now - OVER, now).await? {
        return Ok(None);
    }
    tx.commit().await?;
    let keys = subject::signing_keys(app).await?;
    let found = Box::pin(look(app, &Subject::of(&app.config, newsletter, keys))).await;
    keep(app, newsletter, &found).await?;
    Ok(Some(found))
}

/// Keeps a look, and tells what it changes.
///
/// # Errors
/// The database's.
pub async fn keep(app: &App, newsletter: &Newsletter, found: &Look) -> sqlx::Result<()> {
    let mut tx = app.db.begin().await?;
    let before = sql::hold(&mut tx, newsletter.id).await?;
    // Of a database that is held its original tells.
    let tells = before.looked_at.is_some() && !generation::is_held(&mut tx).await?;
    told::changes(app, &mut tx, newsletter, found, tells).await?;
    let text = serde_json::to_string(found).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sql::keep(&mut tx, newsletter.id, &text, found.at).await?;
    // The next look may begin at once.
    sql::begin(&mut tx, newsletter.id, Millis::MAX, 0).await?;
    tx.commit().await?;
    app.wake.now();
    Ok(())
}

/// An editor's word: the first digest goes whatever the doctor finds. Said once; again changes nothing.
///
/// # Errors
/// The database's.
pub async fn waive(app: &App, newsletter: &Newsletter, by: Actor) -> sqlx::Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let before = Standing::from(sql::hold(&mut tx, newsletter.id).await?);
    if before.waived_at.is_some() {
        return Ok(());
    }
    sql::waive(&mut tx, newsletter.id, now).await?;
    let faults: Vec<&str> = before.faults().into_iter().map(Check::as_str).collect();
    let event = Event::new(newsletter.id, Code::DoctorWaived, About::Newsletter, by);
    events::note(&mut tx, now, &event.with("faults", faults)).await?;
    tx.commit().await?;
    app.wake.now();
    Ok(())
}
