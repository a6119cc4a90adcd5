//! Model to program: names are resolved, types are checked, tables are indexed.
//!
//! Compiling never stops at the first fault. It needs nothing of the models but their texts, and
//! gives a program that can be evaluated without meeting an unknown name or a wrong type.

mod boxed;
mod domain;
mod environment;
mod suspicion;
mod table;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use feel::check;
use feel::eval::Callable;
use feel::fault::{Fault, FaultCode};
use feel::parser;
use feel::syntax;
use feel::typed::{Closure, Compiled, CompiledTests};
use feel::value::Function;
use feel::{Span, Type, Value};

use self::environment::{Scope, dangling};
use crate::coercion::{CheckedFunction, Coercion};
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::model::{DecisionService, Element, Logic, Model, Reference, Requirement, Section, Text};
use crate::program::{
    Decision, DecisionId, Input, InputId, Invocable, Origins, Parts, Program, Recipe, Step,
};
use crate::service::ServiceFunction;
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
    /// A model whose inputs, types and decisions the main one uses by name; in the lenient mode,
    /// behind the prefix that its import gives them.
    Import,
    /// A model whose decisions replace those of the same name.
    Overlay,
}

/// How strict compiling is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Every fault of a FEEL text is an error: nothing is found for the first time when a case is
    /// decided.
    #[default]
    Strict,
    /// For models of other tools: what the standard turns into `null` when it is evaluated is a
    /// warning, values are coerced to their declared types, and allowed values are enforced.
    Lenient,
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
    compile_as(units, allowed, Mode::Strict)
}

/// Compiles models to one program as [`compile`] does, as strictly as `mode` says. The first unit
/// is the one whose prefixes count.
///
/// # Errors
///
/// All faults that are found, when one of them at least is an error.
pub fn compile_as(
    units: &[Unit<'_>],
    allowed: &[Allowed],
    mode: Mode,
) -> Result<Program, Vec<Diagnostic>> {
    let mut compiler = Compiler::new(units, allowed, mode);
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
    mode: Mode,
    sources: Vec<Source<'a>>,
    /// Decision services, each with the index of its model.
    services: Vec<(usize, &'a DecisionService)>,
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
    fn new(units: &'a [Unit<'a>], allowed: &[Allowed], mode: Mode) -> Compiler<'a> {
        let mut diagnostics = Vec::new();
        let mut scope = Scope::new(units, mode);
        scope.add_types(units, mode, &mut diagnostics);
        let inputs = scope.add_inputs(units, allowed, &mut diagnostics);
        let sources = sources(units, &scope, &mut diagnostics);
        for source in &sources {
            scope.add_element(units, source.unit, source.element, &mut diagnostics);
        }
        let services: Vec<(usize, &DecisionService)> = units
            .iter()
            .enumerate()
            .flat_map(|(number, unit)| unit.model.services.iter().map(move |s| (number, s)))
            .collect();
        for (number, service) in &services {
            scope.add_service(units, *number, service, &mut diagnostics);
        }
        if mode == Mode::Lenient {
            // The standard makes of these faults a null, or nothing at all.
            for fault in &mut diagnostics {
                if fault.code != Code::DuplicateName {
                    fault.severity = Severity::Warning;
                }
            }
        }
        Compiler {
            units,
            mode,
            sources,
            services,
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
        let key = self.scope.key(source.unit, &element.name.text);
        self.scope.enter_element(source.unit, element);
        let parameters = self.scope.parameters(&key);
        let kind = self.scope.result(&key);
        let uses = Vec::new();
        if let Some(exchange) = &element.exchange {
            self.check_requirements(source, &exchange.requires);
        }
        let Some(logic) = &element.logic else {
            let message = format!("`{}` has no logic", element.name.text);
            self.report(&at, Code::Notation, message, None, element.name.span);
            return (Compilation::Nothing, uses);
        };
        self.logic(source, &at, logic, &parameters, &kind, uses)
    }

    fn logic(
        &mut self,
        source: Source<'a>,
        at: &At<'_>,
        logic: &Logic,
        parameters: &[(Arc<str>, Type)],
        kind: &Type,
        mut uses: Vec<u32>,
    ) -> (Compilation, Vec<u32>) {
        let element = source.element;
        let (parameters, kind) = (parameters.to_vec(), kind.clone());
        let name: Arc<str> = element.name.text.as_str().into();
        match (logic, &element.parameters) {
            (Logic::Literal(text), None) => {
                let Some(expression) = self.expression(at, text, &[], &mut uses) else {
                    return (Compilation::Nothing, uses);
                };
                self.wants(at, text, &expression.expr.ty, &kind);
                (Compilation::Decision(Step::Literal(expression)), uses)
            }
            (Logic::External(span), None) if self.mode == Mode::Strict => {
                self.report(at, Code::Type, REFUSED.to_owned(), None, *span);
                (Compilation::Nothing, uses)
            }
            (Logic::Literal(text), Some(_)) => {
                let Some(body) = self.expression(at, text, &parameters, &mut uses) else {
                    return (Compilation::Nothing, uses);
                };
                self.wants(at, text, &body.expr.ty, &kind);
                let function = ExpressionFunction { parameters, result: kind, body };
                (Compilation::Function(self.checked(at, function)), uses)
            }
            (Logic::Table(table), parameterised) => {
                let compiled = self.table(at, &name, table, &kind, &parameters, &mut uses);
                match (compiled, parameterised) {
                    (None, _) => (Compilation::Nothing, uses),
                    (Some(table), None) => (Compilation::Decision(Step::Table(table)), uses),
                    (Some(table), Some(_)) => {
                        let function = TableFunction { parameters, result: kind, table };
                        (Compilation::Function(self.checked(at, function)), uses)
                    }
                }
            }
            // The decision's own type is what its value is coerced to in the end.
            (Logic::Typed(inner, declared), _)
                if declared.text == element.result.text
                    && matches!(**inner, Logic::Literal(_) | Logic::Table(_)) =>
            {
                self.logic(source, at, inner, &parameters, &kind, uses)
            }
            (logic, parameterised) => {
                let mut locals = parameters.clone();
                let expr = self.boxed(at, logic, &mut locals, &mut uses);
                let (body, faults) = check::expression(&expr, &parameters, &self.scope);
                check::globals(&body.expr, &mut uses);
                for fault in &faults {
                    self.fault_at(at, fault, fault.span, "");
                }
                if parameterised.is_none() {
                    return (Compilation::Decision(Step::Literal(body)), uses);
                }
                let function = ExpressionFunction { parameters, result: kind, body };
                (Compilation::Function(self.checked(at, function)), uses)
            }
        }
    }

    /// A function; in the lenient mode with its arguments and its result as declared.
    fn checked(&mut self, at: &At<'_>, function: impl Callable + 'static) -> Value {
        if self.mode == Mode::Strict {
            return provided(function);
        }
        let element = at.source.element;
        let declared = element.parameters.iter().flatten().map(|parameter| &parameter.kind);
        let parameters: Vec<Coercion> =
            declared.map(|kind| self.scope.coercion(kind).unwrap_or_default()).collect();
        let result = self.scope.result_coercion(&element.result).unwrap_or_default();
        provided(CheckedFunction { function: Arc::new(function), parameters, result })
    }

    /// Reports requirements of what is not there.
    fn check_requirements(&mut self, source: Source<'_>, requires: &[Requirement]) {
        for Requirement { target: reference, .. } in requires {
            if self.scope.referred(source.unit, reference).is_none()
                && let Some(unit) = self.units.get(source.unit)
            {
                let mut fault = dangling(unit, &source.element.name, reference);
                fault.severity = Severity::Warning;
                self.diagnostics.push(fault);
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
                if self.mode == Mode::Strict {
                    return None;
                }
                boxed::failed(&fault, fault.span)
            }
        };
        self.check_domains(at, text, &expr, None);
        let (compiled, faults) = check::expression(&expr, parameters, &self.scope);
        check::globals(&compiled.expr, uses);
        faults.iter().for_each(|fault| self.fault(at, text, fault));
        (faults.is_empty() || self.mode == Mode::Lenient).then_some(compiled)
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
                if self.mode == Mode::Strict {
                    return None;
                }
                let tests = vec![boxed::failed(&fault, fault.span)];
                syntax::UnaryTests { negated: false, tests }
            }
        };
        for test in &tests.tests {
            self.check_domains(at, text, test, Some(input));
        }
        let (compiled, faults) = check::unary_tests(&tests, &input.kind, parameters, &self.scope);
        check::visit_tests(&compiled.tests, &mut |expr| check::globals(expr, uses));
        faults.iter().for_each(|fault| self.fault(at, text, fault));
        (faults.is_empty() || self.mode == Mode::Lenient).then_some(compiled)
    }

    /// Reports constants that the allowed values of what they are compared with exclude.
    fn check_domains(
        &mut self,
        at: &At<'_>,
        text: &Text,
        expr: &syntax::Expr,
        tested: Option<&Input>,
    ) {
        // Names of inputs are told apart by scope, which this does not look at.
        if self.mode == Mode::Lenient {
            return;
        }
        for fault in domain::faults(expr, tested, &self.inputs) {
            let span = text.at(fault.span);
            self.report(at, Code::NotAllowed, fault.message, fault.help, span);
        }
    }

    /// Reports a value of another type than its place asks for.
    fn wants(&mut self, at: &At<'_>, text: &Text, given: &Type, wanted: &Type) {
        if !given.overlaps(wanted) {
            let message = format!("this is {given}, but must be {wanted}");
            let help = feel::hint::conversion(given, wanted, &text.text);
            self.report(at, Code::Type, message, help, text.span);
        }
    }

    fn fault(&mut self, at: &At<'_>, text: &Text, fault: &Fault) {
        let word = fault.span.of(&text.text).unwrap_or_default();
        self.fault_at(at, fault, text.at(fault.span), word);
    }

    /// Reports a fault at a place of the document, where `word` stands.
    fn fault_at(&mut self, at: &At<'_>, fault: &Fault, span: Span, word: &str) {
        let code = match fault.code {
            FaultCode::UnknownName => Code::UnknownName,
            FaultCode::Type => Code::Type,
            FaultCode::Limit => Code::Limit,
            _ => Code::Syntax,
        };
        let help = if code == Code::UnknownName && self.is_code(word) {
            Some(format!("a text stands between quotes: \"{word}\""))
        } else {
            fault.help.clone()
        };
        self.report(at, code, fault.message.clone(), help, span);
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
        let severity = match (self.mode, code) {
            (Mode::Strict, _) | (_, Code::Cycle | Code::DuplicateName) => Severity::Error,
            _ => Severity::Warning,
        };
        self.diagnostics.push(Diagnostic {
            severity,
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
        let mut recipes: Vec<Arc<Recipe>> = Vec::new();
        let mut functions = Vec::new();
        let mut origins = Origins::default();
        let compiled = std::mem::take(&mut self.compiled);
        for (index, (compiled, source)) in
            compiled.into_iter().zip(self.sources.clone()).enumerate()
        {
            let global = inputs + index;
            let own = &source.element.name.text;
            let name = self.scope.qualified(source.unit, own);
            match compiled {
                Compilation::Decision(step) => {
                    let uses = reach.get(index).map(Vec::as_slice).unwrap_or_default();
                    let info = self.describe(source, &step, uses, &ids);
                    let kind = info.kind.clone();
                    if let Some(namespace) = self.namespace(source.unit) {
                        let id = DecisionId(self.decisions.len());
                        origins.decisions.push((namespace, own.clone(), id));
                    }
                    self.decisions.push(info);
                    let checked = self.decision_coercion(source);
                    let coercion = checked.or_else(|| unsettled(&step, &kind));
                    let global = u32::try_from(global).unwrap_or(u32::MAX);
                    recipes.push(Arc::new(Recipe { global, step, kind, coercion }));
                }
                Compilation::Function(function) => {
                    let outputs = Vec::new();
                    functions.push(Invocable { name: name.into(), global, function, outputs });
                }
                Compilation::Nothing => {}
            }
        }
        let order: Vec<DecisionId> =
            order.iter().filter_map(|index| ids.get(index).copied()).collect();
        let input_types = self.input_types(&mut origins);
        functions.extend(self.service_functions(&recipes, &reach, &order, &input_types));
        Ok(Program::new(Parts {
            inputs: self.inputs,
            decisions: self.decisions,
            recipes,
            functions,
            globals: inputs + self.sources.len() + self.services.len(),
            input_types,
            origins,
            order,
            warnings: self.diagnostics,
        }))
    }

    /// The namespace of a model in a program of exchanged ones.
    fn namespace(&self, unit: usize) -> Option<String> {
        self.units.get(unit)?.model.namespace.clone()
    }

    fn decision_coercion(&mut self, source: Source<'_>) -> Option<Coercion> {
        if self.mode == Mode::Strict {
            return None;
        }
        self.scope.enter(source.unit);
        Some(self.scope.coercion(&source.element.result).unwrap_or_default())
    }

    /// What the inputs are coerced to, in the lenient mode.
    fn input_types(&mut self, origins: &mut Origins) -> Vec<Coercion> {
        if self.mode == Mode::Strict {
            return Vec::new();
        }
        let mut types = vec![Coercion::default(); self.inputs.len()];
        for (number, unit) in self.units.iter().enumerate() {
            self.scope.enter(number);
            for input in unit.model.inputs() {
                let key = self.scope.key(number, &input.name.text);
                let Some((index, _)) = self.scope.by_key(&key) else { continue };
                if let Some(namespace) = &unit.model.namespace {
                    let id = InputId(index as usize);
                    origins.inputs.push((namespace.clone(), input.name.text.clone(), id));
                }
                if let Some(slot) = types.get_mut(index as usize) {
                    *slot = self.scope.coercion(&input.kind).unwrap_or_default();
                }
            }
        }
        types
    }

    /// The decision services as functions.
    fn service_functions(
        &mut self,
        recipes: &[Arc<Recipe>],
        reach: &[Vec<u32>],
        order: &[DecisionId],
        input_types: &[Coercion],
    ) -> Vec<Invocable> {
        let inputs = self.inputs.len();
        let mut functions = Vec::new();
        for (number, (unit, service)) in self.services.clone().into_iter().enumerate() {
            self.scope.enter(unit);
            let global = |compiler: &Self, reference: &Reference| {
                let (_, name, key) = compiler.scope.referred(unit, reference)?;
                Some((Arc::<str>::from(name), compiler.scope.by_key(&key)?.0))
            };
            let mut given = Vec::new();
            let mut parameters = Vec::new();
            for reference in service.input_data.iter().chain(&service.input_decisions) {
                let Some((name, index)) = global(self, reference) else { continue };
                let kind = self.coercion_of(index, input_types);
                given.push(index);
                parameters.push((name, kind));
            }
            let mut outputs = Vec::new();
            for reference in &service.outputs {
                match global(self, reference) {
                    Some(output) => outputs.push(output),
                    None => {
                        if let Some(unit) = self.units.get(unit) {
                            let mut fault = dangling(unit, &service.name, reference);
                            fault.severity = Severity::Warning;
                            self.diagnostics.push(fault);
                        }
                    }
                }
            }
            // The decisions that the outputs rest on, up to those that are given.
            let mut inside: HashSet<u32> = HashSet::new();
            let mut waiting: Vec<u32> = outputs.iter().map(|(_, index)| *index).collect();
            while let Some(index) = waiting.pop() {
                if given.contains(&index) || !inside.insert(index) {
                    continue;
                }
                let element = (index as usize).checked_sub(inputs);
                waiting.extend(element.and_then(|e| reach.get(e)).into_iter().flatten());
            }
            let recipes = order
                .iter()
                .filter_map(|id| recipes.get(id.0))
                .filter(|recipe| inside.contains(&recipe.global))
                .cloned()
                .collect();
            let result = self.scope.result_coercion(&service.result).unwrap_or_default();
            let names = outputs.iter().map(|(name, _)| name.clone()).collect();
            let function = ServiceFunction {
                parameters: parameters.iter().map(|(n, c)| (n.clone(), c.kind.clone())).collect(),
                result: result.kind.clone(),
                given,
                recipes,
                outputs,
            };
            let parameters = parameters.into_iter().map(|(_, coercion)| coercion).collect();
            let function = CheckedFunction { function: Arc::new(function), parameters, result };
            functions.push(Invocable {
                name: self.scope.qualified(unit, &service.name.text).into(),
                global: inputs + self.sources.len() + number,
                function: provided(function),
                outputs: names,
            });
        }
        functions
    }

    /// What the variable with this index is coerced to.
    fn coercion_of(&mut self, global: u32, input_types: &[Coercion]) -> Coercion {
        let Some(element) = (global as usize).checked_sub(self.inputs.len()) else {
            return input_types.get(global as usize).cloned().unwrap_or_default();
        };
        let Some(source) = self.sources.get(element).copied() else { return Coercion::default() };
        self.scope.enter(source.unit);
        self.scope.coercion(&source.element.result).unwrap_or_default()
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
            name: self.scope.qualified(source.unit, &element.name.text).into(),
            kind: self.scope.result(&self.scope.key(source.unit, &element.name.text)),
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

impl At<'_> {
    /// The place of the element's name.
    fn span(&self) -> Span {
        self.source.element.name.span
    }
}

/// Why functions in other languages have no value.
const REFUSED: &str = "external functions (Java, PMML) are refused";

fn provided(function: impl Callable + 'static) -> Value {
    Value::Function(Function::Closure(Arc::new(Closure::Provided(Arc::new(function)))))
}

/// The elements of all units, in order; an overlay's element stands in the place of the one that
/// it replaces.
fn sources<'a>(
    units: &'a [Unit<'a>],
    scope: &Scope,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Source<'a>> {
    let mut sources: Vec<Source<'a>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (unit, Unit { file, model, role }) in units.iter().enumerate() {
        for (section, element) in model.elements() {
            let source = Source { unit, section, element };
            let name = element.name.text.as_str();
            let key = scope.key(unit, name);
            let Some(place) = places.get(&key).copied() else {
                places.insert(key, sources.len());
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

/// The type of a decision, where the checker cannot tell that all its values are of that type.
fn unsettled(step: &Step, kind: &Type) -> Option<Coercion> {
    let conforms = |compiled: &Compiled| compiled.expr.ty.conforms_to(kind);
    let settled = match step {
        Step::Literal(expression) => conforms(expression),
        Step::Table(table) => {
            let outputs = table.rules.iter().map(|rule| &rule.outputs).chain(&table.default);
            outputs.flatten().all(conforms)
        }
    };
    (!settled).then(|| Coercion { kind: kind.clone(), constraint: None })
}
