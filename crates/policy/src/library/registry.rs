//! The coverage registry of all packs: every version of rules stands in it, and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use feel::temporal::Date;

use super::Library;
use crate::nearest::suggestion;
use crate::pack::problem::{ProblemCode, Report};
use crate::pack::{Coverage, Pack, instrument};

/// The first day on which each rule document of a pack is in force, by programme and document.
type Declared<'l> = BTreeMap<(&'l str, &'l str), Date>;

/// Checks what each pack says of its coverage against the programmes that there are.
pub(super) fn check(library: &Library, report: &mut Report<'_>) {
    for pack in &library.packs {
        let declared = declared(library, pack);
        match &pack.coverage {
            Some(coverage) => check_pack(library, pack, coverage, &declared, report),
            None if declared.is_empty() => {}
            None => {
                let file: Arc<str> = format!("{}/pack.toml", pack.manifest.id).into();
                let message = "nobody can tell which of the pack's rules have been checked";
                let help = Some("register them in `coverage.toml` beside this file".to_owned());
                report.warning(&file, 0..0, ProblemCode::Unresolved, message, help);
            }
        }
    }
}

fn declared<'l>(library: &'l Library, pack: &Pack) -> Declared<'l> {
    let own = pack.manifest.id.as_str();
    let versions = library.programmes.iter().filter(|programme| *programme.pack == *own).flat_map(
        |programme| {
            let name = short(&programme.id);
            programme.versions.iter().map(move |v| (name, v.model.as_str(), v.from))
        },
    );
    let overlays = library.overlays.iter().filter(|overlay| *overlay.pack == *own);
    let overlays = overlays.map(|o| (short(&o.programme), o.entry.model.as_str(), o.entry.from));
    let mut declared = Declared::new();
    for (programme, model, from) in versions.chain(overlays) {
        let first = declared.entry((programme, model)).or_insert(from);
        *first = (*first).min(from);
    }
    declared
}

fn check_pack(
    library: &Library,
    pack: &Pack,
    coverage: &Coverage,
    declared: &Declared<'_>,
    report: &mut Report<'_>,
) {
    let file = &coverage.file;
    let mut programmes: Vec<&str> = declared.keys().map(|(programme, _)| *programme).collect();
    programmes.dedup();
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for version in &coverage.versions {
        for source in &version.sources {
            instrument::check_id(source, file, source.span(), &library.register, report);
        }
        let (programme, model) = (version.programme.as_str(), version.model.as_str());
        if !programmes.contains(&programme) {
            unknown_programme(&version.programme, file, &programmes, report);
            continue;
        }
        let Some(first) = declared.get(&(programme, model)) else {
            let models = declared.keys().filter(|(known, _)| *known == programme);
            let help = suggestion(model, models.map(|(_, model)| *model));
            let message = format!("`{programme}` has no version `{model}`");
            report.error(file, version.model.span(), ProblemCode::Unresolved, message, help);
            continue;
        };
        if seen.contains(&(programme, model)) {
            let message = format!("the version `{model}` of `{programme}` is registered twice");
            report.error(file, version.model.span(), ProblemCode::Duplicate, message, None);
        }
        seen.push((programme, model));
        let Some(until) = version.until else { continue };
        let checked = pack.manifest.checked;
        let fault = if until < *first {
            Some((
                format!("`{model}` is in force from {first}, it cannot be checked until {until}"),
                "leave out `until` where no source is dated later than the rules",
            ))
        } else if until > checked {
            Some((
                format!("the sources were last read on {checked}, they cannot tell of {until}"),
                "give the day of the latest dated source, or mend `checked` in `pack.toml`",
            ))
        } else {
            None
        };
        if let Some((message, help)) = fault {
            let span = version.model.span();
            report.error(file, span, ProblemCode::Format, message, Some(help.to_owned()));
        }
    }
    for (programme, model) in declared.keys().filter(|version| !seen.contains(version)) {
        let message = format!("the version `{model}` of `{programme}` is not registered");
        let help = "say in a `[[version]]` until when and by which source it has been checked";
        let help = Some(help.to_owned());
        report.error(file, 0..0, ProblemCode::Unresolved, message, help);
    }
    for programme in coverage.gaps.iter().flat_map(|gap| &gap.programmes) {
        if !programmes.contains(&programme.as_str()) {
            unknown_programme(programme, file, &programmes, report);
        }
    }
}

fn unknown_programme(
    name: &crate::pack::Name,
    file: &Arc<str>,
    known: &[&str],
    report: &mut Report<'_>,
) {
    let message = format!("the pack has no programme `{name}`");
    let help = suggestion(name, known.iter().copied());
    report.error(file, name.span(), ProblemCode::Unresolved, message, help);
}

/// The name of a programme within its country.
fn short(id: &str) -> &str {
    id.split_once('/').map_or(id, |(_, name)| name)
}
