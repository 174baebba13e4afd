//! The frame around every page: language, newsletter, links to the other languages.
//!
//! In: what a handler knows about the visitor and the newsletter. Out: a [`Page`] that a template holds as `page`
//! (`templates/base.html` uses it), and [`html`], which renders.

use std::borrow::Borrow;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use crate::i18n::{self, Locale, Value};
use crate::newsletters::Newsletter;
use crate::texts::{Hole, Text, Texts};
use crate::web::frame::{assets, error::Error};

/// The frame of one answer.
#[derive(Clone, Debug)]
pub struct Page {
    locale: &'static Locale,
    path: String,
    /// What its address says besides the language: `next=…`, or nothing.
    query: String,
    brand: Option<String>,
    home: Option<String>,
    site: Option<String>,
    postal: Option<String>,
    stylesheet: Option<String>,
    texts: Texts,
}

/// A link to the same page in another language.
#[derive(Clone, Debug)]
pub struct Language {
    /// BCP 47.
    pub tag: &'static str,
    /// In itself: `Français`.
    pub name: String,
    /// Where to.
    pub href: String,
    /// Whether the page is in it now.
    pub current: bool,
}

impl Page {
    /// A page at `path` (without a query) in a language. Its links stay on this host, whatever was asked for: a browser
    /// reads `//` and `/\` as the beginning of another host's name (<https://url.spec.whatwg.org/#relative-slash-state>).
    pub fn new(locale: &'static Locale, path: impl Into<String>) -> Self {
        let path = format!("/{}", path.into().trim_start_matches(['/', '\\']));
        let (query, texts) = (String::new(), Texts::default());
        Self { locale, path, query, brand: None, home: None, site: None, postal: None, stylesheet: None, texts }
    }

    /// The same page, which leads on to `next` afterwards: in every language.
    #[must_use]
    pub fn leading_to(mut self, next: Option<&str>) -> Self {
        let pair = |next: &str| form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
        self.query = next.map(pair).unwrap_or_default();
        self
    }

    /// The same page, whose address says this besides the language: in every language.
    #[must_use]
    pub fn asking(mut self, name: &str, value: &str) -> Self {
        self.query = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
        self
    }

    /// The same page, under a newsletter's name and with its footer.
    #[must_use]
    pub fn of(mut self, newsletter: &Newsletter) -> Self {
        self.brand = Some(newsletter.name.clone());
        self.home = Some(format!("/n/{}?lang={}", newsletter.slug, self.locale.tag()));
        self.site.clone_from(&newsletter.site_url);
        // The colour is in the address: a changed one is asked for anew.
        let brand = |colour: &String| format!("/n/{}/brand.css?{}", newsletter.slug, colour.trim_start_matches('#'));
        self.stylesheet = newsletter.colour.as_ref().map(brand);
        self.postal = Some(newsletter.postal.clone()).filter(|postal| !postal.is_empty());
        self
    }

    /// The same page with its owner's own words.
    #[must_use]
    pub fn saying(self, texts: Texts) -> Self {
        Self { texts, ..self }
    }

    /// A text that may be the owner's own, with the newsletter's name in it.
    pub fn own(&self, text: Text) -> String {
        self.own_with(text, &[])
    }

    /// The same with more to be put in.
    pub fn own_with(&self, text: Text, more: &[(Hole, Value<'_>)]) -> String {
        let values = [&[(Hole::Newsletter, Value::Text(self.brand()))][..], more].concat();
        self.texts.say(self.locale, text, &values)
    }

    /// The language.
    pub fn locale(&self) -> &'static Locale {
        self.locale
    }

    /// For `<html lang>`.
    pub fn lang(&self) -> &str {
        self.locale.tag()
    }

    /// For `<html dir>`.
    pub fn direction(&self) -> String {
        self.locale.direction()
    }

    /// A text without variables.
    pub fn t(&self, key: &str) -> String {
        self.locale.text(key)
    }

    /// A text with one variable.
    pub fn say(&self, key: &str, name: &str, value: &str) -> String {
        self.locale.format(key, &[(name, Value::Text(value))])
    }

    /// A text with one number, shown as it is and choosing the plural.
    pub fn count(&self, key: &str, name: &str, value: impl Borrow<i64>) -> String {
        self.locale.format(key, &[(name, Value::Count(*value.borrow()))])
    }

    /// The name in the head of the page.
    pub fn brand(&self) -> &str {
        self.brand.as_deref().unwrap_or("Facteur")
    }

    /// Where the name leads.
    pub fn home(&self) -> Option<&str> {
        self.home.as_deref()
    }

    /// The newsletter's own site; only `http` and `https`.
    pub fn site(&self) -> Option<&str> {
        self.site.as_deref().filter(|url| url.starts_with("https://") || url.starts_with("http://"))
    }

    /// The newsletter's own colour.
    pub fn stylesheet(&self) -> Option<&str> {
        self.stylesheet.as_deref()
    }

    /// Who publishes it and where.
    pub fn postal(&self) -> Option<&str> {
        self.postal.as_deref()
    }

    /// A text in the pieces between which a line may break: after an `@` and before a dot, for an address is one word.
    pub fn pieces<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let cuts = text.char_indices().filter_map(|(at, c)| match c {
            '@' => Some(at + 1),
            '.' => Some(at),
            _ => None,
        });
        let mut cuts: Vec<usize> = cuts.filter(|cut| (1..text.len()).contains(cut)).collect();
        cuts.dedup();
        let starts = std::iter::once(0).chain(cuts.iter().copied());
        starts.zip(cuts.iter().copied().chain([text.len()])).map(|(from, to)| &text[from..to]).collect()
    }

    /// The path of one of our files.
    pub fn asset(&self, name: &str) -> String {
        assets::path(name)
    }

    /// This page in each language.
    pub fn languages(&self) -> Vec<Language> {
        i18n::tags()
            .map(|tag| Language {
                tag,
                name: i18n::locale(tag).text("language-name"),
                href: if self.query.is_empty() {
                    format!("{}?lang={tag}", self.path)
                } else {
                    format!("{}?{}&lang={tag}", self.path, self.query)
                },
                current: tag == self.locale.tag(),
            })
            .collect()
    }
}

/// Renders a page in `locale` (which goes into `Content-Language`).
pub fn html(status: StatusCode, locale: &Locale, template: &impl Template) -> Result<Response, Error> {
    let text = template.render().map_err(anyhow::Error::from)?;
    let language = HeaderValue::from_str(locale.tag()).map_err(anyhow::Error::from)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_LANGUAGE, language),
    ];
    Ok((status, headers, text).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_break_after_the_at_sign_and_before_dots() {
        let page = Page::new(i18n::locale("fr"), "/");
        assert_eq!(page.pieces("a•••@lecteurs.example"), ["a•••@", "lecteurs", ".example"]);
        assert_eq!(page.pieces("jean.dupont@example.org"), ["jean", ".dupont@", "example", ".org"]);
        for whole in ["", "carnet", ".", "@"] {
            assert_eq!(page.pieces(whole), [whole]);
        }
        for text in ["@.@", "a@.b", "..", "é@é.", "Prendre a@b.fr"] {
            assert_eq!(page.pieces(text).concat(), text);
            assert!(page.pieces(text).iter().all(|piece| !piece.is_empty()), "{text}");
        }
    }
}
