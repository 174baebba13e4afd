//! A newsletter's archive and its pages: addresses, and who may see them.
//!
//! In: rows. Out: [`ArchiveView`] and [`PageView`], which are their own JSON, and lines for a terminal.

use serde::Serialize;

use crate::app::App;
use crate::clock::rfc3339;
use crate::digests::archive::{self, Line, Standing};
use crate::i18n::{Locale, Value};
use crate::newsletters::{Newsletter, Visibility};

/// Where a newsletter's archive is.
#[derive(Clone, Debug, Serialize)]
pub struct ArchiveView {
    /// Whose: the slug.
    pub newsletter: String,
    /// Who may read it.
    pub visibility: Visibility,
    /// The list of its pages; none unless it is public.
    pub address: Option<String>,
    /// Leads to its youngest page.
    pub latest: Option<String>,
    /// Its Atom feed.
    pub feed: Option<String>,
    /// Its sitemap.
    pub sitemap: Option<String>,
}

/// A page of an archive.
#[derive(Clone, Debug, Serialize)]
pub struct PageView {
    /// The digest's id outside.
    pub digest: String,
    /// The digest's subject.
    pub title: String,
    /// `2026-06-01`, on the schedule's clock.
    pub day: String,
    /// Its address, whoever may see it.
    pub address: String,
    /// How it is answered: `public`, `link`, `withdrawn` (410) or `off` (404).
    pub standing: &'static str,
    /// What an editor wants of it; none: as the newsletter.
    pub visibility: Option<Visibility>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<String>,
}

/// The archive of a newsletter.
pub fn archive(app: &App, newsletter: &Newsletter) -> ArchiveView {
    let is_public = newsletter.archive == Visibility::Public;
    let below = |rest: &str| is_public.then(|| format!("{}/n/{}/{rest}", app.config.base_url, newsletter.slug));
    ArchiveView {
        newsletter: newsletter.slug.clone(),
        visibility: newsletter.archive,
        address: below("archive"),
        latest: below("archive/latest"),
        feed: below("feed.xml"),
        sitemap: below("sitemap.xml"),
    }
}

/// A page of it.
pub fn page(app: &App, newsletter: &Newsletter, line: &Line) -> PageView {
    PageView {
        digest: line.public_id.clone(),
        title: line.title.clone(),
        day: line.day.clone(),
        address: archive::url(&app.config.base_url, newsletter, &line.address),
        standing: archive::standing(newsletter, line).name(),
        visibility: line.visibility,
        withdrawn_at: line.withdrawn_at.map(rfc3339),
    }
}

/// How a page is answered, in a sentence.
pub fn standing(standing: Standing, locale: &Locale) -> String {
    of_name(standing.name(), locale)
}

fn of_name(standing: &str, locale: &Locale) -> String {
    let words = locale.text(&format!("archive-page-{standing}"));
    locale.format("archive-page-is", &[("standing", Value::Text(&words))])
}

/// An archive for a terminal.
pub fn short(archive: &ArchiveView, locale: &Locale) -> String {
    let mut lines = vec![locale.text(&format!("archive-{}", archive.visibility))];
    lines.extend([&archive.address, &archive.latest, &archive.feed, &archive.sitemap].into_iter().flatten().cloned());
    lines.join("\n")
}

/// The same with its pages.
pub fn in_lines(archive: &ArchiveView, pages: &[PageView], locale: &Locale) -> String {
    let mut lines = vec![short(archive, locale)];
    for page in pages {
        let words = locale.text(&format!("archive-page-{}", page.standing));
        lines.push(format!("{}  {}  {:<12} {}", page.day, page.digest, words, page.title));
    }
    if pages.is_empty() {
        lines.push(locale.text("cli-archive-no-page"));
    }
    lines.join("\n")
}

/// A page alone for a terminal.
pub fn page_in_lines(page: &PageView, locale: &Locale) -> String {
    format!("{}\n{}\n{}", page.title, page.address, of_name(page.standing, locale))
}
