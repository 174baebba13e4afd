//! Whether the links of a digest lead somewhere: its posts' pages first, then what stands in them, each asked once.
//!
//! In: what a digest says, and a limit of time. Out: a [`Link`] each. What is not reached in time is not looked at yet: asked again
//! within a minute, what was seen is remembered, and the rest follows.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use url::Url;

use super::{Check, Finding};
use crate::app::App;
use crate::mails::DigestContent;
use crate::mails::markup::{self, Piece};
use crate::net::look::Look;

/// How long one call looks.
pub const LIMIT: Duration = Duration::from_secs(20);
/// Addresses that one digest asks for at most.
pub const MOST: usize = 300;
/// Addresses that are asked at once; at most two of them at one domain.
const AT_ONCE: usize = 8;

/// A link and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where to.
    pub url: Url,
    /// `None`: not looked at yet.
    pub look: Option<Look>,
}

/// The links of a digest, each once, in the order of the mail.
pub fn of(content: &DigestContent) -> Vec<Url> {
    let pages = content.posts.iter().filter_map(|post| post.url.clone());
    let intro = content.intro.iter().flat_map(|html| addresses(html));
    let inside =
        content.posts.iter().filter(|post| post.own.summary.is_none()).flat_map(|post| addresses(&post.content));
    let mut found: Vec<Url> = Vec::new();
    for address in intro.chain(pages).chain(inside) {
        let Ok(mut url) = Url::parse(&address) else { continue };
        url.set_fragment(None);
        if matches!(url.scheme(), "http" | "https") && !found.contains(&url) {
            found.push(url);
        }
        if found.len() == MOST {
            break;
        }
    }
    found
}

fn addresses(html: &str) -> Vec<String> {
    let href = |piece| match piece {
        Piece::Open(element) if element.name == "a" => element.get("href").map(str::to_owned),
        _ => None,
    };
    markup::pieces(html).into_iter().filter_map(href).collect()
}

/// What is known of them without asking.
pub fn known(app: &App, content: &DigestContent) -> Vec<Link> {
    of(content).into_iter().map(|url| Link { look: app.net.looked(&url), url }).collect()
}

/// Asks for what is not known, for [`LIMIT`] at most.
pub async fn look(app: &App, content: &DigestContent) -> Vec<Link> {
    let urls = of(content);
    let asking = stream::iter(&urls).for_each_concurrent(AT_ONCE, |url| async move {
        app.net.look(url).await;
    });
    // What is left is not looked at yet.
    let _ = tokio::time::timeout(LIMIT, asking).await;
    known(app, content)
}

/// A finding for each broken link.
pub fn findings(links: &[Link]) -> impl Iterator<Item = Finding> {
    let broken = links.iter().filter(|link| link.look == Some(Look::Broken));
    broken.map(|link| Finding { check: Check::BrokenLink { address: link.url.to_string() }, blocks: false })
}
