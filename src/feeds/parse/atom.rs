//! Atom 1.0 (RFC 4287) and 0.3: elements → [`Feed`].
//!
//! In: a tree whose root is `feed` or a lone `entry`. Out: a [`Feed`]. The two versions differ in how a text says what it is
//! (`type` alone, or `type` and `mode`) and in the names of dates; both are read here.

use base64::Engine as _;

use super::date::Stamp;
use super::element::Element;
use super::tree::{Ns, Tree};
use super::{
    Entry, Feed, Format, Html, MAX_ENTRIES, categories, date, enclosure, is_thumbnail, resolve, rss, text, title,
};

/// Understands the tree.
pub fn feed(tree: &Tree<'_>, root: Element<'_>) -> Feed {
    let entries: Vec<Element<'_>> =
        if root.name() == "entry" { vec![root] } else { root.own_children("entry").take(MAX_ENTRIES).collect() };
    let author = author(root);
    Feed {
        format: Format::Atom,
        title: if root.name() == "entry" { String::new() } else { title_of(root) },
        link: if root.name() == "entry" { None } else { link(root) },
        language: root.language().map(str::to_owned),
        entries: entries.into_iter().filter(|entry| !entry.cut()).map(|e| entry(e, author.as_deref())).collect(),
        whole: tree.whole,
        built: first_date(root.own_children("updated").filter(|_| root.name() != "entry")).map(|stamp| stamp.at),
        notice: None,
    }
}

fn entry(entry: Element<'_>, feed_author: Option<&str>) -> Entry {
    let link = link(entry);
    let html = |element: Element<'_>| {
        let page = link.as_deref().and_then(|link| url::Url::parse(link).ok());
        let base = if element.has_base() { element.base() } else { page.or_else(|| element.base()) };
        Html { markup: construct(element).into_html(), base }
    };
    let filled = |html: &Html| !html.markup.is_empty();
    let published = ["published", "issued", "created"].into_iter().flat_map(|name| entry.own_children(name));
    let updated = ["updated", "modified"].into_iter().flat_map(|name| entry.own_children(name));
    let published = first_date(published).or_else(|| first_date(entry.children_in(Ns::Dc, "date")));
    let updated = first_date(updated);
    Entry {
        id: entry.own_children("id").map(|id| id.text().into_owned()).find(|id| !id.is_empty()),
        title: title_of(entry),
        author: author(entry)
            .or_else(|| entry.own_children("source").find_map(author))
            .or_else(|| feed_author.map(str::to_owned)),
        language: entry.language().map(str::to_owned),
        published: published.map(|stamp| stamp.at),
        updated: updated.map(|stamp| stamp.at),
        stamp: published.or(updated),
        day: None,
        summary: entry.own_children("summary").map(html).find(filled).unwrap_or_else(|| described(entry)),
        content: entry.own_children("content").map(html).find(filled).unwrap_or_default(),
        image: image(entry),
        enclosures: enclosure::of(entry),
        categories: categories(
            entry
                .own_children("category")
                .filter_map(rss::atom_category)
                .chain(entry.children_in(Ns::Dc, "subject").map(|subject| title::of_html(&subject.markup()))),
        ),
        link,
        bare_file: false,
    }
    .judged()
}

/// What Media RSS says of a film, where nothing else does.
fn described(entry: Element<'_>) -> Html {
    let holders = std::iter::once(entry).chain(entry.children_in(Ns::Media, "group"));
    let mut said = holders.flat_map(|holder| holder.children_in(Ns::Media, "description"));
    let markup = said.next().map(|said| match said.attribute("type") {
        Some("html") => said.text().into_owned(),
        _ => text::html_of_text(&said.text()),
    });
    Html { markup: markup.unwrap_or_default(), base: None }
}

fn first_date<'t>(mut elements: impl Iterator<Item = Element<'t>>) -> Option<Stamp> {
    elements.find_map(|element| date::stamp(&element.text()))
}

fn title_of(of: Element<'_>) -> String {
    title::first(of.own_children("title").map(|title| construct(title).into_title()))
}

/// The page itself: `rel="alternate"` or none said, of HTML rather than of another type.
fn link(of: Element<'_>) -> Option<String> {
    let alternates = of.own_children("link").filter(|link| {
        let rel = link.attribute("rel").unwrap_or("alternate").trim();
        matches!(rel, "alternate" | "" | "http://www.iana.org/assignments/relation/alternate")
    });
    let with_address = alternates.filter_map(|link| {
        let address = link.attribute("href").map_or_else(|| link.text().into_owned(), str::to_owned);
        let html = link.attribute("type").is_none_or(|kind| kind.contains("html"));
        (!address.trim().is_empty()).then(|| (html, resolve(&address, link.base().as_ref())))
    });
    let found: Vec<(bool, String)> = with_address.collect();
    let html = found.iter().find(|(html, _)| *html).or(found.first());
    html.map(|(_, address)| address.clone())
}

fn author(of: Element<'_>) -> Option<String> {
    let part = |person: Element<'_>, name: &'static str| {
        person
            .children()
            .filter(|part| part.name() == name)
            .map(|part| text::one_line(&part.text()))
            .find(|t| !t.is_empty())
    };
    let mut people = of.own_children("author").filter_map(|person| {
        part(person, "name").or_else(|| part(person, "email")).or_else(|| {
            Some(text::person(&person.text())).filter(|name| !name.is_empty() && person.children().next().is_none())
        })
    });
    let first = people.next();
    first.or_else(|| {
        of.children_in(Ns::Dc, "creator").map(|name| text::person(&name.text())).find(|name| !name.is_empty())
    })
}

fn image(entry: Element<'_>) -> Option<String> {
    let holders: Vec<Element<'_>> = std::iter::once(entry).chain(entry.children_in(Ns::Media, "group")).collect();
    let is_picture = |element: &Element<'_>| {
        element.attribute("type").or_else(|| element.attribute("medium")).unwrap_or_default().starts_with("image")
    };
    let contents = holders.iter().flat_map(|h| h.children_in(Ns::Media, "content")).filter(is_picture);
    let thumbnails = holders.iter().flat_map(|h| h.children_in(Ns::Media, "thumbnail"));
    let enclosures = entry.own_children("link").filter(|l| l.attribute("rel") == Some("enclosure")).filter(is_picture);
    contents.chain(thumbnails).chain(enclosures).filter(|picture| !is_thumbnail(picture)).find_map(|element| {
        let address = element.attribute("url").or_else(|| element.attribute("href"))?;
        Some(resolve(address, element.base().as_ref())).filter(|address| address.starts_with("http"))
    })
}

/// A text that says what it is.
enum Construct {
    Plain(String),
    Html(String),
    /// Neither text nor markup, or kept elsewhere.
    Nothing,
}

/// RFC 4287 sections 3.1 and 4.1.3; for Atom 0.3 `mode` says how it is wrapped.
fn construct(element: Element<'_>) -> Construct {
    let kind = element.attribute("type").unwrap_or("text").trim().to_ascii_lowercase();
    let markup_inside = element.children().next().is_some();
    let escaped = element.attribute("mode").map_or_else(
        || if is_binary(&kind) && !markup_inside { "base64" } else { "" }.to_owned(),
        |mode| mode.trim().to_ascii_lowercase(),
    );
    let html = kind.contains("html");
    match escaped.as_str() {
        "base64" => decode(&element.text(), &kind),
        _ if element.attribute("src").is_some() && element.text().is_empty() => Construct::Nothing,
        _ if markup_inside => Construct::Html(unwrapped(element)),
        "xml" if html && kind != "html" => Construct::Html(text::escape(&element.text()).into_owned()),
        _ if kind == "xhtml" || kind == "application/xhtml+xml" => {
            Construct::Html(text::escape(&element.text()).into_owned())
        }
        _ if html => Construct::Html(element.text().into_owned()),
        _ => Construct::Plain(element.text().into_owned()),
    }
}

/// A media type that is neither text nor XML travels as base64 (RFC 4287 section 4.1.3.3).
fn is_binary(kind: &str) -> bool {
    kind.contains('/') && !kind.starts_with("text/") && !kind.ends_with("xml") && !kind.starts_with("message/")
}

fn decode(text: &str, kind: &str) -> Construct {
    let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let lenient = base64::engine::GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        base64::engine::GeneralPurposeConfig::new()
            .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    match lenient.decode(packed).ok().and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(plain) if kind == "text" || kind == "text/plain" => Construct::Plain(plain),
        Some(markup) => Construct::Html(markup),
        None if is_binary(kind) => Construct::Nothing,
        None => Construct::Plain(text.to_owned()),
    }
}

/// The elements inside, without the one `div` that RFC 4287 section 3.1.1.3 wraps around them.
fn unwrapped(element: Element<'_>) -> String {
    let mut inside = element.children();
    match (inside.next(), inside.next()) {
        (Some(only), None) if only.name() == "div" && only.text() == element.text() => {
            only.inner_html().trim().to_owned()
        }
        _ => element.inner_html().trim().to_owned(),
    }
}

impl Construct {
    fn into_html(self) -> String {
        match self {
            Self::Plain(plain) => text::html_of_text(&plain),
            Self::Html(html) => html.trim().to_owned(),
            Self::Nothing => String::new(),
        }
    }

    fn into_title(self) -> String {
        match self {
            Self::Plain(plain) => title::of_text(&plain),
            Self::Html(html) => title::of_html(&html),
            Self::Nothing => String::new(),
        }
    }
}
