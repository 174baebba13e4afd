//! How a digest stands: counts by state, reasons, rate, time left. Read by the command line, the API and pages.
//!
//! In: a digest, open or packed. Out: counts that add up to its recipients, always.

use std::collections::BTreeMap;
use std::time::Duration;

use super::mask::masked;
use super::sql::parts;
use super::sql::progress::{self, Times};
use super::{State, packed, reported};
use crate::app::App;
use crate::clock::{self, Millis};
use crate::db::{Db, lent};

/// Answers of the mail server that are shown.
const MOST_WORDS: usize = 10;

/// How a digest stands. `recipients` is the sum of all states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Eligible at release.
    pub recipients: i64,
    /// Not sent yet.
    pub queued: i64,
    /// In a connection's hands.
    pub started: i64,
    /// Taken by the mail server.
    pub accepted: i64,
    /// Refused for good.
    pub refused: i64,
    /// Waiting for their next attempt.
    pub deferred: i64,
    /// Left, suppressed, erased or cancelled meanwhile.
    pub skipped: i64,
    /// In doubt.
    pub uncertain: i64,
}

impl Counts {
    fn of(states: [i64; 8]) -> Self {
        let [queued, started, accepted, refused, deferred, skipped, uncertain, _] = states;
        let recipients = states.iter().sum();
        Self { recipients, queued, started, accepted, refused, deferred, skipped, uncertain }
    }

    /// Rows that are done with.
    pub fn done(&self) -> i64 {
        self.accepted + self.refused + self.skipped + self.uncertain
    }

    /// Rows that are not.
    pub fn open(&self) -> i64 {
        self.queued + self.started + self.deferred
    }
}

/// How many packed recipients have each outcome's byte.
type Tally = [i64; 256];

/// From so many recipients on a page is shown counts that may be some seconds old.
const DEAR: i64 = 50_000;

/// How old they may be when the digest has ended: its rows then change only where an editor acts on it, or somebody is erased.
const ENDED: Duration = Duration::from_secs(30);

/// Counts a digest's rows, open or packed. A million open rows cost 0.2 s on SQLite: ask once a second at most.
pub async fn counts(app: &App, digest_id: i64) -> anyhow::Result<Counts> {
    Ok(Counts::of(counted(&app.db, digest_id).await?.counts))
}

/// What a digest's rows were counted to.
struct Counted {
    counts: [i64; 8],
    packed: Tally,
    /// Rows that were skipped and are not packed.
    skipped: i64,
}

async fn counted(db: &Db, digest_id: i64) -> anyhow::Result<Counted> {
    let mut counts = [0_i64; 8];
    for (state, rows) in progress::states(db, digest_id).await? {
        if let Some(count) = usize::try_from(state).ok().and_then(|state| counts.get_mut(state)) {
            *count += rows;
        }
    }
    // Read after the rows: what is carried over in between is called open once more, and never counted twice.
    for (accepted, started) in progress::progress(db, digest_id).await? {
        report(&mut counts, State::Accepted, reported::count(&accepted));
        report(&mut counts, State::Started, reported::count(&started));
    }
    let skipped = counts[State::Skipped as usize];
    let packed = packed_outcomes(db, digest_id).await?;
    for (outcome, rows) in (0..=u8::MAX).zip(packed) {
        counts[usize::from(outcome & 7)] += rows;
    }
    Ok(Counted { counts, packed, skipped })
}

/// Calls so many open rows what their batch's worker has reported of them; their rows say it later.
fn report(counts: &mut [i64; 8], state: State, reported: i64) {
    let mut left = reported;
    for open in [State::Queued, State::Deferred] {
        let moved = left.min(counts[open as usize]);
        counts[open as usize] -= moved;
        counts[state as usize] += moved;
        left -= moved;
    }
}

async fn packed_outcomes(db: &Db, digest_id: i64) -> sqlx::Result<Tally> {
    let (mut tally, mut after) = ([0; 256], -1);
    loop {
        let rows = progress::outcomes(db, digest_id, after).await?;
        for (lo, outcomes) in &rows {
            packed::tally(outcomes, &mut tally);
            after = *lo;
        }
        if (rows.len() as i64) < progress::PIECE {
            return Ok(tally);
        }
    }
}

/// Why rows were not plainly accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reasons {
    /// `address`, `policy`, `content`, `expired`, `render`, `smtputf8`.
    pub refused: BTreeMap<String, i64>,
    /// `left`, `suppressed`, `cancelled`, `erased`, `paused`, `topics` (they chose none of it), `had` (all of it on another rhythm).
    pub skipped: BTreeMap<String, i64>,
    /// Accepted after a doubt: may have arrived twice.
    pub maybe_twice: i64,
    /// What the server said most often, commonest first. Without addresses.
    pub words: Vec<Words>,
}

/// One answer of the mail server.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Words {
    /// Our word for it.
    pub reason: String,
    /// Reply code.
    pub code: i64,
    /// The server's words.
    pub words: String,
    /// To how many.
    pub count: i64,
}

/// Groups a digest's reasons, open or packed.
pub async fn reasons(app: &App, digest_id: i64) -> anyhow::Result<Reasons> {
    let Some(times) = progress::times(&app.db, digest_id).await? else { return Ok(Reasons::default()) };
    let counted = counted(&app.db, digest_id).await?;
    grouped(&app.db, digest_id, &counted, times.is_cancelled()).await
}

async fn grouped(db: &Db, digest_id: i64, counted: &Counted, is_cancelled: bool) -> anyhow::Result<Reasons> {
    let (mut found, mut noted) = (Reasons::default(), 0);
    for (state, reason, rows) in progress::reasons(db, digest_id).await? {
        noted += if state == 5 { rows } else { 0 };
        found.add(state, &reason, rows);
    }
    // Rows that were skipped all at once have no note; a note may have come after the count.
    let left_out = if counted.skipped > noted { parts::left_out(db, digest_id).await? } else { 0 };
    found.add(5, "topics", left_out);
    found.add(5, if is_cancelled { "cancelled" } else { "left" }, (counted.skipped - noted - left_out).max(0));
    for (outcome, rows) in (0..=u8::MAX).zip(counted.packed) {
        found.add(packed::state(outcome), packed::reason(outcome), rows);
    }
    found.words = said(db, digest_id).await?;
    Ok(found)
}

/// A digest's progress and reasons for a page: those of a large one are counted at most every few seconds ([`crate::kept`]); `None` when
/// there is no such digest.
pub async fn shown(app: &App, digest_id: i64) -> anyhow::Result<Option<(Progress, Reasons)>> {
    let Some(times) = progress::times(&app.db, digest_id).await? else { return Ok(None) };
    let (db, is_cancelled) = (app.db.clone(), times.is_cancelled());
    let reckon = lent::apart(async move {
        let counted = counted(&db, digest_id).await?;
        let reasons = serde_json::to_value(grouped(&db, digest_id, &counted, is_cancelled).await?)?;
        Ok::<_, anyhow::Error>((counted.counts, reasons))
    });
    let is_dear = |(counts, _): &([i64; 8], serde_json::Value)| counts.iter().sum::<i64>() >= DEAR;
    let key = (digest_id, times.finished_at.unwrap_or(0));
    let (counts, reasons) = match times.finished_at {
        Some(_) => Box::pin(app.digests_counted.get_for(ENDED, key, is_dear, reckon)).await?,
        None => Box::pin(app.digests_counted.get(key, is_dear, reckon)).await?,
    };
    let progress = reckoned(times, Counts::of(counts), app.clock.now(), None);
    Ok(Some((progress, serde_json::from_value(reasons)?)))
}

/// After an act on a digest: its next page counts anew.
pub fn changed(app: &App, digest_id: i64) {
    app.digests_counted.forget_all(|(id, _)| *id == digest_id);
}

/// Counted without addresses: earlier versions kept them in the notes, so that each stood alone.
async fn said(db: &Db, digest_id: i64) -> sqlx::Result<Vec<Words>> {
    let mut counts: BTreeMap<(String, i64, String), i64> = BTreeMap::new();
    progress::words(db, digest_id, |reason, code, words, count| {
        *counts.entry((reason, code, masked(words))).or_default() += count;
    })
    .await?;
    let mut said: Vec<Words> =
        counts.into_iter().map(|((reason, code, words), count)| Words { reason, code, words, count }).collect();
    said.sort_by_key(|words| std::cmp::Reverse(words.count));
    said.truncate(MOST_WORDS);
    Ok(said)
}

impl Reasons {
    fn add(&mut self, state: i64, reason: &str, rows: i64) {
        if rows == 0 {
            return;
        }
        match state {
            2 if reason == "doubt" => self.maybe_twice += rows,
            3 => *self.refused.entry(reason.to_owned()).or_default() += rows,
            5 => *self.skipped.entry(reason.to_owned()).or_default() += rows,
            _ => {}
        }
    }
}

/// A digest's progress at one moment.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Progress {
    /// Where the digest stands.
    pub state: String,
    /// Rows by state.
    #[serde(flatten)]
    pub counts: Counts,
    /// Mails a second: since `earlier` when that is given, else since the release.
    pub rate: f64,
    /// Seconds until the last queued row is sent at this rate; `None` when that cannot be told.
    pub seconds_left: Option<i64>,
    /// The next attempt for what is deferred, milliseconds UTC.
    pub next_attempt_at: Option<Millis>,
    /// When this was counted, milliseconds UTC.
    pub at: Millis,
}

/// Counts a digest and reckons its rate; `None` when there is no such digest.
pub async fn progress(app: &App, digest_id: i64, earlier: Option<&Progress>) -> anyhow::Result<Option<Progress>> {
    let Some(times) = progress::times(&app.db, digest_id).await? else { return Ok(None) };
    let counts = counts(app, digest_id).await?;
    Ok(Some(reckoned(times, counts, app.clock.now(), earlier)))
}

fn reckoned(times: Times, counts: Counts, at: Millis, earlier: Option<&Progress>) -> Progress {
    let end = times.finished_at.unwrap_or(at);
    let since = times.released_at.unwrap_or(at);
    let (done, span) = match earlier {
        Some(earlier) => (counts.done() - earlier.counts.done(), at - earlier.at),
        None => (counts.done(), end - since),
    };
    let rate = rate(done, span);
    let waiting = counts.queued + counts.started;
    let moves = times.state == "sending" && rate > 0.0 && waiting > 0 && !times.warms;
    Progress {
        state: times.state,
        counts,
        rate,
        seconds_left: moves.then(|| (waiting as f64 / rate).ceil() as i64),
        next_attempt_at: times.next_attempt_at,
        at,
    }
}

fn rate(done: i64, span: Millis) -> f64 {
    if done <= 0 || span <= 0 { 0.0 } else { done as f64 * 1000.0 / span as f64 }
}

/// What became of one digest for one person.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Received {
    /// The digest's inside id.
    #[serde(skip)]
    pub digest_id: i64,
    /// Its id outside.
    pub digest: String,
    /// Its subject.
    pub subject: String,
    /// Its slot, RFC 3339.
    pub slot: String,
    /// `queued`, `accepted` …
    pub state: &'static str,
    /// Why, when it was not plainly accepted.
    pub reason: String,
    /// What the mail server said then.
    pub words: String,
}

impl Received {
    fn of(
        (digest_id, digest, subject, slot_at): (i64, String, String, Millis),
        state: i64,
        reason: String,
        words: Option<String>,
    ) -> Self {
        let (slot, words) = (clock::rfc3339(slot_at), masked(&words.unwrap_or_default()));
        Self { digest_id, digest, subject, slot, state: word(state), reason, words }
    }
}

/// What one person got, newest digest first; open and packed digests alike.
pub async fn of_subscriber(app: &App, subscriber_id: i64) -> anyhow::Result<Vec<Received>> {
    let mut found = Vec::new();
    for row in progress::of_subscriber(&app.db, subscriber_id).await? {
        let listed = |list: &Option<Vec<u8>>| {
            list.as_deref().and_then(|list| reported::unpack(list).ok()).is_some_and(|ids| ids.contains(&subscriber_id))
        };
        let state = match row.state {
            0 | 4 if listed(&row.accepted) => State::Accepted as i64,
            0 | 4 if listed(&row.started) => State::Started as i64,
            state => state,
        };
        let digest = (row.digest_id, row.public_id, row.subject, row.slot_at);
        found.push(Received::of(digest, state, row.reason.unwrap_or_default(), row.words));
    }
    found.extend(packed_of(app, subscriber_id).await?);
    found.sort_by_key(|received| std::cmp::Reverse(received.digest_id));
    Ok(found)
}

/// What became of packed digests for a person: in the chunk of each where they should be, else in any around them, which is asked of all
/// such digests at once. Whoever is on one of several rhythms is in few of the digests that there are.
async fn packed_of(app: &App, subscriber_id: i64) -> anyhow::Result<Vec<Received>> {
    let (mut found, mut elsewhere) = (Vec::new(), BTreeMap::new());
    for row in progress::packed_of(&app.db, subscriber_id).await? {
        let (Some(lo), Some(hi), Some(ids), Some(outcomes)) = (row.lo, row.hi, &row.ids, &row.outcomes) else {
            continue;
        };
        match outcome_in(row.digest_id, (lo, hi), ids, outcomes, subscriber_id)? {
            Some(outcome) => found.push(of_packed(row, outcome)),
            None => drop(elsewhere.insert(row.digest_id, row)),
        }
    }
    let digests: Vec<i64> = elsewhere.keys().copied().collect();
    for chunk in progress::chunks_around(&app.db, &digests, subscriber_id).await? {
        if let Some(outcome) =
            outcome_in(chunk.digest_id, (chunk.lo, chunk.hi), &chunk.ids, &chunk.outcomes, subscriber_id)?
        {
            // The first that has them; they are in one.
            found.extend(elsewhere.remove(&chunk.digest_id).map(|row| of_packed(row, outcome)));
        }
    }
    Ok(found)
}

fn of_packed(row: progress::Packed, outcome: u8) -> Received {
    let digest = (row.digest_id, row.public_id, row.subject, row.slot_at);
    Received::of(digest, packed::state(outcome), packed::reason(outcome).to_owned(), row.words)
}

/// What a chunk of a digest says of a person; `None` when they are not in it.
fn outcome_in(
    digest_id: i64,
    (lo, hi): (i64, i64),
    ids: &[u8],
    outcomes: &[u8],
    subscriber_id: i64,
) -> anyhow::Result<Option<u8>> {
    if hi < subscriber_id {
        return Ok(None);
    }
    let found = packed::find(lo, ids, outcomes, subscriber_id);
    found.map_err(|why| anyhow::anyhow!("the archive of digest {digest_id}: {why}"))
}

/// The word for a state of the ledger.
pub fn word(state: i64) -> &'static str {
    match state {
        0 => "queued",
        1 => "started",
        2 => "accepted",
        3 => "refused",
        4 => "deferred",
        5 => "skipped",
        6 => "uncertain",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_needs_time_and_mails() {
        assert!((rate(50, 1000) - 50.0).abs() < f64::EPSILON);
        for (done, span) in [(0, 1000), (5, 0), (-3, 1000), (5, -1)] {
            assert!(rate(done, span).abs() < f64::EPSILON);
        }
    }
}
