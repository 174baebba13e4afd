//! What each key of the configuration may hold: one table.
//!
//! In: a key and its value. Out: nothing, or what is expected instead. Met by [`super::load`], which adds the file and
//! line. Faults between keys (a user name without a password file) are found on the finished [`Config`].

use std::net::{IpAddr, SocketAddr};

use super::host::{host_of, is_loopback};
use super::postgres::PostgresUrl;
use super::secret::{self, Secret};
use super::value::Value;
use super::{Config, Tls, authority, example, relay};

/// What a value must be, beyond its type.
enum Rule {
    /// An integer between the two, both included.
    Between(i64, i64),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A text that the function accepts; its error says what it expects.
    Text(fn(&str) -> Result<(), String>),
    /// A list whose every text the function accepts.
    Each(fn(&str) -> Result<(), String>),
    /// Any value of the type.
    Any,
}

/// 0 (none) or a positive number, as wide as the field.
const LIMIT: Rule = Rule::Between(0, u32::MAX as i64);

/// Every key and its rule; a test compares the list with `config/default.toml`.
const RULES: &[(&str, Rule)] = &[
    ("base_url", Rule::Text(web_address)),
    ("listen", Rule::Text(listen_address)),
    ("database.url", Rule::Text(database_url)),
    ("database.connections", Rule::Between(2, 200)),
    ("database.password_file", Rule::Any),
    ("database.min_free_mib", Rule::Between(0, 1_048_576)),
    ("database.state_dir", Rule::Any),
    ("web.trusted_proxies", Rule::Each(network)),
    ("web.keep_ip", Rule::Any),
    ("signup.letters_per_hour", LIMIT),
    ("signup.letters_per_hour_domain", LIMIT),
    ("signup.requests_per_hour_network", LIMIT),
    ("signup.requests_per_hour_network_embedded", LIMIT),
    ("signup.confirm_days", Rule::Between(1, 365)),
    ("privacy.forget_unconfirmed_days", Rule::Between(0, 36_500)),
    ("privacy.forget_ips_months", Rule::Between(0, 1_200)),
    ("privacy.forget_letters_months", Rule::Between(0, 1_200)),
    ("privacy.forget_events_months", Rule::Between(0, 1_200)),
    ("smtp.host", Rule::Text(host)),
    ("smtp.port", Rule::Between(1, 65_535)),
    ("smtp.tls", Rule::OneOf(&["none", "starttls", "tls"])),
    ("smtp.tls_accept_invalid", Rule::Any),
    ("smtp.tls_ca_file", Rule::Any),
    ("smtp.username", Rule::Any),
    ("smtp.password_file", Rule::Any),
    ("smtp.connections", Rule::Between(1, 256)),
    ("feeds.future", Rule::OneOf(&["wait", "send"])),
    ("smtp.pipelining", Rule::OneOf(&["auto", "full", "envelope", "off"])),
    ("smtp.on_uncertain", Rule::OneOf(&["resend", "hold"])),
    ("smtp.per_second", LIMIT),
    ("smtp.per_minute", LIMIT),
    ("smtp.per_hour", LIMIT),
    ("smtp.per_day", LIMIT),
    ("smtp.weight", Rule::Between(0, 100)),
    ("smtp.direct", Rule::Any),
    ("smtp.hello", Rule::Text(host_or_empty)),
    ("smtp.bounce_domain", Rule::Text(host_or_empty)),
    ("smtp.leave_mailbox", Rule::Text(mailbox_or_empty)),
    ("smtp.messages_per_connection", Rule::Between(0, 1_000_000)),
    ("smtp.give_up_h", Rule::Between(1, 720)),
    ("smtp.stop_s", Rule::Between(1, 3600)),
    ("feeds.poll_s", Rule::Between(1, 86_400)),
    ("feeds.allow_private_addresses", Rule::Any),
    ("feeds.allow_hosts", Rule::Each(host)),
    ("feeds.tls_ca_file", Rule::Any),
    ("feeds.timeout_s", Rule::Between(1, 120)),
    ("feeds.max_bytes", Rule::Between(1_024, 268_435_456)),
    ("feeds.max_redirects", Rule::Between(0, 20)),
    ("feeds.hold_above", Rule::Between(1, 1_000)),
    ("feeds.hold_older_days", Rule::Between(1, 36_500)),
    ("digests.settle_s", Rule::Between(0, 604_800)),
    ("digests.catch_up_h", Rule::Between(0, 168)),
    ("digests.max_posts", Rule::Between(1, 100)),
    ("bounces.listen", Rule::Text(lmtp_address)),
    ("bounces.max_bytes", Rule::Between(65_536, 268_435_456)),
    ("bounces.imap.host", Rule::Text(host_or_empty)),
    ("bounces.imap.port", Rule::Between(1, 65_535)),
    ("bounces.imap.tls", Rule::OneOf(&["none", "starttls", "tls"])),
    ("bounces.imap.tls_ca_file", Rule::Any),
    ("bounces.imap.username", Rule::Any),
    ("bounces.imap.password_file", Rule::Any),
    ("bounces.imap.folder", Rule::Text(folder)),
    ("bounces.imap.done", Rule::Text(folder)),
    ("bounces.imap.unknown", Rule::Text(folder)),
    ("bounces.imap.poll_s", Rule::Between(1, 86_400)),
    ("log.level", Rule::Text(log_filter)),
    ("log.format", Rule::OneOf(&["text", "json"])),
];

/// What is wrong with `value` as the value of `key`; `None` when nothing is.
pub fn fault(key: &str, value: &Value) -> Option<String> {
    let model = relay::model(key);
    let rule = RULES.iter().find(|(known, _)| *known == model).map_or(&Rule::Any, |(_, rule)| rule);
    match (rule, value) {
        (Rule::Between(low, high), Value::Number(number)) if number < low || number > high => {
            Some(format!("{key} is {number}; it must be {low} to {high}"))
        }
        (Rule::OneOf(words), Value::Text(text)) if !words.contains(&text.as_str()) => {
            let near = super::value::nearest(text, words.iter().copied());
            let hint = near.map(|word| format!(" (did you mean \"{word}\"?)")).unwrap_or_default();
            Some(format!("{key} is \"{text}\"; it must be one of {}{hint}", words.join(", ")))
        }
        (Rule::Text(accepts), Value::Text(text)) => {
            accepts(text).err().map(|expected| format!("{key} is \"{}\"; {expected}", masked(key, text)))
        }
        (Rule::Each(test), Value::List(texts)) => {
            texts.iter().find_map(|text| test(text).err().map(|expected| format!("{key} holds \"{text}\"; {expected}")))
        }
        _ => None,
    }
}

/// `text` with what is secret in it replaced: the passwords of a database URL.
pub fn masked(key: &str, text: &str) -> String {
    if key != "database.url" {
        return text.to_owned();
    }
    if !text.contains("://") {
        return masked_pairs(text);
    }
    let text = masked_parameters(text);
    match (text.find("://"), text.rfind('@')) {
        (Some(start), Some(end)) if start + 3 < end => match text[start + 3..end].split_once(':') {
            Some((user, _)) => format!("{}{user}:••••{}", &text[..start + 3], &text[end..]),
            None => text,
        },
        _ => text,
    }
}

/// Masks `?password=…` and every parameter with a similar name, including those that Facteur ignores.
fn masked_parameters(text: &str) -> String {
    let Some((start, query)) = text.split_once('?') else { return text.to_owned() };
    let mask = |pair: &str| match pair.split_once('=') {
        Some((name, value)) if is_secret(name) && !value.is_empty() => format!("{name}=••••"),
        _ => pair.to_owned(),
    };
    let pairs: Vec<String> = query.split('&').map(mask).collect();
    format!("{start}?{}", pairs.join("&"))
}

/// Masks `Host=db;Password=…` and `host=db password=…`: forms of other programs, which are refused and shown in the refusal.
fn masked_pairs(text: &str) -> String {
    let mut shown = String::new();
    for pair in text.split_inclusive([';', ' ', '&']) {
        match pair.split_once('=') {
            Some((name, value)) if is_secret(name) => {
                let end = value.chars().next_back().filter(|c| [';', ' ', '&'].contains(c));
                shown.extend([name, "=••••"].into_iter().map(str::to_owned).chain(end.map(String::from)));
            }
            _ => shown.push_str(pair),
        }
    }
    shown
}

fn is_secret(parameter: &str) -> bool {
    let name = parameter.to_ascii_lowercase();
    ["pass", "pwd", "secret", "token"].iter().any(|word| name.contains(word))
}

/// The base address in the form in which every link starts: no slash at the end, host in lower case, no default port.
pub fn normalised_base_url(text: &str) -> String {
    url::Url::parse(text.trim()).map_or_else(|_| text.to_owned(), |url| url.as_str().trim_end_matches('/').to_owned())
}

/// Faults that only show when keys are read together; `serve` and `config check` refuse them.
pub fn across(config: &Config) -> Vec<String> {
    let mut faults = Vec::new();
    let mut passwords = vec![("database.password_file".to_owned(), &config.database.password_file)];
    let mut authorities = vec![("feeds.tls_ca_file".to_owned(), &config.feeds.tls_ca_file)];
    let mut known = Vec::new();
    for (name, smtp) in config.relays() {
        if !smtp.username.is_empty() && smtp.password_file.is_empty() {
            faults.push(format!(
                "{name}.username is set but {name}.password_file is not; name the file that holds the password"
            ));
        }
        passwords.push((format!("{name}.password_file"), &smtp.password_file));
        authorities.push((format!("{name}.tls_ca_file"), &smtp.tls_ca_file));
        if !smtp.username.is_empty() && smtp.tls == Tls::None && !is_loopback(&smtp.host) {
            faults.push(format!(
                "{name}.username is set but {name}.tls is \"none\": Facteur does not send a password to {} in clear text; \
                 use \"starttls\" or \"tls\", or remove the user name",
                smtp.host
            ));
        }
        let server = (&smtp.host, smtp.port, &smtp.username);
        match known.iter().find(|(_, other)| *other == server) {
            Some((other, _)) => faults.push(format!("[{name}] and [{other}] name the same server and user")),
            None => known.push((name, server)),
        }
    }
    let url = PostgresUrl::is_meant(&config.database.url).then(|| PostgresUrl::parse(&config.database.url));
    match url {
        Some(Ok(url)) => faults.extend(url.files().filter_map(|(name, path)| {
            let error = std::fs::File::open(path).err()?;
            Some(format!("database.url names {path} as {name}, which cannot be read: {error}"))
        })),
        None if !config.database.password_file.is_empty() => {
            faults.push("database.password_file needs a database.url such as postgres://USER@HOST/NAME".into());
        }
        _ => {}
    }
    if !config.smtp.leave_mailbox.is_empty() {
        faults.push(
            "smtp.leave_mailbox is set, but nothing reads that mailbox: people who unsubscribe by writing to it would go on \
             getting mails. Remove the line; mails then carry only the https link, with which mail programs unsubscribe in one \
             click"
                .into(),
        );
    }
    // Read here in the same way as when they are used.
    let unread = |key: &str, error: anyhow::Error| format!("{key}: {error:#}");
    faults.extend(passwords.iter().filter_map(|(key, path)| Some(unread(key, Secret::read(path).err()?))));
    faults.extend(authorities.iter().filter_map(|(key, path)| Some(unread(key, authority::certificates(path).err()?))));
    faults
}

/// Warnings about settings that work but are risky.
pub fn warnings(config: &Config) -> Vec<String> {
    let mut found = example::left(config);
    for (name, smtp) in config.relays() {
        let near = is_loopback(&smtp.host);
        if smtp.tls == Tls::None && !near {
            found.push(format!("{name}.tls is \"none\": mails travel to {} in clear text", smtp.host));
        }
        if smtp.tls_accept_invalid && !near {
            found.push(format!("{name}.tls_accept_invalid: anybody on the way to {} can read the mails", smtp.host));
        }
    }
    if config.base_url.starts_with("http://") && !host_of(&config.base_url).is_some_and(|host| is_loopback(&host)) {
        found.push("base_url is http: links in mails and one-click unsubscribing (RFC 8058) need https".into());
    }
    if host_of(&config.base_url).is_some_and(|host| is_loopback(&host)) {
        found.push("base_url is this machine only: nobody else can open the links in the mails".into());
    }
    let behind_proxy = config.base_url.starts_with("https://") && listens_on_loopback(&config.listen);
    if behind_proxy && config.web.trusted_proxies.is_empty() {
        found.push(
            "web.trusted_proxies is empty although Facteur seems to run behind a proxy (base_url is https, and `listen` is this \
             machine only): all visitors look like one, and the limits of [signup] delay their letters. Name the proxy, \
             such as trusted_proxies = [\"127.0.0.1\", \"::1\"]"
                .into(),
        );
    }
    if masked("database.url", &config.database.url) != config.database.url {
        found.push("database.url contains a password; put it into the file that database.password_file names".into());
    }
    if let (true, Ok(url)) = (PostgresUrl::is_meant(&config.database.url), PostgresUrl::parse(&config.database.url)) {
        if let Some(host) = url.may_be_clear() {
            found.push(format!(
                "database.url lets passwords and addresses travel to {host} in clear text, or to an impostor: add \
                 sslmode=verify-full (with sslrootcert=FILE for an authority of your own)"
            ));
        }
        for name in &url.ignored {
            found.push(format!("database.url has a parameter `{name}` that Facteur does not know; it is ignored"));
        }
    }
    let passwords = config.relays().map(|(_, smtp)| &smtp.password_file);
    for path in passwords.chain([&config.database.password_file]) {
        if !path.is_empty() && secret::readable_by_all(std::path::Path::new(path)) {
            found.push(format!("everybody on this machine can read {path}; run `chmod 600` on it"));
        }
    }
    found
}

fn listens_on_loopback(listen: &str) -> bool {
    listen.rsplit_once(':').is_some_and(|(host, _)| is_loopback(host))
}

fn web_address(text: &str) -> Result<(), String> {
    const EXPECTED: &str = "it must look like \"https://news.example.org\"";
    let url = url::Url::parse(text.trim()).map_err(|error| format!("{EXPECTED} ({error})"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(format!("{EXPECTED}: http or https, then a host"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(format!("{EXPECTED}: no user, no ?, no #"));
    }
    if !url.path().trim_end_matches('/').is_empty() {
        return Err(format!("{EXPECTED}: Facteur needs a host of its own; a path after the host is not supported"));
    }
    Ok(())
}

fn lmtp_address(text: &str) -> Result<(), String> {
    match text.strip_prefix("unix:") {
        _ if text.is_empty() => Ok(()),
        Some(path) if path.starts_with('/') => Ok(()),
        Some(_) => Err("a socket is named by its whole path, such as unix:/run/facteur/bounces.sock".into()),
        None => listen_address(text),
    }
}

fn folder(text: &str) -> Result<(), String> {
    let plain = !text.is_empty() && text.len() <= 200 && !text.chars().any(char::is_control);
    if plain { Ok(()) } else { Err("it must name a folder of the mailbox, such as INBOX or Facteur/Done".into()) }
}

fn listen_address(text: &str) -> Result<(), String> {
    let expected = || "it must be ADDRESS:PORT, such as \"127.0.0.1:8080\" or \"[::]:8080\"".to_owned();
    if text.parse::<SocketAddr>().is_ok() {
        return Ok(());
    }
    let (name, port) = text.rsplit_once(':').ok_or_else(expected)?;
    port.parse::<u16>().map_err(|_| expected())?;
    host(name).map_err(|_| expected())
}

fn database_url(text: &str) -> Result<(), String> {
    if PostgresUrl::is_meant(text) {
        return PostgresUrl::parse(text).map(drop);
    }
    let path = text.strip_prefix("sqlite:").map(|path| path.trim_start_matches('/'));
    match path {
        Some(path) if path.starts_with(":memory:") || path.contains("mode=memory") => {
            Err("a database in memory would be lost when Facteur stops: it must be a file, sqlite://PATH".into())
        }
        Some(path) if !path.is_empty() => Ok(()),
        _ => Err("it must be sqlite://PATH or postgres://USER@HOST/NAME".into()),
    }
}

fn host_or_empty(text: &str) -> Result<(), String> {
    if text.is_empty() { Ok(()) } else { host(text) }
}

fn host(text: &str) -> Result<(), String> {
    let plain = text.trim_matches(['[', ']']);
    if plain.parse::<IpAddr>().is_ok() || (url::Host::parse(text).is_ok() && !text.contains([' ', '/'])) {
        return Ok(());
    }
    Err("it must be a host name or an IP address, without scheme or port".into())
}

fn mailbox_or_empty(text: &str) -> Result<(), String> {
    if text.is_empty() || (text.parse::<lettre::Address>().is_ok() && !text.contains('+')) {
        return Ok(());
    }
    Err("it must be NAME@DOMAIN, without a +".into())
}

/// An address or a network in CIDR notation (RFC 4632).
fn network(text: &str) -> Result<(), String> {
    if text.parse::<IpAddr>().is_ok() || text.parse::<ipnet::IpNet>().is_ok() {
        return Ok(());
    }
    Err("it must be an IP address or a network such as \"10.0.0.0/8\"".into())
}

fn log_filter(text: &str) -> Result<(), String> {
    tracing_subscriber::EnvFilter::try_new(text)
        .map(|_| ())
        .map_err(|_| "it must be error, warn, info, debug or a filter such as \"info,facteur::delivery=debug\"".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::{Layers, Report};

    #[test]
    fn every_key_has_a_rule_and_every_rule_a_key() {
        let mut keys: Vec<String> =
            Report::read(&Layers::default()).settings.iter().map(|setting| setting.key.clone()).collect();
        let mut rules: Vec<String> = RULES.iter().map(|(key, _)| (*key).to_owned()).collect();
        keys.sort();
        rules.sort();
        assert_eq!(keys, rules, "config/default.toml (left) and RULES in src/config/check.rs (right) must agree");
    }

    #[test]
    fn passwords_in_a_database_url_are_masked() {
        assert_eq!(masked("database.url", "postgres://ana:p@ss@db/x"), "postgres://ana:••••@db/x");
        assert_eq!(masked("database.url", "postgres://ana@db/x"), "postgres://ana@db/x");
        assert_eq!(masked("database.url", "sqlite://a.db"), "sqlite://a.db");
        for (written, shown) in [
            ("postgres://db/x?user=ana&password=s3@cret", "postgres://db/x?user=ana&password=••••"),
            ("postgres://db/x?passwd=s3cret&sslmode=require", "postgres://db/x?passwd=••••&sslmode=require"),
            ("postgres://ana:s3cret@db/x?sslpassword=s3cret", "postgres://ana:••••@db/x?sslpassword=••••"),
            ("postgres://ana:s3#cret@db,other/x", "postgres://ana:••••@db,other/x"),
            ("Host=db;Password=s3cret;Database=x", "Host=db;Password=••••;Database=x"),
            ("host=db user=ana password=s3cret", "host=db user=ana password=••••"),
        ] {
            assert_eq!(masked("database.url", written), shown);
        }
    }

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
        assert_eq!(normalised_base_url("HTTPS://News.Example.org:443/"), "https://news.example.org");
    }

    #[test]
    fn networks_hosts_and_listeners() {
        assert!(network("10.0.0.0/8").is_ok() && network("::1").is_ok() && network("2001:db8::/32").is_ok());
        assert!(network("10.0.0.0/33").is_err() && network("localhost").is_err() && network("").is_err());
        assert!(listen_address("[::]:80").is_ok() && listen_address("localhost:80").is_ok());
        assert!(listen_address("8080").is_err() && listen_address("127.0.0.1:99999").is_err());
        assert!(host("mail.example.org").is_ok() && host("::1").is_ok());
        assert!(host("").is_err() && host("smtp://mail").is_err() && host("mail:25").is_err());
        assert!(mailbox_or_empty("leave@example.org").is_ok() && mailbox_or_empty("leave").is_err());
    }

    #[test]
    fn a_mailbox_that_nothing_reads_is_refused() {
        let mut config = Config::default();
        assert_eq!(across(&config), Vec::<String>::new());
        config.smtp.leave_mailbox = "leave@example.org".into();
        assert!(across(&config)[0].contains("nothing reads that mailbox"));
    }

    #[test]
    fn a_proxy_that_is_not_named_is_warned_of() {
        let warned = |base_url: &str, listen: &str, proxies: &[&str]| {
            let mut config = Config { base_url: base_url.into(), listen: listen.into(), ..Config::default() };
            config.web.trusted_proxies = proxies.iter().map(|proxy| (*proxy).to_owned()).collect();
            warnings(&config).iter().any(|warning| warning.contains("trusted_proxies"))
        };
        for listen in ["127.0.0.1:8080", "[::1]:8080", "localhost:80"] {
            assert!(warned("https://news.example.org", listen, &[]), "{listen}");
            assert!(!warned("https://news.example.org", listen, &["127.0.0.1"]), "{listen}");
            assert!(!warned("http://localhost:8080", listen, &[]), "{listen}");
        }
        assert!(!warned("https://news.example.org", "0.0.0.0:443", &[]), "no proxy is known of");
    }

    #[test]
    fn a_user_name_wants_a_password_file() {
        let mut config = Config::default();
        config.smtp.username = "ana".into();
        assert_eq!(across(&config).len(), 1);
        config.smtp.password_file = "/nowhere/at/all".into();
        assert!(across(&config)[0].contains("/nowhere/at/all"));
        config.smtp.tls = Tls::None;
        assert_eq!(across(&config).len(), 1, "in clear to this machine is fine");
        config.smtp.host = "mail.example.org".into();
        assert!(across(&config)[0].contains("in clear"));
    }
}
