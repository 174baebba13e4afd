//! `MAIL`, `RCPT`, `DATA`: together in one write where the server offers PIPELINING, else one at a time.
//!
//! In: an [`Envelope`]. Out: an [`Answer`] once all its replies are read, so that replies and messages never shift against
//! each other. A refused recipient leaves the connection ready for the next. Met by `session`.

use std::io::Write as _;
use std::time::Duration;

use super::connection::Connection;
use super::reply::{Enhanced, Reply};
use super::{Broken, Stage};

/// What stands before a message.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// `MAIL FROM`; empty for the null sender.
    pub from: &'a str,
    /// `RCPT TO`.
    pub to: &'a str,
    /// Bytes of the message, for `SIZE=`.
    pub size: usize,
    /// Whether an address needs SMTPUTF8; the server offers it then.
    pub utf8: bool,
}

/// The server's answer to an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 354: it waits for the content. From here only the content or closing is possible.
    Go,
    /// The first refusal among the replies.
    No {
        /// Of what.
        stage: Stage,
        /// Its code.
        code: u16,
        /// Its enhanced code.
        enhanced: Option<Enhanced>,
        /// Its words.
        words: String,
    },
}

impl Connection {
    /// Puts the envelope, or as much of it as may travel before an answer, into the out buffer.
    pub fn put_envelope(&mut self, envelope: &Envelope<'_>, grouped: bool) {
        if self.stale {
            self.out.extend_from_slice(b"RSET\r\n");
        }
        if grouped || !self.stale {
            self.put_mail(envelope);
        }
        if grouped {
            self.put_rcpt(envelope);
            self.out.extend_from_slice(b"DATA\r\n");
        }
    }

    /// Reads the answers to [`Connection::put_envelope`], the first within `first`; with `grouped: false` sends what is left
    /// of it on the way.
    pub async fn finish_envelope(
        &mut self,
        envelope: &Envelope<'_>,
        grouped: bool,
        first: Duration,
    ) -> Result<Answer, Broken> {
        if std::mem::take(&mut self.stale) {
            let reply = self.reply(self.timeouts.mail).await?;
            if !reply.positive() {
                return Ok(self.no(Stage::Mail, reply));
            }
            if !grouped {
                self.put_mail(envelope);
                self.flush().await?;
            }
        }
        if grouped { self.grouped(first).await } else { self.one_by_one(envelope).await }
    }

    async fn one_by_one(&mut self, envelope: &Envelope<'_>) -> Result<Answer, Broken> {
        let reply = self.reply(self.timeouts.mail).await?;
        if !reply.positive() {
            return Ok(self.no(Stage::Mail, reply));
        }
        self.put_rcpt(envelope);
        self.flush().await?;
        let reply = self.reply(self.timeouts.rcpt).await?;
        if !reply.positive() {
            return Ok(self.no(Stage::Rcpt, reply));
        }
        self.out.extend_from_slice(b"DATA\r\n");
        self.flush().await?;
        let reply = self.reply(self.timeouts.data).await?;
        Ok(if reply.code == 354 { Answer::Go } else { self.no(Stage::Data, reply) })
    }

    /// Three replies, all read before any is judged. After a 421 no more come.
    async fn grouped(&mut self, first: Duration) -> Result<Answer, Broken> {
        let mail = self.reply(first).await?;
        let mut refusal = (!mail.positive()).then(|| self.no(Stage::Mail, mail));
        if mail.code == 421 {
            return Ok(refusal.unwrap_or(Answer::Go));
        }
        let rcpt = self.reply(self.timeouts.rcpt).await?;
        if refusal.is_none() && !rcpt.positive() {
            refusal = Some(self.no(Stage::Rcpt, rcpt));
        }
        if let (421, Some(refusal)) = (rcpt.code, &refusal) {
            return Ok(refusal.clone());
        }
        let data = self.reply(self.timeouts.data).await?;
        match (refusal, data.code) {
            (None, 354) => Ok(Answer::Go),
            (None, _) => Ok(self.no(Stage::Data, data)),
            (Some(refusal), 354) => {
                self.leave_data(rcpt).await;
                Ok(refusal)
            }
            (Some(refusal), _) => Ok(refusal),
        }
    }

    /// The server wants content for an envelope that it refused. Without a recipient a lone dot delivers nothing
    /// (RFC 2920 section 3.1), and its answer means nothing; with one it would deliver an empty mail.
    async fn leave_data(&mut self, rcpt: Reply) {
        self.spent = true;
        if rcpt.code >= 400 {
            self.out.extend_from_slice(b".\r\n");
            if self.flush().await.is_ok() && self.reply(self.timeouts.dot).await.is_ok_and(|reply| reply.code != 421) {
                self.spent = false;
            }
        }
    }

    fn no(&mut self, stage: Stage, reply: Reply) -> Answer {
        self.stale = true;
        Answer::No { stage, code: reply.code, enhanced: reply.enhanced, words: self.words() }
    }

    fn put_mail(&mut self, envelope: &Envelope<'_>) {
        self.out.extend_from_slice(b"MAIL FROM:<");
        self.out.extend_from_slice(envelope.from.as_bytes());
        self.out.push(b'>');
        if self.offers.size {
            // Writing into a Vec cannot fail.
            let _infallible = write!(self.out, " SIZE={}", envelope.size);
        }
        if envelope.utf8 {
            let parameters: &[u8] = if self.offers.eight_bit { b" BODY=8BITMIME SMTPUTF8" } else { b" SMTPUTF8" };
            self.out.extend_from_slice(parameters);
        }
        self.out.extend_from_slice(b"\r\n");
    }

    fn put_rcpt(&mut self, envelope: &Envelope<'_>) {
        self.out.extend_from_slice(b"RCPT TO:<");
        self.out.extend_from_slice(envelope.to.as_bytes());
        self.out.extend_from_slice(b">\r\n");
    }
}
