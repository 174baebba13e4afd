//! The clock by which pages tell the time that belong to no newsletter: one's account, the team, tokens, the activity, the system.
//!
//! In: whoever is signed in. Out: [`WallClock`], which says instants in words: on the clock of the first newsletter that they may open,
//! because every page of a newsletter goes by its clock; without any, on that of new newsletters (`[newsletters] zone`). The zone is named.

use jiff::tz::TimeZone;

use super::guard::{Editor, Signed};
use crate::app::App;
use crate::clock::{Millis, timestamp, zone};
use crate::i18n::Locale;
use crate::newsletters::{self, settings};

/// A clock that somebody reads.
#[derive(Clone, Debug)]
pub(super) struct WallClock {
    locale: &'static Locale,
    zone: TimeZone,
}

impl WallClock {
    /// Of whoever is signed in.
    ///
    /// # Errors
    /// The database's.
    pub async fn of(app: &App, signed: &Signed) -> sqlx::Result<Self> {
        let given = || signed.given.iter().map(|given| given.newsletter_id);
        let first = if given().any(|id| id == 0) {
            newsletters::sql::after_slug(&app.db, "", 1).await?.first().map(|newsletter| newsletter.id)
        } else {
            given().min()
        };
        let schedules = match first {
            Some(id) => newsletters::sql::schedules(&app.db, id).await?,
            None => Vec::new(),
        };
        let usual = || settings::usual_zone(&app.config.newsletters.zone);
        let name = schedules.first().map_or_else(usual, |schedule| schedule.zone.clone());
        Ok(Self { locale: signed.guest.locale, zone: zone(&name) })
    }

    /// On the pages of a newsletter.
    pub fn in_newsletter(editor: &Editor) -> Self {
        Self { locale: editor.locale, zone: editor.zone.clone() }
    }

    /// `lundi 8 juin 2026, 8 h 00 (Europe/Paris)`
    pub fn when(&self, at: Millis) -> String {
        let at = timestamp(at).to_zoned(self.zone.clone());
        let zone = self.zone.iana_name().map_or_else(|| at.strftime("%Z").to_string(), str::to_owned);
        format!("{}, {} ({zone})", self.locale.date(&at), self.locale.time(&at))
    }

    /// The same of what may never have been.
    pub fn when_if_ever(&self, at: Option<Millis>) -> String {
        at.map_or_else(|| self.locale.text("team-never"), |at| self.when(at))
    }
}
