//! An XML document as a tree of owned nodes, its namespaces made alike.
//!
//! Elements of DMN's model have no prefix here, those of its diagrams the usual ones, and every
//! other namespace one prefix for the whole document; so a part of a tree means the same in any
//! place of it, and in a document of another version of DMN.

use feel::Span;
use roxmltree::Node;

use super::reader::name_span;
use super::version::{Version, prefix_of};

/// The levels of elements that are read.
pub(super) const MAX_LEVELS: usize = 200;

/// An element.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// Its name, with the prefix of its namespace.
    pub name: String,
    /// Its attributes by name, in order.
    pub attributes: Vec<(String, String)>,
    /// What stands in it.
    pub content: Vec<Content>,
    /// Where it, or what it was written of, stands in the document that was read.
    pub(super) place: Span,
}

/// Where an element stands is no part of what it says.
impl PartialEq for Tree {
    fn eq(&self, other: &Tree) -> bool {
        self.name == other.name
            && self.attributes == other.attributes
            && self.content == other.content
    }
}

impl Eq for Tree {}

/// What stands in an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// An element.
    Element(Tree),
    /// Text, escapes undone.
    Text(String),
    /// A comment.
    Comment(String),
}

impl Tree {
    /// An element without attributes and content.
    pub fn new(name: &str) -> Tree {
        Tree { name: name.to_owned(), ..Tree::default() }
    }

    /// The element with an attribute, if its value is not empty.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Tree {
        if !value.is_empty() {
            self.attributes.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// The element with a further element in it.
    #[must_use]
    pub fn holding(mut self, child: Tree) -> Tree {
        self.push(child);
        self
    }

    /// The element with text in it.
    #[must_use]
    pub fn saying(mut self, text: &str) -> Tree {
        if !text.is_empty() {
            self.content.push(Content::Text(text.to_owned()));
        }
        self
    }

    /// The element, written of what stands at a place.
    #[must_use]
    pub(super) fn at(self, place: Span) -> Tree {
        Tree { place, ..self }
    }

    /// Puts a further element into it.
    pub fn push(&mut self, child: Tree) {
        self.content.push(Content::Element(child));
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The elements directly inside.
    pub fn elements(&self) -> impl Iterator<Item = &Tree> {
        self.content.iter().filter_map(|content| match content {
            Content::Element(element) => Some(element),
            _ => None,
        })
    }

    /// The elements of a name directly inside.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Tree> {
        self.elements().filter(move |element| element.name == name)
    }

    /// Whether there is nothing but its name.
    pub(super) fn is_bare(&self) -> bool {
        self.attributes.is_empty() && self.content.is_empty()
    }

    /// The text directly inside.
    pub fn text(&self) -> String {
        let texts = self.content.iter().filter_map(|content| match content {
            Content::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }

    /// Every element, this one included, in document order.
    pub fn visit(&self, visit: &mut dyn FnMut(&Tree)) {
        visit(self);
        self.elements().for_each(|element| element.visit(visit));
    }

    /// Changes every element, this one included.
    pub fn change(&mut self, change: &mut dyn FnMut(&mut Tree)) {
        change(self);
        for content in &mut self.content {
            if let Content::Element(element) = content {
                element.change(change);
            }
        }
    }

    /// Puts the attributes in the order in which they are printed, which means nothing in XML.
    pub(super) fn arrange(&mut self) {
        fn order(name: &str) -> (usize, &str) {
            match name {
                "id" => (0, ""),
                "name" => (1, ""),
                "label" => (2, ""),
                "namespace" => (3, ""),
                _ if name.starts_with("xmlns:") => (5, name),
                _ => (4, name),
            }
        }
        self.attributes.sort_by(|(a, _), (b, _)| order(a).cmp(&order(b)));
    }

    /// Whether text stands in it that is more than white space.
    fn has_text(&self) -> bool {
        self.content.iter().any(|content| matches!(content, Content::Text(_)))
    }
}

/// The tree of a document, or the place where it is nested too deeply.
pub(super) fn read(root: Node<'_, '_>) -> Result<Tree, Span> {
    let mut prefixes = Prefixes::of(root);
    let mut tree = element(root, &mut prefixes, 0)?;
    let declared =
        prefixes.foreign.into_iter().map(|(prefix, uri)| (format!("xmlns:{prefix}"), uri));
    tree.attributes.extend(declared);
    tree.arrange();
    Ok(tree)
}

fn element(node: Node<'_, '_>, prefixes: &mut Prefixes, level: usize) -> Result<Tree, Span> {
    if level > MAX_LEVELS {
        return Err(name_span(node));
    }
    let tag = node.tag_name();
    let range = node.range();
    let mut tree = Tree::new(&prefixes.qualified(node, tag.namespace(), tag.name(), false))
        .at(Span::new(range.start, range.end));
    for attribute in node.attributes() {
        let name = prefixes.qualified(node, attribute.namespace(), attribute.name(), true);
        let value = match (name.as_str(), attribute.value()) {
            // Names are compared with their white space made single spaces.
            ("name" | "iteratorVariable", value) => {
                value.split_whitespace().collect::<Vec<&str>>().join(" ")
            }
            ("typeRef" | "outputTypeRef", value) => built_in(value).to_owned(),
            (_, value) => value.to_owned(),
        };
        tree.attributes.push((name, value));
    }
    tree.arrange();
    let mixed = node.children().any(|child| child.is_element());
    let keep = !mixed && matches!(tree.name.as_str(), "description") || tree.name.contains(':');
    for child in node.children() {
        match child.node_type() {
            roxmltree::NodeType::Element => tree.push(element(child, prefixes, level + 1)?),
            roxmltree::NodeType::Comment => {
                tree.content.push(Content::Comment(child.text().unwrap_or_default().to_owned()));
            }
            roxmltree::NodeType::Text => {
                let text = child.text().unwrap_or_default();
                match tree.content.last_mut() {
                    Some(Content::Text(before)) => before.push_str(text),
                    _ => tree.content.push(Content::Text(text.to_owned())),
                }
            }
            _ => {}
        }
    }
    let is_feel = matches!(tree.name.as_str(), "text" | "typeRef");
    let says = |content: &Content| matches!(content, Content::Text(t) if !t.trim().is_empty());
    let meant = tree.content.iter().any(says);
    tree.content.retain_mut(|content| match content {
        Content::Text(text) if is_feel => {
            *text = text.trim().to_owned();
            if tree.name == "typeRef" {
                *text = built_in(text).to_owned();
            }
            !text.is_empty()
        }
        // White space that only sets elements apart means nothing.
        Content::Text(_) => meant || keep && !mixed,
        _ => true,
    });
    Ok(tree)
}

/// A reference to a type without the prefix of the built-in ones.
fn built_in(name: &str) -> &str {
    name.strip_prefix("feel:").unwrap_or(name).trim()
}

/// The prefixes of the namespaces of a document that are not DMN's.
struct Prefixes {
    foreign: Vec<(String, String)>,
}

impl Prefixes {
    /// Those that the root declares.
    fn of(root: Node<'_, '_>) -> Prefixes {
        let mut prefixes = Prefixes { foreign: Vec::new() };
        for namespace in root.namespaces() {
            if let Some(prefix) = namespace.name()
                && prefix != "xml"
                && prefix_of(namespace.uri()).is_none()
            {
                prefixes.declare(prefix, namespace.uri());
            }
        }
        prefixes
    }

    fn qualified(
        &mut self,
        node: Node<'_, '_>,
        uri: Option<&str>,
        name: &str,
        is_attribute: bool,
    ) -> String {
        let Some(uri) = uri else { return name.to_owned() };
        if uri == roxmltree::NS_XML_URI {
            return format!("xml:{name}");
        }
        match prefix_of(uri) {
            Some("") if !is_attribute => return name.to_owned(),
            Some("") => {}
            Some(prefix) => return format!("{prefix}:{name}"),
            None => {}
        }
        let known = self.foreign.iter().find(|(_, known)| known == uri);
        let prefix = match known {
            Some((prefix, _)) => prefix.clone(),
            None => {
                let own = node.lookup_prefix(uri).filter(|prefix| !prefix.is_empty());
                self.declare(own.unwrap_or("ns"), uri)
            }
        };
        format!("{prefix}:{name}")
    }

    /// Gives a namespace a prefix, the one that it has if no other has it.
    fn declare(&mut self, wanted: &str, uri: &str) -> String {
        let mut prefix = wanted.to_owned();
        let mut number = 1;
        while Version::PREFIXES.contains(&prefix.as_str())
            || self.foreign.iter().any(|(known, _)| *known == prefix)
        {
            number += 1;
            prefix = format!("{wanted}{number}");
        }
        self.foreign.push((prefix.clone(), uri.to_owned()));
        prefix
    }
}

/// The text of a document in a version of DMN, with comments before its root element.
pub(super) fn print(tree: &Tree, comments: &[String], version: Version) -> String {
    let part = print_part(tree, comments, version).text;
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{part}")
}

/// A text, and where its elements come from.
#[derive(Debug, Default)]
pub(super) struct Printed {
    pub text: String,
    /// In the order of their start tags.
    pub elements: Vec<PrintedElement>,
}

/// Where an element stands in a text that was printed.
#[derive(Debug)]
pub(super) struct PrintedElement {
    pub span: Span,
    /// The element around it.
    pub parent: Option<usize>,
    /// Where it, or what it was written of, stands in the document that was read.
    pub origin: Span,
}

/// The text of a document without its first line.
pub(super) fn print_part(tree: &Tree, comments: &[String], version: Version) -> Printed {
    let mut used: Vec<&str> = Vec::new();
    tree.visit(&mut |element| {
        let names = element.attributes.iter().map(|(name, _)| name.as_str());
        for name in names.chain([element.name.as_str()]) {
            let prefix = name.split_once(':').map_or("", |(prefix, _)| prefix);
            let known = Version::PREFIXES.iter().find(|known| **known == prefix);
            if let Some(known) = known.filter(|known| !used.contains(*known)) {
                used.push(known);
            }
        }
    });
    let mut out = Printed::default();
    for comment in comments {
        out.text.push_str(&format!("<!--{comment}-->\n"));
    }
    let declared = Version::PREFIXES.iter().filter(|prefix| used.contains(*prefix)).map(|prefix| {
        let name = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
        (name, version.uri(prefix).to_owned())
    });
    print_element(tree, &declared.collect::<Vec<_>>(), 0, None, &mut out);
    out
}

fn print_element(
    tree: &Tree,
    more: &[(String, String)],
    level: usize,
    parent: Option<usize>,
    out: &mut Printed,
) {
    let (number, start) = (out.elements.len(), out.text.len());
    out.elements.push(PrintedElement { span: Span::default(), parent, origin: tree.place });
    print_start(tree, more, &mut out.text);
    if !tree.content.is_empty() {
        print_content(tree, level, number, out);
    }
    if let Some(element) = out.elements.get_mut(number) {
        element.span = Span::new(start, out.text.len());
    }
    if level == 0 {
        out.text.push('\n');
    }
}

/// The start tag, or all of an empty element.
fn print_start(tree: &Tree, more: &[(String, String)], out: &mut String) {
    out.push('<');
    out.push_str(&tree.name);
    for (name, value) in more.iter().chain(&tree.attributes) {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        escape(value, true, out);
        out.push('"');
    }
    out.push_str(if tree.content.is_empty() { "/>" } else { ">" });
}

/// What stands in the element of this number, and its end tag.
fn print_content(tree: &Tree, level: usize, number: usize, out: &mut Printed) {
    let is_inline = tree.has_text();
    for content in &tree.content {
        if !is_inline {
            indent(level + 1, &mut out.text);
        }
        match content {
            Content::Element(element) => {
                print_element(element, &[], level + 1, Some(number), out);
            }
            Content::Text(text) => escape(text, false, &mut out.text),
            Content::Comment(text) => {
                out.text.push_str("<!--");
                out.text.push_str(text);
                out.text.push_str("-->");
            }
        }
    }
    if !is_inline {
        indent(level, &mut out.text);
    }
    out.text.push_str("</");
    out.text.push_str(&tree.name);
    out.text.push('>');
}

fn indent(level: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", level));
}

fn escape(text: &str, is_attribute: bool, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if is_attribute => out.push_str("&quot;"),
            '\n' | '\t' if is_attribute => {
                out.push_str(if character == '\n' { "&#10;" } else { "&#9;" });
            }
            // A parser makes a line feed of it otherwise.
            '\r' => out.push_str("&#13;"),
            // XML cannot hold these, not even escaped.
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                out.push('\u{fffd}');
            }
            character => out.push(character),
        }
    }
}
