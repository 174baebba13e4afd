//! A browser: it keeps its cookies, comes from an address of its own, and fills in the forms of the pages it saw.

use std::collections::BTreeMap;
use std::sync::Mutex;

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};

use super::{Answer, TestApp};

/// The cookie of a session.
pub const SESSION: &str = "__Host-facteur";

pub struct Browser<'a> {
    app: &'a TestApp,
    ip: String,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl TestApp {
    /// A new browser at this address.
    pub fn browser(&self, ip: &str) -> Browser<'_> {
        Browser { app: self, ip: ip.to_owned(), cookies: Mutex::default() }
    }
}

impl Browser<'_> {
    /// The value of a cookie; empty when there is none.
    pub fn cookie(&self, name: &str) -> String {
        self.cookies.lock().unwrap().get(name).cloned().unwrap_or_default()
    }

    /// Another browser that has the same cookies, as a thief has.
    pub fn copied(&self) -> Self {
        Self { app: self.app, ip: self.ip.clone(), cookies: Mutex::new(self.cookies.lock().unwrap().clone()) }
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    /// Shows a page.
    pub async fn get(&self, path: &str) -> Answer {
        let request = self.app.request(Method::GET, path);
        self.send(request).await
    }

    /// Fills in a form and presses its button; asks for a page first where there was none.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        if self.cookie(SESSION).is_empty() {
            self.get("/console/login").await;
        }
        let code = self.app.app.keys.page_code(&self.cookie(SESSION));
        let pairs = std::iter::once(("code", code.as_str())).chain(fields.iter().copied());
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let request = self.app.request(Method::POST, path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.header("sec-fetch-site", "same-origin").body(body)).await
    }

    /// Signs in with a password.
    pub async fn sign_in(&self, email: &str, password: &str) -> Answer {
        self.post("/console/login", &[("email", email), ("password", password)]).await
    }

    /// Whether it is signed in.
    pub async fn is_in(&self) -> bool {
        self.get("/console/account").await.status == 200
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let held = self.cookies.lock().unwrap().clone();
        let cookies = held.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let request = request.header("x-forwarded-for", &self.ip).header("user-agent", "Firefox/140.0 (X11; Linux)");
        let answer = self.app.send(request.header(COOKIE, cookies)).await;
        let mut jar = self.cookies.lock().unwrap();
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if cookie.contains("Max-Age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }
}
