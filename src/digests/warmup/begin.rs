//! Whether a digest that is released leaves in slices.
//!
//! In: its newsletter and rhythm. Out: its [`Pace`], and in the transaction that freezes it what that means for its domain. Whoever
//! has few readers is asked one thing of an index; a large list that grows by itself costs two more.

use super::{Cause, plan, sql};
use crate::app::App;
use crate::clock::Millis;
use crate::db::Tx;
use crate::digests::sql as of_digests;
use crate::dkim;
use crate::events::{self, About, Actor, Code, Event};
use crate::newsletters::Newsletter;

/// How a digest leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As fast as the mail server takes it.
    AtOnce,
    /// In slices, with others of its domain, which warms up already.
    Joins {
        /// The domain as it stands.
        domain: sql::Domain,
        /// To how many.
        readers: i64,
    },
    /// In slices; with it the warm-up of its domain begins.
    Begins {
        /// Why.
        cause: Cause,
        /// What the first day may send.
        figure: i64,
        /// To how many.
        readers: i64,
    },
}

impl Pace {
    /// Whether its rows wait for their day.
    pub fn is_sliced(&self) -> bool {
        *self != Self::AtOnce
    }
}

/// Which digest.
#[derive(Clone, Copy, Debug)]
pub struct Of {
    /// Its rhythm.
    pub schedule_id: i64,
    /// Itself; 0: one that is not made yet.
    pub digest_id: i64,
    /// Whether somebody just looks: then a large readership may have been counted some seconds ago.
    pub is_look: bool,
}

impl Of {
    /// Whether it has more readers than this.
    async fn exceeds(self, app: &App, most: i64) -> sqlx::Result<bool> {
        if self.is_look {
            return Ok(of_digests::readers_shown(app, self.schedule_id).await? > most);
        }
        of_digests::exceeds(&app.db, self.schedule_id, most).await
    }

    async fn readers(self, app: &App) -> sqlx::Result<i64> {
        if self.is_look {
            return of_digests::readers_shown(app, self.schedule_id).await;
        }
        of_digests::count_readers(&app.db, self.schedule_id).await
    }
}

/// How a digest would leave now.
///
/// # Errors
/// The database's.
pub async fn pace(app: &App, newsletter: &Newsletter, of: Of) -> sqlx::Result<Pace> {
    let first_day = app.config.warmup.first_day;
    if first_day == 0 || newsletter.is_test() || !of.exceeds(app, first_day).await? {
        return Ok(Pace::AtOnce);
    }
    let known = sql::domain(&app.db, &dkim::domain_of(&newsletter.from_address)).await?;
    let most = known.as_ref().map_or(0, |domain| domain.most);
    let figure = plan::first(first_day, most);
    let warming = known.filter(|domain| domain.cause.is_some());
    if warming.is_none() && !of.exceeds(app, figure).await? {
        return Ok(Pace::AtOnce);
    }
    if sql::is_at_once(&app.db, of.digest_id).await? {
        return Ok(Pace::AtOnce);
    }
    let readers = of.readers(app).await?;
    if let Some(domain) = warming {
        return Ok(Pace::Joins { domain, readers });
    }
    if most < first_day {
        return Ok(Pace::Begins { cause: Cause::New, figure, readers });
    }
    let above = app.config.warmup.import_above;
    if above > 0 && sql::imported(&app.db, newsletter.id, of.schedule_id, of.digest_id).await? > above {
        return Ok(Pace::Begins { cause: Cause::Import, figure, readers });
    }
    Ok(Pace::AtOnce)
}

/// Notes it, in the transaction that freezes the digest.
///
/// # Errors
/// The database's.
pub async fn join(tx: &mut Tx, newsletter: &Newsletter, digest_id: i64, pace: &Pace, now: Millis) -> sqlx::Result<()> {
    let domain = dkim::domain_of(&newsletter.from_address);
    let readers = match pace {
        Pace::AtOnce => return Ok(()),
        Pace::Joins { readers, .. } => *readers,
        Pace::Begins { cause, figure, readers } => {
            if sql::begin(tx, &domain, *cause, *figure, now).await? {
                let event = Event::new(newsletter.id, Code::WarmupBegun, About::Newsletter, Actor::System);
                let event = event.with("domain", domain.as_str()).with("cause", cause.as_str());
                events::note(tx, now, &event).await?;
            }
            *readers
        }
    };
    sql::join(tx, &domain, digest_id, readers).await
}
