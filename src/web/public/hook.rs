//! `POST /hooks/{provider}/{secret}`: a provider posts what became of mails.
//!
//! In: the address with its secret, headers, a body. Out: 200 once it is stored; 404 alike for a wrong secret, a provider that is
//! not set up and one that there is none of; 403 for what is not believed, 503 for what is to be sent again. The secret is in no
//! log: only the route is logged.

use std::sync::Arc;

use axum::Extension;
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::bounces::hooks::receive::{self, Certificates, Guarded, Trouble};
use crate::bounces::hooks::request::{self, Headers, Refused};
use crate::digests;
use crate::web::frame::error::Error;

/// Longest body, bytes: providers collect up to some thousand events.
const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// What is answered to a provider that is content with any word.
const DONE: &str = "OK\n";

/// `GET` and `HEAD`: some providers look whether the address is there before they keep it.
pub async fn look(
    State(app): State<Arc<App>>,
    Path((provider, secret)): Path<(String, String)>,
) -> Result<Response, Error> {
    receive::open(&app, &provider, &secret).ok_or(Error::NotFound)?;
    Ok(plain(DONE))
}

/// `POST`: stores what is told.
pub async fn receive(
    State(app): State<Arc<App>>,
    Path((provider, secret)): Path<(String, String)>,
    Extension(certificates): Extension<Arc<Certificates>>,
    request: Request,
) -> Result<Response, Error> {
    let open = receive::open(&app, &provider, &secret).ok_or(Error::NotFound)?;
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_LIMIT).await.map_err(|_| Error::TooLarge)?;
    let headers = headers(&parts.headers);
    let url = format!("{}/hooks/{provider}/{secret}", app.config.base_url);
    let request = request::Request { headers: &headers, body: &body, url: &url };
    let fetch = Guarded(&app.net, app.clock.now());
    match receive::receive(&app, digests::MEANING, &open, &request, &certificates, &fetch).await {
        Ok(_) => Ok(plain(DONE)),
        Err(Trouble::Refused(why)) => Ok(refused(open.provider.as_str(), why)),
        Err(Trouble::Database(error)) => Err(error.into()),
        Err(trouble @ (Trouble::Later(_) | Trouble::Setting(_) | Trouble::NoKey(_))) => {
            let words = format!("the web hook of {}", open.provider);
            Err(Error::Unavailable(anyhow::Error::from(trouble).context(words)))
        }
    }
}

/// Those that are text; no provider's proof is in another.
fn headers(headers: &HeaderMap) -> Headers {
    headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect()
}

fn refused(provider: &str, why: Refused) -> Response {
    tracing::warn!(provider, why = why.words(), "what a web hook brought is refused");
    let status = match why {
        Refused::Unreadable => StatusCode::BAD_REQUEST,
        Refused::Login => StatusCode::UNAUTHORIZED,
        _ => StatusCode::FORBIDDEN,
    };
    let mut response = Error::problem(status, "refused", why.words()).into_response();
    if why == Refused::Login {
        // RFC 9110 section 11.6.1; some clients send their password only when they are asked for it.
        let challenge = HeaderValue::from_static("Basic realm=\"Facteur\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

fn plain(text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
