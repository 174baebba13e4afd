//! `facteur digest retry --doubtful | settle`: an editor decides about mails in doubt (sent, but no answer came).
//!
//! In: which digest, and what to do with its mails in doubt. Out: how many there are, a question, one verb of `digests`.

use serde_json::json;

use crate::app::App;
use crate::cli::Context;
use crate::digests::steer::{self, Doubt};
use crate::events::Actor;
use crate::i18n::Locale;

use super::act::{can_answer, wants_yes};
use super::{Target, fault, show};

/// Sends the mails in doubt again, or treats them as accepted.
pub async fn decide(
    app: &App,
    context: &Context,
    target: &Target,
    doubt: Doubt,
    yes: bool,
    dry_run: bool,
) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let digest = show::latest(app, context, &newsletter, target.id.as_deref()).await?;
    let mut count = steer::in_doubt(app, &digest, doubt).await.map_err(|error| fault(context, error))?;
    let asks = count > 0 && !yes && !dry_run;
    if asks {
        can_answer(context, "cli-doubt-deciding")?;
        wants_yes(context, &question(doubt, count, context.locale), "cli-doubt-not-decided")?;
    }
    if !dry_run {
        count = steer::decide(app, &digest, doubt, Actor::Command).await.map_err(|error| fault(context, error))?;
    }
    let done = match doubt {
        Doubt::SendAgain => "retried",
        Doubt::TakeForAccepted => "settled",
    };
    let json = json!({ "dry_run": dry_run, "id": digest.public_id, done: count });
    context.show(&json, || in_words(doubt, count, &digest.public_id, dry_run, context.locale))
}

fn question(doubt: Doubt, count: i64, locale: &Locale) -> String {
    let key = match doubt {
        Doubt::SendAgain => "cli-doubt-send-again",
        Doubt::TakeForAccepted => "cli-doubt-accept",
    };
    said!(locale, key, count = count)
}

fn in_words(doubt: Doubt, count: i64, id: &str, dry_run: bool, locale: &Locale) -> String {
    let key = match (count, doubt, dry_run) {
        (0, ..) => "cli-doubt-none",
        (_, Doubt::SendAgain, true) => "cli-doubt-again-would",
        (_, Doubt::SendAgain, false) => "cli-doubt-again",
        (_, Doubt::TakeForAccepted, true) => "cli-doubt-accepted-would",
        (_, Doubt::TakeForAccepted, false) => "cli-doubt-accepted",
    };
    said!(locale, key, count = count, id = id)
}
