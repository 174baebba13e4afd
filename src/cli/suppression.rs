//! `facteur suppression`: addresses that must not be written to. Only their keyed hashes are stored, so a list shows no address.

use clap::Subcommand;
use serde_json::json;

use super::{Context, Fault};
use crate::app::App;
use crate::clock::{Millis, rfc3339};
use crate::events::Actor;
use crate::newsletters;
use crate::subscribers::address::Email;
use crate::subscribers::{complained, suppression};

/// Arguments of `facteur suppression`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List who is kept out, one a line: since when, why, of which newsletter.
    List {
        /// Only those kept out for this: bounced, complained, erased, not-me, or an owner's own word.
        #[arg(long, value_name = "REASON")]
        reason: Option<String>,
        /// Lines at most.
        #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(i64).range(1..=1_000_000))]
        most: i64,
    },
    /// Check whether an address is kept out, and why.
    Check {
        /// The address.
        email: String,
    },
    /// Lift what keeps an address out, for a reason that is kept for good. Nobody is subscribed by it: the person has to ask again.
    Remove {
        /// The address.
        email: String,
        /// Why, in a few words: "asked us by phone on 3 May".
        #[arg(long, value_name = "WORDS")]
        because: String,
        /// Only on this newsletter (its short name).
        #[arg(long, value_name = "NEWSLETTER")]
        newsletter: Option<String>,
    },
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    match args.command {
        Command::List { reason, most } => list(&app, context, reason.as_deref(), most).await,
        Command::Check { email } => check(&app, context, &email).await,
        Command::Remove { email, because, newsletter } => {
            remove(&app, context, &email, because.trim(), newsletter.as_deref()).await
        }
    }
}

fn address(context: &Context, typed: &str) -> anyhow::Result<Email> {
    Email::from_typed(typed).map_err(|error| Fault::usage(error.words(context.locale)))
}

/// Short names by id; 0 is all of them.
async fn names(app: &App) -> sqlx::Result<std::collections::HashMap<i64, String>> {
    let all = newsletters::sql::after_slug(&app.db, "", 10_000).await?;
    let named = all.into_iter().map(|newsletter| (newsletter.id, newsletter.slug));
    Ok(named.chain([(0, "*".to_owned())]).collect())
}

async fn list(app: &App, context: &Context, reason: Option<&str>, most: i64) -> anyhow::Result<()> {
    let names = names(app).await?;
    let rows = suppression::page(&app.db, (-1, ""), reason, most).await?;
    let name = |id: i64| names.get(&id).map_or("?", String::as_str);
    let json: Vec<_> = rows
        .iter()
        .map(|row| json!({ "newsletter": name(row.newsletter_id), "address_hash": row.address_hash, "reason": row.reason, "since": rfc3339(row.created_at) }))
        .collect();
    context.show(&json, || {
        let line = |row: &suppression::Kept| {
            format!("{}  {:<12} {}", since(row.created_at), row.reason, name(row.newsletter_id))
        };
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

async fn check(app: &App, context: &Context, typed: &str) -> anyhow::Result<()> {
    let hash = app.keys.address_hash(address(context, typed)?.key());
    let names = names(app).await?;
    let (kept, lifted) = (suppression::of(&app.db, &hash).await?, suppression::lifted(&app.db, &hash).await?);
    let name = |id: i64| names.get(&id).map_or("?", String::as_str);
    let json = json!({
        "suppressed": kept.iter().map(|row| json!({ "newsletter": name(row.newsletter_id), "reason": row.reason, "since": rfc3339(row.created_at) })).collect::<Vec<_>>(),
        "lifted": lifted.iter().map(|row| json!({ "newsletter": name(row.newsletter_id), "reason": row.reason, "because": row.why, "at": rfc3339(row.lifted_at) })).collect::<Vec<_>>(),
    });
    context.show(&json, || {
        let locale = context.locale;
        let mut lines = vec![locale.text(if kept.is_empty() { "suppression-none" } else { "suppression-kept" })];
        lines.extend(
            kept.iter().map(|row| format!("{}  {:<12} {}", since(row.created_at), row.reason, name(row.newsletter_id))),
        );
        if !lifted.is_empty() {
            lines.push(locale.text("suppression-lifted"));
            lines.extend(lifted.iter().map(|row| {
                format!("{}  {:<12} {}  {}", since(row.lifted_at), row.reason, name(row.newsletter_id), row.why)
            }));
        }
        lines.join("\n")
    })
}

async fn remove(app: &App, context: &Context, typed: &str, because: &str, slug: Option<&str>) -> anyhow::Result<()> {
    let email = address(context, typed)?;
    if because.is_empty() || because.chars().count() > 500 || because.chars().any(char::is_control) {
        return Err(Fault::usage(context.locale.text("suppression-because")));
    }
    let newsletter = match slug {
        Some(slug) => Some(context.newsletter(app, slug).await?.id),
        None => None,
    };
    let done = complained::pardon(app, email.key(), newsletter, because, Actor::Command).await?;
    if done.is_empty() {
        return Err(Fault::not_found(context.locale.text("suppression-none")));
    }
    context.show(&done, || context.locale.text("suppression-removed"))
}

/// The day, UTC.
fn since(at: Millis) -> String {
    rfc3339(at).chars().take(10).collect()
}
