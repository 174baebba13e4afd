//! A mail, or a public page, inside a frame of one of our pages: its own styles, its pictures, and nothing that acts.
//!
//! In: the HTML part of a mail; a page. Out: an answer that only our own pages may frame, in a sandbox: no script, no form, no way out.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::markup::{self, Piece};

/// Mails carry their styles inside and their pictures outside. The page around may look at how far it was scrolled, so it counts as
/// of this host; without scripts that gives it no power.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; frame-ancestors 'self'; \
                      form-action 'none'; base-uri 'none'; sandbox allow-same-origin";

/// Answers with a mail.
pub fn framed(html: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    ];
    (headers, html).into_response()
}

/// How lines above a mail stand apart from it, whatever colours it has.
const APART: &str = "margin:0;padding:8px 12px;border-bottom:1px solid #8a6d00;background:#fff3c4;color:#222222;font:14px/1.4 sans-serif";

/// The same below lines in a language that are not of the mail.
pub fn framed_under(lines: &[String], language: &str, html: &str) -> Response {
    let mut above = format!("<div role=\"note\" lang=\"{language}\" style=\"{APART}\">");
    for line in lines {
        above.extend(["<p style=\"margin:0\">", &markup::html(&[Piece::Text(line.clone())]), "</p>"]);
    }
    above.push_str("</div>");
    let begin = html.find("<body").and_then(|at| html[at..].find('>').map(|end| at + end + 1)).unwrap_or_default();
    framed([&html[..begin], &above, &html[begin..]].concat())
}

/// The same for one of our own pages: styles of ours alone.
const PAGE: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-ancestors 'self'; form-action 'none'; \
                    base-uri 'none'; sandbox allow-same-origin";

/// A page for a frame.
pub fn framed_page(mut page: Response) -> Response {
    let headers = page.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    page
}
