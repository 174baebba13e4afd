//! The wire against real mail servers on loopback. Here: Postfix and OpenSMTPD take every mail once, as it was sent, in one
//! round trip where they offer PIPELINING and in four where they do not. In [`digest`]: one digest to each server that there is.
//!
//! `tests/receivers.sh fetch` unpacks what is missing; what is not there is skipped, and said.

mod digest;
mod tap;

use std::collections::VecDeque;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use facteur::clock::Clock;
use facteur::config::{Config, Pipelining, Smtp, Tls};
use facteur::delivery::Mail;
use facteur::delivery::wire::contract::{Record, RecordError, Source, Withdrawn};
use facteur::delivery::wire::relay::Relay;
use facteur::delivery::wire::session;
use facteur::ledger::{Done, Key, Outcome};
use facteur::mails::{Hole, Variant};
use futures_util::future::BoxFuture;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::unbounded_channel;
use tokio_util::sync::CancellationToken;

use super::harness::smtp::{Settings, Sink};
use super::harness::{PATIENCE, skip};

/// Mails on one connection, whose round trips are counted; every 50th recipient is refused.
const ALONE: i64 = 200;
/// Mails over several connections.
const TOGETHER: i64 = 200;
const CONNECTIONS: usize = 8;

/// Mails in memory; what became of them.
#[derive(Default)]
struct Lane {
    queue: Mutex<VecDeque<Mail>>,
    outcomes: Mutex<Vec<(i64, Outcome)>>,
}

impl Source for Lane {
    fn next(&self) -> BoxFuture<'_, Option<Mail>> {
        Box::pin(async { self.try_next() })
    }

    fn try_next(&self) -> Option<Mail> {
        self.queue.lock().unwrap().pop_front()
    }

    fn withdrawn(&self, _key: &Key) -> Option<Withdrawn> {
        None
    }

    fn give_back(&self, mail: Mail) {
        self.queue.lock().unwrap().push_back(mail);
    }
}

impl Record for Lane {
    async fn record(&self, done: Option<Done>, _started: Option<Key>) -> Result<(), RecordError> {
        if let Some(Done { key: Key::Letter { id, .. }, outcome, .. }) = done {
            if matches!(outcome, Outcome::Deferred { counted: false, .. }) {
                self.queue.lock().unwrap().push_back(mail(id, &variant()));
            }
            self.outcomes.lock().unwrap().push((id, outcome));
        }
        Ok(())
    }
}

/// 20 KB of lines as a mail has them.
fn body() -> String {
    (0..280).fold(String::new(), |text, n| {
        format!("{text}{n:04} Le facteur passe chaque lundi, quel que soit le temps qu'il fait.\r\n")
    })
}

fn mail(id: i64, variant: &Arc<Variant>) -> Mail {
    Mail {
        key: Key::Letter { id, epoch: 0 },
        newsletter_id: 1,
        attempts: 0,
        since: Clock::system().now(),
        envelope_from: "news@example.net".into(),
        address: if id % 50 == 49 { "nobody@example.org".into() } else { format!("r{id}@example.org") },
        variant: variant.clone(),
        message_id: format!("m{id}"),
        leave: String::new(),
        action: String::new(),
        not_me: String::new(),
        signature: Box::default(),
    }
}

fn variant() -> Arc<Variant> {
    let head =
        "@example.net>\r\nDate: Mon, 23 Nov 2026 08:00:00 +0000\r\nFrom: <news@example.net>\r\nSubject: Lundi\r\n\r\n";
    Arc::new(Variant::new(vec![
        (b"Message-ID: <".to_vec(), Some(Hole::MessageId)),
        (format!("{head}{}", body()).into_bytes(), None),
    ]))
}

/// Passes bytes on to `port` and counts how often the client spoke after the server had: round trips.
async fn counting(port: u16) -> (u16, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = listener.local_addr().unwrap().port();
    let trips = Arc::new(AtomicU64::new(0));
    let counted = trips.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            client.set_nodelay(true).unwrap();
            server.set_nodelay(true).unwrap();
            let (mut from_client, mut to_client) = client.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            let server_spoke = Arc::new(AtomicBool::new(false));
            let (spoke, counted) = (server_spoke.clone(), counted.clone());
            tokio::spawn(async move {
                let mut bytes = vec![0; 1 << 16];
                while let Ok(n @ 1..) = from_client.read(&mut bytes).await {
                    counted.fetch_add(u64::from(spoke.swap(false, Ordering::SeqCst)), Ordering::SeqCst);
                    if to_server.write_all(&bytes[..n]).await.is_err() {
                        break;
                    }
                }
            });
            tokio::spawn(async move {
                let mut bytes = vec![0; 1 << 16];
                while let Ok(n @ 1..) = from_server.read(&mut bytes).await {
                    server_spoke.store(true, Ordering::SeqCst);
                    if to_client.write_all(&bytes[..n]).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    (own, trips)
}

/// Sends these mails to the server at `port` over so many connections.
async fn send(port: u16, connections: usize, mails: impl Iterator<Item = Mail>) -> Vec<(i64, Outcome)> {
    let lane = Arc::new(Lane { queue: Mutex::new(mails.collect()), ..Lane::default() });
    let smtp = Smtp {
        host: "127.0.0.1".into(),
        port,
        tls: Tls::None,
        hello: "news.test".into(),
        pipelining: Pipelining::Full,
        ..Config::default().smtp
    };
    let (alarms, mut raised) = unbounded_channel();
    let relay = Relay::new(&smtp, "http://news.test", Clock::system(), alarms).unwrap();
    let work = (0..connections)
        .map(|_| tokio::spawn(session::work(relay.clone(), lane.clone(), lane.clone(), CancellationToken::new())));
    for task in work.collect::<Vec<_>>() {
        if tokio::time::timeout(PATIENCE * 2, task).await.is_err() {
            let (outcomes, left) = (lane.outcomes.lock().unwrap(), lane.queue.lock().unwrap());
            panic!("the server takes no mail: {:?}; {} left; {:?}", raised.try_recv(), left.len(), outcomes.last());
        }
    }
    assert!(raised.try_recv().is_err(), "nothing to be alarmed about");
    let outcomes = lane.outcomes.lock().unwrap();
    outcomes.clone()
}

fn check_outcomes(name: &str, outcomes: &[(i64, Outcome)], n: i64) {
    let put_back = |outcome: &Outcome| matches!(outcome, Outcome::Deferred { counted: false, .. });
    let (limits, outcomes): (Vec<_>, Vec<_>) = outcomes.iter().partition(|(_, outcome)| put_back(outcome));
    assert_eq!(outcomes.len() as i64, n, "{name}: each is recorded once");
    // OpenSMTPD takes 100 mails on a connection; that is learned after three.
    assert!(limits.len() <= 3 + CONNECTIONS && (limits.is_empty() || name == "opensmtpd"), "{name}: {limits:?}");
    for (id, outcome) in outcomes {
        match outcome {
            Outcome::Accepted => assert_ne!(id % 50, 49, "{name} {id}"),
            Outcome::Refused { code: 550, reason: "unknown", .. } => assert_eq!(id % 50, 49, "{name}"),
            // OpenSMTPD has no words of one's own for a refusal.
            Outcome::Refused { code: 550, words, reason } => {
                assert!(id % 50 == 49 && words.contains("Invalid recipient"), "{name}: {reason}: {words}");
            }
            other => panic!("{name} {id}: {other:?}"),
        }
    }
}

/// A server that runs; stopped when dropped.
struct Receiver<'a> {
    folder: &'a Path,
    port: u16,
}

impl<'a> Receiver<'a> {
    fn start(name: &str, folder: &'a Path, sink: u16) -> Self {
        std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let receiver = Self { folder, port };
        let [sink, port] = [sink, port].map(|port| port.to_string());
        // Its output goes to a file: a pipe would stay open as long as the server runs.
        let said = std::fs::File::create(folder.join("start")).unwrap();
        let mut start = script();
        start.args(["start", name]).arg(folder).args([sink, port]).stdout(Stdio::null()).stderr(said);
        let started = start.status().unwrap().success();
        assert!(started, "{name} does not start: {}", std::fs::read_to_string(folder.join("start")).unwrap());
        receiver
    }
}

impl Drop for Receiver<'_> {
    fn drop(&mut self) {
        script().arg("stop").arg(self.folder).status().ok();
    }
}

fn script() -> Command {
    Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/receivers.sh"))
}

/// The servers that are there, with their versions. `FACTEUR_RECEIVERS_NAMES` names the wanted ones, without it all are.
fn servers() -> Vec<(String, String)> {
    let said = script().arg("names").output().unwrap();
    let there: Vec<(String, String)> = String::from_utf8_lossy(&said.stdout)
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, version)| (name.to_owned(), version.to_owned()))
        .collect();
    let wanted = std::env::var("FACTEUR_RECEIVERS_NAMES").ok().filter(|names| !names.is_empty());
    let wanted = wanted.unwrap_or_else(|| ALL.join(" "));
    for name in wanted.split(' ').filter(|name| !there.iter().any(|(known, _)| known == name)) {
        skip(&format!("sending to a real {name}"), "it is not there: see tests/receivers.sh (root; fetch)");
    }
    there.into_iter().filter(|(name, _)| wanted.split(' ').any(|wanted| wanted == name)).collect()
}

/// Every server that `tests/receivers.sh` knows.
const ALL: [&str; 9] =
    ["postfix", "exim", "opensmtpd", "sendmail", "courier", "chasquid", "maddy", "haraka", "dovecot"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_servers_take_each_mail_once_in_the_round_trips_they_allow() {
    let sink = Sink::start_with(Settings { keep: 10_000, ..Settings::default() }, None);
    let servers: Vec<_> = servers()
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| ["postfix", "opensmtpd"].contains(&&**name))
        .collect();
    let variant = variant();
    let mut expected = 0;
    for name in &servers {
        let folder = crate::harness::folder();
        let receiver = Receiver::start(name, folder.path(), sink.port());
        let (counted, trips) = counting(receiver.port).await;
        let began = Instant::now();
        let outcomes = send(counted, 1, (0..ALONE).map(|id| mail(id, &variant))).await;
        check_outcomes(name, &outcomes, ALONE);
        let per_mail = trips.load(Ordering::SeqCst) as f64 / ALONE as f64;
        let allowed = if name == "opensmtpd" { 4.1 } else { 1.1 };
        assert!(per_mail <= allowed, "{name}: {per_mail} round trips a mail");
        let together = send(receiver.port, CONNECTIONS, (ALONE..ALONE + TOGETHER).map(|id| mail(id, &variant))).await;
        check_outcomes(name, &together, TOGETHER);
        println!("{name}: {per_mail:.3} round trips a mail; {} mails in {:?}", ALONE + TOGETHER, began.elapsed());
        expected += (ALONE + TOGETHER) as usize * 49 / 50;
        arrived(name, &sink, expected).await;
    }
    let count = sink.per_recipient();
    assert!(count.values().all(|copies| *copies == servers.len()), "each mail once from each server");
    assert!(!count.contains_key("nobody@example.org"));
    for mail in sink.mails() {
        let source = mail.source();
        let (_, sent) = source.split_once("Subject: Lundi\r\n\r\n").expect("the head is whole");
        assert!(sent == body(), "the body of {} is as it was sent", mail.to);
        assert_eq!(
            mail.message_id,
            format!("<m{}@example.net>", mail.to.trim_start_matches('r').replace("@example.org", ""))
        );
    }
}

/// Waits until all that a server took has come through it.
async fn arrived(name: &str, sink: &Sink, expected: usize) {
    let began = Instant::now();
    while sink.taken() < expected {
        assert!(began.elapsed() < PATIENCE * 2, "{name}: {} of {expected} came through", sink.taken());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
