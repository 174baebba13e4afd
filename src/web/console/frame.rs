//! The frame around every page of the console: where one is, where one may go, the code that its forms carry, and the sentence of
//! the last act.
//!
//! In: a [`Guest`], [`Signed`] or [`Editor`], and the key of a title. Out: a [`Frame`] that a template holds as `frame`
//! (`templates/console/base.html` uses it); [`Editor::done`], the answer after an act; and the pages of the guard.

use std::borrow::Borrow;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::i18n::{self, Locale, Value};
use crate::people::role::{self, Right};
use crate::web::frame::error::Error;
use crate::web::frame::page::{self, Page};

use super::form::Form;
use super::guard::{Editor, Guest, SAID, Signed};

/// `/console/n/SLUG`, and a page below it.
pub(super) fn path_of(slug: &str, rest: &str) -> String {
    if rest.is_empty() { format!("/console/n/{slug}") } else { format!("/console/n/{slug}/{rest}") }
}

/// The frame of one page.
#[derive(Clone, Debug)]
pub struct Frame {
    page: Page,
    title: String,
    code: String,
    said: Option<String>,
    person: Option<String>,
    newsletter: Option<(String, String)>,
    entries: Vec<Entry>,
}

/// A way to go.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where to.
    pub href: String,
    /// What it says.
    pub label: String,
    /// Whether one is there.
    pub current: bool,
}

/// The pages of a newsletter, and what they ask for.
const PAGES: &[(&str, &str, Right)] = &[
    ("", "console-today", Right::See),
    ("posts", "console-posts", Right::See),
    ("digests", "console-digests", Right::See),
    ("subscribers", "console-subscribers", Right::Readers),
    ("stats", "console-stats", Right::See),
    ("schedule", "console-schedule", Right::Settings),
    ("settings", "console-settings", Right::Settings),
    ("team", "console-newsletter-team", Right::Team),
];

impl Frame {
    /// For a page without an account.
    pub fn of_guest(app: &App, guest: &Guest, title: &str) -> Self {
        let path = guest.path.split('?').next().unwrap_or_default();
        Self {
            page: Page::new(guest.locale, path),
            title: guest.locale.text(title),
            code: app.keys.page_code(&guest.cookie),
            said: guest.said.as_deref().and_then(|said| sentence(guest.locale, said)),
            person: None,
            newsletter: None,
            entries: Vec::new(),
        }
    }

    /// For a page of somebody who is signed in.
    pub fn of_signed(app: &App, signed: &Signed, title: &str) -> Self {
        let frame = Self::of_guest(app, &signed.guest, title);
        let entry = |href: &str, key: &str| Entry {
            href: href.to_owned(),
            label: signed.guest.locale.text(key),
            current: signed.guest.path.split('?').next() == Some(href),
        };
        let mut entries = vec![entry("/console", "console-home"), entry("/console/account", "console-account")];
        if role::owns_all(&signed.given) {
            entries.push(entry("/console/team", "console-team"));
            entries.push(entry("/console/tokens", "tokens-title"));
            entries.push(entry("/console/activity", "activity-title"));
            entries.push(entry("/console/system", "system-title"));
        }
        Self { person: Some(signed.person.called().to_owned()), entries, ..frame }
    }

    /// For a page of a newsletter.
    pub fn of_editor(app: &App, editor: &Editor, title: &str) -> Self {
        let frame = Self::of_signed(app, &editor.signed, title);
        let here = editor.signed.guest.path.split('?').next().unwrap_or_default();
        let first = editor.path("");
        let entries = PAGES.iter().filter(|(_, _, right)| editor.may(*right)).map(|(path, key, _)| {
            let href = editor.path(path);
            let below =
                href != first && here.strip_prefix(&href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            Entry { current: here == href || below, href, label: editor.locale.text(key) }
        });
        let newsletter = Some((editor.newsletter.slug.clone(), editor.newsletter.name.clone()));
        Self { entries: entries.collect(), newsletter, ..frame }
    }

    /// The same page under this title, in words already.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The same page, which leads on to `next` afterwards, see [`Page::leading_to`].
    #[must_use]
    pub fn leading_to(mut self, next: Option<&str>) -> Self {
        self.page = self.page.leading_to(next);
        self
    }

    /// The same page, whose address says this besides the language, see [`Page::asking`].
    #[must_use]
    pub fn asking(mut self, name: &str, value: &str) -> Self {
        self.page = self.page.asking(name, value);
        self
    }

    /// The language.
    pub fn locale(&self) -> &'static Locale {
        self.page.locale()
    }

    /// For `<html lang>`.
    pub fn lang(&self) -> &str {
        self.page.lang()
    }

    /// For `<html dir>`.
    pub fn direction(&self) -> String {
        self.page.direction()
    }

    /// The page's own title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What the browser's tab says.
    pub fn full_title(&self) -> String {
        let place = self.newsletter.as_ref().map_or("Facteur", |(_, name)| name);
        format!("{} – {place}", self.title)
    }

    /// A text without variables.
    pub fn t(&self, key: &str) -> String {
        self.page.t(key)
    }

    /// A text with one variable.
    pub fn say(&self, key: &str, name: &str, value: &str) -> String {
        self.page.say(key, name, value)
    }

    /// A text with one number, shown as it is and choosing the plural.
    pub fn count(&self, key: &str, name: &str, value: impl Borrow<i64>) -> String {
        self.page.count(key, name, value)
    }

    /// The path of one of our files.
    pub fn asset(&self, name: &str) -> String {
        self.page.asset(name)
    }

    /// A path of this newsletter, see [`Editor::path`].
    pub fn path(&self, rest: &str) -> String {
        self.newsletter.as_ref().map_or_else(|| "/console".to_owned(), |(slug, _)| path_of(slug, rest))
    }

    /// What every form carries.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The sentence of the last act.
    pub fn said(&self) -> Option<&str> {
        self.said.as_deref()
    }

    /// Who is signed in, as they are called.
    pub fn person(&self) -> Option<&str> {
        self.person.as_deref()
    }

    /// The newsletter's name.
    pub fn newsletter(&self) -> Option<&str> {
        self.newsletter.as_ref().map(|(_, name)| name.as_str())
    }

    /// Where one may go.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// This page in each language, for whoever is not signed in.
    pub fn languages(&self) -> Vec<page::Language> {
        self.page.languages()
    }

    /// A text in the pieces between which a line may break, see [`Page::pieces`].
    pub fn pieces<'a>(&self, text: &'a str) -> Vec<&'a str> {
        self.page.pieces(text)
    }

    /// Answers with a page.
    pub fn answer(&self, status: StatusCode, template: &impl Template) -> Result<Response, Error> {
        let mut response = page::html(status, self.locale(), template)?;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        // Without a referrer a browser's forms say that they come from nowhere (<https://fetch.spec.whatwg.org/#origin-header>).
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
        Ok(response)
    }
}

/// Our own scripts and events beside what every page may; frames for previews of mails, from this host alone.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; \
                      frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The sentence of an act: `KEY`, or `KEY.COUNT`; none for what is no key of ours.
fn sentence(locale: &Locale, said: &str) -> Option<String> {
    let (key, count) = said.split_once('.').map_or((said, None), |(key, count)| (key, count.parse().ok()));
    let key = format!("said-{key}");
    locale.has(&key).then(|| locale.format(&key, &[("count", Value::Count(count.unwrap_or(0)))]))
}

/// 303 to a page of this host that says a sentence once: `said-KEY` of the locales.
pub fn done_at(path: &str, said: &str) -> Response {
    let mut response = Redirect::to(path).into_response();
    if let Ok(value) =
        HeaderValue::from_str(&format!("{SAID}={said}; Path=/console; Max-Age=60; HttpOnly; SameSite=Lax"))
    {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

impl Signed {
    /// A frame under a title of the locales.
    pub fn frame(&self, app: &App, title: &str) -> Frame {
        Frame::of_signed(app, self, title)
    }
}

impl Editor {
    /// A frame under a title of the locales.
    pub fn frame(&self, app: &App, title: &str) -> Frame {
        Frame::of_editor(app, self, title)
    }

    /// The answer after an act: 303 to a page of this newsletter, which says `said-KEY` once.
    pub fn done(&self, rest: &str, said: &str) -> Response {
        done_at(&self.path(rest), said)
    }

    /// The same with a number in the sentence.
    pub fn done_with(&self, rest: &str, said: &str, count: i64) -> Response {
        done_at(&self.path(rest), &format!("{said}.{count}"))
    }
}

/// A page of the guard.
#[derive(Template)]
#[template(path = "console/kept.html")]
struct Kept<'a> {
    frame: Frame,
    lead: String,
    fields: Vec<(&'a str, &'a str)>,
    lost_files: bool,
    action: Option<&'a str>,
    /// Where to type a password again, which is never sent back.
    again: Option<&'a str>,
    login: bool,
}

/// Fields that hold what must not stand in a page.
const SECRETS: &[&str] = &[
    "password",
    "again",
    "current",
    "number",
    "password-off",
    "password-codes",
    "password-oidc",
    "signature",
    "attestation",
];

/// Why a form was not taken, with what was typed still in it: pressed again, it is sent with the code of now.
pub(super) fn kept(app: &App, guest: &Guest, form: &Form, status: StatusCode, key: &str) -> Result<Response, Error> {
    let frame = Frame::of_guest(app, guest, &format!("{key}-title"));
    let secret = form.fields().any(|(name, _)| SECRETS.contains(&name));
    let lead = if secret { "console-secret-lead".to_owned() } else { format!("{key}-lead") };
    let path = guest.path.as_str();
    let again = match path {
        path if path.starts_with("/console/account/") => "/console/account",
        path if path.starts_with("/console/login/passkey") => "/console/login",
        path => path,
    };
    let page = Kept {
        lead: frame.say(&lead, "base_url", &app.config.base_url),
        fields: form.fields().collect(),
        lost_files: form.has_files(),
        action: (!secret).then_some(path),
        again: secret.then_some(again),
        login: status == StatusCode::UNAUTHORIZED,
        frame: frame.clone(),
    };
    frame.answer(status, &page)
}

/// A form that another site sent: nothing of it is offered again.
pub(super) fn refused(guest: &Guest, key: &str, base_url: &str) -> Result<Response, Error> {
    let locale = i18n::locale(guest.locale.tag());
    let words = locale.format(&format!("{key}-lead"), &[("base_url", Value::Text(base_url))]);
    Err(Error::problem(StatusCode::FORBIDDEN, "foreign-form", words))
}
