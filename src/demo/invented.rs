//! 300 readers who do not exist, so that a mailing takes its moment and there is something to watch from the console; and the year in
//! which they came, with a mailing every four weeks.
//!
//! In: the demo's newsletter, at its first start. Out: confirmed subscribers, each marked as invented by name and by an address under
//! `.invalid`, where no mail can go (RFC 2606). The catcher takes their mails and keeps none of them. Mailings of before say that they
//! are invented, and have numbers for recipients.

use std::fmt::Write as _;
use std::io::Cursor;

use crate::app::App;
use crate::clock::{DAY, HOUR, MINUTE, Millis};
use crate::db::Tx;
use crate::digests::transition::{self, NewDigest};
use crate::digests::{compose, content};
use crate::events::Actor;
use crate::i18n::{Locale, Value};
use crate::ledger::answers::{self, Sums as Answered};
use crate::ledger::provider::Provider;
use crate::ledger::sql::letter;
use crate::ledger::{DigestState, pack};
use crate::mails::{DigestContent, DigestPost};
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
/// Days from one mailing to the next, and which of them it is on, counted backwards from today.
const APART: i64 = 28;
const MAILED: i64 = 14;
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
    let schedule_id = import::first_schedule(&app.db, newsletter).await?;
    let import = Import {
        newsletter,
        schedule_id,
        confirmed_elsewhere: Some(&language.text("demo-invented-consent")),
        consented_at: None,
        language: language.tag(),
        hints: Hints::default(),
        dry_run: false,
        by: Actor::System,
    };
    import::import(app, &import, Cursor::new(list.into_bytes()), String::new(), |_| {}).await?;
    history(app, newsletter, schedule_id, language).await
}

/// A year in which they came and others left, and in which mailings went out, so that every plot of the statistics shows something.
async fn history(app: &App, newsletter: &Newsletter, schedule_id: i64, language: &Locale) -> anyhow::Result<()> {
    let today = stats::day_of(app.clock.now());
    let mut sums = Sums::default();
    let mut tx = app.db.begin().await?;
    let mut latest = None;
    // From the first day on: `number` days ago.
    for number in (1..=YEAR).rev() {
        let day = today - number;
        let change = change(number);
        sums.days.insert(day, change);
        // Two of the readers' blogs, by turns; a few letters do not arrive, and a few pages are opened in vain.
        let (joined, form) = (change.joined, FORMS[usize::from(number % 3 == 0)]);
        let accepted = joined + i64::from(number % 5 == 0);
        let asked = accepted + i64::from(number % 30 == 0);
        let opened = joined + i64::from(number % 9 == 0 && accepted > joined);
        sums.forms.insert((day, form.to_owned()), Steps { asked, confirmed: joined });
        letter::adopt_accepted(&mut tx, newsletter.id, day, form, accepted).await?;
        opened::adopt(&mut tx, newsletter.id, day, form, opened).await?;
        if number % APART == MAILED {
            latest = Some(mailing(&mut tx, newsletter.id, schedule_id, number, day, language).await?);
        }
        if let Some(digest) = latest.filter(|_| change.unsubscribed > 0) {
            sums.left.insert((day, digest), change.unsubscribed);
        }
    }
    tx.commit().await?;
    Ok(roll::adopt(app, newsletter.id, &sums).await?)
}

/// Who came and went so many days ago; the day after a mailing, some more leave than on others.
fn change(number: i64) -> Change {
    let after_mailing = if number % APART == MAILED - 1 { number / APART % 4 } else { 0 };
    Change {
        joined: [1, 0, 2, 1, 0, 1, 0][(number % 7) as usize] + if number % 45 == 20 { 6 } else { 0 },
        unsubscribed: i64::from(number % 7 == 1) + after_mailing,
        bounced: i64::from(number % 60 == 5),
        complained: i64::from(number == 200),
        erased: 0,
    }
}

/// A mailing of so many days ago, at six in the morning UTC, to as many as there may have been; gives its id. Nobody who got it has a
/// name.
async fn mailing(
    tx: &mut Tx,
    newsletter_id: i64,
    schedule_id: i64,
    number: i64,
    day: i64,
    language: &Locale,
) -> anyhow::Result<i64> {
    let sent_at = day * DAY + 6 * HOUR;
    let which = (YEAR / APART - number / APART).to_string();
    let title = language.format("demo-invented-mailing", &[("number", Value::Text(&which))]);
    let text = format!("<p>{}</p>", language.text("demo-invented-text"));
    let post = DigestPost {
        title: title.clone(),
        summary: text.clone(),
        content: text,
        language: Some(language.tag().to_owned()),
        published_at: Some(sent_at),
        ..DigestPost::default()
    };
    let said = DigestContent { posts: vec![post], zone: "Europe/Paris".to_owned(), ..DigestContent::default() };
    let (public_id, content) = (compose::public_id(), content::to_text(&said)?);
    let new = NewDigest {
        public_id: &public_id,
        newsletter_id,
        schedule_id,
        slot_at: sent_at,
        state: DigestState::Finished,
        leaves_at: None,
        note: None,
        subject: &title,
        content: &content,
    };
    let (recipients, refused) = (READERS - number * 2 / 3, i64::from(number % 3 == 0));
    let accepted = recipients - refused;
    let id = transition::adopt(tx, &new, recipients).await?;
    pack::adopt(tx, id, accepted as usize, refused as usize).await?;
    answers::adopt(tx, id, &minutes(sent_at, accepted, refused), &providers(accepted, refused)).await?;
    Ok(id)
}

/// Answers over the first minutes of a mailing: most at once, a few of whom the server first says "later".
fn minutes(sent_at: Millis, accepted: i64, refused: i64) -> [(i64, Answered); 3] {
    let (first, later) = (sent_at / MINUTE, 4);
    let second = accepted / 3;
    [
        (first, Answered { accepted: accepted - second - later, refused, deferred: later }),
        (first + 1, Answered { accepted: second, ..Answered::default() }),
        (first + 6, Answered { accepted: later, ..Answered::default() }),
    ]
}

/// The same by who keeps the mailboxes.
fn providers(accepted: i64, refused: i64) -> [(Provider, Answered); 3] {
    let (gmail, orange) = (accepted * 2 / 5, accepted / 5);
    [
        (Provider::Gmail, Answered { accepted: gmail, ..Answered::default() }),
        (Provider::Orange, Answered { accepted: orange, refused, deferred: 4 }),
        (Provider::Other, Answered { accepted: accepted - gmail - orange, ..Answered::default() }),
    ]
}
