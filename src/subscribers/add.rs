//! An owner adds one address by hand.
//!
//! In: an address, and how the person consented elsewhere, if they did. Out: a confirmed subscriber with this as proof, or a
//! pending one with a confirmation letter. People who left, bounced or asked for erasure stay out unless the owner says why they
//! may come back; who complained comes back by their own sign-up alone.

use super::asked::Addition;
use super::consent::{self, ConsentKind, NewConsent};
use super::held::{self, Waiting};
use super::{Status, Subscriber, contact, sql, status, suppression};
use crate::app::App;
use crate::db::Tx;
use crate::ledger::letters::{self, CausedLetter};
use crate::letter::LetterKind;
use crate::newsletters::{self, Newsletter};

/// The result of adding somebody.
#[derive(Clone, Debug)]
pub enum Added {
    /// They are subscribed, or got a confirmation letter.
    Done(Subscriber),
    /// They were subscribed already; nothing changed.
    Already(Subscriber),
    /// They are kept out: for this state or reason of suppression.
    KeptOut(String),
}

/// Adds somebody.
pub async fn add(app: &App, newsletter: &Newsletter, addition: &Addition<'_>) -> sqlx::Result<Added> {
    let now = app.clock.now();
    let hash = app.keys.address_hash(addition.email.key());
    let suppressed = suppression::reason(&app.db, newsletter.id, &hash).await?;
    let mut tx = app.db.begin().await?;
    let known = sql::by_key_in(&mut tx, newsletter.id, addition.email.key()).await?;
    if let Some(known) = known.as_ref().filter(|known| matches!(known.status, Status::Confirmed | Status::Paused)) {
        return Ok(Added::Already(known.clone()));
    }
    let ended = known.as_ref().map(|known| known.status).filter(|status| *status != Status::Pending);
    let complained = ended.filter(|status| *status == Status::Complained).map(|status| status.to_string());
    if let Some(reason) = complained.or(suppressed).or(ended.map(|status| status.to_string())) {
        if addition.bring_back.is_none() || reason == suppression::COMPLAINED {
            return Ok(Added::KeptOut(reason));
        }
        suppression::lift(&mut tx, newsletter.id, &hash).await?;
    }
    let to = if addition.confirmed_elsewhere.is_some() { Status::Confirmed } else { Status::Pending };
    let Some(id) = status::add(&mut tx, newsletter.id, addition, to, now).await? else {
        // Confirmed at this very moment.
        drop(tx);
        let known = sql::by_key(&app.db, newsletter.id, addition.email.key()).await?;
        return known.map(Added::Already).ok_or(sqlx::Error::RowNotFound);
    };
    let Some(subscriber) = sql::by_id_in(&mut tx, id).await? else {
        return Err(sqlx::Error::RowNotFound);
    };
    let proof =
        [addition.confirmed_elsewhere, addition.bring_back].into_iter().flatten().collect::<Vec<_>>().join("; ");
    let step = NewConsent { proof: Some(&proof), ..NewConsent::bare(&subscriber, ConsentKind::Added) };
    consent::record(&mut tx, now, &[step]).await?;
    contact::touch(&mut tx, subscriber.id, now).await?;
    if to == Status::Pending {
        ask(app, &mut tx, &subscriber).await?;
    }
    tx.commit().await?;
    app.wake.now();
    Ok(Added::Done(subscriber))
}

/// The confirmation letter; in test mode that of a stranger waits.
async fn ask(app: &App, tx: &mut Tx, subscriber: &Subscriber) -> sqlx::Result<()> {
    let parameters = serde_json::json!({ "days": app.config.signup.confirm_days }).to_string();
    let now = app.clock.now();
    let in_test = newsletters::sql::in_test(tx).await?;
    let tried = in_test.iter().find(|tried| tried.newsletter.id == subscriber.newsletter_id);
    if tried.is_some_and(|tried| !tried.lets_through(&subscriber.email_key)) {
        let waiting = Waiting {
            subscriber_id: subscriber.id,
            at: now,
            asked_at: now,
            kind: LetterKind::Confirm,
            language: &subscriber.language,
            parameters: &parameters,
            by_network: false,
            is_held: true,
        };
        return held::plan(tx, &[waiting]).await;
    }
    let letter = CausedLetter {
        newsletter_id: subscriber.newsletter_id,
        subscriber_id: Some(subscriber.id),
        kind: LetterKind::Confirm,
        language: &subscriber.language,
        parameters: &parameters,
        fate: Ok(super::address::domain_of(&subscriber.email_key)),
    };
    letters::ask_caused(tx, now, &[letter]).await
}
