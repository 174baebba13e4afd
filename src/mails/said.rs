//! What a letter to a reader says in words that may be the owner's own.
//!
//! In: a frame, the newsletter's [`Texts`], which letter. Out: [`Said`], for its templates. Met by `letter`.

use super::frame::Frame;
use crate::i18n::Value;
use crate::texts::{self, Hole, Part, Place, Text, Texts};

/// The texts of a letter that may be the owner's.
pub struct Said {
    /// Its heading, too.
    pub subject: String,
    /// What lists of mails show after the subject.
    pub first_line: String,
    /// In lines, none for nothing.
    pub opening: Vec<String>,
    /// What it is about, in lines.
    pub explanation: Vec<String>,
    /// What is pressed.
    pub button: String,
    /// In lines, none for nothing.
    pub closing: Vec<String>,
}

impl Said {
    /// Those of one letter. `days`: how long its link works.
    pub fn new(f: &Frame, texts: &Texts, place: Place, days: usize) -> Self {
        Self::with(f, texts, place, days, "")
    }

    /// The same where it may also say how often mails come.
    pub fn with(f: &Frame, texts: &Texts, place: Place, days: usize, rhythm: &str) -> Self {
        let values = [
            (Hole::Newsletter, Value::Text(&f.newsletter)),
            (Hole::Days, Value::Count(days as i64)),
            (Hole::Rhythm, Value::Text(rhythm)),
        ];
        let say = |part| {
            let text = Text::at(place, part);
            text.map(|text| texts.say(f.t.locale(), text, &values)).unwrap_or_default()
        };
        Self {
            subject: say(Part::Subject),
            first_line: say(Part::FirstLine),
            opening: texts::lines(&say(Part::Opening)),
            explanation: texts::lines(&say(Part::Explanation)),
            button: say(Part::Button),
            closing: texts::lines(&say(Part::Closing)),
        }
    }
}
