//! What is looked at, in every way in which people look at it, and what stands in their way there.

use super::chromium::{Chromium, Look, MAIL, PAGE};
use crate::harness::TestApp;

const LOOKS: [Look; 4] = [
    Look { width: 320, dark: false },
    Look { width: 320, dark: true },
    Look { width: 1280, dark: false },
    Look { width: 1280, dark: true },
];

/// The languages of the console.
pub const ALL: &[&str] = &["fr", "en"];
/// Enough for a state of a page that is looked at in both.
pub const ONE: &[&str] = &["fr"];

/// Something to look at.
#[derive(Clone, Debug)]
pub struct Sight {
    /// Where it is.
    pub path: String,
    /// In which languages it is looked at.
    pub languages: &'static [&'static str],
    /// A mail, as a frame of our pages shows it.
    pub mail: Option<String>,
}

impl Sight {
    /// A page in one language.
    pub fn of(path: impl Into<String>) -> Self {
        Self { path: path.into(), languages: ONE, mail: None }
    }
}

/// A browser, and what it has seen.
pub struct Judge<'a> {
    app: &'a TestApp,
    browser: Chromium,
    wrong: Vec<String>,
    judged: usize,
}

impl<'a> Judge<'a> {
    /// `None` where there is no browser or no axe-core, which is said.
    pub async fn start(app: &'a TestApp) -> Option<Self> {
        if !Chromium::has_axe() {
            return None;
        }
        Some(Self { app, browser: Chromium::start(true).await?, wrong: Vec::new(), judged: 0 })
    }

    /// From now on the browser is whoever has this cookie.
    pub async fn is(&self, cookie: &str) {
        self.browser.cookie(&self.app.local("/"), "facteur", cookie).await;
    }

    /// Looks at all of these.
    pub async fn see(&mut self, sights: &[Sight]) {
        for Sight { path, languages, mail } in sights {
            if let Some(html) = mail {
                self.browser.show(html).await;
                self.look(path, MAIL).await;
                continue;
            }
            for language in *languages {
                let joint = if path.contains('?') { '&' } else { '?' };
                self.browser.goto(&self.app.local(&format!("{path}{joint}lang={language}"))).await;
                self.look(&format!("{path} {language}"), PAGE).await;
            }
        }
    }

    /// Sends a form from a page, and looks at the page that is the answer; its status must be this one.
    pub async fn answer(&mut self, from: &str, to: &str, fields: &[(&str, &str)], status: i64) {
        self.browser.goto(&self.app.local(from)).await;
        let came = self.browser.send_form(to, fields).await;
        if came != status {
            let words = self.browser.run("return document.body.innerText.slice(0, 300)").await;
            self.wrong.push(format!("{to} with {fields:?} answers {came}, not {status}: {words}"));
        }
        self.look(&format!("the answer to {to} with {fields:?}"), PAGE).await;
    }

    async fn look(&mut self, name: &str, rules: &str) {
        self.browser.bring_axe().await;
        for look in LOOKS {
            self.browser.look(look).await;
            let scheme = if look.dark { "dark" } else { "light" };
            let file: String =
                name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(120).collect();
            self.browser.picture(&format!("{}-{}-{scheme}", file.trim_matches('-'), look.width)).await;
            self.judged += 1;
            for fault in self.browser.faults(rules).await {
                self.wrong.push(format!("{name} {look:?}: {} at {}", fault.rule, fault.where_));
            }
        }
    }

    /// Says how much was seen, and fails where something stands in the way.
    pub fn end(self, what: &str) {
        eprintln!("axe-core judged {} looks at {what}: {} violations", self.judged, self.wrong.len());
        drop(self.browser);
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
        assert!(self.judged > 0, "nothing was looked at");
    }
}
