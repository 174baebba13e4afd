//! `/console/n/{newsletter}/texts`: what a newsletter's letters and pages say, in each language, in our words or in the owner's.
//!
//! In: a form with every text of one letter or page; its button says what is to be done. Out: the list; one letter or page with its texts
//! and, in a frame, how it will look; 303 when it was stored, 422 with what was typed when it cannot stand or somebody else changed it
//! meanwhile. The frame has a route of its own: `GET` shows what is stored, `POST` what is typed, and stores nothing.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::form::Form;
use super::frame::Frame;
use super::guard::Editor;
use super::mail;
use crate::app::App;
use crate::coded::Told as _;
use crate::digests::content;
use crate::i18n::{self, Locale, Value};
use crate::letter::LetterKind;
use crate::mails::{self, Sender};
use crate::newsletters::sql;
use crate::newsletters::texts::{self, Stored, Wish, seen};
use crate::texts::judge::{Wrong, judge};
use crate::texts::{Place, Row, Text, Texts, ours};
use crate::views::texts as view;
use crate::web::frame::error::Error;
use crate::web::public::sample;

/// A letter or page in the list.
struct Line {
    name: String,
    when: String,
    languages: Vec<InLanguage>,
}

struct InLanguage {
    href: String,
    tag: &'static str,
    name: String,
    label: String,
    /// Texts that are the owner's.
    own: i64,
    current: bool,
}

#[derive(Template)]
#[template(path = "console/texts.html")]
struct List {
    frame: Frame,
    letters: Vec<Line>,
    pages: Vec<Line>,
}

/// `GET /console/n/{newsletter}/texts`
pub async fn list(State(app): State<Arc<App>>, editor: Editor) -> Result<Response, Error> {
    let rows = sql::texts(&app.db, editor.newsletter.id).await?;
    let frame = editor.frame(&app, "texts-title");
    let line = |place: &Place| Line {
        name: view::place(*place, editor.locale),
        when: editor.locale.text(&format!("texts-when-{place}")),
        languages: languages(&editor, &rows, *place, ""),
    };
    let (letters, pages): (Vec<&Place>, Vec<&Place>) = Place::ALL.iter().partition(|place| place.is_letter());
    let page = List {
        letters: letters.into_iter().map(line).collect(),
        pages: pages.into_iter().map(line).collect(),
        frame: frame.clone(),
    };
    frame.answer(StatusCode::OK, &page)
}

/// A place in each language.
fn languages(editor: &Editor, rows: &[Row], place: Place, current: &str) -> Vec<InLanguage> {
    let of = |tag: &'static str| {
        let name = i18n::locale(tag).text("language-name");
        let own = Text::of(place).filter(|text| rows.iter().any(|row| row.locale == tag && row.key == text.as_str()));
        InLanguage {
            href: editor.path(&below(tag, place)),
            label: format!("{name}, {}", view::place(place, editor.locale)),
            own: own.count() as i64,
            current: tag == current,
            name,
            tag,
        }
    };
    i18n::tags().map(of).collect()
}

/// Below the newsletter's page.
fn below(tag: &str, place: Place) -> String {
    format!("texts/{tag}/{place}")
}

/// A text to be typed.
struct Field {
    key: &'static str,
    label: String,
    value: String,
    /// Lines that it has; one cannot have more.
    lines: usize,
    holes: Vec<String>,
    /// Ours, where another one stands.
    ours: Option<String>,
    problem: Option<String>,
}

impl Field {
    fn described_by(&self) -> String {
        let problem = self.problem.is_some().then(|| format!("{}-problem ", self.key));
        format!("{}{}-help", problem.unwrap_or_default(), self.key)
    }
}

/// What cannot stand, for the summary.
struct Problem {
    field: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "console/text.html")]
struct Edit {
    frame: Frame,
    is_letter: bool,
    /// Where the form's description stands in place of ours.
    described: bool,
    when: String,
    tag: &'static str,
    direction: String,
    languages: Vec<InLanguage>,
    fields: Vec<Field>,
    problems: Vec<Problem>,
    is_stale: bool,
    seen: String,
    /// Where the form goes.
    action: String,
}

impl Edit {
    /// Texts that are the owner's.
    fn own(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.ours.is_some())
    }
}

/// What was sent and cannot stand.
#[derive(Default)]
struct Refused {
    typed: Vec<(Text, String)>,
    wrong: Vec<(Text, Wrong)>,
    is_stale: bool,
}

fn named(tag: &str, place: &str) -> Result<(&'static Locale, Place), Error> {
    let tag = i18n::tags().find(|known| *known == tag).ok_or(Error::NotFound)?;
    Ok((i18n::locale(tag), place.parse().map_err(|_| Error::NotFound)?))
}

type Named = Path<(String, String, String)>;

/// `GET /console/n/{newsletter}/texts/{language}/{place}`
pub async fn show(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, tag, place)): Named,
) -> Result<Response, Error> {
    let (locale, place) = named(&tag, &place)?;
    page(&app, &editor, locale, place, None).await
}

/// `POST` there: stores what is typed, or gives one text back to ours and stores the others.
pub async fn store(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, tag, place)): Named,
    form: Form,
) -> Result<Response, Error> {
    let (locale, place) = named(&tag, &place)?;
    let back = form.text("back");
    let words = |text: Text| if back == text.as_str() { ours(locale, text) } else { form.text(text.as_str()) };
    let typed: Vec<(Text, String)> = Text::of(place).map(|text| (text, words(text))).collect();
    let wish = Wish { locale, typed: &typed, seen: form.get("seen"), by: editor.signed.person.id };
    let refused = match texts::set(&app, editor.newsletter.id, wish).await? {
        Stored::Done(_) => {
            let said = if back.is_empty() { "texts-saved" } else { "texts-ours" };
            return Ok(editor.done(&below(locale.tag(), place), said));
        }
        Stored::Gone => return Err(Error::NotFound),
        Stored::Wrong(wrong) => Refused { typed, wrong, is_stale: false },
        Stored::Stale => Refused { typed, wrong: Vec::new(), is_stale: true },
    };
    page(&app, &editor, locale, place, Some(refused)).await
}

async fn page(
    app: &App,
    editor: &Editor,
    locale: &'static Locale,
    place: Place,
    refused: Option<Refused>,
) -> Result<Response, Error> {
    let rows = sql::texts(&app.db, editor.newsletter.id).await?;
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let refused = refused.unwrap_or_default();
    let fields: Vec<Field> = Text::of(place).map(|text| field(editor, &rows, locale, text, &refused)).collect();
    let problem = |field: &Field| {
        let words = field.problem.as_ref()?;
        Some(Problem { field: field.key, text: format!("{}: {words}", field.label) })
    };
    let title = format!("{} – {}", view::place(place, editor.locale), locale.text("language-name"));
    let frame = editor.frame(app, "texts-title").titled(title);
    let page = Edit {
        is_letter: place.is_letter(),
        described: place == Place::Form && !editor.newsletter.description.is_empty(),
        when: editor.locale.text(&format!("texts-when-{place}")),
        tag: locale.tag(),
        direction: locale.direction(),
        languages: languages(editor, &rows, place, locale.tag()),
        problems: fields.iter().filter_map(problem).collect(),
        is_stale: refused.is_stale,
        seen: seen(&rows, locale, Text::of(place)),
        action: editor.path(&below(locale.tag(), place)),
        fields,
        frame: frame.clone(),
    };
    frame.answer(status, &page)
}

fn field(editor: &Editor, rows: &[Row], locale: &Locale, text: Text, refused: &Refused) -> Field {
    let stored = view::view(rows, locale, text);
    let typed = refused.typed.iter().find(|(found, _)| *found == text).map(|(_, words)| words.clone());
    let wrong = refused.wrong.iter().find(|(found, _)| *found == text);
    let value = typed.unwrap_or(stored.text);
    let most = editor.locale.format("texts-most", &[("most", Value::Count(stored.most as i64))]);
    Field {
        key: stored.key,
        label: view::part(text.part(), editor.locale),
        lines: if text.part().has_lines() {
            (value.chars().count() / 60 + value.lines().count()).clamp(3, 12)
        } else {
            1
        },
        holes: view::holes(text, editor.locale).into_iter().chain([most]).collect(),
        ours: stored.is_own.then_some(stored.ours),
        problem: wrong.map(|(_, wrong)| wrong.words(editor.locale)),
        value,
    }
}

/// How a letter is looked at.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct View {
    #[serde(default, rename = "as")]
    kind: String,
}

/// `GET /console/n/{newsletter}/texts/{language}/{place}/preview`: what is stored.
pub async fn stored_preview(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, tag, place)): Named,
    Query(looked): Query<View>,
) -> Result<Response, Error> {
    let (locale, place) = named(&tag, &place)?;
    let texts = texts::of(&app.db, editor.newsletter.id).await?;
    alone(&app, &editor, locale, place, texts, &looked).await
}

/// Why what is typed makes no letter or page, in the frame where it would stand.
#[derive(Template)]
#[template(path = "console/text-wrong.html")]
struct NoPreview {
    frame: Frame,
    problems: Vec<String>,
}

/// `POST` there: what is typed. Stores nothing.
pub async fn preview(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, tag, place)): Named,
    Query(looked): Query<View>,
    form: Form,
) -> Result<Response, Error> {
    let (locale, place) = named(&tag, &place)?;
    let (mut typed, mut problems) = (Vec::new(), Vec::new());
    for text in Text::of(place) {
        match judge(text, &form.text(text.as_str())) {
            Ok(words) => typed.push((text, words)),
            Err(wrong) => {
                let label = view::part(text.part(), editor.locale);
                problems.push(format!("{label}: {}", wrong.words(editor.locale)));
            }
        }
    }
    if !problems.is_empty() {
        let frame = editor.frame(&app, "texts-no-preview");
        let page = NoPreview { frame: frame.clone(), problems };
        return Ok(mail::framed_page(frame.answer(StatusCode::UNPROCESSABLE_ENTITY, &page)?));
    }
    let texts = texts::of(&app.db, editor.newsletter.id).await?.with(locale, typed);
    alone(&app, &editor, locale, place, texts, &looked).await
}

/// The letter or page alone, made by what makes the reader's.
async fn alone(
    app: &App,
    editor: &Editor,
    locale: &'static Locale,
    place: Place,
    texts: Texts,
    looked: &View,
) -> Result<Response, Error> {
    let newsletter = &editor.newsletter;
    let kind = match place {
        Place::Confirm => LetterKind::Confirm,
        Place::Already => LetterKind::Already,
        Place::Change => LetterKind::Change,
        Place::Link => LetterKind::Link,
        Place::Moving => LetterKind::Moving,
        _ => return Ok(mail::framed_page(sample::show(app, newsletter, locale, texts, place).await?)),
    };
    let sender = Sender { texts, ..content::sender(app, newsletter) };
    let parameters = json!({ "days": app.config.signup.confirm_days, "page": newsletter.site_url });
    let made = mails::letter(&sender, kind, locale.tag(), &parameters, app.clock.now())?;
    if looked.kind == "text" {
        return Ok(mail::framed_page(format!("{}\n\n{}", made.subject, made.text).into_response()));
    }
    Ok(mail::framed(made.html))
}
