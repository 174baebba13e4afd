//! Whether a mail can and may be sent, asked before its envelope leaves.
//!
//! In: a mail, what the server offers, who left meanwhile, whose sender waits. Out: a [`Check`].

use super::drive::Drive;
use crate::clock::MINUTE;
use crate::delivery::Mail;
use crate::delivery::wire::contract::{Record, Source, Withdrawn};
use crate::delivery::wire::senders::Sender;
use crate::ledger::{Key, Outcome};
use crate::mails::variant::Unfit;

/// Whether a mail can be sent on this connection now.
pub(super) enum Check {
    Send,
    Record(Outcome),
    GiveBack,
}

impl<S: Source, R: Record> Drive<'_, S, R> {
    /// Whether this mail can and may be sent.
    pub(super) fn check(&self, mail: &Mail) -> Check {
        match self.source.withdrawn(&mail.key) {
            None => {}
            Some(Withdrawn::Skip(reason)) => return Check::Record(Outcome::Skipped { reason }),
            Some(Withdrawn::Return) => return Check::GiveBack,
        }
        if let Some(outcome) = self.waits(mail) {
            return Check::Record(outcome);
        }
        let refused = |reason, words: String| Check::Record(Outcome::Refused { code: 0, reason, words });
        let Some(connection) = &self.connection else { return Check::GiveBack };
        match mail.person().check() {
            Ok(()) if is_path(&mail.envelope_from) => {}
            Ok(()) => return refused("render", "the envelope sender cannot stand in an SMTP command".into()),
            Err(Unfit::NotAscii) if !connection.offers.smtputf8 => {
                return refused("smtputf8", "the mail server does not offer SMTPUTF8, which this address needs".into());
            }
            Err(Unfit::NotAscii) if is_path(&mail.address) && is_path(&mail.envelope_from) => {}
            Err(unfit) => return refused("render", unfit.to_string()),
        }
        let (size, most) = (mail.size(), connection.offers.max_size);
        match most.filter(|most| size as u64 > *most) {
            Some(most) => {
                let words = format!("the message has {size} bytes, the mail server takes {most} at most");
                self.too_big(mail, &words).map_or(Check::GiveBack, Check::Record)
            }
            None => Check::Send,
        }
    }

    /// What becomes of a mail whose sender is refused now, one mail after the other: without an attempt it expires when its
    /// time is up, and a letter waits, so that it does not stand in the way of others.
    fn waits(&self, mail: &Mail) -> Option<Outcome> {
        let (relay, sender) = (self.relay, Sender::of(mail));
        if !relay.senders.is_ailing(sender) {
            return None;
        }
        let (now, words) = (relay.clock.now(), "the mail server took no mail of this sender".to_owned());
        if now >= mail.since + relay.give_up(&mail.key) {
            return Some(Outcome::Refused { code: 0, reason: "expired", words });
        }
        let waits = matches!(mail.key, Key::Letter { .. }) && relay.senders.is_held(sender);
        waits.then(|| Outcome::Deferred { next_at: now + MINUTE, code: 0, words, counted: false })
    }
}

/// Whether it can stand between `<` and `>` in a command.
fn is_path(address: &str) -> bool {
    let fits = |byte: u8| byte > b' ' && byte != 0x7f && !matches!(byte, b'<' | b'>' | b',' | b';' | b'(' | b')');
    address.bytes().all(fits) && (address.is_ascii() || !address.chars().any(|c| c.is_control() || c.is_whitespace()))
}
