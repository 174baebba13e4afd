//! One element of a feed's tree, and the questions that parsers ask about it.
//!
//! In: a [`Tree`]. Out: names, texts, markup, bases and languages, for `rss` and `atom`, which know what they mean.

use std::borrow::Cow;

use url::Url;

use super::MAX_ADDRESS;
use super::text::escape;
use super::tree::{Child, Node, Ns, Tree, VOID};

/// An element of a [`Tree`].
#[derive(Clone, Copy, Debug)]
pub struct Element<'t> {
    tree: &'t Tree<'t>,
    id: usize,
}

impl<'t> Element<'t> {
    /// The element of that number.
    pub(super) fn new(tree: &'t Tree<'t>, id: usize) -> Self {
        Self { tree, id }
    }

    fn node(self) -> &'t Node<'t> {
        &self.tree.nodes[self.id]
    }

    /// Local name, lower-case.
    pub fn name(self) -> &'t str {
        &self.node().name
    }

    /// Its vocabulary.
    pub fn ns(self) -> Ns {
        self.node().ns
    }

    /// Whether the document stopped inside it.
    pub fn cut(self) -> bool {
        self.node().cut
    }

    /// Whether it is of the feed's own words: no vocabulary of extensions.
    pub fn own(self) -> bool {
        match self.ns() {
            Ns::Own | Ns::Rss => true,
            Ns::Atom => !self.node().prefixed || self.tree.nodes[0].ns == Ns::Atom,
            Ns::Dc | Ns::Content | Ns::Media | Ns::Itunes | Ns::Xhtml | Ns::Other => false,
        }
    }

    /// Whether it is the feed's own element of that name.
    pub fn is(self, name: &str) -> bool {
        self.own() && self.name() == name
    }

    /// The value of an attribute, by its name in lower case, with its prefix if it has one.
    pub fn attribute(self, name: &str) -> Option<&'t str> {
        let attributes = &self.node().attributes;
        let exact = attributes.iter().find(|(key, _)| key == name);
        let found = exact.or_else(|| {
            attributes
                .iter()
                .find(|(key, _)| key.ends_with(name) && key.as_bytes().get(key.len() - name.len() - 1) == Some(&b':'))
        });
        found.map(|(_, value)| &**value)
    }

    /// The elements directly inside.
    pub fn children(self) -> impl Iterator<Item = Element<'t>> {
        let tree = self.tree;
        self.node().children.iter().filter_map(move |child| match child {
            Child::Node(id) => Some(Element { tree, id: *id }),
            Child::Text(_) => None,
        })
    }

    /// The feed's own elements of that name directly inside.
    pub fn own_children(self, name: &'static str) -> impl Iterator<Item = Element<'t>> {
        self.children().filter(move |child| child.is(name))
    }

    /// The elements of that vocabulary and name directly inside.
    pub fn children_in(self, ns: Ns, name: &'static str) -> impl Iterator<Item = Element<'t>> {
        self.children().filter(move |child| child.ns() == ns && child.name() == name)
    }

    /// All text inside, also that of elements inside, trimmed.
    pub fn text(self) -> Cow<'t, str> {
        match self.node().children.as_slice() {
            [] => Cow::Borrowed(""),
            [Child::Text(text)] => Cow::Borrowed(text.trim()),
            _ => {
                let mut out = String::new();
                self.write_text(&mut out);
                Cow::Owned(out.trim().to_owned())
            }
        }
    }

    fn write_text(self, out: &mut String) {
        for child in &self.node().children {
            match child {
                Child::Text(text) => out.push_str(text),
                Child::Node(id) => Element { tree: self.tree, id: *id }.write_text(out),
            }
        }
    }

    /// Its content as HTML: its text where it has only text (which was escaped HTML), else its elements written out.
    pub fn markup(self) -> Cow<'t, str> {
        if self.children().next().is_none() { self.text() } else { Cow::Owned(self.inner_html().trim().to_owned()) }
    }

    /// Its elements written out as HTML, its text escaped.
    pub fn inner_html(self) -> String {
        let mut out = String::new();
        self.write_html(&mut out);
        out
    }

    fn write_html(self, out: &mut String) {
        for child in &self.node().children {
            match child {
                Child::Text(text) => out.push_str(&escape(text)),
                Child::Node(id) => {
                    let element = Element { tree: self.tree, id: *id };
                    let node = element.node();
                    out.push('<');
                    out.push_str(&node.name);
                    for (key, value) in node.attributes.iter().filter(|(key, _)| !key.contains("xml")) {
                        out.extend([" ", key, "=\"", &escape(value), "\""]);
                    }
                    out.push('>');
                    element.write_html(out);
                    if !VOID.contains(&&*node.name) {
                        out.push_str("</");
                        out.push_str(&node.name);
                        out.push('>');
                    }
                }
            }
        }
    }

    /// The element and its ancestors, innermost first.
    fn ancestors(self) -> impl Iterator<Item = &'t Node<'t>> {
        let tree = self.tree;
        std::iter::successors(Some(self.node()), move |node| node.parent.map(|id| &tree.nodes[id]))
    }

    /// The value of the innermost `xml:NAME` that holds here.
    fn inherited(self, name: &'static str) -> impl Iterator<Item = &'t str> {
        let here = move |node: &'t Node<'t>| node.attributes.iter().find(|(key, _)| key == name);
        self.ancestors().filter_map(here).map(|(_, value)| value.trim()).filter(|value| value.len() <= MAX_ADDRESS)
    }

    /// The base of relative addresses in it: every `xml:base` above it, then the address of the document.
    pub fn base(self) -> Option<Url> {
        let mut bases: Vec<&str> = self.inherited("xml:base").collect();
        bases.reverse();
        bases.into_iter().fold(self.tree.url.cloned(), |outer, inner| match &outer {
            Some(outer_url) => outer_url.join(inner).ok().or(outer),
            None => Url::parse(inner).ok(),
        })
    }

    /// Whether an `xml:base` holds here.
    pub fn has_base(self) -> bool {
        self.inherited("xml:base").next().is_some()
    }

    /// The language that holds here.
    pub fn language(self) -> Option<&'t str> {
        self.inherited("xml:lang").find(|value| !value.is_empty())
    }
}
