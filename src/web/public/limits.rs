//! Limits how often one network may sign up: /24 of IPv4, /56 of IPv6, counted in this process.
//!
//! In: a visitor's address. Out: now, later, or not at all. A visitor over the limit sees the same page as everybody, and their
//! letter is sent later, at the pace of the limit: a school or a mobile network has many people behind one address. Only requests
//! that would wait longer than [`LONGEST`] are dropped, and the log says so.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::clock::{DAY, HOUR, Millis};
use crate::config::Signup;
use crate::subscribers::held::Hourly;

/// Requests after which quiet networks are removed from memory.
const SWEEP: u32 = 1000;

/// Longest queue of a network, which also bounds what a robot can make us store.
const LONGEST: Millis = 7 * DAY;

/// The decision about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Its letter may be sent.
    Now,
    /// Its letter is sent at this time.
    Later(Millis),
    /// It is dropped.
    Full,
}

impl Admission {
    /// The time before which no letter leaves.
    pub fn not_before(self) -> Option<Millis> {
        match self {
            Self::Later(at) => Some(at),
            Self::Now | Self::Full => None,
        }
    }
}

/// The limits of the sign-up form.
#[derive(Debug)]
pub struct Networks {
    own: Option<Limit>,
    embedded: Option<Limit>,
    asked: AtomicU32,
    said: Hourly,
}

#[derive(Debug)]
struct Limit {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    /// Between two letters of a queue.
    step: Millis,
    /// When the last of each queue leaves.
    queues: Mutex<HashMap<IpAddr, Millis>>,
}

impl Networks {
    /// With the operator's limits; 0 is none.
    pub fn new(limits: &Signup) -> Self {
        let hourly = |n: u32| NonZeroU32::new(n).map(Limit::new);
        Self {
            own: hourly(limits.requests_per_hour_network),
            embedded: hourly(limits.requests_per_hour_network_embedded),
            asked: AtomicU32::new(0),
            said: Hourly::default(),
        }
    }

    /// Counts a request. `ours`: the form has our time-stamp.
    pub fn admit(&self, ip: IpAddr, ours: bool, now: Millis) -> Admission {
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.own.iter().chain(&self.embedded).for_each(|limit| limit.sweep(now));
        }
        let limit = if ours { &self.own } else { &self.embedded };
        let admission = limit.as_ref().map_or(Admission::Now, |limit| limit.admit(network(ip), now));
        if admission == Admission::Full && self.said.passes(now) {
            tracing::warn!(
                "sign-ups are passed over: one network has asked for more than [signup] requests_per_hour_network lets through \
                 in a week. If it is a proxy of yours, name it in [web] trusted_proxies"
            );
        }
        admission
    }
}

impl Limit {
    fn new(per_hour: NonZeroU32) -> Self {
        let step = HOUR / i64::from(per_hour.get());
        Self { limiter: RateLimiter::keyed(Quota::per_hour(per_hour)), step, queues: Mutex::default() }
    }

    fn admit(&self, network: IpAddr, now: Millis) -> Admission {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        // A time beyond the longest queue was set while the clock was ahead.
        let last = queues.get(&network).copied().filter(|last| (now..=now + LONGEST).contains(last));
        if last.is_none() && self.limiter.check_key(&network).is_ok() {
            return Admission::Now;
        }
        let at = last.unwrap_or(now) + self.step;
        if at > now + LONGEST {
            return Admission::Full;
        }
        queues.insert(network, at);
        Admission::Later(at)
    }

    fn sweep(&self, now: Millis) {
        self.limiter.retain_recent();
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, last| *last >= now);
    }
}

/// The first address of somebody's network.
fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => Ipv4Addr::from_bits(ip.to_bits() & !0xff).into(),
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 72 << 72).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_network_is_one_visitor() {
        let limits =
            Signup { requests_per_hour_network: 3, requests_per_hour_network_embedded: 1, ..Config::default().signup };
        let networks = Networks::new(&limits);
        let admit = |ip: &str, ours| networks.admit(ip.parse().unwrap(), ours, 0) == Admission::Now;
        assert!(admit("192.0.2.1", true) && admit("192.0.2.77", true) && admit("::ffff:192.0.2.9", true));
        assert!(!admit("192.0.2.200", true));
        assert!(admit("192.0.3.1", true));
        assert!(admit("192.0.2.1", false) && !admit("192.0.2.2", false));
        assert!(admit("2001:db8:0:100::1", false) && !admit("2001:db8:0:1ff::2", false));
        assert!(admit("2001:db8:0:200::1", false));
    }

    #[test]
    fn who_is_over_the_limit_waits_at_its_pace_and_no_longer_than_a_week() {
        let limits = Signup { requests_per_hour_network: 2, ..Config::default().signup };
        let networks = Networks::new(&limits);
        let ask = |now| networks.admit("192.0.2.1".parse().unwrap(), true, now);
        assert_eq!([ask(0), ask(0)], [Admission::Now; 2]);
        assert_eq!([ask(0), ask(0)], [Admission::Later(HOUR / 2), Admission::Later(HOUR)]);
        assert_eq!(ask(HOUR / 4), Admission::Later(HOUR + HOUR / 2), "behind those that wait");
        let more = (0..1000).map(|_| ask(HOUR / 4)).filter(|admission| *admission != Admission::Full).count();
        assert_eq!(more, 7 * 24 * 2 - 3);
        assert_eq!(ask(HOUR), Admission::Later(LONGEST + HOUR / 2), "room again");
        assert_eq!(ask(-9 * DAY), Admission::Later(-9 * DAY + HOUR / 2), "a clock that was ahead holds nobody back");
    }
}
