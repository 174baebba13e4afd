//! The console with a million subscribers and two hundred digests, 20 requests in flight: how long the slowest hundredth of the answers
//! takes beside the 50 ms that an editor takes for at once (100 ms beside a digest that leaves at full rate), and how large the pages
//! are. A reader's settings beside the same digest: 30 ms. And what an idle console costs whoever sends: instructions a message, with it
//! and without.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use facteur::app::App;
use facteur::clock::{Clock, DAY, Millis};
use facteur::digests::content;
use facteur::keys::{Claim, Purpose};
use facteur::ledger::packed::{self, Chunk};
use facteur::people::accounts::{self, NewPerson};
use facteur::people::role::{self, Given, Role};
use facteur::people::sessions::{self, Stage};

use crate::Options;
use crate::http::{Server, Visitor};
use crate::instructions::{FEW, MANY, a_message, sending};
use crate::process::{facteur, program};
use crate::sending::{CONNECTIONS, released};
use crate::sink::Sink;
use crate::table::{Bar, median, of, row, skipped, title};
use crate::world::{Relay, World, postgres_server};

/// Requests in flight.
const FLIGHT: usize = 20;
/// The limit of an answer, ms; beside a digest that leaves.
const LIMIT: f64 = 50.0;
const BESIDE: f64 = 100.0;
/// The same of a reader's settings beside a digest that leaves.
const SETTINGS: f64 = 30.0;
/// The limit of a page, KB before compression.
const PAGE: f64 = 80.0;
const DIGESTS: usize = 200;

/// What is asked for: its name; the path and, for a search, the form.
#[derive(Clone)]
pub struct Page {
    pub name: &'static str,
    pub at: fn(usize, usize) -> (String, String),
}

pub const HOME: &str = "/console/n/bench";
const LIST: &str = "/console/n/bench/subscribers";

/// Somebody by a number that jumps about.
fn any(i: usize, people: usize) -> usize {
    1 + (i * 7_919) % people
}

pub fn get(path: String) -> (String, String) {
    (path, String::new())
}

fn search(how: &str, words: &str) -> (String, String) {
    (LIST.to_owned(), format!("how={how}&q={words}"))
}

const TODAY: Page = Page { name: "Today", at: |_, _| get(HOME.to_owned()) };
const FIRST: Page = Page { name: "subscribers, first page", at: |_, _| get(LIST.to_owned()) };
const PERSON: Page = Page { name: "a person", at: |i, people| get(format!("{LIST}/{}", any(i, people))) };

const PAGES: [Page; 10] = [
    TODAY,
    FIRST,
    Page { name: "subscribers of a state", at: |_, _| get(format!("{LIST}?status=unsubscribed")) },
    Page { name: "subscribers, a far page by key", at: |i, people| get(format!("{LIST}?at=a{:x}", any(i, people))) },
    Page { name: "a search by how an address begins", at: |i, n| search("address", &format!("user{}", any(i, n))) },
    Page { name: "a search by how a name begins", at: |i, n| search("name", &format!("nom+{}", any(i, n))) },
    Page { name: "a search by domain", at: |i, _| search("domain", &format!("example{}.test", i % 7)) },
    PERSON,
    Page { name: "a digest", at: |i, _| get(format!("{HOME}/digests/d{}", 1 + i % DIGESTS)) },
    Page { name: "all digests", at: |_, _| get(format!("{HOME}/digests")) },
];

pub async fn run(options: &Options) {
    let people = if options.quick { 50_000 } else { 1_000_000 };
    measured(options, None, people).await;
    match postgres_server() {
        Some(server) => measured(options, Some(&server), people).await,
        None => skipped("PostgreSQL", "FACTEUR_TEST_DATABASE names no server"),
    }
    beside_an_idle_console(options).await;
}

/// How one page answered.
pub struct Run {
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Of the largest answer.
    pub kilobytes: f64,
}

/// Somebody who is signed in: their cookie, and what their forms carry.
#[derive(Clone)]
pub struct Editor {
    cookie: String,
    code: String,
}

async fn measured(options: &Options, server: Option<&str>, people: usize) {
    let world = World::new(server).await;
    let begun = Instant::now();
    fill(&world, people).await;
    let editor = editor(&world).await;
    let confirmed = world.number("SELECT COUNT(*) FROM subscriber WHERE status = 'confirmed'").await as usize;
    world.close().await;
    let database = if world.app.db.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    let filled = begun.elapsed().as_secs_f64();
    title(&format!(
        "Console, {database}, {people} subscribers, {DIGESTS} digests, {FLIGHT} requests in flight (filled in {filled:.0} s)"
    ));
    let server = Server::start(&world).await;
    let requests = if options.quick { 400 } else { 1_000 };
    for page in PAGES {
        // Alone: what is kept for some seconds afterwards is counted for it.
        let first = under_load(server.port, &editor, &page, 1, people).await.p99_ms;
        let mut runs = Vec::new();
        for _ in 0..options.rounds {
            runs.push(under_load(server.port, &editor, &page, requests, people).await);
        }
        told(&page, &runs, LIMIT, &format!("; the first of all {first:.1} ms"));
    }
    server.process.stop();
    beside_a_leaving_digest(options, &world, &editor, people, confirmed).await;
}

fn told(page: &Page, runs: &[Run], limit: f64, more: &str) {
    let note = format!("p50 {:.1} ms{more}", of(runs, |run| run.p50_ms));
    row(&format!("{}: p99, ms", page.name), of(runs, |run| run.p99_ms), Bar::AtMost(limit), &note);
    let largest = runs.iter().map(|run| run.kilobytes).fold(0.0, f64::max);
    row(&format!("{}: KB", page.name), largest, Bar::AtMost(PAGE), "");
}

/// The pages that somebody looks at while a digest leaves, as fast as the sink takes it.
async fn beside_a_leaving_digest(options: &Options, world: &World, editor: &Editor, people: usize, confirmed: usize) {
    let config = world.write_config(&world.config.database.url, &Relay::NONE, "[digests]\nsettle_s = 0\n");
    let sent = facteur(&["digest", "send", "bench", "--yes", "--config"]).arg(config).status().unwrap();
    assert!(sent.success(), "the digest is released");
    let (config, folder) = (world.config.clone(), tempfile::tempdir().unwrap());
    let app = App::open(config.clone(), Clock::system()).await.unwrap();
    let again = World { folder, config, app };
    again.sql("UPDATE digest SET public_id = 'leaving' WHERE released_at IS NOT NULL AND finished_at IS NULL").await;
    let links = settings_links(&again.app, people);
    again.close().await;
    let mut sink = Sink::start(confirmed as u64, 0, true);
    let relay = Relay { port: sink.port, connections: CONNECTIONS, ..Relay::NONE };
    title(&format!("The same pages beside a digest to {confirmed} people that leaves at full rate"));
    let begun = Instant::now();
    let server = Server::start_as(world, "web,delivery", &relay).await;
    let requests = if options.quick { 100 } else { 1_000 };
    let mut runs = Vec::new();
    let leaving = Page { name: "the digest that leaves", at: |_, _| get(format!("{HOME}/digests/leaving")) };
    for page in [TODAY, FIRST, PERSON, leaving] {
        let first = under_load(server.port, editor, &page, 1, people).await.p99_ms;
        let run = under_load(server.port, editor, &page, requests, people).await;
        runs.push((page, run, first, begun.elapsed().as_secs_f64()));
    }
    let settings = (settings(server.port, &links, requests).await, begun.elapsed().as_secs_f64());
    let seen = tokio::task::spawn_blocking(move || sink.seen()).await.unwrap();
    let left = begun.elapsed().as_secs_f64();
    server.process.stop();
    for (page, run, first, asked) in runs {
        if asked > left {
            skipped(page.name, "the digest had left before all of its answers came");
            continue;
        }
        told(&page, &[run], BESIDE, &format!("; the first of all {first:.1} ms"));
    }
    match settings {
        (_, asked) if asked > left => {
            skipped("a reader's settings", "the digest had left before all of its answers came");
        }
        (run, _) => {
            row(
                "a reader's settings: p99, ms",
                run.p99_ms,
                Bar::AtMost(SETTINGS),
                &format!("p50 {:.1} ms", run.p50_ms),
            );
            row("a reader's settings: KB", run.kilobytes, Bar::AtMost(PAGE), "");
        }
    }
    row("mails a second meanwhile", confirmed as f64 / seen.seconds, Bar::Report, &format!("left in {left:.0} s"));
}

/// What whoever sends pays for a console that nobody uses.
async fn beside_an_idle_console(options: &Options) {
    if program("valgrind").is_none() {
        return skipped(
            "instructions a message beside an idle console",
            "valgrind is not here (apt-get install valgrind)",
        );
    }
    let (few, many) = (released(None, FEW).await, released(None, MANY).await);
    let a_message = |roles| a_message(sending(&few, FEW, roles), sending(&many, MANY, roles));
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds.min(3) {
        alone.push(a_message("delivery"));
        beside.push(a_message("web,delivery"));
    }
    title(&format!(
        "User instructions a message (callgrind, {MANY} − {FEW} messages), SQLite FULL, beside an idle console"
    ));
    let (alone, beside) = (median(alone), median(beside));
    row("÷ without it", beside / alone, Bar::AtMost(1.01), &format!("{beside:.0} and {alone:.0}"));
}

/// SQL for a few bytes.
fn bytes(world: &World, bytes: &[u8]) -> String {
    let hex = bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    });
    if world.app.db.is_sqlite() { format!("x'{hex}'") } else { format!("decode('{hex}', 'hex')") }
}

/// People with names, in two states and two languages, who came over a year and more; digests that all of them got; a post that waits.
pub async fn fill(world: &World, people: usize) {
    world.newsletter(0).await;
    let now = world.app.clock.now();
    // All in one statement: a change of a million rows afterwards would take longer than their writing.
    world
        .sql(&format!(
            "INSERT INTO subscriber (id, newsletter_id, email, email_key, name, name_key, language, status, schedule_id,
                                     created_at, confirmed_at, ended_at)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {people})
             SELECT i, 1, 'user' || i || '@example' || (i % 7) || '.test', 'user' || i || '@example' || (i % 7) || '.test',
                    'Nom ' || i, 'nom ' || i, CASE WHEN i % 3 = 0 THEN 'en' ELSE 'fr' END,
                    CASE WHEN i % 10 = 3 THEN 'unsubscribed' ELSE 'confirmed' END, 1,
                    {now} - CAST(i % 400 AS BIGINT) * {DAY}, {now} - CAST(i % 400 AS BIGINT) * {DAY},
                    CASE WHEN i % 10 = 3 THEN {now} ELSE NULL END
             FROM n"
        ))
        .await;
    world.post().await;
    digests(world, people, now).await;
    if !world.app.db.is_sqlite() {
        // The ids above did not come from the sequences. And what the server does by itself some minutes after such a change: an
        // index alone answers only afterwards.
        for (table, last) in [("subscriber", people), ("digest", DIGESTS)] {
            world.sql(&format!("SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})")).await;
        }
        world.sql("VACUUM subscriber").await;
        world.sql("VACUUM delivery_archive").await;
    }
    world.sql("ANALYZE").await;
}

/// Digests of the last two hundred weeks, finished and packed.
async fn digests(world: &World, people: usize, now: Millis) {
    let post = facteur::feeds::sql::post(&world.app.db, 1, 1).await.unwrap().expect("a post");
    let said = content::to_text(&content::of_posts(vec![post], "Europe/Paris")).unwrap().replace('\'', "''");
    let week = 7 * DAY;
    world
        .sql(&format!(
            "INSERT INTO digest (id, public_id, newsletter_id, schedule_id, slot_at, state, subject, content, recipients,
                                 released_upto, created_at, released_at, finished_at)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {DIGESTS})
             SELECT i, 'd' || i, 1, 1, {now} - CAST({DIGESTS} - i + 1 AS BIGINT) * {week}, 'finished', 'Le facteur passe', '{said}', {people},
                    9223372036854775807, {now} - CAST({DIGESTS} - i + 1 AS BIGINT) * {week}, {now} - CAST({DIGESTS} - i + 1 AS BIGINT) * {week},
                    {now} - CAST({DIGESTS} - i + 1 AS BIGINT) * {week} + 60000
             FROM n"
        ))
        .await;
    // The gaps of a chunk are the same wherever it begins.
    let outcome =
        |id: i64| packed::outcome(if id % 50 == 0 { 3 } else { 2 }, if id % 50 == 0 { "address" } else { "" });
    let rows: Vec<(i64, u8)> = (1..=packed::CHUNK as i64).map(|id| (id, outcome(id))).collect();
    let chunk = Chunk::of(&rows);
    world
        .sql(&format!(
            "INSERT INTO delivery_archive (digest_id, lo, hi, ids, outcomes)
             WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {} - 1)
             SELECT d.id, 1000 * i + 1, 1000 * i + 1000, {}, {} FROM digest d, n",
            people / packed::CHUNK,
            bytes(world, &chunk.ids),
            bytes(world, &chunk.outcomes)
        ))
        .await;
}

/// An owner of everything.
pub async fn editor(world: &World) -> Editor {
    let app = &world.app;
    let new = NewPerson { email: "e@bench.test", email_key: "e@bench.test", name: "", language: "fr" };
    let mut tx = app.db.begin().await.unwrap();
    let person_id = accounts::insert(&mut tx, new, app.clock.now()).await.unwrap().unwrap();
    role::give(&mut tx, Given { person_id, newsletter_id: 0, role: Role::Owner, may_send: true }).await.unwrap();
    let cookie = sessions::open(&mut tx, person_id, Stage::Full, "bench", app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let code = app.keys.page_code(&cookie);
    Editor { cookie: format!("Cookie: __Host-facteur={cookie}\r\n"), code }
}

/// So many requests for one page, [`FLIGHT`] at a time.
pub async fn under_load(port: u16, editor: &Editor, page: &Page, requests: usize, people: usize) -> Run {
    let next = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..FLIGHT)
        .map(|_| tokio::spawn(asking(port, editor.clone(), page.clone(), next.clone(), requests, people)))
        .collect();
    gathered(tasks).await
}

type Asking = tokio::task::JoinHandle<(Vec<Duration>, usize)>;

/// What these tasks found.
async fn gathered(tasks: Vec<Asking>) -> Run {
    let (mut waits, mut largest) = (Vec::new(), 0);
    for task in tasks {
        let (own, size) = task.await.unwrap();
        waits.extend(own);
        largest = largest.max(size);
    }
    of_waits(waits, largest)
}

fn of_waits(mut waits: Vec<Duration>, largest: usize) -> Run {
    waits.sort_unstable();
    let percentile = |n: usize| waits[waits.len() * n / 100].as_secs_f64() * 1e3;
    Run { p50_ms: percentile(50), p99_ms: percentile(99), kilobytes: largest as f64 / 1e3 }
}

/// Fresh links to the settings of a thousand readers who are in.
fn settings_links(app: &App, people: usize) -> Arc<Vec<String>> {
    let readers = (0..2_000).map(|i| any(i, people)).filter(|id| id % 10 != 3).take(1_000);
    let link = |id: usize| {
        let claim = Claim { subject: id as i64, version: 1, issued_at: app.clock.now() };
        format!("/preferences/{}", app.keys.sign(Purpose::Preferences, claim))
    };
    Arc::new(readers.map(link).collect())
}

/// So many requests for the settings of readers, [`FLIGHT`] at a time.
async fn settings(port: u16, links: &Arc<Vec<String>>, requests: usize) -> Run {
    let next = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..FLIGHT)
        .map(|_| {
            let (next, links) = (next.clone(), links.clone());
            tokio::spawn(async move {
                let (mut visitor, mut waits, mut largest) = (Visitor::connect(port).await, Vec::new(), 0);
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= requests {
                        return (waits, largest);
                    }
                    let asked = Instant::now();
                    let status = visitor.get(&links[i % links.len()], "").await;
                    waits.push(asked.elapsed());
                    largest = largest.max(visitor.size);
                    assert!(status.contains(" 200 "), "a reader's settings: {status}");
                }
            })
        })
        .collect();
    gathered(tasks).await
}

/// One connection: how long each answer took, and the size of the largest.
async fn asking(
    port: u16,
    editor: Editor,
    page: Page,
    next: Arc<AtomicUsize>,
    requests: usize,
    people: usize,
) -> (Vec<Duration>, usize) {
    let (mut visitor, mut waits, mut largest) = (Visitor::connect(port).await, Vec::new(), 0);
    loop {
        let i = next.fetch_add(1, Ordering::Relaxed);
        if i >= requests {
            return (waits, largest);
        }
        let (path, form) = (page.at)(i, people);
        let asked = Instant::now();
        let status = if form.is_empty() {
            visitor.get(&path, &editor.cookie).await
        } else {
            let headers = format!("{}Content-Type: application/x-www-form-urlencoded\r\n", editor.cookie);
            visitor.post(&path, &headers, &format!("code={}&{form}", editor.code)).await
        };
        waits.push(asked.elapsed());
        largest = largest.max(visitor.size);
        assert!(status.contains(" 200 "), "{}: {status}", page.name);
    }
}
