//! Rules on the raw bytes: D18 line ends and lengths, D19 dots, D20 size, D33 smuggled line breaks.

use super::Findings;
use super::broken::Broken;

/// Longest line (RFC 5322 section 2.1.1), without its CRLF.
const LINE: usize = 998;
/// Longest header line that can be folded (same place).
const HEADER_LINE: usize = 78;
/// Longest encoded word (RFC 2047 section 2).
const ENCODED_WORD: usize = 75;
/// Largest message.
const MESSAGE: usize = 300 * 1024;

pub(super) fn check(message: &[u8], findings: &mut Findings) {
    let head_end = memchr::memmem::find(message, b"\r\n\r\n").unwrap_or(message.len());
    line_ends(message, head_end, findings);
    if message.len() > MESSAGE {
        findings.error("D20", Broken::TooLarge { bytes: message.len(), most: MESSAGE });
    }
    if !message.ends_with(b"\r\n") {
        findings.error("D18", Broken::NoFinalBreak);
    }
    let mut at = 0;
    for (number, line) in message.split(|&byte| byte == b'\n').enumerate() {
        let line_in_head = at <= head_end;
        at += line.len() + 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let number = number + 1;
        if line.len() > LINE {
            findings.error("D18", Broken::LineLong { line: number, bytes: line.len(), most: LINE });
        }
        if line.first() == Some(&b'.') {
            findings.error("D19", Broken::DotFirst { line: number });
        }
        if line_in_head {
            header_line(line, number, findings);
        }
    }
}

fn line_ends(message: &[u8], head_end: usize, findings: &mut Findings) {
    let mut told = [false; 3];
    for (at, &byte) in message.iter().enumerate() {
        let bare = match byte {
            b'\n' => at == 0 || message[at - 1] != b'\r',
            b'\r' => message.get(at + 1) != Some(&b'\n'),
            0 => true,
            _ => false,
        };
        if bare && at < head_end && !std::mem::replace(&mut told[0], true) {
            findings.error("D33", Broken::BareBreakInHeader { at });
        }
        if bare && !std::mem::replace(&mut told[1], true) {
            findings.error("D18", Broken::BareBreak { at });
        }
        if byte > 127 && !std::mem::replace(&mut told[2], true) {
            findings.error("D18", Broken::NotAscii { at });
            if at < head_end {
                findings.error("D32", Broken::HeaderNotAscii { at });
            }
        }
    }
}

fn header_line(line: &[u8], number: usize, findings: &mut Findings) {
    let text = String::from_utf8_lossy(line);
    let value =
        if text.starts_with([' ', '\t']) { text.trim_start() } else { text.split_once(": ").map_or("", |(_, v)| v) };
    if line.len() > HEADER_LINE && value.trim().contains([' ', '\t']) {
        findings.error("D18", Broken::Unfolded { line: number, bytes: line.len() });
    }
    for word in value.split([' ', '\t', '"', '<', '>', '(', ')']) {
        if word.starts_with("=?") && word.len() > ENCODED_WORD {
            findings.error("D18", Broken::EncodedWordLong { line: number, bytes: word.len() });
        }
    }
}
