//! A digest before it is sent: editing, preview, test copy, checks, duplicate. Over the console, the command line and the database.

use std::collections::BTreeSet;
use std::time::Duration;

use facteur::clock::DAY;
use facteur::digests::Digest;
use facteur::digests::edit::{self, Edit, EditError, Place};
use facteur::events::Actor;
use facteur::ledger::DigestState;
use facteur::letter::LetterKind;
use facteur::mails::{self, Composed, DigestContent, DigestPost, Own, Person};
use facteur::newsletters::Newsletter;
use facteur::people::role::Role;
use serde_json::json;

use crate::harness::TestApp;
use crate::harness::console::Console;
use crate::harness::feeds::Page;
use crate::letters::{DATE, post, sender};

/// Monday's slot of the harness's newsletters.
const MONDAY: &str = "2026-06-08T08:00[Europe/Paris]";

/// A digest of these posts that waits for its editor.
async fn waiting(app: &TestApp, titles: &[&str]) -> (Newsletter, Digest) {
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana@example.org").await;
    app.cli(&["newsletter", "set", "carnet", "--approval", "hold"]).await.ok();
    for title in titles {
        app.post(&carnet, title).await;
        app.clock.advance(1_000);
    }
    app.advance_to(MONDAY).await;
    let digest = youngest(app).await;
    assert_eq!(digest.state, DigestState::Waiting);
    (carnet, digest)
}

async fn youngest(app: &TestApp) -> Digest {
    let id = app.number("SELECT MAX(id) FROM digest").await;
    facteur::digests::sql::by_id(&app.app.db, id).await.unwrap().unwrap()
}

async fn again(app: &TestApp, digest: &Digest) -> Digest {
    facteur::digests::sql::by_id(&app.app.db, digest.id).await.unwrap().unwrap()
}

async fn load(app: &TestApp, digest: &Digest) -> Edit {
    edit::load(&app.app, digest).await.unwrap()
}

fn titles(edit: &Edit, place: Place) -> Vec<String> {
    edit.posts.iter().filter(|post| post.place == place).map(|post| post.title.clone()).collect()
}

/// The fields of the form for an edit.
fn fields(edit: &Edit) -> Vec<(String, String)> {
    let mut fields = vec![
        ("revision".to_owned(), edit.revision.to_string()),
        ("subject".to_owned(), edit.subject.clone()),
        ("preheader".to_owned(), edit.preheader.clone()),
        ("intro".to_owned(), edit.intro.clone()),
    ];
    for post in &edit.posts {
        fields.push(("post".to_owned(), post.id.to_string()));
        for (name, value) in
            [("place", post.place.as_str()), ("summary", &post.summary), ("image", &post.image), ("alt", &post.alt)]
        {
            fields.push((format!("{name}-{}", post.id), value.to_owned()));
        }
        if post.bare {
            fields.push((format!("bare-{}", post.id), "yes".to_owned()));
        }
    }
    fields
}

async fn submit(console: &Console<'_>, path: &str, edit: &Edit, more: &[(&str, &str)]) -> crate::harness::Answer {
    let fields = fields(edit);
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(more.iter().copied()).collect();
    console.post(path, &fields).await
}

fn path(digest: &Digest, rest: &str) -> String {
    format!("/console/n/carnet/digests/{}/{rest}", digest.public_id)
}

#[tokio::test]
async fn what_is_edited_is_in_the_mail_the_test_and_the_preview_and_the_post_stays() {
    let app = TestApp::spawn().await;
    let (_, digest) = waiting(&app, &["Un", "Deux", "Trois"]).await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let mut wish = load(&app, &digest).await;
    assert_eq!(titles(&wish, Place::In), ["Trois", "Deux", "Un"]);
    wish.subject = "  Ce que dit le vent ".to_owned();
    wish.preheader = "Trois pains et un four".to_owned();
    wish.intro = "Bonne **rentrée** !\n\n- [le four](https://four.example/)\n\n<script>alert(1)</script>".to_owned();
    wish.posts.reverse();
    wish.posts[0].summary = "Un résumé à nous, entier, quelle que soit sa longueur.".to_owned();
    wish.posts[0].image = "https://blog.example.org/four.jpg".to_owned();
    wish.posts[0].alt = "Le four, ce matin".to_owned();
    wish.posts[1].place = Place::Waits;
    wish.posts[2].bare = true;
    let saved = submit(&writer, &path(&digest, "edit"), &wish, &[]).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let stored = load(&app, &digest).await;
    assert_eq!((stored.revision, stored.subject.as_str()), (1, "Ce que dit le vent"));
    assert_eq!(
        (titles(&stored, Place::In), titles(&stored, Place::Waits)),
        (vec!["Un".into(), "Trois".into()], vec!["Deux".into()])
    );
    assert_eq!(again(&app, &digest).await.subject, "Ce que dit le vent", "lists show it");

    let source = writer.get(&path(&digest, "preview/mail?tab=desktop")).await;
    app.cli(&["digest", "test", "carnet", "--to", "moi@example.org"]).await.ok();
    let test = app.mail_to("moi@example.org").await;
    app.cli(&["digest", "approve", "carnet"]).await.ok();
    let mail = app.mail_to("ana@example.org").await;
    assert_eq!((mail.subject().as_str(), test.subject().as_str()), ("Ce que dit le vent", "[Test] Ce que dit le vent"));
    for html in [&source.body, &test.html(), &mail.html()] {
        for said in [
            ">Trois pains et un four",
            "<strong>rentrée</strong>",
            "https://four.example/",
            "Un résumé à nous, entier, quelle que soit sa longueur.",
            "src=\"https://blog.example.org/four.jpg\" alt=\"Le four, ce matin\"",
        ] {
            assert!(html.contains(said), "{said}: {html}");
        }
        assert!(!html.contains("<script") && !html.contains("alert(1)") && !html.contains("Deux"), "{html}");
        assert!(html.find(">Un<") < html.find(">Trois<"));
    }
    assert!(
        mail.text().contains("Un résumé à nous") && mail.text().contains("https://four.example/"),
        "{}",
        mail.text()
    );
    app.idle().await;
    let untouched = app.texts("SELECT summary FROM post").await;
    assert!(untouched.iter().all(String::is_empty), "{untouched:?}");
    // What was left out waits for the next.
    app.advance_to("2026-06-15T08:00[Europe/Paris]").await;
    let next = youngest(&app).await;
    assert_eq!(titles(&load(&app, &next).await, Place::In), ["Deux"]);
}

#[tokio::test]
async fn a_post_that_is_left_out_for_good_is_not_sent_on_this_rhythm_any_more() {
    let app = TestApp::spawn().await;
    let (_, digest) = waiting(&app, &["Un", "Deux"]).await;
    let mut wish = load(&app, &digest).await;
    wish.posts[1].place = Place::Skipped;
    edit::save(&app.app, &digest, &wish, Actor::Command).await.unwrap();
    // Given back are those that were in it, not what was left out for good.
    app.cli(&["digest", "skip", "carnet", "--give-back"]).await.ok();
    app.advance_to("2026-06-15T08:00[Europe/Paris]").await;
    let next = youngest(&app).await;
    let stored = load(&app, &next).await;
    assert_eq!((titles(&stored, Place::In), titles(&stored, Place::Waits).len()), (vec!["Deux".to_owned()], 0));
    app.idle().await;
}

#[tokio::test]
async fn an_edit_is_recorded_with_what_it_changed_and_without_a_word_of_it() {
    let app = TestApp::spawn().await;
    let (_, digest) = waiting(&app, &["Un", "Deux"]).await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let mut wish = Edit { intro: "Du four, tout chaud".into(), ..load(&app, &digest).await };
    wish.posts.reverse();
    assert_eq!(submit(&writer, &path(&digest, "edit"), &wish, &[]).await.status, 303);
    assert_eq!(submit(&writer, &path(&digest, "edit"), &wish, &[]).await.status, 303, "the same once more");
    let stale = Edit { intro: "Autre chose".into(), ..wish };
    assert_eq!(submit(&writer, &path(&digest, "edit"), &stale, &[]).await.status, 409);
    app.cli(&["digest", "edit", "carnet", "--subject", "Le four"]).await.ok();
    app.cli(&["digest", "edit", "carnet", "--subject", "Le four"]).await.ok();
    let happened =
        "SELECT about || ' ' || actor || ' ' || parameters FROM event WHERE code = 'digest.edited' ORDER BY id";
    assert_eq!(
        app.texts(happened).await,
        [r#"digest person {"what":["intro","posts"]}"#, r#"digest command {"what":["subject"]}"#]
    );
    assert_eq!(app.number("SELECT COUNT(*) FROM event WHERE code = 'digest.edited' AND actor_id > 0").await, 1);
    let about = format!("SELECT COUNT(*) FROM event WHERE code = 'digest.edited' AND about_id = {}", digest.id);
    assert_eq!(app.number(&about).await, 2);
}

#[tokio::test]
async fn of_two_tabs_the_second_is_told_and_neither_loses_a_word() {
    let app = TestApp::spawn().await;
    let (_, digest) = waiting(&app, &["Un", "Deux"]).await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let seen = load(&app, &digest).await;
    let mut first = Edit { subject: "Le premier onglet".into(), intro: "Premier texte".into(), ..seen.clone() };
    first.posts[0].summary = "Premier résumé".into();
    let second = Edit { subject: "Le second onglet".into(), intro: "Second texte".into(), ..seen };
    assert_eq!(submit(&writer, &path(&digest, "edit"), &first, &[]).await.status, 303);
    let refused = submit(&writer, &path(&digest, "edit"), &second, &[]).await;
    assert_eq!(refused.status, 409);
    for text in ["Le premier onglet", "Premier texte", "Premier résumé", "Le second onglet", "Second texte"] {
        assert!(refused.body.contains(text), "{text}: {}", refused.body);
    }
    assert!(refused.body.contains("name=\"revision\" value=\"1\""), "pressed again, it goes in place of what was seen");
    assert_eq!(load(&app, &digest).await.subject, "Le premier onglet");
    // A second press of the same button is no quarrel.
    assert_eq!(submit(&writer, &path(&digest, "edit"), &first, &[]).await.status, 303);
    assert_eq!(load(&app, &digest).await.revision, 1);
    let over = Edit { revision: 1, ..second };
    assert_eq!(submit(&writer, &path(&digest, "edit"), &over, &[]).await.status, 303);
    assert_eq!(load(&app, &digest).await.intro, "Second texte");
    app.idle().await;
}

#[tokio::test]
async fn in_a_hundred_interleavings_one_wins_and_the_others_hold_both_texts() {
    let app = TestApp::spawn().await;
    let (_, digest) = waiting(&app, &["Un", "Deux"]).await;
    for round in 0..100 {
        let seen = load(&app, &digest).await;
        let wish =
            |name: &str| Edit { subject: format!("{name} {round}"), intro: format!("Texte de {name}"), ..seen.clone() };
        let (mut a, b) = (wish("a"), wish("b"));
        a.posts.reverse();
        let save = async |wish: &Edit| edit::save(&app.app, &digest, wish, Actor::Command).await;
        let (first, second) = tokio::join!(save(&a), save(&b));
        let (won, lost, mine) = match (first, second) {
            (Ok(won), Err(lost)) => (won, lost, &a),
            (Err(lost), Ok(won)) => (won, lost, &b),
            both => panic!("round {round}: {both:?}"),
        };
        assert_eq!((won.revision, &won.subject), (seen.revision + 1, &mine.subject));
        let EditError::Stale(theirs) = lost else { panic!("{lost:?}") };
        assert_eq!((theirs.revision, &theirs.subject, &theirs.intro), (won.revision, &mine.subject, &mine.intro));
        assert_eq!(titles(&won, Place::In).len(), 2, "no post is lost");
    }
    app.idle().await;
}

#[tokio::test]
async fn what_cannot_be_stored_is_said_beside_its_field_and_stays_there() {
    let app = TestApp::spawn().await;
    let (_, digest) = waiting(&app, &["Un", "Deux"]).await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let before = load(&app, &digest).await;
    let mut wish = Edit { subject: "é".repeat(201), ..before.clone() };
    wish.posts[0].image = "javascript:alert(1)".into();
    wish.posts[0].summary = "ce que j’ai tapé".into();
    let refused = submit(&writer, &path(&digest, "edit"), &wish, &[]).await;
    assert_eq!(refused.status, 422);
    for text in [
        "longer than 200 characters",
        "not the address of a picture",
        "javascript:alert(1)",
        "ce que j’ai tapé",
        "2 fields",
    ] {
        assert!(refused.body.contains(text), "{text}: {}", refused.body);
    }
    let paste = Edit { intro: "ligne collée\n".repeat(10 * 1024 * 1024 / 14), ..before.clone() };
    let refused = submit(&writer, &path(&digest, "edit"), &paste, &[]).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.body.contains("longer than 10000 characters") && refused.body.matches("ligne collée").count() > 700_000
    );
    let mut none = before.clone();
    none.posts.iter_mut().for_each(|post| post.place = Place::Waits);
    let refused = submit(&writer, &path(&digest, "edit"), &none, &[]).await;
    assert_eq!((refused.status, refused.body.contains("no post is left")), (422, true));
    // The post of another newsletter, and one that there is not.
    let autre = app.newsletter("autre").await;
    app.post(&autre, "Ailleurs").await;
    let foreign = app.number("SELECT MAX(id) FROM post").await;
    for id in [foreign, 999_999] {
        let mut wish = before.clone();
        wish.posts[0].id = id;
        let refused = submit(&writer, &path(&digest, "edit"), &wish, &[]).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert!(!refused.body.contains("Ailleurs"), "nothing is told of another newsletter");
    }
    assert_eq!(submit(&writer, &path(&digest, "edit"), &before, &[]).await.status, 303);
    assert_eq!(load(&app, &digest).await.posts, before.posts, "nothing of all that was stored");
    app.idle().await;
}

#[tokio::test]
async fn posts_are_moved_by_buttons_and_what_was_typed_goes_with_them() {
    let app = TestApp::spawn().await;
    let (_, digest) = waiting(&app, &["Un", "Deux", "Trois"]).await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let mut wish = load(&app, &digest).await;
    wish.subject = "Tapé avant".into();
    let last = wish.posts[2].id;
    for (way, order) in
        [("first", "Un Trois Deux"), ("down", "Trois Un Deux"), ("down", "Trois Deux Un"), ("up", "Trois Un Deux")]
    {
        let moved = submit(&writer, &path(&digest, "edit"), &wish, &[("move", &format!("{way}-{last}"))]).await;
        assert_eq!(moved.status, 303, "{}", moved.body);
        wish = load(&app, &digest).await;
        assert_eq!(
            (titles(&wish, Place::In).join(" "), wish.subject.as_str()),
            (order.to_owned(), "Tapé avant"),
            "{way}"
        );
    }
    let page = writer.get(&path(&digest, "edit")).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Move up: Un") && page.body.len() < 80 * 1024, "{}", page.body.len());
    app.idle().await;
}

#[tokio::test]
async fn what_is_on_its_way_is_not_edited_and_says_so() {
    let app = TestApp::spawn().await;
    let (_, digest) = waiting(&app, &["Un"]).await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let wish = Edit { subject: "Trop tard".into(), ..load(&app, &digest).await };
    app.cli(&["digest", "approve", "carnet"]).await.ok();
    app.mail_to("ana@example.org").await;
    let refused = submit(&writer, &path(&digest, "edit"), &wish, &[]).await;
    assert_eq!(refused.status, 409);
    assert!(
        refused.body.contains("only a digest that waits") && refused.body.contains("Trop tard"),
        "{}",
        refused.body
    );
    app.cli(&["digest", "edit", "carnet", &digest.public_id, "--subject", "x"]).await.fails(4);
    // Its preview is what was sent.
    let preview = writer.get(&path(&digest, "preview/mail?tab=text")).await;
    assert!(preview.status == 200 && preview.body.contains("Un\n"), "{}", preview.body);
    let owner = app.console(Role::Owner, None).await;
    for rest in ["edit", "preview", "preview/mail", "check"] {
        assert_eq!(writer.get(&path(&digest, rest)).await.status, 200, "{rest}");
        let other = app.newsletter(&format!("autre-{}", rest.len())).await;
        let foreign = path(&digest, rest).replace("/carnet/", &format!("/{}/", other.slug));
        assert_eq!(owner.get(&foreign).await.status, 404, "{rest} of another newsletter");
    }
    app.idle().await;
}

/// Everything that `copy` has more than `mail`, in their order; panics when it is not the mail with something put in.
fn insertions(mail: &[u8], copy: &[u8]) -> Vec<String> {
    let (mut found, mut at, mut rest) = (Vec::new(), 0, copy);
    while at < mail.len() || !rest.is_empty() {
        let same = mail[at..].iter().zip(rest).take_while(|(a, b)| a == b).count();
        (at, rest) = (at + same, &rest[same..]);
        if at == mail.len() && rest.is_empty() {
            break;
        }
        let next = &mail[at..(at + 150).min(mail.len())];
        let more =
            (1..=rest.len()).find(|more| rest[*more..].starts_with(next) && (!next.is_empty() || *more == rest.len()));
        let more = more.unwrap_or_else(|| {
            panic!(
                "not the mail: {:?} … {:?}",
                String::from_utf8_lossy(next),
                String::from_utf8_lossy(&rest[..rest.len().min(300)])
            )
        });
        found.push(String::from_utf8_lossy(&rest[..more]).into_owned());
        rest = &rest[more..];
    }
    found
}

/// Twenty digests of all kinds.
fn fixtures() -> Vec<DigestContent> {
    let of = |posts: Vec<DigestPost>| DigestContent { posts, zone: "Europe/Paris".into(), ..DigestContent::default() };
    let with = |change: &dyn Fn(&mut DigestPost)| {
        let mut post = post("Comptage d’automne");
        change(&mut post);
        post
    };
    let several = || of(vec![post("Le bac"), post("Marées"), post("Trois promenades")]);
    let intro = |html: &str, content: DigestContent| DigestContent { intro: Some(html.into()), ..content };
    let subject = |text: &str, content: DigestContent| DigestContent { subject: Some(text.into()), ..content };
    vec![
        of(vec![post("Comptage d’automne : les bécasseaux sont de retour")]),
        of(vec![post("Plain ASCII title")]),
        several(),
        of(vec![post("Un"), post("Deux")]),
        of(vec![post("Marées"); 30]),
        of(vec![post("Long ".repeat(80).trim()); 2]),
        of(vec![with(&|post| post.content = "<p>mot é</p>".repeat(20_000))]),
        of(vec![with(&|post| post.url = None), post("Deux")]),
        of(vec![with(&|post| post.content.clear())]),
        of(vec![with(&|post| {
            post.title = "ثلاث نزهات".into();
            post.language = Some("ar".into());
        })]),
        of(vec![with(&|post| post.own = Own { summary: Some("À nous. .point".into()), ..Own::default() })]),
        of(vec![with(&|post| post.own.image = Some("https://a.example/é.png".into())), post("Deux")]),
        of(vec![with(&|post| post.own.image = Some(String::new())), post("Deux")]),
        intro("<p>Bonne <b>rentrée</b> !</p>", several()),
        intro("<ul><li>.Un</li><li>From ici</li></ul>", of(vec![post("Un")])),
        subject("[Test] déjà dans l’objet", several()),
        subject(&"Un objet très long ".repeat(12), several()),
        DigestContent { preheader: Some("Juste ceci".into()), ..several() },
        subject(
            "Subject: x",
            intro("<p>*** essai ***</p>", DigestContent { preheader: Some("…".into()), ..several() }),
        ),
        of(vec![
            with(&|post| {
                post.summary.clear();
                post.content.clear();
                post.title = String::new();
            }),
            post("Deux"),
        ]),
    ]
}

fn bytes(mail: &Composed, person: Person<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    mail.variant.signed(&mail.sign_up).splice(&person, &mut out);
    out
}

#[test]
fn a_test_copy_is_the_mail_with_three_things_put_in() {
    let person =
        Person { address: "moi@example.org", message_id: "abc", leave: "preview", action: "preview", not_me: "" };
    let fixtures = fixtures();
    assert_eq!(fixtures.len(), 20);
    for (number, content) in fixtures.iter().enumerate() {
        for language in ["fr", "en"] {
            let mail = mails::digest(&sender(), content, language, DATE).unwrap();
            let test =
                mails::letter(&sender(), LetterKind::Test, language, &json!({ "content": content }), DATE).unwrap();
            let preview = facteur::digests::preflight::sample(&mail);
            let named =
                Person { address: "reader-of-a-preview@example.org", message_id: "preview-of-a-digest", ..person };
            assert_eq!(preview, bytes(&mail, named), "the source that is shown is the mail");
            let put_in = insertions(&bytes(&mail, person), &bytes(&test, person));
            assert_eq!(put_in.len(), 3, "{number} {language}: {put_in:#?}");
            assert!(
                put_in[0].contains("[Test]") && put_in[1].contains("***") && put_in[2].contains("class=3D\"note\"")
            );
            assert_eq!(test.subject, format!("[Test] {}", mail.subject));
            let bare = mails::Variant::from_bytes(&mail.variant.to_bytes()).unwrap();
            assert!(bare.holes().all(|hole| !hole.is_trial()), "what is stored has no room for a test's words");
        }
    }
}

/// Without what is personal, and without what names the instant.
fn bare(message: &str, tokens: &[&str]) -> String {
    let start = message.find("boundary=\"").unwrap() + 10;
    let boundary = &message[start..start + message[start..].find('"').unwrap()];
    let message = message.replace(boundary, "BOUNDARY");
    let lines = tokens.iter().fold(message, |lines, token| lines.replace(token, "preview"));
    let personal = ["To: ", "Date: ", "Message-ID: ", "Feedback-ID: "];
    lines
        .split("\r\n")
        .filter(|line| !personal.iter().any(|name| line.starts_with(name)))
        .collect::<Vec<_>>()
        .join("\r\n")
}

#[tokio::test]
async fn preview_test_and_mail_of_the_same_digest_are_the_same_bytes() {
    let app = TestApp::spawn().await;
    let (carnet, first) = waiting(&app, &["Un", "Deux"]).await;
    // Nothing is known of the sign-up, so that nothing stands in its place; they were in contact since.
    app.execute(&format!("UPDATE subscriber SET confirmed_at = 0, contact_at = {}", app.clock.now())).await;
    let mut editor = app.console(Role::Editor, Some("carnet")).await;
    let mut digest = first;
    for round in 0..4_i64 {
        let mut wish = load(&app, &digest).await;
        wish.intro = ["", "Bonjour **à tous**", "", "- un\n- deux"][round as usize].to_owned();
        wish.posts[0].summary = ["", "", "À nous", ""][round as usize].to_owned();
        edit::save(&app.app, &digest, &wish, Actor::Command).await.unwrap();
        let source = editor.get(&path(&digest, "preview/mail?tab=source&in=fr")).await;
        let to = format!("essai{round}@example.org");
        let asked = editor.post(&path(&digest, "test"), &[("to", to.as_str()), ("in", "fr")]).await;
        assert_eq!(asked.status, 303, "{}", asked.body);
        let test = app.mail_to(&to).await;
        app.cli(&["digest", "approve", "carnet", &digest.public_id]).await.ok();
        app.wait_until("the mail", |mails| {
            mails.iter().filter(|mail| mail.to == "ana@example.org").count() == round as usize + 1
        })
        .await;
        let mail = app.mails_to("ana@example.org").pop().unwrap();
        let [leave, settings] =
            [mail.one_click(), mail.link("/preferences/")].map(|link| link.rsplit('/').next().unwrap().to_owned());
        let mail = bare(&mail.source(), &[&leave, &settings]);
        let of_preview = insertions(mail.as_bytes(), bare(&source.body, &[]).as_bytes());
        assert_eq!(of_preview.len(), 2, "{round}: the example of a sign-up, in either part: {of_preview:#?}");
        let of_test = insertions(mail.as_bytes(), bare(&test.source(), &[]).as_bytes());
        assert_eq!(of_test.len(), 5, "{round}: {of_test:#?}");
        app.idle().await;
        for title in ["Encore", "Toujours"] {
            app.post(&carnet, &format!("{title} {round}")).await;
        }
        app.advance(7 * DAY).await;
        digest = youngest(&app).await;
        // Nobody stays signed in for a week.
        editor = app.signed_in(editor.person).await;
    }
    // Nothing waits: nothing is shown, nothing is sent as a test, and the slot says so.
    app.cli(&["digest", "skip", "carnet"]).await.ok();
    let slot = editor.get("/console/n/carnet/schedule/1/preview").await;
    assert!(slot.status == 200 && slot.body.contains("no new post") && !slot.body.contains("<iframe"), "{}", slot.body);
    app.advance(7 * DAY).await;
    let editor = app.signed_in(editor.person).await;
    let skipped = youngest(&app).await;
    assert_eq!(skipped.state, DigestState::Skipped);
    let page = editor.get(&path(&skipped, "preview")).await;
    assert!(
        page.status == 200 && page.body.contains("its slot was skipped") && !page.body.contains("<iframe"),
        "{}",
        page.body
    );
    let refused = editor.post(&path(&skipped, "test"), &[("to", "moi@example.org")]).await;
    assert_eq!(refused.status, 422);
    assert!(app.mails_to("moi@example.org").is_empty());
    app.idle().await;
}

#[tokio::test]
async fn the_mail_stands_in_a_frame_that_lets_it_do_nothing() {
    let app = TestApp::spawn().await;
    let (_, digest) = waiting(&app, &["Un", "Deux"]).await;
    let viewer = app.console(Role::Viewer, Some("carnet")).await;
    let mut seen = BTreeSet::new();
    for tab in ["desktop", "phone", "dark", "bare", "text", "source", "nonsense"] {
        for language in ["fr", "en"] {
            let page = viewer.get(&path(&digest, &format!("preview?tab={tab}&in={language}"))).await;
            assert_eq!(page.status, 200);
            assert!(page.body.contains("<iframe") && page.body.contains("sandbox src=\""), "{}", page.body);
            assert!(page.body.len() < 80 * 1024 && page.header("content-security-policy").contains("frame-src 'self'"));
            assert!(!page.body.contains("name=\"to\""), "who only looks on sends no tests");
            let mail = viewer.get(&path(&digest, &format!("preview/mail?tab={tab}&in={language}"))).await;
            let policy = mail.header("content-security-policy");
            assert!(policy.starts_with("sandbox; default-src 'none'; style-src 'unsafe-inline'"), "{policy}");
            assert!(policy.contains("frame-ancestors 'self'") && !policy.contains("script-src"), "{policy}");
            let pictures = matches!(tab, "desktop" | "phone" | "dark" | "nonsense");
            assert_eq!(policy.contains("img-src https: http:"), pictures, "{tab}: {policy}");
            assert_eq!(mail.header("x-frame-options"), "SAMEORIGIN");
            let kind =
                if matches!(tab, "text" | "source") { "text/plain; charset=utf-8" } else { "text/html; charset=utf-8" };
            assert_eq!(mail.header("content-type"), kind);
            let words = if language == "fr" { "Se désabonner" } else { "Unsubscribe" };
            assert!(tab == "source" || mail.body.contains(words), "{tab} {language}: {}", mail.body);
            assert_eq!(mail.body.contains("@media all {"), tab == "dark");
            seen.insert(mail.body);
        }
    }
    assert_eq!(seen.len(), 8, "two languages of light, dark, text and source");
    app.idle().await;
}

#[tokio::test]
async fn the_next_slot_is_shown_as_it_would_be() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana@example.org").await;
    app.post(&carnet, "Un").await;
    let viewer = app.console(Role::Viewer, Some("carnet")).await;
    let shown = viewer.get("/console/n/carnet/schedule/1/preview").await;
    assert!(shown.status == 200 && shown.body.contains("Planned for Monday 8 June 2026"), "{}", shown.body);
    let text = viewer.get("/console/n/carnet/schedule/1/preview/mail?tab=text").await.body;
    assert!(text.contains("Un\n--"), "{text}");
    app.cli(&["digest", "skip", "carnet"]).await.ok();
    let shown = viewer.get("/console/n/carnet/schedule/1/preview").await;
    assert!(shown.body.contains("it would not be sent: skipped by an editor"), "{}", shown.body);
    for number in ["0", "2", "x", "-1"] {
        assert_eq!(viewer.get(&format!("/console/n/carnet/schedule/{number}/preview")).await.status, 404, "{number}");
    }
    app.cli(&["digest", "skip", "carnet", "--undo"]).await.ok();
    app.advance_to(MONDAY).await;
    let mail = app.mail_to("ana@example.org").await;
    let body = |text: &str| {
        text.split("Se désabonner")
            .next()
            .unwrap()
            .split("Abonnement")
            .next()
            .unwrap()
            .replace("\r\n", "\n")
            .trim()
            .to_owned()
    };
    assert_eq!(body(&mail.text()), body(&text), "what was shown is what was sent");
    app.idle().await;
}

#[tokio::test]
async fn checks_name_what_blocks_and_links_are_looked_at_when_asked() {
    let app = TestApp::builder().set("feeds.timeout_s", 1).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana@example.org").await;
    app.cli(&["newsletter", "set", "carnet", "--approval", "hold"]).await.ok();
    let good = app.feeds.put("/good", Page::new("text/html", "a"));
    let gone = app.feeds.put("/gone", Page::status(404));
    let moved = app.feeds.put("/moved", Page::status(302).header("location", &good));
    let ill = app.feeds.put("/ill", Page::status(503));
    let slow = app.feeds.put("/slow", Page::new("text/html", "a").delayed(Duration::from_mins(1)));
    let links =
        [&good, &gone, &moved, &ill, &slow].map(|url| format!("<a href=\"{url}\">un lien du four</a>")).concat();
    let post = facteur::feeds::NewPost {
        title: "Le four est rallumé".into(),
        html: Some(format!(
            "<p>{}</p><p>{links}</p><p><a href=\"http://10.0.0.1/x\">chez nous</a></p>",
            "Le pain lève. ".repeat(30)
        )),
        url: Some(good.clone()),
        ..facteur::feeds::NewPost::default()
    };
    facteur::feeds::add(&app.app, carnet.id, post).await.unwrap();
    app.advance_to(MONDAY).await;
    let digest = youngest(&app).await;
    let before = app.feeds.asked().len();
    app.cli(&["digest", "check", "carnet"]).await.ok();
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let page = writer.get(&path(&digest, "check")).await;
    assert!(page.status == 200 && page.body.contains("not asked yet"), "{}", page.body);
    assert_eq!(app.feeds.asked().len(), before, "nobody is asked unasked");
    let looked = writer.post(&path(&digest, "check"), &[]).await;
    assert_eq!(looked.status, 200);
    assert!(looked.body.contains("Links: 2 fine, 1 broken, 3 not checkable, 0 not asked yet"), "{}", looked.body);
    assert!(looked.body.contains(&format!("there is nothing at {gone}")), "{}", looked.body);
    let asked = app.feeds.asked().len();
    writer.post(&path(&digest, "check"), &[]).await;
    assert_eq!(app.feeds.asked().len(), asked, "answers are kept for a minute");
    // What blocks.
    let mut wish = load(&app, &digest).await;
    wish.intro = "Bonjour TK".into();
    edit::save(&app.app, &digest, &wish, Actor::Command).await.unwrap();
    let page = writer.get(&path(&digest, "check")).await;
    assert!(page.body.contains("must be mended") && page.body.contains("“TK”"), "{}", page.body);
    let said = app.cli(&["digest", "check", "carnet", "--json"]).await;
    assert_eq!(said.code, 3, "{}", said.stderr);
    let json: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!((&json["findings"][0]["code"], &json["findings"][0]["blocks"]), (&json!("placeholder"), &json!(true)));
    assert!(json["size"]["kilobytes"].as_u64().unwrap() > 3);
    app.idle().await;
}

#[tokio::test]
async fn tests_go_to_five_addresses_at_most() {
    let app = TestApp::spawn().await;
    let (_, digest) = waiting(&app, &["Un"]).await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let many = "a@example.org b@example.org, c@example.org;d@example.org\ne@example.org f@example.org";
    for (typed, words) in [
        (many, "5 addresses at most"),
        ("ana at example.org", "The @ sign is missing"),
        ("claire@fournil", "is incomplete"),
        ("", "at least one address"),
    ] {
        let refused = writer.post(&path(&digest, "test"), &[("to", typed)]).await;
        assert_eq!(refused.status, 422, "{typed}");
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
        assert!(refused.body.contains(typed.split([' ', '\n']).next().unwrap()), "what was typed stays");
    }
    app.idle().await;
    assert!(app.mails_to("a@example.org").is_empty(), "none of them got one");
    let sent = writer.post(&path(&digest, "test"), &[("to", "a@example.org, b@example.org"), ("in", "en")]).await;
    assert_eq!(sent.status, 303);
    let mail = app.mail_to("b@example.org").await;
    assert!(
        mail.text().contains("This is a test") && mail.one_click().ends_with("/unsubscribe/preview"),
        "{}",
        mail.text()
    );
    app.idle().await;
}

#[tokio::test]
async fn a_digest_is_duplicated_when_nobody_got_it_and_only_then() {
    let app = TestApp::spawn().await;
    let (_, digest) = waiting(&app, &["Un", "Deux"]).await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    assert_eq!(writer.post(&path(&digest, "duplicate"), &[]).await.status, 409, "it waits");
    let mut wish = load(&app, &digest).await;
    wish.subject = "À garder".into();
    wish.posts.reverse();
    wish.posts[0].summary = "Un résumé".into();
    edit::save(&app.app, &digest, &wish, Actor::Command).await.unwrap();
    app.cli(&["digest", "skip", "carnet"]).await.ok();
    let made = writer.post(&path(&digest, "duplicate"), &[]).await;
    assert_eq!(made.status, 303, "{}", made.body);
    let second = youngest(&app).await;
    assert!(made.header("location").contains(&second.public_id) && second.id != digest.id);
    let stored = load(&app, &second).await;
    assert_eq!(
        (stored.subject.as_str(), titles(&stored, Place::In), stored.posts[0].summary.as_str()),
        ("À garder", vec!["Un".to_owned(), "Deux".to_owned()], "Un résumé")
    );
    assert_eq!(writer.post(&path(&digest, "duplicate"), &[]).await.status, 409, "its posts are in the other");
    app.cli(&["digest", "approve", "carnet"]).await.ok();
    app.mail_to("ana@example.org").await;
    app.idle().await;
    let refused = app.cli(&["digest", "duplicate", "carnet", &second.public_id]).await;
    assert!(refused.fails(4).contains("would reach people twice"), "{}", refused.stderr);
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
}

#[tokio::test]
async fn the_command_line_edits_too() {
    let app = TestApp::spawn().await;
    let (_, digest) = waiting(&app, &["Un", "Deux"]).await;
    let before = load(&app, &digest).await;
    let (lead, other) = (before.posts[1].id.to_string(), before.posts[0].id.to_string());
    let intro = app.folder().join("intro.md");
    std::fs::write(&intro, "Bonjour *à tous*\n").unwrap();
    let file = intro.display().to_string();
    app.cli(&[
        "digest",
        "edit",
        "carnet",
        "--subject",
        "Le vent",
        "--intro",
        &file,
        "--lead",
        &lead,
        "--leave-out",
        &other,
    ])
    .await
    .ok();
    let stored = load(&app, &digest).await;
    assert_eq!(
        (stored.subject.as_str(), stored.intro.as_str(), titles(&stored, Place::In)),
        ("Le vent", "Bonjour *à tous*", vec!["Un".to_owned()])
    );
    app.cli(&["digest", "edit", "carnet", "--include", &other, "--skip", &lead]).await.ok();
    assert_eq!(titles(&load(&app, &digest).await, Place::In), ["Deux"]);
    app.cli(&["digest", "edit", "carnet", "--lead", "4711"]).await.fails(5);
    app.cli(&["digest", "edit", "carnet", "--leave-out", &other]).await.fails(2);
    let shown = app.cli(&["digest", "preview", "carnet", "-o", "text"]).await;
    assert!(shown.ok().contains("Bonjour"), "{}", shown.stdout);
    app.idle().await;
}

/// The last twenty texts of a digest are listed and taken back; its order stays, and what stood there is not lost.
#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, in its order")]
async fn an_earlier_text_of_a_digest_is_taken_back() {
    let app = TestApp::spawn().await;
    let (_, digest) = waiting(&app, &["Un", "Deux"]).await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let list = path(&digest, "revisions");
    assert!(writer.get(&list).await.words().contains("Nothing has been saved yet"));
    let mut wish = load(&app, &digest).await;
    wish.subject = "Le premier objet".into();
    wish.intro = "Le premier mot".into();
    wish.posts[0].summary = "Le premier résumé".into();
    wish.posts[1].bare = true;
    assert_eq!(submit(&writer, &path(&digest, "edit"), &wish, &[]).await.status, 303);
    let (own, other) = (wish.posts[0].id, wish.posts[1].id);
    let mut second = load(&app, &digest).await;
    second.subject = String::new();
    second.intro = "Le second mot".into();
    second.posts.iter_mut().for_each(|post| (post.summary, post.bare) = (String::new(), false));
    second.posts.reverse();
    assert_eq!(submit(&writer, &path(&digest, "edit"), &second, &[]).await.status, 303);

    let page = writer.get(&list).await;
    for words in ["1: Le premier objet", "2: made from the posts", "by writer-"] {
        assert!(page.words().contains(words), "{words}: {}", page.words());
    }
    let first = writer.get(&format!("{list}/1")).await;
    for words in ["Le premier objet", "Le premier mot", "Le premier résumé", "No picture", "Take this text back"] {
        assert!(first.body.contains(words), "{words}: {}", first.body);
    }
    assert!(first.body.contains("name=\"revision\" value=\"2\""), "{}", first.body);
    for none in ["3", "x"] {
        assert_eq!(writer.get(&format!("{list}/{none}")).await.status, 404);
        assert_eq!(writer.post(&format!("{list}/{none}"), &[("revision", "2")]).await.status, 404);
    }
    // A page that is too old is answered with both texts.
    let stale = writer.post(&format!("{list}/1"), &[("revision", "1")]).await;
    assert!(stale.status == 409 && stale.body.contains("Le premier mot") && stale.body.contains("Le second mot"));
    let done = writer.post(&format!("{list}/1"), &[("revision", "2")]).await;
    assert_eq!((done.status, done.header("location")), (303, path(&digest, "").trim_end_matches('/')), "{}", done.body);
    let back = load(&app, &digest).await;
    assert_eq!((back.revision, back.subject.as_str(), back.intro.as_str()), (3, "Le premier objet", "Le premier mot"));
    assert_eq!(back.posts.iter().map(|post| post.id).collect::<Vec<_>>(), [other, own], "the order stays");
    assert_eq!((back.posts[0].bare, back.posts[1].summary.as_str()), (true, "Le premier résumé"));
    assert!(writer.get(&format!("{list}/2")).await.body.contains("Le second mot"), "what stood there is kept");

    // From a shell.
    let id = digest.public_id.as_str();
    assert!(app.cli(&["digest", "revisions", "carnet", id]).await.ok().contains("Le premier objet"));
    assert!(app.cli(&["digest", "revisions", "carnet", id, "--number", "2"]).await.ok().contains("Le second mot"));
    app.cli(&["digest", "edit", "carnet", id, "--back-to", "2", "--subject", "Un objet"]).await.ok();
    let back = load(&app, &digest).await;
    assert_eq!((back.subject.as_str(), back.intro.as_str()), ("Un objet", "Le second mot"));
    app.cli(&["digest", "edit", "carnet", id, "--back-to", "99"]).await.fails(5);

    // Twenty, and those that are left go with the digest that they belong to.
    for round in 0..20 {
        let wish = Edit { subject: format!("Objet {round}"), ..load(&app, &digest).await };
        edit::save(&app.app, &digest, &wish, Actor::Command).await.unwrap();
    }
    let numbers =
        "SELECT CAST(MIN(revision) AS TEXT) || ' to ' || CAST(MAX(revision) AS TEXT) FROM digest_edit_revision";
    assert_eq!(app.texts(numbers).await, ["5 to 24"]);
    app.cli(&["digest", "skip", "carnet"]).await.ok();
    let closed = writer.get(&format!("{list}/10")).await;
    assert!(closed.words().contains("can no longer be changed") && !closed.body.contains("name=\"revision\""));
    let late = writer.post(&format!("{list}/10"), &[("revision", "24")]).await;
    assert_eq!(late.status, 409, "{}", late.body);
    let made = writer.post(&path(&digest, "duplicate"), &[]).await;
    let again = format!("{}/revisions", made.header("location"));
    assert!(writer.get(&again).await.words().contains("24: Objet 19"), "handed on with all the rest");
    assert!(writer.get(&list).await.words().contains("Nothing has been saved yet"));
    app.execute("DELETE FROM digest").await;
    assert_eq!(app.number("SELECT COUNT(*) FROM digest_edit_revision").await, 0);
}
