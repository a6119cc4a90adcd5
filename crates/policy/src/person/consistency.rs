//! What cannot be true of one person: each part of a profile is well formed, together they are not.

use dmn::model::Title;
use feel::Value;
use feel::temporal::Date;
use feel::value::Context;

use crate::library::Library;
use crate::nearest::nearest;
use crate::profile::{FactFault, FactFaultCode, ProfileError};
use crate::words;

/// Hours a week from which a job fills the week, so that no other fits beside it.
const FULL_TIME_HOURS: i64 = 30;

/// The path of an entry of the profile, as `work[2].end`.
type At = String;

/// Finds contradictions in a profile that is well formed.
pub(super) fn check(person: &Context, library: &Library) -> Vec<ProfileError> {
    let mut faults = Vec::new();
    let mut found = |at: At, message: Title, help: Option<Title>| {
        let fault = FactFault::new(FactFaultCode::Inconsistent, message, help);
        faults.push(ProfileError { key: at, line: 0, fault });
    };
    check_history(person, "", &mut found);
    if let Some(partner) =
        context(person.get("family")).and_then(|family| context(family.get("partner")))
    {
        check_history(partner, "family.partner.", &mut found);
    }
    check_codes(person, library, &mut found);
    let family = context(person.get("family"));
    for (of, has, what, at) in [
        (Some(person), "has_offer", "offer", "has_offer"),
        (family, "has_partner", "partner", "family.has_partner"),
    ] {
        let Some(of) = of else { continue };
        let denied = matches!(of.get(has), Some(Value::Boolean(false)));
        if denied && context(of.get(what)).is_some() {
            let help = words::leave_one_out(has, what);
            found(at.to_owned(), words::denied_and_described(what), Some(help));
        }
    }
    for (name, at) in [("intended", "intended.place"), ("offer", "offer.place")] {
        let Some(part) = context(person.get(name)) else { continue };
        let (Some(code), Some(place)) = (text(part.get("country")), text(part.get("place"))) else {
            continue;
        };
        let Some(country) = library.country(&code.to_lowercase()) else { continue };
        if country.places.find(place).is_none() {
            let help = country.places.nearest(place).or_else(|| country.places.all.first());
            let help = help.map(|place| words::did_you_mean(&words::place_with_code(place)));
            found(at.to_owned(), words::place_not_in_country(place, code), help);
        }
    }
    faults
}

/// Codes of occupations are in the catalogue of their scheme, where a pack has one.
fn check_codes(
    person: &Context,
    library: &Library,
    found: &mut impl FnMut(At, Title, Option<Title>),
) {
    let partner = context(person.get("family"))
        .and_then(|family| context(family.get("partner")))
        .map(|partner| contexts(partner.get("work")));
    let own = contexts(person.get("work")).map(|(i, job)| (format!("work[{i}]"), job));
    let partners =
        partner.into_iter().flatten().map(|(i, job)| (format!("family.partner.work[{i}]"), job));
    let offer = context(person.get("offer")).map(|offer| ("offer".to_owned(), offer));
    for (at, job) in own.chain(partners).chain(offer) {
        let Some(codes) = context(job.get("occupations")) else { continue };
        for (scheme, catalogue) in library.countries().iter().flat_map(|c| &c.catalogues) {
            let Some(code) = text(codes.get(scheme)) else { continue };
            if catalogue.title(code).is_some() {
                continue;
            }
            let near = nearest(code, catalogue.codes());
            let near = near.and_then(|near| Some((near, catalogue.title(near)?)));
            let help = near.map(|(near, title)| words::did_you_mean_code(near, title));
            let at = format!("{at}.occupations.{scheme}");
            found(at, words::unknown_code(code, scheme), help);
        }
    }
}

fn check_history(person: &Context, prefix: &str, found: &mut impl FnMut(At, Title, Option<Title>)) {
    let born = date(person.get("birth_date"));
    for (list, begins_at_birth) in [("education", true), ("work", true), ("stays", true)] {
        for (i, item) in contexts(person.get(list)) {
            let (start, end) = (date(item.get("start")), date(item.get("end")));
            if let (Some(start), Some(end)) = (start, end)
                && end < start
            {
                let help = words::earliest(&words::day(start));
                found(
                    format!("{prefix}{list}[{i}].end"),
                    words::ends_before_start(end),
                    Some(help),
                );
            }
            let Some(born) = born.filter(|_| begins_at_birth) else { continue };
            for (key, day) in [("start", start), ("end", end)] {
                if let Some(day) = day.filter(|day| *day < born) {
                    let help = words::earliest(&words::day(born));
                    let at = format!("{prefix}{list}[{i}].{key}");
                    found(at, words::before_birth(day), Some(help));
                }
            }
        }
    }
    for (i, item) in contexts(person.get("languages")) {
        if let (Some(born), Some(day)) = (born, date(item.get("date")))
            && day < born
        {
            let help = words::earliest(&words::day(born));
            found(format!("{prefix}languages[{i}].date"), words::before_birth(day), Some(help));
        }
    }
    check_overlaps(person, prefix, found);
}

/// Full-time jobs do not overlap; part-time ones may.
fn check_overlaps(
    person: &Context,
    prefix: &str,
    found: &mut impl FnMut(At, Title, Option<Title>),
) {
    let full_time = |job: &Context| match job.get("hours_per_week") {
        Some(Value::Number(hours)) => *hours >= feel::Number::from(FULL_TIME_HOURS),
        _ => true,
    };
    let jobs: Vec<(usize, Date, Option<Date>)> = contexts(person.get("work"))
        .filter(|(_, job)| full_time(job))
        .filter_map(|(i, job)| Some((i, date(job.get("start"))?, date(job.get("end")))))
        .collect();
    for (n, (i, start, end)) in jobs.iter().enumerate() {
        let earlier = jobs.iter().take(n).find(|(_, other_start, other_end)| {
            end.is_none_or(|end| *other_start < end) && other_end.is_none_or(|other| *start < other)
        });
        if let Some((other, ..)) = earlier {
            let message = words::jobs_overlap(*other);
            found(
                format!("{prefix}work[{i}]"),
                message,
                Some(words::overlap_help(FULL_TIME_HOURS)),
            );
        }
    }
}

fn context(value: Option<&Value>) -> Option<&Context> {
    match value {
        Some(Value::Context(context)) => Some(context),
        _ => None,
    }
}

fn contexts(value: Option<&Value>) -> impl Iterator<Item = (usize, &Context)> {
    let items: &[Value] = match value {
        Some(Value::List(items)) => items,
        _ => &[],
    };
    items.iter().enumerate().filter_map(|(i, item)| Some((i, context(Some(item))?)))
}

fn text(value: Option<&Value>) -> Option<&str> {
    match value {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

fn date(value: Option<&Value>) -> Option<Date> {
    match value {
        Some(Value::Date(date)) => Some(*date),
        _ => None,
    }
}
