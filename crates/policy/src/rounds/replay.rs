//! Past rounds run again: from the distribution of the pool and the number of invitations, the
//! band in which the cut-off must fall.

use feel::Number;

use super::history::{Band, Round};

/// For whom a round was open, as far as a distribution of scores can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Everyone in the pool.
    Everyone,
    /// People whom a province or territory nominated, who are above all others.
    Nominees,
    /// A part of the pool that the distribution does not show: a programme or a category.
    Part,
}

/// What running a round again gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay<'r> {
    /// The round.
    pub round: &'r Round,
    /// For whom it was open.
    pub reach: Reach,
    /// The band in which the last of the invited people is; none if there is no distribution, or
    /// if it counts fewer people than were invited.
    pub band: Option<Band>,
    /// What became of it.
    pub verdict: Verdict,
    /// Days from the distribution to the round; negative for one that was taken afterwards.
    pub days: Option<i64>,
    /// Rounds after the day of the distribution and before this one, and their invitations.
    pub between: (usize, u64),
}

/// How a replayed round compares with what was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The published cut-off lies in the replayed band.
    Hit,
    /// It lies in another band.
    Miss {
        /// The edge of the replayed band towards the published cut-off.
        edge: u32,
        /// How many people the distribution counts at the edge and above.
        people: u64,
    },
    /// More people were invited than the distribution has nominees: so many more.
    TooFew(u64),
    /// For a part of the pool there is only a bound: the published cut-off is not above it.
    WithinBound,
    /// The published cut-off is above the bound.
    AboveBound,
    /// No distribution of the pool was published.
    NoPool,
}

/// How often rounds open for the same people came out as published.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rounds with a distribution.
    pub rounds: usize,
    /// Those that came out as published.
    pub hits: usize,
    /// Hits in a band of 100 scores or more, which say little.
    pub wide: usize,
}

/// The tallies of a replay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rounds open for everyone: cut-offs in the replayed band.
    pub everyone: Tally,
    /// Rounds for nominees: cut-offs in the replayed band.
    pub nominees: Tally,
    /// Rounds for a part of the pool: cut-offs that are not above the bound.
    pub part: Tally,
    /// Rounds without distribution.
    pub without_pool: usize,
}

/// Runs rounds again, which are in the order of time. `nomination` is how many points a nomination
/// gives: whoever has more is a nominee.
pub fn replay(rounds: &[Round], nomination: Number) -> Vec<Replay<'_>> {
    let one = |(index, round)| replay_one(round, rounds.get(..index).unwrap_or(&[]), nomination);
    rounds.iter().enumerate().map(one).collect()
}

fn replay_one<'r>(round: &'r Round, earlier: &[Round], nomination: Number) -> Replay<'r> {
    let reach = reach(&round.kind);
    let Some(pool) = &round.pool else {
        let verdict = Verdict::NoPool;
        return Replay { round, reach, band: None, verdict, days: None, between: (0, 0) };
    };
    let counted = |band: &&Band| reach != Reach::Nominees || Number::from(band.low) > nomination;
    let bands: Vec<Band> = pool.bands.iter().filter(counted).copied().collect();
    let band = band_of_last(&bands, round.invitations);
    let people: u64 = bands.iter().map(|band| band.people).sum();
    let verdict = match (reach, band) {
        (_, None) => Verdict::TooFew(round.invitations.saturating_sub(people)),
        (Reach::Part, Some(band)) if round.cutoff <= band.high => Verdict::WithinBound,
        (Reach::Part, Some(_)) => Verdict::AboveBound,
        (_, Some(band)) if (band.low..=band.high).contains(&round.cutoff) => Verdict::Hit,
        (_, Some(band)) => {
            let edge = if round.cutoff < band.low { band.low } else { band.high + 1 };
            let above = bands.iter().filter(|band| band.low >= edge).map(|band| band.people);
            Verdict::Miss { edge, people: above.sum() }
        }
    };
    let between = earlier.iter().filter(|earlier| earlier.date > pool.on);
    let between = between.fold((0, 0), |(n, sum), round| (n + 1, sum + round.invitations));
    let days = Some(round.date.to_days() - pool.on.to_days());
    Replay { round, reach, band, verdict, days, between }
}

/// The tallies of replayed rounds.
pub fn summary(replays: &[Replay<'_>]) -> Summary {
    let mut summary = Summary::default();
    for replay in replays {
        let tally = match (replay.verdict, replay.reach) {
            (Verdict::NoPool, _) => {
                summary.without_pool += 1;
                continue;
            }
            (_, Reach::Everyone) => &mut summary.everyone,
            (_, Reach::Nominees) => &mut summary.nominees,
            (_, Reach::Part) => &mut summary.part,
        };
        tally.rounds += 1;
        if replay.came_out() {
            tally.hits += 1;
            let wide = |band: Band| band.high.saturating_sub(band.low) >= 99;
            tally.wide += usize::from(replay.band.is_some_and(wide));
        }
    }
    summary
}

impl Replay<'_> {
    /// Whether the round came out as published, as far as that can be told.
    pub fn came_out(&self) -> bool {
        matches!(self.verdict, Verdict::Hit | Verdict::WithinBound)
    }
}

/// For whom a round of this name was open.
fn reach(kind: &str) -> Reach {
    match kind {
        "No Program Specified" | "General" => Reach::Everyone,
        "Provincial Nominee Program" => Reach::Nominees,
        _ => Reach::Part,
    }
}

/// The band of the last of so many people, the highest scores first.
fn band_of_last(bands: &[Band], invitations: u64) -> Option<Band> {
    let mut invited = 0;
    bands.iter().copied().find(|band| {
        invited += band.people;
        invited >= invitations
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rounds::history::{Pool, read_history};
    use feel::temporal::Date;

    const FILE: &str = "\
draw_number,date,round_type,invitations,crs_cutoff,pool_as_of,pool_0-400,pool_401-500,pool_501-600,pool_601-1200
4,2025-01-10,French language proficiency,150,380,\"January 5, 2025\",1000,300,100,20
3,2025-01-10,Provincial Nominee Program,25,710,\"January 8, 2025\",1000,300,100,20
2,2025-01-06,General,121,480,\"January 5, 2025\",1000,300,100,20
1,2025-01-02,General,10,700,,,,,
";

    fn verdicts(text: &str) -> Vec<Verdict> {
        let rounds = read_history(text).unwrap();
        replay(&rounds, Number::from(600)).iter().map(|replay| replay.verdict).collect()
    }

    #[test]
    fn each_kind_of_round() {
        let expected = [Verdict::NoPool, Verdict::Hit, Verdict::TooFew(5), Verdict::WithinBound];
        assert_eq!(verdicts(FILE), expected);
        let rounds = read_history(FILE).unwrap();
        let replays = replay(&rounds, Number::from(600));
        let found = summary(&replays);
        assert_eq!(found.everyone, Tally { rounds: 1, hits: 1, wide: 1 });
        assert_eq!(found.nominees, Tally { rounds: 1, hits: 0, wide: 0 });
        assert_eq!(found.part, Tally { rounds: 1, hits: 1, wide: 1 });
        assert_eq!(found.without_pool, 1);
        assert_eq!(replays[3].between, (2, 146));
        assert_eq!(replays[3].days, Some(5));
    }

    #[test]
    fn the_edge_of_a_band() {
        // 120 people are at 501 and above.
        let at = |invitations: u64, cutoff: u32| {
            let text = FILE.replace("121,480", &format!("{invitations},{cutoff}"));
            verdicts(&text)[1]
        };
        assert_eq!(at(120, 501), Verdict::Hit);
        assert_eq!(at(121, 500), Verdict::Hit);
        assert_eq!(at(120, 500), Verdict::Miss { edge: 501, people: 120 });
        assert_eq!(at(110, 500), Verdict::Miss { edge: 501, people: 120 });
        assert_eq!(at(130, 501), Verdict::Miss { edge: 501, people: 120 });
        assert_eq!(at(20, 601), Verdict::Hit);
        assert_eq!(at(21, 601), Verdict::Miss { edge: 601, people: 20 });
    }

    #[test]
    fn a_part_of_the_pool_cannot_reach_higher_than_the_whole() {
        let text = FILE.replace("150,380", "150,501");
        assert_eq!(verdicts(&text)[3], Verdict::AboveBound);
        let text = FILE.replace("150,380", "150,500");
        assert_eq!(verdicts(&text)[3], Verdict::WithinBound);
    }

    #[test]
    fn faults_say_line_and_column() {
        let said = |text: &str| {
            let faults = read_history(text).unwrap_err();
            faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        expect_test::expect!["line 4: `invitations`: `many` is no whole number"]
            .assert_eq(&said(&FILE.replace("121,480", "many,480")));
        let windows = FILE.replace('\n', "\r\n");
        expect_test::expect!["line 2: `invitations`: `many` is no whole number"]
            .assert_eq(&said(&windows.replace("150,380", "many,380")));
        expect_test::expect!["line 1: `crs_cutoff`: this column is missing"]
            .assert_eq(&said(&FILE.replace("crs_cutoff", "cutoff")));
        expect_test::expect!["line 1: `pool_0-450`: the bands of the pool overlap"]
            .assert_eq(&said(&FILE.replace("pool_0-400", "pool_0-450")));
        expect_test::expect![[r#"line 3: `pool_as_of`: `Jan 8, 2025` is no day; write it as "2025-01-08" or "January 8, 2025""#]]
            .assert_eq(&said(&FILE.replace("January 8", "Jan 8")));
        expect_test::expect!["line 5: `date`: `2025-02-30` is no day of the calendar"]
            .assert_eq(&said(&FILE.replace("2025-01-02", "2025-02-30")));
    }

    #[test]
    fn rounds_are_in_the_order_of_time() {
        let rounds = read_history(FILE).unwrap();
        let numbers: Vec<&str> = rounds.iter().map(|round| round.number.as_str()).collect();
        assert_eq!(numbers, ["1", "2", "3", "4"]);
        let on = Date::new(2025, 1, 8).unwrap();
        assert!(
            matches!(&rounds[2].pool, Some(Pool { on: day, bands }) if *day == on && bands[0].low == 601)
        );
    }
}
