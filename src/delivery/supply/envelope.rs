//! Who a mail comes from on the envelope. Pure but for the keys.
//!
//! In: `[smtp] bounce_domain` or `bounce_address`, whom and which digest a mail is for. Out: `MAIL FROM`: an address with a token
//! of its own ([`crate::keys::bounce`]), to which every report comes back; without a setting the newsletter's own address.

use crate::config::Smtp;
use crate::keys::{Bounced, Keys};

/// What stands around the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnPath {
    before: String,
    after: String,
}

impl ReturnPath {
    /// As the settings say; `None`: reports go to the newsletter's own address.
    pub fn of(smtp: &Smtp) -> Option<Self> {
        if !smtp.bounce_domain.is_empty() {
            return Some(Self { before: "b-".to_owned(), after: format!("@{}", smtp.bounce_domain) });
        }
        let (before, after) = smtp.bounce_address.split_once(crate::config::TOKEN_MARK)?;
        Some(Self { before: before.to_owned(), after: after.to_owned() })
    }

    /// The domain that reports come to.
    pub fn domain(&self) -> &str {
        self.after.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    fn address(&self, keys: &Keys, about: Bounced) -> String {
        format!("{}{}{}", self.before, keys.bounce_token(about), self.after)
    }
}

/// `MAIL FROM` of a mail about this.
pub fn envelope_from(keys: &Keys, path: Option<&ReturnPath>, from_address: &str, about: Bounced) -> String {
    path.map_or_else(|| from_address.to_owned(), |path| path.address(keys, about))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn each_setting_gives_an_address_that_comes_back() {
        let (keys, about) = (Keys::from_secret(b"secret"), Bounced { subscriber_id: 42, digest_id: 7 });
        let mut smtp = Config::default().smtp;
        let from = |smtp: &Smtp| envelope_from(&keys, ReturnPath::of(smtp).as_ref(), "carnet@example.org", about);
        assert_eq!(from(&smtp), "carnet@example.org");
        smtp.bounce_address = "bonjour+{token}@example.org".into();
        let plus = from(&smtp);
        assert!(plus.starts_with("bonjour+") && plus.ends_with("@example.org"), "{plus}");
        assert_eq!(keys.bounced(&plus), Some(about));
        assert_eq!(ReturnPath::of(&smtp).unwrap().domain(), "example.org");
        smtp.bounce_address.clear();
        smtp.bounce_domain = "bounces.example.org".into();
        let own = from(&smtp);
        assert!(own.starts_with("b-") && own.ends_with("@bounces.example.org"), "{own}");
        assert_eq!(keys.bounced(&own), Some(about));
    }
}
