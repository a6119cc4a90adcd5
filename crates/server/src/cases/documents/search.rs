//! The search for malicious software in documents that could not be searched when they arrived.

use std::time::Duration;

use casework::store::StoreError;
use store::{Found, Scan};

use crate::cases::Cases;
use crate::cases::background::Notice;

/// How often documents are looked for that nobody has searched.
const PAUSE: Duration = Duration::from_secs(60);

/// How many documents are asked for at a time.
const AT_A_TIME: usize = 50;

/// How many documents one after the other cannot be searched before it is given up until later. One
/// alone may be larger than the daemon takes.
const MOST_FAULTS: usize = 3;

impl Cases {
    /// Searches what has not been searched, until it is dropped.
    pub(crate) async fn search_on_and_on(&self, tell: &(impl Fn(Notice) + Sync)) {
        let searches = self.shelf.as_ref().is_some_and(|shelf| shelf.scanner.is_some());
        if !searches {
            return std::future::pending().await;
        }
        // That the daemon is away is told once, until it is back.
        let mut away = false;
        loop {
            match self.search_unsearched().await {
                Ok(None) => away = false,
                Ok(Some(fault)) if !away => {
                    away = true;
                    tell(Notice::Scanner(fault));
                }
                Ok(Some(_)) => {}
                Err(error) => tell(Notice::Storage(error)),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Searches every document that has not been searched; says why it could not.
    pub(crate) async fn search_unsearched(&self) -> Result<Option<String>, StoreError> {
        let Some(shelf) = &self.shelf else { return Ok(None) };
        let Some(scanner) = &shelf.scanner else { return Ok(None) };
        let mut last = String::new();
        let (mut first_fault, mut faults) = (None, 0);
        loop {
            let digests = self.desk.store.unsearched(&last, AT_A_TIME).await?;
            let Some(end) = digests.last() else { return Ok(first_fault) };
            last.clone_from(end);
            for digest in &digests {
                // What is lost or changed is for `store check` to find.
                let Ok(Some(bytes)) = shelf.objects.give(digest).await else { continue };
                let at = self.watch.wall();
                let scan = match scanner.search(&bytes).await {
                    Ok(Found::Nothing) => Scan::Clean { at },
                    Ok(Found::Malicious(with)) => Scan::Infected { at, with },
                    Err(error) => {
                        first_fault.get_or_insert(error.to_string());
                        faults += 1;
                        if faults == MOST_FAULTS {
                            return Ok(first_fault);
                        }
                        continue;
                    }
                };
                faults = 0;
                self.desk.store.keep_scan(digest, &scan).await?;
            }
        }
    }
}
