//! A web server for feeds (and anything else that is fetched): tests set what each path answers.
//!
//! In: `feeds.put("/feed.xml", Page::rss(..))`. Out: HTTP on a loopback port, and what was asked. It knows ETag and 304 by
//! itself, and can be slow, cut short, or gone.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use futures_util::{StreamExt as _, stream};

/// What a path answers.
#[derive(Clone, Debug)]
pub struct Page {
    pub status: u16,
    pub body: Vec<u8>,
    /// Header names and values, `content-type` and `etag` too.
    pub headers: Vec<(String, String)>,
    /// Before the first byte.
    pub delay: Duration,
    /// The connection breaks after so many bytes of the body.
    pub cut_after: Option<usize>,
}

impl Page {
    /// 200 with this body.
    pub fn new(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status: 200, body: body.into(), headers, delay: Duration::ZERO, cut_after: None }
    }

    /// An RSS feed with these items, the newest first.
    pub fn rss(title: &str, items: &[Item]) -> Self {
        let items: String = items.iter().map(Item::rss).collect();
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>{}</title>\
             <link>https://blog.example.org/</link><description>Test</description>{items}</channel></rss>",
            escape(title)
        );
        Self::new("application/rss+xml; charset=utf-8", body)
    }

    /// Only a status.
    pub fn status(status: u16) -> Self {
        Self { status, ..Self::new("text/plain", "") }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn delayed(mut self, by: Duration) -> Self {
        self.delay = by;
        self
    }

    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.cut_after = Some(bytes);
        self
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// An entry of an RSS feed.
#[derive(Clone, Debug)]
pub struct Item {
    pub guid: String,
    pub title: String,
    pub link: String,
    /// RFC 2822; empty for none.
    pub date: String,
    /// HTML.
    pub html: String,
}

impl Item {
    /// An entry at `https://blog.example.org/<slug>`, with that as its guid, published at this instant.
    pub fn new(slug: &str, title: &str, at: facteur::clock::Millis) -> Self {
        let link = format!("https://blog.example.org/{slug}");
        let zoned = facteur::clock::timestamp(at).to_zoned(jiff::tz::TimeZone::UTC);
        let date = jiff::fmt::rfc2822::to_string(&zoned).unwrap();
        let html = format!("<p>{title} : le texte entier de ce billet.</p>");
        Self { guid: link.clone(), title: title.to_owned(), link, date, html }
    }

    fn rss(&self) -> String {
        let date = if self.date.is_empty() { String::new() } else { format!("<pubDate>{}</pubDate>", self.date) };
        format!(
            "<item><guid isPermaLink=\"false\">{}</guid><title>{}</title><link>{}</link>{date}<description>{}</description></item>",
            escape(&self.guid),
            escape(&self.title),
            escape(&self.link),
            escape(&self.html)
        )
    }
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub headers: HeaderMap,
}

#[derive(Default)]
struct Pages {
    pages: HashMap<String, Page>,
    asked: Vec<Asked>,
}

/// A running feed server; ends with the test's runtime.
#[derive(Clone)]
pub struct FeedServer {
    address: SocketAddr,
    pages: Arc<Mutex<Pages>>,
}

impl FeedServer {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let pages = Arc::<Mutex<Pages>>::default();
        let router = Router::new().fallback(answer).with_state(pages.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, pages }
    }

    /// The URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// From now on the path answers this; gives its URL.
    pub fn put(&self, path: &str, page: Page) -> String {
        self.pages.lock().unwrap().pages.insert(path.to_owned(), page);
        self.url(path)
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.pages.lock().unwrap().asked.clone()
    }
}

async fn answer(State(pages): State<Arc<Mutex<Pages>>>, request: Request) -> Response {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let headers = request.headers().clone();
    let page = {
        let mut pages = pages.lock().unwrap();
        pages.asked.push(Asked { headers: headers.clone() });
        pages.pages.get(&path).cloned().unwrap_or_else(|| Page::status(404))
    };
    tokio::time::sleep(page.delay).await;
    let mut response = Response::builder();
    for (name, value) in &page.headers {
        response = response.header(name, value);
    }
    if page.status == 200 && unchanged(&page, &headers) {
        return response.status(StatusCode::NOT_MODIFIED).body(Body::empty()).unwrap();
    }
    let body = match page.cut_after {
        None => Body::from(page.body),
        Some(bytes) => {
            response = response.header(header::CONTENT_LENGTH, page.body.len());
            let part = Bytes::from(page.body).slice(..bytes);
            // The pause lets the first part leave before hyper drops the connection.
            let broken = async {
                tokio::time::sleep(Duration::from_millis(50)).await;
                Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
            };
            Body::from_stream(stream::once(async { Ok(part) }).chain(stream::once(broken)))
        }
    };
    response.status(page.status).body(body).unwrap()
}

/// RFC 9110 section 13.1: If-None-Match first, else If-Modified-Since, compared as text.
fn unchanged(page: &Page, asked: &HeaderMap) -> bool {
    let said = |name: header::HeaderName| asked.get(name).and_then(|value| value.to_str().ok());
    match (said(header::IF_NONE_MATCH), page.value("etag")) {
        (Some(said), Some(etag)) => said == etag,
        (Some(_), None) => false,
        (None, _) => page.value("last-modified").is_some_and(|at| said(header::IF_MODIFIED_SINCE) == Some(at)),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
