//! What events mean for sums. Pure.
//!
//! In: events of a newsletter, grouped by what they say. Out: how many became readers and how many are none any more, by day; who asked
//! and who confirmed, by day and form; who left, by the digest they had got last. A *reader* is confirmed or paused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::db::from_row;
use crate::events::Code;
use crate::subscribers::Status;

/// Events of one day that say the same.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Told {
    /// Days since 1970-01-01, UTC.
    pub day: i64,
    /// What happened.
    pub code: String,
    /// JSON.
    pub parameters: String,
    /// To how many people.
    pub people: i64,
    /// In how many events.
    pub events: i64,
}
from_row!(Told { day, code, parameters, people, events });

/// How the readers of a newsletter changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Became readers, or are again: confirmed, added, imported, back.
    pub joined: i64,
    /// Left, or were unsubscribed by an editor.
    pub unsubscribed: i64,
    /// Their address does not exist.
    pub bounced: i64,
    /// Reported a mail as unwanted.
    pub complained: i64,
    /// Were erased while they were readers.
    pub erased: i64,
}

impl Change {
    /// How many are readers no more.
    pub const fn gone(self) -> i64 {
        self.unsubscribed + self.bounced + self.complained + self.erased
    }

    /// By how many there are more readers.
    pub const fn net(self) -> i64 {
        self.joined - self.gone()
    }

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            joined: self.joined + other.joined,
            unsubscribed: self.unsubscribed + other.unsubscribed,
            bounced: self.bounced + other.bounced,
            complained: self.complained + other.complained,
            erased: self.erased + other.erased,
        }
    }
}

/// Steps of a form that events tell of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Sent it, or were brought by a file or an owner to be asked.
    pub asked: i64,
    /// Pressed the button of their letter.
    pub confirmed: i64,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// By day.
    pub days: BTreeMap<i64, Change>,
    /// By day and form.
    pub forms: BTreeMap<(i64, String), Steps>,
    /// People who left, by day and digest.
    pub left: BTreeMap<(i64, i64), i64>,
}

impl Sums {
    /// Of these events.
    pub fn of<'a>(told: impl IntoIterator<Item = &'a Told>) -> Self {
        let mut sums = Self::default();
        for told in told {
            sums.take(told);
        }
        sums
    }

    fn take(&mut self, told: &Told) {
        let Ok(code) = told.code.parse::<Code>() else { return };
        let said: Value = serde_json::from_str(&told.parameters).unwrap_or_default();
        let word = |name: &str| said[name].as_str().unwrap_or_default();
        let (day, people) = (told.day, told.people);
        let mut change = Change::default();
        match code {
            Code::SubscriberAsked => self.form(day, word("form")).asked += people,
            Code::SubscriberAdded | Code::SubscriberImported => {
                let form = if code == Code::SubscriberAdded { "added" } else { "imported" };
                match word("status").parse::<Status>() {
                    Ok(Status::Pending) => self.form(day, form).asked += people,
                    Ok(status) if is_reader(status) => change.joined = people,
                    _ => {}
                }
            }
            Code::SubscriberConfirmed => {
                change.joined = people;
                if word("from").parse::<Status>() == Ok(Status::Pending) {
                    self.form(day, word("form")).confirmed += people;
                }
            }
            Code::SubscriberRevived => change.joined = people,
            Code::SubscriberReturned if was_reader(word("to")) => change.joined = people,
            Code::SubscriberLeft if was_reader(word("from")) => {
                change.unsubscribed = people;
                if let Some(digest) = said["digest"].as_i64() {
                    *self.left.entry((day, digest)).or_default() += people;
                }
            }
            Code::SubscriberBounced => change.bounced = people,
            Code::SubscriberComplained if was_reader(word("from")) => change.complained = people,
            Code::SubscriberErased if was_reader(word("from")) => change.erased = people,
            _ => return,
        }
        let before = self.days.entry(day).or_default();
        *before = before.and(change);
    }

    fn form(&mut self, day: i64, form: &str) -> &mut Steps {
        self.forms.entry((day, form.to_owned())).or_default()
    }
}

/// Whether somebody in this state reads the newsletter.
pub const fn is_reader(status: Status) -> bool {
    matches!(status, Status::Confirmed | Status::Paused)
}

fn was_reader(word: &str) -> bool {
    word.parse::<Status>().is_ok_and(is_reader)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(code: Code, parameters: &str, people: i64) -> Told {
        Told { day: 7, code: code.to_string(), parameters: parameters.to_owned(), people, events: 1 }
    }

    #[test]
    fn each_change_of_readers_counts_once_and_nothing_else_does() {
        let sums = Sums::of(&[
            told(Code::SubscriberAsked, r#"{"form":"blog.example.org"}"#, 3),
            told(Code::SubscriberConfirmed, r#"{"form":"blog.example.org","from":"pending"}"#, 2),
            told(Code::SubscriberConfirmed, r#"{"from":"unsubscribed"}"#, 1),
            told(Code::SubscriberConfirmed, r#"{"import":true}"#, 4),
            told(Code::SubscriberImported, r#"{"import":true,"status":"confirmed"}"#, 50),
            told(Code::SubscriberImported, r#"{"import":true,"status":"pending"}"#, 9),
            told(Code::SubscriberImported, r#"{"import":true,"status":"unsubscribed"}"#, 9),
            told(Code::SubscriberAdded, r#"{"status":"confirmed"}"#, 1),
            told(Code::SubscriberLeft, r#"{"digest":5,"from":"confirmed"}"#, 2),
            told(Code::SubscriberLeft, r#"{"from":"pending"}"#, 9),
            told(Code::SubscriberReturned, r#"{"to":"paused"}"#, 1),
            told(Code::SubscriberReturned, r#"{"to":"pending"}"#, 9),
            told(Code::SubscriberBounced, "{}", 3),
            told(Code::SubscriberRevived, "{}", 1),
            told(Code::SubscriberComplained, r#"{"from":"bounced","source":"lmtp"}"#, 9),
            told(Code::SubscriberComplained, r#"{"from":"paused","source":"lmtp"}"#, 1),
            told(Code::SubscriberErased, r#"{"from":"confirmed","reason":"erased"}"#, 1),
            told(Code::SubscriberErased, r#"{"from":"pending","reason":"not-me"}"#, 9),
            told(Code::SubscriberForgotten, "{}", 9),
            told(Code::SubscriberMoved, "{}", 9),
        ]);
        let wanted = Change { joined: 60, unsubscribed: 2, bounced: 3, complained: 1, erased: 1 };
        assert_eq!(sums.days, BTreeMap::from([(7, wanted)]));
        assert_eq!((wanted.gone(), wanted.net()), (7, 53));
        let forms = [("blog.example.org", 3, 2), ("imported", 9, 0)];
        let forms = forms.map(|(form, asked, confirmed)| ((7, form.to_owned()), Steps { asked, confirmed }));
        assert_eq!(sums.forms, BTreeMap::from(forms));
        assert_eq!(sums.left, BTreeMap::from([((7, 5), 2)]));
    }
}
