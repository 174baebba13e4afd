//! What commands say: times on the newsletter's clock, one and many, questions before what cannot be taken back, and no
//! database for a mistyped path.

use std::path::Path;
use std::process::Command;

use facteur::mails::lint;

use crate::harness::feeds::{Item, Page};
use crate::harness::{TestApp, postgres};

/// Whether a text holds an instant as programs read it.
fn has_machine_time(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && !"-:.+".contains(c))
        .any(|word| word.trim_end_matches(['.', ':']).parse::<jiff::Timestamp>().is_ok())
}

#[tokio::test]
async fn listings_tell_times_on_the_newsletters_clock_and_json_keeps_its_own() {
    let app = TestApp::builder().stopped().spawn().await;
    let at = TestApp::BEGINNING - 3_600_000;
    let feed = app.feeds.put("/feed.xml", Page::rss("Blog", &[Item::new("un", "Un", at)]));
    let carnet = app.newsletter("carnet").await;
    app.cli(&["newsletter", "set", "carnet", "--feed", &feed, "--zone", "America/Montreal"]).await.ok();
    let gone = app.feeds.url("/nowhere.xml");
    app.cli(&["feed", "add", "carnet", &gone, "--unread"]).await.ok();
    app.cli(&["feed", "poll", "carnet"]).await.fails(3);
    app.reader(&carnet, "ana@example.org").await;
    app.post(&carnet, "Deux").await;
    app.send_now(&carnet).await;
    app.cli(&["subscriber", "add", "carnet", "bea@example.org"]).await.ok();
    app.cli(&["token", "create", "essai"]).await.ok();

    // 06:00 UTC is 02:00 in Montréal.
    for (command, hour) in [
        (&["digest", "list", "carnet"][..], "2026-06-01 02:00 EDT"),
        (&["digest", "show", "carnet"], "2026-06-01 02:00 EDT"),
        (&["digest", "status", "carnet"], "2026-06-01 02:00 EDT"),
        (&["feed", "list", "carnet"], "2026-06-01 02:00 EDT"),
        (&["subscriber", "show", "carnet", "bea@example.org"], "2026-06-01 02:00 EDT"),
        (&["subscriber", "list", "carnet"], "2026-06-01"),
        (&["post", "list", "carnet"], "2026-06-01"),
        (&["newsletter", "show", "carnet"], "Monday 1 June 2026, 8:00"),
        (&["newsletter", "list"], ""),
        (&["token", "list"], "2027-06-01"),
        (&["feed", "check", &feed], "2026-06-01 "),
    ] {
        let said = app.cli(command).await;
        let said = said.ok();
        assert!(said.contains(hour), "{command:?}: {hour} in {said}");
        assert!(!has_machine_time(said), "{command:?}: {said}");
        let json = app.cli(&[command, &["--json"]].concat()).await;
        if !hour.is_empty() && !hour.starts_with("Monday") {
            assert!(has_machine_time(json.ok()), "{command:?}: {}", json.stdout);
        }
    }
    app.execute("DELETE FROM delivery").await;
}

#[tokio::test]
async fn a_post_of_a_day_without_an_hour_is_listed_under_that_day() {
    let app = TestApp::builder().stopped().spawn().await;
    let midnight: jiff::Timestamp = "2026-05-30T00:00:00Z".parse().unwrap();
    let item = Item::new("jour", "Jour", midnight.as_millisecond());
    let feed = app.feeds.put("/feed.xml", Page::rss("Blog", &[item]));
    app.newsletter("carnet").await;
    app.cli(&["newsletter", "set", "carnet", "--feed", &feed, "--zone", "America/Montreal"]).await.ok();
    app.cli(&["feed", "poll", "carnet"]).await.ok();
    assert!(app.cli(&["post", "list", "carnet"]).await.ok().contains("2026-05-30"));
    assert!(app.cli(&["feed", "check", &feed]).await.ok().contains("2026-05-30  Jour"));
}

#[tokio::test]
async fn one_is_called_one_and_many_many() {
    let app = TestApp::builder().stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    let one = app.feeds.put("/one.xml", Page::rss("Blog", &[Item::new("un", "Un", TestApp::BEGINNING)]));
    app.cli(&["feed", "add", "carnet", &app.feeds.url("/nowhere.xml"), "--unread"]).await.ok();
    app.cli(&["feed", "poll", "carnet"]).await.fails(3);
    let people = app.folder().join("people.csv");
    std::fs::write(&people, "email\nana@example.org\nnobody\n").unwrap();
    let people = people.to_str().unwrap();
    let import = ["import", "carnet", people, "--confirmed-elsewhere", "essai"];
    let mut said = vec![
        (app.cli(&["feed", "check", &one]).await.ok().to_owned(), "(RSS, 1 entry)"),
        (app.cli(&["feed", "list", "carnet"]).await.ok().to_owned(), "nowhere.xml"),
        (app.cli(&import).await.ok().to_owned(), "1 row, 1 address (0 repeated)"),
    ];
    said.push((said[2].0.clone(), "1  line without an address"));
    app.post(&carnet, "Seul").await;
    let preview = app.cli(&["digest", "preview", "carnet"]).await;
    said.push((preview.stderr.clone(), "as it would be now, 1 post;"));
    let test = app.cli(&["digest", "test", "carnet", "--to", "ana@example.org", "--dry-run"]).await;
    said.push((test.ok().to_owned(), "to 1 address, would be sent"));
    let send = app.cli(&["digest", "send", "carnet", "--dry-run"]).await;
    said.push((send.ok().to_owned(), "It would go to 1 person on"));
    app.send_now(&carnet).await;
    said.push((app.cli(&["fsck"]).await.ok().to_owned(), "1 digest with 1 recipient checked"));
    said.push((app.cli(&["hold"]).await.ok().to_owned(), "1 digest was paused"));
    said.push((app.cli(&["resume", "--yes"]).await.ok().to_owned(), "1 held digest"));
    for (text, part) in &said {
        assert!(text.contains(part), "{part} in {text}");
        assert!(!text.contains("(s)") && !text.contains("(es)") && !text.contains(" 1 times"), "{text}");
    }
    app.execute("DELETE FROM delivery").await;
}

#[tokio::test]
async fn a_preview_as_a_mail_passes_the_lint() {
    let app = TestApp::builder().stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    for title in ["Un", "Deux"] {
        app.post(&carnet, title).await;
        for language in ["fr", "en"] {
            let mut command = app.command(&["digest", "preview", "carnet", "-o", "eml", "--lang", language]);
            let mail = tokio::task::spawn_blocking(move || command.output().unwrap().stdout).await.unwrap();
            let findings = lint::check_envelope("carnet@lettres.example.org", "reader-of-a-preview@example.org", &mail);
            assert!(findings.is_empty(), "{findings:?}\n{}", String::from_utf8_lossy(&mail));
            let file = app.folder().join("preview.eml");
            std::fs::write(&file, &mail).unwrap();
            app.cli(&["mail", "lint", file.to_str().unwrap()]).await.ok();
        }
    }
}

#[tokio::test]
async fn cancelling_asks_and_nobody_who_could_answer_is_a_no() {
    let app = TestApp::builder().stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 3).await;
    app.post(&carnet, "Un").await;
    app.send_now(&carnet).await;
    for input in ["", "yes\n"] {
        let refused = app.cli_with_input(&["digest", "cancel", "carnet"], input).await;
        let said = refused.fails(4);
        assert!(said.contains("--yes") && said.contains("terminal"), "{said}");
        assert_eq!(app.texts("SELECT state FROM digest").await, ["sending"], "a pipe is nobody");
    }
    app.cli(&["digest", "cancel", "carnet", "--dry-run"]).await.ok();
    assert_eq!(app.texts("SELECT state FROM digest").await, ["sending"]);
    app.cli(&["digest", "cancel", "carnet", "-y"]).await.ok();
    assert_eq!(app.texts("SELECT state FROM digest").await, ["cancelled"]);
    app.execute("DELETE FROM delivery").await;
}

#[tokio::test]
async fn a_retry_of_nobody_says_why() {
    let mut app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 5).await;
    app.post(&carnet, "Un").await;
    let digest = app.send_now(&carnet).await;
    app.wait_for_mails(5).await;
    app.idle().await;
    let all = app.cli(&["digest", "retry", "carnet"]).await;
    assert!(all.ok().contains("no refused recipient") && all.stdout.contains("5  accepted"), "{}", all.stdout);
    app.stop().await;
    app.start_without_serving().await;
    let refused = "subscriber_id = (SELECT MIN(subscriber_id) FROM delivery)";
    app.execute(&format!("UPDATE delivery SET state = 3 WHERE digest_id = {digest} AND {refused}")).await;
    app.execute(
        "INSERT INTO delivery_note (digest_id, subscriber_id, at, code, reason, words)
         SELECT digest_id, subscriber_id, 0, 550, 'address', 'no' FROM delivery WHERE state = 3",
    )
    .await;
    let dead = app.cli(&["digest", "retry", "carnet"]).await;
    let said = dead.ok();
    assert!(said.contains("1  refused because their address does not exist") && said.contains("--bounced"), "{said}");
    assert_eq!(app.cli(&["digest", "retry", "carnet", "--json"]).await.json()["retried"], 0);
}

/// Runs a command under a configuration of these lines, in a folder of its own.
fn facteur(folder: &Path, lines: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let config = folder.join("facteur.toml");
    std::fs::write(&config, format!("base_url = \"http://localhost:8080\"\n{lines}")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_facteur"));
    command.env("LC_ALL", "C");
    let output = command.args(arguments).arg("--config").arg(&config).current_dir(folder).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Commands that read, or change what is there.
const NO_MAKERS: &[&[&str]] = &[
    &["newsletter", "list"],
    &["newsletter", "show", "carnet"],
    &["newsletter", "set", "carnet", "--name", "x"],
    &["digest", "list", "carnet"],
    &["digest", "status", "carnet"],
    &["post", "list", "carnet"],
    &["feed", "list", "carnet"],
    &["feed", "poll", "carnet"],
    &["subscriber", "list", "carnet"],
    &["subscriber", "export", "carnet"],
    &["token", "list"],
    &["user", "list"],
    &["token", "create", "essai"],
    &["fsck"],
    &["hold"],
    &["resume", "--yes"],
];

#[tokio::test]
async fn a_mistyped_path_makes_no_database() {
    let folder = crate::harness::folder();
    for arguments in NO_MAKERS {
        let (code, said) = facteur(folder.path(), "[database]\nurl = \"sqlite://nowhere/factuer.db\"\n", arguments);
        assert_eq!(code, Some(5), "{arguments:?}: {said}");
        assert!(said.contains("nowhere/factuer.db") && said.contains("config show --origin"), "{said}");
        assert_eq!(files(folder.path()), ["facteur.toml"], "{arguments:?}");
    }
    let mistyped = folder.path().join("no.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_facteur"));
    command.env("LC_ALL", "C");
    let output = command.args(["newsletter", "list", "--config"]).arg(&mistyped).current_dir(folder.path()).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no.toml"), "{output:?}");
    assert_eq!(files(folder.path()), ["facteur.toml"]);
    let add = ["newsletter", "add", "carnet", "--name", "C", "--from", "c@example.org", "--language", "fr"];
    let (code, said) =
        facteur(folder.path(), "[database]\nurl = \"sqlite://facteur.db\"\n", &[&add[..], &["--dry-run"]].concat());
    assert_eq!((code, files(folder.path())), (Some(0), vec!["facteur.toml".to_owned()]), "a trial: {said}");
    let (code, said) = facteur(folder.path(), "[database]\nurl = \"sqlite://facteur.db\"\n", &add);
    assert_eq!(code, Some(0), "{said}");
    assert!(files(folder.path()).contains(&"facteur.db".to_owned()), "the command that one begins with makes it");
}

#[tokio::test]
async fn nothing_is_made_in_another_programs_database() {
    let app = TestApp::builder().stopped().spawn().await;
    let folder = crate::harness::folder();
    let url = match postgres() {
        None => {
            let path = folder.path().join("other.db");
            app.vacuum_into(&path).await;
            format!("sqlite://{}", path.display())
        }
        Some(_) => app.database_url().to_owned(),
    };
    forget_all(&app, &url).await;
    for arguments in NO_MAKERS {
        let (code, said) = facteur(folder.path(), &format!("[database]\nurl = \"{url}\"\n"), arguments);
        assert_eq!(code, Some(5), "{arguments:?}: {said}");
        assert!(said.contains("no data of Facteur") && said.contains("newsletter add"), "{said}");
    }
    let db = facteur::db::connect(&url, 2).await.unwrap();
    assert_eq!(facteur::db::migrate::version(&db).await.unwrap(), 0, "as it was");
    db.close().await;
}

/// Makes the database one that has tables, and none of Facteur's.
async fn forget_all(app: &TestApp, url: &str) {
    use sqlx::Connection as _;
    if postgres().is_some() {
        app.execute("DROP SCHEMA public CASCADE").await;
        app.execute("CREATE SCHEMA public").await;
        app.execute("CREATE TABLE other (id BIGINT)").await;
        return;
    }
    let path = url.trim_start_matches("sqlite://");
    std::fs::remove_file(path).unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut connection = sqlx::sqlite::SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("CREATE TABLE other (id BIGINT)").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}
