//! Compiled decision tables and their evaluation.

use std::sync::Arc;

use feel::eval::{Callable, Exhausted, Machine};
use feel::typed::{Compiled, CompiledTests};
use feel::value::{Context, FailureCode, Null, Unknown};
use feel::{Type, Value, ops};
use smallvec::SmallVec;

use crate::index::{Held, Index, RuleSet, words};
use crate::model::HitPolicy;
use crate::program::{Cells, TableTrace};

/// A decision table ready to be evaluated.
#[derive(Debug)]
pub(crate) struct CompiledTable {
    /// The name of its decision, for messages.
    pub name: Arc<str>,
    pub hit_policy: HitPolicy,
    pub columns: Vec<Column>,
    /// Names of the outputs; one output alone is the result itself.
    pub outputs: Vec<Arc<str>>,
    pub rules: Vec<Rule>,
    pub default: Option<Vec<Compiled>>,
    /// The outputs' allowed values in order, for `P` and `O`.
    pub priorities: Vec<Vec<Value>>,
}

#[derive(Debug)]
pub(crate) struct Column {
    pub expression: Compiled,
    pub cells: Vec<CompiledTests>,
    pub index: Index,
}

#[derive(Debug)]
pub(crate) struct Rule {
    pub id: String,
    pub outputs: Vec<Compiled>,
}

/// A business knowledge model whose logic is a table.
#[derive(Debug)]
pub(crate) struct TableFunction {
    pub parameters: Vec<(Arc<str>, Type)>,
    pub result: Type,
    pub table: CompiledTable,
}

impl Callable for TableFunction {
    fn parameters(&self) -> &[(Arc<str>, Type)] {
        &self.parameters
    }

    fn result(&self) -> &Type {
        &self.result
    }

    fn call(&self, machine: &mut Machine, arguments: &[Value]) -> Result<Value, Exhausted> {
        Ok(self.table.evaluate(machine, arguments, false)?.0)
    }
}

/// A business knowledge model whose logic is an expression.
#[derive(Debug)]
pub(crate) struct ExpressionFunction {
    pub parameters: Vec<(Arc<str>, Type)>,
    pub result: Type,
    pub body: Compiled,
}

impl Callable for ExpressionFunction {
    fn parameters(&self) -> &[(Arc<str>, Type)] {
        &self.parameters
    }

    fn result(&self) -> &Type {
        &self.result
    }

    fn call(&self, machine: &mut Machine, arguments: &[Value]) -> Result<Value, Exhausted> {
        self.body.evaluate_with(machine, arguments)
    }
}

/// What matching found, before outputs are evaluated.
struct Matched {
    /// Rules of which every cell holds; while matching goes on, those of which none fails.
    certain: RuleSet,
    /// Rules of which no cell fails, but some cannot be told; `None` as long as there are none.
    open: Option<RuleSet>,
    /// The missing facts that the open rules rest on.
    facts: Vec<Arc<str>>,
    /// Rules that no column with a known value excludes; `None` if all columns are known, so that
    /// these are the certain ones.
    base: Option<RuleSet>,
    /// Columns with unknown values.
    open_columns: Vec<usize>,
    /// Whether a cell with an expression of its own is among the unknown ones.
    open_dynamic: bool,
    /// The first cell that could not be evaluated, as a failed null.
    failure: Option<Value>,
    inputs: Vec<Value>,
    failed: Vec<u64>,
    /// Empty as long as no cell is unknown.
    unknown: Vec<u64>,
}

impl Matched {
    fn new(table: &CompiledTable) -> Matched {
        Matched {
            certain: RuleSet::all(table.rules.len()),
            open: None,
            facts: Vec::new(),
            base: None,
            open_columns: Vec::new(),
            open_dynamic: false,
            failure: None,
            inputs: Vec::with_capacity(table.columns.len()),
            failed: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// Takes in the cells of a column. Cells of rules that match no more say nothing.
    fn take(&mut self, number: usize, column: &Column, value: &Value, answer: &Answer) {
        let opening = answer.unknown.as_ref().and_then(|unknown| {
            let mut opening = unknown.clone();
            opening.intersect(&self.certain);
            (!opening.is_empty()).then_some(opening)
        });
        let opens = opening.is_some();
        if let Some(opening) = opening {
            self.base.get_or_insert_with(|| self.certain.clone());
            match &mut self.open {
                Some(open) => open.union(&opening),
                None => self.open = Some(opening),
            }
            self.open_columns.push(number);
            self.open_dynamic |= column.index.has_dynamic() || value.as_unknown().is_none();
        }
        if let Some(failed) = &answer.failed {
            self.certain.remove(failed);
            if let Some(base) = self.base.as_mut().filter(|_| !opens) {
                base.remove(failed);
            }
        }
    }

    /// Tells the rules that match from those that may.
    fn finish(&mut self) {
        if let Some(open) = &mut self.open {
            open.intersect(&self.certain);
            self.certain.remove(open);
            if open.is_empty() {
                self.open = None;
            }
        }
        if self.open.is_none() {
            self.facts.clear();
        }
    }

    fn open(&self) -> Rules {
        self.open.iter().flat_map(RuleSet::iter).collect()
    }
}

/// The places of some rules, in order.
type Rules = SmallVec<[usize; 4]>;

/// What is known of the cells of a column.
pub(crate) struct Known<'a> {
    pub value: &'a Value,
    pub failed: &'a RuleSet,
    pub unknown: &'a RuleSet,
}

/// A table whose cells have been looked at, so that its result can be told.
pub(crate) struct Matches<'t> {
    table: &'t CompiledTable,
    columns: Vec<Option<(Value, Answer)>>,
}

impl<'t> Matches<'t> {
    pub fn new(table: &'t CompiledTable) -> Matches<'t> {
        let mut columns = Vec::with_capacity(table.columns.len());
        columns.resize_with(table.columns.len(), || None);
        Matches { table, columns }
    }

    /// Adds what is known of cells of a column.
    pub fn add(&mut self, column: usize, known: Known<'_>) {
        let Some(slot) = self.columns.get_mut(column) else { return };
        match slot {
            Some((value, answer)) => {
                if !known.value.is_null() {
                    *value = known.value.clone();
                }
                let add = |set: &mut Option<RuleSet>, known: &RuleSet| match set {
                    Some(set) => set.union(known),
                    None => *set = Some(known.clone()),
                };
                add(&mut answer.failed, known.failed);
                add(&mut answer.unknown, known.unknown);
            }
            None => {
                let answer = Answer {
                    failed: Some(known.failed.clone()),
                    unknown: Some(known.unknown.clone()),
                };
                *slot = Some((known.value.clone(), answer));
            }
        }
    }

    fn matched(&self) -> Matched {
        let mut matched = Matched::new(self.table);
        for (number, (column, known)) in self.table.columns.iter().zip(&self.columns).enumerate() {
            if let Some((value, answer)) = known {
                matched.take(number, column, value, answer);
            }
            matched.inputs.push(known.as_ref().map_or(Value::NULL, |(value, _)| value.clone()));
        }
        matched.finish();
        matched
    }

    /// The rules that match, and those that may.
    pub fn sets(&self) -> (Vec<usize>, Vec<usize>) {
        let matched = self.matched();
        (matched.certain.iter().collect(), matched.open().to_vec())
    }

    /// The result, and whether it is the default.
    pub fn result(&self, machine: &mut Machine) -> Result<(Value, bool), Exhausted> {
        self.table.result(machine, &[], &self.matched())
    }
}

impl CompiledTable {
    /// The rule that gives the result when these match, as far as constants tell.
    pub fn winner(&self, matching: &[usize]) -> Option<usize> {
        if self.hit_policy != HitPolicy::Priority || matching.len() < 2 {
            return matching.first().copied();
        }
        matching.iter().copied().min_by_key(|rule| self.priority(*rule))
    }

    /// Sorts rules by the priority of their outputs.
    pub fn sort_by_priority(&self, rules: &mut [usize]) {
        rules.sort_by_key(|rule| self.priority(*rule));
    }

    fn priority(&self, rule: usize) -> Vec<usize> {
        let outputs = self.rules.get(rule).and_then(|rule| self.constant_outputs(&rule.outputs));
        outputs.map(|value| self.rank(&value)).unwrap_or_default()
    }

    /// Whether the outputs of all rules are the same constants.
    pub fn agrees(&self) -> bool {
        let mut outputs = self.rules.iter().map(|rule| self.constant_outputs(&rule.outputs));
        let first = outputs.next().flatten();
        first.is_some() && outputs.all(|other| other == first)
    }

    /// The value of outputs that are constants.
    pub fn constant_outputs(&self, outputs: &[Compiled]) -> Option<Value> {
        if let [single] = outputs {
            return single.constant().cloned();
        }
        let entries = self.outputs.iter().zip(outputs);
        let entries =
            entries.map(|(name, output)| Some((name.clone(), output.constant()?.clone())));
        Some(Value::context(entries.collect::<Option<Context>>()?))
    }

    /// Evaluates the table. `arguments` are the parameters of the business knowledge model that it
    /// belongs to.
    pub fn evaluate(
        &self,
        machine: &mut Machine,
        arguments: &[Value],
        trace: bool,
    ) -> Result<(Value, Option<TableTrace>), Exhausted> {
        let matched = self.match_rules(machine, arguments, trace)?;
        let (value, default) = match &matched.failure {
            Some(failure) => (failure.clone(), false),
            None => self.result(machine, arguments, &matched)?,
        };
        let trace = trace.then(|| TableTrace {
            matched: matched.certain.iter().collect(),
            default,
            cells: Cells {
                columns: self.columns.len(),
                words: words(self.rules.len()),
                failed: matched.failed.into_boxed_slice(),
                unknown: matched.unknown.into_boxed_slice(),
            },
            inputs: matched.inputs,
        });
        Ok((value, trace))
    }

    fn match_rules(
        &self,
        machine: &mut Machine,
        arguments: &[Value],
        trace: bool,
    ) -> Result<Matched, Exhausted> {
        let words = words(self.rules.len());
        let mut matched = Matched::new(self);
        if trace {
            matched.failed = vec![0; words * self.columns.len()];
        }
        for (number, column) in self.columns.iter().enumerate() {
            machine.spend(1 + words as u64)?;
            let value = column.expression.evaluate_with(machine, arguments)?;
            let answer = self.column(machine, arguments, column, &value, trace, &mut matched)?;
            if trace {
                let start = number * words;
                if let Some(failed) = &answer.failed {
                    store(&mut matched.failed, start, failed);
                }
                if let Some(unknown) = &answer.unknown {
                    matched.unknown.resize(words * self.columns.len(), 0);
                    store(&mut matched.unknown, start, unknown);
                }
            }
            matched.take(number, column, &value, &answer);
            matched.inputs.push(value);
        }
        matched.finish();
        Ok(matched)
    }

    /// Which cells of a column fail, and which cannot be told.
    /// Cells of rules that match no more are looked at for a trace alone.
    fn column(
        &self,
        machine: &mut Machine,
        arguments: &[Value],
        column: &Column,
        value: &Value,
        trace: bool,
        matched: &mut Matched,
    ) -> Result<Answer, Exhausted> {
        let rules = self.rules.len();
        let mut answer = Answer::default();
        if column.index.is_trivial() {
            return Ok(answer);
        }
        let dynamic = match column.index.holding(value) {
            Some(held) => {
                if let Held::Some(held) = held {
                    let holding = held.0.iter().zip(&column.index.dynamic.0);
                    let holding = holding.map(|(held, dynamic)| held | dynamic);
                    answer.failed = Some(RuleSet::except(rules, holding));
                }
                if !column.index.has_dynamic() {
                    return Ok(answer);
                }
                column.index.dynamic.clone()
            }
            None => RuleSet::all(rules),
        };
        let mut failed = answer.failed.take().unwrap_or_else(|| RuleSet::empty(rules));
        let mut unknown = RuleSet::empty(rules);
        for rule in dynamic.iter() {
            let alive = matched.certain.contains(rule);
            if !trace && !alive {
                continue;
            }
            let Some(cell) = column.cells.get(rule).filter(|cell| !cell.is_any()) else { continue };
            match cell.evaluate(machine, arguments, value)? {
                Value::Boolean(true) => {}
                Value::Null(Null::Unknown(why)) => {
                    unknown.insert(rule);
                    if alive {
                        add_facts(&mut matched.facts, &why);
                    }
                }
                Value::Null(Null::Failed(failure)) => {
                    failed.insert(rule);
                    if matched.failure.is_none() && alive && !value.is_null() {
                        let id = self.rules.get(rule).map_or("", |rule| &rule.id);
                        let mut failure = (*failure).clone();
                        failure.message =
                            format!("rule `{id}` of `{}`: {}", self.name, failure.message);
                        matched.failure = Some(Value::Null(Null::Failed(Arc::new(failure))));
                    }
                }
                _ => failed.insert(rule),
            }
        }
        answer.failed = Some(failed);
        answer.unknown = (!unknown.is_empty()).then_some(unknown);
        Ok(answer)
    }

    /// The result, and whether it is the default.
    fn result(
        &self,
        machine: &mut Machine,
        arguments: &[Value],
        matched: &Matched,
    ) -> Result<(Value, bool), Exhausted> {
        let certain: Rules = matched.certain.iter().collect();
        if matched.open_columns.is_empty() {
            return self.closed(machine, arguments, &certain);
        }
        if let Some(result) = self.by_alternatives(machine, arguments, matched)? {
            return Ok((result, false));
        }
        let open = matched.open();
        if open.is_empty() {
            return self.closed(machine, arguments, &certain);
        }
        match self.hit_policy {
            HitPolicy::Unique | HitPolicy::Any | HitPolicy::Priority | HitPolicy::First => {
                self.single(machine, arguments, &matched.facts, &certain, &open)
            }
            _ => Ok((self.open_collection(machine, arguments, matched, &certain, &open)?, false)),
        }
    }

    /// The result of a table with open rules, exactly: from every set of rules that can match.
    fn by_alternatives(
        &self,
        machine: &mut Machine,
        arguments: &[Value],
        matched: &Matched,
    ) -> Result<Option<Value>, Exhausted> {
        const MOST: usize = 64;
        let Some(base) = matched.base.as_ref().filter(|_| !matched.open_dynamic) else {
            return Ok(None);
        };
        let mut sets = vec![base.clone()];
        for number in &matched.open_columns {
            let column = self.columns.get(*number);
            let value = matched.inputs.get(*number).and_then(Value::as_unknown);
            let Some(alternatives) = column
                .zip(value)
                .and_then(|(column, value)| column.index.alternatives(&value.possible))
            else {
                return Ok(None);
            };
            let mut next: Vec<RuleSet> = Vec::new();
            for set in &sets {
                for alternative in &alternatives {
                    let mut both = set.clone();
                    both.intersect(alternative);
                    if !next.contains(&both) {
                        next.push(both);
                    }
                }
            }
            if next.len() > MOST {
                return Ok(None);
            }
            sets = next;
        }
        let mut results = Vec::with_capacity(sets.len());
        for set in sets {
            machine.spend(1)?;
            let rules: Rules = set.iter().collect();
            results.push(self.closed(machine, arguments, &rules)?.0);
        }
        Ok(Some(ops::one_of(&matched.facts, &results)))
    }

    /// The result when exactly these rules match, and whether it is the default.
    fn closed(
        &self,
        machine: &mut Machine,
        arguments: &[Value],
        rules: &[usize],
    ) -> Result<(Value, bool), Exhausted> {
        match self.hit_policy {
            HitPolicy::Unique | HitPolicy::Any | HitPolicy::Priority | HitPolicy::First => {
                self.single(machine, arguments, &[], rules, &[])
            }
            _ if rules.is_empty() => self.default_or_null(machine, arguments),
            HitPolicy::Count => Ok((number(rules.len()), false)),
            _ => {
                let values = self.values(machine, arguments, rules)?;
                Ok((self.collect(values), false))
            }
        }
    }

    fn collect(&self, mut values: Vec<Value>) -> Value {
        match self.hit_policy {
            HitPolicy::Sum => values
                .iter()
                .skip(1)
                .fold(values.first().cloned().unwrap_or(Value::NULL), |sum, value| {
                    ops::add(&sum, value)
                }),
            HitPolicy::Minimum | HitPolicy::Maximum => {
                let least = self.hit_policy == HitPolicy::Minimum;
                let mut best = values.first().cloned().unwrap_or(Value::NULL);
                for value in values.iter().skip(1) {
                    let better =
                        if least { ops::less(value, &best) } else { ops::greater(value, &best) };
                    if matches!(better, Value::Boolean(true)) {
                        best = value.clone();
                    }
                }
                best
            }
            HitPolicy::OutputOrder => {
                values.sort_by_key(|value| self.rank(value));
                Value::list(values)
            }
            _ => Value::list(values),
        }
    }

    fn single(
        &self,
        machine: &mut Machine,
        arguments: &[Value],
        facts: &[Arc<str>],
        certain: &[usize],
        open: &[usize],
    ) -> Result<(Value, bool), Exhausted> {
        let first = match (self.hit_policy, certain) {
            (_, []) => None,
            (HitPolicy::Unique, [one]) => Some(*one),
            (HitPolicy::Unique, several) => return Ok((self.overlap(several), false)),
            (HitPolicy::Any, [one, others @ ..]) => {
                let value = self.outputs_of(machine, arguments, *one)?;
                for other in others {
                    if self.outputs_of(machine, arguments, *other)? != value {
                        return Ok((self.overlap(certain), false));
                    }
                }
                return Ok((value, false));
            }
            (HitPolicy::First, [first, ..]) => Some(*first),
            (_, several) => {
                let values = self.values(machine, arguments, several)?;
                let ranked = several.iter().zip(values).min_by_key(|(_, value)| self.rank(value));
                ranked.map(|(rule, _)| *rule)
            }
        };
        // Which open rules could still take the certain one's place?
        let rivals: Vec<usize> = match (self.hit_policy, first) {
            (_, None) => open.to_vec(),
            (HitPolicy::First, Some(first)) => {
                open.iter().copied().filter(|r| *r < first).collect()
            }
            (HitPolicy::Priority, Some(_)) => open.to_vec(),
            _ => Vec::new(),
        };
        let (fallback, default) = match first {
            Some(rule) => (self.outputs_of(machine, arguments, rule)?, false),
            None => self.default_or_null(machine, arguments)?,
        };
        if rivals.is_empty() {
            return Ok((fallback, default));
        }
        let mut candidates = self.values(machine, arguments, &rivals)?;
        candidates.push(fallback);
        Ok((ops::one_of(facts, &candidates), false))
    }

    /// The result of a collecting policy while some rules are open.
    fn open_collection(
        &self,
        machine: &mut Machine,
        arguments: &[Value],
        matched: &Matched,
        certain: &[usize],
        open: &[usize],
    ) -> Result<Value, Exhausted> {
        let zero = number(0);
        let facts = &matched.facts;
        match self.hit_policy {
            HitPolicy::Count => {
                let counts: Vec<Value> =
                    (certain.len()..=certain.len() + open.len()).map(number).collect();
                Ok(ops::one_of(facts, &counts))
            }
            HitPolicy::Sum => {
                let values = self.values(machine, arguments, certain)?;
                let (start, default) = match certain {
                    [] => self.default_or_null(machine, arguments)?,
                    _ => (self.collect(values), false),
                };
                if default && start != zero || start.is_null() {
                    return Ok(ops::unknown(facts));
                }
                let mut sum = start;
                for value in self.values(machine, arguments, open)? {
                    sum = ops::add(&sum, &ops::one_of(facts, &[value, zero.clone()]));
                }
                Ok(sum)
            }
            _ => Ok(ops::unknown(facts)),
        }
    }

    fn default_or_null(
        &self,
        machine: &mut Machine,
        arguments: &[Value],
    ) -> Result<(Value, bool), Exhausted> {
        match &self.default {
            Some(outputs) => Ok((self.assemble(machine, arguments, outputs)?, true)),
            None => Ok((Value::NULL, false)),
        }
    }

    fn values(
        &self,
        machine: &mut Machine,
        arguments: &[Value],
        rules: &[usize],
    ) -> Result<Vec<Value>, Exhausted> {
        rules.iter().map(|rule| self.outputs_of(machine, arguments, *rule)).collect()
    }

    fn outputs_of(
        &self,
        machine: &mut Machine,
        arguments: &[Value],
        rule: usize,
    ) -> Result<Value, Exhausted> {
        match self.rules.get(rule) {
            Some(rule) => self.assemble(machine, arguments, &rule.outputs),
            None => Ok(Value::NULL),
        }
    }

    fn assemble(
        &self,
        machine: &mut Machine,
        arguments: &[Value],
        outputs: &[Compiled],
    ) -> Result<Value, Exhausted> {
        if let [single] = outputs {
            return single.evaluate_with(machine, arguments);
        }
        let mut context = Context::new();
        for (name, output) in self.outputs.iter().zip(outputs) {
            context.put(name.clone(), output.evaluate_with(machine, arguments)?);
        }
        Ok(Value::context(context))
    }

    /// The priority of an output: by the first output's allowed values, then the second's, …
    fn rank(&self, value: &Value) -> Vec<usize> {
        let position = |values: &[Value], value: &Value| {
            values.iter().position(|allowed| allowed == value).unwrap_or(usize::MAX)
        };
        match (self.priorities.as_slice(), value) {
            ([values], value) => vec![position(values, value)],
            (lists, Value::Context(context)) => lists
                .iter()
                .zip(&self.outputs)
                .map(|(values, name)| context.get(name).map_or(usize::MAX, |v| position(values, v)))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn overlap(&self, rules: &[usize]) -> Value {
        let ids: Vec<String> = rules
            .iter()
            .filter_map(|rule| self.rules.get(*rule))
            .map(|rule| format!("`{}`", rule.id))
            .collect();
        let how = match self.hit_policy {
            HitPolicy::Any => "match and disagree",
            _ => "match at once",
        };
        let message = format!("rules {} of `{}` {how}", ids.join(", "), self.name);
        Value::failed(FailureCode::HitPolicy, message)
    }
}

/// The cells of a column: those that fail, and those that cannot be told; `None` if none does.
#[derive(Default)]
struct Answer {
    failed: Option<RuleSet>,
    unknown: Option<RuleSet>,
}

fn number(count: usize) -> Value {
    Value::from(i64::try_from(count).unwrap_or(i64::MAX))
}

fn store(words: &mut [u64], start: usize, set: &RuleSet) {
    words.iter_mut().skip(start).zip(&set.0).for_each(|(word, value)| *word = *value);
}

fn add_facts(facts: &mut Vec<Arc<str>>, unknown: &Unknown) {
    for fact in &unknown.facts {
        if let Err(at) = facts.binary_search(fact) {
            facts.insert(at, fact.clone());
        }
    }
}
