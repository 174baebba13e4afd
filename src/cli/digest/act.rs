//! `facteur digest test | send | approve | stop | skip | pause | resume | cancel`: each asks one verb of `digests`.

use std::io::{BufRead as _, IsTerminal as _};
use std::sync::Arc;

use serde_json::json;

use crate::app::App;
use crate::cli::{Context, Fault};
use crate::digests::send::{Prospect, prospect};
use crate::digests::{Digest, approve as approving, departure, leave, release, sql, steer};
use crate::events::Actor;
use crate::i18n::Locale;
use crate::ledger::{DigestState, progress};
use crate::newsletters::{self, Newsletter};
use crate::subscribers::address::Email;
use crate::views::digest as view;
use crate::views::warmup::{self, Before};

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
    // Here, so that a dry run says it too, and which of them it is.
    for typed in to {
        Email::from_typed(typed).map_err(|error| Fault::usage(format!("{typed}: {}", error.words(context.locale))))?;
    }
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let shown = show::content_of(app, context, &newsletter, target.id.as_deref(), number).await?;
    let language = show::language(context, lang, &newsletter)?;
    if !dry_run {
        steer::test(app, &newsletter, &shown.content, language, to).await.map_err(|error| fault(context, error))?;
    }
    let json = json!({ "dry_run": dry_run, "whence": shown.whence, "language": language, "to": to });
    context.show(&json, || {
        let addresses = said!(context.locale, "cli-addresses", count = to.len());
        let key = if dry_run { "cli-digest-test-would" } else { "cli-digest-test" };
        said!(context.locale, key, whence = &shown.whence, addresses = &addresses)
    })
}

/// Sends now what waits.
pub async fn send(app: &Arc<App>, context: &Context, wish: &Send) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &wish.newsletter).await?;
    let rhythm = schedule(app, context, &newsletter, wish.schedule).await?;
    // Refused before anything is read: nobody could answer the question.
    let asks = !wish.yes && !wish.only.dry_run;
    if asks {
        can_answer(context, "cli-digest-sending")?;
    }
    if asks || wish.only.dry_run {
        let prospect =
            prospect(app, &newsletter, &rhythm, wish.which()).await.map_err(|error| fault(context, error))?;
        let zone = crate::clock::zone(&rhythm.zone);
        let before = warmup::before(app, &newsletter, rhythm.id, &zone, context.print_locale()).await?;
        if wish.only.dry_run {
            return show_prospect(context, &newsletter, &prospect, &before);
        }
        ask(context, &newsletter, &prospect, &before)?;
    }
    let sent = crate::digests::send::send(app, &newsletter, &rhythm, wish.which(), Actor::Command)
        .await
        .map_err(|error| fault(context, error))?;
    if !sent.made {
        eprintln!("{}", context.locale.text("cli-digest-made"));
    }
    show_digest(app, context, &newsletter, &sent.digest).await
}

/// The posts, what rests, and what the mailing is held to.
fn titles(prospect: &Prospect, before: &Before, locale: &Locale) -> String {
    let titles: Vec<&str> = prospect.posts.iter().map(|post| post.title.as_str()).collect();
    let rest = match prospect.resting {
        0 => String::new(),
        count => said!(locale, "cli-digest-resting", count = count) + "\n",
    };
    let held: String = before.lines().into_iter().map(|line| line + "\n").collect();
    format!("  {}\n{rest}{held}", titles.join("\n  "))
}

fn show_prospect(
    context: &Context,
    newsletter: &Newsletter,
    prospect: &Prospect,
    before: &Before,
) -> anyhow::Result<()> {
    let posts: Vec<_> = prospect.posts.iter().map(|post| json!({ "title": post.title, "url": post.url })).collect();
    let json = json!({
        "dry_run": true, "newsletter": newsletter.slug, "recipients": prospect.recipients, "posts": posts,
        "resting": prospect.resting, "waits_for_doctor": before.doctor.is_some(), "warmup": before.warmup,
    });
    context.show(&json, || {
        let people = people(prospect.recipients, context.locale);
        let first = said!(context.locale, "cli-digest-would-go", people = &people, name = &newsletter.name);
        format!("{first}\n{}", titles(prospect, before, context.locale))
    })
}

fn ask(context: &Context, newsletter: &Newsletter, prospect: &Prospect, before: &Before) -> anyhow::Result<()> {
    let people = people(prospect.recipients, context.locale);
    let question = said!(context.locale, "cli-digest-send", people = &people, name = &newsletter.name);
    wants_yes(context, &format!("{}{question}", titles(prospect, before, context.locale)), "cli-digest-not-sent")
}

pub(super) fn people(count: i64, locale: &Locale) -> String {
    said!(locale, "today-people", count = count)
}

/// Refuses where nobody could answer a question about what this key of the texts names.
pub(in crate::cli) fn can_answer(context: &Context, key: &str) -> anyhow::Result<()> {
    if std::io::stdin().is_terminal() {
        return Ok(());
    }
    Err(Fault::refused(said!(context.locale, "cli-wants-yes", what = &context.locale.text(key))))
}

/// Asks on the terminal; anything but yes is no, said under a key of the texts.
pub(in crate::cli) fn wants_yes(context: &Context, question: &str, no: &str) -> anyhow::Result<()> {
    eprint!("{question} {} ", context.locale.text("cli-answer"));
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" | "o" | "oui" => Ok(()),
        _ => Err(Fault::refused(context.locale.text(no))),
    }
}

async fn show_digest(app: &App, context: &Context, newsletter: &Newsletter, digest: &Digest) -> anyhow::Result<()> {
    let said = |mut out: String| {
        if matches!(digest.state, DigestState::Sending | DigestState::Releasing) {
            out.push_str(&said!(context.locale, "cli-digest-goes", slug = &newsletter.slug));
        }
        out
    };
    show_one(app, context, newsletter, digest, said).await
}

/// Lets a waiting digest go.
pub async fn approve(app: &Arc<App>, context: &Context, target: &Target, dry_run: bool) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let digest = must_find(app, context, &newsletter, target.id.as_deref(), &[DigestState::Waiting]).await?;
    if dry_run {
        let recipients = approving::check(app, &digest).await.map_err(|error| fault(context, error))?;
        let json = json!({ "dry_run": true, "id": digest.public_id, "recipients": recipients });
        return context.show(&json, || {
            let people = people(recipients, context.locale);
            said!(context.locale, "cli-digest-approve-would", subject = &digest.subject, people = &people)
        });
    }
    let approved = approving::approve(app, &digest, Actor::Command).await.map_err(|error| fault(context, error))?;
    show_digest(app, context, &newsletter, &approved).await
}

/// Stops a digest that would leave by itself.
pub async fn stop(app: &App, context: &Context, target: &Target, dry_run: bool) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let mut found = must_find(app, context, &newsletter, target.id.as_deref(), &[DigestState::Waiting]).await?;
    if !dry_run {
        found = departure::take_back(app, &found, Actor::Command).await.map_err(|error| fault(context, error))?;
    }
    let schedules = view::schedule_ids(app, &newsletter).await?;
    let shown = view::show(&newsletter, &schedules, &found, context.print_locale());
    context.show(&shown, || {
        let key = match (dry_run, found.state) {
            (true, _) => "cli-digest-stop-would",
            (false, DigestState::Waiting) => "cli-digest-stopped",
            (false, _) => "cli-digest-taken-back",
        };
        said!(context.locale, key, id = &found.public_id, slug = &newsletter.slug)
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
        && let Some(digest) = find(app, context, &newsletter, target.id.as_deref(), &[DigestState::Waiting]).await?
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
        let key = match (dry_run, give_back) {
            (true, true) => "cli-digest-skip-would-back",
            (true, false) => "cli-digest-skip-would",
            (false, true) => "cli-digest-skipped-back",
            (false, false) => "cli-digest-skipped",
        };
        said!(context.locale, key, id = &skipped.public_id)
    })
}

async fn skip_slot(app: &App, context: &Context, newsletter: &Newsletter, wish: &Skip) -> anyhow::Result<()> {
    let rhythm = schedule(app, context, newsletter, wish.schedule).await?;
    let skip = wish.what != Left::Nothing;
    if !wish.dry_run {
        steer::skip_next(app, &rhythm, skip).await.map_err(|error| fault(context, error))?;
    }
    // The next slot's digest may be composed already.
    let coming = leave::coming(app, &rhythm).await?;
    let json = json!({ "dry_run": wish.dry_run, "schedule": wish.schedule, "skip_next": skip });
    context.show(&json, || {
        let locale = context.locale;
        let next = match coming.map(|digest| digest.slot_at).or(rhythm.next_due_at) {
            None => locale.text("cli-digest-next-post"),
            Some(at) => {
                let when = on_their_clock(at, &rhythm.zone, locale);
                said!(locale, "cli-digest-slot", when = &when, zone = &rhythm.zone)
            }
        };
        let key = match (skip, wish.dry_run, rhythm.next_due_at) {
            (false, true, _) => "cli-digest-kept-would",
            (false, false, _) => "cli-digest-kept",
            (true, true, Some(_)) => "cli-digest-slot-skip-would",
            (true, false, Some(_)) => "cli-digest-slot-skipped",
            (true, true, None) => "cli-digest-post-skip-would",
            (true, false, None) => "cli-digest-post-skipped",
        };
        said!(locale, key, next = &next, slug = &newsletter.slug)
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
        digests.push(super::named(app, context, &newsletter, id).await?);
    } else {
        let all = newsletters::sql::schedules(&app.db, newsletter.id).await?;
        let chosen = match steer.schedule {
            Some(number) => vec![schedule(app, context, &newsletter, number).await?],
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
    context.show(&json, || paused_in_words(&schedules, &changed, (pause, dry_run), context.locale))
}

fn paused_in_words(schedules: &[usize], digests: &[String], how: (bool, bool), locale: &Locale) -> String {
    let schedules = schedules.iter().map(|number| said!(locale, "cli-schedule", number = *number));
    let digests = digests.iter().map(|id| said!(locale, "cli-digest", id = id));
    let what: Vec<String> = schedules.chain(digests).collect();
    let key = match how {
        (true, true) => "cli-digest-pause-would",
        (true, false) => "cli-digest-paused",
        (false, true) => "cli-digest-resume-would",
        (false, false) => "cli-digest-resumed",
    };
    said!(locale, key, what = &what.join(", "))
}

/// Ends a running digest once somebody has said yes: this cannot be undone.
pub async fn cancel(app: &App, context: &Context, target: &Target, yes: bool, dry_run: bool) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let digest = must_find(app, context, &newsletter, target.id.as_deref(), RUNNING).await?;
    if !yes && !dry_run {
        can_answer(context, "cli-digest-ending")?;
        wants_yes(context, &what_is_left(app, &digest, context.locale).await?, "cli-digest-not-cancelled")?;
    }
    let done = if dry_run {
        digest
    } else {
        steer::cancel(app, &digest, Actor::Command).await.map_err(|error| fault(context, error))?
    };
    let said = |words: String| {
        let key = if dry_run { "cli-digest-cancel-would" } else { "cli-digest-cancelled" };
        format!("{}\n{words}", said!(context.locale, key, id = &done.public_id))
    };
    show_one(app, context, &newsletter, &done, said).await
}

/// The question before a digest is cancelled.
async fn what_is_left(app: &App, digest: &Digest, locale: &Locale) -> anyhow::Result<String> {
    let subject = &digest.subject;
    if digest.released_at.is_none() {
        return Ok(said!(locale, "cli-digest-end-all", subject = subject));
    }
    let counts = progress::counts(app, digest.id).await?;
    let others = people(counts.open(), locale);
    Ok(said!(locale, "cli-digest-end-rest", subject = subject, count = counts.accepted, others = &others))
}
