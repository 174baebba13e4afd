//! What readers choose for themselves: their rhythm, their topics, a pause.
//!
//! In: a person and what they want ([`Choices`]), of what their newsletter offers ([`Offer`]). Out: their row, and an event for what
//! changed; or a [`Refused`], a code that each door says in the reader's language. A change of rhythm repeats no post and loses none
//! ([`super::rhythm`]). A pause ends by itself ([`super::pause`]); what left meanwhile is not sent after it. The pages of readers, the
//! command line and the API all come through [`save`], inside a transaction of theirs, so that one form is one commit.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::app::App;
use crate::clock::{self, DAY, Millis};
use crate::coded::codes;
use crate::db::{Db, Tx, from_row, query, query_as};
use crate::events::{self, About, Actor, Code, Event};
use crate::newsletters::topics::{self, Topic};
use crate::newsletters::{Schedule, offered};

use super::{Status, Subscriber, pause, rhythm};

/// Longest pause.
pub const LONGEST: Millis = 366 * DAY;
/// Topics in one form that are looked at: more than any newsletter has.
pub const MOST_TYPED: usize = 1_000;

/// What a newsletter lets its readers choose among.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// Rhythms, the one that writes most often first; of a person, the one that they are on too. With one alone there is nothing to
    /// choose.
    pub rhythms: Vec<Schedule>,
    /// Topics, in the order in which they were made. Without any there is nothing to choose.
    pub topics: Vec<Topic>,
}

impl Offer {
    /// Of all that a newsletter has, to whoever is on this rhythm; 0: to whoever is new.
    pub(super) fn of(mut rhythms: Vec<Schedule>, topics: Vec<Topic>, own: i64) -> Self {
        rhythms.retain(|schedule| schedule.offered || schedule.id == own);
        rhythms.sort_by_key(|schedule| (std::cmp::Reverse(schedule.often()), schedule.id));
        Self { rhythms, topics }
    }
}

/// What somebody chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    /// `schedule.id`
    pub rhythm: i64,
    /// `topic.id`s, in order; `None`: everything, also topics to come. Topics that were removed are not among them.
    pub topics: Option<Vec<i64>>,
    /// Until when they pause; `None`: they do not. `Millis::MAX` for a pause that has no end.
    pub paused_until: Option<Millis>,
}

impl Choices {
    /// As a row has them: the rhythm, the set of topics, the state with the end of a pause. `live`: the newsletter's topics.
    pub(super) fn stored(
        rhythm: i64,
        set: Option<i64>,
        (status, paused_until): (Status, Option<Millis>),
        live: &[Topic],
    ) -> Self {
        let ids = |set: i64| live.iter().filter(|topic| set & topic.set() != 0).map(|topic| topic.id).collect();
        let until = paused_until.unwrap_or(Millis::MAX);
        Self { rhythm, topics: set.map(ids), paused_until: (status == Status::Paused).then_some(until) }
    }

    /// A mark of these choices for a form, so that [`save`] knows what its page showed: short, and nothing that a stranger may not
    /// know.
    pub fn mark(&self) -> String {
        let topics = self
            .topics
            .as_ref()
            .map_or_else(|| "all".to_owned(), |ids| ids.iter().map(i64::to_string).collect::<Vec<_>>().join("."));
        format!("{}-{topics}-{}", self.rhythm, self.paused_until.unwrap_or(0))
    }
}

codes! {
    /// Why a choice cannot be.
    pub enum Refused as "refused-choice" {
        /// A rhythm that the newsletter does not offer (any more).
        RhythmNotOffered => "rhythm-not-offered",
        /// They chose their rhythm themselves, and somebody else would have them written to more often.
        RhythmChosen => "rhythm-chosen",
        /// A topic that is none of the newsletter's.
        NoSuchTopic => "no-such-topic",
        /// No topic at all: whoever wants nothing pauses or leaves.
        NoTopic => "no-topic",
        /// More topics than there are.
        TooManyTopics => "too-many-topics",
        /// A pause that has ended, or a day that is none.
        PauseEnded => "pause-ended",
        /// A pause longer than [`LONGEST`].
        PauseTooLong => "pause-too-long",
        /// Whoever has not confirmed, or has left, chooses nothing.
        NotSubscribed => "not-subscribed",
        /// The choices are others than those that the page showed: see [`Choices::mark`].
        ChangedMeanwhile => "changed-meanwhile",
    }
}

/// Why nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum ChoiceError {
    /// It cannot be; the transaction is as it was.
    #[error("{0}")]
    Refused(Refused),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Refused> for ChoiceError {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// What a newsletter offers to whoever is new.
///
/// # Errors
/// The database's.
pub async fn offer_of(db: &Db, newsletter_id: i64) -> sqlx::Result<Offer> {
    offer_with(db, newsletter_id, 0).await
}

/// What a newsletter offers to this person: the rhythm that they are on stays among it.
///
/// # Errors
/// The database's.
pub async fn offer(db: &Db, person: &Subscriber) -> sqlx::Result<Offer> {
    let own = of(db, person.id).await?.map_or(person.schedule_id, |choices| choices.rhythm);
    offer_with(db, person.newsletter_id, own).await
}

async fn offer_with(db: &Db, newsletter_id: i64, own: i64) -> sqlx::Result<Offer> {
    let (rhythms, topics) = topics::with_rhythms(db, newsletter_id).await?;
    Ok(Offer::of(rhythms, topics, own))
}

/// A row, as far as this file is concerned.
#[derive(Debug)]
struct Row {
    newsletter_id: i64,
    status: Status,
    rhythm: i64,
    topics: Option<i64>,
    paused_until: Option<Millis>,
    rhythm_chosen_at: Option<Millis>,
}
from_row!(Row { newsletter_id, status, rhythm, topics, paused_until, rhythm_chosen_at });

const ROW: &str =
    "SELECT newsletter_id, status, COALESCE(next_schedule_id, schedule_id) AS rhythm, topics, paused_until,
                          rhythm_chosen_at
                   FROM subscriber WHERE id = $1";

impl Row {
    fn choices(&self, live: &[Topic]) -> Choices {
        Choices::stored(self.rhythm, self.topics, (self.status, self.paused_until), live)
    }
}

/// What somebody chose; `None` when there is nobody (any more).
///
/// # Errors
/// The database's.
pub async fn of(db: &Db, subscriber_id: i64) -> sqlx::Result<Option<Choices>> {
    let row: Option<Row> = query_as(ROW).bind(subscriber_id).fetch_optional(db.on()).await?;
    let Some(row) = row else { return Ok(None) };
    let topics = topics::of(db, row.newsletter_id).await?;
    Ok(Some(row.choices(&topics)))
}

/// The same inside a transaction. `live`: the newsletter's topics.
pub(super) async fn of_in(tx: &mut Tx, subscriber_id: i64, live: &[Topic]) -> sqlx::Result<Option<Choices>> {
    let row: Option<Row> = query_as(ROW).bind(subscriber_id).fetch_optional(tx.on()).await?;
    Ok(row.map(|row| row.choices(live)))
}

/// Stores what somebody wants. What is as it was is left alone, so that a second press changes nothing. `seen`: the mark of the
/// choices that their page showed ([`Choices::mark`]); `None` to overwrite whatever there is. `by` says whose wish it is: a visitor's
/// own rhythm is theirs from then on, and no default changes it; nobody else may raise how often such a reader is written to.
/// Gives the choices as they are stored.
///
/// # Errors
/// [`ChoiceError::Refused`]: nothing was written.
pub async fn save(
    app: &App,
    tx: &mut Tx,
    person: &Subscriber,
    wanted: &Choices,
    seen: Option<&str>,
    by: Actor,
) -> Result<Choices, ChoiceError> {
    let now = app.clock.now();
    let live = topics::of_in(tx, person.newsletter_id).await?;
    let row: Option<Row> = query_as(ROW).bind(person.id).fetch_optional(tx.on()).await?;
    let row = row.ok_or(Refused::NotSubscribed)?;
    if !matches!(row.status, Status::Confirmed | Status::Paused) {
        return Err(Refused::NotSubscribed.into());
    }
    let before = row.choices(&live);
    if seen.is_some_and(|seen| seen != before.mark()) && before != *wanted {
        return Err(Refused::ChangedMeanwhile.into());
    }
    let set = wanted.topics.as_deref().map(|ids| set_of(&live, ids)).transpose()?;
    let until = judged_pause(&before, wanted, now)?;
    let stays = wanted.rhythm == before.rhythm;
    if !stays {
        let schedules = offered::schedules_in(tx, person.newsletter_id).await?;
        judged_rhythm(&schedules, &row, wanted.rhythm, by)?;
    }
    // From here on nothing is refused.
    if !stays {
        rhythm::choose(tx, person, wanted.rhythm, now, by).await?;
    }
    let changed = before.topics != wanted.topics && set_topics(tx, person.id, set).await?;
    if changed {
        let event = Event::new(person.newsletter_id, Code::SubscriberTopics, About::Subscriber(person.id), by);
        let count = wanted.topics.as_ref().map_or(live.len(), Vec::len) as i64;
        events::note(tx, now, &event.with("count", count)).await?;
    }
    match (before.paused_until, until) {
        (_, Some(until)) if before.paused_until != Some(until) => {
            pause::begin(tx, person, until, now, by).await?;
        }
        (Some(_), None) => {
            pause::end(tx, person, now, by).await?;
        }
        _ => {}
    }
    let row: Option<Row> = query_as(ROW).bind(person.id).fetch_optional(tx.on()).await?;
    Ok(row.map_or(before, |row| row.choices(&live)))
}

/// Whether this rhythm may be theirs: a reader chooses among what is offered, an editor among all there are, but raises nobody who
/// chose.
fn judged_rhythm(schedules: &[Schedule], row: &Row, wanted: i64, by: Actor) -> Result<(), Refused> {
    let of = |id: i64| schedules.iter().find(|schedule| schedule.id == id);
    let to = of(wanted).ok_or(Refused::RhythmNotOffered)?;
    let raises = of(row.rhythm).is_none_or(|from| to.often() > from.often());
    match by {
        Actor::Visitor if !to.offered => Err(Refused::RhythmNotOffered),
        Actor::Visitor => Ok(()),
        _ if raises && row.rhythm_chosen_at.is_some() => Err(Refused::RhythmChosen),
        _ => Ok(()),
    }
}

/// The set of these topics.
fn set_of(live: &[Topic], ids: &[i64]) -> Result<i64, Refused> {
    if ids.len() > MOST_TYPED {
        return Err(Refused::TooManyTopics);
    }
    let mut set = 0;
    for id in ids {
        let topic = live.iter().find(|topic| topic.id == *id).ok_or(Refused::NoSuchTopic)?;
        set |= topic.set();
    }
    if set == 0 { Err(Refused::NoTopic) } else { Ok(set) }
}

/// The end of the pause that is wanted. One that is as it was need not lie ahead: it ends with the next tick.
fn judged_pause(before: &Choices, wanted: &Choices, now: Millis) -> Result<Option<Millis>, Refused> {
    match wanted.paused_until {
        until if until == before.paused_until => Ok(until),
        Some(until) if until <= now => Err(Refused::PauseEnded),
        Some(until) if until - now > LONGEST => Err(Refused::PauseTooLong),
        until => Ok(until),
    }
}

async fn set_topics(tx: &mut Tx, id: i64, set: Option<i64>) -> sqlx::Result<bool> {
    let changed = query("UPDATE subscriber SET topics = $2 WHERE id = $1").bind(id).bind(set).execute(tx.on()).await?;
    Ok(changed == 1)
}

/// The end of a pause of some months from today, at the beginning of a day in the zone of the person's rhythm.
///
/// # Errors
/// [`Refused::PauseEnded`] for none or less, [`Refused::PauseTooLong`].
pub fn in_months(now: Millis, zone: &str, months: i64) -> Result<Millis, Refused> {
    if months > 12 {
        return Err(Refused::PauseTooLong);
    }
    let today = clock::timestamp(now).to_zoned(clock::zone(zone)).date();
    let day = today.checked_add(months.max(0).months()).map_err(|_| Refused::PauseTooLong)?;
    until(now, zone, day)
}

/// The end of a pause until a day: its beginning in the zone of the person's rhythm.
///
/// # Errors
/// [`Refused::PauseEnded`], [`Refused::PauseTooLong`].
pub fn until(now: Millis, zone: &str, day: Date) -> Result<Millis, Refused> {
    let begins = day.to_zoned(clock::zone(zone)).map_err(|_| Refused::PauseTooLong)?.timestamp().as_millisecond();
    match begins {
        begins if begins <= now => Err(Refused::PauseEnded),
        begins if begins - now > LONGEST => Err(Refused::PauseTooLong),
        begins => Ok(begins),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::HOUR;
    use crate::newsletters::Every;
    use crate::newsletters::settings::usual_rhythm;

    fn topic(id: i64, bit: i64) -> Topic {
        let (name, description, categories) = (format!("t{id}"), String::new(), String::new());
        Topic { id, newsletter_id: 1, bit, name, description, categories }
    }

    #[test]
    fn a_reader_chooses_among_what_is_offered_and_nobody_else_raises_who_chose() {
        let schedule = |id, every, offered| Schedule { id, every, offered, ..usual_rhythm(1, 0) };
        let all = [schedule(1, Every::Month, true), schedule(2, Every::Day, true), schedule(3, Every::Post, false)];
        let row = |rhythm, rhythm_chosen_at| Row {
            newsletter_id: 1,
            status: Status::Confirmed,
            rhythm,
            topics: None,
            paused_until: None,
            rhythm_chosen_at,
        };
        let (free, chose) = (row(1, None), row(1, Some(5)));
        assert_eq!(judged_rhythm(&all, &chose, 2, Actor::Visitor), Ok(()));
        assert_eq!(judged_rhythm(&all, &free, 3, Actor::Visitor), Err(Refused::RhythmNotOffered));
        assert_eq!(judged_rhythm(&all, &free, 4, Actor::Command), Err(Refused::RhythmNotOffered));
        assert_eq!(judged_rhythm(&all, &free, 3, Actor::Person(1)), Ok(()));
        assert_eq!(judged_rhythm(&all, &chose, 2, Actor::Person(1)), Err(Refused::RhythmChosen));
        assert_eq!(judged_rhythm(&all, &row(2, Some(5)), 1, Actor::Token(1)), Ok(()), "more rarely");
    }

    #[test]
    fn a_form_of_foreign_or_too_many_or_no_topics_is_refused() {
        let live = [topic(7, 0), topic(9, 3)];
        assert_eq!(set_of(&live, &[9, 7, 9]), Ok(0b1001));
        assert_eq!(set_of(&live, &[8]), Err(Refused::NoSuchTopic));
        assert_eq!(set_of(&live, &[]), Err(Refused::NoTopic));
        assert_eq!(set_of(&live, &vec![7; 10_000]), Err(Refused::TooManyTopics));
    }

    #[test]
    fn a_pause_ends_at_the_beginning_of_a_day_where_the_rhythm_is() {
        // 31 January 2026, 23:30 in Paris: a month later is the last of February, which begins at 23:00 UTC the day before.
        let now = 1_769_898_600_000;
        assert_eq!(clock::rfc3339(now), "2026-01-31T22:30:00Z");
        assert_eq!(clock::rfc3339(in_months(now, "Europe/Paris", 1).unwrap()), "2026-02-27T23:00:00Z");
        assert_eq!(in_months(now, "Europe/Paris", 0), Err(Refused::PauseEnded));
        assert_eq!(in_months(now, "Europe/Paris", -3), Err(Refused::PauseEnded));
        assert_eq!(in_months(now, "Europe/Paris", i64::MAX), Err(Refused::PauseTooLong));
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(until(now, "Europe/Paris", day("2026-01-31")), Err(Refused::PauseEnded));
        assert_eq!(until(now, "Europe/Paris", day("2028-01-01")), Err(Refused::PauseTooLong));
        assert_eq!(until(now, "Europe/Paris", day("2026-02-01")), Ok(now + HOUR / 2));
    }

    #[test]
    fn a_pause_that_stands_may_stay_whatever_the_time() {
        let paused = Choices { rhythm: 1, topics: None, paused_until: Some(5) };
        assert_eq!(judged_pause(&paused, &paused, 10), Ok(Some(5)));
        let later = Choices { paused_until: Some(9), ..paused.clone() };
        assert_eq!(judged_pause(&paused, &later, 10), Err(Refused::PauseEnded));
        let resumed = Choices { paused_until: None, ..paused.clone() };
        assert_eq!(judged_pause(&paused, &resumed, 10), Ok(None));
        assert_eq!(paused.mark(), "1-all-5");
        assert_eq!(Choices { topics: Some(vec![3, 4]), ..resumed }.mark(), "1-3.4-0");
    }
}
