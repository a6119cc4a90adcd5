//! Tests of the DMN Technology Compatibility Kit: a model, inputs, and the results that are
//! expected.

use std::fmt;

use feel::temporal::{Date, DateTime, Time};
use feel::value::{Context, FailureCode, Null};
use feel::{Number, Value, builtins, ops};
use roxmltree::{Document, Node, ParsingOptions};

use crate::program::{Limits, Program};
use crate::xml::{MAX_BYTES, MAX_NODES};

/// The namespace of test files.
const NAMESPACE: &str = "http://www.omg.org/spec/DMN/20160719/testcase";
/// The namespace of `xsi:type` and `xsi:nil`.
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// The levels of lists and components that are read.
const MAX_DEPTH: usize = 50;

/// A file of tests.
#[derive(Debug, Clone, Default)]
pub struct Suite {
    /// The file of the model, beside that of the tests.
    pub model: String,
    /// The tests in order.
    pub cases: Vec<Case>,
}

/// A test.
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// Its identifier in the file.
    pub id: String,
    /// The decision service or business knowledge model that is called; without it, the results
    /// are of decisions.
    invocable: Option<String>,
    inputs: Vec<Input>,
    results: Vec<Expected>,
    /// Why the test cannot be run.
    unreadable: Option<String>,
}

#[derive(Debug, Clone)]
struct Input {
    namespace: Option<String>,
    name: String,
    value: Value,
}

#[derive(Debug, Clone)]
struct Expected {
    namespace: Option<String>,
    name: String,
    /// The value that is expected; null where an error is.
    value: Value,
}

/// How a test went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every result is as expected.
    Passed,
    /// A result is not, with what it is.
    Failed(String),
    /// It asks for what this engine refuses, with the reason.
    Refused(String),
}

/// Why a file of tests cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SuiteError(String);

impl Suite {
    /// Reads a file of tests; `None` where the file is XML of another kind.
    ///
    /// # Errors
    ///
    /// When the file is no XML. A test with a value that cannot be read fails when it is run.
    pub fn read(source: &str) -> Result<Option<Suite>, SuiteError> {
        if source.len() > MAX_BYTES {
            return Err(SuiteError(format!("the file is larger than {MAX_BYTES} bytes")));
        }
        let options = ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
        let document = Document::parse_with_options(source, options)
            .map_err(|error| SuiteError(format!("the XML cannot be read: {error}")))?;
        let root = document.root_element();
        if root.tag_name().name() != "testCases" || root.tag_name().namespace() != Some(NAMESPACE) {
            return Ok(None);
        }
        let model = child(root, "modelName").map(text).unwrap_or_default();
        let mut suite = Suite { model: model.trim().to_owned(), cases: Vec::new() };
        for (number, node) in children(root, "testCase").enumerate() {
            let id = node.attribute("id").map_or_else(|| (number + 1).to_string(), str::to_owned);
            let case = read_case(node, id.clone()).unwrap_or_else(|error| Case {
                id,
                unreadable: Some(error.to_string()),
                ..Case::default()
            });
            suite.cases.push(case);
        }
        Ok(Some(suite))
    }
}

fn read_case(node: Node<'_, '_>, id: String) -> Result<Case, SuiteError> {
    let is_decision = matches!(node.attribute("type"), None | Some("decision"));
    let invocable = node.attribute("invocableName").filter(|_| !is_decision);
    let mut case = Case { id, invocable: invocable.map(str::to_owned), ..Case::default() };
    let named = |node: Node<'_, '_>| {
        let name = node.attribute("name").unwrap_or_default().to_owned();
        (node.attribute("namespace").map(str::to_owned), name)
    };
    for input in children(node, "inputNode") {
        let (namespace, name) = named(input);
        case.inputs.push(Input { namespace, name, value: value(input, 0)? });
    }
    for result in children(node, "resultNode") {
        let (namespace, name) = named(result);
        let expected = child(result, "expected");
        let error = matches!(result.attribute("errorResult"), Some("true" | "1"));
        let value = match expected.filter(|_| !error) {
            Some(expected) => value(expected, 0)?,
            None => Value::NULL,
        };
        case.results.push(Expected { namespace, name, value });
    }
    Ok(case)
}

/// The value of an `inputNode`, `expected`, `component` or `item`.
fn value(node: Node<'_, '_>, depth: usize) -> Result<Value, SuiteError> {
    if depth > MAX_DEPTH {
        return Err(SuiteError(format!("values are nested more than {MAX_DEPTH} levels deep")));
    }
    if is_nil(node) {
        return Ok(Value::NULL);
    }
    if let Some(list) = child(node, "list") {
        if is_nil(list) {
            return Ok(Value::NULL);
        }
        let items = children(list, "item").map(|item| value(item, depth + 1));
        return Ok(Value::list(items.collect::<Result<_, _>>()?));
    }
    let mut context = Context::new();
    for component in children(node, "component") {
        let name = component.attribute("name").unwrap_or_default();
        context.put(name, value(component, depth + 1)?);
    }
    if !context.is_empty() {
        return Ok(Value::context(context));
    }
    match child(node, "value") {
        Some(value) if !is_nil(value) => scalar(value),
        _ => Ok(Value::NULL),
    }
}

fn scalar(node: Node<'_, '_>) -> Result<Value, SuiteError> {
    let text = text(node);
    let kind = node.attribute((INSTANCE, "type")).unwrap_or_default();
    let kind = kind.rsplit_once(':').map_or(kind, |(_, local)| local);
    let trimmed = text.trim();
    let read = match kind {
        "boolean" => match trimmed {
            "true" | "1" => Some(Value::Boolean(true)),
            "false" | "0" => Some(Value::Boolean(false)),
            _ => None,
        },
        "decimal" | "double" | "float" | "integer" | "int" | "long" => {
            Number::parse(trimmed).map(Value::Number)
        }
        "date" => Date::parse(trimmed).ok().map(Value::Date),
        "time" => Time::parse(trimmed).ok().map(Value::Time),
        "dateTime" => DateTime::parse(trimmed).ok().map(Value::DateTime),
        "duration" | "dayTimeDuration" | "yearMonthDuration" => {
            Some(builtins::at_literal(trimmed)).filter(|value| !value.is_null())
        }
        _ => return Ok(Value::string(text)),
    };
    read.ok_or_else(|| SuiteError(format!("`{trimmed}` is no {kind}")))
}

fn is_nil(node: Node<'_, '_>) -> bool {
    matches!(node.attribute((INSTANCE, "nil")), Some("true" | "1"))
}

fn children<'a, 'i>(node: Node<'a, 'i>, tag: &str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.has_tag_name((NAMESPACE, tag)))
}

fn child<'a, 'i>(node: Node<'a, 'i>, tag: &str) -> Option<Node<'a, 'i>> {
    children(node, tag).next()
}

fn text(node: Node<'_, '_>) -> String {
    node.children().filter(Node::is_text).filter_map(|child| child.text()).collect()
}

impl Case {
    /// Runs the test against a model. `now` is what `now()` and `today()` give.
    pub fn run(&self, program: &Program, limits: Limits, now: Option<&DateTime>) -> Verdict {
        if let Some(why) = &self.unreadable {
            return Verdict::Failed(format!("the test cannot be read: {why}"));
        }
        for expected in &self.results {
            let actual = match &self.invocable {
                None => self.decide(program, expected, limits, now.cloned()),
                Some(name) => self.invoke(program, name, expected, limits, now.cloned()),
            };
            let actual = match actual {
                Ok(actual) => actual,
                Err(verdict) => return verdict,
            };
            if matches(&actual, &expected.value) {
                continue;
            }
            if let Some(reason) = refusal(&actual) {
                return Verdict::Refused(reason);
            }
            let why = match &actual {
                Value::Null(Null::Failed(failure)) => format!(" ({})", failure.message),
                _ => String::new(),
            };
            let (name, wanted) = (&expected.name, &expected.value);
            return Verdict::Failed(format!("`{name}` is {actual}{why}, not {wanted}"));
        }
        Verdict::Passed
    }

    fn decide(
        &self,
        program: &Program,
        expected: &Expected,
        limits: Limits,
        now: Option<DateTime>,
    ) -> Result<Value, Verdict> {
        let own = || program.decision(&expected.name);
        let id = match &expected.namespace {
            Some(namespace) => program.decision_of(namespace, &expected.name).or_else(own),
            None => own(),
        };
        let Some(id) = id else {
            let message = format!("there is no decision `{}`", expected.name);
            return Err(Verdict::Failed(message));
        };
        let mut inputs = vec![Value::NULL; program.inputs().len()];
        for input in &self.inputs {
            let own = || program.input(&input.name);
            let id = match &input.namespace {
                Some(namespace) => program.input_of(namespace, &input.name).or_else(own),
                None => own(),
            };
            if let Some(slot) = id.and_then(|id| inputs.get_mut(id.0)) {
                *slot = input.value.clone();
            }
        }
        let evaluation = program.evaluate_at(&inputs, &[id], limits, false, now);
        let mut evaluation = evaluation.map_err(|error| Verdict::Failed(error.to_string()))?;
        Ok(evaluation.values.get_mut(id.0).and_then(Option::take).unwrap_or(Value::NULL))
    }

    fn invoke(
        &self,
        program: &Program,
        name: &str,
        expected: &Expected,
        limits: Limits,
        now: Option<DateTime>,
    ) -> Result<Value, Verdict> {
        let arguments: Vec<(&str, Value)> =
            self.inputs.iter().map(|input| (&*input.name, input.value.clone())).collect();
        let Some(result) = program.invoke(name, &arguments, limits, now) else {
            return Err(Verdict::Failed(format!("there is no `{name}` to call")));
        };
        let value = result.map_err(|error| Verdict::Failed(error.to_string()))?;
        let outputs = program.outputs(name);
        match &value {
            Value::Context(context)
                if outputs.len() > 1 && outputs.iter().any(|o| **o == *expected.name) =>
            {
                Ok(context.get(&expected.name).cloned().unwrap_or(Value::NULL))
            }
            _ => Ok(value),
        }
    }
}

/// Why this engine refused a part of the value, if it did.
fn refusal(value: &Value) -> Option<String> {
    match value {
        Value::Null(Null::Failed(failure)) if failure.code == FailureCode::Refused => {
            Some(failure.message.clone())
        }
        Value::List(items) => items.iter().find_map(refusal),
        Value::Context(context) => context.iter().find_map(|(_, entry)| refusal(entry)),
        _ => None,
    }
}

/// Whether a value is the one expected; numbers may differ as the kit allows.
fn matches(actual: &Value, expected: &Value) -> bool {
    match (actual, expected) {
        (Value::Null(_), Value::Null(_)) => true,
        (Value::Number(a), Value::Number(b)) => a == b || close(*a, *b),
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| matches(a, b))
        }
        (Value::Context(a), Value::Context(b)) => {
            a.len() == b.len()
                && b.iter().all(|(name, b)| a.get(name).is_some_and(|a| matches(a, b)))
        }
        (a, b) => ops::same(a, b),
    }
}

/// Whether two numbers differ by no more than one part in a hundred million.
fn close(actual: Number, expected: Number) -> bool {
    let difference = ops::sub(&Value::Number(actual), &Value::Number(expected));
    let Some(tolerance) = Number::parse("0.00000001") else { return false };
    let allowed = ops::mul(&Value::Number(expected), &Value::Number(tolerance));
    let magnitude = |value: Value| match ops::less(&value, &Value::from(0)) {
        Value::Boolean(true) => ops::neg(&value),
        _ => value,
    };
    matches!(ops::less_equal(&magnitude(difference), &magnitude(allowed)), Value::Boolean(true))
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Passed => f.write_str("passed"),
            Verdict::Failed(why) => write!(f, "failed: {why}"),
            Verdict::Refused(why) => write!(f, "refused: {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::compile::{Mode, Role, Unit, compile_as};
    use crate::xml;

    const MODEL: &str = "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" \
        namespace=\"urn:x\" name=\"x\" id=\"x\">\
        <inputData name=\"n\" id=\"n\"><variable name=\"n\" typeRef=\"number\"/></inputData>\
        <decision name=\"third\" id=\"third\">\
          <informationRequirement><requiredInput href=\"#n\"/></informationRequirement>\
          <literalExpression><text>[n / 3, n]</text></literalExpression></decision>\
        <decision name=\"java\" id=\"java\"><literalExpression>\
          <text>[(function(x) external {})(1)]</text></literalExpression></decision>\
        </definitions>";

    fn verdicts(cases: &str) -> Vec<String> {
        let source = format!(
            "<testCases xmlns=\"{NAMESPACE}\" xmlns:xsi=\"{INSTANCE}\" \
             xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">\
             <modelName>x.dmn</modelName>{cases}</testCases>"
        );
        let suite = Suite::read(&source).unwrap().unwrap();
        assert_eq!(suite.model, "x.dmn");
        let (model, _) = xml::read("x.dmn", MODEL);
        let unit = Unit { file: Arc::from("x.dmn"), model: &model, role: Role::Main };
        let program = compile_as(&[unit], &[], Mode::Lenient).unwrap();
        let run = |case: &Case| case.run(&program, Limits::default(), None).to_string();
        suite.cases.iter().map(run).collect()
    }

    fn case(input: &str, result: &str) -> String {
        format!(
            "<testCase id=\"1\"><inputNode name=\"n\">\
             <value xsi:type=\"xsd:decimal\">{input}</value></inputNode>{result}</testCase>"
        )
    }

    fn third(items: [&str; 2]) -> String {
        let item =
            |text: &str| format!("<item><value xsi:type=\"xsd:decimal\">{text}</value></item>");
        let items = items.map(item).concat();
        format!("<resultNode name=\"third\"><expected><list>{items}</list></expected></resultNode>")
    }

    #[test]
    fn verdicts_of_cases() {
        let error = |name: &str| format!("<resultNode name=\"{name}\" errorResult=\"true\"/>");
        let value = "<resultNode name=\"java\"><expected>\
            <value xsi:type=\"xsd:string\">x</value></expected></resultNode>";
        let cases = [
            case("1", &third(["0.333333333", "1"])),
            case("1", &third(["0.33333", "1"])),
            case("one", &third(["1", "1"])),
            case("1", &error("third")),
            case("1", &error("fourth")),
            case("1", value),
        ];
        assert_eq!(
            verdicts(&cases.concat()),
            [
                "passed",
                "failed: `third` is [0.3333333333333333333333333333333333, 1], not [0.33333, 1]",
                "failed: the test cannot be read: `one` is no decimal",
                "failed: `third` is [0.3333333333333333333333333333333333, 1], not null",
                "failed: there is no decision `fourth`",
                "refused: external functions (Java, PMML) are refused",
            ]
        );
    }

    #[test]
    fn files_of_other_kinds() {
        assert!(Suite::read("<html/>").unwrap().is_none());
        assert!(Suite::read("<testCases/>").unwrap().is_none());
        assert!(Suite::read("<").is_err());
    }
}
