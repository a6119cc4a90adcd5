//! Fills an empty database with cases of China's procedures for a load run; see docs/load.md.
//!
//!     cargo run --release -p xianlu-store --example fill -- postgres://USER@HOST/NAME 100000
//!
//! Every case is folded as the desk folds it.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use casework::action::{Document, Shortcoming, Verdict};
use casework::announcement::Announcement;
use casework::case::Rules;
use casework::store::Entry;
use casework::{Action, Actor, Case, Desk, Procedures, Proposal, Role, Store, Summary, What};
use jiff::{SignedDuration, Timestamp};
use policy::Library;
use serde_json::{Map, Value};
use store::{Database, Settings};

type Fault = Box<dyn Error + Send + Sync>;

/// How many cases are kept in one transaction.
const BATCH: u64 = 100;

/// How many transactions are under way at a time.
const AT_A_TIME: u64 = 4;

/// The procedures, as many times as they have shares of the cases.
const PROCEDURES: [&str; 10] = [
    "cn/work-permit",
    "cn/work-permit",
    "cn/work-permit",
    "cn/work-permit-extension",
    "cn/work-permit-extension",
    "cn/work-permit-change",
    "cn/work-permit-cancellation",
    "cn/residence-permit",
    "cn/residence-permit",
    "cn/confirmation-letter",
];

const PLACES: [&str; 6] = ["310000", "110000", "440300", "440100", "320500", "330100"];

const COUNTRIES: [&str; 8] = ["AT", "DE", "IN", "BR", "JP", "FR", "CA", "RU"];

/// How far a case got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Draft,
    Submitted,
    UnderReview,
    WaitsForPapers,
    Withdrawn,
    Decided,
}

/// One case in ten is a draft, one waits for acceptance, one is examined, and so on.
const STAGES: [Stage; 10] = [
    Stage::Draft,
    Stage::Submitted,
    Stage::UnderReview,
    Stage::WaitsForPapers,
    Stage::Withdrawn,
    Stage::Withdrawn,
    Stage::Decided,
    Stage::Decided,
    Stage::Decided,
    Stage::Decided,
];

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(count)) = (arguments.next(), arguments.next()) else {
        return Err("fill ADDRESS CASES".into());
    };
    let count: u64 = count.parse()?;
    let store = Database::open(&address, Settings::default()).await?;
    let desk = Arc::new(Desk { store, procedures: procedures()? });
    let now = Timestamp::now();

    let mut tasks = tokio::task::JoinSet::new();
    for part in 0..AT_A_TIME {
        let desk = Arc::clone(&desk);
        tasks.spawn(async move {
            let mut entries = Vec::new();
            let (first, last) = (count * part / AT_A_TIME, count * (part + 1) / AT_A_TIME);
            for number in first..last {
                entries.extend(case(&desk.procedures, number, count, now)?);
                if (number + 1 - first).is_multiple_of(BATCH) || number + 1 == last {
                    desk.store.append(&std::mem::take(&mut entries)).await?;
                }
            }
            Ok::<(), Fault>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    // What the time has done by now is there before anybody asks, as in a server that has run.
    let mut records = 0;
    loop {
        let recorded = desk.record_due(now, 1_000).await?;
        records += recorded.records;
        if recorded.cases == 0 {
            break;
        }
    }
    desk.store.events(0, 1).await?;
    desk.store.keep_derived_with(&desk.procedures.mark()).await?;
    println!("{count} cases; the time did something {records} times");
    desk.store.close().await;
    Ok(())
}

/// The log of a case, with what is kept beside each action.
fn case(
    procedures: &Procedures,
    number: u64,
    count: u64,
    now: Timestamp,
) -> Result<Vec<Entry>, Fault> {
    let procedure = *pick(&PROCEDURES, number)?;
    let stage = *pick(&STAGES, number / 10)?;
    let rules = procedures.rules(procedure).ok_or_else(|| format!("no procedure {procedure}"))?;
    let applicant = format!("person-{number}");
    let place = (*pick(&PLACES, number / 7)?).to_owned();
    // Those that are open came in over the last days, the others over the weeks before.
    let age = match stage {
        Stage::Draft | Stage::Submitted => SignedDuration::from_mins(sign(number * 37 % 2_000)),
        Stage::UnderReview | Stage::WaitsForPapers => {
            SignedDuration::from_mins(sign(2_000 + number * 41 % 4_000))
        }
        Stage::Withdrawn | Stage::Decided => SignedDuration::from_hours(sign(480 + number % 700)),
    };
    let begun = now.checked_sub(age)?;
    let mut log = Log {
        rules,
        case: Case::empty(&reference(number, count)),
        entries: Vec::new(),
        begun,
        stopped: false,
    };
    let facts = facts(number)?;
    let open =
        What::Open { procedure: procedure.to_owned(), place: Some(place), reconsiders: None };
    let kind = rules.procedure.documents.first().map(|document| document.id.clone());
    let kind = kind.ok_or_else(|| format!("{procedure} has no documents"))?;
    let paper = "paper-1".to_owned();
    let digest = format!("sha256:{number:064x}");
    let documents = vec![Document { id: paper.clone(), kind: kind.clone(), digest }];
    log.does(&applicant, Role::Applicant, open)?;
    log.does(&applicant, Role::Applicant, What::SaveDraft { facts: facts.clone(), documents })?;
    if stage == Stage::Draft {
        return Ok(log.entries);
    }
    log.does(&applicant, Role::Applicant, What::Submit)?;
    if number % 100 == 7 {
        let (person, reason) = ("officer-7".to_owned(), "a cousin of the person".to_owned());
        log.does("officer-1", Role::CaseOfficer, What::DeclareConflict { person, reason })?;
    }
    match stage {
        Stage::Draft | Stage::Submitted => {}
        Stage::Withdrawn => log.does(&applicant, Role::Applicant, What::Withdraw)?,
        Stage::WaitsForPapers => {
            let why = "it is not legible".to_owned();
            let items = vec![Shortcoming { document: kind, copy: Some(paper), why }];
            let notice = "notice-1".to_owned();
            let request = What::RequestCorrection { notice: notice.clone(), items };
            log.does("clerk-1", Role::IntakeClerk, request)?;
            let served = log.moment()?;
            log.does("clerk-1", Role::IntakeClerk, What::ServeCorrection { served })?;
        }
        Stage::UnderReview | Stage::Decided => {
            log.does("clerk-1", Role::IntakeClerk, What::Accept)?;
            log.does("officer-1", Role::CaseOfficer, What::StartReview)?;
        }
    }
    if stage == Stage::Decided {
        let proposal = Proposal {
            programme: "cn/work-permit".to_owned(),
            on: "2026-11-02".to_owned(),
            place: "110000".to_owned(),
            facts: serde_json::to_string(&rules.procedure.facts_of_rules(&facts))?,
            rules: BTreeMap::new(),
            result: "{}".to_owned(),
            adverse: Vec::new(),
            opinion: None,
        };
        let propose = What::Propose { proposal: Box::new(proposal) };
        log.does("officer-1", Role::CaseOfficer, propose)?;
        let reasons = "the degree fits the post".to_owned();
        let decide = What::Decide { verdict: Verdict::Granted, reasons };
        log.does("decider-1", Role::Decider, decide)?;
        let served = log.moment()?;
        log.does("officer-1", Role::CaseOfficer, What::ServeDecision { served })?;
    }
    Ok(log.entries)
}

/// A case on its way.
struct Log<'r> {
    rules: Rules<'r>,
    case: Case,
    entries: Vec<Entry>,
    begun: Timestamp,
    stopped: bool,
}

impl Log<'_> {
    /// When the next action is done: ten seconds after the one before.
    fn moment(&self) -> Result<Timestamp, Fault> {
        let after = SignedDuration::from_secs(10 * sign(self.case.version));
        Ok(self.begun.checked_add(after)?)
    }

    fn does(&mut self, person: &str, role: Role, what: What) -> Result<(), Fault> {
        let owners = &self.rules.procedure.owners;
        let department = owners.iter().find(|owner| !owner.party).map(|owner| owner.id.clone());
        let action = Action {
            id: format!("fill-{}", self.case.version),
            case: self.case.id.clone(),
            expected_version: self.case.version,
            at: self.moment()?,
            actor: Actor {
                person: person.to_owned(),
                role,
                department: department.filter(|_| role.is_officer()),
            },
            on_behalf: None,
            what,
        };
        if self.stopped {
            return Ok(());
        }
        if let Err(refusal) = self.case.apply(self.rules, &action) {
            // Some procedures have fewer steps; the case stands where it got to.
            self.stopped = true;
            if self.case.version < 3 {
                return Err(format!("{}: {refusal}", self.rules.procedure.id).into());
            }
            return Ok(());
        }
        let summary = Summary::of(self.rules, &self.case);
        let announcement = Announcement::of(self.rules.procedure, &self.case, &action);
        self.entries.push(Entry { action, summary, announcement });
        Ok(())
    }
}

/// What an application says; every person has a passport of their own.
fn facts(number: u64) -> Result<Map<String, Value>, Fault> {
    let text = include_str!("../../../examples/doctor-shanghai.json");
    let mut facts: Map<String, Value> = serde_json::from_str(text)?;
    for key in ["on", "place", "programme"] {
        facts.remove(key);
    }
    facts.insert("passport_number".to_owned(), format!("E{number:08}").into());
    facts.insert("permit_expiry".to_owned(), "2027-06-30".into());
    facts.insert("name".to_owned(), format!("Person {number}").into());
    facts.insert("nationality".to_owned(), (*pick(&COUNTRIES, number / 3)?).into());
    Ok(facts)
}

/// The reference of a case of this number, in an order that looks like none. Those of fewer than
/// 900,000 cases begin with `TM-0000-`, which is how `benches/cases/multiply.sql` makes more.
fn reference(number: u64, count: u64) -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    // A prime, so that no number comes twice.
    let number = number * 611_953 % count.max(1);
    // Of every 37 values these 32 have a check digit that is one of the digits.
    let value = number / 32 * 37 + number % 32;
    let digit = |value: u64| {
        let at = usize::try_from(value).unwrap_or_default();
        DIGITS.get(at).map_or('0', |digit| char::from(*digit))
    };
    let half = |from: u32| -> String {
        (from..from + 4).rev().map(|place| digit(value >> (5 * place) & 31)).collect()
    };
    format!("TM-{}-{}-{}", half(4), half(0), digit(value % 37))
}

fn procedures() -> Result<Procedures, Fault> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut files = BTreeMap::new();
    read(&root, &root, &mut files)?;
    let library = Library::load(&files).map_err(|fault| format!("{fault:?}"))?;
    Ok(casework::packs::procedures(&files, &library).map_err(|faults| faults.join("\n"))?)
}

/// The texts of the packs by path, as a server reads them.
fn read(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) -> Result<(), Fault> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
        if path.is_dir() {
            read(root, &path, files)?;
        } else if [".toml", ".csv", ".md", ".json"].iter().any(|ending| name.ends_with(ending)) {
            files.insert(name, std::fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

fn pick<T>(from: &[T], number: u64) -> Result<&T, Fault> {
    let count = u64::try_from(from.len())?;
    let at = usize::try_from(number % count.max(1))?;
    from.get(at).ok_or_else(|| "nothing to pick from".into())
}

fn sign(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
