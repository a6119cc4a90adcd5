//! SIGKILL of the program while a thousand clients are at work, again and again.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use tokio::sync::mpsc;

use crate::harness::{Place, on_both};
use crate::work::{self, CLIENTS, Told};

/// After how many new answers the program is killed, the last rounds last.
const ROUNDS: [usize; 7] = [1, 40, 97, 3, 160, 250, 77];

/// The program that is killed: the clients, with a line for each answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "is started by the tests that kill it"]
async fn program() {
    let Ok(address) = std::env::var("XIANLU_TEST_DATABASE") else { return };
    let database = work::open(&address).await;
    let (send, mut told) = mpsc::unbounded_channel();
    let clients = tokio::spawn(async move { work::clients(&database, send).await });
    while let Some((id, version)) = told.recv().await {
        writeln!(std::io::stdout(), "\ntold {id} {version}").unwrap();
    }
    clients.await.unwrap();
}

/// Runs the program until `kill_after` answers that are new, or to its end.
fn run(address: &str, told: &mut Told, kill_after: Option<usize>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["kill::program", "--exact", "--ignored", "--nocapture"])
        .env("XIANLU_TEST_DATABASE", address)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let mut new = 0;
    // What was said before the end was said: the rest is read after the kill.
    for line in output.lines() {
        let line = line.unwrap();
        let Some(answer) = line.strip_prefix("told ") else { continue };
        // The last line may be cut off by the kill.
        let Some((id, version)) = answer.split_once(' ') else { continue };
        let Ok(version) = version.parse() else { continue };
        match told.insert(id.to_owned(), version) {
            Some(before) => assert_eq!(before, version, "the same answer every time"),
            None => new += 1,
        }
        if kill_after == Some(new) {
            child.kill().unwrap();
        }
    }
    let status = child.wait().unwrap();
    assert_eq!(status.success(), kill_after.is_none(), "{status}");
}

async fn a_killed_program_loses_and_doubles_nothing(place: Place) {
    let database = work::open(&place.address).await;
    work::prepare(&database).await;
    let mut told = BTreeMap::new();
    for kill_after in ROUNDS {
        let (address, mut so_far) = (place.address.clone(), std::mem::take(&mut told));
        let round = tokio::task::spawn_blocking(move || {
            run(&address, &mut so_far, Some(kill_after));
            so_far
        });
        told = round.await.unwrap();
        work::holds(&database, &told).await;
        println!("killed with {} of {CLIENTS} told", told.len());
    }
    let address = place.address.clone();
    let last = tokio::task::spawn_blocking(move || {
        run(&address, &mut told, None);
        told
    });
    work::is_complete(&database, &last.await.unwrap()).await;
}

on_both!(a_killed_program_loses_and_doubles_nothing);
