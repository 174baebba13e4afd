//! What must be equal on both sides: the schemas, their migrations, the languages; and what an upgrade promises.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use facteur::app::App;
use facteur::clock::Clock;
use facteur::config::Config;
use facteur::db::{Db, Tx, migrate};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use crate::harness::{Database, TestApp, on_postgres};

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The migrations of one side: file name without its end → text.
fn steps(side: &str) -> BTreeMap<String, String> {
    let files = std::fs::read_dir(project("migrations").join(side)).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into(), std::fs::read_to_string(&path).unwrap()))
        .collect()
}

#[test]
fn both_sides_have_the_same_migrations_numbered_without_a_gap() {
    let sqlite: Vec<String> = steps("sqlite").into_keys().collect();
    let postgres: Vec<String> = steps("postgres").into_keys().collect();
    assert_eq!(sqlite, postgres);
    let numbers: Vec<i64> = sqlite.iter().map(|name| name[..4].parse().unwrap()).collect();
    assert_eq!(numbers, (1..=migrate::NEWEST).collect::<Vec<_>>(), "one number each, all compiled in");
}

/// A table's columns: name → (type, NOT NULL), and its indexes: name → (unique, columns).
type Table = (BTreeMap<String, (String, bool)>, BTreeMap<String, (bool, String)>);

async fn sqlite_schema(app: &App) -> BTreeMap<String, Table> {
    let Db::Sqlite { write, .. } = &app.db else { panic!("this side is SQLite") };
    let columns: Vec<(String, String, String, bool, i64)> = sqlx::query_as(
        r#"SELECT m.name, c.name, lower(c.type), c."notnull", c.pk FROM sqlite_master AS m, pragma_table_xinfo(m.name) AS c
           WHERE c.hidden <> 1 AND m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> '_sqlx_migrations'"#,
    )
    .fetch_all(&mut *write.hold().await.unwrap())
    .await
    .unwrap();
    let indexes: Vec<(String, String, bool, String)> = sqlx::query_as(
        r#"SELECT m.name, i.name, i."unique", (SELECT group_concat(name) FROM
                  (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno))
           FROM sqlite_master AS m, pragma_index_list(m.name) AS i WHERE m.type = 'table' AND i.origin = 'c'"#,
    )
    .fetch_all(&mut *write.hold().await.unwrap())
    .await
    .unwrap();
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for (table, name, kind, not_null, key) in columns {
        // `INTEGER PRIMARY KEY` is the row id: 64 bits, never NULL.
        let kind = match kind.as_str() {
            "integer" if key > 0 => "bigint".to_owned(),
            "blob" => "bytea".to_owned(),
            _ => kind,
        };
        tables.entry(table).or_default().0.insert(name, (kind, not_null || key > 0));
    }
    for (table, name, unique, columns) in indexes {
        tables.entry(table).or_default().1.insert(name, (unique, columns));
    }
    tables
}

async fn postgres_schema(app: &App) -> BTreeMap<String, Table> {
    let Db::Postgres(pool) = &app.db else { panic!("this side is PostgreSQL") };
    let columns: Vec<(String, String, String, bool)> = sqlx::query_as(
        "SELECT table_name::TEXT, column_name::TEXT, data_type::TEXT, is_nullable = 'NO' FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let indexes: Vec<(String, String, bool, String)> = sqlx::query_as(
        "SELECT t.relname::TEXT, i.relname::TEXT, x.indisunique,
                (SELECT string_agg(a.attname::TEXT, ',' ORDER BY k.n) FROM unnest(x.indkey) WITH ORDINALITY AS k(c, n)
                 JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.c)
         FROM pg_index AS x JOIN pg_class AS t ON t.oid = x.indrelid JOIN pg_class AS i ON i.oid = x.indexrelid
         JOIN pg_namespace AS s ON s.oid = t.relnamespace
         WHERE s.nspname = 'public' AND t.relname <> '_sqlx_migrations'
           AND NOT EXISTS (SELECT 1 FROM pg_constraint AS c WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u'))",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for (table, name, kind, not_null) in columns {
        tables.entry(table).or_default().0.insert(name, (kind, not_null));
    }
    for (table, name, unique, columns) in indexes {
        tables.entry(table).or_default().1.insert(name, (unique, columns));
    }
    tables
}

/// An app on this database that does not run.
async fn open(url: &str) -> anyhow::Result<Arc<App>> {
    let mut config = Config::default();
    url.clone_into(&mut config.database.url);
    App::open(config, Clock::system()).await
}

#[tokio::test]
async fn both_sides_have_the_same_tables_columns_and_indexes() {
    if on_postgres().is_none() {
        return;
    }
    let folder = crate::harness::folder();
    let server = Database::create(folder.path()).await;
    let file = format!("sqlite://{}", folder.path().join("facteur.db").display());
    let sqlite = sqlite_schema(&open(&file).await.unwrap()).await;
    let postgres = postgres_schema(&open(&server.url).await.unwrap()).await;
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>());
    for (name, table) in &sqlite {
        assert_eq!(table, &postgres[name], "table {name}");
    }
}

/// Brings an empty database to an earlier schema, as an older Facteur left it, with a row in it.
async fn older(url: &str, version: i64) {
    let db = facteur::db::connect(url, 2).await.unwrap();
    let side = if db.is_sqlite() { "sqlite" } else { "postgres" };
    let all = steps(side).into_iter().zip(1_i64..).take(version as usize);
    let migrator = Migrator::with_migrations(
        all.map(|((name, sql), version)| {
            Migration::new(version, name.into(), MigrationType::Simple, AssertSqlSafe(sql).into_sql_str(), false)
        })
        .collect(),
    );
    let row = "INSERT INTO instance (name, value) VALUES ('mark', 'kept')";
    match &db {
        Db::Sqlite { write, .. } => {
            migrator.run(&mut *write.hold().await.unwrap()).await.unwrap();
            sqlx::query(row).execute(&mut *write.hold().await.unwrap()).await.unwrap();
        }
        Db::Postgres(pool) => {
            migrator.run(pool).await.unwrap();
            sqlx::query(row).execute(pool).await.unwrap();
        }
    }
    assert_eq!(migrate::version(&db).await.unwrap(), version);
    db.close().await;
}

async fn mark(db: &Db) -> String {
    let query = sqlx::query_scalar("SELECT value FROM instance WHERE name = 'mark'");
    match db {
        Db::Sqlite { write, .. } => query.fetch_one(&mut *write.hold().await.unwrap()).await.unwrap(),
        Db::Postgres(pool) => {
            sqlx::query_scalar("SELECT value FROM instance WHERE name = 'mark'").fetch_one(pool).await.unwrap()
        }
    }
}

#[tokio::test]
async fn an_upgrade_keeps_the_rows_and_on_sqlite_a_copy_beside_the_file() {
    let folder = crate::harness::folder();
    let database = Database::create(folder.path()).await;
    older(&database.url, migrate::NEWEST - 1).await;
    let app = open(&database.url).await.unwrap();
    assert_eq!(migrate::version(&app.db).await.unwrap(), migrate::NEWEST);
    assert_eq!(mark(&app.db).await, "kept");
    if app.db.is_sqlite() {
        let before = migrate::NEWEST - 1;
        let copy = folder.path().join(format!("facteur.db.schema-{before}"));
        assert!(copy.exists(), "no copy beside the file");
        let copy = facteur::db::connect(&format!("sqlite://{}", copy.display()), 1).await.unwrap();
        assert_eq!(migrate::version(&copy).await.unwrap(), before);
        assert_eq!(mark(&copy).await, "kept");
    }
    app.db.close().await;
    // Once more: nothing to do, and no second copy.
    let count = std::fs::read_dir(folder.path()).unwrap().count();
    open(&database.url).await.unwrap().db.close().await;
    assert!(std::fs::read_dir(folder.path()).unwrap().count() <= count);
}

/// Runs statements without rows on a database of any schema.
async fn execute(url: &str, statements: &[String]) {
    let db = facteur::db::connect(url, 2).await.unwrap();
    for sql in statements {
        let mut tx = db.begin().await.unwrap();
        match &mut tx {
            Tx::Sqlite(tx) => sqlx::query(AssertSqlSafe(sql.as_str())).execute(&mut **tx).await.map(drop).unwrap(),
            Tx::Postgres(tx) => sqlx::query(AssertSqlSafe(sql.as_str())).execute(&mut **tx).await.map(drop).unwrap(),
        }
        tx.commit().await.unwrap();
    }
    db.close().await;
}

#[tokio::test]
async fn schema_6_finds_in_the_consents_where_people_signed_up() {
    let folder = crate::harness::folder();
    let database = Database::create(folder.path()).await;
    older(&database.url, 5).await;
    let people = [
        ("'asked', 'https://www.blog.example.org:8443/a', 'x'", "blog.example.org"),
        ("'asked', 'http://blog.example.org', 'x'", "blog.example.org"),
        ("'asked', NULL, 'x'", "-"),
        ("'imported', NULL, ''", "imported"),
        ("'added', NULL, ''", "added"),
        ("'asked', 'https://a.example/', 'x'", "a.example"),
        ("'left', NULL, ''", "-"),
    ];
    let mut statements = vec![
        "INSERT INTO newsletter (id, slug, name, language, from_name, from_address, postal, created_at)
         VALUES (1, 'carnet', 'Le carnet', 'fr', '', 'a@example.org', '', 0)"
            .to_owned(),
    ];
    for (id, (consent, _)) in people.into_iter().enumerate() {
        statements.push(format!(
            "INSERT INTO subscriber (newsletter_id, email, email_key, language, status, created_at)
             VALUES (1, 'p{id}@example.org', 'p{id}@example.org', 'fr', 'confirmed', 0)"
        ));
        let person = format!("(SELECT id FROM subscriber WHERE email = 'p{id}@example.org')");
        for step in
            ["'added', NULL, ''", consent, "'asked', 'https://b.example/', 'expired-link'", "'confirmed', NULL, ''"]
        {
            // The first is what it was before; somebody who only left has none.
            if consent.starts_with("'left'") && step.starts_with("'added'") {
                continue;
            }
            statements.push(format!(
                "INSERT INTO consent (subscriber_id, kind, page, text_version, at) VALUES ({person}, {step}, 0)"
            ));
        }
    }
    execute(&database.url, &statements).await;
    let app = open(&database.url).await.unwrap();
    let sql = "SELECT COALESCE(origin, '-') FROM subscriber ORDER BY id";
    let found: Vec<String> = match &app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await.unwrap(),
    };
    assert_eq!(found, people.map(|(_, origin)| origin));
}

#[tokio::test]
async fn schema_10_gives_back_the_leaves_that_a_form_had_erased() {
    let folder = crate::harness::folder();
    let database = Database::create(folder.path()).await;
    older(&database.url, 8).await;
    let people: [(&str, &[&str], &str); 6] = [
        ("pending", &["asked"], "pending -"),
        ("pending", &["imported", "left", "asked", "asked"], "unsubscribed 1"),
        ("pending", &["asked", "left", "undone", "asked"], "pending -"),
        ("pending", &["imported", "left", "added"], "pending -"),
        ("confirmed", &["asked", "left", "asked", "confirmed"], "confirmed -"),
        ("pending", &["left", "undone", "confirmed", "left", "asked"], "unsubscribed 3"),
    ];
    let mut statements = vec![
        "INSERT INTO newsletter (id, slug, name, language, from_name, from_address, postal, created_at)
         VALUES (1, 'carnet', 'Le carnet', 'fr', '', 'a@example.org', '', 0)"
            .to_owned(),
    ];
    for (id, (status, steps, _)) in people.iter().enumerate() {
        statements.push(format!(
            "INSERT INTO subscriber (newsletter_id, email, email_key, language, status, created_at)
             VALUES (1, 'p{id}@example.org', 'p{id}@example.org', 'fr', '{status}', 0)"
        ));
        for (at, step) in steps.iter().enumerate() {
            statements.push(format!(
                "INSERT INTO consent (subscriber_id, kind, at)
                 VALUES ((SELECT id FROM subscriber WHERE email = 'p{id}@example.org'), '{step}', {at})"
            ));
        }
    }
    execute(&database.url, &statements).await;
    let app = open(&database.url).await.unwrap();
    let sql = "SELECT status || ' ' || COALESCE(CAST(ended_at AS TEXT), '-') FROM subscriber ORDER BY id";
    let found: Vec<String> = match &app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await.unwrap(),
    };
    assert_eq!(found, people.map(|(_, _, after)| after));
}

/// A database of schema 16: of the first newsletter, with two rhythms, two people have none; the second has no rhythm at all,
/// and one of its people has one of the first.
async fn without_rhythms(url: &str) {
    older(url, 16).await;
    let mut statements = Vec::new();
    for id in [1, 2] {
        statements.push(format!(
            "INSERT INTO newsletter (id, slug, name, language, from_name, from_address, postal, created_at)
             VALUES ({id}, 'n{id}', 'Le carnet', 'fr', '', 'a@example.org', '', 0)"
        ));
    }
    for id in [3, 5] {
        statements.push(format!(
            "INSERT INTO schedule (id, newsletter_id, every, zone, created_at) VALUES ({id}, 1, 'week', 'UTC', 0)"
        ));
    }
    for (id, newsletter, schedule) in [(1, 1, "NULL"), (2, 1, "5"), (3, 1, "NULL"), (4, 2, "NULL"), (5, 2, "3")] {
        statements.push(format!(
            "INSERT INTO subscriber (id, newsletter_id, email, email_key, language, status, schedule_id, created_at)
             VALUES ({id}, {newsletter}, 'p{id}@example.org', 'p{id}@example.org', 'fr', 'confirmed', {schedule}, 0)"
        ));
        statements.push(format!("INSERT INTO consent (subscriber_id, kind, at) VALUES ({id}, 'asked', 0)"));
        statements.push(format!(
            "INSERT INTO letter (newsletter_id, subscriber_id, kind, language, created_at) VALUES ({newsletter}, {id}, 'link', 'fr', 0)"
        ));
    }
    // On PostgreSQL rows with ids of their own do not move the sequence.
    if !url.starts_with("sqlite") {
        statements.push("SELECT setval(pg_get_serial_sequence('schedule', 'id'), 100)".to_owned());
    }
    execute(url, &statements).await;
}

async fn column(db: &Db, sql: &'static str) -> Vec<String> {
    match db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await.unwrap(),
    }
}

const RHYTHMS: &str = "SELECT s.email || ' ' || CASE WHEN s.schedule_id > 5 THEN 'paused ' || h.newsletter_id
    ELSE CAST(s.schedule_id AS TEXT) END FROM subscriber s JOIN schedule h ON h.id = s.schedule_id
    WHERE h.id <= 5 OR (h.paused AND h.next_due_at IS NULL) ORDER BY s.id";

#[tokio::test]
async fn an_upgrade_puts_everybody_on_a_rhythm_of_their_newsletter_and_keeps_what_belongs_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::create(folder.path()).await;
    without_rhythms(&database.url).await;
    let app = open(&database.url).await.unwrap();
    assert_eq!(
        column(&app.db, RHYTHMS).await,
        [
            "p1@example.org 3",
            "p2@example.org 5",
            "p3@example.org 3",
            "p4@example.org paused 2",
            "p5@example.org paused 2"
        ]
    );
    for count in ["SELECT CAST(COUNT(*) AS TEXT) FROM consent", "SELECT CAST(COUNT(*) AS TEXT) FROM letter"] {
        assert_eq!(column(&app.db, count).await, ["5"], "{count}");
    }
    let mut tx = app.db.begin().await.unwrap();
    let without = "UPDATE subscriber SET schedule_id = NULL";
    let refused = match &mut tx {
        Tx::Sqlite(tx) => sqlx::query(without).execute(&mut **tx).await.map(drop),
        Tx::Postgres(tx) => sqlx::query(without).execute(&mut **tx).await.map(drop),
    };
    assert!(refused.is_err(), "nobody is without a rhythm any more");
    drop(tx);
    if let Db::Postgres(pool) = &app.db {
        let astray = sqlx::query("UPDATE subscriber SET schedule_id = 3 WHERE newsletter_id = 2").execute(pool).await;
        assert!(astray.is_err(), "nor on one of another newsletter");
    }
    if let Db::Sqlite { read, .. } = &app.db {
        let sound: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(read).await.unwrap();
        assert_eq!(sound, "ok");
        let broken = sqlx::query("PRAGMA foreign_key_check").fetch_all(read).await.unwrap();
        assert!(broken.is_empty());
    }
}

#[tokio::test]
async fn schema_17_that_is_cut_short_leaves_schema_16() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::create(folder.path()).await;
    without_rhythms(&database.url).await;
    let db = facteur::db::connect(&database.url, 2).await.unwrap();
    let side = if db.is_sqlite() { "sqlite" } else { "postgres" };
    let step = steps(side).remove("0017_every_subscriber_has_a_schedule").unwrap();
    let mut tx = db.begin().await.unwrap();
    match &mut tx {
        Tx::Sqlite(tx) => sqlx::raw_sql(AssertSqlSafe(step)).execute(&mut **tx).await.map(drop).unwrap(),
        Tx::Postgres(tx) => sqlx::raw_sql(AssertSqlSafe(step)).execute(&mut **tx).await.map(drop).unwrap(),
    }
    drop(tx);
    let without = "SELECT CAST(COUNT(*) AS TEXT) FROM subscriber WHERE schedule_id IS NULL";
    assert_eq!(column(&db, without).await, ["3"]);
    db.close().await;
    // As it was: also what schema 16 took is still taken.
    let one = "UPDATE subscriber SET schedule_id = NULL WHERE id = 2".to_owned();
    execute(&database.url, &[one]).await;
    let app = open(&database.url).await.unwrap();
    assert_eq!(column(&app.db, RHYTHMS).await.len(), 5);
}

#[tokio::test]
async fn a_newer_schema_is_refused_with_a_clear_error() {
    let app = TestApp::builder().stopped().spawn().await;
    let newer = migrate::NEWEST + 1;
    app.execute(&format!(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         SELECT {newer}, 'tomorrow', success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1"
    ))
    .await;
    let error = open(app.database_url()).await.unwrap_err().to_string();
    assert!(error.contains(&format!("schema {newer}")) && error.contains("newer version"), "{error}");
    let said = app.cli(&["serve", "--listen", "127.0.0.1:0"]).await;
    assert!(said.fails(1).contains("newer version"), "{said:?}");
    assert_eq!(said.stdout, "");
}

/// The texts of one language: key → the variables in it.
fn texts(tag: &str) -> BTreeMap<String, BTreeSet<String>> {
    let source = std::fs::read_to_string(project("locales").join(format!("{tag}.ftl"))).unwrap();
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            key = line.split_once('=').expect("KEY = TEXT").0.trim().to_owned();
            assert!(texts.insert(key.clone(), BTreeSet::new()).is_none(), "{tag}.ftl has {key} twice");
        }
        let variables = line.split('$').skip(1).map(|rest| {
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
            rest[..end.unwrap_or(rest.len())].to_owned()
        });
        texts.entry(key.clone()).or_default().extend(variables);
    }
    texts.remove("");
    texts
}

#[test]
fn every_language_has_the_same_texts_with_the_same_variables() {
    let english = texts("en");
    for tag in facteur::i18n::tags() {
        let other = texts(tag);
        let missing: Vec<_> = english.keys().filter(|key| !other.contains_key(*key)).collect();
        let surplus: Vec<_> = other.keys().filter(|key| !english.contains_key(*key)).collect();
        assert!(missing.is_empty() && surplus.is_empty(), "{tag}.ftl lacks {missing:?} and alone has {surplus:?}");
        for (key, variables) in &english {
            // A date's parts may stand in one language and not in the other (`1er`): the number chooses the form.
            let (ours, theirs): (BTreeSet<_>, BTreeSet<_>) = (variables.iter().collect(), other[key].iter().collect());
            assert_eq!(ours, theirs, "{tag}.ftl, {key}");
        }
    }
}

#[test]
fn every_key_of_the_configuration_is_documented_and_the_example_knows_no_other() {
    let keys = |text: &str| -> BTreeSet<String> {
        let mut section = String::new();
        let mut keys = BTreeSet::new();
        for line in text.lines() {
            if let Some(name) = line.strip_prefix('[') {
                section = format!("{}.", name.trim_end_matches(']'));
            } else if let (false, Some((key, _))) = (line.starts_with('#'), line.split_once(" = ")) {
                keys.insert(format!("{section}{key}"));
            }
        }
        keys
    };
    let (all, example) = (keys(facteur::config::DEFAULT), keys(facteur::config::EXAMPLE));
    assert!(all.len() > 40, "{all:?}");
    assert_eq!(example.difference(&all).collect::<Vec<_>>(), Vec::<&String>::new());
    let mut documented = false;
    for line in facteur::config::DEFAULT.lines() {
        match line {
            _ if line.starts_with('#') => documented = true,
            "" => documented = false,
            _ if line.starts_with('[') => {}
            _ => assert!(documented, "no comment above: {line}"),
        }
    }
}
