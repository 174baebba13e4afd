//! Lists from elsewhere: whoever said no, left, or never answered there is not written to here, whatever the tool called it.

use serde_json::json;

use super::harness::cli::Output;
use super::signup::pages;

/// Who of `in@` and `out@` is confirmed after an import that says that all of them are.
async fn confirmed_of(file: &str, arguments: &[&str]) -> (Vec<String>, Output) {
    let app = pages().spawn().await;
    app.newsletter("carnet").await;
    let how = ["import", "carnet", "-", "--confirmed-elsewhere", "ancien outil"];
    let output = app.cli_with_input(&[&how[..], arguments].concat(), file).await;
    (app.texts("SELECT email FROM subscriber WHERE status = 'confirmed' ORDER BY email").await, output)
}

#[tokio::test]
async fn whoever_said_no_elsewhere_is_not_confirmed_whatever_the_column_and_the_word() {
    for (column, yes, no) in [
        ("subscribed_to_newsletter", "TRUE", "FALSE"),
        ("Accepts Email Marketing", "yes", "no"),
        ("type", "regular", "unsubscribed"),
        ("dnc", "0", "1"),
        ("gdpr_consent", "granted", "refusé"),
        ("gdpr_consent", "oui", "withdrawn"),
        ("Newsletter", "inscrit", "désinscrit"),
        ("Email Marketing Consent", "SUBSCRIBED", "NEVER_SUBSCRIBED"),
        ("actif", "oui", "non"),
        ("email_notifications", "on", "off"),
        ("Einwilligung", "erteilt", "widerrufen"),
        ("Newsletter", "ja", "nein"),
        ("Abgemeldet am", "", "03.02.2024"),
        ("Consentimiento", "sí", "no"),
        ("Fecha de baja", "", "2024-02-03"),
        ("Consenso", "sì", "rifiutato"),
        ("Stato iscrizione", "Iscritto", "Disiscritto"),
        ("unsubscribed_at", "", "2024-02-03T10:00:00Z"),
        ("Newsletter", "✓", "✗"),
        ("IsExcludedFromCampaigns", "false", "true"),
    ] {
        let file = format!("email,{column}\nin@new.example,{yes}\nout@new.example,{no}\n");
        let (confirmed, output) = confirmed_of(&file, &[]).await;
        output.ok();
        assert_eq!(confirmed, ["in@new.example"], "{column}: {yes}, {no}");
    }
}

#[tokio::test]
async fn a_column_that_nobody_explained_stops_people_from_being_taken_for_confirmed() {
    for (column, values) in [
        ("Formule", ["A", "B"]),
        ("xyz", ["1", "0"]),
        ("Passage", ["2024-02-03", ""]),
        ("Lettre", ["La Hebdo", "Le Mois"]),
        ("Notes", ["", "veut être désabonnée"]),
        ("Gruppe", ["Chor", "abgemeldet (Mail vom 3. Mai)"]),
    ] {
        let file = format!("email,{column}\nin@new.example,{}\nout@new.example,{}\n", values[0], values[1]);
        let (confirmed, output) = confirmed_of(&file, &[]).await;
        assert!(output.fails(4).contains(column), "{}", output.stderr);
        assert_eq!(confirmed, Vec::<String>::new(), "{column}");
        let (confirmed, output) = confirmed_of(&file, &["--ignore-column", &column.to_uppercase()]).await;
        output.ok();
        assert_eq!(confirmed, ["in@new.example", "out@new.example"], "{column}");
        let (_, dry) = confirmed_of(&file, &["--dry-run"]).await;
        assert!(dry.fails(4).contains(column) && dry.stdout.contains(column), "{}{}", dry.stdout, dry.stderr);
    }
    let (_, output) = confirmed_of("a@b.example,1\nc@d.example,0\n", &["--ignore-column", "2"]).await;
    output.ok();
    let (_, output) = confirmed_of("email,city\na@b.example,Dole\n", &["--ignore-column", "town"]).await;
    assert!(output.fails(2).contains("`city`"), "{}", output.stderr);
}

#[tokio::test]
async fn a_blank_never_means_that_somebody_left() {
    let app = pages().spawn().await;
    app.newsletter("carnet").await;
    let file = "email,subscribed_to_emails,unsubscribed_at\na@new.example,,\nb@new.example,true,\nc@new.example,NULL,0000-00-00\n";
    app.cli_with_input(&["import", "carnet", "-", "--confirmed-elsewhere", "x"], file).await.ok();
    assert_eq!(app.people().await, ["a@new.example pending", "b@new.example confirmed", "c@new.example pending"]);
    assert_eq!(app.number("SELECT COUNT(*) FROM planned_letter").await, 2);
}

#[tokio::test]
async fn the_more_careful_of_two_states_is_never_overruled() {
    for states in ["Unsubscribed,Subscribed", "Subscribed,Unsubscribed", "Unconfirmed,Subscribed", "Subscribed,Bounced"]
    {
        let file = format!("Email,List status,Global status\na@new.example,{states}\n");
        assert_eq!(confirmed_of(&file, &[]).await.0, Vec::<String>::new(), "{states}");
    }
    let file = "Email,List status,Global status\na@new.example,Subscribed,Subscribed\n";
    assert_eq!(confirmed_of(file, &[]).await.0, ["a@new.example"]);
}

#[tokio::test]
async fn the_name_of_a_file_never_decides_and_is_asked_about() {
    let app = pages().spawn().await;
    app.newsletter("carnet").await;
    let folder = crate::harness::folder();
    let import = async |name: &str, file: &str, more: &[&str]| {
        let path = folder.path().join(name);
        std::fs::write(&path, file).unwrap();
        let path = path.to_str().unwrap().to_owned();
        app.cli(&[&["import", "carnet", &path, "--confirmed-elsewhere", "x"], more].concat()).await
    };
    import("abonnes-sans-desabonnes.csv", "email,status\na@new.example,active\n", &[]).await.ok();
    import("members_unsubscribed_excluded.csv", "email,subscribed\nb@new.example,true\n", &[]).await.ok();
    for name in [
        "before-blocklist-cleanup.csv",
        "active_optouts_removed.csv",
        "Abgemeldete.csv",
        "bajas.csv",
        "disiscritti.txt",
    ] {
        let asked = import(name, "email\nc@new.example\n", &[]).await;
        assert!(asked.fails(4).contains("--unsubscribed"), "{}", asked.stderr);
    }
    let above = import("liste.csv", "Liste des désabonnés\n\nnom;email\nC;c@new.example\n", &[]).await;
    assert!(above.fails(4).contains("--subscribed"), "{}", above.stderr);
    assert_eq!(app.people().await, ["a@new.example confirmed", "b@new.example confirmed"]);
    import("before-blocklist-cleanup.csv", "email\nc@new.example\n", &["--subscribed"]).await.ok();
    assert_eq!(app.people().await.last().unwrap(), "c@new.example confirmed");
}

#[tokio::test]
async fn a_first_line_that_is_not_understood_is_never_dropped() {
    for file in [
        "Abonné;Prénom;Nom;Statut global;Liste\nrose@new.example;Rose;;Non confirmé;Lettre\niris@new.example;Iris;;Désinscrit;Lettre\n",
        "Destinataire,Statut global\nrose@new.example,Non confirmé\n",
        "Titre\nDestinataire,Statut global\nrose@new.example,Non confirmé\n",
        "Statut global\nrose@new.example\n",
    ] {
        let (confirmed, output) = confirmed_of(file, &[]).await;
        assert!(output.fails(2).contains("`Statut global`"), "{}", output.stderr);
        assert_eq!(confirmed, Vec::<String>::new());
    }
    let file = "Destinataire;Statut global\nin@new.example;Inscrit\nout@new.example;Désinscrit\n";
    for column in ["destinataire", "1"] {
        assert_eq!(confirmed_of(file, &["--address-column", column]).await.0, ["in@new.example"]);
    }
}

#[tokio::test]
async fn a_dry_run_names_each_column_and_what_it_was_taken_for() {
    let file = "email;Prénom;Statut;RGPD;Ville;Formule\na@new.example;Ana;Inscrit;oui;Dole;A\nb@new.example;Luc;gelé;non;Lyon;B\n";
    let app = pages().spawn().await;
    app.newsletter("carnet").await;
    let words = app.cli_with_input(&["import", "carnet", "-", "--dry-run"], file).await;
    insta::assert_snapshot!(words.ok());
    let json = app.cli_with_input(&["import", "carnet", "-", "--dry-run", "--json"], file).await.json();
    let taken: Vec<&str> =
        json["columns"].as_array().unwrap().iter().map(|column| column["taken_for"].as_str().unwrap()).collect();
    assert_eq!(taken, ["address", "first-name", "status", "consent", "not-used", "not-understood"]);
}

#[tokio::test]
async fn a_list_of_people_who_must_not_be_written_to_is_kept_and_raises_nobody() {
    let app = pages().spawn().await;
    let newsletter = app.newsletter("carnet").await;
    for state in ["confirmed", "paused", "pending", "bounced", "complained", "unsubscribed"] {
        app.reader(&newsletter, &format!("{state}@here.example")).await;
        app.execute(&format!("UPDATE subscriber SET status = '{state}' WHERE email = '{state}@here.example'")).await;
    }
    let alone = "new@x.example\n\"Autre\" <other@x.example>, third@x.example\nCONFIRMED@here.example\npaused@here.example\n\
                 pending@here.example\nbounced@here.example\ncomplained@here.example\nunsubscribed@here.example\n";
    let report = app.cli_with_input(&["import", "carnet", "-", "--unsubscribed", "--json"], alone).await.json();
    assert_eq!((&report["ended"], &report["added"]), (&json!(3), &json!({ "unsubscribed": 3 })));
    let after = app.people().await;
    assert_eq!(
        after,
        [
            "bounced@here.example bounced",
            "complained@here.example complained",
            "confirmed@here.example unsubscribed",
            "new@x.example unsubscribed",
            "other@x.example unsubscribed",
            "paused@here.example unsubscribed",
            "pending@here.example unsubscribed",
            "third@x.example unsubscribed",
            "unsubscribed@here.example unsubscribed",
        ]
    );
    assert_eq!(
        app.texts("SELECT proof FROM consent WHERE kind = 'left' ORDER BY proof").await,
        ["owner confirmed", "owner paused", "owner pending"]
    );
    let later = "new@x.example\nconfirmed@here.example\n";
    let report =
        app.cli_with_input(&["import", "carnet", "-", "--confirmed-elsewhere", "x", "--json"], later).await.json();
    assert_eq!(report["kept_out"], json!({ "unsubscribed": 2 }));
    let again = app.cli_with_input(&["import", "carnet", "-", "--unsubscribed", "--json"], alone).await.json();
    assert_eq!((&again["ended"], &again["added"], app.people().await), (&json!(0), &json!({}), after));

    let mixed = "email,status\na@x.example,subscribed\nb@x.example,unsubscribed\n";
    assert!(app.cli_with_input(&["import", "carnet", "-", "--unsubscribed"], mixed).await.fails(4).contains("status"));
    let both = ["import", "carnet", "-", "--unsubscribed", "--confirmed-elsewhere", "x"];
    app.cli_with_input(&both, alone).await.fails(2);
    assert_eq!(app.number("SELECT COUNT(*) FROM planned_letter").await, 0);
}
