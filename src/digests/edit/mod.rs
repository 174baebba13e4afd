//! An editor's hand on what a digest says while it waits: its words, the order of its posts, which go with it, and what stands of
//! each in this mail only.
//!
//! In: a digest that waits, and an [`Edit`] with the revision that its editor has seen. Out: the next revision; for an older one
//! [`EditError::Stale`] with what stands now, and nothing changed, so that of two tabs neither loses a word. What stood there before
//! can be taken back ([`history`]).

mod changed;
pub mod history;
pub mod sql;
mod wrong;

use crate::app::App;
use crate::clock::Millis;
use crate::db::Tx;
use crate::events::{self, About, Actor, Code, Event};
use crate::feeds::{Post, clean, given};
use crate::ledger::DigestState;
use crate::ledger::sql::lock;
use crate::mails;
use crate::newsletters;

use super::posts::{self, Which};
use super::steer::wrong_state;
use super::{Digest, DigestError, Refusal, Rule, content, leave};
use sql::{Line, Words};
use wrong::{problems, web_address};

pub use wrong::{Problem, Wrong};

/// Characters of a subject.
pub const SUBJECT: usize = 200;
/// Characters of a preheader.
pub const PREHEADER: usize = 200;
/// Characters of an introduction, Markdown.
pub const INTRO: usize = 10_000;
/// Characters of a post's own summary.
pub const SUMMARY: usize = 1_000;
/// Characters of an address of a picture, and of what it shows.
pub const IMAGE: usize = 2_000;
/// See [`IMAGE`].
pub const ALT: usize = 300;

/// Where a post goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// With this digest.
    #[default]
    In,
    /// It waits for the next.
    Waits,
    /// It is not sent on this rhythm any more.
    Skipped,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::In, Self::Waits, Self::Skipped];

    /// As forms name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Waits => "waits",
            Self::Skipped => "skipped",
        }
    }

    /// Of its name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.as_str() == name)
    }
}

/// A post as its editor wants it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostEdit {
    /// Inside id.
    pub id: i64,
    /// Its own title, shown only.
    pub title: String,
    /// Its own page, shown only.
    pub url: Option<String>,
    /// Where it goes.
    pub place: Place,
    /// In place of its text; empty for the post's own.
    pub summary: String,
    /// No picture at all, whatever `image` says.
    pub bare: bool,
    /// In place of its picture; empty for the post's own.
    pub image: String,
    /// What that picture shows.
    pub alt: String,
}

/// Everything that an editor may want of a digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    /// What its editor has seen.
    pub revision: i64,
    /// Empty: made from the posts.
    pub subject: String,
    /// Empty: made from the posts.
    pub preheader: String,
    /// Markdown.
    pub intro: String,
    /// In their order, the lead first.
    pub posts: Vec<PostEdit>,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// Some fields cannot be stored.
    #[error("{} fields cannot be stored", .0.len())]
    Invalid(Vec<Problem>),
    /// Somebody else was quicker: what stands now.
    #[error("the digest has been edited meanwhile")]
    Stale(Box<Edit>),
    /// It cannot be edited, or the database failed.
    #[error(transparent)]
    Digest(#[from] DigestError),
}

impl From<sqlx::Error> for EditError {
    fn from(error: sqlx::Error) -> Self {
        Self::Digest(error.into())
    }
}

impl From<Refusal> for EditError {
    fn from(refusal: Refusal) -> Self {
        Self::Digest(refusal.into())
    }
}

/// Whether a digest may be edited: it waits, is not frozen, and nobody has let it go as it is.
///
/// # Errors
/// [`Refusal::WrongState`].
pub fn allowed(digest: &Digest) -> Result<(), DigestError> {
    if digest.state != DigestState::Waiting || digest.released_at.is_some() {
        return Err(wrong_state(digest, Rule::Edit));
    }
    if leave::is_on_its_way(digest) {
        return Err(wrong_state(digest, Rule::EditOnItsWay));
    }
    Ok(())
}

/// What stands now: the posts of the digest in their order, those left out, then those that wait beside it.
///
/// # Errors
/// [`Refusal::ScheduleGone`].
pub async fn load(app: &App, digest: &Digest) -> Result<Edit, DigestError> {
    let words = sql::words(&app.db, digest.id).await?;
    let lines = sql::lines(&app.db, digest.id).await?;
    let known = super::sql::all_posts_of(&app.db, digest.id).await?;
    let schedule = newsletters::sql::schedule(&app.db, digest.schedule_id).await?.ok_or(Refusal::ScheduleGone)?;
    let waiting = posts::waiting(app, &schedule, Which::All).await?;
    let of_line = |line: &Line| {
        let post = known.iter().find(|post| post.id == line.post_id)?;
        let place = if line.left_out { Place::Skipped } else { Place::In };
        let image = line.own_image.clone();
        Some(PostEdit {
            summary: line.own_summary.clone().unwrap_or_default(),
            bare: image.as_deref() == Some(""),
            image: image.unwrap_or_default(),
            alt: line.own_alt.clone().unwrap_or_default(),
            ..shown(post, place)
        })
    };
    let mut found: Vec<PostEdit> = lines.iter().filter_map(of_line).collect();
    found.sort_by_key(|post| post.place != Place::In);
    found.extend(waiting.iter().map(|post| shown(post, Place::Waits)));
    let Words { revision, subject, preheader, intro } = words;
    Ok(Edit { revision, subject, preheader, intro, posts: found })
}

fn shown(post: &Post, place: Place) -> PostEdit {
    PostEdit { id: post.id, title: post.title.clone(), url: post.url.clone(), place, ..PostEdit::default() }
}

/// Stores what an editor wants, as the next revision, and that they did; gives what stands then. The same once more (a second
/// press of the button) changes nothing. Every revision is kept for a while, see [`history`].
///
/// # Errors
/// See [`EditError`]; nothing was changed then.
pub async fn save(app: &App, digest: &Digest, wish: &Edit, by: Actor) -> Result<Edit, EditError> {
    let problems = problems(wish, app.config.digests.max_posts.clamp(1, 100));
    if !problems.is_empty() {
        allowed(digest)?;
        return Err(EditError::Invalid(problems));
    }
    let newsletter = newsletters::sql::by_id(&app.db, digest.newsletter_id).await?.ok_or(Refusal::NewsletterGone)?;
    let mut tx = app.db.begin().await?;
    // As whoever takes posts: no post goes into two digests.
    let schedule = super::sql::hold_schedule(&mut tx, digest.schedule_id).await?.ok_or(Refusal::ScheduleGone)?;
    lock::lock(&mut tx, digest.id).await?.ok_or(Refusal::Gone)?;
    let found = super::sql::by_id_in(&mut tx, digest.id).await?.ok_or(Refusal::Gone)?;
    allowed(&found)?;
    let (before, lines) = (sql::words_in(&mut tx, digest.id).await?, sql::lines_in(&mut tx, digest.id).await?);
    if before.revision != wish.revision {
        drop(tx);
        let now = load(app, digest).await?;
        return if says_the_same(&now, wish) { Ok(now) } else { Err(EditError::Stale(Box::new(now))) };
    }
    place(&mut tx, digest.id, &wish.posts, &lines).await?;
    let words = words_of(wish);
    let now = app.clock.now();
    sql::store_words(&mut tx, digest.id, &words, now).await?;
    let posts = content::as_planned(super::sql::posts_in(&mut tx, digest.id).await?, &found);
    let placed = sql::lines_in(&mut tx, digest.id).await?;
    history::keep(&mut tx, digest.id, &words, &placed, by, now).await?;
    let said = content::edited(posts, &placed, &schedule.zone, &words);
    if said.posts.is_empty() {
        return Err(EditError::Invalid(vec![Problem { field: "posts", post: None, why: Wrong::NoPost }]));
    }
    let shown = (content::working_title(&newsletter, &said, now), content::to_text(&said)?);
    sql::store_shown(&mut tx, digest.id, &shown.0, &shown.1).await?;
    note(&mut tx, now, &found, changed::what((&before, &lines), (&words, &placed)), by).await?;
    tx.commit().await?;
    Ok(load(app, digest).await?)
}

/// The words of the next revision.
fn words_of(wish: &Edit) -> Words {
    Words {
        revision: wish.revision + 1,
        subject: one_line(&wish.subject),
        preheader: one_line(&wish.preheader),
        intro: wish.intro.trim().to_owned(),
    }
}

/// Records that somebody changed something, and what by its name.
async fn note(tx: &mut Tx, now: Millis, digest: &Digest, what: Vec<&'static str>, by: Actor) -> sqlx::Result<()> {
    if what.is_empty() {
        return Ok(());
    }
    let edited = Event::new(digest.newsletter_id, Code::DigestEdited, About::Digest(digest.id), by);
    events::note(tx, now, &edited.with("what", what)).await
}

/// Brings each post where it is wanted.
async fn place(tx: &mut Tx, digest_id: i64, wished: &[PostEdit], lines: &[Line]) -> Result<(), EditError> {
    let here: Vec<i64> = lines.iter().map(|line| line.post_id).collect();
    for (position, wish) in (0_i64..).zip(wished) {
        let is_here = here.contains(&wish.id);
        if wish.place == Place::Waits {
            sql::give_back(tx, digest_id, wish.id).await?;
            continue;
        }
        if !is_here && sql::take(tx, digest_id, wish.id).await? == 0 {
            let why = Wrong::PostGone { title: wish.title.clone() };
            return Err(EditError::Invalid(vec![Problem { field: "posts", post: Some(wish.id), why }]));
        }
        sql::store_line(tx, digest_id, &line(wish, position)).await?;
    }
    Ok(())
}

fn line(wish: &PostEdit, position: i64) -> Line {
    let some = |text: &str| Some(one_line(text)).filter(|text| !text.is_empty());
    let image = if wish.bare { None } else { web_address(&wish.image) };
    Line {
        post_id: wish.id,
        position,
        left_out: wish.place == Place::Skipped,
        own_summary: some(&wish.summary),
        own_alt: image.as_ref().and(some(&wish.alt)),
        own_image: if wish.bare { Some(String::new()) } else { image },
    }
}

/// Whether two edits would store the same.
fn says_the_same(a: &Edit, b: &Edit) -> bool {
    let words = |edit: &Edit| (one_line(&edit.subject), one_line(&edit.preheader), edit.intro.trim().to_owned());
    let posts = |edit: &Edit| {
        let wanted = edit.posts.iter().filter(|post| post.place != Place::Waits);
        let lines = wanted.map(|post| (post.id, post.place, line(post, 0).own()));
        let (inside, outside): (Vec<_>, Vec<_>) = lines.partition(|(_, place, _)| *place == Place::In);
        let mut outside: Vec<i64> = outside.into_iter().map(|(id, ..)| id).collect();
        outside.sort_unstable();
        (inside, outside)
    };
    words(a) == words(b) && posts(a) == posts(b)
}

/// The introduction as HTML for a mail; empty when nothing is said in it.
pub fn intro_html(markdown: &str) -> String {
    clean::html(&given::markdown(markdown), None)
}

fn one_line(text: &str) -> String {
    mails::plain::line(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish() -> Edit {
        Edit { posts: vec![PostEdit { id: 7, ..PostEdit::default() }], ..Edit::default() }
    }

    #[test]
    fn markdown_says_much_and_does_nothing() {
        let html = intro_html(
            "**Bonne** rentrée\n\n<script>alert(1)</script><img src=x onerror=alert(1)>\n\n[a](javascript:alert(1)) [b](https://b.example/)\n\n- un",
        );
        assert!(html.contains("<strong>Bonne</strong>") && html.contains("<li>un</li>"), "{html}");
        assert!(html.contains("href=\"https://b.example/\""), "{html}");
        for acts in ["script", "onerror", "javascript", "alert(1)", "<img"] {
            assert!(!html.contains(acts), "{acts}: {html}");
        }
        assert_eq!(intro_html(" \n"), "");
    }

    #[test]
    fn the_same_wish_is_known_again() {
        let mut other = Edit { revision: 4, subject: " ".to_owned(), ..wish() };
        assert!(says_the_same(&wish(), &other));
        other.posts.push(PostEdit { id: 8, place: Place::Waits, ..PostEdit::default() });
        assert!(says_the_same(&wish(), &other), "what waits anyhow is no wish");
        other.posts[0].summary = "a".to_owned();
        assert!(!says_the_same(&wish(), &other));
    }
}
