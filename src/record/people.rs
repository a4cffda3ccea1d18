//! The names of people in a text that names authors or reviewers, such as `通讯员 许禾生、石雨桐（摄影）`.

use crate::schema::squeeze;

/// Words around names that say what a person did or is.
const ROLES: [&str; 19] = [
    "通讯员",
    "特约记者",
    "记者",
    "作者",
    "撰稿",
    "供稿",
    "摄影",
    "摄像",
    "图片",
    "文字",
    "编辑",
    "责编",
    "审核",
    "校对",
    "初审",
    "复审",
    "终审",
    "文",
    "图",
];
/// The last characters of offices and posts, which are no names of people.
const OFFICE_ENDINGS: [char; 28] = [
    '办', '委', '组', '部', '站', '局', '心', '社', '队', '村', '镇', '员', '者', '会', '室', '院', '校', '府', '台',
    '报', '网', '科', '股', '所', '处', '记', '长', '任',
];
/// The most characters of a Chinese name, without the dots of names from other languages.
const MAX_CHINESE_NAME: usize = 4;

/// The people in `text`, as they are compared: without spaces and in lower case. Offices are not among them. A text that
/// is not Chinese is divided at commas only, because its names have spaces.
pub(super) fn person_names(text: &str) -> Vec<String> {
    let is_separator = |c: char| {
        matches!(
            c,
            '、' | '，' | ',' | '；' | ';' | '/' | '／' | '|' | '｜' | '&' | ':' | '：'
        ) || matches!(c, '(' | ')' | '（' | '）' | '[' | ']' | '【' | '】' | '\n')
    };
    text.split(is_separator).flat_map(names_in_part).collect()
}

fn names_in_part(part: &str) -> Vec<String> {
    if !part.chars().any(is_chinese) {
        let name = squeeze(part);
        return Some(name).filter(|name| !name.is_empty()).into_iter().collect();
    }
    let mut words: Vec<String> = Vec::new();
    let mut follows_character = false;
    for word in part.split_whitespace() {
        let (length, is_role) = (word.chars().count(), ROLES.contains(&word));
        match words
            .last_mut()
            .filter(|_| follows_character && length <= 2 && !is_role)
        {
            // A name may have a space after the surname, often to give two characters the width of three: `乔　安`.
            Some(last) => last.push_str(word),
            None => words.push(word.to_owned()),
        }
        follows_character = length == 1 && !is_role;
    }
    words.iter().filter_map(|word| person_name(word)).collect()
}

/// The word without a role before it, if it can be the name of a person.
fn person_name(word: &str) -> Option<String> {
    let word = squeeze(word);
    let long_roles = || ROLES.iter().filter(|role| role.chars().count() > 1);
    let name = long_roles().find_map(|role| word.strip_prefix(role)).unwrap_or(&word);
    let length = name.chars().filter(|c| *c != '·').count();
    let is_long_enough = length >= 2 && (length <= MAX_CHINESE_NAME || name.contains('·'));
    let is_office = name.ends_with(OFFICE_ENDINGS) || ROLES.contains(&name);
    (is_long_enough && !is_office).then(|| name.to_owned())
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::person_names;

    #[test]
    fn people_are_found_among_roles_and_offices() {
        for (text, expected) in [
            ("许禾生", &["许禾生"][..]),
            ("通讯员 许禾生、石雨桐（摄影）", &["许禾生", "石雨桐"]),
            ("通讯员许禾生", &["许禾生"]),
            ("文/乔　安 图/石雨桐", &["乔安", "石雨桐"]),
            ("林 知夏", &["林知夏"]),
            ("通讯员 乔　安 图", &["乔安"]),
            ("宣传办主任 秦知远", &["秦知远"]),
            ("栖禾镇党委宣传办公室", &[]),
            ("宣传办", &[]),
            ("古丽·买买提", &["古丽·买买提"]),
            ("Li Ming, Wang Fang", &["liming", "wangfang"]),
            ("", &[]),
        ] {
            assert_eq!(person_names(text), expected, "{text}");
        }
    }
}
