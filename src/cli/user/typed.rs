//! A password that somebody types: twice on a terminal, which does not show it; else one line of standard input.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use crate::cli::Fault;
use crate::i18n::Locale;

/// Longest line that is read, bytes.
const LONGEST: u64 = 4096;

/// The new password.
///
/// # Errors
/// When the two differ, or nothing comes.
pub fn new_password(locale: &Locale) -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        let line = line()?;
        if line.is_empty() {
            return Err(Fault::usage(locale.text("cli-password-empty")));
        }
        return Ok(line);
    }
    let first = hidden(&locale.text("cli-password-new"))?;
    let again = hidden(&locale.text("cli-password-again"))?;
    if first == again { Ok(first) } else { Err(Fault::usage(locale.text("cli-password-differ"))) }
}

/// One line without its end.
fn line() -> anyhow::Result<String> {
    use std::io::Read as _;
    let mut line = String::new();
    std::io::stdin().lock().take(LONGEST).read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Asks, and reads a line that the terminal does not show.
fn hidden(question: &str) -> anyhow::Result<String> {
    let mut err = std::io::stderr();
    write!(err, "{question} ")?;
    err.flush()?;
    let quiet = Quiet::begin();
    let line = line();
    drop(quiet);
    line
}

/// A terminal that does not show what is typed, as long as this lives.
#[cfg(unix)]
struct Quiet(Option<rustix::termios::Termios>);

#[cfg(unix)]
impl Quiet {
    fn begin() -> Self {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let stdin = std::io::stdin();
        let Ok(before) = tcgetattr(&stdin) else { return Self(None) };
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        quiet.local_modes.insert(LocalModes::ECHONL);
        Self(tcsetattr(&stdin, OptionalActions::Flush, &quiet).is_ok().then_some(before))
    }
}

#[cfg(unix)]
impl Drop for Quiet {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        if let Some(before) = &self.0 {
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, before);
        }
    }
}

/// Elsewhere the terminal shows it.
#[cfg(not(unix))]
struct Quiet;

#[cfg(not(unix))]
impl Quiet {
    fn begin() -> Self {
        Self
    }
}
