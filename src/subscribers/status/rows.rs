//! New subscribers of an import in the form in which the database takes them; made before the transaction, which is short then.
//!
//! In: people and the states they begin in. Out: on SQLite statements with their values, on PostgreSQL the people themselves
//! ([`super::copy`]).

use std::sync::Arc;

use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, Encode, Sqlite, Type};

use super::Status;
use crate::clock::Millis;
use crate::subscribers::fold;
use crate::subscribers::import::Terms;
use crate::subscribers::import::sort::Person;

/// Rows in one statement of SQLite. It allows 32,766 parameters; more than some hundred rows gain nothing.
pub const ROWS: usize = 500;

/// New subscribers of one batch.
#[derive(Debug)]
pub enum NewRows {
    /// Statements of up to [`ROWS`] rows.
    Sqlite(Vec<Statement>),
    /// The people.
    Postgres(Vec<New>, Begin),
}

/// A statement of SQLite that inserts rows.
#[derive(Debug)]
pub struct Statement {
    /// Its text.
    pub text: Arc<str>,
    /// What is bound.
    pub values: SqliteArguments,
    /// How many rows.
    pub rows: usize,
    /// How many of them begin in each state.
    pub states: Vec<(Status, i64)>,
}

/// Somebody new.
#[derive(Debug)]
pub struct New {
    /// Who.
    pub person: Person,
    /// The state they begin in.
    pub status: Status,
    /// By what their name is found.
    pub name_key: Option<String>,
}

impl New {
    /// Their language; `otherwise` where the list gives none.
    pub fn language<'a>(&self, otherwise: &'a str) -> &'a str {
        self.person.language.unwrap_or(otherwise)
    }
}

/// How everybody new of a batch begins.
#[derive(Clone, Copy, Debug)]
pub struct Begin {
    /// When.
    pub at: Millis,
    /// The record of their consent.
    pub consent_id: Option<i64>,
}

impl NewRows {
    /// Prepares these people.
    pub fn new(people: Vec<(Person, Status)>, terms: &Terms, begin: Begin) -> Self {
        let mut new = people.into_iter().map(|(person, status)| {
            let name_key = fold::key(&person.name);
            New { person, status, name_key }
        });
        if !terms.is_sqlite {
            return Self::Postgres(new.collect(), begin);
        }
        let mut statements = Vec::new();
        loop {
            let rows: Vec<New> = new.by_ref().take(ROWS).collect();
            if rows.is_empty() {
                return Self::Sqlite(statements);
            }
            statements.push(Statement::new(rows, terms, begin));
        }
    }

    /// Whether nobody is new.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Sqlite(statements) => statements.is_empty(),
            Self::Postgres(new, _) => new.is_empty(),
        }
    }
}

impl Statement {
    fn new(rows: Vec<New>, terms: &Terms, Begin { at: now, consent_id }: Begin) -> Self {
        let count = rows.len();
        let begins = states(&rows);
        let language = rows[0].language(&terms.language).to_owned();
        let alike = begins.len() == 1 && rows.iter().all(|new| new.language(&terms.language) == language);
        let mut values = Values::with_capacity(count * 6 + 10);
        let text = if alike {
            // Of usual lists: what all rows have in common is bound, and decided, once.
            let status = begins[0].0;
            values.push(language).push(status).push(terms.newsletter_id).push(terms.schedule_id).push(now);
            let confirmed = status == Status::Confirmed;
            values.push(confirmed.then_some(now)).push((!consented(status)).then_some(now));
            values.push(terms.consented_at.filter(|_| confirmed)).push(consent_id.filter(|_| consented(status)));
            for new in rows {
                values.person(new);
            }
            insert("?, ?, ?, ?, ?, ?, ?, ?, ?", "(?, ?, ?, ?)", count)
        } else {
            values.push(terms.newsletter_id).push(terms.schedule_id).push(now);
            values.push(now).push(now).push(terms.consented_at).push(consent_id);
            for new in rows {
                let (language, status) = (new.language(&terms.language).to_owned(), new.status);
                values.person(new);
                values.push(language).push(status);
            }
            let of_each = "column5, column6, ?, ?, ?, CASE column6 WHEN 'confirmed' THEN ? END,
                CASE WHEN column6 NOT IN ('pending', 'confirmed') THEN ? END, CASE column6 WHEN 'confirmed' THEN ? END,
                CASE WHEN column6 IN ('pending', 'confirmed') THEN ? END";
            insert(of_each, "(?, ?, ?, ?, ?, ?)", count)
        };
        Self { text: text.into(), values: values.0, rows: count, states: begins }
    }
}

/// Whether whoever begins in this state came because they consented; the others are only remembered.
pub const fn consented(status: Status) -> bool {
    matches!(status, Status::Pending | Status::Confirmed)
}

/// How many begin in each state.
pub fn states(rows: &[New]) -> Vec<(Status, i64)> {
    let count = |status: Status| rows.iter().filter(|new| new.status == status).count() as i64;
    Status::ALL.iter().map(|status| (*status, count(*status))).filter(|(_, count)| *count > 0).collect()
}

/// The statement for so many rows of this form; `beside`: what is not of the person alone, from the language on.
fn insert(beside: &str, row: &str, rows: usize) -> String {
    format!(
        "INSERT INTO subscriber (origin, email_key, email, name, name_key, language, status, newsletter_id, schedule_id,
                                 created_at, confirmed_at, ended_at, contact_at, import_consent_id)
         SELECT 'imported', column1, COALESCE(column2, column1), column3, column4, {beside}
         FROM (VALUES {}) WHERE TRUE ON CONFLICT (newsletter_id, email_key) DO NOTHING",
        vec![row; rows].join(", ")
    )
}

/// What is bound to a statement.
struct Values(SqliteArguments);

impl Values {
    fn with_capacity(values: usize) -> Self {
        let mut made = SqliteArguments::default();
        made.reserve(values, 0);
        Self(made)
    }

    fn push<'q>(&mut self, value: impl Encode<'q, Sqlite> + Type<Sqlite>) -> &mut Self {
        self.0.add(value).expect("texts and numbers can be bound");
        self
    }

    /// Key, address where it is another, name, and its key.
    fn person(&mut self, new: New) {
        let New { person, name_key, .. } = new;
        let email = (person.email != person.key).then_some(person.email);
        let name = (!person.name.is_empty()).then_some(person.name);
        self.push(person.key).push(email).push(name).push(name_key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscribers::import::file::List;
    use crate::subscribers::import::standing::Standing;

    fn terms(is_sqlite: bool) -> Terms {
        let language = "fr".to_owned();
        Terms {
            newsletter_id: 1,
            schedule_id: 2,
            language,
            consented_at: Some(5),
            confirmed: true,
            list: List::AsRowsSay,
            dry_run: false,
            is_sqlite,
        }
    }

    fn person(number: usize, language: Option<&'static str>) -> Person {
        let key = format!("p{number}@example.org");
        let name = format!("Zoé {number}");
        Person { email: key.clone(), key, name, language, standing: Standing::Active, repeated: 0 }
    }

    #[test]
    fn each_question_mark_has_its_value() {
        let alike: Vec<_> = (0..1200).map(|number| (person(number, None), Status::Confirmed)).collect();
        let mixed = (0..3).map(|number| (person(number, Some("en")), Status::ALL[number])).collect();
        let begin = Begin { at: 7, consent_id: Some(3) };
        for (people, lengths) in [(alike, vec![500, 500, 200]), (mixed, vec![3])] {
            let NewRows::Sqlite(statements) = NewRows::new(people, &terms(true), begin) else { panic!("of SQLite") };
            assert_eq!(statements.iter().map(|statement| statement.rows).collect::<Vec<_>>(), lengths);
            for statement in &statements {
                assert_eq!(statement.text.matches('?').count(), statement.values.len());
                assert_eq!(statement.states.iter().map(|(_, count)| count).sum::<i64>(), statement.rows as i64);
            }
        }
    }
}
