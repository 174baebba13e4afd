//! A slot that was missed: whether it is too late to catch up, and telling the editor of one that nobody wanted to lose.

use crate::app::App;
use crate::clock::{HOUR, Millis};
use crate::coded::Coded as _;
use crate::db::Tx;
use crate::events::{self, About, Actor, Code, Event};
use crate::reason::Reason;

/// Whether a slot of this instant is too late to be caught up.
pub fn is_late(app: &App, slot: Millis) -> bool {
    app.clock.now() - slot > Millis::from(app.config.digests.catch_up_h) * HOUR
}

/// A slot that nobody wanted to lose: the editor is told, once until the rhythm sends again.
pub async fn tell(
    tx: &mut Tx,
    newsletter_id: i64,
    schedule_id: i64,
    slot_at: Millis,
    reason: &Reason,
    now: Millis,
) -> sqlx::Result<()> {
    let event = Event::new(newsletter_id, Code::ScheduleMissed, About::Schedule(schedule_id), Actor::System);
    let event = event.with("cause", reason.code()).with("slot", slot_at);
    events::begin(tx, now, &Event { untold: true, ..event }).await.map(drop)
}
