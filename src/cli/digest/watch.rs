//! `facteur digest status`: the progress of a digest, shown once or followed until it ends.

use std::collections::VecDeque;
use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::app::App;
use crate::cli::Context;
use crate::digests::{Digest, sql};
use crate::i18n::Value;
use crate::ledger::{DigestState, progress};
use crate::views::digest as view;

use super::Target;
use super::show::{latest, show_one};

/// Time between two readings.
const LOOK: Duration = Duration::from_secs(1);
/// Readings that the rate is computed from.
const LOOKS: usize = 10;

/// Shows the progress of the digest; with `follow` until it ends.
pub async fn status(app: &App, context: &Context, target: &Target, follow: bool) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let mut digest = latest(app, context, &newsletter, target.id.as_deref()).await?;
    if follow && !context.json {
        digest = watch(app, context, digest).await?;
    } else if follow {
        while !at_its_end(digest.state) {
            println!("{}", {
                let shown = view::in_full(app, &newsletter, &digest, context.print_locale()).await?;
                serde_json::to_string(&shown)?
            });
            tokio::time::sleep(LOOK).await;
            digest = again(app, digest).await?;
        }
    }
    show_one(app, context, &newsletter, &digest, |words| words).await
}

/// Watching also ends at a digest that waits or is paused: it moves only when somebody approves or resumes it.
fn at_its_end(state: DigestState) -> bool {
    !matches!(state, DigestState::Releasing | DigestState::Sending)
}

async fn again(app: &App, digest: Digest) -> anyhow::Result<Digest> {
    Ok(sql::by_id(&app.db, digest.id).await?.unwrap_or(digest))
}

/// A progress bar on a terminal, else a line for every tenth.
async fn watch(app: &App, context: &Context, mut digest: Digest) -> anyhow::Result<Digest> {
    let bar = std::io::stderr().is_terminal().then(|| ProgressBar::new(0));
    if let Some(bar) = &bar {
        bar.set_style(ProgressStyle::with_template("{wide_bar} {pos}/{len}  {msg}")?);
    }
    let (mut looks, mut tenth) = (VecDeque::new(), None);
    while let Some(progress) = progress::progress(app, digest.id, looks.front()).await? {
        let (done, all) = (progress.counts.done(), progress.counts.recipients);
        let words = view::progress(&progress, context.locale);
        match &bar {
            Some(bar) => {
                bar.set_length(all.max(0) as u64);
                bar.set_position(done.max(0) as u64);
                bar.set_message(words);
            }
            None if tenth != Some(done * 10 / all.max(1)) => {
                tenth = Some(done * 10 / all.max(1));
                let of = [("done", Value::Count(done)), ("all", Value::Count(all))];
                eprintln!("{}  {words}", context.locale.format("progress-of", &of));
            }
            None => {}
        }
        if at_its_end(digest.state) {
            break;
        }
        looks.push_back(progress);
        if looks.len() > LOOKS {
            looks.pop_front();
        }
        tokio::time::sleep(LOOK).await;
        digest = again(app, digest).await?;
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    Ok(digest)
}
