//! What came back, whoever brought it: one event about one recipient. Pure.
//!
//! In: the words of a provider. Out: an [`Event`] of a [`Kind`]; what the codes in those words say of it ([`Kind::by_status`],
//! [`status_in`]); and a name for events whose bringer gives none ([`fingerprint`]).

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::clock::Millis;

/// What an event says of its recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Refused for good, and because of the address: nobody is there.
    Hard,
    /// Refused for the moment, or because of the mailbox: full, switched off.
    Soft,
    /// Refused because of us, our server or the text: says nothing of the address.
    Block,
    /// The provider itself did not send it: its own list of dead addresses, its rules.
    Withheld,
    /// Not accepted yet; the provider goes on trying.
    Deferred,
    /// The recipient called it spam.
    Complaint,
    /// The recipient wants no more, and said so to the provider.
    Leave,
    /// Everything that marks nobody: accepted, opened, clicked, an answering machine.
    Other,
}

impl Kind {
    /// What happened, for programs: `bounce`, `withheld`, `deferred`, `complaint`, `leave`, `other`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hard | Self::Soft | Self::Block => "bounce",
            Self::Withheld => "withheld",
            Self::Deferred => "deferred",
            Self::Complaint => "complaint",
            Self::Leave => "leave",
            Self::Other => "other",
        }
    }

    /// Of a bounce whom it concerns: `hard`, `soft`, `block`; else empty.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Soft => "soft",
            Self::Block => "block",
            _ => "",
        }
    }

    /// Whether something follows for the recipient: not from what the provider still works on or kept back itself, from what was
    /// refused because of us, or from what marks nobody.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Hard | Self::Soft | Self::Complaint | Self::Leave)
    }

    /// A bounce that was called hard, corrected by its status (RFC 3463): a full mailbox (5.2.2), a mail too large for it (5.2.3) and
    /// a passing fault (4.X.X) are soft, and faults of the system, the protocol, the text or a policy (5.3, 5.5, 5.6, 5.7) say
    /// nothing of the address. No status, or 5.0.0, which many servers write whatever happened, changes nothing.
    #[must_use]
    pub fn by_status(self, status: Option<&str>) -> Self {
        let Some(status) = status.filter(|_| self == Self::Hard) else { return self };
        let mut numbers = status.split('.');
        match (numbers.next(), numbers.next(), numbers.next()) {
            (Some("4"), ..) | (Some("5"), Some("2"), Some("2" | "3")) => Self::Soft,
            (Some("5"), Some("3" | "5" | "6" | "7"), Some(_)) => Self::Block,
            _ => self,
        }
    }
}

/// One event about one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Names it among those of its bringer: the same when it is told again.
    pub id: String,
    /// What it says.
    pub kind: Kind,
    /// The address, as the bringer wrote it; may be empty.
    pub recipient: String,
    /// The token in our envelope sender (`b-TOKEN@…` or `name+TOKEN@…`), not verified.
    pub token: Option<String>,
    /// The domain of the sender, in lower case.
    pub sender: Option<String>,
    /// The `Message-ID` of our mail, without angle brackets.
    pub message_id: Option<String>,
    /// Enhanced status (RFC 3463), such as `5.1.1`.
    pub status: Option<String>,
    /// What the recipient's server, or the provider, said.
    pub text: Option<String>,
    /// When it happened.
    pub at: Option<Millis>,
}

impl Event {
    /// An event of which no more is known yet.
    pub fn new(id: impl Into<String>, kind: Kind, recipient: impl Into<String>) -> Self {
        let (id, recipient) = (id.into(), recipient.into());
        Self { id, kind, recipient, token: None, sender: None, message_id: None, status: None, text: None, at: None }
    }

    /// With what was said: the status is `status`, else the one that stands in the text; a hard bounce is corrected by it.
    #[must_use]
    pub fn said(mut self, status: Option<&str>, text: Option<String>) -> Self {
        let status = status.and_then(status_in).or_else(|| text.as_deref().and_then(status_in));
        self.kind = self.kind.by_status(status.as_deref());
        (self.status, self.text) = (status, text);
        self
    }

    /// With its instant.
    #[must_use]
    pub fn at(mut self, at: Option<Millis>) -> Self {
        self.at = at;
        self
    }

    /// With the `Message-ID`; a number of the provider's own is none.
    #[must_use]
    pub fn about(mut self, message_id: Option<String>) -> Self {
        let bare = message_id.map(|id| id.trim_matches(['<', '>', ' ']).to_owned());
        self.message_id = bare.filter(|id| id.contains('@'));
        self
    }

    /// With the sender, of the envelope or the header: the token in it, if there is one, and its domain.
    #[must_use]
    pub fn sent_by(mut self, sender: Option<&str>) -> Self {
        self.token = sender.and_then(token_of).map(str::to_owned);
        self.sender = sender.and_then(domain_of);
        self
    }
}

/// The token in an envelope sender: what follows `b-`, or the `+`, up to the `@`.
pub fn token_of(sender: &str) -> Option<&str> {
    let (local, _) = sender.trim_matches(['<', '>', ' ']).rsplit_once('@')?;
    let token = match local.get(..2) {
        Some("b-" | "B-") => &local[2..],
        _ => local.split_once('+')?.1,
    };
    let fits = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    (fits && (16..=100).contains(&token.len())).then_some(token)
}

/// The domain of an address, in lower case.
fn domain_of(sender: &str) -> Option<String> {
    let (_, domain) = sender.trim_end_matches(['>', ' ']).rsplit_once('@')?;
    (!domain.is_empty()).then(|| domain.to_ascii_lowercase())
}

/// The first enhanced status (RFC 3463 section 2) in a text: 2, 4 or 5, then two numbers of at most three digits, apart from
/// letters and further numbers, so that no version or address of the network is taken for one.
pub fn status_in(text: &str) -> Option<String> {
    let apart = |c: char| !(c.is_alphanumeric() || c == '.');
    text.split(apart).map(|word| word.trim_end_matches('.')).find(|word| is_status(word)).map(str::to_owned)
}

fn is_status(word: &str) -> bool {
    let mut numbers = word.split('.');
    let number =
        |text: Option<&str>| text.is_some_and(|n| (1..=3).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()));
    matches!(numbers.next(), Some("2" | "4" | "5"))
        && number(numbers.next())
        && number(numbers.next())
        && numbers.next().is_none()
}

/// A name for an event that has none: the same for the same parts.
pub fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Context::new(&SHA256);
    for part in parts {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    URL_SAFE_NO_PAD.encode(&hash.finish().as_ref()[..18])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_found_where_it_stands_alone() {
        for (text, status) in [
            ("550 5.1.1 <ana@example.org>: unknown", Some("5.1.1")),
            ("smtp; 550-5.7.26 no", Some("5.7.26")),
            ("(5.2.2.)", Some("5.2.2")),
            ("4.4.4", Some("4.4.4")),
            ("550 from 5.1.1.7 said no", None),
            ("v5.1.1 is out", None),
            ("1.5.1.1", None),
            ("5.1", None),
            ("5.1.1000", None),
            ("", None),
        ] {
            assert_eq!(status_in(text).as_deref(), status, "{text}");
        }
    }

    #[test]
    fn a_hard_bounce_is_corrected_by_its_status_and_nothing_else_is() {
        for (status, kind) in [
            ("5.1.1", Kind::Hard),
            ("5.0.0", Kind::Hard),
            ("5.4.4", Kind::Hard),
            ("5.2.1", Kind::Hard),
            ("5.2.2", Kind::Soft),
            ("4.2.2", Kind::Soft),
            ("5.7.1", Kind::Block),
            ("5.3.4", Kind::Block),
            ("5", Kind::Hard),
        ] {
            assert_eq!(Kind::Hard.by_status(Some(status)), kind, "{status}");
        }
        assert_eq!(Kind::Complaint.by_status(Some("5.7.1")), Kind::Complaint);
        assert_eq!(Kind::Hard.by_status(None), Kind::Hard);
    }

    #[test]
    fn a_token_is_read_from_both_forms_of_the_sender() {
        let token = "AbCdEfGhIjKlMnOpQrSt_-01";
        assert_eq!(token_of(&format!("b-{token}@bounces.example.org")), Some(token));
        assert_eq!(token_of(&format!("<bonjour+{token}@example.org>")), Some(token));
        for sender in ["bonjour@example.org", "b-@x.example", "b-short@x.example", "b-a b c d e f g h i j@x", "", "é@x"]
        {
            assert_eq!(token_of(sender), None, "{sender}");
        }
    }

    #[test]
    fn the_domain_is_read_however_the_sender_is_written() {
        for (sender, domain) in [
            ("Le carnet <carnet@Lettres.example.org>", Some("lettres.example.org")),
            ("b-abc@bounces.example.org", Some("bounces.example.org")),
            ("carnet", None),
            ("carnet@", None),
        ] {
            assert_eq!(domain_of(sender).as_deref(), domain, "{sender}");
        }
    }

    #[test]
    fn parts_that_run_together_have_other_names() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
        assert_eq!(fingerprint(&["a", "b"]), fingerprint(&["a", "b"]));
        assert_eq!(fingerprint(&[]).len(), 24);
    }

    #[test]
    fn what_is_no_message_id_is_none() {
        let event = |id: &str| Event::new("1", Kind::Hard, "").about(Some(id.to_owned())).message_id;
        assert_eq!(event("<a@b.example>").as_deref(), Some("a@b.example"));
        assert_eq!(event("84345317650824116"), None);
    }
}
