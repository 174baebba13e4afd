//! Who keeps a mailbox, as far as its domain tells. Pure.
//!
//! In: an address. Out: a [`Provider`], for sums of what became of a digest. A domain of one's own is [`Provider::Other`], whoever keeps it.
//! On the hot path: some comparisons of short words, no allocation for an address in lower case.

use crate::db::text_enum;

text_enum! {
    /// Large keepers of mailboxes; everybody else is one.
    pub enum Provider {
        /// Google.
        Gmail => "gmail",
        /// Microsoft, in every country.
        Outlook => "outlook",
        /// Yahoo and AOL, in every country.
        Yahoo => "yahoo",
        /// Apple.
        Icloud => "icloud",
        /// Orange, Wanadoo.
        Orange => "orange",
        /// Free.
        Free => "free",
        /// SFR, Neuf.
        Sfr => "sfr",
        /// La Poste.
        LaPoste => "laposte",
        /// Bouygues Telecom.
        Bouygues => "bouygues",
        /// GMX, WEB.DE.
        Gmx => "gmx",
        /// Proton.
        Proton => "proton",
        /// All others.
        Other => "other",
    }
}

impl Provider {
    /// The keeper of this address.
    pub fn of(address: &str) -> Self {
        let domain = address.rsplit_once('@').map_or(address, |(_, domain)| domain);
        if domain.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Self::of_domain(&domain.to_ascii_lowercase());
        }
        Self::of_domain(domain)
    }

    /// `domain` in lower case. The second level decides where a keeper has a domain in every country.
    fn of_domain(domain: &str) -> Self {
        match domain {
            "gmail.com" | "googlemail.com" => Self::Gmail,
            "msn.com" => Self::Outlook,
            "ymail.com" | "rocketmail.com" | "aol.com" => Self::Yahoo,
            "icloud.com" | "me.com" | "mac.com" => Self::Icloud,
            "orange.fr" | "wanadoo.fr" => Self::Orange,
            "free.fr" | "aliceadsl.fr" | "online.fr" => Self::Free,
            "sfr.fr" | "neuf.fr" | "9online.fr" | "club-internet.fr" | "cegetel.net" => Self::Sfr,
            "laposte.net" => Self::LaPoste,
            "bbox.fr" => Self::Bouygues,
            "web.de" => Self::Gmx,
            "proton.me" | "protonmail.com" | "pm.me" => Self::Proton,
            _ => match domain.split_once('.') {
                Some(("outlook" | "hotmail" | "live", country)) if is_country(country) => Self::Outlook,
                Some(("yahoo" | "aol", country)) if is_country(country) => Self::Yahoo,
                Some(("gmx", country)) if is_country(country) => Self::Gmx,
                _ => Self::Other,
            },
        }
    }

    /// What it calls itself; `None` for all others.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Gmail => "Gmail",
            Self::Outlook => "Outlook, Hotmail",
            Self::Yahoo => "Yahoo",
            Self::Icloud => "iCloud",
            Self::Orange => "Orange",
            Self::Free => "Free",
            Self::Sfr => "SFR",
            Self::LaPoste => "La Poste",
            Self::Bouygues => "Bouygues Telecom",
            Self::Gmx => "GMX, WEB.DE",
            Self::Proton => "Proton",
            Self::Other => return None,
        })
    }
}

/// `fr`, `com`, `co.uk`, `com.br`: what may follow the name.
fn is_country(rest: &str) -> bool {
    let rest = rest.strip_prefix("co.").or_else(|| rest.strip_prefix("com.")).unwrap_or(rest);
    (2..=3).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_known_by_its_domain_in_whatever_case_and_country() {
        for (address, provider) in [
            ("ana@gmail.com", Provider::Gmail),
            ("ana@GMail.com", Provider::Gmail),
            ("\"a@b\"@orange.fr", Provider::Orange),
            ("ana@hotmail.co.uk", Provider::Outlook),
            ("ana@live.com.br", Provider::Outlook),
            ("ana@yahoo.fr", Provider::Yahoo),
            ("ana@yahoo.example.org", Provider::Other),
            ("ana@live.example", Provider::Other),
            ("ana@gmail.com.example.org", Provider::Other),
            ("ana@example.org", Provider::Other),
            ("", Provider::Other),
        ] {
            assert_eq!(Provider::of(address), provider, "{address}");
        }
    }

    #[test]
    fn each_but_the_others_has_a_name() {
        assert!(Provider::ALL.iter().all(|provider| (*provider == Provider::Other) == provider.name().is_none()));
    }
}
