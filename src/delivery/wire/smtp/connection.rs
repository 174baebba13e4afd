//! One connection: an out buffer that is written at once, and replies that are read one at a time, each with its limit.
//!
//! In: bytes put into [`Connection::out`], content in pieces. Out: replies in order, or [`Broken`], after which the
//! connection is dropped. Met by [`open`](super::open), [`envelope`](super::envelope) and `session`.

use std::future::poll_fn;
use std::io::IoSlice;
use std::mem::MaybeUninit;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::capabilities::Capabilities;
use super::product::Product;
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
    /// What the server says that it is.
    pub product: Product,
    /// How long its answer to our last greeting took.
    pub round_trip: Duration,
    /// Limits of each step.
    pub timeouts: Timeouts,
    patience: Patience,
}

/// What ends a wait: its limit, or a stop that has lasted long enough. One timer for the whole life of a connection, moved
/// when a step has to wait, so that a step that is ready at once touches neither timer nor clock.
#[derive(Debug)]
struct Patience {
    timer: Pin<Box<Sleep>>,
    hard_stop: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Patience {
    /// Polls `step` until it is ready, for `limit` at most. The clock is not read when it is ready at once.
    async fn with<T>(
        &mut self,
        limit: Duration,
        mut step: impl FnMut(&mut Context<'_>) -> Poll<Result<T, Broken>>,
    ) -> Result<T, Broken> {
        let mut waits = false;
        poll_fn(|cx| {
            if let Poll::Ready(done) = step(cx) {
                return Poll::Ready(done);
            }
            if !std::mem::replace(&mut waits, true) {
                self.timer.as_mut().reset(Instant::now() + limit);
            }
            if self.timer.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Err(Broken::TimedOut(limit)));
            }
            self.hard_stop.as_mut().poll(cx).map(|()| Err(Broken::Stopped))
        })
        .await
    }
}

/// Bytes that are read at once; four replies have a quarter of it.
const READ: usize = 512;

/// Room for the pieces of a message: a digest's has some twenty, and its iterator cannot tell.
const PARTS: usize = 32;

impl Connection {
    /// Takes over a connected socket; nothing has been read yet.
    pub fn new(stream: Stream, timeouts: Timeouts, hard_stop: CancellationToken) -> Self {
        let (replies, offers) = (Replies::default(), Capabilities::default());
        let out = Vec::with_capacity(1024);
        let patience =
            Patience { timer: Box::pin(sleep(Duration::ZERO)), hard_stop: Box::pin(hard_stop.cancelled_owned()) };
        let (product, round_trip) = (Product::default(), Duration::ZERO);
        Self {
            stream,
            replies,
            out,
            written: 0,
            stale: false,
            spent: false,
            offers,
            product,
            round_trip,
            timeouts,
            patience,
        }
    }

    /// Writes all of [`Connection::out`] and empties it.
    ///
    /// # Errors
    /// [`Broken`]; [`Connection::written`] then tells how much may have left.
    pub async fn flush(&mut self) -> Result<(), Broken> {
        self.send(std::iter::empty()).await
    }

    /// Writes `content`, and [`Connection::out`] behind it, at once: the pieces that all messages share are handed to the
    /// kernel, or to TLS, where they lie, so that nothing is copied and they stay in the processor's cache.
    ///
    /// # Errors
    /// As [`Connection::flush`].
    pub async fn send(&mut self, content: impl Iterator<Item = &[u8]>) -> Result<(), Broken> {
        self.written = 0;
        let mut out = std::mem::take(&mut self.out);
        let mut parts: Vec<IoSlice<'_>> = Vec::with_capacity(PARTS);
        for part in content {
            parts.push(IoSlice::new(part));
        }
        parts.push(IoSlice::new(&out));
        let result = self.write(&mut parts).await;
        drop(parts);
        out.clear();
        self.out = out;
        result?;
        if !self.stream.is_encrypted() {
            return Ok(());
        }
        let Self { stream, patience, timeouts, .. } = self;
        let flush = |cx: &mut Context<'_>| Pin::new(&mut *stream).poll_flush(cx).map_err(Broken::from);
        patience.with(timeouts.block, flush).await
    }

    async fn write(&mut self, mut parts: &mut [IoSlice<'_>]) -> Result<(), Broken> {
        IoSlice::advance_slices(&mut parts, 0);
        while !parts.is_empty() {
            let Self { stream, patience, timeouts, .. } = self;
            let write =
                |cx: &mut Context<'_>| Pin::new(&mut *stream).poll_write_vectored(cx, parts).map_err(Broken::from);
            match patience.with(timeouts.block, write).await? {
                0 => return Err(Broken::Closed),
                n => {
                    self.written += n;
                    IoSlice::advance_slices(&mut parts, n);
                }
            }
        }
        Ok(())
    }

    /// Bytes of the last [`Connection::flush`] that the socket took: what lies behind them has surely not left.
    pub fn written(&self) -> usize {
        self.written
    }

    /// The next reply. `limit` is for the whole of it, so that a byte now and then does not hold us.
    pub async fn reply(&mut self, limit: Duration) -> Result<Reply, Broken> {
        let Self { stream, replies, patience, .. } = self;
        patience
            .with(limit, |cx| {
                loop {
                    if let Some(reply) = replies.take()? {
                        return Poll::Ready(Ok(reply));
                    }
                    let (mut room, mut stream) = ([MaybeUninit::uninit(); READ], Pin::new(&mut *stream));
                    let mut read = ReadBuf::uninit(&mut room);
                    ready!(stream.as_mut().poll_read(cx, &mut read))?;
                    if read.filled().is_empty() {
                        return Poll::Ready(Err(Broken::Closed));
                    }
                    replies.buffer().extend_from_slice(read.filled());
                }
            })
            .await
    }

    /// The last reply's words: one line, printable, at most 512 bytes.
    pub fn words(&self) -> String {
        self.replies.words()
    }

    /// Text of the last reply, its lines joined by `\n`.
    pub fn text(&self) -> &str {
        self.replies.text()
    }

    /// The version of TLS; `None` in clear.
    pub fn protocol(&self) -> Option<&'static str> {
        self.stream.protocol()
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
            let Self { stream, patience, timeouts, .. } = &mut self;
            let mut closing = pin!(stream.shutdown());
            let _closed = patience.with(timeouts.quit, |cx| closing.as_mut().poll(cx).map_err(Broken::from)).await;
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
