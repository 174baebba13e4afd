//! What the texts of replies are made of, besides plain ASCII: the languages and lengths that real servers answer in.
//!
//! In: a reply as the sink would say it. Out: the same reply, its codes and keywords as they were, its first line spoilt.

/// What follows in the first line of each reply. Replies of a rule have their own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    Plain,
    /// These bytes: UTF-8, Latin-1, GBK, NUL, …
    Bytes(&'static [u8]),
    /// So many bytes.
    Long(usize),
    /// Nothing, but the first line comes so often.
    Lines(usize),
}

impl Words {
    /// `lines` with `\n` between them; so is what comes out.
    pub fn put_into(self, lines: &str) -> Vec<u8> {
        let (first, rest) = lines.split_once('\n').map_or((lines, None), |(first, rest)| (first, Some(rest)));
        let mut out = first.as_bytes().to_vec();
        match self {
            Self::Plain => {}
            Self::Bytes(bytes) => out.extend_from_slice(&[b" ", bytes].concat()),
            Self::Long(bytes) => out.extend_from_slice(format!(" {}", "x".repeat(bytes)).as_bytes()),
            Self::Lines(lines) => {
                let (code, text) = first.split_at(3);
                out.splice(..0, format!("{code}-{}\n", &text[1..]).repeat(lines - 1).into_bytes());
            }
        }
        if let Some(rest) = rest {
            out.extend_from_slice(format!("\n{rest}").as_bytes());
        }
        out
    }
}
