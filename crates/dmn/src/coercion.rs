//! Values as their declared types want them (DMN 1.5, section 10.3.2.9.4), with the allowed
//! values of item definitions.

use std::sync::Arc;

use feel::eval::{Callable, Exhausted, Machine};
use feel::typed::CompiledTests;
use feel::value::{FailureCode, Null};
use feel::{Type, Value, ops};

/// A declared type.
#[derive(Debug, Clone)]
pub(crate) struct Coercion {
    pub kind: Type,
    pub constraint: Option<Arc<Constraint>>,
}

impl Default for Coercion {
    fn default() -> Coercion {
        Coercion { kind: Type::Any, constraint: None }
    }
}

/// What an item definition asks of values beside their type.
#[derive(Debug, Default)]
pub(crate) struct Constraint {
    /// The name of the item definition, for messages.
    pub name: Arc<str>,
    /// What the value passes; of a collection, every item.
    pub allowed: Option<CompiledTests>,
    /// What the whole value passes.
    pub whole: Option<CompiledTests>,
    /// The constraint of the base type; of a collection, that of the items.
    pub base: Option<Arc<Constraint>>,
    /// Whether values are lists of the base.
    pub collection: bool,
    /// The constraints of a context's entries.
    pub entries: Vec<(Arc<str>, Arc<Constraint>)>,
}

impl Coercion {
    /// Whether it leaves every value as it is.
    pub fn is_any(&self) -> bool {
        self.kind == Type::Any && self.constraint.is_none()
    }

    /// The value as one of the type, or null with the reason.
    pub fn apply(&self, machine: &mut Machine, value: &Value) -> Result<Value, Exhausted> {
        if value.is_null() {
            return Ok(value.clone());
        }
        let value = ops::coerce(value, &self.kind);
        if let Some(constraint) = &self.constraint
            && !value.is_null()
            && let Some(name) = constraint.violated(machine, &value)?
        {
            let message = format!("{value} is not among the allowed values of `{name}`");
            return Ok(Value::failed(FailureCode::NotAllowed, message));
        }
        Ok(value)
    }
}

impl Constraint {
    /// Whether it asks nothing.
    pub fn is_trivial(&self) -> bool {
        self.allowed.is_none()
            && self.whole.is_none()
            && self.base.is_none()
            && self.entries.is_empty()
    }

    /// The name of the item definition that the value does not satisfy.
    fn violated(
        &self,
        machine: &mut Machine,
        value: &Value,
    ) -> Result<Option<Arc<str>>, Exhausted> {
        machine.spend(1)?;
        if value.is_null() {
            return Ok(None);
        }
        if let Some(whole) = &self.whole
            && !passes(whole, machine, value)?
        {
            return Ok(Some(self.name.clone()));
        }
        let single = [value.clone()];
        let items: &[Value] = match value {
            Value::List(items) if self.collection => items,
            _ => &single,
        };
        for item in items {
            if let Some(allowed) = &self.allowed
                && !item.is_null()
                && !self.admits(allowed, machine, item)?
            {
                return Ok(Some(self.name.clone()));
            }
            if let Some(base) = &self.base
                && let Some(name) = base.violated(machine, item)?
            {
                return Ok(Some(name));
            }
            let Value::Context(context) = item else { continue };
            for (name, constraint) in &self.entries {
                let Some(entry) = context.get(name) else { continue };
                if let Some(name) = constraint.violated(machine, entry)? {
                    return Ok(Some(name));
                }
            }
        }
        Ok(None)
    }

    /// Whether a value, or every item of one that is a list by its base type, is allowed.
    fn admits(
        &self,
        allowed: &CompiledTests,
        machine: &mut Machine,
        item: &Value,
    ) -> Result<bool, Exhausted> {
        if passes(allowed, machine, item)? {
            return Ok(true);
        }
        let Value::List(items) = item else { return Ok(false) };
        for item in items.iter() {
            if !passes(allowed, machine, item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn passes(tests: &CompiledTests, machine: &mut Machine, value: &Value) -> Result<bool, Exhausted> {
    let passed = tests.evaluate(machine, &[], value)?;
    Ok(matches!(passed, Value::Boolean(true) | Value::Null(Null::Unknown(_))))
}

/// A declared type as a function from a value to one of the type.
#[derive(Debug)]
pub(crate) struct CoercionFunction {
    parameters: [(Arc<str>, Type); 1],
    coercion: Coercion,
}

impl CoercionFunction {
    pub fn new(coercion: Coercion) -> CoercionFunction {
        CoercionFunction { parameters: [("value".into(), Type::Any)], coercion }
    }
}

impl Callable for CoercionFunction {
    fn parameters(&self) -> &[(Arc<str>, Type)] {
        &self.parameters
    }

    fn result(&self) -> &Type {
        &self.coercion.kind
    }

    fn call(&self, machine: &mut Machine, arguments: &[Value]) -> Result<Value, Exhausted> {
        match arguments.first() {
            Some(value) => self.coercion.apply(machine, value),
            None => Ok(Value::NULL),
        }
    }
}

/// A function whose arguments and result are as declared.
#[derive(Debug)]
pub(crate) struct CheckedFunction {
    pub function: Arc<dyn Callable>,
    pub parameters: Vec<Coercion>,
    pub result: Coercion,
}

impl Callable for CheckedFunction {
    fn parameters(&self) -> &[(Arc<str>, Type)] {
        self.function.parameters()
    }

    fn result(&self) -> &Type {
        &self.result.kind
    }

    fn call(&self, machine: &mut Machine, arguments: &[Value]) -> Result<Value, Exhausted> {
        let mut checked = Vec::with_capacity(arguments.len());
        for (parameter, argument) in self.parameters.iter().zip(arguments) {
            let value = parameter.apply(machine, argument)?;
            if value.is_null() && !argument.is_null() {
                return Ok(value);
            }
            checked.push(value);
        }
        let value = self.function.call(machine, &checked)?;
        self.result.apply(machine, &value)
    }
}
