//! The reply table: what a server's answer means, and for whom. One table, one function, no state.
//!
//! In: the stage we are at, the code, the enhanced code, the words. Out: a [`Verdict`]. Code and enhanced code alone decide whose
//! fault an answer is (RFC 5321 section 4.2, RFC 3463, RFC 7504); only without an enhanced code may known words choose the kind
//! within the code's class. What a refusal of a recipient or a text is about says the table that reports are read by as well
//! ([`refusal`](crate::refusal)); what follows from it at which stage stands here. An answer about one recipient never stops others: where a verdict may mean the sender or the server, a
//! second recipient must get the same answer first ([`senders`](super::senders)).
//!
//! | stage × reply | verdict | what follows |
//! |---|---|---|
//! | banner, EHLO 4xx, 5xx; 421, 503 at MAIL, RCPT, DATA | `Connection` | another connection; the row waits a minute, and counts when it met that thrice |
//! | STARTTLS | `Server` | nothing leaves, the owner is told |
//! | AUTH 504, 534 · 4xx · other 5xx | `Mechanism` · `AccountLater` · `Account` | the next mechanism · later · this server pauses, the owner is told |
//! | MAIL, and x.1.7, x.1.8 at RCPT | `Sender` | that sender's mails wait (4xx), its digest pauses (5xx), once two of its mails met it |
//! | RCPT, DATA, dot 4xx; 421 to the dot | `Recipient` | tried again by the schedule, until it is given up |
//! | the same with 4.3.x, 4.4.x, 4.5.x, 4.7.x | `Busy` | as `Recipient`; once two met it, that digest's mails wait and no row counts |
//! | 5.1.1, 5.1.2, 5.1.3, 5.1.10, 5.2.1, 551, 553 5.1.x, 556, bare 550 with known words | `Address` | bounced, behind the [`breaker`](super::breaker) |
//! | 5.2.2, 5.2.3, bare 552 | `Mailbox` | tried again by the schedule: a matter of days |
//! | other RCPT 5xx | `Policy` | refused, never suppressed; ten in a row pause the digest |
//! | DATA 5xx, dot 5xx | `Text` | refused; ten in a row, or the first three of a digest, pause it |
//! | no reply code at the dot | `Doubt` | `[smtp] on_uncertain` |

use super::smtp::Stage;
use super::smtp::reply::Enhanced;
use crate::refusal::{About, FULL, Found, Place, Rules, Said};

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Go on; at the final dot: accepted.
    Proceed,
    /// This connection is of no use for this mail.
    Connection,
    /// Only a person can repair it: no TLS, no SMTP.
    Server,
    /// Another way to say who we are may do.
    Mechanism,
    /// Our account cannot be looked at now.
    AccountLater,
    /// Our account is refused.
    Account,
    /// Our envelope sender is refused: for now, or for good.
    Sender {
        /// The reply was a 4xx.
        later: bool,
    },
    /// Later, for this recipient.
    Recipient,
    /// Later, said of the server, the network or a rule.
    Busy,
    /// The address does not exist, or its mailbox was closed.
    Address,
    /// The mailbox takes nothing now.
    Mailbox,
    /// A rule of the receiver; whether it means us or the recipient cannot be told.
    Policy,
    /// The text is refused.
    Text,
    /// The mail may have been taken.
    Doubt,
}

/// The table, where no rule of the operator's can change it: before the first mail. As [`judge_by`].
pub fn judge(stage: Stage, code: u16, enhanced: Option<Enhanced>, text: &str) -> Verdict {
    judge_by(&Rules::default(), stage, code, enhanced, text)
}

/// The table. `text` is the server's words, in any case, with or without the enhanced code. Only a refusal is looked up in `rules`.
pub fn judge_by(rules: &Rules, stage: Stage, code: u16, enhanced: Option<Enhanced>, text: &str) -> Verdict {
    match stage {
        Stage::Banner | Stage::Hello => greeting(code),
        Stage::StartTls => start_tls(code),
        Stage::Auth => auth(code),
        Stage::Mail => mail(code, enhanced, text),
        Stage::Rcpt => rcpt(rules, code, enhanced, text),
        Stage::Data => data(rules, code, enhanced),
        Stage::Dot => dot(rules, code, enhanced),
    }
}

/// A receiver that says "too fast" or "your reputation" to a mail that was not refused for good.
pub fn slow_down(code: u16, enhanced: Option<Enhanced>) -> bool {
    let told = enhanced.is_some_and(|e| e.class == 4 && (e.subject == 7 || (e.subject, e.detail) == (3, 2)));
    code == 421 || told
}

fn greeting(code: u16) -> Verdict {
    if (200..300).contains(&code) { Verdict::Proceed } else { Verdict::Connection }
}

fn start_tls(code: u16) -> Verdict {
    match code {
        220 => Verdict::Proceed,
        421 => Verdict::Connection,
        _ => Verdict::Server,
    }
}

fn auth(code: u16) -> Verdict {
    match code {
        235 | 334 => Verdict::Proceed,
        504 | 534 => Verdict::Mechanism,
        400..=499 if code != 421 => Verdict::AccountLater,
        500..=599 => Verdict::Account,
        _ => Verdict::Connection,
    }
}

fn mail(code: u16, enhanced: Option<Enhanced>, text: &str) -> Verdict {
    match code {
        200..=299 => Verdict::Proceed,
        // 503: the server minds what travelled in one write; that says nothing about the sender.
        421 | 503 => Verdict::Connection,
        // OpenSMTPD after 100 messages on one connection.
        400..=499 if is(enhanced, &[(5, 3)]) => Verdict::Connection,
        400..=499 => Verdict::Sender { later: true },
        500..=599 if enhanced.is_none() && says(text, &["synchroni"]) => Verdict::Connection,
        500..=599 => Verdict::Sender { later: false },
        _ => Verdict::Connection,
    }
}

fn rcpt(rules: &Rules, code: u16, enhanced: Option<Enhanced>, text: &str) -> Verdict {
    let found = || rules.find(&Said { place: Place::Session, code: Some(code), enhanced, words: text });
    match code {
        200..=299 => Verdict::Proceed,
        421 | 503 => Verdict::Connection,
        400..=599 => recipient(found(), code < 500, enhanced),
        _ => Verdict::Connection,
    }
}

/// A refusal of a recipient. Postfix says what it thinks of our sender only here (smtpd_delay_reject).
fn recipient(found: Option<Found<'_>>, temporary: bool, enhanced: Option<Enhanced>) -> Verdict {
    match found.map(|found| found.about) {
        Some(About::Sender) => Verdict::Sender { later: temporary },
        _ if temporary => later(enhanced),
        Some(About::Address) => Verdict::Address,
        Some(About::Mailbox) => Verdict::Mailbox,
        _ => Verdict::Policy,
    }
}

fn data(rules: &Rules, code: u16, enhanced: Option<Enhanced>) -> Verdict {
    match code {
        354 => Verdict::Proceed,
        421 | 503 => Verdict::Connection,
        400..=499 => later(enhanced),
        500..=599 => content(rules, enhanced),
        _ => Verdict::Connection,
    }
}

fn dot(rules: &Rules, code: u16, enhanced: Option<Enhanced>) -> Verdict {
    match code {
        200..=299 => Verdict::Proceed,
        421 => Verdict::Recipient,
        400..=499 => later(enhanced),
        500..=599 => content(rules, enhanced),
        _ => Verdict::Doubt,
    }
}

/// A 4xx after the sender was taken: whose it is, the subject of the enhanced code says.
fn later(enhanced: Option<Enhanced>) -> Verdict {
    match enhanced {
        Some(e) if matches!(e.subject, 3 | 4 | 5 | 7) => Verdict::Busy,
        _ => Verdict::Recipient,
    }
}

/// A 5xx to the text. Exchange and gateways look the recipient up only here, and say so by an enhanced code; neither the reply
/// code nor words count.
fn content(rules: &Rules, enhanced: Option<Enhanced>) -> Verdict {
    let said = Said { place: Place::Session, code: None, enhanced, words: "" };
    match enhanced.and_then(|_| rules.find(&said)) {
        Some(Found { about: About::Address, .. }) => Verdict::Address,
        Some(Found { about: About::Mailbox, class: FULL, .. }) => Verdict::Mailbox,
        _ => Verdict::Text,
    }
}

fn is(enhanced: Option<Enhanced>, codes: &[(u16, u16)]) -> bool {
    enhanced.is_some_and(|e| codes.contains(&(e.subject, e.detail)))
}

fn says(text: &str, phrases: &[&str]) -> bool {
    let text = text.to_ascii_lowercase();
    phrases.iter().any(|phrase| text.contains(phrase))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words that mark an address, and words that mean our sender: what they can never do, a test below says.
    const MARKS: &[&str] =
        &["user unknown", "no such user", "does not exist", "destinataire inconnu", "sender address rejected"];

    use Stage::{Auth, Banner, Data, Dot, Hello, Mail, Rcpt, StartTls};
    use Verdict::{
        Account, AccountLater, Address, Busy, Connection, Doubt, Mailbox, Mechanism, Policy, Proceed, Recipient,
        Sender, Server, Text,
    };

    const LATER: Verdict = Sender { later: true };
    const NEVER: Verdict = Sender { later: false };

    /// Stage, the reply as it comes, verdict.
    const TABLE: &[(Stage, &str, Verdict)] = &[
        (Banner, "220 mx ready", Proceed),
        (Banner, "421 4.3.2 too busy", Connection),
        (Banner, "450 later", Connection),
        (Banner, "554 5.7.1 no service for you", Connection),
        (Hello, "250 mx", Proceed),
        (Hello, "421 closing", Connection),
        (Hello, "451 later", Connection),
        (Hello, "550 go away", Connection),
        (StartTls, "220 go", Proceed),
        (StartTls, "421 closing", Connection),
        (StartTls, "454 4.7.0 TLS not available", Server),
        (StartTls, "502 not implemented", Server),
        (Auth, "235 2.7.0 ok", Proceed),
        (Auth, "334 VXNlcm5hbWU6", Proceed),
        (Auth, "421 too many", Connection),
        (Auth, "454 4.7.0 temporary", AccountLater),
        (Auth, "504 5.5.4 mechanism not supported", Mechanism),
        (Auth, "534 5.7.9 too weak", Mechanism),
        (Auth, "535 5.7.8 bad credentials", Account),
        (Auth, "530 5.7.0 must issue STARTTLS", Account),
        (Mail, "250 2.1.0 ok", Proceed),
        (Mail, "421 4.7.0 too many messages", Connection),
        (Mail, "450 4.1.8 sender domain not found", LATER),
        (Mail, "451 later", LATER),
        (Mail, "452 4.3.1 no space", LATER),
        (Mail, "452 no space", LATER),
        (Mail, "452 4.5.3 Too many messages sent", Connection),
        (Mail, "530 5.7.0 authentication required", NEVER),
        (Mail, "535 5.7.8 no", NEVER),
        (Mail, "550 5.7.515 does not meet the required level", NEVER),
        (Mail, "553 sender not owned", NEVER),
        (Mail, "501 5.1.7 bad sender", NEVER),
        (Mail, "552 5.3.4 too big", NEVER),
        (Mail, "523 too big", NEVER),
        (Mail, "354 what", Connection),
        (Mail, "503 5.5.1 nested MAIL command", Connection),
        (Mail, "554 SMTP synchronization error", Connection),
        (Mail, "554 5.7.1 synchronise your watches", NEVER),
        (Rcpt, "250 2.1.5 ok", Proceed),
        (Rcpt, "251 will forward", Proceed),
        (Rcpt, "252 cannot verify", Proceed),
        (Rcpt, "421 4.7.0 too fast", Connection),
        (Rcpt, "503 5.5.1 need MAIL", Connection),
        (Rcpt, "450 4.2.0 greylisted", Recipient),
        (Rcpt, "450 4.2.1 mailbox busy", Recipient),
        (Rcpt, "451 4.7.1 greylisted", Busy),
        (Rcpt, "451 try later", Recipient),
        (Rcpt, "450 4.1.1 unverified address", Recipient),
        (Rcpt, "450 4.1.8 sender domain not found", LATER),
        (Rcpt, "450 sender address rejected: domain not found", LATER),
        (Rcpt, "452 4.2.2 mailbox full", Recipient),
        (Rcpt, "452 mailbox full", Recipient),
        (Rcpt, "452 4.3.1 no space", Busy),
        (Rcpt, "450 4.3.2 service unavailable", Busy),
        (Rcpt, "451 4.4.3 no answer from a name server", Busy),
        (Rcpt, "452 4.5.3 too many recipients", Busy),
        (Rcpt, "452 4.7.0 slow", Busy),
        (Rcpt, "450 5.1.1 the code's class decides", Recipient),
        (Rcpt, "552 5.2.2 over quota", Mailbox),
        (Rcpt, "552 5.2.3 larger than this mailbox takes", Mailbox),
        (Rcpt, "552 storage exceeded", Mailbox),
        (Rcpt, "550 5.2.2 over quota", Mailbox),
        (Rcpt, "552 5.3.4 too big", Policy),
        (Rcpt, "550 5.1.1 no such user", Address),
        (Rcpt, "550 5.1.2 no such host", Address),
        (Rcpt, "501 5.1.3 bad syntax", Address),
        (Rcpt, "550 5.1.10 null MX", Address),
        (Rcpt, "550 5.2.1 mailbox closed", Address),
        (Rcpt, "551 not local", Address),
        (Rcpt, "551 5.1.6 moved", Address),
        (Rcpt, "551 5.7.1 no", Policy),
        (Rcpt, "556 null MX", Address),
        (Rcpt, "553 5.1.0 no", Address),
        (Rcpt, "553 5.1.3 bad syntax", Address),
        (Rcpt, "550 User Unknown", Address),
        (Rcpt, "550 5.0.0 no such user here", Policy),
        (Rcpt, "550 4.1.1 no such user, said of later", Policy),
        (Rcpt, "550 5.7.1 no such user, says our policy", Policy),
        (Rcpt, "550 mailbox unavailable", Policy),
        (Rcpt, "550 5.7.1 blocked", Policy),
        (Rcpt, "550 5.7.1 <x>: Sender address rejected: blocked by the recipient", Policy),
        (Rcpt, "550 5.4.1 access denied", Policy),
        (Rcpt, "553 mailbox name not allowed", Policy),
        (Rcpt, "554 transaction failed", Policy),
        (Rcpt, "554 5.7.1 user unknown in some list", Policy),
        (Rcpt, "554 5.7.1 Relay access denied", Policy),
        (Rcpt, "530 5.7.0 authentication required", Policy),
        (Rcpt, "553 5.1.8 sender domain", NEVER),
        (Rcpt, "550 5.1.7 bad sender", NEVER),
        (Rcpt, "550 Sender verify failed", NEVER),
        (Rcpt, "550 sender verify failed: no such user", NEVER),
        (Rcpt, "354 what", Connection),
        (Data, "354 go", Proceed),
        (Data, "421 closing", Connection),
        (Data, "503 5.5.1 no valid recipients", Connection),
        (Data, "451 4.3.0 later", Busy),
        (Data, "451 later", Recipient),
        (Data, "550 5.7.1 no", Text),
        (Data, "554 no valid recipients", Text),
        (Data, "550 5.1.1 no such user", Address),
        (Data, "552 5.2.2 full", Mailbox),
        (Data, "250 what", Connection),
        (Dot, "250 2.0.0 queued", Proceed),
        (Dot, "421 4.4.2 closing", Recipient),
        (Dot, "451 4.7.1 later", Busy),
        (Dot, "452 4.3.1 no space", Busy),
        (Dot, "451 later", Recipient),
        (Dot, "550 5.1.1 no such user", Address),
        (Dot, "550 no such user", Text),
        (Dot, "552 5.2.2 full", Mailbox),
        (Dot, "552 too big", Text),
        (Dot, "552 5.3.4 too big", Text),
        (Dot, "554 5.7.1 spam", Text),
        (Dot, "354 what", Doubt),
    ];

    fn split(reply: &str) -> (u16, Option<Enhanced>, &str) {
        let (code, text) = reply.split_at(3);
        (code.parse().unwrap(), Enhanced::parse(text.trim_start()), text.trim_start())
    }

    #[test]
    fn each_answer_means_what_the_table_says() {
        for (stage, reply, verdict) in TABLE {
            let (code, enhanced, text) = split(reply);
            assert_eq!(judge(*stage, code, enhanced, text), *verdict, "{stage:?} {reply}");
            assert_eq!(judge(*stage, code, enhanced, &text.to_uppercase()), *verdict, "{stage:?} {reply}, in capitals");
        }
    }

    #[test]
    fn no_word_makes_a_recipients_answer_the_servers_or_marks_an_address_against_its_enhanced_code() {
        let enhanced = Enhanced { class: 5, subject: 7, detail: 1 };
        for words in MARKS.iter().chain(&["relay access denied", "synchronization error", "too big"]) {
            assert_eq!(judge(Rcpt, 550, Some(enhanced), words), Policy, "{words}");
            for code in [550, 552, 553, 554, 571] {
                let verdict = judge(Rcpt, code, None, words);
                assert!(matches!(verdict, Policy | Address | Mailbox | NEVER), "{code} {words}: {verdict:?}");
            }
        }
    }

    #[test]
    fn the_operators_rules_come_first_and_no_accepted_mail_meets_them() {
        let own = "[[rule]]\nclass = \"ours\"\nabout = \"address\"\nenhanced = [\"5.7.1\"]\nwords = [\"left us\"]";
        let rules = Rules::with(own).unwrap();
        let judged = |stage, reply: &str| {
            let (code, enhanced, text) = split(reply);
            judge_by(&rules, stage, code, enhanced, text)
        };
        assert_eq!(judged(Rcpt, "550 5.7.1 she left us"), Address);
        assert_eq!(judged(Rcpt, "550 5.7.1 no such user"), Policy);
        assert_eq!(judged(Rcpt, "550 5.1.1 no such user"), Address, "the built-in rules stand behind");
        assert_eq!(judged(Rcpt, "250 she left us"), Proceed);
        assert_eq!(judged(Dot, "250 5.7.1 she left us"), Proceed);
        assert_eq!(judged(Rcpt, "450 5.7.1 she left us"), Busy, "the code's class decides");
    }

    #[test]
    fn too_fast_is_told_apart() {
        let slow = |reply: &str| slow_down(split(reply).0, split(reply).1);
        assert!(slow("421 4.7.0 too fast") && slow("450 4.7.28 rate") && slow("450 4.3.2 busy") && slow("421 bye"));
        assert!(!slow("450 4.2.1 later") && !slow("550 5.7.1 no") && !slow("250 ok"));
    }
}
