//! What the server of a mailbox found about a mail: the `Authentication-Results` in its head (RFC 8601).
//!
//! In: a mail as it lies in a mailbox. Out: [`Found`]: the results of the server that wrote last, and our signatures beside them.
//! Only the topmost field can be trusted, since every server writes above what it got: it and others of the same server count, up
//! to the next `Received`. Whoever knows the server's name may name it. Comments and what stands before an `@` are not kept: they
//! hold addresses.

use mail_parser::MessageParser;
use serde::{Deserialize, Serialize};

/// Bytes of a mail that are looked at: no head is longer.
const MAX_HEAD: usize = 256 << 10;
/// Results that are kept of one mail.
const MAX_RESULTS: usize = 40;
/// Signatures that are kept of one mail.
const MAX_SIGNATURES: usize = 10;
/// Properties that are kept of one result.
const MAX_PROPERTIES: usize = 12;
/// Characters of a value that are kept.
const MAX_VALUE: usize = 120;

/// One result: `dkim=pass header.d=example.org header.s=f1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodResult {
    /// `spf`, `dkim`, `dmarc`, …
    pub method: String,
    /// `pass`, `fail`, …
    pub result: String,
    /// `header.d` and what it says; of an address, the domain.
    pub properties: Vec<(String, String)>,
}

impl MethodResult {
    /// What a property says.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(is, _)| is == name).map(|(_, value)| value.as_str())
    }

    /// As the field writes it.
    pub fn text(&self) -> String {
        let properties = self.properties.iter().map(|(name, value)| format!(" {name}={value}"));
        format!("{}={}{}", self.method, self.result, properties.collect::<String>())
    }
}

/// A DKIM signature in the head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// `d=`
    pub domain: String,
    /// `s=`
    pub selector: String,
    /// The beginning of `b=`, by which results name it (RFC 6008).
    pub begins: String,
}

/// What the last server found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Its name (authserv-id); empty where no field is to be believed.
    pub server: String,
    /// What it found.
    pub results: Vec<MethodResult>,
    /// Signatures of the mail, the topmost first.
    pub signatures: Vec<Signature>,
    /// Message-ID without brackets; empty where there is none.
    pub message_id: String,
    /// The domain of From; empty where there is none.
    pub from: String,
}

impl Found {
    /// Results of one method.
    pub fn of<'a>(&'a self, method: &'a str) -> impl Iterator<Item = &'a MethodResult> {
        self.results.iter().filter(move |result| result.method == method)
    }

    /// The result about a signature.
    pub fn about(&self, signature: &Signature) -> Option<&MethodResult> {
        let domain = |result: &MethodResult| {
            let said = result.get("header.d").or_else(|| result.get("header.i"))?;
            Some(said.trim_start_matches('@').to_ascii_lowercase())
        };
        self.of("dkim").find(|result| {
            domain(result).is_some_and(|said| said == signature.domain)
                && result.get("header.s").is_none_or(|said| said.eq_ignore_ascii_case(&signature.selector))
                && result.get("header.b").is_none_or(|said| signature.begins.starts_with(said))
        })
    }
}

/// Reads the head of a mail. `server`: believe fields of this name; without it those of the topmost field's.
pub fn read(mail: &[u8], server: Option<&str>) -> Found {
    let head = &mail[..mail.len().min(MAX_HEAD)];
    let Some(parsed) = MessageParser::default().parse_headers(head) else { return Found::default() };
    let mut found = Found::default();
    let mut is_over = false;
    for (name, value) in parsed.headers_raw() {
        match name.to_ascii_lowercase().as_str() {
            "authentication-results" if !is_over => {
                let Some((by, results)) = field(value) else { continue };
                let believed = server.unwrap_or(if found.server.is_empty() { &by } else { &found.server });
                if by.eq_ignore_ascii_case(believed) {
                    found.server = by;
                    let room = MAX_RESULTS - found.results.len();
                    found.results.extend(results.into_iter().take(room));
                }
            }
            "received" => is_over = !found.server.is_empty(),
            "dkim-signature" if found.signatures.len() < MAX_SIGNATURES => found.signatures.extend(signature(value)),
            "from" if found.from.is_empty() => found.from = clipped(&domain_in(value)),
            "message-id" if found.message_id.is_empty() => {
                let id = value.trim().trim_start_matches('<');
                id.split(['>', ' ']).next().unwrap_or_default().clone_into(&mut found.message_id);
            }
            _ => {}
        }
    }
    found
}

/// The domain of the last address in a field.
fn domain_in(value: &str) -> String {
    let domain = value.rsplit_once('@').map_or("", |(_, behind)| behind);
    let end = domain.find(|char: char| char.is_whitespace() || matches!(char, '>' | ',' | ')' | ';'));
    domain[..end.unwrap_or(domain.len())].to_ascii_lowercase()
}

/// A field: who wrote it, and the results (RFC 8601 section 2.2). `None` when it is none.
fn field(value: &str) -> Option<(String, Vec<MethodResult>)> {
    let mut parts = parts(value).into_iter();
    let server = parts.next()?.into_iter().next().filter(|name| !name.contains('='))?;
    Some((clipped(&server), parts.filter_map(result).collect()))
}

/// `method=result property=value …`; of `none`, nothing.
fn result(words: Vec<String>) -> Option<MethodResult> {
    let mut words = words.into_iter();
    let (method, result) =
        words.next()?.split_once('=').map(|(method, result)| (method.to_owned(), result.to_owned()))?;
    let method = method.split('/').next().unwrap_or_default();
    let property = |word: String| {
        let (name, value) = word.split_once('=')?;
        let value = value.rfind('@').map_or(value, |at| &value[at..]);
        Some((clipped(&name.to_ascii_lowercase()), clipped(value)))
    };
    let properties = words.filter_map(property).take(MAX_PROPERTIES).collect();
    let fits = |word: &str| !word.is_empty() && word.chars().all(|char| char.is_ascii_alphanumeric() || char == '-');
    let (method, result) = (clipped(&method.to_ascii_lowercase()), clipped(&result.to_ascii_lowercase()));
    (fits(&method) && fits(&result)).then_some(MethodResult { method, result, properties })
}

/// The words between semicolons, without comments and quotes; blanks around `=` do not part.
fn parts(value: &str) -> Vec<Vec<String>> {
    let (mut parts, mut words, mut word) = (Vec::new(), Vec::new(), String::new());
    let (mut depth, mut is_quoted, mut chars) = (0_usize, false, value.chars().peekable());
    while let Some(char) = chars.next() {
        match char {
            '\\' if is_quoted || depth > 0 => {
                let escaped = chars.next().filter(|_| depth == 0);
                word.extend(escaped);
            }
            '"' if depth == 0 => is_quoted = !is_quoted,
            _ if is_quoted => word.push(char),
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            ';' => {
                push(&mut words, &mut word);
                parts.push(std::mem::take(&mut words));
            }
            char if char.is_whitespace() => {
                let next = chars.peek().copied();
                if !word.ends_with('=') && next.is_none_or(|next| next != '=' && !next.is_whitespace()) {
                    push(&mut words, &mut word);
                }
            }
            char => word.push(char),
        }
    }
    push(&mut words, &mut word);
    parts.push(words);
    parts
}

fn push(words: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

/// The tags of a signature that name it (RFC 6376 section 3.5).
fn signature(value: &str) -> Option<Signature> {
    let tag = |wanted: &str| {
        let of = |part: &str| {
            let (name, value) = part.split_once('=')?;
            (name.trim() == wanted).then(|| value.chars().filter(|char| !char.is_whitespace()).collect::<String>())
        };
        value.split(';').find_map(of)
    };
    let begins = tag("b").unwrap_or_default().chars().take(16).collect();
    Some(Signature { domain: clipped(&tag("d")?.to_ascii_lowercase()), selector: clipped(&tag("s")?), begins })
}

fn clipped(text: &str) -> String {
    text.chars().filter(|char| !char.is_control()).take(MAX_VALUE).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEAD: &str = "Delivered-To: moi@boite.example\r\nReceived: by 10.0.0.1; Mon, 1 Jun 2026 08:00:03 +0000\r\n\
        Authentication-Results: mx.boite.example;\r\n       dkim=pass header.i=@example.org header.s=f1 header.b=\"AbC/d+1\";\r\n\
        \tdkim=neutral (no key) header.i=@example.org header.s=f1-ed header.b=Zz9;\r\n\
        \u{20}      spf=pass (boite: the domain of x@b.example designates 192.0.2.1 \\) as sender)\r\n\
        \u{20}      smtp.mailfrom=b-abc@bounces.example.org;\r\n       dmarc = pass (p=NONE; sp=NONE) header.from=example.org\r\n\
        Authentication-Results: mx.boite.example; arc=none\r\n\
        Received: from relay (relay [192.0.2.1]) by mx.boite.example; Mon, 1 Jun 2026 08:00:02 +0000\r\n\
        Authentication-Results: mx.boite.example; spf=fail smtp.mailfrom=forged.example\r\n\
        From: Le carnet <carnet@Example.org>\r\nDKIM-Signature: v=1; a=rsa-sha256; d=Example.org; s=f1; h=From;\r\n bh=xyz=; b=AbC/d\r\n +1234567890abcdef\r\n\
        DKIM-Signature: v=1; a=ed25519-sha256; d=example.org; s=f1-ed; b=Zz98\r\nMessage-ID: <abc@example.org>\r\n\r\n\
        Authentication-Results: in.the.body; spf=fail\r\n";

    fn texts(found: &Found) -> Vec<String> {
        found.results.iter().map(MethodResult::text).collect()
    }

    #[test]
    fn the_server_that_wrote_last_is_believed_up_to_the_next_hop() {
        let found = read(HEAD.as_bytes(), None);
        assert_eq!((found.server.as_str(), found.message_id.as_str()), ("mx.boite.example", "abc@example.org"));
        assert_eq!(found.from, "example.org");
        assert_eq!(
            texts(&found),
            [
                "dkim=pass header.i=@example.org header.s=f1 header.b=AbC/d+1",
                "dkim=neutral header.i=@example.org header.s=f1-ed header.b=Zz9",
                "spf=pass smtp.mailfrom=@bounces.example.org",
                "dmarc=pass header.from=example.org",
                "arc=none",
            ]
        );
        let selectors: Vec<_> = found.signatures.iter().map(|it| (it.domain.as_str(), it.selector.as_str())).collect();
        assert_eq!(selectors, [("example.org", "f1"), ("example.org", "f1-ed")]);
        let about = |at: usize| found.about(&found.signatures[at]).unwrap().result.clone();
        assert_eq!((about(0), about(1)), ("pass".to_owned(), "neutral".to_owned()));
    }

    #[test]
    fn a_forged_field_below_another_servers_counts_for_nothing() {
        let head = "Received: from a by b\nAuthentication-Results: mx.b.example 1; none\n\
                    Authentication-Results: mx.boite.example; dmarc=pass\n\nbody";
        let found = read(head.as_bytes(), None);
        assert_eq!((found.server.as_str(), texts(&found)), ("mx.b.example", Vec::<String>::new()));
        let named = read(head.as_bytes(), Some("MX.boite.example"));
        assert_eq!(texts(&named), ["dmarc=pass"], "whoever knows the name may say it");
        assert_eq!(read(head.as_bytes(), Some("other.example")).server, "");
    }

    #[test]
    fn what_is_no_field_is_passed_over() {
        for value in ["", ";", "spf=pass", "(only a comment", "\"", "a;b;c=;=d;e=f=g;h=(x)i"] {
            let found = read(format!("Authentication-Results: {value}\n\n").as_bytes(), None);
            assert!(found.results.len() <= 1, "{value}: {found:?}");
        }
        assert_eq!(read(b"", None), Found::default());
        assert_eq!(read(b"From: a@b.example\n\n", None), Found { from: "b.example".into(), ..Found::default() });
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..300), value in "[a-z=;()\"\\\\ @.é\r\n\t]{0,80}") {
            let _ = read(&bytes, None);
            let text = format!("Authentication-Results: {value}\nDKIM-Signature: {value}\nMessage-ID: {value}\n\n");
            let found = read(text.as_bytes(), Some("a"));
            prop_assert!(found.results.iter().flat_map(|it| &it.properties).all(|(_, value)| value.rfind('@').is_none_or(|at| at == 0)));
        }
    }
}
