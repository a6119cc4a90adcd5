//! `xianlu rounds`: select people from a pool, and run past rounds again.

use std::path::Path;
use std::process::ExitCode;

use feel::Number;
use feel::temporal::Date;
use policy::rounds::{
    Reach, Replay, RoundsError, Selection, Summary, Tally, Verdict, read_candidates, read_history,
    replay, select, summary,
};
use serde_json::json;
use unicode_width::UnicodeWidthStr;

use super::read_text_up_to;
use crate::arguments::{Format, Lang, Packs, Rounds};
use crate::failure::Failure;
use crate::messages::Messages;
use crate::packs;
use crate::paint::{DIM, MET, NOT_MET, OPEN, STRONG, paint};

/// The largest file that is read, in bytes: more than a million candidates.
const MAX_LENGTH: u64 = 256 << 20;

/// The programme whose score ranks the pool, and its decision for a nomination.
const RANKING: (&str, &str) = ("ca/express-entry-crs", "crs_nomination");

/// Runs the command.
pub fn run(command: &Rounds) -> Result<ExitCode, Failure> {
    match command {
        Rounds::Replay { history, from, to, lang, format, packs } => {
            run_replay(history, (*from, *to), Lang::or_terminal(*lang), *format, packs)
        }
        Rounds::Select { candidates, invitations, category, lang, format } => {
            let lang = Lang::or_terminal(*lang);
            run_select(candidates, *invitations, category.as_deref(), lang, *format)
        }
    }
}

fn run_replay(
    file: &Path,
    (from, to): (Option<Date>, Option<Date>),
    lang: Lang,
    format: Format,
    packs: &Packs,
) -> Result<ExitCode, Failure> {
    let messages = Messages::new(lang);
    let nomination = nomination(packs)?;
    let text = read_text_up_to(file, MAX_LENGTH)?;
    let rounds = read_history(&text).map_err(|faults| unusable(file, &faults, &messages))?;
    let mut replays = replay(&rounds, nomination);
    replays.retain(|replay| {
        let date = replay.round.date;
        from.is_none_or(|from| date >= from) && to.is_none_or(|to| date <= to)
    });
    let summary = summary(&replays);
    match format {
        Format::Json => {
            let rounds: Vec<_> =
                replays.iter().map(|replay| replay_json(replay, &messages)).collect();
            let summary = summary_json(&summary);
            anstream::println!("{:#}", json!({ "rounds": rounds, "summary": summary }));
        }
        Format::Text => print_replay(&replays, &summary, &messages),
    }
    Ok(ExitCode::SUCCESS)
}

/// How many points a nomination gives: whoever has more is a nominee.
fn nomination(packs: &Packs) -> Result<Number, Failure> {
    let library = packs::load(packs)?;
    let (programme, decision) = RANKING;
    let programme = library.programme(programme)?;
    let factor = programme.factors.iter().find(|factor| &*factor.decision == decision);
    factor.map(|factor| factor.cap).ok_or_else(|| {
        Failure::said(
            "no-factor",
            [("programme", programme.id.to_string()), ("factor", decision.to_owned())],
        )
    })
}

fn unusable(file: &Path, faults: &[RoundsError], messages: &Messages) -> Failure {
    let error = paint(NOT_MET.bold(), "error");
    let mut text = String::new();
    for fault in faults {
        let line = if fault.line > 0 { format!(":{}", fault.line) } else { String::new() };
        let column =
            if fault.column.is_empty() { String::new() } else { format!("`{}`: ", fault.column) };
        let message = messages.pick(&fault.message);
        text.push_str(&format!("{error}: {}{line}: {column}{message}\n", file.display()));
    }
    Failure::Rendered(text)
}

fn print_replay(replays: &[Replay<'_>], summary: &Summary, messages: &Messages) {
    let shown: Vec<&Replay<'_>> =
        replays.iter().filter(|replay| replay.verdict != Verdict::NoPool).collect();
    let width = shown.iter().map(|replay| replay.round.kind.width()).max().unwrap_or(0);
    if !shown.is_empty() {
        anstream::println!("{}", paint(STRONG, messages.text("replay-columns")));
    }
    for replay in shown {
        let round = replay.round;
        let style = match replay.verdict {
            Verdict::Hit => MET,
            Verdict::WithinBound | Verdict::NoPool => OPEN,
            Verdict::Miss { .. } | Verdict::TooFew(_) | Verdict::AboveBound => NOT_MET,
        };
        let band = match (replay.reach, replay.band) {
            (_, None) => "–".to_owned(),
            (Reach::Part, Some(band)) => format!("≤ {}", band.high),
            (_, Some(band)) => format!("{}–{}", band.low, band.high),
        };
        let pad = " ".repeat(width.saturating_sub(round.kind.width()));
        anstream::println!(
            "{:>4}  {}  {}{pad}  {:>6}  {:>4}  {band:<9} {}{}",
            round.number,
            round.date,
            round.kind,
            round.invitations,
            round.cutoff,
            paint(style, messages.text(verdict_key(replay.verdict))),
            paint(DIM, why(replay, messages).map(|why| format!(" · {why}")).unwrap_or_default()),
        );
    }
    anstream::println!();
    let tally = |key: &str, tally: Tally| {
        if tally.rounds == 0 {
            return;
        }
        let (hits, rounds, wide) =
            (tally.hits.to_string(), tally.rounds.to_string(), tally.wide.to_string());
        let arguments = [("hits", &*hits), ("rounds", &*rounds), ("wide", &*wide)];
        anstream::println!("{}", messages.format(key, &arguments));
    };
    tally("replay-everyone", summary.everyone);
    tally("replay-nominees", summary.nominees);
    tally("replay-part", summary.part);
    if summary.without_pool > 0 {
        let without = summary.without_pool.to_string();
        anstream::println!("{}", messages.format("replay-without", &[("rounds", &without)]));
    }
}

/// The key of a verdict's name, which is also its name in JSON.
fn verdict_key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Hit => "hit",
        Verdict::Miss { .. } => "miss",
        Verdict::TooFew(_) => "too-few-nominees",
        Verdict::WithinBound => "within-bound",
        Verdict::AboveBound => "above-bound",
        Verdict::NoPool => "no-distribution",
    }
}

/// Why a round did not come out as published, as far as the figures show it.
fn why(replay: &Replay<'_>, messages: &Messages) -> Option<String> {
    let number = |number: u64| number.to_string();
    let mut parts = Vec::new();
    match replay.verdict {
        Verdict::Hit | Verdict::WithinBound | Verdict::NoPool => return None,
        Verdict::Miss { edge, people } => {
            let (edge, people) = (edge.to_string(), number(people));
            let invitations = number(replay.round.invitations);
            let arguments =
                [("edge", &*edge), ("people", &*people), ("invitations", &*invitations)];
            parts.push(messages.format("why-edge", &arguments));
        }
        Verdict::TooFew(more) => {
            parts.push(messages.format("why-too-few", &[("more", &number(more))]));
        }
        Verdict::AboveBound => parts.push(messages.text("why-above")),
    }
    match replay.days {
        Some(days) if days > 0 => {
            parts.push(messages.format("why-days", &[("days", &days.to_string())]));
        }
        Some(days) if days < 0 => {
            let days = days.saturating_neg().to_string();
            parts.push(messages.format("why-afterwards", &[("days", &days)]));
        }
        _ => parts.push(messages.text("why-same-day")),
    }
    let (rounds, invitations) = replay.between;
    if rounds > 0 {
        let (rounds, invitations) = (rounds.to_string(), number(invitations));
        let arguments = [("rounds", &*rounds), ("invitations", &*invitations)];
        parts.push(messages.format("why-between", &arguments));
    }
    Some(parts.join(&messages.text("why-separator")))
}

fn replay_json(replay: &Replay<'_>, messages: &Messages) -> serde_json::Value {
    let round = replay.round;
    json!({
        "draw_number": round.number,
        "date": round.date.to_string(),
        "round_type": round.kind,
        "open_to": match replay.reach {
            Reach::Everyone => "everyone",
            Reach::Nominees => "nominees",
            Reach::Part => "part",
        },
        "invitations": round.invitations,
        "crs_cutoff": round.cutoff,
        "pool_on": round.pool.as_ref().map(|pool| pool.on.to_string()),
        "days_before": replay.days,
        "rounds_between": replay.between.0,
        "invitations_between": replay.between.1,
        "replayed": replay.band.map(|band| match replay.reach {
            Reach::Part => json!({ "at_most": band.high }),
            _ => json!({ "from": band.low, "to": band.high }),
        }),
        "verdict": verdict_key(replay.verdict),
        "why": why(replay, messages),
    })
}

fn summary_json(summary: &Summary) -> serde_json::Value {
    let tally = |tally: Tally| json!({ "rounds": tally.rounds, "hits": tally.hits, "in_wide_band": tally.wide });
    json!({
        "everyone": tally(summary.everyone),
        "nominees": tally(summary.nominees),
        "part": { "rounds": summary.part.rounds, "within_bound": summary.part.hits },
        "without_distribution": summary.without_pool,
    })
}

fn run_select(
    file: &Path,
    invitations: usize,
    category: Option<&str>,
    lang: Lang,
    format: Format,
) -> Result<ExitCode, Failure> {
    let messages = Messages::new(lang);
    let text = read_text_up_to(file, MAX_LENGTH)?;
    let pool = read_candidates(&text).map_err(|faults| unusable(file, &faults, &messages))?;
    let selection = select(&pool, invitations, category);
    match format {
        Format::Json => anstream::println!("{:#}", selection_json(&selection)),
        Format::Text => print_selection(&selection, &messages),
    }
    Ok(ExitCode::SUCCESS)
}

fn print_selection(selection: &Selection<'_>, messages: &Messages) {
    for (index, candidate) in selection.invited.iter().enumerate() {
        let place = index + 1;
        anstream::println!(
            "{place:>6}  {:>5}  {}  {}",
            candidate.score,
            paint(DIM, candidate.submitted_at),
            candidate.id
        );
    }
    let (invited, eligible) = (selection.invited.len().to_string(), selection.eligible.to_string());
    let arguments = [("invited", &*invited), ("eligible", &*eligible)];
    anstream::println!("{}", messages.format("invited-of", &arguments));
    if let Some(cutoff) = selection.cutoff {
        let cutoff = messages.format("cut-off", &[("score", &cutoff.to_string())]);
        anstream::println!("{}", paint(STRONG, cutoff));
    }
    if let Some(moment) = &selection.tie_break_at {
        let moment = moment.to_string();
        anstream::println!("{}", messages.format("tie-break", &[("moment", &moment)]));
    }
}

fn selection_json(selection: &Selection<'_>) -> serde_json::Value {
    let invited: Vec<_> = selection
        .invited
        .iter()
        .map(|candidate| {
            json!({
                "id": candidate.id,
                "score": candidate.score,
                "submitted_at": candidate.submitted_at.to_string(),
            })
        })
        .collect();
    json!({
        "eligible": selection.eligible,
        "cutoff": selection.cutoff,
        "tie_break_at": selection.tie_break_at.as_ref().map(ToString::to_string),
        "invited": invited,
    })
}
