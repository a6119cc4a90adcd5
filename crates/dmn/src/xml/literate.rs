//! Literate documents as DMN XML: what DMN has no element for stands in extension elements.
//!
//! Sections, prose, citations and identifiers of rows are kept, so that reading gives the same
//! document again. For other tools, what literate law leaves to be told is written out:
//! requirements by the names that expressions use, types that are expressions as item
//! definitions, and instruments as knowledge sources that decisions require.

use std::collections::{HashMap, HashSet};

use feel::parser;
use feel::syntax::{TypeExpr, TypeKind};

use super::names;
use super::tree::{Content, Tree};
use super::version::Version;
use crate::model::{
    Block, Citation, DecisionTable, Element, InputData, ItemDefinition, Logic, Model, Section,
    Text, Title,
};

/// What is written beside the elements of a literate document.
pub(super) struct Literate<'m> {
    model: &'m Model,
    /// The documents that it imports, as far as they are known.
    imported: &'m [&'m Model],
    version: Version,
    ids: HashSet<String>,
    /// Inputs, decisions and functions by name, also those of the documents that are imported.
    elements: HashMap<&'m str, Known>,
    /// Identifiers of knowledge sources by instrument, in the order of their citation.
    sources: Vec<(String, String)>,
    type_names: HashSet<String>,
    types: Vec<WrittenType>,
}

/// An element that others may require.
struct Known {
    /// The namespace of the document that it is imported from, or nothing.
    namespace: String,
    id: String,
    requirement: &'static str,
    target: &'static str,
}

/// A type that is an expression, as an item definition.
struct WrittenType {
    expression: String,
    allowed: Option<Text>,
    definition: Tree,
}

impl<'m> Literate<'m> {
    pub fn new(model: &'m Model, imported: &'m [&'m Model], version: Version) -> Literate<'m> {
        let mut literate = Literate {
            model,
            imported,
            version,
            ids: HashSet::new(),
            elements: HashMap::new(),
            sources: Vec::new(),
            type_names: model.types().map(|item| item.name.text.clone()).collect(),
            types: Vec::new(),
        };
        for input in model.inputs() {
            let tags = ("informationRequirement", "requiredInput");
            literate.add(&input.name.text, &input.id, tags);
        }
        for (_, element) in model.elements() {
            let own = element.exchange.as_ref().map_or("", |exchange| &exchange.id);
            let tags = match element.parameters {
                None => ("informationRequirement", "requiredDecision"),
                Some(_) => ("knowledgeRequirement", "requiredKnowledge"),
            };
            literate.add(&element.name.text, own, tags);
        }
        for other in imported {
            let namespace = namespace_of(other);
            for (name, known) in Literate::new(other, &[], version).elements {
                let known = Known { namespace: namespace.clone(), ..known };
                literate.elements.entry(name).or_insert(known);
            }
        }
        for (section, element) in model.elements() {
            for instrument in literate.instruments(section, element) {
                if !literate.sources.iter().any(|(known, _)| *known == instrument) {
                    let id = literate.id(&format!("source_{instrument}"));
                    literate.sources.push((instrument, id));
                }
            }
        }
        literate
    }

    /// Adds an element, with the identifier that another tool gave it.
    fn add(
        &mut self,
        name: &'m str,
        own: &str,
        (requirement, target): (&'static str, &'static str),
    ) {
        let id = self.id(if own.is_empty() { name } else { own });
        let namespace = String::new();
        self.elements.insert(name, Known { namespace, id, requirement, target });
    }

    /// An identifier that no other element has.
    fn id(&mut self, name: &str) -> String {
        unique(&mut self.ids, name)
    }

    /// The identifier of an input, decision or function.
    pub fn id_of(&self, name: &str) -> &str {
        self.elements.get(name).map_or("", |known| &known.id)
    }

    // What is written of the document as a whole.

    pub fn definitions(&mut self) -> Tree {
        let model = self.model;
        let namespace = namespace_of(model);
        let id = self.id(&format!("model_{}", model.id));
        let mut definitions = Tree::new("definitions")
            .with("id", &id)
            .with("name", &model.title.to_string())
            .with("namespace", &namespace);
        let text = |text: &Option<Text>| text.as_ref().map_or(String::new(), |t| t.text.clone());
        let mut document = Tree::new("xianlu:document")
            .with("id", &model.id)
            .with("title", &model.title.to_string())
            .with("instrument", &text(&model.instrument))
            .with("confidence", &text(&model.confidence))
            .with("namespace", model.namespace.as_deref().unwrap_or_default());
        for import in &model.imports {
            document.push(Tree::new("xianlu:import").with("model", &import.text));
        }
        for section in &model.sections {
            document.push(match &section.element {
                Some(element) => Tree::new("xianlu:section").with("of", &element.name.text),
                None => section_tree(section, false),
            });
        }
        definitions.push(Tree::new("extensionElements").holding(document));
        for import in &model.imports {
            let mut written = Tree::new("import");
            // The names are used as they are, without a prefix.
            written.attributes.push(("name".to_owned(), String::new()));
            let other = self.imported.iter().find(|other| other.id == import.text);
            let namespace =
                other.map_or_else(|| namespace_of_id(&import.text), |other| namespace_of(other));
            definitions.push(
                written.with("namespace", &namespace).with("importType", self.version.uri("")),
            );
        }
        definitions
    }

    /// What stands in front of an element's own parts.
    pub fn describe(&self, section: &Section, tree: &mut Tree) {
        let first = section.blocks.iter().find_map(|block| match block {
            Block::Prose(prose) => Some(prose),
            _ => None,
        });
        if let Some(prose) = first {
            tree.push(Tree::new("description").saying(prose));
        }
        let section = section_tree(section, first.is_some());
        tree.push(Tree::new("extensionElements").holding(section));
    }

    /// The item definitions of types that are expressions, as far as they are asked for by now.
    pub fn written_types(&self) -> impl Iterator<Item = &Tree> {
        self.types.iter().map(|kind| &kind.definition)
    }

    /// Instruments as knowledge sources.
    pub fn knowledge_sources(&self) -> impl Iterator<Item = Tree> {
        self.sources.iter().map(|(instrument, id)| {
            Tree::new("knowledgeSource").with("id", id).with("name", instrument)
        })
    }

    /// The requirements of an element, by the names that its logic uses and by its citations.
    pub fn requirements(&self, section: &Section, element: &Element) -> Vec<Tree> {
        let mut known: Vec<&Known> = names::used(element, self.elements.keys().copied())
            .iter()
            .filter(|name| **name != element.name.text)
            .filter_map(|name| self.elements.get(name.as_str()))
            // A function requires functions alone.
            .filter(|known| element.parameters.is_none() || known.target == "requiredKnowledge")
            .collect();
        known.sort_by_key(|known| known.target == "requiredKnowledge");
        let mut requirements: Vec<Tree> = known
            .into_iter()
            .map(|known| required(known.requirement, known.target, &known.namespace, &known.id))
            .collect();
        for instrument in self.instruments(section, element) {
            if let Some((_, id)) = self.sources.iter().find(|(known, _)| *known == instrument) {
                requirements.push(required("authorityRequirement", "requiredAuthority", "", id));
            }
        }
        requirements
    }

    /// The instruments that an element rests on, in the order of their citation.
    fn instruments(&self, section: &Section, element: &Element) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let mut add = |instrument: &str| {
            if !found.iter().any(|known| known == instrument) {
                found.push(instrument.to_owned());
            }
        };
        section.citations.iter().for_each(|citation| add(&citation.instrument));
        if let Some(Logic::Table(table)) = &element.logic
            && let Some(column) = table.annotation("source")
        {
            let rows = table.rules.iter().map(|rule| &rule.annotations);
            for annotations in rows.chain([&table.default_annotations]) {
                if let Some(citation) = annotations.get(column).and_then(Citation::parse) {
                    add(&citation.instrument);
                }
            }
        }
        if section.citations.is_empty()
            && let Some(instrument) = &self.model.instrument
        {
            add(&instrument.text);
        }
        found
    }

    // Types.

    /// How other elements refer to a type, which may be an expression.
    pub fn type_reference(&mut self, kind: &Text) -> Text {
        Text { text: self.reference(&kind.text, None, &kind.text), span: kind.span }
    }

    /// How input data refers to its type with its allowed values.
    pub fn input_type(&mut self, input: &InputData) -> Text {
        let name = &input.name.text;
        let text = self.reference(&input.kind.text, input.allowed.as_ref(), name);
        Text { text, span: input.kind.span }
    }

    fn reference(&mut self, kind: &str, allowed: Option<&Text>, wanted: &str) -> String {
        let Ok(expression) = parser::type_expression(kind) else { return kind.to_owned() };
        let plain = matches!(
            expression.kind,
            TypeKind::Named(_) | TypeKind::Range(_) | TypeKind::Function(..)
        );
        if plain && allowed.is_none() {
            return kind.to_owned();
        }
        let same = |known: &&WrittenType| {
            known.expression == kind
                && known.allowed.as_ref().map(|a| &a.text) == allowed.map(|a| &a.text)
        };
        if let Some(known) = self.types.iter().find(same) {
            return known.definition.attribute("name").unwrap_or_default().to_owned();
        }
        let words = wanted.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let words = ["t"].into_iter().chain(words).collect::<Vec<&str>>();
        let name = unique(&mut self.type_names, &words.join("_"));
        let mut definition = Tree::new("itemDefinition").with("name", &name);
        self.fill(&mut definition, kind, &expression);
        let marked = Tree::new("extensionElements")
            .holding(Tree::new("xianlu:type").with("expression", kind));
        definition.content.insert(0, Content::Element(marked));
        if let Some(allowed) = allowed {
            let text = Tree::new("text").saying(&allowed.text);
            definition.push(Tree::new("allowedValues").holding(text));
        }
        let expression = kind.to_owned();
        self.types.push(WrittenType { expression, allowed: allowed.cloned(), definition });
        name
    }

    fn fill(&mut self, definition: &mut Tree, source: &str, expression: &TypeExpr) {
        let text = expression.span.of(source).unwrap_or_default();
        match &expression.kind {
            TypeKind::List(item) => {
                definition.attributes.push(("isCollection".to_owned(), "true".to_owned()));
                if matches!(item.kind, TypeKind::List(_)) {
                    let text = item.span.of(source).unwrap_or_default();
                    let inner = self.reference(text, None, text);
                    definition.push(Tree::new("typeRef").saying(&inner));
                } else {
                    self.fill(definition, source, item);
                }
            }
            TypeKind::Context(entries) => {
                for (name, kind) in entries {
                    let mut component = Tree::new("itemComponent").with("name", &name.text);
                    self.fill(&mut component, source, kind);
                    definition.push(component);
                }
            }
            _ => definition.push(Tree::new("typeRef").saying(text)),
        }
    }

    // Rows.

    /// Identifier and extension elements of a row.
    pub fn row(&mut self, place: (&Section, &Element), table: &DecisionTable, row: usize) -> Tree {
        let (section, element) = place;
        let Some(rule) = table.rules.get(row) else { return Tree::new("rule") };
        let id = self.id(&format!("{}_{}", element.name.text, rule.id.text));
        let mut extension = Tree::new("extensionElements");
        if rule.id.text != (row + 1).to_string() {
            extension.push(Tree::new("xianlu:rule").with("id", &rule.id.text));
        }
        extension
            .content
            .extend(self.source(section, table, &rule.annotations).map(Content::Element));
        let written = Tree::new("rule").with("id", &id);
        if extension.content.is_empty() { written } else { written.holding(extension) }
    }

    /// Extension elements of a table.
    pub fn table(&self, table: &DecisionTable) -> Option<Tree> {
        if table.default_annotations.is_empty() {
            return None;
        }
        let mut row = Tree::new("xianlu:default");
        for annotation in &table.default_annotations {
            row.push(Tree::new("xianlu:annotation").saying(&annotation.text));
        }
        Some(Tree::new("extensionElements").holding(row))
    }

    /// Where a row comes from: the instrument, the place of its section and its own within it.
    fn source(&self, section: &Section, table: &DecisionTable, row: &[Text]) -> Option<Tree> {
        let own = table.annotation("source").and_then(|column| row.get(column));
        let source = |instrument: &str, item: &str| {
            Tree::new("xianlu:source").with("instrument", instrument).with("item", item)
        };
        if let Some(citation) = own.and_then(Citation::parse) {
            return Some(source(&citation.instrument, &citation.item));
        }
        let place = own.map_or("", |text| text.text.trim());
        if let Some(citation) = section.citations.first() {
            return Some(source(&citation.instrument, &citation.item).with("place", place));
        }
        let instrument = self.model.instrument.as_ref()?;
        Some(source(&instrument.text, "").with("place", place))
    }
}

fn required(tag: &str, target: &str, namespace: &str, id: &str) -> Tree {
    Tree::new(tag).holding(Tree::new(target).with("href", &format!("{namespace}#{id}")))
}

/// Takes out of a literate document's tree what its own elements require of the documents that it
/// imports: it follows from these, and Markdown has no form for it.
pub(super) fn without_imported(tree: &mut Tree) {
    let without_prefix = |import: &&Tree| import.attribute("name").is_none_or(str::is_empty);
    let imports = tree.named("import").filter(without_prefix);
    let namespaces: Vec<String> =
        imports.filter_map(|import| import.attribute("namespace").map(str::to_owned)).collect();
    let is_imported = |content: &Content| {
        let Content::Element(requirement) = content else { return false };
        matches!(requirement.name.as_str(), "informationRequirement" | "knowledgeRequirement")
            && requirement.elements().any(|target| {
                let href = target.attribute("href").and_then(|href| href.rsplit_once('#'));
                href.is_some_and(|(namespace, _)| namespaces.iter().any(|n| n == namespace))
            })
    };
    for content in &mut tree.content {
        if let Content::Element(element) = content
            && extension(element, "xianlu:section").is_some()
        {
            element.content.retain(|content| !is_imported(content));
        }
    }
}

/// The namespace of a document.
fn namespace_of(model: &Model) -> String {
    model.namespace.clone().unwrap_or_else(|| namespace_of_id(&model.id))
}

/// The namespace of a document that names none.
fn namespace_of_id(id: &str) -> String {
    format!("urn:xianlu:model:{id}")
}

/// A name of XML that is not in the set, which it enters.
fn unique(known: &mut HashSet<String>, wanted: &str) -> String {
    let mut name: String = wanted
        .chars()
        .map(|c| {
            let fits = c == '-' || c == '.' || c.is_ascii_alphanumeric();
            // Of other letters, these are names both in FEEL and in XML.
            if fits || ('\u{3400}'..='\u{9fff}').contains(&c) { c } else { '_' }
        })
        .collect();
    if !name.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic() || !c.is_ascii()) {
        name.insert(0, '_');
    }
    let mut number = 1;
    let mut found = name.clone();
    while !known.insert(found.clone()) {
        number += 1;
        found = format!("{name}_{number}");
    }
    found
}

/// A section without its element; the first prose of a `described` one stands elsewhere.
fn section_tree(section: &Section, described: bool) -> Tree {
    let mut tree = Tree::new("xianlu:section")
        .with("level", &section.level.to_string())
        .with("title", &section.title.to_string());
    let mut described = described;
    for block in &section.blocks {
        tree.push(match block {
            Block::Prose(_) if std::mem::take(&mut described) => Tree::new("xianlu:description"),
            Block::Prose(prose) => Tree::new("xianlu:prose").saying(prose),
            Block::Logic => Tree::new("xianlu:logic"),
            Block::Inputs(inputs) => {
                named("xianlu:inputs", inputs.iter().map(|input| &input.name.text))
            }
            Block::Types(types) => named("xianlu:types", types.iter().map(|item| &item.name.text)),
        });
    }
    for citation in &section.citations {
        tree.push(
            Tree::new("xianlu:citation")
                .with("instrument", &citation.instrument)
                .with("item", &citation.item),
        );
    }
    tree
}

fn named<'n>(tag: &str, names: impl Iterator<Item = &'n String>) -> Tree {
    let mut tree = Tree::new(tag);
    names.for_each(|name| tree.push(Tree::new("xianlu:name").with("name", name)));
    tree
}

// Reading.

/// Makes of a model the literate document that it was written from, if it was.
pub(super) fn restore(model: &mut Model, tree: &Tree) -> bool {
    let Some(document) = extension(tree, "xianlu:document") else { return false };
    let text = |name: &str| document.attribute(name).map(Text::new);
    model.id = document.attribute("id").unwrap_or_default().to_owned();
    model.title = Title::parse(document.attribute("title").unwrap_or_default());
    model.namespace = document.attribute("namespace").map(str::to_owned);
    model.instrument = text("instrument");
    model.confidence = text("confidence");
    let imports = document.named("xianlu:import");
    model.imports = imports.filter_map(|i| i.attribute("model")).map(Text::new).collect();
    model.prefixed.retain(|import| !import.prefix.text.is_empty());

    let mut parts = Parts::of(model, tree);
    let mut sections = Vec::new();
    for written in document.named("xianlu:section") {
        sections.extend(match written.attribute("of") {
            None => Some(parts.section(written, None)),
            Some(name) => parts.element(name),
        });
    }
    // What other tools have added.
    let mut rest = Section { level: 2, ..Section::default() };
    if !parts.types.is_empty() {
        rest.blocks.push(Block::Types(std::mem::take(&mut parts.types)));
    }
    if !parts.inputs.is_empty() {
        rest.blocks.push(Block::Inputs(std::mem::take(&mut parts.inputs)));
    }
    if !rest.blocks.is_empty() {
        sections.push(rest);
    }
    sections.append(&mut parts.elements);
    model.sections = sections;
    true
}

/// The parts of a model that sections take theirs of.
struct Parts<'t> {
    types: Vec<ItemDefinition>,
    inputs: Vec<InputData>,
    elements: Vec<Section>,
    /// Item definitions that stand for expressions: expression and allowed values by name.
    expressions: HashMap<String, (String, Option<Text>)>,
    trees: HashMap<&'t str, &'t Tree>,
}

impl<'t> Parts<'t> {
    fn of(model: &mut Model, tree: &'t Tree) -> Parts<'t> {
        let mut parts = Parts {
            types: Vec::new(),
            inputs: Vec::new(),
            elements: Vec::new(),
            expressions: HashMap::new(),
            trees: HashMap::new(),
        };
        for section in std::mem::take(&mut model.sections) {
            if section.element.is_some() {
                parts.elements.push(section);
                continue;
            }
            for block in section.blocks {
                match block {
                    Block::Types(types) => parts.types.extend(types),
                    Block::Inputs(inputs) => parts.inputs.extend(inputs),
                    Block::Prose(_) | Block::Logic => {}
                }
            }
        }
        for definition in tree.named("itemDefinition") {
            let Some(kind) = extension(definition, "xianlu:type") else { continue };
            let name = definition.attribute("name").unwrap_or_default();
            let expression = kind.attribute("expression").unwrap_or_default().to_owned();
            let place = parts.types.iter().position(|item| item.name.text == name);
            let allowed = place.and_then(|place| parts.types.remove(place).allowed);
            parts.expressions.insert(name.to_owned(), (expression, allowed));
        }
        for element in tree.elements() {
            if matches!(element.name.as_str(), "decision" | "businessKnowledgeModel") {
                parts.trees.insert(element.attribute("name").unwrap_or_default(), element);
            }
        }
        for item in &mut parts.types {
            express(&parts.expressions, &mut item.base);
        }
        for input in &mut parts.inputs {
            if let Some((_, allowed)) = parts.expressions.get(&input.kind.text) {
                input.allowed.clone_from(allowed);
            }
            express(&parts.expressions, &mut input.kind);
        }
        parts
    }

    /// A section as it is written; `description` is the prose that stands elsewhere.
    fn section(&mut self, written: &Tree, description: Option<String>) -> Section {
        let level = written.attribute("level").and_then(|level| level.parse().ok());
        let mut section = Section {
            level: level.unwrap_or_default(),
            title: Title::parse(written.attribute("title").unwrap_or_default()),
            ..Section::default()
        };
        for block in written.elements() {
            let names: Vec<&str> =
                block.named("xianlu:name").filter_map(|name| name.attribute("name")).collect();
            match block.name.as_str() {
                "xianlu:prose" => section.blocks.push(Block::Prose(block.text())),
                "xianlu:description" => {
                    section.blocks.extend(description.clone().map(Block::Prose));
                }
                "xianlu:logic" => section.blocks.push(Block::Logic),
                "xianlu:inputs" => {
                    let mut inputs = take(&mut self.inputs, &names, |input| &input.name.text);
                    inputs.iter_mut().for_each(|input| input.id.clear());
                    section.blocks.push(Block::Inputs(inputs));
                }
                "xianlu:types" => {
                    let types = take(&mut self.types, &names, |item| &item.name.text);
                    section.blocks.push(Block::Types(types));
                }
                "xianlu:citation" => section.citations.push(Citation {
                    instrument: block.attribute("instrument").unwrap_or_default().to_owned(),
                    item: block.attribute("item").unwrap_or_default().to_owned(),
                    span: feel::Span::default(),
                }),
                _ => {}
            }
        }
        section
    }

    /// The section of an element.
    fn element(&mut self, name: &str) -> Option<Section> {
        let place = self.elements.iter().position(|section| {
            section.element.as_ref().is_some_and(|element| element.name.text == name)
        })?;
        let tree = *self.trees.get(name)?;
        let written = extension(tree, "xianlu:section")?;
        let Section { element, span, .. } = self.elements.remove(place);
        let description = tree.named("description").next().map(Tree::text);
        let mut section = self.section(written, description);
        section.span = span;
        let mut element = element?;
        element.exchange = None;
        express(&self.expressions, &mut element.result);
        for parameter in element.parameters.iter_mut().flatten() {
            express(&self.expressions, &mut parameter.kind);
        }
        if let Some(Logic::Table(table)) = &mut element.logic {
            let holder = tree.named("encapsulatedLogic").next().unwrap_or(tree);
            if let Some(written) = holder.named("decisionTable").next() {
                restore_table(table, written, &element.name.text);
            }
        }
        section.element = Some(element);
        Some(section)
    }
}

fn restore_table(table: &mut DecisionTable, tree: &Tree, element: &str) {
    if let [output] = table.outputs.as_mut_slice()
        && output.name.text.is_empty()
    {
        output.name.text = element.to_owned();
    }
    for (number, (rule, written)) in table.rules.iter_mut().zip(tree.named("rule")).enumerate() {
        let own = extension(written, "xianlu:rule").and_then(|rule| rule.attribute("id"));
        rule.id.text = own.map_or_else(|| (number + 1).to_string(), str::to_owned);
    }
    if let Some(default) = extension(tree, "xianlu:default") {
        let annotations = default.named("xianlu:annotation");
        table.default_annotations = annotations.map(|text| Text::new(text.text())).collect();
    }
}

fn express(expressions: &HashMap<String, (String, Option<Text>)>, kind: &mut Text) {
    if let Some((expression, _)) = expressions.get(&kind.text) {
        kind.text.clone_from(expression);
    }
}

/// Takes the parts of these names, in their order.
fn take<T>(parts: &mut Vec<T>, names: &[&str], name: impl Fn(&T) -> &String) -> Vec<T> {
    let mut taken = Vec::new();
    for wanted in names {
        if let Some(place) = parts.iter().position(|part| name(part) == wanted) {
            taken.push(parts.remove(place));
        }
    }
    taken
}

/// An extension element of an element.
fn extension<'t>(tree: &'t Tree, name: &'t str) -> Option<&'t Tree> {
    tree.named("extensionElements").find_map(|extensions| extensions.named(name).next())
}
