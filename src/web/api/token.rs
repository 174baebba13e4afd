//! Authenticates programs by bearer tokens, never in a URL or a log.
//!
//! In: `Authorization: Bearer fct_…`. Out: a [`Caller`], or 401 with what to do. [`tokens`] knows whose they are.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::people::tokens::{self, PREFIX, Shut};
use crate::web::frame::error::Error;

/// A program with a valid token.
#[derive(Clone, Debug)]
pub struct Caller {
    /// `api_token.id`
    pub token_id: i64,
}

/// The token in the header.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && token.starts_with(PREFIX)).then_some(token)
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let Some(token) = bearer(&parts.headers) else {
            return Err(unauthorized(
                "token-missing",
                "send a token as `Authorization: Bearer fct_…`; `facteur token create NAME` makes one",
            ));
        };
        match tokens::open(app, token).await {
            Ok(row) => Ok(Self { token_id: row.id }),
            Err(shut @ Shut::Unknown) => Err(unauthorized("token-unknown", &shut.to_string())),
            Err(shut @ Shut::Expired) => Err(unauthorized("token-expired", &shut.to_string())),
            Err(Shut::Database(error)) => Err(Error::from(error).into_response()),
        }
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
