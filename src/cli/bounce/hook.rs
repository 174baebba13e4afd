//! `facteur bounce hooks` and `hook-explain`: how the web hooks of providers fare, and what is understood of a body.

use std::path::Path;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::bounces::event::{Event, Kind};
use crate::bounces::hooks::Provider;
use crate::bounces::hooks::receive::{self, Trouble};
use crate::bounces::hooks::request::{Headers, Request};
use crate::cli::{Context, Fault, mail};
use crate::clock::{Clock, rfc3339};
use crate::config::secret::Secret;
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

/// Shows what is understood of a body, and, with the headers of its request, whether it would be believed. Without its content type
/// the first bytes say whether it is JSON or a form.
pub fn explain(
    context: &Context,
    provider: &str,
    file: &Path,
    content_type: &str,
    headers: Option<&Path>,
) -> anyhow::Result<()> {
    let known = || Provider::ALL.iter().map(|known| known.as_str()).collect::<Vec<_>>().join(", ");
    let provider: Provider = provider
        .parse()
        .map_err(|_| Fault::usage(said!(context.locale, "cli-hook-no-provider", name = provider, known = &known())))?;
    let body = mail::read(context, file)?;
    let lines = headers.map(|file| mail::read(context, file)).transpose()?;
    let headers = headers_of(lines.as_deref().unwrap_or_default(), content_type);
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
    let mut json = json!({ "provider": provider, "events": events.iter().map(view).collect::<Vec<_>>() });
    let mut proof = String::new();
    if lines.is_some() {
        let word = judged(context, provider, &headers, &body)?;
        json["proof"] = word.into();
        proof = context.locale.text(&format!("hook-why-{word}"));
    }
    context.show(&json, || shown(&proof, &events, context.locale))
}

fn shown(proof: &str, events: &[Event], locale: &Locale) -> String {
    let mut lines: Vec<String> = events.iter().map(|event| line(event, locale)).collect();
    if lines.is_empty() {
        lines.push(locale.text("cli-hook-no-event"));
    }
    if !proof.is_empty() {
        lines.insert(0, proof.to_owned());
    }
    lines.join("\n")
}

/// Headers as they stand in a request; the content type that was given comes first.
fn headers_of(lines: &[u8], content_type: &str) -> Headers {
    let lines = String::from_utf8_lossy(lines);
    let given = Some(("content-type", content_type)).filter(|(_, value)| !value.is_empty());
    given.into_iter().chain(lines.lines().filter_map(|line| line.split_once(':'))).map(trimmed).collect()
}

fn trimmed((name, value): (&str, &str)) -> (String, String) {
    (name.trim().to_owned(), value.trim().to_owned())
}

/// `proven` by the key that the configuration names, the reason why not, or `unchecked`: the hook is not set up, its provider signs
/// nothing, or, Amazon SES, by a certificate that is not here.
fn judged(context: &Context, provider: Provider, headers: &Headers, body: &[u8]) -> anyhow::Result<&'static str> {
    let config = context.config()?;
    let hook = config.bounces.hooks.get(provider.as_str());
    let Some(hook) = hook.filter(|hook| receive::signs(provider) && !hook.key_file.is_empty()) else {
        return Ok("unchecked");
    };
    let secret = Secret::read(&hook.secret_file)?;
    let secret = secret.as_ref().map_or("", Secret::expose);
    let url = format!("{}/hooks/{provider}/{secret}", config.base_url);
    match receive::proven(provider, hook, &Request { headers, body, url: &url }, Clock::system().now()) {
        Ok(_) => Ok("proven"),
        Err(Trouble::Refused(why)) => Ok(why.as_str()),
        Err(trouble) => Err(trouble.into()),
    }
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
