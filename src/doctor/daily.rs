//! A look at each newsletter once a day.
//!
//! In: the scheduler's beat. Out: what [`store`] keeps. Several processes share the newsletters: each is looked at by whoever
//! begins first. A database that is held looks at nothing, for its original does.

use super::{sql, store};
use crate::app::App;
use crate::clock::{DAY, MINUTE};
use crate::db::generation;
use crate::newsletters;

/// Newsletters that one beat looks at, one after the other.
const AT_ONCE: i64 = 20;

/// Looks at what is due, unless `[doctor] daily` is off.
///
/// # Errors
/// The database's; what was looked at until then is kept.
pub async fn due(app: &App) -> sqlx::Result<()> {
    if !app.config.doctor.daily || generation::held(&app.db).await?.is_some() {
        return Ok(());
    }
    let now = app.clock.now();
    for id in sql::due(&app.db, now - DAY, now - 5 * MINUTE, AT_ONCE).await? {
        let Some(newsletter) = newsletters::sql::by_id(&app.db, id).await? else { continue };
        if let Some(look) = store::again(app, &newsletter).await? {
            let faults = look.faults().len();
            tracing::info!(newsletter.id = id, domain = %look.domain, faults, "the doctor has looked");
        }
    }
    Ok(())
}
