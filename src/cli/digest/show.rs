//! `facteur digest list | show | preview`: reading only.

use std::io::Write as _;

use jiff::tz::TimeZone;

use crate::app::App;
use crate::cli::{Context, Fault};
use crate::clock::{timestamp, zone};
use crate::digests::posts::{self, Which};
use crate::digests::{Digest, content, preflight, sql};
use crate::i18n::Locale;
use crate::ledger::DigestState;
use crate::mails::DigestContent;
use crate::newsletters::{self, Newsletter};
use crate::views;
use crate::views::digest::{self as view, DigestView};

use super::{Form, Target, find, named, schedule};

/// The digests of a newsletter, the youngest first.
pub async fn list(app: &App, context: &Context, slug: &str, limit: u16) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, slug).await?;
    let schedules = view::schedule_ids(app, &newsletter).await?;
    let zones = zones(app, &newsletter).await?;
    let found = sql::before(&app.db, newsletter.id, i64::MAX, i64::from(limit)).await?;
    let locale = context.print_locale();
    let show = |digest: &Digest| view::show(&newsletter, &schedules, digest, locale);
    let shown: Vec<DigestView> = found.iter().map(show).collect();
    context.show(&shown, || {
        if shown.is_empty() {
            return said!(locale, "cli-digest-list-empty", slug = slug);
        }
        shown.iter().map(|digest| view::line(digest, &zone_of(&zones, digest), locale)).collect::<Vec<_>>().join("\n")
    })
}

/// The clocks of a newsletter's rhythms, in the order of their numbers.
async fn zones(app: &App, newsletter: &Newsletter) -> sqlx::Result<Vec<TimeZone>> {
    let schedules = newsletters::sql::schedules(&app.db, newsletter.id).await?;
    Ok(schedules.iter().map(|schedule| zone(&schedule.zone)).collect())
}

/// The clock of the rhythm that a digest belongs to.
fn zone_of(zones: &[TimeZone], digest: &DigestView) -> TimeZone {
    let own = digest.schedule.checked_sub(1).and_then(|index| zones.get(index));
    own.or(zones.first()).cloned().unwrap_or_else(TimeZone::system)
}

/// One digest: the named one, else the youngest that was no skipped slot, else the youngest.
pub async fn show(app: &App, context: &Context, target: &Target) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let digest = latest(app, context, &newsletter, target.id.as_deref()).await?;
    show_one(app, context, &newsletter, &digest, |words| words).await
}

/// Prints one digest; `dressed` may add to its words.
pub async fn show_one(
    app: &App,
    context: &Context,
    newsletter: &Newsletter,
    digest: &Digest,
    dressed: impl FnOnce(String) -> String,
) -> anyhow::Result<()> {
    let shown = view::in_full(app, newsletter, digest, context.print_locale()).await?;
    let zone = zone_of(&zones(app, newsletter).await?, &shown);
    context.show(&shown, || dressed(views::in_lines(&view::facts(&shown, &zone, context.locale))))
}

/// The named digest, else the youngest that went or goes out, else the youngest.
pub async fn latest(app: &App, context: &Context, newsletter: &Newsletter, id: Option<&str>) -> anyhow::Result<Digest> {
    if let Some(id) = id {
        return named(app, context, newsletter, id).await;
    }
    let youngest = sql::before(&app.db, newsletter.id, i64::MAX, 100).await?;
    let sent = youngest.iter().position(|digest| digest.state != DigestState::Skipped).unwrap_or(0);
    youngest
        .into_iter()
        .nth(sent)
        .ok_or_else(|| Fault::not_found(said!(context.locale, "cli-digest-never", slug = &newsletter.slug)))
}

/// What a preview or a test shows, and whence it comes.
pub struct Shown {
    /// What it says.
    pub content: DigestContent,
    /// In words.
    pub whence: String,
}

/// The named digest; else the one that waits, else what the next one would say, else the last.
pub async fn content_of(
    app: &App,
    context: &Context,
    newsletter: &Newsletter,
    id: Option<&str>,
    number: usize,
) -> anyhow::Result<Shown> {
    let (rhythm, locale) = (schedule(app, context, newsletter, number).await?, context.print_locale());
    if let Some(digest) = find(app, context, newsletter, id, &[DigestState::Waiting]).await? {
        let state = locale.text(&format!("digest-state-{}", digest.state));
        let whence = said!(locale, "cli-whence-digest", id = &digest.public_id, state = &state);
        let said = content::of_digest(app, &digest).await.map_err(|error| super::fault(context, error))?;
        return Ok(Shown { content: said, whence });
    }
    let next = posts::waiting(app, &rhythm, Which::All).await?;
    if !next.is_empty() {
        let whence = said!(locale, "cli-whence-next", count = next.len());
        return Ok(Shown { content: content::of_posts(next, &rhythm.zone), whence });
    }
    let youngest = sql::before(&app.db, newsletter.id, i64::MAX, 100).await?;
    let last = youngest.iter().find_map(|digest| Some((digest, content::stored(digest).ok()?)));
    let (digest, said) =
        last.ok_or_else(|| Fault::refused(said!(context.locale, "cli-digest-no-post", slug = &newsletter.slug)))?;
    Ok(Shown { content: said, whence: said!(locale, "cli-whence-last", id = &digest.public_id) })
}

/// Prints a digest as readers will see it.
pub async fn preview(
    app: &App,
    context: &Context,
    target: &Target,
    form: Form,
    lang: Option<&str>,
    number: usize,
) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let shown = content_of(app, context, &newsletter, target.id.as_deref(), number).await?;
    let language = language(context, lang, &newsletter)?;
    let mail = content::render(app, &newsletter, &shown.content, language, app.clock.now())
        .map_err(|error| super::fault(context, error))?;
    if !context.json {
        eprintln!("{}", said!(context.locale, "cli-whence", whence = &shown.whence, subject = &mail.subject));
    }
    let out = match form {
        Form::Html => mail.html,
        Form::Text => mail.text,
        Form::Eml => String::from_utf8_lossy(&preflight::sample(&mail)).into_owned(),
    };
    if !context.json && matches!(form, Form::Eml) {
        return as_it_is(&out);
    }
    let json =
        serde_json::json!({ "whence": shown.whence, "language": language, "subject": mail.subject, "mail": out });
    context.show(&json, || out.clone())
}

/// A mail is bytes: its last line ends as all others do.
fn as_it_is(mail: &str) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(mail.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// The language that was asked for, else the newsletter's own.
pub fn language(context: &Context, asked: Option<&str>, newsletter: &Newsletter) -> anyhow::Result<&'static str> {
    Ok(context.known(asked.unwrap_or(&newsletter.language))?.tag())
}

/// A slot on the clock of a zone, such as `Monday 8 June 2026 at 8:00`.
pub fn on_their_clock(at: crate::clock::Millis, name: &str, locale: &Locale) -> String {
    let zoned = timestamp(at).to_zoned(zone(name));
    said!(locale, "when", date = &locale.date(&zoned), time = &locale.time(&zoned))
}
