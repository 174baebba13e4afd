//! What somebody may do: a role in a newsletter, or in all of them, and the right to send, which is one of its own.
//!
//! In: a person and a newsletter. Out: [`Rights`]; none at all for a newsletter that is not theirs. Deny is the rule: what no role
//! grants here nobody may.

use crate::clock::Millis;
use crate::db::{Db, Tx, from_row, query, query_as, text_enum};
use crate::events::activity::{self, Act, Deed};
use crate::events::{self, About, Actor, Code, Event};

text_enum! {
    /// A person's part in a newsletter, each with all that the next one may.
    pub enum Role {
        /// Settings and people.
        Owner => "owner",
        /// Subscribers, schedules, digests.
        Editor => "editor",
        /// Posts and drafts.
        Writer => "writer",
        /// Looks on.
        Viewer => "viewer",
    }
}

/// What an act asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    /// Look at digests, posts and counts.
    See,
    /// Write drafts, choose posts.
    Write,
    /// See and change subscribers: personal data.
    Readers,
    /// Have mails leave, or stop them.
    Send,
    /// Change the newsletter, its sender, rhythms and texts.
    Settings,
    /// Invite people and give them roles.
    Team,
}

impl Role {
    /// Whether the role alone grants this; [`Right::Send`] is granted apart.
    pub fn grants(self, right: Right) -> bool {
        match right {
            Right::See => true,
            Right::Write => self != Self::Viewer,
            Right::Readers => matches!(self, Self::Owner | Self::Editor),
            Right::Send => false,
            Right::Settings | Right::Team => self == Self::Owner,
        }
    }
}

/// One role as it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// Whose.
    pub person_id: i64,
    /// Where; 0: in every newsletter, also those to come.
    pub newsletter_id: i64,
    /// What.
    pub role: Role,
    /// Whether they may have mails leave.
    pub may_send: bool,
}
from_row!(Given { person_id, newsletter_id, role, may_send });

/// What somebody may do in one newsletter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights(Vec<Given>);

impl Rights {
    /// Of the roles that somebody has, those that count in this newsletter; `None` when none does.
    pub fn in_newsletter(given: &[Given], newsletter_id: i64) -> Option<Self> {
        let own: Vec<Given> = given
            .iter()
            .filter(|given| given.newsletter_id == 0 || given.newsletter_id == newsletter_id)
            .copied()
            .collect();
        (!own.is_empty()).then_some(Self(own))
    }

    /// Whether they may do this.
    pub fn may(&self, right: Right) -> bool {
        self.0.iter().any(|given| given.role.grants(right) || (right == Right::Send && given.may_send))
    }
}

/// Whether somebody owns the instance: every newsletter, also those to come.
pub fn owns_all(given: &[Given]) -> bool {
    given.iter().any(|given| given.newsletter_id == 0 && given.role == Role::Owner)
}

/// The roles of a person.
pub async fn of(db: &Db, person_id: i64) -> sqlx::Result<Vec<Given>> {
    query_as("SELECT * FROM person_role WHERE person_id = $1 ORDER BY newsletter_id")
        .bind(person_id)
        .fetch_all(db.on())
        .await
}

/// The same inside a transaction.
pub async fn of_in(tx: &mut Tx, person_id: i64) -> sqlx::Result<Vec<Given>> {
    query_as("SELECT * FROM person_role WHERE person_id = $1 ORDER BY newsletter_id")
        .bind(person_id)
        .fetch_all(tx.on())
        .await
}

/// Everybody's roles.
pub async fn all(db: &Db) -> sqlx::Result<Vec<Given>> {
    query_as("SELECT * FROM person_role ORDER BY person_id, newsletter_id").fetch_all(db.on()).await
}

/// Gives a role, instead of the one that the person has there.
pub async fn give(tx: &mut Tx, given: Given) -> sqlx::Result<u64> {
    query(
        "INSERT INTO person_role (person_id, newsletter_id, role, may_send) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person_id, newsletter_id) DO UPDATE SET role = excluded.role, may_send = excluded.may_send",
    )
    .bind(given.person_id)
    .bind(given.newsletter_id)
    .bind(given.role)
    .bind(given.may_send)
    .execute(tx.on())
    .await
}

/// Takes a role away.
pub async fn take(tx: &mut Tx, person_id: i64, newsletter_id: i64) -> sqlx::Result<u64> {
    query("DELETE FROM person_role WHERE person_id = $1 AND newsletter_id = $2")
        .bind(person_id)
        .bind(newsletter_id)
        .execute(tx.on())
        .await
}

/// Records what became of a person's roles since they were those of `before`: one event for each newsletter in which something is
/// different. What somebody may do in all of them is the instance's, and no newsletter's news; it is activity all the same.
pub async fn note(tx: &mut Tx, now: Millis, person_id: i64, before: &[Given], by: Actor) -> sqlx::Result<()> {
    let after = of_in(tx, person_id).await?;
    let event = |newsletter_id: i64, code: Code| {
        Event::new(newsletter_id, code, About::Newsletter, by).with("person", person_id)
    };
    let given = after.iter().filter(|given| !before.contains(given)).map(|given| {
        let event = event(given.newsletter_id, Code::TeamGiven);
        event.with("role", given.role.as_str()).with("sends", given.may_send)
    });
    let has = |newsletter_id: i64| after.iter().any(|given| given.newsletter_id == newsletter_id);
    let gone = before.iter().filter(|given| !has(given.newsletter_id));
    let taken = gone.map(|given| event(given.newsletter_id, Code::TeamTaken));
    let events: Vec<Event> = given.chain(taken).filter(|event| event.newsletter_id != 0).collect();
    events::record(tx, now, &events).await?;
    let everywhere = |given: &[Given]| given.iter().find(|given| given.newsletter_id == 0).copied();
    let (was, is) = (everywhere(before), everywhere(&after));
    if was == is {
        return Ok(());
    }
    let word = |given: Option<Given>| given.map_or("none", |given| given.role.as_str());
    let act = Act::new(Deed::PersonRoles).about("person", person_id).by(by);
    let act = act.with("role", vec![word(was), word(is)]).with("sends", is.is_some_and(|given| given.may_send));
    activity::note(tx, now, act).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(newsletter_id: i64, role: Role, may_send: bool) -> Given {
        Given { person_id: 1, newsletter_id, role, may_send }
    }

    #[test]
    fn a_role_counts_in_its_newsletter_alone() {
        let all = [given(7, Role::Editor, true), given(8, Role::Viewer, false)];
        let seven = Rights::in_newsletter(&all, 7).unwrap();
        assert!(seven.may(Right::Readers) && seven.may(Right::Send) && !seven.may(Right::Settings));
        let eight = Rights::in_newsletter(&all, 8).unwrap();
        assert!(eight.may(Right::See) && !eight.may(Right::Write) && !eight.may(Right::Send));
        assert_eq!(Rights::in_newsletter(&all, 9), None);
        assert!(!owns_all(&all));
    }

    #[test]
    fn who_owns_all_may_everything_and_sends_when_that_was_granted() {
        let all = [given(0, Role::Owner, true)];
        let rights = Rights::in_newsletter(&all, 9).unwrap();
        for right in [Right::See, Right::Write, Right::Readers, Right::Send, Right::Settings, Right::Team] {
            assert!(rights.may(right), "{right:?}");
        }
        assert!(owns_all(&all));
        let silent = Rights::in_newsletter(&[given(0, Role::Owner, false)], 9).unwrap();
        assert!(!silent.may(Right::Send));
    }
}
