//! What a blog says about itself, for whoever begins a newsletter: its feed, title, language, colour, and a rhythm that fits it.
//!
//! In: the blog's address. Out: a [`Blog`], or why there is no feed there. Nothing is stored; met by `facteur init` and by the
//! console's first page.

use jiff::civil::Weekday;
use url::Url;

use super::find::{self, FindError};
use super::sql::Text;
use super::{parse, said};
use crate::clock::{self, DAY, Millis};
use crate::colour::Colour;
use crate::i18n;
use crate::markup::{self, Piece};
use crate::net::fetch::{Answer, Fetcher, Validators};
use crate::newsletters::Every;
use crate::newsletters::settings::Rhythm;

/// Posts that a rhythm is proposed from, the youngest.
const RECENT: usize = 20;
/// Posts that a first digest would show.
const SHOWN: usize = 3;
/// Bytes of a page that are searched for its colour.
const HEAD: usize = 128 * 1024;

/// A blog as it says of itself.
#[derive(Clone, Debug)]
pub struct Blog {
    /// Its feed.
    pub feed: String,
    /// May be empty.
    pub title: String,
    /// The page for people.
    pub site: Option<String>,
    /// A language that has texts.
    pub language: Option<String>,
    /// `theme-color`, as `#rrggbb`.
    pub colour: Option<String>,
    /// Posts in the feed.
    pub posts: usize,
    /// The youngest of them as they would be stored, the newest first.
    pub youngest: Vec<Text>,
    /// A rhythm for as often as it has posts.
    pub rhythm: Rhythm,
}

/// Reads the blog at `url`, or the feed there; its rhythm is proposed on the clock of `zone`.
///
/// # Errors
/// When there is no feed; see [`FindError`].
pub async fn read(fetcher: &Fetcher, url: &Url, limit: usize, now: Millis, zone: &str) -> Result<Blog, FindError> {
    let found = find::find(fetcher, url, limit, now).await?;
    let feed = found.feed;
    let site =
        if found.named { Some(url.clone()) } else { feed.link.as_deref().and_then(|link| Url::parse(link).ok()) };
    let site = site.filter(|site| matches!(site.scheme(), "http" | "https"));
    let colour = match &site {
        Some(site) => colour_of(fetcher, site, now).await,
        None => None,
    };
    let mut youngest: Vec<Text> = feed.entries.iter().map(|entry| said::text_of(entry, &feed)).collect();
    youngest.sort_by_key(|text| std::cmp::Reverse(text.published_at));
    youngest.truncate(SHOWN);
    let dates: Vec<Millis> = feed.entries.iter().filter_map(|entry| entry.published.or(entry.updated)).collect();
    Ok(Blog {
        feed: found.moved.unwrap_or(found.url).into(),
        title: feed.title.clone(),
        site: site.map(Into::into),
        language: language(&feed),
        colour,
        posts: feed.entries.len(),
        youngest,
        rhythm: proposed(dates, now, zone),
    })
}

/// The feed's language, or that of its first entry that names one; only one that has texts.
fn language(feed: &parse::Feed) -> Option<String> {
    let said = feed.language.as_deref().or_else(|| feed.entries.iter().find_map(|entry| entry.language.as_deref()))?;
    Some(i18n::known(said)?.tag().to_owned())
}

/// The colour that a page asks browsers for.
async fn colour_of(fetcher: &Fetcher, site: &Url, now: Millis) -> Option<String> {
    let Ok(Answer::Read(body)) = fetcher.get(site, &Validators::default(), now).await else { return None };
    let bytes = &body.bytes[..body.bytes.len().min(HEAD)];
    theme_colour(&String::from_utf8_lossy(bytes))
}

/// `<meta name="theme-color" content="#1d4e89">`; the first that is a colour we can read.
fn theme_colour(html: &str) -> Option<String> {
    let pieces = markup::pieces(html);
    let mut found = pieces.iter().filter_map(|piece| match piece {
        Piece::Open(element) if element.name == "meta" => {
            let named = element.get("name").is_some_and(|name| name.eq_ignore_ascii_case("theme-color"));
            Colour::parse(element.get("content").filter(|_| named)?)
        }
        _ => None,
    });
    Some(found.next()?.to_string())
}

/// A rhythm for these dates: each day for five posts a week and more, each week for one in a fortnight and more, else each month.
/// A weekly digest leaves the morning after the day on which most posts come.
pub fn proposed(mut dates: Vec<Millis>, now: Millis, zone: &str) -> Rhythm {
    dates.retain(|date| *date <= now);
    dates.sort_unstable_by(|a, b| b.cmp(a));
    dates.truncate(RECENT);
    let span = dates.last().map_or(0, |oldest| now - oldest).max(7 * DAY);
    let per_fortnight = dates.len() as i64 * 14 * DAY / span;
    let (every, on) = match (dates.len(), per_fortnight) {
        (0, _) => (Every::Week, Some("monday".to_owned())),
        (_, 10..) => (Every::Day, None),
        (_, 1..) => (Every::Week, Some(day_after(&dates, zone).to_owned())),
        _ => (Every::Month, Some("1".to_owned())),
    };
    Rhythm { every: Some(every), on, at: Some("08:00".to_owned()), zone: Some(zone.to_owned()), approval: None }
}

/// The weekday after the one on which most posts came, on the clock of `zone`.
fn day_after(dates: &[Millis], zone: &str) -> &'static str {
    let mut counts = [0; 7];
    for date in dates {
        let day = clock::timestamp(*date).to_zoned(clock::zone(zone)).weekday();
        counts[usize::from(day.to_monday_zero_offset().unsigned_abs())] += 1;
    }
    // Of equals the first of the week.
    let most = counts.iter().rev().enumerate().max_by_key(|(_, count)| **count).map_or(6, |(at, _)| 6 - at);
    let day = Weekday::from_monday_zero_offset(i8::try_from(most).unwrap_or(0)).unwrap_or(Weekday::Sunday);
    match day.next() {
        Weekday::Monday => "monday",
        Weekday::Tuesday => "tuesday",
        Weekday::Wednesday => "wednesday",
        Weekday::Thursday => "thursday",
        Weekday::Friday => "friday",
        Weekday::Saturday => "saturday",
        Weekday::Sunday => "sunday",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday 2026-06-01, 06:00 UTC.
    const NOW: Millis = 1_780_293_600_000;

    #[test]
    fn a_rhythm_fits_how_often_posts_come() {
        let each = |days: i64, count: i64| (1..=count).map(|n| NOW - n * days * DAY).collect::<Vec<_>>();
        let said = |dates| {
            let rhythm = proposed(dates, NOW, "Europe/Paris");
            (rhythm.every.unwrap(), rhythm.on.unwrap_or_default())
        };
        assert_eq!(said(vec![]), (Every::Week, "monday".into()), "a new blog");
        assert_eq!(said(each(1, 30)), (Every::Day, String::new()));
        // Mondays, so Tuesday.
        assert_eq!(said(each(7, 10)), (Every::Week, "tuesday".into()));
        assert_eq!(said(each(13, 5)).0, Every::Week);
        assert_eq!(said(each(30, 12)), (Every::Month, "1".into()));
        assert_eq!(said(vec![NOW - DAY]).0, Every::Week, "one post, yesterday");
        assert_eq!(said(vec![NOW + 400 * DAY]).1, "monday", "what is dated in the future does not count");
    }

    #[test]
    fn the_day_is_the_one_on_the_newsletters_clock() {
        // Sunday 23:30 UTC is Monday in Paris.
        let sundays: Vec<Millis> = (1..6).map(|n| NOW - n * 7 * DAY - 6 * 3_600_000 - 1_800_000).collect();
        assert_eq!(proposed(sundays.clone(), NOW, "Europe/Paris").on.unwrap(), "tuesday");
        assert_eq!(proposed(sundays, NOW, "UTC").on.unwrap(), "monday");
    }

    #[test]
    fn the_colour_of_a_page() {
        let page =
            r##"<head><meta name=viewport content="#123456"><META NAME="Theme-Color" content="#1D4E89"></head>"##;
        assert_eq!(theme_colour(page).as_deref(), Some("#1d4e89"));
        let dark =
            r##"<meta name="theme-color" content="rebeccapurple"><meta name="theme-color" content="#fff" media="x">"##;
        assert_eq!(theme_colour(dark).as_deref(), Some("#ffffff"));
        assert_eq!(theme_colour("<p>nothing</p>"), None);
    }
}
