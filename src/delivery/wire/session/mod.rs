//! One connection's task: takes mails from a lane and sends them, over as many connections as it takes, one at a time.
//!
//! ```text
//! Source::next ─▶ leave of Health ─▶ open ─▶ drive: envelope ─▶ gate ─▶ content ─▶ reply ─┐
//!       ▲                                              ▲──────────────────────────────────┘
//!       └─ give_back ◀── fault, stop ◀─────────────────┘
//! ```
//! In: a relay, with a seat for each connection ([`super::live`]), a lane's [`Source`], the [`Record`]er. Out: every mail it took is recorded, or given back, also after a
//! stop. The ledger starts one task per connection.

mod conclude;
mod drive;
mod pipelining;
mod screen;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::contract::{Record, Source};
use super::health::{Pass, millis};
use super::live::Seat;
use super::relay::{Relay, fault_of, one_too_many};
use super::smtp::open::OpenError;
use crate::delivery::Mail;
use crate::ledger::alarm::{Trouble, Why};
use crate::ledger::mask::masked;
use drive::{Drive, End};

/// Sends what `source` gives until it gives nothing more. After `stop`, what has its envelope on the wire is finished
/// within `[smtp] stop_s`; then it returns.
pub async fn work<S: Source, R: Record>(relay: Arc<Relay>, source: Arc<S>, recorder: Arc<R>, stop: CancellationToken) {
    let hard_stop = CancellationToken::new();
    let _drain = AbortOnDropHandle::new(tokio::spawn({
        let (stop, hard_stop, drain) = (stop.clone(), hard_stop.clone(), relay.target.timeouts.drain);
        async move {
            stop.cancelled().await;
            sleep(drain).await;
            hard_stop.cancel();
        }
    }));
    let mut carried: Option<Mail> = None;
    let mut refused = 0;
    loop {
        let Some(mail) = (match carried.take() {
            Some(mail) => Some(mail),
            None => source.next().await,
        }) else {
            return;
        };
        let ailing = relay.health.is_ailing();
        let Some(pass) = relay.health.admit() else {
            source.give_back(mail);
            if !relay.health.wait(&stop).await {
                return;
            }
            continue;
        };
        let Some(seat) = relay.live.enter(source.whose()) else {
            drop(pass);
            source.give_back(mail);
            tokio::select! {
                () = stop.cancelled() => return,
                () = relay.live.freed(source.whose()) => {}
            }
            continue;
        };
        // While it is doubtful that the server takes mail, another relay may have this one.
        let mail = if ailing {
            source.give_back(mail);
            None
        } else {
            Some(mail)
        };
        match visit(&relay, (&*source, &*recorder), (&stop, &hard_stop), mail, (pass, seat)).await {
            Visit::Over => return,
            Visit::Useful(next) => (refused, carried) = (0, next),
            Visit::Useless(error) => {
                refused += 1;
                let goes_on = match error {
                    Some(error) => wait_after(&relay, &error, refused, &stop).await,
                    // What it broke on waits; one such connection says nothing of the server.
                    None => wait_alone(&relay, refused, &stop).await,
                };
                if !goes_on {
                    return;
                }
            }
        }
    }
}

/// What came of one connection.
enum Visit {
    /// There is nothing more to do.
    Over,
    /// Mails came to an end on it; here is the next, if one is at hand.
    Useful(Option<Mail>),
    /// It could not be had, or broke before any mail came to an end.
    Useless(Option<OpenError>),
}

/// Opens one connection and sends over it as long as it lasts. Its seat counts from here on: one that is still being greeted may well
/// work.
async fn visit<S: Source, R: Record>(
    relay: &Relay,
    (source, recorder): (&S, &R),
    (stop, hard_stop): (&CancellationToken, &CancellationToken),
    mail: Option<Mail>,
    (pass, seat): (Pass, Seat<'_>),
) -> Visit {
    let opened = tokio::select! {
        biased;
        () = stop.cancelled() => None,
        opened = relay.open(hard_stop.clone()) => Some(opened),
    };
    let connection = match opened {
        Some(Ok(connection)) => connection,
        not_opened => {
            if let Some(mail) = mail {
                source.give_back(mail);
            }
            return not_opened.and_then(Result::err).map_or(Visit::Over, |error| Visit::Useless(Some(error)));
        }
    };
    match Drive::new(relay, source, recorder, stop, connection, (pass, seat)).run(mail).await {
        End::Stop | End::Lost => Visit::Over,
        End::Carry(mail) => Visit::Useful(Some(*mail)),
        End::Again | End::Quit => Visit::Useful(None),
        End::Useless(words) => {
            tracing::debug!(words = masked(&words), "a connection to the mail server was of no use");
            Visit::Useless(None)
        }
    }
}

/// Waits after a connection could not be opened. If our other connections work or are being greeted, the server has reached its
/// connection limit: only this one backs off.
async fn wait_after(relay: &Relay, error: &OpenError, refused: u32, stop: &CancellationToken) -> bool {
    if stop.is_cancelled() {
        return false;
    }
    if relay.live.count() > 0 && !relay.health.is_ailing() && one_too_many(error) {
        tracing::info!("the mail server refuses one more connection");
        return wait_alone(relay, refused, stop).await;
    }
    let server = format!("{}:{}", relay.target.host, relay.target.port);
    relay.health.fault(fault_of(error), Why::Known(Trouble::Connection { server, why: error.into() }));
    true
}

/// This connection's task waits, longer each time; `false`: stopped meanwhile.
async fn wait_alone(relay: &Relay, refused: u32, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = stop.cancelled() => false,
        () = relay.clock.reaches(relay.clock.steady() + millis(relay.health.back_off(refused))) => true,
    }
}
