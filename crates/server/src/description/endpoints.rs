//! Every address of the case API.

use super::{Answer, Body, Endpoint, Shape, shape};
use crate::cases::page::Page;
use crate::cases::procedures::{ProcedureList, ProcedureState};
use crate::cases::queue::Filter;
use crate::cases::scope::Scope;
use crate::cases::wire::{ActionPage, ActionRequest, CasePage, CaseState, Opening, Receipt};

/// Every address of the case API, in the order in which it is told.
pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "openCase",
        method: "post",
        path: "/api/v1/cases",
        tag: "cases",
        title: "api-open",
        about: Some("api-open-about"),
        scope: Some(Scope::CasesAct),
        query: None,
        body: Some(Body {
            shape: shape::<Opening>,
            examples: &[(
                "open",
                r#"{"id": "5b1f0c52-open", "procedure": "cn/work-permit", "place": "310000"}"#,
            )],
        }),
        answers: &[
            json(201, "The case was opened", shape::<Receipt>),
            json(200, "It had been opened by the same request", shape::<Receipt>),
        ],
        problems: &[400, 401, 403, 408, 413, 415, 422, 503],
    },
    Endpoint {
        id: "queue",
        method: "get",
        path: "/api/v1/cases",
        tag: "cases",
        title: "api-queue",
        about: Some("api-queue-about"),
        scope: Some(Scope::QueueRead),
        query: Some(shape::<Filter>),
        body: None,
        answers: &[json(200, "A page of cases", shape::<CasePage>)],
        problems: &[400, 401, 403, 503],
    },
    Endpoint {
        id: "showCase",
        method: "get",
        path: "/api/v1/cases/{case}",
        tag: "cases",
        title: "api-show",
        about: Some("api-show-about"),
        scope: Some(Scope::CasesRead),
        query: None,
        body: None,
        answers: &[json(200, "The case", shape::<CaseState>)],
        problems: &[401, 403, 404, 503],
    },
    Endpoint {
        id: "log",
        method: "get",
        path: "/api/v1/cases/{case}/actions",
        tag: "cases",
        title: "api-log",
        about: Some("api-log-about"),
        scope: Some(Scope::CasesRead),
        query: Some(shape::<Page>),
        body: None,
        answers: &[json(200, "A page of actions", shape::<ActionPage>)],
        problems: &[400, 401, 403, 404, 503],
    },
    Endpoint {
        id: "act",
        method: "post",
        path: "/api/v1/cases/{case}/actions",
        tag: "cases",
        title: "api-act",
        about: Some("api-act-about"),
        scope: Some(Scope::CasesAct),
        query: None,
        body: Some(Body {
            shape: shape::<ActionRequest>,
            examples: &[
                (
                    "save-draft",
                    r#"{"id": "5b1f0c52-draft", "expected_version": 1, "what": {"save-draft": {
                        "facts": {"education_level": "doctorate", "annual_salary": 460000},
                        "documents": [{"id": "passport-1", "kind": "passport", "digest": "sha256:…"}]
                    }}}"#,
                ),
                ("submit", r#"{"id": "5b1f0c52-submit", "expected_version": 2, "what": "submit"}"#),
                (
                    "decide",
                    r#"{"id": "5b1f0c52-decide", "expected_version": 7, "what": {"decide": {
                        "verdict": "granted", "reasons": "The degree fits the post."
                    }}}"#,
                ),
            ],
        }),
        answers: &[
            json(201, "The action was taken", shape::<Receipt>),
            json(200, "It had been taken before", shape::<Receipt>),
        ],
        problems: &[400, 401, 403, 404, 408, 409, 413, 415, 422, 503],
    },
    Endpoint {
        id: "proposal",
        method: "get",
        path: "/api/v1/cases/{case}/proposal",
        tag: "cases",
        title: "api-proposal",
        about: Some("api-proposal-about"),
        scope: Some(Scope::CasesRead),
        query: None,
        body: None,
        answers: &[json(200, "What the rules say", object)],
        problems: &[401, 403, 404, 422, 503],
    },
    Endpoint {
        id: "replay",
        method: "get",
        path: "/api/v1/cases/{case}/proposal/replay",
        tag: "cases",
        title: "api-replay",
        about: Some("api-replay-about"),
        scope: Some(Scope::CasesRead),
        query: None,
        body: None,
        answers: &[json(200, "Whether the rules say the same again", object)],
        problems: &[401, 403, 404, 422, 503],
    },
    Endpoint {
        id: "procedures",
        method: "get",
        path: "/api/v1/procedures",
        tag: "procedures",
        title: "api-procedures",
        about: None,
        scope: None,
        query: None,
        body: None,
        answers: &[json(200, "The procedures", shape::<ProcedureList>)],
        problems: &[],
    },
    Endpoint {
        id: "showProcedure",
        method: "get",
        path: "/api/v1/procedures/{pack}/{procedure}",
        tag: "procedures",
        title: "api-procedure",
        about: Some("api-procedure-about"),
        scope: None,
        query: None,
        body: None,
        answers: &[json(200, "The procedure", shape::<ProcedureState>)],
        problems: &[404],
    },
];

const fn json(status: u16, text: &'static str, shape: Shape) -> Answer {
    Answer { status, text, media_type: "application/json", shape: Some(shape) }
}

/// An object of which the description says no more.
fn object(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "object" })
}
