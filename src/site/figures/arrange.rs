//! Which parts and posts a call shows, in which order: `sort` and `limit`.

use super::figures::Figures;
use crate::messages::report_text;
use crate::report::{Arrangement, DisplayedFigure, EvidenceItem, ShownOrder};
use rust_decimal::Decimal;

/// Sorts rows and keeps the first of them. `size` gives the number of a row, and whether it holds what does not give the
/// field, which stays last. Rows that equal the last one that is kept are kept, too, when the size decides. Returns how many
/// were left out.
pub(super) fn arrange<T>(
    rows: &mut Vec<T>,
    arrangement: &Arrangement,
    size: impl Fn(&T) -> (Option<Decimal>, bool),
) -> usize {
    match arrangement.order {
        Some(ShownOrder::Largest) => {
            rows.sort_by(|a, b| (size(a).1.cmp(&size(b).1)).then_with(|| size(b).0.cmp(&size(a).0)));
        }
        // What has no number comes last.
        Some(ShownOrder::Smallest) => rows.sort_by_key(|row| {
            let (value, is_rest) = size(row);
            (is_rest, value.is_none(), value)
        }),
        Some(ShownOrder::Newest | ShownOrder::Oldest) | None => {}
    }
    let all = rows.len();
    if let Some(limit) = arrangement.limit.filter(|limit| *limit < all) {
        let by_size = matches!(arrangement.order, Some(ShownOrder::Largest | ShownOrder::Smallest));
        let last = limit.checked_sub(1).and_then(|last| rows.get(last)).map(&size);
        let ties = rows
            .iter()
            .skip(limit)
            .take_while(|row| by_size && Some(size(row)) == last);
        let kept = limit + ties.count();
        rows.truncate(kept);
    }
    all - rows.len()
}

/// The posts of a figure that a call lists.
pub(super) fn arranged_items<'i, 'a>(
    figure: &'i DisplayedFigure<'a>,
    arrangement: &Arrangement,
    default: ShownOrder,
) -> Vec<&'i EvidenceItem<'a>> {
    let mut items: Vec<&EvidenceItem<'a>> = figure.evidence.iter().filter(|item| !item.is_row()).collect();
    let order = arrangement.order.unwrap_or(default);
    if matches!(order, ShownOrder::Newest | ShownOrder::Largest) {
        // Of equal numbers, the newer comes first.
        items.reverse();
    }
    let arrangement = Arrangement {
        order: Some(order),
        ..*arrangement
    };
    // A list of posts ends where the call says.
    if let Some(limit) = arrangement.limit {
        let sorted = Arrangement {
            limit: None,
            ..arrangement
        };
        let _ = arrange(&mut items, &sorted, |item| (Some(item.amount()), false));
        items.truncate(limit);
    } else {
        let _ = arrange(&mut items, &arrangement, |item| (Some(item.amount()), false));
    }
    items
}

impl<'a> Figures<'a> {
    /// The posts that a call of `posts` lists.
    pub(crate) fn listed_items<'i>(
        &self,
        figure: &'i DisplayedFigure<'a>,
        arrangement: &Arrangement,
    ) -> Vec<&'i EvidenceItem<'a>> {
        arranged_items(figure, arrangement, ShownOrder::Newest)
    }

    /// Says how many parts are not shown. `None` when all are.
    pub(super) fn rest_note(&self, shown: usize, rest: usize) -> Option<String> {
        let values = [("n", shown.to_string()), ("rest", rest.to_string())];
        let values = values.each_ref().map(|(name, text)| (*name, text.as_str()));
        (rest > 0).then(|| report_text(self.reports.lang, "parts-rest", &values))
    }
}
