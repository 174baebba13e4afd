//! What the letters of one claim need, read once for all of them.
//!
//! In: letters that were just claimed. Out: whom each goes to and whether that address is suppressed, what its newsletter looks like,
//! which keys may sign, what welcomes lead to. As fresh as if each letter had asked: they leave as soon as they are made.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::{sender, welcome};
use crate::app::App;
use crate::clock::Millis;
use crate::dkim::{self, Pair};
use crate::ledger::sql::letter::{self, Claimed, Person};
use crate::letter::LetterKind;
use crate::mails::Sender;

/// See the module.
#[derive(Debug)]
pub(super) struct Known {
    /// On whose behalf they go.
    pub newsletters: BTreeSet<i64>,
    people: HashMap<i64, Recipient>,
    senders: HashMap<i64, Arc<Sender>>,
    /// The DKIM keys there are.
    pub pairs: Vec<Pair>,
    /// What the parameters of welcomes were filled into.
    welcomes: HashMap<(i64, String), String>,
}

/// Somebody who gets a letter.
#[derive(Clone, Debug)]
pub(super) struct Recipient {
    pub person: Person,
    /// Since when the address is suppressed, by newsletter (0: for all).
    suppressed: Vec<(i64, Millis)>,
}

impl Recipient {
    /// Whether the address was suppressed after the letter had been asked for ("this was not me").
    pub(super) fn is_suppressed(&self, letter: &Claimed) -> bool {
        let concerns = |newsletter_id: i64| newsletter_id == 0 || newsletter_id == letter.newsletter_id;
        self.suppressed.iter().any(|(newsletter_id, at)| concerns(*newsletter_id) && *at >= letter.created_at)
    }
}

impl Known {
    /// Of these letters.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn of(app: &App, letters: &[Claimed]) -> sqlx::Result<Self> {
        let newsletters: BTreeSet<i64> = letters.iter().map(|letter| letter.newsletter_id).collect();
        let mut senders = HashMap::with_capacity(newsletters.len());
        for id in &newsletters {
            if let Some(sender) = sender::of(app, *id).await? {
                senders.insert(*id, Arc::new(sender));
            }
        }
        let people = people(app, letters, &newsletters).await?;
        let pairs = dkim::sql::all(&app.db).await?;
        Ok(Self { newsletters, people, senders, pairs, welcomes: HashMap::new() })
    }

    /// Whom this letter goes to; `None` when that is nobody who is known, or not any more.
    pub(super) fn recipient(&self, letter: &Claimed) -> Option<&Recipient> {
        letter.subscriber_id.and_then(|id| self.people.get(&id))
    }

    /// Who it comes from; `None` when the newsletter is gone.
    pub(super) fn sender(&self, newsletter_id: i64) -> Option<&Arc<Sender>> {
        self.senders.get(&newsletter_id)
    }

    /// The parameters as `mails` reads them, JSON.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn parameters(&mut self, app: &App, letter: &Claimed) -> sqlx::Result<String> {
        if letter.kind != LetterKind::Welcome {
            return Ok(letter.parameters.clone());
        }
        let key = (letter.newsletter_id, letter.parameters.clone());
        if let Some(filled) = self.welcomes.get(&key) {
            return Ok(filled.clone());
        }
        let filled = welcome::parameters(app, letter).await?;
        self.welcomes.insert(key, filled.clone());
        Ok(filled)
    }
}

async fn people(app: &App, letters: &[Claimed], newsletters: &BTreeSet<i64>) -> sqlx::Result<HashMap<i64, Recipient>> {
    let ids: BTreeSet<i64> = letters.iter().filter_map(|letter| letter.subscriber_id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = letter::people(&app.db, &ids.into_iter().collect::<Vec<_>>()).await?;
    let hash_of = |person: &Person| app.keys.address_hash(&person.email_key);
    let hashes: Vec<String> = found.values().map(hash_of).collect();
    let concerned: Vec<i64> = newsletters.iter().copied().chain([0]).collect();
    let mut suppressed: HashMap<String, Vec<(i64, Millis)>> = HashMap::new();
    for (newsletter_id, hash, at) in letter::suppressed(&app.db, &concerned, &hashes).await? {
        suppressed.entry(hash).or_default().push((newsletter_id, at));
    }
    let recipient = |(id, person): (i64, Person)| {
        let suppressed = suppressed.get(&hash_of(&person)).cloned().unwrap_or_default();
        (id, Recipient { person, suppressed })
    };
    Ok(found.into_iter().map(recipient).collect())
}
