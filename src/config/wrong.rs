//! What is wrong in a configuration: codes, whose words stand in `locales/`; English for the log and programs.
//!
//! In: keys, values, names of files and variables; never a password. Out: [`Wrong`], and [`Fault`], which adds its place. Met by every
//! file of this room that judges.

use std::fmt;

use super::expected::{Expected, Kind};
use crate::coded::{Told, codes};
use crate::i18n::Locale;
use crate::refusal;

/// Something wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A line of a file, a variable, a key; empty for what says it itself.
    pub place: String,
    /// What.
    pub wrong: Wrong,
}

impl Fault {
    /// At this place.
    pub fn at(place: impl fmt::Display, wrong: Wrong) -> Self {
        Self { place: place.to_string(), wrong }
    }
}

impl From<Wrong> for Fault {
    fn from(wrong: Wrong) -> Self {
        Self { place: String::new(), wrong }
    }
}

impl Told for Fault {
    fn words(&self, locale: &Locale) -> String {
        let words = self.wrong.words(locale);
        if self.place.is_empty() { words } else { format!("{}: {words}", self.place) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        self.wrong.fmt(f)
    }
}

/// A file with a secret or with certificates that is not as it must be.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unusable(pub Wrong);

codes! {
    /// What is wrong, or risky, in a configuration: whoever starts Facteur reads it.
    pub enum Wrong as "wrong-config" {
        /// An operator's rules for refusals cannot be used.
        Rules {
            /// Their file.
            file: String,
            /// Why.
            what: refusal::Wrong,
        } => "rules",
        /// A file cannot be read, or does not fit.
        Unreadable {
            /// Why, English.
            error: String,
        } => "unreadable",
        /// A file is no TOML.
        NoToml {
            /// What the parser says, English.
            what: String,
        } => "no-toml",
        /// A value of another type.
        Kind {
            /// Which key.
            key: String,
            /// What is there.
            found: Kind,
            /// What must be there.
            expected: Kind,
        } => "kind",
        /// A number out of its range.
        Between {
            /// Which key.
            key: String,
            /// What is there.
            number: i64,
            /// The least.
            low: i64,
            /// The most.
            high: i64,
        } => "between",
        /// Another word.
        OneOf {
            /// Which key.
            key: String,
            /// What is there.
            text: String,
            /// What may be there.
            words: String,
        } => "one-of",
        /// Another word, like one of those.
        OneOfNear {
            /// Which key.
            key: String,
            /// What is there.
            text: String,
            /// What may be there.
            words: String,
            /// The most like it.
            near: String,
        } => "one-of-near",
        /// A text that cannot be.
        Text {
            /// Which key.
            key: String,
            /// What is there, passwords masked.
            text: String,
            /// What must be there.
            expected: Expected,
        } => "text",
        /// A text of a list that cannot be.
        Item {
            /// Which key.
            key: String,
            /// What is there.
            text: String,
            /// What must be there.
            expected: Expected,
        } => "item",
        /// No such key.
        NoKey {
            /// Which key.
            key: String,
        } => "no-key",
        /// No such key, but one like it.
        NoKeyIn {
            /// Which key.
            key: String,
            /// The key that was meant.
            name: String,
            /// Of this section.
            section: String,
        } => "no-key-in",
        /// No such key, but one like it outside of sections.
        NoKeyAbove {
            /// Which key.
            key: String,
            /// The key that was meant.
            name: String,
        } => "no-key-above",
        /// No such key of a relay, but one like it.
        NoRelayKeyNear {
            /// Which key.
            key: String,
            /// The key that was meant.
            near: String,
        } => "no-relay-key-near",
        /// No such key of a relay.
        NoRelayKey {
            /// Which key.
            key: String,
            /// Which section.
            name: String,
            /// The keys there are.
            keys: String,
        } => "no-relay-key",
        /// A relay without a host.
        NoHost {
            /// Which section.
            name: String,
        } => "no-host",
        /// A mailbox without a user.
        NoUser {
            /// Which section.
            name: String,
        } => "no-user",
        /// A provider of log-ins that does not know us.
        NoClient => "no-client",
        /// A user without a password.
        NoPassword {
            /// Which section.
            name: String,
        } => "no-password",
        /// A password would travel in clear.
        PasswordInClear {
            /// Which section.
            name: String,
            /// To which host.
            host: String,
        } => "password-in-clear",
        /// Two sections are one server.
        SameServer {
            /// Which section.
            name: String,
            /// The other section.
            other: String,
        } => "same-server",
        /// A file that the database URL names cannot be read.
        DatabaseFile {
            /// Which file.
            path: String,
            /// Under which name.
            parameter: String,
            /// Why, English.
            error: String,
        } => "database-file",
        /// A password for a database that wants none.
        PasswordWithoutServer => "password-without-server",
        /// PostgreSQL itself says what a power cut may cost.
        PowerLossOfServer => "power-loss-of-server",
        /// Two envelope senders for one mail.
        TwoEnvelopeSenders => "two-envelope-senders",
        /// No envelope sender that tells whom a report is about.
        NoEnvelopeSender => "no-envelope-sender",
        /// A mailbox whose mails nothing brings in.
        LeaveMailbox => "leave-mailbox",
        /// A list of throw-away addresses cannot be read.
        DisposableFile {
            /// Which file.
            path: String,
            /// Why, English.
            error: String,
        } => "disposable-file",
        /// A key file cannot be read.
        KeyFile {
            /// Which file.
            path: String,
            /// Why, English.
            error: String,
        } => "key-file",
        /// A key file is empty.
        KeyEmpty {
            /// Which file.
            path: String,
        } => "key-empty",
        /// What a file holds is of another form.
        Unfit {
            /// What must be there.
            expected: Expected,
        } => "unfit",
        /// No such key of a provider's web hook.
        NoHookKey {
            /// Which key.
            key: String,
            /// Which section.
            section: String,
            /// The keys there are.
            keys: String,
        } => "no-hook-key",
        /// No such provider, but one like it.
        NoHookNear {
            /// Which key.
            key: String,
            /// The section that was meant.
            near: String,
        } => "no-hook-near",
        /// No such provider.
        NoHook {
            /// Which key.
            key: String,
            /// Those there are.
            names: String,
        } => "no-hook",
        /// A web hook without the key that proves what comes.
        NoHookProof {
            /// Which section.
            section: String,
        } => "no-hook-proof",
        /// A web hook without a secret.
        NoHookSecret {
            /// Which section.
            section: String,
            /// The key that is there.
            key: String,
        } => "no-hook-secret",
        /// A password file cannot be read.
        PasswordFile {
            /// Which file.
            path: String,
            /// Why, English.
            error: String,
        } => "password-file",
        /// A password file is empty.
        PasswordEmpty {
            /// Which file.
            path: String,
        } => "password-empty",
        /// A file of certificates cannot be read.
        NoPem {
            /// Which file.
            path: String,
            /// Why, English.
            error: String,
        } => "no-pem",
        /// A file holds no certificate.
        NoCertificate {
            /// Which file.
            path: String,
        } => "no-certificate",
        /// A value left as in the example.
        Example {
            /// Which key.
            key: String,
            /// What is there.
            value: String,
        } => "example",
        /// A host of a name that is kept for examples.
        NoSuchHost {
            /// Which key.
            key: String,
            /// What is there.
            value: String,
        } => "no-such-host",
        /// Mails travel in clear.
        NoTls {
            /// Which section.
            name: String,
            /// To which host.
            host: String,
        } => "no-tls",
        /// Any certificate is taken.
        AnyCertificate {
            /// Which section.
            name: String,
            /// To which host.
            host: String,
        } => "any-certificate",
        /// Links without https.
        Http => "http",
        /// Links that nobody else can open.
        OnlyHere => "only-here",
        /// A proxy that is not named.
        NoProxy => "no-proxy",
        /// A password in a URL.
        PasswordInUrl => "password-in-url",
        /// A database in clear.
        DatabaseInClear {
            /// To which host.
            host: String,
        } => "database-in-clear",
        /// A parameter of the database URL that is not known.
        NoParameter {
            /// Which.
            name: String,
        } => "no-parameter",
        /// A password that everybody can read.
        OpenFile {
            /// Which file.
            path: String,
        } => "open-file",
        /// A variable with wrong signs.
        NotRead {
            /// Which variable.
            variable: String,
            /// What was meant.
            right: String,
        } => "not-read",
        /// The same, with a section.
        NotReadSection {
            /// Which variable.
            variable: String,
            /// What was meant.
            right: String,
        } => "not-read-section",
        /// A variable like one of ours.
        LikeVariable {
            /// Which variable.
            variable: String,
            /// What may be meant.
            right: String,
        } => "like-variable",
        /// A variable of a section without a key.
        NoVariable {
            /// Which variable.
            variable: String,
        } => "no-variable",
    }
}
