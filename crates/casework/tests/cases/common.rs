//! What the tests share: China's procedures, and people who act.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use casework::action::{Document, Shortcoming, Verdict};
use casework::case::{Rules, Why};
use casework::{Action, Actor, Case, Procedure, Procedures, Proposal, Role, What};
use clock::{Calendar, Office};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use policy::Library;
use serde_json::{Map, Value, json};

pub const WORK_PERMIT: &str = include_str!("../../../../packs/cn/procedures/work-permit.toml");
pub const JOINT: &str = include_str!("../../../../packs/cn/procedures/work-and-residence.toml");
/// The texts of China's packs by path.
pub fn packs() -> BTreeMap<String, String> {
    fn read(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            if path.is_dir() {
                read(root, &path, files);
            } else if name.starts_with("cn") || !name.contains('/') {
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut files = BTreeMap::new();
    read(&root, &root, &mut files);
    files
}

pub static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::load(&packs()).unwrap());

pub static ALL: LazyLock<Procedures> = LazyLock::new(|| {
    let procedures = casework::packs::procedures(&packs(), &LIBRARY);
    procedures.unwrap_or_else(|faults| panic!("{}", faults.join("\n")))
});

pub static PROCEDURES: LazyLock<Vec<Procedure>> = LazyLock::new(|| ALL.all().cloned().collect());

pub static OFFICE: LazyLock<Office> = LazyLock::new(|| {
    let calendar = Calendar::read(
        include_str!("../../../../packs/cn/calendar/calendar.toml"),
        include_str!("../../../../packs/cn/calendar/days.csv"),
    );
    Office { calendar: Arc::new(calendar.unwrap()), zone: TimeZone::get("Asia/Shanghai").unwrap() }
});

/// What a desk works with.
pub fn procedures() -> Procedures {
    ALL.clone()
}

pub fn rules(procedure: &str) -> Rules<'static> {
    let procedure = PROCEDURES.iter().find(|known| known.id == procedure).unwrap();
    Rules { procedure, office: &OFFICE }
}

/// Nine in the morning in China, on a day as `2026-02-14`; or a moment.
pub fn at(moment: &str) -> Timestamp {
    let moment = if moment.len() == 10 { format!("{moment}T09:00:00") } else { moment.to_owned() };
    format!("{moment}+08:00").parse().unwrap()
}

/// People by name: what they act as, and for which department.
pub fn actor(person: &str) -> Actor {
    let (role, department) = match person {
        "maria" => (Role::Applicant, None),
        "zhao" => (Role::IntakeClerk, Some("foreign-expert-authority")),
        "qian" | "sun" => (Role::CaseOfficer, Some("foreign-expert-authority")),
        "li" | "zhou" => (Role::Decider, Some("foreign-expert-authority")),
        "wu" => (Role::Verifier, Some("exit-entry")),
        "zheng" => (Role::IntakeClerk, Some("reconsideration-body")),
        "wang" => (Role::CaseOfficer, Some("reconsideration-body")),
        "feng" => (Role::Decider, Some("reconsideration-body")),
        _ => (Role::System, None),
    };
    Actor { person: person.to_owned(), role, department: department.map(str::to_owned) }
}

/// A case on the way, with its log.
pub struct Story {
    pub rules: Rules<'static>,
    pub case: Case,
    pub log: Vec<Action>,
}

impl Story {
    pub fn begin(procedure: &str) -> Story {
        Story { rules: rules(procedure), case: Case::empty("TM-1"), log: Vec::new() }
    }

    pub fn action(&self, person: &str, moment: &str, what: What) -> Action {
        Action {
            id: format!("action-{}", self.log.len()),
            case: "TM-1".to_owned(),
            expected_version: self.case.version,
            at: at(moment),
            actor: actor(person),
            on_behalf: None,
            what,
        }
    }

    #[track_caller]
    pub fn does(&mut self, person: &str, moment: &str, what: What) -> &mut Story {
        let action = self.action(person, moment, what);
        self.case
            .apply(self.rules, &action)
            .unwrap_or_else(|refusal| panic!("{person} on {moment}: {refusal}"));
        self.log.push(action);
        self
    }

    #[track_caller]
    pub fn cannot(&mut self, person: &str, moment: &str, what: What) -> Why {
        let action = self.action(person, moment, what);
        let before = format!("{:?}", self.case);
        let refusal = self.case.apply(self.rules, &action).unwrap_err();
        assert_eq!(format!("{:?}", self.case), before, "nothing is kept of it");
        refusal.why
    }

    /// Proposed with something that speaks against the person, looked at, and refused.
    #[track_caller]
    pub fn refused(&mut self, officer: &str, decider: &str, moment: &str) -> &mut Story {
        self.does(officer, moment, propose(&["condition_age"]));
        self.does(decider, moment, confirm("condition_age"));
        self.does(decider, moment, decide(Verdict::Refused))
    }

    pub fn at(&self, moment: &str) -> Case {
        self.case.at(self.rules, at(moment))
    }

    /// Opened, filled in and handed in on a day.
    pub fn submitted(procedure: &str, moment: &str) -> Story {
        let mut story = Story::begin(procedure);
        story.does("maria", moment, open(procedure));
        story.does("maria", moment, what_draft(&[("passport", "p1"), ("contract", "c1")]));
        story.does("maria", moment, What::Submit);
        story
    }

    /// Submitted and accepted at once, and under examination.
    pub fn under_review(procedure: &str, moment: &str) -> Story {
        let mut story = Story::submitted(procedure, moment);
        story.does("zhao", moment, What::Accept).does("qian", moment, What::StartReview);
        story
    }
}

pub fn open(procedure: &str) -> What {
    What::Open { procedure: procedure.to_owned(), place: None, reconsiders: None }
}

pub fn facts() -> Map<String, Value> {
    let facts = json!({ "passport_number": "E1", "permit_expiry": "2026-12-20" });
    facts.as_object().unwrap().clone()
}

/// The facts that the rules see of those in a case.
pub fn facts_of_rules(procedure: &str) -> Map<String, Value> {
    rules(procedure).procedure.facts_of_rules(&facts())
}

pub fn documents(copies: &[(&str, &str)]) -> Vec<Document> {
    let copy = |(kind, id): &(&str, &str)| Document {
        id: (*id).to_owned(),
        kind: (*kind).to_owned(),
        digest: String::new(),
    };
    copies.iter().map(copy).collect()
}

pub fn what_draft(copies: &[(&str, &str)]) -> What {
    What::SaveDraft { facts: facts(), documents: documents(copies) }
}

pub fn shortcoming(document: &str, copy: Option<&str>) -> Shortcoming {
    let why = "it is not legible".to_owned();
    Shortcoming { document: document.to_owned(), copy: copy.map(str::to_owned), why }
}

pub fn request(items: &[(&str, Option<&str>)]) -> What {
    let items = items.iter().map(|(document, copy)| shortcoming(document, *copy)).collect();
    What::RequestCorrection { notice: "notice".to_owned(), items }
}

pub fn corrected(copies: &[(&str, &str)]) -> What {
    What::Correct { facts: Map::new(), documents: documents(copies) }
}

pub fn propose(adverse: &[&str]) -> What {
    propose_in("cn/work-permit", adverse)
}

pub fn propose_in(procedure: &str, adverse: &[&str]) -> What {
    let proposal = Proposal {
        programme: "cn/work-permit".to_owned(),
        on: "2026-11-02".to_owned(),
        place: "110000".to_owned(),
        facts: serde_json::to_string(&facts_of_rules(procedure)).unwrap(),
        rules: std::collections::BTreeMap::new(),
        result: "{}".to_owned(),
        adverse: adverse.iter().map(|item| (*item).to_owned()).collect(),
        opinion: None,
    };
    What::Propose { proposal: Box::new(proposal) }
}

pub fn confirm(item: &str) -> What {
    What::ConfirmAdverse { item: item.to_owned() }
}

pub fn decide(verdict: Verdict) -> What {
    What::Decide { verdict, reasons: "the degree fits the post".to_owned() }
}

pub fn served(moment: &str) -> What {
    What::ServeDecision { served: at(moment) }
}
