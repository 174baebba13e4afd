//! A tap on the wire: passes bytes on between Facteur and a server, and knows what was said.
//!
//! In: connections, as to the server. Out: each mail's content as it left, when it left, and in which gear.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use memchr::memmem;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// Where the content of a mail ends.
const END: &[u8] = b"\r\n.\r\n";

/// What went by.
#[derive(Default)]
pub struct Seen {
    /// Everything that the client said on each connection.
    streams: Vec<Vec<u8>>,
    began: Option<Instant>,
    /// When the content of each mail had gone by.
    ends: Vec<Instant>,
    /// How many envelopes came in which way.
    gears: [usize; 3],
}

/// A running tap.
pub struct Tap {
    pub port: u16,
    seen: Arc<Mutex<Seen>>,
}

impl Tap {
    pub async fn start(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = seen.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await else { continue };
                client.set_nodelay(true).unwrap();
                server.set_nodelay(true).unwrap();
                let number = shared.lock().unwrap().open();
                let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
                let noted = shared.clone();
                let note = move |bytes: &[u8]| noted.lock().unwrap().note(number, bytes);
                tokio::spawn(pass(from_client, to_server, note));
                tokio::spawn(pass(from_server, to_client, |_| {}));
            }
        });
        Self { port, seen }
    }

    /// The content of each mail that went by, by its Message-ID.
    pub fn contents(&self) -> HashMap<String, Vec<u8>> {
        let seen = self.seen.lock().unwrap();
        seen.streams.iter().flat_map(|stream| contents(stream)).collect()
    }

    /// The longest time in which no mail was through, from the first connection until `done`.
    pub fn longest_gap(&self, done: Instant) -> Duration {
        let seen = self.seen.lock().unwrap();
        let mut moments: Vec<Instant> = seen.began.into_iter().chain(seen.ends.iter().copied()).chain([done]).collect();
        moments.sort();
        moments.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default()
    }

    /// How many envelopes came in which way: `full 380, envelope 20`.
    pub fn gears(&self) -> String {
        let gears = self.seen.lock().unwrap().gears;
        let used = gears.iter().zip(["full", "envelope", "off"]).filter(|(times, _)| **times > 0);
        used.map(|(times, name)| format!("{name} {times}")).collect::<Vec<_>>().join(", ")
    }

    pub fn connections(&self) -> usize {
        self.seen.lock().unwrap().streams.len()
    }
}

impl Seen {
    fn open(&mut self) -> usize {
        self.began.get_or_insert_with(Instant::now);
        self.streams.push(Vec::new());
        self.streams.len() - 1
    }

    /// What stands in one packet shows the gear.
    fn note(&mut self, number: usize, bytes: &[u8]) {
        let stream = &mut self.streams[number];
        let from = stream.len().saturating_sub(END.len() - 1);
        stream.extend_from_slice(bytes);
        for at in memmem::find_iter(&stream[from..], END) {
            self.ends.push(Instant::now());
            self.gears[0] += usize::from(stream[from + at + END.len()..].starts_with(b"MAIL "));
        }
        if bytes.starts_with(b"MAIL ") {
            self.gears[if memmem::find(bytes, b"\r\nRCPT ").is_some() { 1 } else { 2 }] += 1;
        }
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, note: impl Fn(&[u8])) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(n @ 1..) = from.read(&mut bytes).await {
        note(&bytes[..n]);
        if to.write_all(&bytes[..n]).await.is_err() {
            return;
        }
    }
    to.shutdown().await.ok();
}

/// The mails of one connection.
fn contents(stream: &[u8]) -> Vec<(String, Vec<u8>)> {
    let (mut mails, mut begin) = (Vec::new(), 0);
    for end in memmem::find_iter(stream, END) {
        let step = &stream[begin..end + 2];
        if let Some(data) = memmem::find(step, b"DATA\r\n") {
            let content = step[data + 6..].to_vec();
            mails.push((message_id(&content), content));
        }
        begin = end + END.len();
    }
    mails
}

fn message_id(content: &[u8]) -> String {
    let head = super::digest::head(content);
    head.iter().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap_or_default().to_owned()
}
