//! A browser in a few words, and how it is known again.
//!
//! In: the headers of a request. Out: [`words`] for the list of sessions, such as `Firefox · Linux`; the device cookie, with which
//! somebody's own browser is never slowed by what others type ([`crate::people::login::Device`]).

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::guard::{self, Guest};
use crate::app::App;
use crate::people::login::{Browser, DEVICE_LASTS, Device, Entered};
use crate::web::frame::input::Visitor;

/// What a handler must know of a browser to let somebody in.
#[derive(Clone, Debug)]
pub struct Seen {
    visitor: Visitor,
    device: Option<String>,
    agent: String,
}

impl FromRequestParts<Arc<App>> for Seen {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Self::Rejection> {
        let visitor = Visitor::from_request_parts(parts, app).await?;
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self {
            visitor,
            device: guard::cookie(&parts.headers, cookie_name(app)).map(str::to_owned),
            agent: words(agent.unwrap_or_default()),
        })
    }
}

impl Seen {
    /// Browser and system in a few words; may be empty.
    pub fn agent(&self) -> &str {
        &self.agent
    }

    /// With the session that it has.
    pub fn browser<'a>(&'a self, guest: &'a Guest) -> Browser<'a> {
        Browser {
            ip: self.visitor.ip,
            device: self.device.as_deref(),
            agent: &self.agent,
            before: guest.session.as_ref(),
        }
    }
}

fn cookie_name(app: &App) -> &'static str {
    if app.config.base_url.starts_with("https://") { "__Host-facteur-device" } else { "facteur-device" }
}

/// Gives a browser the cookies of whoever came in: the session's, and, when they are in fully, the device's.
pub fn admit(app: &App, entered: &Entered, response: &mut Response) {
    append(response.headers_mut(), &guard::session_cookie(app, &entered.cookie));
    if entered.stage == crate::people::sessions::Stage::Full {
        let value = Device::sign(&app.keys, entered.person_id, app.clock.now());
        let secure = if app.config.base_url.starts_with("https://") { "; Secure" } else { "" };
        let (name, age) = (cookie_name(app), DEVICE_LASTS / 1000);
        append(
            response.headers_mut(),
            &format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}"),
        );
    }
}

/// Takes a browser's session cookie away.
pub fn dismiss(app: &App, response: &mut Response) {
    let cookie = guard::session_cookie(app, "");
    append(response.headers_mut(), &format!("{cookie}; Max-Age=0"));
}

fn append(headers: &mut HeaderMap, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        headers.append(header::SET_COOKIE, value);
    }
}

/// Browsers by what they call themselves; the first that fits is meant, for many call themselves several.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("FxiOS", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
    ("BSD", "BSD"),
];

/// Browser and system, in words that are the same in every language; empty when neither is known.
pub fn words(agent: &str) -> String {
    let named =
        |list: &[(&str, &'static str)]| list.iter().find(|(part, _)| agent.contains(part)).map(|(_, name)| *name);
    [named(BROWSERS), named(SYSTEMS)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_what_people_call_them() {
        for (agent, called) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 \
                 Edg/141.0.0.0",
                "Edge · Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 \
                 Mobile/15E148 Safari/604.1",
                "Safari · iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
                "Chrome · Android",
            ),
            ("curl/8.5.0", "curl"),
            ("<script>", ""),
        ] {
            assert_eq!(words(agent), called, "{agent}");
        }
    }
}
