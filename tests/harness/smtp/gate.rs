//! Who may in: limits of connections and of their rate, and the test that strangers are put to.
//!
//! In: a connection as it comes and as it ends. Out: the 421 that it gets instead of a greeting; whether the client is known.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use super::Settings;

/// All clients are one, as they all come from the loopback address.
#[derive(Debug, Default)]
pub struct Gate {
    /// When connections came, those within the window.
    came: Mutex<VecDeque<Instant>>,
    known: AtomicBool,
    turned_away: AtomicU64,
}

impl Gate {
    /// What a connection hears that may not in; `open`: how many there are with it.
    pub fn refusal(&self, settings: &Settings, open: u64) -> Option<&'static str> {
        // A connection that is turned away has used up the rate all the same.
        let refusal = if self.too_fast(settings) {
            Some("421 4.3.2 Connection rate limit exceeded.")
        } else {
            settings.connections.filter(|most| open > *most).map(|_| "421 4.3.2 Too many open connections.")
        };
        self.turned_away.fetch_add(u64::from(refusal.is_some()), Ordering::SeqCst);
        refusal
    }

    fn too_fast(&self, settings: &Settings) -> bool {
        let Some((most, window)) = settings.rate else { return false };
        let (mut came, now) = (self.came.lock().unwrap(), Instant::now());
        came.retain(|at| now - *at < window);
        came.push_back(now);
        came.len() as u64 > most
    }

    /// The client has passed the test.
    pub fn know(&self) {
        self.known.store(true, Ordering::SeqCst);
    }

    pub fn knows(&self) -> bool {
        self.known.load(Ordering::SeqCst)
    }

    pub fn turned_away(&self) -> u64 {
        self.turned_away.load(Ordering::SeqCst)
    }
}
