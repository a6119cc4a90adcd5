//! Cells as facts: each different value of a column is read once.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use csv::ByteRecord;
use feel::{Number, Value};
use policy::pack::{Fact, FactType};
use policy::population::{FactColumn, MISSING};
use policy::profile::{Given, read_fact};
use rustc_hash::FxHashMap;

use super::input::{Texts, text_of};
use crate::messages::Messages;

/// The most values of a column that are remembered from chunk to chunk.
const MOST_REMEMBERED: usize = 1 << 16;

/// A cell that is no fact.
pub(super) struct Fault {
    /// The row in the chunk.
    pub row: usize,
    /// The cell.
    pub value: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Reads a column of facts, chunk by chunk.
pub(super) struct Reader<'f> {
    fact: &'f Fact,
    /// What was read; the first values are remembered.
    pub facts: FactColumn,
    remembered: usize,
    /// The places of the values of texts, and of integers as they stand in the file.
    texts: FxHashMap<Box<str>, u32>,
    integers: FxHashMap<i128, u32>,
    /// The faults of this chunk.
    pub faults: Vec<Fault>,
}

impl<'f> Reader<'f> {
    /// A reader of a fact.
    pub fn new(fact: &'f Fact) -> Reader<'f> {
        Reader {
            fact,
            facts: FactColumn::default(),
            remembered: 0,
            texts: FxHashMap::default(),
            integers: FxHashMap::default(),
            faults: Vec::new(),
        }
    }

    fn begin(&mut self, rows: usize) {
        self.faults.clear();
        self.facts.places.clear();
        self.facts.places.reserve(rows);
        self.facts.values.truncate(self.remembered);
    }

    /// Reads a column of CSV records. Those that have too few cells have none here.
    pub fn read_records(&mut self, records: &[ByteRecord], column: usize, messages: &Messages) {
        self.begin(records.len());
        for (row, record) in records.iter().enumerate() {
            let place = match record.get(column).and_then(text_of) {
                Some(text) => self.text(row, text, messages),
                None => MISSING,
            };
            self.facts.places.push(place);
        }
    }

    /// Reads a column of a Parquet file.
    pub fn read_array(&mut self, array: &ArrayRef, messages: &Messages) {
        self.begin(array.len());
        macro_rules! integers {
            ($kind:ty, $scale:expr) => {{
                let values = array.as_primitive::<$kind>();
                let texts = Texts::new(array);
                for row in 0..values.len() {
                    let place = match values.is_null(row) {
                        true => MISSING,
                        false => {
                            let integer = i128::from(values.value(row));
                            self.integer(row, integer, $scale, &texts, messages)
                        }
                    };
                    self.facts.places.push(place);
                }
            }};
        }
        match array.data_type() {
            DataType::Int8 => integers!(Int8Type, Some(0)),
            DataType::Int16 => integers!(Int16Type, Some(0)),
            DataType::Int32 => integers!(Int32Type, Some(0)),
            DataType::Int64 => integers!(Int64Type, Some(0)),
            DataType::UInt8 => integers!(UInt8Type, Some(0)),
            DataType::UInt16 => integers!(UInt16Type, Some(0)),
            DataType::UInt32 => integers!(UInt32Type, Some(0)),
            DataType::UInt64 => integers!(UInt64Type, Some(0)),
            DataType::Decimal128(_, scale) => integers!(Decimal128Type, Some(i32::from(*scale))),
            DataType::Date32 => integers!(Date32Type, None),
            DataType::Boolean => {
                let values = array.as_boolean();
                let texts = ["false", "true"];
                for row in 0..values.len() {
                    let text = texts.get(usize::from(values.value(row)));
                    let place = match text.filter(|_| !values.is_null(row)) {
                        Some(text) => self.text(row, text, messages),
                        None => MISSING,
                    };
                    self.facts.places.push(place);
                }
            }
            DataType::Dictionary(..) => self.dictionary(array, messages),
            _ => {
                let texts = Texts::new(array);
                for row in 0..array.len() {
                    let place = match texts.get(row) {
                        Some(text) => self.text(row, &text, messages),
                        None if array.is_null(row) => MISSING,
                        None => {
                            let kind = array.data_type().to_string();
                            self.fault(row, "", messages.format("no-text", &[("type", &kind)]))
                        }
                    };
                    self.facts.places.push(place);
                }
            }
        }
    }

    /// A column that has its different values once.
    fn dictionary(&mut self, array: &ArrayRef, messages: &Messages) {
        let Some(dictionary) = array.as_any_dictionary_opt() else { return };
        let texts = Texts::new(dictionary.values());
        let keys = dictionary.normalized_keys();
        let mut places: Vec<Option<u32>> = vec![None; dictionary.values().len()];
        for (row, key) in keys.iter().enumerate() {
            let known = places.get(*key).copied().flatten();
            let place = match known {
                _ if dictionary.keys().is_null(row) => MISSING,
                Some(place) => place,
                None => {
                    let place = match texts.get(*key) {
                        Some(text) => self.text(row, &text, messages),
                        None => MISSING,
                    };
                    // A fault belongs to each of its rows.
                    if let (Some(slot), true) = (places.get_mut(*key), self.is_sound(row)) {
                        *slot = Some(place);
                    }
                    place
                }
            };
            self.facts.places.push(place);
        }
    }

    /// Whether a row has no fault.
    fn is_sound(&self, row: usize) -> bool {
        self.faults.last().is_none_or(|fault| fault.row != row)
    }

    /// The place of the fact of a text.
    fn text(&mut self, row: usize, text: &str, messages: &Messages) -> u32 {
        if let Some(place) = self.texts.get(text) {
            return *place;
        }
        match read_fact(self.fact, given(self.fact, text)) {
            Ok(value) => {
                let (place, remembered) = self.put(value);
                if remembered {
                    self.texts.insert(text.into(), place);
                }
                place
            }
            Err(fault) => {
                let help = fault.help.as_ref().map(|help| format!("; {}", messages.pick(help)));
                let message = messages.pick(&fault.message);
                self.fault(row, text, format!("{message}{}", help.unwrap_or_default()))
            }
        }
    }

    /// The place of the fact of an integer with so many digits after the point; without a scale it
    /// is something else than a number.
    fn integer(
        &mut self,
        row: usize,
        integer: i128,
        scale: Option<i32>,
        texts: &Texts<'_>,
        messages: &Messages,
    ) -> u32 {
        if let Some(place) = self.integers.get(&integer) {
            return *place;
        }
        let number = scale.and_then(|scale| Number::from_scaled(integer, scale));
        let sound = number.filter(|number| {
            self.fact.kind == FactType::Number
                && (!self.fact.whole || number.is_integer())
                && self.fact.min.is_none_or(|min| *number >= min)
                && self.fact.max.is_none_or(|max| *number <= max)
        });
        let place = match sound {
            Some(number) => {
                let (place, remembered) = self.put(Value::Number(number));
                if !remembered {
                    return place;
                }
                place
            }
            None => {
                let text = texts.get(row).unwrap_or_default();
                let place = self.text(row, &text, messages);
                if place == MISSING || place as usize >= self.remembered {
                    return place;
                }
                place
            }
        };
        self.integers.insert(integer, place);
        place
    }

    /// The place of a new value, and whether it stays there.
    fn put(&mut self, value: Value) -> (u32, bool) {
        let place = u32::try_from(self.facts.values.len()).unwrap_or(MISSING);
        self.facts.values.push(value);
        // What is remembered stands before what is not.
        let remembers = self.remembered < MOST_REMEMBERED && self.remembered == place as usize;
        self.remembered += usize::from(remembers);
        (place, remembers)
    }

    fn fault(&mut self, row: usize, value: &str, reason: String) -> u32 {
        self.faults.push(Fault { row, value: value.chars().take(200).collect(), reason });
        MISSING
    }
}

/// A cell as the fact that it should be.
fn given<'t>(fact: &Fact, text: &'t str) -> Given<'t> {
    match fact.kind {
        FactType::Boolean if text.eq_ignore_ascii_case("true") => Given::Boolean(true),
        FactType::Boolean if text.eq_ignore_ascii_case("false") => Given::Boolean(false),
        FactType::Number if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
            Given::Number(text)
        }
        FactType::StringList if text == "[]" => Given::Strings(Vec::new()),
        FactType::StringList => Given::Strings(text.split(';').map(str::trim).collect()),
        _ => Given::String(text),
    }
}
