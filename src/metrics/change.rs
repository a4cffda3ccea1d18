//! The change of a figure against an earlier one.

use rust_decimal::{Decimal, RoundingStrategy};

/// The change of a figure against an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The earlier figure. `None` when it has no value.
    pub base: Option<Decimal>,
    /// The figure now minus the earlier one. `None` when one of them has no value.
    pub difference: Option<Decimal>,
    /// The difference in per cent of the base's absolute value, rounded to one decimal; where that would be 0, to the
    /// first digit that is not. `None` when there is no difference, or the base is 0.
    pub percent: Option<Decimal>,
}

impl Change {
    /// The change from `base` to `now`.
    #[must_use]
    pub fn new(base: Option<Decimal>, now: Option<Decimal>) -> Self {
        let difference = now.zip(base).and_then(|(now, base)| now.checked_sub(base));
        let percent = difference
            .zip(base)
            .and_then(|(difference, base)| difference.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(base.abs()))
            .map(|percent| round_ratio(percent).normalize());
        Self {
            base,
            difference,
            percent,
        }
    }
}

/// Rounds to one decimal, but no number to 0 that is not 0.
pub(super) fn round_ratio(ratio: Decimal) -> Decimal {
    let strategy = RoundingStrategy::MidpointAwayFromZero;
    let rounded = ratio.round_dp_with_strategy(1, strategy);
    match rounded.is_zero() {
        true => ratio.round_sf_with_strategy(1, strategy).unwrap_or(ratio),
        false => rounded,
    }
}
