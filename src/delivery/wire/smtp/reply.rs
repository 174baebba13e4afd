//! Replies of a mail server (RFC 5321 section 4.2): bytes as they come in → code, enhanced code, words.
//!
//! In: whatever the socket gave. Out: one [`Reply`] at a time, in order; the words of the last one stay in the reader's
//! own buffer, so a plain success allocates nothing. Met by [`connection`](super::connection).

pub use crate::refusal::Enhanced;

/// Bytes of a reply's text that are read: enough for any answer to `EHLO`. What is longer is passed over.
pub const MAX_TEXT: usize = 4096;
/// Bytes of one line that are looked at; the rest of a longer one is passed over.
pub const MAX_LINE: usize = 2048;
/// Bytes of a server's words that are kept.
pub const MAX_WORDS: usize = 512;

/// The numbers of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    /// 200 to 599.
    pub code: u16,
    /// `5.1.1` and the like, when the server gave one with a refusal.
    pub enhanced: Option<Enhanced>,
}

impl Reply {
    /// 2xx.
    pub fn positive(self) -> bool {
        (200..300).contains(&self.code)
    }
}

/// What came is no reply: it begins with no code. The connection is of no use any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Garbage {
    /// Its first bytes, escaped.
    pub sample: String,
}

/// Takes bytes, gives replies in order. A client decides by the code alone (RFC 5321 section 4.2): no byte, length or
/// language of the text makes a reply unreadable, and none is kept beyond [`MAX_TEXT`].
#[derive(Debug)]
pub struct Replies {
    bytes: Vec<u8>,
    /// Where in `bytes` the next line begins.
    at: usize,
    /// Text of the last reply, or of the one that is coming in: its lines without codes, joined by `\n`.
    text: String,
    /// Code of the reply that is coming in: its last line so far was not the last.
    coming: Option<u16>,
    /// The line that is coming in is longer than [`MAX_LINE`]: its head was read, and whether more lines follow.
    overlong: Option<bool>,
}

impl Default for Replies {
    fn default() -> Self {
        let (bytes, text) = (Vec::with_capacity(1024), String::with_capacity(256));
        Self { bytes, at: 0, text, coming: None, overlong: None }
    }
}

impl Replies {
    /// Where to append what the socket gives.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        if self.at > 0 {
            self.bytes.drain(..self.at);
            self.at = 0;
        }
        &mut self.bytes
    }

    /// Whether nothing is left that has not been read as a reply.
    pub fn is_empty(&self) -> bool {
        self.at == self.bytes.len() && self.coming.is_none()
    }

    /// Text of the last reply, its lines joined by `\n`, without codes; what is not ASCII is `?`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The last reply's words as they are kept: one line, printable, at most [`MAX_WORDS`] bytes.
    pub fn words(&self) -> String {
        printable(&self.text)
    }

    /// The next reply, when all of it has come. The code of its last line is its code.
    ///
    /// # Errors
    /// [`Garbage`] when it can never become one.
    pub fn take(&mut self) -> Result<Option<Reply>, Garbage> {
        if self.coming.is_none() && self.overlong.is_none() {
            self.text.clear();
        }
        while let Some(length) = memchr::memchr(b'\n', &self.bytes[self.at..]) {
            let begin = self.at;
            self.at += length + 1;
            let more = match self.overlong.take() {
                Some(more) => more,
                None => self.line(begin, begin + length)?,
            };
            if !more && let Some(code) = self.coming.take() {
                let enhanced = if code < 400 { None } else { Enhanced::parse(&self.text) };
                return Ok(Some(Reply { code, enhanced }));
            }
        }
        if self.bytes.len() - self.at > MAX_LINE {
            if self.overlong.is_none() {
                self.overlong = Some(self.line(self.at, self.at + MAX_LINE)?);
            }
            self.at = self.bytes.len();
        }
        Ok(None)
    }

    /// Reads one line, or the head of one; gives whether more lines follow. Inside a reply a line without a code is text.
    fn line(&mut self, begin: usize, end: usize) -> Result<bool, Garbage> {
        let line = &self.bytes[begin..end.min(begin + MAX_LINE)];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (more, text) = match (read_line(line), self.coming) {
            (Some((code, more, text)), _) => {
                self.coming = Some(code);
                (more, text)
            }
            (None, Some(_)) => (true, line),
            (None, None) => return Err(garbage(&self.bytes[begin..])),
        };
        if self.text.len() < MAX_TEXT {
            if !self.text.is_empty() {
                self.text.push('\n');
            }
            push_ascii(&mut self.text, text);
        }
        Ok(more)
    }
}

fn garbage(rest: &[u8]) -> Garbage {
    let escaped = rest[..rest.len().min(MAX_WORDS)].escape_ascii().to_string();
    Garbage { sample: printable(&escaped) }
}

/// Appends `text`, a `?` for each character that is not ASCII.
fn push_ascii(words: &mut String, text: &[u8]) {
    match std::str::from_utf8(text) {
        Ok(text) if text.is_ascii() => words.push_str(text),
        _ => words.extend(String::from_utf8_lossy(text).chars().map(|c| if c.is_ascii() { c } else { '?' })),
    }
}

/// Code, whether more lines follow, text. Both CRLF and a bare LF end a line; only a hyphen means that more follow.
fn read_line(line: &[u8]) -> Option<(u16, bool, &[u8])> {
    let (code, rest) = line.split_at_checked(3)?;
    let [hundreds @ b'2'..=b'5', tens @ b'0'..=b'9', ones @ b'0'..=b'9'] = *code else { return None };
    let (more, text) = match rest.split_first() {
        Some((b'-', text)) => (true, text),
        Some((b' ' | b'\t', text)) => (false, text),
        Some((b'0'..=b'9', _)) => return None,
        _ => (false, rest),
    };
    let code = u16::from(hundreds - b'0') * 100 + u16::from(tens - b'0') * 10 + u16::from(ones - b'0');
    Some((code, more, text))
}

/// One line, printable ASCII, at most [`MAX_WORDS`] bytes.
pub fn printable(text: &str) -> String {
    let bytes = &text.as_bytes()[..text.len().min(MAX_WORDS)];
    if let (true, Ok(clean)) = (bytes.iter().all(|byte| matches!(byte, b' '..=b'~')), std::str::from_utf8(bytes)) {
        return clean.to_owned();
    }
    let shown = |byte: &u8| match byte {
        b' '..=b'~' => char::from(*byte),
        b'\n' | b'\t' => ' ',
        _ => '?',
    };
    bytes.iter().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<(u16, String)>, Garbage> {
        let mut replies = Replies::default();
        replies.buffer().extend_from_slice(bytes);
        let mut all = Vec::new();
        while let Some(reply) = replies.take()? {
            all.push((reply.code, replies.words()));
        }
        Ok(all)
    }

    #[test]
    fn replies_come_one_at_a_time_and_in_order() {
        let all = read(b"250 2.1.0 Ok\r\n550-5.1.1 no\r\n550 5.1.1 such user\r\n354 go\r\n250").unwrap();
        let expected = [(250, "2.1.0 Ok"), (550, "5.1.1 no 5.1.1 such user"), (354, "go")];
        assert_eq!(all, expected.map(|(code, words)| (code, words.to_owned())));
    }

    #[test]
    fn a_reply_may_come_byte_by_byte() {
        let mut replies = Replies::default();
        let bytes = b"250-one\r\n250 two\r\n";
        for (i, byte) in bytes.iter().enumerate() {
            replies.buffer().push(*byte);
            let reply = replies.take().unwrap();
            assert_eq!(reply.is_some(), i + 1 == bytes.len(), "after byte {i}");
        }
        assert_eq!(replies.text(), "one\ntwo");
        assert!(replies.is_empty());
    }

    #[test]
    fn a_code_alone_and_a_bare_line_feed_are_understood() {
        assert_eq!(read(b"250\r\n220 hi\n").unwrap(), [(250, String::new()), (220, "hi".to_owned())]);
    }

    #[test]
    fn garbage_is_told_from_a_reply() {
        let endless = [b'2'; 5000].to_vec();
        let cases: [&[u8]; 7] =
            [b"hello\r\n", b"25\r\n", b"\r\n", b"150 early\r\n", b"999 late\r\n", b"2500 x\r\n", b"2 0 x\r\n"];
        for bytes in cases.into_iter().chain([endless.as_slice()]) {
            let garbage = read(bytes).expect_err(&bytes.escape_ascii().to_string());
            assert!(garbage.sample.len() <= MAX_WORDS && garbage.sample.is_ascii(), "{garbage:?}");
        }
    }

    #[test]
    fn nothing_in_the_text_makes_a_reply_unreadable() {
        let long = [b"250 ".as_slice(), &b"x".repeat(50_000), b"\r\n"].concat();
        let lines = [b"250-x\r\n".repeat(5_000), b"250 x\r\n".to_vec()].concat();
        let cases: [(&[u8], u16); 12] = [
            ("250 2.0.0 Message accept\u{e9}\r\n".as_bytes(), 250),
            (b"250 \xff\xfe\r\n", 250),
            (b"250 a\0b\x1b[0m\r\n", 250),
            (b"550-5.1.1 bo\xeete\r\n550 5.1.1 inconnue\r\n", 550),
            (b"250x no\r\n", 250),
            (b"250\tx\r\n", 250),
            (b"250-a\r\n550 b\r\n", 550),
            (b"550-first\r\nsecond without a code\r\n550 third\r\n", 550),
            (b"220-\r\n\r\n220 mx\r\n", 220),
            (b"535 \xb5\xc7\xc2\xbc\xca\xa7\xb0\xdc\r\n", 535),
            (&long, 250),
            (&lines, 250),
        ];
        for (bytes, code) in cases {
            let all = read(bytes).unwrap_or_else(|garbage| panic!("{garbage:?}"));
            assert_eq!(all.iter().map(|reply| reply.0).collect::<Vec<_>>(), [code], "{}", bytes.escape_ascii());
            assert!(all[0].1.is_ascii() && all[0].1.len() <= MAX_WORDS);
        }
    }

    proptest::proptest! {
        #[test]
        fn a_reply_of_any_bytes_is_read_by_its_code_and_the_next_one_after_it(
            code in 200_u16..600,
            lines in proptest::collection::vec(proptest::collection::vec(proptest::prelude::any::<u8>(), 0..3_000), 1..20),
            step in 1_usize..5_000,
        ) {
            let mut bytes = Vec::new();
            for (at, line) in lines.iter().enumerate() {
                let separator = if at + 1 < lines.len() { '-' } else { ' ' };
                bytes.extend_from_slice(format!("{code}{separator}").as_bytes());
                bytes.extend(line.iter().filter(|byte| **byte != b'\n'));
                bytes.extend_from_slice(b"\r\n");
            }
            bytes.extend_from_slice(b"221 2.0.0 bye\r\n");
            let (mut replies, mut codes) = (Replies::default(), Vec::new());
            for piece in bytes.chunks(step) {
                replies.buffer().extend_from_slice(piece);
                while let Some(reply) = replies.take().unwrap() {
                    codes.push(reply.code);
                    proptest::prop_assert!(replies.text().len() <= MAX_TEXT + MAX_LINE + 1);
                }
            }
            proptest::prop_assert_eq!(codes, [code, 221]);
        }
    }

    #[test]
    fn words_are_one_printable_line() {
        assert_eq!(printable("a\nb\tc\u{1b}[0m"), "a b c?[0m");
        assert_eq!(printable(&"x".repeat(600)).len(), MAX_WORDS);
    }
}
