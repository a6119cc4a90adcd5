//! The self-assessment: its pages ask, check and show the result.
//!
//! Every page is a form. It brings the answers so far, the page that it comes from with what was
//! entered there, and goes to the page that was asked for. What was entered is read first; where
//! something is wrong, the page that it comes from is shown again.

use std::collections::BTreeSet;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use dmn::model::Title;
use feel::temporal::Date;
use policy::assess::{AssessError, Request};
use policy::assessment::Assessment;
use policy::library::{AskedMatter, Country, NoVersion};
use policy::pack::{Fact, Place, Programme};

use super::{Desk, Fault, fault, page, programmes, result, today, ui_of};
use crate::answers::{Answer, Answers, AnswersFault};
use crate::fields::{
    Choice, Entry, Field, FieldError, FieldKind, control_id, fault_text, places, read_date, shorten,
};
use crate::form::Fields;
use crate::format;
use crate::icons::Icon;
use crate::text::Markup;
use crate::ui::{Area, Ui};

/// The programme that a person is asked for who has chosen none.
const DEFAULT_PROGRAMME: &str = "cn/work-permit";

/// A page of the self-assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Start,
    Tasks,
    Matter(String),
    Check,
    Result,
    Download,
}

impl Step {
    /// The page at a path below `/assess`.
    fn of_path(path: &str) -> Option<Step> {
        match path.strip_prefix("/assess")?.trim_end_matches('/') {
            "" => Some(Step::Start),
            "/tasks" => Some(Step::Tasks),
            "/check" => Some(Step::Check),
            "/result" => Some(Step::Result),
            "/result.json" => Some(Step::Download),
            other => {
                let matter = other.strip_prefix("/matters/")?;
                (!matter.contains('/')).then(|| Step::Matter(matter.to_owned()))
            }
        }
    }

    /// The path.
    fn path(&self) -> String {
        match self {
            Step::Start => "/assess".to_owned(),
            Step::Tasks => "/assess/tasks".to_owned(),
            Step::Matter(matter) => matter_path(matter),
            Step::Check => "/assess/check".to_owned(),
            Step::Result => "/assess/result".to_owned(),
            Step::Download => "/assess/result.json".to_owned(),
        }
    }
}

/// The path of a matter's page.
pub(super) fn matter_path(matter: &str) -> String {
    format!("/assess/matters/{matter}")
}

/// What the answers are about, once it is known to exist.
pub(super) struct Setting<'l> {
    pub programme: &'l Programme,
    pub country: &'l Country,
    pub place: &'l Place,
    pub on: Date,
}

/// What stands in the fields of the first page.
struct Start {
    programme: String,
    place: String,
    day: (String, String, String),
}

/// Answers on their way through a request.
struct Journey<'l> {
    desk: &'l Desk,
    ui: Ui,
    answers: Answers,
    /// The page to which a change leads back: `check`, `result` or nothing.
    back_to: String,
    /// What was wrong with the answers that came with the page.
    faults: Vec<FieldError>,
}

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage<'j> {
    ui: &'j Ui,
    state: String,
    page: &'static str,
    back_to: &'j str,
    errors: Vec<FieldError>,
    fields: Vec<Field>,
    next: &'static str,
}

#[derive(Template)]
#[template(path = "tasks.html")]
struct TasksPage<'j> {
    ui: &'j Ui,
    state: String,
    page: &'static str,
    back_to: &'static str,
    errors: Vec<FieldError>,
    setting: String,
    progress: String,
    next: Option<NextQuestion>,
    tasks: Vec<Task<'j>>,
}

/// The question whose answer decides most.
struct NextQuestion {
    question: Markup,
    path: String,
    why: String,
    /// Answers that decide the outcome at once.
    decisive: Vec<String>,
}

struct Task<'l> {
    id: &'l str,
    title: &'l Title,
    path: String,
    state: TaskState,
}

/// How far a person is with a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TaskState {
    NotStarted,
    InProgress,
    Done,
    NotNeeded,
}

#[derive(Template)]
#[template(path = "matter.html")]
struct MatterPage<'j> {
    ui: &'j Ui,
    state: String,
    page: String,
    back_to: &'j str,
    errors: Vec<FieldError>,
    progress: String,
    title: &'j Title,
    hint: Option<&'j Title>,
    fields: Vec<Field>,
    next: String,
}

#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage<'j> {
    ui: &'j Ui,
    state: String,
    page: &'static str,
    back_to: &'static str,
    errors: Vec<FieldError>,
    groups: Vec<CheckGroup>,
}

struct CheckGroup {
    title: Title,
    lines: Vec<CheckLine>,
}

struct CheckLine {
    label: Title,
    value: Option<Markup>,
    path: String,
}

impl TaskState {
    fn key(self) -> &'static str {
        match self {
            TaskState::NotStarted => "task-not-started",
            TaskState::InProgress => "task-in-progress",
            TaskState::Done => "task-done",
            TaskState::NotNeeded => "task-not-needed",
        }
    }

    fn class(self) -> &'static str {
        match self {
            TaskState::NotStarted => "",
            TaskState::InProgress => "progress",
            TaskState::Done => "done",
            TaskState::NotNeeded => "idle",
        }
    }

    fn icon(self) -> Markup {
        let icon = match self {
            TaskState::NotStarted => Icon::Empty,
            TaskState::InProgress => Icon::Progress,
            TaskState::Done => Icon::Yes,
            TaskState::NotNeeded => Icon::Dash,
        };
        icon.markup()
    }
}

/// Pages of the self-assessment opened by their address: nothing is known yet.
pub(crate) async fn assess_get(State(desk): State<Desk>, uri: Uri, headers: HeaderMap) -> Response {
    let ui = ui_of(Area::Assess, &uri, &headers);
    match Step::of_path(uri.path()) {
        None => fault(ui, Fault::NotFound),
        Some(step @ (Step::Start | Step::Matter(_))) => {
            let mut journey = Journey::new(&desk, ui);
            journey.show(&step)
        }
        Some(_) => Redirect::to(&ui.href("/assess")).into_response(),
    }
}

/// Pages of the self-assessment with answers.
pub(crate) async fn assess_post(
    State(desk): State<Desk>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let ui = ui_of(Area::Assess, &uri, &headers);
    let Some(target) = Step::of_path(uri.path()) else { return fault(ui, Fault::NotFound) };
    let fields = match Fields::read(&headers, body).await {
        Ok(fields) => fields,
        Err(body_fault) => return fault(ui, Fault::Body(body_fault)),
    };
    let mut journey = Journey::new(&desk, ui);
    journey.take_answers(&fields);
    journey.go(&fields, &target)
}

impl<'l> Journey<'l> {
    fn new(desk: &'l Desk, ui: Ui) -> Journey<'l> {
        let all = programmes(&desk.library);
        let first = all.iter().position(|programme| &*programme.id == DEFAULT_PROGRAMME);
        let first = all.into_iter().nth(first.unwrap_or(0));
        let country = first.and_then(|programme| desk.library.country(&programme.pack));
        let place = country.and_then(|country| country.places.all.first());
        let on = country.and_then(|country| today(&desk.library, country));
        let answers = Answers::new(
            first.map(|programme| &*programme.id).unwrap_or_default(),
            place.map(|place| &*place.code).unwrap_or_default(),
            &on.map(|on| on.to_string()).unwrap_or_default(),
        );
        Journey { desk, ui, answers, back_to: String::new(), faults: Vec::new() }
    }

    /// Takes the answers that came with the page; what cannot be used is told.
    fn take_answers(&mut self, fields: &Fields) {
        match Answers::read(fields.get("state")) {
            Ok(answers) => self.answers = answers,
            Err(fault) => {
                let key = match fault {
                    AnswersFault::TooLarge => "answers-too-many",
                    AnswersFault::Unreadable => "answers-unreadable",
                };
                self.faults.push(FieldError::at("", self.ui.t(key)));
            }
        }
        let back_to = fields.get("return");
        if ["check", "result"].contains(&back_to) {
            back_to.clone_into(&mut self.back_to);
        }
        self.drop_unusable();
    }

    /// Drops answers that no vocabulary knows or allows, and says so.
    fn drop_unusable(&mut self) {
        let country = self.desk.library.country(&self.answers.programme);
        let Some(country) = country.or_else(|| self.desk.library.countries().first()) else {
            return;
        };
        let (_, faults) = self.answers.profile(&country.vocabulary);
        for (name, fault) in faults {
            self.answers.facts.remove(&name);
            let message = match (country.vocabulary.fact(&name), fault) {
                (Some(fact), Some(fault)) => self.ui.t2(
                    "answers-fault",
                    ("fact", self.ui.plain(&fact.label)),
                    ("fault", fault_text(&self.ui, &fault)),
                ),
                _ => self.ui.t1("answers-unknown-fact", "given", shorten(&name)),
            };
            if self.faults.len() < 20 {
                self.faults.push(FieldError::at("", message));
            }
        }
    }

    /// Reads what was entered on the page that the form comes from, then shows a page.
    fn go(&mut self, fields: &Fields, target: &Step) -> Response {
        let stay = fields.has("stay");
        match fields.get("page") {
            "start" => {
                let start = Start::of_form(fields);
                if stay {
                    return self.start(&start, Vec::new());
                }
                let errors = self.take_start(&start);
                if !errors.is_empty() {
                    return self.start(&start, errors);
                }
                self.show(target)
            }
            from => match from.strip_prefix("matter:") {
                Some(matter) => self.leave_matter(matter, fields, stay, target),
                None => self.show(target),
            },
        }
    }

    fn leave_matter(
        &mut self,
        matter: &str,
        fields: &Fields,
        stay: bool,
        target: &Step,
    ) -> Response {
        let start = Start::of_answers(&self.answers);
        let setting = match self.setting() {
            Ok(setting) => setting,
            Err(errors) => return self.start(&start, errors),
        };
        let asked = match self.asked(&setting) {
            Ok(asked) => asked,
            Err(none) => {
                let error = self.no_version(&none);
                return self.start(&start, vec![error]);
            }
        };
        let Some(group) = asked.iter().find(|group| *group.matter.id == *matter) else {
            self.faults
                .push(FieldError::at("", self.ui.t1("matter-unknown", "given", shorten(matter))));
            return self.show(&Step::Tasks);
        };
        let entries: Vec<(&Fact, Entry)> =
            group.facts.iter().map(|fact| (*fact, Entry::of_form(fact, fields))).collect();
        let mut read = Vec::new();
        for (fact, entry) in entries {
            let answer = entry.read(&self.ui, fact);
            read.push((fact, entry, answer));
        }
        if stay {
            let entries =
                read.into_iter().map(|(fact, entry, _)| (fact, entry, None)).collect::<Vec<_>>();
            return self.matter(&setting, &asked, group, entries);
        }
        for (fact, _, answer) in &read {
            match answer {
                Ok(Some(answer)) => {
                    self.answers.facts.insert(fact.name.as_str().to_owned(), answer.clone());
                }
                Ok(None) => {
                    self.answers.facts.remove(fact.name.as_str());
                }
                Err(_) => {}
            }
        }
        if read.iter().any(|(_, _, answer)| answer.is_err()) {
            let entries: Vec<_> =
                read.into_iter().map(|(fact, entry, answer)| (fact, entry, answer.err())).collect();
            return self.matter(&setting, &asked, group, entries);
        }
        self.answers.seen.insert(matter.to_owned());
        self.show(target)
    }

    /// Shows a page by the answers so far.
    fn show(&mut self, step: &Step) -> Response {
        let start = Start::of_answers(&self.answers);
        if *step == Step::Start {
            return self.start(&start, Vec::new());
        }
        let setting = match self.setting() {
            Ok(setting) => setting,
            Err(errors) => return self.start(&start, errors),
        };
        let asked = match self.asked(&setting) {
            Ok(asked) => asked,
            Err(none) => {
                let error = self.no_version(&none);
                return self.start(&start, vec![error]);
            }
        };
        match step {
            Step::Start | Step::Tasks => self.tasks(&setting, &asked),
            Step::Matter(matter) => match asked.iter().find(|group| *group.matter.id == **matter) {
                Some(group) => {
                    let entries = group.facts.iter().map(|fact| {
                        let answer = self.answers.facts.get(fact.name.as_str());
                        (*fact, Entry::of_answer(fact, answer), None)
                    });
                    let entries = entries.collect();
                    self.matter(&setting, &asked, group, entries)
                }
                None => fault(self.ui.clone(), Fault::NotFound),
            },
            // No result rests on answers that could not all be used: they are checked first.
            Step::Result | Step::Download if !self.faults.is_empty() => {
                self.check(&setting, &asked)
            }
            Step::Check => self.check(&setting, &asked),
            Step::Result | Step::Download => match self.assess(&setting, true) {
                Ok(assessment) if *step == Step::Download => self.download(&setting, &assessment),
                Ok(assessment) => self.result(&setting, &asked, &assessment),
                Err(error) => {
                    let message = self.ui.sentences(&error.message(), error.help().as_ref());
                    self.start(&start, vec![FieldError::at("", message)])
                }
            },
        }
    }

    /// What the answers are about, or what is wrong with it.
    fn setting(&self) -> Result<Setting<'l>, Vec<FieldError>> {
        let library = &self.desk.library;
        let ui = &self.ui;
        let mut errors = Vec::new();
        let programme = library.programme(&self.answers.programme);
        if programme.is_err() {
            let given = shorten(&self.answers.programme);
            let message = match given.is_empty() {
                true => ui.t("start-no-programme"),
                false => ui.t1("start-unknown-programme", "given", given),
            };
            errors.push(FieldError::at("programme", message));
        }
        let country = programme.as_ref().ok().and_then(|known| library.country(&known.pack));
        let country = country.or_else(|| library.countries().first());
        let place = country.and_then(|country| country.places.get(&self.answers.place));
        if place.is_none() {
            let given = shorten(&self.answers.place);
            errors.push(FieldError::at("place", ui.t1("start-unknown-place", "given", given)));
        }
        let on = Date::parse(&self.answers.on).ok();
        if on.is_none() {
            let message = match self.answers.on.is_empty() {
                true => ui.t("start-missing-date"),
                false => ui.t1("date-impossible", "given", shorten(&self.answers.on)),
            };
            errors.push(FieldError::at("on", message));
        }
        match (programme, country, place, on) {
            (Ok(programme), Some(country), Some(place), Some(on)) => {
                Ok(Setting { programme, country, place, on })
            }
            _ => Err(errors),
        }
    }

    fn asked(&self, setting: &Setting<'l>) -> Result<Vec<AskedMatter<'l>>, Box<NoVersion>> {
        let library = &self.desk.library;
        library.facts(setting.programme, setting.on, &setting.place.code)
    }

    fn assess(&self, setting: &Setting<'_>, improve: bool) -> Result<Assessment, AssessError> {
        let (profile, _) = self.answers.profile(&setting.country.vocabulary);
        self.desk.library.assess(&Request {
            programme: &setting.programme.id,
            profile: &profile,
            on: setting.on,
            place: &setting.place.code,
            improve,
        })
    }

    fn no_version(&self, none: &NoVersion) -> FieldError {
        FieldError::at("on", self.ui.sentences(&none.message(), Some(&none.help())))
    }

    /// Takes what was entered on the first page; what is wrong is told and not taken.
    fn take_start(&mut self, start: &Start) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let (year, month, day) = &start.day;
        let on = match read_date(&self.ui, year, month, day) {
            Ok(Some(date)) => date.to_string(),
            Ok(None) => String::new(),
            Err(message) => {
                errors.push(FieldError::at("on", message));
                self.answers.on.clone()
            }
        };
        self.answers.programme.clone_from(&start.programme);
        self.answers.place.clone_from(&start.place);
        self.answers.on = on;
        match self.setting() {
            Ok(setting) => {
                if errors.is_empty()
                    && let Err(none) = self.asked(&setting)
                {
                    errors.push(self.no_version(&none));
                }
            }
            Err(others) => {
                let had_date = errors.iter().any(|error| error.target == "on");
                errors
                    .extend(others.into_iter().filter(|error| !(had_date && error.target == "on")));
            }
        }
        errors
    }

    /// The page is one that carries answers, at the path of a step.
    fn at(&mut self, step: &Step) {
        self.ui.path = step.path();
        self.ui.query.clear();
        self.ui.carries_answers = true;
    }

    fn respond(&self, template: &impl Template, wrong: bool) -> Response {
        let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        page(status, template, self.ui.language)
    }

    fn start(&mut self, start: &Start, errors: Vec<FieldError>) -> Response {
        self.at(&Step::Start);
        let ui = &self.ui;
        let library = &self.desk.library;
        let error = |target: &str| {
            errors.iter().find(|error| error.target == target).map(|error| error.message.clone())
        };
        let programmes =
            programmes(library).into_iter().enumerate().map(|(index, programme)| Choice {
                id: if index == 0 { "programme".to_owned() } else { format!("programme-{index}") },
                value: programme.id.to_string(),
                label: ui.say(&programme.title),
                hint: ui.say(&programme.summary),
                checked: *programme.id == *start.programme,
                apart: false,
            });
        let country = library.country(&start.programme).or_else(|| library.countries().first());
        let field = |name: &str, question, hint: Option<&str>, kind| Field {
            name: name.to_owned(),
            id: name.to_owned(),
            question: Markup(ui.t(question)),
            hint: Markup(hint.map(|hint| ui.t(hint)).unwrap_or_default()),
            evidence: Markup::default(),
            kind,
            error: error(name),
            short: false,
        };
        let (year, month, day) = start.day.clone();
        let groups = country.map(|country| places(ui, &country.places, &start.place));
        let fields = vec![
            field("programme", "start-programme", None, FieldKind::One(programmes.collect())),
            field(
                "place",
                "start-place",
                Some("start-place-hint"),
                FieldKind::Select(groups.unwrap_or_default()),
            ),
            field("on", "start-on", Some("start-on-hint"), FieldKind::Date { year, month, day }),
        ];
        let wrong = !errors.is_empty() || !self.faults.is_empty();
        let mut all = self.faults.clone();
        all.extend(errors);
        let template = StartPage {
            ui,
            state: self.answers.write(),
            page: "start",
            back_to: &self.back_to,
            errors: all,
            fields,
            next: if self.back_to == "check" { "/assess/check" } else { "/assess/tasks" },
        };
        self.respond(&template, wrong)
    }

    fn tasks(&mut self, setting: &Setting<'_>, asked: &[AskedMatter<'_>]) -> Response {
        self.at(&Step::Tasks);
        let assessment = self.assess(setting, false);
        let unneeded: BTreeSet<&str> = match &assessment {
            Ok(assessment) => assessment.unneeded.iter().map(|name| &**name).collect(),
            Err(_) => BTreeSet::new(),
        };
        let tasks: Vec<Task<'_>> = asked
            .iter()
            .map(|group| Task {
                id: &group.matter.id,
                title: &group.matter.title,
                path: matter_path(&group.matter.id),
                state: self.task_state(group, &unneeded),
            })
            .collect();
        let finished =
            |task: &&Task<'_>| matches!(task.state, TaskState::Done | TaskState::NotNeeded);
        let done = tasks.iter().filter(finished).count();
        let ui = &self.ui;
        let template = TasksPage {
            ui,
            state: self.answers.write(),
            page: "tasks",
            back_to: "",
            errors: self.faults.clone(),
            setting: setting_line(ui, setting),
            progress: ui.t2("tasks-progress", ("all", tasks.len()), ("done", done)),
            next: self.next_question(setting),
            tasks,
        };
        self.respond(&template, !self.faults.is_empty())
    }

    /// What to ask next, once something is known.
    fn next_question(&self, setting: &Setting<'_>) -> Option<NextQuestion> {
        let (profile, _) = self.answers.profile(&setting.country.vocabulary);
        if profile.facts.is_empty() {
            return None;
        }
        let request = Request {
            programme: &setting.programme.id,
            profile: &profile,
            on: setting.on,
            place: &setting.place.code,
            improve: false,
        };
        let questions = self.desk.library.questions(&request).ok()?;
        let question = questions.next.into_iter().next()?;
        let ui = &self.ui;
        let needed: Vec<String> =
            question.needed_for.iter().take(3).map(|title| ui.plain(title)).collect();
        let needed = needed.join(&ui.t("list-joint"));
        let decisive = question.decisive.iter().map(|(answer, outcome)| {
            let (answer, outcome) = (ui.plain(answer), ui.plain(&outcome.title));
            ui.t2("ask-decides", ("answer", answer), ("outcome", outcome))
        });
        let why = match needed.is_empty() {
            true => ui.t("ask-why-points"),
            false => ui.t1("ask-why", "needed", needed),
        };
        Some(NextQuestion {
            question: ui.say(&question.fact.question),
            path: format!("{}#{}", matter_path(&question.fact.matter), control_id(&question.fact)),
            why,
            decisive: decisive.collect(),
        })
    }

    fn task_state(&self, group: &AskedMatter<'_>, unneeded: &BTreeSet<&str>) -> TaskState {
        let given = |fact: &&&Fact| {
            self.answers.facts.contains_key(fact.name.as_str()) || fact.if_absent.is_some()
        };
        let answered = group.facts.iter().filter(given).count();
        let open = group
            .facts
            .iter()
            .filter(|fact| !given(fact) && !unneeded.contains(fact.name.as_str()))
            .count();
        let seen = self.answers.seen.contains(group.matter.id.as_str());
        match (answered, open) {
            (0, 0) if !seen => TaskState::NotNeeded,
            (_, 0) => TaskState::Done,
            (0, _) if !seen => TaskState::NotStarted,
            _ => TaskState::InProgress,
        }
    }

    fn matter(
        &mut self,
        setting: &Setting<'_>,
        asked: &[AskedMatter<'_>],
        group: &AskedMatter<'_>,
        entries: Vec<(&Fact, Entry, Option<String>)>,
    ) -> Response {
        let id = group.matter.id.as_str();
        self.at(&Step::Matter(id.to_owned()));
        let ui = &self.ui;
        let position = asked.iter().position(|other| other.matter.id == group.matter.id);
        let position = position.unwrap_or_default();
        let next = match (self.back_to.as_str(), asked.get(position + 1)) {
            ("check", _) => Step::Check,
            ("result", _) => Step::Result,
            (_, Some(next)) => Step::Matter(next.matter.id.as_str().to_owned()),
            (_, None) => Step::Check,
        };
        let mut errors = self.faults.clone();
        errors.extend(entries.iter().filter_map(|(fact, _, error)| {
            let message = error.as_ref()?;
            let label = ui.plain(&fact.label);
            let joint = ui.t("colon");
            Some(FieldError::at(control_id(fact), format!("{label}{joint}{message}")))
        }));
        let fields =
            entries.into_iter().map(|(fact, entry, error)| entry.field(ui, fact, error)).collect();
        let numbers = (("number", position + 1), ("all", asked.len()));
        let progress = format!(
            "{} · {}",
            ui.t2("matter-progress", numbers.0, numbers.1),
            setting_line(ui, setting)
        );
        let wrong = !errors.is_empty();
        let template = MatterPage {
            ui,
            state: self.answers.write(),
            page: format!("matter:{id}"),
            back_to: &self.back_to,
            errors,
            progress,
            title: &group.matter.title,
            hint: group.matter.hint.as_ref(),
            fields,
            next: next.path(),
        };
        self.respond(&template, wrong)
    }

    fn check(&mut self, setting: &Setting<'_>, asked: &[AskedMatter<'_>]) -> Response {
        self.at(&Step::Check);
        let ui = &self.ui;
        let own = |key: &str| {
            let text = ui.t(key);
            Title { zh: text.clone(), en: text }
        };
        let start = |label: &str, value: Markup| CheckLine {
            label: own(label),
            value: Some(value),
            path: Step::Start.path(),
        };
        let mut groups = vec![CheckGroup {
            title: own("check-setting"),
            lines: vec![
                start("start-programme", ui.say(&setting.programme.title)),
                start("start-place", ui.say(&setting.place.title)),
                start("start-on", Markup(ui.day(&setting.on))),
            ],
        }];
        groups.extend(asked.iter().map(|group| {
            CheckGroup {
                title: group.matter.title.clone(),
                lines: group
                    .facts
                    .iter()
                    .map(|fact| CheckLine {
                        label: fact.label.clone(),
                        value: self
                            .answers
                            .facts
                            .get(fact.name.as_str())
                            .map(|answer| answer_text(ui, fact, answer)),
                        path: matter_path(&group.matter.id),
                    })
                    .collect(),
            }
        }));
        let template = CheckPage {
            ui,
            state: self.answers.write(),
            page: "check",
            back_to: "",
            errors: self.faults.clone(),
            groups,
        };
        self.respond(&template, !self.faults.is_empty())
    }

    fn result(
        &mut self,
        setting: &Setting<'_>,
        asked: &[AskedMatter<'_>],
        assessment: &Assessment,
    ) -> Response {
        self.at(&Step::Result);
        let template =
            result::template(self.desk, &self.ui, self.answers.write(), setting, asked, assessment);
        self.respond(&template, false)
    }

    fn download(&self, setting: &Setting<'_>, assessment: &Assessment) -> Response {
        let language = match self.ui.language {
            crate::language::Language::Chinese => policy::assessment::Language::Zh,
            crate::language::Language::English => policy::assessment::Language::En,
        };
        let json = policy::json::assessment(assessment, language);
        let text = serde_json::to_string_pretty(&json).unwrap_or_default();
        let name = setting.programme.id.replace('/', "-");
        let disposition = format!("attachment; filename=\"{name}-{}.json\"", setting.on);
        (
            [
                (header::CONTENT_TYPE, "application/json".to_owned()),
                (header::CONTENT_DISPOSITION, disposition),
            ],
            text,
        )
            .into_response()
    }
}

impl Start {
    fn of_answers(answers: &Answers) -> Start {
        let day = match Date::parse(&answers.on) {
            Ok(date) => format::parts(date),
            Err(_) => (shorten(&answers.on), String::new(), String::new()),
        };
        Start { programme: answers.programme.clone(), place: answers.place.clone(), day }
    }

    fn of_form(fields: &Fields) -> Start {
        let part = |name: &str| fields.get(name).chars().take(100).collect::<String>();
        Start {
            programme: part("programme"),
            place: part("place"),
            day: (part("on.year"), part("on.month"), part("on.day")),
        }
    }
}

/// The setting in one line.
pub(super) fn setting_line(ui: &Ui, setting: &Setting<'_>) -> String {
    let parts =
        [ui.plain(&setting.programme.title), ui.plain(&setting.place.title), ui.day(&setting.on)];
    parts.join(" · ")
}

/// An answer in words.
fn answer_text(ui: &Ui, fact: &Fact, answer: &Answer) -> Markup {
    let label = |value: &str| {
        fact.value_label(value).map_or_else(|| value.to_owned(), |label| ui.plain(label))
    };
    match answer {
        Answer::Boolean(true) => Markup(ui.t("choice-yes")),
        Answer::Boolean(false) => Markup(ui.t("choice-no")),
        Answer::Number(text) => {
            let number = feel::Number::parse(text);
            let text = number.map_or_else(|| text.clone(), format::number);
            match &fact.unit {
                Some(unit) => ui.mark(&format!("{text} {}", ui.plain(unit))),
                None => ui.mark(&text),
            }
        }
        Answer::Text(text) => match Date::parse(text) {
            Ok(date) => Markup(ui.day(&date)),
            Err(_) => ui.mark(&label(text)),
        },
        Answer::Texts(texts) if texts.is_empty() => Markup(ui.t("check-none")),
        Answer::Texts(texts) => {
            let labels: Vec<String> = texts.iter().map(|text| label(text)).collect();
            ui.mark(&labels.join(&ui.t("fault-semicolon")))
        }
    }
}
