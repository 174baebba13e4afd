//! Every query on subscribers, consents and suppressions.

use crate::db::{Db, read};

use super::Subscriber;

/// The subscriber of this id.
pub async fn by_id(db: &Db, id: i64) -> sqlx::Result<Option<Subscriber>> {
    read!(db, |c| sqlx::query_as("SELECT * FROM subscriber WHERE id = $1").bind(id).fetch_optional(c))
}
