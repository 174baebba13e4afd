//! The statement for a page of people in the order in which they came: of all states, or of one.
//!
//! In: the rhythms of a newsletter, [`Wanted`], where to go on. Out: a statement that reads a page of each rhythm and state from the index.

use super::{Go, MOST, Wanted, newest};
use crate::db::{As, Builder};
use crate::subscribers::{Status, Subscriber};

/// The newest of each rhythm and state, from the index, and of those the newest. `None` for a newsletter without a rhythm.
pub(super) fn by_states(
    schedules: &[i64],
    wanted: &Wanted,
    go: Go,
    is_sqlite: bool,
) -> Option<As<'static, Subscriber>> {
    let only = wanted.schedule_id.filter(|id| *id != 0);
    let states = wanted.status.as_ref().map_or(Status::ALL, std::slice::from_ref);
    let mut sql = Builder::default();
    for schedule_id in schedules.iter().filter(|id| only.is_none_or(|only| only == **id)) {
        for status in states {
            sql.push(if sql.is_empty() { "SELECT * FROM (" } else { " UNION ALL " });
            sql.push("SELECT * FROM (SELECT * FROM subscriber WHERE schedule_id = ").push_bind(*schedule_id);
            in_state(&mut sql, *status, go, is_sqlite);
            sql.push(format_args!(" LIMIT {MOST}) AS one"));
        }
    }
    if sql.is_empty() {
        return None;
    }
    let order = if matches!(go, Go::Before(_)) { "id" } else { "id DESC" };
    sql.push(format_args!(") AS each_state ORDER BY {order} LIMIT {MOST}"));
    // Few shapes, so that both databases keep them compiled: to plan six states anew takes PostgreSQL 2 ms.
    Some(sql.build_query_as())
}

/// The condition for a state and where a page begins, and the order, which reads `subscriber_rhythm` from there on. The plan is made for
/// any rhythm and state: where few are in a state, PostgreSQL would look for them among everybody in the order of ids, unless the
/// state is part of the range and of the order. SQLite would read such a range from its end.
fn in_state(sql: &mut Builder<'static>, status: Status, go: Go, is_sqlite: bool) {
    if is_sqlite {
        sql.push(format_args!(" AND status = '{status}'"));
        let order = newest(sql, go);
        sql.push(order);
        return;
    }
    match go {
        Go::First => {
            sql.push(format_args!(" AND status >= '{status}' AND status <= '{status}'"));
        }
        Go::After(id) => {
            sql.push(format_args!(" AND status >= '{status}' AND (status, id) < ('{status}', "))
                .push_bind(id)
                .push(")");
        }
        Go::Before(id) => {
            sql.push(format_args!(" AND status <= '{status}' AND (status, id) > ('{status}', "))
                .push_bind(id)
                .push(")");
        }
    }
    sql.push(if matches!(go, Go::Before(_)) { " ORDER BY status, id" } else { " ORDER BY status DESC, id DESC" });
}
