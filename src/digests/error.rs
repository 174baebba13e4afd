//! Why a digest was not made or changed: codes, which a door says in the reader's language.

use crate::coded::{Parameter, Said, codes};
use crate::i18n::Locale;
use crate::reason::Why;
use crate::subscribers::address::AddressError;

use super::preflight::Check;
use crate::ledger::DigestState;

/// Why a digest was not made or changed. Nothing was stored then.
#[derive(Debug, thiserror::Error)]
pub enum DigestError {
    /// What was asked for cannot be done.
    #[error("{0}")]
    Refused(Refusal),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// Something else failed.
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

impl From<Refusal> for DigestError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

codes! {
    /// What cannot be done, and why.
    pub enum Refusal as "error-digest" {
        /// No digest has this id.
        Unknown => "unknown",
        /// The digest was there a moment ago.
        Gone => "gone",
        /// Its schedule is not there any more.
        ScheduleGone => "schedule-gone",
        /// Its newsletter is not there any more.
        NewsletterGone => "newsletter-gone",
        /// Its newsletter is in test mode.
        TestMode {
            /// The newsletter's slug.
            slug: String,
        } => "test-mode",
        /// Its newsletter is deleted.
        Deleted {
            /// The newsletter's slug.
            slug: String,
        } => "deleted",
        /// A newsletter cannot go into test mode while a digest of it is on its way.
        OnItsWay {
            /// The digest's id outside.
            id: String,
        } => "on-its-way",
        /// A pause that would be over already.
        PauseEnded => "pause-ended",
        /// Something must be mended before it may be sent.
        Blocked {
            /// What.
            checks: Vec<Check>,
        } => "blocked",
        /// It would be the first to many, and the doctor has found a fault, or has not looked yet.
        NotGreen => "not-green",
        /// No post waits.
        NoNewPost => "no-new-post",
        /// No post waits but such as still rest.
        PostsRest {
            /// How many.
            count: usize,
            /// Seconds until the first has rested.
            seconds: i64,
        } => "posts-rest",
        /// No post waits outside a digest that waits itself.
        DigestWaits {
            /// Its id outside.
            id: String,
        } => "digest-waits",
        /// Both.
        PostsRestAndDigestWaits {
            /// How many.
            count: usize,
            /// Seconds until the first has rested.
            seconds: i64,
            /// The digest's id outside.
            id: String,
        } => "posts-rest-and-digest-waits",
        /// The posts of a digest were taken back.
        PostsTakenBack {
            /// Its id outside.
            id: String,
        } => "posts-taken-back",
        /// Its slot was skipped, and no post was in it.
        SaysNothing {
            /// Its id outside.
            id: String,
        } => "says-nothing",
        /// To duplicate it would send its posts once more: somebody has got it, or may get it still.
        WentOut {
            /// Its id outside.
            id: String,
        } => "went-out",
        /// None of the posts of a digest that never went out can be sent any more: they went out with another, or wait.
        NothingLeft {
            /// Its id outside.
            id: String,
        } => "nothing-left",
        /// Nobody confirmed is on this rhythm.
        Nobody => "nobody-subscribed",
        /// The digest is not in a state for it.
        WrongState {
            /// Its id outside.
            id: String,
            /// Where it stands.
            state: DigestState,
            /// What would be right.
            rule: Rule,
        } => "wrong-state",
        /// Everything is held.
        Held {
            /// Why.
            why: Why,
        } => "held",
        /// The mail could not be made; a digest that was to go waits with this reason.
        NotRendered {
            /// What went wrong, in English.
            words: String,
        } => "not-rendered",
        /// A test to more addresses than one call may write to.
        TooManyTests {
            /// How many it may.
            most: usize,
        } => "too-many-tests",
        /// A test to what is no address.
        NoAddress {
            /// Why it is none.
            why: AddressError,
        } => "no-address",
    }
}

codes! {
    /// In which states a digest may be steered how.
    pub enum Rule as "rule-digest" {
        /// Only one that waits is approved.
        Approve => "approve",
        /// Only one that waits and is not frozen is edited.
        Edit => "edit",
        /// One that leaves in a moment is taken back first.
        EditOnItsWay => "edit-on-its-way",
        /// Only one that has not left is taken back.
        TakeBack => "take-back",
        /// Only one that waits is skipped.
        Skip => "skip",
        /// Only one that runs is paused.
        Pause => "pause",
        /// Only a paused one goes on.
        Resume => "resume",
        /// Only one that runs is cancelled.
        Cancel => "cancel",
        /// Only one that was sent is tried again.
        Retry => "retry",
        /// Only of one that was sent there are doubts.
        Settle => "settle",
        /// Only the page of one that was sent is withdrawn.
        Withdraw => "withdraw",
        /// Only one that waits or runs can leave at once.
        AtOnce => "at-once",
    }
}

impl Parameter for DigestState {
    fn said(&self, locale: &Locale) -> Said<'_> {
        Said::Text(locale.text(&format!("digest-state-{self}")).into())
    }
}

impl Parameter for AddressError {
    fn said(&self, locale: &Locale) -> Said<'_> {
        Said::Text(self.words(locale).into())
    }
}
