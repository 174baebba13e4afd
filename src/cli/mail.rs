//! `facteur mail`: checks a mail in the form in which it would be sent.
//!
//! In: a message in a file or on standard input. Out: the lint's findings, on stdout; exit 3 when there is one.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Subcommand;

use super::{Context, Fault};
use crate::mails::lint;
use crate::phrase;

/// Arguments of `facteur mail`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

/// What to do with a mail.
#[derive(Debug, Subcommand)]
enum Action {
    /// Check a message against the rules for every mail of Facteur; exit 3 when it breaks one.
    #[command(after_long_help = lint::RULES)]
    Lint {
        /// The message (.eml, with CRLF line ends as on the wire), or - for standard input.
        file: PathBuf,
        /// Envelope sender (MAIL FROM) to check as well.
        #[arg(long, value_name = "ADDRESS", requires = "to")]
        from: Option<String>,
        /// Envelope recipient (RCPT TO) to check as well.
        #[arg(long, value_name = "ADDRESS", requires = "from")]
        to: Option<String>,
    },
}

/// Runs it.
#[expect(clippy::unused_async, reason = "every command is awaited alike")]
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    let Action::Lint { file, from, to } = args.action;
    let message = read(&file)?;
    let findings = match (from, to) {
        (Some(from), Some(to)) => lint::check_envelope(&from, &to, &message),
        _ => lint::check(&message),
    };
    if context.json {
        println!("{}", serde_json::to_string_pretty(&findings)?);
    } else {
        for finding in &findings {
            println!("{finding}");
        }
    }
    if findings.is_empty() {
        return Ok(());
    }
    let found = phrase::count(findings.len(), "finding", "findings");
    Err(Fault::problems(format!("{found}; `facteur mail lint --help` explains each id")))
}

/// The bytes of a file, or of standard input for `-`.
pub(super) fn read(file: &std::path::Path) -> anyhow::Result<Vec<u8>> {
    if file.as_os_str() == "-" {
        let mut message = Vec::new();
        std::io::stdin().lock().read_to_end(&mut message).context("reading standard input")?;
        return Ok(message);
    }
    std::fs::read(file).with_context(|| format!("cannot read {}; give a file with one message, or -", file.display()))
}
