//! What comes back is understood: small mails of each kind here, and the corpus of real ones where it stands.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use facteur::bounces::read::{Kind, Outcome, Returned, read};
use facteur::refusal::Rules;
use serde_json::Value;

use crate::harness::{TestApp, corpus};

/// Our own samples: their name says what they are, `KIND.NAME.eml`.
fn samples() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/bounces");
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    let name = |path: &PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    found.iter().map(|path| (name(path), std::fs::read(path).unwrap())).collect()
}

fn understood(mail: &[u8]) -> Returned {
    read(mail, None, &Rules::default())
}

/// Each sample is what its name says; what names an outcome has it.
#[test]
fn each_kind_is_told_from_the_others() {
    let samples = samples();
    assert!(samples.len() >= 20, "{}", samples.len());
    for (name, mail) in samples {
        let kind = name.split('.').next().unwrap();
        let crlf = String::from_utf8_lossy(&mail).replace('\n', "\r\n").into_bytes();
        for mail in [&mail, &crlf] {
            let returned = understood(mail);
            let outcome = returned.recipients.first().map(|recipient| recipient.outcome.name());
            let is = match returned.kind {
                Kind::Bounce => outcome.unwrap_or("nobody"),
                kind => kind.name(),
            };
            assert_eq!(is, kind, "{name}: {returned:#?}");
        }
    }
}

/// An address that a report names is the reader's, never ours or a helper's.
#[test]
fn samples_name_their_reader() {
    for (name, mail) in samples() {
        for recipient in understood(&mail).recipients {
            let ours = ["lettre@", "rebonds", "postmaster@", "mailer-daemon@"];
            assert!(
                !ours.iter().any(|start| recipient.address.to_lowercase().starts_with(start)),
                "{name}: {recipient:?}"
            );
        }
    }
}

/// What is left of our mail leads back to it.
#[test]
fn the_trail_leads_back() {
    let samples: BTreeMap<_, _> = samples().into_iter().collect();
    let returned = understood(&samples["complaint.three-fields"]);
    assert_eq!(returned.trail.message_ids.first().map(String::as_str), Some("m1@carnet.example"));
    // By the link and by the address to write to.
    assert_eq!(returned.trail.leave_tokens().collect::<Vec<_>>(), ["AbC-12_x"; 2]);
    let returned = read(&samples["dead.postfix"], Some("b-TOKEN@bounces.carnet.example"), &Rules::default());
    assert_eq!(returned.trail.envelope_to.as_deref(), Some("b-TOKEN@bounces.carnet.example"));
    assert_eq!(returned.trail.message_ids.first().map(String::as_str), Some("m1@carnet.example"));
    assert_eq!(returned.trail.return_path.as_deref(), Some("b-TOKEN@bounces.carnet.example"));
}

#[tokio::test]
async fn the_command_line_explains_in_the_language_of_the_environment() {
    let app = TestApp::spawn().await;
    let (_, mail) = samples().into_iter().find(|(name, _)| name == "dead.postfix").unwrap();
    let file = app.folder().join("back.eml");
    std::fs::write(&file, &mail).unwrap();
    let said = app.cli(&["bounce", "explain", file.to_str().unwrap()]).await;
    assert!(said.ok().contains("no such user (concerns the address)"), "{}", said.stdout);
    let json = app.cli_with_input(&["bounce", "explain", "--json"], std::str::from_utf8(&mail).unwrap()).await.json();
    assert_eq!((&json["type"], &json["kind"]), (&"bounce".into(), &"bounce".into()));
    assert_eq!(json["recipients"][0]["address"], "paul@ailleurs.example");
    assert_eq!(json["recipients"][0]["permanent"], true);
    let mut french = app.command(&["bounce", "explain", file.to_str().unwrap()]);
    let french = french.env("LC_ALL", "fr_FR.UTF-8").output().unwrap();
    assert!(String::from_utf8(french.stdout).unwrap().contains("destinataire inconnu (concerne l’adresse)"));
    assert!(app.cli(&["bounce", "explain", "/nowhere.eml"]).await.fails(1).contains("cannot read /nowhere.eml"));
}

/// The operator's own rules decide first, and a file that cannot be used is said at once.
#[tokio::test]
async fn the_operators_rules_decide() {
    let app = TestApp::spawn().await;
    let (_, mail) = samples().into_iter().find(|(name, _)| name == "dead.postfix").unwrap();
    let mail = std::str::from_utf8(&mail).unwrap();
    let rules = app.folder().join("rules.toml");
    std::fs::write(&rules, "[[rule]]\nclass = \"on-leave\"\nabout = \"policy\"\nenhanced = [\"5.1.1\"]\n").unwrap();
    let explain = |json: &str| {
        let mut command = app.command(&["bounce", "explain", json]);
        command.env("FACTEUR_BOUNCES__RULES_FILE", &rules);
        command
    };
    let file = app.folder().join("back.eml");
    std::fs::write(&file, mail).unwrap();
    let said = explain("--json").arg(&file).output().unwrap();
    let said: Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(said["recipients"][0]["class"], "on-leave");
    assert_eq!(said["recipients"][0]["permanent"], false);
    std::fs::write(&rules, "[[rule]]\nclass = \"on-leave\"\n").unwrap();
    let said = explain("--json").arg(&file).output().unwrap();
    assert!(!said.status.success() && String::from_utf8(said.stderr).unwrap().contains("rules_file"));
}

// -- The corpus ----------------------------------------------------------------------------------------------------

/// The expectations of a set: name → what is expected.
fn expected(set: &Path) -> serde_json::Map<String, Value> {
    let text = std::fs::read_to_string(set.join("expected.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn same(address: &str, other: &str) -> bool {
    address.eq_ignore_ascii_case(other)
}

/// Reports of real mail servers: kind and recipient of every one.
#[test]
fn reports_of_real_mail_servers_are_understood() {
    let Some(set) = corpus().map(|corpus| corpus.join("mta")) else { return };
    let mut wrong = Vec::new();
    for (name, expected) in expected(&set) {
        let mail = std::fs::read(set.join(format!("{name}.eml"))).unwrap();
        let returned = understood(&mail);
        let kind = match (returned.kind, returned.recipients.first().map(|recipient| recipient.outcome)) {
            (Kind::Bounce, Some(Outcome::Dead)) => "hard",
            (Kind::Bounce, Some(Outcome::Full)) => "soft",
            (Kind::Bounce, Some(Outcome::Refused)) => "policy",
            (Kind::Bounce, Some(Outcome::Expired)) => "soft-expired",
            (Kind::Rejected, _) => "reject-mdn",
            (kind, _) => kind.name(),
        };
        let recipient = returned.recipients.first().map(|recipient| &recipient.address).or(returned.from.as_ref());
        let wanted = expected["recipient"].as_str().unwrap();
        if kind != expected["kind"] || !recipient.is_some_and(|recipient| same(recipient, wanted)) {
            wrong.push(format!("{name}: {kind} {recipient:?}, expected {} {wanted}", expected["kind"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Bounces of many servers and years: at least 97 of 100 are known, with their address; a notice of success never is one.
#[test]
fn bounces_of_the_corpus_are_known() {
    let Some(set) = corpus().map(|corpus| corpus.join("bounces")) else { return };
    let (mut all, mut known, mut addresses, mut found) = (0, 0, 0, 0);
    for (name, expected) in expected(&set) {
        let returned = understood(&std::fs::read(set.join(&name)).unwrap());
        let Some(people) = expected["recipients"].as_array() else { continue };
        let people: Vec<_> = people.iter().filter(|person| person["class"] != "none").collect();
        let is_bounce = returned.kind.coarse() == "bounce";
        if people.is_empty() {
            assert!(!is_bounce, "{name} is a notice of success: {returned:?}");
            continue;
        }
        all += 1;
        known += usize::from(is_bounce);
        let also = expected["also_accepted"].as_array().cloned().unwrap_or_default();
        for person in &people {
            let is =
                |is: &Value| is.as_str().is_some_and(|is| returned.recipients.iter().any(|r| same(&r.address, is)));
            addresses += 1;
            found += usize::from(is(&person["address"]) || (people.len() == 1 && also.iter().any(is)));
        }
    }
    assert!(all > 100 && known * 100 >= all * 97, "{known} of {all} bounces are known");
    assert!(found * 100 >= addresses * 97, "{found} of {addresses} addresses are found");
}

/// Complaints are known; no other mail is taken for one, or for a bounce.
#[test]
fn complaints_of_the_corpus_are_known_and_nothing_else_is_taken_for_one() {
    let Some(set) = corpus().map(|corpus| corpus.join("complaints")) else { return };
    let (mut all, mut known) = (0, 0);
    for (name, expected) in expected(&set) {
        let returned = understood(&std::fs::read(set.join(&name)).unwrap());
        let coarse = returned.kind.coarse();
        if expected["class"] == "complaint" || expected["complaint"] == true {
            all += 1;
            known += usize::from(coarse == "complaint");
            continue;
        }
        assert!(coarse != "bounce" && coarse != "complaint", "{name} is {}: {returned:?}", expected["class"]);
    }
    assert!(all > 5 && known * 100 >= all * 97, "{known} of {all} complaints are known");
}
