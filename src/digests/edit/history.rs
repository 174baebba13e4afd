//! What a digest said before: its last [`KEPT`] revisions, so that a text that was written over can be taken back.
//!
//! In: each revision as it is stored. Out: the list of them, one with all its words, and the [`Edit`] that brings them back, which is
//! saved as any other: nothing is lost by it. The order of posts, and which go along, stay as they are: they are no text. The rows go
//! with their digest.

use serde::{Deserialize, Serialize};

use super::sql::{Line, Words};
use super::{Edit, PostEdit};
use crate::clock::Millis;
use crate::db::{Db, Tx, from_row, query, query_as};
use crate::events::Actor;
use crate::mails::Own;

/// Revisions of a digest that are kept.
pub const KEPT: i64 = 20;

/// A revision in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Its number.
    pub revision: i64,
    /// Its subject; empty: made from the posts.
    pub subject: String,
    /// Who saved it: `person.id`; 0 at the command line, or before this was kept.
    pub author_id: i64,
    /// When.
    pub edited_at: Millis,
}
from_row!(Earlier { revision, subject, author_id, edited_at });

/// What stood of a post in this mail only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfPost {
    /// `post.id`
    pub post: i64,
    /// Its words.
    #[serde(flatten)]
    pub own: Own,
}

/// A revision with all its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// When it was saved.
    pub edited_at: Millis,
    /// Of the whole digest.
    pub words: Words,
    /// Of its posts, those that had any; `None` when nobody kept them.
    pub posts: Option<Vec<OfPost>>,
}

struct Row {
    revision: i64,
    subject: String,
    preheader: String,
    intro: String,
    posts: Option<String>,
    edited_at: Millis,
}
from_row!(Row { revision, subject, preheader, intro, posts, edited_at });

impl Text {
    /// What stands now with these words in it; who saves it says which revision they have seen.
    pub fn brought_back(&self, now: Edit, seen: i64) -> Edit {
        let Words { subject, preheader, intro, .. } = self.words.clone();
        let posts = match &self.posts {
            Some(said) => now.posts.into_iter().map(|post| with_own(post, said)).collect(),
            None => now.posts,
        };
        Edit { revision: seen, subject, preheader, intro, posts }
    }
}

fn with_own(post: PostEdit, said: &[OfPost]) -> PostEdit {
    let own = said.iter().find(|said| said.post == post.id).map(|said| said.own.clone()).unwrap_or_default();
    PostEdit {
        summary: own.summary.unwrap_or_default(),
        bare: own.image.as_deref() == Some(""),
        image: own.image.unwrap_or_default(),
        alt: own.alt.unwrap_or_default(),
        ..post
    }
}

/// Keeps a revision as it was just stored, and forgets those that are too old.
pub async fn keep(
    tx: &mut Tx,
    digest_id: i64,
    words: &Words,
    lines: &[Line],
    by: Actor,
    now: Millis,
) -> sqlx::Result<()> {
    let posts: Vec<OfPost> = lines.iter().map(|line| OfPost { post: line.post_id, own: line.own() }).collect();
    let posts: Vec<&OfPost> = posts.iter().filter(|post| post.own != Own::default()).collect();
    let posts = serde_json::to_string(&posts).map_err(|error| sqlx::Error::Encode(error.into()))?;
    query(
        "INSERT INTO digest_edit_revision (digest_id, revision, subject, preheader, intro, posts, author_id, edited_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(digest_id)
    .bind(words.revision)
    .bind(&words.subject)
    .bind(&words.preheader)
    .bind(&words.intro)
    .bind(posts)
    .bind(by.person())
    .bind(now)
    .execute(tx.on())
    .await?;
    query("DELETE FROM digest_edit_revision WHERE digest_id = $1 AND revision <= $2")
        .bind(digest_id)
        .bind(words.revision - KEPT)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// The revisions that are kept, the newest first: that is what stands now.
pub async fn list(db: &Db, digest_id: i64) -> sqlx::Result<Vec<Earlier>> {
    query_as(
        "SELECT revision, subject, author_id, edited_at FROM digest_edit_revision
         WHERE digest_id = $1 ORDER BY revision DESC",
    )
    .bind(digest_id)
    .fetch_all(db.on())
    .await
}

/// One of them.
pub async fn one(db: &Db, digest_id: i64, revision: i64) -> sqlx::Result<Option<Text>> {
    let row: Option<Row> = query_as(
        "SELECT revision, subject, preheader, intro, posts, edited_at FROM digest_edit_revision
         WHERE digest_id = $1 AND revision = $2",
    )
    .bind(digest_id)
    .bind(revision)
    .fetch_optional(db.on())
    .await?;
    Ok(row.map(|Row { revision, subject, preheader, intro, posts, edited_at }| Text {
        edited_at,
        words: Words { revision, subject, preheader, intro },
        posts: posts.and_then(|posts| serde_json::from_str(&posts).ok()),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digests::edit::Place;

    #[test]
    fn the_words_come_back_and_the_order_stays() {
        let own = Own { summary: Some("Résumé".into()), image: Some(String::new()), alt: None };
        let text = Text {
            edited_at: 0,
            words: Words { revision: 2, subject: "Un".into(), ..Words::default() },
            posts: Some(vec![OfPost { post: 7, own }, OfPost { post: 9, own: Own::default() }]),
        };
        let post = |id, place, summary: &str| PostEdit { id, place, summary: summary.into(), ..PostEdit::default() };
        let now = Edit {
            revision: 5,
            subject: "Deux".into(),
            intro: "Bonjour".into(),
            posts: vec![post(8, Place::In, "à elle"), post(7, Place::Skipped, "")],
            ..Edit::default()
        };
        let unkept = Text { posts: None, ..text.clone() };
        assert_eq!(unkept.brought_back(now.clone(), 5).posts, now.posts, "what nobody kept stays as it is");
        let back = text.brought_back(now, 5);
        assert_eq!((back.revision, back.subject.as_str(), back.intro.as_str()), (5, "Un", ""));
        let bare = PostEdit { bare: true, ..post(7, Place::Skipped, "Résumé") };
        assert_eq!(back.posts, [post(8, Place::In, ""), bare]);
    }
}
