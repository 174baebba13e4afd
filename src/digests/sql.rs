//! Every query on digests.
//!
//! Whoever makes or changes a digest first takes its schedule's row ([`hold_schedule`], [`move_on`]): on PostgreSQL that
//! lock makes two processes take turns, on SQLite the only writer does.

use jiff::civil::Date;

use crate::clock::Millis;
use crate::coded::Stored as _;
use crate::db::{Db, Tx, execute, in_tx, read, write_now};
use crate::feeds::Post;
use crate::newsletters::Schedule;
use crate::reason::Reason;

use super::Digest;
use crate::ledger::{DigestState, RELEASED};

/// Schedules whose slot has come, paused ones too: each slot leaves a record. Those whose digest can be stopped (see
/// [`super::leave::lead`]) until `ahead`.
pub async fn due(db: &Db, now: Millis, ahead: Millis) -> sqlx::Result<Vec<Schedule>> {
    read!(db, |c| {
        sqlx::query_as(
        "SELECT s.* FROM schedule s JOIN newsletter n ON n.id = s.newsletter_id
         WHERE s.next_due_at <= $2 AND (s.next_due_at <= $1 OR (s.approval = 'veto' AND NOT s.paused AND NOT s.skip_next))
           AND n.deleted_at IS NULL
         ORDER BY s.next_due_at, s.id"
    )
    .bind(now)
    .bind(ahead)
    .fetch_all(c)
    })
}

/// The slots of a schedule from `from` on that have their record.
pub async fn recorded(tx: &mut Tx, schedule_id: i64, from: Millis) -> sqlx::Result<Vec<Millis>> {
    in_tx!(tx, |c| sqlx::query_scalar("SELECT slot_at FROM digest WHERE schedule_id = $1 AND slot_at >= $2")
        .bind(schedule_id)
        .bind(from)
        .fetch_all(c))
}

/// Schedules that send each post by itself and are not paused.
pub async fn each_post(db: &Db) -> sqlx::Result<Vec<Schedule>> {
    read!(db, |c| sqlx::query_as(
        "SELECT s.* FROM schedule s JOIN newsletter n ON n.id = s.newsletter_id
         WHERE s.every = 'post' AND NOT s.paused AND n.deleted_at IS NULL ORDER BY s.id"
    )
    .fetch_all(c))
}

/// Moves a schedule to its next slot; false when it has changed since it was read (another process was first).
pub async fn move_on(tx: &mut Tx, seen: &Schedule, next: Option<Millis>, skip_next: bool) -> sqlx::Result<bool> {
    let changed = execute!(tx, |c| sqlx::query(
        "UPDATE schedule SET next_due_at = $2, skip_next = $3
         WHERE id = $1 AND next_due_at = $4 AND paused = $5 AND skip_next = $6 AND every = $7 AND approval = $8"
    )
    .bind(seen.id)
    .bind(next)
    .bind(skip_next)
    .bind(seen.next_due_at)
    .bind(seen.paused)
    .bind(seen.skip_next)
    .bind(seen.every)
    .bind(seen.approval)
    .execute(c))?;
    Ok(changed == 1)
}

/// Takes the schedule's row until the end of `tx` and gives it as it is now; `None` when it is gone.
pub async fn hold_schedule(tx: &mut Tx, id: i64) -> sqlx::Result<Option<Schedule>> {
    in_tx!(tx, |c| sqlx::query_as("UPDATE schedule SET paused = paused WHERE id = $1 RETURNING *")
        .bind(id)
        .fetch_optional(c))
}

/// Sets whether a schedule rests (and until when), and whether its next slot is skipped.
pub async fn steer_schedule(tx: &mut Tx, schedule: &Schedule) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query("UPDATE schedule SET paused = $2, paused_until = $3, skip_next = $4 WHERE id = $1")
        .bind(schedule.id)
        .bind(schedule.paused)
        .bind(schedule.paused_until)
        .bind(schedule.skip_next)
        .execute(c))
}

/// Which posts a digest may take.
#[derive(Clone, Copy, Debug)]
pub struct Waiting<'a> {
    /// For this rhythm.
    pub schedule: &'a Schedule,
    /// First seen at this instant or before.
    pub seen_until: Millis,
    /// Also posts dated in the future; else only those that an editor wants now.
    pub planned_too: bool,
    /// The day on the schedule's clock.
    pub today: Date,
    /// Posts given by the API or the command line need not have settled.
    pub given_at_once: bool,
    /// At most so many.
    pub most: i64,
    /// What is dated later is of the future.
    pub now: Millis,
}

/// Posts that wait for a digest of a schedule, the newest first; those dated in the future last, for they neither lead a
/// mail nor name it. A day has begun somewhere 14 hours before it begins in UTC.
///
/// A schedule takes no posts from before it was made: those went out on the newsletter's other rhythms. A letter of its own has
/// digests that were made for it.
macro_rules! waiting_posts {
    ($run:ident, $on:expr, $wanted:expr) => {
        $run!($on, |c| sqlx::query_as(
            "SELECT p.* FROM post p
             WHERE p.newsletter_id = $1 AND p.state = 'new' AND NOT p.is_letter AND p.first_seen_at >= $2
               AND (p.first_seen_at <= $3 OR ($4 AND p.feed_id IS NULL))
               AND ($9 OR p.reason = 'editor' OR CASE WHEN p.published_day IS NULL THEN COALESCE(p.published_at, 0) <= $7
                                                      ELSE p.published_day <= $8 END)
               AND p.missing_since IS NULL
               AND NOT EXISTS (SELECT 1 FROM digest_post d WHERE d.schedule_id = $5 AND d.post_id = p.id)
             ORDER BY CASE WHEN CASE WHEN p.published_day IS NULL THEN COALESCE(p.published_at, 0) > $7
                                     ELSE p.published_day > $8 END THEN 1 ELSE 0 END,
                      COALESCE(p.published_at, p.first_seen_at) DESC, p.id DESC LIMIT $6"
        )
        .bind($wanted.schedule.newsletter_id)
        .bind($wanted.schedule.created_at)
        .bind($wanted.seen_until)
        .bind($wanted.given_at_once)
        .bind($wanted.schedule.id)
        .bind($wanted.most)
        .bind($wanted.now)
        .bind($wanted.today.to_string())
        .bind($wanted.planned_too)
        .fetch_all(c))
    };
}

/// See [`Waiting`]; read beside all writing, to show what the next digest would hold.
pub async fn waiting_posts(db: &Db, wanted: Waiting<'_>) -> sqlx::Result<Vec<Post>> {
    waiting_posts!(read, db, wanted)
}

/// See [`Waiting`]; under the schedule's lock, to take them.
pub async fn take_posts(tx: &mut Tx, wanted: Waiting<'_>) -> sqlx::Result<Vec<Post>> {
    waiting_posts!(in_tx, tx, wanted)
}

/// Since when posts of a newsletter, that are due for this schedule, are missing from their feeds and not asked about again.
pub async fn missing(db: &Db, wanted: Waiting<'_>) -> sqlx::Result<Vec<Millis>> {
    read!(db, |c| sqlx::query_scalar(
        "SELECT p.missing_since FROM post p
         WHERE p.newsletter_id = $1 AND p.state = 'new' AND p.missing_since IS NOT NULL AND p.first_seen_at >= $2
           AND p.first_seen_at <= $3
           AND NOT EXISTS (SELECT 1 FROM digest_post d WHERE d.schedule_id = $4 AND d.post_id = p.id)"
    )
    .bind(wanted.schedule.newsletter_id)
    .bind(wanted.schedule.created_at)
    .bind(wanted.seen_until)
    .bind(wanted.schedule.id)
    .fetch_all(c))
}

/// How many posts of a newsletter that no digest of this schedule has taken vanished from their feeds since the last slot of it
/// that has a record.
pub async fn vanished(tx: &mut Tx, schedule: &Schedule, before: Millis) -> sqlx::Result<i64> {
    in_tx!(tx, |c| {
        sqlx::query_scalar(
        "SELECT COUNT(*) FROM post p
         WHERE p.newsletter_id = $1 AND (p.state = 'gone' AND p.reason = 'vanished' OR p.missing_since IS NOT NULL)
           AND p.first_seen_at >= $2
           AND p.first_seen_at > COALESCE((SELECT MAX(d.slot_at) FROM digest d WHERE d.schedule_id = $3 AND d.slot_at < $4), 0)
           AND NOT EXISTS (SELECT 1 FROM digest_post d WHERE d.schedule_id = $3 AND d.post_id = p.id)"
    )
    .bind(schedule.newsletter_id)
    .bind(schedule.created_at)
    .bind(schedule.id)
    .bind(before)
    .fetch_one(c)
    })
}

macro_rules! posts_of {
    ($run:ident, $on:expr, $digest:expr) => {
        $run!($on, |c| sqlx::query_as(
            "SELECT p.* FROM digest_post d JOIN post p ON p.id = d.post_id
             WHERE d.digest_id = $1 AND p.state = 'new' AND NOT d.left_out ORDER BY d.position, p.id"
        )
        .bind($digest)
        .fetch_all(c))
    };
}

/// The posts of a digest that may still be sent, in their order.
pub async fn posts_of(db: &Db, digest_id: i64) -> sqlx::Result<Vec<Post>> {
    posts_of!(read, db, digest_id)
}

/// The same inside a transaction.
pub async fn posts_in(tx: &mut Tx, digest_id: i64) -> sqlx::Result<Vec<Post>> {
    posts_of!(in_tx, tx, digest_id)
}

/// The posts of a digest that may still be sent, those that are left out too.
pub async fn all_posts_of(db: &Db, digest_id: i64) -> sqlx::Result<Vec<Post>> {
    read!(db, |c| sqlx::query_as(
        "SELECT p.* FROM digest_post d JOIN post p ON p.id = d.post_id WHERE d.digest_id = $1 AND p.state = 'new'"
    )
    .bind(digest_id)
    .fetch_all(c))
}

/// Puts a post into a digest; fails when the rhythm has sent it before.
pub async fn insert_post(tx: &mut Tx, digest_id: i64, schedule_id: i64, post_id: i64, at: i64) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query(
        "INSERT INTO digest_post (digest_id, schedule_id, post_id, position) VALUES ($1, $2, $3, $4)"
    )
    .bind(digest_id)
    .bind(schedule_id)
    .bind(post_id)
    .bind(at)
    .execute(c))
}

/// Takes the posts out of a digest, but those that an editor left out for good: they wait again.
pub async fn give_posts_back(tx: &mut Tx, digest_id: i64) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query("DELETE FROM digest_post WHERE digest_id = $1 AND NOT left_out")
        .bind(digest_id)
        .execute(c))
}

/// The digest of this id.
pub async fn by_id(db: &Db, id: i64) -> sqlx::Result<Option<Digest>> {
    read!(db, |c| sqlx::query_as("SELECT * FROM digest WHERE id = $1").bind(id).fetch_optional(c))
}

/// The same inside a transaction.
pub async fn by_id_in(tx: &mut Tx, id: i64) -> sqlx::Result<Option<Digest>> {
    in_tx!(tx, |c| sqlx::query_as("SELECT * FROM digest WHERE id = $1").bind(id).fetch_optional(c))
}

/// The digest of this id outside.
pub async fn by_public_id(db: &Db, public_id: &str) -> sqlx::Result<Option<Digest>> {
    read!(db, |c| sqlx::query_as("SELECT * FROM digest WHERE public_id = $1").bind(public_id).fetch_optional(c))
}

/// Digests of a newsletter whose id outside begins with this; two at most.
pub async fn by_prefix(db: &Db, newsletter_id: i64, prefix: &str) -> sqlx::Result<Vec<Digest>> {
    let length = prefix.chars().count() as i64;
    read!(db, |c| sqlx::query_as(
        "SELECT * FROM digest WHERE newsletter_id = $1 AND SUBSTR(public_id, 1, CAST($3 AS INTEGER)) = $2 LIMIT 2"
    )
    .bind(newsletter_id)
    .bind(prefix)
    .bind(length)
    .fetch_all(c))
}

/// Digests of a newsletter, the youngest first, from the one before `before` on.
pub async fn before(db: &Db, newsletter_id: i64, before: i64, most: i64) -> sqlx::Result<Vec<Digest>> {
    read!(db, |c| sqlx::query_as("SELECT * FROM digest WHERE newsletter_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3")
        .bind(newsletter_id)
        .bind(before)
        .bind(most)
        .fetch_all(c))
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
    read!(db, |c| {
        let query = sqlx::query_as(
            "SELECT * FROM digest WHERE newsletter_id = $1 AND id < $2 AND state IN ($4, $5, $6, $7, $8, $9, $10)
             ORDER BY id DESC LIMIT $3",
        )
        .bind(newsletter_id)
        .bind(before)
        .bind(most);
        states.fold(query, |query, state| query.bind(*state)).fetch_all(c)
    })
}

/// Digests of a newsletter that are not at their end, the oldest first.
pub async fn open(db: &Db, newsletter_id: i64) -> sqlx::Result<Vec<Digest>> {
    read!(db, |c| sqlx::query_as(
        "SELECT * FROM digest WHERE state IN ('waiting', 'releasing', 'sending', 'paused') AND newsletter_id = $1
         ORDER BY id"
    )
    .bind(newsletter_id)
    .fetch_all(c))
}

/// The youngest digest of a schedule that was sent, or that an editor has just sent.
pub async fn latest_sent(tx: &mut Tx, schedule_id: i64) -> sqlx::Result<Option<Digest>> {
    in_tx!(tx, |c| sqlx::query_as(
        "SELECT * FROM digest WHERE schedule_id = $1 AND state <> 'skipped' AND (state <> 'waiting' OR reason = $2)
         ORDER BY slot_at DESC LIMIT 1"
    )
    .bind(schedule_id)
    .bind(Reason::SentByEditor.stored())
    .fetch_optional(c))
}

/// Digests that wait and whose time to leave by itself has come.
pub async fn leaving(db: &Db, now: Millis) -> sqlx::Result<Vec<Digest>> {
    read!(db, |c| sqlx::query_as("SELECT * FROM digest WHERE state = 'waiting' AND leaves_at <= $1 ORDER BY id")
        .bind(now)
        .fetch_all(c))
}

/// Digests that wait and leave by themselves after `after`.
pub async fn leaving_after(db: &Db, after: Millis) -> sqlx::Result<Vec<Digest>> {
    read!(db, |c| sqlx::query_as("SELECT * FROM digest WHERE state = 'waiting' AND leaves_at > $1 ORDER BY id")
        .bind(after)
        .fetch_all(c))
}

/// Takes a digest's row until the end of `tx` and gives it as it is now; `None` when it is gone.
pub async fn hold_digest(tx: &mut Tx, id: i64) -> sqlx::Result<Option<Digest>> {
    in_tx!(tx, |c| sqlx::query_as("UPDATE digest SET leaves_at = leaves_at WHERE id = $1 RETURNING *")
        .bind(id)
        .fetch_optional(c))
}

/// Moves the instant at which a waiting digest leaves from where it was seen.
pub async fn redate(tx: &mut Tx, id: i64, from: Millis, to: Millis) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query(
        "UPDATE digest SET leaves_at = $3 WHERE id = $1 AND state = 'waiting' AND leaves_at = $2"
    )
    .bind(id)
    .bind(from)
    .bind(to)
    .execute(c))
}

/// Stores what a waiting digest says.
pub async fn set_content(tx: &mut Tx, id: i64, subject: &str, content: &str) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query("UPDATE digest SET subject = $2, content = $3 WHERE id = $1 AND state = 'waiting'")
        .bind(id)
        .bind(subject)
        .bind(content)
        .execute(c))
}

/// Digests whose rows are not all written.
pub async fn releasing(db: &Db) -> sqlx::Result<Vec<i64>> {
    read!(db, |c| sqlx::query_scalar("SELECT id FROM digest WHERE state = 'releasing' ORDER BY id").fetch_all(c))
}

/// To how many a digest of a rhythm would go: its confirmed subscribers; in test mode to one, the editor.
pub async fn count_audience(db: &Db, schedule_id: i64) -> sqlx::Result<i64> {
    let test = read!(db, |c| sqlx::query_scalar(IN_TEST).bind(schedule_id).fetch_one(c))?;
    if test { Ok(1) } else { count_readers(db, schedule_id).await }
}

/// Whether the newsletter of a schedule is in test mode.
const IN_TEST: &str = "SELECT EXISTS (SELECT 1 FROM newsletter n JOIN schedule s ON s.newsletter_id = n.id
                                      WHERE s.id = $1 AND n.mode = 'test')";

/// How many confirmed subscribers are on a rhythm. Reads an index of ids only: 30 ms for a million on SQLite.
pub async fn count_readers(db: &Db, schedule_id: i64) -> sqlx::Result<i64> {
    read!(db, |c| sqlx::query_scalar("SELECT COUNT(*) FROM subscriber WHERE schedule_id = $1 AND status = 'confirmed'")
        .bind(schedule_id)
        .fetch_one(c))
}

/// Whether more than `most` are on a rhythm; looks at no more than that.
pub async fn exceeds(db: &Db, schedule_id: i64, most: i64) -> sqlx::Result<bool> {
    let next: Option<i64> = read!(db, |c| sqlx::query_scalar(
        "SELECT id FROM subscriber WHERE schedule_id = $1 AND status = 'confirmed' ORDER BY id LIMIT 1 OFFSET $2"
    )
    .bind(schedule_id)
    .bind(most)
    .fetch_optional(c))?;
    Ok(next.is_some())
}

/// Whether a digest of a rhythm would go to anybody: see [`count_audience`].
pub async fn any_audience(tx: &mut Tx, schedule_id: i64) -> sqlx::Result<bool> {
    let test: bool = in_tx!(tx, |c| sqlx::query_scalar(IN_TEST).bind(schedule_id).fetch_one(c))?;
    let readers = in_tx!(tx, |c| sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM subscriber WHERE schedule_id = $1 AND status = 'confirmed')"
    )
    .bind(schedule_id)
    .fetch_one(c))?;
    Ok(test || readers)
}

/// A digest of a newsletter that is on its way to readers, by its id outside.
pub async fn on_its_way(tx: &mut Tx, newsletter_id: i64) -> sqlx::Result<Option<String>> {
    in_tx!(tx, |c| sqlx::query_scalar(
        "SELECT public_id FROM digest
         WHERE state IN ('releasing', 'sending', 'paused') AND newsletter_id = $1 ORDER BY id LIMIT 1"
    )
    .bind(newsletter_id)
    .fetch_optional(c))
}

/// Gives back the posts that a newsletter's digests took while it was in test mode: they wait for its readers.
pub async fn give_tried_posts_back(tx: &mut Tx, newsletter_id: i64) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query(
        "DELETE FROM digest_post
         WHERE digest_id IN (SELECT id FROM digest WHERE newsletter_id = $1 AND state = 'skipped' AND reason = $2)"
    )
    .bind(newsletter_id)
    .bind(Reason::TestMode.stored())
    .execute(c))
}

/// Posts that went out on one rhythm and would still be taken by another of the same newsletter.
pub async fn not_yet_on(db: &Db, from: i64, to: &Schedule) -> sqlx::Result<i64> {
    read!(db, |c| sqlx::query_scalar(
        "SELECT COUNT(*) FROM digest_post d JOIN post p ON p.id = d.post_id
         WHERE d.schedule_id = $1 AND p.state = 'new' AND p.first_seen_at >= $3
           AND NOT EXISTS (SELECT 1 FROM digest_post o WHERE o.schedule_id = $2 AND o.post_id = p.id)"
    )
    .bind(from)
    .bind(to.id)
    .bind(to.created_at)
    .fetch_one(c))
}

/// Wakes the schedules that rest until a day that has come.
pub async fn wake_schedules(db: &Db, now: Millis) -> sqlx::Result<u64> {
    let due: bool = read!(db, |c| sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM schedule WHERE paused AND paused_until <= $1)"
    )
    .bind(now)
    .fetch_one(c))?;
    if !due {
        return Ok(0);
    }
    write_now!(db, |c| sqlx::query(
        "UPDATE schedule SET paused = FALSE, paused_until = NULL WHERE paused AND paused_until <= $1"
    )
    .bind(now)
    .execute(c))
}

/// The lowest id of a rhythm's confirmed subscribers above `above`.
pub async fn next_recipient(db: &Db, schedule_id: i64, above: i64) -> sqlx::Result<Option<i64>> {
    read!(db, |c| sqlx::query_scalar(
        "SELECT MIN(id) FROM subscriber WHERE schedule_id = $1 AND status = 'confirmed' AND id > $2"
    )
    .bind(schedule_id)
    .bind(above)
    .fetch_one(c))
}

/// Freezes a digest; false when another process has, or when it is no longer to be released.
pub async fn freeze(tx: &mut Tx, id: i64, subject: &str, content: &str, now: Millis) -> sqlx::Result<bool> {
    let changed = execute!(tx, |c| sqlx::query(
        "UPDATE digest SET subject = $2, content = $3, released_at = $4
         WHERE id = $1 AND state = 'releasing' AND released_at IS NULL"
    )
    .bind(id)
    .bind(subject)
    .bind(content)
    .bind(now)
    .execute(c))?;
    Ok(changed == 1)
}

/// Stores the mail of one language.
pub async fn insert_variant(tx: &mut Tx, digest_id: i64, language: &str, mail: &[u8]) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query("INSERT INTO digest_variant (digest_id, language, mail) VALUES ($1, $2, $3)")
        .bind(digest_id)
        .bind(language)
        .bind(mail)
        .execute(c))
}

/// Claims the next range of a release: moves `released_upto` from `from` to `upto`; false when another process did.
pub async fn advance_release(tx: &mut Tx, id: i64, from: i64, upto: i64) -> sqlx::Result<bool> {
    let changed = execute!(tx, |c| sqlx::query(
        "UPDATE digest SET released_upto = $3 WHERE id = $1 AND state = 'releasing' AND released_upto = $2"
    )
    .bind(id)
    .bind(from)
    .bind(upto)
    .execute(c))?;
    Ok(changed == 1)
}

/// Adds to the count of recipients.
pub async fn add_recipients(tx: &mut Tx, id: i64, count: i64) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query("UPDATE digest SET recipients = recipients + $2 WHERE id = $1")
        .bind(id)
        .bind(count)
        .execute(c))
}

/// The editor takes this digest's unknown addresses for dead: its breaker does not ask again.
pub async fn accept_bounces(db: &Db, digest_id: i64) -> sqlx::Result<u64> {
    write_now!(db, |c| sqlx::query("UPDATE digest SET bounces_accepted = 1 WHERE id = $1").bind(digest_id).execute(c))
}

/// Notes that every row of a digest is written.
pub async fn all_written(tx: &mut Tx, id: i64) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query("UPDATE digest SET released_upto = $2 WHERE id = $1")
        .bind(id)
        .bind(RELEASED)
        .execute(c))
}

/// Whether every row of a digest is written.
pub async fn is_written(tx: &mut Tx, id: i64) -> sqlx::Result<bool> {
    in_tx!(tx, |c| sqlx::query_scalar("SELECT released_upto = $2 FROM digest WHERE id = $1")
        .bind(id)
        .bind(RELEASED)
        .fetch_one(c))
}
