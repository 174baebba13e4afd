//! A newsletter's own pages of the console: schedule, settings, form, going live, and the first one. As an owner uses them.

use facteur::clock::{DAY, MINUTE};
use facteur::people::role::Role;
use serde_json::Value;

use crate::feeds::{items, put};
use crate::harness::feeds::Page;
use crate::harness::{Answer, TestApp};

const SCHEDULE: &str = "/console/n/carnet/schedule";
const SETTINGS: &str = "/console/n/carnet/settings";

/// A page was shown once more, with this sentence.
fn says(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.words().contains(words), "{words}: {}", answer.words());
}

/// It was done, and the page that follows says so.
async fn done(app: &TestApp, console: &crate::harness::console::Console<'_>, answer: &Answer, words: &str) {
    assert_eq!(answer.status, 303, "{}", answer.body);
    let said = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let cookie = format!("__Host-facteur={}; {said}", console.cookie);
    let request = app.request(reqwest::Method::GET, answer.header("location"));
    says(&app.send(request.header("cookie", cookie)).await, 200, words);
}

async fn shown(app: &TestApp) -> Value {
    app.cli(&["newsletter", "show", "carnet", "--json"]).await.json()
}

#[tokio::test]
async fn the_sentence_of_a_schedule_is_a_form() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 2).await;
    for (address, status) in [("eva@example.org", "pending"), ("ida@example.org", "unsubscribed")] {
        app.reader(&carnet, address).await;
        app.execute(&format!("UPDATE subscriber SET status = '{status}' WHERE email = '{address}'")).await;
    }
    let owner = app.console(Role::Owner, Some("carnet")).await;
    let page = owner.get(SCHEDULE).await;
    says(&page, 200, "1. every Monday at 8:00 (Europe/Paris)");
    says(&page, 200, "2 people are on it.");
    says(&page, 200, "Monday 8 June 2026, 8:00");
    let french = owner.get(&format!("{SCHEDULE}?lang=fr")).await;
    assert!(
        french.words().replace('\u{a0}', " ").contains("chaque lundi à 8 h 00 (Europe/Paris)"),
        "{}",
        french.words()
    );

    let sentence = [
        ("act", "save"),
        ("number", "1"),
        ("every", "month"),
        ("weekday", "monday"),
        ("day", "2 tuesday"),
        ("at", "18:30"),
        ("zone", "Europe/Paris"),
        ("approval", "hold"),
    ];
    done(&app, &owner, &owner.post(SCHEDULE, &sentence).await, "The rhythm was saved.").await;
    let schedule = &shown(&app).await["schedules"][0];
    assert_eq!(schedule["words"], "every month on its second Tuesday at 18:30 (Europe/Paris)");
    assert_eq!(schedule["approval"], "hold");

    // What cannot stand comes back with what was typed.
    let wrong = [
        ("act", "save"),
        ("number", "1"),
        ("every", "week"),
        ("at", "25:00"),
        ("zone", "Europe/Lyon"),
        ("weekday", "friday"),
    ];
    let again = owner.post(SCHEDULE, &wrong).await;
    says(&again, 422, "is no time of day");
    assert!(
        again.body.contains("value=\"Europe/Lyon\"") && again.body.contains("value=\"friday\" checked"),
        "{}",
        again.body
    );
    let none = owner.post(SCHEDULE, &[("act", "save"), ("number", "1"), ("every", "week"), ("at", "08:00")]).await;
    assert_eq!(none.status, 422, "a week without a day");
    assert_eq!(shown(&app).await["schedules"][0]["words"], schedule["words"], "nothing was changed");

    let each = [("act", "save"), ("number", "1"), ("every", "post"), ("at", "08:00"), ("approval", "auto")];
    done(&app, &owner, &owner.post(SCHEDULE, &each).await, "with every new post").await;
}

#[tokio::test]
async fn schedules_rest_skip_come_and_go() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 1).await;
    let owner = app.console(Role::Owner, Some("carnet")).await;
    let press = async |act: &'static str, more: &[(&'static str, &'static str)]| {
        let fields: Vec<(&str, &str)> =
            [("act", act), ("number", "1")].into_iter().chain(more.iter().copied()).collect();
        owner.post(SCHEDULE, &fields).await
    };
    done(&app, &owner, &press("skip", &[]).await, "The next date is skipped").await;
    done(&app, &owner, &press("keep", &[]).await, "not skipped any more").await;
    done(&app, &owner, &press("pause", &[]).await, "is paused").await;
    done(&app, &owner, &press("resume", &[]).await, "The pause has ended").await;
    done(&app, &owner, &press("pause-until", &[("until", "2026-06-15")]).await, "paused until Monday 15 June 2026")
        .await;
    says(&press("pause-until", &[("until", "2026-05-15")]).await, 422, "that day has come already");
    says(&press("pause-until", &[]).await, 422, "that day has come already");
    says(&press("remove", &[]).await, 422, "a newsletter needs one schedule");

    let more = [
        ("act", "save"),
        ("number", "new"),
        ("every", "day"),
        ("at", "07:00"),
        ("zone", "Europe/Paris"),
        ("approval", "auto"),
    ];
    done(&app, &owner, &owner.post(SCHEDULE, &more).await, "2. every day at 7:00 (Europe/Paris)").await;
    says(&press("remove", &[]).await, 422, "one person is on this schedule");
    done(&app, &owner, &press("move", &[("to", "2")]).await, "They were moved").await;
    done(&app, &owner, &press("remove", &[]).await, "The rhythm was removed").await;
    assert_eq!(shown(&app).await["schedules"].as_array().unwrap().len(), 1);
    for wrong in
        [[("act", "skip"), ("number", "7")], [("act", "explode"), ("number", "1")], [("act", "move"), ("number", "1")]]
    {
        assert_eq!(owner.post(SCHEDULE, &wrong).await.status, 404, "{wrong:?}");
    }
}

#[tokio::test]
async fn settings_are_saved_or_come_back_as_typed() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let owner = app.console(Role::Owner, Some("carnet")).await;
    says(&owner.get(SETTINGS).await, 200, "Name and sender");
    let fields = [
        ("act", "save"),
        ("name", "Le Grand Carnet"),
        ("from", "Élise <elise@lettres.example.org>"),
        ("reply-to", "reponses@lettres.example.org"),
        ("postal", "Nous\r\n1 rue Haute"),
        ("description", "De tout."),
        ("site", "https://blog.example.org"),
        ("language", "en"),
        ("listed", "no"),
    ];
    done(&app, &owner, &owner.post(SETTINGS, &fields).await, "Saved.").await;
    let now = shown(&app).await;
    assert_eq!(
        (&now["name"], &now["reply_to"], &now["language"], &now["listed"]),
        (&"Le Grand Carnet".into(), &"reponses@lettres.example.org".into(), &"en".into(), &"no".into())
    );
    let mut wrong = fields;
    wrong[2].1 = "no <address";
    wrong[1].1 = "<script>alert(1)</script>";
    let again = owner.post(SETTINGS, &wrong).await;
    says(&again, 422, "is no address");
    assert!(again.body.contains("&#60;script&#62;") && !again.body.contains("<script>alert"), "{}", again.body);
    assert_eq!(shown(&app).await["name"], "Le Grand Carnet");

    let brand = [("act", "brand"), ("logo", ""), ("colour", "#ffd700"), ("footer", "Merci.")];
    done(&app, &owner, &owner.post(SETTINGS, &brand).await, "#ffd700 itself could not be read on light ground").await;
    says(&owner.post(SETTINGS, &[("act", "brand"), ("colour", "gold")]).await, 422, "is no colour");
    let public = app.get("/n/carnet").await;
    let at = public.body.split("brand.css?").nth(1).unwrap().split('"').next().unwrap();
    let css = app.get(&format!("/n/carnet/brand.css?{at}")).await;
    assert_eq!((css.status, css.header("content-type")), (200, "text/css; charset=utf-8"));
    assert!(
        css.body.contains("--accent: #")
            && !css.body.contains("--accent: #ffd700; --accent-strong: #ffd700; --on-accent: #ffffff"),
        "{}",
        css.body
    );
    app.newsletter("autre").await;
    assert_eq!(app.get("/n/autre/brand.css").await.status, 404, "no colour, no stylesheet");
}

#[tokio::test]
async fn feeds_come_move_and_go() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let owner = app.console(Role::Owner, Some("carnet")).await;
    put(&app, &items(&app, &["Un", "Deux"]));
    let feed = app.feeds.url("/feed");
    let nothing = app.feeds.put("/nothing", Page::new("text/html", "<p>Rien</p>"));
    assert_eq!(owner.post(SETTINGS, &[("act", "feed-add"), ("feed", &nothing)]).await.status, 422);
    assert_eq!(owner.post(SETTINGS, &[("act", "feed-add"), ("feed", "file:///etc/passwd")]).await.status, 422);
    done(
        &app,
        &owner,
        &owner.post(SETTINGS, &[("act", "feed-add"), ("feed", &feed), ("take", "1")]).await,
        "The feed was added",
    )
    .await;
    done(&app, &owner, &owner.post(SETTINGS, &[("act", "feed-add"), ("feed", &feed)]).await, "there already").await;
    done(&app, &owner, &owner.post(SETTINGS, &[("act", "feed-read")]).await, "1 post is new").await;
    let id = app.number("SELECT id FROM feed").await.to_string();
    let page = owner.get(SETTINGS).await;
    says(&page, 200, "1 post of it waits and will not be sent if you remove it");

    app.feeds.put("/elsewhere", Page::rss("Le blog", &items(&app, &["Un", "Deux"])));
    let to = app.feeds.url("/elsewhere");
    done(
        &app,
        &owner,
        &owner.post(SETTINGS, &[("act", "feed-move"), ("id", &id), ("to", &to)]).await,
        "at its new address",
    )
    .await;
    assert_eq!(app.texts("SELECT url FROM feed").await, [to]);
    // Not through another newsletter's page.
    app.newsletter("autre").await;
    let other = app.console(Role::Owner, Some("autre")).await;
    assert_eq!(other.post("/console/n/autre/settings", &[("act", "feed-remove"), ("id", &id)]).await.status, 404);
    done(&app, &owner, &owner.post(SETTINGS, &[("act", "feed-remove"), ("id", &id)]).await, "The feed was removed")
        .await;
    assert_eq!(app.number("SELECT COUNT(*) FROM feed").await, 0);
}

#[tokio::test]
async fn a_newsletter_is_deleted_only_by_its_name() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let owner = app.console(Role::Owner, None).await;
    says(&owner.post(SETTINGS, &[("act", "delete"), ("slug", "carnets")]).await, 422, "Nothing was deleted");
    done(
        &app,
        &owner,
        &owner.post(SETTINGS, &[("act", "delete"), ("slug", "carnet")]).await,
        "The newsletter was deleted",
    )
    .await;
    assert_eq!(owner.get(SETTINGS).await.status, 404);
    assert_eq!(app.get("/n/carnet").await.status, 404);
    app.cli(&["newsletter", "restore", "carnet"]).await.ok();
    assert_eq!(owner.get(SETTINGS).await.status, 200);
}

#[tokio::test]
async fn the_form_page_shows_what_to_paste_and_looks_at_a_page() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let owner = app.console(Role::Owner, Some("carnet")).await;
    let path = "/console/n/carnet/form";
    let page = owner.get(path).await;
    says(&page, 200, "WordPress");
    assert!(
        page.body.contains("<svg") && page.body.contains("QR code of https://lettres.example.org/n/carnet"),
        "{}",
        page.body
    );
    assert!(page.body.len() < 80 * 1024, "{} bytes", page.body.len());
    // What is pasted into a page is found whole there.
    let start = page.body.split("id=\"html-fr\"").nth(1).unwrap();
    let pasted = start.split_once('>').unwrap().1.split("</textarea>").next().unwrap();
    let pasted = pasted.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#38;", "&");
    let whole = app.feeds.put("/page", Page::new("text/html", format!("<h1>Blog</h1>{pasted}")));
    let said = owner.post(path, &[("page", &whole)]).await;
    says(&said, 200, "The form is there and complete.");
    says(&said, 200, "It answers in Français");
    let get = app.feeds.put("/get", Page::new("text/html", pasted.replace("method=\"post\"", "")));
    says(&owner.post(path, &[("page", &get)]).await, 200, "It does not post");
    let none = app
        .feeds
        .put("/none", Page::new("text/html", "<a href=\"https://lettres.example.org/n/carnet\">La lettre</a>"));
    says(&owner.post(path, &[("page", &none)]).await, 200, "A link to the newsletter’s own page is there");
    says(&owner.post(path, &[("page", "not an address")]).await, 422, "is no web address");
    assert_eq!(owner.post(path, &[("page", "http://169.254.169.254/")]).await.status, 422, "the guard refuses it");
    let asked = app.feeds.asked().len();
    owner.get(path).await;
    assert_eq!(app.feeds.asked().len(), asked, "a page that is shown asks nobody");
}

#[tokio::test]
async fn from_the_blogs_address_to_going_live() {
    let app = TestApp::spawn().await;
    put(&app, &items(&app, &["Un", "Deux", "Trois", "Quatre"]));
    let feed = app.feeds.url("/feed");
    let home = format!(
        "<html><head><meta name=\"theme-color\" content=\"#a3261f\"><link rel=\"alternate\" type=\"application/rss+xml\" href=\"{feed}\"></head></html>"
    );
    let blog = app.feeds.put("/", Page::new("text/html", home));
    let owner = app.console(Role::Owner, None).await;
    says(&owner.get("/console").await, 200, "Begin a newsletter");
    says(&owner.get("/console/start").await, 200, "Address of the blog");
    says(&owner.post("/console/start", &[("act", "look"), ("blog", "")]).await, 422, "no web address");
    let found = owner.post("/console/start", &[("act", "look"), ("blog", &blog)]).await;
    says(&found, 200, "The digest that it would send");
    assert!(found.body.contains("value=\"Le blog\"") && found.words().contains("Trois"), "{}", found.body);
    assert_eq!(app.number("SELECT COUNT(*) FROM newsletter").await, 0, "nothing is stored yet");

    let answers =
        [("act", "create"), ("blog", blog.as_str()), ("name", "Le blog"), ("language", "fr"), ("rhythm", "week")];
    let without = owner.post("/console/start", &[&answers[..], &[("from", "")]].concat()).await;
    assert_eq!(without.status, 422);
    let made =
        owner.post("/console/start", &[&answers[..], &[("from", "Le blog <blog@lettres.example.org>")]].concat()).await;
    done(&app, &owner, &made, "in test mode").await;
    assert_eq!(
        app.texts("SELECT slug || ' ' || mode || ' ' || colour FROM newsletter").await,
        ["le-blog test #a3261f"]
    );
    let copy = app.mail_to("owner-0@equipe.example").await;
    assert!(copy.subject().starts_with("[Test]") && copy.text().contains("Trois"), "{}", copy.text());

    // Made twice, it has a name of its own.
    owner.post("/console/start", &[&answers[..], &[("from", "Le blog <blog@lettres.example.org>")]].concat()).await;
    assert!(app.texts("SELECT slug FROM newsletter").await.contains(&"le-blog-2".to_owned()));

    app.idle().await;
    let live = owner.get("/console/n/le-blog/live").await;
    says(&live, 200, "Test: a test mail was accepted by the mail server");
    says(&live, 200, "Postal address: missing");
    says(&owner.get("/console/n/le-blog").await, 200, "This newsletter is in test mode");
    // The form works for whoever is of the team.
    app.post_form("/n/le-blog", &[("email", "owner-0@equipe.example"), ("lang", "fr")]).await;
    app.clock.advance(MINUTE);
    app.wait_until("its letter", |mails| mails.iter().filter(|mail| mail.to == "owner-0@equipe.example").count() > 2)
        .await;
    let pressed = owner.post("/console/n/le-blog/live", &[("mode", "live")]).await;
    done(&app, &owner, &pressed, "The newsletter is live.").await;
    assert_eq!(app.texts("SELECT mode FROM newsletter WHERE slug = 'le-blog'").await, ["live"]);
    done(&app, &owner, &owner.post("/console/n/le-blog/live", &[("mode", "test")]).await, "is in test mode").await;
    assert_eq!(owner.post("/console/n/le-blog/live", &[("mode", "dead")]).await.status, 404);
    app.advance(DAY).await;
    app.idle().await;
}

#[tokio::test]
async fn a_newsletter_begins_with_the_sender_and_on_the_clock_that_its_operator_named() {
    let app = TestApp::builder()
        .set("newsletters.sender", "Le carnet <carnet@lettres.example.org>")
        .set("newsletters.zone", "America/Montreal")
        .spawn()
        .await;
    put(&app, &items(&app, &["Un", "Deux"]));
    let blog = app.feeds.url("/feed");
    let owner = app.console(Role::Owner, None).await;
    let found = owner.post("/console/start", &[("act", "look"), ("blog", &blog)]).await;
    assert!(found.body.contains("value=\"Le carnet &#60;carnet@lettres.example.org&#62;\""), "{}", found.body);
    assert!(
        found.body.contains("name=\"zone\" type=\"text\" list=\"zones\" value=\"America/Montreal\""),
        "{}",
        found.body
    );
    assert!(found.words().contains("(America/Montreal)"), "the rhythms are on that clock: {}", found.words());

    let answers = [
        ("act", "create"),
        ("blog", blog.as_str()),
        ("name", "Le blog"),
        ("from", "blog@lettres.example.org"),
        ("language", "fr"),
        ("rhythm", "week"),
    ];
    let wrong = owner.post("/console/start", &[&answers[..], &[("zone", "Lyon")]].concat()).await;
    says(&wrong, 422, "is no time zone");
    for part in ["id=\"summary\"", "<a href=\"#zone\">", "value=\"Lyon\"", "id=\"zone-problem\"", "aria-invalid"] {
        assert!(wrong.body.contains(part), "{part}: {}", wrong.body);
    }
    let nothing = owner.post("/console/start", &[("act", "look"), ("blog", "")]).await;
    assert!(nothing.body.contains("id=\"summary\"") && nothing.body.contains("<a href=\"#blog\">"), "{}", nothing.body);
    assert!(nothing.body.contains("<title>Error: "), "{}", nothing.body);
    assert_eq!(owner.post("/console/start", &[&answers[..], &[("zone", "Europe/Paris")]].concat()).await.status, 303);
    assert_eq!(owner.post("/console/start", &answers).await.status, 303);
    assert_eq!(app.texts("SELECT zone FROM schedule ORDER BY id").await, ["Europe/Paris", "America/Montreal"]);
    // The command line begins on the same clock.
    let add =
        ["newsletter", "add", "autre", "--name", "Autre", "--from", "autre@lettres.example.org", "--language", "fr"];
    app.cli(&add).await.ok();
    assert_eq!(app.texts("SELECT zone FROM schedule ORDER BY id DESC").await[0], "America/Montreal");
    app.idle().await;
}

#[tokio::test]
async fn the_schedule_speaks_to_readers_and_offers_zones_that_are_places() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let owner = app.console(Role::Owner, Some("carnet")).await;
    let page = owner.get(SCHEDULE).await;
    assert!(page.body.contains("<option value=\"Europe/Paris\"></option>"), "{}", page.body);
    for other in ["localtime", "posixrules", "Factory", "Etc/GMT+5", "US/Eastern"] {
        assert!(!page.body.contains(&format!("<option value=\"{other}\">")), "{other}");
    }
    // One that is stored stays.
    app.execute("UPDATE schedule SET zone = 'US/Eastern'").await;
    let save = [
        ("act", "save"),
        ("number", "1"),
        ("every", "week"),
        ("weekday", "friday"),
        ("at", "08:00"),
        ("zone", "US/Eastern"),
        ("approval", "auto"),
    ];
    done(&app, &owner, &owner.post(SCHEDULE, &save).await, "every Friday at 8:00 (US/Eastern)").await;

    let veto = [("act", "save"), ("number", "1"), ("every", "post"), ("approval", "veto")];
    let refused = owner.post(SCHEDULE, &veto).await;
    says(&refused, 422, "let it be sent by itself, or wait for an editor");
    let none = owner.post(SCHEDULE, &[("act", "save"), ("number", "1"), ("every", "week"), ("at", "08:00")]).await;
    says(&none, 422, "choose one day of the week at least");
    for page in [refused, none] {
        for word in ["auto or hold", "--approval", "--on", "monday,"] {
            assert!(!page.words().contains(word), "{word}: {}", page.words());
        }
    }
    // Its words at a terminal name the flag.
    let said = app.cli(&["newsletter", "set", "carnet", "--every", "week", "--on", ""]).await;
    assert!(said.fails(2).contains("--on monday,thursday"), "{said:?}");
}
