//! How near two Chinese names are in meaning.
//!
//! A character is a word, so the number of different characters says little: 镇级 and 区级 differ in one, and mean
//! different things; 护河队 and 护河志愿服务队 differ in four, and mean the same. So characters with the same sound may
//! replace one another, as input methods offer them, and characters may be missing. Other characters may differ only in
//! long names.

use super::distance::{Distance, SharedPart, max_distance};
use pinyin::ToPinyinMulti as _;
use std::collections::BTreeSet;

/// Words for a level of government, each with the character that stands for it here. Longer words come first.
const RANKS: [(&str, char); 16] = [
    ("国家", '\u{E001}'),
    ("中央", '\u{E001}'),
    ("全国", '\u{E001}'),
    ("地市", '\u{E003}'),
    ("区县", '\u{E004}'),
    ("县区", '\u{E004}'),
    ("乡镇", '\u{E005}'),
    ("街道", '\u{E005}'),
    ("社区", '\u{E006}'),
    ("省", '\u{E002}'),
    ("市", '\u{E003}'),
    ("区", '\u{E004}'),
    ("县", '\u{E004}'),
    ("镇", '\u{E005}'),
    ("乡", '\u{E005}'),
    ("村", '\u{E006}'),
];

/// Words with a character of a level that do not mean a level.
const NO_RANKS: [&str; 12] = [
    "小区", "地区", "园区", "校区", "区域", "城市", "市场", "市民", "村民", "乡村", "家乡", "乡音",
];

/// Characters of which one cannot be a typing error for another in its group.
const CONTRASTS: [&str; 13] = [
    "\u{E001}\u{E002}\u{E003}\u{E004}\u{E005}\u{E006}",
    "东西南北",
    "上下",
    "前后",
    "左右",
    "内外",
    "大小",
    "新老旧",
    "男女",
    "春夏秋冬",
    "未已",
    "甲乙丙丁",
    "一二三四五六七八九十",
];

/// Words that the names of many teams, places and offices have. Longer words come first.
const COMMON_WORDS: [&str; 27] = [
    "志愿者",
    "办公室",
    "工作室",
    "工作站",
    "志愿",
    "义工",
    "服务",
    "文艺",
    "艺术",
    "表演",
    "演出",
    "协会",
    "大队",
    "小队",
    "分队",
    "支队",
    "小组",
    "中心",
    "剧团",
    "工作",
    "队",
    "团",
    "社",
    "会",
    "组",
    "站",
    "办",
];

/// Whether a character is a Chinese one.
pub(super) const fn is_han(c: char) -> bool {
    matches!(c, '〇' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// The Chinese characters of a name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ChineseName {
    /// All, with one character for each level of government.
    chars: Vec<char>,
    /// Those that are no level and no common word.
    core: Vec<char>,
}

impl ChineseName {
    pub(super) fn new(text: &str) -> Self {
        let mut chars = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let plain = NO_RANKS.iter().find(|word| rest.starts_with(**word));
            let rank = RANKS.iter().find(|(word, _)| rest.starts_with(word));
            let length = match (plain, rank) {
                (Some(word), _) => {
                    chars.extend(word.chars());
                    word.len()
                }
                (None, Some((word, rank))) => {
                    chars.push(*rank);
                    word.len()
                }
                (None, None) => {
                    chars.push(first);
                    first.len_utf8()
                }
            };
            rest = &rest[length..];
        }
        // 省 is 省级.
        if let [rank] = chars[..]
            && is_rank(rank)
        {
            chars.push('级');
        }
        let mut core: String = chars.iter().filter(|c| !is_rank(**c)).collect();
        for word in COMMON_WORDS {
            core = core.replace(word, "");
        }
        Self {
            chars,
            core: core.chars().collect(),
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// How far another name is from this one. `None` when it means something else.
    pub(super) fn distance(&self, other: &Self) -> Option<Distance> {
        if self.chars == other.chars {
            return Some(Distance::Typos(0));
        }
        if contrasts(&self.chars, &other.chars) {
            return None;
        }
        self.typos(other)
            .map(Distance::Typos)
            .or_else(|| self.shared_part(other))
    }

    /// The number of typing errors: characters of the same sound, two characters in the wrong order, and in a long name
    /// another character behind the first.
    fn typos(&self, other: &Self) -> Option<usize> {
        if self.chars.len() != other.chars.len() || self.chars.len() < 2 {
            return None;
        }
        let pairs = || self.chars.iter().zip(&other.chars);
        let different = || pairs().filter(|(a, b)| a != b);
        let count = different().count();
        if count <= max_distance(self.chars.len())
            && count < self.chars.len()
            && different().all(|(a, b)| sound_same(*a, *b))
        {
            return Some(count);
        }
        if count == 2 && strsim::generic_damerau_levenshtein(&self.chars, &other.chars) == 1 {
            return Some(1);
        }
        // In a name of a place or a team, one character makes another name: 护林志愿队 is not 护河志愿队.
        let has_common_words = self.core.len() != self.chars.len() || other.core.len() != other.chars.len();
        let least = if has_common_words { 5 } else { 4 };
        let is_long = self.core.len() >= least && other.core.len() == self.core.len();
        (is_long && count == 1 && self.chars.first() == other.chars.first()).then_some(1)
    }

    fn ranks(&self) -> BTreeSet<char> {
        self.chars.iter().copied().filter(|c| is_rank(*c)).collect()
    }

    fn shared_part(&self, other: &Self) -> Option<Distance> {
        let (short, long) = if self.chars.len() <= other.chars.len() {
            (self, other)
        } else {
            (other, self)
        };
        let parts = |shared, missing| Some(Distance::Parts { shared, missing });
        // 省市级 is neither 省级 nor 市级.
        if short.chars.len() <= 2 && !short.ranks().is_empty() && short.ranks() != long.ranks() {
            return None;
        }
        if short.chars.len() >= 2 && is_subsequence(&short.chars, &long.chars) {
            let missing = long.chars.len() - short.chars.len();
            let has_head = short.chars.first() == long.chars.first();
            let has_tail = short.chars.last() == long.chars.last();
            match (has_head, has_tail) {
                (true, true) => return parts(SharedPart::BothEnds, missing),
                (true, false) => return parts(SharedPart::Head, missing),
                // 志愿服务队 is the end of many names.
                _ if !short.core.is_empty() => return parts(SharedPart::Within, missing),
                _ => {}
            }
        }
        let head = short.core.iter().zip(&long.core).take_while(|(a, b)| a == b).count();
        if head >= 4 && 3 * head >= 2 * long.core.len() && !is_subsequence(&short.core, &long.core) {
            return parts(SharedPart::Head, long.core.len() - head);
        }
        if short.core.len() >= 2 && short.core == long.core {
            return parts(SharedPart::Core, long.chars.len().abs_diff(short.chars.len()));
        }
        None
    }
}

const fn is_rank(c: char) -> bool {
    matches!(c, '\u{E001}'..='\u{E006}')
}

/// Whether each name has a character of a group of contrasts that the other lacks.
fn contrasts(a: &[char], b: &[char]) -> bool {
    CONTRASTS.iter().any(|group| {
        let members =
            |name: &[char]| -> BTreeSet<char> { name.iter().copied().filter(|c| group.contains(*c)).collect() };
        let (a, b) = (members(a), members(b));
        !a.is_subset(&b) && !b.is_subset(&a)
    })
}

/// Whether two characters may sound alike, also in dialects that do not distinguish zh from z or ng from n.
fn sound_same(a: char, b: char) -> bool {
    let sounds = |c: char| -> Vec<String> {
        let syllables = c.to_pinyin_multi().into_iter().flatten();
        syllables.map(|syllable| plain_sound(syllable.plain())).collect()
    };
    let of_a = sounds(a);
    sounds(b).iter().any(|sound| of_a.contains(sound))
}

/// A syllable without the sounds that dialects do not distinguish.
fn plain_sound(syllable: &str) -> String {
    let end = syllable.strip_suffix('g').unwrap_or(syllable);
    end.replacen("zh", "z", 1).replacen("ch", "c", 1).replacen("sh", "s", 1)
}

/// Whether `long` has all characters of `short` in their order.
fn is_subsequence(short: &[char], long: &[char]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|c| rest.any(|other| other == c))
}
