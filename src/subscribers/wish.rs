//! Choices as an editor or a program says them: a number, names, words for a pause.
//!
//! In: a person and a [`Wish`]. Out: their [`Choices`], stored ([`choices::save`]); a [`Refused`] names what cannot be. What is not said
//! stays. Met by the command line, the API and the console.

use jiff::civil::Date;

use super::Subscriber;
use super::choices::{self, ChoiceError, Choices, Refused};
use crate::app::App;
use crate::events::Actor;
use crate::newsletters::topics::{self, folded};
use crate::newsletters::{self, Schedule};

/// What somebody is to have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// The rhythm, by its number among the newsletter's; `None`: theirs.
    pub rhythm: Option<usize>,
    /// Their topics.
    pub topics: Topics,
    /// Their pause.
    pub pause: Pausing,
}

/// Which topics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Topics {
    /// As they are.
    #[default]
    Kept,
    /// Everything.
    All,
    /// Those of these names.
    Named(Vec<String>),
}

/// Which pause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pausing {
    /// As it is.
    #[default]
    Kept,
    /// None.
    Ended,
    /// This one.
    For(Pause),
}

/// How long a pause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// So many months from today.
    Months(i64),
    /// Until this day begins.
    Until(Date),
}

impl std::str::FromStr for Pause {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(day) = text.parse() {
            return Ok(Self::Until(day));
        }
        let months = text.strip_suffix('m').unwrap_or(text).parse().ok();
        months
            .map(Self::Months)
            .ok_or_else(|| format!("`{text}` is neither a number of months such as 3 nor a day such as 2026-09-01"))
    }
}

/// Stores it; gives their choices as they are then.
///
/// # Errors
/// [`ChoiceError::Refused`]: nothing was written.
pub async fn store(app: &App, person: &Subscriber, wish: &Wish, by: Actor) -> Result<Choices, ChoiceError> {
    let before = choices::of(&app.db, person.id).await?.ok_or(Refused::NotSubscribed)?;
    let schedules = newsletters::sql::schedules(&app.db, person.newsletter_id).await?;
    let wanted = resolved(app, person, wish, before, &schedules).await?;
    let mut tx = app.db.begin().await?;
    let stored = choices::save(app, &mut tx, person, &wanted, None, by).await?;
    tx.commit().await?;
    Ok(stored)
}

async fn resolved(
    app: &App,
    person: &Subscriber,
    wish: &Wish,
    before: Choices,
    schedules: &[Schedule],
) -> Result<Choices, ChoiceError> {
    let mut wanted = before;
    if let Some(number) = wish.rhythm {
        let found = number.checked_sub(1).and_then(|index| schedules.get(index));
        wanted.rhythm = found.ok_or(Refused::RhythmNotOffered)?.id;
    }
    match &wish.topics {
        Topics::Kept => {}
        Topics::All => wanted.topics = None,
        Topics::Named(names) => wanted.topics = Some(ids(app, person.newsletter_id, names).await?),
    }
    if wish.pause == Pausing::Ended {
        wanted.paused_until = None;
    }
    if let Pausing::For(pause) = wish.pause {
        let zone =
            schedules.iter().find(|schedule| schedule.id == wanted.rhythm).map_or("UTC", |own| own.zone.as_str());
        let now = app.clock.now();
        wanted.paused_until = Some(match pause {
            Pause::Months(months) => choices::in_months(now, zone, months)?,
            Pause::Until(day) => choices::until(now, zone, day)?,
        });
    }
    Ok(wanted)
}

/// The topics of these names, however they are written.
async fn ids(app: &App, newsletter_id: i64, names: &[String]) -> Result<Vec<i64>, ChoiceError> {
    let live = topics::of(&app.db, newsletter_id).await?;
    let mut ids = Vec::with_capacity(live.len());
    for name in names.iter().take(topics::MOST * 10) {
        let found = live.iter().find(|topic| folded(&topic.name) == folded(name));
        ids.push(found.ok_or(Refused::NoSuchTopic)?.id);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_a_number_of_months_or_a_day() {
        assert_eq!("3".parse(), Ok(Pause::Months(3)));
        assert_eq!("6m".parse(), Ok(Pause::Months(6)));
        assert_eq!("2026-09-01".parse(), Ok(Pause::Until(jiff::civil::date(2026, 9, 1))));
        assert!("demain".parse::<Pause>().unwrap_err().contains("demain"));
    }
}
