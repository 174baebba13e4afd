//! Rhythms and topics of a newsletter as its editors see them.
//!
//! In: rows, and the language of whoever reads. Out: views that are their own JSON, and their lines.

use serde::Serialize;

use crate::app::App;
use crate::i18n::{Locale, Value};
use crate::newsletters::{self, Newsletter, offered, sql, topics, words};

/// A rhythm that readers may be on.
#[derive(Clone, Debug, Serialize)]
pub struct RhythmView {
    /// How commands and the API name it.
    pub number: usize,
    /// The sentence for it.
    pub words: String,
    /// Whether readers may choose it.
    pub offered: bool,
    /// Whether whoever is new is on it.
    pub default: bool,
    /// People on it, in whatever state.
    pub people: i64,
    /// Those of them who chose it.
    pub chosen: i64,
}

/// The rhythms of a newsletter in the order of their numbers.
///
/// # Errors
/// The database's.
pub async fn rhythms(app: &App, newsletter: &Newsletter, locale: &Locale) -> sqlx::Result<Vec<RhythmView>> {
    let schedules = sql::schedules(&app.db, newsletter.id).await?;
    let default = newsletters::default_of(&schedules).map(|schedule| schedule.id);
    let mut shown = Vec::with_capacity(schedules.len());
    for (index, schedule) in schedules.iter().enumerate() {
        shown.push(RhythmView {
            number: index + 1,
            words: words::exact(schedule, locale),
            offered: schedule.offered,
            default: default == Some(schedule.id),
            people: sql::people_on_schedule(&app.db, schedule.id).await?,
            chosen: offered::chosen_by(&app.db, schedule.id).await?,
        });
    }
    Ok(shown)
}

/// A rhythm on one line.
pub fn rhythm_line(shown: &RhythmView, locale: &Locale) -> String {
    let mut words = vec![format!("{}. {}", shown.number, shown.words)];
    words.extend(shown.default.then(|| locale.text("rhythm-is-default")));
    words.push(locale.text(if shown.offered { "rhythm-is-offered" } else { "rhythm-is-not-offered" }));
    let counts = [("people", Value::Count(shown.people)), ("chosen", Value::Count(shown.chosen))];
    words.push(locale.format("rhythm-people", &counts));
    words.join(", ")
}

/// A topic.
#[derive(Clone, Debug, Serialize)]
pub struct TopicView {
    /// As readers see it.
    pub name: String,
    /// A sentence; may be empty.
    pub description: String,
    /// Categories of feeds that belong to it.
    pub categories: Vec<String>,
    /// Addresses of feeds whose posts all belong to it.
    pub feeds: Vec<String>,
    /// Confirmed readers who chose it; whoever wants everything is not among them.
    pub readers: i64,
    /// Inside id, for forms.
    #[serde(skip)]
    pub id: i64,
}

/// The topics of a newsletter.
///
/// # Errors
/// The database's.
pub async fn topics(app: &App, newsletter: &Newsletter) -> sqlx::Result<Vec<TopicView>> {
    let live = topics::of(&app.db, newsletter.id).await?;
    let (feeds, whole) =
        (crate::feeds::sql::feeds(&app.db, newsletter.id).await?, topics::feeds(&app.db, newsletter.id).await?);
    let chosen = topics::chosen(&app.db, newsletter.id).await?;
    let view = |topic: topics::Topic| {
        let set = topic.set();
        let own = feeds.iter().filter(|feed| whole.contains(&(topic.id, feed.id)));
        TopicView {
            categories: topic.words().map(str::to_owned).collect(),
            feeds: own.map(|feed| feed.url.clone()).collect(),
            readers: chosen.iter().filter(|(chosen, _)| chosen & set != 0).map(|(_, readers)| readers).sum(),
            id: topic.id,
            name: topic.name,
            description: topic.description,
        }
    };
    Ok(live.into_iter().map(view).collect())
}

/// A topic on one line.
pub fn topic_line(shown: &TopicView, locale: &Locale) -> String {
    let of = [shown.categories.join(", "), shown.feeds.join(", ")];
    let of: Vec<String> = of.into_iter().filter(|part| !part.is_empty()).collect();
    let counts = [("count", Value::Count(shown.readers))];
    format!("{}: {} ({})", shown.name, of.join("; "), locale.format("topic-readers", &counts))
}
