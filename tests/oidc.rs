//! Coming in by a provider of log-ins: whose account there is linked to one here, and nobody else, whatever the provider or a stranger says.

use facteur::clock::{MINUTE, SECOND};
use facteur::people::links::{self, Kind};
use facteur::serve::Roles;
use serde_json::{Value, json};

use crate::harness::browser::{Browser, SESSION};
use crate::harness::mail::path_of;
use crate::harness::provider::{Key, Provider};
use crate::harness::{Answer, TestApp};
use crate::people::between;

const PASSWORD: &str = "la brume sur l'estuaire";
const HOME: &str = "192.0.2.7";
const FLOW: &str = "__Host-facteur-oidc";
const LOGIN: &str = "/console/oidc/login";

/// An app that knows a provider; both tell the same time.
async fn world() -> (TestApp, Provider, tempfile::TempDir) {
    let provider = Provider::start().await;
    let folder = crate::harness::folder();
    let builder = TestApp::builder().set("smtp.port", 1).roles(Roles { web: true, ..Roles::NONE });
    let app = provider.settings(builder, folder.path()).spawn().await;
    provider.by(&app.clock);
    (app, provider, folder)
}

/// An account with [`PASSWORD`].
async fn account(app: &TestApp, email: &str) {
    let add = ["user", "add", email, "--role", "owner", "--language", "en", "--password"];
    app.cli_with_input(&add, &format!("{PASSWORD}\n")).await.ok();
}

/// Somebody signed in by their password.
async fn inside<'a>(app: &'a TestApp, email: &str) -> Browser<'a> {
    let browser = app.browser(HOME);
    assert_eq!(browser.sign_in(email, PASSWORD).await.status, 303);
    browser
}

/// Where a page after a form leads to at the provider.
fn way(page: &Answer) -> String {
    assert_eq!(page.status, 200, "{}", page.body);
    between(page, "class=\"button\" href=\"", "\"").replace("&#38;", "&").replace("&amp;", "&")
}

/// Links whoever is signed in to whom the provider says.
async fn link(browser: &Browser<'_>, provider: &Provider) -> Answer {
    let page = browser.post("/console/account/oidc", &[("password-oidc", PASSWORD)]).await;
    browser.get(&provider.visit(&way(&page)).await).await
}

/// To the provider and, with what it says, almost back.
async fn there(browser: &Browser<'_>, provider: &Provider) -> String {
    let sent = browser.get(LOGIN).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    provider.visit(sent.header("location")).await
}

/// The whole way, without a password.
async fn log_in(browser: &Browser<'_>, provider: &Provider) -> Answer {
    let back = there(browser, provider).await;
    browser.get(&back).await
}

/// Why somebody was not let in.
fn why(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").strip_prefix("/console/oidc/stopped?why=").unwrap_or_else(|| panic!("{answer:?}"))
}

async fn deeds(app: &TestApp) -> Vec<String> {
    app.texts("SELECT actor || ' ' || code || ' ' || parameters FROM activity ORDER BY id").await
}

#[tokio::test]
async fn an_account_is_linked_from_a_session_and_lets_its_owner_in_from_then_on() {
    let (app, provider, _folder) = world().await;
    account(&app, "ana@example.org").await;
    let browser = inside(&app, "ana@example.org").await;
    let page = browser.get("/console/account").await;
    assert!(page.body.contains("Signing in with La mairie") && page.body.contains("Link my account"), "{}", page.body);
    let wrong = browser.post("/console/account/oidc", &[("password-oidc", "un autre mot")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("password-oidc-problem"), "an open screen is not its owner");
    assert_eq!(provider.asked("/authorize"), 0);

    let done = link(&browser, &provider).await;
    assert_eq!((done.status, done.header("location")), (303, "/console/account"), "{}", done.body);
    assert!(browser.cookie(FLOW).is_empty(), "what was taken along is gone");
    let page = browser.get("/console/account").await.words();
    assert!(page.contains("from now on you can come in by it") && page.contains("Last used: never"), "{page}");
    assert_eq!(deeds(&app).await.last().unwrap(), r#"person person.linked {"by":"session"}"#);
    let again = link(&browser, &provider).await;
    assert_eq!(again.header("location"), "/console/account", "linked already: nothing is wrong with that");
    assert_eq!(app.number("SELECT COUNT(*) FROM person_identity").await, 1);

    browser.post("/console/logout", &[]).await;
    let page = browser.get("/console/login?next=%2Fconsole%2Faccount").await;
    assert!(page.body.contains("Sign in with La mairie"), "{}", page.body);
    let planted = browser.cookie(SESSION);
    let sent = browser.get(&format!("{LOGIN}?next=%2Fconsole%2Faccount")).await;
    let cookie = sent.header("set-cookie");
    let safe = [FLOW, "; Path=/;", "; Max-Age=600", "; HttpOnly", "; SameSite=Lax", "; Secure"];
    assert!(safe.iter().all(|part| cookie.contains(part)), "{cookie}");
    let back = provider.visit(sent.header("location")).await;
    let done = browser.get(&back).await;
    assert_eq!((done.status, done.header("location")), (303, "/console/account"), "{}", done.body);
    assert!(browser.is_in().await && browser.cookie(SESSION) != planted, "a new session");
    assert_eq!(deeds(&app).await.last().unwrap(), r#"person session.begun {"by":"provider"}"#);
    assert!(!browser.get("/console/account").await.words().contains("Last used: never"));
    assert_eq!(browser.get(LOGIN).await.header("location"), "/console", "who is in stays in");

    // A password that is set anew leaves the link.
    app.cli_with_input(&["user", "passwd", "ana@example.org"], "trois courlis au loin\n").await.ok();
    let later = app.browser(HOME);
    assert_eq!(log_in(&later, &provider).await.header("location"), "/console");

    let shown = app.cli(&["user", "links", "ana@example.org", "--json"]).await.json();
    assert_eq!(
        (&shown["links"][0]["subject"], &shown["links"][0]["issuer"]),
        (&json!("4711"), &json!(provider.issuer()))
    );
    assert_eq!(app.cli(&["user", "list", "--json"]).await.json()[0]["links"], 1);
    assert!(app.cli(&["user", "links", "ana@example.org"]).await.ok().contains("4711"));
    assert!(!deeds(&app).await.join("\n").contains("4711"), "the record does not say who somebody is elsewhere");
}

#[tokio::test]
async fn a_link_ends_with_the_password_and_whoever_came_in_by_it_is_out() {
    let (app, provider, _folder) = world().await;
    account(&app, "ana@example.org").await;
    let browser = inside(&app, "ana@example.org").await;
    link(&browser, &provider).await;
    let other = app.browser("198.51.100.9");
    log_in(&other, &provider).await;
    assert!(other.is_in().await);
    let wrong = browser.post("/console/account/oidc/unlink", &[("password-oidc", "un autre mot")]).await;
    assert_eq!(wrong.status, 422);
    let done = browser.post("/console/account/oidc/unlink", &[("password-oidc", PASSWORD)]).await;
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(browser.is_in().await && !other.is_in().await);
    assert_eq!(deeds(&app).await.last().unwrap(), "person person.unlinked {}");
    assert_eq!(why(&log_in(&other, &provider).await), "not-linked");
    // And on the command line.
    link(&browser, &provider).await;
    app.cli(&["user", "unlink", "ana@example.org", "--issuer", "https://other.example"]).await.ok();
    assert_eq!(app.number("SELECT COUNT(*) FROM person_identity").await, 1);
    app.cli(&["user", "unlink", "ana@example.org"]).await.ok();
    assert!(!browser.is_in().await);
    assert_eq!(deeds(&app).await.last().unwrap(), "command person.unlinked {}");
    assert!(app.cli(&["user", "unlink", "ana@example.org"]).await.ok().contains("nothing changed"));
}

#[tokio::test]
async fn whoever_is_linked_is_told_once_and_an_owner_sees_and_ends_the_link_of_others() {
    let (app, provider, _folder) = world().await;
    app.newsletter("carnet").await;
    for email in ["ana@example.org", "chef@example.org"] {
        account(&app, email).await;
    }
    let browser = inside(&app, "ana@example.org").await;
    link(&browser, &provider).await;
    link(&browser, &provider).await;
    let letters = app.texts("SELECT kind || ' ' || address || ' ' || parameters FROM letter").await;
    assert!(letters.len() == 1 && letters[0].starts_with("new_way ana@example.org "), "{letters:?}");
    assert!(letters[0].contains("La mairie"), "{letters:?}");

    let id = app.texts("SELECT public_id FROM person WHERE email = 'ana@example.org'").await.remove(0);
    let (member, ways) = (format!("/console/team/{id}"), format!("/console/team/{id}/ways"));
    let issuer = provider.issuer();
    let owner = inside(&app, "chef@example.org").await;
    let seen = owner.get(&member).await.words();
    assert!(seen.contains(&format!("{issuer} linked account")) && seen.contains("Never used."), "{seen}");
    assert_eq!(owner.post(&ways, &[("link", "https://ailleurs.example.org")]).await.status, 303);
    assert!(browser.is_in().await, "there was no such link");
    assert_eq!(owner.post(&ways, &[("link", &issuer)]).await.header("location"), member);
    assert!(app.number("SELECT COUNT(*) FROM person_identity").await == 0 && !browser.is_in().await);
    assert_eq!(deeds(&app).await.last().unwrap(), "person person.unlinked {}");

    // The only way in is nobody's to end.
    link(&inside(&app, "ana@example.org").await, &provider).await;
    app.execute("UPDATE person SET password = NULL WHERE email = 'ana@example.org'").await;
    let refused = owner.post(&ways, &[("link", &issuer)]).await;
    assert!(refused.status == 422 && refused.words().contains("this is the only way in"), "{}", refused.body);
    assert_eq!(app.number("SELECT COUNT(*) FROM person_identity").await, 1);
}

#[tokio::test]
async fn who_was_invited_joins_without_a_password_and_cannot_lose_the_only_way_in() {
    let (app, provider, _folder) = world().await;
    account(&app, "chef@example.org").await;
    let add = ["user", "add", "bea@example.org", "--role", "editor", "--language", "en"];
    let invitation = path_of(app.cli(&add).await.ok().trim()).to_owned();
    let browser = app.browser(HOME);
    let page = browser.get(&invitation).await;
    assert!(page.body.contains("Join with La mairie"), "{}", page.body);
    let page = browser.post(&format!("{invitation}/oidc"), &[]).await;
    let back = provider.visit(&way(&page)).await;
    assert_eq!(browser.get(&invitation).await.status, 200, "not used before they are back");
    let done = browser.get(&back).await;
    assert_eq!((done.status, done.header("location")), (303, "/console"), "{}", done.body);
    assert!(browser.is_in().await);
    assert_eq!(browser.get(&invitation).await.status, 410, "used");
    assert_eq!(app.texts("SELECT email FROM person WHERE password IS NULL").await, ["bea@example.org"]);
    let people = app.cli(&["user", "list", "--json"]).await.json();
    assert_eq!((&people[1]["state"], &people[1]["links"]), (&json!("active"), &json!(1)));
    let said = deeds(&app).await;
    assert!(said.contains(&r#"person person.linked {"by":"invitation"}"#.to_owned()), "{said:#?}");

    let page = browser.get("/console/account").await.words();
    assert!(page.contains("this is your only way in") && page.contains("Ask for a link"), "{page}");
    let refused = browser.post("/console/account/oidc/unlink", &[("password-oidc", "")]).await;
    assert!(refused.status == 422 && refused.words().contains("only way in"), "{}", refused.body);
    app.cli(&["user", "unlink", "bea@example.org"]).await.fails(4);
    app.cli_with_input(&["user", "passwd", "bea@example.org"], &format!("{PASSWORD}\n")).await.ok();
    assert_eq!(log_in(&browser, &provider).await.header("location"), "/console", "and still by the link");
    let done = browser.post("/console/account/oidc/unlink", &[("password-oidc", PASSWORD)]).await;
    assert_eq!((done.status, app.number("SELECT COUNT(*) FROM person_identity").await), (303, 0));

    // An invitation that was withdrawn meanwhile, and a link that is none.
    let add = ["user", "add", "cleo@example.org", "--role", "editor"];
    let invitation = path_of(app.cli(&add).await.ok().trim()).to_owned();
    let late = app.browser(HOME);
    let page = late.post(&format!("{invitation}/oidc"), &[]).await;
    let back = provider.visit(&way(&page)).await;
    app.cli(&["user", "role", "cleo@example.org", "owner"]).await.ok();
    assert_eq!(why(&late.get(&back).await), "invitation-over");
    let gone = late.post("/console/link/nothing/oidc", &[]).await;
    assert_eq!((gone.status, gone.header("location")), (303, "/console/link/nothing"));
}

#[tokio::test]
async fn an_owner_without_a_password_counts_as_one_who_can_come_in_and_may_choose_one() {
    let (app, provider, _folder) = world().await;
    account(&app, "chef@example.org").await;
    let add = ["user", "add", "bea@example.org", "--role", "owner", "--language", "en"];
    let invitation = path_of(app.cli(&add).await.ok().trim()).to_owned();
    app.cli(&["user", "disable", "chef@example.org"]).await.fails(4);
    let browser = app.browser(HOME);
    let page = browser.post(&format!("{invitation}/oidc"), &[]).await;
    let back = provider.visit(&way(&page)).await;
    assert_eq!(browser.get(&back).await.header("location"), "/console");
    assert!(browser.get("/console/team").await.words().contains("bea@example.org"));
    app.cli(&["user", "disable", "chef@example.org"]).await.ok();
    app.cli(&["user", "disable", "bea@example.org"]).await.fails(4);
    // A password that is wished for later comes by the letter for a forgotten one, and leaves the link.
    let id = app.number("SELECT id FROM person WHERE email = 'bea@example.org'").await;
    let mut tx = app.app.db.begin().await.unwrap();
    let reset = links::make(&mut tx, &app.app.keys, Kind::Reset, Some(id), app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let path = path_of(&links::address(&app.app, reset)).to_owned();
    assert!(!browser.get(&path).await.body.contains("/oidc"), "this link is for a password alone");
    let fields = [("password", PASSWORD), ("again", PASSWORD)];
    assert_eq!(browser.post(&path, &fields).await.header("location"), "/console");
    assert_eq!(app.browser(HOME).sign_in("bea@example.org", PASSWORD).await.status, 303);
    assert_eq!(log_in(&app.browser(HOME), &provider).await.header("location"), "/console");
}

/// The provider knows them, and we do not: neither an address nor anything else of theirs makes them somebody here.
#[tokio::test]
async fn a_stranger_with_a_known_address_is_told_what_to_do_and_stays_out() {
    let (app, provider, _folder) = world().await;
    account(&app, "ana@example.org").await;
    link(&inside(&app, "ana@example.org").await, &provider).await;
    provider.is("4712");
    provider.now(|manner| {
        manner.lie = Some(Box::new(|_, claims| {
            claims["email"] = json!("ana@example.org");
            claims["email_verified"] = json!(true);
            claims["preferred_username"] = json!("4711");
        }));
    });
    let stranger = app.browser(HOME);
    let refused = log_in(&stranger, &provider).await;
    assert_eq!(why(&refused), "not-linked");
    assert!(!stranger.is_in().await);
    let page = stranger.get(refused.header("location")).await;
    assert_eq!(page.status, 200);
    let words = page.words();
    assert!(words.contains("sign in with your password and link it") && words.contains("ask an owner"), "{words}");
    assert!(!page.body.contains("ana@example.org") && !page.body.contains("4712"), "{}", page.body);
    let french = stranger.get("/console/oidc/stopped?why=not-linked&lang=fr").await;
    assert!(french.body.contains("reliez-le"), "{}", french.body);
    let english = between(&french, "hreflang=\"en\" href=\"", "\"");
    assert!(
        english.starts_with("/console/oidc/stopped?why=not-linked&"),
        "the other language says the same: {english}"
    );
    assert_eq!(stranger.get("/console/oidc/stopped?why=rien").await.status, 404);
    assert_eq!(app.number("SELECT COUNT(*) FROM person").await, 1, "nobody new");
    assert_eq!(app.number("SELECT COUNT(*) FROM person_identity").await, 1);

    // Whose address was never confirmed there, but whose account is linked, comes in.
    provider.is("4711");
    provider.claims("email_verified", json!(false));
    assert_eq!(log_in(&stranger, &provider).await.header("location"), "/console");
}

#[tokio::test]
async fn a_word_that_is_not_the_providers_about_this_log_in_lets_nobody_in() {
    let (app, provider, _folder) = world().await;
    account(&app, "ana@example.org").await;
    link(&inside(&app, "ana@example.org").await, &provider).await;
    let now = app.clock.now() / SECOND;
    let claims: [(&str, Value); 13] = [
        ("iss", json!("https://evil.example")),
        ("aud", json!("other")),
        ("aud", json!(["facteur & cie", "other"])),
        ("azp", json!("other")),
        ("exp", json!(now - 600)),
        ("exp", Value::Null),
        ("iat", json!(now + 600)),
        ("iat", json!(now - 3_600)),
        ("nbf", json!(now + 600)),
        ("nonce", json!("another")),
        ("nonce", Value::Null),
        ("sub", json!("")),
        ("sub", Value::Null),
    ];
    // A network that failed often waits: each comes from its own.
    for (n, (name, value)) in claims.into_iter().enumerate() {
        let browser = app.browser(&format!("192.0.{n}.1"));
        provider.claims(name, value.clone());
        assert_eq!(why(&log_in(&browser, &provider).await), "untrusted", "{name} {value}");
        assert!(!browser.is_in().await);
    }
    let browser = app.browser("198.51.100.1");
    for algorithm in ["none", "HS256"] {
        provider.now(|manner| manner.lie = Some(Box::new(move |header, _| header["alg"] = json!(algorithm))));
        assert_eq!(why(&log_in(&browser, &provider).await), "untrusted", "{algorithm}");
    }
    provider.honest();
    // Another's key under the name of the provider's.
    provider.now(|manner| (manner.key, manner.hidden) = (Key::elliptic("e"), Some(Key::elliptic("e"))));
    app.clock.advance(MINUTE);
    assert_eq!(why(&log_in(&browser, &provider).await), "untrusted");
    provider.honest();
    assert_eq!(log_in(&browser, &provider).await.header("location"), "/console", "and by ES256");
    assert_eq!(app.number("SELECT COUNT(*) FROM session WHERE stage = 'half'").await, 0);
}

#[tokio::test]
async fn a_way_back_is_good_in_its_own_browser_once_and_for_ten_minutes() {
    let (app, provider, _folder) = world().await;
    account(&app, "ana@example.org").await;
    link(&inside(&app, "ana@example.org").await, &provider).await;
    let (browser, other) = (app.browser(HOME), app.browser(HOME));
    let back = there(&browser, &provider).await;
    assert_eq!(why(&other.get(&back).await), "not-ours", "no cookie");
    let mine = there(&other, &provider).await;
    assert_eq!(why(&other.get(&back).await), "not-ours", "another state");
    let state = back.split("state=").nth(1).unwrap().split('&').next().unwrap();
    assert_eq!(why(&browser.get(&back.replace(state, &format!("{state}x"))).await), "not-ours");
    assert_eq!(why(&browser.get(&format!("{back}&state={state}")).await), "not-ours", "twice");
    assert_eq!(why(&browser.get("/console/oidc/return").await), "not-ours");
    assert!(!browser.cookie(FLOW).is_empty(), "what others make up does not break off a log-in");
    let thief = browser.copied();
    assert_eq!(browser.get(&back).await.header("location"), "/console");
    assert_eq!(why(&thief.get(&back).await), "used", "also with the cookie");
    assert_eq!(app.number("SELECT COUNT(*) FROM oidc_return WHERE at > 0").await, 2, "a hash each");
    app.clock.advance(10 * MINUTE);
    assert_eq!(why(&other.get(&mine).await), "not-ours", "too late");
    assert_eq!(log_in(&other, &provider).await.header("location"), "/console");
    assert_eq!(app.number("SELECT COUNT(*) FROM oidc_return").await, 1, "what is over is forgotten");
    // A code that was used, brought back by a new way.
    let used = back.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let fresh = app.browser(HOME);
    let back = there(&fresh, &provider).await;
    let new = back.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    assert_eq!(why(&fresh.get(&back.replace(&new, &used)).await), "denied");
    assert!(!fresh.is_in().await);
}

#[tokio::test]
async fn the_provider_that_sends_a_browser_back_is_the_one_that_was_asked() {
    let (app, provider, _folder) = world().await;
    account(&app, "ana@example.org").await;
    provider.now(|manner| manner.names_itself = Some("https://evil.example".to_owned()));
    let browser = app.browser(HOME);
    assert_eq!(why(&log_in(&browser, &provider).await), "untrusted");
    assert_eq!(provider.asked("/token"), 0, "its code is shown to nobody");
    let issuer = provider.issuer();
    provider.now(|manner| manner.names_itself = Some(issuer.clone()));
    let back = there(&browser, &provider).await;
    let silent = back.split("&iss=").next().unwrap();
    assert_eq!(why(&browser.get(silent).await), "untrusted", "it says that it always names itself");
    assert_eq!(why(&log_in(&browser, &provider).await), "not-linked", "it is it");
    provider.now(|manner| manner.refuses = Some("access_denied"));
    assert_eq!(why(&log_in(&browser, &provider).await), "denied");
}

#[tokio::test]
async fn keys_that_were_changed_are_read_again_and_not_for_every_stranger() {
    let (app, provider, _folder) = world().await;
    account(&app, "ana@example.org").await;
    let browser = app.browser(HOME);
    link(&inside(&app, "ana@example.org").await, &provider).await;
    assert_eq!(log_in(&browser, &provider).await.header("location"), "/console");
    assert_eq!((provider.asked("/keys"), provider.asked("/.well-known/openid-configuration")), (1, 1), "kept");
    app.clock.advance(MINUTE);
    provider.now(|manner| manner.key = Key::elliptic("second"));
    browser.post("/console/logout", &[]).await;
    assert_eq!(log_in(&browser, &provider).await.header("location"), "/console");
    assert_eq!(provider.asked("/keys"), 2);
    provider.now(|manner| manner.hidden = Some(Key::elliptic("third")));
    for n in 0..3 {
        assert_eq!(why(&log_in(&app.browser(&format!("192.0.{n}.9")), &provider).await), "untrusted");
    }
    assert_eq!(provider.asked("/keys"), 2, "once a minute at most");
}

#[tokio::test]
async fn without_the_provider_a_page_says_so_and_the_password_lets_in() {
    let (app, provider, _folder) = world().await;
    account(&app, "ana@example.org").await;
    provider.now(|manner| manner.down = Some(503));
    let browser = app.browser(HOME);
    for _ in 0..5 {
        let refused = browser.get(LOGIN).await;
        assert_eq!(why(&refused), "unreachable");
    }
    assert_eq!(provider.asked("/.well-known/openid-configuration"), 1, "strangers do not make us knock");
    let page = browser.get("/console/oidc/stopped?why=unreachable").await.words();
    assert!(page.contains("La mairie cannot be reached") && page.contains("by your password"), "{page}");
    let said = app.cli(&["user", "provider"]).await;
    assert!(said.fails(3).contains("503"), "{}", said.stderr);
    assert!(said.stdout.contains("https://lettres.example.org/console/oidc/return"), "{}", said.stdout);
    let inside = inside(&app, "ana@example.org").await;
    assert_eq!(why(&inside.post("/console/account/oidc", &[("password-oidc", PASSWORD)]).await), "unreachable");

    // It is back, and goes away while somebody is there.
    app.clock.advance(10 * SECOND);
    provider.now(|manner| manner.down = None);
    link(&inside, &provider).await;
    let back = there(&browser, &provider).await;
    provider.now(|manner| manner.down = Some(500));
    assert_eq!(why(&browser.get(&back).await), "unreachable");
    provider.now(|manner| manner.down = None);
    assert_eq!(log_in(&browser, &provider).await.header("location"), "/console");
    app.cli(&["user", "provider"]).await.ok();
}

#[tokio::test]
async fn a_provider_that_calls_itself_otherwise_is_not_believed() {
    let (app, provider, folder) = world().await;
    provider.now(|manner| manner.called = Some("https://evil.example".to_owned()));
    let browser = app.browser(HOME);
    assert_eq!(why(&browser.get(LOGIN).await), "misfit");
    let said = app.cli(&["user", "provider", "--json"]).await;
    said.fails(3);
    let said: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!((&said["fits"], &said["code"]), (&json!(false), &json!("other-issuer")));
    // A secret that is not the one it gave.
    provider.now(|manner| manner.called = None);
    app.clock.advance(10 * SECOND);
    let back = there(&browser, &provider).await;
    std::fs::write(folder.path().join("oidc-secret"), "another").unwrap();
    assert_eq!(why(&browser.get(&back).await), "misfit");
    std::fs::remove_file(folder.path().join("oidc-secret")).unwrap();
    assert_eq!(why(&log_in(&browser, &provider).await), "misfit");
    assert_eq!(app.cli(&["user", "provider"]).await.code, 3);
}

#[tokio::test]
async fn whose_account_is_closed_gets_in_nowhere_and_a_second_factor_is_asked_for() {
    let (app, provider, _folder) = world().await;
    account(&app, "chef@example.org").await;
    account(&app, "ana@example.org").await;
    link(&inside(&app, "ana@example.org").await, &provider).await;
    app.cli(&["user", "disable", "ana@example.org"]).await.ok();
    let browser = app.browser(HOME);
    let refused = log_in(&browser, &provider).await;
    assert_eq!(why(&refused), "disabled");
    assert!(!browser.is_in().await);
    assert!(browser.get(refused.header("location")).await.words().contains("closed"));
    app.cli(&["user", "enable", "ana@example.org"]).await.ok();
    app.execute("UPDATE person SET totp_secret = 'sealed' WHERE email = 'ana@example.org'").await;
    let half = log_in(&browser, &provider).await;
    assert_eq!(half.header("location"), "/console/login/code");
    assert!(!browser.is_in().await, "half is not in");
}

#[tokio::test]
async fn an_account_there_is_one_persons_and_linked_in_the_session_that_asked_for_it() {
    let (app, provider, _folder) = world().await;
    account(&app, "ana@example.org").await;
    account(&app, "bea@example.org").await;
    let (ana, bea) = (inside(&app, "ana@example.org").await, inside(&app, "bea@example.org").await);
    link(&ana, &provider).await;
    let refused = link(&bea, &provider).await;
    assert_eq!(why(&refused), "taken");
    assert!(bea.get(refused.header("location")).await.words().contains("another account here"));
    provider.is("4712");
    assert_eq!(why(&link(&ana, &provider).await), "has-another");
    // Whoever came in anew meanwhile, or is somebody else, did not ask for it.
    let page = bea.post("/console/account/oidc", &[("password-oidc", PASSWORD)]).await;
    let back = provider.visit(&way(&page)).await;
    bea.sign_in("bea@example.org", PASSWORD).await;
    assert_eq!(why(&bea.get(&back).await), "signed-out");
    let page = bea.post("/console/account/oidc", &[("password-oidc", PASSWORD)]).await;
    let back = provider.visit(&way(&page)).await;
    bea.post("/console/logout", &[]).await;
    bea.sign_in("ana@example.org", PASSWORD).await;
    assert_eq!(why(&bea.get(&back).await), "signed-out");
    assert_eq!(app.texts("SELECT subject FROM person_identity").await, ["4711"]);
    // Forms of others do nothing: without the page's code there is no way there.
    let bare = ana.get("/console/account/oidc").await;
    assert_eq!(bare.status, 405, "no link makes somebody link");
}

#[tokio::test]
async fn a_network_that_fails_too_often_waits_and_nobody_else() {
    let (app, provider, _folder) = world().await;
    account(&app, "ana@example.org").await;
    link(&inside(&app, "ana@example.org").await, &provider).await;
    let stranger = app.browser("198.51.100.9");
    provider.claims("nonce", json!("another"));
    let mut said = Vec::new();
    for _ in 0..25 {
        said.push(why(&log_in(&stranger, &provider).await).to_owned());
    }
    let judged = said.iter().take_while(|why| *why == "untrusted").count();
    assert!(judged >= 20 && said.iter().any(|why| why == "wait"), "{said:?}");
    provider.honest();
    assert_eq!(log_in(&app.browser(HOME), &provider).await.header("location"), "/console");
    app.clock.advance(15 * MINUTE);
    assert_eq!(log_in(&stranger, &provider).await.header("location"), "/console");
}

#[tokio::test]
async fn without_a_provider_there_is_no_such_door() {
    let app = TestApp::builder().roles(Roles { web: true, ..Roles::NONE }).spawn().await;
    account(&app, "ana@example.org").await;
    let browser = inside(&app, "ana@example.org").await;
    for path in [LOGIN, "/console/oidc/return?state=a&code=b", "/console/oidc/stopped?why=denied"] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
    assert_eq!(browser.post("/console/account/oidc", &[("password-oidc", PASSWORD)]).await.status, 404);
    assert!(!browser.get("/console/account").await.body.contains("oidc"));
    assert!(!app.browser(HOME).get("/console/login").await.body.contains("oidc"));
    app.cli(&["user", "provider"]).await.fails(5);
    assert!(app.cli(&["user", "links", "ana@example.org"]).await.ok().contains("not linked"));
}

#[tokio::test]
async fn settings_that_cannot_be_are_refused_with_what_to_do() {
    let app = TestApp::builder().stopped().spawn().await;
    let check = async |lines: &str| {
        let file = app.folder().join("more.toml");
        let before = std::fs::read_to_string(app.folder().join("facteur.toml")).unwrap();
        std::fs::write(&file, format!("{before}{lines}")).unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_facteur"));
        command.args(["config", "check", "--config"]).arg(&file).env("LC_ALL", "C");
        let done = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        (
            done.status.success(),
            String::from_utf8_lossy(&done.stderr).into_owned() + &String::from_utf8_lossy(&done.stdout),
        )
    };
    for (lines, said) in [
        ("oidc.issuer = \"http://auth.example.org\"\noidc.client_id = \"a\"\n", "oidc.issuer"),
        ("oidc.issuer = \"https://auth.example.org\"\n", "oidc.client_id is not"),
        (
            "oidc.issuer = \"https://auth.example.org\"\noidc.client_id = \"a\"\noidc.client_secret_file = \"/nowhere\"\n",
            "/nowhere",
        ),
        ("oidc.scopes = [\"a b\"]\n", "without blanks"),
        ("oidc.isuer = \"\"\n", "issuer"),
    ] {
        let (fine, words) = check(lines).await;
        assert!(!fine && words.contains(said), "{lines}: {words}");
    }
    let (_, words) = check("oidc.issuer = \"https://auth.example.org/realms/a\"\noidc.client_id = \"a\"\n").await;
    assert!(!words.contains("oidc"), "{words}");
}
