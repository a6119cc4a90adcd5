//! `xianlu serve`: the pages and the API.

mod demo;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use server::{Cases, Limits, Notice, Sending, Server, Site};
use store::{Database, Objects, OpenError, Scanner, Settings};

use super::store::{failed as storage_failed, no_documents};
use crate::arguments::{Lang, Serve};
use crate::failure::Failure;
use crate::messages::Messages;
use crate::packs;

const FIRST_PORT: u16 = 8080;
/// How many ports are tried where no address is asked for.
const PORTS: u16 = 20;

/// Runs the command until it is told to stop.
pub fn run(command: &Serve) -> Result<ExitCode, Failure> {
    let (library, procedures) = packs::load_all(&command.packs)?;
    let (library, procedures) = (Arc::new(library), Arc::new(procedures));
    let failed = |error: io::Error| {
        let why = ("why", error.to_string());
        match command.listen {
            Some(address) => {
                Failure::said("cannot-serve-at", [("address", address.to_string()), why])
            }
            None => Failure::said("cannot-serve", [why]),
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(8 << 20)
        .build()
        .map_err(failed)?;
    runtime.block_on(async {
        let messages = Arc::new(Messages::new(Lang::or_terminal(None)));
        let database = open(command).await?;
        let mut site = Site { library, procedures, cases: None };
        if let Some(database) = &database {
            let sending =
                if command.webhooks_to_loopback { Sending::LoopbackToo } else { Sending::Abroad };
            let (library, procedures) = (Arc::clone(&site.library), (*site.procedures).clone());
            let cases = Cases::open(database.clone(), library, procedures, sending).await;
            let mut cases = cases.map_err(|error| storage_failed(&error, &messages))?;
            if let Some(place) = documents(command)? {
                let unusable = |error| no_documents(&place, &error, &messages);
                let objects = Objects::open(&place).map_err(unusable)?;
                objects.reach().await.map_err(unusable)?;
                let scanner = command.scanner.as_deref().map(Scanner::new);
                cases = cases.with_documents(objects, scanner);
            }
            let limits = Limits {
                requests_per_second: command.requests_per_second,
                wrong_tokens_per_minute: command.wrong_tokens_per_minute,
            };
            site.cases = Some(Arc::new(cases.limited(limits)));
        }
        let server = match command.listen {
            Some(address) => Server::bind(address, site.clone()).await.map_err(failed)?,
            None => bind_free(&site).await.map_err(failed)?,
        };
        anstream::println!("Xianlu 贤路: http://{}/", server.address());
        if let Some(cases) = site.cases.as_ref().filter(|_| command.demo) {
            demo::fill(cases, server.address(), &messages).await?;
        }
        let working = site.cases.clone().map(|cases| {
            let messages = Arc::clone(&messages);
            tokio::spawn(cases.work(move |notice| tell(&messages, &notice)))
        });
        let served = server.run().await.map_err(failed);
        if let Some(working) = working {
            working.abort();
        }
        if let Some(database) = database {
            database.close().await;
        }
        served
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The database, if cases are kept.
async fn open(command: &Serve) -> Result<Option<Database>, Failure> {
    let settings = Settings::default();
    let opened = match (&command.database, command.demo) {
        (Some(address), _) => Database::open(address, settings).await,
        (None, false) => return Ok(None),
        (None, true) => open_demo(&demo_file()?).await,
    };
    opened.map(Some).map_err(|error| Failure::Asked(error.to_string()))
}

/// Where the bytes of documents are kept, if they are.
fn documents(command: &Serve) -> Result<Option<String>, Failure> {
    match (&command.documents, &command.database, command.demo) {
        (Some(place), _, _) => Ok(Some(place.clone())),
        (None, None, true) => Ok(Some(demo_folder()?.join("documents").display().to_string())),
        (None, _, _) => Ok(None),
    }
}

/// The database of demonstrations, which is brought up to date without asking.
async fn open_demo(file: &std::path::Path) -> Result<Database, OpenError> {
    let address = format!("sqlite:{}", file.display());
    let database = Database::connect(&address, Settings::default()).await?;
    database.migrate().await?;
    Ok(database)
}

/// Where the cases of demonstrations are kept.
fn demo_file() -> Result<PathBuf, Failure> {
    Ok(demo_folder()?.join("demo.db"))
}

/// The folder of demonstrations.
fn demo_folder() -> Result<PathBuf, Failure> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let folder = set("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(set("HOME")?).join(".local").join("share")));
    let folder = folder.unwrap_or_else(std::env::temp_dir).join("xianlu");
    std::fs::create_dir_all(&folder)
        .map_err(|error| Failure::input(&folder, format!("cannot be made: {error}")))?;
    Ok(folder)
}

fn tell(messages: &Messages, notice: &Notice) {
    let (key, error) = match notice {
        Notice::Storage(error) => ("serve-storage", error.to_string()),
        Notice::Case(error) => ("serve-case", error.to_string()),
        Notice::Scanner(error) => ("serve-scanner", error.clone()),
        Notice::Clock(jump) => ("serve-clock", jump.to_string()),
    };
    anstream::eprintln!("{}", messages.format(key, &[("error", &error)]));
}

/// Listens at the first port that is free.
async fn bind_free(site: &Site) -> io::Result<Server> {
    let mut port = FIRST_PORT;
    loop {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        match Server::bind(address, site.clone()).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && port < FIRST_PORT + PORTS => {
                port += 1;
            }
            result => return result,
        }
    }
}
