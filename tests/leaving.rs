//! The links in mails: confirming, leaving and taking it back, "this was not me". Looking changes nothing.

use facteur::clock::{DAY, MINUTE};
use facteur::keys::{Claim, Purpose};
use reqwest::Method;

use super::harness::{Answer, TestApp};
use super::signup::{everything, pages};

/// An app with a pending `ana@example.org`; gives her id.
async fn pending() -> (TestApp, i64) {
    let app = pages().set("signup.requests_per_hour_network_embedded", 0).spawn().await;
    app.newsletter("carnet").await;
    app.post_form("/n/carnet", &[("email", "ana@example.org"), ("lang", "fr")]).await;
    let id = app.number("SELECT id FROM subscriber").await;
    (app, id)
}

fn token(app: &TestApp, purpose: Purpose, subject: i64) -> String {
    let issued_at = if purpose == Purpose::Confirm { app.clock.now() } else { 0 };
    app.app.keys.sign(purpose, Claim { subject, version: 1, issued_at })
}

async fn status(app: &TestApp) -> String {
    app.texts("SELECT status FROM subscriber").await.join(",")
}

async fn press(app: &TestApp, path: &str) -> Answer {
    app.post_form(path, &[]).await
}

#[tokio::test]
async fn a_button_confirms_once_and_says_so_twice() {
    let (app, id) = pending().await;
    let path = format!("/confirm/{}", token(&app, Purpose::Confirm, id));
    let page = app.get(&path).await;
    let form = page.form();
    assert_eq!(form.button, "Oui, je m’abonne");
    assert!(
        page.words().contains("a•••@example.org") && page.words().contains("chaque lundi vers 8 h 00"),
        "{}",
        page.words()
    );
    assert_eq!(status(&app).await, "pending");

    let done = app.submit(&path, &form).await;
    assert!(
        done.words().contains("C’est confirmé") && done.words().contains("lundi 8 juin 2026 vers 8 h 00"),
        "{}",
        done.words()
    );
    assert_eq!((done.status, status(&app).await), (200, "confirmed".into()));
    let consent =
        app.texts("SELECT text || '|' || COALESCE(ip, '') FROM consent WHERE kind = 'confirmed'").await.remove(0);
    assert!(consent.contains("Vous êtes sur le point de vous abonner") && consent.ends_with("|127.0.0.1"), "{consent}");

    let before = everything(&app).await;
    for again in [app.submit(&path, &form).await, app.get(&path).await] {
        assert!(again.words().contains("C’était déjà fait"), "{}", again.words());
    }
    assert_eq!(everything(&app).await, before);
}

#[tokio::test]
async fn an_old_link_offers_a_new_letter() {
    let (app, id) = pending().await;
    let path = format!("/confirm/{}", token(&app, Purpose::Confirm, id));
    app.clock.advance(7 * DAY + MINUTE);
    let page = app.get(&path).await;
    assert!(page.words().contains("plus de 7 jours"), "{}", page.words());
    assert!(press(&app, &path).await.words().contains("Ce lien a expiré"));
    assert_eq!(status(&app).await, "pending");
    let thanks = app.submit(&path, &page.form()).await;
    assert!(thanks.words().contains("Presque fini"));
    assert_eq!(app.number("SELECT COUNT(*) FROM letter WHERE kind = 'confirm' AND state = 0").await, 2);
    let fresh = format!("/confirm/{}", token(&app, Purpose::Confirm, id));
    press(&app, &fresh).await;
    assert_eq!(status(&app).await, "confirmed");
}

#[tokio::test]
async fn one_press_leaves_and_one_press_takes_it_back() {
    let (app, id) = pending().await;
    press(&app, &format!("/confirm/{}", token(&app, Purpose::Confirm, id))).await;
    let path = format!("/unsubscribe/{}", token(&app, Purpose::Leave, id));
    app.clock.advance(400 * DAY);
    let page = app.get(&path).await;
    assert_eq!(page.form().button, "Me désabonner");
    assert_eq!(status(&app).await, "confirmed");

    let done = app.submit(&path, &page.form()).await;
    assert_eq!((done.status, status(&app).await), (200, "unsubscribed".into()));
    let undo = done.forms().remove(0);
    assert_eq!(undo.button, "Annuler, je reste");
    assert_eq!(app.get(&path).await.forms()[0].button, "Annuler, je reste", "the link offers undo later, too");
    assert!(app.submit(&path, &undo).await.words().contains("Vous revoilà"));
    assert_eq!(status(&app).await, "confirmed");
    assert_eq!(app.submit(&path, &undo).await.status, 200);
    assert_eq!(
        app.texts("SELECT kind || ' ' || COALESCE(proof, '') FROM consent ORDER BY id").await,
        ["asked ", "confirmed ", "left link confirmed", "undone "]
    );

    press(&app, &path).await;
    app.clock.advance(31 * DAY);
    let late = app.get(&path).await;
    assert!(late.forms().is_empty() && late.body.contains("/n/carnet?lang=fr"), "{}", late.body);
    press(&app, &format!("{path}/undo")).await;
    assert_eq!(status(&app).await, "unsubscribed", "after 30 days the form is the way back");
}

#[tokio::test]
async fn undo_restores_what_was_before() {
    for state in ["pending", "paused"] {
        let (app, id) = pending().await;
        app.execute(&format!("UPDATE subscriber SET status = '{state}'")).await;
        let path = format!("/unsubscribe/{}", token(&app, Purpose::Leave, id));
        press(&app, &path).await;
        assert_eq!(status(&app).await, "unsubscribed");
        press(&app, &format!("{path}/undo")).await;
        assert_eq!(status(&app).await, state);
    }
    let (app, id) = pending().await;
    let path = format!("/unsubscribe/{}", token(&app, Purpose::Leave, id));
    app.execute("UPDATE subscriber SET status = 'bounced', ended_at = 1").await;
    press(&app, &path).await;
    press(&app, &format!("{path}/undo")).await;
    assert_eq!(status(&app).await, "bounced");
}

/// RFC 8058: no cookie, no redirect, 200, whatever is behind the link.
#[tokio::test]
async fn mail_programs_leave_with_one_click_in_both_encodings() {
    let (app, id) = pending().await;
    let leave = token(&app, Purpose::Leave, id);
    let form = ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click");
    let multipart = (
        "multipart/form-data; boundary=b",
        "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n",
    );
    let mut answers = vec![];
    for (kind, body) in [form, multipart] {
        for token in [leave.as_str(), leave.as_str(), "AAAA", &"x".repeat(300), "preview"] {
            app.execute("UPDATE subscriber SET status = 'confirmed', ended_at = NULL").await;
            let request = app.request(Method::POST, &format!("/unsubscribe/{token}"));
            let mut answer = app.send(request.header("content-type", kind).body(body)).await;
            let expected = if token == leave { "unsubscribed" } else { "confirmed" };
            assert_eq!(status(&app).await, expected, "{kind} {token}");
            answer.headers.remove("date");
            answers.push((answer.status, format!("{:?}", answer.headers), answer.body));
        }
    }
    assert_eq!(answers[0].0, 200);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
}

#[tokio::test]
async fn looking_changes_nothing() {
    let (app, id) = pending().await;
    let mut paths = vec!["/n/carnet".to_owned(), "/n/carnet/thanks".into(), "/n/carnet?email=x@example.org".into()];
    for (door, purpose) in [("confirm", Purpose::Confirm), ("unsubscribe", Purpose::Leave), ("not-me", Purpose::NotMe)]
    {
        paths.push(format!("/{door}/{}", token(&app, purpose, id)));
        paths.push(format!("/{door}/preview"));
        paths.push(format!("/{door}/x"));
    }
    for state in ["pending", "confirmed", "unsubscribed"] {
        app.execute(&format!("UPDATE subscriber SET status = '{state}'")).await;
        let before = everything(&app).await;
        for path in &paths {
            for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
                app.send(app.request(method, path)).await;
            }
        }
        assert_eq!(everything(&app).await, before);
    }
    for door in ["unsubscribe", "confirm", "not-me"] {
        let preview = app.get(&format!("/{door}/preview?lang=fr")).await;
        assert!(preview.status == 200 && preview.words().contains("Ceci était un essai"), "{}", preview.body);
        assert!(press(&app, &format!("/{door}/preview?lang=fr")).await.words().contains("Ceci était un essai"));
    }
}

#[tokio::test]
async fn a_token_opens_its_own_door_only() {
    let (app, id) = pending().await;
    app.post_form("/n/carnet", &[("email", "luc@example.org")]).await;
    let before = everything(&app).await;
    let doors = [("confirm", Purpose::Confirm), ("unsubscribe", Purpose::Leave), ("not-me", Purpose::NotMe)];
    for (door, own) in doors {
        for (_, purpose) in doors.into_iter().filter(|(_, purpose)| *purpose != own) {
            press(&app, &format!("/{door}/{}", token(&app, purpose, id))).await;
        }
        let good = token(&app, own, id);
        for i in 0..good.len() {
            // The case of a token that leaves does not count.
            let flipped = if good[i..=i].eq_ignore_ascii_case("a") { "B" } else { "A" };
            press(&app, &format!("/{door}/{}{flipped}{}", &good[..i], &good[i + 1..])).await;
        }
        let unknown = app.get(&format!("/{door}/{}", &good[..good.len() - 3])).await;
        assert_eq!(unknown.status, 404);
        assert!(unknown.words().contains("may be incomplete"), "{}", unknown.words());
    }
    assert_eq!(everything(&app).await, before);
}

#[tokio::test]
async fn not_me_forgets_a_pending_address_and_keeps_it_out() {
    let (app, id) = pending().await;
    let path = format!("/not-me/{}", token(&app, Purpose::NotMe, id));
    let page = app.get(&path).await;
    assert_eq!(page.form().button, "Effacer, ne plus jamais écrire");
    let done = app.submit(&path, &page.form()).await;
    assert!(done.words().contains("n’écrira plus jamais à cette adresse"), "{}", done.words());
    for table in ["subscriber", "consent", "letter"] {
        assert_eq!(app.number(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
    assert_eq!(app.suppressions().await, ["not-me"]);
    assert_eq!(press(&app, &path).await.status, 200);
    assert_eq!(app.get(&path).await.status, 404);
    app.post_form("/n/carnet", &[("email", "ANA@example.org")]).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber").await, 0);
    assert_eq!(app.letters_queued().await, 0);
    // The next subscriber is somebody else: no old link of Ana's leads to them.
    app.post_form("/n/carnet", &[("email", "luc@example.org")]).await;
    assert_ne!(app.number("SELECT id FROM subscriber").await, id);
}

#[tokio::test]
async fn not_me_of_a_confirmed_subscriber_leaves_with_undo() {
    let (app, id) = pending().await;
    press(&app, &format!("/confirm/{}", token(&app, Purpose::Confirm, id))).await;
    let path = format!("/not-me/{}", token(&app, Purpose::NotMe, id));
    let done = press(&app, &path).await;
    assert_eq!(status(&app).await, "unsubscribed");
    app.submit(&path, &done.forms()[0]).await;
    assert_eq!(status(&app).await, "confirmed");
}

#[tokio::test]
async fn a_subscribers_pages_are_in_their_language_and_switch() {
    let (app, id) = pending().await;
    for (door, purpose) in [("confirm", Purpose::Confirm), ("unsubscribe", Purpose::Leave), ("not-me", Purpose::NotMe)]
    {
        let path = format!("/{door}/{}", token(&app, purpose, id));
        let request = app.request(Method::GET, &path).header("accept-language", "en");
        let own = app.send(request).await;
        assert_eq!(own.header("content-language"), "fr", "the stored language, not the browser's");
        assert!(own.body.contains("<html lang=\"fr\" dir=\"ltr\">"));
        assert!(own.body.contains(&format!("hreflang=\"en\" href=\"{path}?lang=en\"")), "{}", own.body);
        let other = app.get(&format!("{path}?lang=en")).await;
        assert!(other.body.contains("<html lang=\"en\"") && other.form().action.ends_with("?lang=en"));
    }
}
