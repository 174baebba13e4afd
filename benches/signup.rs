//! Sign-ups: how many a second are answered after they are durable, beside one commit a request.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sqlx::SqlitePool;

use crate::Options;
use crate::http::{Server, Visitor};
use crate::table::{Bar, of, row, title, worst};
use crate::world::World;

const CONNECTIONS: usize = 64;

/// One run of the program.
struct Run {
    rate: f64,
    p50_ms: f64,
    p99_ms: f64,
    /// CPU seconds of the server per 10,000 sign-ups.
    cpu: f64,
    peak_mib: f64,
}

pub async fn run(options: &Options) {
    let requests = if options.quick { 2_000 } else { 20_000 };
    let (mut ours, mut naive) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        naive.push(one_commit_each(requests / 10).await);
        ours.push(grouped(requests).await);
    }
    title(&format!("{requests} sign-ups over HTTP, SQLite FULL, {CONNECTIONS} connections, answered after the commit"));
    let (rate, their_rate) = (of(&ours, |r| r.rate), of(&naive, |rate| *rate));
    row(
        "sign-ups stored/s ÷ one commit a request (bare statements, no HTTP)",
        rate / their_rate,
        Bar::AtLeast(3.0),
        &format!("{rate:.0}/s, {their_rate:.0}/s"),
    );
    let note = format!("p50 {:.1}; {}", of(&ours, |r| r.p50_ms), worst(&ours, |r| r.p99_ms));
    row("p99, ms", of(&ours, |r| r.p99_ms), Bar::AtMost(20.0), &note);
    row("CPU s/10k", of(&ours, |r| r.cpu), Bar::Report, "");
    row("peak MiB", of(&ours, |r| r.peak_mib), Bar::Report, "");
}

/// The limit of the plain way: each request writes its three rows in a transaction of its own.
async fn one_commit_each(requests: usize) -> f64 {
    let world = World::new(None).await;
    world.newsletter(0).await;
    let facteur::db::Db::Sqlite { write, .. } = world.app.db.clone() else { unreachable!() };
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let tasks: Vec<_> =
        (0..CONNECTIONS).map(|_| tokio::spawn(plain_visitor(write.clone(), next.clone(), requests))).collect();
    for task in tasks {
        task.await.unwrap();
    }
    requests as f64 / started.elapsed().as_secs_f64()
}

async fn plain_visitor(write: SqlitePool, next: Arc<AtomicUsize>, requests: usize) {
    loop {
        let i = next.fetch_add(1, Ordering::Relaxed);
        if i >= requests {
            return;
        }
        let mut tx = write.begin_with("BEGIN IMMEDIATE").await.unwrap();
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO subscriber (newsletter_id, email, email_key, language, status, schedule_id, created_at)
             VALUES (1, $1, $1, 'fr', 'pending', 1, 0) RETURNING id",
        )
        .bind(format!("n{i}@example.test"))
        .fetch_one(&mut *tx)
        .await
        .unwrap();
        for text in [
            "INSERT INTO consent (subscriber_id, kind, at) VALUES ($1, 'asked', 0)",
            "INSERT INTO letter (newsletter_id, subscriber_id, kind, language, created_at) VALUES (1, $1, 'confirm', 'fr', 0)",
        ] {
            sqlx::query(text).bind(id).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
}

/// The real program under load.
async fn grouped(requests: usize) -> Run {
    let world = World::new(None).await;
    world.newsletter(0).await;
    world.close().await;
    let server = Server::start(&world).await;
    let (next, before) = (Arc::new(AtomicUsize::new(0)), server.process.cpu());
    let started = Instant::now();
    let tasks: Vec<_> = (0..CONNECTIONS).map(|_| tokio::spawn(visitor(server.port, next.clone(), requests))).collect();
    let mut waits = Vec::with_capacity(requests);
    for task in tasks {
        waits.extend(task.await.unwrap());
    }
    let rate = requests as f64 / started.elapsed().as_secs_f64();
    waits.sort_unstable();
    let file = SqlitePool::connect(&world.config.database.url).await.unwrap();
    let stored: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM subscriber").fetch_one(&file).await.unwrap();
    assert_eq!(stored as usize, requests, "every answered sign-up is stored");
    let percentile = |n: usize| waits[waits.len() * n / 100].as_secs_f64() * 1e3;
    Run {
        rate,
        p50_ms: percentile(50),
        p99_ms: percentile(99),
        cpu: (server.process.cpu() - before) * 1e4 / requests as f64,
        peak_mib: server.process.peak_mib(),
    }
}

async fn visitor(port: u16, next: Arc<AtomicUsize>, requests: usize) -> Vec<Duration> {
    let mut visitor = Visitor::connect(port).await;
    let mut waits = Vec::new();
    loop {
        let i = next.fetch_add(1, Ordering::Relaxed);
        if i >= requests {
            return waits;
        }
        waits.push(visitor.sign_up(i).await);
    }
}
