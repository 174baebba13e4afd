//! R2: the power fails. A library between the server and its disk (`tests/harness/syncs.c`) keeps what was synced of the database and
//! its log, and nothing else; the test kills the server and goes on with that.
//!
//! Nobody is lost, what was answered is there, and repeats stay within what `[database] power_loss` says: with `strict` one for
//! each connection, with `5ms` also what left since the last sync began. R13, a sync that fails, is here too.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, UNIX_EPOCH};

use facteur::clock::{Clock, Millis};

use super::latency;
use crate::harness::server::Server;
use crate::harness::smtp::Settings;
use crate::harness::{Chance, PATIENCE, TestApp, on_sqlite, oracle, skip};

/// Connections for digests.
const CONNECTIONS: usize = 4;
/// How often the power fails.
const CUTS: usize = 6;
/// Mails between two cuts, about.
const MAILS: usize = 600;
/// Who gets the digest: more than that.
const READERS: usize = 2 * CUTS * MAILS;
/// People who sign up between two cuts at least.
const SIGNUPS: usize = 3;

/// What the disk holds of a database.
struct Disk {
    library: PathBuf,
    database: PathBuf,
    image: PathBuf,
}

impl Disk {
    /// Of this world's database; `None` without a C compiler.
    fn of(app: &TestApp) -> Option<Self> {
        let folder = std::fs::canonicalize(app.folder()).unwrap();
        let [library, database, image] = ["syncs.so", "facteur.db", "image"].map(|name| folder.join(name));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness/syncs.c");
        let made = Command::new("cc").args(["-O2", "-shared", "-fPIC", "-o"]).arg(&library).arg(source).status();
        made.is_ok_and(|made| made.success()).then_some(Self { library, database, image })
    }

    fn files(&self) -> [(PathBuf, PathBuf); 2] {
        ["facteur.db", "facteur.db-wal"].map(|name| (self.database.with_file_name(name), self.image.join(name)))
    }

    /// What is there now is on the disk. The server runs with these variables.
    fn begins(&self) -> [(&'static str, &str); 3] {
        std::fs::remove_dir_all(&self.image).ok();
        std::fs::create_dir(&self.image).unwrap();
        for (file, image) in self.files().iter().filter(|(file, _)| file.exists()) {
            std::fs::copy(file, image).unwrap();
        }
        let named = [("LD_PRELOAD", &self.library), ("SYNCS_OF", &self.database), ("SYNCS_IMAGE", &self.image)];
        named.map(|(name, path)| (name, path.to_str().unwrap()))
    }

    /// Nothing but that is there when the machine starts again; gives when the last sync of the log began.
    fn cut(&self) -> Millis {
        std::fs::remove_file(self.database.with_file_name("facteur.db-shm")).ok();
        for (file, image) in self.files() {
            std::fs::remove_file(&file).ok();
            if image.exists() {
                std::fs::copy(image, file).unwrap();
            }
        }
        let [_, (_, log)] = self.files();
        let began = log.metadata().unwrap().modified().unwrap();
        began.duration_since(UNIX_EPOCH).unwrap().as_millis() as Millis
    }
}

/// People sign up one after the other, some at least, until the sink has taken so many mails. Gives who was told that it is stored.
async fn signed_up(app: &TestApp, server: &mut Server, mails: usize) -> Vec<String> {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/n/carnet", server.address().await);
    let (mut stored, begin) = (Vec::new(), Instant::now());
    let first = app.sink.taken();
    for n in 0.. {
        if n >= SIGNUPS && app.sink.taken() >= mails {
            break;
        }
        assert!(begin.elapsed() < PATIENCE && server.runs(), "stuck at {} mails\n{}", app.sink.taken(), server.said());
        let address = format!("new{first}-{n}@example.org");
        let body = format!("email={}", address.replace('@', "%40"));
        let request = client.post(&url).header("accept", "application/json").body(body);
        let request = request.header("x-forwarded-for", format!("198.51.{}.{}", n / 250 % 250, n % 250 + 1));
        let answer = request.header("content-type", "application/x-www-form-urlencoded").send().await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            stored.push(address);
        }
    }
    stored
}

/// A released digest in a world that does not run, with its database closed.
async fn released(power_loss: &str) -> TestApp {
    let limits = ["letters_per_hour", "letters_per_hour_domain", "requests_per_hour_network_embedded"];
    let builder = TestApp::builder().set("smtp.connections", CONNECTIONS).set("database.power_loss", power_loss);
    let builder = limits.iter().fold(builder, |builder, key| builder.set(&format!("signup.{key}"), 0));
    let app = builder.sink(Settings { keep: 50, ..latency(1) }).stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, READERS).await;
    app.post(&carnet, "Des nouvelles du jardin").await;
    app.cli(&["digest", "send", "carnet", "--yes"]).await.ok();
    app.app.db.close().await;
    app
}

/// Ends the digest with the power on.
async fn ends(app: &TestApp) {
    let mut server = app.server(&[], &[]);
    let begin = Instant::now();
    while app.digests_finished().await == 0 {
        assert!(begin.elapsed() < PATIENCE && server.runs(), "{}\n{}", app.open_work().await, server.said());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (status, _) = server.terminate().await;
    assert!(status.success(), "{}", server.said());
}

async fn the_power_fails(power_loss: &str) {
    if !on_sqlite() {
        return;
    }
    let mut app = released(power_loss).await;
    let Some(disk) = Disk::of(&app) else { return skip("", "there is no C compiler (cc)") };
    let (mut chance, mut stored, mut cuts) = (Chance::new(20_261_130), Vec::new(), Vec::new());
    for _ in 0..CUTS {
        let mut server = app.server(&[], &disk.begins());
        let mails = app.sink.taken() + MAILS / 4 + chance.below(3 * MAILS as u64 / 4) as usize;
        stored.extend(signed_up(&app, &mut server, mails).await);
        server.kill();
        cuts.push((disk.cut(), Clock::system().now()));
    }
    app.start_without_serving().await;
    assert_eq!(app.texts("PRAGMA integrity_check").await, ["ok"]);
    let known: HashSet<String> = app.texts("SELECT email FROM subscriber").await.into_iter().collect();
    let forgotten: Vec<_> = stored.iter().filter(|address| !known.contains(*address)).collect();
    assert!(stored.len() >= CUTS * SIGNUPS && forgotten.is_empty(), "{forgotten:?} of {} are forgotten", stored.len());
    assert_whole(&app, power_loss, &cuts).await;
}

/// Ends the digest, whose server was cut off after a sync that began at the first instant of each pair, and gone by the second.
async fn assert_whole(app: &TestApp, power_loss: &str, cuts: &[(Millis, Millis)]) {
    ends(app).await;
    let digests: Vec<_> = app.sink.journal().into_iter().filter(|entry| !entry.rcpt.starts_with("new")).collect();
    let left = |(from, to): &(Millis, Millis)| digests.iter().filter(|mail| (*from..=*to).contains(&mail.at)).count();
    let since_syncs: usize = if power_loss == "strict" { 0 } else { cuts.iter().map(left).sum() };
    let readers = (1..=READERS).map(|n| format!("p{n}@example.org")).collect();
    let tally = oracle::tally(&digests, &readers);
    println!("{power_loss}: {tally:?}, {since_syncs} left since the last of {} syncs", cuts.len());
    assert!(
        tally.lost == 0 && tally.repeats <= since_syncs + cuts.len() * CONNECTIONS,
        "{tally:?}, {since_syncs} since"
    );
    app.cli(&["fsck"]).await.ok();
}

#[tokio::test]
async fn r02_a_power_cut_repeats_one_mail_a_connection_and_forgets_nothing_that_was_answered() {
    the_power_fails("strict").await;
}

#[tokio::test]
async fn r02_with_syncs_apart_a_power_cut_repeats_what_left_since_the_last_and_forgets_nothing_that_was_answered() {
    the_power_fails("5ms").await;
}

/// R13
async fn a_sync_fails(power_loss: &str) {
    if !on_sqlite() {
        return;
    }
    let mut app = released(power_loss).await;
    let Some(disk) = Disk::of(&app) else { return skip("", "there is no C compiler (cc)") };
    let fail = disk.database.with_file_name("fail");
    let environment = [&disk.begins()[..], &[("SYNCS_FAIL", fail.to_str().unwrap())]].concat();
    let mut server = app.server(&[], &environment);
    signed_up(&app, &mut server, app.sink.taken() + MAILS).await;
    std::fs::write(&fail, "").unwrap();
    let status = server.ended().await;
    assert!(!status.success() && server.said().contains("cannot promise any more"), "{status}\n{}", server.said());
    let cut = (disk.cut(), Clock::system().now());
    app.start_without_serving().await;
    assert_whole(&app, power_loss, &[cut]).await;
}

#[tokio::test]
async fn r13_when_a_sync_fails_the_process_ends_and_the_next_start_finds_out() {
    a_sync_fails("strict").await;
}

#[tokio::test]
async fn r13_when_a_sync_apart_fails_the_process_ends_and_the_next_start_finds_out() {
    a_sync_fails("5ms").await;
}
