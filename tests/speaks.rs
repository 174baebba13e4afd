//! Reasons are codes: terminal, API and demo say each in the reader's language.

use std::collections::{BTreeMap, BTreeSet};

use facteur::app::Roles;
use facteur::coded::Coded;
use facteur::i18n;
use facteur::reason::Reason;
use reqwest::Method;
use serde_json::Value;

use crate::harness::TestApp;

/// Web alone: what is released stays queued.
const WEB: Roles = Roles { web: true, schedule: false, delivery: false };

/// A paused digest of `carnet`; gives its id outside and a token.
async fn paused() -> (TestApp, String, String) {
    let app = TestApp::builder().roles(WEB).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana@example.org").await;
    app.post(&carnet, "Un").await;
    app.cli(&["digest", "send", "carnet", "--yes"]).await.ok();
    app.cli(&["digest", "pause", "carnet"]).await.ok();
    let id = app.texts("SELECT public_id FROM digest").await.remove(0);
    let token = app.cli(&["token", "create", "test", "--json"]).await.json();
    (app, id, token["token"].as_str().unwrap().to_owned())
}

/// What a command prints where this is the environment's language.
fn said(app: &TestApp, lang: &str, arguments: &[&str]) -> (String, String) {
    let mut command = app.command(arguments);
    let done = command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", lang).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&done.stdout), text(&done.stderr))
}

async fn of_api(app: &TestApp, token: &str, path: &str, language: Option<&str>) -> Value {
    let request = app.request(Method::GET, path).bearer_auth(token);
    let request = match language {
        Some(language) => request.header("accept-language", language),
        None => request,
    };
    app.send(request).await.json()
}

#[tokio::test]
async fn a_paused_digest_says_why_in_the_readers_language() {
    let (app, id, token) = paused().await;
    for (words, code, english, french) in [
        ("", "paused-by-editor", "by an editor", "mis en pause à la demande"),
        (
            r#","words":"550 5.7.1 no""#,
            "mails-refused",
            "the mail server refuses one mail after the other: 550 5.7.1 no",
            "le serveur de messagerie refuse un message après l’autre\u{202f}: 550 5.7.1 no",
        ),
    ] {
        app.execute(&format!(r#"UPDATE digest SET reason = '{{"code":"{code}"{words}}}'"#)).await;
        for (lang, reason) in [("fr_FR.UTF-8", french), ("en_GB.UTF-8", english), ("C", english), ("xx_XX", english)] {
            for command in ["show", "list", "status"] {
                let (out, _) = said(&app, lang, &["digest", command, "carnet"]);
                assert!(out.contains(reason), "{lang} {command}: {out}");
            }
            let (json, _) = said(&app, lang, &["digest", "show", "carnet", "--json"]);
            let json: Value = serde_json::from_str(&json).unwrap();
            assert_eq!(
                (&json["reason"], &json["reason_code"]),
                (&english.into(), &code.into()),
                "JSON is for programs"
            );
        }
        let one = format!("/api/v1/digests/{id}");
        for (asked, reason) in [(Some("fr-CH, fr;q=0.9"), french), (Some("xx"), english), (None, english)] {
            let shown = of_api(&app, &token, &one, asked).await;
            assert_eq!((&shown["reason"], &shown["reason_code"]), (&reason.into(), &code.into()), "{asked:?}");
            let given = shown["reason_parameters"]["words"].as_str();
            assert_eq!(given, (!words.is_empty()).then_some("550 5.7.1 no"));
            let listed = of_api(&app, &token, "/api/v1/newsletters/carnet/digests", asked).await;
            assert_eq!(listed["data"][0]["reason"], reason, "{asked:?}");
        }
    }
    app.execute("DELETE FROM delivery").await;
}

#[tokio::test]
async fn what_an_earlier_version_wrote_is_shown_as_it_stands() {
    let (app, id, token) = paused().await;
    let old = "the mail server refuses the sender: 550 no";
    app.execute(&format!("UPDATE digest SET reason = '{old}'")).await;
    for lang in ["fr_FR.UTF-8", "C"] {
        let (out, _) = said(&app, lang, &["digest", "show", "carnet"]);
        assert!(out.contains(old), "{lang}: {out}");
    }
    for asked in ["fr", "en"] {
        let shown = of_api(&app, &token, &format!("/api/v1/digests/{id}"), Some(asked)).await;
        assert_eq!((&shown["reason"], &shown["reason_code"]), (&old.into(), &Value::Null));
    }
    app.execute("DELETE FROM delivery").await;
}

/// The keys of a language, each with the parameters that its words name.
fn texts(tag: &str) -> BTreeMap<String, BTreeSet<String>> {
    let path = format!("{}/locales/{tag}.ftl", env!("CARGO_MANIFEST_DIR"));
    let (mut texts, mut key) = (BTreeMap::<String, BTreeSet<String>>::new(), String::new());
    for line in std::fs::read_to_string(path).unwrap().lines() {
        if let Some((name, _)) = line.split_once(" =").filter(|(name, _)| !name.starts_with([' ', '#'])) {
            name.clone_into(&mut key);
        }
        let named = line.split('$').skip(1).map(|rest| rest.split([' ', '}']).next().unwrap().to_owned());
        texts.entry(key.clone()).or_default().extend(named);
    }
    texts
}

/// Codes of one kind, each with its parameters.
fn codes<T: Coded>() -> impl Iterator<Item = (String, BTreeSet<String>)> {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    T::CODES.iter().map(move |(code, names)| (format!("{}-{code}", T::KIND), owned(names)))
}

#[test]
fn every_code_has_words_with_its_parameters_in_every_language_and_no_words_are_without_a_code() {
    let all: BTreeMap<String, BTreeSet<String>> = codes::<Reason>().collect();
    for tag in i18n::tags() {
        let mut said = texts(tag);
        said.retain(|key, _| ["reason-"].iter().any(|kind| key.starts_with(kind)));
        assert_eq!(said, all, "{tag}.ftl");
    }
}
