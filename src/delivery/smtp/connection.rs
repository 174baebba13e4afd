//! One connection: an out buffer that is written at once, and replies that are read one at a time, each with its limit.
//!
//! In: bytes put into [`Connection::out`]. Out: replies in order, or [`Broken`], after which the connection is dropped.
//! Met by [`open`](super::open), [`envelope`](super::envelope) and `session`.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::capabilities::Capabilities;
use super::reply::{Replies, Reply};
use super::stream::Stream;
use super::{Broken, Timeouts};

/// A connection to a mail server.
#[derive(Debug)]
pub struct Connection {
    pub(super) stream: Stream,
    pub(super) replies: Replies,
    /// What the next [`Connection::flush`] writes. Reused: it grows to one message and its envelope.
    pub out: Vec<u8>,
    /// Bytes of the last flush that the socket took.
    written: usize,
    /// A transaction was begun and refused: `RSET` goes before the next `MAIL`.
    pub(super) stale: bool,
    /// Only closing is safe: the server waits for content that must not be sent.
    pub(super) spent: bool,
    /// What the server offered.
    pub offers: Capabilities,
    /// Limits of each step.
    pub timeouts: Timeouts,
    /// Cuts every wait short when a stop has lasted long enough.
    hard_stop: CancellationToken,
}

impl Connection {
    /// Takes over a connected socket; nothing has been read yet.
    pub fn new(stream: Stream, timeouts: Timeouts, hard_stop: CancellationToken) -> Self {
        let (replies, offers) = (Replies::default(), Capabilities::default());
        let out = Vec::with_capacity(4096);
        Self { stream, replies, out, written: 0, stale: false, spent: false, offers, timeouts, hard_stop }
    }

    /// Writes all of [`Connection::out`] and empties it.
    ///
    /// # Errors
    /// [`Broken`]; [`Connection::written`] then tells how much may have left.
    pub async fn flush(&mut self) -> Result<(), Broken> {
        self.written = 0;
        while self.written < self.out.len() {
            let write = self.stream.write(&self.out[self.written..]);
            match limited(self.timeouts.block, &self.hard_stop, write).await? {
                0 => return Err(Broken::Closed),
                n => self.written += n,
            }
        }
        if self.stream.is_encrypted() {
            limited(self.timeouts.block, &self.hard_stop, self.stream.flush()).await?;
        }
        self.out.clear();
        Ok(())
    }

    /// Bytes of the last [`Connection::flush`] that the socket took: what lies behind them has surely not left.
    pub fn written(&self) -> usize {
        self.written
    }

    /// The next reply. `limit` is for the whole of it, so that a byte now and then does not hold us.
    pub async fn reply(&mut self, limit: Duration) -> Result<Reply, Broken> {
        if let Some(reply) = self.replies.take()? {
            return Ok(reply);
        }
        let deadline = Instant::now() + limit;
        loop {
            let buffer = self.replies.buffer();
            buffer.reserve(512);
            let read = timeout_at(deadline, self.stream.read_buf(buffer));
            let read = tokio::select! {
                biased;
                read = read => read.map_err(|_| Broken::TimedOut(limit))??,
                () = self.hard_stop.cancelled() => return Err(Broken::Stopped),
            };
            if read == 0 {
                return Err(Broken::Closed);
            }
            if let Some(reply) = self.replies.take()? {
                return Ok(reply);
            }
        }
    }

    /// The last reply's words: one line, printable, at most 512 bytes.
    pub fn words(&self) -> String {
        self.replies.words()
    }

    /// Text of the last reply, its lines joined by `\n`.
    pub fn text(&self) -> &str {
        self.replies.text()
    }

    /// Whether only closing is safe.
    pub fn is_spent(&self) -> bool {
        self.spent
    }

    /// Resolves when the server says or does something though nothing was asked: it is closing.
    pub async fn unexpected(&mut self) {
        if self.replies.is_empty() {
            // Whatever it is, end of stream and error too, this connection is not used any more.
            let _closing = self.stream.read_buf(self.replies.buffer()).await;
        }
    }

    /// Says `QUIT` and waits a moment for the answer, on which nothing depends.
    pub async fn quit(mut self) {
        self.out.clear();
        self.out.extend_from_slice(b"QUIT\r\n");
        self.timeouts.block = self.timeouts.quit;
        if self.flush().await.is_ok() {
            let _farewell = self.reply(self.timeouts.quit).await;
            let _closed = limited(self.timeouts.quit, &self.hard_stop, self.stream.shutdown()).await;
        }
    }
}

/// A step with its limit, cut short by `stop`.
pub(super) async fn limited<T>(
    limit: Duration,
    stop: &CancellationToken,
    operation: impl Future<Output = std::io::Result<T>>,
) -> Result<T, Broken> {
    tokio::select! {
        biased;
        done = tokio::time::timeout(limit, operation) => Ok(done.map_err(|_| Broken::TimedOut(limit))??),
        () = stop.cancelled() => Err(Broken::Stopped),
    }
}
