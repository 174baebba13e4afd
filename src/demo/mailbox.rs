//! The mails that the catcher took, read the way a mail program does.
//!
//! In: bytes from the catcher. Out: [`Caught`] mails for pages, oldest first; [`Mailbox::changed`] wakes who waits.

use std::sync::{Mutex, MutexGuard, PoisonError};

use mail_parser::{MessageParser, MimeHeaders as _};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::clock::Millis;

/// What a mail is, by its headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A digest: it has a way out of the list (RFC 8058).
    Digest,
    /// A letter of its own, such as the confirmation.
    Letter,
}

/// A mail as it came over the wire.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Caught {
    /// 1 for the first.
    pub number: usize,
    /// When, by the demo's clock.
    pub at: Millis,
    /// `MAIL FROM`.
    pub sender: String,
    /// `RCPT TO`.
    pub recipients: Vec<String>,
    /// The message. Facteur's mails are ASCII.
    pub message: String,
    /// Whether its page was opened.
    pub opened: bool,
}

/// A mail taken apart.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// Display name of the sender, else the address.
    pub from: String,
    /// Address of the sender.
    pub from_address: String,
    /// Decoded.
    pub subject: String,
    /// The HTML part.
    pub html: Option<String>,
    /// The plain text part.
    pub text: String,
    /// Name and unfolded value of each header.
    pub headers: Vec<(String, String)>,
}

impl Caught {
    /// Takes the mail apart.
    pub fn parts(&self) -> Parts {
        let Some(mail) = MessageParser::default().parse(self.message.as_bytes()) else {
            return Parts { text: self.message.clone(), ..Parts::default() };
        };
        let sender = mail.from().and_then(|from| from.first());
        let address = sender.and_then(|one| one.address()).unwrap_or_default();
        let html = mail.html_part(0).filter(|part| part.is_content_type("text", "html"));
        Parts {
            from: sender.and_then(|one| one.name()).unwrap_or(address).to_owned(),
            from_address: address.to_owned(),
            subject: mail.subject().unwrap_or_default().to_owned(),
            html: html.and_then(|part| part.text_contents()).map(str::to_owned),
            text: mail.body_text(0).unwrap_or_default().into_owned(),
            headers: mail.headers_raw().map(|(name, value)| (name.to_owned(), unfolded(value))).collect(),
        }
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        let head = self.message.split("\r\n\r\n").next().unwrap_or_default().to_ascii_lowercase();
        if head.contains("\nlist-unsubscribe:") { Kind::Digest } else { Kind::Letter }
    }
}

/// All caught mails.
#[derive(Debug)]
pub struct Mailbox {
    mails: Mutex<Vec<Caught>>,
    count: watch::Sender<usize>,
}

impl Mailbox {
    /// The mailbox as it was kept.
    pub fn open(kept: Vec<Caught>) -> Self {
        Self { count: watch::Sender::new(kept.len()), mails: Mutex::new(kept) }
    }

    /// Every mail, oldest first.
    pub fn all(&self) -> Vec<Caught> {
        self.lock().clone()
    }

    /// The mail of this number.
    pub fn find(&self, number: usize) -> Option<Caught> {
        self.lock().get(number.checked_sub(1)?).cloned()
    }

    /// The newest mail of a kind.
    pub fn newest(&self, kind: Kind) -> Option<Caught> {
        self.lock().iter().rev().find(|mail| mail.kind() == kind).cloned()
    }

    /// How many mails have not been opened.
    pub fn unread(&self) -> usize {
        self.lock().iter().filter(|mail| !mail.opened).count()
    }

    /// Whether a mail of this kind was opened.
    pub fn opened(&self, kind: Kind) -> bool {
        self.lock().iter().any(|mail| mail.opened && mail.kind() == kind)
    }

    /// Puts a mail in.
    pub fn take(&self, at: Millis, sender: String, recipients: Vec<String>, message: &[u8]) {
        let mut mails = self.lock();
        let message = String::from_utf8_lossy(message).into_owned();
        let number = mails.len() + 1;
        mails.push(Caught { number, at, sender, recipients, message, opened: false });
        self.count.send_replace(mails.len());
    }

    /// Remembers that a mail was opened.
    pub fn open_mail(&self, number: usize) {
        if let Some(mail) = self.lock().iter_mut().find(|mail| mail.number == number) {
            mail.opened = true;
        }
    }

    /// Wakes at each new mail.
    pub fn changed(&self) -> watch::Receiver<usize> {
        self.count.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Caught>> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A header's value on one line (RFC 5322 section 2.2.3).
fn unfolded(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "From: =?utf-8?q?Le_Carnet_du_four?= <a@b.example>\r\nSubject: =?utf-8?q?=C3=89t=C3=A9?=\r\n\
        List-Unsubscribe:\r\n <https://x.example/u>\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/plain\r\n\r\nBonjour\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Bonjour</p>\r\n--b--\r\n";

    #[test]
    fn a_mail_is_taken_apart() {
        let mailbox = Mailbox::open(Vec::new());
        mailbox.take(5, "v@b.example".into(), vec!["ana@example.org".into()], DIGEST.as_bytes());
        let mail = mailbox.find(1).unwrap();
        let parts = mail.parts();
        assert_eq!((parts.from.as_str(), parts.from_address.as_str()), ("Le Carnet du four", "a@b.example"));
        assert_eq!((parts.subject.as_str(), parts.text.trim()), ("Été", "Bonjour"));
        assert_eq!(parts.html.unwrap().trim(), "<p>Bonjour</p>");
        assert!(parts.headers.contains(&("List-Unsubscribe".into(), "<https://x.example/u>".into())));
        assert_eq!(mail.kind(), Kind::Digest);
    }

    #[test]
    fn a_mail_is_unread_until_it_is_opened() {
        let mailbox = Mailbox::open(Vec::new());
        mailbox.take(5, String::new(), Vec::new(), b"Subject: x\r\n\r\ny");
        assert_eq!((mailbox.unread(), mailbox.opened(Kind::Letter)), (1, false));
        mailbox.open_mail(1);
        mailbox.open_mail(0);
        mailbox.open_mail(9);
        assert_eq!((mailbox.unread(), mailbox.opened(Kind::Letter), mailbox.opened(Kind::Digest)), (0, true, false));
    }
}
