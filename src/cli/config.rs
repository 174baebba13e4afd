//! `facteur config check | show | example`.

use std::fmt::Write as _;

use anyhow::Context as _;
use serde_json::json;

use super::{Context, Fault};
use crate::coded::Told as _;
use crate::config::load::Report;
use crate::config::value::Setting;
use crate::config::{EXAMPLE, check};
use crate::i18n::Locale;

/// Arguments of `facteur config`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Check the configuration: print every fault with file and line. Exit 3 when there is one.
    Check,
    /// Print every key with its effective value. Passwords are masked.
    Show {
        /// Show where each value comes from.
        #[arg(long)]
        origin: bool,
    },
    /// Print an example file with what an owner must set.
    Example,
}

/// Runs it.
#[expect(clippy::unused_async, reason = "every command is awaited the same way")]
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    match args.verb {
        Verb::Check => check(context),
        Verb::Show { origin } => show(context, origin),
        Verb::Example => {
            print!("{EXAMPLE}");
            Ok(())
        }
    }
}

/// What `config check` finds: faults, and warnings, in this language.
pub fn findings(report: &Report, locale: &Locale) -> (Vec<String>, Vec<String>) {
    let mut warnings = report.warnings.clone();
    let faults = match report.config() {
        Ok(config) => {
            warnings.extend(check::warnings(&config));
            check::across(&config)
        }
        Err(faults) => faults.0,
    };
    let faults = faults.iter().map(|fault| fault.words(locale)).collect();
    (faults, warnings.iter().map(|warning| warning.words(locale)).collect())
}

/// The lines of faults and of warnings.
pub fn lines(faults: &[String], warnings: &[String], locale: &Locale) -> Vec<String> {
    let line = |key: &'static str| move |words: &String| format!("{:<8} {words}", locale.text(key));
    let warnings = warnings.iter().map(line("cli-config-warning"));
    faults.iter().map(line("cli-config-fault")).chain(warnings).collect()
}

fn check(context: &Context) -> anyhow::Result<()> {
    let report = context.report();
    let locale = context.print_locale();
    let (faults, warnings) = findings(&report, locale);
    let losses = report.config().map(|config| check::losses(&config)).unwrap_or_default();
    let losses: Vec<String> = losses.iter().map(|loss| loss.words(locale)).collect();
    if context.json {
        println!("{}", json!({ "faults": faults, "warnings": warnings, "losses": losses }));
    } else {
        for line in lines(&faults, &warnings, context.locale) {
            println!("{line}");
        }
        for loss in &losses {
            println!("{:<8} {loss}", context.locale.text("cli-config-loss"));
        }
    }
    if faults.is_empty() {
        if !context.json {
            println!("{:<8} {}", "ok", said!(context.locale, "cli-config-read", count = report.settings.len()));
        }
        return Ok(());
    }
    Err(Fault::problems(said!(context.locale, "config-has-faults", count = faults.len())))
}

fn show(context: &Context, origin: bool) -> anyhow::Result<()> {
    let report = context.report();
    report.config()?;
    if context.json {
        let rows: Vec<_> = report
            .settings
            .iter()
            .map(|s| json!({ "key": s.key, "value": check::shown(s).value, "origin": s.origin.to_string() }))
            .collect();
        println!("{}", serde_json::to_string_pretty(&rows).context("cannot print JSON")?);
        return Ok(());
    }
    print!("{}", as_toml(&report.settings, origin));
    Ok(())
}

/// A file that would give the same configuration (apart from the masked values).
fn as_toml(settings: &[Setting], origin: bool) -> String {
    let mut out = String::new();
    let mut section = "";
    for setting in settings {
        let (of, name) = setting.key.rsplit_once('.').unwrap_or(("", &setting.key));
        if of != section {
            section = of;
            let _ = writeln!(out, "\n[{section}]");
        }
        let line = format!("{name} = {}", check::shown(setting).value);
        let _ = if origin { writeln!(out, "{line:<44} # {}", setting.origin) } else { writeln!(out, "{line}") };
    }
    out
}
