//! What a DKIM signature covers: a mail in its relaxed form (RFC 6376 section 3.4), with holes. Pure.
//!
//! In: the pieces of a [`Variant`]. Out: a [`Covered`], made once for a prepared mail: the header fields that are signed, in their
//! canonical form; the hash of the body up to the first hole; the canonical form of what follows. For one person only the values
//! are put in, and what stands behind the first hole is hashed.

mod head;
mod relaxed;

use aws_lc_rs::digest::{self, Context, Digest};

use super::variant::{Hole, Person, Variant};
use relaxed::Relaxed;

/// What a signature of one prepared mail covers.
#[derive(Clone)]
pub struct Covered {
    /// Canonical header fields in the order of [`Covered::names`], each with its CRLF.
    head: Vec<(Vec<u8>, Option<Hole>)>,
    /// `h=`, folded, with [`COMPLAINTS`] last.
    names: String,
    /// `Date:`, in seconds.
    date: i64,
    /// The body up to its first hole.
    shared: Context,
    /// How the canonical form stands there.
    state: Relaxed,
    /// Each hole of the body, and what follows it.
    rest: Vec<(Hole, Text)>,
}

impl std::fmt::Debug for Covered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Covered").field("names", &self.names).finish_non_exhaustive()
    }
}

/// A text between two holes. Where it begins and ends, its canonical form depends on what stands before and behind it.
#[derive(Clone, Debug, Default)]
struct Text {
    /// Blanks and line breaks that it begins with, as they are.
    lead: Vec<u8>,
    /// The rest, canonical: begins and ends with another byte.
    core: Vec<u8>,
    /// Blanks and line breaks that it ends with.
    trail: Vec<u8>,
}

/// The header field for complaints (RFC 9477), which is written when a mail is signed, before the others.
pub const COMPLAINTS: &str = "CFBL-Address";

impl Covered {
    /// What a signature of this mail covers; `None` when its header has no end or no date.
    pub fn of(variant: &Variant) -> Option<Self> {
        let (head, body) = split(variant)?;
        let head::Fields { covered: fields, names, date } = head::read(&head)?;
        let mut state = Relaxed::default();
        let (mut canonical, mut rest) = (Vec::new(), Vec::<(Hole, Text)>::new());
        let mut hole: Option<Hole> = None;
        for (bytes, next) in body {
            match hole {
                None => bytes.iter().for_each(|&byte| state.byte(byte, &mut canonical)),
                Some(hole) => rest.push((hole, Text::of(bytes))),
            }
            hole = next;
        }
        let mut shared = Context::new(&digest::SHA256);
        shared.update(&canonical);
        Some(Self { head: fields, names, date, shared, state, rest })
    }

    /// `h=`: the names of what is covered, folded into lines of at most 76 bytes that end at a colon.
    pub fn names(&self) -> &str {
        &self.names
    }

    /// When the mail says it was written, in seconds: the same whenever it is sent.
    pub fn date(&self) -> i64 {
        self.date
    }

    /// SHA-256 of this person's body. `room` is scratch.
    pub fn body(&self, variant: &Variant, person: &Person<'_>, room: &mut Vec<u8>) -> Digest {
        room.clear();
        let (mut state, mut context) = (self.state, self.shared.clone());
        for (hole, text) in &self.rest {
            state.value(variant.value(*hole, person), room);
            state.bytes(&text.lead, room);
            if !text.core.is_empty() {
                // Copied, it would cost a twentieth more.
                state.before_core(room);
                context.update(room);
                context.update(&text.core);
                room.clear();
            }
            state.bytes(&text.trail, room);
        }
        state.end(room);
        context.update(room);
        context.finish()
    }

    /// Appends this person's header fields that are covered, canonical.
    pub fn head(&self, variant: &Variant, person: &Person<'_>, out: &mut Vec<u8>) {
        for (bytes, hole) in &self.head {
            out.extend_from_slice(bytes);
            if let Some(hole) = hole {
                out.extend_from_slice(variant.value(*hole, person));
            }
        }
    }
}

impl Text {
    fn of(bytes: &[u8]) -> Self {
        let plain = |byte: &u8| !relaxed::is_blank(*byte);
        let Some(begin) = bytes.iter().position(plain) else { return Self { lead: bytes.to_vec(), ..Self::default() } };
        let end = bytes.iter().rposition(plain).map_or(bytes.len(), |at| at + 1);
        let (mut state, mut core) = (Relaxed::default(), Vec::with_capacity(end - begin));
        bytes[begin..end].iter().for_each(|&byte| state.byte(byte, &mut core));
        Self { lead: bytes[..begin].to_vec(), core, trail: bytes[end..].to_vec() }
    }
}

/// A text and the hole behind it.
type Piece<'a> = (&'a [u8], Option<Hole>);

/// Header and body, without the empty line between them.
fn split(variant: &Variant) -> Option<(Vec<Piece<'_>>, Vec<Piece<'_>>)> {
    let (mut head, mut body) = (Vec::new(), Vec::new());
    let mut in_head = true;
    for (bytes, hole) in variant.pieces() {
        if !in_head {
            body.push((bytes, hole));
        } else if let Some(end) = memchr::memmem::find(bytes, b"\r\n\r\n") {
            head.push((&bytes[..end + 2], None));
            body.push((&bytes[end + 4..], hole));
            in_head = false;
        } else {
            head.push((bytes, hole));
        }
    }
    (!in_head).then_some((head, body))
}
