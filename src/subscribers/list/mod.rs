//! A newsletter's subscribers a page at a time, of a state, a rhythm, a language, an origin, and found by what somebody typed.
//!
//! In: [`Wanted`], and where to go on ([`Go`]: an id, which holds no address). Out: [`Found`], fifty people at most.
//!
//! | what is typed | how it is found | order |
//! | --- | --- | --- |
//! | nothing | index of rhythms and states (`subscriber_rhythm`), for each rhythm and state apart | newest first |
//! | how an address begins | a range of `subscriber_address`; a key is ASCII in lower case | by address |
//! | how a name begins | a range of `subscriber_name` ([`fold`]) | by name |
//! | a domain | `subscriber_domain` | newest first |
//! | any part of an address or a name | everybody is looked at, [`PIECE`] ids at a time, for [`PATIENCE`] at most | newest first |
//!
//! A language or an origin has no index: people are looked at in pieces, too, unless an index leads to few. When time is over the
//! page says so and can go on from there.
//!
//! Measured with a million people, the statement alone: a page 0.2 to 0.6 ms on SQLite and 0.2 to 1 ms on PostgreSQL wherever it
//! begins, a piece of a slow search 8 and 17 ms. `make bench BENCH=console` measures whole pages.

mod chosen;
mod states;

use std::time::{Duration, Instant};

use states::by_states;

use super::{Status, Subscriber, fold};
use crate::db::{As, Builder, Db, query_scalar};
use crate::subscribers::address::Email;

pub use chosen::{ids, known};

/// People on a page.
pub const PAGE: usize = 50;

/// Ids that one statement of a slow search looks at.
const PIECE: i64 = 20_000;

/// Longest time of a slow search; then it stops and can be continued.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// Above every text that begins with what stands before it, in the order of bytes.
const END: char = '\u{10ffff}';

/// How what was typed is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum How {
    /// An address begins so.
    #[default]
    Address,
    /// A name begins so.
    Name,
    /// Everything after the `@`.
    Domain,
    /// Any part of an address or a name.
    Part,
}

impl How {
    /// All of them, as a form lists them.
    pub const ALL: [Self; 4] = [Self::Address, Self::Name, Self::Domain, Self::Part];

    /// The word for it in a form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Name => "name",
            Self::Domain => "domain",
            Self::Part => "part",
        }
    }

    /// Of a form's word; another word is the first of the list.
    pub fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|how| how.as_str() == word).unwrap_or_default()
    }
}

/// Whom somebody wants to see. Without anything: everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// In this state.
    pub status: Option<Status>,
    /// On this rhythm.
    pub schedule_id: Option<i64>,
    /// Who reads in this language.
    pub language: Option<String>,
    /// Who came from there, see [`crate::origin`].
    pub origin: Option<String>,
    /// How `text` is meant.
    pub how: How,
    /// What was typed, blanks around it cut off; empty for no search.
    pub text: String,
}

/// Which page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Go {
    /// The first.
    #[default]
    First,
    /// Those behind this person.
    After(i64),
    /// Those before this person.
    Before(i64),
}

impl Go {
    /// As a page writes it; the first is empty.
    pub fn cursor(self) -> String {
        match self {
            Self::First => String::new(),
            Self::After(id) => format!("a{id:x}"),
            Self::Before(id) => format!("b{id:x}"),
        }
    }

    /// As a page wrote it; anything else is the first page.
    pub fn of(cursor: &str) -> Self {
        let id = cursor.get(1..).and_then(|id| i64::from_str_radix(id, 16).ok()).filter(|id| *id > 0);
        match (cursor.as_bytes().first(), id) {
            (Some(b'a'), Some(id)) => Self::After(id),
            (Some(b'b'), Some(id)) => Self::Before(id),
            _ => Self::First,
        }
    }
}

/// A page.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Them.
    pub people: Vec<Subscriber>,
    /// The page behind.
    pub next: Option<Go>,
    /// The page before.
    pub previous: Option<Go>,
    /// Time was over: there may be more, behind `next`.
    pub is_cut: bool,
}

/// In which order people are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Newest,
    Address,
    Name,
}

impl Wanted {
    /// The same with what was typed as it is compared; a search for nothing is none.
    fn prepared(&self) -> Self {
        let text = self.text.trim();
        // Addresses have no accents and lower-case keys, names have keys without them: what is typed is folded like both. Signs of
        // which nothing is left find nobody, rather than everybody.
        let folded = || fold::key(text).unwrap_or_else(|| text.to_owned());
        let text = match self.how {
            _ if text.is_empty() => String::new(),
            How::Domain => domain(text),
            How::Address => Email::from_typed(text).map_or_else(|_| folded(), |email| email.key().to_owned()),
            How::Name | How::Part => folded(),
        };
        Self { text, ..self.clone() }
    }

    fn order(&self) -> Order {
        match self.how {
            How::Address if !self.text.is_empty() => Order::Address,
            How::Name if !self.text.is_empty() => Order::Name,
            _ => Order::Newest,
        }
    }

    /// Whether this looks at everybody, one after the other.
    pub fn is_slow(&self) -> bool {
        let typed = !self.text.trim().is_empty();
        (typed && self.how == How::Part)
            || (!(typed && matches!(self.how, How::Address | How::Name))
                && (self.language.is_some() || self.origin.is_some()))
            || (typed && self.how == How::Domain && (self.status.is_some() || self.schedule_id.is_some()))
    }

    /// Whether it is everybody of the newsletter.
    pub fn is_all(&self) -> bool {
        *self == Self { how: self.how, ..Self::default() }
    }

    /// ` AND …` for each thing that is wanted.
    fn conditions(&self, sql: &mut Builder<'static>) {
        if let Some(status) = self.status {
            sql.push(" AND status = ").push_bind(status.as_str());
        }
        if let Some(schedule_id) = self.schedule_id {
            sql.push(" AND schedule_id = ").push_bind(schedule_id);
        }
        if let Some(language) = &self.language {
            sql.push(" AND language = ").push_bind(language.clone());
        }
        if let Some(origin) = &self.origin {
            sql.push(" AND origin = ").push_bind(origin.clone());
        }
        if self.text.is_empty() {
            return;
        }
        match self.how {
            How::Address => between(sql, "email_key", &self.text),
            How::Name => between(sql, "name_key", &self.text),
            How::Domain => {
                sql.push(" AND domain = ").push_bind(self.text.clone());
            }
            How::Part => {
                let part =
                    |text: &str| format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
                sql.push(" AND (email_key LIKE ").push_bind(part(&self.text));
                sql.push(" ESCAPE '\\' OR name_key LIKE ").push_bind(part(&self.text));
                sql.push(" ESCAPE '\\')");
            }
        }
    }
}

fn between(sql: &mut Builder<'static>, column: &str, begin: &str) {
    sql.push(format_args!(" AND {column} >= ")).push_bind(begin.to_owned());
    sql.push(format_args!(" AND {column} < ")).push_bind(format!("{begin}{END}"));
}

/// `@Société.example` → its A-label.
fn domain(typed: &str) -> String {
    let typed = typed.rsplit('@').next().unwrap_or_default();
    idna::domain_to_ascii(typed).unwrap_or_else(|_| typed.to_lowercase())
}

/// One page. `schedules`: all rhythms of the newsletter, also those that were removed.
///
/// # Errors
/// The database's.
pub async fn page(db: &Db, newsletter_id: i64, schedules: &[i64], wanted: &Wanted, go: Go) -> sqlx::Result<Found> {
    let asked = wanted.prepared();
    if wanted.is_slow() {
        return slowly(db, newsletter_id, &asked, go, PATIENCE).await;
    }
    let sql = match (asked.order(), asked.text.is_empty()) {
        (Order::Newest, true) => by_states(schedules, &asked, go, db.is_sqlite()),
        (Order::Newest, false) => Some(by_domain(newsletter_id, &asked, go)),
        (order, _) => Some(alphabetically(db, newsletter_id, &asked, order, go).await?),
    };
    let people = match sql {
        Some(sql) => sql.fetch_all(db.on()).await?,
        None => Vec::new(),
    };
    Ok(found(people, go))
}

/// One more than a page holds, so that it is known whether there is another.
const MOST: i64 = PAGE as i64 + 1;

/// The page of these rows, which came in the direction of `go`.
fn found(mut people: Vec<Subscriber>, go: Go) -> Found {
    let more = people.len() > PAGE;
    people.truncate(PAGE);
    let backwards = matches!(go, Go::Before(_));
    if backwards {
        people.reverse();
    }
    let next = people.last().map(|person| Go::After(person.id)).filter(|_| more || backwards);
    let previous =
        people.first().map(|person| Go::Before(person.id)).filter(|_| if backwards { more } else { go != Go::First });
    Found { people, next, previous, is_cut: false }
}

/// The condition for where a page begins, and its order.
fn newest(sql: &mut Builder<'static>, go: Go) -> &'static str {
    match go {
        Go::First => " ORDER BY id DESC",
        Go::After(id) => {
            sql.push(" AND id < ").push_bind(id);
            " ORDER BY id DESC"
        }
        Go::Before(id) => {
            sql.push(" AND id > ").push_bind(id);
            " ORDER BY id"
        }
    }
}

fn by_domain(newsletter_id: i64, wanted: &Wanted, go: Go) -> As<'static, Subscriber> {
    let mut sql = Builder::default();
    sql.push("SELECT * FROM subscriber WHERE newsletter_id = ").push_bind(newsletter_id);
    wanted.conditions(&mut sql);
    let order = newest(&mut sql, go);
    sql.push(order).push(" LIMIT ").push_bind(MOST);
    sql.build_query_as().persistent(false)
}

/// By address, or by name. Where the page begins is looked up by the person's id; when they are erased meanwhile, it begins at that end.
/// Their key takes the place of what was typed as one end of the range, so that a far page costs no more than the first.
async fn alphabetically(
    db: &Db,
    newsletter_id: i64,
    wanted: &Wanted,
    order: Order,
    go: Go,
) -> sqlx::Result<As<'static, Subscriber>> {
    let column = if order == Order::Name { "name_key" } else { "email_key" };
    let (low, high) = (wanted.text.clone(), format!("{}{END}", wanted.text));
    let key = match go {
        Go::First => None,
        Go::After(id) | Go::Before(id) => key_of(db, newsletter_id, column, id).await?.map(|key| (key, id)),
    };
    let (low, high, behind) = match (key, go) {
        (Some((key, id)), Go::Before(_)) => (low, key.clone().min(high), Some((key, "<", id))),
        (Some((key, id)), _) => (key.clone().max(low), high, Some((key, ">", id))),
        (None, _) => (low, high, None),
    };
    let down = if matches!(go, Go::Before(_)) { " DESC" } else { "" };
    let mut sql = Builder::default();
    sql.push("SELECT * FROM subscriber WHERE newsletter_id = ").push_bind(newsletter_id);
    Wanted { text: String::new(), ..wanted.clone() }.conditions(&mut sql);
    sql.push(format_args!(" AND {column} >= ")).push_bind(low);
    sql.push(format_args!(" AND {column} <= ")).push_bind(high);
    if let Some((key, sign, id)) = behind {
        sql.push(format_args!(" AND ({column}, id) {sign} (")).push_bind(key).push(", ").push_bind(id).push(")");
    }
    sql.push(format_args!(" ORDER BY {column}{down}, id{down} LIMIT {MOST}"));
    Ok(sql.build_query_as())
}

/// What somebody is found by.
async fn key_of(db: &Db, newsletter_id: i64, column: &str, id: i64) -> sqlx::Result<Option<String>> {
    let mut sql = Builder::default();
    sql.push(format_args!("SELECT COALESCE({column}, '') FROM subscriber WHERE id = ")).push_bind(id);
    sql.push(" AND newsletter_id = ").push_bind(newsletter_id);
    sql.build_query_scalar().persistent(false).fetch_optional(db.on()).await
}

/// Looks at everybody, some ids at a time, until a page is full or `patience` is over.
async fn slowly(db: &Db, newsletter_id: i64, wanted: &Wanted, go: Go, patience: Duration) -> sqlx::Result<Found> {
    let begun = Instant::now();
    let last: Option<i64> = query_scalar("SELECT MAX(id) FROM subscriber").fetch_one(db.on()).await?;
    let last = last.unwrap_or(0);
    let backwards = matches!(go, Go::Before(_));
    // The next ids to look at: below `at`, or above it.
    let mut at = match go {
        Go::First => last + 1,
        Go::After(id) | Go::Before(id) => id,
    };
    let mut people: Vec<Subscriber> = Vec::new();
    loop {
        let (low, high) = if backwards { (at, at + PIECE + 1) } else { ((at - PIECE - 1).max(0), at) };
        let mut sql = Builder::default();
        sql.push("SELECT * FROM subscriber WHERE newsletter_id = ").push_bind(newsletter_id);
        sql.push(" AND id > ").push_bind(low).push(" AND id < ").push_bind(high);
        wanted.conditions(&mut sql);
        sql.push(if backwards { " ORDER BY id LIMIT " } else { " ORDER BY id DESC LIMIT " });
        sql.push_bind(MOST - people.len() as i64);
        people.extend(sql.build_query_as().persistent(false).fetch_all(db.on()).await?);
        at = if backwards { high - 1 } else { low + 1 };
        let over = if backwards { at > last } else { at <= 1 };
        if people.len() as i64 >= MOST || over {
            return Ok(found(people, go));
        }
        if begun.elapsed() >= patience {
            let page = found(people, go);
            return Ok(if backwards {
                Found { previous: Some(Go::Before(at)), is_cut: true, ..page }
            } else {
                Found { next: Some(Go::After(at)), is_cut: true, ..page }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_what_it_was_and_anything_else_the_first_page() {
        for go in [Go::First, Go::After(1), Go::Before(i64::MAX)] {
            assert_eq!(Go::of(&go.cursor()), go);
        }
        for wrong in ["", "a", "x1", "a-1", "a0", "azz", "é1", "b99999999999999999999"] {
            assert_eq!(Go::of(wrong), Go::First, "{wrong}");
        }
    }

    #[test]
    fn what_is_typed_is_compared_as_keys_are() {
        let typed = |how, text: &str| Wanted { how, text: text.into(), ..Wanted::default() }.prepared().text;
        assert_eq!(typed(How::Address, " Ana.D "), "ana.d");
        assert_eq!(typed(How::Address, "Ana <ana@Société.example>"), "ana@xn--socit-esab.example");
        assert_eq!((typed(How::Name, "Hélène"), typed(How::Part, "HÉLÈNE")), ("helene".into(), "helene".into()));
        assert_eq!((typed(How::Address, "Éli"), typed(How::Address, "\u{301}")), ("eli".into(), "\u{301}".into()));
        assert_eq!(typed(How::Domain, "@Société.example"), "xn--socit-esab.example");
        assert_eq!(typed(How::Part, "  "), "");
    }

    #[test]
    fn slow_is_what_no_index_leads_to() {
        let all = Wanted::default();
        assert!(!all.is_slow() && all.is_all());
        let french = Wanted { language: Some("fr".into()), ..Wanted::default() };
        assert!(french.is_slow() && !french.is_all());
        assert!(!Wanted { text: "a".into(), ..french.clone() }.is_slow());
        assert!(!Wanted { how: How::Part, text: " ".into(), ..Wanted::default() }.is_slow());
        assert!(Wanted { how: How::Part, text: "a".into(), ..Wanted::default() }.is_slow());
    }
}
