//! Strangers who verify DKIM signatures; DNS is what the test says it is.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_auth::common::parse::TxtRecordParser as _;
use mail_auth::common::verify::DomainKey;
use mail_auth::hickory_resolver::config::{ResolverConfig, ResolverOpts};
use mail_auth::{AuthenticatedMessage, DkimResult, MessageAuthenticator, Parameters, ResolverCache, Txt};
use serde_json::json;

use super::Dns;
use crate::harness::skip;

/// TXT records that need not be asked for.
struct Known(HashMap<Box<str>, Txt>);

impl ResolverCache<Box<str>, Txt> for Known {
    fn get<Q>(&self, name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.0.get(name).cloned()
    }

    fn remove<Q>(&self, _name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }

    fn insert(&self, _name: Box<str>, _record: Txt, _until: Instant) {}
}

/// How many signatures of the mail the crate `mail-auth` finds to hold; none when one of them does not.
pub async fn mail_auth(mail: &[u8], dns: &Dns) -> usize {
    let record = |(name, text): (&String, &String)| {
        let key = DomainKey::parse(text.as_bytes()).expect("a record that can be read");
        (format!("{name}.").into_boxed_str(), Txt::DomainKey(Arc::new(key)))
    };
    let known = Known(dns.iter().map(record).collect());
    let verifier = MessageAuthenticator::new(ResolverConfig::default(), ResolverOpts::default()).unwrap();
    let message = AuthenticatedMessage::parse(mail).expect("a mail");
    let found = verifier.verify_dkim(Parameters::new(&message).with_txt_cache(&known)).await;
    if found.iter().all(|output| output.result() == &DkimResult::Pass) { found.len() } else { 0 }
}

/// Reads `{"dns": {name: text}, "mails": [base64]}`; prints for each mail what came of each signature.
const SCRIPT: &str = r#"
import base64, json, sys
import dkim
asked = json.load(sys.stdin)
dns = {name.encode() + b".": text.encode() for name, text in asked["dns"].items()}
for mail in asked["mails"]:
    one = dkim.DKIM(base64.b64decode(mail), minkey=2048)
    count = sum(1 for name, _ in one.headers if name.lower() == b"dkim-signature")
    print(*[one.verify(idx=at, dnsfunc=lambda name, timeout=5: dns[name]) for at in range(count)])
"#;

/// So does Debian's `python3-dkim`, where it is installed (with `python3-nacl` for Ed25519).
#[track_caller]
pub fn dkimpy(mails: &[&[u8]], dns: &Dns, signatures: usize) {
    let python = || Command::new("/usr/bin/python3");
    let there = python().args(["-c", "import dkim, nacl.signing"]).stderr(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        return skip("the second verifier", "python3-dkim and python3-nacl are not installed");
    }
    let encoded: Vec<String> = mails.iter().map(|mail| STANDARD.encode(mail)).collect();
    let mut child = python()
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(json!({ "dns": dns, "mails": encoded }).to_string().as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(said.lines().count(), mails.len(), "{said}");
    let good = vec!["True"; signatures].join(" ");
    for (line, mail) in said.lines().zip(mails) {
        assert_eq!(line, good, "{}", String::from_utf8_lossy(mail));
    }
}
