//! The letters lane: confirmations, links, notices, test copies: claimed together, made for one person each, on a connection of their
//! own and, while many wait, on those that digests leave.
//!
//! In: open rows of `letter`. Out: mails on the letters' [`ReadyQueue`]; recorded by the one recorder. What many letters say is rendered
//! once ([`super::kept`]), what they need is read once ([`super::known`]), [`super::letter`] makes each. A letter that cannot be
//! rendered is refused with its reason and stops no other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::Around;
use super::in_hand::{Doubter, InHand};
use super::kept::{self, Templates};
use super::known::Known;
use super::letter::{key, mail};
use super::ready::ReadyQueue;
use crate::app::App;
use crate::clock::{HOUR, MINUTE, Millis, beat};
use crate::config::OnUncertain;
use crate::db::Lull;
use crate::delivery::Mail;
use crate::delivery::record::recorder::Recorder;
use crate::delivery::rewind::memory::Memory;
use crate::delivery::rewind::retell;
use crate::delivery::sign::keys::Keys;
use crate::delivery::sign::{Room, Signing};
use crate::fault::fault;
use crate::ledger::mask::masked;
use crate::ledger::provider::Provider;
use crate::ledger::sql::letter::{self, Claimed};
use crate::ledger::{Done, Outcome};
use crate::letter::{LetterKind, RESET_LASTS};
use crate::mails::{self, Sender, Variant};

/// How often letters are looked for that nobody woke us for.
const TICK: Duration = Duration::from_secs(1);
/// The same while nobody writes ([`super::watch`] tells when somebody has): none is tried again within seconds.
const LULL: Duration = Duration::from_secs(5);
/// Letters that are made before others may have the core: some 0.3 ms.
const PIECE: usize = 32;

/// How many letters there are in memory: enough for all connections while more are claimed, and few where those are few, because who
/// is suppressed is looked up when a letter is made.
#[derive(Clone, Copy, Debug)]
pub struct Many {
    /// Below this many in the queue more are claimed.
    pub low: usize,
    /// So many at once.
    pub claim: i64,
}

impl Many {
    /// With so many connections, those that can be lent included.
    pub fn of(connections: usize) -> Self {
        Self { low: (2 * connections).clamp(16, 128), claim: (4 * connections).clamp(64, 256) as i64 }
    }
}

/// See the module.
#[derive(Debug)]
pub struct Letters {
    app: Arc<App>,
    owner: String,
    in_hand: Arc<InHand>,
    ready: Arc<ReadyQueue>,
    recorder: Recorder,
    memory: Arc<Memory>,
    /// Claimed at once.
    most: i64,
    /// Who signs.
    keys: Keys,
    templates: Mutex<Templates>,
    /// Woken when a letter was asked for in this process.
    wake: Arc<Notify>,
    /// Letters may be leased to us that this process does not know of: see [`Letters::give_astray_back`].
    astray: AtomicBool,
    /// At the last look no letter was due.
    lull: Mutex<Option<Lull>>,
}

impl Letters {
    /// Letters for this queue, so many claimed at once.
    pub fn new(around: Around, ready: Arc<ReadyQueue>, wake: Arc<Notify>, most: i64) -> Self {
        let Around { app, owner, in_hand, recorder, memory, .. } = around;
        let (keys, templates, astray) = (Keys::default(), Mutex::default(), AtomicBool::new(false));
        let lull = Mutex::default();
        Self { app, owner, in_hand, ready, recorder, memory, most, keys, templates, wake, astray, lull }
    }

    /// Runs until `stop`.
    pub async fn run(&self, stop: &CancellationToken) {
        self.astray.store(true, Ordering::Relaxed);
        while !stop.is_cancelled() {
            match self.round().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    self.astray.store(true, Ordering::Relaxed);
                    tracing::warn!(error = %format!("{error:#}"), "cannot claim letters; trying again");
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.wake.notified() => {}
                () = self.ready.low() => {}
                () = beat(if self.lull().is_some() { LULL } else { TICK }) => {}
            }
        }
    }

    async fn any_due(&self, now: Millis) -> sqlx::Result<bool> {
        let (db, clock) = (&self.app.db, &self.app.clock);
        if self.lull().as_ref().is_some_and(|lull| lull.lasts(db, clock, LULL)) {
            return Ok(false);
        }
        let before = Lull::before_a_look(db, clock);
        let any = letter::any_due(db, now).await?;
        *self.lull() = before.filter(|_| !any);
        Ok(any)
    }

    fn lull(&self) -> MutexGuard<'_, Option<Lull>> {
        self.lull.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Claims what is due, if there is room; `false` when nothing was.
    async fn round(&self) -> anyhow::Result<bool> {
        letter::give_back(&self.app.db, &mut self.in_hand.take_unrecorded_letters()).await?;
        self.give_astray_back().await?;
        let now = self.app.clock.now();
        let room = self.ready.is_low() && !self.in_hand.is_halted() && self.in_hand.lease_holds();
        if !room || !self.any_due(now).await? {
            return Ok(false);
        }
        let mut tx = self.app.db.begin().await?;
        let claimed = letter::claim(&mut tx, &self.owner, now, self.most).await?;
        fault!("letter.before_commit");
        tx.commit().await?;
        fault!("letter.after_commit");
        let (known, claimed): (Vec<_>, Vec<_>) =
            claimed.into_iter().partition(|letter| self.memory.has_ended(letter.id, letter.created_at));
        if !known.is_empty() {
            retell::letters(&self.app, &self.memory).await?;
        }
        for letter in &claimed {
            self.in_hand.hold_letter(letter.id, letter.epoch);
            self.memory.letter(letter.id, letter.created_at);
        }
        let some = !claimed.is_empty() || !known.is_empty();
        self.prepare(&claimed).await?;
        Ok(some)
    }

    /// A panic, a commit whose answer was lost, or a database that has gone back in time can leave letters that are ours in
    /// the database and in nobody's hands; renewed with the others, their leases would never run out. They are given back,
    /// but those that were sent are called so.
    async fn give_astray_back(&self) -> anyhow::Result<()> {
        if self.in_hand.is_suspected(Doubter::Letters) {
            self.astray.store(true, Ordering::Relaxed);
            if let Err(error) = retell::letters(&self.app, &self.memory).await {
                self.in_hand.suspect();
                return Err(error.into());
            }
        }
        if !self.astray.load(Ordering::Relaxed) {
            return Ok(());
        }
        let leased = letter::of_owner(&self.app.db, &self.owner).await?;
        let here = self.in_hand.letters();
        let mut astray: Vec<_> = leased.into_iter().filter(|(id, _)| !here.contains_key(id)).collect();
        letter::give_back(&self.app.db, &mut astray).await?;
        self.astray.store(false, Ordering::Relaxed);
        Ok(())
    }

    async fn prepare(&self, claimed: &[Claimed]) -> anyhow::Result<()> {
        let mut known = match Known::of(&self.app, claimed).await {
            Ok(known) => known,
            Err(error) => {
                self.leave(claimed);
                return Err(error.into());
            }
        };
        for id in &known.newsletters {
            self.templates().of_sender(*id, known.sender(*id));
        }
        let mut rest = claimed;
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(rest.len().min(PIECE));
            if let Err(error) = self.put(piece, &mut known).await {
                self.leave(behind);
                return Err(error.into());
            }
            rest = behind;
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    /// The database failed us: these are claimed again.
    fn leave(&self, letters: &[Claimed]) {
        for letter in letters {
            self.in_hand.unrecorded(&key(letter));
        }
    }

    fn templates(&self) -> MutexGuard<'_, Templates> {
        self.templates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes these letters and puts them into the queue; those that are not to be sent are recorded together.
    async fn put(&self, letters: &[Claimed], known: &mut Known) -> sqlx::Result<()> {
        let (mut mails, mut others, mut failed) = (Vec::with_capacity(letters.len()), Vec::new(), Ok(()));
        for (at, letter) in letters.iter().enumerate() {
            match self.one(letter, known).await {
                Ok(Ok(mail)) => mails.push((letter, mail)),
                Ok(Err(outcome)) => others.push((letter, outcome)),
                Err(error) => {
                    self.leave(&letters[at..]);
                    failed = Err(error);
                    break;
                }
            }
        }
        let (mails, unsigned) = self.signed(mails, known).await;
        for key in self.ready.put(mails) {
            self.in_hand.unrecorded(&key);
        }
        others.extend(unsigned);
        join_all(others.into_iter().map(|(letter, outcome)| self.record(letter, outcome))).await;
        failed
    }

    async fn record(&self, letter: &Claimed, outcome: Outcome) {
        let key = key(letter);
        let done = Done { key, attempts: letter.attempts as u16, provider: Provider::Other, outcome };
        match self.recorder.record(Some(done), None).await {
            Ok(()) => self.in_hand.done(&key),
            Err(_) => self.in_hand.unrecorded(&key),
        }
    }

    /// The mail of a letter, or what is recorded instead of sending it. Whoever has left is neither welcomed nor asked to stay.
    async fn one(&self, letter: &Claimed, known: &mut Known) -> sqlx::Result<Result<Mail, Outcome>> {
        if letter.state == 1 && self.app.config.smtp.on_uncertain == OnUncertain::Hold {
            return Ok(Err(Outcome::Uncertain));
        }
        let recipient = known.recipient(letter);
        let person = recipient.map(|recipient| &recipient.person);
        // A new address is confirmed by a letter to it; every other letter goes where the person's mail goes.
        let given = letter.address.as_ref().filter(|_| person.is_none() || letter.kind == LetterKind::Change);
        let Some(address) = given.or(person.map(|person| &person.email)).cloned() else {
            return Ok(Err(Outcome::Skipped { reason: "left" }));
        };
        if recipient.is_some_and(|recipient| recipient.is_suppressed(letter)) {
            return Ok(Err(Outcome::Skipped { reason: "suppressed" }));
        }
        let is_for_readers = matches!(letter.kind, LetterKind::Welcome | LetterKind::Stay);
        if is_for_readers && !person.is_some_and(|person| person.is_reader) {
            return Ok(Err(Outcome::Skipped { reason: "left" }));
        }
        if letter.kind == LetterKind::PasswordReset && self.app.clock.now() - letter.created_at >= RESET_LASTS {
            return Ok(Err(Outcome::Skipped { reason: "expired" }));
        }
        let Some(sender) = known.sender(letter.newsletter_id).cloned() else {
            return Ok(Err(Outcome::Skipped { reason: "cancelled" }));
        };
        let parameters = known.parameters(&self.app, letter).await?;
        match self.variant(&sender, letter, parameters).await {
            Ok(variant) => {
                let person = known.recipient(letter).map(|recipient| &recipient.person);
                Ok(Ok(mail(&self.app, letter, person, address, &sender, variant)))
            }
            Err(error) => {
                let words = format!("{error:#}");
                tracing::error!(letter.id = letter.id, kind = %letter.kind, error = masked(&words), "a letter cannot be made");
                Ok(Err(Outcome::Refused { code: 0, reason: "render", words }))
            }
        }
    }

    /// The letter without its person: of what is kept, or rendered now.
    async fn variant(
        &self,
        sender: &Arc<Sender>,
        letter: &Claimed,
        parameters: String,
    ) -> anyhow::Result<Arc<Variant>> {
        let (kind, language, date) = (letter.kind, letter.language.clone(), letter.created_at);
        let with = sender.clone();
        let Some(says) = mails::says(sender, kind, &parameters) else {
            let render = move |parameters: &serde_json::Value| mails::letter(&with, kind, &language, parameters, date);
            return Ok(Arc::new(rendered(parameters, render).await?.variant));
        };
        let key = kept::Key { newsletter_id: letter.newsletter_id, kind, language: language.clone(), says };
        if let Some(variant) = self.templates().letter(&key, date) {
            return variant;
        }
        let render = move |parameters: &serde_json::Value| mails::undated(&with, kind, &language, parameters);
        let undated = rendered(parameters, render).await?;
        self.templates().keep(key, sender.clone(), undated, date)
    }

    /// The letters with their signatures, where keys of their senders sign; those whose key cannot be used wait.
    async fn signed<'a>(
        &self,
        mails: Vec<(&'a Claimed, Mail)>,
        known: &Known,
    ) -> (Vec<Mail>, Vec<(&'a Claimed, Outcome)>) {
        let (mut done, mut waits) = (Vec::with_capacity(mails.len()), Vec::new());
        let (mut letters, mut to_sign) = (Vec::new(), Vec::new());
        for (letter, mail) in mails {
            let sender = known.sender(letter.newsletter_id).filter(|_| !known.pairs.is_empty());
            let Some(from) = sender.map(|sender| &sender.from_address) else {
                done.push(mail);
                continue;
            };
            match self.keys.signing_by(&self.app, &known.pairs, from, letter.created_at).await {
                Ok(None) => done.push(mail),
                Ok(Some(signing)) => {
                    letters.push(letter);
                    to_sign.push((signing, mail));
                }
                Err(error) => waits.push((letter, self.waits(letter, &error))),
            }
        }
        if letters.is_empty() {
            return (done, waits);
        }
        // RSA takes a while, which connections do not have.
        let signed = tokio::task::spawn_blocking(move || sign(to_sign)).await;
        let signed = signed.unwrap_or_else(|error| letters.iter().map(|_| Err(anyhow::anyhow!("{error}"))).collect());
        for (letter, mail) in letters.into_iter().zip(signed) {
            match mail {
                Ok(mail) => done.push(mail),
                Err(error) => waits.push((letter, self.waits(letter, &error))),
            }
        }
        (done, waits)
    }

    /// What is recorded of a letter that cannot be signed: it waits a minute, not counted, and expires when its time is up.
    fn waits(&self, letter: &Claimed, error: &anyhow::Error) -> Outcome {
        let (now, words) = (self.app.clock.now(), format!("{error:#}"));
        tracing::error!(letter.id = letter.id, error = words, "a letter cannot be signed, and waits");
        let lasts = Millis::from(self.app.config.smtp.give_up_h) * HOUR / 2;
        if now >= letter.created_at + lasts {
            return Outcome::Refused { code: 0, reason: "expired", words };
        }
        Outcome::Deferred { next_at: now + MINUTE, code: 0, words, counted: false }
    }
}

fn sign(mails: Vec<(Signing, Mail)>) -> Vec<anyhow::Result<Mail>> {
    let mut room = Room::default();
    let sign = |(signing, mut mail): (Signing, Mail)| -> anyhow::Result<Mail> {
        mail.signature = signing.sign(&mail, &mut room)?;
        Ok(mail)
    };
    mails.into_iter().map(sign).collect()
}

/// Renders on a thread of its own: templates and inlining take milliseconds, which connections do not have.
async fn rendered<T: Send + 'static>(
    parameters: String,
    render: impl FnOnce(&serde_json::Value) -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    tokio::task::spawn_blocking(move || render(&serde_json::from_str(&parameters)?)).await?
}
