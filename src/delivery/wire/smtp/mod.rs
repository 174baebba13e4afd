//! Our own SMTP client (RFC 5321): bytes on a socket, and nothing of the ledger.
//!
//! In: a relay's settings, envelopes, message bytes. Out: replies, matched in order. It is what Facteur exists for: one
//! write per step on a socket without delay, a time-out at each step, and a connection that is dropped when it cannot be
//! trusted any more. Met by `session`, which knows what the replies mean for a mail.

pub mod auth;
pub mod capabilities;
pub mod connection;
pub mod envelope;
pub mod open;
pub mod product;
pub mod reply;
pub mod stream;

use std::time::Duration;

use crate::config::Smtp;
use crate::fault;
use crate::ledger::alarm::Hurdle;

/// Where in the conversation an answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The greeting after the connection.
    Banner,
    /// `EHLO` or `HELO`.
    Hello,
    /// `STARTTLS`.
    StartTls,
    /// `AUTH` and its steps.
    Auth,
    /// `MAIL FROM`.
    Mail,
    /// `RCPT TO`.
    Rcpt,
    /// `DATA`, before the content.
    Data,
    /// The final dot, after the content.
    Dot,
}

/// How long each step may take (RFC 5321 section 4.5.3.2). A connection whose time is up is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Name look-up, TCP connection and TLS handshake, each.
    pub connect: Duration,
    /// Greeting, `EHLO`, `STARTTLS`, `AUTH`.
    pub greeting: Duration,
    /// Reply to `MAIL`, and to `RSET`.
    pub mail: Duration,
    /// Reply to a `MAIL` that travelled behind the dot, once the dot is answered: a server that drops what stands there never
    /// answers it, and one that is only slow is asked again in a lower pipelining mode.
    pub ahead: Duration,
    /// The round trip from which one round trip a message instead of two is worth a try.
    pub far: Duration,
    /// Reply to `RCPT`.
    pub rcpt: Duration,
    /// Reply to `DATA`.
    pub data: Duration,
    /// One write of the content.
    pub block: Duration,
    /// Reply to the final dot. A shorter one makes duplicates.
    pub dot: Duration,
    /// Reply to `QUIT`; nothing depends on it.
    pub quit: Duration,
    /// A connection with nothing to send says `QUIT` after this.
    pub idle: Duration,
    /// After a stop, what has its envelope on the wire may take this long (`[smtp] stop_s`).
    pub drain: Duration,
    /// First wait after a fault of the server; it doubles up to 300 times as much.
    pub back_off: Duration,
}

impl Timeouts {
    /// Those of RFC 5321, and the stop as it is configured.
    pub fn of(smtp: &Smtp) -> Self {
        Self { drain: Duration::from_secs(smtp.stop_s.into()), ..Self::default() }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            greeting: Duration::from_mins(5),
            mail: Duration::from_mins(5),
            ahead: Duration::from_secs(5),
            far: Duration::from_millis(2),
            rcpt: Duration::from_mins(5),
            data: Duration::from_mins(2),
            block: Duration::from_mins(3),
            dot: fault::dot_timeout(Duration::from_mins(10)),
            quit: Duration::from_secs(5),
            idle: Duration::from_secs(5),
            drain: Duration::from_secs(80),
            back_off: Duration::from_secs(1),
        }
    }
}

/// Why a connection is of no use any more. What this means for a mail depends on how far the mail had come.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// End of stream.
    #[error("the server closed the connection")]
    Closed,
    /// A step took longer than its limit.
    #[error("the server did not answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    /// An answer that is no SMTP reply; its first bytes, escaped.
    #[error("the server's answer is no SMTP reply: {0}")]
    Garbage(String),
    /// A replies that has no place here; code and words.
    #[error("the server's answer does not fit what was asked: {0}")]
    OutOfStep(String),
    /// The socket failed.
    #[error("the connection failed: {0}")]
    Io(String),
    /// We are stopping, and the time for that is up.
    #[error("stopped while waiting for the server")]
    Stopped,
}

impl From<&Broken> for Hurdle {
    fn from(broken: &Broken) -> Self {
        match broken.clone() {
            Broken::Closed => Self::Closed,
            Broken::TimedOut(limit) => Self::Silent { seconds: limit.as_secs_f32().to_string() },
            Broken::Garbage(words) => Self::NoReply { words },
            Broken::OutOfStep(words) => Self::OutOfStep { words },
            Broken::Io(words) => Self::Failed { words },
            Broken::Stopped => Self::Stopped,
        }
    }
}

impl From<reply::Garbage> for Broken {
    fn from(garbage: reply::Garbage) -> Self {
        Self::Garbage(garbage.sample)
    }
}

impl From<std::io::Error> for Broken {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
        match error.kind() {
            BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof => Self::Closed,
            _ => Self::Io(reply::printable(&error.to_string())),
        }
    }
}
