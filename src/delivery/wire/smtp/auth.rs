//! AUTH PLAIN (RFC 4616) and LOGIN: who we are. The password is read from its file at each connection, so that a new
//! one needs no restart, and is never logged.
//!
//! In: a user name and a file. Out: an authenticated [`Connection`]. Met by [`open`](super::open).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Stage;
use super::connection::Connection;
use super::open::OpenError;
use crate::config::secret::Secret;
use crate::config::wrong::{Unusable, Wrong};
use crate::delivery::wire::replies::{Verdict, judge};
use crate::ledger::alarm::Hurdle;

/// Who we are to the relay.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Name.
    pub username: String,
    /// File whose first line is the password.
    pub password_file: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("password_file", &self.password_file).finish_non_exhaustive()
    }
}

/// How we may say who we are, in the order of our choice.
#[derive(Clone, Copy, Debug)]
enum Mechanism {
    Plain,
    Login,
}

impl Credentials {
    fn password(&self) -> Result<Secret, OpenError> {
        let path = self.password_file.clone();
        Err(OpenError::Credentials(match Secret::read(&path) {
            Ok(Some(password)) => return Ok(password),
            Ok(None) => Hurdle::NoPasswordFile,
            Err(Unusable(Wrong::PasswordFile { path, error })) => Hurdle::PasswordUnreadable { path, error },
            Err(_) => Hurdle::PasswordEmpty { path },
        }))
    }
}

impl Connection {
    /// Authenticates. In clear only to this machine: a password does not travel unencrypted.
    pub(super) async fn authenticate(&mut self, who: &Credentials) -> Result<(), OpenError> {
        if !self.stream.is_encrypted() && !self.stream.is_loopback() {
            return Err(OpenError::Credentials(Hurdle::PasswordInClear));
        }
        let password = who.password()?;
        let password = password.expose();
        let offered = [(Mechanism::Plain, self.offers.auth_plain), (Mechanism::Login, self.offers.auth_login)];
        let mut offered =
            offered.into_iter().filter_map(|(mechanism, offered)| offered.then_some(mechanism)).peekable();
        if offered.peek().is_none() {
            return Err(OpenError::Credentials(Hurdle::NoAuth));
        }
        while let Some(mechanism) = offered.next() {
            match self.prove(mechanism, &who.username, password).await {
                // It does not take this mechanism from us; another may do (RFC 4954 section 4).
                Err(OpenError::Refused { stage, code, ref words })
                    if judge(stage, code, None, words) == Verdict::Mechanism && offered.peek().is_some() => {}
                result => return result,
            }
        }
        Ok(())
    }

    async fn prove(&mut self, mechanism: Mechanism, username: &str, password: &str) -> Result<(), OpenError> {
        match mechanism {
            Mechanism::Plain => {
                let response = STANDARD.encode(format!("\0{username}\0{password}"));
                if self.auth_step(&format!("AUTH PLAIN {response}")).await? == 334 {
                    self.auth_step(&response).await?;
                }
            }
            Mechanism::Login => {
                self.auth_step("AUTH LOGIN").await?;
                self.auth_step(&STANDARD.encode(username)).await?;
                self.auth_step(&STANDARD.encode(password)).await?;
            }
        }
        Ok(())
    }

    /// One line and its answer, 235 or 334.
    async fn auth_step(&mut self, line: &str) -> Result<u16, OpenError> {
        self.out.extend_from_slice(line.as_bytes());
        self.out.extend_from_slice(b"\r\n");
        self.flush().await?;
        let reply = self.reply(self.timeouts.greeting).await?;
        if matches!(reply.code, 235 | 334) { Ok(reply.code) } else { Err(OpenError::refused(self, Stage::Auth, reply)) }
    }
}
