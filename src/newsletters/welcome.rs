//! The letter that welcomes whoever has confirmed: whether a newsletter sends it, and which posts it leads to.
//!
//! In: an owner's wish ([`Welcome`]). Out: a row of `welcome` and those of `welcome_post`; [`brought`], what a letter that is asked for
//! now leads to, so that it says the same whenever it leaves. Met by `subscribers`, which asks for the letter.

use super::change::ChangeError;
use super::settings::Invalid;
use super::sql;
use super::wrong::Wrong;
use crate::app::App;
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar, text_enum};
use crate::events::activity::{self, Act, Deed};

/// Most posts that a welcome leads to.
pub const MOST: usize = 10;

text_enum! {
    /// What a welcome brings.
    pub enum Brings {
        /// Its words alone.
        Nothing => "nothing",
        /// What the last digest had.
        Last => "last",
        /// Posts that an editor chose.
        Chosen => "chosen",
    }
}

/// How a newsletter welcomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Welcome {
    /// What the letter brings.
    pub brings: Brings,
    /// The chosen posts, in their order; kept also while something else is brought.
    pub posts: Vec<i64>,
}

/// How a newsletter welcomes; `None`: not at all.
///
/// # Errors
/// The database's.
pub async fn of(db: &Db, newsletter_id: i64) -> sqlx::Result<Option<Welcome>> {
    let brings: Option<Brings> = query_scalar("SELECT brings FROM welcome WHERE newsletter_id = $1")
        .bind(newsletter_id)
        .fetch_optional(db.on())
        .await?;
    let Some(brings) = brings else { return Ok(None) };
    let posts = query_scalar("SELECT post_id FROM welcome_post WHERE newsletter_id = $1 ORDER BY position")
        .bind(newsletter_id)
        .fetch_all(db.on())
        .await?;
    Ok(Some(Welcome { brings, posts }))
}

/// Stores it; `None` switches it off, and forgets which posts were chosen.
///
/// # Errors
/// [`ChangeError::Invalid`] for too many posts, none where some are to be chosen, or one of another newsletter.
pub async fn set(app: &App, newsletter_id: i64, wish: Option<&Welcome>) -> Result<(), ChangeError> {
    let posts = wish.map(|wish| wish.posts.as_slice()).unwrap_or_default();
    if posts.len() > MOST {
        return Err(invalid(Wrong::WelcomePosts { most: MOST }));
    }
    if wish.is_some_and(|wish| wish.brings == Brings::Chosen) && posts.is_empty() {
        return Err(invalid(Wrong::WelcomeNoPost));
    }
    let mut tx = app.db.begin().await?;
    sql::hold(&mut tx, newsletter_id).await?;
    query("DELETE FROM welcome_post WHERE newsletter_id = $1").bind(newsletter_id).execute(tx.on()).await?;
    let Some(wish) = wish else {
        query("DELETE FROM welcome WHERE newsletter_id = $1").bind(newsletter_id).execute(tx.on()).await?;
        activity::note(&mut tx, app.clock.now(), changed(newsletter_id, false)).await?;
        tx.commit().await?;
        return Ok(());
    };
    query(
        "INSERT INTO welcome (newsletter_id, brings) VALUES ($1, $2)
         ON CONFLICT (newsletter_id) DO UPDATE SET brings = excluded.brings",
    )
    .bind(newsletter_id)
    .bind(wish.brings)
    .execute(tx.on())
    .await?;
    for (position, post) in (0_i64..).zip(posts) {
        if !choose(&mut tx, newsletter_id, *post, position).await? {
            return Err(invalid(Wrong::NoPost { id: post.to_string() }));
        }
    }
    activity::note(&mut tx, app.clock.now(), changed(newsletter_id, true)).await?;
    tx.commit().await?;
    Ok(())
}

/// For the record of activity.
fn changed(newsletter_id: i64, on: bool) -> Act {
    Act::new(Deed::NewsletterLetters).at(newsletter_id).with("what", "welcome").with("on", on)
}

const fn invalid(wrong: Wrong) -> ChangeError {
    ChangeError::Invalid(Invalid { field: "post", wrong })
}

/// Adds one post; `false` when the newsletter has none of this id. Named twice it stands once.
async fn choose(tx: &mut Tx, newsletter_id: i64, post_id: i64, position: i64) -> sqlx::Result<bool> {
    let known: bool =
        query_scalar("SELECT EXISTS (SELECT 1 FROM post WHERE newsletter_id = $1 AND id = $2 AND state <> 'gone')")
            .bind(newsletter_id)
            .bind(post_id)
            .fetch_one(tx.on())
            .await?;
    if known {
        query(
            "INSERT INTO welcome_post (newsletter_id, post_id, position) VALUES ($1, $2, $3)
             ON CONFLICT (newsletter_id, post_id) DO NOTHING",
        )
        .bind(newsletter_id)
        .bind(post_id)
        .bind(position)
        .execute(tx.on())
        .await?;
    }
    Ok(known)
}

/// A post that may be chosen.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its id.
    pub id: i64,
    /// Its title; may be empty.
    pub title: String,
}
from_row!(Candidate { id, title });

/// Posts that may be chosen: those that are, in their order, then the newest others; at most `most` of these.
///
/// # Errors
/// The database's.
pub async fn candidates(db: &Db, newsletter_id: i64, most: i64) -> sqlx::Result<Vec<Candidate>> {
    let mut found: Vec<Candidate> = query_as(
        "SELECT p.id, p.title FROM welcome_post w JOIN post p ON p.id = w.post_id
         WHERE w.newsletter_id = $1 ORDER BY w.position",
    )
    .bind(newsletter_id)
    .fetch_all(db.on())
    .await?;
    let newest: Vec<Candidate> = query_as(
        "SELECT p.id, p.title FROM post p
         WHERE p.newsletter_id = $1 AND p.state <> 'gone' AND NOT p.is_letter
         ORDER BY COALESCE(p.published_at, p.first_seen_at) DESC, p.id DESC LIMIT $2",
    )
    .bind(newsletter_id)
    .bind(most)
    .fetch_all(db.on())
    .await?;
    let known: Vec<i64> = found.iter().map(|post| post.id).collect();
    found.extend(newest.into_iter().filter(|post| !known.contains(&post.id)));
    Ok(found)
}

/// What a letter leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Brought {
    /// Nothing: its words alone, or there is nothing to lead to yet.
    Nothing,
    /// What this digest had.
    Digest(i64),
    /// These posts.
    Posts(Vec<i64>),
}

/// What a letter that is asked for now leads to, for whoever is on this rhythm; `None`: nobody is welcomed.
///
/// # Errors
/// The database's.
pub async fn brought(tx: &mut Tx, newsletter_id: i64, schedule_id: i64) -> sqlx::Result<Option<Brought>> {
    let brings: Option<Brings> = query_scalar("SELECT brings FROM welcome WHERE newsletter_id = $1")
        .bind(newsletter_id)
        .fetch_optional(tx.on())
        .await?;
    Ok(match brings {
        None => None,
        Some(Brings::Nothing) => Some(Brought::Nothing),
        Some(Brings::Last) => {
            let digest = last_digest(tx, newsletter_id, schedule_id).await?;
            Some(digest.map_or(Brought::Nothing, Brought::Digest))
        }
        Some(Brings::Chosen) => {
            let posts = query_scalar("SELECT post_id FROM welcome_post WHERE newsletter_id = $1 ORDER BY position")
                .bind(newsletter_id)
                .fetch_all(tx.on())
                .await?;
            Some(Brought::Posts(posts))
        }
    })
}

/// The last digest of a rhythm whose recipients are all written down: whoever confirms now is none of them. Letters of their own are
/// no digests here.
async fn last_digest(tx: &mut Tx, newsletter_id: i64, schedule_id: i64) -> sqlx::Result<Option<i64>> {
    query_scalar(
        "SELECT d.id FROM digest d
         WHERE d.newsletter_id = $1 AND d.schedule_id = $2 AND d.state IN ('sending', 'paused', 'finished')
           AND d.released_at IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM digest_post dp JOIN post p ON p.id = dp.post_id
                           WHERE dp.digest_id = d.id AND p.is_letter)
         ORDER BY d.released_at DESC, d.id DESC LIMIT 1",
    )
    .bind(newsletter_id)
    .bind(schedule_id)
    .fetch_optional(tx.on())
    .await
}
