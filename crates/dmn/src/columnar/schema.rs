//! How the inputs of a program are laid out in columns.

use std::sync::Arc;

use feel::value::Possible;
use feel::{Type, Value};

use crate::program::{InputId, Program};

/// How the inputs of a program are laid out in columns.
///
/// A plan is made for a schema. Values that do not fit it, as a text that is not in the dictionary
/// or a number with more digits, are evaluated row by row.
#[derive(Debug, Clone)]
pub struct Schema {
    pub(crate) inputs: Vec<Layout>,
    /// The most combinations of a table that are worked out beforehand.
    pub(crate) most_cells: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// Digits after the point, for numbers.
    pub scale: u32,
    /// The values of texts, and of the items of lists of texts.
    pub dictionary: Arc<[Arc<str>]>,
    /// What a missing fact is.
    pub missing: Value,
    /// Whether null is common enough for a code of its own.
    pub nullable: bool,
}

/// The most combinations of a table that are worked out.
const MOST_CELLS: usize = 1 << 14;

/// Digits after the point of numbers of which nothing else is known.
const SCALE: u32 = 2;

impl Schema {
    /// The schema that a program itself suggests: two digits after the point, dictionaries of the
    /// allowed values or else of the texts that the rules name.
    pub fn of(program: &Program) -> Schema {
        let inputs = program
            .inputs()
            .iter()
            .enumerate()
            .map(|(number, input)| {
                let text = |value: &Value| match value {
                    Value::String(text) => Some(text.clone()),
                    _ => None,
                };
                let dictionary: Arc<[Arc<str>]> = match (&input.kind, &input.allowed) {
                    (Type::String | Type::List(_), Some(values)) => {
                        values.iter().filter_map(text).collect()
                    }
                    (Type::String | Type::List(_), None) => program.texts(InputId(number)).into(),
                    _ => Arc::from([]),
                };
                let possible = match (&input.kind, &input.allowed) {
                    (Type::Boolean, _) => Possible::OneOf(vec![true.into(), false.into()]),
                    (Type::List(_), _) | (_, None) => Possible::Anything,
                    (_, Some(values)) if values.len() > 1 => Possible::OneOf(values.clone()),
                    (_, Some(_)) => Possible::Anything,
                };
                let missing = Value::unknown(input.name.clone(), possible);
                Layout { scale: SCALE, dictionary, missing, nullable: false }
            })
            .collect();
        Schema { inputs, most_cells: MOST_CELLS }
    }

    /// Sets the digits after the point of a number.
    pub fn set_scale(&mut self, input: InputId, scale: u32) {
        if let Some(layout) = self.inputs.get_mut(input.0) {
            layout.scale = scale;
        }
    }

    /// Sets the dictionary of a text, or of the items of a list of texts.
    pub fn set_dictionary(&mut self, input: InputId, dictionary: impl Into<Arc<[Arc<str>]>>) {
        if let Some(layout) = self.inputs.get_mut(input.0) {
            layout.dictionary = dictionary.into();
        }
    }

    /// Sets what a missing fact is: an unknown value with what it can be.
    pub fn set_missing(&mut self, input: InputId, missing: Value) {
        if let Some(layout) = self.inputs.get_mut(input.0) {
            layout.missing = missing;
        }
    }

    /// Says that the input is often null; rows with a null elsewhere are evaluated one by one.
    pub fn set_nullable(&mut self, input: InputId) {
        if let Some(layout) = self.inputs.get_mut(input.0) {
            layout.nullable = true;
        }
    }

    /// Sets how many combinations of a table's intervals and values are worked out when a plan is
    /// made. Tables with more intersect the sets of rules that hold, row by row.
    pub fn set_most_cells(&mut self, cells: usize) {
        self.most_cells = cells;
    }

    /// Digits after the point of a number.
    pub fn scale(&self, input: InputId) -> u32 {
        self.inputs.get(input.0).map_or(0, |layout| layout.scale)
    }

    /// The dictionary of a text, or of the items of a list of texts.
    pub fn dictionary(&self, input: InputId) -> &[Arc<str>] {
        self.inputs.get(input.0).map_or(&[], |layout| &layout.dictionary)
    }

    /// What a missing fact is.
    pub fn missing(&self, input: InputId) -> Value {
        self.inputs.get(input.0).map_or(Value::NULL, |layout| layout.missing.clone())
    }
}
