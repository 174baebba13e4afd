//! Reasons are codes: terminal, API and demo say each in the reader's language.

use std::collections::{BTreeMap, BTreeSet};

use facteur::coded::Coded;
use facteur::config::expected::{Expected, Kind};
use facteur::config::wrong as config;
use facteur::digests::edit;
use facteur::digests::noted::Note;
use facteur::digests::preflight::Check;
use facteur::digests::{Refusal, Rule};
use facteur::dkim::why;
use facteur::doctor;
use facteur::drafts::{picture, save, share};
use facteur::events::activity::verify;
use facteur::feeds::PostState;
use facteur::feeds::advice::Advice;
use facteur::feeds::given;
use facteur::feeds::trouble::{FeedTrouble, Hint};
use facteur::i18n;
use facteur::ledger::DigestState;
use facteur::ledger::alarm::{Hurdle, Trouble};
use facteur::ledger::check::Found;
use facteur::letter::LetterKind;
use facteur::mails::lint::broken::Broken;
use facteur::newsletters::wrong;
use facteur::people::oidc;
use facteur::people::passkeys::refusal as passkey;
use facteur::people::password::Weak;
use facteur::people::team;
use facteur::reason::Reason;
use facteur::receivers::refused::Refused;
use facteur::refusal;
use facteur::serve::Roles;
use facteur::subscribers::Status;
use facteur::subscribers::consent::ConsentKind;
use facteur::texts::judge;
use reqwest::Method;
use serde_json::Value;

use crate::harness::TestApp;
use crate::harness::feeds::Page;

/// Web alone: what is released stays queued.
const WEB: Roles = Roles { web: true, ..Roles::NONE };

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

/// What a command prints where this is the environment's language. The servers of the test go on meanwhile.
async fn said(app: &TestApp, lang: &str, arguments: &[&str]) -> (String, String) {
    let mut command = app.command(arguments);
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", lang);
    let done = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
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
                let (out, _) = said(&app, lang, &["digest", command, "carnet"]).await;
                assert!(out.contains(reason), "{lang} {command}: {out}");
            }
            let (json, _) = said(&app, lang, &["digest", "show", "carnet", "--json"]).await;
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
        let (out, _) = said(&app, lang, &["digest", "show", "carnet"]).await;
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

/// Codes of one kind: its name, and each code with its parameters.
fn kind<T: Coded>() -> (&'static str, Vec<(String, BTreeSet<String>)>) {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    (T::KIND, T::CODES.iter().map(|(code, names)| (format!("{}-{code}", T::KIND), owned(names))).collect())
}

#[test]
fn every_code_has_words_with_its_parameters_in_every_language_and_no_words_are_without_a_code() {
    let kinds = [
        kind::<Reason>(),
        kind::<Refusal>(),
        kind::<Rule>(),
        kind::<wrong::Wrong>(),
        kind::<given::Wrong>(),
        kind::<save::Wrong>(),
        kind::<picture::Wrong>(),
        kind::<judge::Wrong>(),
        kind::<edit::Wrong>(),
        kind::<Check>(),
        kind::<doctor::Finding>(),
        kind::<FeedTrouble>(),
        kind::<Hint>(),
        kind::<Advice>(),
        kind::<Weak>(),
        kind::<team::Refusal>(),
        kind::<passkey::Refusal>(),
        kind::<oidc::refusal::Refusal>(),
        kind::<oidc::trouble::Trouble>(),
        kind::<Note>(),
        kind::<Found>(),
        kind::<Hurdle>(),
        kind::<Trouble>(),
        kind::<config::Wrong>(),
        kind::<Broken>(),
        kind::<refusal::Wrong>(),
        kind::<why::Why>(),
        kind::<why::Wrong>(),
        kind::<Expected>(),
        kind::<Kind>(),
        kind::<verify::Fault>(),
        kind::<share::Refusal>(),
    ];
    let codes: BTreeMap<String, BTreeSet<String>> = kinds.iter().flat_map(|(_, codes)| codes.clone()).collect();
    for tag in i18n::tags() {
        let mut said = texts(tag);
        said.retain(|key, _| kinds.iter().any(|(kind, _)| key.starts_with(&format!("{kind}-"))));
        assert_eq!(said, codes, "{tag}.ftl");
    }
}

/// The words that a stage's own words may have: `KIND-WORD` in every language.
#[test]
fn every_word_of_a_row_has_a_text() {
    let words = |kind: &str, all: &[&str]| all.iter().map(|word| format!("{kind}-{word}")).collect::<Vec<_>>();
    let rows = ["queued", "started", "accepted", "refused", "deferred", "skipped", "uncertain", "planned"];
    let outcomes = ["left", "suppressed", "cancelled", "erased", "address", "unknown", "policy", "content", "expired"];
    let texts = [
        words("digest-state", &DigestState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>()),
        words("subscriber-status", &Status::ALL.iter().map(|status| status.as_str()).collect::<Vec<_>>()),
        words("consent-kind", &ConsentKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>()),
        words("letter-kind", &LetterKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>()),
        words("post-state", &PostState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>()),
        words("doctor-check", &doctor::Check::ALL.iter().map(|check| check.as_str()).collect::<Vec<_>>()),
        words("dmarc-refused", &Refused::ALL.iter().map(|why| why.as_str()).collect::<Vec<_>>()),
        words("doctor-verdict", &doctor::Verdict::ALL.iter().map(|verdict| verdict.as_str()).collect::<Vec<_>>()),
        words("row-state", &rows),
        words("outcome", &outcomes),
        words("outcome", &["render", "smtputf8", "doubt", "deferred"]),
    ]
    .concat();
    for locale in i18n::tags().map(i18n::locale) {
        for key in &texts {
            assert!(locale.has(key), "{key} in {}", locale.tag());
        }
    }
}

#[tokio::test]
async fn a_refusal_is_said_in_the_readers_language_under_the_same_code() {
    let (app, id, token) = paused().await;
    for (lang, words) in [
        ("fr_FR.UTF-8", format!("l’envoi {id} est en pause\u{202f}: seul un envoi en attente peut être approuvé")),
        ("C", format!("digest {id} is paused: only a digest that waits can be approved")),
    ] {
        let mut command = app.command(&["digest", "skip", "carnet", &id]);
        let done = command.env_remove("LC_ALL").env("LANG", lang).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        let (skip, approve) = if lang == "C" { ("skipped", "approved") } else { ("sauté", "approuvé") };
        assert!(said.contains(&words.replace(approve, skip)), "{said}");
        assert_eq!(done.status.code(), Some(4));
    }
    for (language, words) in [
        ("fr", format!("l’envoi {id} est en pause\u{202f}: seul un envoi en attente peut être sauté")),
        ("en", format!("digest {id} is paused: only a digest that waits can be skipped")),
    ] {
        let request = app.request(Method::POST, &format!("/api/v1/digests/{id}/skip")).bearer_auth(&token);
        let answer = app.send(request.header("accept-language", language).body("{}")).await;
        let problem = answer.json();
        assert_eq!((answer.status, &problem["code"], &problem["detail"]), (409, &"wrong-state".into(), &words.into()));
        assert_eq!(answer.header("content-language"), language);
    }
    app.execute("DELETE FROM delivery").await;
}

#[tokio::test]
async fn what_cannot_stand_is_said_in_the_readers_language() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    app.newsletter("carnet").await;
    for (arguments, code, french, english) in [
        (
            &["newsletter", "set", "carnet", "--zone", "Lyon"][..],
            2,
            "--zone: «\u{202f}Lyon\u{202f}» n’est pas un fuseau horaire",
            "--zone: `Lyon` is no time zone",
        ),
        (
            &["newsletter", "add", "carnet", "--name", "x", "--from", "a@b.example", "--language", "fr"],
            4,
            "il y a déjà une lettre «\u{202f}carnet\u{202f}»",
            "there is already a newsletter “carnet”",
        ),
        (&["subscriber", "add", "carnet", "ana"], 2, "Il manque le signe @ dans l’adresse.", "The @ sign is missing"),
        (&["digest", "send", "carnet", "--yes"], 4, "aucun nouveau billet à envoyer", "there is no new post to send"),
    ] {
        for (lang, words) in [("fr_FR.UTF-8", french), ("C", english)] {
            let mut command = app.command(arguments);
            let done = command.env_remove("LC_ALL").env("LANG", lang).output().unwrap();
            let said = String::from_utf8_lossy(&done.stderr).into_owned();
            assert!(said.contains(words), "{arguments:?}: {said}");
            assert_eq!(done.status.code(), Some(code), "{arguments:?}: {said}");
        }
    }
    let token = app.cli(&["token", "create", "test", "--json"]).await.json()["token"].as_str().unwrap().to_owned();
    let request = app.request(Method::POST, "/api/v1/newsletters/carnet/posts").bearer_auth(token);
    let answer = app.send(request.header("accept-language", "fr").body(r#"{"title":" "}"#)).await.json();
    assert_eq!((&answer["code"], &answer["errors"][0]["pointer"]), (&"invalid-field".into(), &"/title".into()));
    assert_eq!(answer["errors"][0]["detail"], "le titre est vide\u{202f}; il en faut un");
    assert_eq!(answer["detail"], "title: le titre est vide\u{202f}; il en faut un");
}

#[tokio::test]
async fn a_subscriber_a_post_and_a_feed_are_shown_in_the_readers_language() {
    let (app, ..) = paused().await;
    app.execute("UPDATE digest SET reason = NULL").await;
    let url = app.feeds.url("/none");
    app.cli(&["feed", "add", "carnet", &url, "--unread"]).await.ok();
    app.execute("UPDATE feed SET last_error = '404', failures = 3, failing_since = 0").await;
    app.execute("UPDATE post SET state = 'held', reason = 'too_old'").await;
    for (lang, shown) in [
        (
            "fr_FR.UTF-8",
            ["confirmé", "Envois", "illisible depuis le 1970-01-01", "(3 fois)\u{202f}: 404", "(un vieux billet)"],
        ),
        ("C", ["confirmed", "Digests", "cannot be read since 1970-01-01", "(3 times): 404", "(an old post)"]),
    ] {
        let person = said(&app, lang, &["subscriber", "show", "carnet", "ana@example.org"]).await.0;
        let feeds = said(&app, lang, &["feed", "list", "carnet"]).await.0;
        let posts = said(&app, lang, &["post", "list", "carnet"]).await.0;
        for (out, words) in [&person, &person, &feeds, &feeds, &posts].into_iter().zip(shown) {
            assert!(out.contains(words), "{lang}: {words} in {out}");
        }
        let json = said(&app, lang, &["post", "list", "carnet", "--json"]).await.0;
        assert!(json.contains("\"state\": \"held\"") && json.contains("too_old"), "{json}");
    }
    app.execute("DELETE FROM delivery").await;
}

#[tokio::test]
async fn a_feed_that_cannot_be_read_says_why_in_the_readers_language() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    app.newsletter("carnet").await;
    app.feeds.put("/closed", Page::status(401));
    app.feeds.put("/page", Page::new("text/html", "<title>Bonjour</title>"));
    for path in ["/closed", "/page"] {
        app.cli(&["feed", "add", "carnet", &app.feeds.url(path), "--unread"]).await.ok();
    }
    app.cli(&["feed", "poll", "carnet"]).await.fails(3);
    let stored = app.texts("SELECT last_error FROM feed ORDER BY id").await;
    assert!(
        stored[0].starts_with(r#"{"code":"status""#) && stored[1].starts_with(r#"{"code":"web-page""#),
        "{stored:?}"
    );
    let french = [
        "le serveur a répondu 401 Unauthorized\u{202f}; le flux doit être ouvert à tous, sans mot de passe",
        "c’est une page web, pas un flux (il dit «\u{202f}Bonjour\u{202f}»)",
    ];
    let english = [
        "the server answered 401 Unauthorized; the feed must be open to everybody, without a password",
        "this is a web page, not a feed (it says “Bonjour”)",
    ];
    for (lang, words) in [("fr_FR.UTF-8", french), ("C", english)] {
        let listed = said(&app, lang, &["feed", "list", "carnet"]).await.0;
        let polled = said(&app, lang, &["feed", "poll", "carnet"]).await.1;
        for words in words {
            assert!(listed.contains(words) && polled.contains(words), "{lang}: {words} in {listed}{polled}");
        }
        let json: Value =
            serde_json::from_str(&said(&app, lang, &["feed", "list", "carnet", "--json"]).await.0).unwrap();
        assert_eq!((&json[0]["last_error"], &json[0]["last_error_code"]), (&english[0].into(), &"status".into()));
    }
    app.execute("UPDATE feed SET last_error = 'as an earlier version wrote it'").await;
    assert!(
        said(&app, "fr", &["feed", "list", "carnet"]).await.0.contains("fois)\u{202f}: as an earlier version wrote it")
    );
}

#[tokio::test]
async fn a_check_of_a_feed_is_said_in_the_readers_language() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    let item = |n: usize| {
        format!("<item><guid>{n}</guid><title>Billet {n}</title><description>Un texte.</description></item>")
    };
    let items = (0..12).map(item).collect::<String>();
    let rss = format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title>{items}</channel></rss>");
    app.feeds.put("/feed", Page::new("application/rss+xml", rss));
    let url = app.feeds.url("/feed");
    for (lang, words) in [
        ("fr_FR.UTF-8", "Attention\u{202f}: ses 12 billets sans lien vers le billet sur le web."),
        ("C", "Warning: all 12 entries have no link to the post on the web."),
    ] {
        let out = said(&app, lang, &["feed", "check", &url]).await.0;
        assert!(out.contains(words), "{lang}: {out}");
        let json: Value = serde_json::from_str(&said(&app, lang, &["feed", "check", &url, "--json"]).await.0).unwrap();
        let warnings = json["warnings"].as_array().unwrap();
        let links = warnings.iter().find(|warning| warning["code"] == "no-links").unwrap();
        assert_eq!(links["text"], "all 12 entries have no link to the post on the web");
    }
}
