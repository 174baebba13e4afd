//! Fields like those of a head (RFC 5322 section 2.2): `Name: value`, folded over lines; of mails, parts and delivery status.
//!
//! In: bytes, which need be neither ASCII nor UTF-8, with CRLF or LF. Out: [`Fields`], and what stands behind the empty line. Lines that
//! are no field are passed over.

use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;

use super::text::words_of;

/// Fields that are kept of one head.
const MAX_FIELDS: usize = 512;
/// Bytes of a value that are looked at.
const MAX_VALUE: usize = 8192;
/// Bytes of a name: RFC 5322 has none longer.
const MAX_NAME: usize = 76;

/// The fields of a head, in order.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    list: Vec<(&'a str, &'a [u8])>,
}

impl<'a> Fields<'a> {
    /// Reads fields up to an empty line, or to the end; gives what stands behind it.
    pub(super) fn parse(bytes: &'a [u8]) -> (Self, &'a [u8]) {
        let mut fields: Vec<(&str, &[u8])> = Vec::new();
        let (mut at, mut value_from) = (0, 0);
        while at < bytes.len() {
            let next = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length + 1);
            let line = bytes[at..next].trim_ascii_end();
            if line.is_empty() {
                // Blanks alone are a folded line as long as a field goes on.
                if bytes[at..next].iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
                    return (Self { list: fields }, &bytes[next..]);
                }
            } else if matches!(line[0], b' ' | b'\t') {
                if let Some((_, value)) = fields.last_mut() {
                    *value = &bytes[value_from..(at + line.len()).min(value_from + MAX_VALUE)];
                }
            } else if let Some((name, length)) = name_of(line)
                && fields.len() < MAX_FIELDS
            {
                value_from = at + length;
                fields.push((name, &bytes[value_from..(at + line.len()).min(value_from + MAX_VALUE)]));
            }
            at = next;
        }
        (Self { list: fields }, &[])
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether there is one of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.raw(name).next().is_some()
    }

    /// The first of this name: unfolded, blanks around it gone. Names are compared without case.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.raw(name).next().map(unfolded)
    }

    /// All of this name.
    pub(super) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = String> + 's {
        self.raw(name).map(unfolded)
    }

    /// Every field: its name as it is written, and its value.
    pub(super) fn each(&self) -> impl Iterator<Item = (&'a str, String)> + '_ {
        self.list.iter().map(|(name, value)| (*name, unfolded(value)))
    }

    /// The first of this name, its encoded words decoded (RFC 2047).
    pub(super) fn decoded(&self, name: &str) -> Option<String> {
        let value = self.get(name)?;
        if !value.contains("=?") {
            return Some(value);
        }
        let line = format!("{value}\n");
        match MessageStream::new(line.as_bytes()).parse_unstructured() {
            HeaderValue::Text(text) => Some(text.into_owned()),
            _ => Some(value),
        }
    }

    fn raw<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a [u8]> + 's {
        self.list.iter().filter(move |(is, _)| is.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }
}

/// The name of a field, and how many bytes it takes with its colon.
fn name_of(line: &[u8]) -> Option<(&str, usize)> {
    let colon = line.iter().take(MAX_NAME + 4).position(|byte| *byte == b':')?;
    let name = line[..colon].trim_ascii_end();
    let fits = !name.is_empty() && name.len() <= MAX_NAME && name.iter().all(|byte| matches!(byte, 33..=126));
    std::str::from_utf8(name).ok().filter(|_| fits).map(|name| (name, colon + 1))
}

fn unfolded(value: &[u8]) -> String {
    let text = words_of(value);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        out.push(' ');
        out.push_str(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_whatever_the_line_ends_and_octets() {
        let bytes = b"From x Mon\r\nSubject: one\r\n two\r\n\tthree\r\nX-Raw : bo\xeete\nno field\nTo:\n\nbody: no";
        let (fields, rest) = Fields::parse(bytes);
        assert_eq!(fields.get("subject").as_deref(), Some("one two three"));
        assert_eq!(fields.get("x-raw").as_deref(), Some("boîte"));
        assert_eq!(fields.get("TO").as_deref(), Some(""));
        assert_eq!(rest, b"body: no");
        assert!(!fields.has("body") && !fields.has("from x mon"));
    }

    #[test]
    fn encoded_words_are_decoded() {
        let (fields, _) = Fields::parse(b"Subject: =?utf-8?Q?R=C3=A9ponse?= =?utf-8?Q?_automatique?=\n");
        assert_eq!(fields.decoded("subject").as_deref(), Some("Réponse automatique"));
    }

    #[test]
    fn a_head_without_end_is_bounded() {
        let bytes = b"A: b\n".repeat(100_000);
        assert_eq!(Fields::parse(&bytes).0.list.len(), MAX_FIELDS);
        let long = [b"A: ".to_vec(), b"x\n ".repeat(100_000)].concat();
        assert!(Fields::parse(&long).0.get("a").unwrap().len() <= MAX_VALUE);
    }
}
