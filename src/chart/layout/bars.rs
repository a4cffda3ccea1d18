//! Vertical bars: by month, by quarter, by kind.

use super::frame::Frame;
use super::item;
use crate::chart::drawing::{Drawing, Mark, Role};
use crate::chart::scale::{Scale, clean};
use crate::chart::{Bar, Chart};

/// Each bar with its value above and its label below.
pub(super) fn draw(chart: &Chart, bars: &[Bar], width: f64) -> Drawing {
    let values: Vec<f64> = bars.iter().map(|bar| clean(bar.value)).collect();
    let frame = Frame::new(chart, Scale::over(values.iter().copied(), 4), bars.len(), width, 0.0);
    let (labels, height) = frame.labels(&bars.iter().map(|bar| bar.label.as_str()).collect::<Vec<_>>());
    let printed = frame.values(&values, &bars.iter().map(|bar| bar.shown.as_str()).collect::<Vec<_>>());
    let mut items = Vec::with_capacity(bars.len());
    for (n, ((bar, label), printed)) in bars.iter().zip(labels).zip(printed).enumerate() {
        let mut item = item(chart, &bar.label, &bar.shown, bar.href.as_ref());
        item.marks.push(frame.hit(n, height));
        let (x, y) = (frame.middle(n) - frame.bar() / 2.0, frame.y(values[n]));
        if values[n] > 0.0 {
            item.marks
                .push(Mark::rect(Role::Bar, x, y, frame.bar(), frame.bottom() - y));
        }
        item.marks.extend(printed);
        item.marks.extend(label);
        items.push(item);
    }
    let mut scenery = frame.scenery(chart);
    scenery.push(frame.base());
    Drawing {
        width,
        height,
        scenery,
        items,
    }
}
