//! `POST /api/v1/newsletters/{slug}/subscribers/{act}`: `data`, `settings`, `address`, `link`, `stays`, `erase` of one person.
//!
//! Who is meant stands in the body: an address belongs into no URL, so that reading is a `POST`, too.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::events::Actor;
use crate::i18n;
use crate::newsletters::Newsletter;
use crate::subscribers::address::Email;
use crate::subscribers::by_hand::{self, Typed};
use crate::subscribers::preferences::SaveError;
use crate::subscribers::{Subscriber, counts, erase, new_address, own_link, sql, staying};
use crate::views::subscriber::whole;
use crate::web::frame::error::{Detail, Error, FieldError};

use super::once::{Done, Request};
use super::token::Caller;
use super::{Language, body, newsletter};

/// Who is meant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Who {
    email: String,
}

/// Who is meant, and the address that they are to have.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewAddress {
    email: String,
    new: String,
}

/// Who is meant, and what is to be changed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    email: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    language: Option<String>,
    /// Its number, from 1.
    #[serde(default)]
    rhythm: Option<usize>,
    /// Names; an empty list: everything.
    #[serde(default)]
    topics: Option<Vec<String>>,
    /// `no`, a number of months, or a day.
    #[serde(default)]
    pause: Option<String>,
}

/// What is done.
enum Act {
    /// All that is stored.
    Data,
    /// Name, language, rhythm, topics, pause.
    Settings(Typed),
    /// Another address, which must confirm; as typed.
    Address(String),
    /// A fresh link to their settings is mailed to them.
    Link,
    /// They said that they wish to stay.
    Stays,
    /// Everything about them goes.
    Erase,
}

/// One act on one person.
pub async fn act(
    State(app): State<Arc<App>>,
    caller: Caller,
    language: Language,
    Path((slug, act)): Path<(String, String)>,
    (method, uri, headers): (Method, Uri, HeaderMap),
    said: Bytes,
) -> Result<Response, Error> {
    let by = Actor::Token(caller.token_id);
    let request = Request::read(caller, &method, &uri, &headers, &said)?;
    let (email, act) = read(&act, &said)?;
    let newsletter = newsletter(&app, &slug).await?;
    let person = find(&app, &newsletter, &email, language).await?;
    if matches!(act, Act::Data) {
        // A read: no answer is kept for its repetition.
        return Ok(Json(whole(&app, &newsletter.slug, &person, language.0).await?).into_response());
    }
    let task = app.clone();
    let act = async move { carry_out(&task, &newsletter, &person, act, by, language).await };
    request.once(&app, Box::pin(act)).await
}

fn read(act: &str, said: &Bytes) -> Result<(String, Act), Error> {
    if act == "settings" {
        let Settings { email, name, language, rhythm, topics, pause } = body(said)?;
        if let Some(language) = language.as_deref().filter(|tag| i18n::known(tag).is_none()) {
            let known: Vec<&str> = i18n::tags().collect();
            return Err(wrong("language", format!("there are no texts in `{language}`; known: {}", known.join(", "))));
        }
        let language = language.and_then(|tag| i18n::known(&tag)).map(|locale| locale.tag().to_owned());
        return Ok((email, Act::Settings(Typed { name, language, rhythm, topics, pause })));
    }
    if act == "address" {
        let NewAddress { email, new } = body(said)?;
        return Ok((email, Act::Address(new)));
    }
    let act = match act {
        "data" => Act::Data,
        "link" => Act::Link,
        "stays" => Act::Stays,
        "erase" => Act::Erase,
        _ => return Err(Error::NotFound),
    };
    Ok((body::<Who>(said)?.email, act))
}

async fn find(app: &App, of: &Newsletter, typed: &str, Language(locale): Language) -> Result<Subscriber, Error> {
    let email = Email::from_typed(typed).map_err(|error| wrong("email", error.words(locale)))?;
    let found = sql::by_key(&app.db, of.id, email.key()).await?;
    found.ok_or_else(|| {
        let detail = "nobody of this address is known to the newsletter";
        Error::problem(StatusCode::NOT_FOUND, "subscriber-not-found", detail)
    })
}

fn wrong(field: &str, detail: String) -> Error {
    let pointer = format!("/{field}");
    Error::Problem {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        code: "invalid-field",
        detail: detail.clone().into(),
        fields: vec![FieldError { pointer, code: "invalid-field", detail: detail.into() }],
    }
}

async fn carry_out(
    app: &App,
    newsletter: &Newsletter,
    person: &Subscriber,
    act: Act,
    by: Actor,
    Language(locale): Language,
) -> Result<Done, Error> {
    // What is answered is kept for a repeated request, and so names nobody.
    let shown = match act {
        Act::Data => return Err(Error::NotFound),
        Act::Settings(typed) => {
            by_hand::change(app, person, &typed, by).await?;
            json!({ "saved": true })
        }
        Act::Address(typed) => {
            let new = Email::from_typed(&typed).map_err(|error| wrong("new", error.words(locale)))?;
            match new_address::ask(app, person, &new, by).await?.refusal() {
                None => json!({ "asked": true }),
                Some("capped") => return Err(Error::Limited { retry_after: 86_400 }),
                Some(code) => {
                    let words = locale.text(&format!("new-address-{code}"));
                    return Err(Error::problem(StatusCode::CONFLICT, "new-address-refused", words));
                }
            }
        }
        Act::Link => json!({ "sent": own_link::mail_to(app, person, None).await? }),
        Act::Stays => json!({ "stays": staying::answer::told(app, person, by).await? }),
        Act::Erase => {
            let mut tx = app.db.begin().await?;
            erase::erase(app, &mut tx, app.clock.now(), person, "erased", by).await?;
            tx.commit().await?;
            counts::changed(app, newsletter.id);
            app.db.empty_log().await.ok();
            json!({ "erased": true })
        }
    };
    Ok(Done::new(StatusCode::OK, &shown))
}

impl From<SaveError> for Error {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Refused(refused) => {
                Self::problem(StatusCode::UNPROCESSABLE_ENTITY, "refused-choice", Detail::told(refused))
            }
            SaveError::Capped => Self::Limited { retry_after: 86_400 },
            SaveError::Void => Self::NotFound,
            SaveError::Database(error) => error.into(),
        }
    }
}
