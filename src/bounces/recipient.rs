//! Which addresses are ours to take mail for, and which of them one leaves by writing to.
//!
//! In: `[smtp] bounce_domain`, `bounce_address` and `leave_mailbox`. Out: whether an address is ours, and the code of one that leaves.
//! Domains are compared without case; local parts too, since some servers fold them. The codes of reports are read by
//! [`Keys::bounced`](crate::keys::Keys::bounced).

use crate::config::Smtp;

/// The addresses of an instance.
#[derive(Clone, Debug, Default)]
pub struct Ours {
    /// Every local part of it is ours.
    bounce_domain: String,
    /// Local part before the code, behind it, and the domain: `bonjour+`, ``, `example.org`.
    bounce_address: Option<(String, String, String)>,
    /// Local part and domain.
    leave_mailbox: Option<(String, String)>,
}

impl Ours {
    /// Of these settings.
    pub fn new(smtp: &Smtp) -> Self {
        let lower = |text: &str| text.to_ascii_lowercase();
        let bounce_address = smtp.bounce_address.rsplit_once('@').and_then(|(local, domain)| {
            let (before, after) = local.split_once("{token}")?;
            Some((lower(before), lower(after), lower(domain)))
        });
        let leave_mailbox = smtp.leave_mailbox.rsplit_once('@').map(|(local, domain)| (lower(local), lower(domain)));
        Self { bounce_domain: lower(&smtp.bounce_domain), bounce_address, leave_mailbox }
    }

    /// Whether there is any address of ours.
    pub fn is_empty(&self) -> bool {
        self.bounce_domain.is_empty() && self.bounce_address.is_none() && self.leave_mailbox.is_none()
    }

    /// Whether mail to this address is ours.
    pub fn takes(&self, address: &str) -> bool {
        let Some((local, domain)) = address.rsplit_once('@') else { return false };
        let (local, domain) = (local.to_ascii_lowercase(), domain.to_ascii_lowercase());
        let with_code = |before: &str, of: &str| {
            domain == of && (local == before.trim_end_matches('+') || local.starts_with(before))
        };
        (!self.bounce_domain.is_empty() && domain == self.bounce_domain)
            || self.bounce_address.as_ref().is_some_and(|(before, _, of)| with_code(before, of))
            || self.leave_mailbox.as_ref().is_some_and(|(mailbox, of)| with_code(&format!("{mailbox}+"), of))
    }

    /// Whether nobody but servers writes to this address: it is of the domain for bounces.
    pub fn is_for_servers(&self, address: &str) -> bool {
        let domain = address.rsplit_once('@').map(|(_, domain)| domain.to_ascii_lowercase());
        !self.bounce_domain.is_empty() && domain.as_ref() == Some(&self.bounce_domain)
    }

    /// The code in an address that one leaves by writing to (`List-Unsubscribe`).
    pub fn leave_code<'a>(&self, address: &'a str) -> Option<&'a str> {
        let (local, domain) = address.rsplit_once('@')?;
        let (mailbox, of) = self.leave_mailbox.as_ref()?;
        domain.eq_ignore_ascii_case(of).then(|| without_case_prefix(local, &format!("{mailbox}+")))?
    }
}

fn without_case_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn ours(domain: &str, address: &str, mailbox: &str) -> Ours {
        let mut smtp = Config::default().smtp;
        (smtp.bounce_domain, smtp.bounce_address, smtp.leave_mailbox) = (domain.into(), address.into(), mailbox.into());
        Ours::new(&smtp)
    }

    #[test]
    fn an_address_is_ours_by_its_domain_or_its_mailbox() {
        let ours = ours("bounces.example.org", "bonjour+{token}@example.org", "leave@example.org");
        for address in [
            "b-abc@bounces.example.org",
            "anything@BOUNCES.example.org",
            "bonjour@example.org",
            "Bonjour+abc@Example.org",
            "leave@example.org",
            "leave+abc@example.org",
        ] {
            assert!(ours.takes(address), "{address}");
        }
        for address in ["ana@example.org", "bonjour@bounces.example.com", "bonjourno@example.org", "leave", ""] {
            assert!(!ours.takes(address), "{address}");
        }
        assert!(Ours::default().is_empty() && !Ours::default().takes("b-abc@"));
    }

    #[test]
    fn a_code_of_leaving_keeps_its_case() {
        let ours = ours("", "", "leave@example.org");
        assert_eq!(ours.leave_code("Leave+AbC@EXAMPLE.org"), Some("AbC"));
        assert_eq!(ours.leave_code("leave@example.org"), None);
        assert_eq!(ours.leave_code("lea+AbC@example.org"), None);
    }
}
