//! A mail server in the test's own runtime that answers as its script says, and writes down what it saw.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What the server does instead of its ordinary answer.
#[derive(Clone, Debug)]
pub enum Act {
    /// Says this, CRLF is added.
    Say(&'static str),
    /// Says this and closes.
    Bye(&'static str),
    /// Closes.
    Drop,
    /// Never answers.
    Hang,
    /// Gives its ordinary answer so many milliseconds late.
    Late(u64),
}

/// What a server does that does not bear an envelope behind the final dot in the same packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ahead {
    /// Drops it, and waits.
    Silence,
    /// Answers 503 to each command.
    Refuses,
    /// Closes without an answer to the dot, after it took the mail.
    Closes,
}

/// Where the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum At {
    Banner,
    Ehlo,
    Helo,
    Lhlo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// After the first bytes of the content.
    Content,
    Dot,
    Quit,
}

/// One moment: what is asked, and the how-manieth message of which connection it is.
#[derive(Clone, Debug)]
pub struct Moment {
    pub at: At,
    pub connection: usize,
    /// Messages taken on this connection before.
    pub taken: usize,
    /// The command.
    pub line: String,
}

type Script = dyn Fn(&Moment) -> Option<Act> + Send + Sync;

/// What was seen.
#[derive(Default)]
pub struct Seen {
    pub connections: usize,
    /// Per message taken: its recipient and content.
    pub taken: Vec<(String, String)>,
    /// Content bytes came for these recipients.
    pub content: Vec<String>,
    /// Every command, `clear` or `tls` before it.
    pub lines: Vec<String>,
    /// Times that answers were written: round trips.
    pub writes: usize,
    /// Input that came before its turn, though PIPELINING was not offered.
    pub too_early: usize,
    pub quits: usize,
    /// Dots with something behind them that a strict server met.
    pub struck: usize,
}

/// A running server; stops when its runtime does.
pub struct Server {
    pub port: u16,
    pub seen: Arc<Mutex<Seen>>,
}

#[derive(Clone)]
struct Setup {
    offers: String,
    tls: Option<TlsAcceptor>,
    implicit: bool,
    script: Arc<Script>,
    strict: Option<Ahead>,
    seen: Arc<Mutex<Seen>>,
    /// Asked when content comes: whether the commit for this recipient has returned.
    gate: Arc<dyn Fn(&str) + Send + Sync>,
}

impl Server {
    /// Offers what `offers` lists, one a line.
    pub async fn start(offers: &str, script: impl Fn(&Moment) -> Option<Act> + Send + Sync + 'static) -> Self {
        Self::with(offers, None, false, script, |_| {}).await
    }

    /// One that does not bear anything behind the final dot.
    pub async fn strict(
        offers: &str,
        how: Ahead,
        script: impl Fn(&Moment) -> Option<Act> + Send + Sync + 'static,
    ) -> Self {
        let (offers, script, gate) = (offers.to_owned(), Arc::new(script), Arc::new(|_: &str| {}));
        let setup = Setup { offers, tls: None, implicit: false, script, strict: Some(how), seen: Arc::default(), gate };
        Self::listen(setup).await
    }

    pub async fn with(
        offers: &str,
        tls: Option<TlsAcceptor>,
        implicit: bool,
        script: impl Fn(&Moment) -> Option<Act> + Send + Sync + 'static,
        gate: impl Fn(&str) + Send + Sync + 'static,
    ) -> Self {
        let (offers, script, gate) = (offers.to_owned(), Arc::new(script), Arc::new(gate));
        Self::listen(Setup { offers, tls, implicit, script, strict: None, seen: Arc::default(), gate }).await
    }

    async fn listen(setup: Setup) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = setup.seen.clone();
        tokio::spawn(async move {
            loop {
                let (tcp, _) = listener.accept().await.unwrap();
                tcp.set_nodelay(true).unwrap();
                let number = {
                    let mut seen = setup.seen.lock().unwrap();
                    seen.connections += 1;
                    seen.connections - 1
                };
                tokio::spawn(serve(tcp, setup.clone(), number));
            }
        });
        Self { port, seen }
    }

    /// Messages per recipient.
    pub fn copies(&self) -> HashMap<String, usize> {
        let mut copies = HashMap::new();
        for (to, _) in &self.seen.lock().unwrap().taken {
            *copies.entry(to.clone()).or_default() += 1;
        }
        copies
    }

    pub fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }
}

async fn serve(tcp: TcpStream, setup: Setup, number: usize) {
    if let (true, Some(tls)) = (setup.implicit, &setup.tls) {
        if let Ok(stream) = tls.clone().accept(tcp).await {
            Session::new(stream, &setup, number, true).run(true).await;
        }
        return;
    }
    let mut session = Session::new(tcp, &setup, number, false);
    if session.run(true).await {
        let Some(tls) = &setup.tls else { return };
        if let Ok(stream) = tls.clone().accept(session.stream).await {
            Session::new(stream, &setup, number, true).run(false).await;
        }
    }
}

struct Session<'a, T> {
    stream: T,
    setup: &'a Setup,
    number: usize,
    tls: bool,
    input: Vec<u8>,
    output: Vec<u8>,
    taken: usize,
    recipient: Option<String>,
    sender: bool,
    auth_steps: usize,
}

/// Closed, or wants TLS.
enum Ended {
    Closed,
    Tls,
}

impl<'a, T: AsyncRead + AsyncWrite + Unpin> Session<'a, T> {
    fn new(stream: T, setup: &'a Setup, number: usize, tls: bool) -> Self {
        let (input, output) = (Vec::new(), Vec::new());
        Self { stream, setup, number, tls, input, output, taken: 0, recipient: None, sender: false, auth_steps: 0 }
    }

    /// `true`: go on with TLS.
    async fn run(&mut self, greet: bool) -> bool {
        if greet && self.answer(At::Banner, "", "220 test ESMTP").await.is_err() {
            return false;
        }
        loop {
            let Ok(line) = self.line().await else { return false };
            match self.command(&line).await {
                Ok(()) => {}
                Err(Ended::Tls) => return true,
                Err(Ended::Closed) => return false,
            }
        }
    }

    #[expect(clippy::too_many_lines, reason = "one arm per command")]
    async fn command(&mut self, line: &str) -> Result<(), Ended> {
        let place = if self.tls { "tls" } else { "clear" };
        self.setup.seen.lock().unwrap().lines.push(format!("{place} {line}"));
        if !self.setup.offers.contains("PIPELINING") && !self.input.is_empty() {
            self.setup.seen.lock().unwrap().too_early += 1;
        }
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => {
                let lines: Vec<&str> = std::iter::once("test").chain(self.setup.offers.lines()).collect();
                let last = lines.len() - 1;
                let reply: Vec<String> = lines
                    .iter()
                    .enumerate()
                    .map(|(i, line)| format!("250{}{line}", if i == last { ' ' } else { '-' }))
                    .collect();
                self.answer(At::Ehlo, line, &reply.join("\r\n")).await
            }
            "LHLO" => self.answer(At::Lhlo, line, "500 what").await,
            "HELO" => self.answer(At::Helo, line, "250 test").await,
            "STARTTLS" => {
                self.answer(At::StartTls, line, "220 go").await?;
                self.flush().await?;
                Err(Ended::Tls)
            }
            "AUTH" => {
                let steps = if line.to_ascii_uppercase().starts_with("AUTH LOGIN") { 2 } else { 0 };
                self.auth_steps = steps;
                self.answer(At::Auth, line, if steps == 2 { "334 VXNlcm5hbWU6" } else { "235 ok" }).await
            }
            "MAIL" if self.sender => {
                self.say("503 nested MAIL");
                Ok(())
            }
            "MAIL" => {
                let accepted = self.answer(At::Mail, line, "250 2.1.0 ok").await;
                self.sender = self.last_was(b"250");
                accepted
            }
            "RCPT" if !self.sender => {
                self.say("503 need MAIL");
                Ok(())
            }
            "RCPT" => {
                let to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                let accepted = self.answer(At::Rcpt, line, "250 2.1.5 ok").await;
                self.recipient = self.last_was(b"250").then_some(to);
                accepted
            }
            "DATA" => self.data(line).await,
            "RSET" => {
                (self.sender, self.recipient) = (false, None);
                self.say("250 reset");
                Ok(())
            }
            "QUIT" => {
                self.setup.seen.lock().unwrap().quits += 1;
                self.answer(At::Quit, line, "221 bye").await?;
                self.flush().await?;
                Err(Ended::Closed)
            }
            _ if self.auth_steps > 0 => {
                self.auth_steps -= 1;
                self.answer(At::Auth, line, if self.auth_steps > 0 { "334 UGFzc3dvcmQ6" } else { "235 ok" }).await
            }
            _ => {
                self.say("500 what");
                Ok(())
            }
        }
    }

    async fn data(&mut self, line: &str) -> Result<(), Ended> {
        let ordinary = if self.recipient.is_some() { "354 go" } else { "554 5.5.1 no valid recipients" };
        self.answer(At::Data, line, ordinary).await?;
        if !self.last_was(b"354") {
            return Ok(());
        }
        let mut content = String::new();
        loop {
            let line = self.line().await?;
            if line == "." {
                break;
            }
            if content.is_empty() {
                let to = self.recipient.clone().unwrap_or_default();
                (self.setup.gate)(&to);
                self.setup.seen.lock().unwrap().content.push(to);
                if (self.setup.script)(&self.moment(At::Content, &line)).is_some() {
                    return Err(Ended::Closed);
                }
            }
            content.push_str(&line);
            content.push_str("\r\n");
        }
        let (to, sender) = (self.recipient.take(), std::mem::take(&mut self.sender));
        assert!(sender, "DATA without MAIL");
        let act = (self.setup.script)(&self.moment(At::Dot, to.as_deref().unwrap_or_default()));
        let ordinary = if to.is_some() { "250 2.0.0 queued as 1" } else { "554 5.5.1 no valid recipients" };
        let taken = match &act {
            None => to.is_some(),
            Some(Act::Say(text) | Act::Bye(text)) => text.starts_with("250"),
            Some(Act::Drop | Act::Hang | Act::Late(_)) => false,
        };
        if taken {
            self.taken += 1;
            self.setup.seen.lock().unwrap().taken.push((to.unwrap_or_default(), content));
        }
        let behind = memchr::memchr_iter(b'\n', &self.input).count();
        let strict = self.setup.strict.filter(|_| behind > 0);
        self.setup.seen.lock().unwrap().struck += usize::from(strict.is_some());
        if strict == Some(Ahead::Closes) {
            return Err(Ended::Closed);
        }
        self.act(act, ordinary).await?;
        if strict.is_some() {
            self.input.clear();
        }
        if strict == Some(Ahead::Refuses) {
            (0..behind).for_each(|_| self.say("503 Bad sequence of commands - pipelined after end of DATA"));
        }
        Ok(())
    }

    async fn answer(&mut self, at: At, line: &str, ordinary: &str) -> Result<(), Ended> {
        let act = (self.setup.script)(&self.moment(at, line));
        self.act(act, ordinary).await
    }

    async fn act(&mut self, act: Option<Act>, ordinary: &str) -> Result<(), Ended> {
        match act {
            None => {
                self.say(ordinary);
                Ok(())
            }
            Some(Act::Say(text)) => {
                self.say(text);
                Ok(())
            }
            Some(Act::Late(milliseconds)) => {
                tokio::time::sleep(std::time::Duration::from_millis(milliseconds)).await;
                self.say(ordinary);
                Ok(())
            }
            Some(Act::Bye(text)) => {
                self.say(text);
                self.flush().await?;
                Err(Ended::Closed)
            }
            Some(Act::Drop) => {
                self.flush().await?;
                Err(Ended::Closed)
            }
            Some(Act::Hang) => {
                self.flush().await?;
                std::future::pending().await
            }
        }
    }

    fn say(&mut self, text: &str) {
        self.output.extend_from_slice(text.as_bytes());
        self.output.extend_from_slice(b"\r\n");
    }

    fn last_was(&self, code: &[u8]) -> bool {
        let lines = self.output.strip_suffix(b"\r\n").unwrap_or(&self.output);
        lines.rsplit(|byte| *byte == b'\n').next().is_some_and(|line| line.starts_with(code))
    }

    fn moment(&self, at: At, line: &str) -> Moment {
        Moment { at, connection: self.number, taken: self.taken, line: line.to_owned() }
    }

    async fn flush(&mut self) -> Result<(), Ended> {
        if !self.output.is_empty() {
            self.setup.seen.lock().unwrap().writes += 1;
            let output = std::mem::take(&mut self.output);
            self.stream.write_all(&output).await.map_err(|_| Ended::Closed)?;
            self.stream.flush().await.map_err(|_| Ended::Closed)?;
        }
        Ok(())
    }

    /// The next line; what was said is written only when no more input waits.
    async fn line(&mut self) -> Result<String, Ended> {
        loop {
            if let Some(end) = self.input.windows(2).position(|pair| pair == b"\r\n") {
                let line: Vec<u8> = self.input.drain(..end + 2).collect();
                return Ok(String::from_utf8_lossy(&line[..end]).into_owned());
            }
            self.flush().await?;
            self.input.reserve(64 * 1024);
            if self.stream.read_buf(&mut self.input).await.map_err(|_| Ended::Closed)? == 0 {
                return Err(Ended::Closed);
            }
        }
    }
}
