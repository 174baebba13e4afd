//! Checks that every digest is complete: each eligible subscriber has one row, open or packed, and no digest ended with an open one.
//!
//! In: the ledger. Out: a [`Report`]; nothing is changed, but by [`repair`]. May run while mails are sent: what looks wrong is
//! looked at again a moment later, because a row may have moved between two looks.

use std::time::Duration;

use super::sql::{check, pack, progress};
use super::{Meaning, packed, reopen};
use crate::app::App;
use crate::coded::codes;

/// What was found.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Report {
    /// Digests that were checked.
    pub digests: i64,
    /// Their recipients.
    pub recipients: i64,
    /// What does not add up.
    pub problems: Vec<Problem>,
    /// What was mended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub repaired: Vec<Repair>,
}

/// A digest that goes on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Repair {
    /// Id of the digest for the API and URLs.
    pub digest: String,
    /// Rows of it that are open, each in a batch now.
    pub open: i64,
}

/// One thing that does not add up.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// Id of the digest for the API and URLs; empty when it is about none.
    pub digest: String,
    /// Which rule, in one word.
    pub rule: &'static str,
    /// What is wrong; English for programs.
    #[serde(serialize_with = "english")]
    pub message: Found,
}

fn english<S: serde::Serializer>(found: &Found, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(found)
}

codes! {
    /// What does not add up.
    pub enum Found as "fsck" {
        /// Rows in a state that does not exist.
        NoState {
            /// How many.
            count: i64,
        } => "no-state",
        /// Rows, packed and erased recipients are not as many as there were.
        Sum {
            /// There were.
            recipients: i64,
            /// Rows.
            rows: i64,
            /// Packed.
            packed: usize,
            /// Erased since they were packed.
            erased: i64,
        } => "sum",
        /// Somebody stands twice.
        Double {
            /// How many.
            count: usize,
        } => "double",
        /// A digest has ended with open rows.
        Ended {
            /// How many.
            count: i64,
        } => "ended",
        /// A digest is being sent without a mail.
        NoMail => "no-mail",
        /// Open rows are packed.
        PackedOpen {
            /// Which chunk.
            chunk: i64,
            /// How many.
            count: usize,
        } => "packed-open",
        /// A chunk cannot be read.
        Unreadable {
            /// Which chunk.
            chunk: i64,
            /// Why, in English.
            why: String,
        } => "unreadable",
        /// A digest has ended, and batches of it are left.
        BatchesLeft {
            /// How many.
            count: usize,
        } => "batches-left",
        /// Two batches meet.
        Overlap {
            /// Where one begins.
            low: i64,
            /// Where it ends.
            high: i64,
        } => "overlap",
        /// Open rows are in no batch.
        Stray {
            /// How many.
            count: i64,
        } => "stray",
        /// Rows of a digest that is not there.
        Orphan {
            /// Its inside id.
            digest: i64,
        } => "orphan",
        /// Batches of digests that are not there.
        OrphanBatches {
            /// How many.
            count: i64,
        } => "orphan-batches",
        /// Letters in a state that does not exist.
        LetterState {
            /// How many.
            count: i64,
        } => "letter-state",
    }
}

/// Checks every digest that was released.
pub async fn check(app: &App) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let mut after = 0;
    loop {
        let digests = check::digests(&app.db, after, None).await?;
        let Some(last) = digests.last() else { break };
        after = last.id;
        for digest in digests {
            report.digests += 1;
            report.recipients += digest.recipients;
            report.problems.extend(twice(app, digest).await?);
        }
    }
    strays(app, &mut report).await?;
    Ok(report)
}

/// Rules that [`reopen::mend`] makes hold again: a digest that ended with open rows or batches goes on, and each open row
/// is in a batch.
pub const MENDED: [&str; 3] = ["ended", "batches", "stray"];

/// Checks, mends what can be mended without knowing more, and checks again.
pub async fn repair(app: &App, meaning: Meaning) -> anyhow::Result<Report> {
    let found = check(app).await?;
    let mut repaired: Vec<Repair> = Vec::new();
    for problem in found.problems.iter().filter(|problem| MENDED.contains(&problem.rule)) {
        let seen = repaired.iter().any(|before| before.digest == problem.digest);
        let Some(digest_id) = check::digest_of(&app.db, &problem.digest).await?.filter(|_| !seen) else { continue };
        let open = reopen::mend(app, meaning, digest_id).await?;
        repaired.push(Repair { digest: problem.digest.clone(), open });
    }
    if repaired.is_empty() {
        return Ok(found);
    }
    Ok(Report { repaired, ..check(app).await? })
}

/// A problem counts when it is still there a second later.
async fn twice(app: &App, digest: check::Digest) -> anyhow::Result<Vec<Problem>> {
    let first = one(app, &digest).await?;
    if first.is_empty() {
        return Ok(first);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    match check::digests(&app.db, 0, Some(digest.id)).await?.first() {
        Some(again) => {
            Ok(one(app, again).await?.into_iter().filter(|p| first.iter().any(|f| f.rule == p.rule)).collect())
        }
        None => Ok(Vec::new()),
    }
}

/// What is found about one digest.
struct Findings<'a> {
    digest: &'a check::Digest,
    problems: Vec<Problem>,
}

impl Findings<'_> {
    fn unless(&mut self, well: bool, rule: &'static str, message: impl FnOnce() -> Found) {
        if !well {
            self.problems.push(Problem { digest: self.digest.public_id.clone(), rule, message: message() });
        }
    }
}

async fn one(app: &App, digest: &check::Digest) -> anyhow::Result<Vec<Problem>> {
    let mut findings = Findings { digest, problems: Vec::new() };
    let states = progress::states(&app.db, digest.id).await?;
    let (rows, open, strange) = tally(&states);
    findings.unless(strange == 0, "state", || Found::NoState { count: strange });
    let mut ids = archived(app, digest, &mut findings).await?;
    let nameless = ids.nameless;
    if digest.state != "releasing" {
        let total = rows + ids.named.len() as i64 + nameless;
        let (recipients, packed) = (digest.recipients, ids.named.len());
        findings.unless(total == recipients, "sum", || Found::Sum { recipients, rows, packed, erased: nameless });
    }
    if !ids.named.is_empty() && rows > 0 {
        add_rows(app, digest.id, &mut ids.named).await?;
    }
    let before = ids.named.len();
    ids.named.sort_unstable();
    ids.named.dedup();
    let double = before - ids.named.len();
    findings.unless(double == 0, "double", || Found::Double { count: double });
    let ended = digest.state == "finished" || digest.finished_at.is_some();
    findings.unless(!(ended && open > 0), "ended", || Found::Ended { count: open });
    let silent = digest.state == "sending" && digest.variants == 0;
    findings.unless(!silent, "mail", || Found::NoMail);
    batches(app, digest, ended, &mut findings).await?;
    Ok(findings.problems)
}

/// Rows, open rows, rows of no known state.
fn tally(states: &[(i64, i64)]) -> (i64, i64, i64) {
    let sum = |which: fn(i64) -> bool| states.iter().filter(|(state, _)| which(*state)).map(|(_, rows)| rows).sum();
    (sum(|_| true), sum(|state| matches!(state, 0 | 1 | 4)), sum(|state| !(0..=6).contains(&state)))
}

/// What a digest's chunks hold.
#[derive(Default)]
struct Archived {
    named: Vec<i64>,
    nameless: i64,
}

async fn archived(app: &App, digest: &check::Digest, findings: &mut Findings<'_>) -> anyhow::Result<Archived> {
    let (mut found, mut after) = (Archived::default(), 0);
    loop {
        let chunks = pack::chunks(&app.db, digest.id, after).await?;
        let Some(last) = chunks.last() else { return Ok(found) };
        after = last.id;
        for stored in chunks {
            let (number, chunk) = stored.into_chunk();
            if chunk.lo == 0 {
                found.nameless += chunk.outcomes.len() as i64;
                continue;
            }
            match chunk.rows() {
                Ok(rows) => {
                    let open = rows.iter().filter(|row| !packed::is_closed(packed::state(row.1))).count();
                    findings.unless(open == 0, "packed", || Found::PackedOpen { chunk: number, count: open });
                    found.named.extend(rows.into_iter().map(|row| row.0));
                }
                Err(why) => {
                    findings.unless(false, "chunk", || Found::Unreadable { chunk: number, why: why.to_string() });
                }
            }
        }
    }
}

async fn add_rows(app: &App, digest_id: i64, ids: &mut Vec<i64>) -> anyhow::Result<()> {
    let mut after = 0;
    loop {
        let rows = check::row_ids(&app.db, digest_id, after).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = *last;
        ids.extend(rows);
    }
}

/// Batches do not overlap, and every open row that was claimed is in one.
async fn batches(app: &App, digest: &check::Digest, ended: bool, findings: &mut Findings<'_>) -> anyhow::Result<()> {
    let batches = check::batches(&app.db, digest.id).await?;
    findings.unless(!ended || batches.is_empty(), "batches", || Found::BatchesLeft { count: batches.len() });
    let (mut reached, mut uncovered) = (0, 0);
    for (lo, hi) in &batches {
        findings.unless(lo <= hi && *lo > reached, "overlap", || Found::Overlap { low: *lo, high: *hi });
        if *lo > reached + 1 {
            uncovered += check::open_between(&app.db, digest.id, reached + 1, lo - 1).await?;
        }
        reached = reached.max(*hi);
    }
    if digest.claimed_upto > reached {
        uncovered += check::open_between(&app.db, digest.id, reached + 1, digest.claimed_upto).await?;
    }
    findings.unless(uncovered == 0 || ended, "stray", || Found::Stray { count: uncovered });
    Ok(())
}

/// Rows, batches and letters that belong nowhere.
async fn strays(app: &App, report: &mut Report) -> anyhow::Result<()> {
    let mut add = |rule, message| report.problems.push(Problem { digest: String::new(), rule, message });
    let mut after = 0;
    while let Some(digest_id) = pack::next_digest(&app.db, after).await? {
        after = digest_id;
        if !check::is_released(&app.db, digest_id).await? {
            add("orphan", Found::Orphan { digest: digest_id });
        }
    }
    let batches = check::orphan_batches(&app.db).await?;
    if batches > 0 {
        add("orphan", Found::OrphanBatches { count: batches });
    }
    let letters = check::strange_letters(&app.db).await?;
    if letters > 0 {
        add("state", Found::LetterState { count: letters });
    }
    Ok(())
}
