//! New subscribers of an import on PostgreSQL, and what they consented to, by `COPY`: it writes some dozen rows to a page at once,
//! where `INSERT` writes each by itself, looks twice for its address, and gives each back.
//!
//! In: people, none of whom is a subscriber. Out: their rows, with ids that were drawn before. Somebody who has signed up meanwhile
//! is a unique violation: [`super::import::insert`] then has the statement that leaves them out.

use sqlx::PgConnection;

use super::Status;
use super::import::Inserted;
use super::rows::{New, states};
use crate::clock::Millis;
use crate::db::copy::Rows;
use crate::subscribers::import::Import;

/// So many ids that nobody else gets.
const IDS: &str = "SELECT array_agg(nextval(s.name))
     FROM (SELECT pg_get_serial_sequence('subscriber', 'id')::regclass AS name OFFSET 0) s, generate_series(1::bigint, $1::bigint)";

const PEOPLE: &str =
    "COPY subscriber (id, newsletter_id, email_key, email, name, name_key, language, status, schedule_id,
     created_at, confirmed_at, ended_at, contact_at, origin) FROM STDIN";

const CONSENTS: &str = "COPY consent (subscriber_id, kind, language, proof, at) FROM STDIN";

/// Writes them.
///
/// # Errors
/// The database's; a unique violation when somebody is a subscriber already.
pub async fn insert(
    connection: &mut PgConnection,
    import: &Import<'_>,
    new: &[New],
    now: Millis,
) -> sqlx::Result<Inserted> {
    let ids: Vec<i64> = sqlx::query_scalar(IDS).bind(new.len() as i64).fetch_one(&mut *connection).await?;
    let (mut people, mut consents) = (Rows::default(), Rows::default());
    let mut pending = Vec::new();
    for (id, new) in ids.into_iter().zip(new) {
        subscriber(&mut people, id, import, new, now);
        if matches!(new.status, Status::Pending | Status::Confirmed) {
            consents.number(id).text("imported").text(import.language).text(import.proof()).number(now).end();
        }
        if new.status == Status::Pending {
            pending.push((id, new.person.key.clone()));
        }
    }
    people.copy(connection, PEOPLE).await?;
    if !consents.is_empty() {
        consents.copy(connection, CONSENTS).await?;
    }
    Ok(Inserted { counts: states(new), pending })
}

fn subscriber(rows: &mut Rows, id: i64, import: &Import<'_>, new: &New, now: Millis) {
    let New { person, status, name_key } = new;
    let confirmed = *status == Status::Confirmed;
    let ended = !confirmed && *status != Status::Pending;
    rows.number(id).number(import.newsletter.id).text(&person.key).text(&person.email);
    rows.maybe_text(Some(person.name.as_str()).filter(|name| !name.is_empty())).maybe_text(name_key.as_deref());
    rows.text(new.language(import.language)).text(status.as_str()).number(import.schedule_id).number(now);
    rows.maybe_number(confirmed.then_some(now)).maybe_number(ended.then_some(now));
    rows.maybe_number(import.consented_at.filter(|_| confirmed)).text("imported").end();
}
