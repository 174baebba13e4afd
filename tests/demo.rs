//! The demo as its visitor meets it: the real binary, its six steps by HTTP, and the walls around it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HOST, LOCATION, ORIGIN, SET_COOKIE};

use crate::harness::TestApp;

/// Longest wait for one answer; the clock's button waits for the mails it sends.
const PATIENCE: Duration = Duration::from_mins(1);

/// A started `facteur demo`, ended at the latest with the test.
struct Demo {
    child: Child,
    base: String,
    http: reqwest::Client,
    /// Its temporary files; a killed demo cannot remove them itself.
    _folder: tempfile::TempDir,
}

/// An answer, read to its end.
struct Answer {
    status: u16,
    location: String,
    /// Its first cookie, as a browser gives it back.
    cookie: String,
    body: String,
}

impl Demo {
    fn start(arguments: &[&str]) -> Self {
        let folder = crate::harness::folder();
        let mut command = Command::new(env!("CARGO_BIN_EXE_facteur"));
        command.args(["demo", "--json"]).args(arguments).env("LANG", "fr_FR.UTF-8").env_remove("LC_ALL");
        command.env_remove("LC_MESSAGES").env("TMPDIR", folder.path());
        let mut child = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().expect("the binary is built");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: serde_json::Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line:?}"));
        let base = said["base_url"].as_str().unwrap().to_owned();
        let redirect = reqwest::redirect::Policy::none();
        let http = reqwest::Client::builder().redirect(redirect).no_proxy().timeout(PATIENCE).build().unwrap();
        Self { child, base, http, _folder: folder }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        self.http.request(method, url)
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let answer = request.send().await.expect("the demo answers");
        let location = answer.headers().get(LOCATION).map_or("", |value| value.to_str().unwrap()).to_owned();
        let cookie = answer.headers().get(SET_COOKIE).map_or("", |value| value.to_str().unwrap());
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Answer { status: answer.status().as_u16(), location, cookie, body: answer.text().await.unwrap() }
    }

    async fn get(&self, path: &str) -> String {
        let answer = self.send(self.request(Method::GET, path)).await;
        assert_eq!(answer.status, 200, "GET {path}: {}", answer.body);
        answer.body
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.request(Method::POST, path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(body)).await
    }

    /// The step that the strip of a page points to; 0 when all are done.
    async fn step(&self, path: &str) -> usize {
        let page = self.get(path).await;
        let strip = page.split("<aside class=\"tour\"").nth(1).expect("the strip stands on every page");
        let steps = strip.split("<ol class=\"tour-steps\">").nth(1).unwrap().split("</ol>").next().unwrap();
        let lines: Vec<&str> = steps.split("<li").skip(1).collect();
        assert_eq!(lines.len(), 6);
        lines.iter().position(|line| line.contains("aria-current=\"step\"")).map_or(0, |at| at + 1)
    }

    /// A link of a mail's HTML that holds `part`.
    async fn link(&self, mail: usize, part: &str) -> String {
        let html = self.get(&format!("/demo/mail/{mail}/html")).await;
        let found = html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        found.into_iter().find(|link| link.contains(part)).unwrap_or_else(|| panic!("no {part} in {html}")).to_owned()
    }

    /// Ctrl-C, and the end.
    fn stop(mut self) -> Option<i32> {
        let sent = Command::new("kill").arg("-INT").arg(self.child.id().to_string()).status().unwrap();
        assert!(sent.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

async fn subscribe(demo: &Demo, email: &str) {
    let answer = demo.post("/n/carnet", &[("email", email), ("lang", "fr"), ("page", "http://blog.example/")]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}

/// A year of invented history: each plot shows something, and so does a mailing of before.
async fn shows_a_year(demo: &Demo, cookie: &str) {
    let look = async |path: &str| {
        let shown = demo.send(demo.request(Method::GET, path).header("cookie", cookie)).await;
        assert_eq!(shown.status, 200, "{path}: {}", shown.body);
        shown.body
    };
    let stats = look("/console/n/carnet/stats?span=all").await;
    assert_eq!(stats.matches("role=\"img\"").count(), 3, "readers, moves, who left");
    assert!(stats.contains("class=\"mark\"") && stats.contains("Envoi inventé 13"), "{stats}");
    let (_, rest) = stats.split_once("Envoi inventé 12").expect("a mailing of before");
    let of_before = rest.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(of_before.ends_with("/stats"), "{of_before}");
    let timeline = look(of_before).await;
    assert!(timeline.contains("role=\"img\"") && timeline.contains("Gmail"), "{timeline}");
    assert!(look(of_before.trim_end_matches("/stats")).await.contains("Envoi inventé 11"));
}

/// The editor's side of it, by one press: nobody has a password.
async fn opens_the_console(demo: &Demo) {
    let login = demo.get("/console/login").await;
    assert!(login.contains("class=\"tour-act\" method=\"post\" action=\"/demo/console\""), "{login}");
    let entered = demo.post("/demo/console", &[]).await;
    assert_eq!((entered.status, entered.location.as_str()), (303, "/console/n/carnet"));
    let request = demo.request(Method::GET, "/console/n/carnet").header("cookie", entered.cookie.as_str());
    let today = demo.send(request).await;
    assert!(today.body.contains("301 abonnés confirmés"), "{}", today.body);
    assert!(today.body.contains("<aside class=\"tour\""), "the strip stands here, too");
    shows_a_year(demo, &entered.cookie).await;
}

#[tokio::test]
async fn six_steps_lead_from_the_form_to_the_mailbox_and_out_again() {
    let demo = Demo::start(&["--port", "0"]);
    assert_eq!(demo.step("/demo").await, 1);
    assert!(demo.get("/demo").await.contains("<html lang=\"fr\""), "the language is that of LANG");

    // 1. The form that stands in the sample blog.
    assert!(demo.get("/demo/blog").await.contains("action=\"/n/carnet\""));
    subscribe(&demo, "ana@example.org").await;
    assert_eq!(demo.step("/demo/mail").await, 2, "the mailbox waits for the letter");

    // 2. Opening the link changes nothing; the button confirms.
    let mail = demo.get("/demo/mail/1").await;
    assert!(mail.contains("ana@example.org") && mail.contains("sandbox="), "{mail}");
    let confirm = demo.link(1, "/confirm/").await;
    assert_eq!(demo.step(&confirm).await, 2);
    assert_eq!(demo.post(&confirm, &[]).await.status, 200);
    assert_eq!(demo.step("/demo").await, 3);

    // 3. A prepared post; Facteur knows it at once.
    let page = demo.get("/demo/blog").await;
    let draft = page.split("name=\"draft\" value=\"").nth(1).expect("a draft waits").split('"').next().unwrap();
    let published = demo.post("/demo/blog/publish", &[("draft", draft)]).await;
    assert_eq!((published.status, published.location.as_str()), (303, &*format!("/demo/blog/{draft}?new=1")));
    let story = demo.get(&published.location).await;
    assert!(story.contains("Facteur a lu le flux"), "{story}");
    assert!(demo.get("/demo/blog/feed.xml").await.contains(&format!("/demo/blog/{draft}</guid>")));
    assert_eq!(demo.step("/demo").await, 4);

    // 4. Monday 8:00 comes when one wishes.
    let turned = demo.post("/demo/clock", &[]).await;
    assert_eq!((turned.status, turned.location.as_str()), (303, "/demo/mail"), "{}", turned.body);
    let guide = demo.get("/demo").await;
    assert!(guide.contains("Parti vers 301 adresses"), "{guide}");
    let clock = guide.split("class=\"clock-now\">").nth(1).unwrap().split('<').next().unwrap();
    assert!(clock.starts_with("lundi ") && clock.ends_with("8\u{a0}h\u{a0}00"), "{clock}");
    assert_eq!(demo.step("/demo/mail").await, 5);

    opens_the_console(&demo).await;

    // 5. The digest, in each of its views.
    for view in ["html", "phone", "text", "headers", "check"] {
        demo.get(&format!("/demo/mail/2?show={view}")).await;
    }
    let raw = demo.get("/demo/mail/2/raw").await;
    let findings = facteur::mails::lint::check(raw.as_bytes());
    assert!(findings.iter().all(|finding| !finding.is_error()), "{findings:?}");
    let checked = demo.get("/demo/mail/2?show=check").await;
    assert!(checked.contains("notice good"), "{checked}");
    assert!(demo.get("/demo/mail/2/html").await.contains("/demo/picture/"), "the post's picture is in the mail");
    assert_eq!(demo.step("/demo").await, 6);

    // 6. Leaving, and coming back.
    let leave = demo.link(2, "/unsubscribe/").await;
    assert_eq!(demo.step(&leave).await, 6, "looking changes nothing");
    assert_eq!(demo.post(&leave, &[]).await.status, 200);
    assert_eq!(demo.step("/demo").await, 0);
    assert!(demo.get("/demo").await.contains("vous êtes parti"));
    assert_eq!(demo.post(&format!("{leave}/undo"), &[]).await.status, 200);
    let guide = demo.get("/demo").await;
    assert!(guide.contains("La visite est terminée"), "{guide}");

    // Once more: a post of one's own reaches whoever came back; a slot without a new post is recorded as skipped.
    let own = demo.post("/demo/blog/publish", &[("title", "À moi & à vous"), ("text", "Un *mot* & un <script>")]).await;
    assert_eq!(own.status, 303, "{}", own.body);
    assert_eq!(demo.post("/demo/clock", &[]).await.location, "/demo/mail");
    assert!(demo.get("/demo/mail/3").await.contains("À moi &#38; à vous"));
    assert_eq!(demo.post("/demo/clock", &[]).await.location, "/demo#slots");
    let guide = demo.get("/demo").await;
    assert!(guide.contains("Pas d’envoi\u{202f}: aucun nouveau billet"), "{guide}");

    assert_eq!(demo.stop(), Some(0));
}

#[tokio::test]
async fn the_guide_speaks_the_language_that_is_asked_for() {
    let demo = Demo::start(&["--port", "0", "--lang", "en"]);
    assert!(demo.get("/demo").await.contains("From the post to the mailbox"));
    let form = demo.get("/n/carnet").await;
    assert!(form.contains("<html lang=\"en\"") && form.contains("The tour in six steps"), "{form}");
    let other = demo.send(demo.request(Method::GET, "/demo?lang=fr")).await;
    assert!(other.body.contains("en six étapes"));
    let remembered = demo.send(demo.request(Method::GET, "/demo").header("cookie", "demo_lang=fr")).await;
    assert!(remembered.body.contains("en six étapes"));
    subscribe(&demo, "ana@example.org").await;
    assert!(
        demo.get("/demo/mail").await.contains("Confirmez votre abonnement"),
        "the letter is in the form's language"
    );
}

#[tokio::test]
async fn a_visitor_reads_what_was_sent_from_the_bar() {
    let demo = Demo::start(&["--port", "0"]);
    let guide = demo.get("/demo").await;
    assert!(guide.matches("href=\"/n/carnet/archive\"").count() == 2, "in the bar and in the text: {guide}");
    assert!(guide.contains("Les archives de cette lettre sont publiques"), "{guide}");
    // As a browser asks that takes compressed pages and has one of before.
    let ask = |path: &str| {
        let request = demo.request(Method::GET, path).header("accept-encoding", "gzip");
        request.header("if-none-match", "*")
    };
    let list = demo.send(ask("/n/carnet/archive")).await;
    assert_eq!(list.status, 200, "{}", list.body);
    assert!(list.body.contains("<aside class=\"tour\"") && list.body.contains("Envoi inventé"), "{}", list.body);
    let page = list.body.split("href=\"").find(|rest| rest.starts_with("/n/carnet/archive/envoi-")).expect("a mailing");
    let page = demo.send(ask(page.split('"').next().unwrap())).await;
    assert!(page.status == 200 && page.body.contains("Cet envoi a été inventé"), "{}", page.body);
}

#[tokio::test]
async fn nobody_else_reaches_the_demo() {
    let demo = Demo::start(&["--port", "0"]);
    let port = demo.base.rsplit(':').next().unwrap().to_owned();
    for host in ["evil.example", &format!("evil.example:{port}"), "127.0.0.1"] {
        let answer = demo.send(demo.request(Method::GET, "/demo/mail").header(HOST, host)).await;
        assert_eq!(answer.status, 421, "{host}");
    }
    let host = format!("localhost:{port}");
    assert_eq!(demo.send(demo.request(Method::GET, "/demo").header(HOST, host)).await.status, 200);
    for origin in ["https://evil.example", "null"] {
        let answer = demo.send(demo.request(Method::POST, "/demo/clock").header(ORIGIN, origin)).await;
        assert_eq!(answer.status, 403, "{origin}");
    }
    let mine = demo.request(Method::POST, "/demo/clock").header(ORIGIN, "null").header("sec-fetch-site", "same-origin");
    assert_eq!(demo.send(mine).await.status, 303, "what a browser says of a form of ours");
    for path in ["/demo/mail/1", "/demo/mail/x", "/demo/blog/nothing", "/demo/picture/..%2f..%2fCargo.toml", "/demo/x"]
    {
        let status = demo.send(demo.request(Method::GET, path)).await.status;
        assert!(status == 404 || status == 400, "{path}: {status}");
    }
    let empty = demo.post("/demo/blog/publish", &[("title", " "), ("text", "x")]).await;
    assert!(empty.status == 200 && empty.body.contains("Il manque le titre"), "{}", empty.body);
}

#[tokio::test]
async fn serve_knows_nothing_of_the_demo() {
    let app = TestApp::spawn().await;
    for path in ["/demo", "/demo/mail", "/demo/blog", "/demo/blog/feed.xml"] {
        assert_eq!(app.get(path).await.status, 404, "{path}");
    }
    assert_eq!(app.post_form("/demo/clock", &[]).await.status, 404);
    assert!(!app.get("/").await.body.contains("/demo"));
}

#[tokio::test]
async fn what_is_kept_is_there_the_next_time() {
    let folder = crate::harness::folder();
    let keep = folder.path().join("kept");
    let keep = keep.to_str().unwrap();
    let demo = Demo::start(&["--port", "0", "--keep", keep]);
    subscribe(&demo, "ana@example.org").await;
    let confirm = {
        demo.get("/demo/mail").await;
        demo.link(1, "/confirm/").await
    };
    demo.post("/demo/clock", &[]).await;
    let clock = |page: &str| page.split("class=\"clock-now\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let before = clock(&demo.get("/demo").await);
    assert_eq!(demo.stop(), Some(0));
    assert!(Path::new(keep).join("facteur.db").exists());

    let demo = Demo::start(&["--keep", keep]);
    assert_eq!(
        clock(&demo.get("/demo").await).split(',').next(),
        before.split(',').next(),
        "the clock stands where it stood"
    );
    assert!(demo.get("/demo/mail").await.contains("Confirmez votre abonnement"));
    assert_eq!(demo.post(&confirm, &[]).await.status, 200, "links in old mails still work");
    assert_eq!(demo.step("/demo").await, 3);
    assert_eq!(demo.stop(), Some(0));
}

#[tokio::test]
async fn a_temporary_folder_goes_with_the_demo() {
    let folder = crate::harness::folder();
    let mut command = Command::new(env!("CARGO_BIN_EXE_facteur"));
    command.args(["demo", "--port", "0"]).env("TMPDIR", folder.path()).env("LANG", "C.UTF-8").env_remove("LC_ALL");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.by_ref().any(|line| line.contains("Ctrl-C")), "it says how to stop it");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
