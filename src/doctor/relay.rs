//! The mail servers that are configured: reached, encrypted with TLS 1.2 at least, a way to log in where a user name is set, and what
//! they offer. Nothing is sent, and nobody logs in.
//!
//! In: `[smtp]` and `[relay.NAME]`. Out: two lines a server. That no TLS below 1.2 is spoken is the library's word (`delivery`).

use std::net::IpAddr;

use super::{Check, Finding, Line, Verdict};
use crate::cause;
use crate::coded::Kept;
use crate::config::{Config, Smtp};
use crate::delivery::preflight;
use crate::delivery::probe::{Probe, probe};

/// Looks at all of them.
pub async fn check(config: &Config) -> Vec<Line> {
    let servers = config.relays().map(|(_, smtp)| of_server(smtp, &config.base_url));
    futures_util::future::join_all(servers).await.into_iter().flatten().collect()
}

async fn of_server(smtp: &Smtp, base_url: &str) -> Vec<Line> {
    let about = format!("{}:{}", smtp.host, smtp.port);
    match probe(smtp, base_url).await {
        Ok(found) => judge(&about, smtp, &found),
        Err(error) => {
            let words = preflight::hurdle(&error).map_or_else(|| cause::in_words(&error).into(), Kept::Known);
            let finding = Finding::RelayFailed { words };
            vec![Line::new(Check::Relay, Verdict::Fault, about, finding)]
        }
    }
}

fn judge(about: &str, smtp: &Smtp, found: &Probe) -> Vec<Line> {
    let (verdict, finding) = match found.tls {
        _ if !smtp.username.is_empty() && !found.auth => (Verdict::Fault, Finding::RelayNoAuth),
        Some(tls) => (Verdict::Ok, Finding::RelayGood { tls: tls.to_owned() }),
        None if is_near(&smtp.host) => (Verdict::Ok, Finding::RelayNear),
        None => (Verdict::Warning, Finding::RelayClear),
    };
    let offers = Finding::RelayOffers { count: found.extensions.len() as i64 };
    let mut offers = Line::new(Check::Extensions, Verdict::Ok, about, offers);
    offers.found.clone_from(&found.extensions);
    vec![Line::new(Check::Relay, verdict, about, finding), offers]
}

/// Whether nobody can listen on the way.
fn is_near(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_judged_by_what_is_set() {
        let mut smtp = Config::default().smtp;
        let found = |tls, auth| Probe { extensions: vec!["PIPELINING".into()], tls, auth };
        let first = |smtp: &Smtp, found: &Probe| {
            let lines = judge("mx:25", smtp, found);
            assert_eq!((lines.len(), lines[1].found.as_slice()), (2, ["PIPELINING".to_owned()].as_slice()));
            (lines[0].verdict, lines[0].finding.clone())
        };
        assert_eq!(first(&smtp, &found(None, false)), (Verdict::Ok, Finding::RelayNear));
        smtp.host = "smtp.example.org".into();
        assert_eq!(first(&smtp, &found(None, false)), (Verdict::Warning, Finding::RelayClear));
        let good = Finding::RelayGood { tls: "TLS 1.3".into() };
        assert_eq!(first(&smtp, &found(Some("TLS 1.3"), false)), (Verdict::Ok, good));
        smtp.username = "me".into();
        assert_eq!(first(&smtp, &found(Some("TLS 1.3"), false)), (Verdict::Fault, Finding::RelayNoAuth));
    }
}
