//! `facteur feed`.

use super::Context;

/// Arguments of `facteur feed`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    let _ = (args, context);
    anyhow::bail!("not written yet")
}
