//! `/console/n/{newsletter}/form`: the sign-up form for other pages, and "check my page".
//!
//! In: the newsletter; a `POST` with the address of a page. Out: what to paste, per kind of site and language, a link, a QR code; and
//! of that page whether the form is there, complete, and which language will answer. The address is not kept, and never stands in
//! ours: the `POST` answers the page itself.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use fast_qr::QRBuilder;
use fast_qr::convert::Builder as _;
use fast_qr::convert::svg::SvgBuilder;
use url::Url;

use super::form::Form;
use super::frame::Frame;
use super::guard::Editor;
use crate::app::App;
use crate::coded::Told as _;
use crate::feeds::failure;
use crate::i18n::{self, Locale, Value};
use crate::newsletters;
use crate::newsletters::form::{self, Asks, Besides, Finding, Found};
use crate::subscribers::wished;
use crate::web::frame::error::Error;

#[derive(Template)]
#[template(path = "console/form.html")]
struct Page {
    frame: Frame,
    /// What a form of this newsletter can ask besides the address, and what it asks here.
    may: Asks,
    asks: Asks,
    address: String,
    qr: String,
    snippets: Vec<Snippet>,
    typed: String,
    problem: Option<String>,
    found: Vec<Line>,
}

struct Snippet {
    site: &'static str,
    title: String,
    works: String,
    of: Vec<InLanguage>,
}

struct InLanguage {
    tag: &'static str,
    language: String,
    text: String,
    lines: usize,
}

/// A line of what was found on a page.
struct Line {
    is_good: bool,
    words: String,
}

/// `GET`
pub async fn show(State(app): State<Arc<App>>, editor: Editor, uri: Uri) -> Result<Response, Error> {
    let query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let ask: Vec<String> = query.filter(|(name, _)| name == "ask").map(|(_, ask)| ask.into_owned()).collect();
    page(&app, &editor, Asks::of(&ask.join(",")), Checked::default()).await
}

/// What was typed to be checked, and what came of it.
#[derive(Default)]
struct Checked {
    typed: String,
    problem: Option<String>,
    found: Vec<Line>,
}

/// `POST`: looks at a page.
pub async fn check(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let typed = form.text("page");
    let written = if typed.contains("://") { typed.clone() } else { format!("https://{typed}") };
    let Some(url) = Url::parse(written.trim()).ok().filter(Url::has_host) else {
        let words = editor.locale.format("wrong-setting-web-address", &[("typed", Value::Text(&typed))]);
        return page(&app, &editor, Asks::default(), Checked { typed, problem: Some(words), found: vec![] }).await;
    };
    match form::check(&app, &url, &editor.newsletter.slug).await {
        Ok((_, finding)) => {
            let found = lines(&finding, &editor.newsletter.language, editor.locale);
            page(&app, &editor, Asks::default(), Checked { typed, problem: None, found }).await
        }
        Err(error) => {
            let words = failure::of(&error, &url).words(editor.locale);
            page(&app, &editor, Asks::default(), Checked { typed, problem: Some(words), found: vec![] }).await
        }
    }
}

async fn page(app: &App, editor: &Editor, asks: Asks, checked: Checked) -> Result<Response, Error> {
    let newsletter = &editor.newsletter;
    let menu = wished::menu(&app.db, newsletter.id).await?;
    // Where there is nothing to choose, nothing is asked.
    let may = Asks { rhythm: menu.rhythms.len() > 1, topics: !menu.topics.is_empty() };
    let asks = Asks { rhythm: asks.rhythm && may.rhythm, topics: asks.topics && may.topics };
    let besides = Besides {
        rhythms: if asks.rhythm { &menu.rhythms } else { &[] },
        own: menu.own,
        topics: if asks.topics { &menu.topics } else { &[] },
    };
    let action = format!("{}/n/{}", app.config.base_url, newsletter.slug);
    let address = form::address(&action, asks);
    let texts = newsletters::texts::of(&app.db, newsletter.id).await?;
    let snippets = form::SITES.iter().map(|site| {
        let of = |tag: &'static str| {
            let text = form::snippet(site, (&action, &address), &newsletter.name, &texts, i18n::locale(tag), besides);
            InLanguage { tag, language: i18n::locale(tag).text("language-name"), lines: text.lines().count() + 1, text }
        };
        // A link says the newsletter's name, in whatever language.
        let of = i18n::tags().take(if *site == "link" { 1 } else { usize::MAX }).map(of).collect();
        let (title, works) =
            (editor.locale.text(&format!("form-site-{site}")), editor.locale.text(&format!("form-works-{site}")));
        Snippet { site, title, works, of }
    });
    let Checked { typed, problem, found } = checked;
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = editor.frame(app, "console-form");
    let (qr, snippets) = (qr(&address)?, snippets.collect());
    let page = Page { frame: frame.clone(), may, asks, qr, snippets, address, typed, problem, found };
    frame.answer(status, &page)
}

/// The address as a picture: vector lines, dark on light, with its quiet zone.
fn qr(address: &str) -> Result<String, Error> {
    let code =
        QRBuilder::new(address).build().map_err(|error| anyhow::anyhow!("no QR code for this address: {error:?}"))?;
    Ok(SvgBuilder::default().margin(4).to_str(&code))
}

fn lines(finding: &Finding, own_language: &str, locale: &Locale) -> Vec<Line> {
    let say = |key: &str| locale.text(key);
    let line = |is_good, words| Line { is_good, words };
    let Some(found) = &finding.form else {
        let key = if finding.stripped { "form-found-stripped" } else { "form-found-none" };
        let besides = finding.link.then(|| line(true, say("form-found-link")));
        return [line(false, say(key))].into_iter().chain(besides).collect();
    };
    let point =
        |is_good: bool, key: &str| line(is_good, say(&format!("form-{key}-{}", if is_good { "good" } else { "bad" })));
    let mut lines = vec![
        line(found.is_whole(), say(if found.is_whole() { "form-found-whole" } else { "form-found-broken" })),
        point(found.posts, "posts"),
        point(found.field, "field"),
        point(found.label, "label"),
        point(found.button, "button"),
    ];
    lines.push(speaks(found, own_language, locale));
    if !found.secure {
        lines.push(line(false, say("form-found-insecure")));
    }
    lines
}

/// In which language it will answer.
fn speaks(found: &Found, own_language: &str, locale: &Locale) -> Line {
    let named = |tag: &str| i18n::locale(tag).text("language-name");
    let (is_good, key, value) = match (&found.unknown_language, &found.language) {
        (Some(unknown), _) => (false, "form-speaks-unknown", unknown.clone()),
        (None, Some(tag)) => (true, "form-speaks", named(tag)),
        (None, None) => (true, "form-speaks-visitor", named(own_language)),
    };
    Line { is_good, words: locale.format(key, &[("language", Value::Text(&value))]) }
}
