//! What a browser's parser objects to in a page, and where a page leads.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use html5ever::tendril::{StrTendril, TendrilSink as _};
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeBuilderOpts, TreeSink};
use html5ever::{Attribute, ExpandedName, LocalName, Namespace, ParseOpts, QualName, parse_document};

/// The errors of the WHATWG algorithm in a whole page; none for a page that is as its author meant it.
pub fn objections(html: &str) -> Vec<String> {
    let opts = ParseOpts {
        tokenizer: TokenizerOpts { exact_errors: true, ..TokenizerOpts::default() },
        tree_builder: TreeBuilderOpts { exact_errors: true, ..TreeBuilderOpts::default() },
    };
    parse_document(Listener { document: nameless(), said: RefCell::default() }, opts).one(html)
}

/// Every address that a page leads to or takes something from, in order.
pub fn addresses(html: &str) -> Vec<String> {
    let elements = facteur::markup::pieces(html).into_iter().filter_map(|piece| match piece {
        facteur::markup::Piece::Open(element) => Some(element),
        _ => None,
    });
    let of = |element: facteur::markup::Element| {
        ["href", "src", "action"].into_iter().filter_map(move |name| element.get(name).map(str::to_owned))
    };
    elements.flat_map(of).collect()
}

/// A node is known by its name alone: what is in it does not matter here.
type Node = Rc<QualName>;

fn nameless() -> Node {
    Rc::new(QualName::new(None, Namespace::from(""), LocalName::from("")))
}

/// Builds nothing and keeps what the parser says.
struct Listener {
    document: Node,
    said: RefCell<Vec<String>>,
}

impl TreeSink for Listener {
    type Handle = Node;
    type Output = Vec<String>;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Vec<String> {
        self.said.into_inner()
    }

    fn parse_error(&self, message: Cow<'static, str>) {
        self.said.borrow_mut().push(message.into_owned());
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        if mode != QuirksMode::NoQuirks {
            self.said.borrow_mut().push("it is shown as pages of the last century".to_owned());
        }
    }

    fn get_document(&self) -> Node {
        self.document.clone()
    }

    fn elem_name<'a>(&'a self, target: &'a Node) -> ExpandedName<'a> {
        target.expanded()
    }

    fn same_node(&self, one: &Node, other: &Node) -> bool {
        Rc::ptr_eq(one, other)
    }

    fn create_element(&self, name: QualName, _: Vec<Attribute>, _: ElementFlags) -> Node {
        Rc::new(name)
    }

    fn create_comment(&self, _: StrTendril) -> Node {
        nameless()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Node {
        nameless()
    }

    fn get_template_contents(&self, target: &Node) -> Node {
        target.clone()
    }

    fn append(&self, _: &Node, _: NodeOrText<Node>) {}

    fn append_based_on_parent_node(&self, _: &Node, _: &Node, _: NodeOrText<Node>) {}

    fn append_before_sibling(&self, _: &Node, _: NodeOrText<Node>) {}

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn add_attrs_if_missing(&self, _: &Node, _: Vec<Attribute>) {}

    fn remove_from_parent(&self, _: &Node) {}

    fn reparent_children(&self, _: &Node, _: &Node) {}
}

#[test]
fn the_listener_hears_what_is_wrong() {
    let page = |body: &str| format!("<!doctype html><html><head><title>t</title></head><body>{body}</body></html>");
    assert_eq!(objections(&page("<p>a</p><table><tr><td>b</td></tr></table>")), [""; 0]);
    for wrong in ["<p>a</div>", "<a href=x><a href=y>b</a></a>", "<table><p>c</p></table>", "<img src=a src=b>", "<b"] {
        assert_ne!(objections(&page(wrong)), [""; 0], "{wrong}");
    }
    assert_ne!(objections("<p>no doctype</p>"), [""; 0]);
    assert_eq!(addresses("<a href=\"/x?a=1&amp;b\">x</a><img src='y'>"), ["/x?a=1&b", "y"]);
}
