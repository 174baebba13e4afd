//! The record of each key that signs: there once, readable, and with exactly our bytes.
//!
//! In: keys. Out: lines. Keys are compared by their bytes, never as text: a provider may split the text, add blanks, tags or a note,
//! or have the name stand for another (`CNAME`). A name that nobody chose is asked as well: where it has a record, every name has
//! one (a wildcard), and a record at our selector proves nothing unless its bytes are ours.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::records::dkim::KeyRecord;
use super::{Algorithm, Check, Finding, Key, Line, Verdict, Wanted};
use crate::keys::random_text;
use crate::net::dns::inquiry::Inquiry;
use crate::net::dns::{Answer, Kind};

/// Looks at each key; without any, it says so.
pub async fn check(inquiry: &Inquiry, domain: &str, keys: &[Key]) -> Vec<Line> {
    if keys.is_empty() {
        return vec![Line::new(Check::Dkim, Verdict::Unknown, domain, Finding::DkimNone)];
    }
    let mut lines = Vec::new();
    for key in keys {
        lines.extend(of_key(inquiry, key).await);
    }
    let mut domains: Vec<&str> = keys.iter().map(|key| key.domain.as_str()).collect();
    domains.dedup();
    for domain in domains {
        lines.extend(wildcard(inquiry, domain).await);
    }
    lines
}

/// The record to paste.
pub fn wanted(key: &Key) -> Wanted {
    let value = format!("v=DKIM1; k={}; p={}", key.algorithm.kind(), STANDARD.encode(&key.public));
    Wanted::text(key.name(), value)
}

async fn of_key(inquiry: &Inquiry, key: &Key) -> Vec<Line> {
    let name = key.name();
    let answer = match inquiry.ask(&name, Kind::Txt).await {
        Ok(answer) => answer,
        Err(error) => return vec![Line::unanswered(Check::Dkim, &name, &error)],
    };
    let texts = answer.texts();
    let meant: Vec<&String> = texts.iter().filter(|text| KeyRecord::is_meant(text)).collect();
    let line = |verdict, finding| {
        let line = Line::new(Check::Dkim, verdict, name.as_str(), finding).seen(&answer, shown(&answer, &texts));
        if verdict == Verdict::Fault { line.wants(wanted(key)) } else { line }
    };
    let text = match (meant.as_slice(), texts.as_slice()) {
        ([], []) => return vec![line(Verdict::Fault, Finding::DkimMissing)],
        // Another text at the name of a key breaks it for many receivers.
        ([_, _, ..], _) => {
            return vec![line(Verdict::Fault, Finding::DkimSeveral { count: meant.len() as i64 })];
        }
        ([text], _) => text.as_str(),
        ([], [text, ..]) => text.as_str(),
    };
    match KeyRecord::parse(text) {
        Ok(record) => {
            let (verdict, finding) = judge(&record, key);
            vec![line(verdict, finding)]
        }
        Err(term) => vec![line(Verdict::Fault, Finding::DkimBroken { term })],
    }
}

/// A record beside the key that it should hold.
fn judge(record: &KeyRecord, key: &Key) -> (Verdict, Finding) {
    let Some(bytes) = &record.key else { return (Verdict::Fault, Finding::DkimRevoked) };
    if record.kind != key.algorithm.kind() {
        return (Verdict::Fault, Finding::DkimKind { kind: record.kind.clone() });
    }
    if !is_same(bytes, key) {
        return (Verdict::Fault, Finding::DkimOther);
    }
    if !record.allows_sha256 || !record.is_for_mail {
        return (Verdict::Fault, Finding::DkimUnfit);
    }
    if record.is_trial {
        return (Verdict::Warning, Finding::DkimTrial);
    }
    (Verdict::Ok, Finding::DkimGood)
}

/// Bare RSA keys (RFC 8017 appendix A.1.1) stand at the end of those with a head, and receivers read both.
fn is_same(bytes: &[u8], key: &Key) -> bool {
    let bare = key.algorithm == Algorithm::Rsa && bytes.len() > 128 && key.public.ends_with(bytes);
    bytes == key.public || bare
}

/// What stands there, behind the names that the name stands for.
fn shown(answer: &Answer, texts: &[String]) -> Vec<String> {
    answer.chain.iter().map(|name| format!("CNAME {name}")).chain(texts.iter().cloned()).collect()
}

async fn wildcard(inquiry: &Inquiry, domain: &str) -> Option<Line> {
    let name = format!("_{}._domainkey.{domain}", plain(&random_text(12)));
    let answer = inquiry.ask(&name, Kind::Txt).await.ok()?;
    let about = format!("*._domainkey.{domain}");
    let found = answer.texts();
    (!found.is_empty())
        .then(|| Line::new(Check::Dkim, Verdict::Warning, about, Finding::DkimWildcard).seen(&answer, found))
}

/// As a name may be written.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|char| char.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(public: &[u8]) -> Key {
        Key { selector: "s1".into(), domain: "example.org".into(), algorithm: Algorithm::Rsa, public: public.to_vec() }
    }

    #[test]
    fn the_record_to_paste_holds_our_bytes() {
        let wanted = wanted(&key(b"ABC"));
        assert_eq!(
            (wanted.name.as_str(), wanted.value.as_str()),
            ("s1._domainkey.example.org", "v=DKIM1; k=rsa; p=QUJD")
        );
        let record = KeyRecord::parse(&wanted.value).unwrap();
        assert_eq!(judge(&record, &key(b"ABC")), (Verdict::Ok, Finding::DkimGood));
        assert_eq!(judge(&record, &key(b"ABD")), (Verdict::Fault, Finding::DkimOther));
    }

    #[test]
    fn a_bare_key_is_the_same_key() {
        let (head, bare) = ([7; 24], [9; 270]);
        let whole = [&head[..], &bare].concat();
        assert!(is_same(&bare, &key(&whole)) && is_same(&whole, &key(&whole)));
        assert!(!is_same(&bare[1..100], &key(&whole)), "a piece is none");
    }
}
