//! Too many at once: a server that lost its list of mailboxes calls everybody unknown, and a mailing that many report as unwanted
//! should not go on. Then the digest stops, an editor is told, and what cannot be taken back waits.
//!
//! In: a digest about which something came back. Out: whether a bounce has to wait; events, of which notices are made; the digest
//! paused, while it is being sent.
//!
//! | | told | stops |
//! | --- | --- | --- |
//! | bounces, of 200 recipients or more | 2 % | 5 % |
//! | bounces, of fewer | — | 10 of them, if they are a quarter |
//! | complaints, of 1,000 recipients or more | 0.1 % | 0.3 % |
//! | complaints, of fewer | 1 | 3 |

use super::matter::{Kind, State};
use crate::app::App;
use crate::db::{Tx, from_row, in_tx};
use crate::events::{self, About, Actor, Code, Event};
use crate::ledger::Meaning;
use crate::reason::Reason;
use crate::subscribers::Subscriber;

/// What stands in `returned` and `digest` about one digest: people, not reports.
struct Tally {
    newsletter_id: i64,
    recipients: i64,
    hard: i64,
    complaints: i64,
    /// Whether some wait for an editor already.
    has_waiting: bool,
    /// Whether an editor said of its bounces that they are true.
    is_settled: bool,
}
from_row!(Tally { newsletter_id, recipients, hard, complaints, has_waiting, is_settled });

/// `person`, who is being counted now, aside: the same report may come more than once.
async fn tally(tx: &mut Tx, digest_id: i64, person: &Subscriber) -> sqlx::Result<Option<Tally>> {
    in_tx!(tx, |c| {
        sqlx::query_as(
        "SELECT d.newsletter_id, d.recipients,
                (SELECT COUNT(DISTINCT r.subscriber_id) FROM returned r
                 WHERE r.digest_id = d.id AND r.kind = $2 AND r.subscriber_id <> $6) AS hard,
                (SELECT COUNT(DISTINCT r.subscriber_id) FROM returned r
                 WHERE r.digest_id = d.id AND r.kind = $3 AND r.subscriber_id <> $6) AS complaints,
                EXISTS (SELECT 1 FROM returned r WHERE r.digest_id = d.id AND r.kind = $2 AND r.state = $5) AS has_waiting,
                EXISTS (SELECT 1 FROM returned r WHERE r.digest_id = d.id AND r.kind = $2 AND r.state = $4) AS is_settled
         FROM digest d WHERE d.id = $1"
    )
    .bind(digest_id)
    .bind(Kind::Hard)
    .bind(Kind::Complaint)
    .bind(State::Filed)
    .bind(State::Waiting)
    .bind(person.id)
    .fetch_optional(c)
    })
}

/// One more address of this digest does not exist: whether it has to wait for an editor.
///
/// # Errors
/// The database's.
pub async fn of_bounces(
    app: &App,
    meaning: Meaning,
    tx: &mut Tx,
    person: &Subscriber,
    digest_id: i64,
) -> sqlx::Result<bool> {
    let found = tally(tx, digest_id, person).await?;
    let Some(tally) = found.filter(|tally| tally.newsletter_id == person.newsletter_id) else {
        return Ok(false);
    };
    let (hard, all) = (tally.hard + 1, tally.recipients);
    if all >= 200 && hard * 100 > all * 2 {
        tell(app, tx, &tally, Code::DigestBounces, digest_id, hard).await?;
    }
    let many = if all >= 200 { hard * 100 > all * 5 } else { hard >= 10 && hard * 4 > all };
    if !many || tally.is_settled {
        return Ok(false);
    }
    tell(app, tx, &tally, Code::DigestBounces, digest_id, hard).await?;
    // An editor who lets it go on all the same is not stopped again by the next one.
    if !tally.has_waiting {
        let reason = Reason::BouncesReported { count: hard };
        meaning.mailings.pause(tx, digest_id, &reason, meaning.by(Actor::System).act(app.clock.now())).await?;
    }
    Ok(true)
}

/// One more reader reported this digest. The reader is out already; this is about the others.
///
/// # Errors
/// The database's.
pub async fn of_complaints(
    app: &App,
    meaning: Meaning,
    tx: &mut Tx,
    person: &Subscriber,
    digest_id: Option<i64>,
) -> sqlx::Result<()> {
    let Some(digest_id) = digest_id else { return Ok(()) };
    let found = tally(tx, digest_id, person).await?;
    let Some(tally) = found.filter(|tally| tally.newsletter_id == person.newsletter_id) else {
        return Ok(());
    };
    let (complaints, all) = (tally.complaints + 1, tally.recipients.max(1_000));
    if complaints * 1_000 >= all {
        tell(app, tx, &tally, Code::DigestComplaints, digest_id, complaints).await?;
    }
    if complaints * 1_000 >= all * 3 && (complaints - 1) * 1_000 < all * 3 {
        let reason = Reason::ComplaintsReported { count: complaints };
        meaning.mailings.pause(tx, digest_id, &reason, meaning.by(Actor::System).act(app.clock.now())).await?;
    }
    Ok(())
}

/// Once a digest.
async fn tell(app: &App, tx: &mut Tx, tally: &Tally, code: Code, digest_id: i64, count: i64) -> sqlx::Result<()> {
    let event = Event::new(tally.newsletter_id, code, About::Digest(digest_id), Actor::System);
    let event = Event { untold: true, ..event.with("count", count).with("recipients", tally.recipients) };
    events::once(tx, app.clock.now(), &event).await?;
    Ok(())
}
