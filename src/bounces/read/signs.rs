//! What tells a daemon, an absence, a challenge, a person: the head of a mail and its words, in the languages that we know.
//!
//! In: a mail. Out: [`Signs`]. Where nothing marks a mail as automatic a person wrote it, whatever it says: Debian's `vacation` marks
//! nothing, and whoever quotes a report writes its words.

use super::address;
use super::mime::Mail;
use super::phrases::{ANSWERS, CHALLENGES, DAEMON_NAMES, DAEMONS, DELAYS, FAILS, REPORTS, SUCCESSES, TRIES_ON};
use super::returned::{Kind, Returned, Sign};
use super::text::{clipped, plain};

/// What programs put before the subject of an answer or of what is passed on.
const PREFIXES: &[&str] =
    &["re", "aw", "rep", "ref", "sv", "vs", "antw", "ri", "tr", "fwd", "fw", "wg", "i", "enc", "rv", "pd"];

/// Bytes of a text that are searched for known words.
const MAX_WORDS: usize = 8 << 10;

/// What the head says.
#[derive(Debug, Default)]
pub(super) struct Signs {
    /// The address in `From`.
    pub(super) from: Option<String>,
    /// `Subject`, decoded.
    pub(super) subject: String,
    /// A mail server wrote it.
    pub(super) daemon: bool,
    /// It says of itself that it is automatic.
    automatic: bool,
    /// It answers something, and a person's program says so.
    answers: bool,
    /// Its subject, plain.
    plain_subject: String,
}

impl Signs {
    /// Reads the head.
    pub(super) fn of(mail: &Mail<'_>) -> Self {
        let head = &mail.head;
        let subject = head.decoded("subject").unwrap_or_default();
        let written = head.decoded("from").unwrap_or_default();
        let from = address::spots(&written).last().map(|spot| spot.address);
        let plain_subject = plain(clipped(subject.trim(), 400));
        let said = |name: &str| head.get(name).map(|value| value.to_ascii_lowercase()).unwrap_or_default();
        let submitted = said("auto-submitted");
        let marks =
            ["x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-vacation", "x-mail-autoreply"];
        let automatic = submitted.starts_with("auto")
            || marks.iter().any(|name| head.has(name))
            || said("precedence").starts_with("auto");
        // `Re:`, and `Tr :` as French programs write it.
        let prefix = plain_subject.split_once(':').map(|(prefix, _)| prefix.trim_end());
        let answers = head.has("in-reply-to") || prefix.is_some_and(|prefix| PREFIXES.contains(&prefix));
        let daemon = is_daemon(&written, from.as_deref());
        Self { from, subject, daemon, automatic, answers, plain_subject }
    }

    /// Whether its head and words are those of a report. A mail server's subject is enough; its words alone, or those of whoever marks
    /// their mail as automatic, must be `backed` by an address or a code. A person's subject and words must both say it, and answer
    /// nobody.
    pub(super) fn reports(&self, text: &str, backed: impl FnOnce() -> bool) -> bool {
        let (subject, words) = (REPORTS.any_in(&self.plain_subject), FAILS.any_in(&plain(clipped(text, MAX_WORDS))));
        match (self.daemon, self.answers) {
            (true, _) => subject || (words && backed()),
            (false, true) => false,
            (false, false) => subject && words && (!self.automatic || backed()),
        }
    }

    /// Whether a mail server only says in words that it delivered.
    pub(super) fn succeeds(&self, text: &str) -> bool {
        let words = plain(clipped(text, MAX_WORDS));
        (SUCCESSES.any_in(&self.plain_subject) || SUCCESSES.any_in(&words)) && !FAILS.any_in(&words)
    }

    /// Whether a report only says that something takes longer.
    pub(super) fn delays(&self, text: &str) -> bool {
        DELAYS.any_in(&self.plain_subject) || TRIES_ON.any_in(&plain(clipped(text, MAX_WORDS)))
    }

    /// A DMARC aggregate report (RFC 9990): by its subject, or by what is attached (`receiver!domain!begin!end.xml.gz`).
    pub(super) fn dmarc(&self, mail: &Mail<'_>) -> bool {
        let subject =
            self.plain_subject.starts_with("report domain:") || self.plain_subject.starts_with("report-domain:");
        let named = |name: &str, part: &super::mime::Part<'_>| {
            part.fields.get(name).is_some_and(|value| value.matches('!').count() >= 3)
        };
        subject || mail.parts.iter().any(|part| named("content-disposition", part) || named("content-type", part))
    }

    /// Somebody leaves by mail (RFC 2369 section 3.2): the subject that our `List-Unsubscribe` names, and nothing else.
    pub(super) fn leaves(&self) -> bool {
        let rest = self.plain_subject.strip_prefix("unsubscribe");
        !self.daemon
            && rest.is_some_and(|rest| {
                rest.is_empty() || (rest.starts_with([' ', ':']) && rest.split_whitespace().count() <= 1)
            })
    }

    /// What it is when it is no report of any kind.
    pub(super) fn remains(&self, mail: &Mail<'_>) -> Returned {
        let suppresses = mail.head.has("x-auto-response-suppress") || mail.head.has("x-ms-exchange-inbox-rules-loop");
        let answer = ANSWERS.any_begins(&self.plain_subject);
        let from = self.from.as_deref().unwrap_or_default().to_ascii_lowercase();
        let machine = self.automatic
            || suppresses
            || ["no-reply@", "noreply@", "antispam", "anti-spam"].iter().any(|word| from.contains(word));
        if (machine || answer) && self.challenges(mail) {
            return Returned::of(Kind::Challenge, Sign::Words);
        }
        if self.automatic || suppresses {
            return Returned::of(Kind::AutoReply, Sign::Field);
        }
        if answer {
            return Returned::of(Kind::AutoReply, Sign::Subject);
        }
        let bulk = mail
            .head
            .get("precedence")
            .is_some_and(|value| ["bulk", "junk", "list"].contains(&value.to_ascii_lowercase().as_str()));
        if self.daemon || bulk || self.from.is_none() {
            return Returned::of(Kind::Unknown, Sign::Nothing);
        }
        Returned::of(Kind::Human, Sign::Nothing)
    }

    /// A proof is wanted: its words, and somewhere to give it.
    fn challenges(&self, mail: &Mail<'_>) -> bool {
        let text = plain(clipped(mail.text(), MAX_WORDS));
        let somewhere = text.contains("http") || text.contains("reply to this") || text.contains("repond");
        somewhere && (CHALLENGES.any_in(&self.plain_subject) || CHALLENGES.any_in(&text))
    }
}

fn is_daemon(written: &str, from: Option<&str>) -> bool {
    let local = from.and_then(|from| from.rsplit_once('@')).map_or(written, |(local, _)| local);
    let local = plain(local.trim().trim_matches(['<', '>', '"', ' ']));
    let name = plain(written);
    // Exchange: MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@…
    DAEMONS.contains(&local.as_str())
        || local.starts_with("microsoftexchange")
        || local.starts_with("postmaster")
        || DAEMON_NAMES.any_in(&name)
}
