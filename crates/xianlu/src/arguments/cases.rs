//! What can be typed about cases and about who may ask for them.

use std::path::PathBuf;

use casework::Role;
use clap::{Args, Subcommand, ValueEnum};
use server::Scope;

use super::{Format, Lang};

/// Where cases are kept.
#[derive(Debug, Args)]
pub struct DatabaseAddress {
    /// Where cases are kept: sqlite:FILE or postgres://USER@HOST/NAME
    #[arg(long = "database", value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub address: String,
}

#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token, and print it this once
    Make(TokenMake),
    /// List the tokens
    List(TokenList),
    /// Revoke a token
    Revoke(TokenRevoke),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  xianlu token make --person maria --role applicant --scope cases:read --scope cases:act
  xianlu token make --person li --role decider --department foreign-expert-authority --days 30
Roles: applicant, employer-agent, intermediary, intake-clerk, case-officer, decider, verifier.
Scopes: cases:read, cases:act, queue:read, events:read, webhooks:manage, export.")]
pub struct TokenMake {
    /// The person who acts with it
    #[arg(long, value_name = "ID")]
    pub person: String,
    /// As what the person acts
    #[arg(long, value_name = "ROLE", value_parser = role)]
    pub role: Role,
    /// The department, for its officers, as the procedures call it
    #[arg(long, value_name = "ID")]
    pub department: Option<String>,
    /// A person for whom an agent may act; may be repeated
    #[arg(long, value_name = "PERSON")]
    pub on_behalf: Vec<String>,
    /// What the token opens; may be repeated [default: cases:read cases:act queue:read]
    #[arg(long, value_name = "SCOPE", value_parser = scope)]
    pub scope: Vec<Scope>,
    /// For how many days it is valid
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=3660))]
    pub days: u16,
    /// What it is for, to know it by later
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub name: String,
    /// The language of the answer [default: that of the terminal]
    #[arg(long)]
    pub lang: Option<Lang>,
    /// The form of the answer
    #[arg(long, default_value = "text")]
    pub format: Format,
    #[command(flatten)]
    pub database: DatabaseAddress,
}

#[derive(Debug, Args)]
pub struct TokenList {
    /// The language of the answer [default: that of the terminal]
    #[arg(long)]
    pub lang: Option<Lang>,
    /// The form of the answer
    #[arg(long, default_value = "text")]
    pub format: Format,
    #[command(flatten)]
    pub database: DatabaseAddress,
}

#[derive(Debug, Args)]
pub struct TokenRevoke {
    /// The token, by the identifier that `token list` gives
    pub id: String,
    /// The language of the answer [default: that of the terminal]
    #[arg(long)]
    pub lang: Option<Lang>,
    #[command(flatten)]
    pub database: DatabaseAddress,
}

#[derive(Debug, Subcommand)]
pub enum Case {
    /// Open a case
    Open(CaseOpen),
    /// Show a case as it stands
    Show(CaseOne),
    /// Act in a case
    Act(CaseAct),
    /// Put forward what the rules say of a case, or what an officer says where they do not decide
    Propose(CasePropose),
    /// List cases, those with the nearest time limit first
    Queue(CaseQueue),
    /// Show what has been done in a case
    Log(CaseOne),
    /// Show the letters of a case
    Letters(CaseOne),
    /// Upload a document
    Upload(CaseUpload),
    /// List the documents of a case
    Documents(CaseOne),
    /// Fetch a document as it was handed in
    Download(CaseDownload),
    /// Write the logs of one's department's cases, for process mining
    Export(CaseExport),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  xianlu case upload TM-7K3Q-ZD5M-4 passport passport.pdf")]
pub struct CaseUpload {
    /// The reference of the case
    pub case: String,
    /// What the document is, as the procedure calls it
    pub kind: String,
    /// The file: PDF, JPEG or PNG
    pub file: PathBuf,
    /// What this copy is called in the case [default: its kind and the beginning of its SHA-256]
    #[arg(long)]
    pub id: Option<String>,
    #[command(flatten)]
    pub api: Api,
}

#[derive(Debug, Args)]
pub struct CaseDownload {
    /// The reference of the case
    pub case: String,
    /// What the copy is called in the case
    pub document: String,
    /// The file to write, which must not be there; `-` writes to the standard output
    pub file: PathBuf,
    #[command(flatten)]
    pub api: Api,
}

/// In which form logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogForm {
    /// OCEL 2.0, as JSON
    Ocel,
    /// A table with a line for each action
    Csv,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Writes the logs, or a part of them: then it says where the next part begins, and the exit status
is 1. People have their numbers in a part alone.")]
pub struct CaseExport {
    /// The form
    pub form: LogForm,
    /// Only cases of this procedure
    #[arg(long, value_name = "ID")]
    pub procedure: Option<String>,
    /// How many cases at most
    #[arg(long, default_value_t = 10_000)]
    pub limit: usize,
    /// Where the last part ended, as it was told
    #[arg(long)]
    pub cursor: Option<String>,
    #[command(flatten)]
    pub api: Api,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  xianlu case open cn/work-permit --place Shanghai")]
pub struct CaseOpen {
    /// The procedure
    pub procedure: String,
    /// The place where it is to be handled: a code or a name
    #[arg(long)]
    pub place: Option<String>,
    /// The person whom the case is about, for agents
    #[arg(long, value_name = "PERSON")]
    pub on_behalf: Option<String>,
    /// The case whose decision is to be reconsidered
    #[arg(long, value_name = "CASE")]
    pub reconsiders: Option<String>,
    /// What this request is called, so that it can be sent again [default: a new name]
    #[arg(long)]
    pub id: Option<String>,
    #[command(flatten)]
    pub api: Api,
}

#[derive(Debug, Args)]
pub struct CaseOne {
    /// The reference of the case, as TM-7K3Q-ZD5M-4
    pub case: String,
    #[command(flatten)]
    pub api: Api,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  xianlu case propose TM-7K3Q-ZD5M-4
  xianlu case propose TM-7K3Q-ZD5M-4 --reasons 'The employer was asked.' --adverse 'no post'")]
pub struct CasePropose {
    /// The reference of the case, as TM-7K3Q-ZD5M-4
    pub case: String,
    /// Why, in one's own words, where no rules decide or they leave the outcome open
    #[arg(long, value_name = "TEXT")]
    pub reasons: Option<String>,
    /// Something that speaks against the person beside what the rules say; may be repeated
    #[arg(long, value_name = "TEXT", requires = "reasons")]
    pub adverse: Vec<String>,
    #[command(flatten)]
    pub api: Api,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  xianlu case act TM-7K3Q-ZD5M-4 submit
  xianlu case act TM-7K3Q-ZD5M-4 @draft.json --expect 1
  xianlu case act TM-7K3Q-ZD5M-4 '{\"decide\": {\"verdict\": \"granted\", \"reasons\": \"The degree fits.\"}}'")]
pub struct CaseAct {
    /// The reference of the case
    pub case: String,
    /// What is done: a kind of action, or JSON; `@FILE` reads it from a file, `-` from the standard input
    pub what: String,
    /// How many actions the case is expected to have [default: as many as it has]
    #[arg(long, value_name = "VERSION")]
    pub expect: Option<u64>,
    /// What this action is called, so that it can be sent again [default: a new name]
    #[arg(long)]
    pub id: Option<String>,
    #[command(flatten)]
    pub api: Api,
}

#[derive(Debug, Args)]
pub struct CaseQueue {
    /// Whose move it is
    #[arg(long, value_name = "ID")]
    pub owner: Option<String>,
    /// Where the cases stand
    #[arg(long)]
    pub status: Option<String>,
    /// The procedure
    #[arg(long, value_name = "ID")]
    pub procedure: Option<String>,
    /// The person whom they are about
    #[arg(long, value_name = "PERSON")]
    pub applicant: Option<String>,
    /// The place, by its code
    #[arg(long, value_name = "CODE")]
    pub place: Option<String>,
    /// Only those in which it is one's own department's move
    #[arg(long)]
    pub mine: bool,
    /// The most cases
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
    #[command(flatten)]
    pub api: Api,
}

/// The server that is asked, and how it answers.
#[derive(Debug, Args)]
pub struct Api {
    /// The server
    #[arg(
        long,
        value_name = "URL",
        env = "XIANLU_SERVER",
        default_value = "http://127.0.0.1:8080"
    )]
    pub server: String,
    /// The access token
    #[arg(long, env = "XIANLU_TOKEN", hide_env_values = true)]
    pub token: String,
    /// The language of the answer [default: that of the terminal]
    #[arg(long)]
    pub lang: Option<Lang>,
    /// The form of the answer
    #[arg(long, default_value = "text")]
    pub format: Format,
}

fn role(text: &str) -> Result<Role, String> {
    let role = serde_json::from_value(serde_json::Value::String(text.to_owned())).ok();
    role.filter(|role| *role != Role::System).ok_or_else(|| {
        "one of applicant, employer-agent, intermediary, intake-clerk, case-officer, decider, \
         verifier"
            .to_owned()
    })
}

fn scope(text: &str) -> Result<Scope, String> {
    Scope::read(text).ok_or_else(|| {
        let names: Vec<&str> = Scope::ALL.iter().map(|scope| scope.name()).collect();
        format!("one of {}", names.join(", "))
    })
}
