//! The records that should stand in DNS, as a zone file takes them (RFC 1035 section 5.1).
//!
//! In: a subject and what was found. Out: text. What stands there already and is well is written as it is, so that the file is whole.

use std::fmt::Write as _;

use super::{Check, Line, Look, Subject, Verdict, Wanted, dkim};

/// Bytes of one string of a TXT record (RFC 1035 section 3.3).
const STRING: usize = 255;

/// The file.
pub fn text(subject: &Subject, look: &Look) -> String {
    let mut out = format!("; {}\n", subject.domain);
    for record in records(subject, look) {
        let value = if record.kind == "TXT" { quoted(&record.value) } else { record.value.clone() };
        let _ = writeln!(out, "{}. 3600 IN {} {value}", record.name, record.kind);
    }
    out
}

/// Each record once.
fn records(subject: &Subject, look: &Look) -> Vec<Wanted> {
    let wanted = look.lines.iter().filter_map(|line| line.wanted.clone());
    let standing = look.lines.iter().filter(|line| line.verdict == Verdict::Ok).filter_map(as_it_stands);
    let mut all: Vec<Wanted> = Vec::new();
    for record in wanted.chain(standing).chain(subject.keys.iter().map(dkim::wanted)) {
        if !all.iter().any(|other| other.name == record.name && other.kind == record.kind) {
            all.push(record);
        }
    }
    all.sort_by(|one, other| (&one.name, &one.kind).cmp(&(&other.name, &other.kind)));
    all
}

/// A text that is well.
fn as_it_stands(line: &Line) -> Option<Wanted> {
    match (line.check, line.found.as_slice()) {
        (Check::Spf | Check::Dmarc, [text]) => Some(Wanted::text(line.about.as_str(), text.as_str())),
        _ => None,
    }
}

/// Strings of at most 255 bytes, what is special in them behind a backslash.
fn quoted(text: &str) -> String {
    let (mut strings, mut string, mut length) = (Vec::new(), String::new(), 0);
    for char in text.chars() {
        if length + char.len_utf8() > STRING {
            strings.push(std::mem::take(&mut string));
            length = 0;
        }
        if matches!(char, '"' | '\\') {
            string.push('\\');
        }
        string.push(char);
        length += char.len_utf8();
    }
    strings.push(string);
    let strings: Vec<String> = strings.into_iter().map(|string| format!("\"{string}\"")).collect();
    strings.join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::{Algorithm, Finding, Key};
    use super::*;
    use crate::config::Config;

    #[test]
    fn long_texts_are_split_and_quotes_are_kept() {
        assert_eq!(quoted("v=spf1 -all"), "\"v=spf1 -all\"");
        assert_eq!(quoted("a\"b\\c"), r#""a\"b\\c""#);
        let long = quoted(&"x".repeat(600));
        let lengths: Vec<usize> = long.split(' ').map(|string| string.len() - 2).collect();
        assert_eq!(lengths, [255, 255, 90]);
    }

    #[test]
    fn the_file_holds_what_is_wanted_and_what_stands() {
        let key = Key {
            selector: "s1".into(),
            domain: "example.org".into(),
            algorithm: Algorithm::Rsa,
            public: b"ABC".to_vec(),
        };
        let subject = Subject::of_domain(&Config::default(), "example.org", vec![key]);
        let good = Finding::DmarcGood { policy: "none".into(), domain: "example.org".into() };
        let mut dmarc = Line::new(Check::Dmarc, Verdict::Ok, "_dmarc.example.org", good);
        dmarc.found = vec!["v=DMARC1; p=none".into()];
        let spf = Line::new(Check::Spf, Verdict::Fault, "example.org", Finding::SpfMissing)
            .wants(Wanted::text("example.org", "v=spf1 mx ~all"));
        let look = Look { domain: "example.org".into(), at: 0, lines: vec![spf, dmarc] };
        assert_eq!(
            text(&subject, &look),
            "; example.org\n_dmarc.example.org. 3600 IN TXT \"v=DMARC1; p=none\"\n\
             example.org. 3600 IN TXT \"v=spf1 mx ~all\"\n\
             s1._domainkey.example.org. 3600 IN TXT \"v=DKIM1; k=rsa; p=QUJD\"\n"
        );
    }
}
