//! `[oidc]`: a provider of log-ins beside passwords.
//!
//! In: its address and what it calls us. Out: [`Oidc`], the faults between its keys, and the name that people read. Met by
//! [`super::check`] before anything starts, and by `people`, which reads the secret when it is needed.

use serde::Deserialize;

use super::Config;
use super::host::host_of;
use super::wrong::{Fault, Wrong};

/// A provider of log-ins (OpenID Connect).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// Its address as it stands in its own `issuer`; empty: there is none.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// File with the secret it gave us; empty: a public client.
    pub client_secret_file: String,
    /// What people read; empty: its host.
    pub name: String,
    /// What is asked for; `openid` is added where it is missing.
    pub scopes: Vec<String>,
    /// One more authority to trust, PEM.
    pub tls_ca_file: String,
}

impl Oidc {
    /// Whether there is a provider.
    pub fn is_on(&self) -> bool {
        !self.issuer.is_empty()
    }

    /// What people read.
    pub fn called(&self) -> String {
        if self.name.trim().is_empty() {
            host_of(&self.issuer).unwrap_or_default()
        } else {
            self.name.trim().to_owned()
        }
    }

    /// The scopes to ask for, with blanks between.
    pub fn scope(&self) -> String {
        let more = self.scopes.iter().map(String::as_str).filter(|scope| *scope != "openid");
        std::iter::once("openid").chain(more).collect::<Vec<_>>().join(" ")
    }
}

/// A provider must know us by a name.
pub(super) fn fault(config: &Config) -> Option<Fault> {
    let nameless = config.oidc.is_on() && config.oidc.client_id.trim().is_empty();
    nameless.then(|| Wrong::NoClient.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_has_a_name_a_scope_and_a_name_for_us() {
        let mut config = Config::default();
        assert!(!config.oidc.is_on() && fault(&config).is_none());
        config.oidc.issuer = "https://auth.example.org/realms/town".into();
        assert_eq!(fault(&config), Some(Fault::from(Wrong::NoClient)));
        config.oidc.client_id = "facteur".into();
        assert_eq!(fault(&config), None);
        assert_eq!((config.oidc.called().as_str(), config.oidc.scope().as_str()), ("auth.example.org", "openid"));
        config.oidc.name = " La mairie ".into();
        config.oidc.scopes = vec!["profile".into(), "openid".into()];
        assert_eq!((config.oidc.called().as_str(), config.oidc.scope().as_str()), ("La mairie", "openid profile"));
    }
}
