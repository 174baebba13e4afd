//! Asks whose time has come: one letter each, within the caps of an address and half of the hour's ceilings.
//!
//! In: planned questions. Out: letters of the kind `stay`, asked for in the transaction that marks the question asked. Who did
//! something meanwhile is asked nothing. Who must not be written to now, has had enough letters, or finds no room, is asked later.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::State;
use super::sql::{self, Due};
use crate::app::App;
use crate::clock::{DAY, HOUR, Millis};
use crate::config::Signup;
use crate::db::Tx;
use crate::events::{self, Actor, Code, Event};
use crate::fault::fault;
use crate::ledger::letters::{self, CausedLetter};
use crate::letter::LetterKind;
use crate::subscribers::address::domain_of;
use crate::subscribers::forget::months_before;
use crate::subscribers::{self, Subscriber, again};

/// Questions in one transaction.
const AT_ONCE: i64 = 200;

/// Transactions of one tick; what is left is due at the next.
const ROUNDS: usize = 10;

/// How long somebody waits who must not be written to.
const KEPT_OUT: Millis = 30 * DAY;

/// Asks who is due.
pub async fn due(app: &App, now: Millis) -> sqlx::Result<()> {
    for _ in 0..ROUNDS {
        if !sql::any_due(&app.db, State::Planned, now).await? {
            return Ok(());
        }
        let mut room = Room::of(&app.config.signup, sql::asked_by_domain(&app.db, now).await?);
        let mut tx = app.db.begin().await?;
        let due = sql::take_planned(&mut tx, now, AT_ONCE).await?;
        if due.is_empty() {
            // Those who are due are of newsletters that ask nobody now.
            return Ok(());
        }
        ask(app, &mut tx, &due, &mut room, now).await?;
        fault!("stay.before_ask");
        tx.commit().await?;
        fault!("stay.after_ask");
        app.wake.now();
    }
    Ok(())
}

/// What becomes of one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// They were in contact, or have left: there is nothing to ask.
    Over,
    /// Not before this long from now.
    Later(Millis),
    /// Now.
    Now,
}

async fn ask(app: &App, tx: &mut Tx, due: &[Due], room: &mut Room, now: Millis) -> sqlx::Result<()> {
    let ids: Vec<i64> = due.iter().map(|due| due.subscriber_id).collect();
    let people = subscribers::sql::by_ids_in(tx, &ids).await?;
    let known = again::known(app, tx, now, &people).await?;
    let strangers = again::strangers(tx, &people.iter().collect::<Vec<_>>()).await?;
    let silent = silent(tx, due, now).await?;
    let mut fate = |person: &Subscriber| match known.get(&person.id) {
        _ if !silent.contains(&person.id) => Fate::Over,
        // An address that cannot be read any more, or one that is kept out.
        None => Fate::Later(KEPT_OUT),
        Some(known) if known.suppressed => Fate::Later(KEPT_OUT),
        Some(_) if strangers.contains(&person.id) => Fate::Later(DAY),
        Some(known) if again::is_capped(known) => Fate::Later(DAY),
        Some(_) if !room.take(domain_of(&person.email_key)) => Fate::Later(HOUR),
        Some(_) => Fate::Now,
    };
    let fates: HashMap<i64, Fate> = people.iter().map(|person| (person.id, fate(person))).collect();
    let of = |wanted: Fate| {
        let ids = due.iter().map(|due| due.subscriber_id);
        ids.filter(|id| fates.get(id).copied().unwrap_or(Fate::Over) == wanted).collect::<Vec<i64>>()
    };
    sql::forget(tx, &of(Fate::Over)).await?;
    for wait in [HOUR, DAY, KEPT_OUT] {
        sql::put_off(tx, &of(Fate::Later(wait)), now + wait).await?;
    }
    let asked = of(Fate::Now);
    sql::mark_asked(tx, &asked, now).await?;
    let now_asked: Vec<&Subscriber> = people.iter().filter(|person| asked.contains(&person.id)).collect();
    send(tx, due, &now_asked, now).await
}

/// Asks for the letters, and records whom.
async fn send(tx: &mut Tx, due: &[Due], people: &[&Subscriber], now: Millis) -> sqlx::Result<()> {
    let days = |person: &Subscriber| due.iter().find(|due| due.subscriber_id == person.id).map_or(0, |due| due.days);
    let parameters: Vec<String> =
        people.iter().map(|person| serde_json::json!({ "days": days(person) }).to_string()).collect();
    let letter = people.iter().zip(&parameters).map(|(person, parameters)| CausedLetter {
        newsletter_id: person.newsletter_id,
        subscriber_id: Some(person.id),
        kind: LetterKind::Stay,
        language: &person.language,
        parameters: parameters.as_str(),
        fate: Ok(domain_of(&person.email_key)),
    });
    let letters: Vec<CausedLetter<'_>> = letter.collect();
    letters::ask_caused(tx, now, &letters).await?;
    let mut asked: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for person in people {
        asked.entry(person.newsletter_id).or_default().push(person.id);
    }
    let told = asked
        .iter()
        .map(|(newsletter_id, ids)| Event::people(*newsletter_id, Code::SubscriberStayAsked, ids, Actor::System));
    events::record(tx, now, &told.collect::<Vec<_>>()).await
}

/// Those of them who are silent still.
async fn silent(tx: &mut Tx, due: &[Due], now: Millis) -> sqlx::Result<HashSet<i64>> {
    let mut of_months: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for due in due {
        of_months.entry(due.months).or_default().push(due.subscriber_id);
    }
    let mut found = HashSet::new();
    for (months, ids) in of_months {
        let before = months_before(now, u32::try_from(months).unwrap_or(u32::MAX));
        found.extend(sql::silent_among(tx, &ids, before).await?);
    }
    Ok(found)
}

/// The letters of this kind that the hour has room for: half of `[signup]`'s ceilings, so that visitors have the other half.
#[derive(Debug)]
struct Room {
    total: i64,
    most: i64,
    domains: HashMap<String, i64>,
    most_of_domain: i64,
}

impl Room {
    fn of(limits: &Signup, asked: Vec<(String, i64)>) -> Self {
        let half = |limit: u32| if limit == 0 { i64::MAX } else { i64::from((limit / 2).max(1)) };
        Self {
            total: asked.iter().map(|(_, count)| count).sum(),
            most: half(limits.letters_per_hour),
            domains: asked.into_iter().collect(),
            most_of_domain: half(limits.letters_per_hour_domain),
        }
    }

    /// Takes room for one letter, if there is any.
    fn take(&mut self, domain: &str) -> bool {
        let of_domain = self.domains.get(domain).copied().unwrap_or_default();
        if self.total >= self.most || of_domain >= self.most_of_domain {
            return false;
        }
        self.total += 1;
        self.domains.insert(domain.to_owned(), of_domain + 1);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn half_of_an_hour_is_left_to_visitors() {
        let limits = Signup { letters_per_hour: 8, letters_per_hour_domain: 4, ..Config::default().signup };
        let mut room = Room::of(&limits, vec![("a.fr".to_owned(), 1)]);
        let taken = ["a.fr", "a.fr", "b.fr", "c.fr", "d.fr"].map(|domain| room.take(domain));
        assert_eq!(taken, [true, false, true, true, false]);
        let open = Signup { letters_per_hour: 0, letters_per_hour_domain: 0, ..limits };
        let mut room = Room::of(&open, Vec::new());
        assert!((0..10_000).all(|_| room.take("a.fr")));
    }
}
