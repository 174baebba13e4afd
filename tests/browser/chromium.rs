//! One chromium with its driver, both ended with the test.
//!
//! WebDriver (<https://www.w3.org/TR/webdriver2/>) is JSON over HTTP; of its commands a handful is used here, so `reqwest` is
//! enough: the libraries for it bring twenty crates, some of them twice.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{PATIENCE, skip};

/// Rules of axe-core for a page: WCAG 2.2 AA, RGAA 4, and its own good habits.
pub const PAGE: &str = r#"["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","RGAAv4","best-practice"]"#;
/// For a mail in a frame: without the habits and RGAA, which ask for the landmarks of a page.
pub const MAIL: &str = r#"["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa"]"#;

/// Of both, what the colours of a page decide.
pub const COLOURS: &str = r#"{"type":"rule","values":["color-contrast","link-in-text-block"]}"#;
/// Of both, what the room for its words decides.
pub const ROOM: &str =
    r#"{"type":"rule","values":["color-contrast","link-in-text-block","target-size","scrollable-region-focusable"]}"#;

/// A browser with an empty profile.
pub struct Chromium {
    http: reqwest::Client,
    /// The address of its session.
    session: String,
    driver: Child,
    _profile: tempfile::TempDir,
}

/// How a page is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub width: u32,
    pub colours: Colours,
}

/// Which colours somebody has asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    Light,
    Dark,
    /// A few of the system's own, whatever the page wants.
    Forced,
}

impl Colours {
    /// For the name of a picture.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Forced => "forced",
        }
    }
}

/// How a page is worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    Mouse,
    /// Tab, Enter and letters.
    Keyboard,
}

/// The keys of WebDriver (<https://www.w3.org/TR/webdriver2/#keyboard-actions>).
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";

/// What stands in a rule's way on a page.
#[derive(Debug)]
pub struct Fault {
    pub rule: String,
    pub where_: String,
}

fn axe() -> Option<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/browser/axe.min.js");
    std::fs::read_to_string(file).ok()
}

impl Chromium {
    /// Starts it; `None` where it cannot be, which is said. `scripts`: whether pages may run theirs.
    pub async fn start(scripts: bool) -> Option<Self> {
        let missing = ["chromedriver", "chromium"].into_iter().find(|name| {
            !std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
                .any(|folder| folder.join(name).is_file())
        });
        if let Some(name) = missing {
            skip("a real browser", &format!("{name} is not there: see tests/browser.sh fetch"));
            return None;
        }
        let profile = crate::harness::folder();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new("chromedriver");
        let driver = command.arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let session = connect(&http, port, profile.path(), scripts).await;
        let browser = Self { http, session, driver, _profile: profile };
        // A page 320 px wide has all of them for itself, as on a telephone.
        browser.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true })).await;
        Some(browser)
    }

    /// One command; gives its value, or what the driver says against it.
    async fn attempt(&self, path: &str, parameters: Value) -> Result<Value, String> {
        let address = format!("{}/{path}", self.session);
        let answer = self.http.post(address).body(parameters.to_string()).send().await.expect("the driver answers");
        let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        if answer["value"]["error"].is_null() {
            return Ok(answer["value"].clone());
        }
        Err(format!("{path}: {}", answer["value"]["message"]))
    }

    /// One command; gives its value.
    async fn command(&self, path: &str, parameters: Value) -> Value {
        self.attempt(path, parameters).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Opens an address and waits until its page is there.
    pub async fn goto(&self, address: &str) {
        self.command("url", json!({ "url": address })).await;
    }

    /// Runs a script in the page; gives what it returns.
    pub async fn run(&self, script: &str) -> Value {
        self.command("execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// The same for a page that may be on its way to another: then nothing is run.
    pub async fn try_to_run(&self, script: &str) {
        self.attempt("execute/sync", json!({ "script": script, "args": [] })).await.ok();
    }

    /// An element of the page, once it is there.
    async fn element(&self, css: &str) -> String {
        let begin = Instant::now();
        loop {
            let asked = json!({ "using": "css selector", "value": css });
            let answer = self.http.post(format!("{}/element", self.session)).body(asked.to_string()).send().await;
            let answer: Value =
                serde_json::from_str(&answer.expect("the driver answers").text().await.unwrap()).unwrap();
            let found = answer["value"].as_object().and_then(|found| found.values().next()).and_then(Value::as_str);
            if let Some(id) = found.filter(|_| answer["value"]["error"].is_null()) {
                return id.to_owned();
            }
            assert!(begin.elapsed() < PATIENCE, "no {css} at {}", self.address().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn ask(&self, path: &str) -> Value {
        let answer = self.http.get(format!("{}/{path}", self.session)).send().await.expect("the driver answers");
        let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        answer["value"].clone()
    }

    /// Where the browser is.
    pub async fn address(&self) -> String {
        self.ask("url").await.as_str().unwrap_or_default().to_owned()
    }

    /// Keys, wherever the focus is.
    async fn keys(&self, text: &str) {
        let strokes = text.chars().flat_map(|key| {
            let key = key.to_string();
            [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]
        });
        let actions =
            json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes.collect::<Vec<_>>() }] });
        self.command("actions", actions).await;
    }

    /// Brings the focus to an element, by Tab alone if there is no mouse.
    async fn reach(&self, css: &str, hand: Hand) -> String {
        let wanted = self.element(css).await;
        if hand == Hand::Mouse {
            return wanted;
        }
        for _ in 0..300 {
            let found = self.ask("element/active").await;
            if found.as_object().is_some_and(|found| found.values().any(|id| id.as_str() == Some(&wanted))) {
                return wanted;
            }
            self.keys(TAB).await;
        }
        panic!("no Tab leads to {css} at {}", self.address().await);
    }

    /// Presses a button, or follows a link.
    pub async fn press(&self, css: &str, hand: Hand) {
        let element = self.reach(css, hand).await;
        match hand {
            Hand::Mouse => drop(self.command(&format!("element/{element}/click"), json!({})).await),
            Hand::Keyboard => self.keys(ENTER).await,
        }
    }

    /// Writes into a field what it is to hold.
    pub async fn fill(&self, css: &str, text: &str, hand: Hand) {
        let element = self.reach(css, hand).await;
        if hand == Hand::Mouse {
            self.command(&format!("element/{element}/clear"), json!({})).await;
            self.command(&format!("element/{element}/value"), json!({ "text": text })).await;
        } else {
            // Tab has selected what was in it.
            self.keys(text).await;
        }
    }

    /// Chooses an option of a list by the first letters of its words.
    pub async fn choose(&self, css: &str, words: &str, hand: Hand) {
        let element = self.reach(css, hand).await;
        match hand {
            Hand::Mouse => drop(self.command(&format!("element/{element}/value"), json!({ "text": words })).await),
            Hand::Keyboard => self.keys(words).await,
        }
    }

    /// A command of Chromium's own protocol.
    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.command("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    /// From now on pages are seen like this.
    pub async fn look(&self, look: Look) {
        let size = json!({ "width": look.width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        // High contrast, as most who force colours have it, is on a black ground.
        let scheme = if look.colours == Colours::Light { "light" } else { "dark" };
        let forced = if look.colours == Colours::Forced { "active" } else { "none" };
        // Without motion: a colour on its way from one scheme to the other would be judged for neither.
        let features =
            [("prefers-color-scheme", scheme), ("forced-colors", forced), ("prefers-reduced-motion", "reduce")];
        let features = features.map(|(name, value)| json!({ "name": name, "value": value }));
        let features = json!({ "features": features });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// From now on the browser has an authenticator in it, whose owner always says yes
    /// (<https://www.w3.org/TR/webauthn-3/#sctn-automation>).
    pub async fn bring_authenticator(&self) {
        let authenticator = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserVerified": true,
        });
        self.command("webauthn/authenticator", authenticator).await;
    }

    /// Gives the browser a cookie of an address.
    pub async fn cookie(&self, address: &str, name: &str, value: &str) {
        let cookie = json!({ "url": address, "name": name, "value": value, "httpOnly": true, "sameSite": "Lax" });
        self.devtools("Network.setCookie", cookie).await;
    }

    /// Keeps a picture of the whole page in the folder `FACTEUR_BROWSER_PICTURES`, where that is set: to be looked at.
    pub async fn picture(&self, name: &str) {
        if std::env::var_os(PICTURES).is_none() {
            return;
        }
        let taken = self.devtools("Page.captureScreenshot", json!({ "captureBeyondViewport": true })).await;
        keep(name, &taken["data"]);
    }

    /// The same of each of these elements by itself.
    pub async fn pictures_of(&self, css: &str, name: &str) {
        if std::env::var_os(PICTURES).is_none() {
            return;
        }
        let found = self.command("elements", json!({ "using": "css selector", "value": css })).await;
        for (number, element) in found.as_array().expect("a list").iter().enumerate() {
            let id = element.as_object().and_then(|element| element.values().next()).and_then(Value::as_str);
            let taken = self.ask(&format!("element/{}/screenshot", id.expect("an element"))).await;
            keep(&format!("{name}-{number}"), &taken);
        }
    }

    /// Shows a document of its own, outside the sandbox in which its frame holds it.
    pub async fn show(&self, html: &str) {
        self.goto("about:blank").await;
        let tree = self.devtools("Page.getFrameTree", json!({})).await;
        let frame = tree["frameTree"]["frame"]["id"].clone();
        self.devtools("Page.setDocumentContent", json!({ "frameId": frame, "html": html })).await;
    }

    /// Sends a form from the page that is open, with the code that its own forms carry (unless `fields` has one), and waits for the
    /// page that comes; gives its status.
    pub async fn send_form(&self, action: &str, fields: &[(&str, &str)]) -> i64 {
        let script = format!(
            "window.before = true; const form = document.createElement('form'); form.method = 'post'; form.action = {};\
             const fields = {}; const code = document.querySelector('input[name=code]');\
             if (code && !fields.some(field => field[0] === 'code')) fields.unshift(['code', code.value]);\
             for (const [name, value] of fields) {{ const field = document.createElement('textarea');\
             field.name = name; field.value = value; form.append(field); }}\
             document.body.append(form); form.submit();",
            json!(action),
            json!(fields)
        );
        self.run(&script).await;
        let begin = Instant::now();
        loop {
            let there = "return window.before === undefined && document.readyState === 'complete'";
            // A question in the middle of the change is refused.
            let asked = self.attempt("execute/sync", json!({ "script": there, "args": [] })).await;
            if asked == Ok(json!(true)) {
                return self.status().await;
            }
            assert!(begin.elapsed() < PATIENCE, "no answer to {action}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The status with which the page came.
    pub async fn status(&self) -> i64 {
        let asked = "return performance.getEntriesByType('navigation')[0]?.responseStatus ?? 0";
        self.run(asked).await.as_i64().unwrap_or_default()
    }

    /// Brings axe-core into each page from now on; [`Self::faults`] may then be asked as often as a page is looked at in another way.
    pub async fn bring_axe(&self) {
        let script = json!({ "source": axe().expect("axe-core is there") });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", script).await;
    }

    /// What axe-core finds wrong by these rules with the page, frames inside it aside, and whether it scrolls sideways. `styles`:
    /// whether it reads the style sheets, too, which some rules do.
    pub async fn faults(&self, rules: &str, styles: bool) -> Vec<Fault> {
        let ask = format!(
            "const done = arguments[0]; const page = document.documentElement; \
             const say = found => done([found, page.scrollWidth, window.innerWidth]); \
             axe.run(document, {{ runOnly: {rules}, resultTypes: ['violations'], iframes: false, preload: {styles} }})\
             .then(found => say(found.violations.flatMap(rule => rule.nodes.map(node => \
             [rule.id, node.target.join(' ') + ' | ' + node.html.slice(0, 160)]))), error => say([['axe', String(error)]]))"
        );
        let said = self.command("execute/async", json!({ "script": ask, "args": [] })).await;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let found = said[0].as_array().expect("a list");
        let mut faults: Vec<Fault> =
            found.iter().map(|fault| Fault { rule: text(&fault[0]), where_: text(&fault[1]) }).collect();
        if said[1].as_i64() > said[2].as_i64() {
            let where_ = format!("{} px of {}", said[1], said[2]);
            faults.push(Fault { rule: "scrolls sideways".to_owned(), where_ });
        }
        faults
    }

    /// Whether axe-core is there; if not, that is said.
    pub fn has_axe() -> bool {
        let has = axe().is_some();
        if !has {
            skip("axe-core", "it is not there: see tests/browser.sh fetch");
        }
        has
    }

    /// Has the driver end the browser, without a runtime: a test that fails leaves none behind, either.
    fn quit(&self) -> std::io::Result<()> {
        use std::io::{Read as _, Write as _};
        let (host, path) = self.session.trim_start_matches("http://").split_once('/').unwrap_or_default();
        let mut driver = std::net::TcpStream::connect(host)?;
        driver.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(driver, "DELETE /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
        driver.read_to_end(&mut Vec::new()).map(drop)
    }
}

/// Where pictures are kept, if they are.
const PICTURES: &str = "FACTEUR_BROWSER_PICTURES";

/// Keeps a picture, base64 as the browser gives it.
fn keep(name: &str, taken: &Value) {
    use base64::Engine as _;
    let Some(folder) = std::env::var_os(PICTURES) else { return };
    let bytes = base64::engine::general_purpose::STANDARD.decode(taken.as_str().expect("a picture")).unwrap();
    std::fs::write(Path::new(&folder).join(format!("{name}.png")), bytes).unwrap();
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.quit().ok();
        self.driver.kill().ok();
        self.driver.wait().ok();
    }
}

async fn connect(http: &reqwest::Client, port: u16, profile: &Path, scripts: bool) -> String {
    let mut arguments: Vec<String> = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
    ]
    .map(str::to_owned)
    .to_vec();
    arguments.push(format!("--user-data-dir={}", profile.display()));
    let scripts = if scripts { json!({}) } else { json!({ "profile.managed_default_content_settings.javascript": 2 }) };
    let options = json!({ "args": arguments, "prefs": scripts, "binary": "/usr/bin/chromium" });
    let wanted = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } }).to_string();
    let (begin, address) = (Instant::now(), format!("http://127.0.0.1:{port}/session"));
    loop {
        match http.post(&address).body(wanted.clone()).send().await {
            Ok(answer) => {
                let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
                let id = answer["value"]["sessionId"].as_str();
                return format!("{address}/{}", id.unwrap_or_else(|| panic!("no browser: {answer}")));
            }
            Err(error) if begin.elapsed() > PATIENCE => panic!("no driver: {error}"),
            // It is not listening yet.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}
