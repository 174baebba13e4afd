//! `facteur doctor --loop ADDRESS`: a mail of the newsletter goes to a mailbox of the owner's, and what the mailbox's server found about
//! it is shown. It comes back by a forward into the intake, or as a file.
//!
//! Exit codes are those of `facteur doctor`; 1 also when nothing came back in time, 2 when the mail will not leave.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use super::doctor::answer;
use super::{Context, Fault, mail};
use crate::app::App;
use crate::clock::{Clock, Millis};
use crate::doctor::arrival::judge;
use crate::newsletters::{self, Newsletter};
use crate::receivers::results::{self, Found};
use crate::receivers::round::{self, Round, Standing};
use crate::subscribers::address::Email;
use crate::views::doctor as view;

/// Between two looks at how far the mail is.
const PAUSE: Duration = Duration::from_millis(300);

/// What is wanted.
pub(super) struct Wish {
    /// Whose mail; without it, that of the only one.
    pub(super) newsletter: Option<String>,
    /// The mailbox.
    pub(super) address: String,
    /// The mail as a file: nothing is sent.
    pub(super) read: Option<PathBuf>,
    /// Whose results are believed.
    pub(super) server: Option<String>,
    /// Seconds to wait.
    pub(super) wait: u64,
}

/// Runs it.
pub(super) async fn run(wish: &Wish, context: &Context) -> anyhow::Result<()> {
    if wish.address.parse::<Email>().is_err() {
        return Err(Fault::usage(context.locale.text("cli-loop-no-address")));
    }
    if let Some(file) = &wish.read {
        return of_file(context, file, wish.server.as_deref());
    }
    let app = context.app().await?;
    let newsletter = newsletter(&app, context, wish.newsletter.as_deref()).await?;
    let round = round::ask(&app, &newsletter, &wish.address, wish.server.as_deref()).await?;
    eprintln!("{}", said!(context.locale, "cli-loop-asked", seconds = wish.wait));
    let found = wait(&app, context, &round, wish.wait).await?;
    show(context, &found, app.clock.now())
}

fn of_file(context: &Context, file: &Path, server: Option<&str>) -> anyhow::Result<()> {
    let found = results::read(&mail::read(context, file)?, server);
    show(context, &found, Clock::system().now())
}

fn show(context: &Context, found: &Found, at: Millis) -> anyhow::Result<()> {
    let look = judge(found, at);
    let locale = context.print_locale();
    context.show(&view::json(&look, locale), || view::text(&look, locale))?;
    answer(context, &[&look])
}

/// The one that is named, or the only one.
async fn newsletter(app: &App, context: &Context, slug: Option<&str>) -> anyhow::Result<Newsletter> {
    if let Some(slug) = slug {
        return context.newsletter(app, slug).await;
    }
    let mut all = newsletters::sql::after_slug(&app.db, "", 2).await?;
    match (all.pop(), all.pop()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => Err(Fault::usage(context.locale.text("cli-loop-which"))),
        (None, _) => Err(Fault::not_found(context.locale.text("cli-doctor-none"))),
    }
}

/// Until it is back, for so many seconds; says meanwhile that it left.
async fn wait(app: &App, context: &Context, round: &Round, seconds: u64) -> anyhow::Result<Found> {
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut has_left = false;
    loop {
        match round::standing(app, round).await? {
            Standing::Heard(found) => return Ok(*found),
            Standing::Refused(words) => {
                let message = said!(context.locale, "cli-loop-refused", words = &words);
                return Err(Fault { exit: 2, message }.into());
            }
            Standing::Left if !has_left => {
                has_left = true;
                eprintln!("{}", context.locale.text("cli-loop-left"));
            }
            Standing::Left | Standing::Waits => {}
        }
        if Instant::now() >= until {
            let key = if has_left { "cli-loop-not-back" } else { "cli-loop-not-left" };
            return Err(Fault::failure(said!(context.locale, key, seconds = seconds)));
        }
        tokio::time::sleep(PAUSE).await;
    }
}
