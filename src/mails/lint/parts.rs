//! Rules on the MIME parts: D17 alternative, D18 quoted-printable, D20 attachments, D21 size, D25 preheader, D30 who writes, and why
//! to this reader.

use mail_parser::{HeaderName, MessagePart, MimeHeaders, PartType};

use super::broken::Broken;
use super::markup::{self, Piece};
use super::{Findings, Mail};
use crate::i18n;
use crate::mails::plain;

/// Longest quoted-printable line (RFC 2045 section 6.7).
const QUOTED_LINE: usize = 76;
/// Encoded HTML from which to worry, and from which to refuse.
const HTML_WARN: usize = 75 * 1024;
const HTML_MAX: usize = 90 * 1024;

pub(super) fn check(mail: &Mail<'_>, findings: &mut Findings) {
    alternative(mail, findings);
    for part in &mail.parsed.parts {
        encoded_lines(mail, part, findings);
        let is_text = matches!(part.body, PartType::Text(_) | PartType::Html(_) | PartType::Multipart(_));
        if !(is_text || is_shown(mail, part))
            || part.content_disposition().is_some_and(|how| how.c_type.eq_ignore_ascii_case("attachment"))
        {
            findings.error("D20", Broken::Attachment);
        }
        let size = (part.offset_end - part.offset_body) as usize;
        if matches!(part.body, PartType::Html(_)) && size > HTML_WARN {
            let clipped = Broken::Clipped { bytes: size };
            if size > HTML_MAX { findings.error("D21", clipped) } else { findings.warn("D21", clipped) }
        }
    }
    preheader(mail, findings);
    who_writes(mail, findings);
    signed_up(mail, findings);
}

/// A picture of a letter's own, that its HTML shows: nothing is fetched, so it tells nobody that it was read. Mails to many have none.
fn is_shown(mail: &Mail<'_>, part: &MessagePart<'_>) -> bool {
    let (Some(id), Some(html)) = (part.content_id(), &mail.html) else { return false };
    let source = format!("cid:{}", id.trim_matches(['<', '>']));
    let shows = |piece: &Piece| matches!(piece, Piece::Open(element) if element.get("src") == Some(source.as_str()));
    !mail.is_bulk() && part.is_content_type("image", "png") && html.iter().any(shows)
}

/// The text and the HTML of a mail whose alternatives stand in their order; the HTML may bring its pictures along.
fn alternatives<'a, 'b>(parts: &'a [MessagePart<'b>]) -> Option<[&'a MessagePart<'b>; 3]> {
    match parts {
        [root, text, html] => Some([root, text, html]),
        [root, text, related, html, pictures @ ..]
            if related.is_content_type("multipart", "related")
                && pictures.iter().all(|part| part.is_content_type("image", "png")) =>
        {
            Some([root, text, html])
        }
        _ => None,
    }
}

/// Fewest and most characters of a preheader: lists of mails fill up what is shorter, and cut what is longer.
const PREHEADER: std::ops::RangeInclusive<usize> = 40..=110;
/// What stands behind it so that lists do not go on with what follows: blanks, joiners and soft hyphens.
const FILLING: &[char] = &['\u{2007}', '\u{34f}', '\u{ad}', '\u{200b}', '\u{200c}', '\u{feff}', '\u{a0}'];

/// What lists of mails show behind the subject. A matter of taste for whoever writes it, so only a warning.
fn preheader(mail: &Mail<'_>, findings: &mut Findings) {
    let (true, Some(html)) = (mail.is_bulk(), &mail.html) else { return };
    let Some(said) = first_hidden(html) else {
        findings.warn("D25", Broken::NoPreheader);
        return;
    };
    let said = collapse(said.trim_end_matches(|c: char| FILLING.contains(&c) || c.is_whitespace()));
    let count = said.chars().count();
    if !PREHEADER.contains(&count) {
        findings.warn("D25", Broken::PreheaderLength { count });
    }
    if mail.parsed.subject().is_some_and(|subject| collapse(subject) == said) {
        findings.warn("D25", Broken::PreheaderIsSubject);
    }
}

/// The first text of the body, if its element is hidden.
fn first_hidden(html: &[Piece]) -> Option<String> {
    let body = html.iter().position(|piece| matches!(piece, Piece::Open(element) if element.name == "body"))?;
    let mut hidden: Option<&str> = None;
    let mut said = String::new();
    for piece in &html[body..] {
        match piece {
            Piece::Open(element) if hidden.is_none() => {
                let style: String = element.get("style").unwrap_or_default().split_whitespace().collect();
                hidden = style.to_ascii_lowercase().contains("display:none").then_some(element.name.as_str());
            }
            Piece::Close(name) if hidden == Some(name.as_str()) => return Some(said),
            Piece::Text(text) if hidden.is_some() => said.push_str(text),
            Piece::Text(text) if !text.trim().is_empty() => return None,
            _ => {}
        }
    }
    None
}

fn alternative(mail: &Mail<'_>, findings: &mut Findings) {
    let Some([root, text, html]) = alternatives(&mail.parsed.parts) else {
        findings.error("D17", Broken::Parts { count: mail.parsed.parts.len() });
        return;
    };
    if !root.is_content_type("multipart", "alternative")
        || !text.is_content_type("text", "plain")
        || !html.is_content_type("text", "html")
    {
        findings.error("D17", Broken::NotAlternative);
        return;
    }
    for part in [text, html] {
        let charset = part.content_type().and_then(|kind| kind.attribute("charset")).unwrap_or_default();
        if !charset.eq_ignore_ascii_case("utf-8") || part.is_encoding_problem {
            findings.error("D17", Broken::Charset { charset: charset.to_owned() });
        }
    }
    let (Some(text), Some(html)) = (&mail.text, &mail.html) else { return };
    if text.trim().is_empty() || markup::text(html).trim().is_empty() {
        findings.error("D17", Broken::PartEmpty);
    }
    for link in &mail.links {
        if !text.contains(link.href.trim_start_matches("mailto:")) {
            findings.error("D17", Broken::TextLacksLink { words: shorten(&link.shown) });
        }
    }
}

fn encoded_lines(mail: &Mail<'_>, part: &MessagePart<'_>, findings: &mut Findings) {
    let quoted = part.headers.iter().any(|header| {
        header.name == HeaderName::ContentTransferEncoding
            && header.value.as_text().is_some_and(|value| value.eq_ignore_ascii_case("quoted-printable"))
    });
    let body = mail.parsed.raw_message.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    if quoted
        && let Some(line) = body.split(|&byte| byte == b'\n').find(|line| line.trim_ascii_end().len() > QUOTED_LINE)
    {
        findings.error("D18", Broken::QuotedLine { bytes: line.len() });
    }
}

/// The law requires the sender's name and a way to contact them (L34-5 CPCE, CAN-SPAM).
fn who_writes(mail: &Mail<'_>, findings: &mut Findings) {
    let (Some(text), Some(html)) = (&mail.text, &mail.html) else { return };
    let from = mail.parsed.from().and_then(|from| from.first());
    let name = from.and_then(|from| from.name().or(from.address())).unwrap_or_default();
    let shown = [collapse(text), collapse(&markup::text(html))];
    if shown.iter().any(|part| !part.contains(&collapse(name))) {
        findings.error("D30", Broken::SenderUnnamed);
    }
    if !mail.links.iter().any(|link| link.href.starts_with("mailto:")) {
        findings.error("D30", Broken::NoMailbox);
    }
}

/// The law also requires when and how the reader consented. Only the words of our own digests are known, and only the footer is
/// checked, because a post may say anything. A footer without this line is only a warning, because for some readers nothing is
/// stored but their subscription.
fn signed_up(mail: &Mail<'_>, findings: &mut Findings) {
    let ours = mail.value("Feedback-ID").is_some_and(|id| id.ends_with(":digest:facteur"));
    let (true, Some(text), Some(html)) = (ours, &mail.text, &mail.html) else { return };
    let label = i18n::locale(mail.value("Content-Language").unwrap_or_default()).text("mail-signed-up-label");
    let rule = "-".repeat(plain::WIDTH);
    let footer = text.lines().rev().take_while(|line| *line != rule);
    match footer.into_iter().find(|line| line.starts_with(&label)) {
        None => findings.warn("D30", Broken::NoSignUp),
        Some(line) if !collapse(&markup::text(html)).contains(&collapse(line)) => {
            findings.error("D30", Broken::SignUpInTextAlone);
        }
        Some(_) => {}
    }
}

/// One blank wherever any stand.
pub(super) fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn shorten(text: &str) -> String {
    collapse(text).chars().take(40).collect()
}
