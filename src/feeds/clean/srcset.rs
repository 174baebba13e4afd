//! Chooses the picture of a set that fits a mail.
//!
//! In: a `srcset` (HTML section 4.8.4.2.1), and how wide the picture is meant to be. Out: the address of the candidate nearest
//! to the width of a mail's column, never one that would have to be enlarged where there is a larger one.

/// Pixels of width that a mail can use: its column has 552.
const WANTED: f32 = 552.0;
/// Wider ones take long and show no more.
const MOST: f32 = 2048.0;

/// A picture of the set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate<'a> {
    pub address: &'a str,
    /// Pixels, where that is known.
    pub width: Option<f32>,
}

/// The candidates of a set; `shown`: the width that its `img` says, in pixels, which is what `1x` means.
pub fn candidates(set: &str, shown: Option<u32>) -> Vec<Candidate<'_>> {
    let mut found = Vec::new();
    let mut rest = set;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            return found;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (address, after) = rest.split_at(end);
        let bare = address.trim_end_matches(',');
        // A comma at its end means that nothing is said about it.
        let (said, after) = if bare.len() < address.len() { ("", after) } else { descriptor(after) };
        found.push(Candidate { address: bare, width: width(said, shown) });
        rest = after;
    }
}

/// Up to the next comma that is not inside brackets.
fn descriptor(text: &str) -> (&str, &str) {
    let mut depth = 0_u32;
    for (at, char) in text.char_indices() {
        match char {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => return (&text[..at], &text[at..]),
            _ => {}
        }
    }
    (text, "")
}

fn width(said: &str, shown: Option<u32>) -> Option<f32> {
    let one = |said: &str| match (said.strip_suffix('w'), said.strip_suffix('x')) {
        (Some(pixels), _) => pixels.parse().ok(),
        (_, Some(times)) => Some(times.parse::<f32>().ok()? * shown? as f32),
        _ => None,
    };
    let none = said.trim().is_empty().then(|| shown.map(|pixels| pixels as f32)).flatten();
    said.split_ascii_whitespace().find_map(one).or(none).filter(|width| width.is_finite() && *width > 0.0)
}

/// The one that fits: the smallest that fills the column, else the largest below it; of those whose width is known.
pub fn best<'a>(candidates: &[Candidate<'a>]) -> Option<Candidate<'a>> {
    let known = |fits: fn(f32) -> bool| {
        let known = candidates.iter().filter_map(|candidate| Some((candidate.width?, *candidate)));
        known.filter(move |(width, _)| fits(*width))
    };
    let by_width = |a: &(f32, Candidate<'_>), b: &(f32, Candidate<'_>)| a.0.total_cmp(&b.0);
    known(|width| (WANTED..=MOST).contains(&width))
        .min_by(by_width)
        .or_else(|| known(|width| (WANTED / 2.0..WANTED).contains(&width)).max_by(by_width))
        // A picture that is too heavy is better than a blurred one.
        .or_else(|| known(|width| width > MOST).min_by(by_width))
        .or_else(|| known(|width| width < WANTED / 2.0).max_by(by_width))
        .map(|(_, candidate)| candidate)
}

/// Whether it fills the column, or nobody knows.
pub fn may_fill(candidate: &Candidate<'_>) -> bool {
    candidate.width.is_none_or(|width| width >= WANTED)
}

/// The width that WordPress and others write into the name of a smaller copy: `four-300x200.jpg`.
pub fn width_in_name(address: &str) -> Option<u32> {
    let path = address.split(['?', '#']).next()?;
    let (name, _) = path.rsplit_once('/')?.1.rsplit_once('.')?;
    let (_, size) = name.rsplit_once('-')?;
    let (width, height) = size.split_once('x')?;
    let number = |text: &str| (2..=4).contains(&text.len()).then(|| text.parse::<u32>().ok()).flatten();
    number(height).and(number(width))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(set: &str, shown: Option<u32>) -> Option<&str> {
        best(&candidates(set, shown)).map(|candidate| candidate.address)
    }

    #[test]
    fn the_candidate_near_the_column_is_taken() {
        for (set, shown, address) in [
            ("/a-75.jpg 75w, /a-640.jpg 640w, /a-1280.jpg 1280w", None, Some("/a-640.jpg")),
            ("/a-300.jpg 300w,/a-900.jpg 900w", None, Some("/a-900.jpg")),
            ("/a-150.jpg 150w, /a-300.jpg 300w", None, Some("/a-300.jpg")),
            ("/a-400.jpg 400w, /a-4000.jpg 4000w", None, Some("/a-400.jpg")),
            ("/a-150.jpg 150w, /a-4000.jpg 4000w", None, Some("/a-4000.jpg")),
            ("/a.jpg, /a2.jpg 2x", Some(300), Some("/a2.jpg")),
            ("/a.jpg 1x, /a2.jpg 2x, /a3.jpg 3x", Some(600), Some("/a.jpg")),
            ("/a.jpg 1x, /a2.jpg 2x", None, None),
            (
                "https://i.example/w_640,h_2/a.jpg 640w, https://i.example/w_75,h_2/a.jpg 75w",
                None,
                Some("https://i.example/w_640,h_2/a.jpg"),
            ),
            (" , /a.jpg 600w (x, y) ,", None, Some("/a.jpg")),
            ("/a.jpg NaNw, /b.jpg -1w, /c.jpg", None, None),
            ("", None, None),
        ] {
            assert_eq!(chosen(set, shown), address, "{set}");
        }
    }

    #[test]
    fn a_copys_name_tells_its_width() {
        assert_eq!(width_in_name("https://b.example/four-300x200.jpg?x"), Some(300));
        assert_eq!(width_in_name("https://b.example/four-1024x683.jpg"), Some(1024));
        for other in ["https://b.example/four.jpg", "https://b.example/a-1x1.gif", "https://b.example/2x4-planches.jpg"]
        {
            assert_eq!(width_in_name(other), None, "{other}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_set_is_read(set in "[ ,a-c0-9wx.()/-]{0,60}", shown in proptest::option::of(0_u32..5000)) {
            for candidate in candidates(&set, shown) {
                proptest::prop_assert!(set.contains(candidate.address));
            }
        }
    }
}
