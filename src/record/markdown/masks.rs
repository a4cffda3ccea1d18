//! Finds asterisks that mask part of a name or number: `138****0000`, `张*三`, `王**`, and those that multiply: `3*5米`.
//!
//! Role: such asterisks are text, yet CommonMark makes emphasis of two of them. Real emphasis next to them must go on
//! working, so runs of asterisks are paired as an editor means them, paragraph by paragraph. Only a run after a digit, a
//! Latin letter or a surname can be a mask; every other run is left to CommonMark.

use super::chars::is_punctuation;
use std::ops::Range;

/// Surnames, the most common first. Words that often stand before emphasis (于, 和, 向) are left out.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石贾韦夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵覃武钱戴严莫孔汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿柯芦左焦甘祝包阮纪管裴娄尚柳文江乐骆米盛单";

/// A run of asterisks.
#[derive(Debug, Clone)]
struct StarRun {
    range: Range<usize>,
    before: Option<char>,
    after: Option<char>,
    /// The part of the text in which it may pair with another run.
    context: usize,
}

impl StarRun {
    const fn len(&self) -> usize {
        self.range.end - self.range.start
    }

    fn follows(&self, test: impl Fn(char) -> bool) -> bool {
        self.before.is_some_and(test)
    }

    /// Whether it may be a mask at all.
    fn may_mask(&self) -> bool {
        self.follows(|c| c.is_ascii_alphanumeric() || is_surname(c))
    }

    /// Whether it stands inside a number or code, or beside a digit in a length that emphasis does not have.
    fn is_in_number(&self) -> bool {
        let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let touches_digit = is_digit(self.before) || is_digit(self.after);
        touches_digit && ((is_word(self.before) && is_word(self.after)) || self.len() >= 4)
    }

    fn can_open(&self) -> bool {
        let is_long = self.len() >= 3 && self.follows(|c| c.is_ascii_digit());
        !is_long && self.after.is_some_and(|c| !c.is_whitespace() && !closes(c))
    }

    fn can_close(&self) -> bool {
        self.follows(|c| !c.is_whitespace() && !opens(c))
    }
}

/// The runs in `source` that are text, in order.
pub(super) fn find_masks(source: &str) -> Vec<Range<usize>> {
    let runs = star_runs(source);
    if !runs.iter().any(|run| run.may_mask() || run.is_in_number()) {
        return Vec::new();
    }
    let mut masks: Vec<Range<usize>> = runs
        .chunk_by(|a, b| a.context == b.context)
        .flat_map(|runs| masks_in(source, runs))
        .collect();
    masks.sort_by_key(|mask| mask.start);
    masks
}

/// The masks among the runs of one paragraph.
fn masks_in(source: &str, runs: &[StarRun]) -> Vec<Range<usize>> {
    let mut masks = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        let partner = open.iter().rposition(|&opener| runs[opener].len() == run.len());
        if let Some(found) = partner.filter(|_| run.can_close()) {
            let opener = &runs[open[found]];
            if !are_names(source, opener, run, &runs[index + 1..]) {
                open.truncate(found);
                continue;
            }
            masks.push(opener.range.clone());
            open.remove(found);
        }
        if run.is_in_number() {
            masks.push(run.range.clone());
        } else if run.can_open() {
            open.push(index);
        } else if run.may_mask() {
            masks.push(run.range.clone());
        }
    }
    let unpaired = open.into_iter().filter(|&index| runs[index].may_mask());
    masks.extend(unpaired.map(|index| runs[index].range.clone()));
    masks
}

/// Whether two runs that could pair are masks of names: both follow a surname, or the first does and several words stand
/// between single asterisks, or the first does and the second opens real emphasis.
fn are_names(source: &str, opener: &StarRun, closer: &StarRun, later: &[StarRun]) -> bool {
    let content = &source[opener.range.end..closer.range.start];
    if !opener.follows(is_surname) {
        return false;
    }
    // What stands between two masked names: the rest of the first unless it is masked as a whole, a word or mark, and the
    // second surname.
    let shortest = if opener.len() == 1 { 3 } else { 2 };
    if closer.follows(is_surname) && content.chars().count() >= shortest {
        return true;
    }
    let is_several = content.contains(|c: char| is_punctuation(c) || c.is_whitespace());
    if is_several && opener.len() == 1 {
        return true;
    }
    is_several && closer.can_open() && later.iter().any(|run| run.len() == closer.len() && run.can_close())
}

/// The runs of `source` that are not escaped and not in an address.
fn star_runs(source: &str) -> Vec<StarRun> {
    let bytes = source.as_bytes();
    let mut runs = Vec::new();
    let mut contexts = ContextCounter::default();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'*', &bytes[at..]) {
        let run = at + found;
        let escapes = bytes[at..run].iter().rev().take_while(|&&byte| byte == b'\\').count();
        let first = run + escapes % 2;
        let end = first + bytes[first..].iter().take_while(|&&byte| byte == b'*').count();
        at = end.max(run + 1);
        if end == first || is_in_address(source, first) {
            continue;
        }
        runs.push(StarRun {
            range: first..end,
            before: source[..first].chars().next_back(),
            after: source[end..].chars().next(),
            context: contexts.advance(source, first),
        });
    }
    runs
}

/// Numbers the parts of a text between which emphasis does not reach: paragraphs, items, headings, cells.
#[derive(Default)]
struct ContextCounter {
    at: usize,
    context: usize,
}

impl ContextCounter {
    /// The number of the part that contains `to`, which is further on.
    fn advance(&mut self, source: &str, to: usize) -> usize {
        let between = &source[self.at..to];
        let mut lines = between.split('\n');
        let _rest_of_line = lines.next();
        let line_start = source[..to].rfind('\n').map_or(0, |end| end + 1);
        let line_count = between.matches('\n').count();
        for (number, line) in lines.enumerate() {
            let line = if number + 1 == line_count {
                &source[line_start..]
            } else {
                line
            };
            self.context += usize::from(starts_part(line));
        }
        let is_row = source[line_start..].trim_start().starts_with('|');
        if is_row {
            self.context += between.matches('|').count();
        }
        self.at = to;
        self.context
    }
}

/// Whether a line starts a new part: it is blank, or starts with the sign of a block.
fn starts_part(line: &str) -> bool {
    let line = line.split('\n').next().unwrap_or_default().trim_start();
    let after_number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.is_empty()
        || line.starts_with(['#', '>', '|', '<'])
        || ["- ", "* ", "+ "].iter().any(|sign| line.starts_with(sign))
        || (after_number.len() < line.len() && after_number.starts_with(['.', ')']))
}

fn is_in_address(source: &str, at: usize) -> bool {
    const LONGEST: usize = 300;
    let from = super::chars::floor_boundary(source, at.saturating_sub(LONGEST));
    let word = source[from..at]
        .rsplit(|c: char| !c.is_ascii_graphic())
        .next()
        .unwrap_or_default();
    word.contains("://") || word.contains("www.")
}

fn is_surname(c: char) -> bool {
    SURNAMES.contains(c)
}

/// Punctuation with which emphasis does not start.
fn closes(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '！'
            | '？'
            | '）'
            | '》'
            | '】'
            | '”'
            | '’'
            | '…'
            | ','
            | '.'
            | ';'
            | ':'
            | '!'
            | '?'
            | ')'
            | '|'
    )
}

/// Punctuation with which emphasis does not end.
fn opens(c: char) -> bool {
    matches!(c, '、' | '（' | '《' | '【' | '“' | '‘' | '(')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with `×` for each asterisk that is text.
    fn masked(source: &str) -> String {
        let mut out = source.to_owned();
        for mask in find_masks(source).into_iter().rev() {
            let crosses = "×".repeat(mask.len());
            out.replace_range(mask, &crosses);
        }
        out
    }

    #[test]
    fn masks_are_text() {
        for (source, expected) in [
            (
                "请拨打 138****0000 或 139****1111。",
                "请拨打 138××××0000 或 139××××1111。",
            ),
            ("138********、139********", "138××××××××、139××××××××"),
            ("尾号****1234和****5678", "尾号××××1234和××××5678"),
            ("张*三、李*四、王**、赵**。", "张×三、李×四、王××、赵××。"),
            ("村民张*三和李*四", "村民张×三和李×四"),
            ("王*、李*和张**，长5*5米", "王×、李×和张××，长5×5米"),
            ("由王**和李**负责", "由王××和李××负责"),
            ("王**、**重点**", "王××、**重点**"),
            ("王**说：**务必**带手套", "王××说：**务必**带手套"),
            ("**电话：138****0000**", "**电话：138××××0000**"),
            ("**获奖名单**：王**、李**。", "**获奖名单**：王××、李××。"),
            ("3*5米、4*6米", "3×5米、4×6米"),
            ("浙A***8Q、浙B***7C", "浙A×××8Q、浙B×××7C"),
            (
                "3301**********123X、3302**********1234",
                "3301××××××××××123X、3302××××××××××1234",
            ),
            ("| 张*三 | 李*四 |", "| 张×三 | 李×四 |"),
            ("张*三\n\n李*四", "张×三\n\n李×四"),
        ] {
            assert_eq!(masked(source), expected, "{source}");
        }
    }

    #[test]
    fn emphasis_stays() {
        for source in [
            "**26名**队员，清理了*两公里*河段",
            "**注意：**请带手套。**“清洁家园”**行动，完成**80%**以上。",
            "完成**80**个，新增**12**个",
            "请**张三**和**李四**发言",
            "由王**重点**介绍",
            "黄*金*周",
            "***粗斜***",
            "* 项目\n* 项目",
            "2022年**5月12日，**全镇启动",
            "**A**和**B**",
            "https://x.example/3*5*2",
            "\\*\\*甲\\*\\*",
        ] {
            assert_eq!(masked(source), source);
        }
    }
}
