//! Passwords: read from a file when they are used, never printed.
//!
//! In: the path that a `…_file` key names. Out: a [`Secret`], which shows its text only through one explicit call. So no password
//! is in the configuration, in the environment or in a log.

use std::fmt;
use std::path::Path;

use super::wrong::{Unusable, Wrong};

/// A password. `{:?}` and `{}` show dots.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The first line of the file at `path`; `None` for an empty path. [`super::check::warnings`] warns about a file that
    /// everybody may read.
    ///
    /// # Errors
    /// When the file cannot be read, or its first line is empty.
    pub fn read(path: &str) -> Result<Option<Self>, Unusable> {
        if path.is_empty() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(path)
            .map_err(|error| Unusable(Wrong::PasswordFile { path: path.to_owned(), error: error.to_string() }))?;
        // Some editors begin a file with a mark of its encoding, which is no part of the password.
        let line = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
        if line.is_empty() {
            return Err(Unusable(Wrong::PasswordEmpty { path: path.to_owned() }));
        }
        Ok(Some(Self(line.to_owned())))
    }

    /// All of the file at `path` without blanks around, for keys of several lines; `None` for an empty path.
    ///
    /// # Errors
    /// When the file cannot be read, or is empty.
    pub fn read_whole(path: &str) -> Result<Option<Self>, Unusable> {
        if path.is_empty() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(path)
            .map_err(|error| Unusable(Wrong::KeyFile { path: path.to_owned(), error: error.to_string() }))?;
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            return Err(Unusable(Wrong::KeyEmpty { path: path.to_owned() }));
        }
        Ok(Some(Self(text.to_owned())))
    }

    /// The password itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Whether every user of the machine may read the file (mode `o+r`). False where there are no modes.
pub fn readable_by_all(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o004 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_first_line_and_hides_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        std::fs::write(&path, "s3cret with space \nsecond line\n").unwrap();
        let secret = Secret::read(path.to_str().unwrap()).unwrap().unwrap();
        assert_eq!(secret.expose(), "s3cret with space ");
        assert_eq!(format!("{secret:?} {secret}"), "Secret(…) …");
        std::fs::write(&path, "\u{feff}s3cret\r\n").unwrap();
        assert_eq!(Secret::read(path.to_str().unwrap()).unwrap().unwrap().expose(), "s3cret");
    }

    #[test]
    fn says_which_file_is_missing_or_empty() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        let name = path.to_str().unwrap();
        assert!(format!("{:#}", Secret::read(name).unwrap_err()).contains(name));
        std::fs::write(&path, "\nlater").unwrap();
        assert!(Secret::read(name).unwrap_err().to_string().contains("empty"));
        assert!(Secret::read("").unwrap().is_none());
    }
}
