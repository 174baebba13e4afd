//! A newsletter's sign-up form on other pages: what to paste there, and whether a page has it whole.
//!
//! In: the form's address and language, and an owner's words for its button. Out: [`snippet`]s for several kinds of sites; and for a page that a visitor would see
//! ([`check`] fetches it past the guard) a [`Finding`]: is the form there, would it post to us, does its field have a name and a
//! label, and which language would answer. [`judge`] is pure.

use url::Url;

use crate::app::App;
use crate::i18n::{self, Locale};
use crate::markup::{self, Element, Piece};
use crate::net::fetch::{Answer, FetchError, Validators};
use crate::texts::{Text, Texts};

/// Kinds of sites, in the order in which they are shown.
pub const SITES: &[&str] = &["html", "wordpress", "hugo", "jekyll", "link"];

/// The form itself, in a language: plain HTML, no script, no style.
fn form(action: &str, texts: &Texts, locale: &Locale) -> String {
    format!(
        "<form method=\"post\" action=\"{}\">\n  <label for=\"facteur-email\">{}</label>\n  \
         <input id=\"facteur-email\" type=\"email\" name=\"email\" autocomplete=\"email\" required>\n  \
         <input type=\"hidden\" name=\"lang\" value=\"{}\">\n  <button>{}</button>\n</form>",
        escaped(action),
        escaped(&locale.text("field-email")),
        locale.tag(),
        escaped(&texts.say(locale, Text::FormButton, &[])),
    )
}

/// What to paste into a site of this kind; see [`SITES`].
pub fn snippet(site: &str, action: &str, name: &str, texts: &Texts, locale: &Locale) -> String {
    let form = form(action, texts, locale);
    let link = format!("<a href=\"{}\">{}</a>", escaped(action), escaped(name));
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

    const TARGET: &str = "https://lettres.example.org/n/carnet";

    fn judged(html: &str) -> Finding {
        judge(html, &Url::parse("https://blog.example.org/page/").unwrap(), TARGET)
    }

    #[test]
    fn every_snippet_passes_its_own_check() {
        for site in SITES {
            for tag in ["fr", "en"] {
                let found = judged(&snippet(site, TARGET, "L’été & \"moi\"", &Texts::default(), i18n::locale(tag)));
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
        let other = form(
            &snippet("html", TARGET, "x", &Texts::default(), i18n::locale("fr"))
                .replace("value=\"fr\"", "value=\"tlh\""),
        )
        .unwrap();
        assert_eq!((other.is_whole(), other.unknown_language.as_deref()), (false, Some("tlh")));
        let two = format!(
            "<form action={TARGET}></form>{}",
            snippet("html", TARGET, "x", &Texts::default(), i18n::locale("fr"))
        );
        assert!(form(&two).unwrap().is_whole(), "the whole one counts");
        let unlabelled =
            snippet("html", TARGET, "x", &Texts::default(), i18n::locale("en")).replace("for=\"facteur-email\"", "");
        assert!(!form(&unlabelled).unwrap().label);
        let unclosed = snippet("html", TARGET, "x", &Texts::default(), i18n::locale("en")).replace("</form>", "");
        assert!(form(&unclosed).unwrap().is_whole());
    }
}
