//! What something that came back leads to: nothing, a counted day, a bounce, a leave, a complaint, or a place in the pile.
//!
//! In: a [`Matter`], inside the transaction that stores it. Out: the person's state through `subscribers`, a paused digest through
//! [`Meaning`], and an [`Outcome`] for each row. Everything may come twice, late and in any order: the end is the same.
//!
//! | kind | what follows |
//! | --- | --- |
//! | hard | bounced and suppressed; one of too many at once waits for an editor ([`super::burst`]) |
//! | soft | its day is counted; five days over two weeks are a bounce (`subscribers::full`) |
//! | complaint | out of every newsletter of this sender's domain |
//! | leave | unsubscribed, as by the link |
//! | answer | passed on to the newsletter's editor; in the pile when nobody knows whose it is |
//! | unclear | in the pile |
//! | passing | nothing |
//!
//! DMARC reports, and mails of ours that went round, are handed to `receivers` before.

use super::group::Group;
use super::matter::{Kind, Matter, Outcome, State};
use super::sql;
use super::whose::{Mailing, Whose, whose};
use crate::app::App;
use crate::db::Tx;
use crate::ledger::Meaning;
use crate::ledger::letters::{self, NewLetter};
use crate::letter::LetterKind;
use crate::newsletters;
use crate::receivers::{reports, round};
use crate::subscribers::{self, Status, Subscriber, complained, full, leave};

/// Carries it out in `tx`; gives an outcome for each person that it is about, or one for nobody.
///
/// # Errors
/// The database's.
pub async fn act(group: &mut Group<'_>, tx: &mut Tx, matter: &Matter, source: &str) -> sqlx::Result<Vec<Outcome>> {
    if heard(group.app, tx, matter).await? {
        return Ok(vec![Outcome::nobody(State::Done)]);
    }
    match whose(group, tx, matter).await? {
        Whose::Person(person, mailing) => Ok(vec![on_person(group, tx, &person, mailing, matter, source).await?]),
        Whose::Everywhere(people) => {
            let mut outcomes = Vec::with_capacity(people.len());
            for person in &people {
                outcomes.push(on_person(group, tx, person, Mailing::Untold, matter, source).await?);
            }
            Ok(outcomes)
        }
        Whose::Gone => Ok(vec![Outcome::nobody(State::Done)]),
        Whose::Unknown { perhaps } => {
            let newsletter_id = match perhaps.as_slice() {
                [] => sql::only_newsletter(tx).await?,
                [first, ..] => subscribers::sql::by_id_in(tx, *first).await?.map(|person| person.newsletter_id),
            };
            let state = if matter.kind == Kind::Passing { State::Done } else { State::Open };
            Ok(vec![Outcome { newsletter_id, ..Outcome::nobody(state) }])
        }
    }
}

async fn on_person(
    group: &mut Group<'_>,
    tx: &mut Tx,
    person: &Subscriber,
    mailing: Mailing,
    matter: &Matter,
    source: &str,
) -> sqlx::Result<Outcome> {
    let (app, meaning, mut state) = (group.app, group.meaning, State::Done);
    match matter.kind {
        Kind::Hard => state = hard(group, tx, person, mailing).await?,
        Kind::Soft => group.add_full(person, &matter.status),
        Kind::Complaint => {
            group.changes(person.id);
            complained::complain(app, tx, person, source).await?;
            let digest_id = group.counts_with(tx, person, mailing).await?;
            // Told again, it is no further one.
            if let Some(digest_id) = digest_id
                && person.status != Status::Complained
                && let Some(tally) = group.tally(tx, digest_id).await?
                && tally.newsletter_id() == person.newsletter_id
            {
                tally.add_complaint(app, meaning, tx).await?;
            }
        }
        Kind::Leave => {
            group.changes(person.id);
            let of = mailing.digest_id().unwrap_or_default();
            leave::end_with(tx, app.clock.now(), person, leave::By::Mail, None, of).await?;
        }
        Kind::Answer => pass_on(app, tx, person, matter).await?,
        Kind::Unclear => state = State::Open,
        Kind::Passing => {}
    }
    let (newsletter_id, subscriber_id) = (Some(person.newsletter_id), Some(person.id));
    Ok(Outcome { state, newsletter_id, subscriber_id, digest_id: mailing.digest_id() })
}

/// Whether it is something that receivers say, about nobody.
async fn heard(app: &App, tx: &mut Tx, matter: &Matter) -> sqlx::Result<bool> {
    for report in &matter.reports {
        reports::take(app, tx, report).await?;
    }
    match &matter.round {
        Some(back) => round::take(app, tx, back).await,
        None => Ok(!matter.reports.is_empty()),
    }
}

async fn hard(group: &mut Group<'_>, tx: &mut Tx, person: &Subscriber, mailing: Mailing) -> sqlx::Result<State> {
    let (app, meaning) = (group.app, group.meaning);
    let counted = group.counts_with(tx, person, mailing).await?;
    if let Some(digest_id) = counted
        && group.waits(tx, person, digest_id).await?
    {
        return Ok(State::Waiting);
    }
    if let Some(digest_id) = counted
        && !group.is_gone(person)
        && let Some(tally) = group.tally(tx, digest_id).await?
        && tally.newsletter_id() == person.newsletter_id
        && tally.add_bounce(app, meaning, tx).await?
    {
        group.add_waiting(person, digest_id);
        return Ok(State::Waiting);
    }
    group.add_gone(person);
    Ok(State::Done)
}

/// A person answered: the newsletter's editor gets to read it.
async fn pass_on(app: &App, tx: &mut Tx, person: &Subscriber, matter: &Matter) -> sqlx::Result<()> {
    let (Some(letter), Some(of)) = (&matter.letter, newsletters::sql::by_id(&app.db, person.newsletter_id).await?)
    else {
        return Ok(());
    };
    let parameters = serde_json::json!({
        "event": "answer_came",
        "from": letter.from,
        "subject": letter.subject,
        "text": letter.text,
    });
    let letter = NewLetter {
        newsletter_id: of.id,
        subscriber_id: None,
        address: Some(of.editor()),
        kind: LetterKind::Notice,
        language: &of.language,
        parameters: &parameters,
    };
    letters::ask(tx, app.clock.now(), &letter).await?;
    Ok(())
}

/// Carries out what an editor says of somebody.
///
/// # Errors
/// The database's.
pub async fn by_hand(app: &App, meaning: Meaning, tx: &mut Tx, kind: Kind, person: &Subscriber) -> sqlx::Result<()> {
    match kind {
        Kind::Hard => drop(meaning.people.gone(app, tx, &[person.id]).await?),
        Kind::Soft => full::count(app, tx, app.clock.now(), &[full::Told::new(person, "")]).await?,
        Kind::Complaint => drop(complained::complain(app, tx, person, "editor").await?),
        Kind::Leave => drop(leave::end(tx, app.clock.now(), person, leave::By::Mail, None).await?),
        Kind::Answer | Kind::Passing | Kind::Unclear => {}
    }
    Ok(())
}
