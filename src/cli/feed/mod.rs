//! `facteur feed`: check what Facteur understands of a feed; add, list, remove and poll those of a newsletter.

mod check;

use anyhow::Context as _;
use clap::Subcommand;
use jiff::tz::TimeZone;
use serde_json::json;
use url::Url;

use super::{Context, Fault};
use crate::app::App;
use crate::clock::rfc3339;
use crate::feeds::{Feed, poll, sql};
use crate::newsletters::settings::{NewFeed, feed_url};
use crate::newsletters::{self, Newsletter};
use crate::phrase;

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
        /// Address, file, or `-` for standard input (environment: FEED_URL, CONTENT_TYPE).
        #[arg(value_name = "URL|FILE|-")]
        source: String,
    },
    /// Add a feed to a newsletter. Of a web page, the feed that it names is taken.
    Add {
        /// Which newsletter.
        newsletter: String,
        /// Address of the feed, or of the blog.
        url: String,
        /// How many of the posts that it already has go into the first digest.
        #[arg(long, value_name = "N", default_value_t = 0)]
        take: u32,
        /// Add it without reading it first.
        #[arg(long)]
        unread: bool,
    },
    /// List the feeds of a newsletter.
    List {
        /// Which newsletter.
        newsletter: String,
    },
    /// Remove a feed with its posts. What digests hold of them stays.
    Remove {
        /// Which newsletter.
        newsletter: String,
        /// Its address, or its number in `list`.
        #[arg(value_name = "URL|NUMBER")]
        feed: String,
    },
    /// Read the feeds of a newsletter now.
    Poll {
        /// Which newsletter.
        newsletter: String,
    },
    /// Clean HTML of standard input as it would be for a mail (environment: BASE_URL).
    #[command(hide = true)]
    Clean,
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    match args.command {
        Command::Check { source } => check::run(&source, context).await,
        Command::Clean => check::clean_stdin(context),
        Command::Add { newsletter, url, take, unread } => {
            let app = context.app().await?;
            let newsletter = context.newsletter(&app, &newsletter).await?;
            add(&app, context, &newsletter, NewFeed { url, take }, unread).await
        }
        Command::List { newsletter } => {
            let app = context.app().await?;
            let newsletter = context.newsletter(&app, &newsletter).await?;
            list(&app, context, &newsletter).await
        }
        Command::Remove { newsletter, feed } => {
            let app = context.app().await?;
            let newsletter = context.newsletter(&app, &newsletter).await?;
            remove(&app, context, &newsletter, &feed).await
        }
        Command::Poll { newsletter } => {
            let app = context.app().await?;
            let newsletter = context.newsletter(&app, &newsletter).await?;
            let report = poll::newsletter(&app, newsletter.id).await?;
            context
                .show(&report, || format!("{} new, {} held, {} already there", report.new, report.held, report.seen))?;
            if report.errors.is_empty() { Ok(()) } else { Err(Fault::problems(report.errors.join("\n"))) }
        }
    }
}

async fn add(app: &App, context: &Context, to: &Newsletter, new: NewFeed, unread: bool) -> anyhow::Result<()> {
    let mut url = feed_url(&new).map_err(|invalid| Fault::usage(invalid.to_string()))?;
    let mut title = String::new();
    if !unread {
        let (found, feed) = check::find(&app.fetcher, &Url::parse(&url)?, app.config.feeds.max_bytes).await?;
        title = feed.title;
        if found.as_str() != url {
            eprintln!("facteur: {url} is a web page; taking the feed that it names: {found}");
            url = found.to_string();
        }
    }
    let mut tx = app.db.begin().await?;
    let added = newsletters::sql::insert_feed(&mut tx, to.id, &url, new.take, app.clock.now()).await? == 1;
    tx.commit().await?;
    context.show(&json!({ "url": url, "title": title, "added": added }), || {
        let slug = &to.slug;
        if added {
            format!("{url} was added to `{slug}`. It is read at the next poll, or now by `facteur feed poll {slug}`.")
        } else {
            format!("{url} is a feed of `{slug}` already.")
        }
    })
}

async fn list(app: &App, context: &Context, of: &Newsletter) -> anyhow::Result<()> {
    let feeds = sql::feeds(&app.db, of.id).await?;
    let shown: Vec<_> = feeds.iter().map(view).collect();
    let zone = context.zone(app, of).await?;
    context.show(&shown, || {
        if feeds.is_empty() {
            return format!("`{}` has no feed yet; `facteur feed add {} URL` adds one.", of.slug, of.slug);
        }
        feeds.iter().map(|feed| line(feed, &zone)).collect::<Vec<_>>().join("\n")
    })
}

fn view(feed: &Feed) -> serde_json::Value {
    json!({
        "id": feed.id, "url": feed.url, "title": feed.title, "site_url": feed.site_url, "take_first": feed.take_first,
        "polled_at": feed.polled_at.map(rfc3339), "next_poll_at": rfc3339(feed.next_poll_at), "failures": feed.failures,
        "last_error": feed.last_error,
    })
}

fn line(feed: &Feed, zone: &TimeZone) -> String {
    let state = match (&feed.last_error, feed.polled_at) {
        (Some(error), _) => {
            let times = phrase::count(feed.failures, "time", "times");
            format!("failed {times}: {error}; next try {}", phrase::when(feed.next_poll_at, zone))
        }
        (None, None) => "not read yet".to_owned(),
        (None, Some(at)) => format!("read {}", phrase::when(at, zone)),
    };
    format!("{:>4}  {}  {}  ({state})", feed.id, feed.url, feed.title)
}

async fn remove(app: &App, context: &Context, of: &Newsletter, given: &str) -> anyhow::Result<()> {
    let feeds = sql::feeds(&app.db, of.id).await?;
    let number: Option<i64> = given.parse().ok();
    let found = feeds.iter().find(|feed| feed.url == given || Some(feed.id) == number);
    let found = found.ok_or_else(|| {
        Fault::not_found(format!("`{}` has no such feed; `facteur feed list {}` shows those it has", of.slug, of.slug))
    })?;
    let mut tx = app.db.begin().await.context("cannot write")?;
    sql::remove(&mut tx, of.id, found.id).await?;
    tx.commit().await?;
    context.show(&view(found), || format!("{} was removed from `{}`.", found.url, of.slug))
}
