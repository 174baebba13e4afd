//! `facteur fsck`: checks that every recipient of every digest is accounted for; may run while mails are sent. Changes nothing
//! without `--repair`.

use super::{Context, Fault};
use crate::coded::Told as _;
use crate::digests::MEANING;
use crate::events::Actor;
use crate::ledger::check::{self, Repair};

/// Arguments of `facteur fsck`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Resume digests that ended too early: their open mails are sent.
    #[arg(long)]
    repair: bool,
}

/// Prints what was found; exit 3 when there is a problem, after `--repair` when one is left.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    let report =
        if args.repair { check::repair(&app, MEANING.by(Actor::Command)).await? } else { check::check(&app).await? };
    if context.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        for Repair { digest, open } in &report.repaired {
            println!("{}", said!(context.locale, "cli-fsck-repaired", digest = digest, count = *open));
        }
        for problem in &report.problems {
            let ledger = context.locale.text("cli-fsck-ledger");
            let digest = if problem.digest.is_empty() { &ledger } else { &problem.digest };
            println!("{digest}: {}: {}", problem.rule, problem.message.words(context.locale));
        }
        let digests = said!(context.locale, "cli-fsck-digests", count = report.digests);
        let recipients = said!(context.locale, "cli-fsck-recipients", count = report.recipients);
        println!("{}", said!(context.locale, "cli-fsck-checked", digests = &digests, recipients = &recipients));
    }
    let mends = |problem: &check::Problem| check::MENDED.contains(&problem.rule);
    match report.problems.len() {
        0 => Ok(()),
        count if !args.repair && report.problems.iter().all(mends) => {
            Err(Fault::problems(said!(context.locale, "cli-fsck-missing", count = count)))
        }
        count => Err(Fault::problems(said!(context.locale, "cli-fsck-broken", count = count))),
    }
}
