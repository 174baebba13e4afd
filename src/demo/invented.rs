//! 300 readers who do not exist, so that a mailing takes its moment and there is something to watch from the console.
//!
//! In: the demo's newsletter, at its first start. Out: confirmed subscribers, each marked as invented by name and by an address under
//! `.invalid`, where no mail can go (RFC 2606). The catcher takes their mails and keeps none of them.

use std::fmt::Write as _;
use std::io::Cursor;

use crate::app::App;
use crate::events::Actor;
use crate::i18n::{Locale, Value};
use crate::newsletters::Newsletter;
use crate::subscribers::import::file::Hints;
use crate::subscribers::import::{self, Import};

/// How many.
pub const READERS: i64 = 300;
/// The domain of their addresses.
pub const DOMAIN: &str = "lecteurs.invalid";

/// Whether a mail goes to one of them.
pub fn is_invented(address: &str) -> bool {
    address.rsplit_once('@').is_some_and(|(_, domain)| domain == DOMAIN)
}

/// Adds them.
///
/// # Errors
/// The database's.
pub async fn add(app: &App, newsletter: &Newsletter, language: &Locale) -> anyhow::Result<()> {
    let mut list = String::from("email,name\n");
    for number in 1..=READERS {
        let name = language.format("demo-invented-name", &[("number", Value::Text(&number.to_string()))]);
        writeln!(list, "invente-{number}@{DOMAIN},\"{name}\"")?;
    }
    let import = Import {
        newsletter,
        schedule_id: import::first_schedule(&app.db, newsletter).await?,
        confirmed_elsewhere: Some(&language.text("demo-invented-consent")),
        consented_at: None,
        language: language.tag(),
        hints: Hints::default(),
        dry_run: false,
        by: Actor::System,
    };
    import::import(app, &import, Cursor::new(list.into_bytes()), String::new(), |_| {}).await?;
    Ok(())
}
