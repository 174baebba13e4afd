//! How a relay is doing, shared by its connections: when all of them wait, what was learned about it, when to raise an alarm.
//!
//! In: verdicts that concern more than one mail. Out: [`Health::admit`] before a connection is opened, [`Health::blocked`]
//! before each `MAIL`, and [`Alarm`]s. A server that fails is asked again after 1, 2, 4 … 300 s by one connection alone;
//! only when that one gets a mail through do the others follow, so a server that comes back is not run over.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::lane::{Alarm, Alarms};
use super::replies::{Action, Scope, Verdict};

/// The longest back-off, in units of the first.
const LONGEST: u32 = 300;
/// After a refusal of our account, in the same unit: wrong passwords asked often are taken for an attack.
const ACCOUNT: u32 = 60;
/// Faults in a row after which the owner is told, about 7 s in.
const TELL_AFTER: u32 = 4;

/// Shared by the connections of one relay.
#[derive(Debug)]
pub struct Health {
    ailing: AtomicBool,
    breaker: Mutex<Breaker>,
    changed: Notify,
    /// Where to say it.
    alarms: Alarms,
    /// The first back-off.
    unit: Duration,
    /// Woken when a relay falls ill or is well again; shared by all relays.
    roster: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Breaker {
    /// Faults since a mail last got through.
    failures: u32,
    until: Option<Instant>,
    /// The connection that is trying; none while 0.
    probe: u64,
    probes: u64,
    told: bool,
}

/// Leave to open a connection. Dropped without a result, another may try.
#[derive(Debug)]
pub struct Pass {
    health: Arc<Health>,
    /// Number of this probe; 0 when all is well.
    probe: u64,
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.probe != 0 {
            let mut breaker = self.health.lock();
            if breaker.probe == self.probe {
                breaker.probe = 0;
                drop(breaker);
                self.health.changed.notify_waiters();
            }
        }
    }
}

impl Health {
    /// Of a relay that is presumed well. `unit`: the first back-off; `roster` is woken when that changes.
    pub fn new(alarms: Alarms, unit: Duration, roster: Arc<Notify>) -> Arc<Self> {
        let (ailing, breaker, changed) = (AtomicBool::new(false), Mutex::default(), Notify::new());
        Arc::new(Self { ailing, breaker, changed, alarms, unit, roster })
    }

    /// Leave to open a connection now; `None`: wait first ([`Health::wait`]).
    pub fn admit(self: &Arc<Self>) -> Option<Pass> {
        if !self.ailing.load(Ordering::Acquire) {
            return Some(Pass { health: self.clone(), probe: 0 });
        }
        let mut breaker = self.lock();
        if breaker.probe != 0 || breaker.until.is_some_and(|until| Instant::now() < until) {
            return None;
        }
        breaker.probes += 1;
        breaker.probe = breaker.probes;
        Some(Pass { health: self.clone(), probe: breaker.probe })
    }

    /// Whether the holder of `pass` must not send now.
    pub fn blocked(&self, pass: Option<&Pass>) -> bool {
        self.ailing.load(Ordering::Acquire)
            && pass.is_none_or(|pass| pass.probe == 0 || self.lock().probe != pass.probe)
    }

    /// Waits until [`Health::admit`] may say yes; `false`: stopped meanwhile.
    pub async fn wait(&self, stop: &CancellationToken) -> bool {
        let changed = self.changed.notified();
        let until = {
            let breaker = self.lock();
            let now = Instant::now();
            // Someone is trying: it ends that with a notice; the second is for one that came between.
            if breaker.probe != 0 { now + Duration::from_secs(1) } else { breaker.until.unwrap_or(now) }
        };
        tokio::select! {
            () = stop.cancelled() => false,
            () = changed => true,
            () = sleep_until(until) => true,
        }
    }

    /// A fault of the server, our account or our sender: everybody waits. `digest_id`: of the mail it happened to.
    pub fn fault(&self, verdict: Verdict, digest_id: Option<i64>, words: &str) {
        let mut breaker = self.lock();
        let now = Instant::now();
        // What was under way when it began is the same fault, not one more.
        if breaker.until.is_none_or(|until| until <= now) {
            breaker.failures += 1;
            let account = verdict.scope == Scope::Account && verdict.action == Action::Pause;
            let wait = self.back_off(breaker.failures).max(if account { self.unit * ACCOUNT } else { Duration::ZERO });
            breaker.until = Some(now + wait);
            // Words with an address in them are not for the log.
            let shown = if words.contains('@') { "" } else { words };
            tracing::warn!(faults = breaker.failures, scope = ?verdict.scope, words = shown, "the mail server cannot be used now; waiting");
        }
        breaker.probe = 0;
        if !self.ailing.swap(true, Ordering::AcqRel) {
            self.roster.notify_waiters();
        }
        let alarm = match verdict.action {
            Action::Pause => {
                let digest_id = digest_id.filter(|_| verdict.scope == Scope::Sender);
                Some(Alarm::PauseQueue { digest_id, words: words.to_owned() })
            }
            Action::Alert => Some(Alarm::Trouble { words: words.to_owned() }),
            _ if breaker.failures >= TELL_AFTER && !breaker.told => Some(Alarm::Trouble { words: words.to_owned() }),
            _ => None,
        };
        if let Some(alarm) = alarm {
            breaker.told = true;
            self.raise(alarm);
        }
        drop(breaker);
        self.changed.notify_waiters();
    }

    /// Whether faults were met and no mail has got through since.
    pub fn is_ailing(&self) -> bool {
        self.ailing.load(Ordering::Acquire)
    }

    /// A mail got through as far as its own merits: the relay is well.
    pub fn well(&self) {
        if !self.ailing.load(Ordering::Acquire) {
            return;
        }
        let mut breaker = self.lock();
        if breaker.until.is_some_and(|until| Instant::now() < until) {
            return; // it was on its way when the fault came
        }
        let probes = breaker.probes;
        let before = std::mem::replace(&mut *breaker, Breaker { probes, ..Breaker::default() });
        if before.told {
            self.raise(Alarm::Recovered);
        }
        self.ailing.store(false, Ordering::Release);
        drop(breaker);
        self.changed.notify_waiters();
        self.roster.notify_waiters();
    }

    /// Tells the ledger's run loop; after a stop nobody listens any more.
    pub fn raise(&self, alarm: Alarm) {
        let _nobody_listens = self.alarms.send(alarm);
    }

    /// 1, 2, 4 … 300 units.
    pub fn back_off(&self, failures: u32) -> Duration {
        self.unit * (1 << failures.saturating_sub(1).min(9)).min(LONGEST)
    }

    fn lock(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    const DOWN: Verdict = Verdict { scope: Scope::Server, action: Action::BackOff };
    const UNIT: Duration = Duration::from_millis(2);

    fn health() -> (Arc<Health>, UnboundedReceiver<Alarm>) {
        let (alarms, raised) = unbounded_channel();
        (Health::new(alarms, UNIT, Arc::default()), raised)
    }

    #[tokio::test]
    async fn waits_double_up_to_five_minutes_and_one_tries_at_a_time() {
        let (health, mut raised) = health();
        let stop = CancellationToken::new();
        for units in [1, 2, 4, 8, 16, 32] {
            let pass = health.admit().expect("one may try");
            assert!(health.is_ailing() == (units > 1) && !health.blocked(Some(&pass)));
            if units > 1 {
                assert!(health.admit().is_none(), "no second while one tries");
            }
            health.fault(DOWN, None, "down");
            health.fault(DOWN, None, "down, says another connection of the same moment");
            let began = Instant::now();
            assert!(health.admit().is_none() && health.blocked(None) && health.blocked(Some(&pass)));
            drop(pass);
            while health.admit().is_none() {
                assert!(health.wait(&stop).await);
            }
            assert!(began.elapsed() + Duration::from_millis(1) >= UNIT * units);
        }
        let units = (1..=12).map(|failures| health.back_off(failures).div_duration_f32(UNIT).round() as u32);
        assert_eq!(units.collect::<Vec<_>>(), [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        assert_eq!(raised.try_recv(), Ok(Alarm::Trouble { words: "down".into() }), "told once");
        assert!(raised.try_recv().is_err());
        let pass = health.admit().unwrap();
        health.well();
        assert!(!health.is_ailing() && health.admit().is_some());
        assert_eq!(raised.try_recv(), Ok(Alarm::Recovered));
        drop(pass);
        health.fault(DOWN, None, "again");
        tokio::time::sleep(UNIT * 2).await;
        assert!(health.admit().is_some(), "after good news it begins with the shortest wait");
    }

    #[tokio::test]
    async fn a_probe_without_result_lets_another_try() {
        let (health, _raised) = health();
        health.fault(DOWN, None, "down");
        tokio::time::sleep(UNIT * 2).await;
        let first = health.admit().unwrap();
        assert!(health.admit().is_none());
        drop(first);
        assert!(health.admit().is_some());
    }

    #[tokio::test]
    async fn success_of_what_was_on_its_way_does_not_end_the_wait() {
        let (health, _raised) = health();
        health.fault(DOWN, None, "down");
        health.well();
        assert!(health.admit().is_none());
    }

    #[tokio::test]
    async fn what_only_a_person_can_mend_is_told_at_once() {
        let (health, mut raised) = health();
        let words = || "535 no".to_owned();
        health.fault(Verdict { scope: Scope::Account, action: Action::Pause }, Some(7), "535 no");
        assert_eq!(raised.try_recv(), Ok(Alarm::PauseQueue { digest_id: None, words: words() }));
        tokio::time::sleep(UNIT * 10).await;
        assert!(health.admit().is_none(), "a wrong password is not tried each second");
        health.fault(Verdict { scope: Scope::Sender, action: Action::Pause }, Some(7), "535 no");
        assert_eq!(raised.try_recv(), Ok(Alarm::PauseQueue { digest_id: Some(7), words: words() }));
        health.fault(Verdict { scope: Scope::Server, action: Action::Alert }, None, "535 no");
        assert_eq!(raised.try_recv(), Ok(Alarm::Trouble { words: words() }));
    }

    #[tokio::test]
    async fn a_stop_ends_the_wait() {
        let (health, _raised) = health();
        health.fault(DOWN, None, "down");
        let stop = CancellationToken::new();
        stop.cancel();
        assert!(!health.wait(&stop).await);
    }
}
