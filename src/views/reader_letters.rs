//! The letters that a newsletter may send to its readers besides digests: the welcome, and the question whether somebody stays.
//!
//! In: what an owner wants, and the questions of today. Out: [`ReaderLetters`], which is its own JSON, and its lines.

use serde::Serialize;

use crate::app::App;
use crate::i18n::{Locale, Value};
use crate::newsletters::welcome::{self, Brings};
use crate::newsletters::{Newsletter, staying};
use crate::subscribers::staying::sql::{self, Counts};

/// Both.
#[derive(Clone, Debug, Serialize)]
pub struct ReaderLetters {
    /// The letter to whoever has confirmed.
    pub welcome: WelcomeView,
    /// The question to whoever is silent.
    pub staying: StayingView,
}

/// How whoever has confirmed is welcomed.
#[derive(Clone, Debug, Serialize)]
pub struct WelcomeView {
    /// Whether at all.
    pub sends: bool,
    /// What the letter brings.
    pub brings: Option<Brings>,
    /// The chosen posts, by their ids.
    pub posts: Vec<i64>,
}

/// Whether silent readers are asked, and how they stand.
#[derive(Clone, Debug, Serialize)]
pub struct StayingView {
    /// Whether at all.
    pub asks: bool,
    /// Calendar months of silence after which somebody is asked.
    pub months: Option<i64>,
    /// Days to answer.
    pub days: Option<i64>,
    /// Questions of today.
    #[serde(flatten)]
    pub questions: Counts,
}

/// Those of a newsletter.
///
/// # Errors
/// The database's.
pub async fn of(app: &App, newsletter: &Newsletter) -> sqlx::Result<ReaderLetters> {
    let welcome = welcome::of(&app.db, newsletter.id).await?;
    let period = staying::of(&app.db, newsletter.id).await?;
    Ok(ReaderLetters {
        welcome: WelcomeView {
            sends: welcome.is_some(),
            brings: welcome.as_ref().map(|welcome| welcome.brings),
            posts: welcome.map(|welcome| welcome.posts).unwrap_or_default(),
        },
        staying: StayingView {
            asks: period.is_some(),
            months: period.map(|period| period.months),
            days: period.map(|period| period.days),
            questions: sql::counts(&app.db, newsletter.id).await?,
        },
    })
}

/// How whoever has confirmed is welcomed, in a sentence.
pub fn welcome_line(shown: &WelcomeView, locale: &Locale) -> String {
    match shown.brings {
        None => locale.text("welcome-is-off"),
        Some(Brings::Chosen) => {
            let ids: Vec<String> = shown.posts.iter().map(i64::to_string).collect();
            locale.format("welcome-is-chosen", &[("posts", Value::Text(&ids.join(", ")))])
        }
        Some(brings) => locale.text(&format!("welcome-is-{brings}")),
    }
}

/// Whether silent readers are asked, and how they stand, a line each.
pub fn staying_lines(shown: &StayingView, locale: &Locale) -> Vec<String> {
    let rule = match (shown.months, shown.days) {
        (Some(months), Some(days)) => {
            locale.format("staying-is-on", &[("months", Value::Count(months)), ("days", Value::Count(days))])
        }
        _ => locale.text("staying-is-off"),
    };
    let count = |key: &str, count: i64| (count > 0).then(|| locale.format(key, &[("count", Value::Count(count))]));
    let Counts { planned, asked, open } = shown.questions;
    let counts = [count("staying-planned", planned), count("staying-asked", asked), count("staying-open", open)];
    std::iter::once(rule).chain(counts.into_iter().flatten()).collect()
}
