//! Every query on newsletters and schedules.

use crate::db::{Db, read};

use super::{Newsletter, Schedule};

/// The newsletter of this slug.
pub async fn by_slug(db: &Db, slug: &str) -> sqlx::Result<Option<Newsletter>> {
    read!(db, |c| sqlx::query_as("SELECT * FROM newsletter WHERE slug = $1").bind(slug).fetch_optional(c))
}

/// The newsletter of this id.
pub async fn by_id(db: &Db, id: i64) -> sqlx::Result<Option<Newsletter>> {
    read!(db, |c| sqlx::query_as("SELECT * FROM newsletter WHERE id = $1").bind(id).fetch_optional(c))
}

/// The rhythms of a newsletter; the first is the one that new subscribers are on.
pub async fn schedules(db: &Db, newsletter_id: i64) -> sqlx::Result<Vec<Schedule>> {
    read!(db, |c| sqlx::query_as("SELECT * FROM schedule WHERE newsletter_id = $1 ORDER BY id")
        .bind(newsletter_id)
        .fetch_all(c))
}
