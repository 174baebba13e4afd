//! WRITES: what editors write before it is a post, and the pictures they upload.
//!
//! ```text
//! typed ─▶ save (revision) ─▶ text (Markdown → post) ─▶ publish ─▶ feeds: a post ─▶ next digest
//! file ──▶ picture (upright, small, bare) ─▶ media             └▶ digests: a letter of its own
//! ```
//! In: what an editor types and from which revision it began. Out: rows of `draft`, each saved text once more in
//! `draft_revision`, pictures in `media`; posts through [`crate::feeds::given`]. Nothing that was typed is overwritten unseen:
//! [`save`] refuses an older revision. [`share`] lets others read a draft before it leaves. [`forget`] deletes what was thrown away three days ago. A letter is made of a draft by
//! [`crate::digests::letter`].

pub mod forget;
mod logo;
pub mod media;
pub mod picture;
pub mod publish;
pub mod save;
pub mod share;
pub mod sql;
pub mod text;

use crate::clock::{DAY, Millis};
use crate::db::{from_row, text_enum};

/// How long a draft that was thrown away can be brought back.
pub const KEPT: Millis = 3 * DAY;

text_enum! {
    /// What a draft becomes.
    pub enum Kind {
        /// A post, which leaves with the next digest of each rhythm.
        Post => "post",
        /// A mailing of its own to everybody.
        Letter => "letter",
    }
}

/// A text in the making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Inside id.
    pub id: i64,
    /// Unguessable id for URLs.
    pub public_id: String,
    /// Whose.
    pub newsletter_id: i64,
    /// What it becomes.
    pub kind: Kind,
    /// Plain text, perhaps empty.
    pub title: String,
    /// Markdown, perhaps empty.
    pub body: String,
    /// Rises with each save.
    pub revision: i64,
    /// Who saved it last: `person.id`, 0 at the command line.
    pub author_id: i64,
    /// Begun.
    pub created_at: Millis,
    /// Last saved.
    pub changed_at: Millis,
    /// When it became a post or a letter; it cannot be changed from then on.
    pub published_at: Option<Millis>,
    /// Which post.
    pub post_id: Option<i64>,
    /// When it was thrown away.
    pub deleted_at: Option<Millis>,
}
from_row!(Draft {
    id,
    public_id,
    newsletter_id,
    kind,
    title,
    body,
    revision,
    author_id,
    created_at,
    changed_at,
    published_at,
    post_id,
    deleted_at
});

/// Whether this may be the id of a draft or the name of a picture: what comes in an address is asked of the database only then, for
/// PostgreSQL takes no NUL.
pub(crate) fn is_name(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

impl Draft {
    /// Whether it can be changed.
    pub fn is_open(&self) -> bool {
        self.published_at.is_none() && self.deleted_at.is_none()
    }
}
