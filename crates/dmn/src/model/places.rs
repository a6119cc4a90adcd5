//! Where the parts of a model stand, forgotten or changed.

use feel::Span;

use super::{Block, DecisionTable, ItemDefinition, Logic, Model, Text};

/// Gives the new place of a part of a model, and of the text that stands there.
pub(crate) type Relocation<'f> = dyn Fn(Span, &str) -> Span + 'f;

impl Model {
    /// The model with every place forgotten: what two notations of one model have in common.
    pub fn without_places(mut self) -> Model {
        self.relocate(&|_, _| Span::default());
        self
    }

    /// Changes the places of the model's parts. `place` gives the new place for one, and for the
    /// text that stands there; sections have none.
    pub(crate) fn relocate(&mut self, place: &Relocation<'_>) {
        let relocate = |text: &mut Text| text.relocate(place);
        self.instrument.iter_mut().chain(&mut self.confidence).for_each(relocate);
        self.imports.iter_mut().for_each(relocate);
        for import in &mut self.prefixed {
            [&mut import.prefix, &mut import.namespace].into_iter().for_each(relocate);
        }
        for service in &mut self.services {
            [&mut service.name, &mut service.result].into_iter().for_each(relocate);
            let parts = [
                &mut service.outputs,
                &mut service.encapsulated,
                &mut service.input_decisions,
                &mut service.input_data,
            ];
            parts.into_iter().flatten().for_each(|reference| relocate(&mut reference.id));
        }
        for section in &mut self.sections {
            section.span = place(section.span, "");
            for citation in &mut section.citations {
                citation.span = place(citation.span, "");
            }
            for block in &mut section.blocks {
                match block {
                    Block::Prose(_) | Block::Logic => {}
                    Block::Inputs(inputs) => inputs.iter_mut().for_each(|input| {
                        [&mut input.name, &mut input.kind].into_iter().for_each(relocate);
                        input.allowed.iter_mut().for_each(relocate);
                    }),
                    Block::Types(types) => {
                        types.iter_mut().for_each(|item| item.relocate(place));
                    }
                }
            }
            let Some(element) = &mut section.element else { continue };
            [&mut element.name, &mut element.result].into_iter().for_each(relocate);
            for parameter in element.parameters.iter_mut().flatten() {
                [&mut parameter.name, &mut parameter.kind].into_iter().for_each(relocate);
            }
            for requirement in element.exchange.iter_mut().flat_map(|e| &mut e.requires) {
                relocate(&mut requirement.target.id);
            }
            element.logic.iter_mut().for_each(|logic| logic.relocate(place));
        }
    }
}

impl Text {
    fn relocate(&mut self, place: &Relocation<'_>) {
        self.span = place(self.span, &self.text);
    }
}

impl ItemDefinition {
    fn relocate(&mut self, place: &Relocation<'_>) {
        let relocate = |text: &mut Text| text.relocate(place);
        [&mut self.name, &mut self.base].into_iter().for_each(relocate);
        self.allowed.iter_mut().chain(&mut self.constraint).for_each(relocate);
        self.components.iter_mut().for_each(|item| item.relocate(place));
        let Some(function) = &mut self.function else { return };
        relocate(&mut function.result);
        for parameter in &mut function.parameters {
            [&mut parameter.name, &mut parameter.kind].into_iter().for_each(relocate);
        }
    }
}

impl Logic {
    fn relocate(&mut self, place: &Relocation<'_>) {
        let relocate = |text: &mut Text| text.relocate(place);
        match self {
            Logic::Literal(text) => relocate(text),
            Logic::Table(table) => table.relocate(place),
            Logic::Typed(inner, kind) => {
                relocate(kind);
                inner.relocate(place);
            }
            Logic::Context(entries) => {
                for entry in entries {
                    entry.name.iter_mut().for_each(relocate);
                    entry.value.relocate(place);
                }
            }
            Logic::List(items) => items.iter_mut().for_each(|item| item.relocate(place)),
            Logic::Relation(columns, rows) => {
                columns.iter_mut().for_each(relocate);
                rows.iter_mut().flatten().for_each(|cell| cell.relocate(place));
            }
            Logic::Invocation(function, bindings) => {
                function.relocate(place);
                for (name, value) in bindings {
                    relocate(name);
                    value.relocate(place);
                }
            }
            Logic::Function(parameters, body) => {
                for parameter in parameters {
                    [&mut parameter.name, &mut parameter.kind].into_iter().for_each(relocate);
                }
                body.relocate(place);
            }
            Logic::External(span) | Logic::Nothing(span) => {
                *span = place(*span, "");
            }
            Logic::Conditional(parts) => parts.iter_mut().for_each(|part| part.relocate(place)),
            Logic::Filter(list, condition) => {
                list.relocate(place);
                condition.relocate(place);
            }
            Logic::Iteration(_, iteration) => {
                relocate(&mut iteration.variable);
                iteration.domain.relocate(place);
                iteration.body.relocate(place);
            }
        }
    }
}

impl DecisionTable {
    fn relocate(&mut self, place: &Relocation<'_>) {
        let relocate = |text: &mut Text| text.relocate(place);
        self.span = place(self.span, "");
        for input in &mut self.inputs {
            relocate(&mut input.expression);
            input.allowed.iter_mut().chain(&mut input.kind).for_each(relocate);
        }
        for output in &mut self.outputs {
            relocate(&mut output.name);
            let texts = [&mut output.allowed, &mut output.default, &mut output.kind];
            texts.into_iter().flatten().for_each(relocate);
        }
        for rule in &mut self.rules {
            relocate(&mut rule.id);
            rule.inputs.iter_mut().for_each(relocate);
            rule.outputs.iter_mut().for_each(relocate);
            rule.annotations.iter_mut().for_each(relocate);
        }
        self.default_annotations.iter_mut().for_each(relocate);
    }

    /// The index of the annotation column `name`.
    pub fn annotation(&self, name: &str) -> Option<usize> {
        self.annotations.iter().position(|annotation| annotation == name)
    }
}
