//! Sign-ups: how many a second are answered after they are durable, beside a bare server with one commit a request; or, with an older
//! `facteur` ([`beside`]), beside that.

use std::collections::HashMap;
use std::io::BufRead as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::response::Redirect;
use axum::routing::post;
use axum::{Form, Router};
use facteur::db::{Db, Writer};
use sqlx::{Connection as _, PgConnection, SqliteConnection, SqlitePool};

use crate::Options;
use crate::base::{noise, ratio, version};
use crate::burst::Serving;
use crate::http::{Server, Visitor};
use crate::process::Measured;
use crate::table::{Bar, of, row, title, worst};
use crate::world::{Relay, World, postgres_server};

const CONNECTIONS: usize = 64;

/// One run of a server.
pub struct Run {
    rate: f64,
    p50_ms: f64,
    p99_ms: f64,
    /// CPU seconds of the server per 10,000 sign-ups.
    cpu: f64,
    peak_mib: f64,
}

pub async fn run(options: &Options) {
    let requests = if options.quick { 2_000 } else { 20_000 };
    let (mut ours, mut plain) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        plain.push(one_commit_each(requests / 4).await);
        ours.push(grouped(requests).await);
    }
    title(&format!("{requests} sign-ups over HTTP, SQLite FULL, {CONNECTIONS} connections, answered after the commit"));
    let (rate, their_rate) = (of(&ours, |r| r.rate), of(&plain, |r| r.rate));
    row(
        "sign-ups stored/s ÷ one commit a request",
        rate / their_rate,
        Bar::AtLeast(3.0),
        &format!("{rate:.0}/s, {their_rate:.0}/s"),
    );
    let note = format!(
        "p50 {:.1}; {}; one commit each {:.0}",
        of(&ours, |r| r.p50_ms),
        worst(&ours, |r| r.p99_ms),
        of(&plain, |r| r.p99_ms)
    );
    row("p99, ms", of(&ours, |r| r.p99_ms), Bar::AtMost(20.0), &note);
    row("CPU s/10k", of(&ours, |r| r.cpu), Bar::Report, &format!("one commit each {:.2}", of(&plain, |r| r.cpu)));
    row("peak MiB", of(&ours, |r| r.peak_mib), Bar::Report, "");
}

/// An older program and the present one by turns, on SQLite and on PostgreSQL, each with an instance that its own commands made. What
/// counts is the ratio, present ÷ base, of the server's CPU for each sign-up and of the rate.
pub async fn beside(options: &Options, base: &Path) {
    let present = Path::new(env!("CARGO_BIN_EXE_facteur"));
    println!("\nbase: {} ({})\npresent: {} ({})", base.display(), version(base), present.display(), version(present));
    let requests = if options.quick { 2_000 } else { 20_000 };
    for server in std::iter::once(None).chain(postgres_server().map(Some)) {
        let mut runs = [Vec::new(), Vec::new()];
        for round in 0..options.rounds {
            for turn in 0..2 {
                let which = (round + turn) % 2;
                runs[which].push(by([base, present][which], server.as_deref(), requests).await);
            }
        }
        let database = if server.is_some() { "PostgreSQL" } else { "SQLite FULL" };
        title(&format!(
            "Present ÷ base, {requests} sign-ups over HTTP, {database}, {CONNECTIONS} connections, {} rounds",
            options.rounds
        ));
        compared(&runs, server.is_some());
    }
}

fn compared([base, present]: &[Vec<Run>; 2], is_postgres: bool) {
    let (ours, theirs) = (of(present, |r| r.cpu), of(base, |r| r.cpu));
    let noise = noise(&base.iter().map(|r| r.cpu).collect::<Vec<_>>()) * 100.0;
    let note =
        format!("{:.1} and {:.1} µs each; noise of the base's own rounds ± {noise:.1} %", ours * 100.0, theirs * 100.0);
    let (cpu, rate) = if is_postgres { (Bar::Report, Bar::AtLeast(2.5)) } else { (Bar::AtMost(0.45), Bar::Report) };
    row("the server's CPU for each sign-up", ratio(base, present, |r| r.cpu), cpu, &note);
    let note = format!("{:.0} and {:.0}/s", of(present, |r| r.rate), of(base, |r| r.rate));
    row("sign-ups stored/s", ratio(base, present, |r| r.rate), rate, &note);
    for (name, figure) in [("p50", (|r| r.p50_ms) as fn(&Run) -> f64), ("p99", |r| r.p99_ms)] {
        let note = format!("{:.1} and {:.1} ms", of(present, figure), of(base, figure));
        row(name, ratio(base, present, figure), Bar::Report, &note);
    }
    let note = format!("{:.1} and {:.1} MiB", of(present, |r| r.peak_mib), of(base, |r| r.peak_mib));
    row("peak memory", ratio(base, present, |r| r.peak_mib), Bar::Report, &note);
}

/// One run of a program that was built before.
async fn by(program: &Path, server: Option<&str>, requests: usize) -> Run {
    let serving = Serving::start(program, server, "web", Relay::NONE.port).await;
    let run = under_load(serving.port, &serving.process, requests).await;
    let count = "SELECT COUNT(*) FROM subscriber";
    let stored: i64 = if server.is_some() {
        let mut look = PgConnection::connect(&serving.url).await.unwrap();
        sqlx::query_scalar(count).fetch_one(&mut look).await.unwrap()
    } else {
        let mut look = SqliteConnection::connect(&serving.url).await.unwrap();
        sqlx::query_scalar(count).fetch_one(&mut look).await.unwrap()
    };
    assert_eq!(stored as usize, requests, "every answered sign-up is stored");
    run
}

/// The real program under load.
async fn grouped(requests: usize) -> Run {
    let world = World::new(None).await;
    world.newsletter(0).await;
    world.close().await;
    let server = Server::start(&world).await;
    let run = under_load(server.port, &server.process, requests).await;
    stored(&world, requests).await;
    run
}

/// The plain way: a server that does nothing but write the same three rows, each request in a transaction of its own.
async fn one_commit_each(requests: usize) -> Run {
    let world = World::new(None).await;
    world.newsletter(0).await;
    world.close().await;
    let mut command = Command::new(std::env::current_exe().unwrap());
    let mut process =
        Measured::start(command.args(["--plain-signup", &world.config.database.url]).stdout(Stdio::piped()));
    let mut line = String::new();
    std::io::BufReader::new(process.child().stdout.take().unwrap()).read_line(&mut line).unwrap();
    let port = line.trim().parse().expect("the plain server prints its port");
    let run = under_load(port, &process, requests).await;
    stored(&world, requests).await;
    run
}

/// `--plain-signup DATABASE`
pub fn main(args: &[String]) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let Db::Sqlite { write, .. } = facteur::db::connect(&args[0], 1).await.unwrap() else { unreachable!() };
        let router = Router::new().route("/n/bench", post(plain)).with_state(write);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap().port());
        axum::serve(listener, router).await.unwrap();
    });
}

async fn plain(State(write): State<Writer>, Form(asked): Form<HashMap<String, String>>) -> Redirect {
    let mut tx = write.begin().await.unwrap();
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO subscriber (newsletter_id, email, email_key, language, status, schedule_id, created_at)
         VALUES (1, $1, $1, 'fr', 'pending', 1, 0) RETURNING id",
    )
    .bind(&asked["email"])
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
    Redirect::to("/thanks")
}

/// So many sign-ups over all connections, as fast as they are answered.
pub async fn under_load(port: u16, server: &Measured, requests: usize) -> Run {
    let (next, before) = (Arc::new(AtomicUsize::new(0)), server.cpu());
    let started = Instant::now();
    let tasks: Vec<_> = (0..CONNECTIONS).map(|_| tokio::spawn(visitor(port, next.clone(), requests))).collect();
    let mut waits = Vec::with_capacity(requests);
    for task in tasks {
        waits.extend(task.await.unwrap());
    }
    let rate = requests as f64 / started.elapsed().as_secs_f64();
    waits.sort_unstable();
    let percentile = |n: usize| waits[waits.len() * n / 100].as_secs_f64() * 1e3;
    Run {
        rate,
        p50_ms: percentile(50),
        p99_ms: percentile(99),
        cpu: (server.cpu() - before) * 1e4 / requests as f64,
        peak_mib: server.peak_mib(),
    }
}

/// Every answered sign-up is there.
async fn stored(world: &World, requests: usize) {
    let file = SqlitePool::connect(&world.config.database.url).await.unwrap();
    let stored: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM subscriber").fetch_one(&file).await.unwrap();
    assert_eq!(stored as usize, requests, "every answered sign-up is stored");
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
