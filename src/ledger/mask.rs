//! Takes the addresses out of what mail servers say: they like to repeat the one they refuse. Pure.
//!
//! In: the words of a reply. Out: the same with `…` for each address. Met wherever such words enter what is kept, shown or
//! logged: notes of the ledger, reasons of digests, alarms. So two refusals of two people are the same words, and can be
//! counted.

use std::ops::Range;

/// What stands for an address.
const MASK: char = '…';

/// `words` without addresses: `<ana@example.org>: unknown` becomes `<…>: unknown`.
///
/// Quoted local parts, addresses beyond ASCII (RFC 6531), address literals, VERP and `%40` in links are known.
pub fn masked(words: &str) -> String {
    let chars: Vec<char> = words.chars().collect();
    let mut out = String::with_capacity(words.len());
    let mut from = 0;
    for address in addresses(&chars) {
        out.extend(&chars[from..address.start]);
        out.push(MASK);
        from = address.end;
    }
    out.extend(&chars[from..]);
    out
}

/// Where addresses stand, in order; none touches the next.
fn addresses(chars: &[char]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in 0..chars.len() {
        let Some(sign) = at_sign(&chars[at..]) else { continue };
        let address = local_part(chars, at)..at + sign + domain(&chars[at + sign..]);
        match found.last_mut() {
            Some(last) if last.end >= address.start => last.end = last.end.max(address.end),
            _ if address.start < at => found.push(address),
            // Nobody stands before the sign.
            _ => {}
        }
    }
    found
}

/// How long the sign between the parts of an address is that begins here.
fn at_sign(chars: &[char]) -> Option<usize> {
    match chars {
        ['@' | '＠', ..] => Some(1),
        ['%', '4', '0', ..] => Some(3),
        _ => None,
    }
}

/// Where the local part begins that ends before `end`.
fn local_part(chars: &[char], end: usize) -> usize {
    if end > 1 && chars[end - 1] == '"' {
        let is_open = |at: &usize| chars[*at] == '"' && (*at == 0 || chars[*at - 1] != '\\');
        return (0..end - 1).rev().find(is_open).unwrap_or(end - 1);
    }
    let fits = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[]{},;:\"\\@＠".contains(c);
    let start = (0..end).rev().take_while(|at| fits(chars[*at])).last().unwrap_or(end);
    if chars[start] == '\'' && start + 1 < end { start + 1 } else { start }
}

/// How long the domain is that begins here.
fn domain(chars: &[char]) -> usize {
    if chars.first() == Some(&'[') {
        return chars.iter().position(|c| *c == ']').map_or(0, |end| end + 1);
    }
    chars.iter().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | '。')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_is_left_however_it_is_written() {
        for (words, left) in [
            ("550 5.1.1 <ana@example.org>: Recipient address rejected", "550 5.1.1 <…>: Recipient address rejected"),
            ("550 ana@example.org... User unknown", "550 … User unknown"),
            ("rfc822;Ana.Du-Pont+x@mail.example.org (unknown)", "rfc822;… (unknown)"),
            ("<\"ana du pont\"@example.org> no", "<…> no"),
            ("no mailbox 'jürgen@exämple.de' here", "no mailbox '…' here"),
            ("<用户@例子。公司>: 不存在", "<…>: 不存在"),
            ("to=<b-ana=example.org@bounce.example>, status=no", "to=<…>, status=no"),
            ("see https://x.example/?e=ana%40example.org&r=1", "see https:…&r=1"),
            ("ana@[192.0.2.1] and luc@[IPv6:2001:db8::1]", "… and …"),
            ("<@a.example,@b.example:ana@c.example>", "<@a.example,@b.example:…>"),
            ("ana%c.example@relay.example@x", "…"),
            ("550 ana@", "550 …"),
        ] {
            assert_eq!(masked(words), left, "{words}");
        }
    }

    #[test]
    fn what_is_no_address_stays() {
        for words in
            ["", "550 5.7.1 blocked, see https://x.example/a?b=c", "we meet @ noon", "@", "100 %40", "a \"b\" c"]
        {
            assert_eq!(masked(words), words);
        }
    }

    #[test]
    fn nothing_makes_it_fail() {
        for words in ["\"@", "\"\"@", "@@@", "a@[", "\\\"@x", "%4", "%40%40a", "…@…", "\u{0}@\u{0}"] {
            assert!(!masked(words).contains("a@"), "{words}");
        }
    }
}
