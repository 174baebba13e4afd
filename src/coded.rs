//! What is told to people is a code with parameters; its words stand in `locales/`, under `KIND-CODE`.
//!
//! In: an enum declared by [`codes!`], a variant for each thing that a stage may say. Out: its code and parameters for
//! programs, its words in the reader's language for people, in English for the log. A test makes sure that every language
//! has words for every code, with exactly its parameters.

use std::borrow::Cow;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use crate::i18n::{Locale, Value};
use crate::os_error;

/// A parameter as a text takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said<'a> {
    /// Shown as it is.
    Text(Cow<'a, str>),
    /// Chooses the plural form.
    Count(i64),
}

/// What may stand in a text.
pub trait Parameter {
    /// In this language.
    fn said(&self, locale: &Locale) -> Said<'_>;
}

impl Parameter for String {
    fn said(&self, _: &Locale) -> Said<'_> {
        Said::Text(self.as_str().into())
    }
}

impl Parameter for &'static str {
    fn said(&self, _: &Locale) -> Said<'_> {
        Said::Text((*self).into())
    }
}

impl Parameter for i64 {
    fn said(&self, _: &Locale) -> Said<'_> {
        Said::Count(*self)
    }
}

impl Parameter for usize {
    fn said(&self, _: &Locale) -> Said<'_> {
        Said::Count(i64::try_from(*self).unwrap_or(i64::MAX))
    }
}

/// All of them, in one line.
impl<T: Told> Parameter for Vec<T> {
    fn said(&self, locale: &Locale) -> Said<'_> {
        let words: Vec<String> = self.iter().map(|told| told.words(locale)).collect();
        Said::Text(words.join("; ").into())
    }
}

/// What is told to people, in the language of whoever reads it.
pub trait Told: std::fmt::Debug + Send + Sync {
    /// A part of a line, without a full stop.
    fn words(&self, locale: &Locale) -> String;
}

/// A code with its parameters.
pub trait Coded: std::fmt::Debug + Send + Sync {
    /// What stands before the code in the key of its text.
    const KIND: &'static str;
    /// All codes, each with the names of its parameters.
    const CODES: &'static [(&'static str, &'static [&'static str])];

    /// Its code: `too-late`. Stays as it is.
    fn code(&self) -> &'static str;

    /// Its parameters by name.
    fn parameters(&self, locale: &Locale) -> Vec<(&'static str, Said<'_>)>;
}

impl<T: Coded> Told for T {
    fn words(&self, locale: &Locale) -> String {
        formatted(self, &format!("{}-{}", T::KIND, self.code()), locale)
    }
}

/// Its words for whoever types commands: with the flag or the command that mends it, where `cli-KIND-CODE` names one. Nobody else is
/// told of flags.
pub fn at_a_terminal<T: Coded>(told: &T, locale: &Locale) -> String {
    let key = format!("cli-{}-{}", T::KIND, told.code());
    let words = told.words(locale);
    if locale.has(&key) { format!("{words} ({})", formatted(told, &key, locale)) } else { words }
}

/// A text with the parameters of a code.
fn formatted<T: Coded>(told: &T, key: &str, locale: &Locale) -> String {
    let mut parameters = told.parameters(locale);
    for (name, said) in &mut parameters {
        // What failed is written down in English, by whoever meets it first.
        if let ("words" | "error", Said::Text(text)) = (*name, said) {
            *text = os_error::retold(text, locale).into_owned().into();
        }
    }
    let values: Vec<(&str, Value<'_>)> = parameters
        .iter()
        .map(|(name, said)| match said {
            Said::Text(text) => (*name, Value::Text(text)),
            Said::Count(count) => (*name, Value::Count(*count)),
        })
        .collect();
    locale.format(key, &values)
}

/// Codes that rows keep, as compact JSON such as `{"code":"too-late"}`.
pub trait Stored: Coded + Serialize + DeserializeOwned {
    /// The JSON that is stored.
    fn stored(&self) -> String {
        self.as_json().to_string()
    }

    /// The same, still an object.
    fn as_json(&self) -> Json {
        // A tagged enum of texts and numbers has no form that JSON lacks.
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// A code as a row holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept<T> {
    /// A code of ours.
    Known(T),
    /// Words that an earlier version wrote, or a code that only a later one knows: shown as it stands.
    Words(String),
}

impl<T> From<&str> for Kept<T> {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

impl<T> From<String> for Kept<T> {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl<T: Stored> Kept<T> {
    /// Reads what is stored.
    pub fn read(stored: &str) -> Self {
        serde_json::from_str(stored).map_or_else(|_| Self::Words(stored.to_owned()), Self::Known)
    }

    /// What a row holds of it.
    pub fn stored(&self) -> String {
        match self {
            Self::Known(code) => code.stored(),
            Self::Words(words) => words.clone(),
        }
    }

    /// The code, where there is one.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Known(code) => Some(code.code()),
            Self::Words(_) => None,
        }
    }

    /// The parameters by name.
    pub fn parameters(&self) -> Map<String, Json> {
        match self {
            Self::Known(code) => match code.as_json() {
                Json::Object(fields) => fields.into_iter().filter(|(name, _)| name != "code").collect(),
                _ => Map::new(),
            },
            Self::Words(_) => Map::new(),
        }
    }

    /// In this language, where it has a code.
    pub fn words(&self, locale: &Locale) -> Cow<'_, str> {
        match self {
            Self::Known(code) => Cow::Owned(code.words(locale)),
            Self::Words(words) => Cow::Borrowed(words),
        }
    }
}

impl<T: Stored> Serialize for Kept<T> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.stored())
    }
}

impl<'de, T: Stored> serde::Deserialize<'de> for Kept<T> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <String as serde::Deserialize>::deserialize(from).map(|stored| Self::read(&stored))
    }
}

impl<T: Stored> Parameter for Kept<T> {
    fn said(&self, locale: &Locale) -> Said<'_> {
        Said::Text(self.words(locale))
    }
}

impl<T: Stored, DB: sqlx::Database> sqlx::Type<DB> for Kept<T>
where
    str: sqlx::Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <str as sqlx::Type<DB>>::type_info()
    }
    fn compatible(ty: &DB::TypeInfo) -> bool {
        <str as sqlx::Type<DB>>::compatible(ty)
    }
}

impl<'r, T: Stored, DB: sqlx::Database> sqlx::Decode<'r, DB> for Kept<T>
where
    &'r str: sqlx::Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
        Ok(Self::read(<&'r str as sqlx::Decode<'r, DB>>::decode(value)?))
    }
}

/// Declares an enum whose variants are codes: `Variant { parameter: Type } => "code"`. What it displays is English.
macro_rules! codes {
    ($(#[$meta:meta])* pub enum $name:ident as $kind:literal {
        $($(#[$vmeta:meta])* $variant:ident $({ $($(#[$fmeta:meta])* $field:ident: $type:ty),+ $(,)? })? => $code:literal),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$vmeta])* $variant $({ $($(#[$fmeta])* $field: $type),+ })?),+ }

        impl $crate::coded::Coded for $name {
            const KIND: &'static str = $kind;
            const CODES: &'static [(&'static str, &'static [&'static str])] =
                &[$(($code, &[$($(stringify!($field)),+)?])),+];

            fn code(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $code),+ }
            }

            fn parameters(
                &self,
                locale: &$crate::i18n::Locale,
            ) -> Vec<(&'static str, $crate::coded::Said<'_>)> {
                let _ = locale; // where no variant has a parameter
                match self {
                    $(Self::$variant $({ $($field),+ })? => {
                        vec![$($((stringify!($field), $crate::coded::Parameter::said($field, locale))),+)?]
                    }),+
                }
            }
        }

        impl $crate::coded::Parameter for $name {
            fn said(&self, locale: &$crate::i18n::Locale) -> $crate::coded::Said<'_> {
                $crate::coded::Said::Text($crate::coded::Told::words(self, locale).into())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let english = $crate::i18n::locale($crate::i18n::FALLBACK);
                f.write_str(&$crate::coded::Told::words(self, english))
            }
        }
    };
}
pub(crate) use codes;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n;

    codes! {
        /// Two texts that there are, with and without a parameter.
        pub enum Example as "mail" {
            /// Without.
            Contact => "contact",
            /// With.
            Leave {
                /// Of which newsletter.
                name: String,
            } => "leave",
        }
    }

    #[test]
    fn a_code_has_words_in_each_language() {
        let leave = Example::Leave { name: "Le carnet".to_owned() };
        assert_eq!((leave.code(), leave.to_string().as_str()), ("leave", "Unsubscribe from Le carnet"));
        assert_ne!(leave.words(i18n::locale("fr")), leave.to_string());
        assert_eq!(Example::CODES, [("contact", &[] as &[&str]), ("leave", &["name"])]);
        assert_eq!(Example::Contact.to_string(), "Contact:");
    }
}
