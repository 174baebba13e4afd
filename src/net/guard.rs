//! Which addresses a feed may be read from: never those inside the operator's own network.
//!
//! In: an address, or what a name resolves to. Out: permission, or a [`Refusal`] that says why. Met by [`super::fetch`] at every
//! hop: first the address as written, then, inside the HTTP client, every IP address that its name resolves to. The client connects
//! to exactly the addresses that were judged, so a name that resolves differently a moment later gains nothing. Addresses written as
//! numbers never reach the resolver: the URL parser brings each spelling (`0x7f.1`, `2130706433`, full-width digits) to one form.
//! Sources: RFC 6890 and the IANA registries of special-purpose addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::config;

/// Ports of the web; with other ports, Facteur could be abused as a port scanner.
const PORTS: [u16; 2] = [80, 443];

/// Why an address is refused. The text is shown to the editor, so it says what to do.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refusal {
    /// `file:`, `ftp:`, …
    #[error("only http and https can be read, not `{0}:`")]
    Scheme(String),
    /// `https://user:password@host/`
    #[error("an address with a user name or password in it is refused; the feed must be public")]
    Credentials,
    /// Not 80 or 443.
    #[error("port {port} is refused, only 80 and 443 are allowed; allow_hosts = [\"{host}\"] under [feeds] lifts this")]
    Port {
        /// Which.
        port: u16,
        /// For which host, as `[feeds] allow_hosts` names it.
        host: String,
    },
    /// An address inside the operator's network.
    #[error("{address} is a private or special address; allow_hosts = [\"{host}\"] under [feeds] lifts this")]
    Private {
        /// As written, or what a name resolved to.
        address: String,
        /// The host, as `[feeds] allow_hosts` names it.
        host: String,
    },
    /// No host at all.
    #[error("the address names no host")]
    NoHost,
}

/// The rules of this instance.
#[derive(Clone, Debug)]
pub struct Guard {
    allow_private: bool,
    allow_hosts: Vec<String>,
}

impl Guard {
    /// The rules of `[feeds]`.
    pub fn new(config: &config::Feeds) -> Self {
        let allow_hosts = config.allow_hosts.iter().map(|host| plain(host)).collect();
        Self { allow_private: config.allow_private_addresses, allow_hosts }
    }

    /// Judges an address as written.
    ///
    /// # Errors
    /// When no request may go there. A name is judged again when it is resolved.
    pub fn judge(&self, url: &Url) -> Result<(), Refusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::Scheme(url.scheme().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Credentials);
        }
        let host = url.host().ok_or(Refusal::NoHost)?;
        if self.lifted(&host.to_string()) {
            return Ok(());
        }
        let inside = |ip: String| Err(Refusal::Private { host: ip.clone(), address: ip });
        match host {
            Host::Ipv4(ip) if !is_public(ip.into()) => return inside(ip.to_string()),
            Host::Ipv6(ip) if !is_public(ip.into()) => return inside(ip.to_string()),
            _ => {}
        }
        match url.port_or_known_default() {
            Some(port) if !PORTS.contains(&port) => Err(Refusal::Port { port, host: plain(&host.to_string()) }),
            _ => Ok(()),
        }
    }

    /// Whether the operator lifted the guard for this host.
    fn lifted(&self, host: &str) -> bool {
        self.allow_private || self.allow_hosts.contains(&plain(host))
    }

    /// Judges all addresses that a name resolved to: a single inside address refuses the name.
    fn judge_resolved(&self, name: &str, ips: &[IpAddr]) -> Result<(), Refusal> {
        match ips.iter().find(|ip| !is_public(**ip)) {
            Some(ip) if !self.lifted(name) => {
                Err(Refusal::Private { address: format!("{name} ({ip})"), host: plain(name) })
            }
            _ => Ok(()),
        }
    }
}

/// A host without brackets, final dot and capitals.
fn plain(host: &str) -> String {
    host.trim().trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase()
}

/// The system's resolver behind the guard, for the HTTP client.
#[derive(Debug)]
pub struct Resolver(pub Arc<Guard>);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.0.clone();
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let ips: Vec<IpAddr> = found.iter().map(std::net::SocketAddr::ip).collect();
            guard.judge_resolved(name.as_str(), &ips)?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address belongs to the public internet.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => is_public_v6(ip),
        },
    }
}

/// First address and prefix length of each special block (IANA, IPv4).
const SPECIAL_V4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),       // this network
    ([10, 0, 0, 0], 8),      // private
    ([100, 64, 0, 0], 10),   // carrier-grade NAT
    ([127, 0, 0, 0], 8),     // loopback
    ([169, 254, 0, 0], 16),  // link-local, where clouds keep their secrets
    ([172, 16, 0, 0], 12),   // private
    ([192, 0, 0, 0], 24),    // protocol assignments
    ([192, 0, 2, 0], 24),    // documentation
    ([192, 88, 99, 0], 24),  // 6to4 relays
    ([192, 168, 0, 0], 16),  // private
    ([198, 18, 0, 0], 15),   // benchmarks
    ([198, 51, 100, 0], 24), // documentation
    ([203, 0, 113, 0], 24),  // documentation
    ([224, 0, 0, 0], 3),     // multicast, reserved, broadcast
];

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let within = |(start, length): &([u8; 4], u32)| {
        let mask = u32::MAX << (32 - length);
        ip.to_bits() & mask == Ipv4Addr::from(*start).to_bits() & mask
    };
    !SPECIAL_V4.iter().any(within)
}

/// Only 2000::/3 is allocated; inside it these are special: Teredo and other protocols, documentation, 6to4.
/// The rest (loopback, `::/96`, NAT64, unique local, link-local, multicast) lies outside.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    let protocols = first == 0x2001 && second < 0x0200;
    let documentation = (first == 0x2001 && second == 0x0db8) || (first == 0x3fff && second < 0x1000);
    (0x2000..=0x3fff).contains(&first) && first != 0x2002 && !protocols && !documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allow_private: bool, hosts: &[&str]) -> Guard {
        Guard { allow_private, allow_hosts: hosts.iter().map(|host| plain(host)).collect() }
    }

    /// Every spelling of an inside address that was seen in attacks; `None` of them may pass.
    const INSIDE: &[&str] = &[
        "http://127.0.0.1/",
        "http://127.1/",
        "http://127.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://0x7f.1/",
        "http://127.0.0.1./",
        "http://127.255.255.254/",
        "http://0/",
        "http://0.0.0.0/",
        "http://00000.0/",
        "http://①②⑦.⓪.⓪.①/",
        "http://１２７.０.０.１/",
        "http://127。0。0。1/",
        "http://%31%32%37.0.0.1/",
        "http://10.0.0.1/",
        "http://10.1/",
        "http://167772161/",
        "http://172.16.0.1/",
        "http://172.31.255.255/",
        "http://192.168.0.1/",
        "http://192.168.257/",
        "http://3232235777/",
        "http://169.254.169.254/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://0xA9.0xFE.0xA9.0xFE/",
        "http://0251.0376.0251.0376/",
        "http://100.64.0.1/",
        "http://192.0.0.192/",
        "http://192.0.2.1/",
        "http://198.18.0.1/",
        "http://198.51.100.7/",
        "http://203.0.113.9/",
        "http://192.88.99.1/",
        "http://224.0.0.1/",
        "http://239.255.255.250/",
        "http://240.0.0.1/",
        "http://255.255.255.255/",
        "http://[::1]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://[::]/",
        "http://[::127.0.0.1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[0:0:0:0:0:ffff:10.0.0.1]/",
        "http://[fe80::1]/",
        "http://[fec0::1]/",
        "http://[fc00::1]/",
        "http://[fd12:3456::1]/",
        "http://[ff02::1]/",
        "http://[2002:7f00:1::]/",
        "http://[2002:a9fe:a9fe::1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b:1::1]/",
        "http://[2001:0:7f00:1::]/",
        "http://[2001:db8::1]/",
        "http://[100::1]/",
        "http://[3fff::1]/",
        "http://[5f00::1]/",
    ];

    #[test]
    fn no_spelling_of_an_inside_address_passes() {
        for address in INSIDE {
            // What the parser refuses cannot be asked either.
            let Ok(url) = Url::parse(address) else { continue };
            assert!(matches!(guard(false, &[]).judge(&url), Err(Refusal::Private { .. })), "{address} = {url}");
        }
        let parsed = INSIDE.iter().filter(|address| Url::parse(address).is_ok()).count();
        assert!(parsed >= 60, "only {parsed} spellings reach the guard");
    }

    #[test]
    fn outside_addresses_pass() {
        for address in [
            "https://blog.example/feed",
            "http://8.8.8.8/",
            "http://172.32.0.1/",
            "http://[2606:4700::1111]/",
            "http://100.128.0.1/",
            "https://blog.example:443/",
            "http://[::ffff:8.8.8.8]/",
        ] {
            assert_eq!(guard(false, &[]).judge(&Url::parse(address).unwrap()), Ok(()), "{address}");
        }
    }

    #[test]
    fn what_is_no_public_web_address_is_refused() {
        let refused = |address: &str| guard(false, &[]).judge(&Url::parse(address).unwrap()).unwrap_err();
        assert_eq!(refused("file:///etc/passwd"), Refusal::Scheme("file".into()));
        assert_eq!(refused("gopher://x.example/"), Refusal::Scheme("gopher".into()));
        assert_eq!(refused("https://u:p@x.example/"), Refusal::Credentials);
        for port in [25, 6379] {
            let address = format!("http://x.example:{port}/");
            assert_eq!(refused(&address), Refusal::Port { port, host: "x.example".into() });
        }
    }

    #[test]
    fn the_operator_may_lift_it() {
        let inside = Url::parse("http://10.1.2.3:8080/feed").unwrap();
        assert_eq!(guard(true, &[]).judge(&inside), Ok(()));
        assert_eq!(guard(false, &["10.1.2.3"]).judge(&inside), Ok(()));
        assert!(guard(false, &["10.1.2.4"]).judge(&inside).is_err());
        assert_eq!(
            guard(false, &["Intranet.example."]).judge(&Url::parse("http://intranet.example:81/").unwrap()),
            Ok(())
        );
        assert_eq!(guard(false, &["::1"]).judge(&Url::parse("http://[::1]:81/").unwrap()), Ok(()));
    }

    #[test]
    fn one_inside_answer_spoils_all() {
        let outside: IpAddr = "93.184.216.34".parse().unwrap();
        let inside: IpAddr = "127.0.0.1".parse().unwrap();
        assert_eq!(guard(false, &[]).judge_resolved("a.example", &[outside]), Ok(()));
        assert!(guard(false, &[]).judge_resolved("a.example", &[outside, inside]).is_err());
        assert_eq!(guard(false, &["a.example"]).judge_resolved("a.example", &[inside]), Ok(()));
    }

    #[tokio::test]
    async fn names_that_lead_inside_are_refused_when_they_are_resolved() {
        let resolver = Resolver(Arc::new(guard(false, &[])));
        let error = resolver.resolve("localhost".parse().unwrap()).await.err().unwrap();
        assert!(error.downcast_ref::<Refusal>().is_some(), "{error}");
        let resolver = Resolver(Arc::new(guard(false, &["localhost"])));
        assert!(resolver.resolve("localhost".parse().unwrap()).await.is_ok());
    }
}
