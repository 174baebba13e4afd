//! The doctor: what mail needs besides Facteur, looked at from here, each line with the record found beside the one to paste.
//!
//! ```text
//! receivers ─▶ arrival (a mail that went round) ─▶ lines
//! subject ─▶ look ─▶ spf dkim dmarc(alignment) mx reverse   ─▶ Inquiry ─▶ servers of the domain
//!              │     relay ─▶ delivery   public ─▶ net       machine
//!              ▼
//!            lines ─▶ store (doctor_look) ─▶ told (events, a letter)
//! ```
//! In: a [`Subject`]: a domain, what is configured, the keys that sign. Out: a [`Look`]: a [`Line`] each, ok, warning, fault or not
//! checkable, and why. [`records`] reads records, [`zone_file`] writes those to paste, [`daily`] looks once a day, [`store`] keeps the
//! last look of each newsletter. A check that needs somebody else's server has a deadline, and what does not answer is no fault.
//! Met by `digests` (a first digest waits), the console and the command line.

mod alignment;
pub mod arrival;
pub mod daily;
pub mod dkim;
mod dmarc;
mod finding;
mod look;
mod machine;
mod mx;
mod public;
pub mod records;
mod relay;
mod reverse;
mod spf;
mod sql;
pub mod store;
mod subject;
mod told;
pub mod zone_file;

use serde::{Deserialize, Serialize};

use crate::clock::Millis;
use crate::net::dns::{Answer, DnsError};

pub use crate::dkim::key::Algorithm;
pub use finding::{Check, Finding, Verdict};
pub use look::look;
pub use subject::{Key, Subject, signing_keys};

/// A record to paste.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Its whole name, without the dot at the end.
    pub name: String,
    /// `TXT` or `MX`.
    pub kind: String,
    /// What it says.
    pub value: String,
}

impl Wanted {
    /// A text.
    pub fn text(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), kind: "TXT".to_owned(), value: value.into() }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which check.
    pub check: Check,
    /// How it is.
    pub verdict: Verdict,
    /// The name, host or address that it is about.
    pub about: String,
    /// What was found.
    pub finding: Finding,
    /// What stands there, each record a line.
    #[serde(default)]
    pub found: Vec<String>,
    /// What should stand there, where something else does.
    #[serde(default)]
    pub wanted: Option<Wanted>,
    /// Which server said so.
    #[serde(default)]
    pub by: String,
}

impl Line {
    /// A line without records.
    pub fn new(check: Check, verdict: Verdict, about: impl Into<String>, finding: Finding) -> Self {
        let (found, wanted, by) = (Vec::new(), None, String::new());
        Self { check, verdict, about: about.into(), finding, found, wanted, by }
    }

    /// With what an answer held, and who gave it.
    #[must_use]
    pub fn seen(mut self, answer: &Answer, found: Vec<String>) -> Self {
        self.found = found;
        answer.by.server().clone_into(&mut self.by);
        self
    }

    /// With the record that should stand there.
    #[must_use]
    pub fn wants(mut self, wanted: Wanted) -> Self {
        self.wanted = Some(wanted);
        self
    }

    /// Nobody answers about this name: no fault of it.
    pub fn unanswered(check: Check, name: &str, error: &DnsError) -> Self {
        let finding = match error {
            DnsError::Off => Finding::DnsOff,
            error => Finding::NotAnswered { name: name.to_owned(), words: error.to_string() },
        };
        Self::new(check, Verdict::Unknown, name, finding)
    }
}

/// One look at everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// The domain of From.
    pub domain: String,
    /// When, in milliseconds UTC.
    pub at: Millis,
    /// What was found, check by check.
    pub lines: Vec<Line>,
}

impl Look {
    /// How the worst line is; what is not checkable is no worse than what is well.
    pub fn worst(&self) -> Verdict {
        let has = |verdict| self.lines.iter().any(|line| line.verdict == verdict);
        match (has(Verdict::Fault), has(Verdict::Warning)) {
            (true, _) => Verdict::Fault,
            (false, true) => Verdict::Warning,
            (false, false) => Verdict::Ok,
        }
    }

    /// Checks with a fault, each once.
    pub fn faults(&self) -> Vec<Check> {
        let bad =
            |check: &&Check| self.lines.iter().any(|line| line.check == **check && line.verdict == Verdict::Fault);
        Check::ALL.iter().filter(bad).copied().collect()
    }

    /// Whether a check was made, and nothing of it is a fault or left open.
    pub fn is_well(&self, check: Check) -> bool {
        let mut lines = self.lines.iter().filter(|line| line.check == check).peekable();
        lines.peek().is_some() && lines.all(|line| matches!(line.verdict, Verdict::Ok | Verdict::Warning))
    }
}
