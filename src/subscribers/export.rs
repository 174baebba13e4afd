//! Exports a newsletter's subscribers as CSV or JSON, a page at a time.
//!
//! In: a newsletter and a writer. Out: lines; a cell that a spreadsheet would run as a formula gets an apostrophe in front of it
//! (OWASP; ASVS 1.2.10), which our import removes again.

use std::io::{self, Write};

use futures_util::stream::{self, Stream};
use serde::Serialize;

use super::pages::{Pages, SubscriberView};
use super::{Status, Subscriber};
use crate::db::Db;

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

/// As which kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// With a header line.
    Csv,
    /// One array.
    Json,
}

/// The same as [`csv()`] and [`json`], a page at a time, for a reader who takes it slowly: nothing is read ahead. An error ends it,
/// so that the reader sees a broken file rather than a short one.
pub fn stream(
    db: Db,
    newsletter_id: i64,
    status: Option<Status>,
    format: Format,
) -> impl Stream<Item = Result<Vec<u8>, ExportError>> {
    stream::try_unfold(Some(0), move |after| {
        let db = db.clone();
        async move {
            let Some(after) = after else { return Ok(None) };
            let mut pages = Pages::behind(&db, newsletter_id, status, after);
            let page = pages.next().await?;
            let written = match format {
                Format::Csv => csv_page(&page, after == 0)?,
                Format::Json => json_page(&page, after == 0)?,
            };
            Ok(Some((written, page.last().map(|last| last.id))))
        }
    })
}

fn csv_page(page: &[Subscriber], first: bool) -> Result<Vec<u8>, ExportError> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    if first {
        csv.write_record(COLUMNS)?;
    }
    for subscriber in page {
        csv.write_record(cells(&subscriber.into()).iter().map(|cell| harmless(cell)))?;
    }
    csv.into_inner().map_err(|error| ExportError::Write(error.into_error()))
}

fn json_page(page: &[Subscriber], first: bool) -> Result<Vec<u8>, ExportError> {
    let mut out = Vec::new();
    for (place, subscriber) in page.iter().enumerate() {
        out.extend_from_slice(if first && place == 0 { b"[\n" } else { b",\n" });
        write_json(&SubscriberView::from(subscriber), &mut out)?;
    }
    match (page.is_empty(), first) {
        (true, true) => out.extend_from_slice(b"[]\n"),
        (true, false) => out.extend_from_slice(b"\n]\n"),
        (false, _) => {}
    }
    Ok(out)
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
pub fn harmless(cell: &str) -> String {
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
