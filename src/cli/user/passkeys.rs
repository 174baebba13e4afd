//! `facteur user passkeys | remove-passkey`: which keys open somebody's account, and taking one away: for a device that was lost.
//!
//! In: an account, a number of the list. Out: lines or JSON, without anything that opens.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::app::App;
use crate::cli::{Context, Fault};
use crate::clock::rfc3339;
use crate::i18n::Locale;
use crate::people::accounts::Person;
use crate::people::passkeys::{self, Passkey};
use crate::phrase;

/// Lists somebody's.
pub(super) async fn list(app: &App, context: &Context, person: &Person) -> anyhow::Result<()> {
    let keys = passkeys::of(&app.db, person.id).await?;
    let json: Vec<Value> = keys.iter().map(view).collect();
    context.show(&json, || {
        if keys.is_empty() {
            return super::about(context, &person.email, "cli-user-passkeys-none");
        }
        keys.iter().map(|key| line(key, context.locale)).collect::<Vec<_>>().join("\n")
    })
}

fn line(key: &Passkey, locale: &Locale) -> String {
    let used = match key.last_used_at {
        _ if key.doubted_at.is_some() => locale.text("cli-user-passkey-doubted"),
        Some(at) => said!(locale, "cli-user-passkey-used", when = &phrase::when(at, &TimeZone::system())),
        None => locale.text("cli-user-passkey-unused"),
    };
    format!("{:>4}  {:<32} {}  {used}", key.id, key.name, key.party)
}

fn view(key: &Passkey) -> Value {
    json!({
        "number": key.id,
        "name": key.name,
        "host": key.party,
        "synced": key.synced,
        "created_at": rfc3339(key.created_at),
        "last_used_at": key.last_used_at.map(rfc3339),
        "doubted_at": key.doubted_at.map(rfc3339),
    })
}

/// Removes one of somebody's, or all.
pub(super) async fn remove(app: &App, context: &Context, person: &Person, which: Option<i64>) -> anyhow::Result<()> {
    let removed = passkeys::remove(app, person.id, which, None).await?;
    if removed == 0 && which.is_some() {
        return Err(Fault::not_found(super::about(context, &person.email, "cli-user-passkey-unknown")));
    }
    context.show(&json!({ "email": person.email, "removed": removed }), || {
        let key = if removed > 0 { "cli-user-passkeys-removed" } else { "cli-user-passkeys-none" };
        super::about(context, &person.email, key)
    })
}
