//! What came back about one recipient, whichever way it came: what the rest of this room works on.
//!
//! In: a report that [`super::read`] understood, an event of a provider, an editor's word. Out: a [`Matter`], and
//! later an [`Outcome`]. Plain values.

use crate::db::text_enum;
use crate::receivers::refused::Refused;
use crate::receivers::report::Report;
use crate::receivers::round::Back;

text_enum! {
    /// What it is.
    pub enum Kind {
        /// The address takes no mail, now and later.
        Hard => "hard",
        /// The mailbox takes no mail now.
        Soft => "soft",
        /// The reader reported the mail as unwanted.
        Complaint => "complaint",
        /// The reader leaves, by the mail that `List-Unsubscribe` names.
        Leave => "leave",
        /// A person wrote.
        Answer => "answer",
        /// Nothing to do: delivered, delayed, away, read.
        Passing => "passing",
        /// Not understood.
        Unclear => "unclear",
    }
}

text_enum! {
    /// What became of it.
    pub enum State {
        /// It had its consequence, or wants none.
        Done => "done",
        /// Hard, but one of too many at once: an editor decides.
        Waiting => "waiting",
        /// An editor may file it.
        Open => "open",
        /// An editor filed it by hand.
        Filed => "filed",
        /// An editor put it aside.
        Dismissed => "dismissed",
    }
}

/// What became of a [`Matter`], for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// See [`State`].
    pub state: State,
    /// `newsletter.id`, when it is known.
    pub newsletter_id: Option<i64>,
    /// `subscriber.id`, when it is known.
    pub subscriber_id: Option<i64>,
    /// `digest.id`, when it is known.
    pub digest_id: Option<i64>,
}

impl Outcome {
    /// About nobody that is known.
    pub const fn nobody(state: State) -> Self {
        Self { state, newsletter_id: None, subscriber_id: None, digest_id: None }
    }
}

/// What a person wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// Their address; empty when there was none.
    pub from: String,
    /// On one line.
    pub subject: String,
    /// Plain.
    pub text: String,
}

/// Something about one recipient.
#[derive(Clone, Debug)]
pub struct Matter {
    /// What it is.
    pub kind: Kind,
    /// Addresses it came to, or what stands for the code in them; [`Keys::bounced`](crate::keys::Keys::bounced) reads them.
    pub recipients: Vec<String>,
    /// Leaving codes in the original that is enclosed, or in the address it came to.
    pub leave: Vec<String>,
    /// Message-IDs of the original, without angle brackets.
    pub message_ids: Vec<String>,
    /// Addresses that it is about, as they were told.
    pub addresses: Vec<String>,
    /// Whether a provider vouches for it by its signature or secret, so that the address alone is proof enough.
    pub vouched: bool,
    /// The domain of the sender that a provider names, in lower case.
    pub sender: Option<String>,
    /// Enhanced status code, such as `5.1.1`; empty when there was none.
    pub status: String,
    /// The server's words, without addresses; empty when there were none.
    pub words: String,
    /// Of an answer, what was written.
    pub letter: Option<Letter>,
    /// DMARC aggregate reports that were attached, or why one cannot be read.
    pub reports: Vec<Result<Report, Refused>>,
    /// The mail itself, where it may be one of ours that goes round.
    pub round: Option<Back>,
}

impl Matter {
    /// Of this kind, with nothing else known.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            recipients: Vec::new(),
            leave: Vec::new(),
            message_ids: Vec::new(),
            addresses: Vec::new(),
            vouched: false,
            sender: None,
            status: String::new(),
            words: String::new(),
            letter: None,
            reports: Vec::new(),
            round: None,
        }
    }
}
