//! Guessing is slow: who typed wrong passwords or codes waits longer each time, up to 15 minutes, and is never locked out.
//!
//! In: who tries, before it is judged; that it was right, afterwards. Out: go on, or how long to wait. Kept in the memory of this
//! process, for [`MOST`] keys at most. What counts together is small, so that nobody is held up by another's guesses:
//!
//! - an account **from one network** (/24 of IPv4, /56 of IPv6): guesses from elsewhere do not slow its owner at home;
//! - a network, whatever the account, with more room: it tries one password on many accounts;
//! - an account **in a browser that has signed in before** counts by itself alone, wherever it is: neither its network nor anybody
//!   else can slow it ([`super::login::Device`]);
//! - the second factor of an account, from everywhere: whoever gets there knows the password. A recovery code cannot be guessed and
//!   never waits.
//!
//! An attempt is counted when it begins and forgiven when it was right, so that a thousand at once are no way around.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use crate::clock::{DAY, MINUTE, Millis, SECOND};

/// The longest wait.
pub const LONGEST: Millis = 15 * MINUTE;
/// Keys that are remembered; the oldest go first.
pub const MOST: usize = 20_000;
/// Attempts are forgotten after a day without one.
const FORGOTTEN: Millis = DAY;

/// What counts together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// An address key, from a network.
    Account(String, IpAddr),
    /// A network; see [`network`].
    Network(IpAddr),
    /// `person.id`, in a browser that signed in before.
    Device(i64),
    /// `person.id`: its second factor.
    Code(i64),
    /// Letters that a network asks for.
    Letters(IpAddr),
}

impl Key {
    /// Attempts before the first wait.
    fn free(&self) -> u32 {
        match self {
            Self::Account(..) | Self::Device(_) | Self::Code(_) => 5,
            Self::Letters(_) => 10,
            Self::Network(_) => 20,
        }
    }
}

/// How often it was tried in vain, and when last.
#[derive(Clone, Copy, Debug)]
struct Tried {
    times: u32,
    last: Millis,
}

/// How long to wait, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait(pub Millis);

impl Wait {
    /// In seconds, at least one.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(SECOND) + 1
    }
}

/// What this process remembers.
#[derive(Debug, Default)]
pub struct Delays(Mutex<HashMap<Key, Tried>>);

impl Delays {
    /// Counts an attempt under all of these keys, or says how long to wait; what has to wait is not counted, so waiting ends.
    /// `now`: [`crate::clock::Clock::steady`].
    ///
    /// # Errors
    /// [`Wait`].
    pub fn begin(&self, keys: &[Key], now: Millis) -> Result<(), Wait> {
        let mut tried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = keys.iter().filter_map(|key| Some(until(key, *tried.get(key)?) - now)).max().unwrap_or(0);
        if left > 0 {
            return Err(Wait(left));
        }
        make_room(&mut tried, keys.len(), now);
        for key in keys {
            let times = tried.get(key).filter(|tried| now - tried.last < FORGOTTEN).map_or(0, |tried| tried.times);
            tried.insert(key.clone(), Tried { times: times.saturating_add(1), last: now });
        }
        Ok(())
    }

    /// It was right. The account begins anew; of a network this attempt alone is forgiven.
    pub fn right(&self, keys: &[Key]) {
        let mut tried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            match key {
                Key::Network(_) | Key::Letters(_) => {
                    if let Some(found) = tried.get_mut(key) {
                        found.times = found.times.saturating_sub(1);
                    }
                }
                Key::Account(..) | Key::Device(_) | Key::Code(_) => {
                    tried.remove(key);
                }
            }
        }
    }

    /// It was not judged at all: as if it had not been.
    pub fn undone(&self, keys: &[Key]) {
        let mut tried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            if let Some(found) = tried.get_mut(key) {
                found.times = found.times.saturating_sub(1);
            }
        }
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

/// When the next attempt may begin: at once, then 1, 2, 4 … seconds after the last.
fn until(key: &Key, tried: Tried) -> Millis {
    let Some(over) = tried.times.checked_sub(key.free()) else { return tried.last };
    let wait = if over < 10 { SECOND << over } else { LONGEST };
    tried.last + wait.min(LONGEST)
}

/// Forgets what is old; when all is young, the oldest half.
fn make_room(tried: &mut HashMap<Key, Tried>, wanted: usize, now: Millis) {
    if tried.len() + wanted <= MOST {
        return;
    }
    tried.retain(|_, tried| now - tried.last < FORGOTTEN);
    if tried.len() + wanted > MOST {
        let mut lasts: Vec<Millis> = tried.values().map(|tried| tried.last).collect();
        let (_, middle, _) = lasts.select_nth_unstable(MOST / 2);
        let middle = *middle;
        tried.retain(|_, tried| tried.last > middle);
    }
}

/// The first address of somebody's network.
pub fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => Ipv4Addr::from_bits(ip.to_bits() & !0xff).into(),
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 72 << 72).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> IpAddr {
        network("192.0.2.77".parse().unwrap())
    }

    fn away(n: u32) -> IpAddr {
        network(Ipv4Addr::from_bits(0x0a00_0000 + (n << 8)).into())
    }

    fn of(account: &str, network: IpAddr) -> [Key; 2] {
        [Key::Account(account.into(), network), Key::Network(network)]
    }

    /// Tries as soon as it may; gives the waits.
    fn waits(delays: &Delays, keys: &[Key], now: &mut Millis, times: usize) -> Vec<Millis> {
        (0..times)
            .map(|_| match delays.begin(keys, *now) {
                Ok(()) => 0,
                Err(Wait(wait)) => {
                    *now += wait;
                    delays.begin(keys, *now).expect("the wait is over");
                    wait / SECOND
                }
            })
            .collect()
    }

    #[test]
    fn waits_grow_to_a_quarter_of_an_hour_and_no_further() {
        let (delays, mut now) = (Delays::default(), 0);
        let key = [Key::Device(1)];
        let grown = waits(&delays, &key, &mut now, 18);
        assert_eq!(grown, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
        assert_eq!(delays.begin(&key, now), Err(Wait(LONGEST)));
        assert_eq!(delays.begin(&key, now + LONGEST - 1), Err(Wait(1)), "asking meanwhile does not make it longer");
        assert_eq!(delays.begin(&key, now + LONGEST), Ok(()));
        delays.right(&key);
        assert_eq!(waits(&delays, &key, &mut now, 6), [0, 0, 0, 0, 0, 1], "what was right begins anew");
        assert_eq!(delays.begin(&key, now + FORGOTTEN), Ok(()));
        assert_eq!(delays.begin(&key, now + FORGOTTEN), Ok(()), "after a day all is forgotten");
    }

    #[test]
    fn guesses_from_elsewhere_slow_nobody_at_home() {
        let delays = Delays::default();
        for n in 0..500 {
            for _ in 0..10 {
                let _ = delays.begin(&of("ana@example.org", away(n)), 0);
            }
        }
        assert_eq!(delays.begin(&of("ana@example.org", home()), 0), Ok(()));
        assert_eq!(delays.begin(&of("bea@example.org", home()), 0), Ok(()));
        assert!(delays.begin(&of("ana@example.org", away(3)), 0).is_err());
        assert_eq!(
            delays.begin(&of("bea@example.org", away(3)), 0),
            Ok(()),
            "one network, another account: there is room"
        );
    }

    #[test]
    fn a_network_that_tries_many_accounts_waits_and_a_known_browser_in_it_does_not() {
        let delays = Delays::default();
        let many = (0..100).filter(|n| delays.begin(&of(&format!("p{n}@example.org"), home()), 0).is_ok()).count();
        assert_eq!(many, 20);
        assert!(delays.begin(&of("ana@example.org", home()), 0).is_err());
        assert_eq!(delays.begin(&[Key::Device(1)], 0), Ok(()));
    }

    #[test]
    fn a_thousand_at_once_are_counted_before_they_are_judged() {
        let delays = Delays::default();
        let keys = of("ana@example.org", home());
        assert_eq!((0..1000).filter(|_| delays.begin(&keys, 0).is_ok()).count(), 5);
        delays.undone(&keys);
        assert_eq!(delays.begin(&keys, 0), Ok(()), "one that was not judged does not count");
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_go_first() {
        let delays = Delays::default();
        for n in 0..3 * MOST as i64 {
            let _ = delays.begin(&[Key::Code(n)], n);
        }
        assert!(delays.len() <= MOST, "{}", delays.len());
        let last = 3 * MOST as i64 - 1;
        let begun = (0..5).filter(|_| delays.begin(&[Key::Code(last)], last).is_ok()).count();
        assert_eq!(begun, 4, "the youngest is remembered");
    }

    #[test]
    fn a_network_is_a_street_and_not_a_city() {
        let of = |ip: &str| network(ip.parse().unwrap()).to_string();
        assert_eq!((of("192.0.2.77"), of("::ffff:192.0.2.1")), ("192.0.2.0".into(), "192.0.2.0".into()));
        assert_eq!(of("2001:db8:0:1ff::1"), "2001:db8:0:100::");
    }
}
