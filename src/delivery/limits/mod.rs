//! What a relay may be given, and how fast: tokens in front of every mail.
//!
//! In: `[smtp] per_second … per_day`, what was spent (kept in `delivery_limit`, so restarts and other workers count too).
//! Out: [`Limits::token`] before a mail is handed to a connection. Without limits it costs one branch. With them, tokens
//! are fetched for a quarter of a second ahead, so the database is asked four times a second at most; letters go first.

pub mod domains;
mod sql;
pub mod window;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;

use self::domains::Domains;
use self::window::{Grant, Rules, Spent};
use super::Mail;
use crate::app::App;
use crate::config::Smtp;
use crate::fault::fault;
use crate::ledger::{Key, Lane};

/// See the module.
#[derive(Debug)]
pub struct Limits {
    /// Under which what was spent is kept.
    name: String,
    rules: Rules,
    /// Tokens fetched ahead for digests.
    ahead: usize,
    digests: Pool,
    letters: Pool,
    wanted: Notify,
    domains: Option<Domains>,
}

#[derive(Debug)]
struct Pool {
    tokens: Semaphore,
    waiting: AtomicUsize,
}

impl Default for Pool {
    fn default() -> Self {
        Self { tokens: Semaphore::new(0), waiting: AtomicUsize::new(0) }
    }
}

/// Mails that are looked at to find one whose provider is free.
const DEPTH: usize = 256;

/// Whose limits they are: providers count by account, so two accounts on one server share nothing.
fn account(smtp: &Smtp) -> String {
    let Smtp { host, port, username, .. } = smtp;
    if username.is_empty() { format!("relay {host}:{port}") } else { format!("relay {host}:{port} {username}") }
}

impl Limits {
    /// The limits of this relay.
    pub fn new(smtp: &Smtp) -> Arc<Self> {
        let [per_second, per_minute, per_hour, per_day] =
            [smtp.per_second, smtp.per_minute, smtp.per_hour, smtp.per_day]
                .map(|n| i64::try_from(n).unwrap_or(i64::MAX / 4000));
        let rules = Rules { per_second, per_minute, per_hour, per_day };
        Arc::new(Self {
            name: account(smtp),
            rules,
            ahead: (rules.pace() / 4.0).clamp(1.0, 1000.0) as usize,
            digests: Pool::default(),
            letters: Pool::default(),
            wanted: Notify::new(),
            domains: smtp.direct.then(Domains::default),
        })
    }

    fn pool(&self, lane: Lane) -> &Pool {
        match lane {
            Lane::Digests => &self.digests,
            Lane::Letters => &self.letters,
        }
    }

    /// Waits for leave to send one mail.
    pub async fn token(&self, lane: Lane) {
        if self.rules.none() || self.try_token(lane) {
            return;
        }
        let pool = self.pool(lane);
        let _waiting = Waiting::new(&pool.waiting);
        self.wanted.notify_one();
        if let Ok(token) = pool.tokens.acquire().await {
            token.forget();
        }
    }

    /// Leave to send one mail now, if there is any.
    pub fn try_token(&self, lane: Lane) -> bool {
        if self.rules.none() {
            return true;
        }
        let pool = self.pool(lane);
        let taken = pool.tokens.try_acquire().map(tokio::sync::SemaphorePermit::forget).is_ok();
        if pool.tokens.available_permits() <= self.ahead / 2 {
            self.wanted.notify_one();
        }
        taken
    }

    /// A token was not used.
    pub fn refund(&self, lane: Lane) {
        if !self.rules.none() {
            self.pool(lane).tokens.add_permits(1);
        }
    }

    /// How far to look for a mail whose provider is free.
    pub fn depth(&self) -> usize {
        if self.domains.is_some() { DEPTH } else { 1 }
    }

    /// Whether a mail may go to its provider now; then it is counted there, in the same step.
    pub fn domain_takes(&self, mail: &Mail) -> bool {
        self.domains.as_ref().is_none_or(|domains| domains.takes(mail))
    }

    /// It is done with.
    pub fn domain_done(&self, key: &Key) {
        if let Some(domains) = &self.domains {
            domains.done(key);
        }
    }

    /// Waits until a provider may have become free since this was called.
    pub fn domain_freed(&self) -> impl Future<Output = ()> + Send + '_ {
        let freed = self.domains.as_ref().map(Domains::freed);
        async move {
            match freed {
                Some(freed) => freed.await,
                None => std::future::pending().await,
            }
        }
    }

    /// A receiver says that we come too fast.
    pub fn slow_down(&self, domain: &str) {
        if let Some(domains) = &self.domains {
            let left = domains.slow_down(domain);
            tracing::warn!(domain, connections = left, "this receiver wants us to come more slowly");
        }
    }

    /// Fetches tokens as they are wanted, until `stop`; then puts back those that nobody took.
    pub async fn run(&self, app: &App, stop: &CancellationToken) {
        if self.rules.none() {
            // A part that ends is started again.
            return stop.cancelled().await;
        }
        while !stop.is_cancelled() {
            let wait = match self.fetch(app).await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::warn!(%error, "cannot read what the limits of the relay leave; nothing is sent meanwhile");
                    Some(Duration::from_secs(1))
                }
            };
            let time_passes = async {
                match wait {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = time_passes => {}
                // While a limit is reached, more asking changes nothing.
                () = self.wanted.notified(), if wait.is_none() => {}
            }
        }
        let unused = self.digests.tokens.forget_permits(usize::MAX) + self.letters.tokens.forget_permits(usize::MAX);
        if unused > 0
            && let Err(error) = self.change(app, |spent, now| spent.put_back(self.rules, unused as i64, now)).await
        {
            tracing::info!(%error, unused, "tokens of the limits were not put back");
        }
    }

    /// Serves letters, then digests; gives how long to wait when a limit is reached.
    async fn fetch(&self, app: &App) -> sqlx::Result<Option<Duration>> {
        let mut wait = None;
        for (lane, ahead) in [(Lane::Letters, 0), (Lane::Digests, self.ahead)] {
            let pool = self.pool(lane);
            let asked = (pool.waiting.load(Ordering::Relaxed) + ahead).saturating_sub(pool.tokens.available_permits());
            if asked == 0 {
                continue;
            }
            let letters = lane == Lane::Letters;
            let grant = self.change(app, |spent, now| spent.take(self.rules, asked as i64, letters, now)).await?;
            match grant {
                Grant::Now(count) => pool.tokens.add_permits(count as usize),
                // A letter that is asked for meanwhile must not wait until a window of digests opens.
                Grant::After(millis) => {
                    let time = Duration::from_millis(millis.clamp(1, 1_000) as u64);
                    wait = Some(wait.map_or(time, |other: Duration| other.min(time)));
                }
            }
        }
        Ok(wait)
    }

    async fn change<T>(&self, app: &App, change: impl FnOnce(&mut Spent, i64) -> T) -> sqlx::Result<T> {
        let mut tx = app.db.begin().await?;
        let stored = sql::lock(&mut tx, &self.name).await?;
        // What cannot be read was written by another version: limits then count anew.
        let mut spent: Spent = serde_json::from_str(&stored).unwrap_or_default();
        let now = app.clock.now();
        let result = change(&mut spent, now);
        let text = serde_json::to_string(&spent).unwrap_or_default();
        if text != stored {
            sql::store(&mut tx, &self.name, &text, now).await?;
        }
        fault!("limit.before_commit");
        tx.commit().await?;
        fault!("limit.after_commit");
        Ok(result)
    }
}

/// Counts one who waits, also when it stops waiting.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn two_accounts_on_one_server_have_their_own_limits() {
        let none = Config::default().smtp;
        let [one, two] = ["one", "two"].map(|name| Smtp { username: name.into(), ..none.clone() });
        let names = [&none, &one, &two].map(account);
        assert_eq!(names, ["relay localhost:25", "relay localhost:25 one", "relay localhost:25 two"]);
    }
}
