//! Asking to subscribe: the form and its plain and JSON twins, and that nobody learns who is subscribed.

use facteur::clock::{DAY, HOUR, MINUTE, SECOND};
use facteur::keys::{Claim, Purpose};
use facteur::serve::Roles;
use serde_json::json;

use super::harness::{Answer, Builder, TestApp};

/// Only pages: what would be mailed is read from the database.
pub fn pages() -> Builder {
    TestApp::builder().roles(Roles { web: true, ..Roles::NONE })
}

/// Everything that visitors can change, as text.
pub async fn everything(app: &TestApp) -> Vec<String> {
    let mut rows = app
        .texts(
            "SELECT CAST(id AS TEXT) || ' ' || email || ' ' || status || ' ' || language || ' ' ||
                    COALESCE(CAST(confirmed_at AS TEXT), '-') || ' ' || COALESCE(CAST(ended_at AS TEXT), '-')
             FROM subscriber ORDER BY id",
        )
        .await;
    rows.extend(app.texts("SELECT kind || ' ' || text || COALESCE(proof, '') FROM consent ORDER BY id").await);
    rows.extend(app.texts("SELECT address_hash || reason FROM suppression ORDER BY address_hash").await);
    rows.extend(app.texts("SELECT kind || ' ' || CAST(state AS TEXT) FROM letter ORDER BY id").await);
    rows
}

/// The letters that would be mailed: kind and language.
async fn letters(app: &TestApp) -> Vec<String> {
    app.texts("SELECT kind || ' ' || language FROM letter WHERE state = 0 ORDER BY id").await
}

async fn status(app: &TestApp, email: &str) -> String {
    app.status_of(email).await.unwrap_or_default()
}

async fn set_status(app: &TestApp, email: &str, status: &str) {
    app.execute(&format!("UPDATE subscriber SET status = '{status}' WHERE email = '{email}'")).await;
}

/// A plain form without our time-stamp, as another site would have it.
async fn ask(app: &TestApp, email: &str) -> Answer {
    app.post_form("/n/carnet", &[("email", email), ("lang", "fr")]).await
}

/// The value of the hidden field `name` on a page.
fn hidden(answer: &Answer, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = answer.body.split_once(&start).unwrap_or_else(|| panic!("no {name} in {}", answer.body));
    rest.split('"').next().unwrap().to_owned()
}

/// An answer without what differs between any two answers: the date.
fn shape(answer: &Answer) -> String {
    let mut headers = answer.headers.clone();
    headers.remove("date");
    format!("{} {headers:?} {}", answer.status, answer.body)
}

#[tokio::test]
async fn a_visitor_becomes_pending_with_consent_and_letter_at_once() {
    let app = pages().spawn().await;
    app.newsletter("carnet").await;
    let form = app.get("/n/carnet?lang=fr").await;
    assert_eq!(form.status, 200);
    app.clock.advance(3 * SECOND);
    let fields =
        [("email", " Ana <Ana@Example.org> "), ("stamp", &hidden(&form, "stamp")), ("lang", "fr"), ("name", "Ana")];
    let answer = app.post_form("/n/carnet", &fields).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/n/carnet/thanks?lang=fr"));
    let row = "email || ' ' || email_key || ' ' || name || ' ' || status || ' ' || language";
    assert_eq!(
        app.texts(&format!("SELECT {row} FROM subscriber")).await,
        ["Ana@Example.org ana@example.org Ana pending fr"]
    );
    assert_eq!(
        app.number("SELECT COUNT(*) FROM subscriber WHERE schedule_id = (SELECT MIN(id) FROM schedule)").await,
        1
    );
    let consent = app.texts("SELECT kind || '|' || text || '|' || page || '|' || ip FROM consent").await.remove(0);
    assert!(consent.starts_with("asked|En vous abonnant, vous acceptez de recevoir"), "{consent}");
    assert!(consent.ends_with("|https://lettres.example.org/n/carnet|127.0.0.1"), "{consent}");
    assert!(form.body.contains("En vous abonnant, vous acceptez de recevoir"), "the words of the record are shown");
    assert_eq!(letters(&app).await, ["confirm fr"]);
    let thanks = app.get(answer.header("location")).await;
    assert_eq!(thanks.status, 200);
    assert!(thanks.body.contains("Presque fini") && !thanks.body.to_lowercase().contains("ana@"), "{}", thanks.body);
}

#[tokio::test]
async fn every_address_gets_the_same_answer_and_no_state_is_lowered() {
    let app = pages().set("signup.requests_per_hour_network_embedded", 0).spawn().await;
    let newsletter = app.newsletter("carnet").await;
    let known = ["pending", "confirmed", "paused", "unsubscribed", "bounced", "complained"];
    for state in known {
        app.reader(&newsletter, &format!("{state}@example.org")).await;
        set_status(&app, &format!("{state}@example.org"), state).await;
    }
    let hash = app.app.keys.address_hash("suppressed@example.org");
    app.execute(&format!("INSERT INTO suppression VALUES ({}, '{hash}', 'test', 0)", newsletter.id)).await;

    let (mut forms, mut programs) = (vec![], vec![]);
    for name in known.into_iter().chain(["suppressed", "new"]) {
        let email = format!("{name}@example.org");
        forms.push((name, shape(&ask(&app, &email).await)));
        app.clock.advance(10 * MINUTE);
        programs.push((name, shape(&app.post_json("/n/carnet", &json!({ "email": email, "lang": "fr" })).await)));
    }
    assert!(forms[0].1.starts_with("303 ") && programs[0].1.starts_with("202 "), "{forms:?}{programs:?}");
    for answers in [&forms, &programs] {
        for (name, answer) in answers {
            assert_eq!(answer, &answers[0].1, "{name}");
        }
    }
    for (name, state) in [("pending", "pending"), ("confirmed", "confirmed"), ("paused", "paused")] {
        assert_eq!(status(&app, &format!("{name}@example.org")).await, state);
    }
    for (name, state) in [("unsubscribed", "unsubscribed"), ("bounced", "bounced"), ("complained", "complained")] {
        assert_eq!(status(&app, &format!("{name}@example.org")).await, state);
    }
    assert_eq!(
        (status(&app, "suppressed@example.org").await, status(&app, "new@example.org").await),
        (String::new(), "pending".into())
    );
    // Two each: pending, confirmed (already), paused (already), unsubscribed, bounced, complained, new; none for the other.
    let mut letters = letters(&app).await;
    letters.sort();
    assert_eq!(letters, [vec!["already fr"; 4], vec!["confirm fr"; 10]].concat());
}

#[tokio::test]
async fn a_pending_visitor_is_written_to_again_within_caps() {
    let app = pages().set("signup.requests_per_hour_network_embedded", 0).spawn().await;
    app.newsletter("carnet").await;
    let mut sent = vec![];
    // Steps of time, each followed by one more request.
    for step in [0, 4 * MINUTE, MINUTE, 6 * MINUTE, 6 * MINUTE, DAY, 6 * MINUTE, DAY, 20 * DAY, 11 * DAY] {
        app.clock.advance(step);
        assert_eq!(ask(&app, "ana@example.org").await.status, 303);
        sent.push(letters(&app).await.len());
    }
    // First; too soon; 5 min later; third of the day; held for the day; next day: fourth, fifth; five in 30 days, held
    // twice; the first ones are 30 days old.
    assert_eq!(sent, [1, 1, 2, 3, 3, 4, 5, 5, 5, 6]);
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber").await, 1);
}

#[tokio::test]
async fn the_same_address_is_one_person_however_it_is_written() {
    let app = pages().set("signup.requests_per_hour_network_embedded", 0).spawn().await;
    app.newsletter("carnet").await;
    for email in ["Zoe@Exemple.fr", "zoe@exemple.fr", "ZOE@EXEMPLE.FR"] {
        ask(&app, email).await;
        app.clock.advance(6 * MINUTE);
    }
    assert_eq!(app.texts("SELECT email FROM subscriber").await, ["Zoe@Exemple.fr"], "mail goes to the first spelling");
    let both = tokio::join!(ask(&app, "luc@exemple.fr"), ask(&app, "luc@exemple.fr"));
    assert_eq!((both.0.status, both.1.status), (303, 303));
    assert_eq!(app.number("SELECT COUNT(*) FROM letter WHERE domain <> '' AND state = 0").await, 4);
}

#[tokio::test]
async fn many_at_once_are_all_stored() {
    let app = pages().set("signup.requests_per_hour_network_embedded", 0).spawn().await;
    app.newsletter("carnet").await;
    let asked = (0..200).map(|i| {
        let app = &app;
        async move { ask(app, &format!("p{i}@example.org")).await.status }
    });
    assert!(futures_util::future::join_all(asked).await.iter().all(|status| *status == 303));
    assert_eq!(app.with_status("pending").await, 200);
    assert_eq!(app.number("SELECT COUNT(*) FROM consent").await, 200);
    assert_eq!(app.letters_queued().await, 200);
}

#[tokio::test]
async fn ceilings_and_traps_look_like_success_and_send_nothing_now() {
    let app = pages()
        .set("signup.letters_per_hour", 3)
        .set("signup.letters_per_hour_domain", 2)
        .set("signup.requests_per_hour_network_embedded", 7)
        .spawn()
        .await;
    app.newsletter("carnet").await;
    let first = shape(&ask(&app, "a@one.example").await);
    for email in ["b@one.example", "c@one.example", "d@two.example", "e@three.example"] {
        assert_eq!(shape(&ask(&app, email).await), first, "{email}");
    }
    assert_eq!(letters(&app).await.len(), 3, "two to one.example, one to two.example, then the ceiling");
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber").await, 5, "what a ceiling holds back is stored");

    app.clock.advance(2 * HOUR);
    let trapped = app
        .post_form("/n/carnet", &[("email", "bot@one.example"), ("lang", "fr"), ("website", "https://x.example")])
        .await;
    assert_eq!(shape(&trapped), first);
    for email in ["f@four.example", "g@five.example", "h@six.example"] {
        assert_eq!(shape(&ask(&app, email).await), first, "{email}");
    }
    // The network's seven: five above, two now; the trap took none, and the eighth waits.
    assert_eq!(letters(&app).await.len(), 5);
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber").await, 8);
    assert_eq!(app.number("SELECT COUNT(*) FROM planned_letter").await, 3);
}

#[tokio::test]
async fn a_page_open_too_long_or_sent_too_fast_is_shown_again_filled_in() {
    let app = pages().spawn().await;
    app.newsletter("carnet").await;
    app.newsletter("autre").await;
    let form = app.get("/n/carnet").await;
    let stamp = hidden(&form, "stamp");
    let press = |stamp: String| {
        let app = &app;
        async move { app.post_form("/n/carnet", &[("email", "ana@example.org"), ("stamp", &stamp)]).await }
    };
    let quick = press(stamp.clone()).await;
    assert_eq!(quick.status, 422);
    assert!(
        quick.body.contains("value=\"ana@example.org\"") && quick.body.contains("role=\"status\""),
        "{}",
        quick.body
    );
    app.clock.advance(25 * HOUR);
    let old = press(stamp).await;
    assert_eq!(old.status, 422);
    let other = press(hidden(&app.get("/n/autre").await, "stamp")).await;
    assert_eq!(other.status, 422, "another newsletter's stamp is none here");
    assert!(everything(&app).await.is_empty());
    app.clock.advance(2 * SECOND);
    assert_eq!(press(hidden(&old, "stamp")).await.status, 303, "one more press is enough");
}

#[tokio::test]
async fn what_is_wrong_is_said_and_what_was_typed_is_kept() {
    let app = pages().spawn().await;
    app.newsletter("carnet").await;
    for (lang, title, problem) in [
        ("fr", "<title>Erreur\u{202f}: S’abonner à «\u{202f}Le carnet", "Il manque le signe @"),
        ("en", "<title>Error: Subscribe to “Le carnet", "The @ sign is missing"),
    ] {
        let answer = app.post_form("/n/carnet", &[("email", "ana&exemple.fr"), ("lang", lang)]).await;
        assert_eq!((answer.status, answer.header("content-language")), (422, lang));
        for part in [
            title,
            problem,
            "value=\"ana&#38;exemple.fr\"",
            "aria-invalid=\"true\"",
            "href=\"#email\"",
            "email-problem email-help",
        ] {
            assert!(answer.body.contains(part), "{part} in {}", answer.body);
        }
    }
    let program = app.post_json("/n/carnet", &json!({ "email": "ana@example", "lang": "en" })).await;
    assert_eq!((program.status, program.header("content-type")), (422, "application/problem+json"));
    let problem = program.json();
    assert_eq!(
        (&problem["code"], &problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
        (&json!("invalid"), &json!("/email"), &json!("no-dot"))
    );
    let broken = app.request(reqwest::Method::POST, "/n/carnet").header("content-type", "application/json").body("{");
    assert_eq!(app.send(broken).await.status, 400);
    assert!(everything(&app).await.is_empty());
}

#[tokio::test]
async fn a_slip_is_asked_about_and_never_changed() {
    let app = pages().spawn().await;
    app.newsletter("carnet").await;
    let asked = app.post_form("/n/carnet", &[("email", "jeanne@gmial.com"), ("lang", "fr")]).await;
    assert_eq!(asked.status, 422);
    for part in ["gmail.com", "type=\"email\"", "value=\"jeanne@gmial.com\"", "name=\"use\" value=\"jeanne@gmail.com\""]
    {
        assert!(asked.body.contains(part), "{part} in {}", asked.body);
    }
    assert!(everything(&app).await.is_empty());
    let hint = hidden(&asked, "hint");
    let kept = [("email", "jeanne@gmial.com"), ("hint", hint.as_str())];
    assert_eq!(app.post_form("/n/carnet", &kept).await.status, 303);
    assert_eq!(app.texts("SELECT email FROM subscriber").await, ["jeanne@gmial.com"]);
    let taken = [("email", "luc@ornage.fr"), ("hint", "luc@ornage.fr"), ("use", "luc@orange.fr")];
    assert_eq!(app.post_form("/n/carnet", &taken).await.status, 303);
    assert_eq!(status(&app, "luc@orange.fr").await, "pending");
    let program = app.post_json("/n/carnet", &json!({ "email": "zoe@hotmial.fr" })).await;
    assert_eq!((program.status, &program.json()["hint"]["domain"]), (202, &json!("hotmail.fr")));
    assert_eq!(status(&app, "zoe@hotmial.fr").await, "pending");
}

#[tokio::test]
async fn embedded_forms_programs_and_multipart_come_in_by_the_same_door() {
    let app = pages().spawn().await;
    app.newsletter("carnet").await;
    let plain = app.request(reqwest::Method::POST, "/n/carnet").header("referer", "https://blog.example.org/a?utm=ana");
    let plain = plain.header("content-type", "application/x-www-form-urlencoded").body("email=a%40example.org");
    assert_eq!(app.send(plain).await.status, 303);
    let json = json!({ "email": "b@example.org", "page": "https://blog.example.org/b#x", "name": "B" });
    let answer = app.post_json("/n/carnet", &json).await;
    assert_eq!((answer.status, &answer.json()["status"]), (202, &json!("asked")));
    let multipart = "--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nc@example.org\r\n--x--\r\n";
    let request =
        app.request(reqwest::Method::POST, "/n/carnet").header("content-type", "multipart/form-data; boundary=x");
    assert_eq!(app.send(request.body(multipart)).await.status, 303);
    assert_eq!(
        app.texts("SELECT text_version || ' ' || COALESCE(page, '-') FROM consent ORDER BY id").await,
        ["embedded https://blog.example.org/a", "embedded https://blog.example.org/b", "embedded -"]
    );
}

/// Where each of them signed up, as mails may show it.
pub async fn origins(app: &TestApp) -> Vec<String> {
    app.texts("SELECT COALESCE(origin, '-') FROM subscriber ORDER BY id").await
}

#[tokio::test]
async fn of_the_page_with_the_form_mails_show_the_host_alone() {
    let app = pages().set("signup.requests_per_hour_network_embedded", 0).spawn().await;
    app.newsletter("carnet").await;
    let pages = ["https://www.Blog.example.org/a", "https://médiathèque.example/", "https://10.0.0.1/", "achetez"];
    for (i, page) in pages.into_iter().enumerate() {
        let email = format!("p{i}@example.org");
        app.post_json("/n/carnet", &json!({ "email": email, "page": page, "lang": "fr" })).await;
    }
    let form = app.get("/n/carnet?lang=fr").await;
    app.clock.advance(3 * SECOND);
    app.post_form("/n/carnet", &[("email", "own@example.org"), ("stamp", &hidden(&form, "stamp"))]).await;
    let mut known = vec!["blog.example.org", "xn--mdiathque-53af.example", "-", "-", "lettres.example.org"];
    assert_eq!(origins(&app).await, known);

    // Whoever asks again asks from there; an expired link is no page, and changes nothing.
    app.clock.advance(DAY);
    app.post_json("/n/carnet", &json!({ "email": "p3@example.org", "page": "https://b.example/" })).await;
    known[3] = "b.example";
    assert_eq!(origins(&app).await, known);
    app.clock.advance(8 * DAY);
    let id = app.id_of("p3@example.org").await;
    let claim = Claim { subject: id, version: 1, issued_at: app.clock.now() - 8 * DAY };
    let again = format!("/confirm/{}/again", app.app.keys.sign(Purpose::Confirm, claim));
    app.post_form(&again, &[]).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM consent WHERE text_version = 'expired-link'").await, 1);
    assert_eq!(origins(&app).await, known);
    let letter = app.texts("SELECT parameters FROM letter WHERE subscriber_id = 1").await.remove(0);
    assert_eq!(letter, r#"{"days":7,"page":"https://www.blog.example.org/a"}"#);
}

#[tokio::test]
async fn the_language_is_the_visitors_and_stays_theirs() {
    let app = pages().set("signup.requests_per_hour_network_embedded", 0).spawn().await;
    app.newsletter("carnet").await;
    let cases = [
        ("fr", "/n/carnet?lang=en", "de", "fr"),
        ("", "/n/carnet?lang=en", "fr", "en"),
        ("", "/n/carnet", "de-DE,en-GB;q=0.8,fr;q=0.5", "en"),
        ("xx", "/n/carnet?lang=yy", "de", "fr"),
    ];
    for (i, (field, path, accept, expected)) in cases.into_iter().enumerate() {
        let request = app.request(reqwest::Method::POST, path).header("accept-language", accept);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = app.send(request.body(format!("email=p{i}%40example.org&lang={field}"))).await;
        assert_eq!(answer.header("location"), format!("/n/carnet/thanks?lang={expected}"));
        let stored = app.texts(&format!("SELECT language FROM subscriber WHERE email = 'p{i}@example.org'")).await;
        assert_eq!(stored, [expected]);
    }
}

#[tokio::test]
async fn long_bodies_strange_paths_and_wrong_methods_are_answered_in_the_visitors_language() {
    let app = pages().spawn().await;
    app.newsletter("carnet").await;
    let long = format!("email=a%40example.org&page={}", "x".repeat(70_000));
    for (accept, kind) in [("text/html", "text/html; charset=utf-8"), ("application/json", "application/problem+json")]
    {
        let request =
            |method, path: &str| app.request(method, path).header("accept", accept).header("accept-language", "fr");
        let form =
            request(reqwest::Method::POST, "/n/carnet").header("content-type", "application/x-www-form-urlencoded");
        let too_long = app.send(form.body(long.clone())).await;
        let unknown = app.send(request(reqwest::Method::GET, "/n/nothing")).await;
        let nowhere = app.send(request(reqwest::Method::GET, "/x/y")).await;
        let wrong = app.send(request(reqwest::Method::DELETE, "/n/carnet")).await;
        for (answer, status) in [(too_long, 413), (unknown, 404), (nowhere, 404), (wrong, 405)] {
            assert_eq!((answer.status, answer.header("content-type")), (status, kind), "{}", answer.body);
            assert_eq!(answer.header("content-language"), "fr");
            assert!(!answer.body.contains("error-"), "a text is missing: {}", answer.body);
        }
    }
    assert!(everything(&app).await.is_empty());
}

#[tokio::test]
async fn every_answer_is_guarded_by_headers() {
    let app = pages().spawn().await;
    let newsletter = app.newsletter("carnet").await;
    let id = app.reader(&newsletter, "ana@example.org").await;
    let leave = app.app.keys.sign(Purpose::Leave, Claim { subject: id, version: 1, issued_at: 0 });
    let unsubscribe = format!("/unsubscribe/{leave}");
    for path in ["/n/carnet", "/n/nothing", "/x", "/n/carnet/thanks", "/confirm/x", &unsubscribe, "/healthz"] {
        let answer = app.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("strict-transport-security", "max-age=31536000"),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
        assert!(!answer.body.contains("<script") && !answer.body.contains("style="), "{path}");
        assert!(answer.headers.get("set-cookie").is_none());
    }
    assert_eq!(app.get(&unsubscribe).await.header("x-robots-tag"), "noindex");
    let page = app.get("/n/carnet").await.body;
    let (_, rest) = page.split_once("href=\"/assets/facteur.").unwrap();
    let sheet = app.get(&format!("/assets/facteur.{}", rest.split('"').next().unwrap())).await;
    assert_eq!((sheet.status, sheet.header("content-type")), (200, "text/css; charset=utf-8"));
    assert!(sheet.header("cache-control").contains("immutable"));
}

#[tokio::test]
async fn a_database_that_is_gone_is_said_and_not_taken_for_a_success() {
    let app = pages().spawn().await;
    app.newsletter("carnet").await;
    app.app.db.close().await;
    let answer = ask(&app, "ana@example.org").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "30"));
    assert!(answer.body.contains("Nothing was stored"), "{}", answer.body);
}
