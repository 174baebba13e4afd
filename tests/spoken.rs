//! Whatever the command line prints for people, and whatever the console says, is in their language: lists, refusals, faults of the
//! configuration, what is wrong with a mail server, a page that is not there. JSON stays English.

use std::path::Path;

use facteur::coded::Stored as _;
use facteur::keys::{Claim, Purpose};
use facteur::ledger::alarm::{Hurdle, Trouble};
use facteur::people::role::Role;
use facteur::serve::Roles;

use crate::harness::TestApp;
use crate::harness::smtp::faults::Stage;

/// Web alone: what is released stays queued.
const WEB: Roles = Roles { web: true, ..Roles::NONE };

/// What a command says where this is the environment's language: its exit code, and both of its outputs.
async fn run(app: &TestApp, lang: &str, arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String) {
    let mut command = app.command(arguments);
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", lang).envs(variables.iter().copied());
    let done = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.code().unwrap_or(-1), text(&done.stdout) + &text(&done.stderr))
}

/// Each command in both languages.
async fn speak(app: &TestApp, cases: &[(&[&str], i32, &str, &str)]) {
    for (arguments, code, french, english) in cases {
        for (lang, words) in [("fr_FR.UTF-8", french), ("C", english)] {
            let (exit, said) = run(app, lang, arguments, &[]).await;
            assert_eq!(exit, *code, "{lang} {arguments:?}: {said}");
            assert!(said.contains(words), "{lang} {arguments:?}: {words} is not in {said}");
        }
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, in its order")]
async fn lists_and_refusals_are_in_the_language_of_the_terminal() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    speak(
        &app,
        &[
            (&["user", "list"], 0, "Il n’y a pas encore de compte.", "There is no account yet."),
            (&["newsletter", "list"], 0, "Il n’y a pas encore de lettre.", "There is no newsletter yet."),
            (&["token", "list"], 0, "Il n’y a pas encore de jeton.", "There is no token yet."),
            (
                &["draft", "list", "carnet"],
                5,
                "il n’y a pas de lettre «\u{202f}carnet\u{202f}»",
                "there is no newsletter `carnet`",
            ),
            (&["fsck"], 0, "vérifié\u{202f}: 0 envoi, 0 destinataire", "0 digests with 0 recipients checked"),
            (&["resume"], 0, "Rien n’est retenu.", "Nothing is held."),
        ],
    )
    .await;
    let nowhere = app.folder().join("nulle-part.eml");
    let lint = ["mail", "lint", nowhere.to_str().unwrap()];
    speak(&app, &[(&lint, 1, "fichier ou dossier introuvable", "no such file or folder")]).await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana@example.org").await;
    let owner = ["user", "add", "chef@example.org", "--role", "owner"];
    app.cli_with_input(&[&owner[..], &["--password"]].concat(), "la brume du matin monte\n").await.ok();
    speak(
        &app,
        &[
            (&["user", "list"], 0, "actif     -    chef@example.org", "active    -    chef@example.org"),
            (&["user", "list"], 0, "toutes (propriétaire, envoie)  jamais vu", "all (owner, sends)  seen never"),
            (&["user", "setup-link"], 4, "donc pas de lien de première installation", "so no set-up link is made"),
            (&["user", "disable", "x@example.org"], 5, "aucun compte n’a cette adresse", "there is no account of this"),
            (&["draft", "list", "carnet"], 0, "Rien n’est en cours d’écriture", "Nothing is being written"),
            (&["draft", "publish", "carnet", "x"], 5, "n’a pas de brouillon x", "has no draft x"),
            (&["post", "include", "carnet", "99"], 5, "n’a pas de billet 99", "has no post 99"),
            (&["digest", "pause", "carnet", "x"], 5, "n’a pas d’envoi", "has no digest `x`"),
            (
                &["digest", "cancel", "carnet"],
                5,
                "n’a pas d’envoi en préparation ou en cours",
                "that is releasing or sending",
            ),
            (
                &["digest", "skip", "carnet", "--next", "-n"],
                0,
                "Serait sauté\u{202f}: l’envoi prévu",
                "Skipped would be the slot",
            ),
            (
                &["digest", "test", "carnet", "--to", "claire@fournil", "-n"],
                2,
                "claire@fournil: La fin de l’adresse est incomplète",
                "claire@fournil: The end of the address is incomplete",
            ),
            (
                &["newsletter", "set", "carnet", "--from", "bonjour@fournil"],
                2,
                "il manque la fin après le signe @",
                "the ending after the @ is missing",
            ),
            (
                &["newsletter", "set", "carnet", "--reply-to", "bonjour@fournil"],
                2,
                "--reply-to: «\u{202f}bonjour@fournil\u{202f}»",
                "--reply-to: `bonjour@fournil`",
            ),
            (&["feed", "list", "carnet"], 0, "n’a encore aucun flux", "has no feed yet"),
            (
                &["feed", "check", "/nowhere"],
                5,
                "n’est ni une adresse web ni un fichier",
                "is neither a web address nor",
            ),
            (&["subscriber", "list", "carnet"], 0, "confirmé", "confirmed"),
            (&["subscriber", "erase", "carnet", "ana@example.org"], 4, "rien n’a été effacé", "nothing was erased"),
            (&["import", "carnet", "/nowhere"], 2, "impossible d’ouvrir /nowhere", "cannot open /nowhere"),
            (&["mail", "list", "carnet"], 0, "Aucun message personnel", "No letter of `carnet` is in doubt."),
            (&["mail", "lint", "/nowhere"], 1, "impossible de lire /nowhere", "cannot read /nowhere"),
            (&["newsletter", "delete", "carnet"], 2, "personne ne peut répondre ici", "nobody can be asked here"),
            (&["token", "create", "x", "--expires", "9y"], 2, "doit être à venir", "must lie in the future"),
        ],
    )
    .await;
    let json = app.cli(&["user", "list", "--json"]).await.json();
    assert_eq!((&json[0]["state"], &json[0]["roles"][0]["role"]), (&"active".into(), &"owner".into()));
}

#[tokio::test]
async fn a_list_that_is_imported_is_reported_in_the_language_of_the_terminal() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    app.newsletter("carnet").await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let list = path("liste.csv", "email;nom\nana@example.org;Ana\nbob@;Bob\n");
    let (none, page) = (path("vide.csv", ""), path("page.csv", "<html>"));
    let left = path("unsubscribed.csv", "email\nana@example.org\n");
    speak(
        &app,
        &[
            (&["import", "carnet", &list, "-n"], 0, "1 ligne, 1 adresse (0 répétée)", "1 row, 1 address (0 repeated)"),
            (&["import", "carnet", &list, "-n"], 0, "seraient ajoutées, à confirmer", "would be added as pending"),
            (&["import", "carnet", &list, "-n"], 0, "ligne 3\u{202f}: ", "line 3: "),
            (&["import", "carnet", &none], 2, "le fichier est vide", "the file is empty"),
            (&["import", "carnet", &page], 2, "c’est une page web, pas une liste", "this is a web page, not a list"),
            (&["import", "carnet", &left], 4, "ajoutez --unsubscribed", "add --unsubscribed"),
        ],
    )
    .await;
}

#[tokio::test]
async fn faults_of_the_configuration_are_told_in_the_language_of_the_terminal() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    let wrong = [("FACTEUR_SMTP__PORT", "70000"), ("FACTEUR_SMTP__TLS", "startls"), ("FACTEUR_LISTN", "x")];
    for (lang, faults) in [
        (
            "fr_FR.UTF-8",
            [
                "erreur   FACTEUR_SMTP__PORT: smtp.port est 70000\u{202f}; il faut de 1 à 65535",
                "vouliez-vous dire \"starttls\"\u{202f}?",
                "clé inconnue `listn`\u{202f}; vouliez-vous dire `listen`",
                "la configuration a 3 erreurs",
            ],
        ),
        (
            "C",
            [
                "fault    FACTEUR_SMTP__PORT: smtp.port is 70000; it must be 1 to 65535",
                "did you mean \"starttls\"?",
                "unknown key `listn`; did you mean `listen`",
                "the configuration has 3 faults",
            ],
        ),
    ] {
        let (code, said) = run(&app, lang, &["config", "check"], &wrong).await;
        assert_eq!(code, 3, "{said}");
        for fault in faults {
            assert!(said.contains(fault), "{lang}: {fault} is not in {said}");
        }
        let (code, said) = run(&app, lang, &["newsletter", "list"], &wrong).await;
        assert!(code == 3 && said.contains(faults[3]) && said.contains(faults[2]), "any command says it: {said}");
        let (_, json) = run(&app, lang, &["config", "check", "--json"], &wrong).await;
        assert!(json.contains("it must be 1 to 65535"), "JSON is for programs: {json}");
    }
    let well = run(&app, "fr", &["config", "check"], &[("FACTEUR_BASE_URL", "http://lettres.lecarnet.fr")]).await.1;
    assert!(well.contains("attention base_url est en http\u{202f}:"), "{well}");
}

#[tokio::test]
async fn broken_rules_are_told_in_the_language_of_the_terminal() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    let (mail, rules) = (app.folder().join("mail.eml"), app.folder().join("rules.toml"));
    std::fs::write(&mail, "Subject: Un\r\n\r\nUn\r\n").unwrap();
    std::fs::write(&rules, "[[rule]]\nclass = \"a\"\nabout = \"us\"\n").unwrap();
    let lint = ["mail", "lint", mail.to_str().unwrap()];
    let (french, english) =
        ("D1 erreur\u{202f}: From figure 0 fois au lieu d’une", "D1 error: From stands 0 times, not once");
    speak(&app, &[(&lint[..], 3, french, english)]).await;
    let (_, json) = run(&app, "fr_FR.UTF-8", &[&lint[..], &["--json"]].concat(), &[]).await;
    assert!(json.contains("\"not-once\"") && json.contains("From stands 0 times"), "JSON is for programs: {json}");
    let own = [("FACTEUR_BOUNCES__RULES_FILE", rules.to_str().unwrap())];
    for (lang, why) in
        [("fr_FR.UTF-8", "règle 1\u{202f}: elle n’a pas de condition"), ("C", "rule 1: it has no condition")]
    {
        let (code, said) = run(&app, lang, &["config", "check"], &own).await;
        assert!(code == 3 && said.contains(why) && said.contains("rules_file"), "{lang}: {said}");
    }
}

#[tokio::test]
async fn what_happened_to_somebody_is_told_in_words() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana@example.org").await;
    let id = app.id_of("ana@example.org").await;
    let leave = app.app.keys.sign(Purpose::Leave, Claim { subject: id, version: 1, issued_at: 0 });
    assert_eq!(app.post_form(&format!("/unsubscribe/{leave}"), &[]).await.status, 200);
    for (lang, words) in
        [("fr_FR", "par le lien, état d’avant\u{202f}: confirmé"), ("C", "by the link, before: confirmed")]
    {
        let (_, said) = run(&app, lang, &["subscriber", "show", "carnet", "ana@example.org"], &[]).await;
        assert!(said.contains(words) && !said.contains("link confirmed"), "{lang}: {said}");
    }
    let editor = app.console(Role::Editor, Some("carnet")).await;
    app.execute("UPDATE person SET language = 'fr'").await;
    let page = editor.get(&format!("/console/n/carnet/subscribers/{id}")).await;
    assert!(page.body.contains("par le lien, état d’avant") && !page.body.contains("link confirmed"), "{}", page.body);
    let whole = app.cli(&["subscriber", "show", "carnet", "ana@example.org", "--json"]).await.json();
    assert!(whole["consents"].to_string().contains("link confirmed"), "what is stored stays: {whole}");
}

#[tokio::test]
async fn a_page_that_is_not_there_is_said_in_the_language_of_who_is_signed_in() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    app.execute("UPDATE person SET language = 'fr'").await;
    for path in ["/console/nowhere", "/console/n/carnet/nowhere", "/console/n/other", "/console/n/carnet/posts/99"] {
        let missing = editor.get(path).await;
        assert_eq!(missing.status, 404, "{path}");
        assert!(missing.body.contains("Page introuvable") && missing.body.contains("lang=\"fr\""), "{}", missing.body);
        let asked = editor.get(&format!("{path}?lang=en")).await;
        assert!(asked.body.contains("Page not found"), "who asks for a language gets it: {}", asked.body);
    }
    assert!(app.get("/console/nowhere").await.body.contains("Page not found"), "nobody is signed in");
}

#[tokio::test]
async fn what_keeps_mail_from_leaving_is_told_in_the_readers_language() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana@example.org").await;
    app.post(&carnet, "Un").await;
    app.cli(&["digest", "send", "carnet", "--yes"]).await.ok();
    let why = Hurdle::TlsExpired { host: "smtp.lecarnet.fr".to_owned() };
    let stored = Trouble::Connection { server: "smtp.lecarnet.fr:465".to_owned(), why }.stored();
    app.execute(&format!("INSERT INTO instance (name, value) VALUES ('delivery_alarm', '{stored}')")).await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let english = "smtp.lecarnet.fr:465: TLS with smtp.lecarnet.fr failed: its certificate has expired";
    assert!(editor.get("/console/n/carnet").await.words().contains(english));
    app.execute("UPDATE person SET language = 'fr'").await;
    let french = "TLS avec smtp.lecarnet.fr a échoué\u{202f}: son certificat a expiré";
    // What a page shows is read without its kinds of spaces.
    assert!(editor.get("/console/n/carnet").await.words().contains(&french.replace('\u{202f}', " ")));
    for (lang, words) in [("fr_FR", french), ("C", english)] {
        let said = run(&app, lang, &["digest", "status", "carnet"], &[]).await.1;
        assert!(said.contains(words), "{lang}: {said}");
    }
    let shown = app.cli(&["digest", "status", "carnet", "--json"]).await.json();
    assert_eq!(shown["alarm"], english);
    // What it means comes first, and leads to where the mail server is looked at.
    app.execute("UPDATE person SET language = 'en'").await;
    let page = editor.get("/console/n/carnet").await;
    assert!(
        page.words().contains("The mail server takes no mail: nothing leaves, nothing is lost"),
        "{}",
        page.words()
    );
    let why = Hurdle::Failed { words: "Connection refused (os error 111)".to_owned() };
    let stored = Trouble::Connection { server: "127.0.0.1:25".to_owned(), why }.stored();
    app.execute(&format!("UPDATE instance SET value = '{stored}' WHERE name = 'delivery_alarm'")).await;
    let page = editor.get("/console/n/carnet").await;
    let silent = "The mail server does not answer: nothing leaves, nothing is lost";
    assert!(
        page.words().contains(silent) && page.words().contains("connection failed: connection refused"),
        "{}",
        page.words()
    );
    assert!(page.body.contains("href=\"/console/n/carnet/doctor\">See what to mend"), "{}", page.body);
    app.execute("UPDATE instance SET value = 'as an earlier version wrote it' WHERE name = 'delivery_alarm'").await;
    assert!(editor.get("/console/n/carnet").await.words().contains("as an earlier version wrote it"));
    app.execute("DELETE FROM delivery").await;
}

#[tokio::test]
async fn letters_in_doubt_are_listed_and_settled_on_the_command_line() {
    let builder = TestApp::builder().set("smtp.connections", 1).set("smtp.on_uncertain", "hold");
    let app = builder.spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana@example.org").await;
    let id = app.id_of("ana@example.org").await;
    let doubt = async || {
        app.sink.on(Stage::Dot).to("ana@example.org").first(1).drop_connection();
        app.letter_to(&carnet, id).await;
        app.idle().await;
    };
    doubt().await;
    let listed = app.cli(&["mail", "list", "carnet"]).await;
    assert!(listed.ok().contains("ana@example.org"), "{}", listed.stdout);
    let listed = app.cli(&["mail", "list", "carnet", "--json"]).await.json();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["to"]), (1, &"ana@example.org".into()));
    assert!(app.cli(&["mail", "settle", "carnet"]).await.fails(4).contains("--yes"), "nothing without a yes");
    let tried = app.cli(&["mail", "settle", "carnet", "--again", "-n"]).await;
    assert!(tried.ok().contains("1 letter in doubt of `carnet` would be queued again."), "{}", tried.stdout);
    assert_eq!(app.mails_to("ana@example.org").len(), 0);

    let again = app.cli(&["mail", "settle", "carnet", "--again", "--yes", "--json"]).await.json();
    assert_eq!((&again["retried"], &again["dry_run"]), (&1.into(), &false.into()));
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
    doubt().await;
    let settled = app.cli(&["mail", "settle", "carnet", "--yes"]).await;
    assert!(settled.ok().contains("1 letter in doubt of `carnet` is treated as accepted."), "{}", settled.stdout);
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1, "it is not sent again");
    assert!(app.cli(&["mail", "list", "carnet"]).await.ok().contains("No letter of `carnet` is in doubt."));
    assert_eq!(app.cli(&["mail", "list", "carnet", "--json"]).await.json(), serde_json::json!([]));
    app.cli(&["mail", "list", "nowhere"]).await.fails(5);
}

/// A sentence in the source of the command line is one that French readers get in English.
#[test]
fn no_sentence_for_people_stands_in_the_source_of_the_command_line() {
    let printed = regex::Regex::new(
        r#"(?:Fault::[a-z_]+|eprintln!|eprint!|println!|push_str|wants_yes|can_answer)\([ \n]*(?:&?format!\([ \n]*)?"([^"]*)""#,
    )
    .unwrap();
    let sentence = regex::Regex::new("[a-z]{2,} [a-z`{]").unwrap();
    let (mut files, mut found) = (0, Vec::new());
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            files += 1;
            let source = std::fs::read_to_string(&entry).unwrap();
            let code = source.split("#[cfg(test)]").next().unwrap();
            let said = printed.captures_iter(code).map(|found| found[1].to_owned());
            found
                .extend(said.filter(|said| sentence.is_match(said)).map(|said| format!("{}: {said}", entry.display())));
        }
    }
    assert!(files > 20 && found.is_empty(), "{files} files: {found:#?}");
}
