//! Writing in the console: drafts that lose nothing, pictures, posts and letters of one's own, over HTTP as an editor meets them.

use std::path::Path;

use facteur::clock::{DAY, HOUR, MINUTE};
use facteur::newsletters::Newsletter;
use facteur::people::role::Role;

use crate::harness::console::Console;
use crate::harness::{Answer, BASE_URL, Chance, TestApp};

const DRAFTS: &str = "/console/n/carnet/drafts";

async fn world() -> (TestApp, Newsletter) {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana@example.org").await;
    (app, carnet)
}

/// Begins a draft and gives its path.
async fn begin(console: &Console<'_>, kind: &str, title: &str, body: &str) -> String {
    let answer = console.post(DRAFTS, &[("kind", kind), ("title", title), ("body", body), ("revision", "0")]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let path = answer.header("location").to_owned();
    assert!(path.starts_with(DRAFTS), "{path}");
    path
}

async fn save(console: &Console<'_>, path: &str, revision: &str, title: &str, body: &str) -> Answer {
    console.post(path, &[("revision", revision), ("title", title), ("body", body)]).await
}

/// The revision that a page was made of.
fn revision(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("name=\"revision\" value=\"").expect("a revision in the page");
    rest.split('"').next().unwrap().to_owned()
}

/// What stands in the text field of a page, as a browser reads it.
fn body_of(page: &Answer, field: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("<textarea id=\"{field}\"")).expect("a text field");
    let (_, text) = rest.split_once('>').unwrap();
    let text = text.split("</textarea>").next().unwrap();
    let text = text.strip_prefix('\n').unwrap_or(text);
    text.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'").replace("&#38;", "&")
}

/// A picture of the library that the product uses: 40 × 20, red.
fn png() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_pixel(40, 20, image::Rgb([200, 20, 20]));
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn a_draft_is_written_saved_and_read_again() {
    let (app, _) = world().await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let empty = writer.get(DRAFTS).await;
    assert!(empty.words().contains("Nothing is being written"), "{}", empty.words());
    let text = "\n  Première <ligne> & « deux »\r\n\r\n- un\n";
    let path = begin(&writer, "post", " L’hiver\u{202f}! ", text).await;
    let page = writer.get(&path).await;
    assert_eq!(body_of(&page, "body"), text.replace("\r\n", "\n"), "{}", page.body);
    assert!(page.body.contains("value=\"L’hiver\u{202f}!\""), "{}", page.body);
    assert_eq!(revision(&page), "1");
    assert_eq!(save(&writer, &path, "1", "Deux", "B").await.header("location"), path);
    // A double click, and a second tab with the same text: no conflict, and no revision more.
    assert_eq!(save(&writer, &path, "1", "Deux", "B").await.status, 303);
    assert_eq!(revision(&writer.get(&path).await), "2");
    assert_eq!(app.texts("SELECT title FROM draft_revision ORDER BY revision").await, ["L’hiver\u{202f}!", "Deux"]);
    assert!(writer.get(DRAFTS).await.body.contains(&format!("href=\"{path}\">Deux</a>")));
    assert_eq!(app.number("SELECT author_id FROM draft").await, writer.person);
    let stranger = app.console(Role::Viewer, Some("carnet")).await;
    assert_eq!(stranger.get(&path).await.status, 403);
}

/// A1: two tabs, a hundred interleavings; each text that was typed is stored, or stands in the answer beside the stored one.
#[tokio::test]
async fn two_tabs_lose_nothing_however_their_saves_meet() {
    let (app, _) = world().await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let mut chance = Chance::new(11);
    for round in 0..100 {
        let path = begin(&writer, "post", "T", &format!("{round}: début")).await;
        let mut tabs = ["1".to_owned(), "1".to_owned()];
        let mut typed = Vec::new();
        for step in 0..4 {
            let tab = chance.below(2) as usize;
            let text = format!("{round}: étape {step} de la fenêtre {tab}");
            if chance.below(4) == 0 {
                tabs[tab] = revision(&writer.get(&path).await);
            }
            let answer = save(&writer, &path, &tabs[tab], "T", &text).await;
            let stored = match answer.status {
                303 => text.clone(),
                409 => {
                    let before = body_of(&answer, "stored-body");
                    assert_eq!(body_of(&answer, "body"), text, "what was typed is there");
                    assert!(typed.contains(&before) || before.ends_with("début"), "and what is stored: {before}");
                    if chance.below(2) == 0 {
                        let kept = save(&writer, &path, &revision(&answer), "T", &body_of(&answer, "body")).await;
                        assert_eq!(kept.status, 303, "the page's own button keeps it");
                        text.clone()
                    } else {
                        before
                    }
                }
                other => panic!("{other}: {}", answer.body),
            };
            let page = writer.get(&path).await;
            assert_eq!(body_of(&page, "body"), stored);
            if answer.status == 303 {
                tabs[tab] = revision(&page);
            }
            typed.push(stored);
        }
        let kept = app
            .texts(&format!("SELECT body FROM draft_revision WHERE body LIKE '{round}: %' ORDER BY draft_id, revision"))
            .await;
        assert!(typed.iter().all(|text| kept.contains(text)), "{typed:?} in {kept:?}");
    }
}

#[tokio::test]
async fn two_saves_at_the_same_instant_are_one_after_the_other() {
    let (app, _) = world().await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let path = begin(&writer, "post", "T", "début").await;
    let texts: Vec<String> = (0..8).map(|n| format!("texte {n}")).collect();
    let saves = texts.iter().map(|text| save(&writer, &path, "1", "T", text));
    let answers = futures_util::future::join_all(saves).await;
    let (stored, late): (Vec<_>, Vec<_>) = answers.iter().zip(&texts).partition(|(answer, _)| answer.status == 303);
    assert_eq!((stored.len(), late.len()), (1, 7), "one is stored");
    for (answer, text) in late {
        assert_eq!((answer.status, body_of(answer, "body").as_str()), (409, text.as_str()));
        assert_eq!(&body_of(answer, "stored-body"), stored[0].1);
    }
}

#[tokio::test]
async fn what_is_thrown_away_comes_back_for_three_days() {
    let (app, _) = world().await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let (one, two) = (begin(&writer, "post", "Un", "a").await, begin(&writer, "post", "Deux", "b").await);
    for path in [&one, &two] {
        assert_eq!(writer.post(&format!("{path}/delete"), &[]).await.header("location"), DRAFTS);
    }
    // A tab that still shows it: what is typed there is not lost, and begins a new one.
    let late = save(&writer, &one, "1", "Un", "texte tardif").await;
    assert_eq!((late.status, body_of(&late, "body").as_str()), (409, "texte tardif"));
    assert!(late.body.contains(&format!("action=\"{DRAFTS}\"")), "{}", late.body);
    app.advance(3 * DAY - MINUTE).await;
    let writer = app.signed_in(writer.person).await;
    let page = writer.get(DRAFTS).await;
    assert!(page.words().contains("it can be brought back until Thursday 4 June 2026"), "{}", page.words());
    assert_eq!(writer.post(&format!("{one}/restore"), &[]).await.header("location"), one);
    assert_eq!(writer.get(&one).await.status, 200);
    app.advance(2 * MINUTE).await;
    assert_eq!(app.texts("SELECT title FROM draft").await, ["Un"]);
    assert_eq!(app.number("SELECT COUNT(*) FROM draft_revision").await, 1);
    assert_eq!(writer.get(&two).await.status, 404);
    let gone = save(&writer, &two, "1", "Deux", "texte tardif").await;
    assert_eq!((gone.status, body_of(&gone, "body").as_str()), (404, "texte tardif"));
}

#[tokio::test]
async fn bad_input_is_told_with_what_was_typed_and_changes_nothing() {
    let (app, _) = world().await;
    app.newsletter("autre").await;
    let writer = app.console(Role::Editor, None).await;
    let path = begin(&writer, "post", "Un", "a").await;
    let long = "x".repeat(10 * 1024 * 1024);
    let paste = save(&writer, &path, "1", "Un", &long).await;
    assert_eq!(paste.status, 422);
    assert!(paste.body.len() > long.len() && paste.words().contains("more than 512 KB"));
    let title = save(&writer, &path, "1", &"t".repeat(301), "texte gardé").await;
    assert_eq!((title.status, body_of(&title, "body").as_str()), (422, "texte gardé"));
    assert_eq!(app.texts("SELECT body FROM draft").await, ["a"]);
    // Under another newsletter it is none.
    let foreign = path.replace("/carnet/", "/autre/");
    assert_eq!(writer.get(&foreign).await.status, 404);
    assert_eq!(save(&writer, &foreign, "1", "Un", "b").await.status, 404);
    for act in ["delete", "restore", "publish", "send", "stop", "take-back"] {
        assert_eq!(writer.post(&format!("{foreign}/{act}"), &[("revision", "1")]).await.status, 404, "{act}");
    }
    assert_eq!(app.texts("SELECT body || revision FROM draft").await, ["a1"]);
    for odd in ["x%00", "%00", "x%27", "..%2Fx"] {
        assert_eq!(writer.get(&format!("{DRAFTS}/{odd}")).await.status, 404, "{odd}");
        assert_eq!(save(&writer, &format!("{DRAFTS}/{odd}"), "1", "Un", "b\0c").await.status, 404, "{odd}");
    }
    // A session that ended keeps what was typed in the page.
    let out = app.stranger().post(&path, &[("title", "Un"), ("body", "texte <gardé>"), ("revision", "1")]).await;
    assert!(out.status == 401 && out.body.contains("texte &#60;gardé&#62;"), "{}", out.body);
}

#[tokio::test]
async fn the_preview_is_the_mail() {
    let (app, carnet) = world().await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let body = "Un **texte** de [deux](https://e.example/a?b=1&c=2) lignes.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<script>x</script>";
    let shown = writer.post(&format!("{DRAFTS}/preview"), &[("title", "L’hiver"), ("body", body)]).await;
    assert_eq!(shown.status, 200);
    assert!(shown.header("content-security-policy").contains("sandbox") && !shown.body.contains("<script"));
    assert_eq!(app.number("SELECT COUNT(*) FROM draft").await, 0, "a preview stores nothing");
    assert!(shown.words().contains("In its mail: ") && shown.words().contains("kB of 90"), "{}", shown.words());
    let long = writer.post(&format!("{DRAFTS}/preview"), &[("title", "Fleuve"), ("body", &paragraphs(300_000))]).await;
    assert!(long.words().contains("Shorten it") && long.body.contains("<div role=\"note\" lang=\"en\""));
    let path = begin(&writer, "post", "L’hiver", body).await;
    let stored = writer.get(&format!("{path}/preview")).await;
    publish(&writer, &path).await;
    app.send_now(&carnet).await;
    app.idle().await;
    let sent = app.mail_to("ana@example.org").await.html();
    // From the title of the text to its end; what is personal stands before and behind.
    let part = |html: &str| {
        let from = html.find("Un <strong").or_else(|| html.find("Un <b")).expect("the text");
        // Mails end their lines with CRLF.
        html[from..].split("</table>").next().unwrap().replace("\r\n", "\n")
    };
    assert_eq!(part(&shown.body), part(&sent));
    assert_eq!(part(&stored.body), part(&sent));
    assert!(!stored.words().contains("In its mail"), "what is stored says it beside its text");
    let untitled = writer.post(&format!("{DRAFTS}/preview"), &[("title", ""), ("body", "")]).await;
    assert!(untitled.status == 200 && untitled.body.contains("Without a title"), "nothing typed is shown too");
}

async fn publish(writer: &Console<'_>, path: &str) {
    let ready = writer.get(&format!("{path}/ready")).await;
    assert_eq!(ready.status, 200, "{}", ready.body);
    let published = writer.post(&format!("{path}/publish"), &[("revision", &revision(&ready))]).await;
    assert_eq!((published.status, published.header("location")), (303, path), "{}", published.body);
}

#[tokio::test]
async fn a_post_leaves_with_the_next_digest_and_can_be_taken_back_before() {
    let (app, _) = world().await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let path = begin(&writer, "post", "Un billet", "Le texte.").await;
    let to_ready =
        writer.post(&path, &[("revision", "1"), ("title", "Un billet"), ("body", "Le texte!"), ("ready", "1")]).await;
    assert_eq!(to_ready.header("location"), format!("{path}/ready"), "it is saved on the way");
    let ready = writer.get(&format!("{path}/ready")).await;
    assert!(
        ready.words().contains("Monday 8 June 2026 at 8:00") && ready.words().contains("to 1 person"),
        "{}",
        ready.words()
    );
    let old = writer.post(&format!("{path}/publish"), &[("revision", "1")]).await;
    assert_eq!(old.header("location"), format!("{path}/ready"), "who saw an older text looks again");
    assert_eq!(app.number("SELECT COUNT(*) FROM post").await, 0);
    publish(&writer, &path).await;
    let again = writer.post(&format!("{path}/publish"), &[("revision", "2")]).await;
    assert_eq!(again.header("location"), path);
    assert_eq!(app.number("SELECT COUNT(*) FROM post").await, 1, "once");
    assert_eq!(save(&writer, &path, "2", "Un billet", "autre").await.status, 409, "what is published is not changed");
    assert_eq!(writer.post(&format!("{path}/take-back"), &[]).await.header("location"), path);
    assert_eq!(app.number("SELECT COUNT(*) FROM post").await, 0);
    assert_eq!(save(&writer, &path, "2", "Un billet", "Le texte, mieux.").await.status, 303);
    publish(&writer, &path).await;
    let news = app.texts("SELECT code || ' ' || actor_id FROM event WHERE about = 'post' ORDER BY id").await;
    let by = |code: &str| format!("{code} {}", writer.person);
    assert_eq!(news, [by("post.published"), by("post.taken-back"), by("post.published")]);
    app.advance_to("2026-06-08T08:00[Europe/Paris]").await;
    app.idle().await;
    let mail = app.mail_to("ana@example.org").await;
    assert!(mail.text().contains("Le texte, mieux.") && app.mails().len() == 1, "{}", mail.text());
    let writer = app.signed_in(writer.person).await;
    let late = writer.post(&format!("{path}/take-back"), &[]).await;
    assert!(late.header("set-cookie").contains("draft-left"), "{:?}", late.headers);
    assert_eq!(app.number("SELECT COUNT(*) FROM post").await, 1);
    let page = writer.get(&path).await;
    assert!(page.words().contains("Published Monday 1 June 2026"), "{}", page.words());
}

#[tokio::test]
async fn a_draft_without_a_title_or_a_text_does_not_leave() {
    let (app, _) = world().await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    for (kind, act) in [("post", "publish"), ("letter", "send")] {
        let path = begin(&editor, kind, "", "Texte").await;
        let page = editor.get(&format!("{path}/ready")).await;
        assert!(
            page.words().contains("It has no title") && !page.body.contains(&format!("{path}/{act}")),
            "{}",
            page.words()
        );
        let forced = editor.post(&format!("{path}/{act}"), &[("revision", "1"), ("leaves", "now")]).await;
        assert_eq!(forced.status, 422, "{}", forced.body);
        let other = if kind == "post" { "send" } else { "publish" };
        assert_eq!(editor.post(&format!("{path}/{other}"), &[("revision", "1")]).await.status, 404, "{kind} {other}");
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM post").await, 0);
}

#[tokio::test]
async fn a_letter_goes_to_all_once_and_no_digest_takes_it() {
    let (app, carnet) = world().await;
    app.execute(&format!(
        "INSERT INTO schedule (newsletter_id, every, days, at_minute, zone, approval, next_due_at, created_at)
         SELECT newsletter_id, every, days, 540, zone, approval, next_due_at + 3600000, created_at FROM schedule WHERE newsletter_id = {}",
        carnet.id
    ))
    .await;
    app.reader(&carnet, "bea@example.org").await;
    app.execute("UPDATE subscriber SET schedule_id = (SELECT MAX(id) FROM schedule) WHERE email = 'bea@example.org'")
        .await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let path = begin(&writer, "letter", "À tous", "Bonjour à tous.").await;
    assert_eq!(writer.post(&format!("{path}/send"), &[("revision", "1"), ("leaves", "now")]).await.status, 403);
    let ready = editor.get(&format!("{path}/ready")).await;
    assert!(ready.body.contains("Send to 2 people"), "{}", ready.body);
    for _ in 0..2 {
        let sent = editor.post(&format!("{path}/send"), &[("revision", "1"), ("leaves", "now")]).await;
        assert_eq!((sent.status, sent.header("location")), (303, path.as_str()), "{}", sent.body);
    }
    assert_eq!(app.texts("SELECT state FROM digest").await, ["waiting", "waiting"]);
    app.tick().await;
    assert_eq!(app.number("SELECT COUNT(*) FROM delivery").await, 0, "it can be taken back for a minute");
    app.advance(MINUTE).await;
    app.idle().await;
    for address in ["ana@example.org", "bea@example.org"] {
        let mails = app.mails_to(address);
        assert_eq!(mails.len(), 1, "{address}");
        assert!(mails[0].subject() == "À tous" && mails[0].text().contains("Bonjour à tous."), "{}", mails[0].source());
    }
    app.advance_to("2026-06-08T08:00[Europe/Paris]").await;
    app.advance_to("2026-06-08T09:00[Europe/Paris]").await;
    app.idle().await;
    let mails = app.mails();
    let readers = mails.iter().filter(|mail| mail.to.ends_with("@example.org"));
    let sent: Vec<String> = readers.map(|mail| format!("{} {}", mail.to, mail.subject())).collect();
    assert_eq!(sent.len(), 2, "no digest takes it: {sent:?}");
    let editor = app.signed_in(editor.person).await;
    let posts = editor.get("/console/n/carnet/posts").await.words();
    assert!(posts.contains("A letter of its own") && posts.contains("Monday 1 June 2026 (finished)"), "{posts}");
    let late = editor.post(&format!("{path}/stop"), &[]).await;
    assert!(late.header("set-cookie").contains("draft-left"), "{:?}", late.headers);
}

#[tokio::test]
async fn a_letter_leaves_at_its_hour_or_is_taken_back() {
    let (app, carnet) = world().await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let path = begin(&editor, "letter", "Plus tard", "Bonjour.").await;
    let at = |when: &'static str| [("revision", "1"), ("leaves", "later"), ("when", when)];
    for wrong in ["", "demain", "2026-06-01T07:00", "2026-13-01T08:00"] {
        let refused = editor.post(&format!("{path}/send"), &at(wrong)).await;
        assert!(refused.status == 422 && refused.words().contains("still to come"), "{wrong}: {}", refused.words());
    }
    // At the hour of the weekly digest, which has its own record all the same.
    let when = "2026-06-08T08:00";
    assert_eq!(editor.post(&format!("{path}/send"), &at(when)).await.status, 303);
    app.advance(2 * HOUR).await;
    assert_eq!(app.texts("SELECT state FROM digest").await, ["waiting"], "no clock draws it back");
    assert_eq!(editor.post(&format!("{path}/stop"), &[]).await.status, 303);
    assert_eq!(app.texts("SELECT state FROM digest").await, ["skipped"]);
    assert_eq!(app.number("SELECT COUNT(*) FROM post").await, 0);
    assert_eq!(save(&editor, &path, "1", "Plus tard", "Bonjour, mieux.").await.status, 303, "it is a draft again");
    let again = [("revision", "2"), ("leaves", "later"), ("when", when)];
    assert_eq!(editor.post(&format!("{path}/send"), &again).await.status, 303);
    app.post(&carnet, "Un billet").await;
    app.advance_to("2026-06-08T07:59[Europe/Paris]").await;
    app.idle().await;
    assert_eq!(app.mails().len(), 0);
    app.advance_to("2026-06-08T08:00:01[Europe/Paris]").await;
    app.idle().await;
    let mut subjects: Vec<String> = app.mails().iter().map(|mail| mail.subject()).collect();
    subjects.sort();
    assert_eq!(subjects, ["Plus tard", "Un billet"], "the digest of that hour leaves too");
}

#[tokio::test]
async fn a_letter_to_nobody_stays_a_draft() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let path = begin(&editor, "letter", "À personne", "Bonjour.").await;
    let sent = editor.post(&format!("{path}/send"), &[("revision", "1"), ("leaves", "now")]).await;
    assert_eq!(sent.status, 422, "{}", sent.body);
    assert_eq!(app.number("SELECT COUNT(*) FROM post").await, 0);
    assert_eq!(app.number("SELECT COUNT(*) FROM digest").await, 0);
    assert_eq!(save(&editor, &path, "1", "À personne", "Encore un draft.").await.status, 303);
}

#[tokio::test]
async fn a_picture_comes_into_the_text_and_into_the_mail() {
    let (app, carnet) = world().await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let fields = [
        ("kind", "post"),
        ("revision", "0"),
        ("title", "Un"),
        ("body", "Avant.\r\n\r\nAprès."),
        ("at", "3"),
        ("alt", "Un pont [rouge]"),
    ];
    let added = writer.upload(&format!("{DRAFTS}/picture"), &fields, ("picture", "IMG_0001.png", &png())).await;
    assert_eq!(added.status, 303, "{}", added.body);
    let path = added.header("location").to_owned();
    let body = body_of(&writer.get(&path).await, "body");
    let (before, rest) = body.split_once("![Un pont \\[rouge\\]](").unwrap_or_else(|| panic!("{body}"));
    let (address, after) = rest.split_once(')').unwrap();
    assert_eq!((before, after), ("Avant.\n\n", "\n\nAprès."));
    let name = address.strip_prefix(&format!("{BASE_URL}/media/")).unwrap();
    assert!(name.len() > 20 && Path::new(name).extension() == Some("png".as_ref()) && !name.contains("IMG"), "{name}");

    let response = app.request(reqwest::Method::GET, address).send().await.unwrap();
    let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(response.status(), 200);
    assert_eq!(header("content-type").unwrap(), "image/png");
    assert_eq!(header("cache-control").unwrap(), "public, max-age=31536000, immutable");
    assert_eq!(header("x-content-type-options").unwrap(), "nosniff");
    assert_eq!(header("set-cookie"), None);
    let picture = image::load_from_memory(&response.bytes().await.unwrap()).unwrap();
    assert_eq!((picture.width(), picture.height()), (40, 20));
    for odd in ["/media/x", "/media/%00", "/media/..%2Fx"] {
        assert_eq!(app.get(odd).await.status, 404, "{odd}");
    }

    publish(&writer, &path).await;
    app.send_now(&carnet).await;
    app.idle().await;
    let html = app.mail_to("ana@example.org").await.html();
    let (_, img) = html.split_once(&format!("src=\"{address}\"")).unwrap_or_else(|| panic!("{html}"));
    let img = img.split('>').next().unwrap();
    assert!(img.contains("alt=\"Un pont [rouge]\"") && img.contains("width=\"40\""), "{img}");
}

#[tokio::test]
async fn a_chosen_picture_is_kept_whichever_button_is_pressed() {
    let (app, _) = world().await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let fields = [("kind", "post"), ("title", "Le four"), ("body", "Rallumé."), ("alt", "Le four"), ("revision", "0")];
    let saved = writer.upload(DRAFTS, &fields, ("picture", "x.png", &png())).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert!(app.texts("SELECT body FROM draft").await[0].contains("![Le four]("), "it stands in the text");
    let without =
        writer.upload(DRAFTS, &[&fields[..3], &[("revision", "0")]].concat(), ("picture", "x.png", &png())).await;
    assert_eq!(without.status, 422, "what it shows is asked for: {}", without.body);
    assert!(without.body.contains("Rallumé."), "what was typed is still there");
}

#[tokio::test]
async fn a_picture_into_a_saved_draft_saves_it_and_meets_a_second_tab() {
    let (app, _) = world().await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let path = begin(&writer, "post", "Un", "a").await;
    let fields = [("kind", "post"), ("revision", "1"), ("title", "Un"), ("body", "a b"), ("decoration", "1")];
    let added = writer.upload(&format!("{path}/picture"), &fields, ("picture", "x.png", &png())).await;
    assert_eq!((added.status, added.header("location")), (303, path.as_str()), "{}", added.body);
    let stored = body_of(&writer.get(&path).await, "body");
    assert!(stored.starts_with("a b\n\n![]("), "decoration says nothing: {stored}");
    let late = writer.upload(&format!("{path}/picture"), &fields, ("picture", "x.png", &png())).await;
    assert_eq!(late.status, 409);
    assert!(body_of(&late, "body").starts_with("a b\n\n![](") && body_of(&late, "stored-body") == stored);
}

#[tokio::test]
async fn a_file_that_is_no_picture_is_told_with_what_was_typed() {
    let (app, _) = world().await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let path = begin(&writer, "post", "Un", "a").await;
    let mut bomb = png();
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let large = [png(), vec![0; 6 * 1024 * 1024]].concat();
    let good = png();
    for (file, alt, says) in [
        (&b"%PDF-1.7"[..], "x", "is no PNG, JPEG, WebP or GIF picture"),
        (&bomb, "x", ""),
        (&large, "x", "more than 5 MB"),
        (&good, "", "say in a few words what the picture shows"),
        (b"", "x", "no picture was chosen"),
    ] {
        for to in [format!("{path}/picture"), format!("{DRAFTS}/picture")] {
            let fields = [
                ("kind", "post"),
                ("revision", "1"),
                ("title", "Mon titre"),
                ("body", "Mon texte <gardé>"),
                ("alt", alt),
            ];
            let answer = writer.upload(&to, &fields, ("picture", "x.png", file)).await;
            assert_eq!(answer.status, 422, "{says}: {}", answer.words());
            assert!(answer.words().contains(says), "{says}: {}", answer.words());
            assert_eq!(body_of(&answer, "body"), "Mon texte <gardé>");
            assert!(answer.body.contains("value=\"Mon titre\"") && revision(&answer) == "1");
        }
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM media").await, 0);
    assert_eq!(app.texts("SELECT body FROM draft").await, ["a"]);
}

#[tokio::test]
async fn a_mail_of_ours_passes_the_lint_with_a_picture_of_ours() {
    let (app, _) = world().await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let fields =
        [("kind", "letter"), ("revision", "0"), ("title", "Avec image"), ("body", "Bonjour."), ("alt", "Un pont")];
    let added = editor.upload(&format!("{DRAFTS}/picture"), &fields, ("picture", "x.png", &png())).await;
    let path = added.header("location").to_owned();
    assert_eq!(editor.post(&format!("{path}/send"), &[("revision", "1"), ("leaves", "now")]).await.status, 303);
    app.advance(MINUTE).await;
    app.idle().await;
    // The world's end lints every mail.
    assert!(app.mail_to("ana@example.org").await.html().contains("/media/"));
}

/// What stood there before is listed, shown and taken back, and taking it back writes nothing over.
#[tokio::test]
async fn an_earlier_text_of_a_draft_is_taken_back_and_none_is_lost_by_it() {
    let (app, _) = world().await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let path = begin(&writer, "post", "Le levain", "Le *premier* texte <b>").await;
    assert!(!writer.get(&path).await.body.contains("/revisions\""), "there is no earlier one yet");
    assert_eq!(save(&writer, &path, "1", "Le levain, encore", "Le second texte").await.status, 303);
    let list = format!("{path}/revisions");
    assert!(writer.get(&path).await.body.contains(&format!("href=\"{list}\"")));
    let page = writer.get(&list).await;
    assert_eq!(page.status, 200);
    for words in ["1: Le levain", "2: Le levain, encore", "Saved Monday 1 June 2026", "by writer-"] {
        assert!(page.words().contains(words), "{words}: {}", page.words());
    }
    let first = writer.get(&format!("{list}/1")).await;
    assert_eq!(body_of(&first, "text-2"), "Le *premier* texte <b>");
    assert!(writer.get(&format!("{list}/2")).await.words().contains("This is what stands now"));
    for none in ["3", "0", "x", "-1", "99999999999999999999"] {
        assert_eq!(writer.get(&format!("{list}/{none}")).await.status, 404, "{none}");
        assert_eq!(writer.post(&format!("{list}/{none}"), &[("revision", "2")]).await.status, 404, "{none}");
    }

    // Meanwhile somebody saved: both texts are shown, and nothing is changed.
    assert_eq!(save(&writer, &path, "2", "Le levain", "Le troisième texte").await.status, 303);
    let late = writer.post(&format!("{list}/1"), &[("revision", &revision(&first))]).await;
    assert_eq!(late.status, 409);
    let both = (body_of(&late, "body"), body_of(&late, "stored-body"));
    assert_eq!(both, ("Le *premier* texte <b>".to_owned(), "Le troisième texte".to_owned()));
    let first = writer.get(&format!("{list}/1")).await;
    let done = writer.post(&format!("{list}/1"), &[("revision", &revision(&first))]).await;
    assert_eq!((done.status, done.header("location")), (303, path.as_str()), "{}", done.body);
    assert_eq!(body_of(&writer.get(&path).await, "body"), "Le *premier* texte <b>");
    let kept = app.texts("SELECT body FROM draft_revision ORDER BY revision").await;
    assert_eq!(kept, ["Le *premier* texte <b>", "Le second texte", "Le troisième texte", "Le *premier* texte <b>"]);

    // From a shell; what is published says that it stays.
    let id = path.rsplit('/').next().unwrap();
    let listed = app.cli(&["draft", "revisions", "carnet", id, "--json"]).await.json();
    assert_eq!((listed.as_array().unwrap().len(), &listed[3]["title"]), (4, &"Le levain".into()));
    assert!(app.cli(&["draft", "revisions", "carnet", id, "2"]).await.ok().contains("Le second texte"));
    app.cli(&["draft", "back-to", "carnet", id, "2"]).await.ok();
    assert_eq!(body_of(&writer.get(&path).await, "body"), "Le second texte");
    app.cli(&["draft", "back-to", "carnet", id, "9"]).await.fails(5);
    publish(&writer, &path).await;
    let closed = writer.get(&format!("{list}/1")).await;
    assert!(closed.words().contains("can no longer be changed") && !closed.body.contains("name=\"revision\""));
    let late = writer.post(&format!("{list}/1"), &[("revision", "5")]).await;
    assert_eq!((late.status, body_of(&late, "body").as_str()), (409, "Le *premier* texte <b>"));
    app.cli(&["draft", "back-to", "carnet", id, "1"]).await.fails(4);
}

/// A draft of another newsletter, and its texts, are not there.
#[tokio::test]
async fn earlier_texts_are_their_newsletters_alone() {
    let (app, _) = world().await;
    app.newsletter("autre").await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let path = begin(&writer, "post", "Un", "à nous").await;
    let stranger = app.console(Role::Owner, Some("autre")).await;
    let elsewhere = path.replace("/carnet/", "/autre/");
    for path in [format!("{elsewhere}/revisions"), format!("{elsewhere}/revisions/1"), format!("{path}/revisions/1")] {
        assert_eq!(stranger.get(&path).await.status, 404, "{path}");
        assert!(!stranger.get(&path).await.body.contains("à nous"), "{path}");
    }
    assert_eq!(stranger.post(&format!("{elsewhere}/revisions/1"), &[("revision", "1")]).await.status, 404);
}

#[tokio::test]
async fn a_draft_that_has_left_leads_to_its_digests_and_offers_nothing_that_cannot_be_done() {
    let (app, _) = world().await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let post = begin(&editor, "post", "Un billet", "Le texte.").await;
    publish(&editor, &post).await;
    let page = editor.get(&post).await;
    assert!(page.body.contains(&format!("{post}/take-back")) && !page.body.contains("/digests/"), "{}", page.body);
    let letter = begin(&editor, "letter", "À tous", "Bonjour à tous.").await;
    assert_eq!(editor.post(&format!("{letter}/send"), &[("revision", "1"), ("leaves", "now")]).await.status, 303);
    let page = editor.get(&letter).await;
    assert!(page.body.contains(&format!("{letter}/stop")) && page.words().contains("(waiting)"), "{}", page.body);
    let writer = app.console(Role::Writer, Some("carnet")).await;
    assert!(!writer.get(&letter).await.body.contains(&format!("{letter}/stop")), "who may not send takes nothing back");
    app.advance(MINUTE).await;
    app.advance_to("2026-06-08T08:00[Europe/Paris]").await;
    app.idle().await;
    let editor = app.signed_in(editor.person).await;
    for (path, act, title) in [(&post, "take-back", "Un billet"), (&letter, "stop", "À tous")] {
        let page = editor.get(path).await;
        assert!(!page.body.contains(&format!("{path}/{act}")), "{}", page.body);
        let digest = app
            .texts(&format!(
                "SELECT d.public_id FROM digest d JOIN digest_post dp ON dp.digest_id = d.id
                 JOIN post p ON p.id = dp.post_id WHERE p.title = '{title}'"
            ))
            .await
            .remove(0);
        assert!(page.body.contains(&format!("href=\"/console/n/carnet/digests/{digest}\"")), "{}", page.body);
        assert!(page.words().contains("(finished)") && page.words().contains("taken back"), "{}", page.words());
    }
}

/// Paragraphs of this many bytes in all.
fn paragraphs(bytes: usize) -> String {
    let paragraph = "mot ".repeat(500) + "\n\n";
    paragraph.repeat(bytes / paragraph.len() + 1)
}

#[tokio::test]
async fn what_has_no_room_in_a_mail_says_so_before_it_is_published() {
    let (app, _) = world().await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let small = begin(&editor, "post", "Petit", "Le texte.").await;
    assert!(editor.get(&small).await.words().contains("kB of 90"));
    for (kind, act) in [("post", "publish"), ("letter", "send")] {
        let path = begin(&editor, kind, "Fleuve", &paragraphs(300_000)).await;
        let page = editor.get(&path).await;
        assert!(page.words().contains("would be in no mail and on no page"), "{kind}: {}", page.words());
        let ready = editor.get(&format!("{path}/ready")).await;
        assert!(ready.words().contains("Shorten it") && !ready.body.contains(&format!("{path}/{act}")), "{kind}");
        let forced = editor.post(&format!("{path}/{act}"), &[("revision", "1"), ("leaves", "now")]).await;
        assert!(forced.status == 422 && forced.words().contains("Shorten it"), "{kind}: {}", forced.words());
        assert_eq!(editor.get(&format!("{path}?lang=fr")).await.status, 200);
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM post").await, 0);
    // Alone in its mail there would be room: that is said, and nothing more.
    let path = begin(&editor, "post", "Long", &paragraphs(50_000)).await;
    let ready = editor.get(&format!("{path}/ready")).await;
    assert!(ready.words().contains("in a digest with another post there is room for"), "{}", ready.words());
    publish(&editor, &path).await;
}

#[tokio::test]
async fn what_blocks_a_draft_in_the_console_blocks_it_on_the_command_line() {
    let (app, _) = world().await;
    let add = async |title: &str, body: &str, more: &[&str]| {
        let file = app.folder().join("brouillon.md");
        std::fs::write(&file, format!("# {title}\n\n{body}\n")).unwrap();
        let all = [&["draft", "add", "carnet", file.to_str().unwrap(), "--json"][..], more].concat();
        app.cli(&all).await.json()["id"].as_str().unwrap().to_owned()
    };
    let long = add("Fleuve", &paragraphs(300_000), &["--letter"]).await;
    assert!(app.cli(&["draft", "send", "carnet", &long]).await.fails(3).contains("Shorten it"));
    let post = add("Fleuve aussi", &paragraphs(300_000), &[]).await;
    assert!(app.cli(&["draft", "publish", "carnet", &post]).await.fails(3).contains("Shorten it"));
    // A post that is given is added, and what is lost of it is said.
    let file = app.folder().join("brouillon.md");
    let added = app.cli(&["post", "add", "carnet", file.to_str().unwrap()]).await;
    assert!(added.ok().contains("was added to") && added.stderr.contains("Shorten it"), "{added:?}");
    app.execute("DELETE FROM post").await;
    app.cli(&["newsletter", "set", "carnet", "--postal", ""]).await.ok();
    let letter = add("À tous", "Bonjour à tous.", &["--letter"]).await;
    assert!(app.cli(&["draft", "send", "carnet", &letter]).await.fails(3).contains("as the law asks"));
    assert_eq!(app.number("SELECT COUNT(*) FROM post").await, 0);
    app.cli(&["newsletter", "set", "carnet", "--postal", "1 rue Haute, Lyon"]).await.ok();
    let sent = app.cli(&["draft", "send", "carnet", &letter]).await;
    assert!(
        sent.ok().contains("leaves at") && sent.stderr.contains("worth a look"),
        "what is only worth a look is said: {sent:?}"
    );
    assert_eq!(app.number("SELECT COUNT(*) FROM digest").await, 1);
}
