//! `facteur mail`: checks a mail in the form in which it would be sent; lists letters in doubt and decides about them.
//!
//! In: a message in a file or on standard input; or a newsletter. Out: the lint's findings, on stdout, exit 3 when there is one; letters
//! (confirmations, links, notices) that were sent and got no answer, and one verb of the ledger.

use std::io::Read as _;
use std::path::PathBuf;

use clap::Subcommand;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::digest::{can_answer, wants_yes};
use super::{Context, Fault};
use crate::app::App;
use crate::clock::rfc3339;
use crate::coded::{Coded as _, Told as _};
use crate::i18n::Locale;
use crate::ledger::letters::{self, Doubtful};
use crate::mails::lint;
use crate::os_error;
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
        /// The message must have a DKIM signature that counts for its sender: one as it arrived, behind your mail server.
        #[arg(long)]
        signed: bool,
    },
    /// List a newsletter's letters (confirmations, links, notices) in doubt: sent, but no answer came.
    List {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// How many at most, the oldest first.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..))]
        limit: i64,
    },
    /// Treat letters in doubt as accepted; they are not sent again.
    Settle {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Send them again instead: some people may get one twice.
        #[arg(long)]
        again: bool,
        /// Do it without asking.
        #[arg(long, short)]
        yes: bool,
        /// Show how many there are, and change nothing.
        #[arg(long, short = 'n')]
        dry_run: bool,
    },
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    match args.action {
        Action::Lint { file, from, to, signed } => check(context, &file, from.zip(to), signed),
        Action::List { newsletter, limit } => {
            let app = context.app().await?;
            list(&app, context, &newsletter, limit).await
        }
        Action::Settle { newsletter, again, yes, dry_run } => {
            let app = context.app().await?;
            settle(&app, context, &newsletter, Wish { again, yes, dry_run }).await
        }
    }
}

fn check(
    context: &Context,
    file: &std::path::Path,
    envelope: Option<(String, String)>,
    signed: bool,
) -> anyhow::Result<()> {
    let message = read(context, file)?;
    let mut findings = if signed { lint::check_signed(&message) } else { lint::check(&message) };
    if let Some((from, to)) = envelope {
        findings.extend(lint::of_envelope(&from, &to, &message));
    }
    let locale = context.print_locale();
    let as_json = |found: &lint::Finding| {
        json!({
            "id": found.id, "code": found.broken.code(), "what": found.broken.words(locale), "severity": found.severity,
        })
    };
    if context.json {
        let shown: Vec<Value> = findings.iter().map(as_json).collect();
        println!("{}", serde_json::to_string_pretty(&shown)?);
    } else {
        for finding in &findings {
            println!("{}", finding.words(locale));
        }
    }
    if findings.is_empty() {
        return Ok(());
    }
    Err(Fault::problems(said!(context.locale, "cli-mail-findings", count = findings.len())))
}

pub(super) fn read(context: &Context, file: &std::path::Path) -> anyhow::Result<Vec<u8>> {
    let mut message = Vec::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin().lock().read_to_end(&mut message)
    } else {
        std::fs::File::open(file).and_then(|mut file| file.read_to_end(&mut message))
    };
    read.map_err(|error| {
        let (file, error) = (file.display().to_string(), os_error::words(&error, context.locale));
        Fault::failure(said!(context.locale, "cli-mail-unreadable", file = &file, error = &error))
    })?;
    Ok(message)
}

async fn list(app: &App, context: &Context, slug: &str, limit: i64) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, slug).await?;
    let found = letters::doubtful(&app.db, newsletter.id, limit).await?;
    let zone = context.zone(app, &newsletter).await?;
    let shown: Vec<Value> = found.iter().map(as_json).collect();
    context.show(&shown, || {
        if found.is_empty() {
            return said!(context.locale, "cli-letters-none", slug = slug);
        }
        found.iter().map(|letter| line(letter, &zone, context.locale)).collect::<Vec<_>>().join("\n")
    })
}

fn as_json(letter: &Doubtful) -> Value {
    json!({
        "kind": letter.kind, "to": letter.address, "asked_at": rfc3339(letter.created_at),
        "in_doubt_since": letter.done_at.map(rfc3339),
    })
}

fn line(letter: &Doubtful, zone: &TimeZone, locale: &Locale) -> String {
    let kind = locale.text(&format!("letter-kind-{}", letter.kind));
    format!("{}  {kind:<12}  {}", phrase::when(letter.created_at, zone), letter.address)
}

/// What is wanted of letters in doubt.
#[derive(Clone, Copy)]
struct Wish {
    again: bool,
    yes: bool,
    dry_run: bool,
}

async fn settle(app: &App, context: &Context, slug: &str, wish: Wish) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, slug).await?;
    let mut count = letters::in_doubt(&app.db, newsletter.id).await?;
    if count > 0 && !wish.yes && !wish.dry_run {
        can_answer(context, "cli-doubt-deciding")?;
        let key = if wish.again { "cli-letters-send-again" } else { "cli-letters-accept" };
        wants_yes(context, &said!(context.locale, key, count = count), "cli-doubt-not-decided")?;
    }
    if !wish.dry_run {
        count = i64::try_from(letters::settle(app, newsletter.id, wish.again).await?)?;
    }
    let done = if wish.again { "retried" } else { "settled" };
    context.show(&json!({ "dry_run": wish.dry_run, "newsletter": slug, done: count }), || {
        let key = match (count, wish.again, wish.dry_run) {
            (0, ..) => "cli-letters-none",
            (_, true, true) => "cli-letters-again-would",
            (_, true, false) => "cli-letters-again",
            (_, false, true) => "cli-letters-accepted-would",
            (_, false, false) => "cli-letters-accepted",
        };
        said!(context.locale, key, slug = slug, count = count)
    })
}
