//! What loading accepts and what it refuses, with the words of each refusal.

use crate::zz::{self, CASES, DELEGATION, FACTS, LOCAL, MODEL, OVERLAY, PROGRAMME, check};
use expect_test::expect;
use policy::Library;

#[test]
fn the_country_itself_loads() {
    let library = zz::load(&zz::files());
    let results = library.run_cases(None);
    let results: Vec<String> = results.iter().map(ToString::to_string).collect();
    expect![[r#"
        zz/programmes/permit/tests/cases.toml:2: passed: bachelor, 30
        zz/programmes/permit/tests/cases.toml:16: passed: the same without degree
        zz/programmes/permit/tests/cases.toml:28: passed: the same in 2019"#]]
    .assert_eq(&results.join("\n"));
    check(&[], expect![[""]]);
}

// The forms of the files.

#[test]
fn an_unknown_key() {
    check(
        &[("zz/pack.toml", "currency", "curency")],
        expect![
            "zz/pack.toml:4:1: error: unknown field `curency`, expected one of `id`, `parent`, `title`, `languages`, `currency`, `time_zone`, `place`, `level`, `checked`, `scope`"
        ],
    );
    check(
        &[(PROGRAMME, "authority =", "autority =")],
        expect![
            "zz/programmes/permit/programme.toml:3:1: error: unknown field `autority`, expected one of `title`, `summary`, `authority`, `outcome`, `eligible`, `score`, `score_cap`, `pass`"
        ],
    );
}

#[test]
fn several_faults_of_one_file_are_reported_together() {
    check(
        &[
            (FACTS, "min = 0\nmax = 120", "min = 130\nmax = 120"),
            (FACTS, "type = \"boolean\"", "type = \"bool\""),
            (FACTS, "zh = \"博士\", en", "zh = \"博士\", english"),
        ],
        expect![[r#"
            zz/facts.toml:42:22: error: unknown field `english`, expected `zh` or `en`
            zz/facts.toml:77:8: error: unknown variant `bool`, expected one of `number`, `string`, `boolean`, `date`, `list<string>`
            zz/facts.toml:10:8: error: the greatest value 120 of `age` is below the least, 130"#]],
    );
}

#[test]
fn toml_that_does_not_parse() {
    check(
        &[("zz/pack.toml", "level = \"national\"", "level = national")],
        expect![[r#"
            zz/pack.toml:7:9: error: invalid float, expected `nan`
              help: texts and keys with signs stand in quotes; numbers and dates do not"#]],
    );
}

#[test]
fn a_wrong_date() {
    check(
        &[("zz/pack.toml", "2026-11-23", "2023-02-29")],
        expect![[r#"
            zz/pack.toml:8:11: error: invalid date, expected day between 01 and 28
              help: texts and keys with signs stand in quotes; numbers and dates do not"#]],
    );
    check(
        &[("zz/pack.toml", "2026-11-23", "\"2026-11-23\"")],
        expect!["zz/pack.toml:8:11: error: a date is wanted here, as 2026-11-23, without quotes"],
    );
    check(
        &[("zz/pack.toml", "2026-11-23", "2026-11-23T10:00:00")],
        expect!["zz/pack.toml:8:11: error: a date without a time of day is wanted, as 2026-11-23"],
    );
}

#[test]
fn a_manifest_in_the_wrong_folder() {
    check(
        &[("zz/pack.toml", "id = \"zz\"", "id = \"zy\"")],
        expect![[r#"
            zz/pack.toml:1:6: error: the pack `zy` lies in the folder `zz`
              help: folder and identifier must be the same"#]],
    );
}

#[test]
fn a_parent_that_is_not_there() {
    check(
        &[("zz-no/pack.toml", "parent = \"zz\"", "parent = \"zx\"")],
        expect![[r#"
        zz-no/pack.toml:2:10: error: no pack `zx`
          help: did you mean `zz`?"#]],
    );
}

#[test]
fn a_file_that_nothing_reads() {
    check(
        &[("zz/fact.toml", "", "x = 1")],
        expect![[r#"
        zz/fact.toml:1:1: error: nothing reads a file `fact.toml` here
          help: did you mean `facts.toml`?"#]],
    );
    check(
        &[("zz/programmes/permit/overlays.toml", "", "x = 1")],
        expect![[r#"
        zz/programmes/permit/overlays.toml:1:1: error: nothing reads a file `overlays.toml` here
          help: did you mean `overlay.toml`?"#]],
    );
}

#[test]
fn csv_faults_name_line_and_column() {
    let file = "zz/parameters/wage.csv";
    check(
        &[(file, "place,value", "place,amount")],
        expect![[r#"
        zz/parameters/wage.csv:1:1: error: unknown column `amount`
          help: known are `place`, `value`, `unit`, `from`, `to`, `instrument`, `item`, `confidence`, `statistic_zh`, `statistic_en`, `note_zh`, `note_en`
        zz/parameters/wage.csv:1:1: error: the column `value` is missing
          help: the columns are `place,value,unit,from,to,instrument,item,confidence,statistic_zh,statistic_en,note_zh,note_en`"#]],
    );
    check(
        &[(file, "2,100000,", "2,a lot,")],
        expect![[r#"
        zz/parameters/wage.csv:2:1: error: column `value`: `a lot` is not a number
          help: write it as `12345.67`"#]],
    );
    check(
        &[(file, "2020-01-01,2024-12-31", "2020-01-32,2019-12-31")],
        expect![[r#"
        zz/parameters/wage.csv:2:1: error: column `from`: `2020-01-32` is not a day
          help: write it as `2026-11-23`"#]],
    );
    check(
        &[(file, "table 1,P,", "table 1,Q,")],
        expect![[r#"
        zz/parameters/wage.csv:2:1: error: column `confidence`: `Q` is no confidence code
          help: write S, P, P-, K or U"#]],
    );
    check(
        &[(file, "table 1,P,", "P,")],
        expect!["zz/parameters/wage.csv:2:1: error: the row has 11 fields, the header has 12"],
    );
    check(
        &[(file, "2,100000,", "7,100000,")],
        expect![[r#"
        zz/parameters/wage.csv:2:1: error: column `place`: no place `7`
          help: known are `0`, `1`, `11`, `2`, `3`
        zz/parameters/wage.csv:2:1: error: the place `7` does not lie in the pack's area `0`"#]],
    );
}

// Identifiers.

#[test]
fn an_instrument_that_is_not_there() {
    check(
        &[(MODEL, "[zz/measures, item 1]", "[zz/measure, item 1]")],
        expect![[r#"
        zz/programmes/permit/2024-01-01.md:57:1: error: no instrument `zz/measure`
          help: did you mean `zz/measures`?"#]],
    );
    check(
        &[(MODEL, "instrument: zz/law", "instrument: zz/lex")],
        expect![[r#"
        zz/programmes/permit/2024-01-01.md:4:13: error: no instrument `zz/lex`
          help: did you mean `zz/law`?"#]],
    );
    check(
        &[(MODEL, "| row 2  | P-  ", "| [zz/laws, art. 2]  | P-  ")],
        expect![[r#"
        zz/programmes/permit/2024-01-01.md:81:43: error: `degree_points`, row `2`, column `source`: no instrument `zz/laws`
          help: did you mean `zz/law`?"#]],
    );
    check(
        &[(PROGRAMME, "instrument = \"zz/measures\"", "instrument = \"zz/measurs\"")],
        expect![[r#"
        zz/programmes/permit/programme.toml:18:14: error: no instrument `zz/measurs`
          help: did you mean `zz/measures`?"#]],
    );
    check(
        &[("zz/parameters/wage.csv", "zz/statistics,table 1", "zz/stat,table 1")],
        expect![[r#"
        zz/parameters/wage.csv:2:1: error: no instrument `zz/stat`
          help: define it in `instruments.toml` of the pack that it begins with"#]],
    );
    check(
        &[(DELEGATION, "zz/law", "zz/lae")],
        expect![[r#"
        zz/delegation.toml:6:14: error: no instrument `zz/lae`
          help: did you mean `zz/law`?"#]],
    );
}

#[test]
fn an_instrument_of_another_pack() {
    check(
        &[("zz-no/instruments.toml", "id = \"zz-no/notice\"", "id = \"zz/notice\"")],
        expect![[r#"
            zz-no/instruments.toml:2:6: error: the identifier `zz/notice` does not belong to this pack
              help: it begins with `zz-no/`
            zz-no/parameters/wage.csv:2:1: error: no instrument `zz-no/notice`
              help: did you mean `zz/notice`?
            zz-no/parameters/wage.csv:3:1: error: no instrument `zz-no/notice`
              help: did you mean `zz/notice`?
            zz-no/programmes/permit/overlay.toml:5:14: error: no instrument `zz-no/notice`
              help: did you mean `zz/notice`?
            zz-no/programmes/permit/2024-07-01.md:4:13: error: no instrument `zz-no/notice`
              help: did you mean `zz/notice`?
            zz-no/programmes/permit/2024-07-01.md:9:1: error: no instrument `zz-no/notice`
              help: did you mean `zz/notice`?"#]],
    );
}

#[test]
fn an_input_that_is_no_fact() {
    check(
        &[(MODEL, "| salary       | number", "| salery       | number")],
        expect![[r#"
        zz/programmes/permit/2024-01-01.md:18:3: error: no fact or parameter `salery`
          help: did you mean `salary`?"#]],
    );
}

#[test]
fn an_input_of_another_type_than_its_fact() {
    check(
        &[(MODEL, "| language     | number", "| language     | string")],
        expect![[r#"
            zz/programmes/permit/2024-01-01.md:19:18: error: the input `language` is of type `string`, its value is a `number`
              help: `facts.toml` says `number`"#]],
    );
    check(
        &[(MODEL, "| on           | date", "| on           | string")],
        expect![[r#"
            zz/programmes/permit/2024-01-01.md:14:18: error: the input `on` is of type `string`, its value is a `date`
              help: it is always a `date`"#]],
    );
}

#[test]
fn a_decision_that_is_not_there() {
    check(
        &[(PROGRAMME, "outcome = \"category\"", "outcome = \"catgory\"")],
        expect![[r#"
        zz/programmes/permit/programme.toml:4:11: error: no decision `catgory` in `2020-01-01.md`
          help: did you mean `category`?
        zz/programmes/permit/programme.toml:4:11: error: no decision `catgory` in `2024-01-01.md`
          help: did you mean `category`?"#]],
    );
    check(
        &[(PROGRAMME, "\"condition_record\"", "\"condition_recrod\"")],
        expect![[r#"
        zz/programmes/permit/programme.toml:39:12: error: no version has a decision `condition_recrod`
          help: did you mean `condition_record`?"#]],
    );
    check(
        &[(PROGRAMME, "models = [\"2024-01-01.md\"]", "models = [\"2020-01-01.md\"]")],
        expect![[r#"
            zz/programmes/permit/programme.toml:46:12: error: no decision `route_a_points` in `2020-01-01.md`
              help: did you mean `route_b_points`?"#]],
    );
}

#[test]
fn a_decision_of_the_wrong_type() {
    check(
        &[(PROGRAMME, "eligible = \"eligible\"", "eligible = \"points\"")],
        expect![
            "zz/programmes/permit/programme.toml:5:12: error: the decision `points` is of type `number`, a `boolean` is wanted here"
        ],
    );
}

#[test]
fn an_outcome_that_is_not_declared() {
    check(
        &[(
            PROGRAMME,
            "decision = \"route_a_pay\"\noutcome = \"A\"",
            "decision = \"route_a_pay\"\noutcome = \"AA\"",
        )],
        expect![[r#"
            zz/programmes/permit/programme.toml:52:11: error: no outcome `AA`
              help: known are `A`, `B`, `none`"#]],
    );
    check(
        &[(MODEL, "| -              | \"A\"      ", "| -              | \"Aa\"     ")],
        expect![[r#"
            zz/programmes/permit/2024-01-01.md:168:3: error: `category`, row `2`: `programme.toml` declares no outcome `Aa`
              help: known are `A`, `B`, `none`"#]],
    );
}

#[test]
fn a_matter_and_an_authority_that_are_not_there() {
    check(
        &[(FACTS, "matter = \"work\"", "matter = \"wrok\"")],
        expect![[r#"
        zz/facts.toml:86:10: error: no matter `wrok`
          help: did you mean `work`?"#]],
    );
    check(
        &[(PROGRAMME, "authority = \"office\"", "authority = \"ofice\"")],
        expect![[r#"
        zz/programmes/permit/programme.toml:3:13: error: no authority `ofice` in `pack.toml`
          help: did you mean `office`?"#]],
    );
}

#[test]
fn a_place_that_is_not_there_and_places_in_a_circle() {
    check(
        &[("zz/pack.toml", "place = \"0\"", "place = \"9\"")],
        expect![[r#"
        zz/pack.toml:6:9: error: no place `9` in `places.csv`
          help: known are `0`, `1`, `11`, `2`, `3`
        zz/parameters/wage.csv:2:1: error: the place `2` does not lie in the pack's area `9`
        zz/parameters/wage.csv:3:1: error: the place `2` does not lie in the pack's area `9`"#]],
    );
    check(
        &[("zz/places.csv", "11,1,", "11,12,")],
        expect![[r#"
        zz/places.csv:4:1: error: no place `12`, the parent of `11`
          help: did you mean `11`?
        zz-no/parameters/wage.csv:3:1: error: the place `11` does not lie in the pack's area `1`"#]],
    );
    check(
        &[("zz/places.csv", "1,0,北省", "1,11,北省")],
        expect![[r#"
            zz/places.csv:3:1: error: the place `1` lies in itself by its parents
              help: follow the column `parent` upwards: it must end
            zz/places.csv:4:1: error: the place `11` lies in itself by its parents
              help: follow the column `parent` upwards: it must end"#]],
    );
}

#[test]
fn what_is_defined_twice() {
    check(
        &[(FACTS, "name = \"years\"", "name = \"age\"")],
        expect![[r#"
        zz/facts.toml:97:8: error: the fact `age` is defined twice
        zz/programmes/permit/programme.toml:122:10: error: no fact `years`
          help: known are `age`, `degree`, `language`, `skills`, `clean_record`, `salary`, `age`, `started`
        zz/programmes/permit/2020-01-01.md:22:3: error: no fact or parameter `years`
          help: an input is a fact of `facts.toml`, a parameter, `on` or `place`
        zz/programmes/permit/2024-01-01.md:22:3: error: no fact or parameter `years`
          help: an input is a fact of `facts.toml`, a parameter, `on` or `place`
        zz/programmes/permit/tests/cases.toml:6:116: error: no fact `years`
          help: known are `age`, `degree`, `language`, `skills`, `clean_record`, `salary`, `age`, `started`"#]],
    );
    check(
        &[("zz/places.csv", "2,0,", "1,0,")],
        expect![[r#"
        zz/places.csv:5:1: error: the place `1` is listed twice
        zz/parameters/wage.csv:2:1: error: column `place`: no place `2`
          help: known are `0`, `1`, `11`, `1`, `3`
        zz/parameters/wage.csv:3:1: error: column `place`: no place `2`
          help: known are `0`, `1`, `11`, `1`, `3`
        zz/parameters/wage.csv:2:1: error: the place `2` does not lie in the pack's area `0`
        zz/parameters/wage.csv:3:1: error: the place `2` does not lie in the pack's area `0`"#]],
    );
    check(
        &[("zz/instruments.toml", "id = \"zz/statistics\"", "id = \"zz/law\"")],
        expect![[r#"
        zz/instruments.toml:19:6: error: the instrument `zz/law` is defined twice
        zz/parameters/wage.csv:2:1: error: no instrument `zz/statistics`
          help: define it in `instruments.toml` of the pack that it begins with
        zz/parameters/wage.csv:3:1: error: no instrument `zz/statistics`
          help: define it in `instruments.toml` of the pack that it begins with"#]],
    );
    check(
        &[(FACTS, "value = \"doctorate\"", "value = \"bachelor\"")],
        expect!["zz/facts.toml:41:9: error: the value `bachelor` of `degree` is listed twice"],
    );
}

#[test]
fn a_value_that_the_vocabulary_does_not_allow() {
    check(
        &[(MODEL, "| 1       | \"doctorate\" | 30", "| 1       | \"doctorat\"  | 30")],
        expect![[r#"
        zz/programmes/permit/2024-01-01.md:80:13: error: `degree_points`, row `1`, column `degree`: "doctorat" is no value of `degree`
          help: did you mean "doctorate"?"#]],
    );
}

#[test]
fn an_unknown_name_and_a_type_error_in_a_rule() {
    check(
        &[(MODEL, "2 * language", "2 * langage")],
        expect![[r#"
        zz/programmes/permit/2024-01-01.md:89:5: error: `language_points`: there is no `langage`
          help: did you mean `language`?"#]],
    );
    check(
        &[(MODEL, "2 * language", "2 * degree")],
        expect![[r#"
        zz/programmes/permit/2024-01-01.md:89:1: error: `language_points`: `*` cannot be used between number and string
          help: a number is written without quotes; `string(x)` and `number(x)` convert"#]],
    );
}

#[test]
fn decisions_that_require_each_other() {
    check(
        &[(MODEL, "salary / 10000", "salary_points / 10000")],
        expect![[r#"
        zz/programmes/permit/2024-01-01.md:63:31: error: `salary_points`: decisions require each other in a circle: `salary_points` → `salary_wan` → `salary_points`
          help: a decision cannot rest on itself; take one of these names out of its logic
        zz/programmes/permit/2024-01-01.md:55:32: error: `salary_wan`: decisions require each other in a circle: `salary_wan` → `salary_points` → `salary_wan`
          help: a decision cannot rest on itself; take one of these names out of its logic"#]],
    );
}

#[test]
fn rows_that_match_the_same_values() {
    check(
        &[(MODEL, "[20..40)", "[20..45)")],
        expect![[r#"
        zz/programmes/permit/2024-01-01.md:71:3: error: `salary_points`, row `3`: rules `2` and `3` match at once, for `salary_wan` 40
          help: narrow one of the two, or let the first one win with the hit policy `F`"#]],
    );
}

#[test]
fn a_document_that_is_not_there() {
    check(
        &[(PROGRAMME, "model = \"2024-01-01.md\"", "model = \"2024-01-02.md\"")],
        expect![[r#"
        zz/programmes/permit/programme.toml:48:11: error: no version has the model `2024-01-01.md`
          help: did you mean `2020-01-01.md`?
        zz/programmes/permit/2024-01-01.md:1:1: warning: no version and no overlay names this document
          help: name it in `programme.toml` or `overlay.toml`, or remove it
        zz/programmes/permit/programme.toml:16:9: error: no file `2024-01-02.md` beside this one
          help: did you mean `2024-01-01.md`?"#]],
    );
}

#[test]
fn a_document_that_nothing_names() {
    check(
        &[("zz/programmes/permit/2019-01-01.md", "", "Draft.")],
        expect![[r#"
        zz/programmes/permit/2019-01-01.md:1:1: warning: no version and no overlay names this document
          help: name it in `programme.toml` or `overlay.toml`, or remove it"#]],
    );
}

#[test]
fn an_import_that_is_not_there() {
    let card = "zz/programmes/card/2024-01-01.md";
    check(
        &[(card, "import: zz/permit", "import: zz/permits")],
        expect![[r#"
        zz/programmes/card/2024-01-01.md:5:9: error: no programme `zz/permits` to import
          help: did you mean `zz/permit`?"#]],
    );
    check(
        &[(card, "import: zz/permit", "import: zz/card")],
        expect![[r#"
        zz/programmes/card/programme.toml:1:1: error: the programme `zz/card` imports itself
          help: follow the imports of its rule documents"#]],
    );
}

// Times.

#[test]
fn versions_in_force_at_once() {
    check(
        &[(PROGRAMME, "to = 2023-12-31\n", "")],
        expect![[r#"
        zz/programmes/permit/programme.toml:15:9: error: the versions `2020-01-01.md` and `2024-01-01.md` are in force at once from 2024-01-01
          help: end the earlier one with `to`"#]],
    );
    check(
        &[(PROGRAMME, "to = 2023-12-31", "to = 2019-12-31")],
        expect![
            "zz/programmes/permit/programme.toml:10:9: error: the version ends on 2019-12-31, before it begins on 2020-01-01"
        ],
    );
}

#[test]
fn values_of_a_parameter_in_force_at_once() {
    check(
        &[("zz/parameters/wage.csv", "2020-01-01,2024-12-31", "2020-01-01,")],
        expect![[r#"
        zz/parameters/wage.csv:3:1: error: two values of `wage` for the place `2` are in force at once: from 2025-01-01 on and from 2020-01-01 on (zz/parameters/wage.csv)
          help: end the earlier one with `to`"#]],
    );
}

#[test]
fn overlays_that_replace_the_same_at_once() {
    let second = "[[overlay]]\nmodel = \"2024-07-01.md\"\nfrom = 2025-01-01\nplace = \"1\"\ninstrument = \"zz-no/notice\"\n\n[[overlay]]";
    check(
        &[(OVERLAY, "[[overlay]]", second)],
        expect![[r#"
        zz-no/programmes/permit/2024-07-01.md:7:23: error: `age_limit`: `zz-no/programmes/permit/2024-07-01.md` replaces `age_limit` for the same place at the same time
          help: end the earlier overlay with `to`"#]],
    );
}

// Sources and confidence.

#[test]
fn a_rule_without_source() {
    let model = zz::MODEL;
    check(
        &[
            (model, "instrument: zz/law\n", ""),
            (model, "[zz/law, art. 3]\n", ""),
            (model, "[zz/law, art. 10]\n", ""),
        ],
        expect![[r#"
            zz/programmes/permit/2024-01-01.md:50:3: error: `condition_record`, row `1`: the rule has no source
              help: cite the instrument in the section, as `[cn/instrument, article 3]`, or name it in the front matter: `instrument: …`
            zz/programmes/permit/2024-01-01.md:48:3: error: `condition_record`, row `default`: the rule has no source
              help: cite the instrument in the section, as `[cn/instrument, article 3]`, or name it in the front matter: `instrument: …`
            zz/programmes/permit/2024-01-01.md:101:26: error: `local_points`: the rule has no source
              help: cite the instrument in the section, as `[cn/instrument, article 3]`, or name it in the front matter: `instrument: …`"#]],
    );
}

#[test]
fn a_code_of_confidence_that_is_none() {
    check(
        &[(MODEL, "confidence: P", "confidence: Q")],
        expect![[r#"
        zz/programmes/permit/2024-01-01.md:5:13: error: `Q` is no code of confidence
          help: the codes are `S`, `P`, `P-`, `K` and `U`"#]],
    );
    check(
        &[(MODEL, "| row 2  | P-         |", "| row 2  | sure       |")],
        expect![[r#"
        zz/programmes/permit/2024-01-01.md:81:52: error: `degree_points`, row `2`, column `confidence`: `sure` is no code of confidence
          help: the codes are `S`, `P`, `P-`, `K` and `U`"#]],
    );
    check(
        &[("zz/instruments.toml", "confidence = \"S\"", "confidence = \"A\"")],
        expect![
            "zz/instruments.toml:8:14: error: `A` is no confidence code: write S, P, P-, K or U"
        ],
    );
}

// Points.

#[test]
fn a_table_of_points_without_default() {
    check(
        &[(MODEL, "| default |             | 0             | row 3  |            |\n", "")],
        expect![[r#"
            zz/programmes/permit/2024-01-01.md:74:31: error: `degree_points`: a table of points needs a row `default`
              help: without it, a person whom no row fits has no total: write `0` for none"#]],
    );
}

#[test]
fn a_row_above_the_cap() {
    check(
        &[(
            PROGRAMME,
            "decision = \"degree_points\"\ncap = 30",
            "decision = \"degree_points\"\ncap = 25",
        )],
        expect![[r#"
        zz/programmes/permit/2020-01-01.md:80:3: error: `degree_points`, row `1`: the row gives 30 points, the cap of `degree_points` in `zz/programmes/permit/programme.toml` is 25
        zz/programmes/permit/2024-01-01.md:80:3: error: `degree_points`, row `1`: the row gives 30 points, the cap of `degree_points` in `zz/programmes/permit/programme.toml` is 25"#]],
    );
}

#[test]
fn a_threshold_without_score() {
    check(
        &[(PROGRAMME, "score = \"points\"\n", "")],
        expect![[r#"
        zz/programmes/permit/programme.toml:75:11: error: a threshold needs a score
          help: name its decision: `score = "…"`"#]],
    );
}

// Levers.

#[test]
fn a_sub_score_that_is_a_factor_and_one_that_is_not_there() {
    let declared = "[[sub_score]]\ndecision = \"salary_points\"\n\n[[factor]]";
    check(
        &[(PROGRAMME, "[[factor]]", declared)],
        expect![[r#"
            zz/programmes/permit/programme.toml:55:12: error: `salary_points` is among the sub-scores already
              help: every factor is a sub-score: leave this table out"#]],
    );
    let declared = "[[sub_score]]\ndecision = \"salary_one\"\n\n[[factor]]";
    check(
        &[(PROGRAMME, "[[factor]]", declared)],
        expect![[r#"
            zz/programmes/permit/programme.toml:55:12: error: no version has a decision `salary_one`
              help: did you mean `salary_wan`?"#]],
    );
}

/// The fact behind the only number of the vocabulary that has a greatest value.
const SKILLS: &str = "[[fact]]\nname = \"skills\"";

#[test]
fn scales_and_values_that_make_no_sense() {
    let scale = |fact, value, max, step| {
        format!(
            "[[fact.scale]]\nfact = \"{fact}\"\nvalue = \"{value}\"\nmin = 0\nmax = {max}\n\
             step = {step}\n\n{SKILLS}"
        )
    };
    let fact = scale("degre", "none", 1, 1);
    let value = scale("degree", "nones", 1, 1);
    let empty = scale("degree", "none", 1, 0);
    let mut said = Vec::new();
    let evidence = "evidence = { zh = \"学位证书\"";
    let absent = format!("if_absent = \"bachelors\"\n{evidence}");
    for (old, new) in [(SKILLS, &fact), (SKILLS, &value), (SKILLS, &empty), (evidence, &absent)] {
        let problems =
            Library::load(&zz::edited(&[(FACTS, old, new), (CASES, "", "")])).unwrap_err();
        said.extend(problems.iter().map(ToString::to_string));
    }
    expect![[r#"
        zz/facts.toml:60:9: error: no fact `degre` stands before `language`
        zz/facts.toml:60:9: error: `nones` is no value of `degree`
        zz/facts.toml:60:9: error: the scale of `language` for `none` is empty
        zz/facts.toml:30:13: error: `bachelors` is no value of `degree`
          help: did you mean `bachelor`?"#]]
    .assert_eq(&said.join("\n"));
}

#[test]
fn a_lever_that_cannot_be_pulled() {
    check(
        &[(PROGRAMME, "fact = \"degree\"", "fact = \"age\"")],
        expect![[r#"
        zz/programmes/permit/programme.toml:96:8: error: `age` is not mutable, so that it cannot be improved
          help: leave this table out
        zz/programmes/permit/programme.toml:96:8: error: `age` cannot change in this way
          help: `choose` is for texts, yes or no and `place`, `raise` for numbers, `wait` for `on`"#]],
    );
    check(
        &[(PROGRAMME, "fact = \"language\"", "fact = \"langauge\"")],
        expect![[r#"
        zz/programmes/permit/programme.toml:88:8: error: no fact `langauge`
          help: did you mean `language`?"#]],
    );
    check(
        &[(PROGRAMME, "values = [\"nursing\"]", "values = [\"nurse\"]")],
        expect![[r#"
        zz/programmes/permit/programme.toml:110:11: error: `nurse` is no value of `skills`
          help: known are `welding`, `nursing`"#]],
    );
    check(
        &[(PROGRAMME, "step = 1\nlimit = 6\n", "step = 0\n")],
        expect![
            "zz/programmes/permit/programme.toml:88:8: error: `raise` of `language` needs `step` and `limit` above zero"
        ],
    );
    check(
        &[(PROGRAMME, "along = [\"years\", \"age\"]", "along = [\"yaers\", \"degree\"]")],
        expect![[r#"
        zz/programmes/permit/programme.toml:122:10: error: no fact `yaers`
          help: did you mean `years`?
        zz/programmes/permit/programme.toml:122:19: error: `degree` is of type `string`, not `number`"#]],
    );
}

// Layers.

#[test]
fn an_override_that_is_not_delegated() {
    check(
        &[(DELEGATION, "decision = \"age_limit\"", "decision = \"condition_age\"")],
        expect![[r#"
            zz-no/programmes/permit/2024-07-01.md:13:3: error: `age_limit`, row `1`: `age_limit` is not delegated, so that no local rule may replace it; it would decide on a person with highest degree: Doctorate
              help: delegated are `condition_age`, `local_points`"#]],
    );
}

#[test]
fn an_override_that_is_not_delegated_to_this_level() {
    check(
        &[(DELEGATION, "[\"province\", \"city\"]", "[\"city\"]")],
        expect![[r#"
        zz-no/programmes/permit/2024-07-01.md:13:3: error: `age_limit`, row `1`: `age_limit` is not delegated to a province; it would decide on a person with highest degree: Doctorate
          help: it is delegated to: city"#]],
    );
}

#[test]
fn an_override_of_another_type() {
    check(
        &[
            (LOCAL, "→ age_limit: number", "→ age_limit: string"),
            (LOCAL, "| 70  ", "| \"70\""),
            (LOCAL, "| 65  ", "| \"65\""),
            (LOCAL, "| 60  ", "| \"60\""),
        ],
        expect![
            "zz-no/programmes/permit/2024-07-01.md:7:34: error: `age_limit`: the type of `age_limit` is `string`, in the national document it is `number`"
        ],
    );
}

#[test]
fn an_override_outside_the_band() {
    check(
        &[(LOCAL, "| 70  ", "| 75  ")],
        expect![[r#"
        zz-no/programmes/permit/2024-07-01.md:13:3: error: `age_limit`, row `1`: 75 lies outside the band `[60..70]`; it would decide on a person with highest degree: Doctorate
          help: `zz/delegation.toml` delegates it within `[60..70]`; give constants that lie there"#]],
    );
    check(
        &[(
            LOCAL,
            "| default |             |                              | 60  ",
            "| default |             |                              | 59.5",
        )],
        expect![[r#"
            zz-no/programmes/permit/2024-07-01.md:7:23: error: `age_limit`: 59.5 lies outside the band `[60..70]`; it would decide on a person whom no row fits
              help: `zz/delegation.toml` delegates it within `[60..70]`; give constants that lie there"#]],
    );
}

#[test]
fn an_override_that_cannot_be_shown_to_stay_inside() {
    check(
        &[(LOCAL, "| 70        |", "| 60 + years |")],
        expect![[r#"
        zz-no/programmes/permit/2024-07-01.md:13:3: error: `age_limit`, row `1`: `age_limit` cannot be shown to stay in the band `[60..70]`: `60 + years` is not a constant; it would decide on a person with highest degree: Doctorate
          help: `zz/delegation.toml` delegates it within `[60..70]`; give constants that lie there"#]],
    );
    check(
        &[(LOCAL, "| F       |", "| C+      |")],
        expect![
            "zz-no/programmes/permit/2024-07-01.md:7:23: error: `age_limit`: `age_limit` cannot be shown to stay in the band `[60..70]`: its hit policy puts several results together"
        ],
    );
}

#[test]
fn an_override_without_the_default() {
    check(
        &[(
            LOCAL,
            "| default |             |                              | 60        | (3)    |\n",
            "",
        )],
        expect![[r#"
        zz-no/programmes/permit/2024-07-01.md:7:23: error: `age_limit`: `age_limit` has a default in the national document, here it has none
          help: add a row `default`"#]],
    );
}

#[test]
fn a_delegation_of_what_is_not_there() {
    check(
        &[(DELEGATION, "decision = \"local_points\"", "decision = \"locl_points\"")],
        expect![[r#"
        zz/delegation.toml:12:12: error: no version has a decision `locl_points`
          help: did you mean `local_points`?"#]],
    );
    check(
        &[(DELEGATION, "programme = \"permit\"", "programme = \"pemit\"")],
        expect![[r#"
        zz/delegation.toml:2:13: error: no programme `pemit`
          help: did you mean `permit`?
        zz-no/programmes/permit/2024-07-01.md:13:3: error: `age_limit`, row `1`: `age_limit` is not delegated, so that no local rule may replace it; it would decide on a person with highest degree: Doctorate
          help: delegated are `local_points`"#]],
    );
    check(
        &[(DELEGATION, "name = \"wage\"", "name = \"wages\"")],
        expect![[r#"
        zz-no/parameters/wage.csv:1:1: error: the parameter `wage` is not delegated to a province
          help: the national pack may delegate it: `[[delegable_parameter]]` in `zz/delegation.toml`
        zz/delegation.toml:20:8: error: no parameter `wages`
          help: did you mean `wage`?"#]],
    );
    check(
        &[(DELEGATION, "[60..70]", "[60..")],
        expect![[r#"
        zz/delegation.toml:5:8: error: the band `[60..` cannot be read
          help: write FEEL unary tests, as `[60..70]`"#]],
    );
}

#[test]
fn a_parameter_that_is_not_delegated_and_one_of_another_area() {
    check(
        &[(
            DELEGATION,
            "[[delegable_parameter]]\nname = \"wage\"\nlevels = [\"province\", \"city\"]\n",
            "",
        )],
        expect![[r#"
        zz-no/parameters/wage.csv:1:1: error: the parameter `wage` is not delegated to a province
          help: the national pack may delegate it: `[[delegable_parameter]]` in `zz/delegation.toml`"#]],
    );
    check(
        &[("zz-no/parameters/wage.csv", "\n11,", "\n3,")],
        expect![
            "zz-no/parameters/wage.csv:3:1: error: the place `3` does not lie in the pack's area `1`"
        ],
    );
    check(
        &[(OVERLAY, "place = \"1\"", "place = \"2\"")],
        expect![
            "zz-no/programmes/permit/overlay.toml:4:9: error: the place `2` does not lie in the pack's area `1`"
        ],
    );
}

#[test]
fn what_belongs_to_the_national_pack() {
    check(
        &[("zz-no/facts.toml", "", "")],
        expect!["zz-no/facts.toml: error: `facts.toml` belongs to the national pack"],
    );
    check(
        &[("zz-no/programmes/fishing/overlay.toml", "", "")],
        expect![[r#"
        zz-no/programmes/fishing/overlay.toml: error: no programme `zz/fishing`
          help: known are `zz/card`, `zz/permit`"#]],
    );
}

// Worked cases.

#[test]
fn a_case_that_cannot_be_read() {
    check(
        &[(CASES, "degree = \"bachelor\"", "degre = \"bachelor\"")],
        expect![[r#"
        zz/programmes/permit/tests/cases.toml:6:21: error: no fact `degre`
          help: did you mean `degree`?
        zz/programmes/permit/tests/cases.toml:21:10: error: `degree` is not set, so that it cannot be unset"#]],
    );
    check(
        &[(CASES, "age = 30", "age = -1")],
        expect![[r#"
        zz/programmes/permit/tests/cases.toml:6:17: error: `age`: -1 is too small
          help: it lies between 0 and 120"#]],
    );
    check(
        &[(CASES, "salary = 300000", "salary = \"300000\"")],
        expect![
            "zz/programmes/permit/tests/cases.toml:6:51: error: `salary`: a number, without quotes, is wanted, a text was given"
        ],
    );
    check(
        &[(CASES, "based_on = \"bachelor, 30\"", "based_on = \"bachelor, 31\"")],
        expect![[r#"
        zz/programmes/permit/tests/cases.toml:17:12: error: no case `bachelor, 31` in this file
          help: did you mean `bachelor, 30`?"#]],
    );
    check(
        &[(CASES, "based_on = \"bachelor, 30\"", "based_on = \"the same in 2019\"")],
        expect![[""]],
    );
    check(
        &[
            (CASES, "based_on = \"bachelor, 30\"", "based_on = \"the same in 2019\""),
            (CASES, "based_on = \"bachelor, 30\"", "based_on = \"the same without degree\""),
        ],
        expect![[r#"
            zz/programmes/permit/tests/cases.toml:29:12: error: the case `the same without degree` is based on itself
            zz/programmes/permit/tests/cases.toml:17:12: error: the case `the same in 2019` is based on itself"#]],
    );
    check(
        &[(CASES, "unset = [\"degree\"]", "unset = [\"started\"]")],
        expect![
            "zz/programmes/permit/tests/cases.toml:21:10: error: `started` is not set, so that it cannot be unset"
        ],
    );
    check(
        &[(CASES, "[case.expect]\noutcome = \"B\"", "[case.expect]\noutcom = \"B\"")],
        expect![
            "zz/programmes/permit/tests/cases.toml:9:1: error: unknown field `outcom`, expected one of `outcome`, `eligible`, `score`, `sub_scores`, `missing`, `error`"
        ],
    );
}

#[test]
fn an_expectation_that_nothing_can_meet() {
    check(
        &[
            (CASES, "outcome = \"B\"", "outcome = \"Bee\""),
            (CASES, "missing = [\"degree\"]", "missing = [\"degre\"]"),
            (CASES, "error = \"no-version\"", "error = \"no-versions\""),
            (CASES, "place = \"1\"", "place = \"7\""),
        ],
        expect![[r#"
            zz/programmes/permit/tests/cases.toml:2:8: error: no outcome `Bee`
              help: known are `A`, `B`, `none`, `undecided`
            zz/programmes/permit/tests/cases.toml:2:8: error: no place `7`
              help: known are `0`, `1`, `11`, `2`, `3`
            zz/programmes/permit/tests/cases.toml:16:8: error: no fact `degre`
              help: did you mean `degree`?
            zz/programmes/permit/tests/cases.toml:28:8: error: no kind of error `no-versions`
              help: did you mean `no-version`?"#]],
    );
}

#[test]
fn a_library_is_shared_between_threads() {
    fn check<T: Send + Sync>(_: &T) {}
    check(&zz::load(&zz::files()));
}

// Hostile packs.

#[test]
fn hostile_packs_end_with_an_error() {
    let parentheses = format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000));
    let files = zz::edited(&[(MODEL, "2 * language", &parentheses)]);
    assert!(Library::load(&files).is_err());
    let chain: String =
        (0..50_000).map(|i| format!("[[fact]]\nname = \"f{i}\"\nmatter = \"nothing\"\n")).collect();
    let problems = Library::load(&zz::edited(&[(FACTS, "", &chain)])).unwrap_err();
    assert!(problems.len() <= 1_000);
    let deep = format!("x = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(Library::load(&zz::edited(&[(FACTS, "", &deep)])).is_err());
    let places: String = (1..20_000).map(|i| format!("{i},{},某地,Place {i}\n", i - 1)).collect();
    let places = format!("code,parent,title_zh,title_en\n0,,某国,Zetland\n{places}");
    assert!(Library::load(&zz::edited(&[("zz/places.csv", "", &places)])).is_err());
}

#[test]
fn rules_that_never_end_are_stopped() {
    let function = "## 函数 / Function → f(x: number): number\n\n```feel\nif x < 0 then 0 else f(x + 1)\n```\n\n";
    let heading = "## 语言积分 / Points for language";
    let files = zz::edited(&[
        (MODEL, "2 * language", "f(language)"),
        (MODEL, heading, &format!("{function}{heading}")),
    ]);
    let said = match Library::load(&files) {
        Err(problems) => problems[0].message.clone(),
        Ok(library) => zz::assess_at(&library, "zz/permit", zz::PERSON, "2025-06-01", "1", false)
            .map(|assessment| format!("{:?}", assessment.outcome))
            .unwrap_or_else(|error| error.to_string()),
    };
    expect!["the rules ask for more work than is allowed: the evaluation is nested deeper than is allowed"].assert_eq(&said);
    let files = zz::edited(&[(MODEL, "2 * language", "sum(for i in 1..1000000000 return i)")]);
    let library = zz::load(&files);
    let error =
        zz::assess_at(&library, "zz/permit", zz::PERSON, "2025-06-01", "1", false).unwrap_err();
    expect!["limit: the rules ask for more work than is allowed: the evaluation makes a larger list or text than is allowed"].assert_eq(&format!("{}: {error}", error.code()));
}

#[test]
fn a_case_that_does_not_pass_says_what_differs() {
    let files = zz::edited(&[
        (
            CASES,
            "outcome = \"B\"\neligible = true\nscore = 55",
            "outcome = \"A\"\neligible = false\nscore = 56",
        ),
        (CASES, "salary_points = 20", "salary_points = 30, salry_points = 1"),
        (CASES, "missing = [\"degree\"]", "missing = [\"age\"]"),
        (CASES, "error = \"no-version\"", "outcome = \"B\""),
    ]);
    let results: Vec<String> =
        zz::load(&files).run_cases(Some("zz/permit")).iter().map(ToString::to_string).collect();
    expect![[r#"
        zz/programmes/permit/tests/cases.toml:2: FAILED: bachelor, 30
          outcome: expected A, got B
          eligible: expected false, got true
          score: expected 56, got 55
          sub_scores.salary_points: expected 30, got 20
          sub_scores.salry_points: expected 1, got no such decision; did you mean `salary_points`?
        zz/programmes/permit/tests/cases.toml:16: FAILED: the same without degree
          missing: expected age, got degree
        zz/programmes/permit/tests/cases.toml:28: FAILED: the same in 2019
          error: expected none, got no-version: on 31 December 2019 no rules of “Work permit” are in force in North; there are rules from 1 January 2020 to 31 December 2023 (everywhere); from 1 January 2024 on (everywhere)"#]].assert_eq(&results.join("\n"));
}
