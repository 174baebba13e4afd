//! What an owner said before in place of our words: every text that was stored, the newest first.
//!
//! In: a text that is stored or given back ([`keep`], called by [`super::texts::set`]). Out: its revisions, numbered from 1, and the words of
//! one ([`one`]), which are brought back by storing them again.

use crate::clock::Millis;
use crate::db::{Db, Tx, from_row, query, query_as};
use crate::texts::Row;

/// A text as it stood once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Which text, see [`crate::texts::Text`]; perhaps one that only another version knows.
    pub key: String,
    /// Its number.
    pub revision: i64,
    /// The owner's words; empty when it was given back to ours.
    pub text: String,
    /// Whether it was given back to ours.
    pub is_ours: bool,
    /// When.
    pub changed_at: Millis,
    /// By which person; 0 at the command line and for a program.
    pub changed_by: i64,
}
from_row!(Earlier { key, revision, text, is_ours, changed_at, changed_by });

/// Keeps how a text stands from now on. Whoever calls holds the newsletter, so numbers have no gap and no double.
pub(super) async fn keep(tx: &mut Tx, newsletter_id: i64, row: &Row, is_ours: bool) -> sqlx::Result<u64> {
    query(
        "INSERT INTO newsletter_text_revision (newsletter_id, locale, key, revision, text, is_ours, changed_at, changed_by)
         SELECT $1, $2, $3, COALESCE(MAX(revision), 0) + 1, $4, $5, $6, $7 FROM newsletter_text_revision
         WHERE newsletter_id = $1 AND locale = $2 AND key = $3"
    )
    .bind(newsletter_id)
    .bind(&row.locale)
    .bind(&row.key)
    .bind(&row.text)
    .bind(is_ours)
    .bind(row.changed_at)
    .bind(row.changed_by)
    .execute(tx.on()).await
}

/// The revisions of every text of one language, by text, the newest first.
///
/// # Errors
/// The database's.
pub async fn list(db: &Db, newsletter_id: i64, locale: &str) -> sqlx::Result<Vec<Earlier>> {
    query_as(
        "SELECT key, revision, text, is_ours, changed_at, changed_by FROM newsletter_text_revision
         WHERE newsletter_id = $1 AND locale = $2 ORDER BY key, revision DESC",
    )
    .bind(newsletter_id)
    .bind(locale)
    .fetch_all(db.on())
    .await
}

/// One of them.
///
/// # Errors
/// The database's.
pub async fn one(db: &Db, newsletter_id: i64, locale: &str, key: &str, revision: i64) -> sqlx::Result<Option<Earlier>> {
    query_as(
        "SELECT key, revision, text, is_ours, changed_at, changed_by FROM newsletter_text_revision
         WHERE newsletter_id = $1 AND locale = $2 AND key = $3 AND revision = $4",
    )
    .bind(newsletter_id)
    .bind(locale)
    .bind(key)
    .bind(revision)
    .fetch_optional(db.on())
    .await
}
