//! Pictures of a digest: whether they have words for whoever does not see them, and whether mail programs show them.

use std::collections::BTreeMap;

use super::{Check, EACH, Found, Looked};
use crate::mails::DigestPost;
use crate::mails::markup::{self, Element, Piece};

/// Pixels; a mail shows half of it.
const WIDE: u32 = 1200;
/// Endings that Outlook or Gmail do not show.
const FORMATS: &[(&str, &str)] = &[("webp", "WebP"), ("svg", "SVG"), ("avif", "AVIF")];
/// Endings by which a description is the name of a file.
const FILES: &[&str] = &[".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif", ".heic"];
/// How cameras and programs call pictures.
const NAMES: &[&str] = &["img", "dsc", "dscn", "dscf", "image", "photo", "picture", "screenshot", "pxl", "capture"];

pub(super) fn check(looked: &Looked<'_>, found: &mut Found) {
    let intro = looked.content.intro.as_deref().unwrap_or_default();
    let mut shown = pictures(intro);
    shown.extend(
        looked.content.posts.iter().filter(|post| shows_text(looked, post)).flat_map(|post| pictures(&post.content)),
    );
    let mut sources: Vec<String> = shown.iter().filter_map(|image| image.get("src").map(str::to_owned)).collect();
    sources.extend(
        looked.content.posts.iter().filter_map(|post| post.own.image.clone().or_else(|| post.image_url.clone())),
    );
    let silent = |image: &&Element| image.get("alt").is_none_or(|alt| alt.trim().is_empty());
    let own_silent = looked.content.posts.iter().filter(|post| has_silent_picture(post)).count();
    let count = shown.iter().filter(silent).count() + own_silent;
    if count > 0 {
        found.warn(Check::PicturesWithoutAlt { count });
    }
    let alts = shown.iter().filter_map(|image| image.get("alt")).filter(|alt| is_file(alt));
    alts.take(EACH).for_each(|alt| found.warn(Check::AltIsFile { words: alt.to_owned() }));
    let pixels = |image: &&Element| {
        image.get("width").and_then(|width| width.parse().ok()).is_some_and(|width: u32| width > WIDE)
    };
    let count = shown.iter().filter(pixels).count();
    if count > 0 {
        found.warn(Check::PicturesWide { count });
    }
    formats(sources, found);
}

/// Whether the text of a post stands in the mail, with its pictures.
fn shows_text(looked: &Looked<'_>, post: &DigestPost) -> bool {
    post.own.summary.is_none() && (looked.content.posts.len() == 1 || post.url.is_none())
}

/// A picture that the editor chose, without a word about it.
fn has_silent_picture(post: &DigestPost) -> bool {
    post.own.image.as_ref().is_some_and(|image| !image.is_empty()) && post.own.alt.is_none()
}

fn pictures(html: &str) -> Vec<Element> {
    let pieces = markup::pieces(html).into_iter();
    let image = |piece| match piece {
        Piece::Open(element) if element.name == "img" => Some(element),
        _ => None,
    };
    pieces.filter_map(image).collect()
}

fn formats(mut sources: Vec<String>, found: &mut Found) {
    sources.sort_unstable();
    sources.dedup();
    let mut counts = BTreeMap::<&str, usize>::new();
    for source in sources {
        let path = source.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        let format =
            FORMATS.iter().find(|(ending, _)| path.rsplit_once('.').is_some_and(|(_, found)| found == *ending));
        if let Some((_, format)) = format {
            *counts.entry(format).or_default() += 1;
        }
    }
    for (format, count) in counts {
        found.warn(Check::PictureFormat { count, format: format.to_owned() });
    }
}

/// Whether a description is what a camera or a program called the file: `IMG_1234`, `image1.png`.
fn is_file(alt: &str) -> bool {
    let alt = alt.trim().to_lowercase();
    if alt.contains(' ') {
        return false;
    }
    let stem = alt.trim_end_matches(|char: char| char.is_ascii_digit() || "_-. ()".contains(char));
    FILES.iter().any(|ending| alt.ends_with(ending)) || (NAMES.contains(&stem) && stem.len() < alt.len())
}
