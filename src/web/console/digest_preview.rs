//! `…/digests/{digest}/preview` and `…/schedule/{number}/preview`: a mail as readers will see it, before it is sent, in each language;
//! and test copies of it.
//!
//! In: a digest, or a rhythm whose next slot is to come; the view as a query (`tab`, `lang`). Out: a page of ours with the mail in a
//! sandboxed frame, which has a route of its own: the mail alone, under a policy that lets it neither run nor load anything but what
//! a mail may. Page, test copy and mail are made by one function; only the colours for dark screens are decided here, for a frame
//! cannot ask for them.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::digest_content::{named, page_of, refused};
use super::form::Form;
use super::frame::Frame;
use super::guard::Editor;
use crate::app::App;
use crate::clock::{Millis, timestamp, zone};
use crate::coded::Told as _;
use crate::digests::{DigestError, Refusal, content, dry_run, preflight, steer};
use crate::i18n::{self, Locale, Value};
use crate::mails::{Composed, DigestContent};
use crate::newsletters::{self, Every, Newsletter};
use crate::people::role::Right;
use crate::views::mail::{self, Inbox, Size};
use crate::web::frame::error::Error;

/// How a mail is looked at.
const TABS: [&str; 6] = ["desktop", "phone", "dark", "bare", "text", "source"];

/// Which view of the mail.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct View {
    #[serde(default)]
    tab: String,
    #[serde(default, rename = "in")]
    language: String,
}

impl View {
    fn tab(&self) -> &'static str {
        TABS.into_iter().find(|tab| *tab == self.tab).unwrap_or(TABS[0])
    }

    /// The language of the mail: the one that was asked for, else the newsletter's.
    fn language(&self, newsletter: &Newsletter) -> &'static Locale {
        i18n::tags().find(|tag| *tag == self.language).map_or_else(|| i18n::locale(&newsletter.language), i18n::locale)
    }
}

/// A mail that may be looked at.
struct Shown {
    content: DigestContent,
    date: Millis,
}

/// One of several views.
struct Tab {
    href: String,
    label: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "console/digest/preview.html")]
struct Page {
    frame: Frame,
    /// Below the newsletter's page.
    below: String,
    /// Of a digest, as opposed to a slot that is to come.
    of_digest: bool,
    facts: Vec<String>,
    nothing: Option<String>,
    made: Option<Made>,
    /// Whether tests may be sent.
    may_test: bool,
    to: String,
    wrong: Option<String>,
}

/// The mail, as the page shows it.
struct Made {
    tabs: Vec<Tab>,
    languages: Vec<Tab>,
    tab: &'static str,
    language: &'static str,
    source: String,
    inbox: Inbox,
    size: Size,
    view: String,
}

/// `GET …/digests/{digest}/preview`
pub async fn digest(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
    Query(view): Query<View>,
) -> Result<Response, Error> {
    page_of_digest(&app, &editor, &id, &view, StatusCode::OK, None).await
}

async fn page_of_digest(
    app: &App,
    editor: &Editor,
    id: &str,
    view: &View,
    status: StatusCode,
    test: Option<(String, String)>,
) -> Result<Response, Error> {
    let digest = named(app, editor, id).await?;
    let said = content::of_digest(app, &digest).await;
    let date = digest.released_at.unwrap_or_else(|| app.clock.now());
    let frame = editor.frame(app, "digest-preview-title");
    let title = frame.say("digest-preview-of-digest", "subject", &digest.subject);
    let frame = if digest.subject.is_empty() { frame } else { frame.titled(title) };
    let page = match said.map(|content| Shown { content, date }) {
        Ok(shown) => made(app, editor, &frame, page_of(&digest), view, &shown)?,
        Err(error) => nothing(&frame, page_of(&digest), refused(error, editor)?.1),
    };
    let (to, wrong) = test.map_or((String::new(), None), |(to, wrong)| (to, Some(wrong)));
    let page = Page { of_digest: true, may_test: page.made.is_some() && editor.may(Right::Write), to, wrong, ..page };
    frame.answer(status, &page)
}

/// `GET …/digests/{digest}/preview/mail`: the mail alone.
pub async fn digest_mail(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
    Query(view): Query<View>,
) -> Result<Response, Error> {
    let digest = named(&app, &editor, &id).await?;
    let date = digest.released_at.unwrap_or_else(|| app.clock.now());
    let shown = Shown { content: content::of_digest(&app, &digest).await?, date };
    alone(&app, &editor, &view, &shown)
}

/// `GET …/schedule/{number}/preview`: what the next slot would send.
pub async fn slot(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, number)): Path<(String, String)>,
    Query(view): Query<View>,
) -> Result<Response, Error> {
    let (schedule, run) = next(&app, &editor, &number).await?;
    let frame = editor.frame(&app, "digest-preview-of-slot");
    let base = format!("schedule/{number}");
    let mut page = match &run.content {
        Some(content) => {
            let shown = Shown { content: content.clone(), date: run.at };
            made(&app, &editor, &frame, base, &view, &shown)?
        }
        None => nothing(&frame, base, run.skipped.as_ref().map(|why| why.words(editor.locale)).unwrap_or_default()),
    };
    let at = timestamp(run.at).to_zoned(zone(&schedule.zone));
    let when = format!("{}, {}", editor.locale.date(&at), editor.locale.time(&at));
    page.facts.push(match schedule.every {
        Every::Post => frame.t("digest-preview-slot-post"),
        _ => frame.say("digest-preview-slot-at", "when", &when),
    });
    if let (Some(why), true) = (&run.skipped, run.content.is_some()) {
        page.facts.push(frame.say("digest-preview-slot-skipped", "words", &why.words(editor.locale)));
    }
    page.facts.push(frame.count("digest-preview-slot-to", "count", run.recipients));
    if run.more > 0 {
        page.facts.push(frame.count("digest-preview-slot-more", "count", run.more as i64));
    }
    frame.answer(StatusCode::OK, &page)
}

/// `GET …/schedule/{number}/preview/mail`
pub async fn slot_mail(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, number)): Path<(String, String)>,
    Query(view): Query<View>,
) -> Result<Response, Error> {
    let (_, run) = next(&app, &editor, &number).await?;
    let content = run.content.ok_or(Refusal::NoNewPost)?;
    alone(&app, &editor, &view, &Shown { content, date: run.at })
}

async fn next(app: &App, editor: &Editor, number: &str) -> Result<(newsletters::Schedule, dry_run::DryRun), Error> {
    let number: usize = number.parse().map_err(|_| Error::NotFound)?;
    let schedules = newsletters::sql::schedules(&app.db, editor.newsletter.id).await?;
    let schedule = number.checked_sub(1).and_then(|index| schedules.into_iter().nth(index)).ok_or(Error::NotFound)?;
    let run = dry_run::of(app, &schedule).await?;
    Ok((schedule, run))
}

/// `POST …/digests/{digest}/test`
pub async fn test(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Error> {
    let digest = named(&app, &editor, &id).await?;
    let view = View { tab: form.text("tab"), language: form.text("in") };
    let typed = form.text("to");
    let split = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
    let addresses: Vec<String> = typed.split(split).filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let problem = if addresses.is_empty() {
        editor.locale.text("digest-preview-test-none")
    } else {
        let language = view.language(&editor.newsletter).tag();
        let asked = match content::of_digest(&app, &digest).await {
            Ok(said) => steer::test(&app, &editor.newsletter, &said, language, &addresses).await,
            Err(error) => Err(error),
        };
        match asked {
            Ok(()) => {
                let back = format!("{}/preview", page_of(&digest));
                return Ok(editor.done_with(&back, "test-asked", addresses.len() as i64));
            }
            Err(error) => refused(error, &editor)?.1,
        }
    };
    page_of_digest(&app, &editor, &id, &view, StatusCode::UNPROCESSABLE_ENTITY, Some((typed, problem))).await
}

fn render(app: &App, editor: &Editor, view: &View, shown: &Shown) -> Result<Composed, DigestError> {
    let language = view.language(&editor.newsletter).tag();
    content::render(app, &editor.newsletter, &shown.content, language, shown.date)
}

/// The page of a mail that can be made, or why it cannot.
fn made(app: &App, editor: &Editor, frame: &Frame, below: String, view: &View, shown: &Shown) -> Result<Page, Error> {
    let mail = match render(app, editor, view, shown) {
        Ok(mail) => mail,
        Err(error) => return Ok(nothing(frame, below, refused(error, editor)?.1)),
    };
    let (tab, language) = (view.tab(), view.language(&editor.newsletter));
    let base = editor.path(&below);
    let label = |tab: &str| frame.t(&format!("digest-preview-tab-{tab}"));
    let tabs = TABS.into_iter().map(|name| Tab {
        href: format!("{base}/preview?tab={name}&in={}", language.tag()),
        label: label(name),
        current: name == tab,
    });
    let languages = i18n::tags().map(|tag| Tab {
        href: format!("{base}/preview?tab={tab}&in={tag}"),
        label: i18n::locale(tag).text("language-name"),
        current: tag == language.tag(),
    });
    let made = Made {
        tabs: tabs.collect(),
        languages: languages.collect(),
        tab,
        language: language.tag(),
        source: format!("{base}/preview/mail?tab={tab}&in={}", language.tag()),
        inbox: mail::inbox(&editor.newsletter, &mail),
        size: mail::size(&shown.content, &mail, editor.locale),
        view: editor.locale.format("digest-preview-frame", &[("view", Value::Text(&label(tab)))]),
    };
    Ok(Page { made: Some(made), ..nothing(frame, below, String::new()) })
}

fn nothing(frame: &Frame, below: String, words: String) -> Page {
    Page {
        frame: frame.clone(),
        below,
        of_digest: false,
        facts: Vec::new(),
        nothing: Some(words).filter(|words| !words.is_empty()),
        made: None,
        may_test: false,
        to: String::new(),
        wrong: None,
    }
}

/// What a mail may: its own styles and, where pictures are shown, pictures of the web. It runs nothing, and stands in no page but ours.
fn policy(pictures: bool) -> HeaderValue {
    HeaderValue::from_static(if pictures {
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: http:; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'self'"
    } else {
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    })
}

/// The mail alone, as a document of its own.
fn alone(app: &App, editor: &Editor, view: &View, shown: &Shown) -> Result<Response, Error> {
    let mail = render(app, editor, view, shown)?;
    let tab = view.tab();
    let (kind, body) = match tab {
        "text" => ("text/plain; charset=utf-8", mail.text),
        "source" => ("text/plain; charset=utf-8", String::from_utf8_lossy(&preflight::sample(&mail)).into_owned()),
        _ => ("text/html; charset=utf-8", lit(&mail.html, tab == "dark")),
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy(!matches!(tab, "bare" | "text" | "source")));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    Ok(response)
}

/// The frame's rule for dark screens.
const DARK: &str = "@media (prefers-color-scheme: dark)";

/// The mail on a light or a dark screen, whatever the editor's own is.
fn lit(html: &str, dark: bool) -> String {
    let (rule, scheme) = if dark { ("@media all", "dark") } else { ("@media not all", "light") };
    // The head alone: a post may speak of style sheets.
    let Some((head, body)) = html.split_once("</head>") else { return html.to_owned() };
    let head = head.replace(DARK, rule).replace("content=\"light dark\"", &format!("content=\"{scheme}\""));
    let head = head.replace("scheme: light dark", &format!("scheme: {scheme}"));
    let head = head.replace("schemes: light dark", &format!("schemes: {scheme}"));
    format!("{head}</head>{body}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_of_mails_has_what_makes_it_dark() {
        let frame = include_str!("../../../templates/mail/frame.html");
        for known in [DARK, "content=\"light dark\"", "color-scheme: light dark", "</head>"] {
            assert!(frame.contains(known), "{known}");
        }
        let (dark, light) = (lit(frame, true), lit(frame, false));
        assert!(dark.contains("@media all {") && !dark.contains(DARK) && !dark.contains("light dark"));
        assert!(light.contains("@media not all {") && !light.contains(DARK) && !light.contains("light dark"));
    }

    #[test]
    fn a_view_is_one_that_there_is() {
        let view = |tab: &str| View { tab: tab.to_owned(), ..View::default() }.tab();
        assert_eq!((view("dark"), view(""), view("x\"><script>")), ("dark", "desktop", "desktop"));
    }
}
