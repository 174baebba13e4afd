//! DKIM signatures, made ahead of the connections: a mail that a connection takes is signed already.
//!
//! ```text
//! supply: rows ─▶ mails ─▶ sign, on as many threads as there are cores ─▶ ready ─▶ a connection
//! ```
//! [`keys`] knows which keys sign for a sender at a date; [`Signer`] makes the header fields that stand before a mail; [`pool`] does
//! it for many at once. What all readers of a digest share is worked out once ([`crate::mails::covered`]).

pub(super) mod keys;
pub(super) mod pool;

use std::sync::Arc;

use anyhow::Context as _;
use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Mail;
use crate::dkim::{self, key::PrivateKey};
use crate::mails::covered::{COMPLAINTS, Covered};

/// Longest line of a signature.
const LINE: usize = 72;

/// The keys that sign the mails of one sender.
#[derive(Debug)]
pub struct Signer {
    /// `d=`
    domain: String,
    /// Each with its selector.
    keys: Vec<(String, PrivateKey)>,
}

/// Signs mails of one sender.
#[derive(Clone, Debug)]
pub struct Signing {
    signer: Arc<Signer>,
    /// Whether its envelope senders are told to be for complaints: their domain is the sender's own, for which we sign, or below
    /// it (RFC 9477 section 3.1).
    complaints: bool,
}

/// Memory that is used again from mail to mail.
#[derive(Debug, Default)]
pub struct Room {
    text: Vec<u8>,
    out: Vec<u8>,
}

impl Signer {
    /// Signs in the name of this domain.
    pub fn new(domain: String, keys: Vec<(String, PrivateKey)>) -> Self {
        Self { domain, keys }
    }
}

impl Signing {
    /// For mails of this address whose reports come to `reports`.
    pub fn new(signer: Arc<Signer>, from_address: &str, reports: Option<&str>) -> Self {
        let from = dkim::domain_of(from_address);
        let fits = |domain: &str| match domain.to_ascii_lowercase().strip_suffix(from.as_str()) {
            Some("") => signer.domain == from,
            Some(below) => below.ends_with('.'),
            None => false,
        };
        let complaints = reports.is_some_and(fits);
        Self { signer, complaints }
    }

    /// The header fields that stand before this mail: a signature by each key, and the address for complaints.
    ///
    /// # Errors
    /// When the mail has no header that can be signed, or the library fails.
    pub fn sign(&self, mail: &Mail, room: &mut Room) -> anyhow::Result<Box<[u8]>> {
        let covered = mail.variant.covered().context("the mail has no header that can be signed")?;
        let (Room { text, out }, person) = (room, mail.person());
        let body = STANDARD.encode(covered.body(&mail.variant, &person, text));
        text.clear();
        covered.head(&mail.variant, &person, text);
        let complaints = self.complaints.then(|| format!("{}; report=arf\r\n", mail.envelope_from));
        if let Some(value) = &complaints {
            text.extend_from_slice(format!("{}:{value}", COMPLAINTS.to_ascii_lowercase()).as_bytes());
        }
        let mut head = Context::new(&SHA256);
        head.update(text);
        out.clear();
        for (selector, key) in &self.signer.keys {
            self.field(covered, (selector.as_str(), key), &body, &head, out)?;
        }
        if let Some(value) = &complaints {
            out.extend_from_slice(format!("{COMPLAINTS}: {value}").as_bytes());
        }
        Ok(out.as_slice().into())
    }

    /// Appends a signature: the field without `b=` is covered too, last and without its CRLF (RFC 6376 section 3.7).
    fn field(
        &self,
        covered: &Covered,
        (selector, key): (&str, &PrivateKey),
        body: &str,
        head: &Context,
        out: &mut Vec<u8>,
    ) -> anyhow::Result<()> {
        let (algorithm, domain, names) = (key.algorithm().name(), &self.signer.domain, covered.names());
        let date = covered.date();
        let value = format!(
            "v=1; a={algorithm}; c=relaxed/relaxed; t={date};\r\n d={domain};\r\n s={selector};\r\n h={names};\r\n bh={body};\r\n b="
        );
        let mut context = head.clone();
        context.update(b"dkim-signature:");
        // Lines are folded before one blank, and nowhere else do two stand.
        value.split("\r\n").for_each(|line| context.update(line.as_bytes()));
        let signature = STANDARD.encode(key.sign(&context.finish())?);
        out.extend_from_slice(b"DKIM-Signature: ");
        out.extend_from_slice(value.as_bytes());
        for (at, line) in signature.as_bytes().chunks(LINE).enumerate() {
            if at > 0 {
                out.extend_from_slice(b"\r\n ");
            }
            out.extend_from_slice(line);
        }
        out.extend_from_slice(b"\r\n");
        Ok(())
    }
}

#[cfg(test)]
mod tests;
