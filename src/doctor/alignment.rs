//! Whether SPF or DKIM speak for the domain that readers see (RFC 9989 section 4.4): one of them must, or DMARC fails.
//!
//! In: the policy of From, the envelope's domain, the keys, and how SPF and DKIM stand. Out: a line.

use super::dmarc::{Found, organisation};
use super::{Check, Finding, Line, Subject, Verdict};
use crate::net::dns::DnsError;
use crate::net::dns::inquiry::Inquiry;

/// Looks. Whether the records are well is told elsewhere: here only their domains count.
pub async fn check(inquiry: &Inquiry, subject: &Subject, policy: Option<&Found>) -> Line {
    let strict_spf = policy.is_some_and(|found| found.policy.strict_spf);
    let strict_dkim = policy.is_some_and(|found| found.policy.strict_dkim);
    let line = |verdict, finding| Line::new(Check::Alignment, verdict, subject.domain.as_str(), finding);
    let spf = match is_aligned(inquiry, &subject.domain, &subject.envelope, strict_spf).await {
        Ok(aligned) => aligned,
        Err(error) => return Line::unanswered(Check::Alignment, &subject.domain, &error),
    };
    let mut dkim = false;
    for key in &subject.keys {
        // A domain that does not answer was told of above.
        dkim |= is_aligned(inquiry, &subject.domain, &key.domain, strict_dkim).await.unwrap_or(false);
    }
    match (spf, dkim) {
        (true, true) => line(Verdict::Ok, Finding::AlignedBoth),
        (false, true) => line(Verdict::Ok, Finding::AlignedDkim),
        (true, false) => line(Verdict::Ok, Finding::AlignedSpf),
        (false, false) => line(Verdict::Fault, Finding::AlignedNone { envelope: subject.envelope.clone() }),
    }
}

async fn is_aligned(inquiry: &Inquiry, from: &str, other: &str, strict: bool) -> Result<bool, DnsError> {
    if from.eq_ignore_ascii_case(other) {
        return Ok(true);
    }
    if strict {
        return Ok(false);
    }
    Ok(organisation(inquiry, from).await? == organisation(inquiry, &other.to_ascii_lowercase()).await?)
}
