//! Which department deals with a case.

use casework::competence::{Competences, Level, NotCompetent};

use crate::common::{LIBRARY, PROCEDURES, packs, procedures};

#[track_caller]
fn check(procedure: &str, owner: &str, place: &str, seat: &str, title: &str) {
    let department = procedures().department(procedure, owner, place).unwrap();
    assert_eq!((&*department.place, &*department.title.en), (seat, title));
    assert!(!department.title.zh.contains('{') && !department.title.zh.is_ascii());
}

#[test]
fn the_place_says_which_department_it_is() {
    let work = "the authority for the work of foreigners of ";
    let owner = "foreign-expert-authority";
    check("cn/work-permit", owner, "110000", "110000", &format!("{work}Beijing"));
    check("cn/work-permit", owner, "440300", "440000", &format!("{work}Guangdong"));
    check("cn/work-permit", owner, "上海市", "310000", &format!("{work}Shanghai"));
    check("cn/work-permit", owner, "310115", "310000", &format!("{work}Shanghai"));
    // Pudong is empowered to issue confirmation letters, the rest of Shanghai is not.
    check("cn/confirmation-letter", owner, "310000", "310000", &format!("{work}Shanghai"));
    let pudong = format!("{work}Pudong, empowered to review and issue confirmation letters");
    check("cn/confirmation-letter", owner, "310115", "310115", &pudong);
    let police = "the exit and entry administration of the police of ";
    check("cn/residence-permit", "exit-entry", "440300", "440300", &format!("{police}Shenzhen"));
    check("cn/residence-permit", "exit-entry", "110000", "110000", &format!("{police}Beijing"));
    // Permanent residence has three levels.
    let permanent = "cn/permanent-residence";
    check(permanent, "city-police", "440300", "440300", "the police of Shenzhen");
    check(permanent, "provincial-police", "440300", "440000", "the police of Guangdong");
    let nia = "the National Immigration Administration (Ministry of Public Security)";
    check(permanent, "nia", "440300", "000000", nia);
}

#[test]
fn where_it_cannot_be_told_that_is_said() {
    let ask = |procedure: &str, owner: &str, place: &str| {
        procedures().department(procedure, owner, place).unwrap_err()
    };
    let unknown = ask("cn/work-permit", "foreign-expert-authority", "Shangai");
    assert_eq!(unknown.to_string(), "there is no place `Shangai`; did you mean `Shanghai`?");
    // A district of the municipality accepts; which one, its name does not say.
    let large = ask("cn/permanent-residence", "city-police", "110000");
    let place = "110000".to_owned();
    assert_eq!(large, NotCompetent::TooLarge { place, level: Level::City });
    let country = ask("cn/residence-permit", "exit-entry", "000000");
    assert!(matches!(country, NotCompetent::TooLarge { .. }), "{country}");
    let unsaid = ask("cn/reconsideration", "reconsideration-body", "110000");
    assert!(matches!(unsaid, NotCompetent::Unsaid { .. }), "{unsaid}");
    assert!(matches!(ask("zz/visa", "nia", "110000"), NotCompetent::Unsaid { .. }));
}

#[test]
fn every_department_of_a_procedure_has_a_level_unless_the_note_says_why_not() {
    // Which body reconsiders depends on who decided: the government at that level.
    let unsaid = ["reconsideration-body"];
    for procedure in PROCEDURES.iter() {
        for owner in procedure.owners.iter().filter(|owner| !owner.party) {
            let found = procedures().department(&procedure.id, &owner.id, "310115");
            assert_eq!(found.is_err(), unsaid.contains(&owner.id.as_str()), "{found:?}");
        }
    }
}

#[test]
fn faulty_competences_are_found() {
    let files = packs();
    let file = "cn/competence.toml";
    let check = |from: &str, to: &str, fault: &str| {
        let mut files = files.clone();
        let text = files.get_mut(file).unwrap();
        assert!(text.contains(from), "{from}");
        *text = text.replacen(from, to, 1);
        let faults = casework::packs::procedures(&files, &LIBRARY).unwrap_err();
        assert!(faults.iter().any(|one| one.contains(fault)), "{faults:?}");
    };
    check("level = \"province\"", "level = \"county\"", "cn/competence.toml:6: error: ");
    check(
        "level = \"province\"",
        "places = [\"999999\"]\nlevel = \"province\"",
        "no place `999999`",
    );
    check("\"cn/work-permit\", ", "\"cn/work-permits\", ", "no procedure `cn/work-permits`");
    check(
        "owner = \"nia\"",
        "owner = \"nias\"",
        "`cn/permanent-residence` has no owner `nias` that is a department",
    );
    check("cn/waizhuanfa-2017-36", "cn/waizhuanfa-2017-3", "no instrument `cn/waizhuanfa-2017-3`");
    check("item = \"acceptance\"", "item = \"acceptence\"", "`acceptence` has no Chinese");
    let confirmation = "procedures = [\"cn/confirmation-letter\"]";
    let twice = "procedures = [\"cn/confirmation-letter\", \"cn/work-permit\"]";
    check(confirmation, twice, "two rules say who is competent");
    check("en = \"the police of {place}\"", "en = \"\"", "a text is missing");
    let mut none = Competences::new(LIBRARY.country("cn").unwrap().places.clone());
    assert_eq!(none.read(""), Ok(()));
    assert!(none.department("cn/work-permit", "nia", "110000").is_err());
}
