//! How many mails a relay may still be given now. Pure.
//!
//! In: the limits per second, minute, hour and day, what was spent, now. Out: how many may go, or how long to wait.
//! Seconds are a token bucket, which spreads mails evenly. Minutes, hours and days are sliding windows cut into slots:
//! a bucket would let twice the limit through in its first day, and relays that promise "500 a day" count any 24 hours.

use std::collections::BTreeMap;

use crate::clock::{DAY, HOUR, MINUTE, Millis, SECOND};

/// Mails a second, minute, hour and day; 0 for no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "they are the names of the settings")]
pub struct Rules {
    /// A second.
    pub per_second: i64,
    /// A minute.
    pub per_minute: i64,
    /// An hour.
    pub per_hour: i64,
    /// A day.
    pub per_day: i64,
}

/// Length and slots of the windows: a slot is given back as a whole, up to one slot late.
const WINDOWS: [(&str, Millis, i64); 3] = [("minute", MINUTE, 30), ("hour", HOUR, 60), ("day", DAY, 96)];

impl Rules {
    /// Whether there is no limit.
    pub fn none(self) -> bool {
        self == Self::default()
    }

    fn windows(self) -> impl Iterator<Item = (&'static str, Millis, i64, i64)> {
        let limits = [self.per_minute, self.per_hour, self.per_day];
        WINDOWS.into_iter().zip(limits).filter(|(_, limit)| *limit > 0).map(|((n, span, slots), l)| (n, span, slots, l))
    }

    /// Mails a second that the tightest limit allows over its span.
    pub fn pace(self) -> f64 {
        let second = (self.per_second > 0).then_some(self.per_second as f64);
        let windows = self.windows().map(|(_, span, _, limit)| limit as f64 * SECOND as f64 / span as f64);
        second.into_iter().chain(windows).fold(f64::INFINITY, f64::min)
    }
}

/// What was spent, as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Spent {
    /// Thousandths of a token in the bucket of a second, and when that was reckoned.
    bucket: Option<(i64, Millis)>,
    /// For each window, mails by number of slot.
    windows: BTreeMap<String, BTreeMap<i64, i64>>,
}

/// What may go now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// So many, at least one; they are spent.
    Now(i64),
    /// None for so many milliseconds.
    After(Millis),
}

impl Spent {
    /// Grants up to `asked` mails. `reserved`: letters may use all, digests leave a twentieth of each window for them.
    pub fn take(&mut self, rules: Rules, asked: i64, reserved: bool, now: Millis) -> Grant {
        let mut grant = asked;
        let mut wait = 0;
        if rules.per_second > 0 {
            let tokens = self.fill(rules.per_second, now);
            grant = grant.min(tokens / 1000);
            if tokens < 1000 {
                wait = (1000 - tokens) / rules.per_second + 1;
            }
        }
        for (name, span, slots, limit) in rules.windows() {
            let (length, window) = (span / slots, self.windows.entry(name.to_owned()).or_default());
            let current = now / length;
            // The slot that is being left counts until its end; slots of the future are of a clock since set back.
            window.retain(|slot, _| (current - slots..=current).contains(slot));
            let open = if reserved || limit < 2 { limit } else { limit - (limit / 20).max(1) };
            let room = open - window.values().sum::<i64>();
            grant = grant.min(room);
            if room < 1 {
                let oldest = window.keys().next().copied().unwrap_or(current);
                wait = wait.max((oldest + slots + 1) * length - now);
            }
        }
        if grant < 1 {
            return Grant::After(wait.max(1));
        }
        self.spend(rules, grant, now);
        Grant::Now(grant)
    }

    /// Puts back what was granted and not used.
    pub fn put_back(&mut self, rules: Rules, count: i64, now: Millis) {
        self.spend(rules, -count, now);
    }

    fn spend(&mut self, rules: Rules, count: i64, now: Millis) {
        if let Some((tokens, _)) = &mut self.bucket {
            *tokens -= count * 1000;
        }
        for (name, span, slots, _) in rules.windows() {
            let slot = self.windows.entry(name.to_owned()).or_default().entry(now / (span / slots)).or_default();
            *slot = (*slot + count).max(0);
        }
    }

    /// Thousandths of a token in the bucket now. It holds a tenth of a second's mails, so no second sees 1.1 times its limit.
    fn fill(&mut self, per_second: i64, now: Millis) -> i64 {
        let full = (per_second * 100).max(1000);
        let (tokens, at) = self.bucket.unwrap_or((full, now));
        let passed = (now - at).clamp(0, DAY);
        let tokens = (tokens + passed * per_second).min(full);
        self.bucket = Some((tokens, now));
        tokens
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take_all(used: &mut Spent, rules: Rules, reserved: bool, now: Millis) -> i64 {
        match used.take(rules, i64::MAX / 4000, reserved, now) {
            Grant::Now(count) => count,
            Grant::After(_) => 0,
        }
    }

    #[test]
    fn no_window_ever_sees_more_than_its_limit() {
        for rules in [
            Rules { per_minute: 60, ..Rules::default() },
            Rules { per_hour: 200, ..Rules::default() },
            Rules { per_day: 500, ..Rules::default() },
        ] {
            let (_, span, _, limit) = rules.windows().next().unwrap();
            let (mut used, mut sent) = (Spent::default(), Vec::new());
            let step = span / 97;
            for now in (0..span * 5).step_by(step as usize) {
                sent.push((now, take_all(&mut used, rules, true, now)));
            }
            for (from, _) in &sent {
                let window = sent.iter().filter(|(at, _)| (*from..from + span).contains(at));
                assert!(window.map(|(_, count)| count).sum::<i64>() <= limit, "{rules:?} from {from}");
            }
            let total: i64 = sent.iter().map(|(_, count)| count).sum();
            assert!(total >= limit * 4, "{rules:?}: {total} in five spans is too little");
            assert_eq!(sent[0].1, limit, "a fresh limit may be used at once");
        }
    }

    #[test]
    fn seconds_are_spread() {
        let rules = Rules { per_second: 50, ..Rules::default() };
        let mut used = Spent::default();
        let mut sent = Vec::new();
        for now in (0..10_000).step_by(7) {
            sent.push((now, take_all(&mut used, rules, false, now)));
        }
        let total: i64 = sent.iter().map(|(_, count)| count).sum();
        assert!((490..=510).contains(&total), "{total}");
        for from in (0..9_000).step_by(100) {
            let second: i64 = sent.iter().filter(|(at, _)| (from..from + 1000).contains(at)).map(|(_, c)| c).sum();
            assert!(second <= 55, "{second} mails in the second from {from}");
        }
    }

    #[test]
    fn letters_go_when_digests_must_wait() {
        let rules = Rules { per_hour: 100, ..Rules::default() };
        let mut used = Spent::default();
        assert_eq!(take_all(&mut used, rules, false, 0), 95);
        assert!(matches!(used.take(rules, 1, false, 1000), Grant::After(_)));
        assert_eq!(used.take(rules, 1, true, 1000), Grant::Now(1));
    }

    #[test]
    fn the_wait_is_told_and_true() {
        let rules = Rules { per_second: 2, per_minute: 5, ..Rules::default() };
        let (mut used, mut now, mut sent) = (Spent::default(), 0, 0);
        while sent < 20 {
            match used.take(rules, 100, true, now) {
                Grant::Now(count) => sent += count,
                Grant::After(wait) => {
                    assert!((1..=70_000).contains(&wait), "{wait}");
                    now += wait;
                }
            }
        }
        assert!((180_000..=260_000).contains(&now), "20 mails at 5 a minute took {now} ms");
    }

    #[test]
    fn what_is_put_back_may_be_used_again() {
        let rules = Rules { per_day: 10, per_second: 100, ..Rules::default() };
        let mut used = Spent::default();
        assert_eq!(take_all(&mut used, rules, true, 0), 10);
        used.put_back(rules, 4, 10);
        assert_eq!(take_all(&mut used, rules, true, 20), 4);
    }

    #[test]
    fn a_clock_set_back_does_not_stop_sending() {
        let rules = Rules { per_second: 5, per_day: 10, ..Rules::default() };
        let mut used = Spent::default();
        let year = 365 * DAY;
        assert_eq!(used.take(rules, 1, true, year), Grant::Now(1));
        let sent: i64 = (0..20).map(|second| take_all(&mut used, rules, true, second * SECOND)).sum();
        assert_eq!(sent, 10, "the day's limit counts anew, and nothing waits for a year");
    }

    #[test]
    fn it_is_stored_and_read() {
        let rules = Rules { per_second: 5, per_hour: 10, ..Rules::default() };
        let mut used = Spent::default();
        used.take(rules, 3, true, 5_000);
        let stored = serde_json::to_string(&used).unwrap();
        assert_eq!(serde_json::from_str::<Spent>(&stored).unwrap(), used);
    }
}
