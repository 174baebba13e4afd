//! The floor under sending: a program that does nothing but one write and one read a mail, with as many bytes and as many connections as
//! Facteur, on one thread. What a sender uses beyond it is its own.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::epoll;

use crate::process::Measured;
use crate::sending::{CONNECTIONS, Run};
use crate::sink::Sink;

const ENVELOPE: &[u8] =
    b"MAIL FROM:<carnet@news.example> SIZE=21800 BODY=8BITMIME\r\nRCPT TO:<user12345@example1.test>\r\nDATA\r\n";
/// Lines of the sink's answers: to a connection, to `EHLO`, to an envelope, to a message.
const GREETING: usize = 1;
const HELLO: usize = 4;
const ENVELOPE_LINES: usize = 3;
const DOT: usize = 1;

/// One run of it: `bytes` a message.
pub fn run(messages: usize, bytes: u64) -> Run {
    let mut sink = Sink::start(messages as u64, 0, true);
    let mut command = Command::new(std::env::current_exe().unwrap());
    let numbers = [u64::from(sink.port), CONNECTIONS as u64, messages as u64, bytes].map(|n| n.to_string());
    command.arg("--floor").args(numbers).stdout(Stdio::null());
    let floor = Measured::start(&mut command);
    let seen = sink.seen();
    let peak_mib = floor.peak_mib();
    let cpu = floor.ended(Duration::from_mins(5));
    Run { rate: messages as f64 / seen.seconds, cpu: cpu * 1e4 / messages as f64, peak_mib, seen }
}

/// `--floor PORT CONNECTIONS MESSAGES BYTES`
pub fn main(args: &[String]) {
    let [port, connections, messages, bytes] = [0, 1, 2, 3].map(|at| args[at].parse::<usize>().unwrap());
    let open = |_| Client::open(u16::try_from(port).unwrap());
    let mut clients: Vec<Client> = (0..connections.min(messages)).map(open).collect();
    for client in &mut clients {
        client.start(ENVELOPE, ENVELOPE_LINES);
        client.finish();
        client.stream.set_nonblocking(true).unwrap();
    }
    let last = message(bytes);
    let content = block(bytes as u64);
    send(&mut clients, messages, &content, &last);
}

/// Lines of so many bytes, and the dot.
fn message(bytes: usize) -> Vec<u8> {
    let mut content = [b"x".repeat(76), b"\r\n".to_vec()].concat().repeat(bytes / 78);
    content.extend_from_slice(b".\r\n");
    content
}

/// What one write holds of a message with the envelope of the next.
pub fn block(bytes: u64) -> Vec<u8> {
    [&message(bytes as usize)[..], ENVELOPE].concat()
}

/// Each client has an envelope that is answered; with each message goes the envelope of the next that nobody has.
fn send(clients: &mut [Client], messages: usize, content: &[u8], last: &[u8]) {
    let queue = epoll::create(epoll::CreateFlags::CLOEXEC).unwrap();
    let events = epoll::EventFlags::IN | epoll::EventFlags::OUT | epoll::EventFlags::ET;
    for (number, client) in clients.iter().enumerate() {
        epoll::add(&queue, &client.stream, epoll::EventData::new_u64(number as u64), events).unwrap();
    }
    let (mut left, mut open) = (messages - clients.len(), clients.len());
    let mut goes_on = vec![true; clients.len()];
    let mut ready = Vec::with_capacity(clients.len());
    while open > 0 {
        epoll::wait(&queue, spare_capacity(&mut ready), None).unwrap();
        for event in ready.drain(..) {
            let number = event.data.u64() as usize;
            let client = &mut clients[number];
            client.write();
            client.read();
            if client.waits > 0 {
                continue;
            }
            if !goes_on[number] {
                open -= 1;
                // It has said all: nothing more is asked of it.
                client.waits = usize::MAX;
                continue;
            }
            goes_on[number] = left > 0;
            left = left.saturating_sub(1);
            if goes_on[number] {
                client.start(content, DOT + ENVELOPE_LINES);
            } else {
                client.start(last, DOT);
            }
        }
    }
}

/// One connection.
struct Client {
    stream: TcpStream,
    /// What is to be written, and how much of it has been.
    block: Vec<u8>,
    at: usize,
    /// Lines of answers that are still to come.
    waits: usize,
}

impl Client {
    fn open(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut client = Self { stream, block: Vec::new(), at: 0, waits: GREETING };
        client.finish();
        client.start(b"EHLO bench.test\r\n", HELLO);
        client.finish();
        client
    }

    /// While it may block: reads until everything has been answered.
    fn finish(&mut self) {
        while self.waits > 0 {
            self.read();
        }
    }

    /// Writes this as far as it goes.
    fn start(&mut self, block: &[u8], answers: usize) {
        self.waits = answers;
        let sent = taken(self.stream.write(block));
        if sent < block.len() {
            self.block.clear();
            self.block.extend_from_slice(block);
            self.at = sent;
        }
        self.write();
    }

    /// Writes what is left.
    fn write(&mut self) {
        while self.at < self.block.len() {
            match taken(self.stream.write(&self.block[self.at..])) {
                0 => return,
                n => self.at += n,
            }
        }
        self.at = 0;
        self.block.clear();
    }

    /// Reads once, and counts the lines.
    fn read(&mut self) {
        let mut room = [0; 512];
        let read = taken(self.stream.read(&mut room));
        self.waits -= memchr::memchr_iter(b'\n', &room[..read]).count();
    }
}

/// How many bytes went; 0 when it would have to wait.
fn taken(done: std::io::Result<usize>) -> usize {
    match done {
        Ok(0) => panic!("the sink closed the connection"),
        Ok(n) => n,
        Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
        Err(error) => panic!("{error}"),
    }
}
