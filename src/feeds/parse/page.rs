//! A web page found in place of a feed: the feeds that it links to, and what kind of page it is.
//!
//! In: HTML and its address after all redirects. Out: a [`Page`], for the message to the owner and for finding the feed of a blog.
//! Only the beginning of a page is read; its markup comes from strangers and is never shown.

use url::Url;

use super::super::trouble::{FeedTrouble, Quote};
use super::resolve;
use super::text::{decode_entities, one_line, shorten};

/// `link` elements of a page that are looked at.
const MOST_LINKS: usize = 500;
/// Bytes of a page that are searched for what it is.
const HEAD: usize = 64 * 1024;
/// Characters that are quoted of what a server said.
const QUOTE: usize = 200;

/// Names under which comments have a feed of their own: words of titles and parts of addresses.
const COMMENTS: &[&str] = &[
    "comment",
    "comments",
    "commentaire",
    "commentaires",
    "kommentar",
    "kommentare",
    "comentario",
    "comentarios",
    "comentário",
    "comentários",
    "commento",
    "commenti",
    "reactie",
    "reacties",
    "replies",
    "rss2-comments",
];

/// What kind of page it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It asks for a name and a password.
    Login,
    /// In maintenance, or not built yet.
    Maintenance,
    /// A gate that lets only browsers through.
    Robots,
    /// The blog's program failed.
    Fault,
    /// Any other.
    Other,
}

/// What is known about a page.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its kind.
    pub kind: Kind,
    /// Its `title`, else its first words; plain text, may be empty.
    pub said: String,
    /// Where it stood, without the query; `None` when that is not known.
    pub at: Option<String>,
    /// Feeds that it names, absolute; those of comments come last.
    pub feeds: Vec<String>,
}

impl Page {
    /// Reads a page that stood at `url`.
    pub fn read(html: &str, url: Option<&Url>) -> Self {
        let feeds = feeds(html, url);
        let kind = kind(html, &title(html), url, &feeds);
        let said = Some(words(html)).filter(|words| !repeats_query(words, url)).unwrap_or_default();
        let at = url.map(|url| url[..url::Position::AfterPath].to_owned());
        Self { kind, said, at, feeds }
    }
}

impl From<&Page> for FeedTrouble {
    fn from(page: &Page) -> Self {
        let said = Quote(page.said.clone());
        match (page.kind, page.feeds.first(), &page.at) {
            (Kind::Login, _, Some(at)) => Self::LoginPageAt { said, at: at.clone() },
            (Kind::Login, _, None) => Self::LoginPage { said },
            (Kind::Maintenance, ..) => Self::MaintenancePage { said },
            (Kind::Robots, ..) => Self::RobotsPage { said },
            (Kind::Fault, ..) => Self::FaultPage { said },
            (Kind::Other, Some(first), _) => Self::WebPageOf { said, feed: first.clone() },
            (Kind::Other, None, _) => Self::WebPage { said },
        }
    }
}

/// The words of an error answer: title and message of an error in HTML or XML, or the first words. May be empty.
pub fn words(body: &str) -> String {
    let body = &body[..body.floor_char_boundary(HEAD)];
    let lower = body.to_ascii_lowercase();
    let title = title(body);
    let message = inside(body, &lower, "message").map(plain).filter(|message| !message.is_empty());
    let words = match (title.is_empty(), message) {
        (false, Some(message)) => format!("{title}: {message}"),
        (false, None) => title,
        (true, Some(message)) => message,
        (true, None) => plain(body),
    };
    shorten(&words, QUOTE)
}

/// Whether a text repeats the query of an address, which may be a secret.
pub fn repeats_query(words: &str, url: Option<&Url>) -> bool {
    let query = url.and_then(Url::query).unwrap_or_default();
    !query.is_empty() && (words.contains(query) || words.contains(&*decode_entities(query)))
}

/// Elements inside a line: they keep no words apart.
const INLINE: &[&str] =
    &["b", "i", "em", "strong", "a", "span", "code", "font", "u", "s", "small", "tt", "sup", "sub", "abbr", "mark"];

/// Markup as plain text on one line, with what scripts and styles hold left out.
pub fn plain(markup: &str) -> String {
    let mut out = String::new();
    let mut rest = markup;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(data) = rest.strip_prefix("<![CDATA[") {
            let (data, after) = data.split_once("]]>").unwrap_or((data, ""));
            out.push_str(data);
            rest = after;
            continue;
        }
        let hidden = ["script", "style"].into_iter().find(|name| starts_tag(&rest[1..], name));
        let end = hidden.map_or_else(|| rest.find('>'), |name| end_of(rest, name));
        if !INLINE.iter().any(|name| starts_tag(rest[1..].trim_start_matches('/'), name)) {
            out.push(' ');
        }
        rest = end.map_or("", |end| &rest[end + 1..]);
    }
    out.push_str(rest);
    one_line(&decode_entities(&out))
}

/// Where the `>` of `</name>` stands.
fn end_of(text: &str, name: &str) -> Option<usize> {
    let close = text.match_indices("</").map(|(at, _)| at).find(|at| starts_tag(&text[at + 2..], name))?;
    Some(close + text[close..].find('>')?)
}

/// Whether `text` begins with this name of an element.
fn starts_tag(text: &str, name: &str) -> bool {
    let head = text.as_bytes().get(..name.len());
    let after = text.as_bytes().get(name.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes()))
        && after.is_none_or(|after| after.is_ascii_whitespace() || matches!(after, b'>' | b'/'))
}

/// What stands in the first element of that name.
fn inside<'a>(html: &'a str, lower: &str, name: &str) -> Option<&'a str> {
    let open = format!("<{name}");
    let at = lower.match_indices(&open).map(|(at, _)| at).find(|at| starts_tag(&lower[at + 1..], name))?;
    let start = at + lower[at..].find('>')? + 1;
    let end = lower[start..].find(&format!("</{name}")).map_or(html.len(), |end| start + end);
    html.get(start..end)
}

fn title(html: &str) -> String {
    let head = &html[..html.floor_char_boundary(HEAD)];
    let title = inside(head, &head.to_ascii_lowercase(), "title").map(plain).unwrap_or_default();
    shorten(&title, 100)
}

fn kind(html: &str, title: &str, url: Option<&Url>, feeds: &[String]) -> Kind {
    let head = html[..html.floor_char_boundary(HEAD)].to_ascii_lowercase();
    let title = title.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| title.contains(word));
    let path = url.map(|url| url.path().to_ascii_lowercase()).unwrap_or_default();
    let at_gate = path.split('/').any(|part| LOGIN.contains(&part));
    // A blog that names its feed may have a form to log in beside its posts.
    let asks = ["type=\"password\"", "type='password'", "type=password"].iter().any(|field| head.contains(field));
    if at_gate || (asks && feeds.is_empty()) {
        Kind::Login
    } else if says(ROBOTS) || head.contains("cf-challenge") || head.contains("/cdn-cgi/challenge-platform/") {
        Kind::Robots
    } else if says(MAINTENANCE) {
        Kind::Maintenance
    } else if says(FAULT) || FAULT_BODY.iter().any(|words| head.contains(words)) {
        Kind::Fault
    } else if MAINTENANCE_BODY.iter().any(|words| head.contains(words)) {
        Kind::Maintenance
    } else {
        Kind::Other
    }
}

/// Parts of the addresses of pages to log in.
const LOGIN: &[&str] = &[
    "wp-login.php",
    "login",
    "login.php",
    "log-in",
    "signin",
    "sign-in",
    "sign_in",
    "connexion",
    "se-connecter",
    "authentification",
    "auth",
    "sso",
    "anmelden",
    "acceder",
    "accedi",
];
/// Words in titles of pages that let only browsers through.
const ROBOTS: &[&str] = &[
    "just a moment",
    "attention required",
    "checking your browser",
    "verify you are human",
    "un instant…",
    "un instant...",
];
/// Words of the titles of pages that stand in for a blog.
const MAINTENANCE: &[&str] = &[
    "maintenance",
    "under construction",
    "coming soon",
    "en construction",
    "en travaux",
    "bientôt en ligne",
    "bientôt disponible",
    "ouverture prochaine",
    "prochainement",
    "wartung",
    "im aufbau",
    "mantenimiento",
    "en construcción",
    "próximamente",
    "manutenzione",
    "in costruzione",
    "in aanbouw",
    "onderhoud",
    "briefly unavailable",
    "temporarily unavailable",
    "temporairement indisponible",
    "brièvement indisponible",
];
/// What pages say that WordPress shows while it is being updated, or whose title says nothing.
const MAINTENANCE_BODY: &[&str] = &[
    "scheduled maintenance",
    "maintenance planifiée",
    "maintenance en cours",
    "under construction",
    "site en construction",
    "site en maintenance",
    "coming soon",
];
/// Words of the titles of pages that report a fault.
const FAULT: &[&str] = &["wordpress › erreur", "wordpress › error", "wordpress &rsaquo; er", "500 internal"];
/// What such pages say.
const FAULT_BODY: &[&str] = &[
    "critical error on this website",
    "erreur critique sur ce site",
    "error establishing a database connection",
    "erreur lors de la connexion à la base de données",
    "fatal error</b>:",
];

/// The feeds that a page names by `<link rel="alternate" type="application/rss+xml" href="…">`, absolute, in its order;
/// those of comments last.
fn feeds(html: &str, url: Option<&Url>) -> Vec<String> {
    let lower = html.to_ascii_lowercase();
    let base = base(html, &lower, url);
    let mut found: Vec<(u8, String)> = Vec::new();
    for (at, _) in lower.match_indices("<link").take(MOST_LINKS) {
        let Some(length) = lower[at..].find('>') else { break };
        let (mut alternate, mut kind, mut href, mut title) = (false, false, None, String::new());
        for (name, value) in attributes(&html[at + 1..at + length], "link") {
            match name.as_str() {
                "rel" => alternate = value.to_ascii_lowercase().split_whitespace().any(|word| word == "alternate"),
                "type" => kind = is_feed_type(&value),
                "title" => title = value,
                "href" => href = Some(value),
                _ => {}
            }
        }
        if let (true, true, Some(href)) = (alternate, kind, href) {
            let address = resolve(&href, base.as_ref());
            found.push((u8::from(is_of_comments(&title)) + u8::from(leads_to_comments(&address)), address));
        }
    }
    found.sort_by_key(|(comments, _)| *comments);
    found.into_iter().map(|(_, address)| address).collect()
}

/// What relative addresses of a page are relative to.
fn base(html: &str, lower: &str, url: Option<&Url>) -> Option<Url> {
    let at = lower.match_indices("<base").map(|(at, _)| at).find(|at| starts_tag(&lower[at + 1..], "base"));
    let element = at.and_then(|at| Some(&html[at + 1..at + lower[at..].find('>')?]));
    let href = element.and_then(|element| attributes(element, "base").into_iter().find(|(name, _)| name == "href"));
    let said = href.and_then(|(_, href)| match url {
        Some(url) => url.join(&href).ok(),
        None => Url::parse(&href).ok(),
    });
    said.or_else(|| url.cloned())
}

/// Names in lower case, values decoded.
fn attributes(element: &str, name: &str) -> Vec<(String, String)> {
    let element = quick_xml::events::BytesStart::from_content(element, name.len());
    let mut all = element.html_attributes();
    let pairs = all.with_checks(false).flatten().map(|attribute| {
        (attribute.key.as_ref().to_ascii_lowercase(), decode_entities(&attribute.value).trim().to_owned())
    });
    pairs.collect()
}

/// Whether a title says that a feed holds comments.
pub fn is_of_comments(title: &str) -> bool {
    let title = title.to_lowercase();
    title.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| COMMENTS.contains(&word))
}

/// Whether an address says that a feed holds comments: a part of its path or a value of its query.
pub fn leads_to_comments(address: &str) -> bool {
    let path = address.split_once("://").map_or(address, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let mut words = path.split(|c: char| !c.is_alphanumeric());
    words.any(|word| COMMENTS.contains(&word.to_lowercase().as_str()))
}

fn is_feed_type(mime: &str) -> bool {
    let mime = mime.to_ascii_lowercase();
    ["application/rss+xml", "application/atom+xml", "application/feed+json"].iter().any(|kind| mime.starts_with(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(address: &str) -> Url {
        Url::parse(address).unwrap()
    }

    #[test]
    fn a_page_tells_its_feeds() {
        let page = r#"<html><head><LINK rel='alternate' type="application/rss+xml" href=/feed/ title="x">
            <link rel=stylesheet href=x.css></head>"#;
        assert_eq!(Page::read(page, Some(&url("https://blog.example/a/"))).feeds, ["https://blog.example/feed/"]);
        let page = r#"<base href="/blog/"><link rel=alternate type=application/atom+xml href=atom.xml>"#;
        assert_eq!(Page::read(page, Some(&url("https://e.example/a/b"))).feeds, ["https://e.example/blog/atom.xml"]);
    }

    #[test]
    fn feeds_of_comments_come_last_by_title_or_by_address() {
        for (title, href) in [
            ("Le Carnet » Flux des commentaires", "/feed2/"),
            ("Carnet » Comments Feed", "/c.xml"),
            ("", "/comments/feed/"),
            ("", "/?feed=comments-rss2"),
            ("Kommentare", "/k"),
            ("", "/feeds/comments/default"),
            ("", "/commentaires.atom"),
        ] {
            let link = |title: &str, href: &str| {
                format!("<link rel=alternate type='application/rss+xml' title='{title}' href='{href}'>")
            };
            let page = format!("<head>{}{}</head>", link(title, href), link("Le Carnet » Flux", "/feed/"));
            let feeds = Page::read(&page, Some(&url("https://comments.example/"))).feeds;
            assert_eq!(feeds[0], "https://comments.example/feed/", "{title} {href}");
            assert_eq!(feeds.len(), 2);
            let alone = format!("<head>{}</head>", link(title, href));
            assert_eq!(Page::read(&alone, Some(&url("https://e.example/"))).feeds.len(), 1, "{title} {href}");
        }
        assert!(!leads_to_comments("https://e.example/recommended/feed"));
        assert!(!is_of_comments("Le blog de Clément"));
    }

    #[test]
    fn pages_are_called_what_they_are() {
        let blog = url("https://blog.example/feed/");
        for (html, at, kind) in [
            ("<html><title>Se connecter</title>", "https://blog.example/wp-login.php?redirect_to=x", Kind::Login),
            ("<html><form><input name=p type=\"password\"></form>", "https://blog.example/feed/", Kind::Login),
            ("<html><title>Site en construction</title>", blog.as_str(), Kind::Maintenance),
            ("<title>Carnet</title><h1>Indisponible : maintenance planifiée.", blog.as_str(), Kind::Maintenance),
            ("<html><title>Just a moment...</title>", blog.as_str(), Kind::Robots),
            ("<html><title>WordPress › Erreur</title>", blog.as_str(), Kind::Fault),
            ("<html><p>Il y a eu une erreur critique sur ce site.</p>", blog.as_str(), Kind::Fault),
            ("<html><title>Le blog</title><p>Bonjour", blog.as_str(), Kind::Other),
        ] {
            assert_eq!(Page::read(html, Some(&url(at))).kind, kind, "{html}");
        }
    }

    #[test]
    fn what_servers_say_is_plain_text() {
        for (body, said) in [
            ("<br />\n<b>Warning</b>:  x in <b>/a.php</b> on line <b>42</b><br />", "Warning: x in /a.php on line 42"),
            (
                "<error><title><![CDATA[Accès réservé]]></title><message><![CDATA[Non.]]></message></error>",
                "Accès réservé: Non.",
            ),
            ("<html><head><title>Oups &amp; co</title></head><body>Texte</body>", "Oups & co"),
            ("<script>var a = '<b>';</script>Bonjour<style>b{}</style>", "Bonjour"),
            ("<b", ""),
            ("", ""),
        ] {
            assert_eq!(words(body), said, "{body}");
        }
    }
}
