//! Coming in by a real provider of log-ins: npm's oidc-provider on loopback, its pages filled in over HTTP as a browser does.
//!
//! `tests/oidc.sh fetch` unpacks it; where it cannot run the tests say so, and are skipped.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use facteur::clock::Clock;
use facteur::serve::Roles;
use reqwest::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use reqwest::{Method, redirect};

use crate::harness::browser::Browser;
use crate::harness::{BASE_URL, PATIENCE, TestApp, skip};
use crate::people::between;

const PASSWORD: &str = "la brume sur l'estuaire";
/// As tests/oidc/provider.mjs has it.
const SECRET: &str = "un secret: de + 40 % & 7/8";

/// The provider, stopped with the test.
struct Real {
    process: Child,
    issuer: String,
    folder: tempfile::TempDir,
}

impl Drop for Real {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oidc.sh")
}

impl Real {
    /// A new one; where it cannot run, the calling test says that it is skipped.
    #[track_caller]
    fn here() -> Option<Self> {
        let missing = String::from_utf8(Command::new(script()).arg("missing").output().unwrap().stdout).unwrap();
        if !missing.is_empty() {
            skip("", missing.trim());
            return None;
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = crate::harness::folder();
        std::fs::write(folder.path().join("secret"), SECRET).unwrap();
        let mut start = Command::new(script());
        start.arg("start").arg(port.to_string()).arg(format!("{BASE_URL}/console/oidc/return"));
        let process = start.arg(folder.path().join("log")).spawn().unwrap();
        let real = Self { process, issuer: format!("http://127.0.0.1:{port}"), folder };
        let begin = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begin.elapsed() < PATIENCE, "it does not start: {}", real.log());
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(real)
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// An app that it knows by this name, at the time of the machine.
    async fn world(&self, client: &str) -> TestApp {
        let secret = self.folder.path().join("secret").display().to_string();
        let builder = TestApp::builder().set("smtp.port", 1).roles(Roles { web: true, ..Roles::NONE });
        let builder = builder.set("oidc.issuer", self.issuer.as_str()).set("oidc.client_id", client);
        let app = builder.set("oidc.client_secret_file", secret).spawn().await;
        app.clock.set(Clock::system().now());
        let add = ["user", "add", "ana@example.org", "--role", "owner", "--language", "en", "--password"];
        app.cli_with_input(&add, &format!("{PASSWORD}\n")).await.ok();
        app
    }
}

/// A browser at the provider: whoever types a name is that person, and says yes to everything.
struct Visitor {
    client: reqwest::Client,
    cookies: BTreeMap<String, String>,
    name: &'static str,
}

impl Visitor {
    fn called(name: &'static str) -> Self {
        let client = reqwest::Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap();
        Self { client, cookies: BTreeMap::new(), name }
    }

    /// Where an answer leads to, and its page.
    async fn ask(&mut self, method: Method, address: &str, form: &[(&str, &str)]) -> (Option<String>, String) {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.client.request(method, address).header(COOKIE, cookies.join("; "));
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        let answer = request.send().await.unwrap();
        assert!([200, 302, 303].contains(&answer.status().as_u16()), "{address}: {}", answer.status());
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        let to = to.map(|to| url::Url::parse(address).unwrap().join(&to).unwrap().to_string());
        (to, answer.text().await.unwrap())
    }

    /// Goes there, and is sent back to the app: path and query.
    async fn visit(&mut self, address: &str) -> String {
        let mut address = address.to_owned();
        for _ in 0..12 {
            if let Some(back) = address.strip_prefix(BASE_URL) {
                return back.to_owned();
            }
            let (to, page) = self.ask(Method::GET, &address, &[]).await;
            address = match to {
                Some(to) => to,
                None => self.fill_in(&page).await,
            };
        }
        panic!("never sent back: {address}");
    }

    async fn fill_in(&mut self, page: &str) -> String {
        let action = page.split("action=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let prompt = page.split("name=\"prompt\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let mut form = vec![("prompt", prompt.as_str())];
        if prompt == "login" {
            form.extend([("login", self.name), ("password", "whatever")]);
        }
        self.ask(Method::POST, &action, &form).await.0.expect("a form leads on")
    }
}

async fn link(browser: &Browser<'_>, visitor: &mut Visitor) -> String {
    let page = browser.post("/console/account/oidc", &[("password-oidc", PASSWORD)]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let way = between(&page, "class=\"button\" href=\"", "\"").replace("&#38;", "&").replace("&amp;", "&");
    let back = visitor.visit(&way).await;
    browser.get(&back).await.header("location").to_owned()
}

async fn log_in(browser: &Browser<'_>, visitor: &mut Visitor) -> (String, String) {
    let sent = browser.get("/console/oidc/login").await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let back = visitor.visit(sent.header("location")).await;
    let to = browser.get(&back).await.header("location").to_owned();
    (to, back)
}

/// With each kind of key, and names and secrets that must be encoded.
#[tokio::test]
async fn a_real_provider_lets_in_whose_account_is_linked_and_nobody_else() {
    for client in ["lettres", "lettres:es"] {
        let Some(real) = Real::here() else { return };
        let app = real.world(client).await;
        let checked = app.cli(&["user", "provider"]).await;
        assert!(checked.ok().contains(&format!("{BASE_URL}/console/oidc/return")), "{}", checked.stdout);
        let browser = app.browser("192.0.2.7");
        assert_eq!(browser.sign_in("ana@example.org", PASSWORD).await.status, 303);
        let mut ana = Visitor::called("ana");
        assert_eq!(link(&browser, &mut ana).await, "/console/account", "{client}: {}", real.log());
        browser.post("/console/logout", &[]).await;
        assert!(!browser.is_in().await);
        let (to, back) = log_in(&browser, &mut ana).await;
        assert_eq!(to, "/console", "{client}: {}", real.log());
        assert!(browser.is_in().await);
        assert!(back.contains("&iss="), "it names itself (RFC 9207): {back}");

        // Another person there, whatever they call themselves; and a code that was used, in a way of its own.
        let stranger = app.browser("192.0.2.8");
        let (to, _) = log_in(&stranger, &mut Visitor::called("bea")).await;
        assert_eq!(to, "/console/oidc/stopped?why=not-linked");
        let sent = stranger.get("/console/oidc/login").await;
        let fresh = ana.visit(sent.header("location")).await;
        let code = |address: &str| address.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        let replayed = stranger.get(&fresh.replace(&code(&fresh), &code(&back))).await;
        assert_eq!(replayed.header("location"), "/console/oidc/stopped?why=denied");
        assert!(!stranger.is_in().await);
    }
}

#[tokio::test]
async fn a_real_provider_that_is_stopped_leaves_the_password() {
    let Some(mut real) = Real::here() else { return };
    let app = real.world("lettres").await;
    let wrong = app.browser("192.0.2.9");
    let sent = wrong.get("/console/oidc/login").await;
    let back = Visitor::called("ana").visit(sent.header("location")).await;
    std::fs::write(real.folder.path().join("secret"), "another").unwrap();
    assert_eq!(wrong.get(&back).await.header("location"), "/console/oidc/stopped?why=misfit", "it does not know us so");
    real.process.kill().unwrap();
    real.process.wait().unwrap();
    let said = app.cli(&["user", "provider"]).await;
    said.fails(3);
    let browser = app.browser("192.0.2.7");
    assert_eq!(browser.sign_in("ana@example.org", PASSWORD).await.header("location"), "/console");
}
