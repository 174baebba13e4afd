//! `facteur digest`: preview, test, send and steer digests.
//!
//! In: arguments. Out: one verb of `digests` each. [`show`] reads, [`act`] changes, [`retry`] sends once more, [`doubt`]
//! decides about mails in doubt, [`watch`] follows a running digest, [`edit`] checks and changes one that waits, [`revisions`] shows
//! what it said before.

mod act;
mod doubt;
mod edit;
mod retry;
mod revisions;
mod show;
mod watch;

pub(super) use act::{can_answer, wants_yes};

use clap::{Subcommand, ValueEnum};

use crate::app::App;
use crate::coded::at_a_terminal;
use crate::digests::posts::Which;
use crate::digests::steer::{Doubt, Unknown};
use crate::digests::{Digest, DigestError, Refusal, sql};
use crate::ledger::DigestState;
use crate::newsletters::{self, Newsletter, Schedule};

use super::{Context, Fault};

/// Arguments of `facteur digest`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

/// Which digest of which newsletter.
#[derive(Debug, clap::Args)]
struct Target {
    /// The newsletter's short name (its slug).
    newsletter: String,
    /// Id of the digest, or the first letters of its id. Without it: the only digest the command can apply to.
    #[arg(allow_hyphen_values = true)]
    id: Option<String>,
}

/// A change that can be tried first.
#[derive(Debug, clap::Args)]
struct Try {
    /// Show what would be done, and do nothing.
    #[arg(long, short = 'n')]
    dry_run: bool,
}

/// What to pause or resume: a newsletter with all its schedules, one of its schedules, or one of its digests.
#[derive(Debug, clap::Args)]
struct Steer {
    #[command(flatten)]
    target: Target,
    /// Only the schedule with this number.
    #[arg(long, value_name = "NUMBER", conflicts_with = "id")]
    schedule: Option<usize>,
    #[command(flatten)]
    only: Try,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List a newsletter's digests and skipped slots.
    List {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// How many at most, the newest first.
        #[arg(long, default_value_t = 20, value_name = "N")]
        limit: u16,
    },
    /// Show a digest: its posts, its state, its counts.
    Show {
        #[command(flatten)]
        target: Target,
    },
    /// Preview the mail of a digest: the one that awaits approval, else the next one, else the last.
    Preview {
        #[command(flatten)]
        target: Target,
        /// Form of the output: html, text or eml.
        #[arg(long, short, default_value = "text")]
        output: Form,
        /// Language of the mail; without it the newsletter's own.
        #[arg(long)]
        lang: Option<String>,
        /// Use the next digest of the schedule with this number.
        #[arg(long, value_name = "NUMBER", default_value_t = 1)]
        schedule: usize,
    },
    /// Send a test copy to up to five addresses.
    Test {
        #[command(flatten)]
        target: Target,
        /// Address to send to; may be given more than once.
        #[arg(long, required = true, value_name = "ADDRESS")]
        to: Vec<String>,
        /// Language of the mail; without it the newsletter's own.
        #[arg(long)]
        lang: Option<String>,
        /// Use the next digest of the schedule with this number.
        #[arg(long, value_name = "NUMBER", default_value_t = 1)]
        schedule: usize,
        #[command(flatten)]
        only: Try,
    },
    /// Check a waiting digest before it is sent: what blocks it, what is worth a look. Exit code 3 when something blocks it.
    Check {
        #[command(flatten)]
        target: Target,
        /// Also ask whether its links lead somewhere (for 20 s at most).
        #[arg(long)]
        links: bool,
    },
    /// Change what a waiting digest says: its words, its lead, its posts. What is not given stays.
    Edit {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        change: edit::Change,
    },
    /// List what editors wrote for a digest, the last twenty times it was saved; with a number, print all of it.
    Revisions {
        #[command(flatten)]
        target: Target,
        /// Number of a revision in the list; `edit --back-to` takes its words back.
        #[arg(long, value_name = "NUMBER")]
        number: Option<i64>,
    },
    /// Make a new waiting digest of the posts of one that nobody got: skipped, or cancelled before its first mail left.
    Duplicate {
        #[command(flatten)]
        target: Target,
    },
    /// Send the waiting posts now. Exit code 3 when something in them must be mended first.
    Send(Send),
    /// Approve a waiting digest, which is then sent. Exit code 3 when something in it must be mended first; see `check`.
    Approve {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        only: Try,
    },
    /// Stop a digest that would leave by itself: it then waits for approval. One that an editor has just sent is taken back, and
    /// its posts wait for the next one.
    Stop {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        only: Try,
    },
    /// Skip the digest that awaits approval (its posts will not be sent on this schedule), or else the next slot (its posts
    /// wait for the slot after it).
    Skip {
        #[command(flatten)]
        target: Target,
        /// Skip the next slot, even when a digest awaits approval.
        #[arg(long, conflicts_with = "id")]
        next: bool,
        /// Undo: send the next slot after all.
        #[arg(long, conflicts_with_all = ["id", "give_back"])]
        undo: bool,
        /// Put the posts of the digest back: they wait for the next one.
        #[arg(long)]
        give_back: bool,
        /// Skip the next slot of the schedule with this number.
        #[arg(long, value_name = "NUMBER", default_value_t = 1)]
        schedule: usize,
        #[command(flatten)]
        only: Try,
    },
    /// Pause one digest, or without an id the whole newsletter: running mailings and coming slots.
    Pause(Steer),
    /// Resume what was paused. Recipients whose address the mail server called unknown are tried again later.
    Resume {
        #[command(flatten)]
        steer: Steer,
        /// Treat the addresses that the mail server calls unknown as dead: those people get no more mail.
        #[arg(long)]
        accept_bounces: bool,
    },
    /// Stop a mailing for good: recipients not yet written to will not get it.
    Cancel {
        #[command(flatten)]
        target: Target,
        /// Do it without asking.
        #[arg(long, short)]
        yes: bool,
        #[command(flatten)]
        only: Try,
    },
    /// Send a digest again to recipients whom the mail server refused.
    Retry {
        #[command(flatten)]
        target: Target,
        /// Instead, send to recipients whose mail is in doubt (sent, but no answer came): some may get it twice.
        #[arg(long)]
        doubtful: bool,
        /// Instead, send to recipients whose address the mail server called unknown, and undo their bounce: for a server that
        /// said so about everybody. People who left, complained or were erased meanwhile stay out.
        #[arg(long, conflicts_with = "doubtful")]
        bounced: bool,
        /// Do it without asking.
        #[arg(long, short, requires = "doubtful")]
        yes: bool,
        #[command(flatten)]
        only: Try,
    },
    /// Treat mails in doubt (sent, but no answer came) as accepted; they are not sent again.
    Settle {
        #[command(flatten)]
        target: Target,
        /// Do it without asking.
        #[arg(long, short)]
        yes: bool,
        #[command(flatten)]
        only: Try,
    },
    /// Show the progress of a digest.
    Status {
        #[command(flatten)]
        target: Target,
        /// Follow the digest until it ends.
        #[arg(long)]
        watch: bool,
    },
}

/// Arguments of `facteur digest send`.
#[derive(Debug, clap::Args)]
struct Send {
    /// The newsletter's short name (its slug).
    newsletter: String,
    /// Send on the schedule with this number.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    schedule: usize,
    /// Include posts still in their waiting period (`settle_s`, 15 min by default).
    #[arg(long)]
    unsettled: bool,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    only: Try,
}

impl Send {
    fn which(&self) -> Which {
        if self.unsettled { Which::All } else { Which::SettledOrGiven }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    Html,
    Text,
    Eml,
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    match args.command {
        Command::List { newsletter, limit } => show::list(&app, context, &newsletter, limit).await,
        Command::Show { target } => show::show(&app, context, &target).await,
        Command::Preview { target, output, lang, schedule } => {
            show::preview(&app, context, &target, output, lang.as_deref(), schedule).await
        }
        Command::Test { target, to, lang, schedule, only } => {
            act::test(&app, context, &target, &to, lang.as_deref(), schedule, only.dry_run).await
        }
        Command::Check { target, links } => edit::check(&app, context, &target, links).await,
        Command::Edit { target, change } => edit::edit(&app, context, &target, &change).await,
        Command::Revisions { target, number } => revisions::show(&app, context, &target, number).await,
        Command::Duplicate { target } => edit::duplicate(&app, context, &target).await,
        Command::Send(send) => act::send(&app, context, &send).await,
        Command::Approve { target, only } => act::approve(&app, context, &target, only.dry_run).await,
        Command::Stop { target, only } => act::stop(&app, context, &target, only.dry_run).await,
        Command::Skip { target, next, undo, give_back, schedule, only } => {
            let what = match (next, undo) {
                (_, true) => act::Left::Nothing,
                (true, false) => act::Left::Slot,
                (false, false) => act::Left::Either { give_back },
            };
            let wish = act::Skip { what, schedule, dry_run: only.dry_run };
            act::skip(&app, context, &target, &wish).await
        }
        Command::Pause(steer) => act::pause(&app, context, &steer, None).await,
        Command::Resume { steer, accept_bounces } => {
            let unknown = if accept_bounces { Unknown::AreDead } else { Unknown::TryLater };
            act::pause(&app, context, &steer, Some(unknown)).await
        }
        Command::Cancel { target, yes, only } => act::cancel(&app, context, &target, yes, only.dry_run).await,
        Command::Retry { target, doubtful: false, bounced, only, .. } => {
            retry::retry(&app, context, &target, bounced, only.dry_run).await
        }
        Command::Retry { target, yes, only, .. } => {
            doubt::decide(&app, context, &target, Doubt::SendAgain, yes, only.dry_run).await
        }
        Command::Settle { target, yes, only } => {
            doubt::decide(&app, context, &target, Doubt::TakeForAccepted, yes, only.dry_run).await
        }
        Command::Status { target, watch } => watch::status(&app, context, &target, watch).await,
    }
}

/// The error of a stage in the reader's language, with the exit code for it.
pub fn fault(context: &Context, error: DigestError) -> anyhow::Error {
    let why = match error {
        DigestError::Refused(why) => why,
        DigestError::Database(error) => return error.into(),
        DigestError::Other(error) => return error,
    };
    let words = at_a_terminal(&why, context.locale);
    match why {
        Refusal::Unknown | Refusal::Gone | Refusal::ScheduleGone | Refusal::NewsletterGone => Fault::not_found(words),
        Refusal::TooManyTests { .. } | Refusal::NoAddress { .. } => Fault::usage(words),
        Refusal::Blocked { .. } => Fault::problems(words),
        Refusal::NotRendered { .. } => Fault::failure(words),
        _ => Fault::refused(words),
    }
}

/// The n-th schedule of a newsletter.
async fn schedule(app: &App, context: &Context, newsletter: &Newsletter, number: usize) -> anyhow::Result<Schedule> {
    let mut schedules = newsletters::sql::schedules(&app.db, newsletter.id).await?;
    if number == 0 || number > schedules.len() {
        let (slug, number) = (&newsletter.slug, number.to_string());
        return Err(Fault::not_found(said!(context.locale, "cli-schedule-unknown", slug = slug, number = &number)));
    }
    Ok(schedules.swap_remove(number - 1))
}

/// The digest that a command names; without an id, the only one in these states.
async fn find(
    app: &App,
    context: &Context,
    newsletter: &Newsletter,
    id: Option<&str>,
    states: &[DigestState],
) -> anyhow::Result<Option<Digest>> {
    if let Some(id) = id {
        return named(app, context, newsletter, id).await.map(Some);
    }
    let mut open = sql::open(&app.db, newsletter.id).await?;
    open.retain(|digest| states.contains(&digest.state));
    if open.len() > 1 {
        let ids: Vec<&str> = open.iter().map(|digest| digest.public_id.as_str()).collect();
        let (slug, ids) = (&newsletter.slug, ids.join(", "));
        return Err(Fault::usage(said!(context.locale, "cli-digest-several", slug = slug, ids = &ids)));
    }
    Ok(open.pop())
}

/// Like [`find`], but it must be there.
pub(super) async fn must_find(
    app: &App,
    context: &Context,
    newsletter: &Newsletter,
    id: Option<&str>,
    states: &[DigestState],
) -> anyhow::Result<Digest> {
    find(app, context, newsletter, id, states).await?.ok_or_else(|| {
        let word = |state: &DigestState| context.locale.text(&format!("digest-state-{state}"));
        let states: Vec<String> = states.iter().map(word).collect();
        let states = states.join(&format!(" {} ", context.locale.text("cli-or")));
        Fault::not_found(said!(context.locale, "cli-digest-none", slug = &newsletter.slug, states = &states))
    })
}

pub(super) async fn named(app: &App, context: &Context, newsletter: &Newsletter, id: &str) -> anyhow::Result<Digest> {
    let mut found = sql::by_prefix(&app.db, newsletter.id, id).await?;
    match (found.pop(), found.is_empty()) {
        (Some(digest), true) => Ok(digest),
        (Some(_), false) => Err(Fault::usage(said!(context.locale, "cli-digest-ambiguous", id = id))),
        (None, _) => {
            Err(Fault::not_found(said!(context.locale, "cli-digest-unknown", slug = &newsletter.slug, id = id)))
        }
    }
}
