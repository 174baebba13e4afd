//! `facteur digest retry`: once more to those whom the mail server refused, or why there is nobody to write to.
//!
//! In: which digest, and whether bounces are undone. Out: one verb of `digests`, and its count in words; for a count of 0, what
//! else the digest's rows say.

use std::fmt::Write as _;

use serde_json::json;

use crate::app::App;
use crate::cli::Context;
use crate::delivery::bounced;
use crate::delivery::revive::Revived;
use crate::delivery::status::{self, Counts, Reasons};
use crate::digests::{Digest, DigestState, control};
use crate::phrase;

use super::act::people;
use super::{Target, fault, show};

/// Queues the refused of a digest again; with `bounced` those whose address was refused, which undoes their bounce.
pub async fn retry(app: &App, context: &Context, target: &Target, bounced: bool, dry_run: bool) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let digest = show::latest(app, &newsletter, target.id.as_deref()).await?;
    let done = control::retry(app, &digest, bounced, dry_run).await.map_err(|error| fault(context, error))?;
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
    let (counts, reasons) = (status::counts(app, digest.id).await?, status::reasons(app, digest.id).await?);
    Ok(nobody_in_words(slug, &digest.public_id, &counts, &reasons))
}

/// Why nobody is queued again: who has it, and which other command is for whom.
fn nobody_in_words(slug: &str, id: &str, counts: &Counts, reasons: &Reasons) -> String {
    let mut said = format!("Nobody of digest {id} is to be written to again.");
    let (dead, other): (Vec<_>, Vec<_>) =
        reasons.refused.iter().partition(|(reason, _)| bounced::REASONS.contains(&reason.as_str()));
    let sum = |found: &[(&String, &i64)]| found.iter().map(|(_, count)| **count).sum::<i64>();
    let lines = [
        (counts.accepted, "accepted by the mail server".to_owned()),
        (counts.queued + counts.started, "still being sent".to_owned()),
        (counts.deferred, "put off by the mail server; tried again without a command".to_owned()),
        (
            sum(&dead),
            format!(
                "refused because their address does not exist; `facteur digest retry {slug} {id} --bounced` writes to them"
            ),
        ),
        (sum(&other), "refused for a reason that does not pass".to_owned()),
        (counts.uncertain, format!("in doubt; `facteur digest retry {slug} {id} --doubtful` sends again")),
        (counts.skipped, "left out: they left, complained or were erased meanwhile".to_owned()),
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
        (0, 0, _) => format!("Nobody of digest {id} is to be brought back."),
        (_, _, DigestState::Cancelled) => {
            format!(
                "{} who bounced {verb} subscribed again; nothing more of cancelled digest {id} is sent.",
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
        assert_eq!(said, "Nobody of digest abc is to be written to again.");
        let counts = Counts { accepted: 3, deferred: 2, uncertain: 1, refused: 5, skipped: 1, ..Counts::default() };
        let refused = [("address".to_owned(), 4), ("smtputf8".to_owned(), 1)].into();
        let said = nobody_in_words("carnet", "abc", &counts, &Reasons { refused, ..Reasons::default() });
        for part in [
            "3  accepted",
            "2  put off",
            "4  refused because",
            "--bounced",
            "1  refused for",
            "--doubtful",
            "1  left out",
        ] {
            assert!(said.contains(part), "{part} in {said}");
        }
    }
}
