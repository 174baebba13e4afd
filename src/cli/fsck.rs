//! `facteur fsck`: checks that every digest adds up; may run while mails are sent. Changes nothing without `--repair`.

use super::{Context, Fault};
use crate::delivery::fsck::{self, Repair};

/// Arguments of `facteur fsck`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Let digests go on that ended too early: what is open of them is sent.
    #[arg(long)]
    repair: bool,
}

/// Prints what was found; exit 3 when something does not add up, after `--repair` when it still does not.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    let report = if args.repair { fsck::repair(&app).await? } else { fsck::check(&app).await? };
    if context.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        for Repair { digest, open } in &report.repaired {
            println!("{digest}: repaired: it goes on; {open} rows of it are open");
        }
        for problem in &report.problems {
            let digest = if problem.digest.is_empty() { "ledger" } else { &problem.digest };
            println!("{digest}: {}: {}", problem.rule, problem.message);
        }
        println!("{} digests with {} recipients checked", report.digests, report.recipients);
    }
    let mends = |problem: &fsck::Problem| fsck::MENDED.contains(&problem.rule);
    match report.problems.len() {
        0 => Ok(()),
        count if !args.repair && report.problems.iter().all(mends) => Err(Fault::problems(format!(
            "{count} problems: mails are missing. `facteur fsck --repair` sends them; please report this"
        ))),
        count => Err(Fault::problems(format!(
            "{count} problems: mails may be missing or repeated. Keep a copy of the database before anything else, and report them"
        ))),
    }
}
