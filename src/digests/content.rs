//! What a digest says: its newsletter as sender and its posts, handed to `letters`.
//!
//! In: a newsletter, posts, the zone of a schedule. Out: [`Sender`] and [`DigestContent`], and mails rendered from them.

use crate::app::App;
use crate::clock::Millis;
use crate::feeds::Post;
use crate::i18n;
use crate::mails::{self, Brand, Composed, DigestContent, DigestPost, Sender};
use crate::newsletters::Newsletter;

use super::{Digest, DigestError, Refusal};

/// The newsletter as its mails show it.
pub fn sender(app: &App, newsletter: &Newsletter) -> Sender {
    Sender {
        newsletter: newsletter.name.clone(),
        slug: newsletter.slug.clone(),
        from_name: newsletter.from_name.clone(),
        from_address: newsletter.from_address.clone(),
        reply_to: newsletter.reply_to.clone(),
        site_url: newsletter.site_url.clone(),
        postal: newsletter.postal.clone(),
        base_url: app.config.base_url.clone(),
        leave_mailbox: app.config.smtp.leave_mailbox.clone(),
        brand: Brand {
            logo_url: newsletter.logo_url.clone(),
            colour: newsletter.colour.clone(),
            footer: newsletter.footer.clone(),
        },
    }
}

/// The posts as they stand now, in this order. What an editor wrote about the digest before stays.
pub fn of_posts(posts: Vec<Post>, zone: &str, before: Option<&Digest>) -> DigestContent {
    let kept = before.and_then(|digest| stored(digest).ok()).unwrap_or_default();
    DigestContent {
        subject: kept.subject,
        intro: kept.intro,
        posts: posts.into_iter().map(frozen).collect(),
        zone: zone.to_owned(),
    }
}

/// What a digest's row holds.
///
/// # Errors
/// When the digest holds none (it was skipped).
pub fn stored(digest: &Digest) -> anyhow::Result<DigestContent> {
    Ok(serde_json::from_str(&digest.content)?)
}

/// The form in which content is stored.
pub fn to_text(content: &DigestContent) -> sqlx::Result<String> {
    serde_json::to_string(content).map_err(|error| sqlx::Error::Encode(error.into()))
}

fn frozen(post: Post) -> DigestPost {
    DigestPost {
        id: post.id,
        title: post.title,
        url: post.url,
        author: post.author,
        language: post.language,
        summary: post.summary,
        content: post.content,
        image_url: post.image_url,
        published_at: post.published_at,
        published_day: post.published_day.and_then(|day| day.parse().ok()),
    }
}

/// What a list of digests shows before one is rendered: the titles.
pub fn working_title(content: &DigestContent) -> String {
    let titles: Vec<&str> = content.posts.iter().map(|post| post.title.as_str()).collect();
    content.subject.clone().unwrap_or_else(|| titles.join(" · "))
}

/// The digest in one language.
///
/// # Errors
/// [`Refusal::NotRendered`].
pub fn render(
    app: &App,
    newsletter: &Newsletter,
    content: &DigestContent,
    language: &str,
    date: Millis,
) -> Result<Composed, DigestError> {
    mails::digest(&sender(app, newsletter), content, language, date)
        .map_err(|error| Refusal::NotRendered { words: format!("{error:#}") }.into())
}

/// The digest in every language that has texts: each recipient's is among them, also when it changes while we send.
///
/// # Errors
/// [`Refusal::NotRendered`] for the first language that fails.
pub fn render_all(
    app: &App,
    newsletter: &Newsletter,
    content: &DigestContent,
    date: Millis,
) -> Result<Vec<(&'static str, Composed)>, DigestError> {
    i18n::tags().map(|tag| Ok((tag, render(app, newsletter, content, tag, date)?))).collect()
}
