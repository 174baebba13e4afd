//! `facteur import`: imports subscribers from a file.

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
    /// The newsletter's short name (its slug).
    newsletter: String,
    /// CSV (comma, semicolon or tab; any encoding; header or not), or pasted addresses. `-` reads standard input.
    file: PathBuf,
    /// Report what would be imported, and store nothing.
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// How these people consented outside Facteur, for the record: they are confirmed at once. Without this option, each
    /// person gets a confirmation letter.
    #[arg(long, value_name = "HOW")]
    confirmed_elsewhere: Option<String>,
    #[command(flatten)]
    said: Said,
    /// Language of people for whom the file gives none; without it the newsletter's.
    #[arg(long)]
    lang: Option<String>,
    /// Print how the file is understood, as JSON, and store nothing (the newsletter is ignored).
    #[arg(long, hide = true)]
    understood: bool,
}

/// What the arguments say about the file.
#[derive(Debug, clap::Args)]
struct Said {
    /// Import people who must not be written to: each is remembered as unsubscribed, anyone subscribed here is
    /// unsubscribed, and nobody is subscribed. A plain list of addresses is enough.
    #[arg(long, conflicts_with_all = ["confirmed_elsewhere", "subscribed"])]
    unsubscribed: bool,
    /// Import these people as subscribers, whatever the name of the file says.
    #[arg(long)]
    subscribed: bool,
    /// Ignore this column (name or number): it has nothing to do with consent; may be given more than once.
    #[arg(long, value_name = "NAME")]
    ignore_column: Vec<String>,
    /// Read addresses from this column (name or number), where Facteur does not find it by itself.
    #[arg(long, value_name = "NAME")]
    address_column: Option<String>,
}

impl Said {
    /// The same in the form that the import reads.
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

/// A file that is no list is a usage error; a question is a guard (exit 4).
fn refused(error: &ImportError) -> anyhow::Error {
    match error {
        ImportError::File(_) => Fault::usage(error.to_string()),
        ImportError::Question(question) => Fault::refused(question.to_string()),
        _ => anyhow::anyhow!("{error}; the rows already stored stay: run the same command again"),
    }
}

fn open(path: &Path) -> anyhow::Result<Box<dyn Read + Send>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(std::io::stdin()));
    }
    let file = File::open(path).map_err(|error| Fault::usage(format!("cannot open {}: {error}", path.display())))?;
    Ok(Box::new(file))
}

/// The file's name: exports with one file per status have the status in it, and the import then asks. For standard input the
/// name comes from the variable `FILE_NAME`.
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
            ended => format!("remembered as {ended}: they get no mail"),
        };
        let _ = writeln!(out, "  {number:>9}  {would}{what}");
    }
    for (number, what) in [
        (counts.raised, "confirmed; they were pending"),
        (counts.already, "already here, unchanged"),
        (counts.ended, "unsubscribed; they were subscribed here"),
    ] {
        if number > 0 {
            let _ = writeln!(out, "  {number:>9}  {what}");
        }
    }
    for (reason, number) in &counts.kept_out {
        let why = if *reason == "unclear" { "Facteur does not understand their status" } else { reason };
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

/// Each column in a dry run; otherwise only columns with values that were not understood.
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

/// The time that letters take. They are sent at half of `letters_per_hour`, so that visitors keep the other half.
fn letters_take(number: u64, per_hour: u32) -> String {
    if per_hour == 0 {
        return "; their confirmation letters are sent now".to_owned();
    }
    let hours = number / u64::from((per_hour / 2).max(1)) + 1;
    format!("; sending their confirmation letters takes {hours} h or more ([signup] letters_per_hour)")
}
