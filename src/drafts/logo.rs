//! A logo that can be read by day and by night, whatever a mail program does to the colours around it. Pure.
//!
//! In: a picture. Out: the same, small; where it had holes, on a ground of its own with a margin: white, or dark for what is too light for
//! white. Mail programs turn the grounds of a mail dark, some of them even those that say their colour, but no picture: dark letters on
//! nothing would be gone. On white paper the white ground is not seen.

use image::imageops::FilterType;
use image::{DynamicImage, Rgb, RgbImage, Rgba, RgbaImage};

use crate::colour::{BLACK, Colour, WHITE};

/// Most pixels of a side: twice what a mail shows, for fine screens.
pub const SIDE: u32 = 480;
/// Pixels between a logo with holes and the end of its ground.
const MARGIN: u32 = 16;
/// Less contrast to white than this, and the ground is dark. A logo is no text: WCAG 2.2 asks for no contrast (criterion 1.4.3), but
/// what is paler than this is made for dark ground.
const PALE: f64 = 1.8;

/// At most [`SIDE`] in both directions.
pub fn small(picture: DynamicImage) -> DynamicImage {
    within(picture, SIDE)
}

/// The picture on a ground of its own; `None` for one without holes, which has a ground already.
pub fn on_ground(picture: &DynamicImage) -> Option<DynamicImage> {
    if !picture.color().has_alpha() || picture.to_rgba8().pixels().all(|pixel| pixel.0[3] == u8::MAX) {
        return None;
    }
    let picture = within(picture.clone(), SIDE - 2 * MARGIN).to_rgba8();
    let ground = Rgb(ground(&picture).0);
    let (width, height) = picture.dimensions();
    let laid = RgbImage::from_fn(width + 2 * MARGIN, height + 2 * MARGIN, |x, y| {
        let inside = x.checked_sub(MARGIN).zip(y.checked_sub(MARGIN)).filter(|(x, y)| *x < width && *y < height);
        inside.map_or(ground, |(x, y)| laid_on(*picture.get_pixel(x, y), ground))
    });
    Some(DynamicImage::ImageRgb8(laid))
}

fn within(picture: DynamicImage, side: u32) -> DynamicImage {
    let fits = picture.width().max(picture.height()) <= side;
    if fits { picture } else { picture.resize(side, side, FilterType::Lanczos3) }
}

/// White, unless what is seen of the picture is too pale for it.
fn ground(picture: &RgbaImage) -> Colour {
    let (mut sum, mut weight) = ([0_u64; 3], 0_u64);
    for Rgba([red, green, blue, alpha]) in picture.pixels() {
        let alpha = u64::from(*alpha);
        for (total, channel) in sum.iter_mut().zip([red, green, blue]) {
            *total += u64::from(*channel) * alpha;
        }
        weight += alpha;
    }
    let mean = Colour(sum.map(|total| total.checked_div(weight).unwrap_or_default() as u8));
    if mean.contrast(WHITE) < PALE { BLACK } else { WHITE }
}

fn laid_on(Rgba([red, green, blue, alpha]): Rgba<u8>, Rgb(ground): Rgb<u8>) -> Rgb<u8> {
    let alpha = u32::from(alpha);
    let mix = |over: u8, under: u8| ((u32::from(over) * alpha + u32::from(under) * (255 - alpha) + 127) / 255) as u8;
    Rgb([mix(red, ground[0]), mix(green, ground[1]), mix(blue, ground[2])])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bar of a colour in the middle of nothing.
    fn bar(colour: [u8; 3], width: u32, height: u32) -> DynamicImage {
        let [red, green, blue] = colour;
        DynamicImage::ImageRgba8(RgbaImage::from_fn(width, height, |_, y| {
            Rgba([red, green, blue, if y >= height / 4 && y < height * 3 / 4 { 255 } else { 0 }])
        }))
    }

    #[test]
    fn a_logo_with_holes_gets_a_ground_that_it_can_be_seen_on() {
        for (colour, ground) in [
            ([0, 0, 0], WHITE),
            ([200, 30, 30], WHITE),
            ([240, 140, 0], WHITE),
            ([255, 255, 255], BLACK),
            ([255, 240, 150], BLACK),
        ] {
            let laid = on_ground(&bar(colour, 200, 80)).unwrap().to_rgb8();
            assert_eq!(laid.dimensions(), (232, 112));
            assert_eq!(laid.get_pixel(0, 0).0, ground.0, "{colour:?}");
            assert_eq!(laid.get_pixel(116, 56).0, colour);
            assert!(Colour(colour).contrast(ground) >= PALE, "{colour:?}");
        }
        let half = laid_on(Rgba([0, 0, 0, 128]), Rgb([255, 255, 255]));
        assert_eq!(half.0, [127, 127, 127]);
    }

    #[test]
    fn a_logo_without_holes_keeps_its_ground() {
        let opaque = DynamicImage::ImageRgba8(RgbaImage::from_pixel(40, 20, Rgba([1, 2, 3, 255])));
        assert!(on_ground(&opaque).is_none());
        assert!(on_ground(&DynamicImage::ImageRgb8(RgbImage::new(4, 4))).is_none());
    }

    #[test]
    fn no_side_is_too_long() {
        for (width, height) in [(1_000, 30), (30, 1_000), (600, 600), (1, 3_000), (480, 480)] {
            let laid = on_ground(&bar([9, 9, 9], width, height)).unwrap();
            assert!(
                laid.width() <= SIDE && laid.height() <= SIDE,
                "{width}x{height}: {}x{}",
                laid.width(),
                laid.height()
            );
            let opaque = small(DynamicImage::ImageRgb8(RgbImage::new(width, height)));
            assert!(opaque.width() <= SIDE && opaque.height() <= SIDE, "{width}x{height}");
        }
    }
}
