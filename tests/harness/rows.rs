//! The database itself: quick beginnings for tests (a newsletter, readers) and a look at what has no door.

use std::collections::BTreeMap;

use facteur::db::{Db, Tx};
use facteur::digests;
use facteur::digests::posts::Which;
use facteur::events::Actor;
use facteur::feeds::{self, NewPost};
use facteur::ledger::letters::{self, NewLetter};
use facteur::ledger::progress::Counts;
use facteur::ledger::sql::WARMING;
use facteur::letter::LetterKind;
use facteur::newsletters::settings::{NewFeed, Rhythm, Settings};
use facteur::newsletters::{self, Every, Newsletter};
use sqlx::AssertSqlSafe;

use super::TestApp;

/// At 08:00 in Paris.
pub fn at_eight() -> Rhythm {
    Rhythm { at: Some("08:00".into()), zone: Some("Europe/Paris".into()), ..Rhythm::default() }
}

impl TestApp {
    /// A French newsletter that sends on Mondays at 08:00 in Paris.
    pub async fn newsletter(&self, slug: &str) -> Newsletter {
        self.newsletter_with(slug, Rhythm { on: Some("monday".into()), every: Some(Every::Week), ..at_eight() }, &[])
            .await
    }

    /// A French newsletter with this rhythm and these feeds.
    pub async fn newsletter_with(&self, slug: &str, rhythm: Rhythm, feeds: &[&str]) -> Newsletter {
        let settings = Settings {
            name: Some(format!("Le {slug}")),
            from: Some(format!("Le {slug} <{slug}@lettres.example.org>")),
            language: Some("fr".into()),
            site_url: Some("https://blog.example.org/".into()),
            postal: Some(format!("Association du {slug}, 1 rue de la Poste, 75001 Paris")),
            ..Settings::default()
        };
        let feeds: Vec<NewFeed> = feeds.iter().map(|url| NewFeed { url: (*url).to_owned(), take: 0 }).collect();
        let plan = newsletters::change::add(&self.app, slug, &settings, &rhythm, &feeds).await.unwrap();
        plan.store(&self.app).await.unwrap()
    }

    /// A confirmed subscriber on the newsletter's first rhythm; gives the id.
    pub async fn reader(&self, newsletter: &Newsletter, address: &str) -> i64 {
        self.insert_readers(newsletter, &format!("SELECT '{address}' AS email")).await;
        self.number(&format!(
            "SELECT id FROM subscriber WHERE newsletter_id = {} AND email = '{address}'",
            newsletter.id
        ))
        .await
    }

    /// `n` confirmed subscribers: `p1@example.org` …
    pub async fn readers(&self, newsletter: &Newsletter, n: usize) {
        self.insert_readers(
            newsletter,
            &format!(
                "SELECT 'p' || CAST(i AS TEXT) || '@example.org' AS email FROM
                 (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {n}) SELECT i FROM n) AS numbers"
            ),
        )
        .await;
    }

    async fn insert_readers(&self, newsletter: &Newsletter, addresses: &str) {
        let (id, now) = (newsletter.id, self.clock.now());
        self.execute(&format!(
            "INSERT INTO subscriber (newsletter_id, email, email_key, language, status, schedule_id, created_at, confirmed_at)
             SELECT {id}, email, email, 'fr', 'confirmed',
                    (SELECT MIN(id) FROM schedule WHERE newsletter_id = {id}), {now}, {now} FROM ({addresses}) AS a"
        ))
        .await;
    }

    /// A post as the API gives it, ready to be sent.
    pub async fn post(&self, newsletter: &Newsletter, title: &str) {
        let post = NewPost {
            title: title.to_owned(),
            url: Some(format!("https://blog.example.org/{}", title.to_lowercase().replace(' ', "-"))),
            html: Some(
                "<p>Un texte assez long pour dire quelque chose, et un <a href=\"https://example.org/\">lien</a>.</p>"
                    .into(),
            ),
            ..NewPost::default()
        };
        feeds::add(&self.app, newsletter.id, post).await.unwrap();
    }

    /// Sends what waits on the newsletter's first rhythm now, as an editor does; gives the digest's id.
    pub async fn send_now(&self, newsletter: &Newsletter) -> i64 {
        let schedules = newsletters::sql::schedules(&self.app.db, newsletter.id).await.unwrap();
        let sent = digests::send::send(&self.app, newsletter, &schedules[0], Which::All, Actor::Command).await.unwrap();
        self.wake();
        sent.digest.id
    }

    /// Asks for the letter "you are already in" to a subscriber; gives its id.
    pub async fn letter_to(&self, newsletter: &Newsletter, subscriber: i64) -> i64 {
        let letter = NewLetter {
            newsletter_id: newsletter.id,
            subscriber_id: Some(subscriber),
            address: None,
            kind: LetterKind::Already,
            language: "fr",
            parameters: &serde_json::json!({}),
        };
        let mut tx = self.app.db.begin().await.unwrap();
        let id = letters::ask(&mut tx, self.clock.now(), &letter).await.unwrap();
        tx.commit().await.unwrap();
        self.wake();
        id
    }

    /// Counts of a digest's rows by state.
    pub async fn counts(&self, digest: i64) -> Counts {
        facteur::ledger::progress::counts(&self.app, digest).await.unwrap()
    }

    /// `address status` of everybody, by address.
    pub async fn people(&self) -> Vec<String> {
        self.texts("SELECT email || ' ' || status FROM subscriber ORDER BY email").await
    }

    /// Id of the subscriber with this address.
    pub async fn id_of(&self, address: &str) -> i64 {
        self.number(&format!("SELECT id FROM subscriber WHERE email = '{address}'")).await
    }

    /// Status of the subscriber with this address; `None`: there is none.
    pub async fn status_of(&self, address: &str) -> Option<String> {
        self.texts(&format!("SELECT status FROM subscriber WHERE email = '{address}'")).await.pop()
    }

    /// How many subscribers have this status.
    pub async fn with_status(&self, status: &str) -> i64 {
        self.number(&format!("SELECT COUNT(*) FROM subscriber WHERE status = '{status}'")).await
    }

    /// Why addresses are suppressed, one reason an address.
    pub async fn suppressions(&self) -> Vec<String> {
        self.texts("SELECT reason FROM suppression ORDER BY reason").await
    }

    /// Letters that nobody has begun to send.
    pub async fn letters_queued(&self) -> i64 {
        self.number("SELECT COUNT(*) FROM letter WHERE state = 0").await
    }

    /// How a digest stands.
    pub async fn digest_state(&self, digest: i64) -> String {
        self.texts(&format!("SELECT state FROM digest WHERE id = {digest}")).await.pop().expect("the digest is there")
    }

    /// Why a digest stands so; empty when nothing is said.
    pub async fn digest_reason(&self, digest: i64) -> String {
        let sql = format!("SELECT COALESCE(reason, '') FROM digest WHERE id = {digest}");
        self.texts(&sql).await.pop().expect("the digest is there")
    }

    /// How a digest is named outside.
    pub async fn public_id(&self, digest: i64) -> String {
        let sql = format!("SELECT public_id FROM digest WHERE id = {digest}");
        self.texts(&sql).await.pop().expect("the digest is there")
    }

    /// Digests that are finished.
    pub async fn digests_finished(&self) -> i64 {
        self.number("SELECT COUNT(*) FROM digest WHERE state = 'finished'").await
    }

    /// What is left to be sent now, in words; empty when nothing is.
    pub async fn open_work(&self) -> String {
        let now = self.clock.now();
        let due = format!("(state IN (0, 1) OR (state = 4 AND next_at <= {now}))");
        let mut open = Vec::new();
        for (what, sql) in [
            ("letters", format!("SELECT COUNT(*) FROM letter WHERE {due}")),
            (
                "deliveries",
                format!(
                    "SELECT COUNT(*) FROM delivery WHERE {due} AND next_at <> {WARMING}
                     AND digest_id IN (SELECT id FROM digest WHERE state IN ('releasing', 'sending'))"
                ),
            ),
            (
                "rows of cancelled digests",
                "SELECT COUNT(*) FROM delivery WHERE state IN (0, 1, 4)
                 AND digest_id IN (SELECT id FROM digest WHERE state = 'cancelled')"
                    .into(),
            ),
            (
                "digests about to finish",
                "SELECT COUNT(*) FROM digest WHERE state = 'releasing' OR (state = 'sending' AND NOT EXISTS
                 (SELECT 1 FROM delivery WHERE digest_id = digest.id AND state IN (0, 1, 4)))"
                    .into(),
            ),
        ] {
            let count = self.number(&sql).await;
            if count > 0 {
                open.push(format!("{count} {what}"));
            }
        }
        open.join(", ")
    }

    /// Cuts every connection to the test's PostgreSQL database but one.
    pub async fn terminate_sessions(&self) {
        let cut = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        self.number(cut).await;
    }

    /// On PostgreSQL what a killed worker held comes free when its leases end. Their time passes at once (R15 waits).
    pub async fn leases_run_out(&self) {
        self.execute("UPDATE delivery_batch SET leased_until = 0").await;
        self.execute("UPDATE letter SET leased_until = 0").await;
    }

    /// A copy of the SQLite file as SQLite makes it.
    pub async fn vacuum_into(&self, path: &std::path::Path) {
        let Db::Sqlite { write, .. } = &self.app.db else { panic!("SQLite only") };
        let mut held = write.hold().await.unwrap();
        sqlx::query("VACUUM INTO $1").bind(path.to_str().unwrap()).execute(&mut *held).await.unwrap();
    }

    /// One whole number.
    pub async fn number(&self, sql: &str) -> i64 {
        let query = AssertSqlSafe(sql.to_owned());
        match &self.app.db {
            Db::Sqlite { read, .. } => sqlx::query_scalar(query).fetch_one(read).await,
            Db::Postgres(pool) => sqlx::query_scalar(query).fetch_one(pool).await,
        }
        .unwrap_or_else(|error| panic!("{error}: {sql}"))
    }

    /// One column of text.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let query = AssertSqlSafe(sql.to_owned());
        match &self.app.db {
            Db::Sqlite { read, .. } => sqlx::query_scalar(query).fetch_all(read).await,
            Db::Postgres(pool) => sqlx::query_scalar(query).fetch_all(pool).await,
        }
        .unwrap_or_else(|error| panic!("{error}: {sql}"))
    }

    /// Every row of every table as text, to be compared; where and when somebody was last seen aside.
    pub async fn contents(&self) -> BTreeMap<String, Vec<String>> {
        let sqlite = self.app.db.is_sqlite();
        let tables = if sqlite {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        } else {
            "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema()"
        };
        let mut contents = BTreeMap::new();
        for table in self.texts(tables).await {
            let columns = if sqlite {
                format!("SELECT name FROM pragma_table_info('{table}')")
            } else {
                format!(
                    "SELECT CAST(column_name AS TEXT) FROM information_schema.columns
                     WHERE table_schema = current_schema() AND table_name = '{table}'"
                )
            };
            let columns = self.texts(&columns).await;
            let shown = columns.iter().filter(|column| *column != "seen_at");
            let shown: Vec<String> = if sqlite {
                shown.map(|column| format!("quote({column})")).collect()
            } else {
                shown.map(|column| format!("COALESCE(CAST({column} AS TEXT), '∅')")).collect()
            };
            let rows = format!("SELECT {} AS row FROM {table} ORDER BY 1", shown.join(" || '|' || "));
            contents.insert(table, self.texts(&rows).await);
        }
        contents
    }

    /// Changes behind the app's back that all come at once; `of_one_instant`: they all read one state of the database.
    pub async fn execute_at_once(&self, statements: &[String], of_one_instant: bool) {
        let mut tx = self.app.db.begin().await.unwrap();
        if let (Tx::Postgres(tx), true) = (&mut tx, of_one_instant) {
            sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute(&mut **tx).await.unwrap();
        }
        for sql in statements {
            let query = AssertSqlSafe(sql.clone());
            match &mut tx {
                Tx::Sqlite(tx) => drop(sqlx::query(query).execute(&mut **tx).await.unwrap()),
                Tx::Postgres(tx) => drop(sqlx::query(query).execute(&mut **tx).await.unwrap()),
            }
        }
        tx.commit().await.unwrap();
    }

    /// A change behind the app's back; gives the rows it touched.
    pub async fn execute(&self, sql: &str) -> u64 {
        let query = sqlx::query(AssertSqlSafe(sql.to_owned()));
        let mut tx = self.app.db.begin().await.unwrap();
        let done = match &mut tx {
            Tx::Sqlite(tx) => {
                sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            Tx::Postgres(tx) => query.execute(&mut **tx).await.map(|done| done.rows_affected()),
        };
        let rows = done.unwrap_or_else(|error| panic!("{error}: {sql}"));
        tx.commit().await.unwrap();
        rows
    }
}
