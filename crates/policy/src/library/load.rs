//! From texts to a library: every file is read, every name is resolved, every selection of rule
//! documents that can occur is compiled.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Country, Document, Library, combination, document, layers, registry, resolve};
use crate::nearest::{nearest, suggestion};
use crate::pack::instrument::{self, Register};
use crate::pack::problem::{Problem, ProblemCode, Report};
use crate::pack::{
    BUILT_IN, Catalogue, Delegation, Manifest, Name, Pack, Parameter, Programme, WorkedCase,
    catalogue, coverage, delegation, manifest, parameter, place, programme, vocabulary,
    worked_case,
};
use crate::person::{Derivation, derivation, schema};

/// The files of a pack, by what they are.
#[derive(Debug, Default)]
struct Folder<'f> {
    single: BTreeMap<&'f str, Arc<str>>,
    parameters: Vec<(&'f str, Arc<str>)>,
    catalogues: Vec<(&'f str, Arc<str>)>,
    programmes: BTreeMap<&'f str, ProgrammeFolder>,
}

#[derive(Debug, Default)]
struct ProgrammeFolder {
    programme: Option<Arc<str>>,
    overlay: Option<Arc<str>>,
    documents: Vec<Arc<str>>,
    tests: Vec<Arc<str>>,
}

const SINGLE: [&str; 8] = [
    "pack.toml",
    "coverage.toml",
    "instruments.toml",
    "terms.csv",
    "facts.toml",
    "places.csv",
    "delegation.toml",
    PROFILE,
];

/// How facts follow from the common profile.
const PROFILE: &str = "profile.md";

/// The schema of the common profile, beside the packs.
const PROFILE_SCHEMA: &str = "profile.schema.json";

type Step = fn(&mut Library, &BTreeMap<&str, Folder<'_>>, &mut Report<'_>);

pub(super) fn load(files: &BTreeMap<String, String>) -> Result<Library, Vec<Problem>> {
    let mut report = Report::new(files);
    let folders = classify(files, &mut report);
    let mut library = Library {
        packs: Vec::new(),
        countries: Vec::new(),
        register: Register::default(),
        programmes: Vec::new(),
        overlays: Vec::new(),
        documents: Vec::new(),
        by_file: BTreeMap::new(),
        combinations: BTreeMap::new(),
        cases: Vec::new(),
        warnings: Vec::new(),
        profile_schema: None,
    };
    let steps: [Step; 9] = [
        read_packs,
        read_countries,
        read_derivations,
        read_parameters,
        read_programmes,
        read_documents,
        check_layers,
        read_cases,
        check_coverage,
    ];
    for step in steps {
        step(&mut library, &folders, &mut report);
        // What refers to something that could not be read would be reported in vain.
        if report.is_incomplete() {
            return Err(report.into_problems());
        }
    }
    // What does not resolve so far would only be reported again.
    if !report.has_errors() {
        combination::compile_all(&mut library, &mut report);
    }
    let failed = report.has_errors();
    let problems = report.into_problems();
    if failed {
        return Err(problems);
    }
    library.warnings = problems;
    Ok(library)
}

fn classify<'f>(
    files: &'f BTreeMap<String, String>,
    report: &mut Report<'_>,
) -> BTreeMap<&'f str, Folder<'f>> {
    let mut folders: BTreeMap<&str, Folder<'_>> = BTreeMap::new();
    for path in files.keys() {
        let Some((pack, rest)) = path.split_once('/') else { continue };
        let parts: Vec<&str> = rest.split('/').collect();
        if pack.starts_with('.') || parts.iter().any(|part| part.starts_with('.')) {
            continue;
        }
        let folder = folders.entry(pack).or_default();
        let file: Arc<str> = path.as_str().into();
        match parts.as_slice() {
            [name] if SINGLE.contains(name) => {
                folder.single.insert(name, file);
            }
            ["parameters", name] if name.ends_with(".csv") => {
                folder.parameters.push((name.trim_end_matches(".csv"), file));
            }
            ["catalogues", name] if name.ends_with(".csv") => {
                folder.catalogues.push((name.trim_end_matches(".csv"), file));
            }
            ["programmes", name, rest @ ..] => {
                let programme = folder.programmes.entry(name).or_default();
                match rest {
                    ["programme.toml"] => programme.programme = Some(file),
                    ["overlay.toml"] => programme.overlay = Some(file),
                    [document] if document.ends_with(".md") => programme.documents.push(file),
                    ["tests", test] if test.ends_with(".toml") => programme.tests.push(file),
                    _ => refuse_unknown(&file, rest.last(), report),
                }
            }
            // Working days and procedures are read by `clock` and `casework`; rules know neither.
            ["competence.toml"] => {}
            ["calendar", "calendar.toml" | "days.csv"] => {}
            ["procedures", name] if name.ends_with(".toml") => {}
            rest => refuse_unknown(&file, rest.last(), report),
        }
    }
    folders
}

/// Refuses a file that looks as if it were meant to be read; others are let alone.
fn refuse_unknown(file: &Arc<str>, name: Option<&&str>, report: &mut Report<'_>) {
    let Some(name) = name.filter(|name| name.ends_with(".toml") || name.ends_with(".csv")) else {
        return;
    };
    let known = SINGLE.iter().copied().chain(["programme.toml", "overlay.toml"]);
    let help = match nearest(name, known) {
        Some(near) if near != *name => format!("did you mean `{near}`?"),
        _ => "docs/packs.md lists the files of a pack".to_owned(),
    };
    let message = format!("nothing reads a file `{name}` here");
    report.error(file, 0..0, ProblemCode::Format, message, Some(help));
}

/// Reads manifests and instruments; parents come before their overlays.
fn read_packs(
    library: &mut Library,
    folders: &BTreeMap<&str, Folder<'_>>,
    report: &mut Report<'_>,
) {
    let mut manifests: Vec<(Manifest, Arc<str>)> = Vec::new();
    for (name, folder) in folders {
        match folder.single.get("pack.toml") {
            Some(file) => {
                manifests.extend(manifest::read(name, file, report).map(|m| (m, file.clone())));
            }
            None => {
                let file: Arc<str> = format!("{name}/pack.toml").into();
                let message = "the pack has no `pack.toml`";
                report.error(&file, 0..0, ProblemCode::Format, message, None);
            }
        }
    }
    let ids: Vec<Arc<str>> = manifests.iter().map(|(manifest, _)| manifest.id.to_arc()).collect();
    let unread = report.is_incomplete();
    for (manifest, file) in manifests.iter().filter(|_| !unread) {
        let Some(parent) = &manifest.parent else { continue };
        let country = manifest.id.split('-').next().unwrap_or_default();
        let belongs = parent.split('-').next() == Some(country);
        if !ids.iter().any(|id| **id == **parent) {
            let help = suggestion(parent, ids.iter().map(|id| &**id));
            let message = format!("no pack `{parent}`");
            report.error(file, parent.span(), ProblemCode::Unresolved, message, help);
        } else if **parent == *manifest.id || !belongs {
            let message = format!("`{parent}` cannot be the parent of `{}`", manifest.id);
            let help = Some(format!("the parent is `{country}`"));
            report.error(file, parent.span(), ProblemCode::Cycle, message, help);
        }
    }
    // A pack without parent first, then by length of the identifier and by name.
    manifests.sort_by_key(|(manifest, _)| (manifest.parent.is_some(), manifest.id.to_arc()));
    let mut register = Register::default();
    for (manifest, _) in manifests {
        let folder = folders.get(manifest.id.as_str());
        if let Some(terms) = folder.and_then(|folder| folder.single.get("terms.csv")) {
            register.terms.read(terms, report);
        }
        let file = folder.and_then(|folder| folder.single.get("instruments.toml"));
        let instruments = file.map_or_else(Vec::new, |file| {
            instrument::read(&manifest.id, file, &mut register, report)
        });
        let file = folder.and_then(|folder| folder.single.get("coverage.toml"));
        let coverage = file.and_then(|file| coverage::read(file, report));
        library.packs.push(Pack {
            manifest,
            instruments,
            coverage,
            delegation: Delegation::default(),
            overlays: Vec::new(),
        });
    }
    library.register = register;
}

/// Reads vocabularies, places and delegations of national packs.
fn read_countries(
    library: &mut Library,
    folders: &BTreeMap<&str, Folder<'_>>,
    report: &mut Report<'_>,
) {
    for pack in &mut library.packs {
        let id = pack.manifest.id.to_arc();
        let Some(folder) = folders.get(&*id) else { continue };
        if pack.manifest.parent.is_some() {
            for name in ["facts.toml", "places.csv", "delegation.toml", PROFILE] {
                if let Some(file) = folder.single.get(name) {
                    let message = format!("`{name}` belongs to the national pack");
                    report.error(file, 0..0, ProblemCode::Format, message, None);
                }
            }
            for (_, file) in &folder.catalogues {
                let message = "catalogues belong to the national pack";
                report.error(file, 0..0, ProblemCode::Format, message, None);
            }
            continue;
        }
        let single = |name| folder.single.get(name);
        let vocabulary =
            single("facts.toml").map(|file| vocabulary::read(file, report)).unwrap_or_default();
        let places = single("places.csv").map(|file| place::read(file, report)).unwrap_or_default();
        if let Some(file) = single("delegation.toml") {
            pack.delegation = delegation::read(file, report);
            for delegable in &pack.delegation.decisions {
                let (id, span) = (&delegable.instrument, delegable.instrument.span());
                instrument::check_id(id, file, span, &library.register, report);
            }
        }
        let parameters = BTreeMap::new();
        let derivation = None;
        let catalogues: BTreeMap<Arc<str>, Catalogue> = folder
            .catalogues
            .iter()
            .map(|(scheme, file)| (Arc::from(*scheme), catalogue::read(file, report)))
            .collect();
        let country = Country { id, vocabulary, places, catalogues, parameters, derivation };
        library.countries.push(country);
    }
    for pack in &library.packs {
        let (id, code) = (&pack.manifest.id, &pack.manifest.place);
        let Some(country) = library.country(id) else { continue };
        if country.places.get(code).is_none() {
            let file: Arc<str> = format!("{id}/pack.toml").into();
            let help = suggestion(code, country.places.codes());
            let message = format!("no place `{code}` in `places.csv`");
            report.error(&file, code.span(), ProblemCode::Unresolved, message, help);
        }
    }
}

/// Reads the schema of the common profile, and how facts follow from it.
fn read_derivations(
    library: &mut Library,
    folders: &BTreeMap<&str, Folder<'_>>,
    report: &mut Report<'_>,
) {
    let file: Arc<str> = PROFILE_SCHEMA.into();
    let is_there = !report.text(&file).is_empty();
    library.profile_schema = if is_there { schema::read(&file, report) } else { None };
    let shared =
        library.profile_schema.as_ref().map(|schema| derivation::Shared::new(schema, report));
    let derivations = report.on_each(&library.countries, |country, report| {
        let file = folders.get(&*country.id)?.single.get(PROFILE)?;
        match &shared {
            Some(shared) => Derivation::read(file, shared, &country.vocabulary, report),
            None => {
                let message = format!("there is no `{PROFILE_SCHEMA}` beside the packs");
                report.error(file, 0..0, ProblemCode::Unresolved, message, None);
                None
            }
        }
    });
    for (country, derivation) in library.countries.iter_mut().zip(derivations) {
        country.derivation = derivation;
    }
}

fn read_parameters(
    library: &mut Library,
    folders: &BTreeMap<&str, Folder<'_>>,
    report: &mut Report<'_>,
) {
    for country in &mut library.countries {
        let is_of_country = |pack: &&Pack| pack.manifest.id.split('-').next() == Some(&country.id);
        let national = library.packs.iter().find(|pack| *pack.manifest.id == *country.id);
        let delegated = national.map_or(&[][..], |pack| &pack.delegation.parameters);
        let mut parameters: BTreeMap<Arc<str>, Parameter> = BTreeMap::new();
        for pack in library.packs.iter().filter(is_of_country) {
            let Some(folder) = folders.get(pack.manifest.id.as_str()) else { continue };
            for (name, file) in &folder.parameters {
                if country.vocabulary.fact(name).is_some() || BUILT_IN.contains(name) {
                    let message = format!("`{name}` is a fact already");
                    report.error(file, 0..0, ProblemCode::Duplicate, message, None);
                }
                let rows = parameter::read(file, &country.places, &library.register, report);
                let level = pack.manifest.level;
                let may = delegated.iter().any(|d| *d.name == **name && d.levels.contains(&level));
                if pack.manifest.parent.is_some() && !may {
                    let message = format!("the parameter `{name}` is not delegated to a {level}");
                    let help = Some(format!(
                        "the national pack may delegate it: `[[delegable_parameter]]` in \
                         `{}/delegation.toml`",
                        country.id
                    ));
                    report.error(file, 0..0, ProblemCode::NotDelegated, message, help);
                }
                for row in &rows {
                    if !country.places.lies_in(&row.place, &pack.manifest.place) {
                        let message = format!(
                            "the place `{}` does not lie in the pack's area `{}`",
                            row.place, pack.manifest.place
                        );
                        report.error(file, row.span, ProblemCode::NotDelegated, message, None);
                    }
                }
                let known = parameters.entry((*name).into()).or_default();
                known.name = (*name).into();
                known.rows.extend(rows);
            }
        }
        for parameter in parameters.values() {
            parameter::check_overlaps(parameter, report);
        }
        country.parameters = parameters;
    }
    for pack in &library.packs {
        let Some(country) = library.country(&pack.manifest.id) else { continue };
        for delegable in &pack.delegation.parameters {
            if !country.parameters.contains_key(delegable.name.as_str()) {
                let known = country.parameters.keys().map(|name| &**name);
                let help = suggestion(&delegable.name, known);
                let message = format!("no parameter `{}`", delegable.name);
                let file = &pack.delegation.file;
                report.error(file, delegable.name.span(), ProblemCode::Unresolved, message, help);
            }
        }
    }
}

/// Reads programmes of national packs and overlays of local ones.
fn read_programmes(
    library: &mut Library,
    folders: &BTreeMap<&str, Folder<'_>>,
    report: &mut Report<'_>,
) {
    let mut programmes = Vec::new();
    for pack in &library.packs {
        let id = pack.manifest.id.as_str();
        let Some(folder) = folders.get(id) else { continue };
        for (name, files) in &folder.programmes {
            match (&files.programme, &pack.manifest.parent) {
                (Some(file), None) => {
                    let Some(programme) = programme::read(id, name, file, report) else { continue };
                    let Some(country) = library.country(id) else { continue };
                    let (vocabulary, places) = (&country.vocabulary, &country.places);
                    programme::check(&programme, vocabulary, places, report);
                    check_programme(&programme, pack, &library.register, report);
                    programmes.push(programme);
                }
                (Some(file), Some(parent)) => {
                    let message = format!("programmes belong to the national pack `{parent}`");
                    let help = Some("a local pack has an `overlay.toml`".to_owned());
                    report.error(file, 0..0, ProblemCode::Format, message, help);
                }
                (None, _) => {}
            }
        }
    }
    library.programmes = programmes;
    let mut overlays = Vec::new();
    for pack in &library.packs {
        let Some(folder) = folders.get(pack.manifest.id.as_str()) else { continue };
        let country = pack.manifest.id.split('-').next().unwrap_or_default();
        for (name, files) in &folder.programmes {
            let programme: Arc<str> = format!("{country}/{name}").into();
            if let Some(file) = &files.overlay {
                if pack.manifest.parent.is_none() {
                    let message = "an overlay belongs to a local pack";
                    report.error(file, 0..0, ProblemCode::Format, message, None);
                }
                let read =
                    delegation::read_overlays(&pack.manifest.id.to_arc(), &programme, file, report);
                overlays.extend(read);
            }
            let any = files.overlay.iter().chain(&files.documents).chain(&files.tests).next();
            if let (None, Some(file)) = (library.programme_index(&programme), any)
                && files.programme.is_none()
                && !report.is_incomplete()
            {
                let known = library.programmes.iter().map(|p| &*p.id);
                let help = suggestion(&programme, known);
                let message = format!("no programme `{programme}`");
                report.error(file, 0..0, ProblemCode::Unresolved, message, help);
            }
        }
    }
    for overlay in &overlays {
        check_overlay(overlay, library, report);
    }
    library.overlays = overlays;
}

fn check_programme(
    programme: &Programme,
    pack: &Pack,
    register: &Register,
    report: &mut Report<'_>,
) {
    let file = &programme.file;
    if !pack.manifest.authorities.iter().any(|known| known.id == programme.authority) {
        let known = pack.manifest.authorities.iter().map(|authority| authority.id.as_str());
        let help = suggestion(&programme.authority, known);
        let message = format!("no authority `{}` in `pack.toml`", programme.authority);
        report.error(file, programme.authority.span(), ProblemCode::Unresolved, message, help);
    }
    let versions = programme.versions.iter().map(|version| &version.instrument);
    let remedies = programme.remedies.iter().map(|remedy| &remedy.instrument);
    for id in versions.chain(remedies) {
        instrument::check_id(id, file, id.span(), register, report);
    }
}

fn check_overlay(overlay: &crate::pack::Overlay, library: &Library, report: &mut Report<'_>) {
    let (file, entry) = (&overlay.file, &overlay.entry);
    instrument::check_id(
        &entry.instrument,
        file,
        entry.instrument.span(),
        &library.register,
        report,
    );
    if let Some(to) = entry.to
        && to < entry.from
    {
        let message = format!("the overlay ends on {to}, before it begins on {}", entry.from);
        report.error(file, entry.model.span(), ProblemCode::Format, message, None);
    }
    let Some(country) = library.country(&overlay.pack) else { return };
    let Some(pack) = library.pack(&overlay.pack) else { return };
    if country.places.get(&entry.place).is_none() {
        let help = suggestion(&entry.place, country.places.codes());
        let message = format!("no place `{}`", entry.place);
        report.error(file, entry.place.span(), ProblemCode::Unresolved, message, help);
    } else if !country.places.lies_in(&entry.place, &pack.manifest.place) {
        let message = format!(
            "the place `{}` does not lie in the pack's area `{}`",
            entry.place, pack.manifest.place
        );
        report.error(file, entry.place.span(), ProblemCode::NotDelegated, message, None);
    }
}

fn read_documents(
    library: &mut Library,
    folders: &BTreeMap<&str, Folder<'_>>,
    report: &mut Report<'_>,
) {
    let versions = library.programmes.iter().flat_map(|programme| {
        let named = programme.versions.iter().map(|version| &version.model);
        named.map(|model| (&programme.file, &programme.pack, model))
    });
    let overlays = library.overlays.iter().map(|o| (&o.file, &o.pack, &o.entry.model));
    let mut wanted: BTreeMap<Arc<str>, (Arc<str>, Arc<str>, Name)> = BTreeMap::new();
    for (file, pack, model) in versions.chain(overlays) {
        let path = programme::beside(file, model);
        wanted.entry(path).or_insert_with(|| (file.clone(), pack.clone(), model.clone()));
    }
    let found: BTreeSet<&Arc<str>> = folders
        .values()
        .flat_map(|folder| folder.programmes.values())
        .flat_map(|programme| &programme.documents)
        .collect();
    for path in found.iter().filter(|path| !wanted.contains_key(**path)) {
        let message = "no version and no overlay names this document";
        let help = Some("name it in `programme.toml` or `overlay.toml`, or remove it".to_owned());
        report.warning(path, 0..0, ProblemCode::Unresolved, message, help);
    }
    let wanted: Vec<_> = wanted.into_iter().collect();
    let documents = report.on_each(&wanted, |(path, (file, pack, model)), report| {
        if !found.contains(path) {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let beside = found
                .iter()
                .filter_map(|path| path.rsplit_once('/'))
                .filter(|(known, _)| *known == folder)
                .map(|(_, name)| name);
            let help = suggestion(model, beside);
            let message = format!("no file `{model}` beside this one");
            report.error(file, model.span(), ProblemCode::Unresolved, message, help);
            return None;
        }
        let document = document::read(path, pack, &library.register, report)?;
        if let Some(country) = library.country(pack) {
            resolve::check_inputs(&document, country, report);
        }
        Some(document)
    });
    let documents: Vec<Document> = documents.into_iter().flatten().collect();
    let by_file = documents.iter().enumerate();
    library.by_file = by_file.map(|(index, document)| (document.file.clone(), index)).collect();
    library.documents = documents;
}

/// Checks that every version of rules stands in the coverage registry.
fn check_coverage(library: &mut Library, _: &BTreeMap<&str, Folder<'_>>, report: &mut Report<'_>) {
    // A document that is not there would be reported as one that nobody checked.
    if !report.has_errors() {
        registry::check(library, report);
    }
}

/// Checks imports, and what overlays replace.
fn check_layers(library: &mut Library, _: &BTreeMap<&str, Folder<'_>>, report: &mut Report<'_>) {
    resolve::check_imports(library, report);
    layers::check(library, report);
}

fn read_cases(
    library: &mut Library,
    folders: &BTreeMap<&str, Folder<'_>>,
    report: &mut Report<'_>,
) {
    let mut files = Vec::new();
    for (id, folder) in folders {
        let Some(country) = library.country(id) else { continue };
        for (name, of_programme) in &folder.programmes {
            let programme: Arc<str> = format!("{}/{name}", country.id).into();
            files.extend(of_programme.tests.iter().map(|file| (programme.clone(), country, file)));
        }
    }
    let cases = report.on_each(&files, |(programme, country, file), report| {
        worked_case::read(programme, &country.vocabulary, file, report)
    });
    let cases: Vec<WorkedCase> = cases.into_iter().flatten().collect();
    for case in &cases {
        if library.programme_index(&case.programme).is_none() {
            let known = library.programmes.iter().map(|programme| &*programme.id);
            let help = suggestion(&case.programme, known);
            let message = format!("no programme `{}`", case.programme);
            report.error(&case.file, case.name.span(), ProblemCode::Unresolved, message, help);
        }
    }
    for case in &cases {
        resolve::check_expectation(case, library, report);
    }
    library.cases = cases;
}
