//! `facteur bounce explain`: what is understood of a mail that came back, and why. Changes nothing.
//!
//! In: a mail in a file or on standard input. Out: what was understood of it, and why, in the language of the environment; with
//! `--json` for programs.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;

use crate::bounces::explain::Explained;
use crate::bounces::read::{self, Recipient, Returned};
use crate::cli::{Context, Fault};
use crate::i18n::{Locale, Value};
use crate::os_error;
use crate::refusal::Rules;

/// Runs it. `to`: the recipient of its envelope, where it is known.
pub fn run(context: &Context, file: &Path, to: Option<&str>) -> anyhow::Result<()> {
    let rules = Rules::with_file(&context.config()?.bounces.rules_file)?;
    let returned = read::read(&bytes(context, file)?, to, &rules);
    context.show(&Explained::of(&returned), || explained(&returned, context.locale))
}

/// The mail, as far as it is looked at.
fn bytes(context: &Context, file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = read::MAX_BYTES as u64;
    let read = if file.as_os_str() == "-" {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    read.map_err(|error| {
        let (file, error) = (file.display().to_string(), os_error::words(&error, context.locale));
        Fault::failure(said!(context.locale, "cli-mail-unreadable", file = &file, error = &error))
    })?;
    Ok(bytes)
}

/// In words.
fn explained(returned: &Returned, locale: &Locale) -> String {
    let text = |kind: &str, name: &str| locale.text(&format!("bounce-{kind}-{name}"));
    let mut out = format!("{}: {}\n", text("kind", returned.kind.name()), text("sign", returned.sign.name()));
    line(&mut out, locale, "from", returned.from.as_deref());
    line(&mut out, locale, "subject", Some(&returned.subject));
    for recipient in &returned.recipients {
        person(&mut out, locale, recipient);
    }
    let trail = &returned.trail;
    out.push('\n');
    line(&mut out, locale, "envelope", trail.envelope_to.as_deref());
    line(&mut out, locale, "to", joined(&trail.to).as_deref());
    line(&mut out, locale, "message-id", joined(&trail.message_ids).as_deref());
    line(&mut out, locale, "original-to", joined(&trail.original_to).as_deref());
    line(&mut out, locale, "leave", joined(&trail.leave).as_deref());
    out
}

fn person(out: &mut String, locale: &Locale, recipient: &Recipient) {
    let text = |kind: &str, name: &str| locale.text(&format!("bounce-{kind}-{name}"));
    let address = if recipient.address.is_empty() { text("label", "nobody") } else { shown(&recipient.address) };
    let _ = write!(out, "\n{address}\n");
    line(out, locale, "outcome", Some(&text("outcome", recipient.outcome.name())));
    line(out, locale, "original", recipient.original.as_deref());
    line(out, locale, "class", class(recipient, locale).as_deref());
    line(out, locale, "because", because(recipient, locale).as_deref());
    line(out, locale, "said", Some(&recipient.diagnostic));
}

/// The class with whom it concerns; a name of the operator's own stands as it is.
fn class(recipient: &Recipient, locale: &Locale) -> Option<String> {
    let (class, about) = (recipient.class.as_deref()?, recipient.about?);
    let key = format!("bounce-class-{class}");
    let class = if locale.has(&key) { locale.text(&key) } else { class.to_owned() };
    let about = locale.text(&format!("bounce-about-{}", about.name()));
    Some(locale.format("bounce-class", &[("class", Value::Text(&class)), ("about", Value::Text(&about))]))
}

/// What was believed: where it stood, its codes, the phrase.
fn because(recipient: &Recipient, locale: &Locale) -> Option<String> {
    if recipient.class.is_none() && recipient.diagnostic.is_empty() && recipient.status.is_none() {
        return None;
    }
    let mut out = locale.text(&format!("bounce-because-{}", recipient.because.name()));
    let codes = [recipient.code.map(|code| code.to_string()), recipient.enhanced.map(|enhanced| enhanced.to_string())];
    for code in codes.into_iter().flatten() {
        let _ = write!(out, " {code}");
    }
    if let Some(phrase) = &recipient.phrase {
        let _ = write!(out, " {}", locale.format("bounce-phrase", &[("phrase", Value::Text(phrase))]));
    }
    Some(out)
}

/// A line with its label, when there is something to say.
fn line(out: &mut String, locale: &Locale, label: &str, value: Option<&str>) {
    if let Some(value) = value.map(shown).filter(|value| !value.is_empty()) {
        let label = locale.text(&format!("bounce-label-{label}"));
        let _ = writeln!(out, "  {label:<22} {value}");
    }
}

/// One line that no terminal takes for commands.
fn shown(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|char| !char.is_control()).take(500).collect()
}

fn joined(values: &[String]) -> Option<String> {
    (!values.is_empty()).then(|| values.join(", "))
}
