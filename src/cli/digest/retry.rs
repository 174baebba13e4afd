//! `facteur digest retry`: once more to those whom the mail server refused, or why there is nobody to write to.
//!
//! In: which digest, and whether bounces are undone. Out: one verb of `digests`, and how many it queued, in words; when it
//! queued nobody, why.

use std::fmt::Write as _;

use serde_json::json;

use crate::app::App;
use crate::cli::Context;
use crate::digests::{Digest, steer};
use crate::events::Actor;
use crate::ledger::DigestState;
use crate::ledger::progress::{self, Counts, Reasons};
use crate::ledger::reopen::{self, Revived};
use crate::phrase;

use super::act::people;
use super::{Target, fault, show};

/// Queues the refused of a digest again; with `bounced` those whose address was refused, which undoes their bounce.
pub async fn retry(app: &App, context: &Context, target: &Target, bounced: bool, dry_run: bool) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let digest = show::latest(app, &newsletter, target.id.as_deref()).await?;
    let done =
        steer::retry(app, &digest, bounced, dry_run, Actor::Command).await.map_err(|error| fault(context, error))?;
    let mut json = json!({ "dry_run": dry_run, "id": digest.public_id, "retried": done.rows });
    if bounced {
        json["brought_back"] = done.brought_back.into();
        json["kept_out"] = done.kept_out.into();
    }
    let nobody = match done.rows {
        0 if !bounced => why_nobody(app, &newsletter.slug, &digest).await?,
        _ => String::new(),
    };
    context.show(&json, || {
        let verb = if dry_run { "would be" } else { "are" };
        match (bounced, done.rows) {
            (true, _) => undone_in_words(done, &digest, verb),
            (false, 0) => nobody,
            (false, rows) => {
                let refused = phrase::count(rows, "refused recipient", "refused recipients");
                let verb = if (dry_run, rows) == (false, 1) { "is" } else { verb };
                format!("{refused} of digest {} {verb} queued again.", digest.public_id)
            }
        }
    })
}

async fn why_nobody(app: &App, slug: &str, digest: &Digest) -> anyhow::Result<String> {
    let (counts, reasons) = (progress::counts(app, digest.id).await?, progress::reasons(app, digest.id).await?);
    Ok(nobody_in_words(slug, &digest.public_id, &counts, &reasons))
}

/// Why nobody is queued again: how many have the digest, and which other command is for the others.
fn nobody_in_words(slug: &str, id: &str, counts: &Counts, reasons: &Reasons) -> String {
    let mut said = format!("Digest {id} has no refused recipient to send it to again.");
    let (dead, other): (Vec<_>, Vec<_>) =
        reasons.refused.iter().partition(|(reason, _)| reopen::UNKNOWN.contains(&reason.as_str()));
    let sum = |found: &[(&String, &i64)]| found.iter().map(|(_, count)| **count).sum::<i64>();
    let lines = [
        (counts.accepted, "accepted by the mail server".to_owned()),
        (counts.queued + counts.started, "still being sent".to_owned()),
        (counts.deferred, "deferred by the mail server; tried again by itself".to_owned()),
        (
            sum(&dead),
            format!(
                "refused because their address does not exist; `facteur digest retry {slug} {id} --bounced` writes to them"
            ),
        ),
        (sum(&other), "refused for a reason that a retry cannot change".to_owned()),
        (counts.uncertain, format!("in doubt; `facteur digest retry {slug} {id} --doubtful` sends again")),
        (counts.skipped, "skipped: they left, complained or were erased meanwhile".to_owned()),
    ];
    for (count, what) in lines.into_iter().filter(|(count, _)| *count > 0) {
        let _ = write!(said, "\n{count:>9}  {what}");
    }
    said
}

fn undone_in_words(done: Revived, digest: &Digest, verb: &str) -> String {
    let Revived { rows, brought_back, kept_out } = done;
    let id = &digest.public_id;
    let mut said = match (rows, brought_back, digest.state) {
        (0, 0, _) => format!("Digest {id} has nobody to bring back."),
        (_, _, DigestState::Cancelled) => {
            format!(
                "{} who bounced {verb} subscribed again; the cancelled digest {id} is not sent to them.",
                people(brought_back)
            )
        }
        _ => format!(
            "Of digest {id}, {} whose address was refused {verb} queued again; {brought_back} of them had bounced and {verb} subscribed again.",
            phrase::count(rows, "recipient", "recipients")
        ),
    };
    if kept_out > 0 {
        let stays = if kept_out == 1 { "stays" } else { "stay" };
        let _ = write!(said, "\n{kept_out} {stays} out: left, complained or erased meanwhile.");
    }
    if rows > 0 && digest.state == DigestState::Paused {
        let _ = write!(said, "\nThe digest is paused: `facteur digest resume` sends them.");
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_of_nobody_says_who_is_meant_by_which_command() {
        let said = nobody_in_words("carnet", "abc", &Counts::default(), &Reasons::default());
        assert_eq!(said, "Digest abc has no refused recipient to send it to again.");
        let counts = Counts { accepted: 3, deferred: 2, uncertain: 1, refused: 5, skipped: 1, ..Counts::default() };
        let refused = [("address".to_owned(), 4), ("smtputf8".to_owned(), 1)].into();
        let said = nobody_in_words("carnet", "abc", &counts, &Reasons { refused, ..Reasons::default() });
        for part in [
            "3  accepted",
            "2  deferred",
            "4  refused because",
            "--bounced",
            "1  refused for",
            "--doubtful",
            "1  skipped",
        ] {
            assert!(said.contains(part), "{part} in {said}");
        }
    }
}
