//! Reports in words alone: qmail, Exim, old Sendmail, Exchange, and all who write their own.
//!
//! In: the text of a report. Out: the text up to our returned mail ([`cut`]), and the addresses it says failed, each with what stands
//! beside it. Servers agree on no form, but on four ways to name an address ([`Form`]); the surest that names somebody
//! counts.

use super::address::{self, Spot};
use super::text::{clipped, plain};

/// Bytes of a report in words that are looked at.
pub(super) const MAX_TEXT: usize = 64 << 10;
/// Bytes that are kept of what stands beside an address.
const MAX_BESIDE: usize = 2048;
/// Addresses of one report.
const MAX_ADDRESSES: usize = 100;

/// An address that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// As it stands there.
    pub(super) address: String,
    /// The address that it came from, where the text says so.
    pub(super) original: Option<String>,
    /// What stands beside it.
    pub(super) beside: String,
}

/// How a line names an address, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// The line begins with it: `<a@b>:`, `* a@b`, `a@b ... unknown host`.
    Head,
    /// Something that fails is said right before it: `Unable to deliver message to: <a@b>`.
    Label,
    /// A reply code stands before it: `550 <a@b>... User unknown`.
    Code,
    /// It only occurs.
    Somewhere,
}

/// How lines begin that our own mail follows, after dashes and the like.
const RETURNED: &[&str] = &[
    "original message",
    "original headers",
    "original mail",
    "message header",
    "message text follows",
    "message headers",
    "message follows",
    "below this line is a copy",
    "below this line is the",
    "below is a copy",
    "this is a copy of",
    "here is a copy",
    "a copy of the original",
    "a copy of your",
    "copy of the original",
    "copy of your message",
    "forwarded message",
    "the header of the original",
    "the headers of the original",
    "the original message follows",
    "the original message is",
    "unsent message",
    "undelivered message",
    "included is a copy",
    "your message reads",
    "start of returned message",
    "returned message",
    "returned mail follows",
    "the first 50 lines",
    "the first 100 lines",
    "mensaje original",
    "message d'origine",
    "message original",
    "en-tetes d'origine",
    "en-tetes originaux",
    "en-tetes du message",
    "copie du message",
    "ursprungliche nachricht",
    "originalnachricht",
    "kopie der nachricht",
    "mensagem original",
    "messaggio originale",
];

/// What is said of an address right before it.
const LABELS: &[&str] = &[
    "undeliver",
    "deliver",
    "fail",
    "addressed to",
    "address",
    "recipient",
    "userid",
    "mailbox",
    "allowed size",
    "attempts",
    "rcpt to",
    "generated from",
    "expanded from",
    "error",
    "invalid",
    "unknown",
    "reject",
    "violation",
    "quota",
    "smtp=",
    "smtp:",
    "destinataire",
    "remis",
    "distribu",
    "empfanger",
    "zugestellt",
    "zustell",
    "gateway for",
    "not found",
    "destinatario",
    "entrega",
];

/// How lines begin that name others: the sender, whom to ask.
const OTHERS: &[&str] = &[
    "from",
    "to:",
    "cc:",
    "mail from",
    "reply-to",
    "sender",
    "original sender",
    "for further",
    "for more",
    "for assistance",
    "please contact",
    "contact",
    "if you",
    "system contact",
    "x-",
    "de :",
    "de:",
    "von:",
    "an:",
    "a :",
    "message-id",
    "subject",
    "date:",
    "received",
    "return-path",
    "(from",
    ">>> mail from",
    "<<< mail from",
    "reporting-mta",
    "questions",
    "help",
];

/// The text up to our returned mail, and the rest.
pub(super) fn cut(text: &str) -> (&str, &str) {
    let text = clipped(text, MAX_TEXT);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if at > 0 && returns(line) {
            return text.split_at(at);
        }
        at += line.len();
    }
    (text, "")
}

fn returns(line: &str) -> bool {
    if line.len() > 160 {
        return false;
    }
    let line = plain(line);
    let words = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    (!words.contains('@') && RETURNED.iter().any(|start| words.starts_with(start)))
        || (words.starts_with("received: ") && (words.contains(" by ") || words.contains("from ")))
        || words.starts_with("return-path: ")
}

/// The addresses that a report says failed. `is_ours` are the report's own: its writer and whom it was sent to.
pub(super) fn recipients(text: &str, is_ours: impl Fn(&str) -> bool) -> Vec<Told> {
    let named = named(text);
    let of = |forms: &'static [Form]| named.iter().filter(|(is, _)| forms.contains(is)).map(|(_, spot)| spot);
    let heads: Vec<&Spot> = of(&[Form::Head]).collect();
    if !heads.is_empty() {
        return with_besides(text, &heads);
    }
    let said: Vec<&Spot> = of(&[Form::Label, Form::Code]).filter(|spot| !is_ours(&spot.address)).collect();
    if !said.is_empty() {
        return with_besides(text, &said);
    }
    // An address that only occurs counts when it is the only one.
    let others = |address: &str| is_ours(address) || is_helper(address);
    let spots: Vec<&Spot> = of(&[Form::Somewhere]).filter(|spot| !others(&spot.address)).collect();
    let one = spots.first().filter(|first| spots.iter().all(|spot| spot.address.eq_ignore_ascii_case(&first.address)));
    one.map(|_| with_besides(text, &spots)).unwrap_or_default()
}

/// Every address with the way it is named.
fn named(text: &str) -> Vec<(Form, Spot)> {
    let (mut found, mut at, mut previous) = (Vec::new(), 0, String::new());
    for line in text.split_inclusive('\n') {
        if line.contains('@') && found.len() < MAX_ADDRESSES {
            let words = plain(clipped(line, 1000));
            let mut head = begins(line, &previous);
            for mut spot in address::spots(clipped(line, 4000)).take(MAX_ADDRESSES) {
                let form = if std::mem::take(&mut head) { Some(Form::Head) } else { form(&words, &line[..spot.from]) };
                spot.from += at;
                spot.upto += at;
                found.extend(form.map(|form| (form, spot)));
            }
        }
        if !line.trim().is_empty() {
            previous = plain(clipped(line.trim(), 200));
        }
        at += line.len();
    }
    found
}

/// Whether a line begins with an address, and is not the end of a sentence that says whom to ask.
fn begins(line: &str, previous: &str) -> bool {
    let start = line.trim_start_matches(|c: char| c.is_whitespace() || "*->|<\"'[•·".contains(c));
    let start = start.strip_prefix("SMTP:").or_else(|| start.strip_prefix("mailto:")).unwrap_or(start);
    let asks = ["contact", "contacter", "from", "by", "or", "and", "at", "mail to"]
        .iter()
        .any(|word| previous.ends_with(word));
    let Some(spot) = address::spots(start).next().filter(|spot| spot.from == 0 && !asks) else { return false };
    // `user@host` inside a longer word, such as a queue id, begins no line.
    !start[spot.upto..].starts_with(|c: char| c.is_alphanumeric() || c == '/')
}

/// How an address is named by what stands before it on its line. `words` is the line, plain.
fn form(words: &str, before: &str) -> Option<Form> {
    let words = words.trim_start_matches(|c: char| c.is_whitespace() || "*-|#<>".contains(c));
    if OTHERS.iter().any(|start| words.starts_with(start)) {
        return None;
    }
    let before = plain(clipped(before, 1000));
    let before = before.trim_end_matches(|c: char| c.is_whitespace() || "<\"'[(".contains(c));
    let origin = before.ends_with("generated from") || before.ends_with("expanded from");
    if before.ends_with(" from") && !origin {
        return None;
    }
    let joined = origin
        || before.ends_with([':', '='])
        || [" to", " for", " user", " userid"].iter().any(|end| before.ends_with(end));
    if joined && LABELS.iter().any(|label| before.contains(label)) {
        return Some(Form::Label);
    }
    Some(if begins_with_code(words) { Form::Code } else { Form::Somewhere })
}

/// Whether a line begins with a reply code of a refusal.
fn begins_with_code(line: &str) -> bool {
    let code = line.get(..3).filter(|code| code.starts_with(['4', '5']) && code.bytes().all(|b| b.is_ascii_digit()));
    code.is_some() && line.as_bytes().get(3).is_none_or(|byte| matches!(byte, b' ' | b'-'))
}

/// Each address once, with the text up to the next one; alone, with all of the text where none stands beside it.
fn with_besides(text: &str, spots: &[&Spot]) -> Vec<Told> {
    let mut all: Vec<Told> = Vec::new();
    for (at, spot) in spots.iter().enumerate() {
        let before = text[line_begin(text, spot.from)..spot.from].trim_matches(|c: char| !c.is_alphanumeric());
        let next = spots.get(at + 1).map_or(text.len(), |next| line_begin(text, next.from));
        // A line of a transcript ends with its line.
        let line = text[spot.upto..].find('\n').filter(|_| begins_with_code(before));
        let upto = line.map_or(next, |end| next.min(spot.upto + end)).max(spot.upto);
        let beside = clipped(&text[spot.upto..upto], MAX_BESIDE).trim_start_matches(['>', '"', '\'', ']', ':', ' ']);
        let beside = format!("{before} {beside}");
        let beside = beside.trim_start();
        match all.iter_mut().find(|told| told.address.eq_ignore_ascii_case(&spot.address)) {
            Some(told) if told.beside.len() < MAX_BESIDE => {
                told.beside.push('\n');
                told.beside.push_str(beside);
            }
            Some(_) => {}
            None => {
                all.push(Told { address: spot.address.clone(), original: origin(beside), beside: beside.to_owned() });
            }
        }
    }
    // One that only says where another came from is no recipient of its own.
    let origins: Vec<String> = all.iter().filter_map(|told| told.original.clone()).collect();
    if all.len() > origins.len() {
        all.retain(|told| !origins.iter().any(|origin| origin.eq_ignore_ascii_case(&told.address)));
    }
    all
}

/// `(expanded from <a@b>)`, `(generated from a@b)`.
fn origin(beside: &str) -> Option<String> {
    let first = clipped(beside, 300);
    let at = ["expanded from", "generated from"].iter().find_map(|words| first.find(words))?;
    address::first(&first[at..])
}

fn line_begin(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// Mailboxes of those who help, not of readers.
fn is_helper(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default().to_ascii_lowercase();
    ["postmaster", "mailer-daemon", "abuse", "support", "helpdesk", "hostmaster", "noreply", "no-reply", "admin"]
        .contains(&local.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        recipients(cut(text).0, |address| address == "us@here.example").into_iter().map(|told| told.address).collect()
    }

    #[test]
    fn addresses_are_found_in_the_forms_of_servers() {
        for (text, expected) in [
            (
                "Hi. This is qmail.\n\n<a@b.example>:\nno mailbox here (#5.1.1)\n\n<c@d.example>:\nfull\n",
                vec!["a@b.example", "c@d.example"],
            ),
            (
                "could not be delivered\n\n  a@b.example\n    (generated from c@d.example)\n    550 no\n",
                vec!["a@b.example"],
            ),
            (
                "Your message\n  To: x@y.example\ndid not reach:\na@b.example on Thu, 1 May\n  unknown\n",
                vec!["a@b.example"],
            ),
            ("Unable to deliver message to <a@b.example> (and others).", vec!["a@b.example"]),
            ("User's mailbox is full: <a@b.example>\nUnable to deliver mail.", vec!["a@b.example"]),
            ("The message, addressed to 'a@b.example', failed\nbecause", vec!["a@b.example"]),
            ("  Recipient: [SMTP:a@b.example]\n  Reason: 550 no", vec!["a@b.example"]),
            ("   ----- Transcript -----\n554 <a@b.example>... 550 Host unknown\n", vec!["a@b.example"]),
            ("\"a@b.example\":\nhost: mx\n5.2.1 <a@b.example>... User Unknown\n", vec!["a@b.example"]),
            (
                "For further assistance, please contact <help@y.example>\n\n<a@b.example>: said: 550 no",
                vec!["a@b.example"],
            ),
            ("Sorry. a@b.example is gone. us@here.example, postmaster@b.example", vec!["a@b.example"]),
            ("could not be delivered: they take no mail from a@b.example", vec![]),
            ("a word about a@b.example or c@d.example", vec![]),
            ("Hello\n--- Original message ---\n<a@b.example>: x", vec![]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn what_stands_beside_an_address_goes_to_it() {
        let told =
            recipients("x\n<a@b.example> (expanded from <c@d.example>): 550 no\n<e@f.example>: 552 full\n", |_| false);
        assert_eq!(told[0].original.as_deref(), Some("c@d.example"));
        assert!(told[0].beside.contains("550 no") && !told[0].beside.contains("552"));
        assert!(told[1].beside.starts_with("552 full"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_searched(text in "(?s)[ -~\n@<>:é\u{a0}]{0,400}") {
            let (report, rest) = cut(&text);
            proptest::prop_assert_eq!(report.len() + rest.len(), text.len());
            recipients(report, |_| false);
        }
    }
}
