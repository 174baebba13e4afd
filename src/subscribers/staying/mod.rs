//! Staying: whoever was silent for as long as their newsletter keeps silent readers is asked once whether they wish to stay; without an
//! answer they are erased (GDPR article 5(1)(e)).
//!
//! ```text
//! silent ──(plan)──▶ planned ──(ask)──▶ asked ──(the letter was accepted)──▶ open ──(time to answer is over)──▶ erased
//!                       ▲                 │ the letter was refused              │
//!                       └─────────────────┘               whatever they do ─────┴──▶ no question: see `contact`
//! ```
//! In: the clock and `newsletters::staying`; called at every tick of the scheduler ([`go_on`]). Out: rows of `stay_question`, letters, and
//! at last nothing about a person. Each step is one transaction that changes a question only where it stands as it was seen, so that a
//! kill between two loses none and asks nobody twice; a day of many is spread over weeks ([`plan`]). [`answer`] is the page behind
//! the letter's link.

pub mod answer;
mod ask;
mod end;
mod plan;
pub mod sql;

use crate::app::App;
use crate::clock::{HOUR, Millis};
use crate::db::{query, query_scalar, text_enum};

text_enum! {
    /// How far a question is.
    pub enum State {
        /// Nobody was asked yet; `at`: not before.
        Planned => "planned",
        /// The letter was asked for, at `at`.
        Asked => "asked",
        /// A mail server accepted the letter; the time to answer ends at `at`.
        Open => "open",
    }
}

/// Name of the stored instant of the last complete search for people who are silent.
const LOOKED: &str = "stay_looked_at";

/// Does what is due: plans questions, asks them, sees what became of the letters, erases who did not answer.
///
/// # Errors
/// The database's; what is not done is due again at the next tick.
pub async fn go_on(app: &App) -> sqlx::Result<()> {
    let now = app.clock.now();
    if is_search_due(app, now).await? && plan::slice(app, now).await? {
        looked(app, now).await?;
    }
    ask::due(app, now).await?;
    end::letters(app, now).await?;
    end::silent(app, now).await
}

/// Whether the last complete search is an hour ago, or the clock was set back since.
async fn is_search_due(app: &App, now: Millis) -> sqlx::Result<bool> {
    let looked: Option<String> =
        query_scalar("SELECT value FROM instance WHERE name = $1").bind(LOOKED).fetch_optional(app.db.on()).await?;
    let looked = looked.and_then(|at| at.parse::<Millis>().ok());
    Ok(looked.is_none_or(|at| !(at..at + HOUR).contains(&now)))
}

async fn looked(app: &App, now: Millis) -> sqlx::Result<()> {
    let mut tx = app.db.begin().await?;
    query("INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(LOOKED)
        .bind(now.to_string())
        .execute(tx.on())
        .await?;
    tx.commit().await
}
