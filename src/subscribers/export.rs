//! Exports a newsletter's subscribers as CSV or JSON, a page at a time.
//!
//! In: a newsletter and a writer. Out: lines; a cell that a spreadsheet would run as a formula gets an apostrophe in front of it
//! (OWASP; ASVS 1.2.10), which our import removes again.

use std::io::{self, Write};

use serde::Serialize;

use super::pages::{Pages, SubscriberView};

/// The columns of the CSV, which the import reads back.
pub const COLUMNS: [&str; 7] = ["email", "name", "status", "language", "created_at", "confirmed_at", "ended_at"];

/// What stopped an export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The reader has gone, or the disk is full.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
    /// The database.
    #[error("cannot read the subscribers: {0}")]
    Database(#[from] sqlx::Error),
}

impl From<csv::Error> for ExportError {
    fn from(error: csv::Error) -> Self {
        Self::Write(error.into())
    }
}

/// Writes all pages as CSV with a header line.
pub async fn csv(mut pages: Pages<'_>, out: impl Write) -> Result<(), ExportError> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS)?;
    loop {
        let page = pages.next().await?;
        if page.is_empty() {
            return Ok(csv.flush()?);
        }
        for subscriber in &page {
            csv.write_record(cells(&subscriber.into()).iter().map(|cell| harmless(cell)))?;
        }
    }
}

/// Writes all pages as one JSON array, a line each.
pub async fn json(mut pages: Pages<'_>, mut out: impl Write) -> Result<(), ExportError> {
    let mut before = "[\n";
    loop {
        let page = pages.next().await?;
        if page.is_empty() {
            out.write_all(if before == "[\n" { b"[]\n" } else { b"\n]\n" })?;
            return Ok(out.flush()?);
        }
        for subscriber in &page {
            out.write_all(before.as_bytes())?;
            write_json(&SubscriberView::from(subscriber), &mut out)?;
            before = ",\n";
        }
    }
}

fn write_json(value: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(out, value).map_err(io::Error::from)
}

fn cells(view: &SubscriberView) -> [String; 7] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        view.email.clone(),
        text(&view.name),
        view.status.to_string(),
        view.language.clone(),
        view.created_at.clone(),
        text(&view.confirmed_at),
        text(&view.ended_at),
    ]
}

/// A cell that no spreadsheet runs.
fn harmless(cell: &str) -> String {
    let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0', '\'', '＝', '＋', '－', '＠']);
    if runs { format!("'{cell}") } else { cell.to_owned() }
}

/// Reverses [`harmless`].
pub fn unguarded(cell: &str) -> &str {
    let guarded = cell.strip_prefix('\'').filter(|rest| harmless(rest) == cell);
    guarded.unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_come_back_as_they_were() {
        for cell in ["=HYPERLINK(\"http://evil.example\")", "+33 6 12", "-1", "@SUM(A1)", "\tx", "'tis", "＝1"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
            assert_eq!(unguarded(&harmless(cell)), cell);
        }
        for cell in ["Ana", "L'Hôte", "", "a=b"] {
            assert_eq!(harmless(cell), cell);
            assert_eq!(unguarded(cell), cell);
        }
    }
}
