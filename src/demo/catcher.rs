//! The mail catcher: a real SMTP server (RFC 5321) that takes every mail and passes none on.
//!
//! In: connections of our own delivery. Out: mails in the [`super::mailbox`], those to invented readers aside. Offers PIPELINING (RFC 2920), so that
//! delivery drives with full pipelining: commands that came together are answered together.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::invented;
use super::mailbox::Mailbox;
use crate::clock::Clock;

/// Longest line of a command or of a message, bytes; ours are 998 at most.
const LINE_LIMIT: u64 = 64 * 1024;

/// Longest message, bytes.
const SIZE_LIMIT: usize = 10 * 1024 * 1024;

/// A client that says nothing for so long is cut off.
const PATIENCE: Duration = Duration::from_mins(5);

/// Takes mails until `stop`.
pub async fn run(listener: TcpListener, mailbox: Arc<Mailbox>, clock: Clock, stop: CancellationToken) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => drop(connections.spawn(Session::new(stream, mailbox.clone(), clock.clone()).run())),
            Err(error) => tracing::warn!(%error, "the mail catcher could not take a connection"),
        }
        while connections.try_join_next().is_some() {}
    }
    // Delivery ends its conversations by itself when it stops; a stray client is cut off.
    let _ =
        tokio::time::timeout(Duration::from_secs(2), async { while connections.join_next().await.is_some() {} }).await;
}

/// One conversation.
struct Session {
    stream: BufReader<TcpStream>,
    mailbox: Arc<Mailbox>,
    clock: Clock,
    sender: Option<String>,
    recipients: Vec<String>,
    replies: String,
}

impl Session {
    fn new(stream: TcpStream, mailbox: Arc<Mailbox>, clock: Clock) -> Self {
        let _ = stream.set_nodelay(true);
        let stream = BufReader::new(stream);
        Self { stream, mailbox, clock, sender: None, recipients: Vec::new(), replies: String::new() }
    }

    async fn run(mut self) {
        let talk = async {
            self.reply("220 demo.localhost ESMTP Facteur's mail catcher");
            self.flush().await?;
            while let Some(line) = self.line().await? {
                let more = self.command(&line).await?;
                // Commands that came in one packet are answered in one (RFC 2920 section 3.2).
                if self.stream.buffer().is_empty() || !more {
                    self.flush().await?;
                }
                if !more {
                    break;
                }
            }
            Ok::<(), std::io::Error>(())
        };
        if let Err(error) = talk.await {
            tracing::debug!(%error, "a conversation with the mail catcher broke off");
        }
    }

    /// Answers one command; false after QUIT.
    async fn command(&mut self, line: &str) -> std::io::Result<bool> {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => {
                self.replies.push_str("250-demo.localhost\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n");
                self.reply(&format!("250 SIZE {SIZE_LIMIT}"));
            }
            "HELO" => self.reply("250 demo.localhost"),
            "MAIL" => {
                self.forget();
                self.sender = path_of(line);
                self.reply(if self.sender.is_some() { "250 2.1.0 Ok" } else { "501 5.5.4 MAIL FROM:<address>" });
            }
            "RCPT" if self.sender.is_none() => self.reply("503 5.5.1 MAIL first"),
            "RCPT" => match path_of(line).filter(|path| path.contains('@')) {
                Some(path) => {
                    self.recipients.push(path);
                    self.reply("250 2.1.5 Ok");
                }
                None => self.reply("501 5.1.3 RCPT TO:<address>"),
            },
            "DATA" if self.recipients.is_empty() => self.reply("503 5.5.1 RCPT first"),
            "DATA" => {
                self.reply("354 End with a dot on a line of its own");
                self.flush().await?;
                return self.content().await;
            }
            "RSET" => {
                self.forget();
                self.reply("250 2.0.0 Ok");
            }
            "NOOP" => self.reply("250 2.0.0 Ok"),
            "QUIT" => {
                self.reply("221 2.0.0 Bye");
                return Ok(false);
            }
            _ => self.reply("502 5.5.2 Not known here"),
        }
        Ok(true)
    }

    /// Reads a message up to its final dot and puts it into the mailbox. False when the client is gone before it.
    async fn content(&mut self) -> std::io::Result<bool> {
        let mut message = Vec::new();
        loop {
            let mut line = Vec::new();
            self.read_line(&mut line).await?;
            if line.is_empty() {
                return Ok(false);
            }
            if line == b".\r\n" {
                break;
            }
            // A dot at the start of a line travels doubled (RFC 5321 section 4.5.2).
            message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            if message.len() > SIZE_LIMIT {
                return Ok(false);
            }
        }
        let (sender, recipients) = (self.sender.take().unwrap_or_default(), std::mem::take(&mut self.recipients));
        if !recipients.iter().all(|address| invented::is_invented(address)) {
            self.mailbox.take(self.clock.now(), sender, recipients, &message);
        }
        self.reply("250 2.0.0 Ok: caught");
        Ok(true)
    }

    async fn line(&mut self) -> std::io::Result<Option<String>> {
        let mut line = Vec::new();
        self.read_line(&mut line).await?;
        Ok((!line.is_empty()).then(|| String::from_utf8_lossy(&line).trim_end().to_owned()))
    }

    async fn read_line(&mut self, line: &mut Vec<u8>) -> std::io::Result<()> {
        let mut limited = (&mut self.stream).take(LINE_LIMIT);
        tokio::time::timeout(PATIENCE, limited.read_until(b'\n', line)).await??;
        Ok(())
    }

    fn forget(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }

    fn reply(&mut self, text: &str) {
        self.replies.push_str(text);
        self.replies.push_str("\r\n");
    }

    async fn flush(&mut self) -> std::io::Result<()> {
        let replies = std::mem::take(&mut self.replies);
        self.stream.get_mut().write_all(replies.as_bytes()).await
    }
}

/// What stands between `<` and `>`.
fn path_of(line: &str) -> Option<String> {
    let (_, rest) = line.split_once('<')?;
    let (path, _) = rest.split_once('>')?;
    Some(path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn talk(said: &[u8]) -> (String, Vec<super::super::mailbox::Caught>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (mailbox, stop) = (Arc::new(Mailbox::open(Vec::new())), CancellationToken::new());
        let server = tokio::spawn(run(listener, mailbox.clone(), Clock::system(), stop.clone()));
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(said).await.unwrap();
        let mut heard = String::new();
        client.read_to_string(&mut heard).await.unwrap();
        stop.cancel();
        server.await.unwrap();
        (heard, mailbox.all())
    }

    #[tokio::test]
    async fn takes_two_mails_of_one_write_and_undoes_the_stuffing() {
        let (heard, mails) = talk(
            b"EHLO a\r\nMAIL FROM:<v@b.example>\r\nRCPT TO:<ana@c.example>\r\nDATA\r\nSubject: x\r\n\r\n..dot\r\n.\r\n\
              MAIL FROM:<>\r\nRCPT TO:<bob@c.example>\r\nDATA\r\nhi\r\n.\r\nQUIT\r\n",
        )
        .await;
        let codes: Vec<&str> = heard.lines().filter(|line| &line[3..4] == " ").map(|line| &line[..3]).collect();
        assert_eq!(codes, ["220", "250", "250", "250", "354", "250", "250", "250", "354", "250", "221"]);
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[0].message, "Subject: x\r\n\r\n.dot\r\n");
        assert_eq!(
            (mails[0].sender.as_str(), mails[0].recipients.as_slice()),
            ("v@b.example", &["ana@c.example".to_owned()][..])
        );
        assert_eq!(mails[1].sender, "");
    }

    #[tokio::test]
    async fn a_mail_out_of_order_or_cut_short_is_not_taken() {
        let (heard, mails) =
            talk(b"DATA\r\nRCPT TO:<a@b.example>\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<x>\r\nWHAT\r\nQUIT\r\n").await;
        let codes: Vec<&str> = heard.lines().map(|line| &line[..3]).collect();
        assert_eq!(codes, ["220", "503", "503", "250", "501", "502", "221"]);
        assert!(mails.is_empty());
    }
}
