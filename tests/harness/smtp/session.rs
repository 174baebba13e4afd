//! One SMTP connection of the sink (RFC 5321), with whatever fault is in force at each stage.
//!
//! In: bytes of a client. Out: replies, and a [`Mail`] for each one that was taken (journal first, then 250). Replies are
//! gathered until all input is used up, as Postfix does, so that round trips can be counted.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use memchr::{memchr, memmem};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::faults::{Act, Event, Stage};
use super::journal::Entry;
use super::{BehindDot, Shared};
use crate::harness::mail::Mail;

/// A plain or a protected stream.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// Commands kept for tests that look at the conversation.
const COMMANDS_KEPT: usize = 20_000;

/// Serves one connection until it ends; `open`: how many there are with it.
pub async fn serve(shared: &Shared, number: u64, open: u64, stream: TcpStream) {
    let implicit = shared.settings().implicit_tls.clone();
    let tls = implicit.is_some();
    let stream: Box<dyn Stream> = match implicit {
        None => Box::new(stream),
        Some(config) => match TlsAcceptor::from(config).accept(stream).await {
            Ok(stream) => Box::new(stream),
            Err(_) => return,
        },
    };
    let mut session = Session {
        shared,
        number,
        stream: Some(stream),
        tls,
        input: Vec::with_capacity(64 * 1024),
        output: Vec::new(),
        authenticated: false,
        from: None,
        to: None,
        taken: 0,
        transactions: 0,
        commands: 0,
        stranger: shared.settings().screen.is_some() && !shared.gate.knows(),
        passed: false,
    };
    session.run(open).await.ok();
    if session.passed {
        shared.gate.know();
    }
}

#[expect(clippy::struct_excessive_bools, reason = "each is a thing that a server remembers or not")]
struct Session<'a> {
    shared: &'a Shared,
    number: u64,
    /// Taken out only while STARTTLS wraps it.
    stream: Option<Box<dyn Stream>>,
    tls: bool,
    /// Not used up yet.
    input: Vec<u8>,
    /// Not sent yet.
    output: Vec<u8>,
    authenticated: bool,
    from: Option<String>,
    to: Option<String>,
    /// Mails taken on this connection.
    taken: u64,
    /// MAILs taken on this connection.
    transactions: u64,
    commands: u64,
    /// Put to the test: nothing is taken on this connection.
    stranger: bool,
    /// The test is passed, for later connections.
    passed: bool,
}

/// The connection is over.
fn over() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

impl Session<'_> {
    async fn run(&mut self, open: u64) -> io::Result<()> {
        self.greet(open).await?;
        loop {
            let line = self.line().await?;
            let text = String::from_utf8_lossy(&line).into_owned();
            self.remember(&text);
            self.screen().await?;
            let verb = text.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" | "HELO" | "LHLO" if (verb == "LHLO") != self.shared.settings().lmtp => {
                    self.push("500 5.5.1 Unknown command");
                }
                "EHLO" | "HELO" | "LHLO" => self.ehlo().await?,
                "STARTTLS" => self.starttls().await?,
                "AUTH" => self.auth(&text).await?,
                "MAIL" => self.mail(&text).await?,
                "RCPT" => self.rcpt(&text).await?,
                "DATA" => self.data().await?,
                "RSET" => {
                    (self.from, self.to) = (None, None);
                    self.push("250 2.0.0 reset");
                }
                "NOOP" => self.push("250 2.0.0 ok"),
                "QUIT" => return self.bye("221 2.0.0 bye").await,
                _ => self.push("500 5.5.2 what?"),
            }
            // A command that arrived before we answered the one before was sent ahead.
            if !self.input.is_empty() && !self.shared.settings().pipelining {
                self.violation();
            }
        }
    }

    /// Turns the connection away or greets it, in the server's own time.
    async fn greet(&mut self, open: u64) -> io::Result<()> {
        let (refusal, late, banner) = {
            let settings = self.shared.settings();
            (self.shared.gate.refusal(&settings, open), settings.greet_after, settings.banner)
        };
        if let Some(refusal) = refusal {
            return self.bye(refusal).await;
        }
        tokio::time::sleep(late).await;
        self.answer(Stage::Banner, &format!("220 sink.example {banner}")).await?;
        Ok(())
    }

    /// A stranger may say only so much.
    async fn screen(&mut self) -> io::Result<()> {
        self.commands += 1;
        let most = self.shared.settings().screen.filter(|_| self.stranger);
        if most.is_some_and(|most| self.commands > most) {
            return self.bye("421 sink.example Service unavailable - try again later").await;
        }
        Ok(())
    }

    /// The last words on this connection.
    async fn bye(&mut self, reply: &str) -> io::Result<()> {
        self.push(reply);
        self.flush().await?;
        Err(over())
    }

    async fn ehlo(&mut self) -> io::Result<()> {
        (self.from, self.to) = (None, None);
        let mut lines = vec!["sink.example".to_owned()];
        {
            let settings = self.shared.settings();
            if settings.pipelining && !self.stranger {
                lines.push("PIPELINING".into());
            }
            if let Some(size) = settings.size {
                lines.push(format!("SIZE {size}"));
            }
            if settings.utf8 {
                lines.extend(["8BITMIME".into(), "SMTPUTF8".into()]);
            }
            if settings.starttls.is_some() && !self.tls {
                lines.push("STARTTLS".into());
            }
            if settings.credentials.is_some() {
                lines.push(format!("AUTH {}", settings.mechanisms));
            }
        }
        lines.push("ENHANCEDSTATUSCODES".into());
        let last = lines.len() - 1;
        let marked =
            lines.iter().enumerate().map(|(n, line)| format!("250{}{line}", if n == last { ' ' } else { '-' }));
        let reply = marked.collect::<Vec<_>>().join("\n");
        self.answer(Stage::Ehlo, &reply).await?;
        Ok(())
    }

    async fn starttls(&mut self) -> io::Result<()> {
        let Some(config) = self.shared.settings().starttls.clone().filter(|_| !self.tls) else {
            self.push("502 5.5.1 no TLS here");
            return Ok(());
        };
        if self.answer(Stage::StartTls, "220 2.0.0 go ahead").await? != 220 {
            return Ok(());
        }
        self.flush().await?;
        // Whatever came in clear after STARTTLS is not a command (the injection of CVE-2011-0411).
        if !self.input.is_empty() {
            self.violation();
            self.input.clear();
        }
        let plain = self.stream.take().ok_or_else(over)?;
        self.stream = Some(Box::new(TlsAcceptor::from(config).accept(plain).await?));
        self.tls = true;
        self.authenticated = false;
        Ok(())
    }

    async fn auth(&mut self, text: &str) -> io::Result<()> {
        let Some((user, password)) = self.shared.settings().credentials.clone() else {
            self.push("503 5.5.1 no AUTH here");
            return Ok(());
        };
        let mut words = text.split(' ').skip(1);
        let mechanism = words.next().unwrap_or_default().to_ascii_uppercase();
        let initial = words.next().map(str::to_owned);
        let given = match mechanism.as_str() {
            "PLAIN" => {
                let answer = match initial {
                    Some(answer) => answer,
                    None => self.challenge("").await?,
                };
                let decoded = decode(&answer);
                let mut parts = decoded.split('\0').skip(1).map(str::to_owned);
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
            }
            "LOGIN" => {
                let name = match initial {
                    Some(name) => name,
                    None => self.challenge("VXNlcm5hbWU6").await?,
                };
                (decode(&name), decode(&self.challenge("UGFzc3dvcmQ6").await?))
            }
            _ => {
                self.push("504 5.5.4 unknown mechanism");
                return Ok(());
            }
        };
        let right = given == (user, password);
        let usual = if right { "235 2.7.0 welcome" } else { "535 5.7.8 wrong user or password" };
        self.authenticated = self.answer(Stage::Auth, usual).await? == 235;
        Ok(())
    }

    async fn challenge(&mut self, text: &str) -> io::Result<String> {
        self.push_lines(format!("334 {text}").as_bytes());
        let line = self.line().await?;
        let answer = String::from_utf8_lossy(&line).into_owned();
        self.remember(&answer);
        Ok(answer)
    }

    async fn mail(&mut self, text: &str) -> io::Result<()> {
        let (locked, size, most) = {
            let settings = self.shared.settings();
            (settings.credentials.is_some() && !self.authenticated, settings.size, settings.transactions)
        };
        if locked {
            self.push("530 5.7.0 authenticate first");
            return Ok(());
        }
        let said: Option<usize> = text.split("SIZE=").nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok());
        let usual = match (said, size) {
            (Some(said), Some(size)) if said > size => "552 5.3.4 too big",
            _ if most.is_some_and(|most| self.transactions >= most) => "452 4.5.3 Too many messages sent",
            _ => "250 2.1.0 ok",
        };
        (self.from, self.to) = (Some(path(text)), None);
        if self.answer(Stage::Mail, usual).await? == 250 {
            self.transactions += 1;
        } else {
            self.from = None;
        }
        Ok(())
    }

    async fn rcpt(&mut self, text: &str) -> io::Result<()> {
        if self.from.is_none() {
            self.push("503 5.5.1 MAIL first");
            return Ok(());
        }
        if self.stranger {
            self.passed = true;
            self.push("450 4.3.2 Service currently unavailable");
            return Ok(());
        }
        let to = path(text);
        let before = self.to.replace(to);
        let code = self.answer(Stage::Rcpt, "250 2.1.5 ok").await?;
        if !(200..300).contains(&code) {
            self.to = before;
        } else if before.is_some() {
            self.violation(); // one recipient a mail (rule D6)
        }
        Ok(())
    }

    async fn data(&mut self) -> io::Result<()> {
        if self.to.is_none() {
            self.push("554 5.5.1 no valid recipients");
            return Ok(());
        }
        if !self.input.is_empty() {
            self.violation(); // DATA ends a group (RFC 2920 section 3.1)
        }
        if self.answer(Stage::Data, "354 end with a dot").await? != 354 {
            return Ok(());
        }
        let bytes = self.content().await?;
        self.dot(bytes).await
    }

    /// Reads up to the final dot; gives the message with its dots unstuffed.
    async fn content(&mut self) -> io::Result<Vec<u8>> {
        let mut searched = 0;
        let (end, used) = loop {
            if self.input.starts_with(b".\r\n") {
                break (0, 3);
            }
            let from = searched.min(self.input.len());
            if let Some(found) = memmem::find(&self.input[from..], b"\r\n.\r\n") {
                break (from + found + 2, from + found + 5);
            }
            searched = self.input.len().saturating_sub(4);
            self.read().await?;
        };
        let raw = self.input[..end].to_vec();
        self.input.drain(..used);
        if memchr::memchr_iter(b'\n', &raw).any(|at| at == 0 || raw[at - 1] != b'\r') {
            self.violation();
        }
        Ok(unstuff(raw))
    }

    async fn dot(&mut self, bytes: Vec<u8>) -> io::Result<()> {
        let (from, to) = (self.from.take().unwrap_or_default(), self.to.take().unwrap_or_default());
        let fault = self.fault(Stage::Dot, &from, &to);
        let code = match &fault {
            Some((Act::Reply(text), _)) => code_of(text),
            Some((Act::Delay(_) | Act::Trickle(_), _)) | None => 250,
            Some(_) => 0,
        };
        if (200..300).contains(&code) || fault.as_ref().is_some_and(|(_, stored)| *stored) {
            self.take(from, to, bytes).await;
        }
        let (number, late) = (self.taken, self.shared.settings().dot_after);
        if !late.is_zero() {
            self.flush().await?;
            tokio::time::sleep(late).await;
        }
        let behind = self.behind_dot()?;
        self.perform(fault.map(|(act, _)| act), &format!("250 2.0.0 taken as {}-{number}", self.number)).await?;
        for refusal in behind {
            self.push(refusal);
        }
        let close = self.shared.settings().close_after.filter(|(after, _)| number >= *after);
        if let Some((_, said)) = close {
            if said {
                self.push("421 4.7.0 enough for one connection");
            }
            self.flush().await?;
            return Err(over());
        }
        Ok(())
    }

    /// What a server does that does not bear commands in one packet with the dot; gives what it answers to each of them.
    fn behind_dot(&mut self) -> io::Result<Vec<&'static str>> {
        match self.shared.settings().behind_dot {
            BehindDot::Closes if self.input.starts_with(b"MAIL") => Err(over()),
            BehindDot::Answered | BehindDot::Closes => Ok(Vec::new()),
            BehindDot::Lost => {
                self.input.clear();
                Ok(Vec::new())
            }
            BehindDot::Refused(reply) => {
                let lines = memchr::memchr_iter(b'\n', &self.input).count();
                let used = memchr::memrchr(b'\n', &self.input).map_or(0, |at| at + 1);
                self.input.drain(..used);
                Ok(vec![reply; lines])
            }
        }
    }

    async fn take(&mut self, from: String, to: String, bytes: Vec<u8>) {
        let mut mail = Mail::new(self.number, self.tls, from, to, bytes);
        if let Some(journal) = &self.shared.journal {
            let entry = Entry {
                at: mail.at,
                rcpt: mail.to.clone(),
                message_id: mail.message_id.clone(),
                date: mail.date.clone(),
                sha256: mail.sha256.clone(),
            };
            journal.write(&entry).await;
        }
        self.taken += 1;
        let (keep, at_once) = {
            let settings = self.shared.settings();
            (settings.keep, settings.deliver_at_once)
        };
        if at_once.is_some_and(|most| self.taken > most) {
            self.shared.counters.queued.fetch_add(1, Ordering::SeqCst);
        }
        let mut mails = self.shared.mails.lock().unwrap();
        if mails.len() >= keep {
            mail.bytes = Vec::new();
        }
        mails.push(Arc::new(mail));
        self.shared.taken.send_replace(mails.len());
    }

    /// Answers as usual or as the fault in force wants; gives the code that the client got, 0 for none.
    async fn answer(&mut self, stage: Stage, usual: &str) -> io::Result<u16> {
        let fault = {
            let (from, to) = (self.from.as_deref(), self.to.as_deref());
            self.fault(stage, from.unwrap_or_default(), to.unwrap_or_default())
        };
        self.perform(fault.map(|(act, _)| act), usual).await
    }

    fn fault(&self, stage: Stage, from: &str, to: &str) -> Option<(Act, bool)> {
        let event = Event { stage, connection: self.number, from, to };
        self.shared.rules.lock().unwrap().iter_mut().find_map(|rule| rule.fires(event))
    }

    async fn perform(&mut self, act: Option<Act>, usual: &str) -> io::Result<u16> {
        match act {
            None => self.push(usual),
            Some(Act::Reply(text)) => {
                self.push_lines(&text);
                let code = code_of(&text);
                if code == 421 {
                    self.flush().await?;
                    return Err(over());
                }
                return Ok(code);
            }
            Some(Act::Delay(by)) => {
                self.flush().await?;
                tokio::time::sleep(by).await;
                self.push(usual);
            }
            Some(Act::Trickle(pause)) => self.trickle(usual, pause).await?,
            Some(Act::Drop) => {
                self.flush().await?;
                return Err(over());
            }
            Some(Act::HalfClose) => {
                self.flush().await?;
                self.stream()?.shutdown().await?;
                loop {
                    self.input.clear();
                    self.read().await?;
                }
            }
            Some(Act::Hang) => {
                self.flush().await?;
                loop {
                    self.input.clear();
                    self.read().await?;
                }
            }
            Some(Act::Bytes(bytes)) => {
                self.output.extend_from_slice(&bytes);
                return Ok(0);
            }
        }
        Ok(code_of(usual.as_bytes()))
    }

    async fn trickle(&mut self, usual: &str, pause: Duration) -> io::Result<()> {
        self.push(usual);
        for byte in std::mem::take(&mut self.output) {
            tokio::time::sleep(pause).await;
            self.stream()?.write_all(&[byte]).await?;
        }
        Ok(())
    }

    /// The server's own reply, in its words.
    fn push(&mut self, lines: &str) {
        let words = self.shared.settings().words;
        self.push_lines(&words.put_into(lines));
    }

    fn push_lines(&mut self, lines: &[u8]) {
        for line in lines.split(|byte| *byte == b'\n') {
            self.output.extend_from_slice(line);
            self.output.extend_from_slice(b"\r\n");
        }
    }

    fn stream(&mut self) -> io::Result<&mut Box<dyn Stream>> {
        self.stream.as_mut().ok_or_else(over)
    }

    async fn flush(&mut self) -> io::Result<()> {
        if self.output.is_empty() {
            return Ok(());
        }
        let latency = self.shared.settings().latency;
        if !latency.is_zero() {
            tokio::time::sleep(latency).await;
        }
        let output = std::mem::take(&mut self.output);
        self.shared.counters.round_trips.fetch_add(1, Ordering::Relaxed);
        self.stream()?.write_all(&output).await
    }

    /// Sends what waits, then waits for more input.
    async fn read(&mut self) -> io::Result<()> {
        self.flush().await?;
        let idle = self.shared.settings().idle;
        let Self { stream, input, .. } = self;
        let stream = stream.as_mut().ok_or_else(over)?;
        input.reserve(64 * 1024);
        let read = match idle {
            None => stream.read_buf(input).await?,
            Some(idle) => tokio::time::timeout(idle, stream.read_buf(input)).await.map_err(|_| over())??,
        };
        if read == 0 { Err(over()) } else { Ok(()) }
    }

    /// The next line, without its end.
    async fn line(&mut self) -> io::Result<Vec<u8>> {
        let end = loop {
            if let Some(end) = memchr(b'\n', &self.input) {
                break end;
            }
            self.read().await?;
        };
        let mut line = self.input[..=end].to_vec();
        self.input.drain(..=end);
        line.pop();
        if line.pop_if(|last| *last == b'\r').is_none() {
            self.violation();
        }
        Ok(line)
    }

    fn remember(&self, text: &str) {
        let mut commands = self.shared.commands.lock().unwrap();
        if commands.len() < COMMANDS_KEPT {
            commands.push((self.number, self.tls, text.to_owned()));
        }
    }

    fn violation(&self) {
        self.shared.counters.violations.fetch_add(1, Ordering::SeqCst);
    }
}

/// `MAIL FROM:<a@b> SIZE=1` → `a@b`.
fn path(text: &str) -> String {
    let inside = text.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(path, _)| path.to_owned()).unwrap_or_default()
}

fn code_of(reply: &[u8]) -> u16 {
    reply.get(..3).and_then(|code| str::from_utf8(code).ok()?.parse().ok()).unwrap_or(0)
}

fn decode(text: &str) -> String {
    STANDARD.decode(text.trim()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// Takes the dot away that a sender puts before a line's own (RFC 5321 section 4.5.2).
fn unstuff(raw: Vec<u8>) -> Vec<u8> {
    if raw.first() != Some(&b'.') && memmem::find(&raw, b"\n.").is_none() {
        return raw;
    }
    let mut out = Vec::with_capacity(raw.len());
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        out.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
    }
    out
}
