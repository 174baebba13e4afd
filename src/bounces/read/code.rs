//! The codes in a server's words: `550 5.1.1`, `#5.7.1`, `550-5.1.1`, `MAIL+RCPT 553 5.1.2`.
//!
//! In: words. Out: the first reply code and the first enhanced code of a refusal (RFC 5321 section 4.2, RFC 3463). Numbers that only look
//! like one (addresses of machines, ports, sizes, years) are passed over.

use crate::refusal::Enhanced;

/// The codes that were found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Codes {
    /// 4xx or 5xx.
    pub(super) code: Option<u16>,
    /// 4.x.x or 5.x.x.
    pub(super) enhanced: Option<Enhanced>,
}

impl Codes {
    /// Whether there is one.
    pub(super) const fn any(self) -> bool {
        self.code.is_some() || self.enhanced.is_some()
    }

    /// 4 or 5; the enhanced code is the surer one (Exchange writes `550 4.4.7`), unless it says nothing.
    pub(super) fn class(self) -> Option<u8> {
        let enhanced = self.enhanced.filter(|enhanced| !enhanced.says_nothing());
        let code = || self.code.map(|code| if code < 500 { 4 } else { 5 });
        enhanced.map(|enhanced| enhanced.class).or_else(code).or(self.enhanced.map(|enhanced| enhanced.class))
    }
}

/// Finds the codes of a refusal.
pub(super) fn find(words: &str) -> Codes {
    let bytes = words.as_bytes();
    let (mut codes, mut at) = (Codes::default(), 0);
    while at < bytes.len() && (codes.code.is_none() || codes.enhanced.is_none()) {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = at + bytes[at..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
        let before = at.checked_sub(1).map(|before| bytes[before]);
        let number = words[at..end].trim_end_matches('.');
        if stands_alone(before, bytes.get(at + number.len()).copied()) {
            if number.contains('.') {
                codes.enhanced = codes.enhanced.or_else(|| refusal(number));
            } else if codes.code.is_none() && before != Some(b'[') && !counts(&words[end..]) {
                codes.code = number.parse().ok().filter(|code| is_reply(*code));
                // `5.1.0 - Address error 550-'5.7.1 …`: what follows the reply code is the server's own.
                let own = codes.code.and_then(|_| own(&words[end..]));
                codes.enhanced = own.filter(|_| codes.enhanced.is_none_or(|told| told.detail == 0)).or(codes.enhanced);
            }
        }
        at = end;
    }
    codes
}

/// The enhanced code right behind a reply code.
fn own(behind: &str) -> Option<Enhanced> {
    let number = behind.trim_start_matches(|c: char| " -:'\"#(".contains(c));
    let end = number.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(number.len());
    (behind.len() - number.len() <= 3).then(|| refusal(number[..end].trim_end_matches('.')))?
}

/// An enhanced code of a refusal: `5.7.1`, with its class.
fn refusal(number: &str) -> Option<Enhanced> {
    Enhanced::parse(number).filter(|enhanced| enhanced.class != 2)
}

fn stands_alone(before: Option<u8>, behind: Option<u8>) -> bool {
    let part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !before.is_some_and(|byte| part(byte) || matches!(byte, b'.' | b'@' | b'/'))
        && !behind.is_some_and(|byte| part(byte) || byte == b'@')
}

/// Reply codes that servers refuse with.
const fn is_reply(code: u16) -> bool {
    matches!(
        code,
        421 | 422 | 431 | 432 | 441 | 442 | 447 | 450..=459 | 471 | 472 | 500..=504 | 510..=513 | 515 | 521 | 523..=525 | 530
            | 533..=538 | 541 | 550..=559 | 571..=573 | 577
    )
}

/// Whether a number counts things: bytes, lines, seconds.
fn counts(behind: &str) -> bool {
    let word: String = behind.trim_start().chars().take(5).collect::<String>().to_ascii_lowercase();
    ["byte", "kb", "mb", "line", "sec", "min", "hour", "day", "octet", "kbyte"]
        .iter()
        .any(|unit| word.starts_with(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_with_words_before_them_and_around_them() {
        for (words, code, enhanced) in [
            ("550 5.1.1 no such user", Some(550), Some("5.1.1")),
            ("MAIL+RCPT 553 5.1.2 domain not hosted", Some(553), Some("5.1.2")),
            ("550-5.1.1 The account 550-5.1.1 does not exist", Some(550), Some("5.1.1")),
            ("Sorry, no mailbox here by that name. (#5.1.1)", None, Some("5.1.1")),
            ("host mx.b.example [192.0.2.20]: 550 5.7.0 <a@b>... no", Some(550), Some("5.7.0")),
            ("#550 5.1.1 RESOLVER.ADR.RecipNotFound ##", Some(550), Some("5.1.1")),
            ("550: 5.1.1 <a@b>: Recipient", Some(550), Some("5.1.1")),
            ("220-laposte 421 4.2.1 Service refuse.", Some(421), Some("4.2.1")),
            ("ResponseCode 421, , Host not reachable.", Some(421), None),
            ("connect to 127.0.0.97[127.0.0.97]:25: Connection refused", None, None),
            ("Recipient invalid. OFR_416 [416]", None, None),
            ("mta497.mail.example, id 550a, 5.7.1.9, 2.1.5, v4.96.2, 550 bytes", None, None),
            ("call (480) 624-2500 before 2550", None, None),
            ("5.1.0 - Unknown address error 550-'5.7.1 <a@b>... Access denied'", Some(550), Some("5.7.1")),
            ("said: 552 5.2.2.", Some(552), Some("5.2.2")),
        ] {
            let found = find(words);
            assert_eq!((found.code, found.enhanced.map(|e| e.to_string()).as_deref()), (code, enhanced), "{words}");
        }
    }

    #[test]
    fn the_enhanced_code_tells_the_class_unless_it_says_nothing() {
        assert_eq!(find("550 4.4.7 QUEUE.Expired").class(), Some(4));
        assert_eq!(find("451 5.0.0 later").class(), Some(4));
        assert_eq!(find("5.0.0 no").class(), Some(5));
        assert_eq!(find("no").class(), None);
    }

    proptest::proptest! {
        #[test]
        fn any_words_are_searched(words in "(?s).{0,200}") {
            find(&words);
        }
    }
}
