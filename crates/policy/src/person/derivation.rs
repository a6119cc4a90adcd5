//! `profile.md` of a country: the facts of its vocabulary, derived from the common profile.

use std::sync::Arc;

use dmn::compile::{Allowed, Role, Unit, compile};
use dmn::diagnostic::Diagnostic;
use dmn::model::Model;
use dmn::program::{DecisionId, InputId, Program};
use feel::Value;
use feel::temporal::Date;
use feel::value::{FailureCode, Null};

use super::{Person, schema};
use crate::assess::LIMITS;
use crate::pack::problem::{ProblemCode, Report};
use crate::pack::{Fact, Vocabulary};
use crate::profile::{FactFault, FactFaultCode, Profile, ProfileError, check_fact};
use crate::words;

/// How the facts of a vocabulary follow from the common profile.
#[derive(Debug)]
pub(crate) struct Derivation {
    program: Program,
    person: Option<InputId>,
    on: Option<InputId>,
    facts: Vec<(Arc<Fact>, DecisionId)>,
}

/// The models that every `profile.md` may use: the types of the profile, and functions.
#[derive(Debug)]
pub(crate) struct Shared {
    pub types: Model,
    /// `packs/profile.md`, if there is one.
    pub functions: Option<(Arc<str>, Model)>,
}

impl Shared {
    /// The types of the schema, and the functions of `profile.md` beside it.
    pub(crate) fn new(schema: &schema::Object, report: &mut Report<'_>) -> Shared {
        let types: Arc<str> = "profile.schema.json".into();
        let (types, diagnostics) = dmn::markdown::read(types, &schema::declarations(schema));
        diagnostics.into_iter().for_each(|diagnostic| report.diagnostic(diagnostic));
        let file: Arc<str> = "profile.md".into();
        let text = report.text(&file);
        let functions = (!text.is_empty()).then(|| {
            let (model, diagnostics) = dmn::markdown::read(file.clone(), text);
            diagnostics.into_iter().for_each(|diagnostic| report.diagnostic(diagnostic));
            (file, model)
        });
        Shared { types, functions }
    }
}

impl Derivation {
    /// Reads and compiles a country's `profile.md`.
    pub(crate) fn read(
        file: &Arc<str>,
        shared: &Shared,
        vocabulary: &Vocabulary,
        report: &mut Report<'_>,
    ) -> Option<Derivation> {
        let (model, diagnostics) = dmn::markdown::read(file.clone(), report.text(file));
        let failed = diagnostics.iter().any(Diagnostic::is_error);
        diagnostics.into_iter().for_each(|diagnostic| report.diagnostic(diagnostic));
        if failed {
            return None;
        }
        for import in model.imports.iter().filter(|import| import.text != "profile") {
            let message = format!("`{}` cannot be imported here", import.text);
            let help = Some("a `profile.md` imports `profile` alone".to_owned());
            report.error(file, import.span, ProblemCode::Unresolved, message, help);
        }
        let mut units = vec![
            Unit { file: file.clone(), model: &model, role: Role::Main },
            Unit { file: "profile.schema.json".into(), model: &shared.types, role: Role::Import },
        ];
        if let Some((file, model)) = &shared.functions {
            units.push(Unit { file: file.clone(), model, role: Role::Import });
        }
        let allowed: Vec<Allowed> = Vec::new();
        let program = match compile(&units, &allowed) {
            Ok(program) => program,
            Err(diagnostics) => {
                diagnostics.into_iter().for_each(|diagnostic| report.diagnostic(diagnostic));
                return None;
            }
        };
        program.warnings().iter().cloned().for_each(|warning| report.diagnostic(warning));
        let mut facts = Vec::new();
        for (_, element) in model.elements().filter(|(_, e)| e.parameters.is_none()) {
            let (name, span) = (&element.name.text, element.name.span);
            let (Some(fact), Some(id)) = (vocabulary.fact(name), program.decision(name)) else {
                continue;
            };
            let result = program.decisions().get(id.0).map(|decision| &decision.kind);
            let wanted = fact.kind.to_type();
            if result.is_some_and(|result| !result.conforms_to(&wanted)) {
                let message = format!("the fact `{name}` is of type `{wanted}`");
                report.error(file, span, ProblemCode::Format, message, None);
            }
            facts.push((fact.clone(), id));
        }
        if facts.is_empty() {
            let message = "no decision is named as a fact of `facts.toml`";
            report.error(file, 0..0, ProblemCode::Unresolved, message, None);
        }
        let (person, on) = (program.input("person"), program.input("on"));
        Some(Derivation { program, person, on, facts })
    }

    /// The facts that follow from a profile on a day; what does not follow is left out. Beside them,
    /// why a fact cannot be derived; a fault without a key concerns all facts.
    pub(super) fn derive(&self, person: &Person, on: Date) -> (Profile, Vec<ProfileError>) {
        let mut inputs = vec![Value::NULL; self.program.inputs().len()];
        let given = [(self.person, person.profile.clone()), (self.on, Value::Date(on))];
        for (input, value) in given {
            if let Some(slot) = input.and_then(|input| inputs.get_mut(input.0)) {
                *slot = value;
            }
        }
        let wanted: Vec<DecisionId> = self.facts.iter().map(|(_, id)| *id).collect();
        let fault = |key: &str, fault| ProfileError { key: key.to_owned(), line: 0, fault };
        let evaluation = match self.program.evaluate(&inputs, &wanted, LIMITS, false) {
            Ok(evaluation) => evaluation,
            Err(exhausted) => {
                let message = words::too_much_work(&exhausted.to_string());
                let whole = fault("", FactFault::new(FactFaultCode::TooLarge, message, None));
                return (Profile::default(), vec![whole]);
            }
        };
        let mut profile = Profile::default();
        let mut errors = Vec::new();
        for (fact, id) in &self.facts {
            let value = evaluation.values.get(id.0).and_then(Option::as_ref);
            let name = fact.name.to_arc();
            match value {
                None | Some(Value::Null(Null::Plain | Null::Unknown(_))) => {}
                // The first of none: there is nothing to derive from.
                Some(Value::Null(Null::Failed(failure)))
                    if failure.code == FailureCode::Missing => {}
                Some(Value::Null(Null::Failed(failure))) => {
                    let message = words::fault_of_pack(&name, &failure.message);
                    let failed = FactFault::new(FactFaultCode::Inconsistent, message, None);
                    errors.push(fault(&name, failed));
                }
                Some(value) => match check_fact(fact, value) {
                    Ok(()) => {
                        profile.facts.insert(name.clone(), value.clone());
                        profile.derived.insert(name);
                    }
                    Err(wrong) => errors.push(fault(&name, wrong)),
                },
            }
        }
        (profile, errors)
    }
}
