//! Values and axes: which values can be drawn, round ticks, and numbers as the axis prints them.
//!
//! Role: the arithmetic that every chart with an axis shares. It knows numbers, not positions.

/// The largest value drawn to scale; larger values are drawn as this one. Beyond it a chart of a town's figures says
/// nothing, and doubles lose whole numbers.
const MAX_VALUE: f64 = 1e15;

/// The smallest value that is not drawn as 0.
const MIN_VALUE: f64 = 1e-6;

/// A value that can be drawn: NaN, infinite, negative and vanishing ones become 0.
pub(super) fn clamp_value(value: f64) -> f64 {
    if value.is_finite() && value >= MIN_VALUE {
        value.min(MAX_VALUE)
    } else {
        0.0
    }
}

/// An axis from 0 to `top` in equal steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    pub(super) step: f64,
    pub(super) step_count: usize,
}

impl Scale {
    /// The axis for these values (already clamped): a step of 1, 2 or 5 times a power of ten, `about` steps or a few
    /// more, and only whole numbers if all values are whole.
    pub(super) fn for_values(values: impl Iterator<Item = f64> + Clone, about: usize) -> Self {
        let largest = values.clone().fold(0.0, f64::max);
        let whole = values.clone().all(|value| value.fract() == 0.0);
        let step = nice_step(largest / about.max(1) as f64);
        let step = if whole { step.max(1.0) } else { step };
        let steps = (largest / step - 1e-9).ceil().max(1.0) as usize;
        Self {
            step,
            step_count: steps,
        }
    }

    /// The upper end.
    pub(super) fn max(self) -> f64 {
        self.step * self.step_count as f64
    }

    /// The share of the axis that a value takes, from 0 to 1.
    pub(super) fn fraction(self, value: f64) -> f64 {
        (value / self.max()).clamp(0.0, 1.0)
    }

    /// The ticks from 0 to the top.
    pub(super) fn ticks(self) -> impl Iterator<Item = f64> {
        (0..=self.step_count).map(move |n| n as f64 * self.step)
    }

    /// A tick as printed: with 万 and 亿 in Chinese, with k, M and B elsewhere, once the numbers grow long.
    pub(super) fn format_tick(self, tick: f64, chinese: bool) -> String {
        let (divisor, sign) = match (self.max(), chinese) {
            (top, true) if top >= 1e9 => (1e8, "亿"),
            (top, true) if top >= 1e5 => (1e4, "万"),
            (top, false) if top >= 1e10 => (1e9, "B"),
            (top, false) if top >= 1e7 => (1e6, "M"),
            (top, false) if top >= 1e5 => (1e3, "k"),
            _ => (1.0, ""),
        };
        let decimals = decimals(self.step / divisor);
        let sign = if tick == 0.0 { "" } else { sign };
        format!("{:.*}{sign}", if tick == 0.0 { 0 } else { decimals }, tick / divisor)
    }
}

/// 1, 2 or 5 times a power of ten, not below `least`; 1 for 0.
fn nice_step(least: f64) -> f64 {
    if least <= 0.0 {
        return 1.0;
    }
    let exponent = least.log10().floor() as i32;
    // Powers below 1 are divisors: a quotient by 10 prints exactly, a product with 0.1 does not.
    let times = |factor: f64, exponent: i32| match exponent {
        0.. => factor * 10_f64.powi(exponent),
        _ => factor / 10_f64.powi(-exponent),
    };
    let candidates = [times(1.0, exponent), times(2.0, exponent), times(5.0, exponent)];
    let fitting = candidates.into_iter().find(|step| *step >= least * (1.0 - 1e-9));
    fitting.unwrap_or_else(|| times(1.0, exponent + 1))
}

/// How many decimals a multiple of `step` needs.
fn decimals(step: f64) -> usize {
    if step >= 1.0 {
        0
    } else {
        (-step.log10() - 1e-9).ceil().clamp(0.0, 7.0) as usize
    }
}

/// A value in a tooltip: at most two decimals, without trailing zeros.
pub(super) fn format_value(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Scale, clamp_value, format_value};

    fn ticks(values: &[f64], chinese: bool) -> String {
        let scale = Scale::for_values(values.iter().copied(), 4);
        scale
            .ticks()
            .map(|tick| scale.format_tick(tick, chinese))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(ticks(&[12.0, 7.0], true), "0 5 10 15");
        assert_eq!(ticks(&[100.0], true), "0 50 100");
        assert_eq!(ticks(&[80.0], true), "0 20 40 60 80");
        assert_eq!(ticks(&[999_999_999.0], true), "0 5亿 10亿");
        assert_eq!(ticks(&[999_999_999.0], false), "0 500M 1000M");
        assert_eq!(ticks(&[123_456.0], true), "0 5万 10万 15万");
    }

    #[test]
    fn whole_values_have_whole_ticks() {
        assert_eq!(ticks(&[1.0, 2.0], true), "0 1 2");
        assert_eq!(ticks(&[1.5, 2.0], true), "0 0.5 1.0 1.5 2.0");
        assert_eq!(ticks(&[0.3], true), "0 0.1 0.2 0.3");
    }

    #[test]
    fn empty_values_have_an_axis() {
        assert_eq!(ticks(&[], true), "0 1");
        assert_eq!(ticks(&[0.0, 0.0], true), "0 1");
    }

    #[test]
    fn undrawable_values_become_zero() {
        let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -3.0, 1e-300];
        assert!(odd.iter().all(|value| clamp_value(*value) == 0.0));
        assert_eq!(clamp_value(f64::MAX), 1e15);
        assert_eq!(
            (format_value(3.0), format_value(2.456), format_value(0.0)),
            ("3".into(), "2.46".into(), "0".into())
        );
    }
}
