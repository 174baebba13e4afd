//! What readers of a newsletter may choose among: topics, each a name for some categories of its feeds, or for whole feeds.
//!
//! In: an editor's words ([`Typed`]). Out: [`Topic`]s, and which of them a post belongs to ([`Matcher`], pure): a set of bits, as
//! `subscriber.topics` holds what somebody chose. A post of no topic is for everybody. A removed topic keeps its bit, so that the sets
//! of readers stay as they are: it is in none of them any more, and a topic of the same name made later has it again.

mod matcher;
mod sql;

pub use matcher::{Matcher, folded};
pub use sql::{chosen, feeds, of, of_in, with_rhythms};

use crate::app::App;
use crate::clock::Millis;
use crate::db::{Tx, from_row};
use crate::events::activity::{self, Act, Deed};

use super::change::ChangeError;
use super::settings::{self, Invalid};
use super::wrong::Wrong;

/// Topics that a newsletter may have at once: more than a page of check boxes should.
pub const MOST: usize = 30;
/// Topics that a newsletter may ever have, removed ones too: so many bits a set of readers has.
pub const BITS: i64 = 62;
/// Categories of one topic.
const CATEGORIES: usize = 100;

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Topic {
    /// Inside id.
    pub id: i64,
    /// Whose.
    pub newsletter_id: i64,
    /// Its place in the sets of readers, from 0.
    pub bit: i64,
    /// As readers see it.
    pub name: String,
    /// What it is about, in a sentence; may be empty.
    pub description: String,
    /// Categories of feeds that belong to it, a line each.
    pub categories: String,
}
from_row!(Topic { id, newsletter_id, bit, name, description, categories });

impl Topic {
    /// The set of it alone.
    pub fn set(&self) -> i64 {
        1 << self.bit.clamp(0, BITS - 1)
    }

    /// Its categories, as typed.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.categories.lines().filter(|line| !line.is_empty())
    }
}

/// A topic as typed. `None` keeps what is stored.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// As readers see it.
    pub name: Option<String>,
    /// A sentence.
    pub description: Option<String>,
    /// Categories of feeds, a line each.
    pub categories: Option<String>,
    /// Ids of feeds whose posts all belong to it; those of other newsletters are left out.
    pub feeds: Option<Vec<i64>>,
}

/// Adds a topic; gives it.
///
/// # Errors
/// [`ChangeError::Invalid`] names the field; [`ChangeError::Taken`], [`ChangeError::Refused`] when there are enough.
pub async fn add(app: &App, newsletter_id: i64, typed: &Typed) -> Result<Topic, ChangeError> {
    let name = typed.name.clone().unwrap_or_default();
    let blank = Topic { id: 0, newsletter_id, bit: 0, name, description: String::new(), categories: String::new() };
    let topic = checked(blank, typed)?;
    let mut tx = app.db.begin().await?;
    super::sql::hold(&mut tx, newsletter_id).await?;
    let live = of_in(&mut tx, newsletter_id).await?;
    free(&live, &topic)?;
    if live.len() >= MOST {
        return Err(ChangeError::Refused(Wrong::TopicsFull { most: MOST }));
    }
    let topic = stored(&mut tx, topic, app.clock.now()).await?;
    set_feeds(&mut tx, &topic, typed).await?;
    let act = Act::new(Deed::TopicAdded).at(newsletter_id).about("topic", topic.id);
    activity::note(&mut tx, app.clock.now(), act).await?;
    tx.commit().await?;
    Ok(topic)
}

/// Writes a new one down under a bit that nobody had, or its own if it was there before.
async fn stored(tx: &mut Tx, topic: Topic, now: Millis) -> Result<Topic, ChangeError> {
    let removed = sql::removed(tx, topic.newsletter_id).await?;
    if let Some(before) = removed.into_iter().find(|before| folded(&before.name) == folded(&topic.name)) {
        let topic = Topic { id: before.id, bit: before.bit, ..topic };
        sql::update(tx, &topic).await?;
        return Ok(topic);
    }
    let bit = sql::next_bit(tx, topic.newsletter_id).await?;
    if bit >= BITS {
        return Err(ChangeError::Refused(Wrong::TopicsUsedUp { most: BITS }));
    }
    let topic = Topic { bit, ..topic };
    let id = sql::insert(tx, &topic, now).await?;
    Ok(Topic { id, ..topic })
}

/// Changes a topic. What readers chose stays chosen, by whatever name.
///
/// # Errors
/// As [`add`]; [`ChangeError::Refused`] when it is gone.
pub async fn change(app: &App, newsletter_id: i64, id: i64, typed: &Typed) -> Result<Topic, ChangeError> {
    let mut tx = app.db.begin().await?;
    super::sql::hold(&mut tx, newsletter_id).await?;
    let live = of_in(&mut tx, newsletter_id).await?;
    let Some(found) = live.iter().find(|topic| topic.id == id).cloned() else {
        return Err(ChangeError::Refused(Wrong::TopicGone));
    };
    let topic = checked(found, typed)?;
    free(&live, &topic)?;
    sql::update(&mut tx, &topic).await?;
    set_feeds(&mut tx, &topic, typed).await?;
    let act = Act::new(Deed::TopicChanged).at(newsletter_id).about("topic", topic.id);
    activity::note(&mut tx, app.clock.now(), act).await?;
    tx.commit().await?;
    Ok(topic)
}

/// Removes a topic: nobody can choose it any more, and its posts belong to their other topics, or to everybody. `false` when it is
/// gone already.
///
/// # Errors
/// The database's.
pub async fn remove(app: &App, newsletter_id: i64, id: i64) -> sqlx::Result<bool> {
    let mut tx = app.db.begin().await?;
    let removed = sql::remove(&mut tx, newsletter_id, id, app.clock.now()).await?;
    if removed {
        let act = Act::new(Deed::TopicRemoved).at(newsletter_id).about("topic", id);
        activity::note(&mut tx, app.clock.now(), act).await?;
    }
    tx.commit().await?;
    Ok(removed)
}

/// The topic of this name, however it is written.
///
/// # Errors
/// [`ChangeError::Refused`] when there is none.
pub async fn by_name(app: &App, newsletter_id: i64, name: &str) -> Result<Topic, ChangeError> {
    let mut live = of(&app.db, newsletter_id).await?.into_iter();
    let found = live.find(|topic| folded(&topic.name) == folded(name));
    found.ok_or_else(|| ChangeError::Refused(Wrong::NoTopic { name: name.chars().take(100).collect() }))
}

fn checked(mut topic: Topic, typed: &Typed) -> Result<Topic, Invalid> {
    if let Some(name) = &typed.name {
        topic.name = settings::line("topic", name)?;
    }
    if topic.name.is_empty() {
        return Err(Invalid { field: "topic", wrong: Wrong::TopicName });
    }
    if let Some(description) = &typed.description {
        topic.description = settings::line("description", description)?;
    }
    if let Some(categories) = &typed.categories {
        let lines = settings::text("categories", &categories.replace("\r\n", "\n"))?;
        let lines: Vec<&str> = lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines.len() > CATEGORIES {
            return Err(Invalid { field: "categories", wrong: Wrong::Categories { most: CATEGORIES } });
        }
        topic.categories = lines.join("\n");
    }
    Ok(topic)
}

/// Whether nobody else has its name.
fn free(live: &[Topic], topic: &Topic) -> Result<(), ChangeError> {
    let taken = live.iter().any(|other| other.id != topic.id && folded(&other.name) == folded(&topic.name));
    if taken { Err(ChangeError::Taken(Wrong::TopicTaken { name: topic.name.clone() })) } else { Ok(()) }
}

async fn set_feeds(tx: &mut Tx, topic: &Topic, typed: &Typed) -> sqlx::Result<()> {
    let Some(feeds) = &typed.feeds else { return Ok(()) };
    sql::clear_feeds(tx, topic.id).await?;
    for feed_id in feeds {
        sql::insert_feed(tx, topic, *feed_id).await?;
    }
    Ok(())
}
