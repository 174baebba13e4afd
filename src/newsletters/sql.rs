//! Every query on newsletters; those on schedules stand apart.

mod schedules;

use std::collections::BTreeMap;

use crate::clock::Millis;
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar};
use crate::texts::{Row, Text};

use super::logo::Logo;
use super::{Mode, Newsletter, Visibility};

pub use schedules::{
    all_schedules, insert_schedule, people_on, people_on_schedule, readers_on_schedule, remove_schedule, schedule,
    schedules, update_schedule,
};

/// The newsletter of this slug, unless it was deleted.
pub async fn by_slug(db: &Db, slug: &str) -> sqlx::Result<Option<Newsletter>> {
    Ok(any_by_slug(db, slug).await?.filter(|found| found.deleted_at.is_none()))
}

/// The newsletter of this slug, also while it can be taken back: its slug is still its own.
pub async fn any_by_slug(db: &Db, slug: &str) -> sqlx::Result<Option<Newsletter>> {
    query_as("SELECT * FROM newsletter WHERE slug = $1").bind(slug).fetch_optional(db.on()).await
}

/// The slugs by id, also of those that can be taken back.
pub async fn slugs(db: &Db) -> sqlx::Result<BTreeMap<i64, String>> {
    let rows: Vec<(i64, String)> = query_as("SELECT id, slug FROM newsletter").fetch_all(db.on()).await?;
    Ok(rows.into_iter().collect())
}

/// Newsletters that were deleted and can be taken back, the oldest first.
pub async fn deleted(db: &Db) -> sqlx::Result<Vec<Newsletter>> {
    query_as("SELECT * FROM newsletter WHERE deleted_at IS NOT NULL ORDER BY deleted_at, id").fetch_all(db.on()).await
}

/// Takes a newsletter's row until the end of `tx` and gives it as it is now; `None` when it is gone.
pub async fn hold(tx: &mut Tx, id: i64) -> sqlx::Result<Option<Newsletter>> {
    query_as("UPDATE newsletter SET mode = mode WHERE id = $1 RETURNING *").bind(id).fetch_optional(tx.on()).await
}

/// Sets who may read on the web what it has sent.
pub async fn set_archive(tx: &mut Tx, id: i64, archive: Visibility) -> sqlx::Result<u64> {
    query("UPDATE newsletter SET archive = $2 WHERE id = $1").bind(id).bind(archive).execute(tx.on()).await
}

/// Sets to whom its mails go.
pub async fn set_mode(tx: &mut Tx, id: i64, mode: Mode) -> sqlx::Result<u64> {
    query("UPDATE newsletter SET mode = $2 WHERE id = $1").bind(id).bind(mode).execute(tx.on()).await
}

/// Marks it deleted, or takes that back.
pub async fn set_deleted(tx: &mut Tx, id: i64, at: Option<Millis>) -> sqlx::Result<u64> {
    query("UPDATE newsletter SET deleted_at = $2 WHERE id = $1").bind(id).bind(at).execute(tx.on()).await
}

/// Removes it with everything that hangs on its row (schedules, feeds, posts, events), and the roles that people have in it: an id
/// may be used again, and nobody must find a role in a newsletter that they never had one in.
pub async fn remove(tx: &mut Tx, id: i64) -> sqlx::Result<u64> {
    query("DELETE FROM person_role WHERE newsletter_id = $1 AND newsletter_id <> 0").bind(id).execute(tx.on()).await?;
    query("DELETE FROM newsletter WHERE id = $1 AND deleted_at IS NOT NULL").bind(id).execute(tx.on()).await
}

/// A newsletter in test mode, and the addresses (by their keys) whose letters leave all the same.
#[derive(Clone, Debug)]
pub struct Tried {
    /// Which.
    pub newsletter: Newsletter,
    /// Of the people who have a part in it.
    pub team: Vec<String>,
}

impl Tried {
    /// Whether letters to this address leave: one of an editor's own.
    pub fn lets_through(&self, email_key: &str) -> bool {
        self.newsletter.is_editors(email_key) || self.team.iter().any(|own| own == email_key)
    }
}

/// Newsletters in test mode, each with its row taken until the end of `tx`: none goes live meanwhile. Usually there are none, and
/// a partial index says so.
pub async fn in_test(tx: &mut Tx) -> sqlx::Result<Vec<Tried>> {
    let newsletters: Vec<Newsletter> =
        query_as("UPDATE newsletter SET mode = mode WHERE mode = 'test' RETURNING *").fetch_all(tx.on()).await?;
    let mut tried = Vec::with_capacity(newsletters.len());
    for newsletter in newsletters {
        let team = query_scalar(
            "SELECT DISTINCT p.email_key FROM person p JOIN person_role r ON r.person_id = p.id
             WHERE r.newsletter_id IN (0, $1) AND p.disabled_at IS NULL",
        )
        .bind(newsletter.id)
        .fetch_all(tx.on())
        .await?;
        tried.push(Tried { newsletter, team });
    }
    Ok(tried)
}

/// This newsletter and those whose sender has the same domain, in order: a complaint about one is one about all.
pub async fn of_the_same_sender_domain(tx: &mut Tx, id: i64) -> sqlx::Result<Vec<i64>> {
    let senders: Vec<(i64, String)> =
        query_as("SELECT id, from_address FROM newsletter ORDER BY id").fetch_all(tx.on()).await?;
    let domain = |address: &str| address.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    let Some(ours) = senders.iter().find(|(of, _)| *of == id).map(|(_, address)| domain(address)) else {
        return Ok(Vec::new());
    };
    Ok(senders.iter().filter(|(_, address)| domain(address) == ours).map(|(of, _)| *of).collect())
}

/// The newsletter of this id.
pub async fn by_id(db: &Db, id: i64) -> sqlx::Result<Option<Newsletter>> {
    query_as("SELECT * FROM newsletter WHERE id = $1").bind(id).fetch_optional(db.on()).await
}

/// Newsletters in the order of their slugs, from the one after `slug` on.
pub async fn after_slug(db: &Db, slug: &str, most: i64) -> sqlx::Result<Vec<Newsletter>> {
    query_as("SELECT * FROM newsletter WHERE slug > $1 AND deleted_at IS NULL ORDER BY slug LIMIT $2")
        .bind(slug)
        .bind(most)
        .fetch_all(db.on())
        .await
}

/// Newsletters that visitors of the home page may see, in the order of their names.
pub async fn not_hidden(db: &Db) -> sqlx::Result<Vec<Newsletter>> {
    query_as("SELECT * FROM newsletter WHERE listed <> 'no' AND deleted_at IS NULL ORDER BY LOWER(name), id")
        .fetch_all(db.on())
        .await
}

/// A feed as the newsletter's page shows it.
#[derive(Clone, Debug)]
pub struct FeedLine {
    /// Its address.
    pub url: String,
    /// The feed's own title.
    pub title: String,
    /// Last read.
    pub polled_at: Option<Millis>,
    /// Why it could not be read the last time.
    pub last_error: Option<String>,
    /// Since when it cannot be read.
    pub failing_since: Option<Millis>,
    /// Where its server permanently redirects to.
    pub moved_to: Option<String>,
    /// Since when it has done so.
    pub moved_since: Option<Millis>,
    /// Its address before the last move.
    pub moved_from: Option<String>,
    /// A warning about the last reading.
    pub warning: Option<String>,
}
from_row!(FeedLine { url, title, polled_at, last_error, failing_since, moved_to, moved_since, moved_from, warning });

/// The feeds of a newsletter.
pub async fn feeds(db: &Db, newsletter_id: i64) -> sqlx::Result<Vec<FeedLine>> {
    query_as(
        "SELECT url, title, polled_at, last_error, failing_since, moved_to, moved_since, moved_from, warning
         FROM feed WHERE newsletter_id = $1 ORDER BY id",
    )
    .bind(newsletter_id)
    .fetch_all(db.on())
    .await
}

/// Letters to strangers that wait for the newsletter to go live. `CROSS JOIN`: SQLite takes the tables in this order. While no letter
/// waits, its statistics say nothing of the table, and it would look for each of a million people.
pub async fn until_live(db: &Db, newsletter_id: i64) -> sqlx::Result<i64> {
    query_scalar(
        "SELECT COUNT(*) FROM planned_letter p CROSS JOIN subscriber s
         WHERE s.id = p.subscriber_id AND s.newsletter_id = $1 AND p.is_held",
    )
    .bind(newsletter_id)
    .fetch_one(db.on())
    .await
}

/// Letters to people who signed up that wait, though the newsletter is live.
#[derive(Clone, Copy, Debug)]
pub struct HeldLetters {
    /// All of them.
    pub count: i64,
    /// When the last is sent, as planned now.
    pub last_at: Option<Millis>,
    /// Those whose time has come: they leave with the next tick, as far as the ceilings let them.
    pub due: i64,
}
from_row!(HeldLetters { count, last_at, due });

/// See [`HeldLetters`]; joined as in [`until_live`].
pub async fn held(db: &Db, newsletter_id: i64, now: Millis) -> sqlx::Result<HeldLetters> {
    query_as(
        "SELECT COUNT(*) AS count, MAX(p.at) AS last_at, COUNT(CASE WHEN p.at <= $2 THEN 1 END) AS due
         FROM planned_letter p CROSS JOIN subscriber s
         WHERE s.id = p.subscriber_id AND s.newsletter_id = $1 AND p.asked_at IS NOT NULL AND NOT p.is_held",
    )
    .bind(newsletter_id)
    .bind(now)
    .fetch_one(db.on())
    .await
}

/// How many confirmed subscribers a newsletter has.
pub async fn confirmed(db: &Db, newsletter_id: i64) -> sqlx::Result<i64> {
    query_scalar("SELECT COUNT(*) FROM subscriber WHERE newsletter_id = $1 AND status = 'confirmed'")
        .bind(newsletter_id)
        .fetch_one(db.on())
        .await
}

/// Stores a new newsletter and gives its id; `None` when the slug is taken.
pub async fn insert(tx: &mut Tx, newsletter: &Newsletter) -> sqlx::Result<Option<i64>> {
    query_scalar(
        "INSERT INTO newsletter (slug, name, from_name, from_address, reply_to, language, site_url, description, postal,
            created_at, listed, mode, logo_url, colour, footer, in_preferences, archive)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         ON CONFLICT (slug) DO NOTHING RETURNING id"
    )
    .bind(&newsletter.slug)
    .bind(&newsletter.name)
    .bind(&newsletter.from_name)
    .bind(&newsletter.from_address)
    .bind(&newsletter.reply_to)
    .bind(&newsletter.language)
    .bind(&newsletter.site_url)
    .bind(&newsletter.description)
    .bind(&newsletter.postal)
    .bind(newsletter.created_at)
    .bind(newsletter.listed)
    .bind(newsletter.mode)
    .bind(&newsletter.logo_url)
    .bind(&newsletter.colour)
    .bind(&newsletter.footer)
    .bind(newsletter.in_preferences)
    .bind(newsletter.archive)
    .fetch_optional(tx.on()).await
}

/// Stores a newsletter's changed settings; slug and id stay.
pub async fn update(tx: &mut Tx, newsletter: &Newsletter) -> sqlx::Result<u64> {
    query(
        "UPDATE newsletter SET name = $2, from_name = $3, from_address = $4, reply_to = $5, language = $6, site_url = $7,
            description = $8, postal = $9, listed = $10, logo_url = $11, colour = $12, footer = $13, logo_width = $14,
            logo_height = $15, logo_alt = $16, in_preferences = $17
         WHERE id = $1"
    )
    .bind(newsletter.id)
    .bind(&newsletter.name)
    .bind(&newsletter.from_name)
    .bind(&newsletter.from_address)
    .bind(&newsletter.reply_to)
    .bind(&newsletter.language)
    .bind(&newsletter.site_url)
    .bind(&newsletter.description)
    .bind(&newsletter.postal)
    .bind(newsletter.listed)
    .bind(&newsletter.logo_url)
    .bind(&newsletter.colour)
    .bind(&newsletter.footer)
    .bind(newsletter.logo_width)
    .bind(newsletter.logo_height)
    .bind(&newsletter.logo_alt)
    .bind(newsletter.in_preferences)
    .execute(tx.on()).await
}

/// Stores a logo that was uploaded, or that there is none.
pub async fn set_logo(tx: &mut Tx, newsletter_id: i64, logo: Option<&Logo>) -> sqlx::Result<u64> {
    query("UPDATE newsletter SET logo_url = $2, logo_width = $3, logo_height = $4, logo_alt = $5 WHERE id = $1")
        .bind(newsletter_id)
        .bind(logo.map(|logo| logo.url.as_str()))
        .bind(logo.map(|logo| logo.width))
        .bind(logo.map(|logo| logo.height))
        .bind(logo.map_or("", |logo| logo.alt.as_str()))
        .execute(tx.on())
        .await
}

/// What a newsletter says in its owner's own words.
pub async fn texts(db: &Db, newsletter_id: i64) -> sqlx::Result<Vec<Row>> {
    query_as(
        "SELECT locale, key, text, changed_at, changed_by FROM newsletter_text WHERE newsletter_id = $1
         ORDER BY locale, key",
    )
    .bind(newsletter_id)
    .fetch_all(db.on())
    .await
}

/// The same inside a transaction.
pub async fn texts_in(tx: &mut Tx, newsletter_id: i64) -> sqlx::Result<Vec<Row>> {
    query_as(
        "SELECT locale, key, text, changed_at, changed_by FROM newsletter_text WHERE newsletter_id = $1
         ORDER BY locale, key",
    )
    .bind(newsletter_id)
    .fetch_all(tx.on())
    .await
}

/// Stores an owner's own words for a text.
pub async fn put_text(tx: &mut Tx, newsletter_id: i64, row: &Row) -> sqlx::Result<u64> {
    query(
        "INSERT INTO newsletter_text (newsletter_id, locale, key, text, changed_at, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (newsletter_id, locale, key) DO UPDATE
         SET text = excluded.text, changed_at = excluded.changed_at, changed_by = excluded.changed_by",
    )
    .bind(newsletter_id)
    .bind(&row.locale)
    .bind(&row.key)
    .bind(&row.text)
    .bind(row.changed_at)
    .bind(row.changed_by)
    .execute(tx.on())
    .await
}

/// Removes them: the text is ours again.
pub async fn remove_text(tx: &mut Tx, newsletter_id: i64, locale: &str, text: Text) -> sqlx::Result<u64> {
    query("DELETE FROM newsletter_text WHERE newsletter_id = $1 AND locale = $2 AND key = $3")
        .bind(newsletter_id)
        .bind(locale)
        .bind(text)
        .execute(tx.on())
        .await
}

/// Adds a feed; one that is there already stays as it is.
pub async fn insert_feed(tx: &mut Tx, newsletter_id: i64, url: &str, take: u32, now: Millis) -> sqlx::Result<u64> {
    query(
        "INSERT INTO feed (newsletter_id, url, take_first, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (newsletter_id, url) DO NOTHING",
    )
    .bind(newsletter_id)
    .bind(url)
    .bind(i64::from(take))
    .bind(now)
    .execute(tx.on())
    .await
}
