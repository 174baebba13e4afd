//! A slot that has come → its record: a digest, or why there is none.
//!
//! In: a due schedule. Out: in one transaction the schedule moves on and each slot that passed gets its row in `digest`:
//! `releasing` (it goes now), `waiting` (for an editor, who gets a letter; or for its hour, [`super::leave`]), or `skipped` with
//! the reason. Slots are unique, and the schedule moves only from where it was seen, so two processes make one digest, and a clock that
//! jumps back makes none twice.

use std::sync::Arc;

use crate::app::App;
use crate::clock::{DAY, Millis};
use crate::coded::Coded as _;
use crate::db::{Tx, generation};
use crate::events::Actor;
use crate::feeds::Post;
use crate::keys::random_text;
use crate::ledger::meaning::Act;
use crate::mails::DigestContent;
use crate::newsletters::recurrence::{next_after, slots_between};
use crate::newsletters::{self, Newsletter, Schedule};
use crate::reason::Reason;

use super::leave::{self, Way};
use super::noted::{self, Note};
use super::notice::{self, Event, Notice};
use super::posts::{self, Which};
use super::sql::{self, Audience};
use super::transition::{self, NewDigest, Why};
use super::{content, missed};
use crate::ledger::DigestState;

/// Records of missed slots that one step writes at most; more means a clock that was years off.
const MISSED: usize = 1_000;

/// A slot to compose for, and what an editor should know of it.
struct Slot<'a> {
    newsletter: &'a Newsletter,
    schedule: &'a Schedule,
    at: Millis,
    note: Option<&'a str>,
    now: Millis,
    /// Who wants it.
    by: Actor,
}

/// Composes what is due on a schedule with planned slots; gives the digest that is to be released now, if there is one.
pub async fn due_slot(app: &Arc<App>, schedule: &Schedule) -> anyhow::Result<Option<i64>> {
    let Some(newsletter) = newsletters::sql::by_id(&app.db, schedule.newsletter_id).await? else {
        return Ok(None);
    };
    let (due, before) = (schedule.next_due_at.unwrap_or(Millis::MAX), lead(app, schedule).await?);
    if app.clock.now() + before < due {
        return Ok(None);
    }
    let composing = !schedule.paused && !missed::is_late(app, last_slot(schedule, due, app.clock.now() + before));
    let waits = composing && !schedule.skip_next;
    if waits && posts::in_doubt(app, schedule).await? {
        return Ok(None);
    }
    let note = if composing { posts::read_feeds(app, newsletter.id).await } else { None };
    if waits && posts::in_doubt(app, schedule).await? {
        tracing::info!(schedule.id, "a post is missing from its feed; the slot waits until the feed was asked again");
        return Ok(None);
    }
    // The clock is read after the feeds: what they brought is judged by the time it is now, and they may have taken all of it back.
    let (before, now) = (lead(app, schedule).await?, app.clock.now());
    let upto = now + before;
    if upto < due {
        return Ok(None);
    }
    let mut slots = vec![due];
    slots.extend(slots_between(schedule, due, upto, MISSED));
    let mut tx = app.db.begin().await?;
    // A slot whose digest was composed before it came is met again when its rhythm is changed meanwhile.
    let recorded = sql::recorded(&mut tx, schedule.id, due).await?;
    slots.retain(|slot| !recorded.contains(slot));
    let next = next_after(schedule, upto.max(due));
    let skip_next = schedule.skip_next && (schedule.paused || slots.is_empty());
    if !sql::move_on(&mut tx, schedule, next, skip_next).await? {
        return Ok(None);
    }
    let step = Step { app, newsletter: &newsletter, schedule, note: note.as_deref(), now };
    match step.record(&mut tx, slots).await? {
        Recorded::Slots(released) => {
            tx.commit().await?;
            Ok(released)
        }
        Recorded::TooSoon => Ok(None),
    }
}

/// How far ahead of its slot a schedule's digest is composed now: not at all before it has something to say, and somebody to say it to.
/// So no slot is left out that could still be sent when it comes.
async fn lead(app: &App, schedule: &Schedule) -> sqlx::Result<Millis> {
    let lead = leave::lead(schedule);
    if lead == 0 || posts::waiting(app, schedule, Which::Settled).await?.is_empty() {
        return Ok(0);
    }
    Ok(if sql::has_audience(&app.db, schedule.id).await? { lead } else { 0 })
}

/// What became of slots.
enum Recorded {
    /// Each has its record; with the digest that is to be released now.
    Slots(Option<i64>),
    /// None: the last has not come, and what it would have said was taken by another a moment ago.
    TooSoon,
}

/// The youngest slot that has come.
fn last_slot(schedule: &Schedule, due: Millis, now: Millis) -> Millis {
    slots_between(schedule, due, now, 1).last().copied().unwrap_or(due)
}

/// One move of a schedule over one or several slots.
struct Step<'a> {
    app: &'a App,
    newsletter: &'a Newsletter,
    schedule: &'a Schedule,
    note: Option<&'a str>,
    now: Millis,
}

impl Step<'_> {
    /// Writes a record for each slot, and composes for the last one unless something speaks against it.
    async fn record(&self, tx: &mut Tx, mut slots: Vec<Millis>) -> sqlx::Result<Recorded> {
        if self.schedule.skip_next && !self.schedule.paused && !slots.is_empty() {
            let skipped = slots.remove(0);
            self.skip(tx, skipped, &Reason::SkippedByEditor).await?;
        }
        let Some(last) = slots.pop() else { return Ok(Recorded::Slots(None)) };
        let (missed, against) = match (self.schedule.paused, missed::is_late(self.app, last)) {
            (true, _) => (&Reason::SchedulePaused, Some(&Reason::SchedulePaused)),
            (false, true) => (&Reason::TooLate, Some(&Reason::TooLate)),
            (false, false) => (&Reason::CaughtUp, None),
        };
        for slot in slots {
            self.skip(tx, slot, missed).await?;
        }
        if let Some(reason) = against {
            self.skip(tx, last, reason).await?;
            return Ok(Recorded::Slots(None));
        }
        self.compose(tx, last).await
    }

    /// The digest of a slot, or why there is none.
    async fn compose(&self, tx: &mut Tx, last: Millis) -> sqlx::Result<Recorded> {
        let audience = sql::audience(tx, self.schedule.id).await?;
        let taken = posts::take(self.app, tx, self.schedule, &audience).await?;
        let slot = self.slot(last);
        let vanished = sql::vanished(tx, self.schedule, last).await?;
        let note = with_vanished(slot.note, vanished);
        let against = match (taken.is_empty(), audience != Audience::Nobody) {
            (true, _) if vanished > 0 => Some(Reason::PostsVanished),
            (true, _) => Some(Reason::NoNewPost),
            (false, false) => Some(Reason::NobodySubscribed),
            (false, true) => None,
        };
        match against {
            Some(_) if last > self.now => return Ok(Recorded::TooSoon),
            Some(Reason::NobodySubscribed) => {
                skip(tx, &Slot { note: note.as_deref(), ..slot }, &Reason::NobodySubscribed).await?;
            }
            Some(reason) => {
                skip(tx, &slot, &reason).await?;
            }
            None => {
                let slot = Slot { note: note.as_deref(), ..slot };
                let stored = store(self.app, tx, &slot, taken, self.schedule.approval.into()).await?;
                return Ok(Recorded::Slots(stored.and_then(Composed::released)));
            }
        }
        Ok(Recorded::Slots(None))
    }

    fn slot(&self, at: Millis) -> Slot<'_> {
        Slot {
            newsletter: self.newsletter,
            schedule: self.schedule,
            at,
            note: self.note,
            now: self.now,
            by: Actor::System,
        }
    }

    async fn skip(&self, tx: &mut Tx, slot: Millis, reason: &Reason) -> sqlx::Result<()> {
        skip(tx, &Slot { note: None, ..self.slot(slot) }, reason).await.map(|_| ())
    }
}

/// What an editor should know of a digest: besides what was said, that posts are not in it because they left their feeds.
fn with_vanished(note: Option<&str>, vanished: i64) -> Option<String> {
    match vanished {
        0 => note.map(str::to_owned),
        count => noted::with(note, Note::PostsVanished { count }),
    }
}

/// Composes one digest for each post that has settled on a schedule without planned slots, the oldest first; gives
/// those to be released now. A post that an editor wanted skipped is recorded as skipped and done with. While nobody would
/// get them, posts wait; what has waited for a day or more then leaves in one mail, so that the first reader is not flooded.
pub async fn each_post(app: &Arc<App>, schedule: &Schedule) -> anyhow::Result<Vec<i64>> {
    if posts::waiting(app, schedule, Which::Settled).await?.is_empty() {
        return Ok(Vec::new());
    }
    if !schedule.skip_next && !sql::has_audience(&app.db, schedule.id).await? {
        return Ok(Vec::new());
    }
    let Some(newsletter) = newsletters::sql::by_id(&app.db, schedule.newsletter_id).await? else {
        return Ok(Vec::new());
    };
    let note = posts::read_feeds(app, newsletter.id).await;
    let mut tx = app.db.begin().await?;
    let Some(schedule) = sql::hold_schedule(&mut tx, schedule.id).await?.filter(|schedule| !schedule.paused) else {
        return Ok(Vec::new());
    };
    let audience = sql::audience(&mut tx, schedule.id).await?;
    let mut taken = posts::take(app, &mut tx, &schedule, &audience).await?;
    taken.reverse();
    let somebody = audience != Audience::Nobody;
    let (now, mut skip_next, mut released) = (app.clock.now(), schedule.skip_next, Vec::new());
    for (posts, at) in one_mail_each(app, taken, skip_next).into_iter().zip(now..) {
        let slot =
            Slot { newsletter: &newsletter, schedule: &schedule, at, note: note.as_deref(), now, by: Actor::System };
        if skip_next {
            skip_next = false;
            for post in posts {
                skip_post(&mut tx, &slot, post, &Reason::SkippedByEditor).await?;
            }
        } else if somebody {
            let stored = store(app, &mut tx, &slot, posts, schedule.approval.into()).await?;
            released.extend(stored.and_then(Composed::released));
        }
    }
    if schedule.skip_next != skip_next {
        sql::steer_schedule(&mut tx, &Schedule { skip_next, ..schedule }).await?;
    }
    tx.commit().await?;
    Ok(released)
}

/// The posts of each mail: one, but all that have been due for a day or more, since nobody was there to get them, in the
/// first, the newest on top. `posts`: the oldest first.
pub(super) fn one_mail_each(app: &App, posts: Vec<Post>, skip_next: bool) -> Vec<Vec<Post>> {
    let due = |post: &Post| post.published_at.unwrap_or(0).max(post.first_seen_at + posts::rest(app));
    let (backlog, others): (Vec<Post>, Vec<Post>) =
        posts.into_iter().partition(|post| !skip_next && app.clock.now() - due(post) >= DAY);
    let backlog = Some(backlog.into_iter().rev().collect::<Vec<Post>>()).filter(|posts| !posts.is_empty());
    backlog.into_iter().chain(others.into_iter().map(|post| vec![post])).collect()
}

async fn skip_post(tx: &mut Tx, slot: &Slot<'_>, post: Post, reason: &Reason) -> sqlx::Result<()> {
    let post_id = post.id;
    let said = content::of_posts(vec![post], &slot.schedule.zone);
    if let Some(id) = skip_with(tx, slot, reason, &said).await? {
        sql::insert_post(tx, id, slot.schedule.id, post_id, 0).await?;
    }
    Ok(())
}

/// What an editor sends now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish<'a> {
    /// Of which newsletter.
    pub newsletter: &'a Newsletter,
    /// On which rhythm.
    pub schedule: &'a Schedule,
    /// What an editor should know besides.
    pub note: Option<&'a str>,
    /// At once, or so that it can be taken back.
    pub way: Way,
    /// Whose wish it is.
    pub by: Actor,
}

/// Makes a digest of posts for an editor who sends now; its slot is now. Gives its id.
pub(super) async fn now(app: &App, tx: &mut Tx, wish: Wish<'_>, taken: &[Post]) -> sqlx::Result<Option<i64>> {
    at(app, tx, wish, taken, app.clock.now()).await
}

/// The same; its slot is at `begin`, or within 10 ms of it.
pub(super) async fn at(
    app: &App,
    tx: &mut Tx,
    wish: Wish<'_>,
    taken: &[Post],
    begin: Millis,
) -> sqlx::Result<Option<i64>> {
    let Wish { newsletter, schedule, note, way, by } = wish;
    let now = app.clock.now();
    // A planned slot of this very millisecond keeps its own record.
    for at in begin..begin + 10 {
        let slot = Slot { newsletter, schedule, at, note, now, by };
        if let Some(made) = store(app, tx, &slot, taken.to_vec(), way).await? {
            return Ok(Some(made.id));
        }
    }
    Ok(None)
}

/// An unguessable id that can be typed on a command line: it does not begin like an option.
pub fn public_id() -> String {
    loop {
        let id = random_text(12);
        if id.starts_with(|first: char| first.is_ascii_alphanumeric()) {
            return id;
        }
    }
}

async fn skip(tx: &mut Tx, slot: &Slot<'_>, reason: &Reason) -> sqlx::Result<Option<i64>> {
    skip_with(tx, slot, reason, &DigestContent::default()).await
}

async fn skip_with(tx: &mut Tx, slot: &Slot<'_>, reason: &Reason, said: &DigestContent) -> sqlx::Result<Option<i64>> {
    tracing::info!(
        newsletter.id = slot.newsletter.id,
        schedule.id = slot.schedule.id,
        slot_at = slot.at,
        reason = reason.code(),
        "slot skipped"
    );
    let text = if said.posts.is_empty() { String::new() } else { content::to_text(said)? };
    let new = NewDigest {
        public_id: &public_id(),
        newsletter_id: slot.newsletter.id,
        schedule_id: slot.schedule.id,
        slot_at: slot.at,
        state: DigestState::Skipped,
        leaves_at: None,
        note: slot.note,
        subject: &content::working_title(slot.newsletter, said, slot.now),
        content: &text,
    };
    let act = Act { by: slot.by, now: slot.now };
    let id = transition::open(tx, &new, Why { reason: Some(reason), act }).await?;
    if id.is_some() && matches!(reason, Reason::TooLate | Reason::PostsVanished) {
        missed::tell(tx, slot.newsletter.id, slot.schedule.id, slot.at, reason, slot.now).await?;
    }
    Ok(id)
}

/// A digest that was stored.
struct Composed {
    id: i64,
    state: DigestState,
}

impl Composed {
    fn released(self) -> Option<i64> {
        (self.state == DigestState::Releasing).then_some(self.id)
    }
}

/// Stores a digest of these posts; `None` when the slot has its record already.
async fn store(app: &App, tx: &mut Tx, slot: &Slot<'_>, taken: Vec<Post>, way: Way) -> sqlx::Result<Option<Composed>> {
    let ids: Vec<i64> = taken.iter().map(|post| post.id).collect();
    let said = content::of_posts(taken, &slot.schedule.zone);
    let public_id = public_id();
    // Recorded, and let go with everything else that is held.
    let held = way != Way::Hold && generation::is_held(tx).await?;
    let (reason, leaves_at) = if held { (Some(Reason::Held), None) } else { way.waits(slot.at, slot.now) };
    let state = if held || way != Way::Now { DigestState::Waiting } else { DigestState::Releasing };
    let new = NewDigest {
        public_id: &public_id,
        newsletter_id: slot.newsletter.id,
        schedule_id: slot.schedule.id,
        slot_at: slot.at,
        state,
        leaves_at,
        note: slot.note,
        subject: &content::working_title(slot.newsletter, &said, slot.now),
        content: &content::to_text(&said)?,
    };
    let why = Why { reason: reason.as_ref(), act: Act { by: slot.by, now: slot.now } };
    let Some(id) = transition::open(tx, &new, why).await? else { return Ok(None) };
    for (post, position) in ids.into_iter().zip(0..) {
        sql::insert_post(tx, id, slot.schedule.id, post, position).await?;
    }
    tracing::info!(newsletter.id = slot.newsletter.id, digest.id = id, state = %new.state, "digest composed");
    let made = Composed { id, state };
    if way != Way::Hold {
        return Ok(Some(made));
    }
    let told = Notice {
        event: Event::Waiting,
        newsletter: slot.newsletter,
        schedule: slot.schedule,
        public_id: &public_id,
        slot_at: slot.at,
        content: &said,
        recipients: sql::count_audience(&app.db, slot.schedule.id).await?,
        reason: None,
    };
    notice::ask(app, tx, slot.now, &told).await?;
    Ok(Some(made))
}

#[cfg(test)]
mod tests;
