//! `xianlu store`: the database behind the cases.

use std::io::{BufReader, BufWriter, Read};
use std::path::Path;
use std::process::ExitCode;

use casework::store::StoreError;
use casework::{Action, Case, Procedures, Summary, What};
use jiff::Timestamp;
use store::{
    BackupError, Checked, Counts, Database, Fault, LineFault, LocationFault, Objects, ObjectsError,
    OpenError, Settings,
};

use crate::arguments::{Lang, Store};
use crate::failure::Failure;
use crate::messages::Messages;
use crate::packs;
use crate::paint::{MET, NOT_MET, paint};

/// Runs the command.
pub fn run(command: &Store) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Asked(error.to_string()))?;
    runtime.block_on(run_in(command))
}

async fn run_in(command: &Store) -> Result<ExitCode, Failure> {
    let at = command.at();
    let messages = Messages::new(Lang::or_terminal(at.lang));
    let settings = Settings::default();
    let connect = async || {
        let database = Database::connect(&at.database, settings).await;
        database.map_err(|error| not_open(&error, &messages))
    };
    let there = async || {
        let database = connect().await?;
        let checked = database.check_schema().await;
        checked.map_err(|error| not_open(&error, &messages))?;
        Ok::<_, Failure>(database)
    };
    match command {
        Store::Migrate { .. } => {
            let migrated = connect().await?.migrate().await;
            let migrated = migrated.map_err(|error| not_open(&error, &messages))?;
            let key = match migrated.from {
                0 => "store-made",
                from if from == migrated.to => "store-current",
                _ => "store-migrated",
            };
            let (from, to) = (migrated.from.to_string(), migrated.to.to_string());
            anstream::println!("{}", messages.format(key, &[("from", &from), ("to", &to)]));
            Ok(ExitCode::SUCCESS)
        }
        Store::Check { documents, packs, .. } => {
            let (_, procedures) = packs::load_all(packs)?;
            let database = there().await?;
            let checked = database.check(folder(&procedures)).await;
            let mut checked = checked.map_err(|error| failed(&error, &messages))?;
            if let Some(place) = documents {
                let unusable = |error| no_documents(place, &error, &messages);
                let objects = Objects::there(place).map_err(unusable)?;
                objects.reach().await.map_err(unusable)?;
                let read = database.check_documents(&objects, &mut checked).await;
                read.map_err(|error| failed(&error, &messages))?;
                let count = checked.documents.to_string();
                let said = messages.format("store-documents", &[("documents", &count)]);
                anstream::println!("{said}");
            }
            Ok(print_checked(&checked, &messages))
        }
        Store::Rebuild { packs, .. } => {
            let (_, procedures) = packs::load_all(packs)?;
            let database = there().await?;
            let rebuilt = database.rebuild(folder(&procedures)).await;
            let (cases, unfolded) = rebuilt.map_err(|error| failed(&error, &messages))?;
            let kept = database.keep_derived_with(&procedures.mark()).await;
            kept.map_err(|error| failed(&error, &messages))?;
            let cases = cases.to_string();
            anstream::println!("{}", messages.format("store-rebuilt", &[("cases", &cases)]));
            for case in &unfolded {
                let what = messages.text("store-fault-fold");
                anstream::println!("{case}: {}", paint(NOT_MET, what));
            }
            Ok(ExitCode::from(u8::from(!unfolded.is_empty())))
        }
        Store::Backup { file, .. } => {
            let counts = backup(&there().await?, file, &messages).await?;
            // The standard output is the backup's, if that is where it goes.
            anstream::eprintln!("{}", copied("store-backed-up", &counts, &messages));
            Ok(ExitCode::SUCCESS)
        }
        Store::Restore { file, .. } => {
            let database = Database::open(&at.database, settings).await;
            let database = database.map_err(|error| not_open(&error, &messages))?;
            let counts = restore(&database, file, &messages).await?;
            anstream::println!("{}", copied("store-restored", &counts, &messages));
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Folds the log of a case under its procedure.
fn folder(procedures: &Procedures) -> impl Fn(&str, &[Action]) -> Option<Summary> + Send + Sync {
    move |case, log| {
        let What::Open { procedure, .. } = &log.first()?.what else { return None };
        let rules = procedures.rules(procedure)?;
        Some(Summary::of(rules, &Case::fold(rules, case, log).ok()?))
    }
}

fn print_checked(checked: &Checked, messages: &Messages) -> ExitCode {
    let counts = [checked.cases, checked.actions, checked.faults].map(|count| count.to_string());
    let [cases, actions, faults] = &counts;
    let arguments =
        [("cases", cases.as_str()), ("actions", actions.as_str()), ("faults", faults.as_str())];
    if checked.faults == 0 {
        let text = messages.format("store-whole", &arguments);
        anstream::println!("{}", paint(MET, text));
        return ExitCode::SUCCESS;
    }
    for (case, fault) in &checked.first {
        let key = match fault {
            Fault::Log => "store-fault-log",
            Fault::Fold => "store-fault-fold",
            Fault::Summary => "store-fault-summary",
            Fault::Queue => "store-fault-queue",
            Fault::Keys => "store-fault-keys",
            Fault::Announcements => "store-fault-announcements",
            Fault::NoCase => "store-fault-no-case",
            Fault::DocumentMissing => "store-fault-document-missing",
            Fault::DocumentChanged => "store-fault-document-changed",
        };
        anstream::println!("{case}: {}", messages.text(key));
    }
    anstream::println!("{}", paint(NOT_MET, messages.format("store-faulty", &arguments)));
    ExitCode::FAILURE
}

/// Writes a backup to a file that is not there yet; it is there when all of it is written.
async fn backup(database: &Database, file: &Path, messages: &Messages) -> Result<Counts, Failure> {
    let made = Timestamp::now();
    if file == Path::new("-") {
        let copied = database.backup(&mut std::io::stdout(), made).await;
        return copied.map_err(|error| not_copied(&error, file, messages));
    }
    if file.exists() {
        return Err(Failure::input(file, messages.text("store-file-there")));
    }
    let unwritable = |error: std::io::Error| {
        let text = messages.format("store-file", &[("fault", &error.to_string())]);
        Failure::input(file, text)
    };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let made_in = folder.unwrap_or(Path::new("."));
    let partial = tempfile::NamedTempFile::new_in(made_in).map_err(unwritable)?;
    let mut writer = BufWriter::with_capacity(1 << 20, partial);
    let copied = database.backup(&mut writer, made).await;
    let counts = copied.map_err(|error| not_copied(&error, file, messages))?;
    let partial = writer.into_inner().map_err(|error| unwritable(error.into_error()))?;
    partial.as_file().sync_all().map_err(unwritable)?;
    partial.persist_noclobber(file).map_err(|error| unwritable(error.error))?;
    Ok(counts)
}

async fn restore(database: &Database, file: &Path, messages: &Messages) -> Result<Counts, Failure> {
    let input: Box<dyn Read + Send> = if file == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(file).map_err(|error| Failure::read(file, &error))?)
    };
    let restored = database.restore(&mut BufReader::with_capacity(1 << 20, input)).await;
    restored.map_err(|error| not_copied(&error, file, messages))
}

fn copied(key: &str, counts: &Counts, messages: &Messages) -> String {
    let rows: u64 = counts.values().sum();
    let of = |table: &str| counts.get(table).copied().unwrap_or(0).to_string();
    let arguments = [
        ("rows", rows.to_string()),
        ("cases", of("summary")),
        ("actions", of("action")),
        ("documents", of("document")),
    ];
    let arguments: Vec<(&str, &str)> =
        arguments.iter().map(|(name, value)| (*name, value.as_str())).collect();
    messages.format(key, &arguments)
}

/// Why a database cannot be used, in words.
fn not_open(error: &OpenError, messages: &Messages) -> Failure {
    let text = match error {
        OpenError::Address(address) => messages.format("store-no-address", &[("address", address)]),
        OpenError::Empty => messages.text("store-empty"),
        OpenError::Older { found, needed } => {
            let (found, needed) = (found.to_string(), needed.to_string());
            messages.format("store-older", &[("found", &found), ("needed", &needed)])
        }
        OpenError::Newer { found, needed } => {
            let (found, needed) = (found.to_string(), needed.to_string());
            messages.format("store-newer", &[("found", &found), ("needed", &needed)])
        }
        OpenError::Storage(error) => return failed(error, messages),
    };
    Failure::Asked(text)
}

/// What went wrong with a database, in words.
pub fn failed(error: &StoreError, messages: &Messages) -> Failure {
    let text = match error {
        StoreError::Unavailable(fault) => messages.format("store-unavailable", &[("fault", fault)]),
        StoreError::Failed(fault) => messages.format("store-failed", &[("fault", fault)]),
        other => messages.format("store-failed", &[("fault", &other.to_string())]),
    };
    Failure::Asked(text)
}

/// Why documents cannot be kept or read at a place, in words.
pub fn no_documents(place: &str, error: &ObjectsError, messages: &Messages) -> Failure {
    let of = |key: &str, fault: &str| messages.format(key, &[("place", place), ("fault", fault)]);
    let text = match error {
        ObjectsError::Location { why: LocationFault::NoPlace, .. } => of("documents-no-place", ""),
        ObjectsError::Location { why: LocationFault::NoFolder, .. } => {
            of("documents-no-folder", "")
        }
        ObjectsError::Location { why: LocationFault::BucketName, .. } => {
            of("documents-bucket-name", "")
        }
        ObjectsError::Location { why: LocationFault::Unusable(fault), .. } => {
            of("documents-unusable", fault)
        }
        ObjectsError::Unavailable(fault) => of("documents-away", fault),
        ObjectsError::Changed(_) => of("documents-unusable", &error.to_string()),
    };
    Failure::Asked(text)
}

/// Why a backup was not made or not used, in words.
fn not_copied(error: &BackupError, file: &Path, messages: &Messages) -> Failure {
    let text = match error {
        BackupError::File(fault) => messages.format("store-file", &[("fault", fault)]),
        BackupError::NotEmpty { table, count } => {
            let count = count.to_string();
            let arguments = [("table", table.as_str()), ("count", count.as_str())];
            return Failure::Asked(messages.format("store-not-empty", &arguments));
        }
        BackupError::NoBackup => messages.text("store-no-backup"),
        BackupError::Line { line, fault } => {
            let fault = match fault {
                LineFault::Form => messages.text("store-line-form"),
                LineFault::Table(table) => messages.format("store-line-table", &[("table", table)]),
                LineFault::Values => messages.text("store-line-values"),
            };
            messages.format("store-line", &[("line", &line.to_string()), ("fault", &fault)])
        }
        BackupError::Schema { found, needed } => {
            let (found, needed) = (found.to_string(), needed.to_string());
            messages.format("store-backup-schema", &[("found", &found), ("needed", &needed)])
        }
        BackupError::CutOff => messages.text("store-cut-off"),
        BackupError::Digest => messages.text("store-digest"),
        BackupError::Count { table, found, expected } => {
            let (found, expected) = (found.to_string(), expected.to_string());
            let arguments = [
                ("table", table.as_str()),
                ("found", found.as_str()),
                ("expected", expected.as_str()),
            ];
            messages.format("store-count", &arguments)
        }
        BackupError::Storage(error) => return failed(error, messages),
    };
    Failure::input(file, text)
}
