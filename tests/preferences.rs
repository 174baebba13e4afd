//! Readers' settings as they meet them: the link at the foot, the letter with a fresh one, the page and its one button; another address,
//! other newsletters, a reason for leaving; and links and forms that are not what they should be.

use std::sync::Arc;

use facteur::clock::{DAY, MINUTE};
use facteur::keys::{Claim, Keys, Purpose};
use facteur::newsletters::Newsletter;
use facteur::people::role::Role;
use reqwest::Method;
use serde_json::json;

use super::harness::form::Form;
use super::harness::mail::{Mail, path_of};
use super::harness::{Answer, TestApp};

const ANA: &str = "ana@example.org";

/// A newsletter with Ana, who has a name that no stranger must see.
async fn world() -> (TestApp, Newsletter, i64) {
    let app = TestApp::builder().set("signup.requests_per_hour_network", 0).spawn().await;
    let carnet = app.newsletter("carnet").await;
    let ana = app.reader(&carnet, ANA).await;
    app.execute("UPDATE subscriber SET name = 'Ana Lopes'").await;
    (app, carnet, ana)
}

/// The letters to an address with a link of this kind.
fn letters(mails: &[Arc<Mail>], to: &str, door: &str) -> Vec<String> {
    let letters = mails.iter().filter(|mail| mail.to == to && mail.header("List-Id").is_empty());
    letters.filter(|mail| mail.text().contains(door)).map(|mail| path_of(&mail.link(door)).to_owned()).collect()
}

/// The link of the letter that comes as the `n`-th of its kind.
async fn link_of(app: &TestApp, to: &str, door: &str, n: usize) -> String {
    let mails = app.wait_until("a letter", |mails| letters(mails, to, door).len() >= n).await;
    letters(&mails, to, door).swap_remove(n - 1)
}

/// A fresh link to somebody's settings, made as the letter makes it.
fn fresh(app: &TestApp, subscriber: i64) -> String {
    let claim = Claim { subject: subscriber, version: 1, issued_at: app.clock.now() };
    format!("/preferences/{}", app.app.keys.sign(Purpose::Preferences, claim))
}

/// The form of the settings, which is the first of the page.
async fn settings(app: &TestApp, link: &str) -> Form {
    let page = app.get(link).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.forms().remove(0)
}

/// The same with a box ticked or another choice made, which a browser would send besides.
fn with(mut form: Form, name: &str, value: &str) -> Form {
    form.fields.retain(|(field, _)| field != name);
    form.fields.push((name.to_owned(), value.to_owned()));
    form
}

async fn row(app: &TestApp, id: i64) -> String {
    let sql = format!(
        "SELECT email || ' ' || COALESCE(name, '-') || ' ' || language || ' ' || status || ' ' ||
                CAST(COALESCE(topics, 0) AS TEXT) FROM subscriber WHERE id = {id}"
    );
    app.texts(&sql).await.remove(0)
}

/// A second rhythm, monthly, which readers may choose, too; gives its id.
async fn monthly(app: &TestApp) -> i64 {
    let set = ["newsletter", "set", "carnet", "--schedule", "new", "--every", "month", "--on", "1", "--at", "08:00"];
    app.cli(&set).await.ok();
    app.execute("UPDATE schedule SET offered = TRUE").await;
    app.number("SELECT MAX(id) FROM schedule").await
}

/// Topics by name; gives their ids.
async fn topics(app: &TestApp, carnet: &Newsletter, names: &[&str]) -> Vec<i64> {
    let mut ids = Vec::new();
    for (bit, name) in names.iter().enumerate() {
        app.execute(&format!(
            "INSERT INTO topic (newsletter_id, bit, name, created_at) VALUES ({}, {bit}, '{name}', 0)",
            carnet.id
        ))
        .await;
        ids.push(app.number(&format!("SELECT id FROM topic WHERE name = '{name}'")).await);
    }
    ids
}

#[tokio::test]
async fn a_forwarded_digest_gives_nobody_more_power_than_to_have_a_link_mailed() {
    let (app, carnet, ana) = world().await;
    app.post(&carnet, "Le four").await;
    app.send_now(&carnet).await;
    let digest = app.mail_to(ANA).await;
    let foot = path_of(&digest.link("/preferences/")).to_owned();
    assert!(digest.html().contains("Changer mes réglages"));
    let before = row(&app, ana).await;

    let page = app.get(&foot).await;
    assert_eq!((page.status, page.form().button.as_str()), (200, "M’envoyer mon lien"));
    assert!(page.words().contains("a•••@example.org") && !page.body.contains("Lopes") && !page.body.contains("ana@"));
    // A whole form sent to it changes nothing: it is a wish for a link.
    let typed = [("name", "Mallory"), ("email", "mallory@example.org"), ("pause", "6"), ("language", "en")];
    let sent = app.post_form(&foot, &typed).await;
    assert_eq!((sent.status, sent.header("location")), (303, "/link/sent?lang=fr"));
    assert_eq!(row(&app, ana).await, before);
    assert_eq!(app.number("SELECT COUNT(*) FROM address_change").await, 0);

    let fresh = link_of(&app, ANA, "/preferences/", 1).await;
    assert!(app.get(&fresh).await.body.contains("value=\"Ana Lopes\""));
    // Twice within some minutes it is mailed once.
    app.post_form(&foot, &[]).await;
    app.idle().await;
    assert_eq!(letters(&app.mails(), ANA, "/preferences/").len(), 1);
    assert_eq!(app.number("SELECT COUNT(*) FROM letter WHERE kind = 'link' AND state = 5").await, 1);
}

#[tokio::test]
async fn one_button_saves_all_of_it_and_pressed_twice_it_is_saved_once() {
    let (app, carnet, ana) = world().await;
    let (month, ids) = (monthly(&app).await, topics(&app, &carnet, &["Jardin", "Cuisine"]).await);
    let link = fresh(&app, ana);
    let form = settings(&app, &link).await;
    let form = form.fill("rhythm", &month.to_string()).fill("topics", "some").fill("pause", "3");
    let form = with(form.fill("name", "  Ana \t Maria ").fill("language", "en"), &format!("topic-{}", ids[1]), "1");
    let saved = app.submit(&link, &form).await;
    assert_eq!(saved.status, 200);
    assert!(saved.words().contains("Saved.") && saved.body.contains("<html lang=\"en\""), "{}", saved.words());
    assert!(saved.words().contains("Paused until Tuesday 1 September 2026"), "{}", saved.words());
    assert_eq!(row(&app, ana).await, "ana@example.org Ana Maria en paused 2");
    assert_eq!(app.number(&format!("SELECT schedule_id FROM subscriber WHERE id = {ana}")).await, month);
    let events = "SELECT code FROM event WHERE code LIKE 'subscriber.%' ORDER BY code";
    let happened = app.texts(events).await;
    assert_eq!(
        happened,
        ["subscriber.changed", "subscriber.moved", "subscriber.paused", "subscriber.topics"],
        "each change is recorded once"
    );

    // The same form again was for what stood before: it is refused unless nothing would change.
    let again = app.submit(&link, &form).await;
    assert_eq!((again.status, app.texts(events).await), (200, happened.clone()));
    let page = settings(&app, &link).await;
    assert!(page.fields.contains(&("pause".into(), "keep".into())));
    assert_eq!(app.submit(&link, &page).await.status, 200);
    assert_eq!(app.texts(events).await, happened);

    // Back to everything, at once.
    let all = page.fill("topics", "all").fill("pause", "no").fill("name", "");
    assert_eq!(app.submit(&link, &all).await.status, 200);
    assert_eq!(row(&app, ana).await, "ana@example.org - en confirmed 0");
}

#[tokio::test]
async fn two_windows_do_not_overwrite_each_other_unseen() {
    let (app, _, ana) = world().await;
    let month = monthly(&app).await;
    let link = fresh(&app, ana);
    let (first, second) = (settings(&app, &link).await, settings(&app, &link).await);
    app.submit(&link, &first.fill("rhythm", &month.to_string())).await;
    let late = app.submit(&link, &second.fill("pause", "1").fill("name", "Anna")).await;
    assert_eq!(late.status, 422);
    assert!(late.words().contains("vos réglages ont changé depuis"), "{}", late.words());
    assert_eq!(row(&app, ana).await, "ana@example.org Ana Lopes fr confirmed 0", "all or nothing");
    // What was typed still stands there, and can be saved now.
    let form = late.forms().remove(0);
    assert!(form.fields.contains(&("name".into(), "Anna".into())));
    assert_eq!(app.submit(&link, &form).await.status, 200);
    assert_eq!(row(&app, ana).await, "ana@example.org Anna fr paused 0");
}

#[tokio::test]
async fn a_page_left_open_for_a_week_saves_nothing_and_loses_nothing() {
    let (app, carnet, ana) = world().await;
    let ids = topics(&app, &carnet, &["Jardin", "Cuisine"]).await;
    let link = fresh(&app, ana);
    let form = settings(&app, &link).await.fill("name", "Ana <b> & moi").fill("topics", "some").fill("pause", "6");
    let form = with(form, &format!("topic-{}", ids[0]), "1");
    app.clock.advance(7 * DAY);
    let before = row(&app, ana).await;

    let closed = app.get(&link).await;
    assert!(closed.words().contains("a plus d’un jour") && !closed.body.contains("Lopes"), "{}", closed.words());
    let late = app.submit(&link, &form).await;
    assert_eq!((late.status, row(&app, ana).await), (422, before));
    assert!(late.words().contains("rien n’est perdu") && !late.body.contains("Lopes"), "{}", late.words());
    let sent = app.submit(&link, &late.form()).await;
    assert!(sent.words().contains("Regardez votre boîte"), "{}", sent.words());

    let anew = link_of(&app, ANA, "/preferences/", 1).await;
    let page = app.get(&anew).await;
    assert!(page.words().contains("vos choix de tout à l’heure sont repris"), "{}", page.words());
    let form = page.forms().remove(0);
    for (name, value) in [("name", "Ana <b> & moi"), ("topics", "some"), ("pause", "6")] {
        assert!(form.fields.contains(&(name.into(), value.into())), "{name}: {:?}", form.fields);
    }
    assert_eq!(app.submit(&anew, &form).await.status, 200);
    assert_eq!(row(&app, ana).await, "ana@example.org Ana <b> & moi fr paused 1");
}

/// Everything that an answer tells, but what differs from second to second.
fn told(answer: &Answer) -> String {
    let headers = answer.headers.iter().filter(|(name, _)| *name != "date");
    let headers: Vec<String> = headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
    format!("{} {}\n{}", answer.status, headers.join("\n"), answer.body)
}

/// A3: the link decides who is meant, whoever is signed in.
#[tokio::test]
async fn no_cookie_is_read_and_none_is_set() {
    let (app, carnet, ana) = world().await;
    let luc = app.reader(&carnet, "luc@example.org").await;
    let owner = app.console(Role::Owner, None).await;
    let (link, other) = (fresh(&app, ana), fresh(&app, luc));
    let token = link.rsplit('/').next().unwrap().to_owned();
    let own = app.app.keys.verify(Purpose::Preferences, &token).unwrap();
    let sign = |purpose| app.app.keys.sign(purpose, own);
    let leave = app.app.keys.sign(Purpose::Leave, Claim { issued_at: 0, ..own });
    let doors = [
        link.clone(),
        "/link".to_owned(),
        "/link/sent".to_owned(),
        format!("/data/{}", sign(Purpose::Data)),
        format!("/data/{}/data.json", sign(Purpose::Data)),
        format!("/erase/{}", sign(Purpose::Erase)),
        format!("/unsubscribe/{leave}"),
    ];
    let before = everything(&app).await;
    for door in &doors {
        let plain = app.get(door).await;
        assert_eq!(plain.status, 200, "{door}");
        for method in [Method::HEAD, Method::OPTIONS] {
            app.send(app.request(method, door)).await;
        }
        for cookie in [
            format!("__Host-facteur={}", owner.cookie),
            format!("facteur={}", owner.cookie),
            format!("session={}; token={}", "s".repeat(43), other.rsplit('/').next().unwrap()),
        ] {
            let asked = app.send(app.request(Method::GET, door).header("cookie", cookie)).await;
            assert_eq!(told(&asked), told(&plain), "{door}");
        }
        assert_eq!(plain.header("set-cookie"), "");
        assert_eq!(plain.header("referrer-policy"), "no-referrer");
        assert_eq!(plain.header("cache-control"), "no-store");
    }
    assert_eq!(everything(&app).await, before, "looking changes nothing");
    // With a script the token leaves the address bar; nothing else may run, and nothing comes from elsewhere.
    let page = app.get(&link).await;
    assert!(page.header("content-security-policy").contains("default-src 'none'; script-src 'self'"));
    let script = page.body.split("src=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(app.get(&script).await.body.contains("history.replaceState"), "{script}");
    let bare = app.get("/preferences?lang=en").await;
    assert_eq!((bare.status, bare.header("location")), (303, "/link?lang=en"));

    // Luc signed in, Ana's link: Ana changes.
    let form = settings(&app, &link).await.fill("name", "Une autre");
    let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form.fields).finish();
    let request = app.request(Method::POST, &link).header("cookie", format!("__Host-facteur={}", owner.cookie));
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
    assert_eq!(app.send(request).await.status, 303);
    assert_eq!(row(&app, ana).await, "ana@example.org Une autre fr confirmed 0");
    assert_eq!(row(&app, luc).await, "luc@example.org - fr confirmed 0");
}

/// A5: the old address stays until the new one confirms, and is told; its links die then.
#[tokio::test]
async fn another_address_is_used_once_it_has_confirmed_and_the_old_one_is_told() {
    let (app, carnet, ana) = world().await;
    let link = fresh(&app, ana);
    let form = settings(&app, &link).await.fill("email", " Ana <Nina@Example.org> ");
    let saved = app.submit(&link, &form).await;
    assert!(saved.words().contains("un message vient d’y partir") && saved.words().contains("N•••@Example.org"));
    assert!(row(&app, ana).await.starts_with("ana@example.org "));
    let confirm = link_of(&app, "Nina@Example.org", "/address/", 1).await;
    let keep = link_of(&app, ANA, "/keep-address/", 1).await;
    let notice = app.mail_to(ANA).await;
    assert!(!notice.text().to_lowercase().contains("nina@"), "the notice names no other address: {}", notice.text());

    // Until then mail goes to the old one.
    app.post(&carnet, "Le four").await;
    app.send_now(&carnet).await;
    app.idle().await;
    assert_eq!(app.mails().iter().filter(|mail| !mail.header("List-Id").is_empty()).count(), 1);
    assert!(app.mails().iter().filter(|mail| !mail.header("List-Id").is_empty()).all(|mail| mail.to == ANA));
    let digest = app.mails().into_iter().find(|mail| !mail.header("List-Id").is_empty()).unwrap();

    // Looking changes nothing.
    for path in [&confirm, &keep] {
        assert_eq!(app.get(path).await.status, 200);
    }
    assert!(row(&app, ana).await.starts_with("ana@example.org "));
    let done = app.submit(&confirm, &app.get(&confirm).await.form()).await;
    assert!(done.words().contains("N•••@Example.org"), "{}", done.words());
    assert!(row(&app, ana).await.starts_with("Nina@Example.org Ana Lopes "), "{}", row(&app, ana).await);
    assert_eq!(
        app.texts("SELECT kind || ' ' || COALESCE(proof, '') FROM consent ORDER BY id").await,
        ["moved new address"]
    );
    let recorded = app.texts("SELECT code FROM event WHERE code LIKE 'subscriber.address%' ORDER BY id").await;
    assert_eq!(recorded, ["subscriber.address_asked", "subscriber.address_changed"]);

    // The links that the old address had: settings are shut, leaving works.
    for dead in [link, path_of(&digest.link("/preferences/")).to_owned()] {
        let page = app.get(&dead).await;
        assert!(page.status == 404 && page.words().contains("does not work any more"), "{}", page.words());
        assert!(!page.body.contains("Lopes") && !page.body.to_lowercase().contains("nina"));
        assert_eq!(app.post_form(&dead, &[("name", "Mallory")]).await.status, 404);
    }
    let over = app.get(&keep).await;
    assert!(over.forms().is_empty() && !over.body.contains("N•••"), "{}", over.words());
    assert_eq!(app.get(path_of(&digest.link("/unsubscribe/"))).await.status, 200);
    assert!(row(&app, ana).await.contains("Ana Lopes"));
}

#[tokio::test]
async fn the_present_address_can_keep_itself_and_whoever_wished_can_give_it_up() {
    let (app, _, ana) = world().await;
    let link = fresh(&app, ana);
    let form = settings(&app, &link).await.fill("email", "nina@example.org");
    app.submit(&link, &form).await;
    let (confirm, keep) =
        (link_of(&app, "nina@example.org", "/address/", 1).await, link_of(&app, ANA, "/keep-address/", 1).await);
    let kept = app.submit(&keep, &app.get(&keep).await.form()).await;
    assert!(kept.words().contains("Aucun changement d’adresse n’est en attente"), "{}", kept.words());
    // The link of the letter to the other address, and that of the settings that asked for it, lead nowhere now.
    let dead = app.get(&confirm).await;
    assert!(dead.status == 404 && !dead.words().contains("modifiée"), "{}", dead.words());
    assert_eq!(app.post_form(&confirm, &[]).await.status, 404);
    assert_eq!(app.get(&link).await.status, 404);
    assert!(row(&app, ana).await.starts_with("ana@example.org "));
    assert_eq!(app.post_form(&keep, &[]).await.status, 200, "pressed twice");

    // Given up by one's own settings.
    let claim = Claim { subject: ana, version: 2, issued_at: app.clock.now() };
    let link = format!("/preferences/{}", app.app.keys.sign(Purpose::Preferences, claim));
    let form = settings(&app, &link).await.fill("email", "noe@example.org");
    app.submit(&link, &form).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM address_change").await, 1);
    let form = with(settings(&app, &link).await, "keep-address", "1");
    app.submit(&link, &form).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM address_change").await, 0);
}

/// What an address is to the newsletter, or to others, cannot be learned by wanting it.
#[tokio::test]
async fn a_wish_for_an_address_looks_the_same_whatever_the_address_is() {
    let (app, carnet, _) = world().await;
    let autre = app.newsletter("autre").await;
    app.reader(&carnet, "nina@example.org").await;
    app.reader(&autre, "nora@example.org").await;
    let hash = app.app.keys.address_hash("noel@example.org");
    app.execute(&format!("INSERT INTO suppression VALUES ({}, '{hash}', 'not-me', 0)", carnet.id)).await;
    let mut answers = vec![];
    // Free, subscribed, subscribed to another newsletter, kept out.
    for (n, wanted) in ["nico", "nina", "nora", "noel"].into_iter().enumerate() {
        let who = app.reader(&carnet, &format!("qui{n}@example.org")).await;
        let link = fresh(&app, who);
        let form = settings(&app, &link).await.fill("email", &format!("{wanted}@example.org"));
        let fields: Vec<(&str, &str)> = form.fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let answer = app.post_form(&link, &fields).await;
        assert_eq!((answer.status, answer.header("location")), (303, format!("{link}?saved=1&moving=1").as_str()));
        let page = app.get(answer.header("location")).await;
        answers.push(page.words().replace(&format!("qui{n}"), "qui"));
        let waiting = format!("SELECT COUNT(*) FROM address_change WHERE subscriber_id = {who}");
        assert_eq!(app.number(&waiting).await, 1, "{wanted}");
        app.idle().await;
        let told = letters(&app.mails(), &format!("qui{n}@example.org"), "/keep-address/");
        assert_eq!(told.len(), 1, "the present address is told: {wanted}");
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    // Who has the address learns of it there, and only a free one can be confirmed.
    let to = |address: &str| app.mails_to(address).iter().map(|mail| mail.subject()).collect::<Vec<_>>();
    assert_eq!(letters(&app.mails(), "nico@example.org", "/address/").len(), 1);
    assert_eq!(letters(&app.mails(), "nora@example.org", "/address/").len(), 1);
    assert!(letters(&app.mails(), "nina@example.org", "/address/").is_empty());
    assert_eq!(to("nina@example.org").len(), 1, "she is told that she is in: {:?}", to("nina@example.org"));
    assert!(to("noel@example.org").is_empty());
}

#[tokio::test]
async fn a_fourth_address_in_a_day_is_refused_in_clear_words_and_nothing_else_is_saved() {
    let (app, _, ana) = world().await;
    let link = fresh(&app, ana);
    for n in 0..3 {
        let form = settings(&app, &link).await.fill("email", &format!("n{n}@example.org"));
        assert_eq!(app.submit(&link, &form).await.status, 200);
    }
    let form = settings(&app, &link).await.fill("email", "n4@example.org").fill("name", "Autre");
    let refused = app.submit(&link, &form).await;
    assert!(refused.status == 422 && refused.words().contains("trois autres adresses"), "{}", refused.words());
    assert!(refused.body.contains("value=\"n4@example.org\"") && refused.body.contains("value=\"Autre\""));
    assert!(row(&app, ana).await.contains(" Ana Lopes "));
    // What is no address at all, and the one that they have.
    let wrong = app.submit(&link, &settings(&app, &link).await.fill("email", "sans arobase")).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("id=\"email-problem\"") && wrong.body.contains("value=\"sans arobase\""));
    assert_eq!(app.submit(&link, &settings(&app, &link).await.fill("email", ANA)).await.status, 200);
}

#[tokio::test]
async fn who_types_an_address_learns_nothing_and_its_owner_gets_a_link_for_each_newsletter() {
    let (app, carnet, _) = world().await;
    let autre = app.newsletter("autre").await;
    app.reader(&autre, ANA).await;
    for state in ["pending", "paused", "unsubscribed", "bounced", "complained"] {
        app.reader(&carnet, &format!("{state}@example.org")).await;
        let sql = format!("UPDATE subscriber SET status = '{state}', ended_at = 1 WHERE email = '{state}@example.org'");
        app.execute(&sql).await;
    }
    let hash = app.app.keys.address_hash("suppressed@example.org");
    app.execute(&format!("INSERT INTO suppression VALUES ({}, '{hash}', 'not-me', 0)", carnet.id)).await;
    let names = ["ana", "pending", "paused", "unsubscribed", "bounced", "complained", "suppressed", "nobody"];
    let (mut forms, mut programs) = (vec![], vec![]);
    for name in names {
        let email = format!("{name}@example.org");
        forms.push(told(&app.post_form("/link?lang=fr", &[("email", email.as_str())]).await));
        programs.push(told(&app.post_json("/link?lang=fr", &json!({ "email": email })).await));
    }
    for answers in [&forms, &programs] {
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    }
    assert!(forms[0].starts_with("303 ") && programs[0].starts_with("202 "), "{}", forms[0]);
    app.idle().await;
    let links = |name: &str| letters(&app.mails(), &format!("{name}@example.org"), "/preferences/").len();
    assert_eq!(names.map(links), [2, 1, 1, 1, 1, 1, 0, 0], "one a newsletter, once within some minutes");
    // Robots, and what is no address.
    app.clock.advance(DAY);
    app.post_form("/link", &[("email", ANA), ("website", "x")]).await;
    let wrong = app.post_form("/link?lang=fr", &[("email", "sans arobase")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("value=\"sans arobase\""), "{}", wrong.body);
    let wrong = app.post_json("/link", &json!({ "email": "" })).await;
    assert_eq!((wrong.status, wrong.json()["errors"][0]["pointer"].clone()), (422, json!("/email")));
    app.idle().await;
    assert_eq!(links("ana"), 2);
    // The caps of letters: five in a month, of whatever kind.
    for _ in 0..6 {
        app.post_form("/link", &[("email", ANA)]).await;
        app.idle().await;
        app.clock.advance(DAY);
    }
    assert_eq!(links("ana"), 2 * 5);
}

#[tokio::test]
async fn strangers_who_type_an_address_cannot_use_up_what_its_owner_may_ask_for_by_a_mail() {
    let (app, carnet, ana) = world().await;
    for _ in 0..6 {
        app.post_form("/link", &[("email", ANA)]).await;
        app.idle().await;
        app.clock.advance(DAY);
    }
    assert_eq!(letters(&app.mails(), ANA, "/preferences/").len(), 5);
    let claim = Claim { subject: ana, version: 1, issued_at: 0 };
    app.post_form(&format!("/preferences/{}", app.app.keys.sign(Purpose::Settings, claim)), &[]).await;
    link_of(&app, ANA, "/preferences/", 6).await;
    // Three a day are enough for them, too.
    for _ in 0..5 {
        app.clock.advance(6 * MINUTE);
        app.post_form(&format!("/preferences/{}", app.app.keys.sign(Purpose::Settings, claim)), &[]).await;
    }
    app.idle().await;
    assert_eq!(letters(&app.mails(), ANA, "/preferences/").len(), 8);
    assert_eq!(app.number(&format!("SELECT COUNT(*) FROM letter WHERE newsletter_id <> {}", carnet.id)).await, 0);
}

#[tokio::test]
async fn other_newsletters_are_joined_and_left_where_their_owner_shows_them() {
    let (app, carnet, ana) = world().await;
    for (slug, shown) in [("autre", "yes"), ("secrete", "no"), ("exclue", "yes")] {
        app.newsletter(slug).await;
        app.cli(&["newsletter", "set", slug, "--in-preferences", shown]).await.ok();
    }
    let id = async |slug: &str| app.number(&format!("SELECT id FROM newsletter WHERE slug = '{slug}'")).await;
    let (autre, exclue) = (id("autre").await, id("exclue").await);
    let hash = app.app.keys.address_hash(ANA);
    app.execute(&format!("INSERT INTO suppression VALUES ({exclue}, '{hash}', 'not-me', 0)")).await;
    let link = fresh(&app, ana);
    let page = app.get(&link).await;
    assert!(page.words().contains("Le autre") && !page.words().contains("secrete"), "{}", page.words());
    assert!(page.words().contains("vous acceptez de recevoir « Le autre »"), "{}", page.words());

    let form = with(
        with(settings(&app, &link).await, &format!("newsletter-{autre}"), "1"),
        &format!("newsletter-{exclue}"),
        "1",
    );
    let saved = app.submit(&link, &form).await;
    assert!(saved.words().contains("n’a pas pu être ajoutée"), "{}", saved.words());
    let there = format!("SELECT email || ' ' || status FROM subscriber WHERE newsletter_id = {autre}");
    assert_eq!(app.texts(&there).await, ["ana@example.org confirmed"]);
    assert_eq!(app.number(&format!("SELECT COUNT(*) FROM subscriber WHERE newsletter_id = {exclue}")).await, 0);
    let consent = app.texts("SELECT kind || ' ' || proof || ' ' || text FROM consent ORDER BY id").await;
    assert_eq!(consent.len(), 1);
    assert!(consent[0].starts_with("confirmed settings En cochant cette case"), "{consent:?}");
    // Pressed again nothing changes; a page from before that did not show it leaves it alone.
    app.submit(&link, &settings(&app, &link).await).await;
    let mut old = settings(&app, &link).await;
    old.fields.retain(|(name, _)| !name.starts_with("shown-") && !name.starts_with("newsletter-"));
    app.submit(&link, &old).await;
    assert_eq!(app.texts(&there).await, ["ana@example.org confirmed"]);
    // Unticked.
    let mut form = settings(&app, &link).await;
    form.fields.retain(|(name, _)| !name.starts_with("newsletter-"));
    app.submit(&link, &form).await;
    assert_eq!(app.texts(&there).await, ["ana@example.org unsubscribed"]);
    // And ticked once more, behind the same link.
    let form = with(settings(&app, &link).await, &format!("newsletter-{autre}"), "1");
    app.submit(&link, &form).await;
    assert_eq!(app.texts(&there).await, ["ana@example.org confirmed"]);
    assert!(row(&app, ana).await.contains(" confirmed "), "and {} is as it was", carnet.slug);
    app.idle().await;
    assert!(app.mails().is_empty(), "nobody was written to");
}

/// Everything a reader's page can change.
async fn everything(app: &TestApp) -> Vec<String> {
    let mut rows = super::signup::everything(app).await;
    rows.extend(app.texts("SELECT email FROM address_change ORDER BY email").await);
    rows.extend(
        app.texts("SELECT COALESCE(name, '') || CAST(token_version AS TEXT) FROM subscriber ORDER BY id").await,
    );
    rows.extend(app.texts("SELECT reason || CAST(people AS TEXT) FROM departure ORDER BY reason").await);
    rows
}

/// The doors of somebody's own things, each with what its token is for.
const DOORS: [(&str, Purpose); 4] = [
    ("preferences", Purpose::Preferences),
    ("data", Purpose::Data),
    ("erase", Purpose::Erase),
    ("keep-address", Purpose::Keep),
];

/// A whole form of somebody else's.
const TYPED: [(&str, &str); 5] =
    [("name", "Mallory"), ("pause", "6"), ("email", "mallory@example.org"), ("act", "link"), ("wish", "{}")];

/// Asserts that this leads nowhere and tells nothing, however it is asked for; gives how often it was asked for.
async fn refused(app: &TestApp, path: &str) -> usize {
    let answers = [app.get(path).await, app.post_form(path, &TYPED).await];
    for answer in &answers {
        let shown = format!("{path}: {} {}", answer.status, answer.words());
        assert!([404, 405].contains(&answer.status), "{shown}");
        assert!(!answer.body.contains("Lopes") && !answer.body.contains("example.org"), "{shown}");
    }
    answers.len()
}

#[tokio::test]
async fn links_that_are_foreign_altered_or_for_something_else_open_nothing() {
    let (app, _, ana) = world().await;
    let all = [
        Purpose::Confirm,
        Purpose::Leave,
        Purpose::Preferences,
        Purpose::NotMe,
        Purpose::Form,
        Purpose::Address,
        Purpose::Settings,
        Purpose::Data,
        Purpose::Erase,
        Purpose::Keep,
    ];
    let before = everything(&app).await;
    let claim = Claim { subject: ana, version: 1, issued_at: app.clock.now() };
    let (keys, mut tried) = (&app.app.keys, 0);
    for (door, own) in DOORS {
        // For something else; the foot's is the other key of the settings.
        let fits = |purpose: &Purpose| *purpose == own || (door == "preferences" && *purpose == Purpose::Settings);
        let mut wrong: Vec<String> =
            all.iter().filter(|purpose| !fits(purpose)).map(|purpose| keys.sign(*purpose, claim)).collect();
        // Of another instance, of nobody, of another version.
        wrong.push(Keys::from_secret(b"another").sign(own, claim));
        wrong.push(keys.sign(own, Claim { subject: 999, ..claim }));
        if own != Purpose::Keep {
            wrong.push(keys.sign(own, Claim { version: 0, ..claim }));
        }
        // Altered in one place, cut, and nonsense.
        let good = keys.sign(own, claim);
        for at in (0..good.len()).step_by(3) {
            let flipped = if &good[at..=at] == "A" { "B" } else { "A" };
            wrong.push(format!("{}{flipped}{}", &good[..at], &good[at + 1..]));
        }
        wrong.extend([good[..good.len() - 2].to_owned(), "A".repeat(2_000)]);
        wrong.extend(["x", "%00", "..%2f..%2fetc"].map(str::to_owned));
        for token in wrong {
            tried += refused(&app, &format!("/{door}/{token}")).await;
        }
    }
    assert!(tried > 150, "{tried}");
    assert_eq!(everything(&app).await, before);
}

#[tokio::test]
async fn old_links_say_that_their_day_is_over_and_change_nothing() {
    let (app, _, ana) = world().await;
    let claim = Claim { subject: ana, version: 1, issued_at: app.clock.now() };
    let before = everything(&app).await;
    app.clock.advance(DAY + MINUTE);
    for (door, own) in &DOORS[..3] {
        let path = format!("/{door}/{}", app.app.keys.sign(*own, claim));
        let page = app.get(&path).await;
        assert!(page.words().contains("a plus d’un jour") && !page.body.contains("Lopes"), "{path}: {}", page.words());
        assert_eq!(page.form().button, "M’envoyer mon lien");
        app.post_form(&path, &[("name", "Mallory")]).await;
    }
    assert_eq!(everything(&app).await, before);
}

#[tokio::test]
async fn ten_thousand_topics_in_one_form_are_refused_in_words_and_some_thousand_foreign_ones_do_nothing() {
    let (app, carnet, ana) = world().await;
    let ids = topics(&app, &carnet, &["Jardin", "Cuisine"]).await;
    let link = fresh(&app, ana);
    let form = settings(&app, &link).await.fill("topics", "some");
    let many = |count: usize| {
        let mut fields = form.fields.clone();
        fields.extend((0..count).map(|n| (format!("topic-{}", 1_000_000 + n), "1".to_owned())));
        fields
    };
    let before = row(&app, ana).await;
    let send = async |fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        app.post_form(&format!("{link}?lang=fr"), &fields).await
    };
    let long = send(many(10_000)).await;
    assert!(long.status == 413 && long.words().contains("trop long"), "{} {}", long.status, long.words());
    assert_eq!(row(&app, ana).await, before);
    // None of the newsletter's own is ticked: that is said, and what was typed stands there.
    let none = send(many(3_000)).await;
    assert!(none.status == 422 && none.words().contains("choisissez au moins un thème"), "{}", none.words());
    let mut fields = many(3_000);
    fields.push((format!("topic-{}", ids[1]), "1".to_owned()));
    fields.push((format!("topic-{}", ids[1]), "1".to_owned()));
    assert_eq!(send(fields).await.status, 303);
    assert!(row(&app, ana).await.ends_with(" 2"));
    // Choices that there are not.
    for (field, value, said) in [
        ("rhythm", "999", "n’est plus proposé"),
        ("rhythm", "x", "n’est plus proposé"),
        ("pause", "999", "un an au plus"),
        ("pause", "-1", "un jour à venir"),
        ("pause", "demain", "un jour à venir"),
    ] {
        let answer = app.submit(&link, &with(settings(&app, &link).await, field, value)).await;
        assert!(answer.status == 422 && answer.words().contains(said), "{field} {value}: {}", answer.words());
    }
    let late = with(with(settings(&app, &link).await, "pause", "until"), "until", "2020-01-01");
    assert_eq!(app.submit(&link, &late).await.status, 422);
    let unknown = app.submit(&link, &with(settings(&app, &link).await, "language", "tlh")).await;
    assert_eq!(unknown.status, 200, "a language without texts is passed over");
    assert!(row(&app, ana).await.contains(" fr confirmed "));
}

#[tokio::test]
async fn who_left_has_settings_of_other_things_and_a_way_back() {
    let (app, _, ana) = world().await;
    app.execute("UPDATE subscriber SET status = 'unsubscribed', ended_at = 1").await;
    let link = fresh(&app, ana);
    let page = app.get(&link).await;
    assert!(page.words().contains("Vous ne recevez plus cette lettre") && page.body.contains("/n/carnet?lang=fr"));
    let form = page.forms().remove(0);
    assert!(form.fields.iter().all(|(name, _)| !["rhythm", "pause", "email"].contains(&name.as_str())), "{form:?}");
    let form = with(with(form.fill("name", "Autre"), "pause", "1"), "email", "nina@example.org");
    assert_eq!(app.submit(&link, &form).await.status, 200);
    assert_eq!(row(&app, ana).await, "ana@example.org Autre fr unsubscribed 0");
    assert_eq!(app.number("SELECT COUNT(*) FROM address_change").await, 0);
}

async fn counted(app: &TestApp) -> Vec<String> {
    let sql = "SELECT CAST(digest_id AS TEXT) || ' ' || reason || ' ' || CAST(people AS TEXT) FROM departure
               WHERE people > 0 ORDER BY digest_id, reason";
    app.texts(sql).await
}

#[tokio::test]
async fn why_people_leave_is_asked_afterwards_counted_by_digest_and_needs_no_answer() {
    let (app, carnet, ana) = world().await;
    for name in ["luc", "zoe", "max"] {
        app.reader(&carnet, &format!("{name}@example.org")).await;
    }
    app.post(&carnet, "Le four").await;
    let digest = app.send_now(&carnet).await;
    app.wait_for_mails(4).await;
    app.idle().await;
    let leave = |name: &str| path_of(&app.mails_to(&format!("{name}@example.org"))[0].link("/unsubscribe/")).to_owned();

    // Before the button nothing is asked; afterwards it is, and the way back stands first.
    let path = leave("ana");
    assert_eq!(app.get(&path).await.forms().len(), 1);
    let done = app.submit(&path, &app.get(&path).await.form()).await;
    let forms = done.forms();
    assert_eq!(
        forms.iter().map(|form| form.button.as_str()).collect::<Vec<_>>(),
        ["Annuler, je reste", "Envoyer cette raison"]
    );
    assert_eq!(counted(&app).await, [format!("{digest}  1")]);
    for _ in 0..2 {
        let thanks = app.submit(&path, &with(forms[1].clone(), "answer", "too-many")).await;
        assert!(thanks.words().contains("Merci, c’est noté"), "{}", thanks.words());
    }
    assert_eq!(counted(&app).await, [format!("{digest} too-many 1")]);
    // No answer, and one that is none.
    for fields in [&[][..], &[("answer", "rien de tel")]] {
        assert_eq!(app.post_form(&format!("{path}/reason"), fields).await.status, 200);
    }
    assert_eq!(counted(&app).await, [format!("{digest} too-many 1")]);

    // One-click is counted, too, once; whoever is still in gives no reason.
    let mail = app.mails_to("luc@example.org").remove(0);
    for _ in 0..2 {
        app.post_form(&mail.one_click(), &[("List-Unsubscribe", "One-Click")]).await;
    }
    app.post_form(&format!("{}/reason", leave("zoe")), &[("answer", "other")]).await;
    assert_eq!(counted(&app).await, [format!("{digest}  1"), format!("{digest} too-many 1")]);
    let shown = app.cli(&["digest", "show", "carnet", &app.public_id(digest).await, "--json"]).await.json();
    let told = json!([{ "reason": "", "people": 1 }, { "reason": "too-many", "people": 1 }]);
    assert_eq!(shown["departures"], told);

    // Undone, it is not counted; erased, it stays, without a name.
    app.submit(&path, &forms[0]).await;
    assert_eq!(counted(&app).await, [format!("{digest}  1")]);
    app.cli(&["subscriber", "erase", "carnet", "luc@example.org", "--yes"]).await.ok();
    assert_eq!(counted(&app).await, [format!("{digest}  1")]);
    assert_eq!(app.number("SELECT COUNT(*) FROM departure_of").await, 0);
    // By a link of no digest, and by an owner.
    let letter = app.app.keys.sign(Purpose::Leave, Claim { subject: ana, version: 1, issued_at: 0 });
    app.post_form(&format!("/unsubscribe/{letter}"), &[]).await;
    app.cli(&["subscriber", "unsubscribe", "carnet", "max@example.org"]).await.ok();
    assert_eq!(counted(&app).await, ["0  1".to_owned(), format!("{digest}  1")]);
}

#[tokio::test]
async fn whoever_left_can_stay_on_a_rarer_rhythm_where_there_is_one() {
    let (app, _, ana) = world().await;
    let leave = app.app.keys.sign(Purpose::Leave, Claim { subject: ana, version: 1, issued_at: 0 });
    let path = format!("/unsubscribe/{leave}");
    app.post_form(&path, &[]).await;
    assert!(!app.get(&path).await.body.contains("/rather"), "there is none yet");
    app.post_form(&format!("{path}/rather"), &[]).await;
    assert!(row(&app, ana).await.contains(" unsubscribed "));
    let month = monthly(&app).await;
    let page = app.get(&path).await;
    let rather = page.forms().into_iter().find(|form| form.action.contains("/rather")).expect("the offer");
    assert!(rather.button.contains("du mois") || rather.button.contains("mois"), "{}", rather.button);
    for _ in 0..2 {
        assert!(app.submit(&path, &rather).await.words().contains("Vous revoilà"));
        assert!(row(&app, ana).await.contains(" confirmed "));
        assert_eq!(app.number(&format!("SELECT schedule_id FROM subscriber WHERE id = {ana}")).await, month);
    }
    assert_eq!(
        app.texts("SELECT kind FROM consent ORDER BY id").await,
        ["left", "undone"],
        "pressed twice it is done once"
    );
    assert!(counted(&app).await.is_empty());
}

#[tokio::test]
async fn the_command_line_and_programs_do_the_same() {
    let (app, carnet, ana) = world().await;
    let month = monthly(&app).await;
    topics(&app, &carnet, &["Jardin", "Cuisine"]).await;
    let set = |more: &[&'static str]| [&["subscriber", "set", "carnet", ANA][..], more].concat();
    let shown =
        app.cli(&set(&["--name", "Anna", "--lang", "en", "--rhythm", "2", "--topic", "cuisine", "--json"])).await;
    let shown = shown.json();
    assert_eq!((&shown["name"], &shown["topics"]), (&json!("Anna"), &json!(["Cuisine"])));
    assert_eq!(row(&app, ana).await, "ana@example.org Anna en confirmed 2");
    assert_eq!(app.number(&format!("SELECT schedule_id FROM subscriber WHERE id = {ana}")).await, month);
    app.cli(&set(&["--pause", "2", "--all-topics"])).await.ok();
    assert_eq!(row(&app, ana).await, "ana@example.org Anna en paused 0");
    app.cli(&set(&["--pause", "no"])).await.ok();
    assert!(row(&app, ana).await.contains(" confirmed "));
    app.cli(&set(&[])).await.fails(2);
    app.cli(&set(&["--lang", "tlh"])).await.fails(2);
    app.cli(&set(&["--topic", "rien"])).await.fails(4);
    app.cli(&set(&["--rhythm", "9"])).await.fails(4);
    app.cli(&set(&["--pause", "hier"])).await.fails(4);
    assert_eq!(app.cli(&["subscriber", "link", "carnet", ANA, "--json"]).await.json(), json!({ "sent": true }));
    link_of(&app, ANA, "/preferences/", 1).await;
    assert_eq!(app.cli(&["subscriber", "link", "carnet", ANA, "--json"]).await.json(), json!({ "sent": false }));

    let token = app.cli(&["token", "create", "tests", "--json"]).await.json()["token"].as_str().unwrap().to_owned();
    let post = async |act: &str, body: serde_json::Value| {
        let path = format!("/api/v1/newsletters/carnet/subscribers/{act}");
        app.send(app.request(Method::POST, &path).bearer_auth(&token).body(body.to_string())).await
    };
    let data = post("data", json!({ "email": ANA })).await;
    assert_eq!((data.status, &data.json()["name"]), (200, &json!("Anna")));
    let wish = json!({ "email": ANA, "name": "", "language": "fr", "topics": ["Jardin"], "pause": "2026-08-01" });
    assert_eq!(post("settings", wish).await.json(), json!({ "saved": true }));
    assert_eq!(row(&app, ana).await, "ana@example.org - fr paused 1");
    for (act, body, status) in [
        ("settings", json!({ "email": ANA, "topics": ["rien"] }), 422),
        ("settings", json!({ "email": ANA, "language": "tlh" }), 422),
        ("settings", json!({ "email": ANA, "what": 1 }), 422),
        ("data", json!({ "email": "personne@example.org" }), 404),
        ("data", json!({ "email": "sans arobase" }), 422),
        ("data", json!({}), 422),
        ("rien", json!({ "email": ANA }), 404),
    ] {
        let answer = post(act, body.clone()).await;
        assert_eq!(answer.status, status, "{act} {body}: {}", answer.body);
    }
    assert_eq!(
        app.post_json("/api/v1/newsletters/carnet/subscribers/data", &json!({ "email": ANA })).await.status,
        401
    );
    assert_eq!(post("erase", json!({ "email": ANA })).await.json(), json!({ "erased": true }));
    assert!(app.people().await.is_empty());
}

#[tokio::test]
async fn another_address_is_asked_to_confirm_by_a_command_and_by_programs() {
    let (app, carnet, ana) = world().await;
    app.reader(&carnet, "luc@example.org").await;
    let token = app.cli(&["token", "create", "tests", "--json"]).await.json()["token"].as_str().unwrap().to_owned();
    let ask = async |new: &str| {
        let request = app.request(Method::POST, "/api/v1/newsletters/carnet/subscribers/address").bearer_auth(&token);
        app.send(request.body(json!({ "email": ANA, "new": new }).to_string())).await
    };
    let known = ask("luc@example.org").await;
    assert_eq!((known.status, &known.json()["code"]), (409, &json!("new-address-refused")), "{}", known.body);
    for (new, status) in [(ANA, 409), ("sans arobase", 422)] {
        assert_eq!(ask(new).await.status, status, "{new}");
    }
    app.cli(&["subscriber", "address", "carnet", ANA, "luc@example.org"]).await.fails(4);
    assert_eq!(app.number("SELECT COUNT(*) FROM address_change").await, 0);
    app.cli(&["subscriber", "address", "carnet", ANA, "ana@example.net"]).await.ok();
    app.clock.advance(MINUTE);
    assert_eq!(ask("ana@example.com").await.json(), json!({ "asked": true }));
    assert_eq!(app.texts("SELECT email FROM address_change").await, ["ana@example.com"], "the last wish counts");
    assert!(row(&app, ana).await.contains(ANA), "the present one stays until then");
    let link = link_of(&app, "ana@example.com", "/address/", 1).await;
    let page = app.get(&link).await;
    assert_eq!(app.submit(&link, &page.form()).await.status, 200);
    assert!(row(&app, ana).await.starts_with("ana@example.com "));
}
