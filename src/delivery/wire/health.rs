//! The health of a relay, shared by its connections: when all of them must wait, and when to raise an alarm.
//!
//! In: verdicts that concern more than one mail. Out: [`Health::admit`] before a connection is opened, [`Health::blocked`]
//! before each `MAIL`, and [`Alarm`]s. A server that fails is asked again after 1, 2, 4 … 300 s by one connection alone;
//! only when that one gets a mail through do the others follow, so a server that comes back is not run over.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::contract::{Alarm, Alarms};
use crate::clock::{Clock, Millis, SECOND};
use crate::i18n;
use crate::ledger::Lane;
use crate::ledger::alarm::{self, Why};

/// The longest back-off, in units of the first.
const LONGEST: u32 = 300;
/// The longest while the server answers and only refuses mails: those of other senders may fare better.
const LONGEST_BUSY: u32 = 30;
/// After a refusal of our account, in the same unit: wrong passwords asked often are taken for an attack.
const ACCOUNT: u32 = 60;
/// Faults in a row after which the owner is told, about 7 s in.
const TELL_AFTER: u32 = 4;

/// What keeps a server from being used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not answer, or not now.
    Away,
    /// It answers, and takes no mail of anybody now.
    Busy,
    /// Only a person can repair it: no TLS, no SMTP.
    Mend,
    /// It refuses our account.
    Account,
}

/// 1, 2, 4 … 300 units.
pub fn back_off(unit: Duration, failures: u32) -> Duration {
    unit * (1 << failures.saturating_sub(1).min(9)).min(LONGEST)
}

/// A wait as it is added to [`Clock::steady`].
pub fn millis(wait: Duration) -> Millis {
    Millis::try_from(wait.as_millis()).unwrap_or(Millis::MAX / 2)
}

/// Shared by the connections of one lane of one relay.
#[derive(Debug)]
pub struct Health {
    /// Whose connections.
    lane: Lane,
    ailing: AtomicBool,
    breaker: Mutex<Breaker>,
    changed: Notify,
    /// Where to say it.
    alarms: Alarms,
    /// The first back-off.
    unit: Duration,
    clock: Clock,
    /// Notified when a relay fails or recovers; shared by all relays.
    balancer: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Breaker {
    /// Faults since a mail last got through.
    failures: u32,
    /// On [`Clock::steady`].
    until: Option<Millis>,
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
    /// Of a relay that is presumed well. `unit`: the first back-off; `balancer` is woken when that changes.
    pub fn new(lane: Lane, alarms: Alarms, unit: Duration, balancer: Arc<Notify>, clock: Clock) -> Arc<Self> {
        let (ailing, breaker, changed) = (AtomicBool::new(false), Mutex::default(), Notify::new());
        Arc::new(Self { lane, ailing, breaker, changed, alarms, unit, clock, balancer })
    }

    /// Leave to open a connection now; `None`: wait first ([`Health::wait`]).
    pub fn admit(self: &Arc<Self>) -> Option<Pass> {
        if !self.ailing.load(Ordering::Acquire) {
            return Some(Pass { health: self.clone(), probe: 0 });
        }
        let mut breaker = self.lock();
        if breaker.probe != 0 || breaker.until.is_some_and(|until| self.clock.steady() < until) {
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
            let now = self.clock.steady();
            // Someone is trying: it ends that with a notice; the second is for one that came between.
            if breaker.probe != 0 { now + SECOND } else { breaker.until.unwrap_or(now) }
        };
        tokio::select! {
            () = stop.cancelled() => false,
            () = changed => true,
            () = self.clock.reaches(until) => true,
        }
    }

    /// A fault of the server or our account: everybody waits.
    pub fn fault(&self, fault: Fault, why: impl Into<Why>) {
        let why = why.into();
        let mut breaker = self.lock();
        let now = self.clock.steady();
        // What was under way when it began is the same fault, not one more.
        if breaker.until.is_none_or(|until| until <= now) {
            breaker.failures += 1;
            let wait = match fault {
                Fault::Account => self.back_off(breaker.failures).max(self.unit * ACCOUNT),
                Fault::Busy => self.back_off(breaker.failures).min(self.unit * LONGEST_BUSY),
                Fault::Away | Fault::Mend => self.back_off(breaker.failures),
            };
            breaker.until = Some(now + millis(wait));
            let why = alarm::without_addresses(&why);
            let words = why.words(i18n::locale(i18n::FALLBACK));
            tracing::warn!(faults = breaker.failures, ?fault, %words, "the mail server cannot be used now; waiting");
        }
        breaker.probe = 0;
        if !self.ailing.swap(true, Ordering::AcqRel) {
            self.balancer.notify_waiters();
        }
        let at_once = matches!(fault, Fault::Mend | Fault::Account);
        if at_once || (breaker.failures >= TELL_AFTER && !breaker.told) {
            breaker.told = true;
            self.raise(Alarm::Trouble { lane: self.lane, why });
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
        if breaker.until.is_some_and(|until| self.clock.steady() < until) {
            return; // it was on its way when the fault came
        }
        let probes = breaker.probes;
        let before = std::mem::replace(&mut *breaker, Breaker { probes, ..Breaker::default() });
        if before.told {
            self.raise(Alarm::Recovered { lane: self.lane });
        }
        self.ailing.store(false, Ordering::Release);
        drop(breaker);
        self.changed.notify_waiters();
        self.balancer.notify_waiters();
    }

    /// Tells the ledger's run loop; after a stop nobody listens any more.
    pub fn raise(&self, alarm: Alarm) {
        let _nobody_listens = self.alarms.send(alarm);
    }

    /// The wait after so many failures in a row: 1, 2, 4 … 300 units.
    pub fn back_off(&self, failures: u32) -> Duration {
        back_off(self.unit, failures)
    }

    fn lock(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::HOUR;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
    use tokio::time::Instant;

    const DOWN: Fault = Fault::Away;
    const UNIT: Duration = Duration::from_millis(2);

    fn health() -> (Arc<Health>, UnboundedReceiver<Alarm>) {
        let (alarms, raised) = unbounded_channel();
        (Health::new(Lane::Digests, alarms, UNIT, Arc::default(), Clock::system()), raised)
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
            health.fault(DOWN, "down");
            health.fault(DOWN, "down, says another connection of the same moment");
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
        assert_eq!(raised.try_recv(), Ok(Alarm::Trouble { lane: Lane::Digests, why: "down".into() }), "told once");
        assert!(raised.try_recv().is_err());
        let pass = health.admit().unwrap();
        health.well();
        assert!(!health.is_ailing() && health.admit().is_some());
        assert_eq!(raised.try_recv(), Ok(Alarm::Recovered { lane: Lane::Digests }));
        drop(pass);
        health.fault(DOWN, "again");
        tokio::time::sleep(UNIT * 2).await;
        assert!(health.admit().is_some(), "after good news it begins with the shortest wait");
    }

    #[tokio::test]
    async fn a_probe_without_result_lets_another_try() {
        let (health, _raised) = health();
        health.fault(DOWN, "down");
        tokio::time::sleep(UNIT * 2).await;
        let first = health.admit().unwrap();
        assert!(health.admit().is_none());
        drop(first);
        assert!(health.admit().is_some());
    }

    #[tokio::test]
    async fn success_of_what_was_on_its_way_does_not_end_the_wait() {
        let (health, _raised) = health();
        health.fault(DOWN, "down");
        health.well();
        assert!(health.admit().is_none());
    }

    #[tokio::test]
    async fn what_only_a_person_can_mend_is_told_at_once() {
        let (health, mut raised) = health();
        let told = || Ok(Alarm::Trouble { lane: Lane::Digests, why: "535 no".into() });
        health.fault(Fault::Account, "535 no");
        assert_eq!(raised.try_recv(), told());
        tokio::time::sleep(UNIT * 10).await;
        assert!(health.admit().is_none(), "a wrong password is not tried each second");
        health.fault(Fault::Mend, "535 no");
        assert_eq!(raised.try_recv(), told());
    }

    #[tokio::test]
    async fn a_server_that_only_refuses_mails_is_asked_again_soon() {
        let (health, _raised) = health();
        for _ in 0..12 {
            health.fault(Fault::Busy, "452 full");
            health.lock().until = None;
        }
        health.fault(Fault::Busy, "452 full");
        let until = health.lock().until.unwrap();
        assert!(until <= health.clock.steady() + millis(UNIT * LONGEST_BUSY));
    }

    #[tokio::test]
    async fn a_clock_that_is_moved_ends_the_wait_and_one_of_the_machine_that_is_set_does_not() {
        let (alarms, _raised) = unbounded_channel();
        let clock = Clock::system();
        let health = Health::new(Lane::Digests, alarms, Duration::from_mins(30), Arc::default(), clock.clone());
        health.fault(DOWN, "down");
        clock.go_wrong(2 * HOUR);
        assert!(health.admit().is_none(), "the time is set, and no time has passed");
        let waiting = tokio::spawn({
            let health = health.clone();
            async move { health.wait(&CancellationToken::new()).await }
        });
        tokio::task::yield_now().await;
        clock.advance(HOUR);
        assert!(tokio::time::timeout(Duration::from_secs(30), waiting).await.expect("the wait ends").unwrap());
        assert!(health.admit().is_some());
    }

    #[tokio::test]
    async fn a_stop_ends_the_wait() {
        let (health, _raised) = health();
        health.fault(DOWN, "down");
        let stop = CancellationToken::new();
        stop.cancel();
        assert!(!health.wait(&stop).await);
    }
}
