//! What keeps mail from leaving: a code with its parameters, kept by the instance, for whoever looks: the command line, `/readyz`, the
//! console.
//!
//! In: what the wire and the watch of the disk met. Out: [`Why`], stored without addresses; [`words`] in the language of whoever reads.

use serde::{Deserialize, Serialize};

use super::mask::masked;
use super::{hold, sql};
use crate::app::App;
use crate::coded::{Kept, Stored, codes};
use crate::db::generation;
use crate::i18n::Locale;

codes! {
    /// What stands between us and a mail server.
    #[derive(Serialize, Deserialize)]
    #[serde(tag = "code", rename_all = "kebab-case")]
    pub enum Hurdle as "hurdle" {
        /// End of stream.
        Closed => "closed",
        /// No answer in time.
        Silent {
            /// So long.
            seconds: String,
        } => "silent",
        /// An answer that is none.
        NoReply {
            /// Its first bytes, escaped.
            words: String,
        } => "no-reply",
        /// An answer that has no place there.
        OutOfStep {
            /// Code and words.
            words: String,
        } => "out-of-step",
        /// The socket failed.
        Failed {
            /// Why, English.
            words: String,
        } => "failed",
        /// We are stopping.
        Stopped => "stopped",
        /// No TLS.
        Tls {
            /// With which host.
            host: String,
            /// Why, English.
            words: String,
        } => "tls",
        /// A certificate of before.
        TlsExpired {
            /// With which host.
            host: String,
        } => "tls-expired",
        /// A certificate of somebody else.
        TlsName {
            /// With which host.
            host: String,
        } => "tls-name",
        /// A certificate of nobody known.
        TlsIssuer {
            /// With which host.
            host: String,
        } => "tls-issuer",
        /// TLS is not offered.
        NoStartTls => "no-start-tls",
        /// Somebody speaks where nobody may.
        EarlyWords => "early-words",
        /// LMTP (RFC 2033): the last step of a delivery, not a way to send.
        Lmtp => "lmtp",
        /// A password without TLS.
        PasswordInClear => "password-in-clear",
        /// No way to give a password.
        NoAuth => "no-auth",
        /// No password.
        NoPasswordFile => "no-password-file",
        /// A password that cannot be read.
        PasswordUnreadable {
            /// Which file.
            path: String,
            /// Why, English.
            error: String,
        } => "password-unreadable",
        /// An empty password.
        PasswordEmpty {
            /// Which file.
            path: String,
        } => "password-empty",
        /// The server said no.
        Said {
            /// Code and words.
            words: String,
        } => "said",
    }
}

codes! {
    /// What keeps mail from leaving.
    #[derive(Serialize, Deserialize)]
    #[serde(tag = "code", rename_all = "kebab-case")]
    pub enum Trouble as "trouble" {
        /// A mail server cannot be used.
        Connection {
            /// Host and port.
            server: String,
            /// What stands in the way.
            why: Hurdle,
        } => "connection",
        /// The disk of the database has little room.
        DiskShort {
            /// MiB that are free.
            free: i64,
            /// MiB that sending wants.
            least: i64,
        } => "disk-short",
        /// The disk of the database took no more.
        DiskFull => "disk-full",
    }
}

impl Stored for Hurdle {}

impl Stored for Trouble {}

/// How the English words begin that say that the disk has little room, where one line must do.
pub const DISK: &str = "the disk of the database is nearly full";

/// A trouble as it is kept; a server's words, and what an earlier version wrote, stand as they are.
pub type Why = Kept<Trouble>;

/// The same without addresses, which servers like to repeat.
#[must_use]
pub fn without_addresses(why: &Why) -> Why {
    let mut why = why.clone();
    match &mut why {
        Kept::Words(words)
        | Kept::Known(Trouble::Connection {
            why: Hurdle::Said { words } | Hurdle::NoReply { words } | Hurdle::OutOfStep { words },
            ..
        }) => *words = masked(words),
        Kept::Known(_) => {}
    }
    why
}

/// Words of an alarm that is up, if one is, in this language.
///
/// # Errors
/// When the database cannot be read.
pub async fn words(app: &App, locale: &Locale) -> sqlx::Result<Option<String>> {
    Ok(with_code(app, locale).await?.map(|(words, _)| words))
}

/// The same with the trouble itself; none with it where everything is held.
///
/// # Errors
/// When the database cannot be read.
pub async fn with_code(app: &App, locale: &Locale) -> sqlx::Result<Option<(String, Option<Why>)>> {
    let (held, stored) = sql::alarm::read(&app.db).await?;
    if let Some(held) = generation::held_of(held) {
        return Ok(Some((hold::in_words(&held, locale), None)));
    }
    Ok(stored.map(|stored| {
        let why = Why::read(&stored);
        (why.words(locale).into_owned(), Some(why))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n;

    #[test]
    fn what_is_kept_is_read_again_and_holds_no_address() {
        let said = Hurdle::Said { words: "550 <ana@example.org> no".to_owned() };
        let why = Why::Known(Trouble::Connection { server: "mail.example.net:25".to_owned(), why: said });
        let kept = without_addresses(&why);
        assert_eq!(Why::read(&kept.stored()), kept);
        assert_eq!(kept.words(i18n::locale("en")), "mail.example.net:25: 550 <…> no");
        for trouble in [Trouble::DiskFull, Trouble::DiskShort { free: 3, least: 64 }] {
            assert_eq!(Why::read(&trouble.stored()), Why::Known(trouble.clone()));
            assert!(trouble.to_string().starts_with(DISK));
            assert_ne!(trouble.to_string(), crate::coded::Told::words(&trouble, i18n::locale("fr")));
        }
        assert_eq!(without_addresses(&"no ana@example.org".into()), Why::Words("no …".to_owned()));
    }
}
