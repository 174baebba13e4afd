//! One digest and one letter to each real mail server, by the whole app with the settings that it comes with: each mail
//! arrives once and unchanged, the digest ends, and nothing stands still.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use facteur::feeds::NewPost;

use super::tap::Tap;
use super::{Receiver, servers};
use crate::dkim::verifiers;
use crate::harness::smtp::{Settings, Sink};
use crate::harness::{Builder, PATIENCE, TestApp};

/// Readers of the digest; one of them gets a letter too.
const READERS: usize = 400;
/// A server that takes nothing for so long stands still.
const STALL: Duration = Duration::from_secs(10);
/// For the whole digest.
const LONGEST: Duration = Duration::from_mins(2);

/// What came of one server: a line of the table, and what is wrong with it.
struct Outcome {
    line: String,
    wrong: Vec<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_real_server_gets_a_mail_twice_or_changed_and_none_stands_still() {
    let mut outcomes = Vec::new();
    for (name, version) in servers() {
        outcomes.push(mailing(&name, &version).await);
    }
    println!("| server | version | envelopes, by gear | connections | arrived | twice | longest gap, s | whole, s |");
    println!("| --- | --- | --- | --: | --: | --: | --: | --: |");
    for outcome in &outcomes {
        println!("{}", outcome.line);
    }
    let wrong: Vec<_> = outcomes.iter().flat_map(|outcome| &outcome.wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The settings that Facteur comes with, but for what says where the server is.
fn settings(name: &str, port: u16, folder: &std::path::Path) -> Builder {
    let builder = TestApp::builder().set("smtp.port", port).set("smtp.connections", 10);
    if name != "dovecot" {
        return builder;
    }
    let password = folder.join("password");
    std::fs::write(&password, "secret\n").unwrap();
    std::fs::set_permissions(&password, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    builder.set("smtp.username", "facteur").set("smtp.password_file", password.to_str().unwrap())
}

async fn mailing(name: &str, version: &str) -> Outcome {
    let sink = Sink::start_with(Settings { keep: 10_000, ..Settings::default() }, None);
    let folder = crate::harness::folder();
    let receiver = Receiver::start(name, folder.path(), sink.port());
    let tap = Tap::start(receiver.port).await;
    let app = settings(name, tap.port, folder.path()).spawn().await;
    let newsletter = app.newsletter("carnet").await;
    app.readers(&newsletter, READERS).await;
    facteur::feeds::add(&app.app, newsletter.id, post()).await.unwrap();
    let dns = app.signing_key("lettres.example.org", "one").await;
    app.letter_to(&newsletter, app.number("SELECT MIN(id) FROM subscriber").await).await;
    let began = Instant::now();
    let digest = app.send_now(&newsletter).await;
    let mut wrong = Vec::new();
    if let Some(left) = ends(&app, digest, began).await {
        wrong.push(format!("{name}: not ended after {LONGEST:?}: {left}"));
    }
    let done = Instant::now();
    arrive(&sink, READERS + 1).await;
    wrong.extend(compare(name, &tap, &sink));
    let gap = tap.longest_gap(done);
    if gap > STALL {
        wrong.push(format!("{name}: nothing went by for {gap:?}"));
    }
    let arrived = by_message_id(&sink);
    for copies in arrived.values().step_by(20) {
        if verifiers::mail_auth(&copies[0], &dns).await != 2 {
            wrong.push(format!("{name}: a signature did not survive"));
        }
    }
    let twice = arrived.values().filter(|copies| copies.len() > 1).count();
    let line = format!(
        "| {name} | {version} | {} | {} | {} of {} | {twice} | {:.1} | {:.1} |",
        tap.gears(),
        tap.connections(),
        arrived.len(),
        READERS + 1,
        gap.as_secs_f64(),
        (done - began).as_secs_f64()
    );
    Outcome { line, wrong }
}

/// About 40 KB on the wire.
fn post() -> NewPost {
    let paragraph = "<p>Le facteur passe chaque matin, quel que soit le temps, et dépose dans la boîte ce que le village \
                     écrit&nbsp;: une lettre, une facture, parfois un colis.</p>\n";
    NewPost {
        title: "Le facteur passe".into(),
        url: Some("https://blog.example.org/facteur".into()),
        html: Some(paragraph.repeat(80)),
        ..NewPost::default()
    }
}

/// Waits for the end of the digest and of all letters; else says what is left.
async fn ends(app: &TestApp, digest: i64, began: Instant) -> Option<String> {
    let open = format!(
        "SELECT (SELECT COUNT(*) FROM digest WHERE id = {digest} AND finished_at IS NULL)
              + (SELECT COUNT(*) FROM letter WHERE state NOT IN (2, 3, 5))"
    );
    while app.number(&open).await > 0 {
        if began.elapsed() > LONGEST {
            return Some(format!("{:?}", app.counts(digest).await));
        }
        app.wake();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let counts = app.counts(digest).await;
    (counts.accepted != counts.recipients).then(|| format!("{counts:?}"))
}

/// Waits until all has come through, and as long again as a second copy might take.
async fn arrive(sink: &Sink, expected: usize) {
    let began = Instant::now();
    while sink.taken() < expected && began.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
}

fn by_message_id(sink: &Sink) -> HashMap<String, Vec<Vec<u8>>> {
    let mut arrived: HashMap<String, Vec<Vec<u8>>> = HashMap::new();
    for mail in sink.mails() {
        arrived.entry(mail.message_id.clone()).or_default().push(mail.bytes.clone());
    }
    arrived
}

/// What left against what arrived.
fn compare(name: &str, tap: &Tap, sink: &Sink) -> Vec<String> {
    let (sent, arrived) = (tap.contents(), by_message_id(sink));
    let mut wrong = BTreeSet::new();
    if arrived.len() != READERS + 1 {
        wrong.insert(format!("{name}: {} of {} mails arrived", arrived.len(), READERS + 1));
    }
    for (id, copies) in &arrived {
        if copies.len() > 1 {
            wrong.insert(format!("{name}: a mail arrived {} times", copies.len()));
        }
        let Some(sent) = sent.get(id) else {
            wrong.insert(format!("{name}: a mail arrived under another Message-ID"));
            continue;
        };
        if body(sent) != body(&copies[0]) {
            wrong.insert(format!("{name}: a body is not as it was sent"));
        }
        let there = head(&copies[0]);
        for line in head(sent).iter().filter(|line| !there.contains(line)) {
            wrong.insert(format!("{name}: a header was changed: {}", line.split(':').next().unwrap_or_default()));
        }
    }
    wrong.into_iter().collect()
}

/// The header's lines, unfolded.
pub fn head(mail: &[u8]) -> Vec<String> {
    let end = memchr::memmem::find(mail, b"\r\n\r\n").unwrap_or(mail.len());
    let text = String::from_utf8_lossy(&mail[..end]).replace("\r\n ", " ").replace("\r\n\t", " ");
    text.split("\r\n").map(str::to_owned).collect()
}

fn body(mail: &[u8]) -> &[u8] {
    memchr::memmem::find(mail, b"\r\n\r\n").map_or(&[], |end| &mail[end + 4..])
}
