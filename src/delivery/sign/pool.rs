//! Signs many mails on as many threads as there are cores, a slice at a time, and hands each slice on.
//!
//! In: mails, their [`Signing`]. Out: the same mails in their order, signed. Blocks: for a thread that may. Threads end with their
//! slice, so that none waits for mails; starting them takes a thousandth of what they do.

use std::num::NonZero;

use super::{Room, Signing};
use crate::delivery::Mail;

/// Mails that one thread signs before a slice is handed on: RSA takes some 10 ms for them.
const SHARE: usize = 32;

/// Signs these mails and hands them on, as long as `on` wants more. A mail that cannot be signed comes back with its reason.
pub fn sign_all(signing: &Signing, mails: Vec<Mail>, mut on: impl FnMut(Vec<Mail>) -> bool) -> anyhow::Result<()> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut rest = mails.into_iter();
    loop {
        let mut slice: Vec<Mail> = rest.by_ref().take(SHARE * threads).collect();
        if slice.is_empty() {
            return Ok(());
        }
        let share = slice.len().div_ceil(threads).max(SHARE / 4);
        if slice.len() <= share {
            sign(signing, &mut slice)?;
        } else {
            std::thread::scope(|scope| {
                let shares: Vec<_> =
                    slice.chunks_mut(share).map(|mails| scope.spawn(move || sign(signing, mails))).collect();
                shares.into_iter().try_for_each(|thread| match thread.join() {
                    Ok(done) => done,
                    Err(panic) => std::panic::resume_unwind(panic),
                })
            })?;
        }
        if !on(slice) {
            return Ok(());
        }
    }
}

fn sign(signing: &Signing, mails: &mut [Mail]) -> anyhow::Result<()> {
    let mut room = Room::default();
    for mail in mails {
        mail.signature = signing.sign(mail, &mut room)?;
    }
    Ok(())
}
