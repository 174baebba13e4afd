//! One look at everything: all checks at once, each within its time.
//!
//! In: a [`Subject`]. Out: a [`Look`], its lines in the order of [`Check`]. Nothing is stored here ([`super::store`]).

use std::time::Duration;

use super::subject::{Sender, sender};
use super::{Check, Finding, Line, Look, Subject, Verdict};
use super::{alignment, dkim, dmarc, machine, mx, public, relay, reverse, spf};
use crate::app::App;
use crate::net::dns::inquiry::Inquiry;

/// How long the checks of one kind may take; a look takes no longer.
const PATIENCE: Duration = Duration::from_secs(40);

/// Looks. Takes some seconds where everybody answers, [`PATIENCE`] at most.
pub async fn look(app: &App, subject: &Subject) -> Look {
    let (names, relay, public, machine) = tokio::join!(
        limited(Check::Dns, &subject.domain, Box::pin(names(app, subject))),
        limited(Check::Relay, &app.config.smtp.host, Box::pin(relay::check(&app.config))),
        limited(Check::Https, &app.config.base_url, Box::pin(public::check(app))),
        limited(Check::Clock, "", Box::pin(of_machine(app, subject))),
    );
    let mut lines: Vec<Line> = [names, relay, public, machine].into_iter().flatten().collect();
    lines.sort_by_key(|line| line.check.number());
    Look { domain: subject.domain.clone(), at: app.clock.now(), lines }
}

async fn limited(check: Check, about: &str, checking: impl Future<Output = Vec<Line>>) -> Vec<Line> {
    let done = tokio::time::timeout(PATIENCE, checking).await;
    done.unwrap_or_else(|_| vec![Line::new(check, Verdict::Unknown, about, Finding::TookTooLong)])
}

/// A database that does not answer is no finding of a doctor: whoever stores the look meets it.
async fn of_machine(app: &App, subject: &Subject) -> Vec<Line> {
    machine::check(app, subject.newsletter.as_ref()).await.unwrap_or_default()
}

/// What name servers say.
async fn names(app: &App, subject: &Subject) -> Vec<Line> {
    let inquiry = Inquiry::new(app.dns.clone());
    if inquiry.is_off() {
        return vec![Line::new(Check::Dns, Verdict::Unknown, "[dns] servers", Finding::DnsOff)];
    }
    let senders = senders(app, &inquiry).await;
    let home = url::Url::parse(&app.config.base_url).ok();
    let home = home.as_ref().and_then(url::Url::host_str).unwrap_or_default();
    let (spf, dkim, (mut dmarc, policy), mx, reverse) = tokio::join!(
        Box::pin(spf::check(&inquiry, &subject.envelope, &senders)),
        Box::pin(dkim::check(&inquiry, &subject.domain, &subject.keys)),
        Box::pin(dmarc::check(&inquiry, &subject.domain, subject.reports.as_deref())),
        Box::pin(mx::check(&inquiry, subject, home)),
        Box::pin(reverse::check(&inquiry, &senders)),
    );
    dmarc.push(alignment::check(&inquiry, subject, policy.as_ref(), &spf, &dkim).await);
    let mut lines: Vec<Line> = [spf, dkim, dmarc, mx, reverse].into_iter().flatten().collect();
    if inquiry.is_blocked() {
        lines.push(Line::new(Check::Dns, Verdict::Unknown, subject.domain.as_str(), Finding::DnsBlocked));
    }
    lines
}

/// Where mails come from; a server whose name is not answered is told of by the check that reaches it.
async fn senders(app: &App, inquiry: &Inquiry) -> Vec<Sender> {
    let mut found: Vec<Sender> = Vec::new();
    for (_, smtp) in app.config.relays() {
        let Ok(sender) = sender(inquiry, smtp, &app.config.base_url).await else { continue };
        if !found.contains(&sender) {
            found.push(sender);
        }
    }
    found
}
