//! "This was not me": behind a link in the confirmation letter.
//!
//! In: a token. Out: a pending row is erased and its address suppressed, so that nobody can make us write to it again. The same
//! happens to people who had left or bounced and whose address was typed since. Somebody who has confirmed meanwhile is simply
//! unsubscribed, with undo.

use super::consent::{self, ConsentKind};
use super::{Status, Subscriber, erase, leave, sql};
use crate::app::App;
use crate::events::Actor;
use crate::keys::Purpose;

/// What the button did.
#[derive(Clone, Debug)]
pub enum Done {
    /// The address is suppressed and the row erased.
    Erased(Subscriber),
    /// The subscriber has left.
    Left(Subscriber),
    /// Nothing is stored behind the link.
    Nothing,
}

/// The subscriber behind the link.
pub async fn look(app: &App, token: &str) -> sqlx::Result<Option<Subscriber>> {
    match app.keys.verify(Purpose::NotMe, token) {
        Some(claim) => sql::by_id(&app.db, claim.subject).await,
        None => Ok(None),
    }
}

/// Presses the button.
pub async fn refuse(app: &App, token: &str, ip: Option<&str>) -> sqlx::Result<Done> {
    let Some(claim) = app.keys.verify(Purpose::NotMe, token) else {
        return Ok(Done::Nothing);
    };
    let now = app.clock.now();
    // A second press on the same button must not turn a leave, which has an undo, into an erasure.
    let typed_last =
        consent::of(&app.db, claim.subject).await?.last().is_some_and(|step| step.kind == ConsentKind::Asked);
    let mut tx = app.db.begin().await?;
    let Some(subscriber) = sql::by_id_in(&mut tx, claim.subject).await? else {
        return Ok(Done::Nothing);
    };
    let done = match subscriber.status {
        Status::Unsubscribed | Status::Bounced if !typed_last => Done::Left(subscriber),
        Status::Pending | Status::Unsubscribed | Status::Bounced => {
            erase::erase(app, &mut tx, now, &subscriber, "not-me", Actor::Visitor).await?;
            Done::Erased(subscriber)
        }
        Status::Confirmed | Status::Paused => {
            leave::end(&mut tx, now, &subscriber, leave::By::Link, ip).await?;
            Done::Left(Subscriber { status: Status::Unsubscribed, ended_at: Some(now), ..subscriber })
        }
        Status::Complained => Done::Left(subscriber),
    };
    tx.commit().await?;
    Ok(done)
}
