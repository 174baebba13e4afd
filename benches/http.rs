//! The program answering visitors, and visitors who sign up one after the other on a connection that is kept.

use std::process::Command;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::process::{Measured, facteur};
use crate::world::{Relay, World};

/// `facteur serve`, without the ceilings that one network would soon meet.
pub struct Server {
    pub process: Measured,
    pub port: u16,
}

impl Server {
    /// Starts it with the role of the web alone, and waits until it answers.
    pub async fn start(world: &World) -> Self {
        Self::start_as(world, "web", &Relay::NONE).await
    }

    /// Starts it with these roles, and waits until it answers.
    pub async fn start_as(world: &World, roles: &str, relay: &Relay<'_>) -> Self {
        Self::start_by(facteur(&[]), world, roles, relay).await
    }

    /// The same by a command that takes the program's arguments: the program, perhaps watched by another.
    pub async fn start_by(mut program: Command, world: &World, roles: &str, relay: &Relay<'_>) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let more = "[digests]\nsettle_s = 0\n[signup]\nletters_per_hour = 0\nletters_per_hour_domain = 0\n\
                    requests_per_hour_network = 0\nrequests_per_hour_network_embedded = 0\n";
        let config = world.write_config(&world.config.database.url, relay, more);
        let listen = format!("127.0.0.1:{port}");
        let process =
            Measured::start(program.args(["serve", "--roles", roles, "--listen", &listen, "--config"]).arg(config));
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(process.started.elapsed() < Duration::from_mins(1), "the server does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Self { process, port }
    }
}

/// One connection.
pub struct Visitor {
    stream: BufReader<TcpStream>,
    /// Bytes of the last answer, without its head.
    pub size: usize,
    /// The last answer, without its head.
    pub body: Vec<u8>,
}

impl Visitor {
    pub async fn connect(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream), size: 0, body: Vec::new() }
    }

    /// Signs up as visitor number `i`, and tells how long the answer took.
    pub async fn sign_up(&mut self, i: usize) -> Duration {
        let body = format!("email=visitor{i}%40example{}.test&lang=fr", i % 50);
        let asked = Instant::now();
        let status = self.post("/n/bench", "Content-Type: application/x-www-form-urlencoded\r\n", &body).await;
        assert!(status.contains(" 303 "), "not a sign-up: {status}");
        asked.elapsed()
    }

    /// Asks for a page, reads the whole answer and gives its status line.
    pub async fn get(&mut self, path: &str, headers: &str) -> String {
        self.ask(format!("GET {path} HTTP/1.1\r\nHost: news.example\r\n{headers}\r\n")).await
    }

    /// Posts, reads the whole answer and gives its status line.
    pub async fn post(&mut self, path: &str, headers: &str, body: &str) -> String {
        let length = body.len();
        let head = format!("POST {path} HTTP/1.1\r\nHost: news.example\r\n{headers}Content-Length: {length}\r\n\r\n");
        self.ask(head + body).await
    }

    async fn ask(&mut self, request: String) -> String {
        self.stream.get_mut().write_all(request.as_bytes()).await.unwrap();
        let mut status = String::new();
        self.stream.read_line(&mut status).await.unwrap();
        let (mut line, mut length) = (String::new(), 0);
        while line != "\r\n" {
            line.clear();
            assert!(self.stream.read_line(&mut line).await.unwrap() > 0, "the connection ended: {status}");
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body).await.unwrap();
        self.size = length;
        status
    }
}
