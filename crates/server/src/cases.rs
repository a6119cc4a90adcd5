//! The API of cases, under `/api/v1/cases`.
//!
//! Who asks is who the token was made for; when something was done is when it arrived. Whether it
//! may be done is judged by the procedure, and by nothing here.

pub(crate) mod access;
pub(crate) mod act;
pub(crate) mod background;
pub(crate) mod deed;
pub(crate) mod documents;
pub(crate) mod event;
pub(crate) mod export;
pub(crate) mod letters;
mod next;
pub(crate) mod pace;
pub(crate) mod page;
pub(crate) mod procedures;
mod proposal;
pub(crate) mod queue;
pub(crate) mod read;
mod reference;
mod refusal;
pub(crate) mod scope;
pub(crate) mod send;
mod time;
pub(crate) mod view;
pub(crate) mod webhooks;
pub(crate) mod wire;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use casework::case::Rules;
use casework::store::StoreError;
use casework::summary::Summary;
use casework::{Action, Case, Procedures, Store, What};
use jiff::Timestamp;
use policy::Library;
use store::Database;
use tokio::sync::Semaphore;

use crate::pages::Desk;
use crate::problem::Problem;
use access::{Caller, Sight, bad_token, bearer, no_case};
use pace::{Limits, Pace};
use page::Seal;
use reference::Reference;
use refusal::{desk_problem, store_problem};
use scope::Scope;
use send::Sending;
use time::Watch;

/// The cases of this server, and who may ask about them.
pub struct Cases {
    pub(crate) desk: casework::Desk<Database>,
    pub(crate) library: Arc<Library>,
    /// Whoever has this can foretell references, and no more.
    reference_key: [u8; 32],
    /// What closes places in lists whose name is not for everybody who reads the list.
    pub(crate) seal: Seal,
    /// How many may take out logs at a time.
    exports: Semaphore,
    pub(crate) sending: Sending,
    pub(crate) watch: Watch,
    shelf: Option<documents::Shelf>,
    pub(crate) pace: Pace,
}

impl fmt::Debug for Cases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cases").field("store", &self.desk.store).finish_non_exhaustive()
    }
}

/// A case that the caller may see, as it stands.
pub(crate) struct Found<'c> {
    /// Its log.
    pub log: Vec<Action>,
    /// The case as it stands now.
    pub case: Case,
    /// What it is judged by.
    pub rules: Rules<'c>,
    /// As what the caller sees it.
    pub sight: Sight,
    /// Now.
    pub now: Timestamp,
}

impl Cases {
    /// The cases of a database.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn open(
        store: Database,
        library: Arc<Library>,
        procedures: Procedures,
        sending: Sending,
    ) -> Result<Cases, StoreError> {
        let reference_key = store.secret("reference").await?;
        let seal = Seal::new(store.secret("cursor").await?);
        let exports = Semaphore::new(export::AT_A_TIME);
        let desk = casework::Desk { store, procedures };
        let (watch, shelf) = (Watch::new(Timestamp::now), None);
        let pace = Pace::new(Limits::default());
        Ok(Cases { desk, library, reference_key, seal, exports, sending, watch, shelf, pace })
    }

    /// With other limits to how often may be asked.
    pub fn limited(mut self, limits: Limits) -> Cases {
        self.pace = Pace::new(limits);
        self
    }

    /// The desk where actions arrive.
    pub fn desk(&self) -> &casework::Desk<Database> {
        &self.desk
    }

    /// A reference for a case that somebody opens, the same for the same request.
    pub fn reference(&self, person: &str, request: &str, attempt: u32) -> String {
        Reference::draw(&self.reference_key, person, request, attempt).to_string()
    }

    /// With another clock than the machine's.
    #[cfg(test)]
    pub(crate) fn at(mut self, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Cases {
        self.watch = Watch::believing(now);
        self
    }

    /// The time, if it can be trusted.
    pub(crate) fn now(&self) -> Result<Timestamp, Problem> {
        self.watch.read().map_err(time::jumped)
    }

    /// Whoever asks, if the token opens this.
    async fn caller(&self, headers: &HeaderMap, scope: Scope) -> Result<Caller, Problem> {
        let secret = bearer(headers)?;
        let token = self.desk.store.token(secret, self.now()?).await;
        let token = token.map_err(|error| store_problem(&error))?.ok_or_else(bad_token)?;
        let caller = Caller::of(&token);
        caller.must_have(scope)?;
        Ok(caller)
    }

    /// The case of a reference, if it is there and the caller may see it.
    async fn find(&self, caller: &Caller, reference: &str) -> Result<Found<'_>, Problem> {
        let id = Reference::read(reference).ok_or_else(no_case)?.to_string();
        let line = self.line(&id).await?;
        let sight = self.sight(caller, &id, line).await?;
        self.file(caller, &id, sight).await
    }

    /// A case whose line the caller may see.
    async fn file(&self, caller: &Caller, id: &str, sight: Sight) -> Result<Found<'_>, Problem> {
        let log = self.desk.store.load(id).await.map_err(|error| store_problem(&error))?;
        let Some(What::Open { procedure, .. }) = log.first().map(|first| &first.what) else {
            return Err(no_case());
        };
        let unknown =
            || desk_problem(casework::desk::DeskError::UnknownProcedure(procedure.clone()));
        let rules = self.desk.procedures.rules(procedure).ok_or_else(unknown)?;
        let folded = Case::fold(rules, id, &log)
            .map_err(|refusal| desk_problem(casework::desk::DeskError::Refused(refusal)))?;
        let now = self.now()?;
        let case = folded.at(rules, now);
        // A conflict may have been declared since the line was read.
        if caller.is_barred(&case.conflicts) {
            return Err(no_case());
        }
        Ok(Found { log, case, rules, sight, now })
    }

    /// As what the caller sees a case. Where it is not to be seen, the same is read as where there
    /// is none: one line, and for officers another one, since those who reconsider a decision see
    /// the file of its case. Acting in it stays with the departments of its own procedure.
    async fn sight(
        &self,
        caller: &Caller,
        id: &str,
        line: Option<Summary>,
    ) -> Result<Sight, Problem> {
        if let Some(sight) = line.as_ref().and_then(|line| self.sees(caller, line)) {
            return Ok(sight);
        }
        if !caller.actor.role.is_officer() {
            return Err(no_case());
        }
        let contested = line.filter(|line| !caller.is_barred(&line.conflicts));
        let by = contested.and_then(|line| line.contested_by);
        let other = self.line(by.as_deref().unwrap_or(id)).await?;
        let other = other.filter(|line| by.is_some() && line.submitted.is_some());
        let rules = other.and_then(|line| self.desk.procedures.rules(&line.procedure));
        let reads = rules.is_some_and(|rules| caller.takes_part(rules.procedure));
        if reads { Ok(Sight::Officer) } else { Err(no_case()) }
    }

    /// As what the caller sees a case, going by its line and its own procedure alone.
    fn sees(&self, caller: &Caller, line: &Summary) -> Option<Sight> {
        caller.sees(self.desk.procedures.rules(&line.procedure)?.procedure, line)
    }

    /// Cases in a line, by their identifiers.
    async fn lines(
        &self,
        ids: impl Iterator<Item = &str>,
    ) -> Result<BTreeMap<String, Summary>, StoreError> {
        let lines = self.desk.store.lines(&ids.collect()).await?;
        Ok(lines.into_iter().map(|line| (line.case.clone(), line)).collect())
    }

    /// A case in a line.
    async fn line(&self, id: &str) -> Result<Option<Summary>, Problem> {
        self.desk.store.summary(id).await.map_err(|error| store_problem(&error))
    }
}

/// The cases of this server, and who asks.
pub(crate) async fn enter<'d>(
    desk: &'d Desk,
    headers: &HeaderMap,
    scope: Scope,
) -> Result<(&'d Cases, Caller), Problem> {
    let cases = desk.cases.as_deref().ok_or_else(|| {
        let detail = "start it with `--database` or `--demo`";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Problem::new(status, "no-storage", "This server keeps no cases", detail)
            .say("problem-no-storage")
    })?;
    let caller = cases.caller(headers, scope).await?;
    Ok((cases, caller))
}
