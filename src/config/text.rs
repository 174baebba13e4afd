//! What a text of the configuration may be: one function a form.
//!
//! In: a text. Out: nothing, or what is expected instead. Pure. Met by the table of [`super::check`].

use std::net::{IpAddr, SocketAddr};

use super::expected::Expected;
use super::host::is_loopback;
use super::postgres::PostgresUrl;
use super::{TOKEN_LENGTH, TOKEN_MARK};

/// Most octets before the @ (RFC 5321 section 4.5.3.1.1).
const LOCAL_PART: usize = 64;

/// An address on the web that is a host of its own.
pub fn web_address(text: &str) -> Result<(), Expected> {
    let url = url::Url::parse(text.trim()).map_err(|error| Expected::WebAddress { error: error.to_string() })?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(Expected::WebScheme);
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(Expected::WebParts);
    }
    if !url.path().trim_end_matches('/').is_empty() {
        return Err(Expected::WebPath);
    }
    Ok(())
}

/// The address by which a provider of log-ins calls itself (OpenID Connect Discovery 1.0 section 4.3), or nothing. In clear only on this
/// machine.
pub fn issuer_or_empty(text: &str) -> Result<(), Expected> {
    if text.is_empty() {
        return Ok(());
    }
    let url = url::Url::parse(text).map_err(|_| Expected::Issuer)?;
    let host = url.host_str().unwrap_or_default();
    let safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(host));
    let plain =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    if safe && plain && !host.is_empty() && text.trim() == text { Ok(()) } else { Err(Expected::Issuer) }
}

/// One scope (RFC 6749 section 3.3).
pub fn scope(text: &str) -> Result<(), Expected> {
    let fits = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    if !text.is_empty() && text.bytes().all(fits) { Ok(()) } else { Err(Expected::Scope) }
}

/// Where LMTP is spoken: a socket's whole path after `unix:`, or as [`listen_address`]; empty for nowhere.
pub fn lmtp_address(text: &str) -> Result<(), Expected> {
    match text.strip_prefix("unix:") {
        _ if text.is_empty() => Ok(()),
        Some(path) if path.starts_with('/') => Ok(()),
        Some(_) => Err(Expected::Socket),
        None => listen_address(text),
    }
}

/// A folder of a mailbox.
pub fn folder(text: &str) -> Result<(), Expected> {
    let plain = !text.is_empty() && text.len() <= 200 && !text.chars().any(char::is_control);
    if plain { Ok(()) } else { Err(Expected::Folder) }
}

/// Where HTTP is answered: an address or a name, and a port.
pub fn listen_address(text: &str) -> Result<(), Expected> {
    if text.parse::<SocketAddr>().is_ok() {
        return Ok(());
    }
    let (name, port) = text.rsplit_once(':').ok_or(Expected::Listen)?;
    port.parse::<u16>().map_err(|_| Expected::Listen)?;
    host(name).map_err(|_| Expected::Listen)
}

/// A database that lasts.
pub fn database_url(text: &str) -> Result<(), Expected> {
    if PostgresUrl::is_meant(text) {
        return PostgresUrl::parse(text).map(drop);
    }
    let path = text.strip_prefix("sqlite:").map(|path| path.trim_start_matches('/'));
    match path {
        Some(path) if path.starts_with(":memory:") || path.contains("mode=memory") => Err(Expected::Memory),
        Some(path) if !path.is_empty() => Ok(()),
        _ => Err(Expected::Database),
    }
}

/// As [`host`], or nothing.
pub fn host_or_empty(text: &str) -> Result<(), Expected> {
    if text.is_empty() { Ok(()) } else { host(text) }
}

/// A name or an address of a machine.
pub fn host(text: &str) -> Result<(), Expected> {
    let plain = text.trim_matches(['[', ']']);
    if plain.parse::<IpAddr>().is_ok() || (url::Host::parse(text).is_ok() && !text.contains([' ', '/'])) {
        return Ok(());
    }
    Err(Expected::Host)
}

/// A mailbox without a mark of its own, or nothing.
pub fn mailbox_or_empty(text: &str) -> Result<(), Expected> {
    if text.is_empty() || (text.parse::<lettre::Address>().is_ok() && !text.contains('+')) {
        return Ok(());
    }
    Err(Expected::Mailbox)
}

/// `Name <address>`, or an address alone.
pub fn sender_or_empty(text: &str) -> Result<(), Expected> {
    let address = match text.rsplit_once('<') {
        Some((_, rest)) => rest.trim_end().strip_suffix('>').unwrap_or_default(),
        None => text,
    };
    if text.is_empty() || address.trim().parse::<lettre::Address>().is_ok() {
        return Ok(());
    }
    Err(Expected::Sender)
}

/// A time zone, or nothing.
pub fn zone_or_empty(text: &str) -> Result<(), Expected> {
    if text.is_empty() || jiff::tz::TimeZone::get(text).is_ok() {
        return Ok(());
    }
    Err(Expected::Zone)
}

/// With the longest token in it, the local part must be one that every server takes (RFC 5321 section 4.5.3.1.1).
pub fn bounce_address_or_empty(text: &str) -> Result<(), Expected> {
    if text.is_empty() {
        return Ok(());
    }
    let (before, after) = text.split_once(TOKEN_MARK).ok_or(Expected::BounceAddress)?;
    let (behind, domain) = after.split_once('@').ok_or(Expected::BounceAddress)?;
    if !before.ends_with(['+', '-', '=', '.', '_']) {
        return Err(Expected::BounceAddressMark);
    }
    if !behind.is_empty() {
        return Err(Expected::BounceAddressEnd);
    }
    let address = format!("{before}{}@{domain}", "a".repeat(TOKEN_LENGTH));
    if before.len() + TOKEN_LENGTH > LOCAL_PART {
        return Err(Expected::BounceAddressLong { most: LOCAL_PART - TOKEN_LENGTH });
    }
    let fits = text.is_ascii() && address.parse::<lettre::Address>().is_ok();
    if fits { Ok(()) } else { Err(Expected::BounceAddress) }
}

/// A resolver.
pub fn name_server(text: &str) -> Result<(), Expected> {
    if text == "system" || text.parse::<IpAddr>().is_ok() || text.parse::<SocketAddr>().is_ok() {
        return Ok(());
    }
    Err(Expected::NameServer)
}

/// An address or a network in CIDR notation (RFC 4632).
pub fn network(text: &str) -> Result<(), Expected> {
    if text.parse::<IpAddr>().is_ok() || text.parse::<ipnet::IpNet>().is_ok() {
        return Ok(());
    }
    Err(Expected::Network)
}

/// What is logged.
pub fn log_filter(text: &str) -> Result<(), Expected> {
    tracing_subscriber::EnvFilter::try_new(text).map(|_| ()).map_err(|_| Expected::LogFilter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_url_is_a_host_of_its_own() {
        for good in ["https://news.example.org", "http://localhost:8080/", "https://[::1]:8443", "https://Été.example"]
        {
            assert_eq!(web_address(good), Ok(()), "{good}");
        }
        for bad in
            ["news.example.org", "ftp://a.example", "https://", "https://a.example/b", "https://u:p@a.example", ""]
        {
            assert!(web_address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn networks_hosts_and_listeners() {
        assert!(network("10.0.0.0/8").is_ok() && network("::1").is_ok() && network("2001:db8::/32").is_ok());
        assert!(network("10.0.0.0/33").is_err() && network("localhost").is_err() && network("").is_err());
        assert!(listen_address("[::]:80").is_ok() && listen_address("localhost:80").is_ok());
        assert!(listen_address("8080").is_err() && listen_address("127.0.0.1:99999").is_err());
        assert!(host("mail.example.org").is_ok() && host("::1").is_ok());
        assert!(name_server("system").is_ok() && name_server("::1").is_ok() && name_server("127.0.0.1:5353").is_ok());
        assert!(name_server("dns.example.org").is_err() && name_server("").is_err());
        assert!(host("").is_err() && host("smtp://mail").is_err() && host("mail:25").is_err());
        assert!(mailbox_or_empty("leave@example.org").is_ok() && mailbox_or_empty("leave").is_err());
        for good in ["", "ana@example.org", "Élise, du carnet <elise@exämple.org>"] {
            assert_eq!(sender_or_empty(good), Ok(()), "{good}");
        }
        for bad in ["Élise", "Élise <elise@example.org", "Élise <>"] {
            assert!(sender_or_empty(bad).is_err(), "{bad}");
        }
        assert!(zone_or_empty("Europe/Paris").is_ok() && zone_or_empty("").is_ok() && zone_or_empty("Lyon").is_err());
    }

    #[test]
    fn an_issuer_is_https_or_on_this_machine() {
        for good in [
            "",
            "https://auth.example.org",
            "https://auth.example.org/realms/town/",
            "http://localhost:3000",
            "http://127.0.0.1:8080/realms/town",
            "http://[::1]:80",
        ] {
            assert_eq!(issuer_or_empty(good), Ok(()), "{good}");
        }
        for bad in [
            "auth.example.org",
            "http://auth.example.org",
            "http://10.0.0.1",
            "https://u:p@auth.example.org",
            "https://auth.example.org/?realm=a",
            "https://auth.example.org/#a",
            " https://auth.example.org",
            "ftp://auth.example.org",
        ] {
            assert!(issuer_or_empty(bad).is_err(), "{bad}");
        }
        assert!(scope("openid").is_ok() && scope("a b").is_err() && scope("").is_err() && scope("é").is_err());
    }

    #[test]
    fn a_bounce_address_has_room_for_the_token() {
        for good in
            ["", "bonjour+{token}@example.org", "b-{token}@example.org", "lettres-de-la-mairie+{token}@example.org"]
        {
            assert_eq!(bounce_address_or_empty(good), Ok(()), "{good}");
        }
        for bad in [
            "bonjour@example.org",
            "bonjour{token}@example.org",
            "{token}@example.org",
            "bonjour+{token}",
            "bonjour+{token}x@example.org",
            "bonjour+{token}@",
            "bon jour+{token}@example.org",
            "été+{token}@example.org",
            "bonjour+{token}{token}@example.org",
            "lettres-de-la-mairie-d+{token}@example.org",
        ] {
            assert!(bounce_address_or_empty(bad).is_err(), "{bad}");
        }
    }
}
