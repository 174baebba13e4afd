//! The frame of every mail: newsletter, sender, footer, unsubscribe links; and the words of one language.
//!
//! In: a [`Sender`] and a language. Out: a [`Frame`] that the templates read. A sender with a value that no header can hold is
//! refused here, before anything is encoded.

use anyhow::{Context as _, ensure};

use super::signup::SignUp;
use super::{Sender, article, plain};
use crate::i18n::{self, Locale, Value};

/// The words of one language, for templates.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    locale: &'static Locale,
}

impl Words {
    /// The words of a language, or of the one closest to it.
    pub fn of(language: &str) -> Self {
        Self { locale: i18n::locale(language) }
    }

    /// A text without variables.
    pub fn say(&self, key: &str) -> String {
        self.locale.text(key)
    }

    /// A text about something: its variable is `$name`.
    pub fn about(&self, key: &str, name: impl AsRef<str>) -> String {
        self.locale.format(key, &[("name", Value::Text(name.as_ref()))])
    }

    /// A text with a number: its variables are `$count` (chooses the plural) and `$number` (shown).
    pub fn count(&self, key: &str, count: usize) -> String {
        let number = count.to_string();
        self.locale.format(key, &[("count", Value::Count(count as i64)), ("number", Value::Text(&number))])
    }

    /// A title and how many others there are: `$lead`, `$count`, `$number`.
    pub fn others(&self, key: &str, lead: &str, count: usize) -> String {
        let number = count.to_string();
        let variables =
            [("lead", Value::Text(lead)), ("count", Value::Count(count as i64)), ("number", Value::Text(&number))];
        self.locale.format(key, &variables)
    }

    /// Two titles: `$lead` and `$second`.
    pub fn pair(&self, key: &str, lead: &str, second: &str) -> String {
        self.locale.format(key, &[("lead", Value::Text(lead)), ("second", Value::Text(second))])
    }

    /// The locale itself.
    pub fn locale(&self) -> &'static Locale {
        self.locale
    }
}

/// A picture above the words of a mail.
#[derive(Clone, Debug)]
pub struct Logo {
    /// Where it is.
    pub url: String,
    /// For those who do not see it.
    pub alt: String,
    /// Width and height, pixels; `None` for a picture elsewhere, which is shown 56 pixels high.
    pub size: Option<(i64, i64)>,
}

impl Logo {
    /// The newsletter's, when it can stand in a mail: over https, or from this very instance.
    fn of(sender: &Sender, newsletter: &str, base_url: &str) -> Option<Self> {
        let brand = &sender.brand;
        let url = brand.logo_url.as_deref().and_then(article::address)?;
        if !url.starts_with("https") && !url.starts_with(&format!("{base_url}/")) {
            return None;
        }
        let alt = plain::line(&brand.logo_alt);
        Some(Self { url, alt: if alt.is_empty() { newsletter.to_owned() } else { alt }, size: brand.logo_size })
    }
}

/// Around the words of a mail.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The words.
    pub t: Words,
    /// `fr`, `en`, …
    pub lang: String,
    /// `ltr` or `rtl`.
    pub dir: String,
    /// Title of the newsletter.
    pub newsletter: String,
    /// The blog.
    pub site: Option<String>,
    /// Its host, to be shown.
    pub site_host: Option<String>,
    /// Sender's name.
    pub from_name: String,
    /// Lines of the postal address.
    pub postal: Vec<String>,
    /// Whom to ask.
    pub contact: String,
    /// Beginning of our own links.
    pub base_url: String,
    /// Why the reader gets this mail.
    pub why: String,
    /// A picture above the words.
    pub logo: Option<Logo>,
    /// The newsletter's own words at the foot of a digest, in lines.
    pub foot: Vec<String>,
    /// Since when, and where the reader signed up: holes, or an example; empty in letters.
    pub signed_up: SignUp,
    /// The unsubscribe address, with a hole; `None` in letters, which have nothing to unsubscribe from.
    pub leave: Option<String>,
    /// The address behind which a fresh link to one's settings is asked for, with a hole; `None` in letters.
    pub settings: Option<String>,
    /// Where a digest can be read in a browser, when it can.
    pub web: Option<String>,
}

impl Frame {
    /// The frame of a newsletter's mails in a language.
    ///
    /// # Errors
    /// When a value of the sender cannot stand in a mail.
    pub fn new(sender: &Sender, language: &str) -> anyhow::Result<Self> {
        let t = Words::of(language);
        let newsletter = name("the name of the newsletter", &sender.newsletter)?;
        ensure!(!newsletter.is_empty(), "the newsletter has no name");
        let from_name = name("the sender's name", &sender.from_name)?;
        let from_name = if from_name.is_empty() { newsletter.clone() } else { from_name };
        let contact = sender.reply_to.as_deref().filter(|address| !address.is_empty()).unwrap_or(&sender.from_address);
        let base_url = article::address(&sender.base_url)
            .filter(|url| url.starts_with("http"))
            .with_context(|| format!("base_url `{}` is not an address; set it to https://…", sender.base_url))?;
        let base_url = base_url.trim_end_matches('/').to_owned();
        let site = site(sender);
        Ok(Self {
            t,
            lang: t.locale().tag().to_owned(),
            dir: t.locale().direction(),
            site_host: site.as_deref().and_then(host),
            site,
            postal: postal(&sender.postal, &from_name),
            contact: mailbox("the address for answers", contact)?,
            logo: Logo::of(sender, &newsletter, &base_url),
            base_url,
            why: t.about("mail-why-digest", &newsletter),
            signed_up: SignUp::default(),
            leave: None,
            settings: None,
            web: None,
            foot: Vec::new(),
            newsletter,
            from_name,
        })
    }

    /// The side where lines begin.
    pub fn start(&self) -> &'static str {
        if self.dir == "rtl" { "right" } else { "left" }
    }

    /// The side where lines end.
    pub fn end(&self) -> &'static str {
        if self.dir == "rtl" { "left" } else { "right" }
    }

    /// A paragraph of the text part.
    pub fn wrap(&self, text: impl AsRef<str>) -> String {
        plain::wrap(text.as_ref())
    }

    /// Lines of the text part, each a paragraph that follows at once.
    pub fn passage(&self, lines: &[String]) -> String {
        lines.iter().map(|line| plain::wrap(line)).collect::<Vec<_>>().join("\n")
    }

    /// A title of the text part.
    pub fn title(&self, text: impl AsRef<str>) -> String {
        let wrapped = plain::wrap(text.as_ref());
        let line = plain::underline(&wrapped);
        format!("{wrapped}\n{line}")
    }
}

/// The lines of the postal address; the sender's name stands above it already.
fn postal(text: &str, from_name: &str) -> Vec<String> {
    text.lines().map(plain::line).filter(|line| !line.is_empty() && line != from_name).collect()
}

/// The newsletter's own site, when it has one that can be linked to.
fn site(sender: &Sender) -> Option<String> {
    sender.site_url.as_deref().and_then(article::address).filter(|url| url.starts_with("http"))
}

/// Its host, to be shown.
pub fn site_host(sender: &Sender) -> Option<String> {
    site(sender).as_deref().and_then(host)
}

/// The host of an address, without `www.`.
pub fn host(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok()?;
    Some(url.host_str()?.trim_start_matches("www.").to_owned())
}

/// A name for a header: one line of at most 200 characters (RFC 5322 section 2.1.1 with encoded words to spare).
fn name(what: &str, text: &str) -> anyhow::Result<String> {
    ensure!(!text.contains(['\r', '\n', '\0']), "{what} has a line break in it; it must be one line");
    ensure!(text.chars().count() <= 200, "{what} has more than 200 characters; shorten it");
    Ok(plain::line(text))
}

/// An address for a header, its domain as A-label (RFC 5891 section 4.4).
///
/// # Errors
/// When it is not an address, or would need SMTPUTF8.
pub fn mailbox(what: &str, address: &str) -> anyhow::Result<String> {
    let (local, domain) = address.rsplit_once('@').with_context(|| format!("{what} has no @"))?;
    let domain = idna::domain_to_ascii(domain).ok().with_context(|| format!("{what} has a domain that cannot be"))?;
    let ascii = format!("{local}@{domain}");
    ensure!(ascii.is_ascii(), "{what} has letters before the @ that mail cannot carry; use another address");
    let known = ascii.parse::<lettre::Address>();
    ensure!(known.is_ok() && ascii.len() <= 254 && !ascii.contains([' ', '"']), "{what} is not a mail address");
    Ok(ascii)
}
