//! Opens closed rows again: refused mails, a digest's undone bounces, mails in doubt, people who came back.
//!
//! In: a digest, and which of its rows. Out: rows queued (or taken for accepted), each in a batch, from the ledger and from
//! packed chunks. In slices of [`SLICE`] rows, each whole in its own transaction: a crash between two loses nothing, and
//! running again takes what is left. Under the digest's lock, which [`super::sql::lease::finish`] takes too: what was
//! queued is seen by the end, or the digest has ended and is opened again.

use super::packed::{self, Chunk};
use super::sql::{claim, lock, pack, reopen};
use super::{DigestState, Meaning, State};
use crate::app::App;
use crate::db::Tx;
use crate::fault::fault;

/// Rows that one transaction looks at: 20 packed chunks, or as many rows of the ledger.
const SLICE: usize = 20_000;

/// Reasons of rows that say that the address does not exist.
pub const UNKNOWN: &[&str] = &["address", "unknown"];

/// Which rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Refused for a reason that may have passed: the address is not at fault.
    Failed,
    /// Refused because the address does not exist, said the server.
    Bounced,
    /// In doubt.
    Doubtful,
    /// Skipped because they had left, or paused; they are back now.
    Returned,
}

impl Closed {
    fn state(self) -> State {
        match self {
            Self::Failed | Self::Bounced => State::Refused,
            Self::Doubtful => State::Uncertain,
            Self::Returned => State::Skipped,
        }
    }

    fn takes(self, reason: &str) -> bool {
        match self {
            Self::Failed => ["policy", "expired", "content", "render"].contains(&reason),
            Self::Bounced => UNKNOWN.contains(&reason),
            Self::Doubtful => true,
            Self::Returned => ["left", "paused"].contains(&reason),
        }
    }
}

/// Rows, and what they become.
#[derive(Clone, Copy, Debug)]
struct Revival {
    of: Closed,
    /// Queued, or accepted.
    to: State,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Revived {
    /// Rows that have another state now.
    pub rows: i64,
    /// People who had bounced and get digests again.
    pub brought_back: i64,
    /// People whose row stays as it is: they left, complained or were erased meanwhile.
    pub kept_out: i64,
}

/// Where the next slice begins.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// After this packed chunk.
    Packed(i64),
    /// After this row of the ledger.
    Row(i64),
}

/// Queues the mails again that were refused for a reason that may have passed. Gives how many. A finished digest sends
/// again, a paused one waits to be resumed.
///
/// # Errors
/// When the digest was cancelled, or never released.
pub async fn retry_failed(app: &App, meaning: Meaning, digest_id: i64) -> anyhow::Result<i64> {
    Ok(run(app, meaning, digest_id, Revival { of: Closed::Failed, to: State::Queued }, false).await?.rows)
}

/// Undoes a digest's bounces: those whose address does not exist, said the mail server, are written to again, and get
/// digests again. Of a cancelled digest nothing is sent; they come back all the same.
///
/// # Errors
/// When the digest was never released.
pub async fn retry_bounced(app: &App, meaning: Meaning, digest_id: i64) -> anyhow::Result<Revived> {
    run(app, meaning, digest_id, Revival { of: Closed::Bounced, to: State::Queued }, false).await
}

/// What [`retry_failed`] or [`retry_bounced`] would do; changes nothing.
///
/// # Errors
/// As theirs.
pub async fn try_retry(app: &App, meaning: Meaning, digest_id: i64, of: Closed) -> anyhow::Result<Revived> {
    run(app, meaning, digest_id, Revival { of, to: State::Queued }, true).await
}

/// Decides about mails in doubt: sends them again, or treats them as accepted. Returns how many.
///
/// # Errors
/// As [`retry_failed`]; what is left in doubt of a cancelled digest may be taken for accepted, and not be sent again.
pub async fn resolve_doubts(app: &App, meaning: Meaning, digest_id: i64, send_again: bool) -> anyhow::Result<i64> {
    let to = if send_again { State::Queued } else { State::Accepted };
    Ok(run(app, meaning, digest_id, Revival { of: Closed::Doubtful, to }, false).await?.rows)
}

/// Opens rows again. With `dry_run` each slice is rolled back: it says how many there would be.
///
/// # Errors
/// When there is no such digest, or what is left of it can be sent no more.
async fn run(app: &App, meaning: Meaning, digest_id: i64, revival: Revival, dry_run: bool) -> anyhow::Result<Revived> {
    let (mut done, mut at) = (Revived::default(), Some(Place::Packed(0)));
    while let Some(place) = at {
        let mut piece = app.db.begin_piece().await?;
        let digest = allowed(&mut piece.tx, digest_id, revival).await?;
        let mut slice = Slice::find(&mut piece.tx, digest_id, revival, place).await?;
        at = slice.next;
        let found = slice.write((app, meaning), &mut piece.tx, digest, revival).await?;
        done.rows += found.rows;
        done.brought_back += found.brought_back;
        done.kept_out += found.kept_out;
        if !dry_run {
            fault!("revive.before_commit");
            piece.commit().await?;
            fault!("revive.after_commit");
        }
    }
    app.wake.now();
    Ok(done)
}

/// Takes the digest's row.
async fn allowed(tx: &mut Tx, digest_id: i64, revival: Revival) -> anyhow::Result<lock::Locked> {
    let Some(digest) = lock::lock(tx, digest_id).await? else {
        anyhow::bail!("there is no such digest");
    };
    let state = digest.state;
    let settles = state == DigestState::Cancelled && (revival.to == State::Accepted || revival.of == Closed::Bounced);
    anyhow::ensure!(sends(state) || settles, "the digest is {state}: only one that was sent can be sent again in part");
    Ok(digest)
}

/// Whether rows of it that are queued are sent, now or once it is resumed.
fn sends(state: DigestState) -> bool {
    matches!(state, DigestState::Sending | DigestState::Paused | DigestState::Finished)
}

/// Rows that one transaction deals with.
struct Slice {
    digest_id: i64,
    /// Packed chunks that hold some: number, and all that is in it.
    chunks: Vec<(i64, Vec<(i64, u8)>)>,
    /// Those in chunks.
    packed: Vec<i64>,
    /// Those in the ledger, in order.
    rows: Vec<i64>,
    next: Option<Place>,
}

impl Slice {
    async fn find(tx: &mut Tx, digest_id: i64, revival: Revival, place: Place) -> anyhow::Result<Self> {
        let mut slice = Self { digest_id, chunks: Vec::new(), packed: Vec::new(), rows: Vec::new(), next: None };
        match place {
            Place::Packed(after) => slice.find_packed(tx, revival, after).await?,
            Place::Row(after) => slice.find_rows(tx, revival, after).await?,
        }
        Ok(slice)
    }

    async fn find_packed(&mut self, tx: &mut Tx, revival: Revival, after: i64) -> anyhow::Result<()> {
        let stored = pack::chunks_in(tx, self.digest_id, after).await?;
        let Some(last) = stored.last() else { return Ok(self.find_rows(tx, revival, 0).await?) };
        self.next = Some(Place::Packed(last.id));
        for (number, chunk) in stored.into_iter().filter(|stored| stored.lo > 0).map(pack::Stored::into_chunk) {
            let rows = chunk.rows().map_err(|why| anyhow::anyhow!("the archive of this digest is damaged: {why}"))?;
            let before = self.packed.len();
            self.packed.extend(rows.iter().filter(|row| fits(revival, row.1)).map(|row| row.0));
            if self.packed.len() > before {
                self.chunks.push((number, rows));
            }
        }
        self.packed.sort_unstable();
        Ok(())
    }

    async fn find_rows(&mut self, tx: &mut Tx, revival: Revival, mut after: i64) -> sqlx::Result<()> {
        for _ in 0..SLICE / reopen::AT_ONCE {
            let rows = reopen::closed_rows(tx, self.digest_id, revival.of.state() as i64, after).await?;
            let Some((last, _)) = rows.last() else { return Ok(()) };
            after = *last;
            let fitting = rows.into_iter().filter(|row| revival.of.takes(row.1.as_deref().unwrap_or_default()));
            self.rows.extend(fitting.map(|row| row.0));
        }
        self.next = Some(Place::Row(after));
        Ok(())
    }

    async fn write(
        &mut self,
        (app, meaning): (&App, Meaning),
        tx: &mut Tx,
        digest: lock::Locked,
        revival: Revival,
    ) -> anyhow::Result<Revived> {
        let mut done = Revived::default();
        let mut bounced = None;
        if revival.of == Closed::Bounced {
            let all: Vec<i64> = self.packed.iter().chain(&self.rows).copied().collect();
            let people = meaning.people.bounced(app, tx, digest.newsletter_id, &all).await?;
            self.packed.retain(|id| people.may(*id));
            self.rows.retain(|id| people.may(*id));
            done.kept_out = (all.len() - self.packed.len() - self.rows.len()) as i64;
            bounced = Some(people);
        }
        if revival.to == State::Queued && sends(digest.state) {
            done.rows = self.queue((app, meaning), tx, digest, revival).await?;
        } else if revival.to == State::Accepted {
            done.rows = self.accept(tx, revival).await?;
        }
        if let Some(people) = bounced {
            done.brought_back =
                meaning.people.bring_back(tx, digest.newsletter_id, &people, meaning.act(app.clock.now())).await?;
        }
        Ok(done)
    }

    /// The batches come first, as with whoever records: nobody waits for each other in a circle.
    async fn queue(
        &self,
        (app, meaning): (&App, Meaning),
        tx: &mut Tx,
        digest: lock::Locked,
        revival: Revival,
    ) -> sqlx::Result<i64> {
        for ids in [&self.packed, &self.rows] {
            cover(tx, self.digest_id, digest.claimed_upto, ids).await?;
        }
        for (number, rows) in &self.chunks {
            let kept: Vec<_> = rows.iter().filter(|row| self.packed.binary_search(&row.0).is_err()).copied().collect();
            pack::replace(tx, *number, &Chunk::of(&kept)).await?;
        }
        reopen::insert_rows(tx, self.digest_id, &self.packed).await?;
        let (from, to) = (revival.of.state() as i64, State::Queued as i64);
        let changed = reopen::set_state(tx, self.digest_id, &self.rows, from, to).await?;
        if revival.of == Closed::Returned {
            // Of one that is in doubt and sent again the note stays: it says later that the mail may have arrived twice.
            reopen::drop_notes(tx, self.digest_id, &self.rows).await?;
        }
        let queued = changed as i64 + self.packed.len() as i64;
        if queued > 0 {
            meaning.mailings.reopen(tx, self.digest_id, meaning.act(app.clock.now())).await?;
        }
        Ok(queued)
    }

    /// Taken for accepted: packed ones change their byte in place.
    async fn accept(&self, tx: &mut Tx, revival: Revival) -> sqlx::Result<i64> {
        let accepted = packed::outcome(State::Accepted as i64, "");
        for (number, rows) in &self.chunks {
            let settle = |row: &(i64, u8)| if fits(revival, row.1) { (row.0, accepted) } else { *row };
            pack::replace(tx, *number, &Chunk::of(&rows.iter().map(settle).collect::<Vec<_>>())).await?;
        }
        let (from, to) = (revival.of.state() as i64, State::Accepted as i64);
        let changed = reopen::set_state(tx, self.digest_id, &self.rows, from, to).await?;
        for ids in [&self.packed, &self.rows] {
            reopen::drop_notes(tx, self.digest_id, ids).await?;
        }
        Ok(changed as i64 + self.packed.len() as i64)
    }
}

fn fits(revival: Revival, outcome: u8) -> bool {
    packed::state(outcome) == revival.of.state() as i64 && revival.of.takes(packed::reason(outcome))
}

/// Queues those of a digest that sends who had left when their turn came and are back now; gives how many.
pub async fn returned(app: &App, meaning: Meaning, digest_id: i64) -> sqlx::Result<i64> {
    let (mut count, mut after) = (0, 0);
    let revival = Revival { of: Closed::Returned, to: State::Queued };
    loop {
        let mut tx = app.db.begin().await?;
        let digest = lock::lock(&mut tx, digest_id).await?.filter(|digest| digest.state == DigestState::Sending);
        let Some(digest) = digest else { return Ok(count) };
        let rows = reopen::returned(&mut tx, digest_id, after).await?;
        let Some(last) = rows.last() else { return Ok(count) };
        after = *last;
        let slice = Slice { digest_id, chunks: Vec::new(), packed: Vec::new(), rows, next: None };
        count += slice.queue((app, meaning), &mut tx, digest, revival).await?;
        tx.commit().await?;
    }
}

/// Lets a digest go on that has ended with open rows, or whose open rows are in no batch: each gets one. Gives how many
/// open rows there are.
pub async fn mend(app: &App, meaning: Meaning, digest_id: i64) -> anyhow::Result<i64> {
    let (mut count, mut after) = (0, 0);
    loop {
        let mut piece = app.db.begin_piece().await?;
        let Some(digest) = lock::lock(&mut piece.tx, digest_id).await? else { return Ok(count) };
        let open = reopen::open_rows(&mut piece.tx, digest_id, after, SLICE as i64).await?;
        cover(&mut piece.tx, digest_id, digest.claimed_upto, &open).await?;
        meaning.mailings.reopen(&mut piece.tx, digest_id, meaning.act(app.clock.now())).await?;
        piece.commit().await?;
        count += open.len() as i64;
        let Some(last) = open.last().filter(|_| open.len() == SLICE) else { break };
        after = *last;
    }
    app.wake.now();
    Ok(count)
}

/// Sees that each of these rows is in a batch: the one that is there is made due, else new ones are made between them.
/// Rows that are not claimed yet need none. `ids` in order.
pub(super) async fn cover(tx: &mut Tx, digest_id: i64, claimed_upto: i64, ids: &[i64]) -> sqlx::Result<()> {
    let mut ids = ids.iter().copied().take_while(|id| *id <= claimed_upto).peekable();
    while let Some(first) = ids.peek().copied() {
        if let Some((lo, hi)) = reopen::covering(tx, digest_id, first).await? {
            // Gone when its worker has just given it back: then there is none, and one is made.
            if reopen::make_due(tx, digest_id, lo).await? {
                while ids.next_if(|id| *id <= hi).is_some() {}
            }
            continue;
        }
        let limit = reopen::next_batch(tx, digest_id, first).await?.unwrap_or(i64::MAX);
        let (mut last, mut count) = (first, 0);
        while let Some(next) = ids.next_if(|next| *next < limit && count < claim::BATCH) {
            last = next;
            count += 1;
        }
        reopen::insert_batch(tx, digest_id, first, last).await?;
    }
    Ok(())
}
