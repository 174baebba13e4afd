//! What DNS says of a key: written for whoever pastes it, and judged when it is found (RFC 6376 section 3.6). Pure.
//!
//! In: a public key; the TXT records that DNS has at its name. Out: the text, cut as zone files want it; what is wrong.

use super::key::Algorithm;
use super::why::Wrong;

/// Longest string of a TXT record (RFC 1035 section 3.3.14).
const STRING: usize = 255;

/// Where the record of a selector stands.
pub fn name(selector: &str, domain: &str) -> String {
    format!("{selector}._domainkey.{domain}")
}

/// What it says.
pub fn text(algorithm: Algorithm, public: &str) -> String {
    format!("v=DKIM1; k={}; p={public}", algorithm.kind())
}

/// The same in strings of at most 255 characters, which a resolver puts together again.
pub fn strings(text: &str) -> Vec<&str> {
    (0..text.len()).step_by(STRING).map(|at| &text[at..text.len().min(at + STRING)]).collect()
}

/// A line of a zone file.
pub fn zone_line(name: &str, text: &str) -> String {
    let quoted: Vec<String> = strings(text).iter().map(|string| format!("\"{string}\"")).collect();
    format!("{name}. 3600 IN TXT ( {} )", quoted.join(" "))
}

/// Where the same record stands in a zone of one's own that other domains point to with a CNAME: so its key can change without
/// them.
pub fn name_in_zone(selector: &str, domain: &str, zone: &str) -> String {
    format!("{selector}.{domain}._domainkey.{}", zone.trim_end_matches('.'))
}

/// Whether DNS has this key; each record in one piece, its strings put together.
///
/// # Errors
/// What is wrong.
pub fn judge(found: &[String], algorithm: Algorithm, public: &str) -> Result<(), Wrong> {
    let about = |text: &&String| tags(text).any(|(name, value)| name == "p" || value.eq_ignore_ascii_case("DKIM1"));
    let records: Vec<&String> = found.iter().filter(about).collect();
    let text = match (records.as_slice(), found.first()) {
        ([text], _) => *text,
        ([], Some(other)) => return Err(Wrong::Other { text: shown(other) }),
        ([], None) => return Err(Wrong::Missing),
        (several, _) => return Err(Wrong::Several { count: several.len() }),
    };
    let tag = |wanted: &str| tags(text).find(|(name, _)| *name == wanted).map(|(_, value)| value);
    let is = |wanted: &str, fits: &dyn Fn(&str) -> bool| tag(wanted).is_none_or(|value| fits(&value));
    let listed = |list: &str, word: &str| list.split(':').any(|item| item == "*" || item.eq_ignore_ascii_case(word));
    let fits = is("v", &|v| v == "DKIM1")
        && tag("k").unwrap_or_else(|| "rsa".to_owned()) == algorithm.kind()
        && is("h", &|h| listed(h, "sha256"))
        && is("s", &|s| listed(s, "email"));
    match tag("p") {
        Some(key) if key.is_empty() => Err(Wrong::Withdrawn),
        Some(_) if !fits => Err(Wrong::Other { text: shown(text) }),
        Some(key) if key == public => Ok(()),
        Some(_) => Err(Wrong::Key),
        None => Err(Wrong::Other { text: shown(text) }),
    }
}

/// Tags and their values, all white space taken out.
fn tags(text: &str) -> impl Iterator<Item = (String, String)> {
    let squeezed = |text: &str| text.split_ascii_whitespace().collect::<String>();
    let of = move |tag: &str| tag.split_once('=').map(|(name, value)| (squeezed(name), squeezed(value)));
    text.split(';').filter_map(of).collect::<Vec<_>>().into_iter()
}

fn shown(text: &str) -> String {
    let printable: String = text.chars().filter(|char| !char.is_control()).take(80).collect();
    if text.chars().count() > 80 { format!("{printable}…") } else { printable }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_record_is_cut_and_comes_together_again() {
        let text = text(Algorithm::Rsa, &"A".repeat(392));
        let strings = strings(&text);
        assert_eq!(strings.iter().map(|string| string.len()).collect::<Vec<_>>(), [255, text.len() - 255]);
        assert_eq!(strings.concat(), text);
        let line = zone_line(&name("s", "example.org"), "v=DKIM1; k=ed25519; p=QUJD");
        assert_eq!(line, "s._domainkey.example.org. 3600 IN TXT ( \"v=DKIM1; k=ed25519; p=QUJD\" )");
        assert_eq!(name_in_zone("s", "example.org", "keys.example.net."), "s.example.org._domainkey.keys.example.net");
    }

    #[test]
    fn what_dns_has_is_judged() {
        let judged = |found: &[&str]| {
            let found: Vec<String> = found.iter().map(|text| (*text).to_owned()).collect();
            judge(&found, Algorithm::Rsa, "QUJD")
        };
        for good in [
            "v=DKIM1; k=rsa; p=QUJD",
            "p=QUJD",
            "v=DKIM1;p=QUJD;",
            "v=DKIM1; k=rsa; p=QU JD",
            " v = DKIM1 ; h=sha1:sha256; s=*; t=y; n=a note; p = QUJD ",
        ] {
            assert_eq!(judged(&[good]), Ok(()), "{good}");
        }
        assert_eq!(judged(&["google-site-verification=abc", "v=DKIM1; p=QUJD"]), Ok(()), "another record beside it");
        assert_eq!(judged(&[]), Err(Wrong::Missing));
        assert_eq!(judged(&["v=DKIM1; p=QUJD", "v=DKIM1; p=QUJE"]), Err(Wrong::Several { count: 2 }));
        assert_eq!(judged(&["v=DKIM1; p="]), Err(Wrong::Withdrawn));
        assert_eq!(judged(&["v=DKIM1; p=QUJE"]), Err(Wrong::Key));
        for other in [
            "v=spf1 -all",
            "v=DKIM1; k=ed25519; p=QUJD",
            "v=DKIM1; h=sha1; p=QUJD",
            "v=DKIM1; s=tlsrpt; p=QUJD",
            "v=DKIM1",
        ] {
            assert!(matches!(judged(&[other]), Err(Wrong::Other { .. })), "{other}");
        }
    }
}
