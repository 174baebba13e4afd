//! A post of a newsletter and its state.
//!
//! In: a row. Out: its JSON; [`line()`], which people read.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::clock::rfc3339;
use crate::feeds::{Post, PostState};
use crate::i18n::Locale;
use crate::phrase;

/// For programs; `in_digest`: a digest has taken it.
pub fn json(post: &Post, in_digest: bool) -> Value {
    json!({
        "id": post.id, "guid": post.guid, "url": post.url, "title": post.title, "author": post.author,
        "language": post.language, "image_url": post.image_url, "published_at": post.published_at.map(rfc3339),
        "published_day": post.published_day,
        "first_seen_at": rfc3339(post.first_seen_at), "feed_id": post.feed_id, "state": post.state,
        "reason": post.reason, "in_digest": in_digest,
    })
}

/// Number, state, day, title, and why it is held, skipped or gone.
pub fn line(post: &Post, in_digest: bool, zone: &TimeZone, locale: &Locale) -> String {
    let instant = || phrase::day(post.published_at.unwrap_or(post.first_seen_at), zone);
    let date = post.published_day.clone().unwrap_or_else(instant);
    let state = match post.state {
        PostState::New if in_digest => locale.text("post-state-taken"),
        state => locale.text(&format!("post-state-{state}")),
    };
    let key = |reason: &String| format!("post-reason-{}", reason.replace('_', "-"));
    let why = post.reason.as_ref().map(key).filter(|key| locale.has(key));
    let why = why.map(|key| format!("  ({})", locale.text(&key))).unwrap_or_default();
    format!("{:>5}  {state:<11}  {date}  {}{why}", post.id, post.title)
}
