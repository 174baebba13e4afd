//! How the people who edit stand: whether they have joined, may come in, have a second factor.
//!
//! In: the rows. Out: [`Standing`] for lists, without anything secret.

use std::collections::HashMap;

use crate::db::{Db, from_row, query_as};

/// How somebody stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Whether they have chosen a password, or come in by a provider of log-ins.
    pub joined: bool,
    /// Whether they may not come in.
    pub disabled: bool,
    /// Whether they have a second factor.
    pub second_factor: bool,
}

impl Standing {
    /// The word for it: `disabled`, `invited` or `active`.
    pub const fn word(self) -> &'static str {
        match self {
            Self { disabled: true, .. } => "disabled",
            Self { joined: false, .. } => "invited",
            _ => "active",
        }
    }
}

struct Row {
    id: i64,
    joined: bool,
    disabled: bool,
    second_factor: bool,
}
from_row!(Row { id, joined, disabled, second_factor });

impl Row {
    fn standing(self) -> (i64, Standing) {
        let Self { id, joined, disabled, second_factor } = self;
        (id, Standing { joined, disabled, second_factor })
    }
}

/// Everybody's.
pub async fn all(db: &Db) -> sqlx::Result<HashMap<i64, Standing>> {
    let rows: Vec<Row> = query_as(
        "SELECT id, password IS NOT NULL OR EXISTS (SELECT 1 FROM person_identity i WHERE i.person_id = person.id) AS joined,
                disabled_at IS NOT NULL AS disabled, totp_secret IS NOT NULL AS second_factor FROM person"
    )
    .fetch_all(db.on()).await?;
    Ok(rows.into_iter().map(Row::standing).collect())
}

/// One person's.
pub async fn of(db: &Db, person_id: i64) -> sqlx::Result<Standing> {
    let row: Option<Row> = query_as(
        "SELECT id, password IS NOT NULL OR EXISTS (SELECT 1 FROM person_identity i WHERE i.person_id = person.id) AS joined,
                disabled_at IS NOT NULL AS disabled, totp_secret IS NOT NULL AS second_factor FROM person WHERE id = $1"
    )
    .bind(person_id)
    .fetch_optional(db.on()).await?;
    Ok(row.map(|row| row.standing().1).unwrap_or_default())
}
