//! `…/texts/{language}/{place}/revisions`: what a letter or page said before in the owner's own words, and taking one text back.
//!
//! In: a language, a letter or page, a revision named by part and number (`subject-3`). Out: pages; a text that is taken back is stored like
//! any other, so that one which somebody changed meanwhile is answered 409 with what stands there now.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::form::Form;
use super::frame::Frame;
use super::guard::Editor;
use super::posts::at;
use super::texts::{below, named};
use crate::app::App;
use crate::i18n::{Locale, Value};
use crate::newsletters::sql;
use crate::newsletters::text_history::{self, Earlier};
use crate::newsletters::texts::{self, Stored, Wish, seen};
use crate::people::accounts;
use crate::texts::{Part, Place, Row, Text, ours};
use crate::views::texts as view;
use crate::web::frame::error::Error;

/// A text with what it said before.
struct Section {
    label: String,
    entries: Vec<Entry>,
}

struct Entry {
    href: String,
    words: String,
    saved: String,
    /// Whether it stands now.
    now: bool,
}

#[derive(Template)]
#[template(path = "console/text-revisions.html")]
struct List {
    frame: Frame,
    back: String,
    tag: &'static str,
    sections: Vec<Section>,
}

#[derive(Template)]
#[template(path = "console/text-revision.html")]
struct One {
    frame: Frame,
    /// Where all of them are.
    list: String,
    tag: &'static str,
    label: String,
    saved: String,
    words: String,
    /// What stands there now.
    current: String,
    action: String,
    seen: String,
    now: bool,
    is_stale: bool,
}

/// Where the revisions of a letter or page are.
fn path_of(editor: &Editor, tag: &str, place: Place) -> String {
    editor.path(&format!("{}/revisions", below(tag, place)))
}

/// What a revision says: the owner's words, or ours of now.
fn words(earlier: &Earlier, locale: &Locale, text: Text) -> String {
    if earlier.is_ours { ours(locale, text) } else { earlier.text.clone() }
}

/// What stands there now.
fn standing(rows: &[Row], locale: &Locale, text: Text) -> String {
    view::view(rows, locale, text).text
}

/// When it was saved, and by whom as far as they still have an account.
fn saved(editor: &Editor, people: &BTreeMap<i64, String>, earlier: &Earlier) -> String {
    let instant = at(editor, earlier.changed_at);
    let instant = ("at", Value::Text(&instant));
    match people.get(&earlier.changed_by) {
        Some(person) => editor.locale.format("revisions-saved-by", &[instant, ("person", Value::Text(person))]),
        None => editor.locale.format("revisions-saved", &[instant]),
    }
}

async fn people(app: &App) -> sqlx::Result<BTreeMap<i64, String>> {
    let all = accounts::all(&app.db).await?.into_iter();
    Ok(all.map(|person| (person.id, person.called().to_owned())).collect())
}

/// `GET …/texts/{language}/{place}/revisions`
pub async fn list(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, tag, place)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let (locale, place) = named(&tag, &place)?;
    let all = text_history::list(&app.db, editor.newsletter.id, locale.tag()).await?;
    let people = people(&app).await?;
    let path = path_of(&editor, locale.tag(), place);
    let section = |text: Text| {
        let of = all.iter().filter(|earlier| earlier.key == text.as_str()).enumerate();
        let entries = of.map(|(place, earlier)| Entry {
            href: format!("{path}/{}-{}", text.part(), earlier.revision),
            words: if earlier.is_ours { editor.locale.text("text-revisions-ours") } else { earlier.text.clone() },
            saved: saved(&editor, &people, earlier),
            now: place == 0,
        });
        Section { label: view::part(text.part(), editor.locale), entries: entries.collect() }
    };
    let sections = Text::of(place).map(section).filter(|section| !section.entries.is_empty());
    let title = format!("{} – {}", view::place(place, editor.locale), locale.text("language-name"));
    let frame = editor.frame(&app, "revisions-title").titled(title);
    let page = List {
        back: editor.path(&below(locale.tag(), place)),
        tag: locale.tag(),
        sections: sections.collect(),
        frame: frame.clone(),
    };
    frame.answer(StatusCode::OK, &page)
}

/// The text, and the revision of it, that a path names.
async fn found(
    app: &App,
    editor: &Editor,
    locale: &Locale,
    place: Place,
    named: &str,
) -> Result<(Text, Earlier), Error> {
    let (part, number) = named.rsplit_once('-').ok_or(Error::NotFound)?;
    let part: Part = part.parse().map_err(|_| Error::NotFound)?;
    let number: i64 = number.parse().map_err(|_| Error::NotFound)?;
    let text = Text::at(place, part).ok_or(Error::NotFound)?;
    let earlier = text_history::one(&app.db, editor.newsletter.id, locale.tag(), text.as_str(), number).await?;
    Ok((text, earlier.ok_or(Error::NotFound)?))
}

type Named = Path<(String, String, String, String)>;

/// `GET …/texts/{language}/{place}/revisions/{revision}`
pub async fn show(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, tag, place, revision)): Named,
) -> Result<Response, Error> {
    let (locale, place) = named(&tag, &place)?;
    let (text, earlier) = found(&app, &editor, locale, place, &revision).await?;
    page(&app, &editor, locale, (text, &earlier), false).await
}

/// `POST` there: it becomes the text of now.
pub async fn take(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, tag, place, revision)): Named,
    form: Form,
) -> Result<Response, Error> {
    let (locale, place) = named(&tag, &place)?;
    let (text, earlier) = found(&app, &editor, locale, place, &revision).await?;
    let typed = [(text, words(&earlier, locale, text))];
    let stale = Some(form.get("seen").unwrap_or("?"));
    let wish = Wish { locale, typed: &typed, seen: stale, by: editor.signed.person.id };
    match texts::set(&app, editor.newsletter.id, wish).await? {
        Stored::Done(_) => Ok(editor.done(&below(locale.tag(), place), "text-taken-back")),
        // What was stored once and cannot be any more: a later version asks for another mark.
        Stored::Stale | Stored::Wrong(_) => page(&app, &editor, locale, (text, &earlier), true).await,
        Stored::Gone => Err(Error::NotFound),
    }
}

async fn page(
    app: &App,
    editor: &Editor,
    locale: &'static Locale,
    (text, earlier): (Text, &Earlier),
    is_stale: bool,
) -> Result<Response, Error> {
    let rows = sql::texts(&app.db, editor.newsletter.id).await?;
    let list = path_of(editor, locale.tag(), text.place());
    let (words, current) = (words(earlier, locale, text), standing(&rows, locale, text));
    let label = view::part(text.part(), editor.locale);
    let frame = editor.frame(app, "revisions-title");
    let title = frame.count("revisions-text-title", "number", earlier.revision);
    let page = One {
        action: format!("{list}/{}-{}", text.part(), earlier.revision),
        list,
        tag: locale.tag(),
        label,
        saved: saved(editor, &people(app).await?, earlier),
        now: words == current,
        words,
        current,
        seen: seen(&rows, locale, std::iter::once(text)),
        is_stale,
        frame: frame.titled(title),
    };
    let status = if is_stale { StatusCode::CONFLICT } else { StatusCode::OK };
    page.frame.clone().answer(status, &page)
}
