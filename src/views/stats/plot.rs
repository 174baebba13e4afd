//! Shapes of plots as SVG, without a word in them. Pure.
//!
//! In: numbers. Out: an `<svg>` that is stretched to its place: lines keep their width, and no letter shrinks with it on a telephone,
//! because highest, lowest, first and last stand beside it in the page. Kinds differ by more than their colour (`console.css`): filled,
//! hatched, outlined; so they can be told apart in black and white and in forced colours. A picture has a name of its own (`label`); a
//! table behind it says the same by numbers.

use std::fmt::Write as _;

/// Width of the drawing, in units that are stretched.
const WIDTH: f64 = 600.0;
/// Height of a plot.
const HEIGHT: f64 = 160.0;
/// Share of a bar's place that it fills.
const FILLED: f64 = 0.8;

/// A drawing, and what stands beside it.
#[derive(Clone, Debug, Default)]
pub struct Plot {
    /// `<svg …>`, safe to put into a page.
    pub svg: String,
    /// The value at its upper edge.
    pub high: i64,
    /// The value at its lower edge.
    pub low: i64,
}

/// One kind of bars.
#[derive(Clone, Copy, Debug)]
pub struct Series<'a> {
    /// `filled`, `hatched` or `outlined`.
    pub look: &'static str,
    /// One a step.
    pub values: &'a [i64],
}

/// A line over steps, with a stroke from top to bottom at each of `marks`.
pub fn line(label: &str, values: &[i64], marks: &[usize]) -> Plot {
    let (low, high) = bounds(values);
    let y = |value: i64| HEIGHT - 4.0 - share(value - low, high - low) * (HEIGHT - 8.0);
    let mut svg = begin(label, values.len(), marks);
    let mut path = String::new();
    for (step, value) in values.iter().enumerate() {
        let command = if step == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{command}{:.1} {:.1}", center(step, values.len()), y(*value));
    }
    if values.len() == 1 {
        // One day has no line: a short one through its place.
        let _ = write!(path, "m-40 0h80");
    }
    let _ = write!(svg, "<path class=\"line\" d=\"{path}\"/></svg>");
    Plot { svg, high, low }
}

/// Bars upwards and, of the second kinds, downwards from a common base.
pub fn bars(label: &str, up: &[Series<'_>], down: &[Series<'_>], marks: &[usize]) -> Plot {
    let steps = up.iter().chain(down).map(|series| series.values.len()).max().unwrap_or(0);
    let highest = |kinds: &[Series<'_>]| (0..steps).map(|step| total(kinds, step)).max().unwrap_or(0);
    let (high, low) = (highest(up).max(1), highest(down));
    let unit = (HEIGHT - 4.0) / (high as f64 + low as f64);
    let base = 2.0 + high as f64 * unit;
    let mut svg = begin(label, steps, marks);
    for step in 0..steps {
        for (kinds, sign) in [(up, -1.0), (down, 1.0)] {
            let mut from = base;
            for series in kinds {
                let height = series.values.get(step).copied().unwrap_or(0) as f64 * unit;
                if height > 0.0 {
                    let top = if sign < 0.0 { from - height } else { from };
                    bar_at(&mut svg, series.look, (step, steps), top, height.max(1.0));
                    from += sign * height;
                }
            }
        }
    }
    let _ = write!(svg, "<path class=\"base\" d=\"M0 {base:.1}H{WIDTH}\"/></svg>");
    Plot { svg, high, low: -low }
}

/// One bar lying on its side, as long as `value` of `most`: decoration beside a number.
pub fn lying(value: i64, most: i64, look: &str) -> String {
    let width = share(value, most.max(1)) * WIDTH;
    format!(
        "<svg class=\"plot lying\" viewBox=\"0 0 {WIDTH} 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\">\
         <rect class=\"ground\" width=\"{WIDTH}\" height=\"10\"/><rect {} width=\"{width:.1}\" height=\"10\"/></svg>",
        kind(look)
    )
}

/// What hatched bars are filled with: stands once in a page, before its plots.
pub const PATTERNS: &str = "<svg class=\"patterns\" width=\"0\" height=\"0\" aria-hidden=\"true\" focusable=\"false\"><defs>\
    <pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect class=\"ground\" width=\"6\" height=\"6\"/>\
    <path class=\"hatch\" d=\"M0 6L6 0M-1 1L1 -1M5 7L7 5\"/></pattern></defs></svg>";

/// A square that shows how a kind looks, for the words beside a plot.
pub fn key(look: &str) -> String {
    format!(
        "<svg class=\"key\" viewBox=\"0 0 16 16\" aria-hidden=\"true\" focusable=\"false\"><rect {} x=\"1\" y=\"1\" width=\"14\" height=\"14\"/></svg>",
        kind(look)
    )
}

/// The same for the strokes that mark digests.
pub fn stroke() -> String {
    "<svg class=\"key\" viewBox=\"0 0 16 16\" aria-hidden=\"true\" focusable=\"false\"><path class=\"mark\" d=\"M8 0V16\"/></svg>".to_owned()
}

/// Attributes that make a shape look so.
fn kind(look: &str) -> String {
    let fill = if look == "hatched" { " fill=\"url(#hatch)\"" } else { "" };
    format!("class=\"{look}\"{fill}")
}

fn begin(label: &str, steps: usize, marks: &[usize]) -> String {
    let mut svg = format!(
        "<svg class=\"plot\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">",
        escaped(label)
    );
    for mark in marks.iter().filter(|mark| **mark < steps) {
        let _ = write!(svg, "<path class=\"mark\" d=\"M{:.1} 0V{HEIGHT}\"/>", center(*mark, steps));
    }
    svg
}

fn bar_at(svg: &mut String, look: &str, (step, steps): (usize, usize), top: f64, height: f64) {
    let place = WIDTH / steps as f64;
    let (x, width) = (step as f64 * place + place * (1.0 - FILLED) / 2.0, place * FILLED);
    let _ =
        write!(svg, "<rect {} x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>", kind(look));
}

fn center(step: usize, steps: usize) -> f64 {
    (step as f64 + 0.5) * WIDTH / steps.max(1) as f64
}

fn total(kinds: &[Series<'_>], step: usize) -> i64 {
    kinds.iter().filter_map(|series| series.values.get(step)).sum()
}

fn share(part: i64, whole: i64) -> f64 {
    if whole <= 0 { 0.0 } else { (part as f64 / whole as f64).clamp(0.0, 1.0) }
}

/// Lowest and highest, never the same.
fn bounds(values: &[i64]) -> (i64, i64) {
    let low = values.iter().copied().min().unwrap_or(0);
    let high = values.iter().copied().max().unwrap_or(0);
    if low == high { ((low - 1).max(0), high + 1) } else { (low, high) }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_runs_from_the_lowest_to_the_highest() {
        let plot = line("Readers & \"more\"", &[10, 30, 20], &[1, 9]);
        assert_eq!((plot.low, plot.high), (10, 30));
        assert!(plot.svg.contains("aria-label=\"Readers &amp; &quot;more&quot;\""), "{}", plot.svg);
        assert!(plot.svg.contains("d=\"M100.0 156.0L300.0 4.0L500.0 80.0\""), "{}", plot.svg);
        assert_eq!(plot.svg.matches("class=\"mark\"").count(), 1, "a mark outside is none");
    }

    #[test]
    fn nothing_and_the_same_all_the_time_can_be_drawn() {
        for values in [&[][..], &[0], &[7, 7, 7]] {
            let plot = line("x", values, &[0]);
            assert!(plot.high > plot.low && !plot.svg.contains("NaN") && !plot.svg.contains("inf"), "{}", plot.svg);
            let series = Series { look: "filled", values };
            let plot = bars("x", &[series], &[series], &[]);
            assert!(!plot.svg.contains("NaN") && plot.svg.ends_with("</svg>"), "{}", plot.svg);
        }
        assert!(lying(5, 0, "filled").contains("width=\"600.0\""));
        assert!(lying(0, 9, "hatched").contains("url(#hatch)") && key("filled").contains("class=\"filled\""));
    }

    #[test]
    fn bars_stand_on_one_base_and_on_each_other() {
        let [joined, left, back] = [[3, 0], [1, 2], [1, 0]];
        let up = [Series { look: "filled", values: &joined }, Series { look: "outlined", values: &back }];
        let plot = bars("x", &up, &[Series { look: "hatched", values: &left }], &[]);
        assert_eq!((plot.high, plot.low), (4, -2));
        let heights: Vec<&str> =
            plot.svg.split(" height=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(heights, ["78.0", "26.0", "26.0", "52.0"]);
    }
}
