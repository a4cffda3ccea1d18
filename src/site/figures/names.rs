//! The posts behind a figure in a sentence: `names("video.all", show="title+shares+comments")`.

use super::arrange::arranged_items;
use super::figures::Figures;
use super::values::LinkFn;
use crate::messages::{raw_report_text, report_text};
use crate::metrics::{Aggregate, Metric, Period, PostId};
use crate::paths::UrlPath;
use crate::report::{
    CallKind, DisplayedFigure, EvidenceItem, FigureCall, IssuedNames, IssuedReport, ShownField, ShownOrder,
    field_label, format_amount, format_number, value_label,
};
use crate::schema::FieldType;
use crate::site::value::map;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use tera::Value;

/// Posts in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NameList {
    /// What is told of each post with what stands before it, and its page.
    pub(crate) items: Vec<NamedItem>,
    /// What stands after the last one: how many there are when not all are told.
    pub(crate) rest: String,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedItem {
    /// What separates it from the one before; empty for the first one, and between two titles in marks, which need no
    /// comma (GB/T 15834-2011, 4.5.3.5).
    separator: &'static str,
    text: String,
    /// Its post of today, if there is one.
    post: Option<PostId>,
    page: Option<UrlPath>,
}

impl NameList {
    /// The whole text.
    pub(crate) fn text(&self) -> String {
        let items = self.items.iter().flat_map(|item| [item.separator, &item.text]);
        items.chain([self.rest.as_str()]).collect()
    }

    pub(super) fn template_value(&self, link: LinkFn<'_>) -> Value {
        let item = |item: &NamedItem| {
            let url = item.page.as_ref().map(link);
            map! { "separator": item.separator, "text": item.text.as_str(), "url": url }
        };
        let items: Vec<Value> = self.items.iter().map(item).collect();
        map! { "items": items, "rest": self.rest.as_str() }
    }
}

impl<'a> Figures<'a> {
    /// The posts that a call of `names` tells: as issued where its report was issued. `None` for other calls.
    #[must_use]
    pub(crate) fn names(&self, call: &FigureCall<'a>) -> Option<NameList> {
        let issued = call.own.and_then(|own| self.reports.issued(own));
        if let Some((issued, told)) = issued.and_then(|issued| Some((issued, issued.told.get(&call.names_key()?)?))) {
            return Some(self.names_as_issued(issued, told));
        }
        self.names_of(call, &self.reports.figure_of_call(call))
    }

    /// What the calls of `names` in a report on `own` would tell if it were issued now, each with its key.
    pub(super) fn names_today(&self, calls: &[FigureCall<'a>], own: Period) -> BTreeMap<String, NameList> {
        let told = calls.iter().filter_map(|call| {
            let key = call.names_key()?;
            let figure = self.reports.called_figure_today(call, call.metric, own);
            Some((key, self.names_of(call, &figure)?))
        });
        told.collect()
    }

    /// What a call of `names` told at the issue, without posts that were taken back since.
    pub(super) fn names_as_issued(&self, issued: &IssuedReport, told: &IssuedNames) -> NameList {
        let mut named = Vec::new();
        for (text, path) in &told.items {
            let post = self.reports.published_post(issued, path);
            let text = match post {
                None if !path.is_empty() => self.withdrawn(),
                _ => text.clone(),
            };
            self.add_name(&mut named, text, post);
        }
        NameList {
            items: named,
            rest: told.rest.clone(),
        }
    }

    /// Adds what is told of a post, with what separates it from the one before.
    fn add_name(&self, named: &mut Vec<NamedItem>, text: String, post: Option<PostId>) {
        let separator = match named.last() {
            None => "",
            Some(last) if last.text.ends_with('》') && text.starts_with('《') => "",
            Some(_) => raw_report_text(self.reports.lang, "names-and"),
        };
        let page = post.and_then(|post| self.reports.counts.posts.post(post).page);
        named.push(NamedItem {
            separator,
            text,
            post,
            page: page.map(|page| self.links.record(page).clone()),
        });
    }

    /// What a report keeps of the text of a call.
    pub(super) fn names_to_keep(&self, names: NameList) -> IssuedNames {
        let path = |post: PostId| self.reports.counts.posts.post(post).record.path.to_string();
        let items = names.items.into_iter();
        IssuedNames {
            items: items
                .map(|item| (item.text, item.post.map(path).unwrap_or_default()))
                .collect(),
            rest: names.rest,
        }
    }

    fn names_of(&self, call: &FigureCall<'a>, figure: &DisplayedFigure<'a>) -> Option<NameList> {
        let CallKind::Names { show, arrangement } = &call.kind else {
            return None;
        };
        let items = arranged_items(figure, arrangement, ShownOrder::Oldest);
        let all = figure.evidence.iter().filter(|item| !item.is_row()).count() + figure.hidden;
        let rest = match items.len() < all {
            // A sum does not say how many posts there are.
            true if !matches!(figure.metric.aggregate, Aggregate::Count) => {
                raw_report_text(self.reports.lang, "names-rest-uncounted").to_owned()
            }
            true => {
                let amount = format_amount(figure.value, figure.metric, self.reports.lang);
                report_text(self.reports.lang, "names-rest", &[("amount", &amount)])
            }
            false => String::new(),
        };
        let mut named: Vec<NamedItem> = Vec::new();
        for item in items {
            let text = self.named_item(figure, item, show);
            if !text.is_empty() {
                self.add_name(&mut named, text, item.post());
            }
        }
        Some(NameList { items: named, rest })
    }

    fn named_item(&self, figure: &DisplayedFigure<'a>, item: &EvidenceItem<'a>, show: &[ShownField]) -> String {
        let lang = self.reports.lang;
        let entry = self.evidence_entry(figure, item, 0);
        let (mut words, mut beside) = (Vec::new(), Vec::new());
        for shown in show {
            match shown {
                ShownField::Title => {
                    // A title may have its marks already.
                    let bare = entry.title.trim_start_matches('《').trim_end_matches('》');
                    let title = if entry.title.contains(['《', '》']) && bare.contains(['《', '》']) {
                        &*entry.title
                    } else {
                        bare
                    };
                    words.push(report_text(lang, "names-title", &[("title", title)]));
                }
                ShownField::Day => beside.extend(entry.day.map(|moment| self.locale.date(moment.date))),
                ShownField::Field(name) => {
                    let until = figure.period.last().min(self.reports.today);
                    // What the figure adds up is told as it was added, so also as issued.
                    let is_own = figure.metric.measured_field() == Some(name.as_str());
                    let number = || match is_own {
                        true => Some(item.amount()),
                        false => self.reports.counts.number_on(item.post()?, name, until),
                    };
                    match self.number_text(figure.metric, name, number) {
                        Some(text) => beside.extend(text),
                        None => words.extend(item.post().and_then(|post| self.words_of(figure.metric, post, name))),
                    }
                }
            }
        }
        let mut text = words.join(raw_report_text(lang, "names-words-and"));
        if !beside.is_empty() {
            let beside = beside.join(raw_report_text(lang, "names-beside-and"));
            text = match text.is_empty() {
                true => beside,
                false => report_text(lang, "names-beside", &[("text", &text), ("beside", &beside)]),
            };
        }
        text
    }

    /// A number of a post with its label and unit. `None` for a field that is no number; empty when the post does not give
    /// it.
    fn number_text(&self, metric: &Metric, name: &str, number: impl Fn() -> Option<Decimal>) -> Option<Option<String>> {
        let (counts, lang) = (&self.reports.counts, self.reports.lang);
        let field = counts.field_of(metric, name)?;
        if !matches!(field.ty, FieldType::Integer | FieldType::Decimal) {
            return None;
        }
        let unit = match field.unit.is_empty() {
            true => String::new(),
            false => report_text(lang, "names-unit", &[("unit", &field.unit)]),
        };
        // 参与人次 and 62人次 are told as 参与62人次.
        let label = field_label(counts, metric, name, lang);
        let label = label
            .strip_suffix(&*field.unit)
            .filter(|rest| !rest.is_empty())
            .unwrap_or(label);
        Some(number().map(|number| {
            let values = [("label", label), ("number", &format_number(number)), ("unit", &unit)];
            report_text(lang, "names-number", &values)
        }))
    }

    fn words_of(&self, metric: &Metric, post: PostId, name: &str) -> Option<String> {
        let (counts, lang) = (&self.reports.counts, self.reports.lang);
        let texts = counts.texts_of(post, name).into_iter();
        let words: Vec<String> = texts.map(|key| value_label(counts, metric, name, &key, lang)).collect();
        (!words.is_empty()).then(|| words.join(self.locale.get("list_comma")))
    }
}
