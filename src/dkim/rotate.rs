//! The steps of a pair of keys: made, seen in DNS, signing, retired. Each is a verb of `facteur dkim`.
//!
//! In: a domain, what DNS says (asked through a closure: the ground that asks it is another). Out: the pair after its step, or a
//! [`Refusal`]. Before a pair signs, DNS has been seen to have it; before its key is deleted, another has signed for seven days.

use super::key::{Algorithm, PrivateKey};
use super::record;
use super::why::{Why, Wrong};
use super::{Pair, Record, State, files, sql};
use crate::app::App;
use crate::clock::{self, DAY, Millis, rfc3339};

/// How long a pair stays in DNS after another took over: mails that it signed lie in queues for five days (RFC 5321 section
/// 4.5.4.1), and are read again where they are forwarded.
pub const RETIRING: Millis = 7 * DAY;

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// What was typed is no domain, or no selector.
    #[error("{0}")]
    Invalid(Why),
    /// There is nothing of this kind.
    #[error("{0}")]
    Missing(Why),
    /// The step would do harm, or is not due.
    #[error("{0}")]
    NotNow(Why),
    /// DNS does not have the records.
    #[error("{}", missing(.0))]
    NotSeen(Vec<(Record, Wrong)>),
    /// The database, a file, or DNS failed.
    #[error(transparent)]
    Failed(#[from] anyhow::Error),
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

fn missing(found: &[(Record, Wrong)]) -> String {
    let line = |(record, wrong): &(Record, Wrong)| format!("{}: {wrong}", record.name);
    found.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A domain as it is stored: A-label, lower case, at least one dot.
///
/// # Errors
/// When it is none.
pub fn domain(typed: &str) -> Result<String, Refusal> {
    let known = idna::domain_to_ascii_strict(typed.trim().trim_end_matches('.')).ok();
    let fits = |name: &String| name.contains('.') && name.len() <= 200 && name.split('.').all(is_label);
    known.filter(fits).ok_or_else(|| Refusal::Invalid(Why::NoDomain { typed: typed.to_owned() }))
}

fn is_label(label: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    (1..=63).contains(&label.len()) && label.bytes().all(plain) && !label.starts_with('-') && !label.ends_with('-')
}

/// Makes a pair: its file, then its row. `selector`: without one the day, as `f20261130`.
///
/// # Errors
/// See [`Refusal`].
pub async fn make(app: &App, domain: &str, selector: Option<&str>, rsa_only: bool) -> Result<Pair, Refusal> {
    let now = app.clock.now();
    let selector = free_selector(&sql::all(&app.db).await?, domain, selector, now)?;
    let keys = tokio::task::spawn_blocking(move || generate(rsa_only)).await.map_err(anyhow::Error::from)??;
    let public = |algorithm| {
        keys.iter().find(|key| key.algorithm() == algorithm).map_or_else(|| Ok(String::new()), PrivateKey::public)
    };
    let pair = Pair {
        domain: domain.to_owned(),
        selector,
        state: State::Publish,
        rsa: public(Algorithm::Rsa)?,
        ed25519: public(Algorithm::Ed25519)?,
        created_at: now,
        seen_at: None,
        sign_at: None,
        retire_at: None,
        retired_at: None,
    };
    store(app, &pair, &keys).await?;
    Ok(pair)
}

/// The selector that was typed, if neither it nor that of its Ed25519 key was ever used; else the first of this day that is free.
fn free_selector(known: &[Pair], domain: &str, typed: Option<&str>, now: Millis) -> Result<String, Refusal> {
    let used = |name: &str| {
        let of_pair = |pair: &Pair| pair.keys().any(|(algorithm, _)| pair.selector_of(algorithm) == name);
        known.iter().any(|pair| pair.domain == domain && of_pair(pair))
    };
    let free = |name: &String| !used(name) && !used(&format!("{name}{}", super::ED25519));
    let Some(typed) = typed.map(str::to_ascii_lowercase) else {
        let day = clock::timestamp(now).strftime("f%Y%m%d").to_string();
        let more = ('b'..='z').map(|letter| format!("{day}{letter}"));
        let first = std::iter::once(day.clone()).chain(more).find(free);
        return first.ok_or_else(|| Refusal::NotNow(Why::ManyKeys { domain: domain.to_owned() }));
    };
    if !is_label(&typed) || typed.len() > LONGEST_SELECTOR {
        return Err(Refusal::Invalid(Why::NoSelector { typed, most: LONGEST_SELECTOR }));
    }
    if !free(&typed) {
        return Err(Refusal::NotNow(Why::Taken { domain: domain.to_owned(), selector: typed }));
    }
    Ok(typed)
}

/// With what stands behind it for the Ed25519 key it is one label of DNS (RFC 1035 section 2.3.4).
const LONGEST_SELECTOR: usize = 60;

fn generate(rsa_only: bool) -> anyhow::Result<Vec<PrivateKey>> {
    let wanted = if rsa_only { &[Algorithm::Rsa][..] } else { &[Algorithm::Rsa, Algorithm::Ed25519] };
    wanted.iter().map(|algorithm| PrivateKey::generate(*algorithm)).collect()
}

/// The file first: a row without its file would stop the mails of its domain.
async fn store(app: &App, pair: &Pair, keys: &[PrivateKey]) -> Result<(), Refusal> {
    let folder = &app.config.dkim.keys;
    files::write(folder, &pair.domain, &pair.selector, keys)?;
    let mut tx = app.db.begin().await?;
    if sql::insert(&mut tx, pair).await? == 0 {
        return Err(Refusal::NotNow(Why::Taken { domain: pair.domain.clone(), selector: pair.selector.clone() }));
    }
    Ok(tx.commit().await?)
}

/// Takes the next step of the newest pair of a domain that does not sign yet, or of this one: from `publish` to `seen` when DNS
/// has its records, from `seen` to `sign`. `ask` gives the TXT records at a name, each in one piece; none: nobody is asked, the
/// records were looked at by other means.
///
/// # Errors
/// See [`Refusal`].
pub async fn advance<F>(app: &App, domain: &str, selector: Option<&str>, ask: Option<F>) -> Result<Pair, Refusal>
where
    F: AsyncFn(&str) -> anyhow::Result<Vec<String>>,
{
    let known = sql::all(&app.db).await?;
    let of_domain = known.into_iter().filter(|pair| pair.domain == domain);
    let young = |pair: &Pair| matches!(pair.state, State::Publish | State::Seen);
    let mut found = of_domain.filter(|pair| selector.map_or_else(|| young(pair), |selector| pair.selector == selector));
    let Some(pair) = found.next_back() else { return Err(none(domain, selector)) };
    match pair.state {
        State::Publish => {
            if let Some(ask) = ask {
                seen(&pair, ask).await?;
            }
            step(app, &pair, State::Seen).await
        }
        State::Seen => {
            check_file(app, &pair)?;
            step(app, &pair, State::Sign).await
        }
        State::Sign => Err(Refusal::NotNow(Why::Signs { domain: pair.domain, selector: pair.selector })),
        State::Retiring | State::Retired => {
            Err(Refusal::NotNow(Why::HasSigned { domain: pair.domain, selector: pair.selector }))
        }
    }
}

fn none(domain: &str, selector: Option<&str>) -> Refusal {
    Refusal::Missing(match selector {
        Some(selector) => Why::NoSuchKey { domain: domain.to_owned(), selector: selector.to_owned() },
        None => Why::NoneWaits { domain: domain.to_owned() },
    })
}

async fn seen<F>(pair: &Pair, ask: F) -> Result<(), Refusal>
where
    F: AsyncFn(&str) -> anyhow::Result<Vec<String>>,
{
    let mut wrong = Vec::new();
    for ((algorithm, public), record) in pair.keys().zip(pair.records()) {
        let found = ask(&record.name).await?;
        if let Err(why) = record::judge(&found, algorithm, public) {
            wrong.push((record, why));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Refusal::NotSeen(wrong)) }
}

/// Whether the private keys are those that DNS knows: signatures of others would be worse than none.
///
/// # Errors
/// What is wrong with the file.
pub fn check_file(app: &App, pair: &Pair) -> anyhow::Result<()> {
    load(&app.config.dkim.keys, pair).map(drop)
}

/// The private keys of a pair, from its file, each with its selector.
///
/// # Errors
/// When the file cannot be read, or holds other keys than those that DNS was given.
pub fn load(folder: &str, pair: &Pair) -> anyhow::Result<Vec<(String, PrivateKey)>> {
    let mut found = Vec::new();
    for key in files::read(folder, &pair.domain, &pair.selector)? {
        let public = key.public()?;
        let known = pair.keys().any(|(algorithm, known)| algorithm == key.algorithm() && known == public);
        anyhow::ensure!(
            known,
            "the DKIM key file {} holds another key than the one made for {}: put the right file back",
            files::path(folder, &pair.domain, &pair.selector).display(),
            pair.domain
        );
        found.push((pair.selector_of(key.algorithm()), key));
    }
    anyhow::ensure!(
        found.len() == pair.keys().count(),
        "the DKIM key file {} lacks a key",
        files::path(folder, &pair.domain, &pair.selector).display()
    );
    Ok(found)
}

/// Ends a pair: one that another took over from seven days ago, or that never signed; `at_once`: whatever it does, as when its
/// private key is in strange hands. Its private keys are deleted.
///
/// # Errors
/// See [`Refusal`].
pub async fn retire(app: &App, domain: &str, selector: &str, at_once: bool) -> Result<Pair, Refusal> {
    let known = sql::all(&app.db).await?;
    let found = known.into_iter().find(|pair| pair.domain == domain && pair.selector == selector);
    let pair = found.ok_or_else(|| none(domain, Some(selector)))?;
    let due = pair.retire_at.map(|at| at + RETIRING);
    match (pair.state, due) {
        _ if at_once => {}
        (State::Sign, _) => {
            return Err(Refusal::NotNow(Why::Needed { domain: pair.domain, selector: pair.selector }));
        }
        (State::Retiring, Some(due)) if due > app.clock.now() => {
            return Err(Refusal::NotNow(Why::OnTheirWay { selector: pair.selector, until: rfc3339(due) }));
        }
        _ => {}
    }
    let pair = if pair.state == State::Retired { pair } else { step(app, &pair, State::Retired).await? };
    files::delete(&app.config.dkim.keys, domain, selector)?;
    Ok(pair)
}

/// Writes the step down, if the pair is where it was; who signed until now retires when another begins.
async fn step(app: &App, pair: &Pair, state: State) -> Result<Pair, Refusal> {
    let (now, mut tx) = (app.clock.now(), app.db.begin().await?);
    let held = sql::hold(&mut tx, &pair.domain).await?;
    let same = held.iter().find(|held| held.selector == pair.selector);
    if same.is_none_or(|held| held.state != pair.state) {
        return Err(Refusal::NotNow(Why::JustTaken));
    }
    if state == State::Sign {
        for before in held.iter().filter(|held| held.state == State::Sign) {
            sql::set_state(&mut tx, before, State::Retiring, now).await?;
        }
    }
    sql::set_state(&mut tx, pair, state, now).await?;
    tx.commit().await?;
    let mut pair = Pair { state, ..pair.clone() };
    match state {
        State::Publish => {}
        State::Seen => pair.seen_at = Some(now),
        State::Sign => pair.sign_at = Some(now),
        State::Retiring => pair.retire_at = Some(now),
        State::Retired => pair.retired_at = Some(now),
    }
    Ok(pair)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::config::Config;
    use std::sync::Arc;

    async fn app(folder: &tempfile::TempDir) -> Arc<App> {
        let mut config = Config::default();
        config.database.url = format!("sqlite://{}", folder.path().join("f.db").display());
        config.dkim.keys = folder.path().join("dkim").display().to_string();
        App::open(config, Clock::system()).await.unwrap()
    }

    /// A DNS that has these records.
    #[expect(clippy::unnecessary_wraps, reason = "what `advance` takes: without a DNS it believes whoever calls")]
    fn dns(records: Vec<Record>) -> Option<impl AsyncFn(&str) -> anyhow::Result<Vec<String>>> {
        Some(async move |name: &str| {
            Ok(records.iter().filter(|record| record.name == name).map(|record| record.text.clone()).collect())
        })
    }

    #[test]
    fn names_of_dns_and_nothing_else() {
        assert_eq!(domain("Example.ORG.").unwrap(), "example.org");
        assert_eq!(domain("été.example").unwrap(), "xn--t-9fab.example");
        for wrong in ["", "localhost", "../etc", "a..b", "a/b.org", "-a.org", "a b.org", "x@example.org"] {
            assert!(domain(wrong).is_err(), "{wrong}");
        }
        assert!(is_label("f2026") && !is_label("a.b") && !is_label("a/b") && !is_label(""));
    }

    #[tokio::test]
    async fn a_rotation_takes_its_steps_and_none_too_early() {
        let folder = tempfile::tempdir().unwrap();
        let app = app(&folder).await;
        let first = make(&app, "example.org", Some("One"), false).await.unwrap();
        assert_eq!((first.selector.as_str(), first.records().len()), ("one", 2));
        assert!(matches!(make(&app, "example.org", Some("one"), true).await, Err(Refusal::NotNow(_))));
        assert!(matches!(make(&app, "example.org", Some("one-ed"), true).await, Err(Refusal::NotNow(_))));
        assert!(matches!(make(&app, "example.org", Some("../x"), true).await, Err(Refusal::Invalid(_))));

        let half = first.records()[..1].to_vec();
        let refused = advance(&app, "example.org", None, dns(half)).await.unwrap_err();
        assert!(refused.to_string().contains("one-ed._domainkey.example.org: DNS has no record there"), "{refused}");
        let seen = advance(&app, "example.org", None, dns(first.records())).await.unwrap();
        assert_eq!(seen.state, State::Seen);
        let signing = advance(&app, "example.org", None, dns(Vec::new())).await.unwrap();
        assert_eq!(signing.state, State::Sign);
        assert!(matches!(advance(&app, "example.org", None, dns(Vec::new())).await, Err(Refusal::Missing(_))));
        assert!(matches!(retire(&app, "example.org", "one", false).await, Err(Refusal::NotNow(_))), "it signs");

        let second = make(&app, "example.org", None, true).await.unwrap();
        assert!(second.selector.starts_with("f2") && second.ed25519.is_empty());
        for _ in 0..2 {
            advance(&app, "example.org", None, dns(second.records())).await.unwrap();
        }
        let states: Vec<State> = sql::all(&app.db).await.unwrap().iter().map(|pair| pair.state).collect();
        assert_eq!(states, [State::Retiring, State::Sign]);
        let early = retire(&app, "example.org", "one", false).await.unwrap_err();
        assert!(early.to_string().contains("until"), "{early}");
        app.clock.advance(RETIRING);
        assert_eq!(retire(&app, "example.org", "one", false).await.unwrap().state, State::Retired);
        assert!(!files::path(&app.config.dkim.keys, "example.org", "one").exists(), "the private key is gone");
        retire(&app, "example.org", "one", false).await.unwrap();
    }

    #[tokio::test]
    async fn a_file_with_another_key_is_noticed_before_it_signs() {
        let folder = tempfile::tempdir().unwrap();
        let app = app(&folder).await;
        let pair = make(&app, "example.org", Some("one"), true).await.unwrap();
        let other = make(&app, "example.net", Some("one"), true).await.unwrap();
        let path = |pair: &Pair| files::path(&app.config.dkim.keys, &pair.domain, &pair.selector);
        std::fs::copy(path(&other), path(&pair)).unwrap();
        advance(&app, "example.org", None, dns(pair.records())).await.unwrap();
        let refused = advance(&app, "example.org", None, dns(Vec::new())).await.unwrap_err();
        assert!(format!("{refused}").contains("another key"), "{refused}");
    }
}
