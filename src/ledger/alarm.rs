//! What keeps mail from leaving, in words for whoever looks: the command line, `/readyz`, the console.

use super::{hold, sql};
use crate::app::App;
use crate::i18n::Locale;

/// Words of an alarm that is up, if one is; that all sending is held is said in this language.
///
/// # Errors
/// When the database cannot be read.
pub async fn words(app: &App, locale: &Locale) -> sqlx::Result<Option<String>> {
    if let Some(held) = hold::state(app).await? {
        return Ok(Some(hold::in_words(&held, locale)));
    }
    sql::alarm::read(&app.db).await
}
