//! `facteur bounce list|show|file|dismiss|accept|refuse`: what came back and waits for a person.

use std::io::Write as _;

use clap::Subcommand;
use serde_json::{Value, json};

use crate::app::App;
use crate::bounces::matter::{Kind, State};
use crate::bounces::pile;
use crate::bounces::sql::{self, Row, Seen};
use crate::cli::{Context, Fault};
use crate::clock::rfc3339;
use crate::digests;
use crate::events::Actor;
use crate::i18n::Value as Variable;
use crate::subscribers::{self, address::Email};

/// What an operator does with the pile.
#[derive(Debug, Subcommand)]
pub enum Pile {
    /// List what came back, the newest first.
    List {
        /// open (nobody could attribute it), waiting (a burst), done, filed or dismissed.
        #[arg(long, default_value = "open")]
        state: State,
        /// Only of this newsletter (its short name).
        #[arg(long)]
        newsletter: Option<String>,
        /// Lines at most.
        #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(i64).range(1..=100_000))]
        most: i64,
    },
    /// Print the mail of a row as it came.
    Show {
        /// Number of the row, as `facteur bounce list` shows it.
        row: i64,
    },
    /// Say what an open row is, and whom it is about.
    File {
        /// Number of the row.
        row: i64,
        /// hard, soft, complaint or leave.
        kind: Kind,
        /// The newsletter's short name.
        newsletter: String,
        /// The subscriber's address.
        email: String,
    },
    /// Put an open row aside.
    Dismiss {
        /// Number of the row.
        row: i64,
    },
    /// Accept that a burst of dead addresses is true: they get nothing more.
    Accept {
        /// The newsletter's short name.
        newsletter: String,
    },
    /// Refuse a burst as a server's mistake: its addresses are kept.
    Refuse {
        /// The newsletter's short name.
        newsletter: String,
    },
}

/// Runs it.
pub async fn run(pile: Pile, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    let meaning = digests::MEANING.by(Actor::Command);
    match pile {
        Pile::List { state, newsletter, most } => list(&app, context, state, newsletter.as_deref(), most).await,
        Pile::Show { row } => show(&app, context, row).await,
        Pile::File { row, kind, newsletter, email } => {
            let newsletter = context.newsletter(&app, &newsletter).await?;
            let email = Email::from_typed(&email).map_err(|error| Fault::usage(error.words(context.locale)))?;
            if !matches!(kind, Kind::Hard | Kind::Soft | Kind::Complaint | Kind::Leave) {
                return Err(Fault::usage(context.locale.text("bounce-file-kinds")));
            }
            let person = subscribers::sql::by_key(&app.db, newsletter.id, email.key()).await?;
            let person = person.ok_or_else(|| Fault::not_found(context.locale.text("bounce-file-nobody")))?;
            let filed = pile::file(&app, meaning, row, kind, &person, Actor::Command).await?;
            filed.ok_or_else(|| not_open(context, row))?;
            context.show(&json!({ "filed": row }), || context.locale.text("said-returned-filed"))
        }
        Pile::Dismiss { row } => {
            if !pile::dismiss(&app, row).await? {
                return Err(not_open(context, row));
            }
            context.show(&json!({ "dismissed": row }), || context.locale.text("said-returned-aside"))
        }
        Pile::Accept { newsletter } => {
            let newsletter = context.newsletter(&app, &newsletter).await?;
            let count = pile::accept(&app, meaning, newsletter.id).await?;
            context.show(&json!({ "accepted": count }), || counted(context, "said-returned-dead", count))
        }
        Pile::Refuse { newsletter } => {
            let newsletter = context.newsletter(&app, &newsletter).await?;
            let count = pile::refuse(&app, meaning, newsletter.id).await?;
            context.show(&json!({ "refused": count }), || counted(context, "said-returned-alive", count))
        }
    }
}

fn not_open(context: &Context, row: i64) -> anyhow::Error {
    Fault::not_found(format!("{} ({row})", context.locale.text("bounce-not-open")))
}

async fn list(app: &App, context: &Context, state: State, slug: Option<&str>, most: i64) -> anyhow::Result<()> {
    let newsletter_id = match slug {
        Some(slug) => context.newsletter(app, slug).await?.id,
        None => 0,
    };
    let seen = Seen { newsletter_id, nobodys: slug.is_none() };
    let rows = sql::page(&app.db, seen, state, i64::MAX, most).await?;
    context.show(&rows.iter().map(view).collect::<Vec<_>>(), || {
        let line = |row: &Row| {
            let kind = context.locale.text(&format!("returned-kind-{}", row.kind));
            let words = [row.status.as_str(), row.words.as_str()].into_iter().filter(|word| !word.is_empty());
            let words = words.collect::<Vec<_>>().join(" ");
            format!("{:>6}  {}  {:<5} {kind}  {words}", row.id, rfc3339(row.received_at), row.source)
        };
        if rows.is_empty() {
            return context.locale.text("cli-bounce-list-empty");
        }
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

fn view(row: &Row) -> Value {
    json!({
        "row": row.id,
        "received_at": rfc3339(row.received_at),
        "source": row.source,
        "kind": row.kind.as_str(),
        "state": row.state.as_str(),
        "subscriber": row.subscriber_id,
        "digest": row.digest_id,
        "status": row.status,
        "words": row.words,
    })
}

async fn show(app: &App, context: &Context, row: i64) -> anyhow::Result<()> {
    if sql::by_id(&app.db, row).await?.is_none() {
        return Err(Fault::not_found(format!("{} ({row})", context.locale.text("bounce-no-row"))));
    }
    let Some(mail) = sql::mail(&app.db, row).await? else {
        return Err(Fault::not_found(context.locale.text("returned-no-mail")));
    };
    if context.json {
        return context.show(&json!({ "row": row, "mail": String::from_utf8_lossy(&mail) }), String::new);
    }
    match std::io::stdout().write_all(&mail) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

fn counted(context: &Context, key: &str, count: usize) -> String {
    context.locale.format(key, &[("count", Variable::from(count))])
}
