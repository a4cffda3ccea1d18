//! Property tests of counting: for any posts, the periods of a span add up to the whole, the length of a figure's
//! evidence is the figure, and a part of a breakdown is the metric with the part's value as a further condition.

use super::*;
use crate::catalog::{Catalog, CatalogInputs};
use crate::config::{LinkRules, ReprintPolicy};
use crate::messages::Lang;
use crate::paths::SourcePath;
use crate::record::{Meta, Origin, Record};
use crate::schema::{FieldType, FieldValue, Kinds, Moment, Rosters};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The earliest date of a post.
const START: Date = date(2021, 1, 1);
/// The number of days from `START` on which posts are dated.
const DAYS: i64 = 2 * 365;
/// Today. Some posts are dated later.
const TODAY: Date = date(2022, 11, 30);
const LEVELS: [&str; 4] = ["national", "provincial", "municipal", "district"];

/// A random post.
#[derive(Debug, Clone)]
struct PostSpec {
    kind: &'static str,
    day: i64,
    draft: bool,
    /// The event, or the piece of a report in the media.
    shared: Option<u8>,
    /// The team, or the level.
    category: Option<usize>,
    theme: Option<usize>,
    number: Option<i64>,
    village: Option<u8>,
    tags: Vec<u8>,
}

fn any_post() -> impl Strategy<Value = PostSpec> {
    let kind = prop_oneof![Just("volunteer"), Just("coverage"), Just("study"), Just("video")];
    let shared = proptest::option::of(0..6_u8);
    let category = proptest::option::of(0..4_usize);
    let number = proptest::option::of(0..50_i64);
    let draft = prop_oneof![5 => Just(false), 1 => Just(true)];
    (
        kind,
        0..DAYS,
        draft,
        shared,
        category,
        proptest::option::of(0..3_usize),
        number,
        proptest::option::of(0..3_u8),
        prop::collection::vec(0..3_u8, 0..3),
    )
        .prop_map(
            |(kind, day, draft, shared, category, theme, number, village, tags)| PostSpec {
                kind,
                day,
                draft,
                shared,
                category,
                theme,
                number,
                village,
                tags,
            },
        )
}

fn day(offset: i64) -> Date {
    START.saturating_add(offset.days())
}

fn record(index: usize, spec: &PostSpec) -> Record {
    let choice = |of: &[&str], nth: Option<usize>| nth.map(|nth| FieldValue::Enum(of[nth % of.len()].to_owned()));
    let number = |number: Option<i64>| number.map(FieldValue::Integer);
    let named = |name: Option<u8>| name.map(|name| format!("x{name}"));
    let fields = match spec.kind {
        "volunteer" => vec![
            (
                "team",
                spec.category.map(|team| FieldValue::Reference(format!("team{team}"))),
            ),
            ("theme", choice(&["law", "safety", "festival"], spec.theme)),
            ("participants", number(spec.number)),
            (
                "hours",
                spec.number.map(|tenths| FieldValue::Decimal(Decimal::new(tenths, 1))),
            ),
        ],
        "coverage" => vec![
            ("level", choice(&LEVELS, spec.category)),
            ("piece", named(spec.shared).map(FieldValue::Text)),
            ("outlet", named(spec.village).map(FieldValue::Text)),
        ],
        "video" => vec![
            ("views", number(spec.number)),
            (
                "counted_on",
                spec.number.map(|days| {
                    FieldValue::Moment(Moment {
                        date: day(spec.day + days),
                        time: None,
                    })
                }),
            ),
        ],
        _ => vec![
            (
                "form",
                choice(&["center-group", "night-school", "public-talk"], spec.theme),
            ),
            ("attendees", number(spec.number)),
        ],
    };
    let meta = Meta {
        date: Some(Moment {
            date: day(spec.day),
            time: None,
        }),
        draft: spec.draft,
        event: named(spec.shared).filter(|_| spec.kind != "coverage"),
        village: named(spec.village),
        tags: spec.tags.iter().map(|tag| format!("t{tag}")).collect(),
        fields: fields
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect(),
        ..Meta::default()
    };
    Record {
        path: SourcePath::new(&format!("content/{index:03}.md")),
        kind: spec.kind.to_owned(),
        meta,
        body: Arc::default(),
        blocks: Vec::new(),
        digest: String::new(),
        origin: Origin::File,
        has_page: true,
    }
}

fn catalog(specs: &[PostSpec]) -> Catalog {
    Catalog::new(CatalogInputs {
        records: specs
            .iter()
            .enumerate()
            .map(|(index, spec)| Arc::new(record(index, spec)))
            .collect(),
        sections: Vec::new(),
        kinds: Arc::new(Kinds::built_in()),
        rosters: Arc::default(),
        assets: std::sync::Arc::default(),
        leftovers: std::sync::Arc::default(),
        withheld: Vec::new(),
        is_internal: false,
        link_rules: LinkRules::default(),
    })
}

/// Metrics whose parts add up: counts and sums of posts, except metrics with `as_of`.
fn additive_metrics(metrics: &Metrics) -> impl Iterator<Item = &Metric> {
    metrics.iter().filter(|metric| {
        let adds = matches!(metric.aggregate, Aggregate::Count | Aggregate::Sum(_));
        adds && !metric.is_stock() && metric.as_of.is_none()
    })
}

/// The span from the first to the last of `ends`, and its parts, split after each end.
fn split_span(ends: &BTreeSet<i64>) -> Option<(Period, Vec<Period>)> {
    let (first, last) = (*ends.first()?, *ends.last()?);
    let mut parts = Vec::new();
    let mut from = first;
    for &to in ends {
        parts.push(Period::Range(day(from), day(to)));
        from = to + 1;
    }
    Some((Period::Range(day(first), day(last)), parts))
}

fn assert_adds_up(counts: &MetricResults<'_>, metric: &Metric, whole: Period, parts: &[Period]) {
    let metric = counts.metrics.get(&metric.id).expect("the metric is one of them");
    let figure = counts.figure(metric, whole);
    let of_parts: Vec<_> = parts.iter().map(|part| counts.figure(metric, *part)).collect();
    let sum: Decimal = of_parts.iter().filter_map(|figure| figure.value).sum();
    // A period that has not begun has no figure.
    let expected = |value: Decimal| (whole.first() <= TODAY).then_some(value);
    assert_eq!(figure.value, expected(sum), "{} over {parts:?}", metric.id);
    let entries: Vec<CountedPost> = of_parts
        .iter()
        .flat_map(|figure| figure.evidence.posts())
        .cloned()
        .collect();
    assert_eq!(
        figure.evidence.posts(),
        entries,
        "{}: the parts have the same posts as the whole",
        metric.id
    );
    if metric.aggregate == Aggregate::Count {
        let counted = match &figure.evidence {
            Evidence::Posts(posts) => posts.len(),
            Evidence::Rows(rows) => rows.len(),
            Evidence::Quotient(_) => unreachable!("a count is no quotient"),
        };
        assert_eq!(figure.value, expected(Decimal::from(counted)), "{}", metric.id);
    }
    let months = counts.breakdown(&figure, &Dimension::Month, Lang::Zh);
    let sum: Decimal = months.iter().filter_map(|month| month.value).sum();
    assert_eq!(figure.value, expected(sum), "{} by month", metric.id);
}

/// Checks that a figure counts only countable posts of its period, and that no post is both counted and excluded.
fn assert_evidence_valid(counts: &MetricResults<'_>, metric: &Metric, period: Period) {
    let metric = counts.metrics.get(&metric.id).expect("the metric is one of them");
    let figure = counts.figure(metric, period);
    let excluded: BTreeSet<PostId> = counts
        .excluded_posts(&figure)
        .iter()
        .map(|excluded| excluded.post)
        .collect();
    for entry in figure.evidence.posts() {
        let post = counts.posts.post(entry.post);
        assert!(
            period.contains(entry.day) && post.status == PostStatus::Countable,
            "{}",
            metric.id
        );
        assert!(!excluded.contains(&entry.post), "{}: counted and excluded", metric.id);
    }
}

/// Counts volunteer sessions and pieces by level in the simplest way, and compares.
fn assert_matches_plain_count(counts: &MetricResults<'_>, specs: &[PostSpec], period: Period) {
    let mut events: BTreeMap<String, i64> = BTreeMap::new();
    let mut pieces: BTreeMap<String, (usize, i64)> = BTreeMap::new();
    let counted = specs
        .iter()
        .enumerate()
        .filter(|(_, spec)| !spec.draft && day(spec.day) <= TODAY);
    for (index, spec) in counted {
        let key = spec
            .shared
            .map_or_else(|| format!("post {index}"), |shared| format!("shared {shared}"));
        match spec.kind {
            "volunteer" => {
                let first = events.entry(key).or_insert(spec.day);
                *first = spec.day.min(*first);
            }
            "coverage" => {
                let this = (spec.category.unwrap_or(LEVELS.len()), spec.day);
                let best = pieces.entry(key).or_insert(this);
                *best = this.min(*best);
            }
            _ => {}
        }
    }
    let value = |id: &str| {
        let metric = counts.metrics.get(id).expect("a built-in metric");
        counts.figure(metric, period).value
    };
    let expected = |count: usize| (period.first() <= TODAY).then(|| Decimal::from(count));
    let sessions = events.values().filter(|first| period.contains(day(**first))).count();
    assert_eq!(value("volunteer.sessions"), expected(sessions));
    for (rank, level) in LEVELS.iter().enumerate() {
        let of_level = pieces
            .values()
            .filter(|(best, offset)| *best == rank && period.contains(day(*offset)));
        assert_eq!(
            value(&format!("coverage.{level}")),
            expected(of_level.count()),
            "{level}"
        );
    }
}

/// Metrics of every aggregate, with and without conditions and merging.
const OWN_METRICS: &str = "
a.largest: {label: 最大, of: volunteer, aggregate: max:participants}
a.largest-event: {label: 场最大, of: volunteer, aggregate: max:participants, once: event}
a.latest: {label: 最后, of: video, aggregate: latest:views, as_of: counted_on}
a.mean: {label: 平均, of: study, aggregate: avg:attendees, once: event}
a.teams: {label: 队, of: volunteer, aggregate: distinct:team, once: event}
a.tags: {label: 标签, of: coverage, aggregate: distinct:tags, once: piece}
a.law: {label: 普法, of: volunteer, where: {theme: law, tags: {not: t0}}, aggregate: sum:hours, once: [event, team]}
a.no-village: {label: 无村, of: study, where: {village: {given: false}}}
a.outlet: {label: 媒体, of: coverage, where: {outlet: x1, level: [national, district]}}
a.open: {label: 未统计, of: video, state: {from: date, until: counted_on}}
a.overdue: {label: 久未统计, of: video, state: {from: date, until: counted_on, over: 9 workdays}}
a.points: {label: 分, of: coverage, aggregate: score, points: {level: {national: 20, district: 2}, outlet: {x1: -3}}}
a.theme-team: {label: 题队, of: volunteer, aggregate: sum:participants, once: [theme, team]}
";

/// For each part of each breakdown of each metric, checks that its number is that of the metric with the part's value
/// as a further condition. Checks likewise the parts of a part.
fn assert_parts_are_conditions(catalog: &Catalog, metrics: &Metrics, period: Period) {
    let counts = MetricResults::new(catalog, metrics, TODAY);
    let mut expected: Vec<(Metric, Option<Decimal>)> = Vec::new();
    for metric in metrics.iter().filter(|metric| metric.counts_posts()) {
        let figure = counts.figure(metric, period);
        for by in field_dimensions(metric, &counts) {
            for part in counts.breakdown(&figure, &by, Lang::Zh) {
                let filter = FigureFilter {
                    by: by.clone(),
                    keys: vec![part.key.clone()],
                };
                let filtered = counts.filtered_figure(metric, period, std::slice::from_ref(&filter));
                assert_eq!(filtered.value, part.value, "{} with {filter:?}", metric.id);
                // What a filtered figure is broken down into is what its part is broken down into.
                let of_part = counts.parts(metric, period, &part.evidence, &by, Lang::Zh);
                let of_filtered = counts.breakdown(&filtered, &by, Lang::Zh);
                let values = |parts: &[crate::metrics::breakdown::BreakdownPart<'_>]| -> Vec<_> {
                    parts.iter().map(|part| (part.key.clone(), part.value)).collect()
                };
                assert_eq!(values(&of_filtered), values(&of_part), "{} with {filter:?}", metric.id);
                let narrowed = with_condition(&counts, metric, &by, &part.key);
                if metric.kinds() == ["volunteer"] {
                    let split = Dimension::Field("village".to_owned());
                    // The latest of a part of a part may be older than the evidence of the figure.
                    for inner in counts.parts(metric, period, &part.evidence, &split, Lang::Zh) {
                        expected.push((with_condition(&counts, &narrowed, &split, &inner.key), inner.value));
                    }
                }
                expected.push((narrowed, part.value));
            }
        }
    }
    let narrowed = expected.iter().enumerate().map(|(index, (metric, _))| Metric {
        id: format!("narrowed.{index}"),
        ..metric.clone()
    });
    let narrowed = Metrics::new(narrowed.collect());
    let counts = MetricResults::new(catalog, &narrowed, TODAY);
    for (narrowed, (metric, value)) in narrowed.iter().zip(&expected) {
        let figure = counts.figure(narrowed, period);
        assert_eq!(figure.value, *value, "{} where {:?}", metric.id, metric.conditions);
    }
}

fn field_dimensions(metric: &Metric, counts: &MetricResults<'_>) -> Vec<Dimension> {
    let names = Dimension::names(metric, counts).into_iter();
    names
        .filter_map(|name| Dimension::parse(name, metric, counts).ok())
        .filter(|by| matches!(by, Dimension::Field(_)))
        .collect()
}

/// The metric with the further condition that a field has a value, or has none for an empty key.
fn with_condition(counts: &MetricResults<'_>, metric: &Metric, by: &Dimension, key: &str) -> Metric {
    let field = counts.field_of(metric, by.name()).expect("a field of the kind");
    let ty = match &field.ty {
        FieldType::List(items) => items,
        other => other,
    };
    let value = match ty {
        FieldType::Enum(_) => FieldValue::Enum(key.to_owned()),
        FieldType::Roster(_) => FieldValue::Reference(key.to_owned()),
        _ => FieldValue::Text(key.to_owned()),
    };
    let wanted = if key.is_empty() { Vec::new() } else { vec![value] };
    let mut narrowed = metric.clone();
    narrowed.conditions.push(Condition {
        field: by.name().to_owned(),
        negated: false,
        test: Test::OneOf(wanted),
    });
    narrowed
}

#[test]
fn english_units_have_a_singular() {
    let text = "a.pair: {unit: {zh-CN: 场, en: fair | fairs}, of: study}\na.plain: {unit: goose|geese, of: study}\na.one: {unit: 册, of: study}\n";
    let file = Some(("content/_metrics.yaml", text));
    let (kinds, rosters) = (Kinds::built_in(), Rosters::default());
    let metrics = parse_metrics(file, &kinds, &rosters, ReprintPolicy::Highest).value;
    for (id, one, many, zh) in [
        ("study.all", "session", "sessions", "次"),
        ("staff.all", "person", "people", "名"),
        ("a.pair", "fair", "fairs", "场"),
        ("a.plain", "goose", "geese", "geese"),
        ("a.one", "册", "册", "册"),
    ] {
        let metric = metrics.get(id).expect("a metric");
        let unit = |value: Decimal, lang: Lang| metric.unit_for(value, lang.tag());
        assert_eq!(unit(Decimal::ONE, Lang::En), one, "{id}");
        for value in [Decimal::ZERO, Decimal::TWO, Decimal::new(15, 1)] {
            assert_eq!(unit(value, Lang::En), many, "{id}");
        }
        assert_eq!(
            (unit(Decimal::ONE, Lang::Zh), metric.unit.get("en")),
            (zh, many),
            "{id}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn parts_add_up_to_the_whole(
        specs in prop::collection::vec(any_post(), 0..60),
        ends in prop::collection::btree_set(0..DAYS, 1..6),
        pieces in prop_oneof![Just(ReprintPolicy::Highest), Just(ReprintPolicy::EveryLevel)],
    ) {
        let catalog = catalog(&specs);
        let metrics = parse_metrics(None, &catalog.kinds, &catalog.rosters, pieces).value;
        let counts = MetricResults::new(&catalog, &metrics, TODAY);
        let Some((whole, parts)) = split_span(&ends) else { return Ok(()) };
        let year = Period::Year(2022);
        let halves = [Period::Half(2022, 1), Period::Half(2022, 2)];
        for metric in additive_metrics(&metrics) {
            assert_adds_up(&counts, metric, whole, &parts);
            assert_adds_up(&counts, metric, year, &halves);
            assert_adds_up(&counts, metric, year, &year.months());
            assert_evidence_valid(&counts, metric, whole);
        }
        if pieces == ReprintPolicy::Highest {
            assert_matches_plain_count(&counts, &specs, whole);
        }
    }

    #[test]
    fn a_part_is_the_metric_with_its_value_as_a_condition(
        specs in prop::collection::vec(any_post(), 0..24),
        ends in prop::collection::btree_set(0..DAYS, 2..3),
        pieces in prop_oneof![Just(ReprintPolicy::Highest), Just(ReprintPolicy::EveryLevel)],
    ) {
        let catalog = catalog(&specs);
        let own = Some(("content/_metrics.yaml", OWN_METRICS));
        let parsed = parse_metrics(own, &catalog.kinds, &catalog.rosters, pieces);
        prop_assert_eq!(parsed.findings, []);
        let Some((period, _)) = split_span(&ends) else { return Ok(()) };
        assert_parts_are_conditions(&catalog, &parsed.value, period);
    }
}
