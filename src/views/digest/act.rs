//! What an editor may do with a digest where it stands, each with its effect in words.
//!
//! In: a digest and how its rows stand. Out: [`Button`]s for its page; [`is_done`], whether an act has been done already.

use crate::db::text_enum;
use crate::digests::{Digest, departure, leave};
use crate::i18n::{Locale, Value};
use crate::ledger::DigestState::{Cancelled, Finished, Paused, Releasing, Sending, Skipped, Waiting};
use crate::ledger::progress::{Counts, Reasons};
use crate::ledger::reopen::UNKNOWN;
use crate::reason::{Reason, Why};

text_enum! {
    /// One verb of `digests`; the word is the end of its page's path.
    pub enum Act {
        /// Let it go, in a minute.
        Approve => "approve",
        /// Take it back, or stop it, before it leaves.
        Stop => "stop",
        /// Let it go unsent.
        Skip => "skip",
        /// Stop it for a while.
        Pause => "pause",
        /// Let it go on; unknown addresses are tried later.
        Resume => "resume",
        /// Let it go on; unknown addresses are dead.
        Dead => "dead",
        /// End it for good.
        Cancel => "cancel",
        /// Queue again those whom the server refused, their addresses aside.
        Retry => "retry",
        /// Undo its bounces, and queue those people again.
        Revive => "revive",
        /// Send the mails in doubt again.
        Again => "again",
        /// Take the mails in doubt for accepted.
        Settle => "settle",
        /// Let all leave now that wait for their day, as their sender warms up.
        AtOnce => "at-once",
    }
}

impl Act {
    /// Whether it asks once more on a page of its own: it cannot be undone, or there is something to choose.
    pub fn asks(self) -> bool {
        matches!(self, Self::Skip | Self::Dead | Self::Cancel)
    }
}

/// A button of a digest's page, or a link to the page that asks.
#[derive(Clone, Debug)]
pub struct Button {
    /// What it does.
    pub act: Act,
    /// What it says.
    pub label: String,
    /// What follows.
    pub effect: String,
    /// The first is what is usually wanted.
    pub first: bool,
}

/// How a digest stands, as far as acts ask for it.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// To how many it would go, while it waits.
    pub audience: i64,
    /// Rows by state, once it is released.
    pub counts: Counts,
    /// Why rows were not plainly accepted.
    pub reasons: Reasons,
    /// Rises with each change of what it says.
    pub revision: i64,
    /// To how many it leaves, or would, on a day to come.
    pub later: i64,
}

impl Known {
    fn refused(&self, unknown: bool) -> i64 {
        let refused = self.reasons.refused.iter().filter(|(reason, _)| UNKNOWN.contains(&reason.as_str()) == unknown);
        refused.map(|(_, rows)| rows).sum()
    }

    fn called_unknown(&self) -> i64 {
        self.reasons.refused.get("unknown").copied().unwrap_or_default()
    }

    /// How many people an act concerns.
    pub fn concerned(&self, act: Act) -> i64 {
        match act {
            Act::Approve | Act::Stop | Act::Skip => self.audience,
            Act::Pause | Act::Resume | Act::Cancel => self.counts.open(),
            Act::Dead => self.called_unknown(),
            Act::Retry => self.refused(false),
            Act::Revive => self.refused(true),
            Act::Again | Act::Settle => self.counts.uncertain,
            Act::AtOnce => self.later,
        }
    }
}

/// Whether a digest paused itself because the server called one address after the other unknown.
fn asks_of_unknown(digest: &Digest) -> bool {
    digest.state == Paused && matches!(digest.reason, Some(Why::Known(Reason::AddressesUnknown { .. })))
}

/// Whether an act can be done where the digest stands, and concerns somebody.
pub fn is_possible(act: Act, digest: &Digest, known: &Known) -> bool {
    let frozen = digest.released_at.is_some();
    let sent = matches!(digest.state, Sending | Paused | Finished);
    match act {
        Act::Approve | Act::Skip => digest.state == Waiting && !leave::is_on_its_way(digest),
        Act::Stop => digest.state == Waiting && digest.leaves_at.is_some(),
        Act::Pause => digest.state == Sending || (digest.state == Releasing && frozen),
        Act::Resume => digest.state == Paused,
        Act::Dead => asks_of_unknown(digest),
        Act::Cancel => frozen && matches!(digest.state, Sending | Paused | Releasing),
        Act::Retry | Act::Again => sent && known.concerned(act) > 0,
        Act::AtOnce => known.later > 0,
        Act::Revive | Act::Settle => (sent || (frozen && digest.state == Cancelled)) && known.concerned(act) > 0,
    }
}

/// Whether it is as the act would make it: another editor was first, or the button was pressed twice.
pub fn is_done(act: Act, digest: &Digest) -> bool {
    let stopped = digest.reason == Some(Why::Known(Reason::StoppedByEditor));
    match act {
        Act::Approve => leave::is_on_its_way(digest) || matches!(digest.state, Releasing | Sending | Finished),
        Act::Stop => stopped,
        Act::Skip => digest.state == Skipped,
        Act::Pause => digest.state == Paused,
        Act::Resume | Act::Dead => matches!(digest.state, Releasing | Sending),
        Act::Cancel => digest.state == Cancelled,
        Act::Retry | Act::Revive | Act::Again | Act::Settle | Act::AtOnce => false,
    }
}

/// The buttons of a digest's page.
pub fn buttons(digest: &Digest, known: &Known, locale: &Locale) -> Vec<Button> {
    let possible = Act::ALL.iter().copied().filter(|act| is_possible(*act, digest, known));
    let mut buttons: Vec<Button> = possible.map(|act| button(act, digest, known, locale)).collect();
    // What is leaving is stopped before it is sent sooner.
    buttons.sort_by_key(|button| button.act != Act::Stop);
    if let Some(first) = buttons.first_mut() {
        first.first = !matches!(first.act, Act::Cancel | Act::Revive | Act::Again | Act::Settle | Act::AtOnce);
    }
    buttons
}

/// One of them, possible or not.
pub fn button(act: Act, digest: &Digest, known: &Known, locale: &Locale) -> Button {
    let key = match act {
        Act::Stop if leave::may_be_stopped(digest) => "digest-act-stop-veto".to_owned(),
        Act::Stop if departure::is_sent(digest) => "digest-act-stop-sent".to_owned(),
        Act::Resume if asks_of_unknown(digest) => "digest-act-resume-unknown".to_owned(),
        Act::AtOnce if digest.state == Waiting => "digest-act-at-once-waiting".to_owned(),
        act => format!("digest-act-{act}"),
    };
    let count = [("count", Value::Count(known.concerned(act)))];
    Button {
        act,
        label: locale.format(&key, &count),
        effect: locale.format(&format!("{key}-effect"), &count),
        first: false,
    }
}

/// What a form carries, to tell whether the digest still stands where its editor saw it, and says what it said.
pub fn seen(digest: &Digest, revision: i64) -> String {
    format!("{}-{revision}", stands(digest))
}

fn stands(digest: &Digest) -> String {
    let waits = digest.leaves_at.filter(|_| digest.state == Waiting);
    format!("{}-{}", digest.state, waits.unwrap_or_default())
}

/// What has changed since a form was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// Nothing that matters to the act.
    Nothing,
    /// Where it stands.
    State,
    /// What it says: somebody has edited what is to be approved.
    Words,
}

/// Compares what a form carries with the digest as it is now.
pub fn since(act: Act, seen: &str, digest: &Digest, revision: i64) -> Since {
    let (stood, said) = seen.rsplit_once('-').unwrap_or((seen, ""));
    if stood != stands(digest) {
        Since::State
    } else if act == Act::Approve && said != revision.to_string() {
        Since::Words
    } else {
        Since::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n;

    #[test]
    fn each_act_says_what_it_does_and_what_follows() {
        for locale in i18n::tags().map(i18n::locale) {
            let special = ["stop-veto", "stop-sent", "resume-unknown", "at-once-waiting"];
            for name in Act::ALL.iter().map(|act| act.as_str()).chain(special) {
                for key in [format!("digest-act-{name}"), format!("digest-act-{name}-effect")] {
                    assert!(locale.has(&key), "{} lacks {key}", locale.tag());
                }
            }
        }
    }
}
