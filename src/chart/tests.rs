//! Properties that hold for every chart, and examples of the placing rules.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::{Bar, Chart, ChartShape, LineSeries, StackedColumn, emf, svg};

fn chart(shape: ChartShape) -> Chart {
    Chart {
        title: "五月的志愿服务最多".into(),
        desc: "说明。".into(),
        unit: "次".into(),
        shape,
    }
}

fn bar(label: &str, value: f64) -> Bar {
    Bar {
        label: label.into(),
        value,
        value_label: value.to_string(),
        ..Bar::default()
    }
}

/// The texts with this class, in the order of the picture.
fn texts(svg: &str, class: &str) -> Vec<String> {
    let start = format!("<text class=\"{class}\"");
    let texts = svg
        .split(&start)
        .skip(1)
        .filter_map(|rest| rest.split_once('>')?.1.split_once('<'));
    texts.map(|(text, _)| text.to_owned()).collect()
}

#[test]
fn bars_label_every_month_and_thin_days() {
    let months: Vec<Bar> = (1..=12).map(|n| bar(&format!("{n}月"), f64::from(n))).collect();
    let days: Vec<Bar> = (1..=60).map(|n| bar(&format!("6月{n}日"), 3.0)).collect();
    let named = |bars| -> Vec<String> {
        let labels = texts(&svg(&chart(ChartShape::Bars(bars)), "a"), "label");
        labels.into_iter().skip_while(|text| !text.contains('月')).collect()
    };
    assert_eq!(
        named(months).join(" "),
        "1月 2 3 4 5 6 7 8 9 10 11 12",
        "only the first label keeps its unit, so that all fit"
    );
    assert_eq!(named(days), ["6月1日", "6月13日", "6月25日", "6月37日", "6月49日"]);
}

#[test]
fn bars_drop_smallest_values_first() {
    let bars = (0..24_u32).map(|n| bar("", f64::from(10_000 + n % 3))).collect();
    let values = texts(&svg(&chart(ChartShape::Bars(bars)), "a"), "value");
    assert!(
        values.contains(&"10002".to_owned()) && !values.contains(&"10000".to_owned()),
        "{values:?}"
    );
}

#[test]
fn ties_share_the_given_rank() {
    let ranked = |label: &str, rank| Bar {
        rank: Some(rank),
        ..bar(label, 5.0)
    };
    let picture = svg(
        &chart(ChartShape::Ranking(vec![
            ranked("东河村", 1),
            ranked("西山村", 1),
            ranked("南湾村", 3),
        ])),
        "a",
    );
    assert_eq!(texts(&picture, "value"), ["1", "5次", "1", "5", "3", "5"]);
}

#[test]
fn linked_bars_have_a_title_outside_the_image() {
    let linked = Bar {
        href: Some("/a/?b&c".into()),
        ..bar("五月", 3.0)
    };
    let picture = svg(&chart(ChartShape::Bars(vec![linked])), "hours");
    assert!(
        picture.contains("<a href=\"/a/?b&amp;c\"><title>五月：3次</title><rect class=\"hit\""),
        "{picture}"
    );
    assert!(
        picture.contains("role=\"group\" aria-labelledby=\"hours-t\""),
        "{picture}"
    );
    let image = picture.find("role=\"img\"").map(|at| &picture[at..]);
    assert!(
        image.is_some_and(|rest| rest.find("</g>") < rest.find("<a ")),
        "{picture}"
    );
}

#[test]
fn a_calendar_has_a_square_for_each_day_with_a_value() {
    let days = BTreeMap::from([(date(2022, 2, 28), (2.0, None)), (date(2022, 7, 1), (9.0, None))]);
    let names = |n: usize| n.to_string();
    let shape = ChartShape::Calendar {
        from: date(2022, 1, 1),
        to: date(2022, 6, 30),
        days,
        weekdays: std::array::from_fn(names),
        months: std::array::from_fn(|n| format!("{}月", n + 1)),
    };
    let picture = svg(&chart(shape), "a");
    assert_eq!(picture.matches("<title>2022-02-28：2次</title>").count(), 1);
    assert!(!picture.contains("2022-07-01"), "days outside the span are not drawn");
    assert_eq!(texts(&picture, "value"), ["1月", "2月", "3月", "4月", "5月", "6月"]);
}

fn any_value() -> impl Strategy<Value = f64> {
    prop_oneof![4 => 0.0..1e3_f64, 2 => Just(0.0), 1 => 0.0..1e9_f64, 2 => any::<f64>()]
}

fn any_label() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[一-龥]{0,6}", 1 => "[<>&\"'a-z一-龥 -]{0,60}", 1 => any::<String>()]
}

fn any_bar() -> impl Strategy<Value = Bar> {
    let link = proptest::option::of(any_label());
    (
        any_label(),
        any_value(),
        any_label(),
        link,
        proptest::option::of(0..70_usize),
    )
        .prop_map(|(label, value, value_label, href, rank)| Bar {
            label,
            value,
            value_label,
            href,
            rank,
        })
}

fn any_date() -> impl Strategy<Value = Date> {
    let all = (-400_000_i32..400_000).prop_map(|days| date(2022, 1, 1).saturating_add(days.days()));
    prop_oneof![3 => (0..900_i32).prop_map(|days| date(2022, 1, 1).saturating_add(days.days())), 1 => all]
}

fn any_shape() -> impl Strategy<Value = ChartShape> {
    let values = || prop::collection::vec(any_value(), 0..9);
    let labels = || prop::collection::vec(any_label(), 0..9);
    let column = (any_label(), values(), any_label(), proptest::option::of(any_label())).prop_map(
        |(label, parts, total_label, href)| StackedColumn {
            label,
            parts,
            total_label,
            href,
        },
    );
    let gapped = || prop::collection::vec(proptest::option::of(any_value()), 0..40);
    let line = (any_label(), gapped()).prop_map(|(name, values)| LineSeries { name, values });
    let day = (any_value(), proptest::option::of(any_label()));
    let days = prop::collection::btree_map(any_date(), day, 0..20);
    let calendar =
        (any_date(), any_date(), days, any_label()).prop_map(|(from, to, days, name)| ChartShape::Calendar {
            from,
            to,
            days,
            weekdays: std::array::from_fn(|_| name.clone()),
            months: std::array::from_fn(|_| name.clone()),
        });
    let bars = || prop::collection::vec(any_bar(), 0..70);
    prop_oneof![
        bars().prop_map(ChartShape::Bars),
        bars().prop_map(ChartShape::Ranking),
        (labels(), prop::collection::vec(column, 0..30))
            .prop_map(|(series, columns)| ChartShape::Stacked { series, columns }),
        (
            prop::collection::vec(any_label(), 0..40),
            prop::collection::vec(line, 0..8)
        )
            .prop_map(|(labels, lines)| ChartShape::Lines { labels, lines }),
        calendar,
        gapped().prop_map(ChartShape::Sparkline),
    ]
}

fn any_chart() -> impl Strategy<Value = Chart> {
    (any_label(), any_label(), any_label(), any_shape()).prop_map(|(title, desc, unit, shape)| Chart {
        title,
        desc,
        unit,
        shape,
    })
}

/// Every attribute that is a number or a list of numbers, joined.
fn geometry(svg: &str) -> Result<String, String> {
    let mut reader = Reader::from_str(svg);
    let mut numbers = String::new();
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Eof => return Ok(numbers),
            Event::Start(tag) | Event::Empty(tag) => {
                for attribute in tag.attributes() {
                    let attribute = attribute.map_err(|error| error.to_string())?;
                    if matches!(attribute.key.as_ref(), "x" | "y" | "width" | "height" | "d" | "viewBox") {
                        numbers.push_str(&attribute.value);
                        numbers.push(' ');
                    }
                }
            }
            _ => {}
        }
    }
}

fn field(bytes: &[u8], at: usize) -> usize {
    let bytes = bytes[at..at + 4].try_into().expect("four bytes");
    u32::from_le_bytes(bytes) as usize
}

/// The types of a metafile's records, after checking that their sizes fill it and that handles are made before use.
fn record_types(bytes: &[u8]) -> Vec<usize> {
    let (mut at, mut types, mut handles) = (0, Vec::new(), Vec::new());
    while at < bytes.len() {
        let (record_type, size) = (field(bytes, at), field(bytes, at + 4));
        assert!(
            size >= 8 && size.is_multiple_of(4) && at + size <= bytes.len(),
            "record {record_type} of {size} bytes"
        );
        match record_type {
            39 | 82 | 95 => handles.push(field(bytes, at + 8)),
            37 => assert!(field(bytes, at + 8) >> 31 == 1 || handles.contains(&field(bytes, at + 8))),
            _ => {}
        }
        types.push(record_type);
        at += size;
    }
    assert_eq!(handles, (1..=handles.len()).collect::<Vec<_>>());
    assert_eq!(field(bytes, 56) & 0xffff, handles.len() + 1, "handles in the header");
    types
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn svg_is_well_formed_with_finite_numbers(chart in any_chart(), id in any_label()) {
        let picture = svg(&chart, &id);
        let numbers = geometry(&picture).map_err(TestCaseError::fail)?;
        prop_assert!(!numbers.contains("NaN") && !numbers.contains("inf") && !numbers.contains("-."), "{}", numbers);
        prop_assert!(!picture.contains("style="));
        let decimals = numbers.split('.').skip(1).map(|rest| rest.chars().take_while(char::is_ascii_digit).count());
        prop_assert!(decimals.max().unwrap_or(0) <= 2, "{}", numbers);
        prop_assert_eq!(picture, svg(&chart, &id));
    }

    #[test]
    fn emf_header_matches_its_records(chart in any_chart()) {
        let picture = emf(&chart);
        let types = record_types(&picture.bytes);
        prop_assert_eq!((types.first(), types.last()), (Some(&1), Some(&14)));
        prop_assert_eq!(field(&picture.bytes, 48), picture.bytes.len());
        prop_assert_eq!(field(&picture.bytes, 52), types.len());
        prop_assert!(picture.width_mm > 0.0 && picture.width_mm <= 155.0 && picture.height_mm <= 210.0);
        prop_assert!((field(&picture.bytes, 36) as f64 / 100.0 - picture.height_mm).abs() < 0.05);
    }

    #[test]
    fn labels_below_an_axis_do_not_overlap(bars in prop::collection::vec(any_bar(), 1..70)) {
        let drawing = super::layout::draw(&chart(ChartShape::Bars(bars)), super::layout::PAGE_WIDTH);
        let mut spans: Vec<(f64, f64, f64)> = Vec::new();
        for mark in drawing.groups.iter().flat_map(|item| &item.marks) {
            if let super::drawing::MarkGeometry::Text((x, y), _, text) = &mark.geometry {
                let half = super::measure::text_width(text, super::layout::TEXT_SIZE) / 2.0;
                prop_assert!(x - half >= -0.01 && x + half <= drawing.width + 0.01, "{} at {}", text, x);
                let apart = |&(line, from, to): &(f64, f64, f64)| line != *y || x + half <= from || to <= x - half;
                prop_assert!(spans.iter().all(apart), "{} at {}", text, x);
                spans.push((*y, x - half, x + half));
            }
        }
    }
}
