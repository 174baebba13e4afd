//! What a welcome leads to: its posts, read when it leaves.
//!
//! In: a letter of the kind `welcome`, whose parameters name a digest or posts. Out: the parameters that `mails` reads, with the posts
//! themselves: those of a digest as it was frozen, chosen ones as they stand. A post that has vanished from its blog since is left out.

use serde_json::{Value, json};

use crate::app::App;
use crate::db::{Builder, from_row, query_scalar};
use crate::ledger::sql::letter::Claimed;
use crate::letter::LetterKind;
use crate::mails::{DigestContent, DigestPost};

/// Most posts of a digest that a welcome shows.
const MOST: usize = 10;

/// The parameters of a letter as `mails` reads them, JSON; those of every other kind as they stand.
pub async fn parameters(app: &App, letter: &Claimed) -> sqlx::Result<String> {
    if letter.kind != LetterKind::Welcome {
        return Ok(letter.parameters.clone());
    }
    let mut said: Value = serde_json::from_str(&letter.parameters).unwrap_or_default();
    let digest = said["digest"].as_i64();
    let content = match digest {
        Some(id) => of_digest(app, letter.newsletter_id, id).await?,
        None => of_posts(app, letter.newsletter_id, &ids(&said["posts"])).await?,
    };
    let rhythm = said["rhythm"].take();
    let filled = json!({
        "rhythm": if rhythm.is_string() { rhythm } else { Value::String(String::new()) },
        "is_last": digest.is_some(),
        "posts": content.posts,
        "zone": content.zone,
    });
    Ok(filled.to_string())
}

fn ids(said: &Value) -> Vec<i64> {
    said.as_array().into_iter().flatten().filter_map(Value::as_i64).collect()
}

async fn of_digest(app: &App, newsletter_id: i64, id: i64) -> sqlx::Result<DigestContent> {
    let stored: Option<String> = query_scalar("SELECT content FROM digest WHERE id = $1 AND newsletter_id = $2")
        .bind(id)
        .bind(newsletter_id)
        .fetch_optional(app.db.on())
        .await?;
    let stored = stored.and_then(|text| serde_json::from_str::<DigestContent>(&text).ok());
    let mut content = stored.unwrap_or_default();
    let ids: Vec<i64> = content.posts.iter().map(|post| post.id).collect();
    let there: Vec<i64> = posts(app, newsletter_id, &ids).await?.into_iter().map(|post| post.id).collect();
    content.posts.retain(|post| there.contains(&post.id));
    content.posts.truncate(MOST);
    Ok(content)
}

async fn of_posts(app: &App, newsletter_id: i64, ids: &[i64]) -> sqlx::Result<DigestContent> {
    let found = posts(app, newsletter_id, ids).await?;
    let in_order = ids.iter().filter_map(|id| found.iter().find(|post| post.id == *id));
    Ok(DigestContent { posts: in_order.map(Post::shown).collect(), ..DigestContent::default() })
}

/// A post as it stands.
struct Post {
    id: i64,
    title: String,
    url: Option<String>,
    author: Option<String>,
    language: Option<String>,
    summary: String,
    content: String,
    published_at: Option<i64>,
    published_day: Option<String>,
}
from_row!(Post { id, title, url, author, language, summary, content, published_at, published_day });

impl Post {
    fn shown(&self) -> DigestPost {
        DigestPost {
            id: self.id,
            title: self.title.clone(),
            url: self.url.clone(),
            author: self.author.clone(),
            language: self.language.clone(),
            summary: self.summary.clone(),
            content: self.content.clone(),
            published_at: self.published_at,
            published_day: self.published_day.as_deref().and_then(|day| day.parse().ok()),
            ..DigestPost::default()
        }
    }
}

/// Those of these posts of a newsletter that are still there.
async fn posts(app: &App, newsletter_id: i64, ids: &[i64]) -> sqlx::Result<Vec<Post>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Builder::new(
        "SELECT id, title, url, author, language, summary, content, published_at, published_day FROM post
             WHERE state <> 'gone' AND missing_since IS NULL AND newsletter_id = ",
    );
    query.push_bind(newsletter_id).push(" AND id IN (");
    query.push_binds(ids.iter().copied()).push(")");
    query.build_query_as().persistent(false).fetch_all(app.db.on()).await
}
