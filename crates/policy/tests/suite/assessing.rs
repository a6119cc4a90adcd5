//! What an assessment says, line by line, in both languages.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use policy::assessment::{
    Assessment, Figure, Language, MissingKind, Outcome, Reason, Source, Tristate,
};

use crate::zz;

fn state(state: Tristate) -> &'static str {
    match state {
        Tristate::Yes => "yes",
        Tristate::No => "no",
        Tristate::Unknown => "unknown",
    }
}

fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Decided(outcome) => outcome.value.to_string(),
        Outcome::Undecided(possible) => {
            let possible: Vec<&str> = possible.iter().map(|outcome| &*outcome.value).collect();
            format!("undecided: {}", possible.join(" or "))
        }
    }
}

fn figure(figure: Figure) -> String {
    match figure {
        Figure::Exactly(number) => number.to_string(),
        Figure::Between(low, high) => format!("{low} to {high}"),
        Figure::Unknown => "unknown".to_owned(),
    }
}

fn source(source: Option<&Source>) -> String {
    source.map_or_else(
        || "no source".to_owned(),
        |source| format!("{} {} {}", source.instrument, source.item, source.confidence.code()),
    )
}

fn reason(out: &mut String, mark: &str, reason: &Reason, language: Language) {
    let row = reason.row.as_ref().map_or("expression", |row| row.id.as_str());
    let law = source(reason.source.as_ref());
    let text = language.of(&reason.text);
    writeln!(out, "  {mark} {} {row} → {}: {text} [{law}]", reason.decision, reason.output)
        .unwrap();
    for cell in &reason.cells {
        let (label, value) = (language.of(&cell.label), language.of(&cell.value));
        let words = language.of(&cell.words);
        writeln!(out, "      {label} = {value}; {words} ({})", state(cell.state)).unwrap();
    }
}

/// An assessment as text.
fn describe(assessment: &Assessment, language: Language) -> String {
    let mut out = String::new();
    let eligible = state(assessment.eligible);
    let score = assessment.score.map(figure).unwrap_or_default();
    let cap = assessment.score_cap.map(|cap| cap.to_string()).unwrap_or_default();
    let result = outcome(&assessment.outcome);
    writeln!(out, "{result}, eligible {eligible}, {score} of {cap} points").unwrap();
    for version in &assessment.versions {
        writeln!(out, "rules {} [{}]", version.file, source(Some(&version.source))).unwrap();
    }
    let routes =
        assessment.routes.iter().map(|route| (route.outcome.value.to_string(), &route.line));
    let conditions = assessment.conditions.iter().map(|line| ("condition".to_owned(), line));
    for (kind, line) in conditions.chain(routes) {
        let title = language.of(&line.title);
        let missing = line.missing.join(", ");
        writeln!(out, "{kind} {title}: {} {missing}", state(line.state)).unwrap();
        line.reasons.iter().for_each(|r| reason(&mut out, "+", r, language));
        line.why_not.iter().for_each(|r| reason(&mut out, "-", r, language));
    }
    for factor in &assessment.factors {
        let title = language.of(&factor.title);
        let missing = factor.missing.join(", ");
        let points = figure(factor.points);
        writeln!(out, "factor {title}: {points} of {} {missing}", factor.cap).unwrap();
        factor.reasons.iter().for_each(|r| reason(&mut out, "+", r, language));
        factor.why_not.iter().for_each(|r| reason(&mut out, "-", r, language));
    }
    for notice in &assessment.notices {
        writeln!(out, "notice {}", language.of(notice)).unwrap();
    }
    for missing in &assessment.missing {
        let needed: Vec<&str> = missing.needed_for.iter().map(|title| language.of(title)).collect();
        let kind = match missing.kind {
            MissingKind::Fact => "fact",
            MissingKind::Parameter => "parameter",
        };
        let help = missing.help.as_ref().map(|help| language.of(help)).unwrap_or_default();
        let label = language.of(&missing.label);
        writeln!(out, "missing {kind} {} ({label}) for {} {help}", missing.name, needed.join(", "))
            .unwrap();
    }
    if !assessment.unneeded.is_empty() {
        writeln!(out, "unneeded {}", assessment.unneeded.join(", ")).unwrap();
    }
    for flag in &assessment.flags {
        let title = language.of(&flag.title);
        writeln!(out, "flag {title} [{}]", source(Some(&flag.source))).unwrap();
    }
    for fact in &assessment.facts {
        let law = fact.source.as_ref().map(|law| format!(" [{}]", source(Some(law))));
        let (label, value) = (language.of(&fact.label), language.of(&fact.value));
        writeln!(out, "fact {label}: {value}{}", law.unwrap_or_default()).unwrap();
    }
    out
}

#[track_caller]
fn check_in(json: &str, on: &str, place: &str, language: Language, expected: Expect) {
    let library = zz::load(&zz::files());
    let said = match zz::assess_at(&library, "zz/permit", json, on, place, false) {
        Ok(assessment) => describe(&assessment, language),
        Err(error) => {
            let (message, help) = (error.message(), error.help().unwrap_or_default());
            format!("{}: {}; {}\n", error.code(), language.of(&message), language.of(&help))
        }
    };
    expected.assert_eq(&said);
}

#[track_caller]
fn check(json: &str, expected: Expect) {
    check_in(json, "2025-06-01", "1", Language::En, expected);
}

#[test]
fn a_person_of_category_b() {
    check(
        zz::PERSON,
        expect![[r#"
            B, eligible yes, 55 of 112 points
            rules zz/programmes/permit/2024-01-01.md [zz/measures  P]
            rules zz-no/programmes/permit/2024-07-01.md [zz-no/notice  P-]
            condition Age: yes 
              + condition_age expression → true: age: at least 18 years, and age: at most Age limit = 65 years [zz/law art. 2 P]
                  age = 30 years; at least 18 years (yes)
                  age = 30 years; at most Age limit = 65 years (yes)
              + age_limit 2 → 65: skills: includes Welding [zz-no/notice art. 1, (2) P-]
                  skills = Welding; includes Welding (yes)
            condition Record: yes 
              + condition_record 1 → true: clean record: yes [zz/law art. 3, (1) S]
                  clean record = yes; yes (yes)
            A Points for A: no 
              - route_a_points expression → false: Total: at least 70 [zz/measures art. 5 P]
                  Total = 55; at least 70 (no)
            A High pay: no 
              - route_a_pay 1 → true: annual salary is 300,000 dollars (required: at least 6 × average wage = 720,000 dollars) [zz/measures art. 7, (1) P]
                  annual salary = 300,000 dollars; at least 6 × average wage = 720,000 dollars (no)
            B Points for B: yes 
              + route_b_points expression → true: Total: at least 50 [zz/measures art. 6 P]
                  Total = 55; at least 50 (yes)
            factor Points for salary: 20 of 40 
              + salary_points 3 → 20: Salary in 10,000: at least 20 and less than 40 [zz/measures item 1, row 3 P]
                  Salary in 10,000 = 30; at least 20 and less than 40 (yes)
              - salary_points 2 → 30: Salary in 10,000 is 30 (required: at least 40 and less than 60) [zz/measures item 1, row 2 P]
                  Salary in 10,000 = 30; at least 40 and less than 60 (no)
              - salary_points 1 → 40: salary of 600,000 up [zz/measures item 1, row 1 P]
                  Salary in 10,000 = 30; at least 60 (no)
            factor Points for degree: 20 of 30 
              + degree_points 2 → 20: highest degree: Bachelor [zz/measures item 2, row 2 P-]
                  highest degree = Bachelor; Bachelor (yes)
              - degree_points 1 → 30: highest degree is Bachelor (required: Doctorate) [zz/measures item 2, row 1 P]
                  highest degree = Bachelor; Doctorate (no)
            factor Points for language: 2 of 12 
              + language_points expression → 2: 2 * language [zz/measures item 3 P]
                  language level = 1;  (yes)
            factor Points for experience: 13 of 20 
              + experience_points 2 → 13: years of work: at least 2 years and less than 5 years; skills: does not include Nursing [zz/measures item 4, row 2 P]
                  years of work = 3 years; at least 2 years and less than 5 years (yes)
                  skills = Welding; does not include Nursing (yes)
              - experience_points 1 → 15: years of work is 3 years (required: at least 5 years) [zz/measures item 4, row 1 P]
                  years of work = 3 years; at least 5 years (no)
              - experience_points 3 → 20: skills is Welding (required: includes Nursing) [zz/measures item 4, row 3 P]
                  skills = Welding; includes Nursing (no)
            factor Local points: 0 of 10 
              + local_points expression → 0: 0 [zz/law art. 10 P]
            flag Points for degree [zz/measures item 2, row 2 P-]
            flag Age limit [zz-no/notice art. 1, (2) P-]
            fact age: 30 years
            fact highest degree: Bachelor
            fact language level: 1
            fact skills: Welding
            fact clean record: yes
            fact annual salary: 300,000 dollars
            fact years of work: 3 years
            fact Average wage of North, 2023: 120,000 [zz-no/notice p. 1 P]
        "#]],
    );
}

#[test]
fn the_same_in_chinese() {
    check_in(
        zz::PERSON,
        "2025-06-01",
        "1",
        Language::Zh,
        expect![[r#"
            B, eligible yes, 55 of 112 points
            rules zz/programmes/permit/2024-01-01.md [zz/measures  P]
            rules zz-no/programmes/permit/2024-07-01.md [zz-no/notice  P-]
            condition 年龄条件: yes 
              + condition_age expression → true: 年龄：不低于 18 岁，且年龄：不高于年龄上限 = 65 岁 [zz/law art. 2 P]
                  年龄 = 30 岁; 不低于 18 岁 (yes)
                  年龄 = 30 岁; 不高于年龄上限 = 65 岁 (yes)
              + age_limit 2 → 65: 技能：包含焊接 [zz-no/notice art. 1, (2) P-]
                  技能 = 焊接; 包含焊接 (yes)
            condition 记录条件: yes 
              + condition_record 1 → true: 无犯罪记录：是 [zz/law art. 3, (1) S]
                  无犯罪记录 = 是; 是 (yes)
            A 积分达到A类: no 
              - route_a_points expression → false: 总分：不低于 70 [zz/measures art. 5 P]
                  总分 = 55; 不低于 70 (no)
            A 高薪: no 
              - route_a_pay 1 → true: 年薪为 300,000 元（要求：不低于 6 × 平均工资 = 720,000 元） [zz/measures art. 7, (1) P]
                  年薪 = 300,000 元; 不低于 6 × 平均工资 = 720,000 元 (no)
            B 积分达到B类: yes 
              + route_b_points expression → true: 总分：不低于 50 [zz/measures art. 6 P]
                  总分 = 55; 不低于 50 (yes)
            factor 年薪积分: 20 of 40 
              + salary_points 3 → 20: 年薪（万元）：不低于 20 且低于 40 [zz/measures item 1, row 3 P]
                  年薪（万元） = 30; 不低于 20 且低于 40 (yes)
              - salary_points 2 → 30: 年薪（万元）为 30（要求：不低于 40 且低于 60） [zz/measures item 1, row 2 P]
                  年薪（万元） = 30; 不低于 40 且低于 60 (no)
              - salary_points 1 → 40: 年薪60万元以上 [zz/measures item 1, row 1 P]
                  年薪（万元） = 30; 不低于 60 (no)
            factor 学历积分: 20 of 30 
              + degree_points 2 → 20: 最高学历：学士 [zz/measures item 2, row 2 P-]
                  最高学历 = 学士; 学士 (yes)
              - degree_points 1 → 30: 最高学历为学士（要求：博士） [zz/measures item 2, row 1 P]
                  最高学历 = 学士; 博士 (no)
            factor 语言积分: 2 of 12 
              + language_points expression → 2: 2 * language [zz/measures item 3 P]
                  语言等级 = 1;  (yes)
            factor 年限积分: 13 of 20 
              + experience_points 2 → 13: 工作年限：不低于 2 年且低于 5 年；技能：不包含护理 [zz/measures item 4, row 2 P]
                  工作年限 = 3 年; 不低于 2 年且低于 5 年 (yes)
                  技能 = 焊接; 不包含护理 (yes)
              - experience_points 1 → 15: 工作年限为 3 年（要求：不低于 5 年） [zz/measures item 4, row 1 P]
                  工作年限 = 3 年; 不低于 5 年 (no)
              - experience_points 3 → 20: 技能为焊接（要求：包含护理） [zz/measures item 4, row 3 P]
                  技能 = 焊接; 包含护理 (no)
            factor 地方积分: 0 of 10 
              + local_points expression → 0: 0 [zz/law art. 10 P]
            flag 学历积分 [zz/measures item 2, row 2 P-]
            flag 年龄上限 [zz-no/notice art. 1, (2) P-]
            fact 年龄: 30 岁
            fact 最高学历: 学士
            fact 语言等级: 1
            fact 技能: 焊接
            fact 无犯罪记录: 是
            fact 年薪: 300,000 元
            fact 工作年限: 3 年
            fact 北省2023年平均工资: 120,000 [zz-no/notice p. 1 P]
        "#]],
    );
}

#[test]
fn nothing_is_known() {
    check(
        "{}",
        expect![[r#"
            undecided: A or B or none, eligible unknown, 0 to 102 of 112 points
            rules zz/programmes/permit/2024-01-01.md [zz/measures  P]
            rules zz-no/programmes/permit/2024-07-01.md [zz-no/notice  P-]
            condition Age: unknown age, degree, skills
              - condition_age expression → : age: at least 18 years, and age: at most Age limit [zz/law art. 2 P]
                  age = not given; at least 18 years (unknown)
                  age = not given; at most Age limit (unknown)
            condition Record: unknown clean_record
              - condition_record 1 → true: clean record is not given (required: yes) [zz/law art. 3, (1) S]
                  clean record = not given; yes (unknown)
            A Points for A: unknown degree, language, salary, skills, years
              - route_a_points expression → : Total: at least 70 [zz/measures art. 5 P]
                  Total = 0 to 102; at least 70 (unknown)
            A High pay: unknown salary
              - route_a_pay 1 → true: annual salary is not given (required: at least 6 × average wage = 720,000 dollars) [zz/measures art. 7, (1) P]
                  annual salary = not given; at least 6 × average wage = 720,000 dollars (unknown)
            B Points for B: unknown degree, language, salary, skills, years
              - route_b_points expression → : Total: at least 50 [zz/measures art. 6 P]
                  Total = 0 to 102; at least 50 (unknown)
            factor Points for salary: 0 to 40 of 40 salary
            factor Points for degree: 0 to 30 of 30 degree
            factor Points for language: 0 to 12 of 12 language
            factor Points for experience: 0 to 20 of 20 skills, years
            factor Local points: 0 of 10 
              + local_points expression → 0: 0 [zz/law art. 10 P]
            missing fact age (age) for Age 
            missing fact degree (highest degree) for Age, Points for A, Points for B, Points for degree 
            missing fact language (language level) for Points for A, Points for B, Points for language 
            missing fact skills (skills) for Age, Points for A, Points for B, Points for experience 
            missing fact clean_record (clean record) for Record 
            missing fact salary (annual salary) for Points for A, High pay, Points for B, Points for salary 
            missing fact years (years of work) for Points for A, Points for B, Points for experience 
            fact Average wage of North, 2023: 120,000 [zz-no/notice p. 1 P]
        "#]],
    );
}

#[test]
fn a_missing_fact_that_does_not_matter() {
    let json = r#"{"age": 30, "degree": "doctorate", "salary": 900000, "skills": [],
                   "clean_record": true, "years": 9}"#;
    check(
        json,
        expect![[r#"
            A, eligible yes, 85 to 97 of 112 points
            rules zz/programmes/permit/2024-01-01.md [zz/measures  P]
            rules zz-no/programmes/permit/2024-07-01.md [zz-no/notice  P-]
            condition Age: yes 
              + condition_age expression → true: age: at least 18 years, and age: at most Age limit = 70 years [zz/law art. 2 P]
                  age = 30 years; at least 18 years (yes)
                  age = 30 years; at most Age limit = 70 years (yes)
              + age_limit 1 → 70: highest degree: Doctorate [zz-no/notice art. 1, (1) P-]
                  highest degree = Doctorate; Doctorate (yes)
            condition Record: yes 
              + condition_record 1 → true: clean record: yes [zz/law art. 3, (1) S]
                  clean record = yes; yes (yes)
            A Points for A: yes 
              + route_a_points expression → true: Total: at least 70 [zz/measures art. 5 P]
                  Total = 85 to 97; at least 70 (yes)
            A High pay: yes 
              + route_a_pay 1 → true: annual salary: at least 6 × average wage = 720,000 dollars [zz/measures art. 7, (1) P]
                  annual salary = 900,000 dollars; at least 6 × average wage = 720,000 dollars (yes)
            B Points for B: yes 
              + route_b_points expression → true: Total: at least 50 [zz/measures art. 6 P]
                  Total = 85 to 97; at least 50 (yes)
            factor Points for salary: 40 of 40 
              + salary_points 1 → 40: salary of 600,000 up [zz/measures item 1, row 1 P]
                  Salary in 10,000 = 90; at least 60 (yes)
            factor Points for degree: 30 of 30 
              + degree_points 1 → 30: highest degree: Doctorate [zz/measures item 2, row 1 P]
                  highest degree = Doctorate; Doctorate (yes)
            factor Points for language: 0 to 12 of 12 language
            factor Points for experience: 15 of 20 
              + experience_points 1 → 15: years of work: at least 5 years; skills: does not include Nursing [zz/measures item 4, row 1 P]
                  years of work = 9 years; at least 5 years (yes)
                  skills = none; does not include Nursing (yes)
              - experience_points 3 → 20: skills is none (required: includes Nursing) [zz/measures item 4, row 3 P]
                  skills = none; includes Nursing (no)
            factor Local points: 0 of 10 
              + local_points expression → 0: 0 [zz/law art. 10 P]
            unneeded language
            flag Age limit [zz-no/notice art. 1, (1) P-]
            fact age: 30 years
            fact highest degree: Doctorate
            fact skills: none
            fact clean record: yes
            fact annual salary: 900,000 dollars
            fact years of work: 9 years
            fact Average wage of North, 2023: 120,000 [zz-no/notice p. 1 P]
        "#]],
    );
}

#[test]
fn a_condition_that_is_not_met() {
    let json = r#"{"age": 17, "degree": "none", "salary": 0, "language": 0, "skills": [],
                   "clean_record": false, "years": 0}"#;
    check(
        json,
        expect![[r#"
            none, eligible no, 0 of 112 points
            rules zz/programmes/permit/2024-01-01.md [zz/measures  P]
            rules zz-no/programmes/permit/2024-07-01.md [zz-no/notice  P-]
            condition Age: no 
              - condition_age expression → false: age: at least 18 years, and age: at most Age limit = 60 years [zz/law art. 2 P]
                  age = 17 years; at least 18 years (no)
                  age = 17 years; at most Age limit = 60 years (yes)
              - age_limit default → 60: none of the rows above applies [zz-no/notice art. 1, (3) P-]
            condition Record: no 
              - condition_record 1 → true: clean record is no (required: yes) [zz/law art. 3, (1) S]
                  clean record = no; yes (no)
            A Points for A: no 
              - route_a_points expression → false: Total: at least 70 [zz/measures art. 5 P]
                  Total = 0; at least 70 (no)
            A High pay: no 
              - route_a_pay 1 → true: annual salary is 0 dollars (required: at least 6 × average wage = 720,000 dollars) [zz/measures art. 7, (1) P]
                  annual salary = 0 dollars; at least 6 × average wage = 720,000 dollars (no)
            B Points for B: no 
              - route_b_points expression → false: Total: at least 50 [zz/measures art. 6 P]
                  Total = 0; at least 50 (no)
            factor Points for salary: 0 of 40 
              + salary_points default → 0: none of the rows above applies [zz/measures item 1, row 4 P]
              - salary_points 3 → 20: Salary in 10,000 is 0 (required: at least 20 and less than 40) [zz/measures item 1, row 3 P]
                  Salary in 10,000 = 0; at least 20 and less than 40 (no)
              - salary_points 2 → 30: Salary in 10,000 is 0 (required: at least 40 and less than 60) [zz/measures item 1, row 2 P]
                  Salary in 10,000 = 0; at least 40 and less than 60 (no)
              - salary_points 1 → 40: salary of 600,000 up [zz/measures item 1, row 1 P]
                  Salary in 10,000 = 0; at least 60 (no)
            factor Points for degree: 0 of 30 
              + degree_points default → 0: none of the rows above applies [zz/measures item 2, row 3 P]
              - degree_points 2 → 20: highest degree is None (required: Bachelor) [zz/measures item 2, row 2 P-]
                  highest degree = None; Bachelor (no)
              - degree_points 1 → 30: highest degree is None (required: Doctorate) [zz/measures item 2, row 1 P]
                  highest degree = None; Doctorate (no)
            factor Points for language: 0 of 12 
              + language_points expression → 0: 2 * language [zz/measures item 3 P]
                  language level = 0;  (yes)
            factor Points for experience: 0 of 20 
              + experience_points default → 0: none of the rows above applies [zz/measures item 4, row 4 P]
              - experience_points 2 → 13: years of work is 0 years (required: at least 2 years and less than 5 years) [zz/measures item 4, row 2 P]
                  years of work = 0 years; at least 2 years and less than 5 years (no)
              - experience_points 1 → 15: years of work is 0 years (required: at least 5 years) [zz/measures item 4, row 1 P]
                  years of work = 0 years; at least 5 years (no)
              - experience_points 3 → 20: skills is none (required: includes Nursing) [zz/measures item 4, row 3 P]
                  skills = none; includes Nursing (no)
            factor Local points: 0 of 10 
              + local_points expression → 0: 0 [zz/law art. 10 P]
            flag Age limit [zz-no/notice art. 1, (3) P-]
            fact age: 17 years
            fact highest degree: None
            fact language level: 0
            fact skills: none
            fact clean record: no
            fact annual salary: 0 dollars
            fact years of work: 0 years
            fact Average wage of North, 2023: 120,000 [zz-no/notice p. 1 P]
        "#]],
    );
}

#[test]
fn local_rules_count_only_where_and_when_they_are_in_force() {
    let json = r#"{"age": 66, "degree": "doctorate", "salary": 900000, "language": 0, "skills": [],
                   "clean_record": true, "years": 9}"#;
    let library = zz::load(&zz::files());
    let category = |on, place| {
        let assessment = zz::assess_at(&library, "zz/permit", json, on, place, false).unwrap();
        outcome(&assessment.outcome)
    };
    // The age limit is 65 in the country, 70 in the North since July 2024.
    let found = [
        category("2024-06-30", "1"),
        category("2024-07-01", "1"),
        category("2024-07-01", "11"),
        category("2024-07-01", "Northtown"),
        category("2024-07-01", "zz-no"),
        category("2024-07-01", "2"),
    ];
    expect![[r#"
        none
        A
        A
        A
        A
        none"#]]
    .assert_eq(&found.join("\n"));
}

#[test]
fn parameters_are_those_of_the_nearest_place_and_of_the_day() {
    let json = r#"{"age": 30, "degree": "none", "salary": 700000, "language": 0, "skills": [],
                   "clean_record": true, "years": 0}"#;
    let library = zz::load(&zz::files());
    let wage = |on, place| {
        let assessment = zz::assess_at(&library, "zz/permit", json, on, place, false).unwrap();
        let line = assessment.facts.iter().find(|fact| &*fact.name == "wage");
        let wage = line.map_or_else(|| "unknown".to_owned(), |line| line.value.en.clone());
        format!("{on} {place}: {wage}, {}", outcome(&assessment.outcome))
    };
    let found = [
        wage("2024-06-30", "11"),
        wage("2025-06-30", "11"),
        wage("2025-07-01", "11"),
        wage("2024-12-31", "2"),
        wage("2025-01-01", "2"),
        wage("2025-01-01", "3"),
    ];
    expect![[r#"
        2024-06-30 11: unknown, undecided: A or none
        2025-06-30 11: 120,000, none
        2025-07-01 11: 150,000, none
        2024-12-31 2: 100,000, A
        2025-01-01 2: 110,000.5, A
        2025-01-01 3: unknown, undecided: A or none"#]]
    .assert_eq(&found.join("\n"));
}

#[test]
fn a_missing_parameter() {
    let json = r#"{"age": 30, "degree": "none", "salary": 700000, "language": 0, "skills": [],
                   "clean_record": true, "years": 0}"#;
    check_in(
        json,
        "2025-06-01",
        "3",
        Language::En,
        expect![[r#"
            undecided: A or none, eligible yes, 40 of 112 points
            rules zz/programmes/permit/2024-01-01.md [zz/measures  P]
            condition Age: yes 
              + condition_age expression → true: age: at least 18 years, and age: at most Age limit = 60 years [zz/law art. 2 P]
                  age = 30 years; at least 18 years (yes)
                  age = 30 years; at most Age limit = 60 years (yes)
              + age_limit default → 60: none of the rows above applies [zz/law art. 9, (2) P]
            condition Record: yes 
              + condition_record 1 → true: clean record: yes [zz/law art. 3, (1) S]
                  clean record = yes; yes (yes)
            A Points for A: no 
              - route_a_points expression → false: Total: at least 70 [zz/measures art. 5 P]
                  Total = 40; at least 70 (no)
            A High pay: unknown wage
              - route_a_pay 1 → true: annual salary is 700,000 dollars (required: at least 6 × average wage) [zz/measures art. 7, (1) P]
                  annual salary = 700,000 dollars; at least 6 × average wage (unknown)
            B Points for B: no 
              - route_b_points expression → false: Total: at least 50 [zz/measures art. 6 P]
                  Total = 40; at least 50 (no)
            factor Points for salary: 40 of 40 
              + salary_points 1 → 40: salary of 600,000 up [zz/measures item 1, row 1 P]
                  Salary in 10,000 = 70; at least 60 (yes)
            factor Points for degree: 0 of 30 
              + degree_points default → 0: none of the rows above applies [zz/measures item 2, row 3 P]
              - degree_points 2 → 20: highest degree is None (required: Bachelor) [zz/measures item 2, row 2 P-]
                  highest degree = None; Bachelor (no)
              - degree_points 1 → 30: highest degree is None (required: Doctorate) [zz/measures item 2, row 1 P]
                  highest degree = None; Doctorate (no)
            factor Points for language: 0 of 12 
              + language_points expression → 0: 2 * language [zz/measures item 3 P]
                  language level = 0;  (yes)
            factor Points for experience: 0 of 20 
              + experience_points default → 0: none of the rows above applies [zz/measures item 4, row 4 P]
              - experience_points 2 → 13: years of work is 0 years (required: at least 2 years and less than 5 years) [zz/measures item 4, row 2 P]
                  years of work = 0 years; at least 2 years and less than 5 years (no)
              - experience_points 1 → 15: years of work is 0 years (required: at least 5 years) [zz/measures item 4, row 1 P]
                  years of work = 0 years; at least 5 years (no)
              - experience_points 3 → 20: skills is none (required: includes Nursing) [zz/measures item 4, row 3 P]
                  skills = none; includes Nursing (no)
            factor Local points: 0 of 10 
              + local_points expression → 0: 0 [zz/law art. 10 P]
            missing parameter wage (average wage) for High pay The packs hold no value for East on 1 June 2025. Choose another place or day, or add the value with its source to the file in `parameters`.
            fact age: 30 years
            fact highest degree: None
            fact language level: 0
            fact skills: none
            fact clean record: yes
            fact annual salary: 700,000 dollars
            fact years of work: 0 years
        "#]],
    );
}

#[test]
fn an_earlier_version() {
    check_in(
        zz::PERSON,
        "2023-12-31",
        "2",
        Language::En,
        expect![[r#"
            B, eligible yes, 55 of 112 points
            rules zz/programmes/permit/2020-01-01.md [zz/law  S]
            condition Age: yes 
              + condition_age expression → true: age: at least 18 years, and age: at most Age limit = 60 years [zz/law art. 2 P]
                  age = 30 years; at least 18 years (yes)
                  age = 30 years; at most Age limit = 60 years (yes)
              + age_limit default → 60: none of the rows above applies [zz/law art. 9, (2) P]
            condition Record: yes 
              + condition_record 1 → true: clean record: yes [zz/law art. 3, (1) S]
                  clean record = yes; yes (yes)
            A High pay: no 
              - route_a_pay 1 → true: annual salary is 300,000 dollars (required: at least 6 × average wage = 600,000 dollars) [zz/measures art. 7, (1) P]
                  annual salary = 300,000 dollars; at least 6 × average wage = 600,000 dollars (no)
            B Points for B: yes 
              + route_b_points expression → true: Total: at least 50 [zz/measures art. 6 P]
                  Total = 55; at least 50 (yes)
            factor Points for salary: 20 of 40 
              + salary_points 3 → 20: Salary in 10,000: at least 20 and less than 40 [zz/measures item 1, row 3 P]
                  Salary in 10,000 = 30; at least 20 and less than 40 (yes)
              - salary_points 2 → 30: Salary in 10,000 is 30 (required: at least 40 and less than 60) [zz/measures item 1, row 2 P]
                  Salary in 10,000 = 30; at least 40 and less than 60 (no)
              - salary_points 1 → 40: salary of 600,000 up [zz/measures item 1, row 1 P]
                  Salary in 10,000 = 30; at least 60 (no)
            factor Points for degree: 20 of 30 
              + degree_points 2 → 20: highest degree: Bachelor [zz/measures item 2, row 2 P-]
                  highest degree = Bachelor; Bachelor (yes)
              - degree_points 1 → 30: highest degree is Bachelor (required: Doctorate) [zz/measures item 2, row 1 P]
                  highest degree = Bachelor; Doctorate (no)
            factor Points for language: 2 of 12 
              + language_points expression → 2: 2 * language [zz/measures item 3 P]
                  language level = 1;  (yes)
            factor Points for experience: 13 of 20 
              + experience_points 2 → 13: years of work: at least 2 years and less than 5 years; skills: does not include Nursing [zz/measures item 4, row 2 P]
                  years of work = 3 years; at least 2 years and less than 5 years (yes)
                  skills = Welding; does not include Nursing (yes)
              - experience_points 1 → 15: years of work is 3 years (required: at least 5 years) [zz/measures item 4, row 1 P]
                  years of work = 3 years; at least 5 years (no)
              - experience_points 3 → 20: skills is Welding (required: includes Nursing) [zz/measures item 4, row 3 P]
                  skills = Welding; includes Nursing (no)
            factor Local points: 0 of 10 
              + local_points expression → 0: 0 [zz/law art. 10 P]
            flag Points for degree [zz/measures item 2, row 2 P-]
            fact age: 30 years
            fact highest degree: Bachelor
            fact language level: 1
            fact skills: Welding
            fact clean record: yes
            fact annual salary: 300,000 dollars
            fact years of work: 3 years
            fact Average wage, 2023: 100,000 [zz/statistics table 1 P]
        "#]],
    );
}

#[test]
fn requests_that_cannot_be_answered() {
    check_in(
        zz::PERSON,
        "2019-12-31",
        "2",
        Language::En,
        expect![[r#"
        no-version: on 31 December 2019 no rules of “Work permit” are in force in South; there are rules from 1 January 2020 to 31 December 2023 (everywhere); from 1 January 2024 on (everywhere)
    "#]],
    );
    check_in(
        zz::PERSON,
        "2019-12-31",
        "2",
        Language::Zh,
        expect![[r#"
        no-version: 2019年12月31日在南省没有生效的“工作许可”规则; 有规则的时间：2020年1月1日至2023年12月31日（全国）；2024年1月1日起（全国）
    "#]],
    );
    check_in(
        zz::PERSON,
        "9999-12-31",
        "2",
        Language::En,
        expect![[r#"
            B, eligible yes, 55 of 112 points
            rules zz/programmes/permit/2024-01-01.md [zz/measures  P]
            condition Age: yes 
              + condition_age expression → true: age: at least 18 years, and age: at most Age limit = 60 years [zz/law art. 2 P]
                  age = 30 years; at least 18 years (yes)
                  age = 30 years; at most Age limit = 60 years (yes)
              + age_limit default → 60: none of the rows above applies [zz/law art. 9, (2) P]
            condition Record: yes 
              + condition_record 1 → true: clean record: yes [zz/law art. 3, (1) S]
                  clean record = yes; yes (yes)
            A Points for A: no 
              - route_a_points expression → false: Total: at least 70 [zz/measures art. 5 P]
                  Total = 55; at least 70 (no)
            A High pay: no 
              - route_a_pay 1 → true: annual salary is 300,000 dollars (required: at least 6 × average wage = 660,003 dollars) [zz/measures art. 7, (1) P]
                  annual salary = 300,000 dollars; at least 6 × average wage = 660,003 dollars (no)
            B Points for B: yes 
              + route_b_points expression → true: Total: at least 50 [zz/measures art. 6 P]
                  Total = 55; at least 50 (yes)
            factor Points for salary: 20 of 40 
              + salary_points 3 → 20: Salary in 10,000: at least 20 and less than 40 [zz/measures item 1, row 3 P]
                  Salary in 10,000 = 30; at least 20 and less than 40 (yes)
              - salary_points 2 → 30: Salary in 10,000 is 30 (required: at least 40 and less than 60) [zz/measures item 1, row 2 P]
                  Salary in 10,000 = 30; at least 40 and less than 60 (no)
              - salary_points 1 → 40: salary of 600,000 up [zz/measures item 1, row 1 P]
                  Salary in 10,000 = 30; at least 60 (no)
            factor Points for degree: 20 of 30 
              + degree_points 2 → 20: highest degree: Bachelor [zz/measures item 2, row 2 P-]
                  highest degree = Bachelor; Bachelor (yes)
              - degree_points 1 → 30: highest degree is Bachelor (required: Doctorate) [zz/measures item 2, row 1 P]
                  highest degree = Bachelor; Doctorate (no)
            factor Points for language: 2 of 12 
              + language_points expression → 2: 2 * language [zz/measures item 3 P]
                  language level = 1;  (yes)
            factor Points for experience: 13 of 20 
              + experience_points 2 → 13: years of work: at least 2 years and less than 5 years; skills: does not include Nursing [zz/measures item 4, row 2 P]
                  years of work = 3 years; at least 2 years and less than 5 years (yes)
                  skills = Welding; does not include Nursing (yes)
              - experience_points 1 → 15: years of work is 3 years (required: at least 5 years) [zz/measures item 4, row 1 P]
                  years of work = 3 years; at least 5 years (no)
              - experience_points 3 → 20: skills is Welding (required: includes Nursing) [zz/measures item 4, row 3 P]
                  skills = Welding; includes Nursing (no)
            factor Local points: 0 of 10 
              + local_points expression → 0: 0 [zz/law art. 10 P]
            flag Points for degree [zz/measures item 2, row 2 P-]
            flag average wage [zz/statistics table 2 K]
            fact age: 30 years
            fact highest degree: Bachelor
            fact language level: 1
            fact skills: Welding
            fact clean record: yes
            fact annual salary: 300,000 dollars
            fact years of work: 3 years
            fact Average wage, 2024: 110,000.5 [zz/statistics table 2 K]
        "#]],
    );
    check_in(
        zz::PERSON,
        "2025-01-01",
        "Nort",
        Language::En,
        expect![[r#"
            unknown-place: there is no place `Nort`; did you mean `North (1)`?
        "#]],
    );
    let library = zz::load(&zz::files());
    let profile = library.read_profile("{}", "zz").unwrap();
    let on = zz::date("2025-01-01");
    let request = policy::assess::Request {
        programme: "zz/premit",
        profile: &profile,
        on,
        place: "1",
        improve: false,
    };
    let error = library.assess(&request).unwrap_err();
    expect!["unknown-programme: there is no programme `zz/premit`; did you mean `zz/permit`?"]
        .assert_eq(&format!("{}: {error}", error.code()));
}

#[test]
fn an_imported_programme_decides_with_its_overlays() {
    let json = r#"{"age": 66, "degree": "doctorate", "salary": 900000, "language": 0, "skills": [],
                   "clean_record": true, "years": 9}"#;
    let library = zz::load(&zz::files());
    let result = |on, place| match zz::assess_at(&library, "zz/card", json, on, place, false) {
        Ok(assessment) => outcome(&assessment.outcome),
        Err(error) => error.to_string(),
    };
    assert_eq!(result("2025-01-01", "1"), "yes");
    assert_eq!(result("2025-01-01", "2"), "no");
    assert_eq!(result("2023-01-01", "1"), "no");
}

#[test]
fn only_the_facts_of_the_version_are_asked() {
    let library = zz::load(&zz::files());
    let asked = |programme: &str, on, place| {
        let programme = library.programme(programme).unwrap();
        let matters = library.facts(programme, zz::date(on), place).unwrap();
        let matters = matters.iter().map(|asked| {
            let facts: Vec<&str> = asked.facts.iter().map(|fact| fact.name.as_str()).collect();
            format!("{}: {}", asked.matter.id, facts.join(", "))
        });
        matters.collect::<Vec<_>>().join("; ")
    };
    expect!["you: age, degree, language, skills, clean_record; work: salary, years"]
        .assert_eq(&asked("zz/permit", "2025-01-01", "1"));
    expect!["you: age, degree, language, skills, clean_record; work: salary, years"]
        .assert_eq(&asked("zz/card", "2025-01-01", "1"));
}
