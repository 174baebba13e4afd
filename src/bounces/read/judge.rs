//! What a report means for one address: which of its codes is believed, and what follows.
//!
//! In: what a report says of a recipient ([`Report`]), the table of refusals. Out: a [`Recipient`]. The order of trust: a `Status` of
//! class 5 that says more than 5.0.0 (six of eleven servers write 5.0.0 whatever happened); the code inside `Diagnostic-Code`; the
//! code in the text beside the address; words. `failed` with a temporary code was given up, which says nothing for good.

use super::code::{self, Codes};
use super::phrases::{EARLIER, TRIES_ON};
use super::returned::{Action, Because, MAX_DIAGNOSTIC, Outcome, Recipient};
use super::text::{clipped, plain};
use crate::refusal::{About, Enhanced, FULL, Found, Place, Rules, Said};

/// What a report says of one recipient.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// `Final-Recipient`.
    pub(super) address: String,
    /// `Original-Recipient`.
    pub(super) original: Option<String>,
    /// `Action`.
    pub(super) action: Option<Action>,
    /// `Status`.
    pub(super) status: Option<Enhanced>,
    /// `Diagnostic-Code` without its type.
    pub(super) diagnostic: String,
    /// The text beside the address.
    pub(super) beside: String,
    /// `Will-Retry-Until` stands there.
    pub(super) retries: bool,
}

/// What is believed: codes, words, and where they stood.
struct Believed<'a> {
    codes: Codes,
    words: &'a str,
    because: Because,
}

/// Judges one recipient.
pub(super) fn judge(report: Report, rules: &Rules) -> Recipient {
    let believed = believe(&report);
    let Codes { code, enhanced } = believed.codes;
    let found = rules.find(&Said { place: Place::Report, code, enhanced, words: believed.words });
    // Where its own words say nothing of a code that says nothing, those beside it may.
    let found = found.or_else(|| rules.find(&Said { place: Place::Report, code, enhanced, words: &report.beside }));
    // Whatever its code, an answer to our greeting or sender says nothing of the recipient.
    let early = || {
        EARLIER.any_in(&plain(&report.diagnostic)) || EARLIER.any_in(&plain(clipped(&report.beside, MAX_DIAGNOSTIC)))
    };
    let found = match found {
        Some(found) if matches!(found.about, About::Address | About::Mailbox) && early() => {
            Some(Found { class: "sender", about: About::Sender, phrase: None })
        }
        found => found,
    };
    let outcome = outcome(&report, believed.codes, found.map(|found| (found.class, found.about)));
    let because = match (believed.because, &found) {
        (Because::Nothing, Some(_)) => Because::Words,
        (Because::Nothing, None) if report.action.is_some() => Because::Action,
        (because, _) => because,
    };
    let diagnostic = if report.diagnostic.is_empty() { report.beside.trim() } else { &report.diagnostic };
    Recipient {
        diagnostic: clipped(diagnostic, MAX_DIAGNOSTIC).to_owned(),
        action: report.action,
        status: report.status,
        code,
        enhanced,
        class: found.map(|found| found.class.to_owned()),
        about: found.map(|found| found.about),
        phrase: found.and_then(|found| found.phrase).map(str::to_owned),
        because,
        outcome,
        original: report.original,
        address: report.address,
    }
}

fn believe(report: &Report) -> Believed<'_> {
    let diagnostic = code::find(&report.diagnostic);
    let words = if report.diagnostic.is_empty() { &report.beside } else { &report.diagnostic };
    let status = report.status.filter(|status| !status.says_nothing());
    // `5.1.0` leaves open what the server behind said in full; a gateway's 5.1.1 does not undo its "mailbox full".
    let fuller = |status: Enhanced| {
        let said = diagnostic.enhanced.filter(|said| said.class == status.class);
        said.is_some_and(|said| (status.detail == 0 && said.detail != 0) || (said.subject == 2 && said.detail == 2))
    };
    if let Some(status) = status.filter(|status| !fuller(*status)) {
        let codes = Codes { code: diagnostic.code, enhanced: Some(status) };
        return Believed { codes, words, because: Because::Status };
    }
    if diagnostic.any() {
        return Believed { codes: diagnostic, words: &report.diagnostic, because: Because::Diagnostic };
    }
    let beside = code::find(&report.beside);
    if beside.any() {
        return Believed { codes: beside, words: &report.beside, because: Because::Beside };
    }
    Believed { codes: Codes { code: None, enhanced: report.status }, words, because: Because::Nothing }
}

fn outcome(report: &Report, codes: Codes, found: Option<(&str, About)>) -> Outcome {
    match report.action {
        Some(Action::Delivered | Action::Relayed | Action::Expanded) => return Outcome::Delivered,
        Some(Action::Delayed) if !last_word(report) => return Outcome::Delayed,
        Some(Action::Delayed) => return Outcome::Expired,
        Some(Action::Failed) | None => {}
    }
    let class = report.status.filter(|status| !status.says_nothing()).map(|status| status.class);
    let temporary = class.or(codes.class()) == Some(4) || report.status.is_some_and(|status| status.class == 4);
    match found {
        _ if temporary => Outcome::Expired,
        Some((_, About::Address)) => Outcome::Dead,
        Some((FULL, _) | (_, About::Mailbox)) => Outcome::Full,
        Some((_, About::Server)) => Outcome::Expired,
        Some(_) => Outcome::Refused,
        None => Outcome::Unclear,
    }
}

/// OpenSMTPD says that it gives up with `delayed` and 4.4.7; Sendmail warns with the same, and says that it tries on.
fn last_word(report: &Report) -> bool {
    let expired = report.status == Some(Enhanced { class: 4, subject: 4, detail: 7 });
    let words = plain(&report.beside);
    // Its own line says it, although its form letter goes on that this is only temporary.
    let said = words.trim_start().lines().next().is_some_and(|line| line.contains("expired"));
    expired && !report.retries && (said || !TRIES_ON.any_in(&words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Because::{Beside, Diagnostic, Nothing, Status, Words};
    use Outcome::{Dead, Delayed, Delivered, Expired, Full, Refused, Unclear};

    fn judged(action: Action, status: &str, diagnostic: &str, beside: &str) -> (Outcome, Because) {
        let (diagnostic, beside) = (diagnostic.to_owned(), beside.to_owned());
        let report =
            Report { action: Some(action), status: Enhanced::parse(status), diagnostic, beside, ..Report::default() };
        let judged = judge(report, &Rules::default());
        (judged.outcome, judged.because)
    }

    #[test]
    fn codes_are_believed_in_the_order_of_trust() {
        for (status, diagnostic, beside, expected) in [
            ("5.1.1", "550 5.1.1 no such user", "", (Dead, Status)),
            ("5.7.1", "550 no such user", "", (Refused, Status)),
            ("5.0.0", "550 5.1.1 no such user", "", (Dead, Diagnostic)),
            ("5.0.0", "552 5.2.2 over quota", "", (Full, Diagnostic)),
            ("5.0.0", "554 5.7.1 spam content rejected", "", (Refused, Diagnostic)),
            ("5.0.0", "MAIL+RCPT 553 5.1.2 domain not hosted", "", (Dead, Diagnostic)),
            ("5.0.0", "550 5.0.0 mailbox disabled for <a@b>", "", (Dead, Diagnostic)),
            ("5.1.0", "550 5.7.1 blocked", "", (Refused, Diagnostic)),
            ("5.0.0", "", "552 5.2.2 over quota", (Full, Beside)),
            ("5.1.1", "552 5.2.2 over quota", "", (Full, Diagnostic)),
            ("", "", "550 no such user", (Dead, Beside)),
            ("", "", "550 Requested action not taken:\n    mailbox unavailable", (Dead, Beside)),
            ("", "", "error after MAIL FROM:<us@x>: 551 not allowed", (Refused, Beside)),
            ("5.1.1", "550 5.1.1 no", "said: 550 5.1.1 no (in reply to MAIL FROM command)", (Refused, Status)),
            ("", "", "mailbox is full", (Full, Words)),
            ("5.0.0", "", "", (Unclear, Because::Action)),
            ("5.0.0", "we are closed on Tuesdays", "", (Unclear, Because::Action)),
        ] {
            assert_eq!(judged(Action::Failed, status, diagnostic, beside), expected, "{status} {diagnostic} {beside}");
        }
        assert_eq!(judge(Report::default(), &Rules::default()).because, Nothing);
    }

    #[test]
    fn what_was_only_given_up_is_not_dead() {
        for (status, diagnostic) in [
            ("4.2.2", "452 4.2.2 over quota"),
            ("4.0.0", "550 no such user"),
            ("5.0.0", "451 4.7.1 greylisted: retry timeout exceeded"),
            ("5.0.0", "450 user unknown"),
            ("4.4.1", "connect to b.example[192.0.2.1]:25: Connection refused"),
            ("5.4.7", "550 4.4.7 QUEUE.Expired"),
        ] {
            assert_eq!(judged(Action::Failed, status, diagnostic, "").0, Expired, "{status} {diagnostic}");
        }
        assert_eq!(judged(Action::Failed, "5.2.2", "552 5.2.2 full", "").0, Full, "soft, though class 5");
    }

    #[test]
    fn a_delay_is_a_delay_until_it_is_the_last_word() {
        assert_eq!(judged(Action::Delayed, "4.0.0", "", "a@b: 451 4.7.1 later").0, Delayed);
        assert_eq!(judged(Action::Delayed, "4.4.7", "", "Envelope expired").0, Expired);
        let form = "Envelope expired\n\nPlease note that this is only a temporary failure report.";
        assert_eq!(judged(Action::Delayed, "4.4.7", "", form).0, Expired);
        assert_eq!(
            judged(Action::Delayed, "4.4.7", "", "Warning: message still undelivered, will keep trying").0,
            Delayed
        );
        assert_eq!(judged(Action::Delivered, "2.1.5", "250 ok", "").0, Delivered);
        assert_eq!(
            judged(Action::Relayed, "5.1.1", "550 no such user", "").0,
            Delivered,
            "the action says what happened"
        );
    }
}
