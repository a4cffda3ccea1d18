//! One number at the start of a text, in digits or in Chinese numerals.

use rust_decimal::Decimal;

/// A number that was read.
#[derive(Debug)]
pub(super) struct Numeral {
    pub(super) value: Decimal,
    /// Whether nothing else can be meant: 三百五 is 350, but might be a slip.
    pub(super) is_exact: bool,
    /// Its length in the text, in bytes.
    pub(super) length: usize,
}

/// Reads the number at the start of `text`, with 百, 千, 万 or 亿 after it.
pub(super) fn read_numeral(text: &str) -> Option<Numeral> {
    let mut numeral = read_digits(text).or_else(|| read_chinese(text))?;
    let mut units = text[numeral.length..].chars();
    while let Some((unit, factor)) = units.next().and_then(|c| Some((c, factor_of(c)?))) {
        numeral.value = numeral.value.checked_mul(Decimal::from(factor))?;
        numeral.length += unit.len_utf8();
    }
    Some(numeral)
}

const fn factor_of(unit: char) -> Option<i64> {
    match unit {
        '百' => Some(100),
        '千' | 'k' => Some(1000),
        '万' | 'w' => Some(10_000),
        '亿' => Some(100_000_000),
        _ => None,
    }
}

/// Reads digits with a decimal point, and with separators of thousands.
fn read_digits(text: &str) -> Option<Numeral> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let length = unsigned.find(|c: char| !c.is_ascii_digit() && !matches!(c, ',' | '，' | '.'));
    let written = unsigned[..length.unwrap_or(unsigned.len())].trim_end_matches([',', '，', '.']);
    if !written.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (whole, decimals) = written.split_once('.').map_or((written, None), |(a, b)| (a, Some(b)));
    let mut groups = whole.split([',', '，']);
    let first = groups.next()?;
    let mut has_groups = false;
    for group in groups {
        has_groups = true;
        if group.len() != 3 {
            return None;
        }
    }
    if (has_groups && first.len() > 3) || decimals.is_some_and(|decimals| !decimals.bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    let value: Decimal = written.replace([',', '，'], "").parse().ok()?;
    let is_negative = unsigned.len() != text.len();
    Some(Numeral {
        value: if is_negative { -value } else { value },
        is_exact: true,
        length: written.len() + usize::from(is_negative),
    })
}

/// Reads a number below 100,000,000 in Chinese numerals.
fn read_chinese(text: &str) -> Option<Numeral> {
    let mut total: i64 = 0; // Of complete 万.
    let mut section: i64 = 0;
    let mut digit: Option<i64> = None;
    let mut last_unit: i64 = 1;
    let mut after_zero = false;
    let mut is_exact = true;
    let mut length = 0;
    for c in text.chars() {
        if let Some(value) = digit_of(c) {
            if digit.is_some() {
                return None; // 五六十 means two numbers.
            }
            after_zero |= value == 0;
            digit = (value > 0).then_some(value);
            if value == 0 && length == 0 {
                return None;
            }
        } else if let Some(unit) = unit_of(c) {
            // 百余人 is a hundred.
            let implied = if unit == 10 {
                digit.is_none()
            } else {
                digit.is_none() && length == 0 && unit < 10_000
            };
            let count = match digit.take() {
                Some(value) => value,
                None if implied => 1,
                None if unit == 10_000 && section > 0 => 0,
                None => return None,
            };
            if unit == 10_000 {
                if total > 0 {
                    return None;
                }
                total = (section + count) * unit;
                section = 0;
            } else {
                section += count * unit;
            }
            (last_unit, after_zero) = (unit, false);
        } else {
            break;
        }
        length += c.len_utf8();
    }
    if let Some(value) = digit {
        // 三百五 is 350.
        let is_short = last_unit > 10 && !after_zero;
        section += if is_short { value * last_unit / 10 } else { value };
        is_exact = !is_short;
    }
    // 十几, 三十几: nobody knows.
    let is_vague = text[length..].starts_with(['几', '数']);
    (length > 0 && !is_vague).then(|| Numeral {
        value: Decimal::from(total + section),
        is_exact,
        length,
    })
}

const fn digit_of(c: char) -> Option<i64> {
    Some(match c {
        '零' | '〇' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

const fn unit_of(c: char) -> Option<i64> {
    Some(match c {
        '十' => 10,
        '百' => 100,
        '千' => 1000,
        '万' => 10_000,
        _ => return None,
    })
}
