//! Text → a tree of elements, from XML that need not be well-formed.
//!
//! In: text prepared by [`super::tags`]. Out: a [`Tree`] with lower-case names and namespaces as [`Ns`]. Ends without start are
//! ignored, missing ends are closed by the next end above, HTML entities and bare `&` are understood, a document that
//! stops in the middle gives what there was ([`Tree::whole`] says so). DTDs are skipped: no entity of theirs is ever expanded.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use url::Url;

use super::element::Element;
use super::text::{decode_entities, entity};

/// Most elements in one document, so that parsing stays under 64 MiB. Real feeds of 1 MiB have 30,000.
const MAX_NODES: usize = 100_000;
/// Elements inside one another; deeper ones lose their tags and keep their text.
const MAX_DEPTH: usize = 64;
/// Attributes of one element, and namespaces in force at once, that are looked at.
const MAX_ATTRIBUTES: usize = 64;
/// Most syntax faults that are skipped; each costs a pass over the rest of the text.
const MAX_FAULTS: usize = 16;
/// Elements of HTML that have no end.
pub(super) const VOID: &[&str] = &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"];

/// Which vocabulary an element belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ns {
    /// None, or one that is not known and has no prefix: the feed's own words.
    Own,
    /// RSS 1.0 and what else claims to be RSS.
    Rss,
    /// Atom 0.3 and 1.0.
    Atom,
    /// Dublin Core elements and terms.
    Dc,
    /// `content:encoded`.
    Content,
    /// Media RSS.
    Media,
    /// Podcasts.
    Itunes,
    /// XHTML.
    Xhtml,
    /// Known to be none of these.
    Other,
}

impl Ns {
    /// By its address; different spellings of the same vocabulary are in use.
    fn of_uri(uri: &str) -> Option<Self> {
        let uri = uri.trim().to_ascii_lowercase();
        let known: &[(&str, Self)] = &[
            ("http://www.w3.org/2005/atom", Self::Atom),
            ("https://www.w3.org/2005/atom", Self::Atom),
            ("http://purl.org/atom/", Self::Atom),
            ("http://example.com/newformat#", Self::Atom),
            ("http://purl.org/rss/1.0/modules/content", Self::Content),
            ("http://purl.org/rss/1.0/modules/", Self::Other),
            ("http://purl.org/rss/", Self::Rss),
            ("http://purl.org/net/rss", Self::Rss),
            ("http://backend.userland.com/rss", Self::Rss),
            ("http://blogs.law.harvard.edu/tech/rss", Self::Rss),
            ("http://my.netscape.com/", Self::Rss),
            ("http://channel.netscape.com/", Self::Rss),
            ("http://my.netscape.com/rdf/simple", Self::Rss),
            ("http://purl.org/dc/", Self::Dc),
            ("http://search.yahoo.com/mrss", Self::Media),
            ("http://www.itunes.com/", Self::Itunes),
            ("https://www.itunes.com/", Self::Itunes),
            ("http://example.com/dtds/podcast-1.0.dtd", Self::Itunes),
            ("http://www.w3.org/1999/xhtml", Self::Xhtml),
            ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", Self::Rss),
        ];
        known.iter().find(|(start, _)| uri.starts_with(start)).map(|(_, ns)| *ns)
    }

    /// By its customary prefix, where none was declared.
    fn of_prefix(prefix: &str) -> Self {
        match prefix {
            "atom" | "atom10" | "a10" => Self::Atom,
            "dc" | "dcterms" => Self::Dc,
            "content" => Self::Content,
            "media" => Self::Media,
            "itunes" => Self::Itunes,
            "xhtml" => Self::Xhtml,
            "rss" | "rdf" => Self::Rss,
            _ => Self::Other,
        }
    }
}

#[derive(Debug)]
pub(super) struct Node<'a> {
    pub ns: Ns,
    /// Whether its name had a prefix.
    pub prefixed: bool,
    /// Local, lower-case.
    pub name: Cow<'a, str>,
    pub attributes: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub parent: Option<usize>,
    pub children: Vec<Child<'a>>,
    /// Its end was never seen, the document stopped inside.
    pub cut: bool,
}

#[derive(Debug)]
pub(super) enum Child<'a> {
    Text(Cow<'a, str>),
    Node(usize),
}

/// A document.
#[derive(Debug)]
pub struct Tree<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    /// False when the document stopped inside an element.
    pub whole: bool,
    pub(super) url: Option<&'a Url>,
}

impl<'a> Tree<'a> {
    /// Reads a document that stood at `url`, up to [`MAX_NODES`] elements.
    pub fn parse(text: &'a str, url: Option<&'a Url>) -> Self {
        let mut builder = Builder::default();
        let mut rest = text;
        for _ in 0..MAX_FAULTS {
            let Some(fault) = builder.read(rest) else { break };
            if let Some(end) = rest[fault..].strip_prefix("</") {
                builder.end(end);
                break;
            }
            builder.text(Cow::Borrowed("<"));
            rest = rest.get(fault + 1..).unwrap_or_default();
        }
        let open = std::mem::take(&mut builder.open);
        for &id in &open {
            builder.nodes[id].cut = true;
        }
        Self { nodes: builder.nodes, whole: open.is_empty(), url }
    }

    /// The first element.
    pub fn root(&self) -> Option<Element<'_>> {
        (!self.nodes.is_empty()).then(|| Element::new(self, 0))
    }
}

#[derive(Default)]
struct Builder<'a> {
    nodes: Vec<Node<'a>>,
    /// Elements whose end has not come, outermost first.
    open: Vec<usize>,
    /// Elements inside the innermost open one whose tags were dropped, see [`MAX_DEPTH`].
    dropped: usize,
    /// Declared prefixes: (element, prefix, vocabulary); an empty prefix is the default.
    declared: Vec<(usize, String, Ns)>,
}

impl<'a> Builder<'a> {
    /// Reads until the end, or until a fault in the syntax; gives the offset of the `<` that cannot be understood.
    fn read(&mut self, text: &'a str) -> Option<usize> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        loop {
            match reader.read_event() {
                Ok(Event::Start(_) | Event::Empty(_)) if self.nodes.len() >= MAX_NODES => return None,
                Ok(Event::Start(start)) => self.start(&start, false),
                Ok(Event::Empty(start)) => self.start(&start, true),
                Ok(Event::End(end)) => self.end(end.name().as_ref()),
                Ok(Event::Text(text)) => self.text(text.into_inner()),
                Ok(Event::CData(data)) => self.text(data.into_inner()),
                Ok(Event::GeneralRef(reference)) => self.reference(&reference),
                Ok(Event::Eof) => return None,
                Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_))
                | Err(quick_xml::Error::IllFormed(_)) => {}
                Err(_) => {
                    let at = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
                    return text.get(at..).and_then(|rest| rest.find('<')).map(|less| at + less);
                }
            }
        }
    }

    fn start(&mut self, start: &BytesStart<'a>, empty: bool) {
        let name = start.name();
        let name: &str = name.as_ref();
        if self.open.len() >= MAX_DEPTH {
            self.dropped += usize::from(!empty);
            return;
        }
        let id = self.nodes.len();
        let attributes = attributes(start);
        self.declare(id, &attributes);
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let prefix = prefix.to_ascii_lowercase();
        let node = Node {
            ns: self.namespace(&prefix),
            prefixed: !prefix.is_empty(),
            name: Cow::Owned(local.to_ascii_lowercase()),
            attributes,
            parent: self.open.last().copied(),
            children: Vec::new(),
            cut: false,
        };
        let inside_html = node.ns == Ns::Xhtml || self.open.len() > 3;
        let empty = empty || (inside_html && !node.prefixed && VOID.contains(&&*node.name) && node.name != "link");
        if let Some(&parent) = self.open.last() {
            self.nodes[parent].children.push(Child::Node(id));
        }
        self.nodes.push(node);
        if empty {
            self.forget(id);
        } else {
            self.open.push(id);
        }
    }

    /// Notes which prefixes an element declares.
    fn declare(&mut self, id: usize, attributes: &[(Cow<'a, str>, Cow<'a, str>)]) {
        for (key, value) in attributes {
            let prefix = if key == "xmlns" { Some("") } else { key.strip_prefix("xmlns:") };
            if let Some(prefix) = prefix.filter(|_| self.declared.len() < MAX_ATTRIBUTES) {
                let ns = Ns::of_uri(value).unwrap_or(if prefix.is_empty() { Ns::Own } else { Ns::Other });
                self.declared.push((id, prefix.to_owned(), ns));
            }
        }
    }

    fn namespace(&self, prefix: &str) -> Ns {
        let declared = self.declared.iter().rev().find(|(_, known, _)| known.eq_ignore_ascii_case(prefix));
        declared.map_or_else(|| if prefix.is_empty() { Ns::Own } else { Ns::of_prefix(prefix) }, |(_, _, ns)| *ns)
    }

    /// Closes the innermost open element of that name and all inside it; ignores an end that was never opened.
    fn end(&mut self, name: &str) {
        if self.dropped > 0 {
            self.dropped -= 1;
            return;
        }
        let local = name.split_once(':').map_or(name, |(_, local)| local).trim();
        let Some(at) = self.open.iter().rposition(|&id| self.nodes[id].name.eq_ignore_ascii_case(local)) else {
            return;
        };
        let outermost = self.open[at];
        self.open.truncate(at);
        self.forget(outermost);
    }

    /// Declarations of an element that is closed, and of all inside it, are void.
    fn forget(&mut self, id: usize) {
        while self.declared.last().is_some_and(|(owner, _, _)| *owner >= id) {
            self.declared.pop();
        }
    }

    fn text(&mut self, text: Cow<'a, str>) {
        let Some(&parent) = self.open.last() else { return };
        match self.nodes[parent].children.last_mut() {
            Some(Child::Text(before)) => before.to_mut().push_str(&text),
            _ => self.nodes[parent].children.push(Child::Text(text)),
        }
    }

    fn reference(&mut self, name: &str) {
        let mut out = String::new();
        if !entity(name, &mut out) {
            out = format!("&{name};");
        }
        self.text(Cow::Owned(out));
    }
}

/// Names lower-case with their prefix, values decoded; a broken attribute is left out.
fn attributes<'a>(start: &BytesStart<'a>) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
    let all = start.html_attributes();
    let mut all = all;
    all.with_checks(false)
        .flatten()
        .take(MAX_ATTRIBUTES)
        .map(|attribute| {
            let key = attribute.key.as_ref().to_ascii_lowercase();
            (Cow::Owned(key), Cow::Owned(decode_entities(&attribute.value).into_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_text(xml: &str) -> String {
        let repaired = super::super::tags::repair(xml);
        let tree = Tree::parse(&repaired, None);
        tree.root().map(|root| root.text().into_owned()).unwrap_or_default()
    }

    #[test]
    fn faults_are_passed_over() {
        for (xml, text) in [
            ("<a>x & y &amp; z</a>", "x & y & z"),
            ("<a>&eacute;&nosuch;&#233;</a>", "é&nosuch;é"),
            ("<a>x</b></a>", "x"),
            ("<a><b>x</a>", "x"),
            ("<a>1 <2 > 0</a>", "1 <2 > 0"),
            ("<a><b>proj <6</b>c</a>", "proj <6c"),
            ("<a>x</a", "x"),
            ("<a><![CDATA[x<y", "<![CDATA[x<y"),
            ("<!DOCTYPE a [<!ENTITY b 'boom'>]><a>&b;</a>", "&b;"),
            ("<a>x <!wrong> y</a>", "x <!wrong> y"),
        ] {
            assert_eq!(first_text(xml), text, "{xml}");
        }
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let deep = "<a>".repeat(100_000);
        assert!(!Tree::parse(&deep, None).whole);
        let closed = format!("{}x{}", "<a>".repeat(1000), "</a>".repeat(1000));
        let tree = Tree::parse(&closed, None);
        assert!(tree.whole);
        assert_eq!(tree.root().unwrap().text(), "x");
        let wide = format!("<r>{}</r>", "<a/>".repeat(MAX_NODES));
        let wide = Tree::parse(&wide, None);
        assert_eq!((wide.nodes.len(), wide.whole), (MAX_NODES, false));
    }

    #[test]
    fn bases_are_joined_from_the_outside_in() {
        let url = Url::parse("https://e.example/feed").unwrap();
        let tree = Tree::parse("<a xml:base='/x/'><b xml:base='y/'><c>z</c></b></a>", Some(&url));
        let b = tree.root().unwrap().children().next().unwrap();
        assert_eq!(b.children().next().unwrap().base().unwrap().as_str(), "https://e.example/x/y/");
    }

    #[test]
    fn vocabularies_are_told_apart() {
        let tree = Tree::parse(
            "<rss xmlns:d='http://purl.org/dc/elements/1.1/'><title>t</title><d:title>u</d:title><media:title>v</media:title></rss>",
            None,
        );
        let kinds: Vec<Ns> = tree.root().unwrap().children().map(Element::ns).collect();
        assert_eq!(kinds, [Ns::Own, Ns::Dc, Ns::Media]);
    }
}
