//! The rows of a batch made into mails. Pure but for the keys.
//!
//! In: recipients as [`claim`] reads them, the digest's [`DigestMail`]. Out: mails for the queue, and who gets
//! none and why. Met by `claim`, on a thread that may block.

use super::envelope::ReturnPath;
use super::mail::{DigestMail, SignUps};
use crate::app::App;
use crate::delivery::Mail;
use crate::ledger::sql::claim;
use crate::ledger::{BatchId, Key};

/// A batch, made ready.
#[derive(Debug, Default)]
pub(super) struct Made {
    pub mails: Vec<Mail>,
    /// Who gets none, and why.
    pub skipped: Vec<(Key, &'static str)>,
}

/// Mails that are made before others may have the core: some 40 µs.
const PIECE: usize = 32;

/// The mails of a batch. `suppressed`: for each row, or empty when nobody is.
pub(super) fn make(
    app: &App,
    head: &DigestMail,
    BatchId { digest_id, lo: batch_lo, epoch }: BatchId,
    rows: Vec<claim::Recipient>,
    suppressed: &[bool],
) -> Made {
    let path = ReturnPath::of(&app.config.smtp);
    let mut made = Made { mails: Vec::with_capacity(rows.len()), ..Made::default() };
    let mut sign_ups = SignUps::default();
    for (at, row) in rows.into_iter().enumerate() {
        if at % PIECE == 0 {
            // Where cores are few, a commit that all connections wait for comes first.
            std::thread::yield_now();
        }
        let key = Key::Digest { digest_id, subscriber_id: row.subscriber_id, batch_lo, epoch };
        let reason = match (row.confirmed_at.is_some(), suppressed.get(at)) {
            (false, _) => Some("left"),
            (true, Some(true)) => Some("suppressed"),
            _ => None,
        };
        match (reason, head.mail(&app.keys, path.as_ref(), (batch_lo, epoch), row, &mut sign_ups)) {
            (None, Some(mail)) => made.mails.push(mail),
            (reason, _) => made.skipped.push((key, reason.unwrap_or("left"))),
        }
    }
    made
}
