//! An owner's own words for a newsletter's letters and pages: read, stored, given back.
//!
//! In: words as typed for some texts of one language. Out: rows of `newsletter_text`; a text that says what ours says has none. A letter
//! is made when it leaves, so one that waits has the words of then. What stood before is kept ([`text_history`]).

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::app::App;
use crate::clock::Millis;
use crate::db::{Db, Tx};
use crate::events::activity::{self, Act, Deed};
use crate::i18n::Locale;
use crate::texts::judge::{Wrong, judge};
use crate::texts::{self, Row, Text, Texts};

use super::{sql, text_history};

/// What somebody wants of the texts of one language.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// In which language.
    pub locale: &'static Locale,
    /// The words.
    pub typed: &'a [(Text, String)],
    /// What stood there when they began ([`seen`]); `None`: whatever stands there.
    pub seen: Option<&'a str>,
    /// Which person; 0 at the command line and for a program.
    pub by: i64,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// So many texts are other ones now.
    Done(usize),
    /// These words cannot stand; nothing was changed.
    Wrong(Vec<(Text, Wrong)>),
    /// Somebody else changed one of these texts meanwhile; nothing was changed.
    Stale,
    /// The newsletter is gone.
    Gone,
}

/// The texts of a newsletter.
///
/// # Errors
/// The database's.
pub async fn of(db: &Db, newsletter_id: i64) -> sqlx::Result<Texts> {
    Ok(Texts::of_rows(sql::texts(db, newsletter_id).await?))
}

/// Stands for how these texts of a language are stored: another one when one of them was changed.
pub fn seen(rows: &[Row], locale: &Locale, of: impl Iterator<Item = Text>) -> String {
    let mut hasher = DefaultHasher::new();
    for text in of {
        let row = rows.iter().find(|row| row.locale == locale.tag() && row.key == text.as_str());
        row.map(|row| (&row.text, row.changed_at)).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

/// Stores words, all or none. What says the same as ours is not stored: it is ours again, also after an upgrade has better words.
///
/// # Errors
/// The database's.
pub async fn set(app: &App, newsletter_id: i64, wish: Wish<'_>) -> sqlx::Result<Stored> {
    let (mut good, mut wrong) = (Vec::new(), Vec::new());
    for (text, typed) in wish.typed {
        match judge(*text, typed) {
            Ok(words) => good.push((*text, words)),
            Err(why) => wrong.push((*text, why)),
        }
    }
    if !wrong.is_empty() {
        return Ok(Stored::Wrong(wrong));
    }
    let mut tx = app.db.begin().await?;
    if sql::hold(&mut tx, newsletter_id).await?.is_none_or(|found| found.deleted_at.is_some()) {
        return Ok(Stored::Gone);
    }
    let rows = sql::texts_in(&mut tx, newsletter_id).await?;
    let now_seen = seen(&rows, wish.locale, wish.typed.iter().map(|(text, _)| *text));
    if wish.seen.is_some_and(|seen| seen != now_seen) {
        return Ok(Stored::Stale);
    }
    let before = Texts::of_rows(rows);
    let now = app.clock.now();
    let mut changed = Vec::new();
    for (text, words) in good {
        let words = Some(words).filter(|words| *words != texts::ours(wish.locale, text));
        if words.as_deref() == before.own(wish.locale, text) {
            continue;
        }
        changed.push(text.as_str());
        put(&mut tx, now, newsletter_id, wish, text, words).await?;
    }
    if !changed.is_empty() {
        let act = Act::new(Deed::NewsletterTexts).at(newsletter_id).with("language", wish.locale.tag());
        activity::note(&mut tx, now, act.with("texts", changed.clone())).await?;
    }
    tx.commit().await?;
    Ok(Stored::Done(changed.len()))
}

/// The owner's words for a text, or none: it is ours again. Either is kept for whoever wants it back.
async fn put(
    tx: &mut Tx,
    now: Millis,
    newsletter_id: i64,
    wish: Wish<'_>,
    text: Text,
    words: Option<String>,
) -> sqlx::Result<()> {
    let is_ours = words.is_none();
    let row = Row {
        locale: wish.locale.tag().to_owned(),
        key: text.to_string(),
        text: words.unwrap_or_default(),
        changed_at: now,
        changed_by: wish.by,
    };
    if is_ours {
        sql::remove_text(tx, newsletter_id, wish.locale.tag(), text).await?;
    } else {
        sql::put_text(tx, newsletter_id, &row).await?;
    }
    text_history::keep(tx, newsletter_id, &row, is_ours).await?;
    Ok(())
}

/// Gives texts back to ours. The same as storing our words for them.
///
/// # Errors
/// The database's.
pub async fn reset(
    app: &App,
    newsletter_id: i64,
    locale: &'static Locale,
    of: impl Iterator<Item = Text>,
    by: i64,
) -> sqlx::Result<Stored> {
    let typed: Vec<(Text, String)> = of.map(|text| (text, texts::ours(locale, text))).collect();
    set(app, newsletter_id, Wish { locale, typed: &typed, seen: None, by }).await
}
