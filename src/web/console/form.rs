//! What a form of the console sent: fields in their order, names as often as they came, and files.
//!
//! In: a body that the guard has read, form-encoded or multipart. Out: [`Form`].

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest as _, FromRequestParts, Multipart};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request, StatusCode, header};

use crate::app::App;
use crate::web::frame::error::Error;

/// The field that carries the page's code.
pub const CODE: &str = "code";

/// A file of a form.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The field.
    pub name: String,
    /// As the browser calls it; shown, never used as a path.
    pub file_name: String,
    /// What it holds.
    pub bytes: Bytes,
}

/// A form as it was sent.
#[derive(Clone, Debug, Default)]
pub struct Form(Arc<Sent>);

#[derive(Debug, Default)]
struct Sent {
    fields: Vec<(String, String)>,
    files: Vec<Upload>,
}

impl Form {
    /// A field, `None` when missing or empty; the first of equal names that is not empty counts.
    pub fn get(&self, name: &str) -> Option<&str> {
        let named = self.0.fields.iter().find(|(found, value)| found == name && !value.is_empty());
        named.map(|(_, value)| value.as_str())
    }

    /// A field, empty when missing, its line ends as ours.
    pub fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().replace("\r\n", "\n")
    }

    /// Whether a box was ticked, or a button of this name pressed.
    pub fn has(&self, name: &str) -> bool {
        self.0.fields.iter().any(|(found, _)| found == name)
    }

    /// Every value of a name that is not empty.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.fields.iter().filter(move |(found, _)| found == name);
        named.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Every field but the code, as it came.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).filter(|(name, _)| *name != CODE)
    }

    /// The file of a field, `None` when none was chosen.
    pub fn file(&self, name: &str) -> Option<&Upload> {
        self.0.files.iter().find(|file| file.name == name && !(file.file_name.is_empty() && file.bytes.is_empty()))
    }

    /// Whether any file came.
    pub fn has_files(&self) -> bool {
        self.0.files.iter().any(|file| !file.bytes.is_empty())
    }

    /// Reads a body.
    pub(super) async fn read(app: &Arc<App>, headers: &HeaderMap, body: Bytes) -> Result<Self, Error> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            return Self::multipart(app, kind, body).await;
        }
        let pairs = url::form_urlencoded::parse(&body);
        let fields = pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        Ok(Self(Arc::new(Sent { fields, files: Vec::new() })))
    }

    async fn multipart(app: &Arc<App>, kind: &str, body: Bytes) -> Result<Self, Error> {
        let malformed = || Error::problem(StatusCode::BAD_REQUEST, "malformed", "");
        let request = Request::builder().header(header::CONTENT_TYPE, kind).body(Body::from(body));
        let mut request = request.map_err(|_| malformed())?;
        // The guard has read the body, no longer than its route allows; axum's own limit of 2 MB is not asked.
        DefaultBodyLimit::disable().apply(&mut request);
        let mut multipart = Multipart::from_request(request, app).await.map_err(|_| malformed())?;
        let mut sent = Sent::default();
        while let Some(field) = multipart.next_field().await.map_err(|_| malformed())? {
            let name = field.name().unwrap_or_default().to_owned();
            if let Some(file_name) = field.file_name().map(str::to_owned) {
                let bytes = field.bytes().await.map_err(|_| malformed())?;
                sent.files.push(Upload { name, file_name, bytes });
            } else {
                let value = field.text().await.map_err(|_| malformed())?;
                sent.fields.push((name, value));
            }
        }
        Ok(Self(Arc::new(sent)))
    }
}

/// The guard has read it; a `GET` has an empty one.
impl FromRequestParts<Arc<App>> for Form {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}
