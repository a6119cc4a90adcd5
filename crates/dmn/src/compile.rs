//! Model to program: names are resolved, types are checked, tables are indexed.
//!
//! Compiling never stops at the first fault. It needs nothing of the models but their texts, and
//! gives a program that can be evaluated without meeting an unknown name or a wrong type.

mod domain;
mod environment;
mod table;

use std::collections::HashMap;
use std::sync::Arc;

use feel::check;
use feel::fault::{Fault, FaultCode};
use feel::parser;
use feel::syntax;
use feel::typed::{Closure, Compiled, CompiledTests};
use feel::value::Function;
use feel::{Span, Type, Value};

use self::environment::Scope;
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::model::{Element, Logic, Model, Section, Text};
use crate::program::{Decision, DecisionId, Input, InputId, Program, Step};
use crate::table::{ExpressionFunction, TableFunction};

/// A model and its part in a program.
#[derive(Debug, Clone)]
pub struct Unit<'a> {
    /// The name of its file, for messages.
    pub file: Arc<str>,
    /// The model.
    pub model: &'a Model,
    /// Its part.
    pub role: Role,
}

/// The part of a model in a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The model that is compiled.
    Main,
    /// A model whose inputs, types and decisions the main one uses by name.
    Import,
    /// A model whose decisions replace those of the same name.
    Overlay,
}

/// Values that an input may have, beside what its model says.
#[derive(Debug, Clone)]
pub struct Allowed {
    /// The input's name.
    pub input: String,
    /// Its values; for an input of lists the values of the items.
    pub values: Vec<Value>,
}

/// Compiles models to one program.
///
/// # Errors
///
/// All faults that are found, when one of them at least is an error.
pub fn compile(units: &[Unit<'_>], allowed: &[Allowed]) -> Result<Program, Vec<Diagnostic>> {
    let mut compiler = Compiler::new(units, allowed);
    compiler.elements();
    compiler.finish()
}

/// What an element becomes.
enum Compilation {
    Decision(Step),
    Function(Value),
    Nothing,
}

/// An element with where it comes from.
#[derive(Clone, Copy)]
struct Source<'a> {
    unit: usize,
    section: &'a Section,
    element: &'a Element,
}

struct Compiler<'a> {
    units: &'a [Unit<'a>],
    sources: Vec<Source<'a>>,
    scope: Scope,
    inputs: Vec<Input>,
    decisions: Vec<Decision>,
    /// What each element became, by global index less the number of inputs.
    compiled: Vec<Compilation>,
    /// The globals that each element names.
    uses: Vec<Vec<u32>>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Compiler<'a> {
    fn new(units: &'a [Unit<'a>], allowed: &[Allowed]) -> Compiler<'a> {
        let mut diagnostics = Vec::new();
        let mut scope = Scope::default();
        scope.add_types(units, &mut diagnostics);
        let inputs = scope.add_inputs(units, allowed, &mut diagnostics);
        let sources = sources(units, &mut diagnostics);
        for source in &sources {
            scope.add_element(units, source.unit, source.element, &mut diagnostics);
        }
        Compiler {
            units,
            sources,
            scope,
            inputs,
            decisions: Vec::new(),
            compiled: Vec::new(),
            uses: Vec::new(),
            diagnostics,
        }
    }

    fn elements(&mut self) {
        for source in self.sources.clone() {
            let (compiled, uses) = self.element(source);
            self.compiled.push(compiled);
            self.uses.push(uses);
        }
    }

    fn element(&mut self, source: Source<'a>) -> (Compilation, Vec<u32>) {
        let element = source.element;
        let at = At { source, rule: None, column: None };
        let parameters = self.scope.parameters(&element.name.text);
        let kind = self.scope.result(&element.name.text);
        let mut uses = Vec::new();
        let Some(logic) = &element.logic else {
            let message = format!("`{}` has no logic", element.name.text);
            self.report(&at, Code::Notation, message, None, element.name.span);
            return (Compilation::Nothing, uses);
        };
        let name: Arc<str> = element.name.text.as_str().into();
        match (logic, &element.parameters) {
            (Logic::Literal(text), None) => {
                let Some(expression) = self.expression(&at, text, &[], &mut uses) else {
                    return (Compilation::Nothing, uses);
                };
                self.wants(&at, text, &expression.expr.ty, &kind);
                (Compilation::Decision(Step::Literal(expression)), uses)
            }
            (Logic::Literal(text), Some(_)) => {
                let Some(body) = self.expression(&at, text, &parameters, &mut uses) else {
                    return (Compilation::Nothing, uses);
                };
                self.wants(&at, text, &body.expr.ty, &kind);
                let function = ExpressionFunction { parameters, result: kind, body };
                (Compilation::Function(provided(function)), uses)
            }
            (Logic::Table(table), parameterised) => {
                let compiled = self.table(&at, &name, table, &kind, &parameters, &mut uses);
                match (compiled, parameterised) {
                    (None, _) => (Compilation::Nothing, uses),
                    (Some(table), None) => (Compilation::Decision(Step::Table(table)), uses),
                    (Some(table), Some(_)) => {
                        let function = TableFunction { parameters, result: kind, table };
                        (Compilation::Function(provided(function)), uses)
                    }
                }
            }
        }
    }

    // FEEL texts.

    fn expression(
        &mut self,
        at: &At<'_>,
        text: &Text,
        parameters: &[(Arc<str>, Type)],
        uses: &mut Vec<u32>,
    ) -> Option<Compiled> {
        let expr = match parser::expression(&text.text, &self.scope.names) {
            Ok(expr) => expr,
            Err(fault) => {
                self.fault(at, text, &fault);
                return None;
            }
        };
        self.check_domains(at, text, &expr, None);
        let (compiled, faults) = check::expression(&expr, parameters, &self.scope);
        check::globals(&compiled.expr, uses);
        faults.iter().for_each(|fault| self.fault(at, text, fault));
        faults.is_empty().then_some(compiled)
    }

    fn tests(
        &mut self,
        at: &At<'_>,
        text: &Text,
        input: &Input,
        parameters: &[(Arc<str>, Type)],
        uses: &mut Vec<u32>,
    ) -> Option<CompiledTests> {
        let tests = match parser::unary_tests(&text.text, &self.scope.names) {
            Ok(tests) => tests,
            Err(fault) => {
                self.fault(at, text, &fault);
                return None;
            }
        };
        for test in &tests.tests {
            self.check_domains(at, text, test, Some(input));
        }
        let (compiled, faults) = check::unary_tests(&tests, &input.kind, parameters, &self.scope);
        check::visit_tests(&compiled.tests, &mut |expr| check::globals(expr, uses));
        faults.iter().for_each(|fault| self.fault(at, text, fault));
        faults.is_empty().then_some(compiled)
    }

    /// Reports constants that the allowed values of what they are compared with exclude.
    fn check_domains(
        &mut self,
        at: &At<'_>,
        text: &Text,
        expr: &syntax::Expr,
        tested: Option<&Input>,
    ) {
        for fault in domain::faults(expr, tested, &self.inputs) {
            let span = text.at(fault.span);
            self.report(at, Code::NotAllowed, fault.message, fault.help, span);
        }
    }

    /// Reports a value of another type than its place asks for.
    fn wants(&mut self, at: &At<'_>, text: &Text, given: &Type, wanted: &Type) {
        if !given.overlaps(wanted) {
            let message = format!("this is {given}, but must be {wanted}");
            let help = match (given, wanted) {
                (Type::String, Type::Number) => Some("write the number without quotes".to_owned()),
                (Type::String, Type::Boolean) => Some("write `true` or `false`".to_owned()),
                (Type::String, Type::Date) => Some("write `date(\"2026-11-23\")`".to_owned()),
                _ => None,
            };
            self.report(at, Code::Type, message, help, text.span);
        }
    }

    fn fault(&mut self, at: &At<'_>, text: &Text, fault: &Fault) {
        let code = match fault.code {
            FaultCode::UnknownName => Code::UnknownName,
            FaultCode::Type => Code::Type,
            FaultCode::Limit => Code::Limit,
            _ => Code::Syntax,
        };
        let word = fault.span.of(&text.text).unwrap_or_default();
        let help = match &fault.help {
            None if code == Code::UnknownName && self.is_code(word) => {
                Some(format!("a text stands between quotes: \"{word}\""))
            }
            help => help.clone(),
        };
        self.report(at, code, fault.message.clone(), help, text.at(fault.span));
    }

    /// Whether a word is an allowed value of some input.
    fn is_code(&self, word: &str) -> bool {
        let word = Value::string(word);
        self.inputs.iter().flat_map(|input| &input.allowed).any(|values| values.contains(&word))
    }

    fn report(
        &mut self,
        at: &At<'_>,
        code: Code,
        message: String,
        help: Option<String>,
        span: Span,
    ) {
        let file = self.units.get(at.source.unit).map(|unit| unit.file.clone());
        self.diagnostics.push(Diagnostic {
            severity: Severity::Error,
            code,
            message,
            help,
            place: Place {
                file: file.unwrap_or_default(),
                span,
                element: Some(at.source.element.name.text.clone()),
                rule: at.rule.clone(),
                column: at.column.clone(),
            },
        });
    }

    // The whole.

    fn finish(mut self) -> Result<Program, Vec<Diagnostic>> {
        let inputs = self.inputs.len();
        let order = self.order();
        if self.diagnostics.iter().any(|d| d.severity == Severity::Error) {
            return Err(self.diagnostics);
        }
        let mut ids: HashMap<usize, DecisionId> = HashMap::new();
        for (index, compiled) in self.compiled.iter().enumerate() {
            if matches!(compiled, Compilation::Decision(_)) {
                let id = DecisionId(ids.len());
                ids.insert(index, id);
            }
        }
        // What a decision rests on reaches through functions to what they name.
        let reach: Vec<Vec<u32>> =
            (0..self.uses.len()).map(|index| self.reach(index, inputs)).collect();
        let mut steps = Vec::new();
        let mut functions = Vec::new();
        let compiled = std::mem::take(&mut self.compiled);
        for (index, (compiled, source)) in compiled.into_iter().zip(&self.sources).enumerate() {
            match compiled {
                Compilation::Decision(step) => {
                    let uses = reach.get(index).map(Vec::as_slice).unwrap_or_default();
                    let info = self.describe(*source, &step, uses, &ids);
                    self.decisions.push(info);
                    steps.push((inputs + index, step));
                }
                Compilation::Function(value) => functions.push((inputs + index, value)),
                Compilation::Nothing => {}
            }
        }
        let order = order.iter().filter_map(|index| ids.get(index).copied()).collect();
        Ok(Program::new(
            self.inputs,
            self.decisions,
            steps,
            functions,
            inputs + self.sources.len(),
            order,
            self.diagnostics,
        ))
    }

    /// The globals that an element names, and those that the functions among them name.
    fn reach(&self, index: usize, inputs: usize) -> Vec<u32> {
        let mut found: Vec<u32> = Vec::new();
        let mut waiting: Vec<u32> = self.uses.get(index).cloned().unwrap_or_default();
        while let Some(global) = waiting.pop() {
            if found.contains(&global) {
                continue;
            }
            found.push(global);
            let Some(element) = (global as usize).checked_sub(inputs) else { continue };
            if matches!(self.compiled.get(element), Some(Compilation::Function(_))) {
                waiting.extend(self.uses.get(element).into_iter().flatten());
            }
        }
        found.sort_unstable();
        found
    }

    /// Elements in an order in which each comes after those that it names; cycles of decisions
    /// are reported.
    fn order(&mut self) -> Vec<usize> {
        #[derive(Clone, Copy, PartialEq)]
        enum Mark {
            New,
            Open,
            Done,
        }
        let inputs = self.inputs.len();
        let count = self.sources.len();
        let mut marks = vec![Mark::New; count];
        let mut order = Vec::with_capacity(count);
        let mut cycles: Vec<Vec<usize>> = Vec::new();
        for start in 0..count {
            // Depth first without recursion: an element, and how many of its uses are seen.
            let mut path: Vec<(usize, usize)> = vec![(start, 0)];
            if marks.get(start) != Some(&Mark::New) {
                continue;
            }
            while let Some((element, seen)) = path.last_mut() {
                let element = *element;
                if let Some(mark) = marks.get_mut(element) {
                    *mark = Mark::Open;
                }
                let next = self.uses.get(element).and_then(|uses| uses.get(*seen)).copied();
                *seen += 1;
                let Some(global) = next else {
                    if let Some(mark) = marks.get_mut(element) {
                        *mark = Mark::Done;
                    }
                    order.push(element);
                    path.pop();
                    continue;
                };
                let Some(used) = (global as usize).checked_sub(inputs) else { continue };
                match marks.get(used) {
                    Some(Mark::New) => path.push((used, 0)),
                    Some(Mark::Open) => {
                        let from = path.iter().position(|(e, _)| *e == used).unwrap_or(0);
                        let cycle: Vec<usize> = path.iter().skip(from).map(|(e, _)| *e).collect();
                        // Functions may call themselves; fuel and depth bound them.
                        let functions = cycle.iter().all(|e| {
                            self.sources.get(*e).is_some_and(|s| s.element.parameters.is_some())
                        });
                        if !functions {
                            cycles.push(cycle);
                        }
                    }
                    _ => {}
                }
            }
        }
        for cycle in cycles {
            self.report_cycle(&cycle);
        }
        order
    }

    fn report_cycle(&mut self, cycle: &[usize]) {
        let names: Vec<String> = cycle
            .iter()
            .chain(cycle.first())
            .filter_map(|element| self.sources.get(*element))
            .map(|source| format!("`{}`", source.element.name.text))
            .collect();
        let Some(source) = cycle.first().and_then(|first| self.sources.get(*first)).copied() else {
            return;
        };
        let message = format!("decisions require each other in a circle: {}", names.join(" → "));
        let help = "a decision cannot rest on itself; take one of these names out of its logic";
        let at = At { source, rule: None, column: None };
        self.report(&at, Code::Cycle, message, Some(help.to_owned()), source.element.name.span);
    }

    fn describe(
        &self,
        source: Source<'_>,
        step: &Step,
        uses: &[u32],
        ids: &HashMap<usize, DecisionId>,
    ) -> Decision {
        let element = source.element;
        let (inputs, decisions) = self.split(uses, ids);
        let (table, expression) = match (&element.logic, step) {
            (Some(Logic::Table(table)), Step::Table(compiled)) => {
                (Some(self.describe_table(table, compiled, ids)), None)
            }
            (Some(Logic::Literal(text)), _) => (None, Some(text.text.clone())),
            _ => (None, None),
        };
        Decision {
            name: element.name.text.as_str().into(),
            kind: self.scope.result(&element.name.text),
            title: source.section.title.clone(),
            file: self.units.get(source.unit).map(|unit| unit.file.clone()).unwrap_or_default(),
            unit: source.unit,
            citations: source.section.citations.clone(),
            inputs,
            decisions,
            table,
            expression,
        }
    }

    /// The inputs and the decisions among globals.
    fn split(
        &self,
        globals: &[u32],
        ids: &HashMap<usize, DecisionId>,
    ) -> (Vec<InputId>, Vec<DecisionId>) {
        let count = self.inputs.len();
        let mut inputs = Vec::new();
        let mut decisions = Vec::new();
        for global in globals {
            match (*global as usize).checked_sub(count) {
                None => inputs.push(InputId(*global as usize)),
                Some(element) => decisions.extend(ids.get(&element).copied()),
            }
        }
        (inputs, decisions)
    }
}

/// The place that a message is about.
#[derive(Clone)]
struct At<'a> {
    source: Source<'a>,
    rule: Option<String>,
    column: Option<String>,
}

fn provided(function: impl feel::eval::Callable + 'static) -> Value {
    Value::Function(Function::Closure(Arc::new(Closure::Provided(Arc::new(function)))))
}

/// The elements of all units, in order; an overlay's element stands in the place of the one that
/// it replaces.
fn sources<'a>(units: &'a [Unit<'a>], diagnostics: &mut Vec<Diagnostic>) -> Vec<Source<'a>> {
    let mut sources: Vec<Source<'a>> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (unit, Unit { file, model, role }) in units.iter().enumerate() {
        for (section, element) in model.elements() {
            let source = Source { unit, section, element };
            let name = element.name.text.as_str();
            let Some(place) = places.get(name).copied() else {
                places.insert(name, sources.len());
                sources.push(source);
                continue;
            };
            let Some(other) = sources.get_mut(place) else { continue };
            if *role == Role::Overlay && other.unit != unit {
                *other = source;
                continue;
            }
            diagnostics.push(Diagnostic {
                severity: Severity::Error,
                code: Code::DuplicateName,
                message: format!("`{name}` is defined twice"),
                help: Some("give one of the two another name".to_owned()),
                place: Place {
                    file: file.clone(),
                    span: element.name.span,
                    element: Some(name.to_owned()),
                    ..Place::default()
                },
            });
        }
    }
    sources
}
