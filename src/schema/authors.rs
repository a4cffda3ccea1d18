//! Who wrote something, and which share of it each has: `[{name: 石雨桐, share: 60%}, 墨同书]`, in a ledger's cell
//! `石雨桐60%、墨同书`.
//!
//! Those whose share is not said have equal parts of what is left. A field without any share is a list of texts, so that
//! whatever reads names reads them as ever.

use super::check::{Checker, is_empty, scalar, untagged};
use super::kind::FieldType;
use super::scalar::{normalize_text, strip_curly_quotes};
use super::value::FieldValue;
use crate::diag::Code;
use crate::yaml::{Mapping, Value};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// The field of posts that names their authors.
pub(crate) const AUTHORS: &str = "authors";
/// The keys of one author.
const NAME: &str = "name";
const SHARE: &str = "share";

impl FieldType {
    /// Whether its values are authors: one, or a list of them.
    pub(super) fn is_of_authors(&self) -> bool {
        match self {
            Self::Author => true,
            Self::List(items) => **items == Self::Author,
            _ => false,
        }
    }
}

/// The authors in a field's value, each once with the share: what was said, else an equal part of what is left.
pub(crate) fn shares(value: &FieldValue) -> Vec<(&str, Decimal)> {
    let items = match value {
        FieldValue::List(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    let named = items.iter().filter_map(|item| match item {
        FieldValue::Text(name) => Some((name.as_str(), None)),
        FieldValue::Share(name, share) => Some((name.as_str(), Some(*share))),
        _ => None,
    });
    // Who is there twice without a share has one part: with shares that is a finding.
    let mut known = BTreeSet::new();
    let named: Vec<(&str, Option<Decimal>)> = named
        .filter(|(name, _)| !name.is_empty() && known.insert(*name))
        .collect();
    let unsaid = named.iter().filter(|(_, share)| share.is_none()).count();
    let left = Decimal::ONE.saturating_sub(sum_of_said(items));
    let part = left.checked_div(Decimal::from(unsaid)).unwrap_or_default();
    named
        .into_iter()
        .map(|(name, share)| (name, share.unwrap_or(part)))
        .collect()
}

/// What the shares that are said add up to.
fn sum_of_said(items: &[FieldValue]) -> Decimal {
    let said = items.iter().filter_map(|item| match item {
        FieldValue::Share(_, share) => Some(*share),
        _ => None,
    });
    said.fold(Decimal::ZERO, Decimal::saturating_add)
}

impl Checker<'_, '_> {
    /// Reads one author or a list of them, as `ty` says. Reports names that are missing or there twice, and shares that
    /// are none or do not make up the whole.
    pub(super) fn authors(&mut self, path: &[&str], value: &Value, ty: &FieldType) -> Option<FieldValue> {
        let (items, is_list) = match (value, ty) {
            (Value::Sequence(items), FieldType::List(_)) => (items.as_slice(), true),
            (Value::Sequence(_), _) => return self.report_wrong_type(path, value, FieldType::Author.id()),
            _ => (std::slice::from_ref(value), false),
        };
        let before = self.findings.len();
        let mut authors = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate().filter(|(_, item)| !item.is_null()) {
            let index = index.to_string();
            let step = is_list.then_some(index.as_str());
            let path: Vec<&str> = path.iter().copied().chain(step).collect();
            authors.extend(self.author(&path, untagged(item)));
        }
        if self.findings.len() == before && !self.shares_are_whole(path, &authors) {
            return None;
        }
        match ty {
            FieldType::List(_) => Some(FieldValue::List(authors)),
            _ => authors.into_iter().next(),
        }
    }

    fn author(&mut self, path: &[&str], value: &Value) -> Option<FieldValue> {
        match value {
            Value::Mapping(map) => self.author_of_map(path, map),
            Value::Sequence(_) => self.report_wrong_type(path, value, FieldType::Author.id()),
            _ => {
                let text = self.text(path, value)?;
                let Some((name, share)) = split_share(&text) else {
                    return Some(FieldValue::Text(text));
                };
                if name.is_empty() {
                    return self.report_share(path, &text, "share-no-name");
                }
                let share = self.share(path, &share)?;
                Some(FieldValue::Share(name, share))
            }
        }
    }

    fn author_of_map(&mut self, path: &[&str], map: &Mapping) -> Option<FieldValue> {
        self.check_known_keys(path, map, &[NAME, SHARE]);
        let step = |key| path.iter().copied().chain([key]).collect::<Vec<&str>>();
        let given = |key: &str| map.get(key).map(untagged).filter(|value| !is_empty(value));
        let name = match given(NAME) {
            Some(name @ (Value::Mapping(_) | Value::Sequence(_))) => {
                return self.report_wrong_type(&step(NAME), name, "string");
            }
            Some(name) => self.text(&step(NAME), name)?,
            None => return self.report_share(path, "{…}", "share-no-name"),
        };
        match given(SHARE) {
            None => Some(FieldValue::Text(name)),
            Some(share @ (Value::Mapping(_) | Value::Sequence(_))) => {
                self.report_wrong_type(&step(SHARE), share, "share")
            }
            Some(share) => {
                let share = self.share(&step(SHARE), &scalar(share))?;
                Some(FieldValue::Share(name, share))
            }
        }
    }

    /// A part of the whole, from 0 to 1, or in per cent.
    fn share(&mut self, path: &[&str], written: &str) -> Option<Decimal> {
        let given = normalize_text(written);
        let text = given.text.trim();
        let share = match text.strip_suffix('%') {
            Some(percent) => percent
                .trim()
                .parse::<Decimal>()
                .map(|share| share / Decimal::ONE_HUNDRED),
            None => text.parse::<Decimal>(),
        };
        match share {
            Ok(share) if (Decimal::ZERO..=Decimal::ONE).contains(&share) => Some(share.normalize()),
            Ok(_) => self.report_share(path, written, "share-range"),
            Err(_) => self.report_share(path, written, "share-unread"),
        }
    }

    /// Whether shares, where some are said, make up the whole, and every author is there once by a name that is one.
    /// Reports what is wrong otherwise.
    fn shares_are_whole(&mut self, path: &[&str], authors: &[FieldValue]) -> bool {
        let has_share = authors.iter().any(|author| matches!(author, FieldValue::Share(..)));
        let names = || authors.iter().map(FieldValue::key).filter(|name| !name.is_empty());
        if let Some(name) = names().find(|name| has_percent(name) || has_share && is_no_single_name(name)) {
            let _: Option<()> = self.report_share(path, &name, "share-in-name");
            return false;
        }
        if !has_share {
            return true;
        }
        let mut known = BTreeSet::new();
        if let Some(name) = names().find(|name| !known.insert(name.clone())) {
            let _: Option<()> = self.report_share(path, &name, "share-twice");
            return false;
        }
        let unsaid = authors
            .iter()
            .find(|author| matches!(author, FieldValue::Text(name) if !name.is_empty()));
        let sum = sum_of_said(authors);
        let fault = match unsaid {
            Some(name) if sum == Decimal::ONE => Some((name.key(), "share-none-left")),
            None if sum == Decimal::ONE => None,
            Some(_) if sum < Decimal::ONE => None,
            _ => Some((percent(sum), "share-sum")),
        };
        let is_whole = fault.is_none();
        if let Some((shown, reason)) = fault {
            let _: Option<()> = self.report_share(path, &shown, reason);
        }
        is_whole
    }

    fn report_share<T>(&mut self, path: &[&str], written: &str, reason: &'static str) -> Option<T> {
        let finding = self.value_finding(Code::BadShare, path, written);
        self.findings.push(finding.with("reason", reason));
        None
    }
}

/// A share in per cent, as a message shows it: `33.3%`. Digits that a sum is short of the whole by are not rounded away.
fn percent(share: Decimal) -> String {
    let percent = share.saturating_mul(Decimal::ONE_HUNDRED);
    let rounded = percent.round_dp(2);
    let is_lost = rounded == Decimal::ONE_HUNDRED && percent != rounded;
    format!("{}%", if is_lost { percent } else { rounded }.normalize())
}

/// Whether a name has a sign of per cent, which names never have.
fn has_percent(name: &str) -> bool {
    name.contains(['%', '％'])
}

/// Whether a name beside shares is probably several names, or has a share in it that is not written as one: `石雨桐60`.
fn is_no_single_name(name: &str) -> bool {
    name.starts_with(is_digit) || name.ends_with(is_digit) || name.contains('、')
}

/// Whether a character is a digit, half-width or full-width.
fn is_digit(c: char) -> bool {
    matches!(c, '0'..='9' | '０'..='９')
}

/// The name and the share of a text such as `石雨桐60%`, `石雨桐（60%）` or `石雨桐：60%`: the name as written, the share
/// with half-width characters. `None` without a share.
fn split_share(text: &str) -> Option<(String, String)> {
    let given = strip_curly_quotes(text.trim());
    let rest = given.strip_suffix([')', '）']).unwrap_or(given).trim_end();
    let number = rest.strip_suffix(['%', '％'])?.trim_end();
    let name = number.trim_end_matches(|c: char| is_digit(c) || matches!(c, '.' | '．' | '-' | '－'));
    let share = normalize_text(&number[name.len()..]).text.into_owned();
    let name = name.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '(' | '（' | ':' | '：'));
    (!share.is_empty()).then(|| (strip_curly_quotes(name.trim()).to_owned(), format!("{share}%")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_stand_behind_names() {
        for (text, name, share) in [
            ("石雨桐60%", "石雨桐", "60%"),
            ("石雨桐（６０％）", "石雨桐", "60%"),
            ("石雨桐： 12.5 %", "石雨桐", "12.5%"),
            ("Li Ming -5%", "Li Ming", "-5%"),
            ("60%", "", "60%"),
            ("石雨桐（摄影）60%", "石雨桐（摄影）", "60%"),
            ("石雨桐（摄影）（60%）", "石雨桐（摄影）", "60%"),
            ("“石雨桐”60%", "石雨桐", "60%"),
        ] {
            assert_eq!(split_share(text), Some((name.to_owned(), share.to_owned())), "{text}");
        }
        for text in ["石雨桐", "石雨桐（摄影）", "石雨桐%", ""] {
            assert_eq!(split_share(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_said_is_an_equal_part_of_what_is_left() {
        let text = |name: &str| FieldValue::Text(name.to_owned());
        let half = FieldValue::Share("甲".to_owned(), Decimal::new(5, 1));
        let list = FieldValue::List(vec![half, text("乙"), text("丙")]);
        let quarter = Decimal::new(25, 2);
        assert_eq!(
            shares(&list),
            [("甲", Decimal::new(5, 1)), ("乙", quarter), ("丙", quarter)]
        );
        assert_eq!(shares(&text("甲")), [("甲", Decimal::ONE)]);
        assert!(shares(&FieldValue::List(Vec::new())).is_empty());
        let twice = FieldValue::List(vec![text("甲"), text("乙"), text("甲")]);
        assert_eq!(shares(&twice), [("甲", Decimal::new(5, 1)), ("乙", Decimal::new(5, 1))]);
    }

    #[test]
    fn a_sum_that_is_not_the_whole_does_not_look_like_it() {
        for (share, shown) in [
            ("0.333", "33.3%"),
            ("0.99999", "99.999%"),
            ("1.00001", "100.001%"),
            ("1.1", "110%"),
        ] {
            assert_eq!(percent(share.parse().expect("a decimal number")), shown);
        }
    }
}
