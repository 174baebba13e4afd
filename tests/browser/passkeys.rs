//! A passkey in a real browser, with an authenticator that is built into it: made on the account's page, used to sign in; and not offered
//! on a page at another address.

use std::time::{Duration, Instant};

use facteur::people::role::Role;
use tokio::net::{TcpListener, TcpStream};

use super::chromium::{Chromium, Hand};
use super::world::PASSWORD;
use crate::harness::{PATIENCE, TestApp, on_sqlite};

/// An instance whose `base_url` is where the browser finds it, and that address.
async fn world() -> (TestApp, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let app = TestApp::builder().set("base_url", base_url.as_str()).spawn().await;
    let server = app.local("/").trim_start_matches("http://").trim_end_matches('/').to_owned();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let server = server.clone();
            tokio::spawn(async move {
                if let Ok(mut server) = TcpStream::connect(server).await {
                    tokio::io::copy_bidirectional(&mut client, &mut server).await.ok();
                }
            });
        }
    });
    (app, base_url)
}

/// Waits until the browser is at an address, while `script` does what is to be done there.
async fn until_at(browser: &Chromium, address: &str, script: &str) {
    let begin = Instant::now();
    while browser.address().await != address {
        assert!(begin.elapsed() < PATIENCE, "never at {address}, still at {}", browser.address().await);
        browser.try_to_run(script).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Presses the button that asks the authenticator, once, when it is there. (One that always says yes may have taken the suggestion before.)
const PRESS: &str = "const button = document.querySelector('[data-passkey]:not([hidden]) button'); \
                     if (button && !window.pressed) { window.pressed = true; button.click(); }";

#[tokio::test]
async fn a_passkey_is_made_and_signs_in() {
    if !on_sqlite() {
        return;
    }
    let Some(browser) = Chromium::start(true).await else { return };
    let (app, base_url) = world().await;
    let owner = app.console(Role::Owner, None).await;
    let email = app.texts("SELECT email FROM person").await.remove(0);
    app.cli_with_input(&["user", "passwd", &email], &format!("{PASSWORD}\n")).await.ok();
    let owner = app.signed_in(owner.person).await;
    browser.cookie(&base_url, "facteur", &owner.cookie).await;
    browser.goto(&format!("{base_url}/console/account/passkeys")).await;
    browser.bring_authenticator().await;
    browser.fill("#name", "Le téléphone", Hand::Mouse).await;
    browser.fill("#current", PASSWORD, Hand::Mouse).await;
    browser.press("[data-passkey=begin] button", Hand::Mouse).await;
    until_at(&browser, &format!("{base_url}/console/account"), PRESS).await;
    assert_eq!(app.texts("SELECT name FROM passkey").await, ["Le téléphone"]);

    // Signed out, the key alone leads back in.
    browser.cookie(&base_url, "facteur", "nobody").await;
    browser.goto(&format!("{base_url}/console/login?next=%2Fconsole%2Fteam")).await;
    until_at(&browser, &format!("{base_url}/console/team"), PRESS).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM passkey WHERE last_used_at IS NOT NULL").await, 1);
    let by = app.texts("SELECT parameters FROM activity WHERE code = 'session.begun' ORDER BY id DESC LIMIT 1").await;
    assert_eq!(by, [r#"{"by":"passkey"}"#]);

    // At another address of the same instance there is none.
    browser.goto(&app.local("/console/login")).await;
    let hidden = browser.run("return document.querySelector('[data-passkey=get]').hidden").await;
    assert_eq!(hidden.as_bool(), Some(true));
    drop(browser);
}
