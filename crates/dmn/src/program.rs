//! A compiled model: what it asks for, what it decides, and where each rule comes from.

use std::sync::Arc;
use std::time::Duration;

use feel::eval::{Callable, Exhausted, Machine};
use feel::temporal::DateTime;
use feel::typed::{Closure, Compiled, Expr, Kind};
use feel::value::Function;
use feel::{Type, Value, check, ops};

use crate::coercion::Coercion;
use crate::diagnostic::Diagnostic;
use crate::model::{Citation, HitPolicy, Title};
use crate::table::CompiledTable;

/// A compiled model.
#[derive(Debug)]
pub struct Program {
    inputs: Vec<Input>,
    decisions: Vec<Decision>,
    /// How each decision is made, by [`DecisionId`].
    recipes: Vec<Arc<Recipe>>,
    functions: Vec<Invocable>,
    globals: usize,
    /// What the inputs are coerced to, where it is not for the caller to see to it.
    input_types: Vec<Coercion>,
    /// Namespace and name of each input and of each decision of models behind a prefix.
    origins: Origins,
    /// All decisions, each after those that it requires.
    order: Vec<DecisionId>,
    /// For each decision the decisions that it rests on, itself included, as bits.
    needs: Vec<Vec<u64>>,
    warnings: Vec<Diagnostic>,
}

/// Where the inputs and decisions of models behind a prefix come from.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    pub inputs: Vec<(String, String, InputId)>,
    pub decisions: Vec<(String, String, DecisionId)>,
}

/// A function of the model: a business knowledge model or a decision service.
#[derive(Debug)]
pub(crate) struct Invocable {
    pub name: Arc<str>,
    /// The global that holds it.
    pub global: usize,
    pub function: Value,
    /// The names of a service's output decisions; none for a business knowledge model.
    pub outputs: Vec<Arc<str>>,
}

/// How a decision is made.
#[derive(Debug)]
pub(crate) enum Step {
    Literal(Compiled),
    Table(CompiledTable),
}

/// A decision ready to be evaluated.
#[derive(Debug)]
pub(crate) struct Recipe {
    /// The global that holds its value.
    pub global: u32,
    pub step: Step,
    pub kind: Type,
    /// What its value is coerced to, where the checker has not seen to it.
    pub coercion: Option<Coercion>,
}

impl Recipe {
    /// The value, and how it came about.
    pub fn evaluate(
        &self,
        machine: &mut Machine,
        trace: bool,
    ) -> Result<(Value, Trace), Exhausted> {
        let (value, how) = match &self.step {
            Step::Literal(expression) => (expression.evaluate(machine)?, Trace::Literal),
            Step::Table(table) => {
                let (value, how) = table.evaluate(machine, &[], trace)?;
                (value, how.map_or(Trace::Literal, Trace::Table))
            }
        };
        let value = match (&value, &self.coercion) {
            (Value::Null(_), _) => value,
            (_, Some(coercion)) => coercion.apply(machine, &value)?,
            _ if simple(&self.kind) => value,
            _ => ops::coerce(&value, &self.kind),
        };
        Ok((value, how))
    }
}

/// The parts of a program.
#[derive(Debug)]
pub(crate) struct Parts {
    pub inputs: Vec<Input>,
    pub decisions: Vec<Decision>,
    pub recipes: Vec<Arc<Recipe>>,
    pub functions: Vec<Invocable>,
    pub globals: usize,
    pub input_types: Vec<Coercion>,
    pub origins: Origins,
    pub order: Vec<DecisionId>,
    pub warnings: Vec<Diagnostic>,
}

impl Step {
    /// The table, if it is one.
    pub fn table(&self) -> Option<&CompiledTable> {
        match self {
            Step::Table(table) => Some(table),
            Step::Literal(_) => None,
        }
    }
}

impl Program {
    pub(crate) fn new(parts: Parts) -> Program {
        let Parts {
            inputs,
            decisions,
            recipes,
            functions,
            globals,
            input_types,
            origins,
            order,
            warnings,
        } = parts;
        let words = decisions.len().div_ceil(64);
        let mut needs = vec![vec![0_u64; words]; decisions.len()];
        for id in &order {
            let mut all = vec![0_u64; words];
            if let Some(word) = all.get_mut(id.0 / 64) {
                *word |= 1 << (id.0 % 64);
            }
            for required in decisions.get(id.0).map(|d| d.decisions.as_slice()).unwrap_or_default()
            {
                if let Some(below) = needs.get(required.0) {
                    all.iter_mut().zip(below).for_each(|(a, b)| *a |= b);
                }
            }
            if let Some(slot) = needs.get_mut(id.0) {
                *slot = all;
            }
        }
        Program {
            inputs,
            decisions,
            recipes,
            functions,
            globals,
            input_types,
            origins,
            order,
            needs,
            warnings,
        }
    }

    /// What the program asks for.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// What it decides.
    pub fn decisions(&self) -> &[Decision] {
        &self.decisions
    }

    /// The input `name`.
    pub fn input(&self, name: &str) -> Option<InputId> {
        self.inputs.iter().position(|input| &*input.name == name).map(InputId)
    }

    /// The decision `name`.
    pub fn decision(&self, name: &str) -> Option<DecisionId> {
        self.decisions.iter().position(|decision| &*decision.name == name).map(DecisionId)
    }

    /// The input `name` of the model with this namespace.
    pub fn input_of(&self, namespace: &str, name: &str) -> Option<InputId> {
        let mut inputs = self.origins.inputs.iter();
        inputs.find(|(uri, own, _)| uri == namespace && own == name).map(|(_, _, id)| *id)
    }

    /// The decision `name` of the model with this namespace.
    pub fn decision_of(&self, namespace: &str, name: &str) -> Option<DecisionId> {
        let mut decisions = self.origins.decisions.iter();
        decisions.find(|(uri, own, _)| uri == namespace && own == name).map(|(_, _, id)| *id)
    }

    /// Names and parameters of the functions: business knowledge models and decision services.
    pub fn functions(&self) -> impl Iterator<Item = (&str, &[(Arc<str>, Type)])> {
        self.functions.iter().map(|function| {
            let parameters = callable(&function.function).map(|c| c.parameters());
            (&*function.name, parameters.unwrap_or_default())
        })
    }

    /// The names of the output decisions of the service `name`; none for a business knowledge
    /// model. The result of several is a context of their values.
    pub fn outputs(&self, name: &str) -> &[Arc<str>] {
        let function = self.functions.iter().find(|f| *f.name == *name);
        function.map(|function| function.outputs.as_slice()).unwrap_or_default()
    }

    /// Calls the function `name` with the arguments by name; parameters without one are null.
    /// `None` where there is no such function.
    ///
    /// # Errors
    ///
    /// When a limit is reached.
    pub fn invoke(
        &self,
        name: &str,
        arguments: &[(&str, Value)],
        limits: Limits,
        now: Option<DateTime>,
    ) -> Option<Result<Value, Exhausted>> {
        let function = &self.functions.iter().find(|f| *f.name == *name)?.function;
        let parameters = callable(function)?.parameters();
        let ordered: Vec<Value> = parameters
            .iter()
            .map(|(parameter, _)| {
                let argument = arguments.iter().find(|(name, _)| *name == &**parameter);
                argument.map_or(Value::NULL, |(_, value)| value.clone())
            })
            .collect();
        let mut machine = self.machine(&[], limits, now);
        Some(machine.call_value(function, &ordered))
    }

    /// A machine with the inputs and the functions of the model.
    pub(crate) fn machine(
        &self,
        inputs: &[Value],
        limits: Limits,
        now: Option<DateTime>,
    ) -> Machine {
        let mut globals = Vec::with_capacity(self.globals);
        globals.extend(inputs.iter().take(self.inputs.len()).cloned());
        globals.resize(self.globals, Value::NULL);
        for function in &self.functions {
            if let Some(slot) = globals.get_mut(function.global) {
                *slot = function.function.clone();
            }
        }
        let mut machine = Machine::new(globals, limits.fuel, limits.depth).with_size(limits.size);
        if let Some(time) = limits.time {
            machine = machine.with_time(time);
        }
        match now {
            Some(now) => machine.with_now(now),
            None => machine,
        }
    }

    /// Faults that do not keep the program from being used.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// Whether `decision` rests on `required`, directly or not; every decision rests on itself.
    pub fn rests_on(&self, decision: DecisionId, required: DecisionId) -> bool {
        let word = self.needs.get(decision.0).and_then(|needs| needs.get(required.0 / 64));
        word.is_some_and(|word| word >> (required.0 % 64) & 1 == 1)
    }

    /// All decisions, each after those that it requires.
    pub fn order(&self) -> &[DecisionId] {
        &self.order
    }

    /// How a decision is made.
    pub(crate) fn recipe(&self, decision: DecisionId) -> Option<&Recipe> {
        self.recipes.get(decision.0).map(|recipe| &**recipe)
    }

    /// The global of each function.
    pub(crate) fn function_globals(&self) -> impl Iterator<Item = usize> {
        self.functions.iter().map(|function| function.global)
    }

    /// What an input is coerced to, where it is not for the caller to see to it.
    pub(crate) fn input_type(&self, input: InputId) -> Option<&Coercion> {
        self.input_types.get(input.0).filter(|coercion| !coercion.is_any())
    }

    /// The texts that the rules name beside an input.
    pub(crate) fn texts(&self, input: InputId) -> Vec<Arc<str>> {
        let mut found: Vec<Arc<str>> = Vec::new();
        let names = |expr: &Expr| {
            let mut globals = Vec::new();
            check::globals(expr, &mut globals);
            globals.contains(&u32::try_from(input.0).unwrap_or(u32::MAX))
        };
        let mut collect = |expr: &Expr| {
            let Kind::Constant(value) = &expr.kind else { return };
            let mut waiting = vec![value.clone()];
            while let Some(value) = waiting.pop() {
                match value {
                    Value::String(text) if !found.contains(&text) => found.push(text),
                    Value::List(items) => waiting.extend(items.iter().cloned()),
                    _ => {}
                }
            }
        };
        for recipe in &self.recipes {
            match &recipe.step {
                Step::Literal(compiled) if names(&compiled.expr) => {
                    check::visit(&compiled.expr, &mut collect);
                }
                Step::Literal(_) => {}
                Step::Table(table) => {
                    for column in &table.columns {
                        let whole = names(&column.expression.expr);
                        if whole {
                            check::visit(&column.expression.expr, &mut collect);
                        }
                        for cell in &column.cells {
                            let mut beside = whole;
                            check::visit_tests(&cell.tests, &mut |expr| beside |= names(expr));
                            if beside {
                                check::visit_tests(&cell.tests, &mut collect);
                            }
                        }
                    }
                    let outputs = table.rules.iter().flat_map(|rule| &rule.outputs);
                    for output in outputs.chain(table.default.iter().flatten()) {
                        if names(&output.expr) {
                            check::visit(&output.expr, &mut collect);
                        }
                    }
                }
            }
        }
        found
    }

    /// Evaluates the wanted decisions and those that they rest on, each once.
    ///
    /// `inputs` are values by [`InputId`]; a missing fact is [`Value::unknown`], and what is not
    /// there at all is `null`.
    ///
    /// # Errors
    ///
    /// When a limit is reached.
    pub fn evaluate(
        &self,
        inputs: &[Value],
        wanted: &[DecisionId],
        limits: Limits,
        trace: bool,
    ) -> Result<Evaluation, Exhausted> {
        self.evaluate_at(inputs, wanted, limits, trace, None)
    }

    /// Evaluates as [`Program::evaluate`] does; `now` is what `now()` and `today()` give.
    ///
    /// # Errors
    ///
    /// When a limit is reached.
    pub fn evaluate_at(
        &self,
        inputs: &[Value],
        wanted: &[DecisionId],
        limits: Limits,
        trace: bool,
        now: Option<DateTime>,
    ) -> Result<Evaluation, Exhausted> {
        let mut machine = self.machine(inputs, limits, now);
        for (global, coercion) in (0..).zip(&self.input_types) {
            if coercion.is_any() {
                continue;
            }
            let given = machine.global(global);
            let value = coercion.apply(&mut machine, &given)?;
            machine.set_global(global, value);
        }
        let needed = |id: DecisionId| wanted.iter().any(|wanted| self.rests_on(*wanted, id));
        let mut values: Vec<Option<Value>> = vec![None; self.decisions.len()];
        let mut traces: Vec<Option<Trace>> = Vec::with_capacity(self.decisions.len());
        traces.resize_with(self.decisions.len(), || None);
        for id in self.order.iter().copied().filter(|id| needed(*id)) {
            let Some(recipe) = self.recipes.get(id.0) else { continue };
            let (value, how) = recipe.evaluate(&mut machine, trace)?;
            machine.set_global(recipe.global, value.clone());
            if let (Some(slot), Some(trace_slot)) = (values.get_mut(id.0), traces.get_mut(id.0)) {
                *slot = Some(value);
                *trace_slot = trace.then_some(how);
            }
        }
        Ok(Evaluation { values, traces, fuel: limits.fuel - machine.fuel() })
    }
}

/// The function that the model provides.
fn callable(value: &Value) -> Option<&dyn Callable> {
    match value {
        Value::Function(Function::Closure(closure)) => match &**closure {
            Closure::Provided(callable) => Some(&**callable),
            Closure::Feel { .. } => None,
        },
        _ => None,
    }
}

/// Whether values of the type need no conversion once types are checked.
fn simple(kind: &Type) -> bool {
    matches!(kind, Type::Any | Type::Boolean | Type::Number | Type::String)
}

/// Index of an input in [`Program::inputs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InputId(pub usize);

/// Index of a decision in [`Program::decisions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DecisionId(pub usize);

/// An input of a program.
#[derive(Debug, Clone)]
pub struct Input {
    /// Name.
    pub name: Arc<str>,
    /// Type.
    pub kind: Type,
    /// The allowed values, where they are a finite list.
    pub allowed: Option<Vec<Value>>,
}

/// A decision of a program.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Name.
    pub name: Arc<str>,
    /// Type of the result.
    pub kind: Type,
    /// Title of its section.
    pub title: Title,
    /// The file that it was written in, as the caller named it.
    pub file: Arc<str>,
    /// Index of its model among those given to the compiler.
    pub unit: usize,
    /// The citations of its section; the first is the source of its rules.
    pub citations: Vec<Citation>,
    /// Inputs that its logic names, directly.
    pub inputs: Vec<InputId>,
    /// Decisions that its logic names, directly.
    pub decisions: Vec<DecisionId>,
    /// Its table, if it is one.
    pub table: Option<Table>,
    /// Its FEEL text, if it is a literal expression.
    pub expression: Option<String>,
}

/// What can be told of a decision table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Hit policy.
    pub hit_policy: HitPolicy,
    /// The input expressions, as written.
    pub inputs: Vec<TableInput>,
    /// Names of the outputs.
    pub outputs: Vec<Arc<str>>,
    /// Names of the annotation columns.
    pub annotations: Vec<String>,
    /// The rules in order.
    pub rules: Vec<Rule>,
    /// The outputs when no rule matches, as written.
    pub default: Option<Vec<String>>,
    /// The annotations of the default row: one for each annotation column, or none at all.
    pub default_annotations: Vec<String>,
}

/// An input column.
#[derive(Debug, Clone)]
pub struct TableInput {
    /// The expression, as written.
    pub expression: String,
    /// Type of its value.
    pub kind: Type,
    /// Inputs that the expression names, directly.
    pub inputs: Vec<InputId>,
    /// Decisions that the expression names, directly.
    pub decisions: Vec<DecisionId>,
}

/// A row of a table, as written.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Identifier.
    pub id: String,
    /// Unary tests, one for each input column.
    pub inputs: Vec<String>,
    /// Expressions, one for each output column.
    pub outputs: Vec<String>,
    /// One for each annotation column.
    pub annotations: Vec<String>,
}

/// What an evaluation found.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// The value of each decision by [`DecisionId`]; `None` where it was not needed.
    pub values: Vec<Option<Value>>,
    /// How each decision came to its value, by [`DecisionId`]; `None` where it was not needed, or
    /// where no trace was asked for.
    pub traces: Vec<Option<Trace>>,
    /// Units of work spent.
    pub fuel: u64,
}

/// How a decision came to its value.
#[derive(Debug, Clone)]
pub enum Trace {
    /// By a literal expression; the values that it rests on are those of the required decisions.
    Literal,
    /// By a decision table.
    Table(TableTrace),
}

/// How a decision table came to its result.
#[derive(Debug, Clone)]
pub struct TableTrace {
    /// The value of each input expression.
    pub inputs: Vec<Value>,
    /// The rules that match, in order.
    pub matched: Vec<usize>,
    /// Whether the default outputs were used.
    pub default: bool,
    /// The cells, row by row: `cells[rule * inputs.len() + column]`.
    pub cells: Cells,
}

/// Whether the cells of a table hold, one answer for each rule and input column.
#[derive(Debug, Clone)]
pub struct Cells {
    pub(crate) columns: usize,
    /// Bit sets by column, `words` of them each: the rules whose cell fails, then those whose
    /// cell cannot be told.
    pub(crate) words: usize,
    pub(crate) failed: Box<[u64]>,
    pub(crate) unknown: Box<[u64]>,
}

/// Whether a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// The value passes the test.
    Holds,
    /// The value does not.
    Fails,
    /// It depends on facts that are missing.
    Unknown,
}

impl Cells {
    /// The answer of one cell. Cells outside the table hold.
    pub fn get(&self, rule: usize, column: usize) -> Cell {
        let bit = |set: &[u64]| {
            let word = column.checked_mul(self.words).map(|start| start + rule / 64);
            word.filter(|_| column < self.columns && rule / 64 < self.words)
                .and_then(|word| set.get(word))
                .is_some_and(|word| word >> (rule % 64) & 1 == 1)
        };
        if bit(&self.failed) {
            Cell::Fails
        } else if bit(&self.unknown) {
            Cell::Unknown
        } else {
            Cell::Holds
        }
    }
}

/// How much an evaluation may do. Whatever a model holds, it ends: with its values, or with the
/// limit that it has reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Units of work: about one for each operation, list item or 64 bytes of text.
    pub fuel: u64,
    /// Depth of nested function calls and expressions, up to [`feel::eval::MAX_DEPTH`].
    pub depth: u32,
    /// The most items of a list; of a text, 64 bytes count as one.
    pub size: u64,
    /// The longest time; without it the other limits alone count, and the result is the same on
    /// every machine.
    pub time: Option<Duration>,
}

impl Limits {
    /// What suits a rule on one person, many times over.
    pub const DEFAULT: Limits =
        Limits { fuel: 10_000_000, depth: 400, size: 2_000_000, time: None };
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::DEFAULT
    }
}
