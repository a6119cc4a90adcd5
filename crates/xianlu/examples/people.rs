//! Writes a Parquet file of made-up people with the facts of China's work permit, to try
//! `xianlu batch` on a long file. The same number of people gives the same file.
//!
//! ```sh
//! cargo run --release -p xianlu --example people -- people.parquet 10000000
//! ```

use std::error::Error;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Decimal128Builder, Int32Builder, Int64Builder, ListBuilder,
    StringBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

/// The people of a row group.
const GROUP: u64 = 1 << 17;

/// One person in so many lacks a fact.
const LACKING: u64 = 40;

/// 1970-01-01 to 2026-11-23, in days.
const TODAY: u64 = 20_780;

/// What a fact can be.
enum Kind {
    /// True for so many in a hundred.
    Truth(u64),
    /// Whole numbers from the first up to the second.
    Whole(u64, u64),
    /// Yuan with two digits after the point.
    Yuan(u64, u64),
    /// Days since 1970-01-01; the first may lie before it.
    Day(i64, u64),
    /// One of these, the first ones more often.
    Text(&'static [&'static str]),
    /// Each of these for one in a hundred.
    Texts(&'static [&'static str]),
}

use Kind::{Day, Text, Texts, Truth, Whole, Yuan};

const FACTS: &[(&str, Kind)] = &[
    ("filing_kind", Text(&["first", "extension"])),
    ("short_term", Truth(3)),
    ("birth_date", Day(-7_300, 22_000)),
    ("education_level", Text(&["bachelor", "master", "doctorate", "college", "none"])),
    (
        "university",
        Text(&["foreign_other", "chinese", "foreign_high_level", "foreign_top_100", "none"]),
    ),
    ("graduation_date", Day(8_000, TODAY - 8_000)),
    ("good_academic_record", Truth(60)),
    ("skill_level", Text(&["none", "senior_worker", "technician", "senior_technician"])),
    ("relevant_work_years", Whole(0, 30)),
    ("consecutive_work_years", Whole(0, 12)),
    ("career_highlights", Texts(&["fortune_500", "intellectual_property"])),
    ("language_teaching", Texts(&["mother_tongue", "teaching_degree", "teaching_certificate"])),
    ("job_offer", Truth(97)),
    (
        "post_kind",
        Text(&[
            "manager_or_technical",
            "science_education_culture",
            "other",
            "multinational_or_rep_office",
            "agreement_or_contract",
            "international_organisation",
        ]),
    ),
    ("senior_post", Text(&["none", "fortune_500_headquarters", "hospital", "national_high_tech"])),
    ("annual_salary", Yuan(40_000, 1_200_000)),
    ("months_in_china_per_year", Whole(0, 13)),
    (
        "work_region",
        Text(&[
            "elsewhere",
            "western",
            "old_industrial_base",
            "poverty_county",
            "poverty_county_central",
        ]),
    ),
    ("employer_in_good_standing", Truth(98)),
    ("special_need", Truth(95)),
    ("minimum_wage_met", Truth(99)),
    ("sector_approval", Truth(97)),
    ("fits_development_needs", Truth(80)),
    ("hsk_level", Whole(0, 7)),
    ("degree_taught_in_chinese", Truth(8)),
    ("former_chinese_national", Truth(4)),
    ("talent_programme", Truth(2)),
    ("achievements", Texts(&["major_prize", "journal_editor", "three_papers", "olympic_medal"])),
    ("other_grounds", Texts(&["special_field", "graduate_quota"])),
    ("local_grounds", Texts(&["shanghai_urgent_post", "shanghai_fresh_doctorate"])),
    ("local_bonus_points", Whole(0, 11)),
    ("healthy", Truth(99)),
    ("no_criminal_record", Truth(99)),
    ("passport_expiry", Day(20_600, 3_650)),
];

/// Numbers by chance, always the same ones.
struct Chance(u64);

impl Chance {
    /// A number below a bound.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }
}

/// A fact of some people; `None` where it is missing.
fn column(kind: &Kind, lacking: &[bool], chance: &mut Chance) -> Result<ArrayRef, Box<dyn Error>> {
    let rows = lacking.iter();
    Ok(match kind {
        Truth(percent) => {
            let mut truths = BooleanBuilder::new();
            rows.for_each(|lacks| {
                let truth = chance.below(100) < *percent;
                truths.append_option((!lacks).then_some(truth));
            });
            Arc::new(truths.finish())
        }
        Whole(from, to) => {
            let mut numbers = Int32Builder::new();
            for lacks in rows {
                let number = i32::try_from(from + chance.below(to - from))?;
                numbers.append_option((!lacks).then_some(number));
            }
            Arc::new(numbers.finish())
        }
        Yuan(from, to) => {
            let mut numbers = Decimal128Builder::new().with_precision_and_scale(14, 2)?;
            for lacks in rows {
                let number = i128::from(from * 100 + chance.below((to - from) * 100));
                numbers.append_option((!lacks).then_some(number));
            }
            Arc::new(numbers.finish())
        }
        Day(from, span) => {
            let mut days = Date32Builder::new();
            for lacks in rows {
                let day = i32::try_from(from + i64::try_from(chance.below(*span))?)?;
                days.append_option((!lacks).then_some(day));
            }
            Arc::new(days.finish())
        }
        Text(texts) => {
            let mut chosen = StringBuilder::new();
            for lacks in rows {
                let (a, b) = (chance.below(texts.len() as u64), chance.below(texts.len() as u64));
                let text = texts.get(usize::try_from(a.min(b))?).copied();
                chosen.append_option(text.filter(|_| !lacks));
            }
            Arc::new(chosen.finish())
        }
        Texts(texts) => {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for lacks in rows {
                for text in *texts {
                    if chance.below(100) == 0 && !lacks {
                        lists.values().append_value(text);
                    }
                }
                lists.append(!lacks);
            }
            Arc::new(lists.finish())
        }
    })
}

fn group(first: u64, count: u64, chance: &mut Chance) -> Result<RecordBatch, Box<dyn Error>> {
    let mut ids = Int64Builder::new();
    for id in first..first + count {
        ids.append_value(i64::try_from(id)?);
    }
    let lacks: Vec<Option<usize>> = (0..count)
        .map(|_| {
            let fact = usize::try_from(chance.below(FACTS.len() as u64)).ok();
            fact.filter(|_| chance.below(LACKING) == 0)
        })
        .collect();
    let mut columns: Vec<(&str, ArrayRef)> = vec![("id", Arc::new(ids.finish()))];
    for (number, (name, kind)) in FACTS.iter().enumerate() {
        let lacking: Vec<bool> = lacks.iter().map(|lacks| *lacks == Some(number)).collect();
        columns.push((name, column(kind, &lacking, chance)?));
    }
    Ok(RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, column)| (name, column, true)),
    )?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: people FILE.parquet COUNT";
    let path = PathBuf::from(arguments.next().ok_or(usage)?);
    let people: u64 = arguments.next().ok_or(usage)?.parse().map_err(|_| usage)?;
    let mut chance = Chance(people);
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer: Option<ArrowWriter<File>> = None;
    let mut first = 0;
    while first < people {
        let count = GROUP.min(people - first);
        let group = group(first + 1, count, &mut chance)?;
        let writer = match &mut writer {
            Some(writer) => writer,
            none => none.insert(ArrowWriter::try_new(
                File::create(&path)?,
                group.schema(),
                Some(properties.clone()),
            )?),
        };
        writer.write(&group)?;
        writer.flush()?;
        first += count;
    }
    if let Some(writer) = writer {
        writer.close()?;
    }
    Ok(())
}
