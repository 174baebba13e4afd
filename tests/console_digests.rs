//! The console's pages of digests: what leaves and to whom, taking it back, watching it, and every button, pressed in time and too late.

use facteur::clock::{HOUR, MINUTE};
use facteur::digests::edit;
use facteur::events::Actor;
use facteur::people::role::Role;
use futures_util::StreamExt as _;
use reqwest::Method;

use crate::harness::console::Console;
use crate::harness::smtp::faults::Stage;
use crate::harness::{Answer, PATIENCE, TestApp};
use facteur::newsletters::Newsletter;

const DIGESTS: &str = "/console/n/carnet/digests";
const SEND: &str = "/console/n/carnet/digests/send";
const MONDAY: &str = "2026-06-08T08:00[Europe/Paris]";

/// What the form with this action carries, its code aside, and the button's own value.
fn fields(page: &str, action: &str) -> Vec<(String, String)> {
    let (_, form) = page.split_once(&format!("action=\"{action}\"")).unwrap_or_else(|| panic!("no {action} in {page}"));
    let form = form.split_once("</form>").expect("a whole form").0;
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        Some(rest.split_once('"')?.0.to_owned())
    };
    let inputs = form.split('<').filter(|tag| tag.starts_with("input "));
    let named = inputs.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)));
    named.filter(|(name, _)| name != "code").collect()
}

/// Presses the button of a form as a browser does: with what the page has put into it.
async fn press(console: &Console<'_>, page: &str, action: &str, more: &[(&str, &str)]) -> Answer {
    let fields = fields(page, action);
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(more.iter().copied()).collect();
    console.post(action, &fields).await
}

/// The page that an answer leads to.
async fn follow(console: &Console<'_>, answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    let said = answer.headers.get_all("set-cookie").iter().find_map(|cookie| {
        let pair = cookie.to_str().ok()?.split(';').next()?;
        pair.strip_prefix("facteur-said=").map(str::to_owned)
    });
    let said = said.unwrap_or_default();
    let request = console.app().request(Method::GET, answer.header("location"));
    let cookies = format!("__Host-facteur={}; facteur-said={said}", console.cookie);
    let page = console.app().send(request.header("cookie", cookies)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.body
}

/// A newsletter with two readers and a post, and its editor.
async fn world() -> (TestApp, Newsletter) {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana@example.org").await;
    app.reader(&carnet, "bea@example.org").await;
    app.post(&carnet, "Un").await;
    (app, carnet)
}

/// Path of the youngest digest's page.
async fn path(app: &TestApp) -> String {
    let id = app.number("SELECT MAX(id) FROM digest").await;
    format!("{DIGESTS}/{}", app.public_id(id).await)
}

async fn until(app: &TestApp, state: &str) {
    let begin = std::time::Instant::now();
    while app.texts("SELECT state FROM digest ORDER BY id DESC LIMIT 1").await != [state] {
        assert!(begin.elapsed() < PATIENCE, "never {state}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn send_now_says_what_it_does_and_can_be_taken_back() {
    let (app, carnet) = world().await;
    for (address, status) in
        [("eva@example.org", "paused"), ("ida@example.org", "pending"), ("leo@example.org", "bounced")]
    {
        app.reader(&carnet, address).await;
        app.execute(&format!("UPDATE subscriber SET status = '{status}' WHERE email = '{address}'")).await;
    }
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let page = editor.get(SEND).await;
    assert_eq!(page.status, 200);
    for words in [
        "Send to 2 people now",
        "<li>Un</li>",
        "1 person who paused",
        "1 person who has not confirmed",
        "1 person who left or whose address failed",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM digest").await, 0, "looking sends nothing");
    // Published after the page was shown: not sent with it.
    app.post(&carnet, "Deux").await;
    let sent = press(&editor, &page.body, SEND, &[]).await;
    let page = follow(&editor, &sent).await;
    for words in ["It leaves in a minute", "Take it back", "Would go to 2 people", "data-seconds=\""] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("Deux") && !page.contains("Send to 2 people"));
    // The button is pressed twice.
    let digest = path(&app).await;
    let stop = format!("{digest}/stop");
    let stopped = press(&editor, &page, &stop, &[]).await;
    let again = press(&editor, &page, &stop, &[]).await;
    assert!(follow(&editor, &again).await.contains("That was done already"));
    let shown = follow(&editor, &stopped).await;
    assert!(shown.contains("It was stopped before it left"), "{shown}");
    app.advance(HOUR).await;
    app.idle().await;
    assert!(app.mails().is_empty());
    // Both posts wait; sent, and too late to be taken back.
    let page = editor.get(SEND).await.body;
    assert!(page.contains("<li>Un</li>") && page.contains("<li>Deux</li>"));
    let sent = press(&editor, &page, SEND, &[]).await;
    let shown = follow(&editor, &sent).await;
    app.advance(MINUTE).await;
    app.idle().await;
    assert_eq!(app.mails().len(), 2);
    // Before it left, its page had the subject of the mail.
    let subject = app.mails()[0].subject();
    assert!(subject.contains("Un") && subject.contains("Deux"), "{subject}");
    for words in [format!("<h1>{subject}</h1>"), format!("<dd class=\"subject\">{subject}</dd>")] {
        assert!(shown.contains(&words), "{words}: {shown}");
    }
    let late = press(&editor, &shown, &format!("{}/stop", path(&app).await), &[]).await;
    assert_eq!(late.status, 409);
    for words in ["Nothing was changed", "In the meantime it was sent to everybody", "2 of 2"] {
        assert!(late.body.contains(words), "{words}: {}", late.body);
    }
    // Nothing is left to send.
    let page = editor.get(SEND).await.body;
    assert!(page.contains("There is no new post to send") && !page.contains("people now"), "{page}");
    let empty = editor.post(SEND, &[("schedule", "1")]).await;
    assert_eq!(empty.status, 422);
    assert_eq!(editor.get(&format!("{SEND}?schedule=7")).await.status, 404);
    assert_eq!(editor.post(SEND, &[("schedule", "0"), ("post", "1")]).await.status, 404);
}

#[tokio::test]
async fn of_two_editors_one_is_first_and_the_other_is_told() {
    let (app, _) = world().await;
    app.cli(&["newsletter", "set", "carnet", "--approval", "hold"]).await.ok();
    app.advance_to(MONDAY).await;
    let (one, two) = (app.console(Role::Editor, Some("carnet")).await, app.console(Role::Owner, Some("carnet")).await);
    let digest = path(&app).await;
    let seen_by_one = one.get(&digest).await.body;
    let skip = two.get(&format!("{digest}/skip")).await.body;
    for words in ["Send to 2 people", "It leaves in a minute, and does not change any more", "Skip it…"] {
        assert!(seen_by_one.contains(words), "{words}: {seen_by_one}");
    }
    let approve = format!("{digest}/approve");
    // A writer changes what it says before the button is pressed.
    let id = app.number("SELECT MAX(id) FROM digest").await;
    let found = facteur::digests::sql::by_id(&app.app.db, id).await.unwrap().unwrap();
    let edit = edit::load(&app.app, &found).await.unwrap();
    edit::save(&app.app, &found, &edit::Edit { subject: "Autre".into(), ..edit }, Actor::Command).await.unwrap();
    let unread = press(&one, &seen_by_one, &approve, &[]).await;
    assert!(unread.status == 409 && unread.body.contains("Somebody has edited it since you looked"), "{}", unread.body);
    let (seen_by_one, seen_by_two) = (one.get(&digest).await.body, two.get(&digest).await.body);
    let first = press(&one, &seen_by_one, &approve, &[]).await;
    assert!(follow(&one, &first).await.contains("Approved: it leaves in a minute"));
    let second = press(&two, &seen_by_two, &approve, &[]).await;
    assert!(follow(&two, &second).await.contains("That was done already"));
    let other = press(&two, &skip, &format!("{digest}/skip"), &[("posts", "drop")]).await;
    assert_eq!(other.status, 409);
    assert!(
        other.body.contains("In the meantime it was approved") && other.body.contains("Take it back"),
        "{}",
        other.body
    );
    let events = app.number("SELECT COUNT(*) FROM event WHERE code = 'digest.approved' AND actor = 'person'").await;
    assert_eq!(events, 1);
    app.advance(MINUTE).await;
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
    let page = two.get(&format!("{digest}/cancel")).await;
    assert!(page.status == 200 && page.body.contains("In the meantime it was sent to everybody"), "{}", page.body);
}

#[tokio::test]
async fn a_veto_is_one_click_from_its_letter() {
    let (app, carnet) = world().await;
    app.cli(&["newsletter", "set", "carnet", "--approval", "veto"]).await.ok();
    app.advance_to("2026-06-08T07:00[Europe/Paris]").await;
    app.idle().await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let letter = app.mails_to("carnet@lettres.example.org").pop().unwrap();
    let stop = letter.links().into_iter().find(|link| link.ends_with("/stop")).unwrap();
    let page = editor.get(&stop).await;
    assert!(page.body.contains("It does not leave at its time, but waits for you"), "{}", page.body);
    assert!(editor.get("/console/n/carnet").await.body.contains("leaves by itself"));
    let digest = path(&app).await;
    let stopped = press(&editor, &page.body, &format!("{digest}/stop"), &[]).await;
    let shown = follow(&editor, &stopped).await;
    assert!(shown.contains("stopped by an editor before it left") && shown.contains("Send to 2 people"), "{shown}");
    // Skipped, its posts given back.
    let page = editor.get(&format!("{digest}/skip")).await.body;
    let skipped = press(&editor, &page, &format!("{digest}/skip"), &[("posts", "back")]).await;
    assert!(follow(&editor, &skipped).await.contains("its posts wait for the next digest"));
    app.advance_to(MONDAY).await;
    app.idle().await;
    assert!(app.mails_to("ana@example.org").is_empty());
    assert!(editor.get(SEND).await.body.contains("<li>Un</li>"));
    drop(carnet);
}

/// Addresses called unknown before a digest pauses: the tenth in a row is not believed, and stays queued.
const UNKNOWN: i64 = 9;

/// Sixty readers, and a server that refuses them like this until the digest pauses itself.
async fn paused(reply: &str, refused: i64) -> (TestApp, String) {
    let app = TestApp::builder().set("smtp.connections", 1).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 60).await;
    app.post(&carnet, "Un").await;
    app.sink.on(Stage::Rcpt).reply(reply);
    app.send_now(&carnet).await;
    until(&app, "paused").await;
    // What the server said last is on its way into the ledger, and the last mail on its way to the server, until the batch is free.
    let id = app.number("SELECT MAX(id) FROM digest").await;
    let begin = std::time::Instant::now();
    let in_hand = "SELECT COUNT(*) FROM delivery_batch WHERE leased_until > 0";
    while app.counts(id).await.refused != refused || app.number(in_hand).await > 0 {
        assert!(begin.elapsed() < PATIENCE, "{:?}", app.counts(id).await);
        tokio::task::yield_now().await;
    }
    app.sink.heal();
    let digest = path(&app).await;
    (app, digest)
}

#[tokio::test]
async fn what_the_server_says_stands_in_plain_words_and_in_its_own() {
    let (app, digest) = paused("550 5.7.1 your mail looks like spam", 10).await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let page = editor.get(&digest).await.body;
    for words in [
        "the mail server refuses one mail after the other",
        "the server’s rules forbid it: 10",
        "550 5.7.1 your mail looks like spam",
        "but no mail of it has left",
        "It goes on where it stopped: 50 people are left",
        "50 people would never get it",
        "Send again to 10 people",
        "<progress",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("@example.org"), "no address");
    assert!(page.len() < 80_000);
    let resumed = press(&editor, &page, &format!("{digest}/resume"), &[]).await;
    follow(&editor, &resumed).await;
    app.idle().await;
    let page = editor.get(&digest).await.body;
    assert!(page.contains("60 of 60") && !page.contains("but no mail of it has left"), "{page}");
    let retried = press(&editor, &page, &format!("{digest}/retry"), &[]).await;
    assert!(follow(&editor, &retried).await.contains("10 mails are sent again"));
    app.idle().await;
    assert_eq!(app.mails().iter().filter(|mail| mail.to.starts_with('p')).count(), 60);
    let french = editor.get(&format!("{digest}?lang=fr")).await.body;
    assert!(
        french.contains("Acceptés par le serveur de messagerie") && french.contains("Où en est l’envoi"),
        "{french}"
    );
}

#[tokio::test]
async fn unknown_addresses_are_tried_later_or_dead_and_brought_back() {
    let (app, digest) = paused("550 5.1.1 no such user", UNKNOWN).await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let page = editor.get(&digest).await.body;
    assert!(
        page.contains("Resume, try unknown addresses later") && page.contains("unknown addresses are dead…"),
        "{page}"
    );
    let ask = editor.get(&format!("{digest}/dead")).await.body;
    assert!(ask.contains("9 people whose addresses") && ask.contains("This cannot be undone"), "{ask}");
    let dead = press(&editor, &ask, &format!("{digest}/dead"), &[]).await;
    follow(&editor, &dead).await;
    app.idle().await;
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber WHERE status = 'bounced'").await, UNKNOWN);
    let page = editor.get(&digest).await.body;
    assert!(page.contains("Undo 9 bounces") && page.contains("the address does not exist: 9"), "{page}");
    let revived = press(&editor, &page, &format!("{digest}/revive"), &[]).await;
    assert!(follow(&editor, &revived).await.contains("9 mails are sent again"));
    app.idle().await;
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber WHERE status = 'bounced'").await, 0);
    assert_eq!(app.mails().iter().filter(|mail| mail.to.starts_with('p')).count(), 60);
}

#[tokio::test]
async fn the_rest_is_cancelled_on_a_page_of_its_own() {
    let (app, digest) = paused("550 5.7.1 your mail looks like spam", 10).await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let page = editor.get(&digest).await.body;
    assert!(!page.contains(&format!("action=\"{digest}/cancel\"")), "no button for it on the page itself");
    let ask = editor.get(&format!("{digest}/cancel")).await.body;
    assert!(ask.contains("50 people would never get it") && ask.contains("This cannot be undone"), "{ask}");
    let cancelled = press(&editor, &ask, &format!("{digest}/cancel"), &[]).await;
    assert!(follow(&editor, &cancelled).await.contains("The rest was cancelled"));
    app.idle().await;
    let shown = editor.get(&digest).await.body;
    assert!(shown.contains("the mailing was cancelled: 50"), "{shown}");
    // The page of before is still open in another tab.
    let late = press(&editor, &page, &format!("{digest}/resume"), &[]).await;
    assert_eq!(late.status, 409);
    assert!(late.body.contains("In the meantime its rest was cancelled"), "{}", late.body);
    assert_eq!(app.texts("SELECT state FROM digest").await, ["cancelled"]);
}

#[tokio::test]
async fn mails_and_letters_in_doubt_are_settled() {
    let builder = TestApp::builder().set("smtp.connections", 1).set("smtp.on_uncertain", "hold");
    let app = builder.spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 5).await;
    app.post(&carnet, "Un").await;
    for address in ["p2@example.org", "p4@example.org", "p5@example.org"] {
        app.sink.on(Stage::Dot).to(address).first(1).drop_connection();
    }
    app.send_now(&carnet).await;
    app.idle().await;
    let (digest, editor) = (path(&app).await, app.console(Role::Editor, Some("carnet")).await);
    let page = editor.get(&digest).await.body;
    assert!(
        page.contains("Send 3 doubtful mails again") && page.contains("Take 3 doubtful mails for accepted"),
        "{page}"
    );
    let again = press(&editor, &page, &format!("{digest}/again"), &[]).await;
    assert!(follow(&editor, &again).await.contains("3 mails in doubt are sent again"));
    app.idle().await;
    assert_eq!(app.mails().len(), 5);
    let page = editor.get(&digest).await.body;
    assert!(page.contains("5 of 5") && !page.contains("doubtful"), "{page}");
    // A letter.
    let reader = app.id_of("p1@example.org").await;
    app.sink.on(Stage::Dot).to("p1@example.org").first(1).drop_connection();
    app.letter_to(&carnet, reader).await;
    app.idle().await;
    let list = editor.get(DIGESTS).await.body;
    assert!(list.contains("1 letter (a confirmation, a link or a notice) was sent, and no answer came"), "{list}");
    let letters = format!("{DIGESTS}/letters");
    let nothing = editor.post(&letters, &[]).await;
    assert_eq!(nothing.status, 422);
    let again = editor.post(&letters, &[("what", "again")]).await;
    assert!(follow(&editor, &again).await.contains("1 letter is sent again"));
    app.idle().await;
    assert_eq!(app.mails_to("p1@example.org").len(), 2, "the digest, and the letter");
    app.sink.on(Stage::Dot).to("p1@example.org").first(1).drop_connection();
    app.letter_to(&carnet, reader).await;
    app.idle().await;
    let settled = editor.post(&letters, &[("what", "accepted")]).await;
    assert!(follow(&editor, &settled).await.contains("1 letter is taken for accepted"));
    app.idle().await;
    assert_eq!(app.mails_to("p1@example.org").len(), 2);
    assert!(!editor.get(DIGESTS).await.body.contains("no answer came"));
}

#[tokio::test]
async fn every_slot_is_in_the_list_by_state_and_a_page_at_a_time() {
    let (app, carnet) = world().await;
    let viewer = app.console(Role::Viewer, Some("carnet")).await;
    let empty = viewer.get(DIGESTS).await;
    assert!(empty.status == 200 && empty.body.contains("There is no such digest yet"), "{}", empty.body);
    for n in 0..35 {
        app.execute(&format!(
            "INSERT INTO digest (public_id, newsletter_id, schedule_id, slot_at, state, reason, created_at)
             SELECT 'skipped{n:05}', {id}, MIN(id), {n}, 'skipped', '{{\"code\":\"no-new-post\"}}', {n}
             FROM schedule WHERE newsletter_id = {id}",
            id = carnet.id
        ))
        .await;
    }
    app.send_now(&carnet).await;
    app.idle().await;
    let lines = |page: &str| page.matches("<li><a href=\"/console/n/carnet/digests/").count();
    let first = viewer.get(DIGESTS).await.body;
    assert!(first.contains(">Un</a>") && first.contains("No mailing: no new post"), "{first}");
    assert_eq!(lines(&first), 30);
    let (_, older) = first.split_once("rel=\"next\" href=\"").unwrap();
    let older = older.split_once('"').unwrap().0.replace("&#38;", "&").replace("&amp;", "&");
    let second = viewer.get(&older).await.body;
    assert_eq!((lines(&second), second.contains("rel=\"next\"")), (6, false));
    let sent = viewer.get(&format!("{DIGESTS}?state=sent")).await.body;
    assert_eq!(lines(&sent), 1);
    let skipped = viewer.get(&format!("{DIGESTS}?state=without&before=skipped00003")).await.body;
    assert_eq!(lines(&skipped), 3);
    assert_eq!(lines(&viewer.get(&format!("{DIGESTS}?state=what")).await.body), 30, "an unknown state is all");
    assert_eq!(viewer.get(&format!("{DIGESTS}?before=nobody")).await.status, 404);
    // Who may not send sees no button; a digest of another newsletter is not there.
    let page = viewer.get(&path(&app).await).await.body;
    assert!(!page.contains("<button type=\"submit\" id=") && !first.contains(SEND), "{page}");
    let foreign = app.newsletter("autre").await;
    app.reader(&foreign, "zoe@example.org").await;
    app.post(&foreign, "Ailleurs").await;
    app.send_now(&foreign).await;
    app.idle().await;
    let owner = app.console(Role::Owner, Some("carnet")).await;
    let elsewhere = path(&app).await;
    for path in ["", "/events", "/skip"] {
        assert_eq!(owner.get(&format!("{elsewhere}{path}")).await.status, 404, "{path}");
    }
    assert_eq!(owner.post(&format!("{elsewhere}/cancel"), &[]).await.status, 404);
}

#[tokio::test]
async fn events_say_when_the_page_is_worth_looking_at_again() {
    let (app, _) = world().await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let page = editor.get(SEND).await.body;
    let sent = press(&editor, &page, SEND, &[]).await;
    let page = follow(&editor, &sent).await;
    let digest = path(&app).await;
    assert!(
        page.contains(&format!("data-events=\"{digest}/events\"")) && page.contains("digest.") && page.contains(".js"),
        "{page}"
    );
    let response = editor.request(Method::GET, &format!("{digest}/events")).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = response.bytes_stream();
    let mut heard = String::new();
    let mut gone = false;
    while !heard.contains("event: end") {
        let next = tokio::time::timeout(PATIENCE, stream.next()).await.expect("an event comes");
        heard.push_str(&String::from_utf8_lossy(&next.expect("the stream is open").unwrap()));
        if !gone && heard.contains("\"state\":\"waiting\"") {
            gone = true;
            app.advance(MINUTE).await;
        }
    }
    assert!(heard.contains("\"state\":\"finished\"") && heard.contains("\"accepted\":2"), "{heard}");
    assert!(!editor.get(&digest).await.body.contains("data-events"), "over: nothing to listen to");
    let script = page.split("src=\"").find(|rest| rest.starts_with("/assets/digest.")).unwrap();
    let script = app.get(script.split_once('"').unwrap().0).await;
    assert!(script.status == 200 && script.header("content-type").starts_with("text/javascript"));
}
