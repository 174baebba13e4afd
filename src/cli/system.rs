//! `facteur system`: how the instance stands, in a few lines.

use jiff::tz::TimeZone;

use super::Context;
use crate::i18n::Value;
use crate::phrase;
use crate::views::system::{self as view, size};

/// Arguments of `facteur system`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs it.
pub async fn run(_: Args, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    let found = view::system(&app, context.print_locale()).await?;
    context.show(&found, || {
        let locale = context.locale;
        let mut lines = vec![
            format!("Facteur {}", found.version),
            said!(locale, "system-database", kind = found.database, size = &size(found.bytes), schema = found.schema),
            said!(locale, "system-letters", count = found.queue.letters),
            locale.format(
                "system-digests",
                &[("count", Value::Count(found.queue.digests)), ("mails", Value::Count(found.queue.mails))],
            ),
        ];
        if let Some(oldest) = found.queue.oldest_letter {
            let when = phrase::when(oldest, &TimeZone::system());
            lines.push(said!(locale, "system-oldest", when = &when));
        }
        lines.extend(found.servers.iter().map(|server| format!("{}  {}  {}", server.name, server.address, server.tls)));
        lines.push(found.alarm.clone().unwrap_or_else(|| locale.text("system-no-alarm")));
        lines.extend(found.activity_end.iter().map(|end| said!(locale, "cli-activity-end", end = end)));
        lines.join("\n")
    })
}
