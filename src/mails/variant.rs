//! A mail with holes: the bytes that are the same for everybody, encoded once, cut at each personal value.
//!
//! In: encoded pieces. Out: one person's message in a reused buffer (about 0.6 µs against 80 µs for building it anew);
//! and the bytes that `digest_variant.mail` keeps, so that a restart sends the same message.

use std::sync::{Arc, OnceLock};

use anyhow::{bail, ensure};

use super::covered::Covered;

/// A personal value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Hole {
    /// The address in `To:`.
    Address = 1,
    /// The left part of the Message-ID.
    MessageId = 2,
    /// The token of the leave link.
    Leave = 3,
    /// The token of the letter's own link (confirm, settings); in a digest that of the settings link at its foot, which those stored
    /// by earlier versions have no hole for.
    Action = 4,
    /// The token of "this was not me".
    NotMe = 5,
    /// The text part's line about the sign-up; digests stored before there was one have no hole for it.
    SignUpText = 6,
    /// The same in the HTML part.
    SignUpHtml = 7,
    /// The mark of a test copy in the subject; empty in the mail itself. No stored mail has it, nor the two that follow.
    TrialSubject = 8,
    /// What a test copy says about itself, in the text part.
    TrialText = 9,
    /// The same in the HTML part.
    TrialHtml = 10,
    /// The value of `Date:` in a letter that is kept without one; no mail that is sent or stored has it, nor the next.
    Date = 11,
    /// What stands between its parts, which depends on the date.
    Boundary = 12,
}

impl Hole {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Address,
        Self::MessageId,
        Self::Leave,
        Self::Action,
        Self::NotMe,
        Self::SignUpText,
        Self::SignUpHtml,
        Self::TrialSubject,
        Self::TrialText,
        Self::TrialHtml,
        Self::Date,
        Self::Boundary,
    ];

    /// Whether only a test copy has something in it.
    pub fn is_trial(self) -> bool {
        matches!(self, Self::TrialSubject | Self::TrialText | Self::TrialHtml)
    }

    fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|hole| *hole as u8 == byte)
    }
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
    /// Token of the letter's own link, or of a digest's settings link.
    pub action: &'a str,
    /// Token of "this was not me"; empty in digests.
    pub not_me: &'a str,
}

/// Longest address that fits a header line of 998 bytes with room to spare (RFC 5321 section 4.5.3.1.3: path of 256).
const ADDRESS: usize = 254;

/// Longest token: with its soft break it fills a quoted-printable line (RFC 2045 section 6.7).
const TOKEN: usize = 75;

/// What an address may hold in a header: printable, and nothing that ends it.
const ADDRESS_BYTES: [bool; 256] = table(true);
/// What a token may hold.
const TOKEN_BYTES: [bool; 256] = table(false);

const fn table(address: bool) -> [bool; 256] {
    let (mut table, mut byte) = ([false; 256], 0_u8);
    while byte < 128 {
        table[byte as usize] = if address {
            byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b',' | b';' | b'(' | b')')
        } else {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
        };
        byte += 1;
    }
    table
}

/// Why a mail cannot be made for this person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Needs SMTPUTF8 (RFC 6531), which we do not speak: never mangled, never sent.
    #[error("the address is not ASCII")]
    NotAscii,
    /// Would break the header.
    #[error("the address is empty, too long, or has a character that cannot stand in a header")]
    Address,
    /// Would break an encoded line.
    #[error("a token has a character outside of A-Z, a-z, 0-9, _ and -, or is too long for a line")]
    Token,
}

impl Person<'_> {
    /// Checks that a message can hold these values; called once, before the envelope.
    ///
    /// # Errors
    /// See [`Unfit`].
    pub fn check(&self) -> Result<(), Unfit> {
        if !self.address.is_ascii() {
            return Err(Unfit::NotAscii);
        }
        let printable = |byte: u8| ADDRESS_BYTES[usize::from(byte)];
        let at = self.address.rfind('@').is_some_and(|at| at > 0 && at + 1 < self.address.len());
        if !at || self.address.len() > ADDRESS || !self.address.bytes().all(printable) {
            return Err(Unfit::Address);
        }
        let token = |text: &str| text.len() <= TOKEN && text.bytes().all(|byte| TOKEN_BYTES[usize::from(byte)]);
        if [self.message_id, self.leave, self.action, self.not_me].into_iter().all(token) {
            Ok(())
        } else {
            Err(Unfit::Token)
        }
    }
}

/// A mail encoded once, with holes. No line of it starts with a dot, so it needs no stuffing (RFC 5321 section 4.5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Shared by all who only differ in the line about the sign-up.
    shared: Arc<Shared>,
    /// That line, encoded, for either part; not stored.
    sign_up: [Box<[u8]>; 2],
    /// See [`Variant::len`].
    length: usize,
}

/// What is the same for everybody.
#[derive(Debug)]
struct Shared {
    /// Encoded bytes, each followed by a hole but the last.
    pieces: Vec<Piece>,
    /// See [`Variant::covered`].
    covered: OnceLock<Option<Covered>>,
}

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        self.pieces == other.pieces
    }
}

impl Eq for Shared {}

type Piece = (Vec<u8>, Option<Hole>);

/// First bytes of a stored variant: name and version of the form.
const MAGIC: &[u8; 4] = b"FVM1";
/// Room for one hole when a message's length is guessed: the longest token has 52 characters.
const HOLE_ROOM: usize = 52;

impl Variant {
    /// Puts pieces together; the last has no hole.
    pub fn new(pieces: Vec<(Vec<u8>, Option<Hole>)>) -> Self {
        let length = pieces.iter().map(|(bytes, hole)| bytes.len() + if hole.is_some() { HOLE_ROOM } else { 0 }).sum();
        Self { shared: Arc::new(Shared { pieces, covered: OnceLock::new() }), sign_up: Default::default(), length }
    }

    /// The same with this line about the sign-up, encoded for the text part and for the HTML part; copies nothing else.
    pub(super) fn with_sign_up(&self, text: Vec<u8>, html: Vec<u8>) -> Self {
        Self { shared: self.shared.clone(), sign_up: [text.into(), html.into()], length: self.length }
    }

    /// The same with some holes filled for good, encoded; those of which `value` knows nothing stay.
    pub(super) fn filled(&self, value: impl Fn(Hole) -> Option<Vec<u8>>) -> Self {
        let (mut pieces, mut current) = (Vec::new(), Vec::new());
        for (bytes, hole) in &self.shared.pieces {
            current.extend_from_slice(bytes);
            match hole.and_then(&value) {
                Some(value) => current.extend_from_slice(&value),
                None => pieces.push((std::mem::take(&mut current), *hole)),
            }
        }
        Self::new(pieces)
    }

    /// The same mail of another date, as RFC 5322 writes it; `None` when its header has none.
    pub fn dated(&self, date: &str) -> Option<Self> {
        const NAME: &[u8] = b"\r\nDate: ";
        let mut found = None;
        for (index, (bytes, _)) in self.shared.pieces.iter().enumerate() {
            let end = find(bytes, b"\r\n\r\n").unwrap_or(bytes.len());
            found = find(&bytes[..end], NAME).map(|at| (index, at + NAME.len()));
            if found.is_some() || end < bytes.len() {
                break;
            }
        }
        let (index, from) = found?;
        let mut pieces = self.shared.pieces.clone();
        let bytes = &mut pieces[index].0;
        let length = find(&bytes[from..], b"\r\n").unwrap_or(bytes.len() - from);
        bytes.splice(from..from + length, date.bytes()).for_each(drop);
        Some(Self::new(pieces))
    }

    /// What fills a hole for this person.
    pub(super) fn value<'a>(&'a self, hole: Hole, person: &Person<'a>) -> &'a [u8] {
        match hole {
            Hole::Address => person.address.as_bytes(),
            Hole::MessageId => person.message_id.as_bytes(),
            Hole::Leave => person.leave.as_bytes(),
            Hole::Action => person.action.as_bytes(),
            Hole::NotMe => person.not_me.as_bytes(),
            Hole::SignUpText => &self.sign_up[0],
            Hole::SignUpHtml => &self.sign_up[1],
            Hole::TrialSubject | Hole::TrialText | Hole::TrialHtml | Hole::Date | Hole::Boundary => &[],
        }
    }

    /// This person's message in the pieces that it is made of, ending in CRLF, without the final dot. The same person gives
    /// the same bytes, always.
    pub fn parts<'a>(&'a self, person: Person<'a>) -> impl Iterator<Item = &'a [u8]> {
        self.shared.pieces.iter().flat_map(move |(bytes, hole)| {
            let value = hole.map_or(&[][..], |hole| self.value(hole, &person));
            [bytes.as_slice(), value]
        })
    }

    /// Appends this person's message; see [`Variant::parts`].
    pub fn splice(&self, person: &Person<'_>, out: &mut Vec<u8>) {
        self.parts(*person).for_each(|part| out.extend_from_slice(part));
    }

    /// About how many bytes a message has; what `SIZE=` may announce (RFC 1870: an estimate).
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.shared.pieces.is_empty()
    }

    /// The holes in their order.
    pub fn holes(&self) -> impl Iterator<Item = Hole> {
        self.shared.pieces.iter().filter_map(|(_, hole)| *hole)
    }

    /// The encoded bytes, each with the hole that follows it.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (&[u8], Option<Hole>)> {
        self.shared.pieces.iter().map(|(bytes, hole)| (bytes.as_slice(), *hole))
    }

    /// What a DKIM signature of it covers, worked out once for all who share it; `None` when its header cannot be read.
    pub fn covered(&self) -> Option<&Covered> {
        self.shared.covered.get_or_init(|| Covered::of(self)).as_ref()
    }

    /// The form that is stored: name and version, number of pieces, each piece as length, bytes and hole, check sum.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.len() + 64);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&(self.shared.pieces.len() as u32).to_le_bytes());
        for (bytes, hole) in &self.shared.pieces {
            out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
            out.extend_from_slice(bytes);
            out.push(hole.map_or(0, |hole| hole as u8));
        }
        let sum = checksum(&out);
        out.extend_from_slice(&sum);
        out
    }

    /// Reads what [`Variant::to_bytes`] wrote.
    ///
    /// # Errors
    /// When the bytes were cut, changed, or written by another version.
    pub fn from_bytes(stored: &[u8]) -> anyhow::Result<Self> {
        ensure!(stored.starts_with(MAGIC), "this is not a stored mail of this version of Facteur");
        let Some((body, sum)) = stored.split_last_chunk::<8>() else { bail!("the stored mail was cut off") };
        ensure!(checksum(body) == *sum, "the stored mail is damaged: its check sum differs");
        let mut rest = &body[MAGIC.len()..];
        let count = take_number(&mut rest)?;
        let mut pieces = Vec::new();
        for _ in 0..count {
            let length = take_number(&mut rest)?;
            let bytes = take(&mut rest, length)?.to_vec();
            let hole =
                match take(&mut rest, 1)?[0] {
                    0 => None,
                    byte => Some(Hole::from_byte(byte).ok_or_else(|| {
                        anyhow::anyhow!("the stored mail has an unknown hole: a newer Facteur made it")
                    })?),
                };
            pieces.push((bytes, hole));
        }
        ensure!(rest.is_empty(), "the stored mail has bytes left over");
        Ok(Self::new(pieces))
    }
}

/// Where `wanted` begins.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// First 8 bytes of the SHA-256.
fn checksum(bytes: &[u8]) -> [u8; 8] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let mut sum = [0; 8];
    sum.copy_from_slice(&digest.as_ref()[..8]);
    sum
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> anyhow::Result<&'a [u8]> {
    let Some((taken, left)) = rest.split_at_checked(length) else { bail!("the stored mail was cut off") };
    *rest = left;
    Ok(taken)
}

fn take_number(rest: &mut &[u8]) -> anyhow::Result<usize> {
    let Some((number, left)) = rest.split_first_chunk::<4>() else { bail!("the stored mail was cut off") };
    *rest = left;
    Ok(u32::from_le_bytes(*number) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variant() -> Variant {
        Variant::new(vec![
            (b"To: <".to_vec(), Some(Hole::Address)),
            (b">\r\n\r\n".to_vec(), Some(Hole::Leave)),
            (b"\r\n".to_vec(), None),
        ])
    }

    #[test]
    fn another_date_changes_nothing_else() {
        let mail = |date: &str| {
            Variant::new(vec![
                (b"To: ".to_vec(), Some(Hole::Address)),
                (format!("\r\nSubject: a\r\nDate: {date}\r\nMessage-ID: <").into_bytes(), Some(Hole::MessageId)),
                (b"@b.example>\r\n\r\nfirst\r\nDate: never\r\n".to_vec(), None),
            ])
        };
        let (first, second) = ("Mon, 1 Jun 2026 08:00:00 +0200", "Tue, 2 Jun 2026 08:00:00 +0200");
        assert_eq!(mail(first).dated(second), Some(mail(second)));
        assert_eq!(mail(first).dated(first), Some(mail(first)));
        let dateless = Variant::new(vec![(b"To: a\r\n\r\n\r\nDate: never\r\n".to_vec(), None)]);
        assert_eq!(dateless.dated(first), None);
    }

    #[test]
    fn stored_bytes_come_back() {
        assert_eq!(Variant::from_bytes(&variant().to_bytes()).unwrap(), variant());
    }

    #[test]
    fn damage_is_noticed_wherever_it_is() {
        let stored = variant().to_bytes();
        for at in 0..stored.len() {
            let mut damaged = stored.clone();
            damaged[at] ^= 1;
            assert!(Variant::from_bytes(&damaged).is_err(), "byte {at}");
            assert!(Variant::from_bytes(&stored[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn the_same_person_gives_the_same_bytes() {
        let person = Person { address: "ana@example.org", leave: "abc", ..Person::default() };
        let (mut first, mut second) = (Vec::new(), Vec::new());
        variant().splice(&person, &mut first);
        variant().splice(&person, &mut second);
        assert_eq!(first, second);
        assert_eq!(first, b"To: <ana@example.org>\r\n\r\nabc\r\n");
    }

    #[test]
    fn unfit_values_are_named() {
        let check = |address, leave| Person { address, leave, ..Person::default() }.check();
        assert_eq!(check("ana@example.org", "aA0_-"), Ok(()));
        assert_eq!(check("aña@example.org", ""), Err(Unfit::NotAscii));
        for address in ["", "ana", "@example.org", "ana@", "a b@example.org", "a@b\r\nX: y", "<a@b.example>"] {
            assert_eq!(check(address, ""), Err(Unfit::Address), "{address:?}");
        }
        assert_eq!(check("ana@example.org", "a.b"), Err(Unfit::Token));
        assert_eq!(check("ana@example.org", "a=\r\n"), Err(Unfit::Token));
    }
}
