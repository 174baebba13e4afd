//! What comes back, brought by real servers: one Postfix and one Dovecot for all tests that run at the same time. Each test has
//! its world and a domain of its own, which says by which way its mails come ([`Way`]).
//!
//! `tests/sources.sh fetch` unpacks the servers; where they cannot run the tests say so, and are skipped.

mod kills;
mod mailbox;
mod relay;
mod replays;
mod transports;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use facteur::clock::Clock;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::harness::{Builder, PATIENCE, TestApp, skip};

/// Both servers, stopped with the last test that uses them.
struct Servers {
    folder: tempfile::TempDir,
    smtp: u16,
    imaps: u16,
    worlds: AtomicUsize,
}

static RUNNING: Mutex<Weak<Servers>> = Mutex::new(Weak::new());

fn script(verb: &str) -> Command {
    let mut script = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sources.sh"));
    script.arg(verb);
    script
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Servers {
    /// Those that run, or new ones; where they cannot run, the calling test says that it is skipped.
    #[track_caller]
    fn here() -> Option<Arc<Self>> {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(servers) = running.upgrade() {
            return Some(servers);
        }
        let missing = String::from_utf8(script("missing").output().unwrap().stdout).unwrap();
        if !missing.is_empty() {
            skip("", missing.trim());
            return None;
        }
        let servers = Arc::new(Self::start());
        *running = Arc::downgrade(&servers);
        Some(servers)
    }

    fn start() -> Self {
        let folder = crate::harness::folder();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let servers = Self { folder, smtp: free_port(), imaps: free_port(), worlds: AtomicUsize::new(0) };
        // Its output goes to a file: a pipe would stay open as long as the servers run.
        let log = servers.folder.path().join("start");
        let said = std::fs::File::create(&log).unwrap();
        let mut start = script("start");
        start.arg(servers.folder.path()).arg(env!("CARGO_BIN_EXE_facteur"));
        start.args([servers.smtp, servers.imaps].map(|port| port.to_string()));
        let started = start.stdout(Stdio::null()).stderr(said).status().unwrap().success();
        assert!(started, "the servers do not start: {}", std::fs::read_to_string(log).unwrap());
        servers
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What Postfix says of this address or domain.
    fn log_of(&self, address: &str) -> String {
        let log = std::fs::read_to_string(self.path("log/mail.log")).unwrap_or_default();
        log.lines().filter(|line| line.contains(address)).collect::<Vec<_>>().join("\n")
    }
}

/// Asks Postfix for what it has put off, as an operator does, whenever a test has waited for so long: on a busy machine its own rounds,
/// one a second, now and then pass over a mail for more than a minute.
struct Nudges<'a>(&'a Servers, Instant);

impl Nudges<'_> {
    const AFTER: Duration = Duration::from_secs(15);

    fn look(&mut self) {
        if self.1.elapsed() >= Self::AFTER {
            self.1 = Instant::now();
            Command::new("postqueue").arg("-c").arg(self.0.path("postfix")).arg("-f").status().ok();
        }
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        script("stop").arg(self.folder.path()).status().ok();
    }
}

/// By which way the mails of a world come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Postfix runs `facteur bounce`.
    Pipe,
    /// Postfix speaks LMTP to a socket.
    Socket,
    /// Postfix speaks LMTP to a port.
    Port,
    /// Postfix hands them to Dovecot, and Facteur looks into the mailbox.
    Mailbox,
}

/// A world whose mails come back.
struct World {
    app: TestApp,
    servers: Arc<Servers>,
    domain: String,
}

impl World {
    /// `arrange`: what else differs from the defaults.
    async fn new(servers: &Arc<Servers>, way: Way, arrange: impl FnOnce(Builder) -> Builder) -> Self {
        let number = servers.worlds.fetch_add(1, Ordering::SeqCst) + 1;
        let builder = TestApp::builder();
        let (domain, builder) = match way {
            Way::Pipe => (format!("w{number}.pipe.test"), builder),
            Way::Socket => {
                let socket = servers.path(&format!("sockets/w{number}"));
                (format!("w{number}.sock.test"), builder.set("bounces.listen", format!("unix:{}", socket.display())))
            }
            Way::Port => {
                let port = free_port();
                (format!("t{port}.tcp.test"), builder.set("bounces.listen", format!("127.0.0.1:{port}")))
            }
            Way::Mailbox => {
                let domain = format!("w{number}.box.test");
                let builder = mailbox::settings(builder, servers, &domain);
                (domain, builder)
            }
        };
        let builder = if way == Way::Mailbox { builder } else { builder.set("smtp.bounce_domain", domain.as_str()) };
        let app = arrange(builder).spawn().await;
        // Postfix's commands run at the machine's time.
        app.clock.set(Clock::system().now());
        let world = Self { app, servers: servers.clone(), domain };
        if way == Way::Pipe {
            let link = servers.path(&format!("worlds/{}", world.domain));
            std::os::unix::fs::symlink(world.app.folder(), link).unwrap();
            world.hand_over();
        }
        world
    }

    /// The files of the world become those of the user as whom Postfix runs `facteur bounce`.
    fn hand_over(&self) {
        let done = Command::new("chown").args(["-R", "5000:5000"]).arg(self.app.folder()).status().unwrap();
        assert!(done.success(), "the world is handed over");
    }

    /// A digest to these readers; gives their bounce addresses.
    async fn sent(&self, readers: &[&str]) -> Vec<String> {
        self.app.sent("carnet", readers).await;
        self.app.idle().await;
        let mut addresses = Vec::new();
        for reader in readers {
            let address = self.app.bounce_address(reader).await;
            assert!(address.ends_with(&self.domain), "{address}");
            addresses.push(address);
        }
        addresses
    }

    /// Hands a mail to Postfix, as the server does that writes a report.
    async fn hand_in(&self, to: &str, mail: &str) {
        hand_in(self.servers.smtp, "", to, mail).await;
    }

    /// Waits until this query gives this number.
    async fn until(&self, query: &str, wanted: i64) {
        let begin = Instant::now();
        let mut nudges = Nudges(&self.servers, begin);
        loop {
            nudges.look();
            let is = self.app.number(query).await;
            if is == wanted {
                return;
            }
            let log = || self.servers.log_of(&self.domain);
            assert!(begin.elapsed() < PATIENCE, "{query}: {is}, not {wanted}\n{}", log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until so many things that came back are stored.
    async fn until_returned(&self, count: i64) {
        self.until("SELECT COUNT(*) FROM returned", count).await;
    }

    /// Waits until Postfix's log says this of an address.
    async fn until_logged(&self, address: &str, words: &str) {
        let begin = Instant::now();
        let mut nudges = Nudges(&self.servers, begin);
        while !self.servers.log_of(address).contains(words) {
            nudges.look();
            assert!(begin.elapsed() < PATIENCE, "no {words}:\n{}", self.servers.log_of(&self.domain));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// How everybody stands and why, how digests stand, and how many letters that led to: what must not depend on the way, the order
/// and the number of copies in which reports came.
async fn standing(app: &TestApp) -> Vec<String> {
    let mut standing = app.people().await;
    for query in [
        "SELECT reason || ' suppressed ' || CAST(COUNT(*) AS TEXT) FROM suppression GROUP BY reason ORDER BY reason",
        "SELECT 'days ' || CAST(COUNT(*) AS TEXT) FROM soft_bounce",
        "SELECT 'letters ' || CAST(COUNT(*) AS TEXT) FROM letter",
        "SELECT 'digest ' || state FROM digest ORDER BY id",
    ] {
        standing.extend(app.texts(query).await);
    }
    standing
}

/// Speaks SMTP to this port until the mail is taken.
async fn hand_in(port: u16, from: &str, to: &str, mail: &str) {
    let mut talk = BufReader::new(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
    expect(&mut talk, "220").await;
    let (from, to) = (format!("MAIL FROM:<{from}>"), format!("RCPT TO:<{to}>"));
    for (command, code) in [("EHLO mx.example.net", "250"), (from.as_str(), "250"), (&to, "250"), ("DATA", "354")] {
        talk.get_mut().write_all(format!("{command}\r\n").as_bytes()).await.unwrap();
        expect(&mut talk, code).await;
    }
    let content = format!("{}\r\n.\r\n", mail.trim_end().replace("\r\n.", "\r\n.."));
    talk.get_mut().write_all(content.as_bytes()).await.unwrap();
    expect(&mut talk, "250").await;
}

async fn expect(talk: &mut BufReader<TcpStream>, code: &str) {
    loop {
        let mut line = String::new();
        talk.read_line(&mut line).await.unwrap();
        assert!(line.starts_with(code), "{code} and not {line:?}");
        if line.as_bytes().get(3) == Some(&b' ') {
            return;
        }
    }
}
