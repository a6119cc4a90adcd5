//! The steps of a plan on a batch of rows.

mod bytes;
mod kernels;

use std::collections::HashMap;
use std::sync::Arc;

use fearless_simd::{Level, Simd, dispatch};

use self::bytes::Planes;
use self::kernels::Done;
use super::build::{Hit, HitKind};
use super::columns::{Column, Columns, Data, has_bit};
use super::domain::{Domain, Item, code};
use super::plan::{Node, NodeId, Op, Shape, Term};
use super::schema::Schema;

/// The rows of a batch: enough that a processor sees in time which memory it will need next, and so
/// few that the columns between stay in its cache.
pub(super) const BATCH: usize = 1 << 12;

/// A column of a batch.
#[derive(Debug, Default, Clone)]
pub(crate) struct Register {
    /// Codes; of integers those of exceptions, which count only if there are any.
    pub codes: Vec<u16>,
    /// Integers, or what is divided.
    pub numbers: Vec<i64>,
    /// What quotients are divided by; above zero.
    pub divisors: Vec<i64>,
    pub sets: Vec<u64>,
    /// Whether some integers are exceptions.
    pub exceptional: bool,
    /// Whether nothing that this rests on is missing, null, open or an exception.
    pub clean: bool,
}

/// The rows of an input as they were given, where steps read them so.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum View<'c> {
    /// They are in the register.
    #[default]
    Register,
    Booleans(&'c [bool]),
    Codes(&'c [u16]),
    Narrow(&'c [i32]),
    Wide(&'c [i64]),
}

/// How the columns that are given become those of a plan.
#[derive(Debug)]
pub(crate) struct Binding {
    level: Level,
    inputs: Vec<Bound>,
    /// Whether each node is an input that is read as it is given.
    viewed: Vec<bool>,
    /// The operands of each node.
    operands: Vec<Vec<NodeId>>,
    /// The tables of each node.
    tables: Vec<Tables>,
    /// The numbers of rules of each table whose rule hits are kept.
    hits: Vec<Option<Planes>>,
}

/// The tables of a step, in the form in which this processor looks them up best.
#[derive(Debug)]
enum Tables {
    /// None, or those of the step.
    Plain,
    /// Codes by code.
    Codes(Planes),
    /// Codes by integer from `low` to `high`.
    Places { low: i64, high: i64, planes: Planes },
    /// Codes by the number of boundaries that are not above an integer.
    Counts(Planes),
    /// What is added to `base`, for each operand of a sum that is looked up.
    Sum { planes: Vec<Planes>, base: i64 },
}

impl Tables {
    fn new(level: Level, op: &Op) -> Tables {
        let tables = match op {
            Op::Map { map, .. } => Planes::new(level, map).map(Tables::Codes),
            Op::Threshold { boundaries, map, buckets, .. } => {
                let single = buckets.as_ref().and_then(|buckets| {
                    let planes = Planes::new(level, buckets.single.as_ref()?)?;
                    Some(Tables::Places { low: buckets.low, high: buckets.high, planes })
                });
                let few = (2..=kernels::MOST_COUNTED).contains(&boundaries.len());
                let counts = || Planes::new(level, map).filter(|_| few).map(Tables::Counts);
                single.or_else(counts)
            }
            Op::Sum { terms, constant, .. } => Tables::sum(level, terms, *constant),
            _ => None,
        };
        tables.unwrap_or(Tables::Plain)
    }

    /// The tables of a sum; `None` where what is looked up does not fit 16 bits.
    fn sum(level: Level, terms: &[Term], constant: i64) -> Option<Tables> {
        let lookups = terms.iter().filter_map(|term| term.lookup.as_deref());
        let (mut base, mut spread) = (constant, 0_u64);
        let mut planes = Vec::new();
        for lookup in lookups {
            let least = lookup.values.iter().copied().min()?;
            base = base.checked_add(least)?;
            let most = lookup.values.iter().map(|value| value.abs_diff(least)).max()?;
            spread = spread.checked_add(most).filter(|spread| *spread <= u64::from(u16::MAX))?;
            let entry = |value: &i64| value.abs_diff(least) as u16;
            let table: Vec<u16> = lookup.values.iter().map(entry).collect();
            planes.push(Planes::new(level, &table)?);
        }
        (!planes.is_empty()).then_some(Tables::Sum { planes, base })
    }

    /// The planes of codes by code.
    #[inline(always)]
    fn codes(&self) -> Option<&Planes> {
        match self {
            Tables::Codes(planes) => Some(planes),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Bound {
    /// The codes of the dictionary's texts; `None` where they are the same.
    codes: Option<Vec<u16>>,
    /// The bits of the dictionary's texts; `None` where they are the same.
    bits: Option<Vec<Option<u32>>>,
    /// What integers are multiplied with, and divided by.
    factor: i64,
    divisor: i64,
    missing: u16,
    null: u16,
    open: u16,
}

impl Binding {
    pub fn new<'h>(
        level: Level,
        nodes: &[Node],
        hits: impl Iterator<Item = &'h Hit>,
        outside: &[NodeId],
        columns: &Columns<'_>,
        schema: &Schema,
    ) -> Binding {
        let mut inputs = vec![Bound::default(); columns.columns.len()];
        for node in nodes {
            let Op::Input(input) = node.op else { continue };
            let (Some(bound), Some(layout)) = (inputs.get_mut(input), schema.inputs.get(input))
            else {
                continue;
            };
            let (regular, domain): (usize, &Arc<Domain>) = match &node.shape {
                Shape::Codes(domain) if domain.is_boolean() => (2, domain),
                Shape::Codes(domain) => (layout.dictionary.len(), domain),
                Shape::Numbers { exceptions, .. }
                | Shape::Ratio { exceptions, .. }
                | Shape::Set { exceptions, .. } => (1, exceptions),
                Shape::Places => continue,
            };
            let open = domain.items.iter().position(|item| matches!(item, Item::Open));
            bound.open = code(open.unwrap_or(0));
            bound.missing = code(regular);
            bound.null = if layout.nullable { code(regular + 1) } else { bound.open };
            bound.factor = 1;
            bound.divisor = 1;
            let Some(Some(column)) = columns.columns.get(input) else { continue };
            match (&column.data, &node.shape) {
                (
                    Data::Codes { dictionary, .. } | Data::WideCodes { dictionary, .. },
                    Shape::Codes(_),
                ) if **dictionary != *layout.dictionary => {
                    let known = layout.dictionary.iter().enumerate();
                    let known: HashMap<&str, usize> =
                        known.map(|(place, text)| (&**text, place)).collect();
                    let place =
                        |text: &Arc<str>| known.get(&**text).map_or(bound.open, |p| code(*p));
                    bound.codes = Some(dictionary.iter().map(place).collect());
                }
                (Data::Sets { dictionary, .. }, Shape::Set { dictionary: known, .. })
                    if **dictionary != **known =>
                {
                    let place = |text: &Arc<str>| {
                        let place = known.iter().position(|known| known == text);
                        place.and_then(|place| u32::try_from(place).ok())
                    };
                    bound.bits = Some(dictionary.iter().map(place).collect());
                }
                (Data::Numbers { scale, .. }, Shape::Numbers { unit, .. }) => {
                    bound.factor = power(unit.scale().saturating_sub(*scale));
                    bound.divisor = power(scale.saturating_sub(unit.scale()));
                }
                (Data::Integers(_), Shape::Numbers { unit, .. }) => {
                    bound.factor = power(unit.scale());
                }
                _ => {}
            }
        }
        let tables = nodes.iter().map(|node| Tables::new(level, &node.op)).collect();
        let hits = hits.map(|hit| match &hit.kind {
            HitKind::Rules(map) => Planes::new(level, map),
            HitKind::Sets { .. } => None,
        });
        let viewed = viewed(nodes, outside, columns, &inputs);
        let operands = nodes.iter().map(|node| node.op.operands()).collect();
        Binding { level, inputs, viewed, operands, tables, hits: hits.collect() }
    }

    /// The number of the rule for each code, for the rule hits of one of the tables.
    pub fn rules(&self, table: usize, map: &[u16], codes: &[u16], rules: &mut Vec<u16>) {
        let planes = self.hits.get(table).and_then(Option::as_ref);
        let start = rules.len();
        rules.resize(start + codes.len(), 0);
        let slots = rules.get_mut(start..).unwrap_or_default();
        dispatch!(self.level, simd => kernels::look_up(simd, planes, map, codes, slots));
    }
}

fn power(exponent: u32) -> i64 {
    10_i64.checked_pow(exponent).unwrap_or(i64::MAX)
}

/// Which nodes are inputs that all their readers can read as they are given. What is read from
/// outside of the plan stands in registers.
fn viewed(
    nodes: &[Node],
    outside: &[NodeId],
    columns: &Columns<'_>,
    inputs: &[Bound],
) -> Vec<bool> {
    let mut viewed: Vec<bool> = nodes
        .iter()
        .enumerate()
        .map(|(number, node)| {
            let Op::Input(input) = node.op else { return false };
            let column = columns.columns.get(input).and_then(Option::as_ref);
            let (Some(column), Some(bound)) = (column, inputs.get(input)) else { return false };
            let as_given = bound.factor == 1 && bound.divisor == 1 && bound.codes.is_none();
            let fits = match &node.shape {
                Shape::Codes(_) => matches!(column.data, Data::Booleans(_) | Data::Codes { .. }),
                Shape::Numbers { .. } => matches!(
                    column.data,
                    Data::Integers(_) | Data::Days(_) | Data::Numbers { .. } | Data::Months(_)
                ),
                _ => false,
            };
            fits && as_given && !outside.contains(&number)
        })
        .collect();
    for node in nodes {
        for operand in node.op.operands() {
            let Some(Op::Input(input)) = nodes.get(operand).map(|node| &node.op) else { continue };
            let column = columns.columns.get(*input).and_then(Option::as_ref);
            let reads = match column.map(|column| &column.data) {
                Some(Data::Booleans(_)) => matches!(node.op, Op::Index { .. }),
                Some(Data::Integers(_) | Data::Days(_)) => {
                    matches!(node.op, Op::Threshold { .. } | Op::Sum { .. })
                }
                _ => true,
            };
            if let Some(slot) = viewed.get_mut(operand) {
                *slot &= reads;
            }
        }
    }
    viewed
}

/// The rows of an input from `start` as they are given, if all of them are known.
#[inline(always)]
fn view<'c>(column: &Column<'c>, bound: &Bound, start: usize, rows: usize) -> Option<View<'c>> {
    if !all_known(column, start, rows) {
        return None;
    }
    let range = start..start + rows;
    match column.data {
        Data::Booleans(values) => values.get(range).map(View::Booleans),
        Data::Codes { codes, .. } => {
            let codes = codes.get(range)?;
            let most = codes.iter().fold(0, |most, code| most.max(*code));
            (most < bound.missing).then_some(View::Codes(codes))
        }
        Data::Integers(values) | Data::Days(values) => values.get(range).map(View::Narrow),
        Data::Numbers { values, .. } | Data::Months(values) => values.get(range).map(View::Wide),
        _ => None,
    }
}

/// Whether all rows from `start` are known.
#[inline(always)]
fn all_known(column: &Column<'_>, start: usize, rows: usize) -> bool {
    let Some(known) = column.known else { return true };
    // Batches begin at whole words.
    let words = known.get(start / 64..).unwrap_or_default();
    let (whole, rest) = (rows / 64, rows % 64);
    let all = words.iter().take(whole).fold(u64::MAX, |all, word| all & word) == u64::MAX;
    let last = words.get(whole).copied().unwrap_or(0) | u64::MAX << rest;
    words.len() >= whole && all && (rest == 0 || last == u64::MAX)
}

/// Fills the register of an input with the rows from `start`.
#[inline(always)]
fn input(
    register: &mut Register,
    input: usize,
    shape: &Shape,
    columns: &Columns<'_>,
    binding: &Binding,
    start: usize,
    rows: usize,
) {
    register.clean = false;
    let Some(bound) = binding.inputs.get(input) else { return };
    let column = columns.columns.get(input).and_then(Option::as_ref);
    let Some(column) = column else {
        register.exceptional = true;
        kernels::fill(&mut register.codes, rows, bound.missing);
        kernels::fill(&mut register.numbers, rows, 0);
        kernels::fill(&mut register.sets, rows, 0);
        return;
    };
    let range = start..start + rows;
    register.exceptional = false;
    let mut wrong = false;
    match (&column.data, shape) {
        (Data::Booleans(values), Shape::Codes(_)) => {
            let values = values.get(range).unwrap_or_default();
            kernels::collect(&mut register.codes, values.iter().map(|value| u16::from(*value)));
        }
        (Data::Codes { codes, dictionary }, Shape::Codes(_)) => {
            let codes = codes.get(range).unwrap_or_default();
            let len = code(dictionary.len());
            match &bound.codes {
                None => kernels::collect(
                    &mut register.codes,
                    codes.iter().map(|c| if *c < len { *c } else { bound.open }),
                ),
                Some(map) => kernels::collect(
                    &mut register.codes,
                    codes.iter().map(|c| map.get(usize::from(*c)).copied().unwrap_or(bound.open)),
                ),
            }
        }
        (Data::WideCodes { codes, dictionary }, Shape::Codes(_)) => {
            let codes = codes.get(range).unwrap_or_default();
            let len = u32::from(code(dictionary.len()));
            match &bound.codes {
                None => kernels::collect(
                    &mut register.codes,
                    codes.iter().map(|c| if *c < len { *c as u16 } else { bound.open }),
                ),
                Some(map) => kernels::collect(
                    &mut register.codes,
                    codes.iter().map(|c| map.get(*c as usize).copied().unwrap_or(bound.open)),
                ),
            }
        }
        (Data::Numbers { values, .. }, Shape::Numbers { .. }) => {
            let values = values.get(range).unwrap_or_default();
            scaled(register, values, bound);
        }
        (Data::Integers(values), Shape::Numbers { .. }) => {
            let values = values.get(range).unwrap_or_default();
            if bound.factor == 1 {
                kernels::collect(&mut register.numbers, values.iter().map(|v| i64::from(*v)));
            } else {
                let values: Vec<i64> = values.iter().map(|value| i64::from(*value)).collect();
                scaled(register, &values, bound);
            }
        }
        (Data::Days(values), Shape::Numbers { .. }) => {
            let values = values.get(range).unwrap_or_default();
            kernels::collect(&mut register.numbers, values.iter().map(|value| i64::from(*value)));
        }
        (Data::Months(values), Shape::Numbers { .. }) => {
            let values = values.get(range).unwrap_or_default();
            kernels::collect(&mut register.numbers, values.iter().copied());
        }
        (Data::Sets { sets, .. }, Shape::Set { .. }) => {
            let sets = sets.get(range).unwrap_or_default();
            match &bound.bits {
                None => kernels::collect(&mut register.sets, sets.iter().copied()),
                Some(map) => kernels::collect(
                    &mut register.sets,
                    sets.iter().map(|set| {
                        let bits = map.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1);
                        bits.filter_map(|(_, to)| *to).fold(0, |set, to| set | 1 << to)
                    }),
                ),
            }
        }
        _ => wrong = true,
    }
    if wrong {
        register.exceptional = true;
        kernels::fill(&mut register.codes, rows, bound.open);
        kernels::fill(&mut register.numbers, rows, 0);
        kernels::fill(&mut register.sets, rows, 0);
        return;
    }
    let codes = matches!(shape, Shape::Codes(_));
    unknown(register, column, bound, codes, start, rows);
    register.clean = if codes {
        register.codes.iter().fold(0, |most, code| most.max(*code)) < bound.missing
    } else {
        !register.exceptional
    };
}

/// Marks the rows that are not known.
#[inline(always)]
fn unknown(
    register: &mut Register,
    column: &Column<'_>,
    bound: &Bound,
    codes: bool,
    start: usize,
    rows: usize,
) {
    let Some(known) = column.known else { return };
    // Batches begin at whole words.
    let words = known.iter().skip(start / 64).take(rows.div_ceil(64));
    for (word, bits) in words.enumerate() {
        let first = word * 64;
        let last = (first + 64).min(rows);
        let all = if last - first == 64 { u64::MAX } else { (1 << (last - first)) - 1 };
        if bits & all == all {
            continue;
        }
        if !codes && !register.exceptional {
            register.exceptional = true;
            kernels::fill(&mut register.codes, rows, 0);
        }
        for row in (first..last).filter(|row| bits >> (row - first) & 1 == 0) {
            let null = column.null.is_some_and(|null| has_bit(null, start + row));
            if let Some(slot) = register.codes.get_mut(row) {
                *slot = if null { bound.null } else { bound.missing };
            }
        }
    }
}

/// Integers with as many digits after the point as the plan wants.
#[inline(always)]
fn scaled(register: &mut Register, values: &[i64], bound: &Bound) {
    if bound.factor == 1 && bound.divisor == 1 {
        kernels::collect(&mut register.numbers, values.iter().copied());
        return;
    }
    kernels::fill(&mut register.codes, values.len(), 0);
    kernels::fill(&mut register.numbers, values.len(), 0);
    let slots = register.numbers.iter_mut().zip(&mut register.codes);
    for (value, (number, code)) in values.iter().zip(slots) {
        let exact = value % bound.divisor == 0;
        match (value / bound.divisor).checked_mul(bound.factor).filter(|_| exact) {
            Some(value) => *number = value,
            None => {
                *code = bound.open;
                register.exceptional = true;
            }
        }
    }
}

/// Runs the steps on the rows from `start`, with the instructions that this processor has.
pub(super) fn run<'c>(
    plan: Plan<'_>,
    registers: &mut [Register],
    views: &mut [View<'c>],
    columns: &Columns<'c>,
    binding: &Binding,
    start: usize,
    rows: usize,
) {
    dispatch!(binding.level, simd => {
        steps(simd, plan, registers, views, columns, binding, start, rows);
    });
}

/// What is run.
#[derive(Clone, Copy)]
pub(super) struct Plan<'p> {
    pub nodes: &'p [Node],
    /// Of which nodes no value is an exception, if all is known that they rest on.
    pub spotless: &'p [bool],
    pub kept: Option<&'p super::Kept>,
}

#[expect(clippy::too_many_arguments, reason = "the same, with instructions")]
#[inline(always)]
fn steps<'c, S: Simd>(
    simd: S,
    plan: Plan<'_>,
    registers: &mut [Register],
    views: &mut [View<'c>],
    columns: &Columns<'c>,
    binding: &Binding,
    start: usize,
    rows: usize,
) {
    for (number, (node, tables)) in plan.nodes.iter().zip(&binding.tables).enumerate() {
        let (done, rest) = registers.split_at_mut(number);
        let Some(register) = rest.first_mut() else { return };
        match &node.op {
            Op::Input(place) => {
                let given = || {
                    let viewed = binding.viewed.get(number) == Some(&true);
                    let column = columns.columns.get(*place)?.as_ref().filter(|_| viewed)?;
                    view(column, binding.inputs.get(*place)?, start, rows)
                };
                let given = given();
                if given.is_some() {
                    (register.exceptional, register.clean) = (false, true);
                } else {
                    input(register, *place, &node.shape, columns, binding, start, rows);
                }
                if let Some(view) = views.get_mut(number) {
                    *view = given.unwrap_or_default();
                }
            }
            Op::Kept(decision) => {
                register.clean = false;
                if let Some(kept) = plan.kept {
                    kept.load(decision, register, start, rows);
                }
            }
            op => {
                let operands = binding.operands.get(number).map_or(&[][..], Vec::as_slice);
                let clean =
                    operands.iter().all(|node| done.get(*node).is_some_and(|done| done.clean));
                let spotless = clean && plan.spotless.get(number) == Some(&true);
                let done = Done { registers: done, views };
                kernels::run(simd, op, tables, done, spotless, register, rows);
                register.clean = clean && !register.exceptional;
            }
        }
    }
}
