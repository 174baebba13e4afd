//! `facteur subscriber check-addresses`: each rule for addresses, a line at a time, for tests against others' lists.

use std::io::{BufRead as _, BufWriter, Write as _};

use clap::ValueEnum;

use crate::subscribers::address::Email;
use crate::subscribers::typo;

/// Which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Rule {
    /// HTML's rule for `input type=email`.
    Html5,
    /// What Facteur accepts.
    Strict,
    /// The address with the domain that may have been meant.
    Typo,
}

/// Reads a JSON string a line, answers a JSON value a line.
pub(super) fn check(rule: Rule) -> anyhow::Result<()> {
    let mut out = BufWriter::new(std::io::stdout());
    for line in std::io::stdin().lock().lines() {
        let typed: String = serde_json::from_str(&line?)?;
        let answer = match rule {
            Rule::Html5 => is_html5(&typed).into(),
            Rule::Strict => typed.parse::<Email>().is_ok().into(),
            Rule::Typo => typo::suggestion(&typed)
                .and_then(|meant| Some(format!("{}@{meant}", typed.rsplit_once('@')?.0)))
                .map_or(serde_json::Value::Null, serde_json::Value::from),
        };
        writeln!(out, "{answer}")?;
    }
    Ok(out.flush()?)
}

/// The rule of HTML (<https://html.spec.whatwg.org/#valid-e-mail-address>), which limits only the length of a label.
fn is_html5(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let local_fits = |b: u8| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b);
    let label_fits = |label: &str| {
        let plain = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        plain && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    !local.is_empty() && local.bytes().all(local_fits) && domain.split('.').all(label_fits)
}
