//! What the names of a program mean: types, inputs, decisions and functions.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use feel::check::{self, Environment};
use feel::fault::Fault;
use feel::fault::FaultCode;
use feel::parser::{self, Names};
use feel::{Type, Value};

use super::{Allowed, Mode, Role, Unit};
use crate::coercion::{Coercion, Constraint};
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::model::{
    DecisionService, Element, ItemDefinition, Logic, Model, Parameter, Reference, Text,
};
use crate::program::Input;

/// The names of a program.
///
/// Names are kept by [key](Scope::key): those of models behind a prefix apart from the others.
#[derive(Debug, Default)]
pub(super) struct Scope {
    types: HashMap<String, Type>,
    /// Allowed values of named types, where they are a finite list.
    allowed: HashMap<String, Vec<Value>>,
    /// What item definitions ask of values, by key.
    constraints: HashMap<String, Arc<Constraint>>,
    globals: HashMap<String, (u32, Type)>,
    results: HashMap<String, Type>,
    parameters: HashMap<String, Vec<(Arc<str>, Type)>>,
    /// Every known name of more than one token.
    pub names: Names,
    mode: Mode,
    views: Vec<UnitView>,
    namespaces: Vec<Option<String>>,
    view: View,
}

/// How one model sees the others.
#[derive(Debug, Default)]
struct UnitView {
    /// Whether its names are kept apart.
    apart: bool,
    /// The models behind its prefixes.
    prefixes: HashMap<String, usize>,
    /// Names that its texts may hold wherever they are bound: of components, entries, columns.
    names: Arc<Names>,
    /// Name of each element by its identifier.
    elements: HashMap<String, String>,
}

/// What the text at hand may name.
#[derive(Debug, Default)]
struct View {
    /// The model that it stands in.
    unit: usize,
    /// Keys of the variables, by name; without this all of them.
    names: Option<HashMap<String, String>>,
    /// Keys of the variables of models behind a prefix, by prefix and name.
    members: HashMap<(String, String), String>,
}

impl Environment for Scope {
    fn global(&self, name: &str) -> Option<(u32, Type)> {
        match &self.view.names {
            None => self.globals.get(name).cloned(),
            Some(names) => self.globals.get(names.get(name)?).cloned(),
        }
    }

    fn named_type(&self, name: &str) -> Option<Type> {
        self.type_key(name).and_then(|key| self.types.get(&key)).cloned()
    }

    fn member(&self, prefix: &str, name: &str) -> Option<(u32, Type)> {
        if self.view.members.is_empty() {
            return None;
        }
        let key = self.view.members.get(&(prefix.to_owned(), name.to_owned()))?;
        self.globals.get(key).cloned()
    }

    fn is_lenient(&self) -> bool {
        self.mode == Mode::Lenient
    }

    fn global_names(&self) -> Vec<&str> {
        match &self.view.names {
            None => self.globals.keys().map(String::as_str).collect(),
            Some(names) => names.keys().map(String::as_str).collect(),
        }
    }

    fn type_names(&self) -> Vec<&str> {
        self.types.keys().map(String::as_str).filter(|key| !key.contains(APART)).collect()
    }
}

/// Separates the parts of a key; no name holds it.
const APART: char = '\u{1f}';

impl Scope {
    /// The scope of these models.
    pub fn new(units: &[Unit<'_>], mode: Mode) -> Scope {
        let mut scope = Scope { mode, ..Scope::default() };
        for unit in units {
            let apart = mode == Mode::Lenient && unit.role == Role::Import;
            let mut view = UnitView { apart, ..UnitView::default() };
            let mut names = Names::new();
            for import in &unit.model.prefixed {
                let namespace = Some(&import.namespace.text);
                let found = units.iter().position(|u| u.model.namespace.as_ref() == namespace);
                if let Some(other) = found {
                    view.prefixes.insert(import.prefix.text.clone(), other);
                    names.add(&import.prefix.text);
                }
            }
            for input in unit.model.inputs().filter(|input| !input.id.is_empty()) {
                view.elements.insert(input.id.clone(), input.name.text.clone());
            }
            for (_, element) in unit.model.elements() {
                if let Some(exchange) = &element.exchange {
                    view.elements.insert(exchange.id.clone(), element.name.text.clone());
                }
            }
            for service in &unit.model.services {
                view.elements.insert(service.id.clone(), service.name.text.clone());
            }
            if mode == Mode::Lenient {
                names.tolerate();
                bound_names(unit.model, &mut |name| names.add(name));
                for other in units {
                    for item in other.model.types() {
                        component_names(item, &mut |name| names.add(name));
                    }
                }
            }
            view.names = Arc::new(names);
            scope.views.push(view);
            scope.namespaces.push(unit.model.namespace.clone());
        }
        scope
    }

    /// The key of a name of the model `unit`.
    pub fn key(&self, unit: usize, name: &str) -> String {
        match self.views.get(unit) {
            Some(view) if view.apart => format!("{unit}{APART}{name}"),
            _ => name.to_owned(),
        }
    }

    /// The key of a type as the model at hand names it.
    fn type_key(&self, name: &str) -> Option<String> {
        let own = self.key(self.view.unit, name);
        if self.types.contains_key(&own) {
            return Some(own);
        }
        let view = self.views.get(self.view.unit)?;
        if let Some(unit) = view.prefixes.get("") {
            let key = self.key(*unit, name);
            if self.types.contains_key(&key) {
                return Some(key);
            }
        }
        name.match_indices('.').find_map(|(at, _)| {
            let unit = view.prefixes.get(name.get(..at)?)?;
            let key = self.key(*unit, name.get(at + 1..)?);
            self.types.contains_key(&key).then_some(key)
        })
    }

    /// Looks at names as the model `unit` does.
    pub fn enter(&mut self, unit: usize) {
        self.view = View { unit, ..View::default() };
    }

    /// Looks at names as an element of the model `unit` does.
    pub fn enter_element(&mut self, unit: usize, element: &Element) {
        self.enter(unit);
        let Some(exchange) = &element.exchange else { return };
        let mut names = HashMap::new();
        let mut members = HashMap::new();
        let mut known =
            self.views.get(unit).map(|view| Names::over(&view.names)).unwrap_or_default();
        for (prefix, name, key) in
            exchange.requires.iter().filter_map(|r| self.referred(unit, &r.target))
        {
            known.add(&name);
            match prefix {
                None => {
                    names.insert(name, key);
                }
                Some(prefix) => {
                    members.insert((prefix, name), key);
                }
            }
        }
        if element.parameters.is_some() {
            // A function may call itself.
            known.add(&element.name.text);
            let key = self.key(unit, &element.name.text);
            names.entry(element.name.text.clone()).or_insert(key);
        }
        self.names = known;
        self.view = View { unit, names: Some(names), members };
    }

    /// Prefix, name and key of what a reference in the model `unit` means.
    pub fn referred(
        &self,
        unit: usize,
        reference: &Reference,
    ) -> Option<(Option<String>, String, String)> {
        let view = self.views.get(unit)?;
        let own = || {
            let name = view.elements.get(&reference.id.text)?;
            Some((None, name.clone(), self.key(unit, name)))
        };
        if reference.namespace.is_none() {
            return own();
        }
        let found = view.prefixes.iter().find_map(|(prefix, other)| {
            let there = self.views.get(*other)?;
            let namespace = self.namespaces.get(*other)?;
            if namespace.as_ref() != reference.namespace.as_ref() {
                return None;
            }
            let name = there.elements.get(&reference.id.text)?;
            let prefix = (!prefix.is_empty()).then(|| prefix.clone());
            Some((prefix, name.clone(), self.key(*other, name)))
        });
        found.or_else(own)
    }

    /// The type of an element's result.
    pub fn result(&self, key: &str) -> Type {
        self.results.get(key).cloned().unwrap_or(Type::Any)
    }

    /// The parameters of a business knowledge model; none for a decision.
    pub fn parameters(&self, key: &str) -> Vec<(Arc<str>, Type)> {
        self.parameters.get(key).cloned().unwrap_or_default()
    }

    /// The index and the type of the variable with this key.
    pub fn by_key(&self, key: &str) -> Option<(u32, Type)> {
        self.globals.get(key).cloned()
    }

    /// The allowed values of the type that `text` names, where they are a finite list.
    pub fn allowed_of(&self, text: &Text) -> Option<Vec<Value>> {
        let key = self.type_key(text.text.trim())?;
        self.allowed.get(&key).cloned()
    }

    /// What values of the type that `text` names are coerced to.
    pub fn coercion(&self, text: &Text) -> Result<Coercion, Fault> {
        let kind = self.resolve(text)?;
        let key = self.type_key(text.text.trim());
        let constraint = key.and_then(|key| self.constraints.get(&key)).cloned();
        Ok(Coercion { kind, constraint })
    }

    /// What results of a variable of this type are coerced to; the type may also be that of the
    /// function itself.
    pub fn result_coercion(&self, text: &Text) -> Result<Coercion, Fault> {
        let coercion = self.coercion(text)?;
        Ok(match &coercion.kind {
            Type::Function(_, result) => Coercion { kind: (**result).clone(), constraint: None },
            _ => coercion,
        })
    }

    /// Adds the item definitions of all units, whatever their order.
    pub fn add_types(&mut self, units: &[Unit<'_>], mode: Mode, diagnostics: &mut Vec<Diagnostic>) {
        let mut waiting: Vec<(usize, &Unit<'_>, &ItemDefinition)> = units
            .iter()
            .enumerate()
            .flat_map(|(number, unit)| unit.model.types().map(move |t| (number, unit, t)))
            .collect();
        // Each round resolves the types whose bases are known; at most as many rounds as types.
        loop {
            let before = waiting.len();
            let mut faults = Vec::new();
            let mut later = Vec::new();
            for (number, unit, definition) in waiting {
                self.enter(number);
                match self.definition_type(definition) {
                    Ok(kind) => self.add_type(number, unit, definition, kind, diagnostics),
                    Err((text, fault)) => {
                        faults.push(located(unit, text, &fault));
                        later.push((number, unit, definition));
                    }
                }
            }
            waiting = later;
            if waiting.is_empty() || waiting.len() == before {
                diagnostics.extend(faults);
                break;
            }
        }
        if mode == Mode::Lenient {
            self.add_constraints(units, diagnostics);
        }
    }

    /// The type of an item definition; its lists and components are types of their own.
    fn definition_type<'a>(
        &self,
        definition: &'a ItemDefinition,
    ) -> Result<Type, (&'a Text, Fault)> {
        let at = |text: &'a Text| move |fault| (text, fault);
        let single = if let Some(function) = &definition.function {
            let parameters: Vec<Type> = function
                .parameters
                .iter()
                .map(|p| self.resolve(&p.kind).map_err(at(&p.kind)))
                .collect::<Result<_, _>>()?;
            let result = self.resolve(&function.result).map_err(at(&function.result))?;
            Type::function(parameters, result)
        } else if !definition.components.is_empty() {
            let entries: Vec<(Arc<str>, Type)> = definition
                .components
                .iter()
                .map(|c| Ok((Arc::from(c.name.text.as_str()), self.definition_type(c)?)))
                .collect::<Result<_, _>>()?;
            Type::Context(entries.into())
        } else if definition.base.text.is_empty() {
            Type::Any
        } else {
            self.resolve(&definition.base).map_err(at(&definition.base))?
        };
        Ok(if definition.collection { Type::list(single) } else { single })
    }

    fn add_constraints(&mut self, units: &[Unit<'_>], diagnostics: &mut Vec<Diagnostic>) {
        // A definition comes after those that it names; what names itself has no type.
        let mut waiting: Vec<(usize, &Unit<'_>, &ItemDefinition)> = units
            .iter()
            .enumerate()
            .flat_map(|(number, unit)| unit.model.types().map(move |t| (number, unit, t)))
            .collect();
        let mut done: HashSet<String> = HashSet::new();
        loop {
            let before = waiting.len();
            let mut later = Vec::new();
            for (number, unit, definition) in waiting {
                self.enter(number);
                self.names =
                    self.views.get(number).map(|v| Names::over(&v.names)).unwrap_or_default();
                let mut bases = Vec::new();
                base_names(definition, &mut bases);
                let ready = bases
                    .iter()
                    .all(|base| self.type_key(base).is_none_or(|key| done.contains(&key)));
                if !ready {
                    later.push((number, unit, definition));
                    continue;
                }
                let key = self.key(number, &definition.name.text);
                let constraint = self.constraint(unit, definition, diagnostics);
                if !constraint.is_trivial() {
                    self.constraints.insert(key.clone(), Arc::new(constraint));
                }
                done.insert(key);
            }
            waiting = later;
            if waiting.is_empty() || waiting.len() == before {
                return;
            }
        }
    }

    fn constraint(
        &self,
        unit: &Unit<'_>,
        definition: &ItemDefinition,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Constraint {
        let kind = self.definition_type(definition).unwrap_or(Type::Any);
        let item = match &kind {
            Type::List(item) => (**item).clone(),
            kind => kind.clone(),
        };
        let mut tests = |text: &Option<Text>, kind: &Type| {
            let text = text.as_ref()?;
            let tests = parser::unary_tests(&text.text, &self.names);
            let (tests, faults) = match tests {
                Ok(tests) => check::unary_tests(&tests, kind, &[], self),
                Err(fault) => {
                    diagnostics.push(located(unit, text, &fault));
                    return None;
                }
            };
            diagnostics.extend(faults.iter().map(|fault| located(unit, text, fault)));
            Some(tests)
        };
        let allowed = tests(&definition.allowed, &item);
        let whole = tests(&definition.constraint, &kind);
        let base = self.type_key(definition.base.text.trim());
        let mut entries = Vec::new();
        for component in &definition.components {
            let constraint = self.constraint(unit, component, diagnostics);
            if !constraint.is_trivial() {
                entries.push((component.name.text.as_str().into(), Arc::new(constraint)));
            }
        }
        Constraint {
            name: definition.name.text.as_str().into(),
            allowed,
            whole,
            base: base.and_then(|key| self.constraints.get(&key)).cloned(),
            collection: definition.collection,
            entries,
        }
    }

    fn add_type(
        &mut self,
        number: usize,
        unit: &Unit<'_>,
        definition: &ItemDefinition,
        kind: Type,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let name = self.key(number, &definition.name.text);
        if let Some(other) = self.types.get(&name) {
            if unit.role == Role::Main || *other != kind {
                diagnostics.push(duplicate(unit, &definition.name));
            }
            return;
        }
        if let Some(allowed) = &definition.allowed {
            match self.values(allowed, &kind) {
                Ok(Some(values)) => {
                    self.allowed.insert(name.clone(), values);
                }
                Ok(None) => {}
                Err(fault) => diagnostics.push(located(unit, allowed, &fault)),
            }
        }
        self.types.insert(name, kind);
    }

    /// The values of unary tests, if they are a list of constants.
    pub fn values(&self, text: &Text, kind: &Type) -> Result<Option<Vec<Value>>, Fault> {
        let tests = parser::unary_tests(&text.text, &self.names)?;
        let kind = match kind {
            Type::List(element) => element,
            kind => kind,
        };
        let (tests, faults) = check::unary_tests(&tests, kind, &[], self);
        if let Some(fault) = faults.into_iter().next() {
            return Err(fault);
        }
        if tests.tests.negated {
            return Ok(None);
        }
        Ok(tests
            .tests
            .tests
            .iter()
            .map(|test| match test {
                feel::typed::Test::Value(expr) => match expr.constant_value()? {
                    Value::Range(_) | Value::List(_) => None,
                    value => Some(value.clone()),
                },
                _ => None,
            })
            .collect())
    }

    /// Adds the input data of all units; the same input of several models is one.
    pub fn add_inputs(
        &mut self,
        units: &[Unit<'_>],
        allowed: &[Allowed],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<Input> {
        let mut inputs: Vec<Input> = Vec::new();
        for (number, unit) in units.iter().enumerate() {
            self.enter(number);
            for data in unit.model.inputs() {
                let kind = match self.resolve(&data.kind) {
                    Ok(kind) => kind,
                    Err(fault) => {
                        diagnostics.push(located(unit, &data.kind, &fault));
                        Type::Any
                    }
                };
                let name = data.name.text.as_str();
                let key = self.key(number, name);
                if let Some((_, other)) = self.globals.get(&key) {
                    if *other != kind {
                        let mut diagnostic = duplicate(unit, &data.name);
                        diagnostic.message =
                            format!("`{name}` is {kind} here, but {other} in another model");
                        diagnostics.push(diagnostic);
                    }
                    continue;
                }
                let own = data.allowed.as_ref().and_then(|text| match self.values(text, &kind) {
                    Ok(values) => values,
                    Err(fault) => {
                        diagnostics.push(located(unit, text, &fault));
                        None
                    }
                });
                let given = allowed.iter().find(|a| a.input == name).map(|a| a.values.clone());
                let named = self.type_key(data.kind.text.trim());
                let named = named.and_then(|key| self.allowed.get(&key)).cloned();
                self.add_global(&key, kind.clone());
                let name = self.qualified(number, name).into();
                inputs.push(Input { name, kind, allowed: own.or(given).or(named) });
            }
        }
        inputs
    }

    /// The name as the first model knows it: behind the prefixes that lead to its model.
    pub fn qualified(&self, unit: usize, name: &str) -> String {
        if !self.views.get(unit).is_some_and(|view| view.apart) {
            return name.to_owned();
        }
        // The shortest way from the first model, by breadth.
        let mut ways: Vec<(usize, String)> = vec![(0, String::new())];
        let mut seen = 0;
        while let Some((at, way)) = ways.get(seen).cloned() {
            seen += 1;
            if at == unit {
                return format!("{way}{name}");
            }
            let Some(view) = self.views.get(at) else { continue };
            let mut prefixes: Vec<(&String, &usize)> = view.prefixes.iter().collect();
            prefixes.sort();
            for (prefix, other) in prefixes {
                if !ways.iter().any(|(known, _)| known == other) {
                    let dot = if prefix.is_empty() { "" } else { "." };
                    ways.push((*other, format!("{way}{prefix}{dot}")));
                }
            }
        }
        name.to_owned()
    }

    /// Adds a decision or business knowledge model.
    pub fn add_element(
        &mut self,
        units: &[Unit<'_>],
        number: usize,
        element: &Element,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Some(unit) = units.get(number) else { return };
        self.enter(number);
        let mut kind = |scope: &Scope, text: &Text| match scope.resolve(text) {
            Ok(kind) => kind,
            Err(fault) => {
                diagnostics.push(located(unit, text, &fault));
                Type::Any
            }
        };
        let name = self.key(number, &element.name.text);
        let mut result = kind(self, &element.result);
        if let (Some(_), Type::Function(_, inner)) = (&element.parameters, &result) {
            // The type may also be that of the function itself.
            result = (**inner).clone();
        }
        let global = match &element.parameters {
            None => result.clone(),
            Some(parameters) => {
                let parameters: Vec<(Arc<str>, Type)> = parameters
                    .iter()
                    .map(|p| (Arc::from(p.name.text.as_str()), kind(self, &p.kind)))
                    .collect();
                let types: Vec<Type> = parameters.iter().map(|(_, kind)| kind.clone()).collect();
                self.parameters.insert(name.clone(), parameters);
                Type::function(types, result.clone())
            }
        };
        if self.globals.contains_key(&name) {
            diagnostics.push(duplicate(unit, &element.name));
        }
        self.results.insert(name.clone(), result);
        self.add_global(&name, global);
    }

    fn add_global(&mut self, name: &str, kind: Type) {
        let index = u32::try_from(self.globals.len()).unwrap_or(u32::MAX);
        if !name.contains(APART) {
            self.names.add(name);
        }
        self.globals.insert(name.to_owned(), (index, kind));
    }

    /// Adds a decision service.
    pub fn add_service(
        &mut self,
        units: &[Unit<'_>],
        number: usize,
        service: &DecisionService,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Some(unit) = units.get(number) else { return };
        self.enter(number);
        let key = self.key(number, &service.name.text);
        let result = self.result_coercion(&service.result).map(|coercion| coercion.kind);
        let result = result.unwrap_or_else(|fault| {
            diagnostics.push(located(unit, &service.result, &fault));
            Type::Any
        });
        let mut parameters: Vec<(Arc<str>, Type)> = Vec::new();
        for reference in service.input_data.iter().chain(&service.input_decisions) {
            let Some((_, name, key)) = self.referred(number, reference) else {
                diagnostics.push(dangling(unit, &service.name, reference));
                continue;
            };
            let kind = self.by_key(&key).map_or(Type::Any, |(_, kind)| kind);
            parameters.push((name.into(), kind));
        }
        let types: Vec<Type> = parameters.iter().map(|(_, kind)| kind.clone()).collect();
        if self.globals.contains_key(&key) {
            diagnostics.push(duplicate(unit, &service.name));
        }
        self.parameters.insert(key.clone(), parameters);
        self.results.insert(key.clone(), result.clone());
        self.add_global(&key, Type::function(types, result));
    }

    fn resolve(&self, text: &Text) -> Result<Type, Fault> {
        if let Some(kind) = self.named_type(text.text.trim()) {
            return Ok(kind);
        }
        check::resolve(&parser::type_expression(&text.text)?, self)
    }
}

/// A reference to an element that is not there.
pub(super) fn dangling(unit: &Unit<'_>, name: &Text, reference: &Reference) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        code: Code::UnknownName,
        message: format!("`{}` requires `{}`, which is not there", name.text, reference.id.text),
        help: None,
        place: Place {
            file: unit.file.clone(),
            span: reference.id.span,
            element: Some(name.text.clone()),
            ..Place::default()
        },
    }
}

/// The names of types that a definition rests on.
fn base_names<'a>(definition: &'a ItemDefinition, names: &mut Vec<&'a str>) {
    names.push(definition.base.text.trim());
    definition.components.iter().for_each(|component| base_names(component, names));
}

fn component_names(definition: &ItemDefinition, add: &mut dyn FnMut(&str)) {
    for component in &definition.components {
        add(&component.name.text);
        component_names(component, add);
    }
}

/// The names that the boxed expressions of a model bind.
fn bound_names(model: &Model, add: &mut dyn FnMut(&str)) {
    for (_, element) in model.elements() {
        element.parameters.iter().flatten().for_each(|parameter| add(&parameter.name.text));
        if let Some(logic) = &element.logic {
            logic_names(logic, add);
        }
    }
}

fn logic_names(logic: &Logic, add: &mut dyn FnMut(&str)) {
    let parameters = |parameters: &[Parameter], add: &mut dyn FnMut(&str)| {
        parameters.iter().for_each(|parameter| add(&parameter.name.text));
    };
    match logic {
        Logic::Literal(_) | Logic::External(_) | Logic::Nothing(_) => {}
        Logic::Table(table) => table.outputs.iter().for_each(|output| add(&output.name.text)),
        Logic::Typed(inner, _) => logic_names(inner, add),
        Logic::Context(entries) => {
            for entry in entries {
                entry.name.iter().for_each(|name| add(&name.text));
                logic_names(&entry.value, add);
            }
        }
        Logic::List(items) => items.iter().for_each(|item| logic_names(item, add)),
        Logic::Relation(columns, rows) => {
            columns.iter().for_each(|column| add(&column.text));
            rows.iter().flatten().for_each(|cell| logic_names(cell, add));
        }
        Logic::Invocation(function, bindings) => {
            logic_names(function, add);
            for (name, value) in bindings {
                add(&name.text);
                logic_names(value, add);
            }
        }
        Logic::Function(own, body) => {
            parameters(own, add);
            logic_names(body, add);
        }
        Logic::Conditional(parts) => parts.iter().for_each(|part| logic_names(part, add)),
        Logic::Filter(list, condition) => {
            logic_names(list, add);
            logic_names(condition, add);
        }
        Logic::Iteration(_, iteration) => {
            add(&iteration.variable.text);
            logic_names(&iteration.domain, add);
            logic_names(&iteration.body, add);
        }
    }
}

fn located(unit: &Unit<'_>, text: &Text, fault: &feel::fault::Fault) -> Diagnostic {
    let code = match fault.code {
        FaultCode::UnknownName => Code::UnknownName,
        FaultCode::Type => Code::Type,
        FaultCode::Limit => Code::Limit,
        _ => Code::Syntax,
    };
    Diagnostic {
        severity: Severity::Error,
        code,
        message: fault.message.clone(),
        help: fault.help.clone(),
        place: Place { file: unit.file.clone(), span: text.at(fault.span), ..Place::default() },
    }
}

fn duplicate(unit: &Unit<'_>, name: &Text) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        code: Code::DuplicateName,
        message: format!("`{}` is defined twice", name.text),
        help: Some("give one of the two another name".to_owned()),
        place: Place { file: unit.file.clone(), span: name.span, ..Place::default() },
    }
}
