//! A digest that leaves by itself: a minute after "send now" in the console, or at its slot unless an editor stops it.

use facteur::clock::{DAY, HOUR, MINUTE, Millis, SECOND};
use facteur::digests::posts::Which;
use facteur::digests::send::{self, Sent};
use facteur::digests::{Digest, DigestError, MEANING, departure, edit, sql};
use facteur::events::Actor;
use facteur::ledger::hold;
use facteur::newsletters::{self, Newsletter};
use facteur::people::role::Role;
use facteur::reason::Reason;

use crate::harness::feeds::{Item, Page};
use crate::harness::{BASE_URL, TestApp};

/// Monday's slot of the harness's newsletters.
const MONDAY: &str = "2026-06-08T08:00[Europe/Paris]";
/// When its digest is composed that can be stopped.
const HOUR_BEFORE: &str = "2026-06-08T07:00[Europe/Paris]";
/// What the newsletter `carnet` answers from, where its editor reads.
const EDITOR: &str = "carnet@lettres.example.org";

fn millis(instant: &str) -> Millis {
    instant.parse::<jiff::Zoned>().unwrap().timestamp().as_millisecond()
}

/// A newsletter with two readers and one post.
async fn world() -> (TestApp, Newsletter) {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana@example.org").await;
    app.reader(&carnet, "bea@example.org").await;
    app.post(&carnet, "Un").await;
    (app, carnet)
}

/// The same, and its digests can be stopped.
async fn veto() -> (TestApp, Newsletter) {
    let (app, carnet) = world().await;
    app.cli(&["newsletter", "set", "carnet", "--approval", "veto"]).await.ok();
    (app, carnet)
}

async fn send_soon(app: &TestApp, newsletter: &Newsletter) -> Result<Sent, DigestError> {
    let schedule = newsletters::sql::schedules(&app.app.db, newsletter.id).await.unwrap().remove(0);
    let shown = facteur::digests::posts::waiting(&app.app, &schedule, Which::All).await.unwrap();
    let shown: Vec<i64> = shown.iter().map(|post| post.id).collect();
    send::soon(&app.app, newsletter, &schedule, Which::All, &shown, Actor::Command).await
}

/// The youngest digest.
async fn last(app: &TestApp) -> Digest {
    let id = app.number("SELECT MAX(id) FROM digest").await;
    sql::by_id(&app.app.db, id).await.unwrap().unwrap()
}

/// Every record, the oldest slot first: its state, and why.
async fn records(app: &TestApp) -> Vec<String> {
    let rows =
        "SELECT CASE WHEN state IN ('sending', 'finished') THEN 'sent' ELSE state END || ' ' || COALESCE(reason, '')
                FROM digest ORDER BY slot_at";
    let short = |row: String| {
        let (state, reason) = row.split_once(' ').unwrap();
        let code = reason.trim_start_matches(r#"{"code":""#).trim_end_matches(r#""}"#);
        if code.is_empty() { state.to_owned() } else { format!("{state}: {code}") }
    };
    app.texts(rows).await.into_iter().map(short).collect()
}

async fn events(app: &TestApp) -> Vec<String> {
    app.texts("SELECT code FROM event WHERE about = 'digest' ORDER BY id").await
}

async fn waiting_posts(app: &TestApp, newsletter: &Newsletter) -> usize {
    let schedule = newsletters::sql::schedules(&app.app.db, newsletter.id).await.unwrap().remove(0);
    facteur::digests::posts::waiting(&app.app, &schedule, Which::All).await.unwrap().len()
}

#[tokio::test]
async fn what_was_sent_now_can_be_taken_back_for_a_minute() {
    let (app, carnet) = world().await;
    let sent = send_soon(&app, &carnet).await.unwrap();
    assert!(sent.made);
    assert_eq!(records(&app).await, ["waiting: sent-by-editor"]);
    assert_eq!(waiting_posts(&app, &carnet).await, 0, "nobody else sends them meanwhile");
    app.advance(59 * SECOND).await;
    assert_eq!(records(&app).await, ["waiting: sent-by-editor"]);
    let back = departure::take_back(&app.app, &sent.digest, Actor::Command).await.unwrap();
    assert_eq!(records(&app).await, ["skipped: stopped-by-editor"]);
    assert_eq!((waiting_posts(&app, &carnet).await, back.leaves_at.is_some()), (1, true));
    // A second press says the same.
    departure::take_back(&app.app, &sent.digest, Actor::Command).await.unwrap();
    app.advance(HOUR).await;
    assert_eq!(app.mails().len(), 0);
    assert_eq!(events(&app).await, ["digest.leaving", "digest.skipped"]);
    // And sent once more.
    let again = send_soon(&app, &carnet).await.unwrap();
    assert!(again.made && again.digest.id != sent.digest.id);
    app.advance(MINUTE).await;
    app.idle().await;
    assert_eq!(app.mails().len(), 2);
    assert_eq!(records(&app).await, ["skipped: stopped-by-editor", "sent"]);
    let late = departure::take_back(&app.app, &again.digest, Actor::Command).await;
    assert!(matches!(late, Err(DigestError::Refused(_))), "{late:?}");
    assert_eq!(records(&app).await, ["skipped: stopped-by-editor", "sent"]);
}

#[tokio::test]
async fn what_was_sent_now_leaves_though_the_process_was_killed_in_that_minute() {
    let (mut app, carnet) = world().await;
    send_soon(&app, &carnet).await.unwrap();
    app.stop().await;
    app.clock.advance(10 * HOUR);
    app.start().await;
    app.tick().await;
    app.idle().await;
    assert_eq!(app.mails().len(), 2);
    assert_eq!(records(&app).await, ["sent"]);
    assert_eq!(
        events(&app).await[..3],
        ["digest.leaving", "digest.released", "digest.sending"],
        "an editor wanted it, and nobody took it back"
    );
}

#[tokio::test]
async fn two_editors_make_one_digest_and_take_it_back_once() {
    let (app, carnet) = world().await;
    let (one, two, three) = tokio::join!(send_soon(&app, &carnet), send_soon(&app, &carnet), send_soon(&app, &carnet));
    let all = [one.unwrap(), two.unwrap(), three.unwrap()];
    assert_eq!(all.iter().filter(|sent| sent.made).count(), 1);
    assert!(all.iter().all(|sent| sent.digest.id == all[0].digest.id));
    // The command line sends at once: it is given the same, which leaves in a moment.
    let sent = app.cli(&["digest", "send", "carnet", "--unsettled", "--yes", "--json"]).await.json();
    assert_eq!((sent["id"].as_str(), sent["state"].as_str()), (Some(&*all[0].digest.public_id), Some("waiting")));
    assert_eq!(sent["reason_code"], "sent-by-editor");
    assert!(sent["leaves_at"].is_string());
    let by = Actor::Command;
    let (one, two) = tokio::join!(
        departure::take_back(&app.app, &all[0].digest, by),
        departure::take_back(&app.app, &all[0].digest, by)
    );
    one.and(two).unwrap();
    assert_eq!(events(&app).await, ["digest.leaving", "digest.skipped"]);
    // One takes back while the tick lets go: one of them is first.
    for _ in 0..5 {
        let sent = send_soon(&app, &carnet).await.unwrap();
        app.clock.advance(MINUTE);
        let (back, ()) = tokio::join!(departure::take_back(&app.app, &sent.digest, by), app.tick());
        app.idle().await;
        let state = last(&app).await.state.to_string();
        assert_eq!(back.is_ok(), state == "skipped", "{state}");
        assert_eq!(app.mails().is_empty(), back.is_ok());
        if back.is_err() {
            break;
        }
    }
}

#[tokio::test]
async fn an_approved_digest_leaves_in_a_minute_and_waits_again_when_it_is_taken_back() {
    let (app, _) = world().await;
    app.cli(&["newsletter", "set", "carnet", "--approval", "hold"]).await.ok();
    app.advance_to(MONDAY).await;
    let digest = last(&app).await;
    let by = Actor::Command;
    let (one, two) = tokio::join!(departure::approve(&app.app, &digest, by), departure::approve(&app.app, &digest, by));
    assert_eq!(one.unwrap().leaves_at, two.unwrap().leaves_at);
    assert_eq!(records(&app).await, ["waiting: approved-by-editor"]);
    // It leaves as it was approved, or is taken back first.
    let on_its_way = last(&app).await;
    let found = edit::load(&app.app, &on_its_way).await.unwrap();
    let changed =
        edit::save(&app.app, &on_its_way, &edit::Edit { subject: "Autre".into(), ..found }, Actor::Command).await;
    assert!(changed.is_err(), "{changed:?}");
    departure::take_back(&app.app, &digest, by).await.unwrap();
    assert_eq!(records(&app).await, ["waiting: stopped-by-editor"]);
    app.advance(HOUR).await;
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 0);
    departure::approve(&app.app, &last(&app).await, by).await.unwrap();
    app.advance(MINUTE).await;
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
    assert_eq!(
        events(&app).await[..5],
        ["digest.waiting", "digest.approved", "digest.waiting", "digest.approved", "digest.released"]
    );
}

#[tokio::test]
async fn a_digest_with_a_veto_is_told_an_hour_before_and_leaves_when_nobody_stops_it() {
    let (app, carnet) = veto().await;
    app.advance_to("2026-06-08T06:59:30[Europe/Paris]").await;
    assert!(records(&app).await.is_empty(), "not before its time");
    app.advance_to(HOUR_BEFORE).await;
    app.tick().await;
    assert_eq!(records(&app).await, ["waiting: unless-stopped"]);
    let digest = last(&app).await;
    assert_eq!((digest.slot_at, digest.leaves_at), (millis(MONDAY), Some(millis(MONDAY))));
    app.idle().await;
    let letters = app.mails_to(EDITOR);
    assert_eq!(letters.len(), 1, "one letter");
    let (subject, text) = (letters[0].subject(), letters[0].text());
    assert!(subject.contains("part à 8") && subject.contains("sauf si vous l’arrêtez"), "{subject}");
    let page = format!("{BASE_URL}/console/n/carnet/digests/{}", digest.public_id);
    for link in [
        page.clone(),
        format!("{page}/stop"),
        format!("{page}/approve"),
        format!("{page}/edit"),
        format!("{page}/skip"),
    ] {
        assert!(letters[0].links().contains(&link), "{link} in {text}");
    }
    assert!(text.contains("Un") && text.contains("facteur digest stop carnet"), "{text}");
    // It says no more than is so: what editors edit, changes.
    assert!(text.contains("vous pouvez le modifier") && !text.contains("ne changera plus"), "{text}");
    // What is published now waits for the next.
    app.post(&carnet, "Deux").await;
    app.advance_to("2026-06-08T07:59:30[Europe/Paris]").await;
    assert_eq!(app.mails_to("ana@example.org").len(), 0);
    app.advance_to(MONDAY).await;
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
    assert!(!app.mails_to("ana@example.org")[0].text().contains("Deux"));
    assert_eq!(app.mails_to(EDITOR).len(), 1);
    assert_eq!(waiting_posts(&app, &carnet).await, 1);
    assert_eq!(events(&app).await[..3], ["digest.leaving", "digest.released", "digest.sending"]);
    app.advance_to("2026-06-15T07:00[Europe/Paris]").await;
    app.advance_to("2026-06-15T08:00[Europe/Paris]").await;
    app.idle().await;
    assert!(app.mails_to("ana@example.org")[1].text().contains("Deux"));
    assert_eq!(records(&app).await, ["sent", "sent"]);
}

#[tokio::test]
async fn a_digest_with_a_veto_is_stopped_and_waits_for_its_editor() {
    let (app, _) = veto().await;
    app.advance_to(HOUR_BEFORE).await;
    let stopped = app.cli(&["digest", "stop", "carnet"]).await;
    assert!(stopped.ok().contains("waits for you"), "{}", stopped.stdout);
    app.advance_to(MONDAY).await;
    app.advance(DAY).await;
    app.idle().await;
    assert_eq!(records(&app).await, ["waiting: stopped-by-editor"]);
    assert_eq!(app.mails_to("ana@example.org").len(), 0);
    app.cli(&["digest", "approve", "carnet"]).await.ok();
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
    assert_eq!(records(&app).await, ["sent"]);
}

#[tokio::test]
async fn a_digest_with_a_veto_is_approved_before_its_slot_or_skipped() {
    let (app, carnet) = veto().await;
    app.advance_to(HOUR_BEFORE).await;
    departure::approve(&app.app, &last(&app).await, Actor::Command).await.unwrap();
    app.advance(MINUTE).await;
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
    app.advance_to(MONDAY).await;
    app.idle().await;
    assert_eq!(records(&app).await, ["sent"], "its slot has its record");
    app.post(&carnet, "Deux").await;
    app.advance_to("2026-06-15T07:00[Europe/Paris]").await;
    app.cli(&["digest", "skip", "carnet", "--give-back"]).await.ok();
    app.advance_to("2026-06-15T08:00[Europe/Paris]").await;
    assert_eq!(records(&app).await, ["sent", "skipped: skipped-by-editor"]);
    assert_eq!(waiting_posts(&app, &carnet).await, 1);
    app.idle().await;
}

#[tokio::test]
async fn what_the_editors_saw_is_what_leaves_and_what_they_change_too() {
    let app = TestApp::builder().set("feeds.poll_s", 900).set("digests.settle_s", 0).spawn().await;
    let page = |items: &[Item]| Page::rss("Le blog", items);
    let url = app.feeds.put("/feed", page(&[]));
    let carnet = app.newsletter("carnet").await;
    app.cli(&["newsletter", "set", "carnet", "--approval", "veto", "--feed", &url]).await.ok();
    app.reader(&carnet, "ana@example.org").await;
    app.advance_to("2026-06-08T06:00[Europe/Paris]").await;
    let now = app.clock.now();
    app.feeds.put("/feed", page(&[Item::new("un", "Un", now), Item::new("deux", "Deux", now)]));
    app.advance(17 * MINUTE).await;
    app.advance_to(HOUR_BEFORE).await;
    assert_eq!(records(&app).await, ["waiting: unless-stopped"]);
    // The blog changes a title; an editor writes an introduction.
    app.feeds.put("/feed", page(&[Item::new("un", "Un tout autre titre", now), Item::new("deux", "Deux", now)]));
    app.advance(17 * MINUTE).await;
    let digest = last(&app).await;
    let found = edit::load(&app.app, &digest).await.unwrap();
    edit::save(&app.app, &digest, &edit::Edit { intro: "Bonjour à tous".into(), ..found }, Actor::Command)
        .await
        .unwrap();
    app.advance_to(MONDAY).await;
    app.idle().await;
    let text = app.mail_to("ana@example.org").await.text();
    let titled = text.lines().any(|line| line == "Un");
    assert!(text.contains("Bonjour à tous") && titled && !text.contains("tout autre"), "{text}");
}

#[tokio::test]
async fn a_post_that_is_taken_back_in_that_hour_is_not_sent() {
    let (app, carnet) = veto().await;
    app.post(&carnet, "Deux").await;
    app.advance_to(HOUR_BEFORE).await;
    app.execute("UPDATE post SET state = 'gone' WHERE title = 'Un'").await;
    app.advance_to(MONDAY).await;
    app.idle().await;
    let text = app.mails_to("ana@example.org").pop().unwrap().text();
    assert!(text.contains("Deux") && !text.contains("blog.example.org/un"), "{text}");
}

#[tokio::test]
async fn editors_have_an_hour_whenever_the_digest_is_composed() {
    // A veto that is chosen less than an hour before the slot, and a slot that is caught up.
    for (chosen, leaves) in [
        ("2026-06-08T07:40[Europe/Paris]", "2026-06-08T08:40[Europe/Paris]"),
        ("2026-06-08T11:00[Europe/Paris]", "2026-06-15T08:00[Europe/Paris]"),
    ] {
        let (app, _) = world().await;
        app.clock.set(millis(chosen));
        app.cli(&["newsletter", "set", "carnet", "--approval", "veto"]).await.ok();
        app.tick().await;
        app.clock.set(millis(leaves) - HOUR);
        app.tick().await;
        let found = last(&app).await.leaves_at.unwrap() - millis(leaves);
        assert!((0..10 * SECOND).contains(&found), "{chosen}: {found}");
        app.clock.advance(HOUR - 10 * SECOND);
        app.tick().await;
        assert_eq!(app.mails_to("ana@example.org").len(), 0);
        app.advance(20 * SECOND).await;
        app.idle().await;
        assert_eq!(app.mails_to("ana@example.org").len(), 1);
    }
    let (app, _) = veto().await;
    app.advance_to("2026-06-08T11:00[Europe/Paris]").await;
    let left = last(&app).await.leaves_at.unwrap() - app.clock.now();
    assert!((HOUR - 10 * SECOND..=HOUR).contains(&left), "caught up three hours late: {left}");
    app.advance(HOUR).await;
    app.idle().await;
    assert_eq!(records(&app).await, ["sent"]);
}

#[tokio::test]
async fn a_machine_that_was_off_at_the_slot_gives_editors_another_hour() {
    let (app, _) = veto().await;
    app.advance_to(HOUR_BEFORE).await;
    app.idle().await;
    app.advance(3 * HOUR).await;
    assert_eq!(records(&app).await, ["waiting: unless-stopped"]);
    app.idle().await;
    assert_eq!(app.mails_to(EDITOR).len(), 2, "they are told of the new time");
    assert!(app.mails_to(EDITOR)[1].subject().contains("part à 11"), "{}", app.mails_to(EDITOR)[1].subject());
    app.advance(HOUR).await;
    app.idle().await;
    assert_eq!((records(&app).await, app.mails_to("ana@example.org").len()), (vec!["sent".to_owned()], 1));
    // Off for longer than a slot is caught up: the posts wait for the next.
    let (app, carnet) = veto().await;
    app.advance_to(HOUR_BEFORE).await;
    app.advance(20 * HOUR).await;
    assert_eq!(records(&app).await, ["skipped: too-late"]);
    assert_eq!(waiting_posts(&app, &carnet).await, 1);
    app.tick().await;
    app.idle().await;
    assert!(app.mails_to(EDITOR).pop().unwrap().subject().contains("n’a pas eu lieu"));
}

#[tokio::test]
async fn a_letter_that_could_not_be_asked_for_puts_the_digest_off() {
    let (mut app, _) = veto().await;
    app.clock.set(millis(HOUR_BEFORE));
    let schedule = newsletters::sql::schedule(&app.app.db, 1).await.unwrap().unwrap();
    // Killed between the digest and its letter.
    facteur::digests::compose::due_slot(&app.app, &schedule).await.unwrap();
    app.stop().await;
    app.clock.set(millis(MONDAY));
    app.start().await;
    app.tick().await;
    assert_eq!(records(&app).await, ["waiting: unless-stopped"]);
    let left = last(&app).await.leaves_at.unwrap() - app.clock.now();
    assert!((HOUR - 10 * SECOND..=HOUR).contains(&left), "{left}");
    app.idle().await;
    assert!(app.mails_to(EDITOR)[0].subject().contains("part à 9"), "{}", app.mails_to(EDITOR)[0].subject());
    app.advance(HOUR).await;
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
}

#[tokio::test]
async fn what_is_said_of_the_slot_in_that_hour_holds() {
    let (app, carnet) = veto().await;
    app.advance_to(HOUR_BEFORE).await;
    let skipped = app.cli(&["digest", "skip", "carnet", "--next"]).await;
    assert!(skipped.ok().contains("8 June 2026"), "the slot that is composed: {}", skipped.stdout);
    app.advance_to(MONDAY).await;
    assert_eq!(records(&app).await, ["skipped: skipped-by-editor"]);
    app.advance_to("2026-06-15T07:00[Europe/Paris]").await;
    // Paused, but not for long enough; then for long enough.
    app.cli(&["digest", "pause", "carnet"]).await.ok();
    app.tick().await;
    app.cli(&["digest", "resume", "carnet"]).await.ok();
    app.advance_to("2026-06-15T08:00[Europe/Paris]").await;
    app.idle().await;
    assert_eq!(records(&app).await, ["skipped: skipped-by-editor", "sent"]);
    app.post(&carnet, "Deux").await;
    app.advance_to("2026-06-22T07:00[Europe/Paris]").await;
    app.cli(&["digest", "pause", "carnet"]).await.ok();
    app.advance_to("2026-06-22T08:00[Europe/Paris]").await;
    assert_eq!(records(&app).await, ["skipped: skipped-by-editor", "sent", "skipped: schedule-paused"]);
    assert_eq!(waiting_posts(&app, &carnet).await, 1);
    // A pause that ends within the hour before a slot: composed then, and an hour from then on.
    app.advance_to("2026-06-29T07:30[Europe/Paris]").await;
    app.cli(&["digest", "resume", "carnet"]).await.ok();
    app.tick().await;
    let left = last(&app).await.leaves_at.unwrap() - millis("2026-06-29T08:30[Europe/Paris]");
    assert!((0..10 * SECOND).contains(&left), "{left}");
    app.advance(HOUR).await;
    app.idle().await;
    assert_eq!(records(&app).await.last().unwrap(), "sent");
}

#[tokio::test]
async fn another_rhythm_in_that_hour_makes_no_second_digest() {
    let (app, carnet) = veto().await;
    app.advance_to(HOUR_BEFORE).await;
    app.post(&carnet, "Deux").await;
    app.cli(&["newsletter", "set", "carnet", "--approval", "auto"]).await.ok();
    app.tick().await;
    app.advance_to(MONDAY).await;
    app.tick().await;
    app.idle().await;
    assert_eq!(records(&app).await, ["sent"]);
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
    assert_eq!(waiting_posts(&app, &carnet).await, 1);
}

#[tokio::test]
async fn an_hour_before_is_an_hour_when_the_clocks_change() {
    for (start, zone_slot) in [
        ("2026-03-27T12:00[Europe/Paris]", ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]),
        ("2026-10-23T12:00[Europe/Paris]", ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]),
    ] {
        let (app, carnet) = veto().await;
        app.clock.set(millis(start));
        app.execute("DELETE FROM post").await;
        app.execute("UPDATE schedule SET created_at = 0").await;
        app.cli(&["newsletter", "set", "carnet", "--every", "day", "--at", "02:30"]).await.ok();
        for slot in zone_slot {
            let slot = slot.parse::<jiff::Timestamp>().unwrap().as_millisecond();
            app.clock.set(slot - 2 * HOUR);
            app.post(&carnet, &format!("Du {slot}")).await;
            app.clock.set(slot - HOUR);
            app.tick().await;
            assert_eq!((last(&app).await.slot_at, last(&app).await.leaves_at), (slot, Some(slot)));
            app.clock.set(slot);
            app.tick().await;
            app.idle().await;
            assert_eq!(app.mails_to("ana@example.org").pop().unwrap().subject(), format!("Du {slot}"));
        }
        assert_eq!(records(&app).await, ["sent", "sent", "sent"]);
    }
}

#[tokio::test]
async fn while_everything_is_held_nothing_leaves_by_itself() {
    let (app, carnet) = veto().await;
    app.advance_to(HOUR_BEFORE).await;
    app.idle().await;
    hold::hold(&app.app, MEANING.by(Actor::Command), &Reason::HeldByOperator).await.unwrap();
    app.advance_to(MONDAY).await;
    app.advance(2 * MINUTE).await;
    assert_eq!(records(&app).await, ["waiting: unless-stopped"]);
    // What an editor approves now is named by it.
    departure::approve(&app.app, &last(&app).await, Actor::Command).await.unwrap();
    app.advance(MINUTE).await;
    app.idle().await;
    assert_eq!((records(&app).await, app.mails_to("ana@example.org").len()), (vec!["sent".to_owned()], 1));
    // Composed while held: editors have their hour from the end of it on.
    app.post(&carnet, "Deux").await;
    app.advance_to("2026-06-15T07:00[Europe/Paris]").await;
    assert_eq!(records(&app).await, ["sent", "waiting: held"]);
    app.advance_to("2026-06-15T09:00[Europe/Paris]").await;
    hold::resume(&app.app, MEANING.by(Actor::Command)).await.unwrap();
    app.tick().await;
    app.idle().await;
    assert_eq!(records(&app).await, ["sent", "waiting: unless-stopped"]);
    assert!(app.mails_to(EDITOR).iter().any(|letter| letter.subject().contains("part à 10")));
    app.advance(HOUR).await;
    app.idle().await;
    assert_eq!(records(&app).await, ["sent", "sent"]);
}

#[tokio::test]
async fn a_clock_that_was_ahead_keeps_no_digest_back() {
    let (app, carnet) = world().await;
    app.clock.advance(3 * DAY);
    send_soon(&app, &carnet).await.unwrap();
    app.advance(-3 * DAY).await;
    let left = last(&app).await.leaves_at.unwrap() - app.clock.now();
    assert!((0..=MINUTE).contains(&left), "{left}");
    app.advance(MINUTE).await;
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
    // Editors' hour was reckoned on it.
    let (app, _) = veto().await;
    app.clock.set(millis(MONDAY) + 5 * HOUR);
    app.tick().await;
    assert_eq!(records(&app).await, ["waiting: unless-stopped"]);
    app.clock.set(millis(MONDAY) - 2 * HOUR);
    app.tick().await;
    assert_eq!(last(&app).await.leaves_at, Some(millis(MONDAY)));
    app.advance_to(MONDAY).await;
    app.idle().await;
    assert_eq!(records(&app).await, ["sent"]);
}

#[tokio::test]
async fn each_post_has_no_slot_to_be_told_of_before() {
    let (app, _) = world().await;
    let refused = app.cli(&["newsletter", "set", "carnet", "--every", "post", "--approval", "veto"]).await;
    assert!(refused.code != 0 && refused.stderr.contains("--approval auto, or --approval hold"), "{}", refused.stderr);
}

/// Posts rest for a quarter of an hour; one reader, no post.
async fn resting() -> (TestApp, Newsletter) {
    let app = TestApp::builder().set("digests.settle_s", 900).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana@example.org").await;
    (app, carnet)
}

#[tokio::test]
async fn what_still_rests_when_the_letter_leaves_is_promised_for_the_slot_after_unless_it_is_included() {
    let (app, carnet) = resting().await;
    app.cli(&["newsletter", "set", "carnet", "--approval", "veto"]).await.ok();
    app.clock.set(millis("2026-06-08T06:30[Europe/Paris]"));
    app.post(&carnet, "Reposé").await;
    app.clock.set(millis("2026-06-08T06:50[Europe/Paris]"));
    app.post(&carnet, "Tout frais").await;
    let editor = app.console(Role::Editor, Some("carnet")).await;
    let today = editor.get("/console/n/carnet").await;
    let words = today.words();
    assert!(words.contains("1 post, to 1 person") && words.contains("1 more post still rests"), "{words}");
    assert!(today.body.contains("<li>Reposé</li>") && !today.body.contains("<li>Tout frais</li>"), "{}", today.body);
    let tried = app.cli(&["newsletter", "schedule", "carnet"]).await;
    assert_eq!(tried.code, 0, "{tried:?}");

    let id = app.number("SELECT id FROM post WHERE title = 'Tout frais'").await;
    let page = editor.get(&format!("/console/n/carnet/posts/{id}")).await;
    let words = page.words();
    assert!(words.contains("Monday 15 June 2026 at 8:00") && words.contains("rests until 7:05"), "{words}");
    assert!(words.contains("too late for the digest of Monday 8 June 2026 at 8:00"), "{words}");
    assert!(page.body.contains("value=\"include\""), "it may be included: {}", page.body);
    let number = id.to_string();
    let included = editor.post("/console/n/carnet/posts", &[("choice", "include"), ("post", &number)]).await;
    assert_eq!(included.status, 303);
    let words = editor.get(&format!("/console/n/carnet/posts/{id}")).await.words();
    assert!(words.contains("Monday 8 June 2026 at 8:00") && !words.contains("rests until"), "{words}");
    assert!(editor.get("/console/n/carnet").await.words().contains("2 posts, to 1 person"));
    app.advance_to(HOUR_BEFORE).await;
    assert_eq!(records(&app).await, ["waiting: unless-stopped"]);
    app.advance_to(MONDAY).await;
    app.idle().await;
    let text = app.mails_to("ana@example.org").pop().unwrap().text();
    assert!(text.contains("Reposé") && text.contains("Tout frais"), "{text}");
}

#[tokio::test]
async fn what_editors_include_is_sent_at_once_on_a_rhythm_of_each_post_too() {
    let (app, carnet) = resting().await;
    app.cli(&["newsletter", "set", "carnet", "--every", "post"]).await.ok();
    app.clock.advance(HOUR);
    app.post(&carnet, "Tout frais").await;
    app.tick().await;
    assert!(records(&app).await.is_empty(), "it rests");
    let id = app.number("SELECT id FROM post").await.to_string();
    app.cli(&["post", "include", "carnet", &id]).await.ok();
    app.tick().await;
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
}

#[tokio::test]
async fn a_veto_chosen_within_the_hour_leaves_nothing_out_that_could_still_be_sent() {
    let (app, carnet) = resting().await;
    app.clock.set(millis("2026-06-08T07:30[Europe/Paris]"));
    app.post(&carnet, "Tout frais").await;
    app.clock.set(millis("2026-06-08T07:40[Europe/Paris]"));
    app.cli(&["newsletter", "set", "carnet", "--approval", "veto"]).await.ok();
    app.tick().await;
    assert_eq!(records(&app).await, [""; 0], "its slot has not come");
    let owner = app.console(Role::Owner, Some("carnet")).await;
    let words = owner.get("/console/n/carnet/schedule").await.words();
    assert!(words.contains("made ready an hour before its date"), "{words}");
    assert!(words.contains("less than an hour away") && words.contains("leaves at 8:40 at the earliest"), "{words}");
    let today = owner.get("/console/n/carnet").await.words();
    assert!(today.contains("1 post, to 1 person") && !today.contains("still rests"), "{today}");
    app.advance_to("2026-06-08T07:46[Europe/Paris]").await;
    assert_eq!(records(&app).await, ["waiting: unless-stopped"], "as soon as it has rested");
    let left = last(&app).await.leaves_at.unwrap() - millis("2026-06-08T08:46[Europe/Paris]");
    assert!((0..10 * SECOND).contains(&left), "{left}");
    app.advance(HOUR + MINUTE).await;
    app.idle().await;
    assert_eq!((records(&app).await, app.mails_to("ana@example.org").len()), (vec!["sent".to_owned()], 1));
}

#[tokio::test]
async fn that_there_is_nothing_to_send_is_recorded_when_the_slot_comes() {
    let (app, carnet) = resting().await;
    app.cli(&["newsletter", "set", "carnet", "--approval", "veto"]).await.ok();
    app.advance_to("2026-06-08T07:30[Europe/Paris]").await;
    assert_eq!(records(&app).await, [""; 0]);
    app.advance_to(MONDAY).await;
    assert_eq!(records(&app).await, ["skipped: no-new-post"]);
    // The same while nobody reads it: somebody comes in time.
    app.execute("UPDATE subscriber SET status = 'paused'").await;
    app.post(&carnet, "Un").await;
    app.advance_to("2026-06-15T07:30[Europe/Paris]").await;
    assert_eq!(records(&app).await, ["skipped: no-new-post"]);
    app.execute("UPDATE subscriber SET status = 'confirmed'").await;
    app.advance_to("2026-06-15T07:31[Europe/Paris]").await;
    assert_eq!(records(&app).await, ["skipped: no-new-post", "waiting: unless-stopped"]);
    app.advance(HOUR + MINUTE).await;
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
}
