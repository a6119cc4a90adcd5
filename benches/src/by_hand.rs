//! The points test written by hand in Rust: person by person, and column by column.

use crate::people::People;

/// The tables whose rule hits are kept, in the order of the law.
pub const TABLES: [&str; 9] = [
    "pay_points",
    "education_points",
    "experience_points",
    "time_points",
    "language_points",
    "region_points",
    "age_points",
    "eligible",
    "category",
];

/// Categories, in the order of their codes.
pub const CATEGORY: [&str; 4] = ["none", "A", "B", "C"];

/// What is found of each person.
#[derive(Default)]
pub struct Found {
    /// In tenths.
    pub total: Vec<i64>,
    /// As [`CATEGORY`].
    pub category: Vec<u16>,
    /// The rule that hits in each of [`TABLES`], from 1.
    pub hits: [Vec<u16>; 9],
}

impl Found {
    fn clear(&mut self) {
        self.total.clear();
        self.category.clear();
        self.hits.iter_mut().for_each(Vec::clear);
    }
}

/// The rule and the points, in tenths.
type Points = (u16, i64);

fn pay(salary: i64) -> Points {
    match salary {
        ..5_000_000 => (1, 0),
        ..7_000_000 => (2, 50),
        ..10_000_000 => (3, 70),
        ..15_000_000 => (4, 80),
        ..20_000_000 => (5, 110),
        ..25_000_000 => (6, 120),
        ..30_000_000 => (7, 140),
        ..35_000_000 => (8, 150),
        ..40_000_000 => (9, 170),
        ..45_000_000 => (10, 180),
        ..60_000_050 => (11, 200),
        _ => (12, 220),
    }
}

fn education(education: u16, skill: u16, university: u16) -> Points {
    match (education, skill, university) {
        (4, _, 4) => (1, 220),
        (4, _, _) => (2, 200),
        (_, 3, _) => (3, 200),
        (3, _, 3 | 4) => (4, 170),
        (3, _, _) => (5, 150),
        (_, 2, _) => (6, 150),
        (2, _, _) => (7, 100),
        (_, 1, _) => (8, 100),
        (1, _, _) => (9, 50),
        _ => (10, 0),
    }
}

fn experience(years: i32) -> Points {
    match years {
        ..2 => (1, 0),
        ..3 => (2, 50),
        ..5 => (3, 65),
        ..7 => (4, 85),
        ..10 => (5, 110),
        ..14 => (6, 140),
        ..17 => (7, 175),
        _ => (8, 200),
    }
}

fn time(months: i32) -> Points {
    match months {
        9.. => (1, 150),
        7.. => (2, 110),
        6 => (3, 100),
        4.. => (4, 60),
        3 => (5, 50),
        _ => (6, 0),
    }
}

fn language(former: bool, taught: bool, level: i32) -> Points {
    match (former, taught, level) {
        (true, true, _) => (1, 60),
        (true, false, _) => (2, 50),
        (_, true, 6..) => (3, 60),
        (_, true, _) => (4, 50),
        (_, _, 6..) => (5, 55),
        (_, _, 5) => (6, 50),
        (_, _, 4) => (7, 40),
        (_, _, 3) => (8, 30),
        (_, _, 2) => (9, 20),
        (_, _, 1) => (10, 10),
        (_, _, 0) => (11, 0),
        _ => (12, 0),
    }
}

fn region(region: u16, post: u16) -> Points {
    match (region, post) {
        (1, 2) => (1, 120),
        (1, _) => (2, 100),
        (2, _) => (3, 100),
        (3 | 4, 1 | 2) => (4, 110),
        (3 | 4, _) => (5, 100),
        (5, 0..5) => (6, 90),
        (6, _) => (7, 40),
        _ => (8, 0),
    }
}

fn age(age: i32) -> Points {
    match age {
        ..18 => (1, 0),
        ..=21 => (2, 80),
        ..=25 => (3, 100),
        ..=29 => (4, 130),
        ..=34 => (5, 150),
        ..=39 => (6, 145),
        ..=45 => (7, 140),
        ..=50 => (8, 110),
        ..=55 => (9, 100),
        ..=58 => (10, 60),
        ..=60 => (11, 50),
        _ => (12, 0),
    }
}

fn category(eligible: bool, total: i64, salary: i64, education: u16) -> (u16, u16) {
    match (eligible, total, salary, education) {
        (false, ..) => (1, 0),
        (_, 850.., _, _) => (2, 1),
        (_, _, 60_000_000.., _) => (3, 1),
        (_, 750.., _, 4) => (4, 1),
        (_, 600.., _, _) => (5, 2),
        (_, _, 40_000_000.., _) => (6, 2),
        (_, 550.., _, 3 | 4) => (7, 2),
        _ => (8, 3),
    }
}

/// A pass over the columns, person by person.
pub fn by_person<const HITS: bool>(people: &People, out: &mut Found) {
    let rows = people.rows();
    out.clear();
    let integers = people.integers.each_ref().map(|column| &column[..rows]);
    let codes = people.codes.each_ref().map(|column| &column[..rows]);
    let flags = people.flags.each_ref().map(|column| &column[..rows]);
    let salary = &people.salary[..rows];
    for row in 0..rows {
        let tables = [
            pay(salary[row]),
            self::education(codes[0][row], codes[1][row], codes[4][row]),
            experience(integers[1][row]),
            time(integers[2][row]),
            language(flags[0][row], flags[1][row], integers[3][row]),
            self::region(codes[2][row], codes[3][row]),
            self::age(integers[0][row]),
        ];
        let total =
            tables.iter().map(|(_, points)| points).sum::<i64>() + i64::from(integers[4][row]) * 10;
        let failed = flags[2..8].iter().position(|flag| !flag[row]);
        let (rule, eligible) = match (failed, integers[0][row], flags[8][row]) {
            (Some(place), _, _) => (place as u16 + 1, false),
            (None, ..18, _) => (7, false),
            (None, 66.., false) => (8, false),
            _ => (9, true),
        };
        let (last, found) = category(eligible, total, salary[row], codes[0][row]);
        out.total.push(total);
        out.category.push(found);
        if HITS {
            for (hits, (rule, _)) in out.hits.iter_mut().zip(tables) {
                hits.push(rule);
            }
            out.hits[7].push(rule);
            out.hits[8].push(last);
        }
    }
}

/// The rows that are taken through all tables at a time.
const BLOCK: usize = 1024;

/// What a table gives for each code, as two columns.
struct Lookup {
    rules: Vec<u16>,
    points: Vec<i16>,
}

impl Lookup {
    fn new(found: impl Iterator<Item = Points>) -> Lookup {
        let (rules, points) = found.map(|(rule, points)| (rule, points as i16)).unzip();
        Lookup { rules, points }
    }
}

/// Column by column: each table is looked up for a block of people in a table of all its codes.
pub struct ByColumn {
    education: Lookup,
    experience: Lookup,
    time: Lookup,
    language: Lookup,
    region: Lookup,
    age: Lookup,
    /// By the flags, and whether the age is below 18 or above 65.
    eligible: Vec<u16>,
    total: [i16; BLOCK],
    codes: [u16; BLOCK],
    rules: [u16; BLOCK],
}

/// The lowest salaries of the bands above the first, in hundredths.
const BANDS: [i64; 11] = [
    5_000_000, 7_000_000, 10_000_000, 15_000_000, 20_000_000, 25_000_000, 30_000_000, 35_000_000,
    40_000_000, 45_000_000, 60_000_050,
];

const PAY: [i16; 12] = [0, 50, 70, 80, 110, 120, 140, 150, 170, 180, 200, 220];

impl ByColumn {
    /// Makes the tables.
    pub fn new() -> ByColumn {
        let pair =
            |high: usize, low: usize| (0..high).flat_map(move |a| (0..low).map(move |b| (a, b)));
        let education = pair(5, 20)
            .map(|(e, rest)| self::education(e as u16, rest as u16 / 5, rest as u16 % 5));
        let language = pair(4, 8)
            .map(|(flags, level)| self::language(flags & 2 != 0, flags & 1 != 0, level as i32));
        let eligible = pair(3, 128).map(|(class, flags)| {
            let failed = (0..6).find(|flag| flags >> flag & 1 == 0);
            match (failed, class, flags & 64 != 0) {
                (Some(flag), _, _) => flag + 1,
                (None, 0, _) => 7,
                (None, 2, false) => 8,
                _ => 9,
            }
        });
        ByColumn {
            education: Lookup::new(education),
            experience: Lookup::new((0..64).map(experience)),
            time: Lookup::new((0..16).map(time)),
            language: Lookup::new(language),
            region: Lookup::new(pair(7, 6).map(|(r, p)| self::region(r as u16, p as u16))),
            age: Lookup::new((0..128).map(self::age)),
            eligible: eligible.collect(),
            total: [0; BLOCK],
            codes: [0; BLOCK],
            rules: [0; BLOCK],
        }
    }

    /// A pass over the columns, table by table.
    pub fn run<const HITS: bool>(&mut self, people: &People, out: &mut Found) {
        out.clear();
        let mut start = 0;
        while start < people.rows() {
            let count = BLOCK.min(people.rows() - start);
            self.block::<HITS>(people, start, count, out);
            start += count;
        }
    }

    fn block<const HITS: bool>(
        &mut self,
        people: &People,
        start: usize,
        count: usize,
        out: &mut Found,
    ) {
        let range = start..start + count;
        let [age, experience, months, level, bonus] =
            people.integers.each_ref().map(|column| &column[range.clone()]);
        let [education, skill, region, post, university] =
            people.codes.each_ref().map(|column| &column[range.clone()]);
        let flags = people.flags.each_ref().map(|column| &column[range.clone()]);
        let salary = &people.salary[range];
        let (total, codes, rules) =
            (&mut self.total[..count], &mut self.codes[..count], &mut self.rules[..count]);

        for (rule, salary) in rules.iter_mut().zip(salary) {
            *rule = BANDS.iter().map(|band| u16::from(salary >= band)).sum();
        }
        for ((total, rule), bonus) in total.iter_mut().zip(&*rules).zip(bonus) {
            *total = PAY[usize::from(*rule)] + *bonus as i16 * 10;
        }
        if HITS {
            out.hits[0].extend(rules.iter().map(|rule| rule + 1));
        }
        let mut look = |table: usize, lookup: &Lookup, codes: &[u16]| {
            for (total, code) in total.iter_mut().zip(codes) {
                *total += lookup.points[usize::from(*code)];
            }
            if HITS {
                out.hits[table].extend(codes.iter().map(|code| lookup.rules[usize::from(*code)]));
            }
        };
        for row in 0..count {
            codes[row] = education[row] * 20 + skill[row] * 5 + university[row];
        }
        look(1, &self.education, codes);
        for (code, years) in codes.iter_mut().zip(experience) {
            *code = *years as u16;
        }
        look(2, &self.experience, codes);
        for (code, months) in codes.iter_mut().zip(months) {
            *code = *months as u16;
        }
        look(3, &self.time, codes);
        for row in 0..count {
            let flags = u16::from(flags[0][row]) * 2 + u16::from(flags[1][row]);
            codes[row] = flags * 8 + level[row] as u16;
        }
        look(4, &self.language, codes);
        for row in 0..count {
            codes[row] = region[row] * 6 + post[row];
        }
        look(5, &self.region, codes);
        for (code, age) in codes.iter_mut().zip(age) {
            *code = *age as u16;
        }
        look(6, &self.age, codes);

        for row in 0..count {
            let set: u16 = (0..6).map(|flag| u16::from(flags[flag + 2][row]) << flag).sum::<u16>();
            let class = u16::from(age[row] >= 18) + u16::from(age[row] > 65);
            codes[row] = class * 128 + set + (u16::from(flags[8][row]) << 6);
        }
        for (rule, code) in rules.iter_mut().zip(&*codes) {
            *rule = self.eligible[usize::from(*code)];
        }
        if HITS {
            out.hits[7].extend_from_slice(rules);
        }
        for row in 0..count {
            let (total, salary, education) = (total[row], salary[row], education[row]);
            // From the last rule to the first, so that the first one stays.
            let mut rule = 8;
            rule = if (550..600).contains(&total) & (education >= 3) { 7 } else { rule };
            rule = if salary >= 40_000_000 { 6 } else { rule };
            rule = if total >= 600 { 5 } else { rule };
            rule = if (750..850).contains(&total) & (education == 4) { 4 } else { rule };
            rule = if salary >= 60_000_000 { 3 } else { rule };
            rule = if total >= 850 { 2 } else { rule };
            codes[row] = if rules[row] == 9 { rule } else { 1 };
        }
        const CATEGORIES: [u16; 9] = [0, 0, 1, 1, 1, 2, 2, 2, 3];
        out.category.extend(codes.iter().map(|rule| CATEGORIES[usize::from(*rule)]));
        if HITS {
            out.hits[8].extend_from_slice(codes);
        }
        out.total.extend(total.iter().map(|total| i64::from(*total)));
    }
}
