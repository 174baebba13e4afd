//! New subscribers of an import on PostgreSQL, by `COPY`: it writes some dozen rows to a page at once,
//! where `INSERT` writes each by itself, looks twice for its address, and gives each back.
//!
//! In: people, none of whom is a subscriber. Out: their rows, with ids that were drawn before. Somebody who has signed up meanwhile
//! is a unique violation: [`super::import::insert`] then has the statement that leaves them out.

use sqlx::PgConnection;

use super::Status;
use super::import::Inserted;
use super::rows::{Begin, New, consented, states};
use crate::db::copy::Rows;
use crate::subscribers::import::Import;

/// So many ids that nobody else gets.
const IDS: &str = "SELECT array_agg(nextval(s.name))
     FROM (SELECT pg_get_serial_sequence('subscriber', 'id')::regclass AS name OFFSET 0) s, generate_series(1::bigint, $1::bigint)";

const PEOPLE: &str =
    "COPY subscriber (id, newsletter_id, email_key, email, name, name_key, language, status, schedule_id,
     created_at, confirmed_at, ended_at, contact_at, origin, import_consent_id) FROM STDIN";

/// Writes them.
///
/// # Errors
/// The database's; a unique violation when somebody is a subscriber already.
pub async fn insert(
    connection: &mut PgConnection,
    import: &Import<'_>,
    (new, begin): (&[New], Begin),
) -> sqlx::Result<Inserted> {
    let ids: Vec<i64> = sqlx::query_scalar(IDS).bind(new.len() as i64).fetch_one(&mut *connection).await?;
    let (mut people, mut pending) = (Rows::default(), Vec::new());
    for (id, new) in ids.into_iter().zip(new) {
        subscriber(&mut people, id, import, new, begin);
        if new.status == Status::Pending {
            pending.push((id, new.person.key.clone()));
        }
    }
    people.copy(connection, PEOPLE).await?;
    Ok(Inserted { counts: states(new), pending })
}

fn subscriber(rows: &mut Rows, id: i64, import: &Import<'_>, new: &New, Begin { at: now, consent_id }: Begin) {
    let New { person, status, name_key } = new;
    let confirmed = *status == Status::Confirmed;
    rows.number(id).number(import.newsletter.id).text(&person.key).text(&person.email);
    rows.maybe_text(Some(person.name.as_str()).filter(|name| !name.is_empty())).maybe_text(name_key.as_deref());
    rows.text(new.language(import.language)).text(status.as_str()).number(import.schedule_id).number(now);
    rows.maybe_number(confirmed.then_some(now)).maybe_number((!consented(*status)).then_some(now));
    rows.maybe_number(import.consented_at.filter(|_| confirmed)).text("imported");
    rows.maybe_number(consent_id.filter(|_| consented(*status))).end();
}
