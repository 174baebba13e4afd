//! What TLS adds to a message: the whole path to a sink with implicit TLS (a certificate that is verified), interleaved with the same
//! without; and beside it what rustls alone needs to encrypt the same bytes and to read the same answers, without any socket.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConnection};

use crate::Options;
use crate::floor;
use crate::sending::{CONNECTIONS, Way, facteur_sqlite, released};
use crate::sink::acceptor;
use crate::table::{Bar, of, row, title};

/// Messages of one measurement of rustls alone.
const ALONE: usize = 20_000;
/// What a server says to a message and to the envelope of the next.
const ANSWERS: &[u8] = b"250 2.0.0 Ok: taken\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 go on\r\n";

pub async fn run(options: &Options) {
    let many = if options.quick { 10_000 } else { 100_000 };
    let world = released(None, many).await;
    let (mut plain, mut secure, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        let run = facteur_sqlite(&world, many, Way::default());
        let bytes = run.seen.bytes / run.seen.messages;
        plain.push(run);
        alone.push(rustls_alone(world.folder.path(), bytes));
        secure.push(facteur_sqlite(&world, many, Way { tls: true, ..Way::default() }));
    }
    title(&format!(
        "Whole path with implicit TLS, SQLite FULL, {CONNECTIONS} connections, {many} recipients, loopback"
    ));
    let (cpu, plain_cpu) = (of(&secure, |r| r.cpu), of(&plain, |r| r.cpu));
    row("CPU a message ÷ without TLS", cpu / plain_cpu, Bar::Report, "");
    row("CPU s/10k", cpu, Bar::Report, &format!("without {plain_cpu:.3}"));
    // Round by round: the difference of two runs that follow each other is smaller than what the machine's speed changes by.
    let adds: Vec<f64> = secure.iter().zip(&plain).map(|(secure, plain)| secure.cpu - plain.cpu).collect();
    let ratios: Vec<f64> = adds.iter().zip(&alone).map(|(adds, alone)| adds / alone).collect();
    row("TLS adds, CPU s/10k", of(&adds, |cpu| *cpu), Bar::Report, &span(&adds));
    let bare = of(&alone, |cpu| *cpu);
    let note = format!("{}; {bare:.3} s/10k: it encrypts the same bytes and reads the same answers", span(&ratios));
    row("the same ÷ bare rustls", of(&ratios, |ratio| *ratio), Bar::AtMost(1.3), &note);
    let (rate, plain_rate) = (of(&secure, |r| r.rate), of(&plain, |r| r.rate));
    row("messages/s ÷ without TLS", rate / plain_rate, Bar::Report, &format!("{rate:.0} and {plain_rate:.0}/s"));
    let plain_peak = of(&plain, |r| r.peak_mib);
    row("peak MiB", of(&secure, |r| r.peak_mib), Bar::AtMost(48.0), &format!("without {plain_peak:.1}"));
}

/// The least and the most of the rounds.
fn span(of_rounds: &[f64]) -> String {
    let [least, most] = [f64::min, f64::max].map(|pick| of_rounds.iter().copied().reduce(pick).unwrap_or_default());
    format!("{least:.3} to {most:.3}")
}

/// CPU seconds of 10,000 messages of so many bytes in rustls, on the side of who sends.
fn rustls_alone(folder: &Path, bytes: u64) -> f64 {
    let (mut client, mut server) = pair(folder);
    let answers: Vec<Vec<u8>> = (0..ALONE)
        .map(|_| {
            server.writer().write_all(ANSWERS).unwrap();
            let mut wire = Vec::new();
            server.write_tls(&mut wire).unwrap();
            wire
        })
        .collect();
    let (block, mut wire, mut room) = (floor::block(bytes), Vec::new(), [0; 512]);
    let before = own_cpu();
    for answer in &answers {
        client.writer().write_all(&block).unwrap();
        wire.clear();
        while client.wants_write() {
            client.write_tls(&mut wire).unwrap();
        }
        take(&mut client, answer);
        assert_eq!(client.reader().read(&mut room).unwrap(), ANSWERS.len());
    }
    (own_cpu() - before) * 1e4 / ALONE as f64
}

/// Both sides of a connection that has been agreed upon in memory.
fn pair(folder: &Path) -> (ClientConnection, ServerConnection) {
    let certificate = folder.join("alone.pem");
    let acceptor = acceptor(&certificate);
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(certificate).unwrap()).unwrap();
    let config = Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth());
    let mut client = ClientConnection::new(config, "127.0.0.1".try_into().unwrap()).unwrap();
    let mut server = ServerConnection::new(acceptor.config().clone()).unwrap();
    client.set_buffer_limit(None);
    while client.wants_write() || server.wants_write() {
        let mut wire = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut wire).unwrap();
        }
        let mut rest = &wire[..];
        while !rest.is_empty() {
            server.read_tls(&mut rest).unwrap();
            server.process_new_packets().unwrap();
        }
        wire.clear();
        while server.wants_write() {
            server.write_tls(&mut wire).unwrap();
        }
        take(&mut client, &wire);
    }
    (client, server)
}

/// What the server sent.
fn take(client: &mut ClientConnection, mut wire: &[u8]) {
    while !wire.is_empty() {
        client.read_tls(&mut wire).unwrap();
        client.process_new_packets().unwrap();
    }
}

/// CPU seconds of this thread so far (proc(5), `schedstat`).
fn own_cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1e9
}
