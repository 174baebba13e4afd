//! Reads the layers of the configuration and merges them.
//!
//! In: files and environment variables ([`Layers`]). Out: a [`Report`]: each key with its value and where it came from,
//! and every fault found, with file and line. `config/default.toml` is the schema: a key that is not in it is unknown, and
//! each value must have the type that it has there.

use std::fmt;
use std::path::{Path, PathBuf};

use toml_edit::{Document, Item, TableLike};

use super::expected::Kind;
use super::value::{Origin, Setting, Value, nearest};
use super::variable::{self, Slip};
use super::wrong::{Fault, Wrong};
use super::{Config, DEFAULT, check, hooks, relay};
use crate::coded::Told as _;
use crate::i18n::{self, Locale, Value as Variable};

/// The file that every command reads when it is there.
pub const SYSTEM_FILE: &str = "/etc/facteur/facteur.toml";

/// The layers over the built-in configuration, in this order.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// Files that must be there.
    pub files: Vec<PathBuf>,
    /// Variables; those that do not start with `FACTEUR_` are not looked at.
    pub environment: Vec<(String, String)>,
}

impl Layers {
    /// `/etc/facteur/facteur.toml` when it is there, then `path`, then the environment of this process.
    pub fn of_this_process(path: Option<&Path>) -> Self {
        let system = Path::new(SYSTEM_FILE);
        let files = system.exists().then_some(system).into_iter().chain(path).map(Path::to_path_buf).collect();
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
            .collect();
        Self { files, environment }
    }
}

/// The merged configuration, with its faults.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Every key, in the order of `config/default.toml`.
    pub settings: Vec<Setting>,
    /// Faults, each with its place. Faulty values are ignored.
    pub faults: Vec<Fault>,
    /// Warnings about environment variables that look like ours but set no key.
    pub warnings: Vec<Wrong>,
    /// The folder of the last file; `None` without one.
    folder: Option<PathBuf>,
}

/// Name of the folder of DKIM keys beside the configuration.
const DKIM_FOLDER: &str = "dkim";

/// All faults of the configuration.
#[derive(Debug)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(i18n::locale(i18n::FALLBACK)))
    }
}

impl std::error::Error for Faults {}

impl Faults {
    /// How many, and each on a line of its own.
    pub fn words(&self, locale: &Locale) -> String {
        let first = locale.format("config-has-faults", &[("count", Variable::from(self.0.len()))]);
        let lines = self.0.iter().map(|fault| format!("\n  {}", fault.words(locale))).collect::<Vec<_>>().concat();
        format!("{first}:{lines}")
    }
}

impl Report {
    /// Reads the built-in configuration and overrides it with `layers`.
    pub fn read(layers: &Layers) -> Self {
        let mut report = Self::default();
        let document = Document::parse(DEFAULT).expect("config/default.toml is TOML (a test reads it)");
        each_value(document.as_table(), "", &mut |key, item, _| {
            let value = Value::of(item).expect("config/default.toml holds texts, numbers, flags and lists");
            report.settings.push(Setting { key, value, origin: Origin::BuiltIn });
        });
        for path in &layers.files {
            report.lay_file(path);
            report.folder = path.parent().map(Path::to_path_buf);
        }
        for (name, said) in &layers.environment {
            report.lay_variable(name, said);
        }
        report
    }

    /// The typed configuration.
    ///
    /// # Errors
    /// When there are faults.
    pub fn config(&self) -> Result<Config, Faults> {
        let mut faults = self.faults.clone();
        faults.extend(relay::without_host(&self.settings).into_iter().map(Fault::from));
        if !faults.is_empty() {
            return Err(Faults(faults));
        }
        let mut config: Config = serde_json::from_value(self.json())
            .map_err(|error| Faults(vec![Wrong::Unreadable { error: error.to_string() }.into()]))?;
        config.base_url = check::normalised_base_url(&config.base_url);
        config.settings = self.settings.iter().map(check::shown).collect();
        if config.dkim.keys.is_empty() {
            let beside = self.folder.as_deref().unwrap_or(Path::new("")).join(DKIM_FOLDER);
            config.dkim.keys = beside.to_string_lossy().into_owned();
        }
        Ok(config)
    }

    /// All values as a tree, nothing masked.
    fn json(&self) -> serde_json::Value {
        let mut root = serde_json::Map::new();
        for Setting { key, value, .. } in self.settings.iter().filter(|setting| !relay::is_key(&setting.key)) {
            put(&mut root, key, serde_json::to_value(value).unwrap_or_default());
        }
        let servers = relay::servers(&self.settings, root.get("smtp"));
        root.insert("relay".to_owned(), servers.into());
        root.into()
    }

    fn lay_file(&mut self, path: &Path) {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                let wrong = Wrong::Unreadable { error: error.to_string() };
                return self.faults.push(Fault::at(path.display(), wrong));
            }
        };
        let document = match Document::parse(text.as_str()) {
            Ok(document) => document,
            Err(error) => {
                let line = error.span().map_or(1, |span| line_of(&text, span.start));
                let what = error.message().lines().collect::<Vec<_>>().join(", ");
                return self.faults.push(Fault::at(format_args!("{}:{line}", path.display()), Wrong::NoToml { what }));
            }
        };
        each_value(document.as_table(), "", &mut |key, item, start| {
            let line = line_of(&text, start.unwrap_or(0));
            self.lay(&key, Value::of(item), found(item), Origin::File(path.to_path_buf(), line));
        });
    }

    /// `FACTEUR_SMTP__HOST` sets `smtp.host`, `FACTEUR_BASE_URL` sets `base_url`. A variable of ours that sets no key is a fault
    /// or a warning.
    fn lay_variable(&mut self, name: &str, said: &str) {
        let key = variable::key(name).unwrap_or_default();
        let model = relay::model(&key);
        if let Some(setting) = self.settings.iter().find(|setting| setting.key == model) {
            let value = setting.value.parse_like(said);
            return self.lay(&key, value, Kind::Other, Origin::Environment(name.to_owned()));
        }
        match variable::slip(name, said, &self.settings) {
            Some(Slip::Fault(wrong)) => self.faults.push(wrong.into()),
            Some(Slip::Unknown) => self.faults.push(Fault::at(name, self.unknown(&key))),
            Some(Slip::Warning(wrong)) => self.warnings.push(wrong),
            None => {}
        }
    }

    fn lay(&mut self, key: &str, value: Option<Value>, found: Kind, origin: Origin) {
        let model = relay::model(key);
        let Some(model) = self.settings.iter().position(|setting| setting.key == model) else {
            return self.faults.push(Fault::at(origin, self.unknown(key)));
        };
        let at = self.settings.iter().position(|setting| setting.key == key).unwrap_or(model);
        let expected = self.settings[at].value.kind();
        let value = value.filter(|value| value.kind() == expected);
        let fault = match &value {
            None => Some(Wrong::Kind { key: key.to_owned(), found, expected }),
            Some(value) => check::fault(key, value),
        };
        match (fault, value) {
            (Some(wrong), _) => self.faults.push(Fault::at(origin, wrong)),
            (None, Some(value)) => {
                let setting = Setting { key: key.to_owned(), value, origin };
                if self.settings[at].key == key {
                    self.settings[at] = setting;
                } else {
                    self.settings.insert(relay::place(&self.settings, key), setting);
                }
            }
            (None, None) => {}
        }
    }

    /// An unknown key, with the key that was probably meant.
    fn unknown(&self, key: &str) -> Wrong {
        if let Some(wrong) = relay::unknown(key).or_else(|| hooks::unknown(key)) {
            return wrong;
        }
        let name = key.rsplit('.').next().unwrap_or(key);
        let keys = || self.settings.iter().map(|setting| setting.key.as_str());
        let elsewhere = || keys().find(|known| known.rsplit('.').next() == Some(name));
        let (known, key) = (nearest(key, keys()).or_else(elsewhere), key.to_owned());
        match known.map(|known| known.rsplit_once('.').ok_or(known)) {
            Some(Ok((section, name))) => Wrong::NoKeyIn { key, name: name.to_owned(), section: section.to_owned() },
            Some(Err(known)) => Wrong::NoKeyAbove { key, name: known.to_owned() },
            None => Wrong::NoKey { key },
        }
    }
}

/// Puts a value into a tree, in a table for each section of its key.
fn put(table: &mut serde_json::Map<String, serde_json::Value>, key: &str, value: serde_json::Value) {
    let Some((section, rest)) = key.split_once('.') else {
        table.insert(key.to_owned(), value);
        return;
    };
    let below = table.entry(section).or_insert_with(|| serde_json::Map::new().into());
    if let Some(below) = below.as_object_mut() {
        put(below, rest, value);
    }
}

/// Calls `visit` with each value below `table`: its dotted key, itself, and the byte where the key stands.
fn each_value(table: &dyn TableLike, section: &str, visit: &mut dyn FnMut(String, &Item, Option<usize>)) {
    for (name, item) in table.iter() {
        let key = if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") };
        if let Some(below) = item.as_table_like() {
            each_value(below, &key, visit);
        } else {
            let start = table.get_key_value(name).and_then(|(key, _)| key.span()).or_else(|| item.span());
            visit(key, item, start.map(|span| span.start));
        }
    }
}

/// The type of a TOML item.
fn found(item: &Item) -> Kind {
    match item {
        Item::Value(value) if value.is_str() => Kind::Text,
        Item::Value(value) if value.is_integer() => Kind::Number,
        Item::Value(value) if value.is_float() => Kind::Fraction,
        Item::Value(value) if value.is_bool() => Kind::Flag,
        Item::Value(value) if value.is_array() => Kind::OtherList,
        Item::Value(_) => Kind::Date,
        _ => Kind::Sections,
    }
}

fn line_of(text: &str, byte: usize) -> usize {
    1 + text[..byte.min(text.len())].matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(file: &str, environment: &[(&str, &str)]) -> Report {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("facteur.toml");
        std::fs::write(&path, file).unwrap();
        let environment = environment.iter().map(|(name, said)| ((*name).to_owned(), (*said).to_owned())).collect();
        let mut report = Report::read(&Layers { files: vec![path.clone()], environment });
        for fault in &mut report.faults {
            fault.place = fault.place.replace(&path.display().to_string(), "FILE");
        }
        report
    }

    fn faults(report: &Report) -> Vec<String> {
        report.faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_built_in_file_holds_every_key_of_the_struct() {
        let report = Report::read(&Layers::default());
        report.config().expect("every key of Config stands in config/default.toml, and no other");
        assert_eq!(faults(&report), [""; 0]);
        for setting in &report.settings {
            assert_eq!(check::fault(&setting.key, &setting.value), None, "the defaults pass their own rules");
        }
    }

    #[test]
    fn the_example_passes() {
        assert_eq!(faults(&report(crate::config::EXAMPLE, &[])), [""; 0]);
    }

    #[test]
    fn later_layers_win_and_say_so() {
        let report = report(
            "base_url = \"https://a.example/\"\n[smtp]\nhost = \"one\"\nport = 587\n",
            &[
                ("FACTEUR_SMTP__HOST", "two"),
                ("FACTEUR_WEB__TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8"),
                ("PATH", "/bin"),
                ("FACTEUR_TEST_DATABASE", "not ours"),
            ],
        );
        let config = report.config().unwrap();
        assert_eq!((config.smtp.host.as_str(), config.smtp.port), ("two", 587));
        assert_eq!(config.base_url, "https://a.example");
        assert_eq!(config.web.trusted_proxies, ["127.0.0.1", "10.0.0.0/8"]);
        let origin = |key: &str| report.settings.iter().find(|s| s.key == key).unwrap().origin.clone();
        assert_eq!(origin("smtp.host"), Origin::Environment("FACTEUR_SMTP__HOST".into()));
        assert!(matches!(origin("smtp.port"), Origin::File(_, 4)));
        assert_eq!(origin("smtp.tls"), Origin::BuiltIn);
    }

    #[test]
    fn the_keys_of_dkim_lie_beside_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("facteur.toml");
        let keys = |text: &str| {
            std::fs::write(&path, text).unwrap();
            let report = Report::read(&Layers { files: vec![path.clone()], environment: Vec::new() });
            report.config().unwrap().dkim.keys
        };
        assert_eq!(keys(""), folder.path().join("dkim").display().to_string());
        assert_eq!(keys("[dkim]\nkeys = \"/var/lib/facteur/dkim\"\n"), "/var/lib/facteur/dkim");
        assert_eq!(Config::default().dkim.keys, "dkim");
    }

    #[test]
    fn all_faults_come_together_with_line_and_suggestion() {
        let file = "base_ulr = \"https://a.example\"\nhost = \"x\"\n\n[smtp]\nprot = 25\nport = \"25\"\n\
                    connections = 0\ntls = \"startls\"\n\n[sntp]\nhost = \"y\"\n[feeds]\nallow_hosts = [1]\n";
        let report = report(file, &[("FACTEUR_SMTP__PORT", "many"), ("FACTEUR_LISTN", "x"), ("FACTEUR_A__B", "")]);
        assert_eq!(
            faults(&report),
            [
                "FILE:1: unknown key `base_ulr`; did you mean `base_url`, above the first [section]?",
                "FILE:2: unknown key `host`; did you mean `host` in [smtp]?",
                "FILE:5: unknown key `smtp.prot`; did you mean `port` in [smtp]?",
                "FILE:6: smtp.port is a text in quotes; it must be a whole number",
                "FILE:7: smtp.connections is 0; it must be 1 to 256",
                "FILE:8: smtp.tls is \"startls\"; it must be one of none, starttls, tls (did you mean \"starttls\"?)",
                "FILE:11: unknown key `sntp.host`; did you mean `host` in [smtp]?",
                "FILE:13: feeds.allow_hosts is a list with other things than texts; it must be a list of texts",
                "FACTEUR_SMTP__PORT: smtp.port is something else; it must be a whole number",
                "FACTEUR_LISTN: unknown key `listn`; did you mean `listen`, above the first [section]?",
                "FACTEUR_A__B: unknown key `a.b`; `facteur config show` lists them all",
            ]
        );
    }

    #[test]
    fn a_file_that_is_missing_or_no_toml_is_a_fault() {
        assert!(faults(&report("[smtp\n", &[]))[0].starts_with("FILE:1: not valid TOML"));
        let layers = Layers { files: vec!["/nowhere/facteur.toml".into()], environment: Vec::new() };
        assert!(faults(&Report::read(&layers))[0].starts_with("/nowhere/facteur.toml: cannot be read"));
    }
}
