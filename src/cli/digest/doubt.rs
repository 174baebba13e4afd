//! `facteur digest retry --doubtful | settle`: an editor decides about mails in doubt (sent, but no answer came).
//!
//! In: which digest, and what to do with its mails in doubt. Out: how many there are, a question, one verb of `digests`.

use serde_json::json;

use crate::app::App;
use crate::cli::Context;
use crate::digests::steer::{self, Doubt};
use crate::events::Actor;
use crate::phrase;

use super::act::{can_answer, people, wants_yes};
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
    let digest = show::latest(app, &newsletter, target.id.as_deref()).await?;
    let mut count = steer::in_doubt(app, &digest, doubt).await.map_err(|error| fault(context, error))?;
    let asks = count > 0 && !yes && !dry_run;
    if asks {
        can_answer("deciding about mails in doubt")?;
        wants_yes(&question(doubt, count), "nothing was decided")?;
    }
    if !dry_run {
        count = steer::decide(app, &digest, doubt, Actor::Command).await.map_err(|error| fault(context, error))?;
    }
    let done = match doubt {
        Doubt::SendAgain => "retried",
        Doubt::TakeForAccepted => "settled",
    };
    let json = json!({ "dry_run": dry_run, "id": digest.public_id, done: count });
    context.show(&json, || in_words(doubt, count, &digest.public_id, dry_run))
}

fn question(doubt: Doubt, count: i64) -> String {
    match doubt {
        Doubt::SendAgain => {
            format!("Send the digest again to {} whose mail is in doubt? Some may get it twice.", people(count))
        }
        Doubt::TakeForAccepted => {
            let mails = phrase::count(count, "mail", "mails");
            format!("Treat {mails} in doubt as accepted? Recipients whom they did not reach will get none.")
        }
    }
}

fn in_words(doubt: Doubt, count: i64, id: &str, dry_run: bool) -> String {
    let verb = match (dry_run, count) {
        (true, _) => "would be",
        (false, 1) => "is",
        (false, _) => "are",
    };
    let mails = phrase::count(count, "mail", "mails");
    match (count, doubt) {
        (0, _) => format!("No mail of digest {id} is in doubt."),
        (_, Doubt::SendAgain) => format!("{mails} in doubt of digest {id} {verb} queued again."),
        (_, Doubt::TakeForAccepted) => format!("{mails} in doubt of digest {id} {verb} treated as accepted."),
    }
}
