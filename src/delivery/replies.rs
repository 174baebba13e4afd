//! The reply table: what a server's answer means, and for whom. One table, one function, no state.
//!
//! In: the stage we are at, the code, the enhanced code, the words. Out: a [`Verdict`]. The stricter readings protect
//! people: only an answer that clearly says "this address does not exist" marks the address; what concerns the server,
//! our account or our sender touches nobody (rows R5 to R9 of the fault list, RFC 5321 section 4.2, RFC 3463, RFC 7504).

use super::smtp::Stage;
use super::smtp::reply::Enhanced;

/// Whom an answer concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The server as a whole.
    Server,
    /// Our account there.
    Account,
    /// Our envelope sender.
    Sender,
    /// This connection.
    Connection,
    /// The one recipient.
    Recipient,
    /// The one message.
    Message,
    /// A rule of the receiver; whether it means us or the recipient cannot be told.
    Policy,
}

/// What is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Go on; at the final dot: accepted.
    Proceed,
    /// Stop all mail to this server for 1, 2, 4 … 300 s; no row changes.
    BackOff,
    /// As [`Action::BackOff`], and tell the owner at once: only a person can mend it.
    Alert,
    /// Pause the queue and show the words; no row changes.
    Pause,
    /// Pause this digest and show the words; no row changes.
    Stop,
    /// Connect anew; the row is as before and the attempt does not count.
    Reconnect,
    /// The retry schedule.
    Defer,
    /// Refused for good, and the address is suppressed.
    Suppress,
    /// Refused for good, the address stays; many of them pause the digest.
    Refuse(&'static str),
    /// May have been accepted: `on_uncertain` decides.
    Uncertain,
}

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Verdict {
    /// Whom it concerns.
    pub scope: Scope,
    /// What is done.
    pub action: Action,
}

/// The table. `text` is the server's words, in any case, with or without the enhanced code.
pub fn judge(stage: Stage, code: u16, enhanced: Option<Enhanced>, text: &str) -> Verdict {
    let (scope, action) = match stage {
        Stage::Banner | Stage::Hello => greeting(code),
        Stage::StartTls => start_tls(code),
        Stage::Auth => auth(code),
        Stage::Mail => mail(code, enhanced, text),
        Stage::Rcpt => rcpt(code, enhanced, text),
        Stage::Data => data(code, enhanced, text),
        Stage::Dot => dot(code, enhanced, text),
    };
    Verdict { scope, action }
}

/// A receiver that says "too fast" or "your reputation" to a mail that was not refused for good.
pub fn slow_down(code: u16, enhanced: Option<Enhanced>) -> bool {
    let told = enhanced.is_some_and(|e| e.class == 4 && (e.subject == 7 || (e.subject, e.detail) == (3, 2)));
    code == 421 || told
}

type Row = (Scope, Action);

fn greeting(code: u16) -> Row {
    match code {
        200..=299 => (Scope::Server, Action::Proceed),
        _ => (Scope::Server, Action::BackOff),
    }
}

fn start_tls(code: u16) -> Row {
    match code {
        220 => (Scope::Server, Action::Proceed),
        421 => (Scope::Server, Action::BackOff),
        _ => (Scope::Server, Action::Alert),
    }
}

fn auth(code: u16) -> Row {
    match code {
        235 | 334 => (Scope::Account, Action::Proceed),
        421 => (Scope::Server, Action::BackOff),
        400..=499 => (Scope::Account, Action::BackOff),
        _ => (Scope::Account, Action::Pause),
    }
}

fn mail(code: u16, enhanced: Option<Enhanced>, text: &str) -> Row {
    match code {
        200..=299 => (Scope::Sender, Action::Proceed),
        421 => (Scope::Connection, Action::Reconnect),
        // OpenSMTPD after 100 messages on one connection.
        400..=499 if is(enhanced, &[(5, 3)]) => (Scope::Connection, Action::Reconnect),
        400..=499 if full(code, enhanced) => (Scope::Server, Action::BackOff),
        400..=499 => (Scope::Sender, Action::BackOff),
        500..=599 if too_big(code, enhanced) => (Scope::Message, Action::Stop),
        530 | 534 | 535 | 538 => (Scope::Account, Action::Pause),
        // The server minds what travelled in one write; that says nothing about the sender.
        503 => (Scope::Connection, Action::Reconnect),
        500..=599 if says(text, &["synchroni"]) => (Scope::Connection, Action::Reconnect),
        500..=599 => (Scope::Sender, Action::Pause),
        _ => (Scope::Connection, Action::Reconnect),
    }
}

fn rcpt(code: u16, enhanced: Option<Enhanced>, text: &str) -> Row {
    match code {
        200..=299 => (Scope::Recipient, Action::Proceed),
        421 | 503 => (Scope::Connection, Action::Reconnect),
        // Postfix says what it thinks of us and of our sender only here (smtpd_delay_reject).
        400..=499 if is(enhanced, &[(1, 7), (1, 8)]) => (Scope::Sender, Action::BackOff),
        400..=499 if full(code, enhanced) => (Scope::Server, Action::BackOff),
        400..=499 => (Scope::Recipient, Action::Defer),
        500..=599 if mailbox_full(code, enhanced) => (Scope::Recipient, Action::Defer),
        500..=599 if too_big(code, enhanced) => (Scope::Message, Action::Stop),
        530 | 534 | 535 | 538 => (Scope::Account, Action::Pause),
        500..=599 if no_such_address(code, enhanced, text) => (Scope::Recipient, Action::Suppress),
        500..=599 if is(enhanced, &[(1, 7), (1, 8)]) || says(text, SENDER) => (Scope::Sender, Action::Pause),
        500..=599 if says(text, RELAYING) => (Scope::Account, Action::Pause),
        500..=599 => (Scope::Policy, Action::Refuse("policy")),
        _ => (Scope::Connection, Action::Reconnect),
    }
}

fn data(code: u16, enhanced: Option<Enhanced>, text: &str) -> Row {
    match code {
        354 => (Scope::Message, Action::Proceed),
        421 | 503 => (Scope::Connection, Action::Reconnect),
        400..=499 if full(code, enhanced) => (Scope::Server, Action::BackOff),
        400..=499 => (Scope::Message, Action::Defer),
        500..=599 if mailbox_full(code, enhanced) => (Scope::Recipient, Action::Defer),
        500..=599 if too_big(code, enhanced) => (Scope::Message, Action::Stop),
        500..=599 if no_such_address(code, enhanced, text) => (Scope::Recipient, Action::Suppress),
        500..=599 => (Scope::Message, Action::Refuse("policy")),
        _ => (Scope::Connection, Action::Reconnect),
    }
}

fn dot(code: u16, enhanced: Option<Enhanced>, text: &str) -> Row {
    match code {
        200..=299 => (Scope::Message, Action::Proceed),
        421 => (Scope::Connection, Action::Uncertain),
        400..=499 if full(code, enhanced) => (Scope::Server, Action::BackOff),
        400..=499 => (Scope::Message, Action::Defer),
        500..=599 if mailbox_full(code, enhanced) => (Scope::Recipient, Action::Defer),
        500..=599 if too_big(code, enhanced) => (Scope::Message, Action::Stop),
        // Exchange and gateways look the recipient up only after the content.
        500..=599 if no_such_address(code, enhanced, text) => (Scope::Recipient, Action::Suppress),
        500..=599 => (Scope::Message, Action::Refuse("content")),
        _ => (Scope::Connection, Action::Uncertain),
    }
}

/// The server has no room, for anybody: 4.3.1, 4.5.3, or a 452 that does not name the mailbox.
fn full(code: u16, enhanced: Option<Enhanced>) -> bool {
    is(enhanced, &[(3, 1), (5, 3)]) || (code == 452 && enhanced.is_none_or(|e| e.subject != 2))
}

/// This mailbox is full: a matter of days, whatever the code's class says (RFC 5321 section 4.5.3.1.10).
fn mailbox_full(code: u16, enhanced: Option<Enhanced>) -> bool {
    is(enhanced, &[(2, 2)]) || (code == 552 && enhanced.is_none())
}

/// The mail is larger than the server takes; the next recipient's will be too.
fn too_big(code: u16, enhanced: Option<Enhanced>) -> bool {
    code == 523 || is(enhanced, &[(3, 4), (2, 3)]) || (code == 552 && !is(enhanced, &[(2, 2)]))
}

/// The only answers that mark an address: it does not exist, or its mailbox was closed.
fn no_such_address(code: u16, enhanced: Option<Enhanced>, text: &str) -> bool {
    match (code, enhanced) {
        (_, Some(e)) if e.subject == 1 && matches!(e.detail, 1 | 2 | 3 | 10) => true,
        (_, Some(e)) if e.subject == 2 && e.detail == 1 => true,
        (551 | 556, e) if e.is_none_or(|e| e.subject != 7) => true,
        (553, Some(e)) if e.subject == 1 && !matches!(e.detail, 7 | 8) => true,
        (550, None) => says(text, UNKNOWN),
        (550, Some(e)) => e.detail == 0 && matches!(e.subject, 0 | 1 | 2 | 5) && says(text, UNKNOWN),
        _ => false,
    }
}

fn is(enhanced: Option<Enhanced>, codes: &[(u16, u16)]) -> bool {
    enhanced.is_some_and(|e| codes.contains(&(e.subject, e.detail)))
}

fn says(text: &str, phrases: &[&str]) -> bool {
    let text = text.to_ascii_lowercase();
    phrases.iter().any(|phrase| text.contains(phrase))
}

/// Words of servers that give no enhanced code to an address that does not exist.
const UNKNOWN: &[&str] = &[
    "user unknown",
    "unknown user",
    "unknown recipient",
    "recipient unknown",
    "unknown local part",
    "no such user",
    "no such recipient",
    "no such mailbox",
    "no such address",
    "no mailbox here",
    "mailbox not found",
    "user not found",
    "recipient not found",
    "address not found",
    "does not exist",
    "doesn't exist",
    "unrouteable address",
    "unroutable address",
    "destinataire invalide",
    "destinataire inconnu",
    "utilisateur inconnu",
];

/// Words that mean our envelope sender, given at RCPT.
const SENDER: &[&str] = &["sender address rejected", "sender verify failed", "sender rejected"];

/// Words that mean that we may not use this server for others' mail.
const RELAYING: &[&str] = &["relay access denied", "relaying denied", "relay not permitted", "unable to relay"];

#[cfg(test)]
mod tests {
    use super::*;
    use Action::{Alert, BackOff, Defer, Pause, Proceed, Reconnect, Refuse, Stop, Suppress, Uncertain};
    use Scope::{Account, Connection, Message, Policy, Recipient, Sender, Server};
    use Stage::{Auth, Banner, Data, Dot, Hello, Mail, Rcpt, StartTls};

    /// Stage, the reply as it comes, scope, action.
    const TABLE: &[(Stage, &str, Scope, Action)] = &[
        (Banner, "220 mx ready", Server, Proceed),
        (Banner, "421 4.3.2 too busy", Server, BackOff),
        (Banner, "450 later", Server, BackOff),
        (Banner, "554 5.7.1 no service for you", Server, BackOff),
        (Hello, "250 mx", Server, Proceed),
        (Hello, "421 closing", Server, BackOff),
        (Hello, "451 later", Server, BackOff),
        (Hello, "550 go away", Server, BackOff),
        (StartTls, "220 go", Server, Proceed),
        (StartTls, "421 closing", Server, BackOff),
        (StartTls, "454 4.7.0 TLS not available", Server, Alert),
        (StartTls, "502 not implemented", Server, Alert),
        (Auth, "235 2.7.0 ok", Account, Proceed),
        (Auth, "334 VXNlcm5hbWU6", Account, Proceed),
        (Auth, "421 too many", Server, BackOff),
        (Auth, "454 4.7.0 temporary", Account, BackOff),
        (Auth, "535 5.7.8 bad credentials", Account, Pause),
        (Auth, "530 5.7.0 must issue STARTTLS", Account, Pause),
        (Auth, "534 5.7.9 too weak", Account, Pause),
        (Mail, "250 2.1.0 ok", Sender, Proceed),
        (Mail, "421 4.7.0 too many messages", Connection, Reconnect),
        (Mail, "450 4.1.8 sender domain not found", Sender, BackOff),
        (Mail, "451 later", Sender, BackOff),
        (Mail, "452 4.3.1 no space", Server, BackOff),
        (Mail, "452 no space", Server, BackOff),
        (Mail, "452 4.5.3 Too many messages sent", Connection, Reconnect),
        (Mail, "530 5.7.0 authentication required", Account, Pause),
        (Mail, "535 5.7.8 no", Account, Pause),
        (Mail, "550 5.7.515 does not meet the required level", Sender, Pause),
        (Mail, "553 sender not owned", Sender, Pause),
        (Mail, "501 5.1.7 bad sender", Sender, Pause),
        (Mail, "552 5.3.4 too big", Message, Stop),
        (Mail, "523 too big", Message, Stop),
        (Mail, "354 what", Connection, Reconnect),
        (Mail, "503 5.5.1 nested MAIL command", Connection, Reconnect),
        (Mail, "554 SMTP synchronization error", Connection, Reconnect),
        (Rcpt, "250 2.1.5 ok", Recipient, Proceed),
        (Rcpt, "251 will forward", Recipient, Proceed),
        (Rcpt, "252 cannot verify", Recipient, Proceed),
        (Rcpt, "421 4.7.0 too fast", Connection, Reconnect),
        (Rcpt, "503 5.5.1 need MAIL", Connection, Reconnect),
        (Rcpt, "450 4.2.0 greylisted", Recipient, Defer),
        (Rcpt, "450 4.2.1 mailbox busy", Recipient, Defer),
        (Rcpt, "451 4.7.1 greylisted", Recipient, Defer),
        (Rcpt, "451 try later", Recipient, Defer),
        (Rcpt, "450 4.1.8 sender domain not found", Sender, BackOff),
        (Rcpt, "452 4.2.2 mailbox full", Recipient, Defer),
        (Rcpt, "452 4.3.1 no space", Server, BackOff),
        (Rcpt, "452 4.5.3 too many recipients", Server, BackOff),
        (Rcpt, "452 4.7.0 slow", Server, BackOff),
        (Rcpt, "452 no space", Server, BackOff),
        (Rcpt, "451 4.3.1 no space", Server, BackOff),
        (Rcpt, "552 5.2.2 over quota", Recipient, Defer),
        (Rcpt, "552 storage exceeded", Recipient, Defer),
        (Rcpt, "550 5.2.2 over quota", Recipient, Defer),
        (Rcpt, "552 5.3.4 too big", Message, Stop),
        (Rcpt, "523 5.2.3 too big", Message, Stop),
        (Rcpt, "550 5.1.1 no such user", Recipient, Suppress),
        (Rcpt, "550 5.1.2 no such host", Recipient, Suppress),
        (Rcpt, "501 5.1.3 bad syntax", Recipient, Suppress),
        (Rcpt, "550 5.1.10 null MX", Recipient, Suppress),
        (Rcpt, "550 5.2.1 mailbox closed", Recipient, Suppress),
        (Rcpt, "551 not local", Recipient, Suppress),
        (Rcpt, "551 5.1.6 moved", Recipient, Suppress),
        (Rcpt, "551 5.7.1 no", Policy, Refuse("policy")),
        (Rcpt, "556 null MX", Recipient, Suppress),
        (Rcpt, "553 5.1.0 no", Recipient, Suppress),
        (Rcpt, "553 5.1.3 bad syntax", Recipient, Suppress),
        (Rcpt, "550 User Unknown", Recipient, Suppress),
        (Rcpt, "550 5.0.0 no such user here", Recipient, Suppress),
        (Rcpt, "550 5.7.1 no such user, says our policy", Policy, Refuse("policy")),
        (Rcpt, "550 mailbox unavailable", Policy, Refuse("policy")),
        (Rcpt, "550 5.7.1 blocked", Policy, Refuse("policy")),
        (Rcpt, "550 5.4.1 access denied", Policy, Refuse("policy")),
        (Rcpt, "553 mailbox name not allowed", Policy, Refuse("policy")),
        (Rcpt, "554 transaction failed", Policy, Refuse("policy")),
        (Rcpt, "554 5.7.1 user unknown in some list", Policy, Refuse("policy")),
        (Rcpt, "530 5.7.0 authentication required", Account, Pause),
        (Rcpt, "553 5.1.8 sender domain", Sender, Pause),
        (Rcpt, "553 5.7.1 <x>: Sender address rejected: not owned", Sender, Pause),
        (Rcpt, "554 5.7.1 <x>: Relay access denied", Account, Pause),
        (Rcpt, "354 what", Connection, Reconnect),
        (Data, "354 go", Message, Proceed),
        (Data, "421 closing", Connection, Reconnect),
        (Data, "503 need RCPT", Connection, Reconnect),
        (Data, "451 4.3.0 later", Message, Defer),
        (Data, "452 4.3.1 no space", Server, BackOff),
        (Data, "554 5.7.1 no", Message, Refuse("policy")),
        (Data, "550 no", Message, Refuse("policy")),
        (Data, "552 5.3.4 too big", Message, Stop),
        (Data, "250 what", Connection, Reconnect),
        (Dot, "250 2.0.0 queued as 4F", Message, Proceed),
        (Dot, "421 closing", Connection, Uncertain),
        (Dot, "354 what", Connection, Uncertain),
        (Dot, "450 later", Message, Defer),
        (Dot, "451 4.7.1 later", Message, Defer),
        (Dot, "452 4.3.1 no space", Server, BackOff),
        (Dot, "552 5.2.2 over quota", Recipient, Defer),
        (Dot, "552 5.3.4 too big", Message, Stop),
        (Dot, "550 5.1.1 no such user", Recipient, Suppress),
        (Dot, "550 5.7.1 spam", Message, Refuse("content")),
        (Dot, "554 spam", Message, Refuse("content")),
    ];

    #[test]
    fn the_table_holds_line_by_line() {
        for &(stage, line, scope, action) in TABLE {
            let (code, text) = line.split_once(' ').unwrap();
            let verdict = judge(stage, code.parse().unwrap(), Enhanced::parse(text), text);
            assert_eq!(verdict, Verdict { scope, action }, "{stage:?} {line}");
        }
    }

    #[test]
    fn every_code_has_a_row_that_fits_its_stage() {
        let details =
            [None, Some((0, 0)), Some((1, 1)), Some((1, 8)), Some((2, 2)), Some((3, 1)), Some((5, 3)), Some((7, 1))];
        for stage in [Banner, Hello, StartTls, Auth, Mail, Rcpt, Data, Dot] {
            for code in 200..600 {
                for detail in details {
                    let enhanced =
                        detail.map(|(subject, detail)| Enhanced { class: (code / 100) as u8, subject, detail });
                    let Verdict { scope, action } = judge(stage, code, enhanced, "no such user");
                    let context = format!("{stage:?} {code} {enhanced:?}: {scope:?} {action:?}");
                    let early = matches!(stage, Banner | Hello | StartTls | Auth | Mail);
                    assert!(!early || !matches!(scope, Recipient | Policy), "{context}");
                    assert!(action != Suppress || (scope == Recipient && code >= 500), "{context}");
                    assert!(!matches!(action, Refuse(_)) || code >= 500, "{context}");
                    assert!(action != Uncertain || stage == Dot, "{context}");
                    assert!(code < 400 || action != Proceed, "{context}");
                    assert!(code != 421 || matches!(action, BackOff | Reconnect | Uncertain), "{context}");
                }
            }
        }
    }

    #[test]
    fn a_policy_code_never_marks_an_address() {
        for code in [550, 551, 553, 554, 556] {
            for detail in 0..40 {
                let enhanced = Some(Enhanced { class: 5, subject: 7, detail });
                assert_ne!(judge(Rcpt, code, enhanced, "550 no such user").action, Suppress, "{code} 5.7.{detail}");
            }
        }
    }

    #[test]
    fn slowing_down_is_asked_for_by_rate_and_reputation_only() {
        let told = |code, text: &str| slow_down(code, Enhanced::parse(text));
        assert!(told(421, "x") && told(450, "4.7.28 rate") && told(451, "4.3.2 busy"));
        assert!(!told(450, "4.2.0 greylisted") && !told(550, "5.7.1 no") && !told(250, "2.0.0 ok"));
    }
}
