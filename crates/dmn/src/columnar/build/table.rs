//! Decision tables.
//!
//! Each column of a table becomes a code: the elementary interval or the value that its input lies
//! in. Where the combinations of the codes are few, the row evaluator works out the result of each
//! one; where they are many, the sets of rules that hold for each code are intersected row by row.

use std::sync::Arc;

use feel::typed::Compiled;
use feel::{Span, Type, Value};

use super::{Builder, Frame, Hit, HitKind, Refusal};
use crate::columnar::Outside;
use crate::columnar::domain::{Domain, Item, code};
use crate::columnar::output::{DEFAULT_RULE, NO_RULE, OPEN_RULE};
use crate::columnar::plan::{NodeId, Op, Other, RuleColumn, Rules, Shape};
use crate::index::{Held, RuleSet, words};
use crate::model::HitPolicy;
use crate::program::DecisionId;
use crate::table::{Column, CompiledTable, Known, Matches};

/// A code that decides on cells of a table.
struct Dimension {
    node: NodeId,
    /// The column that it belongs to.
    column: usize,
    /// What is known of the cells, by code; `None` where the row evaluator has to look.
    marks: Vec<Option<Mark>>,
}

/// What a code says of the cells of a column.
#[derive(Debug, Clone)]
struct Mark {
    value: Value,
    failed: RuleSet,
    unknown: RuleSet,
}

/// What a table gives.
#[derive(Debug, Clone)]
enum Outcome {
    Item(Item),
    /// The computed output with this number.
    Computed(usize),
}

/// The outputs of a table that are computed.
#[derive(Debug, Default)]
struct Computed {
    nodes: Vec<NodeId>,
    /// The number of each rule's output among them.
    rules: Vec<Option<usize>>,
    default: Option<usize>,
}

impl Builder<'_> {
    /// The node of a decision table.
    pub(super) fn table(
        &mut self,
        id: DecisionId,
        table: &CompiledTable,
    ) -> Result<NodeId, Outside> {
        let described = self.program.decisions().get(id.0).and_then(|d| d.table.as_ref());
        let mut dimensions = Vec::new();
        for (number, column) in table.columns.iter().enumerate() {
            if column.index.is_trivial() {
                continue;
            }
            let text = described.and_then(|t| t.inputs.get(number)).map(|i| &*i.expression);
            let frame = Frame { locals: &[], count: column.expression.locals };
            let node = self
                .expression(&column.expression.expr, &frame)
                .map_err(|refusal| self.outside(id, text.unwrap_or_default(), refusal))?;
            self.column(column, number, node, table.rules.len(), &mut dimensions).map_err(
                |(rule, refusal)| {
                    let cell = described.and_then(|t| t.rules.get(rule));
                    let cell = cell.and_then(|rule| rule.inputs.get(number));
                    self.outside(id, cell.map_or("", |cell| cell), refusal)
                },
            )?;
        }
        let mut computed = Computed::default();
        for (number, rule) in table.rules.iter().enumerate() {
            let text = described
                .and_then(|t| t.rules.get(number))
                .and_then(|rule| rule.outputs.first())
                .map_or("", |text| text);
            let place = self
                .computed(&rule.outputs, &mut computed)
                .map_err(|refusal| self.outside(id, text, refusal))?;
            computed.rules.push(place);
        }
        if let Some(default) = &table.default {
            computed.default = self
                .computed(default, &mut computed)
                .map_err(|refusal| self.outside(id, "default", refusal))?;
        }
        let kind = self.program.decisions().get(id.0).map_or(Type::Any, |d| d.kind.clone());
        let nodes: Vec<NodeId> = dimensions.iter().map(|dimension| dimension.node).collect();
        let mut cells = self.cells(&nodes);
        if cells.is_none_or(|cells| cells > self.schema.most_cells / 16) {
            for dimension in &mut dimensions {
                self.group(dimension);
            }
            let nodes: Vec<NodeId> = dimensions.iter().map(|dimension| dimension.node).collect();
            cells = self.cells(&nodes);
        }
        let refusal = |why: &str| Refusal { span: Span::default(), why: why.to_owned() };
        let (source, outcomes) = match cells.filter(|cells| *cells <= self.schema.most_cells) {
            Some(_) => self.worked_out_table(id, table, &dimensions, &computed),
            None => match self.intersected(table, &dimensions, &computed) {
                Ok(Intersected::Node(node)) => return Ok(node),
                Ok(Intersected::Outcomes(node, outcomes)) => {
                    self.rule_hits(id, table, node, &outcomes);
                    Some((node, outcomes.into_iter().map(|(outcome, _)| outcome).collect()))
                }
                Err(why) => return Err(self.outside(id, "", refusal(why))),
            },
        }
        .ok_or_else(|| self.outside(id, "", refusal("the table has too many columns")))?;
        self.chosen(source, outcomes, &computed, &kind)
            .map_err(|why| self.outside(id, "", refusal(why)))
    }

    fn cells(&self, nodes: &[NodeId]) -> Option<usize> {
        nodes.iter().try_fold(1_usize, |cells, node| {
            let len = self.domain(*node)?.len();
            cells.checked_mul(len).filter(|cells| *cells <= 1 << 16)
        })
    }

    /// The node of an output that is computed, if it is no constant.
    fn computed(
        &mut self,
        outputs: &[Compiled],
        computed: &mut Computed,
    ) -> Result<Option<usize>, Refusal> {
        if outputs.iter().all(|output| output.constant().is_some()) {
            return Ok(None);
        }
        let [output] = outputs else {
            let span = outputs.first().map(|output| output.expr.span).unwrap_or_default();
            return Err(Refusal { span, why: "a context of computed values".to_owned() });
        };
        let frame = Frame { locals: &[], count: output.locals };
        let node = self.expression(&output.expr, &frame)?;
        let place = computed.nodes.iter().position(|other| *other == node);
        Ok(Some(place.unwrap_or_else(|| {
            computed.nodes.push(node);
            computed.nodes.len() - 1
        })))
    }

    /// The dimensions of a column.
    fn column(
        &mut self,
        column: &Column,
        number: usize,
        node: NodeId,
        rules: usize,
        dimensions: &mut Vec<Dimension>,
    ) -> Result<(), (usize, Refusal)> {
        let constant = column
            .cells
            .iter()
            .enumerate()
            .any(|(rule, cell)| !cell.is_any() && !column.index.dynamic.contains(rule));
        if constant {
            let refuse = || {
                let why = "a column of what is neither a number, date, text nor truth value";
                (0, Refusal { span: Span::default(), why: why.to_owned() })
            };
            let dimension = self.constant_cells(column, number, node, rules).ok_or_else(refuse)?;
            dimensions.push(dimension);
        }
        for rule in column.index.dynamic.iter() {
            let Some(cell) = column.cells.get(rule) else { continue };
            let locals = [node];
            let frame = Frame { locals: &locals, count: cell.locals };
            let cell = self
                .tests(&cell.tests, node, &frame, true, Span::default())
                .map_err(|refusal| (rule, refusal))?;
            let Some(domain) = self.domain(cell) else { continue };
            let known = dimensions
                .iter_mut()
                .find(|d| d.node == cell && d.column == number)
                .map(|dimension| &mut dimension.marks);
            let marks = match known {
                Some(marks) => marks,
                None => {
                    let mark = Mark {
                        value: Value::NULL,
                        failed: RuleSet::empty(rules),
                        unknown: RuleSet::empty(rules),
                    };
                    let marks = vec![Some(mark); domain.len()];
                    dimensions.push(Dimension { node: cell, column: number, marks });
                    let Some(last) = dimensions.last_mut() else { continue };
                    &mut last.marks
                }
            };
            for (slot, item) in marks.iter_mut().zip(&domain.items) {
                let Some(mark) = slot else { continue };
                match item {
                    Item::Value(Value::Boolean(true)) => {}
                    Item::Value(value) if value.as_unknown().is_some() => mark.unknown.insert(rule),
                    // Whether a test that fails is a fault depends on the value that it tests.
                    Item::Value(value) if feel::ops::failure(value).is_some() => *slot = None,
                    Item::Value(_) => mark.failed.insert(rule),
                    Item::Regular | Item::Open => *slot = None,
                }
            }
        }
        Ok(())
    }

    /// The dimension of the cells of a column that are made of constants.
    fn constant_cells(
        &mut self,
        column: &Column,
        number: usize,
        node: NodeId,
        rules: usize,
    ) -> Option<Dimension> {
        let mut machine = self.machine();
        let mut mark = |value: &Value| -> Option<Mark> {
            let mut mark = Mark {
                value: value.clone(),
                failed: RuleSet::empty(rules),
                unknown: RuleSet::empty(rules),
            };
            if let Some(held) = column.index.holding(value) {
                if let Held::Some(held) = held {
                    for rule in 0..rules {
                        if !held.contains(rule) && !column.index.dynamic.contains(rule) {
                            mark.failed.insert(rule);
                        }
                    }
                }
                return Some(mark);
            }
            for (rule, cell) in column.cells.iter().enumerate() {
                if cell.is_any() || column.index.dynamic.contains(rule) {
                    continue;
                }
                match cell.evaluate(&mut machine, &[], value).ok()? {
                    Value::Boolean(true) => {}
                    answer if answer.as_unknown().is_some() => mark.unknown.insert(rule),
                    answer if feel::ops::failure(&answer).is_some() && !value.is_null() => {
                        return None;
                    }
                    _ => mark.failed.insert(rule),
                }
            }
            Some(mark)
        };
        if let Shape::Codes(domain) = self.shape(node) {
            let marks = domain.items.iter().map(|item| match item {
                Item::Value(value) => mark(value),
                _ => None,
            });
            return Some(Dimension { node, column: number, marks: marks.collect() });
        }
        let mut cuts = Vec::new();
        for (rule, cell) in column.cells.iter().enumerate() {
            if !column.index.dynamic.contains(rule) {
                cuts.extend(self.cuts(&cell.tests, node)?);
            }
        }
        // Values with the same rules have the same code.
        let mut classes: Vec<Mark> = Vec::new();
        let coded = self.function_of(node, &cuts, &Type::Any, |value| {
            let Some(mark) = mark(value) else { return Item::Open };
            let found = classes.iter().position(|class| same_mark(class, &mark));
            let class = found.unwrap_or_else(|| {
                classes.push(mark);
                classes.len() - 1
            });
            Item::Value(Value::from(i64::try_from(class).unwrap_or(i64::MAX)))
        })?;
        let domain = self.domain(coded)?;
        let marks = domain.items.iter().map(|item| match item {
            Item::Value(Value::Number(class)) => {
                classes.get(usize::try_from(class.to_i64()?).ok()?).cloned()
            }
            _ => None,
        });
        Some(Dimension { node: coded, column: number, marks: marks.collect() })
    }

    /// Gives codes that say the same of the cells one code.
    fn group(&mut self, dimension: &mut Dimension) {
        let mut classes: Vec<Option<Mark>> = Vec::new();
        let map: Vec<u16> = dimension
            .marks
            .iter()
            .map(|mark| {
                let found = classes.iter().position(|class| match (class, mark) {
                    (Some(a), Some(b)) => same_mark(a, b),
                    (None, None) => true,
                    _ => false,
                });
                code(found.unwrap_or_else(|| {
                    classes.push(mark.clone());
                    classes.len() - 1
                }))
            })
            .collect();
        if classes.len() == dimension.marks.len() {
            return;
        }
        let items = (0..classes.len())
            .map(|class| Item::Value(Value::from(i64::try_from(class).unwrap_or(i64::MAX))));
        let domain = Domain { items: items.collect() };
        let op = Op::Map { source: dimension.node, map };
        dimension.node = self.push(op, Shape::Codes(Arc::new(domain)));
        dimension.marks = classes;
    }

    /// The result of every combination.
    fn worked_out_table(
        &mut self,
        id: DecisionId,
        table: &CompiledTable,
        dimensions: &[Dimension],
        computed: &Computed,
    ) -> Option<(NodeId, Vec<Outcome>)> {
        let nodes: Vec<NodeId> = dimensions.iter().map(|dimension| dimension.node).collect();
        let (source, cells) = match nodes.as_slice() {
            [] => (self.constant(&Value::NULL, &Type::Any), 1),
            nodes => self.place(nodes)?,
        };
        let rules = table.rules.len();
        let mut machine = self.machine();
        let mut outcomes = Vec::with_capacity(cells);
        let mut hits = Vec::with_capacity(cells);
        for cell in 0..cells {
            let mut matches = Matches::new(table);
            let mut rest = cell;
            let mut told = true;
            for dimension in dimensions {
                let mark = dimension.marks.get(rest % dimension.marks.len().max(1));
                rest /= dimension.marks.len().max(1);
                match mark {
                    Some(Some(mark)) => matches.add(
                        dimension.column,
                        Known { value: &mark.value, failed: &mark.failed, unknown: &mark.unknown },
                    ),
                    _ => told = false,
                }
            }
            if !told {
                outcomes.push(Outcome::Item(Item::Open));
                hits.push(None);
                continue;
            }
            let (certain, open) = matches.sets();
            let outcome = match decided(table, computed, &certain, &open) {
                Decided::Computed(place) => (Outcome::Computed(place), certain.is_empty()),
                Decided::Open => (Outcome::Item(Item::Open), false),
                Decided::Constant => match matches.result(&mut machine) {
                    Ok((value, default)) => (Outcome::Item(Item::Value(value)), default),
                    Err(_) => (Outcome::Item(Item::Open), false),
                },
            };
            outcomes.push(outcome.0);
            hits.push(Some((certain, outcome.1)));
        }
        let kind = if gives_one(table.hit_policy) {
            let rule = |hit: &Option<(Vec<usize>, bool)>| match hit {
                None => OPEN_RULE,
                Some((certain, default)) => match table.winner(certain) {
                    Some(rule) => code(rule + 1),
                    None if *default => DEFAULT_RULE,
                    None => NO_RULE,
                },
            };
            HitKind::Rules(hits.iter().map(rule).collect())
        } else {
            let mut sets = Vec::with_capacity(cells * words(rules));
            for hit in &hits {
                let mut set = RuleSet::empty(rules);
                let certain = hit.iter().flat_map(|(certain, _)| certain);
                certain.for_each(|rule| set.insert(*rule));
                sets.extend(set.0.iter().copied());
            }
            let open = hits.iter().map(Option::is_none).collect();
            HitKind::Sets { words: words(rules), sets, open }
        };
        self.hits.insert(id, Hit { source, kind });
        Some((source, outcomes))
    }

    /// The rule hits of a table whose rules are intersected.
    fn rule_hits(
        &mut self,
        id: DecisionId,
        table: &CompiledTable,
        source: NodeId,
        outcomes: &[(Outcome, u16)],
    ) {
        if gives_one(table.hit_policy) {
            let rules = outcomes.iter().map(|(_, rule)| *rule).collect();
            self.hits.insert(id, Hit { source, kind: HitKind::Rules(rules) });
        }
    }

    /// A node that intersects the sets of rules.
    fn intersected(
        &mut self,
        table: &CompiledTable,
        dimensions: &[Dimension],
        computed: &Computed,
    ) -> Result<Intersected, &'static str> {
        let rules = table.rules.len();
        if rules >= usize::from(DEFAULT_RULE) - 1 {
            return Err("the table has too many rules");
        }
        let order = rule_order(table, computed).ok_or("its outputs have no order")?;
        let words = words(rules);
        let mut columns = Vec::with_capacity(dimensions.len());
        for dimension in dimensions {
            let mut sets = Vec::with_capacity(dimension.marks.len() * words);
            let mut undecided = Vec::with_capacity(dimension.marks.len());
            for mark in &dimension.marks {
                let mut set = RuleSet::empty(rules);
                let told = mark.as_ref().filter(|mark| mark.unknown.0.iter().all(|w| *w == 0));
                if let Some(mark) = told {
                    for (place, rule) in order.iter().enumerate() {
                        if !mark.failed.contains(*rule) {
                            set.insert(place);
                        }
                    }
                }
                if told.is_some() && rules < 64 {
                    set.insert(63);
                }
                undecided.push(told.is_none());
                sets.extend(set.0.iter().copied());
            }
            columns.push(RuleColumn { source: dimension.node, sets, undecided });
        }
        let all = RuleSet::all(rules).0.to_vec();
        let default = match (&table.default, computed.default) {
            (_, Some(place)) => (Outcome::Computed(place), DEFAULT_RULE),
            (Some(outputs), None) => {
                let value = table.constant_outputs(outputs).unwrap_or(Value::NULL);
                (Outcome::Item(Item::Value(value)), DEFAULT_RULE)
            }
            (None, None) => (Outcome::Item(Item::Value(Value::NULL)), NO_RULE),
        };
        if matches!(table.hit_policy, HitPolicy::Sum | HitPolicy::Count) {
            return self.summed(table, columns, words, all, default.0);
        }
        let mut outcomes: Vec<(Outcome, u16)> = Vec::with_capacity(rules + 3);
        for rule in &order {
            let outcome = match computed.rules.get(*rule).copied().flatten() {
                Some(place) => Outcome::Computed(place),
                None => {
                    let outputs = table.rules.get(*rule).map(|rule| rule.outputs.as_slice());
                    let value = table.constant_outputs(outputs.unwrap_or_default());
                    Outcome::Item(Item::Value(value.unwrap_or(Value::NULL)))
                }
            };
            outcomes.push((outcome, code(rule + 1)));
        }
        outcomes.push(default);
        let undecided = code(outcomes.len());
        outcomes.push((Outcome::Item(Item::Open), OPEN_RULE));
        let several = match table.hit_policy {
            HitPolicy::Unique => true,
            HitPolicy::Any => !table.agrees(),
            _ => false,
        };
        let several = several.then_some(undecided);
        let told = if rules < 64 { 1 << 63 } else { 0 };
        let rules = Rules { columns, words, all, told, undecided };
        let op = Op::Winner { rules, none: code(order.len()), several };
        let node = self.push(op, Shape::Places);
        Ok(Intersected::Outcomes(node, outcomes))
    }

    /// A node that adds up the outputs of the rules that match.
    fn summed(
        &mut self,
        table: &CompiledTable,
        columns: Vec<RuleColumn>,
        words: usize,
        all: Vec<u64>,
        default: Outcome,
    ) -> Result<Intersected, &'static str> {
        let mut domain = Domain::of(&Type::Any);
        for rule in &table.rules {
            let value = match table.hit_policy {
                HitPolicy::Count => Some(Value::from(1)),
                _ => table.constant_outputs(&rule.outputs),
            };
            domain.items.push(Item::Value(value.ok_or("a sum of computed values")?));
        }
        // The default stands behind the rules.
        let Outcome::Item(default) = default else { return Err("a sum with a computed default") };
        let default = match default {
            Item::Value(value) if !value.is_null() => {
                domain.items.push(Item::Value(value));
                None
            }
            item => {
                domain.items.push(Item::Value(Value::from(0)));
                Some(item)
            }
        };
        let constants = self.push(Op::Constant(0), Shape::Codes(Arc::new(domain)));
        let integers = self.integers(constants).ok_or("a sum of what are no numbers")?;
        let (Some(Op::MapNumbers { values, exceptions: None, .. }), Shape::Numbers { unit, .. }) =
            (self.nodes.get(integers).map(|node| &node.op), self.shape(integers))
        else {
            return Err("a sum of what are no numbers");
        };
        let (values, unit) = (values.clone(), *unit);
        let span = values.iter().try_fold((0_i64, 0_i64), |(low, high), value| {
            Some((low.checked_add((*value).min(0))?, high.checked_add((*value).max(0))?))
        });
        let bounds = Some(span.ok_or("a sum of numbers that are too great")?);
        let mut exceptions = Domain::exceptions();
        let undecided = exceptions.put_open();
        let none = default.map_or(0, |item| exceptions.put(item));
        let rules = Rules { columns, words, all, told: 0, undecided };
        let op = Op::RuleSum { rules, values, none };
        let exceptions = Arc::new(exceptions);
        Ok(Intersected::Node(self.push(op, Shape::Numbers { unit, exceptions, bounds })))
    }

    /// The node of an outcome for each code.
    fn chosen(
        &mut self,
        source: NodeId,
        outcomes: Vec<Outcome>,
        computed: &Computed,
        kind: &Type,
    ) -> Result<NodeId, &'static str> {
        let mut domain = Domain::of(kind);
        let used = |place: usize| {
            outcomes.iter().any(|o| matches!(o, Outcome::Computed(p) if *p == place))
        };
        if !(0..computed.nodes.len()).any(used) {
            let map = outcomes.into_iter().map(|outcome| match outcome {
                Outcome::Item(item) => domain.put(item),
                Outcome::Computed(_) => domain.put_open(),
            });
            let map = map.collect();
            return Ok(self.map(source, map, domain));
        }
        if computed.nodes.iter().all(|node| self.domain(*node).is_some()) {
            return Ok(self.chosen_codes(source, &outcomes, computed, domain));
        }
        // The constants as a node of integers, to be set beside the computed ones.
        let mut constants = Domain::default();
        let places: Vec<u16> = outcomes
            .iter()
            .map(|outcome| match outcome {
                Outcome::Item(item) => constants.put(item.clone()),
                Outcome::Computed(_) => 0,
            })
            .collect();
        let constants = self.push(Op::Constant(0), Shape::Codes(Arc::new(constants)));
        let mixed = "its outputs are of different kinds";
        let constants = self.integers(constants).ok_or(mixed)?;
        let mut nodes = Vec::with_capacity(computed.nodes.len());
        for node in &computed.nodes {
            nodes.push(self.integers(*node).ok_or("an output is a quotient that does not end")?);
        }
        let units = nodes.iter().chain([&constants]).map(|node| match self.shape(*node) {
            Shape::Numbers { unit, .. } => Some(*unit),
            _ => None,
        });
        let units: Vec<_> = units.collect::<Option<_>>().ok_or(mixed)?;
        let scale = units.iter().map(|unit| unit.scale()).max().unwrap_or(0);
        let unit = *units.first().ok_or(mixed)?;
        if units.iter().any(|other| std::mem::discriminant(other) != std::mem::discriminant(&unit))
        {
            return Err(mixed);
        }
        let unit = units.iter().copied().find(|unit| unit.scale() == scale).unwrap_or(unit);
        let (
            Some(Op::MapNumbers { values, exceptions, .. }),
            Shape::Numbers { unit: own, exceptions: items, .. },
        ) = (self.nodes.get(constants).map(|node| &node.op), self.shape(constants))
        else {
            return Err(mixed);
        };
        let power = 10_i64.checked_pow(scale - own.scale()).ok_or(mixed)?;
        let mut domain = Domain::exceptions();
        let mut integers = Vec::with_capacity(places.len());
        let mut codes = Vec::with_capacity(places.len());
        for (outcome, place) in outcomes.iter().zip(&places) {
            // A computed output brings its own integer, and its own exceptions if it has any.
            if matches!(outcome, Outcome::Computed(_)) {
                integers.push(0);
                codes.push(domain.put(Item::Regular));
                continue;
            }
            let place = usize::from(*place);
            let value = values.get(place).copied().unwrap_or(0);
            integers.push(value.checked_mul(power).ok_or("its outputs are too great")?);
            let exception = exceptions.as_ref().and_then(|codes| codes.get(place)).copied();
            let item = items.items.get(usize::from(exception.unwrap_or(0)));
            codes.push(domain.put(item.cloned().unwrap_or(Item::Regular)));
        }
        let mut choice = Vec::with_capacity(outcomes.len());
        for outcome in &outcomes {
            choice.push(match outcome {
                Outcome::Item(_) => 0,
                Outcome::Computed(place) => code(place + 1),
            });
        }
        let mut others = Vec::with_capacity(nodes.len());
        for (node, unit) in nodes.iter().zip(&units) {
            let factor = 10_i64.checked_pow(scale - unit.scale()).ok_or(mixed)?;
            let exceptions = self.exceptions(*node).ok_or(mixed)?;
            let map = exceptions.items.iter().map(|item| domain.put(item.clone())).collect();
            let overflow = if factor == 1 { 0 } else { domain.put_open() };
            others.push(Other { node: *node, factor, exceptions: map, overflow });
        }
        let op = Op::Choose { source, choice, values: integers, exceptions: codes, others };
        let exceptions = Arc::new(domain);
        Ok(self.push(op, Shape::Numbers { unit, exceptions, bounds: None }))
    }

    fn chosen_codes(
        &mut self,
        source: NodeId,
        outcomes: &[Outcome],
        computed: &Computed,
        mut domain: Domain,
    ) -> NodeId {
        let mut choice = Vec::with_capacity(outcomes.len());
        let mut codes = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            match outcome {
                Outcome::Item(item) => {
                    choice.push(0);
                    codes.push(domain.put(item.clone()));
                }
                Outcome::Computed(place) => {
                    choice.push(code(place + 1));
                    codes.push(0);
                }
            }
        }
        let mut others = Vec::with_capacity(computed.nodes.len());
        for node in &computed.nodes {
            let items = self.domain(*node).map(|domain| domain.items.clone()).unwrap_or_default();
            others.push((*node, items.into_iter().map(|item| domain.put(item)).collect()));
        }
        let op = Op::ChooseCodes { source, choice, codes, others };
        self.push(op, Shape::Codes(Arc::new(domain)))
    }
}

/// What came of intersecting.
enum Intersected {
    Node(NodeId),
    Outcomes(NodeId, Vec<(Outcome, u16)>),
}

/// Whether a result can be told from constants.
enum Decided {
    Constant,
    Computed(usize),
    Open,
}

/// How the result of a table comes about when some rules match for certain and others may.
fn decided(
    table: &CompiledTable,
    computed: &Computed,
    certain: &[usize],
    open: &[usize],
) -> Decided {
    let place = |rule: &usize| computed.rules.get(*rule).copied().flatten();
    if certain.iter().chain(open).all(|rule| place(rule).is_none()) {
        let needs_default = certain.is_empty();
        return match computed.default {
            Some(place) if needs_default && open.is_empty() => Decided::Computed(place),
            Some(_) if needs_default => Decided::Open,
            // An unknown column can leave no rule at all.
            Some(_) if !open.is_empty() => Decided::Open,
            _ => Decided::Constant,
        };
    }
    let single = match (table.hit_policy, certain) {
        (HitPolicy::First, [first, ..]) => Some(first),
        (HitPolicy::Collect | HitPolicy::RuleOrder | HitPolicy::OutputOrder, _) => None,
        (HitPolicy::Count, _) => {
            return if open.is_empty() { Decided::Constant } else { Decided::Open };
        }
        (_, [single]) => Some(single),
        (HitPolicy::Unique, [_, _, ..]) if open.is_empty() => return Decided::Constant,
        _ => None,
    };
    match single.filter(|_| open.is_empty()) {
        Some(rule) => place(rule).map_or(Decided::Constant, Decided::Computed),
        None => Decided::Open,
    }
}

/// The rules in the order in which the first that matches wins.
fn rule_order(table: &CompiledTable, computed: &Computed) -> Option<Vec<usize>> {
    let mut order: Vec<usize> = (0..table.rules.len()).collect();
    let constant = computed.rules.iter().all(Option::is_none);
    match table.hit_policy {
        HitPolicy::Unique
        | HitPolicy::Any
        | HitPolicy::First
        | HitPolicy::Sum
        | HitPolicy::Count => {}
        HitPolicy::Priority if constant => table.sort_by_priority(&mut order),
        HitPolicy::Minimum | HitPolicy::Maximum if constant => {
            let mut values = Vec::with_capacity(order.len());
            for rule in &table.rules {
                match table.constant_outputs(&rule.outputs)? {
                    Value::Number(number) => values.push(number),
                    _ => return None,
                }
            }
            let value = |rule: &usize| values.get(*rule).copied();
            order.sort_by(|a, b| match table.hit_policy {
                HitPolicy::Minimum => value(a).cmp(&value(b)),
                _ => value(b).cmp(&value(a)),
            });
        }
        _ => return None,
    }
    Some(order)
}

/// Whether two values say the same of the cells; what is unknown can be different things.
fn same_mark(a: &Mark, b: &Mark) -> bool {
    a.failed == b.failed
        && a.unknown == b.unknown
        && a.value.as_unknown().is_none()
        && b.value.as_unknown().is_none()
}

/// Whether one rule gives the result.
fn gives_one(hit_policy: HitPolicy) -> bool {
    matches!(
        hit_policy,
        HitPolicy::Unique | HitPolicy::Any | HitPolicy::Priority | HitPolicy::First
    )
}
