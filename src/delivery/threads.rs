//! The threads that connections run on, and the one of claims beside them. The recorder, limits and everything else stay on delivery's own
//! thread, which is the first of the connections'.
//!
//! In: `[smtp] threads`. Out: for each connection the thread that it stays on for life, and the way of the recorder's answers to it.
//! On two cores one thread is best: SQLite's thread, the making of batches and the pages need the other, and half of the connections
//! make half of the mails that share a commit. Claims write in several steps while they hold SQLite's writer: on the connections' thread
//! each step would wait behind the mails that are ready to be sent, and every commit behind it.

use std::future::pending;
use std::io;
use std::sync::mpsc;
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::record::posts::{Posts, hand_over};

/// Fewer connections do not fill a thread.
const CONNECTIONS: usize = 16;

/// How many threads: as `[smtp] threads` says, or one for two cores and for as many connections as fill one.
pub fn count(asked: usize, connections: usize) -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let wanted = if asked == 0 { (cores / 2).min(connections / CONNECTIONS) } else { asked };
    wanted.clamp(1, connections.max(1))
}

/// See the module. Dropped, the threads end, and what still runs on them.
#[derive(Debug)]
pub struct Threads {
    handles: Vec<Handle>,
    /// Of claims; `None`: the first of the connections'.
    claims: Option<Handle>,
    posts: Posts,
    _end: DropGuard,
}

impl Threads {
    /// So many for connections, with the one that this is called on; `apart`: and one for claims. Where one cannot be had, there are
    /// fewer.
    pub fn start(count: usize, apart: bool) -> Self {
        let end = CancellationToken::new();
        let (mut handles, mut posts) = (vec![Handle::current()], Posts::default());
        while handles.len() < count {
            let before = posts.clone();
            let Some(handle) = begin(&format!("delivery-{}", handles.len()), hand_over(posts.add()), end.clone())
            else {
                posts = before;
                break;
            };
            handles.push(handle);
        }
        let claims = if apart { begin("claims", pending(), end.clone()) } else { None };
        Self { handles, claims, posts, _end: end.drop_guard() }
    }

    /// The thread of claims.
    pub fn of_claims(&self) -> &Handle {
        self.claims.as_ref().unwrap_or(&self.handles[0])
    }

    /// The thread of a connection with this number, and its own.
    pub fn of(&self, connection: usize) -> (usize, &Handle) {
        let number = connection % self.handles.len();
        (number, &self.handles[number])
    }

    /// The ways to them.
    pub fn posts(&self) -> Posts {
        self.posts.clone()
    }
}

/// One more, which does `work` and whatever is spawned on it until `end`. `None`, and a word in the log, when it cannot be had.
fn begin(name: &str, work: impl Future<Output = ()> + Send + 'static, end: CancellationToken) -> Option<Handle> {
    let begun = start(name.to_owned(), work, end);
    begun
        .inspect_err(|error| tracing::warn!(%error, name, "a thread of delivery cannot be started; going on without"))
        .ok()
}

fn start(name: String, work: impl Future<Output = ()> + Send + 'static, end: CancellationToken) -> io::Result<Handle> {
    let (tell, told) = mpsc::channel();
    thread::Builder::new().name(name).spawn(move || {
        let runtime = match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                let _ = tell.send(Err(error));
                return;
            }
        };
        let _ = tell.send(Ok(runtime.handle().clone()));
        runtime.block_on(async {
            tokio::select! {
                () = end.cancelled() => {}
                () = work => end.cancelled().await,
            }
        });
        runtime.shutdown_background();
    })?;
    told.recv().unwrap_or_else(|_| Err(io::Error::other("the thread ended at once")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_as_asked_for_and_never_more_than_connections() {
        assert_eq!(count(3, 64), 3);
        assert_eq!(count(8, 2), 2);
        assert_eq!((count(0, 0), count(0, CONNECTIONS - 1)), (1, 1));
        let cores = thread::available_parallelism().map_or(1, usize::from);
        assert_eq!(count(0, 256), (cores / 2).clamp(1, 16));
    }

    #[tokio::test]
    async fn each_connection_stays_on_its_own_and_they_end_together() {
        let threads = Threads::start(3, true);
        let mut names = Vec::new();
        for connection in 0..6 {
            let (number, handle) = threads.of(connection);
            assert_eq!(number, connection % 3);
            let name = handle.spawn(async { thread::current().name().map(str::to_owned) });
            if number == 0 {
                assert!(name.await.is_ok());
            } else {
                names.push(name.await.unwrap().unwrap());
            }
        }
        assert_eq!(names, ["delivery-1", "delivery-2", "delivery-1", "delivery-2"]);
        let claims = threads.of_claims().spawn(async { thread::current().name().map(str::to_owned) });
        assert_eq!(claims.await.unwrap().as_deref(), Some("claims"));
        let endless = threads.of(1).1.spawn(pending::<()>());
        drop(threads);
        assert!(endless.await.is_err(), "it ends with its thread");
    }
}
