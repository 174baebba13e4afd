//! What a refusal is about: one table for the replies of mail servers in session and for the reports that come back.
//!
//! In: a reply code, an enhanced code, words. Out: [`Found`]: a class, and whom it concerns. The table is data
//! (`assets/replies.toml`), compiled once ([`Rules`]), with the operator's own file before it. Met by `delivery::wire::replies`,
//! which decides what follows in session, and by `bounces::read`, which decides how far a report can be trusted.

mod fold;
mod rules;
mod wrong;

pub use rules::Rules;
pub use wrong::{Faulty, Wrong};

use serde::{Deserialize, Serialize};

/// An enhanced status code (RFC 3463).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Enhanced {
    /// 2 success, 4 later, 5 no.
    pub class: u8,
    /// 1 address, 2 mailbox, 3 system, 4 network, 5 protocol, 6 content, 7 policy.
    pub subject: u16,
    /// The detail.
    pub detail: u16,
}

impl Enhanced {
    /// Reads `5.1.1` at the start of a reply's text; it ends at a space or with the text.
    pub fn parse(text: &str) -> Option<Self> {
        let word = text.split([' ', '\n']).next()?;
        let mut numbers = word.split('.');
        let class = numbers.next().filter(|class| matches!(*class, "2" | "4" | "5"))?;
        let mut number =
            || numbers.next().filter(|n| n.len() <= 3 && n.bytes().all(|b| b.is_ascii_digit()))?.parse().ok();
        let (subject, detail) = (number()?, number()?);
        numbers.next().is_none().then_some(Self { class: class.as_bytes()[0] - b'0', subject, detail })
    }

    /// `x.0.0`: there is a code, and it says nothing (RFC 3463 section 3.1).
    pub const fn says_nothing(self) -> bool {
        self.subject == 0 && self.detail == 0
    }
}

impl std::fmt::Display for Enhanced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// Whom a refusal concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    /// The address: it does not exist any more.
    Address,
    /// The mailbox: it takes nothing now.
    Mailbox,
    /// Our envelope sender.
    Sender,
    /// Our server, its name or its pace.
    Us,
    /// What was sent.
    Text,
    /// Their server, or the way to it.
    Server,
    /// A rule of the receiver; whether it means us or the recipient cannot be told.
    Policy,
}

impl About {
    /// As the table writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Mailbox => "mailbox",
            Self::Sender => "sender",
            Self::Us => "us",
            Self::Text => "text",
            Self::Server => "server",
            Self::Policy => "policy",
        }
    }
}

/// Where a refusal was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// In our own session with the server: an enhanced code counts as it stands, and words only without one.
    Session,
    /// In a report: an enhanced code that ends in `.0` leaves the word to the words.
    Report,
}

/// A refusal.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// Where it was read.
    pub place: Place,
    /// The reply code, where there is one.
    pub code: Option<u16>,
    /// The enhanced code, where there is one.
    pub enhanced: Option<Enhanced>,
    /// The server's words, in any case.
    pub words: &'a str,
}

/// What the table says of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// A name such as `no-such-user`; the operator's file may have names of its own.
    pub class: &'a str,
    /// Whom it concerns.
    pub about: About,
    /// The phrase that decided, where words did.
    pub phrase: Option<&'a str>,
}

/// The class of a mailbox that is full.
pub const FULL: &str = "full";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enhanced_codes_are_read_only_where_they_stand() {
        let code = |class, subject, detail| Some(Enhanced { class, subject, detail });
        assert_eq!(Enhanced::parse("5.1.1 no such user"), code(5, 1, 1));
        assert_eq!(Enhanced::parse("4.7.650"), code(4, 7, 650));
        assert_eq!(Enhanced::parse("2.0.0\nsecond line"), code(2, 0, 0));
        for text in
            ["", "ok", "3.1.1 x", "5.1 x", "5.1.1.1 x", "5.1.1234 x", "5..1 x", "user 5.1.1", "5.1.1: x", "5.+1.1 x"]
        {
            assert_eq!(Enhanced::parse(text), None, "{text}");
        }
    }
}
