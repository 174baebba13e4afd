//! `/console/n/{newsletter}/subscribers/add`: one person by hand.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Choice, languages};
use crate::app::App;
use crate::i18n;
use crate::subscribers::add::{self, Added};
use crate::subscribers::address::Email;
use crate::subscribers::asked::Addition;
use crate::subscribers::{Status, counts};
use crate::web::console::form::Form;
use crate::web::console::frame::Frame;
use crate::web::console::guard::Editor;
use crate::web::frame::error::Error;

#[derive(Template)]
#[template(path = "console/subscribers/add.html")]
struct Page {
    frame: Frame,
    email: String,
    name: String,
    how: String,
    why: String,
    languages: Vec<Choice>,
    /// What is wrong with the address, and what would be right.
    problem: Option<String>,
    /// Why the address is kept out.
    kept_out: Option<String>,
}

fn page(app: &App, editor: &Editor, form: &Form) -> Page {
    let language = form.get("language").unwrap_or(&editor.newsletter.language);
    Page {
        frame: editor.frame(app, "subscribers-add"),
        email: form.text("email"),
        name: form.text("name"),
        how: form.text("how"),
        why: form.text("why"),
        languages: languages(language),
        problem: None,
        kept_out: None,
    }
}

/// `GET …/subscribers/add`
pub async fn show(State(app): State<Arc<App>>, editor: Editor) -> Result<Response, Error> {
    let page = page(&app, &editor, &Form::default());
    page.frame.clone().answer(StatusCode::OK, &page)
}

/// `POST …/subscribers/add`
pub async fn act(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let page = page(&app, &editor, &form);
    let frame = page.frame.clone();
    let refused = |page: &Page| frame.answer(StatusCode::UNPROCESSABLE_ENTITY, page);
    let email = match Email::from_typed(&page.email) {
        Ok(email) => email,
        Err(error) => return refused(&Page { problem: Some(error.words(editor.locale)), ..page }),
    };
    let name: String = page.name.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(100).collect();
    let (how, why) = (page.how.trim(), page.why.trim());
    let language = form.get("language").and_then(i18n::known);
    let addition = Addition {
        email: &email,
        name: Some(name.as_str()).filter(|name| !name.is_empty()),
        language: language.map_or(editor.newsletter.language.as_str(), i18n::Locale::tag),
        confirmed_elsewhere: Some(how).filter(|how| !how.is_empty()),
        bring_back: Some(why).filter(|why| !why.is_empty()),
        by: editor.actor(),
    };
    let added = add::add(&app, &editor.newsletter, &addition).await?;
    counts::changed(&app, editor.newsletter.id);
    match added {
        Added::Done(person) => {
            let said =
                if person.status == Status::Confirmed { "subscribers-added" } else { "subscribers-added-pending" };
            Ok(editor.done(&format!("subscribers/{}", person.id), said))
        }
        Added::Already(person) => Ok(editor.done(&format!("subscribers/{}", person.id), "subscribers-already")),
        Added::KeptOut(reason) => {
            let key = format!("kept-out-{reason}");
            let words = editor.locale.text(if editor.locale.has(&key) { &key } else { "kept-out-suppressed" });
            refused(&Page { kept_out: Some(words), ..page })
        }
    }
}
