//! What somebody chose with the form by which they sign up: a rhythm, topics. Their letter carries it, and it is theirs once they confirm.
//!
//! In: what a form names ([`Typed`]), judged by what the newsletter offers ([`menu`]) before anything is asked about the address, so
//! that the answer is the same for everybody. Out: [`Wished`], which stands among the parameters of the letter ([`super::signup`]);
//! [`behind`] a link; [`take`]n in the transaction that confirms ([`super::confirm`]). For somebody who is confirmed already, a
//! sign-up changes nothing.

use std::cmp::Reverse;

use super::Subscriber;
use super::asked::Wished;
use super::choices::{self, ChoiceError, Choices, MOST_TYPED, Refused};
use crate::app::App;
use crate::clock::Millis;
use crate::db::{Db, On, Tx, query_scalar};
use crate::events::Actor;
use crate::newsletters::topics::{self, Topic, folded};
use crate::newsletters::{Schedule, default_of, offered};

/// What a form may ask.
#[derive(Clone, Debug, Default)]
pub struct Menu {
    /// Rhythms that readers may choose and the one of whoever is new, the one that writes most often first.
    pub rhythms: Vec<Schedule>,
    /// The rhythm of whoever is new; 0: there is none.
    pub own: i64,
    /// Topics, in the order in which they were made.
    pub topics: Vec<Topic>,
}

/// What a form of this newsletter may ask.
///
/// # Errors
/// The database's.
pub async fn menu(db: &Db, newsletter_id: i64) -> sqlx::Result<Menu> {
    let (mut rhythms, topics) = topics::with_rhythms(db, newsletter_id).await?;
    let own = default_of(&rhythms).map_or(0, |schedule| schedule.id);
    rhythms.retain(|schedule| schedule.offered || schedule.id == own);
    rhythms.sort_by_key(|schedule| (Reverse(schedule.often()), schedule.id));
    Ok(Menu { rhythms, own, topics })
}

/// As a form names it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Typed<'a> {
    /// A rhythm by its id; empty for none.
    pub rhythm: &'a str,
    /// Topics by their ids.
    pub ids: &'a [&'a str],
    /// Topics by their names, whatever their case.
    pub names: &'a [&'a str],
}

/// What it means.
///
/// # Errors
/// [`Refused::RhythmNotOffered`], [`Refused::NoSuchTopic`], [`Refused::TooManyTopics`].
pub fn judge(menu: &Menu, typed: Typed<'_>) -> Result<Wished, Refused> {
    if typed.ids.len() + typed.names.len() > MOST_TYPED {
        return Err(Refused::TooManyTopics);
    }
    let rhythm = match typed.rhythm.trim() {
        "" => None,
        named => {
            let found = menu.rhythms.iter().find(|schedule| schedule.id.to_string() == named);
            Some(found.ok_or(Refused::RhythmNotOffered)?.id)
        }
    };
    let by_id = |named: &&str| menu.topics.iter().find(|topic| topic.id.to_string() == named.trim());
    let by_name = |named: &&str| menu.topics.iter().find(|topic| folded(&topic.name) == folded(named));
    let found = typed.ids.iter().map(by_id).chain(typed.names.iter().map(by_name));
    let mut topics =
        found.map(|topic| topic.map(|topic| topic.id)).collect::<Option<Vec<_>>>().ok_or(Refused::NoSuchTopic)?;
    topics.sort_unstable();
    topics.dedup();
    Ok(Wished { rhythm, topics })
}

/// The last that was chosen since they left, if they had, up to the letter of a link: a letter that was sent once more says nothing of it.
async fn said(on: On<'_>, person: &Subscriber, issued_at: Millis) -> sqlx::Result<Wished> {
    let parameters = query_scalar(
        "SELECT parameters FROM letter
         WHERE subscriber_id = $1 AND created_at > $2 AND created_at <= $3 AND kind = 'confirm' AND domain <> ''
           AND parameters LIKE '%\"choices\":%'
         ORDER BY id DESC LIMIT 1",
    );
    let bound = parameters.bind(person.id).bind(person.ended_at.unwrap_or(0)).bind(issued_at);
    bound.fetch_optional(on).await.map(of_parameters)
}

fn of_parameters(parameters: Option<String>) -> Wished {
    let said = parameters.and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok());
    let choices = said.and_then(|mut said| said.get_mut("choices").map(serde_json::Value::take));
    choices.and_then(|choices| serde_json::from_value(choices).ok()).unwrap_or_default()
}

/// What somebody chose by the time the letter of their link was asked for.
///
/// # Errors
/// The database's.
pub async fn behind(db: &Db, person: &Subscriber, issued_at: Millis) -> sqlx::Result<Wished> {
    said(db.on(), person, issued_at).await
}

/// Gives somebody who was confirmed a moment ago what they chose, as far as it can still be chosen, in `tx`. `person`: as they were
/// before.
///
/// # Errors
/// The database's.
pub async fn take(app: &App, tx: &mut Tx, person: &Subscriber, issued_at: Millis) -> sqlx::Result<()> {
    let wished = said(tx.on(), person, issued_at).await?;
    if wished == Wished::default() {
        return Ok(());
    }
    let live = topics::of_in(tx, person.newsletter_id).await?;
    let schedules = offered::schedules_in(tx, person.newsletter_id).await?;
    let Some(before) = choices::of_in(tx, person.id, &live).await? else { return Ok(()) };
    let is_offered = |id: &i64| schedules.iter().any(|schedule| schedule.id == *id && schedule.offered);
    let topics: Vec<i64> = live.iter().map(|topic| topic.id).filter(|id| wished.topics.contains(id)).collect();
    let wanted = Choices {
        rhythm: wished.rhythm.filter(is_offered).unwrap_or(before.rhythm),
        topics: if topics.is_empty() { before.topics.clone() } else { Some(topics) },
        paused_until: before.paused_until,
    };
    match choices::save(app, tx, person, &wanted, None, Actor::Visitor).await {
        // What cannot be chosen any more must not keep somebody from confirming; nothing was written.
        Ok(_) | Err(ChoiceError::Refused(_)) => Ok(()),
        Err(ChoiceError::Database(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::newsletters::Every;
    use crate::newsletters::settings::usual_rhythm;

    fn topic(id: i64, name: &str) -> Topic {
        let (name, description, categories) = (name.to_owned(), String::new(), String::new());
        Topic { id, newsletter_id: 1, bit: id, name, description, categories }
    }

    fn offer() -> Menu {
        let schedule = |id, every| Schedule { id, every, offered: true, ..usual_rhythm(1, 0) };
        Menu {
            rhythms: vec![schedule(4, Every::Day), schedule(2, Every::Month)],
            own: 2,
            topics: vec![topic(7, "Jardin"), topic(9, "Été")],
        }
    }

    #[test]
    fn what_is_named_is_there_or_it_is_refused() {
        let judged = |rhythm, ids: &[&str], names: &[&str]| judge(&offer(), Typed { rhythm, ids, names });
        assert_eq!(judged("", &[], &[]), Ok(Wished::default()));
        assert_eq!(judged(" 4 ", &["9"], &["JARDIN", "été"]), Ok(Wished { rhythm: Some(4), topics: vec![7, 9] }));
        for wrong in ["3", "x", "-1", "4.0", "99999999999999999999"] {
            assert_eq!(judged(wrong, &[], &[]), Err(Refused::RhythmNotOffered), "{wrong}");
        }
        assert_eq!(judged("4", &["8"], &[]), Err(Refused::NoSuchTopic));
        assert_eq!(judged("4", &[], &["Cuisine"]), Err(Refused::NoSuchTopic));
        assert_eq!(judged("4", &vec!["7"; 10_000], &[]), Err(Refused::TooManyTopics));
    }

    #[test]
    fn a_letter_that_says_nothing_of_it_or_something_else_is_no_choice() {
        for text in ["{}", "x", "{\"choices\":3}", "{\"days\":7,\"choices\":{}}"] {
            assert_eq!(of_parameters(Some(text.to_owned())), Wished::default(), "{text}");
        }
        let wished = Wished { rhythm: Some(4), topics: vec![7] };
        let text = serde_json::json!({ "days": 7, "page": "\"choices\":", "choices": wished }).to_string();
        assert!(text.contains("\"choices\":{"), "as the statement looks for it: {text}");
        assert_eq!(of_parameters(Some(text)), wished);
        assert!(
            !serde_json::json!({ "page": "\"choices\":" }).to_string().contains("\"choices\":"),
            "a page cannot say it"
        );
    }
}
