//! The footer's line about a reader's sign-up: when and where (D30; article L34-5 of the French CPCE, CASL).
//!
//! In: the day and the [`Origin`]. Out: [`SignUp`], the line for each part; empty when the day is not known. The line is spliced in
//! like a token, but everybody who signed up on the same day at the same place shares it, so [`Variant::signed`] encodes it once.

use jiff::civil::Date;

use super::markup::{self, Piece};
use super::variant::{Hole, Variant};
use super::{encode, plain};
use crate::i18n::{Locale, Value};
use crate::origin::Origin;

/// The line, decoded, with the line break before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignUp {
    /// For the text part, wrapped.
    pub text: String,
    /// For the HTML part.
    pub html: String,
}

impl SignUp {
    /// One reader's line.
    pub fn new(locale: &Locale, day: Date, origin: Origin<'_>) -> Self {
        Self::of_words(&words(locale, day, origin))
    }

    /// The line of an imaginary reader, marked as an example: for previews and test copies.
    pub fn example(locale: &Locale, day: Date, site: Option<&str>) -> Self {
        let line = words(locale, day, site.map_or(Origin::Unknown, Origin::Site));
        Self::of_words(&locale.format("mail-signed-up-example", &[("line", Value::Text(&line))]))
    }

    /// The holes for it.
    pub fn holes() -> Self {
        Self { text: Hole::SignUpText.mark().to_string(), html: Hole::SignUpHtml.mark().to_string() }
    }

    fn of_words(words: &str) -> Self {
        let mut html = "<br>".to_owned();
        markup::write_piece(&Piece::Text(words.to_owned()), &mut html);
        Self { text: format!("\n{}", plain::wrap(words)), html }
    }
}

fn words(locale: &Locale, day: Date, origin: Origin<'_>) -> String {
    let label = locale.text("mail-signed-up-label");
    let day = locale.day(day);
    let (key, place) = match origin {
        Origin::Site(host) => ("mail-signed-up-on", host),
        Origin::Imported => ("mail-signed-up-imported", ""),
        Origin::Added => ("mail-signed-up-added", ""),
        Origin::Unknown => ("mail-signed-up-since", ""),
    };
    let variables = [("date", Value::Text(&day)), ("name", Value::Text(place))];
    format!("{label} {}", locale.format(key, &variables))
}

impl Variant {
    /// The same mail for readers with this line.
    #[must_use]
    pub fn signed(&self, line: &SignUp) -> Self {
        self.with_sign_up(encode::value(&line.text), encode::value(&line.html))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n;
    use crate::mails::encode::Encoder;
    use crate::mails::variant::Person;

    const SPRING: Date = jiff::civil::date(2026, 2, 3);

    #[test]
    fn each_origin_has_its_words() {
        let said = |language, origin| SignUp::new(i18n::locale(language), SPRING, origin).text.replace('\u{a0}', "_");
        let host = Origin::Site("blog.example.org");
        assert_eq!(said("fr", host), "\nAbonnement\u{202f}: le 3_février 2026 sur blog.example.org");
        assert_eq!(said("en", host), "\nSigned up: 3_February 2026 on blog.example.org");
        assert_eq!(said("fr", Origin::Unknown), "\nAbonnement\u{202f}: le 3_février 2026");
        for language in i18n::tags() {
            for origin in [host, Origin::Imported, Origin::Added, Origin::Unknown] {
                let line = said(language, origin);
                assert!(line.contains("2026") && !line.contains("-signed-up"), "{language}: {line}");
                assert!(
                    line.trim().chars().count() <= plain::WIDTH && !line.contains(['&', '<']),
                    "{language}: {line}"
                );
            }
        }
    }

    /// In French on the first of a month, on the longest host, and with none: every line is short and says what it did.
    #[test]
    fn lines_are_short_whatever_the_value_is() {
        let long = format!("{}.example", ["a".repeat(60), "b".repeat(60), "c".repeat(60), "d".repeat(60)].join("."));
        for line in [
            SignUp::default(),
            SignUp::new(i18n::locale("fr"), jiff::civil::date(2026, 8, 1), Origin::Site(&long)),
            SignUp::new(i18n::locale("fr"), SPRING, Origin::Imported),
        ] {
            let mut encoder = Encoder::default();
            let holes = SignUp::holes();
            encoder.quoted(&format!("Abonnée.{}\n{}<br>\n", holes.text, holes.html));
            let mut out = Vec::new();
            encoder.finish().signed(&line).splice(&Person::default(), &mut out);
            assert!(out.is_ascii());
            assert!(out.split(|&byte| byte == b'\n').all(|line| line.len() <= 77 && line.first() != Some(&b'.')));
            let part = [b"Content-Transfer-Encoding: quoted-printable\r\n\r\n", out.as_slice()].concat();
            let parsed = mail_parser::MessageParser::default().parse(&part).unwrap();
            let read = parsed.body_text(0).unwrap().replace("\r\n", "\n");
            assert_eq!(read.trim_end(), format!("Abonnée.{}\n{}<br>", line.text, line.html));
        }
    }
}
