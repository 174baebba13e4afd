//! RSS 0.9 to 2.0 and RDF: elements → [`Feed`].
//!
//! In: a tree whose root is `rss`, `RDF` or `channel`. Out: a [`Feed`]. Items may stand in the channel or beside it
//! (RSS 1.0, and faults); words of Dublin Core, Atom, `content:encoded`, Media RSS and podcasts fill what RSS leaves open.

use url::Url;

use super::date::Stamp;
use super::element::Element;
use super::tree::{Ns, Tree};
use super::{Entry, Feed, Format, Html, MAX_ENTRIES, categories, date, enclosure, is_thumbnail, resolve, text, title};

/// Understands the tree.
pub fn feed(tree: &Tree<'_>, root: Element<'_>) -> Feed {
    let channel = root.own_children("channel").next().unwrap_or(root);
    let link = link(channel);
    let author = author(channel);
    let mut items: Vec<Element<'_>> = channel.own_children("item").collect();
    if channel.name() != root.name() {
        items.extend(root.own_children("item"));
    }
    items.truncate(MAX_ENTRIES);
    Feed {
        format: Format::Rss,
        title: title_of(channel),
        language: language(channel),
        entries: items
            .into_iter()
            .filter(|item| !item.cut())
            .map(|item| entry(item, link.as_deref(), author.as_deref()))
            .collect(),
        built: channel.own_children("lastbuilddate").find_map(|element| date::parse(&element.text())),
        link,
        whole: tree.whole,
        notice: None,
    }
}

fn entry(item: Element<'_>, site: Option<&str>, author_of_feed: Option<&str>) -> Entry {
    let guid = item.own_children("guid").find(|guid| !guid.text().is_empty());
    let (published, updated) = (published(item), updated(item));
    let link = link(item)
        .or_else(|| permalink(guid))
        .or_else(|| item.attribute("rdf:about").filter(|about| about.starts_with("http")).map(str::to_owned));
    let base = html_base(item, link.as_deref(), site);
    let html = |element: Element<'_>| Html {
        markup: element.markup().into_owned(),
        base: html_base(element, link.as_deref(), site).or_else(|| base.clone()),
    };
    Entry {
        id: guid.map(|guid| guid.text().into_owned()).or_else(|| id_without_guid(item)),
        title: title_of(item),
        author: author(item).or_else(|| author_of_feed.map(str::to_owned)),
        language: language(item),
        published: published.map(|stamp| stamp.at),
        updated: updated.map(|stamp| stamp.at),
        stamp: published.or(updated),
        day: None,
        summary: summary(item).map(html).unwrap_or_default(),
        content: content(item).map(html).unwrap_or_default(),
        image: image(item),
        enclosures: enclosure::of(item),
        categories: categories(words_of_categories(item)),
        link,
        bare_file: false,
    }
    .judged()
}

fn words_of_categories(item: Element<'_>) -> impl Iterator<Item = String> {
    let named = item.own_children("category").chain(item.children_in(Ns::Dc, "subject"));
    let in_atom = item.children_in(Ns::Atom, "category").filter_map(atom_category);
    named.map(|element| title::of_html(&element.markup())).chain(in_atom)
}

/// RFC 4287 section 4.2.2: what people read, else the term.
pub(super) fn atom_category(category: Element<'_>) -> Option<String> {
    let said = category.attribute("label").filter(|label| !label.trim().is_empty());
    said.or_else(|| category.attribute("term")).map(title::of_text)
}

fn content(item: Element<'_>) -> Option<Element<'_>> {
    item.children_in(Ns::Content, "encoded")
        .chain(item.children_in(Ns::Xhtml, "body"))
        .chain(item.children_in(Ns::Atom, "content"))
        .chain(item.own_children("fullitem"))
        .find(|element| !element.markup().is_empty())
}

fn summary(item: Element<'_>) -> Option<Element<'_>> {
    item.own_children("description")
        .chain(item.children_in(Ns::Dc, "description"))
        .chain(item.children_in(Ns::Atom, "summary"))
        .chain(item.children_in(Ns::Itunes, "summary"))
        .find(|element| !element.markup().is_empty())
}

fn published(item: Element<'_>) -> Option<Stamp> {
    item.own_children("pubdate")
        .chain(item.children_in(Ns::Dc, "date"))
        .chain(item.children_in(Ns::Dc, "issued"))
        .chain(item.children_in(Ns::Dc, "created"))
        .chain(item.children_in(Ns::Atom, "published"))
        .find_map(|element| date::stamp(&element.text()))
}

fn updated(item: Element<'_>) -> Option<Stamp> {
    item.children_in(Ns::Atom, "updated")
        .chain(item.children_in(Ns::Dc, "modified"))
        .chain(item.children_in(Ns::Dc, "date"))
        .find_map(|element| date::stamp(&element.text()))
}

/// What relative links of an item's HTML are relative to: `xml:base` when it says so, else the page it stands on.
fn html_base(element: Element<'_>, link: Option<&str>, site: Option<&str>) -> Option<Url> {
    if element.has_base() {
        return element.base();
    }
    [link, site].into_iter().flatten().find_map(|page| Url::parse(page).ok()).or_else(|| element.base())
}

fn title_of(of: Element<'_>) -> String {
    let titles =
        of.own_children("title").chain(of.children_in(Ns::Dc, "title")).chain(of.children_in(Ns::Atom, "title"));
    let titles = titles.chain(of.children_in(Ns::Itunes, "title")).chain(of.children_in(Ns::Media, "title"));
    title::first(titles.map(|title| title::of_html(&title.markup())))
}

/// The `link` in words, else one in an attribute, as Atom has it.
fn link(of: Element<'_>) -> Option<String> {
    let own = of.own_children("link").map(|link| resolve(&link.text(), link.base().as_ref()));
    if let Some(link) = own.into_iter().find(|link| !link.is_empty()) {
        return Some(link);
    }
    let alternate = |link: &Element<'_>| link.attribute("rel").is_none_or(|rel| rel == "alternate");
    let mut in_attribute = of.children_in(Ns::Atom, "link").chain(of.own_children("link")).filter(alternate);
    in_attribute.find_map(|link| Some(resolve(link.attribute("href")?, link.base().as_ref())))
}

/// A guid that says, or does not deny, that it is an address.
fn permalink(guid: Option<Element<'_>>) -> Option<String> {
    let guid = guid?;
    let denied = guid.attribute("ispermalink").is_some_and(|value| value.trim().eq_ignore_ascii_case("false"));
    let address = guid.text();
    (!denied && (address.starts_with("http://") || address.starts_with("https://"))).then(|| address.into_owned())
}

fn id_without_guid(item: Element<'_>) -> Option<String> {
    let named = item.children_in(Ns::Atom, "id").chain(item.children_in(Ns::Dc, "identifier"));
    let named = named.map(|id| id.text().into_owned()).find(|id| !id.is_empty());
    named.or_else(|| item.attribute("rdf:about").filter(|about| !about.is_empty()).map(str::to_owned))
}

fn author(of: Element<'_>) -> Option<String> {
    let plain = |element: Element<'_>| text::person(&element.markup());
    let atom =
        of.children_in(Ns::Atom, "author").flat_map(|author| author.children().filter(|part| part.name() == "name"));
    let mut names = of
        .own_children("author")
        .map(plain)
        .chain(of.children_in(Ns::Dc, "creator").map(plain))
        .chain(of.children_in(Ns::Dc, "author").map(plain))
        .chain(atom.map(plain))
        .chain(of.children_in(Ns::Itunes, "author").map(plain));
    names.find(|name| !name.is_empty())
}

fn language(channel: Element<'_>) -> Option<String> {
    said_language(channel).or_else(|| channel.language().map(str::to_owned))
}

fn said_language(of: Element<'_>) -> Option<String> {
    let mut said = of.own_children("language").chain(of.children_in(Ns::Dc, "language"));
    said.next().map(|language| language.text().into_owned()).filter(|language| !language.is_empty())
}

/// A picture of Media RSS (also inside its groups), an enclosure that is one, or a podcast's.
fn image(item: Element<'_>) -> Option<String> {
    let groups = item.children_in(Ns::Media, "group").chain(item.children_in(Ns::Media, "content"));
    let media: Vec<Element<'_>> = std::iter::once(item).chain(groups).collect();
    let is_picture = |element: &Element<'_>| {
        let kind = element.attribute("type").or_else(|| element.attribute("medium")).unwrap_or_default();
        kind.starts_with("image")
    };
    let contents = media.iter().flat_map(|holder| holder.children_in(Ns::Media, "content")).filter(is_picture);
    let thumbnails = media.iter().flat_map(|holder| holder.children_in(Ns::Media, "thumbnail"));
    let enclosures = item.own_children("enclosure").filter(is_picture);
    let podcast = item.children_in(Ns::Itunes, "image");
    contents.chain(thumbnails).chain(enclosures).chain(podcast).filter(|picture| !is_thumbnail(picture)).find_map(
        |element| {
            let address = element.attribute("url").or_else(|| element.attribute("href"))?;
            Some(resolve(address, element.base().as_ref())).filter(|address| address.starts_with("http"))
        },
    )
}
