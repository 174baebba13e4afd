//! `facteur fsck`: checks that every digest adds up. Changes nothing; may run while mails are sent.

use super::{Context, Fault};
use crate::delivery::fsck;

/// Arguments of `facteur fsck`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Prints what was found; exit 3 when something does not add up.
pub async fn run(_args: Args, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    let report = fsck::check(&app).await?;
    if context.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        for problem in &report.problems {
            let digest = if problem.digest.is_empty() { "ledger" } else { &problem.digest };
            println!("{digest}: {}: {}", problem.rule, problem.message);
        }
        println!("{} digests with {} recipients checked", report.digests, report.recipients);
    }
    match report.problems.len() {
        0 => Ok(()),
        count => Err(Fault::problems(format!(
            "{count} problems: mails may be missing or repeated. Keep a copy of the database before anything else, and report them"
        ))),
    }
}
