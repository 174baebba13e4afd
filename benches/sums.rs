//! What statistics cost those who send and those who sign up, in user instructions (callgrind), on SQLite: sums of what mail servers
//! answered, kept while a digest leaves, and the daily sums of events and of readers.
//!
//! Each is the difference between two runs of different length ([`a_message`]), beside the same of a whole mail and of a whole sign-up.
//! Of a day, what it costs for each reader is measured apart from what it costs for each event.

use std::process::{Command, Stdio};
use std::sync::Arc;

use facteur::app::App;
use facteur::clock::Clock;
use facteur::config::Config;
use facteur::ledger::answers::{self, Answers};
use facteur::ledger::provider::Provider;
use facteur::ledger::{Done, Key, Outcome};
use facteur::stats::roll;

use crate::Options;
use crate::console::fill;
use crate::http::Server;
use crate::instructions::{FEW, MANY, a_message, counted, sending, total};
use crate::process::program;
use crate::sending::released;
use crate::signup::under_load;
use crate::stats::events;
use crate::table::{Bar, row, skipped, title};
use crate::world::{Relay, World};

/// Limit of the share.
const SHARE: f64 = 0.01;

pub async fn run(_: &Options) {
    if program("valgrind").is_none() {
        return skipped("instructions of statistics", "valgrind is not here (apt-get install valgrind)");
    }
    let worlds = (released(None, FEW).await, released(None, MANY).await);
    let mail = a_message(sending(&worlds.0, FEW, "delivery"), sending(&worlds.1, MANY, "delivery"));
    let sign_up = a_message(signing_up(FEW).await, signing_up(MANY).await);
    let answer = of_answers().await;
    // Few of few, few of many, and many of many readers.
    let [few, readers, both] = [summed(FEW, FEW).await, summed(MANY, FEW).await, summed(MANY, MANY).await];
    let (reader, signed_up) = (a_message(few, readers), a_message(readers, both));
    title(&format!("What statistics cost: user instructions (callgrind, {MANY} − {FEW}), SQLite"));
    row("of a mail: its answer in the sums", answer / mail, Bar::AtMost(SHARE), &format!("{answer:.0} of {mail:.0}"));
    // Of a sign-up nothing is counted while it is written: its events, which it has anyway, are summed once their day is over.
    let note = format!("{:.3} of the {sign_up:.0} of a sign-up", signed_up / sign_up);
    row("a day's sums, for each sign-up of it: instructions", signed_up, Bar::Report, &note);
    row(
        "a day's sums, for each reader: instructions",
        reader,
        Bar::Report,
        "readers are counted by language, origin and rhythm",
    );
}

/// The program while so many people sign up.
async fn signing_up(requests: usize) -> f64 {
    let world = World::new(None).await;
    world.newsletter(0).await;
    world.close().await;
    let counts = world.folder.path().join("counts");
    let watched = counted(&counts, env!("CARGO_BIN_EXE_facteur"));
    let server = Server::start_by(watched, &world, "web", &Relay::NONE).await;
    under_load(server.port, &server.process, requests).await;
    server.process.stop();
    total(&counts)
}

/// Of one answer, as the recorder keeps and writes them.
async fn of_answers() -> f64 {
    let world = World::new(None).await;
    fill(&world, FEW).await;
    world.close().await;
    // Whole portions, as many as there are thousands of the others.
    let of = |portions: usize| watched(&world, &["--answers", &(portions * answers::MANY).to_string()]);
    (of(MANY / 1_000) - of(FEW / 1_000)) / ((MANY - FEW) / 1_000 * answers::MANY) as f64
}

/// A day of a newsletter with so many readers, on which so many of them signed up.
async fn summed(readers: usize, of_events: usize) -> f64 {
    let world = World::new(None).await;
    fill(&world, readers).await;
    events(&world, of_events, 1).await;
    world.sql("ANALYZE").await;
    world.close().await;
    watched(&world, &["--sum"])
}

/// All user instructions of this program with these arguments and a database.
fn watched(world: &World, args: &[&str]) -> f64 {
    let counts = world.folder.path().join("counts");
    let own = std::env::current_exe().unwrap();
    let mut command: Command = counted(&counts, own.to_str().unwrap());
    let done = command.args(args).arg(&world.config.database.url).stderr(Stdio::null()).status().unwrap();
    assert!(done.success(), "valgrind runs it");
    total(&counts)
}

async fn opened(url: &str) -> Arc<App> {
    let mut config = Config::default();
    url.clone_into(&mut config.database.url);
    App::open(config, Clock::system()).await.unwrap()
}

fn block_on(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
}

/// `--answers TIMES DATABASE`: nothing but to take so many answers in, and to add them to their rows as the recorder does.
pub fn answers(args: &[String]) {
    let times: usize = args[0].parse().unwrap();
    block_on(async {
        let app = opened(&args[1]).await;
        let providers = [Provider::Gmail, Provider::Outlook, Provider::Orange, Provider::Other];
        let mut answers = Answers::default();
        for i in 0..times {
            let key = Key::Digest { digest_id: 1, subscriber_id: i as i64, batch_lo: 0, epoch: 1 };
            let provider = providers[i % providers.len()];
            answers.take(&Done { key, attempts: 0, provider, outcome: Outcome::Accepted }, app.clock.now());
            if answers.len() >= answers::MANY {
                answers.write(&app.db).await.unwrap();
                answers = Answers::default();
            }
        }
    });
}

/// `--sum DATABASE`: nothing but to sum all days.
pub fn days(args: &[String]) {
    block_on(async {
        let app = opened(&args[0]).await;
        roll::rebuild(&app, 1).await.unwrap().expect("nobody else sums");
    });
}
