//! `/demo/blog`: the sample blog as its readers see it, its feed, and the button that publishes.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::super::blog::{Article, NAME, TEXT_LIMIT, TITLE_LIMIT};
use super::super::tour::{ZONE, when};
use super::super::{Demo, SLUG, guard, sql};
use crate::clock::{Millis, timestamp};
use crate::feeds;
use crate::i18n::{self, Locale, Value};
use crate::web::frame::error::Error;
use crate::web::frame::page::Page;

#[derive(Template)]
#[template(path = "demo/blog.html")]
struct List {
    page: Page,
    blog: &'static str,
    slug: &'static str,
    base_url: String,
    articles: Vec<ArticleView>,
    drafts: Vec<Article>,
    /// What a visitor typed that could not be published, and why.
    problem: Option<String>,
    title: String,
    text: String,
}

#[derive(Template)]
#[template(path = "demo/article.html")]
struct One {
    page: Page,
    blog: &'static str,
    slug: &'static str,
    base_url: String,
    article: ArticleView,
    /// Said right after publishing.
    notice: Option<String>,
}

#[derive(Template)]
#[template(path = "demo/feed.xml")]
struct Feed {
    blog: &'static str,
    base_url: String,
    description: String,
    articles: Vec<(Article, String)>,
}

struct ArticleView {
    article: Article,
    /// In French, like the blog.
    date: String,
}

/// What follows publishing.
#[derive(Deserialize)]
pub struct After {
    #[serde(default)]
    new: Option<String>,
}

/// A draft's slug, or a visitor's own words.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Publish {
    draft: String,
    title: String,
    text: String,
}

/// `GET /demo/blog`
pub async fn list(State(demo): State<Arc<Demo>>, headers: HeaderMap) -> Result<Response, Error> {
    page(&demo, guard::locale(&headers), None, Publish::default())
}

/// `GET /demo/blog/{slug}`
pub async fn article(
    State(demo): State<Arc<Demo>>,
    Path(slug): Path<String>,
    Query(after): Query<After>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let locale = guard::locale(&headers);
    let article = demo.blog.find(&slug).ok_or(Error::NotFound)?;
    let notice = if after.new.is_some() { waits(&demo, locale).await? } else { None };
    let view = One {
        page: Page::new(locale, format!("/demo/blog/{slug}")),
        blog: NAME,
        slug: SLUG,
        base_url: demo.base_url.clone(),
        article: view(article),
        notice,
    };
    super::html(locale, &view)
}

/// "Published, and leaves then"; nothing when no post waits any more.
async fn waits(demo: &Demo, locale: &Locale) -> Result<Option<String>, Error> {
    let (_, waiting) = sql::waiting(&demo.app.db, demo.newsletter.id).await?;
    let slot = sql::next_slot(&demo.app.db, demo.newsletter.id).await?.filter(|_| waiting > 0);
    Ok(slot.map(|slot| locale.format("demo-published", &[("slot", Value::Text(&when(locale, slot)))])))
}

/// `POST /demo/blog/publish`: a post more; the feed is polled at once, as a blog that pings would have it.
pub async fn publish(
    State(demo): State<Arc<Demo>>,
    headers: HeaderMap,
    Form(form): Form<Publish>,
) -> Result<Response, Error> {
    let locale = guard::locale(&headers);
    let now = demo.app.clock.now();
    let (title, text) = (form.title.trim(), form.text.trim());
    let slug = if form.draft.is_empty() {
        let fits = title.chars().count() <= TITLE_LIMIT && text.chars().count() <= TEXT_LIMIT;
        if title.is_empty() || text.is_empty() || !fits {
            let problem = locale.text(if fits { "demo-publish-empty" } else { "demo-publish-long" });
            return page(&demo, locale, Some(problem), form);
        }
        demo.blog.publish_own(title, text, &locale.text("demo-author"), now)
    } else {
        demo.blog.publish_draft(&form.draft, now).ok_or(Error::NotFound)?
    };
    demo.keep()?;
    feeds::poll::newsletter(&demo.app, demo.newsletter.id).await?;
    Ok(Redirect::to(&format!("/demo/blog/{slug}?new=1")).into_response())
}

/// `GET /demo/blog/feed.xml`: RSS 2.0 with whole posts.
pub async fn feed(State(demo): State<Arc<Demo>>) -> Result<Response, Error> {
    let feed = Feed {
        blog: NAME,
        base_url: demo.base_url.clone(),
        description: i18n::locale("fr").text("demo-blog-tagline"),
        articles: demo.blog.all().into_iter().map(|article| (article.clone(), rfc2822(article.published_at))).collect(),
    };
    let text = feed.render().map_err(anyhow::Error::from)?;
    Ok(([(header::CONTENT_TYPE, "application/rss+xml; charset=utf-8")], text).into_response())
}

fn page(demo: &Demo, locale: &'static Locale, problem: Option<String>, typed: Publish) -> Result<Response, Error> {
    let view = List {
        page: Page::new(locale, "/demo/blog"),
        blog: NAME,
        slug: SLUG,
        base_url: demo.base_url.clone(),
        articles: demo.blog.all().into_iter().map(view).collect(),
        drafts: demo.blog.drafts(),
        problem,
        title: typed.title,
        text: typed.text,
    };
    super::html(locale, &view)
}

fn view(article: Article) -> ArticleView {
    let zoned = timestamp(article.published_at).in_tz(ZONE);
    ArticleView { date: zoned.map(|at| i18n::locale("fr").date(&at)).unwrap_or_default(), article }
}

/// `Mon, 23 Nov 2026 08:00:00 +0000`, as RSS wants it.
fn rfc2822(at: Millis) -> String {
    jiff::fmt::rfc2822::to_string(&timestamp(at).to_zoned(jiff::tz::TimeZone::UTC)).unwrap_or_default()
}
