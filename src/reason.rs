//! Why a digest was skipped, paused, cancelled or kept waiting, and why everything is held: a code with its parameters. The words
//! stand in `locales/`.
//!
//! In: what a stage knows. Out: the compact JSON that a TEXT column keeps, such as
//! `{"code":"sender-refused","words":"550 5.7.1 …"}`; read back, a [`Why`], which has words in every language under the key
//! `reason-CODE`. Every stage may name a reason; `views` shows it, and so does a notice to the editor.

use serde::{Deserialize, Serialize};

use crate::coded::{Kept, Stored, codes};

codes! {
    /// A reason. Codes and parameters stay as they are: rows of years hold them, and programs compare them.
    #[derive(Serialize, Deserialize)]
    #[serde(tag = "code", rename_all = "kebab-case")]
    pub enum Reason as "reason" {
        /// Nothing had settled since the last slot.
        NoNewPost => "no-new-post",
        /// The schedule rested.
        SchedulePaused => "schedule-paused",
        /// An editor left the slot or the digest out.
        SkippedByEditor => "skipped-by-editor",
        /// Nobody confirmed was on this rhythm.
        NobodySubscribed => "nobody-subscribed",
        /// The slot was missed by more than `[digests] catch_up_h`.
        TooLate => "too-late",
        /// The slot was missed; its posts went with the next.
        CaughtUp => "caught-up",
        /// The posts that waited are not in their feeds any more.
        PostsVanished => "posts-vanished",
        /// Every post of the digest was taken back before it was released.
        PostsTakenBack => "posts-taken-back",
        /// It waits, and leaves at its slot unless an editor stops it.
        UnlessStopped => "unless-stopped",
        /// It waits a moment, after an editor's "send now".
        SentByEditor => "sent-by-editor",
        /// It waits for the hour that an editor chose.
        PlannedByEditor => "planned-by-editor",
        /// It waits a moment, after an editor's "approve".
        ApprovedByEditor => "approved-by-editor",
        /// An editor took it back, or stopped it, before it left.
        StoppedByEditor => "stopped-by-editor",
        /// An editor stopped it for a while.
        PausedByEditor => "paused-by-editor",
        /// An editor ended it.
        CancelledByEditor => "cancelled-by-editor",
        /// The newsletter was in test mode: a copy went to its editor, nobody else was meant.
        TestMode => "test-mode",
        /// An editor deleted the newsletter.
        NewsletterDeleted => "newsletter-deleted",
        /// The mail server refuses its sender.
        SenderRefused {
            /// The server's, without addresses.
            words: String,
        } => "sender-refused",
        /// The mail server refuses one mail of it after the other.
        MailsRefused {
            /// The server's, without addresses.
            words: String,
        } => "mails-refused",
        /// The mail server calls one address after the other unknown.
        AddressesUnknown {
            /// The server's, without addresses.
            words: String,
        } => "addresses-unknown",
        /// More addresses of it came back as dead than should.
        BouncesReported {
            /// How many.
            count: i64,
        } => "bounces-reported",
        /// More readers reported it as unwanted than should.
        ComplaintsReported {
            /// How many.
            count: i64,
        } => "complaints-reported",
        /// Everything is held: the database may not be the one that should send.
        Held => "held",
        /// Held: a backup was put back, or a server was promoted that lagged behind.
        DatabaseOlder => "database-older",
        /// Held: the database is not where it was last sent from.
        DatabaseCopied => "database-copied",
        /// Held: another history than when it was last sent from, and no file vouches for it.
        DatabaseMoved => "database-moved",
        /// Held: reached under an address never seen before.
        DatabaseStrange => "database-strange",
        /// Held: the file beside it is missing.
        DatabaseUnknown => "database-unknown",
        /// Held: not the one that was last sent from here.
        DatabaseOther => "database-other",
        /// Held: it went back further than this process remembers.
        DatabaseForgot => "database-forgot",
        /// Held: it went back to before a digest that was being sent.
        DigestForgotten => "digest-forgotten",
        /// Held: an operator said so.
        HeldByOperator => "held-by-operator",
        /// It would be the first to many, and the doctor has found a fault, or has not looked yet.
        NotGreen => "not-green",
        /// A mail of it could not be made, and nothing was released.
        NotRendered {
            /// What went wrong, in English.
            words: String,
        } => "not-rendered",
        /// The mails that were made of it cannot be read any more.
        MailsUnreadable {
            /// What went wrong, in English.
            words: String,
        } => "mails-unreadable",
        /// The key that signs its sender's mails cannot be used.
        SigningKeyUnusable {
            /// What went wrong, in English.
            words: String,
        } => "signing-key-unusable",
    }
}

impl Reason {
    /// The same with other words in it, if it holds any.
    #[must_use]
    pub fn with_words(mut self, change: impl FnOnce(&str) -> String) -> Self {
        if let Self::SenderRefused { words }
        | Self::MailsRefused { words }
        | Self::AddressesUnknown { words }
        | Self::NotRendered { words }
        | Self::MailsUnreadable { words }
        | Self::SigningKeyUnusable { words } = &mut self
        {
            *words = change(words);
        }
        self
    }
}

impl Stored for Reason {}

/// A reason as a row holds it.
pub type Why = Kept<Reason>;

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value as Json};

    use super::*;
    use crate::coded::Coded as _;
    use crate::i18n;

    #[test]
    fn a_reason_is_read_as_it_was_stored() {
        for (code, parameters) in Reason::CODES {
            let mut stored = Map::from_iter([("code".to_owned(), Json::from(*code))]);
            let value = |name: &str| if name == "count" { Json::from(7) } else { Json::from("550 \"no\"") };
            stored.extend(parameters.iter().map(|name| ((*name).to_owned(), value(name))));
            let Why::Known(reason) = Why::read(&Json::Object(stored).to_string()) else { panic!("{code}") };
            assert_eq!(reason.code(), *code);
            assert_eq!(Why::read(&reason.stored()), Why::Known(reason));
        }
        let refused = Reason::SenderRefused { words: "550 \"no\"".to_owned() };
        assert_eq!(refused.stored(), r#"{"code":"sender-refused","words":"550 \"no\""}"#);
        assert_eq!(Reason::TooLate.stored(), r#"{"code":"too-late"}"#);
    }

    #[test]
    fn what_is_no_code_of_ours_stands_as_it_is() {
        for text in ["", "by an editor", "550 {no}", r#"{"code":"of-a-later-version"}"#, r#"{"code":"sender-refused"}"#]
        {
            let why = Why::read(text);
            assert_eq!(why, Why::Words(text.to_owned()));
            assert_eq!((why.code(), why.words(i18n::locale("fr")).as_ref()), (None, text));
        }
    }
}
