//! The instance itself: version, database, what waits, mail servers and what keeps mail from leaving, settings and where they came from.
//!
//! In: the app. Out: [`System`], which is its own JSON. The command line and the console show it.

use serde::Serialize;

use crate::app::App;
use crate::clock::rfc3339;
use crate::config::value::{Origin, Setting, Value};
use crate::config::{Smtp, Tls};
use crate::db::migrate;
use crate::events::activity;
use crate::i18n::Locale;
use crate::ledger::{alarm, queue};

/// How the instance stands.
#[derive(Clone, Debug, Serialize)]
pub struct System {
    /// Of this program.
    pub version: &'static str,
    /// `sqlite` or `postgres`.
    pub database: &'static str,
    /// Bytes on its disk.
    pub bytes: u64,
    /// The newest step of its schema.
    pub schema: i64,
    /// What waits to be sent.
    pub queue: queue::Queue,
    /// When the oldest letter that waits was asked for.
    pub oldest_letter_at: Option<String>,
    /// Where mail leaves.
    pub servers: Vec<Server>,
    /// What keeps mail from leaving, in the words of the mail server where it said some.
    pub alarm: Option<String>,
    /// The end of the record of activity, `NUMBER:HASH`: worth noting elsewhere.
    pub activity_end: Option<String>,
    /// Every key of the configuration, passwords masked.
    pub settings: Vec<SettingView>,
}

/// A mail server.
#[derive(Clone, Debug, Serialize)]
pub struct Server {
    /// The section that names it: `smtp`, `relay.NAME`.
    pub name: String,
    /// `HOST:PORT`
    pub address: String,
    /// How the connection is protected: `none`, `starttls`, `tls`.
    pub tls: &'static str,
}

/// A key of the configuration.
#[derive(Clone, Debug, Serialize)]
pub struct SettingView {
    /// Such as `smtp.host`.
    pub key: String,
    /// As TOML has it.
    pub value: Value,
    /// `built in`, a file and line, or a variable.
    pub origin: String,
    /// Whether the operator set it.
    pub is_own: bool,
}

/// Looks at it.
///
/// # Errors
/// The database's.
pub async fn system(app: &App, locale: &Locale) -> anyhow::Result<System> {
    let queue = queue::standing(app).await?;
    let server = |(name, smtp): (String, &Smtp)| Server {
        name,
        address: format!("{}:{}", smtp.host, smtp.port),
        tls: match smtp.tls {
            Tls::None => "none",
            Tls::Starttls => "starttls",
            Tls::Tls => "tls",
        },
    };
    let setting = |setting: &Setting| SettingView {
        key: setting.key.clone(),
        value: setting.value.clone(),
        origin: setting.origin.to_string(),
        is_own: setting.origin != Origin::BuiltIn,
    };
    let end = activity::head(&app.db).await?;
    Ok(System {
        version: env!("CARGO_PKG_VERSION"),
        database: if app.db.is_sqlite() { "sqlite" } else { "postgres" },
        bytes: app.db.size().await?,
        schema: migrate::version(&app.db).await?,
        oldest_letter_at: queue.oldest_letter.map(rfc3339),
        queue,
        servers: app.config.relays().map(server).collect(),
        alarm: alarm::words(app, locale).await?,
        activity_end: end.map(|end| format!("{}:{}", end.id, end.hash)),
        settings: app.config.settings.iter().map(setting).collect(),
    })
}

/// Bytes as people read them: `3.2 MiB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let (mut tenths, mut unit) = (bytes.saturating_mul(10) / 1024, 0);
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_the_unit_that_fits() {
        assert_eq!(size(0), "0.0 KiB");
        assert_eq!(size(1_536), "1.5 KiB");
        assert_eq!(size(3_355_443), "3.1 MiB");
        assert_eq!(size(5 * 1024 * 1024 * 1024), "5.0 GiB");
    }
}
