//! One colour of a brand, kept readable: its contrast is judged and mended. Pure.
//!
//! In: `#rrggbb` as an editor typed it. Out: a [`Colour`], and [`readable`]: the same hue, so dark (or light) that text in it has a
//! contrast of [`ENOUGH`] with its ground. Met by settings, mails and the stylesheet of the public pages.

use std::fmt;

/// Contrast of text and ground that WCAG 2.2 asks for (criterion 1.4.3, level AA).
pub const ENOUGH: f64 = 4.5;

/// The lightest and the darkest ground that a mail or a page has, by day and by night; text in the colour must be readable on both.
pub const BY_DAY: [Colour; 2] = [Colour([0xff, 0xff, 0xff]), Colour([0xf1, 0xe9, 0xdc])];
/// See [`BY_DAY`].
pub const BY_NIGHT: [Colour; 2] = [Colour([0x15, 0x17, 0x1a]), Colour([0x2a, 0x2e, 0x33])];
/// What stands on a button by day.
pub const WHITE: Colour = Colour([0xff, 0xff, 0xff]);
/// What stands on a button by night.
pub const BLACK: Colour = Colour([0x10, 0x16, 0x1d]);

/// Red, green and blue of sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// Reads `#rrggbb` or `#rgb`, with or without `#`.
    pub fn parse(typed: &str) -> Option<Self> {
        let digits = typed.trim().trim_start_matches('#');
        let value = |at: usize, length: usize| {
            let part = digits.get(at..at + length).filter(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
            let value = u8::from_str_radix(part, 16).ok()?;
            Some(if length == 1 { value * 17 } else { value })
        };
        let length = match digits.len() {
            3 => 1,
            6 => 2,
            _ => return None,
        };
        Some(Self([value(0, length)?, value(length, length)?, value(2 * length, length)?]))
    }

    /// Relative luminance, 0 to 1 (WCAG 2.2, definition of that name).
    fn luminance(self) -> f64 {
        let linear = self.0.map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126f64.mul_add(linear[0], 0.7152f64.mul_add(linear[1], 0.0722 * linear[2]))
    }

    /// Contrast ratio, 1 to 21 (WCAG 2.2, definition of that name).
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// So many 256ths of the way to another colour.
    fn towards(self, other: Self, step: u16) -> Self {
        let mix = |from: u8, to: u8| {
            let mixed = (u16::from(from) * (256 - step) + u16::from(to) * step) / 256;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Self([0, 1, 2].map(|channel| mix(self.0[channel], other.0[channel])))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// A colour as it is used: by day and by night.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readable {
    /// On light grounds; white is readable on it.
    pub day: Colour,
    /// On dark grounds; black is readable on it.
    pub night: Colour,
}

impl Readable {
    /// Whether the colour itself could stand by day.
    pub fn keeps(&self, colour: Colour) -> bool {
        self.day == colour
    }
}

/// The nearest shades of a colour that can be read: mixed with black for light grounds, with white for dark ones, no further than
/// needed.
pub fn readable(colour: Colour) -> Readable {
    let black = Colour([0, 0, 0]);
    Readable {
        day: mended(colour, black, &[BY_DAY[0], BY_DAY[1], WHITE]),
        night: mended(colour, WHITE, &[BY_NIGHT[0], BY_NIGHT[1], BLACK]),
    }
}

fn mended(colour: Colour, end: Colour, grounds: &[Colour]) -> Colour {
    let fits = |shade: &Colour| grounds.iter().all(|ground| shade.contrast(*ground) >= ENOUGH);
    (0..=256).map(|step| colour.towards(end, step)).find(fits).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_by_the_book() {
        let (black, grey) = (Colour([0, 0, 0]), Colour::parse("#767676").unwrap());
        assert!((WHITE.contrast(black) - 21.0).abs() < 1e-9);
        // The lightest grey that stands on white.
        assert!(grey.contrast(WHITE) >= ENOUGH && Colour::parse("#777777").unwrap().contrast(WHITE) < ENOUGH);
        assert!((grey.contrast(WHITE) - WHITE.contrast(grey)).abs() < f64::EPSILON);
    }

    #[test]
    fn what_is_no_colour() {
        assert_eq!(Colour::parse(" 1D4E89 ").unwrap().to_string(), "#1d4e89");
        assert_eq!(Colour::parse("#abc").unwrap().to_string(), "#aabbcc");
        for typed in ["", "#", "#12", "#1234", "red", "#12345g", "#1234567", "é1é1", "+1+1+1", "rgb(1,2,3)"] {
            assert_eq!(Colour::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn every_colour_can_be_read_by_day_and_by_night_and_a_good_one_stays() {
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(15) {
                    let colour = Colour([red, green, blue]);
                    let shades = readable(colour);
                    for ground in BY_DAY.into_iter().chain([WHITE]) {
                        assert!(shades.day.contrast(ground) >= ENOUGH, "{colour} became {} by day", shades.day);
                    }
                    for ground in BY_NIGHT.into_iter().chain([BLACK]) {
                        assert!(shades.night.contrast(ground) >= ENOUGH, "{colour} became {} by night", shades.night);
                    }
                }
            }
        }
        let blue = Colour::parse("#1d4e89").unwrap();
        assert!(readable(blue).keeps(blue), "dark enough already");
        let yellow = Colour::parse("#ffd700").unwrap();
        let mended = readable(yellow);
        assert!(!mended.keeps(yellow));
        assert!(
            mended.day.0[0] > mended.day.0[2] && mended.day.0[1] > mended.day.0[2],
            "still a yellow: {}",
            mended.day
        );
        assert_eq!(mended.night, yellow, "light enough by night");
    }
}
