//! What one transaction works on: many things that came back, of which each needs the same few rows and leads to the same few
//! changes. What they need is read at once before the first of them, what follows from them is written at once behind the last, so
//! that a report costs a share of some statements instead of some statements.
//!
//! In: the [`Matter`]s of the group; the rooms' verbs in between. Out: people who bounced, days of full mailboxes, counts of digests.
//! What is rare (complaints, leaving, answers) is carried out where it comes ([`super::act`]).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::burst::Tally;
use super::matter::Matter;
use super::sql;
use super::whose::{Mailing, SPAN, named};
use crate::app::App;
use crate::clock::Millis;
use crate::db::Tx;
use crate::ledger::Meaning;
use crate::subscribers::{self, Status, Subscriber, bounced, full};

/// A group on its way.
#[derive(Debug)]
pub struct Group<'a> {
    /// What a verb is handed.
    pub app: &'a App,
    /// Who says what outcomes mean.
    pub meaning: Meaning,
    /// Read, and not changed since.
    people: HashMap<i64, Subscriber>,
    /// By digest, in order: whoever else takes several takes them so.
    tallies: BTreeMap<i64, Tally>,
    /// The last digest of a newsletter.
    last: HashMap<i64, Option<i64>>,
    /// Whose address does not exist.
    gone: BTreeSet<i64>,
    /// Whose addresses wait for an editor since this group, and with which digest.
    waiting: BTreeSet<(i64, i64)>,
    /// Whose mailbox took nothing today, with the code that was told.
    full: Vec<full::Told>,
}

impl<'a> Group<'a> {
    /// Reads what codes in these matters name.
    ///
    /// # Errors
    /// The database's.
    pub async fn open(app: &'a App, meaning: Meaning, tx: &mut Tx, matters: &[&Matter]) -> sqlx::Result<Self> {
        let (mut people, mut digests) = (BTreeSet::new(), BTreeSet::new());
        for named in matters.iter().filter_map(|matter| named(app, matter)) {
            people.insert(named.subscriber_id);
            digests.extend(named.digest_id);
        }
        let people: Vec<i64> = people.into_iter().collect();
        let people = subscribers::sql::by_ids_in(tx, &people).await?;
        let digests: Vec<i64> = digests.into_iter().collect();
        let tallies = sql::counts(tx, &digests).await?;
        Ok(Self {
            app,
            meaning,
            people: people.into_iter().map(|person| (person.id, person)).collect(),
            tallies: tallies.into_iter().map(|stored| (stored.digest_id, Tally::new(stored))).collect(),
            last: HashMap::new(),
            gone: BTreeSet::new(),
            waiting: BTreeSet::new(),
            full: Vec::new(),
        })
    }

    /// Now.
    pub fn now(&self) -> Millis {
        self.app.clock.now()
    }

    /// The subscriber of this id, as they are.
    ///
    /// # Errors
    /// The database's.
    pub async fn person(&self, tx: &mut Tx, id: i64) -> sqlx::Result<Option<Subscriber>> {
        match self.people.get(&id) {
            Some(person) => Ok(Some(person.clone())),
            None => subscribers::sql::by_id_in(tx, id).await,
        }
    }

    /// This person is changed, or about to be: who asks for them is to read them anew.
    pub fn changes(&mut self, id: i64) {
        self.people.remove(&id);
    }

    /// What is counted of a digest; `None` when there is no such digest.
    ///
    /// # Errors
    /// The database's.
    pub async fn tally(&mut self, tx: &mut Tx, digest_id: i64) -> sqlx::Result<Option<&mut Tally>> {
        if !self.tallies.contains_key(&digest_id) {
            let stored = sql::counts(tx, &[digest_id]).await?;
            self.tallies.extend(stored.into_iter().map(|stored| (stored.digest_id, Tally::new(stored))));
        }
        Ok(self.tallies.get_mut(&digest_id))
    }

    /// The digest with which something about `person` is counted. Where it is not told which mail it was, their newsletter's last
    /// one: a burst is one, whatever is told of it. Whoever gets no digests was sent letters alone, or has nothing to lose.
    ///
    /// # Errors
    /// The database's.
    pub async fn counts_with(
        &mut self,
        tx: &mut Tx,
        person: &Subscriber,
        mailing: Mailing,
    ) -> sqlx::Result<Option<i64>> {
        match mailing {
            Mailing::Digest(id) => Ok(Some(id)),
            Mailing::None => Ok(None),
            Mailing::Untold if !matches!(person.status, Status::Confirmed | Status::Paused) => Ok(None),
            Mailing::Untold => {
                let newsletter_id = person.newsletter_id;
                if let Some(known) = self.last.get(&newsletter_id) {
                    return Ok(*known);
                }
                let last = sql::last_digest(tx, newsletter_id, self.now() - SPAN).await?;
                self.last.insert(newsletter_id, last);
                Ok(last)
            }
        }
    }

    /// Whether this person's address is known already not to exist. Copies of a report are one.
    pub fn is_gone(&self, person: &Subscriber) -> bool {
        person.status == Status::Bounced || self.gone.contains(&person.id)
    }

    /// Whether this person's address waits for an editor already, with others of the digest.
    ///
    /// # Errors
    /// The database's.
    pub async fn waits(&mut self, tx: &mut Tx, person: &Subscriber, digest_id: i64) -> sqlx::Result<bool> {
        if self.waiting.contains(&(person.id, digest_id)) {
            return Ok(true);
        }
        match self.tally(tx, digest_id).await? {
            Some(tally) if tally.has_waiting() => sql::waits(tx, person.id, digest_id).await,
            _ => Ok(false),
        }
    }

    /// This person's address waits from now on.
    pub fn add_waiting(&mut self, person: &Subscriber, digest_id: i64) {
        self.waiting.insert((person.id, digest_id));
    }

    /// This person's address does not exist.
    pub fn add_gone(&mut self, person: &Subscriber) {
        self.gone.insert(person.id);
    }

    /// This person's mailbox took no mail.
    pub fn add_full(&mut self, person: &Subscriber, status: &str) {
        self.full.push(full::Told::new(person, status));
    }

    /// Writes what was put off.
    ///
    /// # Errors
    /// The database's.
    pub async fn close(self, tx: &mut Tx) -> sqlx::Result<()> {
        let gone: Vec<i64> = self.gone.iter().copied().collect();
        bounced::each(self.app, tx, &gone).await?;
        full::count(self.app, tx, self.now(), &self.full).await?;
        for (digest_id, tally) in &self.tallies {
            sql::add_counts(tx, *digest_id, tally.added()).await?;
        }
        Ok(())
    }
}
