//! `xianlu token`: who may ask the API for cases.

use std::collections::BTreeSet;
use std::process::ExitCode;

use casework::{Actor, Role};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use server::{ON_BEHALF, Scope};
use store::{Database, NewToken, Settings, Token as Kept};

use crate::arguments::{Format, Lang, Token, TokenList, TokenMake, TokenRevoke};
use crate::failure::Failure;
use crate::messages::Messages;

/// Runs a command about tokens.
pub fn run(command: &Token) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Asked(error.to_string()))?;
    runtime.block_on(async {
        match command {
            Token::Make(command) => make(command).await,
            Token::List(command) => list(command).await,
            Token::Revoke(command) => revoke(command).await,
        }
    })
}

async fn open(address: &str) -> Result<Database, Failure> {
    let opened = Database::open(address, Settings::default()).await;
    opened.map_err(|error| Failure::Asked(error.to_string()))
}

async fn make(command: &TokenMake) -> Result<ExitCode, Failure> {
    let messages = Messages::new(Lang::or_terminal(command.lang));
    let wrong = |key: &str| Failure::Asked(messages.text(key));
    let person = command.person.trim();
    // The system's names are its own, and `/` parts names elsewhere.
    if person.is_empty() || person.contains(['/', '\0']) || ["system", "law"].contains(&person) {
        return Err(wrong("token-person"));
    }
    let department = command.department.clone().filter(|name| !name.trim().is_empty());
    let slashed = department.as_ref().is_some_and(|name| name.contains('/'));
    if command.role.is_officer() != department.is_some() || slashed {
        return Err(wrong("token-department"));
    }
    let agent = matches!(command.role, Role::EmployerAgent | Role::Intermediary);
    if !agent && !command.on_behalf.is_empty() {
        return Err(wrong("token-on-behalf"));
    }
    let usual = [Scope::CasesRead, Scope::CasesAct, Scope::QueueRead];
    let asked = if command.scope.is_empty() { &usual[..] } else { &command.scope };
    let mut scopes: BTreeSet<String> = asked.iter().map(Scope::to_string).collect();
    scopes.extend(command.on_behalf.iter().map(|person| format!("{ON_BEHALF}{person}")));
    let now = Timestamp::now();
    let new = NewToken {
        name: command.name.clone(),
        actor: Actor { person: person.to_owned(), role: command.role, department },
        scopes,
        made: now,
        expires: now + (i64::from(command.days) * 24).hours(),
    };
    let database = open(&command.database.address).await?;
    let made = database.make_token(new).await;
    let (token, secret) = made.map_err(|error| Failure::Asked(error.to_string()))?;
    match command.format {
        Format::Json => {
            let mut json = shown(&token);
            if let Some(json) = json.as_object_mut() {
                json.insert("token".to_owned(), secret.into());
            }
            anstream::println!("{json:#}");
        }
        Format::Text => {
            anstream::println!("{secret}");
            let expires = token.expires.to_string();
            let said = messages.format("token-made", &[("id", &token.id), ("expires", &expires)]);
            // Apart from the token, so that this can be taken up by a program.
            anstream::eprintln!("{said}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(command: &TokenList) -> Result<ExitCode, Failure> {
    let messages = Messages::new(Lang::or_terminal(command.lang));
    let database = open(&command.database.address).await?;
    let tokens = database.tokens().await.map_err(|error| Failure::Asked(error.to_string()))?;
    if command.format == Format::Json {
        let tokens: Vec<Value> = tokens.iter().map(shown).collect();
        anstream::println!("{:#}", json!({ "tokens": tokens }));
        return Ok(ExitCode::SUCCESS);
    }
    let now = Timestamp::now();
    for token in tokens {
        let state = match token.revoked {
            Some(_) => messages.text("token-revoked"),
            None if token.is_valid(now) => messages.text("token-valid"),
            None => messages.text("token-expired"),
        };
        let role = serde_json::to_value(token.actor.role).unwrap_or_default();
        let department = token.actor.department.as_deref().unwrap_or("-");
        let scopes: Vec<&str> = token.scopes.iter().map(String::as_str).collect();
        anstream::println!(
            "{}  {state}  {}  {}  {department}  {}  {}  {}",
            token.id,
            token.expires.strftime("%Y-%m-%d"),
            token.actor.person,
            role.as_str().unwrap_or_default(),
            scopes.join(","),
            token.name
        );
    }
    Ok(ExitCode::SUCCESS)
}

async fn revoke(command: &TokenRevoke) -> Result<ExitCode, Failure> {
    let messages = Messages::new(Lang::or_terminal(command.lang));
    let database = open(&command.database.address).await?;
    let revoked = database.revoke_token(&command.id, Timestamp::now()).await;
    let revoked = revoked.map_err(|error| Failure::Asked(error.to_string()))?;
    let key = if revoked { "token-is-revoked" } else { "token-none" };
    anstream::println!("{}", messages.text(key));
    Ok(if revoked { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn shown(token: &Kept) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "actor": token.actor,
        "scopes": token.scopes,
        "made": token.made,
        "expires": token.expires,
        "revoked": token.revoked,
    })
}
