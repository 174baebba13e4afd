//! Decides when a deferred mail is tried again, and when it is given up. Pure.
//!
//! In: the row, its attempts, when it was first due, now. Out: the outcome to record. RFC 5321 section 4.5.4.1 wants
//! 30 minutes and 4 to 5 days; greylisting receivers want 5 minutes, and old news is no news after 2 days (configurable).

use crate::clock::{HOUR, MINUTE, Millis};
use crate::ledger::{Key, Outcome};

/// Waits after the first, second … attempt; the last one repeats.
const WAITS: [Millis; 7] = [5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR];

/// The wait after an attempt that a server put off: 5, 15, 30, 60 min, 2, 4, 8, 8 … h, ±10 % drawn from the key, so that
/// those who failed together do not come back together and a test can know the value.
pub fn wait(key: &Key, attempts_before: u16) -> Millis {
    let base = WAITS[usize::from(attempts_before).min(WAITS.len() - 1)];
    let spread = base / 5;
    base - spread / 2 + (draw(key, attempts_before) % (spread as u64 + 1)) as Millis
}

/// How long these attempts took by the schedule.
fn waited(attempts: u16) -> Millis {
    (0..usize::from(attempts)).map(|before| WAITS[before.min(WAITS.len() - 1)]).sum()
}

/// The longest wait that such a row may still have ahead of it, when it begins now; `attempts` as they stand in the row.
pub fn longest(attempts: i64) -> Millis {
    let base = WAITS[usize::try_from(attempts - 1).unwrap_or(0).min(WAITS.len() - 1)];
    base + base / 10
}

/// What to record for a mail that the server put off with `code`: the next attempt, or `expired` once `give_up` has
/// passed since it was first due. The last attempt falls on that limit.
pub fn later(mail: (&Key, u16, Millis), now: Millis, give_up: Millis, code: u16, words: String) -> Outcome {
    let (key, attempts, since) = mail;
    // First due in the future, said a clock that was ahead: then it is as old as its attempts are.
    let since = if since > now { now - waited(attempts) } else { since };
    let limit = since + give_up;
    if now >= limit {
        return Outcome::Refused { code, reason: "expired", words };
    }
    Outcome::Deferred { next_at: (now + wait(key, attempts)).min(limit), code, words, counted: true }
}

/// A number that depends on the row and the attempt only (splitmix64).
fn draw(key: &Key, attempts: u16) -> u64 {
    let seed = match *key {
        Key::Digest { digest_id, subscriber_id, .. } => (digest_id as u64).rotate_left(32) ^ subscriber_id as u64,
        Key::Letter { id, .. } => !(id as u64),
    };
    let mut z = seed.wrapping_add(u64::from(attempts).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(subscriber_id: i64) -> Key {
        Key::Digest { digest_id: 1, subscriber_id, batch_lo: 0, epoch: 0 }
    }

    #[test]
    fn waits_follow_the_schedule_within_a_tenth() {
        let minutes = [5, 15, 30, 60, 120, 240, 480, 480, 480];
        for (attempts, minutes) in minutes.into_iter().enumerate() {
            let base = minutes * MINUTE;
            let waits: Vec<_> = (0..500).map(|id| wait(&key(id), attempts as u16)).collect();
            assert!(waits.iter().all(|wait| (base * 9 / 10..=base * 11 / 10).contains(wait)), "attempt {attempts}");
            let (least, most) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
            assert!(most - least > base / 6, "attempt {attempts} is spread out: {least} to {most}");
            assert_eq!(waits[7], wait(&key(7), attempts as u16), "and the same each time");
        }
    }

    #[test]
    fn a_lease_does_not_change_the_wait() {
        let again = Key::Digest { digest_id: 1, subscriber_id: 9, batch_lo: 5, epoch: 3 };
        assert_eq!(wait(&key(9), 2), wait(&again, 2));
    }

    #[test]
    fn it_is_given_up_after_the_limit_and_not_before() {
        let give_up = 48 * HOUR;
        let at = |now| later((&key(1), 20, 0), now, give_up, 451, "later".into());
        let Outcome::Deferred { next_at, counted: true, code: 451, .. } = at(47 * HOUR) else { panic!("not deferred") };
        assert_eq!(next_at, give_up, "the last attempt falls on the limit");
        assert_eq!(at(give_up), Outcome::Refused { code: 451, reason: "expired", words: "later".into() });
    }

    #[test]
    fn what_a_clock_ahead_has_released_is_given_up_all_the_same() {
        let (year, mut now, mut attempts) = (365 * 24 * HOUR, 0, 0);
        while let Outcome::Deferred { next_at, .. } =
            later((&key(3), attempts, year), now, 48 * HOUR, 450, String::new())
        {
            assert!(next_at > now && next_at - now <= longest(i64::from(attempts) + 1));
            (now, attempts) = (next_at, attempts + 1);
        }
        assert!((10..=13).contains(&attempts), "{attempts}");
    }

    #[test]
    fn about_eleven_attempts_fit_into_two_days() {
        let (mut now, mut attempts) = (0, 0);
        while let Outcome::Deferred { next_at, .. } = later((&key(3), attempts, 0), now, 48 * HOUR, 450, String::new())
        {
            assert!(next_at > now);
            (now, attempts) = (next_at, attempts + 1);
        }
        assert!((10..=13).contains(&attempts), "{attempts}");
    }
}
