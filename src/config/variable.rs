//! Environment variables: which key a variable sets or, when it sets none, which key was meant.
//!
//! In: a name such as `FACTEUR_SMTP__HOST`, and all keys. Out: `smtp.host`; or a [`Slip`] that names the right variable, so that
//! no variable of ours is ignored in silence. Met by [`super::load`].

use super::relay;
use super::value::{Setting, nearest};
use super::wrong::Wrong;

/// Beginning of the name of every variable of ours.
const PREFIX: &str = "FACTEUR_";

/// What the command line reads by itself (`--config`).
const CONFIG: &str = "FACTEUR_CONFIG";

/// Sections with sections in them, as a name begins that has its first point, and how many points follow.
const DEEPER: &[(&str, usize)] = &[("relay.", 1), ("bounces.imap__", 1), ("bounces.hooks__", 2)];

/// What is wrong with a variable that sets no key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slip {
    /// The variable was certainly meant for a key of ours.
    Fault(Wrong),
    /// The name has the form of one of ours, but there is no such key.
    Unknown,
    /// The variable may belong to another program.
    Warning(Wrong),
}

/// The key that a variable names: two underscores separate section and key.
pub fn key(name: &str) -> Option<String> {
    let key = name.strip_prefix(PREFIX)?.to_ascii_lowercase().replacen("__", ".", 1);
    let deeper = DEEPER.iter().find(|(section, _)| key.starts_with(section)).map_or(0, |(_, deeper)| *deeper);
    Some(key.replacen("__", ".", deeper))
}

/// The variable of a key.
fn name_of(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_ascii_uppercase())
}

/// The fault or warning for a variable that names none of `settings` and holds `said`.
pub fn slip(name: &str, said: &str, settings: &[Setting]) -> Option<Slip> {
    let plain_name = plain(name);
    let rest = plain_name.strip_prefix("facteur_").filter(|_| name != CONFIG)?;
    let fits = |setting: &&Setting| setting.value.parse_like(said).is_some();
    let meant = settings.iter().filter(fits).find(|setting| plain(&setting.key) == rest).map(|s| s.key.clone());
    if let Some(key) = meant.or_else(|| relay_key(rest)) {
        let (variable, right) = (name.to_owned(), name_of(&key));
        return Some(Slip::Fault(if key.contains('.') {
            Wrong::NotReadSection { variable, right }
        } else {
            Wrong::NotRead { variable, right }
        }));
    }
    if of_an_orchestrator(name, said) || (name.starts_with(PREFIX) && rest.is_empty()) {
        return None;
    }
    let top = || settings.iter().map(|setting| setting.key.as_str()).filter(|key| !key.contains('.'));
    if name.starts_with(PREFIX) && (name[PREFIX.len()..].contains("__") || nearest(rest, top()).is_some()) {
        return Some(Slip::Unknown);
    }
    let like = likely(rest, &settings.iter().filter(fits).collect::<Vec<_>>());
    let of_a_section = settings
        .iter()
        .filter_map(|setting| setting.key.split_once('.'))
        .any(|(section, _)| rest.strip_prefix(section).is_some_and(|rest| rest.is_empty() || rest.starts_with('_')));
    let variable = name.to_owned();
    match like {
        Some(key) => Some(Slip::Warning(Wrong::LikeVariable { variable, right: name_of(key) })),
        None if of_a_section => Some(Slip::Warning(Wrong::NoVariable { variable })),
        None => None,
    }
}

/// The key most similar to a name: by its last part (`password_file`), by its beginning, else as a whole.
fn likely<'a>(rest: &str, settings: &[&'a Setting]) -> Option<&'a str> {
    let keys: Vec<(&str, String)> =
        settings.iter().map(|setting| (setting.key.as_str(), plain(&setting.key))).collect();
    let find =
        |fits: &dyn Fn(&str, &str) -> bool| keys.iter().find(|(key, plain)| fits(key, plain)).map(|(key, _)| *key);
    let by_name = find(&|key, _| key.rsplit_once('.').is_some_and(|(_, name)| name == rest));
    let begins = find(&|_, plain| rest.contains('_') && (plain.starts_with(rest) || rest.starts_with(plain)));
    let whole = nearest(rest, keys.iter().map(|(_, plain)| plain.as_str()));
    by_name.or(begins).or_else(|| find(&|_, plain| Some(plain) == whole))
}

/// `relay_backup_host` → `relay.backup.host`.
fn relay_key(rest: &str) -> Option<String> {
    let rest = rest.strip_prefix("relay_")?;
    let own =
        relay::keys().filter(|key| rest.strip_suffix(key).is_some_and(|name| name.len() > 1 && name.ends_with('_')));
    let own = own.max_by_key(|key| key.len())?;
    Some(format!("relay.{}.{own}", rest.strip_suffix(own)?.trim_end_matches('_')))
}

/// The name in lower case with one underscore between words, so that a mistyped separator makes no difference.
fn plain(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_").to_ascii_lowercase()
}

/// Whether Kubernetes or Docker set this variable: they do so for each service beside us, which may be called `facteur` too.
fn of_an_orchestrator(name: &str, said: &str) -> bool {
    said.starts_with("tcp://") || name.contains("_SERVICE_") || name.contains("_TCP_")
}

#[cfg(test)]
mod tests {
    use super::super::load::{Layers, Report};
    use super::*;

    fn of(name: &str, said: &str) -> Option<Slip> {
        slip(name, said, &Report::read(&Layers::default()).settings)
    }

    #[test]
    fn every_key_has_a_variable_and_every_slip_of_its_signs_names_it() {
        for Setting { key, value, .. } in Report::read(&Layers::default()).settings {
            let right = name_of(&key);
            assert_eq!(super::key(&right).as_deref(), Some(key.as_str()));
            let said = match value {
                super::super::value::Value::Number(number) => number.to_string(),
                super::super::value::Value::Flag(flag) => flag.to_string(),
                _ => "mail.example.net".to_owned(),
            };
            let signs = |with: &str| right.replace("__", with);
            let all_double = right.replace("__", "_").replace('_', "__");
            for wrong in [signs("_"), signs("___"), signs("."), signs("-"), all_double, right.to_lowercase()] {
                if wrong == right {
                    continue;
                }
                match of(&wrong, &said) {
                    Some(Slip::Fault(fault)) => {
                        let words = fault.to_string();
                        assert!(words.starts_with(&wrong) && words.contains(&format!("write {right}")), "{words}");
                    }
                    other => panic!("{wrong}: {other:?}"),
                }
            }
        }
    }

    #[test]
    fn relays_are_known_too() {
        for wrong in ["FACTEUR_RELAY_BACKUP_HOST", "FACTEUR_RELAY__BACKUP_HOST", "FACTEUR_RELAY_BACKUP__HOST"] {
            let Some(Slip::Fault(words)) = of(wrong, "x") else { panic!("{wrong}") };
            assert!(words.to_string().contains("write FACTEUR_RELAY__BACKUP__HOST"), "{words}");
        }
        let Some(Slip::Fault(words)) = of("FACTEUR_RELAY_MY_BACKUP_TLS_CA_FILE", "x") else { panic!() };
        assert!(words.to_string().contains("write FACTEUR_RELAY__MY_BACKUP__TLS_CA_FILE"), "{words}");
    }

    #[test]
    fn what_is_like_a_key_is_warned_of() {
        for (wrong, right) in [
            ("FACTEUR_SMTP_HOSTNAME", "FACTEUR_SMTP__HOST"),
            ("FACTEUR_SMTP_USER", "FACTEUR_SMTP__USERNAME"),
            ("FACTEUR_SMTP_PASSWORD", "FACTEUR_SMTP__PASSWORD_FILE"),
            ("FACTEUR_TRUSTED_PROXIES", "FACTEUR_WEB__TRUSTED_PROXIES"),
            ("FACTEUR_USERNAME", "FACTEUR_SMTP__USERNAME"),
            ("FACTEUR_SMPT_HOST", "FACTEUR_SMTP__HOST"),
        ] {
            let Some(Slip::Warning(words)) = of(wrong, "x") else { panic!("{wrong}") };
            assert!(words.to_string().contains(right), "{words}");
        }
        for nothing in ["FACTEUR_LOG_ROTATION_MEGABYTES", "FACTEUR_LOG"] {
            let Some(Slip::Warning(words)) = of(nothing, "5") else { panic!("{nothing}") };
            assert!(words.to_string().contains("config show"), "{words}");
        }
    }

    #[test]
    fn what_others_set_is_left_alone() {
        for (name, said) in [
            ("PATH", "/bin"),
            ("FACTEUR_CONFIG", "/etc/x.toml"),
            ("FACTEUR_TEST_DATABASE", "postgres://x"),
            ("FACTEUR_TEST_LOG", "debug"),
            ("FACTEUR_TEST_POSTGRES_DATA", "/var/x"),
            ("FACTEUR_CLOCK_OFFSET_MS", "5"),
            ("FACTEUR_FAULT", "x"),
            ("FACTEUR_CORPUS", "/x"),
            ("FACTEUR_SOAK_KILLS", "300"),
            ("FACTEUR_RECEIVERS_NAMES", "exim"),
            ("FACTEUR_PORT", "tcp://10.0.0.7:8080"),
            ("FACTEUR_SERVICE_HOST", "10.0.0.7"),
            ("FACTEUR_SMTP_PORT", "tcp://10.0.0.7:25"),
            ("FACTEUR_SMTP_SERVICE_PORT", "25"),
            ("FACTEUR_SMTP_PORT_25_TCP_ADDR", "10.0.0.7"),
            ("FACTEUR_", "x"),
            ("FACTEUR", "x"),
            ("MY_FACTEUR_SMTP_HOST", "x"),
        ] {
            assert_eq!(of(name, said), None, "{name}");
        }
    }
}
