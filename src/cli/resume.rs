//! `facteur resume` and `facteur hold`: whether this database sends.
//!
//! A database that may be a copy, or older than what was sent, is held by itself (`delivery::generation` says when);
//! `resume` says that it is the one that sends from now on. `hold` is for whoever puts a backup in place and wants to look
//! at it first.

use serde_json::{Value, json};

use super::{Context, digest};
use crate::db::generation::Held;
use crate::delivery::hold;
use crate::i18n;
use crate::reason::Reason;

/// Arguments of `facteur resume`.
#[derive(Debug, clap::Args)]
pub struct ResumeArgs {
    /// Say what is held and why, and change nothing.
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// Without a question.
    #[arg(long)]
    yes: bool,
}

/// Arguments of `facteur hold`.
#[derive(Debug, clap::Args)]
pub struct HoldArgs {}

const NOTHING: &str = "Nothing is held.";

/// For programs.
fn shown(held: &Held) -> Value {
    let why = hold::why(held);
    json!({ "since": held.since, "why": why.words(i18n::locale(i18n::FALLBACK)), "why_code": why.code() })
}

/// Lets everything go on.
pub async fn resume(args: ResumeArgs, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    let Some(held) = hold::state(&app).await? else {
        return context.show(&hold::Resumed { was_held: false, digests: 0 }, || NOTHING.to_owned());
    };
    if args.dry_run {
        return context.show(&shown(&held), || format!("{}.", hold::in_words(&held, context.locale)));
    }
    if !args.yes {
        digest::can_answer("letting everything go on")?;
        let question = format!(
            "Held: {}.\nWhat is open is sent from here, and no other database may send it. Let everything go on?",
            hold::why(&held).words(context.locale)
        );
        digest::wants_yes(&question, "everything stays held")?;
    }
    let resumed = hold::resume(&app).await?;
    context.show(&resumed, || {
        let digests = match resumed.digests {
            0 => "no digest was held".to_owned(),
            1 => "1 digest that was held".to_owned(),
            more => format!("{more} digests that were held"),
        };
        format!("Everything goes on, as soon as `facteur serve` runs: {digests}.")
    })
}

/// Holds everything.
pub async fn hold(_args: HoldArgs, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    let paused = hold::hold(&app, &Reason::HeldByOperator).await?;
    let held = hold::state(&app).await?.as_ref().map(shown);
    context.show(&held, || match paused {
        Some(1) => "Held: 1 digest was paused. `facteur resume` lets all go on.".to_owned(),
        Some(digests) => format!("Held: {digests} digests were paused. `facteur resume` lets all go on."),
        None => "It was held already. `facteur resume` lets all go on.".to_owned(),
    })
}
