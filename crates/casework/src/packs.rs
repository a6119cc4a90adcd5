//! The calendars and procedures of rule packs, checked together with what they refer to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use clock::{Basis, Calendar, Office};
use jiff::tz::TimeZone;
use policy::Library;

use crate::competence::{Competence, Competences};
use crate::procedure::{CATEGORY, Conditions, Procedure, ProcedureError};
use crate::procedures::Procedures;

/// The procedures of the packs, each with the calendar and time zone of its country.
///
/// # Errors
///
/// What is wrong with the calendars and procedures, each a line with the file and what is wrong: a
/// time limit that nothing starts must be found before a case needs it.
pub fn procedures(
    files: &BTreeMap<String, String>,
    library: &Library,
) -> Result<Procedures, Vec<String>> {
    let mut faults = Vec::new();
    let mut found = Vec::new();
    // The procedures in which remedies are dealt with, each with the file that says so.
    let mut awaited: BTreeSet<(String, String)> = BTreeSet::new();
    let mut offices = BTreeMap::new();
    let mut competences: BTreeMap<String, Competences> = BTreeMap::new();
    for (name, text) in files {
        match name.split('/').collect::<Vec<&str>>().as_slice() {
            [pack, "calendar", "calendar.toml"] => match office(pack, text, files, library) {
                Ok(office) => {
                    offices.insert((*pack).to_owned(), office);
                }
                Err(fault) => faults.push(fault),
            },
            [pack, "procedures", file] if file.ends_with(".toml") => match Procedure::read(text) {
                Ok(mut procedure) => {
                    match Conditions::compile(&procedure, library, text) {
                        Ok(conditions) => procedure.conditions = conditions,
                        Err(wrong) => faults.extend(
                            wrong.iter().map(|one| format!("{name}:{}: error: {one}", one.line)),
                        ),
                    }
                    faults.extend(unknown_names(name, &procedure, library));
                    faults.extend(unknown_facts(name, pack, &procedure, library));
                    let remedies = procedure.remedies.iter();
                    let elsewhere = remedies.filter_map(|remedy| remedy.procedure.clone());
                    awaited.extend(elsewhere.map(|id| (id, name.clone())));
                    found.push(procedure);
                }
                Err(ProcedureError::Format { line, message }) => {
                    faults.push(format!("{name}:{line}: error: {message}"));
                }
                Err(ProcedureError::Faulty(findings)) => {
                    faults.extend(findings.iter().map(|one| format!("{name}: error: {one}")));
                }
            },
            [pack, "competence.toml"] => {
                let Some(country) = library.country(pack) else { continue };
                let known = competences.entry(country.id.to_string());
                let known = known.or_insert_with(|| Competences::new(country.places.clone()));
                if let Err(wrong) = known.read(text) {
                    faults.extend(wrong.into_iter().map(|(line, message)| {
                        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
                        format!("{name}{line}: error: {message}")
                    }));
                }
            }
            _ => {}
        }
    }
    let rules = competences.values().flat_map(Competences::rules);
    // Procedures that could not be read would be missed in vain.
    if faults.is_empty() {
        faults.extend(rules.flat_map(|rule| incompetent(rule, &found, library)));
        let exists = |id: &String| found.iter().any(|procedure| procedure.id == *id);
        let missing = awaited.iter().filter(|(id, _)| !exists(id));
        faults.extend(missing.map(|(id, file)| format!("{file}: error: no procedure `{id}`")));
    }
    let procedures = Procedures::new(found, offices).map_err(|homeless| {
        let line = |id: String| format!("{id}: error: its country has no calendar");
        homeless.into_iter().map(line).collect::<Vec<String>>()
    });
    match procedures {
        Ok(procedures) if faults.is_empty() => Ok(procedures.with_competences(competences)),
        Ok(_) => Err(faults),
        // A calendar with a fault is none.
        Err(homeless) => Err(if faults.is_empty() { homeless } else { faults }),
    }
}

/// What a rule on competence names and nothing declares.
fn incompetent(rule: &Competence, procedures: &[Procedure], library: &Library) -> Vec<String> {
    let mut faults = Vec::new();
    let mut find = |fault: String| faults.push(format!("competence.toml: error: {fault}"));
    for id in &rule.procedures {
        match procedures.iter().find(|procedure| procedure.id == *id) {
            None => find(format!("no procedure `{id}`")),
            Some(of) if of.owners.iter().all(|owner| owner.id != rule.owner || owner.party) => {
                find(format!("`{id}` has no owner `{}` that is a department", rule.owner));
            }
            Some(_) => {}
        }
    }
    let Basis { instrument, item } = &rule.basis;
    if library.instrument(instrument).is_none() {
        find(format!("no instrument `{instrument}`"));
    }
    if let Some(words) = library.place_without_words(item) {
        find(format!("`{words}` has no Chinese; add it to `terms.csv`"));
    }
    faults
}

/// The calendar and time zone of a country.
fn office(
    pack: &str,
    about: &str,
    files: &BTreeMap<String, String>,
    library: &Library,
) -> Result<Office, String> {
    let days = format!("{pack}/calendar/days.csv");
    let text = files.get(&days);
    let text = text.ok_or_else(|| format!("{days}: error: the calendar has no list of days"))?;
    let calendar = Calendar::read(about, text).map_err(|error| {
        let (file, line) = (error.file, error.line);
        format!("{pack}/calendar/{file}:{line}: error: {}", error.message)
    })?;
    let zone = library.pack(pack).map(|pack| pack.manifest.time_zone.as_str()).unwrap_or_default();
    let zone = TimeZone::get(zone)
        .map_err(|error| format!("{pack}/pack.toml: error: `time_zone`: {error}"))?;
    Ok(Office { calendar: Arc::new(calendar), zone })
}

/// Programmes and instruments that a procedure names and the packs do not have.
fn unknown_names(file: &str, procedure: &Procedure, library: &Library) -> Vec<String> {
    let laws = procedure.clocks.iter().map(|clock| &clock.law);
    let cited = procedure
        .clocks
        .iter()
        .flat_map(|clock| clock.law.grounds.iter().map(|ground| &ground.basis))
        .chain(laws.clone().filter_map(|law| law.extension.as_ref().map(|longer| &longer.basis)))
        .chain(laws.map(|law| &law.basis))
        .chain(procedure.steps.iter().filter_map(|step| step.basis.as_ref()))
        .chain(procedure.documents.iter().map(|document| &document.basis))
        .chain(procedure.remedies.iter().filter_map(|remedy| remedy.basis.as_ref()));
    let cited: Vec<&Basis> = cited.collect();
    let wordless: BTreeSet<&str> =
        cited.iter().filter_map(|basis| library.place_without_words(&basis.item)).collect();
    let unknown: BTreeSet<&str> = cited
        .into_iter()
        .map(|Basis { instrument, .. }| instrument.as_str())
        .filter(|instrument| library.instrument(instrument).is_none())
        .collect();
    let programme = match &*procedure.programme {
        "" => None,
        programme => library.programme(programme).err(),
    };
    let outcomes = library.programme(&procedure.programme).ok();
    let is_outcome = |category: &&String| outcomes.and_then(|of| of.outcome(category)).is_some();
    let categories = procedure.documents.iter().flat_map(|document| &document.commitment_for);
    let no_outcome: BTreeSet<&String> = categories.filter(|of| !is_outcome(of)).collect();
    unknown
        .into_iter()
        .map(|instrument| format!("{file}: error: no instrument `{instrument}`"))
        .chain(programme.map(|unknown| format!("{file}: error: {unknown}")))
        .chain(no_outcome.into_iter().map(|of| format!("{file}: error: no category `{of}`")))
        .chain(
            wordless.into_iter().map(|item| {
                format!("{file}: error: `{item}` has no Chinese; add it to `terms.csv`")
            }),
        )
        .collect()
}

/// Facts that a procedure compares or waits for and nothing declares, and particulars that the
/// rules can see after all.
fn unknown_facts(file: &str, pack: &str, procedure: &Procedure, library: &Library) -> Vec<String> {
    let vocabulary = library.country(pack).map(|country| &country.vocabulary);
    let is_fact = |name: &str| vocabulary.is_some_and(|facts| facts.fact(name).is_some());
    let is_particular = |name: &str| procedure.particulars.iter().any(|one| one.id == name);
    let compared = procedure.duplicates.iter().flat_map(|rule| &rule.same);
    let awaited = procedure.clocks.iter().filter_map(|clock| clock.until.as_ref());
    let proved = procedure.documents.iter().flat_map(|document| &document.proves);
    let named = compared.chain(awaited).chain(proved);
    let unknown: BTreeSet<&String> =
        named.filter(|name| !is_fact(name) && !is_particular(name)).collect();
    let seen = procedure.particulars.iter();
    let seen = seen.filter(|one| is_fact(&one.id) || one.id == CATEGORY);
    unknown
        .into_iter()
        .map(|name| format!("{file}: error: `{name}` is neither a fact nor a particular"))
        .chain(seen.map(|one| format!("{file}: error: the particular `{}` is a fact", one.id)))
        .collect()
}
