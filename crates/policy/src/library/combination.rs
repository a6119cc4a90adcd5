//! Rule documents compiled together.

mod declared;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dmn::compile::{Allowed, Role, Unit, compile};
use dmn::diagnostic::{Code, Place, Severity};
use dmn::model::Model;
use dmn::program::{Decision, DecisionId, Program};
use feel::value::Possible;
use feel::{Number, Type, Value};
use rayon::prelude::*;

use super::document::{self, ElementSources};
use super::{Country, Library, Selection};
use crate::pack::problem::{ProblemCode, Report};
use crate::pack::{Fact, Name};
use crate::scalar;
use declared::Declared;
pub(crate) use declared::string_literal;

/// How many combinations of documents a library may need.
const MAX_COMBINATIONS: usize = 1_000;

/// Rule documents compiled together, and what the programme's declarations mean in them.
#[derive(Debug)]
pub(crate) struct Combination {
    pub program: Program,
    /// Where each input's value comes from.
    pub inputs: Vec<InputSource>,
    /// Whether something that is shown rests on the input.
    pub needed: Vec<bool>,
    /// The sources of each decision's rules.
    pub sources: Vec<ElementSources>,
    pub outcome: DecisionId,
    pub eligible: DecisionId,
    pub score: Option<DecisionId>,
    pub conditions: Vec<DecisionId>,
    /// With the index of the declaration, as those that follow.
    pub routes: Vec<(usize, DecisionId)>,
    /// With the most points that the rules of this combination give.
    pub factors: Vec<(usize, DecisionId, Number)>,
    pub sub_scores: Vec<DecisionId>,
    pub thresholds: Vec<usize>,
    pub notices: Vec<(usize, DecisionId)>,
    /// All of these decisions.
    pub wanted: Vec<DecisionId>,
}

/// Where the value of an input comes from.
#[derive(Debug)]
pub(crate) enum InputSource {
    /// The profile; the value is that of the missing fact.
    Fact(Arc<Fact>, Value),
    /// The parameter of this name; the value is that of the missing parameter.
    Parameter(Arc<str>, Value),
    /// The day.
    On,
    /// The place.
    Place,
}

impl Combination {
    /// The facts that the declared decisions ask for.
    pub(crate) fn asked_facts(&self) -> impl Iterator<Item = &str> {
        self.inputs.iter().zip(&self.needed).filter_map(|(input, needed)| match input {
            InputSource::Fact(fact, _) if *needed => Some(fact.name.as_str()),
            _ => None,
        })
    }

    pub(crate) fn decision(&self, id: DecisionId) -> Option<&Decision> {
        self.program.decisions().get(id.0)
    }
}

/// The programmes that any document of a programme imports.
pub(super) fn all_imports(library: &Library, programme: usize) -> Vec<usize> {
    let Some(declared) = library.programmes.get(programme) else { return Vec::new() };
    let overlays: Vec<usize> = (0..library.overlays.len())
        .filter(|index| {
            library.overlays.get(*index).is_some_and(|overlay| overlay.programme == declared.id)
        })
        .collect();
    let versions = 0..declared.versions.len();
    let mut imports: Vec<usize> =
        versions.flat_map(|version| library.imports_of(programme, version, &overlays)).collect();
    imports.sort_unstable();
    imports.dedup();
    imports
}

/// Every selection that some day and place gives.
pub(super) fn all_selections(library: &Library) -> BTreeSet<Selection> {
    let of_each = (0..library.programmes.len()).into_par_iter().map(|programme| {
        let mut selections = BTreeSet::new();
        collect_selections(library, programme, &mut selections);
        selections
    });
    of_each.reduce(BTreeSet::new, |mut all, some| {
        all.extend(some);
        all
    })
}

/// Compiles every selection that can occur.
pub(super) fn compile_all(library: &mut Library, report: &mut Report<'_>) {
    let selections = all_selections(library);
    if selections.len() > MAX_COMBINATIONS {
        let message = format!(
            "the packs need {} combinations of rule documents, at most {MAX_COMBINATIONS} are \
             allowed",
            selections.len()
        );
        let file: Arc<str> = "".into();
        let help = Some("let fewer overlays be in force at the same time".to_owned());
        report.error(&file, 0..0, ProblemCode::Limit, message, help);
        return;
    }
    let sources: BTreeMap<&str, BTreeMap<String, ElementSources>> = library
        .documents
        .par_iter()
        .map(|document| (&*document.file, document::sources(&document.model, &library.register)))
        .collect();
    // Selections of the same documents, as of one notice in ten cities, are compiled once.
    let mut groups: BTreeMap<Documents<'_>, usize> = BTreeMap::new();
    let mut alike: Vec<Vec<&Selection>> = Vec::new();
    for selection in &selections {
        let context = Context { library, selection, sources: &sources, changed: None };
        let group = *groups.entry(context.documents()).or_insert(alike.len());
        match alike.get_mut(group) {
            Some(known) => known.push(selection),
            None => alike.push(vec![selection]),
        }
    }
    let compiled = report.on_each(&alike, |selections, report| {
        let selection = selections.first()?;
        let context = Context { library, selection, sources: &sources, changed: None };
        let mut found = BTreeSet::new();
        let combination = context.compile(&mut found, report).map(Arc::new);
        Some((combination, found))
    });
    let mut found = BTreeSet::new();
    let mut combinations = BTreeMap::new();
    for (selections, (combination, of_these)) in alike.iter().zip(compiled.into_iter().flatten()) {
        found.extend(of_these);
        let Some(combination) = combination else { continue };
        combinations
            .extend(selections.iter().map(|&selection| (selection.clone(), combination.clone())));
    }
    declared::check_declared(library, &found, report);
    library.combinations = combinations;
}

/// Every selection of a programme that some day and place gives.
fn collect_selections(library: &Library, programme: usize, found: &mut BTreeSet<Selection>) {
    let Some(country) =
        library.programmes.get(programme).and_then(|declared| library.country(&declared.pack))
    else {
        return;
    };
    let mut programmes = vec![programme];
    let mut next = 0;
    while let Some(current) = programmes.get(next) {
        for import in all_imports(library, *current) {
            if !programmes.contains(&import) {
                programmes.push(import);
            }
        }
        next += 1;
    }
    // What is in force changes on these days, and from these places to those that lie in them.
    let mut days = BTreeSet::new();
    let mut places: BTreeSet<&str> = BTreeSet::new();
    places.extend(library.pack(&country.id).map(|pack| pack.manifest.place.as_str()));
    places.extend(country.places.all.iter().filter(|p| p.parent.is_none()).map(|p| &*p.code));
    let mut add_days = |from, to: Option<_>| {
        days.insert(from);
        days.extend(to.and_then(scalar::next_day));
    };
    for declared in programmes.iter().filter_map(|index| library.programmes.get(*index)) {
        for version in &declared.versions {
            add_days(version.from, version.to);
            places.extend(version.area.iter().map(Name::as_str));
        }
        for overlay in library.overlays.iter().filter(|o| o.programme == declared.id) {
            add_days(overlay.entry.from, overlay.entry.to);
            places.insert(&overlay.entry.place);
        }
    }
    for day in days {
        for place in &places {
            found.extend(library.select(programme, day, place));
        }
    }
}

/// The files of the rule documents of a selection.
pub(crate) fn files(library: &Library, selection: &Selection) -> Vec<Arc<str>> {
    let sources = BTreeMap::new();
    let context = Context { library, selection, sources: &sources, changed: None };
    context.units().into_iter().map(|(file, _, _)| file).collect()
}

/// Compiles a selection with one of its documents changed; `None` if loading would refuse it.
///
/// The result does not tell the sources of its rules.
pub(crate) fn recompile(
    library: &Library,
    selection: &Selection,
    file: &str,
    model: &Model,
) -> Option<Combination> {
    let texts = BTreeMap::new();
    let mut report = Report::new(&texts);
    let sources = BTreeMap::new();
    let changed = Some((file, model));
    let context = Context { library, selection, sources: &sources, changed };
    let combination = context.compile(&mut BTreeSet::new(), &mut report);
    combination.filter(|_| !report.has_errors())
}

/// What makes selections compile to the same: the programme, its version's document, and all
/// documents, each with whether it is an overlay.
type Documents<'l> = (usize, Option<&'l str>, Vec<(Arc<str>, bool)>);

struct Context<'l, 's> {
    library: &'l Library,
    selection: &'s Selection,
    sources: &'s BTreeMap<&'l str, BTreeMap<String, ElementSources>>,
    /// A document that is read as something else.
    changed: Option<(&'s str, &'s Model)>,
}

impl<'l: 's, 's> Context<'l, 's> {
    fn compile(
        &self,
        found: &mut BTreeSet<(usize, &'l str)>,
        report: &mut Report<'_>,
    ) -> Option<Combination> {
        let library = self.library;
        let programme = library.programmes.get(self.selection.programme)?;
        let country = library.country(&programme.pack)?;
        let units = self.units();
        let units: Vec<Unit<'_>> = units
            .iter()
            .map(|(file, model, role)| Unit { file: file.clone(), model, role: *role })
            .collect();
        let allowed: Vec<Allowed> = country.vocabulary.facts.iter().filter_map(allowed).collect();
        let program = match compile(&units, &allowed) {
            Ok(program) => program,
            Err(diagnostics) => {
                for diagnostic in diagnostics {
                    report.diagnostic(diagnostic);
                }
                return None;
            }
        };
        for warning in program.warnings() {
            report.diagnostic(warning.clone());
        }
        let inputs = self.inputs(&program, &units, country, report)?;
        let mut roles = Declared { context: self, programme, program: &program, found, report };
        let outcome = roles.required(&programme.outcome, &Type::String);
        let eligible = roles.required(&programme.eligible, &Type::Boolean);
        let score = programme.score.as_ref().map(|name| roles.required(name, &Type::Number));
        let conditions = programme.conditions.iter();
        let conditions: Vec<DecisionId> = conditions
            .filter_map(|c| roles.optional(&c.decision, &c.models, &Type::Boolean))
            .collect();
        let routes = programme.routes.iter().enumerate();
        let routes: Vec<(usize, DecisionId)> = routes
            .filter_map(|(i, r)| Some((i, roles.optional(&r.decision, &r.models, &Type::Boolean)?)))
            .collect();
        let factors = programme.factors.iter().enumerate();
        let factors: Vec<(usize, DecisionId)> = factors
            .filter_map(|(i, f)| Some((i, roles.optional(&f.decision, &f.models, &Type::Number)?)))
            .collect();
        let sub_scores = programme.sub_scores.iter();
        let sub_scores: Vec<DecisionId> = sub_scores
            .filter_map(|s| roles.optional(&s.decision, &s.models, &Type::Number))
            .collect();
        let notices = programme.notices.iter().enumerate();
        let notices: Vec<(usize, DecisionId)> = notices
            .filter_map(|(i, n)| Some((i, roles.optional(&n.decision, &n.models, &Type::String)?)))
            .collect();
        let model = programme.versions.get(self.selection.version).map(|v| &v.model);
        let applies =
            |models: &[Name]| models.is_empty() || model.is_some_and(|m| models.contains(m));
        let thresholds = programme.thresholds.iter().enumerate();
        let thresholds = thresholds.filter(|(_, t)| applies(&t.models)).map(|(i, _)| i).collect();
        roles.check_outcomes(outcome);
        let factors: Vec<(usize, DecisionId, Number)> = factors
            .into_iter()
            .filter_map(|(index, decision)| {
                roles.check_factor(index, decision);
                Some((index, decision, roles.cap(index, decision)?))
            })
            .collect();
        let (outcome, eligible) = (outcome?, eligible?);
        let score = match score {
            Some(score) => Some(score?),
            None => None,
        };
        let mut wanted = vec![outcome, eligible];
        wanted.extend(score);
        wanted.extend(&conditions);
        wanted.extend(factors.iter().map(|(_, id, _)| *id));
        wanted.extend(&sub_scores);
        wanted.extend([&routes, &notices].into_iter().flatten().map(|(_, id)| *id));
        wanted.sort_unstable();
        wanted.dedup();
        let needed = needed_inputs(&program, &wanted);
        let sources = program
            .decisions()
            .iter()
            .map(|decision| {
                let of_file = self.sources.get(&*decision.file);
                of_file
                    .and_then(|by_name| by_name.get(&*decision.name))
                    .cloned()
                    .unwrap_or_default()
            })
            .collect();
        Some(Combination {
            program,
            inputs,
            needed,
            sources,
            outcome,
            eligible,
            score,
            conditions,
            routes,
            factors,
            sub_scores,
            thresholds,
            notices,
            wanted,
        })
    }

    fn documents(&self) -> Documents<'l> {
        let mut units = Vec::new();
        self.add_units(self.selection, Role::Main, &mut units);
        let files = units.into_iter().map(|(file, _, role)| (file, role == Role::Overlay));
        let programme = self.library.programmes.get(self.selection.programme);
        let version = programme.and_then(|known| known.versions.get(self.selection.version));
        let model = version.map(|version| version.model.as_str());
        (self.selection.programme, model, files.collect())
    }

    /// The documents of the selection, with what a nearer overlay replaces left out.
    fn units(&self) -> Vec<(Arc<str>, Cow<'s, Model>, Role)> {
        let mut units = Vec::new();
        self.add_units(self.selection, Role::Main, &mut units);
        // Overlays come last and the nearest is the last of all.
        units.sort_by_key(|(_, _, role)| match role {
            Role::Main => 0,
            Role::Import => 1,
            Role::Overlay => 2,
        });
        let mut replaced: BTreeSet<String> = BTreeSet::new();
        for (_, model, role) in units.iter_mut().rev() {
            if *role != Role::Overlay {
                break;
            }
            let names: Vec<String> =
                model.elements().map(|(_, element)| element.name.text.clone()).collect();
            if names.iter().any(|name| replaced.contains(name)) {
                for section in &mut model.to_mut().sections {
                    let gone =
                        |element: &dmn::model::Element| replaced.contains(&element.name.text);
                    if section.element.as_ref().is_some_and(gone) {
                        section.element = None;
                    }
                }
            }
            replaced.extend(names);
        }
        units
    }

    fn add_units(
        &self,
        selection: &Selection,
        role: Role,
        units: &mut Vec<(Arc<str>, Cow<'s, Model>, Role)>,
    ) {
        let library = self.library;
        let mut add = |document: &'l super::Document, role| {
            if units.iter().all(|(file, _, _)| *file != document.file) {
                let changed = self.changed.filter(|(file, _)| **file == *document.file);
                let model = changed.map_or(&*document.model, |(_, model)| model);
                units.push((document.file.clone(), Cow::Borrowed(model), role));
            }
        };
        if let Some(main) = library.version_document(selection.programme, selection.version) {
            add(main, role);
        }
        for overlay in &selection.overlays {
            if let Some(document) = library.overlay_document(*overlay) {
                add(document, Role::Overlay);
            }
        }
        for import in &selection.imports {
            self.add_units(import, Role::Import, units);
        }
    }

    fn inputs(
        &self,
        program: &Program,
        units: &[Unit<'_>],
        country: &Country,
        report: &mut Report<'_>,
    ) -> Option<Vec<InputSource>> {
        let mut sources = Vec::new();
        for input in program.inputs() {
            let name = &*input.name;
            let (source, kind) = match name {
                "on" => (InputSource::On, Type::Date),
                "place" => (InputSource::Place, Type::String),
                _ => match country.vocabulary.fact(name) {
                    Some(fact) => {
                        let unknown = match &fact.if_absent {
                            Some(value) => Value::string(value.to_arc()),
                            None => Value::unknown(input.name.clone(), fact.possible()),
                        };
                        (InputSource::Fact(fact.clone(), unknown), fact.kind.to_type())
                    }
                    None => {
                        let unknown = Value::unknown(input.name.clone(), Possible::Anything);
                        let source = InputSource::Parameter(input.name.clone(), unknown);
                        (source, Type::Number)
                    }
                },
            };
            if input.kind != kind {
                let declared = units.iter().find_map(|unit| {
                    let input = unit.model.inputs().find(|declared| declared.name.text == name)?;
                    Some((unit.file.clone(), input.kind.span))
                });
                let (file, span) = declared.unwrap_or_default();
                let place = Place { file, span, ..Place::default() };
                let message = format!(
                    "the input `{name}` is of type `{}`, its value is a `{kind}`",
                    input.kind
                );
                let help = match country.vocabulary.fact(name) {
                    Some(_) => format!("`facts.toml` says `{kind}`"),
                    None => format!("write `{kind}`"),
                };
                let code = ProblemCode::Rule(Code::Type);
                report.push(Severity::Error, code, message, Some(help), place);
            }
            sources.push(source);
        }
        Some(sources)
    }
}

/// The allowed values of a fact, for the compiler.
fn allowed(fact: &Arc<Fact>) -> Option<Allowed> {
    let values = fact.values.iter().map(|value| Value::string(value.value.to_arc())).collect();
    let input = fact.name.to_string();
    (!fact.values.is_empty()).then_some(Allowed { input, values })
}

/// Which inputs some of the decisions rest on, directly or not.
fn needed_inputs(program: &Program, wanted: &[DecisionId]) -> Vec<bool> {
    let mut needed = vec![false; program.inputs().len()];
    for (index, decision) in program.decisions().iter().enumerate() {
        let id = DecisionId(index);
        if wanted.iter().any(|wanted| program.rests_on(*wanted, id)) {
            for input in &decision.inputs {
                if let Some(needed) = needed.get_mut(input.0) {
                    *needed = true;
                }
            }
        }
    }
    needed
}
