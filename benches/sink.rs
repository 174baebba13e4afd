//! A fast SMTP sink in a process of its own: it stores nothing, can delay its replies like a distant server, and counts
//! round trips. Debian's `smtp-sink` reads byte by byte and is full at 6-7,000 messages/s, so it cannot measure a sender.

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::process::Measured;

/// What the sink has seen when the last expected message was in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Seen {
    /// Messages accepted.
    pub messages: u64,
    /// Bytes of all messages.
    pub bytes: u64,
    /// Times the sink answered, greetings and EHLO left out: round trips of mail.
    pub trips: u64,
    /// Seconds from the first `MAIL` to the last final dot.
    pub seconds: f64,
}

/// A running sink.
pub struct Sink {
    process: Measured,
    out: BufReader<std::process::ChildStdout>,
    pub port: u16,
}

impl Sink {
    /// Starts one that reports after `expect` messages.
    pub fn start(expect: u64, delay_ms: u64, pipelining: bool) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--sink", &expect.to_string(), &delay_ms.to_string(), &pipelining.to_string()]);
        let mut process = Measured::start(command.stdout(Stdio::piped()));
        let mut out = BufReader::new(process.child().stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        Self { process, out, port: line.trim().parse().expect("the sink prints its port") }
    }

    /// Waits for its report.
    pub fn seen(&mut self) -> Seen {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        let _ = self.process.cpu();
        serde_json::from_str(&line).expect("the sink reports JSON")
    }
}

struct State {
    seen: Seen,
    first: Option<Instant>,
    expect: u64,
}

/// `--sink EXPECT DELAY_MS PIPELINING`
pub fn main(args: &[String]) {
    let expect = args[0].parse().unwrap();
    let delay = Duration::from_millis(args[1].parse().unwrap());
    let pipelining = args[2] == "true";
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap().port());
        let state = Rc::new(RefCell::new(State { seen: Seen::default(), first: None, expect }));
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let state = state.clone();
            tokio::task::spawn_local(async move {
                let _ = talk(stream, &state, delay, pipelining).await;
            });
        }
    });
}

async fn talk(mut stream: TcpStream, state: &RefCell<State>, delay: Duration, pipelining: bool) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    stream.write_all(b"220 sink.test ESMTP\r\n").await?;
    let mut input: Vec<u8> = Vec::with_capacity(256 * 1024);
    let mut out: Vec<u8> = Vec::new();
    let mut in_data = false;
    let mut greeted = false;
    loop {
        let mut at = 0;
        loop {
            let rest = &input[at..];
            if in_data {
                let Some(end) = memchr::memmem::find(rest, b"\r\n.\r\n") else { break };
                at += end + 5;
                in_data = false;
                out.extend_from_slice(b"250 2.0.0 Ok: queued\r\n");
                accepted(state, end as u64 + 2);
            } else {
                let Some(end) = memchr::memchr(b'\n', rest) else { break };
                let verb = rest[..4.min(end)].to_ascii_uppercase();
                at += end + 1;
                match verb.as_slice() {
                    b"EHLO" if pipelining => out.extend_from_slice(
                        b"250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n",
                    ),
                    b"EHLO" => out.extend_from_slice(b"250-sink.test\r\n250 8BITMIME\r\n"),
                    b"MAIL" => {
                        greeted = true;
                        state.borrow_mut().first.get_or_insert_with(Instant::now);
                        out.extend_from_slice(b"250 2.1.0 Ok\r\n");
                    }
                    b"DATA" => {
                        in_data = true;
                        out.extend_from_slice(b"354 End data with <CR><LF>.<CR><LF>\r\n");
                    }
                    b"QUIT" => out.extend_from_slice(b"221 2.0.0 Bye\r\n"),
                    _ => out.extend_from_slice(b"250 2.0.0 Ok\r\n"),
                }
            }
        }
        input.drain(..at);
        if !out.is_empty() {
            if greeted {
                state.borrow_mut().seen.trips += 1;
            }
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            stream.write_all(&out).await?;
            out.clear();
        }
        // the terminator may be split over two reads: `find` starts anew, which costs little at 64 KiB a read
        input.reserve(64 * 1024);
        if stream.read_buf(&mut input).await? == 0 {
            return Ok(());
        }
    }
}

fn accepted(state: &RefCell<State>, bytes: u64) {
    let mut state = state.borrow_mut();
    state.seen.messages += 1;
    state.seen.bytes += bytes;
    if state.seen.messages == state.expect {
        state.seen.seconds = state.first.map_or(0.0, |first| first.elapsed().as_secs_f64());
        println!("{}", serde_json::to_string(&state.seen).unwrap());
    }
}
