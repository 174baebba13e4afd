//! Writes a batch of imported people: who is new, who is subscribed already, who must be kept out.
//!
//! In: at most [`BATCH`] people sorted by key. Out: one transaction, short enough for sign-ups to continue beside it (SQLite
//! has one writer).

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::sync::OnceCell;

use super::file::List;
use super::plan::Pace;
use super::sort::Person;
use super::sql;
use super::standing::Standing;
use super::{Counts, Import, ImportError, Terms};
use crate::app::App;
use crate::clock::Millis;
use crate::newsletters;
use crate::subscribers::address::domain_of;
use crate::subscribers::status::import as status;
use crate::subscribers::status::rows::{Begin, NewRows};
use crate::subscribers::{Status, consent};

/// People a transaction.
pub const BATCH: usize = 6_000;

/// What the import does with a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// A new row in this state.
    New(Status),
    /// A pending row becomes confirmed: the person consented elsewhere.
    Raise(i64),
    /// A subscriber who must not be written to any more.
    End(i64),
    /// Nothing changes.
    Already,
    /// Nothing changes, and the person is kept out.
    KeptOut(&'static str),
}

/// The rules: an import never lifts an ended state or a suppression, and never ends an existing subscription, unless the list is
/// declared as one of people who must not be written to.
fn judge(person: &Person, known: Option<(i64, Status)>, suppressed: bool, terms: &Terms) -> Fate {
    let confirmed = terms.confirmed;
    let wanted = person.standing <= Standing::Pending;
    match known {
        _ if person.standing == Standing::Unclear => Fate::KeptOut("unclear"),
        _ if suppressed => Fate::KeptOut("suppressed"),
        Some((_, status)) if wanted && is_ended(status) => Fate::KeptOut(status.as_str()),
        Some((id, Status::Pending)) if confirmed && person.standing == Standing::Active => Fate::Raise(id),
        Some((id, status)) if terms.list == List::Unsubscribed && !is_ended(status) => Fate::End(id),
        Some(_) => Fate::Already,
        None => Fate::New(match person.standing {
            Standing::Active if confirmed => Status::Confirmed,
            Standing::Active | Standing::Unsaid | Standing::Pending | Standing::Unclear => Status::Pending,
            Standing::Bounced => Status::Bounced,
            Standing::Unsubscribed => Status::Unsubscribed,
            Standing::Complained => Status::Complained,
        }),
    }
}

fn is_ended(status: Status) -> bool {
    matches!(status, Status::Unsubscribed | Status::Bounced | Status::Complained)
}

/// A batch that is ready to be written.
struct Ready {
    counts: Counts,
    new: NewRows,
    raised: Vec<i64>,
    ended: Vec<i64>,
}

impl Ready {
    /// Judges each of these people, and makes the rows of the new ones unless this is a dry run.
    fn of(
        people: Vec<Person>,
        known: &HashMap<String, (i64, Status)>,
        suppressed: &[bool],
        terms: &Terms,
        begin: Begin,
    ) -> Self {
        let mut counts = Counts::default();
        let (mut new, mut raised, mut ended) = (Vec::with_capacity(people.len()), Vec::new(), Vec::new());
        for (place, person) in people.into_iter().enumerate() {
            counts.people += 1;
            counts.repeated += person.repeated;
            let known = known.get(person.key.as_str()).copied();
            match judge(&person, known, suppressed.get(place) == Some(&true), terms) {
                Fate::New(status) => {
                    *counts.added.entry(status.as_str()).or_default() += 1;
                    new.push((person, status));
                }
                Fate::Raise(id) => {
                    counts.raised += 1;
                    raised.push(id);
                }
                Fate::End(id) => {
                    counts.ended += 1;
                    ended.push(id);
                }
                Fate::Already => counts.already += 1,
                Fate::KeptOut(reason) => *counts.kept_out.entry(reason).or_default() += 1,
            }
        }
        if terms.dry_run {
            new.clear();
        }
        Self { counts, new: NewRows::new(new, terms, begin), raised, ended }
    }

    fn is_empty(&self) -> bool {
        self.new.is_empty() && self.raised.is_empty() && self.ended.is_empty()
    }
}

/// Writes batches, each in a transaction of its own; several at a time.
#[derive(Debug)]
pub struct Store<'a> {
    app: &'a App,
    import: &'a Import<'a>,
    terms: Arc<Terms>,
    pace: Mutex<Pace>,
    consent: OnceCell<i64>,
}

impl<'a> Store<'a> {
    /// Creates the state before the first batch; `pace` plans the letters.
    pub fn new(app: &'a App, import: &'a Import<'a>, pace: Pace) -> Self {
        let (terms, pace) = (Arc::new(import.terms(&app.db)), Mutex::new(pace));
        Self { app, import, terms, pace, consent: OnceCell::new() }
    }

    /// Judges and, unless this is a dry run, writes a batch. Returns what was done with it.
    ///
    /// # Errors
    /// [`ImportError::Database`]; [`ImportError::Interrupted`] when the thread that makes the rows is gone.
    pub async fn batch(&self, people: Vec<Person>) -> Result<Counts, ImportError> {
        let newsletter_id = self.import.newsletter.id;
        let known = sql::known(&self.app.db, newsletter_id, &people).await?;
        let suppressed = sql::suppressed(self.app, newsletter_id, &people).await?;
        let (terms, now) = (self.terms.clone(), self.app.clock.now());
        let some_are_new = known.len() < people.len() && !self.import.dry_run;
        let consent_id = if some_are_new { Some(self.consent(now).await?) } else { None };
        let begin = Begin { at: now, consent_id };
        // Beside the batch that is being written: this task hands its statements to the database.
        let making = tokio::task::spawn_blocking(move || Ready::of(people, &known, &suppressed, &terms, begin));
        let ready = making.await.map_err(|_| ImportError::Interrupted)?;
        if !ready.is_empty() && !self.import.dry_run {
            self.write(&ready, now).await?;
        }
        Ok(ready.counts)
    }

    /// How everybody whom this import adds consented; stored before the first of them.
    async fn consent(&self, now: Millis) -> sqlx::Result<i64> {
        let Import { newsletter, language, .. } = self.import;
        let record = || consent::of_import(&self.app.db, newsletter.id, language, self.import.proof(), now);
        self.consent.get_or_try_init(record).await.copied()
    }

    /// Once more where somebody of the batch has signed up since it was judged: they are left as they are.
    async fn write(&self, ready: &Ready, now: Millis) -> sqlx::Result<()> {
        match self.piece(ready, now, true).await {
            Err(error) if wants_the_other_way(&error) => self.piece(ready, now, false).await,
            done => done,
        }
    }

    async fn piece(&self, ready: &Ready, now: Millis, all_new: bool) -> sqlx::Result<()> {
        let mut piece = self.app.db.begin_piece().await?;
        let tx = &mut piece.tx;
        if !ready.new.is_empty() {
            let pending = status::insert(tx, self.import, &ready.new, now, all_new).await?;
            if !pending.is_empty() {
                let newsletter = newsletters::sql::hold(tx, self.import.newsletter.id).await?;
                let is_held = newsletter.is_some_and(|newsletter| newsletter.is_test());
                sql::plan(tx, &self.planned(&pending), is_held).await?;
            }
        }
        if !ready.raised.is_empty() {
            status::vouch(tx, self.import, &ready.raised, now).await?;
        }
        if !ready.ended.is_empty() {
            status::end(tx, self.import, &ready.ended, now).await?;
        }
        piece.commit().await
    }

    /// When each of these is asked to confirm.
    fn planned(&self, pending: &[(i64, String)]) -> Vec<(i64, Millis)> {
        let mut pace = self.pace.lock().expect("nobody panics with it");
        pending.iter().map(|(id, key)| (*id, pace.next(domain_of(key)))).collect()
    }
}

/// Whether people who are all new cannot be written as such, but the slower way may do: one of them has signed up, the role may
/// not draw ids (42501), or the server has no such function or `COPY` (42883, 0A000).
fn wants_the_other_way(error: &sqlx::Error) -> bool {
    let Some(error) = error.as_database_error() else { return false };
    error.is_unique_violation() || error.code().is_some_and(|code| matches!(&*code, "42501" | "42883" | "0A000"))
}
