//! How often one network may ask: /24 of IPv4, /56 of IPv6, kept in this process.
//!
//! In: a visitor's address. Out: yes or no. Whoever is over the limit sees the same page as all others.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::config::Signup;

/// Requests after which networks that have been quiet are forgotten.
const SWEEP: u32 = 1000;

/// The limits of the sign-up form.
#[derive(Debug)]
pub struct Networks {
    own: Option<DefaultKeyedRateLimiter<IpAddr>>,
    embedded: Option<DefaultKeyedRateLimiter<IpAddr>>,
    asked: AtomicU32,
}

impl Networks {
    /// With the operator's limits; 0 is none.
    pub fn new(limits: &Signup) -> Self {
        let hourly = |n: u32| NonZeroU32::new(n).map(|n| RateLimiter::keyed(Quota::per_hour(n)));
        Self {
            own: hourly(limits.requests_per_hour_network),
            embedded: hourly(limits.requests_per_hour_network_embedded),
            asked: AtomicU32::new(0),
        }
    }

    /// Counts a request; `false` when its network has asked too often. `ours`: the form bears our time-stamp.
    pub fn admit(&self, ip: IpAddr, ours: bool) -> bool {
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.own.iter().chain(&self.embedded).for_each(RateLimiter::retain_recent);
        }
        let limiter = if ours { &self.own } else { &self.embedded };
        limiter.as_ref().is_none_or(|limiter| limiter.check_key(&network(ip)).is_ok())
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
        let admit = |ip: &str, ours| networks.admit(ip.parse().unwrap(), ours);
        assert!(admit("192.0.2.1", true) && admit("192.0.2.77", true) && admit("::ffff:192.0.2.9", true));
        assert!(!admit("192.0.2.200", true));
        assert!(admit("192.0.3.1", true));
        assert!(admit("192.0.2.1", false) && !admit("192.0.2.2", false));
        assert!(admit("2001:db8:0:100::1", false) && !admit("2001:db8:0:1ff::2", false));
        assert!(admit("2001:db8:0:200::1", false));
    }
}
