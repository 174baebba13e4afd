//! The printed table: a bar, its figure, what was to be reached.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Figures so far that were not where they should be.
static MISSED: AtomicUsize = AtomicUsize::new(0);

/// How many figures were not where they should be.
pub fn missed() -> usize {
    MISSED.load(Ordering::Relaxed)
}

/// Median of some figures.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    if figures.is_empty() { f64::NAN } else { figures[figures.len() / 2] }
}

/// Median of one figure over all runs.
pub fn of<R>(runs: &[R], figure: impl Fn(&R) -> f64) -> f64 {
    median(runs.iter().map(figure).collect())
}

/// The largest of one figure over all runs, for a note beside the median.
pub fn worst<R>(runs: &[R], figure: impl Fn(&R) -> f64) -> String {
    format!("worst {:.0}", runs.iter().map(figure).fold(0.0, f64::max))
}

/// Whether a figure is where it should be.
#[derive(Clone, Copy, Debug)]
pub enum Bar {
    AtMost(f64),
    AtLeast(f64),
    Report,
}

pub fn title(name: &str) {
    println!("\n## {name}\n\n| what | figure | bar | |\n| --- | --: | --: | --- |");
}

/// Says loudly what is not measured, and why.
pub fn skipped(what: &str, why: &str) {
    println!("\n**SKIPPED: {what}: {why}**");
}

/// One line: `note` tells what the figure was made of.
pub fn row(what: &str, figure: f64, bar: Bar, note: &str) {
    let (wanted, is_met) = match bar {
        Bar::AtMost(limit) => (format!("≤ {limit}"), Some(figure <= limit)),
        Bar::AtLeast(limit) => (format!("≥ {limit}"), Some(figure >= limit)),
        Bar::Report => (String::from("–"), None),
    };
    let met = match is_met {
        Some(true) => "met",
        Some(false) => "**missed**",
        None => "",
    };
    MISSED.fetch_add(usize::from(is_met == Some(false)), Ordering::Relaxed);
    let shown = if figure.abs() >= 100.0 { format!("{figure:.0}") } else { format!("{figure:.3}") };
    println!(
        "| {what} | {shown} | {wanted} | {met}{}{note} |",
        if met.is_empty() || note.is_empty() { "" } else { "; " }
    );
}
