//! What keeps mail from leaving, in words for whoever looks: the command line, `/readyz`, the console.

use super::{hold, sql};
use crate::app::App;

/// Words of an alarm that is up, if one is.
///
/// # Errors
/// When the database cannot be read.
pub async fn words(app: &App) -> sqlx::Result<Option<String>> {
    if let Some(held) = hold::state(app).await? {
        return Ok(Some(hold::in_words(&held)));
    }
    sql::alarm::read(&app.db).await
}
