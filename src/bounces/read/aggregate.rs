//! DMARC aggregate reports among the parts of a mail: by what an attachment holds, whatever it is called.
//!
//! In: a mail. Out: whether there is one, and each as `receivers` reads it. At most [`MAX_REPORTS`] attachments are opened. A report
//! about TLS (RFC 8460) looks alike from outside, and is none.

use super::mime::{Mail, Part};
use crate::receivers::refused::Refused;
use crate::receivers::report::{self, Report};
use crate::receivers::unpack::{looks_like_one, unpack};

/// Attachments that are opened; RFC 9990 section 4.1.2 has one in a mail.
const MAX_REPORTS: usize = 2;

/// Types under which reports travel.
const KINDS: &[&str] = &[
    "application/gzip",
    "application/x-gzip",
    "application/zip",
    "application/x-zip-compressed",
    "application/x-zip",
    "application/octet-stream",
    "application/xml",
    "text/xml",
    "application/dmarc+xml",
];

fn attached<'m, 'a>(mail: &'m Mail<'a>) -> impl Iterator<Item = &'m Part<'a>> {
    mail.parts.iter().filter(|part| KINDS.contains(&part.kind.as_str())).take(MAX_REPORTS)
}

/// Whether an attachment begins like a report.
pub(super) fn any(mail: &Mail<'_>) -> bool {
    attached(mail).any(|part| looks_like_one(&part.whole()))
}

/// Each report, and why one cannot be read; where nothing is attached that could be one, that it is broken.
pub(super) fn all(mail: &Mail<'_>) -> Vec<Result<Report, Refused>> {
    let opened: Vec<Result<Vec<u8>, Refused>> = attached(mail).map(|part| unpack(&part.whole())).collect();
    if opened.is_empty() {
        return vec![Err(Refused::Broken)];
    }
    let is_json = |bytes: &[u8]| bytes.trim_ascii_start().starts_with(b"{");
    let reports = opened.into_iter().filter(|opened| !opened.as_ref().is_ok_and(|bytes| is_json(bytes)));
    reports.map(|opened| report::read(&opened?)).collect()
}
