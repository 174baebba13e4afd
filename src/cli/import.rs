//! `facteur import`: imports subscribers from a file.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;

use super::import_problem as problem;
use super::{Context, Fault, subscriber};
use crate::clock::Millis;
use crate::events::Actor;
use crate::i18n::Locale;
use crate::os_error;
use crate::subscribers::import::file::{Hints, List};
use crate::subscribers::import::questions::ColumnView;
use crate::subscribers::import::{self, Counts, Import, ImportError};

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
    /// The day on which they consented there, such as 2023-09-01, at the latest: their last contact, from which the time counts after
    /// which silent readers are asked whether they stay. Without this option it counts from the import.
    #[arg(long, value_name = "DAY", requires = "confirmed_elsewhere")]
    consented_on: Option<Date>,
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
        let understood = import::understood(open(context, &args.file)?, &name, &args.said.hints())
            .map_err(|error| refused(context, &error.into()))?;
        println!("{understood}");
        return Ok(());
    }
    let how = args.confirmed_elsewhere.as_deref().map(str::trim);
    if how == Some("") {
        return Err(Fault::usage(context.locale.text("cli-import-no-proof")));
    }
    let app = context.app().await?;
    let newsletter = context.newsletter(&app, &args.newsletter).await?;
    let consented_at = args.consented_on.map(|day| consented(context, day, app.clock.now())).transpose()?;
    let language = args.lang.as_deref().unwrap_or(&newsletter.language);
    let language = context.known(language)?;
    let import = Import {
        newsletter: &newsletter,
        schedule_id: import::first_schedule(&app.db, &newsletter).await?,
        confirmed_elsewhere: how,
        consented_at,
        language: language.tag(),
        hints: args.said.hints(),
        dry_run: args.dry_run,
        by: Actor::Command,
    };
    let bar = progress(context.locale);
    let counts =
        import::import(&app, &import, open(context, &args.file)?, name, |people| bar.set_position(people)).await;
    bar.finish_and_clear();
    // Waits until SQLite has copied its log, so that whoever opens the database next need not.
    app.db.close().await;
    let counts = counts.map_err(|error| refused(context, &error))?;
    context.show(&counts, || in_words(&counts, &app.config.signup, context.locale))?;
    match &counts.asked {
        Some(question) => Err(Fault::refused(problem::of_question(question, context.locale))),
        None => Ok(()),
    }
}

/// When they consented; a day to come is a usage error.
fn consented(context: &Context, day: Date, now: Millis) -> anyhow::Result<Millis> {
    let at = import::consented_on(day, now);
    at.ok_or_else(|| Fault::usage(context.locale.text("cli-import-consented-later")))
}

/// A file that is no list is a usage error; a question is a guard (exit 4).
fn refused(context: &Context, error: &ImportError) -> anyhow::Error {
    match error {
        ImportError::File(error) => Fault::usage(problem::of_file(error, context.locale)),
        ImportError::Question(question) => Fault::refused(problem::of_question(question, context.locale)),
        _ => Fault::failure(said!(
            context.locale,
            "cli-import-cut",
            error = &*os_error::retold(&error.to_string(), context.locale)
        )),
    }
}

fn open(context: &Context, path: &Path) -> anyhow::Result<Box<dyn Read + Send>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(std::io::stdin()));
    }
    let cannot = |error| Fault::usage(context.cannot_open(&path.display().to_string(), &error));
    let file = File::open(path).map_err(cannot)?;
    Ok(Box::new(file))
}

/// The file's name: exports with one file per status have the status in it, and the import then asks. For standard input the
/// name comes from the variable `FILE_NAME`.
fn file_name(path: &Path) -> String {
    let given = path.file_name().filter(|name| *name != "-").map(|name| name.to_string_lossy().into_owned());
    given.or_else(|| std::env::var("FILE_NAME").ok()).unwrap_or_default()
}

fn progress(locale: &Locale) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    let template = said!(locale, "cli-import-progress", count = "{human_pos}");
    if let Ok(style) = ProgressStyle::with_template(&format!("{{spinner}} {template}, {{per_sec}}")) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}

fn in_words(counts: &Counts, limits: &crate::config::Signup, locale: &Locale) -> String {
    let mut out = String::new();
    let rows = said!(locale, "cli-import-rows", count = counts.rows);
    let addresses = said!(locale, "cli-import-addresses", count = counts.people);
    let repeated = said!(locale, "cli-import-repeated", count = counts.repeated);
    let _ = writeln!(out, "{rows}, {addresses} ({repeated})");
    for (status, number) in &counts.added {
        let letters = letters_take(*number, limits.letters_per_hour, locale);
        let what = match (*status, counts.dry_run) {
            ("confirmed", false) => locale.text("cli-import-confirmed"),
            ("confirmed", true) => locale.text("cli-import-would-confirm"),
            ("pending", false) => said!(locale, "cli-import-pending", letters = &letters),
            ("pending", true) => said!(locale, "cli-import-would-ask", letters = &letters),
            (ended, dry_run) => {
                let key = if dry_run { "cli-import-would-remember" } else { "cli-import-remembered" };
                said!(locale, key, status = &locale.text(&format!("subscriber-status-{ended}")))
            }
        };
        let _ = writeln!(out, "  {number:>9}  {what}");
    }
    for (number, key) in [
        (counts.raised, "cli-import-raised"),
        (counts.already, "cli-import-already"),
        (counts.ended, "cli-import-ended"),
    ] {
        if number > 0 {
            let _ = writeln!(out, "  {number:>9}  {}", locale.text(key));
        }
    }
    for (reason, number) in &counts.kept_out {
        let why = subscriber::kept_out(reason, locale);
        let _ = writeln!(out, "  {number:>9}  {}", said!(locale, "cli-import-kept-out", why = &why));
    }
    invalid(counts, &mut out, locale);
    columns(counts, &mut out, locale);
    if counts.dry_run {
        let _ = writeln!(out, "{}", locale.text("cli-import-dry-run"));
    }
    out
}

/// Lines without an address, the first twenty by their numbers.
fn invalid(counts: &Counts, out: &mut String, locale: &Locale) {
    if counts.invalid > 0 {
        let lines = said!(locale, "cli-import-invalid", count = counts.invalid);
        let _ = writeln!(out, "  {:>9}  {lines}", counts.invalid);
    }
    for line in counts.invalid_lines.iter().take(20) {
        let (number, problem) = (line.line.to_string(), locale.text(&format!("cli-address-{}", line.code)));
        let _ = writeln!(out, "             {}", said!(locale, "cli-import-line", line = &number, problem = &problem));
    }
    if counts.invalid > 20 {
        let _ = writeln!(out, "             {}", locale.text("cli-import-more"));
    }
}

/// Each column in a dry run; otherwise only columns with values that were not understood.
fn columns(counts: &Counts, out: &mut String, locale: &Locale) {
    let called = |column: &ColumnView| problem::called(column.number, &column.name, locale);
    let (unused, used): (Vec<_>, Vec<_>) =
        counts.columns.iter().partition(|column| column.taken_for == "not-used" && column.doubt.is_none());
    for column in used.iter().filter(|column| counts.dry_run || column.doubt.is_some() || !column.unclear.is_empty()) {
        let taken_for = locale.text(&format!("column-{}", column.taken_for));
        let _ = write!(out, "{}", said!(locale, "cli-about", name = &called(column), said = &taken_for));
        if let Some(why) = &column.doubt {
            let _ = write!(out, "; {}", problem::of_column(why, locale));
        } else if !column.unclear.is_empty() {
            let _ = write!(out, "; {}", said!(locale, "cli-import-unclear", words = &column.unclear.join(", ")));
        }
        out.push('\n');
    }
    if counts.dry_run && !unused.is_empty() {
        let unused = unused.into_iter().map(called).collect::<Vec<_>>().join(", ");
        let _ = writeln!(out, "{}", said!(locale, "cli-import-unused", columns = &unused));
    }
}

/// The time that letters take. They are sent at half of `letters_per_hour`, so that visitors keep the other half.
fn letters_take(number: u64, per_hour: u32, locale: &Locale) -> String {
    if per_hour == 0 {
        return locale.text("cli-import-letters-now");
    }
    let hours = number / u64::from((per_hour / 2).max(1)) + 1;
    said!(locale, "cli-import-letters", hours = hours)
}
