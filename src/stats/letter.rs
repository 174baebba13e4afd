//! The letter to a newsletter's editors with the numbers of the month that is over.
//!
//! In: the clock; the sums of its days. Out: a row in `letter`, in one transaction with the note that the month is told, so that each is
//! told once, however many processes ask. Two plots travel in it as pictures; it says the same as the console, and counts only. It is on
//! until somebody ends it ([`switch`]): one press on the page that the letter leads to, without signing in.

use serde_json::json;

use super::change::Change;
use super::sql::letter as months;
use super::{roll, span, sql};
use crate::app::App;
use crate::db::{Db, generation};
use crate::i18n::{self, Locale, Value};
use crate::ledger::letters::{self, NewLetter};
use crate::letter::LetterKind;
use crate::newsletters::{self, Newsletter};

/// Digests that are named.
const NAMED: usize = 10;

/// Whether the editors get it.
///
/// # Errors
/// The database's.
pub async fn is_on(db: &Db, newsletter_id: i64) -> sqlx::Result<bool> {
    Ok(!months::is_off(db, newsletter_id).await?)
}

/// Switches it. Switched on, it tells of the month that runs when that is over.
///
/// # Errors
/// The database's.
pub async fn switch(app: &App, newsletter_id: i64, on: bool) -> sqlx::Result<()> {
    let month = span::month(super::day_of(app.clock.now()));
    let mut tx = app.db.begin().await?;
    months::switch_letter(&mut tx, newsletter_id, on, month).await?;
    tx.commit().await
}

/// Asks for the letters of a month that is over. A database that is held asks for none: its original does.
///
/// # Errors
/// The database's.
pub async fn due(app: &App) -> anyhow::Result<()> {
    // The days of the month before are summed, or are now.
    let month = span::month(roll::until(app));
    if !matches!(generation::held(&app.db).await, Ok(None)) {
        return Ok(());
    }
    for wanted in months::untold_months(&app.db, month).await? {
        let Some(newsletter) = newsletters::sql::by_id(&app.db, wanted.newsletter_id).await? else { continue };
        let summed = sql::mark(&app.db, newsletter.id).await?.map_or(0, |mark| mark.next_day);
        if summed < span::first_of(month) {
            continue;
        }
        // A newsletter that is looked at for the first time begins with the month that runs.
        let parameters = match wanted.next_month {
            Some(_) if newsletter.deleted_at.is_none() => told(app, &newsletter, month - 1).await?,
            _ => None,
        };
        let mut tx = app.db.begin().await?;
        if months::tell_month(&mut tx, wanted, month).await?
            && let Some(parameters) = parameters
        {
            let letter = NewLetter {
                newsletter_id: newsletter.id,
                subscriber_id: None,
                address: Some(newsletter.editor()),
                kind: LetterKind::Notice,
                language: &newsletter.language,
                parameters: &parameters,
            };
            letters::ask(&mut tx, app.clock.now(), &letter).await?;
        }
        tx.commit().await?;
        app.wake.now();
    }
    Ok(())
}

/// What the letter says of a month; `None` when nobody read the newsletter, and nobody came or went.
async fn told(app: &App, newsletter: &Newsletter, month: i64) -> sqlx::Result<Option<serde_json::Value>> {
    let (first, next) = (span::first_of(month), span::first_of(month + 1));
    let mut days = sql::days(&app.db, newsletter.id, first).await?;
    days.retain(|day| day.day < next);
    let change = days.iter().fold(Change::default(), |sum, day| sum.and(day.change()));
    let Some(last) = days.last().filter(|last| last.readers > 0 || change != Change::default()) else {
        return Ok(None);
    };
    let locale = i18n::locale(&newsletter.language);
    let readers: Vec<i64> = days.iter().map(|day| day.readers).collect();
    let (joined, gone): (Vec<i64>, Vec<i64>) = days.iter().map(|day| (day.joined, day.change().gone())).unzip();
    let count = |key: &str, count: i64| locale.format(key, &[("count", Value::Count(count))]);
    let mut lines = vec![
        count("stats-letter-readers", last.readers),
        count("stats-joined", change.joined),
        count("stats-gone", change.gone()),
    ];
    let mut sent = sql::sent(&app.db, newsletter.id, sql::at(first), i64::MAX).await?;
    sent.retain(|digest| digest.released_at < sql::at(next));
    lines.push(count("stats-letter-digests", sent.len() as i64));
    lines.extend(sent.iter().rev().take(NAMED).map(|digest| digest_line(digest, locale)));
    let page = format!("{}/console/n/{}/stats", app.config.base_url.trim_end_matches('/'), newsletter.slug);
    let alt = [lines[0].clone(), format!("{} {}", lines[1], lines[2])];
    let [alt_readers, alt_moves] = alt;
    Ok(Some(json!({
        "event": "month",
        "time": month_words(month, locale),
        "posts": lines,
        "charts": [
            { "up": readers, "alt": alt_readers },
            { "up": joined, "down": gone, "alt": alt_moves },
        ],
        "links": [["stats", &page], ["end", &page]],
    })))
}

fn digest_line(digest: &sql::Sent, locale: &Locale) -> String {
    let left = digest.people_left.to_string();
    let variables = [
        ("subject", Value::Text(&digest.subject)),
        ("count", Value::Count(digest.recipients)),
        ("left", Value::Text(&left)),
    ];
    locale.format("stats-letter-digest", &variables)
}

/// `mai 2026`.
fn month_words(month: i64, locale: &Locale) -> String {
    let date = span::date(span::first_of(month));
    let name = locale.text(&format!("month-{}", date.month()));
    let year = date.year().to_string();
    locale.format("stats-month", &[("month", Value::Text(&name)), ("year", Value::Text(&year))])
}
