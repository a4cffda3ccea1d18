//! Figures that follow from others or hold at a period's end, counted a second time: what is open and for how long, working
//! days, rates, points with caps, films that were counted several times, targets. The rules are those of the handbook's
//! page on metrics, each as a loop over all posts.

use super::compare::json_number;
use super::temporary_folder;
use crate::common::edited_site::Rng;
use crate::common::{repetitions, write_file};
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday, date};
use serde_json::Value as Json;
use std::fmt::Write as _;
use std::path::Path;
use xiangyin::testing::pipeline::{NoProgress, Request, build};

const VILLAGES: [&str; 3] = ["heyuan", "shiqiao", "liutang"];
/// The levels of media with their points, the highest first.
const LEVELS: [(&str, i64); 4] = [("national", 20), ("provincial", 10), ("municipal", 5), ("district", 2)];
/// The most points of a village in a quarter, and of the whole town in the period that is asked for.
const VILLAGE_CAP: i64 = 25;
const TOWN_CAP: i64 = 40;
const ANSWERED_TARGET: i64 = 7;
const VILLAGE_TARGET: i64 = 3;
const PERIODS: [(&str, Date, Date); 6] = [
    ("2022", date(2022, 1, 1), date(2022, 12, 31)),
    ("2022-h1", date(2022, 1, 1), date(2022, 6, 30)),
    ("2022-q2", date(2022, 4, 1), date(2022, 6, 30)),
    ("2022-q4", date(2022, 10, 1), date(2022, 12, 31)),
    ("2022-06", date(2022, 6, 1), date(2022, 6, 30)),
    ("2022-10", date(2022, 10, 1), date(2022, 10, 31)),
];

const METRICS: &str = "
response.open: {label: 未答复, unit: 件, of: response, state: {from: received, until: answered}}
response.overdue: {label: 超期, unit: 件, of: response, state: {from: received, until: answered, over: 5 workdays}}
response.old: {label: 拖了很久, unit: 件, of: response, state: {from: received, until: answered, over: 30 days}}
response.workdays: {label: 平均工作日, unit: 天, of: response, aggregate: 'avg:workdays(received..answered)', dated: answered}
response.rate: {label: 答复率, unit: '%', ratio: [response.answered, response.all]}
coverage.score: {label: 得分, unit: 分, of: coverage, aggregate: score, points: {level: {national: 20, provincial: 10, municipal: 5, district: 2}}}
coverage.village-score: {label: 各村封顶得分, unit: 分, of: coverage, aggregate: score, points: {level: {national: 20, provincial: 10, municipal: 5, district: 2}}, cap: {per: village, max: 25, each: quarter}}
coverage.town-score: {label: 全镇封顶得分, unit: 分, of: coverage, aggregate: score, points: {level: {national: 20, provincial: 10, municipal: 5, district: 2}}, cap: {max: 40}}
";

struct Concern {
    received: Date,
    answered: Option<Date>,
    draft: bool,
}

struct Report {
    day: Date,
    /// The index of its level.
    level: Option<usize>,
    village: Option<&'static str>,
    /// Reprints share it, and the village.
    piece: Option<usize>,
}

struct Film {
    day: Date,
    /// The days on which it was counted, with the views, and with the likes where they were counted, too.
    counts: Vec<(Date, i64, Option<i64>)>,
}

struct DerivedTown {
    today: Date,
    holidays: Vec<Date>,
    workdays: Vec<Date>,
    concerns: Vec<Concern>,
    reports: Vec<Report>,
    films: Vec<Film>,
}

/// A piece of coverage: its day, its points, its village.
struct Piece {
    day: Date,
    points: i64,
    village: Option<&'static str>,
}

fn some_day(random: &mut Rng) -> Date {
    let edges = [
        date(2022, 3, 31),
        date(2022, 4, 1),
        date(2022, 6, 30),
        date(2022, 7, 1),
        date(2022, 12, 31),
    ];
    match random.below(5) {
        0 => random.choose(&edges),
        _ => later(random, date(2021, 11, 1), 440),
    }
}

/// A day up to `days` after another.
fn later(random: &mut Rng, day: Date, days: usize) -> Date {
    day.saturating_add(i64::try_from(random.below(days + 1)).expect("a small number").days())
}

impl DerivedTown {
    fn random(random: &mut Rng) -> Self {
        let is_weekend = |day: &Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let mut days: Vec<Date> = (0..60).map(|_| some_day(random)).collect();
        days.sort_unstable();
        days.dedup();
        let (weekend, week): (Vec<Date>, Vec<Date>) = days.into_iter().partition(is_weekend);
        let concern = |random: &mut Rng| {
            let received = some_day(random);
            Concern {
                received,
                answered: (random.below(3) > 0).then(|| later(random, received, 50)),
                draft: random.below(10) == 0,
            }
        };
        let report = |random: &mut Rng| {
            let piece = (random.below(3) == 0).then(|| random.below(4));
            let village = match piece {
                Some(piece) => Some(VILLAGES[piece % 3]),
                None => (random.below(4) > 0).then(|| random.choose(&VILLAGES)),
            };
            Report {
                day: some_day(random),
                level: (random.below(6) > 0).then(|| random.below(4)),
                village,
                piece,
            }
        };
        let film = |random: &mut Rng| {
            let day = some_day(random);
            let mut counts = Vec::new();
            let mut on = day;
            for views in 1..=random.below(4) {
                on = later(random, on, 90).saturating_add(1.day());
                let likes = (random.below(2) == 0).then(|| i64::try_from(views).expect("small") * 7);
                counts.push((on, i64::try_from(views).expect("small") * 100, likes));
            }
            Film { day, counts }
        };
        Self {
            today: random.choose(&[date(2023, 1, 31), date(2022, 12, 31), date(2022, 10, 15)]),
            holidays: week.into_iter().take(20).collect(),
            workdays: weekend.into_iter().take(8).collect(),
            concerns: (0..40).map(|_| concern(random)).collect(),
            reports: (0..40).map(|_| report(random)).collect(),
            films: (0..12).map(|_| film(random)).collect(),
        }
    }

    fn write(&self, site: &Path) {
        let write = |name: &str, text: &str| write_file(&site.join("content").join(name), text);
        let periods: Vec<String> = PERIODS.iter().map(|period| period.0.to_uppercase()).collect();
        write(
            "site.yaml",
            &format!(
                "title: 乡音\nbase_url: https://x.example\nsearch: false\npolicy: {{review: 'off', privacy: 'off', reports: [{}]}}\n",
                periods.join(", ")
            ),
        );
        write("_metrics.yaml", METRICS);
        let parts: Vec<String> = VILLAGES
            .iter()
            .map(|village| format!("{village}: {VILLAGE_TARGET}"))
            .collect();
        write(
            "_targets.yaml",
            &format!(
                "response.answered: {{2022: {ANSWERED_TARGET}}}\ncoverage.all: {{by: village, 2022-H1: {{{}}}}}\n",
                parts.join(", ")
            ),
        );
        let rows: String = VILLAGES
            .iter()
            .map(|id| format!("- {{id: {id}, name: {id}村}}\n"))
            .collect();
        write("_data/villages.yaml", &rows);
        let list = |days: &[Date]| days.iter().map(Date::to_string).collect::<Vec<_>>().join(", ");
        write(
            "_data/holidays.yaml",
            &format!(
                "holidays: [{}]\nworkdays: [{}]\n",
                list(&self.holidays),
                list(&self.workdays)
            ),
        );
        for (index, concern) in self.concerns.iter().enumerate() {
            let mut front = format!("date: {0}\nreceived: {0}\n", concern.received);
            if let Some(answered) = concern.answered {
                writeln!(front, "answered: {answered}").expect("writing to a String");
            }
            if concern.draft {
                front.push_str("draft: true\n");
            }
            write_post(site, &format!("responses/{index}"), &front);
        }
        for (index, report) in self.reports.iter().enumerate() {
            let mut front = format!("date: {}\n", report.day);
            let level = report.level.map(|level| LEVELS[level].0.to_owned());
            let piece = report.piece.map(|piece| format!("piece-{piece}"));
            for (key, value) in [
                ("level", level),
                ("village", report.village.map(str::to_owned)),
                ("piece", piece),
            ] {
                if let Some(value) = value {
                    writeln!(front, "{key}: {value}").expect("writing to a String");
                }
            }
            write_post(site, &format!("coverage/{index}"), &front);
        }
        for (index, film) in self.films.iter().enumerate() {
            let mut front = format!(
                "date: {}\nvideo: https://www.bilibili.com/video/BV1xx411c7mD\n",
                film.day
            );
            let count = |(on, views, likes): &(Date, i64, Option<i64>)| {
                let likes = likes.map(|likes| format!(", likes: {likes}")).unwrap_or_default();
                format!("{{on: {on}, views: {views}{likes}}}")
            };
            if !film.counts.is_empty() {
                let counts: Vec<String> = film.counts.iter().map(count).collect();
                writeln!(front, "counts: [{}]", counts.join(", ")).expect("writing to a String");
            }
            write_post(site, &format!("videos/{index}"), &front);
        }
    }

    /// The working days after `from`, up to and including `until`.
    fn workdays_between(&self, from: Date, until: Date) -> i64 {
        let mut days = 0;
        let mut day = from;
        while day < until {
            day = day.saturating_add(1.day());
            let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            let works = if is_weekend {
                self.workdays.contains(&day)
            } else {
                !self.holidays.contains(&day)
            };
            days += i64::from(works);
        }
        days
    }

    /// The concerns that are no drafts.
    fn counting(&self) -> impl Iterator<Item = &Concern> {
        self.concerns
            .iter()
            .filter(|concern| !concern.draft && concern.received <= self.today)
    }

    /// How many are open at the end of `end`, of those for which `is_long` holds.
    fn open(&self, end: Date, is_long: impl Fn(&Concern) -> bool) -> i64 {
        let is_open = |concern: &&Concern| {
            concern.received <= end && concern.answered.is_none_or(|answered| answered > end) && is_long(concern)
        };
        count(self.counting().filter(is_open))
    }

    /// The days from receipt to answer of what was answered from `first` to `end`.
    fn answered(&self, first: Date, end: Date) -> Vec<(Date, Date)> {
        let dates = self
            .counting()
            .filter_map(|concern| Some((concern.received, concern.answered?)));
        dates.filter(|(_, answered)| (first..=end).contains(answered)).collect()
    }

    /// The pieces of all time. One piece counts on the first day at its highest level.
    fn pieces(&self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let of_past: Vec<&Report> = self.reports.iter().filter(|report| report.day <= self.today).collect();
        for (index, report) in of_past.iter().enumerate() {
            let is_same = |other: &&&Report| report.piece.is_some() && other.piece == report.piece;
            if of_past[..index].iter().any(|other| is_same(&other)) {
                continue;
            }
            let mut reprints: Vec<&Report> = of_past.iter().filter(is_same).copied().collect();
            if reprints.is_empty() {
                reprints.push(report);
            }
            // No level is the lowest.
            let rank = |report: &Report| report.level.unwrap_or(LEVELS.len());
            let highest = reprints.iter().map(|report| rank(report)).min().expect("a report");
            let at_highest = reprints.iter().filter(|report| rank(report) == highest);
            pieces.push(Piece {
                day: at_highest.map(|report| report.day).min().expect("a report"),
                points: LEVELS.get(highest).map_or(0, |level| level.1),
                village: report.village,
            });
        }
        pieces
    }

    /// The points of the pieces for which `is_meant` holds.
    fn points(&self, is_meant: impl Fn(&Piece) -> bool) -> i64 {
        let pieces = self.pieces().into_iter();
        pieces.filter(is_meant).map(|piece| piece.points).sum()
    }

    /// The points with the villages' caps: in each quarter, what came up to the end of the days, less what had come before.
    fn capped_by_village(&self, first: Date, end: Date) -> i64 {
        let groups = VILLAGES.into_iter().map(Some).chain([None]);
        let mut sum = 0;
        for village in groups {
            for (year, quarter) in [2021, 2022, 2023]
                .into_iter()
                .flat_map(|year| (0..4).map(move |q| (year, q)))
            {
                let start = date(year, quarter * 3 + 1, 1);
                let up_to = |day: Date| {
                    let is_meant = |piece: &Piece| {
                        let is_of_quarter = piece.day.year() == year && (piece.day.month() - 1) / 3 == quarter;
                        piece.village == village && is_of_quarter && piece.day <= day
                    };
                    self.points(is_meant).min(VILLAGE_CAP)
                };
                let before = first.saturating_sub(1.day());
                let had = if before < start { 0 } else { up_to(before) };
                sum += up_to(end) - had;
            }
        }
        sum
    }

    /// The sum of the last counts up to the end, of the films of the period.
    fn film_sum(&self, first: Date, end: Date, number: impl Fn(&(Date, i64, Option<i64>)) -> Option<i64>) -> i64 {
        let films = self.films.iter().filter(|film| (first..=end).contains(&film.day));
        let last = |film: &Film| {
            let counts = film.counts.iter().filter(|count| count.0 <= end);
            counts.filter_map(&number).next_back().unwrap_or(0)
        };
        films.map(last).sum()
    }
}

fn count(items: impl Iterator) -> i64 {
    i64::try_from(items.count()).expect("a small number")
}

fn write_post(site: &Path, name: &str, front: &str) {
    let path = site.join("content").join(format!("{name}.md"));
    write_file(&path, format!("---\ntitle: {name}\n{front}---\n正文{name}。\n"));
}

/// A quotient in hundredths, rounded half up to one decimal; none without a divisor.
fn quotient(dividend: i64, divisor: i64) -> Option<i64> {
    (divisor > 0).then(|| (dividend * 20 + divisor).div_euclid(divisor * 2) * 10)
}

/// The expected figures of a period by id, in hundredths.
fn expected(town: &DerivedTown, first: Date, last: Date) -> Vec<(&'static str, Option<i64>)> {
    let end = last.min(town.today);
    let answered = town.answered(first, end);
    let received = count(
        town.counting()
            .filter(|concern| (first..=end).contains(&concern.received)),
    );
    let workdays = answered
        .iter()
        .map(|(from, to)| town.workdays_between(*from, *to))
        .sum();
    let whole = |number: i64| Some(number * 100);
    let in_period = |piece: &Piece| (first..=end).contains(&piece.day);
    vec![
        ("response.open", whole(town.open(end, |_| true))),
        (
            "response.overdue",
            whole(town.open(end, |concern| town.workdays_between(concern.received, end) > 5)),
        ),
        (
            "response.old",
            whole(town.open(end, |concern| (end - concern.received).get_days() > 30)),
        ),
        ("response.workdays", quotient(workdays, count(answered.iter()))),
        ("response.rate", quotient(100 * count(answered.iter()), received)),
        ("coverage.score", whole(town.points(in_period))),
        ("coverage.village-score", whole(town.capped_by_village(first, end))),
        ("coverage.town-score", whole(town.points(in_period).min(TOWN_CAP))),
        ("video.views", whole(town.film_sum(first, end, |count| Some(count.1)))),
        ("video.likes", whole(town.film_sum(first, end, |count| count.2))),
    ]
}

#[test]
fn derived_figures_of_random_sites_equal_a_second_count() {
    let mut differences = Vec::new();
    for seed in 0..repetitions(12) {
        let town = DerivedTown::random(&mut Rng::new(u64::try_from(seed).expect("a small number") + 1));
        let folder = temporary_folder();
        let site = folder.path().join("site");
        town.write(&site);
        let out = folder.path().join("out");
        let request = Request {
            out: Some(out.clone()),
            ..Request::new(site, town.today)
        };
        let outcome = build(&request, &NoProgress);
        assert!(outcome.published, "seed {seed}: {:#?}", outcome.findings);
        for (period, first, last) in PERIODS.into_iter().filter(|period| period.1 <= town.today) {
            let data = std::fs::read(out.join("reports").join(period).join("data.json")).expect("a report");
            let data: Json = serde_json::from_slice(&data).expect("JSON");
            let mut compare = |what: &str, site: Option<i64>, counted: Option<i64>| {
                if site != counted {
                    differences.push(format!(
                        "seed {seed}, {period}, {what}: the site says {site:?}, counted {counted:?}"
                    ));
                }
            };
            for (id, counted) in expected(&town, first, last) {
                compare(id, json_number(&data["metrics"][id]["value"]), counted);
            }
            if period == "2022" {
                let answered = count(town.answered(first, last.min(town.today)).iter());
                let target = &data["metrics"]["response.answered"]["target"];
                compare("target", json_number(&target["value"]), Some(100 * ANSWERED_TARGET));
                compare(
                    "degree",
                    json_number(&target["percent"]),
                    quotient(100 * answered, ANSWERED_TARGET),
                );
            }
            if period == "2022-h1" {
                for village in VILLAGES {
                    let is_meant =
                        |piece: &&Piece| piece.village == Some(village) && (first..=last).contains(&piece.day);
                    let pieces = count(town.pieces().iter().filter(is_meant));
                    let target = &data["metrics"]["coverage.all"]["target"]["parts"][village];
                    compare(
                        village,
                        json_number(&target["percent"]),
                        quotient(100 * pieces, VILLAGE_TARGET),
                    );
                }
            }
        }
    }
    assert!(
        differences.is_empty(),
        "{} differences:\n{}",
        differences.len(),
        differences.join("\n")
    );
}
