//! Asking the API of a server.

use std::time::Duration;

use dmn::model::Title;
use serde_json::Value;

use crate::arguments::{Api, Lang};
use crate::failure::Failure;
use crate::messages::Messages;

/// How long a server may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The largest answer that is read, in bytes.
const MAX_ANSWER: u64 = 64 << 20;

/// How long a document may take.
const DOCUMENT_PATIENCE: Duration = Duration::from_secs(300);

type Answered = Result<ureq::http::Response<ureq::Body>, ureq::Error>;

/// A server that is asked.
pub struct Client<'a> {
    agent: ureq::Agent,
    api: &'a Api,
    pub messages: Messages,
}

/// What a server says.
pub enum Said {
    /// What was asked for.
    Yes(Value),
    /// That it cannot be done, already put in words.
    No(String),
}

impl<'a> Client<'a> {
    pub fn new(api: &'a Api) -> Client<'a> {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            // A token goes to the server that was named, and nowhere else.
            .max_redirects(0)
            .http_status_as_error(false)
            .tls_config(server::tls())
            .user_agent("xianlu")
            .build();
        let messages = Messages::new(Lang::or_terminal(api.lang));
        Client { agent: config.into(), api, messages }
    }

    /// Asks for something.
    pub fn get(&self, path: &str) -> Result<Said, Failure> {
        let request = self.agent.get(self.address(path));
        self.said(request.header("authorization", self.bearer()).call())
    }

    /// Sends something.
    pub fn post(&self, path: &str, body: &Value) -> Result<Said, Failure> {
        let request = self.agent.post(self.address(path));
        let request = request.header("content-type", "application/json");
        self.said(request.header("authorization", self.bearer()).send(body.to_string()))
    }

    /// Asks for a part of something long, as it is written; gives it with where the next part
    /// begins, if there is one.
    pub fn part(&self, path: &str) -> Result<(String, Option<String>), Failure> {
        let request = self.agent.get(self.address(path));
        let answer = request.header("authorization", self.bearer()).call();
        let link = answer.as_ref().ok().and_then(|answer| answer.headers().get("link"));
        let next = link.and_then(|link| link.to_str().ok()).and_then(cursor);
        let (status, text) = self.read(answer)?;
        match status {
            200..=299 => Ok((text, next)),
            _ => Err(Failure::Asked(self.problem(&self.json(status, &text)?))),
        }
    }

    /// Sends a file.
    pub fn post_bytes(&self, path: &str, bytes: &[u8]) -> Result<Said, Failure> {
        let request = self.agent.post(self.address(path)).config();
        let request = request.timeout_global(Some(DOCUMENT_PATIENCE)).build();
        let request = request.header("content-type", "application/octet-stream");
        self.said(request.header("authorization", self.bearer()).send(bytes))
    }

    /// Asks for a file; why it is not given is already put in words.
    pub fn bytes(&self, path: &str) -> Result<Result<Vec<u8>, String>, Failure> {
        let request = self.agent.get(self.address(path)).config();
        let request = request.timeout_global(Some(DOCUMENT_PATIENCE)).build();
        let answer = request.header("authorization", self.bearer()).call();
        let mut answer = answer.map_err(|error| self.away(&error.to_string()))?;
        if !answer.status().is_success() {
            return match self.said(Ok(answer))? {
                Said::Yes(_) => Err(self.away(&self.messages.text("case-no-json"))),
                Said::No(words) => Ok(Err(words)),
            };
        }
        let bytes = answer.body_mut().with_config().limit(MAX_ANSWER).read_to_vec();
        bytes.map(Ok).map_err(|error| self.away(&error.to_string()))
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.api.server.trim_end_matches('/'))
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.api.token)
    }

    fn said(&self, answer: Answered) -> Result<Said, Failure> {
        let (status, text) = self.read(answer)?;
        let json = self.json(status, &text)?;
        match status {
            200..=299 => Ok(Said::Yes(json)),
            // What the case or the procedure says no to is an answer; the rest is unusable input.
            404 | 409 | 422 => Ok(Said::No(self.problem(&json))),
            _ => Err(Failure::Asked(self.problem(&json))),
        }
    }

    fn read(&self, answer: Answered) -> Result<(u16, String), Failure> {
        let mut answer = answer.map_err(|error| self.away(&error.to_string()))?;
        let status = answer.status().as_u16();
        let text = answer.body_mut().with_config().limit(MAX_ANSWER).read_to_string();
        Ok((status, text.map_err(|error| self.away(&error.to_string()))?))
    }

    fn json(&self, status: u16, text: &str) -> Result<Value, Failure> {
        serde_json::from_str(text)
            .map_err(|_| self.away(&format!("{status}, {}", self.messages.text("case-no-json"))))
    }

    /// A server that does not answer as it should.
    fn away(&self, error: &str) -> Failure {
        let server = self.api.server.as_str();
        Failure::Asked(self.messages.format("case-away", &[("server", server), ("error", error)]))
    }

    /// A problem in words.
    fn problem(&self, json: &Value) -> String {
        let text = |name: &str| json.get(name).and_then(Value::as_str).unwrap_or_default();
        let mut words = match title(json.get("message")) {
            Some(message) => {
                format!("{}\n  {}", self.messages.pick(&message), text("detail"))
            }
            None => format!("{}: {}", text("title"), text("detail")),
        };
        for error in json.get("errors").and_then(Value::as_array).into_iter().flatten() {
            let pointer = error.get("pointer").and_then(Value::as_str).unwrap_or_default();
            let detail = match title(error.get("message")) {
                Some(message) => self.messages.pick(&message).to_owned(),
                None => error.get("detail").and_then(Value::as_str).unwrap_or_default().to_owned(),
            };
            words.push_str(&format!("\n  {pointer}: {detail}"));
        }
        for action in json.get("since").and_then(Value::as_array).into_iter().flatten() {
            words.push_str(&format!("\n  {}", super::print::action(action)));
        }
        words
    }
}

/// The place of the next part in a header `Link`.
fn cursor(link: &str) -> Option<String> {
    let (address, _) = link.strip_prefix('<')?.split_once('>')?;
    let (_, query) = address.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix("cursor=")).map(str::to_owned)
}

/// A text in both languages.
pub fn title(value: Option<&Value>) -> Option<Title> {
    let text = |name: &str| Some(value?.get(name)?.as_str()?.to_owned());
    Some(Title { zh: text("zh")?, en: text("en")? })
}
