//! An LMTP listener (RFC 2033): the mail server beside us hands over what came back, and keeps what we could not store.
//!
//! In: connections on `[bounces] listen`, a TCP address or a Unix socket. Out: each mail to [`Intake`], once for each recipient; its
//! answer is `250` only after the commit, `451` when it could not be stored (the server then tries again), `550` for addresses that
//! are not ours. There is no TLS and no login: listen on loopback or a socket only your mail server may open. Everything has a limit:
//! connections, commands, bytes, time.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use smtp_proto::request::receiver::DataReceiver;
use smtp_proto::{Error as Fault, Request};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::intake::{Arrived, Intake, Source, Taken};
use super::recipient::Ours;
use crate::fault::fault;

/// Connections at once; more wait.
const CONNECTIONS: usize = 50;
/// Recipients of one mail (RFC 5321 section 4.5.3.1.8 wants a hundred).
const RECIPIENTS: usize = 100;
/// Bytes of a command line, far above RFC 5321 section 4.5.3.1.4 with its extensions.
const LINE: usize = 4_096;
/// Commands that say nothing before a connection is closed.
const IDLE_COMMANDS: u32 = 100;
/// For the next command, and for each piece of a mail (RFC 5321 section 4.5.3.2).
const PATIENCE: Duration = Duration::from_mins(5);

/// What a listener needs.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Where mails go.
    pub intake: Intake,
    /// Which addresses are ours.
    pub ours: Arc<Ours>,
    /// Bytes of a mail, at most.
    pub max_bytes: usize,
}

/// A bound socket.
#[derive(Debug)]
pub enum Bound {
    /// `host:port`
    Tcp(tokio::net::TcpListener),
    /// `unix:/path`
    #[cfg(unix)]
    Unix(tokio::net::UnixListener),
}

impl Bound {
    /// Opens what `[bounces] listen` names. A socket may be written to by everybody who can reach its folder.
    ///
    /// # Errors
    /// When it is in use or not allowed.
    pub async fn open(listen: &str) -> anyhow::Result<Self> {
        #[cfg(unix)]
        if let Some(path) = listen.strip_prefix("unix:") {
            use std::os::unix::fs::PermissionsExt as _;
            remove_dead_socket(path).await?;
            let cannot = || format!("[bounces] listen: cannot open the socket {path}");
            let socket = tokio::net::UnixListener::bind(path).with_context(cannot)?;
            // Mail servers are users of their own. Who may come is said by the folder, as it is by loopback for a port.
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o666)).with_context(cannot)?;
            return Ok(Self::Unix(socket));
        }
        let bound = tokio::net::TcpListener::bind(listen).await;
        Ok(Self::Tcp(bound.with_context(|| format!("[bounces] listen: cannot listen on {listen}"))?))
    }

    /// Where it listens, for the log.
    pub fn place(&self) -> String {
        match self {
            Self::Tcp(tcp) => tcp.local_addr().map_or_else(|_| "a port".to_owned(), |at| at.to_string()),
            #[cfg(unix)]
            Self::Unix(unix) => {
                let path =
                    unix.local_addr().ok().and_then(|at| at.as_pathname().map(|path| path.display().to_string()));
                format!("unix:{}", path.unwrap_or_default())
            }
        }
    }
}

/// A socket that a killed process left behind keeps the next one from listening; one that answers is somebody's.
#[cfg(unix)]
async fn remove_dead_socket(path: &str) -> anyhow::Result<()> {
    use std::os::unix::fs::FileTypeExt as _;
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket());
    if !is_socket {
        return Ok(());
    }
    if tokio::net::UnixStream::connect(path).await.is_ok() {
        anyhow::bail!("[bounces] listen: another process listens on {path}");
    }
    std::fs::remove_file(path).with_context(|| format!("[bounces] listen: cannot remove the dead socket {path}"))
}

/// Answers until `stop` is cancelled; mails in the middle of being taken are answered first.
///
/// # Errors
/// When the socket fails.
pub async fn serve(bound: Bound, listener: Listener, stop: CancellationToken) -> anyhow::Result<()> {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut open = tokio::task::JoinSet::new();
    loop {
        while open.try_join_next().is_some() {}
        let place = tokio::select! {
            () = stop.cancelled() => break,
            place = places.clone().acquire_owned() => place?,
        };
        let (listener, ends) = (listener.clone(), stop.clone());
        match &bound {
            Bound::Tcp(tcp) => {
                let (stream, _) =
                    tokio::select! { () = stop.cancelled() => break, accepted = tcp.accept() => accepted? };
                // An answer waits for no acknowledgement of the one before; a socket that refuses this is slower, and works.
                stream.set_nodelay(true).ok();
                open.spawn(async move {
                    Session::new(stream, listener).run(ends).await.ok();
                    drop(place);
                });
            }
            #[cfg(unix)]
            Bound::Unix(unix) => {
                let (stream, _) =
                    tokio::select! { () = stop.cancelled() => break, accepted = unix.accept() => accepted? };
                open.spawn(async move {
                    Session::new(stream, listener).run(ends).await.ok();
                    drop(place);
                });
            }
        }
    }
    while open.join_next().await.is_some() {}
    Ok(())
}

/// One connection.
struct Session<S> {
    stream: S,
    listener: Listener,
    /// What was read and not yet looked at.
    read: Vec<u8>,
    /// Answers that are not yet sent.
    replies: Vec<u8>,
    greeted: bool,
    envelope: Option<Envelope>,
}

/// A mail that is being announced.
#[derive(Default)]
struct Envelope {
    sender: String,
    recipients: Vec<String>,
}

/// Whether the connection goes on.
#[derive(PartialEq, Eq)]
enum Next {
    Go,
    Close,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    fn new(stream: S, listener: Listener) -> Self {
        Self { stream, listener, read: Vec::new(), replies: Vec::new(), greeted: false, envelope: None }
    }

    async fn run(mut self, stop: CancellationToken) -> std::io::Result<()> {
        self.talk(stop).await?;
        self.flush().await
    }

    async fn talk(&mut self, stop: CancellationToken) -> std::io::Result<()> {
        self.say("220 Facteur LMTP").await?;
        let mut idle = 0;
        loop {
            let line = tokio::select! {
                () = stop.cancelled() => return self.say("421 4.3.2 Facteur stops, come back later").await,
                line = timeout(PATIENCE, self.line()) => match line {
                    Ok(line) => line?,
                    Err(_) => return self.say("421 4.4.2 nothing came for five minutes").await,
                },
            };
            let Some(line) = line else { return self.say("500 5.5.2 this line is too long").await };
            if line.is_empty() {
                return Ok(());
            }
            idle = if matches!(line.first(), Some(b'D' | b'd')) { 0 } else { idle + 1 };
            if idle > IDLE_COMMANDS + RECIPIENTS as u32 {
                return self.say("421 4.7.0 too many commands without a mail").await;
            }
            if self.command(&line).await? == Next::Close {
                return Ok(());
            }
        }
    }

    /// The next line with its end; empty at the end of the stream, `None` when it is too long.
    async fn line(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == b'\n') {
                return Ok(Some(self.read.drain(..=end).collect()));
            }
            if self.read.len() > LINE {
                return Ok(None);
            }
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Ok(Some(Vec::new()));
            }
        }
    }

    /// Answers; commands that came together are answered together (RFC 2920 section 3.2).
    async fn say(&mut self, reply: &str) -> std::io::Result<()> {
        self.replies.extend_from_slice(reply.as_bytes());
        self.replies.extend_from_slice(b"\r\n");
        if self.read.contains(&b'\n') { Ok(()) } else { self.flush().await }
    }

    async fn flush(&mut self) -> std::io::Result<()> {
        if self.replies.is_empty() {
            return Ok(());
        }
        self.stream.write_all(&self.replies).await?;
        self.replies.clear();
        self.stream.flush().await
    }

    async fn command(&mut self, line: &[u8]) -> std::io::Result<Next> {
        let request = match Request::parse(&mut line.iter()) {
            Ok(request) => request.into_owned(),
            Err(fault) => {
                self.say(&refusal(&fault)).await?;
                return Ok(Next::Go);
            }
        };
        let reply = match request {
            Request::Lhlo { .. } => self.greet(),
            Request::Ehlo { .. } | Request::Helo { .. } => {
                "500 5.5.1 this is an LMTP server: set your mail server to LMTP (it says LHLO)".to_owned()
            }
            Request::Mail { from } => self.mail(from.address, from.size),
            Request::Rcpt { to } => self.rcpt(&to.address),
            Request::Data => return self.data().await,
            Request::Rset => {
                self.envelope = None;
                "250 2.0.0 forgotten".to_owned()
            }
            Request::Noop { .. } => "250 2.0.0 here".to_owned(),
            Request::Vrfy { .. } => "252 2.1.5 send it, and see".to_owned(),
            Request::Quit => {
                self.say("221 2.0.0 goodbye").await?;
                return Ok(Next::Close);
            }
            _ => "502 5.5.1 not offered here".to_owned(),
        };
        self.say(&reply).await?;
        Ok(Next::Go)
    }

    fn greet(&mut self) -> String {
        self.greeted = true;
        self.envelope = None;
        let size = self.listener.max_bytes;
        format!(
            "250-Facteur\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {size}"
        )
    }

    fn mail(&mut self, sender: String, size: usize) -> String {
        if !self.greeted {
            return "503 5.5.1 say LHLO first".into();
        }
        if self.envelope.is_some() {
            return "503 5.5.1 a mail is announced already".into();
        }
        if size > self.listener.max_bytes {
            return format!("552 5.3.4 at most {} bytes", self.listener.max_bytes);
        }
        self.envelope = Some(Envelope { sender, recipients: Vec::new() });
        "250 2.1.0 go on".into()
    }

    fn rcpt(&mut self, address: &str) -> String {
        let Some(envelope) = &mut self.envelope else { return "503 5.5.1 say MAIL first".into() };
        if envelope.recipients.len() >= RECIPIENTS {
            return format!("452 4.5.3 at most {RECIPIENTS} recipients of one mail");
        }
        if !self.listener.ours.takes(address) {
            return "550 5.1.1 no address of ours: see [bounces] in the configuration".into();
        }
        envelope.recipients.push(address.to_owned());
        "250 2.1.5 ours".into()
    }

    async fn data(&mut self) -> std::io::Result<Next> {
        let Some(envelope) = self.envelope.take_if(|envelope| !envelope.recipients.is_empty()) else {
            self.say("503 5.5.1 no recipient of ours").await?;
            return Ok(Next::Go);
        };
        self.say("354 the mail, then a line with a dot").await?;
        self.flush().await?;
        let Ok(mail) = timeout(2 * PATIENCE, self.content()).await else {
            self.say("421 4.4.2 the mail did not end").await?;
            return Ok(Next::Close);
        };
        let Some(content) = mail? else { return Ok(Next::Close) };
        fault!("lmtp.after_content");
        for recipient in envelope.recipients {
            let reply = match &content {
                Content::TooLarge => format!("552 5.3.4 at most {} bytes", self.listener.max_bytes),
                Content::Mail(mail) => self.take(&envelope.sender, recipient, mail).await,
            };
            self.say(&reply).await?;
            fault!("lmtp.after_answer");
        }
        Ok(Next::Go)
    }

    async fn take(&self, sender: &str, recipient: String, mail: &Arc<[u8]>) -> String {
        let arrived = Arrived {
            source: Source::Lmtp,
            recipient: Some(recipient),
            sender: Some(sender.to_owned()),
            mail: mail.clone(),
        };
        match self.listener.intake.take(arrived).await {
            Ok(Taken::New) => "250 2.0.0 stored".into(),
            Ok(Taken::Known) => "250 2.0.0 known".into(),
            Err(error) => {
                tracing::warn!(error = %crate::db::words(&error), "a returned mail was not stored; the mail server tries again");
                "451 4.3.0 not stored now, try again".into()
            }
        }
    }

    /// The mail up to its dot, unstuffed; `None` at the end of the stream.
    async fn content(&mut self) -> std::io::Result<Option<Content>> {
        let mut receiver = DataReceiver::new();
        // The receiver looks for a dot behind a line's end, and there is none before the first line.
        let mut mail = Vec::new();
        receiver.ingest(&mut b"\r\n".iter(), &mut mail);
        let (mut too_large, most) = (false, self.listener.max_bytes.saturating_add(2));
        loop {
            let mut bytes = self.read.iter();
            let ended = receiver.ingest(&mut bytes, &mut mail);
            let left = bytes.len();
            self.read.drain(..self.read.len() - left);
            if mail.len() > most {
                too_large = true;
            }
            if ended {
                return Ok(Some(if too_large { Content::TooLarge } else { Content::Mail(mail.split_off(2).into()) }));
            }
            if too_large {
                mail.clear();
            }
            if timeout(PATIENCE, self.stream.read_buf(&mut self.read)).await?? == 0 {
                return Ok(None);
            }
        }
    }
}

enum Content {
    Mail(Arc<[u8]>),
    TooLarge,
}

fn refusal(fault: &Fault) -> String {
    match fault {
        Fault::InvalidSenderAddress => "501 5.1.7 the sender's address cannot be read".into(),
        Fault::InvalidRecipientAddress => "501 5.1.3 the recipient's address cannot be read".into(),
        Fault::SyntaxError { syntax } => format!("501 5.5.2 it reads: {syntax}"),
        Fault::InvalidParameter { .. } | Fault::UnsupportedParameter { .. } => {
            "555 5.5.4 a parameter that is not offered here".into()
        }
        _ => "500 5.5.1 no command of LMTP".into(),
    }
}
