//! The facts of many people as columns.

use std::collections::HashMap;
use std::sync::Arc;

use feel::temporal::{Date, YearsDuration};
use feel::{Number, Type, Value};

use super::schema::Schema;
use crate::program::{InputId, Program};

/// The facts of many people: a column for each input of the program.
#[derive(Debug, Clone, Default)]
pub struct Columns<'a> {
    pub(crate) rows: usize,
    pub(crate) columns: Vec<Option<Column<'a>>>,
}

/// The facts of one input.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    /// The values; those of rows that are not known are never looked at.
    pub data: Data<'a>,
    /// Bit sets of rows: those whose fact is known. Without it all are.
    pub known: Option<&'a [u64]>,
    /// Bit sets of rows: those not known because the value is null rather than missing.
    pub null: Option<&'a [u64]>,
}

/// The values of a column.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Data<'a> {
    /// Truth values.
    Booleans(&'a [bool]),
    /// Numbers: 10^`scale` times the value.
    Numbers {
        /// The integers.
        values: &'a [i64],
        /// Digits after the point.
        scale: u32,
    },
    /// Whole numbers.
    Integers(&'a [i32]),
    /// Dates, in days since 1970-01-01.
    Days(&'a [i32]),
    /// Durations in months.
    Months(&'a [i64]),
    /// Texts: places in a dictionary.
    Codes {
        /// The places.
        codes: &'a [u16],
        /// The texts.
        dictionary: &'a [Arc<str>],
    },
    /// Texts: places in a long dictionary.
    WideCodes {
        /// The places.
        codes: &'a [u32],
        /// The texts.
        dictionary: &'a [Arc<str>],
    },
    /// Lists of texts: sets of places in a dictionary, the first of which is the lowest bit.
    Sets {
        /// The sets.
        sets: &'a [u64],
        /// The texts, 64 at most.
        dictionary: &'a [Arc<str>],
    },
}

impl Data<'_> {
    /// The number of rows.
    pub fn len(&self) -> usize {
        match self {
            Data::Booleans(values) => values.len(),
            Data::Numbers { values, .. } | Data::Months(values) => values.len(),
            Data::Integers(values) | Data::Days(values) => values.len(),
            Data::Codes { codes, .. } => codes.len(),
            Data::WideCodes { codes, .. } => codes.len(),
            Data::Sets { sets, .. } => sets.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a row.
    fn value(&self, row: usize) -> Option<Value> {
        let text = |dictionary: &[Arc<str>], code: usize| {
            dictionary.get(code).map(|text| Value::String(text.clone()))
        };
        Some(match self {
            Data::Booleans(values) => Value::Boolean(*values.get(row)?),
            Data::Numbers { values, scale } => Value::Number(Number::from_scaled(
                i128::from(*values.get(row)?),
                i32::try_from(*scale).ok()?,
            )?),
            Data::Integers(values) => Value::from(i64::from(*values.get(row)?)),
            Data::Days(values) => Value::Date(Date::from_days(i64::from(*values.get(row)?))?),
            Data::Months(values) => {
                Value::YearsDuration(YearsDuration::from_months(*values.get(row)?))
            }
            Data::Codes { codes, dictionary } => text(dictionary, usize::from(*codes.get(row)?))?,
            Data::WideCodes { codes, dictionary } => text(dictionary, *codes.get(row)? as usize)?,
            Data::Sets { sets, dictionary } => {
                let set = *sets.get(row)?;
                let items = dictionary.iter().take(64).enumerate();
                let items = items.filter(|(bit, _)| set >> bit & 1 == 1);
                Value::list(items.map(|(_, text)| Value::String(text.clone())).collect())
            }
        })
    }
}

/// Whether a row is in a bit set of rows.
pub(crate) fn has_bit(bits: &[u64], row: usize) -> bool {
    bits.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
}

impl<'a> Columns<'a> {
    /// Columns for a program without any facts: each is missing until it is [set](Columns::set).
    pub fn new(program: &Program, rows: usize) -> Columns<'a> {
        Columns { rows, columns: vec![None; program.inputs().len()] }
    }

    /// Sets the facts of an input.
    ///
    /// # Errors
    ///
    /// When the column is not as long as the others, or the program has no such input.
    pub fn set(&mut self, input: InputId, column: Column<'a>) -> Result<(), ColumnsError> {
        let words = self.rows.div_ceil(64);
        for bits in [column.known, column.null].into_iter().flatten() {
            if bits.len() < words {
                return Err(ColumnsError::Length {
                    input,
                    rows: self.rows,
                    given: bits.len() * 64,
                });
            }
        }
        if column.data.len() != self.rows {
            let given = column.data.len();
            return Err(ColumnsError::Length { input, rows: self.rows, given });
        }
        let slot = self.columns.get_mut(input.0).ok_or(ColumnsError::NoInput(input))?;
        *slot = Some(column);
        Ok(())
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The facts of a row, as the row evaluator takes them.
    pub fn row(&self, row: usize, schema: &Schema) -> Vec<Value> {
        let missing = |input: usize| schema.missing(InputId(input));
        self.columns
            .iter()
            .enumerate()
            .map(|(input, column)| match column {
                None => missing(input),
                Some(column) if column.known.is_none_or(|known| has_bit(known, row)) => {
                    column.data.value(row).unwrap_or(Value::NULL)
                }
                Some(column) if column.null.is_some_and(|null| has_bit(null, row)) => Value::NULL,
                Some(_) => missing(input),
            })
            .collect()
    }
}

/// Why facts cannot be put in columns.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ColumnsError {
    /// The column is not as long as the others.
    #[error("the column of input {} has {given} rows instead of {rows}", input.0)]
    Length {
        /// The input.
        input: InputId,
        /// The rows that there are.
        rows: usize,
        /// The rows that were given.
        given: usize,
    },
    /// The program has no such input.
    #[error("there is no input {}", .0.0)]
    NoInput(InputId),
    /// A value that no column can hold.
    #[error("row {row}: {value} does not fit the column of `{input}`")]
    Value {
        /// The name of the input.
        input: Arc<str>,
        /// The row, from 0.
        row: usize,
        /// The value.
        value: Value,
    },
}

/// Columns that own their values.
#[derive(Debug, Clone)]
pub struct Table {
    rows: usize,
    columns: Vec<Option<OwnedColumn>>,
}

/// A column that owns its values.
#[derive(Debug, Clone)]
pub struct OwnedColumn {
    values: OwnedData,
    known: Vec<u64>,
    null: Vec<u64>,
}

#[derive(Debug, Clone)]
enum OwnedData {
    Booleans(Vec<bool>),
    Numbers { values: Vec<i64>, scale: u32 },
    Days(Vec<i32>),
    Months(Vec<i64>),
    Codes { codes: Vec<u32>, dictionary: Vec<Arc<str>> },
    Sets { sets: Vec<u64>, dictionary: Vec<Arc<str>> },
}

impl Table {
    /// Columns by input; `None` where all facts are missing.
    pub fn new(rows: usize, columns: Vec<Option<OwnedColumn>>) -> Table {
        Table { rows, columns }
    }

    /// A column of an input: for each row the place of its value, or a place that there is none at
    /// where it is missing. `None` where no value is known.
    ///
    /// # Errors
    ///
    /// At the first value that no column can hold.
    pub fn column(
        program: &Program,
        input: InputId,
        values: &[Value],
        places: &[u32],
    ) -> Result<Option<OwnedColumn>, ColumnsError> {
        let declared = program.inputs().get(input.0).ok_or(ColumnsError::NoInput(input))?;
        column(&declared.kind, values, places).map_err(|(place, value)| {
            let row = places.iter().position(|other| *other as usize == place).unwrap_or(0);
            ColumnsError::Value { input: declared.name.clone(), row, value }
        })
    }

    /// Columns of rows of values, each by input as the row evaluator takes them.
    ///
    /// # Errors
    ///
    /// At the first value that no column can hold.
    pub fn from_rows(program: &Program, rows: &[Vec<Value>]) -> Result<Table, ColumnsError> {
        let places: Vec<u32> = (0..u32::try_from(rows.len()).unwrap_or(u32::MAX)).collect();
        let mut columns = Vec::with_capacity(program.inputs().len());
        for number in 0..program.inputs().len() {
            let values = rows.iter().map(|row| row.get(number).cloned().unwrap_or(Value::NULL));
            let values: Vec<Value> = values.collect();
            columns.push(Table::column(program, InputId(number), &values, &places)?);
        }
        Ok(Table { rows: rows.len(), columns })
    }

    /// The columns.
    pub fn columns(&self) -> Columns<'_> {
        let columns = self.columns.iter().map(|column| {
            let column = column.as_ref()?;
            let data = match &column.values {
                OwnedData::Booleans(values) => Data::Booleans(values),
                OwnedData::Numbers { values, scale } => Data::Numbers { values, scale: *scale },
                OwnedData::Days(values) => Data::Days(values),
                OwnedData::Months(values) => Data::Months(values),
                OwnedData::Codes { codes, dictionary } => Data::WideCodes { codes, dictionary },
                OwnedData::Sets { sets, dictionary } => Data::Sets { sets, dictionary },
            };
            Some(Column { data, known: Some(&column.known), null: Some(&column.null) })
        });
        Columns { rows: self.rows, columns: columns.collect() }
    }

    /// The schema of a program that these columns fit: with the scales that the numbers need and
    /// the texts that there are.
    pub fn schema(&self, program: &Program) -> Schema {
        let mut schema = Schema::of(program);
        for (number, column) in self.columns.iter().enumerate() {
            let Some(column) = column else { continue };
            let input = InputId(number);
            match &column.values {
                OwnedData::Numbers { scale, .. } => schema.set_scale(input, *scale),
                OwnedData::Codes { dictionary, .. } => {
                    let mut all = schema.dictionary(input).to_vec();
                    all.extend(dictionary.iter().cloned());
                    let mut seen = std::collections::HashSet::new();
                    all.retain(|text| seen.insert(text.clone()));
                    schema.set_dictionary(input, all);
                }
                _ => {}
            }
            if column.null.iter().any(|word| *word != 0) {
                schema.set_nullable(input);
            }
        }
        schema
    }
}

/// A column of values of a type, by their places; `None` where it has none that is known, or else
/// the place and the value that does not fit.
fn column(
    kind: &Type,
    values: &[Value],
    places: &[u32],
) -> Result<Option<OwnedColumn>, (usize, Value)> {
    let mut used = vec![false; values.len()];
    for place in places {
        if let Some(used) = used.get_mut(*place as usize) {
            *used = true;
        }
    }
    let bits = |holds: &dyn Fn(&Value) -> bool| -> Vec<u64> {
        let holds: Vec<bool> = values.iter().map(holds).collect();
        let bit = |place: &u32| u64::from(holds.get(*place as usize) == Some(&true));
        let word = |places: &[u32]| (0..).zip(places).fold(0, |word, (at, p)| word | bit(p) << at);
        places.chunks(64).map(word).collect()
    };
    let known = bits(&|value| !value.is_null());
    let null = bits(&|value| value.is_null() && value.as_unknown().is_none());
    if known.iter().chain(&null).all(|word| *word == 0) {
        return Ok(None);
    }
    let used = || values.iter().zip(&used).enumerate().filter(|(_, (_, used))| **used);
    // What each value becomes, if it is used and known.
    fn converted<'v, T: Copy + Default>(
        count: usize,
        used: impl Iterator<Item = (usize, (&'v Value, &'v bool))>,
        places: &[u32],
        mut convert: impl FnMut(&Value) -> Option<T>,
    ) -> Result<Vec<T>, (usize, Value)> {
        let mut converted = vec![T::default(); count];
        for (place, (value, _)) in used.filter(|(_, (value, _))| !value.is_null()) {
            let fits = convert(value).ok_or_else(|| (place, value.clone()))?;
            if let Some(slot) = converted.get_mut(place) {
                *slot = fits;
            }
        }
        let of = |place: &u32| converted.get(*place as usize).copied().unwrap_or_default();
        Ok(places.iter().map(of).collect())
    }
    let count = values.len();
    let mut texts = Dictionary::default();
    let data = match kind {
        Type::Boolean => {
            let truth = |value: &Value| match value {
                Value::Boolean(truth) => Some(*truth),
                _ => None,
            };
            OwnedData::Booleans(converted(count, used(), places, truth)?)
        }
        Type::Number => {
            let scales = used().filter_map(|(_, (value, _))| match value {
                Value::Number(number) => Some(number.scale()),
                _ => None,
            });
            let scale = scales.max().unwrap_or(0);
            let integer = |value: &Value| match value {
                Value::Number(number) => scaled(*number, scale),
                _ => None,
            };
            OwnedData::Numbers { values: converted(count, used(), places, integer)?, scale }
        }
        Type::Date => {
            let days = |value: &Value| match value {
                Value::Date(date) => i32::try_from(date.to_days()).ok(),
                _ => None,
            };
            OwnedData::Days(converted(count, used(), places, days)?)
        }
        Type::YearsDuration => {
            let months = |value: &Value| match value {
                Value::YearsDuration(duration) => Some(duration.total_months()),
                _ => None,
            };
            OwnedData::Months(converted(count, used(), places, months)?)
        }
        Type::List(element) if **element == Type::String => {
            let mut set = |value: &Value| {
                let Value::List(items) = value else { return None };
                items.iter().try_fold(0_u64, |set, item| {
                    let Value::String(text) = item else { return None };
                    Some(set | 1_u64.checked_shl(texts.place(text))?)
                })
            };
            let sets = converted(count, used(), places, &mut set)?;
            OwnedData::Sets { sets, dictionary: texts.texts }
        }
        _ => {
            let mut code = |value: &Value| match value {
                Value::String(text) => Some(texts.place(text)),
                _ => None,
            };
            let codes = converted(count, used(), places, &mut code)?;
            OwnedData::Codes { codes, dictionary: texts.texts }
        }
    };
    Ok(Some(OwnedColumn { values: data, known, null }))
}

#[derive(Default)]
struct Dictionary {
    texts: Vec<Arc<str>>,
    places: HashMap<Arc<str>, u32>,
}

impl Dictionary {
    fn place(&mut self, text: &Arc<str>) -> u32 {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let place = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.clone());
        self.places.insert(text.clone(), place);
        place
    }
}

/// The number as an integer with digits after the point, if it is exact and fits.
pub(crate) fn scaled(number: Number, scale: u32) -> Option<i64> {
    i64::try_from(number.to_scaled(i32::try_from(scale).ok()?)?).ok()
}
