//! Brings the schema to this version: `migrations/sqlite` and `migrations/postgres`, same names, one step a file.
//!
//! In: a [`Db`]. Out: the database at the newest schema, or a refusal when a newer Facteur has changed it. Before an existing
//! SQLite file is changed, a copy is put beside it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use super::{Db, Pg, Writer, query, query_scalar, writer};

/// Our number among the advisory locks of a database; any number would do.
const LOCK: i64 = 0x0066_6163_7465_7572;

macro_rules! steps {
    ($($version:literal $name:literal),+ $(,)?) => {
        /// Number, name, SQLite text, PostgreSQL text of each step.
        const STEPS: &[(i64, &str, &str, &str)] = &[$((
            $version,
            $name,
            include_str!(concat!("../../migrations/sqlite/", $name, ".sql")),
            include_str!(concat!("../../migrations/postgres/", $name, ".sql")),
        )),+];
    };
}

steps! {
    1 "0001_newsletters",
    2 "0002_subscribers",
    3 "0003_feeds",
    4 "0004_digests",
    5 "0005_delivery",
    6 "0006_origin",
    7 "0007_progress",
    8 "0008_ledger_room",
    9 "0009_bounces",
    10 "0010_people",
    11 "0011_generation",
    12 "0012_days",
    13 "0013_recognition",
    14 "0014_listed",
    15 "0015_feed_standing",
    16 "0016_events",
    17 "0017_every_subscriber_has_a_schedule",
    18 "0018_reasons",
    19 "0019_people",
    20 "0020_digest_leaves",
    21 "0021_digest_edit",
    22 "0022_subscriber_search",
    23 "0023_drafts",
    24 "0024_people_tokens",
    25 "0025_newsletter_mode",
    26 "0026_digest_edit_revision",
    27 "0027_newsletter_texts",
    28 "0028_dkim",
    29 "0029_doctor",
    30 "0030_hooks",
    31 "0031_complaints",
    32 "0032_returned_count",
    33 "0033_warmup",
    34 "0034_receivers",
    35 "0035_rhythm_and_topics",
    36 "0036_archive",
    37 "0037_own_settings",
    38 "0038_welcome_and_staying",
    39 "0039_statistics",
    40 "0040_activity",
    41 "0041_passkeys",
    42 "0042_oidc",
    43 "0043_workers",
    44 "0044_rhythm_of_the_newsletter",
    45 "0045_consent_of_an_import",
}

/// The database holds no table of ours, and this command creates none.
#[derive(Debug, thiserror::Error)]
#[error(
    "the database that [database] url names holds no data of Facteur: check its name (`facteur config show --origin`). \
     `facteur newsletter add` and `facteur serve` set up an empty database"
)]
pub struct NotOurs;

/// The schema version that this binary writes.
pub const NEWEST: i64 = STEPS[STEPS.len() - 1].0;

/// The schema version of the database; 0 for an empty one.
pub async fn version(db: &Db) -> anyhow::Result<i64> {
    let known: bool = match db {
        Db::Sqlite { write, .. } => {
            query_scalar("SELECT EXISTS(SELECT 1 FROM sqlite_master WHERE name = '_sqlx_migrations')")
                .fetch_one(&mut *write.hold().await?)
                .await?
        }
        Db::Postgres(pool) => {
            query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL").fetch_one(pool).await?
        }
    };
    if !known {
        return Ok(0);
    }
    Ok(query_scalar("SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) FROM _sqlx_migrations")
        .fetch_one(db.on())
        .await?)
}

/// Runs the missing steps. `path` is the SQLite file, if `db` is one.
///
/// # Errors
/// When the schema is newer than this binary, when a step fails (it is rolled back), or when the copy cannot be made.
pub async fn migrate(db: &Db, path: Option<&Path>) -> anyhow::Result<()> {
    let found = version(db).await?;
    if found > NEWEST {
        bail!(
            "the database has schema {found}, but this Facteur knows schemas up to {NEWEST}: a newer version has upgraded it. \
             Run that version, or restore the copy that it left beside the database"
        );
    }
    if found == NEWEST {
        return Ok(());
    }
    if let (Some(path), true) = (path, found > 0) {
        let copy = copy_path(path, found);
        keep_copy(db, &copy).await.with_context(|| format!("cannot write the copy {}", copy.display()))?;
        tracing::info!(schema.from = found, schema.to = NEWEST, copy = %copy.display(), "kept a copy before the upgrade");
    }
    match db {
        Db::Sqlite { write, .. } => migrate_sqlite(write).await?,
        Db::Postgres(pg) => migrate_postgres(pg).await?,
    }
    Ok(())
}

/// An index over millions of rows is sorted on disk.
async fn migrate_sqlite(write: &Writer) -> anyhow::Result<()> {
    let mut held = write.hold().await?;
    sqlx::raw_sql(writer::ON_DISK).execute(&mut *held).await?;
    migrator(false).run(&mut *held).await?;
    sqlx::raw_sql(writer::IN_MEMORY).execute(&mut *held).await?;
    Ok(())
}

/// Runs in one transaction, with a lock that ends with the transaction: the library's own lock belongs to a session, and behind a
/// pooler the next statement may run in another session. A process that starts at the same time waits, then has nothing to do.
async fn migrate_postgres(pg: &Pg) -> anyhow::Result<()> {
    let mut tx = pg.begin().await?;
    query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *tx).await?;
    migrator(true).set_locking(false).run(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}

fn migrator(postgres: bool) -> Migrator {
    let step = |&(version, name, sqlite, pg): &(i64, &'static str, &'static str, &'static str)| {
        let sql = if postgres { pg } else { sqlite };
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(STEPS.iter().map(step).collect())
}

/// `facteur.db` at schema 3 is kept as `facteur.db.schema-3`.
fn copy_path(path: &Path, version: i64) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".schema-{version}"));
    PathBuf::from(name)
}

/// The copies that upgrades left beside this SQLite file.
pub fn copies_beside(path: &Path) -> Vec<String> {
    let Some(name) = path.file_name().map(|name| format!("{}.schema-", name.to_string_lossy())) else {
        return Vec::new();
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let found = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_copy = |path: &PathBuf| path.file_name().is_some_and(|found| found.to_string_lossy().starts_with(&name));
    found.filter(is_copy).map(|path| path.display().to_string()).collect()
}

/// Makes a consistent copy with SQLite's own command; replaces an older copy of the same version.
async fn keep_copy(db: &Db, copy: &Path) -> anyhow::Result<()> {
    let Db::Sqlite { write, .. } = db else { return Ok(()) };
    if copy.exists() {
        std::fs::remove_file(copy)?;
    }
    query("VACUUM INTO $1").bind(copy.to_string_lossy().as_ref()).execute(&mut *write.hold().await?).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::connect;

    #[tokio::test]
    async fn after_an_upgrade_the_writer_keeps_in_memory_what_it_notes_again() {
        const MEMORY: i64 = 2;
        let folder = tempfile::tempdir().unwrap();
        let db = connect(&format!("sqlite://{}", folder.path().join("a.db").display()), 1).await.unwrap();
        let Db::Sqlite { write, .. } = &db else { unreachable!() };
        for step in 0..2 {
            let store: i64 =
                query_scalar("PRAGMA temp_store").fetch_one(&mut *write.hold().await.unwrap()).await.unwrap();
            assert_eq!(store, MEMORY, "{step}");
            migrate(&db, None).await.unwrap();
        }
        db.close().await;
    }
}
