//! Who comes in, what they may do, and the newsletter they ask for: what every request of an editor asks first, in one statement.
//!
//! In: the cookie's value, a newsletter's short name. Out: [`Entered`], if the session is still one; that it is used is noted now and
//! then. Whether they may is judged by whoever lets them in ([`super::role`]).

use super::accounts::Person;
use super::role::{Given, Role};
use super::sessions::{self, HALF, IDLE, LONGEST, Session, Stage};
use crate::app::App;
use crate::clock::{MINUTE, Millis};
use crate::db::{self, FromRow, from_row, query, query_as};
use crate::newsletters::Newsletter;

/// `seen_at` is written at most this often: looking must not cost a write each time.
const TOUCH: Millis = MINUTE;

/// Somebody who has come in.
#[derive(Clone, Debug)]
pub struct Entered {
    /// Their session, also a half one.
    pub session: Session,
    /// All their roles.
    pub given: Vec<Given>,
    /// The newsletter of this name, unless it was deleted; whoever they are.
    pub newsletter: Option<Newsletter>,
}

/// A session with its person and one of their roles.
struct Row {
    hash: String,
    stage: Stage,
    session_created_at: Millis,
    session_seen_at: Millis,
    person_id: i64,
    public_id: String,
    email: String,
    person_name: String,
    person_language: String,
    disabled_at: Option<Millis>,
    person_created_at: Millis,
    person_seen_at: Option<Millis>,
    role_in: Option<i64>,
    role: Option<Role>,
    may_send: Option<bool>,
}
from_row!(Row {
    hash,
    stage,
    session_created_at,
    session_seen_at,
    person_id,
    public_id,
    email,
    person_name,
    person_language,
    disabled_at,
    person_created_at,
    person_seen_at,
    role_in,
    role,
    may_send
});

impl Row {
    fn is_over(&self, now: Millis) -> bool {
        let longest = if self.stage == Stage::Half { HALF } else { LONGEST };
        self.disabled_at.is_some() || now - self.session_seen_at >= IDLE || now - self.session_created_at >= longest
    }

    fn given(&self) -> Option<Given> {
        let (person_id, newsletter_id) = (self.person_id, self.role_in?);
        Some(Given { person_id, newsletter_id, role: self.role?, may_send: self.may_send? })
    }

    fn session(self) -> Session {
        let person = Person {
            id: self.person_id,
            public_id: self.public_id,
            email: self.email,
            name: self.person_name,
            language: self.person_language,
            disabled_at: self.disabled_at,
            created_at: self.person_created_at,
            seen_at: self.person_seen_at,
        };
        Session { hash: self.hash, stage: self.stage, person, seen_at: self.session_seen_at }
    }
}

/// The same beside the newsletter, which stands in each row.
struct Beside(Row, Option<Newsletter>);

impl FromRow for Beside {
    fn from_row(row: &db::Row) -> sqlx::Result<Self> {
        let newsletter_id: Option<i64> = row.named("id")?;
        let newsletter = newsletter_id.map(|_| Newsletter::from_row(row)).transpose()?;
        Ok(Self(Row::from_row(row)?, newsletter))
    }
}

/// The session of a cookie's value, if it is still one, and the newsletter of this short name (empty: none).
///
/// # Errors
/// The database's.
pub async fn find(app: &App, value: &str, slug: &str) -> sqlx::Result<Option<Entered>> {
    if value.is_empty() || value.len() > 100 {
        return Ok(None);
    }
    let rows: Vec<Beside> = query_as(
        "SELECT s.hash, s.stage, s.created_at AS session_created_at, s.seen_at AS session_seen_at,
                    p.id AS person_id, p.public_id, p.email, p.name AS person_name, p.language AS person_language,
                    p.disabled_at, p.created_at AS person_created_at, p.seen_at AS person_seen_at,
                    r.newsletter_id AS role_in, r.role, r.may_send, n.*
             FROM session s JOIN person p ON p.id = s.person_id
             LEFT JOIN person_role r ON r.person_id = p.id
             LEFT JOIN newsletter n ON n.slug = $2 AND n.deleted_at IS NULL
             WHERE s.hash = $1 ORDER BY r.newsletter_id",
    )
    .bind(sessions::hash(value))
    .bind(slug)
    .fetch_all(app.db.on())
    .await?;
    let given = rows.iter().filter_map(|Beside(row, _)| row.given()).collect();
    let now = app.clock.now();
    let Some(Beside(row, newsletter)) = rows.into_iter().next() else { return Ok(None) };
    if row.is_over(now) {
        return Ok(None);
    }
    if now - row.session_seen_at >= TOUCH {
        touch(app, &row, now).await?;
    }
    Ok(Some(Entered { session: row.session(), given, newsletter }))
}

async fn touch(app: &App, row: &Row, now: Millis) -> sqlx::Result<()> {
    let mut tx = app.db.begin().await?;
    query("UPDATE session SET seen_at = $2 WHERE hash = $1").bind(&row.hash).bind(now).execute(tx.on()).await?;
    query("UPDATE person SET seen_at = $2 WHERE id = $1").bind(row.person_id).bind(now).execute(tx.on()).await?;
    tx.commit().await
}
