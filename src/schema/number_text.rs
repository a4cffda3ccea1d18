//! Numbers as people write them, with units: 90分钟, 一个半小时, 1.5万, 约50人.
//!
//! Role: what a finding tells the editor to write in place of a text that is not a plain number. A wrong suggestion
//! would change what is counted, so a text that may mean several numbers has none.

mod numeral;

use numeral::{Numeral, read_numeral};
use rust_decimal::Decimal;

/// The number that a text means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct MeantNumber {
    /// In digits.
    pub(crate) digits: String,
    /// Whether nothing else can be meant. 约50人 is 50 only about.
    pub(crate) is_exact: bool,
}

/// Units of time, each with its minutes. Longer words come first.
const TIME_UNITS: [(&str, i64); 19] = [
    ("小时", 60),
    ("钟头", 60),
    ("分钟", 1),
    ("hours", 60),
    ("hour", 60),
    ("hrs", 60),
    ("hr", 60),
    ("h", 60),
    ("minutes", 1),
    ("minute", 1),
    ("mins", 1),
    ("min", 1),
    ("m", 1),
    ("时", 60),
    ("分", 1),
    ("刻钟", 15),
    ("刻", 15),
    (":", 60),
    ("点", 60),
];

/// Units of which a number is the same in each unit of the group.
const SAME_UNITS: [&[&str]; 4] = [
    &[
        "人次",
        "人",
        "名",
        "位",
        "个人",
        "人员",
        "people",
        "persons",
        "person",
        "参与者",
        "志愿者",
        "名志愿者",
    ],
    &["次", "场", "场次", "回", "times"],
    &["条", "则", "篇"],
    &["户", "户家庭", "家", "家庭", "households"],
];

/// Words before a number that is only about right.
const ABOUT_BEFORE: [&str; 11] = [
    "大约", "大概", "约为", "约", "接近", "将近", "近", "超过", "超", "逾", "about",
];
/// Words before a number that do not change it.
const PLAIN_BEFORE: [&str; 6] = ["合计", "共计", "总计", "累计", "共", "计"];
/// Words after a number, or after its unit, that is only about right.
const ABOUT_AFTER: [&str; 7] = ["左右", "上下", "以上", "余", "多", "+", "来"];

/// The number that `text` means in a field whose values have `unit`; the empty unit is not known. `None` when the text
/// contains no number, several, or one of another unit.
#[must_use]
pub(crate) fn meant_number(text: &str, unit: &str) -> Option<MeantNumber> {
    let joined: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut rest = joined.to_lowercase();
    let mut is_exact = true;
    while let Some((after, about)) = strip_before(&rest) {
        (rest, is_exact) = (after, is_exact && !about);
    }
    let is_time = !unit.is_empty() && is_time_unit(unit);
    let (value, exact) = if is_time {
        hours(&rest).map(|(minutes, exact)| in_unit(minutes, unit, exact))?
    } else {
        count(&rest, unit)?
    };
    Some(MeantNumber {
        digits: value.normalize().to_string(),
        is_exact: is_exact && exact,
    })
}

fn strip_before(text: &str) -> Option<(String, bool)> {
    let strip = |words: &[&str], about| {
        let rest = words.iter().find_map(|word| text.strip_prefix(word))?;
        Some((rest.to_owned(), about))
    };
    strip(&ABOUT_BEFORE, true).or_else(|| strip(&PLAIN_BEFORE, false))
}

/// Removes words such as 左右 from the start of `rest`. Returns whether there were any.
fn strip_about(rest: &mut &str) -> bool {
    let word = ABOUT_AFTER.iter().find_map(|word| rest.strip_prefix(word));
    if let Some(after) = word {
        *rest = after;
    }
    word.is_some()
}

fn is_time_unit(unit: &str) -> bool {
    unit != ":" && TIME_UNITS.iter().any(|(word, _)| *word == unit.to_lowercase())
}

/// A number with a unit that is not time, and whether it is exact.
fn count(text: &str, unit: &str) -> Option<(Decimal, bool)> {
    let Numeral {
        value,
        mut is_exact,
        length,
    } = read_numeral(text)?;
    let mut rest = &text[length..];
    is_exact &= !strip_about(&mut rest);
    let after = TIME_UNITS.iter().find_map(|(word, _)| rest.strip_prefix(word));
    if !unit.is_empty() && after.is_some_and(|after| after.is_empty() || starts_with_number(after)) {
        return None;
    }
    let written = rest;
    let mut rest = rest.trim_end_matches(['。', '.', '，', ',']);
    is_exact &= rest == written;
    for word in ABOUT_AFTER {
        if let Some(before) = rest.strip_suffix(word) {
            (rest, is_exact) = (before, false);
        }
    }
    // Another number, such as in 3至5人 or 每场20人.
    if contains_number(rest) {
        return None;
    }
    let is_same = |group: &&[&str]| group.contains(&rest) && group.contains(&unit);
    let is_own = rest.is_empty() || rest == unit || SAME_UNITS.iter().any(is_same);
    let is_other = SAME_UNITS.iter().any(|group| group.contains(&rest)) && !unit.is_empty();
    (is_own || !is_other).then_some((value, is_exact && is_own))
}

fn starts_with_number(text: &str) -> bool {
    read_numeral(text).is_some()
}

fn contains_number(text: &str) -> bool {
    text.char_indices().any(|(index, c)| {
        c.is_ascii_digit() || ("一二两三四五六七八九十".contains(c) && starts_with_number(&text[index..]))
    })
}

/// The minutes of a time: 2小时30分, 一个半小时, 1h30, 1:30. A number without a unit is in hours.
fn hours(text: &str) -> Option<(Decimal, bool)> {
    let half = Decimal::new(5, 1);
    let mut rest = text;
    let (mut minutes, mut is_exact) = (Decimal::ZERO, true);
    let mut smallest = i64::MAX;
    while !rest.is_empty() {
        if strip_about(&mut rest) {
            is_exact = false;
            continue;
        }
        let (mut value, length) = match rest.strip_prefix('半') {
            Some(_) => (half, '半'.len_utf8()),
            None => {
                let number = read_numeral(rest)?;
                is_exact &= number.is_exact;
                (number.value, number.length)
            }
        };
        rest = &rest[length..];
        rest = rest.strip_prefix('个').unwrap_or(rest);
        if let Some(after) = rest.strip_prefix('半') {
            (value, rest) = (value + half, after);
        }
        is_exact &= !strip_about(&mut rest);
        let unit = TIME_UNITS.iter().find(|(word, _)| rest.starts_with(word));
        let factor = match unit {
            Some((word, factor)) => {
                rest = rest[word.len()..].trim_start_matches(['零', '又', '、', ',', '，']);
                is_exact &= *word != ":" && *word != "点";
                *factor
            }
            // 1h30, 1:30: minutes after hours.
            None if rest.is_empty() && smallest == 60 => 1,
            None => return None,
        };
        // 30分2小时 is no time, and so is 1小时90分.
        if factor >= smallest || (smallest == 60 && factor == 1 && value >= Decimal::from(60)) {
            return None;
        }
        smallest = factor;
        minutes = minutes.checked_add(value.checked_mul(Decimal::from(factor))?)?;
    }
    (smallest < i64::MAX).then_some((minutes, is_exact))
}

/// Minutes in a unit of time, at most two decimals.
fn in_unit(minutes: Decimal, unit: &str, is_exact: bool) -> (Decimal, bool) {
    let factor = TIME_UNITS.iter().find(|(word, _)| *word == unit.to_lowercase());
    let value = minutes / Decimal::from(factor.map_or(60, |(_, factor)| *factor));
    let rounded = value.round_dp(2);
    (rounded, is_exact && rounded == value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_units_are_understood() {
        let wrong: Vec<String> = ROWS
            .iter()
            .filter_map(|(text, unit, meant)| {
                let found = meant_number(text, unit);
                let shown = found.map(|found| format!("{}{}", if found.is_exact { "" } else { "~" }, found.digits));
                (shown.as_deref() != *meant).then(|| format!("{text} in {unit}: {shown:?} instead of {meant:?}"))
            })
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// A text, the field's unit, and the number meant: `~` marks one that is about right.
    type Row = (&'static str, &'static str, Option<&'static str>);

    const ROWS: &[Row] = &[
        ("90分钟", "小时", Some("1.5")),
        ("一个半小时", "小时", Some("1.5")),
        ("2小时30分", "小时", Some("2.5")),
        ("2小时30分钟", "小时", Some("2.5")),
        ("半小时", "小时", Some("0.5")),
        ("半个小时", "小时", Some("0.5")),
        ("两小时", "小时", Some("2")),
        ("2 小时", "小时", Some("2")),
        ("2.50小时", "小时", Some("2.5")),
        ("三个钟头", "小时", Some("3")),
        ("一小时零五分", "小时", Some("~1.08")),
        ("一刻钟", "小时", Some("0.25")),
        ("1小时一刻", "小时", Some("1.25")),
        ("1h30m", "小时", Some("1.5")),
        ("1h30", "小时", Some("1.5")),
        ("90 min", "小时", Some("1.5")),
        ("1.5 hours", "小时", Some("1.5")),
        ("1:30", "小时", Some("~1.5")),
        ("约2小时", "小时", Some("~2")),
        ("2小时左右", "小时", Some("~2")),
        ("2个多小时", "小时", Some("~2")),
        ("100分钟", "小时", Some("~1.67")),
        ("1小时90分", "小时", None),
        ("2天", "小时", None),
        ("半天", "小时", None),
        ("20人×2小时", "小时", None),
        ("每人2小时", "小时", None),
        ("3场", "小时", None),
        ("2至3小时", "小时", None),
        ("9点到11点", "小时", None),
        ("2小时", "分钟", Some("120")),
        ("1.2万", "人次", Some("12000")),
        ("1.5万人次", "人次", Some("15000")),
        ("1.2w", "次", Some("12000")),
        ("36人次", "人次", Some("36")),
        ("36人", "人次", Some("36")),
        ("36名志愿者", "人次", Some("36")),
        ("1,234", "人次", Some("1234")),
        ("12,34", "人次", None),
        ("约300人", "人次", Some("~300")),
        ("约50人", "人次", Some("~50")),
        ("50余人", "人次", Some("~50")),
        ("三百人", "人次", Some("300")),
        ("三十六", "人次", Some("36")),
        ("一百零五人", "人次", Some("105")),
        ("一千二百人", "人次", Some("1200")),
        ("三百五", "人次", Some("~350")),
        ("两万三千", "人次", Some("23000")),
        ("十二", "场", Some("12")),
        ("二十多人", "人次", Some("~20")),
        ("百余人", "人次", Some("~100")),
        ("近千人", "人次", Some("~1000")),
        ("共120人", "人次", Some("120")),
        ("三十几人", "人次", None),
        ("数百人", "人次", None),
        ("五六十人", "人次", None),
        ("3至5人", "人次", None),
        ("3-5人", "人次", None),
        ("男20人，女30人", "人次", None),
        ("90分钟", "人次", None),
        ("20户", "人次", None),
        ("20户", "户", Some("20")),
        ("-36人", "人次", Some("-36")),
        ("若干", "人次", None),
        ("", "人次", None),
        ("1.5", "人次", Some("1.5")),
        ("约3.5亩", "", Some("~3.5")),
        ("99999999999999999999999999999999人", "人次", None),
    ];
}
