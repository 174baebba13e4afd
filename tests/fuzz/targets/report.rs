//! Any bytes as a mail that came back: always an answer, in bounded time and memory, and one that can be shown.
//!
//! In: bytes of libFuzzer, with the samples of `tests/data/bounces` as seeds. Out: nothing; a panic, a hang or too much memory ends it.

#![no_main]

use std::sync::LazyLock;

use facteur::bounces::explain::Explained;
use facteur::bounces::read::read;
use facteur::refusal::Rules;
use libfuzzer_sys::fuzz_target;

static RULES: LazyLock<Rules> = LazyLock::new(Rules::default);

fuzz_target!(|mail: &[u8]| {
    let returned = read(mail, Some("b-abcdefghijklmnopqrstuvwx@bounces.example.org"), &RULES);
    for token in returned.trail.leave_tokens() {
        assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')), "{token}");
    }
    serde_json::to_string(&Explained::of(&returned)).expect("what is understood can be shown");
});
