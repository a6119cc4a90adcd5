//! Tests of the texts, the pages and the API, over the packs of the product.

mod api;
mod cases;
mod everywhere;
mod journey;
mod messages;
mod pages;
mod profile;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use casework::Procedures;
use http_body_util::BodyExt;
use policy::Library;
use tower::ServiceExt;

use crate::{Cases, Site};

static FILES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut files = BTreeMap::new();
    read(&folder, "", &mut files);
    files
});

pub(crate) static LIBRARY: LazyLock<Arc<Library>> =
    LazyLock::new(|| Arc::new(Library::load(&FILES).unwrap()));

static PROCEDURES: LazyLock<Arc<Procedures>> =
    LazyLock::new(|| Arc::new(casework::packs::procedures(&FILES, &LIBRARY).unwrap()));

fn site(cases: Option<Arc<Cases>>) -> Site {
    Site { library: LIBRARY.clone(), procedures: PROCEDURES.clone(), cases }
}

fn read(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            read(&path, &format!("{name}/"), files);
        } else if [".toml", ".md", ".csv", ".schema.json"]
            .iter()
            .any(|ending| name.ends_with(ending))
        {
            files.insert(name, std::fs::read_to_string(path).unwrap());
        }
    }
}

/// An answer of the server.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    #[track_caller]
    fn has(&self, text: &str) -> &Answer {
        assert!(self.body.contains(text), "no `{text}` in:\n{}", self.body);
        self
    }

    #[track_caller]
    fn has_no(&self, text: &str) -> &Answer {
        assert!(!self.body.contains(text), "`{text}` in:\n{}", self.body);
        self
    }

    #[track_caller]
    fn is(&self, status: u16) -> &Answer {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }
}

fn ask(request: Request<Body>) -> Answer {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let response = crate::router(site(None)).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    })
}

fn get(path: &str) -> Answer {
    ask(Request::get(path).body(Body::empty()).unwrap())
}

fn post(path: &str, fields: &[(&str, &str)]) -> Answer {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.finish()));
    ask(request.unwrap())
}
