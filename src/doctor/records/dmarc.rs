//! A DMARC policy record (RFC 9989 section 4.7, which replaces RFC 7489).

use super::tags::Tags;

/// Tags of RFC 7489 that receivers do not read any more.
pub const OLD: &[&str] = &["pct", "rf", "ri"];

/// What a domain asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// `none`, `quarantine` or `reject` (`p=`).
    pub own: String,
    /// The same for domains below (`sp=`), where it differs.
    pub below: String,
    /// Whether the domain of SPF must be exactly that of From (`aspf=s`).
    pub strict_spf: bool,
    /// The same for DKIM (`adkim=s`).
    pub strict_dkim: bool,
    /// Whether other people's domains begin below (`psd=`): `y`, `n`, `u`.
    pub suffix: char,
    /// Which tags of [`OLD`] it has.
    pub old: Vec<String>,
    /// The record without those.
    pub renewed: String,
    /// Where aggregate reports go (`rua=`): addresses, as they are written.
    pub reports: Vec<String>,
}

/// Whether a text is meant as a DMARC record: others at the same name are passed over.
pub fn is_meant(text: &str) -> bool {
    text.split(';')
        .next()
        .and_then(|first| first.split_once('='))
        .is_some_and(|(name, value)| name.trim().eq_ignore_ascii_case("v") && value.trim() == "DMARC1")
}

impl Policy {
    /// Reads a record.
    ///
    /// # Errors
    /// What is wrong with it, when receivers pass it over: a part of the list, no version in front, no policy.
    pub fn parse(text: &str) -> Result<Self, String> {
        let tags = Tags::parse(text)?;
        match tags.first() {
            Some(("v", "DMARC1")) => {}
            first => return Err(first.map_or_else(|| "v=".to_owned(), |(name, value)| format!("{name}={value}"))),
        }
        let known = |value: &str| matches!(value, "none" | "quarantine" | "reject");
        let word = |tag: &str| tags.get(tag).map(str::to_ascii_lowercase);
        // Without a policy that is one, a record with an address for reports asks for none (section 4.7).
        let own = match word("p").filter(|policy| known(policy)) {
            Some(policy) => policy,
            None if tags.get("rua").is_some_and(|address| address.contains(':')) => "none".to_owned(),
            None => return Err(format!("p={}", tags.get("p").unwrap_or_default())),
        };
        let below = word("sp").filter(|policy| known(policy)).unwrap_or_else(|| own.clone());
        let is_strict = |tag| word(tag).is_some_and(|mode| mode == "s");
        let suffix = word("psd").and_then(|said| said.chars().next()).filter(|said| matches!(said, 'y' | 'n'));
        Ok(Self {
            below,
            own,
            strict_spf: is_strict("aspf"),
            strict_dkim: is_strict("adkim"),
            suffix: suffix.unwrap_or('u'),
            old: OLD.iter().filter(|old| tags.get(old).is_some()).map(|old| (*old).to_owned()).collect(),
            renewed: tags.without(OLD),
            reports: tags.get("rua").map(addresses).unwrap_or_default(),
        })
    }

    /// Whether reports go to this address.
    pub fn reports_to(&self, address: &str) -> bool {
        self.reports.iter().any(|known| known.eq_ignore_ascii_case(address))
    }

    /// The record, renewed, with this address for reports beside those it has.
    pub fn with_reports_to(&self, address: &str) -> String {
        // What was read once is read again.
        let tags = Tags::parse(&self.renewed).unwrap_or_default();
        let before = tags.get("rua").map(|known| format!("{known},")).unwrap_or_default();
        tags.with("rua", format!("{before}mailto:{address}")).without(&[])
    }
}

/// The addresses of `rua=` (section 4.7): `mailto:` each, an old one with the largest size behind `!`.
fn addresses(uris: &str) -> Vec<String> {
    let address = |uri: &str| {
        let (scheme, address) = uri.trim().split_once(':')?;
        let address = address.split('!').next().unwrap_or_default();
        scheme.eq_ignore_ascii_case("mailto").then(|| address.to_owned())
    };
    uris.split(',').filter_map(address).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_policy_is_read_and_old_tags_are_named() {
        let policy =
            Policy::parse("v=DMARC1; p=Quarantine; sp=none; pct=20; aspf=s; rua=mailto:d@example.org;").unwrap();
        assert_eq!((policy.own.as_str(), policy.below.as_str()), ("quarantine", "none"));
        assert!(policy.strict_spf && !policy.strict_dkim && policy.suffix == 'u');
        assert_eq!(
            (policy.old.clone(), policy.renewed.as_str()),
            (vec!["pct".to_owned()], "v=DMARC1; p=Quarantine; sp=none; aspf=s; rua=mailto:d@example.org")
        );
        assert_eq!(Policy::parse("v=DMARC1; rua=mailto:d@example.org").unwrap().own, "none");
        assert_eq!(Policy::parse("v=DMARC1; p=none; psd=y").unwrap().suffix, 'y');
        for wrong in ["p=none; v=DMARC1", "v=DMARC1", "v=DMARC1; p=often", "v=DMARC1 p=none", "v=dmarc1; p=none", ""] {
            assert!(Policy::parse(wrong).is_err(), "{wrong}");
        }
        assert!(
            is_meant("v=DMARC1") && is_meant(" v = DMARC1; x") && !is_meant("v=spf1 -all") && !is_meant("v=DMARC2")
        );
    }

    #[test]
    fn an_address_for_reports_is_added_to_those_it_has() {
        let of = |text: &str| Policy::parse(text).unwrap();
        let bare = of("v=DMARC1; p=none; pct=50");
        assert!(!bare.reports_to("dmarc@example.org"));
        let wanted = bare.with_reports_to("dmarc@example.org");
        assert_eq!(wanted, "v=DMARC1; p=none; rua=mailto:dmarc@example.org");
        assert!(of(&wanted).reports_to("DMARC@example.org"));
        let two = of("v=DMARC1; rua=mailto:a@example.net!10m, https://x.example/; p=none");
        assert_eq!(two.reports, ["a@example.net"]);
        let wanted = two.with_reports_to("dmarc@example.org");
        assert_eq!(
            wanted,
            "v=DMARC1; rua=mailto:a@example.net!10m, https://x.example/,mailto:dmarc@example.org; p=none"
        );
        assert!(of(&wanted).reports_to("a@example.net") && of(&wanted).reports_to("dmarc@example.org"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_policy_or_none(text in "\\PC{0,80}", likely in "v=DMARC1[pnoesrua=;: dfmilt@.]{0,60}") {
            for text in [text, likely] {
                let _ = (Policy::parse(&text), is_meant(&text));
            }
        }
    }
}
