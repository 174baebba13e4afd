//! A row of the activity and its hash: SHA-256 over the hash before it and everything that the row says.
//!
//! In: a row. Out: its hash, base64url. Each part is preceded by its length, so that no two rows read the same. Pure.

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::clock::Millis;
use crate::db::from_row;

/// What somebody did, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// 1, 2, 3 …
    pub id: i64,
    /// When.
    pub at: Millis,
    /// Who: `person`, `token`, `command`, `visitor` or `system`.
    pub actor: String,
    /// `person.id` or `api_token.id`; 0 of the others.
    pub actor_id: i64,
    /// Where; 0: in the instance.
    pub newsletter_id: i64,
    /// What.
    pub code: String,
    /// About what.
    pub about: String,
    /// Which one, by its inside id.
    pub about_id: i64,
    /// To how many at once.
    pub count: i64,
    /// JSON.
    pub parameters: String,
    /// Of the row before and this one.
    pub hash: String,
}
from_row!(Row { id, at, actor, actor_id, newsletter_id, code, about, about_id, count, parameters, hash });

/// The end of the chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Head {
    /// The newest row; 0 before the first.
    pub id: i64,
    /// Its hash; empty before the first.
    pub hash: String,
}

impl Head {
    /// As `instance` holds it, and as an owner notes it: the number, a blank (or a colon), the hash.
    pub fn read(text: &str) -> Option<Self> {
        let (id, hash) = text.trim_end_matches('\n').split_once([' ', ':'])?;
        Some(Self { id: id.trim().parse().ok()?, hash: hash.trim().to_owned() })
    }

    /// What `instance` holds.
    pub(super) fn stored(&self) -> String {
        format!("{} {}", self.id, self.hash)
    }
}

/// The hash of a row that stands behind one of hash `before`; what the row itself says of its hash does not count.
pub(super) fn hash(before: &str, row: &Row) -> String {
    let numbers = [row.id, row.at, row.actor_id, row.newsletter_id, row.about_id, row.count].map(|n| n.to_string());
    let texts: [&str; 5] = [before, &row.actor, &row.code, &row.about, &row.parameters];
    let mut context = Context::new(&SHA256);
    for part in texts.into_iter().chain(numbers.iter().map(String::as_str)) {
        context.update(&(part.len() as u64).to_le_bytes());
        context.update(part.as_bytes());
    }
    URL_SAFE_NO_PAD.encode(context.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        let text = |text: &str| text.to_owned();
        Row {
            id: 1,
            at: 2,
            actor: text("person"),
            actor_id: 3,
            newsletter_id: 4,
            code: text("newsletter.changed"),
            about: text("newsletter"),
            about_id: 4,
            count: 1,
            parameters: text("{}"),
            hash: String::new(),
        }
    }

    #[test]
    fn every_part_of_a_row_counts() {
        let first = hash("", &row());
        let others = [
            Row { id: 2, ..row() },
            Row { at: 3, ..row() },
            Row { actor: "token".into(), ..row() },
            Row { actor_id: 4, ..row() },
            Row { newsletter_id: 5, ..row() },
            Row { code: "newsletter.logo".into(), ..row() },
            Row { about: "feed".into(), ..row() },
            Row { about_id: 5, ..row() },
            Row { count: 2, ..row() },
            Row { parameters: "{ }".into(), ..row() },
            // The same letters in other fields.
            Row { actor: "personn".into(), code: "ewsletter.changed".into(), ..row() },
        ];
        for other in others {
            assert_ne!(hash("", &other), first, "{other:?}");
        }
        assert_ne!(hash("x", &row()), first);
        assert_eq!(hash("", &Row { hash: "y".into(), ..row() }), first);
    }

    #[test]
    fn an_end_is_read_as_it_is_written_and_as_it_is_noted() {
        let head = Head { id: 12, hash: "ab-c_".into() };
        assert_eq!(Head::read(&head.stored()), Some(head.clone()));
        assert_eq!(Head::read("12:ab-c_\n"), Some(head));
        assert_eq!(Head::read("0 "), Some(Head::default()));
        assert_eq!((Head::read("x y"), Head::read("12")), (None, None));
    }
}
