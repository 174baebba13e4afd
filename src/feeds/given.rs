//! Posts that come from no feed: added through the API, the command line or the console.
//!
//! In: a [`NewPost`]. Out: a `post` row, once. Adding the same guid again (or the same address, or, without both, the same text)
//! returns the existing post unchanged, so a call may be repeated safely.

use url::Url;

use crate::app::App;
use crate::clock::Millis;
use crate::coded::codes;
use crate::db::{Tx, query};

use super::identity::{self, Identity};
use super::parse::text::{html_of_text, one_line, shorten};
use super::sql::{self, NewRow, Text};
use super::{NewPost, Post, PostState, clean, likeness, lookup, parse};

/// Characters of a title.
const TITLE: usize = 300;
/// Characters of a guid.
const GUID: usize = 500;
/// Bytes of HTML or Markdown.
const BODY: usize = 1024 * 1024;

codes! {
    /// What is wrong with a field of a post, and what would be right.
    pub enum Wrong as "wrong-post" {
        /// No title.
        NoTitle => "no-title",
        /// Too long.
        Long {
            /// Characters that fit.
            most: usize,
        } => "long",
        /// Two texts.
        TwoTexts => "two-texts",
        /// Too large.
        Large {
            /// Bytes that fit.
            most: usize,
        } => "large",
        /// No address of the web.
        WebAddress {
            /// As given.
            given: String,
        } => "web-address",
    }
}

/// Why a post is refused.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// An invalid field.
    #[error("{field}: {why}")]
    Invalid {
        /// Which.
        field: &'static str,
        /// What is wrong with the field and what would be right.
        why: Wrong,
    },
    /// The database.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// A post that was given.
#[derive(Clone, Debug)]
pub struct Added {
    /// The stored post.
    pub post: Post,
    /// False when the post existed already.
    pub created: bool,
}

/// Adds a post, which may go into a digest at once.
///
/// # Errors
/// When a field is invalid.
pub async fn add(app: &App, newsletter_id: i64, new: NewPost) -> Result<Added, AddError> {
    let prepared = prepare(&new, app.clock.now())?;
    let mut tx = app.db.begin().await?;
    let (id, created) = put(&mut tx, newsletter_id, &prepared).await?;
    tx.commit().await?;
    let post = sql::post(&app.db, newsletter_id, id).await?.ok_or(sqlx::Error::RowNotFound)?;
    Ok(Added { post, created })
}

/// A post that can be stored: checked, cleaned, with its marks.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// What it says.
    pub text: Text,
    identity: Identity,
    now: Millis,
}

impl Prepared {
    /// The post that it would be, as a digest shows it: for previews.
    pub fn as_post(self, newsletter_id: i64) -> Post {
        let Self { text, identity, now } = self;
        Post {
            id: 0,
            newsletter_id,
            feed_id: None,
            guid: identity.guid,
            url: text.url,
            title: text.title,
            author: text.author,
            language: text.language,
            summary: text.summary,
            content: text.content,
            image_url: text.image_url,
            published_at: text.published_at,
            published_day: text.published_day,
            first_seen_at: now,
            state: PostState::New,
            reason: None,
            missing_since: None,
        }
    }
}

/// Checks and cleans a post, dated `now`; stores nothing.
///
/// # Errors
/// When a field is invalid.
pub fn prepare(new: &NewPost, now: Millis) -> Result<Prepared, AddError> {
    let text = text(new, now)?;
    Ok(Prepared { identity: identity(new, &text)?, text, now })
}

/// Stores it unless it is known; gives its id, and whether it is new.
///
/// # Errors
/// The database's.
pub async fn put(tx: &mut Tx, newsletter_id: i64, prepared: &Prepared) -> sqlx::Result<(i64, bool)> {
    let Prepared { text, identity, now } = prepared;
    sql::lock_newsletter(tx, newsletter_id).await?;
    if let Some(known) = lookup::known_in(tx, newsletter_id, identity).await? {
        return Ok((known.id, false));
    }
    let (state, reason) = (PostState::New, None);
    let row = NewRow { newsletter_id, feed_id: None, identity, text, now: *now, state, reason };
    let id = sql::insert(tx, row).await?.ok_or(sqlx::Error::RowNotFound)?;
    Ok((id, true))
}

/// Keeps a post out of every digest that is not made for it: a letter of its own.
///
/// # Errors
/// The database's.
pub async fn keep_apart(tx: &mut Tx, post_id: i64) -> sqlx::Result<u64> {
    query("UPDATE post SET is_letter = TRUE WHERE id = $1").bind(post_id).execute(tx.on()).await
}

/// Deletes a post that was given, as if it had never been; false when a digest holds it, or a feed brought it.
///
/// # Errors
/// The database's.
pub async fn take_back(tx: &mut Tx, post_id: i64) -> sqlx::Result<bool> {
    let deleted = query(
        "DELETE FROM post WHERE id = $1 AND feed_id IS NULL
         AND NOT EXISTS (SELECT 1 FROM digest_post d WHERE d.post_id = post.id)",
    )
    .bind(post_id)
    .execute(tx.on())
    .await?;
    Ok(deleted == 1)
}

fn invalid(field: &'static str, why: Wrong) -> AddError {
    AddError::Invalid { field, why }
}

/// What it says, checked and cleaned.
fn text(new: &NewPost, now: Millis) -> Result<Text, AddError> {
    let title = one_line(&new.title);
    if title.is_empty() {
        return Err(invalid("title", Wrong::NoTitle));
    }
    if title.chars().count() > TITLE {
        return Err(invalid("title", Wrong::Long { most: TITLE }));
    }
    let url = address("url", new.url.as_deref())?;
    let base = url.as_deref().and_then(|url| Url::parse(url).ok());
    let content = match (&new.html, &new.markdown) {
        (Some(_), Some(_)) => return Err(invalid("markdown", Wrong::TwoTexts)),
        (Some(html), None) => html.clone(),
        (None, Some(source)) => markdown(source),
        (None, None) => String::new(),
    };
    if content.len() > BODY {
        return Err(invalid("html", Wrong::Large { most: BODY }));
    }
    let summary = new.summary.as_deref().unwrap_or_default();
    let summary = if summary.contains('<') { summary.to_owned() } else { html_of_text(summary) };
    let content = clean::html(&content, base.as_ref());
    let image = address("image_url", new.image_url.as_deref())?;
    let author = new.author.as_deref().map(one_line).filter(|author| !author.is_empty());
    Ok(Text {
        title,
        author: author.map(|author| shorten(&author, TITLE)),
        language: None,
        summary: clean::html(&summary, base.as_ref()),
        image_url: image.or_else(|| clean::first_picture(&content)),
        published_at: Some(now),
        published_day: None,
        categories: parse::categories(new.categories.iter().cloned()).join("\n"),
        content,
        url,
    })
}

fn address(field: &'static str, given: Option<&str>) -> Result<Option<String>, AddError> {
    let Some(given) = given.map(str::trim).filter(|given| !given.is_empty()) else { return Ok(None) };
    match Url::parse(given) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(Some(url.to_string())),
        _ => Err(invalid(field, Wrong::WebAddress { given: shorten(given, 80) })),
    }
}

fn identity(new: &NewPost, text: &Text) -> Result<Identity, AddError> {
    let given = new.guid.as_deref().map(str::trim).filter(|guid| !guid.is_empty());
    if given.is_some_and(|guid| guid.chars().count() > GUID) {
        return Err(invalid("guid", Wrong::Long { most: GUID }));
    }
    let url_key = text.url.as_deref().and_then(identity::url_key);
    let made = || match &url_key {
        Some(key) => identity::derived(&[key]),
        None => identity::derived(&[&text.title, &text.summary, &text.content]),
    };
    let guid = given.map_or_else(made, str::to_owned);
    let title_key = likeness::fold(&text.title);
    Ok(Identity { guid, url_key, title_key })
}

/// Markdown with tables, footnotes and strikethrough as HTML, not yet cleaned.
pub fn markdown(source: &str) -> String {
    use pulldown_cmark::{Options, Parser, html};
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    let mut out = String::with_capacity(source.len() * 3 / 2);
    html::push_html(&mut out, Parser::new_ext(source, options));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(title: &str) -> NewPost {
        NewPost { title: title.to_owned(), ..NewPost::default() }
    }

    #[test]
    fn markdown_becomes_clean_html() {
        let new = NewPost {
            markdown: Some("# Un\n\n**deux** <script>x</script> [l](/a)\n".into()),
            url: Some("https://blog.example/p/".into()),
            ..post(" Un \n titre ")
        };
        let text = text(&new, 5).unwrap();
        assert_eq!(text.title, "Un titre");
        assert_eq!(
            text.content,
            "<h1>Un</h1>\n<p><strong>deux</strong>  <a href=\"https://blog.example/a\" rel=\"noopener nofollow\">l</a></p>"
        );
        assert_eq!(text.published_at, Some(5));
    }

    #[test]
    fn bad_fields_are_named() {
        for (new, field) in [
            (post(" "), "title"),
            (post(&"x".repeat(301)), "title"),
            (NewPost { url: Some("javascript:x".into()), ..post("a") }, "url"),
            (NewPost { html: Some("a".into()), markdown: Some("b".into()), ..post("a") }, "markdown"),
        ] {
            let error = text(&new, 0).unwrap_err();
            assert!(error.to_string().starts_with(field), "{error}");
        }
        assert_eq!(markdown("- x"), "<ul>\n<li>x</li>\n</ul>\n");
    }

    #[test]
    fn the_same_text_has_the_same_guid() {
        let guid = |new: &NewPost| identity(new, &text(new, 0).unwrap()).unwrap().guid;
        assert_eq!(guid(&post("a")), guid(&post("a")));
        assert_ne!(guid(&post("a")), guid(&post("b")));
        assert_eq!(guid(&NewPost { guid: Some("g".into()), ..post("a") }), "g");
    }
}
