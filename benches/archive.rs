//! Pages of the archive: how many a second are answered, beside a bare server that answers the same bytes on the same HTTP.

use std::io::BufRead as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::routing::get;

use crate::Options;
use crate::http::{Server, Visitor};
use crate::process::{Measured, facteur};
use crate::table::{Bar, of, row, title, worst};
use crate::world::{Relay, World};

const CONNECTIONS: usize = 64;

/// Where the bare server has its page.
const PLAIN: &str = "/page";

/// One run against a server.
struct Run {
    rate: f64,
    p99_ms: f64,
    /// CPU seconds of the server per 10,000 pages.
    cpu: f64,
    bytes: usize,
}

pub async fn run(options: &Options) {
    let requests = if options.quick { 5_000 } else { 50_000 };
    let world = sent().await;
    let lines = facteur::digests::archive::sql::all(&world.app.db, 1, i64::MAX, 1).await.unwrap();
    let page = format!("/n/bench/archive/{}", lines[0].address);
    world.close().await;
    let server = Server::start(&world).await;
    let file = world.folder.path().join("page.html");
    let mut visitor = Visitor::connect(server.port).await;
    assert!(visitor.get(&page, "").await.contains(" 200 "), "the page is there");
    std::fs::write(&file, &visitor.body).unwrap();
    let (plain, port) = bare(&file);
    let (mut ours, mut theirs, mut lists, mut feeds) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        theirs.push(under_load(port, PLAIN, &plain, requests).await);
        ours.push(under_load(server.port, &page, &server.process, requests).await);
        lists.push(under_load(server.port, "/n/bench/archive", &server.process, requests / 5).await);
        feeds.push(under_load(server.port, "/n/bench/feed.xml", &server.process, requests / 5).await);
    }
    let (size, their_rate) = (ours[0].bytes, of(&theirs, |run| run.rate));
    assert_eq!(size, theirs[0].bytes, "both answer the same bytes");
    title(&format!("{requests} pages of an archive over HTTP, {size} bytes each, {CONNECTIONS} connections"));
    let rate = of(&ours, |run| run.rate);
    let note = format!("{rate:.0}/s, {their_rate:.0}/s");
    row("pages/s ÷ a bare static answer of the same bytes", rate / their_rate, Bar::AtLeast(0.5), &note);
    let note = format!("{}; bare {:.1}", worst(&ours, |run| run.p99_ms), of(&theirs, |run| run.p99_ms));
    row("p99, ms", of(&ours, |run| run.p99_ms), Bar::Report, &note);
    row("CPU s/10k", of(&ours, |run| run.cpu), Bar::Report, &format!("bare {:.2}", of(&theirs, |run| run.cpu)));
    for (name, runs) in [("list", &lists), ("feed", &feeds)] {
        row(&format!("{name}, answers/s"), of(runs, |run| run.rate), Bar::Report, &format!("{} bytes", runs[0].bytes));
    }
}

/// An instance that has sent a digest of one post, its archive public.
async fn sent() -> World {
    let world = World::new(None).await;
    world.newsletter(1).await;
    let config = world.write_config(&world.config.database.url, &Relay::NONE, "[digests]\nsettle_s = 0\n");
    let opened = facteur(&["archive", "set", "bench", "public", "--config"]).arg(config).status().unwrap();
    assert!(opened.success(), "the archive is opened");
    world.post().await;
    world.release(1).await;
    world
}

/// The plain way: a server that does nothing but answer a file that it holds.
fn bare(file: &Path) -> (Measured, u16) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let mut process = Measured::start(command.arg("--plain-page").arg(file).stdout(Stdio::piped()));
    let mut line = String::new();
    std::io::BufReader::new(process.child().stdout.take().unwrap()).read_line(&mut line).unwrap();
    let port = line.trim().parse().expect("the plain server prints its port");
    (process, port)
}

/// `--plain-page FILE`
pub fn main(args: &[String]) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let page = Bytes::from(std::fs::read(&args[0]).unwrap());
        let answer = move || {
            let page = page.clone();
            async move { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page) }
        };
        let router = Router::new().route(PLAIN, get(answer));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap().port());
        axum::serve(listener, router).await.unwrap();
    });
}

/// So many pages over all connections, as fast as they are answered.
async fn under_load(port: u16, path: &str, server: &Measured, requests: usize) -> Run {
    let (next, before) = (Arc::new(AtomicUsize::new(0)), server.cpu());
    let started = Instant::now();
    let reader = |_| tokio::spawn(reader(port, path.to_owned(), next.clone(), requests));
    let tasks: Vec<_> = (0..CONNECTIONS).map(reader).collect();
    let (mut waits, mut bytes) = (Vec::with_capacity(requests), 0);
    for task in tasks {
        let (took, size) = task.await.unwrap();
        waits.extend(took);
        bytes = bytes.max(size);
    }
    let rate = requests as f64 / started.elapsed().as_secs_f64();
    waits.sort_unstable();
    Run {
        rate,
        p99_ms: waits[waits.len() * 99 / 100].as_secs_f64() * 1e3,
        cpu: (server.cpu() - before) * 1e4 / requests as f64,
        bytes,
    }
}

async fn reader(port: u16, path: String, next: Arc<AtomicUsize>, requests: usize) -> (Vec<Duration>, usize) {
    let mut visitor = Visitor::connect(port).await;
    let mut waits = Vec::new();
    while next.fetch_add(1, Ordering::Relaxed) < requests {
        let asked = Instant::now();
        let status = visitor.get(&path, "").await;
        assert!(status.contains(" 200 "), "{path}: {status}");
        waits.push(asked.elapsed());
    }
    (waits, visitor.size)
}
