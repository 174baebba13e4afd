//! What moves on the page of a digest by itself.

use std::time::{Duration, Instant};

use facteur::clock::MINUTE;
use facteur::people::role::Role;

use super::chromium::Chromium;
use crate::harness::{PATIENCE, TestApp, on_sqlite};

/// A newsletter with a digest that waits for its editor, and where that is.
async fn world() -> (TestApp, String) {
    let app = TestApp::for_browser().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 60).await;
    app.cli(&["newsletter", "set", "carnet", "--approval", "hold"]).await.ok();
    app.post(&carnet, "Les farines du moulin").await;
    app.advance_to("2026-06-08T08:00[Europe/Paris]").await;
    let waiting = app.number("SELECT id FROM digest WHERE state = 'waiting'").await;
    let path = format!("/console/n/carnet/digests/{}", app.public_id(waiting).await);
    (app, path)
}

#[tokio::test]
async fn a_digest_that_leaves_moves_on_its_page_by_itself() {
    if !on_sqlite() {
        return;
    }
    let Some(browser) = Chromium::start(true).await else { return };
    let (app, waiting) = world().await;
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
