//! Any bytes as the post of a provider: its first byte says which, then headers up to an empty line, then the body.
//!
//! In: bytes of libFuzzer, with the posts of `tests/data/hooks` as seeds. Out: nothing; a panic, a hang, too much memory, or something
//! that no database stores ends it. What is judged as proven is not asked here: nobody finds a signature by chance.

#![no_main]

use facteur::bounces::hooks::batch::Batch;
use facteur::bounces::hooks::request::{Headers, Request};
use facteur::bounces::hooks::sns::{self, Message};
use facteur::bounces::hooks::{Provider, amazon_ses};
use facteur::clock::Millis;
use libfuzzer_sys::fuzz_target;

/// Near the time of the seeds.
const NOW: Millis = 1_780_293_600_000;
/// Keys as providers give them: words, base64, a public key in none of its forms.
const KEYS: [&str; 4] = ["key", "whsec_MDEyMzQ1Njc4OWFiY2RlZg==", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE", ""];

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, rest)) = bytes.split_first() else { return };
    let provider = Provider::ALL[usize::from(first) % Provider::ALL.len()];
    let end = rest.windows(2).position(|two| two == b"\n\n");
    let (head, body) = end.map_or((&b""[..], rest), |end| (&rest[..end], &rest[end + 2..]));
    let head = String::from_utf8_lossy(head);
    let headers: Headers = head.lines().filter_map(|line| line.split_once(": ")).collect();
    let request = Request { headers: &headers, body, url: "https://lettres.example.org/hooks/x/0123456789abcdef" };
    for key in KEYS {
        let _ = provider.verify(&request, key, NOW);
    }
    if let Ok(events) = provider.read(&headers, body) {
        stores(provider, events);
    }
    // Amazon's proof lies elsewhere: its messages are judged by themselves.
    let _ = sns::key_of(body);
    if let Ok(message) = Message::read(body) {
        let _ = (message.certificate().is_ok(), message.confirmation().is_ok(), message.verify(body, NOW).is_ok());
        stores(Provider::AmazonSes, amazon_ses::events(&message));
    }
});

/// What is handed in of it can be stored.
fn stores(provider: Provider, events: Vec<facteur::bounces::event::Event>) {
    for piece in (Batch { provider, replay: None, events }).pieces(NOW) {
        let matter = &piece.matter;
        for text in [&piece.fingerprint, &matter.status, &matter.words] {
            assert!(!text.contains('\0'), "PostgreSQL stores no NUL: {text:?}");
        }
        assert!(piece.fingerprint.len() < 200 && !piece.fingerprint.contains('@'), "{}", piece.fingerprint);
        assert!(matter.words.chars().count() <= 500);
    }
}
