//! Why a post is not in a figure.

use super::LeftOut;
use crate::messages::Lang;
use crate::metrics::{Item, Reason};

/// Why a post is not in a figure; `title` gives a post's name.
#[must_use]
pub fn why(left: &LeftOut, lang: Lang, title: &dyn Fn(Item) -> String) -> String {
    let Some(reason) = left.reason() else {
        return pick(lang, "报告印发之后才有", "came after the report was issued").to_owned();
    };
    match (reason, lang) {
        (Reason::Draft, _) => pick(lang, "草稿", "a draft").to_owned(),
        (Reason::Future, _) => pick(lang, "日期晚于今天", "dated after today").to_owned(),
        (Reason::Same(item), Lang::Zh) => format!("与《{}》是同一活动，只计一次", title(item)),
        (Reason::Same(item), Lang::En) => format!("the same event as “{}”, which counts once", title(item)),
        (Reason::SamePiece(item), Lang::Zh) => format!("与《{}》是同一稿件，只计一次", title(item)),
        (Reason::SamePiece(item), Lang::En) => format!("the same piece as “{}”, which counts once", title(item)),
        (Reason::Outside(date), Lang::Zh) => format!("日期为{}，不在统计期内", lang.day(date)),
        (Reason::Outside(date), Lang::En) => format!("dated {}, outside the period", lang.day(date)),
        (Reason::NoValue, _) => pick(lang, "没有填写这项数字", "does not give the number").to_owned(),
        (Reason::NoDate, _) => pick(lang, "没有填写决定统计期的日期", "does not give the date that decides").to_owned(),
        (Reason::Superseded(item), Lang::Zh) => format!("《{}》更晚，以它为准", title(item)),
        (Reason::Superseded(item), Lang::En) => format!("“{}” is later and stands in its place", title(item)),
        (Reason::CountedLater(date), Lang::Zh) => format!("数字统计于{}，在统计期之后", lang.day(date)),
        (Reason::CountedLater(date), Lang::En) => format!("its numbers were taken on {}, after the period", lang.day(date)),
    }
}

const fn pick<'t>(lang: Lang, zh: &'t str, en: &'t str) -> &'t str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}
