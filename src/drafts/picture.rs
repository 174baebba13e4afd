//! A file that somebody uploads → a picture that every mail program shows and that tells nothing of where it was taken.
//!
//! In: PNG, JPEG, WebP or GIF of at most [`FILE`]. Out: upright (the camera's note of how it was held is obeyed and dropped with the
//! rest of its notes), at most [`WIDTH`] wide, as JPEG, PNG or a moving GIF: Outlook for Windows shows no WebP. Colours keep their
//! profile. Pictures that unpack to more than [`PIXELS`] are refused by their first bytes. Pure; a photo of 12 million pixels takes
//! about a second and 60 MB.

use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{
    AnimationDecoder as _, DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageError, ImageFormat,
    ImageReader, ImageResult, Limits,
};

use super::logo;
use crate::coded::codes;

/// Most bytes of a file.
pub const FILE: usize = 5 * 1024 * 1024;
/// Most pixels of width: twice the column of a mail, for fine screens.
pub const WIDTH: u32 = 1_120;
/// Most pixels that a file may unpack to: 200 MB.
const PIXELS: u64 = 50_000_000;
/// Most pixels of a side.
const SIDE: u32 = 20_000;
/// Most bytes that a decoder may take.
const MEMORY: u64 = 256 * 1024 * 1024;
/// Most pixels of a GIF whose images are looked at; each takes four bytes more than once.
const CANVAS: u64 = 4_000_000;
/// A moving picture up to so many bytes stays as it is.
const MOVING: usize = 1024 * 1024;
/// Of 100: a photo without visible loss.
const QUALITY: u8 = 84;
/// Most bytes of a colour profile that is kept; those of phones have about 500.
const PROFILE: usize = 16 * 1024;

codes! {
    /// Why a file does not become a picture.
    pub enum Wrong as "wrong-picture" {
        /// No file was chosen.
        NoFile => "no-file",
        /// Too large.
        TooLarge {
            /// Megabytes that fit.
            most: usize,
        } => "too-large",
        /// Something else than a picture of a known form.
        NoPicture => "no-picture",
        /// Begins like a picture and cannot be read to its end.
        Broken => "broken",
        /// Unpacks to too much.
        TooManyPixels {
            /// Millions of pixels that fit.
            most: usize,
        } => "too-many-pixels",
        /// Nobody said what it shows, nor that it is decoration.
        NoAlt => "no-alt",
    }
}

/// The forms in which a picture is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A photo.
    Jpeg,
    /// A drawing, or anything with holes.
    Png,
    /// It moves.
    Gif,
}

impl Kind {
    /// For `Content-Type`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
        }
    }

    /// The end of its name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
        }
    }
}

/// A picture that can be shown.
#[derive(Clone, Debug)]
pub struct Ready {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its form.
    pub kind: Kind,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Only the first image of a moving picture that was too large.
    pub stands_still: bool,
}

/// Makes a picture of a file.
///
/// # Errors
/// When it is none, or too large.
pub fn make(file: &[u8]) -> Result<Ready, Wrong> {
    let (format, moves) = form(file)?;
    let decoder = decoder(file, format)?;
    let (width, height) = decoder.dimensions();
    if moves && file.len() <= MOVING && width <= WIDTH {
        return Ok(Ready { bytes: file.to_vec(), kind: Kind::Gif, width, height, stands_still: false });
    }
    let (picture, profile) = upright(decoder)?;
    let ready = write(fit(picture, WIDTH), format, profile).map_err(|error| wrong(&error))?;
    Ok(Ready { stands_still: moves, ..ready })
}

/// Makes a logo of a file: small, on a ground of its own where it had holes ([`super::logo`]), and one that stands still.
///
/// # Errors
/// As [`make`].
pub fn make_logo(file: &[u8]) -> Result<Ready, Wrong> {
    let (format, moves) = form(file)?;
    let (picture, profile) = upright(decoder(file, format)?)?;
    let picture = fit(picture, logo::SIDE);
    let (picture, format) = match logo::on_ground(&picture) {
        Some(grounded) => (grounded, ImageFormat::Png),
        None => (logo::small(picture), format),
    };
    let ready = write(picture, format, profile).map_err(|error| wrong(&error))?;
    Ok(Ready { stands_still: moves, ..ready })
}

/// What a file holds, and whether it moves.
fn form(file: &[u8]) -> Result<(ImageFormat, bool), Wrong> {
    if file.is_empty() {
        return Err(Wrong::NoFile);
    }
    if file.len() > FILE {
        return Err(Wrong::TooLarge { most: FILE / 1024 / 1024 });
    }
    let format = image::guess_format(file).map_err(|_| Wrong::NoPicture)?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Gif) {
        return Err(Wrong::NoPicture);
    }
    let moves = format == ImageFormat::Gif && moves(file).map_err(|error| wrong(&error))?;
    Ok((format, moves))
}

/// Reads its head; what would unpack to too much goes no further.
fn decoder(file: &[u8], format: ImageFormat) -> Result<impl ImageDecoder, Wrong> {
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits());
    let decoder = reader.into_decoder().map_err(|error| wrong(&error))?;
    let (width, height) = decoder.dimensions();
    bounded(width, height)?;
    Ok(decoder)
}

/// Unpacks it, as the camera was held; with its colour profile.
fn upright(mut decoder: impl ImageDecoder) -> Result<(DynamicImage, Option<Vec<u8>>), Wrong> {
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten().filter(|profile| is_rgb(profile));
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| wrong(&error))?;
    picture.apply_orientation(orientation);
    Ok((picture, profile))
}

fn wrong(error: &ImageError) -> Wrong {
    match error {
        ImageError::Limits(_) => Wrong::TooManyPixels { most: (PIXELS / 1_000_000) as usize },
        _ => Wrong::Broken,
    }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE);
    limits.max_image_height = Some(SIDE);
    limits.max_alloc = Some(MEMORY);
    limits
}

fn bounded(width: u32, height: u32) -> Result<(), Wrong> {
    let fits = u64::from(width) * u64::from(height) <= PIXELS && width.max(height) <= SIDE;
    if fits { Ok(()) } else { Err(Wrong::TooManyPixels { most: (PIXELS / 1_000_000) as usize }) }
}

/// Whether a GIF has a second image. Of a huge one nobody asks: it is a picture that stands still.
fn moves(file: &[u8]) -> ImageResult<bool> {
    let mut decoder = GifDecoder::new(Cursor::new(file))?;
    decoder.set_limits(limits())?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > CANVAS {
        return Ok(false);
    }
    Ok(decoder.into_frames().take(2).flatten().count() == 2)
}

/// Whether a colour profile is one for red, green and blue, as the pixels are (ICC.1:2022 section 7.2.8); those of print are not.
fn is_rgb(profile: &[u8]) -> bool {
    profile.len() <= PROFILE && profile.get(16..20) == Some(b"RGB ")
}

/// At most so wide. A large one is first made small roughly, which takes little memory, then sharp.
fn fit(picture: DynamicImage, widest: u32) -> DynamicImage {
    let narrow = |picture: &DynamicImage, width: u32| {
        let height = (u64::from(picture.height()) * u64::from(width)).div_ceil(u64::from(picture.width()));
        (width, height.max(1) as u32)
    };
    let picture = if picture.width() > 2 * widest {
        let (width, height) = narrow(&picture, 2 * widest);
        picture.thumbnail_exact(width, height)
    } else {
        picture
    };
    if picture.width() <= widest {
        return picture;
    }
    let (width, height) = narrow(&picture, widest);
    picture.resize_exact(width, height, FilterType::Lanczos3)
}

/// Drawings stay PNG; photos, and WebP without holes, are JPEG.
fn write(picture: DynamicImage, from: ImageFormat, profile: Option<Vec<u8>>) -> ImageResult<Ready> {
    let (width, height) = (picture.width(), picture.height());
    let holes = picture.color().has_alpha();
    let rgba = if holes { picture.to_rgba8() } else { image::RgbaImage::new(0, 0) };
    let holes = rgba.pixels().any(|pixel| pixel.0[3] < u8::MAX);
    let kind = if holes || matches!(from, ImageFormat::Png | ImageFormat::Gif) { Kind::Png } else { Kind::Jpeg };
    let (raw, colour) = if holes {
        (rgba.into_raw(), ExtendedColorType::Rgba8)
    } else {
        (picture.into_rgb8().into_raw(), ExtendedColorType::Rgb8)
    };
    let mut bytes = Vec::new();
    if kind == Kind::Png {
        encode(PngEncoder::new(&mut bytes), profile, &raw, width, height, colour)?;
    } else {
        encode(JpegEncoder::new_with_quality(&mut bytes, QUALITY), profile, &raw, width, height, colour)?;
    }
    Ok(Ready { bytes, kind, width, height, stands_still: false })
}

fn encode(
    mut encoder: impl ImageEncoder,
    profile: Option<Vec<u8>>,
    raw: &[u8],
    width: u32,
    height: u32,
    colour: ExtendedColorType,
) -> ImageResult<()> {
    if let Some(profile) = profile {
        // A form that holds no profile shows the colours a little paler.
        encoder.set_icc_profile(profile).ok();
    }
    encoder.write_image(raw, width, height, colour)
}

#[cfg(test)]
mod tests;
