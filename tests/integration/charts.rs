//! Charts through the public interface: cases that random tests have found.

use jiff::civil::date;
use std::collections::BTreeMap;
use xiangyin::testing::chart::{Chart, ChartShape, emf, svg};

/// A little-endian field of an EMF file.
fn field(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

/// A calendar of four years takes more height than one of a single year, and must fit on a page all the same.
#[test]
fn calendar_of_four_years_fits_on_a_page() {
    let chart = Chart {
        title: String::new(),
        desc: String::new(),
        unit: String::new(),
        shape: ChartShape::Calendar {
            from: date(2019, 4, 30),
            to: date(2022, 1, 1),
            days: BTreeMap::new(),
            weekdays: Default::default(),
            months: Default::default(),
        },
    };
    let picture = emf(&chart);
    assert_eq!(
        field(&picture.bytes, 48),
        picture.bytes.len(),
        "the length in the header"
    );
    assert!(picture.width_mm <= 155.0 && picture.height_mm <= 210.0);
    assert!((field(&picture.bytes, 36) as f64 / 100.0 - picture.height_mm).abs() < 0.05);
    let picture = svg(&chart, "a");
    assert!(!picture.contains("NaN") && !picture.contains("inf"), "{picture}");
}
