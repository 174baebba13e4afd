//! An owner's own words in letters and on pages, and the logo above mails: in the console, at the command line, in what readers get.

use facteur::clock::{HOUR, SECOND};
use facteur::letter::LetterKind;
use facteur::mails::{self, Brand, Sender, lint};
use facteur::newsletters::Newsletter;
use facteur::people::role::Role;
use facteur::texts::{Part, Place, Row, Text, Texts, ours};
use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use reqwest::Method;
use serde_json::json;

use crate::harness::console::Console;
use crate::harness::smtp::faults::Stage;
use crate::harness::{Answer, BASE_URL, TestApp};
use crate::letters::{DATE, errors, message, sender, several};

const CONFIRM: &str = "/console/n/carnet/texts/fr/confirm";
const FORM: &str = "/console/n/carnet/texts/fr/form";
const SETTINGS: &str = "/console/n/carnet/settings";

async fn world() -> (TestApp, Newsletter) {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    (app, carnet)
}

/// Fills in the form of a letter or page as it stands, with these words, and presses a button.
async fn press(owner: &Console<'_>, path: &str, words: &[(&str, &str)], button: &[(&str, &str)]) -> Answer {
    let shown = owner.get(path).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    let mut form = shown.forms().into_iter().find(|form| form.action == path).expect("the form of the texts");
    for (key, value) in words {
        form = form.fill(key, value);
    }
    // A text field's first line that is empty is the browser's to drop.
    let fields = form.fields.iter().filter(|(name, _)| name != "code" && name != "back");
    let fields = fields.map(|(name, value)| (name.as_str(), value.trim_start_matches('\n')));
    owner.post(path, &fields.chain(button.iter().copied()).collect::<Vec<_>>()).await
}

async fn store(owner: &Console<'_>, path: &str, words: &[(&str, &str)]) {
    let answer = press(owner, path, words, &[]).await;
    assert_eq!((answer.status, answer.header("location")), (303, path), "{}", answer.body);
}

async fn ask(app: &TestApp, email: &str, language: &str) {
    assert_eq!(app.post_form("/n/carnet", &[("email", email), ("lang", language)]).await.status, 303);
}

/// What readers would be shown now: the confirmation in both forms, and the form's page, in this language.
async fn looks(app: &TestApp, owner: &Console<'_>, language: &str) -> Vec<String> {
    let mut shown = Vec::new();
    for path in ["confirm/preview", "confirm/preview?as=text", "form/preview", "confirmed/preview"] {
        let answer = owner.get(&format!("/console/n/carnet/texts/{language}/{path}")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        shown.push(without_stamp(&answer.body));
    }
    shown.push(without_stamp(&app.get(&format!("/n/carnet?lang={language}")).await.body));
    shown.push(app.get(&format!("/n/carnet/thanks?lang={language}")).await.body);
    shown
}

/// A form carries the time at which it was shown.
fn without_stamp(page: &str) -> String {
    match page.split_once("name=\"stamp\" value=\"") {
        Some((before, stamp)) => before.to_owned() + stamp.split_once('"').expect("its end").1,
        None => page.to_owned(),
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, in its order")]
async fn an_owners_words_are_in_the_letter_and_on_the_page_of_their_language_and_go_without_a_trace() {
    let (app, _) = world().await;
    let owner = app.console(Role::Owner, Some("carnet")).await;
    let (french, english) = (looks(&app, &owner, "fr").await, looks(&app, &owner, "en").await);
    store(
        &owner,
        CONFIRM,
        &[
            ("confirm.subject", "Encore un pas vers « {newsletter} »"),
            ("confirm.opening", "Bonjour,\r\n\r\nmerci & <b>bienvenue</b> !"),
            ("confirm.explanation", "Un clic, et {newsletter} arrive chez vous. Vous avez {days} jours."),
            ("confirm.button", "J’en suis"),
            ("confirm.closing", "L’équipe du carnet"),
        ],
    )
    .await;
    store(
        &owner,
        FORM,
        &[
            ("form.heading", "Recevez {newsletter}"),
            ("form.paragraph", "Chez vous,\n{rhythm}."),
            ("form.button", "Oui"),
        ],
    )
    .await;
    store(&owner, "/console/n/carnet/texts/fr/thanks", &[("thanks.paragraph", "Regardez votre boîte, vite.")]).await;

    // The page, with what the law asks for as it was.
    let page = app.get("/n/carnet?lang=fr").await;
    let words = page.words().replace(['\u{a0}', '\u{202f}'], " ");
    assert!(words.contains("Recevez Le carnet") && words.contains("Chez vous, chaque lundi vers 8 h 00."), "{words}");
    assert!(page.body.contains(">Oui</button>") && page.body.contains("Chez vous,<br>"), "{}", page.body);
    let paste = owner.get("/console/n/carnet/form").await.body.replace("&#60;", "<").replace("&#62;", ">");
    for button in ["<button>Oui</button>", "<button>Subscribe</button>"] {
        assert!(paste.contains(button), "what is pasted into another page says the same: {paste}");
    }
    assert!(words.contains("En vous abonnant, vous acceptez de recevoir"), "consent stays ours: {words}");
    app.clock.advance(5 * SECOND);
    let thanks = app.submit("/n/carnet", &page.form().fill("email", "ana@example.org")).await;
    assert!(thanks.words().contains("Regardez votre boîte, vite."), "{}", thanks.words());
    let said = app.post_json("/n/carnet", &json!({ "email": "bea@example.org", "lang": "fr" })).await;
    assert_eq!(said.json()["message"], "Regardez votre boîte, vite.");

    // The letter, as its preview said.
    let letter = app.mail_to("ana@example.org").await;
    assert_eq!(letter.subject(), "Encore un pas vers « Le carnet »");
    let (html, text) = (letter.html(), letter.text().replace("\r\n", "\n"));
    assert!(html.contains("Bonjour,<br><br>merci &#38; &#60;b&#62;bienvenue&#60;/b&#62; !"), "{html}");
    assert!(html.contains(">J’en suis</a>") && html.contains("L’équipe du carnet"), "{html}");
    assert!(text.contains("Bonjour,\n\nmerci & <b>bienvenue</b> !"), "{text}");
    assert!(text.contains("arrive chez vous. Vous avez 7 jours."), "{text}");
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for ours in ["/not-me/", "/confirm/", "Association du carnet", "formulaire d’abonnement"] {
        assert!(html.contains(ours) && flat.contains(ours), "{ours} stays: {text}");
    }
    let preview = owner.get(&format!("{CONFIRM}/preview?as=text")).await.body;
    let head = text.split_inclusive("Vous avez 7 jours.").next().unwrap();
    assert!(head.len() < text.len() && preview.contains(head), "{preview}\n{text}");

    // The other language is ours.
    ask(&app, "eve@example.org", "en").await;
    let letter = app.mail_to("eve@example.org").await;
    assert_eq!(letter.subject(), "Confirm your subscription to Le carnet");
    let list = owner.get("/console/n/carnet/texts").await;
    assert_eq!(list.body.matches("texts changed").count(), 2, "{}", list.body);
    assert!(list.body.contains("1 text changed") && list.body.contains("5 texts changed"), "{}", list.body);

    // Back to ours: one, with what else was typed; then all. Nothing of it is left.
    let back = press(&owner, CONFIRM, &[("confirm.button", "Oui !")], &[("back", "confirm.subject")]).await;
    assert_eq!(back.status, 303, "{}", back.body);
    let kept = app.texts("SELECT key FROM newsletter_text ORDER BY key").await;
    assert!(!kept.contains(&"confirm.subject".to_owned()) && kept.len() == 8, "{kept:?}");
    assert!(owner.get(CONFIRM).await.body.contains("value=\"Oui !\""));
    for key in kept {
        let path = format!("/console/n/carnet/texts/fr/{}", key.split('.').next().unwrap());
        assert_eq!(press(&owner, &path, &[], &[("back", &key)]).await.status, 303, "{key}");
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM newsletter_text").await, 0);
    assert!(looks(&app, &owner, "fr").await == french && looks(&app, &owner, "en").await == english, "byte for byte");
    app.idle().await;
}

#[tokio::test]
async fn what_is_typed_is_shown_before_it_is_stored() {
    let (app, _) = world().await;
    let owner = app.console(Role::Owner, Some("carnet")).await;
    let stored = owner.get(&format!("{CONFIRM}/preview")).await;
    assert!(stored.header("content-security-policy").contains("sandbox"), "it acts on nothing");
    assert_eq!(stored.header("x-frame-options"), "SAMEORIGIN");
    let page = owner.get(CONFIRM).await;
    let frame = page.body.split("<iframe").nth(1).unwrap();
    assert!(frame.contains(&format!("src=\"{CONFIRM}/preview\"")) && frame.contains("name=\"preview\""), "{frame}");
    assert!(page.body.contains(&format!("formaction=\"{CONFIRM}/preview\" formtarget=\"preview\"")), "{}", page.body);

    let mut form = page.forms().into_iter().find(|form| form.action == CONFIRM).unwrap();
    form = form.fill("confirm.subject", "Voyons {newsletter}");
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.trim())).collect();
    let fields: Vec<(&str, &str)> = fields.into_iter().filter(|(name, _)| *name != "code").collect();
    let shown = owner.post(&format!("{CONFIRM}/preview"), &fields).await;
    assert!(shown.status == 200 && shown.body.contains("Voyons Le carnet"), "{}", shown.body);
    let shown = owner.post(&format!("{CONFIRM}/preview?as=text"), &fields).await;
    assert!(shown.body.starts_with("Voyons Le carnet\n") && shown.header("content-type").starts_with("text/plain"));
    assert_eq!(shown.header("x-frame-options"), "SAMEORIGIN");
    let wrong = owner.post(&format!("{CONFIRM}/preview"), &[("confirm.subject", "Voyons")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("{newsletter} is missing"), "{}", wrong.body);
    assert_eq!(app.number("SELECT COUNT(*) FROM newsletter_text").await, 0, "nothing is stored");

    // Every letter and page can be looked at in every language.
    for language in ["fr", "en"] {
        for place in Place::ALL {
            let path = format!("/console/n/carnet/texts/{language}/{place}");
            let (page, frame) = (owner.get(&path).await, owner.get(&format!("{path}/preview")).await);
            assert_eq!((page.status, frame.status), (200, 200), "{path}: {}", frame.body);
            assert!(frame.body.contains("Le carnet") && frame.body.contains(&format!("lang=\"{language}\"")), "{path}");
            assert!(page.body.len() < 80 * 1024, "{path}: {} bytes", page.body.len());
            assert!(!page.words().contains("texts-"), "{path}: a text is missing: {}", page.words());
        }
    }
    assert!(!owner.get("/console/n/carnet/texts").await.words().contains("texts-"));
}

#[tokio::test]
async fn words_that_cannot_stand_come_back_as_typed_and_change_nothing() {
    let (app, _) = world().await;
    let owner = app.console(Role::Owner, Some("carnet")).await;
    store(&owner, CONFIRM, &[("confirm.button", "J’en suis")]).await;
    let long = "x".repeat(601);
    for (key, typed, says) in [
        ("confirm.subject", "Sans nom", "{newsletter} is missing"),
        ("confirm.subject", "{newsletter}\nBcc: eve@example.org", "must stand on one line"),
        ("confirm.subject", "{newsletter}\u{7}", "holds a character that nobody sees"),
        (
            "confirm.explanation",
            "{newsletter} et {nom}",
            "{nom} is nothing that can be put in; there is: {newsletter}, {days}",
        ),
        ("confirm.explanation", "{newsletter} {", "holds a brace"),
        ("confirm.explanation", "{newsletter} : https://example.org/", "holds a web address"),
        ("confirm.button", "", "is empty"),
        ("confirm.button", "{newsletter}", "nothing is put into this text"),
        ("confirm.closing", long.as_str(), "longer than 600 characters"),
    ] {
        let answer = press(&owner, CONFIRM, &[(key, typed), ("confirm.opening", "Ce que j’ai tapé")], &[]).await;
        assert_eq!(answer.status, 422, "{key} {typed:?}");
        assert!(answer.words().contains(says), "{says}: {}", answer.words());
        assert!(answer.body.contains("Ce que j’ai tapé") && answer.body.contains("aria-invalid"), "{}", answer.body);
        assert_eq!(app.texts("SELECT key || ' ' || text FROM newsletter_text").await, ["confirm.button J’en suis"]);
    }
    let large = press(&owner, CONFIRM, &[("confirm.closing", &"é".repeat(500_000))], &[]).await;
    assert_eq!(large.status, 422, "a paste of a megabyte is a page that says so");
    for path in [
        "texts/tlh/confirm",
        "texts/fr/nowhere",
        "texts/fr-FR/confirm",
        "texts/fr/confirm.subject",
        "texts/fr/1/preview",
    ] {
        assert_eq!(owner.get(&format!("/console/n/carnet/{path}")).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn two_windows_do_not_overwrite_each_other_unseen() {
    let (app, _) = world().await;
    let owner = app.console(Role::Owner, Some("carnet")).await;
    let seen = |page: &Answer| {
        let (_, rest) = page.body.split_once("name=\"seen\" value=\"").expect("what was seen");
        rest.split('"').next().unwrap().to_owned()
    };
    let first = owner.get(FORM).await;
    store(&owner, FORM, &[("form.button", "Elle")]).await;
    let mine = [("form.heading", "{newsletter}"), ("form.paragraph", "Tout."), ("form.button", "Lui")];
    let late = |seen: String| [&mine[..], &[("seen", seen.leak() as &str)]].concat();
    let refused = owner.post(FORM, &late(seen(&first))).await;
    assert_eq!(refused.status, 422);
    assert!(refused.words().contains("somebody else has changed these texts"), "{}", refused.words());
    assert!(refused.body.contains("value=\"Lui\""), "what was typed is there");
    assert_eq!(app.texts("SELECT text FROM newsletter_text").await, ["Elle"]);
    assert_eq!(owner.post(FORM, &late(seen(&refused))).await.status, 303, "once it was seen");
    assert_eq!(app.number("SELECT COUNT(*) FROM newsletter_text WHERE text = 'Lui'").await, 1);
    assert_eq!(app.number("SELECT MIN(changed_by) FROM newsletter_text").await, owner.person);
}

#[tokio::test]
async fn only_who_may_change_settings_changes_texts_and_only_here() {
    let (app, _) = world().await;
    app.newsletter("autre").await;
    let words = [("form.heading", "{newsletter}"), ("form.paragraph", "x"), ("form.button", "x")];
    for role in [Role::Editor, Role::Writer, Role::Viewer] {
        let console = app.console(role, Some("carnet")).await;
        for path in ["/console/n/carnet/texts".to_owned(), FORM.to_owned(), format!("{FORM}/preview")] {
            assert_eq!(console.get(&path).await.status, 403, "{role}: {path}");
        }
        assert_eq!(console.post(FORM, &words).await.status, 403, "{role}");
    }
    let other = app.console(Role::Owner, Some("autre")).await;
    assert_eq!((other.get(FORM).await.status, other.post(FORM, &words).await.status), (404, 404));
    assert_eq!(other.upload(SETTINGS, &[("act", "logo")], ("picture", "l.png", &see_through(9, 9))).await.status, 404);
    assert_eq!(app.number("SELECT COUNT(*) FROM newsletter_text").await, 0);
    // What one newsletter says, another does not.
    let owner = app.console(Role::Owner, Some("carnet")).await;
    store(&owner, FORM, &[("form.button", "Ici seulement")]).await;
    assert!(app.get("/n/carnet?lang=fr").await.body.contains("Ici seulement"));
    assert!(!app.get("/n/autre?lang=fr").await.body.contains("Ici seulement"));
    // And it goes with its newsletter.
    app.cli(&["newsletter", "delete", "carnet", "--yes"]).await.ok();
    app.advance(facteur::newsletters::KEPT + HOUR).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM newsletter_text").await, 0);
}

#[tokio::test]
async fn a_letter_that_waits_leaves_with_the_words_of_then() {
    let (app, _) = world().await;
    app.sink.on(Stage::Rcpt).to("ana@example.org").first(1).reply("451 4.7.1 greylisted");
    ask(&app, "ana@example.org", "fr").await;
    let waits = async {
        while app.number("SELECT COUNT(*) FROM letter WHERE state = 4").await == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), waits).await.expect("it is put off");
    let said = app.cli(&["newsletter", "text", "set", "carnet", "fr", "confirm.button", "Me voici"]).await;
    assert!(said.ok().contains("Me voici"), "{}", said.stdout);
    app.clock.advance(HOUR);
    app.wake();
    let letter = app.mail_to("ana@example.org").await;
    assert!(letter.html().contains(">Me voici</a>"), "{}", letter.html());
}

#[tokio::test]
async fn the_command_line_does_the_same() {
    let (app, _) = world().await;
    let text = async |arguments: &[&str]| app.cli(&[&["newsletter", "text"], arguments].concat()).await;
    let all = text(&["list", "carnet", "--json"]).await.json();
    assert_eq!(all.as_array().unwrap().len(), 2 * Text::ALL.len());
    let shown = text(&["show", "carnet", "fr", "form.heading", "--json"]).await.json();
    assert_eq!((&shown["is_own"], &shown["must_have"]), (&false.into(), &json!(["{newsletter}"])));
    assert_eq!(shown["text"], ours(facteur::i18n::locale("fr"), Text::FormHeading));
    let input = app.cli_with_input(
        &["newsletter", "text", "set", "carnet", "en", "confirm.opening", "-"],
        "Hello,\n\nwelcome to {newsletter}.\n",
    );
    assert!(input.await.ok().contains("Hello,\n\nwelcome to {newsletter}."));
    let own = text(&["list", "carnet", "--own", "--json"]).await.json();
    assert_eq!((own.as_array().unwrap().len(), &own[0]["key"]), (1, &"confirm.opening".into()));
    assert!(text(&["list", "carnet", "--language", "en"]).await.ok().contains("own   en  confirm.opening"));
    for (arguments, code, says) in [
        (&["set", "carnet", "en", "confirm.subject", "x"][..], 2, "confirm.subject: {newsletter} is missing"),
        (&["set", "carnet", "tlh", "confirm.subject", "x"][..], 2, "no texts in tlh;"),
        (&["set", "carnet", "en", "confirm.no", "x"][..], 2, "confirm.no"),
        (&["show", "nulle-part", "en", "confirm.subject"][..], 5, "no newsletter"),
    ] {
        assert!(text(arguments).await.fails(code).contains(says), "{arguments:?}");
    }
    text(&["reset", "carnet", "en", "confirm.opening"]).await.ok();
    assert_eq!(app.number("SELECT COUNT(*) FROM newsletter_text").await, 0);
    text(&["set", "carnet", "fr", "form.heading", shown["text"].as_str().unwrap()]).await.ok();
    assert_eq!(app.number("SELECT COUNT(*) FROM newsletter_text").await, 0, "our own words are ours");
}

/// A drawing with holes: black on nothing.
fn see_through(width: u32, height: u32) -> Vec<u8> {
    let picture = RgbaImage::from_fn(width, height, |x, _| Rgba([0, 0, 0, if x < width / 2 { 255 } else { 0 }]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn a_logo_stands_above_digests_and_letters_and_can_be_seen_on_dark_screens() {
    let (app, carnet) = world().await;
    let owner = app.console(Role::Owner, Some("carnet")).await;
    let before = owner.get(&format!("{CONFIRM}/preview")).await.body;
    let nothing = owner.upload(SETTINGS, &[("act", "logo")], ("picture", "", &b""[..])).await;
    assert!(nothing.status == 422 && nothing.words().contains("no picture was chosen"), "{}", nothing.words());
    let none = owner
        .upload(SETTINGS, &[("act", "logo"), ("alt", "Ce que j’ai tapé")], ("picture", "l.png", &b"abc"[..]))
        .await;
    assert!(none.status == 422 && none.words().contains("no PNG, JPEG, WebP or GIF"), "{}", none.words());
    assert!(none.body.contains("value=\"Ce que j’ai tapé\""), "{}", none.body);

    let file = see_through(960, 240);
    let done = owner.upload(SETTINGS, &[("act", "logo"), ("alt", "")], ("picture", "logo.png", &file)).await;
    assert_eq!((done.status, done.header("location")), (303, SETTINGS), "{}", done.body);
    let url = app.texts("SELECT logo_url FROM newsletter").await.remove(0);
    let path = url.strip_prefix(BASE_URL).expect("from here").to_owned();
    assert!(path.starts_with("/media/") && !path.contains("logo") && !path.contains("carnet"), "{path}");
    let stored = app.request(Method::GET, &path).send().await.unwrap().bytes().await.unwrap();
    let picture = image::load_from_memory(&stored).unwrap().to_rgba8();
    assert!(picture.width() <= 480 && picture.pixels().all(|pixel| pixel.0[3] == 255), "it has a ground of its own");
    assert_eq!((picture.get_pixel(0, 0).0, picture.get_pixel(40, 60).0), ([255, 255, 255, 255], [0, 0, 0, 255]));

    // Above a letter and a digest, at its size; who does not see it reads the name.
    ask(&app, "ana@example.org", "fr").await;
    let letter = app.mail_to("ana@example.org").await;
    app.reader(&carnet, "bea@example.org").await;
    app.post(&carnet, "Avec un logo").await;
    app.send_now(&carnet).await;
    let digest = app.mail_to("bea@example.org").await;
    for mail in [letter, digest] {
        let html = mail.html();
        let tag = html.split("<img ").find(|tag| tag.contains(&url)).expect("the logo").split('>').next().unwrap();
        assert!(tag.contains("alt=\"Le carnet\"") && tag.contains("width=\"240\" height=\""), "{tag}");
    }
    let page = owner.get(SETTINGS).await;
    assert!(page.body.contains(&format!("src=\"{path}\"")), "{}", page.body);
    // Other words, the same picture; the rest of the brand is saved around it.
    assert_eq!(owner.post(SETTINGS, &[("act", "logo"), ("alt", "Le carnet, <à la plume>")]).await.status, 303);
    let brand = [("act", "brand"), ("logo", url.as_str()), ("colour", ""), ("footer", "Merci.")];
    assert_eq!(owner.post(SETTINGS, &brand).await.status, 303);
    let shown = owner.get(&format!("{CONFIRM}/preview")).await.body;
    assert!(shown.contains("alt=\"Le carnet, &#60;à la plume&#62;\"") && shown.contains(&url), "{shown}");

    // Gone, and the letter is what it was. The picture stays for the mails that were sent.
    assert_eq!(owner.post(SETTINGS, &[("act", "logo-remove")]).await.status, 303);
    assert_eq!(owner.get(&format!("{CONFIRM}/preview")).await.body, before);
    assert_eq!(app.get(&path).await.status, 200);
    assert_eq!(owner.post(SETTINGS, &[("act", "logo"), ("alt", "x")]).await.status, 422, "there is none to describe");

    // The same at the command line; a photo keeps its ground.
    let photo = app.folder().join("photo.png");
    RgbImage::from_pixel(600, 600, Rgb([20, 90, 20])).save(&photo).unwrap();
    let said =
        app.cli(&["newsletter", "logo", "carnet", photo.to_str().unwrap(), "--alt", "Un pré", "--json"]).await.json();
    assert_eq!((&said["width"], &said["height"], &said["alt"]), (&96.into(), &96.into(), &"Un pré".into()));
    app.cli(&["newsletter", "logo", "carnet", "--remove"]).await.ok();
    assert_eq!(app.number("SELECT COUNT(*) FROM newsletter WHERE logo_url IS NOT NULL").await, 0);
    app.cli(&["newsletter", "logo", "carnet", "/no/such/file"]).await.fails(5);
    app.idle().await;
}

/// Own words and a logo as long as they may be, in every letter: it passes the lint as ours does.
#[test]
fn letters_pass_the_lint_with_the_longest_words() {
    let longest = |text: &Text| {
        let marks = text.holes().map(|hole| format!("{} ", hole.mark())).collect::<Vec<_>>().concat();
        let room = text.part().most() - marks.chars().count();
        let filler: String = ".Été, « l’hiver » & <b>. ".chars().cycle().take(room).collect();
        let words = format!("{marks}{filler}").trim_end().to_owned();
        assert!(facteur::texts::judge::judge(*text, &words).is_ok(), "{text}");
        words
    };
    let row = |tag: &str, text: &Text| Row {
        locale: tag.to_owned(),
        key: text.to_string(),
        text: longest(text),
        changed_at: 0,
        changed_by: 0,
    };
    let mut rows: Vec<Row> = Text::ALL.iter().map(|text| row("fr", text)).collect();
    rows.extend(Text::ALL.iter().map(|text| row("en", text)));
    let brand = Brand {
        logo_url: Some("https://lettres.estuaire.example/media/a.png".to_owned()),
        logo_size: Some((240, 60)),
        logo_alt: "L’estuaire & <ses oiseaux>".to_owned(),
        ..Brand::default()
    };
    let own = Sender { texts: Texts::of_rows(rows), brand, ..sender() };
    for language in ["fr", "en"] {
        for (kind, place) in [
            (LetterKind::Confirm, Place::Confirm),
            (LetterKind::Already, Place::Already),
            (LetterKind::Change, Place::Change),
            (LetterKind::Welcome, Place::Welcome),
            (LetterKind::Stay, Place::Stay),
        ] {
            let made = mails::letter(&own, kind, language, &json!({}), DATE).unwrap();
            let text = Text::at(place, Part::Closing).unwrap();
            assert!(made.text.contains("Été") && own.texts.own(facteur::i18n::locale(language), text).is_some());
            assert_eq!(errors(&message(&made)), [], "{language}, {kind}");
            assert!(made.html.contains("width=\"240\" height=\"60\""), "{}", made.html);
        }
        let digest = mails::digest(&own, &several(), language, DATE).unwrap();
        assert_eq!(lint::check(&message(&digest)).iter().filter(|found| found.is_error()).count(), 0);
        assert!(digest.html.contains("width=\"240\" height=\"60\""), "{}", digest.html);
    }
}

/// Our own words, stored as if they were the owner's or not at all, make the same bytes; so does a newsletter without a logo.
#[test]
fn ours_are_the_same_bytes_however_they_came() {
    for language in ["fr", "en"] {
        let locale = facteur::i18n::locale(language);
        let typed = Texts::default().with(locale, Text::ALL.iter().map(|text| (*text, ours(locale, *text))));
        let rows = Text::ALL.iter().map(|text| Row {
            locale: language.to_owned(),
            key: text.to_string(),
            text: ours(locale, *text),
            changed_at: 0,
            changed_by: 0,
        });
        let stored = Texts::of_rows(rows.collect());
        assert_eq!(typed, Texts::default());
        for kind in [LetterKind::Confirm, LetterKind::Already, LetterKind::Change] {
            let made = |texts: &Texts| {
                let sender = Sender { texts: texts.clone(), ..sender() };
                message(&mails::letter(&sender, kind, language, &json!({ "days": 7 }), DATE).unwrap())
            };
            assert_eq!(made(&stored), made(&Texts::default()), "{language}, {kind}");
        }
    }
}

/// Every text that was ever stored can be seen and brought back, and what somebody changed meanwhile is not overwritten unseen.
#[tokio::test]
async fn an_earlier_text_is_seen_and_taken_back() {
    const REVISIONS: &str = "/console/n/carnet/texts/fr/confirm/revisions";
    let (app, _) = world().await;
    let owner = app.console(Role::Owner, Some("carnet")).await;
    let none = owner.get(REVISIONS).await;
    assert!(none.status == 200 && none.words().contains("always our words"), "{}", none.body);
    for words in ["Un premier pas vers {newsletter}", "Un second pas vers {newsletter}"] {
        store(&owner, CONFIRM, &[("confirm.subject", words)]).await;
    }
    let back = press(&owner, CONFIRM, &[], &[("back", "confirm.subject")]).await;
    assert_eq!(back.status, 303, "{}", back.body);
    let list = owner.get(REVISIONS).await.words();
    let places = ["back to our words", "Un second pas", "Un premier pas"].map(|words| list.find(words).expect(words));
    assert!(places.is_sorted(), "the newest first: {list}");

    let first = format!("{REVISIONS}/subject-1");
    let shown = owner.get(&first).await;
    assert!(shown.status == 200 && shown.body.contains("Un premier pas vers {newsletter}"), "{}", shown.body);
    let form = shown.forms().into_iter().find(|form| form.action == first).expect("the form that takes it back");
    let seen = form.fields.iter().find(|(name, _)| name == "seen").expect("what was seen").1.clone();
    let taken = owner.post(&first, &[("seen", &seen)]).await;
    assert_eq!((taken.status, taken.header("location")), (303, CONFIRM), "{}", taken.body);
    let stored = app.texts("SELECT text FROM newsletter_text").await;
    assert_eq!(stored, ["Un premier pas vers {newsletter}"]);
    assert!(owner.get(&first).await.words().contains("This is what stands now"), "nothing to take back");
    let stale = owner.post(&format!("{REVISIONS}/subject-2"), &[("seen", &seen)]).await;
    assert_eq!(stale.status, 409, "somebody else was quicker: {}", stale.body);
    assert_eq!(app.texts("SELECT text FROM newsletter_text").await, stored);
    for wrong in ["subject-9", "subject", "rien-1", "subject-x", "button-1"] {
        assert_eq!(owner.get(&format!("{REVISIONS}/{wrong}")).await.status, 404, "{wrong}");
    }

    // The same from a shell, by which ours comes back, too.
    let text = ["newsletter", "text"];
    let of = ["carnet", "fr", "confirm.subject"];
    let listed = app.cli(&[&text[..], &["revisions"], &of].concat()).await;
    assert_eq!(listed.ok().lines().count(), 4, "{}", listed.stdout);
    app.cli(&[&text[..], &["back-to"], &of, &["3"]].concat()).await.ok();
    assert_eq!(app.number("SELECT COUNT(*) FROM newsletter_text").await, 0, "ours again");
    app.cli(&[&text[..], &["back-to"], &of, &["2"]].concat()).await.ok();
    assert_eq!(app.texts("SELECT text FROM newsletter_text").await, ["Un second pas vers {newsletter}"]);
    app.cli(&[&text[..], &["back-to"], &of, &["99"]].concat()).await.fails(5);
    let numbers = app.texts("SELECT CAST(revision AS TEXT) FROM newsletter_text_revision ORDER BY revision").await;
    assert_eq!(numbers, ["1", "2", "3", "4", "5", "6"], "what was taken back is a text of its own");
}

#[tokio::test]
async fn programs_read_texts_change_all_that_they_name_or_nothing_and_give_them_back() {
    let (app, _) = world().await;
    let made = app.cli(&["token", "create", "tests", "--json"]).await.json();
    let token = made["token"].as_str().unwrap().to_owned();
    let path = "/api/v1/newsletters/carnet/texts/fr";
    let get = async |path: &str| app.send(app.request(Method::GET, path).bearer_auth(&token)).await;
    let set = async |texts: serde_json::Value| {
        let body = json!({ "texts": texts }).to_string();
        app.send(app.request(Method::POST, path).bearer_auth(&token).body(body)).await
    };
    let all = get(path).await.json();
    assert_eq!(all["data"].as_array().unwrap().len(), Text::ALL.len());
    assert!(all["data"].as_array().unwrap().iter().all(|text| text["is_own"] == false));

    let done =
        set(json!({ "confirm.subject": " Encore un pas vers {newsletter} ", "form.button": "Oui" })).await.json();
    assert_eq!(done["changed"], 2, "{done}");
    ask(&app, "ana@example.org", "fr").await;
    assert_eq!(app.mail_to("ana@example.org").await.subject(), "Encore un pas vers Le carnet");

    // What cannot stand is named, and nothing beside it is changed.
    let long = "x".repeat(5_000);
    for (texts, pointer, code) in [
        (json!({ "form.button": "Non", "confirm.subject": long }), "/texts/confirm.subject", "long"),
        (json!({ "form.button": "Non", "confirm.button": "{surname}" }), "/texts/confirm.button", "no-holes"),
        (json!({ "form.button": "Non", "confirm.~/subject": "Oui" }), "/texts/confirm.~0~1subject", "no-such-text"),
    ] {
        let refused = set(texts).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        let errors = refused.json()["errors"].clone();
        assert_eq!((&errors[0]["pointer"], &errors[0]["code"]), (&json!(pointer), &json!(code)), "{errors}");
        assert_eq!(errors.as_array().unwrap().len(), 1);
    }
    assert_eq!(
        app.texts("SELECT text FROM newsletter_text ORDER BY key").await,
        ["Encore un pas vers {newsletter}", "Oui"]
    );

    // Back to ours, with what stood before still there to be seen.
    let back = set(json!({ "confirm.subject": null, "form.button": null })).await.json();
    assert_eq!((&back["changed"], &back["data"][0]["is_own"]), (&json!(2), &json!(false)));
    assert!(app.texts("SELECT text FROM newsletter_text").await.is_empty());
    let before = get(&format!("{path}/confirm.subject/revisions")).await.json()["data"].clone();
    assert_eq!((&before[0]["revision"], &before[0]["text"]), (&json!(2), &json!(null)), "{before}");
    assert_eq!(
        (&before[1]["revision"], &before[1]["text"]),
        (&json!(1), &json!("Encore un pas vers {newsletter}")),
        "{before}"
    );

    for (gone, code) in [
        ("/api/v1/newsletters/carnet/texts/xx", "language-not-found"),
        ("/api/v1/newsletters/none/texts/fr", "newsletter-not-found"),
        ("/api/v1/newsletters/carnet/texts/fr/confirm.nothing/revisions", "text-not-found"),
    ] {
        let answer = get(gone).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (404, Some(code)), "{}", answer.body);
    }
    // Somebody who may only look changes nothing.
    let made = app.cli(&["token", "create", "looks", "--may", "read", "--json"]).await.json();
    let looks = made["token"].as_str().unwrap();
    let body = json!({ "texts": { "form.button": "Oui" } }).to_string();
    assert_eq!(app.send(app.request(Method::POST, path).bearer_auth(looks).body(body)).await.status, 403);
}
