//! `facteur digest status`: how a digest stands, once or to its end.

use std::collections::VecDeque;
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::app::App;
use crate::cli::Context;
use crate::delivery::status::{self, Counts};
use crate::digests::{Digest, DigestState, sql, view};

use super::Target;
use super::show::{in_words, latest};

/// Time between two looks.
const LOOK: Duration = Duration::from_millis(500);
/// Looks over which the rate is taken: 10 s.
const LOOKS: usize = 20;

/// Shows how the digest stands; follows it to its end when told to.
pub async fn status(app: &App, context: &Context, target: &Target, follow: bool) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let mut digest = latest(app, &newsletter, target.id.as_deref()).await?;
    if follow && !context.json {
        digest = watch(app, digest).await?;
    } else if follow {
        while !at_its_end(digest.state) {
            println!("{}", serde_json::to_string(&view::in_full(app, &newsletter, &digest).await?)?);
            tokio::time::sleep(LOOK).await;
            digest = again(app, digest).await?;
        }
    }
    let shown = view::in_full(app, &newsletter, &digest).await?;
    context.show(&shown, || in_words(&shown))
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
    loop {
        let counts = status::counts(app, digest.id).await?;
        let done = done(&counts);
        looks.push_back((Instant::now(), done));
        if looks.len() > LOOKS {
            looks.pop_front();
        }
        let words = words(&counts, rate(&looks));
        match &bar {
            Some(bar) => {
                bar.set_length(counts.recipients.max(0) as u64);
                bar.set_position(done.max(0) as u64);
                bar.set_message(words);
            }
            None if tenth != Some(done * 10 / counts.recipients.max(1)) => {
                tenth = Some(done * 10 / counts.recipients.max(1));
                eprintln!("{done} of {}  {words}", counts.recipients);
            }
            None => {}
        }
        if at_its_end(digest.state) {
            if let Some(bar) = bar {
                bar.finish_and_clear();
            }
            return Ok(digest);
        }
        tokio::time::sleep(LOOK).await;
        digest = again(app, digest).await?;
    }
}

/// Rows at their end.
fn done(counts: &Counts) -> i64 {
    counts.accepted + counts.refused + counts.skipped + counts.uncertain
}

/// Rows a second over the looks kept; `None` before there are two.
fn rate(looks: &VecDeque<(Instant, i64)>) -> Option<f64> {
    let ((from, before), (to, now)) = (looks.front()?, looks.back()?);
    let seconds = to.duration_since(*from).as_secs_f64();
    (seconds > 0.1).then(|| (now - before) as f64 / seconds)
}

fn words(counts: &Counts, rate: Option<f64>) -> String {
    let mut parts = vec![format!("{} accepted", counts.accepted)];
    let others = [("later", counts.deferred), ("refused", counts.refused), ("skipped", counts.skipped)];
    let others = others.into_iter().chain([("in doubt", counts.uncertain)]);
    parts.extend(others.filter(|(_, count)| *count > 0).map(|(name, count)| format!("{count} {name}")));
    if let Some(rate) = rate.filter(|rate| *rate >= 0.1) {
        let left = ((counts.queued + counts.started) as f64 / rate).ceil() as u64;
        parts.push(format!("{rate:.0}/s"));
        if left > 0 {
            parts.push(format!("{} left", indicatif::HumanDuration(Duration::from_secs(left))));
        }
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_and_the_time_left() {
        let start = Instant::now();
        let looks = VecDeque::from([(start, 100), (start + Duration::from_secs(10), 600)]);
        assert_eq!(rate(&looks), Some(50.0));
        assert_eq!(rate(&VecDeque::from([(start, 100)])), None);
        let counts =
            Counts { recipients: 1000, accepted: 590, refused: 10, queued: 396, deferred: 4, ..Counts::default() };
        assert_eq!(done(&counts), 600);
        assert_eq!(words(&counts, Some(50.0)), "590 accepted, 4 later, 10 refused, 50/s, 8 seconds left");
        assert_eq!(words(&counts, None), "590 accepted, 4 later, 10 refused");
    }
}
