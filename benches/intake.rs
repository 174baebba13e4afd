//! What comes back: reports over LMTP as a mail server hands them over, each answered after it is stored. How many a second of one
//! core that is, beside the 5,000 that are wanted; whether the last tenth of a million costs as much as the first; and whether memory
//! grows meanwhile. Of ten reports four are of dead addresses, three of full mailboxes, one is a delay, one an absence, and one comes
//! for the second time. An editor has said that the dead addresses are true, so that each is carried out.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use facteur::db::Db;
use facteur::keys::{Bounced, Keys};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::Options;
use crate::process::{Measured, facteur};
use crate::table::{Bar, of, row, title};
use crate::world::{Relay, World, postgres_server};

/// As many as the listener takes at once.
const CONNECTIONS: usize = 50;
/// Reports a second on one core.
const WANTED: f64 = 5_000.0;
/// Pieces that a run is measured in.
const WINDOWS: usize = 10;

/// Some reports, one after the other.
struct Window {
    /// A second, as they came.
    rate: f64,
    /// A second of the server's CPU.
    of_one_core: f64,
    /// The server's peak since its start.
    peak_mib: f64,
}

pub async fn run(options: &Options) {
    let many = if options.quick { 10_000 } else { 100_000 };
    let sqlite = handed_over(None, many, WINDOWS).await;
    let postgres = match postgres_server() {
        Some(server) => handed_over(Some(&server), many, 1).await,
        None => Vec::new(),
    };
    title(&format!(
        "{} reports of {} bytes over LMTP, {CONNECTIONS} connections, answered after the commit",
        many * WINDOWS,
        numbered(1, many).1.len()
    ));
    stored(&sqlite, "SQLite FULL");
    let (first, last) = (&sqlite[0], &sqlite[WINDOWS - 1]);
    let note = format!("{:.0}/s and {:.0}/s of one core", first.of_one_core, last.of_one_core);
    row("CPU a report, last tenth ÷ first", first.of_one_core / last.of_one_core, Bar::AtMost(1.25), &note);
    let note = format!("{:.1} and {:.1} MiB", last.peak_mib, first.peak_mib);
    row(
        &format!("peak memory at {} ÷ at {many}", many * WINDOWS),
        last.peak_mib / first.peak_mib,
        Bar::AtMost(1.15),
        &note,
    );
    if !postgres.is_empty() {
        stored(&postgres, "PostgreSQL (CPU of Facteur alone)");
    }
}

fn stored(windows: &[Window], database: &str) {
    let of_one_core = of(windows, |window| window.of_one_core);
    let note = format!("{of_one_core:.0}/s of one core, {:.0}/s as they came", of(windows, |window| window.rate));
    row(
        &format!("{database}: reports stored/s of one core ÷ {WANTED:.0}"),
        of_one_core / WANTED,
        Bar::AtLeast(1.0),
        &note,
    );
}

/// The real program while so many windows of `many` reports come in.
async fn handed_over(server: Option<&str>, many: usize, windows: usize) -> Vec<Window> {
    let people = many * windows / 2;
    let world = World::new(server).await;
    world.newsletter(people).await;
    world.post().await;
    world.release(people).await;
    let digest_id = world.number("SELECT MAX(id) FROM digest").await;
    world.sql(&format!("INSERT INTO returned_count (digest_id, settled) VALUES ({digest_id}, 1)")).await;
    let reports = Arc::new(Reports { keys: world.app.keys.clone(), digest_id, people });
    world.close().await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let more = format!("[bounces]\nlisten = \"127.0.0.1:{port}\"\n");
    let config = world.write_config(&world.config.database.url, &Relay::NONE, &more);
    let mut command = facteur(&["serve", "--roles", "bounces", "--config"]);
    let process = Measured::start(command.arg(config).env("FACTEUR_SMTP__BOUNCE_DOMAIN", DOMAIN));
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        assert!(process.started.elapsed() < Duration::from_secs(20), "nobody listens for reports");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut measured = Vec::with_capacity(windows);
    for window in 0..windows {
        measured.push(one_window(&process, port, &reports, window * many, many).await);
    }
    process.stop();
    let repeated = many * windows / 10;
    assert_eq!(
        rows(&world.config.database.url).await as usize,
        many * windows - repeated,
        "every answered report is stored, once"
    );
    measured
}

async fn rows(url: &str) -> i64 {
    let query = "SELECT COUNT(*) FROM returned";
    let count = match facteur::db::connect(url, 1).await.unwrap() {
        Db::Sqlite { read, .. } => sqlx::query_scalar(query).fetch_one(&read).await,
        Db::Postgres(pool) => sqlx::query_scalar(query).fetch_one(&pool).await,
    };
    count.unwrap()
}

async fn one_window(process: &Measured, port: u16, reports: &Arc<Reports>, from: usize, many: usize) -> Window {
    let (next, before, started) = (Arc::new(AtomicUsize::new(from)), process.cpu(), Instant::now());
    let connections = (0..CONNECTIONS).map(|_| tokio::spawn(postman(port, reports.clone(), next.clone(), from + many)));
    for connection in connections.collect::<Vec<_>>() {
        connection.await.unwrap();
    }
    Window {
        rate: many as f64 / started.elapsed().as_secs_f64(),
        of_one_core: many as f64 / (process.cpu() - before),
        peak_mib: process.peak_mib(),
    }
}

/// Hands over one report after the other, up to number `until`.
async fn postman(port: u16, reports: Arc<Reports>, next: Arc<AtomicUsize>, until: usize) {
    let mut talk = Talk::open(port).await;
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= until {
            return;
        }
        let (to, mail) = reports.report(number);
        talk.write(&format!("MAIL FROM:<>\r\nRCPT TO:<{to}>\r\nDATA\r\n")).await;
        for expected in ["250", "250", "354"] {
            talk.reply(expected).await;
        }
        talk.write(&mail).await;
        talk.reply("250").await;
    }
}

/// A connection to the listener.
struct Talk {
    stream: BufReader<TcpStream>,
    line: String,
}

impl Talk {
    async fn open(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut talk = Self { stream: BufReader::new(stream), line: String::new() };
        talk.reply("220").await;
        talk.write("LHLO mx.example\r\n").await;
        talk.reply("250").await;
        talk
    }

    async fn write(&mut self, text: &str) {
        self.stream.get_mut().write_all(text.as_bytes()).await.unwrap();
    }

    async fn reply(&mut self, expected: &str) {
        loop {
            self.line.clear();
            self.stream.read_line(&mut self.line).await.unwrap();
            assert!(self.line.starts_with(expected), "{expected} was expected: {:?}", self.line);
            if self.line.as_bytes().get(3) != Some(&b'-') {
                return;
            }
        }
    }
}

const DOMAIN: &str = "bounces.news.example";

/// What comes back of one digest.
struct Reports {
    keys: Keys,
    digest_id: i64,
    people: usize,
}

impl Reports {
    /// The report of this number: to whom, and as it goes over the wire, with the dot at its end.
    fn report(&self, number: usize) -> (String, String) {
        // Every tenth comes for the second time.
        let number = if number % 10 == 9 { number - 9 } else { number };
        let (person, mail) = numbered(number, self.people);
        let token = self.keys.bounce_token(Bounced { subscriber_id: person as i64, digest_id: self.digest_id });
        (format!("b-{token}@{DOMAIN}"), mail)
    }
}

/// The report of a number: about whom, and the mail.
fn numbered(number: usize, people: usize) -> (usize, String) {
    let person = 1 + number.wrapping_mul(2_654_435_761) % people;
    let address = format!("user{person}@example{}.test", person % 7);
    let mail = match number % 10 {
        0..=3 => returned(number, &address, "failed", "5.1.1", "550 5.1.1 <…>: user unknown"),
        4..=6 => returned(number, &address, "failed", "5.2.2", "552 5.2.2 <…>: mailbox is full"),
        7 => returned(number, &address, "delayed", "4.4.1", "451 4.4.1 <…>: no answer from host"),
        _ => absent(number, &address),
    };
    (person, mail)
}

/// As Postfix writes it (RFC 3464), with the head of the mail that it is about.
fn returned(number: usize, address: &str, action: &str, status: &str, said: &str) -> String {
    let said = said.replace("<…>", &format!("<{address}>"));
    format!(
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nTo: b-x@{DOMAIN}\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nDate: Mon, 30 Nov 2026 08:00:00 +0100\r\n\
         Message-ID: <r{number}@mx.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"4Wq0.{number}/mx.example\"\r\n\r\n\
         This is a MIME-encapsulated message.\r\n\r\n--4Wq0.{number}/mx.example\r\n\
         Content-Description: Notification\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         This is the mail system at host mx.example.\r\n\r\n\
         I'm sorry to have to inform you that your message could not\r\nbe delivered to one or more recipients. It's attached below.\r\n\r\n\
         For further assistance, please send mail to postmaster.\r\n\r\n\
         <{address}>: host in.example said: {said}\r\n    (in reply to RCPT TO command)\r\n\r\n\
         --4Wq0.{number}/mx.example\r\nContent-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.example\r\nX-Postfix-Queue-ID: 4Wq0{number}\r\nX-Postfix-Sender: rfc822; b-x@{DOMAIN}\r\n\
         Arrival-Date: Mon, 30 Nov 2026 07:59:58 +0100 (CET)\r\n\r\n\
         Final-Recipient: rfc822; {address}\r\nOriginal-Recipient: rfc822;{address}\r\nAction: {action}\r\nStatus: {status}\r\n\
         Remote-MTA: dns; in.example\r\nDiagnostic-Code: smtp; {said}\r\n\r\n\
         --4Wq0.{number}/mx.example\r\nContent-Description: Undelivered Message Headers\r\nContent-Type: text/rfc822-headers\r\n\r\n\
         Return-Path: <b-x@{DOMAIN}>\r\nFrom: Carnet du banc <carnet@news.example>\r\nTo: {address}\r\n\
         Subject: Le facteur passe chaque matin\r\nDate: Mon, 30 Nov 2026 07:59:50 +0100\r\n\
         Message-ID: <m{number}@news.example>\r\nList-Id: Carnet du banc <bench.news.example>\r\n\
         List-Unsubscribe: <https://news.example/unsubscribe/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa>\r\n\
         List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nPrecedence: bulk\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/alternative;\r\n boundary=\"=_aaaaaaaaaaaaaaaaaaaaaaaa\"\r\n\r\n\
         --4Wq0.{number}/mx.example--\r\n.\r\n"
    )
}

fn absent(number: usize, address: &str) -> String {
    format!(
        "From: <{address}>\r\nTo: b-x@{DOMAIN}\r\nSubject: Absence : Le facteur passe chaque matin\r\n\
         Date: Mon, 30 Nov 2026 08:00:00 +0100\r\nMessage-ID: <a{number}@example.test>\r\n\
         In-Reply-To: <m{number}@news.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour,\r\n\r\nje suis absente jusqu'au 7 décembre.\r\n\r\nBien à vous\r\n.\r\n"
    )
}
