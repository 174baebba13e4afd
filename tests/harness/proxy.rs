//! A way to a server that can be closed, or lose the answer to a `COMMIT`: what stands between a program and its database.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// See the file. It ends with the runtime of its test.
pub struct Proxy {
    pub port: u16,
    state: Arc<State>,
    /// Bumped to cut every connection.
    cut: watch::Sender<u32>,
}

#[derive(Default)]
struct State {
    closed: AtomicBool,
    swallow: AtomicBool,
}

impl Proxy {
    /// Stands before the server at this port of the loopback.
    pub async fn before(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (cut, cuts) = watch::channel(0);
        let state = Arc::<State>::default();
        let known = state.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if !known.closed.load(Ordering::SeqCst) {
                    tokio::spawn(pass(client, server, known.clone(), cuts.clone()));
                }
            }
        });
        Self { port, state, cut }
    }

    /// Cuts every connection, and lets none through until [`Proxy::open`].
    pub fn close(&self) {
        self.state.closed.store(true, Ordering::SeqCst);
        self.cut.send_modify(|cuts| *cuts += 1);
    }

    /// Lets connections through again.
    pub fn open(&self) {
        self.state.closed.store(false, Ordering::SeqCst);
    }

    /// While on, the server hears each `COMMIT` and its answer is lost with the connection.
    pub fn swallow_commits(&self, on: bool) {
        self.state.swallow.store(on, Ordering::SeqCst);
    }
}

async fn pass(client: TcpStream, server: u16, state: Arc<State>, mut cuts: watch::Receiver<u32>) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await else { return };
    cuts.mark_unchanged();
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let committing = AtomicBool::new(false);
    tokio::select! {
        () = ask(from_client, to_server, &state, &committing) => {}
        () = answer(from_server, to_client, &committing) => {}
        _ = cuts.changed() => {}
    }
}

async fn ask(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, state: &State, committing: &AtomicBool) {
    let mut piece = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut piece).await {
        let is_commit = piece[..count].windows(7).any(|bytes| bytes == b"COMMIT\0");
        if is_commit && state.swallow.load(Ordering::SeqCst) {
            committing.store(true, Ordering::SeqCst);
        }
        if to.write_all(&piece[..count]).await.is_err() {
            return;
        }
    }
}

async fn answer(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, committing: &AtomicBool) {
    let mut piece = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut piece).await {
        if committing.load(Ordering::SeqCst) || to.write_all(&piece[..count]).await.is_err() {
            return;
        }
    }
}
