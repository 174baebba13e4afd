//! What `facteur newsletter add` asks and says: who may read on the web what will be sent, and what comes next.
//!
//! In: the flags, and whoever sits at the terminal. Out: an answer; after the newsletter is stored, its addresses and the next commands.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};

use crate::app::App;
use crate::cli::Context;
use crate::cli::shell::config_flag;
use crate::clock::{rfc3339, zone};
use crate::i18n::Locale;
use crate::newsletters::{self, Listed, Newsletter, Schedule, Visibility, sql, words};
use crate::views::newsletter as view;

/// Who may read its archive: asked at a terminal, nobody where nobody can be asked.
pub(super) fn archive(context: &Context) -> anyhow::Result<Visibility> {
    if context.json || !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Ok(Visibility::Off);
    }
    loop {
        eprint!("{} [off] ", context.locale.text("cli-newsletter-ask-archive"));
        std::io::stderr().flush()?;
        let mut typed = String::new();
        std::io::stdin().read_line(&mut typed)?;
        let word = typed.trim();
        if word.is_empty() {
            return Ok(Visibility::Off);
        }
        if let Ok(visibility) = word.parse() {
            return Ok(visibility);
        }
        eprintln!("  {}", said!(context.locale, "init-no-archive", typed = word));
    }
}

/// What the home page shows now that this newsletter exists.
pub(super) async fn bare_host(app: &App, added: &Newsletter, locale: &Locale) -> anyhow::Result<String> {
    let shown = newsletters::listed(sql::not_hidden(&app.db).await?);
    let this = shown.iter().any(|newsletter| newsletter.id == added.id);
    Ok(match (this, shown.len()) {
        (true, 1) => locale.text("cli-home-leads"),
        (true, _) => locale.text("cli-home-lists"),
        (false, _) if added.listed == Listed::No => locale.text("cli-home-hides"),
        (false, _) => said!(locale, "cli-home-others", slug = &added.slug),
    })
}

/// What is there now, and the commands that come next.
pub(super) fn next_steps(
    app: &App,
    added: &Newsletter,
    schedules: &[Schedule],
    has_feed: bool,
    listed: &str,
    context: &Context,
) -> String {
    let (slug, base, locale) = (&added.slug, &app.config.base_url, context.locale);
    let mut facts = vec![("page", format!("{base}/n/{slug}")), ("home", format!("{base} {listed}"))];
    if let Some(schedule) = schedules.first() {
        facts.push(("sends", words::exact(schedule, locale)));
        let next = schedule.next_due_at.and_then(|at| view::on_clock(&rfc3339(at), &zone(&schedule.zone), locale));
        facts.extend(next.map(|next| ("next", format!("{next} ({})", schedule.zone))));
    }
    let config = config_flag(context.config_path.as_deref());
    let mut steps = vec![if has_feed {
        (format!("facteur feed poll {slug}{config}"), "poll")
    } else {
        (format!("facteur newsletter set {slug} --feed URL{config}"), "feed")
    }];
    steps.push((format!("facteur digest preview {slug} -o text{config}"), "preview"));
    steps.push((format!("facteur serve{config}"), "serve"));
    let mut out = said!(locale, "cli-newsletter-added", slug = slug) + "\n";
    for (name, value) in facts {
        let _ = writeln!(out, "  {:<13} {value}", locale.text(&format!("cli-newsletter-{name}")));
    }
    let _ = writeln!(out, "{}", locale.text("cli-newsletter-steps"));
    let width = steps.iter().map(|(command, _)| command.chars().count()).max().unwrap_or(0);
    for (command, name) in steps {
        let _ = writeln!(out, "  {command:<width$}  {}", locale.text(&format!("cli-newsletter-step-{name}")));
    }
    out
}
