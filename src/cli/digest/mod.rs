//! `facteur digest`: preview, test, send and steer digests.
//!
//! In: arguments. Out: one verb of `digests` each. [`show`] reads, [`act`] changes, [`retry`] sends once more, [`doubt`] decides
//! about mails whose fate nobody knows, [`watch`] follows a running digest.

mod act;
mod doubt;
mod retry;
mod show;
mod watch;

pub(super) use act::{can_answer, wants_yes};

use clap::{Subcommand, ValueEnum};

use crate::app::App;
use crate::coded::Told as _;
use crate::digests::control::{Doubt, Unknown};
use crate::digests::posts::Which;
use crate::digests::{Digest, DigestError, DigestState, Refusal, sql};
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
    /// Which newsletter.
    newsletter: String,
    /// Which digest: its id, or the first letters of it. Without it, the one that the command can only mean.
    #[arg(allow_hyphen_values = true)]
    id: Option<String>,
}

/// A change that can be tried first.
#[derive(Debug, clap::Args)]
struct Try {
    /// Say what would be done, and do nothing.
    #[arg(long, short = 'n')]
    dry_run: bool,
}

/// What a newsletter's whole rhythm, or one of its digests, is told.
#[derive(Debug, clap::Args)]
struct Steer {
    #[command(flatten)]
    target: Target,
    /// Only this one of its schedules.
    #[arg(long, value_name = "NUMBER", conflicts_with = "id")]
    schedule: Option<usize>,
    #[command(flatten)]
    only: Try,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the digests of a newsletter, skipped slots too.
    List {
        /// Which newsletter.
        newsletter: String,
        /// How many, the youngest first.
        #[arg(long, default_value_t = 20, value_name = "N")]
        limit: u16,
    },
    /// Show a digest: its posts, its state, its counts.
    Show {
        #[command(flatten)]
        target: Target,
    },
    /// Show what a digest says: the one that waits, else the next one, else the last.
    Preview {
        #[command(flatten)]
        target: Target,
        /// html, text or eml.
        #[arg(long, short, default_value = "text")]
        output: Form,
        /// In this language; the newsletter's own without it.
        #[arg(long)]
        lang: Option<String>,
        /// The next digest of this one of its schedules.
        #[arg(long, value_name = "NUMBER", default_value_t = 1)]
        schedule: usize,
    },
    /// Send a test copy to up to five addresses.
    Test {
        #[command(flatten)]
        target: Target,
        /// To whom; may be given more than once.
        #[arg(long, required = true, value_name = "ADDRESS")]
        to: Vec<String>,
        /// In this language; the newsletter's own without it.
        #[arg(long)]
        lang: Option<String>,
        /// The next digest of this one of its schedules.
        #[arg(long, value_name = "NUMBER", default_value_t = 1)]
        schedule: usize,
        #[command(flatten)]
        only: Try,
    },
    /// Send now what waits.
    Send(Send),
    /// Let a waiting digest go.
    Approve {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        only: Try,
    },
    /// Leave out: the digest that waits (its posts are not sent on this rhythm), else the next slot (its posts wait for
    /// the one after).
    Skip {
        #[command(flatten)]
        target: Target,
        /// The next slot, even when a digest waits.
        #[arg(long, conflicts_with = "id")]
        next: bool,
        /// Take back that the next slot is left out.
        #[arg(long, conflicts_with_all = ["id", "give_back"])]
        undo: bool,
        /// Put the posts of the digest back: they wait for the next one.
        #[arg(long)]
        give_back: bool,
        /// The next slot of this one of its schedules.
        #[arg(long, value_name = "NUMBER", default_value_t = 1)]
        schedule: usize,
        #[command(flatten)]
        only: Try,
    },
    /// Stop for a while: one digest, or without an id everything of the newsletter, what runs and what is to come.
    Pause(Steer),
    /// Go on with what was paused. Those whom the mail server called unknown are tried again later.
    Resume {
        #[command(flatten)]
        steer: Steer,
        /// The addresses that the mail server calls unknown are dead: those people get no more mail.
        #[arg(long)]
        accept_bounces: bool,
    },
    /// End a digest that is being sent, for good: who has not got it does not get it.
    Cancel {
        #[command(flatten)]
        target: Target,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
        #[command(flatten)]
        only: Try,
    },
    /// Send a digest again to those whom the mail server refused.
    Retry {
        #[command(flatten)]
        target: Target,
        /// To those whose mail is in doubt instead (sent, and no answer came): some may get it twice.
        #[arg(long)]
        doubtful: bool,
        /// To those whose address does not exist, said the mail server, instead: undoes their bounce, for a server that
        /// said so of everybody. Who left, complained or was erased meanwhile stays out.
        #[arg(long, conflicts_with = "doubtful")]
        bounced: bool,
        /// Do not ask.
        #[arg(long, short, requires = "doubtful")]
        yes: bool,
        #[command(flatten)]
        only: Try,
    },
    /// Take the mails of a digest that are in doubt for accepted: nobody of them is written to again.
    Settle {
        #[command(flatten)]
        target: Target,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
        #[command(flatten)]
        only: Try,
    },
    /// Show how a digest stands.
    Status {
        #[command(flatten)]
        target: Target,
        /// Follow it to its end.
        #[arg(long)]
        watch: bool,
    },
}

/// Arguments of `facteur digest send`.
#[derive(Debug, clap::Args)]
struct Send {
    /// Which newsletter.
    newsletter: String,
    /// On which one of its schedules.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    schedule: usize,
    /// Also the posts of feeds that still rest so that they can be taken back.
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
        Command::Send(send) => act::send(&app, context, &send).await,
        Command::Approve { target, only } => act::approve(&app, context, &target, only.dry_run).await,
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

/// What a stage refused, under its exit code, in the reader's language.
fn fault(context: &Context, error: DigestError) -> anyhow::Error {
    let why = match error {
        DigestError::Refused(why) => why,
        DigestError::Database(error) => return error.into(),
        DigestError::Other(error) => return error,
    };
    let words = why.words(context.locale);
    match why {
        Refusal::Unknown | Refusal::Gone | Refusal::ScheduleGone | Refusal::NewsletterGone => Fault::not_found(words),
        Refusal::TooManyTests { .. } | Refusal::NoAddress => Fault::usage(words),
        Refusal::NotRendered { .. } => Fault::failure(words),
        _ => Fault::refused(words),
    }
}

/// The n-th schedule of a newsletter.
async fn schedule(app: &App, newsletter: &Newsletter, number: usize) -> anyhow::Result<Schedule> {
    let mut schedules = newsletters::sql::schedules(&app.db, newsletter.id).await?;
    if number == 0 || number > schedules.len() {
        let slug = &newsletter.slug;
        return Err(Fault::not_found(format!(
            "`{slug}` has no schedule {number}; `facteur newsletter show {slug}` numbers those there are"
        )));
    }
    Ok(schedules.swap_remove(number - 1))
}

/// The digest that a command names; without an id, the only one in these states.
async fn find(
    app: &App,
    newsletter: &Newsletter,
    id: Option<&str>,
    states: &[DigestState],
) -> anyhow::Result<Option<Digest>> {
    let slug = &newsletter.slug;
    if let Some(id) = id {
        return named(app, newsletter, id).await.map(Some);
    }
    let mut open = sql::open(&app.db, newsletter.id).await?;
    open.retain(|digest| states.contains(&digest.state));
    if open.len() > 1 {
        let ids: Vec<&str> = open.iter().map(|digest| digest.public_id.as_str()).collect();
        return Err(Fault::usage(format!("`{slug}` has several such digests; name one: {}", ids.join(", "))));
    }
    Ok(open.pop())
}

/// Like [`find`], but it must be there.
async fn must_find(
    app: &App,
    newsletter: &Newsletter,
    id: Option<&str>,
    states: &[DigestState],
) -> anyhow::Result<Digest> {
    find(app, newsletter, id, states).await?.ok_or_else(|| {
        let states: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
        let slug = &newsletter.slug;
        Fault::not_found(format!(
            "`{slug}` has no digest that is {}; `facteur digest list {slug}` shows all",
            states.join(" or ")
        ))
    })
}

async fn named(app: &App, newsletter: &Newsletter, id: &str) -> anyhow::Result<Digest> {
    let mut found = sql::by_prefix(&app.db, newsletter.id, id).await?;
    match (found.pop(), found.is_empty()) {
        (Some(digest), true) => Ok(digest),
        (Some(_), false) => Err(Fault::usage(format!("more than one digest begins with `{id}`: give more of it"))),
        (None, _) => {
            let slug = &newsletter.slug;
            Err(Fault::not_found(format!("`{slug}` has no digest `{id}`; `facteur digest list {slug}` shows all")))
        }
    }
}
