//! Addresses as reports write them: in brackets, quotes, with a type before them, escaped.
//!
//! In: words. Out: addresses as they stand there. Wider than what we would send to: old servers write much.

use super::text::clipped;

/// Bytes of an address that are looked at (RFC 5321 section 4.5.3.1.3 has 254, and escapes are longer).
const MAX_ADDRESS: usize = 512;

/// An address and where it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// As it stands there.
    pub(super) address: String,
    /// Its first byte.
    pub(super) from: usize,
    /// The byte behind it.
    pub(super) upto: usize,
}

/// The addresses of a text, in order.
pub(super) fn spots(text: &str) -> impl Iterator<Item = Spot> + '_ {
    let mut behind = 0;
    memchr::memchr_iter(b'@', text.as_bytes()).filter_map(move |at| {
        let spot = around(text, at).filter(|spot| spot.from >= behind)?;
        behind = spot.upto;
        Some(spot)
    })
}

/// The first address of a text.
pub(super) fn first(text: &str) -> Option<String> {
    spots(text).next().map(|spot| spot.address)
}

/// An address with a type before it (RFC 3464 section 2.3.2, RFC 6533 section 3): `rfc822; a@b`, `utf-8;…`. Without an at sign, the word
/// that stands there.
pub(super) fn typed(value: &str) -> Option<String> {
    let value = match value.split_once(';') {
        Some((kind, rest)) if !kind.contains('@') => rest,
        _ => value,
    };
    let value = clipped(value.trim(), MAX_ADDRESS);
    if let Some(address) = first(&unembedded(value)) {
        return Some(address);
    }
    let bare = value.trim_matches(['<', '>', ' ', '"']);
    let word = !bare.is_empty() && !bare.contains(|c: char| c.is_whitespace() || c.is_control());
    word.then(|| bare.to_owned())
}

/// Unicode embedded in ASCII: `\x{E9}` (RFC 6533 section 3).
fn unembedded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("\\x{") {
        out.push_str(before);
        let point = after.split_once('}').and_then(|(hex, after)| {
            let char = u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)?;
            Some((char, after))
        });
        let Some((char, behind)) = point else {
            out.push_str("\\x{");
            rest = after;
            continue;
        };
        out.push(char);
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// The address around an at sign.
fn around(text: &str, at: usize) -> Option<Spot> {
    let upto = at + 1 + domain_length(&text[at + 1..]);
    let domain = text[at + 1..upto].trim_end_matches(['.', '-']);
    let upto = at + 1 + domain.len();
    let from = local_begin(&text[..at])?;
    let local = &text[from..at];
    (!domain.is_empty() && !local.is_empty() && upto - from <= MAX_ADDRESS).then(|| Spot {
        address: text[from..upto].to_owned(),
        from,
        upto,
    })
}

fn domain_length(text: &str) -> usize {
    if text.starts_with('[') {
        return text.find(']').filter(|end| *end < 60).map_or(0, |end| end + 1);
    }
    let fits =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') || (!c.is_ascii() && c.is_alphanumeric());
    text.char_indices().find(|(_, c)| !fits(*c)).map_or(text.len(), |(at, _)| at)
}

/// Where the local part begins that ends with this text.
fn local_begin(before: &str) -> Option<usize> {
    if let Some(quoted) = before.strip_suffix('"') {
        let open = quoted.rfind('"')?;
        return (before.len() - open <= MAX_ADDRESS).then_some(open);
    }
    let fits = |c: char| {
        c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c) || (!c.is_ascii() && c.is_alphanumeric())
    };
    let begin = before.char_indices().rev().take_while(|(_, c)| fits(*c)).last().map(|(at, _)| at)?;
    let mut local = &before[begin..];
    // `'a@b'`, `*a@b`, `SMTP=a@b` and the like are said around an address, not in it.
    loop {
        let shorter = local.trim_start_matches(['\'', '`', '.', '*', '=', '|', '{']);
        let typed = shorter.get(..5).filter(|start| start.eq_ignore_ascii_case("smtp="));
        let next = if typed.is_some() { &shorter[5..] } else { shorter };
        if next.len() == local.len() {
            break;
        }
        local = next;
    }
    (!local.is_empty()).then(|| before.len() - local.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        spots(text).map(|spot| spot.address).collect()
    }

    #[test]
    fn addresses_are_found_in_what_stands_around_them() {
        assert_eq!(
            all("to <a.b+c@d.example>: no, 'e@f.example', \"g h\"@i.example."),
            ["a.b+c@d.example", "e@f.example", "\"g h\"@i.example"]
        );
        assert_eq!(
            all("[SMTP:a@b.example] dda:SMTP=c@d.example; mailto:é@été.example"),
            ["a@b.example", "c@d.example", "é@été.example"]
        );
        assert_eq!(all("a@[192.0.2.1] @x x@ @ @@ a@@b"), ["a@[192.0.2.1]"]);
        assert_eq!(all("b-=a=b@c.example"), ["b-=a=b@c.example"]);
    }

    #[test]
    fn a_type_before_an_address_is_no_part_of_it() {
        assert_eq!(typed("rfc822; <a@b.example>").as_deref(), Some("a@b.example"));
        assert_eq!(typed("utf-8; nouser-\\x{E9}@b.example").as_deref(), Some("nouser-é@b.example"));
        assert_eq!(typed("utf-8;nouser-é@b.example").as_deref(), Some("nouser-é@b.example"));
        assert_eq!(typed("LOCAL; somebody").as_deref(), Some("somebody"));
        assert_eq!(typed("a@b.example (was; here)").as_deref(), Some("a@b.example"));
        assert_eq!(typed("rfc822; two words"), None);
        assert_eq!(typed("\\x{ZZ} \\x{"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_searched(text in "(?s).{0,200}") {
            for spot in spots(&text) {
                proptest::prop_assert_eq!(&text[spot.from..spot.upto], spot.address.as_str());
            }
            typed(&text);
        }
    }
}
