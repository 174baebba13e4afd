//! Authenticates programs by bearer tokens, never in a URL or a log.
//!
//! In: `Authorization: Bearer fct_…`. Out: a [`Caller`], or 401 with what to do; 403 and 404 where [`super::scope`] finds that the token
//! is not for this. [`tokens`] knows whose they are. What a handler does is the token's ([`activity::acting`]).

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::events::{Actor, activity};
use crate::people::tokens::{self, PREFIX, Shut};
use crate::web::frame::error::Error;

use super::scope;

/// A program with a valid token.
#[derive(Clone, Debug)]
pub struct Caller {
    /// `api_token.id`
    pub token_id: i64,
    /// The one newsletter that it is for; `None`: all.
    pub newsletter_id: Option<i64>,
}

/// The token in the header.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && token.starts_with(PREFIX)).then_some(token)
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Response;

    /// [`admit`] has let it in.
    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Response> {
        let unguarded = || Error::Internal(anyhow::anyhow!("a route of the API has no guard")).into_response();
        parts.extensions.get::<Self>().cloned().ok_or_else(unguarded)
    }
}

/// The layer before every route.
pub async fn admit(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Some(shown) = bearer(&parts.headers) else {
        return unauthorized(
            "token-missing",
            "send a token as `Authorization: Bearer fct_…`; `facteur token create NAME` makes one",
        );
    };
    let token = match tokens::open(&app, shown).await {
        Ok(token) => token,
        Err(shut) => return kept_out(shut),
    };
    if let Err(error) = scope::judge(&app, &token, &mut parts).await {
        return error.into_response();
    }
    parts.extensions.insert(Caller { token_id: token.id, newsletter_id: token.newsletter_id });
    activity::acting(Actor::Token(token.id), next.run(Request::from_parts(parts, body))).await
}

/// The answer to a token that opens nothing.
fn kept_out(shut: Shut) -> Response {
    match shut {
        Shut::Unknown => unauthorized("token-unknown", &Shut::Unknown.to_string()),
        Shut::Expired => unauthorized("token-expired", &Shut::Expired.to_string()),
        Shut::Database(error) => Error::from(error).into_response(),
    }
}

fn unauthorized(code: &'static str, detail: &str) -> Response {
    let mut response = Error::problem(StatusCode::UNAUTHORIZED, code, detail).into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"facteur\""));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bearer_tokens_of_ours_are_looked_up() {
        let with = |value: &str| HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]);
        assert_eq!(bearer(&with("Bearer fct_abc")), Some("fct_abc"));
        assert_eq!(bearer(&with("bearer  fct_abc ")), Some("fct_abc"));
        assert_eq!(bearer(&with("Basic ZmN0X2FiYw==")), None);
        assert_eq!(bearer(&with("Bearer ghp_abc")), None);
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
