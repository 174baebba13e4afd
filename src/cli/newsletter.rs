//! `facteur newsletter`: add, list, show and change newsletters and their rhythms.

use std::fmt::Write as _;

use clap::Subcommand;
use jiff::tz::TimeZone;

use crate::app::App;
use crate::clock::rfc3339;
use crate::coded::Told as _;
use crate::feeds::{self, Feed};
use crate::i18n::{self, Locale};
use crate::newsletters::change::{self, ChangeError, Plan, Which};
use crate::newsletters::settings::{Invalid, NewFeed, Rhythm, Settings};
use crate::newsletters::{self, Approval, Every, Listed, Newsletter, Schedule, sql};
use crate::views::newsletter::{self as view, NewsletterView};
use crate::{phrase, views};

use super::{Context, Fault, feed};

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
        #[command(flatten)]
        given: Box<Given>,
    },
}

/// The settings of a newsletter.
#[derive(Debug, clap::Args)]
struct Given {
    /// Title that readers see. A new newsletter must have one.
    #[arg(long)]
    name: Option<String>,
    /// Sender: `"Name <address>"`, or an address. A new newsletter must have one.
    #[arg(long)]
    from: Option<String>,
    /// Address for replies, when not the sender's.
    #[arg(long)]
    reply_to: Option<String>,
    #[arg(long, value_name = "TAG", help = languages())]
    language: Option<String>,
    /// Address of the blog.
    #[arg(long, value_name = "URL")]
    site: Option<String>,
    /// One or two sentences for the sign-up page.
    #[arg(long)]
    description: Option<String>,
    /// Name and postal address of the publisher, for the foot of each mail.
    #[arg(long)]
    postal: Option<String>,
    /// Whether the home page (base_url alone) shows the newsletter: yes, no, or alone (the default: only while no other
    /// newsletter may be shown there).
    #[arg(long, value_name = "yes|no|alone")]
    listed: Option<Listed>,
    /// A feed to read (RSS, Atom, JSON Feed); may be given more than once.
    #[arg(long, value_name = "URL")]
    feed: Vec<String>,
    /// How many of the posts already in each feed go into the first digest.
    #[arg(long, value_name = "N", default_value_t = 0, requires = "feed")]
    take: u32,
    /// Add the feeds without reading them first.
    #[arg(long, requires = "feed")]
    unread: bool,
    /// Rhythm: post, day, week or month.
    #[arg(long)]
    every: Option<Every>,
    /// Days of a week (monday,thursday) or of a month (1, last, "2 tuesday", "last friday").
    #[arg(long, value_name = "DAYS")]
    on: Option<String>,
    /// Time of day, such as 08:00.
    #[arg(long, value_name = "HH:MM")]
    at: Option<String>,
    /// Time zone, such as Europe/Paris.
    #[arg(long)]
    zone: Option<String>,
    /// Whether digests need approval. auto: they are sent by themselves; hold: each waits for an editor; veto: each is ready an
    /// hour before its slot, and sent unless an editor stops it.
    #[arg(long)]
    approval: Option<Approval>,
    /// Show what would be stored, and store nothing.
    #[arg(long, short = 'n')]
    dry_run: bool,
}

/// The help text of `--language`, with the languages that have texts.
fn languages() -> String {
    let known: Vec<&str> = i18n::tags().collect();
    format!("Language of its pages and mails: {}. A new newsletter must have one", known.join(" or "))
}

fn which(text: &str) -> Result<Which, String> {
    match text {
        "new" => Ok(Which::New),
        number => number.parse().map(Which::Number).map_err(|_| format!("`{text}` is neither a number nor `new`")),
    }
}

impl Given {
    fn settings(&self) -> Settings {
        Settings {
            name: self.name.clone(),
            from: self.from.clone(),
            reply_to: self.reply_to.clone(),
            language: self.language.clone(),
            site_url: self.site.clone(),
            description: self.description.clone(),
            postal: self.postal.clone(),
            listed: self.listed,
        }
    }

    fn rhythm(&self) -> Rhythm {
        Rhythm {
            every: self.every,
            on: self.on.clone(),
            at: self.at.clone(),
            zone: self.zone.clone(),
            approval: self.approval,
        }
    }

    fn feeds(&self) -> Vec<NewFeed> {
        self.feed.iter().map(|url| NewFeed { url: url.clone(), take: self.take }).collect()
    }

    /// Its feeds, each judged as `facteur feed add` does.
    async fn judged(&self, app: &App, context: &Context) -> anyhow::Result<Vec<NewFeed>> {
        let mut feeds = self.feeds();
        for new in feeds.iter_mut().filter(|_| !self.unread) {
            new.url = feed::judge(app, context, new).await?.0;
        }
        Ok(feeds)
    }

    fn says_something(&self) -> bool {
        let settings =
            [&self.name, &self.from, &self.reply_to, &self.language, &self.site, &self.description, &self.postal];
        let said = settings.iter().any(|setting| setting.is_some()) || self.listed.is_some();
        said || !self.feed.is_empty() || !self.rhythm().is_empty()
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
        Command::Set { slug, schedule, given } => set(&app, context, &slug, schedule, &given).await,
    }
}

async fn add(app: &App, context: &Context, slug: &str, given: &Given) -> anyhow::Result<()> {
    let (settings, rhythm) = (given.settings(), given.rhythm());
    // Faults in the other settings are reported before the feeds are read, which takes time.
    change::add(app, slug, &settings, &rhythm, &given.feeds()).await.map_err(|error| fault(context, error))?;
    let plan = change::add(app, slug, &settings, &rhythm, &given.judged(app, context).await?)
        .await
        .map_err(|error| fault(context, error))?;
    if given.dry_run {
        return show_plan(context, &plan);
    }
    let added = plan.store(app).await.map_err(|error| fault(context, error))?;
    let shown = view::newsletter(app, &added, context.print_locale()).await?;
    let schedules = sql::schedules(&app.db, added.id).await?;
    let listed = bare_host(app, &added).await?;
    context.show(&shown, || next_steps(app, &added, &schedules, !shown.feeds.is_empty(), &listed))
}

async fn set(app: &App, context: &Context, slug: &str, which: Which, given: &Given) -> anyhow::Result<()> {
    let found = context.newsletter(app, slug).await?;
    if !given.says_something() && which != Which::New {
        return Err(Fault::usage("no setting to change was given; `facteur newsletter set --help` lists them"));
    }
    let (settings, rhythm) = (given.settings(), given.rhythm());
    change::set(app, &found, &settings, which, &rhythm, &given.feeds()).await.map_err(|error| fault(context, error))?;
    let feeds = given.judged(app, context).await?;
    let plan =
        change::set(app, &found, &settings, which, &rhythm, &feeds).await.map_err(|error| fault(context, error))?;
    if given.dry_run {
        return show_plan(context, &plan);
    }
    let changed = plan.store(app).await.map_err(|error| fault(context, error))?;
    let shown = view::newsletter(app, &changed, context.print_locale()).await?;
    let feeds = feeds::sql::feeds(&app.db, changed.id).await?;
    let zone = context.zone(app, &changed).await?;
    context.show(&shown, || in_full(&shown, &feeds, &zone, context.locale))
}

async fn list(app: &App, context: &Context) -> anyhow::Result<()> {
    let mut shown = Vec::new();
    for newsletter in sql::after_slug(&app.db, "", i64::MAX).await? {
        shown.push(view::newsletter(app, &newsletter, context.print_locale()).await?);
    }
    context.show(&shown, || {
        if shown.is_empty() {
            return "There is no newsletter yet. `facteur newsletter add --help` says how to add one.".to_owned();
        }
        let lines = shown.iter().map(|n| {
            let rhythms: Vec<&str> = n.schedules.iter().map(|schedule| schedule.words.as_str()).collect();
            let waiting = match n.held {
                0 => String::new(),
                1 => "  (1 waits for a letter)".to_owned(),
                held => format!("  ({held} wait for their letter)"),
            };
            format!("{:<20} {:>7} confirmed  {:<28} {}{waiting}", n.slug, n.confirmed, n.name, rhythms.join("; "))
        });
        lines.collect::<Vec<_>>().join("\n")
    })
}

/// An invalid setting is a usage error; a slug that is taken is refused. In the reader's language.
fn fault(context: &Context, error: ChangeError) -> anyhow::Error {
    let locale = context.locale;
    match error {
        ChangeError::Invalid(Invalid { field: "slug", wrong }) => Fault::usage(wrong.words(locale)),
        ChangeError::Invalid(wrong) => invalid(context, &wrong),
        ChangeError::NoSchedule(wrong) => Fault::not_found(wrong.words(locale)),
        ChangeError::Taken(wrong) => Fault::refused(wrong.words(locale)),
        ChangeError::Database(error) => error.into(),
    }
}

/// A setting that cannot stand, under the name of its option.
fn invalid(context: &Context, Invalid { field, wrong }: &Invalid) -> anyhow::Error {
    Fault::usage(format!("--{field}: {}", wrong.words(context.locale)))
}

fn show_plan(context: &Context, plan: &Plan) -> anyhow::Result<()> {
    let schedules = plan.schedule.iter().map(|schedule| view::schedule(1, schedule)).collect();
    let feed = |url: &String| view::FeedView { url: url.clone(), ..view::FeedView::default() };
    let feeds = plan.feeds.iter().map(|(url, _)| feed(url)).collect();
    let shown = view::show(&plan.newsletter, 0, schedules, feeds);
    context.show(&shown, || {
        format!(
            "Nothing was stored (--dry-run). It would be:\n{}",
            in_full(&shown, &[], &TimeZone::system(), context.locale)
        )
    })
}

fn in_full(shown: &NewsletterView, feeds: &[Feed], zone: &TimeZone, locale: &Locale) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(out, "{name:<12} {value}");
        }
    };
    line("newsletter", &format!("{} ({})", shown.name, shown.slug));
    line("from", &format!("{} <{}>", shown.from_name, shown.from_address));
    line("reply to", shown.reply_to.as_deref().unwrap_or_default());
    line("language", &shown.language);
    line("site", shown.site_url.as_deref().unwrap_or_default());
    line("description", &shown.description);
    line("postal", &shown.postal);
    line("listed", in_words(shown.listed));
    line("subscribers", &format!("{} confirmed", shown.confirmed));
    line("sign-ups", &held(shown, zone));
    if let Some(why) = &shown.hold {
        line("held", &format!("{why}; no digest is sent until `facteur resume`"));
    }
    for schedule in &shown.schedules {
        let mut words = format!("{}. {}, approval {}", schedule.number, schedule.words, schedule.approval);
        if schedule.paused {
            words.push_str(", paused");
        }
        if schedule.skip_next {
            words.push_str(", next slot skipped");
        }
        if let Some(next) = &schedule.next_due_at {
            let _ = write!(words, ", next {}", on_their_clock(next, &schedule.zone).unwrap_or_else(|| next.clone()));
        }
        line("schedule", &words);
    }
    for feed in &shown.feeds {
        let state = if feed.polled_at.is_none() { "  (not read yet)" } else { "" };
        line("feed", &format!("{}{state}", feed.url));
        let row = feeds.iter().find(|row| row.url == feed.url);
        let remarks = row.map(|row| views::feed::remarks(row, zone, locale)).unwrap_or_default();
        for remark in &remarks {
            line("", remark);
        }
    }
    out
}

/// How many people wait for a letter, if any do.
fn held(shown: &NewsletterView, zone: &TimeZone) -> String {
    let Some(until) = shown.held_until.as_deref().filter(|_| shown.held > 0) else { return String::new() };
    let until = phrase::retold(until, zone);
    let waits = match shown.held {
        1 => {
            "1 person waits for a letter: more signed up than [signup] allows at once. It is sent by itself".to_owned()
        }
        held => format!(
            "{held} people wait for their letter: more signed up than [signup] allows at once. They are sent by themselves, the last"
        ),
    };
    format!("{waits} about {until}")
}

fn in_words(listed: Listed) -> &'static str {
    match listed {
        Listed::Yes => "yes: the home page shows it",
        Listed::No => "no: only people who have its address find it",
        Listed::Alone => "alone: the home page shows it only while no other newsletter may be shown",
    }
}

/// What the home page shows now that this newsletter exists.
async fn bare_host(app: &App, added: &Newsletter) -> anyhow::Result<String> {
    let shown = newsletters::listed(sql::not_hidden(&app.db).await?);
    let this = shown.iter().any(|newsletter| newsletter.id == added.id);
    Ok(match (this, shown.len()) {
        (true, 1) => "leads to this newsletter".to_owned(),
        (true, _) => "lists this newsletter among others".to_owned(),
        (false, _) if added.listed == Listed::No => "does not show it (--listed no)".to_owned(),
        (false, _) => {
            let slug = &added.slug;
            format!(
                "does not show it because there are others; `facteur newsletter set {slug} --listed yes` changes that"
            )
        }
    })
}

fn next_steps(app: &App, added: &Newsletter, schedules: &[Schedule], has_feed: bool, listed: &str) -> String {
    let (slug, base) = (&added.slug, &app.config.base_url);
    let mut out = format!("Newsletter `{slug}` was added.\n");
    let _ = writeln!(out, "  sign-up page  {base}/n/{slug}");
    let _ = writeln!(out, "  home page     {base} {listed}");
    if let Some(schedule) = schedules.first() {
        let _ = writeln!(out, "  sends         {}", view::rhythm(schedule));
        let next = schedule.next_due_at.and_then(|at| on_their_clock(&rfc3339(at), &schedule.zone));
        if let Some(next) = next {
            let _ = writeln!(out, "  next digest   {next} ({})", schedule.zone);
        }
    }
    let _ = writeln!(out, "What to do next:");
    if has_feed {
        let _ = writeln!(out, "  facteur feed poll {slug}               read its feed now");
    } else {
        let _ = writeln!(out, "  facteur newsletter set {slug} --feed URL   give it the blog's feed");
    }
    let _ = writeln!(out, "  facteur digest preview {slug} -o text  see what the next digest would say");
    let _ = writeln!(out, "  facteur serve                         answer visitors and send");
    out
}

/// A stored instant on the clock of the schedule's zone.
fn on_their_clock(instant: &str, zone: &str) -> Option<String> {
    let at = instant.parse::<jiff::Timestamp>().ok()?.to_zoned(TimeZone::get(zone).ok()?);
    Some(at.strftime("%A %-d %B %Y at %H:%M").to_string())
}
