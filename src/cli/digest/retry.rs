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
use crate::i18n::Locale;
use crate::ledger::DigestState;
use crate::ledger::progress::{self, Counts, Reasons};
use crate::ledger::reopen::{self, Revived};

use super::{Target, fault, show};

/// Queues the refused of a digest again; with `bounced` those whose address was refused, which undoes their bounce.
pub async fn retry(app: &App, context: &Context, target: &Target, bounced: bool, dry_run: bool) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let digest = show::latest(app, context, &newsletter, target.id.as_deref()).await?;
    let done =
        steer::retry(app, &digest, bounced, dry_run, Actor::Command).await.map_err(|error| fault(context, error))?;
    let mut json = json!({ "dry_run": dry_run, "id": digest.public_id, "retried": done.rows });
    if bounced {
        json["brought_back"] = done.brought_back.into();
        json["kept_out"] = done.kept_out.into();
    }
    let nobody = match done.rows {
        0 if !bounced => why_nobody(app, &newsletter.slug, &digest, context.locale).await?,
        _ => String::new(),
    };
    context.show(&json, || match (bounced, done.rows) {
        (true, _) => undone_in_words(done, &digest, dry_run, context.locale),
        (false, 0) => nobody,
        (false, rows) => {
            let key = if dry_run { "cli-retry-would" } else { "cli-retry" };
            said!(context.locale, key, count = rows, id = &digest.public_id)
        }
    })
}

async fn why_nobody(app: &App, slug: &str, digest: &Digest, locale: &Locale) -> anyhow::Result<String> {
    let (counts, reasons) = (progress::counts(app, digest.id).await?, progress::reasons(app, digest.id).await?);
    Ok(nobody_in_words(slug, &digest.public_id, (&counts, &reasons), locale))
}

/// Why nobody is queued again: how many have the digest, and which other command is for the others.
fn nobody_in_words(slug: &str, id: &str, (counts, reasons): (&Counts, &Reasons), locale: &Locale) -> String {
    let mut said = said!(locale, "cli-retry-nobody", id = id);
    let (dead, other): (Vec<_>, Vec<_>) =
        reasons.refused.iter().partition(|(reason, _)| reopen::UNKNOWN.contains(&reason.as_str()));
    let sum = |found: &[(&String, &i64)]| found.iter().map(|(_, count)| **count).sum::<i64>();
    let lines = [
        (counts.accepted, "cli-retry-accepted"),
        (counts.queued + counts.started, "cli-retry-open"),
        (counts.deferred, "cli-retry-deferred"),
        (sum(&dead), "cli-retry-dead"),
        (sum(&other), "cli-retry-refused"),
        (counts.uncertain, "cli-retry-doubt"),
        (counts.skipped, "cli-retry-skipped"),
    ];
    for (count, key) in lines.into_iter().filter(|(count, _)| *count > 0) {
        let _ = write!(said, "\n{count:>9}  {}", said!(locale, key, slug = slug, id = id));
    }
    said
}

fn undone_in_words(done: Revived, digest: &Digest, dry_run: bool, locale: &Locale) -> String {
    let Revived { rows, brought_back, kept_out } = done;
    let id = &digest.public_id;
    let back = brought_back.to_string();
    let mut said = vec![match (rows, brought_back, digest.state, dry_run) {
        (0, 0, ..) => said!(locale, "cli-revive-nobody", id = id),
        (_, _, DigestState::Cancelled, true) => {
            said!(locale, "cli-revive-cancelled-would", count = brought_back, id = id)
        }
        (_, _, DigestState::Cancelled, false) => said!(locale, "cli-revive-cancelled", count = brought_back, id = id),
        (.., true) => said!(locale, "cli-revive-would", count = rows, back = &back, id = id),
        (.., false) => said!(locale, "cli-revive", count = rows, back = &back, id = id),
    }];
    if kept_out > 0 {
        said.push(said!(locale, "cli-revive-kept-out", count = kept_out));
    }
    if rows > 0 && digest.state == DigestState::Paused {
        said.push(locale.text("cli-revive-paused"));
    }
    said.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n;

    #[test]
    fn a_count_of_nobody_says_who_is_meant_by_which_command() {
        let english = i18n::locale("en");
        let said = nobody_in_words("carnet", "abc", (&Counts::default(), &Reasons::default()), english);
        assert_eq!(said, "Digest abc has no refused recipient to send it to again.");
        let counts = Counts { accepted: 3, deferred: 2, uncertain: 1, refused: 5, skipped: 1, ..Counts::default() };
        let refused = [("address".to_owned(), 4), ("smtputf8".to_owned(), 1)].into();
        let reasons = Reasons { refused, ..Reasons::default() };
        let said = nobody_in_words("carnet", "abc", (&counts, &reasons), english);
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
