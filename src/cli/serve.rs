//! `facteur serve`: runs until SIGTERM or Ctrl-C, then stops in order.

use std::io;
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Context, Fault, user};
use crate::app::App;
use crate::clock::Clock;
use crate::coded::Told as _;
use crate::config::{Config, check};
use crate::db::{self, Db, server};
use crate::os_error;
use crate::serve::{self, Roles};
use crate::telemetry;

/// Time that an orderly stop may take beyond `[smtp] stop_s` before it is cut short.
const STOP_MARGIN: Duration = Duration::from_secs(9);

/// Arguments of `facteur serve`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Roles of this process, separated by commas; without it all. On PostgreSQL several processes may share the work.
    #[arg(long, value_name = "web,schedule,delivery,bounces", value_delimiter = ',')]
    roles: Vec<Role>,
    /// Address and port to listen on, instead of `listen` in the configuration.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Role {
    /// Answer visitors, editors and programs.
    Web,
    /// Poll feeds and compose digests.
    Schedule,
    /// Send mails.
    Delivery,
    /// Take mails that come back: the LMTP listener and the mailbox of `[bounces]`.
    Bounces,
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    let (config, warnings) = checked(context)?;
    telemetry::start(&config.log)?;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    let roles = roles(&args.roles);
    let address = args.listen.unwrap_or_else(|| config.listen.clone());
    let base_url = config.base_url.clone();
    let limit = Duration::from_secs(config.smtp.stop_s.into()) + STOP_MARGIN;
    let listener = if roles.web { Some(bind(context, &address).await?) } else { None };
    let app = App::open(config, Clock::system()).await.with_context(|| context.locale.text("cli-start"))?;
    look_at_server(&app, roles).await.with_context(|| context.locale.text("cli-start"))?;
    let stop = CancellationToken::new();
    stop_on_signal(stop.clone()).with_context(|| context.locale.text("cli-signals"))?;
    match listener.as_ref().map(TcpListener::local_addr).transpose()? {
        Some(local) => {
            let local = local.to_string();
            eprintln!("{}", said!(context.locale, "cli-serve-listens", local = &local, base_url = &base_url));
        }
        None => eprintln!("{}", context.locale.text("cli-serve-works")),
    }
    if roles.web {
        user::say_set_up(&app, context).await?;
    }
    let cut_short = async {
        stop.cancelled().await;
        tokio::time::sleep(limit).await;
    };
    tokio::select! {
        ended = serve::serve(app, roles, listener, stop.clone()) => ended,
        () = cut_short => Err(Fault::failure(said!(context.locale, "cli-serve-cut-short", seconds = limit.as_secs()))),
    }
}

/// Checks that PostgreSQL, or a pooler in front of it, can do what this process needs for as long as it runs.
async fn look_at_server(app: &App, roles: Roles) -> anyhow::Result<()> {
    let Db::Postgres(pg) = &app.db else { return Ok(()) };
    server::check_pooler(pg).await?;
    // One pool for the pages, and one as large for the thread that sends.
    let pools = 1 + i64::from(roles.delivery);
    if let Err(error) = server::warn_of_limits(pg, pools * i64::from(app.config.database.connections)).await {
        tracing::warn!(error = db::words(&error), "cannot ask PostgreSQL how many connections it allows");
    }
    Ok(())
}

/// The configuration with warnings about risky settings; exit 3 for faults that only show when it is used.
fn checked(context: &Context) -> anyhow::Result<(Config, Vec<String>)> {
    let report = context.report();
    let config = report.config()?;
    let faults = check::across(&config);
    if faults.is_empty() {
        let warnings =
            report.warnings.into_iter().chain(check::warnings(&config)).map(|wrong| wrong.to_string()).collect();
        return Ok((config, warnings));
    }
    let faults: Vec<String> = faults.iter().map(|fault| fault.words(context.locale)).collect();
    Err(Fault::problems(format!("{}\n  {}", context.locale.text("cli-config-unusable"), faults.join("\n  "))))
}

fn roles(wanted: &[Role]) -> Roles {
    if wanted.is_empty() {
        return Roles::ALL;
    }
    let has = |role| wanted.contains(&role);
    Roles {
        web: has(Role::Web),
        schedule: has(Role::Schedule),
        delivery: has(Role::Delivery),
        bounces: has(Role::Bounces),
    }
}

/// Binds `address`, or says what prevents it and what to do.
pub async fn bind(context: &Context, address: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let next = match error.kind() {
            io::ErrorKind::AddrInUse => "cli-listen-in-use",
            io::ErrorKind::PermissionDenied => "cli-listen-denied",
            io::ErrorKind::AddrNotAvailable => "cli-listen-elsewhere",
            _ => "cli-listen-form",
        };
        let (error, next) = (os_error::words(&error, context.locale), context.locale.text(next));
        Fault::failure(said!(context.locale, "cli-listen", address = address, error = &error, next = &next))
    })
}

/// From now on the first SIGTERM or SIGINT cancels `stop`, and the second ends the process at once (exit 130).
pub fn stop_on_signal(stop: CancellationToken) -> io::Result<()> {
    let mut signals = Signals::take()?;
    tokio::spawn(async move {
        signals.next().await;
        tracing::info!("stopping: work under way is finished first; a second signal stops at once");
        stop.cancel();
        signals.next().await;
        tracing::warn!("stopped at once; the next start finds the mails that were in flight");
        std::process::exit(130);
    });
    Ok(())
}

/// Registered once and kept, so that a signal between two waits is not lost.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn take() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    fn take() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
