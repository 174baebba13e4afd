//! `facteur feed`: check what Facteur understands of a feed; add, list, remove and poll those of a newsletter.

mod check;

use std::sync::Arc;

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::json;
use url::Url;

use super::{Context, Fault};
use crate::app::App;
use crate::coded::Told as _;
use crate::feeds::{Feed, find, poll, removal, sql};
use crate::i18n::Value;
use crate::newsletters::settings::{Invalid, NewFeed, feed_url};
use crate::newsletters::{Newsletter, change};
use crate::views::feed as view;

/// Arguments of `facteur feed`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show what Facteur reads in a feed. Needs no database.
    Check {
        /// Address, file, or `-` for standard input (environment: FEED_URL, CONTENT_TYPE).
        #[arg(value_name = "URL|FILE|-")]
        source: String,
    },
    /// Add a feed to a newsletter. For a web page, Facteur uses the feed the page links to.
    Add {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Address of the feed, or of the blog.
        url: String,
        /// How many of the posts already in the feed go into the first digest.
        #[arg(long, value_name = "N", default_value_t = 0)]
        take: u32,
        /// Add the feed without reading it first.
        #[arg(long)]
        unread: bool,
    },
    /// List the feeds of a newsletter.
    List {
        /// The newsletter's short name (its slug).
        newsletter: String,
    },
    /// Change a feed's address when the blog has moved. No post is sent again, and none is missed.
    SetUrl {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// The feed's present address, or its number in `list`.
        #[arg(value_name = "URL|NUMBER")]
        feed: String,
        /// The feed's new address, or the blog's.
        #[arg(value_name = "NEW-URL")]
        to: String,
        /// Store the new address without reading the feed first.
        #[arg(long)]
        unread: bool,
    },
    /// Remove a feed. Its posts that still wait are not sent, unless another feed of the newsletter has them too. Digests
    /// already made keep their copy.
    Remove {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// The feed's address, or its number in `list`.
        #[arg(value_name = "URL|NUMBER")]
        feed: String,
    },
    /// Read the feeds of a newsletter now.
    Poll {
        /// The newsletter's short name (its slug).
        newsletter: String,
    },
    /// Clean HTML from standard input as for a mail (environment: BASE_URL).
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
        Command::SetUrl { newsletter, feed, to, unread } => {
            let app = context.app().await?;
            let newsletter = context.newsletter(&app, &newsletter).await?;
            set_url(&app, context, &newsletter, &feed, NewFeed { url: to, take: 0 }, unread).await
        }
        Command::Poll { newsletter } => {
            let app = context.app().await?;
            let newsletter = context.newsletter(&app, &newsletter).await?;
            read_now(&app, context, &newsletter).await
        }
    }
}

/// Reads a newsletter's feeds now.
async fn read_now(app: &Arc<App>, context: &Context, of: &Newsletter) -> anyhow::Result<()> {
    let report = poll::newsletter(app, of.id).await?;
    context.show(&report, || {
        let (new, held, seen) = (report.new.to_string(), report.held.to_string(), report.seen.to_string());
        said!(context.locale, "cli-feed-polled", new = &new, held = &held, seen = &seen)
    })?;
    for feed in &report.gaps {
        eprintln!("facteur: {}", said!(context.locale, "feed-gap-now", feed = feed));
    }
    let faults: Vec<String> =
        report.faults.iter().map(|(feed, why)| format!("{feed}: {}", why.words(context.locale))).collect();
    if faults.is_empty() { Ok(()) } else { Err(Fault::problems(faults.join("\n"))) }
}

/// An invalid address of a feed, in the reader's language.
fn unreadable(context: &Context, Invalid { field, wrong }: &Invalid) -> anyhow::Error {
    Fault::usage(format!("{field}: {}", wrong.words(context.locale)))
}

/// Reads a feed before it is added and refuses one that cannot be read. What the owner should know about the feed goes to
/// stderr. Returns the feed's address, which differs from the one typed when that was a web page, and the feed's title.
pub async fn judge(app: &App, context: &Context, new: &NewFeed) -> anyhow::Result<(String, String)> {
    let url = feed_url(new).map_err(|invalid| unreadable(context, &invalid))?;
    let now = app.clock.now();
    let found = find::find(&app.net, &Url::parse(&url)?, app.config.feeds.max_bytes, now).await;
    let found = found.map_err(|error| {
        let words = error.words(context.locale);
        Fault::problems(context.locale.format("feed-add-unread", &[("error", Value::Text(&words))]))
    })?;
    if found.named {
        let feed = found.url.to_string();
        eprintln!("facteur: {}", said!(context.locale, "cli-feed-named", url = &url, feed = &feed));
    }
    for advice in check::advice(&found.feed, found.moved.as_ref(), now) {
        eprintln!("facteur: {}: {}", found.url, advice.words(context.locale));
    }
    Ok((found.url.into(), found.feed.title))
}

/// The address of a feed that was given, and its title where it is read first.
async fn address(app: &App, context: &Context, new: &NewFeed, unread: bool) -> anyhow::Result<(String, String)> {
    if unread {
        return Ok((feed_url(new).map_err(|invalid| unreadable(context, &invalid))?, String::new()));
    }
    judge(app, context, new).await
}

async fn add(app: &App, context: &Context, to: &Newsletter, new: NewFeed, unread: bool) -> anyhow::Result<()> {
    let (url, title) = address(app, context, &new, unread).await?;
    let added = change::add_feed(app, to.id, &url, new.take).await?;
    context.show(&json!({ "url": url, "title": title, "added": added }), || {
        let key = if added { "cli-feed-added" } else { "cli-feed-there" };
        said!(context.locale, key, url = &url, slug = &to.slug)
    })
}

async fn set_url(
    app: &App,
    context: &Context,
    of: &Newsletter,
    given: &str,
    to: NewFeed,
    unread: bool,
) -> anyhow::Result<()> {
    let feed = one(app, context, of, given).await?;
    let (url, title) = address(app, context, &to, unread).await?;
    if !removal::set_url(app, &feed, &url).await? {
        return Err(Fault::problems(said!(context.locale, "cli-feed-taken", url = &url, slug = &of.slug)));
    }
    context.show(&json!({ "id": feed.id, "url": url, "title": title, "was": feed.url }), || {
        said!(context.locale, "cli-feed-moved", was = &feed.url, url = &url, slug = &of.slug)
    })
}

/// The feed of a newsletter that an address or a number names.
async fn one(app: &App, context: &Context, of: &Newsletter, given: &str) -> anyhow::Result<Feed> {
    let number: Option<i64> = given.parse().ok();
    let feeds = sql::feeds(&app.db, of.id).await?;
    feeds
        .into_iter()
        .find(|feed| feed.url == given || Some(feed.id) == number)
        .ok_or_else(|| Fault::not_found(said!(context.locale, "cli-feed-unknown", slug = &of.slug)))
}

async fn list(app: &App, context: &Context, of: &Newsletter) -> anyhow::Result<()> {
    let feeds = sql::feeds(&app.db, of.id).await?;
    let shown: Vec<_> = feeds.iter().map(view::json).collect();
    let zone = context.zone(app, of).await?;
    context.show(&shown, || {
        if feeds.is_empty() {
            return said!(context.locale, "cli-feed-list-empty", slug = &of.slug);
        }
        feeds.iter().map(|feed| view::line(feed, &zone, context.locale)).collect::<Vec<_>>().join("\n")
    })
}

async fn remove(app: &App, context: &Context, of: &Newsletter, given: &str) -> anyhow::Result<()> {
    let feed = one(app, context, of, given).await?;
    let removed =
        removal::remove(app, &feed).await.with_context(|| context.locale.text("cli-cannot-write"))?.unwrap_or_default();
    let mut shown = view::json(&feed);
    shown["posts"] = json!(removed);
    context.show(&shown, || {
        let key = if removed.waited == 0 { "cli-feed-removed" } else { "cli-feed-removed-waiting" };
        said!(context.locale, key, url = &feed.url, slug = &of.slug, count = removed.waited)
    })
}
