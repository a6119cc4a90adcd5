//! What the names of a program mean: types, inputs, decisions and functions.

use std::collections::HashMap;
use std::sync::Arc;

use feel::check::{self, Environment};
use feel::fault::FaultCode;
use feel::parser::{self, Names};
use feel::{Type, Value};

use super::{Allowed, Role, Unit};
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::model::{Element, ItemDefinition, Text};
use crate::program::Input;

/// The names of a program.
#[derive(Debug, Default)]
pub(super) struct Scope {
    types: HashMap<String, Type>,
    /// Allowed values of named types, where they are a finite list.
    allowed: HashMap<String, Vec<Value>>,
    globals: HashMap<String, (u32, Type)>,
    results: HashMap<String, Type>,
    parameters: HashMap<String, Vec<(Arc<str>, Type)>>,
    pub names: Names,
}

impl Environment for Scope {
    fn global(&self, name: &str) -> Option<(u32, Type)> {
        self.globals.get(name).cloned()
    }

    fn named_type(&self, name: &str) -> Option<Type> {
        self.types.get(name).cloned()
    }

    fn global_names(&self) -> Vec<&str> {
        self.globals.keys().map(String::as_str).collect()
    }

    fn type_names(&self) -> Vec<&str> {
        self.types.keys().map(String::as_str).collect()
    }
}

impl Scope {
    /// The type of an element's result.
    pub fn result(&self, element: &str) -> Type {
        self.results.get(element).cloned().unwrap_or(Type::Any)
    }

    /// The parameters of a business knowledge model; none for a decision.
    pub fn parameters(&self, element: &str) -> Vec<(Arc<str>, Type)> {
        self.parameters.get(element).cloned().unwrap_or_default()
    }

    /// Adds the item definitions of all units, whatever their order.
    pub fn add_types(&mut self, units: &[Unit<'_>], diagnostics: &mut Vec<Diagnostic>) {
        let mut waiting: Vec<(&Unit<'_>, &ItemDefinition)> =
            units.iter().flat_map(|unit| unit.model.types().map(move |t| (unit, t))).collect();
        // Each round resolves the types whose bases are known; at most as many rounds as types.
        loop {
            let before = waiting.len();
            let mut faults = Vec::new();
            let mut later = Vec::new();
            for (unit, definition) in waiting {
                match self.resolve(&definition.base) {
                    Ok(kind) => self.add_type(unit, definition, kind, diagnostics),
                    Err(fault) => {
                        faults.push(located(unit, &definition.base, &fault));
                        later.push((unit, definition));
                    }
                }
            }
            waiting = later;
            if waiting.is_empty() || waiting.len() == before {
                diagnostics.extend(faults);
                return;
            }
        }
    }

    fn add_type(
        &mut self,
        unit: &Unit<'_>,
        definition: &ItemDefinition,
        kind: Type,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let name = definition.name.text.clone();
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
    pub fn values(
        &self,
        text: &Text,
        kind: &Type,
    ) -> Result<Option<Vec<Value>>, feel::fault::Fault> {
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
        for unit in units {
            for data in unit.model.inputs() {
                let kind = match self.resolve(&data.kind) {
                    Ok(kind) => kind,
                    Err(fault) => {
                        diagnostics.push(located(unit, &data.kind, &fault));
                        Type::Any
                    }
                };
                let name = data.name.text.as_str();
                if let Some((_, other)) = self.globals.get(name) {
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
                let named = self.allowed.get(data.kind.text.trim()).cloned();
                self.add_global(name, kind.clone());
                inputs.push(Input { name: name.into(), kind, allowed: own.or(given).or(named) });
            }
        }
        inputs
    }

    /// Adds a decision or business knowledge model.
    pub fn add_element(
        &mut self,
        units: &[Unit<'_>],
        unit: usize,
        element: &Element,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Some(unit) = units.get(unit) else { return };
        let mut kind = |scope: &Scope, text: &Text| match scope.resolve(text) {
            Ok(kind) => kind,
            Err(fault) => {
                diagnostics.push(located(unit, text, &fault));
                Type::Any
            }
        };
        let name = element.name.text.clone();
        let result = kind(self, &element.result);
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
        self.names.add(name);
        self.globals.insert(name.to_owned(), (index, kind));
    }

    fn resolve(&self, text: &Text) -> Result<Type, feel::fault::Fault> {
        check::resolve(&parser::type_expression(&text.text)?, self)
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
