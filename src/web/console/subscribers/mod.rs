//! The people of a newsletter: lists and searches, one person, many at once, imports.
//!
//! In: a request of somebody with [`Right::Readers`]. Out: pages. What is typed to find somebody comes with `POST` and stands in no
//! address and no log; a page of a search carries it on in its forms.
//!
//! [`Right::Readers`]: crate::people::role::Right::Readers

pub mod add;
pub mod bulk;
pub mod import;
pub mod list;
pub mod person;
pub mod returned;

use crate::app::App;
use crate::clock::{Millis, timestamp};
use crate::i18n::{self, Locale};
use crate::newsletters::{self, Schedule};
use crate::subscribers::list::{How, Wanted};
use crate::subscribers::{Status, Subscriber, sql};
use crate::web::console::form::Form;
use crate::web::console::guard::Editor;
use crate::web::frame::error::Error;

/// Something to choose in a form: its value, its words, whether it is chosen.
#[derive(Clone, Debug)]
pub struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// Whom somebody looks for, as the fields of a form carry it.
#[derive(Clone, Debug, Default)]
pub struct Typed(Vec<(&'static str, String)>);

/// The fields of a search.
const FIELDS: [&str; 6] = ["q", "how", "status", "rhythm", "language", "origin"];

impl Typed {
    /// Of a form.
    fn of(form: &Form) -> Self {
        Self(FIELDS.iter().filter_map(|name| Some((*name, form.get(name)?.trim().to_owned()))).collect())
    }

    /// A tab: a state alone.
    fn tab(status: Option<Status>) -> Self {
        Self(status.map(|status| ("status", status.to_string())).into_iter().collect())
    }

    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(found, _)| *found == name).map_or("", |(_, value)| value)
    }

    /// The pairs, for hidden fields.
    fn pairs(&self) -> &[(&'static str, String)] {
        &self.0
    }

    /// Whom they mean.
    fn wanted(&self) -> Wanted {
        let some = |name: &str| Some(self.get(name).to_owned()).filter(|value| !value.is_empty());
        Wanted {
            status: self.get("status").parse().ok(),
            schedule_id: self.get("rhythm").parse().ok(),
            language: some("language"),
            origin: some("origin"),
            how: How::of(self.get("how")),
            text: self.get("q").to_owned(),
        }
    }
}

/// The person of a path, when they are the newsletter's.
async fn person_of(app: &App, editor: &Editor, id: &str) -> Result<Subscriber, Error> {
    let id: i64 = id.parse().map_err(|_| Error::NotFound)?;
    let found = sql::by_id(&app.db, id).await?;
    found.filter(|person| person.newsletter_id == editor.newsletter.id).ok_or(Error::NotFound)
}

/// The newsletter's rhythms in words.
fn rhythms(editor: &Editor, chosen: &str) -> Vec<Choice> {
    let choice = |schedule: &Schedule| {
        let value = schedule.id.to_string();
        Choice { label: newsletters::words::exact(schedule, editor.locale), chosen: value == chosen, value }
    };
    editor.schedules.iter().map(choice).collect()
}

/// The languages that there are texts in.
fn languages(chosen: &str) -> Vec<Choice> {
    let choice = |tag: &'static str| Choice {
        value: tag.to_owned(),
        label: i18n::locale(tag).text("language-name"),
        chosen: tag == chosen,
    };
    i18n::tags().map(choice).collect()
}

/// The states in words.
fn states(locale: &Locale, chosen: &str) -> Vec<Choice> {
    let choice = |status: &Status| Choice {
        value: status.to_string(),
        label: locale.text(&format!("console-status-{status}")),
        chosen: status.as_str() == chosen,
    };
    Status::ALL.iter().map(choice).collect()
}

/// The day of an instant on the newsletter's clock.
fn day(editor: &Editor, at: Millis) -> String {
    editor.locale.day(timestamp(at).to_zoned(editor.zone.clone()).date())
}
