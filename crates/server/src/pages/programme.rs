//! The rules of a programme on a day and at a place, set as a statute.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use dmn::model::{Block, DecisionTable, Element, HitPolicy, Logic, Model, Section, Text, Title};
use dmn::program::Program;
use feel::temporal::Date;
use policy::Library;
use policy::assessment::{Confidence, Source};
use policy::library::{Country, Document, InForce, NoVersion};
use policy::pack::{Overlay, Programme, Version};

use super::result::period;
use super::{Desk, Fault, fault, page, today, ui_of};
use crate::fields::{FieldError, Group, places, shorten};
use crate::markdown;
use crate::text::Markup;
use crate::ui::{Area, Ui, anchor};

#[derive(Template)]
#[template(path = "programme.html")]
struct ProgrammePage<'l> {
    ui: Ui,
    title: &'l Title,
    summary: &'l Title,
    coverage_path: String,
    errors: Vec<FieldError>,
    on_text: String,
    places: Vec<Group>,
    timeline: Vec<VersionLine>,
    none: Option<NoneView>,
    documents: Vec<DocumentView>,
}

struct VersionLine {
    from: Date,
    path: String,
    period: String,
    area: String,
    now: bool,
    local: bool,
    source: Option<Source>,
}

struct NoneView {
    message: String,
    help: String,
    path: Option<String>,
    first: String,
}

struct DocumentView {
    anchor: String,
    title: Title,
    line: String,
    local: bool,
    sections: Vec<SectionView>,
}

struct SectionView {
    anchor: String,
    title: Title,
    /// Whether its heading is shown; the document's own is not shown twice.
    headed: bool,
    /// Whether it is in the table of contents.
    listed: bool,
    element: bool,
    /// Whether it replaces a section of the national rules.
    replaced: bool,
    signature: String,
    before: Vec<Markup>,
    after: Vec<Markup>,
    sources: Vec<Source>,
    flag: Option<&'static str>,
    /// Whether it opens a part of the document.
    part: bool,
    code: Option<CodeView>,
    table: Option<TableView>,
}

struct TableView {
    caption: String,
    inputs: Vec<Column>,
    outputs: Vec<Column>,
    notes: Vec<String>,
    rows: Vec<RowView>,
}

struct Column {
    label: Title,
    expression: String,
}

/// An expression, with what its names stand for and the sections that they lead to.
struct CodeView {
    text: String,
    names: Vec<(String, Markup, String)>,
}

struct CellView {
    /// As written; empty where everything passes.
    code: String,
    /// In words, as far as the vocabulary has them.
    words: Markup,
}

struct RowView {
    anchor: String,
    id: String,
    inputs: Vec<CellView>,
    outputs: Vec<CellView>,
    notes: Vec<Markup>,
}

/// What the views are made with.
struct Maker<'m> {
    library: &'m Library,
    country: &'m Country,
    ui: &'m Ui,
    program: &'m Program,
}

/// The rules of a programme.
pub(crate) async fn programme(
    State(desk): State<Desk>,
    Path((pack, name)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let ui = ui_of(Area::Rules, &uri, &headers);
    let library = &desk.library;
    let Ok(programme) = library.programme(&format!("{pack}/{name}")) else {
        return fault(ui, Fault::NotFound);
    };
    let Some(country) = library.country(&programme.pack) else {
        return fault(ui, Fault::NotFound);
    };
    let asked = |name: &str| {
        let found = ui.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    };
    let mut errors = Vec::new();
    let today = today(library, country);
    let on_text = asked("on").map(str::to_owned);
    let on = match &on_text {
        Some(text) => match Date::parse(text) {
            Ok(date) => Some(date),
            Err(_) => {
                let message = ui.t1("rules-bad-date", "given", shorten(text));
                errors.push(FieldError::at("on", message));
                None
            }
        },
        None => today,
    };
    let national = country.places.all.first().map(|place| &*place.code).unwrap_or_default();
    let place = match asked("place") {
        Some(query) => match library.place(query) {
            Ok(place) if country.places.get(&place.code).is_some() => &*place.code,
            _ => {
                let message = ui.t1("rules-unknown-place", "given", shorten(query));
                errors.push(FieldError::at("place", message));
                national
            }
        },
        None => national,
    };
    let in_force: Option<Result<InForce<'_>, Box<NoVersion>>> =
        on.map(|on| library.in_force(programme, on, place));
    let (documents, none) = match &in_force {
        Some(Ok(rules)) => (documents(library, country, &ui, rules), None),
        Some(Err(none)) => {
            let none: &NoVersion = none;
            (Vec::new(), Some(none_view(&ui, programme, none, place)))
        }
        None => (Vec::new(), None),
    };
    let now = in_force.as_ref().and_then(|rules| rules.as_ref().ok());
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let language = ui.language;
    let template = ProgrammePage {
        title: &programme.title,
        summary: &programme.summary,
        coverage_path: format!("/rules/coverage#{}", anchor(&programme.pack)),
        on_text: on_text.or_else(|| on.map(|on| on.to_string())).unwrap_or_default(),
        places: places(&ui, &country.places, place),
        timeline: timeline(library, country, &ui, programme, now, place),
        errors,
        none,
        documents,
        ui,
    };
    page(status, &template, language)
}

fn none_view(ui: &Ui, programme: &Programme, none: &NoVersion, place: &str) -> NoneView {
    let first = none.first.filter(|first| *first > none.on);
    // The first rules may be those of another place.
    let version = programme.versions.iter().find(|version| Some(version.from) == first);
    let area = version.and_then(|version| version.area.first()).map(|area| area.as_str());
    let place = area.unwrap_or(place);
    NoneView {
        message: ui.sentences(&none.message(), None),
        help: ui.sentences(&none.help(), None),
        path: first.map(|first| format!("/rules/{}?on={first}&place={place}", programme.id)),
        first: first
            .map(|first| ui.t1("no-version-first", "day", ui.day(&first)))
            .unwrap_or_default(),
    }
}

fn timeline(
    library: &Library,
    country: &Country,
    ui: &Ui,
    programme: &Programme,
    now: Option<&InForce<'_>>,
    place: &str,
) -> Vec<VersionLine> {
    let area_title = |code: &str| {
        country.places.get(code).map_or_else(|| code.to_owned(), |place| ui.plain(&place.title))
    };
    let national = |version: &Version| {
        let area: Vec<String> = version.area.iter().map(|code| area_title(code)).collect();
        let covers = version.area.is_empty()
            || version.area.iter().any(|area| country.places.lies_in(place, area));
        let at =
            if covers { place } else { version.area.first().map_or(place, |area| area.as_str()) };
        VersionLine {
            from: version.from,
            path: format!("/rules/{}?on={}&place={at}", programme.id, version.from),
            period: period(ui, version.from, version.to),
            area: area.join(&ui.t("list-joint")),
            now: now.is_some_and(|now| std::ptr::eq(now.version, version)),
            local: false,
            source: library.source(&version.instrument, "", None),
        }
    };
    let local = |overlay: &Overlay| {
        let entry = &overlay.entry;
        VersionLine {
            from: entry.from,
            path: format!("/rules/{}?on={}&place={}", programme.id, entry.from, entry.place),
            period: period(ui, entry.from, entry.to),
            area: area_title(&entry.place),
            now: now.is_some_and(|now| {
                now.overlays.iter().any(|(shown, _)| std::ptr::eq(*shown, overlay))
            }),
            local: true,
            source: library.source(&entry.instrument, "", None),
        }
    };
    let mut lines: Vec<VersionLine> = programme.versions.iter().map(national).collect();
    let overlays = library.overlays().iter();
    lines.extend(overlays.filter(|overlay| overlay.programme == programme.id).map(local));
    lines.sort_by_key(|line| (line.from, line.local));
    lines
}

fn documents(
    library: &Library,
    country: &Country,
    ui: &Ui,
    rules: &InForce<'_>,
) -> Vec<DocumentView> {
    let maker = Maker { library, country, ui, program: rules.program };
    let mut views = Vec::new();
    let replaced: BTreeSet<&str> = rules
        .overlays
        .iter()
        .flat_map(|(_, document)| document.model.elements())
        .map(|(_, element)| element.name.text.as_str())
        .collect();
    let national: BTreeSet<&str> =
        rules.document.model.elements().map(|(_, element)| element.name.text.as_str()).collect();
    for (overlay, document) in &rules.overlays {
        let line =
            ui.t1("document-local", "period", period(ui, overlay.entry.from, overlay.entry.to));
        views.push(maker.document(document, line, true, &national));
    }
    let line = ui.t1("document-main", "period", period(ui, rules.version.from, rules.version.to));
    let mut main = maker.document(rules.document, line, false, &BTreeSet::new());
    // What a local rule replaces is shown in the local document alone.
    main.sections.retain(|section| {
        !section.element || !replaced.iter().any(|name| anchor(name) == section.anchor)
    });
    views.push(main);
    for document in &rules.imports {
        views.push(maker.document(document, ui.t("document-import"), false, &BTreeSet::new()));
    }
    views
}

impl Maker<'_> {
    fn document(
        &self,
        document: &Document,
        line: String,
        local: bool,
        national: &BTreeSet<&str>,
    ) -> DocumentView {
        let model = &document.model;
        let own = anchor(&model.id);
        let sections = model.sections.iter().enumerate().filter_map(|(index, section)| {
            let view = self.section(model, section, &format!("{own}-{index}"), national);
            let empty = view.before.is_empty() && view.sources.is_empty() && !view.element;
            (!empty || view.headed).then_some(view)
        });
        DocumentView {
            sections: sections.collect(),
            anchor: own,
            title: model.title.clone(),
            line,
            local,
        }
    }

    fn section(
        &self,
        model: &Model,
        section: &Section,
        own: &str,
        national: &BTreeSet<&str>,
    ) -> SectionView {
        let element = section.element.as_ref();
        let (mut before, mut after) = (Vec::new(), Vec::new());
        let mut past_logic = false;
        for block in &section.blocks {
            match block {
                Block::Logic => past_logic = true,
                Block::Prose(prose) => {
                    let html = markdown::render(prose, self.ui.language);
                    if !html.0.trim().is_empty() {
                        if past_logic { after.push(html) } else { before.push(html) }
                    }
                }
                Block::Inputs(_) | Block::Types(_) => {}
            }
        }
        let declares =
            section.blocks.iter().any(|block| matches!(block, Block::Inputs(_) | Block::Types(_)));
        let mut sources: Vec<Source> = Vec::new();
        let general =
            model.confidence.as_ref().and_then(|code| Confidence::from_code(code.text.trim()));
        for citation in &section.citations {
            let found = self.library.source(&citation.instrument, &citation.item, general);
            sources.extend(found.filter(|found| !sources.contains(found)));
        }
        if sources.is_empty() && element.is_some() {
            let instrument = model.instrument.as_ref();
            sources.extend(instrument.and_then(|id| self.library.source(&id.text, "", general)));
        }
        let logic = element.and_then(|element| element.logic.as_ref());
        let table = match (element, logic) {
            (Some(element), Some(Logic::Table(table))) => Some(self.table(element, table)),
            _ => None,
        };
        let is_title = section.title == model.title && element.is_none();
        SectionView {
            anchor: element.map_or_else(|| own.to_owned(), |element| anchor(&element.name.text)),
            title: section.title.clone(),
            headed: section.level > 0 && !is_title && !(declares && before.is_empty()),
            listed: section.level > 0 && !is_title && !declares,
            element: element.is_some(),
            replaced: element.is_some_and(|element| national.contains(element.name.text.as_str())),
            signature: element.map(signature).unwrap_or_default(),
            part: section.level == 1 && element.is_none(),
            flag: self.flag(&sources, logic),
            sources,
            before,
            after,
            code: match logic {
                Some(Logic::Literal(text)) => Some(self.code(&text.text)),
                _ => None,
            },
            table,
        }
    }

    /// The gravest flag of a section.
    fn flag(&self, sources: &[Source], logic: Option<&Logic>) -> Option<&'static str> {
        let mut worst = sources.iter().map(|source| source.confidence).max();
        if let Some(Logic::Table(table)) = logic
            && let Some(column) = table.annotation("confidence")
        {
            for rule in &table.rules {
                let code = rule.annotations.get(column).map(|cell| cell.text.trim());
                worst = worst.max(code.and_then(Confidence::from_code));
            }
        }
        worst.and_then(|worst| self.ui.flag(&worst))
    }

    fn table(&self, element: &Element, table: &DecisionTable) -> TableView {
        let language = match self.ui.language {
            crate::language::Language::Chinese => "zh",
            crate::language::Language::English => "en",
        };
        // The columns of notes: words in the page's language first, then sources, then the rest.
        let words = table.annotation(language);
        let source_column = table.annotation("source");
        let confidence = table.annotation("confidence");
        let rest: Vec<usize> = table
            .annotations
            .iter()
            .enumerate()
            .filter(|(_, name)| !["zh", "en", "source", "confidence"].contains(&name.as_str()))
            .map(|(index, _)| index)
            .collect();
        let mut notes = Vec::new();
        notes.extend(words.map(|_| self.ui.t("column-words")));
        notes.extend(source_column.map(|_| self.ui.t("column-source")));
        for index in &rest {
            notes.extend(table.annotations.get(*index).cloned());
        }
        let cells = |annotations: &[Text]| {
            let mut cells = Vec::new();
            if let Some(column) = words {
                cells.push(
                    annotations.get(column).map(|t| self.ui.mark(&t.text)).unwrap_or_default(),
                );
            }
            if let Some(column) = source_column {
                let text =
                    annotations.get(column).map(|text| text.text.as_str()).unwrap_or_default();
                let code = confidence.and_then(|column| annotations.get(column));
                let code = code.and_then(|code| Confidence::from_code(code.text.trim()));
                cells.push(self.source_cell(text, code));
            }
            for index in &rest {
                let text = annotations.get(*index).map(|text| text.text.as_str());
                cells.push(self.ui.mark(text.unwrap_or_default()));
            }
            cells
        };
        let name = anchor(&element.name.text);
        let mut rows: Vec<RowView> = table
            .rules
            .iter()
            .map(|rule| RowView {
                anchor: format!("{name}--{}", anchor(&rule.id.text)),
                id: rule.id.text.clone(),
                inputs: rule
                    .inputs
                    .iter()
                    .zip(&table.inputs)
                    .map(|(cell, input)| self.cell(&cell.text, &input.expression.text))
                    .collect(),
                outputs: rule.outputs.iter().map(|cell| self.cell(&cell.text, "")).collect(),
                notes: cells(&rule.annotations),
            })
            .collect();
        if table.outputs.iter().any(|output| output.default.is_some()) {
            let default = |output: &dmn::model::OutputClause| {
                let text = output.default.as_ref().map(|text| text.text.as_str());
                self.cell(text.unwrap_or_default(), "")
            };
            rows.push(RowView {
                anchor: format!("{name}--default"),
                id: self.ui.t("table-default"),
                inputs: table.inputs.iter().map(|_| self.cell("-", "")).collect(),
                outputs: table.outputs.iter().map(default).collect(),
                notes: cells(&table.default_annotations),
            });
        }
        TableView {
            caption: self.ui.t(hit_key(table.hit_policy)),
            inputs: table.inputs.iter().map(|input| self.column(&input.expression.text)).collect(),
            outputs: table.outputs.iter().map(|output| self.column(&output.name.text)).collect(),
            notes,
            rows,
        }
    }

    /// A column's expression with what it is called.
    fn column(&self, expression: &str) -> Column {
        let name = expression.trim();
        let fact = self.country.vocabulary.fact(name).map(|fact| fact.label.clone());
        let decision = || {
            let decision = self.program.decisions().iter().find(|d| *d.name == *name)?;
            Some(decision.title.clone())
        };
        Column { label: fact.or_else(decision).unwrap_or_default(), expression: name.to_owned() }
    }

    /// A cell, with the words of the vocabulary where it names values of a fact.
    fn cell(&self, text: &str, expression: &str) -> CellView {
        let code = if text.trim() == "-" { "" } else { text.trim() };
        let words = match code {
            "true" => Markup(self.ui.t("choice-yes")),
            "false" => Markup(self.ui.t("choice-no")),
            _ => self.value_words(code, expression.trim()).unwrap_or_default(),
        };
        CellView { code: code.to_owned(), words }
    }

    fn value_words(&self, code: &str, fact: &str) -> Option<Markup> {
        let fact = self.country.vocabulary.fact(fact)?;
        let mut labels = Vec::new();
        let mut rest = String::new();
        for (index, part) in code.split('"').enumerate() {
            if index % 2 == 0 {
                rest.push_str(part);
            } else {
                labels.push(fact.value_label(part)?);
            }
        }
        let plain = rest.replace("list contains(?, )", "").replace(" or ", "");
        let lists_values = plain.chars().all(|c| c == ',' || c.is_whitespace());
        (lists_values && !labels.is_empty()).then(|| self.ui.list(labels))
    }

    /// An expression with what its names stand for.
    fn code(&self, text: &str) -> CodeView {
        let mut names: Vec<(String, Markup, String)> = Vec::new();
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        for (index, outside) in text.split('"').enumerate() {
            if index % 2 == 1 {
                continue;
            }
            for word in outside.split(|c: char| !is_name(c)) {
                if names.iter().any(|(known, ..)| known == word) {
                    continue;
                }
                let decisions = self.program.decisions();
                if let Some(decision) = decisions.iter().find(|decision| *decision.name == *word) {
                    names.push((word.to_owned(), self.ui.head(&decision.title), anchor(word)));
                } else if let Some(fact) = self.country.vocabulary.fact(word) {
                    names.push((word.to_owned(), self.ui.head(&fact.label), String::new()));
                }
            }
        }
        CodeView { text: text.to_owned(), names }
    }

    /// A place in an instrument, in words.
    fn place(&self, item: &str) -> Markup {
        self.ui.say(&self.library.place_in_words(item.trim()))
    }

    fn source_cell(&self, text: &str, code: Option<Confidence>) -> Markup {
        let citation = text.trim().strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        let html = match citation.and_then(|text| text.split_once(',')) {
            Some((id, item)) => match self.library.instrument(id.trim()) {
                Some(instrument) => {
                    let title = self.ui.say(&instrument.title);
                    format!("{title} {}", self.place(item))
                }
                None => self.ui.mark(text).0,
            },
            None => self.place(text).0,
        };
        let flag = code.and_then(|code| Some((self.ui.flag(&code)?, self.ui.confidence(&code))));
        match flag {
            Some((class, name)) => {
                let href = self.ui.href("/rules#confidence");
                Markup(format!("{html} <a class=\"flag {class}\" href=\"{href}\">{name}</a>"))
            }
            None => Markup(html),
        }
    }
}

/// An element's name and type, as written in the heading.
fn signature(element: &Element) -> String {
    let parameters = element.parameters.as_ref().map(|parameters| {
        let parameters: Vec<String> = parameters
            .iter()
            .map(|parameter| format!("{}: {}", parameter.name.text, parameter.kind.text))
            .collect();
        format!("({})", parameters.join(", "))
    });
    format!("{}{}: {}", element.name.text, parameters.unwrap_or_default(), element.result.text)
}

fn hit_key(policy: HitPolicy) -> &'static str {
    match policy {
        HitPolicy::Unique => "hit-unique",
        HitPolicy::Any => "hit-any",
        HitPolicy::Priority => "hit-priority",
        HitPolicy::First => "hit-first",
        HitPolicy::RuleOrder => "hit-rule-order",
        HitPolicy::OutputOrder => "hit-output-order",
        HitPolicy::Collect => "hit-collect",
        HitPolicy::Sum => "hit-sum",
        HitPolicy::Minimum => "hit-minimum",
        HitPolicy::Maximum => "hit-maximum",
        HitPolicy::Count => "hit-count",
    }
}
