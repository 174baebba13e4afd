//! The link to one's settings: where a link leads, and the letter that brings a fresh one to whoever asks.
//!
//! In: a token, or an address that somebody typed. Out: [`Standing`]; a letter to the address as it is stored, with a link that works
//! for a day ([`LASTS`]). The link at the foot of a mail can do nothing but ask for that letter, so that a forwarded mail gives nobody
//! power. Whoever types an address learns nothing: every case writes a row, within the caps of [`super::asked`] and the ceilings of
//! `[signup]`. What the foot of a mail asks for has a cap of its own: strangers who type an address cannot use it up.

use super::address::{Email, domain_of};
use super::again;
use super::asked::{PAUSE, PER_DAY};
use super::ceiling::Ceiling;
use super::{Subscriber, sql};
use crate::app::App;
use crate::clock::{DAY, Millis};
use crate::db::{Tx, query_scalar};
use crate::keys::{Claim, Purpose};
use crate::ledger::letters::{self, CausedLetter};
use crate::letter::LetterKind;
use crate::newsletters;

/// How long a fresh link works, and those of the page behind it.
pub const LASTS: Millis = DAY;

/// Where a link leads.
#[derive(Clone, Debug)]
pub enum Standing {
    /// To what it is for. With what it claims.
    Fresh(Subscriber, Claim),
    /// To a button that has a fresh one mailed: it stands at the foot of a mail.
    Foot(Subscriber),
    /// The same: its day is over.
    Expired(Subscriber),
    /// Nowhere any more: another address has been confirmed since, or the person took their links back.
    Void,
    /// It was ours, and nothing is stored about its person any more.
    Gone,
    /// It is not ours.
    Unknown,
}

/// Looks where a link to settings leads; changes nothing.
///
/// # Errors
/// The database's.
pub async fn open(app: &App, token: &str) -> sqlx::Result<Standing> {
    let Some(claim) = app.keys.verify(Purpose::Settings, token) else {
        return behind(app, Purpose::Preferences, token).await;
    };
    Ok(match sql::by_id(&app.db, claim.subject).await? {
        None => Standing::Gone,
        Some(person) if person.token_version != claim.version => Standing::Void,
        Some(person) => Standing::Foot(person),
    })
}

/// The same for a link that carries its time and is for one thing alone.
///
/// # Errors
/// The database's.
pub async fn behind(app: &App, purpose: Purpose, token: &str) -> sqlx::Result<Standing> {
    let Some(claim) = app.keys.verify(purpose, token) else { return Ok(Standing::Unknown) };
    Ok(judged(app, claim, sql::by_id(&app.db, claim.subject).await?))
}

/// The same for a claim that has been verified, and the person whom it names as they are stored now.
pub fn judged(app: &App, claim: Claim, person: Option<Subscriber>) -> Standing {
    match person {
        None => Standing::Gone,
        Some(person) if person.token_version != claim.version => Standing::Void,
        Some(person) if app.clock.now() >= claim.issued_at + LASTS => Standing::Expired(person),
        Some(person) => Standing::Fresh(person, claim),
    }
}

/// Why no letter leaves; stored in `letter.words`.
const CAPPED: &str = "held back: enough letters to this address";
const SUPPRESSED: &str = "held back: suppressed";
const TESTING: &str = "held back: the newsletter is being tried out";
const LIMITED: &str = "held back: a limit of [signup]";
const NOBODY: &str = "held back: nobody of this address";

/// Has a fresh link mailed to the person behind a link. `wish`: what they had chosen on a page that was open for too long.
///
/// # Errors
/// The database's.
pub async fn mail_to(app: &App, person: &Subscriber, wish: Option<&serde_json::Value>) -> sqlx::Result<bool> {
    let now = app.clock.now();
    let mut ceiling = ceiling(app, now).await?;
    let mut tx = app.db.begin().await?;
    let known = again::known(app, &mut tx, now, std::slice::from_ref(person)).await?;
    let is_tried = again::strangers(&mut tx, &[person]).await?.contains(&person.id);
    let fate = match known.get(&person.id) {
        None => Err(NOBODY),
        Some(known) if known.suppressed => Err(SUPPRESSED),
        Some(_) if is_tried => Err(TESTING),
        Some(_) if links_since(&mut tx, person.id, now - PAUSE).await? > 0 => Err(CAPPED),
        Some(_) if links_since(&mut tx, person.id, now - DAY).await? >= PER_DAY => Err(CAPPED),
        Some(_) if !ceiling.take(domain_of(&person.email_key)) => Err(LIMITED),
        Some(_) => Ok(domain_of(&person.email_key)),
    };
    let parameters = wish.map_or_else(|| "{}".to_owned(), |wish| serde_json::json!({ "wish": wish }).to_string());
    letters::ask_caused(&mut tx, now, &[letter(person, &parameters, fate)]).await?;
    tx.commit().await?;
    app.wake.now();
    Ok(fate.is_ok())
}

/// Has fresh links mailed to an address that somebody typed, one for each newsletter that knows it. `late`: their network has asked
/// too often.
///
/// # Errors
/// The database's.
pub async fn mail_to_address(app: &App, email: &Email, late: bool) -> sqlx::Result<()> {
    let now = app.clock.now();
    let mut ceiling = ceiling(app, now).await?;
    let deleted = newsletters::sql::deleted(&app.db).await?;
    let mut tx = app.db.begin().await?;
    let mut people = sql::by_key_everywhere(&mut tx, email.key()).await?;
    people.retain(|person| deleted.iter().all(|gone| gone.id != person.newsletter_id));
    let known = again::known(app, &mut tx, now, &people).await?;
    let tried = again::strangers(&mut tx, &people.iter().collect::<Vec<_>>()).await?;
    let mut asked = Vec::with_capacity(people.len() + 1);
    for person in &people {
        let fate = match known.get(&person.id) {
            _ if late => Err(LIMITED),
            None => Err(NOBODY),
            Some(known) if known.suppressed => Err(SUPPRESSED),
            Some(_) if tried.contains(&person.id) => Err(TESTING),
            Some(known) if again::is_capped(known) => Err(CAPPED),
            Some(_) if !ceiling.take(email.domain()) => Err(LIMITED),
            Some(_) => Ok(email.domain()),
        };
        asked.push(letter(person, "{}", fate));
    }
    if asked.is_empty()
        && let Some(newsletter_id) = any_newsletter(&mut tx).await?
    {
        // As much work as for somebody who is known.
        asked.push(CausedLetter {
            newsletter_id,
            subscriber_id: None,
            kind: LetterKind::Link,
            language: "",
            parameters: "{}",
            fate: Err(NOBODY),
        });
    }
    letters::ask_caused(&mut tx, now, &asked).await?;
    tx.commit().await?;
    app.wake.now();
    Ok(())
}

async fn ceiling(app: &App, now: Millis) -> sqlx::Result<Ceiling> {
    let mut ceiling = Ceiling::new(app.config.signup.clone());
    ceiling.refresh(&app.db, now).await?;
    Ok(ceiling)
}

fn letter<'a>(person: &'a Subscriber, parameters: &'a str, fate: Result<&'a str, &'static str>) -> CausedLetter<'a> {
    CausedLetter {
        newsletter_id: person.newsletter_id,
        subscriber_id: Some(person.id),
        kind: LetterKind::Link,
        language: &person.language,
        parameters,
        fate,
    }
}

async fn links_since(tx: &mut Tx, subscriber_id: i64, since: Millis) -> sqlx::Result<i64> {
    query_scalar(
        "SELECT COUNT(*) FROM letter WHERE subscriber_id = $1 AND created_at > $2 AND kind = 'link' AND domain <> ''",
    )
    .bind(subscriber_id)
    .bind(since)
    .fetch_one(tx.on())
    .await
}

async fn any_newsletter(tx: &mut Tx) -> sqlx::Result<Option<i64>> {
    query_scalar("SELECT MIN(id) FROM newsletter").fetch_one(tx.on()).await
}
