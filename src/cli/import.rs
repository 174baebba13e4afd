//! `facteur import`: subscribers from a file.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};

use super::{Context, Fault};
use crate::events::Actor;
use crate::subscribers::import::file::{Hints, List};
use crate::subscribers::import::questions::{self, ColumnView};
use crate::subscribers::import::{self, Counts, Import, ImportError};
use crate::{i18n, phrase};

/// Arguments of `facteur import`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Into which newsletter.
    newsletter: String,
    /// CSV (comma, semicolon or tab; any encoding; header or not), or pasted addresses. `-` reads standard input.
    file: PathBuf,
    /// Count and report, and store nothing.
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// How these people consented outside Facteur, for the record: they are confirmed at once. Without it each gets a
    /// confirmation letter.
    #[arg(long, value_name = "HOW")]
    confirmed_elsewhere: Option<String>,
    #[command(flatten)]
    said: Said,
    /// Language of those for whom the file says none; without it the newsletter's.
    #[arg(long)]
    lang: Option<String>,
    /// Print what is understood of the file as JSON and touch nothing (the newsletter is not looked at).
    #[arg(long, hide = true)]
    understood: bool,
}

/// What the person at the keyboard says of the file.
#[derive(Debug, clap::Args)]
struct Said {
    /// These are people who must not be written to: each is remembered as unsubscribed, whoever is subscribed here is
    /// unsubscribed, and nobody is ever raised. A list of addresses alone is enough.
    #[arg(long, conflicts_with_all = ["confirmed_elsewhere", "subscribed"])]
    unsubscribed: bool,
    /// These are subscribers, whatever the name of the file says.
    #[arg(long)]
    subscribed: bool,
    /// A column that has nothing to do with consent, by its name or number; may be given again.
    #[arg(long, value_name = "NAME")]
    ignore_column: Vec<String>,
    /// The column with the addresses, by its name or number, where it is not found by itself.
    #[arg(long, value_name = "NAME")]
    address_column: Option<String>,
}

impl Said {
    /// As the import takes it.
    fn hints(&self) -> Hints {
        let list = match () {
            () if self.unsubscribed => List::Unsubscribed,
            () if self.subscribed => List::Subscribed,
            () => List::AsRowsSay,
        };
        Hints { ignored: self.ignore_column.clone(), address: self.address_column.clone(), list }
    }
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    let name = file_name(&args.file);
    if args.understood {
        let understood =
            import::understood(open(&args.file)?, &name, &args.said.hints()).map_err(|error| refused(&error.into()))?;
        println!("{understood}");
        return Ok(());
    }
    let how = args.confirmed_elsewhere.as_deref().map(str::trim);
    if how == Some("") {
        return Err(Fault::usage(
            "--confirmed-elsewhere needs words that prove the consent, such as \"form of the old site, 2019 to 2024\"",
        ));
    }
    let app = context.app().await?;
    let newsletter = context.newsletter(&app, &args.newsletter).await?;
    let language = args.lang.as_deref().unwrap_or(&newsletter.language);
    let Some(language) = i18n::known(language) else {
        let known: Vec<_> = i18n::tags().collect();
        return Err(Fault::usage(format!("there are no texts in `{language}`; there are: {}", known.join(", "))));
    };
    let import = Import {
        newsletter: &newsletter,
        schedule_id: import::first_schedule(&app.db, &newsletter).await?,
        confirmed_elsewhere: how,
        language: language.tag(),
        hints: args.said.hints(),
        dry_run: args.dry_run,
        by: Actor::Command,
    };
    let bar = progress();
    let counts = import::import(&app, &import, open(&args.file)?, name, |people| bar.set_position(people)).await;
    bar.finish_and_clear();
    let counts = counts.map_err(|error| refused(&error))?;
    context.show(&counts, || in_words(&counts, &app.config.signup))?;
    match counts.question {
        Some(question) => Err(Fault::refused(question)),
        None => Ok(()),
    }
}

/// What is no list is a usage error; a question is a guard.
fn refused(error: &ImportError) -> anyhow::Error {
    match error {
        ImportError::File(_) => Fault::usage(error.to_string()),
        ImportError::Question(question) => Fault::refused(question.to_string()),
        _ => anyhow::anyhow!("{error}; what was stored stays, run the same command again"),
    }
}

fn open(path: &Path) -> anyhow::Result<Box<dyn Read + Send>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(std::io::stdin()));
    }
    let file = File::open(path).map_err(|error| Fault::usage(format!("cannot open {}: {error}", path.display())))?;
    Ok(Box::new(file))
}

/// The name may tell the status of its people, in exports with one file per status, and is asked about; that of a pipe comes as `FILE_NAME`.
fn file_name(path: &Path) -> String {
    let given = path.file_name().filter(|name| *name != "-").map(|name| name.to_string_lossy().into_owned());
    given.or_else(|| std::env::var("FILE_NAME").ok()).unwrap_or_default()
}

fn progress() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} people, {per_sec}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}

fn in_words(counts: &Counts, limits: &crate::config::Signup) -> String {
    let mut out = String::new();
    let would = if counts.dry_run { "would be " } else { "" };
    let rows = phrase::count(counts.rows, "row", "rows");
    let _ = writeln!(
        out,
        "{rows}, {} ({} repeated)",
        phrase::count(counts.people, "address", "addresses"),
        counts.repeated
    );
    for (status, number) in &counts.added {
        let what = match *status {
            "confirmed" => "added, confirmed elsewhere".to_owned(),
            "pending" => format!("added as pending{}", letters_take(*number, limits.letters_per_hour)),
            ended => format!("remembered as {ended}: they get nothing"),
        };
        let _ = writeln!(out, "  {number:>9}  {would}{what}");
    }
    for (number, what) in [
        (counts.raised, "confirmed, were pending"),
        (counts.already, "were here already, unchanged"),
        (counts.ended, "were subscribed here, unsubscribed now"),
    ] {
        if number > 0 {
            let _ = writeln!(out, "  {number:>9}  {what}");
        }
    }
    for (reason, number) in &counts.kept_out {
        let why = if *reason == "unclear" { "their status is not understood" } else { reason };
        let _ = writeln!(out, "  {number:>9}  kept out: {why}");
    }
    if counts.invalid > 0 {
        let lines = if counts.invalid == 1 { "line" } else { "lines" };
        let _ = writeln!(out, "  {:>9}  {lines} without an address:", counts.invalid);
    }
    for line in counts.invalid_lines.iter().take(20) {
        let _ = writeln!(out, "             line {}: {}", line.line, line.problem);
    }
    if counts.invalid > 20 {
        let _ = writeln!(out, "             … (--json names up to a thousand)");
    }
    columns(counts, &mut out);
    if counts.dry_run {
        out.push_str("Nothing was stored (dry run).\n");
    }
    out
}

/// Each column in a dry run; else those whose words were not understood.
fn columns(counts: &Counts, out: &mut String) {
    let called = |column: &ColumnView| match column.name.as_str() {
        "" => format!("column {}", column.number),
        name => format!("column {} `{name}`", column.number),
    };
    let (unused, used): (Vec<_>, Vec<_>) =
        counts.columns.iter().partition(|column| column.taken_for == "not-used" && column.doubt.is_none());
    for column in used.iter().filter(|column| counts.dry_run || column.doubt.is_some() || !column.unclear.is_empty()) {
        let _ = write!(out, "{}: {}", called(column), column.taken_for.replace('-', " "));
        if let Some(why) = &column.doubt {
            let _ = write!(out, "; {}", questions::reason(why));
        } else if !column.unclear.is_empty() {
            let _ = write!(out, "; not understood, kept out: {}", column.unclear.join(", "));
        }
        out.push('\n');
    }
    if counts.dry_run && !unused.is_empty() {
        let _ = writeln!(out, "not used: {}", unused.into_iter().map(called).collect::<Vec<_>>().join(", "));
    }
}

/// Letters leave at half the ceiling, so that visitors keep the rest.
fn letters_take(number: u64, per_hour: u32) -> String {
    if per_hour == 0 {
        return "; their confirmation letters leave now".to_owned();
    }
    let hours = number / u64::from((per_hour / 2).max(1)) + 1;
    format!("; their confirmation letters leave within {hours} h or more ([signup] letters_per_hour)")
}
