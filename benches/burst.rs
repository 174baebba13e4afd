//! Confirmation letters in a burst of sign-ups: visitors sign up at full rate over HTTP for some seconds, and what counts is how many
//! letters have reached the mail server at the end of the same seconds, beside how many sign-ups are stored. The program does both, as
//! one process, on an instance that its own commands made; so an older one can be measured by turns.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use crate::Options;
use crate::base::{ratio, tell, version};
use crate::http::Visitor;
use crate::process::Measured;
use crate::sending::CONNECTIONS;
use crate::sink::Sink;
use crate::table::{Bar, of, row, title, worst};
use crate::world::{fresh_database, postgres_server};

const VISITORS: usize = 64;

/// One burst.
struct Run {
    /// Sign-ups stored a second.
    stored: f64,
    /// Letters that reached the mail server in the same seconds, a second.
    letters: f64,
    /// From the last sign-up to the last letter.
    behind_ms: f64,
    /// CPU seconds of the program per 10,000 sign-ups.
    cpu: f64,
    peak_mib: f64,
}

pub async fn run(options: &Options) {
    let present = Path::new(env!("CARGO_BIN_EXE_facteur"));
    let programs: Vec<&Path> = options.base.as_deref().into_iter().chain([present]).collect();
    if let Some(base) = &options.base {
        println!(
            "\nbase: {} ({})\npresent: {} ({})",
            base.display(),
            version(base),
            present.display(),
            version(present)
        );
    }
    let seconds = Duration::from_secs(if options.quick { 2 } else { 6 });
    for server in std::iter::once(None).chain(postgres_server().map(Some)) {
        let mut runs: Vec<Vec<Run>> = programs.iter().map(|_| Vec::new()).collect();
        for round in 0..options.rounds {
            for turn in 0..programs.len() {
                let which = (round + turn) % programs.len();
                runs[which].push(burst(programs[which], server.as_deref(), seconds, programs[which] == present).await);
            }
        }
        let database = if server.is_some() { "PostgreSQL" } else { "SQLite FULL" };
        title(&format!(
            "{} s of sign-ups by {VISITORS} visitors with their letters over {CONNECTIONS} connections, {database}",
            seconds.as_secs()
        ));
        let ours = runs.pop().unwrap_or_default();
        figures(&ours);
        if let Some(theirs) = runs.pop() {
            beside(&ours, &theirs);
        }
    }
}

fn figures(runs: &[Run]) {
    let (letters, stored) = (of(runs, |r| r.letters), of(runs, |r| r.stored));
    let note = format!("{letters:.0}/s and {stored:.0}/s");
    row("letters ÷ sign-ups stored in the same seconds", of(runs, |r| r.letters / r.stored), Bar::AtLeast(0.9), &note);
    let note = worst(runs, |r| r.behind_ms);
    row("the last letter after the last sign-up, ms", of(runs, |r| r.behind_ms), Bar::Report, &note);
    row("CPU s/10k sign-ups with their letters", of(runs, |r| r.cpu), Bar::Report, "");
    row("peak MiB", of(runs, |r| r.peak_mib), Bar::Report, "");
}

fn beside(ours: &[Run], theirs: &[Run]) {
    let note = format!("{:.0} and {:.0}/s", of(ours, |r| r.letters), of(theirs, |r| r.letters));
    row("letters ÷ base", ratio(theirs, ours, |r| r.letters), Bar::AtLeast(10.0), &note);
    let note = format!("{:.0} and {:.0}/s", of(ours, |r| r.stored), of(theirs, |r| r.stored));
    row("sign-ups stored ÷ base", ratio(theirs, ours, |r| r.stored), Bar::Report, &note);
    let share = |run: &Run| run.letters / run.stored;
    row("base: letters ÷ sign-ups stored in the same seconds", of(theirs, share), Bar::Report, "");
}

/// A program that serves an instance of its own, without the ceilings that one network would soon meet.
pub struct Serving {
    pub process: Measured,
    pub port: u16,
    /// Of its database.
    pub url: String,
    _folder: tempfile::TempDir,
}

impl Serving {
    /// Has it serve in these roles, once its newsletter `bench` is made by its own command. `relay`: the port of the mail server.
    pub async fn start(program: &Path, server: Option<&str>, roles: &str, relay: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = match server {
            Some(server) => fresh_database(server, "facteur_bench_run", None).await,
            None => format!("sqlite://{}", folder.path().join("facteur.db").display()),
        };
        let config = config(folder.path(), &database, relay);
        let add = [
            "newsletter",
            "add",
            "bench",
            "--name",
            "Carnet",
            "--from",
            "Carnet <carnet@news.example>",
            "--language",
            "fr",
            "--every",
            "week",
            "--zone",
            "UTC",
            "--postal",
            "1 rue du Banc",
        ];
        tell(program, &config, &add).unwrap_or_else(|said| panic!("{}: {said}", program.display()));
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(program);
        command.args(["serve", "--roles", roles, "--listen", &format!("127.0.0.1:{port}"), "--config"]);
        // What the run before noted of its database of this name would hold this one.
        command.env("STATE_DIRECTORY", folder.path().join("state"));
        let process = Measured::start(command.arg(config).stdout(Stdio::null()).stderr(Stdio::null()));
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(process.started.elapsed() < Duration::from_secs(20), "the server does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Self { process, port, url: database, _folder: folder }
    }
}

fn config(folder: &Path, database: &str, port: u16) -> PathBuf {
    let path = folder.join("facteur.toml");
    let text = format!(
        "base_url = \"https://news.example\"\nlisten = \"127.0.0.1:0\"\n[database]\nurl = \"{database}\"\n\
         [smtp]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\nconnections = {CONNECTIONS}\n\
         [signup]\nletters_per_hour = 0\nletters_per_hour_domain = 0\nrequests_per_hour_network = 0\n\
         requests_per_hour_network_embedded = 0\n\
         [dns]\nservers = []\n[doctor]\ndaily = false\n[log]\nlevel = \"warn\"\n"
    );
    std::fs::write(&path, text).unwrap();
    path
}

/// One burst; `to_its_end`: until every letter has come.
async fn burst(program: &Path, server: Option<&str>, seconds: Duration, to_its_end: bool) -> Run {
    let sink = Sink::start(u64::MAX, 0, true);
    let serving = Serving::start(program, server, "web,delivery", sink.port).await;
    let (next, stored, over) =
        (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
    let (cpu, started) = (serving.process.cpu(), Instant::now());
    let visitors: Vec<_> = (0..VISITORS)
        .map(|_| tokio::spawn(visitor(serving.port, next.clone(), stored.clone(), over.clone())))
        .collect();
    tokio::time::sleep(seconds).await;
    let letters = sink.taken().await as f64;
    let (many, took) = (stored.load(Ordering::SeqCst) as f64, started.elapsed().as_secs_f64());
    let cpu = serving.process.cpu() - cpu;
    over.store(true, Ordering::SeqCst);
    for visitor in visitors {
        visitor.await.unwrap();
    }
    let (all, ended) = (stored.load(Ordering::SeqCst) as u64, Instant::now());
    while to_its_end && sink.taken().await < all {
        assert!(ended.elapsed() < Duration::from_mins(2), "letters are missing: {} of {all}", sink.taken().await);
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Run {
        stored: many / took,
        letters: letters / took,
        behind_ms: ended.elapsed().as_secs_f64() * 1e3,
        cpu: cpu * 1e4 / many,
        peak_mib: serving.process.peak_mib(),
    }
}

/// Signs up again and again, each time as somebody else.
async fn visitor(port: u16, next: Arc<AtomicUsize>, stored: Arc<AtomicUsize>, over: Arc<AtomicBool>) {
    let mut visitor = Visitor::connect(port).await;
    while !over.load(Ordering::SeqCst) {
        visitor.sign_up(next.fetch_add(1, Ordering::Relaxed)).await;
        stored.fetch_add(1, Ordering::SeqCst);
    }
}
