//! Sections `[relay.NAME]`: more mail servers, with keys of `[smtp]`.
//!
//! In: keys such as `relay.backup.host`, and the values of `[smtp]`. Out: the key of `[smtp]` whose type and rule apply, and each
//! server's values. A relay never takes user, password, limits or TLS from `[smtp]`: they could send a password to the wrong
//! server or apply the wrong limit.

use serde_json::{Map, Value};

use super::load::{Layers, Report};
use super::value::{Setting, nearest};
use super::wrong::Wrong;

/// Keys that a relay sets itself; when it does not, the built-in value applies.
const OWN: &[&str] = &[
    "host",
    "port",
    "tls",
    "tls_accept_invalid",
    "tls_ca_file",
    "username",
    "password_file",
    "per_second",
    "per_minute",
    "per_hour",
    "per_day",
    "weight",
    "direct",
];

/// Keys that a relay takes from `[smtp]` unless it sets them itself.
const SHARED: &[&str] = &["connections", "pipelining", "messages_per_connection", "hello"];

/// Name and key of `relay.NAME.KEY`.
fn split(key: &str) -> Option<(&str, &str)> {
    let (name, key) = key.strip_prefix("relay.")?.split_once('.')?;
    (!name.is_empty() && !key.contains('.')).then_some((name, key))
}

/// The keys that a relay's section takes.
pub fn keys() -> impl Iterator<Item = &'static str> {
    OWN.iter().chain(SHARED).copied()
}

/// Whether this key stands in a section of a relay.
pub fn is_key(key: &str) -> bool {
    split(key).is_some()
}

/// The key whose rule applies to `key`: `smtp.host` for `relay.backup.host`, else `key` itself.
pub fn model(key: &str) -> String {
    match split(key) {
        Some((_, own)) if OWN.contains(&own) || SHARED.contains(&own) => format!("smtp.{own}"),
        _ => key.to_owned(),
    }
}

/// The position for a new key of a relay: behind the last key of its section.
pub fn place(settings: &[Setting], key: &str) -> usize {
    let name = split(key).map(|(name, _)| name);
    let last = settings.iter().rposition(|setting| split(&setting.key).map(|(name, _)| name) == name);
    last.map_or(settings.len(), |last| last + 1)
}

/// "unknown key …" for a key in a section of a relay.
pub fn unknown(key: &str) -> Option<Wrong> {
    let (name, own) = split(key)?;
    let key = key.to_owned();
    Some(match nearest(own, keys()) {
        Some(near) => Wrong::NoRelayKeyNear { key, near: near.to_owned() },
        None => Wrong::NoRelayKey { key, name: name.to_owned(), keys: keys().collect::<Vec<_>>().join(", ") },
    })
}

/// Faults for relays without a host.
pub fn without_host(settings: &[Setting]) -> Vec<Wrong> {
    let has_host = |name: &str| settings.iter().any(|setting| split(&setting.key) == Some((name, "host")));
    let mut names: Vec<_> = settings.iter().filter_map(|setting| Some(split(&setting.key)?.0)).collect();
    names.sort_unstable();
    names.dedup();
    let missing = names.into_iter().filter(|name| !has_host(name));
    missing.map(|name| Wrong::NoHost { name: name.to_owned() }).collect()
}

/// All values of every relay: its own settings, then the keys it shares with `[smtp]`, then the built-in values.
pub fn servers(settings: &[Setting], smtp: Option<&Value>) -> Map<String, Value> {
    let mut servers = Map::new();
    let Some(shared) = smtp.and_then(Value::as_object) else { return servers };
    let built_in = Report::read(&Layers::default()).settings;
    for setting in settings {
        let Some((name, key)) = split(&setting.key) else { continue };
        let server = servers.entry(name).or_insert_with(|| {
            let own = |key: &str| built_in.iter().find(|setting| setting.key == format!("smtp.{key}"));
            let mut server = shared.clone();
            for key in OWN {
                server.insert((*key).to_owned(), json(own(key)));
            }
            server.into()
        });
        if let Some(server) = server.as_object_mut() {
            server.insert(key.to_owned(), json(Some(setting)));
        }
    }
    servers
}

fn json(setting: Option<&Setting>) -> Value {
    setting.and_then(|setting| serde_json::to_value(&setting.value).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Pipelining, Tls};
    use super::*;

    fn read(file: &str, environment: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("facteur.toml");
        std::fs::write(&path, file).unwrap();
        let environment = environment.iter().map(|(name, said)| ((*name).to_owned(), (*said).to_owned())).collect();
        let report = Report::read(&Layers { files: vec![path.clone()], environment });
        let place = format!("{}:", path.display());
        report.config().map_err(|faults| faults.0.iter().map(|fault| fault.to_string().replace(&place, "")).collect())
    }

    #[test]
    fn a_relay_has_its_own_keys_and_shares_what_is_no_secret() {
        let file = r#"
            [smtp]
            host = "one.example.org"
            port = 465
            tls = "tls"
            username = "me"
            password_file = "/secret"
            per_day = 500
            connections = 20
            pipelining = "envelope"
            give_up_h = 12
            weight = 9
            [relay.backup]
            host = "two.example.org"
            weight = 0
            [relay.third]
            host = "three.example.org"
            connections = 3
        "#;
        let config = read(file, &[("FACTEUR_RELAY__THIRD__PORT", "2525")]).unwrap();
        let names: Vec<String> = config.relays().map(|(name, _)| name).collect();
        assert_eq!(names, ["smtp", "relay.backup", "relay.third"]);
        let backup = &config.relay["backup"];
        assert_eq!(
            (backup.host.as_str(), backup.port, backup.tls, backup.weight),
            ("two.example.org", 25, Tls::Starttls, 0)
        );
        assert_eq!((backup.username.as_str(), backup.password_file.as_str(), backup.per_day), ("", "", 0));
        assert_eq!((backup.connections, backup.pipelining, backup.give_up_h), (20, Pipelining::Envelope, 12));
        let third = &config.relay["third"];
        assert_eq!((third.connections, third.port, third.weight), (3, 2525, 1));
    }

    #[test]
    fn faults_in_a_relay_are_told_with_their_place() {
        let faults = |file: &str| read(file, &[]).unwrap_err();
        assert_eq!(faults("[relay.b]\nport = 25"), ["[relay.b] has no host; name the mail server"]);
        assert_eq!(
            faults("[relay.b]\nhost = \"x.org\"\nhots = 1\nport = 99999\ntls = 5"),
            [
                "3: unknown key `relay.b.hots`; did you mean `host`?",
                "4: relay.b.port is 99999; it must be 1 to 65535",
                "5: relay.b.tls is a whole number; it must be a text in quotes",
            ]
        );
        assert!(faults("[relay.b]\nhost = \"x.org\"\ngive_up_h = 1")[0].contains("unknown key `relay.b.give_up_h`"));
        assert!(faults("[relay]\nhost = \"x.org\"")[0].contains("unknown key `relay.host`"));
    }
}
