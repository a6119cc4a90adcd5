//! Decision model to XML document.

use super::Remainder;
use super::literate::{Literate, without_imported};
use super::rest::{join, rest_of};
use super::tree::{self, Tree};
use super::version::{Version, oldest, translate};
use crate::model::{
    Block, DecisionService, DecisionTable, Element, HitPolicy, InputData, ItemDefinition,
    IterationKind, Logic, Model, Parameter, Reference, Requirement, RequirementKind, Section, Text,
};

/// Why a model cannot be written in a version of DMN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("DMN {version} has no `{element}`; it is written in DMN {needed} or newer")]
pub struct Unwritable {
    /// The version that was asked for.
    pub version: Version,
    /// What it does not have.
    pub element: String,
    /// The oldest version that has it.
    pub needed: Version,
}

/// Writes a model as a DMN XML document.
///
/// Without a version, a model that was read from a document keeps that document's; another is
/// written in the oldest version that has everything in it, since most tools read that.
/// Everything that the document held beside the model is written too.
///
/// # Errors
///
/// When the version that is asked for lacks an element of the model.
pub fn write(model: &Model, version: Option<Version>) -> Result<String, Unwritable> {
    write_importing(model, &[], version)
}

/// The same of a document that imports others: what its elements use of these is required of them.
///
/// # Errors
///
/// When the version that is asked for lacks an element of the model.
pub fn write_importing(
    model: &Model,
    imported: &[&Model],
    version: Option<Version>,
) -> Result<String, Unwritable> {
    let remainder = model.remainder.as_deref();
    let own = remainder.map(|remainder| remainder.version);
    let mut tree = document(model, imported);
    let (needed, element) = oldest(&tree);
    let version = version.or(own).unwrap_or(needed);
    if let Some(element) = element.filter(|_| version < needed) {
        return Err(Unwritable { version, element, needed });
    }
    translate(&mut tree, own.unwrap_or(Version::V1_5), version);
    let comments = remainder.map_or(&[][..], |remainder| &remainder.before);
    Ok(tree::print(&tree, comments, version))
}

/// Whether two models are written alike, but for what they require of literate documents that
/// they import.
pub fn alike(model: &Model, other: &Model) -> bool {
    let written = |model: &Model| {
        let mut tree = document(model, &[]);
        without_imported(&mut tree);
        let remainder = model.remainder.as_deref();
        let own = remainder.map_or(Version::V1_5, |remainder| remainder.version);
        translate(&mut tree, own, Version::V1_5);
        (tree, remainder.map_or_else(Vec::new, |remainder| remainder.before.clone()))
    };
    written(model) == written(other)
}

/// The whole document of a model.
pub(super) fn document(model: &Model, imported: &[&Model]) -> Tree {
    match model.remainder.as_deref() {
        None => {
            let mut elements = model.elements().map(|(_, element)| &element.exchange);
            tree(model, imported, Version::V1_5, elements.all(Option::is_none))
        }
        Some(Remainder { version, is_literate, rest, .. }) if imported.is_empty() => {
            join(tree(model, &[], *version, *is_literate), rest)
        }
        Some(Remainder { version, is_literate, rest, .. }) => {
            // What was required before follows from the documents too.
            let mut whole = join(tree(model, &[], *version, *is_literate), rest);
            without_imported(&mut whole);
            let rest = rest_of(&whole, &tree(model, &[], *version, *is_literate));
            join(tree(model, imported, *version, *is_literate), &rest)
        }
    }
}

/// What is written of the model alone, with what makes it a literate document if it is one.
pub(super) fn tree(
    model: &Model,
    imported: &[&Model],
    version: Version,
    is_literate: bool,
) -> Tree {
    let mut literate = is_literate.then(|| Literate::new(model, imported, version));
    let mut definitions = match &mut literate {
        Some(literate) => literate.definitions(),
        None => Tree::new("definitions")
            .with("id", &model.id)
            .with("name", &model.title.to_string())
            .with("namespace", model.namespace.as_deref().unwrap_or_default()),
    };
    for import in &model.prefixed {
        definitions.push(
            Tree::new("import")
                .with("name", &import.prefix.text)
                .with("namespace", &import.namespace.text)
                .with("importType", version.uri("")),
        );
    }
    let mut types = Vec::new();
    for item in model.types() {
        types.push(match &mut literate {
            Some(literate) if !item.base.text.is_empty() => {
                let base = literate.type_reference(&item.base);
                item_definition(&ItemDefinition { base, ..item.clone() }, "itemDefinition")
            }
            _ => item_definition(item, "itemDefinition"),
        });
    }
    let mut elements = Vec::new();
    for input in model.inputs() {
        elements.push(match &mut literate {
            Some(literate) => {
                let kind = literate.input_type(input);
                let id = literate.id_of(&input.name.text).to_owned();
                input_data(&InputData { kind, id, ..input.clone() })
            }
            None => input_data(input),
        });
    }
    for (section, element) in model.elements() {
        elements.push(match &mut literate {
            Some(literate) if element.exchange.is_none() => {
                literate_element(section, element, literate)
            }
            _ => drg_element(section, element, None),
        });
    }
    elements.extend(model.services.iter().map(decision_service));
    if let Some(literate) = &literate {
        types.extend(literate.written_types().cloned());
        elements.extend(literate.knowledge_sources());
    }
    types.into_iter().chain(elements).for_each(|element| definitions.push(element));
    definitions
}

/// An element of a literate document.
fn literate_element(section: &Section, element: &Element, literate: &mut Literate<'_>) -> Tree {
    let mut written = element.clone();
    written.result = literate.type_reference(&element.result);
    for parameter in written.parameters.iter_mut().flatten() {
        parameter.kind = literate.type_reference(&parameter.kind);
    }
    drg_element(section, &written, Some(literate))
}

fn item_definition(item: &ItemDefinition, tag: &str) -> Tree {
    let mut definition = Tree::new(tag).with("name", &item.name.text).at(item.name.span);
    if item.collection {
        definition = definition.with("isCollection", "true");
    }
    if !item.base.text.is_empty() {
        definition.push(Tree::new("typeRef").saying(&item.base.text).at(item.base.span));
    }
    let tests = [("allowedValues", &item.allowed), ("typeConstraint", &item.constraint)];
    for (tag, tests) in tests {
        definition = with_text(definition, tag, tests.as_ref());
    }
    for component in &item.components {
        definition.push(item_definition(component, "itemComponent"));
    }
    if let Some(function) = &item.function {
        let mut written = Tree::new("functionItem").with("outputTypeRef", known(&function.result));
        for parameter in &function.parameters {
            written.push(information_item("parameters", parameter));
        }
        definition.push(written);
    }
    definition
}

fn input_data(input: &InputData) -> Tree {
    let data = Tree::new("inputData").with("id", &input.id).with("name", &input.name.text);
    let data = data.at(input.name.span);
    with_variable(data, &input.name, &input.kind)
}

fn drg_element(
    section: &Section,
    element: &Element,
    mut literate: Option<&mut Literate<'_>>,
) -> Tree {
    let tag = if element.parameters.is_some() { "businessKnowledgeModel" } else { "decision" };
    let exchange = element.exchange.as_ref();
    let title = section.title.to_string();
    let label = if title == element.name.text { "" } else { &title };
    let name = &element.name.text;
    let id = match &literate {
        Some(literate) => literate.id_of(name),
        None => exchange.map_or("", |exchange| &exchange.id),
    };
    let mut written = Tree::new(tag).with("id", id).with("name", name).with("label", label);
    written = written.at(element.name.span);
    match &literate {
        Some(literate) => literate.describe(section, &mut written),
        // The rest of a section of Markdown is in the block beside it.
        None => {
            let prose = section.blocks.iter().find_map(|block| match block {
                Block::Prose(prose) => Some(prose),
                _ => None,
            });
            prose.into_iter().for_each(|prose| {
                written.push(Tree::new("description").saying(prose));
            });
        }
    }
    written = with_variable(written, &element.name, &element.result);
    let logic = match (&mut literate, &element.logic) {
        (Some(literate), Some(Logic::Table(table))) => {
            let extension = literate.table(table);
            let mut row = |row| literate.row((section, element), table, row);
            Some(decision_table(table, element, extension, &mut row))
        }
        (_, logic) => logic.as_ref().and_then(|logic| expression(logic, element)),
    };
    let requirements = match &literate {
        Some(literate) => literate.requirements(section, element),
        None => exchange.iter().flat_map(|e| &e.requires).map(requirement).collect(),
    };
    if let Some(parameters) = &element.parameters {
        let mut function = Tree::new("encapsulatedLogic");
        for parameter in parameters {
            function.push(information_item("formalParameter", parameter));
        }
        logic.into_iter().for_each(|logic| function.push(logic));
        if !function.content.is_empty() {
            written.push(function);
        }
        requirements.into_iter().for_each(|requirement| written.push(requirement));
    } else {
        requirements.into_iter().chain(logic).for_each(|part| written.push(part));
    }
    written
}

fn requirement(requirement: &Requirement) -> Tree {
    let (tag, target) = match requirement.kind {
        RequirementKind::Input => ("informationRequirement", "requiredInput"),
        RequirementKind::Decision => ("informationRequirement", "requiredDecision"),
        RequirementKind::Knowledge => ("knowledgeRequirement", "requiredKnowledge"),
    };
    Tree::new(tag).holding(reference(target, &requirement.target))
}

fn decision_service(service: &DecisionService) -> Tree {
    let written =
        Tree::new("decisionService").with("id", &service.id).with("name", &service.name.text);
    let mut written = with_variable(written, &service.name, &service.result);
    let parts = [
        ("outputDecision", &service.outputs),
        ("encapsulatedDecision", &service.encapsulated),
        ("inputDecision", &service.input_decisions),
        ("inputData", &service.input_data),
    ];
    for (tag, references) in parts {
        references.iter().for_each(|target| written.push(reference(tag, target)));
    }
    written
}

fn reference(tag: &str, target: &Reference) -> Tree {
    let namespace = target.namespace.as_deref().unwrap_or_default();
    Tree::new(tag).with("href", &format!("{namespace}#{}", target.id.text))
}

fn with_variable(tree: Tree, name: &Text, kind: &Text) -> Tree {
    let kind_text = known(kind);
    if kind_text.is_empty() {
        return tree;
    }
    let variable = Tree::new("variable").with("name", &name.text).with("typeRef", kind_text);
    tree.holding(variable.at(kind.span))
}

fn information_item(tag: &str, parameter: &Parameter) -> Tree {
    Tree::new(tag)
        .with("name", &parameter.name.text)
        .with("typeRef", known(&parameter.kind))
        .at(parameter.name.span)
}

/// A type that says something.
fn known(kind: &Text) -> &str {
    if kind.text == "Any" { "" } else { &kind.text }
}

fn with_text(mut tree: Tree, tag: &str, text: Option<&Text>) -> Tree {
    if let Some(text) = text {
        tree.push(Tree::new(tag).holding(saying(text)));
    }
    tree
}

fn saying(text: &Text) -> Tree {
    Tree::new("text").saying(&text.text).at(text.span)
}

// Expressions.

fn push_logic(tree: &mut Tree, logic: Option<&Logic>, element: &Element) {
    if let Some(written) = logic.and_then(|logic| expression(logic, element)) {
        tree.push(written);
    }
}

/// An expression of an element; nothing for one that has no form of its own.
fn expression(logic: &Logic, element: &Element) -> Option<Tree> {
    let part = |tag: &str, logic: &Logic| {
        let mut part = Tree::new(tag);
        push_logic(&mut part, Some(logic), element);
        part
    };
    Some(match logic {
        Logic::Nothing(_) | Logic::External(_) => return None,
        Logic::Literal(text) => Tree::new("literalExpression").holding(saying(text)),
        Logic::Table(table) => {
            let mut row = |row| numbered_row(table, row);
            decision_table(table, element, None, &mut row)
        }
        Logic::Typed(inner, kind) => {
            let mut inner = expression(inner, element)?;
            if inner.attribute("typeRef").is_none() {
                inner.attributes.insert(0, ("typeRef".to_owned(), kind.text.clone()));
            }
            inner
        }
        Logic::Context(entries) => {
            let mut context = Tree::new("context");
            for entry in entries {
                let mut written = Tree::new("contextEntry");
                let mut value = &entry.value;
                if let Some(name) = &entry.name {
                    let mut variable = Tree::new("variable").with("name", &name.text);
                    if let Logic::Typed(inner, kind) = value {
                        variable = variable.with("typeRef", &kind.text);
                        value = inner;
                    }
                    written.push(variable);
                }
                push_logic(&mut written, Some(value), element);
                context.push(written);
            }
            context
        }
        Logic::List(items) => {
            let mut list = Tree::new("list");
            items.iter().for_each(|item| push_logic(&mut list, Some(item), element));
            list
        }
        Logic::Relation(columns, rows) => {
            let mut relation = Tree::new("relation");
            for column in columns {
                relation.push(Tree::new("column").with("name", &column.text));
            }
            for row in rows {
                let mut written = Tree::new("row");
                row.iter().for_each(|cell| push_logic(&mut written, Some(cell), element));
                relation.push(written);
            }
            relation
        }
        Logic::Invocation(function, bindings) => {
            let mut invocation = part("invocation", function);
            for (name, value) in bindings {
                let mut binding =
                    Tree::new("binding").holding(Tree::new("parameter").with("name", &name.text));
                push_logic(&mut binding, Some(value), element);
                invocation.push(binding);
            }
            invocation
        }
        Logic::Function(parameters, body) => {
            let mut function = Tree::new("functionDefinition");
            for parameter in parameters {
                function.push(information_item("formalParameter", parameter));
            }
            push_logic(&mut function, Some(body), element);
            function
        }
        Logic::Conditional(parts) => {
            let [condition, then, otherwise] = &**parts;
            Tree::new("conditional")
                .holding(part("if", condition))
                .holding(part("then", then))
                .holding(part("else", otherwise))
        }
        Logic::Filter(list, condition) => {
            Tree::new("filter").holding(part("in", list)).holding(part("match", condition))
        }
        Logic::Iteration(kind, iteration) => {
            let (tag, body) = match kind {
                IterationKind::For => ("for", "return"),
                IterationKind::Some => ("some", "satisfies"),
                IterationKind::Every => ("every", "satisfies"),
            };
            Tree::new(tag)
                .with("iteratorVariable", &iteration.variable.text)
                .holding(part("in", &iteration.domain))
                .holding(part(body, &iteration.body))
        }
    })
}

/// A decision table; `row` begins each of its rules.
fn decision_table(
    table: &DecisionTable,
    element: &Element,
    extension: Option<Tree>,
    row: &mut dyn FnMut(usize) -> Tree,
) -> Tree {
    let (policy, aggregation) = policy(table.hit_policy);
    let mut written =
        Tree::new("decisionTable").with("hitPolicy", policy).with("aggregation", aggregation);
    extension.into_iter().for_each(|extension| written.push(extension));
    for input in &table.inputs {
        let kind = input.kind.as_ref().map_or("", |kind| &kind.text);
        let expression =
            Tree::new("inputExpression").with("typeRef", kind).holding(saying(&input.expression));
        let clause = Tree::new("input").holding(expression);
        written.push(with_text(clause, "inputValues", input.allowed.as_ref()));
    }
    for output in &table.outputs {
        // Literate tables name a single output as their element; others need not name it.
        let own = table.outputs.len() == 1
            && output.name.text == element.name.text
            && element.exchange.is_none();
        let name = if own { "" } else { &output.name.text };
        let kind = output.kind.as_ref().map_or("", |kind| &kind.text);
        let clause = Tree::new("output").with("name", name).with("typeRef", kind);
        let clause = clause.at(output.name.span);
        let clause = with_text(clause, "outputValues", output.allowed.as_ref());
        written.push(with_text(clause, "defaultOutputEntry", output.default.as_ref()));
    }
    for annotation in &table.annotations {
        written.push(Tree::new("annotation").with("name", annotation));
    }
    for (number, rule) in table.rules.iter().enumerate() {
        let mut row = row(number).at(rule.id.span);
        let parts = [
            ("inputEntry", &rule.inputs),
            ("outputEntry", &rule.outputs),
            ("annotationEntry", &rule.annotations),
        ];
        for (tag, texts) in parts {
            for text in texts {
                row.push(Tree::new(tag).holding(saying(text)));
            }
        }
        written.push(row);
    }
    written
}

/// A row with its identifier; without one, it is the row's number.
fn numbered_row(table: &DecisionTable, row: usize) -> Tree {
    let id = table.rules.get(row).map_or("", |rule| &rule.id.text);
    let numbered = id == (row + 1).to_string();
    Tree::new("rule").with("id", if numbered { "" } else { id })
}

/// Hit policy and aggregation as attributes; unique, the default, is nothing.
fn policy(policy: HitPolicy) -> (&'static str, &'static str) {
    match policy {
        HitPolicy::Unique => ("", ""),
        HitPolicy::Any => ("ANY", ""),
        HitPolicy::Priority => ("PRIORITY", ""),
        HitPolicy::First => ("FIRST", ""),
        HitPolicy::RuleOrder => ("RULE ORDER", ""),
        HitPolicy::OutputOrder => ("OUTPUT ORDER", ""),
        HitPolicy::Collect => ("COLLECT", ""),
        HitPolicy::Sum => ("COLLECT", "SUM"),
        HitPolicy::Minimum => ("COLLECT", "MIN"),
        HitPolicy::Maximum => ("COLLECT", "MAX"),
        HitPolicy::Count => ("COLLECT", "COUNT"),
    }
}
