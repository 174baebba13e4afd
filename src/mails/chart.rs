//! Two small plots as pictures that travel inside a letter: nothing is fetched when it is read. Pure.
//!
//! In: numbers. Out: PNG in greys, of some kilobytes, on a ground of its own, so that it can be read by day and by night and on paper.
//! No word stands in it; the letter says the numbers, and the picture's `alt` the most important ones.

use image::ExtendedColorType;
use image::ImageEncoder as _;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use serde::Deserialize;

/// Pixels; twice what a mail shows, for fine screens.
const WIDTH: usize = 1_040;
/// See [`WIDTH`].
const HEIGHT: usize = 280;
/// Free around the drawing.
const EDGE: usize = 16;
/// Most bars or points: more are not told apart.
const MOST: usize = 400;

const PAPER: u8 = 255;
const RULE: u8 = 190;
const INK: u8 = 40;

/// What is drawn.
#[derive(Clone, Debug, Deserialize)]
pub struct Chart {
    /// Bars upwards, or the points of a line.
    pub up: Vec<i64>,
    /// Bars downwards, hatched; without any, `up` is a line.
    #[serde(default)]
    pub down: Vec<i64>,
    /// What it says, for who does not see it.
    pub alt: String,
}

/// A picture, a byte a pixel.
struct Canvas(Vec<u8>);

impl Canvas {
    fn set(&mut self, x: usize, y: usize, grey: u8) {
        if x < WIDTH && y < HEIGHT {
            self.0[y * WIDTH + x] = grey;
        }
    }

    fn fill(
        &mut self,
        (left, right): (usize, usize),
        (top, bottom): (usize, usize),
        grey: impl Fn(usize, usize) -> u8,
    ) {
        for y in top..bottom {
            for x in left..right {
                self.set(x, y, grey(x, y));
            }
        }
    }
}

impl Chart {
    /// Draws it.
    ///
    /// # Errors
    /// None in practice: memory does not refuse to be written.
    pub fn png(&self) -> anyhow::Result<Vec<u8>> {
        let mut canvas = Canvas(vec![PAPER; WIDTH * HEIGHT]);
        let (up, down) = (&self.up[..self.up.len().min(MOST)], &self.down[..self.down.len().min(MOST)]);
        if down.is_empty() {
            line(&mut canvas, up);
        } else {
            bars(&mut canvas, up, down);
        }
        let mut png = Vec::new();
        let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Adaptive);
        encoder.write_image(&canvas.0, WIDTH as u32, HEIGHT as u32, ExtendedColorType::L8)?;
        Ok(png)
    }
}

/// From the lowest value to the highest, with a rule at each.
fn line(canvas: &mut Canvas, values: &[i64]) {
    let low = values.iter().copied().min().unwrap_or(0);
    let high = values.iter().copied().max().unwrap_or(0).max(low + 1);
    let room = (HEIGHT - 2 * EDGE) as f64;
    let y = |value: f64| EDGE as f64 + room - (value - low as f64) / (high - low) as f64 * room;
    for rule in [EDGE, HEIGHT - EDGE] {
        canvas.fill((0, WIDTH), (rule, rule + 1), |_, _| RULE);
    }
    let last = values.len().saturating_sub(1);
    for x in EDGE..WIDTH - EDGE {
        let at = (x - EDGE) as f64 / (WIDTH - 2 * EDGE - 1) as f64 * last as f64;
        let before = (at.floor() as usize).min(last);
        let (from, to) = match (values.get(before), values.get((before + 1).min(last))) {
            (Some(from), Some(to)) => (*from as f64, *to as f64),
            _ => return,
        };
        let middle = y(from + (to - from) * (at - before as f64));
        // As thick where it is steep.
        let steep = ((to - from).abs() / (high - low) as f64 * room * last as f64 / WIDTH as f64 / 2.0).min(room);
        let (top, bottom) = ((middle - 3.0 - steep).max(0.0) as usize, (middle + 3.0 + steep) as usize);
        canvas.fill((x, x + 1), (top, bottom.min(HEIGHT)), |_, _| INK);
    }
}

/// Filled bars upwards and hatched ones downwards, on one base.
fn bars(canvas: &mut Canvas, up: &[i64], down: &[i64]) {
    let most = |values: &[i64]| values.iter().copied().max().unwrap_or(0).max(0);
    let (high, low) = (most(up).max(1), most(down));
    let unit = (HEIGHT - 2 * EDGE) as f64 / (high as f64 + low as f64);
    let base = EDGE + (high as f64 * unit) as usize;
    let steps = up.len().max(down.len()).max(1);
    let place = (WIDTH - 2 * EDGE) as f64 / steps as f64;
    for step in 0..steps {
        let left = EDGE + (step as f64 * place + place * 0.1) as usize;
        let right = (EDGE + (step as f64 * place + place * 0.9) as usize).max(left + 1);
        let height = |values: &[i64]| (values.get(step).copied().unwrap_or(0).max(0) as f64 * unit).ceil() as usize;
        canvas.fill((left, right), (base.saturating_sub(height(up)), base), |_, _| INK);
        let bottom = base + height(down);
        canvas.fill((left, right), (base, bottom), |x, y| {
            let edge = x == left || x + 1 == right || y + 1 >= bottom;
            if edge || (x + y) % 8 < 3 { INK } else { PAPER }
        });
    }
    canvas.fill((0, WIDTH), (base, base + 2), |_, _| INK);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(up: &[i64], down: &[i64]) -> image::GrayImage {
        let chart = Chart { up: up.to_vec(), down: down.to_vec(), alt: String::new() };
        let png = chart.png().unwrap();
        assert!(png.len() < 20_000, "{} bytes", png.len());
        image::load_from_memory(&png).unwrap().into_luma8()
    }

    #[test]
    fn a_line_goes_up_where_the_numbers_do() {
        let picture = drawn(&[10, 20, 15], &[]);
        assert_eq!(picture.dimensions(), (WIDTH as u32, HEIGHT as u32));
        let ink = |x: u32| (0..HEIGHT as u32).find(|y| picture.get_pixel(x, *y).0[0] == INK).unwrap();
        let (first, middle, last) = (ink(20), ink(WIDTH as u32 / 2), ink(WIDTH as u32 - 20));
        assert!(middle < last && last < first, "{first} {middle} {last}");
    }

    #[test]
    fn bars_go_both_ways_and_nothing_can_be_drawn() {
        let picture = drawn(&[4, 0], &[0, 4]);
        let dark = |x: u32, y: u32| picture.get_pixel(x, y).0[0] == INK;
        let (left, right) = (WIDTH as u32 / 4, WIDTH as u32 * 3 / 4);
        assert!(dark(left, HEIGHT as u32 / 4) && !dark(right, HEIGHT as u32 / 4));
        assert!((0..8).any(|x| dark(right + x, 210)) && (0..8).any(|x| !dark(right + x, 210)), "hatched");
        assert!((0..8).all(|x| !dark(left + x, 210)));
        for values in [&[][..], &[0], &[7, 7], &[i64::MAX, 0]] {
            drawn(values, &[]);
            drawn(values, &[1]);
        }
    }
}
