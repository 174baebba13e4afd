//! 300 readers who do not exist, so that a mailing takes its moment and there is something to watch from the console; and the year in
//! which they came.
//!
//! In: the demo's newsletter, at its first start. Out: confirmed subscribers, each marked as invented by name and by an address under
//! `.invalid`, where no mail can go (RFC 2606). The catcher takes their mails and keeps none of them.

use std::fmt::Write as _;
use std::io::Cursor;

use crate::app::App;
use crate::events::Actor;
use crate::i18n::{Locale, Value};
use crate::ledger::sql::letter;
use crate::newsletters::Newsletter;
use crate::stats::change::{Change, Steps, Sums};
use crate::stats::{self, roll};
use crate::subscribers::import::file::Hints;
use crate::subscribers::import::{self, Import};
use crate::subscribers::opened;

/// How many.
pub const READERS: i64 = 300;
/// The domain of their addresses.
pub const DOMAIN: &str = "lecteurs.invalid";

/// Days of their history.
const YEAR: i64 = 365;
/// The hosts of the forms that they came by.
const FORMS: [&str; 2] = ["blog.lecteurs.invalid", "atelier.lecteurs.invalid"];

/// Whether a mail goes to one of them.
pub fn is_invented(address: &str) -> bool {
    address.rsplit_once('@').is_some_and(|(_, domain)| domain == DOMAIN)
}

/// Adds them.
///
/// # Errors
/// The database's.
pub async fn add(app: &App, newsletter: &Newsletter, language: &Locale) -> anyhow::Result<()> {
    let mut list = String::from("email,name\n");
    for number in 1..=READERS {
        let name = language.format("demo-invented-name", &[("number", Value::Text(&number.to_string()))]);
        writeln!(list, "invente-{number}@{DOMAIN},\"{name}\"")?;
    }
    let import = Import {
        newsletter,
        schedule_id: import::first_schedule(&app.db, newsletter).await?,
        confirmed_elsewhere: Some(&language.text("demo-invented-consent")),
        consented_at: None,
        language: language.tag(),
        hints: Hints::default(),
        dry_run: false,
        by: Actor::System,
    };
    import::import(app, &import, Cursor::new(list.into_bytes()), String::new(), |_| {}).await?;
    Ok(history(app, newsletter).await?)
}

/// A year in which they came and others left, so that the plots of the statistics show something.
async fn history(app: &App, newsletter: &Newsletter) -> sqlx::Result<()> {
    let today = stats::day_of(app.clock.now());
    let mut sums = Sums::default();
    let mut tx = app.db.begin().await?;
    for number in 1..=YEAR {
        let day = today - number;
        let joined = [1, 0, 2, 1, 0, 1, 0][(number % 7) as usize] + if number % 45 == 20 { 6 } else { 0 };
        let change = Change {
            joined,
            unsubscribed: i64::from(number % 7 == 1),
            bounced: i64::from(number % 60 == 5),
            complained: i64::from(number == 200),
            erased: 0,
        };
        sums.days.insert(day, change);
        // Two of the readers' blogs, by turns; a few letters do not arrive, and a few pages are opened in vain.
        let form = FORMS[usize::from(number % 3 == 0)];
        let accepted = joined + i64::from(number % 5 == 0);
        let asked = accepted + i64::from(number % 30 == 0);
        let opened = joined + i64::from(number % 9 == 0 && accepted > joined);
        sums.forms.insert((day, form.to_owned()), Steps { asked, confirmed: joined });
        letter::adopt_accepted(&mut tx, newsletter.id, day, form, accepted).await?;
        opened::adopt(&mut tx, newsletter.id, day, form, opened).await?;
    }
    tx.commit().await?;
    roll::adopt(app, newsletter.id, &sums).await
}
