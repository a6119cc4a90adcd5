//! What is read and how it is written.

use expect_test::{Expect, expect};

use super::{document, rendered, sound, write};
use crate::diagnostic::{Code, Diagnostic, Place, Severity, render};
use crate::markdown::read;
use crate::model::{Block, Logic, Text};
use feel::Span;

/// Checks the canonical form of a document with the usual front matter.
#[track_caller]
fn check(body: &str, expected: Expect) {
    let written = write(&sound(&document(body)));
    let (front, body) = written.split_at(document("").len());
    assert_eq!(front, document(""));
    expected.assert_eq(body);
}

#[test]
fn every_form() {
    check(
        include_str!("forms.md"),
        expect![[r#"
        Prose before the first heading. [cn/x-1, annex 3]

        # 标题 / Title

        | a prose | table |
        |:-------:|-------|
        | x       | y     |

        ```text
        ## 甲 → x: number
        ```

        <!--
        ## 乙 → y: number
        -->

        | input | type   |
        |-------|--------|
        | age   | number |
        | kind  | tKind  |

        | type  | base                               | allowed        |
        |-------|------------------------------------|----------------|
        | tKind | string                             | "甲", "乙\|丙" |
        | tBoth | context<low: number, high: number> |                |

        ## 宽 / Wide → wide(a: number, b: list<number>): number

        Before.

        ```feel
        if a > 1 | 2
          then b
          else "“全角”"
        ```

        After. [cn/y-2]

        ## 年龄 / Age → points: number

        | U       | age      | kind           | points | source           | confidence | zh         |
        |---------|----------|----------------|--------|------------------|------------|------------|
        | allowed | [0..150] |                | >= 0   |                  |            |            |
        | 1       | > 18     | "甲", "乙\|丙" | 20     | [cn/x-1, art. 1] | P-         | 十八岁以上 |
        | default |          |                | 0      | row 9            |            |            |

        ## Both → both: list<tBoth>

        | R | age | high | low |
        |---|-----|------|-----|
        | 1 | -   | 2    | 1   |
    "#]],
    );
}

#[test]
fn the_examples_of_the_manual_are_canonical() {
    let manual = include_str!("../../../../../docs/rule-language.md");
    let blocks: Vec<&str> = manual.split("````text\n").skip(1).collect();
    let whole = blocks[0].split("````").next().unwrap();
    assert_eq!(write(&sound(whole)), whole);
    let expression = blocks[1].split("````").next().unwrap();
    check_same(&format!("# 甲 → category: string\n\n{expression}"));
    let others = manual.split("\n```text\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    for example in others.filter(|example| example.starts_with(['|', '#', 'A'])) {
        if example.contains("→") && !example.contains('|') {
            for heading in example.lines() {
                check_same(&format!("{heading}\n\n```feel\n1\n```\n"));
            }
        } else {
            check_same(example);
        }
    }
}

#[track_caller]
fn check_same(body: &str) {
    assert_eq!(write(&sound(&document(body))), document(body));
}

#[test]
fn front_matter() {
    let source = "\u{feff}\n--- \nnamespace: https://example.cn/a:b\nimport:cn/a ,  b\n\n title : 甲  / A\nid: x\n---";
    expect![[r#"
        ---
        id: x
        title: 甲 / A
        import: cn/a, b
        namespace: https://example.cn/a:b
        ---
    "#]]
    .assert_eq(&write(&sound(source)));
}

#[test]
fn headings() {
    check(
        "#\n\n###### 六 / Six ######\n\n   ## C#\n\n    # code\n\n\t# code\n\n####### prose\n\n\
         ## -> x: number\n\n```feel\n1\n```\n\nSetext\n===\n",
        expect![[r#"
            #

            ###### 六 / Six

            ## C#

                # code

            	# code

            ####### prose

            ## → x: number

            ```feel
            1
            ```

            Setext
            ===
        "#]],
    );
}

#[test]
fn blank_lines_and_white_space() {
    check(
        "\n\n\nOne.  \nTwo.\t\n\n\n\nThree.\n\n```\n\n\ncode  \n```\n\n\n# 甲\n\n\n　\n# 乙",
        expect![[r#"
            One.
            Two.

            Three.

            ```


            code  
            ```

            # 甲

            # 乙
        "#]],
    );
}

#[test]
fn wide_characters_are_two_columns() {
    check(
        "# 甲 → x: string\n\n|U|年龄|x|zh|\n|-|-|-|-|\n|1|>1|\"a\"|十八岁以上|\n|二|-|\"é🎓\"|b|\n",
        expect![[r##"
            # 甲 → x: string

            | U  | 年龄 | x     | zh         |
            |----|------|-------|------------|
            | 1  | >1   | "a"   | 十八岁以上 |
            | 二 | -    | "é🎓" | b          |
        "##]],
    );
}

#[test]
fn a_long_cell_does_not_widen_its_column() {
    let long = "长".repeat(60);
    let body = format!("# 甲 → x: number\n\n|U|x|zh|en|\n|-|-|-|-|\n|1|1|{long}|b|\n|2|2|c|d|\n");
    check(
        &body,
        expect![[r#"
        # 甲 → x: number

        | U | x | zh | en |
        |---|---|----|----|
        | 1 | 1 | 长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长 | b  |
        | 2 | 2 | c  | d  |
    "#]],
    );
}

#[test]
fn escaped_pipes() {
    let source = document(
        "# 甲 → x: string\n\n| U | a\\|b | x |\n|---|---|---|\n| 1 | \\\\| | \"|\\|\" \\| y |\n",
    );
    let source = source.replace("\"|\\|\"", "\"\\|\\|\"");
    let model = sound(&source);
    let (_, element) = model.elements().next().unwrap();
    let Some(Logic::Table(table)) = &element.logic else { panic!("no table") };
    assert_eq!(table.inputs[0].expression.text, "a|b");
    assert_eq!(table.rules[0].inputs[0].text, "\\|");
    let output = &table.rules[0].outputs[0];
    assert_eq!(output.text, "\"||\" | y");
    assert_eq!(output.span.of(&source), Some("\"\\|\\|\" \\| y"));
    // The `y` behind three escapes.
    assert_eq!(output.at(Span::new(7, 8)).of(&source), Some("y"));
    assert_eq!(output.at(Span::new(0, 4)).of(&source), Some("\"\\|\\|\""));
}

#[test]
fn places_in_a_literal_expression() {
    let source = document("# 甲 → x: number\n\n```feel\nif a\r\n  then 年龄\r\n  else 2\r\n```\n");
    let model = sound(&source);
    let (_, element) = model.elements().next().unwrap();
    let Some(Logic::Literal(text)) = &element.logic else { panic!("no literal") };
    assert_eq!(text.text, "if a\n  then 年龄\n  else 2");
    let offset = text.text.find("else").unwrap();
    assert_eq!(text.at(Span::new(offset, offset + 4)).of(&source), Some("else"));
    assert_eq!(text.at(Span::new(0, 1000)).of(&source), Some("if a\r\n  then 年龄\r\n  else 2"));
}

#[test]
fn places_where_the_text_differs_otherwise() {
    let text = Text { text: "ab".to_owned(), span: Span::new(10, 15) };
    assert_eq!(text.at(Span::new(1, 2)), Span::new(10, 15));
}

#[test]
fn the_place_of_an_empty_cell() {
    let source = document("# 甲 → x: number\n\n| U | a | x |\n|---|---|---|\n| 1 |   | 2 |\n");
    let model = sound(&source);
    let (_, element) = model.elements().next().unwrap();
    let Some(Logic::Table(table)) = &element.logic else { panic!("no table") };
    let span = table.rules[0].inputs[0].span;
    assert_eq!(span.start, span.end);
    let rest = Span { end: span.start + 5, ..span };
    assert_eq!(rest.of(&source), Some("  | 2"));
}

#[test]
fn components_are_outputs_in_any_order() {
    let source = document(
        "# 甲 → both: context<a: number, b: number>\n\n\
         | U | a | b, a | b | a | source |\n|---|---|---|---|---|---|\n| 1 | 1 | 2 | 3 | 4 | x |\n",
    );
    let model = sound(&source);
    let (_, element) = model.elements().next().unwrap();
    let Some(Logic::Table(table)) = &element.logic else { panic!("no table") };
    let outputs: Vec<&str> = table.outputs.iter().map(|o| o.name.text.as_str()).collect();
    assert_eq!(outputs, ["b", "a"]);
    assert_eq!(table.inputs.len(), 2);
    assert_eq!(table.annotations, ["source"]);
}

#[test]
fn citations() {
    let model = sound(&document(
        "[cn/a, art. 1, para. 2] and [cn/b].\n| x | y |\n|---|---|\n| [cn/c, 1] | [x/y](z) |\n\n\
         `[cn/d, 1]` ``[cn/e, 1]` [cn/f, 1]`` [cn/g, 1] \\[cn/h, 1] [no slash, 1] [x/y][z]\n\
         - [ ] task [^1] [cn/i, 二(一)]\n\n    [cn/j, 1]\n\n```\n[cn/k, 1]\n```\n\n<!-- [cn/l, 1] -->\n",
    ));
    let citations = model.sections[0].citations.iter();
    let citations: Vec<String> =
        citations.map(|citation| format!("{} | {}", citation.instrument, citation.item)).collect();
    expect![[r#"
        cn/a | art. 1, para. 2
        cn/b | 
        cn/c | 1
        cn/g | 1
        cn/i | 二(一)
        cn/j | 1"#]]
    .assert_eq(&citations.join("\n"));
}

#[test]
fn declarations_stand_anywhere() {
    let model = sound(&document(
        "| allowed |\n|---|\n\n# 甲 → x: number\n\n| type | allowed | base |\n|---|---|---|\n| tA | > 0 | number |\n\n\
         ```feel\n1\n```\n\n| input | type |\n|---|---|\n| a | tA |\n",
    ));
    assert_eq!(model.inputs().count(), 1);
    let allowed = model.types().next().and_then(|item| item.allowed.clone());
    assert_eq!(allowed.map(|text| text.text), Some("> 0".to_owned()));
    let blocks = &model.sections[1].blocks;
    assert!(matches!(blocks[..], [Block::Types(_), Block::Logic, Block::Inputs(_)]));
}

#[test]
fn texts_of_other_notations_are_written_on_one_line() {
    let mut model = sound(&document(
        "# 甲 → x: number\n\n| U | a | x | zh |\n|---|---|---|---|\n| 1 | 1 | 2 | z |\n",
    ));
    let Some(Logic::Table(table)) = &mut model.sections[0].element.as_mut().unwrap().logic else {
        panic!("no table")
    };
    table.outputs[0].name = Text::new("Output 1");
    table.outputs[0].default = Some(Text::new("a\r\n+ b"));
    table.rules[0].inputs[0] =
        Text::new("\n1, // one */\n\"// no\\\" comment\",\r\n/* two */ 2 // end");
    table.rules[0].annotations[0] = Text::new("https://example.cn\n“x”");
    let body = write(&model);
    expect![[r##"
        # 甲 → x: number

        | U       | a                                                         | x     | zh                     |
        |---------|-----------------------------------------------------------|-------|------------------------|
        | 1       | 1, /* one * / */ "// no\" comment", /* two */ 2 /* end */ | 2     | https://example.cn “x” |
        | default |                                                           | a + b |                        |
    "##]].assert_eq(body.strip_prefix(&document("")).unwrap());
}

#[test]
fn lines_and_columns() {
    let source = "\u{feff}年龄\r\nab\rc\n\nd";
    let line_column = |text: &str| {
        let start = source.find(text).unwrap();
        let place = Place { span: Span::new(start, start + 1), ..Place::default() };
        Diagnostic::error(Code::Type, place, "").line_column(source)
    };
    assert_eq!(line_column("年"), (1, 1));
    assert_eq!(line_column("龄"), (1, 2));
    assert_eq!(line_column("b"), (2, 2));
    assert_eq!(line_column("c"), (3, 1));
    assert_eq!(line_column("d"), (5, 1));
    let place = Place { span: Span::new(1000, 2000), ..Place::default() };
    assert_eq!(Diagnostic::error(Code::Type, place, "").line_column(source), (5, 2));
}

#[test]
fn one_line() {
    let mut fault = Diagnostic::warning(Code::NoSource, Place::default(), "the rule has no source");
    assert_eq!(fault.to_string(), "warning[no-source]: the rule has no source");
    fault.place.file = "a.md".into();
    fault.place.rule = Some("7".to_owned());
    assert_eq!(fault.to_string(), "warning[no-source]: the rule has no source (a.md, rule 7)");
}

#[test]
fn rendering() {
    let long = format!("{} \"宽\" {}\tx\u{1b}[31m\u{202e}", "年".repeat(200), "x".repeat(200));
    let at = long.find("宽").unwrap();
    let place = |file: &str, start, end| Place {
        file: file.into(),
        span: Span::new(start, end),
        element: Some("积分".to_owned()),
        rule: None,
        column: Some("年薪".to_owned()),
    };
    let faults = [
        Diagnostic::error(Code::Type, place("long.md", at, at + 3), "far to the right"),
        Diagnostic::warning(Code::Type, place("long.md", 0, 6), "\u{1b}[31m far to the left"),
        Diagnostic::error(Code::Type, place("long.md", long.len(), long.len()), "at the end"),
        Diagnostic::error(Code::Type, place("lines.md", 4, 12), "several lines").with_help("help"),
        Diagnostic::error(Code::Type, place("nowhere.md", 4, 12), "a file that is not at hand"),
    ];
    let sources = |file: &str| match file {
        "long.md" => Some(long.as_str()),
        "lines.md" => Some("one\ntwo three\nfour"),
        _ => None,
    };
    expect![[r#"
        error[type]: far to the right
         --> long.md:1:203
          · decision 积分 · column 年薪
          |
        1 | …年年年年年年年年年年年年年年年年年年年 "宽" xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
          |                                          ^^

        warning[type]: �[31m far to the left
         --> long.md:1:1
          · decision 积分 · column 年薪
          |
        1 | 年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年年…
          | ^^^^

        error[type]: at the end
         --> long.md:1:414
          · decision 积分 · column 年薪
          |
        1 | …xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx x�[31m�
          |                                          ^

        error[type]: several lines
         --> lines.md:2:1
          · decision 积分 · column 年薪
          |
        2 | two three
          | ^^^^^^^^
        help: help

        error[type]: a file that is not at hand
         --> nowhere.md
          · decision 积分 · column 年薪
    "#]].assert_eq(&render(&faults, &sources, false));
    let coloured = render(&faults[3..4], &sources, true);
    expect![[r#""\u{1b}[1;31merror[type]\u{1b}[0m\u{1b}[1m: several lines\u{1b}[0m\n \u{1b}[34m-->\u{1b}[0m lines.md:2:1\n  \u{1b}[34m·\u{1b}[0m decision 积分 · column 年薪\n  \u{1b}[34m|\u{1b}[0m\n\u{1b}[34m2\u{1b}[0m \u{1b}[34m|\u{1b}[0m two three\n  \u{1b}[34m|\u{1b}[0m \u{1b}[1;31m^^^^^^^^\u{1b}[0m\n\u{1b}[36mhelp\u{1b}[0m: help\n""#]].assert_eq(&format!("{coloured:?}"));
    assert_eq!(faults[0].severity, Severity::Error);
}

#[test]
fn faults_come_in_the_order_of_the_document() {
    let source = document("# 甲 →\n\n# 乙 → x: number\n\n| input |\n|---|\n");
    let (_, faults) = read("doc.md", &source);
    assert!(
        faults.is_sorted_by_key(|fault| fault.place.span.start),
        "{}",
        rendered(&source, &faults)
    );
    assert_eq!(faults.len(), 4);
}
