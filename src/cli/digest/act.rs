//! `facteur digest test | send | approve | stop | skip | pause | resume | cancel`: each asks one verb of `digests`.

use std::fmt::Write as _;
use std::io::{BufRead as _, IsTerminal as _};
use std::sync::Arc;

use serde_json::json;

use crate::app::App;
use crate::cli::{Context, Fault};
use crate::digests::send::{Prospect, prospect};
use crate::digests::{Digest, approve as approving, departure, leave, release, sql, steer};
use crate::events::Actor;
use crate::ledger::{DigestState, progress};
use crate::newsletters::{self, Newsletter};
use crate::phrase;
use crate::views::digest as view;

use super::show::{self, on_their_clock, show_one};
use super::{Send, Steer, Target, fault, find, must_find, schedule};

/// States in which something of a digest runs.
const RUNNING: &[DigestState] = &[DigestState::Releasing, DigestState::Sending, DigestState::Paused];

/// Sends test copies.
pub async fn test(
    app: &App,
    context: &Context,
    target: &Target,
    to: &[String],
    lang: Option<&str>,
    number: usize,
    dry_run: bool,
) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let shown = show::content_of(app, context, &newsletter, target.id.as_deref(), number).await?;
    let language = show::language(lang, &newsletter)?;
    if !dry_run {
        steer::test(app, &newsletter, &shown.content, language, to).await.map_err(|error| fault(context, error))?;
    }
    let json = json!({ "dry_run": dry_run, "whence": shown.whence, "language": language, "to": to });
    context.show(&json, || {
        let verb = if dry_run { "would be sent" } else { "will be sent as soon as `facteur serve` runs" };
        format!("A test of {}, to {}, {verb}.", shown.whence, phrase::count(to.len(), "address", "addresses"))
    })
}

/// Sends now what waits.
pub async fn send(app: &Arc<App>, context: &Context, wish: &Send) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &wish.newsletter).await?;
    let rhythm = schedule(app, &newsletter, wish.schedule).await?;
    // Refused before anything is read: nobody could answer the question.
    let asks = !wish.yes && !wish.only.dry_run;
    if asks {
        can_answer("sending")?;
    }
    if asks || wish.only.dry_run {
        let prospect = prospect(app, &rhythm, wish.which()).await.map_err(|error| fault(context, error))?;
        if wish.only.dry_run {
            return show_prospect(context, &newsletter, &prospect);
        }
        ask(&newsletter, &prospect)?;
    }
    let sent = crate::digests::send::send(app, &newsletter, &rhythm, wish.which(), Actor::Command)
        .await
        .map_err(|error| fault(context, error))?;
    if !sent.made {
        eprintln!("That digest was made a moment ago; there is nothing new to send.");
    }
    show_digest(app, context, &newsletter, &sent.digest).await
}

fn titles(prospect: &Prospect) -> String {
    let titles: Vec<&str> = prospect.posts.iter().map(|post| post.title.as_str()).collect();
    let rest = match prospect.resting {
        0 => String::new(),
        1 => "(1 more post is still in its waiting period; --unsettled includes it)\n".to_owned(),
        count => format!("({count} more posts are still in their waiting period; --unsettled includes them)\n"),
    };
    format!("  {}\n{rest}", titles.join("\n  "))
}

fn show_prospect(context: &Context, newsletter: &Newsletter, prospect: &Prospect) -> anyhow::Result<()> {
    let posts: Vec<_> = prospect.posts.iter().map(|post| json!({ "title": post.title, "url": post.url })).collect();
    let json = json!({
        "dry_run": true, "newsletter": newsletter.slug, "recipients": prospect.recipients, "posts": posts,
        "resting": prospect.resting,
    });
    context.show(&json, || {
        let (people, name) = (people(prospect.recipients), &newsletter.name);
        format!("Nothing was sent (--dry-run). It would go to {people} on “{name}”:\n{}", titles(prospect))
    })
}

fn ask(newsletter: &Newsletter, prospect: &Prospect) -> anyhow::Result<()> {
    let (people, name) = (people(prospect.recipients), &newsletter.name);
    wants_yes(&format!("{}Send this to {people} on “{name}” now?", titles(prospect)), "nothing was sent")
}

pub(super) fn people(count: i64) -> String {
    phrase::count(count, "person", "people")
}

/// Refuses where nobody could answer a question.
pub(in crate::cli) fn can_answer(what: &str) -> anyhow::Result<()> {
    if std::io::stdin().is_terminal() {
        return Ok(());
    }
    Err(Fault::refused(format!("{what} needs a yes: run the command in a terminal, or with --yes")))
}

/// Asks on the terminal; anything but yes is no.
pub(in crate::cli) fn wants_yes(question: &str, no: &str) -> anyhow::Result<()> {
    eprint!("{question} [y/N] ");
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" | "o" | "oui" => Ok(()),
        _ => Err(Fault::refused(no)),
    }
}

async fn show_digest(app: &App, context: &Context, newsletter: &Newsletter, digest: &Digest) -> anyhow::Result<()> {
    let said = |mut out: String| {
        if matches!(digest.state, DigestState::Sending | DigestState::Releasing) {
            let slug = &newsletter.slug;
            let _ = write!(
                out,
                "It is sent while `facteur serve` runs; `facteur digest status {slug} --watch` follows it."
            );
        }
        out
    };
    show_one(app, context, newsletter, digest, said).await
}

/// Lets a waiting digest go.
pub async fn approve(app: &Arc<App>, context: &Context, target: &Target, dry_run: bool) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let digest = must_find(app, &newsletter, target.id.as_deref(), &[DigestState::Waiting]).await?;
    if dry_run {
        let recipients = approving::check(app, &digest).await.map_err(|error| fault(context, error))?;
        let json = json!({ "dry_run": true, "id": digest.public_id, "recipients": recipients });
        return context.show(&json, || {
            format!("Nothing was sent (--dry-run). “{}” would go to {}.", digest.subject, people(recipients))
        });
    }
    let approved = approving::approve(app, &digest, Actor::Command).await.map_err(|error| fault(context, error))?;
    show_digest(app, context, &newsletter, &approved).await
}

/// Stops a digest that would leave by itself.
pub async fn stop(app: &App, context: &Context, target: &Target, dry_run: bool) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let mut found = must_find(app, &newsletter, target.id.as_deref(), &[DigestState::Waiting]).await?;
    if !dry_run {
        found = departure::take_back(app, &found, Actor::Command).await.map_err(|error| fault(context, error))?;
    }
    let schedules = view::schedule_ids(app, &newsletter).await?;
    let shown = view::show(&newsletter, &schedules, &found, context.print_locale());
    context.show(&shown, || {
        let id = &found.public_id;
        match (dry_run, found.state) {
            (true, _) => format!("Digest {id} would be stopped (--dry-run)."),
            (false, DigestState::Waiting) => {
                format!("Digest {id} waits for you; `facteur digest approve {} {id}` sends it.", newsletter.slug)
            }
            (false, _) => format!("Digest {id} was taken back; its posts wait for the next digest."),
        }
    })
}

/// What to leave out.
pub struct Skip {
    pub what: Left,
    pub schedule: usize,
    pub dry_run: bool,
}

/// See [`Skip`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// The digest that waits, else the next slot.
    Either {
        /// The digest's posts wait for the next one.
        give_back: bool,
    },
    /// The next slot.
    Slot,
    /// Nothing: the next slot is sent after all.
    Nothing,
}

/// Leaves out the digest that waits, else the next slot.
pub async fn skip(app: &App, context: &Context, target: &Target, wish: &Skip) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    if let Left::Either { give_back } = wish.what
        && let Some(digest) = find(app, &newsletter, target.id.as_deref(), &[DigestState::Waiting]).await?
    {
        return skip_digest(app, context, &newsletter, &digest, give_back, wish.dry_run).await;
    }
    skip_slot(app, context, &newsletter, wish).await
}

async fn skip_digest(
    app: &App,
    context: &Context,
    newsletter: &Newsletter,
    digest: &Digest,
    give_back: bool,
    dry_run: bool,
) -> anyhow::Result<()> {
    let skipped = if dry_run {
        digest.clone()
    } else {
        steer::skip(app, digest, give_back, Actor::Command).await.map_err(|error| fault(context, error))?
    };
    let schedules = view::schedule_ids(app, newsletter).await?;
    let shown = view::show(newsletter, &schedules, &skipped, context.print_locale());
    context.show(&shown, || {
        let posts = if give_back { "wait for the next digest" } else { "will not be sent on this schedule" };
        let verb = if dry_run { "would be skipped" } else { "was skipped" };
        format!("Digest {} {verb}; its posts {posts}.", skipped.public_id)
    })
}

async fn skip_slot(app: &App, context: &Context, newsletter: &Newsletter, wish: &Skip) -> anyhow::Result<()> {
    let rhythm = schedule(app, newsletter, wish.schedule).await?;
    let skip = wish.what != Left::Nothing;
    if !wish.dry_run {
        steer::skip_next(app, &rhythm, skip).await.map_err(|error| fault(context, error))?;
    }
    // The next slot's digest may be composed already.
    let coming = leave::coming(app, &rhythm).await?;
    let json = json!({ "dry_run": wish.dry_run, "schedule": wish.schedule, "skip_next": skip });
    context.show(&json, || {
        let next = coming.map(|digest| digest.slot_at).or(rhythm.next_due_at).map_or_else(
            || "the next post".to_owned(),
            |at| format!("the slot of {} ({})", on_their_clock(at, &rhythm.zone), rhythm.zone),
        );
        let would = if wish.dry_run { "would be" } else { "is" };
        if !skip {
            return format!("Nothing {would} skipped: {next} is sent as planned.");
        }
        let posts = if rhythm.next_due_at.is_some() { "; its posts wait for the slot after it" } else { "" };
        format!("Skipped {would} {next}{posts}. `facteur digest skip {} --undo` undoes this.", newsletter.slug)
    })
}

/// Pauses or (with what becomes of unknown addresses) resumes one digest, or without an id all of the newsletter: its
/// schedules and what runs.
pub async fn pause(app: &App, context: &Context, steer: &Steer, resume: Option<steer::Unknown>) -> anyhow::Result<()> {
    let pause = resume.is_none();
    let newsletter = context.newsletter(app, &steer.target.newsletter).await?;
    let dry_run = steer.only.dry_run;
    let (mut schedules, mut digests) = (Vec::new(), Vec::new());
    if let Some(id) = &steer.target.id {
        digests.push(super::named(app, &newsletter, id).await?);
    } else {
        let all = newsletters::sql::schedules(&app.db, newsletter.id).await?;
        let chosen = match steer.schedule {
            Some(number) => vec![schedule(app, &newsletter, number).await?],
            None => all.clone(),
        };
        digests = sql::open(&app.db, newsletter.id).await?;
        digests.retain(|digest| {
            let runs = (digest.state == DigestState::Paused) != pause && RUNNING.contains(&digest.state);
            runs && chosen.iter().any(|schedule| schedule.id == digest.schedule_id)
        });
        for rhythm in chosen {
            if !dry_run {
                steer::pause_schedule(app, &rhythm, pause).await.map_err(|error| fault(context, error))?;
            }
            schedules.extend(all.iter().position(|other| other.id == rhythm.id).map(|index| index + 1));
        }
    }
    let mut changed = Vec::new();
    for digest in digests {
        match (dry_run, resume) {
            (true, _) => changed.push(digest.public_id),
            (false, None) => {
                let paused = steer::pause(app, &digest, Actor::Command).await.map_err(|error| fault(context, error))?;
                changed.push(paused.public_id);
            }
            (false, Some(unknown)) => {
                let resumed = steer::resume(app, &digest, unknown, Actor::Command)
                    .await
                    .map_err(|error| fault(context, error))?;
                changed.push(release::run(app, resumed.id).await.map_err(|error| fault(context, error))?.public_id);
            }
        }
    }
    let json = json!({ "dry_run": dry_run, "paused": pause, "schedules": schedules, "digests": changed });
    context.show(&json, || paused_in_words(&schedules, &changed, pause, dry_run))
}

fn paused_in_words(schedules: &[usize], digests: &[String], pause: bool, dry_run: bool) -> String {
    let schedules: Vec<String> = schedules.iter().map(|number| format!("schedule {number}")).collect();
    let digests = digests.iter().map(|id| format!("digest {id}"));
    let what: Vec<String> = schedules.into_iter().chain(digests).collect();
    let state = if pause { "paused" } else { "running again" };
    let verb = if dry_run { "would be" } else { "now" };
    format!("{verb} {state}: {}", what.join(", "))
}

/// Ends a running digest once somebody has said yes: this cannot be undone.
pub async fn cancel(app: &App, context: &Context, target: &Target, yes: bool, dry_run: bool) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let digest = must_find(app, &newsletter, target.id.as_deref(), RUNNING).await?;
    if !yes && !dry_run {
        can_answer("ending a digest for good")?;
        wants_yes(
            &what_is_left(app, &digest).await?,
            "nothing was cancelled; `facteur digest pause` stops it for a while",
        )?;
    }
    let done = if dry_run {
        digest
    } else {
        steer::cancel(app, &digest, Actor::Command).await.map_err(|error| fault(context, error))?
    };
    let said = |words: String| {
        let verb = if dry_run { "would be cancelled" } else { "was cancelled" };
        format!("The rest of digest {} {verb}.\n{words}", done.public_id)
    };
    show_one(app, context, &newsletter, &done, said).await
}

/// The question before a digest is cancelled.
async fn what_is_left(app: &App, digest: &Digest) -> anyhow::Result<String> {
    let subject = &digest.subject;
    if digest.released_at.is_none() {
        return Ok(format!("Nothing of “{subject}” has been sent. End it for good, so that nobody gets it?"));
    }
    let counts = progress::counts(app, digest.id).await?;
    let (has, who) = if counts.accepted == 1 { ("has", "person") } else { ("have", "people") };
    Ok(format!(
        "“{subject}”: {} {who} {has} it, {} would never get it. End it for good?",
        counts.accepted,
        people(counts.open())
    ))
}
