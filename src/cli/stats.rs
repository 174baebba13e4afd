//! `facteur stats`: the numbers of the console on the command line, as files, summed again; and the switch of the monthly letter.

use clap::Subcommand;
use serde_json::json;

use super::digest::must_find;
use super::{Context, Fault};
use crate::app::App;
use crate::ledger::DigestState::{Cancelled, Finished, Paused, Releasing, Sending};
use crate::newsletters::{self, Newsletter};
use crate::stats::span::Span;
use crate::stats::{letter, roll};
use crate::views::stats as view;
use crate::views::stats::csv::{self, OfDigest, Table};

/// Arguments of `facteur stats`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show readers, sign-ups by form, languages, origins and rhythms of a newsletter.
    Show {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Over which days: 30d, 90d, 365d or all.
        #[arg(long, default_value = "365d")]
        span: Span,
    },
    /// Print a table as CSV: growth, forms, shares or digests.
    Csv {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Which table.
        table: Table,
        /// Over which days: 30d, 90d, 365d or all.
        #[arg(long, default_value = "all")]
        span: Span,
    },
    /// Show what became of a digest: when servers took its mails, by mailbox provider, who left.
    Digest {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Id of the digest, or the first letters of its id. Without it: the only digest the command can apply to.
        #[arg(allow_hyphen_values = true)]
        id: Option<String>,
        /// Print a table as CSV: timeline or providers.
        #[arg(long)]
        csv: Option<OfDigest>,
    },
    /// Sum again all days whose events are kept, and those that are not summed yet.
    Rebuild {
        /// The newsletter's short name (its slug); without it, all of them.
        newsletter: Option<String>,
    },
    /// Send editors a letter with the numbers of each month, or end it.
    Letter {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// `on` or `off`.
        #[arg(value_parser = ["on", "off"])]
        switch: String,
    },
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    match args.command {
        Command::Show { newsletter, span } => {
            let newsletter = context.newsletter(&app, &newsletter).await?;
            let shown = view::newsletter(&app, &newsletter, span, context.print_locale()).await?;
            context.show(&shown, || view::in_lines(&shown, context.locale))
        }
        Command::Csv { newsletter, table, span } => {
            let newsletter = context.newsletter(&app, &newsletter).await?;
            let shown = view::newsletter(&app, &newsletter, span, context.print_locale()).await?;
            print(&csv::newsletter(&shown, table)?)
        }
        Command::Digest { newsletter, id, csv } => digest(&app, context, &newsletter, id.as_deref(), csv).await,
        Command::Rebuild { newsletter } => rebuild(&app, context, newsletter.as_deref()).await,
        Command::Letter { newsletter, switch } => {
            let newsletter = context.newsletter(&app, &newsletter).await?;
            let on = switch == "on";
            letter::switch(&app, newsletter.id, on).await?;
            context.show(&json!({ "newsletter": newsletter.slug, "letter": on }), || {
                context.locale.text(if on { "said-stats-letter-begins" } else { "said-stats-letter-ends" })
            })
        }
    }
}

async fn digest(
    app: &App,
    context: &Context,
    slug: &str,
    id: Option<&str>,
    table: Option<OfDigest>,
) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, slug).await?;
    let states = [Releasing, Sending, Paused, Finished, Cancelled];
    let digest = must_find(app, context, &newsletter, id, &states).await?;
    let Some(shown) = view::digest(app, &digest, context.print_locale()).await? else {
        return Err(Fault::not_found(said!(context.locale, "cli-stats-not-sent", id = &digest.public_id)));
    };
    if let Some(table) = table {
        return print(&csv::digest(&shown, table)?);
    }
    context.show(&shown, || {
        let mut lines = vec![shown.sent.subject.clone()];
        lines.extend(shown.words.iter().cloned());
        lines.extend(shown.providers.iter().map(|provider| provider.words.clone()));
        lines.join("\n")
    })
}

async fn rebuild(app: &App, context: &Context, slug: Option<&str>) -> anyhow::Result<()> {
    let all: Vec<Newsletter> = match slug {
        Some(slug) => vec![context.newsletter(app, slug).await?],
        None => newsletters::sql::after_slug(&app.db, "", i64::MAX).await?,
    };
    let mut done = Vec::new();
    for newsletter in all {
        let Some(rebuilt) = roll::rebuild(app, newsletter.id).await? else {
            return Err(Fault::busy(said!(context.locale, "cli-stats-busy", newsletter = &newsletter.slug)));
        };
        done.push((newsletter.slug, rebuilt));
    }
    let data: Vec<_> = done
        .iter()
        .map(|(slug, rebuilt)| json!({ "newsletter": slug, "from": rebuilt.from, "days": rebuilt.days }))
        .collect();
    context.show(&data, || {
        let lines = done.iter().map(|(slug, rebuilt)| match &rebuilt.from {
            Some(from) => {
                said!(context.locale, "cli-stats-rebuilt", newsletter = slug, from = from, count = rebuilt.days)
            }
            None => said!(context.locale, "cli-stats-nothing", newsletter = slug),
        });
        lines.collect::<Vec<_>>().join("\n")
    })
}

/// A table on stdout. A reader who has gone (`| head`) is no error.
fn print(table: &[u8]) -> anyhow::Result<()> {
    use std::io::Write as _;
    match std::io::stdout().write_all(table) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}
