//! The pages of digests in each state that they can be in, and what moves on them by itself.

use std::time::{Duration, Instant};

use facteur::clock::MINUTE;
use facteur::people::role::Role;

use super::chromium::Chromium;
use super::pages::judge;
use crate::harness::smtp::faults::Stage;
use crate::harness::{PATIENCE, TestApp, on_sqlite};

/// A newsletter with one digest that the mail server has stopped, and one that waits for its editor; their paths.
async fn world() -> (TestApp, [String; 2]) {
    let app = TestApp::builder().set("base_url", "http://localhost").set("smtp.connections", 1).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 60).await;
    app.post(&carnet, "Le four est rallumé").await;
    app.sink.on(Stage::Rcpt).reply("550 5.1.1 no such user");
    let stopped = app.send_now(&carnet).await;
    let begin = Instant::now();
    while app.digest_state(stopped).await != "paused" {
        assert!(begin.elapsed() < PATIENCE, "never paused");
        tokio::task::yield_now().await;
    }
    app.sink.heal();
    app.cli(&["newsletter", "set", "carnet", "--approval", "hold"]).await.ok();
    app.post(&carnet, "Les farines du moulin").await;
    app.advance_to("2026-06-08T08:00[Europe/Paris]").await;
    app.post(&carnet, "La croûte").await;
    let waiting = app.number("SELECT id FROM digest WHERE state = 'waiting'").await;
    let path = |id: String| format!("/console/n/carnet/digests/{id}");
    let paths = [path(app.public_id(stopped).await), path(app.public_id(waiting).await)];
    (app, paths)
}

#[tokio::test]
async fn digests_stand_in_nobodys_way_in_any_state() {
    if !on_sqlite() || !Chromium::has_axe() {
        return;
    }
    let Some(browser) = Chromium::start(true).await else { return };
    let (app, [stopped, waiting]) = world().await;
    let owner = app.console(Role::Owner, None).await;
    browser.cookie(&app.local("/"), "facteur", &owner.cookie).await;
    let list = "/console/n/carnet/digests";
    let paths = [
        list.to_owned(),
        format!("{list}?state=sent"),
        format!("{list}/send?unsettled=1"),
        format!("{stopped}/dead"),
        format!("{stopped}/cancel"),
        format!("{waiting}/skip"),
        format!("{waiting}/approve"),
        format!("{waiting}/stop"),
        stopped,
        waiting.clone(),
    ];
    let (mut wrong, mut judged) = judge(&app, &browser, &paths).await;
    let id = waiting.rsplit('/').next().unwrap();
    app.cli(&["digest", "approve", "carnet", id]).await.ok();
    app.idle().await;
    let (more, count) = judge(&app, &browser, &[waiting]).await;
    wrong.extend(more);
    judged += count;
    eprintln!("axe-core judged {judged} pages of digests: {} violations", wrong.len());
    drop(browser);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_digest_that_leaves_moves_on_its_page_by_itself() {
    if !on_sqlite() {
        return;
    }
    let Some(browser) = Chromium::start(true).await else { return };
    let (app, [_, waiting]) = world().await;
    let owner = app.console(Role::Owner, None).await;
    browser.cookie(&app.local("/"), "facteur", &owner.cookie).await;
    browser.goto(&app.local(&format!("{waiting}/approve"))).await;
    browser.run("document.querySelector('main form button').click()").await;
    let says = async |id: &str, words: &str| {
        let begin = Instant::now();
        loop {
            let text = browser.run(&format!("return document.getElementById('{id}')?.textContent ?? ''")).await;
            if text.as_str().unwrap_or_default().contains(words) {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "{id} never says {words}: {text}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    says("acts", "Take it back").await;
    browser.run("window.same = true; document.getElementById('act-stop').focus()").await;
    app.advance(MINUTE).await;
    says("standing", "60 of 60").await;
    says("state", "finished").await;
    let same = browser.run("return [window.same === true, document.getElementById('acts').textContent.trim()]").await;
    assert_eq!((same[0].as_bool(), same[1].as_str()), (Some(true), Some("")), "the page was not loaded again");
    drop(browser);
}
