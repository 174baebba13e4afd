//! From a reply to what is recorded: the verdict of the table, applied to the mail at hand.
//!
//! In: a reply to a mail that is recorded as started. Out: [`Drive::done`], alarms, and whether the connection goes on.
//! Each row counts, waits and ends: what comes back uncounted does so twice at most, and none beyond `give_up_h`.

use std::time::Instant;

use super::drive::{Drive, End};
use crate::clock::{MINUTE, Millis};
use crate::delivery::wire::breaker::{Kind, Ruling};
use crate::delivery::wire::contract::{Alarm, Record, Source};
use crate::delivery::wire::health::Fault;
use crate::delivery::wire::learned::PipelineMode;
use crate::delivery::wire::replies::{Verdict, judge_by, slow_down};
use crate::delivery::wire::senders::Witness;
use crate::delivery::wire::smtp::reply::Enhanced;
use crate::delivery::wire::smtp::{Broken, Stage};
use crate::delivery::{Mail, retry};
use crate::ledger::{Key, Outcome};

/// A mail that met a fault which is not its own waits this long, so that it does not meet it first again.
const AFTER_FAULT: Millis = MINUTE;
/// So often it may come back uncounted; then it counts and waits by the schedule.
const UNCOUNTED: u32 = 2;
/// The letters of a relay, as the breaker counts them: one run for all.
const LETTERS: i64 = 0;

/// A reply, as it came.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) stage: Stage,
    pub(super) code: u16,
    pub(super) enhanced: Option<Enhanced>,
    pub(super) words: String,
}

impl<S: Source, R: Record> Drive<'_, S, R> {
    /// Judges a reply to `mail`, which is recorded as started, and says whether the connection goes on.
    pub(super) fn conclude(&mut self, mail: &Mail, said: Said) -> Result<(), End> {
        let Said { stage, code, enhanced, .. } = said;
        let verdict = judge_by(&self.relay.rules, stage, code, enhanced, &said.words);
        if matches!(stage, Stage::Rcpt | Stage::Dot) && slow_down(code, enhanced) {
            self.slow_down(mail, &said.words);
        }
        match verdict {
            Verdict::Proceed => {
                self.accept(mail);
                return Ok(());
            }
            Verdict::Recipient | Verdict::Mailbox => {
                self.later(mail, code, said.words);
                self.well();
            }
            Verdict::Busy => self.busy(mail, code, said.words),
            Verdict::Sender { later } => self.sender(mail, later, said),
            Verdict::Address => self.unknown(mail, code, said.words),
            Verdict::Policy => self.refuse(mail, (Kind::Policy, "policy"), code, said.words),
            Verdict::Text => self.refuse(mail, (Kind::Text, "content"), code, said.words),
            Verdict::Doubt => {
                self.done = Some(mail.done(Outcome::Uncertain));
                return Err(self.break_off(&out_of_step(code, &said.words)));
            }
            Verdict::Connection | Verdict::Server | Verdict::Mechanism | Verdict::AccountLater | Verdict::Account => {
                return Err(self.lose(mail, said));
            }
        }
        // Whatever it said of the mail, after a 421 the server is gone.
        if code == 421 { Err(End::Again) } else { Ok(()) }
    }

    fn accept(&mut self, mail: &Mail) {
        let gone = self.relay.breaker.accepted(run_of(mail));
        self.gone(mail, gone);
        self.relay.senders.accepted(mail);
        self.accepted += 1;
        self.done = Some(mail.done(Outcome::Accepted));
        self.well();
    }

    /// Later, by the schedule; refused once its time is up.
    fn later(&mut self, mail: &Mail, code: u16, words: String) {
        let row = (&mail.key, mail.attempts, mail.since);
        let outcome = retry::later(row, self.relay.clock.now(), self.relay.give_up(&mail.key), code, words);
        self.done = Some(mail.done(outcome));
    }

    /// Later, said of the server: of one mail it is that mail's, of two it is the sender's or the server's. A mail that was
    /// put off before bears no witness: those that are left to the end are those that meet it.
    fn busy(&mut self, mail: &Mail, code: u16, words: String) {
        self.count += 1;
        let witness = if mail.attempts > 0 { Witness::First } else { self.witness(mail, code, &words) };
        match witness {
            Witness::First => self.later(mail, code, words),
            Witness::Second { .. } => self.wait_uncounted(mail, code, words, AFTER_FAULT),
        }
    }

    /// The sender is refused: of one mail it is that mail's; of two, the sender's mails wait, and a 5xx pauses its digest.
    fn sender(&mut self, mail: &Mail, later: bool, said: Said) {
        let Said { stage, code, words, enhanced } = said;
        self.count += 1;
        let put_off_before = stage != Stage::Mail && mail.attempts > 0;
        let witness = match enhanced {
            _ if put_off_before => Witness::First,
            // Said of the sender's address: never the server's, however many of its mails meet it.
            Some(Enhanced { subject: 1, .. }) => self.relay.senders.refused(mail),
            _ => self.witness(mail, code, &words),
        };
        match (witness, mail.key) {
            (Witness::First, _) if stage == Stage::Mail => self.put_back(mail, code, words, true),
            (Witness::First, _) => self.later(mail, code, words),
            (Witness::Second { .. }, Key::Digest { digest_id, .. }) => {
                if !later {
                    self.relay.health.raise(Alarm::PauseSender { digest_id, words: format!("{code} {words}") });
                }
                self.wait_uncounted(mail, code, words, 0);
            }
            (Witness::Second { .. }, Key::Letter { .. }) => self.wait_uncounted(mail, code, words, AFTER_FAULT),
        }
    }

    /// Notes a refusal that may mean more than this mail; where nothing at all is accepted it is the server's.
    pub(super) fn witness(&self, mail: &Mail, code: u16, words: &str) -> Witness {
        let witness = self.relay.senders.refused(mail);
        if witness == (Witness::Second { all: true }) {
            let words = if code == 0 { words.to_owned() } else { format!("{code} {words}") };
            self.relay.health.fault(Fault::Busy, words);
        }
        witness
    }

    /// The server says that it closes, or something that has no place here.
    fn lose(&mut self, mail: &Mail, said: Said) -> End {
        let Said { stage, code, words, .. } = said;
        if stage == Stage::Mail && code != 421 && self.pipelining() == PipelineMode::Full && self.count > 0 {
            self.relay.learned.refuse();
        }
        // A connection that has had enough says nothing of the mail that came next.
        let enough = stage == Stage::Mail && self.accepted > 0;
        if !enough {
            self.witness(mail, code, &words);
        }
        let broken = out_of_step(code, &words);
        self.put_back(mail, code, words, enough);
        let end = self.break_off(&broken);
        if code == 421 { end } else { End::Quit }
    }

    /// The address does not exist: its row says so, and it is marked once the breaker's window has passed.
    fn unknown(&mut self, mail: &Mail, code: u16, words: String) {
        match mail.key {
            Key::Digest { digest_id, .. } if self.source.takes_bounces(digest_id) => {
                self.done = Some(mail.done(Outcome::Refused { code, reason: "address", words }));
                self.well();
            }
            Key::Digest { subscriber_id, .. } => {
                self.refuse(mail, (Kind::Address(subscriber_id), "unknown"), code, words);
            }
            // Nobody is marked for a letter, so it needs no window.
            Key::Letter { .. } => self.refuse(mail, (Kind::Policy, "unknown"), code, words),
        }
    }

    /// A refusal for good: recorded while they are few, else the digest pauses. Of letters that are refused one after the
    /// other none is given up; they wait.
    fn refuse(&mut self, mail: &Mail, (kind, reason): (Kind, &'static str), code: u16, words: String) {
        let (ruling, gone) = self.relay.breaker.refused(run_of(mail), kind, Instant::now());
        self.gone(mail, gone);
        let said = format!("{code} {words}");
        match (mail.key, ruling) {
            (_, Ruling::Record) => {}
            (Key::Letter { .. }, _) => {
                self.count += 1;
                self.relay.health.fault(Fault::Busy, said.as_str());
                return self.later(mail, code, words);
            }
            (Key::Digest { digest_id, .. }, _) => self.relay.health.raise(match kind {
                Kind::Address(_) => Alarm::PauseBounces { digest_id, words: said },
                Kind::Policy | Kind::Text => Alarm::PausePolicy { digest_id, words: said },
            }),
        }
        match ruling {
            Ruling::LeaveAndPause => self.wait_uncounted(mail, code, words, 0),
            Ruling::Record | Ruling::RecordAndPause => {
                self.done = Some(mail.done(Outcome::Refused { code, reason, words }));
            }
        }
        self.well();
    }

    fn gone(&self, mail: &Mail, subscribers: Vec<i64>) {
        if let (Key::Digest { digest_id, .. }, false) = (mail.key, subscribers.is_empty()) {
            self.relay.health.raise(Alarm::Gone { digest_id, subscribers });
        }
    }

    /// A message larger than the server takes: a digest pauses as a whole, a letter is refused with the outcome returned.
    pub(super) fn too_big(&self, mail: &Mail, words: &str) -> Option<Outcome> {
        let Key::Digest { digest_id, .. } = mail.key else {
            return Some(Outcome::Refused { code: 0, reason: "content", words: words.to_owned() });
        };
        self.relay.health.raise(Alarm::PausePolicy { digest_id, words: words.to_owned() });
        None
    }

    /// Started, not sent, and not at fault: it waits a minute (the first time not at all where `at_once`) and counts when it
    /// meets the like for the third time.
    pub(super) fn put_back(&mut self, mail: &Mail, code: u16, words: String, at_once: bool) {
        match self.relay.senders.met(&mail.key) {
            1 if at_once => self.wait_uncounted(mail, code, words, 0),
            times if times <= UNCOUNTED => self.wait_uncounted(mail, code, words, AFTER_FAULT),
            _ => self.later(mail, code, words),
        }
    }

    /// Not counted, as due as before once `wait` ms have passed; refused once its time is up.
    fn wait_uncounted(&mut self, mail: &Mail, code: u16, words: String, wait: Millis) {
        let now = self.relay.clock.now();
        let outcome = if now >= mail.since + self.relay.give_up(&mail.key) {
            Outcome::Refused { code, reason: "expired", words }
        } else {
            Outcome::Deferred { next_at: now + wait, code, words, counted: false }
        };
        self.done = Some(mail.done(outcome));
    }

    /// Started, withdrawn before its content left: as if it had never been started.
    pub(super) fn untouched(&mut self, mail: &Mail) {
        let outcome =
            Outcome::Deferred { next_at: self.relay.clock.now(), code: 0, words: String::new(), counted: false };
        self.done = Some(mail.done(outcome));
    }

    /// Started, and the connection broke before the final dot left; `in_content`: on the content itself.
    pub(super) fn put_back_broken(&mut self, mail: &Mail, broken: &Broken, in_content: bool) {
        if *broken == Broken::Stopped {
            return self.untouched(mail);
        }
        // A connection that has had enough says nothing of the mail that came next.
        let enough = *broken == Broken::Closed && !in_content && self.accepted > 0;
        let words = broken.to_string();
        if !enough {
            self.witness(mail, 0, &words);
        }
        self.put_back(mail, 0, words, enough);
    }

    fn slow_down(&self, mail: &Mail, words: &str) {
        if let Some((_, domain)) = mail.address.rsplit_once('@') {
            let (domain, words) = (domain.to_ascii_lowercase(), words.to_owned());
            self.relay.health.raise(Alarm::SlowDown { domain, words });
        }
    }
}

fn out_of_step(code: u16, words: &str) -> Broken {
    Broken::OutOfStep(format!("{code} {words}"))
}

/// Whose run of refusals the breaker counts.
fn run_of(mail: &Mail) -> i64 {
    match mail.key {
        Key::Digest { digest_id, .. } => digest_id,
        Key::Letter { .. } => LETTERS,
    }
}
