//! Where answers and bounces go: the domain of From and that of bounces take mail.
//!
//! In: a [`Subject`]. Out: lines. A domain that says it takes none (RFC 7505) is refused as a sender by many servers.

use super::subject::Bounces;
use super::{Check, Finding, Line, Subject, Verdict, Wanted};
use crate::net::dns::Kind;
use crate::net::dns::inquiry::Inquiry;

/// Looks. `home` is the host that would take bounces: of the public address.
pub async fn check(inquiry: &Inquiry, subject: &Subject, home: &str) -> Vec<Line> {
    let mut lines = vec![of_domain(inquiry, &subject.domain, Verdict::Warning, None).await];
    match subject.bounces {
        Bounces::Domain => {
            let wanted = Wanted { name: subject.envelope.clone(), kind: "MX".to_owned(), value: format!("10 {home}.") };
            lines.push(of_domain(inquiry, &subject.envelope, Verdict::Fault, Some(wanted)).await);
        }
        Bounces::Mailbox if subject.envelope == subject.domain => {}
        Bounces::Mailbox => lines.push(of_domain(inquiry, &subject.envelope, Verdict::Fault, None).await),
        Bounces::Sender => {
            lines.push(Line::new(Check::Mx, Verdict::Warning, "[smtp] bounce_domain", Finding::MxNoBounces));
        }
    }
    lines
}

/// `missing` is how bad it is when the domain takes no mail.
async fn of_domain(inquiry: &Inquiry, domain: &str, missing: Verdict, wanted: Option<Wanted>) -> Line {
    let answer = match inquiry.ask(domain, Kind::Mx).await {
        Ok(answer) => answer,
        Err(error) => return Line::unanswered(Check::Mx, domain, &error),
    };
    let servers = answer.mail_servers();
    let line = |verdict, finding| {
        let line = Line::new(Check::Mx, verdict, domain, finding).seen(&answer, servers.clone());
        match &wanted {
            Some(wanted) if verdict != Verdict::Ok => line.wants(wanted.clone()),
            _ => line,
        }
    };
    if answer.is_null_mx() {
        return line(Verdict::Fault, Finding::MxNull);
    }
    // Without a mail server the domain's own address takes its mail (RFC 5321 section 5.1).
    let hosts = if servers.is_empty() { vec![domain.to_owned()] } else { servers.clone() };
    let mut last = None;
    for host in hosts.iter().filter(|host| !host.is_empty()) {
        match has_address(inquiry, host).await {
            Ok(true) => return line(Verdict::Ok, Finding::MxGood),
            Ok(false) => last = Some(host.clone()),
            Err(error) => return Line::unanswered(Check::Mx, host, &error),
        }
    }
    match last.filter(|_| !servers.is_empty()) {
        Some(host) => line(missing, Finding::MxNowhere { host }),
        None => line(missing, Finding::MxMissing),
    }
}

async fn has_address(inquiry: &Inquiry, host: &str) -> Result<bool, crate::net::dns::DnsError> {
    for kind in [Kind::A, Kind::Aaaa] {
        if !inquiry.ask(host, kind).await?.records.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}
