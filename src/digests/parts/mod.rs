//! Parts of a digest: some of its posts, for readers whose topics or whose change of rhythm leaves out the others.
//!
//! In: a digest that is being frozen. Out: for each set of posts that readers want a mail in each language ([`plan()`], at most
//! [`crate::mails::part::MOST`] for topics), and for each reader who changed their rhythm which part is theirs. Who chose topics is
//! matched when their mail is made ([`crate::mails::part::nearest`]), so that the release writes the same rows as without topics;
//! whoever chose none of its topics has a row that was skipped. A newsletter without topics, of which nobody changed their rhythm,
//! costs two looks at an index.

mod plan;

use std::collections::HashMap;

use crate::app::App;
use crate::clock::Millis;
use crate::db::Tx;
use crate::ledger;
use crate::mails::part::{self, Posts};
use crate::mails::{Composed, DigestContent};
use crate::newsletters::Newsletter;
use crate::newsletters::topics::{self, Matcher};
use crate::subscribers::rhythm;

use super::noted::{self, Note};
use super::{Digest, DigestError, content, sql};

pub use plan::{Known, Part, Plan, Reader};

/// What is known of a digest's readers, and the plan that follows.
#[derive(Debug)]
pub struct Planned {
    /// What it follows from.
    pub known: Known,
    /// Its parts and readers.
    pub plan: Plan,
}

/// Plans the parts of a digest that says this.
///
/// # Errors
/// The database's.
pub async fn plan(app: &App, digest: &Digest, said: &DigestContent) -> sqlx::Result<Planned> {
    let topics = of_posts(app, digest, said).await?;
    let chosen = if topics.is_empty() { Vec::new() } else { sql::chosen_topics(&app.db, digest.schedule_id).await? };
    let changed = sql::changed(&app.db, digest.id, digest.schedule_id).await?;
    let known = Known { posts: said.posts.iter().map(|post| post.id).collect(), topics, chosen, changed };
    let plan = known.plan();
    Ok(Planned { known, plan })
}

/// The topics of each post, in the order in which they stand; none where no post has any.
async fn of_posts(app: &App, digest: &Digest, said: &DigestContent) -> sqlx::Result<Vec<i64>> {
    let live = topics::of(&app.db, digest.newsletter_id).await?;
    if live.is_empty() {
        return Ok(Vec::new());
    }
    let matcher = Matcher::new(&live, &topics::feeds(&app.db, digest.newsletter_id).await?);
    let of: HashMap<i64, i64> = sql::categories(&app.db, digest.id)
        .await?
        .into_iter()
        .map(|(id, categories, feed_id)| (id, matcher.of(&categories, feed_id)))
        .collect();
    let topics: Vec<i64> = said.posts.iter().map(|post| of.get(&post.id).copied().unwrap_or(0)).collect();
    Ok(if topics.iter().all(|set| *set == 0) { Vec::new() } else { topics })
}

/// A mail in each language.
type Languages = Vec<(&'static str, Composed)>;

/// The mails of a digest.
#[derive(Debug)]
pub struct Mails {
    /// With everything.
    pub whole: Languages,
    /// Of each part, in the order of the plan.
    pub parts: Vec<Languages>,
}

/// Makes them.
///
/// # Errors
/// [`super::Refusal::NotRendered`] for the first that fails.
pub fn render(
    app: &App,
    newsletter: &Newsletter,
    said: &DigestContent,
    plan: &Plan,
    date: Millis,
) -> Result<Mails, DigestError> {
    let of = |part: &Part| content::render_all(app, newsletter, &part_of(said, part.posts), date);
    let parts = plan.parts.iter().map(of).collect::<Result<Vec<Languages>, DigestError>>()?;
    Ok(Mails { whole: content::render_all(app, newsletter, said, date)?, parts })
}

/// What a part says: the same words, and some of the posts.
pub fn part_of(said: &DigestContent, posts: Posts) -> DigestContent {
    let some = said.posts.iter().enumerate().filter(|(place, _)| posts.has(*place)).map(|(_, post)| post.clone());
    DigestContent { posts: some.collect(), topics: Vec::new(), ..said.clone() }
}

/// Writes everything that follows from the plan but the rows of the rhythm's own readers; gives how many rows of others it wrote.
/// `None` when somebody has changed their rhythm since it was made: then nothing may be committed. Under the schedule's lock. With
/// `warms` those rows wait for their day.
///
/// # Errors
/// The database's.
pub async fn store(
    tx: &mut Tx,
    digest: &Digest,
    planned: &Planned,
    mails: &Mails,
    warms: bool,
) -> sqlx::Result<Option<i64>> {
    let Planned { known, plan } = planned;
    if sql::changed_in(tx, digest.id, digest.schedule_id).await? != known.changed {
        return Ok(None);
    }
    for ((part, mails), number) in plan.parts.iter().zip(&mails.parts).zip(1..) {
        let key = (digest.id, number);
        sql::insert_part(tx, key, &ids(known, part.posts), part.readers, part.is_topics).await?;
        for (language, mail) in mails {
            sql::insert_part_mail(tx, key, language, &mail.variant.to_bytes()).await?;
        }
    }
    if let Some(count) = plan.short {
        let note = Note::TopicSets { count: count as i64, most: part::MOST as i64 };
        sql::set_note(tx, digest.id, noted::with(digest.note.as_deref(), note).as_deref()).await?;
    }
    let readers: Vec<(i64, i64)> =
        plan.readers.iter().filter_map(|reader| reader.number.map(|number| (reader.id, number))).collect();
    sql::insert_readers(tx, digest.id, &readers).await?;
    let owed: Vec<(i64, bool)> = plan
        .readers
        .iter()
        .filter(|reader| reader.is_owed && reader.is_confirmed)
        .map(|reader| (reader.id, reader.number == Some(0)))
        .collect();
    let written = ledger::sql::parts::owed(tx, digest.id, &owed, warms).await? as i64;
    rhythm::settled(tx, digest.schedule_id).await?;
    Ok(Some(written))
}

/// Posts as they are stored.
fn ids(known: &Known, posts: Posts) -> String {
    let ids: Vec<i64> =
        known.posts.iter().enumerate().filter(|(place, _)| posts.has(*place)).map(|(_, id)| *id).collect();
    serde_json::json!(ids).to_string()
}

impl Planned {
    /// As [`needed`], of a digest that is being frozen.
    pub fn needed(&self) -> Option<i64> {
        let Self { known, plan } = self;
        part::needed(known.posts.len(), &known.topics).filter(|_| !plan.left_out.is_empty())
    }
}

/// Of a digest that is frozen: the topics of which somebody who chose any must have chosen one, or else nothing of it is for them, and
/// their row says so from the first. `None` when it leaves out nobody so, as things stand; whoever changes their mind after that is met
/// when their mail is made.
///
/// # Errors
/// The database's, or when what was frozen cannot be read.
pub async fn needed(app: &App, digest: &Digest) -> anyhow::Result<Option<i64>> {
    let said = content::stored(digest)?;
    let Some(needed) = part::needed(said.posts.len(), &said.topics) else { return Ok(None) };
    let sets = sql::topic_sets(&app.db, digest.schedule_id).await?;
    Ok(sets.is_none_or(|sets| sets.iter().any(|set| set & needed == 0)).then_some(needed))
}
