//! `facteur token`: create, list and revoke the tokens with which programs use the API.

use std::collections::BTreeMap;

use clap::Subcommand;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan as _};
use serde_json::{Value, json};

use crate::app::App;
use crate::clock::{Millis, rfc3339};
use crate::newsletters;
use crate::people::tokens::{self, Token, Verb, Wanted};
use crate::phrase;

use super::{Context, Fault, user};

/// Arguments of `facteur token`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Create a token; its secret is shown only once.
    Create {
        /// Name of the token, such as the program that will use it.
        name: String,
        /// How long the token is valid: 90d, 6mo, 1y (the longest), or until a day such as 2027-01-31.
        #[arg(long, default_value = "1y", value_name = "WHEN")]
        expires: String,
        /// Address of the account it belongs to: it ends when that person gets another password or role, or is kept out.
        #[arg(long = "for", value_name = "EMAIL")]
        whose: Option<String>,
        /// What it may do: read, write (posts), readers (personal data), send, manage; several with commas. Without it: all.
        #[arg(long, value_name = "VERB", value_delimiter = ',')]
        may: Vec<Verb>,
        /// Only in this newsletter (its short name).
        #[arg(long, value_name = "NEWSLETTER")]
        newsletter: Option<String>,
    },
    /// List tokens (the secrets are never shown).
    List,
    /// Revoke a token at once.
    Revoke {
        /// Name of the token.
        name: String,
    },
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    match args.command {
        Command::Create { name, expires, whose, may, newsletter } => {
            let person_id = match whose {
                Some(email) => Some(user::find(&app, context, &email).await?.id),
                None => None,
            };
            let newsletter_id = match newsletter {
                Some(slug) => Some(context.newsletter(&app, &slug).await?.id),
                None => None,
            };
            let wanted = Wanted { name: name.trim(), expires_at: 0, person_id, verbs: &may, newsletter_id };
            create(&app, context, &expires, wanted).await
        }
        Command::List => list(&app, context).await,
        Command::Revoke { name } => {
            if !tokens::revoke(&app, name.trim()).await? {
                return Err(Fault::not_found(said!(context.locale, "cli-token-unknown", name = &name)));
            }
            context.show(&json!({ "revoked": name }), || said!(context.locale, "cli-token-revoked", name = &name))
        }
    }
}

/// `wanted` but for its end, which is read from what was typed.
async fn create(app: &App, context: &Context, expires: &str, wanted: Wanted<'_>) -> anyhow::Result<()> {
    let name = wanted.name;
    if name.is_empty() || name.len() > 100 || name.chars().any(char::is_control) {
        return Err(Fault::usage(context.locale.text("cli-token-name")));
    }
    let expires_at = expiry(app.clock.timestamp(), expires)
        .map_err(|key| Fault::usage(said!(context.locale, key, typed = expires)))?;
    let Some(token) = tokens::make(app, &Wanted { expires_at, ..wanted }).await? else {
        return Err(Fault::refused(said!(context.locale, "cli-token-taken", name = name)));
    };
    let json = json!({ "name": name, "token": token, "expires_at": rfc3339(expires_at) });
    if !context.json {
        let end = phrase::when(expires_at, &TimeZone::system());
        eprintln!("{}", said!(context.locale, "cli-token-keep", end = &end));
    }
    context.show(&json, || token.clone())
}

async fn list(app: &App, context: &Context) -> anyhow::Result<()> {
    let rows = tokens::all(&app.db).await?;
    let slugs = newsletters::sql::slugs(&app.db).await?;
    let json: Vec<Value> = rows.iter().map(|row| view(row, &slugs)).collect();
    context.show(&json, || {
        if rows.is_empty() {
            return context.locale.text("cli-token-list-empty");
        }
        let line = |row: &Token| {
            let when = |at| phrase::when(at, &TimeZone::system());
            let used = match row.last_used_at {
                Some(at) => said!(context.locale, "cli-token-used", when = &when(at)),
                None => context.locale.text("cli-token-not-used"),
            };
            let expires = said!(context.locale, "cli-token-expires", when = &when(row.expires_at));
            let place = row.newsletter_id.and_then(|id| slugs.get(&id)).map_or("*", String::as_str);
            let verbs = if row.verbs.is_empty() { "*" } else { row.verbs.as_str() };
            format!("{:<24} {expires}  {used}  {verbs}  {place}", row.name)
        };
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

fn view(row: &Token, slugs: &BTreeMap<i64, String>) -> Value {
    json!({
        "name": row.name,
        "created_at": rfc3339(row.created_at),
        "expires_at": rfc3339(row.expires_at),
        "last_used_at": row.last_used_at.map(rfc3339),
        "verbs": if row.verbs.is_empty() { Verb::ALL.to_vec() } else { row.verbs() },
        "newsletter": row.newsletter_id.and_then(|id| slugs.get(&id)),
    })
}

/// When a token made now ends: a span such as `90d`, or a day (its end, UTC). The error is a key of the texts.
fn expiry(now: Timestamp, typed: &str) -> Result<Millis, &'static str> {
    let zoned = now.to_zoned(TimeZone::UTC);
    let end = match (typed.parse::<jiff::civil::Date>(), typed.parse::<Span>()) {
        (Ok(date), _) => date.tomorrow().and_then(|day| day.in_tz("UTC")),
        (_, Ok(span)) => zoned.checked_add(span),
        _ => return Err("cli-token-no-time"),
    };
    let latest = zoned.checked_add(1.year().days(1)).map_err(|_| "cli-token-too-late")?;
    match end {
        Ok(end) if end > zoned && end <= latest => Ok(end.timestamp().as_millisecond()),
        _ => Err("cli-token-too-late"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiries() {
        let now: Timestamp = "2026-06-01T06:00:00Z".parse().unwrap();
        let at = |typed: &str| expiry(now, typed).map(rfc3339);
        assert_eq!(at("90d").unwrap(), "2026-08-30T06:00:00Z");
        assert_eq!(at("6mo").unwrap(), "2026-12-01T06:00:00Z");
        assert_eq!(at("1y").unwrap(), "2027-06-01T06:00:00Z");
        assert_eq!(at("2027-01-31").unwrap(), "2027-02-01T00:00:00Z");
        for wrong in ["2y", "0d", "-3d", "2026-05-01", "never", ""] {
            assert!(at(wrong).is_err(), "{wrong}");
        }
    }
}
