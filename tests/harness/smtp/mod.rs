//! An SMTP server that takes mail, keeps a journal, and misbehaves on demand.
//!
//! In: SMTP on a loopback port. Out: [`Mail`]s, counters, the [`Journal`]. It runs on a thread of its own, so a killed
//! or blocked app does not touch it. [`faults`] says how it misbehaves, [`products`] as which real server it speaks,
//! [`session`] speaks the protocol, [`gate`] decides who may in, [`words`] is what replies are made of.

pub mod faults;
mod gate;
pub mod journal;
pub mod products;
mod session;
pub mod tls;
mod words;

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::mail::Mail;
use faults::{Rule, RuleBuilder, Stage};
use gate::Gate;
use journal::{Entry, Journal};
pub use words::Words;

/// How the server behaves when no fault fires. May be changed while it runs; connections see it at their next command.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is something that a server does or not")]
pub struct Settings {
    /// Where it listens. As it was at the start.
    pub at: Ipv4Addr,
    /// What stands in the greeting after the name.
    pub banner: &'static str,
    /// Offer PIPELINING.
    pub pipelining: bool,
    /// Offer 8BITMIME and SMTPUTF8.
    pub utf8: bool,
    /// Offer `SIZE`, and refuse more.
    pub size: Option<usize>,
    /// Offer STARTTLS with this certificate.
    pub starttls: Option<Arc<ServerConfig>>,
    /// TLS from the first byte.
    pub implicit_tls: Option<Arc<ServerConfig>>,
    /// Offer these AUTH mechanisms…
    pub mechanisms: &'static str,
    /// … and want this user and password before MAIL.
    pub credentials: Option<(String, String)>,
    /// What becomes of commands that stand in one packet with the dot before them.
    pub behind_dot: BehindDot,
    /// Close a connection that says nothing for so long.
    pub idle: Option<Duration>,
    /// Greet only after so long.
    pub greet_after: Duration,
    /// 421 at once to a connection beyond so many.
    pub connections: Option<u64>,
    /// 421 at once to a connection beyond so many within this time.
    pub rate: Option<(u64, Duration)>,
    /// Put the first connections to the test, with a 421 after so many commands: nothing is taken on them. Whoever has
    /// come to RCPT on one is known from then on.
    pub screen: Option<u64>,
    /// 452 to each MAIL after so many on one connection.
    pub transactions: Option<u64>,
    /// Only queue what comes after so many mails on one connection; see [`Sink::queued`].
    pub deliver_at_once: Option<u64>,
    /// Speak LMTP (RFC 2033): LHLO greets, EHLO and HELO are unknown.
    pub lmtp: bool,
    /// What the texts of all replies are made of.
    pub words: Words,
    /// Answer the dot so much later; the mail is taken before.
    pub dot_after: Duration,
    /// Close after so many mails on one connection; with a 421 first or without.
    pub close_after: Option<(u64, bool)>,
    /// Time between input and its answers: the round trip of a real network.
    pub latency: Duration,
    /// Full bytes of so many mails are kept; of later ones only the envelope and what the journal knows.
    pub keep: usize,
    /// The journal is on the disk before the client hears 250. As it was at the start.
    pub synced: bool,
}

/// What becomes of commands that stand in one packet with the final dot before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BehindDot {
    /// They are answered in their turn (RFC 2920).
    Answered,
    /// The mail is taken, MAIL behind its dot closes the connection, and nobody answers.
    Closes,
    /// They are gone; the server then waits for the next.
    Lost,
    /// Each gets this reply.
    Refused(&'static str),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            at: Ipv4Addr::LOCALHOST,
            banner: "ESMTP",
            behind_dot: BehindDot::Answered,
            idle: None,
            greet_after: Duration::ZERO,
            connections: None,
            rate: None,
            screen: None,
            transactions: None,
            deliver_at_once: None,
            lmtp: false,
            words: Words::Plain,
            dot_after: Duration::ZERO,
            pipelining: true,
            utf8: true,
            size: Some(10 * 1024 * 1024),
            starttls: None,
            implicit_tls: None,
            mechanisms: "PLAIN LOGIN",
            credentials: None,
            close_after: None,
            latency: Duration::ZERO,
            keep: 1000,
            synced: true,
        }
    }
}

/// What has happened so far.
#[derive(Debug, Default)]
struct Counters {
    connections: AtomicU64,
    open: AtomicU64,
    most_open: AtomicU64,
    round_trips: AtomicU64,
    violations: AtomicU64,
    queued: AtomicU64,
}

/// What the sessions share.
struct Shared {
    settings: Mutex<Settings>,
    rules: Mutex<Vec<Rule>>,
    mails: Mutex<Vec<Arc<Mail>>>,
    /// Client's commands: connection, whether under TLS, text. The first 20,000.
    commands: Mutex<Vec<(u64, bool, String)>>,
    taken: watch::Sender<usize>,
    journal: Option<Journal>,
    counters: Counters,
    gate: Gate,
    /// Cancelled to cut all connections; then replaced.
    cut: Mutex<CancellationToken>,
    open: watch::Sender<bool>,
}

/// A running sink. Dropped, it stops.
pub struct Sink {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: CancellationToken,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Sink {
    /// A well-behaved server without a journal.
    pub fn start() -> Self {
        Self::start_with(Settings::default(), None)
    }

    /// A server with these settings, and a journal at this path.
    pub fn start_with(settings: Settings, journal: Option<&Path>) -> Self {
        let synced = settings.synced;
        let shared = Arc::new(Shared {
            settings: Mutex::new(settings),
            rules: Mutex::default(),
            mails: Mutex::default(),
            commands: Mutex::default(),
            taken: watch::Sender::new(0),
            journal: journal.map(|path| Journal::open(path, synced)),
            counters: Counters::default(),
            gate: Gate::default(),
            cut: Mutex::default(),
            open: watch::Sender::new(true),
        });
        let (stop, (bound, wait)) = (CancellationToken::new(), std::sync::mpsc::channel());
        let (inside, halt) = (shared.clone(), stop.clone());
        let run = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                halt.run_until_cancelled(listen(inside, bound)).await;
            });
        };
        let thread = std::thread::Builder::new().name("smtp-sink".into()).spawn(run).unwrap();
        Self { address: wait.recv().unwrap(), shared, stop, thread: Some(thread) }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Changes how it behaves.
    pub fn set(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.shared.settings());
    }

    /// Begins a fault; see [`RuleBuilder`].
    pub fn on(&self, stage: Stage) -> RuleBuilder<'_> {
        RuleBuilder::new(&self.shared.rules, stage)
    }

    /// Behaves well again.
    pub fn heal(&self) {
        self.shared.rules.lock().unwrap().clear();
    }

    /// Every mail that was taken, in order.
    pub fn mails(&self) -> Vec<Arc<Mail>> {
        self.shared.mails.lock().unwrap().clone()
    }

    /// How many mails were taken.
    pub fn taken(&self) -> usize {
        *self.shared.taken.borrow()
    }

    /// Changes with each mail that is taken.
    pub fn watch(&self) -> watch::Receiver<usize> {
        self.shared.taken.subscribe()
    }

    /// How often each address was written to.
    pub fn per_recipient(&self) -> HashMap<String, usize> {
        let mut count = HashMap::new();
        for mail in self.shared.mails.lock().unwrap().iter() {
            *count.entry(mail.to.clone()).or_default() += 1;
        }
        count
    }

    /// The journal's entries.
    pub fn journal(&self) -> Vec<Entry> {
        self.shared.journal.as_ref().expect("started with a journal").entries()
    }

    /// Commands as they came: connection, whether under TLS, text (passwords too: they are ours).
    pub fn commands(&self) -> Vec<(u64, bool, String)> {
        self.shared.commands.lock().unwrap().clone()
    }

    /// Waits until a client has said a command that begins so.
    pub async fn wait_for_command(&self, begin: &str) {
        let what = format!("no client said {begin}");
        let said = || self.shared.commands.lock().unwrap().iter().any(|(_, _, text)| text.starts_with(begin));
        self.wait(&what, said).await;
    }

    /// Waits until so many connections have been taken.
    pub async fn wait_for_connections(&self, n: u64) {
        self.wait(&format!("fewer than {n} connections"), || self.connections() >= n).await;
    }

    /// Waits until it is so.
    pub async fn wait(&self, what: &str, done: impl Fn() -> bool) {
        let begin = std::time::Instant::now();
        while !done() {
            assert!(begin.elapsed() < super::PATIENCE, "{what}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Passes as much time as another client needs for so many round trips here: whoever goes on sending would have sent a
    /// mail on each connection in every second one of them.
    pub async fn meanwhile(&self, round_trips: usize) {
        let mut stream = BufReader::new(TcpStream::connect(self.address).await.unwrap());
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        for _ in 0..round_trips {
            stream.write_all(b"NOOP\r\n").await.unwrap();
            line.clear();
            assert!(stream.read_line(&mut line).await.unwrap() > 0, "the sink closed the connection");
        }
    }

    /// Commands so far, of which [`Sink::commands`] keeps the first 20,000.
    pub fn commands_kept(&self) -> usize {
        self.shared.commands.lock().unwrap().len()
    }

    /// Connections taken so far.
    pub fn connections(&self) -> u64 {
        self.shared.counters.connections.load(Ordering::SeqCst)
    }

    /// Connections open now, and the most there were at once.
    pub fn open_connections(&self) -> (u64, u64) {
        let counters = &self.shared.counters;
        (counters.open.load(Ordering::SeqCst), counters.most_open.load(Ordering::SeqCst))
    }

    /// Times that the sink had answered all it knew and waited for the client: round trips.
    pub fn round_trips(&self) -> u64 {
        self.shared.counters.round_trips.load(Ordering::SeqCst)
    }

    /// Commands sent ahead without PIPELINING, content sent before 354, lines without CR: must stay 0.
    pub fn violations(&self) -> u64 {
        self.shared.counters.violations.load(Ordering::SeqCst)
    }

    /// Mails taken but only queued, to be delivered when the server's runner comes by.
    pub fn queued(&self) -> u64 {
        self.shared.counters.queued.load(Ordering::SeqCst)
    }

    /// Connections that were turned away with a 421 before they were greeted.
    pub fn turned_away(&self) -> u64 {
        self.shared.gate.turned_away()
    }

    /// Nobody listens any more, and every connection is cut.
    pub fn go_down(&self) {
        self.shared.open.send_replace(false);
        self.cut();
    }

    /// Listens again, on the same port.
    pub fn come_up(&self) {
        self.shared.open.send_replace(true);
    }

    /// Cuts every connection.
    pub fn cut(&self) {
        std::mem::take(&mut *self.shared.cut.lock().unwrap()).cancel();
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

impl Shared {
    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap()
    }
}

/// A socket that holds the port; until `listen` is called, connecting to it is refused.
fn bind(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(address).unwrap();
    socket
}

async fn listen(shared: Arc<Shared>, bound: std::sync::mpsc::Sender<SocketAddr>) {
    let mut socket = bind(SocketAddr::from((shared.settings().at, 0)));
    let address = socket.local_addr().unwrap();
    let mut open = shared.open.subscribe();
    loop {
        open.wait_for(|open| *open).await.ok();
        let listener = socket.listen(1024).unwrap();
        bound.send(address).ok(); // heard the first time
        tokio::select! {
            () = accept(&shared, &listener) => {}
            _ = open.wait_for(|open| !*open) => {}
        }
        drop(listener);
        socket = bind(address);
    }
}

async fn accept(shared: &Arc<Shared>, listener: &TcpListener) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        stream.set_nodelay(true).ok();
        let shared = shared.clone();
        let number = shared.counters.connections.fetch_add(1, Ordering::SeqCst) + 1;
        let open = shared.counters.open.fetch_add(1, Ordering::SeqCst) + 1;
        shared.counters.most_open.fetch_max(open, Ordering::SeqCst);
        let cut = shared.cut.lock().unwrap().clone();
        tokio::spawn(async move {
            tokio::select! {
                biased; // once cut, not one more answer
                () = cut.cancelled() => {}
                () = session::serve(&shared, number, open, stream) => {}
            }
            shared.counters.open.fetch_sub(1, Ordering::SeqCst);
        });
    }
}
