//! A value of the configuration, where it came from, and how it is written. Read by [`super::load`], judged by [`super::check`].

use std::fmt;
use std::path::PathBuf;

use toml_edit::Item;

use super::expected::Kind;

/// A value of a key.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub enum Value {
    /// `"…"`
    Text(String),
    /// `42`
    Number(i64),
    /// `true`
    Flag(bool),
    /// `["…"]`
    List(Vec<String>),
}

impl Value {
    /// What a file says; `None` for what no key can hold.
    pub(super) fn of(item: &Item) -> Option<Self> {
        let value = item.as_value()?;
        if let Some(text) = value.as_str() {
            return Some(Self::Text(text.to_owned()));
        }
        if let Some(array) = value.as_array() {
            return array.iter().map(|one| one.as_str().map(str::to_owned)).collect::<Option<_>>().map(Self::List);
        }
        value.as_integer().map(Self::Number).or_else(|| value.as_bool().map(Self::Flag))
    }

    /// Reads what a variable says as a value of the type of `self`.
    pub(super) fn parse_like(&self, said: &str) -> Option<Self> {
        match self {
            Self::Text(_) => Some(Self::Text(said.to_owned())),
            Self::Number(_) => said.trim().parse().ok().map(Self::Number),
            Self::Flag(_) => said.trim().parse().ok().map(Self::Flag),
            Self::List(_) => {
                let parts = said.split(',').map(str::trim).filter(|part| !part.is_empty());
                Some(Self::List(parts.map(str::to_owned).collect()))
            }
        }
    }

    /// The type.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Number(_) => Kind::Number,
            Self::Flag(_) => Kind::Flag,
            Self::List(_) => Kind::List,
        }
    }
}

impl fmt::Display for Value {
    /// As TOML writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{}", toml_edit::Value::from(text)),
            Self::Number(number) => write!(f, "{number}"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::List(texts) => write!(f, "{}", texts.iter().collect::<toml_edit::Array>()),
        }
    }
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `config/default.toml`, inside the binary.
    BuiltIn,
    /// A line of a file, counted from 1.
    File(PathBuf, usize),
    /// A variable.
    Environment(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built in"),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) => f.write_str(name),
        }
    }
}

/// A key, its value, and where that came from.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Such as `smtp.host`.
    pub key: String,
    /// The value that counts.
    pub value: Value,
    /// The last layer that set it.
    pub origin: Origin,
}

/// The word most like `said`, when one is like it at all.
pub fn nearest<'a>(said: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |word: &'a str| (strsim::normalized_damerau_levenshtein(said, word), word);
    let best = words.map(likeness).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= 0.6).then_some(best.1)
}
