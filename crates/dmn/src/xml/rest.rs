//! What a document holds beside what is written from its model.
//!
//! A document and the tree that is written from its model are alike in their structure. Their
//! difference is a tree again, the *rest*: attributes and elements of the document that the model
//! does not know, in their order, with a mark at each element that the written tree has too.
//! `join(written, rest_of(document, written))` is the document.

use std::collections::HashMap;

use feel::Span;
use roxmltree::{Document, ParsingOptions};

use super::origin::Joined;
use super::tree::{self, Content, Tree};
use super::version::Version;
use super::{MAX_NODES, literate, reader, writer};
use crate::model::Model;

/// At the root: `literate`, the document was written from a literate one.
const OF: &str = "rest:of";
const LITERATE: &str = "literate";
/// At an element: which one of the written tree it belongs to.
const AT: &str = "rest:at";
/// At an element: attributes that only the written tree has.
const WITHOUT: &str = "rest:without";
/// At an element: `none`, the document has no such element; `all`, nothing of the written
/// element's content stands in the document.
const CONTENT: &str = "rest:content";
const NONE: &str = "none";
const ALL: &str = "all";

/// The document of a model without what is written of another part of it, as XML.
///
/// It is empty for a model that was not read from a document, and where nothing is left of it.
pub(crate) fn beside(model: &Model, part: &Model) -> String {
    let Some(remainder) = model.remainder.as_deref() else { return String::new() };
    let written = writer::tree(part, &[], remainder.version, remainder.is_literate);
    let mut whole = writer::document(model, &[]);
    if remainder.is_literate {
        literate::without_imported(&mut whole);
    }
    let mut rest = rest_of(&whole, &written);
    if remainder.is_literate && rest.is_bare() && remainder.before.is_empty() {
        return String::new();
    }
    if remainder.is_literate {
        rest = rest.with(OF, LITERATE);
    }
    tree::print_part(&rest, &remainder.before, remainder.version).text
}

/// The document of a part of a model and of what [`beside`] gave for it, which is the `block` of
/// a document.
///
/// # Errors
///
/// Why the block is no rest of a document, and where in the document.
pub(crate) fn join_beside(
    part: &Model,
    document: &str,
    block: Span,
) -> Result<Joined, (String, Span)> {
    let rest = block.of(document).unwrap_or_default();
    let start = block.start as usize;
    let shifted = |span: Span| Span::new(start + span.start as usize, start + span.end as usize);
    let options = ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let parsed = Document::parse_with_options(rest, options).map_err(|error| {
        let at = reader::offset(rest, error.pos());
        // The position is one in the block.
        let position = format!(" at {}", error.pos());
        let why = error.to_string();
        let why = why.strip_suffix(&position).unwrap_or(&why);
        (format!("the XML cannot be read: {why}"), shifted(Span::new(at, at)))
    })?;
    let root = parsed.root_element();
    let version = Version::of_namespace(root.tag_name().namespace().unwrap_or_default())
        .filter(|_| root.tag_name().name() == "definitions")
        .ok_or_else(|| {
            let message = "the XML is no `definitions` of DMN 1.3, 1.4 or 1.5";
            (message.to_owned(), shifted(reader::name_span(root)))
        })?;
    let mut rest = tree::read(root).map_err(|span| {
        let message = format!("elements are nested more than {} levels deep", tree::MAX_LEVELS);
        (message, shifted(span))
    })?;
    rest.change(&mut |element| element.place = shifted(element.place));
    let is_literate = rest.attribute(OF) == Some(LITERATE);
    let whole = join(writer::tree(part, &[], version, is_literate), &rest);
    let before = reader::comments_before(root);
    Ok(Joined::new(tree::print_part(&whole, &before, version), is_literate, block))
}

/// The descriptions of the elements of a model by their names.
pub(crate) fn descriptions(model: &Model) -> HashMap<String, String> {
    let document = writer::document(model, &[]);
    let of = |element: &Tree| {
        let name = element.attribute("name")?.to_owned();
        Some((name, element.named("description").next()?.text()))
    };
    let elements = document
        .elements()
        .filter(|element| matches!(element.name.as_str(), "decision" | "businessKnowledgeModel"));
    elements.filter_map(of).collect()
}

/// What `whole` holds beside `written`, which has the same name.
pub(super) fn rest_of(whole: &Tree, written: &Tree) -> Tree {
    let mut rest = Tree::new(&whole.name);
    for (name, value) in &whole.attributes {
        if written.attribute(name) != Some(value) {
            rest.attributes.push((name.clone(), value.clone()));
        }
    }
    let without: Vec<&str> = written
        .attributes
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| whole.attribute(name).is_none())
        .collect();
    rest = rest.with(WITHOUT, &without.join(" "));
    if whole.content == written.content {
        return rest;
    }
    let is_element = |content: &Content| matches!(content, Content::Element(_));
    let texts = |tree: &Tree| tree.content.iter().any(|c| matches!(c, Content::Text(_)));
    if texts(whole) || texts(written) {
        rest.content.clone_from(&whole.content);
        return rest.with(CONTENT, ALL);
    }
    let written_keys = keys(written);
    let places: HashMap<&Key, usize> =
        written_keys.iter().enumerate().map(|(place, key)| (key, place)).collect();
    let elements: Vec<&Tree> = written.elements().collect();
    let mut found = vec![false; elements.len()];
    let mut whole_keys = keys(whole).into_iter();
    // Whether the content says more than that it is as written.
    let mut says = !whole.content.iter().all(is_element);
    let mut last = None;
    for content in &whole.content {
        let Content::Element(child) = content else {
            rest.content.push(content.clone());
            continue;
        };
        let place = whole_keys.next().and_then(|key| places.get(&key).copied());
        let Some((place, counterpart)) = place.and_then(|p| Some((p, *elements.get(p)?))) else {
            says = true;
            rest.push(child.clone());
            continue;
        };
        let mut part = rest_of(child, counterpart);
        says |= !part.attributes.is_empty() || !part.content.is_empty() || last > Some(place);
        last = Some(place);
        if let Some(found) = found.get_mut(place) {
            *found = true;
        }
        if let Some(key) = written_keys.get(place) {
            part.attributes.push((AT.to_owned(), key.which.clone()));
        }
        rest.push(part);
    }
    for ((key, element), found) in written_keys.iter().zip(&elements).zip(found) {
        if !found {
            says = true;
            rest.push(Tree::new(&element.name).with(CONTENT, NONE).with(AT, &key.which));
        }
    }
    if !says {
        rest.content.clear();
    }
    rest
}

/// The document whose rest beside `written` is `rest`.
///
/// When other things are written by now, they stand in the document: a rest whose element is gone
/// goes with it, and new elements stand behind those of their kind.
pub(super) fn join(written: Tree, rest: &Tree) -> Tree {
    let written_keys = keys(&written);
    let own = written.place != Span::default() && rest.attribute(CONTENT) != Some(ALL);
    let mut joined = Tree::new(&written.name).at(if own { written.place } else { rest.place });
    let without: Vec<&str> =
        rest.attribute(WITHOUT).map(|names| names.split(' ').collect()).unwrap_or_default();
    for (name, value) in written.attributes {
        if !without.contains(&name.as_str()) && rest.attribute(&name).is_none() {
            joined.attributes.push((name, value));
        }
    }
    let own = rest.attributes.iter().filter(|(name, _)| !name.starts_with("rest:"));
    joined.attributes.extend(own.cloned());
    joined.arrange();
    if rest.attribute(CONTENT) == Some(ALL) {
        joined.content.clone_from(&rest.content);
        return joined;
    }
    if rest.content.is_empty() {
        joined.content = written.content;
        return joined;
    }
    let mut waiting: Vec<Option<Tree>> = Vec::new();
    for content in written.content {
        match content {
            Content::Element(element) => waiting.push(Some(element)),
            other => joined.content.push(other),
        }
    }
    let places: HashMap<&Key, usize> =
        written_keys.iter().enumerate().map(|(place, key)| (key, place)).collect();
    for content in &rest.content {
        let Content::Element(part) = content else {
            joined.content.push(content.clone());
            continue;
        };
        let Some(which) = part.attribute(AT) else {
            joined.push(part.clone());
            continue;
        };
        let key = Key { name: part.name.clone(), which: which.to_owned() };
        let place = places.get(&key).and_then(|place| waiting.get_mut(*place));
        if let Some(element) = place.and_then(Option::take)
            && part.attribute(CONTENT) != Some(NONE)
        {
            joined.push(join(element, part));
        }
    }
    for element in waiting.into_iter().flatten() {
        insert(&mut joined.content, element);
    }
    joined
}

/// Puts an element behind those of its kind, or else where the schema has it.
fn insert(content: &mut Vec<Content>, element: Tree) {
    let own = rank(&element.name);
    let behind = content.iter().rposition(|content| match content {
        Content::Element(other) => rank(&other.name) <= own,
        _ => false,
    });
    content.insert(behind.map_or(0, |place| place + 1), Content::Element(element));
}

/// The order of elements in the schema; within one parent it is always this one.
fn rank(name: &str) -> usize {
    const ORDER: [&str; 32] = [
        "description",
        "extensionElements",
        "import",
        "typeRef",
        "allowedValues",
        "typeConstraint",
        "itemDefinition",
        "itemComponent",
        "question",
        "allowedAnswers",
        "variable",
        "parameter",
        "formalParameter",
        "encapsulatedLogic",
        "informationRequirement",
        "knowledgeRequirement",
        "authorityRequirement",
        "supportedObjective",
        "impactedPerformanceIndicator",
        "decisionMaker",
        "decisionOwner",
        "usingProcess",
        "usingTask",
        "inputExpression",
        "inputValues",
        "outputValues",
        "defaultOutputEntry",
        "input",
        "output",
        "annotation",
        "rule",
        "inputEntry",
    ];
    const LAST: [&str; 12] = [
        "outputEntry",
        "annotationEntry",
        "literalExpression",
        "decisionTable",
        "binding",
        "textAnnotation",
        "association",
        "group",
        "elementCollection",
        "performanceIndicator",
        "organizationUnit",
        "dmndi:DMNDI",
    ];
    // Elements of the requirements graph stand between the two, in any order.
    match ORDER.iter().position(|known| *known == name) {
        Some(place) => place,
        None => match LAST.iter().position(|known| *known == name) {
            Some(place) => ORDER.len() + 1 + place,
            None => ORDER.len(),
        },
    }
}

/// What tells an element from the others in its parent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    name: String,
    /// Its name, identifier or target, or else its number.
    which: String,
}

/// The keys of the elements directly inside, in order.
fn keys(tree: &Tree) -> Vec<Key> {
    let mut seen: HashMap<(String, String), usize> = HashMap::new();
    tree.elements()
        .map(|element| {
            let target = || {
                let targets = element.elements();
                targets.filter_map(|target| target.attribute("href")).next()
            };
            let which = match element.name.as_str() {
                "rule" => element.attribute("id"),
                "informationRequirement" | "knowledgeRequirement" | "authorityRequirement" => {
                    target()
                }
                "import"
                | "itemDefinition"
                | "itemComponent"
                | "inputData"
                | "decision"
                | "businessKnowledgeModel"
                | "decisionService"
                | "knowledgeSource"
                | "formalParameter" => element.attribute("name"),
                _ => element.attribute("href"),
            };
            let which = which.unwrap_or_default().to_owned();
            let count = seen.entry((element.name.clone(), which.clone())).or_default();
            *count += 1;
            let which = match (which.is_empty(), *count) {
                (true, number) => format!("#{number}"),
                (false, 1) => which,
                (false, number) => format!("{which} #{number}"),
            };
            Key { name: element.name.clone(), which }
        })
        .collect()
}
