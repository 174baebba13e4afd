//! Names whose search key was made in SQL when that column came (migration 0022): accents that are signs of their own, and alphabets
//! other than Europe's Latin ones, are as [`super::fold`] has them only after this.
//!
//! In: the names of the database; called at a tick of the scheduler. Out: keys mended, in slices of [`SLICE`], so that sign-ups and a
//! running mailing continue meanwhile. What was reached is stored: a kill repeats one slice, and nothing is looked at a second time.

use super::fold;
use crate::app::App;
use crate::db::{Db, from_row, query, query_as, query_scalar};

/// Names of one slice: read in some 20 ms.
const SLICE: i64 = 10_000;

/// Name of the stored id that was reached.
const REACHED: &str = "names_folded_upto";

/// A name and its key.
struct Named {
    id: i64,
    name: String,
    name_key: Option<String>,
}
from_row!(Named { id, name, name_key });

/// Whether names are left that nobody has looked at.
///
/// # Errors
/// The database's.
pub async fn is_due(app: &App) -> sqlx::Result<bool> {
    Ok(reached(&app.db).await? < i64::MAX)
}

async fn reached(db: &Db) -> sqlx::Result<i64> {
    let reached: Option<String> =
        query_scalar("SELECT value FROM instance WHERE name = $1").bind(REACHED).fetch_optional(db.on()).await?;
    Ok(reached.and_then(|id| id.parse().ok()).unwrap_or(0))
}

/// Looks at one slice. Whoever subscribes meanwhile has the right key already.
///
/// # Errors
/// The database's.
pub async fn slice(app: &App) -> sqlx::Result<()> {
    let after = reached(&app.db).await?;
    let names: Vec<Named> =
        query_as("SELECT id, name, name_key FROM subscriber WHERE id > $1 AND name IS NOT NULL ORDER BY id LIMIT $2")
            .bind(after)
            .bind(SLICE)
            .fetch_all(app.db.on())
            .await?;
    let whole = names.len() as i64 == SLICE;
    let upto = names.last().filter(|_| whole).map_or(i64::MAX, |last| last.id);
    let mut tx = app.db.begin().await?;
    for Named { id, name, name_key } in names {
        let key = fold::key(&name);
        if key == name_key {
            continue;
        }
        query("UPDATE subscriber SET name_key = $3 WHERE id = $1 AND name = $2")
            .bind(id)
            .bind(&name)
            .bind(&key)
            .execute(tx.on())
            .await?;
    }
    query("INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(REACHED)
        .bind(upto.to_string())
        .execute(tx.on())
        .await?;
    tx.commit().await
}
