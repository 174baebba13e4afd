//! What somebody changes by their settings: all of one form in one transaction, or nothing of it.
//!
//! In: what a fresh link claims ([`super::own_link`]) and a [`Wish`]; the link says who is meant, never a session. Out: their row, their
//! choices ([`super::choices`]), a wish for another address ([`super::own_address`]), what they are in of the instance's other
//! newsletters ([`super::others`]); or a [`SaveError`], and everything is as it was. The same form sent twice changes nothing more.

use super::address::Email;
use super::choices::{self, ChoiceError, Choices, Refused};
use super::others::{self, Consent, Joined};
use super::own_address::{self, Wished};
use super::{Subscriber, counts, leave, sql};
use crate::app::App;
use crate::clock::Millis;
use crate::db::Tx;
use crate::events::{self, About, Actor, Code, Event};
use crate::keys::Claim;
use crate::newsletters::{Newsletter, Schedule};

/// Longest name, characters.
pub const LONGEST_NAME: usize = 100;

/// What becomes of somebody's address.
#[derive(Clone, Copy, Debug)]
pub enum Address<'a> {
    /// It stays, and so does a wish for another one.
    Stays,
    /// Another one is wanted.
    Another(&'a Email),
    /// The wish for another one is taken back.
    TakeBack,
}

/// Another newsletter, whether it is wanted, and the words beside its box.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Which.
    pub newsletter: Newsletter,
    /// In or out.
    pub is_in: bool,
    /// What was agreed to by it.
    pub text: String,
}

/// What somebody wants.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// What they are called; `None` for nothing.
    pub name: Option<&'a str>,
    /// A language that has texts.
    pub language: &'a str,
    /// Rhythm, topics and pause; `None` when they have none to choose: they are not subscribed.
    pub choices: Option<&'a Choices>,
    /// The mark of the choices that their page showed; see [`Choices::mark`].
    pub seen: Option<&'a str>,
    /// Another address.
    pub address: Address<'a>,
    /// Newsletters that they are to be in or out of; others stay as they are.
    pub others: &'a [Wanted],
    /// Their IP address, when it is kept.
    pub ip: Option<&'a str>,
}

/// What was stored, as far as it must be told.
#[derive(Clone, Debug, Default)]
pub struct Saved {
    /// Another address waits for its confirmation, if that can be.
    pub address: bool,
    /// Names of newsletters that the address is kept out of.
    pub kept_out: Vec<String>,
}

/// Why nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// A choice cannot be.
    #[error("{0}")]
    Refused(Refused),
    /// Three other addresses were wanted within a day.
    #[error("three other addresses were wanted within a day")]
    Capped,
    /// The link leads nowhere any more, since a moment ago.
    #[error("the link is void")]
    Void,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<ChoiceError> for SaveError {
    fn from(error: ChoiceError) -> Self {
        match error {
            ChoiceError::Refused(refused) => Self::Refused(refused),
            ChoiceError::Database(error) => Self::Database(error),
        }
    }
}

/// A name as it is stored: on one line, at most [`LONGEST_NAME`] characters; `None` for nothing.
pub fn tidy_name(typed: &str) -> Option<String> {
    let visible: String = typed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let name = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let name: String = name.chars().take(LONGEST_NAME).collect();
    Some(name.trim_end().to_owned()).filter(|name| !name.is_empty())
}

/// Stores it.
///
/// # Errors
/// [`SaveError`]; then nothing was stored.
pub async fn save(app: &App, claim: Claim, wish: Wish<'_>) -> Result<Saved, SaveError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let person = sql::by_id_in(&mut tx, claim.subject).await?;
    let person = person.filter(|person| person.token_version == claim.version).ok_or(SaveError::Void)?;
    if let Some(wanted) = wish.choices {
        choices::save(app, &mut tx, &person, wanted, wish.seen, Actor::Visitor).await?;
    }
    rename(&mut tx, &person, wish.name, wish.language, Actor::Visitor, now).await?;
    let mut saved = Saved::default();
    for wanted in wish.others {
        if wanted.is_in {
            let said = Consent { text: &wanted.text, language: wish.language, ip: wish.ip };
            if others::join(app, &mut tx, &wanted.newsletter, &person, said, now).await? == Joined::KeptOut {
                saved.kept_out.push(wanted.newsletter.name.clone());
            }
        } else {
            others::part(&mut tx, &wanted.newsletter, &person, wish.ip, now).await?;
        }
    }
    saved.address = readdress(app, &mut tx, &person, wish.address, now).await?;
    tx.commit().await?;
    app.wake.now();
    counts::changed(app, person.newsletter_id);
    wish.others.iter().for_each(|wanted| counts::changed(app, wanted.newsletter.id));
    Ok(saved)
}

/// Whether another address waits now.
async fn readdress(
    app: &App,
    tx: &mut Tx,
    person: &Subscriber,
    address: Address<'_>,
    now: Millis,
) -> Result<bool, SaveError> {
    match address {
        Address::Stays => Ok(false),
        Address::TakeBack => {
            own_address::unwish(tx, person, now).await?;
            Ok(false)
        }
        Address::Another(new) => match own_address::wish(app, tx, person, new).await? {
            Wished::Waits => Ok(true),
            Wished::Same | Wished::Ended => Ok(false),
            Wished::Capped => Err(SaveError::Capped),
        },
    }
}

/// Stores name and language where they are others than before, in `tx`.
///
/// # Errors
/// The database's.
pub async fn rename(
    tx: &mut Tx,
    person: &Subscriber,
    name: Option<&str>,
    language: &str,
    by: Actor,
    now: Millis,
) -> sqlx::Result<()> {
    let changed = [("name", person.name.as_deref() != name), ("language", person.language != language)];
    let what: Vec<&str> = changed.iter().filter(|(_, is)| *is).map(|(what, _)| *what).collect();
    if what.is_empty() {
        return Ok(());
    }
    sql::set_name(tx, person.id, name, language).await?;
    let event = Event::new(person.newsletter_id, Code::SubscriberChanged, About::Subscriber(person.id), by);
    events::note(tx, now, &event.with("what", what)).await
}

/// The rarest rhythm that somebody may choose, if it is rarer than theirs: what may keep whoever leaves because of too many mails.
///
/// # Errors
/// The database's.
pub async fn rarer(app: &App, person: &Subscriber) -> sqlx::Result<Option<Schedule>> {
    let own = choices::of(&app.db, person.id).await?.map_or(person.schedule_id, |choices| choices.rhythm);
    let mut rhythms = choices::offer(&app.db, person).await?.rhythms;
    let often = rhythms.iter().find(|schedule| schedule.id == own).map_or(0, Schedule::often);
    Ok(rhythms.pop().filter(|rarest| rarest.often() < often && !rarest.paused))
}

/// Takes a leave back and puts the person on the rarest rhythm instead, both or neither; `None` when there is nothing to take back, or
/// nothing rarer.
///
/// # Errors
/// The database's.
pub async fn rather(app: &App, token: &str, ip: Option<&str>) -> sqlx::Result<Option<Subscriber>> {
    let Some(left) = leave::look(app, token).await? else { return Ok(None) };
    let (Some(to), Some(rarest)) = (leave::before_leaving(app, &left).await?, rarer(app, &left).await?) else {
        return Ok(None);
    };
    let mut tx = app.db.begin().await?;
    if !leave::undo_in(&mut tx, &left, to, ip, app.clock.now()).await? {
        return Ok(None);
    }
    let Some(topics) = choices::of(&app.db, left.id).await?.map(|choices| choices.topics) else { return Ok(None) };
    let wanted = Choices { rhythm: rarest.id, topics, paused_until: None };
    match choices::save(app, &mut tx, &left, &wanted, None, Actor::Visitor).await {
        Ok(_) => {}
        Err(ChoiceError::Refused(_)) => return Ok(None),
        Err(ChoiceError::Database(error)) => return Err(error),
    }
    tx.commit().await?;
    tracing::info!(newsletter.id = left.newsletter_id, subscriber.id = left.id, "stays, on a rarer rhythm");
    sql::by_id(&app.db, left.id).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_what_is_seen() {
        for (typed, stored) in [
            ("  Ana \t Lopes ", Some("Ana Lopes")),
            ("Ana\r\nBcc: x", Some("Ana Bcc: x")),
            ("\u{0}\u{7f} ", None),
            ("", None),
        ] {
            assert_eq!(tidy_name(typed).as_deref(), stored);
        }
        assert_eq!(tidy_name(&"é".repeat(500)).unwrap().chars().count(), LONGEST_NAME);
    }
}
