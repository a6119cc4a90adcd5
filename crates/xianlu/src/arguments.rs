//! What can be typed. Exit status: 0 fine; 1 the answer is "no"; 2 unusable input.

mod cases;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use dmn::program::Limits;
use dmn::xml::Version;
use feel::Number;
use feel::temporal::Date;

pub use cases::{
    Api, Case, CaseAct, CaseDownload, CaseExport, CaseOne, CaseOpen, CaseQueue, CaseUpload,
    LogForm, Token, TokenList, TokenMake, TokenRevoke,
};

/// 贤路 Xianlu runs a talent-immigration programme from its rules.
#[derive(Debug, Parser)]
#[command(
    name = "xianlu",
    version,
    arg_required_else_help = true,
    after_help = "\
Exit status: 0 fine; 1 the answer is no (tests failed); 2 unusable input, with file and place.
Environment: XIANLU_PACKS names a folder of rule packs to use instead of those built in."
)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what the rules in force say about a person
    Assess(Assess),
    /// Ask for the facts that still matter, the one that decides most first
    Ask(Ask),
    /// Assess many people by the same rules, from file to file
    Batch(Batch),
    /// List, show, test and format rules
    #[command(subcommand)]
    Rules(Rules),
    /// Select people from a pool, and run past rounds of invitations again
    #[command(subcommand)]
    Rounds(Rounds),
    /// Work with a decision model on its own
    #[command(subcommand)]
    Dmn(Dmn),
    /// Make, check, copy and restore the database behind the cases
    #[command(subcommand)]
    Store(Store),
    /// Serve the pages and the API
    Serve(Serve),
    /// Open cases and act in them, through the API of a server
    #[command(subcommand)]
    Case(Case),
    /// Make, list and revoke access tokens
    #[command(subcommand)]
    Token(Token),
}

impl Command {
    /// The language that is asked for.
    pub fn lang(&self) -> Option<Lang> {
        match self {
            Command::Assess(Assess { lang, .. })
            | Command::Ask(Ask { lang, .. })
            | Command::Batch(Batch { lang, .. })
            | Command::Rules(
                Rules::List { lang, .. }
                | Rules::Coverage { lang, .. }
                | Rules::Mutate { lang, .. },
            )
            | Command::Rounds(Rounds::Replay { lang, .. } | Rounds::Select { lang, .. })
            | Command::Token(
                Token::Make(TokenMake { lang, .. })
                | Token::List(TokenList { lang, .. })
                | Token::Revoke(TokenRevoke { lang, .. }),
            ) => *lang,
            Command::Rules(Rules::Show { .. } | Rules::Test { .. } | Rules::Fmt { .. })
            | Command::Dmn(_)
            | Command::Serve(_)
            | Command::Case(_) => None,
            Command::Store(store) => store.at().lang,
        }
    }
}

/// Which database, and in which language it is spoken of.
#[derive(Debug, Args)]
pub struct AtDatabase {
    /// The database: sqlite:FILE or postgres://USER@HOST/NAME
    #[arg(
        long,
        value_name = "URL",
        env = "DATABASE_URL",
        hide_env_values = true,
        default_value = "sqlite:xianlu.db"
    )]
    pub database: String,
    /// The language of the answer [default: that of the terminal]
    #[arg(long)]
    pub lang: Option<Lang>,
}

impl Store {
    /// Which database, and in which language it is spoken of.
    pub fn at(&self) -> &AtDatabase {
        match self {
            Store::Migrate { at }
            | Store::Check { at, .. }
            | Store::Rebuild { at, .. }
            | Store::Backup { at, .. }
            | Store::Restore { at, .. } => at,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Store {
    /// Make the tables, or bring those of an older program to this one's
    Migrate {
        #[command(flatten)]
        at: AtDatabase,
    },
    /// Fold every case anew, and say where what is derived is not what the log says
    Check {
        /// Also read the bytes of every document in this folder or bucket
        #[arg(long, value_name = "PLACE", env = "XIANLU_DOCUMENTS")]
        documents: Option<String>,
        #[command(flatten)]
        at: AtDatabase,
        #[command(flatten)]
        packs: Packs,
    },
    /// Write everything anew that is derived from logs
    Rebuild {
        #[command(flatten)]
        at: AtDatabase,
        #[command(flatten)]
        packs: Packs,
    },
    /// Write everything to a file, as it is at one moment, while others go on working
    Backup {
        /// The file; `-` writes to the standard output
        file: PathBuf,
        #[command(flatten)]
        at: AtDatabase,
    },
    /// Fill an empty database, of either kind, from a backup
    Restore {
        /// The file; `-` reads the standard input
        file: PathBuf,
        #[command(flatten)]
        at: AtDatabase,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  xianlu assess examples/doctor-shanghai.json
  xianlu assess me.json --programme cn/work-permit --on 2026-11-23 --place Shanghai --why-not
  xianlu assess me.json --improve --lang zh
  xianlu assess me.json --format json | jq .score")]
pub struct Assess {
    /// The person's facts, a JSON object; `-` reads the standard input
    pub profile: PathBuf,
    /// A programme, as cn/work-permit; may be repeated [default: cn/work-permit]
    #[arg(long, value_name = "ID")]
    pub programme: Vec<String>,
    /// Assess by every programme
    #[arg(long, conflicts_with = "programme")]
    pub all: bool,
    /// The day whose rules apply [default: the profile's, else today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub on: Option<Date>,
    /// The place whose rules apply: a code or a name [default: the profile's, else the country where no local rules vary it]
    #[arg(long, value_name = "CODE")]
    pub place: Option<String>,
    /// The language of the answer [default: that of the terminal]
    #[arg(long)]
    pub lang: Option<Lang>,
    /// The form of the answer
    #[arg(long, default_value = "text")]
    pub format: Format,
    /// Say of every route that is not met what is lacking
    #[arg(long)]
    pub why_not: bool,
    /// Say which least changes would better the outcome
    #[arg(long)]
    pub improve: bool,
    #[command(flatten)]
    pub packs: Packs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
At a terminal the questions are asked one by one; an empty answer leaves a fact out. Elsewhere, and
with --list, they are listed.
Examples:
  xianlu ask --programme ca/express-entry-crs -o me.json
  xianlu ask me.json --programme cn/work-permit --place Shanghai --list")]
pub struct Ask {
    /// What is known already, a JSON object; `-` reads the standard input
    pub profile: Option<PathBuf>,
    /// The programme, as cn/work-permit
    #[arg(long, value_name = "ID", default_value = "cn/work-permit")]
    pub programme: String,
    /// The day whose rules apply [default: the profile's, else today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub on: Option<Date>,
    /// The place whose rules apply: a code or a name [default: the profile's]
    #[arg(long, value_name = "CODE")]
    pub place: Option<String>,
    /// List the questions instead of asking them
    #[arg(long)]
    pub list: bool,
    /// Where to write the facts in the end, as JSON
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The language of the questions [default: that of the terminal]
    #[arg(long)]
    pub lang: Option<Lang>,
    /// The form of the list
    #[arg(long, default_value = "text")]
    pub format: Format,
    #[command(flatten)]
    pub packs: Packs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The input has a column for each fact, named as in the vocabulary; an empty cell or null is a missing
fact. The output has `outcome` (or `undecided`), `eligible`, `score`, the points of each factor, and
`missing`: what an undecided outcome rests on. Rows that cannot be used are in OUTPUT.rejects.csv.
Exit status: 0 every row has a result; 1 some rows were rejected; 2 unusable input, nothing written.
Examples:
  xianlu batch people.csv --programme cn/work-permit --on 2026-11-23 --place Shanghai -o results.csv
  xianlu batch people.parquet --programme cn/work-permit -o results.parquet --keep cohort")]
pub struct Batch {
    /// The people, one a row: .csv or .parquet
    pub input: PathBuf,
    /// The programme, as cn/work-permit
    #[arg(long, value_name = "ID")]
    pub programme: String,
    /// The day whose rules apply to all [default: today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub on: Option<Date>,
    /// The place whose rules apply to all: a code or a name [default: the country]
    #[arg(long, value_name = "CODE")]
    pub place: Option<String>,
    /// The results: .csv or .parquet
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// A column that is written again as it is; may be repeated. `id` always is
    #[arg(long, value_name = "COLUMN")]
    pub keep: Vec<String>,
    /// The language of the reasons for rejects [default: that of the terminal]
    #[arg(long)]
    pub lang: Option<Lang>,
    #[command(flatten)]
    pub packs: Packs,
}

#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  xianlu rules list
  xianlu rules show cn/work-permit --on 2017-03-31 --place Shanghai
  xianlu rules test
  xianlu rules coverage --lang en > docs/coverage.md
  xianlu rules mutate sg --at-least 95
  xianlu rules fmt --check packs/cn/programmes/work-permit/2017-04-01.md")]
pub enum Rules {
    /// List packs, programmes and the versions of their rules
    List {
        /// The language of the titles
        #[arg(long)]
        lang: Option<Lang>,
        #[command(flatten)]
        packs: Packs,
    },
    /// Show the rules of a programme in force on a day, at a place
    Show {
        /// The programme, as cn/work-permit
        id: String,
        /// The day [default: today]
        #[arg(long, value_name = "DATE", value_parser = date)]
        on: Option<Date>,
        /// The place: a code or a name [default: the country]
        #[arg(long, value_name = "CODE")]
        place: Option<String>,
        #[command(flatten)]
        packs: Packs,
    },
    /// Run worked cases; the last line is `N passed, M failed`
    Test {
        /// A programme, a pack or a part of a case's name [default: all]
        id: Option<String>,
        #[command(flatten)]
        packs: Packs,
    },
    /// Tell what the packs cover: which version of which programme, checked until when and by which
    /// source, what is flagged, and what is not covered
    Coverage {
        /// The form of the answer
        #[arg(long, default_value = "markdown")]
        format: RegistryFormat,
        /// The language of the answer; JSON has both [default: that of the terminal]
        #[arg(long)]
        lang: Option<Lang>,
        #[command(flatten)]
        packs: Packs,
    },
    /// Change one figure, edge or code of the rules at a time and run the worked cases: which
    /// changes does none notice?
    Mutate {
        /// A programme, a pack or a file of the packs [default: all]
        id: Option<String>,
        /// Exit with 1 if a smaller share of the changes is caught
        #[arg(long, value_name = "PERCENT", value_parser = percent)]
        at_least: Option<Number>,
        /// Write the changes that no case notices to this CSV file
        #[arg(long, value_name = "FILE")]
        survivors: Option<PathBuf>,
        /// The form of the answer
        #[arg(long, default_value = "text")]
        format: Format,
        /// The language of the answer [default: that of the terminal]
        #[arg(long)]
        lang: Option<Lang>,
        #[command(flatten)]
        packs: Packs,
    },
    /// Print rule documents in canonical form
    Fmt {
        /// The documents, which are rewritten in place
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Change nothing; exit with 1 if a document is not in canonical form
        #[arg(long)]
        check: bool,
    },
}

#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  xianlu rounds replay rounds.csv
  xianlu rounds replay rounds.csv --from 2024-01-01 --format json | jq .summary
  xianlu rounds select pool.csv --invitations 1000 --category French")]
pub enum Rounds {
    /// Run past rounds again on the published distribution of the pool, and compare the cut-offs
    Replay {
        /// The rounds, a CSV file as docs/rounds.md says; `-` reads the standard input
        history: PathBuf,
        /// Only rounds from this day on
        #[arg(long, value_name = "DATE", value_parser = date)]
        from: Option<Date>,
        /// Only rounds up to this day
        #[arg(long, value_name = "DATE", value_parser = date)]
        to: Option<Date>,
        /// The language of the answer [default: that of the terminal]
        #[arg(long)]
        lang: Option<Lang>,
        /// The form of the answer
        #[arg(long, default_value = "text")]
        format: Format,
        #[command(flatten)]
        packs: Packs,
    },
    /// Select people: the highest scores first, and of one score whoever came first
    Select {
        /// The pool, a CSV file with the columns id, score, submitted_at, categories
        candidates: PathBuf,
        /// How many people are invited
        #[arg(long, value_name = "NUMBER")]
        invitations: usize,
        /// Only people in this category
        #[arg(long, value_name = "NAME")]
        category: Option<String>,
        /// The language of the answer [default: that of the terminal]
        #[arg(long)]
        lang: Option<Lang>,
        /// The form of the answer
        #[arg(long, default_value = "text")]
        format: Format,
    },
}

#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  xianlu dmn info model.md
  xianlu dmn eval model.md --decision total --input '{\"age\": 30}'
  xianlu dmn eval model.dmn --decision 'Monthly Fee' --input @facts.json
  xianlu dmn convert model.md model.dmn
  xianlu dmn tck ../tck/TestCases --failures failures.txt")]
pub enum Dmn {
    /// Evaluate a decision of a model
    Eval {
        /// The model: literate Markdown (.md) or DMN XML (.dmn)
        model: PathBuf,
        /// The decision's name
        #[arg(long)]
        decision: String,
        /// The inputs, a JSON object, or @FILE
        #[arg(long, default_value = "{}", value_name = "JSON")]
        input: String,
        /// Print the whole trace
        #[arg(long)]
        trace: bool,
        #[command(flatten)]
        bounds: Bounds,
    },
    /// Tell what a model asks for and decides
    Info {
        /// The model: literate Markdown (.md) or DMN XML (.dmn)
        model: PathBuf,
    },
    /// Write a model in another notation or version: from .md or .dmn to .md or .dmn
    Convert {
        /// The model: literate Markdown (.md) or DMN XML (.dmn)
        #[arg(value_name = "IN")]
        input: PathBuf,
        /// The file to write; its ending tells the notation
        #[arg(value_name = "OUT")]
        output: PathBuf,
        /// The version of DMN that is written
        /// [default: that of IN, or the oldest that has everything in it]
        #[arg(long = "dmn", value_name = "1.3|1.4|1.5", value_parser = version, verbatim_doc_comment)]
        version: Option<Version>,
    },
    /// Run tests of the DMN compatibility kit; the last line is `N passed, M failed, K refused`
    Tck {
        /// The folder that holds the tests, at any depth
        folder: PathBuf,
        /// Write what did not pass, and why, to this file
        #[arg(long, value_name = "FILE")]
        failures: Option<PathBuf>,
        #[command(flatten)]
        bounds: Bounds,
    },
}

/// How much an evaluation may do.
#[derive(Debug, Args)]
pub struct Bounds {
    /// The most units of work: about one for each operation, list item or 64 bytes of text
    #[arg(long, value_name = "UNITS", default_value_t = Limits::DEFAULT.fuel)]
    fuel: u64,
    /// The deepest nesting of calls and expressions
    #[arg(
        long,
        value_name = "LEVELS",
        default_value_t = Limits::DEFAULT.depth,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(feel::eval::MAX_DEPTH))
    )]
    depth: u32,
    /// The most items of a list; of a text, 64 bytes count as one
    #[arg(long, value_name = "ITEMS", default_value_t = Limits::DEFAULT.size)]
    size: u64,
    /// The longest time of one evaluation, in seconds [default: no limit]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    time: Option<Duration>,
}

impl Bounds {
    /// As the evaluator wants them.
    pub fn limits(&self) -> Limits {
        Limits { fuel: self.fuel, depth: self.depth, size: self.size, time: self.time }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| *seconds > 0.0);
    let time = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    time.ok_or_else(|| "a number of seconds, as 0.5".to_owned())
}

#[derive(Debug, Args)]
#[command(after_help = "\
Without a database no cases are kept: the rules, the self-assessment and the documentation of the
API are served.
Examples:
  xianlu serve
  xianlu serve --demo
  xianlu serve --listen 127.0.0.1:9000 --database sqlite:/var/lib/xianlu/cases.db
  xianlu serve --database postgres://xianlu@db.example/xianlu?sslmode=verify-full")]
pub struct Serve {
    /// The address to listen at; port 0 takes a free one
    /// [default: 127.0.0.1:8080, or the next port that is free]
    #[arg(long, value_name = "ADDR", verbatim_doc_comment)]
    pub listen: Option<SocketAddr>,
    /// Where cases are kept: sqlite:FILE or postgres://USER@HOST/NAME
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub database: Option<String>,
    /// Keep cases in a file in the folder of one's data, with a few to look at, and print tokens
    #[arg(long)]
    pub demo: bool,
    /// Keep the bytes of documents in this folder, or in a bucket as s3://BUCKET/PREFIX; without
    /// it, none are taken in
    #[arg(long, value_name = "PLACE", env = "XIANLU_DOCUMENTS")]
    pub documents: Option<String>,
    /// Search documents for malicious software: the address or the socket of ClamAV's daemon, as
    /// 127.0.0.1:3310 or /run/clamav/clamd.ctl
    #[arg(long, value_name = "ADDRESS", env = "XIANLU_SCANNER", requires = "documents")]
    pub scanner: Option<String>,
    /// Let webhooks lead to this machine too, without https: for trials
    #[arg(long)]
    pub webhooks_to_loopback: bool,
    /// How many requests per second a token may make; 0 for any number
    #[arg(long, value_name = "COUNT", default_value_t = server::Limits::default().requests_per_second)]
    pub requests_per_second: u32,
    /// How many wrong tokens per minute may come from an address; 0 for any number
    #[arg(long, value_name = "COUNT", default_value_t = server::Limits::default().wrong_tokens_per_minute)]
    pub wrong_tokens_per_minute: u32,
    #[command(flatten)]
    pub packs: Packs,
}

#[derive(Debug, Args)]
pub struct Packs {
    /// A folder of rule packs to use instead of those built in
    #[arg(long = "packs", env = "XIANLU_PACKS", value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// Chinese
    Zh,
    /// English
    En,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RegistryFormat {
    /// For people, and for the documentation
    Markdown,
    /// For programs
    Json,
}

impl Lang {
    /// The language asked for, or that of the terminal.
    pub fn or_terminal(lang: Option<Lang>) -> Lang {
        lang.unwrap_or_else(|| {
            let setting = ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
            match setting {
                Some(setting) if setting.starts_with("zh") => Lang::Zh,
                _ => Lang::En,
            }
        })
    }
}

fn version(text: &str) -> Result<Version, String> {
    Version::parse(text)
        .ok_or_else(|| format!("`{text}` is no version that is written; write 1.3, 1.4 or 1.5"))
}

fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).map_err(|_| format!("`{text}` is no day; write it as 2026-11-23"))
}

fn percent(text: &str) -> Result<Number, String> {
    let bounds = Number::from(0)..=Number::from(100);
    let number = Number::parse(text).filter(|number| bounds.contains(number));
    number.ok_or_else(|| "a number from 0 to 100, as 95 or 99.5, is wanted".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn arguments_are_consistent() {
        super::Arguments::command().debug_assert();
    }
}
