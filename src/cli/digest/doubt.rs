//! `facteur digest retry --doubtful | settle`: an editor decides about mails that were sent and had no answer.
//!
//! In: which digest, and what to make of its doubts. Out: how many there are, a question, one verb of `digests`.

use serde_json::json;

use crate::app::App;
use crate::cli::Context;
use crate::digests::control::{self, Doubt};
use crate::phrase;

use super::act::{can_answer, people, wants_yes};
use super::{Target, fault, show};

/// Sends what is in doubt again, or takes it for accepted.
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
    let mut count = control::in_doubt(app, &digest, doubt).await.map_err(|error| fault(context, error))?;
    let asks = count > 0 && !yes && !dry_run;
    if asks {
        can_answer("deciding what is in doubt")?;
        wants_yes(&question(doubt, count), "nothing was decided")?;
    }
    if !dry_run {
        count = control::decide(app, &digest, doubt).await.map_err(|error| fault(context, error))?;
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
            format!("Send it again to {} whose mail had no answer? Some may get it twice.", people(count))
        }
        Doubt::TakeForAccepted => {
            let mails = phrase::count(count, "mail", "mails");
            format!("Take {mails} that had no answer for accepted? Whom they did not reach gets none.")
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
        (0, _) => format!("Nothing of digest {id} is in doubt."),
        (_, Doubt::SendAgain) => format!("{mails} in doubt of digest {id} {verb} queued again."),
        (_, Doubt::TakeForAccepted) => format!("{mails} in doubt of digest {id} {verb} taken for accepted."),
    }
}
