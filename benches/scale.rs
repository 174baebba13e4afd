//! Ten million subscribers beside one million, and nothing to do at all: memory while sending, how long a visitor who signs up waits
//! while a digest is released, and what an idle process uses.
//!
//! Only when it is named: it makes databases of some GB and takes about half an hour.

use std::sync::Arc;
use std::time::Duration;

use crate::Options;
use crate::feeds::Blogs;
use crate::process::{Measured, facteur};
use crate::release::{beside_sign_ups, ready};
use crate::sending::{CONNECTIONS, Way, facteur_sqlite};
use crate::table::{Bar, row, skipped, title};
use crate::world::{Relay, World, postgres_server};

/// A process has done by then what it does at its start, and once a day: the statistics of the days before are summed.
const SETTLES: Duration = Duration::from_secs(40);
/// After the beginning of its stretch, the feed is polled.
const POLLS_AFTER: Duration = Duration::from_secs(1);
const HOUR_S: f64 = 3_600.0;
/// `[feeds] poll_s`, as it is by default.
const POLL_S: f64 = 900.0;

pub async fn run(options: &Options) {
    let (million, stretch) = if options.quick { (100_000, 12) } else { (1_000_000, 60) };
    let (few, _) = ready(None, million).await;
    idle(&few, million, Duration::from_secs(stretch)).await;
    let at_few = sending(&few, million).await;
    drop(few);
    let (many, token) = ready(None, 10 * million).await;
    released(&many, &token, 10 * million, "SQLite FULL").await;
    memory(at_few, sending(&many, 10 * million).await, million);
    drop(many);
    let Some(server) = postgres_server() else {
        return skipped("the release on PostgreSQL", "FACTEUR_TEST_DATABASE names no server");
    };
    let (many, token) = ready(Some(&server), 10 * million).await;
    released(&many, &token, 10 * million, "PostgreSQL").await;
}

/// Peak MiB of the process that sends a digest to all, and its rate.
async fn sending(base: &World, recipients: usize) -> (f64, f64) {
    let world = base.copy().await;
    world.release(recipients).await;
    world.close().await;
    let run = facteur_sqlite(&world, recipients, Way::default());
    (run.peak_mib, run.rate)
}

fn memory((few, few_rate): (f64, f64), (many, many_rate): (f64, f64), million: usize) {
    title(&format!("Peak memory while sending, SQLite FULL, {CONNECTIONS} connections, one run each"));
    row(&format!("MiB at {million} recipients"), few, Bar::AtMost(24.0), &format!("{few_rate:.0}/s"));
    let note = format!("{many:.1} MiB; {many_rate:.0}/s");
    row(&format!("at {} ÷ at {million}", 10 * million), many / few, Bar::AtMost(1.3), &note);
}

async fn released(world: &World, token: &str, recipients: usize, database: &str) {
    let (longest, answered) = beside_sign_ups(world, token, recipients).await;
    title(&format!("Releasing a digest to {recipients}, {database}, one run"));
    let what = "a sign-up waits meanwhile, longest, ms";
    row(what, longest, Bar::AtMost(200.0), &format!("{answered} answered"));
}

/// All roles, nothing to send, one feed that never has anything new: a stretch in which it is not polled, and one in which it is, once.
async fn idle(base: &World, subscribers: usize, stretch: Duration) {
    let world = base.copy().await;
    let port = Arc::new(Blogs::new(1)).serve().await;
    let more = "[feeds]\nallow_hosts = [\"127.0.0.1\"]\n";
    let config = world.write_config(&world.config.database.url, &Relay::NONE, more);
    let url = format!("http://127.0.0.1:{port}/tagged/0");
    for step in [["feed", "add", "bench", url.as_str()].as_slice(), &["feed", "poll", "bench"]] {
        let done = facteur(step).arg("--config").arg(&config).status().unwrap();
        assert!(done.success(), "{step:?}");
    }
    let quiet = SETTLES + stretch + POLLS_AFTER;
    let polled_next = world.app.clock.now() + i64::try_from(quiet.as_millis()).unwrap();
    world.sql(&format!("UPDATE feed SET next_poll_at = {polled_next}")).await;
    let process = Measured::start(facteur(&["serve", "--config"]).arg(&config));
    tokio::time::sleep(SETTLES).await;
    let without = process.cpu_within(stretch).await;
    assert_eq!(world.number(NEXT_POLL).await, polled_next, "the feed is not polled yet");
    let with = process.cpu_within(stretch).await;
    assert_ne!(world.number(NEXT_POLL).await, polled_next, "the feed was polled");
    let (mib, peak) = (process.resident_mib(), process.peak_mib());
    process.stop();
    world.close().await;
    let (hour, poll) = (without * HOUR_S / stretch.as_secs_f64(), (with - without).max(0.0));
    let polls = HOUR_S / POLL_S;
    title(&format!(
        "An idle hour of `facteur serve`, all roles, SQLite, {subscribers} subscribers, one feed, reckoned from {} s",
        2 * stretch.as_secs()
    ));
    let note = format!("{hour:.2} without polls, {polls} polls of {:.1} ms", poll * 1e3);
    row("CPU s an hour", hour + polls * poll, Bar::AtMost(1.0), &note);
    row("resident MiB", mib, Bar::AtMost(20.0), &format!("peak {peak:.1}"));
}

const NEXT_POLL: &str = "SELECT next_poll_at FROM feed";
