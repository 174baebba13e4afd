//! What visitors and subscribers see: the home page, the form, the pages behind the links of their mails, the archive. One file a page.
//! [`hook`] is for providers that send our mails, [`robots`] for search engines; [`moved`] leads on from the former name of a newsletter.
//!
//! In: a path, a token, a form. Out: a page in their language, or JSON. Without an account, without a cookie, without
//! a script. `GET` shows, `POST` acts.

pub mod address;
pub mod archive;
pub mod brand;
pub mod choosing;
pub mod confirm;
pub mod form;
pub mod home;
pub mod hook;
pub mod keep;
pub mod leave;
pub mod limits;
pub mod media;
pub mod month;
pub mod moved;
pub mod not_me;
pub mod own_data;
pub mod own_link;
pub mod preferences;
pub mod robots;
pub mod sample;
mod settings_form;
pub mod shared;
pub mod stay;
pub mod subscribe;

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::app::App;
use crate::i18n::Locale;
use crate::keys::Purpose;
use crate::newsletters::{self, Newsletter};
use crate::subscribers::{self, Subscriber};
use crate::web::frame::error::Error;
use crate::web::frame::input::Visitor;
use crate::web::frame::page::{self, Page};

/// The path segment in a test copy's links, where a token would stand.
pub const PREVIEW: &str = "preview";

/// A page that says one thing and has at most a few buttons.
#[derive(Debug, Template)]
#[template(path = "public/note.html")]
pub struct Note {
    page: Page,
    mark: Mark,
    title: String,
    lead: String,
    facts: Vec<(String, String)>,
    more: Vec<String>,
    buttons: Vec<Button>,
    question: Option<Question>,
    links: Vec<(String, String)>,
    is_private: bool,
}

/// The drawing above the title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Something waits in the mailbox.
    Envelope,
    /// Done.
    Check,
    /// Gone.
    Door,
    /// A link that leads nowhere.
    Lost,
}

/// A button that posts.
#[derive(Clone, Debug)]
pub struct Button {
    action: String,
    label: String,
    second: bool,
    /// What it sends besides.
    fields: Vec<(String, String)>,
}

/// A question that nobody has to answer.
#[derive(Clone, Debug)]
pub struct Question {
    /// Where the answer goes, as the field `answer`.
    pub action: String,
    /// The question.
    pub legend: String,
    /// What becomes of the answer.
    pub help: String,
    /// The answers: value and words.
    pub answers: Vec<(String, String)>,
    /// What is pressed.
    pub button: String,
}

impl Note {
    /// A page with a title and one sentence.
    pub fn new(page: Page, mark: Mark, title: impl Into<String>, lead: impl Into<String>) -> Self {
        let (title, lead) = (title.into(), lead.into());
        let (facts, more, buttons, links) = (vec![], vec![], vec![], vec![]);
        Self { page, mark, title, lead, facts, more, buttons, question: None, links, is_private: false }
    }

    /// A line of the list under the sentence.
    #[must_use]
    pub fn fact(mut self, name: String, value: String) -> Self {
        self.facts.push((name, value));
        self
    }

    /// A further sentence, in small.
    #[must_use]
    pub fn more(mut self, text: String) -> Self {
        self.more.push(text);
        self
    }

    /// A button; the first is the main one.
    #[must_use]
    pub fn button(mut self, action: String, label: String) -> Self {
        let second = !self.buttons.is_empty();
        self.buttons.push(Button { action, label, second, fields: vec![] });
        self
    }

    /// A button that sends more than itself.
    #[must_use]
    pub fn button_with(mut self, action: String, label: String, fields: Vec<(String, String)>) -> Self {
        let second = !self.buttons.is_empty();
        self.buttons.push(Button { action, label, second, fields });
        self
    }

    /// The button in quiet colours.
    #[must_use]
    pub fn quiet_button(mut self, action: String, label: String) -> Self {
        self.buttons.push(Button { action, label, second: true, fields: vec![] });
        self
    }

    /// A question under the buttons.
    #[must_use]
    pub fn question(mut self, question: Question) -> Self {
        self.question = Some(question);
        self
    }

    /// Its address holds a token that is worth more than leaving: with a script, a browser takes it out of sight.
    #[must_use]
    pub fn private(mut self) -> Self {
        self.is_private = true;
        self
    }

    /// A link under the buttons.
    #[must_use]
    pub fn link(mut self, href: String, label: String) -> Self {
        self.links.push((href, label));
        self
    }

    /// The sentence in its lines.
    fn lines(&self) -> impl Iterator<Item = &str> {
        self.lead.split('\n')
    }

    /// Answers 200. Pages behind a token are kept out of search engines; caches and referrers are shut everywhere.
    pub fn answer(self) -> Result<Response, Error> {
        self.answer_with(StatusCode::OK)
    }

    /// The same with another status.
    pub fn answer_with(self, status: StatusCode) -> Result<Response, Error> {
        let mut response = page::html(status, self.page.locale(), &self)?;
        response.headers_mut().insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
        Ok(if self.is_private { private(response) } else { response })
    }
}

/// Pages with [`Note::private`] and the like may run our own script, and nothing else.
const PRIVATE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                       frame-ancestors 'none'; base-uri 'none'";

/// Lets a page run our own script, and keeps it out of search engines.
fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PRIVATE));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}

/// A subscriber, their newsletter, and the page for both.
async fn frame(
    app: &App,
    visitor: &Visitor,
    subscriber: &Subscriber,
    path: String,
) -> Result<(Page, Newsletter), Error> {
    let newsletter = newsletter_of(app, subscriber).await?;
    let texts = newsletters::texts::of(&app.db, newsletter.id).await?;
    let page = Page::new(visitor.locale_of(&subscriber.language), path).of(&newsletter).saying(texts);
    Ok((page, newsletter))
}

async fn newsletter_of(app: &App, subscriber: &Subscriber) -> Result<Newsletter, Error> {
    newsletters::sql::by_id(&app.db, subscriber.newsletter_id).await?.ok_or(Error::NotFound)
}

/// The visitor's address, when it may be kept.
fn kept_ip(app: &App, visitor: &Visitor) -> Option<String> {
    app.config.web.keep_ip.then(|| visitor.ip.to_string())
}

/// `j•••@example.org`: enough to know one's own address, not enough to learn another's.
fn masked(email: &str) -> String {
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let first: String = local.chars().take(1).collect();
    format!("{first}•••@{domain}")
}

/// The page behind a link of a test copy.
fn preview(locale: &'static Locale, path: &str) -> Result<Response, Error> {
    let page = Page::new(locale, path);
    let (title, lead) = (page.t("preview-title"), page.t("preview-lead"));
    Note::new(page, Mark::Envelope, title, lead).answer()
}

/// The page for a link that is not ours, is cut short, or whose subscriber is gone.
fn unknown_link(locale: &'static Locale, path: &str) -> Result<Response, Error> {
    let page = Page::new(locale, path);
    let (title, lead) = (page.t("link-unknown-title"), page.t("link-unknown-lead"));
    Note::new(page, Mark::Lost, title, lead).answer_with(StatusCode::NOT_FOUND)
}

/// The page for a link that leads to nobody: of somebody of whom nothing is stored any more, if it was ours, else see [`unknown_link`].
async fn nowhere(
    app: &App,
    locale: &'static Locale,
    purpose: Purpose,
    token: &str,
    path: &str,
) -> Result<Response, Error> {
    let Some(claim) = app.keys.verify(purpose, token) else { return unknown_link(locale, path) };
    match subscribers::sql::by_id(&app.db, claim.subject).await? {
        Some(_) => unknown_link(locale, path),
        None => gone_link(locale, path),
    }
}

/// The page for a link that was somebody's, of whom nothing is stored any more.
fn gone_link(locale: &'static Locale, path: &str) -> Result<Response, Error> {
    let page = Page::new(locale, path);
    let (title, lead, more) = (page.t("link-gone-title"), page.t("link-gone-lead"), page.t("link-gone-more"));
    Note::new(page, Mark::Check, title, lead).more(more).answer_with(StatusCode::NOT_FOUND)
}
