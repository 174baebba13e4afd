//! HOW: ledger rows → SMTP → recorded outcome.
//!
//! ```text
//! supply ─▶ sign ─▶ wire ─▶ record
//!   ▲                 │        │
//!   └──── ledger ◀────┴────────┘     limits: in front of every mail    disk: room for what is promised    rewind: a database gone back
//! ```
//! | room | what is in it |
//! | --- | --- |
//! | [`supply`] | claims batches and letters of the ledger, makes them into mails, hands them to connections |
//! | [`sign`] | DKIM signatures, ahead of the connections |
//! | [`wire`] | SMTP: connections, replies and what they mean, how each server does, which of several is next |
//! | [`record`] | the one writer of outcomes |
//! | [`limits`] | how many mails a server may be given, and how fast |
//! | [`disk`] | halts before the disk is full |
//! | [`rewind`] | a database that goes back in time is noticed, and told what it forgot |
//!
//! [`run()`] starts and stops all of it; [`threads`] are those of the connections; [`alarms`] carries out what concerns more than one mail; [`retry`] says when a mail is
//! tried again; [`probe`] looks what a server offers, without a mail.
//!
//! The promise: after a crash at any instant nobody is lost, and at most one message per open connection is repeated,
//! with the same bytes. The gate that makes it true: no byte of a message leaves before the commit that marks it as started.

pub mod alarms;
pub mod disk;
mod limits;
mod parts;
pub mod preflight;
pub mod probe;
mod record;
mod retry;
mod rewind;
mod run;
pub mod sign;
mod supply;
mod threads;
pub mod wire;

pub use run::run;

use std::sync::Arc;

use crate::clock::Millis;
use crate::ledger::provider::Provider;
use crate::ledger::{Done, Key, Outcome};
use crate::mails::{Person, Variant};

/// One mail that is due now, in the hands of a connection.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Its row.
    pub key: Key,
    /// On whose behalf.
    pub newsletter_id: i64,
    /// Attempts before this one.
    pub attempts: u16,
    /// First asked to be sent (release or letter), for the end of retrying.
    pub since: Millis,
    /// `MAIL FROM`.
    pub envelope_from: String,
    /// `RCPT TO`, exactly as stored.
    pub address: String,
    /// The bytes, with holes.
    pub variant: Arc<Variant>,
    /// Left part of the Message-ID.
    pub message_id: String,
    /// Token of the leave link.
    pub leave: String,
    /// Token of the letter's own link, or of a digest's settings link.
    pub action: String,
    /// Token of "this was not me".
    pub not_me: String,
    /// Header fields that stand before it: signatures, and what they cover besides; empty without a key.
    pub signature: Box<[u8]>,
}

impl Mail {
    /// This mail with what became of it.
    pub fn done(&self, outcome: Outcome) -> Done {
        Done { key: self.key, attempts: self.attempts, provider: Provider::of(&self.address), outcome }
    }

    /// What fills the holes.
    pub fn person(&self) -> Person<'_> {
        Person {
            address: &self.address,
            message_id: &self.message_id,
            leave: &self.leave,
            action: &self.action,
            not_me: &self.not_me,
        }
    }

    /// The message in pieces, dot-safe, ending in CRLF, without the final dot.
    pub fn parts(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(&*self.signature).chain(self.variant.parts(self.person()))
    }

    /// About how many bytes it has; see [`Variant::len`].
    pub fn size(&self) -> usize {
        self.signature.len() + self.variant.len()
    }

    /// Appends the message.
    pub fn splice(&self, out: &mut Vec<u8>) {
        self.parts().for_each(|part| out.extend_from_slice(part));
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A mail of digest 1 to `userN@example.org`, in the batch that begins at 1.
    pub(crate) fn mail(subscriber_id: i64) -> Mail {
        Mail {
            key: Key::Digest { digest_id: 1, subscriber_id, batch_lo: 1, epoch: 1 },
            newsletter_id: 1,
            attempts: 0,
            since: 0,
            envelope_from: "carnet@example.org".into(),
            address: format!("user{subscriber_id}@example.org"),
            variant: Arc::new(Variant::new(vec![(b"\r\n".to_vec(), None)])),
            message_id: format!("id{subscriber_id}"),
            leave: String::new(),
            action: String::new(),
            not_me: String::new(),
            signature: Box::default(),
        }
    }
}
