//! Signs many mails on as many threads as there are cores, a slice at a time, and hands each slice on.
//!
//! In: mails, their [`Signing`]. Out: the same mails in their order, signed. Blocks: for a thread that may. Threads end with their
//! slice, so that none waits for mails; starting them takes a thousandth of what they do.

use std::num::NonZero;
use std::slice::IterMut;
use std::sync::{Mutex, PoisonError};

use super::{Room, Signing};
use crate::delivery::Mail;

/// Mails of a slice by thread, when all are equally quick: RSA takes some 10 ms for them.
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
        let signers = threads.min(slice.len().div_ceil(SHARE / 4));
        let left = Mutex::new(slice.iter_mut());
        std::thread::scope(|scope| {
            let helpers: Vec<_> = (1..signers).map(|_| scope.spawn(|| sign(signing, &left))).collect();
            let own = sign(signing, &left);
            let others = helpers.into_iter().map(|thread| match thread.join() {
                Ok(done) => done,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            std::iter::once(own).chain(others).collect::<anyhow::Result<()>>()
        })?;
        if !on(slice) {
            return Ok(());
        }
    }
}

/// Signs one mail after the other until none is left. Whoever has a core to itself takes more of them: nobody waits for long at the end
/// of a slice.
fn sign(signing: &Signing, left: &Mutex<IterMut<'_, Mail>>) -> anyhow::Result<()> {
    let mut room = Room::default();
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    while let Some(mail) = next() {
        mail.signature = signing.sign(mail, &mut room)?;
    }
    Ok(())
}
