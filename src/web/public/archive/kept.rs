//! Pages of the archive, kept in memory with their fingerprints.
//!
//! In: a page that was made. Out: its answer, 304 to whoever has it already (RFC 9110 section 13.1.2). What is kept is shown for a
//! second, or until something that public pages show is changed in this process, whichever comes first; so what another process
//! changes is seen within two seconds. Nobody between us and the reader keeps a page without asking (`no-cache`): what is switched off
//! is gone everywhere at once.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::app::App;

/// How long a page is shown without a look at what it is made of.
const FRESH: Duration = Duration::from_secs(1);
/// How old it may be while the first who asked makes it anew.
const OLD: Duration = Duration::from_secs(2);
/// Most bytes that are kept; then all is forgotten.
const MOST: usize = 16 * 1024 * 1024;

/// What is kept.
#[derive(Debug, Default)]
pub struct Pages(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    pages: HashMap<String, Entry>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    made: Arc<Made>,
    made_at: Instant,
    changes: u64,
    /// Somebody makes it anew.
    busy: bool,
}

impl Pages {
    /// The page of this key, if it may still be shown.
    pub(super) fn get(&self, app: &App, key: &str) -> Option<Arc<Made>> {
        let mut kept = self.kept();
        let entry = kept.pages.get_mut(key)?;
        let age = entry.made_at.elapsed();
        if entry.changes != app.pages_changed.count() || age >= OLD || (age >= FRESH && !entry.busy) {
            entry.busy = true;
            return None;
        }
        Some(entry.made.clone())
    }

    /// Keeps a page that was made after so many changes.
    pub(super) fn keep(&self, key: String, made: Made, changes: u64) -> Arc<Made> {
        let made = Arc::new(made);
        let mut kept = self.kept();
        // With its compressed form, which is smaller.
        let size = 2 * made.body.len();
        if kept.bytes + size > MOST {
            *kept = Kept::default();
        }
        kept.bytes += size;
        let entry = Entry { made: made.clone(), made_at: Instant::now(), changes, busy: false };
        let before = kept.pages.insert(key, entry);
        kept.bytes = kept.bytes.saturating_sub(before.map_or(0, |entry| 2 * entry.made.body.len()));
        made
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A page, ready to be answered.
#[derive(Debug)]
pub(super) struct Made {
    body: Bytes,
    gzip: OnceLock<Option<Bytes>>,
    fingerprint: String,
    /// Of every answer.
    common: HeaderMap,
    /// Of those that have the page.
    more: HeaderMap,
}

impl Made {
    /// A page of this kind in this language.
    pub(super) fn new(kind: &'static str, language: &str, text: String) -> anyhow::Result<Self> {
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        let fingerprint = URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]);
        let (mut common, mut more) = (HeaderMap::new(), HeaderMap::new());
        // Weak, for the page is the same compressed or not (RFC 9110 section 8.8.1).
        common.insert(header::ETAG, HeaderValue::from_str(&format!("W/\"{fingerprint}\""))?);
        common.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        common.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        common.insert(header::CONTENT_LANGUAGE, HeaderValue::from_str(language)?);
        more.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        Ok(Self { body: text.into(), gzip: OnceLock::new(), fingerprint, common, more })
    }

    /// The same with one more field of the head.
    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.more.insert(name, value);
        self
    }

    /// The answer to whoever asks with this head.
    pub(super) fn answer(&self, asked: &HeaderMap) -> Response {
        if self.is_known(asked) {
            let mut response = StatusCode::NOT_MODIFIED.into_response();
            response.headers_mut().extend(self.common.clone());
            return response;
        }
        let zipped = if takes_gzip(asked) { self.zipped() } else { None };
        let (mut response, is_zipped) = match zipped {
            Some(bytes) => (bytes.into_response(), true),
            None => (self.body.clone().into_response(), false),
        };
        let headers = response.headers_mut();
        for (name, value) in self.common.iter().chain(&self.more) {
            headers.insert(name, value.clone());
        }
        if is_zipped {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }

    fn is_known(&self, asked: &HeaderMap) -> bool {
        let Some(known) = asked.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok()) else { return false };
        let mut tags = known.split(',').map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"'));
        tags.any(|tag| tag == "*" || tag == self.fingerprint)
    }

    /// Compressed once for all who take it so.
    fn zipped(&self) -> Option<Bytes> {
        let zip = || {
            let mut encoder = GzEncoder::new(Vec::with_capacity(self.body.len() / 3), Compression::default());
            encoder.write_all(&self.body).ok()?;
            encoder.finish().ok().map(Bytes::from)
        };
        self.gzip.get_or_init(zip).clone()
    }
}

/// Whether gzip may be answered (RFC 9110 section 12.5.3): named, and not with a weight of nothing.
fn takes_gzip(asked: &HeaderMap) -> bool {
    let values = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut codings = values.flat_map(|value| value.split(','));
    codings.any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok());
        is_gzip && weight.is_none_or(|weight| weight > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(name: HeaderName, value: &str) -> HeaderMap {
        [(name, HeaderValue::from_str(value).unwrap())].into_iter().collect()
    }

    #[test]
    fn whoever_has_it_is_not_sent_it_again() {
        let made = Made::new("text/html; charset=utf-8", "fr", "<p>Un</p>".into()).unwrap();
        let tag = made.answer(&HeaderMap::new()).headers()[header::ETAG].to_str().unwrap().to_owned();
        assert!(tag.starts_with("W/\""), "{tag}");
        for (known, status) in [
            (tag.clone(), 304),
            (tag.trim_start_matches("W/").to_owned(), 304),
            (format!("\"x\", {tag}"), 304),
            ("*".to_owned(), 304),
            ("\"x\"".to_owned(), 200),
            (String::new(), 200),
        ] {
            let answer = made.answer(&head(header::IF_NONE_MATCH, &known));
            assert_eq!(answer.status(), status, "{known}");
            assert_eq!(answer.headers()[header::ETAG].to_str().unwrap(), tag);
            assert_eq!(answer.headers().contains_key(header::CONTENT_TYPE), status == 200);
        }
    }

    #[test]
    fn gzip_for_those_who_take_it() {
        for (said, takes) in
            [("gzip, br", true), ("br;q=1.0, GZIP;q=0.5", true), ("gzip;q=0", false), ("identity", false), ("", false)]
        {
            assert_eq!(takes_gzip(&head(header::ACCEPT_ENCODING, said)), takes, "{said}");
        }
    }
}
