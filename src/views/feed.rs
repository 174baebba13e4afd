//! A feed of a newsletter: where it stands and how it fares.
//!
//! In: a row. Out: its JSON; [`line()`] and [`remarks`], which people read.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::clock::rfc3339;
use crate::coded::Kept;
use crate::feeds::Feed;
use crate::feeds::trouble::FeedTrouble;
use crate::i18n::{self, Locale, Value as Variable};
use crate::phrase;

/// For programs, in English.
pub fn json(feed: &Feed) -> Value {
    let words = |trouble: Option<&Kept<FeedTrouble>>| {
        trouble.map(|trouble| trouble.words(i18n::locale(i18n::FALLBACK)).into_owned())
    };
    json!({
        "id": feed.id, "url": feed.url, "title": feed.title, "site_url": feed.site_url, "take_first": feed.take_first,
        "polled_at": feed.polled_at.map(rfc3339), "next_poll_at": rfc3339(feed.next_poll_at), "failures": feed.failures,
        "last_error": words(feed.last_error.as_ref()), "last_error_code": feed.last_error.as_ref().and_then(Kept::code),
        "failing_since": feed.failing_since.map(rfc3339), "moved_to": feed.moved_to,
        "moved_since": feed.moved_since.map(rfc3339), "moved_from": feed.moved_from,
        "moved_at": feed.moved_at.map(rfc3339), "warning": words(feed.warning.as_ref()),
        "warning_code": feed.warning.as_ref().and_then(Kept::code),
    })
}

/// Its number, address and title, when it is or was read; then its remarks, each on a line of its own.
pub fn line(feed: &Feed, zone: &TimeZone, locale: &Locale) -> String {
    let at = |key: &str, at| locale.format(key, &[("at", Variable::Text(&phrase::when(at, zone)))]);
    let state = match (&feed.last_error, feed.polled_at) {
        (Some(_), _) => at("feed-next-try", feed.next_poll_at),
        (None, None) => locale.text("feed-unread"),
        (None, Some(read)) => at("feed-read", read),
    };
    let first = format!("{:>4}  {}  {}  ({state})", feed.id, feed.url, feed.title);
    let remarks = remarks(feed, zone, locale).into_iter().map(|remark| format!("      {remark}"));
    std::iter::once(first).chain(remarks).collect::<Vec<_>>().join("\n")
}

/// What the owner should know of how a feed fares, a sentence each.
pub fn remarks(feed: &Feed, zone: &TimeZone, locale: &Locale) -> Vec<String> {
    let when = |at| phrase::when(at, zone);
    let mut out = Vec::new();
    if let Some(error) = feed.last_error.as_ref().map(|error| error.words(locale)) {
        let (since, count) = (feed.failing_since.map(when), ("count", Variable::Count(feed.failures)));
        out.push(match &since {
            Some(since) => {
                let since = ("since", Variable::Text(since));
                locale.format("feed-fails-since", &[count, since, ("error", Variable::Text(&error))])
            }
            None => locale.format("feed-fails", &[count, ("error", Variable::Text(&error))]),
        });
    }
    match (&feed.moved_to, feed.moved_since.map(when)) {
        (Some(to), Some(since)) => {
            let words = [("to", Variable::Text(to)), ("since", Variable::Text(&since))];
            out.push(locale.format("feed-moves", &words));
        }
        (Some(to), None) => out.push(locale.format("feed-moves-to-others", &[("to", Variable::Text(to))])),
        (None, _) => {}
    }
    if let (Some(from), Some(at)) = (&feed.moved_from, feed.moved_at.map(when)) {
        out.push(locale.format("feed-moved", &[("from", Variable::Text(from)), ("at", Variable::Text(&at))]));
    }
    if let Some(at) = feed.gap_at.map(when) {
        out.push(locale.format("feed-gap", &[("at", Variable::Text(&at))]));
    }
    out.extend(feed.warning.as_ref().map(|odd| odd.words(locale).into_owned()));
    out
}
