//! Tables of statistics as files that a spreadsheet opens.
//!
//! In: a [`StatsView`] or a [`DigestView`], and which [`Table`]. Out: CSV (RFC 4180) with a header line in English, whatever the language
//! of who reads, so that a program reads it too. No cell is run by a spreadsheet.

use super::{DigestView, ShareView, StatsView};
use crate::db::text_enum;
use crate::subscribers::export::harmless;

text_enum! {
    /// The tables of a newsletter.
    pub enum Table {
        /// Readers, and how they changed.
        Growth => "growth",
        /// Steps of sign-ups.
        Forms => "forms",
        /// Parts of the readers.
        Shares => "shares",
        /// Digests and what followed.
        Digests => "digests",
    }
}

text_enum! {
    /// The tables of a digest.
    pub enum OfDigest {
        /// Answers in order of time.
        Timeline => "timeline",
        /// Answers by mailbox provider.
        Providers => "providers",
    }
}

/// A newsletter's table.
///
/// # Errors
/// None in practice: memory does not refuse to be written.
pub fn newsletter(view: &StatsView, table: Table) -> anyhow::Result<Vec<u8>> {
    match table {
        Table::Growth => {
            let head = ["day", "readers", "joined", "unsubscribed", "bounced", "complained", "erased"];
            write(head, &view.growth, |row| {
                let change = row.change;
                let numbers =
                    [row.readers, change.joined, change.unsubscribed, change.bounced, change.complained, change.erased];
                cells([row.day.as_str()], numbers)
            })
        }
        Table::Forms => write(["form", "asked", "accepted", "opened", "confirmed"], &view.forms, |row| {
            cells([row.form.as_str()], [row.asked, row.accepted, row.opened, row.confirmed])
        }),
        Table::Shares => {
            let kinds = [("language", &view.languages), ("origin", &view.origins), ("schedule", &view.schedules)];
            let rows: Vec<(&str, &ShareView)> =
                kinds.iter().flat_map(|(kind, shares)| shares.iter().map(|share| (*kind, share))).collect();
            write(["kind", "name", "readers"], &rows, |(kind, share)| {
                cells([*kind, share.name.as_str()], [share.readers])
            })
        }
        Table::Digests => {
            let head = ["id", "subject", "sent_at", "recipients", "left", "bounced", "complained"];
            write(head, &view.digests, |row| {
                let words = [row.id.as_str(), row.subject.as_str(), row.sent_at.as_str()];
                cells(words, [row.recipients, row.left, row.bounced, row.complained])
            })
        }
    }
}

/// A digest's table.
///
/// # Errors
/// As [`newsletter`].
pub fn digest(view: &DigestView, table: OfDigest) -> anyhow::Result<Vec<u8>> {
    match table {
        OfDigest::Timeline => write(["at", "accepted", "refused", "deferred"], &view.timeline, |row| {
            cells([row.at.as_str()], [row.accepted, row.refused, row.deferred])
        }),
        OfDigest::Providers => write(["provider", "accepted", "refused", "deferred"], &view.providers, |row| {
            cells([row.provider], [row.accepted, row.refused, row.deferred])
        }),
    }
}

fn cells<const W: usize, const N: usize>(words: [&str; W], numbers: [i64; N]) -> Vec<String> {
    words.into_iter().map(harmless).chain(numbers.iter().map(i64::to_string)).collect()
}

fn write<const C: usize, T>(head: [&str; C], rows: &[T], cells: impl Fn(&T) -> Vec<String>) -> anyhow::Result<Vec<u8>> {
    let mut csv = ::csv::Writer::from_writer(Vec::new());
    csv.write_record(head)?;
    for row in rows {
        csv.write_record(cells(row))?;
    }
    Ok(csv.into_inner().map_err(::csv::IntoInnerError::into_error)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_no_formula_and_numbers_stay_numbers() {
        assert_eq!(cells(["=1+1", "a"], [-3, 4]), ["'=1+1", "a", "-3", "4"]);
        let file = write(["a", "b"], &[1, 2], |row| cells(["x,y"], [*row])).unwrap();
        assert_eq!(String::from_utf8(file).unwrap(), "a,b\n\"x,y\",1\n\"x,y\",2\n");
    }
}
