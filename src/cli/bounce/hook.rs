//! `facteur bounce hooks` and `hook-explain`: how the web hooks of providers fare, and what is understood of a body.

use std::path::Path;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::bounces::event::{Event, Kind};
use crate::bounces::hooks::Provider;
use crate::bounces::hooks::request::Headers;
use crate::cli::{Context, Fault, mail};
use crate::clock::rfc3339;
use crate::i18n::Locale;
use crate::views::hook;

/// Shows how each provider's hook fares.
pub async fn all(context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    let rows = hook::all(&app).await?;
    let json: Vec<Value> = rows.iter().map(hook::json).collect();
    context.show(&json, || {
        if rows.is_empty() {
            return context.locale.text("cli-hooks-none");
        }
        let line = |row: &hook::Row| hook::line(row, &TimeZone::system(), context.locale);
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

/// Shows what is understood of a body. Without its content type the first bytes say whether it is JSON or a form.
pub fn explain(context: &Context, provider: &str, file: &Path, content_type: String) -> anyhow::Result<()> {
    let known = || Provider::ALL.iter().map(|known| known.as_str()).collect::<Vec<_>>().join(", ");
    let provider: Provider = provider
        .parse()
        .map_err(|_| Fault::usage(said!(context.locale, "cli-hook-no-provider", name = provider, known = &known())))?;
    let body = mail::read(context, file)?;
    let headers: Headers = [("content-type", content_type)].into_iter().collect();
    let events = provider.read(&headers, &body).map_err(|why| {
        let (file, why) = (file.display().to_string(), context.locale.text(&format!("hook-why-{why}")));
        Fault::problems(said!(
            context.locale,
            "cli-hook-unreadable",
            file = &file,
            why = &why,
            name = provider.as_str()
        ))
    })?;
    let json = json!({ "provider": provider, "events": events.iter().map(view).collect::<Vec<_>>() });
    context.show(&json, || {
        if events.is_empty() {
            return context.locale.text("cli-hook-no-event");
        }
        events.iter().map(|event| line(event, context.locale)).collect::<Vec<_>>().join("\n")
    })
}

/// The words in which programs that know several providers name events.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Hard | Kind::Soft | Kind::Block => "bounced",
        Kind::Complaint => "complained",
        Kind::Deferred => "deferred",
        Kind::Leave => "unsubscribed",
        Kind::Withheld | Kind::Other => "other",
    }
}

fn view(event: &Event) -> Value {
    json!({
        "id": event.id, "type": word(event.kind), "kind": event.kind.as_str(), "class": event.kind.class(),
        "counts": event.kind.counts(), "recipient": event.recipient, "token": event.token,
        "message_id": event.message_id, "status": event.status, "text": event.text, "at": event.at.map(rfc3339),
    })
}

fn line(event: &Event, locale: &Locale) -> String {
    let said = [event.status.as_deref(), event.text.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let what = [event.kind.as_str(), event.kind.class()].join(" ");
    let passed = if event.kind.counts() { String::new() } else { format!(" ({})", locale.text("cli-hook-passed")) };
    format!("{:<14} {}{passed}  {said}", what.trim_end(), event.recipient).trim_end().to_owned()
}
