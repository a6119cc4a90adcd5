//! The calendars and procedures of rule packs, checked together with what they refer to.

use std::collections::{BTreeMap, BTreeSet};

use clock::{Basis, Calendar};
use policy::Library;

use crate::procedure::{Procedure, ProcedureError};

/// What is wrong with the calendars and procedures of the packs: a time limit that nothing starts
/// must be found before a case needs it.
///
/// Each is a line with the file and what is wrong.
pub fn faults(files: &BTreeMap<String, String>, library: &Library) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, text) in files {
        match name.split('/').collect::<Vec<&str>>().as_slice() {
            [pack, "calendar", "calendar.toml"] => {
                let days = format!("{pack}/calendar/days.csv");
                let Some(days) = files.get(&days) else {
                    faults.push(format!("{days}: error: the calendar has no list of days"));
                    continue;
                };
                if let Err(error) = Calendar::read(text, days) {
                    let (file, line) = (error.file, error.line);
                    faults.push(format!("{pack}/calendar/{file}:{line}: error: {}", error.message));
                }
            }
            [_, "procedures", file] if file.ends_with(".toml") => match Procedure::read(text) {
                Ok(procedure) => faults.extend(unknown_names(name, &procedure, library)),
                Err(ProcedureError::Format { line, message }) => {
                    faults.push(format!("{name}:{line}: error: {message}"));
                }
                Err(ProcedureError::Faulty(findings)) => {
                    faults.extend(findings.iter().map(|one| format!("{name}: error: {one}")));
                }
            },
            _ => {}
        }
    }
    faults
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
        .chain(procedure.documents.iter().map(|document| &document.basis));
    let unknown: BTreeSet<&str> = cited
        .map(|Basis { instrument, .. }| instrument.as_str())
        .filter(|instrument| library.instrument(instrument).is_none())
        .collect();
    let programme = library.programme(&procedure.programme).err();
    unknown
        .into_iter()
        .map(|instrument| format!("{file}: error: no instrument `{instrument}`"))
        .chain(programme.map(|unknown| format!("{file}: error: {unknown}")))
        .collect()
}
