//! The rows of a batch made into mails. Pure but for the keys.
//!
//! In: recipients as [`claim`] reads them with the topics that they chose, the digest's [`DigestMail`]. Out: mails for the queue, and who gets
//! none and why. Met by `claim`, on a thread that may block.

use std::collections::HashMap;

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

/// The mails of a batch. `suppressed`: for each row, or empty when nobody is; `topics`: of those who chose some.
pub(super) fn make(
    app: &App,
    head: &DigestMail,
    BatchId { digest_id, lo: batch_lo, epoch }: BatchId,
    rows: Vec<claim::Recipient>,
    suppressed: &[bool],
    topics: &HashMap<i64, i64>,
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
        let chosen = topics.get(&row.subscriber_id).copied();
        let mail = match (row.confirmed_at, suppressed.get(at)) {
            (None, _) => Err("left"),
            (Some(claim::PAUSED), _) => Err("paused"),
            (Some(_), Some(true)) => Err("suppressed"),
            _ => head.mail(&app.keys, path.as_ref(), (batch_lo, epoch), (row, chosen), &mut sign_ups),
        };
        match mail {
            Ok(mail) => made.mails.push(mail),
            Err(reason) => made.skipped.push((key, reason)),
        }
    }
    made
}
