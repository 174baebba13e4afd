//! The file of an SQLite database is not where it was: moved, replaced, deleted, cut off from its log, met under another name.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::storage::sign_up;
use super::{Mailing, connections, latency};
use crate::harness::{PATIENCE, TestApp, on_sqlite, skip};

fn file(app: &TestApp, ending: &str) -> PathBuf {
    app.folder().join(format!("facteur.db{ending}"))
}

/// Waits until `/readyz` is 503 and sending halted; gives what it says of the database.
async fn noticed(app: &TestApp) -> String {
    let begin = Instant::now();
    loop {
        let ready = app.get("/readyz").await;
        let said = ready.json();
        if ready.status == 503 && said["delivery"].as_str().is_some_and(|words| words.starts_with("halted")) {
            return said["database"].as_str().unwrap().to_owned();
        }
        assert!(begin.elapsed() < Duration::from_secs(10), "{} {}", ready.status, ready.body);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Whether nothing leaves any more: what was past its gate may.
async fn nothing_leaves(app: &TestApp) {
    let taken = app.sink.taken();
    app.sink.meanwhile(60).await;
    assert!(app.sink.taken() <= taken + 4, "it goes on sending: {taken}, then {}", app.sink.taken());
}

async fn in_mid_send() -> Mailing {
    let limits = ["signup.letters_per_hour", "signup.requests_per_hour_network_embedded"];
    let builder = limits.iter().fold(connections(2).sink(latency(10)), |builder, key| builder.set(key, 0));
    let mut mailing = Mailing::ready(builder, 600).await;
    mailing.send().await;
    mailing.app.wait_for_mails(50).await;
    mailing
}

#[tokio::test]
async fn a_file_that_is_moved_away_takes_nothing_and_goes_on_when_it_is_back() {
    if !on_sqlite() {
        return;
    }
    let mut mailing = in_mid_send().await;
    let app = &mailing.app;
    let away = app.folder().join("away.db");
    std::fs::rename(file(app, ""), &away).unwrap();
    assert_eq!(sign_up(app, 1).await, 503, "nothing is answered as stored, not even in the first second");
    assert_eq!(noticed(app).await, "failed: its file was moved, replaced or removed");
    assert_eq!((sign_up(app, 2).await, app.get("/n/carnet").await.status), (503, 503));
    nothing_leaves(app).await;
    // Whoever looks with another command makes no empty one in its place.
    let said = app.cli(&["newsletter", "list"]).await;
    assert!(said.fails(4).contains("away") || said.stderr.contains("moved"), "{}", said.stderr);
    assert!(!file(app, "").exists());
    std::fs::rename(&away, file(app, "")).unwrap();
    mailing.ends(0).await;
    assert_eq!((sign_up(&mailing.app, 3).await, mailing.app.get("/readyz").await.status), (202, 200));
    let digests: Vec<_> = mailing.app.sink.journal().into_iter().filter(|e| !e.rcpt.starts_with("new")).collect();
    let tally = crate::harness::oracle::tally(&digests, &mailing.readers);
    assert!(tally.lost == 0 && tally.repeats == 0, "{tally:?}");
    mailing.app.stop().await;
}

#[tokio::test]
async fn a_file_that_is_deleted_replaced_or_cut_off_from_its_log_is_never_answered_for() {
    if !on_sqlite() {
        return;
    }
    for what in ["deleted", "replaced", "log deleted", "log replaced"] {
        let mailing = in_mid_send().await;
        let app = &mailing.app;
        let copy = app.folder().join("copy.db");
        app.execute(&format!("INSERT INTO instance (name, value) VALUES ('{what}', '1')")).await;
        std::fs::copy(file(app, ""), &copy).unwrap();
        match what {
            "deleted" => {
                for ending in ["", "-wal", "-shm"] {
                    std::fs::remove_file(file(app, ending)).unwrap();
                }
            }
            "replaced" => std::fs::rename(&copy, file(app, "")).unwrap(),
            "log deleted" => std::fs::remove_file(file(app, "-wal")).unwrap(),
            _ => {
                std::fs::remove_file(file(app, "-wal")).unwrap();
                std::fs::write(file(app, "-wal"), "").unwrap();
            }
        }
        let words = noticed(app).await;
        assert!(words.contains("moved, replaced or removed"), "{what}: {words}");
        assert_eq!(sign_up(app, 1).await, 503, "{what}");
        nothing_leaves(app).await;
        assert_eq!(app.get("/healthz").await.status, 200, "{what}: the process lives");
    }
}

/// A world that was in use, as a `kill -9` leaves it.
async fn left_behind() -> TestApp {
    let app = TestApp::builder().stopped().spawn().await;
    app.newsletter("carnet").await;
    let mut server = app.server(&[], &[]);
    server.address().await;
    server.until("it sends", |_| file(&app, ".ballast").exists()).await;
    server.kill();
    app.app.db.close().await;
    app
}

#[tokio::test]
async fn an_empty_database_never_takes_the_place_of_one_that_was_there() {
    if !on_sqlite() {
        return;
    }
    for lost in ["deleted", "emptied", "without tables"] {
        let app = left_behind().await;
        for ending in ["", "-wal", "-shm"] {
            std::fs::remove_file(file(&app, ending)).ok();
        }
        match lost {
            "emptied" => std::fs::write(file(&app, ""), "").unwrap(),
            "without tables" => {
                let empty = app.folder().join("empty.db");
                let db = facteur::db::connect(&format!("sqlite://{}", empty.display()), 1).await.unwrap();
                db.close().await;
                std::fs::rename(empty, file(&app, "")).unwrap();
            }
            _ => {}
        }
        let before = std::fs::read(file(&app, "")).ok();
        for arguments in
            [&["serve", "--listen", "127.0.0.1:0"][..], &["newsletter", "list"], &["newsletter", "add", "x"]]
        {
            let said = app.cli(arguments).await;
            let words = said.fails(4);
            assert!(words.contains("restore") && words.contains("facteur.db.lock"), "{lost}, {arguments:?}: {words}");
        }
        assert_eq!(std::fs::read(file(&app, "")).ok(), before, "{lost}: it is left as it was found");
        // How to begin anew is said, and works.
        for ending in [".lock", ".ballast", ".generation", ""] {
            std::fs::remove_file(file(&app, ending)).ok();
        }
        let add =
            ["newsletter", "add", "carnet", "--name", "Carnet", "--from", "C <c@example.org>", "--language", "fr"];
        app.cli(&[&add[..], &["--zone", "Europe/Paris", "--postal", "1 rue"]].concat()).await.ok();
    }
}

#[tokio::test]
async fn commands_make_no_database_at_a_mistyped_path() {
    if !on_sqlite() {
        return;
    }
    let app = TestApp::builder().stopped().spawn().await;
    let elsewhere = app.folder().join("mistyped.db");
    for arguments in [
        &["newsletter", "list"][..],
        &["digest", "status", "carnet"],
        &["subscriber", "list", "carnet"],
        &["token", "list"],
        &["fsck"],
    ] {
        let mut command = app.command(arguments);
        command.env("FACTEUR_DATABASE__URL", format!("sqlite://{}", elsewhere.display()));
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(5), "{arguments:?}: {said}");
        assert!(said.contains("mistyped.db") && said.contains("newsletter add"), "{arguments:?}: {said}");
        assert!(!elsewhere.exists(), "{arguments:?} made it");
    }
}

#[tokio::test]
async fn two_senders_never_share_a_file_whatever_they_call_it() {
    if !on_sqlite() {
        return;
    }
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let begin = Instant::now();
    while !file(&app, ".ballast").exists() {
        assert!(begin.elapsed() < PATIENCE, "it does not begin to send");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let (soft, hard) = (app.folder().join("soft.db"), app.folder().join("hard.db"));
    std::os::unix::fs::symlink("facteur.db", &soft).unwrap();
    std::fs::hard_link(file(&app, ""), &hard).unwrap();
    let roundabout = app.folder().join("..").join(app.folder().file_name().unwrap()).join("facteur.db");
    for name in [&soft, &hard, &roundabout] {
        let mut command = app.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.env("FACTEUR_DATABASE__URL", format!("sqlite://{}", name.display()));
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(75), "{}: {said}", name.display());
    }
    assert!(!Path::new(&format!("{}-wal", hard.display())).exists(), "the second name got no log of its own");
}

#[tokio::test]
async fn a_file_of_another_user_is_named_with_its_owner() {
    if !on_sqlite() {
        return;
    }
    let app = TestApp::builder().stopped().spawn().await;
    app.newsletter("carnet").await;
    app.app.db.close().await;
    let public = Command::new("chmod").args(["755"]).arg(app.folder()).status().unwrap();
    assert!(public.success());
    let inner = app.command(&["newsletter", "list"]);
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(inner.get_program()).args(inner.get_args());
    let Ok(output) = command.output() else { return skip("", "setpriv is not here") };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if said.starts_with("setpriv:") {
        return skip("", "this user may not become another");
    }
    assert_eq!(output.status.code(), Some(1), "{said}");
    let all = ["facteur.db", "nobody", "belongs to", "chown"];
    assert!(all.iter().all(|word| said.contains(word)) && !said.contains("code"), "{said}");
}
