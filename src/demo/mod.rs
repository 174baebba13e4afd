//! The whole loop on one loopback port: Facteur as it is, a sample blog, a mail catcher, and a clock to turn.
//!
//! ```text
//! visitor ─▶ sign-up page ─▶ letter ─▶ SMTP ─▶ catcher ─▶ mailbox page ─▶ confirm
//! blog (a button publishes) ─▶ feed ─▶ poll ─▶ digest at Monday 8:00 (a button turns the clock) ─▶ SMTP ─▶ mailbox
//! ```
//! Nothing is imitated but the blog and the mailbox: feeds are polled over HTTP, mails travel over SMTP. Needs no
//! configuration and no network, and is reachable from this machine only (`guard`). Its routes exist nowhere else:
//! `facteur serve` never sees them.

mod blog;
mod catcher;
mod clock;
mod folder;
mod guard;
mod invented;
mod mailbox;
mod pages;
mod router;
mod sql;
mod strip;
mod tour;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, Tls};
use crate::digests::archive;
use crate::feeds;
use crate::i18n::Locale;
use crate::newsletters::settings::{NewFeed, Rhythm, Settings};
use crate::newsletters::{self, Every, Newsletter, Visibility};
use crate::serve::{self, Roles};
use blog::Blog;
use folder::{Folder, Kept};
use mailbox::Mailbox;

/// The port that is tried first when none is asked for.
const USUAL_PORT: u16 = 8080;

/// Slug of the demo's newsletter.
const SLUG: &str = "carnet";

/// What the command line says.
#[derive(Debug)]
pub struct Options {
    /// Language of the guide and of the newsletter.
    pub language: &'static Locale,
    /// Port of everything; `None` for 8080 or, when that is taken, any.
    pub port: Option<u16>,
    /// Keep everything in this folder, and continue from it the next time.
    pub keep: Option<PathBuf>,
}

/// What every page of the demo is handed.
#[derive(Debug)]
pub struct Demo {
    app: Arc<App>,
    newsletter: Newsletter,
    /// `http://127.0.0.1:PORT`
    base_url: String,
    language: &'static Locale,
    mailbox: Arc<Mailbox>,
    blog: Blog,
    folder: Folder,
}

/// A demo that answers.
#[derive(Debug)]
pub struct Running {
    /// `http://127.0.0.1:PORT`
    pub base_url: String,
    stop: CancellationToken,
    web: JoinHandle<anyhow::Result<()>>,
    catcher: JoinHandle<()>,
    work: JoinHandle<anyhow::Result<()>>,
    demo: Arc<Demo>,
}

/// Starts everything. Comes back when the sample blog has been read for the first time.
///
/// # Errors
/// When the port is taken, or the folder cannot be written.
pub async fn start(options: Options) -> anyhow::Result<Running> {
    let folder = Folder::open(options.keep)?;
    let kept = folder.read()?;
    let listener = listen(options.port, kept.port).await?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let smtp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no loopback port for the mail catcher")?;
    let smtp_address = smtp.local_addr()?;
    tracing::info!(port = smtp_address.port(), "the mail catcher listens");

    let clock = Clock::system();
    clock.advance(kept.clock_offset_ms);
    let app = App::open(config(&base_url, smtp_address, &folder), clock).await?;
    let newsletter = newsletter(&app, &base_url, options.language).await?;
    let demo = Arc::new(Demo {
        blog: Blog::open(kept.articles, app.clock.now()),
        mailbox: Arc::new(Mailbox::open(kept.mails)),
        app,
        newsletter,
        base_url: base_url.clone(),
        language: options.language,
        folder,
    });
    let stop = CancellationToken::new();
    let catcher = tokio::spawn(catcher::run(smtp, demo.mailbox.clone(), demo.app.clock.clone(), stop.clone()));
    tokio::spawn(keep_mails(demo.clone()));
    let web = tokio::spawn(serve(demo.clone(), listener, stop.clone()));
    feeds::poll::newsletter(&demo.app, demo.newsletter.id).await.context("the sample blog could not be read")?;
    demo.keep()?;
    let roles = Roles { schedule: true, delivery: true, ..Roles::NONE };
    let work = tokio::spawn(serve::serve(demo.app.clone(), roles, None, stop.clone()));
    Ok(Running { base_url, stop, web, catcher, work, demo })
}

impl Running {
    /// Ends when `stop` is cancelled: what is under way is finished, the temporary folder removed.
    pub async fn until(self, stop: CancellationToken) -> anyhow::Result<()> {
        stop.cancelled().await;
        self.stop.cancel();
        let work = self.work.await?;
        let web = self.web.await?;
        self.catcher.await?;
        self.demo.keep()?;
        work.and(web)
    }
}

impl Demo {
    /// Writes down what is not in the database, when the folder is kept.
    fn keep(&self) -> anyhow::Result<()> {
        self.folder.write(&Kept {
            port: self.base_url.rsplit(':').next().and_then(|port| port.parse().ok()),
            clock_offset_ms: self.app.clock.now() - Clock::system().now(),
            articles: self.blog.all(),
            mails: self.mailbox.all(),
        })
    }
}

/// Writes down each mail that comes, for as long as the process lives.
async fn keep_mails(demo: Arc<Demo>) {
    let mut changed = demo.mailbox.changed();
    while changed.changed().await.is_ok() {
        if let Err(error) = demo.keep() {
            tracing::warn!(error = %format!("{error:#}"), "the mails could not be written down");
        }
    }
}

/// Loopback, always: nobody else may reach the demo.
async fn listen(asked: Option<u16>, kept: Option<u16>) -> anyhow::Result<TcpListener> {
    let on = |port| TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    if let (Some(asked), Some(kept)) = (asked, kept)
        && asked != kept
    {
        anyhow::bail!("this folder was made on port {kept}, and its mails link there; start it without --port");
    }
    if let Some(port) = asked.or(kept) {
        let taken = || format!("cannot listen on 127.0.0.1:{port}; choose another --port, or none for a free one");
        return on(port).await.with_context(taken);
    }
    match on(USUAL_PORT).await {
        Ok(listener) => Ok(listener),
        Err(_) => on(0).await.context("no free port on 127.0.0.1"),
    }
}

async fn serve(demo: Arc<Demo>, listener: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
    let service = router::router(demo).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await?;
    Ok(())
}

/// The built-in configuration, pointed at ourselves. Posts need no rest: the clock is turned by hand.
fn config(base_url: &str, smtp: SocketAddr, folder: &Folder) -> Config {
    let mut config = Config { base_url: base_url.to_owned(), ..Config::default() };
    config.database.url = format!("sqlite://{}", folder.database().display());
    config.smtp.host = smtp.ip().to_string();
    config.smtp.port = smtp.port();
    config.smtp.tls = Tls::None;
    config.smtp.connections = 2;
    config.feeds.allow_hosts = vec![Ipv4Addr::LOCALHOST.to_string()];
    config.digests.settle_s = 0;
    // The people and domains of the demo are invented.
    config.dns.servers.clear();
    config.doctor.daily = false;
    config.doctor.first_digest_above = 0;
    config.warmup.first_day = 0;
    config
}

/// The newsletter of the sample blog: weekly, Monday 8:00 in Paris, its archive open to everybody. Made at the first start.
async fn newsletter(app: &App, base_url: &str, language: &Locale) -> anyhow::Result<Newsletter> {
    if let Some(found) = newsletters::sql::by_slug(&app.db, SLUG).await? {
        return Ok(found);
    }
    let settings = Settings {
        name: Some(blog::NAME.into()),
        from: Some(format!("{} <bonjour@four-valmerande.example>", blog::NAME)),
        language: Some(language.tag().into()),
        site_url: Some(format!("{base_url}/demo/blog")),
        description: Some(language.text("demo-newsletter-description")),
        postal: Some(blog::POSTAL.into()),
        ..Settings::default()
    };
    let rhythm = Rhythm {
        every: Some(Every::Week),
        on: Some("monday".into()),
        at: Some("08:00".into()),
        zone: Some("Europe/Paris".into()),
        approval: None,
    };
    let feed = NewFeed { url: format!("{base_url}/demo/blog/feed.xml"), take: 0 };
    let made = newsletters::change::add(app, SLUG, &settings, &rhythm, &[feed]).await?.store(app).await?;
    invented::add(app, &made, language).await?;
    Ok(archive::change::open(app, &made, Visibility::Public).await?)
}
