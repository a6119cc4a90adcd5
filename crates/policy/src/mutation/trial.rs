//! The trial of a change: whether loading refuses it, and whether a worked case notices it.

use std::collections::BTreeMap;
use std::sync::Arc;

use dmn::program::{Cell as Answer, TableTrace};

use super::mutants::{Change, Mutant, Spot, on_one_line};
use crate::assess::{Run, find_place};
use crate::cases;
use crate::library::combination::{self, Combination};
use crate::library::{Library, Selection};
use crate::pack::WorkedCase;
use crate::profile::Profile;

/// What came of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// A case notices it.
    Caught,
    /// Loading refuses it.
    Refused,
    /// No case notices it.
    Survived,
}

/// The worked cases by the rules as they are.
#[derive(Debug)]
pub(super) struct Trials<'l> {
    library: &'l Library,
    held: Vec<Held<'l>>,
    /// The cases whose rules a file is among, by file.
    by_file: BTreeMap<Arc<str>, Vec<usize>>,
    /// Some selection that a file is among, by file.
    selections: BTreeMap<Arc<str>, &'l Selection>,
}

/// A worked case that holds.
#[derive(Debug)]
struct Held<'l> {
    case: &'l WorkedCase,
    profile: Profile,
    selection: Selection,
    run: Run<'l>,
}

impl<'l> Trials<'l> {
    /// Runs the cases that the changes can touch; the names of those that fail are an error.
    pub(super) fn start(
        library: &'l Library,
        mutants: &[Mutant],
    ) -> Result<Trials<'l>, Vec<String>> {
        let mut countries: Vec<&str> = mutants.iter().filter_map(|m| country(&m.file)).collect();
        countries.sort_unstable();
        countries.dedup();
        let mut trials = Trials {
            library,
            held: Vec::new(),
            by_file: BTreeMap::new(),
            selections: BTreeMap::new(),
        };
        for selection in library.selections() {
            for file in combination::files(library, selection) {
                trials.selections.entry(file).or_insert(selection);
            }
        }
        let mut failing = Vec::new();
        for case in library.cases() {
            let own = country(&case.programme).is_some_and(|id| countries.contains(&id));
            if !own || case.expect.error.is_some() {
                continue;
            }
            match held(library, case) {
                Some(held) => trials.hold(held),
                None => failing.push(case.name.to_string()),
            }
        }
        if failing.is_empty() { Ok(trials) } else { Err(failing) }
    }

    fn hold(&mut self, held: Held<'l>) {
        for file in combination::files(self.library, &held.selection) {
            self.by_file.entry(file).or_default().push(self.held.len());
        }
        self.held.push(held);
    }

    /// What comes of a change; of several texts the mutant keeps the one that was tried.
    pub(super) fn run(&self, mutant: &mut Mutant) -> Fate {
        match mutant.change.clone() {
            Change::Parameter { country, name, row, value } => {
                let parameter = self.library.countries().get(country);
                let row = parameter.and_then(|c| c.parameters.get(&name)?.rows.get(row));
                let Some(row) = row else { return Fate::Refused };
                let rests = |held: &&Held<'_>| {
                    held.run.rows.iter().flatten().any(|known| std::ptr::eq(*known, row))
                };
                let caught = self.held.iter().filter(rests).any(|held| {
                    let in_force = held.run.in_force.clone();
                    let changed = Some((row, value));
                    let run = |trace| {
                        let place = held.run.place;
                        let library = self.library;
                        Run::over(
                            library,
                            in_force.clone(),
                            &held.profile,
                            held.case.on,
                            place,
                            changed,
                            trace,
                        )
                    };
                    cases::notices(held.case, &run)
                });
                if caught { Fate::Caught } else { Fate::Survived }
            }
            Change::Text(cell) => {
                for text in cell.texts {
                    let fate = self.try_text(mutant, cell.section, cell.at, &text);
                    if fate != Fate::Refused {
                        mutant.new = on_one_line(&text);
                        return fate;
                    }
                }
                Fate::Refused
            }
        }
    }

    fn try_text(&self, mutant: &Mutant, section: usize, at: Spot, text: &str) -> Fate {
        let Some(document) = self.library.document(&mutant.file) else { return Fate::Refused };
        let mut model = (*document.model).clone();
        let section = model.sections.get_mut(section);
        let logic = section.and_then(|section| section.element.as_mut()?.logic.as_mut());
        let Some(written) = logic.and_then(|logic| at.text_mut(logic)) else {
            return Fate::Refused;
        };
        text.clone_into(&mut written.text);
        let model = Arc::new(model);
        // What the documents compile to, by what they compile to unchanged.
        let mut compiled: Vec<(*const Combination, Combination)> = Vec::new();
        if let Some(selection) = self.selections.get(&mutant.file) {
            let Some(combination) =
                combination::recompile(self.library, selection, &mutant.file, &model)
            else {
                return Fate::Refused;
            };
            if let Some(original) = self.library.combination(selection) {
                compiled.push((original, combination));
            }
        }
        let all = self.by_file.get(&mutant.file).map_or(&[][..], Vec::as_slice);
        let touched = all.iter().filter_map(|index| self.held.get(*index));
        for held in touched.filter(|held| can_notice(held, mutant, at)) {
            let original: *const Combination = held.run.in_force.combination;
            if !compiled.iter().any(|(known, _)| std::ptr::eq(*known, original)) {
                let Some(combination) =
                    combination::recompile(self.library, &held.selection, &mutant.file, &model)
                else {
                    return Fate::Refused;
                };
                compiled.push((original, combination));
            }
            let known = compiled.iter().find(|(known, _)| std::ptr::eq(*known, original));
            let Some((_, combination)) = known else { continue };
            let run = |trace| {
                let mut in_force = held.run.in_force.clone();
                in_force.program = &combination.program;
                in_force.combination = combination;
                let (library, place) = (self.library, held.run.place);
                Run::over(library, in_force, &held.profile, held.case.on, place, None, trace)
            };
            if cases::notices(held.case, &run) {
                return Fate::Caught;
            }
        }
        Fate::Survived
    }
}

/// The country that a path or an identifier begins with.
fn country(path: &str) -> Option<&str> {
    path.split(['/', '-']).next()
}

fn held<'l>(library: &'l Library, case: &'l WorkedCase) -> Option<Held<'l>> {
    let programme = library.programme(&case.programme).ok()?;
    let place = find_place(library, programme, &case.place).ok()?;
    let index = library.programme_index(&programme.id)?;
    let selection = library.select(index, case.on, &place.code).ok()?;
    let profile = Profile { facts: case.facts.clone(), ..Profile::default() };
    let evaluate = |trace| {
        let in_force = library.in_force(programme, case.on, &place.code).ok();
        let in_force = in_force.ok_or_else(|| crate::assess::AssessError::Limit(String::new()))?;
        Run::over(library, in_force, &profile, case.on, place, None, trace)
    };
    if cases::notices(case, &evaluate) {
        return None;
    }
    let run = evaluate(true).ok()?;
    Some(Held { case, profile, selection, run })
}

/// Whether a change can matter to a case: the decision was evaluated, and every other cell of the
/// row holds or cannot be told.
fn can_notice(held: &Held<'_>, mutant: &Mutant, at: Spot) -> bool {
    let program = held.run.in_force.program;
    let Some(id) = program.decision(&mutant.element) else { return true };
    let own = program.decisions().get(id.0).is_some_and(|decision| decision.file == mutant.file);
    if !own {
        // A nearer document replaces the decision, or it is a function.
        return program.decisions().iter().all(|decision| decision.name.as_ref() != mutant.element);
    }
    if held.run.value(id).is_none() {
        return false;
    }
    let Some(trace) = held.run.table_trace(id) else { return true };
    match at {
        Spot::Whole | Spot::Head(_) => true,
        Spot::Default(_) => trace.default || trace.matched.is_empty(),
        Spot::Output(rule, _) => open(trace, rule, None),
        Spot::Input(rule, column) => open(trace, rule, Some(column)),
    }
}

/// Whether no cell of a rule fails but for that of the column `except`.
fn open(trace: &TableTrace, rule: usize, except: Option<usize>) -> bool {
    (0..trace.inputs.len())
        .filter(|column| Some(*column) != except)
        .all(|column| trace.cells.get(rule, column) != Answer::Fails)
}
