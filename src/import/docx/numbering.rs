//! The numbers that Word puts before paragraphs (`word/numbering.xml`, ECMA-376 part 1, 17.9).
//!
//! A number like `（一）` is not in the text of its paragraph. It is counted here, so that it can be written into the text:
//! in an official document it belongs to it.

use super::package::Package;
use crate::import::xml::XmlElement;
use std::collections::BTreeMap;

/// Lists have nine levels (17.9.6).
pub(super) const LEVELS: usize = 9;

/// The mark of a paragraph in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// A bullet.
    Bullet,
    /// A number as Markdown writes it: `3.` or `3)`.
    Number(u64),
    /// Any other number, as it is printed: `（一）`, `第三条`.
    Label(String),
}

#[derive(Clone, Default)]
struct Level {
    /// `decimal`, `bullet`, `chineseCounting` …
    format: String,
    /// The text with `%1` in place of the number of level 1.
    text: String,
    start: u32,
}

/// The lists of a file, and how far each was counted.
#[derive(Default)]
pub(super) struct Numbering {
    /// The levels by the id of their definition.
    definitions: BTreeMap<String, Vec<Level>>,
    /// The definition of each list, and the numbers at which it starts instead.
    lists: BTreeMap<String, (String, BTreeMap<usize, u32>)>,
    /// The last number of each level, by the id of the definition. Lists of one definition go on counting.
    counts: BTreeMap<String, [Option<u32>; LEVELS]>,
    /// Lists that began already.
    begun: Vec<String>,
}

impl Numbering {
    pub(super) fn read(package: &Package) -> Self {
        let Some(part) = package.xml("word/numbering.xml") else {
            return Self::default();
        };
        let mut numbering = Self::default();
        for element in part.children() {
            match element.name.as_str() {
                "abstractNum" => {
                    let id = element.attribute("abstractNumId").unwrap_or_default();
                    numbering.definitions.insert(id.to_owned(), read_levels(element));
                }
                "num" => {
                    let id = element.attribute("numId").unwrap_or_default();
                    let definition = element.child_value("abstractNumId").unwrap_or_default();
                    let list = (definition.to_owned(), read_starts(element));
                    numbering.lists.insert(id.to_owned(), list);
                }
                _ => {}
            }
        }
        numbering
    }

    /// The mark of the next paragraph on this level of a list. `None` when the list has no marks.
    pub(super) fn next_mark(&mut self, list: &str, level: usize) -> Option<Mark> {
        let (definition, starts) = self.lists.get(list)?;
        let levels = self.definitions.get(definition)?;
        let own = levels.get(level)?;
        let counts = self.counts.entry(definition.clone()).or_default();
        if !starts.is_empty() && !self.begun.iter().any(|begun| begun == list) {
            self.begun.push(list.to_owned());
            starts.keys().for_each(|level| counts[*level] = None);
        }
        let start = starts.get(&level).copied().unwrap_or(own.start);
        counts[level] = Some(counts[level].map_or(start, |last| last.saturating_add(1)));
        counts[level + 1..].fill(None);
        match own.format.as_str() {
            "none" => None,
            "bullet" => Some(Mark::Bullet),
            _ => mark(levels, level, counts),
        }
    }
}

/// The mark on `level`, with the numbers counted so far.
fn mark(levels: &[Level], level: usize, counts: &[Option<u32>; LEVELS]) -> Option<Mark> {
    let own = &levels[level];
    let number = counts[level].unwrap_or(own.start);
    let is_plain =
        own.format == "decimal" && matches!(own.text.strip_prefix(&format!("%{}", level + 1)), Some("." | ")"));
    if is_plain {
        return Some(Mark::Number(u64::from(number)));
    }
    let mut label = String::new();
    let mut rest = own.text.as_str();
    while let Some((before, after)) = rest.split_once('%') {
        label.push_str(before);
        let digit = after.chars().next().and_then(|c| c.to_digit(10));
        let Some(index) = digit.and_then(|digit| usize::try_from(digit).ok()?.checked_sub(1)) else {
            label.push('%');
            rest = after;
            continue;
        };
        if let Some(other) = levels.get(index) {
            let number = counts[index.min(LEVELS - 1)].unwrap_or(other.start);
            label.push_str(&format_number(&other.format, number));
        }
        rest = &after[1..];
    }
    label.push_str(rest);
    (!label.trim().is_empty()).then_some(Mark::Label(label))
}

fn read_levels(definition: &XmlElement) -> Vec<Level> {
    let mut levels = vec![Level::default(); LEVELS];
    for element in definition.children().filter(|element| element.name == "lvl") {
        let index: Option<usize> = element.attribute("ilvl").and_then(|level| level.parse().ok());
        if let Some(level) = index.and_then(|index| levels.get_mut(index)) {
            level.format = element.child_value("numFmt").unwrap_or("decimal").to_owned();
            level.text = element.child_value("lvlText").unwrap_or_default().to_owned();
            level.start = element
                .child_value("start")
                .and_then(|start| start.parse().ok())
                .unwrap_or_default();
        }
    }
    levels
}

fn read_starts(list: &XmlElement) -> BTreeMap<usize, u32> {
    let overrides = list.children().filter(|element| element.name == "lvlOverride");
    let starts = overrides.filter_map(|element| {
        let level = element
            .attribute("ilvl")?
            .parse()
            .ok()
            .filter(|level| *level < LEVELS)?;
        Some((level, element.child_value("startOverride")?.parse().ok()?))
    });
    starts.collect()
}

/// A number as its format prints it (17.18.59).
fn format_number(format: &str, number: u32) -> String {
    let letter = |first: char| {
        // The 27th is `aa`.
        let index = number.saturating_sub(1) % 26;
        let repeats = usize::try_from(number.saturating_sub(1) / 26)
            .unwrap_or_default()
            .min(8)
            + 1;
        char::from_u32(u32::from(first) + index).map_or_else(String::new, |c| c.to_string().repeat(repeats))
    };
    match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "ideographDigital"
        | "koreanCounting" => chinese_number(number),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if (1..=20).contains(&number) => {
            char::from_u32(0x2460 + number - 1).map_or_else(String::new, String::from)
        }
        "decimalFullWidth" | "decimalFullWidth2" => {
            let wide = |c: char| char::from_u32(u32::from(c) - u32::from('0') + u32::from('０')).unwrap_or(c);
            number.to_string().chars().map(wide).collect()
        }
        "upperLetter" => letter('A'),
        "lowerLetter" => letter('a'),
        "upperRoman" => roman(number),
        "lowerRoman" => roman(number).to_lowercase(),
        _ => number.to_string(),
    }
}

/// A number in Chinese: 十二, 一百零三. Larger ones in digits.
fn chinese_number(number: u32) -> String {
    const DIGITS: [&str; 10] = ["〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |value: u32| {
        DIGITS
            .get(usize::try_from(value).unwrap_or_default())
            .copied()
            .unwrap_or_default()
    };
    let tens = |value: u32| match (value / 10, value % 10) {
        (0, ones) => digit(ones).to_owned(),
        (ten, 0) => format!("{}十", digit(ten)),
        (ten, ones) => format!("{}十{}", digit(ten), digit(ones)),
    };
    match number {
        0 => "〇".to_owned(),
        10..20 => tens(number).trim_start_matches('一').to_owned(),
        1..100 => tens(number),
        100..1000 => {
            let (hundred, rest) = (digit(number / 100), number % 100);
            match rest {
                0 => format!("{hundred}百"),
                1..10 => format!("{hundred}百零{}", digit(rest)),
                _ => format!("{hundred}百{}", tens(rest)),
            }
        }
        _ => number.to_string(),
    }
}

/// A number in Roman numerals; those over 3999 in digits.
fn roman(number: u32) -> String {
    const VALUES: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if number == 0 || number > 3999 {
        return number.to_string();
    }
    let mut rest = number;
    let mut text = String::new();
    for (value, letters) in VALUES {
        while rest >= value {
            text.push_str(letters);
            rest -= value;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_word_prints_them() {
        for (format, number, printed) in [
            ("chineseCounting", 1, "一"),
            ("chineseCountingThousand", 12, "十二"),
            ("chineseCounting", 20, "二十"),
            ("chineseCounting", 103, "一百零三"),
            ("chineseCounting", 110, "一百一十"),
            ("decimalEnclosedCircle", 3, "③"),
            ("decimalFullWidth", 12, "１２"),
            ("lowerLetter", 28, "bb"),
            ("upperRoman", 14, "XIV"),
            ("unknown", 5, "5"),
        ] {
            assert_eq!(format_number(format, number), printed);
        }
    }
}
