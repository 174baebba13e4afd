//! Whom an act on many is about: all of a search, or those who were ticked.
//!
//! In: [`Wanted`], or ids that a form sent. Out: ids of people of the newsletter, in order.

use super::Wanted;
use crate::db::{Builder, Db};
use crate::subscribers::Subscriber;

/// The ids of all of these, in order: 8 bytes a person, in one statement.
///
/// # Errors
/// The database's.
pub async fn ids(db: &Db, newsletter_id: i64, wanted: &Wanted) -> sqlx::Result<Vec<i64>> {
    let mut sql = Builder::default();
    sql.push("SELECT id FROM subscriber WHERE newsletter_id = ").push_bind(newsletter_id);
    wanted.prepared().conditions(&mut sql);
    sql.push(" ORDER BY id");
    sql.build_query_scalar().persistent(false).fetch_all(db.on()).await
}

/// Of these ids those of people of this newsletter, in order.
///
/// # Errors
/// The database's.
pub async fn known(db: &Db, newsletter_id: i64, ids: &[i64]) -> sqlx::Result<Vec<Subscriber>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Builder::default();
    sql.push("SELECT * FROM subscriber WHERE newsletter_id = ").push_bind(newsletter_id).push(" AND id IN (");
    for (place, id) in ids.iter().enumerate() {
        sql.push(if place == 0 { "" } else { ", " }).push_bind(*id);
    }
    sql.push(") ORDER BY id");
    sql.build_query_as().persistent(false).fetch_all(db.on()).await
}
