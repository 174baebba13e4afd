//! `facteur archive`: who may read on the web what was sent; and all of it as files.
//!
//! In: arguments. Out: one verb of `digests::archive` each; [`export`] writes down what the web role answers.

mod export;

use std::path::PathBuf;

use clap::Subcommand;

use crate::app::App;
use crate::digests::archive::{change, sql};
use crate::digests::{self, Digest};
use crate::newsletters::{Newsletter, Visibility};
use crate::views::archive as view;

use super::{Context, Fault, digest};

/// Arguments of `facteur archive`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show who may read a newsletter's archive, its addresses and its pages.
    Show {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// How many pages at most, the newest first.
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: u16,
    },
    /// Open or close an archive. public: a list, a feed, a sitemap and a page for each digest, for everybody; link: the pages, for
    /// whoever has their address; off: nothing.
    Set {
        /// The newsletter's short name (its slug).
        newsletter: String,
        #[arg(value_name = "public|link|off")]
        visibility: Visibility,
    },
    /// Show the page of a digest; close it further than the archive, withdraw it, put it back.
    Page {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Id of the digest, or the first letters of its id.
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// Who may see it, also before it is sent; `newsletter` for whoever the newsletter says. The narrower of both counts.
        #[arg(long, value_name = "newsletter|public|link|off", value_parser = shown)]
        show: Option<Shown>,
        /// Take it out for good: its address says that it is gone (410). The mails and the record of who got them stay.
        #[arg(long, conflicts_with = "put_back")]
        withdraw: bool,
        /// Put a withdrawn page back.
        #[arg(long)]
        put_back: bool,
    },
    /// Write archives as static files, each page as it is served now.
    Export {
        /// A folder that is empty or not there yet.
        folder: PathBuf,
        /// Only this newsletter (its slug); may be given more than once. Without it: every newsletter whose archive is not off.
        #[arg(long, value_name = "SLUG")]
        newsletter: Vec<String>,
        /// Replace an earlier export: the pages of these newsletters that stand in the folder are removed first.
        #[arg(long)]
        replace: bool,
    },
}

/// What `--show` says.
#[derive(Clone, Copy, Debug)]
struct Shown(Option<Visibility>);

fn shown(text: &str) -> Result<Shown, String> {
    match text {
        "newsletter" => Ok(Shown(None)),
        word => word.parse().map(|visibility| Shown(Some(visibility))),
    }
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    match args.command {
        Command::Show { newsletter, limit } => {
            let found = context.newsletter(&app, &newsletter).await?;
            show(&app, context, &found, i64::from(limit)).await
        }
        Command::Set { newsletter, visibility } => {
            let found = context.newsletter(&app, &newsletter).await?;
            let opened = change::open(&app, &found, visibility).await;
            let opened = opened.map_err(|error| digest::fault(context, error))?;
            show(&app, context, &opened, 0).await
        }
        Command::Page { newsletter, id, show, withdraw, put_back } => {
            let found = context.newsletter(&app, &newsletter).await?;
            let of = digest::named(&app, context, &found, &id).await?;
            let changed = choose(&app, &of, show, withdraw, put_back).await;
            changed.map_err(|error| digest::fault(context, error))?;
            page(&app, context, &found, &of).await
        }
        Command::Export { folder, newsletter, replace } => {
            export::run(&app, context, &export::Wish { folder, newsletters: newsletter, replace }).await
        }
    }
}

async fn choose(
    app: &App,
    of: &Digest,
    show: Option<Shown>,
    withdraw: bool,
    put_back: bool,
) -> Result<(), digests::DigestError> {
    if withdraw {
        change::withdraw(app, of).await?;
    }
    if put_back {
        change::put_back(app, of).await?;
    }
    match show {
        Some(Shown(visibility)) => change::show(app, of, visibility).await,
        None => Ok(()),
    }
}

async fn show(app: &App, context: &Context, newsletter: &Newsletter, most: i64) -> anyhow::Result<()> {
    let lines = sql::all(&app.db, newsletter.id, i64::MAX, most).await?;
    let archive = view::archive(app, newsletter);
    let pages: Vec<view::PageView> = lines.iter().map(|line| view::page(app, newsletter, line)).collect();
    let json = serde_json::json!({ "archive": archive, "pages": pages });
    context.show(&json, || {
        if most == 0 { view::short(&archive, context.locale) } else { view::in_lines(&archive, &pages, context.locale) }
    })
}

async fn page(app: &App, context: &Context, newsletter: &Newsletter, of: &Digest) -> anyhow::Result<()> {
    match sql::of_digest(&app.db, of).await? {
        Some(line) => {
            let shown = view::page(app, newsletter, &line);
            context.show(&shown, || view::page_in_lines(&shown, context.locale))
        }
        None if of.released_at.is_none() => {
            let choice = sql::choice(&app.db, of.id).await?;
            let json = serde_json::json!({ "digest": of.public_id, "visibility": choice.visibility });
            context.show(&json, || context.locale.text("cli-archive-not-sent"))
        }
        None => Err(Fault::refused(said!(context.locale, "cli-archive-no-such-page", slug = &newsletter.slug))),
    }
}
