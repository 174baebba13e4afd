//! An older `facteur` beside the present one, by turns, at the two great pieces of work on a database: importing a list of a million,
//! and releasing a digest to a million, on SQLite and on PostgreSQL; and sending a digest on PostgreSQL, with the server's CPU. What
//! counts is the ratio, present ÷ base.
//!
//! Each program makes its own databases, by the commands that an operator types, and begins each round with the same content.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::Options;
use crate::base::{noise, ratio, tell, version};
use crate::import::write_csv;
use crate::process::{Measured, Used, cpu_of_all};
use crate::sending::CONNECTIONS;
use crate::sink::Sink;
use crate::table::{Bar, of, row, skipped, title};
use crate::world::{fresh_database, postgres_server};

/// Longest that anything here may take.
const LIMIT: Duration = Duration::from_mins(10);

/// Tables of the configuration that keep out what needs a network; a program that does not know them goes without.
pub const QUIET: &str =
    "[dns]\nservers = []\n[doctor]\ndaily = false\nfirst_digest_above = 0\n[warmup]\nfirst_day = 0\n";

/// A program, and where its databases are.
struct Instance {
    program: PathBuf,
    folder: tempfile::TempDir,
    /// The PostgreSQL server, and what its database is called there.
    server: Option<(String, &'static str)>,
    quiet: &'static str,
}

impl Instance {
    fn new(program: &Path, server: Option<&str>, name: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = server.map(|server| (server.to_owned(), name));
        let mut made = Self { program: program.to_owned(), folder, server, quiet: QUIET };
        let config = made.config(&made.url(""));
        if tell(program, &config, &["config", "show"]).is_err() {
            made.quiet = "";
        }
        made
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Of the database that commands use; `run`: of the copy that is measured, where that has another name.
    fn url(&self, run: &str) -> String {
        match &self.server {
            Some((server, name)) => format!("{server}/{name}{run}"),
            None => format!("sqlite://{}", self.at("live/facteur.db").display()),
        }
    }

    fn config(&self, url: &str) -> PathBuf {
        self.config_to(url, 9)
    }

    /// With a mail server behind this port.
    fn config_to(&self, url: &str, port: u16) -> PathBuf {
        let path = self.at("facteur.toml");
        let text = format!(
            "base_url = \"https://news.example\"\nlisten = \"127.0.0.1:0\"\n[database]\nurl = \"{url}\"\n\
             [smtp]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\nconnections = {CONNECTIONS}\npipelining = \"full\"\n[digests]\nsettle_s = 0\n[log]\nlevel = \"error\"\n{}",
            self.quiet
        );
        std::fs::write(&path, text).unwrap();
        path
    }

    fn tell(&self, config: &Path, args: &[&str]) {
        tell(&self.program, config, args).unwrap_or_else(|said| panic!("{} {args:?}: {said}", self.program.display()));
    }

    /// A database with a newsletter and nobody on it; gives its configuration.
    async fn fresh(&self) -> PathBuf {
        match &self.server {
            Some((server, name)) => drop(fresh_database(server, name, None).await),
            None => self.empty(),
        }
        let config = self.config(&self.url(""));
        let mut add = vec!["newsletter", "add", "bench", "--name", "Carnet", "--from", "carnet@news.example"];
        add.extend(["--language", "fr", "--every", "week", "--zone", "UTC", "--postal", "1 rue du Banc"]);
        self.tell(&config, &add);
        config
    }

    fn empty(&self) {
        std::fs::remove_dir_all(self.at("live")).ok();
        std::fs::create_dir(self.at("live")).unwrap();
    }

    /// A database with a newsletter, so many people on it, and a post; gives its configuration.
    async fn filled(&self, recipients: usize) -> PathBuf {
        let (csv, post) = (self.at("people.csv"), self.at("post.md"));
        let lines = (1..=recipients).map(|n| format!("user{n}@example{}.test\n", n % 7));
        std::fs::write(&csv, std::iter::once("email\n".to_owned()).chain(lines).collect::<String>()).unwrap();
        let paragraph = "Le facteur passe chaque matin, quel que soit le temps, et dépose dans la boîte ce que le village écrit.\n\n";
        std::fs::write(&post, format!("# Le facteur\n\n{}", paragraph.repeat(60))).unwrap();
        let config = self.fresh().await;
        self.tell(&config, &["import", "bench", csv.to_str().unwrap(), "--confirmed-elsewhere", "bench"]);
        self.tell(&config, &["post", "add", "bench", post.to_str().unwrap()]);
        config
    }

    /// Keeps the database as it is, for [`Instance::again`].
    fn keep(&self) {
        if self.server.is_none() {
            std::fs::rename(self.at("live"), self.at("kept")).unwrap();
        }
    }

    /// The database as it was kept; gives its address.
    async fn again(&self) -> String {
        let url = self.url("_run");
        if let Some((server, name)) = &self.server {
            drop(fresh_database(server, &format!("{name}_run"), Some(name)).await);
        } else {
            self.empty();
            for file in std::fs::read_dir(self.at("kept")).unwrap().map(Result::unwrap) {
                let copy = self.at("live").join(file.file_name());
                std::fs::copy(file.path(), &copy).unwrap();
                std::fs::File::open(&copy).unwrap().sync_all().unwrap();
            }
        }
        url
    }

    fn start(&self, config: &Path, args: &[&str]) -> Measured {
        let mut command = Command::new(&self.program);
        command.args(args).arg("--config").arg(config).stdout(Stdio::null()).stderr(Stdio::null());
        Measured::start(&mut command)
    }

    /// One import into an empty newsletter.
    async fn import(&self, csv: &Path, people: usize) -> Run {
        let config = self.fresh().await;
        let import = ["import", "bench", csv.to_str().unwrap(), "--confirmed-elsewhere", "bench"];
        let used = self.start(&config, &import).until_its_end(LIMIT, async || {}).await;
        let mut look = Look::open(&self.url("")).await;
        assert_eq!(look.number("SELECT COUNT(*) FROM subscriber").await as usize, people, "each person once");
        look.close().await;
        Run { seconds: used.seconds, used }
    }

    /// One release; `seconds` until the digest may be sent.
    async fn release(&self, recipients: usize) -> Run {
        let url = self.again().await;
        let mut look = Look::open(&url).await;
        let command = self.start(&self.config(&url), &["digest", "send", "bench", "--yes"]);
        let (started, mut released) = (command.started, None);
        let used = command
            .until_its_end(LIMIT, async || {
                if released.is_none() && look.number("SELECT COUNT(*) FROM digest WHERE state = 'sending'").await > 0 {
                    released = Some(started.elapsed().as_secs_f64());
                }
            })
            .await;
        assert_eq!(look.number("SELECT COUNT(*) FROM delivery").await as usize, recipients);
        look.close().await;
        Run { seconds: released.unwrap_or(used.seconds), used }
    }
}

impl Instance {
    /// One digest to the sink by one worker, from the database as it was kept.
    async fn send(&self, recipients: usize) -> Sent {
        let url = self.again().await;
        let mut sink = Sink::start(recipients as u64, 0, true);
        let config = self.config_to(&url, sink.port);
        let mut command = Command::new(&self.program);
        command.args(["serve", "--roles", "delivery", "--config"]).arg(config);
        // What the run before noted of its copy of the database would hold this one.
        command.env("STATE_DIRECTORY", self.at(&format!("state-{}", sink.port)));
        let before = cpu_of_all(SERVER);
        let worker = Measured::start(command.stdout(Stdio::null()).stderr(Stdio::null()));
        let seen = sink.seen();
        let each = |cpu: f64| cpu * 1e4 / recipients as f64;
        let (client, server) = (each(worker.cpu()), each(cpu_of_all(SERVER) - before));
        worker.stop();
        Sent { client, server, rate: recipients as f64 / seen.seconds }
    }
}

/// What processes of PostgreSQL are called.
const SERVER: &str = "postgres";

/// What one digest took: CPU seconds per 10,000 of the program and of the server, mails a second.
struct Sent {
    client: f64,
    server: f64,
    rate: f64,
}

impl Sent {
    fn both(&self) -> f64 {
        self.client + self.server
    }
}

/// What one run took.
struct Run {
    seconds: f64,
    used: Used,
}

/// A look into the database of another process.
enum Look {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Look {
    async fn open(url: &str) -> Self {
        if url.starts_with("sqlite:") {
            Self::Sqlite(url.parse::<SqliteConnectOptions>().unwrap().connect().await.unwrap())
        } else {
            Self::Postgres(PgConnection::connect(url).await.unwrap())
        }
    }

    async fn number(&mut self, text: &'static str) -> i64 {
        match self {
            Self::Sqlite(file) => sqlx::query_scalar(text).fetch_one(file).await.unwrap(),
            Self::Postgres(server) => sqlx::query_scalar(text).fetch_one(server).await.unwrap(),
        }
    }

    /// Waits for the end: SQLite's last connection to a file removes the log of that name, which may be the next database's.
    async fn close(self) {
        match self {
            Self::Sqlite(file) => file.close().await.unwrap(),
            Self::Postgres(server) => server.close().await.unwrap(),
        }
    }
}

/// Both programs on both databases: SQLite, and PostgreSQL where there is a server.
fn pairs(base: &Path) -> Vec<(&'static str, [Instance; 2])> {
    let present = Path::new(env!("CARGO_BIN_EXE_facteur"));
    println!("\nbase: {} ({})\npresent: {} ({})", base.display(), version(base), present.display(), version(present));
    let pair = |server: Option<&str>| {
        [Instance::new(base, server, "facteur_bench_base"), Instance::new(present, server, "facteur_bench_present")]
    };
    let server = postgres_server();
    let mut pairs = vec![("SQLite FULL", pair(None))];
    pairs.extend(server.as_deref().map(|server| ("PostgreSQL", pair(Some(server)))));
    pairs
}

/// Imports of a list of which a tenth is there twice.
pub async fn imports(options: &Options, base: &Path) {
    let rows = if options.quick { 50_000 } else { 1_000_000 };
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("people.csv");
    write_csv(&csv, rows);
    for (database, pair) in pairs(base) {
        let runs =
            by_turns(options.rounds, &pair, async |instance: &Instance| instance.import(&csv, rows - rows / 10).await)
                .await;
        title(&format!("Present ÷ base, `facteur import` of {rows} rows, {database}, {} rounds", options.rounds));
        report(&runs, "the command");
    }
}

/// Releases of a digest.
pub async fn releases(options: &Options, base: &Path) {
    let recipients = if options.quick { 110_000 } else { 1_000_000 };
    for (database, pair) in pairs(base) {
        for instance in &pair {
            instance.filled(recipients).await;
            instance.keep();
        }
        let runs =
            by_turns(options.rounds, &pair, async |instance: &Instance| instance.release(recipients).await).await;
        title(&format!("Present ÷ base, release of a digest to {recipients}, {database}, {} rounds", options.rounds));
        report(&runs, "until it may be sent");
    }
}

/// A digest on its way, on PostgreSQL.
pub async fn sendings(options: &Options, base: &Path) {
    let recipients = if options.quick { 10_000 } else { 100_000 };
    let Some((database, pair)) = pairs(base).pop().filter(|(_, pair)| pair[0].server.is_some()) else {
        return skipped("sending on PostgreSQL", "FACTEUR_TEST_DATABASE names no server");
    };
    for instance in &pair {
        let config = instance.filled(recipients).await;
        instance.tell(&config, &["digest", "send", "bench", "--yes"]);
    }
    let [base, present] =
        by_turns(options.rounds, &pair, async |instance: &Instance| instance.send(recipients).await).await;
    title(&format!(
        "Present ÷ base, sending to {recipients}, {database}, 1 worker, {CONNECTIONS} connections, {} rounds",
        options.rounds
    ));
    let line = |what: &str, bar: Bar, figure: fn(&Sent) -> f64| {
        let note = format!("{:.3} and {:.3}", of(&present, figure), of(&base, figure));
        row(what, ratio(&base, &present, figure), bar, &note);
    };
    line("CPU of program and server a message", Bar::AtMost(0.75), Sent::both);
    line("of the program", Bar::Report, |sent| sent.client);
    line("of the server", Bar::Report, |sent| sent.server);
    line("messages/s", Bar::Report, |sent| sent.rate);
}

/// Both by turns; who begins changes each round.
async fn by_turns<T>(rounds: usize, pair: &[Instance; 2], one: impl AsyncFn(&Instance) -> T) -> [Vec<T>; 2] {
    let mut runs = [Vec::new(), Vec::new()];
    for round in 0..rounds {
        for turn in 0..2 {
            let which = (round + turn) % 2;
            runs[which].push(one(&pair[which]).await);
        }
    }
    runs
}

fn report([base, present]: &[Vec<Run>; 2], what: &str) {
    let seconds: Vec<f64> = base.iter().map(|run| run.seconds).collect();
    let noise = noise(&seconds);
    let (theirs, ours) = (of(base, |run| run.seconds), of(present, |run| run.seconds));
    let note = format!("{ours:.2} and {theirs:.2} s; noise of the base's own rounds ± {:.1} %", noise * 100.0);
    let bar = Bar::AtMost(((1.0 + noise) * 1e3).round() / 1e3);
    row(&format!("seconds, {what}"), ratio(base, present, |run| run.seconds), bar, &note);
    let (theirs, ours) = (of(base, |run| run.used.cpu), of(present, |run| run.used.cpu));
    row(
        "CPU of the program",
        ratio(base, present, |run| run.used.cpu),
        Bar::Report,
        &format!("{ours:.2} and {theirs:.2} s"),
    );
    let (theirs, ours) = (of(base, |run| run.used.peak_mib), of(present, |run| run.used.peak_mib));
    let note = format!("{ours:.1} and {theirs:.1} MiB");
    row("peak memory", ratio(base, present, |run| run.used.peak_mib), Bar::Report, &note);
}
