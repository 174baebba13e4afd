//! `facteur bounce`: what comes back of the mails that were sent.
//!
//! In: the body of a web hook, in a file or on standard input; or nothing. Out: what was understood of it; how the hooks fare; what
//! was stored.

use std::path::PathBuf;

use clap::Subcommand;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{Context, Fault, mail};
use crate::bounces::event::{Event, Kind};
use crate::bounces::hooks::Provider;
use crate::bounces::hooks::request::Headers;
use crate::bounces::returned::{self, Returned};
use crate::clock::rfc3339;
use crate::phrase;
use crate::views::hook;

/// Arguments of `facteur bounce`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

/// What to do.
#[derive(Debug, Subcommand)]
enum Action {
    /// Show how each provider's web hook fares: when its last event came, and what was refused.
    Hooks,
    /// Show what was understood of the body of a web hook. Nothing is stored, and no signature is checked.
    HookExplain {
        /// The provider, as in [bounces.hooks.PROVIDER].
        provider: String,
        /// The body, or - for standard input.
        file: PathBuf,
        /// Its content type; without it the first bytes say whether it is JSON or a form.
        #[arg(long, value_name = "TYPE", default_value = "")]
        content_type: String,
    },
    /// List what came back and waits for a consequence, the oldest first.
    List {
        /// Only what came after the one of this number.
        #[arg(long, value_name = "NUMBER", default_value_t = 0)]
        after: i64,
        /// How many at most.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=1000))]
        limit: i64,
    },
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    match args.action {
        Action::Hooks => hooks(context).await,
        Action::HookExplain { provider, file, content_type } => explain(context, &provider, &file, content_type),
        Action::List { after, limit } => list(context, after, limit).await,
    }
}

async fn hooks(context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    let rows = hook::all(&app).await?;
    let json: Vec<Value> = rows.iter().map(hook::json).collect();
    context.show(&json, || {
        if rows.is_empty() {
            return "No web hook is set up; [bounces.hooks.PROVIDER] in the configuration sets one up.".to_owned();
        }
        let line = |row: &hook::Row| hook::line(row, &TimeZone::system(), context.locale);
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

fn explain(context: &Context, provider: &str, file: &std::path::Path, content_type: String) -> anyhow::Result<()> {
    let provider: Provider =
        provider.parse().map_err(|why| Fault::usage(format!("there is no such provider: {why}")))?;
    let body = mail::read(file)?;
    let headers: Headers = [("content-type", content_type)].into_iter().collect();
    let events = provider.read(&headers, &body).map_err(|why| {
        Fault::problems(format!("{}: {}; give the body as {provider} posted it", file.display(), why.words()))
    })?;
    let json = json!({ "provider": provider, "events": events.iter().map(view).collect::<Vec<_>>() });
    context.show(&json, || {
        if events.is_empty() {
            return "It holds no event.".to_owned();
        }
        events.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

/// The words in which programs that know several providers name events.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Hard | Kind::Soft | Kind::Block => "bounced",
        Kind::Complaint => "complained",
        Kind::Deferred => "deferred",
        Kind::Leave => "unsubscribed",
        Kind::Withheld | Kind::Other => "other",
    }
}

fn view(event: &Event) -> Value {
    json!({
        "id": event.id, "type": word(event.kind), "kind": event.kind.as_str(), "class": event.kind.class(),
        "counts": event.kind.counts(), "recipient": event.recipient, "token": event.token,
        "message_id": event.message_id, "status": event.status, "text": event.text, "at": event.at.map(rfc3339),
    })
}

fn line(event: &Event) -> String {
    let counts = if event.kind.counts() { "" } else { " (not stored)" };
    let said = [event.status.as_deref(), event.text.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let what = [event.kind.as_str(), event.kind.class()].join(" ");
    format!("{:<14} {}{counts}  {said}", what.trim_end(), event.recipient).trim_end().to_owned()
}

async fn list(context: &Context, after: i64, limit: i64) -> anyhow::Result<()> {
    let app = context.app().await?;
    let rows = returned::waiting(&app.db, after, limit).await?;
    let json: Vec<Value> = rows.iter().map(of_row).collect();
    context.show(&json, || {
        if rows.is_empty() {
            return "Nothing waits.".to_owned();
        }
        let line = |row: &Returned| {
            let who = match (row.subscriber_id, &row.recipient) {
                (Some(id), _) => format!("subscriber {id}"),
                (None, recipient) => recipient.clone().unwrap_or_default(),
            };
            let when = phrase::when(row.received_at, &TimeZone::system());
            format!(
                "{:>6}  {when}  {} {} {}  {who}  {} {}",
                row.id, row.source, row.kind, row.class, row.status, row.text
            )
        };
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

fn of_row(row: &Returned) -> Value {
    json!({
        "id": row.id, "source": row.source, "kind": row.kind, "class": row.class, "subscriber_id": row.subscriber_id,
        "recipient": row.recipient, "message_id": row.message_id, "status": row.status, "text": row.text,
        "happened_at": row.happened_at.map(rfc3339), "received_at": rfc3339(row.received_at), "state": row.state,
    })
}
