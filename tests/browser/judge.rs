//! What is looked at, in every way in which people look at it, and what stands in their way there.
//!
//! A page is loaded once in each language, and then only its width and its colours are changed. Each look is judged by what can be
//! another there: the first by all rules, the wide one of another language by those that ask for room, those in the dark by those that
//! ask for colours (a test below sees to it that the dark scheme changes nothing else). Whether it scrolls sideways is asked each time.

use std::path::Path;

use super::chromium::{COLOURS, Chromium, Colours, Look, MAIL, PAGE, ROOM};
use crate::harness::TestApp;

const LOOKS: [Look; 4] = [
    Look { width: 320, colours: Colours::Light },
    Look { width: 320, colours: Colours::Dark },
    Look { width: 1280, colours: Colours::Light },
    Look { width: 1280, colours: Colours::Dark },
];

/// By which rules a look is judged, if a page is judged by `all`. `first`: in the first language that it is seen in.
fn rules(look: Look, all: &'static str, first: bool) -> &'static str {
    match look {
        Look { colours: Colours::Dark, .. } => COLOURS,
        Look { width, .. } if width == LOOKS[0].width || first => all,
        Look { .. } => ROOM,
    }
}

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
        let browser = Chromium::start(true).await?;
        browser.bring_axe().await;
        Some(Self { app, browser, wrong: Vec::new(), judged: 0 })
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
                self.look(path, MAIL, true).await;
                continue;
            }
            for (number, language) in languages.iter().enumerate() {
                let joint = if path.contains('?') { '&' } else { '?' };
                self.browser.goto(&self.app.local(&format!("{path}{joint}lang={language}"))).await;
                self.look(&format!("{path} {language}"), PAGE, number == 0).await;
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
        self.look(&format!("the answer to {to} with {fields:?}"), PAGE, true).await;
    }

    async fn look(&mut self, name: &str, all: &'static str, first: bool) {
        for (number, look) in LOOKS.into_iter().enumerate() {
            self.browser.look(look).await;
            let scheme = look.colours.name();
            let file: String =
                name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(120).collect();
            self.browser.picture(&format!("{}-{}-{scheme}", file.trim_matches('-'), look.width)).await;
            self.judged += 1;
            // Its style sheets are the same in each look.
            for fault in self.browser.faults(rules(look, all, first), number == 0).await {
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

/// What stands in braces from here on, and in braces inside them.
fn block(text: &str) -> &str {
    let (mut depth, mut begin) = (0, 0);
    for (at, sign) in text.char_indices() {
        match sign {
            '{' => {
                if depth == 0 {
                    begin = at + 1;
                }
                depth += 1;
            }
            '}' if depth == 1 => return &text[begin..at],
            '}' => depth -= 1,
            _ => {}
        }
    }
    panic!("no end: {text}");
}

/// So in the dark nothing but colours needs to be judged.
#[test]
fn the_dark_scheme_changes_colours_alone() {
    let colours = ["background-color", "border-color", "color", "color-scheme"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for file in ["assets/facteur.css", "assets/console.css", "assets/demo.css", "templates/mail/frame.html"] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        for dark in text.split("(prefers-color-scheme: dark)").skip(1).map(block) {
            let rules = dark.split('}').filter_map(|rule| rule.split_once('{'));
            for declaration in rules.flat_map(|(_, declarations)| declarations.split(';')) {
                let Some((name, value)) = declaration.split_once(':') else { continue };
                let name = name.trim();
                let is_colour = colours.contains(&name)
                    || (name.starts_with("--") && ["#", "rgb("].iter().any(|colour| value.contains(colour)));
                assert!(is_colour, "{file}: in the dark, `{name}` is another");
                seen += 1;
            }
        }
    }
    assert!(seen > 30, "only {seen} colours were found");
}
