//! An SPF record (RFC 7208 sections 4.5, 4.6, 5 and 6): its terms in their order.

use std::net::IpAddr;

use ipnet::{Ipv4Net, Ipv6Net};

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The mechanisms, in their order.
    pub mechanisms: Vec<Mechanism>,
    /// Whose record is asked when none of them matches.
    pub redirect: Option<String>,
}

/// What follows when a mechanism matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qualifier {
    /// `+`, or nothing: it may send.
    Pass,
    /// `-`: it may not.
    Fail,
    /// `~`: probably not.
    SoftFail,
    /// `?`: nothing is said.
    Neutral,
}

/// One mechanism with its qualifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mechanism {
    /// What follows.
    pub qualifier: Qualifier,
    /// When.
    pub kind: Kind,
}

/// What a mechanism asks for. A domain that is not given is the record's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Anybody.
    All,
    /// Whoever another domain's record lets send.
    Include(String),
    /// The addresses of a name, with the lengths of their networks.
    A(Option<String>, Masks),
    /// Those of its mail servers.
    Mx(Option<String>, Masks),
    /// By the name of the address; not to be used any more.
    Ptr,
    /// A network.
    Ip4(Ipv4Net),
    /// A network.
    Ip6(Ipv6Net),
    /// A name that is there.
    Exists(String),
}

/// Lengths of networks, IPv4 and IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Masks(pub u8, pub u8);

/// Whether a text is an SPF record, among other texts at the same name (section 4.5).
pub fn is_meant(text: &str) -> bool {
    let version = text.split(' ').next().unwrap_or_default();
    version.eq_ignore_ascii_case("v=spf1")
}

impl Record {
    /// Reads a record.
    ///
    /// # Errors
    /// The term that is none: receivers then take the whole record for broken.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut record = Self { mechanisms: Vec::new(), redirect: None };
        let mut explained = false;
        for term in text.split(' ').skip(1).filter(|term| !term.is_empty()) {
            let wrong = || term.to_owned();
            if let Some((name, value)) = modifier(term) {
                match name.to_ascii_lowercase().as_str() {
                    "redirect" if record.redirect.is_none() => {
                        record.redirect = Some(domain(value).ok_or_else(wrong)?);
                    }
                    "exp" if !explained => explained = true,
                    "redirect" | "exp" => return Err(wrong()),
                    _ => {}
                }
                continue;
            }
            record.mechanisms.push(Mechanism::parse(term).ok_or_else(wrong)?);
        }
        Ok(record)
    }

    /// The qualifier of `all`, if the record has one.
    pub fn all(&self) -> Option<Qualifier> {
        self.mechanisms.iter().find(|mechanism| mechanism.kind == Kind::All).map(|all| all.qualifier)
    }
}

/// `name=value`, where the name is one and no mechanism's end stands before the `=`.
fn modifier(term: &str) -> Option<(&str, &str)> {
    let (name, value) = term.split_once('=')?;
    let fits = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|char| char.is_ascii_alphanumeric() || "-_.".contains(char));
    fits.then_some((name, value))
}

impl Mechanism {
    fn parse(term: &str) -> Option<Self> {
        let (qualifier, rest) = match term.chars().next()? {
            '+' => (Qualifier::Pass, &term[1..]),
            '-' => (Qualifier::Fail, &term[1..]),
            '~' => (Qualifier::SoftFail, &term[1..]),
            '?' => (Qualifier::Neutral, &term[1..]),
            _ => (Qualifier::Pass, term),
        };
        let end = rest.find([':', '/']).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        let named = rest.strip_prefix(':');
        let kind = match name.to_ascii_lowercase().as_str() {
            "all" if rest.is_empty() => Kind::All,
            "include" => Kind::Include(domain(named?)?),
            "exists" => Kind::Exists(domain(named?)?),
            "ptr" if rest.is_empty() || named.and_then(domain).is_some() => Kind::Ptr,
            "a" => with_masks(rest).map(|(name, masks)| Kind::A(name, masks))?,
            "mx" => with_masks(rest).map(|(name, masks)| Kind::Mx(name, masks))?,
            "ip4" => Kind::Ip4(network(named?, 32)?),
            "ip6" => Kind::Ip6(network(named?, 128)?),
            _ => return None,
        };
        Some(Self { qualifier, kind })
    }
}

/// `:name/24//64`, each part or none.
fn with_masks(text: &str) -> Option<(Option<String>, Masks)> {
    let (name, masks) = match text.find('/') {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let name = match name.strip_prefix(':') {
        Some(name) => Some(domain(name)?),
        None if name.is_empty() => None,
        None => return None,
    };
    let (four, six) = match masks.split_once("//") {
        Some((four, six)) => (four, Some(six)),
        None => (masks, None),
    };
    let length = |text: &str, most: u8| {
        let digits = text.bytes().all(|digit| digit.is_ascii_digit());
        text.parse::<u8>().ok().filter(|length| digits && *length <= most)
    };
    let four = if four.is_empty() { 32 } else { length(four.strip_prefix('/')?, 32)? };
    let six = six.map_or(Some(128), |six| length(six, 128))?;
    Some((name, Masks(four, six)))
}

/// A name, perhaps with macros (section 7).
fn domain(text: &str) -> Option<String> {
    let fits = !text.is_empty() && text.chars().all(|char| char.is_ascii_graphic()) && !text.starts_with('/');
    fits.then(|| text.trim_end_matches('.').to_owned()).filter(|name| !name.is_empty())
}

fn network<N: std::str::FromStr>(text: &str, full: u8) -> Option<N> {
    let text = if text.contains('/') { text.to_owned() } else { format!("{text}/{full}") };
    text.parse().ok()
}

/// Whether a name holds a macro, which only a receiver can fill.
pub fn has_macro(name: &str) -> bool {
    name.contains('%')
}

/// A mechanism for an address.
pub fn mechanism_of(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => format!("ip4:{ip}"),
        IpAddr::V6(ip) => format!("ip6:{ip}"),
    }
}

/// One record of all that stand there, with these mechanisms besides, and an end that lets nobody else send: what is no term is left
/// out.
pub fn amended(found: &[String], more: &[String]) -> String {
    let (mut terms, mut all, mut redirect): (Vec<&str>, Option<bool>, Option<&str>) = (Vec::new(), None, None);
    for term in found.iter().flat_map(|text| text.split(' ').skip(1)).filter(|term| !term.is_empty()) {
        let bare = term.trim_start_matches(['+', '-', '~', '?']).to_ascii_lowercase();
        let fits = || Record::parse(&format!("v=spf1 {} {term}", terms.join(" "))).is_ok() && !terms.contains(&term);
        if bare == "all" {
            all = Some(all.unwrap_or_default() || term.starts_with('-'));
        } else if fits() && bare.starts_with("redirect=") {
            redirect = Some(term);
        } else if fits() {
            terms.push(term);
        }
    }
    for one in more {
        if !terms.contains(&one.as_str()) {
            terms.push(one);
        }
    }
    let end = match (all, redirect) {
        (None, Some(redirect)) => redirect,
        (Some(true), _) => "-all",
        _ => "~all",
    };
    ["v=spf1"].into_iter().chain(terms).chain([end]).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        Record::parse(text).unwrap().mechanisms.into_iter().map(|mechanism| mechanism.kind).collect()
    }

    #[test]
    fn terms_are_read_with_their_qualifiers_names_and_masks() {
        let record = Record::parse("v=spf1 ip4:192.0.2.0/24 a:mail.example.org/28//64 ?MX -all").unwrap();
        let qualifiers: Vec<Qualifier> = record.mechanisms.iter().map(|mechanism| mechanism.qualifier).collect();
        assert_eq!(qualifiers, [Qualifier::Pass, Qualifier::Pass, Qualifier::Neutral, Qualifier::Fail]);
        assert_eq!(record.mechanisms[1].kind, Kind::A(Some("mail.example.org".into()), Masks(28, 64)));
        assert_eq!((record.all(), record.redirect), (Some(Qualifier::Fail), None));
        assert_eq!(
            kinds("v=spf1 a mx/24 ip6:2001:db8::1 include:_spf.example.org"),
            [
                Kind::A(None, Masks(32, 128)),
                Kind::Mx(None, Masks(24, 128)),
                Kind::Ip6("2001:db8::1/128".parse().unwrap()),
                Kind::Include("_spf.example.org".into()),
            ]
        );
        assert_eq!(
            Record::parse("v=spf1 redirect=_spf.example.org x-note=1").unwrap().redirect.unwrap(),
            "_spf.example.org"
        );
        assert_eq!(kinds("v=spf1 exists:%{i}.example.org ptr"), [Kind::Exists("%{i}.example.org".into()), Kind::Ptr]);
    }

    #[test]
    fn a_term_that_is_none_breaks_the_record() {
        for (text, term) in [
            ("v=spf1 ip4:192.0.2.300 -all", "ip4:192.0.2.300"),
            ("v=spf1 ipv4:192.0.2.3", "ipv4:192.0.2.3"),
            ("v=spf1 include: -all", "include:"),
            ("v=spf1 a/33", "a/33"),
            ("v=spf1 mx//129", "mx//129"),
            ("v=spf1 -all:example.org", "-all:example.org"),
            ("v=spf1 redirect=a.example redirect=b.example", "redirect=b.example"),
            ("v=spf1 - all", "-"),
        ] {
            assert_eq!(Record::parse(text), Err(term.to_owned()), "{text}");
        }
        assert!(is_meant("V=SPF1") && is_meant("v=spf1 -all") && !is_meant("v=spf10 -all") && !is_meant("v=spf1;"));
    }

    #[test]
    fn what_is_missing_is_put_in_front_of_the_end() {
        let more = ["ip4:192.0.2.9".to_owned()];
        for (found, amended_to) in [
            (&[][..], "v=spf1 ip4:192.0.2.9 ~all"),
            (&["v=spf1 mx -all"], "v=spf1 mx ip4:192.0.2.9 -all"),
            (&["v=spf1 redirect=a.example"], "v=spf1 ip4:192.0.2.9 redirect=a.example"),
            (&["v=spf1 ip4:192.0.2.9 -all"], "v=spf1 ip4:192.0.2.9 -all"),
            (&["v=spf1 mx +all"], "v=spf1 mx ip4:192.0.2.9 ~all"),
            (&["v=spf1 mx a:b.example ~all", "v=spf1 mx ip4:x -all"], "v=spf1 mx a:b.example ip4:192.0.2.9 -all"),
        ] {
            let found: Vec<String> = found.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(amended(&found, &more), amended_to);
        }
        assert_eq!(mechanism_of("2001:db8::1".parse().unwrap()), "ip6:2001:db8::1");
    }

    proptest! {
        #[test]
        fn any_text_is_a_record_or_none(text in "\\PC{0,80}", likely in "v=spf1( [+~?-]?[aimxpclude46t:=/.0-9]{1,12}){0,6}") {
            for text in [text, likely] {
                let _ = (Record::parse(&text), is_meant(&text));
                let one = amended(&[text], &["a:b.example".to_owned()]);
                prop_assert!(Record::parse(&one).is_ok(), "{one}");
            }
        }
    }
}
