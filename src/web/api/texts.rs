//! `/api/v1/newsletters/{slug}/texts/{language}`: an owner's own words for letters and pages; `…/{key}/revisions`: what they said before.
//!
//! In: words for some texts of one language, `null` for ours. Out: those texts as they stand then, all or none of them changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::clock::rfc3339;
use crate::coded::Coded as _;
use crate::i18n::{self, Locale};
use crate::newsletters::text_history::{self, Earlier};
use crate::newsletters::texts::{self, Stored, Wish};
use crate::newsletters::{Newsletter, sql};
use crate::texts::judge::Wrong;
use crate::texts::{Text, ours};
use crate::views::texts as view;
use crate::web::frame::error::{Detail, Error, FieldError};

use super::once::{Done, Request};
use super::token::Caller;
use super::{body, newsletter, no_newsletter};

/// Every text of a language: as it stands, ours beside it, and what may be put in.
pub async fn list(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Path((slug, tag)): Path<(String, String)>,
) -> Result<Response, Error> {
    let (newsletter, locale) = named(&app, &slug, &tag).await?;
    let rows = sql::texts(&app.db, newsletter.id).await?;
    let data: Vec<_> = Text::ALL.iter().map(|text| view::view(&rows, locale, *text)).collect();
    Ok(Json(json!({ "data": data })).into_response())
}

/// What may be said of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    /// By their keys; `null` gives a text back to ours.
    texts: BTreeMap<String, Option<String>>,
}

/// Changes some.
pub async fn set(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((slug, tag)): Path<(String, String)>,
    (method, uri, headers): (Method, Uri, HeaderMap),
    said: Bytes,
) -> Result<Response, Error> {
    let request = Request::read(caller, &method, &uri, &headers, &said)?;
    let words: Words = body(&said)?;
    let (newsletter, locale) = named(&app, &slug, &tag).await?;
    let task = app.clone();
    request.once(&app, Box::pin(async move { stored(&task, &newsletter, locale, words).await })).await
}

async fn stored(app: &App, newsletter: &Newsletter, locale: &'static Locale, words: Words) -> Result<Done, Error> {
    let (mut typed, mut unknown) = (Vec::new(), Vec::new());
    for (key, words) in words.texts {
        match key.parse::<Text>() {
            Ok(text) => typed.push((text, words.unwrap_or_else(|| ours(locale, text)))),
            Err(_) => unknown.push(key),
        }
    }
    if !unknown.is_empty() {
        return Err(no_text(unknown));
    }
    match texts::set(app, newsletter.id, Wish { locale, typed: &typed, seen: None, by: 0 }).await? {
        Stored::Done(changed) => {
            let rows = sql::texts(&app.db, newsletter.id).await?;
            let data: Vec<_> = typed.iter().map(|(text, _)| view::view(&rows, locale, *text)).collect();
            Ok(Done::new(StatusCode::OK, &json!({ "changed": changed, "data": data })))
        }
        Stored::Wrong(wrong) => Err(refused(wrong)),
        // Nothing was seen before, so nothing can be stale.
        Stored::Stale | Stored::Gone => Err(no_newsletter()),
    }
}

/// What a text said before in the owner's words, the newest first; `text` is `null` where it was given back to ours.
pub async fn revisions(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Path((slug, tag, key)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let (newsletter, locale) = named(&app, &slug, &tag).await?;
    let text: Text = key.parse().map_err(|_| {
        let detail = "there is no text of this key; GET …/texts/{language} lists those there are";
        Error::problem(StatusCode::NOT_FOUND, "text-not-found", detail)
    })?;
    let all = text_history::list(&app.db, newsletter.id, locale.tag()).await?;
    let data: Vec<_> = all.iter().filter(|earlier| earlier.key == text.as_str()).map(shown).collect();
    Ok(Json(json!({ "data": data })).into_response())
}

fn shown(earlier: &Earlier) -> serde_json::Value {
    let text = (!earlier.is_ours).then_some(&earlier.text);
    json!({ "revision": earlier.revision, "text": text, "changed_at": rfc3339(earlier.changed_at) })
}

async fn named(app: &App, slug: &str, tag: &str) -> Result<(Newsletter, &'static Locale), Error> {
    let newsletter = newsletter(app, slug).await?;
    let locale = i18n::known(tag).ok_or_else(|| {
        let known = i18n::tags().collect::<Vec<_>>().join(", ");
        let detail = format!("there are no texts in this language; there are: {known}");
        Error::problem(StatusCode::NOT_FOUND, "language-not-found", detail)
    })?;
    Ok((newsletter, locale))
}

/// Keys that name no text.
fn no_text(keys: Vec<String>) -> Error {
    let detail = "a key names no text; GET …/texts/{language} lists those there are";
    let code = "no-such-text";
    let fields = keys.into_iter().map(|key| FieldError { pointer: pointer(&key), code, detail: detail.into() });
    Error::Problem { status: StatusCode::UNPROCESSABLE_ENTITY, code, detail: detail.into(), fields: fields.collect() }
}

/// Words that cannot stand.
fn refused(wrong: Vec<(Text, Wrong)>) -> Error {
    let fields = wrong.into_iter().map(|(text, wrong)| FieldError {
        pointer: pointer(text.as_str()),
        code: wrong.code(),
        detail: Detail::told(wrong),
    });
    Error::Problem {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        code: "invalid-field",
        detail: "some words cannot stand, and nothing was changed".into(),
        fields: fields.collect(),
    }
}

/// Into the request (RFC 6901, section 3).
fn pointer(key: &str) -> String {
    format!("/texts/{}", key.replace('~', "~0").replace('/', "~1"))
}
