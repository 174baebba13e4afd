//! A database that goes back in time: noticed, told what this process knows, or held until somebody decides.
//!
//! A standby that lagged behind is promoted, a backup is put back, a copy is started beside its original. Such a database
//! says that people were not written to who have their mail, and would write to them again. Three things tell:
//!
//! - **The generation**, a random id in the database ([`crate::db::generation`]), new with each [`crate::ledger::hold::resume`].
//! - **A counter for each process that sends**, a row in the database and a small synced file beside the process
//!   ([`super::marker`]), moved on once a second while mails leave and once a minute else: first the row, then the file.
//!   So a database that says less than the file is older than what this process has seen. Each process has its own: what
//!   one remembers does not vouch for what another forgot.
//! - **The place** of a PostgreSQL database, which a restored copy does not share with its original, and the address that
//!   it is reached under, which a copy of its disk does not share.
//!
//! ```text
//! start ──▶ judge ──▶ new: a generation begins ─────────────────────────▶ beat, each second
//!             │   ──▶ the file says no more than the database ───────────▶  │
//!             │   ──▶ no file, same place (a new worker, a container) ───▶  │ the row says less than we know:
//!             ▼                                                             ▼
//!           held ◀── older · a copy · another ◀── beyond what we remember ◀─┴─▶ tell it again, and go on
//! ```
//! *A process that starts* has no memory but its file. It **holds** ([`crate::ledger::hold`]) when the row says less than the file,
//! or is missing; when a PostgreSQL database stands elsewhere than written down (restored by `pg_restore`, or copied); when
//! it was promoted, recovered, or is reached as never before, and no file vouches; and for SQLite, when the file beside the database is missing or tells
//! of another generation, because nothing inside an SQLite file tells a copy from its original. A first start, and the
//! first after the upgrade that brought generations, begin one without a word.
//!
//! *A process that lives* remembers what it reported ([`super::memory`]). When its row says less, or a batch is not where
//! it left it ([`crate::delivery::supply::in_hand::InHand::suspect`]), it tells the database again ([`super::retell`]) before it claims
//! anything. It holds when the database went back further than it remembers, when it is another, and when a digest that
//! was being sent is not there any more.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::marker::{Found, Home, Marker, Own};
use super::memory::Memory;
use crate::app::App;
use crate::clock::{Millis, beat};
use crate::db::Lull;
use crate::db::generation::{self, Generation, Likeness, Place, Reached};
use crate::delivery::supply::in_hand::{Doubter, InHand};
use crate::i18n;
use crate::keys::random_text;
use crate::ledger::{Meaning, hold};
use crate::reason::Reason;

/// Between two looks.
const BEAT: Duration = Duration::from_secs(1);
/// The counter moves at least so often: a backup that is put back is older than this.
const IDLE: Duration = Duration::from_mins(1);
/// And is read at least so often.
const LOOK: Duration = Duration::from_secs(5);

/// See the module.
#[derive(Debug)]
pub struct Witness {
    app: Arc<App>,
    meaning: Meaning,
    in_hand: Arc<InHand>,
    memory: Arc<Memory>,
    home: Home,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// `None` while everything is held and was so at the start.
    here: Option<Here>,
    moved_at: Option<Instant>,
    looked_at: Option<Instant>,
    /// Nobody has written to SQLite's file since that look.
    lull: Option<Lull>,
    followed_at: Option<Instant>,
    /// The file could not be written, and that was said.
    said: bool,
}

/// Who this process is.
#[derive(Debug)]
struct Here {
    generation: String,
    process: String,
    counter: i64,
    /// The counter that it began with.
    born: i64,
    own: Option<Own>,
}

/// What a start finds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    /// A database that was never sent from.
    Begin,
    /// The one that it should be; or nothing speaks against it.
    Go,
    /// Not to be sent from, for this reason.
    Hold(Reason),
}

/// Judges a database by what a start can see. `reached`: each marker of its generation, with how far the database says
/// that this process had come.
fn judge(
    known: Option<&Generation>,
    here: Option<&Place>,
    found: &Found,
    reached: &[(i64, Option<i64>)],
    strange: bool,
) -> Verdict {
    let (Some(known), Some(here)) = (known, here) else {
        return if found.of_others.is_empty() { Verdict::Begin } else { Verdict::Hold(Reason::DatabaseOther) };
    };
    if reached.iter().any(|(marker, row)| row.is_none_or(|row| row < *marker)) {
        return Verdict::Hold(Reason::DatabaseOlder);
    }
    let vouched = !reached.is_empty();
    match Place::compare(known.place.as_ref(), here) {
        Likeness::Same if strange && !vouched => Verdict::Hold(Reason::DatabaseStrange),
        Likeness::Open | Likeness::Same => Verdict::Go,
        Likeness::Copy => Verdict::Hold(Reason::DatabaseCopied),
        Likeness::Continued | Likeness::Unknown if vouched => Verdict::Go,
        Likeness::Continued => Verdict::Hold(Reason::DatabaseMoved),
        Likeness::Unknown if !found.of_others.is_empty() => Verdict::Hold(Reason::DatabaseOther),
        Likeness::Unknown => Verdict::Hold(Reason::DatabaseUnknown),
    }
}

impl Witness {
    /// Of this process.
    pub fn new(app: Arc<App>, meaning: Meaning, in_hand: Arc<InHand>, memory: Arc<Memory>) -> Self {
        let home = Home::of(&app.config.database);
        Self { app, meaning, in_hand, memory, home, state: Mutex::default() }
    }

    /// Judges the database, before anything is claimed or released.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn start(&self) -> anyhow::Result<()> {
        let mut state = self.state.lock().await;
        if let Some(held) = generation::held(&self.app.db).await? {
            tracing::error!("{}", hold::in_words(&held, i18n::locale(i18n::FALLBACK)));
        } else {
            self.settle_in(&mut state).await?;
        }
        self.app.judged.cancel();
        Ok(())
    }

    /// Moves the counter on until `stop`, and notices when the database is not where we left it.
    pub async fn run(&self, stop: &CancellationToken) {
        loop {
            let stopped = tokio::select! {
                () = stop.cancelled() => true,
                () = beat(BEAT) => false,
            };
            if let Err(error) = self.beat(stopped).await {
                tracing::debug!(error = %format!("{error:#}"), "the counter waits: the database cannot be used");
            }
            if stopped {
                return;
            }
        }
    }

    /// Judges, and takes this process's place when nothing speaks against it.
    async fn settle_in(&self, state: &mut State) -> anyhow::Result<()> {
        state.here = None;
        let mut known = generation::read(&self.app.db).await?;
        let mut found = self.look(known.as_ref()).await?;
        if known.is_none() && generation::is_empty(&self.app.db).await? {
            // A new database where another was: it can write to nobody.
            found.of_others.clear();
        }
        let here = match &known {
            Some(_) => Some(generation::place(&self.app.db).await?),
            None => None,
        };
        let reached = self.reached(&found).await?;
        let strange = generation::is_strange(&self.app.db, &self.home.database, self.app.clock.now()).await?;
        match judge(known.as_ref(), here.as_ref(), &found, &reached, strange) {
            Verdict::Hold(why) => {
                hold::hold(&self.app, self.meaning, &why).await?;
                return Ok(());
            }
            Verdict::Go => {}
            Verdict::Begin => {
                generation::begin(&self.app.db, &random_text(12)).await?;
                known = generation::read(&self.app.db).await?;
                found = self.look(known.as_ref()).await?;
            }
        }
        let Some(known) = known else { return Ok(()) };
        let place = generation::place(&self.app.db).await?;
        let moved = known.place.as_ref() != Some(&place);
        let kept = self.take_place(state, known, found, &reached).await?;
        // After the file: a kill in between must not leave a database that misses it.
        if moved && (kept || place != Place::File) {
            generation::write_place(&self.app.db, &place).await?;
        }
        Ok(())
    }

    async fn look(&self, known: Option<&Generation>) -> anyhow::Result<Found> {
        let (home, id) = (self.home.clone(), known.map(|known| known.id.clone()));
        Ok(tokio::task::spawn_blocking(move || home.open(id.as_deref())).await?)
    }

    async fn reached(&self, found: &Found) -> sqlx::Result<Vec<(i64, Option<i64>)>> {
        let mut reached = Vec::new();
        for marker in found.before.iter().chain(&found.others) {
            let row = generation::reached(&self.app.db, &marker.process).await?;
            reached.push((marker.counter, row.map(|row| row.counter)));
        }
        Ok(reached)
    }

    async fn take_place(
        &self,
        state: &mut State,
        known: Generation,
        found: Found,
        reached: &[(i64, Option<i64>)],
    ) -> anyhow::Result<bool> {
        if let Some(why) = &found.unwritable {
            let place = self.home.in_words();
            tracing::warn!(
                "no file can be kept in {place} that says how far this process has come ({why}): a start will not notice \
                 when the database was put back to an older state. Set [database] state_dir to a folder that stays"
            );
        }
        let process = found.before.map_or_else(|| random_text(9), |marker| marker.process);
        let counter = reached.iter().flat_map(|(marker, row)| [Some(*marker), *row]).flatten().max().unwrap_or(0) + 1;
        let mut here = Here { generation: known.id, process, counter, born: counter, own: found.own };
        self.reach(&here).await?;
        let kept = self.write(&mut here, &mut state.said).await;
        (state.here, state.moved_at) = (Some(here), Some(Instant::now()));
        Ok(kept)
    }

    /// Writes the row, whatever it says.
    async fn reach(&self, here: &Here) -> sqlx::Result<()> {
        let at = Reached { counter: here.counter, seen_at: self.app.clock.now() };
        generation::reach(&self.app.db, &here.process, &self.home.database, at).await
    }

    /// Writes the file, after the row. `false` when it could not be written.
    async fn write(&self, here: &mut Here, said: &mut bool) -> bool {
        let Some(own) = here.own.take() else { return false };
        let marker = Marker {
            database: self.home.database.clone(),
            generation: here.generation.clone(),
            process: here.process.clone(),
            counter: here.counter,
        };
        let written = tokio::task::spawn_blocking(move || (own.write(&marker), own)).await;
        let Ok((written, own)) = written else { return false };
        here.own = Some(own);
        let before = std::mem::replace(said, written.is_err());
        if let (Err(error), false) = (&written, before) {
            let path = self.home.in_words();
            tracing::warn!(%error, path, "how far this process has come could not be written down");
        }
        written.is_ok()
    }

    async fn beat(&self, at_once: bool) -> anyhow::Result<()> {
        let mut state = self.state.lock().await;
        let state = &mut *state;
        let Some(here) = &mut state.here else {
            if generation::held(&self.app.db).await?.is_none() {
                self.settle_in(state).await?;
            }
            return Ok(());
        };
        let rested = state.moved_at.is_none_or(|at| at.elapsed() >= IDLE);
        let suspected = self.in_hand.is_suspected(Doubter::Witness);
        let moves = self.memory.is_fresh() || suspected || rested || at_once;
        if !moves && state.looked_at.is_some_and(|at| at.elapsed() < LOOK) {
            return Ok(());
        }
        let (db, clock) = (&self.app.db, &self.app.clock);
        if !moves && state.lull.as_ref().is_some_and(|lull| lull.lasts(db, clock, IDLE)) {
            return Ok(());
        }
        // When the database is away, it is looked at as soon as it is back.
        (state.looked_at, state.lull) = (None, None);
        if !moves {
            let lull = Lull::before_a_look(db, clock);
            let row = generation::reached(&self.app.db, &here.process).await?;
            state.looked_at = Some(Instant::now());
            return if row.is_some_and(|row| row.counter >= here.counter) {
                state.lull = lull;
                Ok(())
            } else {
                self.look_back(state).await
            };
        }
        let now = self.app.clock.now();
        if !generation::advance(&self.app.db, &here.generation, &here.process, here.counter, now).await? {
            return self.look_back(state).await;
        }
        here.counter += 1;
        (state.moved_at, state.looked_at) = (Some(Instant::now()), Some(Instant::now()));
        self.write(here, &mut state.said).await;
        if suspected || state.followed_at.is_none_or(|at| at.elapsed() >= IDLE) {
            self.follow().await?;
            state.followed_at = Some(Instant::now());
        }
        Ok(())
    }

    /// A server that was promoted or upgraded under us, with nothing missing, stands where it stands now: who joins us later
    /// finds it so.
    async fn follow(&self) -> anyhow::Result<()> {
        let Some(known) = generation::read(&self.app.db).await? else { return Ok(()) };
        let place = generation::place(&self.app.db).await?;
        if Place::compare(known.place.as_ref(), &place) == Likeness::Continued {
            generation::write_place(&self.app.db, &place).await?;
        }
        Ok(())
    }

    /// The row is not as we left it.
    async fn look_back(&self, state: &mut State) -> anyhow::Result<()> {
        let Some(here) = &mut state.here else { return Ok(()) };
        let known = generation::read(&self.app.db).await?;
        if known.as_ref().is_none_or(|known| known.id != here.generation) {
            if known.is_some_and(|known| known.parent == here.generation) {
                here.own.iter().for_each(Own::remove);
                // Somebody let everything go on: this process is at home there.
                return self.settle_in(state).await;
            }
            state.here = None;
            hold::hold(&self.app, self.meaning, &Reason::DatabaseOther).await?;
            return Ok(());
        }
        let row = generation::reached(&self.app.db, &here.process).await?;
        match row {
            // The answer to our last word was lost.
            Some(row) if row.counter >= here.counter => here.counter = row.counter,
            Some(row) if row.counter >= here.born => self.went_back(here, self.app.clock.now() - row.seen_at).await?,
            _ => {
                self.in_hand.suspect();
                hold::hold(&self.app, self.meaning, &Reason::DatabaseForgot).await?;
                here.counter += 1;
                self.reach(here).await?;
            }
        }
        Ok(())
    }

    /// The database is where it was `back` milliseconds ago.
    async fn went_back(&self, here: &mut Here, back: Millis) -> anyhow::Result<()> {
        self.in_hand.has_gone_back();
        let span = Duration::from_millis(back.max(0) as u64);
        tracing::error!(
            seconds = span.as_secs(),
            "the database has gone back in time (promoted, or recovered): what this process reported since is told again. \
             Sign-ups and people who left in that time may be missing"
        );
        if !self.memory.reaches(span) {
            hold::hold(&self.app, self.meaning, &Reason::DatabaseForgot).await?;
        }
        here.counter += 1;
        self.reach(here).await?;
        self.follow().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: &[(i64, Option<i64>)] = &[];

    fn known(place: Option<&str>) -> Generation {
        let place = place.map(|text| text.parse().unwrap());
        Generation { id: "G".into(), parent: String::new(), place }
    }

    fn server(text: &str) -> Place {
        format!("server {text}").parse().unwrap()
    }

    fn other() -> Found {
        let marker = Marker { database: "d".into(), generation: "H".into(), process: "p".into(), counter: 3 };
        Found { of_others: vec![marker], ..Found::default() }
    }

    #[test]
    fn a_first_start_and_an_upgrade_say_nothing() {
        assert_eq!(judge(None, None, &Found::default(), NONE, false), Verdict::Begin);
    }

    #[test]
    fn a_copy_from_before_generations_put_back_is_held() {
        assert_eq!(judge(None, None, &other(), NONE, false), Verdict::Hold(Reason::DatabaseOther));
    }

    #[test]
    fn a_database_that_says_less_than_the_file_is_held_and_one_that_says_more_is_not() {
        let (file, place) = (known(Some("file")), Place::File);
        let at = |row| judge(Some(&file), Some(&place), &Found::default(), &[(7, row)], false);
        assert_eq!(at(Some(7)), Verdict::Go);
        assert_eq!(at(Some(8)), Verdict::Go, "killed between the row and the file");
        assert_eq!(at(Some(6)), Verdict::Hold(Reason::DatabaseOlder));
        assert_eq!(at(None), Verdict::Hold(Reason::DatabaseOlder), "from before this process");
        let server = (known(Some("server 5/1/733/s/1")), server("5/1/733/s/1"));
        let two = judge(Some(&server.0), Some(&server.1), &Found::default(), &[(7, Some(7)), (9, Some(8))], false);
        assert_eq!(two, Verdict::Hold(Reason::DatabaseOlder), "what one process saw does not vouch for another");
    }

    #[test]
    fn an_sqlite_file_without_its_marker_is_held_until_somebody_says_so() {
        let at = |place, found: &Found| judge(Some(&known(Some(place))), Some(&Place::File), found, NONE, false);
        assert_eq!(at("file", &Found::default()), Verdict::Hold(Reason::DatabaseUnknown));
        assert_eq!(at("file", &other()), Verdict::Hold(Reason::DatabaseOther));
        assert_eq!(at("open", &other()), Verdict::Go, "the marker of before is still there");
    }

    #[test]
    fn on_postgresql_a_new_worker_joins_and_a_restored_copy_is_held() {
        let before = known(Some("server 5/1/733/s/1"));
        let joins = |strange| judge(Some(&before), before.place.as_ref(), &Found::default(), NONE, strange);
        assert_eq!(
            (joins(false), joins(true)),
            (Verdict::Go, Verdict::Hold(Reason::DatabaseStrange)),
            "the disk of another server"
        );
        let at = |here, reached| judge(Some(&before), Some(&server(here)), &Found::default(), reached, false);
        let vouched: &[(i64, Option<i64>)] = &[(7, Some(7))];
        assert_eq!(at("5/1/733/s/1", NONE), Verdict::Go, "a container without a volume");
        for here in ["6/1/733/s/1", "5/2/901/s/1", "5/1/901/t/1"] {
            assert_eq!(at(here, NONE), Verdict::Hold(Reason::DatabaseCopied), "{here}");
            assert_eq!(
                at(here, vouched),
                Verdict::Hold(Reason::DatabaseCopied),
                "{here}: the copy of a database that stood still"
            );
        }
        for here in ["5/1/733/s/2", "5/1/733/t/1"] {
            assert_eq!(at(here, NONE), Verdict::Hold(Reason::DatabaseMoved), "{here}");
            assert_eq!(at(here, vouched), Verdict::Go, "{here}: nothing is missing");
        }
    }
}
