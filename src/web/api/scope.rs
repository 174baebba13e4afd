//! What a token may do: verbs, in one newsletter or in all. What no line here names asks for [`Verb::Manage`].
//!
//! In: a token, a request whose route is known. Out: nothing, or 403 when its verbs are not enough, 404 for what is not of its newsletter,
//! as if that were not there.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{FromRequestParts as _, MatchedPath, Path};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};

use crate::app::App;
use crate::digests;
use crate::newsletters;
use crate::people::tokens::{Token, Verb};
use crate::web::frame::error::Error;

use super::{no_digest, no_newsletter};

/// The list of newsletters: a token of one sees that one.
const LIST: &str = "/api/v1/newsletters";

/// What a route, as axum writes it, asks for.
pub fn verb(method: &Method, route: &str) -> Verb {
    let ends = |ways: &[&str]| ways.iter().any(|way| route.ends_with(way));
    let instance = ["/api/v1/activity", "/api/v1/tokens", "/api/v1/system"];
    if instance.iter().any(|of| route.starts_with(of)) {
        return Verb::Manage;
    }
    if route.contains("/subscribers") {
        return Verb::Readers;
    }
    match *method {
        Method::GET | Method::HEAD => Verb::Read,
        Method::POST if ends(&["/posts"]) => Verb::Write,
        Method::POST if ends(&["/digests", "/digests/{digest}/{action}", "/doctor/waive", "/warmup/end"]) => Verb::Send,
        _ => Verb::Manage,
    }
}

/// Judges a request.
///
/// # Errors
/// 403 or 404.
pub async fn judge(app: &Arc<App>, token: &Token, parts: &mut Parts) -> Result<(), Error> {
    let route = parts.extensions.get::<MatchedPath>().map_or_else(String::new, |path| path.as_str().to_owned());
    let verb = verb(&parts.method, &route);
    if !token.may(verb) {
        let detail = format!(
            "this token may not do this: it would need `{verb}`; `facteur token create --may {verb}` makes one"
        );
        return Err(Error::problem(StatusCode::FORBIDDEN, "token-not-allowed", detail));
    }
    let Some(own) = token.newsletter_id.filter(|_| route != LIST) else { return Ok(()) };
    // Decoded as the handler will read them.
    let names = Path::<BTreeMap<String, String>>::from_request_parts(parts, app).await;
    let names = names.map(|names| names.0).unwrap_or_default();
    if let Some(slug) = names.get("newsletter") {
        let found = newsletters::sql::by_slug(&app.db, slug).await?;
        return if found.is_none_or(|found| found.id == own) { Ok(()) } else { Err(no_newsletter()) };
    }
    if let Some(id) = names.get("digest") {
        let found = digests::sql::by_public_id(&app.db, id).await?;
        return if found.is_none_or(|found| found.newsletter_id == own) { Ok(()) } else { Err(no_digest()) };
    }
    let detail = "this token is for one newsletter, and this concerns all of them";
    Err(Error::problem(StatusCode::FORBIDDEN, "token-not-allowed", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_something_asks_for_more_than_looking() {
        for (method, route, wanted) in [
            (Method::GET, "/api/v1/newsletters", Verb::Read),
            (Method::GET, "/api/v1/digests/{digest}/events", Verb::Read),
            (Method::POST, "/api/v1/newsletters/{newsletter}/posts", Verb::Write),
            (Method::POST, "/api/v1/newsletters/{newsletter}/digests", Verb::Send),
            (Method::POST, "/api/v1/digests/{digest}/{action}", Verb::Send),
            (Method::POST, "/api/v1/newsletters/{newsletter}/warmup/end", Verb::Send),
            (Method::GET, "/api/v1/newsletters/{newsletter}/subscribers", Verb::Readers),
            (Method::GET, "/api/v1/activity", Verb::Manage),
            (Method::POST, "/api/v1/of-a-later-version", Verb::Manage),
            (Method::DELETE, "/api/v1/newsletters/{newsletter}", Verb::Manage),
        ] {
            assert_eq!(verb(&method, route), wanted, "{method} {route}");
        }
    }
}
