//! Dates, numbers and field values in the site's language.

use crate::fingerprint::FingerprintHasher;
use crate::messages::{Lang, group_thousands};
use crate::record::{AiDegree, AiUse};
use crate::schema::{Field, FieldType, FieldValue, Moment};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The site's language and the theme's words in it.
#[derive(Debug, Clone, Default)]
pub struct Locale {
    /// `zh-CN` or `en`.
    pub language: String,
    /// The theme's words by key.
    pub by_key: BTreeMap<String, String>,
}

impl Locale {
    /// The theme's word for `key`, or the key itself, so that a missing word is visible on the page.
    #[must_use]
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.by_key.get(key).map_or(key, String::as_str)
    }

    /// The theme's word for `key`, with each `{name}` replaced by its value.
    #[must_use]
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        values.iter().fold(self.get(key).to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
    }

    /// Hashes the language and all words.
    pub(crate) fn hash_into(&self, hasher: &mut FingerprintHasher) {
        hasher.text(&self.language);
        for (key, word) in &self.by_key {
            hasher.text(key);
            hasher.text(word);
        }
    }

    /// What a program generated or changed, in words: `文字由人工智能生成，图片经人工智能改动`. Empty when nothing.
    #[must_use]
    pub fn ai_statement(&self, ai: &AiUse) -> String {
        let part = |(key, degree): (&str, AiDegree)| {
            let name = self.get(&format!("ai_{key}")).to_owned();
            self.fill(&format!("ai_{}", degree.as_str()), &[("part", &name)])
        };
        let parts: Vec<String> = ai.parts().map(part).collect();
        parts.join(if self.is_chinese() { "，" } else { ", " })
    }

    fn is_chinese(&self) -> bool {
        self.language.starts_with("zh")
    }

    /// A day in words: `2022年5月12日`, `12 May 2022`.
    #[must_use]
    pub fn date(&self, date: Date) -> String {
        Lang::from_tag(&self.language).format_date(date)
    }

    /// A month's name: `5月`, `May`.
    #[must_use]
    pub fn month(&self, year: i16, month: i8) -> String {
        if self.is_chinese() {
            return format!("{month}月");
        }
        Date::new(year, month, 1).map_or_else(|_| month.to_string(), |date| date.strftime("%B").to_string())
    }

    /// A length of time: `3分20秒`, `3:20`.
    #[must_use]
    pub fn duration(&self, seconds: u32) -> String {
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        match (self.is_chinese(), hours) {
            (true, 0) if minutes == 0 => format!("{rest}秒"),
            (true, 0) => format!("{minutes}分{rest:02}秒"),
            (true, _) => format!("{hours}小时{minutes:02}分{rest:02}秒"),
            (false, 0) => format!("{minutes}:{rest:02}"),
            (false, _) => format!("{hours}:{minutes:02}:{rest:02}"),
        }
    }

    /// A field's value as a page shows it. `name_of` returns the name of a roster's row by roster and id.
    #[must_use]
    pub fn field_value(
        &self,
        ty: &FieldType,
        value: &FieldValue,
        name_of: &dyn Fn(&str, &str) -> Option<String>,
    ) -> String {
        match (ty, value) {
            (FieldType::Enum(_), FieldValue::Enum(id)) => ty.value_label(id, &self.language).unwrap_or(id).to_owned(),
            (FieldType::Roster(roster), FieldValue::Reference(id)) => name_of(roster, id).unwrap_or_else(|| id.clone()),
            (FieldType::List(of), FieldValue::List(items)) => {
                let items: Vec<String> = items.iter().map(|item| self.field_value(of, item, name_of)).collect();
                items.join(if self.is_chinese() { "、" } else { ", " })
            }
            (_, value) => self.untyped_value(value),
        }
    }

    /// A value formatted without its field's type.
    fn untyped_value(&self, value: &FieldValue) -> String {
        match value {
            // The share of an author is no matter of the page.
            FieldValue::Text(text)
            | FieldValue::Enum(text)
            | FieldValue::Reference(text)
            | FieldValue::Asset(text)
            | FieldValue::Share(text, _) => text.clone(),
            FieldValue::Moment(moment) => self.date(moment.date),
            FieldValue::Integer(number) => group_thousands(&number.to_string()),
            FieldValue::Decimal(number) => group_thousands(&number.normalize().to_string()),
            FieldValue::Duration(seconds) => self.duration(*seconds),
            FieldValue::Boolean(true) => self.get("yes").to_owned(),
            FieldValue::Boolean(false) => self.get("no").to_owned(),
            FieldValue::List(items) => items
                .iter()
                .map(|item| self.untyped_value(item))
                .collect::<Vec<_>>()
                .join(", "),
        }
    }
}

/// A moment for `<time datetime>`: `2022-05-12` or `2022-05-12T09:30`.
#[must_use]
pub(crate) fn datetime(moment: Moment) -> String {
    moment.time.map_or_else(
        || moment.date.to_string(),
        |time| format!("{}T{:02}:{:02}", moment.date, time.hour(), time.minute()),
    )
}

/// A moment in the format of the meta tag `PubDate` on government sites: `2026-09-30 17:18`, or the date.
#[must_use]
pub(crate) fn pub_date(moment: Moment) -> String {
    moment.time.map_or_else(
        || moment.date.to_string(),
        |time| format!("{} {:02}:{:02}", moment.date, time.hour(), time.minute()),
    )
}

/// Whether a field belongs in the list of facts. Long texts and files do not.
#[must_use]
pub(crate) fn is_fact(field: &Field) -> bool {
    !matches!(field.ty, FieldType::Text | FieldType::Asset)
}
