//! The people who edit: the first owner, signing in, second factor, links, roles; and that nobody is kept out by mail, by
//! somebody else's guesses, or by themself.

use std::process::{Command, Stdio};

use facteur::clock::{DAY, MINUTE, SECOND};
use facteur::people::delays::LONGEST;
use facteur::people::totp;
use facteur::serve::Roles;
use reqwest::Method;

use crate::harness::browser::{Browser, SESSION};
use crate::harness::mail::path_of;
use crate::harness::{Answer, TestApp};

const PASSWORD: &str = "la brume sur l'estuaire";
const OTHER: &str = "trois courlis au loin";
const HOME: &str = "192.0.2.7";
const AWAY: &str = "198.51.100.9";

/// Web alone, and a mail server that is not there.
async fn without_mail() -> TestApp {
    TestApp::builder().set("smtp.port", 1).roles(Roles { web: true, ..Roles::NONE }).spawn().await
}

/// An account with [`PASSWORD`], added on the command line.
async fn account(app: &TestApp, email: &str, role: &str) {
    let add = ["user", "add", email, "--role", role, "--language", "en", "--password"];
    app.cli_with_input(&add, &format!("{PASSWORD}\n")).await.ok();
}

async fn inside<'a>(app: &'a TestApp, email: &str, ip: &str) -> Browser<'a> {
    let browser = app.browser(ip);
    let answer = browser.sign_in(email, PASSWORD).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/console"), "{}", answer.body);
    browser
}

/// What stands between two texts of a page.
pub fn between<'a>(page: &'a Answer, before: &str, after: &str) -> &'a str {
    let rest = page.body.split(before).nth(1).unwrap_or_else(|| panic!("{before} in {}", page.body));
    rest.split(after).next().unwrap()
}

/// RFC 4648, the other way.
pub fn bytes_of(base32: &str) -> Vec<u8> {
    let (mut held, mut bits, mut bytes) = (0_u32, 0, Vec::new());
    for c in base32.bytes().filter(u8::is_ascii_alphanumeric) {
        let value = if c.is_ascii_digit() { c - b'2' + 26 } else { c - b'A' };
        held = (held << 5) | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    bytes
}

/// Turns the second factor on; gives its secret and the recovery codes.
async fn second_factor(app: &TestApp, browser: &Browser<'_>) -> (Vec<u8>, Vec<String>) {
    let page = browser.get("/console/account/second-factor").await;
    let secret = bytes_of(between(&page, "class=\"secret\">", "<"));
    let offer = between(&page, "name=\"offer\" value=\"", "\"").to_owned();
    assert_eq!(secret.len(), totp::SECRET);
    assert!(page.body.contains("src=\"data:image/svg+xml;base64,"), "a code to photograph");
    let code = totp::code(&secret, app.clock.now());
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let path = "/console/account/second-factor";
    let refused = browser.post(path, &[("offer", &offer), ("current", PASSWORD), ("number", wrong)]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains(between(&page, "class=\"secret\">", "<")), "the same secret once more");
    assert_eq!(
        app.number("SELECT COUNT(*) FROM person WHERE totp_secret IS NOT NULL").await,
        0,
        "one right code first"
    );
    let refused = browser.post(path, &[("offer", &offer), ("current", OTHER), ("number", &code)]).await;
    assert_eq!(refused.status, 422, "an open screen is not its owner");
    let done = browser.post(path, &[("offer", &offer), ("current", PASSWORD), ("number", &code)]).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let list = between(&done, "<ul class=\"codes\">", "</ul>");
    let codes: Vec<String> =
        list.split("<code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 10);
    assert!(!browser.get("/console/account").await.body.contains(&codes[0]), "shown once");
    (secret, codes)
}

#[tokio::test]
async fn the_first_owner_comes_in_by_a_link_that_is_good_once() {
    let app = without_mail().await;
    let early = app.cli(&["user", "setup-link", "--json"]).await.json()["link"].as_str().unwrap().to_owned();
    let link = app.cli(&["user", "setup-link"]).await.ok().trim().to_owned();
    let path = path_of(&link).to_owned();
    let browser = app.browser(HOME);
    let replaced = browser.get(path_of(&early)).await;
    assert_eq!(replaced.status, 404, "a newer one took its place");
    assert!(
        replaced.body.contains("A newer link took its place") && replaced.body.contains("facteur user setup-link"),
        "{}",
        replaced.body
    );
    let page = browser.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Make the first account"), "{}", page.body);
    for (field, fields) in [
        ("email", [("email", "ana"), ("password", PASSWORD), ("again", PASSWORD)]),
        ("password", [("email", "ana@example.org"), ("password", "motdepasse2026"), ("again", "motdepasse2026")]),
        ("password", [("email", "ana@example.org"), ("password", "court"), ("again", "court")]),
        ("again", [("email", "ana@example.org"), ("password", PASSWORD), ("again", OTHER)]),
    ] {
        let refused = browser.post(&path, &fields).await;
        assert_eq!(refused.status, 422, "{field}");
        assert!(refused.body.contains(&format!("id=\"{field}-problem\"")), "{field}: {}", refused.body);
        assert!(
            !refused.body.contains("la brume") && refused.body.contains(fields[0].1),
            "the address stays, no password"
        );
    }
    let before = browser.cookie(SESSION);
    let fields = [("email", "Ana@Example.org"), ("name", "Ana"), ("password", PASSWORD), ("again", PASSWORD)];
    let done = browser.post(&path, &fields).await;
    assert_eq!((done.status, done.header("location")), (303, "/console"), "{}", done.body);
    assert_ne!(browser.cookie(SESSION), before, "a new session");
    assert!(browser.get("/console/team").await.body.contains("Owner, sends: All newsletters"));

    let again = app.browser(AWAY).get(&path).await;
    assert_eq!(again.status, 410);
    assert!(again.body.contains("This link has been used") && again.body.contains("/console/login"), "{}", again.body);
    let second = app.browser(AWAY).post(&path, &fields).await;
    assert_eq!((second.status, app.number("SELECT COUNT(*) FROM person").await), (410, 1));
    let said = app.cli(&["user", "setup-link"]).await;
    assert!(said.fails(4).contains("facteur user passwd"), "{}", said.stderr);
    let kept = app.texts("SELECT password FROM person").await.remove(0);
    assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
}

#[tokio::test]
async fn a_set_up_link_is_over_after_half_an_hour() {
    let app = without_mail().await;
    let link = app.cli(&["user", "setup-link"]).await.ok().trim().to_owned();
    let browser = app.browser(HOME);
    app.clock.advance(30 * MINUTE - SECOND);
    assert_eq!(browser.get(path_of(&link)).await.status, 200);
    app.clock.advance(SECOND);
    let over = browser.get(path_of(&link)).await;
    assert_eq!(over.status, 410);
    assert!(over.body.contains("facteur user setup-link"), "{}", over.body);
    let fields = [("email", "ana@example.org"), ("password", PASSWORD), ("again", PASSWORD)];
    assert_eq!(browser.post(path_of(&link), &fields).await.status, 410);
    assert_eq!(app.number("SELECT COUNT(*) FROM person").await, 0);
}

/// The second factor with the mail server down: it is never by mail, and the machine's owner can take it away.
#[tokio::test]
async fn with_a_second_factor_and_no_mail_one_comes_in_all_the_same() {
    let app = without_mail().await;
    app.newsletter("carnet").await;
    account(&app, "ana@example.org", "owner").await;
    let browser = inside(&app, "ana@example.org", HOME).await;
    let (secret, codes) = second_factor(&app, &browser).await;
    let stored = app.texts("SELECT totp_secret FROM person").await.remove(0);
    let hex = secret.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    assert!(!stored.contains(&totp::base32(&secret)) && !stored.contains(&hex), "sealed");
    assert!(app.texts("SELECT hash FROM recovery_code").await.iter().all(|hash| !codes.contains(hash)), "hashed");
    let out = browser.post("/console/logout", &[]).await;
    assert_eq!((out.status, out.header("location")), (303, "/console/login"));

    let half = browser.sign_in("ana@example.org", PASSWORD).await;
    assert_eq!((half.status, half.header("location")), (303, "/console/login/code"));
    assert_eq!(browser.get("/console/account").await.status, 303, "half is not in");
    let stolen = browser.copied();
    let used = totp::code(&secret, app.clock.now());
    let again = browser.post("/console/login/code", &[("number", &used)]).await;
    assert_eq!(again.status, 422, "the code that turned it on was used");
    app.clock.advance(30 * SECOND);
    let code = totp::code(&secret, app.clock.now());
    let done = browser.post("/console/login/code", &[("number", &code)]).await;
    assert_eq!((done.status, done.header("location")), (303, "/console"), "{}", done.body);
    assert!(browser.is_in().await);
    assert!(!stolen.is_in().await && stolen.cookie(SESSION) != browser.cookie(SESSION), "the half session is over");

    let phone = app.browser(AWAY);
    phone.sign_in("ana@example.org", PASSWORD).await;
    assert_eq!(phone.post("/console/login/code", &[("number", &code)]).await.status, 422, "no step twice");
    let typed = codes[3].to_uppercase().replace('-', " ");
    assert_eq!(phone.post("/console/login/code", &[("number", &typed)]).await.status, 303, "a recovery code");
    assert!(phone.get("/console/account").await.body.contains("9 recovery codes are left"));
    phone.post("/console/logout", &[]).await;
    phone.sign_in("ana@example.org", PASSWORD).await;
    assert_eq!(phone.post("/console/login/code", &[("number", &codes[3])]).await.status, 422, "once");

    let reset = app.cli(&["user", "reset-2fa", "ana@example.org"]).await;
    assert!(reset.ok().contains("the password alone lets them in"));
    let lost = app.browser("203.0.113.4");
    assert_eq!(lost.sign_in("ana@example.org", PASSWORD).await.header("location"), "/console");
    assert_eq!(app.number("SELECT COUNT(*) FROM recovery_code").await, 0);
}

#[tokio::test]
async fn guesses_of_the_second_factor_wait_and_a_recovery_code_does_not() {
    let app = without_mail().await;
    account(&app, "ana@example.org", "owner").await;
    let browser = inside(&app, "ana@example.org", HOME).await;
    let (secret, codes) = second_factor(&app, &browser).await;
    app.clock.advance(30 * SECOND);
    let guesser = app.browser(AWAY);
    guesser.sign_in("ana@example.org", PASSWORD).await;
    let near: Vec<String> = (-1..9).map(|off| totp::code(&secret, app.clock.now() + off * 30 * SECOND)).collect();
    let wrong = ["000000", "111111", "222222", "333333"].into_iter().find(|code| !near.iter().any(|near| near == code));
    let fields = [("number", wrong.unwrap())];
    for _ in 0..5 {
        assert_eq!(guesser.post("/console/login/code", &fields).await.status, 422);
    }
    for wait in [1, 2, 4, 8, 16] {
        app.clock.advance(wait * SECOND);
        assert_eq!(guesser.post("/console/login/code", &fields).await.status, 422);
    }
    let right = totp::code(&secret, app.clock.now());
    assert_eq!(guesser.post("/console/login/code", &[("number", &right)]).await.status, 429, "not judged meanwhile");
    let owner = app.browser(HOME);
    owner.sign_in("ana@example.org", PASSWORD).await;
    assert_eq!(owner.post("/console/login/code", &[("number", &codes[0])]).await.status, 303, "never locked out");
}

#[tokio::test]
async fn a_session_id_that_was_there_before_is_worth_nothing_after() {
    let app = without_mail().await;
    account(&app, "ana@example.org", "owner").await;
    let victim = app.browser(HOME);
    let planted = "p".repeat(43);
    victim.set_cookie(SESSION, &planted);
    assert_eq!(victim.sign_in("ana@example.org", PASSWORD).await.status, 303);
    assert_ne!(victim.cookie(SESSION), planted);
    let thief = app.browser(AWAY);
    thief.set_cookie(SESSION, &planted);
    assert!(victim.is_in().await && !thief.is_in().await);
    let first = victim.copied();
    assert_eq!(victim.sign_in("ana@example.org", PASSWORD).await.status, 303, "once more in the same browser");
    assert!(!first.is_in().await, "the session before has ended");
    let answer = app.browser(HOME).sign_in("ana@example.org", PASSWORD).await;
    let cookies: Vec<&str> =
        answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    for cookie in cookies {
        let safe = ["__Host-facteur", "; Path=/;", "; HttpOnly", "; SameSite=Lax", "; Secure"];
        assert!(safe.iter().all(|part| cookie.contains(part)), "{cookie}");
    }
}

/// A token for the API of this person, and whether it opens.
async fn token_for(app: &TestApp, email: &str, name: &str) -> String {
    app.cli(&["token", "create", name, "--for", email]).await.ok().trim().to_owned()
}

async fn opens(app: &TestApp, token: &str) -> bool {
    let answer = app.send(app.request(Method::GET, "/api/v1/newsletters").bearer_auth(token)).await;
    assert!([200, 401].contains(&answer.status), "{}", answer.body);
    answer.status == 200
}

#[tokio::test]
async fn sessions_and_tokens_end_with_a_password_a_role_and_being_kept_out() {
    let app = without_mail().await;
    app.newsletter("carnet").await;
    account(&app, "chef@example.org", "owner").await;
    account(&app, "ana@example.org", "editor").await;
    let owner = inside(&app, "chef@example.org", AWAY).await;
    let id = app.texts("SELECT public_id FROM person WHERE email = 'ana@example.org'").await.remove(0);
    let member = format!("/console/team/{id}");
    let kept = app.cli(&["token", "create", "machine"]).await.ok().trim().to_owned();
    for event in ["password", "passwd", "roles", "role", "disable"] {
        let (here, there) = (inside(&app, "ana@example.org", HOME).await, inside(&app, "ana@example.org", HOME).await);
        let token = token_for(&app, "ana@example.org", event).await;
        assert!(here.is_in().await && there.is_in().await && opens(&app, &token).await, "{event}");
        match event {
            "password" => {
                let before = here.cookie(SESSION);
                let fields = [("current", PASSWORD), ("password", OTHER), ("again", OTHER)];
                let done = here.post("/console/account/password", &fields).await;
                assert_eq!(done.status, 303, "{}", done.body);
                assert!(
                    here.is_in().await && here.cookie(SESSION) != before,
                    "who changed it stays in, under a new id"
                );
                app.cli_with_input(&["user", "passwd", "ana@example.org"], PASSWORD).await.ok();
            }
            "passwd" => {
                app.cli_with_input(&["user", "passwd", "ana@example.org"], PASSWORD).await.ok();
            }
            "roles" => {
                let done = owner.post(&member, &[("role-0", "writer"), ("send-0", "1")]).await;
                assert_eq!(done.status, 303, "{}", done.body);
                let same = owner.post(&member, &[("role-0", "writer"), ("send-0", "1")]).await;
                assert_eq!(same.status, 303);
            }
            "role" => {
                app.cli(&["user", "role", "ana@example.org", "viewer", "--newsletter", "carnet"]).await.ok();
            }
            _ => assert_eq!(owner.post(&format!("{member}/disable"), &[]).await.status, 303),
        }
        assert!(!here.is_in().await && !there.is_in().await && !opens(&app, &token).await, "{event}");
        assert!(owner.is_in().await && opens(&app, &kept).await, "nobody else's end: {event}");
    }
    assert_eq!(app.browser(HOME).sign_in("ana@example.org", PASSWORD).await.status, 422, "kept out");
    assert_eq!(owner.post(&format!("{member}/enable"), &[]).await.status, 303);
    inside(&app, "ana@example.org", HOME).await;
}

#[tokio::test]
async fn one_ends_ones_own_sessions_and_nobody_elses() {
    let app = without_mail().await;
    account(&app, "ana@example.org", "owner").await;
    account(&app, "bea@example.org", "writer").await;
    let here = inside(&app, "ana@example.org", HOME).await;
    let there = inside(&app, "ana@example.org", AWAY).await;
    let bea = inside(&app, "bea@example.org", AWAY).await;
    let page = here.get("/console/account").await;
    assert!(page.body.contains("Firefox · Linux") && page.body.contains("this one"), "{}", page.body);
    let hash = between(&page, "name=\"session\" value=\"", "\"").to_owned();
    assert_eq!(bea.post("/console/account/sessions", &[("session", &hash)]).await.status, 303);
    assert!(there.is_in().await, "another person's session is not one's own");
    here.post("/console/account/sessions", &[("session", &hash)]).await;
    assert!(here.is_in().await && !there.is_in().await);
    let (more, yet) = (inside(&app, "ana@example.org", AWAY).await, inside(&app, "ana@example.org", AWAY).await);
    here.post("/console/account/sessions", &[("others", "1")]).await;
    assert!(here.is_in().await && !more.is_in().await && !yet.is_in().await && bea.is_in().await);
    here.post("/console/account", &[("name", "  Ana \n Lopez "), ("language", "fr")]).await;
    let french = here.get("/console/account").await;
    assert!(french.body.contains("Mon compte") && french.body.contains("value=\"Ana Lopez\""), "{}", french.body);
}

#[tokio::test]
async fn somebody_who_is_unknown_and_a_wrong_password_are_answered_alike() {
    let app = without_mail().await;
    account(&app, "ana@example.org", "owner").await;
    app.cli(&["user", "add", "invited@example.org", "--role", "writer"]).await.ok();
    account(&app, "out@example.org", "writer").await;
    app.cli(&["user", "disable", "out@example.org"]).await.ok();
    let mut answers = Vec::new();
    for (n, email) in
        ["ana@example.org", "bea@example.org", "invited@example.org", "out@example.org"].iter().enumerate()
    {
        let browser = app.browser(&format!("192.0.{n}.1"));
        browser.set_cookie(SESSION, &"s".repeat(43));
        let password = if *email == "out@example.org" { PASSWORD } else { OTHER };
        let answer = browser.sign_in(email, password).await;
        assert_eq!(answer.status, 422);
        let mut headers: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        headers.sort();
        // What a passkey would sign is asked of each browser anew.
        let asked = between(&answer, "data-challenge=\"", "\"").to_owned();
        answers.push((answer.body.replace(email, "ADDRESS").replace(&asked, "CHALLENGE"), headers));
        // The waits double, so on the slowest machine one is met.
        let mut judged = 1;
        while browser.sign_in(email, OTHER).await.status == 422 {
            judged += 1;
            assert!(judged < 15, "{email} waits as anybody");
        }
        assert!(judged >= 5, "{email} has five attempts as anybody: {judged}");
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
}

/// Many at once from one network on one account: they wait, and nobody else does.
#[tokio::test]
async fn guesses_slow_who_guesses_and_nobody_else() {
    let app = without_mail().await;
    account(&app, "ana@example.org", "owner").await;
    account(&app, "bea@example.org", "writer").await;
    let own = inside(&app, "ana@example.org", AWAY).await;
    own.post("/console/logout", &[]).await;
    let guessers: Vec<_> = (0..40).map(|_| app.browser(AWAY)).collect();
    let asked = guessers.iter().map(|browser| browser.sign_in("ana@example.org", OTHER));
    let answers = futures_util::future::join_all(asked).await;
    let judged = answers.iter().filter(|answer| answer.status == 422).count();
    let waited: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert!((5..=10).contains(&judged) && judged + waited.len() == 40, "{judged} were judged");
    assert!(waited[0].body.contains("Nothing is locked") || waited[0].body.contains("then try again"));
    assert!(!waited[0].header("retry-after").is_empty());
    for _ in 0..8 {
        app.clock.advance(LONGEST);
        assert_eq!(guessers[0].sign_in("ana@example.org", OTHER).await.status, 422);
    }
    assert_eq!(guessers[0].sign_in("ana@example.org", PASSWORD).await.status, 429, "the right one waits there, too");
    inside(&app, "ana@example.org", HOME).await;
    inside(&app, "bea@example.org", AWAY).await;
    assert_eq!(own.sign_in("ana@example.org", PASSWORD).await.status, 303, "her own browser, in the same network");
    app.clock.advance(LONGEST);
    assert_eq!(
        guessers[0].sign_in("ana@example.org", PASSWORD).await.status,
        303,
        "never longer than a quarter of an hour"
    );
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_behind_a_letter() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    account(&app, "ana@example.org", "owner").await;
    let browser = app.browser(HOME);
    let mut answers = Vec::new();
    for email in ["bea@example.org", "ana@example.org"] {
        let answer = browser.post("/console/forgotten", &[("email", email)]).await;
        answers.push((answer.status, answer.header("location").to_owned(), answer.body));
    }
    assert_eq!(answers[0], answers[1]);
    let mail = app.mail_to("ana@example.org").await;
    let link = mail.link("/console/link/");
    assert!(mail.subject() == "Your new password" && mail.html().contains(&link), "{}", mail.text());
    let token = link.rsplit('/').next().unwrap().to_owned();
    for column in ["SELECT hash FROM person_link", "SELECT parameters FROM letter"] {
        assert!(app.texts(column).await.iter().all(|text| !text.contains(&token)), "{column}: the token is nowhere");
    }
    browser.post("/console/forgotten", &[("email", "ana@example.org")]).await;
    let path = path_of(&link).to_owned();
    for end in ["A", "B"] {
        let altered = format!("{}{end}", &path[..path.len() - 1]);
        if altered != path {
            assert_eq!(browser.get(&altered).await.status, 404, "altered");
        }
    }
    assert_eq!(browser.get(&path[..path.len() - 3]).await.status, 404, "cut short");
    let session = inside(&app, "ana@example.org", AWAY).await;
    assert!(browser.get(&path).await.body.contains("ana@example.org"), "for whom");
    let fields = [("password", OTHER), ("again", OTHER)];
    let done = browser.post(&path, &fields).await;
    assert_eq!((done.status, done.header("location")), (303, "/console"), "{}", done.body);
    assert!(browser.is_in().await && !session.is_in().await);
    let again = app.browser(AWAY).post(&path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
    assert_eq!(again.status, 410, "once");
    assert!(again.body.contains("/console/forgotten"), "{}", again.body);
    assert_eq!(app.browser(AWAY).sign_in("ana@example.org", PASSWORD).await.status, 422);
    assert_eq!(app.browser(AWAY).sign_in("ana@example.org", OTHER).await.status, 303);
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1, "not one for each click");

    app.clock.advance(3 * MINUTE);
    browser.post("/console/forgotten", &[("email", "ana@example.org")]).await;
    let two = |mails: &[std::sync::Arc<crate::harness::mail::Mail>]| mails.len() == 2;
    let late = app.wait_until("the second letter", two).await.pop().unwrap().link("/console/link/");
    app.clock.advance(15 * MINUTE);
    assert_eq!(browser.get(path_of(&late)).await.status, 410, "15 minutes");
}

/// A link by mail is one factor: it does not stand for the other.
#[tokio::test]
async fn a_forgotten_password_does_not_pass_by_the_second_factor() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    account(&app, "ana@example.org", "owner").await;
    let browser = inside(&app, "ana@example.org", HOME).await;
    let (secret, _) = second_factor(&app, &browser).await;
    let other = app.browser(AWAY);
    other.post("/console/forgotten", &[("email", "ana@example.org")]).await;
    let path = path_of(&app.mail_to("ana@example.org").await.link("/console/link/")).to_owned();
    let done = other.post(&path, &[("password", OTHER), ("again", OTHER)]).await;
    assert_eq!((done.status, done.header("location")), (303, "/console/login/code"));
    assert!(!other.is_in().await);
    app.clock.advance(30 * SECOND);
    let code = totp::code(&secret, app.clock.now());
    assert_eq!(other.post("/console/login/code", &[("number", &code)]).await.status, 303);
    assert!(other.is_in().await);
}

#[tokio::test]
async fn a_letter_that_would_bring_a_dead_link_does_not_leave() {
    let mut app = TestApp::builder().stopped().spawn().await;
    app.newsletter("carnet").await;
    account(&app, "ana@example.org", "owner").await;
    facteur::people::joining::forgot(&app.app, "ana@example.org").await.unwrap();
    app.clock.advance(20 * MINUTE);
    app.start().await;
    app.idle().await;
    assert_eq!(app.texts("SELECT reason FROM letter WHERE state = 5").await, ["expired"]);
    assert!(app.mails().is_empty());
}

#[tokio::test]
async fn an_invitation_goes_by_letter_or_by_hand() {
    let app = TestApp::spawn().await;
    account(&app, "chef@example.org", "owner").await;
    let owner = inside(&app, "chef@example.org", HOME).await;
    let page = owner.get("/console/team").await;
    assert!(page.body.contains("No letter can leave yet"), "no newsletter, no letter: {}", page.body);
    let fields = [("email", "ana@example.org"), ("role", "editor"), ("newsletter", "0"), ("language", "fr")];
    let handed = owner.post("/console/team", &fields).await;
    assert_eq!(handed.status, 200, "the link is all there is");
    let link = between(&handed, "aria-describedby=\"link-help\">", "<").to_owned();
    assert!(link.starts_with("https://lettres.example.org/console/link/"), "{link}");
    let known = owner.post("/console/team", &fields).await;
    assert!(known.status == 422 && known.body.contains("There is an account of this address already"));

    app.newsletter("carnet").await;
    let carnet = app.number("SELECT id FROM newsletter").await.to_string();
    let id = app.texts("SELECT public_id FROM person WHERE email = 'ana@example.org'").await.remove(0);
    assert_eq!(owner.post(&format!("/console/team/{id}/invite"), &[("how", "letter")]).await.status, 303);
    let mail = app.mail_to("ana@example.org").await;
    assert!(mail.subject().contains("Le carnet") && mail.text().contains("chef@example.org"), "{}", mail.text());
    assert!(mail.text().contains("7 jours"), "in her language: {}", mail.text());
    let guest = app.browser(AWAY);
    let replaced = guest.get(path_of(&link)).await;
    assert_eq!(replaced.status, 404, "the newer invitation took its place");
    assert!(replaced.words().contains("Take the newest invitation"), "{}", replaced.words());
    let path = path_of(&mail.link("/console/link/")).to_owned();
    app.clock.advance(7 * DAY - MINUTE);
    assert!(guest.get(&path).await.body.contains("ana@example.org"));
    let joined = guest.post(&path, &[("name", "Ana"), ("password", PASSWORD), ("again", PASSWORD)]).await;
    assert_eq!((joined.status, joined.header("location")), (303, "/console"), "{}", joined.body);
    assert_eq!(guest.get("/console/team").await.status, 403, "an editor");
    assert_eq!(app.browser(AWAY).get(&path).await.status, 410);
    let owner = inside(&app, "chef@example.org", HOME).await;
    let needless = owner.post(&format!("/console/team/{id}/invite"), &[]).await;
    assert!(needless.status == 422 && needless.body.contains("need no invitation"), "{}", needless.body);

    let fields = [
        ("email", "bea@example.org"),
        ("role", "writer"),
        ("newsletter", &carnet),
        ("how", "letter"),
        ("may_send", "1"),
    ];
    assert_eq!(owner.post("/console/team", &fields).await.status, 303);
    app.mail_to("bea@example.org").await;
    let given = app.texts("SELECT role FROM person_role WHERE may_send AND newsletter_id <> 0").await;
    assert_eq!(given, ["writer"], "to send is a right of its own");
    for (name, value) in [("role", "king"), ("newsletter", "99"), ("newsletter", "x")] {
        let mut wrong = vec![("email", "cleo@example.org"), ("role", "writer"), ("newsletter", "0")];
        wrong.iter_mut().filter(|(field, _)| *field == name).for_each(|field| field.1 = value);
        let refused = owner.post("/console/team", &wrong).await;
        assert!(refused.status == 422 && refused.body.contains("cleo@example.org"), "{name}={value}");
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM person").await, 3);
}

#[tokio::test]
async fn there_is_always_an_owner_who_can_come_in() {
    let app = without_mail().await;
    account(&app, "ana@example.org", "owner").await;
    app.cli(&["user", "add", "invited@example.org", "--role", "owner"]).await.ok();
    let ana = inside(&app, "ana@example.org", HOME).await;
    let id = app.texts("SELECT public_id FROM person WHERE email = 'ana@example.org'").await.remove(0);
    let own = format!("/console/team/{id}");
    for (path, fields) in
        [(own.clone(), vec![("role-0", "editor")]), (own.clone(), vec![]), (format!("{own}/disable"), vec![])]
    {
        let refused = ana.post(&path, &fields).await;
        assert_eq!(refused.status, 422, "{path}");
        assert!(refused.body.contains("no owner left"), "{}", refused.body);
    }
    for command in [&["user", "disable", "ana@example.org"][..], &["user", "role", "ana@example.org", "none"]] {
        assert!(app.cli(command).await.fails(4).contains("no owner left"), "{command:?}");
    }
    assert!(ana.is_in().await, "and nothing ended");
    account(&app, "bea@example.org", "owner").await;
    let bea = inside(&app, "bea@example.org", AWAY).await;
    let other = app.texts("SELECT public_id FROM person WHERE email = 'bea@example.org'").await.remove(0);
    let (theirs, disable) = (format!("/console/team/{other}/disable"), format!("{own}/disable"));
    let (one, two) = tokio::join!(ana.post(&theirs, &[]), bea.post(&disable, &[]));
    let mut answers = [one.status, two.status];
    answers.sort_unstable();
    assert_ne!(answers, [303, 303], "two who keep each other out at once");
    let left = "SELECT COUNT(*) FROM person WHERE disabled_at IS NULL AND password IS NOT NULL";
    assert_eq!(app.number(left).await, 1);
}

#[tokio::test]
async fn a_password_is_never_sent_back() {
    let app = without_mail().await;
    for (path, again) in [("/console/login", "/console/login"), ("/console/link/abc", "/console/link/abc")] {
        let request = app.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
        let answer = app.send(request.body("code=old&email=ana%40example.org&password=la+brume")).await;
        assert_eq!(answer.status, 403);
        assert!(!answer.body.contains("la brume"), "{}", answer.body);
        assert!(answer.body.contains(&format!("href=\"{again}\"")), "{}", answer.body);
    }
}

#[tokio::test]
async fn after_signing_in_one_goes_on_where_one_was() {
    let app = without_mail().await;
    account(&app, "ana@example.org", "owner").await;
    let browser = app.browser(HOME);
    let sent = browser.get("/console/account").await;
    assert_eq!(sent.header("location"), "/console/login?next=%2Fconsole%2Faccount");
    let page = browser.get(sent.header("location")).await;
    assert!(page.body.contains("name=\"next\" value=\"/console/account\""), "{}", page.body);
    // The page in another language leads there too, also after a wrong password.
    let french = "href=\"/console/login?next=%2Fconsole%2Faccount&#38;lang=fr\"";
    assert!(page.body.contains(french), "{}", page.body);
    let wrong = [("email", "ana@example.org"), ("password", OTHER), ("next", "/console/account")];
    let wrong = browser.post("/console/login", &wrong).await;
    assert!(wrong.status == 422 && wrong.body.contains(french), "{}", wrong.body);
    let page = browser.get("/console/login?next=%2Fconsole%2Faccount&lang=fr").await;
    assert!(page.body.contains("name=\"next\" value=\"/console/account\"") && page.body.contains("lang=\"fr\""));
    for (next, to) in [
        ("/console/account", "/console/account"),
        ("//evil.example/console", "/console"),
        ("https://evil.example/", "/console"),
        ("/console/../n/carnet\\", "/console"),
    ] {
        let browser = app.browser(HOME);
        let fields = [("email", "ana@example.org"), ("password", PASSWORD), ("next", next)];
        assert_eq!(browser.post("/console/login", &fields).await.header("location"), to, "{next}");
    }
}

#[tokio::test]
async fn accounts_are_kept_on_the_command_line_too() {
    let app = without_mail().await;
    app.newsletter("carnet").await;
    assert!(app.cli(&["user", "list"]).await.ok().contains("setup-link"));
    let add = ["user", "add", "ana@example.org", "--role", "writer", "--newsletter", "carnet", "--send", "--json"];
    let added = app.cli(&add).await.json();
    let link = added["link"].as_str().unwrap();
    assert_eq!(app.browser(HOME).get(path_of(link)).await.status, 200);
    app.cli(&add).await.fails(4);
    app.cli(&["user", "add", "bea@example.org", "--role", "king"]).await.fails(2);
    app.cli(&["user", "add", "bea", "--role", "writer"]).await.fails(2);
    app.cli(&["user", "add", "bea@example.org", "--role", "writer", "--newsletter", "nowhere"]).await.fails(5);
    for (command, input) in [("court", "12 characters"), ("motdepasse2026", "first that are tried"), ("", "empty")] {
        let said = app.cli_with_input(&["user", "passwd", "ana@example.org"], &format!("{command}\n")).await;
        assert!(said.fails(2).contains(input), "{}", said.stderr);
    }
    app.cli_with_input(&["user", "passwd", "nobody@example.org"], PASSWORD).await.fails(5);
    app.cli_with_input(&["user", "passwd", "ANA@example.org"], PASSWORD).await.ok();
    assert_eq!(app.browser(HOME).get(path_of(link)).await.status, 410, "a password was set: the invitation is over");
    let listed = app.cli(&["user", "list", "--json"]).await.json();
    let ana = &listed[0];
    assert_eq!(
        (&ana["email"], &ana["state"], &ana["second_factor"]),
        (&"ana@example.org".into(), &"active".into(), &false.into())
    );
    assert_eq!(ana["roles"], serde_json::json!([{ "newsletter": "carnet", "role": "writer", "may_send": true }]));
    app.cli(&["user", "role", "ana@example.org", "viewer"]).await.ok();
    app.cli(&["user", "role", "ana@example.org", "none", "--newsletter", "carnet"]).await.ok();
    let listed = app.cli(&["user", "list"]).await;
    assert!(listed.ok().contains("all (viewer)") && !listed.stdout.contains("carnet"), "{}", listed.stdout);
    assert!(app.cli(&["user", "disable", "ana@example.org"]).await.ok().contains("kept out"));
    assert!(app.cli(&["user", "disable", "ana@example.org"]).await.ok().contains("nothing changed"));
    assert!(app.cli(&["user", "enable", "ana@example.org"]).await.ok().contains("may come in again"));
    inside(&app, "ana@example.org", HOME).await;
}

/// `facteur serve` on a terminal shows the link; where its output is kept, it does not.
#[tokio::test]
async fn serve_shows_the_first_link_to_a_terminal_alone() {
    let app = TestApp::builder().stopped().spawn().await;
    let serve = |terminal: bool| {
        let plain = app.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut command = if terminal { Command::new("script") } else { Command::new(plain.get_program()) };
        if terminal {
            let words = std::iter::once(plain.get_program()).chain(plain.get_args());
            let line: Vec<String> = words.map(|word| format!("'{}'", word.to_string_lossy())).collect();
            command.args(["-qefc", &line.join(" "), "/dev/null"]);
        } else {
            command.args(plain.get_args());
        }
        for (name, value) in plain.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    for terminal in [false, true] {
        let Ok(mut child) = serve(terminal).spawn() else {
            assert!(terminal, "the binary is built");
            eprintln!("SKIPPED: no script(1) on this machine");
            return;
        };
        let output: Box<dyn std::io::Read + Send> =
            if terminal { Box::new(child.stdout.take().unwrap()) } else { Box::new(child.stderr.take().unwrap()) };
        let wanted = if terminal { "/console/link/" } else { "facteur user setup-link" };
        let said = tokio::task::spawn_blocking(move || {
            use std::io::BufRead as _;
            let mut said = String::new();
            for line in std::io::BufReader::new(output).lines().map_while(Result::ok) {
                said.push_str(&line);
                said.push('\n');
                if line.contains(wanted) {
                    break;
                }
            }
            said
        });
        let said = tokio::time::timeout(crate::harness::PATIENCE, said).await.expect("it says so").unwrap();
        child.kill().ok();
        child.wait().ok();
        assert!(said.contains(wanted), "{said}");
        assert_eq!(said.contains("/console/link/"), terminal, "{said}");
    }
}
