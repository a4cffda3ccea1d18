//! Guesses title, day, author and source from the first and the last lines of a text.

use super::manuscript::{Facts, Manuscript};
use super::structure::{inline_text, plain_line};
use crate::record::Block;
use crate::schema::scalar::find_day;
use jiff::civil::Date;

/// The longest title and the longest line of facts, in characters.
const MAX_TITLE: usize = 60;
const MAX_BYLINE: usize = 120;
/// How many lines under the title may state facts, and how many at the end.
const LINES: usize = 3;

const SOURCE_WORDS: [&str; 8] = [
    "信息来源",
    "文章来源",
    "稿件来源",
    "来源",
    "稿源",
    "发布机构",
    "发布单位",
    "供稿单位",
];
const AUTHOR_WORDS: [&str; 16] = [
    "本报记者",
    "本网记者",
    "本报通讯员",
    "通讯员",
    "记者",
    "作者",
    "供稿人",
    "供稿",
    "撰稿",
    "撰文",
    "文/图",
    "图/文",
    "文图",
    "图文",
    "摄影",
    "文",
];
const DATE_WORDS: [&str; 8] = [
    "发布时间",
    "发布日期",
    "发表时间",
    "更新时间",
    "成文日期",
    "日期",
    "时间",
    "发布",
];

/// What a word of a byline says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Source,
    Author,
    Date,
}

/// Guesses the facts that are not known yet. Takes the title and lines that say nothing but facts out of the text.
pub(super) fn guess(manuscript: &mut Manuscript) {
    let blocks = &mut manuscript.blocks;
    let facts = &mut manuscript.facts;
    if facts.title.is_none() {
        facts.title = take_title(blocks);
    }
    for _ in 0..LINES {
        let Some(Block::Paragraph(line)) = blocks.first() else {
            break;
        };
        let Some(found) = plain_line(line).and_then(|line| read_byline(&line)) else {
            break;
        };
        facts.add(found);
        blocks.remove(0);
    }
    facts.add(read_ending(blocks));
    facts.date = facts.date.or_else(|| day_in_first_lines(blocks));
}

/// The day that the first lines name: reports of an event begin with it.
fn day_in_first_lines(blocks: &[Block]) -> Option<Date> {
    let lines = blocks.iter().take(LINES).filter_map(|block| match block {
        Block::Paragraph(text) => Some(inline_text(text)),
        _ => None,
    });
    lines.into_iter().find_map(|line| Some(find_day(&line)?.0))
}

impl Facts {
    /// Adds what is not known yet.
    pub(super) fn add(&mut self, other: Self) {
        self.title = self.title.take().or(other.title);
        self.date = self.date.or(other.date);
        self.author = self.author.take().or(other.author);
        self.source = self.source.take().or(other.source);
    }
}

/// Takes the first line if it can be a title: a heading, or a short line that is no sentence.
fn take_title(blocks: &mut Vec<Block>) -> Option<String> {
    let (text, is_heading) = match blocks.first()? {
        Block::Heading { text, .. } => (plain_line(text)?, true),
        Block::Paragraph(text) => (plain_line(text)?, false),
        _ => return None,
    };
    let length = text.chars().count();
    let is_sentence = text.ends_with(['。', '；', '，', '：', ':', '、']);
    let is_title = length > 0 && (is_heading || (length <= MAX_TITLE && !is_sentence && read_byline(&text).is_none()));
    is_title.then(|| {
        blocks.remove(0);
        text
    })
}

/// The facts in a line that states nothing else; `None` for any other line.
fn read_byline(line: &str) -> Option<Facts> {
    if line.chars().count() > MAX_BYLINE {
        return None;
    }
    let line = line
        .trim()
        .trim_start_matches(['（', '(', '【'])
        .trim_end_matches(['）', ')', '】']);
    let mut facts = Facts::default();
    let mut label = None;
    let words = line.split(|c: char| c.is_whitespace() || matches!(c, '|' | '｜' | '丨'));
    for word in words.filter(|word| !word.is_empty()) {
        let (found, value) = split_label(word);
        label = found.or(label);
        if !value.is_empty() {
            facts.read_value(label, value)?;
        }
    }
    (facts != Facts::default()).then_some(facts)
}

impl Facts {
    /// Reads a word after a label. `None` when it says something else.
    fn read_value(&mut self, label: Option<Label>, value: &str) -> Option<()> {
        let is_whole_date = |text: &str| {
            find_day(text)
                .filter(|(_, range)| range.len() == text.len())
                .map(|(day, _)| day)
        };
        match label {
            _ if is_clock_time(value) && self.date.is_some() => {}
            _ if is_whole_date(value).is_some() => self.date = self.date.or(is_whole_date(value)),
            Some(Label::Source) if self.source.is_none() => self.source = Some(value.to_owned()),
            Some(Label::Author) if is_name(value) => {
                let before = self.author.take().map(|before| before + "、").unwrap_or_default();
                self.author = Some(before + value);
            }
            Some(Label::Date) => self.date = Some(find_day(value)?.0),
            _ => return None,
        }
        Some(())
    }
}

/// A label at the start of a word, and the rest: `来源：望澜日报`, `文/石雨桐`, `通讯员`.
fn split_label(word: &str) -> (Option<Label>, &str) {
    let groups = [
        (Label::Source, SOURCE_WORDS.as_slice()),
        (Label::Author, AUTHOR_WORDS.as_slice()),
        (Label::Date, DATE_WORDS.as_slice()),
    ];
    for (label, words) in groups {
        let rest = words.iter().find_map(|known| word.strip_prefix(known));
        if let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with(['：', ':', '/', '／'])) {
            return (Some(label), rest.trim_start_matches(['：', ':', '/', '／']));
        }
    }
    (None, word)
}

/// Whether a word can be one or several names.
fn is_name(word: &str) -> bool {
    let is_letter = |c: char| c.is_alphabetic() || matches!(c, '、' | '·' | '，' | '/' | '／');
    (2..=30).contains(&word.chars().count()) && word.chars().all(is_letter)
}

/// `10:30`, `10:30:05`.
fn is_clock_time(word: &str) -> bool {
    word.contains(':') && word.chars().all(|c| c.is_ascii_digit() || c == ':')
}

/// What the last lines state: `（通讯员 石雨桐）` at the end of a line; the issuing body above the date. The lines stay: they
/// belong to the text.
fn read_ending(blocks: &[Block]) -> Facts {
    let mut facts = Facts::default();
    let is_text = |block: &&Block| !matches!(block, Block::Footnotes(_));
    let lines = blocks
        .iter()
        .rev()
        .filter(is_text)
        .take(LINES)
        .filter_map(|block| match block {
            Block::Paragraph(text) => Some(inline_text(text)),
            _ => None,
        });
    let lines: Vec<String> = lines.collect();
    if let Some(day) = lines.first().and_then(|line| whole_day(line)) {
        facts.date = Some(day);
        let above = lines.get(1).filter(|line| is_issuer(line));
        facts.source = above.cloned();
    }
    for line in &lines {
        let brackets = line.rfind('（').map(|at| &line[at..]).filter(|end| end.ends_with('）'));
        if let Some(found) = brackets.and_then(read_byline) {
            facts.add(found);
        }
    }
    facts
}

/// The day that a line consists of.
fn whole_day(line: &str) -> Option<Date> {
    let (day, range) = find_day(line)?;
    (range.len() == line.len()).then_some(day)
}

/// Whether a line can be the name of a body.
fn is_issuer(line: &str) -> bool {
    (4..=30).contains(&line.chars().count()) && !line.contains(['。', '，', '；', '：', '！', '？'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Inline;
    use jiff::civil::date;

    fn guessed(lines: &[&str]) -> (Facts, Vec<String>) {
        let paragraph = |line: &&str| Block::Paragraph(vec![Inline::Text((*line).to_owned())]);
        let mut manuscript = Manuscript {
            blocks: lines.iter().map(paragraph).collect(),
            ..Manuscript::default()
        };
        guess(&mut manuscript);
        let left = manuscript.blocks.iter().map(|block| match block {
            Block::Paragraph(text) => inline_text(text),
            block => format!("{block:?}"),
        });
        (manuscript.facts, left.collect())
    }

    fn facts(title: &str, date: Option<Date>, author: &str, source: &str) -> Facts {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Facts {
            title: text(title),
            date,
            author: text(author),
            source: text(source),
        }
    }

    #[test]
    fn lines_of_facts_are_taken_from_the_text() {
        let may = Some(date(2022, 5, 12));
        for (lines, expected, left) in [
            (
                &[
                    "护河队清理河道",
                    "来源：望澜日报　作者：石雨桐　2022-05-12 10:30",
                    "正文。",
                ][..],
                facts("护河队清理河道", may, "石雨桐", "望澜日报"),
                &["正文。"][..],
            ),
            (
                &["护河队清理河道", "通讯员 石雨桐 许禾生", "2022年5月12日", "正文。"],
                facts("护河队清理河道", may, "石雨桐、许禾生", ""),
                &["正文。"],
            ),
            (
                &["护河队清理河道", "文/石雨桐", "正文，完。（摄影：许禾生）"],
                facts("护河队清理河道", None, "石雨桐", ""),
                &["正文，完。（摄影：许禾生）"],
            ),
            (
                &[
                    "关于清理河道的通知",
                    "各村：",
                    "请清理。",
                    "栖禾镇人民政府",
                    "2022年5月12日",
                ],
                facts("关于清理河道的通知", may, "", "栖禾镇人民政府"),
                &["各村：", "请清理。", "栖禾镇人民政府", "2022年5月12日"],
            ),
            (
                &["第一句话就是正文，没有标题。"],
                facts("", None, "", ""),
                &["第一句话就是正文，没有标题。"],
            ),
            (
                &["题目", "来源很重要 大家都知道"],
                facts("题目", None, "", ""),
                &["来源很重要 大家都知道"],
            ),
        ] {
            assert_eq!(
                guessed(lines),
                (expected, left.iter().map(|&line| line.to_owned()).collect())
            );
        }
    }
}
