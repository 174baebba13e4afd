//! Pictures of every kind, made by the same library, and files that are none.

use image::codecs::gif::GifEncoder;
use image::codecs::webp::WebPEncoder;
use image::{Delay, Frame, GenericImageView as _, Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

/// Left half red, right half blue.
fn halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([250, 5, 5]) } else { Rgb([5, 5, 250]) })
}

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(picture).unwrap();
    bytes
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A JPEG with what a camera notes: how it was held, and where (EXIF 2.32: TIFF header, one directory of two fields).
fn with_exif(jpeg: &[u8], orientation: u16) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    exif.extend_from_slice(&[0x12, 0x01, 3, 0, 1, 0, 0, 0]);
    exif.extend_from_slice(&u32::from(orientation).to_le_bytes());
    exif.extend_from_slice(&[0x0f, 0x01, 2, 0, 22, 0, 0, 0, 38, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend_from_slice(b"48.8584N 2.2945E house\0");
    let mut file = jpeg[..2].to_vec();
    file.extend_from_slice(&[0xff, 0xe1]);
    file.extend_from_slice(&(exif.len() as u16 + 2).to_be_bytes());
    file.extend_from_slice(&exif);
    file.extend_from_slice(&jpeg[2..]);
    file
}

fn gif(images: u32, width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    for image in 0..images {
        let colour = Rgba([(image * 60) as u8, 200, 30, 255]);
        let frame =
            Frame::from_parts(RgbaImage::from_pixel(width, height, colour), 0, 0, Delay::from_numer_denom_ms(80, 1));
        encoder.encode_frame(frame).unwrap();
    }
    drop(encoder);
    bytes
}

fn read(ready: &Ready) -> DynamicImage {
    image::load_from_memory(&ready.bytes).unwrap()
}

fn is_red(pixel: Rgba<u8>) -> bool {
    pixel.0[0] > 180 && pixel.0[2] < 80
}

#[test]
fn a_photo_is_turned_upright_and_tells_nothing_any_more() {
    for (orientation, size, red) in
        [(1, (40, 20), (3, 10)), (3, (40, 20), (36, 10)), (6, (20, 40), (10, 3)), (8, (20, 40), (10, 36))]
    {
        let file = with_exif(&jpeg(&halves(40, 20)), orientation);
        assert!(file.windows(8).any(|part| part == b"48.8584N"), "the note is in the file");
        let ready = make(&file).unwrap();
        let picture = read(&ready);
        assert_eq!(
            (ready.kind, picture.dimensions(), (ready.width, ready.height)),
            (Kind::Jpeg, size, size),
            "{orientation}"
        );
        assert!(is_red(picture.get_pixel(red.0, red.1)), "{orientation}: {:?}", picture.get_pixel(red.0, red.1));
        assert!(!ready.bytes.windows(4).any(|part| part == b"Exif" || part == b"48.8"), "{orientation}");
    }
}

#[test]
fn a_wide_picture_is_made_as_wide_as_a_mail_shows() {
    for (given, made) in [
        ((1_121, 10), (1_120, 10)),
        ((2_240, 100), (1_120, 50)),
        ((5_000, 3), (1_120, 1)),
        ((600, 2_000), (600, 2_000)),
    ] {
        let ready = make(&jpeg(&halves(given.0, given.1))).unwrap();
        assert_eq!((ready.width, ready.height), made, "{given:?}");
        let picture = read(&ready);
        assert_eq!(picture.dimensions(), made);
        assert!(is_red(picture.get_pixel(made.0 / 8, 0)) && !is_red(picture.get_pixel(made.0 - 2, 0)), "{given:?}");
    }
}

#[test]
fn webp_becomes_what_outlook_shows() {
    let webp = |picture: &DynamicImage| {
        let mut bytes = Vec::new();
        WebPEncoder::new_lossless(&mut bytes)
            .encode(picture.as_bytes(), picture.width(), picture.height(), picture.color().into())
            .unwrap();
        bytes
    };
    let photo = webp(&DynamicImage::ImageRgb8(halves(40, 20)));
    assert_eq!(make(&photo).unwrap().kind, Kind::Jpeg);
    let opaque = webp(&DynamicImage::ImageRgba8(RgbaImage::from_pixel(9, 9, Rgba([1, 2, 3, 255]))));
    assert_eq!(make(&opaque).unwrap().kind, Kind::Jpeg);
    let ready = make(&webp(&DynamicImage::ImageRgba8(RgbaImage::from_pixel(9, 9, Rgba([1, 2, 3, 90]))))).unwrap();
    assert_eq!((ready.kind, read(&ready).get_pixel(4, 4)), (Kind::Png, Rgba([1, 2, 3, 90])));
}

#[test]
fn a_drawing_stays_a_png_with_its_holes() {
    let holes = DynamicImage::ImageRgba8(RgbaImage::from_pixel(9, 9, Rgba([9, 9, 9, 0])));
    let ready = make(&png(&holes)).unwrap();
    assert_eq!((ready.kind, read(&ready).get_pixel(0, 0).0[3]), (Kind::Png, 0));
    let deep = DynamicImage::ImageRgb16(image::ImageBuffer::from_pixel(9, 9, Rgb([65_535, 0, 0])));
    let ready = make(&png(&deep)).unwrap();
    assert_eq!((ready.kind, read(&ready).color()), (Kind::Png, image::ColorType::Rgb8));
}

#[test]
fn a_moving_picture_moves_on_unless_it_is_too_large() {
    let small = gif(3, 30, 20);
    let ready = make(&small).unwrap();
    assert_eq!((ready.kind, ready.stands_still, ready.bytes == small), (Kind::Gif, false, true));
    assert_eq!((ready.width, ready.height), (30, 20));
    let wide = make(&gif(2, WIDTH + 2, 4)).unwrap();
    assert_eq!((wide.kind, wide.stands_still, wide.width), (Kind::Png, true, WIDTH));
    let still = make(&gif(1, 30, 20)).unwrap();
    assert_eq!((still.kind, still.stands_still), (Kind::Png, false));
}

#[test]
fn a_colour_profile_stays_and_one_for_print_goes() {
    let with = |space: &[u8]| {
        let mut profile = vec![0; 200];
        profile[16..20].copy_from_slice(space);
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new(&mut bytes);
        encoder.set_icc_profile(profile).unwrap();
        encoder.encode_image(&halves(8, 8)).unwrap();
        let made = make(&bytes).unwrap();
        made.bytes.windows(11).any(|part| part == b"ICC_PROFILE")
    };
    assert!(with(b"RGB "));
    assert!(!with(b"CMYK"));
}

#[test]
fn what_is_no_picture_is_told_by_what_it_is() {
    for (file, wrong) in [
        (&b""[..], Wrong::NoFile),
        (b"%PDF-1.7 not a picture", Wrong::NoPicture),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>x</script></svg>", Wrong::NoPicture),
        (b"BM\x3a\0\0\0\0\0\0\0", Wrong::NoPicture),
        (b"\x89PNG\r\n\x1a\nrubbish that is no chunk", Wrong::Broken),
        (b"GIF89a", Wrong::Broken),
        (b"RIFF\x10\0\0\0WEBPVP8 rubbish", Wrong::Broken),
        (b"\xff\xd8\xff\xe0 rubbish", Wrong::Broken),
    ] {
        assert_eq!(make(file).unwrap_err(), wrong, "{}", String::from_utf8_lossy(file));
    }
    assert_eq!(make(&vec![0xff; FILE + 1]).unwrap_err(), Wrong::TooLarge { most: 5 });
}

/// The beginning of a PNG that says it has so many pixels (PNG section 5.6 and 11.2.1).
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    file.extend_from_slice(&width.to_be_bytes());
    file.extend_from_slice(&height.to_be_bytes());
    file.extend_from_slice(&[8, 6, 0, 0, 0]);
    let mut crc = flate2::Crc::new();
    crc.update(&file[12..]);
    file.extend_from_slice(&crc.sum().to_be_bytes());
    file.extend_from_slice(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
    file
}

#[test]
fn a_bomb_of_pixels_is_refused_by_its_first_bytes() {
    let mut gif = b"GIF89a".to_vec();
    gif.extend_from_slice(&65_535_u16.to_le_bytes());
    gif.extend_from_slice(&65_535_u16.to_le_bytes());
    gif.extend_from_slice(&[0, 0, 0, 0x2c, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 8, 0, 0x3b]);
    for file in [png_header(30_000, 30_000), gif, png_header(8_000, 6_400)] {
        assert_eq!(make(&file).unwrap_err(), Wrong::TooManyPixels { most: 50 });
    }
}

proptest::proptest! {
    #[test]
    fn nothing_that_is_sent_brings_it_down(head in 0_usize..5, rest in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        let heads: [&[u8]; 5] = [b"", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF\x10\0\0\0WEBPVP8L"];
        let file = [heads[head], &rest].concat();
        if let Ok(ready) = make(&file) {
            proptest::prop_assert!(ready.width <= WIDTH);
        }
    }
}
