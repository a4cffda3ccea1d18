//! How long counting takes: 100,000 records over five years, all built-in metrics of one year.
//!
//! `cargo bench --bench metrics` prints the median of several rounds in milliseconds. Goal: at most 100 ms on two cores
//! for counting and the figures of one year together. `metrics COUNT` measures another number of records.

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

fn main() {
    // `cargo bench` passes `--bench`.
    let count = std::env::args()
        .skip(1)
        .find_map(|word| word.parse().ok())
        .unwrap_or(RECORDS);
    let catalog = catalog(count);
    let all = parse_metrics(None, &catalog.kinds, &catalog.rosters, ReprintPolicy::Highest).value;
    let today = FIRST.saturating_add(i64::try_from(DAYS).unwrap_or(i64::MAX).days());
    let mut counting = Vec::new();
    let mut figures = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let counts = MetricResults::new(&catalog, &all, today);
        counting.push(start.elapsed());
        let start = Instant::now();
        let sum = sum_of_figures(&counts, &all, Period::Year(2020));
        figures.push(start.elapsed());
        assert!(sum > Decimal::ZERO, "something was counted");
    }
    let (counting, figures) = (median(&mut counting), median(&mut figures));
    println!("records {count}, metrics {}", all.iter().count());
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
        FieldType::String | FieldType::Text | FieldType::Url => FieldValue::Text(format!("text {}", at % 30)),
        FieldType::Asset => FieldValue::Asset("a.mp4".to_owned()),
    }
}
