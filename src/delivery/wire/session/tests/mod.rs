//! The wire against a scripted server: pipelining modes, refusals, faults at each stage, stop, what is learned.

mod faults;
mod pipelining;
mod security;
mod server;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::{Config, Pipelining, Smtp, Tls};
use crate::delivery::Mail;
use crate::delivery::wire::contract::{Alarm, Record, RecordError, Source, Withdrawn};
use crate::delivery::wire::health::Health;
use crate::delivery::wire::relay::Relay;
use crate::delivery::wire::smtp::Timeouts;
use crate::ledger::{Done, Key, Outcome};
use crate::mails::{Hole, Variant};
use server::Server;

const OFFERS: &str = "PIPELINING\nSIZE 1000000\n8BITMIME\nSMTPUTF8";

/// Limits short enough for tests.
const QUICK: Timeouts = Timeouts {
    connect: Duration::from_millis(500),
    greeting: Duration::from_millis(300),
    mail: Duration::from_millis(300),
    ahead: Duration::from_millis(100),
    far: Duration::from_millis(60),
    rcpt: Duration::from_millis(300),
    data: Duration::from_millis(300),
    block: Duration::from_millis(300),
    dot: Duration::from_millis(300),
    quit: Duration::from_millis(100),
    idle: Duration::from_millis(200),
    drain: Duration::from_millis(300),
    back_off: Duration::from_millis(10),
};

fn key(n: i64) -> Key {
    Key::Digest { digest_id: 1, subscriber_id: n, batch_lo: 0, epoch: 1 }
}

fn mail(n: i64) -> Mail {
    let pieces = vec![
        (b"To: <".to_vec(), Some(Hole::Address)),
        (b">\r\nMessage-ID: <".to_vec(), Some(Hole::MessageId)),
        (b"@news.test>\r\n\r\nhello\r\n".to_vec(), None),
    ];
    Mail {
        key: key(n),
        newsletter_id: 1,
        attempts: 0,
        since: Clock::system().now(),
        envelope_from: "news@news.test".into(),
        address: format!("r{n}@example.org"),
        variant: Arc::new(Variant::new(pieces)),
        message_id: format!("m{n}"),
        leave: "l".into(),
        action: String::new(),
        not_me: String::new(),
        signature: Box::default(),
    }
}

fn letter(n: i64) -> Mail {
    Mail { key: Key::Letter { id: n, epoch: 1 }, ..mail(n) }
}

/// A lane of mails in memory.
#[derive(Default)]
struct Lane {
    queue: Mutex<VecDeque<Mail>>,
    withdrawn: Mutex<HashMap<Key, Withdrawn>>,
    given_back: Mutex<Vec<Key>>,
    /// Nothing more comes once the queue is empty.
    ends: Mutex<bool>,
    stop: CancellationToken,
    changed: Notify,
    /// Look-ahead gives nothing: each mail comes alone.
    shy: bool,
}

impl Lane {
    fn of(mails: impl IntoIterator<Item = Mail>) -> Arc<Self> {
        let lane = Self { ends: Mutex::new(true), ..Self::default() };
        lane.queue.lock().unwrap().extend(mails);
        Arc::new(lane)
    }

    fn open() -> Arc<Self> {
        Arc::new(Self::default())
    }

    fn push(&self, mail: Mail) {
        self.queue.lock().unwrap().push_back(mail);
        self.changed.notify_waiters();
    }

    fn end(&self) {
        *self.ends.lock().unwrap() = true;
        self.changed.notify_waiters();
    }

    fn withdraw(&self, n: i64, how: Withdrawn) {
        self.withdrawn.lock().unwrap().insert(key(n), how);
    }
}

impl Source for Lane {
    fn next(&self) -> BoxFuture<'_, Option<Mail>> {
        Box::pin(async move {
            loop {
                let changed = self.changed.notified();
                if self.stop.is_cancelled() {
                    return None;
                }
                if let Some(mail) = self.queue.lock().unwrap().pop_front() {
                    return Some(mail);
                }
                if *self.ends.lock().unwrap() {
                    return None;
                }
                tokio::select! {
                    () = changed => {}
                    () = self.stop.cancelled() => {}
                }
            }
        })
    }

    fn try_next(&self) -> Option<Mail> {
        if self.stop.is_cancelled() || self.shy { None } else { self.queue.lock().unwrap().pop_front() }
    }

    fn withdrawn(&self, key: &Key) -> Option<Withdrawn> {
        self.withdrawn.lock().unwrap().get(key).copied()
    }

    fn give_back(&self, mail: Mail) {
        self.given_back.lock().unwrap().push(mail.key);
        if !self.withdrawn.lock().unwrap().contains_key(&mail.key) {
            self.queue.lock().unwrap().push_front(mail);
        }
        self.changed.notify_waiters();
    }
}

/// A ledger in memory. A row that comes back uncounted goes back into the lane.
#[derive(Default)]
struct Ledger {
    rows: Mutex<Vec<(Key, Outcome)>>,
    started: Mutex<HashSet<String>>,
    commits: Mutex<usize>,
    /// These starts are refused.
    fenced: Mutex<HashSet<Key>>,
    lost: Mutex<bool>,
    /// How long a commit takes.
    slow: Option<Duration>,
    requeue: Option<Arc<Lane>>,
}

impl Ledger {
    fn outcomes(&self) -> Vec<(i64, Outcome)> {
        let rows = self.rows.lock().unwrap();
        let number = |key: &Key| match key {
            Key::Digest { subscriber_id, .. } => *subscriber_id,
            Key::Letter { id, .. } => *id,
        };
        rows.iter().map(|(key, outcome)| (number(key), outcome.clone())).collect()
    }

    fn accepted(&self) -> Vec<i64> {
        let accepted = self.outcomes().into_iter().filter(|(_, outcome)| matches!(outcome, Outcome::Accepted));
        accepted.map(|(n, _)| n).collect()
    }

    fn others(&self) -> Vec<(i64, Outcome)> {
        self.outcomes().into_iter().filter(|(_, outcome)| !matches!(outcome, Outcome::Accepted)).collect()
    }
}

impl Record for Ledger {
    async fn record(&self, done: Option<Done>, started: Option<Key>) -> Result<(), RecordError> {
        if let Some(slow) = self.slow {
            tokio::time::sleep(slow).await;
        }
        if *self.lost.lock().unwrap() {
            return Err(RecordError::Lost);
        }
        *self.commits.lock().unwrap() += 1;
        if let Some(Done { key, outcome, .. }) = done {
            let back = matches!(outcome, Outcome::Deferred { counted: false, .. });
            if let (true, Some(lane), Key::Digest { subscriber_id, .. }) = (back, &self.requeue, key) {
                lane.push(mail(subscriber_id));
            }
            self.rows.lock().unwrap().push((key, outcome));
        }
        if let Some(key) = started {
            if self.fenced.lock().unwrap().contains(&key) {
                return Err(RecordError::Fenced);
            }
            let (Key::Digest { subscriber_id: n, .. } | Key::Letter { id: n, .. }) = key;
            self.started.lock().unwrap().insert(format!("r{n}@example.org"));
        }
        Ok(())
    }
}

fn settings(port: u16) -> Smtp {
    Smtp { host: "127.0.0.1".into(), port, tls: Tls::None, pipelining: Pipelining::Full, ..Config::default().smtp }
}

/// A relay with short limits, and the alarms it raises.
fn relay(smtp: &Smtp) -> (Arc<Relay>, UnboundedReceiver<Alarm>) {
    let (alarms, raised) = unbounded_channel();
    let relay = Relay::with(
        smtp,
        "http://news.test",
        Clock::system(),
        Health::new(crate::ledger::Lane::Digests, alarms, QUICK.back_off, Arc::default(), Clock::system()),
        QUICK,
        Arc::default(),
    )
    .unwrap();
    (relay, raised)
}

/// One connection's task, until it returns; a test that hangs fails.
async fn send(relay: &Arc<Relay>, lane: &Arc<Lane>, ledger: &Arc<Ledger>) {
    send_with(relay, lane, ledger, CancellationToken::new()).await;
}

async fn send_with(relay: &Arc<Relay>, lane: &Arc<Lane>, ledger: &Arc<Ledger>, stop: CancellationToken) {
    let work = super::work(relay.clone(), lane.clone(), ledger.clone(), stop);
    tokio::time::timeout(Duration::from_secs(20), work).await.expect("the connection's task returns");
}

/// Sends these mails over one connection task in one pipelining mode; what came of it.
async fn send_all(server: &Server, pipelining: Pipelining, mails: Vec<Mail>) -> (Arc<Ledger>, Arc<Lane>, Vec<Alarm>) {
    let (relay, mut raised) = relay(&Smtp { pipelining, ..settings(server.port) });
    let lane = Lane::of(mails);
    let ledger = Arc::new(Ledger::default());
    send(&relay, &lane, &ledger).await;
    let mut alarms = Vec::new();
    while let Ok(alarm) = raised.try_recv() {
        alarms.push(alarm);
    }
    (ledger, lane, alarms)
}

const GEARS: [Pipelining; 3] = [Pipelining::Full, Pipelining::Envelope, Pipelining::Off];
