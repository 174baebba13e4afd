//! Rules on the header: D1 to D8, D13 to D15, D32, D33.

use mail_parser::{HeaderName, PartType};

use super::broken::Broken;
use super::{Findings, Mail, domain, is_loopback};

/// Domains whose owners forbid others to write in their name (DMARC `p=quarantine` or stricter), or that many French
/// readers use themselves: mail that claims to come from there does not arrive.
const FREE_MAIL: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "yahoo.fr",
    "ymail.com",
    "outlook.com",
    "outlook.fr",
    "hotmail.com",
    "hotmail.fr",
    "live.com",
    "live.fr",
    "msn.com",
    "icloud.com",
    "me.com",
    "aol.com",
    "gmx.com",
    "gmx.fr",
    "proton.me",
    "protonmail.com",
    "orange.fr",
    "wanadoo.fr",
    "free.fr",
    "sfr.fr",
    "neuf.fr",
    "laposte.net",
    "bbox.fr",
];

/// Headers that must appear exactly once.
const ONCE: &[&str] = &["From", "To", "Date", "Message-ID", "Subject", "MIME-Version", "Content-Type"];
/// Headers that may appear at most once.
const AT_MOST_ONCE: &[&str] = &[
    "Reply-To",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Post",
    "List-Help",
    "List-Owner",
    "Auto-Submitted",
    "Feedback-ID",
    "CFBL-Address",
    "Content-Transfer-Encoding",
    "Precedence",
];
/// Headers that others write, or that tell of other recipients.
const NEVER: &[&str] = &["Bcc", "Cc", "Return-Path", "Sender"];

pub(super) fn check(mail: &Mail<'_>, findings: &mut Findings) {
    counts(mail, findings);
    date_and_id(mail, findings);
    people(mail, findings);
    smuggled(mail, findings);
    if mail.is_bulk() {
        leaving(mail, findings);
        list(mail, findings);
        feedback(mail, findings);
    } else if mail.value("Auto-Submitted") != Some("auto-generated") {
        findings.error("D14", Broken::NotGenerated);
    } else if mail.value("Precedence").is_some() {
        findings.error("D14", Broken::Precedence);
    }
}

pub(super) fn check_envelope(mail: &Mail<'_>, sender: &str, recipient: &str, findings: &mut Findings) {
    let local = sender.rsplit_once('@').map_or(sender, |(local, _)| local);
    if sender.is_empty() || !sender.is_ascii() || local.len() > 64 || sender.len() > 254 || domain(sender).is_empty() {
        findings.error("D5", Broken::EnvelopeSender);
    }
    if mail.to() != Some(recipient) {
        findings.error("D6", Broken::OtherRecipient);
    }
}

fn counts(mail: &Mail<'_>, findings: &mut Findings) {
    for name in ONCE {
        let count = mail.values(name).len();
        if count != 1 {
            findings.error("D1", Broken::NotOnce { name: (*name).to_owned(), count });
        }
    }
    for name in AT_MOST_ONCE {
        let count = mail.values(name).len();
        if count > 1 {
            findings.error("D1", Broken::Repeated { name: (*name).to_owned(), count });
        }
    }
    for (name, _) in &mail.fields {
        let lower = name.to_ascii_lowercase();
        if NEVER.iter().any(|never| never.eq_ignore_ascii_case(name)) || lower.starts_with("resent-") {
            findings.error("D1", Broken::Foreign { name: name.clone() });
        }
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            findings.error("D1", Broken::NamelessField);
        }
    }
    for (number, part) in mail.parsed.parts.iter().enumerate() {
        let count = |wanted: &HeaderName<'_>| part.headers.iter().filter(|header| header.name == *wanted).count();
        let types = count(&HeaderName::ContentType);
        let encodings = count(&HeaderName::ContentTransferEncoding);
        let leaf = !matches!(part.body, PartType::Multipart(_));
        if types != 1 || encodings > 1 || (leaf && encodings != 1) {
            findings.error("D1", Broken::PartFields { part: number, types, encodings });
        }
    }
}

fn date_and_id(mail: &Mail<'_>, findings: &mut Findings) {
    let date = mail.value("Date").unwrap_or_default();
    let zone = date.rsplit(' ').next().unwrap_or_default();
    let numeric =
        zone.len() == 5 && zone.starts_with(['+', '-']) && zone[1..].bytes().all(|byte| byte.is_ascii_digit());
    if !numeric || jiff::fmt::rfc2822::parse(date).is_err() {
        findings.error("D2", Broken::DateForm { date: date.to_owned() });
    }
    let id = mail.value("Message-ID").unwrap_or_default();
    let inner = id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or_default();
    let (left, right) = inner.rsplit_once('@').unwrap_or_default();
    let opaque = left.len() >= 8 && left.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let ours = mail.from().is_some_and(|from| domain(from).eq_ignore_ascii_case(right));
    if !opaque || !ours || right.eq_ignore_ascii_case("localhost") {
        findings.error("D3", Broken::MessageId);
    }
}

fn people(mail: &Mail<'_>, findings: &mut Findings) {
    let count = |address: Option<&mail_parser::Address<'_>>| address.map_or(0, |address| address.iter().count());
    if count(mail.parsed.from()) != 1 {
        findings.error("D4", Broken::Senders);
    }
    if mail.from().is_some_and(|from| FREE_MAIL.contains(&domain(from).to_ascii_lowercase().as_str())) {
        findings.warn("D4", Broken::FreeMail);
    }
    if count(mail.parsed.to()) != 1 || mail.to().is_none_or(|to| domain(to).is_empty()) {
        findings.error("D6", Broken::Recipients);
    }
    let known = [("From", mail.parsed.from()), ("To", mail.parsed.to()), ("Reply-To", mail.parsed.reply_to())];
    for (name, addresses) in known {
        let all = addresses.into_iter().flat_map(mail_parser::Address::iter);
        if all.filter_map(mail_parser::Addr::address).any(|address| !address.is_ascii()) {
            findings.error("D32", Broken::AddressNotAscii { name: name.to_owned() });
        }
    }
}

/// D33. Checks decoded values too: the reader's program decodes line breaks hidden in encoded words. Signatures hold none, and
/// the parser leaves the breaks of their folding in.
fn smuggled(mail: &Mail<'_>, findings: &mut Findings) {
    for header in &mail.parsed.parts[0].headers {
        if header.name == HeaderName::DkimSignature {
            continue;
        }
        let decoded = match &header.value {
            mail_parser::HeaderValue::Text(text) => text.clone().into_owned(),
            mail_parser::HeaderValue::Address(address) => address.iter().filter_map(mail_parser::Addr::name).collect(),
            _ => continue,
        };
        if decoded.contains(['\r', '\n', '\0']) {
            findings.error("D33", Broken::Smuggled { name: header.name.as_str().to_owned() });
        }
    }
}

fn leaving(mail: &Mail<'_>, findings: &mut Findings) {
    let value = mail.value("List-Unsubscribe").unwrap_or_default();
    let bracketed = value.split(',').all(|url| url.trim().starts_with('<') && url.trim().ends_with('>'));
    if !bracketed {
        findings.error("D7", Broken::LeaveForm);
    }
    let web: Vec<&str> = mail.leave_urls().into_iter().filter(|url| !url.starts_with("mailto:")).collect();
    let [web] = web.as_slice() else {
        findings.error("D7", Broken::LeaveCount { count: web.len() });
        return;
    };
    match url::Url::parse(web) {
        Ok(url) if url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url)) => {
            if url.path().trim_matches('/').is_empty() {
                findings.error("D7", Broken::LeaveWithoutToken);
            }
        }
        _ => findings.error("D7", Broken::LeaveNotHttps),
    }
    if mail.value("List-Unsubscribe-Post") != Some("List-Unsubscribe=One-Click") {
        findings.error("D8", Broken::NotOneClick);
    }
}

fn list(mail: &Mail<'_>, findings: &mut Findings) {
    let id = mail.value("List-Id").unwrap_or_default();
    let inner = id.rsplit_once('<').and_then(|(_, id)| id.strip_suffix('>')).unwrap_or_default();
    let labels: Vec<&str> = inner.split('.').collect();
    let plain =
        |label: &&str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    if labels.len() < 2 || !labels.iter().all(plain) {
        findings.error("D13", Broken::ListId);
    }
    if mail.value("List-Post").and_then(|value| value.split(' ').next()) != Some("NO") {
        findings.error("D13", Broken::ListPost);
    }
    let asks = |name: &str| mail.value(name).is_some_and(|value| value.starts_with("<mailto:") && value.ends_with('>'));
    if !asks("List-Help") && !asks("List-Owner") {
        findings.error("D13", Broken::NoContact);
    }
}

fn feedback(mail: &Mail<'_>, findings: &mut Findings) {
    let Some(value) = mail.value("Feedback-ID") else {
        findings.warn("D15", Broken::NoFeedbackId);
        return;
    };
    let fields: Vec<&str> = value.split(':').collect();
    if fields.len() != 4 || fields.iter().any(|field| field.is_empty()) || value.contains(['@', ' ']) {
        findings.error("D15", Broken::FeedbackIdForm);
    }
}
