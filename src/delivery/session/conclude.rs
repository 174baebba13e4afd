//! From a reply to what is recorded: the verdict of the table, applied to the mail at hand.
//!
//! In: a reply to a mail that is recorded as started. Out: [`Drive::done`], alarms, and whether the connection goes on.

use std::time::Instant;

use super::super::lane::{Alarm, Record, Source};
use super::super::learned::Gear;
use super::super::policy::Ruling;
use super::super::replies::{Action, Scope, judge, slow_down};
use super::super::retry;
use super::super::smtp::reply::Enhanced;
use super::super::smtp::{Broken, Stage};
use super::super::{Key, Mail, Outcome};
use super::drive::{Drive, End};
use crate::clock::{MINUTE, Millis};

/// A mail that broke its connection waits this long, so that it does not break one after the other.
const AFTER_BREAK: Millis = 5 * MINUTE;
/// A letter whose sender is refused waits this long and lets others pass.
const AFTER_SENDER: Millis = 5 * MINUTE;

impl<S: Source, R: Record> Drive<'_, S, R> {
    /// Judges a reply to `mail`, which is recorded as started, and says whether the connection goes on.
    pub(super) fn conclude(
        &mut self,
        mail: &Mail,
        stage: Stage,
        code: u16,
        enhanced: Option<Enhanced>,
        words: String,
    ) -> Result<(), End> {
        let verdict = judge(stage, code, enhanced, &words);
        if matches!(stage, Stage::Rcpt | Stage::Dot) && slow_down(code, enhanced) {
            self.slow_down(mail, &words);
        }
        match verdict.action {
            Action::Proceed => {
                if let Key::Digest { digest_id, .. } = mail.key {
                    self.relay.policy.accepted(digest_id);
                }
                self.finish(mail, Outcome::Accepted { words });
                Ok(())
            }
            Action::Defer => {
                let (row, give_up) = ((&mail.key, mail.attempts, mail.since), self.relay.give_up(&mail.key));
                let outcome = retry::later(row, self.relay.clock.now(), give_up, code, words);
                self.finish(mail, outcome);
                Ok(())
            }
            Action::Suppress => {
                self.finish(mail, Outcome::Refused { code, reason: "address", words });
                Ok(())
            }
            Action::Refuse(reason) => {
                self.refuse(mail, stage, code, reason, words);
                Ok(())
            }
            Action::Stop => {
                match self.too_big(mail, &words) {
                    Some(outcome) => self.done = Some((mail.key, mail.attempts, outcome)),
                    None => self.put_back(mail, code, words, 0),
                }
                self.well();
                Ok(())
            }
            Action::BackOff | Action::Alert | Action::Pause => {
                let letter = matches!(mail.key, Key::Letter { .. }) && verdict.scope == Scope::Sender;
                self.relay.health.fault(verdict, digest_id(mail), &format!("{code} {words}"));
                self.put_back(mail, code, words, if letter { AFTER_SENDER } else { 0 });
                Err(End::Quit)
            }
            Action::Reconnect | Action::Uncertain => Err(self.lose(mail, stage, verdict.action, code, words)),
        }
    }

    fn finish(&mut self, mail: &Mail, outcome: Outcome) {
        self.done = Some((mail.key, mail.attempts, outcome));
        self.well();
    }

    /// The server says that it closes, or something that has no place here.
    fn lose(&mut self, mail: &Mail, stage: Stage, action: Action, code: u16, words: String) -> End {
        if stage == Stage::Mail && code != 421 && self.gear == Gear::Full && self.count > 0 {
            self.relay.learned.lower_gear(Instant::now());
        }
        let broken = Broken::OutOfStep(format!("{code} {words}"));
        if action == Action::Uncertain {
            self.done = Some((mail.key, mail.attempts, Outcome::Uncertain));
        } else {
            self.put_back(mail, code, words, 0);
        }
        match self.break_off(&broken) {
            End::Again if action == Action::Reconnect && code != 421 => End::Quit,
            end => end,
        }
    }

    /// A refusal that may mean us: recorded while they are few, else the digest pauses.
    fn refuse(&mut self, mail: &Mail, stage: Stage, code: u16, reason: &'static str, words: String) {
        let Some(digest_id) = digest_id(mail) else {
            return self.finish(mail, Outcome::Refused { code, reason, words });
        };
        let ruling = self.relay.policy.refused(digest_id, stage == Stage::Data, Instant::now());
        if ruling != Ruling::Record {
            self.relay.health.raise(Alarm::PausePolicy { digest_id, words: format!("{code} {words}") });
        }
        if ruling == Ruling::LeaveAndPause {
            self.put_back(mail, code, words, 0);
            self.well();
            return;
        }
        self.finish(mail, Outcome::Refused { code, reason, words });
    }

    /// A message larger than the server takes: a digest pauses as a whole, a letter is refused with the outcome returned.
    pub(super) fn too_big(&self, mail: &Mail, words: &str) -> Option<Outcome> {
        let Some(digest_id) = digest_id(mail) else {
            return Some(Outcome::Refused { code: 0, reason: "content", words: words.to_owned() });
        };
        self.relay.health.raise(Alarm::PausePolicy { digest_id, words: words.to_owned() });
        None
    }

    /// Started, and not sent: as due as before once `wait` ms have passed.
    pub(super) fn put_back(&mut self, mail: &Mail, code: u16, words: String, wait: Millis) {
        let next_at = self.relay.clock.now() + wait;
        self.done = Some((mail.key, mail.attempts, Outcome::Deferred { next_at, code, words, counted: false }));
    }

    /// Started, and the connection broke before the final dot left; `in_content`: on the content itself. One that does so
    /// until its time is up has expired.
    pub(super) fn put_back_broken(&mut self, mail: &Mail, broken: &Broken, in_content: bool) {
        if self.relay.clock.now() >= mail.since + self.relay.give_up(&mail.key) {
            let outcome = Outcome::Refused { code: 0, reason: "expired", words: broken.to_string() };
            self.done = Some((mail.key, mail.attempts, outcome));
            return;
        }
        let wait = match broken {
            Broken::Stopped => 0,
            Broken::Closed if !in_content => 0,
            _ => AFTER_BREAK,
        };
        self.put_back(mail, 0, broken.to_string(), wait);
    }

    fn slow_down(&self, mail: &Mail, words: &str) {
        if let Some((_, domain)) = mail.address.rsplit_once('@') {
            let (domain, words) = (domain.to_ascii_lowercase(), words.to_owned());
            self.relay.health.raise(Alarm::SlowDown { domain, words });
        }
    }
}

fn digest_id(mail: &Mail) -> Option<i64> {
    match mail.key {
        Key::Digest { digest_id, .. } => Some(digest_id),
        Key::Letter { .. } => None,
    }
}
