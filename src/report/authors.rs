//! Who wrote what was sent to outlets in a period: each author's share of each piece, and by month the pieces sent, those
//! adopted and the fees.
//!
//! What counts, and in which month, is what the metrics of submissions count; the fee of a piece is what the metric
//! `submission.fee` gives it. Nothing here is shown on a site.

use super::evidence::Exclusion;
use super::exclusion_text::{NamedPost, exclusion_text};
use super::reports::Reports;
use crate::metrics::{FEE, Metric, Period, PostId};
use crate::schema::authors::{AUTHORS, shares};
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::{BTreeMap, BTreeSet};

/// The metrics of what was sent and of what was adopted.
const SUBMITTED: &str = "submission.all";
const ADOPTED: &str = "submission.adopted";
/// The smallest amount of money: 分, of which a yuan has a hundred.
const CENT: Decimal = Decimal::from_parts(1, 0, 0, false, CENT_DIGITS);
const CENT_DIGITS: u32 = 2;
/// The digits to which parts are computed: a third of a fee is no number with an end, and three of them are the fee.
const SPLIT_DIGITS: u32 = 12;

/// What authors wrote in a period.
#[derive(Debug)]
pub(crate) struct AuthorLedger<'a> {
    /// The period.
    pub(crate) period: Period,
    /// The rule of fees. `None` when the site has none.
    pub(crate) fee: Option<&'a Metric>,
    /// Each piece, by day, with one entry for each of its authors.
    pub(crate) lines: Vec<AuthorLine>,
}

/// One author of one piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthorLine {
    /// The author; empty for a piece that names none.
    pub(crate) author: String,
    /// The author's part of the piece, from 0 to 1.
    pub(crate) share: Decimal,
    /// The piece.
    pub(crate) post: PostId,
    /// The day on which it counts as sent. `None` when that is not in the period.
    pub(crate) submitted: Option<Date>,
    /// The day on which it counts as adopted, likewise.
    pub(crate) adopted: Option<Date>,
    /// The day on which its fee counts, likewise.
    pub(crate) paid: Option<Date>,
    /// The fee of the whole piece.
    pub(crate) fee: Option<Decimal>,
    /// The author's part of it.
    pub(crate) part: Option<Decimal>,
    /// Why it has no fee although it was adopted; may be empty.
    pub(crate) note: String,
}

/// An author's month, or all that an author wrote in the period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthorSum {
    /// The author; empty for pieces that name none.
    pub(crate) author: String,
    /// The month. `None` for the period.
    pub(crate) month: Option<Period>,
    /// How many pieces were sent, each counted for each of its authors.
    pub(crate) submitted: usize,
    /// How many were adopted, likewise.
    pub(crate) adopted: usize,
    /// The fees.
    pub(crate) fee: Decimal,
}

/// What is known of a post while its lines are gathered.
#[derive(Debug, Default)]
struct Piece {
    submitted: Option<Date>,
    adopted: Option<Date>,
    paid: Option<(Date, Decimal)>,
    /// The posts with which it is one piece.
    members: Vec<PostId>,
}

impl<'a> Reports<'a> {
    /// What authors wrote in a period, as counted now.
    #[must_use]
    pub(crate) fn author_ledger(&self, period: Period) -> AuthorLedger<'a> {
        let metric = |id: &str| self.counts.metrics.counted_by_id(id);
        let mut pieces: BTreeMap<PostId, Piece> = BTreeMap::new();
        for id in [SUBMITTED, ADOPTED] {
            let Some(metric) = metric(id) else { continue };
            for entry in self.counts.figure(metric, period).evidence.posts() {
                let piece = pieces.entry(entry.post).or_default();
                match id {
                    SUBMITTED => piece.submitted = Some(entry.day),
                    _ => piece.adopted = Some(entry.day),
                }
            }
        }
        let fee = metric(FEE);
        let mut notes = BTreeMap::new();
        if let Some(fee) = fee {
            for entry in self.counts.figure(fee, period).evidence.posts() {
                let piece = pieces.entry(entry.post).or_default();
                piece.paid = Some((entry.day, entry.amount));
                piece.members = entry.members().to_vec();
            }
            notes = self.reasons_without(fee, period);
        }
        let mut lines = Vec::new();
        for (post, piece) in &pieces {
            let note = notes
                .get(post)
                .filter(|_| piece.adopted.is_some() && piece.paid.is_none());
            self.add_lines(*post, piece, note.map_or("", String::as_str), &mut lines);
        }
        lines.sort_by_key(|line| (line.days().min(), line.post));
        AuthorLedger { period, fee, lines }
    }

    /// Why posts have no fee in a period, in words.
    fn reasons_without(&self, fee: &'a Metric, period: Period) -> BTreeMap<PostId, String> {
        let left_out = self.counts.excluded_posts(&self.counts.figure(fee, period)).into_iter();
        let name = |named: NamedPost<'_>| match named {
            NamedPost::Today(id) => format!("《{}》", self.counts.posts.post(id).record.meta.title),
            NamedPost::Issued { path, .. } => path.to_owned(),
        };
        let reason = |excluded| exclusion_text(self, fee, &Exclusion::ByRule(excluded), self.lang, &name);
        left_out.map(|excluded| (excluded.post, reason(excluded))).collect()
    }

    /// Adds a line for each author of a piece. A post that names none has those of the piece's first post that does.
    fn add_lines(&self, post: PostId, piece: &Piece, note: &str, lines: &mut Vec<AuthorLine>) {
        let named = |post: &PostId| {
            let value = self.counts.posts.post(*post).record.meta.fields.get(AUTHORS);
            value.map(shares).filter(|authors| !authors.is_empty())
        };
        let authors = std::iter::once(&post).chain(&piece.members).find_map(named);
        let authors = authors.unwrap_or_else(|| vec![("", Decimal::ONE)]);
        let fee = piece.paid.map(|(_, fee)| to_cents(fee));
        let parts = fee.map(|fee| split(fee, authors.iter().map(|(_, share)| *share)));
        for (index, (author, share)) in authors.into_iter().enumerate() {
            lines.push(AuthorLine {
                author: author.to_owned(),
                share,
                post,
                submitted: piece.submitted,
                adopted: piece.adopted,
                paid: piece.paid.map(|(day, _)| day),
                fee,
                part: parts.as_ref().and_then(|parts| parts.get(index).copied()),
                note: note.to_owned(),
            });
        }
    }
}

impl AuthorLedger<'_> {
    /// The months of each author in which something counts, in the order of the authors' first pieces.
    #[must_use]
    pub(crate) fn months(&self) -> Vec<AuthorSum> {
        let months_of = |line: &AuthorLine| line.days().map(Period::month_of).collect::<BTreeSet<Period>>();
        let mut months: BTreeMap<(usize, Period), AuthorSum> = BTreeMap::new();
        for (number, line) in self.numbered() {
            for month in months_of(line) {
                let sum = months.entry((number, month)).or_insert_with(|| AuthorSum::new(line));
                sum.month = Some(month);
                sum.add(line, |day| Period::month_of(day) == month);
            }
        }
        months.into_values().collect()
    }

    /// The sums of each author, in the same order.
    #[must_use]
    pub(crate) fn totals(&self) -> Vec<AuthorSum> {
        let mut totals: BTreeMap<usize, AuthorSum> = BTreeMap::new();
        for (number, line) in self.numbered() {
            let total = totals.entry(number).or_insert_with(|| AuthorSum::new(line));
            total.add(line, |_| true);
        }
        totals.into_values().collect()
    }

    /// All fees.
    #[must_use]
    pub(crate) fn fee_total(&self) -> Decimal {
        let parts = self.lines.iter().filter_map(|line| line.part);
        parts.fold(Decimal::ZERO, Decimal::saturating_add)
    }

    /// The lines with the numbers of their authors, by the first line of each.
    fn numbered(&self) -> impl Iterator<Item = (usize, &AuthorLine)> {
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        self.lines.iter().map(move |line| {
            let next = numbers.len();
            (*numbers.entry(&line.author).or_insert(next), line)
        })
    }
}

impl AuthorLine {
    /// The days on which it counts.
    fn days(&self) -> impl Iterator<Item = Date> {
        [self.submitted, self.adopted, self.paid].into_iter().flatten()
    }
}

impl AuthorSum {
    fn new(line: &AuthorLine) -> Self {
        Self {
            author: line.author.clone(),
            month: None,
            submitted: 0,
            adopted: 0,
            fee: Decimal::ZERO,
        }
    }

    /// Adds what of a line falls on days that count.
    fn add(&mut self, line: &AuthorLine, counts: impl Fn(Date) -> bool) {
        self.submitted += usize::from(line.submitted.is_some_and(&counts));
        self.adopted += usize::from(line.adopted.is_some_and(&counts));
        if line.paid.is_some_and(&counts) {
            self.fee = self.fee.saturating_add(line.part.unwrap_or_default());
        }
    }
}

/// An amount in whole 分, halves away from zero.
fn to_cents(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(CENT_DIGITS, RoundingStrategy::MidpointAwayFromZero)
}

/// Divides an amount in whole 分 by shares that make up the whole. Each part is rounded down; the 分 that are left go to
/// those that lost most (largest remainder), the first of equals first. So the parts add up to the amount.
fn split(amount: Decimal, shares: impl Iterator<Item = Decimal>) -> Vec<Decimal> {
    let exact: Vec<Decimal> = shares
        .map(|share| {
            amount
                .abs()
                .checked_mul(share)
                .unwrap_or_default()
                .round_dp(SPLIT_DIGITS)
        })
        .collect();
    let down = |part: &Decimal| part.round_dp_with_strategy(CENT_DIGITS, RoundingStrategy::ToZero);
    let mut parts: Vec<Decimal> = exact.iter().map(down).collect();
    let sum = parts.iter().copied().fold(Decimal::ZERO, Decimal::saturating_add);
    let mut left = amount.abs().saturating_sub(sum);
    let mut by_loss: Vec<usize> = (0..parts.len()).collect();
    by_loss.sort_by_key(|index| std::cmp::Reverse(exact[*index].saturating_sub(parts[*index])));
    for index in by_loss {
        if left < CENT {
            break;
        }
        parts[index] = parts[index].saturating_add(CENT);
        left = left.saturating_sub(CENT);
    }
    if amount.is_sign_negative() {
        parts.iter_mut().for_each(|part| *part = -*part);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(amount: &str, shares: &[&str]) -> Vec<String> {
        let number = |text: &str| text.parse::<Decimal>().expect("a decimal number");
        let parts = split(number(amount), shares.iter().map(|share| number(share)));
        parts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn parts_of_a_fee_add_up_to_it() {
        assert_eq!(parts("100.00", &["0.6", "0.4"]), ["60.00", "40.00"]);
        // 33.33 each, and the 分 that is left to the first.
        let third = "0.3333333333333333333333333333";
        assert_eq!(parts("100.00", &[third, third, third]), ["33.34", "33.33", "33.33"]);
        // 3.333 and 6.667: the second loses more.
        assert_eq!(parts("10.00", &["0.3333", "0.6667"]), ["3.33", "6.67"]);
        assert_eq!(parts("0.01", &["0.5", "0.5"]), ["0.01", "0.00"]);
        assert_eq!(parts("-3.00", &["0.5", "0.5"]), ["-1.50", "-1.50"]);
        assert_eq!(parts("5.00", &["1"]), ["5.00"]);
    }
}
