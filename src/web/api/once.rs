//! `Idempotency-Key`: a `POST` that is repeated, even at the same moment, is done once and answered the same.
//!
//! In: the key (each token has its own keys), a hash of method, path and body, and the work to do. Out: its answer, kept for two
//! days; a different request with the same key gets 422. A request that failed leaves no trace, so it can be repeated.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{Context, SHA256};
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::app::App;
use crate::clock::{DAY, MINUTE, Millis};
use crate::events::activity;
use crate::web::frame::error::Error;

use super::sql;
use super::token::Caller;

/// How long an answer is kept.
const KEEP: Millis = 2 * DAY;
/// After this long, a request without an answer counts as dead (its process was killed).
const DEAD: Millis = MINUTE;
/// How long a repeated request waits for the first one's answer.
const WAIT: Duration = Duration::from_secs(20);

/// The work to do.
pub type Act = Pin<Box<dyn Future<Output = Result<Done, Error>> + Send>>;

/// A request that may be repeated.
#[derive(Clone, Debug)]
pub struct Request {
    caller: Caller,
    key: Option<String>,
    hash: String,
}

impl Request {
    /// Reads the key and what is asked.
    pub fn read(caller: Caller, method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Result<Self, Error> {
        let key = headers.get("idempotency-key").or_else(|| headers.get("x-idempotency-key"));
        let key = key.map(|value| value.to_str().unwrap_or_default().trim().to_owned());
        if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > 255) {
            let detail = "Idempotency-Key must have 1 to 255 visible characters";
            return Err(Error::problem(StatusCode::BAD_REQUEST, "invalid-idempotency-key", detail));
        }
        let mut hash = Context::new(&SHA256);
        for part in [method.as_str().as_bytes(), uri.path().as_bytes(), body] {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Ok(Self { caller, key, hash: URL_SAFE_NO_PAD.encode(hash.finish()) })
    }

    /// Does the work, or returns the first answer again.
    ///
    /// The work continues to its end even when the caller disconnects.
    pub async fn once(self, app: &Arc<App>, act: Act) -> Result<Response, Error> {
        let Some(key) = self.key.clone() else {
            return in_full(act).await.map(|done| done.answer(false));
        };
        let give_up = Instant::now() + WAIT;
        loop {
            if self.take(app, &key).await? {
                let (app, token_id) = (app.clone(), self.caller.token_id);
                return in_full(Box::pin(act_and_keep(app, token_id, key, act))).await.map(|done| done.answer(false));
            }
            if let Some(done) = self.answer_of_first(app, &key).await? {
                return Ok(done.answer(true));
            }
            if Instant::now() > give_up {
                let detail = "the first request with this Idempotency-Key is still under way; ask again in a moment";
                return Err(Error::problem(StatusCode::CONFLICT, "still-under-way", detail));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Whether this request is the one to do it.
    async fn take(&self, app: &App, key: &str) -> Result<bool, Error> {
        let (id, now) = (self.caller.token_id, app.clock.now());
        let first = sql::kept(&app.db, id, key).await?.filter(|kept| now - kept.created_at < KEEP);
        let dead = first.as_ref().filter(|kept| kept.status == 0 && now - kept.created_at > DEAD);
        if first.is_some() && dead.is_none() {
            return Ok(false);
        }
        let mut tx = app.db.begin().await?;
        let taken = match dead {
            Some(dead) => sql::take_over(&mut tx, id, key, dead.created_at, now).await?,
            None => sql::take_key(&mut tx, id, key, &self.hash, now, now - KEEP).await?,
        };
        tx.commit().await?;
        Ok(taken)
    }

    async fn answer_of_first(&self, app: &App, key: &str) -> Result<Option<Done>, Error> {
        let Some(kept) = sql::kept(&app.db, self.caller.token_id, key).await? else { return Ok(None) };
        if kept.request_hash != self.hash {
            let detail = "this Idempotency-Key was used for another request; use a new key for each";
            return Err(Error::problem(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused", detail));
        }
        if kept.status == 0 {
            return Ok(None);
        }
        let status = u16::try_from(kept.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
        Ok(Some(Done { status: status.unwrap_or(StatusCode::OK), body: kept.response, location: None }))
    }
}

/// What a `POST` did.
#[derive(Clone, Debug)]
pub struct Done {
    status: StatusCode,
    body: String,
    location: Option<String>,
}

impl Done {
    /// An answer of this status.
    pub fn new(status: StatusCode, body: &Value) -> Self {
        Self { status, body: body.to_string(), location: None }
    }

    /// The address of the created resource.
    #[must_use]
    pub fn at(mut self, path: String) -> Self {
        self.location = Some(path);
        self
    }

    fn answer(self, repeated: bool) -> Response {
        let mut response = (self.status, self.body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(location) = self.location.and_then(|path| HeaderValue::from_str(&path).ok()) {
            headers.insert(header::LOCATION, location);
        }
        if repeated {
            headers.insert(HeaderName::from_static("idempotency-replayed"), HeaderValue::from_static("true"));
        }
        response
    }
}

async fn act_and_keep(app: Arc<App>, token_id: i64, key: String, act: Act) -> Result<Done, Error> {
    let done = act.await;
    let mut tx = app.db.begin().await?;
    match &done {
        Ok(done) => sql::keep(&mut tx, token_id, &key, i64::from(done.status.as_u16()), &done.body).await?,
        Err(_) => sql::free_key(&mut tx, token_id, &key).await?,
    };
    tx.commit().await?;
    done
}

/// Runs it in a task of its own, which a caller who hangs up does not end.
async fn in_full(act: Act) -> Result<Done, Error> {
    // The task is of whoever asked.
    let work = activity::acting(activity::actor(), act);
    tokio::spawn(work).await.map_err(|error| Error::Internal(error.into()))?
}
