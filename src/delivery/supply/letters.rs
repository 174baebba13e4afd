//! The letters lane: confirmations, links, notices, test copies, each rendered for one person, on a connection of their own.
//!
//! In: open rows of `letter`. Out: mails on the letters' [`ReadyQueue`]; recorded by the one recorder. A letter that cannot be
//! rendered is refused with its reason and stops no other.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::envelope::{ReturnPath, envelope_from};
use super::in_hand::{Doubter, InHand};
use super::ready::ReadyQueue;
use super::{Around, sender};
use crate::app::App;
use crate::clock::{HOUR, MINUTE, Millis};
use crate::config::OnUncertain;
use crate::delivery::Mail;
use crate::delivery::record::recorder::Recorder;
use crate::delivery::rewind::memory::Memory;
use crate::delivery::rewind::retell;
use crate::delivery::sign::Room;
use crate::delivery::sign::keys::Keys;
use crate::fault::fault;
use crate::keys::{Bounced, Claim, Purpose};
use crate::ledger::mask::masked;
use crate::ledger::sql::letter::{self, Claimed, Person};
use crate::ledger::{Done, Key, Outcome};
use crate::letter::{LetterKind, RESET_LASTS};
use crate::mails::{self, Sender};

/// How often letters are looked for that nobody woke us for.
const TICK: Duration = Duration::from_secs(1);
/// Below this many in the queue more are claimed.
const LOW: usize = 16;

/// See the module.
#[derive(Debug)]
pub struct Letters {
    app: Arc<App>,
    owner: String,
    in_hand: Arc<InHand>,
    ready: Arc<ReadyQueue>,
    recorder: Recorder,
    memory: Arc<Memory>,
    /// Who signs.
    keys: Keys,
    /// Woken when a letter was asked for in this process.
    wake: Arc<Notify>,
    /// Letters may be leased to us that this process does not know of: see [`Letters::give_astray_back`].
    astray: AtomicBool,
}

impl Letters {
    /// Letters for this queue.
    pub fn new(around: Around, ready: Arc<ReadyQueue>, wake: Arc<Notify>) -> Self {
        let Around { app, owner, in_hand, recorder, memory, .. } = around;
        let (keys, astray) = (Keys::default(), AtomicBool::new(false));
        Self { app, owner, in_hand, ready, recorder, memory, keys, wake, astray }
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
                () = tokio::time::sleep(TICK) => {}
            }
        }
    }

    /// Claims what is due, if there is room; `false` when nothing was.
    async fn round(&self) -> anyhow::Result<bool> {
        for (id, epoch) in self.in_hand.take_unrecorded_letters() {
            letter::give_back(&self.app.db, id, epoch).await?;
        }
        self.give_astray_back().await?;
        let now = self.app.clock.now();
        let room = self.ready.len() < LOW && !self.in_hand.is_halted() && self.in_hand.lease_holds();
        if !room || !letter::any_due(&self.app.db, now).await? {
            return Ok(false);
        }
        let mut tx = self.app.db.begin().await?;
        let claimed = letter::claim(&mut tx, &self.owner, now).await?;
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
        self.prepare(claimed).await?;
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
        for (id, epoch) in leased.into_iter().filter(|(id, _)| !here.contains_key(id)) {
            letter::give_back(&self.app.db, id, epoch).await?;
        }
        self.astray.store(false, Ordering::Relaxed);
        Ok(())
    }

    async fn prepare(&self, claimed: Vec<Claimed>) -> anyhow::Result<()> {
        let mut senders = HashMap::new();
        let mut rest = claimed.into_iter();
        while let Some(letter) = rest.next() {
            let key = Key::Letter { id: letter.id, epoch: letter.epoch };
            let made = match self.one(&letter, &mut senders).await {
                Ok(Ok(mail)) => self.signed(mail, &letter, &senders).await,
                other => other,
            };
            match made {
                Ok(Ok(mail)) => {
                    for key in self.ready.put(vec![mail]) {
                        self.in_hand.unrecorded(&key);
                    }
                }
                Ok(Err(outcome)) => self.record(key, &letter, outcome).await,
                Err(error) => {
                    // The database failed us: this one and those behind it are claimed again.
                    self.in_hand.unrecorded(&key);
                    for letter in rest {
                        self.in_hand.unrecorded(&Key::Letter { id: letter.id, epoch: letter.epoch });
                    }
                    return Err(error.into());
                }
            }
        }
        Ok(())
    }

    async fn record(&self, key: Key, letter: &Claimed, outcome: Outcome) {
        match self.recorder.record(Some(Done { key, attempts: letter.attempts as u16, outcome }), None).await {
            Ok(()) => self.in_hand.done(&key),
            Err(_) => self.in_hand.unrecorded(&key),
        }
    }

    /// The mail of a letter, or what is recorded instead of sending it.
    async fn one(&self, letter: &Claimed, senders: &mut HashMap<i64, Sender>) -> sqlx::Result<Result<Mail, Outcome>> {
        if letter.state == 1 && self.app.config.smtp.on_uncertain == OnUncertain::Hold {
            return Ok(Err(Outcome::Uncertain));
        }
        let person = match letter.subscriber_id {
            Some(id) => letter::person(&self.app.db, id).await?,
            None => None,
        };
        // A new address is confirmed by a letter to it; every other letter goes where the person's mail goes.
        let given = letter.address.as_ref().filter(|_| person.is_none() || letter.kind == LetterKind::Change);
        let Some(address) = given.or(person.as_ref().map(|person| &person.email)) else {
            return Ok(Err(Outcome::Skipped { reason: "left" }));
        };
        if let Some(person) = &person {
            let hash = self.app.keys.address_hash(&person.email_key);
            if letter::suppressed_since(&self.app.db, letter.newsletter_id, &hash, letter.created_at).await? {
                return Ok(Err(Outcome::Skipped { reason: "suppressed" }));
            }
        }
        if letter.kind == LetterKind::PasswordReset && self.app.clock.now() - letter.created_at >= RESET_LASTS {
            return Ok(Err(Outcome::Skipped { reason: "expired" }));
        }
        let Some(sender) = self.sender(letter.newsletter_id, senders).await? else {
            return Ok(Err(Outcome::Skipped { reason: "cancelled" }));
        };
        match render(sender.clone(), letter).await {
            Ok(variant) => Ok(Ok(self.mail(letter, person.as_ref(), address, &sender, variant))),
            Err(error) => {
                let words = format!("{error:#}");
                tracing::error!(letter.id = letter.id, kind = %letter.kind, error = masked(&words), "a letter cannot be made");
                Ok(Err(Outcome::Refused { code: 0, reason: "render", words }))
            }
        }
    }

    async fn sender(&self, newsletter_id: i64, senders: &mut HashMap<i64, Sender>) -> sqlx::Result<Option<Sender>> {
        if let Some(sender) = senders.get(&newsletter_id) {
            return Ok(Some(sender.clone()));
        }
        let sender = sender::of(&self.app, newsletter_id).await?;
        senders.extend(sender.clone().map(|sender| (newsletter_id, sender)));
        Ok(sender)
    }

    fn mail(
        &self,
        letter: &Claimed,
        person: Option<&Person>,
        address: &str,
        sender: &Sender,
        variant: mails::Variant,
    ) -> Mail {
        let keys = &self.app.keys;
        let subject = letter.subscriber_id.unwrap_or_default();
        let version = person.map_or(0, |person| person.token_version);
        let token = |purpose, issued_at| match person {
            Some(_) => keys.sign(purpose, Claim { subject, version, issued_at }),
            None => String::new(),
        };
        let action = match letter.kind {
            LetterKind::Confirm => token(Purpose::Confirm, letter.created_at),
            LetterKind::Change => token(Purpose::Address, letter.created_at),
            LetterKind::Moving => token(Purpose::Keep, letter.created_at),
            LetterKind::Link => token(Purpose::Preferences, letter.created_at),
            LetterKind::Invitation | LetterKind::PasswordReset => {
                link_of(letter).map_or_else(String::new, |claim| keys.sign(Purpose::Person, claim))
            }
            _ => token(Purpose::Settings, 0),
        };
        let (path, about) = (ReturnPath::of(&self.app.config.smtp), Bounced { subscriber_id: subject, digest_id: 0 });
        Mail {
            key: Key::Letter { id: letter.id, epoch: letter.epoch },
            newsletter_id: letter.newsletter_id,
            attempts: letter.attempts.clamp(0, i64::from(u16::MAX)) as u16,
            since: letter.created_at,
            envelope_from: envelope_from(keys, path.as_ref(), &sender.from_address, about),
            address: address.to_owned(),
            variant: Arc::new(variant),
            message_id: keys.message_id("letter", letter.id, 0),
            leave: token(Purpose::Leave, 0),
            action,
            not_me: token(Purpose::NotMe, 0),
            signature: Box::default(),
        }
    }

    /// The letter with its signature, where one of its sender's keys signs; one whose key cannot be used waits.
    async fn signed(
        &self,
        mut mail: Mail,
        letter: &Claimed,
        senders: &HashMap<i64, Sender>,
    ) -> sqlx::Result<Result<Mail, Outcome>> {
        let Some(sender) = senders.get(&letter.newsletter_id) else { return Ok(Ok(mail)) };
        let signed = match self.keys.signing(&self.app, &sender.from_address, letter.created_at).await? {
            Ok(None) => return Ok(Ok(mail)),
            // RSA takes a while, which connections do not have.
            Ok(Some(signing)) => tokio::task::spawn_blocking(move || -> anyhow::Result<Mail> {
                mail.signature = signing.sign(&mail, &mut Room::default())?;
                Ok(mail)
            })
            .await
            .unwrap_or_else(|error| Err(error.into())),
            Err(error) => Err(error),
        };
        Ok(signed.map_err(|error| self.waits(letter, &error)))
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

/// What the link of a person who edits is made of: the row does not hold the link itself.
fn link_of(letter: &Claimed) -> Option<Claim> {
    let mut parameters: serde_json::Value = serde_json::from_str(&letter.parameters).ok()?;
    serde_json::from_value(parameters.get_mut("link")?.take()).ok()
}

/// Renders on a thread of its own: templates and inlining take milliseconds, which connections do not have.
async fn render(sender: Sender, letter: &Claimed) -> anyhow::Result<mails::Variant> {
    let (kind, language, text, date) =
        (letter.kind, letter.language.clone(), letter.parameters.clone(), letter.created_at);
    let composed = tokio::task::spawn_blocking(move || {
        let parameters: serde_json::Value = serde_json::from_str(&text)?;
        mails::letter(&sender, kind, &language, &parameters, date)
    });
    Ok(composed.await??.variant)
}
