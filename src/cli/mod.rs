//! DOORS on the command line: one file a command. Each file reads its arguments and calls one verb of a stage.
//!
//! stdout holds data, stderr messages; `--json` gives data as JSON. Exit codes: 0 done, 1 failure, 2 usage, 3 checks
//! found problems, 4 refused by a safety guard, 5 not found, 75 temporary (busy), 130 interrupted; [`doctor`] has its own. Times of a newsletter are
//! in its time zone, times of the whole instance in the machine's; JSON has UTC. Descriptions of rows, and why a stage refused,
//! are in the language of the environment ([`language`]), and so is everything else that is printed for people; JSON is in
//! English, and so are the help and the usage errors of the parser of arguments.

/// A text of `locales/` with its variables: `said!(context.locale, "cli-post-none", slug = &of.slug)`.
macro_rules! said {
    ($locale:expr, $key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        $locale.format($key, &[$((stringify!($name), $crate::i18n::Value::from($value))),*])
    };
}

pub mod activity;
mod archive;
pub mod bounce;
pub mod config;
pub mod demo;
pub mod digest;
mod dkim;
pub mod doctor;
mod doctor_loop;
pub mod draft;
pub mod feed;
pub mod fsck;
pub mod import;
mod import_problem;
pub mod init;
mod language;
pub mod mail;
pub mod newsletter;
pub mod post;
pub mod resume;
pub mod serve;
mod shell;
mod stats;
pub mod subscriber;
mod suppression;
pub mod system;
pub mod token;
pub mod user;
mod warmup;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use jiff::tz::TimeZone;

use crate::app::App;
use crate::clock::{Clock, zone};
use crate::coded::Told as _;
use crate::config::Config;
use crate::config::load::{Faults, Layers, Report};
use crate::db::{self, file, migrate};
use crate::delivery::preflight;
use crate::events::{self, Actor};
use crate::i18n::{self, Locale};
use crate::newsletters::{self, Newsletter};
use crate::os_error;
use crate::refusal::Faulty;
use crate::{cause, telemetry};

/// Turns a blog into a newsletter.
#[derive(Debug, Parser)]
#[command(name = "facteur", version, about, propagate_version = true)]
pub struct Cli {
    /// Configuration file; its settings override /etc/facteur/facteur.toml.
    #[arg(long, global = true, value_name = "FILE", env = "FACTEUR_CONFIG")]
    pub config: Option<PathBuf>,
    /// Print data as JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the configuration of a new instance: at most five questions, or a flag for each.
    Init(init::Args),
    /// Run Facteur: answer visitors, poll feeds, compose and send digests.
    Serve(serve::Args),
    /// Try the whole loop without any configuration.
    Demo(demo::Args),
    /// Check or show the configuration.
    Config(config::Args),
    /// Add, list, show and change newsletters.
    Newsletter(newsletter::Args),
    /// Check, add, list, move, remove and poll feeds.
    Feed(feed::Args),
    /// List, add, include and skip posts.
    Post(post::Args),
    /// Write posts and letters of your own: list, begin from a file, publish, send, take back.
    Draft(draft::Args),
    /// Preview, test, send and steer digests.
    Digest(digest::Args),
    /// Open and close archives, withdraw a page, write all pages as files.
    Archive(archive::Args),
    /// Add, list, show, unsubscribe, erase and export subscribers.
    Subscriber(subscriber::Args),
    /// Import subscribers from a CSV file.
    Import(import::Args),
    /// Manage who may open the console: accounts, roles, passwords.
    User(user::Args),
    /// Show, take away and verify the record of what people and programs did.
    Activity(activity::Args),
    /// Show how the instance stands: version, database, what waits, mail servers.
    System(system::Args),
    /// Create, list and revoke tokens for the API.
    Token(token::Args),
    /// Make and rotate the keys that sign mails (DKIM).
    Dkim(dkim::Args),
    /// Check a mail; list letters in doubt and decide about them.
    Mail(mail::Args),
    /// Take in a mail that came back; look at what came back and decide about it.
    Bounce(bounce::Args),
    /// List, check and lift what keeps addresses out.
    Suppression(suppression::Args),
    /// Look at what mail needs besides Facteur: DNS records, mail server, public address. Exit code 0: nothing to mend, 1: warnings,
    /// 2: faults.
    Doctor(doctor::Args),
    /// Show how digests of a new sender leave in growing daily slices; send all at once, or end it.
    Warmup(warmup::Args),
    /// Show how a newsletter fares: readers, sign-ups, digests; print tables; sum again.
    Stats(stats::Args),
    /// Check that the ledger is complete: every recipient of every digest is accounted for.
    Fsck(fsck::Args),
    /// Resume sending after a hold: this database is the one that sends.
    Resume(resume::ResumeArgs),
    /// Hold all sending until `facteur resume`: every digest and every slot.
    Hold(resume::HoldArgs),
}

/// What every command is handed.
#[derive(Debug)]
pub struct Context {
    /// `--config`
    pub config_path: Option<PathBuf>,
    /// `--json`
    pub json: bool,
    /// The language of the environment, for people.
    pub locale: &'static Locale,
}

impl Context {
    /// The language of what is printed: JSON is for programs, and in English everywhere.
    pub fn print_locale(&self) -> &'static Locale {
        if self.json { i18n::locale(i18n::FALLBACK) } else { self.locale }
    }

    /// The configuration as all layers give it, with faults and warnings.
    pub fn report(&self) -> Report {
        Report::read(&Layers::of_this_process(self.config_path.as_deref()))
    }

    /// The configuration that this command runs under.
    pub fn config(&self) -> anyhow::Result<Config> {
        Ok(self.report().config()?)
    }

    /// Opens the existing database, and everything else a verb needs.
    pub async fn app(&self) -> anyhow::Result<Arc<App>> {
        Box::pin(App::open_existing(self.config()?, Clock::system())).await
    }

    /// Like [`Self::app`], but creates a missing database: for the first commands of a new instance.
    pub async fn app_or_new(&self) -> anyhow::Result<Arc<App>> {
        Box::pin(App::open(self.config()?, Clock::system())).await
    }

    /// Like [`Self::app_or_new`], for a dry run: a missing database is created in a temporary folder, which is deleted with it.
    pub async fn app_or_trial(&self) -> anyhow::Result<(Arc<App>, Option<tempfile::TempDir>)> {
        match self.app().await {
            Err(error) if error.is::<file::Missing>() || error.is::<migrate::NotOurs>() => {
                let folder = tempfile::tempdir()?;
                let mut config = self.config()?;
                config.database.url = format!("sqlite://{}", folder.path().join("trial.db").display());
                Ok((Box::pin(App::open(config, Clock::system())).await?, Some(folder)))
            }
            opened => Ok((opened?, None)),
        }
    }

    /// Prints data: the value as JSON under `--json`, else the text. A reader who has gone (`| head`) is no error.
    pub fn show(&self, value: &impl serde::Serialize, text: impl FnOnce() -> String) -> anyhow::Result<()> {
        use std::io::Write as _;
        let out = if self.json { serde_json::to_string_pretty(value)? } else { text() };
        match writeln!(std::io::stdout(), "{}", out.trim_end()) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            written => Ok(written?),
        }
    }

    /// That a file which was named cannot be opened.
    pub fn cannot_open(&self, file: &str, error: &std::io::Error) -> String {
        said!(self.locale, "cli-cannot-open", file = file, error = &os_error::words(error, self.locale))
    }

    /// The language of a tag that was typed, or a usage error that names those which have texts.
    pub fn known(&self, tag: &str) -> anyhow::Result<&'static Locale> {
        i18n::known(tag).ok_or_else(|| {
            let known: Vec<&str> = i18n::tags().collect();
            Fault::usage(said!(self.locale, "cli-no-texts", tag = tag, known = &known.join(", ")))
        })
    }

    /// The time zone that a newsletter's owner thinks in: the zone of its first schedule.
    pub async fn zone(&self, app: &App, newsletter: &Newsletter) -> sqlx::Result<TimeZone> {
        let first = newsletters::sql::schedules(&app.db, newsletter.id).await?.into_iter().next();
        Ok(first.map_or_else(TimeZone::system, |schedule| zone(&schedule.zone)))
    }

    /// The newsletter of this slug, or [`Fault::not_found`].
    pub async fn newsletter(&self, app: &App, slug: &str) -> anyhow::Result<Newsletter> {
        let found = newsletters::sql::by_slug(&app.db, slug).await?;
        found.ok_or_else(|| Fault::not_found(said!(self.locale, "cli-no-newsletter", slug = slug)))
    }
}

/// An error that wants an exit code of its own.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// Exit code.
    pub exit: u8,
    /// What, why, what next.
    pub message: String,
}

impl Fault {
    /// What failed without a case of its own: exit 1.
    pub fn failure(message: impl Into<String>) -> anyhow::Error {
        Self { exit: 1, message: message.into() }.into()
    }
    /// Wrong arguments that clap cannot see: exit 2.
    pub fn usage(message: impl Into<String>) -> anyhow::Error {
        Self { exit: 2, message: message.into() }.into()
    }
    /// A check found problems: exit 3.
    pub fn problems(message: impl Into<String>) -> anyhow::Error {
        Self { exit: 3, message: message.into() }.into()
    }
    /// Refused by a safety guard: exit 4.
    pub fn refused(message: impl Into<String>) -> anyhow::Error {
        Self { exit: 4, message: message.into() }.into()
    }
    /// No such thing: exit 5.
    pub fn not_found(message: impl Into<String>) -> anyhow::Error {
        Self { exit: 5, message: message.into() }.into()
    }
    /// Busy, try again: exit 75.
    pub fn busy(message: impl Into<String>) -> anyhow::Error {
        Self { exit: 75, message: message.into() }.into()
    }
}

/// Runs the command line and gives the exit code.
pub fn main() -> ExitCode {
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    let cli = Cli::parse();
    let context = Context { config_path: cli.config, json: cli.json, locale: language::of_environment() };
    let serves = matches!(cli.command, Command::Serve(_) | Command::Demo(_));
    if !serves {
        telemetry::quiet();
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!(
                "facteur: {}",
                said!(context.locale, "cli-cannot-start", error = &os_error::words(&error, context.locale))
            );
            return ExitCode::FAILURE;
        }
    };
    // In a process that serves, others act.
    let who = if serves { Actor::System } else { Actor::Command };
    match runtime.block_on(events::activity::acting(who, Box::pin(run(cli.command, &context)))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let words = in_words(&error, context.locale) + &hint(&error, context.locale);
            eprintln!("facteur: {}", shell::with_config(&words, context.config_path.as_deref()));
            exit_code(&error)
        }
    }
}

/// An error in the language of whoever reads it, as far as it is one of ours or of the operating system; a library's words stand as they are.
fn in_words(error: &anyhow::Error, locale: &Locale) -> String {
    let path = |path: &Path| path.display().to_string();
    if let Some(faults) = error.downcast_ref::<Faults>() {
        return faults.words(locale);
    }
    if let Some(faulty) = error.downcast_ref::<Faulty>() {
        return faulty.words(locale);
    }
    if let Some(missing) = error.downcast_ref::<file::Missing>() {
        return said!(locale, "cli-no-database", path = &path(&missing.0));
    }
    if let Some(in_use) = error.downcast_ref::<file::InUse>() {
        return said!(locale, "cli-database-in-use", path = &path(&in_use.0));
    }
    if error.is::<migrate::NotOurs>() {
        return locale.text("cli-database-not-ours");
    }
    if let Some(busy) = error.downcast_ref::<preflight::Busy>() {
        return said!(locale, "cli-busy", database = &busy.database, lock = &busy.lock);
    }
    cause::told(error, locale)
}

/// What to do about an error after which the command may have succeeded all the same.
fn hint(error: &anyhow::Error, locale: &Locale) -> String {
    let in_doubt = error.chain().any(|cause| cause.downcast_ref::<sqlx::Error>().is_some_and(db::is_in_doubt));
    if in_doubt { format!(". {}", locale.text("cli-check-stored")) } else { String::new() }
}

/// The exit code of a [`Fault`]; 3 for a faulty configuration, 75 when another process sends, 4 when a known database was
/// lost, 5 when there is no database yet, 1 for everything else.
fn exit_code(error: &anyhow::Error) -> ExitCode {
    if error.is::<Faults>() {
        return ExitCode::from(3);
    }
    if error.is::<preflight::Busy>() || error.is::<file::InUse>() {
        return ExitCode::from(75);
    }
    if error.is::<file::Lost>() {
        return ExitCode::from(4);
    }
    if error.is::<file::Missing>() || error.is::<migrate::NotOurs>() {
        return ExitCode::from(5);
    }
    error.downcast_ref::<Fault>().map_or(ExitCode::FAILURE, |fault| ExitCode::from(fault.exit))
}

async fn run(command: Command, context: &Context) -> anyhow::Result<()> {
    match command {
        Command::Init(args) => init::run(args, context).await,
        Command::Serve(args) => serve::run(args, context).await,
        Command::Demo(args) => demo::run(args, context).await,
        Command::Config(args) => config::run(args, context).await,
        Command::Newsletter(args) => newsletter::run(args, context).await,
        Command::Feed(args) => feed::run(args, context).await,
        Command::Post(args) => post::run(args, context).await,
        Command::Draft(args) => draft::run(args, context).await,
        Command::Digest(args) => digest::run(args, context).await,
        Command::Archive(args) => archive::run(args, context).await,
        Command::Subscriber(args) => subscriber::run(args, context).await,
        Command::Import(args) => import::run(args, context).await,
        Command::User(args) => user::run(args, context).await,
        Command::Activity(args) => activity::run(args, context).await,
        Command::System(args) => system::run(args, context).await,
        Command::Token(args) => token::run(args, context).await,
        Command::Dkim(args) => dkim::run(args, context).await,
        Command::Mail(args) => mail::run(args, context).await,
        Command::Bounce(args) => bounce::run(args, context).await,
        Command::Suppression(args) => suppression::run(args, context).await,
        Command::Doctor(args) => Box::pin(doctor::run(args, context)).await,
        Command::Warmup(args) => Box::pin(warmup::run(args, context)).await,
        Command::Stats(args) => Box::pin(stats::run(args, context)).await,
        Command::Fsck(args) => fsck::run(args, context).await,
        Command::Resume(args) => resume::resume(args, context).await,
        Command::Hold(args) => resume::hold(args, context).await,
    }
}
