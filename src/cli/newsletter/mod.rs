//! `facteur newsletter`: add, list, show, rename and change newsletters, their rhythms, letters, texts and logo; go live, delete and
//! take back.

mod added;
mod choices;
mod given;
mod letters;
mod steer;
mod text;

use clap::Subcommand;
use jiff::tz::TimeZone;

use crate::app::App;
use crate::coded::at_a_terminal;
use crate::digests;
use crate::feeds::{self, Feed};
use crate::i18n::Locale;
use crate::newsletters::change::{self, ChangeError, Plan, Which};
use crate::newsletters::settings::Invalid;
use crate::newsletters::{Mode, Newsletter, Visibility, rename, sql};
use crate::views;
use crate::views::newsletter::{self as view, NewsletterView};

use super::{Context, Fault, digest};
use given::Given;

/// Arguments of `facteur newsletter`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add a newsletter; it needs --name, --from and --language.
    Add {
        /// Its name in addresses and commands: a-z, 0-9 and `-`.
        slug: String,
        #[command(flatten)]
        given: Box<Given>,
    },
    /// List the newsletters.
    List,
    /// Show a newsletter, its rhythms and its feeds.
    Show {
        /// The newsletter's short name (its slug).
        slug: String,
    },
    /// Change a newsletter; settings that are not given stay.
    Set {
        /// The newsletter's short name (its slug).
        slug: String,
        /// Which schedule to change: its number in `show`, or `new` to add one.
        #[arg(long, default_value = "1", value_parser = which)]
        schedule: Which,
        /// live: mails go to the readers; test: digests go to its editor alone, marked, and letters to strangers wait.
        #[arg(long, value_name = "live|test")]
        mode: Option<Mode>,
        #[command(flatten)]
        given: Box<Given>,
    },
    /// Give it another short name: its former addresses and forms lead on. Its List-Id changes, which readers may filter by.
    Rename {
        /// The newsletter's short name (its slug) now.
        slug: String,
        /// The new one: a-z, 0-9 and `-`.
        to: String,
    },
    /// Go live: the mails of a newsletter in test mode go to its readers from now on. Shows what is still open first.
    Live {
        /// The newsletter's short name (its slug).
        slug: String,
        /// Only show what is still open.
        #[arg(long, short = 'n')]
        dry_run: bool,
    },
    /// Change a schedule: pause it, skip its next slot, remove it.
    Schedule(steer::Args),
    /// Rhythms that readers may choose among: list them, offer one, make one the default.
    Rhythm(choices::RhythmArgs),
    /// Topics that readers may choose among: list, add, change, remove.
    Topic(choices::TopicArgs),
    /// The letter to whoever has confirmed: show how it is, say what it brings, switch it off.
    Welcome(letters::WelcomeArgs),
    /// Readers who are silent for long: ask whether they stay, after so many months, and erase whoever does not answer.
    Staying(letters::StayingArgs),
    /// What its letters and pages say: list, show, say it in your own words, give it back to Facteur's.
    Text(text::Args),
    /// Store a picture that stands above its digests and letters, or remove it.
    Logo(text::LogoArgs),
    /// Delete a newsletter with its subscribers. For three days it can be taken back.
    Delete {
        /// The newsletter's short name (its slug).
        slug: String,
        /// Delete without asking; needed where nobody can be asked.
        #[arg(long)]
        yes: bool,
    },
    /// Take a deleted newsletter back.
    Restore {
        /// The newsletter's short name (its slug).
        slug: String,
    },
}

fn which(text: &str) -> Result<Which, String> {
    match text {
        "new" => Ok(Which::New),
        number => number.parse().map(Which::Number).map_err(|_| format!("`{text}` is neither a number nor `new`")),
    }
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    let (app, _trial) = match &args.command {
        Command::Add { given, .. } if given.dry_run => context.app_or_trial().await?,
        Command::Add { .. } => (context.app_or_new().await?, None),
        _ => (context.app().await?, None),
    };
    match args.command {
        Command::Add { slug, given } => add(&app, context, &slug, &given).await,
        Command::List => list(&app, context).await,
        Command::Show { slug } => {
            let found = context.newsletter(&app, &slug).await?;
            let shown = view::newsletter(&app, &found, context.print_locale()).await?;
            let feeds = feeds::sql::feeds(&app.db, found.id).await?;
            let zone = context.zone(&app, &found).await?;
            context.show(&shown, || in_full(&shown, &feeds, &zone, context.locale))
        }
        Command::Set { slug, schedule, mode, given } => set(&app, context, &slug, schedule, mode, &given).await,
        Command::Rename { slug, to } => rename_to(&app, context, &slug, &to).await,
        Command::Live { slug, dry_run } => steer::live(&app, context, &slug, dry_run).await,
        Command::Schedule(args) => steer::schedule(&app, context, args).await,
        Command::Rhythm(args) => choices::rhythm(&app, context, args).await,
        Command::Topic(args) => choices::topic(&app, context, args).await,
        Command::Welcome(args) => letters::welcome(&app, context, args).await,
        Command::Staying(args) => letters::staying(&app, context, args).await,
        Command::Text(args) => text::run(&app, context, args).await,
        Command::Logo(args) => text::set_logo(&app, context, args).await,
        Command::Delete { slug, yes } => steer::delete(&app, context, &slug, yes).await,
        Command::Restore { slug } => steer::restore(&app, context, &slug).await,
    }
}

async fn add(app: &App, context: &Context, slug: &str, given: &Given) -> anyhow::Result<()> {
    let (settings, rhythm) = (given.settings(), given.rhythm());
    // Faults in the other settings are reported before the feeds are read, which takes time.
    change::add(app, slug, &settings, &rhythm, &given.feeds()).await.map_err(|error| fault(context, error))?;
    let plan = change::add(app, slug, &settings, &rhythm, &given.judged(app, context).await?)
        .await
        .map_err(|error| fault(context, error))?;
    let archive = match given.archive {
        Some(archive) => archive,
        None if given.dry_run => Visibility::Off,
        None => added::archive(context)?,
    };
    let plan = Plan { newsletter: Newsletter { archive, ..plan.newsletter }, ..plan };
    if given.dry_run {
        return show_plan(context, &plan);
    }
    let added = plan.store(app).await.map_err(|error| fault(context, error))?;
    let shown = view::newsletter(app, &added, context.print_locale()).await?;
    let schedules = sql::schedules(&app.db, added.id).await?;
    let listed = added::bare_host(app, &added, context.locale).await?;
    context.show(&shown, || added::next_steps(app, &added, &schedules, !shown.feeds.is_empty(), &listed, context))
}

async fn set(
    app: &App,
    context: &Context,
    slug: &str,
    which: Which,
    mode: Option<Mode>,
    given: &Given,
) -> anyhow::Result<()> {
    let found = context.newsletter(app, slug).await?;
    if !given.says_something() && which != Which::New && mode.is_none() {
        return Err(Fault::usage(context.locale.text("cli-newsletter-nothing")));
    }
    let (settings, rhythm) = (given.settings(), given.rhythm());
    change::set(app, &found, &settings, which, &rhythm, &given.feeds()).await.map_err(|error| fault(context, error))?;
    let feeds = given.judged(app, context).await?;
    let plan =
        change::set(app, &found, &settings, which, &rhythm, &feeds).await.map_err(|error| fault(context, error))?;
    if given.dry_run {
        return show_plan(context, &plan);
    }
    let mut changed = plan.store(app).await.map_err(|error| fault(context, error))?;
    if let Some(archive) = given.archive {
        let opened = digests::archive::change::open(app, &changed, archive).await;
        changed = opened.map_err(|error| digest::fault(context, error))?;
    }
    if let Some(mode) = mode {
        changed = steer::set_mode(app, context, &changed, mode).await?;
    }
    let shown = view::newsletter(app, &changed, context.print_locale()).await?;
    let feeds = feeds::sql::feeds(&app.db, changed.id).await?;
    let zone = context.zone(app, &changed).await?;
    context.show(&shown, || in_full(&shown, &feeds, &zone, context.locale))
}

async fn rename_to(app: &App, context: &Context, slug: &str, to: &str) -> anyhow::Result<()> {
    let found = context.newsletter(app, slug).await?;
    let renamed = rename::rename(app, &found, to).await.map_err(|error| fault(context, error))?;
    let shown = view::newsletter(app, &renamed, context.print_locale()).await?;
    context.show(&shown, || said!(context.locale, "cli-newsletter-renamed", slug = &renamed.slug, from = slug))
}

async fn list(app: &App, context: &Context) -> anyhow::Result<()> {
    let mut shown = Vec::new();
    let all = sql::after_slug(&app.db, "", i64::MAX).await?;
    for newsletter in all.into_iter().chain(sql::deleted(&app.db).await?) {
        shown.push(view::newsletter(app, &newsletter, context.print_locale()).await?);
    }
    context.show(&shown, || {
        if shown.is_empty() {
            return context.locale.text("cli-newsletter-list-empty");
        }
        shown.iter().map(|one| line(one, context.locale)).collect::<Vec<_>>().join("\n")
    })
}

fn line(one: &NewsletterView, locale: &Locale) -> String {
    let rhythms: Vec<&str> = one.schedules.iter().map(|schedule| schedule.words.as_str()).collect();
    let mut notes = Vec::new();
    if one.held > 0 {
        notes.push(said!(locale, "cli-newsletter-held", count = one.held));
    }
    if one.mode == Mode::Test {
        notes.push(locale.text("cli-newsletter-test"));
    }
    if let Some(at) = &one.removed_at {
        notes.push(said!(locale, "cli-newsletter-deleted", at = at));
    }
    let notes = notes.iter().map(|note| format!("  ({note})")).collect::<Vec<_>>().concat();
    let confirmed = said!(locale, "cli-newsletter-confirmed", count = &format!("{:>7}", one.confirmed));
    format!("{:<20} {confirmed}  {:<28} {}{notes}", one.slug, one.name, rhythms.join("; "))
}

/// An invalid setting is a usage error; a slug that is taken is refused. In the reader's language.
fn fault(context: &Context, error: ChangeError) -> anyhow::Error {
    let locale = context.locale;
    match error {
        ChangeError::Invalid(Invalid { field: "slug", wrong }) => Fault::usage(at_a_terminal(&wrong, locale)),
        ChangeError::Invalid(wrong) => invalid(context, &wrong),
        ChangeError::NoSchedule(wrong) => Fault::not_found(at_a_terminal(&wrong, locale)),
        ChangeError::Refused(wrong) | ChangeError::Taken(wrong) => Fault::refused(at_a_terminal(&wrong, locale)),
        ChangeError::Database(error) => error.into(),
    }
}

/// A setting that cannot stand, under the name of its option.
fn invalid(context: &Context, Invalid { field, wrong }: &Invalid) -> anyhow::Error {
    Fault::usage(format!("--{field}: {}", at_a_terminal(wrong, context.locale)))
}

fn show_plan(context: &Context, plan: &Plan) -> anyhow::Result<()> {
    let schedules = plan.schedule.iter().map(|schedule| view::schedule(1, schedule, context.print_locale())).collect();
    let feed = |url: &String| view::FeedView { url: url.clone(), ..view::FeedView::default() };
    let feeds = plan.feeds.iter().map(|(url, _)| feed(url)).collect();
    let shown = view::show(&plan.newsletter, 0, schedules, feeds);
    context.show(&shown, || {
        let whole = in_full(&shown, &[], &TimeZone::system(), context.locale);
        format!("{}\n{whole}", context.locale.text("cli-newsletter-plan"))
    })
}

fn in_full(shown: &NewsletterView, feeds: &[Feed], zone: &TimeZone, locale: &Locale) -> String {
    views::in_lines(&view::facts(shown, feeds, zone, locale))
}
