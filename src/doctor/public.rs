//! The public address as mail programs meet it: it answers over https, and a one-click unsubscription (RFC 8058) is taken at once,
//! without a redirect, a cookie or a form's code. A token that is nobody's is posted: what answers in front of Facteur (a proxy, a
//! firewall for web applications, a gate against robots) is found out, and nobody is unsubscribed.
//!
//! In: `base_url`. Out: lines. An address that is not public, or that this machine cannot reach from inside, is not checkable.

use reqwest::StatusCode;
use url::Url;

use super::{Check, Finding, Line, Verdict};
use crate::app::App;
use crate::keys::random_text;
use crate::net::dns::DnsError;
use crate::net::fetch::FetchError;

/// What a mail program posts.
const FORM: &str = "List-Unsubscribe=One-Click";
/// Characters of a token that is nobody's.
const TOKEN: usize = 32;

/// Looks.
pub async fn check(app: &App) -> Vec<Line> {
    let base = app.config.base_url.trim_end_matches('/');
    let token = random_text(TOKEN);
    let (Ok(home), Ok(leave)) =
        (Url::parse(&format!("{base}/healthz")), Url::parse(&format!("{base}/unsubscribe/{token}")))
    else {
        let finding = Finding::HttpsFailed { words: "no address".to_owned() };
        return vec![Line::new(Check::Https, Verdict::Fault, base, finding)];
    };
    if app.dns.is_off() && home.domain().is_some() {
        let finding = Finding::HttpsUnknown { words: DnsError::Off.to_string() };
        return vec![Line::new(Check::Https, Verdict::Unknown, base, finding)];
    }
    let mut lines = vec![https(app, base, &home).await];
    if lines[0].finding != Finding::HttpsGood && home.scheme() == "https" {
        return lines;
    }
    lines.push(one_click(app, base, &leave).await);
    lines
}

async fn https(app: &App, base: &str, home: &Url) -> Line {
    let line = |verdict, finding| Line::new(Check::Https, verdict, base, finding);
    if home.scheme() != "https" {
        return line(Verdict::Fault, Finding::HttpsClear);
    }
    match app.net.reach(home).await {
        Ok(_) => line(Verdict::Ok, Finding::HttpsGood),
        Err(error) => unreachable(Check::Https, base, &error),
    }
}

async fn one_click(app: &App, base: &str, leave: &Url) -> Line {
    let line = |verdict, finding| Line::new(Check::OneClick, verdict, base, finding);
    match app.net.post_form(leave, FORM).await {
        Ok(answer) if answer.status == StatusCode::OK => line(Verdict::Ok, Finding::OneClickGood),
        Ok(answer) if answer.status.is_redirection() => {
            // The token says nothing, but has no place in a table either.
            let to = answer.location.unwrap_or_default();
            let to = to.split(['?', '#']).next().unwrap_or_default().to_owned();
            line(Verdict::Fault, Finding::OneClickRedirect { status: answer.status.to_string(), to })
        }
        Ok(answer) => line(Verdict::Fault, Finding::OneClickStatus { status: answer.status.to_string() }),
        Err(error) => unreachable(Check::OneClick, base, &error),
    }
}

/// What the guard refuses is no fault of the address: it is only not seen from here.
fn unreachable(check: Check, base: &str, error: &FetchError) -> Line {
    let words = error.to_string();
    match error {
        FetchError::Refused(_) => Line::new(check, Verdict::Unknown, base, Finding::HttpsUnknown { words }),
        _ => Line::new(check, Verdict::Fault, base, Finding::HttpsFailed { words }),
    }
}
