//! Somebody's settings, changed by somebody else: an editor on the command line, a program.
//!
//! In: words as typed ([`Typed`]): a rhythm by its number, topics by their names, a pause in months or until a day. Out: what the person's
//! own form does ([`super::preferences`], [`super::choices`]) in one transaction, told as whose act it was; or a [`SaveError`], and
//! nothing was stored. The address is [`super::new_address`]'s.

use jiff::civil::Date;

use super::choices::{self, Choices, Refused};
use super::preferences::{SaveError, rename, tidy_name};
use super::{Subscriber, counts, sql};
use crate::app::App;
use crate::clock::Millis;
use crate::events::Actor;
use crate::newsletters;
use crate::newsletters::topics::{self, folded};

/// What is wanted; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// What they are called; empty for nothing.
    pub name: Option<String>,
    /// A language that has texts.
    pub language: Option<String>,
    /// A rhythm, numbered as `facteur newsletter show` does, from 1.
    pub rhythm: Option<usize>,
    /// Names of topics; none in it: everything.
    pub topics: Option<Vec<String>>,
    /// `no`, a number of months, or a day such as `2026-09-01`.
    pub pause: Option<String>,
}

impl Typed {
    /// Whether nothing is wanted.
    pub fn is_empty(&self) -> bool {
        let choices = self.rhythm.is_none() && self.topics.is_none() && self.pause.is_none();
        choices && self.name.is_none() && self.language.is_none()
    }
}

/// Stores it; gives the person as they are now.
///
/// # Errors
/// [`SaveError`]; then nothing was stored.
pub async fn change(app: &App, person: &Subscriber, typed: &Typed, by: Actor) -> Result<Subscriber, SaveError> {
    let now = app.clock.now();
    let wanted = wanted(app, person, typed, now).await?;
    let mut tx = app.db.begin().await?;
    let person = sql::by_id_in(&mut tx, person.id).await?.ok_or(SaveError::Void)?;
    if let Some(wanted) = &wanted {
        choices::save(app, &mut tx, &person, wanted, None, by).await?;
    }
    let name = typed.name.as_deref().map_or_else(|| person.name.clone(), tidy_name);
    let language = typed.language.as_deref().unwrap_or(&person.language);
    rename(&mut tx, &person, name.as_deref(), language, by, now).await?;
    tx.commit().await?;
    counts::changed(app, person.newsletter_id);
    sql::by_id(&app.db, person.id).await?.ok_or(SaveError::Void)
}

/// Rhythm, topics and pause as they are to be; `None` when they stay as they are.
async fn wanted(app: &App, person: &Subscriber, typed: &Typed, now: Millis) -> Result<Option<Choices>, SaveError> {
    if typed.rhythm.is_none() && typed.topics.is_none() && typed.pause.is_none() {
        return Ok(None);
    }
    let stored = choices::of(&app.db, person.id).await?.ok_or(SaveError::Void)?;
    let schedules = newsletters::sql::schedules(&app.db, person.newsletter_id).await?;
    let rhythm = match typed.rhythm {
        None => stored.rhythm,
        Some(number) => {
            let found = number.checked_sub(1).and_then(|place| schedules.get(place));
            found.ok_or(SaveError::Refused(Refused::RhythmNotOffered))?.id
        }
    };
    let zone = schedules.iter().find(|schedule| schedule.id == rhythm).map_or("UTC", |found| found.zone.as_str());
    let topics = match &typed.topics {
        None => stored.topics,
        Some(names) if names.is_empty() => None,
        Some(names) => Some(ids_of(app, person.newsletter_id, names).await?),
    };
    let paused_until = match typed.pause.as_deref() {
        None => stored.paused_until,
        Some(pause) => end_of(pause, zone, now).map_err(SaveError::Refused)?,
    };
    Ok(Some(Choices { rhythm, topics, paused_until }))
}

/// Topics by name, however their case.
async fn ids_of(app: &App, newsletter_id: i64, names: &[String]) -> Result<Vec<i64>, SaveError> {
    let live = topics::of(&app.db, newsletter_id).await?;
    let id = |name: &String| live.iter().find(|topic| folded(&topic.name) == folded(name)).map(|topic| topic.id);
    let ids: Option<Vec<i64>> = names.iter().map(id).collect();
    let mut ids = ids.ok_or(SaveError::Refused(Refused::NoSuchTopic))?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn end_of(pause: &str, zone: &str, now: Millis) -> Result<Option<Millis>, Refused> {
    let pause = pause.trim();
    if pause == "no" {
        return Ok(None);
    }
    if let Ok(months) = pause.parse::<i64>() {
        return choices::in_months(now, zone, months).map(Some);
    }
    let day: Date = pause.parse().map_err(|_| Refused::PauseEnded)?;
    choices::until(now, zone, day).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_a_number_of_months_or_a_day() {
        let now = 1_780_293_600_000;
        assert_eq!(end_of("no", "Europe/Paris", now), Ok(None));
        let end = |pause: &str| end_of(pause, "Europe/Paris", now).unwrap().map(crate::clock::rfc3339);
        assert_eq!(end("1").as_deref(), Some("2026-06-30T22:00:00Z"));
        assert_eq!(end(" 2026-07-14 ").as_deref(), Some("2026-07-13T22:00:00Z"));
        for wrong in ["", "0", "-1", "demain", "2026-02-30", "2026-06-01"] {
            assert_eq!(end_of(wrong, "Europe/Paris", now), Err(Refused::PauseEnded), "{wrong}");
        }
        assert_eq!(end_of("13", "Europe/Paris", now), Err(Refused::PauseTooLong));
    }
}
