//! A visitor asks to subscribe: the rules, as one pure function, and the one transaction that carries them out.
//!
//! | who asks | what happens | letter |
//! | --- | --- | --- |
//! | nobody known | a pending row, a consent record | confirm |
//! | pending | consent record | confirm, again after 5 min, at most 3 a day and 5 in 30 days |
//! | unsubscribed, bounced, complained | consent record; the state and its date stay until the button is pressed | confirm, within the same caps |
//! | confirmed, paused | nothing changes | "already in", within the same caps |
//! | suppressed (but for a bounce, or their own complaint while their row is there) | nothing changes | none |
//!
//! In a newsletter's test mode a letter leaves only to its editors; those to anybody else are planned, and kept until it goes live.
//! When a cap holds a letter back, a row says so and nothing else changes. When a ceiling holds a letter back, it is planned
//! ([`held`]) and sent later. So every case writes, is answered after its commit, and looks the same from outside: nobody learns
//! who is subscribed.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::Status;
use super::asked::{Asked, PER_DAY, PER_MONTH, Wished};
use super::ceiling::Ceiling;
use super::consent::{self, ConsentKind, NewConsent};
use super::held::{self, Waiting};
use super::sql::{self, Known};
use super::status::{self, Newcomer};
use crate::clock::Millis;
use crate::db::Tx;
use crate::ledger::letters::{self, CausedLetter};
use crate::letter::LetterKind;
use crate::newsletters::front::Mark;
use crate::newsletters::{self, Mode, sql::Tried};

/// Why no letter is sent; stored in `letter.words`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Enough letters went to this address.
    Cap,
    /// One is planned already.
    Planned,
    /// The address must not be written to.
    Suppressed,
}

impl Held {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Cap => "held back: enough letters to this address",
            Self::Planned => "held back: a letter is planned",
            Self::Suppressed => "held back: suppressed",
        }
    }
}

/// What a request changes, besides its letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A new pending subscriber.
    Create,
    /// A pending one asks again: what they typed last counts.
    Renew,
    /// Somebody who left, bounced or complained asks: only the request is recorded, because anybody may have typed the address.
    Ask,
    /// A subscriber asks: nothing.
    Already,
}

/// When a letter leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At once.
    Now,
    /// When a limit lets it.
    Later,
}

/// The decision about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A letter leaves.
    Letter(Act, When),
    /// Nothing changes.
    Silence(Held),
}

/// The rules. `late`: the network has asked too often; `room` says whether the hour has room for a letter, and is called only when a
/// letter would be sent.
pub fn judge(known: &Known, late: bool, room: impl FnOnce() -> bool) -> Verdict {
    let capped = known.minutes > 0 || known.day >= PER_DAY || known.month >= PER_MONTH;
    let act = match known.status {
        _ if known.suppressed => return Verdict::Silence(Held::Suppressed),
        None => Act::Create,
        Some(_) if capped => return Verdict::Silence(Held::Cap),
        Some(Status::Pending) => Act::Renew,
        Some(Status::Unsubscribed | Status::Bounced | Status::Complained) => Act::Ask,
        Some(Status::Confirmed | Status::Paused) => Act::Already,
    };
    if !late && room() {
        return Verdict::Letter(act, When::Now);
    }
    if known.planned { Verdict::Silence(Held::Planned) } else { Verdict::Letter(act, When::Later) }
}

/// Letters of a group that were held back and planned, by what held them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeldBack {
    /// The limit of a network.
    pub by_network: usize,
    /// The ceilings of the hour.
    pub by_ceiling: usize,
}

/// Carries out a group of requests in `tx`; the group must not contain an address twice for one newsletter. `present`: how their
/// newsletters stand. Returns the numbers of letters held back.
///
/// # Errors
/// The database's.
pub async fn write_group(
    tx: &mut Tx,
    now: Millis,
    group: &[&Asked],
    present: &[Mark],
    ceiling: &Mutex<Ceiling>,
) -> sqlx::Result<HeldBack> {
    let known = sql::look_up(tx, now, group).await?;
    let known: HashMap<i64, Known> = known.into_iter().map(|known| (known.place, known)).collect();
    let mut in_test = Vec::new();
    if present.iter().any(|mark| mark.mode == Mode::Test) {
        in_test = newsletters::sql::in_test(tx).await?;
    }
    let (mut steps, confirm_days) = decide(group, &known, &in_test, ceiling);
    create(tx, now, &mut steps, present).await?;
    for step in steps.iter().filter(|step| matches!(step.verdict, Verdict::Letter(Act::Renew, _))) {
        sql::renew(tx, step.id.unwrap_or_default(), step.asked).await?;
    }
    let consents: Vec<_> = steps.iter().filter_map(Step::consent).collect();
    consent::record(tx, now, &consents).await?;
    let parameters: Vec<String> = steps.iter().map(|step| step.parameters(confirm_days)).collect();
    let with_parameters = || steps.iter().zip(&parameters);
    let letters: Vec<_> = with_parameters().filter_map(|(step, parameters)| step.letter(parameters)).collect();
    letters::ask_caused(tx, now, &letters).await?;
    let waiting: Vec<_> = {
        let mut ceiling = ceiling.lock().unwrap_or_else(PoisonError::into_inner);
        with_parameters().filter_map(|(step, parameters)| step.waiting(parameters, now, &mut ceiling)).collect()
    };
    held::plan(tx, &waiting).await?;
    let limited = || waiting.iter().filter(|waiting| !waiting.is_held);
    let by_network = limited().filter(|waiting| waiting.by_network).count();
    Ok(HeldBack { by_network, by_ceiling: limited().count() - by_network })
}

/// What becomes of each, and for how many days a confirmation is good.
fn decide<'a>(
    group: &[&'a Asked],
    known: &'a HashMap<i64, Known>,
    in_test: &[Tried],
    ceiling: &Mutex<Ceiling>,
) -> (Vec<Step<'a>>, u32) {
    let mut ceiling = ceiling.lock().unwrap_or_else(PoisonError::into_inner);
    let (nothing, mut steps) = (Known::default(), Vec::with_capacity(group.len()));
    for (place, asked) in (0..).zip(group.iter().copied()) {
        let known = known.get(&place);
        let is_held = keeps(in_test, asked);
        let room = || ceiling.take(asked.email.domain());
        let verdict = judge(known.unwrap_or(&nothing), is_held || asked.not_before.is_some(), room);
        let language = known.and_then(|known| known.language.as_deref()).unwrap_or(&asked.language);
        steps.push(Step { asked, id: known.and_then(|known| known.id), language, verdict, is_held });
    }
    (steps, ceiling.limits.confirm_days)
}

/// Whether the newsletter is being tried out, and this is a stranger.
fn keeps(in_test: &[Tried], asked: &Asked) -> bool {
    let of = in_test.iter().find(|tried| tried.newsletter.id == asked.newsletter_id);
    of.is_some_and(|tried| !tried.lets_through(asked.email.key()))
}

/// One request on its way through [`write_group`].
struct Step<'a> {
    asked: &'a Asked,
    id: Option<i64>,
    language: &'a str,
    verdict: Verdict,
    is_held: bool,
}

/// Writes the new subscribers and fills in their ids.
async fn create(tx: &mut Tx, now: Millis, steps: &mut [Step<'_>], present: &[Mark]) -> sqlx::Result<()> {
    let is_new = |step: &Step<'_>| matches!(step.verdict, Verdict::Letter(Act::Create, _));
    let new: Vec<Newcomer<'_>> = steps.iter().filter(|step| is_new(step)).map(|step| step.newcomer(present)).collect();
    let ids = status::ask(tx, now, &new).await?;
    for (step, id) in steps.iter_mut().filter(|step| is_new(step)).zip(ids) {
        step.id = id;
        if step.id.is_none() {
            // Another process wrote the same address a moment ago, and queued its letter.
            step.verdict = Verdict::Silence(Held::Cap);
        }
    }
    Ok(())
}

/// See [`Step::parameters`].
#[derive(serde::Serialize)]
struct Parameters<'a> {
    days: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    page: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    choices: Option<&'a Wished>,
}

impl<'a> Step<'a> {
    fn newcomer(&self, present: &[Mark]) -> Newcomer<'a> {
        let mark = present.iter().find(|mark| mark.id == self.asked.newsletter_id);
        Newcomer { asked: self.asked, schedule_id: mark.and_then(|mark| mark.schedule_id) }
    }

    fn consent(&self) -> Option<NewConsent<'a>> {
        matches!(self.verdict, Verdict::Letter(Act::Create | Act::Renew | Act::Ask, _)).then_some(())?;
        Some(NewConsent {
            subscriber_id: self.id?,
            kind: ConsentKind::Asked,
            text: &self.asked.text,
            text_version: &self.asked.text_version,
            language: &self.asked.language,
            page: self.asked.page.as_deref(),
            ip: self.asked.ip.as_deref(),
            proof: None,
        })
    }

    /// The parameters of a confirmation. About the page it says only whether it is on the newsletter's own site. When the
    /// subscriber's row stays as it is, they keep what was typed until the button is pressed ([`super::confirm`]); what was chosen they
    /// keep for everybody ([`super::wished`]).
    fn parameters(&self, confirm_days: u32) -> String {
        let is_asked = matches!(self.verdict, Verdict::Letter(Act::Ask, _));
        let name = self.asked.name.as_deref().filter(|_| is_asked);
        let is_theirs = matches!(self.verdict, Verdict::Letter(Act::Create | Act::Renew | Act::Ask, _));
        let choices = self.asked.choices.as_ref().filter(|_| is_theirs);
        let parameters = Parameters { days: confirm_days, name, page: self.asked.page.as_deref(), choices };
        serde_json::to_string(&parameters).unwrap_or_default()
    }

    /// Which letter, in which language.
    fn kind(&self) -> (LetterKind, &'a str) {
        match self.verdict {
            Verdict::Letter(Act::Already, _) => (LetterKind::Already, self.language),
            Verdict::Letter(..) => (LetterKind::Confirm, &self.asked.language),
            Verdict::Silence(_) => (LetterKind::Confirm, self.language),
        }
    }

    /// The letter that leaves now, or the record of one that does not leave.
    fn letter<'b>(&'b self, parameters: &'b str) -> Option<CausedLetter<'b>> {
        let fate = match self.verdict {
            Verdict::Letter(_, When::Later) => return None,
            Verdict::Letter(_, When::Now) => Ok(self.asked.email.domain()),
            Verdict::Silence(held) => Err(held.as_str()),
        };
        let (kind, language) = self.kind();
        Some(CausedLetter {
            newsletter_id: self.asked.newsletter_id,
            subscriber_id: self.id,
            kind,
            language,
            parameters: if kind == LetterKind::Confirm { parameters } else { "{}" },
            fate,
        })
    }

    /// The letter that leaves later.
    fn waiting<'b>(&'b self, parameters: &'b str, now: Millis, ceiling: &mut Ceiling) -> Option<Waiting<'b>> {
        let (Verdict::Letter(_, When::Later), Some(subscriber_id)) = (self.verdict, self.id) else { return None };
        let (kind, language) = self.kind();
        let later = || if self.is_held { now } else { ceiling.later(self.asked.email.domain(), now) };
        let (at, by_network) = (self.asked.not_before.unwrap_or_else(later), self.asked.not_before.is_some());
        Some(Waiting {
            subscriber_id,
            at,
            asked_at: now,
            kind,
            language,
            parameters,
            by_network,
            is_held: self.is_held,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(status: Option<Status>) -> Known {
        Known {
            place: 0,
            id: status.map(|_| 1),
            status,
            language: None,
            suppressed: false,
            planned: false,
            minutes: 0,
            day: 0,
            month: 0,
        }
    }

    #[test]
    fn nothing_public_lowers_a_state_and_asking_raises_none() {
        for (status, act) in [
            (Some(Status::Confirmed), Act::Already),
            (Some(Status::Paused), Act::Already),
            (Some(Status::Bounced), Act::Ask),
            (Some(Status::Unsubscribed), Act::Ask),
            (Some(Status::Complained), Act::Ask),
            (Some(Status::Pending), Act::Renew),
            (None, Act::Create),
        ] {
            assert_eq!(judge(&known(status), false, || true), Verdict::Letter(act, When::Now));
        }
    }

    #[test]
    fn caps_hold_letters_back_and_take_no_room() {
        for (minutes, day, month) in [(1, 1, 1), (0, 3, 3), (0, 0, 5)] {
            let known = Known { minutes, day, month, ..known(Some(Status::Pending)) };
            assert_eq!(judge(&known, false, || panic!("no room is asked for")), Verdict::Silence(Held::Cap));
        }
        let known = Known { day: 2, month: 4, ..known(Some(Status::Confirmed)) };
        assert_eq!(judge(&known, false, || true), Verdict::Letter(Act::Already, When::Now));
    }

    #[test]
    fn what_a_ceiling_holds_back_is_planned_once() {
        let open = known(Some(Status::Unsubscribed));
        assert_eq!(judge(&open, false, || false), Verdict::Letter(Act::Ask, When::Later));
        assert_eq!(judge(&open, true, || panic!("no room is asked for")), Verdict::Letter(Act::Ask, When::Later));
        let planned = Known { planned: true, ..open };
        assert_eq!(judge(&planned, false, || false), Verdict::Silence(Held::Planned));
        assert_eq!(judge(&planned, false, || true), Verdict::Letter(Act::Ask, When::Now));
    }

    #[test]
    fn a_suppressed_address_gets_nothing_whatever_it_is() {
        for status in [None, Some(Status::Pending), Some(Status::Confirmed)] {
            let known = Known { suppressed: true, ..known(status) };
            assert_eq!(judge(&known, false, || panic!("no room is asked for")), Verdict::Silence(Held::Suppressed));
        }
    }
}
