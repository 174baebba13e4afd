//! A mail as the sink took it, and what tests ask of it.

use std::fmt::Write as _;

use facteur::clock::Clock;
use mail_parser::MessageParser;
use memchr::memmem;

/// One mail that the sink has taken.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Number of the connection it came on.
    pub connection: u64,
    /// Whether it came under TLS.
    pub tls: bool,
    /// Envelope sender.
    pub from: String,
    /// Envelope recipient.
    pub to: String,
    /// The message; empty when the sink was told to keep less.
    pub bytes: Vec<u8>,
    /// Milliseconds UTC, by the machine's clock.
    pub at: i64,
    /// Header value.
    pub message_id: String,
    /// Header value.
    pub date: String,
    /// Of the message, hex.
    pub sha256: String,
}

impl Mail {
    pub fn new(connection: u64, tls: bool, from: String, to: String, bytes: Vec<u8>) -> Self {
        let head = memmem::find(&bytes, b"\r\n\r\n").map_or(&bytes[..], |end| &bytes[..end + 2]);
        let head = String::from_utf8_lossy(head).into_owned();
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
        let sha256 = digest.as_ref().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").unwrap();
            hex
        });
        let (message_id, date) = (raw_header(&head, "Message-ID"), raw_header(&head, "Date"));
        let at = Clock::system().now();
        Self { connection, tls, from, to, bytes, at, message_id, date, sha256 }
    }

    /// The message as text (mails are 7 bit).
    pub fn source(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// A header's value, unfolded, not decoded; empty when it is not there.
    pub fn header(&self, name: &str) -> String {
        let source = self.source();
        let head = source.split_once("\r\n\r\n").map_or(source.as_str(), |(head, _)| head);
        raw_header(&format!("{head}\r\n"), name)
    }

    /// The subject, decoded.
    pub fn subject(&self) -> String {
        self.parsed(|message| message.subject().unwrap_or_default().to_owned())
    }

    /// The plain text part, decoded.
    pub fn text(&self) -> String {
        self.parsed(|message| message.body_text(0).unwrap_or_default().into_owned())
    }

    /// The HTML part, decoded.
    pub fn html(&self) -> String {
        self.parsed(|message| message.body_html(0).unwrap_or_default().into_owned())
    }

    /// Every link of the plain text part, in order.
    pub fn links(&self) -> Vec<String> {
        let text = self.text();
        let starts = text.match_indices("http").map(|(at, _)| &text[at..]);
        let links = starts.filter(|rest| rest.starts_with("http://") || rest.starts_with("https://"));
        let end = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | ')' | ']');
        links.map(|rest| rest.split(end).next().unwrap_or_default().trim_end_matches(['.', ',']).to_owned()).collect()
    }

    /// The first link whose path begins so, such as `/confirm/`.
    pub fn link(&self, path: &str) -> String {
        let found = self.links().into_iter().find(|link| path_of(link).starts_with(path));
        found.unwrap_or_else(|| panic!("no link {path}… in:\n{}", self.text()))
    }

    /// The https link of `List-Unsubscribe`.
    pub fn one_click(&self) -> String {
        let header = self.header("List-Unsubscribe");
        let uris = header.split(',').map(|uri| uri.trim().trim_matches(['<', '>']));
        let found = uris.into_iter().find(|uri| uri.starts_with("https://"));
        found.unwrap_or_else(|| panic!("no https link in List-Unsubscribe: {header}")).to_owned()
    }

    fn parsed(&self, read: impl FnOnce(&mail_parser::Message<'_>) -> String) -> String {
        read(&MessageParser::default().parse(&self.bytes).expect("the sink took a readable mail"))
    }
}

/// `https://host/path?query` → `/path?query`.
pub fn path_of(link: &str) -> &str {
    let after = link.split_once("://").map_or(link, |(_, rest)| rest);
    after.find('/').map_or("/", |at| &after[at..])
}

/// `head` ends in CRLF.
fn raw_header(head: &str, name: &str) -> String {
    let mut value: Option<String> = None;
    for line in head.split("\r\n") {
        match (&mut value, line.starts_with([' ', '\t'])) {
            (Some(value), true) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            (Some(_), false) => break,
            (None, _) => {
                let found = line.split_once(':').filter(|(key, _)| key.eq_ignore_ascii_case(name));
                value = found.map(|(_, rest)| rest.trim().to_owned());
            }
        }
    }
    value.unwrap_or_default()
}
