//! `facteur fsck`: checks that every recipient of every digest is accounted for; may run while mails are sent. Changes nothing
//! without `--repair`.

use super::{Context, Fault};
use crate::digests::MEANING;
use crate::events::Actor;
use crate::ledger::check::{self, Repair};
use crate::phrase;

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
            let rows = phrase::count(*open, "row", "rows");
            println!("{digest}: repaired: the digest resumes, with {rows} still to be sent");
        }
        for problem in &report.problems {
            let digest = if problem.digest.is_empty() { "ledger" } else { &problem.digest };
            println!("{digest}: {}: {}", problem.rule, problem.message);
        }
        let digests = phrase::count(report.digests, "digest", "digests");
        println!("{digests} with {} checked", phrase::count(report.recipients, "recipient", "recipients"));
    }
    let mends = |problem: &check::Problem| check::MENDED.contains(&problem.rule);
    match report.problems.len() {
        0 => Ok(()),
        count if !args.repair && report.problems.iter().all(mends) => Err(Fault::problems(format!(
            "{}: mails are missing. `facteur fsck --repair` sends them; please report this",
            phrase::count(count, "problem", "problems")
        ))),
        count => Err(Fault::problems(format!(
            "{}: mails may be missing or repeated. Keep a copy of the database before anything else, and report this",
            phrase::count(count, "problem", "problems")
        ))),
    }
}
