//! Which pipelining mode a connection is in, and what it teaches about the server.
//!
//! In: what the server offers and says that it is, lessons of other connections, answers to envelopes behind a dot. Out:
//! [`Drive::pipelining`], and new lessons in [`Learned`](crate::delivery::wire::learned::Learned).

use std::time::Duration;

use super::drive::{Drive, End};
use crate::delivery::wire::contract::{Record, Source};
use crate::delivery::wire::learned::PipelineMode;
use crate::delivery::wire::smtp::Broken;
use crate::delivery::wire::smtp::envelope::Answer;

impl<S: Source, R: Record> Drive<'_, S, R> {
    /// What may travel in one write now: a lesson of another connection holds here at once.
    pub(super) fn pipelining(&self) -> PipelineMode {
        self.relay.learned.pipelining(self.relay.pipelining, self.offered, self.product)
    }

    /// Most messages on this connection.
    pub(super) fn most(&self) -> u32 {
        self.relay.most_messages(self.product).min(self.relay.learned.cap())
    }

    /// What the answer to an envelope behind the dot says of the highest pipelining mode.
    pub(super) fn judge_ahead(&mut self, answer: &Result<Answer, Broken>, first: Duration) {
        let out_of_order = |answer: &Answer| matches!(answer, Answer::No { code: 503, .. });
        let on_trial = std::mem::take(&mut self.on_trial);
        match answer {
            Ok(answer) if !out_of_order(answer) && !on_trial => {}
            Ok(answer) if !out_of_order(answer) => self.relay.learned.earn(),
            Err(broken) if *broken == Broken::TimedOut(first) => self.relay.learned.refuse(),
            // Closing at a stop or after so many messages says nothing, unless it was tried for the first time.
            _ if on_trial => self.relay.learned.refuse(),
            _ => {}
        }
    }

    /// Whether the server is to earn the highest pipelining mode here and now: on a connection that has carried mails already.
    pub(super) fn may_try_full(&self) -> bool {
        const CARRIED: u32 = 2;
        let relay = self.relay;
        self.accepted >= CARRIED
            && self.round_trip >= relay.target.timeouts.far
            && relay.learned.try_full(relay.pipelining, self.offered, self.product)
    }

    /// What the end of this connection teaches about the relay.
    pub(super) fn learn(&mut self, end: End) -> End {
        let Some(words) = self.broke.take() else { return end };
        if self.stop.is_cancelled() {
            return end;
        }
        if self.count == 0 {
            return End::Useless(words);
        }
        self.closed_after(self.pipelining() == PipelineMode::Full);
        end
    }

    /// Learned from accepted mails only: one whose mails are refused closes for another reason.
    pub(super) fn closed_after(&self, ahead: bool) {
        if self.accepted == self.count {
            self.relay.learned.closed_after(self.accepted, ahead);
        }
    }
}
