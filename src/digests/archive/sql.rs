//! Every query of the archive. Whoever is listed was sent, is not withdrawn, and no editor closed it; whether the newsletter's archive is
//! open at all, the caller asks.

use crate::clock::Millis;
use crate::db::{As, Db, Tx, query, query_as, query_scalar};
use crate::digests::Digest;

use super::keep::Made;
use super::{Choice, Line, Text, search};

/// The columns of a [`Line`].
macro_rules! lines {
    ($($rest:tt)*) => {
        concat!(
            "SELECT d.public_id, p.address, p.title, p.description, p.day, p.published_at, d.state, c.visibility, c.withdrawn_at
             FROM archive_page p JOIN digest d ON d.id = p.digest_id LEFT JOIN archive_choice c ON c.digest_id = p.digest_id
             WHERE p.newsletter_id = $1 ",
            $($rest)*
        )
    };
}

/// The same for what a list shows.
macro_rules! listed {
    ($rest:literal) => {
        lines!(
            "AND d.state IN ('sending', 'paused', 'finished') AND c.withdrawn_at IS NULL
             AND COALESCE(c.visibility, 'public') = 'public' ",
            $rest
        )
    };
}

/// Stores a digest's page; one that is there already stays.
pub async fn insert(tx: &mut Tx, digest: &Digest, made: &Made, at: Millis) -> sqlx::Result<u64> {
    let Made { address, page } = made;
    query(
            "INSERT INTO archive_page (digest_id, newsletter_id, address, language, title, description, image, source, html,
                words, day, published_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING",
        )
        .bind(digest.id)
        .bind(digest.newsletter_id)
        .bind(address)
        .bind(&page.language)
        .bind(&page.title)
        .bind(&page.description)
        .bind(&page.image)
        .bind(&page.source)
        .bind(&page.html)
        .bind(search::folded(&format!("{} {}", page.title, page.text)))
        .bind(page.day.to_string())
        .bind(at)
        .execute(tx.on()).await
}

/// Digests of a newsletter that were frozen before there were pages, the oldest first.
pub async fn without_page(db: &Db, newsletter_id: i64) -> sqlx::Result<Vec<i64>> {
    query_scalar(
        "SELECT id FROM digest d WHERE newsletter_id = $1 AND released_at IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM archive_page p WHERE p.digest_id = d.id) ORDER BY id",
    )
    .bind(newsletter_id)
    .fetch_all(db.on())
    .await
}

/// What an editor wants of a digest's page.
pub async fn choice(db: &Db, digest_id: i64) -> sqlx::Result<Choice> {
    let found = query_as("SELECT visibility, withdrawn_at FROM archive_choice WHERE digest_id = $1")
        .bind(digest_id)
        .fetch_optional(db.on())
        .await?;
    Ok(found.unwrap_or_default())
}

/// The same inside a transaction.
pub async fn choice_in(tx: &mut Tx, digest_id: i64) -> sqlx::Result<Choice> {
    let found = query_as("SELECT visibility, withdrawn_at FROM archive_choice WHERE digest_id = $1")
        .bind(digest_id)
        .fetch_optional(tx.on())
        .await?;
    Ok(found.unwrap_or_default())
}

/// Stores it.
pub async fn choose(tx: &mut Tx, digest_id: i64, choice: Choice) -> sqlx::Result<u64> {
    query(
        "INSERT INTO archive_choice (digest_id, visibility, withdrawn_at) VALUES ($1, $2, $3)
         ON CONFLICT (digest_id) DO UPDATE SET visibility = excluded.visibility, withdrawn_at = excluded.withdrawn_at",
    )
    .bind(digest_id)
    .bind(choice.visibility)
    .bind(choice.withdrawn_at)
    .execute(tx.on())
    .await
}

/// Pages that everybody may see, of the days from `from` up to `upto`, the newest first.
pub async fn listed(db: &Db, newsletter_id: i64, from: &str, upto: &str, most: i64) -> sqlx::Result<Vec<Line>> {
    query_as(listed!("AND p.day >= $2 AND p.day <= $3 ORDER BY p.published_at DESC, p.digest_id DESC LIMIT $4"))
        .bind(newsletter_id)
        .bind(from)
        .bind(upto)
        .bind(most)
        .fetch_all(db.on())
        .await
}

/// The same before (`newer` false) or after another page, the nearest.
pub async fn beside(db: &Db, newsletter_id: i64, page: (Millis, i64), newer: bool) -> sqlx::Result<Option<Line>> {
    let (at, digest_id) = page;
    if newer {
        return query_as(listed!(
            "AND (p.published_at > $2 OR p.published_at = $2 AND p.digest_id > $3)
             ORDER BY p.published_at, p.digest_id LIMIT 1"
        ))
        .bind(newsletter_id)
        .bind(at)
        .bind(digest_id)
        .fetch_optional(db.on())
        .await;
    }
    query_as(listed!(
        "AND (p.published_at < $2 OR p.published_at = $2 AND p.digest_id < $3)
         ORDER BY p.published_at DESC, p.digest_id DESC LIMIT 1"
    ))
    .bind(newsletter_id)
    .bind(at)
    .bind(digest_id)
    .fetch_optional(db.on())
    .await
}

/// The years that have pages which everybody may see, the newest first.
pub async fn years(db: &Db, newsletter_id: i64) -> sqlx::Result<Vec<String>> {
    query_scalar(
        "SELECT DISTINCT SUBSTR(p.day, 1, 4) AS year
         FROM archive_page p JOIN digest d ON d.id = p.digest_id LEFT JOIN archive_choice c ON c.digest_id = p.digest_id
         WHERE p.newsletter_id = $1 AND d.state IN ('sending', 'paused', 'finished') AND c.withdrawn_at IS NULL
           AND COALESCE(c.visibility, 'public') = 'public'
         ORDER BY year DESC",
    )
    .bind(newsletter_id)
    .fetch_all(db.on())
    .await
}

/// Pages that everybody may see in which all these words stand, the newest first.
pub async fn search(db: &Db, newsletter_id: i64, words: &[String], most: i64) -> sqlx::Result<Vec<Line>> {
    // One statement for any number of them: what is missing fits every text.
    let patterns = words.iter().map(|word| format!("%{word}%")).chain(std::iter::repeat("%".to_owned()));
    let query = query_as(listed!(
        "AND p.words LIKE $3 AND p.words LIKE $4 AND p.words LIKE $5 AND p.words LIKE $6 AND p.words LIKE $7
             AND p.words LIKE $8 AND p.words LIKE $9 AND p.words LIKE $10
             ORDER BY p.published_at DESC, p.digest_id DESC LIMIT $2"
    ))
    .bind(newsletter_id)
    .bind(most);
    patterns.take(search::WORDS).fold(query, As::bind).fetch_all(db.on()).await
}

/// All pages of a newsletter, whoever may see them, the newest first, from the digest before `before` on.
pub async fn all(db: &Db, newsletter_id: i64, before: i64, most: i64) -> sqlx::Result<Vec<Line>> {
    query_as(lines!("AND p.digest_id < $2 ORDER BY p.digest_id DESC LIMIT $3"))
        .bind(newsletter_id)
        .bind(before)
        .bind(most)
        .fetch_all(db.on())
        .await
}

/// The page of an address, whoever may see it.
pub async fn of_address(db: &Db, newsletter_id: i64, address: &str) -> sqlx::Result<Option<Line>> {
    query_as(lines!("AND p.address = $2")).bind(newsletter_id).bind(address).fetch_optional(db.on()).await
}

/// The page of a digest, whoever may see it.
pub async fn of_digest(db: &Db, digest: &Digest) -> sqlx::Result<Option<Line>> {
    query_as(lines!("AND p.digest_id = $2")).bind(digest.newsletter_id).bind(digest.id).fetch_optional(db.on()).await
}

/// What stands on the page of an address.
pub async fn text(db: &Db, newsletter_id: i64, address: &str) -> sqlx::Result<Option<Text>> {
    query_as(
        "SELECT digest_id, language, image, source, html FROM archive_page WHERE newsletter_id = $1 AND address = $2",
    )
    .bind(newsletter_id)
    .bind(address)
    .fetch_optional(db.on())
    .await
}

/// Whether a digest of this id outside is still to be sent: test copies of it have the link to its page already.
pub async fn is_to_come(db: &Db, newsletter_id: i64, public_id: &str) -> sqlx::Result<bool> {
    query_scalar(
        "SELECT EXISTS (SELECT 1 FROM digest WHERE newsletter_id = $1 AND public_id = $2 AND released_at IS NULL)",
    )
    .bind(newsletter_id)
    .bind(public_id)
    .fetch_one(db.on())
    .await
}
