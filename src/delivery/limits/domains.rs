//! Limits connections and pace for the recipients of one provider; only without a relay in between (`[smtp] direct = true`),
//! because a relay has its own rules for this.
//!
//! In: addresses of the next mails, and complaints of receivers. Out: whether a mail may be sent now. The pace falls at once when a
//! receiver says "too fast", and recovers slowly (D47; defaults after KumoMTA's shaping rules).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::delivery::Mail;
use crate::ledger::Key;

/// Connections at first, and at most, to a provider without a row in [`KNOWN`].
const OTHERS: (usize, usize) = (5, 20);

/// Provider, its domains (`yahoo.` means every country), connections at most.
const KNOWN: &[(&str, &[&str], usize)] = &[
    ("google", &["gmail.com", "googlemail.com"], 5),
    ("outlook", &["outlook.", "hotmail.", "live.", "msn.com"], 5),
    ("yahoo", &["yahoo.", "ymail.com", "aol.com"], 5),
    ("orange", &["orange.fr", "wanadoo.fr"], 2),
    ("apple", &["icloud.com", "me.com", "mac.com"], 10),
];

/// Mails done after a complaint, for one connection more.
const RECOVER: usize = 50;
/// A provider that complains even of one connection gets a mail a minute for so long.
const CRAWL: Duration = Duration::from_mins(90);
const CRAWL_STEP: Duration = Duration::from_mins(1);

/// See the module.
#[derive(Debug, Default)]
pub struct Domains {
    inner: Mutex<Inner>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    paces: HashMap<String, Pace>,
    out: HashMap<Key, String>,
}

#[derive(Debug)]
struct Pace {
    out: usize,
    now: usize,
    most: usize,
    done: usize,
    crawls_until: Option<Instant>,
    next: Option<Instant>,
}

impl Pace {
    fn of(provider: &str) -> Self {
        let known = KNOWN.iter().find(|(name, ..)| *name == provider);
        let (now, most) = known.map_or(OTHERS, |(_, _, most)| ((*most).min(OTHERS.0), *most));
        Self { out: 0, now, most, done: 0, crawls_until: None, next: None }
    }

    fn is_free(&self, at: Instant) -> bool {
        let crawls = self.crawls_until.is_some_and(|until| at < until);
        self.out < self.now && !(crawls && self.next.is_some_and(|next| at < next))
    }
}

/// The provider of an address's domain, or the domain itself. Lower case.
pub fn provider(address: &str) -> String {
    let domain = address.rsplit_once('@').map_or(address, |(_, domain)| domain).to_ascii_lowercase();
    let matches = |known: &&str| if known.ends_with('.') { domain.starts_with(*known) } else { domain == **known };
    let known = KNOWN.iter().find(|(_, domains, _)| domains.iter().any(matches));
    known.map_or(domain.clone(), |(name, ..)| (*name).to_owned())
}

impl Domains {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this mail may go now; then it is counted in the same step, because connections ask on several threads.
    pub fn takes(&self, mail: &Mail) -> bool {
        self.takes_at(mail, Instant::now())
    }

    fn takes_at(&self, mail: &Mail, at: Instant) -> bool {
        let provider = provider(&mail.address);
        let mut inner = self.lock();
        if inner.paces.get(&provider).is_some_and(|pace| !pace.is_free(at)) {
            return false;
        }
        let pace = inner.paces.entry(provider.clone()).or_insert_with(|| Pace::of(&provider));
        pace.out += 1;
        pace.next = Some(at + CRAWL_STEP);
        inner.out.insert(mail.key, provider);
        true
    }

    /// It is done with.
    pub fn done(&self, key: &Key) {
        let mut inner = self.lock();
        let Some(provider) = inner.out.remove(key) else { return };
        if let Some(pace) = inner.paces.get_mut(&provider) {
            pace.out = pace.out.saturating_sub(1);
            pace.done += 1;
            if pace.done.is_multiple_of(RECOVER) && pace.now < pace.most {
                pace.now += 1;
            }
        }
        drop(inner);
        self.freed.notify_waiters();
    }

    /// The receiver says that we come too fast. Gives the connections that are left to it.
    pub fn slow_down(&self, domain: &str) -> usize {
        let provider = provider(domain);
        let mut inner = self.lock();
        let pace = inner.paces.entry(provider.clone()).or_insert_with(|| Pace::of(&provider));
        if pace.now == 1 {
            pace.crawls_until = Some(Instant::now() + CRAWL);
        }
        (pace.now, pace.done) = ((pace.now / 2).max(1), 0);
        pace.now
    }

    /// Waits until something may have become free since this was called.
    pub fn freed(&self) -> impl Future<Output = ()> + Send + '_ {
        let freed = self.freed.notified();
        async move {
            // A crawl ends by time alone.
            let _ = tokio::time::timeout(Duration::from_secs(1), freed).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::tests::mail;

    fn mail_to(id: i64, address: &str) -> Mail {
        Mail { address: address.into(), ..mail(id) }
    }

    #[test]
    fn providers_are_known_by_their_domains() {
        assert_eq!(provider("ana@GMAIL.com"), "google");
        assert_eq!(provider("ana@yahoo.fr"), "yahoo");
        assert_eq!(provider("ana@hotmail.co.uk"), "outlook");
        assert_eq!(provider("ana@notgmail.com"), "notgmail.com");
    }

    #[test]
    fn two_connections_to_orange_and_more_to_others() {
        let domains = Domains::default();
        for id in 1..=2 {
            assert!(domains.takes(&mail_to(id, "a@orange.fr")));
        }
        assert!(!domains.takes(&mail_to(9, "b@wanadoo.fr")), "the same provider");
        assert!(domains.takes(&mail_to(10, "b@example.org")));
        domains.done(&mail(1).key);
        domains.done(&mail(1).key);
        assert!(domains.takes(&mail_to(3, "b@wanadoo.fr")));
        assert!(!domains.takes(&mail_to(4, "b@wanadoo.fr")), "a mail that is done twice frees one place only");
    }

    #[test]
    fn connections_on_many_threads_take_no_more_than_there_is() {
        let domains = Domains::default();
        let asks = |id| domains.takes(&mail_to(id, "a@orange.fr"));
        let taken = std::thread::scope(|scope| {
            let all: Vec<_> = (1..=16).map(|id| scope.spawn(move || asks(id))).collect();
            all.into_iter().filter_map(|one| one.join().ok()).filter(|took| *took).count()
        });
        assert_eq!(taken, 2);
    }

    #[test]
    fn complaints_slow_down_at_once_and_success_recovers_slowly() {
        let domains = Domains::default();
        assert_eq!(domains.slow_down("example.org"), 2);
        assert_eq!(domains.slow_down("example.org"), 1);
        assert!(domains.takes(&mail_to(1, "a@example.org")));
        assert!(!domains.takes(&mail_to(300, "b@example.org")));
        domains.done(&mail(1).key);
        for id in 2..200 {
            assert!(domains.takes(&mail_to(id, "a@example.org")));
            domains.done(&mail(id).key);
        }
        for id in 200..203 {
            assert!(domains.takes(&mail_to(id, "b@example.org")), "some of its pace came back");
        }
    }

    #[test]
    fn who_complains_of_one_connection_gets_a_mail_a_minute() {
        let domains = Domains::default();
        for _ in 0..4 {
            domains.slow_down("example.org");
        }
        assert!(domains.takes(&mail_to(1, "a@example.org")));
        domains.done(&mail(1).key);
        assert!(!domains.takes(&mail_to(2, "b@example.org")));
        assert!(domains.takes_at(&mail_to(2, "b@example.org"), Instant::now() + Duration::from_secs(61)));
    }
}
