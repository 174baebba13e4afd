//! Letters that were rendered, kept without their date and their reader. Pure.
//!
//! In: a letter as `mails` renders it for every date, with what it depends on: its newsletter as its mails show it, kind, language and
//! what it says of its parameters. Out: the letter of a date, which all who are told the same at one instant share. Templates and their
//! encoding take a millisecond, a letter of a kept one some µs. Bounded; what was not asked for longest goes first.

use std::sync::Arc;

use crate::clock::Millis;
use crate::letter::LetterKind;
use crate::mails::{Sender, Undated, Variant};

/// Kept at most.
const MOST: usize = 64;
/// And so many bytes, as [`Kept::size`] reckons them.
const MOST_BYTES: usize = 2 << 20;
/// One that takes more is made anew each time.
const LARGE: usize = MOST_BYTES / 4;

/// What two letters have in common that differ in date and reader alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub newsletter_id: i64,
    pub kind: LetterKind,
    pub language: String,
    /// See [`crate::mails::says`].
    pub says: String,
}

#[derive(Debug)]
struct Kept {
    key: Key,
    /// What it was rendered with.
    sender: Arc<Sender>,
    undated: Undated,
    /// The last that was asked for, and its date.
    last: Option<(Millis, Arc<Variant>)>,
}

impl Kept {
    /// About what it takes: for every date, of one date, and what a signature of that covers.
    fn size(&self) -> usize {
        self.undated.size() * 3 + self.key.says.len()
    }

    fn at(&mut self, date: Millis) -> anyhow::Result<Arc<Variant>> {
        if let Some((_, variant)) = self.last.as_ref().filter(|(known, _)| *known == date) {
            return Ok(variant.clone());
        }
        let variant = Arc::new(self.undated.at(date)?);
        self.last = Some((date, variant.clone()));
        Ok(variant)
    }
}

/// See the module. The one that was asked for last stands first.
#[derive(Debug, Default)]
pub(super) struct Templates(Vec<Kept>);

impl Templates {
    /// Letters of this newsletter are shown so from now on: what was rendered otherwise is forgotten.
    pub(super) fn of_sender(&mut self, newsletter_id: i64, sender: Option<&Arc<Sender>>) {
        let holds =
            |kept: &Kept| sender.is_some_and(|sender| Arc::ptr_eq(sender, &kept.sender) || *sender == kept.sender);
        self.0.retain(|kept| kept.key.newsletter_id != newsletter_id || holds(kept));
    }

    /// The letter of this date, when it is kept; the inner error says why it cannot be made.
    pub(super) fn letter(&mut self, key: &Key, date: Millis) -> Option<anyhow::Result<Arc<Variant>>> {
        let at = self.0.iter().position(|kept| kept.key == *key)?;
        self.0[..=at].rotate_right(1);
        Some(self.0[0].at(date))
    }

    /// Keeps a letter that was rendered with this sender, and gives that of this date.
    ///
    /// # Errors
    /// When the date is beyond the calendar.
    pub(super) fn keep(
        &mut self,
        key: Key,
        sender: Arc<Sender>,
        undated: Undated,
        date: Millis,
    ) -> anyhow::Result<Arc<Variant>> {
        let mut kept = Kept { key, sender, undated, last: None };
        let variant = kept.at(date)?;
        if kept.size() <= LARGE {
            self.0.insert(0, kept);
            self.0.truncate(MOST);
            let mut bytes = 0;
            self.0.retain(|kept| {
                bytes += kept.size();
                bytes <= MOST_BYTES
            });
        }
        Ok(variant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender(postal: &str) -> Arc<Sender> {
        Arc::new(Sender {
            newsletter: "Carnet".into(),
            slug: "carnet".into(),
            from_name: "Le carnet".into(),
            from_address: "carnet@news.example".into(),
            reply_to: None,
            site_url: None,
            postal: postal.into(),
            base_url: "https://news.example".into(),
            leave_mailbox: String::new(),
            brand: crate::mails::Brand::default(),
            texts: crate::texts::Texts::default(),
        })
    }

    fn key(newsletter_id: i64, days: usize) -> Key {
        Key { newsletter_id, kind: LetterKind::Confirm, language: "fr".into(), says: format!("{days} ") }
    }

    fn keep(templates: &mut Templates, key: &Key, sender: &Arc<Sender>) -> Arc<Variant> {
        let undated = crate::mails::undated(sender, key.kind, &key.language, &serde_json::json!({})).unwrap();
        templates.keep(key.clone(), sender.clone(), undated, 1_000).unwrap()
    }

    #[test]
    fn who_is_told_the_same_at_one_instant_shares_one_mail() {
        let mut templates = Templates::default();
        let first = keep(&mut templates, &key(1, 7), &sender("1 rue de la Poste"));
        let again = templates.letter(&key(1, 7), 1_000).unwrap().unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        let later = templates.letter(&key(1, 7), 61_000).unwrap().unwrap();
        assert!(first != later && templates.letter(&key(1, 8), 1_000).is_none());
        let long_ago = -63_000_000_000_000;
        assert!(templates.letter(&key(1, 7), long_ago).unwrap().is_err(), "no mail is of the year before the first");
        assert_eq!(templates.letter(&key(1, 7), 1_000).unwrap().unwrap(), first);
    }

    #[test]
    fn what_a_newsletter_shows_now_is_what_its_letters_show() {
        let mut templates = Templates::default();
        let (old, new) = (sender("1 rue de la Poste"), sender("2 rue de la Poste"));
        keep(&mut templates, &key(1, 7), &old);
        keep(&mut templates, &key(2, 7), &old);
        templates.of_sender(1, Some(&sender("1 rue de la Poste")));
        assert!(templates.letter(&key(1, 7), 5).is_some(), "read anew, it is the same");
        templates.of_sender(1, Some(&new));
        assert!(templates.letter(&key(1, 7), 5).is_none() && templates.letter(&key(2, 7), 5).is_some());
        templates.of_sender(2, None);
        assert!(templates.letter(&key(2, 7), 5).is_none(), "it is gone");
    }

    #[test]
    fn what_is_kept_is_bounded_and_what_is_in_use_stays() {
        let (mut templates, sender) = (Templates::default(), sender("1 rue de la Poste"));
        for days in 0..3 * MOST {
            keep(&mut templates, &key(1, days), &sender);
            assert!(templates.letter(&key(1, 0), 5).is_some(), "asked for each time");
        }
        let bytes: usize = templates.0.iter().map(Kept::size).sum();
        assert!(templates.0.len() <= MOST && bytes <= MOST_BYTES, "{} of {bytes} bytes", templates.0.len());
        let large = Key { says: "x".repeat(LARGE), ..key(1, 1) };
        keep(&mut templates, &large, &sender);
        assert!(
            templates.letter(&large, 5).is_none() && templates.letter(&key(1, 0), 5).is_some(),
            "it takes no other's place"
        );
    }
}
