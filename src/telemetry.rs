//! Logs: message and dotted fields, never an address or a token.
//!
//! In: `[log]`. Out: lines on stderr, as text or JSON. A panic becomes a line too, so that it does not get lost where
//! only JSON is collected.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::Subscriber;

use crate::config::Log;

/// Libraries that tell more of themselves than anybody asked; `[log] level` may still turn them up by name.
const QUIETER: &str = "tokio_cron_scheduler=warn,sqlx_core::pool=warn";

/// Starts logging as `[log]` says. The first call of a process counts.
///
/// # Errors
/// When `log.level` is not a filter.
pub fn start(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(format!("{QUIETER},{}", log.level))?;
    let builder = Subscriber::builder().with_env_filter(filter).with_writer(std::io::stderr);
    if log.format == "json" {
        let _ = tracing::subscriber::set_global_default(builder.json().flatten_event(true).finish());
    } else {
        let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let _ = tracing::subscriber::set_global_default(builder.with_ansi(colours).with_target(false).finish());
    }
    log_panics();
    Ok(())
}

/// For commands that do one thing and end: only warnings.
pub fn quiet() {
    let _ = start(&Log { level: "warn".into(), format: "text".into() });
}

fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(panic.place = place, panic.message = message, "a task panicked: please report this");
    }));
}
