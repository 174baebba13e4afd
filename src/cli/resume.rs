//! `facteur resume` and `facteur hold`: decide whether this database sends.
//!
//! Facteur holds by itself a database that may be a copy, or older than what was already sent (`delivery::rewind` says
//! when). `resume` declares that this database is the one that sends from now on. `hold` is for operators who have restored a
//! backup and want to look at it before anything is sent.

use serde_json::{Value, json};

use super::{Context, digest};
use crate::db::generation::Held;
use crate::digests::MEANING;
use crate::events::Actor;
use crate::i18n;
use crate::ledger::hold;
use crate::reason::Reason;

/// Arguments of `facteur resume`.
#[derive(Debug, clap::Args)]
pub struct ResumeArgs {
    /// Show what is held and why, and change nothing.
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// Do it without asking.
    #[arg(long)]
    yes: bool,
}

/// Arguments of `facteur hold`.
#[derive(Debug, clap::Args)]
pub struct HoldArgs {}

/// For programs.
fn shown(held: &Held) -> Value {
    let why = hold::why(held);
    json!({ "since": held.since, "why": why.words(i18n::locale(i18n::FALLBACK)), "why_code": why.code() })
}

/// Resumes sending.
pub async fn resume(args: ResumeArgs, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    let Some(held) = hold::state(&app).await? else {
        return context
            .show(&hold::Resumed { was_held: false, digests: 0 }, || context.locale.text("cli-hold-nothing"));
    };
    if args.dry_run {
        return context.show(&shown(&held), || format!("{}.", hold::in_words(&held, context.locale)));
    }
    if !args.yes {
        digest::can_answer(context, "cli-hold-resuming")?;
        let why = hold::why(&held).words(context.locale).into_owned();
        let question = format!(
            "{}\n{}",
            said!(context.locale, "cli-hold-why", why = &why),
            context.locale.text("cli-hold-question")
        );
        digest::wants_yes(context, &question, "cli-hold-stays")?;
    }
    let resumed = hold::resume(&app, MEANING.by(Actor::Command)).await?;
    context.show(&resumed, || match resumed.digests {
        0 => context.locale.text("cli-hold-resumed-none"),
        count => said!(context.locale, "cli-hold-resumed", count = count),
    })
}

/// Holds all sending.
pub async fn hold(_args: HoldArgs, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    let paused = hold::hold(&app, MEANING.by(Actor::Command), &Reason::HeldByOperator).await?;
    let held = hold::state(&app).await?.as_ref().map(shown);
    context.show(&held, || match paused {
        Some(digests) => said!(context.locale, "cli-held", count = digests),
        None => context.locale.text("cli-held-already"),
    })
}
