//! What a digest says: its newsletter as sender and its posts, handed to `letters`.
//!
//! In: a newsletter, posts, the zone of a schedule. Out: [`Sender`] and [`DigestContent`], and mails rendered from them.

use crate::app::App;
use crate::clock::Millis;
use crate::feeds::Post;
use crate::i18n;
use crate::ledger::DigestState;
use crate::mails::{self, Brand, Composed, DigestContent, DigestPost, Sender};
use crate::newsletters::{self, Newsletter};
use crate::texts::Texts;

use super::edit::sql::{Line, Words};
use super::{Digest, DigestError, Refusal, archive, edit, sql};

/// The newsletter as its mails show it. A digest holds none of the texts that may be an owner's own.
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
            logo_size: newsletter.logo_width.zip(newsletter.logo_height),
            logo_alt: newsletter.logo_alt.clone(),
            colour: newsletter.colour.clone(),
            footer: newsletter.footer.clone(),
        },
        texts: Texts::default(),
    }
}

/// The posts as they stand now, in this order.
pub fn of_posts(posts: Vec<Post>, zone: &str) -> DigestContent {
    let posts = posts.into_iter().map(frozen_post).collect();
    DigestContent { posts, zone: zone.to_owned(), ..DigestContent::default() }
}

/// The same with what an editor wants of the digest.
pub fn edited(posts: Vec<Post>, lines: &[Line], zone: &str, words: &Words) -> DigestContent {
    let mut said = of_posts(posts, zone);
    for post in &mut said.posts {
        post.own = lines.iter().find(|line| line.post_id == post.id).map(Line::own).unwrap_or_default();
    }
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    said.subject = some(&words.subject);
    said.preheader = some(&words.preheader);
    said.intro = some(&edit::intro_html(&words.intro));
    said
}

/// What a digest says: as it was frozen, else as its posts and its editor's words stand now. The mail, its preview, the test copy,
/// the list before sending and the letter to the editors are all made of this.
///
/// # Errors
/// [`Refusal::SaysNothing`] for a slot that was skipped without posts, [`Refusal::PostsTakenBack`], [`Refusal::ScheduleGone`].
pub async fn of_digest(app: &App, digest: &Digest) -> Result<DigestContent, DigestError> {
    let open = matches!(digest.state, DigestState::Waiting | DigestState::Releasing);
    if digest.released_at.is_some() || !open {
        return stored(digest).map_err(|_| Refusal::SaysNothing { id: digest.public_id.clone() }.into());
    }
    let posts = sql::posts_of(&app.db, digest.id).await?;
    if posts.is_empty() {
        return Err(Refusal::PostsTakenBack { id: digest.public_id.clone() }.into());
    }
    let lines = edit::sql::lines(&app.db, digest.id).await?;
    let words = edit::sql::words(&app.db, digest.id).await?;
    let schedule = newsletters::sql::schedule(&app.db, digest.schedule_id).await?.ok_or(Refusal::ScheduleGone)?;
    let mut said = edited(as_planned(posts, digest), &lines, &schedule.zone, &words);
    said.archive = archive::link(app, digest, &said).await?;
    Ok(said)
}

/// The posts of a digest that leaves by itself as they stood when that was planned, those of any other as they are. `posts` are
/// those that it still has, in their order: what was taken back is not among them.
pub(super) fn as_planned(posts: Vec<Post>, digest: &Digest) -> Vec<Post> {
    let fixed = digest.leaves_at.and_then(|_| stored(digest).ok()).unwrap_or_default();
    let as_it_stood = |post: Post| match fixed.posts.iter().find(|shown| shown.id == post.id) {
        Some(shown) => as_shown(post, shown),
        None => post,
    };
    posts.into_iter().map(as_it_stood).collect()
}

fn as_shown(post: Post, shown: &DigestPost) -> Post {
    let shown = shown.clone();
    Post {
        title: shown.title,
        url: shown.url,
        author: shown.author,
        language: shown.language,
        summary: shown.summary,
        content: shown.content,
        image_url: shown.image_url,
        published_at: shown.published_at,
        published_day: shown.published_day.map(|day| day.to_string()),
        ..post
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

fn frozen_post(post: Post) -> DigestPost {
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
        own: mails::Own::default(),
    }
}

/// What a list of digests shows before one is rendered: the subject that its mail would have on this date, in the newsletter's own
/// language. Empty without a post.
pub fn working_title(newsletter: &Newsletter, content: &DigestContent, date: Millis) -> String {
    mails::digest_subject(&newsletter.name, content, &newsletter.language, date)
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
