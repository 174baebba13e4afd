//! Why a feed cannot be read, and what is odd about one that can: codes, kept in its row and said in the reader's language.

use serde::{Deserialize, Serialize};

use crate::coded::{Parameter, Said, Stored, codes};
use crate::i18n::{Locale, Value};

codes! {
    /// What is wrong, and what its owner can do.
    #[derive(Serialize, Deserialize)]
    #[serde(tag = "code", rename_all = "kebab-case")]
    pub enum FeedTrouble as "feed-trouble" {
        /// Neither http nor https.
        Scheme {
            /// What it is.
            scheme: String,
        } => "scheme",
        /// A name or a password in the address.
        Credentials => "credentials",
        /// A port that is not read.
        Port {
            /// Which.
            port: i64,
            /// The host, as `[feeds] allow_hosts` would name it; rows of before do not know it.
            #[serde(default = "some_host")]
            allow: String,
        } => "port",
        /// A private or special address.
        Private {
            /// Which.
            host: String,
            /// The same, as `[feeds] allow_hosts` would name it.
            #[serde(default = "some_host")]
            allow: String,
        } => "private",
        /// No host in the address.
        NoHost => "no-host",
        /// No address.
        NoAddress {
            /// What the parser says, in English.
            words: String,
        } => "no-address",
        /// 410.
        Gone => "gone",
        /// Another status that is no success.
        Status {
            /// The code with its customary words.
            status: String,
            /// What the page says.
            said: Quote,
            /// What it means.
            hint: Hint,
        } => "status",
        /// A redirect without a target.
        RedirectNowhere {
            /// The code with its customary words.
            status: String,
        } => "redirect-nowhere",
        /// A redirect to what is no address.
        RedirectNoAddress {
            /// What it says.
            location: String,
        } => "redirect-no-address",
        /// One redirect after the other.
        Redirects {
            /// How many are followed.
            most: usize,
        } => "redirects",
        /// Past `[feeds] max_bytes`.
        TooLarge {
            /// That limit.
            most: usize,
        } => "too-large",
        /// Past `[feeds] max_bytes` once it is unpacked.
        Unpacked {
            /// That limit.
            most: usize,
        } => "unpacked",
        /// Past `[feeds] timeout_s`.
        Timeout {
            /// That limit.
            seconds: i64,
        } => "timeout",
        /// Name, connection, TLS or protocol.
        Unreachable {
            /// What the system says, in English.
            words: String,
        } => "unreachable",
        /// 304 to a question without a condition.
        Unasked => "unasked",
        /// Nothing there.
        Empty => "empty",
        /// A page to log in.
        LoginPage {
            /// What it says.
            said: Quote,
        } => "login-page",
        /// The same, after a redirect.
        LoginPageAt {
            /// What it says.
            said: Quote,
            /// Where it stands, without a query.
            at: String,
        } => "login-page-at",
        /// A page of a blog in maintenance.
        MaintenancePage {
            /// What it says.
            said: Quote,
        } => "maintenance-page",
        /// A gate that wants to see a browser.
        RobotsPage {
            /// What it says.
            said: Quote,
        } => "robots-page",
        /// A page of a program that failed.
        FaultPage {
            /// What it says.
            said: Quote,
        } => "fault-page",
        /// Another page.
        WebPage {
            /// What it says.
            said: Quote,
        } => "web-page",
        /// Another page, which names a feed.
        WebPageOf {
            /// What it says.
            said: Quote,
            /// The feed's address.
            feed: String,
        } => "web-page-of",
        /// A page that names what is no address.
        NamesNoAddress {
            /// What it names.
            named: String,
        } => "names-no-address",
        /// Broken gzip.
        Gzip {
            /// What the parser says, in English.
            words: String,
        } => "gzip",
        /// Broken JSON.
        Json {
            /// What the parser says, in English.
            words: String,
        } => "json",
        /// JSON of another kind.
        OtherJson => "other-json",
        /// Text without an element.
        NoElement {
            /// How it begins.
            words: String,
        } => "no-element",
        /// XML of another kind.
        OtherXml {
            /// Its first element.
            element: String,
            /// What it says.
            words: String,
        } => "other-xml",
        /// Words in front of a feed, which were skipped.
        InFront {
            /// Which.
            words: String,
        } => "in-front",
        /// It breaks off before its first post.
        CutBefore {
            /// What the blog's program says.
            said: ByBlog,
        } => "cut-before",
        /// It breaks off in the middle.
        CutWithin {
            /// What the blog's program says.
            said: ByBlog,
        } => "cut-within",
    }
}

impl Stored for FeedTrouble {}

/// Where the host is not known.
fn some_host() -> String {
    "HOST".to_owned()
}

codes! {
    /// What a status means for the owner of a blog, where its name does not say it.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum Hint as "status-hint" {
        /// 401.
        Closed => "closed",
        /// 403.
        KeptOut => "kept-out",
        /// 404.
        NotThere => "not-there",
        /// 429.
        TooOften => "too-often",
        /// 500.
        Failed => "failed",
        /// 502 to 504.
        Overloaded => "overloaded",
        /// Any other.
        None => "none",
    }
}

impl Hint {
    /// Of a status.
    pub fn of(status: u16) -> Self {
        match status {
            401 => Self::Closed,
            403 => Self::KeptOut,
            404 => Self::NotThere,
            429 => Self::TooOften,
            500 => Self::Failed,
            502..=504 => Self::Overloaded,
            _ => Self::None,
        }
    }
}

/// What a page says, in quotes after a sentence; may be empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote(pub String);

impl Parameter for Quote {
    fn said(&self, locale: &Locale) -> Said<'_> {
        quoted("quote-said", &self.0, locale)
    }
}

/// What a blog's program says, at the end of a sentence; may be empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByBlog(pub String);

impl Parameter for ByBlog {
    fn said(&self, locale: &Locale) -> Said<'_> {
        quoted("quote-by-blog", &self.0, locale)
    }
}

fn quoted(key: &str, words: &str, locale: &Locale) -> Said<'static> {
    let quoted = if words.is_empty() { String::new() } else { locale.format(key, &[("words", Value::Text(words))]) };
    Said::Text(quoted.into())
}
