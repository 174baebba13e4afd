//! The archive for programs: an Atom feed (RFC 4287) with all of each page, and a sitemap (<https://www.sitemaps.org/protocol.html>).
//!
//! In: a newsletter whose archive is public. Out: XML. An entry keeps its id whatever the newsletter is called later.

use askama::Template;

use super::kept::Made;
use super::{ALWAYS, public};
use crate::app::App;
use crate::clock::{Millis, rfc3339, timestamp};
use crate::digests::archive::{self, Line, sql};
use crate::i18n;
use crate::newsletters::Newsletter;
use crate::web::frame::error::Error;

/// Entries of the feed.
const ENTRIES: i64 = 30;
/// Most pages of a sitemap: with the lists beside them below the 50,000 of the protocol.
const MOST: i64 = 49_000;

#[derive(Template)]
#[template(path = "public/archive/feed.xml")]
struct Atom {
    id: String,
    language: String,
    title: String,
    subtitle: String,
    author: String,
    own: String,
    page: String,
    updated: String,
    entries: Vec<Entry>,
}

struct Entry {
    id: String,
    title: String,
    url: String,
    at: String,
    summary: String,
    language: String,
    html: String,
}

#[derive(Template)]
#[template(path = "public/archive/sitemap.xml")]
struct Sitemap {
    pages: Vec<(String, String)>,
}

/// The feed of the youngest pages.
pub(super) async fn atom(app: &App, slug: &str) -> Result<Made, Error> {
    let newsletter = public(app, slug).await?;
    let (from, upto) = ALWAYS;
    let lines = sql::listed(&app.db, newsletter.id, from, upto, ENTRIES).await?;
    let updated = lines.iter().map(|line| line.published_at).max().unwrap_or(newsletter.created_at);
    let mut entries = Vec::with_capacity(lines.len());
    for line in lines {
        entries.extend(entry(app, &newsletter, line).await?);
    }
    let base = &app.config.base_url;
    let feed = Atom {
        id: lasting(base, newsletter.created_at, &format!("newsletter/{}", newsletter.id)),
        language: i18n::locale(&newsletter.language).tag().to_owned(),
        title: newsletter.name.clone(),
        subtitle: newsletter.description.clone(),
        author: newsletter.from_name.clone(),
        own: format!("{base}/n/{}/feed.xml", newsletter.slug),
        page: format!("{base}/n/{}/archive", newsletter.slug),
        updated: rfc3339(updated),
        entries,
    };
    made("application/atom+xml; charset=utf-8", &feed.language, &feed)
}

async fn entry(app: &App, newsletter: &Newsletter, line: Line) -> Result<Option<Entry>, Error> {
    let Some(text) = sql::text(&app.db, newsletter.id, &line.address).await? else { return Ok(None) };
    let base = &app.config.base_url;
    Ok(Some(Entry {
        id: lasting(base, line.published_at, &format!("digest/{}", line.public_id)),
        url: archive::url(base, newsletter, &line.address),
        title: line.title,
        at: rfc3339(line.published_at),
        summary: line.description,
        language: text.language,
        html: text.html,
    }))
}

/// Every page that everybody may see.
pub(super) async fn sitemap(app: &App, slug: &str) -> Result<Made, Error> {
    let newsletter = public(app, slug).await?;
    let (from, upto) = ALWAYS;
    let lines = sql::listed(&app.db, newsletter.id, from, upto, MOST).await?;
    let home = format!("{}/n/{}/archive", app.config.base_url, newsletter.slug);
    let youngest = lines.first().map(|line| line.day.clone());
    let mut pages: Vec<(String, String)> = youngest.map(|day| (home.clone(), day)).into_iter().collect();
    for year in sql::years(&app.db, newsletter.id).await? {
        let last = lines.iter().find(|line| line.day.starts_with(&year)).map(|line| line.day.clone());
        pages.extend(last.map(|day| (format!("{home}/{year}"), day)));
    }
    pages.extend(lines.into_iter().map(|line| (format!("{home}/{}", line.address), line.day)));
    made("application/xml; charset=utf-8", i18n::locale(&newsletter.language).tag(), &Sitemap { pages })
}

fn made(kind: &'static str, language: &str, template: &impl Template) -> Result<Made, Error> {
    let text = template.render().map_err(anyhow::Error::from)?;
    Ok(Made::new(kind, language, text)?)
}

/// An id for ever (RFC 4151): the host, the day it began, and a name.
fn lasting(base_url: &str, at: Millis, name: &str) -> String {
    let host = url::Url::parse(base_url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let day = timestamp(at).to_zoned(jiff::tz::TimeZone::UTC).date();
    format!("tag:{host},{day}:{name}")
}
