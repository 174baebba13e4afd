//! The pages of the archive: the list, a year, a search, one digest.
//!
//! In: a newsletter's short name, and what is asked. Out: HTML with what search engines and other sites read of it (canonical address,
//! Open Graph, JSON-LD), a form to subscribe, and a policy under which nothing runs. The words of a digest were cleaned before they
//! were stored.

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::civil::Date;
use serde_json::json;

use super::super::form::{Form, Part};
use super::kept::Made;
use super::{ALWAYS, open, path, public};
use crate::app::App;
use crate::clock::rfc3339;
use crate::digests::archive::{self, Line, Standing, Text, search, sql};
use crate::i18n::{self, Locale};
use crate::newsletters::{self, Newsletter};
use crate::web::frame::error::Error;
use crate::web::frame::page::{self, Page};

/// Pages of the first list; older ones are in their year's.
const LIST: i64 = 50;

/// What machines read of a page.
struct Head {
    title: String,
    description: String,
    /// This page's own address.
    own: String,
    /// The address under which it should be known.
    canonical: String,
    site: String,
    /// Of the feed, where the archive is public.
    feed: Option<String>,
    image: Option<String>,
    /// `article` or `website`.
    kind: &'static str,
    /// Whether search engines may list it.
    listed: bool,
    /// JSON-LD that fits into a `script` element; empty for none.
    data: String,
}

/// A page in a list.
struct Row {
    href: String,
    title: String,
    description: String,
    day: String,
    words: String,
}

/// A way to a year.
struct Year {
    href: String,
    name: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "public/archive/list.html")]
struct List {
    page: Page,
    head: Head,
    title: String,
    rows: Vec<Row>,
    years: Vec<Year>,
    /// Where a search goes, and where the list begins.
    home: String,
    feed: String,
    typed: String,
    /// What a search found, in words.
    found: Option<String>,
    form: Part,
    /// Of the titles.
    language: String,
}

#[derive(Template)]
#[template(path = "public/archive/issue.html")]
struct Issue {
    page: Page,
    head: Head,
    row: Row,
    html: String,
    language: String,
    direction: String,
    older: Option<Row>,
    newer: Option<Row>,
    home: Option<String>,
    form: Part,
}

/// What every page of a newsletter's archive needs.
struct Frame {
    newsletter: Newsletter,
    locale: &'static Locale,
    page: Page,
    form: Part,
}

impl Frame {
    async fn new(
        app: &App,
        newsletter: Newsletter,
        asked: Option<&'static Locale>,
        path: String,
    ) -> Result<Self, Error> {
        let locale = asked.unwrap_or_else(|| i18n::locale(&newsletter.language));
        let texts = newsletters::texts::of(&app.db, newsletter.id).await?;
        let own = format!("{}{path}", app.config.base_url);
        let page = Page::new(locale, path).of(&newsletter).saying(texts.clone());
        let form = Form::sample(newsletter.clone(), locale, texts).part(app, own).await?;
        Ok(Self { newsletter, locale, page, form })
    }

    fn home(&self) -> String {
        format!("/n/{}/archive", self.newsletter.slug)
    }

    fn feed(&self) -> String {
        format!("/n/{}/feed.xml", self.newsletter.slug)
    }

    fn row(&self, line: Line) -> Row {
        let words = line.day.parse::<Date>().map(|day| self.locale.weekday_and_day(day));
        Row {
            href: path(&self.newsletter, &line.address),
            title: line.title,
            description: line.description,
            words: words.unwrap_or_else(|_| line.day.clone()),
            day: line.day,
        }
    }

    /// The head of a list under this path.
    fn head(&self, title: &str, path: &str, app: &App, listed: bool) -> Head {
        let own = format!("{}{path}", app.config.base_url);
        let description = Some(self.newsletter.description.clone()).filter(|text| !text.is_empty());
        Head {
            title: title.to_owned(),
            description: description
                .unwrap_or_else(|| self.page.say("archive-of", "newsletter", &self.newsletter.name)),
            canonical: own.clone(),
            own,
            site: self.newsletter.name.clone(),
            feed: Some(self.feed()),
            image: None,
            kind: "website",
            listed,
            data: String::new(),
        }
    }

    async fn list(self, app: &App, lines: Vec<Line>, wanted: Wanted<'_>) -> Result<List, Error> {
        let name = &self.newsletter.name;
        let (year, typed) = (wanted.year, wanted.typed);
        let title = match (year, typed) {
            (Some(year), _) => format!("{} · {year}", self.page.say("archive-of", "newsletter", name)),
            (None, Some(_)) => self.page.t("archive-search-results"),
            (None, None) => self.page.say("archive-of", "newsletter", name),
        };
        let years = sql::years(&app.db, self.newsletter.id).await?.into_iter().map(|name| Year {
            href: format!("{}/{name}", self.home()),
            current: year == Some(name.as_str()),
            name,
        });
        let years = years.collect();
        let at = year.map_or_else(|| self.home(), |year| format!("{}/{year}", self.home()));
        Ok(List {
            head: self.head(&title, &at, app, typed.is_none()),
            rows: lines.into_iter().map(|line| self.row(line)).collect(),
            years,
            home: self.home(),
            feed: self.feed(),
            typed: typed.unwrap_or_default().to_owned(),
            found: wanted.found,
            language: i18n::locale(&self.newsletter.language).tag().to_owned(),
            title,
            page: self.page,
            form: self.form,
        })
    }
}

/// Which list.
#[derive(Default)]
struct Wanted<'a> {
    year: Option<&'a str>,
    typed: Option<&'a str>,
    found: Option<String>,
}

/// The youngest pages.
pub(super) async fn list(app: &App, slug: &str, asked: Option<&'static Locale>) -> Result<Made, Error> {
    let newsletter = public(app, slug).await?;
    let (from, upto) = ALWAYS;
    let lines = sql::listed(&app.db, newsletter.id, from, upto, LIST).await?;
    let path = format!("/n/{}/archive", newsletter.slug);
    let frame = Frame::new(app, newsletter, asked, path).await?;
    let locale = frame.locale;
    let list = frame.list(app, lines, Wanted::default()).await?;
    made(app, locale, &list, true)
}

/// The pages of a year.
pub(super) async fn year(app: &App, slug: &str, year: &str, asked: Option<&'static Locale>) -> Result<Made, Error> {
    let newsletter = public(app, slug).await?;
    let (from, upto) = (format!("{year}-00-00"), format!("{year}-99-99"));
    let lines = sql::listed(&app.db, newsletter.id, &from, &upto, i64::MAX).await?;
    if lines.is_empty() {
        return Err(Error::NotFound);
    }
    let path = format!("/n/{}/archive/{year}", newsletter.slug);
    let frame = Frame::new(app, newsletter, asked, path).await?;
    let locale = frame.locale;
    let list = frame.list(app, lines, Wanted { year: Some(year), ..Wanted::default() }).await?;
    made(app, locale, &list, true)
}

/// What a search finds; answered anew each time, and kept by nobody.
pub(super) async fn search(
    app: &App,
    slug: &str,
    asked: Option<&'static Locale>,
    typed: &str,
) -> Result<Response, Error> {
    let newsletter = public(app, slug).await?;
    let words = search::asked(typed);
    let lines = if words.is_empty() { Vec::new() } else { search::find(app, &newsletter, &words).await? };
    let path = format!("/n/{}/archive", newsletter.slug);
    let frame = Frame::new(app, newsletter, asked, path).await?;
    let locale = frame.locale;
    let found = match lines.len() as i64 {
        _ if words.is_empty() => locale.text("archive-search-nothing-typed"),
        search::MOST.. => frame.page.count("archive-search-many", "count", search::MOST),
        count => frame.page.count("archive-search-found", "count", count),
    };
    let list = frame.list(app, lines, Wanted { typed: Some(typed), found: Some(found), year: None }).await?;
    let mut response = page::html(StatusCode::OK, locale, &list)?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy(app)?);
    headers.insert(robots(), HeaderValue::from_static("noindex"));
    Ok(response)
}

/// The page of a digest.
pub(super) async fn issue(app: &App, slug: &str, address: &str, asked: Option<&'static Locale>) -> Result<Made, Error> {
    let newsletter = open(app, slug).await?;
    let line = sql::of_address(&app.db, newsletter.id, address).await?.ok_or(Error::NotFound)?;
    let listed = match archive::standing(&newsletter, &line) {
        Standing::Off => return Err(Error::NotFound),
        Standing::Withdrawn => return Err(Error::Gone),
        Standing::Link => false,
        Standing::Public => true,
    };
    let text = sql::text(&app.db, newsletter.id, address).await?.ok_or(Error::NotFound)?;
    let (older, newer) = if listed {
        let place = (line.published_at, text.digest_id);
        let older = sql::beside(&app.db, newsletter.id, place, false).await?;
        (older, sql::beside(&app.db, newsletter.id, place, true).await?)
    } else {
        (None, None)
    };
    let at = path(&newsletter, address);
    let frame = Frame::new(app, newsletter, asked, at.clone()).await?;
    let head = head_of(app, &frame, &line, &text, listed);
    let issue = Issue {
        head,
        older: older.map(|line| frame.row(line)),
        newer: newer.map(|line| frame.row(line)),
        home: listed.then(|| frame.home()),
        row: frame.row(line),
        direction: i18n::locale(&text.language).direction(),
        language: text.language,
        html: text.html,
        page: frame.page,
        form: frame.form,
    };
    made(app, frame.locale, &issue, listed)
}

/// The head of a digest's page: known under the blog's address where all of it stands there.
fn head_of(app: &App, frame: &Frame, line: &Line, text: &Text, listed: bool) -> Head {
    let newsletter = &frame.newsletter;
    let own = archive::url(&app.config.base_url, newsletter, &line.address);
    let canonical = text.source.clone().unwrap_or_else(|| own.clone());
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": line.title,
        "description": line.description,
        "datePublished": rfc3339(line.published_at),
        "inLanguage": text.language,
        "url": own,
        "mainEntityOfPage": canonical,
        "publisher": { "@type": "Organization", "name": newsletter.from_name },
        "isPartOf": { "@type": "Periodical", "name": newsletter.name },
    });
    if let Some(image) = &text.image {
        data["image"] = json!(image);
    }
    Head {
        title: line.title.clone(),
        description: line.description.clone(),
        own,
        canonical,
        site: newsletter.name.clone(),
        feed: listed.then(|| frame.feed()),
        image: text.image.clone(),
        kind: "article",
        listed,
        data: in_script(&data.to_string()),
    }
}

/// JSON that no parser of HTML takes for the end of its element, or for the beginning of a comment.
fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn robots() -> HeaderName {
    HeaderName::from_static("x-robots-tag")
}

fn made(app: &App, locale: &Locale, template: &impl Template, listed: bool) -> Result<Made, Error> {
    let text = template.render().map_err(anyhow::Error::from)?;
    let made = Made::new("text/html; charset=utf-8", locale.tag(), text)?;
    let made = made.with(header::CONTENT_SECURITY_POLICY, policy(app)?);
    Ok(if listed { made } else { made.with(robots(), HeaderValue::from_static("noindex")) })
}

/// No script, no frame, no style but ours: what a post brings cannot run, only show pictures. The form leads to this instance, also from
/// a copy of the page elsewhere.
fn policy(app: &App) -> anyhow::Result<HeaderValue> {
    let url = url::Url::parse(&app.config.base_url)?;
    let (origin, plain) = (url.origin().ascii_serialization(), if url.scheme() == "http" { " http:" } else { "" });
    Ok(HeaderValue::from_str(&format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data: https:{plain}; form-action 'self' {origin}; \
         frame-ancestors 'none'; base-uri 'none'"
    ))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_stays_in_its_element() {
        let said = json!({ "headline": "</script><!-- & <b>" });
        let written = in_script(&said.to_string());
        assert!(!written.contains(['<', '>', '&']), "{written}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap(), said);
    }
}
