//! Decision services: decisions of a model as one function.

use std::sync::Arc;

use feel::eval::{Callable, Exhausted, Machine};
use feel::value::Context;
use feel::{Type, Value};

use crate::program::Recipe;

/// A decision service ready to be called.
#[derive(Debug)]
pub(crate) struct ServiceFunction {
    pub parameters: Vec<(Arc<str>, Type)>,
    pub result: Type,
    /// The global of each parameter.
    pub given: Vec<u32>,
    /// The decisions inside, each after those that it requires.
    pub recipes: Vec<Arc<Recipe>>,
    /// Names and globals of the outputs.
    pub outputs: Vec<(Arc<str>, u32)>,
}

impl Callable for ServiceFunction {
    fn parameters(&self) -> &[(Arc<str>, Type)] {
        &self.parameters
    }

    fn result(&self) -> &Type {
        &self.result
    }

    fn call(&self, machine: &mut Machine, arguments: &[Value]) -> Result<Value, Exhausted> {
        let own = self.recipes.iter().map(|recipe| recipe.global);
        let touched: Vec<u32> = self.given.iter().copied().chain(own).collect();
        let outside: Vec<Value> = touched.iter().map(|global| machine.global(*global)).collect();
        for (global, argument) in self.given.iter().zip(arguments) {
            machine.set_global(*global, argument.clone());
        }
        let result = self.evaluate(machine);
        for (global, value) in touched.into_iter().zip(outside).rev() {
            machine.set_global(global, value);
        }
        result
    }
}

impl ServiceFunction {
    fn evaluate(&self, machine: &mut Machine) -> Result<Value, Exhausted> {
        for recipe in &self.recipes {
            let (value, _) = recipe.evaluate(machine, false)?;
            machine.set_global(recipe.global, value);
        }
        if let [(_, output)] = self.outputs.as_slice() {
            return Ok(machine.global(*output));
        }
        let outputs = self.outputs.iter();
        let outputs = outputs.map(|(name, global)| (name.clone(), machine.global(*global)));
        Ok(Value::context(outputs.collect::<Context>()))
    }
}
