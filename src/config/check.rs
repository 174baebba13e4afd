//! What each key of the configuration may hold: one table.
//!
//! In: a key and its value. Out: nothing, or what is expected instead. Met by [`super::load`], which adds the file and
//! line. Faults between keys (a user name without a password file) are found on the finished [`Config`].

use super::expected::Expected;
use super::host::{host_of, is_loopback};
use super::postgres::PostgresUrl;
use super::secret::{self, Secret};
use super::text::{
    bounce_address_or_empty, database_url, folder, host, host_or_empty, issuer_or_empty, listen_address, lmtp_address,
    log_filter, mailbox_or_empty, name_server, network, scope, sender_or_empty, web_address, zone_or_empty,
};
use super::value::{Setting, Value};
use super::wrong::{Fault, Wrong};
use super::{Config, Imap, PowerLoss, Tls, authority, example, hooks, oidc, relay};
use crate::refusal::{Faulty, Rules};

/// What a value must be, beyond its type.
enum Rule {
    /// An integer between the two, both included.
    Between(i64, i64),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A text that the function accepts; its error is what it expects.
    Text(fn(&str) -> Result<(), Expected>),
    /// A list whose every text the function accepts.
    Each(fn(&str) -> Result<(), Expected>),
    /// Any value of the type.
    Any,
}

/// 0 (none) or a positive number, as wide as the field.
const LIMIT: Rule = Rule::Between(0, u32::MAX as i64);

/// Every key and its rule; a test compares the list with `config/default.toml`. Those of hooks are judged by [`hooks::faults`].
const RULES: &[(&str, Rule)] = &[
    ("base_url", Rule::Text(web_address)),
    ("listen", Rule::Text(listen_address)),
    ("database.url", Rule::Text(database_url)),
    ("database.connections", Rule::Between(2, 200)),
    ("database.password_file", Rule::Any),
    ("database.min_free_mib", Rule::Between(0, 1_048_576)),
    ("database.state_dir", Rule::Any),
    ("database.power_loss", Rule::OneOf(&["strict", "5ms"])),
    ("web.trusted_proxies", Rule::Each(network)),
    ("web.keep_ip", Rule::Any),
    ("signup.letters_per_hour", LIMIT),
    ("signup.letters_per_hour_domain", LIMIT),
    ("signup.requests_per_hour_network", LIMIT),
    ("signup.requests_per_hour_network_embedded", LIMIT),
    ("signup.confirm_days", Rule::Between(1, 365)),
    ("signup.check_domains", Rule::Any),
    ("signup.disposable_file", Rule::Any),
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
    ("smtp.threads", Rule::Between(0, 64)),
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
    ("smtp.bounce_address", Rule::Text(bounce_address_or_empty)),
    ("smtp.leave_mailbox", Rule::Text(mailbox_or_empty)),
    ("smtp.messages_per_connection", Rule::Between(0, 1_000_000)),
    ("smtp.give_up_h", Rule::Between(1, 720)),
    ("smtp.stop_s", Rule::Between(1, 3600)),
    ("bounces.rules_file", Rule::Any),
    ("dkim.keys", Rule::Any),
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
    ("newsletters.sender", Rule::Text(sender_or_empty)),
    ("newsletters.zone", Rule::Text(zone_or_empty)),
    ("dns.servers", Rule::Each(name_server)),
    ("dns.authority_port", Rule::Between(0, 65_535)),
    ("doctor.daily", Rule::Any),
    ("doctor.first_digest_above", LIMIT),
    ("warmup.first_day", Rule::Between(0, 500)),
    ("warmup.import_above", LIMIT),
    ("oidc.issuer", Rule::Text(issuer_or_empty)),
    ("oidc.client_id", Rule::Any),
    ("oidc.client_secret_file", Rule::Any),
    ("oidc.name", Rule::Any),
    ("oidc.scopes", Rule::Each(scope)),
    ("oidc.tls_ca_file", Rule::Any),
    ("log.level", Rule::Text(log_filter)),
    ("log.format", Rule::OneOf(&["text", "json"])),
];

/// What is wrong with `value` as the value of `key`; `None` when nothing is.
pub fn fault(key: &str, value: &Value) -> Option<Wrong> {
    let key = key.to_owned();
    let model = relay::model(&key);
    let rule = RULES.iter().find(|(known, _)| *known == model).map_or(&Rule::Any, |(_, rule)| rule);
    match (rule, value) {
        (Rule::Between(low, high), Value::Number(number)) if number < low || number > high => {
            Some(Wrong::Between { key, number: *number, low: *low, high: *high })
        }
        (Rule::OneOf(words), Value::Text(text)) if !words.contains(&text.as_str()) => {
            let (text, all) = (text.clone(), words.join(", "));
            Some(match super::value::nearest(&text, words.iter().copied()) {
                Some(near) => Wrong::OneOfNear { key, text, words: all, near: near.to_owned() },
                None => Wrong::OneOf { key, text, words: all },
            })
        }
        (Rule::Text(accepts), Value::Text(text)) => {
            let text_shown = masked(&key, text);
            accepts(text).err().map(|expected| Wrong::Text { key, text: text_shown, expected })
        }
        (Rule::Each(test), Value::List(texts)) => {
            let first = texts.iter().find_map(|text| Some((text.clone(), test(text).err()?)));
            first.map(|(text, expected)| Wrong::Item { key, text, expected })
        }
        _ => None,
    }
}

/// A setting as it may appear on a screen that others can see.
pub fn shown(setting: &Setting) -> Setting {
    let value = match &setting.value {
        Value::Text(text) => Value::Text(masked(&setting.key, text)),
        other => other.clone(),
    };
    Setting { value, ..setting.clone() }
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
pub fn across(config: &Config) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    let mut passwords = vec![("database.password_file".to_owned(), &config.database.password_file)];
    let mut authorities = vec![("feeds.tls_ca_file".to_owned(), &config.feeds.tls_ca_file)];
    let mut known: Vec<(String, (&String, u16, &String))> = Vec::new();
    for (name, smtp) in config.relays() {
        if !smtp.username.is_empty() && smtp.password_file.is_empty() {
            faults.push(Wrong::NoPassword { name: name.clone() }.into());
        }
        passwords.push((format!("{name}.password_file"), &smtp.password_file));
        authorities.push((format!("{name}.tls_ca_file"), &smtp.tls_ca_file));
        if !smtp.username.is_empty() && smtp.tls == Tls::None && !is_loopback(&smtp.host) {
            faults.push(Wrong::PasswordInClear { name: name.clone(), host: smtp.host.clone() }.into());
        }
        let server = (&smtp.host, smtp.port, &smtp.username);
        match known.iter().find(|(_, other)| *other == server) {
            Some((other, _)) => faults.push(Wrong::SameServer { name, other: other.clone() }.into()),
            None => known.push((name, server)),
        }
    }
    faults.extend(of_mailbox(&config.bounces.imap));
    passwords.push(("bounces.imap.password_file".to_owned(), &config.bounces.imap.password_file));
    authorities.push(("bounces.imap.tls_ca_file".to_owned(), &config.bounces.imap.tls_ca_file));
    faults.extend(oidc::fault(config));
    passwords.push(("oidc.client_secret_file".to_owned(), &config.oidc.client_secret_file));
    authorities.push(("oidc.tls_ca_file".to_owned(), &config.oidc.tls_ca_file));
    let url = PostgresUrl::is_meant(&config.database.url).then(|| PostgresUrl::parse(&config.database.url));
    match url {
        Some(Ok(url)) => faults.extend(url.files().filter_map(|(name, path)| {
            let error = std::fs::File::open(path).err()?;
            let (path, parameter, error) = (path.to_owned(), name.to_owned(), error.to_string());
            Some(Fault::from(Wrong::DatabaseFile { path, parameter, error }))
        })),
        None if !config.database.password_file.is_empty() => {
            faults.push(Wrong::PasswordWithoutServer.into());
        }
        _ => {}
    }
    if PostgresUrl::is_meant(&config.database.url) && config.database.power_loss != PowerLoss::Strict {
        faults.push(Wrong::PowerLossOfServer.into());
    }
    let rules = Rules::with_file(&config.bounces.rules_file).err();
    faults.extend(
        rules.map(|Faulty { file, wrong }| Fault::at("[bounces] rules_file", Wrong::Rules { file, what: wrong })),
    );
    if !config.smtp.bounce_domain.is_empty() && !config.smtp.bounce_address.is_empty() {
        faults.push(Wrong::TwoEnvelopeSenders.into());
    }
    faults.extend(unread_list(config));
    faults.extend(hooks::faults(&config.bounces.hooks));
    // Read here in the same way as when they are used.
    faults.extend(passwords.iter().filter_map(|(key, path)| Some(Fault::at(key, Secret::read(path).err()?.0))));
    faults.extend(
        authorities.iter().filter_map(|(key, path)| Some(Fault::at(key, authority::certificates(path).err()?.0))),
    );
    faults
}

/// A mailbox is looked into by somebody, and no password travels in clear.
fn of_mailbox(imap: &Imap) -> Vec<Fault> {
    let name = || "bounces.imap".to_owned();
    let mut faults = Vec::new();
    if !imap.host.is_empty() && imap.username.is_empty() {
        faults.push(Wrong::NoUser { name: name() }.into());
    }
    if !imap.username.is_empty() && imap.password_file.is_empty() {
        faults.push(Wrong::NoPassword { name: name() }.into());
    }
    if !imap.username.is_empty() && imap.tls == Tls::None && !is_loopback(&imap.host) {
        faults.push(Wrong::PasswordInClear { name: name(), host: imap.host.clone() }.into());
    }
    faults
}

fn unread_list(config: &Config) -> Option<Fault> {
    let path = &config.signup.disposable_file;
    let error = std::fs::read_to_string(path).err().filter(|_| !path.is_empty())?;
    Some(Wrong::DisposableFile { path: path.clone(), error: error.to_string() }.into())
}

/// Warnings about settings that work but are risky.
pub fn warnings(config: &Config) -> Vec<Wrong> {
    let mut found = example::left(config);
    for (name, smtp) in config.relays() {
        let near = is_loopback(&smtp.host);
        if smtp.tls == Tls::None && !near {
            found.push(Wrong::NoTls { name: name.clone(), host: smtp.host.clone() });
        }
        if smtp.tls_accept_invalid && !near {
            found.push(Wrong::AnyCertificate { name, host: smtp.host.clone() });
        }
    }
    if config.base_url.starts_with("http://") && !host_of(&config.base_url).is_some_and(|host| is_loopback(&host)) {
        found.push(Wrong::Http);
    }
    if host_of(&config.base_url).is_some_and(|host| is_loopback(&host)) {
        found.push(Wrong::OnlyHere);
    }
    let behind_proxy = config.base_url.starts_with("https://") && listens_on_loopback(&config.listen);
    if behind_proxy && config.web.trusted_proxies.is_empty() {
        found.push(Wrong::NoProxy);
    }
    if masked("database.url", &config.database.url) != config.database.url {
        found.push(Wrong::PasswordInUrl);
    }
    if let (true, Ok(url)) = (PostgresUrl::is_meant(&config.database.url), PostgresUrl::parse(&config.database.url)) {
        if let Some(host) = url.may_be_clear() {
            found.push(Wrong::DatabaseInClear { host: host.to_owned() });
        }
        for name in &url.ignored {
            found.push(Wrong::NoParameter { name: name.clone() });
        }
    }
    let nothing_comes_in = config.bounces.listen.is_empty() && config.bounces.imap.host.is_empty();
    if !config.smtp.leave_mailbox.is_empty() && nothing_comes_in {
        found.push(Wrong::LeaveMailbox);
    }
    let passwords = config.relays().map(|(_, smtp)| &smtp.password_file);
    let of_hooks = config.bounces.hooks.values().flat_map(hooks::Hook::files);
    let ours = [&config.database.password_file, &config.bounces.imap.password_file, &config.oidc.client_secret_file];
    for path in passwords.chain(ours).chain(of_hooks) {
        if !path.is_empty() && secret::readable_by_all(std::path::Path::new(path)) {
            found.push(Wrong::OpenFile { path: path.clone() });
        }
    }
    found
}

/// What an installation goes without, by choice or because nobody set it.
pub fn losses(config: &Config) -> Vec<Wrong> {
    let smtp = &config.smtp;
    let has_none = smtp.bounce_domain.is_empty() && smtp.bounce_address.is_empty();
    has_none.then_some(Wrong::NoEnvelopeSender).into_iter().collect()
}

fn listens_on_loopback(listen: &str) -> bool {
    listen.rsplit_once(':').is_some_and(|(host, _)| is_loopback(host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::{Layers, Report};

    #[test]
    fn every_key_has_a_rule_and_every_rule_a_key() {
        let mut keys: Vec<String> =
            Report::read(&Layers::default()).settings.iter().map(|setting| setting.key.clone()).collect();
        keys.retain(|key| !hooks::is_key(key));
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
    fn the_base_address_has_one_form() {
        assert_eq!(normalised_base_url("HTTPS://News.Example.org:443/"), "https://news.example.org");
    }

    #[test]
    fn without_an_envelope_sender_something_is_lost_and_one_is_enough() {
        let mut config = Config::default();
        assert_eq!(losses(&config), [Wrong::NoEnvelopeSender]);
        config.smtp.bounce_address = "bonjour+{token}@example.org".into();
        assert!(losses(&config).is_empty());
        config.smtp.bounce_domain = "bounces.example.org".into();
        assert_eq!(across(&config), [Fault::from(Wrong::TwoEnvelopeSenders)]);
    }

    #[test]
    fn what_a_power_cut_may_cost_is_said_for_sqlite_alone() {
        let word = |text: &str| fault("database.power_loss", &Value::Text(text.to_owned()));
        assert!(word("strict").is_none() && word("5ms").is_none());
        for wrong in ["10ms", "5 ms", "off", ""] {
            assert!(word(wrong).unwrap().to_string().contains("strict, 5ms"), "{wrong}");
        }
        let mut config = Config::default();
        assert_eq!(config.database.power_loss, PowerLoss::Strict);
        config.database.power_loss = PowerLoss::FiveMs;
        assert_eq!(across(&config), []);
        config.database.url = "postgres://facteur@localhost/facteur".into();
        assert_eq!(across(&config), [Fault::from(Wrong::PowerLossOfServer)]);
        config.database.power_loss = PowerLoss::Strict;
        assert_eq!(across(&config), []);
    }

    #[test]
    fn a_mailbox_that_nothing_brings_in_is_warned_of() {
        let mut config = Config::default();
        let warned = |config: &Config| warnings(config).contains(&Wrong::LeaveMailbox);
        assert!(!warned(&config));
        config.smtp.leave_mailbox = "leave@example.org".into();
        assert!(warned(&config));
        assert!(across(&config).is_empty());
        config.bounces.listen = "127.0.0.1:2424".into();
        assert!(!warned(&config));
        config.bounces.listen.clear();
        config.bounces.imap.host = "imap.example.org".into();
        assert!(!warned(&config));
    }

    #[test]
    fn a_proxy_that_is_not_named_is_warned_of() {
        let warned = |base_url: &str, listen: &str, proxies: &[&str]| {
            let mut config = Config { base_url: base_url.into(), listen: listen.into(), ..Config::default() };
            config.web.trusted_proxies = proxies.iter().map(|proxy| (*proxy).to_owned()).collect();
            warnings(&config).contains(&Wrong::NoProxy)
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
        assert!(across(&config)[0].to_string().contains("/nowhere/at/all"));
        config.smtp.tls = Tls::None;
        assert_eq!(across(&config).len(), 1, "in clear to this machine is fine");
        config.smtp.host = "mail.example.org".into();
        assert!(matches!(across(&config)[0].wrong, Wrong::PasswordInClear { .. }));
    }
}
