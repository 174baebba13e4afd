//! The fault list (R1 to R29), one test a fault, named after it. Each test ends with invariant I1: nobody lost, repeats within
//! the bound and with equal bytes, sums right. The tests of R1 and R16 with the real binary are in `crash`.

mod breaker;
mod files;
mod lanes;
mod limits;
#[cfg(target_os = "linux")]
mod machines;
mod people;
mod points;
mod poolers;
mod power;
mod products;
mod relay;
mod servers;
mod storage;
mod table;
mod threads;
mod wire;
mod workers;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use facteur::clock::{MINUTE, Millis};
use facteur::ledger::progress::Counts;
use facteur::newsletters::Newsletter;

use crate::harness::oracle::Tally;
use crate::harness::smtp::Settings;
use crate::harness::{Builder, PATIENCE, TestApp};

/// A world with a newsletter, `p1@example.org` … as its readers, and a post.
struct Mailing {
    app: TestApp,
    carnet: Newsletter,
    readers: HashSet<String>,
    /// The digest, once it is sent.
    digest: i64,
    /// Files that its configuration names.
    kept: Option<tempfile::TempDir>,
}

impl Mailing {
    /// Everything is there, nothing is sent.
    async fn ready(builder: Builder, readers: usize) -> Self {
        let app = builder.spawn().await;
        let carnet = app.newsletter("carnet").await;
        app.readers(&carnet, readers).await;
        app.post(&carnet, "Des nouvelles du jardin").await;
        let readers = (1..=readers).map(|n| format!("p{n}@example.org")).collect();
        Self { app, carnet, readers, digest: 0, kept: None }
    }

    /// The editor sends it.
    async fn send(&mut self) {
        self.digest = self.app.send_now(&self.carnet).await;
    }

    /// Waits until no row is open. With `step`, time flies, and the clock moves by so much each time nothing is due now.
    async fn ends(&self, step: Millis) {
        let finished = Box::pin(self.finished(step));
        if step > 0 { self.app.in_fast_time(finished).await } else { finished.await }
    }

    async fn finished(&self, step: Millis) {
        let begin = Instant::now();
        while self.state().await != "finished" {
            assert!(
                begin.elapsed() < 2 * PATIENCE, // some leases of PostgreSQL's clock are waited out
                "not finished after {:?}: {} ({:?}), {:?}, open: {}",
                begin.elapsed(),
                self.state().await,
                self.reason().await,
                self.counts().await,
                self.app.open_work().await
            );
            if step > 0 && self.app.open_work().await.is_empty() {
                self.app.advance(step).await;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the digest is in this state.
    async fn until(&self, state: &str) {
        let begin = Instant::now();
        while self.state().await != state {
            assert!(begin.elapsed() < PATIENCE, "{} and not {state}: {:?}", self.state().await, self.counts().await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until nothing of it is in a connection's hands.
    async fn at_rest(&self) -> Counts {
        let begin = Instant::now();
        loop {
            let counts = self.counts().await;
            if counts.started == 0 {
                return counts;
            }
            assert!(begin.elapsed() < PATIENCE, "{counts:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn state(&self) -> String {
        self.app.digest_state(self.digest).await
    }

    async fn reason(&self) -> String {
        self.app.digest_reason(self.digest).await
    }

    async fn counts(&self) -> Counts {
        self.app.counts(self.digest).await
    }

    /// Ends it and asserts I1.
    async fn assert_whole(&self, most_repeats: usize) -> Tally {
        self.ends(10 * MINUTE).await;
        let counts = self.counts().await;
        assert_eq!(
            (counts.recipients, counts.accepted),
            (self.readers.len() as i64, self.readers.len() as i64),
            "{counts:?}"
        );
        self.app.assert_nothing_lost(&self.readers, most_repeats).await
    }

    /// Rows that say that a server refused somebody for good, and addresses that are suppressed.
    async fn harmed(&self) -> (i64, i64) {
        let refused = self.counts().await.refused;
        (refused, self.app.suppressions().await.len() as i64)
    }
}

/// So many digest connections.
fn connections(n: usize) -> Builder {
    TestApp::builder().set("smtp.connections", n)
}

/// A slow network.
fn latency(milliseconds: u64) -> Settings {
    Settings { latency: Duration::from_millis(milliseconds), ..Settings::default() }
}
