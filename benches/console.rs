//! The console's pages about subscribers with a million of them and two hundred digests, 20 requests in flight: how long the slowest
//! hundredth of the answers takes, beside the 50 ms that an editor takes for at once.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use facteur::ledger::packed::{self, Chunk};
use facteur::people::accounts::{self, NewPerson};
use facteur::people::role::{self, Given, Role};
use facteur::people::sessions::{self, Stage};

use crate::Options;
use crate::http::{Server, Visitor};
use crate::table::{Bar, median, row, skipped, title};
use crate::world::{World, postgres_server};

/// Requests in flight.
const FLIGHT: usize = 20;
/// The limit of an answer, ms.
const LIMIT: f64 = 50.0;
const DIGESTS: i64 = 200;

/// What is asked for: the path and, for a search, the form.
type Page = (&'static str, fn(usize, usize) -> (String, String));

const LIST: &str = "/console/n/bench/subscribers";

/// Somebody by a number that jumps about.
fn any(i: usize, people: usize) -> usize {
    1 + (i * 7_919) % people
}

const PAGES: &[Page] = &[
    ("first page", |_, _| (LIST.into(), String::new())),
    ("first page of a state", |_, _| (format!("{LIST}?status=unsubscribed"), String::new())),
    ("a far page by key", |i, people| (format!("{LIST}?at=a{:x}", any(i, people)), String::new())),
    ("a search by how an address begins", |i, people| (LIST.into(), format!("how=address&q=user{}", any(i, people)))),
    ("a search by how a name begins", |i, people| (LIST.into(), format!("how=name&q=nom+{}", any(i, people)))),
    ("a search by domain", |i, _| (LIST.into(), format!("how=domain&q=example{}.test", i % 7))),
    ("a person", |i, people| (format!("{LIST}/{}", any(i, people)), String::new())),
];

pub async fn run(options: &Options) {
    let people = if options.quick { 50_000 } else { 1_000_000 };
    measured(options, None, people).await;
    match postgres_server() {
        Some(server) => measured(options, Some(&server), people).await,
        None => skipped("PostgreSQL", "FACTEUR_TEST_DATABASE names no server"),
    }
}

async fn measured(options: &Options, server: Option<&str>, people: usize) {
    let world = World::new(server).await;
    world.newsletter(people).await;
    furnish(&world, people).await;
    let (cookie, code) = editor(&world).await;
    world.close().await;
    let server = Server::start(&world).await;
    let database = if world.app.db.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    title(&format!("Console, {database}, {people} subscribers, {DIGESTS} digests, {FLIGHT} requests in flight"));
    let requests = if options.quick { 400 } else { 2_000 };
    for page in PAGES {
        let mut runs = Vec::new();
        for _ in 0..options.rounds {
            runs.push(under_load(server.port, (&cookie, &code), *page, requests, people).await);
        }
        let p99 = median(runs.iter().map(|run| run.1).collect());
        let note = format!("p99 {p99:.1} ms, p50 {:.1} ms", median(runs.iter().map(|run| run.0).collect()));
        row(&format!("{}: p99 ÷ {LIMIT} ms", page.0), p99 / LIMIT, Bar::AtMost(1.0), &note);
    }
}

/// Names, states, and digests that all of them got.
async fn furnish(world: &World, people: usize) {
    world.sql("UPDATE subscriber SET name = 'Nom ' || id, name_key = 'nom ' || id").await;
    world.sql("UPDATE subscriber SET status = 'unsubscribed', ended_at = 0 WHERE id % 10 = 3").await;
    world
        .sql(&format!(
            "INSERT INTO digest (id, public_id, newsletter_id, schedule_id, slot_at, state, subject, recipients, created_at)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {DIGESTS})
             SELECT i, 'd' || i, 1, 1, 86400000000 * i, 'finished', 'Le facteur passe', {people}, 0 FROM n"
        ))
        .await;
    // The gaps of a chunk are the same wherever it begins.
    let rows: Vec<(i64, u8)> = (1..=packed::CHUNK as i64).map(|id| (id, packed::outcome(2, ""))).collect();
    let chunk = Chunk::of(&rows);
    let hex = |bytes: &[u8]| {
        bytes.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
    };
    let (ids, outcomes) = (hex(&chunk.ids), hex(&chunk.outcomes));
    let blob =
        |hex: &str| if world.app.db.is_sqlite() { format!("x'{hex}'") } else { format!("decode('{hex}', 'hex')") };
    world
        .sql(&format!(
            "INSERT INTO delivery_archive (digest_id, lo, hi, ids, outcomes)
             WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {} - 1)
             SELECT d.id, 1000 * i + 1, 1000 * i + 1000, {}, {} FROM digest d, n",
            people / packed::CHUNK,
            blob(&ids),
            blob(&outcomes)
        ))
        .await;
    world.sql("ANALYZE").await;
    if !world.app.db.is_sqlite() {
        // What the server does by itself some minutes after such a change: an index alone answers only afterwards.
        world.sql("VACUUM subscriber").await;
    }
}

/// Somebody who is signed in: their cookie, and what their forms carry.
async fn editor(world: &World) -> (String, String) {
    let app = &world.app;
    let new = NewPerson { email: "e@bench.test", email_key: "e@bench.test", name: "", language: "fr" };
    let mut tx = app.db.begin().await.unwrap();
    let person_id = accounts::insert(&mut tx, new, app.clock.now()).await.unwrap().unwrap();
    role::give(&mut tx, Given { person_id, newsletter_id: 0, role: Role::Owner, may_send: true }).await.unwrap();
    let cookie = sessions::open(&mut tx, person_id, Stage::Full, "bench", app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let code = app.keys.page_code(&cookie);
    (format!("__Host-facteur={cookie}"), code)
}

/// p50 and p99 of so many requests, ms.
async fn under_load(
    port: u16,
    (cookie, code): (&str, &str),
    (what, page): Page,
    requests: usize,
    people: usize,
) -> (f64, f64) {
    let next = Arc::new(AtomicUsize::new(0));
    let one = || {
        let (next, cookie, code) = (next.clone(), format!("Cookie: {cookie}\r\n"), code.to_owned());
        async move {
            let (mut visitor, mut waits) = (Visitor::connect(port).await, Vec::<Duration>::new());
            loop {
                let i = next.fetch_add(1, Ordering::Relaxed);
                if i >= requests {
                    return waits;
                }
                let (path, form) = page(i, people);
                let asked = Instant::now();
                let status = if form.is_empty() {
                    visitor.get(&path, &cookie).await
                } else {
                    let headers = format!("{cookie}Content-Type: application/x-www-form-urlencoded\r\n");
                    visitor.post(&path, &headers, &format!("code={code}&{form}")).await
                };
                assert!(status.contains(" 200 "), "{what}: {status}");
                waits.push(asked.elapsed());
            }
        }
    };
    let tasks: Vec<_> = (0..FLIGHT).map(|_| tokio::spawn(one())).collect();
    let mut waits = Vec::with_capacity(requests);
    for task in tasks {
        waits.extend(task.await.unwrap());
    }
    waits.sort_unstable();
    let percentile = |n: usize| waits[waits.len() * n / 100].as_secs_f64() * 1e3;
    (percentile(50), percentile(99))
}
