//! One connection at work: envelope, gate, content, reply, again. Three gears: content and next envelope in one write (one
//! round trip a message), envelope in one write (two), one command at a time (four).
//!
//! In: a connection and a first mail. Out: an [`End`], with everything recorded or given back. Met by [`work`](super::work).

use std::pin::pin;
use std::time::{Duration, Instant};

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::super::fault::fault;
use super::super::health::Pass;
use super::super::lane::{Record, RecordError, Source, Withdrawn};
use super::super::learned::Gear;
use super::super::relay::Relay;
use super::super::replies::{Action, Scope, Verdict};
use super::super::smtp::connection::Connection;
use super::super::smtp::envelope::{Answer, Envelope};
use super::super::smtp::{Broken, Stage};
use super::super::{Key, Mail, Outcome};
use crate::letters::variant::Unfit;

/// How long the ledger is left to learn that a mail which it gave cannot be sent now.
const MOMENT: Duration = Duration::from_millis(10);

/// What became of a mail, not yet recorded.
pub(super) type Done = (Key, u16, Outcome);

/// Why a connection ended.
#[derive(Debug)]
pub(super) enum End {
    /// The lane has nothing more.
    Stop,
    /// The connection is of no use any more; open another.
    Again,
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
    source: &'a S,
    recorder: &'a R,
    stop: &'a CancellationToken,
    /// `None` once it has been left.
    connection: Option<Connection>,
    pass: Option<Pass>,
    pub(super) gear: Gear,
    /// Transactions that came to an end on this connection.
    pub(super) count: u32,
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

/// Whether a mail can be sent on this connection now.
enum Check {
    Send,
    Record(Outcome),
    GiveBack,
}

impl<'a, S: Source, R: Record> Drive<'a, S, R> {
    pub(super) fn new(
        relay: &'a Relay,
        source: &'a S,
        recorder: &'a R,
        stop: &'a CancellationToken,
        connection: Connection,
        pass: Pass,
    ) -> Self {
        let gear = relay.learned.gear(relay.pipelining, connection.offers.pipelining, Instant::now());
        let (connection, pass) = (Some(connection), Some(pass));
        let (next, ahead, done, screened, broke) = (None, None, None, None, None);
        Self { relay, source, recorder, stop, connection, pass, gear, count: 0, next, ahead, done, screened, broke }
    }

    /// Sends until the connection ends; leaves nothing unrecorded.
    pub(super) async fn run(mut self, first: Option<Mail>) -> End {
        self.next = first;
        let end = loop {
            if let Err(end) = self.turn().await {
                break end;
            }
        };
        self.learn();
        let settled = self.settle().await;
        if let (End::Stop | End::Quit, Some(connection)) = (&end, self.connection.take())
            && !connection.is_spent()
        {
            connection.quit().await;
        }
        if settled.is_ok() { end } else { End::Lost }
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
            let full = self.count >= self.relay.learned.cap_now();
            if full || self.connection.as_ref().is_none_or(Connection::is_spent) {
                return Err(if full { End::Quit } else { End::Again });
            }
            if self.relay.health.blocked(self.pass.as_ref()) {
                return Err(End::Quit);
            }
            let Some(mail) = self.next.take().or_else(|| self.source.try_next()) else {
                self.next = Some(self.idle().await?);
                continue;
            };
            match self.check(&mail) {
                Check::Send => return self.send_envelope(mail).await,
                Check::Record(outcome) => self.record(Some((mail.key, mail.attempts, outcome)), None).await?,
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
        self.settle_done().await?;
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
            self.relay.learned.closed_after(self.count, false, Instant::now());
        } else {
            connection.quit().await;
        }
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
        let Some(connection) = &mut self.connection else { return Err(End::Again) };
        let envelope = envelope(mail);
        match connection.finish_envelope(&envelope, self.gear != Gear::Off).await {
            Ok(Answer::Go) => Ok(true),
            Ok(Answer::No { stage, code, enhanced, words }) => {
                self.conclude(mail, stage, code, enhanced, words)?;
                Ok(false)
            }
            Err(broken) => {
                if was_ahead && matches!(broken, Broken::TimedOut(_)) {
                    self.relay.learned.lower_gear(Instant::now());
                }
                self.put_back_broken(mail, &broken, false);
                Err(self.break_off(&broken))
            }
        }
    }

    /// Sends the content, and in the highest gear the next envelope with it; reads the answer to the content.
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
                self.done = Some((mail.key, mail.attempts, Outcome::Uncertain));
            }
            return Err(self.break_off(&broken));
        }
        fault!("wire.after_content");
        let reply = connection.reply(connection.timeouts.dot).await;
        fault!("wire.after_reply");
        match reply {
            Ok(reply) => {
                let words = connection.words();
                self.conclude(mail, Stage::Dot, reply.code, reply.enhanced, words)
            }
            Err(broken) => {
                self.done = Some((mail.key, mail.attempts, Outcome::Uncertain));
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
                self.done = Some((mail.key, mail.attempts, Outcome::Skipped { reason }));
            }
            Some(Withdrawn::Return) => self.put_back(mail, 0, String::new(), 0),
        }
        Err(End::Again)
    }

    /// Takes the mail whose envelope may travel with the content at hand: only one that is due now, for behind a 354 there
    /// is no way back.
    fn look_ahead(&mut self) {
        let last = self.count + 1 >= self.relay.learned.cap_now();
        let held = self.gear != Gear::Full || self.screened.is_some() || self.stop.is_cancelled();
        if held || last || self.relay.health.is_ailing() {
            return;
        }
        let Some(mail) = self.source.try_next() else { return };
        match self.check(&mail) {
            Check::Send => self.ahead = Some(mail),
            Check::Record(outcome) => self.screened = Some((mail.key, mail.attempts, outcome)),
            Check::GiveBack => self.source.give_back(mail),
        }
    }

    /// Whether this mail can and may be sent.
    fn check(&self, mail: &Mail) -> Check {
        match self.source.withdrawn(&mail.key) {
            None => {}
            Some(Withdrawn::Skip(reason)) => return Check::Record(Outcome::Skipped { reason }),
            Some(Withdrawn::Return) => return Check::GiveBack,
        }
        let refused = |reason, words: String| Check::Record(Outcome::Refused { code: 0, reason, words });
        let Some(connection) = &self.connection else { return Check::GiveBack };
        match mail.person().check() {
            Ok(()) if is_path(&mail.envelope_from) => {}
            Ok(()) => return refused("render", "the envelope sender cannot stand in an SMTP command".into()),
            Err(Unfit::NotAscii) if !connection.offers.smtputf8 => {
                return refused("smtputf8", "the mail server does not offer SMTPUTF8, which this address needs".into());
            }
            Err(Unfit::NotAscii) if is_path(&mail.address) && is_path(&mail.envelope_from) => {}
            Err(unfit) => return refused("render", unfit.to_string()),
        }
        let (size, most) = (mail.variant.len(), connection.offers.max_size);
        match most.filter(|most| size as u64 > *most) {
            Some(most) => {
                let words = format!("the message has {size} bytes, the mail server takes {most} at most");
                self.too_big(mail, &words).map_or(Check::GiveBack, Check::Record)
            }
            None => Check::Send,
        }
    }

    fn put_envelope(&mut self, mail: &Mail) {
        if let Some(connection) = &mut self.connection {
            connection.put_envelope(&envelope(mail), self.gear != Gear::Off);
        }
    }

    /// The connection is of no use any more.
    pub(super) fn break_off(&mut self, broken: &Broken) -> End {
        tracing::debug!(messages = self.count, why = %broken, "a connection to the mail server broke");
        self.broke = Some(broken.to_string());
        End::Again
    }

    /// What the end of this connection teaches about the relay.
    fn learn(&mut self) {
        let Some(words) = self.broke.take() else { return };
        if self.stop.is_cancelled() {
            return;
        }
        if self.count > 0 {
            self.relay.learned.closed_after(self.count, self.gear == Gear::Full, Instant::now());
        } else {
            let verdict = Verdict { scope: Scope::Server, action: Action::BackOff };
            self.relay.health.fault(verdict, None, &words);
        }
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

    async fn settle_done(&mut self) -> Result<(), End> {
        for done in [self.done.take(), self.screened.take()].into_iter().flatten() {
            self.record(Some(done), None).await?;
        }
        Ok(())
    }

    /// Records what is done and gives back what was not begun.
    async fn settle(&mut self) -> Result<(), End> {
        for mail in [self.next.take(), self.ahead.take()].into_iter().flatten() {
            self.source.give_back(mail);
        }
        self.settle_done().await
    }
}

fn envelope(mail: &Mail) -> Envelope<'_> {
    let utf8 = !mail.address.is_ascii() || !mail.envelope_from.is_ascii();
    Envelope { from: &mail.envelope_from, to: &mail.address, size: mail.variant.len(), utf8 }
}

/// Whether it can stand between `<` and `>` in a command.
fn is_path(address: &str) -> bool {
    let fits = |byte: u8| byte > b' ' && byte != 0x7f && !matches!(byte, b'<' | b'>' | b',' | b';' | b'(' | b')');
    address.bytes().all(fits) && (address.is_ascii() || !address.chars().any(|c| c.is_control() || c.is_whitespace()))
}
