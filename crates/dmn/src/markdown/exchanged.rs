//! Models that were read from DMN XML, as literate Markdown.
//!
//! What Markdown has a form for stands in it. Everything else stands as DMN XML in one fenced
//! block marked `dmn`: the document without what stands above. Reading puts the two together.

use std::collections::HashSet;

use super::faults::{Faults, Spot};
use super::{reader, writer};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    Block, DecisionTable, Element, InputData, ItemDefinition, Logic, Model, Section, Text, Title,
};
use crate::xml;
use feel::Span;

/// The mark of the block.
pub(super) const MARK: &str = "dmn";
/// The heading that the block has.
pub(super) const HEADING: &str = "DMN XML";

/// What of a model Markdown has a form for; the rest is written beside it.
pub(super) fn native(model: &Model) -> Model {
    let is_literate = model.remainder.as_ref().is_some_and(|remainder| remainder.is_literate());
    let id: String = model
        .id
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'))
        .skip_while(|c| !c.is_ascii_alphanumeric())
        .collect();
    let title = model.title.to_string().split_whitespace().collect::<Vec<&str>>().join(" ");
    let mut native = Model {
        id: if Model::is_id(&id) { id } else { "model".to_owned() },
        title: if title.is_empty() { Title::parse("model") } else { Title::parse(&title) },
        ..Model::default()
    };
    let namespace = model.namespace.clone();
    native.namespace =
        namespace.filter(|uri| !uri.is_empty() && !uri.contains(char::is_whitespace));
    if is_literate {
        native.instrument.clone_from(&model.instrument);
        native.confidence.clone_from(&model.confidence);
        native.imports.clone_from(&model.imports);
    }
    let mut names = HashSet::new();
    let descriptions = xml::descriptions(model);
    let candidates: Vec<Section> = if is_literate {
        let own = |section: &&Section| {
            section.element.as_ref().is_none_or(|element| element.exchange.is_none())
        };
        model.sections.iter().filter(own).cloned().collect()
    } else {
        let elements = model.elements().map(|(section, element)| {
            plain(section, element, descriptions.get(&element.name.text).cloned())
        });
        std::iter::once(declarations(model)).chain(elements).collect()
    };
    for section in candidates {
        let defined: Vec<String> = defined(&section);
        let alone = |section: &Section| Model {
            id: "trial".to_owned(),
            title: Title::parse("trial"),
            sections: vec![section.clone()],
            ..Model::default()
        };
        let mut section = section;
        if !is_literate && !is_kept(&alone(&section)) {
            // Perhaps it is only the description that has no form.
            section.blocks.retain(|block| !matches!(block, Block::Prose(_)));
        }
        if (is_literate || is_kept(&alone(&section)))
            && defined.iter().all(|name| !names.contains(name))
        {
            names.extend(defined);
            native.sections.push(section);
        }
    }
    if !is_kept(&native) {
        // Then the block holds all of it.
        native.sections.clear();
        native.namespace = None;
    }
    native
}

/// Whether the Markdown of a model gives the model.
fn is_kept(model: &Model) -> bool {
    let (again, faults) = reader::read("", &writer::write(model));
    !faults.iter().any(Diagnostic::is_error)
        && again.without_places() == model.clone().without_places()
}

/// The names that a section defines.
fn defined(section: &Section) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    names.extend(section.element.as_ref().map(|element| element.name.text.clone()));
    for block in &section.blocks {
        match block {
            Block::Inputs(inputs) => names.extend(inputs.iter().map(|i| i.name.text.clone())),
            // Types have names apart.
            Block::Types(types) => names.extend(types.iter().map(|t| format!(" {}", t.name.text))),
            Block::Prose(_) | Block::Logic => {}
        }
    }
    names
}

/// The inputs and types of a model that have a form.
fn declarations(model: &Model) -> Section {
    let in_table = |block: Block| {
        is_kept(&Model {
            id: "trial".to_owned(),
            title: Title::parse("trial"),
            sections: vec![Section {
                level: 1,
                title: Title::parse("trial"),
                blocks: vec![block],
                ..Section::default()
            }],
            ..Model::default()
        })
    };
    let types: Vec<ItemDefinition> = model
        .types()
        .filter(|item| {
            !item.base.text.is_empty() && item.components.is_empty() && item.function.is_none()
        })
        .map(|item| ItemDefinition { constraint: None, collection: false, ..item.clone() })
        .filter(|item| in_table(Block::Types(vec![item.clone()])))
        .collect();
    let inputs: Vec<InputData> = model
        .inputs()
        .map(|input| InputData { id: String::new(), ..input.clone() })
        .filter(|input| in_table(Block::Inputs(vec![input.clone()])))
        .collect();
    let mut blocks = Vec::new();
    if !inputs.is_empty() {
        blocks.push(Block::Inputs(inputs));
    }
    if !types.is_empty() {
        blocks.push(Block::Types(types));
    }
    let title = model.title.to_string().split_whitespace().collect::<Vec<&str>>().join(" ");
    Section { level: 1, title: Title::parse(&title), blocks, ..Section::default() }
}

/// An element of another tool as a section has it.
fn plain(section: &Section, element: &Element, description: Option<String>) -> Section {
    let name = &element.name.text;
    let logic = match &element.logic {
        Some(Logic::Typed(inner, _)) => Some(&**inner),
        logic => logic.as_ref(),
    };
    let logic = logic.map(|logic| match logic {
        Logic::Table(table) => Logic::Table(plain_table(table, name)),
        logic => logic.clone(),
    });
    let title = section.title.to_string();
    let title = if title == *name { String::new() } else { title };
    let mut blocks: Vec<Block> = description.into_iter().map(Block::Prose).collect();
    blocks.push(Block::Logic);
    Section {
        level: 2,
        title: Title::parse(&title),
        element: Some(Element { logic, exchange: None, ..element.clone() }),
        blocks,
        ..Section::default()
    }
}

fn plain_table(table: &DecisionTable, element: &str) -> DecisionTable {
    let mut table = table.clone();
    for input in &mut table.inputs {
        input.kind = None;
    }
    let is_single = table.outputs.len() == 1;
    for output in &mut table.outputs {
        output.kind = None;
        if is_single {
            output.name = Text::new(element);
        }
    }
    for (number, rule) in table.rules.iter_mut().enumerate() {
        rule.id = Text::new((number + 1).to_string());
    }
    table
}

/// The model of a document and the content of its block. `opening` is the line that opens it.
pub(super) fn join(
    native: Model,
    source: &str,
    block: Span,
    opening: Span,
    faults: &mut Faults,
) -> Model {
    let spot = Spot::default();
    let joined = match xml::join(&native, source, block) {
        Ok(joined) => joined,
        Err((message, place)) => {
            let help = "write the DMN XML document without what stands above, in one `definitions` \
                        element";
            faults.error(spot, place, Code::Notation, message, help);
            return native;
        }
    };
    if !joined.is_literate() {
        // Such a document has no place for more prose than descriptions.
        for section in &native.sections {
            let ahead = section.blocks.iter().take_while(|block| **block != Block::Logic);
            let described = ahead.filter(|block| matches!(block, Block::Prose(_))).count().min(1);
            let prose = section.blocks.iter().filter(|block| matches!(block, Block::Prose(_)));
            let allowed = if section.element.is_some() { described } else { 0 };
            if prose.count() > allowed {
                let message = "prose that DMN XML of another tool has no place for";
                let help = "keep one paragraph between heading and logic, the description; write \
                            the rest into the `dmn` block, as a `textAnnotation`";
                faults.error(spot, section.span, Code::Notation, message, help);
            }
        }
    }
    let (mut model, found) = xml::read("", joined.text());
    let place = |span: Span, text: &str| match span == Span::default() {
        true => span,
        false => joined.origin(source, span, text).unwrap_or(opening),
    };
    for fault in found.iter().filter(|fault| fault.is_error()) {
        let help = fault.help.as_deref().unwrap_or("correct the `dmn` block");
        let at = joined.origin(source, fault.place.span, "").unwrap_or(opening);
        faults.error(spot, at, fault.code, fault.message.clone(), help);
    }
    model.relocate(&place);
    model
}
