//! Owners bring a list, look at people, take data away, and forget somebody: on the command line.

use facteur::clock::{DAY, HOUR};
use facteur::keys::{Claim, Purpose};
use serde_json::json;

use super::harness::TestApp;
use super::signup::{origins, pages};

/// People of every kind, new and known.
const FILE: &str = "\u{feff}Adresse e-mail;Prénom;Nom;Statut\r\n\
    Ana@new.example;Ana;Durand;Inscrit\r\n\
    luc@new.example;Luc;;En attente\r\n\
    zoe@new.example;Zoé;;Désinscrit\r\n\
    zoe@new.example;Zoé;;Inscrit\r\n\
    mou@new.example;;;Adresse invalide\r\n\
    quoi@new.example;;;Bizarre\r\n\
    pas une adresse;;;Inscrit\r\n\
    confirmed@here.example;;;Désinscrit\r\n\
    paused@here.example;;;Inscrit\r\n\
    UNSUBSCRIBED@here.example;;;Inscrit\r\n\
    bounced@here.example;;;Inscrit\r\n\
    complained@here.example;;;Inscrit\r\n\
    erased@here.example;;;Inscrit\r\n\
    pending@here.example;;;Inscrit\r\n";

#[tokio::test]
async fn an_import_takes_who_consented_and_keeps_out_who_left() {
    let app = pages().spawn().await;
    let newsletter = app.newsletter("carnet").await;
    for state in ["confirmed", "paused", "unsubscribed", "bounced", "complained", "pending"] {
        app.reader(&newsletter, &format!("{state}@here.example")).await;
        app.execute(&format!("UPDATE subscriber SET status = '{state}' WHERE email = '{state}@here.example'")).await;
    }
    let hash = app.app.keys.address_hash("erased@here.example");
    app.execute(&format!("INSERT INTO suppression VALUES ({}, '{hash}', 'erased', 0)", newsletter.id)).await;
    let before = app.people().await;
    let arguments = ["import", "carnet", "-", "--confirmed-elsewhere", "formulaire de l’ancien site", "--json"];
    let dry = app.cli_with_input(&[&arguments[..], &["--dry-run"]].concat(), FILE).await.json();
    assert_eq!(app.people().await, before, "a dry run stores nothing");
    let mut report = app.cli_with_input(&arguments, FILE).await.json();
    assert_eq!(dry["added"], report["added"]);
    assert_eq!(report["added"], json!({ "bounced": 1, "confirmed": 1, "pending": 1, "unsubscribed": 1 }));
    assert_eq!(
        report["kept_out"],
        json!({ "bounced": 1, "complained": 1, "suppressed": 1, "unclear": 1, "unsubscribed": 1 })
    );
    assert_eq!((&report["raised"], &report["already"], &report["repeated"]), (&json!(1), &json!(2), &json!(1)));
    assert_eq!(report["invalid_lines"], json!([{ "line": 8, "code": "no-at", "problem": "the address has no @" }]));
    assert_eq!(
        app.people().await,
        [
            "Ana@new.example confirmed",
            "bounced@here.example bounced",
            "complained@here.example complained",
            "confirmed@here.example confirmed",
            "luc@new.example pending",
            "mou@new.example bounced",
            "paused@here.example paused",
            "pending@here.example confirmed",
            "unsubscribed@here.example unsubscribed",
            "zoe@new.example unsubscribed",
        ]
    );
    let row = "SELECT name || ' ' || language || ' ' || email_key FROM subscriber WHERE email = 'Ana@new.example'";
    assert_eq!(app.texts(row).await, ["Ana Durand fr ana@new.example"]);
    // Who is only remembered never consented.
    for (who, steps) in [("ana@new", 1), ("luc@new", 1), ("mou@new", 0), ("zoe@new", 0), ("pending@here", 1)] {
        let shown = app.cli(&["subscriber", "show", "carnet", &format!("{who}.example"), "--json"]).await.json();
        let step = json!({ "kind": "imported", "proof": "formulaire de l’ancien site", "language": "fr" });
        let consents = shown["consents"].as_array().unwrap();
        let told = |name: &str| consents.iter().all(|consent| consent[name] == step[name]);
        assert!(consents.len() == steps && ["kind", "proof", "language"].into_iter().all(told), "{who}: {shown}");
    }

    let after = app.people().await;
    let records = ["SELECT COUNT(*) FROM consent", "SELECT COUNT(*) FROM import_consent"];
    let counts = [app.number(records[0]).await, app.number(records[1]).await];
    assert_eq!(counts, [1, 1], "one of whom the import raised, and one of all whom it added");
    report = app.cli_with_input(&arguments, FILE).await.json();
    assert_eq!(report["added"], json!({}), "run again it adds nobody");
    assert_eq!(app.people().await, after);
    assert_eq!([app.number(records[0]).await, app.number(records[1]).await], counts);
}

#[tokio::test]
async fn imported_people_are_asked_little_by_little() {
    let app = TestApp::builder()
        .roles(facteur::serve::Roles { web: true, ..facteur::serve::Roles::NONE })
        .set("signup.letters_per_hour", 20)
        .set("signup.letters_per_hour_domain", 0)
        .spawn()
        .await;
    app.newsletter("carnet").await;
    let file = (0..30).map(|i| format!("p{i}@d{i}.example")).collect::<Vec<_>>().join("\n");
    let words = app.cli_with_input(&["import", "carnet", "-"], &file).await;
    assert!(words.ok().contains("added as pending"), "{}", words.stdout);
    let letters = || app.number("SELECT COUNT(*) FROM letter WHERE kind = 'confirm' AND state = 0");
    assert_eq!(letters().await, 0);
    app.tick().await;
    assert_eq!(letters().await, 1, "the first at once");
    app.advance(HOUR - 1000).await;
    assert!((9..=11).contains(&letters().await), "half of the ceiling within the hour: {}", letters().await);

    // Somebody who does not wait gets no second letter; somebody who left gets none.
    app.post_form("/n/carnet", &[("email", "p29@d29.example")]).await;
    let last = app.id_of("p28@d28.example").await;
    let leave = app.app.keys.sign(Purpose::Leave, Claim { subject: last, version: 1, issued_at: 0 });
    app.post_form(&format!("/unsubscribe/{leave}"), &[]).await;
    app.advance(DAY).await;
    assert_eq!(letters().await, 29);
    assert_eq!(app.number("SELECT COUNT(DISTINCT subscriber_id) FROM letter WHERE state = 0").await, 29);
    assert_eq!(app.number("SELECT COUNT(*) FROM planned_letter").await, 0);
}

#[tokio::test]
async fn what_is_no_list_is_refused_with_a_reason() {
    let app = pages().spawn().await;
    app.newsletter("carnet").await;
    for (file, reason) in [
        ("", "empty"),
        ("<!doctype html><p>x", "web page"),
        ("PK\u{3}\u{4}x", "spreadsheet"),
        ("a,b\nc,d\n", "no column"),
    ] {
        let refused = app.cli_with_input(&["import", "carnet", "-"], file).await;
        assert!(refused.fails(2).contains(reason), "{}", refused.stderr);
    }
    assert!(app.cli(&["import", "carnet", "/nowhere.csv"]).await.fails(2).contains("/nowhere.csv"));
    assert!(app.cli(&["import", "nothing", "-"]).await.fails(5).contains("nothing"));
    let wordless = app.cli_with_input(&["import", "carnet", "-", "--confirmed-elsewhere", " "], "a@b.fr\n").await;
    assert!(wordless.fails(2).contains("prove the consent"), "{}", wordless.stderr);
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber").await, 0);
}

#[tokio::test]
async fn owners_add_show_and_end_subscriptions() {
    let app = pages().spawn().await;
    app.newsletter("carnet").await;
    let added =
        app.cli(&["subscriber", "add", "carnet", "Ana <ana@example.org>", "--name", "Ana", "--json"]).await.json();
    assert_eq!((&added["status"], &added["email"]), (&json!("pending"), &json!("ana@example.org")));
    assert_eq!(app.texts("SELECT kind FROM letter WHERE state = 0").await, ["confirm"]);
    let how = ["--confirmed-elsewhere", "bulletin papier du 3 mai"];
    let raised =
        app.cli(&[&["subscriber", "add", "carnet", "ana@example.org", "--json"][..], &how].concat()).await.json();
    assert_eq!(raised["status"], json!("confirmed"));
    assert_eq!(origins(&app).await, ["added"]);
    let shown = app.cli(&["subscriber", "show", "carnet", "ANA@example.org", "--json"]).await.json();
    assert_eq!(
        (&shown["newsletter"], &shown["name"], &shown["consents"][1]["proof"]),
        (&json!("carnet"), &json!("Ana"), &json!("bulletin papier du 3 mai"))
    );
    assert!(app.cli(&["subscriber", "show", "carnet", "ana@example.org"]).await.ok().contains("bulletin papier"));

    app.cli(&["subscriber", "unsubscribe", "carnet", "ana@example.org"]).await.ok();
    assert!(app.cli(&["subscriber", "add", "carnet", "ana@example.org"]).await.fails(4).contains("--bring-back"));
    let id = app.number("SELECT id FROM subscriber").await;
    let leave = app.app.keys.sign(Purpose::Leave, Claim { subject: id, version: 1, issued_at: 0 });
    app.post_form(&format!("/unsubscribe/{leave}/undo"), &[]).await;
    assert_eq!(app.people().await, ["ana@example.org unsubscribed"], "what an owner ended, a link does not undo");
    let back = ["--bring-back", "a demandé par téléphone"];
    app.cli(&[&["subscriber", "add", "carnet", "ana@example.org"][..], &back].concat()).await.ok();
    assert_eq!(app.people().await, ["ana@example.org pending"]);

    let listed = app.cli(&["subscriber", "list", "carnet", "--status", "pending", "--json"]).await.json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(app.cli(&["subscriber", "list", "carnet", "--status", "confirmed", "--json"]).await.json(), json!([]));
    assert!(
        app.cli(&["subscriber", "show", "carnet", "nobody@example.org"])
            .await
            .fails(5)
            .contains("has no subscriber with this address")
    );
    assert!(app.cli(&["subscriber", "add", "carnet", "ana@example"]).await.fails(2).contains(".org"));
    assert!(
        app.cli(&["subscriber", "add", "carnet", "luc@example.org", "--lang", "xx"]).await.fails(2).contains("en, fr")
    );
}

#[tokio::test]
async fn an_export_opens_in_a_spreadsheet_and_comes_back_as_it_was() {
    let app = pages().spawn().await;
    app.newsletter("carnet").await;
    app.newsletter("autre").await;
    let rows = "email,name\na@example.org,\"=HYPERLINK(\"\"http://x\"\")\"\n+b@example.org,\"Du\"\"pont, Zoé\"\n";
    app.cli_with_input(&["import", "carnet", "-", "--confirmed-elsewhere", "x"], rows).await.ok();
    app.cli(&["subscriber", "add", "carnet", "left@example.org"]).await.ok();
    app.cli(&["subscriber", "unsubscribe", "carnet", "left@example.org"]).await.ok();
    let export = app.cli(&["subscriber", "export", "carnet"]).await.ok().to_owned();
    let mut lines = export.lines();
    assert_eq!(lines.next(), Some("email,name,status,language,created_at,confirmed_at,ended_at"));
    let first: Vec<&str> = lines.collect();
    assert!(first[0].starts_with("'+b@example.org,\"Du\"\"pont, Zoé\",confirmed,fr,2026-06-01T"), "{export}");
    assert!(first[1].starts_with("a@example.org,\"'=HYPERLINK(\"\"http://x\"\")\",confirmed,"), "{export}");

    app.cli_with_input(&["import", "autre", "-", "--confirmed-elsewhere", "carnet"], &export).await.ok();
    let of = |slug: &str| {
        format!(
            "SELECT email || COALESCE(name, '') || status FROM subscriber
         WHERE newsletter_id = (SELECT id FROM newsletter WHERE slug = '{slug}') ORDER BY email"
        )
    };
    assert_eq!(app.texts(&of("autre")).await, app.texts(&of("carnet")).await);
    let json = app.cli(&["subscriber", "export", "carnet", "--format", "json"]).await.json();
    assert_eq!(json.as_array().unwrap().len(), 3);
    let own = app.cli(&["subscriber", "export", "carnet", "left@example.org"]).await.json();
    assert_eq!((&own["status"], &own["consents"][1]["kind"]), (&json!("unsubscribed"), &json!("left")));
    assert_eq!(app.cli(&["subscriber", "list", "carnet"]).await.ok().lines().count(), 3);
}

#[tokio::test]
async fn erasing_leaves_a_hash_and_nothing_else() {
    let app = pages().spawn().await;
    let newsletter = app.newsletter("carnet").await;
    let id = app.reader(&newsletter, "ana@example.org").await;
    app.post_form("/n/carnet", &[("email", "ana@example.org")]).await;
    app.execute(&format!(
        "INSERT INTO letter (newsletter_id, address, kind, language, created_at) VALUES ({}, 'ANA@example.org', 'test', 'fr', 0)",
        newsletter.id
    ))
    .await;
    app.execute(&format!(
        "INSERT INTO digest (public_id, newsletter_id, schedule_id, slot_at, state, created_at)
         VALUES ('d', {}, (SELECT MIN(id) FROM schedule), 1, 'paused', 0)",
        newsletter.id
    ))
    .await;
    let digest = app.number("SELECT id FROM digest").await;
    app.execute(&format!("INSERT INTO delivery (digest_id, subscriber_id) VALUES ({digest}, {id})")).await;
    app.execute(&format!("INSERT INTO delivery_note (digest_id, subscriber_id, at, words) VALUES ({digest}, {id}, 0, '<ana@example.org> slow')")).await;

    assert!(app.cli(&["subscriber", "erase", "carnet", "ana@example.org"]).await.fails(4).contains("--yes"));
    app.cli(&["subscriber", "erase", "carnet", "ana@example.org", "--yes"]).await.ok();
    for table in ["subscriber", "consent", "letter", "delivery_note"] {
        assert_eq!(app.number(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM delivery").await, 0, "the ledger does not name her");
    assert_eq!(app.counts(digest).await.skipped, 1, "but the digest still adds up");
    assert_eq!(app.suppressions().await, ["erased"]);
    let again = app
        .cli_with_input(&["import", "carnet", "-", "--confirmed-elsewhere", "x", "--json"], "ana@example.org\n")
        .await
        .json();
    assert_eq!(again["kept_out"], json!({ "suppressed": 1 }));
    assert!(app.cli(&["subscriber", "show", "carnet", "ana@example.org"]).await.fails(5).contains("kept out (erased)"));
}
