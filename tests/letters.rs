//! What mails say and how they are encoded: read back by mail-parser, held against the lint.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use facteur::letter::LetterKind;
use facteur::mails::lint::{self, Finding};
use facteur::mails::{Brand, Composed, DigestContent, DigestPost, Person, Sender};
use mail_parser::MessageParser;
use proptest::prelude::*;
use serde_json::json;

/// Monday 23 November 2026, 8:00 in Paris.
pub const DATE: i64 = 1_795_417_200_000;

pub const PERSON: Person<'static> = Person {
    address: "ana.lecteur@example.org",
    message_id: "q1w2e3r4t5y6u7i8o9p0aa",
    leave: "AgEAleave0123456789-_abcdefghijklmnopqrst",
    action: "AgEAaction123456789-_abcdefghijklmnopqrst",
    not_me: "AgEAnotme0123456789-_abcdefghijklmnopqrst",
};

pub fn sender() -> Sender {
    Sender {
        newsletter: "Les carnets de l’estuaire".to_owned(),
        slug: "estuaire".to_owned(),
        from_name: "Association Estuaire".to_owned(),
        from_address: "lettre@estuaire.example".to_owned(),
        reply_to: Some("bonjour@estuaire.example".to_owned()),
        site_url: Some("https://www.estuaire.example/".to_owned()),
        postal: "Association Estuaire\n12 quai de la Fosse, 44000 Nantes".to_owned(),
        base_url: "https://lettres.estuaire.example".to_owned(),
        leave_mailbox: "partir@estuaire.example".to_owned(),
        brand: Brand::default(),
        texts: facteur::texts::Texts::default(),
    }
}

pub fn post(title: &str) -> DigestPost {
    DigestPost {
        id: 1,
        title: title.to_owned(),
        url: Some(format!("https://www.estuaire.example/2026/11/{}/", title.len())),
        author: Some("Maëlle Kerdraon".to_owned()),
        language: Some("fr".to_owned()),
        summary: "<p>Au petit matin, la brume recouvrait les roselières ; on n’entendait que les courlis. Nous sommes partis à \
                  douze, jumelles au cou, compter les oiseaux de passage comme chaque automne depuis vingt ans […]</p>"
            .to_owned(),
        content: "<p>Au petit matin, la brume recouvrait les roselières ; on n’entendait que les <em>courlis</em>.</p>\
                  <h3>Le comptage</h3><p>Nous étions <strong>douze</strong>. <a href=\"https://www.lpo.example/protocole?an=2026&amp;lieu=loire\">\
                  Le protocole</a> n’a pas changé depuis vingt ans :</p><ul><li>deux heures d’affût ;</li><li>un relevé toutes les \
                  dix minutes ;</li><li>et du café.</li></ul>\
                  <figure><img src=\"https://www.estuaire.example/img/brume.jpg\" width=\"1200\" height=\"800\" alt=\"La Loire \
                  dans la brume\"><figcaption>La Loire à sept heures.</figcaption></figure>\
                  <blockquote><p>« On ne compte bien que ce que l’on aime. »</p></blockquote>\
                  <p>.Un point au début d’une ligne.</p><pre><code>fn main() {\n    println!(\"bonjour\");\n}</code></pre>"
            .to_owned(),
        image_url: Some("https://www.estuaire.example/img/brume.jpg".to_owned()),
        published_at: Some(DATE - 86_400_000),
        published_day: None,
        own: facteur::mails::Own::default(),
    }
}

pub fn content(posts: Vec<DigestPost>) -> DigestContent {
    DigestContent { posts, zone: "Europe/Paris".to_owned(), ..DigestContent::default() }
}

pub fn several() -> DigestContent {
    let mut content = content(vec![
        post("Comptage d’automne : les bécasseaux sont de retour"),
        post("Le bac du Pellerin reprend du service"),
        post("Trois promenades pour l’hiver, à pied ou à vélo"),
    ]);
    content.posts[1].image_url = None;
    content.posts[2].language = Some("ar".to_owned());
    content.posts[2].title = "ثلاث نزهات شتوية".to_owned();
    content.intro = Some("<p>Bonne rentrée ! Voici la moisson de la semaine, entre brume et marées.</p>".to_owned());
    content
}

pub fn digest(content: &DigestContent, language: &str) -> Composed {
    facteur::mails::digest(&sender(), content, language, DATE).unwrap()
}

pub fn letter(kind: LetterKind, language: &str, parameters: &serde_json::Value) -> Composed {
    facteur::mails::letter(&sender(), kind, language, parameters, DATE).unwrap()
}

pub fn message(composed: &Composed) -> Vec<u8> {
    let mut out = Vec::new();
    composed.variant.signed(&composed.sign_up).splice(&PERSON, &mut out);
    out
}

pub fn errors(message: &[u8]) -> Vec<Finding> {
    lint::check_envelope("b-token@estuaire.example", PERSON.address, message)
        .into_iter()
        .filter(Finding::is_error)
        .collect()
}

pub fn all(language: &str) -> Vec<(&'static str, Composed)> {
    let notice = json!({"event": "digest_waiting", "subject": "Comptage d’automne", "slot": "lundi 23 novembre 2026, 8 h 00",
        "posts": ["Comptage d’automne", "Le bac du Pellerin"], "recipients": 412, "reason": "",
        "commands": ["facteur digest approve estuaire", "facteur digest skip estuaire"]});
    let leaving = json!({"event": "digest_leaving", "subject": "Comptage d’automne", "slot": "lundi 23 novembre 2026, 8 h 00",
        "time": "8 h 00", "posts": ["Comptage d’automne"], "recipients": 412,
        "links": [["look", "https://lettres.estuaire.example/console/n/estuaire/digests/a"],
                  ["stop", "https://lettres.estuaire.example/console/n/estuaire/digests/a/stop"]],
        "commands": ["facteur digest stop estuaire a"]});
    vec![
        ("one", digest(&content(vec![post("Comptage d’automne : les bécasseaux sont de retour")]), language)),
        ("several", digest(&several(), language)),
        (
            "confirm",
            letter(
                LetterKind::Confirm,
                language,
                &json!({"confirm_days": 7, "page": "https://estuaire.example/abonnez-vous"}),
            ),
        ),
        ("already", letter(LetterKind::Already, language, &json!({}))),
        ("change", letter(LetterKind::Change, language, &json!({"days": 7}))),
        ("link", letter(LetterKind::Link, language, &json!({}))),
        ("moving", letter(LetterKind::Moving, language, &json!({}))),
        ("notice", letter(LetterKind::Notice, language, &notice)),
        ("leaving", letter(LetterKind::Notice, language, &leaving)),
        (
            "invitation",
            letter(LetterKind::Invitation, language, &json!({"days": 7, "by": "Maëlle Kerdraon", "link": {}})),
        ),
        ("password_reset", letter(LetterKind::PasswordReset, language, &json!({"minutes": 15, "link": {}}))),
        ("new_passkey", letter(LetterKind::NewWay, language, &json!({"way": "passkey", "called": "Mon téléphone"}))),
        ("new_provider", letter(LetterKind::NewWay, language, &json!({"way": "provider", "called": "La mairie"}))),
        ("test", letter(LetterKind::Test, language, &json!({"content": several()}))),
    ]
}

#[test]
fn a_link_of_a_notice_has_its_colon_in_the_text_part_alone() {
    let (_, leaving) = all("en").into_iter().find(|(name, _)| *name == "leaving").unwrap();
    assert!(leaving.html.contains(">See it in the console</a>"), "{}", leaving.html);
    assert!(leaving.text.contains("See it in the console:"), "{}", leaving.text);
}

#[test]
fn no_mail_of_ours_has_a_finding() {
    for language in ["fr", "en"] {
        for (name, composed) in all(language) {
            let found = lint::check_envelope("b-token@estuaire.example", PERSON.address, &message(&composed));
            assert!(found.is_empty(), "{name} in {language}: {found:#?}");
            assert!(
                !composed.html.contains("mail-") && !composed.text.contains("mail-"),
                "{name}: a key instead of words"
            );
        }
    }
}

#[test]
fn mails_are_read_back_as_they_were_written() {
    for language in ["fr", "en"] {
        for (name, composed) in all(language) {
            let bytes = message(&composed);
            let parsed = MessageParser::default().parse(&bytes).unwrap();
            assert_eq!(parsed.subject(), Some(composed.subject.as_str()), "{name}");
            assert_eq!(parsed.from().unwrap().first().unwrap().name(), Some("Association Estuaire"));
            assert_eq!(parsed.to().unwrap().first().unwrap().address(), Some(PERSON.address));
            assert_eq!(parsed.date().unwrap().to_timestamp(), DATE / 1000);
            assert_eq!(parsed.message_id(), Some("q1w2e3r4t5y6u7i8o9p0aa@estuaire.example"));
            let same = |read: &str, written: &str| {
                let hide = [PERSON.leave, PERSON.action, PERSON.not_me]
                    .into_iter()
                    .fold(read.to_owned(), |text, token| text.replace(token, "…"));
                assert_eq!(hide.replace("\r\n", "\n").trim_end(), written.trim_end(), "{name} in {language}");
            };
            same(&parsed.body_text(0).unwrap(), &composed.text);
            same(&parsed.body_html(0).unwrap(), &composed.html);
        }
    }
}

/// Python's `email` is the other reader: a different program, the same words.
#[test]
fn python_reads_the_same() {
    const SCRIPT: &str = "import sys, json, email, email.policy\n\
        m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.SMTP)\n\
        text, html = [part.get_content() for part in m.iter_parts()]\n\
        print(json.dumps({'subject': m['Subject'], 'from': m['From'].addresses[0].display_name, 'to': m['To'].addresses[0].addr_spec,\n\
        'date': int(m['Date'].datetime.timestamp()), 'list': str(m['List-Id']), 'defects': len(m.defects), 'text': text, 'html': html}))";
    for (name, composed) in all("fr") {
        let Ok(mut python) =
            Command::new("python3").args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
        else {
            eprintln!("SKIPPED: no python3 on this machine");
            return;
        };
        python.stdin.take().unwrap().write_all(&message(&composed)).unwrap();
        let output = python.wait_with_output().unwrap();
        let read: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(read["subject"], composed.subject.as_str(), "{name}");
        assert_eq!(read["from"], "Association Estuaire");
        assert_eq!(read["to"], PERSON.address);
        assert_eq!(read["date"], DATE / 1000);
        assert_eq!(read["defects"], 0);
        let html = read["html"].as_str().unwrap().replace("\r\n", "\n");
        let hidden =
            [PERSON.leave, PERSON.action, PERSON.not_me].into_iter().fold(html, |text, token| text.replace(token, "…"));
        assert_eq!(hidden.trim_end(), composed.html.trim_end(), "{name}");
        if name == "one" {
            assert_eq!(read["list"], "Les carnets de l’estuaire <estuaire.estuaire.example>");
        }
    }
}

#[test]
fn one_post_is_its_title_and_its_text() {
    let composed = digest(&content(vec![post("Le bac du Pellerin")]), "fr");
    assert_eq!(composed.subject, "Le bac du Pellerin");
    assert!(
        composed.text.contains("Nous étions douze.") && composed.html.contains("Nous étions <strong>douze</strong>.")
    );
    assert!(composed.text.contains("dimanche 22 novembre 2026"), "{}", composed.text);
    let mut bare = post("Le bac du Pellerin");
    bare.content = String::new();
    let composed = digest(&content(vec![bare]), "fr");
    assert!(composed.text.contains("Lire la suite sur estuaire.example"), "{}", composed.text);
}

#[test]
fn several_posts_count_in_the_subject() {
    let subject = |count: usize, language| digest(&content(vec![post("Marées"); count]), language).subject;
    assert_eq!(subject(2, "fr"), "Marées et un autre billet");
    assert_eq!(subject(3, "fr"), "Marées et 2 autres billets");
    assert_eq!(subject(2, "en"), "Marées and one more post");
    let two = content(vec![post("Le bac reprend"), post("Marées")]);
    assert_eq!(digest(&two, "fr").subject, "Le bac reprend et Marées");
    let own = DigestContent { subject: Some("Ce que dit le vent".to_owned()), ..several() };
    assert_eq!(digest(&own, "fr").subject, "Ce que dit le vent");
}

#[test]
fn a_long_post_is_cut_and_a_long_list_too() {
    let mut long = post("Un très long récit");
    long.content = "<p>Où l’on apprend, à l’été, que la forêt brûle où nul n’était passé.</p>".repeat(4000);
    let mut arabic = long.clone();
    arabic.content = "<p>كان يا ما كان في قديم الزمان</p>".repeat(4000);
    for case in [content(vec![long.clone()]), content(vec![arabic]), content(vec![long; 100])] {
        let composed = digest(&case, "fr");
        let bytes = message(&composed);
        assert_eq!(errors(&bytes), [], "{}", composed.subject);
        assert!(bytes.len() < 200_000, "{}", bytes.len());
        assert!(
            composed.text.contains("Lire la suite") || composed.text.contains("Et encore") || case.posts.len() == 100
        );
    }
}

#[test]
fn a_test_copy_leads_nowhere() {
    let composed = letter(LetterKind::Test, "fr", &json!({"content": several()}));
    let bytes = message(&composed);
    assert!(composed.subject.starts_with("[Test] "));
    assert!(
        String::from_utf8(bytes.clone())
            .unwrap()
            .contains("List-Unsubscribe: <https://lettres.estuaire.example/unsubscribe/preview>")
    );
    assert!(!bytes.windows(PERSON.leave.len()).any(|window| window == PERSON.leave.as_bytes()));
}

#[test]
fn the_site_is_named_in_a_confirmation_only_when_it_is_ours() {
    let asked_on = |page: &str| letter(LetterKind::Confirm, "fr", &json!({"confirm_days": 3, "page": page})).text;
    assert!(asked_on("https://www.estuaire.example/blog/").contains("La demande a été faite sur estuaire.example."));
    // As sign-ups write it.
    assert!(letter(LetterKind::Confirm, "fr", &json!({"days": 3, "page": null})).text.contains("valable 3 jours"));
    let other = asked_on("https://achetez.example/pas-cher");
    assert!(!other.contains("achetez"), "{other}");
    assert!(other.contains("valable 3 jours"));
    assert!(
        other.contains("https://lettres.estuaire.example/confirm/…")
            && other.contains("https://lettres.estuaire.example/not-me/…")
    );
}

#[test]
fn a_digest_says_since_when_and_where_its_reader_signed_up() {
    for (language, said) in [
        ("fr", "\nAbonnement\u{202f}: le 23\u{a0}novembre 2026 sur estuaire.example (exemple)\nSe désabonner"),
        ("en", "\nSigned up: 23\u{a0}November 2026 on estuaire.example (example)\nUnsubscribe"),
    ] {
        let composed = digest(&several(), language);
        assert!(composed.text.contains(said), "{}", composed.text);
        let trial = letter(LetterKind::Test, language, &json!({"content": several()}));
        assert!(trial.text.contains(said), "{}", trial.text);
        let mut bare = Vec::new();
        trial.variant.splice(&PERSON, &mut bare);
        assert_eq!(bare, message(&trial), "a test copy has no hole for it");
    }
}

#[test]
fn of_a_reader_of_whom_nothing_is_known_the_line_is_left_out() {
    let mut bytes = Vec::new();
    digest(&several(), "fr").variant.splice(&PERSON, &mut bytes);
    assert_eq!(errors(&bytes), []);
    let parsed = MessageParser::default().parse(&bytes).unwrap();
    let text = parsed.body_text(0).unwrap().replace("\r\n", "\n");
    assert!(text.contains("l’estuaire\u{202f}».\nSe désabonner de"), "{text}");
    assert!(!text.contains("Abonnement") && !parsed.body_html(0).unwrap().contains("Abonnement"));
}

#[test]
fn what_cannot_stand_in_a_mail_is_refused_with_its_name() {
    let refused = |change: fn(&mut Sender)| {
        let mut sender = sender();
        change(&mut sender);
        facteur::mails::digest(&sender, &several(), "fr", DATE).unwrap_err().to_string()
    };
    assert!(refused(|sender| sender.from_name = "a\r\nBcc: b@c.example".to_owned()).contains("the sender's name"));
    assert!(refused(|sender| sender.newsletter = "a\0b".to_owned()).contains("the name of the newsletter"));
    assert!(refused(|sender| sender.from_address = "é@estuaire.example".to_owned()).contains("the sender's address"));
    assert!(refused(|sender| sender.reply_to = Some("a@b\r\n.example".to_owned())).contains("the address for answers"));
    assert!(refused(|sender| sender.base_url = "lettres".to_owned()).contains("base_url"));
    let nothing =
        facteur::mails::letter(&sender(), LetterKind::Notice, "fr", &json!({"event": "x"}), DATE).unwrap_err();
    assert!(nothing.to_string().contains("no words"), "{nothing}");
}

#[test]
fn foreign_domains_become_a_labels() {
    let sender = Sender { from_address: "lettre@médiathèque.example".to_owned(), reply_to: None, ..sender() };
    let composed = facteur::mails::digest(&sender, &several(), "fr", DATE).unwrap();
    let bytes = message(&composed);
    assert!(String::from_utf8(bytes.clone()).unwrap().contains("<lettre@xn--mdiathque-53af.example>"));
    assert_eq!(errors(&bytes), []);
}

#[test]
fn a_stored_variant_sends_the_same_mail() {
    let composed = digest(&several(), "fr");
    let stored = facteur::mails::Variant::from_bytes(&composed.variant.to_bytes()).unwrap();
    let mut again = Vec::new();
    stored.signed(&composed.sign_up).splice(&PERSON, &mut again);
    assert_eq!(again, message(&composed));
    assert_eq!(message(&digest(&several(), "fr")), again, "composed anew, the bytes are the same");
    assert!(composed.variant.len().abs_diff(again.len()) < 200);
}

/// Every text that templates and code of mails ask for exists, and every text of mails is asked for.
#[test]
fn mails_and_locales_name_the_same_texts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    for folder in ["templates/mail", "src/mails", "src/digests", "src/texts"] {
        gather(&root.join(folder), &mut sources);
    }
    let used: BTreeSet<&str> =
        sources.split('"').filter(|part| part.starts_with("mail-") && !part.contains(['{', ' '])).collect();
    let locale = std::fs::read_to_string(root.join("locales/fr.ftl")).unwrap();
    let known: BTreeSet<&str> =
        locale.lines().filter(|line| line.starts_with("mail-")).filter_map(|line| line.split(' ').next()).collect();
    let missing: Vec<_> = used.difference(&known).collect();
    assert!(missing.is_empty(), "no text for {missing:?}");
    let idle: Vec<_> = known.difference(&used).collect();
    assert!(idle.is_empty(), "nobody asks for {idle:?}");
}

fn gather(folder: &Path, sources: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            gather(&entry.path(), sources);
        } else {
            sources.push_str(&std::fs::read_to_string(entry.path()).unwrap());
        }
    }
}

/// What each kind that is rendered once for many may be told.
fn told() -> Vec<(LetterKind, serde_json::Value)> {
    let welcome =
        json!({"rhythm": "chaque lundi à 8 h 00", "is_last": true, "posts": several().posts, "zone": "Europe/Paris"});
    vec![
        (LetterKind::Confirm, json!({"confirm_days": 7, "page": "https://estuaire.example/abonnez-vous"})),
        (LetterKind::Confirm, json!({"days": 3, "page": null})),
        (LetterKind::Already, json!({})),
        (LetterKind::Change, json!({"days": 7})),
        (LetterKind::Link, json!({"wish": {"rhythm": 3}})),
        (LetterKind::Moving, json!({})),
        (LetterKind::Welcome, welcome),
        (LetterKind::Stay, json!({"days": 30})),
        (LetterKind::PasswordReset, json!({"minutes": 15, "link": {}})),
    ]
}

/// A letter of those that are rendered once for many is, byte for byte, what it is when it is made alone.
fn assert_alike(sender: &Sender, language: &str, date: i64, person: &Person<'_>) {
    for (kind, parameters) in told() {
        let alone = facteur::mails::letter(sender, kind, language, &parameters, date);
        let shared = facteur::mails::undated(sender, kind, language, &parameters).and_then(|letter| letter.at(date));
        match (alone, shared) {
            (Ok(alone), Ok(shared)) => {
                assert_eq!(alone.variant, shared, "{kind}");
                assert_eq!(alone.variant.len(), shared.len(), "{kind}");
                let (mut one, mut other) = (Vec::new(), Vec::new());
                alone.variant.splice(person, &mut one);
                shared.splice(person, &mut other);
                assert_eq!(one, other, "{kind}");
            }
            (Err(alone), Err(shared)) => assert_eq!(alone.to_string(), shared.to_string(), "{kind}"),
            (alone, shared) => panic!("{kind}: {:?} and {:?}", alone.map(|letter| letter.subject), shared.is_ok()),
        }
    }
}

#[test]
fn a_letter_that_many_share_is_the_one_that_is_made_alone() {
    for language in ["fr", "en", "de", ""] {
        for date in [DATE, DATE + 1, 0, -63_000_000_000_000] {
            assert_alike(&sender(), language, date, &PERSON);
        }
    }
    let coloured = Brand { colour: Some("#7a1f1f".into()), footer: "Merci.".into(), ..Brand::default() };
    assert_alike(&Sender { brand: coloured, ..sender() }, "fr", DATE, &PERSON);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the newsletter, its sender and the reader are called, however long the tokens, at any instant.
    #[test]
    fn letters_are_the_same_for_odd_names_and_long_tokens(
        (newsletter, from_name, postal) in (name(), name(), name()),
        (leave, action, not_me) in ("[A-Za-z0-9_-]{0,75}", "[A-Za-z0-9_-]{0,75}", "[A-Za-z0-9_-]{0,75}"),
        address in "[a-z0-9.+'_=-]{1,64}@[a-z]{1,60}\\.example",
        message_id in "[A-Za-z0-9_-]{1,40}",
        date in 0..4_000_000_000_000_i64,
    ) {
        let sender = Sender { newsletter, from_name, postal, ..sender() };
        let person = Person { address: &address, message_id: &message_id, leave: &leave, action: &action, not_me: &not_me };
        assert_alike(&sender, "fr", date, &person);
    }
}

fn name() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "é",
        "=",
        "=?utf-8?q?a?=",
        "\"",
        "\\",
        ".",
        "--",
        "From ",
        "\u{fdd3}",
        "\u{fddc}",
        "漢",
        "🐦",
        " ",
        "a",
    ]);
    let part = prop_oneof![odd.prop_map(str::to_owned), any::<char>().prop_map(String::from)];
    prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

#[test]
fn letters_that_say_the_same_are_the_same() {
    let says = |kind, parameters: &str| facteur::mails::says(&sender(), kind, parameters);
    let page = |days: u32, page: &str| json!({"confirm_days": days, "page": page}).to_string();
    let pages = [
        page(7, "https://estuaire.example/abonnez-vous"),
        page(7, "https://www.estuaire.example/2026/11/un-article/?de=ailleurs"),
        page(7, "https://achetez.example/pas-cher"),
        page(7, "estuaire.example"),
        json!({"days": 7, "page": null}).to_string(),
        page(3, "https://estuaire.example/abonnez-vous"),
    ];
    let variant =
        |parameters: &String| letter(LetterKind::Confirm, "fr", &serde_json::from_str(parameters).unwrap()).variant;
    for one in &pages {
        for other in &pages {
            let (said, same) =
                (says(LetterKind::Confirm, one) == says(LetterKind::Confirm, other), variant(one) == variant(other));
            assert_eq!(said, same, "{one} and {other}");
        }
    }
    for (kind, parameters) in told().iter().filter(|(kind, _)| *kind != LetterKind::PasswordReset) {
        assert!(says(*kind, &parameters.to_string()).is_some(), "{kind}");
    }
    for kind in [LetterKind::Notice, LetterKind::Test, LetterKind::Invitation, LetterKind::PasswordReset] {
        assert_eq!(says(kind, "{}"), None, "{kind}: hardly two say the same");
    }
    assert_eq!(says(LetterKind::Confirm, "no parameters"), None);
}

#[test]
fn words_as_they_are() {
    for language in ["fr", "en"] {
        for (name, composed) in all(language).into_iter().take(3) {
            let shown = format!("Subject: {}\n\n{}\n{}\n", composed.subject, composed.text, composed.html);
            insta::assert_snapshot!(format!("{name}-{language}"), shown);
        }
    }
}
