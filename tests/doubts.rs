//! Mails in doubt that are held for an editor: status tells of them, the command line and the API decide.

use std::collections::HashSet;

use facteur::ledger::count::{self, Counts};
use facteur::ledger::pack;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::smtp::Settings;
use crate::harness::smtp::faults::Stage;
use crate::harness::{Answer, PATIENCE, TestApp};
use facteur::digests::MEANING;

const READERS: usize = 20;

/// A digest that has ended with two mails in doubt: p8's arrived, p15's did not.
struct Held {
    app: TestApp,
    digest: i64,
    /// Its id outside.
    id: String,
}

impl Held {
    async fn ready(packed: bool) -> Self {
        let builder = TestApp::builder().set("smtp.connections", 1).set("smtp.on_uncertain", "hold");
        let app = builder.spawn().await;
        let carnet = app.newsletter("carnet").await;
        app.readers(&carnet, READERS).await;
        app.post(&carnet, "Des nouvelles").await;
        app.sink.on(Stage::Dot).to("p8@example.org").first(1).stored().drop_connection();
        app.sink.on(Stage::Dot).to("p15@example.org").first(1).drop_connection();
        let digest = app.send_now(&carnet).await;
        app.idle().await;
        let id = app.public_id(digest).await;
        let held = Self { app, digest, id };
        assert_eq!(held.stands().await, ("finished".into(), 18, 2));
        if packed {
            held.pack().await;
            assert_eq!(held.stands().await, ("finished".into(), 18, 2));
        }
        held
    }

    async fn pack(&self) {
        pack::digest(&self.app.app, MEANING, self.digest).await.unwrap();
        assert_eq!(self.app.number("SELECT COUNT(*) FROM delivery").await, 0, "packed");
    }

    async fn counts(&self) -> Counts {
        self.app.counts(self.digest).await
    }

    /// State, accepted, in doubt.
    async fn stands(&self) -> (String, i64, i64) {
        let state = self.app.digest_state(self.digest).await;
        let counts = self.counts().await;
        assert_eq!(counts.recipients, READERS as i64, "{counts:?}");
        (state, counts.accepted, counts.uncertain)
    }

    /// Everybody has it, so many people twice; so many may have it twice by the books, packed or not.
    async fn is_whole(&self, repeats: usize, maybe_twice: i64) {
        self.app.idle().await;
        assert_eq!(self.stands().await, ("finished".into(), 20, 0));
        let everyone = (1..=READERS).map(|n| format!("p{n}@example.org")).collect();
        assert_eq!(self.app.assert_nothing_lost(&everyone, repeats).await.repeats, repeats);
        assert_eq!(count::reasons(&self.app.app, self.digest).await.unwrap().maybe_twice, maybe_twice);
        self.pack().await;
        assert_eq!(self.stands().await, ("finished".into(), 20, 0));
        assert_eq!(count::reasons(&self.app.app, self.digest).await.unwrap().maybe_twice, maybe_twice);
        self.app.cli(&["fsck"]).await.ok();
    }

    /// Nobody was written to again.
    async fn is_settled(&self) {
        self.app.idle().await;
        assert_eq!(self.stands().await, ("finished".into(), 20, 0));
        let people: HashSet<String> = self.app.mails().iter().map(|mail| mail.to.clone()).collect();
        assert_eq!((people.len(), self.app.sink.taken()), (19, 19), "p15 has none");
        assert_eq!(count::reasons(&self.app.app, self.digest).await.unwrap().maybe_twice, 0);
        self.app.cli(&["fsck"]).await.ok();
    }

    async fn act(&self, action: &str, body: &Value) -> Answer {
        let name = format!("test{}", self.app.number("SELECT COUNT(*) FROM api_token").await);
        let token = self.app.cli(&["token", "create", &name, "--json"]).await.json()["token"].clone();
        let path = format!("/api/v1/digests/{}/{action}", self.id);
        let request = self.app.request(Method::POST, &path).bearer_auth(token.as_str().unwrap());
        self.app.send(request.body(body.to_string())).await
    }
}

#[tokio::test]
async fn status_says_how_many_are_in_doubt_and_what_to_do() {
    let held = Held::ready(false).await;
    let said = held.app.cli(&["digest", "status", "carnet"]).await;
    assert!(said.ok().contains("in doubt     2 (sent, but no answer came)"), "{}", said.stdout);
    for door in ["retry carnet ID --doubtful", "settle carnet ID"] {
        let door = format!("`facteur digest {}`", door.replace("ID", &held.id));
        assert!(said.ok().contains(&door), "{door} is not in:\n{}", said.stdout);
    }
    let shown = held.app.cli(&["digest", "status", "carnet", "--json"]).await.json();
    assert_eq!(shown["counts"]["uncertain"], 2);
    let person = held.app.cli(&["subscriber", "show", "carnet", "p15@example.org"]).await;
    assert!(person.ok().contains("in doubt  Des nouvelles") && !person.ok().contains("uncertain"), "{}", person.stdout);
}

#[tokio::test]
async fn nothing_is_decided_without_a_yes() {
    let held = Held::ready(false).await;
    for command in [&["digest", "retry", "carnet", "--doubtful"][..], &["digest", "settle", "carnet"]] {
        let refused = held.app.cli(command).await;
        assert!(refused.fails(4).contains("--yes"), "{}", refused.stderr);
        let tried = held.app.cli(&[command, &["--dry-run"]].concat()).await;
        assert!(tried.ok().starts_with("2 mails in doubt of digest"), "{}", tried.stdout);
        assert!(tried.ok().contains("would be"), "{}", tried.stdout);
    }
    assert_eq!(held.stands().await, ("finished".into(), 18, 2));
}

#[tokio::test]
async fn the_command_line_sends_again_what_is_in_doubt() {
    for packed in [false, true] {
        let held = Held::ready(packed).await;
        let done = held.app.cli(&["digest", "retry", "carnet", "--doubtful", "--yes", "--json"]).await.json();
        assert_eq!(done, json!({ "dry_run": false, "id": held.id, "retried": 2 }), "packed: {packed}");
        held.is_whole(1, 2).await;
        let again = held.app.cli(&["digest", "retry", "carnet", "--doubtful"]).await;
        assert_eq!(again.ok().trim(), format!("No mail of digest {} is in doubt.", held.id));
    }
}

#[tokio::test]
async fn the_command_line_takes_what_is_in_doubt_for_accepted() {
    for packed in [false, true] {
        let held = Held::ready(packed).await;
        let done = held.app.cli(&["digest", "settle", "carnet", "--yes", "--json"]).await.json();
        assert_eq!(done, json!({ "dry_run": false, "id": held.id, "settled": 2 }), "packed: {packed}");
        held.is_settled().await;
        assert!(!held.app.cli(&["digest", "status", "carnet"]).await.ok().contains("doubt"));
    }
}

#[tokio::test]
async fn the_api_decides_too() {
    for packed in [false, true] {
        let held = Held::ready(packed).await;
        let refused = held.act("retry", &json!({})).await;
        assert_eq!((refused.status, held.counts().await.uncertain), (200, 2), "that is for those who were refused");
        assert_eq!(held.act("retry", &json!({ "doubtfull": true })).await.status, 422);
        let answer = held.act("retry", &json!({ "doubtful": true })).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.json()["counts"]["uncertain"], 0);
        held.is_whole(1, 2).await;

        let held = Held::ready(packed).await;
        for _ in 0..2 {
            let answer = held.act("settle", &json!({})).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert_eq!(answer.json()["counts"]["accepted"], 20);
        }
        held.is_settled().await;
        assert_eq!(held.act("settle", &json!({ "doubtful": true })).await.status, 422);
    }
}

#[tokio::test]
async fn doubts_of_a_cancelled_digest_can_only_be_settled() {
    let sink = Settings { latency: std::time::Duration::from_millis(5), ..Settings::default() };
    let builder = TestApp::builder().set("smtp.connections", 1).set("smtp.on_uncertain", "hold").sink(sink);
    let app = builder.spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 1_000).await;
    app.post(&carnet, "Des nouvelles").await;
    app.sink.on(Stage::Dot).nth(3).drop_connection();
    let digest = app.send_now(&carnet).await;
    app.wait_for_mails(10).await;
    app.cli(&["digest", "cancel", "carnet", "--yes"]).await.ok();
    let begin = std::time::Instant::now();
    while app.counts(digest).await.open() > 0 {
        assert!(begin.elapsed() < PATIENCE, "{:?}", app.counts(digest).await);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(app.counts(digest).await.uncertain, 1);
    let said = app.cli(&["digest", "status", "carnet"]).await;
    assert!(said.ok().contains("digest settle carnet") && !said.ok().contains("--doubtful"), "{}", said.stdout);
    let refused = app.cli(&["digest", "retry", "carnet", "--doubtful", "--yes"]).await;
    assert!(refused.fails(4).contains("cancelled"), "{}", refused.stderr);
    app.cli(&["digest", "settle", "carnet", "--yes"]).await.ok();
    let counts = app.counts(digest).await;
    assert_eq!((counts.uncertain, counts.open()), (0, 0), "{counts:?}");
    app.cli(&["fsck"]).await.ok();
}
