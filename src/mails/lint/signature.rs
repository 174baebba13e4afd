//! Rules on DKIM signatures: D9 one-click unsubscribing is covered, D10 what else is, D11 how they are made; D15 the address for
//! complaints. The cryptography is for receivers to check: it takes DNS.
//!
//! Only signatures in the name of `From`'s domain, or of one above it, count (RFC 7489 section 3.1.1): a relay may add others. A mail
//! without any breaks no rule, unless one is demanded.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::broken::Broken;
use super::{Findings, Mail, domain};

/// Header fields that a signature covers where they stand (RFC 6376 section 5.4.1).
const COVERED: &[&str] = &[
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "List-Id",
    "Auto-Submitted",
    "Feedback-ID",
];
/// Bytes of an RSA signature by a key of 2048 bits.
const RSA: usize = 256;

/// A signature: its tags, all white space taken out.
struct Signature(Vec<(String, String)>);

impl Signature {
    fn read(value: &str) -> Self {
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        let tags = value.split(';').filter_map(|tag| tag.split_once('='));
        Self(tags.map(|(name, value)| (squeezed(name), squeezed(value))).collect())
    }

    fn tag(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// How often `h=` lists a name.
    fn lists(&self, name: &str) -> usize {
        self.tag("h").split(':').filter(|listed| listed.eq_ignore_ascii_case(name)).count()
    }

    fn is_aligned(&self, from: &str) -> bool {
        let (signed, from) = (self.tag("d").to_ascii_lowercase(), from.to_ascii_lowercase());
        from.strip_suffix(signed.as_str())
            .is_some_and(|rest| !signed.is_empty() && (rest.is_empty() || rest.ends_with('.')))
    }
}

pub(super) fn check(mail: &Mail<'_>, demanded: bool, findings: &mut Findings) {
    let from = mail.from().map(domain).unwrap_or_default();
    let all: Vec<Signature> = mail.values("DKIM-Signature").into_iter().map(Signature::read).collect();
    let ours: Vec<&Signature> = all.iter().filter(|signature| signature.is_aligned(from)).collect();
    complaints(mail, from, &ours, findings);
    if ours.is_empty() {
        if demanded || !all.is_empty() {
            findings.error("D9", Broken::NoOwnSignature);
        }
        return;
    }
    let leaving = |signature: &&Signature| {
        ["List-Unsubscribe", "List-Unsubscribe-Post"].iter().all(|name| signature.lists(name) > 0)
    };
    if mail.is_bulk() && !ours.iter().any(leaving) {
        findings.error("D9", Broken::LeaveUnsigned);
    }
    for signature in &ours {
        coverage(mail, signature, findings);
    }
    algorithms(&ours, findings);
}

/// D10.
fn coverage(mail: &Mail<'_>, signature: &Signature, findings: &mut Findings) {
    let missing: Vec<&str> =
        COVERED.iter().copied().filter(|name| signature.lists(name) < mail.values(name).len()).collect();
    if !missing.is_empty() {
        findings.error("D10", Broken::Uncovered { names: missing.join(", ") });
    }
    if signature.lists("From") <= mail.values("From").len() {
        findings.error("D10", Broken::FromOnce);
    }
    if !signature.tag("l").is_empty() {
        findings.error("D10", Broken::LengthTag);
    }
    if signature.tag("c") != "relaxed/relaxed" {
        findings.error("D10", Broken::NotRelaxed);
    }
    if signature.tag("t").is_empty() {
        findings.error("D10", Broken::NoTime);
    }
}

/// D11.
fn algorithms(ours: &[&Signature], findings: &mut Findings) {
    for signature in ours {
        let length = STANDARD.decode(signature.tag("b")).map_or(0, |bytes| bytes.len());
        match signature.tag("a") {
            "rsa-sha256" if length < RSA => {
                findings.error("D11", Broken::ShortKey { bits: length * 8 });
            }
            "rsa-sha256" | "ed25519-sha256" => {}
            other => findings.error("D11", Broken::Algorithm { name: other.to_owned() }),
        }
    }
    if !ours.iter().any(|signature| signature.tag("a") == "rsa-sha256") {
        findings.error("D11", Broken::NoRsa);
    }
}

/// D15: receivers heed it only if it is signed for, and in the sender's own domain (RFC 9477 section 3.1).
fn complaints(mail: &Mail<'_>, from: &str, ours: &[&Signature], findings: &mut Findings) {
    let Some(value) = mail.value("CFBL-Address") else { return };
    let address = value.split(';').next().unwrap_or_default().trim();
    let (at, from) = (domain(address).to_ascii_lowercase(), from.to_ascii_lowercase());
    if !at.strip_suffix(from.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')) {
        findings.error("D15", Broken::ComplaintsElsewhere);
    }
    if !ours.iter().any(|signature| signature.lists("CFBL-Address") > 0) {
        findings.error("D15", Broken::ComplaintsUnsigned);
    }
}
