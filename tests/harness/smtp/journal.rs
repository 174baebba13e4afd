//! The oracle: a file that says what the sink has taken, on disk before the client hears 250.
//!
//! In: one line a mail. Out: the session may answer. One thread writes all that wait, syncs once, answers all of them,
//! so that 100,000 mails do not cost 100,000 syncs.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use tokio::sync::oneshot;

/// One mail as the journal knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Milliseconds UTC when it was taken.
    pub at: i64,
    /// The recipient of the envelope.
    pub rcpt: String,
    /// Header value.
    pub message_id: String,
    /// Header value.
    pub date: String,
    /// SHA-256 of the whole message as received, hex.
    pub sha256: String,
}

impl Entry {
    fn line(&self) -> String {
        format!("{}\t{}\t{}\t{}\t{}\n", self.at, self.rcpt, self.message_id, self.date, self.sha256)
    }

    fn parse(line: &str) -> Option<Self> {
        let mut parts = line.split('\t').map(str::to_owned);
        let at = parts.next()?.parse().ok()?;
        Some(Self { at, rcpt: parts.next()?, message_id: parts.next()?, date: parts.next()?, sha256: parts.next()? })
    }
}

/// The open journal of a sink.
#[derive(Clone, Debug)]
pub struct Journal {
    path: PathBuf,
    waiting: mpsc::Sender<(String, oneshot::Sender<()>)>,
}

impl Journal {
    /// Opens (and goes on with) the file; not `synced`, what is in it survives this process and not the machine.
    pub fn open(path: &Path, synced: bool) -> Self {
        let mut file = File::options().append(true).create(true).open(path).expect("the journal's folder is writable");
        let (waiting, received) = mpsc::channel::<(String, oneshot::Sender<()>)>();
        let write = move || {
            while let Ok(first) = received.recv() {
                let mut group = vec![first];
                group.extend(received.try_iter());
                let text: String = group.iter().map(|(line, _)| line.as_str()).collect();
                file.write_all(text.as_bytes()).expect("the journal is written");
                if synced {
                    file.sync_data().expect("the journal is synced");
                }
                for (_, written) in group {
                    written.send(()).ok();
                }
            }
        };
        std::thread::Builder::new().name("smtp-journal".into()).spawn(write).unwrap();
        Self { path: path.to_owned(), waiting }
    }

    /// Returns once the entry is on disk.
    pub async fn write(&self, entry: &Entry) {
        let (written, wait) = oneshot::channel();
        self.waiting.send((entry.line(), written)).expect("the journal's thread lives");
        wait.await.expect("the journal's thread lives");
    }

    /// Everything that was taken so far, in order.
    pub fn entries(&self) -> Vec<Entry> {
        let text = std::fs::read_to_string(&self.path).unwrap();
        text.lines().map(|line| Entry::parse(line).expect("our own line")).collect()
    }
}
