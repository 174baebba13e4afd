//! Authenticates programs by bearer tokens: `fct_` and 256 random bits, shown once, stored as SHA-256, never in a URL or a log.
//!
//! In: `Authorization: Bearer fct_…`. Out: a [`Caller`], or 401 with what to do. `facteur token` creates and revokes tokens.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::App;
use crate::clock::{DAY, MINUTE, Millis};
use crate::keys::random_text;
use crate::web::frame::error::Error;

use super::sql;

/// What every token begins with, so that a leaked one is recognised.
const PREFIX: &str = "fct_";
/// Longest life of a token, and the usual one.
pub const LONGEST: Millis = 366 * DAY;
/// `last_used_at` is written at most this often: reading must not cost a write each time.
const TOUCH: Millis = MINUTE;

/// A program with a valid token.
#[derive(Clone, Debug)]
pub struct Caller {
    /// `api_token.id`
    pub token_id: i64,
}

/// Makes a token and gives it; it cannot be read again. `None` when there is one of this name.
pub async fn create(app: &App, name: &str, expires_at: Millis) -> sqlx::Result<Option<String>> {
    let token = format!("{PREFIX}{}", random_text(32));
    let mut tx = app.db.begin().await?;
    let made = sql::insert_token(&mut tx, name, &hash(&token), app.clock.now(), expires_at).await?;
    tx.commit().await?;
    Ok((made == 1).then_some(token))
}

/// Ends the token of this name at once; false when there is none.
pub async fn revoke(app: &App, name: &str) -> sqlx::Result<bool> {
    let mut tx = app.db.begin().await?;
    let gone = sql::delete_token(&mut tx, name).await?;
    tx.commit().await?;
    Ok(gone > 0)
}

fn hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()))
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
        let found = sql::token(&app.db, &hash(token)).await.map_err(|error| Error::from(error).into_response())?;
        let now = app.clock.now();
        let Some(row) = found else {
            return Err(unauthorized("token-unknown", "this token is not known here, or was revoked"));
        };
        if row.expires_at <= now {
            return Err(unauthorized(
                "token-expired",
                "this token has expired; `facteur token create` makes a new one",
            ));
        }
        if row.last_used_at.is_none_or(|at| now - at >= TOUCH) {
            touch(app, row.id, now).await.map_err(|error| Error::from(error).into_response())?;
        }
        Ok(Self { token_id: row.id })
    }
}

async fn touch(app: &App, id: i64, now: Millis) -> sqlx::Result<()> {
    let mut tx = app.db.begin().await?;
    sql::touch_token(&mut tx, id, now).await?;
    tx.commit().await
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
        assert_eq!(hash("fct_abc").len(), 43);
    }
}
