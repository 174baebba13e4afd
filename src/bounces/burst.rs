//! Too many at once: a server that lost its list of mailboxes calls everybody unknown, and a mailing that many report as unwanted
//! should not go on. Then the digest stops, an editor is told, and what cannot be taken back waits.
//!
//! In: a digest about which something came back, as its [`Tally`]. Out: whether a bounce has to wait; events, of which notices are
//! made; the digest paused, while it is being sent. [`Group`](super::group::Group) reads tallies and writes what was added.
//!
//! | | told | stops |
//! | --- | --- | --- |
//! | bounces, of 200 recipients or more | 2 % | 5 % |
//! | bounces, of fewer | — | 10 of them, if they are a quarter |
//! | complaints, of 1,000 recipients or more | 0.1 % | 0.3 % |
//! | complaints, of fewer | 1 | 3 |
//!
//! Of a digest that leaves in slices the recipients are those for whom the day has come.

use crate::app::App;
use crate::db::{Tx, from_row};
use crate::events::{self, About, Actor, Code, Event};
use crate::ledger::Meaning;
use crate::reason::Reason;

/// What is counted of one digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// People, not reports, whose address does not exist.
    pub hard: i64,
    /// Of those: how many wait for an editor.
    pub waiting: i64,
    /// Readers who reported it, each once.
    pub complaints: i64,
}

/// What stands in `digest` and `returned_count` about one digest.
#[derive(Clone, Copy, Debug)]
pub struct Stored {
    /// `digest.id`
    pub digest_id: i64,
    newsletter_id: i64,
    recipients: i64,
    hard: i64,
    waiting: i64,
    complaints: i64,
    /// 1: an editor said of its bounces that they are true.
    settled: i64,
}
from_row!(Stored { digest_id, newsletter_id, recipients, hard, waiting, complaints, settled });

/// The same while a group counts on.
#[derive(Clone, Copy, Debug)]
pub struct Tally {
    stored: Stored,
    now: Counts,
    is_told_of_bounces: bool,
    is_told_of_complaints: bool,
}

impl Tally {
    /// Nothing added yet.
    pub const fn new(stored: Stored) -> Self {
        let now = Counts { hard: stored.hard, waiting: stored.waiting, complaints: stored.complaints };
        Self { stored, now, is_told_of_bounces: false, is_told_of_complaints: false }
    }

    /// Whose digest it is.
    pub const fn newsletter_id(&self) -> i64 {
        self.stored.newsletter_id
    }

    /// Whether addresses of it wait for an editor.
    pub const fn has_waiting(&self) -> bool {
        self.now.waiting > 0
    }

    /// What came to what is stored.
    pub const fn added(&self) -> Counts {
        Counts {
            hard: self.now.hard - self.stored.hard,
            waiting: self.now.waiting - self.stored.waiting,
            complaints: self.now.complaints - self.stored.complaints,
        }
    }

    /// One more address of this digest does not exist: whether it has to wait for an editor.
    ///
    /// # Errors
    /// The database's.
    pub async fn add_bounce(&mut self, app: &App, meaning: Meaning, tx: &mut Tx) -> sqlx::Result<bool> {
        self.now.hard += 1;
        let (hard, all) = (self.now.hard, self.stored.recipients);
        let is_noticed = all >= 200 && hard * 100 > all * 2;
        let is_many = if all >= 200 { hard * 100 > all * 5 } else { hard >= 10 && hard * 4 > all };
        let waits = is_many && self.stored.settled == 0;
        if (is_noticed || waits) && !self.is_told_of_bounces {
            self.is_told_of_bounces = true;
            self.tell(app, tx, Code::DigestBounces, hard).await?;
        }
        if !waits {
            return Ok(false);
        }
        // An editor who lets it go on all the same is not stopped again by the next one.
        if self.now.waiting == 0 {
            self.pause(app, meaning, tx, &Reason::BouncesReported { count: hard }).await?;
        }
        self.now.waiting += 1;
        Ok(true)
    }

    /// One more reader reported this digest. The reader is out already; this is about the others.
    ///
    /// # Errors
    /// The database's.
    pub async fn add_complaint(&mut self, app: &App, meaning: Meaning, tx: &mut Tx) -> sqlx::Result<()> {
        self.now.complaints += 1;
        let (complaints, all) = (self.now.complaints, self.stored.recipients.max(1_000));
        if complaints * 1_000 >= all && !self.is_told_of_complaints {
            self.is_told_of_complaints = true;
            self.tell(app, tx, Code::DigestComplaints, complaints).await?;
        }
        if complaints * 1_000 >= all * 3 && (complaints - 1) * 1_000 < all * 3 {
            self.pause(app, meaning, tx, &Reason::ComplaintsReported { count: complaints }).await?;
        }
        Ok(())
    }

    async fn pause(&self, app: &App, meaning: Meaning, tx: &mut Tx, reason: &Reason) -> sqlx::Result<()> {
        let act = meaning.by(Actor::System).act(app.clock.now());
        meaning.mailings.pause(tx, self.stored.digest_id, reason, act).await?;
        Ok(())
    }

    /// Once a digest.
    async fn tell(&self, app: &App, tx: &mut Tx, code: Code, count: i64) -> sqlx::Result<()> {
        let Stored { digest_id, newsletter_id, recipients, .. } = self.stored;
        let event = Event::new(newsletter_id, code, About::Digest(digest_id), Actor::System);
        let event = Event { untold: true, ..event.with("count", count).with("recipients", recipients) };
        events::once(tx, app.clock.now(), &event).await?;
        Ok(())
    }
}
