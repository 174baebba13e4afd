//! Statistics of a newsletter with a million subscribers and three years of weekly digests: how long the slowest hundredth of the pages
//! takes, 20 requests in flight, beside the 50 ms that an editor takes for at once; how long all days take to be summed again from two
//! million events; how much the database grows by the sums.

use std::time::Instant;

use facteur::clock::DAY;
use facteur::stats::roll;

use crate::Options;
use crate::console::{HOME, Page, editor, fill, get, under_load};
use crate::http::Server;
use crate::table::{Bar, of, row, skipped, title};
use crate::world::{World, postgres_server};

/// Limits: of an answer, ms; of summing again, s; of growth, bytes a year.
const LIMIT: f64 = 50.0;
const REBUILD: f64 = 60.0;
const GROWTH: f64 = 1_048_576.0;
/// Days of history.
const DAYS: i64 = 3 * 365;

const PAGES: [Page; 4] = [
    Page { name: "growth and funnel, a year", at: |_, _| get(format!("{HOME}/stats")) },
    Page { name: "growth and funnel, three years", at: |_, _| get(format!("{HOME}/stats?span=all")) },
    Page { name: "growth as a file", at: |_, _| get(format!("{HOME}/stats/growth.csv?span=all")) },
    Page { name: "a digest's timeline", at: |i, _| get(format!("{HOME}/digests/d{}/stats", 200 - i % 100)) },
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
    fill(&world, people).await;
    events(&world, people, DAYS).await;
    answers(&world).await;
    let database = if world.app.db.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    title(&format!("Statistics, {database}, {people} subscribers, three years of weekly digests"));
    let before = size(&world).await;
    let begun = Instant::now();
    let rebuilt = roll::rebuild(&world.app, 1).await.unwrap().expect("nobody else sums");
    let seconds = begun.elapsed().as_secs_f64();
    assert!(rebuilt.days as i64 >= DAYS - 1, "{rebuilt:?}");
    row("all days summed again, s", seconds, Bar::AtMost(REBUILD), &format!("{} days", rebuilt.days));
    let growth = (size(&world).await - before) as f64 / 3.0;
    row("the database grows by the sums, bytes a year", growth, Bar::AtMost(GROWTH), "timelines of digests aside");
    let editor = editor(&world).await;
    world.sql("ANALYZE").await;
    world.close().await;
    let server = Server::start(&world).await;
    let requests = if options.quick { 200 } else { 1_000 };
    for page in PAGES {
        let first = under_load(server.port, &editor, &page, 1, people).await.p99_ms;
        let mut runs = Vec::new();
        for _ in 0..options.rounds {
            runs.push(under_load(server.port, &editor, &page, requests, people).await);
        }
        let note = format!("p50 {:.1} ms; the first of all {first:.1} ms", of(&runs, |run| run.p50_ms));
        row(&format!("{}: p99, ms", page.name), of(&runs, |run| run.p99_ms), Bar::AtMost(LIMIT), &note);
    }
    server.process.stop();
}

/// Two events for each subscriber, over the last so many days; a tenth of them left.
pub async fn events(world: &World, people: usize, days: i64) {
    let first = (world.app.clock.now() / DAY - days) * DAY;
    world
        .sql(&format!(
            "INSERT INTO event (newsletter_id, at, code, about, about_id, actor, parameters)
             WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2 * {people} - 1)
             SELECT 1, {first} + CAST(i AS BIGINT) * {days} * {DAY} / (2 * {people}),
                    CASE WHEN i % 2 = 0 THEN 'subscriber.asked' WHEN i % 20 = 7 THEN 'subscriber.left' ELSE 'subscriber.confirmed' END,
                    'subscriber', 1 + i / 2, 'visitor',
                    CASE WHEN i % 2 = 0 THEN '{{\"form\":\"blog.example.org\"}}'
                         WHEN i % 20 = 7 THEN '{{\"digest\":' || (1 + i % 200) || ',\"from\":\"confirmed\"}}'
                         ELSE '{{\"form\":\"blog.example.org\",\"from\":\"pending\"}}' END
             FROM n"
        ))
        .await;
}

/// What servers answered about the digests: two hours each, ten providers.
async fn answers(world: &World) {
    world
        .sql(
            "INSERT INTO digest_minute (digest_id, minute, accepted, refused, deferred)
             WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 119)
             SELECT d.id, d.released_at / 60000 + i, 8000, 100, 30 FROM digest d, n",
        )
        .await;
    world
        .sql(
            "INSERT INTO digest_provider (digest_id, provider, accepted, refused, deferred)
             SELECT d.id, p.provider, 90000, 1000, 300 FROM digest d, (
                 SELECT 'gmail' AS provider UNION ALL SELECT 'outlook' UNION ALL SELECT 'yahoo' UNION ALL SELECT 'icloud'
                 UNION ALL SELECT 'orange' UNION ALL SELECT 'free' UNION ALL SELECT 'sfr' UNION ALL SELECT 'laposte'
                 UNION ALL SELECT 'proton' UNION ALL SELECT 'other') AS p",
        )
        .await;
}

/// How large the database is, bytes.
async fn size(world: &World) -> i64 {
    if world.app.db.is_sqlite() {
        let pages =
            world.number("SELECT page_count - freelist_count FROM pragma_page_count, pragma_freelist_count").await;
        return pages * world.number("SELECT page_size FROM pragma_page_size").await;
    }
    world.number("SELECT pg_database_size(current_database())").await
}
