//! Numbers and dates as they are read aloud in Chinese: `362人次` is 三百六十二人次, `2022年` is 二零二二年.

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// Words that count things. Two of them are 两, not 二.
const COUNTERS: &str = "个名位次场人件部篇支户条天周张所家间辆台棵亩米吨块元点站口本头只座项种批类组年";

/// A text with its numbers in words. Numbers of more than twelve digits, and those with a hyphen or a zero in front, such
/// as telephone numbers, are read digit by digit.
#[must_use]
pub(super) fn spoken(text: &str) -> String {
    let chars: Vec<char> = text.chars().map(half_width).collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_ascii_digit() || follows_letter(&chars, at) {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        let (words, end) = read_number(&chars, at);
        out.push_str(&words);
        at = end;
    }
    units_in_words(&out)
}

/// Full-width digits and signs of numbers as half-width ones.
const fn half_width(c: char) -> char {
    match c {
        '０' => '0',
        '１' => '1',
        '２' => '2',
        '３' => '3',
        '４' => '4',
        '５' => '5',
        '６' => '6',
        '７' => '7',
        '８' => '8',
        '９' => '9',
        '％' => '%',
        '．' => '.',
        other => other,
    }
}

/// Signs of units in words.
fn units_in_words(text: &str) -> String {
    text.replace("㎡", "平方米")
        .replace("km²", "平方公里")
        .replace("℃", "摄氏度")
        .replace("km", "公里")
        .replace("kg", "公斤")
}

/// Whether a digit belongs to a name in Latin letters, such as `A4`, and is read as it is written.
fn follows_letter(chars: &[char], at: usize) -> bool {
    at.checked_sub(1)
        .and_then(|before| chars.get(before))
        .is_some_and(char::is_ascii_alphabetic)
}

/// The words of the number at `at`, and the index behind it.
fn read_number(chars: &[char], at: usize) -> (String, usize) {
    let digits_end = |from: usize| from + chars[from..].iter().take_while(|c| c.is_ascii_digit()).count();
    let mut whole: String = chars[at..digits_end(at)].iter().collect();
    let mut end = digits_end(at);
    // 1,348
    while chars.get(end) == Some(&',') && digits_end(end + 1) == end + 4 {
        whole.extend(&chars[end + 1..end + 4]);
        end += 4;
    }
    // A clock: 9:30.
    if whole.len() <= 2 && matches!(chars.get(end), Some(':' | '：')) && digits_end(end + 1) == end + 3 {
        let minutes: String = chars[end + 1..end + 3].iter().collect();
        let hour = if whole.trim_start_matches('0') == "2" {
            "两".to_owned()
        } else {
            integer(&whole)
        };
        let minutes = match minutes.as_str() {
            "00" => String::new(),
            text => format!("{}分", read_minutes(text)),
        };
        return (format!("{hour}点{minutes}"), end + 3);
    }
    // A telephone number: 0421-1234567.
    if chars.get(end) == Some(&'-') && whole.starts_with('0') && digits_end(end + 1) > end + 6 {
        let rest_end = digits_end(end + 1);
        let rest: String = chars[end + 1..rest_end].iter().collect();
        return (
            format!("{}，{}", digit_by_digit(&whole), digit_by_digit(&rest)),
            rest_end,
        );
    }
    let next = chars.get(end).copied();
    let is_year = whole.len() == 4 && next == Some('年');
    if is_year
        || whole.len() > 12
        || (whole.len() == 11 && whole.starts_with('1'))
        || (whole.len() > 1 && whole.starts_with('0'))
    {
        return (digit_by_digit(&whole), end);
    }
    let fraction_end = match next {
        Some('.') if chars.get(end + 1).is_some_and(char::is_ascii_digit) => digits_end(end + 1),
        _ => end,
    };
    let fraction: String = chars[end..fraction_end].iter().skip(1).collect();
    let mut words = integer(&whole);
    if !fraction.is_empty() {
        words = format!("{words}点{}", digit_by_digit(&fraction));
    }
    end = fraction_end;
    match chars.get(end) {
        Some('%') => (format!("百分之{words}"), end + 1),
        Some(&counter) if words == "二" && COUNTERS.contains(counter) => ("两".to_owned(), end),
        // 3-5人 is from three to five.
        Some('-' | '—' | '～' | '~' | '–') if chars.get(end + 1).is_some_and(char::is_ascii_digit) => {
            (format!("{words}到"), end + 1)
        }
        _ => (words, end),
    }
}

fn read_minutes(text: &str) -> String {
    match text.strip_prefix('0') {
        Some(minute) => format!("零{}", digit_by_digit(minute)),
        None => integer(text),
    }
}

fn digit_by_digit(digits: &str) -> String {
    digits.bytes().map(|digit| DIGITS[usize::from(digit - b'0')]).collect()
}

/// An integer of at most twelve digits in words.
fn integer(digits: &str) -> String {
    let number: u64 = digits.parse().unwrap_or(0);
    if number == 0 {
        return "零".to_owned();
    }
    let groups = [
        (number / 100_000_000, "亿"),
        (number / 10_000 % 10_000, "万"),
        (number % 10_000, ""),
    ];
    let mut words = String::new();
    for (value, unit) in groups {
        if value == 0 {
            continue;
        }
        // A gap in front of a smaller group is read: 10,005 is 一万零五.
        if !words.is_empty() && value < 1000 {
            words.push('零');
        }
        words += &four_digits(value);
        words += unit;
    }
    // 12 is 十二, not 一十二.
    match words.strip_prefix("一十") {
        Some(rest) => format!("十{rest}"),
        None => words,
    }
}

/// A number from 1 to 9,999 in words.
fn four_digits(number: u64) -> String {
    let mut words = String::new();
    let mut has_gap = false;
    for (power, unit) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = number / power % 10;
        if digit == 0 {
            has_gap = !words.is_empty();
            continue;
        }
        if has_gap {
            words.push('零');
            has_gap = false;
        }
        words.push(DIGITS[digit as usize]);
        words += unit;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_read_them() {
        for (written, read) in [
            ("参与362人次", "参与三百六十二人次"),
            ("1,348小时", "一千三百四十八小时"),
            ("2022年5月12日", "二零二二年五月十二日"),
            ("2场、2月、2支队伍", "两场、二月、两支队伍"),
            ("12人，10户，20篇，110棵", "十二人，十户，二十篇，一百一十棵"),
            ("1001，1010，10005，100000", "一千零一，一千零一十，一万零五，十万"),
            ("3.5小时", "三点五小时"),
            ("增长12.5％", "增长百分之十二点五"),
            ("3-5人", "三到五人"),
            ("上午9:30到14:00，2:05", "上午九点三十分到十四点，两点零五分"),
            ("电话0421-1234567", "电话零四二一，一二三四五六七"),
            ("13800138000", "一三八零零一三八零零零"),
            ("A4纸", "A4纸"),
            ("200000000", "二亿"),
            ("０元", "零元"),
            ("没有数字", "没有数字"),
        ] {
            assert_eq!(spoken(written), read, "{written}");
        }
    }

    #[test]
    fn every_number_has_words_without_digits() {
        for number in (0..100_000_i64).step_by(7).chain([999_999_999_999, 100_000_001]) {
            let words = spoken(&number.to_string());
            assert!(
                !words.is_empty() && !words.contains(|c: char| c.is_ascii_digit()),
                "{number}: {words}"
            );
            assert!(
                !words.contains("零零") && !words.ends_with("零") || number == 0,
                "{number}: {words}"
            );
        }
    }
}
