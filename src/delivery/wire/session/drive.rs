//! One connection at work: envelope, gate, content, reply, again. Three pipelining modes: content and next envelope in one write (one
//! round trip a message), envelope in one write (two), one command at a time (four).
//!
//! In: a connection and a first mail. Out: an [`End`], with everything recorded or given back. Met by [`work`](super::work).

use std::pin::pin;
use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::conclude::Said;
use super::screen::Check;
use crate::config::Pipelining;
use crate::delivery::Mail;
use crate::delivery::wire::contract::{Record, RecordError, Source, Withdrawn};
use crate::delivery::wire::health::Pass;
use crate::delivery::wire::learned::PipelineMode;
use crate::delivery::wire::live::Seat;
use crate::delivery::wire::relay::Relay;
use crate::delivery::wire::smtp::connection::Connection;
use crate::delivery::wire::smtp::envelope::{Answer, Envelope};
use crate::delivery::wire::smtp::product::Product;
use crate::delivery::wire::smtp::{Broken, Stage};
use crate::fault::fault;
use crate::ledger::mask::masked;
use crate::ledger::{Done, Key, Outcome};

/// How long the ledger is left to learn that a mail which it gave cannot be sent now.
const MOMENT: Duration = Duration::from_millis(10);

/// Why a connection ended.
#[derive(Debug)]
pub(super) enum End {
    /// The lane has nothing more.
    Stop,
    /// The connection is of no use any more; open another.
    Again,
    /// It broke before any mail on it came to an end, with these words.
    Useless(String),
    /// The connection is fine, and is left politely; open another when there is leave.
    Quit,
    /// It was idle and has been left; here is the next mail.
    Carry(Box<Mail>),
    /// The ledger cannot be written.
    Lost,
}

/// A connection at work.
pub(super) struct Drive<'a, S, R> {
    pub(super) relay: &'a Relay,
    pub(super) source: &'a S,
    recorder: &'a R,
    pub(super) stop: &'a CancellationToken,
    /// `None` once it has been left.
    pub(super) connection: Option<Connection>,
    pass: Option<Pass>,
    /// As long as the connection is open.
    seat: Option<Seat<'a>>,
    /// PIPELINING is offered.
    pub(super) offered: bool,
    pub(super) product: Product,
    pub(super) round_trip: Duration,
    /// The mail at hand is the one that tries the highest pipelining mode.
    pub(super) on_trial: bool,
    /// Transactions that came to an end on this connection.
    pub(super) count: u32,
    /// Those of them that were accepted.
    pub(super) accepted: u32,
    /// Not begun.
    next: Option<Mail>,
    /// Its envelope is on the wire behind the content of another; not recorded as started.
    ahead: Option<Mail>,
    /// To be recorded, together with the next start when there is one.
    pub(super) done: Option<Done>,
    /// Found unsendable while looking ahead; to be recorded too.
    screened: Option<Done>,
    /// The connection broke, with these words.
    pub(super) broke: Option<String>,
}

impl<'a, S: Source, R: Record> Drive<'a, S, R> {
    pub(super) fn new(
        relay: &'a Relay,
        source: &'a S,
        recorder: &'a R,
        stop: &'a CancellationToken,
        connection: Connection,
        (pass, seat): (Pass, Seat<'a>),
    ) -> Self {
        let (offered, product, round_trip) = (connection.offers.pipelining, connection.product, connection.round_trip);
        Self {
            relay,
            source,
            recorder,
            stop,
            connection: Some(connection),
            pass: Some(pass),
            seat: Some(seat),
            offered,
            product,
            round_trip,
            on_trial: false,
            count: 0,
            accepted: 0,
            next: None,
            ahead: None,
            done: None,
            screened: None,
            broke: None,
        }
    }

    /// Sends until the connection ends; leaves nothing unrecorded.
    pub(super) async fn run(mut self, first: Option<Mail>) -> End {
        self.next = first;
        let end = loop {
            if let Err(end) = self.turn().await {
                break end;
            }
        };
        if std::mem::take(&mut self.on_trial) {
            self.relay.learned.end_trial();
        }
        let end = self.learn(end);
        let finished = self.finish().await;
        if let (End::Stop | End::Quit, Some(connection)) = (&end, self.connection.take())
            && !connection.is_spent()
        {
            connection.quit().await;
        }
        if finished.is_ok() { end } else { End::Lost }
    }

    /// One message.
    async fn turn(&mut self) -> Result<(), End> {
        let (mail, was_ahead) = match self.ahead.take() {
            Some(mail) => (mail, true),
            None => (self.begin().await?, false),
        };
        self.gate(&mail).await?;
        if self.answer(&mail, was_ahead).await? { self.content(&mail).await } else { Ok(()) }
    }

    /// Finds the next mail and puts its envelope on the wire.
    async fn begin(&mut self) -> Result<Mail, End> {
        loop {
            let full = self.accepted >= self.most();
            if full || self.connection.as_ref().is_none_or(Connection::is_spent) {
                return Err(if full { End::Quit } else { End::Again });
            }
            if self.relay.health.blocked(self.pass.as_ref()) || self.relay.live.is_wanted(self.source.whose()) {
                return Err(End::Quit);
            }
            let Some(mail) = self.next.take().or_else(|| self.source.try_next()) else {
                self.next = Some(self.idle().await?);
                continue;
            };
            match self.check(&mail) {
                Check::Send => return self.send_envelope(mail).await,
                Check::Record(outcome) => self.record(Some(mail.done(outcome)), None).await?,
                Check::GiveBack => {
                    self.source.give_back(mail);
                    // The ledger hears of it from another task.
                    sleep(MOMENT).await;
                    self.next = Some(self.idle().await?);
                }
            }
        }
    }

    async fn send_envelope(&mut self, mail: Mail) -> Result<Mail, End> {
        fault!("wire.before_envelope");
        self.put_envelope(&mail);
        let Some(connection) = &mut self.connection else { return Err(End::Again) };
        if let Err(broken) = connection.flush().await {
            self.source.give_back(mail);
            return Err(self.break_off(&broken));
        }
        fault!("wire.after_envelope");
        Ok(mail)
    }

    /// Nothing is due: records what is done, waits, and leaves the connection when the wait is long.
    async fn idle(&mut self) -> Result<Mail, End> {
        self.record_done().await?;
        self.pass = None;
        let mut next = pin!(self.source.next());
        let Some(mut connection) = self.connection.take() else { return Err(End::Again) };
        let closed = tokio::select! {
            biased;
            mail = &mut next => {
                self.connection = Some(connection);
                return mail.ok_or(End::Stop);
            }
            () = connection.unexpected() => true,
            () = sleep(self.relay.target.timeouts.idle) => false,
        };
        if closed {
            self.closed_after(false);
        } else {
            connection.quit().await;
        }
        drop(self.seat.take());
        next.await.map_or(Err(End::Stop), |mail| Err(End::Carry(Box::new(mail))))
    }

    /// The gate: no byte of this mail's content leaves before the commit that says so has returned.
    async fn gate(&mut self, mail: &Mail) -> Result<(), End> {
        let done = self.done.take();
        match self.recorder.record(done, Some(mail.key)).await {
            Ok(()) => Ok(()),
            // The row is another worker's; the envelope dies with the connection.
            Err(RecordError::Fenced) => Err(End::Again),
            Err(RecordError::Lost) => Err(End::Lost),
        }
    }

    /// Reads the replies to this mail's envelope; `true`: the server waits for the content.
    async fn answer(&mut self, mail: &Mail, was_ahead: bool) -> Result<bool, End> {
        let grouped = self.pipelining() != PipelineMode::Off;
        let Some(connection) = &mut self.connection else { return Err(End::Again) };
        let first = if was_ahead { connection.timeouts.ahead } else { connection.timeouts.mail };
        let answer = connection.finish_envelope(&envelope(mail), grouped, first).await;
        if was_ahead {
            self.judge_ahead(&answer, first);
        }
        match answer {
            Ok(Answer::Go) => Ok(true),
            Ok(Answer::No { stage, code, enhanced, words }) => {
                self.conclude(mail, Said { stage, code, enhanced, words })?;
                Ok(false)
            }
            Err(broken) if was_ahead && broken == Broken::TimedOut(first) => {
                // The dot was answered, and this mail was never heard of.
                self.put_back(mail, 0, broken.to_string(), true);
                Err(self.break_off(&broken))
            }
            Err(broken) => {
                self.put_back_broken(mail, &broken, false);
                Err(self.break_off(&broken))
            }
        }
    }

    /// Sends the content, and in the highest pipelining mode the next envelope with it; reads the answer to the content.
    async fn content(&mut self, mail: &Mail) -> Result<(), End> {
        self.last_look(mail)?;
        self.look_ahead();
        if let Some(ahead) = self.ahead.take() {
            self.put_envelope(&ahead);
            self.ahead = Some(ahead);
        }
        fault!("wire.before_content");
        let Some(connection) = &mut self.connection else { return Err(End::Again) };
        let content = || mail.parts().chain([b".\r\n".as_slice()]);
        if let Err(broken) = connection.send(content()).await {
            if connection.written() < content().map(<[u8]>::len).sum() {
                self.put_back_broken(mail, &broken, true);
            } else {
                self.done = Some(mail.done(Outcome::Uncertain));
            }
            return Err(self.break_off(&broken));
        }
        fault!("wire.after_content");
        let reply = connection.reply(connection.timeouts.dot).await;
        fault!("wire.after_reply");
        match reply {
            Ok(reply) => {
                // Of a mail that was taken nobody asks what the server said.
                let words = if reply.positive() { String::new() } else { connection.words() };
                let said = Said { stage: Stage::Dot, code: reply.code, enhanced: reply.enhanced, words };
                self.conclude(mail, said)
            }
            Err(broken) => {
                if self.ahead.is_some() && self.relay.pipelining == Pipelining::Auto && broken != Broken::Stopped {
                    self.relay.learned.doubt();
                }
                self.done = Some(mail.done(Outcome::Uncertain));
                Err(self.break_off(&broken))
            }
        }
    }

    /// Who left while the envelope was on its way is not written to. After 354 there is no way back but closing: a lone dot
    /// would deliver an empty mail.
    fn last_look(&mut self, mail: &Mail) -> Result<(), End> {
        match self.source.withdrawn(&mail.key) {
            None => return Ok(()),
            Some(Withdrawn::Skip(reason)) => {
                self.done = Some(mail.done(Outcome::Skipped { reason }));
            }
            Some(Withdrawn::Return) => self.untouched(mail),
        }
        Err(End::Again)
    }

    /// Takes the mail whose envelope may travel with the content at hand: only one that is due now, for behind a 354 there
    /// is no way back.
    fn look_ahead(&mut self) {
        let pipelining = self.pipelining();
        let last = self.accepted.saturating_add(1) >= self.most();
        let held = pipelining == PipelineMode::Off || self.screened.is_some() || self.stop.is_cancelled();
        if held || last || self.relay.health.is_ailing() || self.relay.live.is_wanted(self.source.whose()) {
            return;
        }
        self.on_trial = pipelining == PipelineMode::Envelope && self.may_try_full();
        if pipelining != PipelineMode::Full && !self.on_trial {
            return;
        }
        let mail = self.source.try_next();
        if self.on_trial && mail.is_none() {
            self.on_trial = false;
            self.relay.learned.end_trial();
        }
        let Some(mail) = mail else { return };
        match self.check(&mail) {
            Check::Send => self.ahead = Some(mail),
            Check::Record(outcome) => self.screened = Some(mail.done(outcome)),
            Check::GiveBack => self.source.give_back(mail),
        }
    }

    fn put_envelope(&mut self, mail: &Mail) {
        let grouped = self.pipelining() != PipelineMode::Off;
        if let Some(connection) = &mut self.connection {
            connection.put_envelope(&envelope(mail), grouped);
        }
    }

    /// The connection is of no use any more.
    pub(super) fn break_off(&mut self, broken: &Broken) -> End {
        let why = masked(&broken.to_string());
        tracing::debug!(messages = self.count, why, "a connection to the mail server broke");
        self.broke = Some(broken.to_string());
        End::Again
    }

    /// A message got through on its own merits.
    pub(super) fn well(&mut self) {
        self.count += 1;
        self.relay.health.well();
        self.pass = None;
    }

    async fn record(&mut self, done: Option<Done>, started: Option<Key>) -> Result<(), End> {
        match self.recorder.record(done, started).await {
            Ok(()) | Err(RecordError::Fenced) => Ok(()),
            Err(RecordError::Lost) => Err(End::Lost),
        }
    }

    async fn record_done(&mut self) -> Result<(), End> {
        for done in [self.done.take(), self.screened.take()].into_iter().flatten() {
            self.record(Some(done), None).await?;
        }
        Ok(())
    }

    /// Records what is done and gives back what was not begun.
    async fn finish(&mut self) -> Result<(), End> {
        for mail in [self.next.take(), self.ahead.take()].into_iter().flatten() {
            self.source.give_back(mail);
        }
        self.record_done().await
    }
}

fn envelope(mail: &Mail) -> Envelope<'_> {
    let utf8 = !mail.address.is_ascii() || !mail.envelope_from.is_ascii();
    Envelope { from: &mail.envelope_from, to: &mail.address, size: mail.size(), utf8 }
}
