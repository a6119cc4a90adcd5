//! The API of cases, under `/api/v1/cases`.
//!
//! Who asks is who the token was made for; when something was done is when it arrived. Whether it
//! may be done is judged by the procedure, and by nothing here.

pub(crate) mod access;
pub(crate) mod act;
pub(crate) mod deed;
mod next;
pub(crate) mod page;
pub(crate) mod procedures;
mod proposal;
pub(crate) mod queue;
pub(crate) mod read;
mod reference;
mod refusal;
pub(crate) mod scope;
pub(crate) mod tokens;
pub(crate) mod view;
pub(crate) mod wire;

use std::fmt;
use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use casework::case::Rules;
use casework::{Action, Case, InMemory, Procedures, Store, What};
use jiff::Timestamp;
use policy::Library;

use crate::pages::Desk;
use crate::problem::Problem;
use access::{Caller, Sight, bad_token, bearer, no_case};
use reference::Reference;
use refusal::{desk_problem, store_problem};
use scope::Scope;
use tokens::Tokens;

/// The cases of this server, and who may ask about them.
pub struct Cases {
    pub(crate) desk: casework::Desk<InMemory>,
    pub(crate) library: Arc<Library>,
    pub(crate) tokens: Tokens,
    /// Whoever has this can foretell references, and no more.
    reference_key: [u8; 32],
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

impl fmt::Debug for Cases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cases").finish_non_exhaustive()
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
    /// Cases that are kept in memory, and forgotten when the program ends.
    ///
    /// # Errors
    ///
    /// When the machine gives no random bytes.
    pub fn in_memory(
        library: Arc<Library>,
        procedures: Procedures,
    ) -> Result<Cases, getrandom::Error> {
        let mut reference_key = [0; 32];
        getrandom::fill(&mut reference_key)?;
        Ok(Cases {
            desk: casework::Desk { store: InMemory::default(), procedures },
            library,
            tokens: Tokens::default(),
            reference_key,
            now: Box::new(Timestamp::now),
        })
    }

    /// Makes a token for somebody, valid until a moment, and gives its secret. `on_behalf` are the
    /// people for whom an agent may act.
    ///
    /// # Errors
    ///
    /// When the machine gives no random bytes.
    pub fn make_token(
        &self,
        actor: casework::Actor,
        on_behalf: Vec<String>,
        scopes: Vec<Scope>,
        expires: Timestamp,
    ) -> Result<String, getrandom::Error> {
        self.tokens.make(Caller { actor, on_behalf, scopes }, expires)
    }

    /// With another clock than the machine's.
    #[cfg(test)]
    pub(crate) fn at(mut self, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Cases {
        self.now = Box::new(now);
        self
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// Whoever asks, if the token opens this.
    async fn caller(&self, headers: &HeaderMap, scope: Scope) -> Result<Caller, Problem> {
        let token = bearer(headers)?;
        let caller = self.tokens.find(token, self.now()).ok_or_else(bad_token)?;
        caller.must_have(scope)?;
        Ok(caller)
    }

    /// The case of a reference, if it is there and the caller may see it.
    async fn find(&self, caller: &Caller, reference: &str) -> Result<Found<'_>, Problem> {
        let id = Reference::read(reference).ok_or_else(no_case)?.to_string();
        let log = self.desk.store.load(&id).await.map_err(|error| store_problem(&error))?;
        let Some(What::Open { procedure, .. }) = log.first().map(|first| &first.what) else {
            return Err(no_case());
        };
        let unknown =
            || desk_problem(casework::desk::DeskError::UnknownProcedure(procedure.clone()));
        let rules = self.desk.procedures.rules(procedure).ok_or_else(unknown)?;
        let folded = Case::fold(rules, &id, &log)
            .map_err(|refusal| desk_problem(casework::desk::DeskError::Refused(refusal)))?;
        let now = self.now();
        let case = folded.at(rules, now);
        let sight = caller.sees(rules.procedure, &case).ok_or_else(no_case)?;
        Ok(Found { log, case, rules, sight, now })
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
