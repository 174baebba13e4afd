//! Any bytes as the fields of a complaint (RFC 5965), and, behind a NUL, as the mail that it is about: in a mail that says rightly
//! what it is, so that they reach the reader of complaints.
//!
//! In: bytes of libFuzzer, with the complaints of `tests/data/bounces` as seeds. Out: nothing; a panic, a hang or too much memory ends
//! it.

#![no_main]

use std::sync::LazyLock;

use facteur::bounces::explain::Explained;
use facteur::bounces::read::read;
use facteur::refusal::Rules;
use libfuzzer_sys::fuzz_target;

static RULES: LazyLock<Rules> = LazyLock::new(Rules::default);

const HEAD: &[u8] =
    b"From: fbl@mail.example\r\nTo: b-x@bounces.example.org\r\nSubject: FW: complaint\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/report; report-type=feedback-report; boundary=\"=_f\"\r\n\r\n\
    --=_f\r\nContent-Type: text/plain\r\n\r\nThis is an email abuse report.\r\n\r\n\
    --=_f\r\nContent-Type: message/feedback-report\r\n\r\n";
const ORIGINAL: &[u8] = b"\r\n--=_f\r\nContent-Type: message/rfc822\r\n\r\n";
const END: &[u8] = b"\r\n--=_f--\r\n";

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let (fields, original) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let returned = read(&[HEAD, fields, ORIGINAL, original, END].concat(), None, &RULES);
    serde_json::to_string(&Explained::of(&returned)).expect("what is understood can be shown");
});
