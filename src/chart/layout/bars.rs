//! Vertical bars: by month, by quarter, by kind.

use super::frame::Frame;
use super::text::mark_group;
use crate::chart::data::{Bar, Chart};
use crate::chart::drawing::{ChartMark, Drawing, Role};
use crate::chart::scale::{Scale, clamp_value};

/// Each bar with its value above and its label below.
pub(super) fn draw(chart: &Chart, bars: &[Bar], width: f64) -> Drawing {
    let values: Vec<f64> = bars.iter().map(|bar| clamp_value(bar.value)).collect();
    let frame = Frame::new(
        chart,
        Scale::for_values(values.iter().copied(), 4),
        bars.len(),
        width,
        0.0,
    );
    let (labels, height) = frame.labels(&bars.iter().map(|bar| bar.label.as_str()).collect::<Vec<_>>());
    let printed = frame.value_labels(
        &values,
        &bars.iter().map(|bar| bar.value_label.as_str()).collect::<Vec<_>>(),
    );
    let mut groups = Vec::with_capacity(bars.len());
    for (n, ((bar, label), printed)) in bars.iter().zip(labels).zip(printed).enumerate() {
        let mut item = mark_group(chart, &bar.label, &bar.value_label, bar.href.as_ref());
        item.marks.push(frame.hit_area(n, height));
        let (x, y) = (frame.band_center(n) - frame.bar_width() / 2.0, frame.y(values[n]));
        if values[n] > 0.0 {
            item.marks
                .push(ChartMark::rect(Role::Bar, x, y, frame.bar_width(), frame.bottom() - y));
        }
        item.marks.extend(printed);
        item.marks.extend(label);
        groups.push(item);
    }
    let mut background = frame.axis_marks(chart);
    background.push(frame.base_line());
    Drawing {
        width,
        height,
        background,
        groups,
    }
}
