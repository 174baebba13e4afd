//! A day's slice of the digests of each domain that warms up.
//!
//! In: the tick, the end of a release, an editor's word. Out: rows that are due, and the domain's day moved on: every step is one
//! transaction, and each begins from what it finds, so that after a kill the next goes on where that was. Two processes do not give
//! twice: whoever comes second finds the domain elsewhere than it saw it, and leaves the rest to the next tick.

use super::{plan, sql};
use crate::app::App;
use crate::clock::DAY;
use crate::db::Tx;
use crate::events::{self, About, Actor, Code, Event};
use crate::fault::fault;
use crate::ledger::DigestState;
use crate::ledger::warmup::{self, Newest};

/// Mails of a digest that do not exist at all, below which nobody is warned.
const FEW: i64 = 4;

/// Lets go what may go now, of every domain.
///
/// # Errors
/// The database's.
pub async fn go_on(app: &App) -> sqlx::Result<()> {
    for name in sql::open_domains(&app.db).await? {
        of_domain(app, &name).await?;
    }
    Ok(())
}

async fn of_domain(app: &App, name: &str) -> sqlx::Result<()> {
    let found = sql::domain(&app.db, name).await?.filter(|domain| domain.cause.is_some());
    let mut served = Vec::new();
    for digest in sql::open(&app.db, name).await? {
        match digest.state {
            DigestState::Sending if digest.at_once || found.is_none() => rest(app, digest.id).await?,
            DigestState::Sending => served.push(digest.id),
            DigestState::Cancelled | DigestState::Finished | DigestState::Skipped => {
                sql::close(&app.db, digest.id).await?;
            }
            DigestState::Waiting | DigestState::Releasing | DigestState::Paused => {}
        }
    }
    let Some(mut domain) = found else { return Ok(()) };
    if !served.is_empty() {
        let Some(day) = today(app, &domain).await? else { return Ok(()) };
        domain = day;
        for digest_id in served {
            let Some(given) = slice(app, &domain, digest_id).await? else { return Ok(()) };
            domain.given += given;
        }
    }
    if domain.allowance >= domain.goal && sql::open(&app.db, name).await?.is_empty() {
        over(app, &domain).await?;
    }
    app.wake.now();
    Ok(())
}

/// The domain on its present day: a new one has begun when the last is over and something left on it. `None` when another process is
/// at it.
async fn today(app: &App, seen: &sql::Domain) -> sqlx::Result<Option<sql::Domain>> {
    let now = app.clock.now();
    if (seen.day_at..seen.day_at + DAY).contains(&now) {
        return Ok(Some(seen.clone()));
    }
    let mut tx = app.db.begin().await?;
    if !sql::hold(&mut tx, seen).await? {
        return Ok(None);
    }
    let mut next = sql::Domain { day_at: now, ..seen.clone() };
    // On a day without a mail nobody has learned to know us; a clock that was ahead has begun a day too early.
    if now >= seen.day_at && seen.given > 0 {
        let came_back = sql::came_back(&mut tx, &seen.domain, seen.day_at).await?;
        next.is_held = came_back.into_iter().any(warns);
        if !next.is_held {
            next.allowance = plan::grown(seen.allowance);
        }
        (next.day, next.given) = (seen.day + 1, 0);
        // A tick's delay does not add up.
        if now < seen.day_at + 2 * DAY {
            next.day_at = seen.day_at + DAY;
        }
    }
    sql::set_day(&mut tx, &next).await?;
    if next.is_held && !seen.is_held {
        tell(app, &mut tx, &next.domain, Code::WarmupHeld, Actor::System).await?;
    }
    tx.commit().await?;
    Ok(Some(next))
}

/// Whether what came back of one digest warns: of so many mails, so many to addresses that do not exist (2 %), so many complaints
/// (0.1 %).
fn warns((given, gone, complaints): (i64, i64, i64)) -> bool {
    (gone >= FEW && gone * 100 > given * 2) || (complaints > 0 && complaints * 1_000 >= given)
}

/// Lets a digest's share of the day go; gives how many, and `None` when another process is at it. A digest that was paused meanwhile
/// gives none.
async fn slice(app: &App, domain: &sql::Domain, digest_id: i64) -> sqlx::Result<Option<i64>> {
    let (room, mut given) = (domain.allowance - domain.given, 0);
    if room <= 0 {
        return Ok(Some(0));
    }
    let Newest { ids, last } = warmup::newest(&app.db, digest_id, room).await?;
    for ids in ids.chunks(warmup::SLICE) {
        let mut piece = app.db.begin_piece().await?;
        let seen = sql::Domain { given: domain.given + given, ..domain.clone() };
        if !sql::hold(&mut piece.tx, &seen).await? {
            return Ok(None);
        }
        let Some(opened) = warmup::open(&mut piece.tx, digest_id, ids).await? else { return Ok(Some(given)) };
        let now = app.clock.now();
        sql::give(&mut piece.tx, domain, digest_id, opened, now).await?;
        sql::date(&mut piece.tx, digest_id, domain.day, last.unwrap_or(sql::EVERYBODY), now).await?;
        fault!("release.before_commit");
        piece.commit().await?;
        fault!("release.after_commit");
        given += opened;
    }
    if (ids.len() as i64) < room {
        // Nobody waits but people who have left meanwhile: their rows say so once they are due, and end.
        rest(app, digest_id).await?;
    }
    Ok(Some(given))
}

/// Lets all go that waits of a digest.
async fn rest(app: &App, digest_id: i64) -> sqlx::Result<()> {
    let mut after = 0;
    loop {
        let ids = warmup::after(&app.db, digest_id, after).await?;
        let Some(last) = ids.last() else { break };
        let mut piece = app.db.begin_piece().await?;
        let Some(opened) = warmup::open(&mut piece.tx, digest_id, &ids).await? else { return Ok(()) };
        let now = app.clock.now();
        sql::give_beyond(&mut piece.tx, digest_id, opened, now).await?;
        sql::date(&mut piece.tx, digest_id, sql::LAST_DAY, sql::EVERYBODY, now).await?;
        fault!("release.before_commit");
        piece.commit().await?;
        fault!("release.after_commit");
        after = *last;
    }
    sql::close(&app.db, digest_id).await?;
    Ok(())
}

/// The last slice has left, and a whole readership fits into a day.
async fn over(app: &App, domain: &sql::Domain) -> sqlx::Result<()> {
    let mut tx = app.db.begin().await?;
    if sql::end(&mut tx, &domain.domain, domain.goal).await? {
        tell(app, &mut tx, &domain.domain, Code::WarmupEnded, Actor::System).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Notes this of every newsletter of the domain.
pub(super) async fn tell(app: &App, tx: &mut Tx, domain: &str, code: Code, by: Actor) -> sqlx::Result<()> {
    for newsletter_id in sql::newsletters(tx, domain).await? {
        let event = Event::new(newsletter_id, code, About::Newsletter, by).with("domain", domain);
        events::note(tx, app.clock.now(), &event).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::warns;

    #[test]
    fn two_in_a_hundred_gone_warn_and_one_in_a_thousand_who_complains() {
        assert!(!warns((500, 10, 0)) && warns((500, 11, 0)));
        assert!(!warns((20, 3, 0)), "three of few are no sign");
        assert!(warns((500, 0, 1)) && warns((1_000, 0, 1)) && !warns((1_001, 0, 1)) && warns((2_000, 0, 2)));
        assert!(!warns((0, 0, 0)));
    }
}
