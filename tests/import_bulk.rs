//! A long list is stored by the statements of bulk work: whatever stands in it, and whoever signs up beside it.

use std::time::{Duration, Instant};

use facteur::db::Tx;
use serde_json::json;

use super::harness::{PATIENCE, on_postgres};
use super::signup::pages;

/// Longer than what is looked at before the first row, and than one batch.
const PEOPLE: usize = 6_000;

fn file(folder: &tempfile::TempDir, bytes: &[u8]) -> String {
    let path = folder.path().join("list.csv");
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn signs_that_mean_something_to_a_database_are_only_signs() {
    let app = pages().spawn().await;
    app.newsletter("carnet").await;
    let mut list = b"email,name,lang\n".to_vec();
    for number in 0..PEOPLE {
        list.extend_from_slice(format!("person.{number:05}@example.org,Personne {number:05},fr\n").as_bytes());
    }
    let names: [(&[u8], &str); 10] = [
        (b"\"a\tb\"", "a b"),
        (b"\\N", "\\N"),
        (b"\\.", "\\."),
        (b"a\\tb\\\\n \\x41 \\101", "a\\tb\\\\n \\x41 \\101"),
        (b"\"two\nlines\r\nmore\"", "two lines more"),
        (b"nul\0byte", "nul byte"),
        (b"Zo\xe9 Dupr\xe9", "Zoé Dupré"),
        ("Zoé 𝄞 ''; -- $1 ? %s".as_bytes(), "Zoé 𝄞 ''; -- $1 ? %s"),
        (b"\"quo\"\"ted\"", "quo\"ted"),
        (b"", ""),
    ];
    for (number, (name, _)) in names.iter().enumerate() {
        list.extend_from_slice(&[format!("odd{number}@example.org,").as_bytes(), name, b",en\n"].concat());
    }
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, &list);
    let arguments = ["import", "carnet", &path, "--confirmed-elsewhere", "a\tproof\\ of\n two lines", "--json"];
    let dry = app.cli(&[&arguments[..], &["--dry-run"]].concat()).await.json();
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber").await, 0);
    let report = app.cli(&arguments).await.json();
    assert_eq!((&report["added"], &dry["added"]), (&json!({ "confirmed": PEOPLE + 10 }), &report["added"]));
    assert_eq!(
        app.texts("SELECT COALESCE(name, '') FROM subscriber WHERE email LIKE 'odd%' ORDER BY email").await,
        names.map(|(_, stored)| stored)
    );
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber WHERE name IS NULL OR name_key IS NULL").await, 1);
    let odd =
        "SELECT COUNT(*) FROM subscriber WHERE language = 'en' AND status = 'confirmed' AND domain = 'example.org'
               AND origin = 'imported' AND confirmed_at = created_at AND ended_at IS NULL AND contact_at IS NULL";
    assert_eq!(app.number(odd).await, 10);
    assert_eq!(app.texts("SELECT proof || language FROM import_consent").await, ["a\tproof\\ of\n two linesfr"]);
    let without = "SELECT COUNT(*) FROM subscriber WHERE import_consent_id IS NULL
                      OR import_consent_id NOT IN (SELECT id FROM import_consent)";
    assert_eq!((app.number(without).await, app.number("SELECT COUNT(*) FROM consent").await), (0, 0));
    let told = "SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM event WHERE code = 'subscriber.imported'";
    assert_eq!(app.number(told).await, PEOPLE as i64 + 10);

    // Once more, and with some who are new: on SQLite most of a stretch of the index is known already.
    list.extend_from_slice(b"zoe@example.org,Zo\xc3\xa9,fr\nannie@example.org,Annie,en\n");
    let path = file(&folder, &list);
    let again = app.cli(&["import", "carnet", &path, "--confirmed-elsewhere", "x", "--json"]).await.json();
    assert_eq!((&again["added"], &again["already"]), (&json!({ "confirmed": 2 }), &json!(PEOPLE + 10)));
}

#[tokio::test]
async fn whoever_signs_up_while_a_list_is_stored_stays_as_they_are() {
    // SQLite has one writer: whoever signs up is there before the batch, or comes after it.
    if on_postgres().is_none() {
        return;
    }
    let app = pages().spawn().await;
    let newsletter = app.newsletter("carnet").await;
    let mut beside = app.app.db.begin().await.unwrap();
    let Tx::Postgres(tx) = &mut beside else { unreachable!() };
    sqlx::query(
        "INSERT INTO subscriber (newsletter_id, email, email_key, language, status, schedule_id, created_at)
         SELECT $1, 'beside@Example.org', 'beside@example.org', 'en', 'pending', MIN(id), 0 FROM schedule",
    )
    .bind(newsletter.id)
    .execute(&mut **tx)
    .await
    .unwrap();
    let list = "email,status\nana@example.org,active\nbeside@example.org,active\nluc@example.org,pending\n";
    let arguments = ["import", "carnet", "-", "--confirmed-elsewhere", "x", "--json"];
    let store = async {
        let began = Instant::now();
        let waiting =
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while app.number(waiting).await < 1 {
            assert!(began.elapsed() < PATIENCE, "the import does not meet the sign-up");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        beside.commit().await.unwrap();
    };
    let (report, ()) = tokio::join!(app.cli_with_input(&arguments, list), store);
    report.ok();
    assert_eq!(
        app.people().await,
        ["ana@example.org confirmed", "beside@Example.org pending", "luc@example.org pending"]
    );
    let consented = "SELECT email FROM subscriber WHERE import_consent_id IS NOT NULL ORDER BY email";
    assert_eq!(app.texts(consented).await, ["ana@example.org", "luc@example.org"]);
    assert_eq!(app.number("SELECT COUNT(*) FROM planned_letter").await, 1);
}
