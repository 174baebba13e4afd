//! `facteur subscriber`: add, list, show, change, unsubscribe, erase and export people.

mod rule;
mod settings;

use std::io::{BufWriter, IsTerminal as _, Write as _};

use clap::{Subcommand, ValueEnum};

use super::{Context, Fault};
use crate::app::App;
use crate::db::{self, migrate};
use crate::events::Actor;
use crate::events::activity::{self, Act, Deed};
use crate::i18n::Locale;
use crate::newsletters::{self, Newsletter};
use crate::phrase;
use crate::subscribers::add::{self, Added};
use crate::subscribers::address::Email;
use crate::subscribers::asked::Addition;
use crate::subscribers::export::{self, ExportError};
use crate::subscribers::list::{self as found, Go, Wanted};
use crate::subscribers::pages::{Pages, SubscriberView};
use crate::subscribers::{Status, Subscriber, erase, leave, sql, suppression, typo};
use crate::views::subscriber as view;

/// Arguments of `facteur subscriber`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add one address: it gets a confirmation letter, unless the person already consented elsewhere.
    Add(AddArgs),
    /// List a newsletter's subscribers, one a line.
    List {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Only those in this state: pending, confirmed, paused, unsubscribed, bounced or complained.
        #[arg(long)]
        status: Option<Status>,
        /// Only those whose address begins so, fifty at most.
        #[arg(long, value_name = "BEGINNING")]
        search: Option<String>,
    },
    /// Show everything stored about one subscriber, with the proof of consent.
    Show {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Address of the person.
        email: String,
    },
    /// Change somebody's name, language, rhythm, topics or pause, as their own settings page does.
    Set(settings::SetArgs),
    /// Ask another address of somebody's to confirm: the present one stays until it has.
    Address {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Address of the person.
        email: String,
        /// The new address.
        new: String,
    },
    /// Mail somebody a fresh link to their settings and their data; it works for a day.
    Link {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Address of the person.
        email: String,
    },
    /// Note that somebody told you that they wish to stay: the time of silence begins anew.
    Stays {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Address of the person.
        email: String,
    },
    /// Unsubscribe somebody, as the link in their mails does.
    Unsubscribe {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Address of the person.
        email: String,
    },
    /// Erase somebody: only a keyed hash stays, which keeps the address out.
    Erase {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Address of the person.
        email: String,
        /// Do it without asking.
        #[arg(long)]
        yes: bool,
    },
    /// Export a newsletter's subscribers to standard output, or everything stored about one person.
    Export {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Only this person, in full (always JSON).
        email: Option<String>,
        /// Format of the export: csv or json.
        #[arg(long, value_enum)]
        format: Option<Format>,
    },
    /// Check addresses: a JSON string a line in, true, false or a suggestion a line out.
    #[command(hide = true)]
    CheckAddresses {
        /// Which rule.
        #[arg(long, value_enum)]
        rule: rule::Rule,
    },
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// The newsletter's short name (its slug).
    newsletter: String,
    /// Address of the person.
    email: String,
    /// Name of the person.
    #[arg(long)]
    name: Option<String>,
    /// Language of the person, such as fr; without it the newsletter's.
    #[arg(long)]
    lang: Option<String>,
    /// How the person consented outside Facteur, for the record: they are confirmed at once.
    #[arg(long, value_name = "HOW")]
    confirmed_elsewhere: Option<String>,
    /// Why somebody who left, bounced, complained or was erased may come back, for the record.
    #[arg(long, value_name = "WHY")]
    bring_back: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Json,
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    if let Command::CheckAddresses { rule } = args.command {
        return rule::check(rule);
    }
    let app = context.app().await?;
    match args.command {
        Command::Add(args) => add_one(&app, context, &args).await,
        Command::List { newsletter, status, search: Some(text) } => {
            let newsletter = context.newsletter(&app, &newsletter).await?;
            search(&app, context, &newsletter, Wanted { status, text, ..Wanted::default() }).await
        }
        Command::List { newsletter, status, search: None } => {
            let newsletter = context.newsletter(&app, &newsletter).await?;
            list(&app, context, &newsletter, status).await
        }
        Command::Show { newsletter, email } => {
            let (newsletter, subscriber) = find(&app, context, &newsletter, &email).await?;
            let whole = view::whole(&app, &newsletter.slug, &subscriber, context.print_locale()).await?;
            let zone = context.zone(&app, &newsletter).await?;
            context.show(&whole, || view::in_lines(&whole, &zone, context.locale).join("\n"))
        }
        Command::Set(args) => settings::set(&app, context, args).await,
        Command::Address { newsletter, email, new } => {
            settings::address(&app, context, (&newsletter, &email), &new).await
        }
        Command::Link { newsletter, email } => settings::link(&app, context, &newsletter, &email).await,
        Command::Stays { newsletter, email } => settings::stays(&app, context, &newsletter, &email).await,
        Command::Unsubscribe { newsletter, email } => {
            let (_, subscriber) = find(&app, context, &newsletter, &email).await?;
            unsubscribe(&app, context, &subscriber).await
        }
        Command::Erase { newsletter, email, yes } => {
            let (newsletter, subscriber) = find(&app, context, &newsletter, &email).await?;
            forget(&app, context, &newsletter, &subscriber, yes).await
        }
        Command::Export { newsletter, email, format } => {
            let format = format.unwrap_or(if context.json { Format::Json } else { Format::Csv });
            let newsletter = context.newsletter(&app, &newsletter).await?;
            take_away(&app, context, &newsletter, email.as_deref(), format).await
        }
        Command::CheckAddresses { .. } => Ok(()),
    }
}

async fn add_one(app: &App, context: &Context, args: &AddArgs) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &args.newsletter).await?;
    let email = address(context, &args.email)?;
    let language = args.lang.as_deref().unwrap_or(&newsletter.language);
    let language = context.known(language)?;
    let addition = Addition {
        email: &email,
        name: args.name.as_deref(),
        language: language.tag(),
        confirmed_elsewhere: args.confirmed_elsewhere.as_deref(),
        bring_back: args.bring_back.as_deref(),
        by: Actor::Command,
    };
    if let Some(meant) = typo::suggestion(email.as_str()) {
        eprintln!("facteur: {}", said!(context.locale, "cli-subscriber-meant", domain = &meant));
    }
    match add::add(app, &newsletter, &addition).await? {
        Added::Done(subscriber) => {
            let key = match subscriber.status {
                Status::Confirmed => "cli-subscriber-confirmed",
                _ => "cli-subscriber-pending",
            };
            about(context, &subscriber, key)
        }
        Added::Already(subscriber) => about(context, &subscriber, "cli-subscriber-already"),
        Added::KeptOut(reason) => {
            let reason = kept_out(&reason, context.locale);
            Err(Fault::refused(said!(context.locale, "cli-subscriber-kept-out", reason = &reason)))
        }
    }
}

/// What became of somebody: a key of the texts.
fn about(context: &Context, subscriber: &Subscriber, key: &str) -> anyhow::Result<()> {
    context.show(&SubscriberView::from(subscriber), || {
        said!(context.locale, "cli-about", name = &subscriber.email, said = &context.locale.text(key))
    })
}

/// Why an address must not be written to, in words.
pub(super) fn kept_out(reason: &str, locale: &Locale) -> String {
    let key = format!("cli-kept-out-{reason}");
    if locale.has(&key) { locale.text(&key) } else { reason.to_owned() }
}

async fn list(app: &App, context: &Context, newsletter: &Newsletter, status: Option<Status>) -> anyhow::Result<()> {
    let mut pages = Pages::new(&app.db, newsletter.id, status);
    if context.json {
        return written(export::json(pages, stdout()).await);
    }
    let zone = context.zone(app, newsletter).await?;
    let mut out = stdout();
    let mut any = false;
    loop {
        let page = pages.next().await?;
        if page.is_empty() {
            break;
        }
        any = true;
        for subscriber in &page {
            let day = phrase::day(subscriber.confirmed_at.unwrap_or(subscriber.created_at), &zone);
            let status = context.locale.text(&format!("subscriber-status-{}", subscriber.status));
            let line = writeln!(out, "{status:<12} {day} {:<2} {}", subscriber.language, subscriber.email);
            if line.is_err() {
                return Ok(());
            }
        }
    }
    if !any {
        eprintln!("facteur: {}", said!(context.locale, "cli-subscriber-list-empty", slug = &newsletter.slug));
    }
    written(out.flush().map_err(ExportError::from))
}

async fn search(app: &App, context: &Context, newsletter: &Newsletter, wanted: Wanted) -> anyhow::Result<()> {
    let schedules = newsletters::sql::all_schedules(&app.db, newsletter.id).await?;
    let schedules: Vec<i64> = schedules.iter().map(|schedule| schedule.id).collect();
    let found = found::page(&app.db, newsletter.id, &schedules, &wanted, Go::First).await?;
    let people: Vec<SubscriberView> = found.people.iter().map(SubscriberView::from).collect();
    context.show(&people, || {
        let line = |person: &SubscriberView| {
            let status = context.locale.text(&format!("subscriber-status-{}", person.status));
            format!("{status:<12} {:<2} {}", person.language, person.email)
        };
        people.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    if found.next.is_some() {
        eprintln!("facteur: {}", context.locale.text("cli-subscriber-more"));
    }
    Ok(())
}

async fn unsubscribe(app: &App, context: &Context, subscriber: &Subscriber) -> anyhow::Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let ended = leave::end(&mut tx, now, subscriber, leave::By::Owner, None).await?;
    tx.commit().await?;
    let after = sql::by_id(&app.db, subscriber.id).await?.unwrap_or_else(|| subscriber.clone());
    about(context, &after, if ended { "cli-subscriber-left" } else { "cli-subscriber-not-subscribed" })
}

async fn forget(
    app: &App,
    context: &Context,
    newsletter: &Newsletter,
    subscriber: &Subscriber,
    yes: bool,
) -> anyhow::Result<()> {
    if !yes && !asked(context.locale)? {
        return Err(Fault::refused(context.locale.text("cli-erase-no")));
    }
    let mut tx = app.db.begin().await?;
    erase::erase(app, &mut tx, app.clock.now(), subscriber, "erased", Actor::Command).await?;
    tx.commit().await?;
    let clean = log_is_empty(app).await?;
    let copies = db::sqlite_path(&app.config.database.url).map_or_else(Vec::new, |path| migrate::copies_beside(&path));
    let done = serde_json::json!({ "newsletter": newsletter.slug, "erased": true, "copies": copies });
    context.show(&done, || erased(clean, &copies, context.locale))
}

/// Empties SQLite's log file, which still holds the erased rows. Tries again, because a reader may block it for a moment.
async fn log_is_empty(app: &App) -> sqlx::Result<bool> {
    for _ in 0..20 {
        if app.db.empty_log().await? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn erased(clean: bool, copies: &[String], locale: &Locale) -> String {
    let mut said = vec![locale.text("cli-erased")];
    if !clean {
        said.push(locale.text("cli-erased-log"));
    }
    if !copies.is_empty() {
        said.push(said!(locale, "cli-erased-copies", copies = &copies.join(", ")));
    }
    said.join("\n")
}

/// Asks on the terminal; without a terminal the answer is no.
fn asked(locale: &Locale) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    eprint!("{} {} ", locale.text("cli-erase-ask"), locale.text("cli-answer"));
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "o" | "oui"))
}

async fn take_away(
    app: &App,
    context: &Context,
    newsletter: &Newsletter,
    email: Option<&str>,
    format: Format,
) -> anyhow::Result<()> {
    if let Some(email) = email {
        let (_, subscriber) = find(app, context, &newsletter.slug, email).await?;
        let act = Act::new(Deed::SubscriberExported).at(newsletter.id).about("subscriber", subscriber.id);
        activity::note_alone(&app.db, app.clock.now(), act).await?;
        let whole = view::whole(app, &newsletter.slug, &subscriber, context.print_locale()).await?;
        return written(writeln!(stdout(), "{}", serde_json::to_string_pretty(&whole)?).map_err(ExportError::from));
    }
    activity::note_alone(&app.db, app.clock.now(), Act::new(Deed::SubscribersExported).at(newsletter.id)).await?;
    let pages = Pages::new(&app.db, newsletter.id, None);
    written(match format {
        Format::Csv => export::csv(pages, stdout()).await,
        Format::Json => export::json(pages, stdout()).await,
    })
}

/// A reader who has gone (`| head`) is no error.
fn written(result: Result<(), ExportError>) -> anyhow::Result<()> {
    match result {
        Err(ExportError::Write(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

fn stdout() -> impl std::io::Write {
    BufWriter::new(std::io::stdout())
}

fn address(context: &Context, typed: &str) -> anyhow::Result<Email> {
    Email::from_typed(typed).map_err(|error| Fault::usage(error.words(context.locale)))
}

async fn find(app: &App, context: &Context, slug: &str, typed: &str) -> anyhow::Result<(Newsletter, Subscriber)> {
    let newsletter = context.newsletter(app, slug).await?;
    let email = address(context, typed)?;
    if let Some(subscriber) = sql::by_key(&app.db, newsletter.id, email.key()).await? {
        return Ok((newsletter, subscriber));
    }
    let suppressed = suppression::reason(&app.db, newsletter.id, &app.keys.address_hash(email.key())).await?;
    Err(Fault::not_found(match suppressed {
        Some(reason) => {
            let reason = kept_out(&reason, context.locale);
            said!(context.locale, "cli-subscriber-unknown-kept-out", slug = slug, reason = &reason)
        }
        None => said!(context.locale, "cli-subscriber-unknown", slug = slug),
    }))
}
