//! Passkeys: made after the password was typed, shown to come in, refused for whatever does not fit; never the only way in.

use facteur::clock::{MINUTE, SECOND};
use facteur::people::totp;
use facteur::serve::Roles;

use crate::harness::browser::{Browser, SESSION};
use crate::harness::passkey::{Ask, Authenticator, Field, borrowed};
use crate::harness::{Answer, BASE_URL, TestApp};
use crate::people::{between, bytes_of};

const PASSWORD: &str = "la brume sur l'estuaire";
const OTHER: &str = "trois courlis au loin";
const ANA: &str = "ana@example.org";
const HOME: &str = "192.0.2.7";
const AWAY: &str = "198.51.100.9";
const PAGE: &str = "/console/account/passkeys";

async fn world() -> TestApp {
    let app = TestApp::builder().set("smtp.port", 1).roles(Roles { web: true, ..Roles::NONE }).spawn().await;
    account(&app, ANA).await;
    app
}

async fn account(app: &TestApp, email: &str) {
    let add = ["user", "add", email, "--role", "owner", "--language", "en", "--password"];
    app.cli_with_input(&add, &format!("{PASSWORD}\n")).await.ok();
}

async fn inside<'a>(app: &'a TestApp, email: &str) -> Browser<'a> {
    let browser = app.browser(HOME);
    assert_eq!(browser.sign_in(email, PASSWORD).await.status, 303);
    browser
}

/// What is asked of an authenticator, once the password was typed.
async fn asked(browser: &Browser<'_>, name: &str) -> Ask {
    let page = browser.post(PAGE, &[("name", name), ("current", PASSWORD)]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    Ask::of(&page)
}

async fn send_made(browser: &Browser<'_>, name: &str, fields: &[Field]) -> Answer {
    let mut fields = borrowed(fields);
    fields.push(("name", name));
    browser.post(&format!("{PAGE}/add"), &fields).await
}

/// A key of whoever is signed in there.
async fn made(browser: &Browser<'_>, id: &[u8], name: &str) -> Authenticator {
    let mut authenticator = Authenticator::new(id);
    let fields = authenticator.make(&asked(browser, name).await);
    let answer = send_made(browser, name, &fields).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/console/account"), "{}", answer.body);
    authenticator
}

/// What the page of signing in asks for.
async fn login_ask(browser: &Browser<'_>) -> Ask {
    Ask::of(&browser.get("/console/login").await)
}

async fn show(browser: &Browser<'_>, fields: &[Field]) -> Answer {
    browser.post("/console/login/passkey", &borrowed(fields)).await
}

/// Signs in with a key from a new browser.
async fn come_in<'a>(app: &'a TestApp, key: &mut Authenticator) -> Browser<'a> {
    let browser = app.browser(AWAY);
    let fields = key.show(&login_ask(&browser).await);
    let answer = show(&browser, &fields).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/console"), "{}", answer.body);
    browser
}

fn refused(answer: &Answer, words: &str) {
    assert_eq!(answer.status, 422, "{words}: {}", answer.body);
    assert!(answer.body.contains(words), "{words}: {}", answer.body);
}

async fn deeds(app: &TestApp) -> Vec<String> {
    app.texts(
        "SELECT actor || ' ' || code || ' ' || parameters FROM activity
         WHERE code LIKE 'passkey.%' OR code = 'session.begun' ORDER BY id",
    )
    .await
}

#[tokio::test]
async fn a_passkey_is_made_after_the_password_and_is_both_factors() {
    let app = world().await;
    let browser = inside(&app, ANA).await;
    let page = browser.get("/console/account").await;
    assert!(page.body.contains("Add a passkey") && page.body.contains("/assets/passkeys."), "{}", page.body);
    let form = browser.get(PAGE).await;
    assert!(form.body.contains("data-passkey=\"begin\"") && form.body.contains("<noscript>"), "{}", form.body);
    assert!(form.body.contains("value=\"Firefox · Linux\""), "a name is proposed: {}", form.body);
    let wrong = browser.post(PAGE, &[("name", "Téléphone"), ("current", OTHER)]).await;
    refused(&wrong, "not your present password");
    assert!(wrong.body.contains("Téléphone") && !wrong.body.contains("data-challenge"), "no key without the password");

    // A code is asked for after a password, and not after a passkey.
    let offer = browser.get("/console/account/second-factor").await;
    let secret = bytes_of(between(&offer, "class=\"secret\">", "<"));
    let sealed = between(&offer, "name=\"offer\" value=\"", "\"").to_owned();
    let code = totp::code(&secret, app.clock.now());
    let fields = [("offer", sealed.as_str()), ("current", PASSWORD), ("number", code.as_str())];
    assert_eq!(browser.post("/console/account/second-factor", &fields).await.status, 200);

    let mut key = made(&browser, b"one key", "Mon <téléphone>").await;
    let page = browser.get("/console/account").await;
    assert!(page.body.contains("The passkey is added.") && page.body.contains("Never used."), "{}", page.body);
    assert!(
        page.body.contains("Mon &#60;téléphone&#62;") && page.body.contains("On one device alone"),
        "{}",
        page.body
    );
    assert!(page.body.contains("data-passkeys=\"b25lIGtleQ\""), "the browser is told which open: {}", page.body);

    app.clock.advance(MINUTE);
    let there = come_in(&app, &mut key).await;
    assert!(there.is_in().await, "without a code");
    assert!(!there.cookie("__Host-facteur-device").is_empty(), "its own turn from now on");
    let seen = browser.get("/console/account").await;
    assert!(seen.body.contains("Last used") && !seen.body.contains("Never used."), "{}", seen.body);
    let half = app.browser(AWAY);
    assert_eq!(half.sign_in(ANA, PASSWORD).await.header("location"), "/console/login/code", "the password stays");
    let fields = key.show(&login_ask(&half).await);
    assert_eq!(show(&half, &fields).await.status, 303);
    assert!(half.is_in().await, "half-way in, too");

    assert_eq!(
        deeds(&app).await,
        [
            r#"person session.begun {"by":"password"}"#,
            r#"person passkey.added {"passkey":1}"#,
            r#"person session.begun {"by":"passkey"}"#,
            r#"person session.begun {"by":"passkey"}"#,
        ]
    );
    let record = browser.get("/console/activity").await;
    assert!(record.body.contains("added a passkey"), "{}", record.body);
    let kept = app.contents().await["passkey"].join("\n");
    assert!(!kept.contains(ANA), "{kept}");
}

#[tokio::test]
async fn whoever_has_a_new_one_is_told_and_an_owner_sees_and_removes_those_of_others() {
    let app = world().await;
    app.newsletter("carnet").await;
    account(&app, "chef@example.org").await;
    let browser = inside(&app, ANA).await;
    let mut key = made(&browser, b"one key", "Mon téléphone").await;
    let letters = app.texts("SELECT kind || ' ' || address || ' ' || parameters FROM letter").await;
    assert!(letters.len() == 1 && letters[0].starts_with("new_way ana@example.org "), "{letters:?}");
    assert!(letters[0].contains("Mon téléphone") && letters[0].contains("\"passkey\""), "{letters:?}");

    let id = app.texts(&format!("SELECT public_id FROM person WHERE email = '{ANA}'")).await.remove(0);
    let (member, ways) = (format!("/console/team/{id}"), format!("/console/team/{id}/ways"));
    let owner = inside(&app, "chef@example.org").await;
    let seen = owner.get(&member).await.words();
    assert!(
        seen.contains("Passkeys 1") && seen.contains("Mon téléphone passkey") && seen.contains("Never used."),
        "{seen}"
    );
    come_in(&app, &mut key).await;
    let seen = owner.get(&member).await.words();
    assert!(seen.contains("Last used") && !seen.contains("Never used."), "{seen}");

    // One's own is removed with the password, on one's account.
    let own = browser.get(&member).await;
    assert!(own.words().contains("Mon téléphone") && !own.body.contains("name=\"passkey\""), "{}", own.body);
    let led = browser.post(&ways, &[("passkey", "1")]).await;
    assert_eq!((led.status, led.header("location")), (303, "/console/account"));
    for wrong in ["0", "-1", "99", "abc"] {
        assert_eq!(owner.post(&ways, &[("passkey", wrong)]).await.status, 303, "{wrong}");
        assert_eq!(app.number("SELECT COUNT(*) FROM passkey").await, 1, "{wrong}");
    }
    assert_eq!(owner.post(&ways, &[("passkey", "1")]).await.header("location"), member);
    assert!(app.number("SELECT COUNT(*) FROM passkey").await == 0 && !browser.is_in().await);
    assert!(owner.get(&member).await.words().contains("they were signed out everywhere"), "it is said once");
    assert_eq!(deeds(&app).await.last().unwrap(), r#"person passkey.removed {"passkey":1}"#);
}

#[tokio::test]
async fn where_somebody_wanted_to_go_they_are_led_and_nowhere_else() {
    let app = world().await;
    let mut key = made(&inside(&app, ANA).await, b"one key", "").await;
    for (next, to) in
        [("/console/team", "/console/team"), ("https://evil.example/", "/console"), ("//evil", "/console")]
    {
        let browser = app.browser(AWAY);
        let mut fields = key.show(&login_ask(&browser).await);
        fields.push(("next", next.to_owned()));
        assert_eq!(show(&browser, &fields).await.header("location"), to, "{next}");
    }
}

#[tokio::test]
async fn what_does_not_fit_lets_nobody_in() {
    let app = world().await;
    account(&app, "bea@example.org").await;
    let ana = inside(&app, ANA).await;
    let mut key = made(&ana, b"one key", "").await;
    let browser = app.browser(AWAY);
    let ask = login_ask(&browser).await;

    for (origin, party) in [
        ("https://evil.example", ask.party.as_str()),
        ("http://lettres.example.org", ask.party.as_str()),
        ("https://lettres.example.org:8443", ask.party.as_str()),
        (ask.origin.as_str(), "evil.example"),
    ] {
        let other = Ask { origin: origin.to_owned(), party: party.to_owned(), ..ask.clone() };
        refused(&show(&browser, &key.show(&other)).await, "asked for at another address");
    }
    // Of another browser, of nobody, altered, for a new key.
    let elsewhere = login_ask(&app.browser(HOME)).await.challenge;
    let altered = format!("{}A", &ask.challenge[..ask.challenge.len() - 1]);
    let others = [elsewhere, "AAAA".to_owned(), altered, asked(&ana, "").await.challenge];
    for challenge in others.into_iter().filter(|other| *other != ask.challenge) {
        refused(
            &show(&browser, &key.show(&Ask { challenge, ..ask.clone() })).await,
            "took too long, or was sent twice",
        );
    }
    key.verifies = false;
    refused(&show(&browser, &key.show(&ask)).await, "did not check who you are");
    key.verifies = true;

    // Signed by another key under this one's id, a bit of what was signed, nothing at all.
    let mut thief = Authenticator::new(b"one key");
    thief.user.clone_from(&key.user);
    refused(&show(&browser, &thief.show(&ask)).await, "signature is wrong");
    let mut fields = key.show(&ask);
    fields[2].1 = fields[2].1.replacen('A', "B", 1);
    assert_eq!(show(&browser, &fields).await.status, 422);
    for bare in [Vec::<Field>::new(), vec![("credential", String::new())], vec![("credential", "%".to_owned())]] {
        refused(&show(&browser, &bare).await, "No account here has this passkey");
    }
    for field in 1..4 {
        let mut fields = key.show(&ask);
        fields[field].1 = "e30".to_owned();
        assert_eq!(show(&browser, &fields).await.status, 422, "{}", fields[field].0);
    }
    // A key is its owner's, whoever it says that it is.
    let bea = app.texts("SELECT public_id FROM person WHERE email = 'bea@example.org'").await.remove(0);
    let own = std::mem::replace(&mut key.user, bea.into_bytes());
    refused(&show(&browser, &key.show(&ask)).await, "No account here has this passkey");
    key.user = own;

    assert!(!browser.is_in().await);
    assert_eq!(app.number("SELECT COUNT(*) FROM passkey WHERE doubted_at IS NOT NULL").await, 0);
    assert_eq!(app.number("SELECT COUNT(*) FROM session WHERE stage = 'full'").await, 1);
    let fields = key.show(&ask);
    assert_eq!(show(&browser, &fields).await.status, 303, "what went wrong before spoiled nothing");
}

#[tokio::test]
async fn a_challenge_is_good_once_for_five_minutes_and_over_a_restart() {
    let mut app = world().await;
    let (mut key, cookie, ask) = {
        let key = made(&inside(&app, ANA).await, b"one key", "").await;
        let browser = app.browser(AWAY);
        let ask = login_ask(&browser).await;
        (key, browser.cookie(SESSION), ask)
    };
    app.stop().await;
    app.start().await;
    let browser = app.browser(AWAY);
    browser.set_cookie(SESSION, &cookie);
    app.clock.advance(5 * MINUTE - SECOND);
    let fields = key.show(&ask);
    let thief = browser.copied();
    assert_eq!(show(&browser, &fields).await.status, 303, "a restart forgets no challenge");
    refused(&show(&thief, &fields).await, "took too long, or was sent twice");
    refused(&show(&thief, &key.show(&ask)).await, "took too long, or was sent twice");
    assert!(!thief.is_in().await && browser.is_in().await);
    assert_eq!(
        app.number("SELECT COUNT(*) FROM passkey WHERE doubted_at IS NOT NULL").await,
        0,
        "sent twice is no copy"
    );

    let late = app.browser(AWAY);
    let ask = login_ask(&late).await;
    app.clock.advance(5 * MINUTE);
    refused(&show(&late, &key.show(&ask)).await, "took too long");
    let ana = inside(&app, ANA).await;
    let ask = asked(&ana, "Tard").await;
    app.clock.advance(5 * MINUTE);
    let fields = Authenticator::new(b"late").make(&ask);
    let over = send_made(&ana, "Tard", &fields).await;
    refused(&over, "took too long");
    assert!(over.body.contains("value=\"Tard\""), "what was typed is still there");
    // Those that were answered are forgotten once they could not be answered again.
    app.clock.advance(60 * MINUTE);
    come_in(&app, &mut key).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM passkey_challenge").await, 1);
}

#[tokio::test]
async fn a_key_that_counts_backwards_opens_nothing_any_more() {
    let app = world().await;
    let ana = inside(&app, ANA).await;
    let mut key = made(&ana, b"one key", "Clé").await;
    come_in(&app, &mut key).await;
    key.counter -= 1;
    for counter in [key.counter, 1000] {
        key.counter = counter;
        let browser = app.browser(AWAY);
        let fields = key.show(&login_ask(&browser).await);
        refused(&show(&browser, &fields).await, "There may be two of this passkey");
    }
    let told = deeds(&app).await;
    let doubted: Vec<_> = told.iter().filter(|deed| deed.contains("doubted")).collect();
    assert_eq!(doubted, [r#"system passkey.doubted {"passkey":1}"#], "once");
    let page = ana.get("/console/account").await;
    assert!(page.body.contains("opens nothing any more") && page.body.contains("data-passkeys=\"\""), "{}", page.body);
    assert!(app.cli(&["user", "passkeys", ANA]).await.ok().contains("it may have been copied"));

    // A key that does not count never counts backwards.
    let mut synced = Authenticator::new(b"another key");
    synced.counter = 0;
    let fields = synced.make(&asked(&ana, "").await);
    assert_eq!(send_made(&ana, "", &fields).await.status, 303);
    come_in(&app, &mut synced).await;
    come_in(&app, &mut synced).await;
}

#[tokio::test]
async fn a_key_belongs_to_one_account_and_is_made_for_a_page_of_ours() {
    let app = world().await;
    account(&app, "bea@example.org").await;
    let (ana, bea) = (inside(&app, ANA).await, inside(&app, "bea@example.org").await);
    made(&ana, b"one key", "").await;
    let page = ana.post(PAGE, &[("current", PASSWORD)]).await;
    assert!(page.body.contains("data-known=\"b25lIGtleQ\""), "the browser is told which there are");

    for browser in [&ana, &bea] {
        let fields = Authenticator::new(b"one key").make(&asked(browser, "").await);
        refused(&send_made(browser, "", &fields).await, "in use already");
    }
    // The challenge of one is not the other's, nor that of signing in anybody's for a new key.
    let fields = Authenticator::new(b"stolen").make(&asked(&ana, "").await);
    refused(&send_made(&bea, "", &fields).await, "took too long, or was sent twice");
    let ask = Ask { user: String::new(), ..login_ask(&app.browser(AWAY)).await };
    refused(&send_made(&ana, "", &Authenticator::new(b"sly").make(&ask)).await, "took too long, or was sent twice");
    let ask = asked(&ana, "").await;
    let other = Ask { origin: "https://evil.example".to_owned(), ..ask.clone() };
    refused(&send_made(&ana, "", &Authenticator::new(b"far").make(&other)).await, "asked for at another address");
    let mut shy = Authenticator::new(b"shy");
    shy.verifies = false;
    refused(&send_made(&ana, "", &shy.make(&ask)).await, "did not check who you are");
    refused(&send_made(&ana, "", &[]).await, "incomplete");
    let fields = Authenticator::new(b"twice").make(&ask);
    assert_eq!(send_made(&ana, "", &fields).await.status, 303);
    let fields = Authenticator::new(b"thrice").make(&ask);
    refused(&send_made(&ana, "", &fields).await, "took too long, or was sent twice");
    assert_eq!(app.number("SELECT COUNT(*) FROM passkey").await, 2);

    for n in 2..20_u8 {
        made(&ana, &[b'n', n], "").await;
    }
    let full = ana.post(PAGE, &[("current", PASSWORD)]).await;
    refused(&full, "You have 20 passkeys already");
    // Bea neither sees nor removes Ana's.
    let foreign = app.number("SELECT MIN(id) FROM passkey").await;
    assert_eq!(bea.get(&format!("{PAGE}/{foreign}")).await.status, 404);
    assert_eq!(bea.post(&format!("{PAGE}/{foreign}/remove"), &[("current", PASSWORD)]).await.status, 404);
    assert_eq!(bea.post(&format!("{PAGE}/{foreign}"), &[("name", "à moi")]).await.status, 404);
}

#[tokio::test]
async fn a_removed_key_and_a_closed_account_open_nothing() {
    let app = world().await;
    account(&app, "bea@example.org").await;
    let ana = inside(&app, ANA).await;
    let mut key = made(&ana, b"one key", "Téléphone").await;
    let there = come_in(&app, &mut key).await;
    let one = format!("{PAGE}/1");
    assert_eq!(ana.post(&one, &[("name", "Le  téléphone\nbleu")]).await.status, 303);
    assert!(ana.get(&one).await.body.contains("Le téléphone bleu"));
    ana.post(&one, &[("name", "Le téléphone bleu")]).await;
    refused(&ana.post(&format!("{one}/remove"), &[("current", OTHER)]).await, "not your present password");
    assert!(there.is_in().await);

    let late = app.browser(AWAY);
    let ask = login_ask(&late).await;
    let gone = ana.post(&format!("{one}/remove"), &[("current", PASSWORD)]).await;
    assert_eq!((gone.status, gone.header("location")), (303, "/console/account"), "{}", gone.body);
    assert!(ana.is_in().await && !there.is_in().await, "whoever had it may have come in by it");
    let answer = show(&late, &key.show(&ask)).await;
    refused(&answer, "No account here has this passkey");
    assert!(answer.body.contains("data-unknown=\"b25lIGtleQ\""), "the browser may forget it: {}", answer.body);
    assert_eq!(ana.get(&one).await.status, 404);
    let told = deeds(&app).await.join("\n");
    assert_eq!((told.matches("passkey.renamed").count(), told.matches("passkey.removed").count()), (1, 1), "{told}");

    // On the machine, too: for a device that was lost.
    let mut key = made(&ana, b"second", "Ordinateur").await;
    made(&ana, b"third", "Clé USB").await;
    let listed = app.cli(&["user", "passkeys", ANA, "--json"]).await.json();
    assert_eq!((&listed[0]["name"], &listed[0]["host"]), (&"Ordinateur".into(), &"lettres.example.org".into()));
    let number = listed[1]["number"].to_string();
    app.cli(&["user", "remove-passkey", ANA]).await.fails(2);
    app.cli(&["user", "remove-passkey", ANA, "999"]).await.fails(5);
    app.cli(&["user", "remove-passkey", "bea@example.org", &number]).await.fails(5);
    assert!(app.cli(&["user", "remove-passkey", ANA, &number]).await.ok().contains("their sessions have ended"));
    assert!(!ana.is_in().await);
    let there = come_in(&app, &mut key).await;
    app.cli(&["user", "disable", ANA]).await.ok();
    assert!(!there.is_in().await);
    let fields = key.show(&login_ask(&late).await);
    refused(&show(&late, &fields).await, "may not be used any more");
    app.cli(&["user", "enable", ANA]).await.ok();
    come_in(&app, &mut key).await;
    let removed = app.cli(&["user", "remove-passkey", ANA, "--all", "--json"]).await.json();
    assert_eq!(removed["removed"], 1);
    assert!(app.cli(&["user", "passkeys", ANA]).await.ok().contains("no passkey"));
    assert_eq!(inside(&app, ANA).await.get("/console/account").await.status, 200, "the password is there");
}

/// The relying party is the host of `base_url`, whatever a request says; where browsers offer no passkeys, none is.
#[tokio::test]
async fn passkeys_are_offered_at_the_instances_own_address_alone() {
    let mut app = world().await;
    let request = app.request(reqwest::Method::GET, "/console/login").header("host", "evil.example");
    let page = app.send(request.header("x-forwarded-host", "evil.example")).await;
    assert!(page.body.contains(&format!("data-origin=\"{BASE_URL}\"")) && !page.body.contains("evil"), "{}", page.body);
    assert!(page.body.contains("<div hidden data-passkey=\"get\""), "its script shows it: {}", page.body);
    made(&inside(&app, ANA).await, b"one key", "Téléphone").await;

    app.stop().await;
    let path = app.folder().join("facteur.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    for (base_url, offered) in [("https://autre.example.org", true), ("https://192.0.2.7", false)] {
        std::fs::write(&path, text.replace(BASE_URL, base_url)).unwrap();
        app.start().await;
        let page = app.browser(HOME).get("/console/login").await;
        assert_eq!(page.body.contains("data-passkey"), offered, "{base_url}: {}", page.body);
        let ana = inside(&app, ANA).await;
        let account = ana.get("/console/account").await;
        assert!(account.body.contains("Made for lettres.example.org"), "{}", account.body);
        assert_eq!(account.body.contains("data-passkeys=\"\""), offered, "{}", account.body);
        let page = ana.get(PAGE).await;
        assert_eq!(page.body.contains(&format!("Browsers offer no passkeys at {base_url}")), !offered, "{}", page.body);
        if !offered {
            refused(&ana.post(PAGE, &[("current", PASSWORD)]).await, "Browsers offer no passkeys at the address");
            refused(&show(&ana, &[]).await, "Browsers offer no passkeys at the address");
        }
        drop(ana);
        app.stop().await;
    }
}

/// A form that is too old keeps what was typed, and never what was signed.
#[tokio::test]
async fn what_was_signed_is_not_offered_again() {
    let app = world().await;
    let mut key = made(&inside(&app, ANA).await, b"one key", "").await;
    let browser = app.browser(AWAY);
    let mut fields = key.show(&login_ask(&browser).await);
    let signature = fields[3].1.clone();
    fields.push(("code", "vieux".to_owned()));
    let console = app.stranger();
    let answer = console.post_bare("/console/login/passkey?lang=en", &borrowed(&fields)).await;
    assert_eq!(answer.status, 403);
    assert!(!answer.body.contains(&signature) && answer.body.contains("href=\"/console/login\""), "{}", answer.body);
}
