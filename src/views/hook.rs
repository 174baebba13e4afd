//! The web hook of a provider: whether it works, as a light with its words.
//!
//! In: the configuration and what was heard. Out: [`Row`], its JSON, and a line in the language of whoever reads.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::app::App;
use crate::bounces::hooks::light::{self, Heard};
use crate::clock::{Millis, rfc3339};
use crate::config::hooks::PROVIDERS;
use crate::i18n::{Locale, Value as Variable};
use crate::phrase;

/// What the light says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Light {
    /// It is set up, and nothing has come yet.
    Waiting,
    /// The last that came was believed.
    Works,
    /// The last that came was refused.
    Refuses,
    /// It is not set up any more.
    Off,
}

impl Light {
    /// The word for it in JSON; `hook-` before it gives the key of its text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Works => "works",
            Self::Refuses => "refuses",
            Self::Off => "off",
        }
    }
}

/// One hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name in the configuration and in the address.
    pub provider: &'static str,
    /// Whether it works.
    pub light: Light,
    /// When something was last believed.
    pub seen_at: Option<Millis>,
    /// When something was last refused.
    pub refused_at: Option<Millis>,
    /// Why (`Refused` of `bounces::hooks::request`); empty when nothing was.
    pub refused: String,
}

/// Every hook that is set up, or was heard once.
pub async fn all(app: &App) -> sqlx::Result<Vec<Row>> {
    let heard = light::all(&app.db).await?;
    let is_set = |name: &str| app.config.bounces.hooks.get(name).is_some_and(|hook| !hook.secret_file.is_empty());
    let rows = PROVIDERS.iter().map(|(name, _)| {
        let heard = heard.iter().find(|heard| heard.provider == *name);
        (is_set(name) || heard.is_some()).then(|| row(name, is_set(name), heard))
    });
    Ok(rows.flatten().collect())
}

fn row(provider: &'static str, is_set: bool, heard: Option<&Heard>) -> Row {
    let at = |at: fn(&Heard) -> Millis| heard.map(at).filter(|at| *at > 0);
    let (seen_at, refused_at) = (at(|heard| heard.seen_at), at(|heard| heard.refused_at));
    let light = match (seen_at, refused_at) {
        _ if !is_set => Light::Off,
        (None, None) => Light::Waiting,
        (seen, Some(refused)) if seen.is_none_or(|seen| seen < refused) => Light::Refuses,
        _ => Light::Works,
    };
    Row { provider, light, seen_at, refused_at, refused: heard.map(|heard| heard.refused.clone()).unwrap_or_default() }
}

/// For programs.
pub fn json(row: &Row) -> Value {
    json!({
        "provider": row.provider, "light": row.light.as_str(), "last_event_at": row.seen_at.map(rfc3339),
        "last_refused_at": row.refused_at.map(rfc3339),
        "last_refused": (!row.refused.is_empty()).then_some(&row.refused),
    })
}

/// Its name, and what the light says.
pub fn line(row: &Row, zone: &TimeZone, locale: &Locale) -> String {
    let when = |at: Option<Millis>| at.map(|at| phrase::when(at, zone)).unwrap_or_default();
    let (seen, refused) = (when(row.seen_at), when(row.refused_at));
    let why = if row.refused.is_empty() { String::new() } else { locale.text(&format!("hook-why-{}", row.refused)) };
    let light = locale.text(&format!("hook-{}", row.light.as_str()));
    let of = |key: &str, at: &str| locale.format(key, &[("at", Variable::Text(at)), ("why", Variable::Text(&why))]);
    let mut parts = vec![light];
    if row.seen_at.is_some() {
        parts.push(of("hook-last-event", &seen));
    }
    if row.refused_at.is_some() {
        parts.push(of("hook-last-refused", &refused));
    }
    format!("{:<14} {}", row.provider, parts.join(" · "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n;

    fn heard(seen_at: Millis, refused_at: Millis) -> Heard {
        let refused = if refused_at > 0 { "forged" } else { "" };
        Heard { provider: "brevo".into(), seen_at, refused_at, refused: refused.into() }
    }

    #[test]
    fn the_light_follows_what_came_last() {
        let light = |is_set: bool, heard: Option<Heard>| row("brevo", is_set, heard.as_ref()).light;
        assert_eq!(light(true, None), Light::Waiting);
        assert_eq!(light(true, Some(heard(5, 0))), Light::Works);
        assert_eq!(light(true, Some(heard(5, 4))), Light::Works);
        assert_eq!(light(true, Some(heard(5, 6))), Light::Refuses);
        assert_eq!(light(true, Some(heard(0, 6))), Light::Refuses);
        assert_eq!(light(false, Some(heard(5, 0))), Light::Off);
    }

    #[test]
    fn every_light_and_every_refusal_has_its_words_in_both_languages() {
        for tag in ["fr", "en"] {
            let locale = i18n::locale(tag);
            for light in [Light::Waiting, Light::Works, Light::Refuses, Light::Off] {
                assert!(locale.has(&format!("hook-{}", light.as_str())), "{tag} {light:?}");
            }
            for why in crate::bounces::hooks::request::Refused::ALL {
                assert!(locale.has(&format!("hook-why-{why}")), "{tag} {why}");
            }
            let line =
                line(&row("brevo", true, Some(&heard(1_780_293_600_000, 1_780_293_660_000))), &TimeZone::UTC, locale);
            assert!(line.starts_with("brevo ") && line.contains("2026-06-01 06:00 UTC"), "{line}");
            assert!(line.contains(&locale.text("hook-why-forged")), "{line}");
        }
    }
}
