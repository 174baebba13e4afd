//! A newsletter's sign-up form on other pages: what to paste there, and whether a page has it whole.
//!
//! In: the form's address and language, an owner's words for its button, and what it asks besides the address ([`Besides`]; nothing of it is
//! stored here: the form itself says it). Out: [`snippet`]s for several kinds of sites; and for a page that a visitor would see
//! ([`check`] fetches it past the guard) a [`Finding`]: is the form there, would it post to us, does its field have a name and a
//! label, and which language would answer. [`judge`] is pure.

use std::fmt::Write as _;

use url::Url;

use crate::app::App;
use crate::i18n::{self, Locale};
use crate::markup::{self, Element, Piece};
use crate::net::fetch::{Answer, FetchError, Validators};
use crate::texts::{Text, Texts};

use super::topics::Topic;
use super::{Schedule, words};

/// Kinds of sites, in the order in which they are shown.
pub const SITES: &[&str] = &["html", "wordpress", "hugo", "jekyll", "link"];

/// What a form asks besides the address, where there is something to choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asks {
    /// How often.
    pub rhythm: bool,
    /// Which topics.
    pub topics: bool,
}

impl Asks {
    /// As an address or a field says it: `rhythm`, `topics`, both; whatever stands between. Other words are passed over.
    pub fn of(text: &str) -> Self {
        let has = |wanted: &str| text.split(|char: char| !char.is_ascii_alphabetic()).any(|word| word == wanted);
        Self { rhythm: has("rhythm"), topics: has("topics") }
    }

    /// The same as it is written; empty for nothing.
    pub fn text(self) -> String {
        let words = [(self.rhythm, "rhythm"), (self.topics, "topics")];
        words.into_iter().filter(|(asks, _)| *asks).map(|(_, word)| word).collect::<Vec<_>>().join(",")
    }
}

/// The choices that a form shows; none where it does not ask.
#[derive(Clone, Copy, Debug, Default)]
pub struct Besides<'a> {
    /// Rhythms, in their order.
    pub rhythms: &'a [Schedule],
    /// The one of whoever is new, chosen beforehand.
    pub own: i64,
    /// Topics, in their order.
    pub topics: &'a [Topic],
}

impl Besides<'_> {
    /// A list to choose from and a box for each topic, with lines of their own.
    fn html(&self, locale: &Locale) -> String {
        let mut html = String::new();
        if self.rhythms.len() > 1 {
            let label = escaped(&locale.text("own-rhythm"));
            let _ = write!(
                html,
                "  <label for=\"facteur-rhythm\">{label}</label>\n  <select id=\"facteur-rhythm\" name=\"rhythm\">\n"
            );
            for schedule in self.rhythms {
                let (id, chosen) = (schedule.id, if schedule.id == self.own { " selected" } else { "" });
                let label = escaped(&words::rhythm(schedule, locale));
                let _ = writeln!(html, "    <option value=\"{id}\"{chosen}>{label}</option>");
            }
            html.push_str("  </select>\n");
        }
        if !self.topics.is_empty() {
            let legend = escaped(&locale.text("choosing-topics"));
            let _ = writeln!(html, "  <fieldset>\n    <legend>{legend}</legend>");
            for Topic { id, name, .. } in self.topics {
                let name = escaped(name);
                let _ = writeln!(
                    html,
                    "    <label><input type=\"checkbox\" name=\"topic-{id}\" value=\"1\"> {name}</label>"
                );
            }
            html.push_str("  </fieldset>\n");
        }
        // Where something is wrong, our own page asks the same.
        let asks = Asks { rhythm: self.rhythms.len() > 1, topics: !self.topics.is_empty() }.text();
        if !asks.is_empty() {
            let _ = writeln!(html, "  <input type=\"hidden\" name=\"ask\" value=\"{asks}\">");
        }
        html
    }
}

/// The form itself, in a language: plain HTML, no script, no style.
fn form(action: &str, texts: &Texts, locale: &Locale, besides: Besides<'_>) -> String {
    format!(
        "<form method=\"post\" action=\"{}\">\n  <label for=\"facteur-email\">{}</label>\n  \
         <input id=\"facteur-email\" type=\"email\" name=\"email\" autocomplete=\"email\" required>\n{}  \
         <input type=\"hidden\" name=\"lang\" value=\"{}\">\n  <button>{}</button>\n</form>",
        escaped(action),
        escaped(&locale.text("field-email")),
        besides.html(locale),
        locale.tag(),
        escaped(&texts.say(locale, Text::FormButton, &[])),
    )
}

/// The address of the newsletter's own page with the form that asks this.
pub fn address(action: &str, asks: Asks) -> String {
    let asks = asks.text();
    if asks.is_empty() { action.to_owned() } else { format!("{action}?ask={asks}") }
}

/// What to paste into a site of this kind; see [`SITES`]. `action`: where the form is sent; `page`: the newsletter's own page.
pub fn snippet(
    site: &str,
    (action, page): (&str, &str),
    name: &str,
    texts: &Texts,
    locale: &Locale,
    besides: Besides<'_>,
) -> String {
    let form = form(action, texts, locale, besides);
    let link = format!("<a href=\"{}\">{}</a>", escaped(page), escaped(name));
    match site {
        "wordpress" => format!("<!-- wp:html -->\n{form}\n<!-- /wp:html -->"),
        "hugo" => format!("layouts/shortcodes/newsletter.html:\n\n{form}\n\n{{{{< newsletter >}}}}"),
        "jekyll" => format!("_includes/newsletter.html:\n\n{form}\n\n{{% include newsletter.html %}}"),
        "link" => link,
        _ => form,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What a page holds of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The form to this newsletter, if one is there.
    pub form: Option<Found>,
    /// Whether a link leads to the newsletter's own page.
    pub link: bool,
    /// Whether a field for an address stands outside of any form: the site took the form away.
    pub stripped: bool,
}

/// A form that leads to this newsletter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a point of the check each")]
pub struct Found {
    /// It posts.
    pub posts: bool,
    /// It has a field called `email`.
    pub field: bool,
    /// That field has a label.
    pub label: bool,
    /// It has something to press.
    pub button: bool,
    /// The language that the hidden field asks for: ours when there are texts in it.
    pub language: Option<String>,
    /// What the hidden field says, when there are no texts in it.
    pub unknown_language: Option<String>,
    /// It was written for https and leads to it.
    pub secure: bool,
}

impl Found {
    /// Whether somebody can sign up with it.
    pub fn is_whole(&self) -> bool {
        self.posts && self.field && self.label && self.button && self.unknown_language.is_none()
    }
}

/// Fetches a page as a visitor would and looks for the form; gives the page's own address after redirects, too.
///
/// # Errors
/// When the page cannot be read.
pub async fn check(app: &App, page: &Url, slug: &str) -> Result<(Url, Finding), FetchError> {
    let answer = app.net.get(page, &Validators::default(), app.clock.now()).await?;
    let Answer::Read(body) = answer else { return Err(FetchError::Gone) };
    let html = String::from_utf8_lossy(&body.bytes);
    let target = format!("{}/n/{slug}", app.config.base_url);
    let finding = judge(&html, &body.url, &target);
    Ok((body.url, finding))
}

/// What a page at an address holds of the form to `target`.
pub fn judge(html: &str, page: &Url, target: &str) -> Finding {
    let pieces = markup::pieces(html);
    let leads = |address: Option<&str>| {
        address.and_then(|address| page.join(address.trim()).ok()).is_some_and(|url| is(&url, target))
    };
    let labels: Vec<&str> = pieces.iter().filter_map(|piece| opened(piece, "label")?.get("for")).collect();
    let (mut finding, mut open) = (Finding { form: None, link: false, stripped: false }, None::<Found>);
    let (mut inside, mut in_label) = (false, false);
    for piece in &pieces {
        match piece {
            Piece::Open(element) => match element.name.as_str() {
                "form" => {
                    inside = true;
                    open = leads(element.get("action")).then(|| begun(element, target));
                }
                "label" => in_label = true,
                "a" if leads(element.get("href")) => finding.link = true,
                "input" | "button" | "textarea" => {
                    let labelled = in_label
                        || element.get("aria-label").is_some()
                        || element.get("id").is_some_and(|id| labels.contains(&id));
                    match &mut open {
                        Some(found) => took(found, element, labelled),
                        None => finding.stripped |= !inside && element.get("type") == Some("email"),
                    }
                }
                _ => {}
            },
            Piece::Close(name) if name == "label" => in_label = false,
            Piece::Close(name) if name == "form" => {
                inside = false;
                keep(&mut finding, open.take());
            }
            _ => {}
        }
    }
    keep(&mut finding, open);
    finding
}

/// The best of several forms counts.
fn keep(finding: &mut Finding, found: Option<Found>) {
    let Some(found) = found else { return };
    if finding.form.as_ref().is_none_or(|kept| !kept.is_whole()) {
        finding.form = Some(found);
    }
}

fn opened<'a>(piece: &'a Piece, name: &str) -> Option<&'a Element> {
    match piece {
        Piece::Open(element) if element.name == name => Some(element),
        _ => None,
    }
}

fn begun(element: &Element, target: &str) -> Found {
    let posts = element.get("method").is_some_and(|method| method.trim().eq_ignore_ascii_case("post"));
    Found { posts, secure: target.starts_with("https:"), ..Found::default() }
}

fn took(found: &mut Found, element: &Element, labelled: bool) {
    let kind = element.get("type").unwrap_or("text").to_ascii_lowercase();
    match (element.name.as_str(), kind.as_str(), element.get("name")) {
        ("button", "text" | "submit", _) | ("input", "submit" | "image", _) => found.button = true,
        ("input", "hidden", Some("lang")) => {
            let value = element.get("value").unwrap_or_default();
            match i18n::known(value) {
                Some(locale) => found.language = Some(locale.tag().to_owned()),
                None => found.unknown_language = Some(value.chars().take(20).collect()),
            }
        }
        ("input", "email" | "text", Some("email")) => {
            found.field = true;
            found.label = labelled;
        }
        _ => {}
    }
}

/// Whether an address is that of the form, whatever its query and a slash at its end.
fn is(url: &Url, target: &str) -> bool {
    let Ok(target) = Url::parse(target) else { return false };
    let same = url.host_str() == target.host_str() && url.port_or_known_default() == target.port_or_known_default();
    same && url.path().trim_end_matches('/') == target.path()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::newsletters::Every;
    use crate::newsletters::settings::usual_rhythm;

    const TARGET: &str = "https://lettres.example.org/n/carnet";

    fn judged(html: &str) -> Finding {
        judge(html, &Url::parse("https://blog.example.org/page/").unwrap(), TARGET)
    }

    fn plain(site: &str, name: &str, tag: &str) -> String {
        snippet(site, (TARGET, TARGET), name, &Texts::default(), i18n::locale(tag), Besides::default())
    }

    #[test]
    fn a_form_asks_what_its_maker_wants_and_stays_whole() {
        let schedule = |id, every| Schedule { id, every, ..usual_rhythm(1, 0) };
        let rhythms = [schedule(4, Every::Post), schedule(2, Every::Week)];
        let (description, categories) = (String::new(), String::new());
        let topics = [Topic { id: 7, newsletter_id: 1, bit: 0, name: "Œufs & <sel>".into(), description, categories }];
        let besides = Besides { rhythms: &rhythms, own: 2, topics: &topics };
        let asked = |besides| snippet("html", (TARGET, TARGET), "x", &Texts::default(), i18n::locale("en"), besides);
        let html = asked(besides);
        assert!(judged(&html).form.unwrap().is_whole(), "{html}");
        for line in [
            "<option value=\"4\">with every new post</option>",
            "<option value=\"2\" selected>",
            "<label><input type=\"checkbox\" name=\"topic-7\" value=\"1\"> Œufs &amp; &lt;sel&gt;</label>",
            "<input type=\"hidden\" name=\"ask\" value=\"rhythm,topics\">",
        ] {
            assert!(html.contains(line), "{line} in {html}");
        }
        assert!(
            !asked(Besides { rhythms: &rhythms[..1], ..Besides::default() }).contains("rhythm"),
            "one is no choice"
        );
        for (text, rhythm, topics) in
            [("", false, false), ("rhythm", true, false), ("topics rhythm,x", true, true), ("rhythms", false, false)]
        {
            assert_eq!(Asks::of(text), Asks { rhythm, topics }, "{text}");
            assert_eq!(Asks::of(&Asks { rhythm, topics }.text()), Asks { rhythm, topics });
        }
        assert_eq!(address(TARGET, Asks::default()), TARGET);
        assert_eq!(address(TARGET, Asks::of("topics")), format!("{TARGET}?ask=topics"));
    }

    #[test]
    fn every_snippet_passes_its_own_check() {
        for site in SITES {
            for tag in ["fr", "en"] {
                let found = judged(&plain(site, "L’été & \"moi\"", tag));
                if *site == "link" {
                    assert!(found.link && found.form.is_none());
                    continue;
                }
                let form = found.form.unwrap();
                assert!(form.is_whole() && form.language.as_deref() == Some(tag), "{site} {tag}: {form:?}");
            }
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let form = |html: &str| judged(html).form;
        assert_eq!(judged("<p>Rien</p>"), Finding { form: None, link: false, stripped: false });
        assert!(
            judged("<label>Adresse</label><input type=email name=email><button>Oui</button>").stripped,
            "WordPress"
        );
        assert_eq!(
            form("<form method=post action=https://lettres.example.org/n/autre><input name=email></form>"),
            None
        );
        let get = form("<form action='https://lettres.example.org/n/carnet/'><label>A <input type=email name=email></label><button>x</button></form>").unwrap();
        assert!(!get.posts && get.field && get.label && get.button);
        let bare = form("<form method=POST action=//lettres.example.org/n/carnet?x><input type=text name=mail></form>")
            .unwrap();
        assert!(bare.posts && !bare.field && !bare.button);
        let other = form(&plain("html", "x", "fr").replace("value=\"fr\"", "value=\"tlh\"")).unwrap();
        assert_eq!((other.is_whole(), other.unknown_language.as_deref()), (false, Some("tlh")));
        let two = format!("<form action={TARGET}></form>{}", plain("html", "x", "fr"));
        assert!(form(&two).unwrap().is_whole(), "the whole one counts");
        let unlabelled = plain("html", "x", "en").replace("for=\"facteur-email\"", "");
        assert!(!form(&unlabelled).unwrap().label);
        let unclosed = plain("html", "x", "en").replace("</form>", "");
        assert!(form(&unclosed).unwrap().is_whole());
    }
}
