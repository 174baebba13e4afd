//! Where the demo's files live: a folder that goes with the process, or one that is kept.
//!
//! In: `--keep DIR` or nothing. Out: paths, and [`Kept`]: what must outlive the process besides the database.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::blog::Article;
use super::mailbox::Caught;
use crate::clock::Millis;

/// What the database does not know.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// Links in mails name it, so the next start takes it again.
    pub port: Option<u16>,
    /// How far the clock has been turned.
    pub clock_offset_ms: Millis,
    /// The blog, newest first; empty at the first start.
    pub articles: Vec<Article>,
    /// The caught mails, oldest first.
    pub mails: Vec<Caught>,
}

/// The folder. Removed at the end unless it is kept.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    temporary: Option<tempfile::TempDir>,
}

impl Folder {
    /// Opens `keep`, making it when needed, or a new temporary folder.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(keep: Option<PathBuf>) -> anyhow::Result<Self> {
        let Some(path) = keep else {
            let temporary = tempfile::Builder::new().prefix("facteur-demo-").tempdir();
            let temporary = temporary.context("cannot make a temporary folder")?;
            return Ok(Self { path: temporary.path().to_path_buf(), temporary: Some(temporary) });
        };
        std::fs::create_dir_all(&path).with_context(|| format!("cannot make the folder {}", path.display()))?;
        Ok(Self { path, temporary: None })
    }

    /// The database's file.
    pub fn database(&self) -> PathBuf {
        self.path.join("facteur.db")
    }

    /// What the last run left.
    ///
    /// # Errors
    /// When there is something and it cannot be understood.
    pub fn read(&self) -> anyhow::Result<Kept> {
        let path = self.notes();
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .with_context(|| format!("{} is not what the demo wrote; remove the folder", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Kept::default()),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// Leaves `kept` for the next run; nothing in a temporary folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, kept: &Kept) -> anyhow::Result<()> {
        if self.temporary.is_some() {
            return Ok(());
        }
        let new = self.path.join("demo.json.new");
        std::fs::write(&new, serde_json::to_vec_pretty(kept)?)
            .and_then(|()| std::fs::rename(&new, self.notes()))
            .with_context(|| format!("cannot write {}", self.notes().display()))
    }

    /// The folder, when it is kept.
    pub fn kept(&self) -> Option<&Path> {
        self.temporary.is_none().then_some(&self.path)
    }

    fn notes(&self) -> PathBuf {
        self.path.join("demo.json")
    }
}
