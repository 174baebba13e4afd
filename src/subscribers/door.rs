//! Addresses at the door: what can be said of an address's domain before anything is stored.
//!
//! In: an address that somebody typed. Out: nothing, or [`AddressError::NoMail`] and [`AddressError::Disposable`]. Only the domain
//! is looked at, so that the answer is the same for everybody and never tells whether an address is known. Name servers that do not
//! answer let pass. It is asked before the queue, by any number of requests at once: the one writer never waits for it.

use std::collections::HashSet;
use std::sync::Arc;

use super::address::{AddressError, Email};
use crate::app::App;
use crate::net::dns::Dns;

/// What is asked of each address.
#[derive(Debug)]
pub struct Door {
    /// `None`: `[signup] check_domains` is off.
    dns: Option<Arc<Dns>>,
    disposable: HashSet<String>,
}

impl Door {
    /// Reads `[signup] disposable_file`; a file that is gone since the start was checked is a warning.
    pub fn open(app: &App) -> Self {
        let path = &app.config.signup.disposable_file;
        let text = if path.is_empty() { Ok(String::new()) } else { std::fs::read_to_string(path) };
        let text = text.unwrap_or_else(|error| {
            tracing::warn!(%error, path, "[signup] disposable_file cannot be read; no address is refused for its domain");
            String::new()
        });
        Self { dns: app.config.signup.check_domains.then(|| app.dns.clone()), disposable: domains(&text) }
    }

    /// Whether mail can reach an address, as far as its domain says.
    ///
    /// # Errors
    /// Why not.
    pub async fn judge(&self, email: &Email) -> Result<(), AddressError> {
        if is_listed(&self.disposable, email.domain()) {
            return Err(AddressError::Disposable);
        }
        let Some(dns) = &self.dns else { return Ok(()) };
        match dns.takes_mail(email.domain()).await {
            Some(false) => Err(AddressError::NoMail),
            Some(true) | None => Ok(()),
        }
    }
}

/// One domain a line, `#` before a remark.
fn domains(text: &str) -> HashSet<String> {
    let domain = |line: &str| {
        let written = line.split('#').next().unwrap_or_default().trim().trim_start_matches(['@', '.']);
        let ascii = idna::domain_to_ascii(written.trim_end_matches('.')).unwrap_or_default();
        Some(ascii).filter(|domain| domain.contains('.'))
    };
    text.lines().filter_map(domain).collect()
}

/// Whether a domain or one above it is listed.
fn is_listed(listed: &HashSet<String>, domain: &str) -> bool {
    let mut above = std::iter::successors(Some(domain), |name| name.split_once('.').map(|(_, above)| above));
    !listed.is_empty() && above.any(|name| listed.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_domains_and_all_below_them() {
        let listed =
            domains("# by hand\nMailinator.example\n@jetable.example # French\n\n.Société.example.\nnonsense\n");
        assert_eq!(listed.len(), 3);
        for (domain, is_on_it) in [
            ("mailinator.example", true),
            ("a.b.mailinator.example", true),
            ("notmailinator.example", false),
            ("jetable.example", true),
            ("xn--socit-esab.example", true),
            ("example", false),
        ] {
            assert_eq!(is_listed(&listed, domain), is_on_it, "{domain}");
        }
        assert!(!is_listed(&domains(""), "mailinator.example"));
    }
}
