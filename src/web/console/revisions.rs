//! `…/drafts/{draft}/revisions` and `…/digests/{digest}/revisions`: the texts that stood there before, and taking one back.
//!
//! In: a draft or a digest, the number of a revision. Out: pages; a text that is taken back is saved like any other, so that a page
//! that is too old is answered with both texts ([`super::drafts::conflict`], [`super::digest_edit::failed`]).

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::digest_content::{named, page_of};
use super::form::Form;
use super::frame::Frame;
use super::guard::Editor;
use super::posts::at;
use super::{digest_edit, drafts};
use crate::app::App;
use crate::clock::Millis;
use crate::digests::edit::{self, history};
use crate::drafts::save::{self, Saved, Typed};
use crate::drafts::{Draft, sql};
use crate::i18n::Value;
use crate::people::accounts;
use crate::web::frame::error::Error;

/// Texts of a draft that the list shows.
const MOST: i64 = 100;

/// The list.
#[derive(Template)]
#[template(path = "console/revisions.html")]
struct List {
    frame: Frame,
    back: String,
    back_label: String,
    help: String,
    entries: Vec<Entry>,
}

struct Entry {
    href: String,
    title: String,
    saved: String,
}

/// One text.
#[derive(Template)]
#[template(path = "console/revision.html")]
struct One {
    frame: Frame,
    /// Where all of them are.
    list: String,
    number: i64,
    saved: String,
    fields: Vec<Field>,
    /// The revision that stands now.
    seen: i64,
    /// Whether it is this one.
    now: bool,
    /// Whether nothing can be changed any more.
    closed: bool,
    help: String,
}

struct Field {
    label: String,
    text: String,
    long: bool,
}

impl Field {
    fn line(label: String, text: &str) -> Self {
        Self { label, text: text.to_owned(), long: false }
    }

    fn text(label: String, text: &str) -> Self {
        Self { label, text: text.to_owned(), long: true }
    }
}

/// Makes entries of revisions.
struct Told<'a> {
    editor: &'a Editor,
    /// How people are called, by their id.
    people: BTreeMap<i64, String>,
    /// Where all of them are.
    list: String,
}

impl<'a> Told<'a> {
    async fn new(app: &App, editor: &'a Editor, list: String) -> sqlx::Result<Self> {
        let people = accounts::all(&app.db).await?.into_iter().map(|person| (person.id, person.called().to_owned()));
        Ok(Self { editor, people: people.collect(), list })
    }

    fn entry(&self, number: i64, title: &str, author_id: i64, instant: Millis) -> Entry {
        let (locale, saved_at) = (self.editor.locale, at(self.editor, instant));
        let saved_at = ("at", Value::Text(&saved_at));
        let saved = match self.people.get(&author_id) {
            Some(person) => locale.format("revisions-saved-by", &[saved_at, ("person", Value::Text(person))]),
            None => locale.format("revisions-saved", &[saved_at]),
        };
        let numbered = [("number", Value::Count(number)), ("title", Value::Text(title))];
        let title = locale.format("revisions-line", &numbered);
        Entry { href: format!("{}/{number}", self.list), title, saved }
    }
}

/// The number in a path.
fn number(text: &str) -> Result<i64, Error> {
    text.parse().map_err(|_| Error::NotFound)
}

fn of_draft_path(editor: &Editor, draft: &Draft) -> String {
    editor.path(&format!("drafts/{}", draft.public_id))
}

/// `GET …/drafts/{draft}/revisions`
pub async fn of_draft(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let draft = drafts::find(&app, &editor, &id).await?;
    let back = of_draft_path(&editor, &draft);
    let told = Told::new(&app, &editor, format!("{back}/revisions")).await?;
    let entries = sql::revisions(&app.db, draft.id, MOST).await?.into_iter().map(|earlier| {
        let title = drafts::titled(&editor, &earlier.title);
        told.entry(earlier.revision, &title, earlier.author_id, earlier.saved_at)
    });
    let frame = editor.frame(&app, "revisions-title");
    let page = List {
        back_label: frame.t("draft-ready-back"),
        help: frame.t("revisions-help-draft"),
        entries: entries.collect(),
        back,
        frame: frame.clone(),
    };
    frame.answer(StatusCode::OK, &page)
}

/// `GET …/drafts/{draft}/revisions/{revision}`
pub async fn draft_text(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id, revision)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let draft = drafts::find(&app, &editor, &id).await?;
    let number = number(&revision)?;
    let (title, body, saved) = sql::revision(&app.db, draft.id, number).await?.ok_or(Error::NotFound)?;
    let frame = editor.frame(&app, "revisions-title");
    let page = One {
        list: format!("{}/revisions", of_draft_path(&editor, &draft)),
        number,
        saved: frame.say("revisions-saved", "at", &at(&editor, saved)),
        fields: vec![Field::line(frame.t("draft-title"), &title), Field::text(frame.t("draft-body"), &body)],
        seen: draft.revision,
        now: number == draft.revision,
        closed: !draft.is_open(),
        help: frame.t("revisions-take-help-draft"),
        frame: frame.clone().titled(frame.count("revisions-text-title", "number", number)),
    };
    page.frame.clone().answer(StatusCode::OK, &page)
}

/// `POST …/drafts/{draft}/revisions/{revision}`: it becomes the newest text.
pub async fn take_draft_text(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id, revision)): Path<(String, String, String)>,
    form: Form,
) -> Result<Response, Error> {
    let draft = drafts::find(&app, &editor, &id).await?;
    let (title, body, _) = sql::revision(&app.db, draft.id, number(&revision)?).await?.ok_or(Error::NotFound)?;
    let (typed, from) = (Typed { title, body }, drafts::revision(&form));
    match save::save(&app, editor.newsletter.id, &id, &typed, from, editor.actor()).await? {
        Saved::Done(draft) => Ok(editor.done(&format!("drafts/{}", draft.public_id), "text-taken-back")),
        Saved::Stale(stored) => drafts::conflict(&app, &editor, &stored, &typed, false),
        Saved::Closed(stored) => drafts::conflict(&app, &editor, &stored, &typed, true),
        Saved::NoSuchDraft => Err(Error::NotFound),
    }
}

/// `GET …/digests/{digest}/revisions`
pub async fn of_digest(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let digest = named(&app, &editor, &id).await?;
    let back = editor.path(&page_of(&digest));
    let told = Told::new(&app, &editor, format!("{back}/revisions")).await?;
    let frame = editor.frame(&app, "revisions-title");
    let entries = history::list(&app.db, digest.id).await?.into_iter().map(|earlier| {
        let title = if earlier.subject.is_empty() { frame.t("revisions-own-subject") } else { earlier.subject };
        told.entry(earlier.revision, &title, earlier.author_id, earlier.edited_at)
    });
    let page = List {
        back_label: frame.t("digest-preview-back"),
        help: frame.t("revisions-help-digest"),
        entries: entries.collect(),
        back,
        frame: frame.clone(),
    };
    frame.answer(StatusCode::OK, &page)
}

/// `GET …/digests/{digest}/revisions/{revision}`
pub async fn digest_text(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id, revision)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let digest = named(&app, &editor, &id).await?;
    let number = number(&revision)?;
    let text = history::one(&app.db, digest.id, number).await?.ok_or(Error::NotFound)?;
    let stored = edit::sql::words(&app.db, digest.id).await?;
    let posts = crate::digests::sql::all_posts_of(&app.db, digest.id).await?;
    let titled = |id: i64| posts.iter().find(|post| post.id == id).map(|post| post.title.clone()).unwrap_or_default();
    let frame = editor.frame(&app, "revisions-title");
    let page = One {
        list: editor.path(&format!("{}/revisions", page_of(&digest))),
        number,
        saved: frame.say("revisions-saved", "at", &at(&editor, text.edited_at)),
        fields: fields(&frame, &text, titled),
        seen: stored.revision,
        now: number == stored.revision,
        closed: edit::allowed(&digest).is_err(),
        help: frame.t("revisions-take-help-digest"),
        frame: frame.clone().titled(frame.count("revisions-text-title", "number", number)),
    };
    page.frame.clone().answer(StatusCode::OK, &page)
}

/// What a digest said, field by field.
fn fields(frame: &Frame, text: &history::Text, titled: impl Fn(i64) -> String) -> Vec<Field> {
    let words = &text.words;
    let mut fields = vec![
        Field::line(frame.t("digest-edit-subject"), &words.subject),
        Field::line(frame.t("digest-edit-preheader"), &words.preheader),
        Field::text(frame.t("digest-edit-intro"), &words.intro),
    ];
    for said in text.posts.iter().flatten() {
        let title = titled(said.post);
        let label = |key: &str| {
            let field = frame.t(key);
            let variables = [("field", Value::Text(&field)), ("title", Value::Text(&title))];
            frame.locale().format("revisions-of-post", &variables)
        };
        let own = &said.own;
        fields.extend(own.summary.iter().map(|summary| Field::text(label("digest-edit-summary"), summary)));
        let image = own.image.iter().map(|image| match image.as_str() {
            "" => Field::line(label("digest-edit-image"), &frame.t("digest-edit-bare")),
            image => Field::line(label("digest-edit-image"), image),
        });
        fields.extend(image);
        fields.extend(own.alt.iter().map(|alt| Field::line(label("digest-edit-alt"), alt)));
    }
    fields
}

/// `POST …/digests/{digest}/revisions/{revision}`: its words become the newest.
pub async fn take_digest_text(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id, revision)): Path<(String, String, String)>,
    form: Form,
) -> Result<Response, Error> {
    let digest = named(&app, &editor, &id).await?;
    let text = history::one(&app.db, digest.id, number(&revision)?).await?.ok_or(Error::NotFound)?;
    let wish = text.brought_back(edit::load(&app, &digest).await?, drafts::revision(&form));
    match edit::save(&app, &digest, &wish, editor.actor()).await {
        Ok(_) => Ok(editor.done(&page_of(&digest), "text-taken-back")),
        Err(error) => digest_edit::failed(&app, &editor, &digest, wish, error),
    }
}
