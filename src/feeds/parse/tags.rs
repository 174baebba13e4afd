//! Treats a `<` that begins no tag as text, as HTML parsers do: `exige proj <6`, `I <3 you`, `a <b ou rien`.
//!
//! In: a document. Out: the same document with each such `<` escaped, so that the text after it is not swallowed. Real feeds have them
//! in titles and descriptions. CDATA, comments, instructions and declarations stay unchanged.

use std::borrow::Cow;

/// Escapes each `<` that begins no tag. Costs one pass; a document without such a fault is not copied.
pub fn repair(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut kept = 0;
    let mut at = 0;
    // What may be read twice in search of a tag's end, so that no document costs its square.
    let mut patience = text.len().saturating_mul(2);
    while let Some(less) = memchr::memchr(b'<', &text.as_bytes()[at..]).map(|found| at + found) {
        let rest = &text[less..];
        if let Some(length) = after(rest, &mut patience) {
            at = less + length;
        } else {
            out.push_str(&text[kept..less]);
            out.push_str("&lt;");
            (kept, at) = (less + 1, less + 1);
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[kept..]);
    Cow::Owned(out)
}

/// The length of what begins with this `<`, all of it when the document stops inside; `None` when nothing begins here.
fn after(rest: &str, patience: &mut usize) -> Option<usize> {
    let until = |end: &str| rest.find(end).map_or(rest.len(), |at| at + end.len());
    if rest.starts_with("<![CDATA[") {
        return Some(until("]]>"));
    }
    if rest.starts_with("<!--") {
        return Some(until("-->"));
    }
    match rest[1..].trim_start_matches('/').chars().next() {
        None => Some(rest.len()),
        Some('!' | '?') if !rest.starts_with("</") => Some(1),
        Some(first) if first.is_alphabetic() || matches!(first, '_' | ':') => tag(rest, patience),
        Some(_) => None,
    }
}

/// The length of the tag. Outside of quotes it holds no `<`: what does is no tag.
fn tag(rest: &str, patience: &mut usize) -> Option<usize> {
    if *patience == 0 {
        return Some(1);
    }
    let bytes = rest.as_bytes();
    let mut quote = None;
    for (at, &byte) in bytes.iter().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'<') => {
                *patience = patience.saturating_sub(at);
                return None;
            }
            // Quotes stand behind `=`; elsewhere they are apostrophes.
            (None, b'"' | b'\'') if bytes[..at].trim_ascii_end().ends_with(b"=") => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    // The document stops inside, or a quote has no end: the reader knows what to make of it.
    *patience = patience.saturating_sub(bytes.len());
    Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_begins_no_tag_is_text() {
        for (given, repaired) in [
            ("<a>exige proj <6</a>", "<a>exige proj &lt;6</a>"),
            ("<a>1 < 2 <= 3 <<< x</a>", "<a>1 &lt; 2 &lt;= 3 &lt;&lt;&lt; x</a>"),
            ("<a>moi </3 toi</a>", "<a>moi &lt;/3 toi</a>"),
            ("<a>si a<b alors</a>", "<a>si a&lt;b alors</a>"),
            ("<a b=\"x < y\" c='<z>'>é</a>", "<a b=\"x < y\" c='<z>'>é</a>"),
            ("<a>l'été <em class=x>d'ici</em></a>", "<a>l'été <em class=x>d'ici</em></a>"),
            ("<?xml version=\"1.0\"?><!DOCTYPE a><a><![CDATA[1 < 2 <3]]><!-- <4 --></a>", ""),
            ("<a>x</a", ""),
            ("<a>x <", ""),
            ("<a><![CDATA[<5", ""),
        ] {
            assert_eq!(repair(given), if repaired.is_empty() { given } else { repaired });
        }
    }

    #[test]
    fn a_document_of_faults_costs_no_square() {
        for part in ["<a", "<a ='", "<a =\"<a ='", "<6", "</"] {
            let begin = std::time::Instant::now();
            let _ = repair(&part.repeat(400_000));
            assert!(begin.elapsed().as_secs() < 5, "{part}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_repaired_document_stays_as_it_is(text in "[<>/!?a-c6=\"' é-]{0,60}") {
            let once = repair(&text).into_owned();
            proptest::prop_assert_eq!(once.replace("&lt;", "<"), text.clone());
            proptest::prop_assert_eq!(repair(&once).into_owned(), once.clone());
        }
    }
}
