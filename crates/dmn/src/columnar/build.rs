//! Typed program to plan.
//!
//! Whatever rests on few values only, as enumerations and truth values, is worked out for all
//! their combinations by the row evaluator itself while the plan is made, and becomes a lookup. So
//! null and unknown values mean the same here and there. Only what computes with numbers and dates
//! has kernels of its own.

mod arithmetic;
mod compare;
mod table;

use std::collections::HashMap;
use std::sync::Arc;

use feel::check;
use feel::eval::Machine;
use feel::syntax::BinaryOp;
use feel::typed::{Compiled, CompiledTests, Expr, Kind, RangeExpr, Test, Tests};
use feel::{Span, Type, Value, ops};

use super::Outside;
use super::domain::{Domain, Item, code};
use super::plan::{Cut, Merge, Node, NodeId, Op, Shape, Unit};
use super::schema::Schema;
use crate::coercion::Coercion;
use crate::program::{DecisionId, InputId, Limits, Program, Recipe, Step};

/// The most combinations that are worked out.
const MOST_CELLS: usize = 1 << 12;

/// How much work the combinations of one lookup may be.
const LIMITS: Limits = Limits { fuel: 20_000_000, depth: 400, ..Limits::DEFAULT };

/// Why an expression is outside, and where in its text.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    pub span: Span,
    pub why: String,
}

pub(super) type Built = Result<NodeId, Refusal>;

/// A plan being made.
pub(super) struct Builder<'p> {
    program: &'p Program,
    schema: &'p Schema,
    pub nodes: Vec<Node>,
    /// The node of each input and decision, by global.
    globals: HashMap<u32, NodeId>,
    /// Nodes by what they do.
    known: HashMap<String, NodeId>,
    /// The integers of nodes of codes.
    integers: HashMap<NodeId, NodeId>,
    /// The node of the rule hits of each table.
    pub hits: HashMap<DecisionId, Hit>,
}

/// How the rule hits of a table are found.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    pub source: NodeId,
    pub kind: HitKind,
}

#[derive(Debug, Clone)]
pub(crate) enum HitKind {
    /// The number of the rule for each code.
    Rules(Vec<u16>),
    /// The set of rules for each code, in so many words.
    /// `open` says for which codes it cannot be told.
    Sets { words: usize, sets: Vec<u64>, open: Vec<bool> },
}

/// The variables of an expression.
pub(super) struct Frame<'f> {
    /// The nodes of the first locals.
    pub locals: &'f [NodeId],
    /// Locals in all.
    pub count: u32,
}

impl<'p> Builder<'p> {
    pub fn new(program: &'p Program, schema: &'p Schema) -> Builder<'p> {
        Builder {
            program,
            schema,
            nodes: Vec::new(),
            globals: HashMap::new(),
            known: HashMap::new(),
            integers: HashMap::new(),
            hits: HashMap::new(),
        }
    }

    /// Takes the results of a decision as they were kept.
    pub fn keep(&mut self, decision: DecisionId, shape: Shape) {
        let name = self.program.decisions().get(decision.0).map(|d| d.name.clone());
        let Some((recipe, name)) = self.program.recipe(decision).zip(name) else { return };
        let node = self.push(Op::Kept(name), shape);
        self.globals.insert(recipe.global, node);
    }

    /// The nodes of the decisions that have one.
    pub fn decisions(&self) -> Vec<(Arc<str>, NodeId)> {
        let decisions = self.program.decisions().iter().enumerate();
        let nodes = decisions.filter_map(|(number, decision)| {
            let recipe = self.program.recipe(DecisionId(number))?;
            Some((decision.name.clone(), *self.globals.get(&recipe.global)?))
        });
        nodes.collect()
    }

    /// The node of a decision, and of those that it rests on.
    pub fn decision(&mut self, decision: DecisionId) -> Result<NodeId, Outside> {
        let program = self.program;
        for id in program.order() {
            let Some(recipe) = program.recipe(*id) else { continue };
            if !program.rests_on(decision, *id) || self.globals.contains_key(&recipe.global) {
                continue;
            }
            let node = self.step(*id, recipe)?;
            self.globals.insert(recipe.global, node);
        }
        let recipe = program.recipe(decision);
        let node = recipe.and_then(|recipe| self.globals.get(&recipe.global));
        node.copied().ok_or_else(|| {
            let refusal =
                Refusal { span: Span::default(), why: "there is no such decision".into() };
            self.outside(decision, "", refusal)
        })
    }

    pub(super) fn outside(&self, decision: DecisionId, text: &str, refusal: Refusal) -> Outside {
        let name = self.program.decisions().get(decision.0).map(|d| d.name.clone());
        Outside {
            decision: name.unwrap_or_default(),
            expression: text.to_owned(),
            span: refusal.span,
            why: refusal.why,
        }
    }

    fn step(&mut self, id: DecisionId, recipe: &'p Recipe) -> Result<NodeId, Outside> {
        let decision = self.program.decisions().get(id.0);
        let node = match &recipe.step {
            Step::Literal(compiled) => {
                let frame = Frame { locals: &[], count: compiled.locals };
                let text = decision.and_then(|d| d.expression.as_deref()).unwrap_or_default();
                self.expression(&compiled.expr, &frame)
                    .map_err(|refusal| self.outside(id, text, refusal))?
            }
            Step::Table(table) => self.table(id, table)?,
        };
        let coerced = match &recipe.coercion {
            Some(coercion) => self.coerced(node, coercion),
            None if matches!(
                recipe.kind,
                Type::Any | Type::Boolean | Type::Number | Type::String
            ) =>
            {
                return Ok(node);
            }
            None => self.coerced(node, &Coercion { kind: recipe.kind.clone(), constraint: None }),
        };
        coerced.map_err(|refusal| self.outside(id, "", refusal))
    }

    /// The value as one of a declared type.
    fn coerced(&mut self, node: NodeId, coercion: &Coercion) -> Built {
        let kind = &coercion.kind;
        let fits = match self.shape(node) {
            Shape::Codes(_) => {
                let mut machine = self.machine();
                return Ok(self.lookup(&[node], kind, |items| match items {
                    [Item::Value(value)] if !value.is_null() => {
                        coercion.apply(&mut machine, value).map_or(Item::Open, Item::Value)
                    }
                    [item] => (*item).clone(),
                    _ => Item::Open,
                }));
            }
            Shape::Numbers { unit, .. } => match unit {
                Unit::Scale(_) => *kind == Type::Number,
                Unit::Days => *kind == Type::Date,
                Unit::Months => *kind == Type::YearsDuration,
            },
            Shape::Ratio { .. } => *kind == Type::Number,
            Shape::Set { .. } => *kind == Type::list(Type::String),
            Shape::Places => false,
        };
        if (fits || *kind == Type::Any) && coercion.constraint.is_none() {
            return Ok(node);
        }
        let why = match &coercion.constraint {
            Some(_) => format!("its values are checked against those that {kind} allows"),
            None => format!("its values become {kind}"),
        };
        Err(Refusal { span: Span::default(), why })
    }

    // Nodes.

    pub(super) fn push(&mut self, op: Op, shape: Shape) -> NodeId {
        let key = format!("{op:?} {shape:?}");
        if let Some(node) = self.known.get(&key) {
            return *node;
        }
        self.nodes.push(Node { op, shape });
        self.known.insert(key, self.nodes.len() - 1);
        self.nodes.len() - 1
    }

    pub(super) fn shape(&self, node: NodeId) -> &Shape {
        static NOTHING: Shape = Shape::Places;
        self.nodes.get(node).map_or(&NOTHING, |node| &node.shape)
    }

    pub(super) fn domain(&self, node: NodeId) -> Option<Arc<Domain>> {
        match self.shape(node) {
            Shape::Codes(domain) => Some(domain.clone()),
            _ => None,
        }
    }

    /// The exceptions of a node of integers.
    pub(super) fn exceptions(&self, node: NodeId) -> Option<Arc<Domain>> {
        match self.shape(node) {
            Shape::Numbers { exceptions, .. }
            | Shape::Ratio { exceptions, .. }
            | Shape::Set { exceptions, .. } => Some(exceptions.clone()),
            _ => None,
        }
    }

    pub(super) fn constant(&mut self, value: &Value, kind: &Type) -> NodeId {
        let mut domain = Domain::of(kind);
        let code = domain.put(Item::Value(value.clone()));
        self.push(Op::Constant(code), Shape::Codes(Arc::new(domain)))
    }

    /// The value of a node that is the same in all rows.
    pub(super) fn constant_value(&self, node: NodeId) -> Option<Value> {
        let node = self.nodes.get(node)?;
        let (Op::Constant(code), Shape::Codes(domain)) = (&node.op, &node.shape) else {
            return None;
        };
        match domain.items.get(usize::from(*code)) {
            Some(Item::Value(value)) => Some(value.clone()),
            _ => None,
        }
    }

    /// The place of each combination of codes, and how many there are.
    pub(super) fn place(&mut self, arguments: &[NodeId]) -> Option<(NodeId, usize)> {
        let mut strides = Vec::with_capacity(arguments.len());
        let mut cells = 1_usize;
        for node in arguments {
            strides.push((*node, u16::try_from(cells).ok()?));
            let len = self.domain(*node)?.len();
            cells = cells.checked_mul(len).filter(|cells| *cells <= 1 << 16)?;
        }
        let node = match arguments {
            [single] => *single,
            _ => self.push(Op::Index { arguments: strides }, Shape::Places),
        };
        Some((node, cells))
    }

    /// The place of each combination of codes, and the items of each.
    fn index(&mut self, arguments: &[NodeId]) -> Option<(NodeId, Vec<Vec<Item>>)> {
        let domains: Vec<Arc<Domain>> =
            arguments.iter().map(|node| self.domain(*node)).collect::<Option<_>>()?;
        let (node, cells) = self.place(arguments)?;
        let combinations = (0..cells).map(|cell| {
            let mut rest = cell;
            let items = domains.iter().map(|domain| {
                let item = domain.items.get(rest % domain.len().max(1)).cloned();
                rest /= domain.len().max(1);
                item.unwrap_or(Item::Open)
            });
            items.collect()
        });
        Some((node, combinations.collect()))
    }

    /// A lookup by the codes of other nodes, of which there are few combinations.
    pub(super) fn lookup(
        &mut self,
        arguments: &[NodeId],
        kind: &Type,
        mut value: impl FnMut(&[&Item]) -> Item,
    ) -> NodeId {
        let mut domain = Domain::of(kind);
        if arguments.is_empty() {
            let code = domain.put(value(&[]));
            return self.push(Op::Constant(code), Shape::Codes(Arc::new(domain)));
        }
        let Some((source, combinations)) = self.index(arguments) else {
            let code = domain.put_open();
            return self.push(Op::Constant(code), Shape::Codes(Arc::new(domain)));
        };
        let map: Vec<u16> = combinations
            .iter()
            .map(|items| {
                let items: Vec<&Item> = items.iter().collect();
                domain.put(value(&items))
            })
            .collect();
        self.map(source, map, domain)
    }

    /// A code for each code; the node itself where nothing changes.
    pub(super) fn map(&mut self, source: NodeId, map: Vec<u16>, domain: Domain) -> NodeId {
        let first = map.first().copied().unwrap_or(0);
        if map.iter().all(|code| *code == first) {
            return self.push(Op::Constant(first), Shape::Codes(Arc::new(domain)));
        }
        self.push(Op::Map { source, map }, Shape::Codes(Arc::new(domain)))
    }

    /// The number of combinations of the nodes' codes, if they are few.
    fn combinations(&self, nodes: &[NodeId]) -> Option<usize> {
        let mut cells = 1_usize;
        for node in nodes {
            let Shape::Codes(domain) = self.shape(*node) else { return None };
            cells = cells.checked_mul(domain.len()).filter(|cells| *cells <= MOST_CELLS)?;
        }
        Some(cells)
    }

    /// The code of each pair of exceptions.
    pub(super) fn merge(
        &self,
        left: &Domain,
        right: &Domain,
        into: &mut Domain,
        mut combine: impl FnMut(&Item, &Item) -> Item,
    ) -> Merge {
        let mut map = Vec::with_capacity(left.len() * right.len());
        for a in &left.items {
            for b in &right.items {
                map.push(into.put(combine(a, b)));
            }
        }
        Merge { width: right.len(), map }
    }

    // Expressions.

    /// The node of an input or decision.
    fn global(&mut self, global: u32, span: Span) -> Built {
        if let Some(node) = self.globals.get(&global) {
            return Ok(*node);
        }
        let refusal = |why: String| Refusal { span, why };
        let program = self.program;
        let input = program
            .inputs()
            .get(global as usize)
            .ok_or_else(|| refusal("a function is used as a value".to_owned()))?;
        let layout = self.schema.inputs.get(global as usize);
        let layout = layout.ok_or_else(|| refusal("the schema has no such input".to_owned()))?;
        let exceptions = |mut domain: Domain| {
            domain.put(Item::Value(layout.missing.clone()));
            if layout.nullable {
                domain.put(Item::Value(Value::NULL));
            }
            domain.put_open();
            Arc::new(domain)
        };
        let numbers = |unit, exceptions| Shape::Numbers { unit, exceptions, bounds: None };
        let shape = match &input.kind {
            Type::Boolean => Shape::Codes(exceptions(Domain::of(&Type::Boolean))),
            Type::Number => {
                if layout.scale > 18 {
                    return Err(refusal(format!("`{}` has more than 18 decimals", input.name)));
                }
                numbers(Unit::Scale(layout.scale), exceptions(Domain::exceptions()))
            }
            Type::Date => numbers(Unit::Days, exceptions(Domain::exceptions())),
            Type::YearsDuration => numbers(Unit::Months, exceptions(Domain::exceptions())),
            Type::String => {
                let items = layout.dictionary.iter().cloned();
                let items = items.map(|text| Item::Value(Value::String(text))).collect();
                Shape::Codes(exceptions(Domain { items }))
            }
            Type::List(element) if **element == Type::String => {
                if layout.dictionary.len() > 64 {
                    return Err(refusal(format!("`{}` has more than 64 values", input.name)));
                }
                let dictionary = layout.dictionary.clone();
                Shape::Set { dictionary, exceptions: exceptions(Domain::exceptions()) }
            }
            other => return Err(refusal(format!("`{}` is {other}", input.name))),
        };
        let mut node = self.push(Op::Input(global as usize), shape);
        if let Some(coercion) = program.input_type(InputId(global as usize)) {
            node = self.coerced(node, coercion).map_err(|refusal| Refusal { span, ..refusal })?;
        }
        self.globals.insert(global, node);
        Ok(node)
    }

    /// The node of an expression.
    pub(super) fn expression(&mut self, expr: &Expr, frame: &Frame<'_>) -> Built {
        match &expr.kind {
            Kind::Constant(value) => return Ok(self.constant(value, &expr.ty)),
            Kind::Global(global) => return self.global(*global, expr.span),
            Kind::Local(local) => {
                return frame.locals.get(*local as usize).copied().ok_or_else(|| Refusal {
                    span: expr.span,
                    why: "a variable of a loop or function".to_owned(),
                });
            }
            _ => {}
        }
        let logic = matches!(&expr.kind, Kind::Binary(BinaryOp::And | BinaryOp::Or, ..));
        let leaves = self.leaves(|f| check::visit(expr, f), frame)?;
        if (!logic || leaves.nodes().len() <= 1)
            && let Some(node) = self.worked_out(expr, frame, &leaves)
        {
            return Ok(node);
        }
        let refusal = |why: &str| Refusal { span: expr.span, why: why.to_owned() };
        match &expr.kind {
            Kind::Binary(op @ (BinaryOp::And | BinaryOp::Or), ..) => {
                let mut parts = Vec::new();
                flatten(expr, *op, &mut parts);
                let nodes: Vec<NodeId> = parts
                    .into_iter()
                    .map(|part| self.expression(part, frame))
                    .collect::<Result<_, _>>()?;
                self.logic(*op == BinaryOp::And, nodes)
                    .ok_or_else(|| refusal("its operands are no truth values"))
            }
            Kind::Binary(op, left, right) => match op {
                BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide => {
                    self.arithmetic(expr, frame)
                }
                BinaryOp::Power => Err(refusal("a power of what is not constant")),
                _ => {
                    let (left, right) =
                        (self.expression(left, frame)?, self.expression(right, frame)?);
                    self.comparison(*op, left, right, expr.span)
                }
            },
            Kind::Negate(_) => self.arithmetic(expr, frame),
            Kind::Between(parts) => {
                let [value, low, high] = &**parts;
                let value = self.expression(value, frame)?;
                let (low, high) = (self.expression(low, frame)?, self.expression(high, frame)?);
                let above = self.comparison(BinaryOp::GreaterEqual, value, low, expr.span)?;
                let below = self.comparison(BinaryOp::LessEqual, value, high, expr.span)?;
                self.logic(true, vec![above, below])
                    .ok_or_else(|| refusal("its ends have no order"))
            }
            Kind::In(value, tests) => {
                let value = self.expression(value, frame)?;
                self.tests(tests, value, frame, false, expr.span)
            }
            Kind::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                let condition = self.expression(condition, frame)?;
                let then = self.expression(then, frame)?;
                let otherwise = self.expression(otherwise, frame)?;
                self.choose(condition, then, otherwise, &expr.ty, expr.span)
            }
            Kind::Path(..) | Kind::Builtin(..) => self.function(expr, frame),
            Kind::InstanceOf(..) => Err(refusal("a test of type on a number or date")),
            Kind::For(..) | Kind::Quantified(..) => Err(refusal("a loop")),
            Kind::Filter(_) | Kind::ItemEntry { .. } => Err(refusal("a filter")),
            Kind::Call(..) | Kind::CallNamed(..) | Kind::Function(_) => Err(refusal("a function")),
            Kind::List(_) => Err(refusal("a list")),
            Kind::Context(_) => Err(refusal("a context")),
            Kind::Range(_) => Err(refusal("a range")),
            Kind::Constant(_) | Kind::Global(_) | Kind::Local(_) => Err(refusal("a name")),
        }
    }

    /// The variables that expressions name.
    fn leaves(
        &mut self,
        visit: impl Fn(&mut dyn FnMut(&Expr)),
        frame: &Frame<'_>,
    ) -> Result<Leaves, Refusal> {
        let mut globals: Vec<(u32, Span)> = Vec::new();
        let mut locals: Vec<u32> = Vec::new();
        let mut clock = None;
        visit(&mut |expr| match &expr.kind {
            Kind::Global(global) => globals.push((*global, expr.span)),
            Kind::Function(definition) => {
                let mut inside = Vec::new();
                check::globals(&definition.body, &mut inside);
                globals.extend(inside.into_iter().map(|global| (global, expr.span)));
            }
            Kind::Local(local) if (*local as usize) < frame.locals.len() => locals.push(*local),
            Kind::Builtin(builtin, _) if matches!(builtin.name, "now" | "today") => {
                clock = Some(expr.span);
            }
            _ => {}
        });
        if let Some(span) = clock {
            return Err(Refusal { span, why: "it depends on the clock".to_owned() });
        }
        let mut leaves = Leaves::default();
        for (global, span) in globals {
            let function = self.program.function_globals().any(|f| f == global as usize);
            if function || leaves.globals.iter().any(|(known, _)| *known == global) {
                continue;
            }
            let node = self.global(global, span)?;
            leaves.globals.push((global, node));
        }
        locals.sort_unstable();
        locals.dedup();
        for local in locals {
            if let Some(node) = frame.locals.get(local as usize) {
                leaves.locals.push((local, *node));
            }
        }
        Ok(leaves)
    }

    /// A lookup for an expression over few values.
    fn worked_out(&mut self, expr: &Expr, frame: &Frame<'_>, leaves: &Leaves) -> Option<NodeId> {
        self.combinations(&leaves.nodes())?;
        let compiled = Compiled { expr: expr.clone(), locals: frame.count };
        let mut arguments = vec![Value::NULL; frame.locals.len()];
        let mut machine = self.machine();
        Some(self.lookup(&leaves.nodes(), &expr.ty, |items| {
            if !leaves.set(items, &mut machine, &mut arguments) {
                return Item::Open;
            }
            compiled.evaluate_with(&mut machine, &arguments).map_or(Item::Open, Item::Value)
        }))
    }

    /// A machine with the functions of the model.
    pub(super) fn machine(&self) -> Machine {
        self.program.machine(&[], LIMITS, None)
    }

    /// Whether all, or any, of truth values are true.
    pub(super) fn logic(&mut self, all: bool, operands: Vec<NodeId>) -> Option<NodeId> {
        if let [single] = operands.as_slice() {
            return Some(*single);
        }
        let combine = if all { ops::and } else { ops::or };
        let dominant = Value::Boolean(!all);
        let domains: Vec<Arc<Domain>> =
            operands.iter().map(|node| self.domain(*node)).collect::<Option<_>>()?;
        let boolean = domains.iter().all(|domain| domain.is_boolean());
        if !boolean {
            return None;
        }
        let mut merges = Vec::with_capacity(operands.len());
        let mut domains = domains.into_iter();
        let mut left = domains.next()?;
        for right in domains {
            let mut into = Domain::of(&Type::Boolean);
            merges.push(self.merge(&left, &right, &mut into, |a, b| match (a, b) {
                (Item::Value(a), Item::Value(b)) => Item::Value(combine(a, b)),
                (Item::Value(value), _) | (_, Item::Value(value))
                    if ops::same(value, &dominant) =>
                {
                    Item::Value(dominant.clone())
                }
                _ => Item::Open,
            }));
            left = Arc::new(into);
        }
        Some(self.push(Op::Logic { all, operands, merges }, Shape::Codes(left)))
    }

    /// One of two by a truth value.
    fn choose(
        &mut self,
        condition: NodeId,
        then: NodeId,
        otherwise: NodeId,
        kind: &Type,
        span: Span,
    ) -> Built {
        let item = |condition: &Item, then: &Item, otherwise: &Item| match condition {
            Item::Value(Value::Boolean(true)) => then.clone(),
            Item::Value(value) => match (value.as_unknown(), then, otherwise) {
                (None, _, _) => otherwise.clone(),
                (Some(_), Item::Value(a), Item::Value(b)) => {
                    Item::Value(ops::one_of(&[], &[a.clone(), b.clone()]))
                }
                _ => Item::Open,
            },
            _ => Item::Open,
        };
        if self.combinations(&[condition, then, otherwise]).is_some() {
            return Ok(self.lookup(&[condition, then, otherwise], kind, |items| match items {
                [condition, then, otherwise] => item(condition, then, otherwise),
                _ => Item::Open,
            }));
        }
        let refusal = |why: &str| Refusal { span, why: why.to_owned() };
        let conditions = self
            .domain(condition)
            .filter(|domain| domain.is_boolean())
            .ok_or_else(|| refusal("its condition is no truth value"))?;
        let [then, otherwise] = self
            .same_scale([then, otherwise])
            .ok_or_else(|| refusal("its branches are of different kinds"))?;
        let (
            Shape::Numbers { unit, exceptions: a, bounds: low },
            Shape::Numbers { exceptions: b, bounds: high, .. },
        ) = (self.shape(then), self.shape(otherwise))
        else {
            return Err(refusal("its branches can have too many values"));
        };
        let (unit, a, b) = (*unit, a.clone(), b.clone());
        let bounds = (*low).zip(*high).map(|((a, b), (c, d))| (a.min(c), b.max(d)));
        let mut domain = Domain::exceptions();
        let mut exceptions = Vec::new();
        for condition in &conditions.items {
            for then in &a.items {
                for otherwise in &b.items {
                    exceptions.push(domain.put(item(condition, then, otherwise)));
                }
            }
        }
        let widths = [a.len(), b.len()];
        Ok(self.push(
            Op::Select { condition, then, otherwise, exceptions, widths },
            Shape::Numbers { unit, exceptions: Arc::new(domain), bounds },
        ))
    }

    // Tests.

    /// Whether a value passes unary tests. In a cell the value is the last local.
    pub(super) fn tests(
        &mut self,
        tests: &Tests,
        value: NodeId,
        frame: &Frame<'_>,
        cell: bool,
        span: Span,
    ) -> Built {
        let before = frame.locals.len() - usize::from(cell && !frame.locals.is_empty());
        let compiled = CompiledTests { tests: tests.clone(), locals: frame.count };
        let leaves = self.leaves(|f| check::visit_tests(tests, f), frame)?;
        let mut all = leaves.nodes();
        if all.iter().all(|node| *node == value)
            && let Some(cuts) = self.cuts(tests, value)
        {
            let mut machine = self.machine();
            let mut arguments = vec![Value::NULL; frame.locals.len()];
            let node = self.function_of(value, &cuts, &Type::Boolean, |value| {
                let item = Item::Value(value.clone());
                if !all.is_empty() && !leaves.set(&[&item], &mut machine, &mut arguments) {
                    return Item::Open;
                }
                let arguments = arguments.get(..before).unwrap_or_default();
                compiled.evaluate(&mut machine, arguments, value).map_or(Item::Open, Item::Value)
            });
            if let Some(node) = node {
                return Ok(node);
            }
        }
        let tested = all.iter().position(|node| *node == value).unwrap_or_else(|| {
            all.push(value);
            all.len() - 1
        });
        if self.combinations(&all).is_some() {
            let mut machine = self.machine();
            let mut arguments = vec![Value::NULL; frame.locals.len()];
            return Ok(self.lookup(&all, &Type::Boolean, |items| {
                let Some(Item::Value(value)) = items.get(tested) else { return Item::Open };
                if !leaves.set(items, &mut machine, &mut arguments) {
                    return Item::Open;
                }
                let arguments = arguments.get(..before).unwrap_or_default();
                compiled.evaluate(&mut machine, arguments, value).map_or(Item::Open, Item::Value)
            }));
        }
        let mut nodes = Vec::with_capacity(tests.tests.len());
        for test in &tests.tests {
            nodes.push(self.test(test, value, frame, span)?);
        }
        let passed = self
            .logic(false, nodes)
            .ok_or_else(|| Refusal { span, why: "its tests are no truth values".to_owned() })?;
        Ok(if tests.negated { self.not(passed) } else { passed })
    }

    fn not(&mut self, node: NodeId) -> NodeId {
        self.lookup(&[node], &Type::Boolean, |items| match items {
            [Item::Value(value)] => Item::Value(ops::not(value)),
            _ => Item::Open,
        })
    }

    fn test(&mut self, test: &Test, value: NodeId, frame: &Frame<'_>, span: Span) -> Built {
        let refusal = |why: &str, span: Span| Refusal { span, why: why.to_owned() };
        match test {
            // In columns, null that comes of a failure is no other null, and would match it.
            Test::Compare(BinaryOp::Equal | BinaryOp::NotEqual, end) | Test::Value(end)
                if !end.is_settled() =>
            {
                Err(refusal("a test for a value that may fail", end.span))
            }
            Test::Compare(op, end) => {
                let right = self.expression(end, frame)?;
                self.comparison(*op, value, right, end.span)
            }
            Test::Range(RangeExpr { low, low_closed, high, high_closed }) => {
                let mut parts = Vec::new();
                let low_op = if *low_closed { BinaryOp::GreaterEqual } else { BinaryOp::Greater };
                let high_op = if *high_closed { BinaryOp::LessEqual } else { BinaryOp::Less };
                for (op, end) in [(low_op, low), (high_op, high)] {
                    if let Some(end) = end {
                        let right = self.expression(end, frame)?;
                        parts.push(self.comparison(op, value, right, end.span)?);
                    }
                }
                self.logic(true, parts).ok_or_else(|| refusal("its ends have no order", span))
            }
            Test::Value(expr) => {
                let plain = matches!(expr.ty, Type::Number | Type::Date | Type::YearsDuration);
                if !plain {
                    return Err(refusal("a test by a value of many kinds", expr.span));
                }
                let right = self.expression(expr, frame)?;
                self.comparison(BinaryOp::Equal, value, right, expr.span)
            }
            Test::Predicate(expr) => {
                if expr.ty != Type::Boolean {
                    return Err(refusal("a test that is no truth value", expr.span));
                }
                self.expression(expr, frame)
            }
        }
    }

    /// The cuts of the constants of tests that are made of constants or of a `?` among codes.
    fn cuts(&self, tests: &Tests, value: NodeId) -> Option<Vec<Cut>> {
        let mut cuts = Vec::new();
        let unit = match self.shape(value) {
            Shape::Codes(_) => return Some(cuts),
            Shape::Numbers { unit, .. } => *unit,
            Shape::Ratio { .. } => Unit::Scale(0),
            Shape::Set { .. } | Shape::Places => return None,
        };
        let mut add = |value: &Value| compare::add_cuts(unit, value, &mut cuts);
        for test in &tests.tests {
            match test {
                Test::Compare(_, expr) | Test::Value(expr) => add(expr.constant_value()?),
                Test::Range(range) => {
                    for end in [&range.low, &range.high].into_iter().flatten() {
                        add(end.constant_value()?);
                    }
                }
                Test::Predicate(_) => return None,
            }
        }
        Some(cuts)
    }
}

/// The operands of a chain of one operator.
fn flatten<'e>(expr: &'e Expr, op: BinaryOp, parts: &mut Vec<&'e Expr>) {
    let mut rest = vec![expr];
    while let Some(expr) = rest.pop() {
        match &expr.kind {
            Kind::Binary(other, left, right) if *other == op => {
                rest.push(right);
                rest.push(left);
            }
            _ => parts.push(expr),
        }
    }
}

/// The variables of an expression with their nodes.
#[derive(Debug, Default)]
struct Leaves {
    globals: Vec<(u32, NodeId)>,
    locals: Vec<(u32, NodeId)>,
}

impl Leaves {
    /// Each node once.
    fn nodes(&self) -> Vec<NodeId> {
        let mut nodes: Vec<NodeId> = Vec::new();
        for (_, node) in self.globals.iter().chain(&self.locals) {
            if !nodes.contains(node) {
                nodes.push(*node);
            }
        }
        nodes
    }

    /// Gives the variables their values; false where one has none.
    fn set(&self, items: &[&Item], machine: &mut Machine, arguments: &mut [Value]) -> bool {
        let nodes = self.nodes();
        let value = |node: &NodeId| {
            let at = nodes.iter().position(|other| other == node)?;
            match items.get(at) {
                Some(Item::Value(value)) => Some(value.clone()),
                _ => None,
            }
        };
        for (global, node) in &self.globals {
            let Some(value) = value(node) else { return false };
            machine.set_global(*global, value);
        }
        for (local, node) in &self.locals {
            let (Some(value), Some(slot)) = (value(node), arguments.get_mut(*local as usize))
            else {
                return false;
            };
            *slot = value;
        }
        true
    }
}

/// The item of an operator on exceptions among integers: exact where all are values, and else
/// where it does not depend on the integers that stand in the columns.
pub(super) fn mixed(items: &[&Item], units: &[Unit], apply: &dyn Fn(&[Value]) -> Value) -> Item {
    if items.iter().any(|item| matches!(item, Item::Open)) {
        return Item::Open;
    }
    let regular = items.iter().filter(|item| matches!(item, Item::Regular)).count();
    if regular == items.len() {
        return Item::Regular;
    }
    let depends = |item: &&&Item| {
        !matches!(item, Item::Regular) && !item.is_certain_null() && !item.is_anything()
    };
    if regular > 0 && items.iter().any(|item| depends(&item)) {
        return Item::Open;
    }
    let with = |integer: i64| -> Option<Value> {
        let values = items.iter().zip(units).map(|(item, unit)| match item {
            Item::Value(value) => Some(value.clone()),
            _ => unit.value(integer),
        });
        Some(apply(&values.collect::<Option<Vec<Value>>>()?))
    };
    let mut both = Domain::default();
    match (with(1), with(1_234)) {
        (Some(a), Some(b))
            if both.put(Item::Value(a.clone())) == both.put(Item::Value(b.clone())) =>
        {
            Item::Value(a)
        }
        _ => Item::Open,
    }
}

/// The codes of exceptions after a function of one value.
pub(super) fn excepted(
    from: &Domain,
    into: &mut Domain,
    mut apply: impl FnMut(&Value) -> Item,
) -> Vec<u16> {
    from.items
        .iter()
        .map(|item| match item {
            Item::Regular => code(0),
            Item::Value(value) => into.put(apply(value)),
            Item::Open => into.put_open(),
        })
        .collect()
}
