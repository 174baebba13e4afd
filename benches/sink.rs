//! A fast SMTP sink in a process of its own: it stores nothing, can delay its replies like a distant server, and counts
//! round trips; with TLS when asked to. Asked `STAT`, it tells how many messages it has. Debian's `smtp-sink` reads byte by byte and is full at 6-7,000 messages/s, so it cannot measure a sender.

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

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
    /// Milliseconds that it really waited before an answer, on average: a timer never fires early, and often late.
    pub delay_ms: f64,
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
        Self::spawn(&[&expect.to_string(), &delay_ms.to_string(), &pipelining.to_string()])
    }

    /// The same with TLS from the first byte; who is to trust it reads `certificate`.
    pub fn secure(expect: u64, certificate: &Path) -> Self {
        Self::spawn(&[&expect.to_string(), "0", "true", &certificate.display().to_string()])
    }

    fn spawn(args: &[&str]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let mut process = Measured::start(command.arg("--sink").args(args).stdout(Stdio::piped()));
        let mut out = BufReader::new(process.child().stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        Self { process, out, port: line.trim().parse().expect("the sink prints its port") }
    }

    /// How many messages it has accepted so far.
    pub async fn taken(&self) -> u64 {
        let mut stream =
            tokio::io::BufReader::new(tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.unwrap());
        stream.get_mut().write_all(b"STAT\r\n").await.unwrap();
        let mut lines = stream.lines();
        lines.next_line().await.unwrap().expect("the sink greets");
        let said = lines.next_line().await.unwrap().expect("the sink answers");
        said.trim_start_matches("250 ").parse().expect("the sink counts")
    }

    /// Waits for its report.
    pub fn seen(&mut self) -> Seen {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        let _ = self.process.cpu();
        serde_json::from_str(&line).expect("the sink reports JSON")
    }
}

/// A sink in this process that never reports: the bench looks itself how many messages it has accepted.
pub struct Counting {
    pub port: u16,
    accepted: Arc<AtomicU64>,
}

impl Counting {
    /// Starts one on a thread of its own, which ends with the bench.
    pub fn start(delay_ms: u64) -> Self {
        let accepted = Arc::<AtomicU64>::default();
        let (count, (tell, port)) = (accepted.clone(), std::sync::mpsc::channel());
        std::thread::spawn(move || {
            serve(u64::MAX, count, Duration::from_millis(delay_ms), true, None, move |port| tell.send(port).unwrap());
        });
        Self { port: port.recv().unwrap(), accepted }
    }

    pub fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::SeqCst)
    }
}

struct State {
    seen: Seen,
    first: Option<Instant>,
    expect: u64,
    count: Arc<AtomicU64>,
    /// How long answers were held back, and how many.
    slept: (Duration, u32),
}

/// `--sink EXPECT DELAY_MS PIPELINING [CERTIFICATE]`
pub fn main(args: &[String]) {
    let expect = args[0].parse().unwrap();
    let delay = Duration::from_millis(args[1].parse().unwrap());
    let pipelining = args[2] == "true";
    let secure = args.get(3).map(|certificate| acceptor(Path::new(certificate)));
    serve(expect, Arc::default(), delay, pipelining, secure, |port| println!("{port}"));
}

/// Takes mail for ever.
fn serve(
    expect: u64,
    count: Arc<AtomicU64>,
    delay: Duration,
    pipelining: bool,
    secure: Option<TlsAcceptor>,
    listens: impl FnOnce(u16),
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listens(listener.local_addr().unwrap().port());
        let state = Rc::new(RefCell::new(State {
            seen: Seen::default(),
            first: None,
            expect,
            count,
            slept: (Duration::ZERO, 0),
        }));
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (state, secure) = (state.clone(), secure.clone());
            tokio::task::spawn_local(async move {
                let _ = stream.set_nodelay(true);
                let _ = match secure {
                    None => talk(stream, &state, delay, pipelining).await,
                    Some(acceptor) => match acceptor.accept(stream).await {
                        Ok(stream) => talk(stream, &state, delay, pipelining).await,
                        Err(error) => Err(error),
                    },
                };
            });
        }
    });
}

/// TLS with a certificate made for this run, which it leaves in `file`.
pub fn acceptor(file: &Path) -> TlsAcceptor {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(file, made.cert.pem()).unwrap();
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = ServerConfig::builder().with_no_client_auth();
    TlsAcceptor::from(Arc::new(config.with_single_cert(vec![made.cert.der().clone()], key).unwrap()))
}

/// One client.
async fn talk<S>(mut stream: S, state: &RefCell<State>, delay: Duration, pipelining: bool) -> std::io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    stream.write_all(b"220 sink.test ESMTP\r\n").await?;
    stream.flush().await?;
    let mut input: Vec<u8> = Vec::with_capacity(256 * 1024);
    let mut out: Vec<u8> = Vec::new();
    let mut client = Client::default();
    loop {
        client.take(&mut input, &mut out, state, pipelining);
        if !out.is_empty() {
            state.borrow_mut().seen.trips += u64::from(client.greeted);
            if !delay.is_zero() {
                let began = Instant::now();
                tokio::time::sleep(delay).await;
                let slept = &mut state.borrow_mut().slept;
                (slept.0, slept.1) = (slept.0 + began.elapsed(), slept.1 + 1);
            }
            stream.write_all(&out).await?;
            stream.flush().await?;
            out.clear();
        }
        // the terminator may be split over two reads: `find` starts anew, which costs little at 64 KiB a read
        input.reserve(64 * 1024);
        if stream.read_buf(&mut input).await? == 0 {
            return Ok(());
        }
    }
}

/// Where a client stands.
#[derive(Default)]
struct Client {
    /// In the middle of a message.
    in_data: bool,
    /// The first mail has begun: round trips count.
    greeted: bool,
}

impl Client {
    /// Takes what is whole from `input` and puts the replies into `out`.
    fn take(&mut self, input: &mut Vec<u8>, out: &mut Vec<u8>, state: &RefCell<State>, pipelining: bool) {
        let mut at = 0;
        while let Some(bytes) = step(&input[at..], self.in_data) {
            if self.in_data {
                self.in_data = false;
                out.extend_from_slice(b"250 2.0.0 Ok: queued\r\n");
                accepted(state, bytes as u64 - 3);
            } else {
                let verb = input[at..at + 4.min(bytes)].to_ascii_uppercase();
                if verb == b"MAIL" {
                    self.greeted = true;
                    state.borrow_mut().first.get_or_insert_with(Instant::now);
                }
                self.in_data = verb == b"DATA";
                if verb == b"STAT" {
                    out.extend_from_slice(format!("250 {}\r\n", state.borrow().seen.messages).as_bytes());
                } else {
                    out.extend_from_slice(reply(&verb, pipelining));
                }
            }
            at += bytes;
        }
        input.drain(..at);
    }
}

/// How many bytes the next command, or the rest of a message with its final dot, has; `None` when it is not all here.
fn step(input: &[u8], in_data: bool) -> Option<usize> {
    if in_data {
        return memchr::memmem::find(input, b"\r\n.\r\n").map(|at| at + 5);
    }
    memchr::memchr(b'\n', input).map(|at| at + 1)
}

fn reply(verb: &[u8], pipelining: bool) -> &'static [u8] {
    match verb {
        b"EHLO" if pipelining => b"250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n",
        b"EHLO" => b"250-sink.test\r\n250 8BITMIME\r\n",
        b"MAIL" => b"250 2.1.0 Ok\r\n",
        b"DATA" => b"354 End data with <CR><LF>.<CR><LF>\r\n",
        b"QUIT" => b"221 2.0.0 Bye\r\n",
        _ => b"250 2.0.0 Ok\r\n",
    }
}

fn accepted(state: &RefCell<State>, bytes: u64) {
    let mut state = state.borrow_mut();
    state.seen.messages += 1;
    state.count.store(state.seen.messages, Ordering::SeqCst);
    state.seen.bytes += bytes;
    if state.seen.messages == state.expect {
        state.seen.seconds = state.first.map_or(0.0, |first| first.elapsed().as_secs_f64());
        let (slept, times) = state.slept;
        state.seen.delay_ms = slept.as_secs_f64() * 1e3 / f64::from(times.max(1));
        println!("{}", serde_json::to_string(&state.seen).unwrap());
    }
}
