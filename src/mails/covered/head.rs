//! The header fields that a signature covers, in the relaxed form (RFC 6376 section 3.4.2), with holes.
//!
//! In: the header in pieces. Out: each covered field, lower-case name, value on one line with single blanks, and the list of
//! their names. A value that fills a hole in a header has no blank ([`Person::check`](super::super::Person::check)), so the form
//! does not depend on it.

use super::super::variant::Hole;
use super::{COMPLAINTS, Piece};

/// What is covered, in this order; a name that does not stand in a mail is covered too, so that nobody can add it. RFC 6376 section
/// 5.4.1 recommends most, RFC 8058 section 4 wants the two of one-click unsubscribing.
const NAMES: &[&str] = &[
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
    "Feedback-ID",
];

/// Of these a second one breaks the signature (RFC 6376 section 8.15).
const ALONE: &[&str] = &["From", "List-Unsubscribe", "List-Unsubscribe-Post"];

/// Longest line of `h=`.
const LINE: usize = 76;

/// A byte of the header, or what will stand there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Byte(u8),
    Hole(Hole),
}

/// What was read.
pub(super) struct Fields {
    pub(super) covered: Vec<(Vec<u8>, Option<Hole>)>,
    pub(super) names: String,
    /// `Date:`, in seconds.
    pub(super) date: i64,
}

/// Reads the header; `None` without a date.
pub(super) fn read(head: &[Piece<'_>]) -> Option<Fields> {
    let all = fields(head);
    let date =
        of_name(&all, "Date").next().map(|field| field.iter().filter_map(|unit| byte(*unit)).collect::<Vec<u8>>())?;
    let date = String::from_utf8(date).ok()?;
    let date = jiff::fmt::rfc2822::parse(date.strip_prefix("date:")?.trim()).ok()?.timestamp().as_second();
    let (mut covered, mut names) = (Vec::new(), Vec::new());
    for &name in NAMES {
        let mut stands = 0;
        // Of several of a name the last is the first that is signed (section 5.4.2).
        for field in of_name(&all, name) {
            covered.extend_from_slice(field);
            stands += 1;
        }
        let listed = if ALONE.contains(&name) { stands + 1 } else { stands.max(1) };
        names.extend(std::iter::repeat_n(name, listed));
    }
    names.push(COMPLAINTS);
    Some(Fields { covered: pieces(&covered), names: folded(&names), date })
}

fn byte(unit: Unit) -> Option<u8> {
    if let Unit::Byte(byte) = unit { Some(byte) } else { None }
}

/// The fields of this name, the last first.
fn of_name<'a>(fields: &'a [Vec<Unit>], name: &str) -> impl Iterator<Item = &'a Vec<Unit>> {
    let begin: Vec<Unit> = name.to_ascii_lowercase().bytes().chain(*b":").map(Unit::Byte).collect();
    fields.iter().rev().filter(move |field| field.starts_with(&begin))
}

/// Every field in its canonical form, with its CRLF.
fn fields(head: &[Piece<'_>]) -> Vec<Vec<Unit>> {
    let mut lines: Vec<Vec<Unit>> = vec![Vec::new()];
    for (bytes, hole) in head {
        for &byte in *bytes {
            let ended = lines.last().is_some_and(|line| line.ends_with(&[Unit::Byte(b'\r'), Unit::Byte(b'\n')]));
            if ended && !matches!(byte, b' ' | b'\t') {
                lines.push(Vec::new());
            }
            if let Some(line) = lines.last_mut() {
                line.push(Unit::Byte(byte));
            }
        }
        // What only a test copy fills is empty.
        if let (Some(hole), Some(line)) = (hole.filter(|hole| !hole.is_trial()), lines.last_mut()) {
            line.push(Unit::Hole(hole));
        }
    }
    lines.iter().filter_map(|line| canonical(line)).collect()
}

/// `None` for what is no field.
fn canonical(field: &[Unit]) -> Option<Vec<Unit>> {
    let colon = field.iter().position(|unit| *unit == Unit::Byte(b':'))?;
    let is_blank = |unit: &Unit| matches!(unit, Unit::Byte(b' ' | b'\t' | b'\r' | b'\n'));
    let name = field[..colon].iter().filter(|unit| !is_blank(unit));
    let mut out: Vec<Unit> = name
        .map(|unit| if let Unit::Byte(byte) = unit { Unit::Byte(byte.to_ascii_lowercase()) } else { *unit })
        .collect();
    out.push(Unit::Byte(b':'));
    let begin = out.len();
    let mut blank = false;
    for unit in &field[colon + 1..] {
        if is_blank(unit) {
            blank = true;
        } else {
            if std::mem::take(&mut blank) && out.len() > begin {
                out.push(Unit::Byte(b' '));
            }
            out.push(*unit);
        }
    }
    out.extend([Unit::Byte(b'\r'), Unit::Byte(b'\n')]);
    Some(out)
}

fn pieces(units: &[Unit]) -> Vec<(Vec<u8>, Option<Hole>)> {
    let (mut pieces, mut current) = (Vec::new(), Vec::new());
    for unit in units {
        match unit {
            Unit::Byte(byte) => current.push(*byte),
            Unit::Hole(hole) => pieces.push((std::mem::take(&mut current), Some(*hole))),
        }
    }
    pieces.push((current, None));
    pieces
}

fn folded(names: &[&str]) -> String {
    let (mut out, mut column) = (String::new(), " h=".len());
    for (at, name) in names.iter().enumerate() {
        let last = at + 1 == names.len();
        if column + name.len() + 1 > LINE {
            out.push_str("\r\n ");
            column = 1;
        }
        out.push_str(name);
        if !last {
            out.push(':');
        }
        column += name.len() + 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(head: &str) -> (String, String) {
        let Fields { covered: fields, names, .. } = read(&[(head.as_bytes(), None)]).unwrap();
        let text = fields.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
        (String::from_utf8(text).unwrap(), names.replace("\r\n ", ""))
    }

    const DATE: &str = "Date: Mon, 30 Nov 2026 06:00:00 +0000\r\n";

    #[test]
    fn fields_are_unfolded_and_lose_blanks() {
        let (head, names) = of(&format!("SUBJECT \t:  a\tb  \r\n\t c \r\nX-Other: no\r\n{DATE}from:a@b.example\r\n"));
        assert_eq!(head, "from:a@b.example\r\nsubject:a b c\r\ndate:Mon, 30 Nov 2026 06:00:00 +0000\r\n");
        assert!(names.starts_with("From:From:To:Subject:Date:Message-ID:Reply-To:"), "{names}");
        assert!(
            names.ends_with(":List-Unsubscribe:List-Unsubscribe-Post:Auto-Submitted:Feedback-ID:CFBL-Address"),
            "{names}"
        );
    }

    #[test]
    fn of_several_the_last_is_signed_first() {
        let (head, names) = of(&format!("To: one\r\nTo: two\r\n{DATE}List-Unsubscribe: <x>\r\n"));
        assert!(head.starts_with("to:two\r\nto:one\r\n"), "{head}");
        assert!(names.starts_with("From:To:To:Subject"), "{names}");
        assert!(names.contains(":List-Unsubscribe:List-Unsubscribe:List-Unsubscribe-Post:"), "{names}");
        assert!(read(&[(b"To: a\r\n", None)]).is_none(), "no date");
    }
}
