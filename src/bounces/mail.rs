//! A mail that came back, as what it is about: from [`Returned`] to [`Matter`], once a recipient.
//!
//! In: [`Arrived`]. Out: pieces with their fingerprints, and, for a mailbox that people use too, the folder where it belongs. Pure.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::intake::{Arrived, Piece};
use super::matter::{Kind, Letter, Matter};
use super::read::{self, Outcome, Recipient, Returned};
use super::recipient::Ours;
use crate::app::App;
use crate::keys::Purpose;
use crate::ledger::mask::masked;
use crate::receivers::reports;
use crate::receivers::round::{self, Back};

/// Characters of a person's letter that are passed on.
const LETTER: usize = 5_000;
/// Characters of a server's words that are kept.
const WORDS: usize = 500;

/// Where a mail of a mailbox belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It was understood, and is about somebody.
    Done,
    /// Somebody has to look at it.
    Unknown,
    /// It is none of ours: it stays where it is, as it is.
    Leave,
}

/// What it is about: nothing is lost, so it is one thing at least.
pub fn pieces(app: &App, arrived: &Arrived) -> Vec<Piece> {
    let returned = read::read(&arrived.mail, arrived.recipient.as_deref(), &app.rules);
    let fingerprint = fingerprint(arrived);
    let matters = matters(app, arrived, &returned);
    let piece = |(at, matter)| Piece {
        fingerprint: format!("{fingerprint}.{at}"),
        source: arrived.source,
        matter,
        mail: arrived.mail.clone(),
    };
    matters.into_iter().enumerate().map(piece).collect()
}

/// Where it belongs, for a mailbox in which other mails lie too.
///
/// # Errors
/// The database's.
pub async fn place(app: &App, arrived: &Arrived) -> sqlx::Result<Place> {
    let returned = read::read(&arrived.mail, None, &app.rules);
    let ours = Ours::new(&app.config.smtp);
    let matters = matters(app, arrived, &returned);
    if is_heard(app, &matters).await? {
        return Ok(Place::Done);
    }
    let is_proved = matters.iter().any(|matter| is_proved(app, matter));
    let kind = matters.first().map_or(Kind::Unclear, |matter| matter.kind);
    // An address that stands in no mail program: nobody writes there but servers.
    let is_for_servers = returned.trail.to.iter().any(|to| ours.is_for_servers(to));
    Ok(match (kind, is_proved) {
        (Kind::Answer | Kind::Unclear, true) => Place::Unknown,
        (_, true) => Place::Done,
        _ if is_for_servers && returned.kind == read::Kind::Dmarc => Place::Done,
        _ if is_for_servers => Place::Unknown,
        _ => Place::Leave,
    })
}

/// Whether receivers say it, of a domain or a mail of ours.
async fn is_heard(app: &App, matters: &[Matter]) -> sqlx::Result<bool> {
    for matter in matters {
        for report in matter.reports.iter().flatten() {
            if reports::is_ours(&app.db, report).await? {
                return Ok(true);
            }
        }
        if let Some(back) = &matter.round
            && round::is_ours(&app.db, back).await?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_proved(app: &App, matter: &Matter) -> bool {
    matter.recipients.iter().any(|recipient| app.keys.bounced(recipient).is_some())
        || matter.leave.iter().any(|code| app.keys.verify(Purpose::Leave, code).is_some())
}

/// The same mail to the same recipient, by whatever way.
fn fingerprint(arrived: &Arrived) -> String {
    let hash = digest(&SHA256, &arrived.mail);
    let to = arrived.recipient.as_deref().unwrap_or_default().to_ascii_lowercase();
    let to = digest(&SHA256, to.as_bytes());
    format!("{}{}", URL_SAFE_NO_PAD.encode(&hash.as_ref()[..18]), URL_SAFE_NO_PAD.encode(&to.as_ref()[..6]))
}

fn matters(app: &App, arrived: &Arrived, returned: &Returned) -> Vec<Matter> {
    if returned.kind == read::Kind::Dmarc {
        return vec![Matter { reports: read::reports(&arrived.mail), ..Matter::new(Kind::Passing) }];
    }
    let trail = &returned.trail;
    let recipients: Vec<String> =
        trail.envelope_to.iter().chain(&trail.to).chain(&trail.return_path).cloned().collect();
    let mut leave: Vec<String> = trail.leave_tokens().map(str::to_owned).collect();
    let mut kind = kind(returned);
    if let Some(code) = leave_code(&Ours::new(&app.config.smtp), &recipients) {
        // Whatever a mail program writes into it: who writes to this address wants to leave.
        if matches!(kind, Kind::Leave | Kind::Answer | Kind::Unclear) {
            (kind, leave) = (Kind::Leave, vec![code]);
        }
    }
    let whole = Matter {
        recipients,
        leave,
        message_ids: trail.message_ids.clone(),
        addresses: trail.original_to.clone(),
        round: goes_round(arrived, kind),
        ..Matter::new(kind)
    };
    match kind {
        Kind::Hard | Kind::Soft => of_recipients(app, whole, &returned.recipients),
        Kind::Complaint => {
            let named = returned.recipients.iter().flat_map(addresses);
            vec![Matter { addresses: named.chain(whole.addresses).collect(), ..whole }]
        }
        Kind::Answer => vec![Matter { letter: Some(letter(arrived, returned)), ..whole }],
        _ => vec![whole],
    }
}

/// What may be a mail of ours that went round, as a mailbox forwards it: whatever it looks like, it is no report.
fn goes_round(arrived: &Arrived, kind: Kind) -> Option<Back> {
    let is_report = matches!(kind, Kind::Hard | Kind::Soft | Kind::Complaint);
    if is_report { None } else { Back::of(&arrived.mail) }
}

fn kind(returned: &Returned) -> Kind {
    match returned.kind {
        read::Kind::Bounce => Kind::Soft,
        read::Kind::Complaint => Kind::Complaint,
        read::Kind::Leave => Kind::Leave,
        read::Kind::Human => Kind::Answer,
        read::Kind::Unknown => Kind::Unclear,
        read::Kind::Delay
        | read::Kind::Success
        | read::Kind::AutoReply
        | read::Kind::Receipt
        | read::Kind::Rejected
        | read::Kind::Challenge
        | read::Kind::Dmarc
        | read::Kind::Feedback => Kind::Passing,
    }
}

/// A code of the envelope is about one person, however many the report names; else each of them is a matter of its own.
fn of_recipients(app: &App, whole: Matter, recipients: &[Recipient]) -> Vec<Matter> {
    let of = |recipient: &Recipient| {
        let words = masked(&recipient.diagnostic).chars().filter(|c| !c.is_control()).take(WORDS).collect();
        let status = recipient.enhanced.or(recipient.status).map(|code| code.to_string()).unwrap_or_default();
        let addresses = addresses(recipient).chain(whole.addresses.iter().cloned()).collect();
        Matter { kind: of_outcome(recipient.outcome), status, words, addresses, ..whole.clone() }
    };
    if recipients.is_empty() {
        return vec![whole];
    }
    if is_proved(app, &whole) {
        let worst = recipients.iter().min_by_key(|recipient| rank(of_outcome(recipient.outcome)));
        return worst.map(of).into_iter().collect();
    }
    recipients.iter().map(of).collect()
}

const fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Hard => 0,
        Kind::Soft => 1,
        _ => 2,
    }
}

/// What a report says of a recipient. What was tried until its time was up, or failed for a reason that nobody gives, counts as a day
/// on which the mailbox took nothing; a refusal for what was sent or by whom says nothing of the address.
const fn of_outcome(outcome: Outcome) -> Kind {
    match outcome {
        Outcome::Dead => Kind::Hard,
        Outcome::Full | Outcome::Expired | Outcome::Unclear => Kind::Soft,
        Outcome::Refused | Outcome::Delayed | Outcome::Delivered => Kind::Passing,
        Outcome::Leaves => Kind::Complaint,
    }
}

fn addresses(recipient: &Recipient) -> impl Iterator<Item = String> + '_ {
    recipient.original.iter().chain([&recipient.address]).cloned()
}

fn leave_code(ours: &Ours, recipients: &[String]) -> Option<String> {
    recipients.iter().find_map(|address| ours.leave_code(address)).map(str::to_owned)
}

/// What a person wrote, for the editor.
fn letter(arrived: &Arrived, returned: &Returned) -> Letter {
    let parsed = mail_parser::MessageParser::default().parse(&arrived.mail[..]);
    let text = parsed.as_ref().and_then(|mail| mail.body_text(0)).unwrap_or_default();
    let plain = |text: &str| text.chars().filter(|c| *c == '\n' || !c.is_control()).collect::<String>();
    Letter {
        from: returned.from.clone().unwrap_or_default(),
        subject: plain(&returned.subject).replace('\n', " "),
        text: plain(&text).chars().take(LETTER).collect(),
    }
}
