//! From open digests to mails in the queue: leases ranges of recipients, reads them, gives them back when they are done.
//!
//! In: digests in state `sending` (they share fairly: a batch each in turn). Out: mails on the [`ReadyQueue`], and digests that
//! end. One task; a batch of 1000 costs one write when it is claimed and one when it is complete, nothing a recipient.
//!
//! ```text
//! claimed_upto ──▶ batch (leased, epoch) ──▶ mails, signed ──▶ complete: dropped
//!                    ▲                                   │ rows deferred: given back, due later
//!                    └── free: due, or its worker is dead ◀┘
//! ```

mod give_back;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::Around;
use super::ahead::Ahead;
use super::in_hand::InHand;
use super::made::{Made, make};
use super::mail::DigestMail;
use super::ready::{LOW, ReadyQueue};
use crate::app::App;
use crate::clock::{HOUR, Millis, to_beat};
use crate::config::OnUncertain;
use crate::delivery::alarms;
use crate::delivery::record::recorder::Recorder;
use crate::delivery::rewind::memory::Memory;
use crate::delivery::rewind::retell;
use crate::delivery::sign::Signing;
use crate::delivery::sign::keys::Keys;
use crate::delivery::wire::senders::{Sender, Senders};
use crate::fault::fault;
use crate::ledger::provider::Provider;
use crate::ledger::sql::lease::{self, Leased};
use crate::ledger::sql::{batch, claim, parts};
use crate::ledger::{BatchId, BatchKey, DigestState, Done, Key, Meaning, Outcome, State, reopen, unknown};
use crate::reason::Reason;

/// How often to check digests that wait for something: a deferred row, a release, another worker.
const TICK: Duration = Duration::from_millis(500);
/// The same while no digest sends; one that begins to is told at once.
const TICK_IDLE: Duration = Duration::from_secs(10);
/// The wait after an error of the database.
const AFTER_ERROR: Duration = Duration::from_secs(1);
/// After this process has repeated its results to the database, how long it waits for other processes to do so before it claims.
const OTHERS: Duration = Duration::from_secs(2);
/// The same when the database has surely gone back: some find a server that was promoted later than we do, and what they
/// wrote to is not claimed before they have said so.
const OTHERS_LATE: Duration = Duration::from_secs(10);

/// See the module.
#[derive(Debug)]
pub struct Claims {
    app: Arc<App>,
    meaning: Meaning,
    /// Who we are in `delivery_batch`.
    owner: String,
    in_hand: Arc<InHand>,
    ready: Arc<ReadyQueue>,
    recorder: Recorder,
    /// How senders are doing at each relay.
    senders: Vec<Arc<Senders>>,
    memory: Arc<Memory>,
    /// Who signs.
    keys: Keys,
    heads: HashMap<i64, Arc<DigestMail>>,
    /// The digest that was served last.
    last: i64,
    /// Digests that had nothing to claim, and since when: not asked again before [`TICK`].
    idle: HashMap<i64, Instant>,
    /// Batches may be leased to us that this process does not know of: see [`Claims::give_astray_back`].
    astray: bool,
    /// Nothing is claimed before.
    rest_until: Option<Instant>,
}

impl Claims {
    /// Claims for this queue.
    pub fn new(around: Around, ready: Arc<ReadyQueue>, senders: Vec<Arc<Senders>>) -> Self {
        let Around { app, meaning, owner, in_hand, recorder, memory } = around;
        let (heads, idle) = (HashMap::new(), HashMap::new());
        Self {
            app,
            meaning,
            owner,
            in_hand,
            ready,
            recorder,
            senders,
            memory,
            keys: Keys::default(),
            heads,
            last: 0,
            idle,
            astray: false,
            rest_until: None,
        }
    }

    /// Runs until `stop`; what is still held then is given back by [`lease::give_all_back`].
    pub async fn run(&mut self, stop: &CancellationToken) {
        self.astray = true;
        // A panic may have come between.
        self.in_hand.release_again();
        while !stop.is_cancelled() {
            let wait = match self.round().await {
                Ok(true) => continue,
                Ok(false) if !self.rests() && self.in_hand.sending().is_empty() => to_beat(TICK_IDLE),
                Ok(false) => TICK,
                Err(error) => {
                    self.astray = true;
                    if !self.app.db.is_sqlite() {
                        // Another server may answer when one answers again.
                        self.in_hand.suspect();
                    }
                    tracing::warn!(error = %format!("{error:#}"), "cannot claim; trying again");
                    AFTER_ERROR
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.in_hand.changed.notified() => {}
                () = self.ready.low() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Gives back what is complete, then fetches one batch if there is room. `false` when there was nothing to do.
    async fn round(&mut self) -> anyhow::Result<bool> {
        self.put_away();
        self.put_waiting_away();
        self.give_astray_back().await?;
        for (key, held) in self.in_hand.complete() {
            self.release(key, held).await?;
        }
        if self.rests() || self.in_hand.is_halted() || !self.in_hand.lease_holds() || self.ready.count() >= LOW {
            return Ok(false);
        }
        for digest_id in self.in_turn() {
            if self.fetch(digest_id).await? {
                self.last = digest_id;
                return Ok(true);
            }
            self.idle.insert(digest_id, Instant::now());
        }
        Ok(false)
    }

    /// Whether nothing is claimed yet.
    fn rests(&self) -> bool {
        self.rest_until.is_some_and(|until| Instant::now() < until)
    }

    /// Takes from the queue what must not leave now: paused, cancelled, or another worker's.
    fn put_away(&mut self) {
        if !self.in_hand.has_changed() {
            return;
        }
        self.idle.clear();
        let gone = self
            .ready
            .purge(|key| self.in_hand.why_not(key) == Some(crate::delivery::wire::contract::Withdrawn::Return));
        for key in &gone {
            self.in_hand.unrecorded(key);
        }
        let sending = self.in_hand.sending();
        self.heads.retain(|digest_id, _| sending.binary_search(digest_id).is_ok());
    }

    /// Takes from the queue what no relay takes now, so that it does not stand in the way of other digests.
    fn put_waiting_away(&self) {
        if self.senders.iter().any(|senders| senders.any()) {
            let waits = |key: &Key| matches!(key, Key::Digest { digest_id, .. } if self.waits(*digest_id));
            for key in self.ready.purge(waits) {
                self.in_hand.unrecorded(&key);
            }
        }
    }

    /// Whether every relay refuses this digest's mails one after the other now. One whose time is up waits for nothing: its
    /// mails expire.
    fn waits(&self, digest_id: i64) -> bool {
        let since = self.heads.get(&digest_id).map(|head| head.since);
        let give_up = Millis::from(self.app.config.smtp.give_up_h) * HOUR;
        self.senders.iter().all(|senders| senders.is_held(Sender::Digest(digest_id)))
            && since.is_none_or(|since| self.app.clock.now() < since + give_up)
    }

    /// The digests that send, the next after the last one first.
    fn in_turn(&self) -> Vec<i64> {
        let mut ids = self.in_hand.sending();
        // Mails of a lost batch that are still out must end first: their rows may be open in the database.
        ids.retain(|id| !self.in_hand.has_lost(*id));
        let next = ids.partition_point(|id| *id <= self.last);
        ids.rotate_left(next);
        ids.retain(|id| self.idle.get(id).is_none_or(|since| since.elapsed() >= TICK) && !self.waits(*id));
        ids
    }

    /// Claims one batch of this digest and puts its mails into the queue; `false` when there is none now.
    async fn fetch(&mut self, digest_id: i64) -> anyhow::Result<bool> {
        let Some(head) = self.head(digest_id).await? else { return Ok(false) };
        let signing = match self.signing(&head).await? {
            Ok(signing) => signing,
            Err(error) => {
                let reason = Reason::SigningKeyUnusable { words: format!("{error:#}") };
                alarms::pause(&self.app, self.meaning, digest_id, reason).await?;
                return Ok(false);
            }
        };
        let leased = match self.take_free(digest_id).await? {
            Some(leased) => leased,
            None => match self.take_range(digest_id).await? {
                Some(leased) => leased,
                None => return self.end(digest_id).await,
            },
        };
        self.in_hand.hold(leased.batch, leased.hi);
        self.fill(&head, leased, signing).await?;
        Ok(true)
    }

    /// Who signs this digest, or why the key that should cannot.
    async fn signing(&self, head: &DigestMail) -> sqlx::Result<anyhow::Result<Option<Signing>>> {
        let found = self.keys.signing(&self.app, head.sender(), head.since).await?;
        Ok(found.and_then(|signing| {
            anyhow::ensure!(signing.is_none() || head.can_be_signed(), "its header cannot be read");
            Ok(signing)
        }))
    }

    async fn head(&mut self, digest_id: i64) -> anyhow::Result<Option<Arc<DigestMail>>> {
        if let Some(head) = self.heads.get(&digest_id).cloned() {
            return if head.warms { self.later(head).await } else { Ok(Some(head)) };
        }
        let Some(row) = claim::head(&self.app.db, digest_id).await? else { return Ok(None) };
        self.memory.digest(digest_id, row.released_at);
        let stored = claim::variants(&self.app.db, digest_id).await?;
        let stored_parts = parts::stored(&self.app.db, digest_id).await?;
        let sliced = (row.since != row.released_at).then_some((row.since, row.warms));
        match DigestMail::new(row, stored, stored_parts) {
            Ok(head) => {
                let head = match sliced {
                    Some((since, warms)) => head.in_slices(since, warms, claim::slices(&self.app.db, digest_id).await?),
                    None => head,
                };
                let head = Arc::new(head);
                self.heads.insert(digest_id, head.clone());
                Ok(Some(head))
            }
            Err(error) => {
                // Not skipped silently: an editor sees the pause, and other digests continue.
                let reason = Reason::MailsUnreadable { words: format!("{error:#}") };
                alarms::pause(&self.app, self.meaning, digest_id, reason).await?;
                Ok(None)
            }
        }
    }

    /// The same digest, whose next slice may be due by now: from then on its mails are reckoned to be.
    async fn later(&mut self, head: Arc<DigestMail>) -> anyhow::Result<Option<Arc<DigestMail>>> {
        let Some(row) = claim::head(&self.app.db, head.digest_id).await? else { return Ok(None) };
        if (row.since, row.warms) == (head.since, head.warms) {
            return Ok(Some(head));
        }
        let slices = claim::slices(&self.app.db, head.digest_id).await?;
        let head = Arc::new(head.in_slices(row.since, row.warms, slices));
        self.heads.insert(head.digest_id, head.clone());
        Ok(Some(head))
    }

    /// A batch that was given back and is due, or whose worker is dead.
    async fn take_free(&self, digest_id: i64) -> anyhow::Result<Option<Leased>> {
        let now = self.app.clock.now();
        let Some(free) = claim::free_batch(&self.app.db, digest_id, now).await? else { return Ok(None) };
        let mut tx = self.app.db.begin_unsynced().await?;
        if !claim::take_batch(&mut tx, digest_id, &free, &self.owner, DigestState::Sending).await? {
            return Ok(None);
        }
        self.take_over(&mut tx, BatchKey { digest_id, lo: free.lo }).await?;
        fault!("claim.before_commit");
        tx.commit_apart().await?;
        fault!("claim.after_commit");
        if !free.owner.is_empty() {
            tracing::info!(digest.id = digest_id, batch = free.lo, from = free.owner, "took over a batch");
        }
        let batch = BatchId { digest_id, lo: free.lo, epoch: free.epoch + lease::step(&self.owner) };
        Ok(Some(Leased { batch, hi: free.hi }))
    }

    /// The next recipients that are in no batch yet.
    async fn take_range(&self, digest_id: i64) -> anyhow::Result<Option<Leased>> {
        let Some(row) = claim::head(&self.app.db, digest_id).await? else { return Ok(None) };
        let after = row.claimed_upto;
        let Some(hi) = claim::next_range(&self.app.db, digest_id, after).await? else { return Ok(None) };
        // No mail of it leaves before a commit that says so, whose sync covers this one.
        let mut tx = self.app.db.begin_unsynced().await?;
        if !claim::take_range(&mut tx, digest_id, after, hi, &self.owner).await? {
            return Ok(None);
        }
        fault!("claim.before_commit");
        tx.commit_apart().await?;
        fault!("claim.after_commit");
        let batch = BatchId { digest_id, lo: after + 1, epoch: lease::step(&self.owner) };
        Ok(Some(Leased { batch, hi }))
    }

    /// Whoever had this batch before us may have left some in doubt: they become what the owner says.
    async fn take_over(&self, tx: &mut crate::db::Tx, key: BatchKey) -> sqlx::Result<()> {
        let (state, word) = match self.app.config.smtp.on_uncertain {
            OnUncertain::Resend => (State::Queued, "sent again"),
            OnUncertain::Hold => (State::Uncertain, "held for an editor"),
        };
        let count = batch::carry_over(tx, key, state as i64, self.app.clock.now()).await?;
        if count > 0 {
            tracing::warn!(digest.id = key.digest_id, count, "mails whose end is not known are {word}");
        }
        Ok(())
    }

    /// Reads the batch and puts its mails into the queue. People who are gone or suppressed are recorded as skipped.
    async fn fill(
        &self,
        head: &Arc<DigestMail>,
        Leased { batch, hi }: Leased,
        signing: Option<Signing>,
    ) -> anyhow::Result<()> {
        let rows = claim::recipients(&self.app.db, batch.digest_id, (batch.lo, hi), self.app.clock.now()).await?;
        let rows = retell::leave_out(&self.app, &self.memory, &self.in_hand, (batch.key(), hi), rows).await?;
        let suppressed = self.suppressed(head.newsletter_id, &rows).await?;
        let topics =
            if head.has_topics() { parts::topics(&self.app.db, (batch.lo, hi)).await? } else { HashMap::new() };
        let (app, head) = (self.app.clone(), head.clone());
        // On another thread, because the connections' thread is busy.
        let made = tokio::task::spawn_blocking(move || make(&app, &head, batch, rows, &suppressed, &topics)).await;
        let Made { mails, skipped } = made?;
        self.in_hand.add_mails(batch.key(), mails.len() + skipped.len());
        let ahead = Ahead::new(self.in_hand.clone(), self.ready.clone(), &mails);
        let put = if let Some(signing) = signing {
            ahead.put_signed(signing, mails).await
        } else {
            ahead.put(mails);
            Ok(())
        };
        self.record_skipped(skipped).await;
        put
    }

    /// For each row, whether its address is suppressed; empty when no address of the newsletter is.
    async fn suppressed(&self, newsletter_id: i64, rows: &[claim::Recipient]) -> sqlx::Result<Vec<bool>> {
        if rows.is_empty() || !claim::has_suppressions(&self.app.db, newsletter_id).await? {
            return Ok(Vec::new());
        }
        let keys: Vec<String> = rows.iter().map(|row| row.email_key.clone().unwrap_or_default()).collect();
        let app = self.app.clone();
        let work = move || keys.iter().map(|key| app.keys.address_hash(key)).collect::<Vec<_>>();
        let hashes = tokio::task::spawn_blocking(work).await.map_err(|_| sqlx::Error::WorkerCrashed)?;
        let borrowed: Vec<&str> = hashes.iter().map(String::as_str).collect();
        let found = claim::suppressed(&self.app.db, newsletter_id, &borrowed).await?;
        Ok(hashes.iter().map(|hash| found.contains(hash)).collect())
    }

    async fn record_skipped(&self, skipped: Vec<(Key, &'static str)>) {
        let records = skipped.into_iter().map(|(key, reason)| async move {
            let done = Done { key, attempts: 0, provider: Provider::Other, outcome: Outcome::Skipped { reason } };
            match self.recorder.record(Some(done), None).await {
                Ok(()) => self.in_hand.done(&key),
                Err(_) => self.in_hand.unrecorded(&key),
            }
        });
        futures_util::future::join_all(records).await;
    }

    /// No batch left: ends the digest, or re-opens ranges for stray rows (`true`: there are open rows again).
    async fn end(&self, digest_id: i64) -> anyhow::Result<bool> {
        if self.in_hand.holds(digest_id) || lease::has_open_ranges(&self.app.db, digest_id).await? {
            return Ok(false);
        }
        if reopen::returned(&self.app, self.meaning, digest_id).await? > 0 {
            tracing::info!(digest.id = digest_id, "people who had left and are back get it now");
            return Ok(true);
        }
        unknown::mark_all(&self.app, self.meaning, digest_id).await?;
        fault!("finish.before_commit");
        if lease::finish(&self.app.db, self.meaning, digest_id, self.app.clock.now()).await? {
            fault!("finish.after_commit");
            tracing::info!(digest.id = digest_id, "digest finished: no row of it is open");
            // Another worker may have recorded one more since it was asked above.
            unknown::mark_all(&self.app, self.meaning, digest_id).await?;
            self.app.wake.now();
            return Ok(false);
        }
        let strays = lease::recover_strays(&self.app.db, digest_id).await?;
        if strays {
            tracing::error!(
                digest.id = digest_id,
                "open rows were in no batch; they are claimed again. Please report this"
            );
        }
        Ok(strays)
    }
}
