//! Every query on digests.
//!
//! Whoever makes or changes a digest first takes its schedule's row ([`hold_schedule`], [`move_on`]): on PostgreSQL that
//! lock makes two processes take turns, on SQLite the only writer does.

mod parts;
mod posts;
mod release;
mod schedules;

use crate::clock::Millis;
use crate::coded::Stored as _;
use crate::db::{Db, Tx, query, query_as, query_scalar};
use crate::ledger::DigestState;
use crate::reason::Reason;

use super::Digest;

pub use parts::{
    Changed, PartRow, categories, changed, changed_in, chosen_topics, insert_part, insert_part_mail, insert_readers,
    parts, set_note, topic_sets,
};
pub use posts::{
    Waiting, all_posts_of, give_posts_back, give_tried_posts_back, insert_post, missing, posts_in, posts_of,
    take_posts, vanished, waiting_posts, waiting_titles,
};
pub use release::{
    Audience, add_recipients, advance_release, all_written, any_audience, audience, audience_shown, count_audience,
    count_readers, exceeds, freeze, has_audience, insert_variant, is_written, next_recipient, readers_shown,
};
pub use schedules::{due, each_post, hold_schedule, move_on, recorded, soonest, steer_schedule, wake_schedules};

/// The digest of this id.
pub async fn by_id(db: &Db, id: i64) -> sqlx::Result<Option<Digest>> {
    query_as("SELECT * FROM digest WHERE id = $1").bind(id).fetch_optional(db.on()).await
}

/// The same inside a transaction.
pub async fn by_id_in(tx: &mut Tx, id: i64) -> sqlx::Result<Option<Digest>> {
    query_as("SELECT * FROM digest WHERE id = $1").bind(id).fetch_optional(tx.on()).await
}

/// Digests that wait for this reason, the oldest first.
pub async fn waiting_because(db: &Db, reason: &Reason) -> sqlx::Result<Vec<Digest>> {
    query_as("SELECT * FROM digest WHERE state = 'waiting' AND reason = $1 ORDER BY id")
        .bind(reason.stored())
        .fetch_all(db.on())
        .await
}

/// Whether a digest of a newsletter has ever been released to readers.
pub async fn has_sent(db: &Db, newsletter_id: i64) -> sqlx::Result<bool> {
    query_scalar(
        "SELECT EXISTS (SELECT 1 FROM digest WHERE newsletter_id = $1 AND released_at IS NOT NULL AND recipients > 0)",
    )
    .bind(newsletter_id)
    .fetch_one(db.on())
    .await
}

/// The digest of this id outside.
pub async fn by_public_id(db: &Db, public_id: &str) -> sqlx::Result<Option<Digest>> {
    query_as("SELECT * FROM digest WHERE public_id = $1").bind(public_id).fetch_optional(db.on()).await
}

/// Digests of a newsletter whose id outside begins with this; two at most.
pub async fn by_prefix(db: &Db, newsletter_id: i64, prefix: &str) -> sqlx::Result<Vec<Digest>> {
    let length = prefix.chars().count() as i64;
    query_as("SELECT * FROM digest WHERE newsletter_id = $1 AND SUBSTR(public_id, 1, CAST($3 AS INTEGER)) = $2 LIMIT 2")
        .bind(newsletter_id)
        .bind(prefix)
        .bind(length)
        .fetch_all(db.on())
        .await
}

/// Digests of a newsletter, the youngest first, from the one before `before` on.
pub async fn before(db: &Db, newsletter_id: i64, before: i64, most: i64) -> sqlx::Result<Vec<Digest>> {
    query_as("SELECT * FROM digest WHERE newsletter_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3")
        .bind(newsletter_id)
        .bind(before)
        .bind(most)
        .fetch_all(db.on())
        .await
}

/// Digests of a newsletter in one of these states, the youngest first, from the one before `before` on.
pub async fn in_states(
    db: &Db,
    newsletter_id: i64,
    before: i64,
    states: &[DigestState],
    most: i64,
) -> sqlx::Result<Vec<Digest>> {
    // One statement for any number of them: the first fills the places that are left.
    let all = DigestState::ALL.len();
    let states = states.iter().chain(states.first().into_iter().cycle()).take(all);
    let query = query_as(
        "SELECT * FROM digest WHERE newsletter_id = $1 AND id < $2 AND state IN ($4, $5, $6, $7, $8, $9, $10)
         ORDER BY id DESC LIMIT $3",
    );
    let query = query.bind(newsletter_id).bind(before).bind(most);
    states.fold(query, |query, state| query.bind(*state)).fetch_all(db.on()).await
}

/// Digests of a newsletter that are not at their end, the oldest first.
pub async fn open(db: &Db, newsletter_id: i64) -> sqlx::Result<Vec<Digest>> {
    query_as(
        "SELECT * FROM digest WHERE state IN ('waiting', 'releasing', 'sending', 'paused') AND newsletter_id = $1
         ORDER BY id",
    )
    .bind(newsletter_id)
    .fetch_all(db.on())
    .await
}

/// The youngest digests of a newsletter, and all that are not at their end, the oldest first; without what they say.
pub async fn at_hand(db: &Db, newsletter_id: i64, youngest: i64) -> sqlx::Result<Vec<Digest>> {
    query_as(
            "SELECT id, public_id, newsletter_id, schedule_id, slot_at, state, reason, note, subject, '' AS content, recipients,
                    released_upto, leaves_at, created_at, released_at, finished_at
             FROM digest
             WHERE id IN (SELECT id FROM (SELECT id FROM digest WHERE newsletter_id = $1 ORDER BY id DESC LIMIT $2) AS young
                          UNION
                          SELECT id FROM digest
                          WHERE state IN ('waiting', 'releasing', 'sending', 'paused') AND newsletter_id = $1)
             ORDER BY id",
        )
        .bind(newsletter_id)
        .bind(youngest)
        .fetch_all(db.on()).await
}

/// The youngest digest of a schedule that was sent, or that an editor has just sent.
pub async fn latest_sent(tx: &mut Tx, schedule_id: i64) -> sqlx::Result<Option<Digest>> {
    query_as(
        "SELECT * FROM digest WHERE schedule_id = $1 AND state <> 'skipped' AND (state <> 'waiting' OR reason = $2)
         ORDER BY slot_at DESC LIMIT 1",
    )
    .bind(schedule_id)
    .bind(Reason::SentByEditor.stored())
    .fetch_optional(tx.on())
    .await
}

/// Digests that wait and whose time to leave by itself has come.
pub async fn leaving(db: &Db, now: Millis) -> sqlx::Result<Vec<Digest>> {
    query_as("SELECT * FROM digest WHERE state = 'waiting' AND leaves_at <= $1 ORDER BY id")
        .bind(now)
        .fetch_all(db.on())
        .await
}

/// Digests that wait and leave by themselves after `after`.
pub async fn leaving_after(db: &Db, after: Millis) -> sqlx::Result<Vec<Digest>> {
    query_as("SELECT * FROM digest WHERE state = 'waiting' AND leaves_at > $1 ORDER BY id")
        .bind(after)
        .fetch_all(db.on())
        .await
}

/// Takes a digest's row until the end of `tx` and gives it as it is now; `None` when it is gone.
pub async fn hold_digest(tx: &mut Tx, id: i64) -> sqlx::Result<Option<Digest>> {
    query_as("UPDATE digest SET leaves_at = leaves_at WHERE id = $1 RETURNING *").bind(id).fetch_optional(tx.on()).await
}

/// Moves the instant at which a waiting digest leaves from where it was seen.
pub async fn redate(tx: &mut Tx, id: i64, from: Millis, to: Millis) -> sqlx::Result<u64> {
    query("UPDATE digest SET leaves_at = $3 WHERE id = $1 AND state = 'waiting' AND leaves_at = $2")
        .bind(id)
        .bind(from)
        .bind(to)
        .execute(tx.on())
        .await
}

/// Stores what a waiting digest says.
pub async fn set_content(tx: &mut Tx, id: i64, subject: &str, content: &str) -> sqlx::Result<u64> {
    query("UPDATE digest SET subject = $2, content = $3 WHERE id = $1 AND state = 'waiting'")
        .bind(id)
        .bind(subject)
        .bind(content)
        .execute(tx.on())
        .await
}

/// Digests whose rows are not all written.
pub async fn releasing(db: &Db) -> sqlx::Result<Vec<i64>> {
    query_scalar("SELECT id FROM digest WHERE state = 'releasing' ORDER BY id").fetch_all(db.on()).await
}

/// A digest of a newsletter that is on its way to readers, by its id outside.
pub async fn on_its_way(tx: &mut Tx, newsletter_id: i64) -> sqlx::Result<Option<String>> {
    query_scalar(
        "SELECT public_id FROM digest
         WHERE state IN ('releasing', 'sending', 'paused') AND newsletter_id = $1 ORDER BY id LIMIT 1",
    )
    .bind(newsletter_id)
    .fetch_optional(tx.on())
    .await
}

/// The editor takes this digest's unknown addresses for dead: its breaker does not ask again.
pub async fn accept_bounces(db: &Db, digest_id: i64) -> sqlx::Result<u64> {
    db.write_now(query("UPDATE digest SET bounces_accepted = 1 WHERE id = $1").bind(digest_id)).await
}
