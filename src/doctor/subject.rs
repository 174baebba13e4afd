//! What a look is about: the domain of From, that of the envelope, the servers that send, the keys that sign.
//!
//! In: the configuration, a newsletter or a domain. Out: a [`Subject`].

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::{Host, Url};

use crate::app::App;
use crate::config::{Config, Smtp, TOKEN_MARK};
use crate::dkim::key::Algorithm;
use crate::dkim::{self, Pair};
use crate::net::dns::inquiry::Inquiry;
use crate::net::dns::{DnsError, Kind};
use crate::net::guard::is_public;
use crate::newsletters::Newsletter;

/// The public half of a key that signs our mails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// `s=` of the signature.
    pub selector: String,
    /// `d=` of the signature.
    pub domain: String,
    /// How it signs.
    pub algorithm: Algorithm,
    /// As the record holds it: for RSA the `SubjectPublicKeyInfo` in DER, for Ed25519 the 32 bytes.
    pub public: Vec<u8>,
}

impl Key {
    /// Where its record stands.
    pub fn name(&self) -> String {
        format!("{}._domainkey.{}", self.selector, self.domain)
    }
}

/// The keys that sign mails of this instance, or signed some that may be on their way: receivers ask DNS for both.
///
/// # Errors
/// The database's.
pub async fn signing_keys(app: &App) -> sqlx::Result<Vec<Key>> {
    let pairs = dkim::sql::all(&app.db).await?;
    Ok(pairs.iter().filter(|pair| pair.is_usable()).flat_map(of_pair).collect())
}

fn of_pair(pair: &Pair) -> impl Iterator<Item = Key> {
    pair.keys().filter_map(|(algorithm, public)| {
        let (selector, domain) = (pair.selector_of(algorithm), pair.domain.clone());
        Some(Key { selector, domain, algorithm, public: STANDARD.decode(public).ok()? })
    })
}

/// Where bounces come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounces {
    /// A domain of their own.
    Domain,
    /// One mailbox, with a code in its address.
    Mailbox,
    /// The sender's own mailbox.
    Sender,
}

/// What is looked at.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The domain of From.
    pub domain: String,
    /// The domain of the envelope sender: that of bounces, else that of From.
    pub envelope: String,
    /// Where bounces come to.
    pub bounces: Bounces,
    /// The newsletter, for what is its own.
    pub newsletter: Option<Newsletter>,
    /// The keys that sign.
    pub keys: Vec<Key>,
    /// The address at which the intake takes DMARC reports, where one is known.
    pub reports: Option<String>,
}

impl Subject {
    /// Of a newsletter.
    pub fn of(config: &Config, newsletter: &Newsletter, keys: Vec<Key>) -> Self {
        let domain = newsletter.from_address.rsplit_once('@').map_or("", |(_, domain)| domain);
        Self { newsletter: Some(newsletter.clone()), ..Self::of_domain(config, domain, keys) }
    }

    /// Of a domain that somebody would send from.
    pub fn of_domain(config: &Config, domain: &str, keys: Vec<Key>) -> Self {
        let domain = ascii(domain);
        let mailbox = config.smtp.bounce_address.rsplit_once('@').map_or("", |(_, domain)| domain);
        let (bounces, envelope) = match (ascii(&config.smtp.bounce_domain), ascii(mailbox)) {
            (of_bounces, _) if !of_bounces.is_empty() => (Bounces::Domain, of_bounces),
            (_, of_mailbox) if !of_mailbox.is_empty() => (Bounces::Mailbox, of_mailbox),
            _ => (Bounces::Sender, domain.clone()),
        };
        let keys = keys.into_iter().filter(|key| is_for(key, &domain)).collect();
        Self { domain, envelope, bounces, newsletter: None, keys, reports: reports_address(config) }
    }
}

/// An address beside those of bounces: its place is that of the code, and it is too short for one. Without such, the mailbox that is
/// looked into, where its login is its address.
fn reports_address(config: &Config) -> Option<String> {
    let (smtp, imap) = (&config.smtp, &config.bounces.imap);
    if !smtp.bounce_domain.is_empty() {
        return Some(format!("dmarc@{}", ascii(&smtp.bounce_domain)));
    }
    if let Some((before, after)) = smtp.bounce_address.split_once(TOKEN_MARK) {
        return Some(format!("{before}dmarc{after}"));
    }
    (!imap.host.is_empty() && imap.username.contains('@')).then(|| imap.username.clone())
}

/// A key for a domain signs for those below as well.
fn is_for(key: &Key, domain: &str) -> bool {
    let own = ascii(&key.domain);
    domain == own || domain.strip_suffix(own.as_str()).is_some_and(|below| below.ends_with('.'))
}

/// A domain as name servers know it.
fn ascii(domain: &str) -> String {
    let domain = domain.trim().trim_end_matches('.');
    idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_ascii_lowercase())
}

/// The addresses from which a server's mails reach others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// What it is called in words and in records.
    pub host: String,
    /// Its public addresses; none where they are not known.
    pub addresses: Vec<IpAddr>,
    /// Whether it is this machine, or one in its network: the public address is then ours.
    pub is_ours: bool,
}

/// Where the mails of a configured server come from: itself, or, when it is one of ours, whoever our own name stands for.
///
/// # Errors
/// When no name server answers.
pub async fn sender(inquiry: &Inquiry, smtp: &Smtp, base_url: &str) -> Result<Sender, DnsError> {
    let host = smtp.host.trim_matches(['[', ']']).to_ascii_lowercase();
    let found = addresses(inquiry, &host).await?;
    let public: Vec<IpAddr> = found.iter().copied().filter(|ip| is_public(*ip)).collect();
    if !public.is_empty() {
        return Ok(Sender { host, addresses: public, is_ours: false });
    }
    let own = own_name(smtp, base_url);
    let found = addresses(inquiry, &own).await?;
    let addresses = found.into_iter().filter(|ip| is_public(*ip)).collect();
    Ok(Sender { host: own, addresses, is_ours: true })
}

/// The name that we greet with.
fn own_name(smtp: &Smtp, base_url: &str) -> String {
    if !smtp.hello.is_empty() {
        return smtp.hello.trim_matches(['[', ']']).to_ascii_lowercase();
    }
    let url = Url::parse(base_url).ok();
    match url.as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name.to_owned(),
        Some(Host::Ipv4(ip)) => ip.to_string(),
        Some(Host::Ipv6(ip)) => ip.to_string(),
        None => String::new(),
    }
}

/// All addresses of a host; of an address itself. A name of this machine alone is asked of nobody.
async fn addresses(inquiry: &Inquiry, host: &str) -> Result<Vec<IpAddr>, DnsError> {
    if let Ok(ip) = host.parse() {
        return Ok(vec![ip]);
    }
    if host.is_empty() || !host.contains('.') {
        return Ok(Vec::new());
    }
    let (four, six) = (inquiry.ask(host, Kind::A).await?, inquiry.ask(host, Kind::Aaaa).await?);
    Ok([four.addresses(), six.addresses()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_signs_for_its_domain_and_those_below() {
        let key = |domain: &str| Key {
            selector: "a".into(),
            domain: domain.into(),
            algorithm: Algorithm::Rsa,
            public: Vec::new(),
        };
        for (of, domain, fits) in [
            ("example.org", "example.org", true),
            ("Example.ORG", "lettres.example.org", true),
            ("example.org", "badexample.org", false),
            ("lettres.example.org", "example.org", false),
        ] {
            assert_eq!(is_for(&key(of), domain), fits, "{of} {domain}");
        }
    }

    #[test]
    fn the_envelope_is_that_of_bounces_where_they_have_a_domain() {
        let mut config = Config::default();
        let subject = Subject::of_domain(&config, "Société.Example.", Vec::new());
        assert_eq!(
            (subject.domain.as_str(), subject.envelope.as_str()),
            ("xn--socit-esab.example", "xn--socit-esab.example")
        );
        config.smtp.bounce_domain = "bounces.example.org".into();
        let subject = Subject::of_domain(&config, "example.org", Vec::new());
        assert_eq!((subject.envelope.as_str(), subject.bounces), ("bounces.example.org", Bounces::Domain));
        assert_eq!(subject.reports.as_deref(), Some("dmarc@bounces.example.org"));
        config.smtp.bounce_domain.clear();
        config.smtp.bounce_address = "bonjour+{token}@Lettres.example.org".into();
        let subject = Subject::of_domain(&config, "example.org", Vec::new());
        assert_eq!((subject.envelope.as_str(), subject.bounces), ("lettres.example.org", Bounces::Mailbox));
        assert_eq!(subject.reports.as_deref(), Some("bonjour+dmarc@Lettres.example.org"));
        config.smtp.bounce_address.clear();
        assert_eq!(Subject::of_domain(&config, "example.org", Vec::new()).reports, None);
        (config.bounces.imap.host, config.bounces.imap.username) =
            ("imap.example.org".into(), "retours@example.org".into());
        let subject = Subject::of_domain(&config, "example.org", Vec::new());
        assert_eq!(subject.reports.as_deref(), Some("retours@example.org"));
    }
}
