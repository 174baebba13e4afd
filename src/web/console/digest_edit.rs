//! `/console/n/{newsletter}/digests/{digest}/edit`: what a waiting digest says, its posts and their order; and its duplicate.
//!
//! In: the fields of the form, with the revision that the page was made of. Out: 303 to the digest; the same page with 422 when a
//! field cannot be stored, with 409 and both texts when somebody else was quicker: what was typed stays.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::digest_content::{named, page_of, refused};
use super::form::Form;
use super::frame::Frame;
use super::guard::Editor;
use crate::app::App;
use crate::coded::Told as _;
use crate::digests::edit::{self, Edit, EditError, Place, PostEdit, Problem};
use crate::digests::{Digest, duplicate as again};
use crate::web::frame::error::Error;

/// The page, with what is in its fields and what is wrong with it.
#[derive(Template)]
#[template(path = "console/digest/edit.html")]
struct Page {
    frame: Frame,
    below: String,
    edit: Edit,
    /// What is stored, when somebody else was quicker.
    theirs: Option<Edit>,
    problems: Vec<Wrong>,
    /// Why it cannot be edited any more.
    refused: Option<String>,
}

struct Wrong {
    field: &'static str,
    post: i64,
    words: String,
}

impl Page {
    fn new(frame: Frame, below: String, edit: Edit) -> Self {
        Self { frame, below, edit, theirs: None, problems: Vec::new(), refused: None }
    }

    /// What is wrong with a field of the digest.
    fn flaw(&self, field: &str) -> Option<&str> {
        self.wrong(field, &0)
    }

    /// What is wrong with a field of a post.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as templates hand it over")]
    fn wrong(&self, field: &str, post: &i64) -> Option<&str> {
        let found = self.problems.iter().find(|problem| problem.field == field && problem.post == *post);
        found.map(|problem| problem.words.as_str())
    }

    fn count(&self) -> i64 {
        self.problems.len() as i64
    }

    /// What is stored of a post, when that differs from what was typed.
    fn stored(&self, mine: &PostEdit) -> Option<&PostEdit> {
        let theirs = self.theirs.as_ref()?.posts.iter().find(|post| post.id == mine.id)?;
        let same = (&theirs.summary, &theirs.image, &theirs.alt, theirs.bare)
            == (&mine.summary, &mine.image, &mine.alt, mine.bare);
        (!same).then_some(theirs)
    }

    /// Whether order and places that are stored differ from those that were typed.
    fn moved(&self) -> bool {
        let places = |edit: &Edit| edit.posts.iter().map(|post| (post.id, post.place)).collect::<Vec<_>>();
        self.theirs.as_ref().is_some_and(|theirs| places(theirs) != places(&self.edit))
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as templates hand it over")]
    fn place(&self, place: &Place) -> String {
        self.frame.t(&format!("digest-edit-place-{}", place.as_str()))
    }
}

/// `GET …/edit`
pub async fn show(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let digest = named(&app, &editor, &id).await?;
    let edit = edit::load(&app, &digest).await?;
    let frame = editor.frame(&app, "digest-edit-title");
    let mut page = Page::new(frame.clone(), page_of(&digest), edit);
    if let Err(error) = edit::allowed(&digest) {
        page.refused = Some(refused(error, &editor)?.1);
    }
    frame.answer(StatusCode::OK, &page)
}

/// `POST …/edit`
pub async fn act(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Error> {
    let digest = named(&app, &editor, &id).await?;
    let wish = wished(&form, &edit::load(&app, &digest).await?);
    let error = match edit::save(&app, &digest, &wish, editor.actor()).await {
        Ok(_) if form.has("move") => return Ok(editor.done(&format!("{}/edit", page_of(&digest)), "digest-saved")),
        Ok(_) => return Ok(editor.done(&page_of(&digest), "digest-saved")),
        Err(error) => error,
    };
    failed(&app, &editor, &digest, wish, error)
}

/// The page once more, with what was typed, or was to be taken back.
pub(super) fn failed(
    app: &App,
    editor: &Editor,
    digest: &Digest,
    wish: Edit,
    error: EditError,
) -> Result<Response, Error> {
    let frame = editor.frame(app, "digest-edit-title");
    let mut page = Page::new(frame.clone(), page_of(digest), wish);
    let status = match error {
        EditError::Invalid(problems) => {
            let wrong = |Problem { field, post, why }: Problem| Wrong {
                words: why.words(editor.locale),
                post: if field == "posts" { 0 } else { post.unwrap_or_default() },
                field,
            };
            page.problems = problems.into_iter().map(wrong).collect();
            StatusCode::UNPROCESSABLE_ENTITY
        }
        EditError::Stale(theirs) => {
            // Pressed again, it goes in the place of what has been seen now.
            page.edit.revision = theirs.revision;
            page.theirs = Some(*theirs);
            StatusCode::CONFLICT
        }
        EditError::Digest(error) => {
            let (status, words) = refused(error, editor)?;
            page.refused = Some(words);
            status
        }
    };
    frame.answer(status, &page)
}

/// `POST …/duplicate`
pub async fn duplicate(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let digest = named(&app, &editor, &id).await?;
    let made = again::duplicate(&app, &digest, editor.actor()).await?;
    Ok(editor.done(&page_of(&made), "digest-duplicated"))
}

/// What the form wants; `known`: the posts there are, for their titles. What the form does not name stays as it is known.
fn wished(form: &Form, known: &Edit) -> Edit {
    let ids: Vec<i64> = form.all("post").filter_map(|id| id.parse().ok()).collect();
    let mut posts: Vec<PostEdit> = ids.iter().map(|id| post(form, *id, known)).collect();
    let rest = known.posts.iter().filter(|post| !ids.contains(&post.id) && post.place != Place::Waits);
    posts.extend(rest.cloned());
    if let Some((way, id)) = form.get("move").and_then(|wish| wish.split_once('-')) {
        move_post(&mut posts, way, id);
    }
    Edit {
        revision: form.get("revision").and_then(|revision| revision.parse().ok()).unwrap_or(-1),
        subject: form.text("subject"),
        preheader: form.text("preheader"),
        intro: form.text("intro"),
        posts,
    }
}

fn post(form: &Form, id: i64, known: &Edit) -> PostEdit {
    let shown = known.posts.iter().find(|post| post.id == id).cloned().unwrap_or_default();
    let text = |field: &str| form.text(&format!("{field}-{id}"));
    PostEdit {
        id,
        place: Place::named(&text("place")).unwrap_or(shown.place),
        summary: text("summary"),
        bare: form.has(&format!("bare-{id}")),
        image: text("image"),
        alt: text("alt"),
        title: shown.title,
        url: shown.url,
    }
}

/// Moves a post past its neighbour, or to the front.
fn move_post(posts: &mut Vec<PostEdit>, way: &str, id: &str) {
    let Some(at) = posts.iter().position(|post| post.id.to_string() == id) else { return };
    let to = match way {
        "up" => at.saturating_sub(1),
        "down" => (at + 1).min(posts.len() - 1),
        _ => 0,
    };
    let mut post = posts.remove(at);
    if way == "first" {
        post.place = Place::In;
    }
    posts.insert(to, post);
}
