//! Who asks, and what they may see.
//!
//! A reference names a case and opens nothing: every case that is read or acted in is looked at
//! here first, in its line and before its log is read, and one that is not to be seen is answered
//! like one that does not exist, after the same work.

use std::collections::BTreeSet;

use axum::http::{HeaderMap, StatusCode, header};
use casework::Actor;
use casework::action::Role;
use casework::procedure::Procedure;
use casework::summary::Summary;
use store::Token;

use super::scope::{ON_BEHALF, Scope};
use crate::problem::Problem;

/// Who asks: the person that a token was made for.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The person, the role and the department.
    pub actor: Actor,
    /// The people for whom the person may act.
    pub on_behalf: Vec<String>,
    /// What the token opens.
    pub scopes: Vec<Scope>,
}

/// As what somebody sees a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    /// As the person's side: what it has said and been told.
    Party,
    /// As an officer of a department that handles it: the file.
    Officer,
}

impl Caller {
    /// Whom a token was made for. Scopes of a newer program open nothing.
    pub fn of(token: &Token) -> Caller {
        let scopes = token.scopes.iter();
        Caller {
            actor: token.actor.clone(),
            on_behalf: scopes
                .clone()
                .filter_map(|scope| scope.strip_prefix(ON_BEHALF).map(str::to_owned))
                .collect(),
            scopes: scopes.filter_map(|scope| Scope::read(scope)).collect(),
        }
    }

    /// As what the caller sees a case, if at all.
    pub fn sees(&self, procedure: &Procedure, line: &Summary) -> Option<Sight> {
        if self.is_barred(&line.conflicts) {
            return None;
        }
        self.may_see(procedure, &line.applicant, line.submitted.is_some())
    }

    /// Whether the caller is an officer who must not act in a case with these people in conflict.
    pub fn is_barred(&self, conflicts: &BTreeSet<String>) -> bool {
        self.actor.role.is_officer() && conflicts.contains(&self.actor.person)
    }

    fn may_see(&self, procedure: &Procedure, applicant: &str, submitted: bool) -> Option<Sight> {
        match self.actor.role {
            Role::Applicant => (applicant == self.actor.person).then_some(Sight::Party),
            Role::EmployerAgent | Role::Intermediary => {
                self.acts_for(applicant).then_some(Sight::Party)
            }
            // What has not been handed in is not the authority's yet.
            Role::IntakeClerk | Role::CaseOfficer | Role::Decider | Role::Verifier => {
                (submitted && self.takes_part(procedure)).then_some(Sight::Officer)
            }
            Role::System => None,
        }
    }

    /// Whether the caller may act for a person.
    pub fn acts_for(&self, person: &str) -> bool {
        self.on_behalf.iter().any(|known| known == person)
    }

    /// Whether the officer's department has a part in a procedure.
    pub fn takes_part(&self, procedure: &Procedure) -> bool {
        let department = self.actor.department.as_ref().filter(|_| self.actor.role.is_officer());
        department.is_some_and(|department| has_part(procedure, department))
    }

    /// Makes sure that the token opens this.
    ///
    /// # Errors
    ///
    /// The problem, if it does not.
    pub fn must_have(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes.contains(&scope) {
            return Ok(());
        }
        let detail = format!("the token does not have the scope `{scope}`");
        let challenge =
            format!("Bearer realm=\"xianlu\", error=\"insufficient_scope\", scope=\"{scope}\"");
        Err(Problem::new(StatusCode::FORBIDDEN, "scope", "The token does not open this", detail)
            .say("problem-scope")
            .header(header::WWW_AUTHENTICATE, &challenge))
    }
}

/// Whether a department has a part in a procedure.
pub(crate) fn has_part(procedure: &Procedure, department: &str) -> bool {
    let party = |id: &str| procedure.owners.iter().any(|owner| owner.party && owner.id == id);
    let steps = procedure.steps.iter().map(|step| &step.owner);
    let tracks = procedure.tracks.iter().map(|track| &track.owner);
    steps.chain(tracks).any(|owner| owner == department) && !party(department)
}

/// The token of a request.
///
/// # Errors
///
/// The problem, if there is none.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = value.and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    token.filter(|token| !token.is_empty()).ok_or_else(|| {
        let detail = "send the header `Authorization: Bearer` with a token";
        Problem::new(StatusCode::UNAUTHORIZED, "token", "A token is needed", detail)
            .say("problem-token-missing")
            .header(header::WWW_AUTHENTICATE, "Bearer realm=\"xianlu\"")
    })
}

/// A token that opens nothing: unknown, expired or revoked, which look the same.
pub(crate) fn bad_token() -> Problem {
    let detail = "the token is not known, has expired or was revoked";
    Problem::new(StatusCode::UNAUTHORIZED, "token", "The token is not valid", detail)
        .say("problem-token-invalid")
        .header(header::WWW_AUTHENTICATE, "Bearer realm=\"xianlu\", error=\"invalid_token\"")
}

/// A case that is not there, or not to be seen: the same answer.
pub(crate) fn no_case() -> Problem {
    let detail = "there is no such case, or it is not yours to see";
    Problem::new(StatusCode::NOT_FOUND, "case", "There is no such case", detail).say("problem-case")
}
