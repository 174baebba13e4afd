//! An editor's first week in the browser: a link, a password, the blog, going live, a digest that is stopped, approved and watched;
//! with a mouse, with the keyboard alone, and without scripts.

use facteur::clock::{HOUR, MINUTE};

use super::chromium::{Chromium, Hand};
use crate::harness::feeds::Page;
use crate::harness::mail::path_of;
use crate::harness::{TestApp, on_sqlite};

const EMAIL: &str = "maelle@lettres.example.org";
const PASSWORD: &str = "une brioche au levain";

/// A blog with three posts and a feed; its address.
fn blog(app: &TestApp) -> String {
    let item = |title: &str| {
        let link = app.feeds.url(&format!("/{title}"));
        format!(
            "<item><title>{title}</title><link>{link}</link><guid>{link}</guid>\
             <pubDate>Sun, 31 May 2026 10:00:00 +0200</pubDate><description>Le texte de {title}.</description></item>"
        )
    };
    let items: String = ["Farines", "Levain", "Croute"].map(item).concat();
    let feed = app.feeds.put(
        "/feed",
        Page::new(
            "application/rss+xml",
            format!("<rss version=\"2.0\"><channel><title>Le four</title>{items}</channel></rss>"),
        ),
    );
    let home =
        format!("<html><head><link rel=\"alternate\" type=\"application/rss+xml\" href=\"{feed}\"></head></html>");
    app.feeds.put("/", Page::new("text/html", home))
}

/// Somebody at a page of the console.
struct At<'a> {
    app: &'a TestApp,
    browser: &'a Chromium,
    hand: Hand,
}

impl At<'_> {
    async fn goto(&self, path: &str) {
        self.browser.goto(&self.app.local(path)).await;
    }

    async fn press(&self, css: &str) {
        self.browser.press(css, self.hand).await;
    }

    async fn fill(&self, css: &str, text: &str) {
        self.browser.fill(css, text, self.hand).await;
    }

    /// Waits for what the act makes true.
    async fn until(&self, sql: &str, wanted: &str) {
        let begin = std::time::Instant::now();
        loop {
            let found = self.app.texts(sql).await;
            if found == [wanted] {
                return;
            }
            let address = self.browser.address().await;
            assert!(begin.elapsed() < crate::harness::PATIENCE, "{sql}: {found:?}, not {wanted}, at {address}");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
}

async fn week(language: &str, scripts: bool, hand: Hand) {
    if !on_sqlite() {
        return;
    }
    let Some(browser) = Chromium::start(scripts).await else { return };
    let app = TestApp::builder().set("base_url", "http://localhost").spawn().await;
    let blog = blog(&app);
    let at = At { app: &app, browser: &browser, hand };

    // The first owner, by a link.
    let link = app.cli(&["user", "setup-link"]).await.ok().trim().to_owned();
    at.goto(&format!("{}?lang={language}", path_of(&link))).await;
    at.fill("#email", EMAIL).await;
    at.fill("#password", PASSWORD).await;
    at.fill("#again", PASSWORD).await;
    at.press("main form button").await;
    at.until("SELECT email || ' ' || language FROM person", &format!("{EMAIL} {language}")).await;

    // The blog, the digest that it would send, the newsletter in test mode.
    at.press("main a[href='/console/start']").await;
    at.fill("#blog", &blog).await;
    at.press("button[value=look]").await;
    at.fill("#from", &format!("Le four <{EMAIL}>")).await;
    at.press("button[value=create]").await;
    at.until("SELECT slug || ' ' || mode FROM newsletter", "le-four test").await;
    at.press("a[href='/console/n/le-four/settings']").await;
    at.fill("#postal", "Le four, 2 place du Four, 12345 Exemple").await;
    at.press("main form button").await;
    at.until("SELECT postal FROM newsletter", "Le four, 2 place du Four, 12345 Exemple").await;
    at.press("a[href='/console/n/le-four/live']").await;
    at.press("button[value=live]").await;
    at.until("SELECT mode FROM newsletter", "live").await;
    let newsletter = facteur::newsletters::sql::by_slug(&app.app.db, "le-four").await.unwrap().unwrap();
    app.reader(&newsletter, "ana@lecteurs.example").await;

    // Every week, unless somebody stops it.
    at.press("a[href='/console/n/le-four/schedule']").await;
    let veto = facteur::i18n::locale(language).text("approval-veto");
    browser.choose("#approval-1", &veto, hand).await;
    at.press("button[value=save]").await;
    at.until("SELECT approval FROM schedule", "veto").await;

    // An hour before its slot, whoever has gone meanwhile signs in again on the way to what the letter links to.
    at.press(".who button").await;
    at.until("SELECT 'sessions: ' || COUNT(*) FROM session", "sessions: 0").await;
    let slot = app.number("SELECT next_due_at FROM schedule").await;
    app.clock.set(slot - HOUR);
    app.tick().await;
    at.until("SELECT state FROM digest", "waiting").await;
    let id = app.public_id(app.number("SELECT MAX(id) FROM digest").await).await;
    at.goto(&format!("/console/n/le-four/digests/{id}/stop")).await;
    at.fill("#email", EMAIL).await;
    at.fill("#password", PASSWORD).await;
    at.press("main form button").await;
    at.press("form[action$='/stop'] button").await;
    at.until("SELECT CASE WHEN leaves_at IS NULL THEN 'stopped' ELSE 'leaves' END FROM digest", "stopped").await;
    at.press("#act-approve").await;
    at.until("SELECT CASE WHEN leaves_at IS NULL THEN 'stopped' ELSE 'leaves' END FROM digest", "leaves").await;
    app.advance(MINUTE).await;
    app.idle().await;
    at.until("SELECT state FROM digest", "finished").await;
    assert_eq!(app.mails_to("ana@lecteurs.example").len(), 1);
    drop(browser);
}

#[tokio::test]
async fn a_week_with_a_mouse() {
    week("fr", true, Hand::Mouse).await;
}

#[tokio::test]
async fn a_week_with_the_keyboard_alone() {
    week("en", true, Hand::Keyboard).await;
}

#[tokio::test]
async fn a_week_without_scripts() {
    week("fr", false, Hand::Mouse).await;
}
