//! What something that came back leads to: nothing, a counted day, a bounce, a leave, a complaint, or a place in the pile.
//!
//! In: a [`Matter`], inside the transaction that stores it. Out: the person's state through `subscribers`, a paused digest through
//! [`Meaning`], and an [`Outcome`] for the row. Everything may come twice, late and in any order: the end is the same.
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

use super::matter::{Kind, Matter, State};
use super::whose::{Whose, whose};
use super::{burst, sql};
use crate::app::App;
use crate::db::Tx;
use crate::ledger::Meaning;
use crate::ledger::letters::{self, NewLetter};
use crate::letter::LetterKind;
use crate::newsletters;
use crate::subscribers::{self, Subscriber, complained, full, leave};

/// What became of a [`Matter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// See [`State`].
    pub state: State,
    /// `newsletter.id`, when it is known.
    pub newsletter_id: Option<i64>,
    /// `subscriber.id`, when it is known.
    pub subscriber_id: Option<i64>,
    /// `digest.id`, when it is known.
    pub digest_id: Option<i64>,
}

impl Outcome {
    const fn nobody(state: State) -> Self {
        Self { state, newsletter_id: None, subscriber_id: None, digest_id: None }
    }
}

/// Carries it out in `tx`.
///
/// # Errors
/// The database's.
pub async fn act(app: &App, meaning: Meaning, tx: &mut Tx, matter: &Matter, source: &str) -> sqlx::Result<Outcome> {
    let (person, digest_id) = match whose(app, tx, matter).await? {
        Whose::Person(person, digest_id) => (*person, digest_id),
        Whose::Gone => return Ok(Outcome::nobody(State::Done)),
        Whose::Unknown { perhaps } => {
            let newsletter_id = match perhaps.as_slice() {
                [] => sql::only_newsletter(tx).await?,
                [first, ..] => subscribers::sql::by_id_in(tx, *first).await?.map(|person| person.newsletter_id),
            };
            let state = if matter.kind == Kind::Passing { State::Done } else { State::Open };
            return Ok(Outcome { newsletter_id, ..Outcome::nobody(state) });
        }
    };
    let state = match matter.kind {
        Kind::Hard => hard(app, meaning, tx, &person, digest_id).await?,
        Kind::Soft => {
            full::count(app, tx, &person, app.clock.now(), &matter.status).await?;
            State::Done
        }
        Kind::Complaint => {
            complained::complain(app, tx, &person, source).await?;
            burst::of_complaints(app, meaning, tx, &person, digest_id).await?;
            State::Done
        }
        Kind::Leave => {
            let of = digest_id.unwrap_or_default();
            leave::end_with(tx, app.clock.now(), &person, leave::By::Mail, None, of).await?;
            State::Done
        }
        Kind::Answer => {
            pass_on(app, tx, &person, matter).await?;
            State::Done
        }
        Kind::Unclear => State::Open,
        Kind::Passing => State::Done,
    };
    Ok(Outcome { state, newsletter_id: Some(person.newsletter_id), subscriber_id: Some(person.id), digest_id })
}

async fn hard(
    app: &App,
    meaning: Meaning,
    tx: &mut Tx,
    person: &Subscriber,
    digest_id: Option<i64>,
) -> sqlx::Result<State> {
    if let Some(digest_id) = digest_id
        && burst::of_bounces(app, meaning, tx, person.newsletter_id, digest_id).await?
    {
        return Ok(State::Waiting);
    }
    meaning.people.gone(app, tx, &[person.id]).await?;
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
        Kind::Soft => drop(full::count(app, tx, person, app.clock.now(), "").await?),
        Kind::Complaint => drop(complained::complain(app, tx, person, "editor").await?),
        Kind::Leave => drop(leave::end(tx, app.clock.now(), person, leave::By::Mail, None).await?),
        Kind::Answer | Kind::Passing | Kind::Unclear => {}
    }
    Ok(())
}
