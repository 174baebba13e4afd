//! A sign-up form that asks how often and which topics: the newsletter's own page, a form on another site, a program; what becomes of the
//! answer, and that nobody learns by it who is subscribed.

use facteur::clock::{DAY, MINUTE, SECOND};
use facteur::newsletters::Newsletter;
use facteur::people::role::Role;
use serde_json::{Value, json};

use super::harness::form::Form;
use super::harness::mail::path_of;
use super::harness::{Answer, BASE_URL, TestApp};
use super::signup::everything;

const FORM: &str = "/n/carnet";

/// A weekly newsletter that offers a monthly rhythm, too, and has two topics.
struct World {
    app: TestApp,
    carnet: Newsletter,
    week: i64,
    month: i64,
    garden: i64,
    kitchen: i64,
}

async fn world() -> World {
    let app = TestApp::builder().set("signup.requests_per_hour_network_embedded", 0).spawn().await;
    let carnet = app.newsletter("carnet").await;
    let set = ["newsletter", "set", "carnet", "--schedule", "new", "--every", "month", "--on", "1", "--at", "08:00"];
    app.cli(&set).await.ok();
    app.execute("UPDATE schedule SET offered = TRUE").await;
    for (bit, name) in ["Jardin", "Cuisine"].iter().enumerate() {
        app.execute(&format!(
            "INSERT INTO topic (newsletter_id, bit, name, created_at) VALUES ({}, {bit}, '{name}', 0)",
            carnet.id
        ))
        .await;
    }
    let id = async |sql: &str| app.number(sql).await;
    let (week, month) = (id("SELECT MIN(id) FROM schedule").await, id("SELECT MAX(id) FROM schedule").await);
    let garden = id("SELECT id FROM topic WHERE name = 'Jardin'").await;
    let kitchen = id("SELECT id FROM topic WHERE name = 'Cuisine'").await;
    World { app, carnet, week, month, garden, kitchen }
}

impl World {
    /// Somebody's state, rhythm and set of topics.
    async fn row(&self, email: &str) -> String {
        let sql = format!(
            "SELECT status || ' ' || CAST(schedule_id AS TEXT) || ' ' || COALESCE(CAST(topics AS TEXT), '-')
             FROM subscriber WHERE email = '{email}'"
        );
        self.app.texts(&sql).await.remove(0)
    }

    /// As a form on another site sends it.
    async fn send(&self, email: &str, more: &[(&str, &str)]) -> Answer {
        let fields = [&[("email", email), ("lang", "fr")], more].concat();
        self.app.post_form(FORM, &fields).await
    }

    /// The link of the `n`-th confirmation to an address.
    async fn link(&self, email: &str, n: usize) -> String {
        let links = |mails: &[std::sync::Arc<super::harness::mail::Mail>]| {
            let to = mails.iter().filter(|mail| mail.to == email && mail.text().contains("/confirm/"));
            to.map(|mail| path_of(&mail.link("/confirm/")).to_owned()).collect::<Vec<_>>()
        };
        let mails = self.app.wait_until("a confirmation", |mails| links(mails).len() >= n).await;
        links(&mails).swap_remove(n - 1)
    }

    /// Presses the button behind a link; gives the page that it stood on.
    async fn confirm(&self, link: &str) -> Answer {
        let page = self.app.get(link).await;
        assert_eq!((page.status, self.app.submit(link, &page.form()).await.status), (200, 200));
        page
    }
}

/// The same form with another box ticked.
fn with(mut form: Form, name: &str, value: &str) -> Form {
    form.fields.push((name.to_owned(), value.to_owned()));
    form
}

#[tokio::test]
async fn the_page_asks_what_its_address_says_and_what_was_chosen_holds_from_the_confirmation_on() {
    let world = world().await;
    let World { app, week, month, kitchen, .. } = &world;
    let plain = app.get("/n/carnet?lang=fr").await;
    assert!(!plain.body.contains("fieldset") && plain.words().contains("chaque lundi"), "{}", plain.words());

    let page = app.get("/n/carnet?ask=rhythm,topics&lang=fr").await;
    let words = page.words();
    assert!(words.contains("Rythme") && words.contains("Jardin") && words.contains("Cuisine"), "{words}");
    assert!(words.contains("au rythme que vous choisissez"), "the words of consent promise no other rhythm: {words}");
    assert!(
        page.body.contains("?ask=rhythm%2Ctopics&#38;lang=en")
            || page.body.contains("?ask=rhythm%2Ctopics&amp;lang=en")
    );
    let form = page.form();
    assert!(form.fields.contains(&("rhythm".to_owned(), week.to_string())), "the usual one is chosen: {form:?}");
    app.clock.advance(3 * SECOND);
    let form = form.fill("email", "ana@example.org").fill("rhythm", &month.to_string());
    let thanks = app.submit(FORM, &with(form, &format!("topic-{kitchen}"), "1")).await;
    assert_eq!(thanks.status, 200);
    assert_eq!(world.row("ana@example.org").await, format!("pending {week} -"), "nothing holds before it is confirmed");

    let link = world.link("ana@example.org", 1).await;
    let asked = world.confirm(&link).await;
    assert!(asked.words().contains("chaque mois"), "it says what was chosen: {}", asked.words());
    assert_eq!(world.row("ana@example.org").await, format!("confirmed {month} 2"));
    let happened =
        app.texts("SELECT code FROM event WHERE code IN ('subscriber.moved', 'subscriber.topics') ORDER BY code");
    assert_eq!(happened.await, ["subscriber.moved", "subscriber.topics"]);
    let consents = app.texts("SELECT kind || ' ' || text FROM consent ORDER BY id").await;
    assert!(consents[0].starts_with("asked ") && consents[0].contains("au rythme que vous choisissez"), "{consents:?}");
    assert!(consents[1].starts_with("confirmed ") && consents[1].contains("chaque mois"), "{consents:?}");
    // The link once more changes nothing of what was chosen since.
    app.execute(&format!("UPDATE subscriber SET topics = NULL, schedule_id = {week}")).await;
    app.post_form(&link, &[]).await;
    assert_eq!(world.row("ana@example.org").await, format!("confirmed {week} -"));
}

#[tokio::test]
async fn a_form_elsewhere_and_a_program_ask_the_same() {
    let world = world().await;
    let World { app, week, month, garden, kitchen, .. } = &world;
    let (rhythm, box_of_garden) = (month.to_string(), format!("topic-{garden}"));
    let sent =
        world.send("bea@example.org", &[("ask", "rhythm,topics"), ("rhythm", &rhythm), (&box_of_garden, "1")]).await;
    assert_eq!((sent.status, sent.header("location")), (303, "/n/carnet/thanks?lang=fr"));
    let said = json!({ "email": "zoe@example.org", "lang": "fr", "rhythm": month, "topics": ["CUISINE", "jardin"] });
    assert_eq!(app.post_json(FORM, &said).await.status, 202);
    // Nothing is chosen: all as usual.
    world.send("max@example.org", &[("ask", "rhythm,topics")]).await;
    for (email, stored) in [
        ("bea@example.org", format!("confirmed {month} 1")),
        ("zoe@example.org", format!("confirmed {month} 3")),
        ("max@example.org", format!("confirmed {week} -")),
    ] {
        let link = world.link(email, 1).await;
        world.confirm(&link).await;
        assert_eq!(world.row(email).await, stored, "{email}");
    }
    assert!(*kitchen > 0);
}

#[tokio::test]
async fn a_letter_once_more_keeps_what_was_chosen_and_a_later_choice_counts() {
    let world = world().await;
    let World { app, week, month, garden, kitchen, .. } = &world;
    let boxes = [format!("topic-{garden}"), format!("topic-{kitchen}")];
    let rhythm = month.to_string();
    world.send("ana@example.org", &[("rhythm", &rhythm), (&boxes[0], "1")]).await;
    let first = world.link("ana@example.org", 1).await;
    // Her link expires, and she has another one mailed.
    app.clock.advance(8 * DAY);
    let expired = app.get(&first).await;
    app.submit(&first, &expired.form()).await;
    let second = world.link("ana@example.org", 2).await;
    world.confirm(&second).await;
    assert_eq!(world.row("ana@example.org").await, format!("confirmed {month} 1"));

    // Who asks twice gets what they chose last; the older link knows the older choice alone.
    for (email, pressed, topics) in [("bea@example.org", 1, "1"), ("zoe@example.org", 2, "2")] {
        world.send(email, &[("ask", "topics"), (&boxes[0], "1")]).await;
        world.link(email, 1).await;
        app.clock.advance(6 * MINUTE);
        world.send(email, &[("ask", "topics"), (&boxes[1], "1")]).await;
        world.link(email, 2).await;
        let link = world.link(email, pressed).await;
        world.confirm(&link).await;
        assert_eq!(world.row(email).await, format!("confirmed {week} {topics}"), "{email}");
    }
}

#[tokio::test]
async fn whoever_is_in_stays_as_they_are_and_whoever_left_chooses_by_confirming() {
    let world = world().await;
    let World { app, carnet, week, month, garden, .. } = &world;
    let (rhythm, ticked) = (month.to_string(), format!("topic-{garden}"));
    let choice = [("ask", "rhythm,topics"), ("rhythm", rhythm.as_str()), (ticked.as_str(), "1")];
    for state in ["confirmed", "paused", "unsubscribed", "complained"] {
        let email = format!("{state}@example.org");
        app.reader(carnet, &email).await;
        let ended = if state == "unsubscribed" || state == "complained" { "created_at" } else { "NULL" };
        app.execute(&format!("UPDATE subscriber SET status = '{state}', ended_at = {ended} WHERE email = '{email}'"))
            .await;
    }
    app.clock.advance(MINUTE);
    let mut answers = Vec::new();
    for name in ["confirmed", "paused", "unsubscribed", "complained", "new"] {
        let answer = world.send(&format!("{name}@example.org"), &choice).await;
        answers.push((answer.status, answer.header("location").to_owned(), answer.body));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    for state in ["confirmed", "paused", "unsubscribed", "complained"] {
        assert_eq!(world.row(&format!("{state}@example.org")).await, format!("{state} {week} -"), "by a form alone");
    }
    let link = world.link("unsubscribed@example.org", 1).await;
    world.confirm(&link).await;
    assert_eq!(world.row("unsubscribed@example.org").await, format!("confirmed {month} 1"));
}

#[tokio::test]
async fn what_cannot_be_chosen_is_said_and_nothing_is_stored() {
    let world = world().await;
    let World { app, carnet, garden, .. } = &world;
    app.reader(carnet, "in@example.org").await;
    let before = everything(app).await;
    let thousands = vec!["t"; 10_000];
    let program = async |email: &str, said: &Value| {
        let mut body = json!({ "email": email, "lang": "fr" });
        body.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
        app.post_json(FORM, &body).await
    };
    for (said, pointer, code) in [
        (json!({ "rhythm": "9999" }), "/rhythm", "rhythm-not-offered"),
        (json!({ "rhythm": "chaque heure" }), "/rhythm", "rhythm-not-offered"),
        (json!({ "topics": ["Jardin", "Astrologie"] }), "/topics", "no-such-topic"),
        (json!({ "topic-9999": true }), "/topics", "no-such-topic"),
        (json!({ "topics": thousands }), "/topics", "too-many-topics"),
    ] {
        // Whoever it is, known or not, the answer is the same.
        let (known, unknown) = (program("in@example.org", &said).await, program("new@example.org", &said).await);
        assert_eq!((known.status, &known.body), (422, &unknown.body), "{code}");
        let answer = known.json();
        let field = &answer["errors"][0];
        assert_eq!((field["pointer"].as_str(), field["code"].as_str()), (Some(pointer), Some(code)), "{answer}");
        assert!(field["detail"].as_str().is_some_and(|words| words.len() > 20), "in words: {answer}");
    }
    // A form on another site whose topic is gone: our page says so, keeps what was typed and asks anew.
    let (gone, there) = ("topic-9999".to_owned(), format!("topic-{garden}"));
    let again = world.send("new@example.org", &[("ask", "topics"), (&gone, "1"), (&there, "1")]).await;
    assert_eq!(again.status, 422);
    assert!(again.words().contains("un de ces thèmes n’existe plus"), "{}", again.words());
    let form = again.form();
    assert!(form.fields.contains(&("email".to_owned(), "new@example.org".to_owned())), "{form:?}");
    assert!(form.fields.contains(&(there.clone(), "1".to_owned())), "{form:?}");
    // More than a form of ours can hold is not read at all.
    let huge = "topic-1=1&".repeat(20_000);
    let request = app.request(reqwest::Method::POST, FORM).header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(app.send(request.body(format!("email=new%40example.org&{huge}"))).await.status, 413);
    assert_eq!(everything(app).await, before);
}

#[tokio::test]
async fn what_was_chosen_and_is_gone_by_then_keeps_nobody_from_confirming() {
    let world = world().await;
    let World { app, week, month, garden, kitchen, .. } = &world;
    let boxes = [format!("topic-{garden}"), format!("topic-{kitchen}")];
    let rhythm = month.to_string();
    world.send("ana@example.org", &[("rhythm", &rhythm), (&boxes[0], "1"), (&boxes[1], "1")]).await;
    let link = world.link("ana@example.org", 1).await;
    app.execute(&format!("UPDATE schedule SET offered = FALSE WHERE id = {month}")).await;
    app.execute(&format!("UPDATE topic SET removed_at = 1 WHERE id = {garden}")).await;
    world.confirm(&link).await;
    assert_eq!(world.row("ana@example.org").await, format!("confirmed {week} 2"), "what is still there is theirs");
}

#[tokio::test]
async fn an_owner_makes_the_form_that_asks() {
    let world = world().await;
    let World { app, garden, month, .. } = &world;
    let owner = app.console(Role::Owner, Some("carnet")).await;
    let plain = owner.get("/console/n/carnet/form").await;
    assert!(plain.body.contains("name=\"ask\" value=\"rhythm\"") && !plain.body.contains("topic-"), "{}", plain.body);
    let made = owner.get("/console/n/carnet/form?ask=rhythm&ask=topics").await;
    assert_eq!(made.status, 200);
    let snippet = |words: &str| made.body.contains(words) || made.words().contains(words);
    for words in [
        format!("{BASE_URL}/n/carnet?ask=rhythm,topics"),
        format!("name=\"topic-{garden}\" value=\"1\""),
        format!("<option value=\"{month}\">"),
        "name=\"ask\" value=\"rhythm,topics\"".to_owned(),
    ] {
        assert!(snippet(&words), "{words}: {}", made.words());
    }
    // Where there is nothing to choose, nothing is offered.
    app.execute("UPDATE schedule SET offered = FALSE").await;
    app.execute("UPDATE topic SET removed_at = 1").await;
    let bare = owner.get("/console/n/carnet/form?ask=rhythm&ask=topics").await;
    assert!(!bare.body.contains("name=\"ask\"") && !bare.words().contains("?ask="), "{}", bare.body);
}
