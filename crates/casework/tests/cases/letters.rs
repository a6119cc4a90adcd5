//! What authorities write to people.

use casework::action::Verdict;
use casework::case::Rules;
use casework::letter::{Letter, LetterError, Writer};
use casework::procedure::{DecisionKind, Fault, ProcedureError};
use casework::proposal::Opinion;
use casework::{Action, ActionKind, Actor, Case, Procedure, Proposal, Role, What};
use clock::Period;
use expect_test::expect_file;
use policy::assessment::Language;
use serde_json::{Map, Value, json};

use crate::common::{ALL, LIBRARY, PROCEDURES, at, documents, rules, shortcoming};

const LANGUAGES: [Language; 2] = [Language::Zh, Language::En];

/// A case whose steps are done by whoever the procedure says.
struct Life {
    rules: Rules<'static>,
    case: Case,
    log: Vec<Action>,
}

impl Life {
    fn begin(procedure: &str, reconsiders: Option<&str>) -> Life {
        let rules = rules(procedure);
        let id = "TM-7Q4K-9W2M-3";
        let mut life = Life { rules, case: Case::empty(id), log: Vec::new() };
        let reconsiders = reconsiders.map(str::to_owned);
        life.does(
            "2026-11-02",
            What::Open {
                procedure: procedure.to_owned(),
                place: Some("440300".to_owned()),
                reconsiders,
            },
        );
        let facts = facts(json!({
            "name": "SCHMIDT, Maria", "employer": "海光测试有限公司", "permit_expiry": "2026-12-20",
        }));
        let first = rules.procedure.documents.first().map(|document| document.id.as_str());
        let documents = documents(&[(first.unwrap(), "copy-1")]);
        life.does("2026-11-02", What::SaveDraft { facts, documents });
        life
    }

    #[track_caller]
    fn does(&mut self, moment: &str, what: What) -> &mut Life {
        let kind = what.kind();
        let step = self.rules.procedure.step(kind).unwrap();
        let owner = match &what {
            What::Answer { track, .. } => &self.rules.procedure.track(track).unwrap().owner,
            _ => &step.owner,
        };
        let role = step.roles[0];
        let action = Action {
            id: format!("a{}", self.log.len()),
            case: self.case.id.clone(),
            expected_version: self.case.version,
            at: at(moment),
            actor: Actor {
                person: if kind == ActionKind::AnnulDecision {
                    "head".to_owned()
                } else {
                    format!("{role:?}")
                },
                role,
                department: role.is_officer().then(|| owner.clone()),
            },
            on_behalf: None,
            what,
        };
        self.case
            .apply(self.rules, &action)
            .unwrap_or_else(|refusal| panic!("{}: {refusal}", self.rules.procedure.id));
        self.log.push(action);
        self
    }

    fn propose(&mut self, moment: &str) -> &mut Life {
        let facts = self.rules.procedure.facts_of_rules(&self.case.facts);
        let opinion = Opinion { adverse: vec![], reasons: "符合条件。".to_owned() };
        let mut proposal =
            Proposal::by_officer(&LIBRARY, "", &facts, "2026-11-02", "110000", opinion).unwrap();
        proposal.programme.clone_from(&self.rules.procedure.programme);
        self.does(moment, What::Propose { proposal: Box::new(proposal) })
    }

    fn decide(&mut self, moment: &str, verdict: Verdict) -> &mut Life {
        for item in self.case.adverse() {
            self.does(moment, What::ConfirmAdverse { item });
        }
        let reasons = "所学专业与拟任岗位无关。".to_owned();
        self.does(moment, What::Decide { verdict, reasons });
        let served = at(moment);
        self.does(moment, What::ServeDecision { served })
    }

    fn writer(&self) -> Writer<'static> {
        Writer::of(&ALL, &LIBRARY, &self.rules.procedure.id).unwrap()
    }

    fn letters(&self, language: Language) -> Vec<Letter> {
        let write = |version| self.writer().write(&self.log, version, language).unwrap();
        self.writer().letters(&self.log).iter().map(|sent| write(sent.version)).collect()
    }

    /// All letters one under the other.
    fn text(&self, language: Language) -> String {
        let letters = self.letters(language);
        let texts = letters.iter().map(|letter| format!("# {}\n\n{}\n", letter.title, letter.body));
        texts.collect::<Vec<String>>().join("\n----\n\n")
    }
}

fn facts(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// Through every step of a procedure that has a letter but non-acceptance.
fn whole(procedure: &str, verdict: Verdict) -> Life {
    let contested = (procedure == "cn/reconsideration").then_some("TM-5T1C-8D0R-Y");
    let mut life = Life::begin(procedure, contested);
    life.does("2026-11-02", What::Submit);
    let document = life.rules.procedure.documents.first().unwrap().id.clone();
    let last = life.rules.procedure.documents.last().unwrap().id.clone();
    let items = vec![shortcoming(&document, Some("copy-1")), shortcoming(&last, None)];
    life.does("2026-11-04", What::RequestCorrection { notice: "BZ-12".to_owned(), items });
    life.does("2026-11-05", What::ServeCorrection { served: at("2026-11-05") });
    let documents = documents(&[(&document, "copy-2")]);
    life.does("2026-11-09", What::Correct { facts: Map::new(), documents });
    life.does("2026-11-10", What::Accept).does("2026-11-11", What::StartReview);
    if life.rules.procedure.step(ActionKind::Extend).is_some() {
        let clock = life.rules.procedure.joint.clone().unwrap_or("decision".to_owned());
        let law = &life.rules.procedure.clock(&clock).unwrap().law;
        let (by, ground) = (law.extension.as_ref().unwrap().by, law.grounds[0].id.clone());
        life.does(
            "2026-11-12",
            What::Suspend {
                clock: clock.clone(),
                suspension: "s".to_owned(),
                ground,
                notice: "ZZ-3".to_owned(),
                expected: Period::working_days(6),
            },
        );
        let reason = "需要向境外院校核实学历。".to_owned();
        life.does(
            "2026-11-13",
            What::RequestExtension { clock: clock.clone(), by, reason: reason.clone() },
        );
        life.does("2026-11-13", What::Extend { clock, by, reason, notice: "YQ-4".to_owned() });
    }
    for track in &life.rules.procedure.tracks {
        life.does(
            "2026-11-16",
            What::Answer {
                track: track.id.clone(),
                verdict: if track.id == "work-permit" { Verdict::Granted } else { verdict },
                reasons: "与入境目的不符。".to_owned(),
            },
        );
    }
    life.propose("2026-11-17").decide("2026-11-18", verdict);
    life.does("2026-11-20", What::AnnulDecision { reason: "遗漏了新证据。".to_owned() });
    life
}

fn not_accepted(procedure: &str) -> Life {
    let mut life = Life::begin(procedure, None);
    life.does("2026-11-02", What::Submit);
    life.does("2026-11-03", What::NotAccept { reason: "不属于本机关职权范围。".to_owned() });
    life
}

#[test]
fn every_letter_of_a_work_permit() {
    let life = whole("cn/work-permit", Verdict::Refused);
    expect_file!["../letters/work-permit.zh-CN.txt"].assert_eq(&life.text(Language::Zh));
    expect_file!["../letters/work-permit.en.txt"].assert_eq(&life.text(Language::En));
    let life = not_accepted("cn/work-permit");
    expect_file!["../letters/not-accepted.zh-CN.txt"].assert_eq(&life.text(Language::Zh));
    expect_file!["../letters/not-accepted.en.txt"].assert_eq(&life.text(Language::En));
}

#[test]
fn every_letter_of_a_joint_case_that_the_police_refuse() {
    let life = whole("cn/work-and-residence", Verdict::Refused);
    expect_file!["../letters/joint.zh-CN.txt"].assert_eq(&life.text(Language::Zh));
    expect_file!["../letters/joint.en.txt"].assert_eq(&life.text(Language::En));
}

#[test]
fn every_letter_of_a_reconsideration() {
    let life = whole("cn/reconsideration", Verdict::Refused);
    expect_file!["../letters/reconsideration.zh-CN.txt"].assert_eq(&life.text(Language::Zh));
    expect_file!["../letters/reconsideration.en.txt"].assert_eq(&life.text(Language::En));
}

#[test]
fn letters_of_every_procedure_leave_nothing_out() {
    for procedure in PROCEDURES.iter() {
        let mut seen: Vec<String> = Vec::new();
        for verdict in [Verdict::Granted, Verdict::Refused] {
            for life in [whole(&procedure.id, verdict), not_accepted(&procedure.id)] {
                for language in LANGUAGES {
                    for letter in life.letters(language) {
                        let at = format!("{} {} {letter:?}", procedure.id, letter.letter);
                        assert!(!letter.title.is_empty() && !letter.body.is_empty(), "{at}");
                        for text in [&letter.title, &letter.body] {
                            assert!(!text.contains(['{', '}', '$']), "{at}");
                        }
                        let granted =
                            letter.fields.get("verdict").is_some_and(|of| of == "granted");
                        for (name, value) in &letter.fields {
                            let may_be_empty = granted && name == "remedies";
                            assert!(!value.is_empty() || may_be_empty, "{name}: {at}");
                        }
                        let english = language == Language::En;
                        let known = letter.fields.get("authority").is_none_or(|authority| {
                            authority.is_ascii() == english || authority.contains('’')
                        });
                        assert!(known, "{at}");
                        seen.push(letter.letter);
                    }
                }
            }
        }
        // What the law does when a clock passes is told by letters of their own.
        let of_law = |id: &String| procedure.clocks.iter().any(|of| of.letter.as_ref() == Some(id));
        for letter in procedure.letters.iter().filter(|letter| !of_law(&letter.id)) {
            assert!(seen.contains(&letter.id), "{}: {} is never written", procedure.id, letter.id);
        }
    }
}

#[test]
fn a_letter_says_received_only_when_that_has_been_recorded() {
    let mut life = Life::begin("cn/work-permit", None);
    let writer = life.writer();
    assert_eq!(writer.letters(&life.log), []);
    assert_eq!(writer.write(&life.log, 3, Language::En), Err(LetterError::NoAction(3)));
    assert_eq!(writer.write(&life.log, 2, Language::En), Err(LetterError::NoLetter(2)));
    assert_eq!(writer.write(&life.log, 0, Language::En), Err(LetterError::NoAction(0)));
    life.does("2026-11-02", What::Submit);
    let letter = writer.write(&life.log, 3, Language::En).unwrap();
    assert!(letter.body.contains("We received your application"), "{}", letter.body);
    // What is recorded later changes no letter that went out.
    life.does("2026-11-03", What::Accept);
    assert_eq!(writer.write(&life.log, 3, Language::En).unwrap(), letter);
    let json = serde_json::to_value(&letter).unwrap();
    assert_eq!(json["letter"], "receipt");
    assert_eq!(json["language"], "en");
    assert_eq!(json["fields"]["received"], "2 November 2026");
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["letter", "language", "title", "body", "fields"]);
}

#[test]
fn what_a_person_writes_is_no_pattern() {
    let mut life = Life::begin("cn/work-permit", None);
    let facts = facts(json!({ "name": "{ $reference } -> *[x]\n\n[y] = z" }));
    life.does("2026-11-02", What::SaveDraft { facts, documents: vec![] });
    life.does("2026-11-02", What::Submit);
    let letter = life.writer().write(&life.log, 4, Language::En).unwrap();
    assert!(letter.body.starts_with("To { $reference } -> *[x]\n\n[y] = z"), "{}", letter.body);
}

#[test]
fn a_decision_of_the_law_says_so() {
    let mut life = Life::begin("cn/work-permit-extension", None);
    life.does("2026-11-02", What::Submit).does("2026-11-03", What::Accept);
    let served = at("2026-12-21");
    life.does("2026-12-21", What::ServeDecision { served });
    let letter = life.writer().write(&life.log, 5, Language::En).unwrap();
    assert_eq!(letter.fields["decider"], "(by operation of law)");
    assert_eq!(letter.fields["reasons"], "(by operation of law)");
    assert_eq!(letter.fields["decided"], "20 December 2026");
    assert!(letter.body.contains("The extension is granted."), "{}", letter.body);
}

/// What the time alone does in a case by a moment, recorded as the background job does.
fn time_passes(life: &mut Life, moment: &str) {
    let system = || Actor { person: "system".to_owned(), role: Role::System, department: None };
    while let Some(what) = life.case.due_records(life.rules, at(moment)).into_iter().next() {
        let action = Action {
            id: format!("t{}", life.log.len()),
            case: life.case.id.clone(),
            expected_version: life.case.version,
            at: at(moment),
            actor: system(),
            on_behalf: None,
            what,
        };
        life.case.apply(life.rules, &action).unwrap();
        life.log.push(action);
    }
}

#[test]
fn what_the_law_does_by_silence_is_told_by_a_letter() {
    let letters = |life: &Life| {
        let sent = life.writer().letters(&life.log).into_iter();
        sent.map(|sent| (sent.letter, sent.version)).collect::<Vec<_>>()
    };
    let write = |life: &Life, language| {
        let (_, version) = letters(life).pop().unwrap();
        life.writer().write(&life.log, version, language).unwrap()
    };
    // Until the last day is over nothing is told.
    let mut life = Life::begin("cn/work-permit", None);
    life.does("2026-11-02", What::Submit);
    time_passes(&mut life, "2026-11-09");
    assert_eq!(letters(&life), [("receipt".to_owned(), 3)]);
    time_passes(&mut life, "2026-11-10");
    assert_eq!(letters(&life).last().unwrap().0, "accepted-by-silence");
    assert_eq!(life.case.letters.last().unwrap(), "accepted-by-silence");
    let en = write(&life, Language::En);
    assert!(en.body.contains("accepted from 2 November 2026"), "{}", en.body);
    assert!(en.body.contains("(9 November 2026)"), "{}", en.body);
    assert!(
        en.fields["law"].contains("Article 32") || en.fields["law"].contains("art. 32"),
        "{en:?}"
    );
    let zh = write(&life, Language::Zh);
    assert!(zh.fields["law"].contains("第32(4)条"), "{zh:?}");
    assert!(zh.body.contains("自2026年11月2日起即为受理"), "{}", zh.body);

    let mut life = Life::begin("cn/work-permit-extension", None);
    life.does("2026-11-02", What::Submit).does("2026-11-03", What::Accept);
    // Though nothing was recorded in all that time, in which another limit passed as well.
    time_passes(&mut life, "2026-12-21");
    assert!(life.case.decision.as_ref().is_some_and(|decision| decision.by.is_none()));
    let granted = letters(&life).into_iter().find(|(id, _)| id == "granted-by-silence").unwrap();
    let zh = life.writer().write(&life.log, granted.1, Language::Zh).unwrap();
    assert!(zh.fields["law"].contains("第50条"), "{zh:?}");
    assert!(zh.body.contains("2026年12月20日"), "{}", zh.body);

    // That a request for reconsideration counts as given up a person says, and the law does not.
    let mut life = Life::begin("cn/reconsideration", Some("TM-0000-0000-0"));
    life.does("2026-11-02", What::Submit);
    let document = life.rules.procedure.documents[0].id.clone();
    let items = vec![shortcoming(&document, None)];
    life.does("2026-11-03", What::RequestCorrection { notice: "n1".to_owned(), items });
    life.does("2026-11-03", What::ServeCorrection { served: at("2026-11-03") });
    time_passes(&mut life, "2026-11-18");
    assert_eq!(letters(&life).last().unwrap().0, "correction", "nothing was told since");
    let reason = "无正当理由逾期不补正，视为放弃申请。".to_owned();
    life.does("2026-11-18", What::NotAccept { reason: reason.clone() });
    for language in LANGUAGES {
        let letter = write(&life, language);
        assert_eq!(letter.letter, "non-acceptance");
        assert!(letter.body.contains(&reason), "{}", letter.body);
        assert!(letter.fields.values().all(|value| !value.is_empty()), "{letter:?}");
    }
}

#[test]
fn an_effect_of_the_law_that_no_letter_tells_is_refused() {
    let source = include_str!("../../../../packs/cn/procedures/work-permit.toml");
    let silent = source.replace("letter = \"accepted-by-silence\"\n", "");
    assert_ne!(silent, source);
    let Err(ProcedureError::Faulty(findings)) = Procedure::read(&silent) else { panic!() };
    let found: Vec<_> = findings.iter().map(|one| (one.fault, one.part.as_str())).collect();
    let untold = (Fault::EffectUntold, "acceptance");
    assert_eq!(found, [(Fault::LetterUnused, "accepted-by-silence"), untold]);
}

#[test]
fn remedies_are_those_of_the_decision() {
    let procedure = |id: &str| -> &'static Procedure {
        PROCEDURES.iter().find(|known| known.id == id).unwrap()
    };
    let ids = |id: &str, against| -> Vec<&str> {
        procedure(id).remedies(against).map(|remedy| remedy.id.as_str()).collect()
    };
    assert_eq!(ids("cn/work-permit", DecisionKind::Refused), ["reconsideration", "suit"]);
    assert_eq!(ids("cn/work-permit", DecisionKind::Silence), ["reconsideration", "suit"]);
    assert_eq!(ids("cn/work-permit", DecisionKind::Granted), [""; 0]);
    assert_eq!(ids("cn/residence-permit", DecisionKind::Refused), ["final"]);
    assert_eq!(ids("cn/permanent-residence", DecisionKind::Refused), ["unsettled"]);
    // A final decision never speaks of 60 days or six months.
    let life = whole("cn/residence-permit", Verdict::Refused);
    let decision = |life: &Life, language| {
        let mut letters = life.letters(language).into_iter();
        letters.find(|letter| letter.letter == "decision").unwrap()
    };
    for language in LANGUAGES {
        let body = decision(&life, language).body;
        for period in ["60", "6个月", "6 months", "15日", "15 days"] {
            assert!(!body.contains(period), "{body}");
        }
    }
    // In a joint case only the department that did not agree counts.
    let life = whole("cn/work-and-residence", Verdict::Refused);
    let remedies = &decision(&life, Language::En).fields["remedies"];
    assert!(remedies.contains("it is final") && !remedies.contains("60 days"), "{remedies}");
    // A grant needs none.
    let life = whole("cn/work-permit", Verdict::Granted);
    assert_eq!(decision(&life, Language::En).fields["remedies"], "");
}

#[test]
fn with_what_the_party_does_goes_out_a_receipt_and_nothing_else() {
    for procedure in PROCEDURES.iter() {
        for step in procedure.steps.iter().filter(|step| step.letter.is_some()) {
            let party = step.roles.contains(&Role::Applicant);
            assert!(!party || step.on == ActionKind::Submit, "{}: {:?}", procedure.id, step.on);
        }
    }
}
