//! The people of a newsletter in the console: lists, searches, one person, many at once, lists from files.

use facteur::clock::{MINUTE, SECOND};
use facteur::keys::{Claim, Purpose};
use facteur::people::role::Role;
use facteur::subscribers::bulk;
use facteur::subscribers::import::upload;
use reqwest::Method;

use crate::harness::console::Console;
use crate::harness::mail::Mail;
use crate::harness::{Answer, PATIENCE, TestApp};

const LIST: &str = "/console/n/carnet/subscribers";

/// A newsletter with these people, confirmed; each a second after the one before.
async fn world(people: &[(&str, &str)]) -> TestApp {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    for (email, name) in people {
        app.clock.advance(SECOND);
        let fields = [("email", *email), ("name", *name), ("language", "fr"), ("how", "au marché")];
        let added = editor.post(&format!("{LIST}/add"), &fields).await;
        assert_eq!(added.status, 303, "{}", added.body);
    }
    app
}

async fn editor(app: &TestApp) -> Console<'_> {
    app.console(Role::Editor, Some("carnet")).await
}

/// The addresses of a list, in its order.
fn listed(page: &Answer) -> Vec<String> {
    let rows = page.body.split("<th scope=\"row\">").skip(1);
    let email = |row: &str| {
        let link = row.split("\">").nth(1).unwrap().split("</a>").next().unwrap();
        link.replace("<wbr>", "")
    };
    rows.map(email).collect()
}

async fn search(console: &Console<'_>, fields: &[(&str, &str)]) -> Vec<String> {
    let page = console.post(LIST, fields).await;
    assert_eq!(page.status, 200, "{}", page.body);
    listed(&page)
}

/// The value of a hidden field.
fn hidden<'a>(page: &'a Answer, name: &str) -> &'a str {
    let (_, rest) = page.body.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name}"));
    rest.split('"').next().unwrap()
}

async fn go_on(app: &TestApp) {
    bulk::go_on(&app.app).await.unwrap();
}

#[tokio::test]
async fn a_list_is_paged_by_key_both_ways_and_its_tabs_count() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 120).await;
    let other = app.newsletter("autre").await;
    app.readers(&other, 3).await;
    app.execute(&format!(
        "UPDATE subscriber SET status = 'pending' WHERE newsletter_id = {} AND id % 2 = 0",
        carnet.id
    ))
    .await;
    let editor = editor(&app).await;
    let mut page = editor.get(LIST).await;
    for count in ["All <span class=\"count\">120<", "to be confirmed <span class=\"count\">60<"] {
        assert!(page.body.contains(count), "{count}: {}", page.body);
    }
    let (mut seen, mut pages) = (listed(&page), 1);
    assert_eq!((seen.len(), seen[0].as_str()), (50, "p120@example.org"), "newest first");
    let mut back = Vec::new();
    while let Some(next) = page.body.split("rel=\"next\" href=\"").nth(1) {
        let next = next.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        assert!(!next.contains("example.org"), "no address in an address: {next}");
        back.push(listed(&page));
        page = editor.get(&next).await;
        seen.extend(listed(&page));
        pages += 1;
    }
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!((pages, seen.len(), sorted.len()), (3, 120, 120), "each once");
    while let Some(expected) = back.pop() {
        let previous = page.body.split("rel=\"prev\" href=\"").nth(1).expect("a way back").split('"').next().unwrap();
        page = editor.get(&previous.replace("&#38;", "&").replace("&amp;", "&")).await;
        assert_eq!(listed(&page), expected);
    }
    assert!(!page.body.contains("rel=\"prev\""), "the first page");
    let pending = editor.get(&format!("{LIST}?status=pending")).await;
    assert_eq!(listed(&pending).len(), 50);
    assert!(listed(&editor.get(&format!("{LIST}?status=bounced&at=zz")).await).is_empty());
}

#[tokio::test]
async fn somebody_is_found_by_how_an_address_or_a_name_begins_by_domain_and_by_any_part() {
    let app = world(&[
        ("Ana.Durand@example.org", "Ana Durand"),
        ("bob@autre.example", "Hélène Œuvré"),
        ("anatole@autre.example", ""),
        ("zoe@exemple.org", "Ánna Lund"),
    ])
    .await;
    let editor = editor(&app).await;
    let found = async |how: &str, q: &str| search(&editor, &[("how", how), ("q", q)]).await;
    assert_eq!(found("address", " ANA").await, ["Ana.Durand@example.org", "anatole@autre.example"]);
    assert_eq!(found("address", "Ana Durand <ana.durand@Example.org>").await, ["Ana.Durand@example.org"]);
    assert_eq!(found("name", "helene oe").await, ["bob@autre.example"]);
    assert_eq!(found("name", "an").await, ["Ana.Durand@example.org", "zoe@exemple.org"], "by name");
    assert_eq!(found("domain", "@Autre.example").await, ["anatole@autre.example", "bob@autre.example"], "newest first");
    assert_eq!(found("part", "DURAND").await, ["Ana.Durand@example.org"]);
    assert_eq!(found("part", "urand@ex").await, ["Ana.Durand@example.org"]);
    assert_eq!(found("part", "œuv").await, ["bob@autre.example"], "of a name, too");
    for (how, typed, email) in [
        ("name", "HÉLÈNE Œ", "bob@autre.example"),
        ("name", "E\u{301}", ""),
        ("name", "ÁNNA", "zoe@exemple.org"),
        ("address", "ZOÉ@ÉX", "zoe@exemple.org"),
        ("address", "Änatolé", "anatole@autre.example"),
        ("part", "ÉLÈNÊ", "bob@autre.example"),
        ("part", "NÄTÔLÉ@AÜTRE", "anatole@autre.example"),
    ] {
        let expected = [email].into_iter().filter(|email| !email.is_empty()).collect::<Vec<_>>();
        assert_eq!(found(how, typed).await, expected, "{how} {typed}: neither case nor accents count");
    }
    for sign in ["%", "_", "\\", "' OR 1=1 --"] {
        assert!(found("part", sign).await.is_empty(), "{sign} is a sign like any other");
    }
    let slow = editor.post(LIST, &[("how", "part"), ("q", "durand")]).await;
    assert!(slow.body.contains("one after the other"), "a slow search says so");
    assert!(!editor.post(LIST, &[("how", "address"), ("q", "ana")]).await.body.contains("one after the other"));
    app.execute(
        "UPDATE subscriber SET status = 'bounced', language = 'en', origin = 'blog.example' WHERE email LIKE 'zoe%'",
    )
    .await;
    assert_eq!(search(&editor, &[("status", "bounced")]).await, ["zoe@exemple.org"]);
    assert_eq!(search(&editor, &[("language", "en")]).await, ["zoe@exemple.org"]);
    assert_eq!(search(&editor, &[("origin", "blog.example"), ("language", "en")]).await, ["zoe@exemple.org"]);
    assert_eq!(search(&editor, &[("origin", "added"), ("q", "bob"), ("how", "address")]).await, ["bob@autre.example"]);
    assert!(search(&editor, &[("origin", "blog.example"), ("language", "fr")]).await.is_empty());
}

/// The migration that brought the column folded names in SQL, which knows accents in one sign with their letter alone.
#[tokio::test]
async fn names_that_were_there_before_the_search_are_found() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    let names = [("helene", "He\u{301}le\u{300}ne"), ("ivan", "ИВАН"), ("zoe", "Zoe")];
    for (local, name) in names {
        let id = app.reader(&carnet, &format!("{local}@example.org")).await;
        let key = name.to_ascii_lowercase();
        app.execute(&format!("UPDATE subscriber SET name = '{name}', name_key = '{key}' WHERE id = {id}")).await;
    }
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let found = async |typed: &str| search(&editor, &[("how", "name"), ("q", typed)]).await;
    app.execute("DELETE FROM instance WHERE name = 'names_folded_upto'").await;
    assert!(found("Hélène").await.is_empty() && found("Иван").await.is_empty());
    app.tick().await;
    assert_eq!(found("Hélène").await, ["helene@example.org"]);
    assert_eq!(
        (found("иван").await, found("zoé").await),
        (vec!["ivan@example.org".into()], vec!["zoe@example.org".into()])
    );
    // Once is enough.
    app.execute("UPDATE subscriber SET name_key = 'autre' WHERE name = 'Zoe'").await;
    app.tick().await;
    assert_eq!(found("autre").await, ["zoe@example.org"]);
}

#[tokio::test]
async fn a_search_is_paged_by_what_its_forms_carry() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 130).await;
    app.execute("UPDATE subscriber SET name = 'Personne', name_key = 'personne', language = 'en'").await;
    let editor = editor(&app).await;
    for fields in [
        vec![("how", "address"), ("q", "p")],
        vec![("how", "name"), ("q", "PERSONNE")],
        vec![("how", "domain"), ("q", "example.org")],
        vec![("how", "part"), ("q", "example")],
        vec![("language", "en")],
    ] {
        let mut page = editor.post(LIST, &fields).await;
        let mut seen = listed(&page);
        for rest in [50, 30] {
            let at = page
                .body
                .rsplit_once("name=\"at\" value=\"")
                .expect("a way on")
                .1
                .split('"')
                .next()
                .unwrap()
                .to_owned();
            let mut next = fields.clone();
            next.push(("at", &at));
            page = editor.post(LIST, &next).await;
            assert_eq!(listed(&page).len(), rest, "{fields:?}");
            seen.extend(listed(&page));
        }
        assert_eq!(page.body.matches("name=\"at\"").count(), 1, "only a way back");
        let at = hidden(&page, "at").to_owned();
        let mut before = fields.clone();
        before.push(("at", &at));
        assert_eq!(listed(&editor.post(LIST, &before).await), seen[50..100], "{fields:?}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 130, "{fields:?}: each once");
    }
}

#[tokio::test]
async fn a_person_has_what_happened_in_order_and_a_file() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.post_form("/n/carnet", &[("email", "ana@example.org"), ("lang", "fr")]).await;
    let mail = app.mail_to("ana@example.org").await;
    app.clock.advance(MINUTE);
    app.post_form(&link(&mail, "/confirm/"), &[]).await;
    app.post(&carnet, "Un billet").await;
    app.clock.advance(MINUTE);
    app.send_now(&carnet).await;
    app.idle().await;
    let (editor, id) = (editor(&app).await, app.id_of("ana@example.org").await);
    let path = format!("{LIST}/{id}");
    let page = editor.get(&path).await;
    let at = |words: &str| page.body.find(words).unwrap_or_else(|| panic!("{words}: {}", page.body));
    let order = ["Asked to subscribe", "Confirmation letter", "Vous êtes sur le point de vous abonner", "Un billet"];
    assert!(order.windows(2).all(|pair| at(pair[0]) < at(pair[1])), "{order:?}: {}", page.body);
    let file = editor.post(&format!("{path}/export"), &[]).await;
    assert!(file.header("content-disposition").contains("attachment"), "{:?}", file.headers);
    let told = file.json();
    assert_eq!(
        (told["email"].as_str(), told["digests"][0]["state"].as_str()),
        (Some("ana@example.org"), Some("accepted"))
    );
    app.newsletter("autre").await;
    let foreign = app.console(Role::Owner, Some("autre")).await;
    for way in ["", "/erase"] {
        let path = format!("/console/n/autre/subscribers/{id}{way}");
        assert_eq!(foreign.get(&path).await.status, 404, "somebody of another newsletter");
    }
    for way in ["unsubscribe", "confirmation", "address", "export", "erase"] {
        let path = format!("/console/n/autre/subscribers/{id}/{way}");
        assert_eq!(foreign.post(&path, &[("email", "x@example.org")]).await.status, 404, "{way}");
    }
    assert_eq!(app.people().await, ["ana@example.org confirmed"]);
}

fn link(mail: &Mail, part: &str) -> String {
    let text = mail.text();
    let link = text.split_whitespace().find(|word| word.contains(part)).unwrap_or_else(|| panic!("no {part}: {text}"));
    link.to_owned()
}

#[tokio::test]
async fn a_person_is_unsubscribed_asked_again_within_the_caps_and_erased_after_a_question() {
    let app = world(&[("ana@example.org", "Ana")]).await;
    let editor = editor(&app).await;
    let ana = format!("{LIST}/{}", app.id_of("ana@example.org").await);
    assert_eq!(editor.post(&format!("{ana}/unsubscribe"), &[]).await.status, 303);
    assert_eq!(app.people().await, ["ana@example.org unsubscribed"]);
    let by = "SELECT actor || ' ' || CAST(actor_id AS TEXT) FROM event WHERE code = 'subscriber.left'";
    assert_eq!(app.texts(by).await, [format!("person {}", editor.person)]);
    assert_eq!(app.texts("SELECT proof FROM consent WHERE kind = 'left'").await, ["owner confirmed"]);

    editor.post(&format!("{LIST}/add"), &[("email", "bob@example.org"), ("language", "fr")]).await;
    let bob = format!("{LIST}/{}", app.id_of("bob@example.org").await);
    let letters = "SELECT COUNT(*) FROM letter WHERE kind = 'confirm'";
    let again = format!("{bob}/confirmation");
    for (minutes, expected) in [(0, 1), (6, 2), (6, 3), (6, 3)] {
        app.clock.advance(minutes * MINUTE);
        assert_eq!(editor.post(&again, &[]).await.status, 303);
        assert_eq!(app.number(letters).await, expected, "five minutes apart, three a day");
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM consent WHERE kind = 'asked'").await, 0, "nobody asked");

    let question = editor.get(&format!("{bob}/erase")).await;
    assert!(question.body.contains("cannot be undone") && app.people().await.len() == 2);
    assert_eq!(editor.post(&format!("{bob}/erase"), &[]).await.status, 303);
    assert_eq!(app.people().await, ["ana@example.org unsubscribed"]);
    assert_eq!(editor.get(&bob).await.status, 404);
    let kept = editor.post(&format!("{LIST}/add"), &[("email", "bob@example.org"), ("how", "papier")]).await;
    assert!(kept.status == 422 && kept.body.contains("asked to be erased"), "{}", kept.body);
    assert!(kept.body.contains("value=\"papier\""), "what was typed is there");
    let wrong = editor.post(&format!("{LIST}/add"), &[("email", "bob@example"), ("name", "Bob")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("aria-invalid") && wrong.body.contains("value=\"Bob\""));
}

#[tokio::test]
async fn a_new_address_confirms_itself_and_the_old_one_stays_until_then() {
    let app = world(&[("ana@example.org", "Ana"), ("bob@example.org", "Bob")]).await;
    let (editor, id) = (editor(&app).await, app.id_of("ana@example.org").await);
    let path = format!("{LIST}/{id}/address");
    for (typed, words) in
        [("bob@example.org", "Another subscriber"), ("ana@example.org", "already"), ("nein", "@ sign")]
    {
        let page = editor.post(&path, &[("email", typed)]).await;
        assert!(page.status == 422 && page.body.contains(words), "{typed}: {}", page.body);
    }
    editor.post(&path, &[("email", "ana@ancienne.example")]).await;
    let first = link(app.mail_to("ana@ancienne.example").await.as_ref(), "/address/");
    app.clock.advance(MINUTE);
    editor.post(&path, &[("email", "Ana@nouvelle.example")]).await;
    let mail = app.mail_to("Ana@nouvelle.example").await;
    assert!(app.mails_to("ana@example.org").is_empty(), "the old address gets nothing");
    let second = link(&mail, "/address/");
    assert_eq!(app.id_of("ana@example.org").await, id);
    assert!(app.get(&second).await.words().contains("A•••@nouvelle.example"));
    assert_eq!(app.id_of("ana@example.org").await, id, "looking changes nothing");
    app.post_form(&first, &[]).await;
    assert_eq!(app.id_of("ana@example.org").await, id, "an older wish is overtaken");
    for _ in 0..2 {
        assert!(app.post_form(&second, &[]).await.words().contains("A•••@nouvelle.example"));
    }
    assert_eq!(app.texts(&format!("SELECT email_key FROM subscriber WHERE id = {id}")).await, ["ana@nouvelle.example"]);
    assert_eq!(app.number("SELECT COUNT(*) FROM consent WHERE kind = 'moved' AND text <> ''").await, 1);
    assert_eq!(app.number("SELECT COUNT(*) FROM address_change").await, 0);
    assert!(editor.get(&format!("{LIST}/{id}")).await.body.contains("Confirmed a new address"));
}

/// The page before an act, and the act.
async fn act(editor: &Console<'_>, fields: &[(&str, &str)]) -> (Answer, Answer) {
    let asked = editor.post(&format!("{LIST}/act"), fields).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let count = hidden(&asked, "count").to_owned();
    let mut fields = fields.to_vec();
    fields.extend([("count", count.as_str()), ("typed", count.as_str())]);
    let done = editor.post(&format!("{LIST}/act/do"), &fields).await;
    (asked, done)
}

#[tokio::test]
async fn many_are_unsubscribed_and_only_those_unchanged_come_back() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 1203).await;
    app.execute("UPDATE subscriber SET status = 'pending' WHERE email = 'p7@example.org'").await;
    app.execute("UPDATE subscriber SET status = 'bounced' WHERE email = 'p8@example.org'").await;
    let editor = editor(&app).await;
    let (asked, done) = act(&editor, &[("act", "unsubscribe"), ("everything", "yes")]).await;
    assert!(asked.body.contains("Unsubscribe 1203 people?") && asked.body.matches("@<wbr>example").count() == 5);
    assert_eq!(done.status, 303, "{}", done.body);
    go_on(&app).await;
    let place = done.header("location").to_owned();
    assert!(editor.get(&place).await.body.contains("<dd>1202</dd>"), "one had bounced");
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber WHERE status = 'unsubscribed'").await, 1202);
    assert_eq!(app.number("SELECT COUNT(*) FROM consent WHERE kind = 'left'").await, 1202);
    assert!(app.number("SELECT COUNT(*) FROM event WHERE code = 'subscriber.left'").await < 10, "a row a piece");

    // One is erased, one comes back by themselves; neither is touched.
    let gone = format!("{LIST}/{}", app.id_of("p1@example.org").await);
    editor.post(&format!("{gone}/erase"), &[]).await;
    let fields = [("email", "p2@example.org"), ("how", "papier"), ("why", "au téléphone"), ("language", "fr")];
    editor.post(&format!("{LIST}/add"), &fields).await;
    // And one presses the link of a mail: they want to be out themselves.
    app.clock.advance(9 * MINUTE);
    let claim = Claim { subject: app.id_of("p3@example.org").await, version: 1, issued_at: 0 };
    app.post_form(&format!("/unsubscribe/{}", app.app.keys.sign(Purpose::Leave, claim)), &[]).await;
    assert_eq!(editor.post(&format!("{place}/undo"), &[]).await.status, 303);
    go_on(&app).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber WHERE status = 'confirmed'").await, 1199);
    assert_eq!(app.texts("SELECT status FROM subscriber WHERE email = 'p3@example.org'").await, ["unsubscribed"]);
    assert_eq!(app.number("SELECT COUNT(*) FROM consent WHERE kind = 'undone'").await, 1199);
    assert_eq!(app.texts("SELECT status FROM subscriber WHERE email = 'p7@example.org'").await, ["pending"]);
    assert_eq!(app.texts("SELECT status FROM subscriber WHERE email = 'p8@example.org'").await, ["bounced"]);
    assert_eq!(editor.post(&format!("{place}/undo"), &[]).await.status, 303, "twice is once");
    go_on(&app).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM consent WHERE kind = 'undone'").await, 1199);
}

#[tokio::test]
async fn an_act_cannot_be_taken_back_after_ten_minutes_and_names_nobody_then() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 3).await;
    let editor = editor(&app).await;
    let ids = [app.id_of("p1@example.org").await.to_string(), app.id_of("p2@example.org").await.to_string()];
    let fields = [("act", "unsubscribe"), ("id", ids[0].as_str()), ("id", ids[1].as_str()), ("id", "999999")];
    let (asked, done) = act(&editor, &fields).await;
    assert!(asked.body.contains("Unsubscribe 2 people?"), "ids of nobody are nobody");
    go_on(&app).await;
    app.clock.advance(10 * MINUTE + SECOND);
    let place = done.header("location").to_owned();
    assert!(!editor.get(&place).await.body.contains("/undo"));
    editor.post(&format!("{place}/undo"), &[]).await;
    go_on(&app).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber WHERE status = 'unsubscribed'").await, 2);
    assert_eq!(app.number("SELECT COUNT(*) FROM bulk_piece").await, 0);
    for fields in [vec![], vec![("act", "unsubscribe")], vec![("act", "nothing"), ("everything", "yes")]] {
        assert_eq!(editor.post(&format!("{LIST}/act/do"), &fields).await.status, 303, "{fields:?}");
    }
    let stale = [("act", "unsubscribe"), ("everything", "yes"), ("count", "99")];
    let page = editor.post(&format!("{LIST}/act/do"), &stale).await;
    assert!(page.status == 422 && page.body.contains("changed in the meantime"), "{}", page.body);
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber WHERE status = 'confirmed'").await, 1);
}

#[tokio::test]
async fn an_act_that_was_cut_short_is_done_by_the_next_tick() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 1100).await;
    let wanted = facteur::subscribers::list::Wanted::default();
    let ids = facteur::subscribers::list::ids(&app.app.db, carnet.id, &wanted).await.unwrap();
    let order = bulk::Order { newsletter_id: carnet.id, act: bulk::Act::Unsubscribe, to_id: 0, person_id: 1 };
    bulk::plan(&app.app, order, &ids).await.unwrap();
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber WHERE status = 'confirmed'").await, 1100);
    tokio::join!(app.tick(), go_on(&app));
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber WHERE status = 'unsubscribed'").await, 1100);
    assert_eq!(app.number("SELECT COUNT(*) FROM consent").await, 1100, "each once, also when two do it");
    assert_eq!(app.number("SELECT changed FROM bulk_act").await, 1100);
}

#[tokio::test]
async fn many_get_another_rhythm_a_letter_or_are_erased() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.cli(&["newsletter", "set", "carnet", "--schedule", "new", "--every", "month"]).await.ok();
    let schedules = facteur::newsletters::sql::schedules(&app.app.db, carnet.id).await.unwrap();
    app.readers(&carnet, 4).await;
    app.execute("UPDATE subscriber SET status = 'pending' WHERE email IN ('p1@example.org', 'p2@example.org')").await;
    let (editor, to) = (editor(&app).await, schedules[1].id.to_string());
    let (_, done) = act(&editor, &[("act", "rhythm"), ("everything", "yes"), ("to", &to)]).await;
    go_on(&app).await;
    let on = format!("SELECT COUNT(*) FROM subscriber WHERE schedule_id = {to}");
    assert_eq!(app.number(&on).await, 4);
    editor.post(&format!("{}/undo", done.header("location")), &[]).await;
    go_on(&app).await;
    assert_eq!(app.number(&on).await, 0);

    let (asked, done) = act(&editor, &[("act", "resend"), ("everything", "yes")]).await;
    assert!(asked.body.contains("Send 2 people"), "{}", asked.body);
    go_on(&app).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM planned_letter").await, 2);
    editor.post(&format!("{}/undo", done.header("location")), &[]).await;
    go_on(&app).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM planned_letter").await, 0);
    act(&editor, &[("act", "resend"), ("everything", "yes")]).await;
    go_on(&app).await;
    app.advance(2 * 60 * MINUTE).await;
    app.idle().await;
    assert_eq!((app.mails_to("p1@example.org").len(), app.mails_to("p3@example.org").len()), (1, 0));

    let fields = [("act", "erase"), ("everything", "yes"), ("status", "pending"), ("count", "2"), ("typed", "3")];
    let page = editor.post(&format!("{LIST}/act/do"), &fields).await;
    assert!(page.status == 422 && app.people().await.len() == 4, "the count must be typed: {}", page.body);
    let (_, done) = act(&editor, &[("act", "erase"), ("everything", "yes"), ("status", "pending")]).await;
    go_on(&app).await;
    assert_eq!(app.people().await, ["p3@example.org confirmed", "p4@example.org confirmed"]);
    assert!(!editor.get(done.header("location")).await.body.contains("/undo"));
    assert_eq!(app.number("SELECT COUNT(*) FROM suppression WHERE reason = 'erased'").await, 2);
}

#[tokio::test]
async fn a_list_from_a_file_is_looked_at_first_and_imported_then() {
    let app = world(&[("ana@example.org", "")]).await;
    let editor = editor(&app).await;
    let file = "Email;Nom;Statut\nana@example.org;Ana;\nbob@example.org;Hélène;abonné\ncarl@example.org;Carl;désabonné\nnein;X;\n";
    let fields = [("confirmed", "formulaire de l'ancien site")];
    let sent = editor.upload(&format!("{LIST}/import"), &fields, ("file", "C:\\liste.csv", file.as_bytes())).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert_eq!(app.people().await.len(), 1, "nobody is added yet");
    let place = sent.header("location").to_owned();
    let page = editor.get(&place).await;
    for words in ["Statut", "3 addresses in the list", "1 added, confirmed elsewhere", "1 here already", "Line 5:"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(!page.body.contains("bob@example.org"), "a report names nobody");
    assert_eq!(editor.post(&format!("{place}/apply"), &[]).await.status, 303);
    until_imported(&app).await;
    assert_eq!(
        app.people().await,
        ["ana@example.org confirmed", "bob@example.org confirmed", "carl@example.org unsubscribed"]
    );
    assert!(editor.get(&place).await.body.contains("Imported"));
    assert_eq!(
        app.number("SELECT COALESCE(SUM(length(content)), 0) FROM import_upload").await,
        0,
        "its bytes are gone"
    );
    assert_eq!(search(&editor, &[("how", "name"), ("q", "helene")]).await, ["bob@example.org"]);
    editor.post(&format!("{place}/apply"), &[]).await;
    let actor = app.texts("SELECT DISTINCT actor FROM event WHERE code = 'subscriber.imported'").await;
    assert_eq!(actor, ["person"]);
    app.newsletter("autre").await;
    let foreign = app.console(Role::Owner, Some("autre")).await;
    assert_eq!(foreign.get(&place.replace("carnet", "autre")).await.status, 404);
}

async fn until_imported(app: &TestApp) {
    let done = async {
        while app.number("SELECT COUNT(*) FROM import_upload WHERE state = 'running'").await > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, done).await.expect("the import ends");
}

#[tokio::test]
async fn a_bad_file_gets_a_page_that_says_so_and_is_not_kept() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let editor = editor(&app).await;
    let path = format!("{LIST}/import");
    for (bytes, words) in [
        (b"PK\x03\x04rest".as_slice(), "Save it as CSV"),
        (b"<html><p>x</p>", "not a list of addresses"),
        (b"", "Choose a file"),
    ] {
        let page = editor.upload(&path, &[("confirmed", "sur papier")], ("file", "x.csv", bytes)).await;
        assert!(page.status == 422 && page.body.contains(words), "{words}: {}", page.body);
        assert!(page.body.contains("sur papier"), "what was typed is there");
    }
    let large = vec![b'a'; upload::LARGEST + 1];
    let page = editor.upload(&path, &[], ("file", "x.csv", &large)).await;
    assert!(page.status == 422 && page.body.contains("larger than 20"), "{}", page.status);
    assert_eq!(app.number("SELECT COUNT(*) FROM import_upload").await, 0);

    // What can be answered is asked, and looked at again.
    let file = "Email,xyz\nana@example.org,1\nbob@example.org,0\n";
    let sent = editor.upload(&path, &[("confirmed", "papier")], ("file", "liste.csv", file.as_bytes())).await;
    let place = sent.header("location").to_owned();
    let page = editor.get(&place).await;
    assert!(page.body.contains("may say who left") && !page.body.contains("/apply"), "{}", page.body);
    editor.post(&format!("{place}/apply"), &[]).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber").await, 0);
    editor.post(&place, &[("confirmed", "papier"), ("ignored", "xyz")]).await;
    assert!(editor.get(&place).await.body.contains("/apply"));
    editor.post(&format!("{place}/discard"), &[]).await;
    assert_eq!(editor.get(&place).await.status, 404);
    let pasted = editor.post(&path, &[("pasted", "Ana <ana@example.org>, bob@example.org")]).await;
    assert!(editor.get(pasted.header("location")).await.body.contains("2 addresses"));
    app.clock.advance(25 * 60 * MINUTE);
    upload::forget(&app.app.db, app.clock.now()).await.unwrap();
    assert_eq!(app.number("SELECT COUNT(*) FROM import_upload").await, 0, "forgotten after a day");
}

#[tokio::test]
async fn a_state_or_all_is_exported_as_csv_and_json() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 2100).await;
    app.execute("UPDATE subscriber SET status = 'bounced', name = '=1+1' WHERE email = 'p5@example.org'").await;
    let editor = editor(&app).await;
    let path = format!("{LIST}/export");
    let csv = editor.post(&path, &[("format", "csv")]).await;
    assert_eq!((csv.body.lines().count(), csv.header("content-type")), (2101, "text/csv; charset=utf-8"));
    assert!(csv.header("content-disposition").contains("carnet-subscribers.csv"));
    let bounced = editor.post(&path, &[("status", "bounced")]).await;
    assert!(bounced.body.contains("p5@example.org,'=1+1,bounced"), "{}", bounced.body);
    assert_eq!(bounced.body.lines().count(), 2);
    let json = editor.post(&path, &[("format", "json")]).await.json();
    assert_eq!(json.as_array().unwrap().len(), 2100);
    assert!(
        editor.post(&path, &[("format", "json"), ("status", "complained")]).await.json().as_array().unwrap().is_empty()
    );
    let writer = app.console(Role::Writer, Some("carnet")).await;
    assert_eq!(writer.post(&path, &[]).await.status, 403);
}

#[tokio::test]
async fn editors_who_want_it_are_told_how_many_have_joined_at_most_every_ten_minutes() {
    let app = TestApp::builder()
        .set("signup.requests_per_hour_network", 0)
        .set("signup.requests_per_hour_network_embedded", 0)
        .spawn()
        .await;
    app.newsletter("carnet").await;
    let editor = editor(&app).await;
    let join = async |name: &str| {
        let address = format!("{name}@example.org");
        app.post_form("/n/carnet", &[("email", &address), ("lang", "fr")]).await;
        let mail = app.mail_to(&address).await;
        app.post_form(&link(&mail, "/confirm/"), &[]).await;
    };
    let to = "carnet@lettres.example.org";
    join("ana").await;
    app.advance(MINUTE).await;
    app.idle().await;
    assert!(app.mails_to(to).is_empty(), "off by default");
    editor.post(&format!("{LIST}/notice"), &[("on", "yes")]).await;
    join("bob").await;
    join("carl").await;
    app.advance(10 * SECOND).await;
    app.idle().await;
    let told = app.mails_to(to);
    assert_eq!(told.len(), 1);
    let text = told[0].text();
    assert!(text.contains(": 2") && text.contains("/console/n/carnet/subscribers"), "{text}");
    assert!(!text.contains("bob@"), "it names nobody");
    join("dora").await;
    app.advance(MINUTE).await;
    app.idle().await;
    assert_eq!(app.mails_to(to).len(), 1, "not before ten minutes");
    app.advance(10 * MINUTE).await;
    app.idle().await;
    assert_eq!(app.mails_to(to).len(), 2);
    editor.post(&format!("{LIST}/notice"), &[("on", "no")]).await;
    join("eva").await;
    app.advance(20 * MINUTE).await;
    app.idle().await;
    assert_eq!(app.mails_to(to).len(), 2);
}

/// What is typed to find somebody, and who is found, is in no address: no form of these pages asks with `GET`.
#[tokio::test]
async fn no_page_of_subscribers_asks_with_an_address() {
    let app = world(&[("ana@example.org", "Ana")]).await;
    let editor = editor(&app).await;
    let id = app.id_of("ana@example.org").await;
    for path in [LIST.to_owned(), format!("{LIST}/add"), format!("{LIST}/import"), format!("{LIST}/{id}")] {
        for language in ["en", "fr"] {
            let page = app.send(editor.request(Method::GET, &format!("{path}?lang={language}"))).await;
            assert_eq!(page.status, 200, "{path}: {}", page.body);
            assert_eq!(page.body.matches("<form").count(), page.body.matches("method=\"post\"").count(), "{path}");
            let keyed = page.body.split(['>', '<', '"']).find(|text| {
                ["subscribers-", "person-", "bulk-", "import-", "said-", "console-"]
                    .iter()
                    .any(|key| text.starts_with(key))
            });
            assert!(keyed.is_none(), "{path} in {language} lacks a text: {keyed:?}");
            assert!(page.body.len() < 80_000, "{path}: {}", page.body.len());
        }
    }
}
