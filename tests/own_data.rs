//! One's own data: all that is stored to read and to take away, its erasure by oneself, and what old links say afterwards.

use facteur::clock::DAY;
use facteur::digests::MEANING;
use facteur::keys::{Claim, Purpose};
use facteur::ledger::pack;
use facteur::newsletters::Newsletter;

use super::harness::mail::path_of;
use super::harness::{TestApp, on_sqlite};

const ANA: &str = "ana@example.org";

/// Ana, who signed up by the form, confirmed, got two digests (one of them packed) and has much to be told of.
async fn world() -> (TestApp, Newsletter, i64) {
    let app = TestApp::builder().set("signup.requests_per_hour_network_embedded", 0).spawn().await;
    let carnet = app.newsletter("carnet").await;
    let typed = [("email", ANA), ("name", "Ana Lopes"), ("lang", "fr"), ("page", "https://blog.example.org/a-propos")];
    assert_eq!(app.post_form("/n/carnet", &typed).await.status, 303);
    let confirm = path_of(&app.mail_to(ANA).await.link("/confirm/")).to_owned();
    app.submit(&confirm, &app.get(&confirm).await.form()).await;
    let ana = app.id_of(ANA).await;
    app.reader(&carnet, "luc@example.org").await;
    for title in ["Le four", "Le levain"] {
        app.post(&carnet, title).await;
        let digest = app.send_now(&carnet).await;
        app.idle().await;
        if title == "Le four" {
            pack::digest(&app.app, MEANING, digest).await.unwrap();
        }
    }
    app.execute(&format!("INSERT INTO soft_bounce (subscriber_id, day) VALUES ({ana}, 20600)")).await;
    app.execute(&format!(
        "INSERT INTO returned (fingerprint, source, kind, state, newsletter_id, subscriber_id, status, words, received_at)
         VALUES ('x', 'pipe', 'soft', 'done', {}, {ana}, '4.2.2', 'mailbox full', {})",
        carnet.id,
        app.clock.now()
    ))
    .await;
    (app, carnet, ana)
}

fn token(app: &TestApp, purpose: Purpose, subject: i64, issued_at: i64) -> String {
    app.app.keys.sign(purpose, Claim { subject, version: 1, issued_at })
}

/// The pages that her settings lead to: her data, its erasure.
async fn doors(app: &TestApp, ana: i64) -> (String, String) {
    let link = format!("/preferences/{}", token(app, Purpose::Preferences, ana, app.clock.now()));
    let page = app.get(&link).await;
    let door = |name: &str| {
        let rest =
            page.body.split(&format!("href=\"/{name}/")).nth(1).unwrap_or_else(|| panic!("{name}: {}", page.body));
        format!("/{name}/{}", rest.split('?').next().unwrap())
    };
    (door("data"), door("erase"))
}

#[tokio::test]
async fn all_that_is_stored_about_somebody_can_be_read_and_taken_away() {
    let (app, _, ana) = world().await;
    let (data, _) = doors(&app, ana).await;
    let page = app.get(&data).await;
    let words = page.words();
    for said in [
        ANA,
        "Ana Lopes",
        "https://blog.example.org/a-propos",
        "127.0.0.1",
        "Vous êtes sur le point de vous abonner",
        "Le four",
        "Le levain",
        "chaque lundi",
        "2026-05-27",
        "mailbox full",
        "Message de confirmation",
    ] {
        assert!(words.contains(said), "{said} in {words}");
    }
    assert!(!words.contains("luc@"), "{words}");

    let file = app.get(&format!("{data}/data.json")).await;
    assert_eq!((file.status, file.header("content-type")), (200, "application/json"));
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"carnet.json\"");
    let told = file.json();
    assert_eq!(
        (&told["email"], &told["name"], &told["status"]),
        (&ANA.into(), &"Ana Lopes".into(), &"confirmed".into())
    );
    assert_eq!(told["consents"].as_array().unwrap().len(), 2);
    assert_eq!(told["digests"].as_array().unwrap().len(), 2, "the packed one, too: {told}");
    assert_eq!(told["mailbox_full_on"], serde_json::json!(["2026-05-27"]));
    assert_eq!(told["returned"][0]["words"], "mailbox full");
    assert!(!told["letters"].as_array().unwrap().is_empty() && !told["events"].as_array().unwrap().is_empty());
    // Its link is good for a day, like the one that led there.
    app.clock.advance(DAY);
    for late in [data.clone(), format!("{data}/data.json")] {
        let page = app.get(&late).await;
        assert!(page.words().contains("a plus d’un jour") && !page.body.contains("Lopes"), "{}", page.body);
    }
}

/// Every byte of the SQLite file and its log.
fn bytes(app: &TestApp) -> Vec<u8> {
    let read = |name: &str| std::fs::read(app.folder().join(name)).unwrap_or_default();
    [read("facteur.db"), read("facteur.db-wal")].concat()
}

#[tokio::test]
async fn whoever_erases_themselves_is_gone_everywhere_and_may_come_back_by_themselves() {
    let (app, carnet, ana) = world().await;
    let (_, erase) = doors(&app, ana).await;
    let asked = app.get(&erase).await;
    assert_eq!(asked.form().button, "Effacer mes données");
    assert!(asked.words().contains("a•••@example.org"));
    assert_eq!(app.people().await.len(), 2, "looking changes nothing");
    let done = app.submit(&erase, &asked.form()).await;
    assert!(done.status == 200 && done.words().contains("C’est effacé"), "{}", done.words());

    let of_ana = format!("WHERE subscriber_id = {ana}");
    for table in ["consent", "letter", "delivery", "delivery_note", "returned", "soft_bounce", "address_change"] {
        assert_eq!(app.number(&format!("SELECT COUNT(*) FROM {table} {of_ana}")).await, 0, "{table}");
    }
    assert_eq!(
        app.number(&format!("SELECT COUNT(*) FROM event WHERE about = 'subscriber' AND about_id = {ana}")).await,
        0
    );
    assert_eq!(app.people().await, ["luc@example.org confirmed"]);
    assert_eq!(app.suppressions().await, ["themselves"]);
    for digest in app.texts("SELECT CAST(id AS TEXT) FROM digest ORDER BY id").await {
        let counts = app.counts(digest.parse().unwrap()).await;
        assert_eq!((counts.recipients, counts.accepted), (2, 2), "the count of a digest stays right");
    }
    app.cli(&["fsck"]).await.ok();
    if on_sqlite() {
        let mut is_empty = false;
        for _ in 0..100 {
            // Whoever reads at this moment keeps the log.
            is_empty = is_empty || app.app.db.empty_log().await.unwrap();
        }
        assert!(is_empty);
        let stored = bytes(&app);
        for secret in [ANA.as_bytes(), b"Ana Lopes"] {
            assert_eq!(memchr::memmem::find_iter(&stored, secret).count(), 0, "a deleted row is overwritten");
        }
    }

    // No editor and no file brings her back; nothing is sent to her.
    app.cli_with_input(&["import", "carnet", "-", "--confirmed-elsewhere", "papier"], "email\nana@example.org\n").await;
    app.cli(&["subscriber", "add", "carnet", ANA]).await.fails(4);
    assert_eq!(app.people().await, ["luc@example.org confirmed"]);
    // She can, by the form and its letter; then nothing keeps her out.
    let before = app.mails_to(ANA).len();
    app.post_form("/n/carnet", &[("email", ANA), ("lang", "fr")]).await;
    let mails = app.wait_until("a letter", |mails| mails.iter().filter(|mail| mail.to == ANA).count() > before).await;
    let confirm = mails.iter().rfind(|mail| mail.to == ANA).unwrap().link("/confirm/");
    let confirm = path_of(&confirm).to_owned();
    app.submit(&confirm, &app.get(&confirm).await.form()).await;
    assert_eq!(app.people().await, ["ana@example.org confirmed", "luc@example.org confirmed"]);
    assert!(app.suppressions().await.is_empty());
    app.post(&carnet, "La croûte").await;
    app.send_now(&carnet).await;
    app.idle().await;
    assert_eq!(app.mails_to(ANA).last().unwrap().subject(), "La croûte");
}

#[tokio::test]
async fn old_links_of_somebody_erased_say_so_kindly() {
    let (app, _, ana) = world().await;
    let now = app.clock.now();
    let (_, erase) = doors(&app, ana).await;
    app.submit(&erase, &app.get(&erase).await.form()).await;
    let doors = [
        ("confirm", Purpose::Confirm, now),
        ("unsubscribe", Purpose::Leave, 0),
        ("not-me", Purpose::NotMe, 0),
        ("address", Purpose::Address, now),
        ("keep-address", Purpose::Keep, now),
        ("preferences", Purpose::Settings, 0),
        ("preferences", Purpose::Preferences, now),
        ("data", Purpose::Data, now),
        ("erase", Purpose::Erase, now),
    ];
    for (door, purpose, issued_at) in doors {
        let path = format!("/{door}/{}", token(&app, purpose, ana, issued_at));
        let page = app.get(&format!("{path}?lang=fr")).await;
        assert_eq!(page.status, 404, "{door}");
        assert!(page.words().contains("nous n’avons plus rien à votre sujet"), "{door}: {}", page.words());
        assert!(!page.body.contains("example.org"), "{door}: {}", page.body);
    }
    // Buttons pressed from a page of before: leaving is as good as done, and nothing comes back.
    for (door, purpose, issued_at) in doors {
        let path = format!("/{door}/{}", token(&app, purpose, ana, issued_at));
        let answer = app.post_form(&path, &[("name", "Ana"), ("act", "link")]).await;
        assert!([200, 404, 405].contains(&answer.status), "{door}: {}", answer.status);
    }
    let leave = format!("/unsubscribe/{}", token(&app, Purpose::Leave, ana, 0));
    let one_click = app.post_form(&leave, &[("List-Unsubscribe", "One-Click")]).await;
    assert_eq!((one_click.status, one_click.body.as_str()), (200, "OK\n"));
    for more in ["undo", "reason", "rather"] {
        assert_eq!(app.post_form(&format!("{leave}/{more}"), &[("answer", "other")]).await.status, 404, "{more}");
    }
    assert_eq!(app.people().await, ["luc@example.org confirmed"]);
    assert_eq!(app.number("SELECT COUNT(*) FROM departure WHERE people > 0").await, 0);
}

#[tokio::test]
async fn what_leaving_for_good_or_a_complaint_demands_stays_after_an_erasure() {
    for (status, reason) in [("complained", "complained"), ("unsubscribed", "not-me")] {
        let (app, carnet, ana) = world().await;
        app.execute(&format!("UPDATE subscriber SET status = '{status}', ended_at = 1 WHERE id = {ana}")).await;
        let hash = app.app.keys.address_hash(ANA);
        app.execute(&format!("INSERT INTO suppression VALUES ({}, '{hash}', '{reason}', 0)", carnet.id)).await;
        let (_, erase) = doors(&app, ana).await;
        app.submit(&erase, &app.get(&erase).await.form()).await;
        assert_eq!(app.suppressions().await, [reason]);
        let before = app.mails_to(ANA).len();
        app.post_form("/n/carnet", &[("email", ANA)]).await;
        app.idle().await;
        assert_eq!((app.mails_to(ANA).len(), app.people().await.len()), (before, 1), "{status}");
    }
}

/// "Never write to me again" of a letter that somebody else caused counts also for whoever had erased themselves before.
#[tokio::test]
async fn not_me_is_stronger_than_an_erasure_of_before() {
    let (app, _, ana) = world().await;
    let (_, erase) = doors(&app, ana).await;
    app.submit(&erase, &app.get(&erase).await.form()).await;
    app.post_form("/n/carnet", &[("email", ANA), ("lang", "fr")]).await;
    let again = app.id_of(ANA).await;
    let not_me = format!("/not-me/{}", token(&app, Purpose::NotMe, again, 0));
    app.submit(&not_me, &app.get(&not_me).await.form()).await;
    assert_eq!(app.suppressions().await, ["not-me"]);
    app.post_form("/n/carnet", &[("email", ANA)]).await;
    assert_eq!(app.people().await, ["luc@example.org confirmed"]);
}
