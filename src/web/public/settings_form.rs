//! The form of one's settings: what it shows, what was typed, and what that means.
//!
//! In: a person with what their newsletter offers ([`Known`]); fields, or what an expired page had kept ([`Typed`]). Out: a
//! [`Judged`] wish for [`crate::subscribers::preferences`], or a [`Problem`] for each field that cannot stand. Of the fields only those
//! are looked at that have something to choose here, however many there are. Met by [`super::preferences`].

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::clock::{self, Millis};
use crate::coded::Told as _;
use crate::i18n::{self, Locale, Value};
use crate::newsletters::topics::Topic;
use crate::newsletters::{Newsletter, Schedule, words};
use crate::subscribers::address::{AddressError, Email};
use crate::subscribers::choices::{self, Choices, Offer, Refused};
use crate::subscribers::door::Door;
use crate::subscribers::new_address::Waiting;
use crate::subscribers::others::Other;
use crate::subscribers::own_page;
use crate::subscribers::preferences::{Wanted, tidy_name};
use crate::subscribers::{Status, Subscriber};
use crate::web::frame::input::Fields;

/// Months of a pause that the page offers.
const MONTHS: [i64; 3] = [1, 3, 6];
/// Longest text of a field that is kept, characters.
const LONGEST: usize = 300;

/// What is known of somebody and offered to them.
pub(super) struct Known {
    pub person: Subscriber,
    pub newsletter: Newsletter,
    pub offer: Offer,
    /// `None`: they are not subscribed, and have nothing to choose.
    pub choices: Option<Choices>,
    pub others: Vec<Other>,
    pub waiting: Option<Waiting>,
    /// What an expired page had kept, as the letter of this link carries it.
    pub wish: Option<serde_json::Value>,
}

impl Known {
    /// Of the person with this id; `None`: nothing is stored about them any more. `link`: when the letter of their link was asked for.
    pub async fn load(app: &App, id: i64, link: Option<Millis>) -> sqlx::Result<Option<Self>> {
        let own = own_page::of(&app.db, id, link).await?;
        Ok(own.map(|own| Self {
            choices: matches!(own.person.status, Status::Confirmed | Status::Paused).then_some(own.choices),
            person: own.person,
            newsletter: own.newsletter,
            offer: own.offer,
            others: own.others,
            waiting: own.waiting,
            wish: own.wish,
        }))
    }

    /// The zone in which a day of a pause begins: of the rhythm that is chosen.
    fn zone(&self, rhythm: i64) -> &str {
        let schedules = &self.offer.rhythms;
        let found = schedules.iter().find(|schedule| schedule.id == rhythm).or(schedules.first());
        found.map_or("UTC", |schedule| schedule.zone.as_str())
    }
}

/// The fields as they were sent, or as they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub name: String,
    pub language: String,
    pub rhythm: String,
    /// `all`, `some`; empty where there are none.
    pub topics: String,
    pub chosen: Vec<i64>,
    /// `no`, `keep`, a number of months, `until`.
    pub pause: String,
    /// A day, `2026-06-01`.
    pub until: String,
    pub email: String,
    pub keep_address: bool,
    /// Other newsletters that the page showed, and those that were ticked.
    pub shown: Vec<i64>,
    pub others: Vec<i64>,
    /// The mark of the choices that the page showed.
    pub seen: String,
}

impl Typed {
    /// What stands.
    pub fn stored(known: &Known) -> Self {
        let choices = known.choices.as_ref();
        let topics = choices.and_then(|choices| choices.topics.clone());
        let is_in = |other: &&Other| other.is_in;
        Self {
            name: known.person.name.clone().unwrap_or_default(),
            language: i18n::locale(&known.person.language).tag().to_owned(),
            rhythm: choices.map(|choices| choices.rhythm.to_string()).unwrap_or_default(),
            topics: if topics.is_some() { "some" } else { "all" }.to_owned(),
            chosen: topics.unwrap_or_default(),
            pause: if choices.is_some_and(|choices| choices.paused_until.is_some()) { "keep" } else { "no" }.to_owned(),
            shown: known.others.iter().map(|other| other.newsletter.id).collect(),
            others: known.others.iter().filter(is_in).map(|other| other.newsletter.id).collect(),
            seen: choices.map(Choices::mark).unwrap_or_default(),
            ..Self::default()
        }
    }

    /// What was sent.
    pub fn sent(fields: &Fields, known: &Known) -> Self {
        let text = |name: &str| fields.get(name).unwrap_or_default().chars().take(LONGEST).collect::<String>();
        let ticked = |kind: &str, id: i64| fields.get(&format!("{kind}-{id}")).is_some();
        let of_others = |kind: &str| {
            let ids = known.others.iter().map(|other| other.newsletter.id);
            ids.filter(|id| ticked(kind, *id)).collect()
        };
        Self {
            name: text("name"),
            language: text("language"),
            rhythm: text("rhythm"),
            topics: text("topics"),
            chosen: known.offer.topics.iter().map(|topic| topic.id).filter(|id| ticked("topic", *id)).collect(),
            pause: text("pause"),
            until: text("until"),
            email: text("email"),
            keep_address: fields.get("keep-address").is_some(),
            shown: of_others("shown"),
            others: of_others("newsletter"),
            seen: text("seen"),
        }
    }

    /// What it means.
    pub async fn judged(
        &self,
        known: &Known,
        door: &Door,
        locale: &Locale,
        now: Millis,
    ) -> Result<Judged, Vec<Problem>> {
        let mut problems = Vec::new();
        let choices = match known.choices.as_ref().map(|stored| self.choices(known, stored, now)).transpose() {
            Ok(choices) => choices,
            Err(refused) => {
                problems.push(Problem::of(&refused, locale));
                None
            }
        };
        let address = match self.address(known, door).await {
            Ok(address) => address,
            Err(error) => {
                problems.push(Problem { field: "email", words: error.words(locale) });
                None
            }
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        let language = i18n::known(&self.language).unwrap_or_else(|| i18n::locale(&known.person.language));
        Ok(Judged {
            name: tidy_name(&self.name),
            language: language.tag().to_owned(),
            choices,
            seen: Some(self.seen.clone()).filter(|seen| !seen.is_empty()),
            address,
            take_back: self.keep_address && self.email.trim().is_empty(),
            others: self.wanted(known, language),
        })
    }

    fn choices(&self, known: &Known, stored: &Choices, now: Millis) -> Result<Choices, Refused> {
        let rhythm = match self.rhythm.as_str() {
            "" => stored.rhythm,
            typed => typed.parse().map_err(|_| Refused::RhythmNotOffered)?,
        };
        let topics = match self.topics.as_str() {
            _ if known.offer.topics.is_empty() => stored.topics.clone(),
            "all" => None,
            "some" => Some(self.chosen.clone()),
            _ => stored.topics.clone(),
        };
        let zone = known.zone(rhythm);
        let paused_until = match self.pause.as_str() {
            "" | "keep" => stored.paused_until,
            "no" => None,
            "until" => {
                let day: Date = self.until.trim().parse().map_err(|_| Refused::PauseEnded)?;
                Some(choices::until(now, zone, day)?)
            }
            months => Some(choices::in_months(now, zone, months.parse().map_err(|_| Refused::PauseEnded)?)?),
        };
        Ok(Choices { rhythm, topics, paused_until })
    }

    /// Another address, where one was typed that is not theirs.
    async fn address(&self, known: &Known, door: &Door) -> Result<Option<Email>, AddressError> {
        if self.email.trim().is_empty() {
            return Ok(None);
        }
        let email = Email::from_typed(&self.email)?;
        if email.as_str() == known.person.email {
            return Ok(None);
        }
        door.judge(&email).await?;
        Ok(Some(email))
    }

    /// The other newsletters that are to change: those that the page showed.
    fn wanted(&self, known: &Known, locale: &Locale) -> Vec<Wanted> {
        let changes = known.others.iter().filter_map(|other| {
            let is_in = self.others.contains(&other.newsletter.id);
            let is_shown = self.shown.contains(&other.newsletter.id);
            (is_shown && is_in != other.is_in).then(|| Wanted {
                newsletter: other.newsletter.clone(),
                is_in,
                text: agreed(&other.newsletter, locale),
            })
        });
        changes.collect()
    }
}

/// What ticking the box of a newsletter agrees to; stored with the consent.
pub(super) fn agreed(newsletter: &Newsletter, locale: &Locale) -> String {
    locale.format("own-others-consent", &[("newsletter", Value::Text(&newsletter.name))])
}

/// What a form means.
pub(super) struct Judged {
    pub name: Option<String>,
    pub language: String,
    pub choices: Option<Choices>,
    pub seen: Option<String>,
    pub address: Option<Email>,
    pub take_back: bool,
    pub others: Vec<Wanted>,
}

/// What cannot stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The field, or the group of fields; empty for none.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub words: String,
}

impl Problem {
    /// Of a refused choice.
    pub fn of(refused: &Refused, locale: &Locale) -> Self {
        let field = match refused {
            Refused::RhythmNotOffered | Refused::RhythmChosen => "rhythm",
            Refused::NoSuchTopic | Refused::NoTopic | Refused::TooManyTopics => "topics",
            Refused::PauseEnded | Refused::PauseTooLong => "pause",
            Refused::NotSubscribed | Refused::ChangedMeanwhile => "",
        };
        Self { field, words: refused.words(locale) }
    }
}

/// Something to choose.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub name: String,
    pub value: String,
    pub label: String,
    /// A sentence more; empty for none.
    pub help: String,
    pub chosen: bool,
}

impl Choice {
    pub fn of(name: &str, value: &str, label: String, chosen: bool) -> Self {
        Self { name: name.to_owned(), value: value.to_owned(), label, help: String::new(), chosen }
    }
}

/// The rhythms; none when there is nothing to choose.
pub(super) fn rhythms(known: &Known, typed: &Typed, locale: &Locale) -> Vec<Choice> {
    if known.choices.is_none() || known.offer.rhythms.len() < 2 {
        return Vec::new();
    }
    let choice = |schedule: &Schedule| {
        let value = schedule.id.to_string();
        Choice::of("rhythm", &value, words::rhythm(schedule, locale), value == typed.rhythm)
    };
    known.offer.rhythms.iter().map(choice).collect()
}

/// Whether all topics or some; none when there are none.
pub(super) fn all_or_some(known: &Known, typed: &Typed, locale: &Locale) -> Vec<Choice> {
    if known.choices.is_none() || known.offer.topics.is_empty() {
        return Vec::new();
    }
    let some = typed.topics == "some";
    vec![
        Choice::of("topics", "all", locale.text("own-topics-all"), !some),
        Choice::of("topics", "some", locale.text("own-topics-some"), some),
    ]
}

/// The topics.
pub(super) fn topics(known: &Known, typed: &Typed) -> Vec<Choice> {
    let choice = |topic: &Topic| Choice {
        help: topic.description.clone(),
        ..Choice::of(&format!("topic-{}", topic.id), "1", topic.name.clone(), typed.chosen.contains(&topic.id))
    };
    known.offer.topics.iter().filter(|_| known.choices.is_some()).map(choice).collect()
}

/// The pauses.
pub(super) fn pauses(known: &Known, typed: &Typed, locale: &Locale) -> Vec<Choice> {
    let Some(stored) = &known.choices else { return Vec::new() };
    let chosen = |value: &str| typed.pause == value;
    let mut choices = vec![Choice::of("pause", "no", locale.text("own-pause-no"), chosen("no"))];
    if let Some(until) = stored.paused_until {
        let label = match until {
            Millis::MAX => locale.text("own-pause-keep"),
            until => {
                let day = clock::timestamp(until).to_zoned(clock::zone(known.zone(stored.rhythm))).date();
                locale.format("own-pause-keep-until", &[("date", Value::Text(&locale.weekday_and_day(day)))])
            }
        };
        choices.push(Choice::of("pause", "keep", label, chosen("keep")));
    }
    for months in MONTHS {
        let value = months.to_string();
        let label = locale.format("own-pause-months", &[("count", Value::Count(months))]);
        choices.push(Choice { chosen: chosen(&value), ..Choice::of("pause", &value, label, false) });
    }
    choices.push(Choice::of("pause", "until", locale.text("own-pause-until"), chosen("until")));
    choices
}

/// The other newsletters.
pub(super) fn of_others(known: &Known, typed: &Typed, locale: &Locale) -> Vec<Choice> {
    let choice = |other: &Other| {
        let (newsletter, id) = (&other.newsletter, other.newsletter.id);
        let help = if newsletter.description.is_empty() {
            agreed(newsletter, locale)
        } else {
            format!("{} {}", newsletter.description, agreed(newsletter, locale))
        };
        let label = newsletter.name.clone();
        Choice { help, ..Choice::of(&format!("newsletter-{id}"), &id.to_string(), label, typed.others.contains(&id)) }
    };
    known.others.iter().map(choice).collect()
}

/// The languages.
pub(super) fn languages(typed: &Typed) -> Vec<Choice> {
    let choice =
        |tag: &'static str| Choice::of("language", tag, i18n::locale(tag).text("language-name"), typed.language == tag);
    i18n::tags().map(choice).collect()
}
