//! `facteur doctor`: what mail needs besides Facteur, looked at now. Exit code 0: nothing to mend; 1: warnings; 2: faults (or wrong
//! arguments).

use std::path::PathBuf;

use serde_json::json;

use super::doctor_loop::{self, Wish};
use super::{Context, Fault};
use crate::app::App;
use crate::doctor::{Look, Subject, Verdict, look, signing_keys, store, zone_file};
use crate::events::Actor;
use crate::newsletters;
use crate::receivers::weeks;
use crate::views::{dmarc, doctor as view};

/// Arguments of `facteur doctor`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The newsletter to look at; without it, all of them.
    newsletter: Option<String>,
    /// Look at this domain instead, as if mails were sent from it. Nothing is stored.
    #[arg(long, conflicts_with_all = ["newsletter", "waive"])]
    domain: Option<String>,
    /// Print the records that should stand in DNS, as a zone file takes them.
    #[arg(long)]
    zone_file: bool,
    /// Let the first digest of the newsletter go whatever is found. Looks at nothing.
    #[arg(long, requires = "newsletter", conflicts_with = "zone_file")]
    waive: bool,
    /// Send a mail of the newsletter to this mailbox of yours, wait until it comes back by a forward to an address that Facteur takes
    /// mail at, and show what the mailbox's server found of SPF, DKIM and DMARC.
    #[arg(long = "loop", value_name = "ADDRESS", conflicts_with_all = ["domain", "zone_file", "waive"])]
    round: Option<String>,
    /// Send nothing: read the mail as it lies in the mailbox, saved with all its header fields, or - for standard input.
    #[arg(long, value_name = "FILE", requires = "round")]
    read: Option<PathBuf>,
    /// The name by which the mailbox's server signs its Authentication-Results; without it, whoever wrote the topmost.
    #[arg(long, value_name = "NAME", requires = "round")]
    server: Option<String>,
    /// Seconds to wait for the mail that goes round.
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=3600))]
    wait: u64,
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    if let Some(address) = args.round {
        let Args { newsletter, read, server, wait, .. } = args;
        let wish = Wish { newsletter, address, read, server, wait };
        return doctor_loop::run(&wish, context).await;
    }
    let app = match args.domain {
        // A domain is looked at before there is an instance.
        Some(_) => context.app_or_trial().await?,
        None => (context.app().await?, None),
    };
    let (app, _trial) = app;
    if let (true, Some(slug)) = (args.waive, &args.newsletter) {
        return waive(&app, context, slug).await;
    }
    let looks = match &args.domain {
        Some(domain) => vec![of_domain(&app, context, domain).await?],
        None => of_newsletters(&app, context, args.newsletter.as_deref()).await?,
    };
    if args.zone_file {
        let files: Vec<String> = looks.iter().map(|(subject, look)| zone_file::text(subject, look)).collect();
        context.show(&json!({ "zone": files.concat() }), || files.concat())?;
        return Ok(());
    }
    let locale = context.print_locale();
    let (mut shown, mut texts) = (Vec::new(), Vec::new());
    for (_, look) in &looks {
        let weeks = weeks::of(&app, &look.domain).await?;
        let mut json = view::json(look, locale);
        json["dmarc"] = dmarc::json(&weeks);
        shown.push(json);
        texts.push(view::text(look, locale) + &dmarc::text(&look.domain, &weeks, locale));
    }
    context.show(&shown, || texts.join("\n"))?;
    answer(context, &looks.iter().map(|(_, look)| look).collect::<Vec<_>>())
}

async fn of_domain(app: &App, context: &Context, domain: &str) -> anyhow::Result<(Subject, Look)> {
    if !domain.contains('.') || domain.contains(['@', '/', ' ']) {
        return Err(Fault::usage(said!(context.locale, "dkim-why-no-domain", typed = domain)));
    }
    let subject = Subject::of_domain(&app.config, domain, signing_keys(app).await?);
    let found = Box::pin(look(app, &subject)).await;
    Ok((subject, found))
}

/// Looks, and keeps what was found for the console and for digests that wait.
async fn of_newsletters(app: &App, context: &Context, slug: Option<&str>) -> anyhow::Result<Vec<(Subject, Look)>> {
    let all = match slug {
        Some(slug) => vec![context.newsletter(app, slug).await?],
        None => newsletters::sql::after_slug(&app.db, "", i64::MAX).await?,
    };
    if all.is_empty() {
        return Err(Fault::not_found(context.locale.text("cli-doctor-none")));
    }
    let mut looks = Vec::new();
    for newsletter in all {
        let subject = Subject::of(&app.config, &newsletter, signing_keys(app).await?);
        let found = Box::pin(look(app, &subject)).await;
        store::keep(app, &newsletter, &found).await?;
        looks.push((subject, found));
    }
    Ok(looks)
}

async fn waive(app: &App, context: &Context, slug: &str) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, slug).await?;
    store::waive(app, &newsletter, Actor::Command).await?;
    context.show(&json!({ "newsletter": slug, "waived": true }), || {
        said!(context.locale, "cli-doctor-waived", slug = slug)
    })
}

/// The exit code, by the worst line.
pub(super) fn answer(context: &Context, looks: &[&Look]) -> anyhow::Result<()> {
    let worst = |verdict| looks.iter().any(|look| look.worst() == verdict);
    let words = |key: &str| context.locale.text(key);
    if worst(Verdict::Fault) {
        return Err(Fault { exit: 2, message: words("doctor-has-faults") }.into());
    }
    if worst(Verdict::Warning) {
        return Err(Fault { exit: 1, message: words("doctor-has-warnings") }.into());
    }
    Ok(())
}
