//! `facteur dkim`: keys that sign mails: make, show, rotate, retire.

use std::fmt::Write as _;

use clap::Subcommand;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{Context, Fault};
use crate::app::App;
use crate::clock::{Millis, rfc3339};
use crate::coded::Told as _;
use crate::dkim::rotate::{self, RETIRING, Refusal};
use crate::dkim::why::Wrong;
use crate::dkim::{self, Pair, Record, State, files, record, sql};
use crate::events::activity::{self, Act, Deed};
use crate::i18n::Locale;
use crate::net::dns::inquiry::Inquiry;
use crate::net::dns::{DnsError, Kind};
use crate::newsletters;
use crate::phrase;

/// Arguments of `facteur dkim`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a pair of keys (RSA-2048 and Ed25519) for a domain, and print the records for DNS.
    New {
        /// Domain of the senders, such as example.org; it also signs for those below it.
        domain: String,
        /// Name of the key in DNS (SELECTOR._domainkey.DOMAIN); without it, one made of the day.
        #[arg(long)]
        selector: Option<String>,
        /// No Ed25519 key.
        #[arg(long)]
        rsa_only: bool,
    },
    /// List all keys and what they do, and the newsletters that no key signs for.
    List,
    /// Print the records of a domain's keys for DNS, ready to paste.
    Show {
        /// The domain.
        domain: String,
        /// Only this key.
        #[arg(long)]
        selector: Option<String>,
        /// Print CNAME records to this zone of yours, and the records that belong there: keys can then change without the domain.
        #[arg(long, value_name = "ZONE")]
        cname: Option<String>,
    },
    /// Take the next step of a new key: seen in DNS, then signing in place of the one before.
    Advance {
        /// The domain.
        domain: String,
        /// This key instead of the newest.
        #[arg(long)]
        selector: Option<String>,
        /// Do not ask DNS: you have seen the records there (dig TXT NAME).
        #[arg(long)]
        seen: bool,
    },
    /// End a key and delete its private part: one that another took over from seven days ago, or that never signed.
    Retire {
        /// The domain.
        domain: String,
        /// The key.
        selector: String,
        /// End it whatever it does, as when its private key is in strange hands.
        #[arg(long)]
        now: bool,
    },
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    let told = |refusal| fault(refusal, context.locale);
    match args.command {
        Command::New { domain, selector, rsa_only } => {
            let domain = rotate::domain(&domain).map_err(told)?;
            let pair = rotate::make(&app, &domain, selector.as_deref(), rsa_only).await.map_err(told)?;
            noted(&app, &pair).await?;
            context.show(&view(&pair), || made(&app, &pair, context.locale))
        }
        Command::List => list(&app, context).await,
        Command::Show { domain, selector, cname } => {
            show(&app, context, &domain, selector.as_deref(), cname.as_deref()).await
        }
        Command::Advance { domain, selector, seen } => {
            let domain = rotate::domain(&domain).map_err(told)?;
            let ask = (!seen).then(|| asking(&app));
            let pair = rotate::advance(&app, &domain, selector.as_deref(), ask).await.map_err(told)?;
            noted(&app, &pair).await?;
            context.show(&view(&pair), || advanced(&pair, context.locale))
        }
        Command::Retire { domain, selector, now } => {
            let domain = rotate::domain(&domain).map_err(told)?;
            let pair = rotate::retire(&app, &domain, &selector, now).await.map_err(told)?;
            noted(&app, &pair).await?;
            context.show(&view(&pair), || {
                let names: Vec<String> = pair.records().into_iter().map(|record| record.name).collect();
                let names = names.join(", ");
                said!(context.locale, "cli-dkim-ended", selector = &selector, domain = &domain, names = &names)
            })
        }
    }
}

/// That a pair took a step.
async fn noted(app: &App, pair: &Pair) -> sqlx::Result<()> {
    let act = Act::new(Deed::DkimKey).with("domain", pair.domain.as_str()).with("selector", pair.selector.as_str());
    activity::note_alone(&app.db, app.clock.now(), act.with("step", pair.state.as_str())).await
}

/// The TXT records at a name, each in one piece: of the servers of its zone, so that a record counts the moment it stands there.
fn asking(app: &App) -> impl AsyncFn(&str) -> anyhow::Result<Vec<String>> + use<> {
    let inquiry = Inquiry::new(app.dns.clone());
    async move |name: &str| Ok(inquiry.ask(name, Kind::Txt).await?.texts())
}

fn fault(refusal: Refusal, locale: &Locale) -> anyhow::Error {
    match refusal {
        Refusal::Invalid(why) => Fault::usage(why.words(locale)),
        Refusal::Missing(why) => Fault::not_found(why.words(locale)),
        Refusal::NotNow(why) => Fault::refused(why.words(locale)),
        Refusal::NotSeen(found) => {
            let line = |(record, wrong): &(Record, Wrong)| {
                let wrong = wrong.words(locale);
                said!(locale, "cli-dkim-not-seen", name = &record.name, wrong = &wrong, text = &record.text)
            };
            Fault::problems(found.iter().map(line).collect::<Vec<_>>().join("\n"))
        }
        Refusal::Failed(error) => match error.downcast_ref::<DnsError>() {
            Some(silent) => Fault::failure(said!(locale, "cli-dkim-no-answer", why = &silent.to_string())),
            None => error,
        },
    }
}

fn view(pair: &Pair) -> Value {
    json!({
        "domain": pair.domain,
        "selector": pair.selector,
        "state": pair.state,
        "records": pair.records(),
        "created_at": rfc3339(pair.created_at),
        "seen_at": pair.seen_at.map(rfc3339),
        "sign_at": pair.sign_at.map(rfc3339),
        "retire_at": pair.retire_at.map(rfc3339),
        "retired_at": pair.retired_at.map(rfc3339),
    })
}

fn zone_lines(pair: &Pair) -> String {
    let lines = pair.records().into_iter().map(|record| record::zone_line(&record.name, &record.text));
    lines.collect::<Vec<_>>().join("\n\n")
}

/// A zone file takes all of it: what is said stands behind semicolons.
fn made(app: &App, pair: &Pair, locale: &Locale) -> String {
    let Pair { domain, selector, .. } = pair;
    let file = files::path(&app.config.dkim.keys, domain, selector).display().to_string();
    let (file, next) = (said!(locale, "cli-dkim-file", file = &file), said!(locale, "cli-dkim-next", domain = domain));
    format!("{}\n\n; {file}\n; {next}", zone_lines(pair))
}

fn advanced(pair: &Pair, locale: &Locale) -> String {
    let Pair { domain, selector, .. } = pair;
    let key = if pair.state == State::Seen { "cli-dkim-seen" } else { "cli-dkim-signs" };
    said!(locale, key, selector = selector, domain = domain)
}

async fn list(app: &App, context: &Context) -> anyhow::Result<()> {
    let (pairs, now) = (sql::all(&app.db).await?, app.clock.now());
    let senders = newsletters::sql::after_slug(&app.db, "", i64::MAX).await?;
    let unsigned: Vec<_> = senders
        .iter()
        .filter(|sender| dkim::pair_for(&pairs, &sender.from_address, now).is_none())
        .map(|sender| (&sender.slug, &sender.from_address))
        .collect();
    let unsigned_json: Vec<Value> =
        unsigned.iter().map(|(slug, from)| json!({ "newsletter": slug, "from": from })).collect();
    let json = json!({ "keys": pairs.iter().map(view).collect::<Vec<_>>(), "unsigned": unsigned_json });
    let locale = context.locale;
    context.show(&json, || {
        let mut out = String::new();
        for pair in &pairs {
            let _ = writeln!(out, "{:<28} {:<20} {}", pair.domain, pair.selector, standing(app, pair, locale));
        }
        if pairs.is_empty() {
            let _ = writeln!(out, "{}", locale.text("cli-dkim-list-empty"));
        }
        for (slug, from) in unsigned.iter().copied() {
            let _ = writeln!(out, "{}", said!(locale, "cli-dkim-unsigned", slug = slug, from = from));
        }
        out
    })
}

/// What a key does, and what comes next.
fn standing(app: &App, pair: &Pair, locale: &Locale) -> String {
    let since = |at: Option<Millis>| at.map(|at| phrase::when(at, &TimeZone::system())).unwrap_or_default();
    let file = match (pair.state, rotate::check_file(app, pair)) {
        (State::Retired, _) | (_, Ok(())) => String::new(),
        (_, Err(error)) => format!("; {}", said!(locale, "cli-dkim-cannot", error = &format!("{error:#}"))),
    };
    let words = match pair.state {
        State::Publish => locale.text("cli-dkim-state-publish"),
        State::Seen => locale.text("cli-dkim-state-seen"),
        State::Sign => said!(locale, "cli-dkim-state-sign", when = &since(pair.sign_at)),
        State::Retiring => {
            let due = pair.retire_at.map(|at| at + RETIRING);
            if due.is_some_and(|due| due <= app.clock.now()) {
                locale.text("cli-dkim-state-can-go")
            } else {
                said!(locale, "cli-dkim-state-retiring", when = &since(due))
            }
        }
        State::Retired => said!(locale, "cli-dkim-state-retired", when = &since(pair.retired_at)),
    };
    format!("{words}{file}")
}

async fn show(
    app: &App,
    context: &Context,
    domain: &str,
    selector: Option<&str>,
    cname: Option<&str>,
) -> anyhow::Result<()> {
    let told = |refusal| fault(refusal, context.locale);
    let domain = rotate::domain(domain).map_err(told)?;
    let cname = cname.map(rotate::domain).transpose().map_err(told)?;
    let wanted = |pair: &Pair| {
        pair.domain == domain && selector.map_or(pair.state != State::Retired, |selector| pair.selector == selector)
    };
    let mut pairs = sql::all(&app.db).await?;
    pairs.retain(wanted);
    if pairs.is_empty() {
        return Err(Fault::not_found(said!(context.locale, "cli-dkim-none", domain = &domain)));
    }
    let json: Vec<Value> = pairs.iter().map(|pair| with_zone(pair, cname.as_deref())).collect();
    context.show(&json, || {
        let text = |pair: &Pair| cname.as_deref().map_or_else(|| zone_lines(pair), |zone| cname_lines(pair, zone));
        pairs.iter().map(text).collect::<Vec<_>>().join("\n\n")
    })
}

fn with_zone(pair: &Pair, zone: Option<&str>) -> Value {
    let mut json = view(pair);
    let records = pair.records().into_iter().map(|record| {
        let strings = record::strings(&record.text);
        let cname = zone.map(|zone| target(pair, &record.name, zone));
        json!({ "name": record.name, "text": record.text, "strings": strings, "cname": cname })
    });
    json["records"] = records.collect();
    json
}

/// Where the record of this name stands in a zone of one's own.
fn target(pair: &Pair, name: &str, zone: &str) -> String {
    let selector = name.split('.').next().unwrap_or(name);
    record::name_in_zone(selector, &pair.domain, zone)
}

fn cname_lines(pair: &Pair, zone: &str) -> String {
    let mut out = format!("; in {}:\n", pair.domain);
    for record in pair.records() {
        let _ = writeln!(out, "{}. 3600 IN CNAME {}.", record.name, target(pair, &record.name, zone));
    }
    let _ = writeln!(out, "\n; in {zone}:");
    for record in pair.records() {
        let _ = writeln!(out, "{}", record::zone_line(&target(pair, &record.name, zone), &record.text));
    }
    out
}
