//! `facteur feed`: check what Facteur understands of a feed; add, list, remove and poll those of a newsletter.

use std::io::Read as _;

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::{Value, json};
use url::Url;

use super::{Context, Fault};
use crate::clock::{Millis, timestamp};
use crate::feeds::{clean, parse};

/// Arguments of `facteur feed`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show what Facteur understands of a feed. Needs no database.
    Check {
        /// Address, file, or `-` for standard input.
        #[arg(value_name = "URL|FILE|-")]
        source: String,
    },
    /// Clean HTML of standard input as it would be for a mail (environment: BASE_URL).
    #[command(hide = true)]
    Clean,
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    match args.command {
        Command::Check { source } => check(&source, context).await,
        Command::Clean => clean_stdin(),
    }
}

/// A body and what was said about it.
struct Body {
    bytes: Vec<u8>,
    content_type: String,
    url: Option<Url>,
}

async fn check(source: &str, context: &Context) -> anyhow::Result<()> {
    let body = read(source)?;
    let feed =
        parse::parse(parse::Source { bytes: &body.bytes, content_type: &body.content_type, url: body.url.as_ref() })
            .map_err(|error| Fault::problems(error.to_string()))?;
    if context.json {
        println!("{}", as_json(&feed));
    } else {
        print_feed(&feed);
    }
    Ok(())
}

fn read(source: &str) -> anyhow::Result<Body> {
    let limit = parse::MAX_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    let said = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if source == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
        let url = said("FEED_URL").and_then(|url| Url::parse(&url).ok());
        return Ok(Body { bytes, content_type: said("CONTENT_TYPE").unwrap_or_default(), url });
    }
    let file = std::fs::File::open(source).with_context(|| format!("cannot open {source}"))?;
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(Body { bytes, content_type: String::new(), url: None })
}

/// The form that programs read; HTML is cleaned, dates are RFC 3339.
fn as_json(feed: &parse::Feed) -> Value {
    let html = |html: &parse::Html| clean::html(&html.markup, html.base.as_ref());
    let at = |at: Option<Millis>| at.map(|at| timestamp(at).to_string());
    let entry = |entry: &parse::Entry| {
        json!({
            "title": entry.title, "link": entry.link, "id": entry.id, "published": at(entry.published),
            "updated": at(entry.updated), "author": entry.author, "language": entry.language,
            "summary": html(&entry.summary), "content": html(&entry.content), "image": entry.image,
        })
    };
    json!({
        "format": feed.format, "title": feed.title, "link": feed.link, "language": feed.language,
        "whole": feed.whole, "entries": feed.entries.iter().map(entry).collect::<Vec<_>>(),
    })
}

fn print_feed(feed: &parse::Feed) {
    println!("{} ({:?}, {} entries)", feed.title, feed.format, feed.entries.len());
}

fn clean_stdin() -> anyhow::Result<()> {
    let mut markup = String::new();
    std::io::stdin().lock().take(parse::MAX_BYTES as u64).read_to_string(&mut markup)?;
    let base = std::env::var("BASE_URL").ok().and_then(|url| Url::parse(&url).ok());
    println!("{}", clean::html(&markup, base.as_ref()));
    Ok(())
}
