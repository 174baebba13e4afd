//! Sign-ups: how many a second are answered after they are durable, beside one commit a request.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::Options;
use crate::process::Measured;
use crate::table::{Bar, median, row, title};
use crate::world::World;

const CONNECTIONS: usize = 64;

pub async fn run(options: &Options) {
    let requests = if options.quick { 2_000 } else { 20_000 };
    let (mut ours, mut naive, mut p99) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        naive.push(one_commit_each(requests / 10).await);
        let (rate, slow) = grouped(requests).await;
        ours.push(rate);
        p99.push(slow);
    }
    title("Sign-ups over HTTP, SQLite FULL, 64 connections, answered after the commit");
    let (ours, naive) = (median(ours), median(naive));
    row(
        "sign-ups stored/s ÷ one commit a request",
        ours / naive,
        Bar::AtLeast(3.0),
        &format!("{ours:.0}/s, {naive:.0}/s"),
    );
    row("p99, ms", median(p99), Bar::AtMost(20.0), "");
}

/// The limit of the plain way: each request writes its three rows in a transaction of its own.
async fn one_commit_each(requests: usize) -> f64 {
    let world = World::new(None).await;
    world.newsletter(0).await;
    let facteur::db::Db::Sqlite { write, .. } = world.app.db.clone() else { unreachable!() };
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (write, next) = (write.clone(), next.clone());
            tokio::spawn(async move {
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
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    requests as f64 / started.elapsed().as_secs_f64()
}

/// The real program under load: requests a second and the 99th percentile in milliseconds.
async fn grouped(requests: usize) -> (f64, f64) {
    let world = World::new(None).await;
    world.newsletter(0).await;
    world.close().await;
    let port = free_port();
    let limits = "[signup]\nletters_per_hour = 0\nletters_per_hour_domain = 0\nrequests_per_hour_network = 0\nrequests_per_hour_network_embedded = 0\n";
    let config = world.write_config(&world.config.database.url, 9, 1, limits);
    let _server = Measured::start(
        Command::new(env!("CARGO_BIN_EXE_facteur"))
            .args(["serve", "--roles", "web", "--listen", &format!("127.0.0.1:{port}"), "--config"])
            .arg(config)
            .stderr(Stdio::null()),
    );
    answering(port).await;
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let tasks: Vec<_> = (0..CONNECTIONS).map(|_| tokio::spawn(visitor(port, next.clone(), requests))).collect();
    let mut waits = Vec::with_capacity(requests);
    for task in tasks {
        waits.extend(task.await.unwrap());
    }
    let rate = requests as f64 / started.elapsed().as_secs_f64();
    waits.sort_unstable();
    let file = sqlx::SqlitePool::connect(&world.config.database.url).await.unwrap();
    let stored: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM subscriber").fetch_one(&file).await.unwrap();
    assert_eq!(stored as usize, requests, "every answered sign-up is stored");
    (rate, waits[waits.len() * 99 / 100].as_secs_f64() * 1e3)
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

async fn answering(port: u16) {
    let until = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        assert!(Instant::now() < until, "the server does not answer");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn visitor(port: u16, next: Arc<AtomicUsize>, requests: usize) -> Vec<Duration> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut stream = BufReader::new(stream);
    let mut waits = Vec::new();
    loop {
        let i = next.fetch_add(1, Ordering::Relaxed);
        if i >= requests {
            return waits;
        }
        let body = format!("email=visitor{i}%40example{}.test&lang=fr", i % 50);
        let request = format!(
            "POST /n/bench HTTP/1.1\r\nHost: news.example\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let asked = Instant::now();
        stream.get_mut().write_all(request.as_bytes()).await.unwrap();
        answer(&mut stream).await;
        waits.push(asked.elapsed());
    }
}

/// Reads one answer and expects a redirect to the thank-you page.
async fn answer(stream: &mut BufReader<TcpStream>) {
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    assert!(line.contains(" 303 "), "not a sign-up: {line}");
    let mut length = 0;
    loop {
        line.clear();
        stream.read_line(&mut line).await.unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
}
