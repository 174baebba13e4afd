//! Finds settings that still have their value from an example.
//!
//! In: a [`Config`]. Out: a sentence for each key that names a domain kept for examples (RFC 2606 section 3, RFC 6761
//! section 6.5). Such a name belongs to nobody: no reader could open a link, no server would take a mail. Met by
//! [`super::check::warnings`].

use super::postgres::PostgresUrl;
use super::wrong::Wrong;
use super::{Config, EXAMPLE};

/// Domains that stand for an example, with whatever labels before them.
const DOMAINS: &[&str] = &["example.org", "example.com", "example.net", "example", "invalid"];

/// A warning for each setting that the owner still has to fill in.
pub fn left(config: &Config) -> Vec<Wrong> {
    let mut values = vec![("base_url".to_owned(), config.base_url.clone())];
    for (section, smtp) in config.relays() {
        values.push((format!("{section}.host"), smtp.host.clone()));
        values.push((format!("{section}.username"), smtp.username.clone()));
    }
    values.push(("smtp.hello".to_owned(), config.smtp.hello.clone()));
    values.push(("smtp.bounce_domain".to_owned(), config.smtp.bounce_domain.clone()));
    values.push(("smtp.bounce_address".to_owned(), config.smtp.bounce_address.clone()));
    let mut left: Vec<Wrong> = values
        .into_iter()
        .filter(|(_, value)| is_example(host(value)))
        .map(|(key, value)| said(&key, &value))
        .collect();
    if let (true, Ok(url)) = (PostgresUrl::is_meant(&config.database.url), PostgresUrl::parse(&config.database.url)) {
        let hosts = url.each_host().unwrap_or_default();
        let hosts = hosts.iter().filter_map(url::Url::host_str).filter(|host| is_example(host));
        left.extend(hosts.map(|host| said("database.url", host)));
    }
    left
}

fn said(key: &str, value: &str) -> Wrong {
    // As it would stand in the example.
    let is_left = EXAMPLE.contains(&format!("\"{value}\""));
    let (key, value) = (key.to_owned(), value.to_owned());
    if is_left { Wrong::Example { key, value } } else { Wrong::NoSuchHost { key, value } }
}

/// The host of a web address or of a mailbox; else the text itself.
fn host(value: &str) -> &str {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let rest = rest.split(['/', ':']).next().unwrap_or(rest);
    rest.rsplit_once('@').map_or(rest, |(_, domain)| domain)
}

fn is_example(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    DOMAINS.iter().any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::super::load::{Layers, Report};
    use super::*;

    #[test]
    fn hosts_that_stand_for_an_example() {
        for example in
            ["https://news.example.org", "smtp.example.com:587", "a@EXAMPLE.net", "db.blog.example", "example"]
        {
            assert!(is_example(host(example)), "{example}");
        }
        for real in ["https://news.lecarnet.fr", "myexample.org", "example.org.fr", "localhost", "127.0.0.1", "", "ana"]
        {
            assert!(!is_example(host(real)), "{real}");
        }
    }

    #[test]
    fn only_a_value_of_the_example_is_called_one() {
        assert!(matches!(said("base_url", "https://news.example.org"), Wrong::Example { .. }));
        assert!(matches!(said("base_url", "https://news.fournil.example"), Wrong::NoSuchHost { .. }));
    }

    #[test]
    fn each_untouched_value_of_the_example_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("facteur.toml");
        let warned = |text: &str| {
            std::fs::write(&path, text).unwrap();
            let report = Report::read(&Layers { files: vec![path.clone()], environment: Vec::new() });
            let keys = |wrong: &Wrong| wrong.to_string().split(' ').next().unwrap_or_default().to_owned();
            left(&report.config().unwrap()).iter().map(keys).collect::<Vec<_>>()
        };
        let example = EXAMPLE;
        assert_eq!(warned(example), ["base_url", "smtp.host", "smtp.username"]);
        assert_eq!(warned(&example.replace("example.org", "lecarnet.fr")), [""; 0]);
        let postgres =
            example.replace("sqlite:///var/lib/facteur/facteur.db", "postgres://facteur@db.example.org/facteur");
        assert!(warned(&postgres).contains(&"database.url".to_owned()));
        assert_eq!(warned(""), [""; 0], "what is built in names nobody");
    }
}
