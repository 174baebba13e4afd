//! `facteur activity`: the record of what people and programs did: look at it, take it away, see whether it is whole.

use clap::{Subcommand, ValueEnum};
use jiff::tz::TimeZone;
use serde_json::json;

use super::{Context, Fault};
use crate::app::App;
use crate::coded::{Coded, Told as _};
use crate::events::activity::verify::{self, MOST};
use crate::events::activity::{self, Act, Deed, Head, Row, Wanted};
use crate::newsletters;
use crate::people::{accounts, tokens};
use crate::phrase;
use crate::views::activity::{self as view, ActivityView, Names};

/// Rows that are read at a time.
const PAGE: i64 = 1_000;

/// Arguments of `facteur activity`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List what was done, the newest first.
    List {
        #[command(flatten)]
        which: Which,
        /// Lines at most.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1_000_000))]
        most: i64,
    },
    /// Write all of it to standard output, with ids and without names. This itself is noted.
    Export {
        #[command(flatten)]
        which: Which,
        /// As which kind of file.
        #[arg(long, default_value = "csv")]
        format: Format,
    },
    /// Check that no row was changed and none is missing. Exit code 3 when one is.
    Verify {
        /// An end that was noted elsewhere, as this command prints it (NUMBER:HASH): it must still stand there.
        #[arg(long, value_name = "NUMBER:HASH")]
        noted: Option<String>,
    },
}

#[derive(Debug, clap::Args)]
struct Which {
    /// Only of this newsletter (its short name).
    #[arg(long, value_name = "NEWSLETTER")]
    newsletter: Option<String>,
    /// Only of this kind, such as token.created.
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Csv,
    Json,
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    match args.command {
        Command::List { which, most } => list(&app, context, &which, most).await,
        Command::Export { which, format } => export(&app, context, &which, format).await,
        Command::Verify { noted } => verify(&app, context, noted.as_deref()).await,
    }
}

async fn wanted<'a>(app: &App, context: &Context, which: &'a Which) -> anyhow::Result<Wanted<'a>> {
    let newsletter_id = match &which.newsletter {
        Some(slug) => Some(context.newsletter(app, slug).await?.id),
        None => None,
    };
    Ok(Wanted { newsletter_id, code: which.code.as_deref(), ..Wanted::default() })
}

/// The newest rows, `most` of them.
async fn rows(app: &App, wanted: Wanted<'_>, most: i64) -> sqlx::Result<Vec<Row>> {
    let (mut rows, mut before, mut left) = (Vec::new(), i64::MAX, most);
    while left > 0 {
        let page = activity::page(&app.db, wanted, before, left.min(PAGE)).await?;
        let Some(last) = page.last() else { break };
        before = last.id;
        left -= page.len() as i64;
        rows.extend(page);
    }
    Ok(rows)
}

async fn list(app: &App, context: &Context, which: &Which, most: i64) -> anyhow::Result<()> {
    let rows = rows(app, wanted(app, context, which).await?, most).await?;
    let slugs = newsletters::sql::slugs(&app.db).await?;
    let shown: Vec<ActivityView> = rows.iter().map(|row| view::view(row, &slugs)).collect();
    let people =
        accounts::all(&app.db).await?.into_iter().map(|person| (person.id, person.called().to_owned())).collect();
    let tokens = tokens::all(&app.db).await?.into_iter().map(|token| (token.id, token.name)).collect();
    let names = Names { people, tokens, newsletters: slugs };
    let zone = TimeZone::system();
    context.show(&shown, || {
        if rows.is_empty() {
            return context.locale.text("activity-none");
        }
        let line = |row: &Row| {
            let line = names.line(row, context.locale);
            let parts = [line.who, line.what, line.about, line.place, line.details];
            let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            format!("{:>6}  {}  {}", row.id, phrase::when(row.at, &zone), parts.join("  "))
        };
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

async fn export(app: &App, context: &Context, which: &Which, format: Format) -> anyhow::Result<()> {
    let wanted = wanted(app, context, which).await?;
    activity::note_alone(&app.db, app.clock.now(), Act::new(Deed::ActivityExported)).await?;
    let slugs = newsletters::sql::slugs(&app.db).await?;
    let rows = rows(app, wanted, i64::MAX).await?;
    let shown: Vec<ActivityView> = rows.iter().map(|row| view::view(row, &slugs)).collect();
    let text = match format {
        Format::Csv => String::from_utf8(view::csv(&shown)?)?,
        Format::Json => serde_json::to_string_pretty(&shown)?,
    };
    context.show(&shown, || text)
}

async fn verify(app: &App, context: &Context, noted: Option<&str>) -> anyhow::Result<()> {
    let noted = match noted {
        Some(typed) => {
            let read = Head::read(typed);
            Some(read.ok_or_else(|| Fault::usage(said!(context.locale, "cli-activity-noted", typed = typed)))?)
        }
        None => None,
    };
    let verdict = verify::verify(&app.db, noted.as_ref()).await?;
    let words: Vec<String> = verdict.faults.iter().map(|fault| fault.words(context.print_locale())).collect();
    let codes: Vec<&str> = verdict.faults.iter().map(Coded::code).collect();
    let end = format!("{}:{}", verdict.end.id, verdict.end.hash);
    let json = json!({ "rows": verdict.rows, "end": end, "whole": words.is_empty(), "faults": words, "codes": codes });
    context.show(&json, || {
        let mut lines = words.clone();
        if lines.is_empty() {
            lines.push(said!(context.locale, "activity-whole", count = verdict.rows));
        } else if lines.len() == MOST {
            lines.push(said!(context.locale, "activity-more-faults", count = MOST));
        }
        lines.push(said!(context.locale, "cli-activity-end", end = &end));
        lines.join("\n")
    })?;
    if words.is_empty() { Ok(()) } else { Err(Fault::problems(context.locale.text("activity-not-whole"))) }
}
