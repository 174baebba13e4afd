//! `facteur bounce`: what comes back after a mail was accepted.
//!
//! Without a subcommand it takes one mail from standard input, as a mail server's pipe hands it over; it is answered when it is stored.
//! [`explain`] shows what is understood of a mail, [`hook`] of a provider's post, [`pile`] what waits for a person.

mod explain;
mod hook;
mod pile;

use std::io::Read as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::Subcommand;
use serde_json::json;

use super::{Context, Fault};
use crate::bounces::intake::{self, Arrived, Source, Taken};
use crate::cause;
use crate::digests;
use crate::fault::fault;
use crate::os_error;

/// Arguments of `facteur bounce`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// The recipient of its envelope (RCPT TO); without it, what the mail server says in the environment.
    #[arg(long, value_name = "ADDRESS")]
    recipient: Option<String>,
    /// The sender of its envelope (MAIL FROM), where it is known.
    #[arg(long, value_name = "ADDRESS")]
    sender: Option<String>,
}

/// What to do with what came back.
#[derive(Debug, Subcommand)]
enum Action {
    /// Show what is understood of a mail that came back, and why. Changes nothing.
    Explain {
        /// The mail, or - for standard input.
        #[arg(default_value = "-")]
        file: PathBuf,
        /// The recipient of its envelope (RCPT TO), where it is known.
        #[arg(long, value_name = "ADDRESS")]
        to: Option<String>,
    },
    /// Show how each provider's web hook fares: when its last event came, and what was refused.
    Hooks,
    /// Show what is understood of the body of a web hook, and, with --headers, whether it would be believed. Nothing is stored.
    HookExplain {
        /// The provider, as in [bounces.hooks.PROVIDER].
        provider: String,
        /// The body, or - for standard input.
        file: PathBuf,
        /// Its content type; without it the first bytes say whether it is JSON or a form.
        #[arg(long, value_name = "TYPE", default_value = "")]
        content_type: String,
        /// A file with the headers of its request, a line each: its signature is checked by the key that the configuration names.
        #[arg(long, value_name = "FILE")]
        headers: Option<PathBuf>,
    },
    #[command(flatten)]
    Pile(pile::Pile),
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    match args.action {
        None => take(context, args.recipient, args.sender).await,
        Some(Action::Explain { file, to }) => explain::run(context, &file, to.as_deref()),
        Some(Action::Hooks) => hook::all(context).await,
        Some(Action::HookExplain { provider, file, content_type, headers }) => {
            hook::explain(context, &provider, &file, &content_type, headers.as_deref())
        }
        Some(Action::Pile(pile)) => pile::run(pile, context).await,
    }
}

/// What a mail server tells a command that it hands a mail to: Postfix (pipe(8), local(8)), Exim, OpenSMTPD.
const RECIPIENT: [&str; 3] = ["ORIGINAL_RECIPIENT", "RECIPIENT", "LOCAL_PART_AND_DOMAIN"];

/// Well below the 1000 s after which Postfix ends its command and bounces the mail, instead of trying again.
const PATIENCE: Duration = Duration::from_mins(5);

/// Takes a mail from standard input. Exit 75 whenever it could not be stored: the mail server keeps it and tries again.
async fn take(context: &Context, recipient: Option<String>, sender: Option<String>) -> anyhow::Result<()> {
    let mut mail = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut mail)
        .map_err(|error| Fault::busy(os_error::words(&error, context.locale)))?;
    if mail.iter().all(u8::is_ascii_whitespace) {
        return Err(Fault::usage(context.locale.text("bounce-empty")));
    }
    fault!("pipe.after_read");
    let told = || RECIPIENT.iter().find_map(|name| std::env::var(name).ok()).filter(|told| told.contains('@'));
    let recipient = recipient.or_else(told);
    let arrived = Arrived { source: Source::Pipe, recipient, sender, mail: mail.into() };
    let stored = async {
        let app = context.app().await?;
        anyhow::Ok(intake::take_one(&app, digests::MEANING, &arrived).await?)
    };
    let stored = tokio::time::timeout(PATIENCE, Box::pin(stored)).await;
    let stored = stored.unwrap_or_else(|_| Err(anyhow::anyhow!("the database does not answer")));
    let taken = stored.map_err(|error| Fault::busy(cause::told(&error, context.locale)))?;
    if context.json {
        context.show(&json!({ "stored": taken == Taken::New }), String::new)?;
    }
    Ok(())
}
