//! `facteur warmup`: how digests of a sender that large receivers do not know leave, day by day, and an owner's word against it.

use clap::Subcommand;
use serde_json::json;

use super::digest::{can_answer, fault, must_find, wants_yes};
use super::{Context, Fault};
use crate::app::App;
use crate::digests::warmup::{show, word};
use crate::events::Actor;
use crate::ledger::DigestState::{Paused, Releasing, Sending, Waiting};
use crate::newsletters;
use crate::views::warmup as view;

/// Arguments of `facteur warmup`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show how digests leave day by day: those on their way, and what each schedule would send next.
    Show {
        /// The newsletter's short name (its slug); without it, all of them.
        newsletter: Option<String>,
    },
    /// Send all of a digest now that waits for a day to come. The warm-up of its sender goes on.
    SendAll {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Id of the digest, or the first letters of its id. Without it: the only digest the command can apply to.
        #[arg(allow_hyphen_values = true)]
        id: Option<String>,
        /// Do it without asking.
        #[arg(long, short)]
        yes: bool,
    },
    /// End the warm-up of a sender's domain, or have it need none: what waits leaves now, and so do its next digests.
    End {
        /// The domain, such as example.org.
        domain: String,
        /// Do it without asking.
        #[arg(long, short)]
        yes: bool,
    },
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    match args.command {
        Command::Show { newsletter } => shown(&app, context, newsletter.as_deref()).await,
        Command::SendAll { newsletter, id, yes } => send_all(&app, context, &newsletter, id.as_deref(), yes).await,
        Command::End { domain, yes } => end(&app, context, &domain, yes).await,
    }
}

async fn shown(app: &App, context: &Context, slug: Option<&str>) -> anyhow::Result<()> {
    let all = match slug {
        Some(slug) => vec![context.newsletter(app, slug).await?],
        None => newsletters::sql::after_slug(&app.db, "", i64::MAX).await?,
    };
    let mut standings = Vec::new();
    for newsletter in all {
        let zone = context.zone(app, &newsletter).await?;
        standings.push(view::of_newsletter(app, &newsletter, &zone, context.print_locale()).await?);
    }
    context.show(&standings, || {
        let mut lines = Vec::new();
        for standing in &standings {
            lines.push(format!("{}: {}", standing.newsletter, standing.words));
            let digests = standing.digests.iter().map(|digest| format!("  {}  {}", digest.id, digest.plan.words));
            lines.extend(digests);
            let numbered = standing.schedules.iter().enumerate();
            lines.extend(numbered.filter_map(|(index, plan)| {
                let number = said!(context.locale, "cli-schedule", number = index + 1);
                plan.as_ref().map(|plan| format!("  {number}: {}", plan.words))
            }));
        }
        lines.join("\n")
    })
}

async fn send_all(app: &App, context: &Context, slug: &str, id: Option<&str>, yes: bool) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, slug).await?;
    let digest = must_find(app, context, &newsletter, id, &[Waiting, Releasing, Sending, Paused]).await?;
    if !yes && let Some(plan) = show::of_digest(app, &newsletter, &digest).await? {
        can_answer(context, "cli-warmup-sending")?;
        let left = plan.readers - plan.running.map_or(0, |running| running.given);
        wants_yes(context, &said!(context.locale, "cli-warmup-ask", count = left), "cli-warmup-not")?;
    }
    let sent = word::at_once(app, &digest, Actor::Command).await.map_err(|error| fault(context, error))?;
    context.show(&json!({ "id": sent.public_id, "at_once": true }), || {
        said!(context.locale, "cli-warmup-sent", id = &sent.public_id)
    })
}

async fn end(app: &App, context: &Context, domain: &str, yes: bool) -> anyhow::Result<()> {
    if !yes {
        can_answer(context, "cli-warmup-ending")?;
        wants_yes(context, &said!(context.locale, "cli-warmup-ask-end", domain = domain), "cli-warmup-not")?;
    }
    let Some(ended) = word::end(app, domain, Actor::Command).await? else {
        return Err(Fault::not_found(said!(context.locale, "cli-warmup-no-domain", domain = domain)));
    };
    context.show(&json!({ "domain": domain, "ended": ended }), || {
        let key = if ended { "cli-warmup-ended" } else { "cli-warmup-none" };
        said!(context.locale, key, domain = domain)
    })
}
