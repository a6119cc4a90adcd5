//! Names that one file uses and another defines.

use std::collections::BTreeSet;

use dmn::diagnostic::{Code, Place, Severity};
use dmn::model::Model;
use feel::Type;

use super::{Country, Document, Library, combination};
use crate::assess::AssessError;
use crate::cases::UNDECIDED;
use crate::nearest::{nearest, suggestion};
use crate::pack::problem::{ProblemCode, Report};
use crate::pack::{BUILT_IN, WorkedCase};

/// Refuses inputs that nothing gives a value to, and those whose values are of another type.
pub(super) fn check_inputs(document: &Document, country: &Country, report: &mut Report<'_>) {
    for input in document.model.inputs() {
        let name = input.name.text.as_str();
        let place = |span| Place { file: document.file.clone(), span, ..Place::default() };
        let Some((kind, says)) = input_type(name, country) else {
            let names = country.vocabulary.names();
            let names = names.chain(country.parameters.keys().map(|name| &**name)).chain(BUILT_IN);
            let help = match nearest(name, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "an input is a fact of `facts.toml`, a parameter, `on` or `place`".to_owned()
                }
            };
            let message = format!("no fact or parameter `{name}`");
            let code = ProblemCode::Rule(Code::UnknownName);
            report.push(Severity::Error, code, message, Some(help), place(input.name.span));
            continue;
        };
        let Some(written) = base_type(&document.model, &input.kind.text) else { continue };
        if written != kind {
            let message =
                format!("the input `{name}` is of type `{written}`, its value is a `{kind}`");
            let help = format!("{says} `{kind}`");
            let code = ProblemCode::Rule(Code::Type);
            report.push(Severity::Error, code, message, Some(help), place(input.kind.span));
        }
    }
}

/// The type of an input's values, and who says so.
fn input_type(name: &str, country: &Country) -> Option<(Type, &'static str)> {
    match name {
        "on" => Some((Type::Date, "it is always a")),
        "place" => Some((Type::String, "it is always a")),
        _ => match country.vocabulary.fact(name) {
            Some(fact) => Some((fact.kind.to_type(), "`facts.toml` says")),
            None => country
                .parameters
                .contains_key(name)
                .then_some((Type::Number, "a parameter is always a")),
        },
    }
}

/// The type that a type expression of a document stands for, if that can be told without its
/// imports.
fn base_type(model: &Model, written: &str) -> Option<Type> {
    let mut written = written;
    for _ in 0..16 {
        let expression = feel::parser::type_expression(written).ok()?;
        if let Ok(kind) = feel::check::resolve(&expression, &feel::check::Empty) {
            return Some(kind);
        }
        written = &model.types().find(|item| item.name.text == written.trim())?.base.text;
    }
    None
}

/// Refuses imports of programmes that are not there, and circles of imports.
pub(super) fn check_imports(library: &Library, report: &mut Report<'_>) {
    for document in &library.documents {
        for import in &document.model.imports {
            let Err(unknown) = library.programme(&import.text) else { continue };
            let place =
                Place { file: document.file.clone(), span: import.span, ..Place::default() };
            let message = format!("no programme `{}` to import", import.text);
            let help = unknown.nearest.map(|name| format!("did you mean `{}`?", name.en));
            let code = ProblemCode::Unresolved;
            report.push(Severity::Error, code, message, help, place);
        }
    }
    for (index, programme) in library.programmes.iter().enumerate() {
        let mut reached = BTreeSet::new();
        let mut open = vec![index];
        while let Some(next) = open.pop() {
            for import in combination::all_imports(library, next) {
                if import == index {
                    let message = format!("the programme `{}` imports itself", programme.id);
                    let help = Some("follow the imports of its rule documents".to_owned());
                    report.error(&programme.file, 0..0, ProblemCode::Cycle, message, help);
                } else if reached.insert(import) {
                    open.push(import);
                }
            }
        }
    }
}

/// Refuses expectations that nothing can meet.
pub(super) fn check_expectation(case: &WorkedCase, library: &Library, report: &mut Report<'_>) {
    let Ok(programme) = library.programme(&case.programme) else { return };
    let Some(country) = library.country(&programme.pack) else { return };
    let mut refuse = |what: &str, name: &str, help: Option<String>| {
        let message = format!("no {what} `{name}`");
        report.error(&case.file, case.name.span(), ProblemCode::Unresolved, message, help);
    };
    if let Some(outcome) = &case.expect.outcome
        && programme.outcome(outcome).is_none()
        && outcome != UNDECIDED
    {
        let known = programme.outcomes.iter().map(|outcome| outcome.value.as_str());
        refuse("outcome", outcome, suggestion(outcome, known.chain([UNDECIDED])));
    }
    for name in case.expect.missing.iter().flatten() {
        if input_type(name, country).is_none() {
            refuse("fact", name, suggestion(name, country.vocabulary.names()));
        }
    }
    if let Some(error) = &case.expect.error
        && !AssessError::CODES.contains(&error.as_str())
    {
        refuse("kind of error", error, suggestion(error, AssessError::CODES));
    }
    let expects_place = case.expect.error.as_deref() != Some("unknown-place");
    if expects_place && country.places.find(&case.place).is_none() {
        let help = suggestion(&case.place, country.places.codes());
        refuse("place", &case.place, help);
    }
}
