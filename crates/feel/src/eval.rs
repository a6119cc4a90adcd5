//! Typed expression to value, under limits of work and depth.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::builtins::Host;
use crate::number::Number;
use crate::ops;
use crate::syntax::{BinaryOp, Quantifier};
use crate::temporal::DateTime;
use crate::typed::{Closure, Definition, Domain, Expr, Filter, Kind, Loop, RangeExpr, Test, Tests};
use crate::types::Type;
use crate::value::{Context, FailureCode, Function, List, Null, Range, Value};

/// A limit was reached before the evaluation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Exhausted {
    /// The work was too much.
    #[error("the evaluation needs more work than is allowed")]
    Fuel,
    /// Functions call each other too deeply.
    #[error("the evaluation is nested deeper than is allowed")]
    Depth,
    /// A list or a text became too large.
    #[error("the evaluation makes a larger list or text than is allowed")]
    Size,
    /// The time is over.
    #[error("the evaluation takes more time than is allowed")]
    Time,
}

/// The deepest nesting that can be allowed, whatever the caller says: the stack bears no more.
pub const MAX_DEPTH: u32 = 1_000;
/// Units of work between two looks at the clock.
const WATCH: u64 = 2_048;

/// A function that the model provides.
pub trait Callable: fmt::Debug + Send + Sync {
    /// Names and types of the parameters.
    fn parameters(&self) -> &[(Arc<str>, Type)];
    /// Type of the result.
    fn result(&self) -> &Type;
    /// Calls it with one argument for each parameter.
    ///
    /// # Errors
    ///
    /// When a limit of the machine is reached.
    fn call(&self, machine: &mut Machine, arguments: &[Value]) -> Result<Value, Exhausted>;
}

/// The state of an evaluation: variables of the model, locals, and the work that is left.
#[derive(Debug)]
pub struct Machine {
    globals: Vec<Value>,
    stack: Vec<Value>,
    base: usize,
    fuel: u64,
    depth: u32,
    max_depth: u32,
    /// The most units of work of a single step, and items of a list.
    size: u64,
    deadline: Option<Instant>,
    /// The clock is looked at when no more fuel is left than this.
    watch: u64,
    now: Option<DateTime>,
    exhausted: Option<Exhausted>,
}

type Evaluated = Result<Value, Exhausted>;

impl Machine {
    /// A machine with the variables `globals`, `fuel` units of work and `depth` levels of nesting,
    /// up to [`MAX_DEPTH`].
    pub fn new(globals: Vec<Value>, fuel: u64, depth: u32) -> Machine {
        Machine {
            globals,
            stack: Vec::with_capacity(16),
            base: 0,
            fuel,
            depth: 0,
            max_depth: depth.min(MAX_DEPTH),
            size: u64::MAX,
            deadline: None,
            watch: 0,
            now: None,
            exhausted: None,
        }
    }

    /// Sets how large a list or text may become: so many items, or 64 times as many bytes.
    #[must_use]
    pub fn with_size(mut self, size: u64) -> Machine {
        self.size = size;
        self
    }

    /// Sets how long the evaluation may take from now on.
    #[must_use]
    pub fn with_time(mut self, time: Duration) -> Machine {
        self.deadline = Instant::now().checked_add(time);
        self.watch = self.fuel.saturating_sub(WATCH);
        self
    }

    /// Sets what `now()` and `today()` give; without it they give `null`.
    #[must_use]
    pub fn with_now(mut self, now: DateTime) -> Machine {
        self.now = Some(now);
        self
    }

    /// The variable with this index.
    pub fn global(&self, index: u32) -> Value {
        self.globals.get(index as usize).cloned().unwrap_or(Value::NULL)
    }

    /// The variable with this index, by reference.
    pub fn global_ref(&self, index: u32) -> Option<&Value> {
        self.globals.get(index as usize)
    }

    /// Sets the variable with this index.
    pub fn set_global(&mut self, index: u32, value: Value) {
        if let Some(global) = self.globals.get_mut(index as usize) {
            *global = value;
        }
    }

    /// Units of work that are left.
    pub fn fuel(&self) -> u64 {
        self.fuel
    }

    /// Takes units of work.
    ///
    /// # Errors
    ///
    /// When there are not as many left, when one step takes more than the allowed size, and when
    /// the time is over.
    pub fn spend(&mut self, units: u64) -> Result<(), Exhausted> {
        if units > self.size {
            return Err(Exhausted::Size);
        }
        let Some(left) = self.fuel.checked_sub(units) else {
            self.fuel = 0;
            return Err(Exhausted::Fuel);
        };
        self.fuel = left;
        if left <= self.watch { self.look_at_clock() } else { Ok(()) }
    }

    #[cold]
    fn look_at_clock(&mut self) -> Result<(), Exhausted> {
        self.watch = self.fuel.saturating_sub(WATCH);
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(Exhausted::Time),
            _ => Ok(()),
        }
    }

    /// Refuses a list of more items than are allowed.
    fn bounded(&self, items: usize) -> Result<(), Exhausted> {
        if items as u64 > self.size { Err(Exhausted::Size) } else { Ok(()) }
    }

    /// Evaluates an expression in a frame of its own, whose first locals are `arguments`.
    pub(crate) fn run(&mut self, expr: &Expr, locals: u32, arguments: &[Value]) -> Evaluated {
        self.framed(
            locals,
            |stack| stack.extend_from_slice(arguments),
            |machine| machine.eval(expr),
        )
    }

    /// Evaluates unary tests in a frame of their own.
    pub(crate) fn run_tests(
        &mut self,
        tests: &Tests,
        locals: u32,
        arguments: &[Value],
        value: &Value,
    ) -> Evaluated {
        let fill = |stack: &mut Vec<Value>| {
            stack.extend_from_slice(arguments);
            stack.push(value.clone());
        };
        self.framed(locals, fill, |machine| machine.tests(tests, value))
    }

    fn framed(
        &mut self,
        locals: u32,
        fill: impl FnOnce(&mut Vec<Value>),
        run: impl FnOnce(&mut Machine) -> Evaluated,
    ) -> Evaluated {
        let base = self.stack.len();
        fill(&mut self.stack);
        self.stack.resize(base + (locals as usize).max(self.stack.len() - base), Value::NULL);
        let outer = std::mem::replace(&mut self.base, base);
        let result = run(self);
        self.base = outer;
        self.stack.truncate(base);
        match self.exhausted.take() {
            Some(exhausted) => Err(exhausted),
            None => result,
        }
    }

    fn local(&self, index: u32) -> Value {
        self.stack.get(self.base + index as usize).cloned().unwrap_or(Value::NULL)
    }

    fn set_local(&mut self, index: u32, value: Value) {
        if let Some(local) = self.stack.get_mut(self.base + index as usize) {
            *local = value;
        }
    }

    fn eval(&mut self, expr: &Expr) -> Evaluated {
        match &expr.kind {
            Kind::Constant(value) => return Ok(value.clone()),
            Kind::Global(index) => return Ok(self.global(*index)),
            Kind::Local(index) => return Ok(self.local(*index)),
            _ => {}
        }
        self.spend(1)?;
        self.depth += 1;
        if self.depth > self.max_depth {
            self.depth -= 1;
            return Err(Exhausted::Depth);
        }
        let result = self.eval_inner(expr);
        self.depth -= 1;
        match result {
            Ok(value) => Ok(located(value, expr)),
            error => error,
        }
    }

    fn eval_inner(&mut self, expr: &Expr) -> Evaluated {
        match &expr.kind {
            Kind::Constant(value) => Ok(value.clone()),
            Kind::Global(index) => Ok(self.global(*index)),
            Kind::Local(index) => Ok(self.local(*index)),
            Kind::Negate(operand) => Ok(ops::neg(&self.eval(operand)?)),
            Kind::Binary(op, left, right) => self.binary(*op, left, right),
            Kind::Between(parts) => {
                let [value, low, high] = &**parts;
                let (value, low, high) = (self.eval(value)?, self.eval(low)?, self.eval(high)?);
                Ok(ops::and(&ops::greater_equal(&value, &low), &ops::less_equal(&value, &high)))
            }
            Kind::In(value, tests) => {
                let value = self.eval(value)?;
                self.tests(tests, &value)
            }
            Kind::InstanceOf(value, kind) => {
                let value = self.eval(value)?;
                Ok(ops::instance_of(&value, kind))
            }
            Kind::If(parts) => self.conditional(parts),
            Kind::For(body) => self.for_loop(body),
            Kind::Quantified(quantifier, body) => self.quantified(*quantifier, body),
            Kind::Path(object, name) => {
                let object = self.eval(object)?;
                Ok(ops::property(&object, name))
            }
            Kind::Filter(filter) => self.filter(filter),
            Kind::ItemEntry { item, name, outside } => {
                let item = self.local(*item);
                if let Value::Context(context) = &item {
                    if let Some(value) = context.get(name) {
                        return Ok(value.clone());
                    }
                } else if let Some(value) = ops::own_property(&item, name) {
                    return Ok(value);
                }
                match outside {
                    Some(outside) => self.eval(outside),
                    None => {
                        Ok(Value::failed(FailureCode::Missing, format!("there is no `{name}`")))
                    }
                }
            }
            Kind::Builtin(builtin, arguments) => {
                let mut values = Vec::with_capacity(arguments.len());
                for argument in arguments {
                    values.push(self.eval(argument)?);
                }
                let value = (builtin.call)(self, &values);
                self.exhausted.take().map_or(Ok(value), Err)
            }
            Kind::Call(callee, arguments) => {
                let callee = self.eval(callee)?;
                let mut values = Vec::with_capacity(arguments.len());
                for argument in arguments {
                    values.push(self.eval(argument)?);
                }
                self.call_value(&callee, &values)
            }
            Kind::CallNamed(callee, arguments) => self.call_named(callee, arguments),
            Kind::List(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.push(self.eval(item)?);
                }
                Ok(Value::list(values))
            }
            Kind::Context(entries) => {
                let mut context = Context::new();
                for (name, local, entry) in entries {
                    let value = self.eval(entry)?;
                    self.set_local(*local, value.clone());
                    context.put(name.clone(), value);
                }
                Ok(Value::context(context))
            }
            Kind::Function(definition) => {
                let captured =
                    definition.captures.iter().map(|(outer, _)| self.local(*outer)).collect();
                let closure = Closure::Feel { definition: definition.clone(), captured };
                Ok(Value::Function(Function::Closure(Arc::new(closure))))
            }
            Kind::Range(range) => self.range(range),
        }
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr) -> Evaluated {
        let left = self.eval(left)?;
        match (op, &left) {
            (BinaryOp::And, Value::Boolean(false)) | (BinaryOp::Or, Value::Boolean(true)) => {
                return Ok(left);
            }
            _ => {}
        }
        let right = self.eval(right)?;
        Ok(match op {
            BinaryOp::Or => ops::or(&left, &right),
            BinaryOp::And => ops::and(&left, &right),
            BinaryOp::Equal => ops::equal(&left, &right),
            BinaryOp::NotEqual => ops::not_equal(&left, &right),
            BinaryOp::Less => ops::less(&left, &right),
            BinaryOp::LessEqual => ops::less_equal(&left, &right),
            BinaryOp::Greater => ops::greater(&left, &right),
            BinaryOp::GreaterEqual => ops::greater_equal(&left, &right),
            BinaryOp::Add => {
                if let (Value::String(left), Value::String(right)) = (&left, &right) {
                    self.spend((left.len() + right.len()) as u64 / 64)?;
                }
                ops::add(&left, &right)
            }
            BinaryOp::Subtract => ops::sub(&left, &right),
            BinaryOp::Multiply => ops::mul(&left, &right),
            BinaryOp::Divide => ops::div(&left, &right),
            BinaryOp::Power => ops::pow(&left, &right),
        })
    }

    fn conditional(&mut self, parts: &[Expr; 3]) -> Evaluated {
        let [condition, then, otherwise] = parts;
        match self.eval(condition)? {
            Value::Boolean(true) => self.eval(then),
            Value::Null(Null::Unknown(unknown)) => {
                let branches = [self.eval(then)?, self.eval(otherwise)?];
                Ok(ops::one_of(&unknown.facts, &branches))
            }
            _ => self.eval(otherwise),
        }
    }

    fn range(&mut self, range: &RangeExpr) -> Evaluated {
        let low = range.low.as_ref().map(|low| self.eval(low)).transpose()?;
        let high = range.high.as_ref().map(|high| self.eval(high)).transpose()?;
        Ok(ops::range(low, range.low_closed, high, range.high_closed))
    }

    // Tests.

    fn tests(&mut self, tests: &Tests, value: &Value) -> Evaluated {
        if tests.tests.is_empty() {
            return Ok(Value::Boolean(!tests.negated));
        }
        let mut passed = Value::Boolean(false);
        for test in &tests.tests {
            passed = ops::or(&passed, &self.test(test, value)?);
            if matches!(passed, Value::Boolean(true)) {
                break;
            }
        }
        Ok(if tests.negated { ops::not(&passed) } else { passed })
    }

    fn test(&mut self, test: &Test, value: &Value) -> Evaluated {
        self.spend(1)?;
        match test {
            Test::Compare(op, written) => {
                let endpoint = self.eval(written)?;
                // What failed is null, but no null that a value could be meant to equal.
                if value.is_null() && !written.is_settled() && ops::failure(&endpoint).is_some() {
                    return Ok(endpoint);
                }
                Ok(match op {
                    BinaryOp::Less => ops::less(value, &endpoint),
                    BinaryOp::LessEqual => ops::less_equal(value, &endpoint),
                    BinaryOp::Greater => ops::greater(value, &endpoint),
                    BinaryOp::GreaterEqual => ops::greater_equal(value, &endpoint),
                    BinaryOp::NotEqual => ops::not_equal(value, &endpoint),
                    _ => ops::equal(value, &endpoint),
                })
            }
            Test::Range(range) => {
                let low = range.low.as_ref().map(|low| self.eval(low)).transpose()?;
                let high = range.high.as_ref().map(|high| self.eval(high)).transpose()?;
                let above = low.map_or(Value::Boolean(true), |low| {
                    if range.low_closed {
                        ops::greater_equal(value, &low)
                    } else {
                        ops::greater(value, &low)
                    }
                });
                let below = high.map_or(Value::Boolean(true), |high| {
                    if range.high_closed {
                        ops::less_equal(value, &high)
                    } else {
                        ops::less(value, &high)
                    }
                });
                Ok(ops::and(&above, &below))
            }
            Test::Value(expr) => {
                let test = self.eval(expr)?;
                if value.is_null() && !expr.is_settled() && ops::failure(&test).is_some() {
                    return Ok(test);
                }
                Ok(ops::in_test(value, &test))
            }
            Test::Predicate(expr) => Ok(match self.eval(expr)? {
                value @ (Value::Boolean(_) | Value::Null(_)) => value,
                other => ops::equal(value, &other),
            }),
        }
    }

    // Loops.

    /// The values that an iteration runs over, or the null or unknown value that it has instead.
    fn domain(&mut self, domain: &Domain) -> Result<Result<Items, Value>, Exhausted> {
        Ok(match domain {
            Domain::Items(items) => match self.eval(items)? {
                Value::List(items) => Ok(Items::List(items, 0)),
                Value::Range(range) => items_of_range(&range),
                // What it can be is lists; what comes of them is something else.
                Value::Null(Null::Unknown(unknown)) => Err(ops::unknown(&unknown.facts)),
                null @ Value::Null(_) => Err(null),
                single => Ok(Items::List(Arc::new(vec![single].into()), 0)),
            },
            Domain::Between(from, to) => {
                let (from, to) = (self.eval(from)?, self.eval(to)?);
                items_between(&from, &to, true, true)
            }
        })
    }

    fn for_loop(&mut self, body: &Loop) -> Evaluated {
        let mut results = Vec::new();
        if let Some(partial) = body.partial {
            self.set_local(partial, Value::list(Vec::new()));
        }
        let stopped = self.iterate(body, 0, &mut |machine| {
            let value = machine.eval(&body.body)?;
            match body.partial {
                None => {
                    machine.bounded(results.len())?;
                    results.push(value);
                }
                Some(partial) => machine.push_local(partial, value)?,
            }
            Ok(None)
        })?;
        if let Some(null) = stopped {
            return Ok(null);
        }
        Ok(match body.partial {
            None => Value::list(results),
            Some(partial) => {
                let list = self.local(partial);
                self.set_local(partial, Value::NULL);
                list
            }
        })
    }

    /// Appends to the list in a local without copying it, unless somebody else holds it.
    fn push_local(&mut self, index: u32, value: Value) -> Result<(), Exhausted> {
        let Some(Value::List(items)) = self.stack.get_mut(self.base + index as usize) else {
            return Ok(());
        };
        let copied = if Arc::strong_count(items) > 1 { items.len() } else { 0 };
        let count = items.len();
        Arc::make_mut(items).push(value);
        self.bounded(count)?;
        self.spend(copied as u64)
    }

    fn quantified(&mut self, quantifier: Quantifier, body: &Loop) -> Evaluated {
        let some = quantifier == Quantifier::Some;
        let mut result = Value::Boolean(!some);
        let stopped = self.iterate(body, 0, &mut |machine| {
            let value = machine.eval(&body.body)?;
            result = if some { ops::or(&result, &value) } else { ops::and(&result, &value) };
            Ok(matches!(result, Value::Boolean(decided) if decided == some)
                .then_some(Value::Boolean(some)))
        })?;
        Ok(stopped.unwrap_or(result))
    }

    /// Runs `each` for every combination, until it gives a value.
    fn iterate(
        &mut self,
        body: &Loop,
        level: usize,
        each: &mut dyn FnMut(&mut Machine) -> Result<Option<Value>, Exhausted>,
    ) -> Result<Option<Value>, Exhausted> {
        let Some(iteration) = body.iterations.get(level) else { return each(self) };
        let mut items = match self.domain(&iteration.domain)? {
            Ok(items) => items,
            Err(null) => return Ok(Some(null)),
        };
        while let Some(item) = items.next_item() {
            self.spend(1)?;
            self.set_local(iteration.local, item);
            if let Some(value) = self.iterate(body, level + 1, each)? {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    fn filter(&mut self, filter: &Filter) -> Evaluated {
        let items = match self.eval(&filter.list)? {
            Value::List(items) => items,
            Value::Null(Null::Unknown(unknown)) => return Ok(ops::unknown(&unknown.facts)),
            Value::Null(_) => Arc::default(),
            single => Arc::new(vec![single].into()),
        };
        if filter.filter.ty == Type::Number {
            let index = self.eval(&filter.filter)?;
            return Ok(ops::item_at(&items, &index));
        }
        let mut kept = Vec::new();
        let mut open: Option<Value> = None;
        for (position, item) in items.iter().enumerate() {
            self.spend(1)?;
            self.set_local(filter.item, item.clone());
            match self.eval(&filter.filter)? {
                Value::Boolean(true) => kept.push(item.clone()),
                index @ Value::Number(_) if position == 0 => {
                    return Ok(ops::item_at(&items, &index));
                }
                Value::Null(Null::Unknown(unknown)) => {
                    let unknown = Value::Null(Null::Unknown(unknown));
                    open = Some(match open {
                        Some(before) => ops::unknown_of(&[before, unknown]),
                        None => ops::unknown_of(&[unknown]),
                    });
                }
                _ => {}
            }
        }
        if items.is_empty() {
            self.set_local(filter.item, Value::NULL);
            if let index @ Value::Number(_) = self.eval(&filter.filter)? {
                return Ok(ops::item_at(&items, &index));
            }
        }
        Ok(open.unwrap_or_else(|| Value::list(kept)))
    }

    // Calls.

    /// Calls a function value.
    ///
    /// # Errors
    ///
    /// When a limit is reached.
    pub fn call_value(&mut self, callee: &Value, arguments: &[Value]) -> Evaluated {
        match callee {
            Value::Function(function) => self.call_function(function, arguments),
            Value::Null(Null::Unknown(unknown)) => Ok(ops::unknown(&unknown.facts)),
            Value::Null(Null::Failed(_)) => Ok(callee.clone()),
            other => {
                let message = format!("{} is no function", ops::type_of(other));
                Ok(Value::failed(FailureCode::Type, message))
            }
        }
    }

    fn call_function(&mut self, function: &Function, arguments: &[Value]) -> Evaluated {
        match function {
            Function::Builtin(builtin) => {
                let value = (builtin.call)(self, arguments);
                self.exhausted.take().map_or(Ok(value), Err)
            }
            Function::Closure(closure) => match &**closure {
                Closure::Feel { definition, captured } => {
                    self.call_feel(function, definition, captured, arguments)
                }
                Closure::Provided(callable) => match coerced(callable.parameters(), arguments) {
                    Ok(arguments) => self.nested(|machine| callable.call(machine, &arguments)),
                    Err(null) => Ok(null),
                },
            },
        }
    }

    fn call_feel(
        &mut self,
        function: &Function,
        definition: &Definition,
        captured: &[Value],
        arguments: &[Value],
    ) -> Evaluated {
        let arguments = match coerced(&definition.parameters, arguments) {
            Ok(arguments) => arguments,
            Err(null) => return Ok(null),
        };
        self.nested(|machine| {
            machine.framed(
                definition.locals,
                |stack| stack.extend(arguments),
                |machine| {
                    for ((_, local), value) in definition.captures.iter().zip(captured) {
                        machine.set_local(*local, value.clone());
                    }
                    if let Some(own) = definition.own {
                        machine.set_local(own, Value::Function(function.clone()));
                    }
                    machine.eval(&definition.body)
                },
            )
        })
    }

    fn nested(&mut self, run: impl FnOnce(&mut Machine) -> Evaluated) -> Evaluated {
        self.spend(1)?;
        self.depth += 1;
        if self.depth > self.max_depth {
            self.depth -= 1;
            return Err(Exhausted::Depth);
        }
        let result = run(self);
        self.depth -= 1;
        result
    }

    fn call_named(&mut self, callee: &Expr, arguments: &[(Arc<str>, Expr)]) -> Evaluated {
        let callee = self.eval(callee)?;
        let mut named = Vec::with_capacity(arguments.len());
        for (name, argument) in arguments {
            named.push((name, self.eval(argument)?));
        }
        let Value::Function(function) = &callee else { return self.call_value(&callee, &[]) };
        let names: Vec<Arc<str>> = match function {
            Function::Closure(closure) => match &**closure {
                Closure::Feel { definition, .. } => names_of(&definition.parameters),
                Closure::Provided(callable) => names_of(callable.parameters()),
            },
            Function::Builtin(builtin) => builtin
                .signatures
                .first()
                .map(|s| s.parameters.iter().map(|p| Arc::from(p.name)).collect())
                .unwrap_or_default(),
        };
        if let Some((stranger, _)) = named.iter().find(|(name, _)| !names.contains(name)) {
            let message = format!("the function has no parameter `{stranger}`");
            return Ok(Value::failed(FailureCode::Arguments, message));
        }
        let ordered: Vec<Value> = names
            .iter()
            .map(|name| {
                named.iter().find(|(n, _)| *n == name).map_or(Value::NULL, |(_, v)| v.clone())
            })
            .collect();
        self.call_function(function, &ordered)
    }
}

impl Host for Machine {
    fn call(&mut self, function: &Function, arguments: &[Value]) -> Value {
        if self.exhausted.is_some() {
            return Value::NULL;
        }
        match self.call_function(function, arguments) {
            Ok(value) => value,
            Err(exhausted) => {
                self.exhausted = Some(exhausted);
                Value::NULL
            }
        }
    }

    fn spend(&mut self, units: u64) -> bool {
        match Machine::spend(self, units) {
            Ok(()) => true,
            Err(exhausted) => {
                self.exhausted = Some(exhausted);
                false
            }
        }
    }

    fn now(&self) -> Option<DateTime> {
        self.now
    }
}

fn names_of(parameters: &[(Arc<str>, Type)]) -> Vec<Arc<str>> {
    parameters.iter().map(|(name, _)| name.clone()).collect()
}

/// The arguments as the parameters want them, or the null that the call gives instead.
fn coerced(parameters: &[(Arc<str>, Type)], arguments: &[Value]) -> Result<Vec<Value>, Value> {
    if parameters.len() != arguments.len() {
        let (wanted, given) = (parameters.len(), arguments.len());
        let message = format!("the function takes {wanted} arguments, but {given} are given");
        return Err(Value::failed(FailureCode::Arguments, message));
    }
    let mut coerced = Vec::with_capacity(arguments.len());
    for ((_, kind), value) in parameters.iter().zip(arguments) {
        let argument = ops::coerce(value, kind);
        if argument.is_null() && !value.is_null() {
            return Err(argument);
        }
        coerced.push(argument);
    }
    Ok(coerced)
}

/// Adds the place to a failure that has none yet.
fn located(value: Value, expr: &Expr) -> Value {
    match value {
        Value::Null(Null::Failed(failure)) if failure.span == crate::Span::default() => {
            let mut failure = (*failure).clone();
            failure.span = expr.span;
            Value::Null(Null::Failed(Arc::new(failure)))
        }
        value => value,
    }
}

/// What an iteration has still to run over.
enum Items {
    List(Arc<List>, usize),
    /// The next value, the last one, and whether it goes upwards.
    Steps {
        next: Option<Value>,
        last: Value,
        up: bool,
    },
}

impl Items {
    fn next_item(&mut self) -> Option<Value> {
        match self {
            Items::List(items, at) => {
                let item = items.get(*at).cloned();
                *at += 1;
                item
            }
            Items::Steps { next, last, up } => {
                let current = next.take()?;
                *next = step(&current, *up).filter(|following| {
                    let beyond = if *up { Ordering::Greater } else { Ordering::Less };
                    ops::compare(following, last).is_some_and(|order| order != beyond)
                });
                Some(current)
            }
        }
    }
}

/// The next integer or day.
fn step(value: &Value, up: bool) -> Option<Value> {
    match value {
        Value::Number(number) => {
            let one = if up { Number::from(1_i64) } else { Number::from(-1_i64) };
            number.checked_add(one).map(Value::Number)
        }
        Value::Date(date) => date.add_days(if up { 1 } else { -1 }).map(Value::Date),
        _ => None,
    }
}

fn items_of_range(range: &Range) -> Result<Items, Value> {
    match (&range.low, &range.high) {
        (Some(low), Some(high)) => items_between(low, high, range.low_closed, range.high_closed),
        _ => Err(Value::failed(FailureCode::Domain, "a loop cannot run over an unbounded range")),
    }
}

fn items_between(
    from: &Value,
    to: &Value,
    from_closed: bool,
    to_closed: bool,
) -> Result<Items, Value> {
    let steps = matches!(
        (from, to),
        (Value::Number(a), Value::Number(b)) if a.is_integer() && b.is_integer()
    ) || matches!((from, to), (Value::Date(_), Value::Date(_)));
    if !steps {
        for end in [from, to] {
            if end.is_null() {
                return Err(end.clone());
            }
        }
        let message = "a loop runs between whole numbers or dates";
        return Err(Value::failed(FailureCode::Type, message));
    }
    let up = ops::compare(from, to) != Some(Ordering::Greater);
    let first = if from_closed { Some(from.clone()) } else { step(from, up) };
    let last = if to_closed { Some(to.clone()) } else { step(to, !up) };
    let (Some(first), Some(last)) = (first, last) else {
        return Ok(Items::List(Arc::default(), 0));
    };
    let beyond = if up { Ordering::Greater } else { Ordering::Less };
    let empty = ops::compare(&first, &last) == Some(beyond);
    Ok(Items::Steps { next: (!empty).then_some(first), last, up })
}
