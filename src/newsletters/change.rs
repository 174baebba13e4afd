//! Adds and changes newsletters: everything is checked first, then stored in one transaction.
//!
//! In: [`Settings`], [`Rhythm`], feeds. Out: a [`Plan`] that can be shown (`--dry-run`) or stored with [`Plan::store`].

use crate::app::App;
use crate::clock::Millis;
use crate::db::Tx;
use crate::newsletters::offered;

use super::settings::{self, Invalid, NewFeed, Rhythm, Settings};
use super::wrong::Wrong;
use super::{Newsletter, Schedule, rename, sql};

/// Why a newsletter was not stored.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// A setting is invalid.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The slug belongs to another newsletter.
    #[error("{0}")]
    Taken(Wrong),
    /// No schedule of this number.
    #[error("{0}")]
    NoSchedule(Wrong),
    /// It cannot be done as things stand.
    #[error("{0}")]
    Refused(Wrong),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Which schedule of a newsletter is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The n-th, from 1, as `facteur newsletter show` numbers them.
    Number(usize),
    /// One more.
    New,
}

/// A checked change that is not stored yet.
#[derive(Clone, Debug)]
pub struct Plan {
    /// As it will be; id 0 for a new one.
    pub newsletter: Newsletter,
    /// The rhythm that is new or changed; id 0 for a new one.
    pub schedule: Option<Schedule>,
    /// Addresses of feeds to add, and how many posts to take of each.
    pub feeds: Vec<(String, u32)>,
}

/// Plans a new newsletter with one rhythm.
///
/// # Errors
/// [`ChangeError::Invalid`], or [`ChangeError::Taken`].
pub async fn add(
    app: &App,
    slug: &str,
    settings: &Settings,
    rhythm: &Rhythm,
    feeds: &[NewFeed],
) -> Result<Plan, ChangeError> {
    let now = app.clock.now();
    let newsletter = settings::apply(settings::blank(slug, now)?, settings)?;
    let schedule = settings::apply_rhythm(first_rhythm(app, 0, now), rhythm, now)?;
    let feeds = checked_feeds(feeds)?;
    if rename::is_taken(&app.db, slug).await? {
        return Err(ChangeError::Taken(Wrong::Taken { slug: slug.to_owned() }));
    }
    Ok(Plan { newsletter, schedule: Some(schedule), feeds })
}

/// Plans a change of a newsletter and of one of its rhythms.
///
/// # Errors
/// [`ChangeError::Invalid`], or [`ChangeError::NoSchedule`].
pub async fn set(
    app: &App,
    newsletter: &Newsletter,
    settings: &Settings,
    which: Which,
    rhythm: &Rhythm,
    feeds: &[NewFeed],
) -> Result<Plan, ChangeError> {
    let now = app.clock.now();
    let changed = settings::apply(newsletter.clone(), settings)?;
    let schedules = sql::schedules(&app.db, newsletter.id).await?;
    let schedule = match which {
        Which::New => Some(settings::apply_rhythm(first_rhythm(app, newsletter.id, now), rhythm, now)?),
        Which::Number(_) if rhythm.is_empty() => None,
        Which::Number(number) => {
            let found = number.checked_sub(1).and_then(|index| schedules.get(index)).cloned();
            let found = found.ok_or_else(|| no_schedule(number, schedules.len()))?;
            let changed = settings::apply_rhythm(found.clone(), rhythm, now)?;
            raises_nobody(app, &found, &changed).await?;
            Some(changed)
        }
    };
    Ok(Plan { newsletter: changed, schedule, feeds: checked_feeds(feeds)? })
}

/// What a rhythm is before anything is said of it, on the operator's clock.
pub fn first_rhythm(app: &App, newsletter_id: i64, now: Millis) -> Schedule {
    let zone = settings::usual_zone(&app.config.newsletters.zone);
    Schedule { zone, ..settings::usual_rhythm(newsletter_id, now) }
}

/// No schedule has this number.
pub fn no_schedule(number: usize, count: usize) -> ChangeError {
    ChangeError::NoSchedule(Wrong::NoSchedule { number, count })
}

/// Whoever chose a rhythm is not written to more often because it is changed.
async fn raises_nobody(app: &App, before: &Schedule, after: &Schedule) -> Result<(), ChangeError> {
    if after.often() <= before.often() {
        return Ok(());
    }
    match offered::chosen_by(&app.db, before.id).await? {
        0 => Ok(()),
        count => Err(ChangeError::Refused(Wrong::ChosenSchedule { count })),
    }
}

/// Lets readers choose a schedule, or no longer; who is on it stays on it.
///
/// # Errors
/// [`ChangeError::Refused`] when it is gone.
pub async fn offer(app: &App, schedule: &Schedule, is_offered: bool) -> Result<(), ChangeError> {
    let mut tx = app.db.begin().await?;
    if !offered::set_offered(&mut tx, schedule.id, is_offered).await? {
        return Err(ChangeError::Refused(Wrong::ScheduleGone));
    }
    tx.commit().await?;
    Ok(())
}

/// Makes a schedule the one of whoever is new. Who is there already stays as they are: `subscribers::rhythm::lower` moves those who
/// never chose to one that writes less often.
///
/// # Errors
/// [`ChangeError::Refused`] when it is gone.
pub async fn make_default(app: &App, schedule: &Schedule) -> Result<(), ChangeError> {
    let mut tx = app.db.begin().await?;
    sql::hold(&mut tx, schedule.newsletter_id).await?;
    if !offered::set_default(&mut tx, schedule.newsletter_id, schedule.id).await? {
        return Err(ChangeError::Refused(Wrong::ScheduleGone));
    }
    tx.commit().await?;
    Ok(())
}

/// Removes a schedule that nobody is on; the digests that were sent on it stay.
///
/// # Errors
/// [`ChangeError::Refused`] when somebody is on it, when it is the only one, or the default beside others.
pub async fn remove_schedule(app: &App, schedule: &Schedule) -> Result<(), ChangeError> {
    let mut tx = app.db.begin().await?;
    sql::hold(&mut tx, schedule.newsletter_id).await?;
    if sql::schedules(&app.db, schedule.newsletter_id).await?.len() < 2 {
        return Err(ChangeError::Refused(Wrong::OnlySchedule));
    }
    if schedule.is_default {
        return Err(ChangeError::Refused(Wrong::DefaultSchedule));
    }
    if !sql::remove_schedule(&mut tx, schedule.id, app.clock.now()).await? {
        let count = sql::people_on(&mut tx, schedule.id).await?;
        return Err(ChangeError::Refused(Wrong::ScheduleInUse { count }));
    }
    tx.commit().await?;
    Ok(())
}

fn checked_feeds(feeds: &[NewFeed]) -> Result<Vec<(String, u32)>, Invalid> {
    feeds.iter().map(|feed| Ok((settings::feed_url(feed)?, feed.take))).collect()
}

impl Plan {
    /// Stores it, and gives the newsletter with its id.
    ///
    /// # Errors
    /// [`ChangeError::Taken`] when another took the slug meanwhile.
    pub async fn store(mut self, app: &App) -> Result<Newsletter, ChangeError> {
        let mut tx = app.db.begin().await?;
        if self.newsletter.id == 0 {
            let id = sql::insert(&mut tx, &self.newsletter).await?;
            self.newsletter.id =
                id.ok_or_else(|| ChangeError::Taken(Wrong::Taken { slug: self.newsletter.slug.clone() }))?;
        } else {
            sql::update(&mut tx, &self.newsletter).await?;
        }
        self.store_parts(&mut tx, app).await?;
        tx.commit().await?;
        app.pages_changed.now();
        Ok(self.newsletter)
    }

    async fn store_parts(&self, tx: &mut Tx, app: &App) -> sqlx::Result<()> {
        if let Some(schedule) = &self.schedule {
            let schedule = Schedule { newsletter_id: self.newsletter.id, ..schedule.clone() };
            if schedule.id == 0 {
                sql::insert_schedule(tx, &schedule).await?;
            } else {
                sql::update_schedule(tx, &schedule).await?;
            }
        }
        for (url, take) in &self.feeds {
            sql::insert_feed(tx, self.newsletter.id, url, *take, app.clock.now()).await?;
        }
        Ok(())
    }
}
