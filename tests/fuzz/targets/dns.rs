//! Any bytes as a name server's answer, and the texts in it as the records that the doctor reads.
//!
//! In: bytes of libFuzzer, with some answers as seeds. Out: nothing; a panic, a hang or too much memory ends it.

#![no_main]

use facteur::doctor::records::{dkim, dmarc, spf};
use facteur::net::dns::{Answer, Kind, Whence};
use libfuzzer_sys::fuzz_target;

const KINDS: [Kind; 6] = [Kind::A, Kind::Aaaa, Kind::Mx, Kind::Txt, Kind::Ns, Kind::Ptr];

fuzz_target!(|bytes: &[u8]| {
    for kind in KINDS {
        let by = Whence::Resolver("192.0.2.1".to_owned());
        let Ok(answer) = Answer::from_wire(bytes, "a.example", kind, by) else { continue };
        let _ = (answer.addresses(), answer.names(), answer.mail_servers(), answer.is_null_mx());
        answer.texts().iter().for_each(|text| record(text));
    }
    // What stands in no message is a record by itself: texts are reached sooner so.
    record(&String::from_utf8_lossy(bytes));
});

fn record(text: &str) {
    let _ = (dkim::KeyRecord::is_meant(text), dmarc::is_meant(text), spf::is_meant(text));
    let _ = (dkim::KeyRecord::parse(text).is_ok(), dmarc::Policy::parse(text).is_ok());
    if let Ok(record) = spf::Record::parse(text) {
        let _ = record.all();
    }
}
