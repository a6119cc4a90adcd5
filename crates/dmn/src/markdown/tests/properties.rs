//! What holds for every document and every model.

use std::fs;
use std::path::{Path, PathBuf};

use feel::Span;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{document, read, rendered, write};
use crate::diagnostic::Diagnostic;
use crate::model::{
    Block, Citation, DecisionTable, Element, HitPolicy, InputClause, InputData, ItemDefinition,
    Logic, Model, OutputClause, Parameter, Rule, Section, Text, Title,
};

/// Checks what holds for every text; says whether it is a sound document.
#[track_caller]
fn check_any(source: &str) -> bool {
    let (model, faults) = read("doc.md", source);
    for fault in &faults {
        assert!(fault.place.span.of(source).is_some(), "{fault} stands nowhere in the document");
    }
    check_places(&model, source);
    let is_sound = !faults.iter().any(Diagnostic::is_error);
    if is_sound {
        check_writing(&model);
    }
    is_sound
}

/// Checks that every text stands where it says it does.
#[track_caller]
fn check_places(model: &Model, source: &str) {
    let check = |text: &Text| {
        if text.text.is_empty() && text.span == Span::default() {
            return;
        }
        let written = text.span.of(source).unwrap_or_else(|| panic!("{text:?} stands nowhere"));
        let is_same = written == text.text || written.replace("\\|", "|") == text.text;
        assert!(is_same, "{written} is not {text:?}");
        for (offset, character) in text.text.char_indices() {
            let place = text.at(Span::new(offset, offset + character.len_utf8()));
            let found = place.of(source).unwrap_or_else(|| panic!("{place:?} is no text"));
            assert!(found == text.text || found.ends_with(character), "{found} is {character}");
        }
    };
    // Line ends of literal expressions are made one character.
    let check_lines = |text: &Text| {
        let written = text.span.of(source).unwrap_or_else(|| panic!("{text:?} stands nowhere"));
        assert_eq!(written.replace("\r\n", "\n").replace('\r', "\n"), text.text);
    };
    model.instrument.iter().chain(&model.confidence).chain(&model.imports).for_each(check);
    for input in model.inputs() {
        [&input.name, &input.kind].into_iter().chain(&input.allowed).for_each(check);
    }
    for item in model.types() {
        [&item.name, &item.base].into_iter().chain(&item.allowed).for_each(check);
    }
    for (_, element) in model.elements() {
        [&element.name, &element.result].into_iter().for_each(check);
        for parameter in element.parameters.iter().flatten() {
            [&parameter.name, &parameter.kind].into_iter().for_each(check);
        }
        match &element.logic {
            None => {}
            Some(Logic::Literal(text)) => check_lines(text),
            Some(Logic::Table(table)) => {
                for input in &table.inputs {
                    [&input.expression].into_iter().chain(&input.allowed).for_each(check);
                }
                for output in &table.outputs {
                    let texts = [&output.name].into_iter().chain(&output.allowed);
                    texts.chain(&output.default).for_each(check);
                }
                for rule in &table.rules {
                    let cells = rule.inputs.iter().chain(&rule.outputs).chain(&rule.annotations);
                    [&rule.id].into_iter().chain(cells).for_each(check);
                    assert_eq!(rule.inputs.len(), table.inputs.len());
                    assert_eq!(rule.outputs.len(), table.outputs.len());
                    assert_eq!(rule.annotations.len(), table.annotations.len());
                }
            }
            Some(other) => panic!("a rule document holds {other:?}"),
        }
    }
    for citation in model.sections.iter().flat_map(|section| &section.citations) {
        let written = citation.span.of(source).unwrap_or_else(|| panic!("{citation:?}"));
        assert!(written.starts_with('[') && written.contains(&citation.instrument));
    }
}

/// Checks that writing keeps a sound model, and that writing it again changes nothing.
#[track_caller]
fn check_writing(model: &Model) -> String {
    let written = write(model);
    let (again, faults) = read("doc.md", &written);
    assert!(!faults.iter().any(Diagnostic::is_error), "{}", rendered(&written, &faults));
    assert_eq!(again.clone().without_places(), model.clone().without_places(), "{written}");
    assert_eq!(write(&again), written);
    written
}

/// The documents of the packs, and some of our own.
fn documents() -> Vec<String> {
    let mut documents = vec![
        document(include_str!("forms.md")),
        include_str!("forms.md").replace('\n', "\r\n"),
        "---\nid: a/b\ntitle: 甲\nimport: c, d/e\nnamespace: https://x.cn/y\n---\n".to_owned(),
    ];
    documents.extend(packs().iter().map(|path| fs::read_to_string(path).unwrap()));
    documents
}

/// The rule documents of the packs, where these are at hand.
fn packs() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs")];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn packs_survive_writing() {
    for path in packs() {
        let source = fs::read_to_string(&path).unwrap();
        if !source.starts_with("---") {
            continue;
        }
        let (model, faults) = read(path.display().to_string(), &source);
        assert_eq!(rendered(&source, &faults), "");
        check_places(&model, &source);
        check_writing(&model);
    }
}

#[test]
fn line_ends_do_not_matter() {
    for source in documents() {
        let source = source.replace("\r\n", "\n");
        let (expected, _) = read("doc.md", &source);
        for line_end in ["\r\n", "\r"] {
            let changed = format!("\u{feff}{}", source.replace('\n', line_end));
            let (model, _) = read("doc.md", &changed);
            check_places(&model, &changed);
            assert_eq!(model.without_places(), expected.clone().without_places());
        }
    }
}

/// Documents made to take long; a reader that is not linear does not come to an end.
#[test]
fn hostile_documents() {
    let size = 1 << 19;
    let repeat = |text: &str| text.repeat(size / text.len());
    let header = format!("| U | {} |\n|{}\n", repeat("a|"), repeat("-|"));
    let types: String = (0..3000).map(|i| format!("| t{i} | t{} |\n", i + 1)).collect();
    let context = (0..20_000).map(|i| format!("c{i}: number")).collect::<Vec<_>>().join(", ");
    let tables: String =
        (0..3000).map(|i| format!("# 甲 → d{i}: t{i}\n\n| U | c1 |\n|---|---|\n")).collect();
    for body in [
        repeat("["),
        repeat("[a/b,"),
        repeat("`"),
        (0..900).map(|n| format!("{} ", "`".repeat(n))).collect(),
        repeat("\\|"),
        repeat("| - "),
        repeat("a -\n"),
        repeat("# a → "),
        repeat("# a → b\n"),
        repeat("<!-- --> "),
        repeat("```\n"),
        repeat("~~~feel\n"),
        format!("# 甲 → d{}", repeat("(")),
        format!("# 甲 → d({}): number", repeat("a,")),
        format!("# 甲 → d: {}", repeat("list<")),
        format!("# 甲 → d: number\n\n{header}{}", repeat("| 1 |\n")),
        format!("| type | base |\n|--|--|\n{types}| t3000 | context<{context}> |\n\n{tables}"),
        format!("| input | type |\n|--|--|\n{}", repeat("| age | number |\n")),
        format!("# 甲 → d: number\n\n```feel\n{}\n```\n", repeat("“")),
    ] {
        let source = document(&body);
        let (_, faults) = read("doc.md", &source);
        assert!(rendered(&source, &faults).len() < 200_000);
    }
}

const TOKENS: [&str; 60] = [
    "|",
    "\\|",
    "\\",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\t",
    "    ",
    " ",
    "#",
    "## ",
    "→",
    "->",
    ": ",
    "number",
    "---",
    "|---|---|\n",
    ":-:",
    "```",
    "```feel\n",
    "~~~",
    "`",
    "<!--",
    "-->",
    "[",
    "]",
    "[cn/x, y]",
    "[a/b](c)",
    "![",
    ",",
    "(",
    ")",
    "<",
    ">",
    "context<a: number, b: string>",
    "default",
    "allowed",
    "U",
    "C+",
    "\u{feff}",
    "\u{3000}",
    "｜",
    "（",
    "：",
    "“",
    "”",
    "≥",
    "年",
    "\"",
    "//",
    "/*",
    "*/",
    "| input | type |\n",
    "| type | base |\n",
    "=>",
    " / ",
    "\u{0}",
    "==",
    "id: x\n",
];

#[derive(Debug, Clone)]
enum Mutation {
    Insert(Index, &'static str),
    Delete(Index, usize),
    Repeat(Index, Index),
    DropLine(Index),
    JoinLine(Index),
}

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let at = any::<Index>;
    let mutation = prop_oneof![
        4 => (at(), select(&TOKENS[..])).prop_map(|(at, token)| Mutation::Insert(at, token)),
        2 => (at(), 1..12_usize).prop_map(|(at, length)| Mutation::Delete(at, length)),
        1 => (at(), at()).prop_map(|(from, to)| Mutation::Repeat(from, to)),
        1 => at().prop_map(Mutation::DropLine),
        1 => at().prop_map(Mutation::JoinLine),
    ];
    prop::collection::vec(mutation, 1..6)
}

fn mutate(source: &mut String, mutation: &Mutation) {
    let offset = |at: &Index, source: &str| {
        let mut offset = at.index(source.len() + 1);
        while !source.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    let lines: Vec<String> = source.split_inclusive('\n').map(str::to_owned).collect();
    match mutation {
        Mutation::Insert(at, token) => source.insert_str(offset(at, source), token),
        Mutation::Delete(at, length) => {
            let rest = source.split_off(offset(at, source));
            source.extend(rest.chars().skip(*length));
        }
        Mutation::Repeat(from, to) if !lines.is_empty() => {
            let line = from.get(&lines).clone();
            let mut lines = lines;
            let to = to.index(lines.len() + 1);
            lines.insert(to, line);
            *source = lines.concat();
        }
        Mutation::DropLine(at) if !lines.is_empty() => {
            let mut lines = lines;
            lines.remove(at.index(lines.len()));
            *source = lines.concat();
        }
        Mutation::JoinLine(at) if !lines.is_empty() => {
            let mut lines = lines;
            let line = at.index(lines.len());
            lines[line] = lines[line].trim_end().to_owned();
            *source = lines.concat();
        }
        Mutation::Repeat(..) | Mutation::DropLine(_) | Mutation::JoinLine(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_documents(at in any::<Index>(), mutations in mutations()) {
        let mut source = at.get(&SOURCES.with(Clone::clone)).clone();
        mutations.iter().for_each(|mutation| mutate(&mut source, mutation));
        check_any(&source);
    }

    #[test]
    fn heaps_of_tokens(tokens in prop::collection::vec(select(&TOKENS[..]), 0..60)) {
        check_any(&tokens.concat());
        check_any(&document(&tokens.concat()));
        check_any(&document(&format!("# 甲 → d: number\n\n{}", tokens.concat())));
    }

    #[test]
    fn random_models(model in models()) {
        check_writing(&model);
    }
}

thread_local! {
    static SOURCES: std::rc::Rc<[String]> = {
        // Short pieces of long documents, so that a mutation meets something.
        let mut pieces = Vec::new();
        for source in documents() {
            let (front, body) = source.split_at(source.find("\n#").unwrap_or(source.len()));
            let sections: Vec<&str> = body.split_inclusive("\n#").collect();
            pieces.extend(sections.chunks(6).map(|chunk| format!("{front}\n#{}", chunk.concat())));
        }
        pieces.into()
    };
}

fn text(text: impl Into<String>) -> Text {
    Text::new(text)
}

/// Words without line breaks and without white space at the ends.
fn words() -> impl Strategy<Value = String> {
    let pieces =
        ["a", "B", "年薪", " ", "|", "\\", "\"x\"", "< 3", "é", "“”", "-", "`", "#", "[", "🎓"];
    prop::collection::vec(select(pieces.to_vec()), 1..8)
        .prop_map(|pieces| pieces.concat().trim().to_owned())
        .prop_filter("not empty", |text| !text.is_empty())
}

/// A FEEL text as a cell has it. Whether it parses does not matter here.
fn feel_text() -> impl Strategy<Value = Text> {
    let pieces = [
        "a",
        ">= 45",
        "[35..45)",
        "\"“全角”｜\"",
        " ",
        "|",
        "\\",
        "// x",
        "年龄",
        "?",
        ",",
        "not(",
    ];
    prop::collection::vec(select(pieces.to_vec()), 1..6)
        .prop_map(|pieces| pieces.concat().trim().to_owned())
        .prop_filter("sound", |text| {
            !text.is_empty() && crate::markdown::ascii::feel(text).is_none()
        })
        .prop_map(text)
}

fn type_text() -> impl Strategy<Value = Text> {
    let types =
        ["number", "list<string>", "date and time", "function<number, Any> -> string", "tX"];
    select(types.to_vec()).prop_map(text)
}

fn title() -> impl Strategy<Value = Title> {
    let part = prop::collection::vec(select(vec!["年薪", "Pay", "(B)", "C", "1.", "a/b"]), 1..4)
        .prop_map(|words| words.join(" "));
    (part.clone(), part).prop_map(|(zh, en)| Title { zh, en })
}

/// Prose and the instruments that it cites.
fn prose(in_element: bool) -> impl Strategy<Value = (String, Vec<(&'static str, &'static str)>)> {
    let mut pieces = vec![
        ("一段话。\nTwo lines.", vec![]),
        (
            "See [cn/x-1, annex 3, item 1] and [cn/y].",
            vec![("cn/x-1", "annex 3, item 1"), ("cn/y", "")],
        ),
        ("`[cn/code, 1]` and [a/b](c) and \\[cn/z, 1] and ![x/y]", vec![]),
        ("```text\n## 甲 → x: number\n\n\n| U | x |\n   \n```", vec![]),
        ("<!--\n# 甲 → x: number\n\n[cn/c, 1]\n-->", vec![]),
        ("* a list\n  with lines\n\n      and code", vec![]),
        ("> | a | b |\n> |---|---|", vec![]),
        ("Setext\n===", vec![]),
        ("---", vec![]),
        ("~~~~\n```feel\n~~~~", vec![]),
    ];
    if !in_element {
        pieces.push(("| a | b |\n|:--|--:|\n| [cn/t, 1] | c |", vec![("cn/t", "1")]));
    }
    prop::collection::vec(select(pieces), 1..4).prop_map(|pieces| {
        let text: Vec<&str> = pieces.iter().map(|(text, _)| *text).collect();
        (text.join("\n\n"), pieces.iter().flat_map(|(_, cited)| cited.clone()).collect())
    })
}

fn decision_table(name: String) -> impl Strategy<Value = (DecisionTable, Text)> {
    let shape = (0..4_usize, 1..4_usize, 0..4_usize, 1..5_usize);
    let policy = select(HitPolicy::ALL.map(|(policy, _)| policy).to_vec());
    (policy, shape).prop_flat_map(move |(hit_policy, (inputs, outputs, annotations, rules))| {
        let name = name.clone();
        let cells = |count: usize| prop::collection::vec(feel_text(), count);
        let input_cells = prop::collection::vec(
            prop_oneof![feel_text(), Just(text("")), Just(text("-"))],
            inputs * rules,
        );
        let remark = prop_oneof![words(), Just(String::new())].prop_map(text);
        let remarks = prop::collection::vec(remark, annotations * (rules + 1));
        let optional = |count| prop::collection::vec(prop::option::of(feel_text()), count);
        (
            cells(inputs),
            input_cells,
            cells(outputs * rules),
            remarks,
            optional(inputs),
            optional(outputs),
            prop::option::of(cells(outputs)),
        )
            .prop_map(
                move |(expressions, tests, results, remarks, allowed, ordered, default)| {
                    let names: Vec<String> = match outputs {
                        1 => vec![name.clone()],
                        _ => (0..outputs).map(|i| format!("组件_{i}")).collect(),
                    };
                    let result = match outputs {
                        1 => text("number"),
                        _ => {
                            let entries: Vec<String> =
                                names.iter().rev().map(|name| format!("{name}: Any")).collect();
                            text(format!("list<context<{}>>", entries.join(", ")))
                        }
                    };
                    let has_default = default.is_some();
                    let default = match default {
                        Some(default) => default.into_iter().map(Some).collect(),
                        None => vec![None; outputs],
                    };
                    let part = |texts: &[Text], row: usize, width: usize| {
                        texts[row * width..(row + 1) * width].to_vec()
                    };
                    let table = DecisionTable {
                        hit_policy,
                        span: Span::default(),
                        inputs: expressions
                            .into_iter()
                            .zip(allowed)
                            .map(|(expression, allowed)| InputClause {
                                expression,
                                kind: None,
                                allowed,
                            })
                            .collect(),
                        outputs: names
                            .into_iter()
                            .zip(ordered.into_iter().zip(default))
                            .map(|(name, (allowed, default))| OutputClause {
                                name: text(name),
                                kind: None,
                                allowed,
                                default,
                            })
                            .collect(),
                        annotations: (0..annotations).map(|i| format!("note {i}|")).collect(),
                        rules: (0..rules)
                            .map(|row| Rule {
                                id: text(format!("row | {row}")),
                                inputs: part(&tests, row, inputs),
                                outputs: part(&results, row, outputs),
                                annotations: part(&remarks, row, annotations),
                            })
                            .collect(),
                        default_annotations: if has_default {
                            part(&remarks, rules, annotations)
                        } else {
                            Vec::new()
                        },
                    };
                    (table, result)
                },
            )
    })
}

fn literal() -> impl Strategy<Value = Text> {
    let pieces =
        ["if a", "then b", "\n", "  ", "`x`", "\n````\n", "\n\n", "# 甲 -> x: number", "|"];
    prop::collection::vec(select(pieces.to_vec()), 1..8)
        .prop_map(|pieces| {
            let text = pieces.concat();
            crate::markdown::reader::without_blank_start(&text).trim_end().to_owned()
        })
        .prop_filter("not empty", |text| !text.is_empty())
        .prop_map(text)
}

fn element(index: usize) -> impl Strategy<Value = Element> {
    let name = format!("决定_{index}");
    let parameters = prop::collection::vec(type_text(), 0..3).prop_map(|types| {
        let named = types.into_iter().enumerate();
        named.map(|(i, kind)| Parameter { name: text(format!("p{i}")), kind }).collect()
    });
    let logic = prop_oneof![
        (literal(), type_text()).prop_map(|(text, result)| (Logic::Literal(text), result)),
        decision_table(name.clone()).prop_map(|(table, result)| (Logic::Table(table), result)),
    ];
    (prop::option::of(parameters), logic).prop_map(move |(parameters, (logic, result))| Element {
        name: text(name.clone()),
        parameters,
        result,
        logic: Some(logic),
        exchange: None,
    })
}

fn declarations(index: usize) -> impl Strategy<Value = Block> {
    let row = || (type_text(), prop::option::of(feel_text()));
    let rows = || prop::collection::vec(row(), 1..4);
    prop_oneof![
        rows().prop_map(move |rows| {
            let rows = rows.into_iter().enumerate().map(|(i, (kind, allowed))| InputData {
                name: text(format!("fact_{index}_{i}")),
                kind,
                allowed,
                ..InputData::default()
            });
            Block::Inputs(rows.collect())
        }),
        rows().prop_map(move |rows| {
            let rows = rows.into_iter().enumerate().map(|(i, (base, allowed))| ItemDefinition {
                name: text(format!("t_{index}_{i}")),
                base,
                allowed,
                ..ItemDefinition::default()
            });
            Block::Types(rows.collect())
        }),
    ]
}

fn section(index: usize) -> impl Strategy<Value = Section> {
    let element = prop::option::of(element(index));
    (1..=6_u8, title(), element, prop::bool::ANY).prop_flat_map(
        move |(level, title, element, first)| {
            let prose = || prop::option::of(prose(element.is_some()));
            let declarations = prop::option::of(declarations(index));
            (prose(), declarations, prose()).prop_map({
                let (title, element) = (title.clone(), element.clone());
                move |(above, declared, below)| {
                    let mut section = Section {
                        level,
                        title: title.clone(),
                        element: element.clone(),
                        ..Section::default()
                    };
                    let logic = element.as_ref().map(|_| Block::Logic);
                    let middle = [logic, declared];
                    let mut middle: Vec<Block> = middle.into_iter().flatten().collect();
                    if first {
                        middle.reverse();
                    }
                    let is_divided = !middle.is_empty();
                    let parts = [above, below.filter(|_| is_divided)];
                    for (part, blocks) in parts.into_iter().zip([middle, Vec::new()]) {
                        if let Some((prose, cited)) = part {
                            section.blocks.push(Block::Prose(prose));
                            section.citations.extend(cited.into_iter().map(
                                |(instrument, item)| Citation {
                                    instrument: instrument.to_owned(),
                                    item: item.to_owned(),
                                    span: Span::default(),
                                },
                            ));
                        }
                        section.blocks.extend(blocks);
                    }
                    section
                }
            })
        },
    )
}

fn models() -> impl Strategy<Value = Model> {
    let sections = (0..5_usize).prop_flat_map(|count| (0..count).map(section).collect::<Vec<_>>());
    let instrument = prop::option::of(Just(text("cn/x-1")));
    let imports = select(vec![vec![], vec![text("cn/base")], vec![text("a"), text("b")]]);
    let namespace = prop::option::of(Just("https://example.cn/x".to_owned()));
    let confidence = prop::option::of(Just(text("P-")));
    (title(), instrument, confidence, imports, namespace, sections).prop_map(
        |(title, instrument, confidence, imports, namespace, sections)| Model {
            id: "cn/demo".to_owned(),
            title,
            namespace,
            instrument,
            confidence,
            imports,
            sections,
            ..Model::default()
        },
    )
}
