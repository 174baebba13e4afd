//! What a newsletter's form is made of, kept in memory: whoever signs up reads no settings from the database.
//!
//! In: a short name. Out: a [`Front`] with its [`Mark`], which says how the settings stood when it was read. A kept one may be old:
//! another process, or a verb of this one, may have changed them. So nothing that follows from it is stored before the transaction
//! that stores it has compared the mark with [`present`]; whoever meets another reads the front anew. Met by
//! `subscribers::queue`, which keeps them, and by the form.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use sqlx::AssertSqlSafe;

use super::{Every, Mode, Newsletter, Schedule, default_of, sql, texts};
use crate::clock::Millis;
use crate::db::given::{Given, Words};
use crate::db::{Db, Tx, from_row, query_as};
use crate::texts::Texts;

/// See the module.
#[derive(Debug)]
pub struct Front {
    /// The newsletter.
    pub newsletter: Arc<Newsletter>,
    /// What its owner says in their own words.
    pub texts: Texts,
    /// The rhythm of whoever is new.
    pub rhythm: Option<Schedule>,
    /// How it stood before it was read.
    pub mark: Mark,
    consents: Mutex<BTreeMap<&'static str, Arc<str>>>,
}

impl Front {
    /// The words of consent beside its button in the language of this tag: made once, while it is kept.
    pub fn consent(&self, language: &'static str, make: impl FnOnce() -> String) -> Arc<str> {
        let mut consents = self.consents.lock().unwrap_or_else(PoisonError::into_inner);
        consents.entry(language).or_insert_with(|| make().into()).clone()
    }
}

/// All of a newsletter's settings that a sign-up depends on; of the owner's words, how many there are and when they were changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The newsletter's id.
    pub id: i64,
    slug: String,
    name: String,
    language: String,
    deleted_at: Option<Millis>,
    /// To whom its mails go.
    pub mode: Mode,
    /// The rhythm of whoever is new.
    pub schedule_id: Option<i64>,
    every: Option<Every>,
    days: Option<String>,
    at_minute: Option<i64>,
    zone: Option<String>,
    texts: i64,
    texts_changed: i64,
}
from_row!(Mark {
    id,
    slug,
    name,
    language,
    deleted_at,
    mode,
    schedule_id,
    every,
    days,
    at_minute,
    zone,
    texts,
    texts_changed
});

/// The columns of a [`Mark`], up to the table of newsletters.
const MARK: &str = "SELECT n.id, n.slug, n.name, n.language, n.deleted_at, n.mode, s.id AS schedule_id, s.every, s.days, s.at_minute, s.zone,
        (SELECT COUNT(*) FROM newsletter_text t WHERE t.newsletter_id = n.id) AS texts,
        (SELECT CAST(COALESCE(SUM(t.changed_at), 0) AS BIGINT) FROM newsletter_text t WHERE t.newsletter_id = n.id) AS texts_changed
     FROM ";

/// The rhythm of whoever is new ([`default_of`]), on SQLite and on PostgreSQL; the database takes the tables in this order.
const RHYTHM: [&str; 2] = [
    " LEFT JOIN schedule s ON s.id = (SELECT x.id FROM schedule x WHERE x.newsletter_id = n.id AND x.removed_at IS NULL
                                      ORDER BY x.is_default DESC, x.id LIMIT 1)",
    " LEFT JOIN LATERAL (SELECT x.id, x.every, x.days, x.at_minute, x.zone FROM schedule x
                         WHERE x.newsletter_id = n.id AND x.removed_at IS NULL
                         ORDER BY x.is_default DESC, x.id LIMIT 1) s ON TRUE",
];

/// How these newsletters stand, inside the transaction that will store what follows from it.
///
/// # Errors
/// The database's.
pub async fn present(tx: &mut Tx, ids: &[i64]) -> sqlx::Result<Vec<Mark>> {
    let rhythm = RHYTHM[usize::from(!matches!(tx, Tx::Sqlite(_)))];
    let after = format!(" JOIN newsletter n ON n.id = given.id{rhythm}");
    Given::of(ids).numbers("id", |id| *id).fetch(tx, Words { before: MARK, after: &after }, &[]).await
}

async fn mark(db: &Db, slug: &str) -> sqlx::Result<Option<Mark>> {
    let rhythm = RHYTHM[usize::from(!db.is_sqlite())];
    let text = format!("{MARK}newsletter n{rhythm} WHERE n.slug = $1");
    query_as(AssertSqlSafe(text.as_str())).bind(slug).fetch_optional(db.on()).await
}

/// The fronts that this process has read, by the short names of their newsletters.
#[derive(Debug, Default)]
pub struct Fronts(RwLock<HashMap<String, Arc<Front>>>);

impl Fronts {
    /// The front that was read last; it may be old.
    pub fn kept(&self, slug: &str) -> Option<Arc<Front>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(slug).cloned()
    }

    /// Reads a front and keeps it; `None`: no newsletter has this name.
    ///
    /// # Errors
    /// The database's.
    pub async fn read(&self, db: &Db, slug: &str) -> sqlx::Result<Option<Arc<Front>>> {
        let front = read(db, slug).await?.map(Arc::new);
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match &front {
            Some(front) => drop(kept.insert(slug.to_owned(), front.clone())),
            None => drop(kept.remove(slug)),
        }
        Ok(front)
    }

    /// Whether the settings are still those of a kept front.
    ///
    /// # Errors
    /// The database's.
    pub async fn is_present(&self, db: &Db, front: &Front) -> sqlx::Result<bool> {
        Ok(mark(db, &front.newsletter.slug).await?.is_some_and(|mark| mark == front.mark))
    }
}

/// The mark comes first: what is changed between the reads makes it an old one, and the front is read once more.
async fn read(db: &Db, slug: &str) -> sqlx::Result<Option<Front>> {
    let Some(mark) = mark(db, slug).await? else { return Ok(None) };
    let Some(newsletter) = sql::by_slug(db, slug).await? else { return Ok(None) };
    let texts = texts::of(db, newsletter.id).await?;
    let rhythm = default_of(&sql::schedules(db, newsletter.id).await?).cloned();
    Ok(Some(Front { newsletter: Arc::new(newsletter), texts, rhythm, mark, consents: Mutex::default() }))
}
