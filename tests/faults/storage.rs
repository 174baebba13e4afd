//! The database is full, or gone for a while (R12, R14).

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use sqlx::{Connection as _, Executor as _, SqliteConnection};

use super::{Mailing, connections, latency};
use crate::harness::cluster::Cluster;
use crate::harness::{PATIENCE, TestApp, on_postgres, on_sqlite, skip};

/// A small disk of its own, unmounted at the end.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Of so many MiB; `None` where mounting is not allowed.
    fn mount(folder: &Path, mebibytes: usize) -> Option<Self> {
        let size = format!("size={mebibytes}m");
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder).output().ok()?;
        done.status.success().then(|| Self(folder.to_owned()))
    }

    /// Takes so many MiB of it.
    fn take(&self, mebibytes: usize) {
        std::fs::write(self.0.join("ballast"), vec![1; mebibytes << 20]).unwrap();
    }

    /// Fills it to the last byte.
    fn fill(&self) {
        use std::io::Write as _;
        let mut file = std::fs::File::create(self.0.join("ballast")).unwrap();
        for block in [1 << 20, 1 << 12, 1] {
            let block = vec![1; block];
            while file.write_all(&block).is_ok() {}
        }
    }

    fn free(&self) {
        std::fs::remove_file(self.0.join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(&self.0).status().ok();
    }
}

/// Writes until nothing more can be written: the log of SQLite has some room left, and the ballast may give its own.
async fn use_up(mut other: SqliteConnection) {
    let begin = Instant::now();
    loop {
        match other.execute("INSERT INTO filler VALUES (zeroblob(65536))").await {
            Ok(_) => {}
            Err(error) if error.to_string().contains("locked") => {}
            Err(_) => break,
        }
        assert!(begin.elapsed() < PATIENCE, "the disk is never full");
    }
    other.close().await.ok();
}

pub async fn sign_up(app: &TestApp, n: usize) -> u16 {
    let request = app.request(reqwest::Method::POST, "/n/carnet").header("accept", "application/json");
    let request = request.header("x-forwarded-for", format!("198.51.{}.{}", n / 250, n % 250 + 1));
    let body = format!("email=new{n}%40example.org");
    let answer = app.send(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await;
    if answer.status == 503 {
        assert!(!answer.header("retry-after").is_empty(), "503 says when to come back");
    }
    answer.status
}

#[tokio::test]
async fn r12_on_a_full_disk_nothing_is_promised_that_is_not_written_and_nothing_is_lost() {
    if !on_sqlite() {
        return;
    }
    let folder = crate::harness::folder();
    let Some(disk) = SmallDisk::mount(folder.path(), 256) else {
        return skip("", "this user may not mount a tmpfs");
    };
    let url = format!("sqlite://{}", folder.path().join("facteur.db").display());
    let limits = ["letters_per_hour", "letters_per_hour_domain", "requests_per_hour_network_embedded"];
    let builder =
        limits.iter().fold(connections(3).sink(latency(3)), |builder, key| builder.set(&format!("signup.{key}"), 0));
    let mut mailing = Mailing::ready(builder.database(&url), 500).await;
    mailing.send().await;
    mailing.app.wait_for_mails(50).await;
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    other.execute("CREATE TABLE filler (bytes BLOB)").await.unwrap();
    disk.fill();
    use_up(other).await;
    let mut promised = 0;
    let begin = Instant::now();
    let mut turned_away = false;
    for first in (0..).step_by(16) {
        let answers = futures_util::future::join_all((first..first + 16).map(|n| sign_up(&mailing.app, n))).await;
        assert!(answers.iter().all(|status| (200..300).contains(status) || *status == 503), "{answers:?}");
        turned_away |= answers.contains(&503);
        promised += answers.iter().filter(|status| **status < 300).count() as i64;
        if turned_away && mailing.app.get("/readyz").await.status == 503 {
            break;
        }
        assert!(begin.elapsed() < PATIENCE, "a full disk; {promised} sign-ups taken, turned away: {turned_away}");
    }
    assert_eq!(mailing.app.get("/healthz").await.status, 200, "the process lives");
    disk.free();
    let stored = mailing.app.with_status("pending").await;
    assert!(stored >= promised, "{promised} were promised, {stored} are stored");
    mailing.ends(0).await;
    assert_eq!(mailing.app.texts("PRAGMA integrity_check").await, ["ok"]);
    let counts = mailing.counts().await;
    assert_eq!(counts.accepted, 500, "{counts:?}");
    let digests: Vec<_> = mailing.app.sink.journal().into_iter().filter(|e| !e.rcpt.starts_with("new")).collect();
    let tally = crate::harness::oracle::tally(&digests, &mailing.readers);
    assert!(tally.lost == 0 && tally.repeats <= 3, "{tally:?}");
    mailing.app.cli(&["fsck"]).await.ok();
}

#[tokio::test]
async fn r12_sending_halts_before_the_disk_is_full_and_goes_on_by_itself() {
    if !on_sqlite() {
        return;
    }
    let folder = crate::harness::folder();
    let Some(disk) = SmallDisk::mount(folder.path(), 256) else {
        return skip("", "this user may not mount a tmpfs");
    };
    let url = format!("sqlite://{}", folder.path().join("facteur.db").display());
    let mut mailing = Mailing::ready(connections(2).sink(latency(20)).database(&url), 400).await;
    mailing.send().await;
    mailing.app.wait_for_mails(20).await;
    // Of 256 MiB about 40 stay free, and 64 are wanted: nothing fails, and yet nothing more is sent.
    disk.take(200);
    let (begin, delivery) = (Instant::now(), async || mailing.app.get("/readyz").await.json()["delivery"].clone());
    while delivery().await != "halted: the disk is nearly full" {
        assert!(begin.elapsed() < Duration::from_secs(10), "{}", delivery().await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let counts = mailing.at_rest().await;
    let taken = mailing.app.sink.taken();
    mailing.app.sink.meanwhile(40).await;
    assert_eq!(mailing.app.sink.taken(), taken, "it goes on");
    assert!(counts.queued > 100 && counts.accepted as usize == taken, "{counts:?}, {taken} taken");
    let said = mailing.app.cli(&["digest", "status", "carnet"]).await;
    assert!(said.ok().contains("nearly full") && said.ok().contains("wants 64"), "{}", said.stdout);
    assert_eq!(sign_up(&mailing.app, 1).await, 202, "doors stay open");
    assert_eq!(mailing.app.get("/readyz").await.status, 200);
    disk.free();
    mailing.ends(0).await;
    assert_eq!(delivery().await, "ok");
    let digests: Vec<_> = mailing.app.sink.journal().into_iter().filter(|e| !e.rcpt.starts_with("new")).collect();
    let tally = crate::harness::oracle::tally(&digests, &mailing.readers);
    assert!(tally.lost == 0 && tally.repeats == 0, "{tally:?}");
}

#[tokio::test]
async fn r14_postgresql_stopped_and_started_under_load_loses_nothing() {
    stopped_and_started("stop fast").await;
}

#[tokio::test]
async fn r14_postgresql_killed_and_started_under_load_loses_nothing() {
    stopped_and_started("stop immediate").await;
}

async fn stopped_and_started(stop: &str) {
    let Some(mut cluster) = Cluster::start() else { return };
    let builder = connections(3).sink(latency(3)).database(&cluster.url);
    let mut mailing = Mailing::ready(builder, 600).await;
    mailing.send().await;
    mailing.app.wait_for_mails(60).await;
    cluster.steer(stop);
    let taken = mailing.app.sink.taken();
    let page = mailing.app.get("/n/carnet").await;
    assert_eq!(page.status, 503, "{stop}: {}", page.body);
    // What was past its gate when the server went is all that may still leave.
    mailing.app.says_ready("database", |said| said != "ok").await;
    mailing.app.sink.meanwhile(40).await;
    assert!(mailing.app.sink.taken() <= taken + 2 * 3, "{stop}: it goes on without its books");
    cluster.steer("start");
    mailing.ends(0).await;
    assert_eq!(mailing.app.get("/n/carnet").await.status, 200);
    let tally = mailing.app.assert_nothing_lost(&mailing.readers, 3).await;
    assert_eq!(mailing.counts().await.accepted, 600, "{stop}: {tally:?}");
}

#[tokio::test]
async fn r14_every_session_terminated_under_load_loses_nothing() {
    if on_postgres().is_none() {
        return;
    }
    let mut mailing = Mailing::ready(connections(3).sink(latency(3)), 500).await;
    mailing.send().await;
    for n in 1..=4 {
        mailing.app.wait_for_mails(n * 60).await;
        mailing.app.terminate_sessions().await;
    }
    mailing.assert_whole(0).await;
}
