//! What a look changes: an event for each check that turned bad, one more when it is well again, and one letter for all of them.
//!
//! In: a look, inside the transaction that keeps it. Out: rows of `events` that last, one a check, and a letter to the editor. The
//! first look of a newsletter is only recorded: nothing *turned* bad, and whoever sets it up sees the page. What is not checkable
//! leaves a check as it was.

use serde_json::json;

use super::{Check, Line, Look, Verdict};
use crate::app::App;
use crate::coded::Told as _;
use crate::db::Tx;
use crate::events::{self, About, Actor, Code, Event};
use crate::i18n::{self, Locale, Value};
use crate::ledger::letters::{self, NewLetter};
use crate::letter::LetterKind;
use crate::newsletters::Newsletter;

/// Records, and if `tells`, tells.
pub async fn changes(app: &App, tx: &mut Tx, of: &Newsletter, look: &Look, tells: bool) -> sqlx::Result<()> {
    let (mut bad, mut good) = (Vec::new(), Vec::new());
    let faults = look.faults();
    for check in Check::ALL {
        let event = |code| Event::new(of.id, code, About::Check(check.number()), Actor::System);
        let named = |code| event(code).with("check", check.as_str());
        if faults.contains(check) {
            if events::begin(tx, look.at, &named(Code::DoctorFault)).await? {
                bad.push(*check);
            }
        } else if look.is_well(*check) && events::end(tx, look.at, Code::DoctorFault, &named(Code::DoctorWell)).await? {
            good.push(*check);
        }
    }
    if !tells {
        return Ok(());
    }
    let locale = i18n::locale(&of.language);
    if !bad.is_empty() {
        let is_new = |line: &&Line| line.verdict == Verdict::Fault && bad.contains(&line.check);
        let lines: Vec<String> = look.lines.iter().filter(is_new).map(|line| words(line, locale)).collect();
        tell(app, tx, of, look, "doctor_fault", lines).await?;
    }
    if !good.is_empty() {
        let lines = good.iter().map(|check| locale.text(&format!("doctor-check-{check}"))).collect();
        tell(app, tx, of, look, "doctor_well", lines).await?;
    }
    Ok(())
}

/// `SPF (example.org): no record`.
pub fn words(line: &Line, locale: &Locale) -> String {
    let check = locale.text(&format!("doctor-check-{}", line.check));
    let words = line.finding.words(locale);
    let key = if line.about.is_empty() { "doctor-line" } else { "doctor-line-about" };
    let parts = [("check", Value::Text(&check)), ("about", Value::Text(&line.about)), ("words", Value::Text(&words))];
    locale.format(key, &parts)
}

async fn tell(
    app: &App,
    tx: &mut Tx,
    of: &Newsletter,
    look: &Look,
    event: &str,
    lines: Vec<String>,
) -> sqlx::Result<()> {
    let page = format!("{}/console/n/{}/doctor", app.config.base_url.trim_end_matches('/'), of.slug);
    let parameters = json!({
        "event": event,
        "posts": lines,
        "links": [["look", page]],
        "commands": [format!("facteur doctor {}", of.slug)],
    });
    let letter = NewLetter {
        newsletter_id: of.id,
        subscriber_id: None,
        address: Some(of.editor()),
        kind: LetterKind::Notice,
        language: &of.language,
        parameters: &parameters,
    };
    letters::ask(tx, look.at, &letter).await.map(drop)
}
