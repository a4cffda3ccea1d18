//! How long counting takes: 100,000 records over five years, the figures of one year; first of all built-in metrics, then
//! with twenty derived ones beside them.
//!
//! `cargo bench --bench metrics` prints the median of several rounds in milliseconds. Goals on two cores, for counting and
//! the figures of one year together: 100 ms for the built-in metrics, 150 ms with the derived ones. `metrics COUNT`
//! measures another number of records.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use jiff::ToSpan as _;
use rust_decimal::Decimal;
use std::sync::Arc;
use std::time::{Duration, Instant};
use xiangyin::testing::catalog::{Catalog, CatalogInputs};
use xiangyin::testing::config::{LinkRules, ReprintPolicy};
use xiangyin::testing::metrics::{MetricResults, Metrics, Period, parse_metrics};
use xiangyin::testing::paths::SourcePath;
use xiangyin::testing::record::{Meta, Origin, Record};
use xiangyin::testing::schema::{FieldType, FieldValue, Kind, Kinds, Moment, Rosters, read_rosters};

const RECORDS: usize = 100_000;
const DAYS: usize = 5 * 365;
const FIRST: jiff::civil::Date = jiff::civil::date(2018, 1, 1);
const ROUNDS: usize = 15;

/// Twenty metrics of a town that rates, scores and pays: quotients, states, working days, points and caps.
const DERIVED: &str = "
response.open: {label: 未答复, unit: 件, of: response, state: {from: received, until: answered}}
response.overdue: {label: 超期, unit: 件, of: response, state: {from: received, until: answered, over: 5 workdays}}
response.old: {label: 拖了很久, unit: 件, of: response, state: {from: received, until: answered, over: 30 days}}
response.workdays: {label: 平均工作日, unit: 天, of: response, aggregate: 'avg:workdays(received..answered)', dated: answered}
response.rate: {label: 答复率, unit: '%', ratio: [response.answered, response.all]}
coverage.score: {label: 得分, unit: 分, of: coverage, aggregate: score, points: {level: {national: 20, provincial: 10, municipal: 5, district: 2}}}
coverage.village-score: {label: 各村得分, unit: 分, of: coverage, aggregate: score, points: {level: {national: 20, provincial: 10, municipal: 5, district: 2}}, cap: {per: village, max: 60, each: quarter}}
coverage.month-score: {label: 每月封顶得分, unit: 分, of: coverage, aggregate: score, points: {level: {national: 20, provincial: 10}}, cap: {max: 40, each: month}}
coverage.town-score: {label: 全镇封顶得分, unit: 分, of: coverage, aggregate: score, points: {level: {national: 20, district: 2}}, cap: {max: 400}}
coverage.share: {label: 国家级占比, unit: '%', ratio: [coverage.national, coverage.all]}
coverage.worth: {label: 篇均得分, unit: 分, ratio: [coverage.score, coverage.all]}
submission.fee: {label: 稿费, unit: 元, of: submission, aggregate: score, points: {level: {national: 150, provincial: 85, municipal: 35, district: 25}}, where: {adopted: {given: true}}, dated: adopted, internal: true}
submission.waiting: {label: 未采用, unit: 篇, of: submission, state: {from: submitted, until: adopted}}
submission.per-piece: {label: 篇均稿费, unit: 元, ratio: [submission.fee, submission.adopted]}
volunteer.score: {label: 志愿服务得分, unit: 分, of: volunteer, aggregate: score, points: {theme: {law: 3, environment: 2, festival: 1}}, cap: {per: team, max: 30, each: half}}
volunteer.per-session: {label: 场均人次, unit: 人次, ratio: [volunteer.participants, volunteer.sessions]}
volunteer.hours-each: {label: 人均时长, unit: 小时, ratio: [volunteer.hours, volunteer.participants]}
culture.per-event: {label: 场均观众, unit: 人, ratio: [culture.audience, culture.all]}
video.per-video: {label: 部均播放, unit: 次, ratio: [video.views, video.all]}
study.per-session: {label: 场均人次（学习）, unit: 人次, ratio: [study.attendees, study.all]}
";

fn main() {
    // `cargo bench` passes `--bench`.
    let count = std::env::args()
        .skip(1)
        .find_map(|word| word.parse().ok())
        .unwrap_or(RECORDS);
    let catalog = catalog(count);
    println!("records {count}");
    for (name, file) in [
        ("built-in", None),
        ("with derived", Some(("content/_metrics.yaml", DERIVED))),
    ] {
        let all = parse_metrics(file, &catalog.kinds, &catalog.rosters, ReprintPolicy::Highest);
        assert!(all.findings.is_empty(), "{:?}", all.findings);
        println!("{name}: {} metrics", all.value.iter().count());
        measure(&catalog, &all.value);
    }
}

/// Prints how long counting and the figures of one year take.
fn measure(catalog: &Catalog, all: &Metrics) {
    let today = FIRST.saturating_add(i64::try_from(DAYS).unwrap_or(i64::MAX).days());
    let mut counting = Vec::new();
    let mut figures = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let counts = MetricResults::new(catalog, all, today);
        counting.push(start.elapsed());
        let start = Instant::now();
        let sum = sum_of_figures(&counts, all, Period::Year(2020));
        figures.push(start.elapsed());
        assert!(sum > Decimal::ZERO, "something was counted");
    }
    let (counting, figures) = (median(&mut counting), median(&mut figures));
    println!("counting          {:8.2} ms", millis(counting));
    println!("figures of a year {:8.2} ms", millis(figures));
    println!("together          {:8.2} ms", millis(counting + figures));
}

/// All figures of a period, added up so that none is left out by the compiler.
fn sum_of_figures<'a>(counts: &MetricResults<'a>, metrics: &'a Metrics, period: Period) -> Decimal {
    metrics
        .iter()
        .filter_map(|metric| counts.figure(metric, period).value)
        .sum()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Posts of all kinds with all their fields; a third shares its event or piece with two others.
fn catalog(count: usize) -> Catalog {
    let kinds = Kinds::built_in();
    let dated: Vec<&Kind> = kinds.iter().filter(|kind| kind.dated && kind.id != "report").collect();
    let records = (0..count)
        .map(|at| Arc::new(record(at, dated[at % dated.len()])))
        .collect();
    Catalog::new(CatalogInputs {
        records,
        sections: Vec::new(),
        kinds: Arc::new(Kinds::built_in()),
        rosters: Arc::new(town()),
        assets: std::sync::Arc::default(),
        leftovers: std::sync::Arc::default(),
        withheld: Vec::new(),
        is_internal: false,
        link_rules: LinkRules::default(),
    })
}

fn town() -> Rosters {
    let villages: String = (0..12).map(|at| format!("- {{id: v{at}, name: 村{at}}}\n")).collect();
    let scope = |at: usize| if at.is_multiple_of(2) { "town" } else { "village" };
    let teams: String = (0..20)
        .map(|at| {
            format!(
                "- {{id: v{at}, name: 队{at}, scope: {}, village: v{}}}\n",
                scope(at),
                at % 12
            )
        })
        .collect();
    read_rosters(&[
        ("content/_data/villages.yaml", &villages),
        ("content/_data/teams.yaml", &teams),
    ])
    .value
}

fn record(at: usize, kind: &Kind) -> Record {
    // A prime steps through the days, so that the order of files is not that of days.
    let day = FIRST.saturating_add(i64::try_from(at * 7919 % DAYS).unwrap_or_default().days());
    let shared = at.is_multiple_of(3).then(|| format!("shared-{}", at / 60));
    let fields = kind.fields.iter().filter_map(|field| {
        let value = match field.name.as_str() {
            "piece" => FieldValue::Text(shared.clone()?),
            // Files that are not there would be looked for.
            _ if field.ty == FieldType::Asset => return None,
            _ => value(at, &field.ty, day),
        };
        Some((field.name.clone(), value))
    });
    let meta = Meta {
        title: format!("第{at}篇"),
        date: Some(Moment { date: day, time: None }),
        village: Some(format!("v{}", at % 12)),
        event: shared.clone(),
        draft: at.is_multiple_of(50),
        fields: fields.collect(),
        ..Meta::default()
    };
    Record {
        path: SourcePath::new(&format!("content/{}/{}/{at:06}.md", kind.folder, day.year())),
        kind: kind.id.clone(),
        meta,
        body: Arc::default(),
        blocks: Vec::new(),
        digest: String::new(),
        origin: Origin::File,
        has_page: true,
    }
}

fn value(at: usize, ty: &FieldType, day: jiff::civil::Date) -> FieldValue {
    let number = i64::try_from(at % 100).unwrap_or_default();
    match ty {
        FieldType::Date | FieldType::DateTime => FieldValue::Moment(Moment { date: day, time: None }),
        FieldType::Integer => FieldValue::Integer(number),
        FieldType::Decimal => FieldValue::Decimal(Decimal::new(number, 1)),
        FieldType::Duration => FieldValue::Duration(u32::try_from(number).unwrap_or_default()),
        FieldType::Boolean => FieldValue::Boolean(at.is_multiple_of(2)),
        FieldType::Enum(values) => FieldValue::Enum(values[at % values.len()].0.clone()),
        FieldType::Roster(_) => FieldValue::Reference(format!("v{}", at % 12)),
        FieldType::List(inner) => FieldValue::List(vec![value(at, inner, day)]),
        FieldType::String | FieldType::Text | FieldType::Url | FieldType::Author => {
            FieldValue::Text(format!("text {}", at % 30))
        }
        FieldType::Asset => FieldValue::Asset("a.mp4".to_owned()),
    }
}
