//! Telling the editor: a letter to the newsletter's own address when a digest waits, leaves by itself unless stopped, or could not
//! be made, and when something lasts that needs a person: a digest that stopped, a lost slot, posts that are held, a feed that
//! fails, a database that is held.
//!
//! In: a newsletter and a digest, inside the transaction that makes it true; feeds that fail; events that nobody was told of
//! ([`tell`], at each tick). Out: a row in `letter`, in one transaction with the note that the editor is told: once a cause,
//! however many processes ask, and once more when it is over.

use serde_json::json;

use crate::app::App;
use crate::clock::{Millis, timestamp};
use crate::coded::{Coded as _, Told as _};
use crate::db::{Tx, generation};
use crate::events::{self, Code, Untold};
use crate::feeds::{Feed, lasting, standing};
use crate::i18n;
use crate::ledger::hold;
use crate::ledger::letters::{self, NewLetter};
use crate::letter::LetterKind;
use crate::mails::DigestContent;
use crate::newsletters::{self, Newsletter, Schedule};
use crate::reason::Reason;
use crate::subscribers::joined;

use super::{content, leave, sql};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A digest waits for approval.
    Waiting,
    /// A digest could not be rendered.
    Failed,
    /// A first digest waits for the doctor.
    Unready,
}

impl Event {
    fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "digest_waiting",
            Self::Failed => "digest_failed",
            Self::Unready => "digest_unready",
        }
    }
}

/// What the letter tells.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// What happened.
    pub event: Event,
    /// To which newsletter.
    pub newsletter: &'a Newsletter,
    /// On which rhythm.
    pub schedule: &'a Schedule,
    /// The digest's id outside.
    pub public_id: &'a str,
    /// Its slot.
    pub slot_at: Millis,
    /// What it holds.
    pub content: &'a DigestContent,
    /// To how many it would go.
    pub recipients: i64,
    /// What went wrong, if anything did.
    pub reason: Option<&'a Reason>,
}

/// Asks for the letter.
pub async fn ask(app: &App, tx: &mut Tx, now: Millis, notice: &Notice<'_>) -> sqlx::Result<i64> {
    let (slug, id) = (&notice.newsletter.slug, notice.public_id);
    let parameters = json!({
        "event": notice.event.as_str(),
        "subject": content::working_title(notice.newsletter, notice.content, now),
        "slot": slot_words(notice.newsletter, notice.schedule, notice.slot_at),
        "posts": notice.content.posts.iter().map(|post| post.title.as_str()).collect::<Vec<_>>(),
        "recipients": notice.recipients,
        "reason": notice.reason.map(|reason| reason.words(i18n::locale(&notice.newsletter.language))),
        "links": links(app, notice.newsletter, id, &["look", "approve", "edit", "skip"]),
        "commands": [
            format!("facteur digest preview {slug} -o text"),
            format!("facteur digest approve {slug} {id}"),
            format!("facteur digest skip {slug} {id}"),
        ],
    });
    to_editor(tx, now, notice.newsletter, &parameters).await
}

/// Pages of the console about a digest, without any token: its own (`look`), and those with a button for each act.
fn links(app: &App, of: &Newsletter, id: &str, acts: &[&str]) -> Vec<[String; 2]> {
    let page = format!("{}/console/n/{}/digests/{id}", app.config.base_url.trim_end_matches('/'), of.slug);
    let to = |act: &&str| if *act == "look" { page.clone() } else { format!("{page}/{act}") };
    acts.iter().map(|act| [(*act).to_owned(), to(act)]).collect()
}

async fn to_editor(tx: &mut Tx, now: Millis, of: &Newsletter, parameters: &serde_json::Value) -> sqlx::Result<i64> {
    let letter = NewLetter {
        newsletter_id: of.id,
        subscriber_id: None,
        address: Some(of.editor()),
        kind: LetterKind::Notice,
        language: &of.language,
        parameters,
    };
    letters::ask(tx, now, &letter).await
}

/// Tells the editors of feeds that cannot be read for a day, once until they can be read again; those of one newsletter in one
/// letter.
///
/// # Errors
/// The database's.
pub async fn of_failing_feeds(app: &App) -> sqlx::Result<()> {
    let now = app.clock.now();
    let untold = standing::untold(&app.db, now).await?;
    for feeds in untold.chunk_by(|a, b| a.newsletter_id == b.newsletter_id) {
        let Some(newsletter) = newsletters::sql::by_id(&app.db, feeds[0].newsletter_id).await? else { continue };
        let mut tx = app.db.begin().await?;
        let mut lines = Vec::new();
        for feed in feeds {
            if standing::told(&mut tx, feed.id, now).await? {
                lasting::failing(&mut tx, feed, now).await?;
                lines.push(failing_words(feed, &newsletter));
            }
        }
        if !lines.is_empty() {
            let slug = &newsletter.slug;
            let parameters = json!({
                "event": "feed_failing",
                "posts": lines,
                "commands": [format!("facteur feed list {slug}"), format!("facteur feed poll {slug}")],
            });
            to_editor(&mut tx, now, &newsletter, &parameters).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Which feed, since when, and why.
fn failing_words(feed: &Feed, of: &Newsletter) -> String {
    let locale = i18n::locale(&of.language);
    let since = timestamp(feed.failing_since.unwrap_or(feed.created_at)).to_zoned(jiff::tz::TimeZone::UTC);
    let since = locale.format("mail-notice-feed-since", &[("date", i18n::Value::Text(&locale.date(&since)))]);
    let reason = feed.last_error.as_ref().map(|trouble| trouble.words(locale)).unwrap_or_default();
    format!("{} ({since}): {reason}", standing::without_query(&feed.url))
}

/// The slot on the schedule's own clock, in the newsletter's language.
fn slot_words(newsletter: &Newsletter, schedule: &Schedule, slot_at: Millis) -> String {
    let zone = jiff::tz::TimeZone::get(&schedule.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let at = timestamp(slot_at).to_zoned(zone);
    let locale = i18n::locale(&newsletter.language);
    format!("{}, {}", locale.date(&at), locale.time(&at))
}

/// Events that one look takes.
const AT_ONCE: i64 = 100;

/// Tells the editors what they were not told of yet. While the database is held nothing but that is told: all else its
/// original tells.
///
/// # Errors
/// The database's; what was told until then is.
pub async fn tell(app: &App) -> sqlx::Result<()> {
    lasting::settle(app).await?;
    let held = generation::held(&app.db).await?.is_some();
    for event in events::untold(&app.db, AT_ONCE).await? {
        if held && event.code != Code::SendingHeld {
            continue;
        }
        let Some(newsletter) = newsletters::sql::by_id(&app.db, event.newsletter_id).await? else { continue };
        let said = said(app, &newsletter, &event).await?;
        let mut tx = app.db.begin().await?;
        if events::told(&mut tx, event.id).await? {
            let said = match event.code {
                Code::DigestLeaving => of_leaving(app, &mut tx, &newsletter, &event).await?,
                _ => said,
            };
            if let Some(parameters) = said {
                to_editor(&mut tx, app.clock.now(), &newsletter, &parameters).await?;
            }
            tx.commit().await?;
            app.wake.now();
        }
    }
    Ok(())
}

/// Tells the editors who want it how many have subscribed, at most once in ten minutes.
///
/// # Errors
/// The database's; what was told until then is.
pub async fn of_new_subscribers(app: &App) -> sqlx::Result<()> {
    let now = app.clock.now();
    for told in joined::due(&app.db, now).await? {
        let (count, last) = joined::since(&app.db, &told, now).await?;
        if count == 0 {
            continue;
        }
        let Some(newsletter) = newsletters::sql::by_id(&app.db, told.newsletter_id).await? else { continue };
        let page = format!("{}/console/n/{}/subscribers", app.config.base_url.trim_end_matches('/'), newsletter.slug);
        let parameters = json!({ "event": "subscribers_joined", "joined": count, "page": page });
        let mut tx = app.db.begin().await?;
        if joined::note(&mut tx, &told, last, now).await? {
            to_editor(&mut tx, now, &newsletter, &parameters).await?;
            tx.commit().await?;
            app.wake.now();
        }
    }
    Ok(())
}

/// What a letter says of an event; `None` when what it is about is gone.
async fn said(app: &App, of: &Newsletter, event: &Untold) -> sqlx::Result<Option<serde_json::Value>> {
    let slug = &of.slug;
    Ok(match event.code {
        Code::DigestPaused | Code::DigestResumed => of_digest(app, of, event).await?,
        Code::DigestBounces | Code::DigestComplaints => of_returned(app, of, event).await?,
        Code::ScheduleMissed => of_missed(app, of, event).await?,
        Code::ScheduleBack => {
            Some(json!({ "event": "digest_back", "commands": [format!("facteur digest list {slug}")] }))
        }
        Code::PostsHeld => {
            let titles = lasting::titles(&app.db, event.about_id).await?;
            let commands =
                [format!("facteur post list {slug} --state held"), format!("facteur post include {slug} NUMBER")];
            (!titles.is_empty()).then(|| json!({ "event": "posts_held", "posts": titles, "commands": commands }))
        }
        Code::PostsDecided => Some(json!({ "event": "posts_decided" })),
        Code::FeedRecovered => {
            let address = lasting::address(&app.db, event.about_id).await?;
            address.map(|address| json!({ "event": "feed_recovered", "posts": [address] }))
        }
        Code::SendingHeld => {
            let held = generation::held(&app.db).await?;
            let commands = ["facteur resume --dry-run", "facteur resume"];
            let words = held.map(|held| hold::why(&held).words(i18n::locale(&of.language)).into_owned());
            words.map(|words| json!({ "event": "sending_held", "reason": words, "commands": commands }))
        }
        Code::SendingResumed => Some(json!({ "event": "sending_resumed" })),
        _ => None,
    })
}

async fn of_digest(app: &App, of: &Newsletter, event: &Untold) -> sqlx::Result<Option<serde_json::Value>> {
    let Some(digest) = sql::by_id(&app.db, event.about_id).await? else { return Ok(None) };
    let Some(schedule) = newsletters::sql::schedule(&app.db, digest.schedule_id).await? else { return Ok(None) };
    let (slug, id) = (&of.slug, &digest.public_id);
    let slot = slot_words(of, &schedule, digest.slot_at);
    if event.code == Code::DigestResumed {
        return Ok(Some(json!({ "event": "digest_resumed", "subject": digest.subject, "slot": slot })));
    }
    let (kind, more) = match event.word("cause").as_str() {
        "addresses-unknown" => ("digest_unknown", Some(format!("facteur digest resume {slug} {id} --accept-bounces"))),
        "mails-unreadable" => ("digest_unreadable", None),
        "signing-key-unusable" => ("digest_unsigned", None),
        _ => ("digest_paused", None),
    };
    let commands =
        [format!("facteur digest status {slug}"), format!("facteur digest resume {slug} {id}")].into_iter().chain(more);
    Ok(Some(json!({
        "event": kind,
        "subject": digest.subject,
        "slot": slot,
        "recipients": digest.recipients,
        "reason": digest.reason.as_ref().map(|reason| reason.words(i18n::locale(&of.language)).into_owned()),
        "commands": commands.collect::<Vec<_>>(),
    })))
}

/// A digest of which too much comes back.
async fn of_returned(app: &App, of: &Newsletter, event: &Untold) -> sqlx::Result<Option<serde_json::Value>> {
    let Some(digest) = sql::by_id(&app.db, event.about_id).await? else { return Ok(None) };
    let Some(schedule) = newsletters::sql::schedule(&app.db, digest.schedule_id).await? else { return Ok(None) };
    let bounces = event.code == Code::DigestBounces;
    let command = if bounces { "facteur bounce list --state waiting" } else { "facteur subscriber list" };
    let command = if bounces { command.to_owned() } else { format!("{command} {} --status complained", of.slug) };
    Ok(Some(json!({
        "event": if bounces { "digest_bounces" } else { "digest_complaints" },
        "subject": digest.subject,
        "slot": slot_words(of, &schedule, digest.slot_at),
        "recipients": digest.recipients,
        "links": links(app, of, &digest.public_id, &["look"]),
        "commands": [command],
    })))
}

/// A digest that leaves unless an editor stops it. Whose letter is late has more time.
async fn of_leaving(
    app: &App,
    tx: &mut Tx,
    of: &Newsletter,
    event: &Untold,
) -> sqlx::Result<Option<serde_json::Value>> {
    let Some(digest) = leave::told(tx, event.about_id, app.clock.now()).await? else { return Ok(None) };
    let Some(schedule) = newsletters::sql::schedule(&app.db, digest.schedule_id).await? else { return Ok(None) };
    let (slug, id, locale) = (&of.slug, &digest.public_id, i18n::locale(&of.language));
    let at = timestamp(digest.leaves_at.unwrap_or(digest.slot_at)).to_zoned(crate::clock::zone(&schedule.zone));
    let content = content::stored(&digest).unwrap_or_default();
    Ok(Some(json!({
        "event": "digest_leaving",
        "time": locale.time(&at),
        "subject": content::working_title(of, &content, app.clock.now()),
        "slot": format!("{}, {}", locale.date(&at), locale.time(&at)),
        "posts": content.posts.iter().map(|post| post.title.as_str()).collect::<Vec<_>>(),
        "recipients": sql::count_audience(&app.db, digest.schedule_id).await?,
        "links": links(app, of, id, &["look", "stop", "approve", "edit", "skip"]),
        "commands": [
            format!("facteur digest preview {slug} {id} -o text"),
            format!("facteur digest stop {slug} {id}"),
            format!("facteur digest approve {slug} {id}"),
            format!("facteur digest skip {slug} {id}"),
        ],
    })))
}

async fn of_missed(app: &App, of: &Newsletter, event: &Untold) -> sqlx::Result<Option<serde_json::Value>> {
    let Some(schedule) = newsletters::sql::schedule(&app.db, event.about_id).await? else { return Ok(None) };
    let late = event.word("cause") == Reason::TooLate.code();
    let reason = if late { Reason::TooLate } else { Reason::PostsVanished };
    let slot = event.number("slot").map(|at| slot_words(of, &schedule, at));
    Ok(Some(json!({
        "event": "digest_skipped",
        "slot": slot,
        "reason": reason.words(i18n::locale(&of.language)),
        "commands": [format!("facteur digest list {}", of.slug)],
    })))
}
