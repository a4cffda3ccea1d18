//! What stands around a number: whether it stands alone, and what it is called.

use std::ops::Range;

/// A number's bytes in a text.
#[derive(Clone, Copy)]
pub(super) struct Context<'t> {
    before: &'t str,
    after: &'t str,
}

/// The most bytes before a number that are read.
const MAX_BEFORE: usize = 256;
/// The most characters between a word such as 卡号 and the number.
const MAX_TO_WORD: usize = 24;

/// Words in Latin letters that stand directly before or behind a number.
const NUMBER_WORDS: [&str; 27] = [
    "call",
    "card",
    "cell",
    "cellphone",
    "contact",
    "dh",
    "fax",
    "hp",
    "id",
    "idcard",
    "kh",
    "mob",
    "mobile",
    "mp",
    "no",
    "phone",
    "qq",
    "sfz",
    "sj",
    "tel",
    "tele",
    "telephone",
    "telno",
    "vx",
    "wechat",
    "weixin",
    "wx",
];
/// Words that call a number a card's.
const CARD_WORDS: [&str; 19] = [
    "卡号",
    "账号",
    "帐号",
    "账户",
    "帐户",
    "银行卡",
    "储蓄卡",
    "信用卡",
    "借记卡",
    "工资卡",
    "社保卡",
    "一卡通",
    "开户",
    "汇款",
    "收款",
    "打款",
    "银行",
    "信用社",
    "card",
];
/// Units and signs that make a number an amount.
const UNITS: [&str; 13] = [
    "元",
    "万",
    "亿",
    "吨",
    "千",
    "美元",
    "人民币",
    "立方",
    "平方",
    "公里",
    "公斤",
    "%",
    "％",
];

impl<'t> Context<'t> {
    pub(super) fn new(text: &'t str, number: Range<usize>) -> Self {
        let mut from = number.start.saturating_sub(MAX_BEFORE);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        Self {
            before: &text[from..number.start],
            after: &text[number.end..],
        }
    }

    /// Whether the number is no part of a word, such as `BV13800138000` or `IMG-13800138000`, and of no address of
    /// another site.
    pub(super) fn stands_alone(&self) -> bool {
        let follows_word = match self.before.strip_suffix(['-', '_']) {
            Some(before) => before.ends_with(|c: char| c.is_ascii_alphabetic()) && !ends_with_number_word(before),
            None => self.before.ends_with(|c: char| c.is_ascii_alphabetic()) && !ends_with_number_word(self.before),
        };
        let word = latin_word(self.after.chars());
        let begins_word = !word.is_empty() && !is_number_word(&word);
        !follows_word && !begins_word && !self.is_in_address()
    }

    /// Whether the number is an amount: `￥13800138000`, `13800138000元`.
    pub(super) fn is_amount(&self) -> bool {
        let after = self.after.trim_start_matches(' ');
        self.before.ends_with(['￥', '¥', '$', '€']) || UNITS.iter().any(|unit| after.starts_with(unit))
    }

    /// Whether a word shortly before the number says that it is a card's or an account's.
    pub(super) fn names_card(&self) -> bool {
        let start = self.before.char_indices().rev().take(MAX_TO_WORD).last();
        let near = &self.before[start.map_or(self.before.len(), |(at, _)| at)..];
        let near = near.rsplit('\n').next().unwrap_or(near).to_ascii_lowercase();
        CARD_WORDS.iter().any(|word| near.contains(word))
    }

    /// Whether the number is in the address of another site. Such numbers name pages there, unless a parameter says
    /// otherwise: `?tel=13800138000`.
    fn is_in_address(&self) -> bool {
        let is_end = |c: char| c.is_whitespace() || !c.is_ascii() || matches!(c, '"' | '\'' | '<' | '>' | '(' | '`');
        let address = self.before.rsplit(is_end).next().unwrap_or_default();
        let is_parameter = || address.strip_suffix('=').is_some_and(ends_with_number_word);
        address.contains("://") && !is_parameter()
    }
}

/// Whether a text ends with one of [`NUMBER_WORDS`], or with the line end of a JSON text: `\n`.
fn ends_with_number_word(text: &str) -> bool {
    let word = latin_word(text.chars().rev());
    let word: String = word.chars().rev().collect();
    let is_escape = matches!(word.as_str(), "n" | "r" | "t") && text.ends_with(&format!("\\{word}"));
    // `workPhone` and `u_tel` end with such a word, too.
    is_number_word(&word)
        || is_escape
        || NUMBER_WORDS
            .iter()
            .any(|known| known.len() > 3 && word.ends_with(known))
}

fn is_number_word(word: &str) -> bool {
    NUMBER_WORDS.contains(&word)
}

/// The Latin letters at the start of `chars`, in lower case.
fn latin_word(chars: impl Iterator<Item = char>) -> String {
    chars
        .take_while(char::is_ascii_alphabetic)
        .take(16)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}
