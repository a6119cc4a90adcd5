//! Every fragment of a sentence that this crate speaks, in both languages, and nothing else.

use dmn::model::Title;
use feel::Number;
use feel::number::Rounding;
use feel::temporal::Date;

use crate::pack::{CatalogueTitle, Fact, FactType, Place, Scale};

/// A text in both languages.
pub(crate) fn both(zh: impl Into<String>, en: impl Into<String>) -> Title {
    Title { zh: zh.into(), en: en.into() }
}

/// A text that is the same in both languages.
pub(crate) fn same(text: impl Into<String>) -> Title {
    let text = text.into();
    Title { zh: text.clone(), en: text }
}

/// A text after Chinese words: with a space before it where it begins with a digit or a letter.
fn after(zh: &str) -> String {
    let space = zh.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
    if space { format!(" {zh}") } else { zh.to_owned() }
}

/// Joins texts as a list of which each part stands by itself.
pub(crate) fn join<'t>(parts: impl IntoIterator<Item = &'t Title>) -> Title {
    joined(parts, "；", "; ")
}

/// Joins texts as alternatives.
pub(crate) fn join_or<'t>(parts: impl IntoIterator<Item = &'t Title>) -> Title {
    joined(parts, "或", " or ")
}

/// Joins texts as a list of things.
pub(crate) fn join_items<'t>(parts: impl IntoIterator<Item = &'t Title>) -> Title {
    joined(parts, "、", ", ")
}

fn joined<'t>(parts: impl IntoIterator<Item = &'t Title>, zh: &str, en: &str) -> Title {
    let mut title = Title::default();
    for (i, part) in parts.into_iter().enumerate() {
        if i > 0 {
            title.zh.push_str(zh);
            title.en.push_str(en);
        }
        title.zh.push_str(&part.zh);
        title.en.push_str(&part.en);
    }
    title
}

// Values.

/// How many digits after the decimal point are shown.
const SHOWN_DIGITS: i32 = 4;

/// A number with its thousands grouped; what is too long is cut off with an ellipsis, never
/// rounded, so that nothing seems to reach a limit that it does not reach.
pub(crate) fn number(number: Number) -> String {
    let shown = match number.round(SHOWN_DIGITS, Rounding::Down) {
        Some(shown) if number.scale() > SHOWN_DIGITS.unsigned_abs() => shown,
        _ => number,
    };
    let text = shown.to_string();
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.as_str()),
    };
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    if !whole.chars().all(|c| c.is_ascii_digit()) {
        return text;
    }
    let mut grouped = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(fraction) = fraction {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    if shown != number {
        grouped.push('…');
    }
    grouped
}

/// A number with a unit.
pub(crate) fn quantity(value: Number, unit: Option<&Title>) -> Title {
    let digits = number(value);
    match unit {
        Some(unit) => both(format!("{digits} {}", unit.zh), format!("{digits} {}", unit.en)),
        None => same(digits),
    }
}

/// The months in English.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day.
pub(crate) fn day(date: Date) -> Title {
    let iso = date.to_string();
    let mut parts = iso.split('-').filter_map(|part| part.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return same(iso);
    };
    match MONTHS.get((month as usize).wrapping_sub(1)) {
        Some(name) => both(format!("{year}年{month}月{day}日"), format!("{day} {name} {year}")),
        None => same(iso),
    }
}

/// Yes or no.
pub(crate) fn yes_no(value: bool) -> Title {
    if value { both("是", "yes") } else { both("否", "no") }
}

/// A fact that has not been given.
pub(crate) fn not_given() -> Title {
    both("未提供", "not given")
}

/// A value that nothing is known of.
pub(crate) fn not_known() -> Title {
    both("尚不能确定", "not known yet")
}

/// A list without items.
pub(crate) fn nothing() -> Title {
    both("无", "none")
}

// Tests.

pub(crate) fn at_least(limit: &Title) -> Title {
    both(format!("不低于{}", after(&limit.zh)), format!("at least {}", limit.en))
}

pub(crate) fn at_most(limit: &Title) -> Title {
    both(format!("不高于{}", after(&limit.zh)), format!("at most {}", limit.en))
}

pub(crate) fn more_than(limit: &Title) -> Title {
    both(format!("高于{}", after(&limit.zh)), format!("more than {}", limit.en))
}

pub(crate) fn less_than(limit: &Title) -> Title {
    both(format!("低于{}", after(&limit.zh)), format!("less than {}", limit.en))
}

pub(crate) fn not_before(limit: &Title) -> Title {
    both(format!("{}或以后", limit.zh), format!("on or after {}", limit.en))
}

pub(crate) fn not_after(limit: &Title) -> Title {
    both(format!("{}或以前", limit.zh), format!("on or before {}", limit.en))
}

pub(crate) fn later_than(limit: &Title) -> Title {
    both(format!("{}以后", limit.zh), format!("after {}", limit.en))
}

pub(crate) fn earlier_than(limit: &Title) -> Title {
    both(format!("{}以前", limit.zh), format!("before {}", limit.en))
}

pub(crate) fn from_to(low: &Title, high: &Title) -> Title {
    both(format!("{} 至 {}", low.zh, high.zh), format!("{} to {}", low.en, high.en))
}

/// A multiple of something, as `6 × the average wage`.
pub(crate) fn times(factor: &Title, of: &Title) -> Title {
    both(format!("{} × {}", factor.zh, of.zh), format!("{} × {}", factor.en, of.en))
}

/// A thing with the value that it stands for now.
pub(crate) fn with_value(label: &Title, value: &Title) -> Title {
    both(format!("{} = {}", label.zh, value.zh), format!("{} = {}", label.en, value.en))
}

/// Two tests that must both pass.
pub(crate) fn and(a: &Title, b: &Title) -> Title {
    let space = if a.zh.ends_with(|c: char| c.is_ascii_alphanumeric()) { " " } else { "" };
    both(format!("{}{space}且{}", a.zh, b.zh), format!("{} and {}", a.en, b.en))
}

pub(crate) fn except(test: &Title) -> Title {
    both(format!("不是{}", test.zh), format!("not {}", test.en))
}

pub(crate) fn contains(item: &Title) -> Title {
    both(format!("包含{}", item.zh), format!("includes {}", item.en))
}

pub(crate) fn contains_no(item: &Title) -> Title {
    both(format!("不包含{}", item.zh), format!("does not include {}", item.en))
}

pub(crate) fn anything() -> Title {
    both("不限", "any")
}

/// A parameter that the pack gives no name.
pub(crate) fn parameter(name: &str) -> Title {
    both(format!("参数 {name}"), name.replace('_', " "))
}

pub(crate) fn not_set() -> Title {
    both("为空", "empty")
}

/// What is asked of a thing: `年薪（万元）：不低于 45`.
pub(crate) fn asked(label: &Title, test: &Title) -> Title {
    both(format!("{}：{}", label.zh, test.zh), format!("{}: {}", label.en, test.en))
}

/// A thing with its value and what is asked of it.
pub(crate) fn asked_with_value(label: &Title, value: &Title, test: &Title) -> Title {
    both(
        format!("{}为{}（要求：{}）", label.zh, after(&value.zh), test.zh),
        format!("{} is {} (required: {})", label.en, value.en, test.en),
    )
}

/// Clauses that must all hold.
pub(crate) fn join_and<'t>(parts: impl IntoIterator<Item = &'t Title>) -> Title {
    joined(parts, "，且", ", and ")
}

/// A condition that is not met.
pub(crate) fn not_so(label: &Title) -> Title {
    both(format!("不符合“{}”", label.zh), format!("not “{}”", label.en))
}

/// The value that holds when no row of a table does.
pub(crate) fn otherwise() -> Title {
    both("不符合以上任何一行", "none of the rows above applies")
}

// What is missing.

pub(crate) fn no_parameter(place: &Title, on: Date) -> Title {
    let on = day(on);
    both(
        format!(
            "规则库没有{}在{}的数值。请换一个地点或日期，或在 parameters 文件中补充并注明来源。",
            place.zh, on.zh
        ),
        format!(
            "The packs hold no value for {} on {}. Choose another place or day, or add the value \
             with its source to the file in `parameters`.",
            place.en, on.en
        ),
    )
}

pub(crate) fn place_label() -> Title {
    both("办理地点", "Place of the application")
}

pub(crate) fn day_label() -> Title {
    both("办理日期", "Day of the application")
}

pub(crate) fn years_later(years: i64, date: Date) -> Title {
    let on = day(date);
    let plural = if years == 1 { "year" } else { "years" };
    both(format!("{years} 年后（{}）", on.zh), format!("in {years} {plural} ({})", on.en))
}

// Faults of a profile.

pub(crate) fn profile_too_large(length: usize, limit: usize) -> Title {
    both(
        format!("内容有 {length} 字节，最多允许 {limit} 字节"),
        format!("the profile has {length} bytes; at most {limit} are read"),
    )
}

pub(crate) fn profile_not_json(fault: &str) -> Title {
    both(format!("不是 JSON 对象：{fault}"), format!("the profile is no JSON object: {fault}"))
}

pub(crate) fn profile_not_object(given: &str) -> Title {
    let (given_zh, given_en) = given_kind(given);
    both(
        format!("应为由各项事实组成的 JSON 对象，给出的是{given_zh}"),
        format!("a JSON object of facts is wanted, {given_en} was given"),
    )
}

fn given_kind(given: &str) -> (&'static str, &'static str) {
    match given {
        "boolean" => ("是或否", "yes or no"),
        "number" => ("数字", "a number"),
        "string" => ("文字", "a text"),
        "list" => ("列表", "a list"),
        "object" => ("对象", "an object"),
        _ => ("别的内容", "something else"),
    }
}

pub(crate) fn profile_example() -> Title {
    both(
        "应为各项事实组成的对象，如 {\"age\": 30, \"education_level\": \"doctorate\"}",
        "write an object of facts, as {\"age\": 30, \"education_level\": \"doctorate\"}",
    )
}

pub(crate) fn duplicate_key() -> Title {
    both("这一项出现了不止一次", "the key stands more than once")
}

pub(crate) fn unknown_key() -> Title {
    both("没有这一项事实", "there is no such fact")
}

pub(crate) fn did_you_mean(name: &Title) -> Title {
    both(format!("是否指“{}”？", name.zh), format!("did you mean `{}`?", name.en))
}

pub(crate) fn place_with_code(place: &Place) -> Title {
    let Place { code, title, .. } = place;
    both(format!("{}（{code}）", title.zh), format!("{} ({code})", title.en))
}

pub(crate) fn unknown_place(given: &str) -> Title {
    both(format!("没有地点“{given}”"), format!("there is no place `{given}`"))
}

pub(crate) fn place_form() -> Title {
    both("请填写地点的代码或名称，如 \"310000\"", "write a code or a name, as \"310000\"")
}

pub(crate) fn date_form() -> Title {
    both("请写成 \"2026-11-23\" 的形式", "write it as \"2026-11-23\"")
}

pub(crate) fn impossible_date(given: &str) -> Title {
    both(format!("“{given}”不是一个存在的日期"), format!("`{given}` is no day of the calendar"))
}

/// What a value should have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Fact(FactType),
    Object,
    List,
}

impl From<FactType> for Wanted {
    fn from(kind: FactType) -> Wanted {
        Wanted::Fact(kind)
    }
}

pub(crate) fn wrong_type(given: &str, wanted: impl Into<Wanted>) -> Title {
    let (given_zh, given_en) = given_kind(given);
    let (zh, en) = match wanted.into() {
        Wanted::Fact(FactType::Number) => {
            ("数字（不加引号）", "a number, without quotes, is wanted")
        }
        Wanted::Fact(FactType::String) => ("文字", "a text is wanted"),
        Wanted::Fact(FactType::Boolean) => ("true 或 false", "`true` or `false` is wanted"),
        Wanted::Fact(FactType::Date) => ("日期", "a day is wanted"),
        Wanted::Fact(FactType::StringList) => ("文字的列表", "a list of texts is wanted"),
        Wanted::Object => ("对象 {…}", "an object is wanted"),
        Wanted::List => ("列表 […]", "a list is wanted"),
    };
    both(format!("需要 {zh}，给出的是{given_zh}"), format!("{en}, {given_en} was given"))
}

pub(crate) fn required_key() -> Title {
    both("缺少这一项", "the key is missing")
}

pub(crate) fn known_keys<'k>(keys: impl Iterator<Item = &'k str>) -> Title {
    let mut names: Vec<String> = keys.take(41).map(|key| format!("`{key}`")).collect();
    let more = names.len() == 41;
    names.truncate(40);
    let (zh, en) = (names.join("、"), names.join(", "));
    if more {
        both(format!("可以是{zh}等"), format!("allowed are {en} and others"))
    } else {
        both(format!("可以是{zh}"), format!("allowed are {en}"))
    }
}

pub(crate) fn pattern(pattern: &str) -> Title {
    both(format!("应符合 {pattern}"), format!("it must match {pattern}"))
}

pub(crate) fn too_many_items(count: usize, limit: usize) -> Title {
    both(
        format!("有 {count} 项，最多 {limit} 项"),
        format!("there are {count} items; at most {limit} are read"),
    )
}

pub(crate) fn not_a_step(value: Number) -> Title {
    both(format!("没有 {value} 这一档"), format!("there is no value {value}"))
}

pub(crate) fn steps(step: Number, min: Option<Number>, max: Option<Number>) -> Title {
    let every = both(format!("每档相差 {step}"), format!("values are {step} apart"));
    match bounds(min, max) {
        Some(bounds) => join([&bounds, &every]),
        None => every,
    }
}

pub(crate) fn no_common_profile() -> Title {
    both("规则包中没有通用档案的模式", "the packs have no schema of a common profile")
}

pub(crate) fn place_not_in_country(place: &str, country: &str) -> Title {
    both(
        format!("“{place}”不是 {country} 境内的地点"),
        format!("`{place}` is no place in {country}"),
    )
}

pub(crate) fn earliest(first: &Title) -> Title {
    both(format!("不早于{}", first.zh), format!("it is not before {}", first.en))
}

pub(crate) fn ends_before_start(end: Date) -> Title {
    let end = day(end);
    both(
        format!("结束于{}，早于开始日", end.zh),
        format!("it ends on {}, before it begins", end.en),
    )
}

pub(crate) fn before_birth(given: Date) -> Title {
    let given = day(given);
    both(format!("{}早于出生日期", given.zh), format!("{} lies before the day of birth", given.en))
}

pub(crate) fn jobs_overlap(other: usize) -> Title {
    both(
        format!("与 work[{other}] 的时间重叠"),
        format!("the period overlaps that of `work[{other}]`"),
    )
}

pub(crate) fn overlap_help(hours: i64) -> Title {
    both(
        format!("全职工作不能重叠；兼职请填写每周工时（少于 {hours} 小时）"),
        format!(
            "full-time jobs do not overlap; of part-time ones state `hours_per_week` below {hours}"
        ),
    )
}

pub(crate) fn unknown_code(code: &str, scheme: &str) -> Title {
    both(
        format!("分类 {scheme} 中没有代码“{code}”"),
        format!("the classification `{scheme}` has no code `{code}`"),
    )
}

pub(crate) fn did_you_mean_code(code: &str, title: &CatalogueTitle) -> Title {
    let zh = title.zh.as_deref().unwrap_or(&title.en);
    both(format!("是否指“{code}”（{zh}）？"), format!("did you mean `{code}` ({})?", title.en))
}

pub(crate) fn denied_and_described(what: &str) -> Title {
    both(
        format!("与“{what}”矛盾：既说没有，又写明了内容"),
        format!("this says that there is none, and `{what}` describes one"),
    )
}

pub(crate) fn leave_one_out(has: &str, what: &str) -> Title {
    both(format!("删去“{has}”或“{what}”"), format!("leave out `{has}` or `{what}`"))
}

pub(crate) fn one_of(fact: &Fact) -> Title {
    let known = fact.values.iter().take(40).map(|value| value.value.as_str());
    let known: Vec<String> = known.map(|value| format!("\"{value}\"")).collect();
    both(
        format!("可选的值：{}", known.join("、")),
        format!("the allowed values are {}", known.join(", ")),
    )
}

pub(crate) fn not_allowed(given: &str) -> Title {
    both(format!("“{given}”不在可选的值之中"), format!("`{given}` is not among the allowed values"))
}

pub(crate) fn text_too_long(limit: usize) -> Title {
    both(format!("文字最多 {limit} 个字符"), format!("a text may have at most {limit} characters"))
}

pub(crate) fn number_too_long() -> Title {
    both(
        "不是可以精确读取的十进制数字（最多 34 位）",
        "this is no decimal number that can be read exactly (at most 34 digits)",
    )
}

pub(crate) fn not_whole(value: Number) -> Title {
    both(format!("{value} 不是整数"), format!("{value} is not a whole number"))
}

pub(crate) fn out_of_bounds(value: Number, below: bool) -> Title {
    if below {
        both(format!("{value} 太小"), format!("{value} is too small"))
    } else {
        both(format!("{value} 太大"), format!("{value} is too large"))
    }
}

pub(crate) fn not_csv() -> Title {
    both("这一行不是与表头列数相同的CSV", "the row is no CSV with as many cells as the header")
}

pub(crate) fn column_missing() -> Title {
    both("缺少这一列", "this column is missing")
}

pub(crate) fn not_count(given: &str) -> Title {
    both(format!("“{given}”不是非负整数"), format!("`{given}` is no whole number"))
}

pub(crate) fn bands_overlap() -> Title {
    both("候选人池的分数段重叠", "the bands of the pool overlap")
}

pub(crate) fn not_written_date(given: &str) -> Title {
    both(
        format!("“{given}”不是日期，应写作“2025-01-08”或“January 8, 2025”"),
        format!("`{given}` is no day; write it as \"2025-01-08\" or \"January 8, 2025\""),
    )
}

pub(crate) fn not_moment(given: &str) -> Title {
    both(
        format!("“{given}”不是带时区的时刻，应写作“2025-08-24T23:43:05Z”"),
        format!("`{given}` is no moment with its zone; write it as \"2025-08-24T23:43:05Z\""),
    )
}

pub(crate) fn candidate_twice(id: &str) -> Title {
    both(format!("“{id}”重复出现"), format!("`{id}` stands twice"))
}

/// A number that needs another fact to say on which scale it is.
pub(crate) fn no_scale(other: &Fact) -> Title {
    both(
        format!("“{}”没有说明这个数属于哪种考试", other.name),
        format!("`{}` does not say on which scale this number is", other.name),
    )
}

pub(crate) fn name_the_scale(other: &Fact, scales: &[Scale]) -> Title {
    let known: Vec<String> = scales.iter().map(|scale| format!("\"{}\"", scale.value)).collect();
    both(
        format!("请填写“{}”：{}", other.name, known.join("、")),
        format!("give `{}`: {}", other.name, known.join(", ")),
    )
}

pub(crate) fn off_scale(value: Number, scale: Option<&Title>) -> Title {
    let (zh, en) = scale.map_or(("", ""), |title| (title.zh.as_str(), title.en.as_str()));
    both(format!("{zh}没有 {value} 这个分数"), format!("{en} has no score {value}"))
}

pub(crate) fn scale(scale: &Scale) -> Title {
    let (min, max, step) = (number(scale.min), number(scale.max), number(scale.step));
    both(
        format!("应在 {min} 与 {max} 之间，以 {step} 为一级"),
        format!("scores go from {min} to {max} in steps of {step}"),
    )
}

pub(crate) fn bounds(min: Option<Number>, max: Option<Number>) -> Option<Title> {
    Some(match (min, max) {
        (Some(min), Some(max)) => both(
            format!("应在 {} 与 {} 之间", number(min), number(max)),
            format!("it lies between {} and {}", number(min), number(max)),
        ),
        (Some(min), None) => {
            both(format!("不小于 {}", number(min)), format!("the least is {}", number(min)))
        }
        (None, Some(max)) => {
            both(format!("不大于 {}", number(max)), format!("the greatest is {}", number(max)))
        }
        (None, None) => return None,
    })
}

// Faults of a request.

pub(crate) fn unknown_programme(given: &str) -> Title {
    both(format!("没有项目“{given}”"), format!("there is no programme `{given}`"))
}

pub(crate) fn no_version(programme: &Title, place: &Title, on: Date) -> Title {
    let on = day(on);
    both(
        format!("{}在{}没有生效的“{}”规则", on.zh, place.zh, programme.zh),
        format!("on {} no rules of “{}” are in force in {}", on.en, programme.en, place.en),
    )
}

pub(crate) fn version_period(from: Date, to: Option<Date>, area: &[&Title]) -> Title {
    let from = day(from);
    let area_title = join_items(area.iter().copied());
    let place = if area.is_empty() {
        both("全国", "everywhere")
    } else {
        both(area_title.zh, format!("in {}", area_title.en))
    };
    match to.map(day) {
        Some(to) => both(
            format!("{}至{}（{}）", from.zh, to.zh, place.zh),
            format!("from {} to {} ({})", from.en, to.en, place.en),
        ),
        None => both(
            format!("{}起（{}）", from.zh, place.zh),
            format!("from {} on ({})", from.en, place.en),
        ),
    }
}

pub(crate) fn rules_exist(periods: &Title) -> Title {
    both(format!("有规则的时间：{}", periods.zh), format!("there are rules {}", periods.en))
}

pub(crate) fn fault_of_pack(decision: &str, why: &str) -> Title {
    both(
        format!("规则 `{decision}` 没有给出结果：{why}。这是规则库的错误，请告知维护者。"),
        format!(
            "the rule `{decision}` gives no result: {why}. This is a fault of the pack; please \
             tell its maintainers."
        ),
    )
}

pub(crate) fn too_much_work(why: &str) -> Title {
    both(
        format!("规则的计算超出限度：{why}"),
        format!("the rules ask for more work than is allowed: {why}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(title: &Title, zh: &str, en: &str) {
        assert_eq!((title.zh.as_str(), title.en.as_str()), (zh, en));
    }

    fn n(text: &str) -> Number {
        crate::scalar::number(text).unwrap()
    }

    #[test]
    fn groups_thousands() {
        assert_eq!(number(n("460000")), "460,000");
        assert_eq!(number(n("-1234567.125")), "-1,234,567.125");
        assert_eq!(number(n("999")), "999");
        assert_eq!(number(n("0")), "0");
        assert_eq!(number(n("5.99999")), "5.9999…");
        assert_eq!(number(n("-1234.56785")), "-1,234.5678…");
        assert_eq!(number(n("0.1234")), "0.1234");
    }

    #[test]
    fn speaks_both_languages() {
        check(&at_least(&same("45")), "不低于 45", "at least 45");
        let date = crate::scalar::date("2026-11-03").unwrap();
        check(&day(date), "2026年11月3日", "3 November 2026");
        let yuan = both("元", "yuan");
        check(&quantity(n("460000"), Some(&yuan)), "460,000 元", "460,000 yuan");
        check(&yes_no(true), "是", "yes");
        let parts = [at_least(&same("35")), less_than(&same("45"))];
        check(&and(&parts[0], &parts[1]), "不低于 35 且低于 45", "at least 35 and less than 45");
    }
}
