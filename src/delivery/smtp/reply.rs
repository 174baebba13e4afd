//! Replies of a mail server (RFC 5321 section 4.2): bytes as they come in → code, enhanced code, words.
//!
//! In: whatever the socket gave. Out: one [`Reply`] at a time, in order; the words of the last one stay in the reader's
//! own buffer, so a plain success allocates nothing. Met by [`connection`](super::connection).

/// Bytes that one reply may have, all lines together.
pub const MAX_BYTES: usize = 4096;
/// Lines that one reply may have.
pub const MAX_LINES: usize = 100;
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
}

/// What came is no reply: too long, too many lines, not ASCII, no code. The connection is of no use any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Garbage {
    /// Its first bytes, escaped.
    pub sample: String,
}

/// Takes bytes, gives replies in order.
#[derive(Debug)]
pub struct Replies {
    bytes: Vec<u8>,
    /// Where the next reply begins in `bytes`.
    at: usize,
    /// Text of the last reply: its lines without codes, joined by `\n`.
    text: String,
}

impl Default for Replies {
    fn default() -> Self {
        Self { bytes: Vec::with_capacity(1024), at: 0, text: String::with_capacity(256) }
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
        self.at == self.bytes.len()
    }

    /// Text of the last reply, its lines joined by `\n`, without codes.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The last reply's words as they are kept: one line, printable, at most [`MAX_WORDS`] bytes.
    pub fn words(&self) -> String {
        printable(&self.text)
    }

    /// The next reply, when all of it has come.
    ///
    /// # Errors
    /// [`Garbage`] when it can never become one.
    pub fn take(&mut self) -> Result<Option<Reply>, Garbage> {
        self.text.clear();
        let (mut at, mut code) = (self.at, None);
        for _ in 0..MAX_LINES {
            let Some(length) = memchr::memchr(b'\n', &self.bytes[at..]) else {
                return if self.bytes.len() - self.at > MAX_BYTES { Err(self.garbage()) } else { Ok(None) };
            };
            let line = &self.bytes[at..at + length];
            at += length + 1;
            let Some((its_code, more, text)) = read_line(line).filter(|_| at - self.at <= MAX_BYTES) else {
                return Err(self.garbage());
            };
            if code.is_some_and(|code| code != its_code) {
                return Err(self.garbage());
            }
            code = Some(its_code);
            if !self.text.is_empty() {
                self.text.push('\n');
            }
            self.text.push_str(text);
            if !more {
                self.at = at;
                let enhanced = if its_code < 400 { None } else { Enhanced::parse(&self.text) };
                return Ok(Some(Reply { code: its_code, enhanced }));
            }
        }
        Err(self.garbage())
    }

    fn garbage(&self) -> Garbage {
        let rest = &self.bytes[self.at..];
        let escaped = rest[..rest.len().min(MAX_WORDS)].escape_ascii().to_string();
        Garbage { sample: printable(&escaped) }
    }
}

/// Code, whether more lines follow, text. Both CRLF and a bare LF end a line.
fn read_line(line: &[u8]) -> Option<(u16, bool, &str)> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let (code, rest) = line.split_at_checked(3)?;
    let (more, text) = match rest.split_first() {
        None => (false, rest),
        Some((b' ', text)) => (false, text),
        Some((b'-', text)) => (true, text),
        Some(_) => return None,
    };
    let [hundreds @ b'2'..=b'5', tens @ b'0'..=b'9', ones @ b'0'..=b'9'] = *code else { return None };
    let code = u16::from(hundreds - b'0') * 100 + u16::from(tens - b'0') * 10 + u16::from(ones - b'0');
    let text = std::str::from_utf8(text).ok().filter(|text| text.is_ascii())?;
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
        let long = [b"250 ".as_slice(), &[b'x'; 5000], b"\r\n"].concat();
        let endless = [b'2'; 5000].to_vec();
        let lines = b"250-x\r\n".repeat(101);
        let cases: [&[u8]; 10] = [
            b"hello\r\n",
            b"25\r\n",
            b"\r\n",
            b"250x no\r\n",
            b"150 early\r\n",
            b"999 late\r\n",
            b"250-a\r\n550 b\r\n",
            "250 caf\u{e9}\r\n".as_bytes(),
            b"2 0 x\r\n",
            b"250 \xff\r\n",
        ];
        for bytes in cases.into_iter().chain([long.as_slice(), &endless, &lines]) {
            let garbage = read(bytes).expect_err(&bytes.escape_ascii().to_string());
            assert!(garbage.sample.len() <= MAX_WORDS && garbage.sample.is_ascii(), "{garbage:?}");
        }
        let most = [b"250-x\r\n".repeat(99), b"250 x\r\n".to_vec()].concat();
        assert_eq!(read(&most).unwrap().len(), 1);
    }

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

    #[test]
    fn words_are_one_printable_line() {
        assert_eq!(printable("a\nb\tc\u{1b}[0m"), "a b c?[0m");
        assert_eq!(printable(&"x".repeat(600)).len(), MAX_WORDS);
    }
}
