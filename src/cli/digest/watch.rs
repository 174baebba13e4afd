//! `facteur digest status`: how a digest stands, once or to its end.

use std::collections::VecDeque;
use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::app::App;
use crate::cli::Context;
use crate::delivery::status::{self, Progress};
use crate::digests::{Digest, DigestState, sql, view};

use super::Target;
use super::show::{latest, show_one};

/// Time between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// Looks over which the rate is taken.
const LOOKS: usize = 10;

/// Shows how the digest stands; follows it to its end when told to.
pub async fn status(app: &App, context: &Context, target: &Target, follow: bool) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let mut digest = latest(app, &newsletter, target.id.as_deref()).await?;
    if follow && !context.json {
        digest = watch(app, digest).await?;
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

/// A digest that waits or is paused is at its end for the one who watches: it moves only when somebody says so.
fn at_its_end(state: DigestState) -> bool {
    !matches!(state, DigestState::Releasing | DigestState::Sending)
}

async fn again(app: &App, digest: Digest) -> anyhow::Result<Digest> {
    Ok(sql::by_id(&app.db, digest.id).await?.unwrap_or(digest))
}

/// A progress bar on a terminal, else a line for every tenth.
async fn watch(app: &App, mut digest: Digest) -> anyhow::Result<Digest> {
    let bar = std::io::stderr().is_terminal().then(|| ProgressBar::new(0));
    if let Some(bar) = &bar {
        bar.set_style(ProgressStyle::with_template("{wide_bar} {pos}/{len}  {msg}")?);
    }
    let (mut looks, mut tenth) = (VecDeque::new(), None);
    while let Some(progress) = status::progress(app, digest.id, looks.front()).await? {
        let (done, all) = (progress.counts.done(), progress.counts.recipients);
        let words = words(&progress);
        match &bar {
            Some(bar) => {
                bar.set_length(all.max(0) as u64);
                bar.set_position(done.max(0) as u64);
                bar.set_message(words);
            }
            None if tenth != Some(done * 10 / all.max(1)) => {
                tenth = Some(done * 10 / all.max(1));
                eprintln!("{done} of {all}  {words}");
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

fn words(progress: &Progress) -> String {
    let counts = &progress.counts;
    let mut parts = vec![format!("{} accepted", counts.accepted)];
    let others = [("later", counts.deferred), ("refused", counts.refused), ("skipped", counts.skipped)];
    let others = others.into_iter().chain([("in doubt", counts.uncertain)]);
    parts.extend(others.filter(|(_, count)| *count > 0).map(|(name, count)| format!("{count} {name}")));
    if progress.rate >= 0.1 {
        parts.push(format!("{:.0}/s", progress.rate));
    }
    if let Some(left) = progress.seconds_left {
        parts.push(format!("{} left", indicatif::HumanDuration(Duration::from_secs(left.max(0) as u64))));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::status::Counts;

    #[test]
    fn progress_in_words() {
        let counts =
            Counts { recipients: 1000, accepted: 590, refused: 10, queued: 396, deferred: 4, ..Counts::default() };
        let mut progress = Progress {
            state: "sending".to_owned(),
            counts,
            rate: 50.0,
            seconds_left: Some(8),
            next_attempt_at: None,
            at: 0,
        };
        assert_eq!(words(&progress), "590 accepted, 4 later, 10 refused, 50/s, 8 seconds left");
        (progress.rate, progress.seconds_left) = (0.0, None);
        assert_eq!(words(&progress), "590 accepted, 4 later, 10 refused");
    }
}
