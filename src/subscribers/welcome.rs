//! The letter that welcomes: asked for in the transaction in which somebody confirms for the first time.
//!
//! In: a person who has just confirmed. Out: a letter of the kind `welcome`, where their newsletter sends one (`newsletters::welcome`): once,
//! also for whoever leaves and comes back. Who is imported or added by hand gets none: they did not just ask for anything. While a
//! newsletter tries things out, strangers get none either.

use serde_json::json;

use super::{Subscriber, again};
use crate::app::App;
use crate::clock::Millis;
use crate::db::Tx;
use crate::i18n;
use crate::ledger::letters::{self, NewLetter};
use crate::letter::LetterKind;
use crate::newsletters;
use crate::newsletters::welcome::{self, Brought};
use crate::newsletters::words;

/// Asks for the letter; `before`: when they had confirmed before, if they had.
pub async fn greet(
    app: &App,
    tx: &mut Tx,
    person: &Subscriber,
    before: Option<Millis>,
    now: Millis,
) -> sqlx::Result<()> {
    if before.is_some() {
        return Ok(());
    }
    let Some(brought) = welcome::brought(tx, person.newsletter_id, person.schedule_id).await? else { return Ok(()) };
    if again::strangers(tx, &[person]).await?.contains(&person.id) {
        return Ok(());
    }
    let schedule = newsletters::sql::schedule(&app.db, person.schedule_id).await?;
    let locale = i18n::locale(&person.language);
    let rhythm = schedule.map(|schedule| words::rhythm(&schedule, locale)).unwrap_or_default();
    let parameters = match brought {
        Brought::Nothing => json!({ "rhythm": rhythm }),
        Brought::Digest(id) => json!({ "rhythm": rhythm, "digest": id }),
        Brought::Posts(ids) => json!({ "rhythm": rhythm, "posts": ids }),
    };
    let letter = NewLetter {
        newsletter_id: person.newsletter_id,
        subscriber_id: Some(person.id),
        address: None,
        kind: LetterKind::Welcome,
        language: &person.language,
        parameters: &parameters,
    };
    letters::ask(tx, now, &letter).await?;
    Ok(())
}
