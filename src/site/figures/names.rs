//! The posts behind a figure in a sentence: `names("video.all", show="title+shares+comments")`.

use super::arrange::arranged_items;
use super::figures::Figures;
use super::values::LinkFn;
use crate::messages::{raw_report_text, report_text};
use crate::metrics::{Metric, PostId};
use crate::paths::UrlPath;
use crate::report::{
    CallKind, DisplayedFigure, EvidenceItem, FigureCall, ShownField, ShownOrder, field_label, format_amount,
    format_number, value_label,
};
use crate::schema::FieldType;
use crate::site::value::map;
use jiff::civil::Date;
use tera::Value;

/// Posts in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NameList {
    /// What is told of each post, with its page.
    pub(crate) items: Vec<(String, Option<UrlPath>)>,
    /// What stands between two of them.
    pub(crate) separator: &'static str,
    /// What stands after the last one: how many there are when not all are told.
    pub(crate) rest: String,
}

impl NameList {
    /// The whole text.
    pub(crate) fn text(&self) -> String {
        let items: Vec<&str> = self.items.iter().map(|(text, _)| text.as_str()).collect();
        items.join(self.separator) + &self.rest
    }

    pub(super) fn template_value(&self, link: LinkFn<'_>) -> Value {
        let items = self.items.iter();
        let items = items.map(|(text, url)| map! { "text": text.as_str(), "url": url.as_ref().map(link) });
        map! { "items": items.collect::<Vec<_>>(), "separator": self.separator, "rest": self.rest.as_str() }
    }
}

impl<'a> Figures<'a> {
    /// The posts that a call of `names` tells. `None` for other calls.
    #[must_use]
    pub(crate) fn names(&self, call: &FigureCall<'a>) -> Option<NameList> {
        let CallKind::Names { show, arrangement } = &call.kind else {
            return None;
        };
        let figure = self.reports.figure_of_call(call);
        let items = arranged_items(&figure, arrangement, ShownOrder::Oldest);
        let all = figure.evidence.iter().filter(|item| !item.is_row()).count() + figure.hidden;
        let rest = match items.len() < all {
            true => {
                let amount = format_amount(figure.value, figure.metric, self.reports.lang);
                report_text(self.reports.lang, "names-rest", &[("amount", &amount)])
            }
            false => String::new(),
        };
        let named = items.into_iter().map(|item| self.named_item(&figure, item, show));
        Some(NameList {
            items: named.filter(|(text, _)| !text.is_empty()).collect(),
            separator: raw_report_text(self.reports.lang, "names-and"),
            rest,
        })
    }

    fn named_item(
        &self,
        figure: &DisplayedFigure<'a>,
        item: &EvidenceItem<'a>,
        show: &[ShownField],
    ) -> (String, Option<UrlPath>) {
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
                    let Some(post) = item.post() else { continue };
                    let until = figure.period.last().min(self.reports.today);
                    match self.number_text(figure.metric, post, name, until) {
                        Some(text) => beside.extend(text),
                        None => words.extend(self.words_of(figure.metric, post, name)),
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
        let page = entry.page.map(|id| self.links.record(id).clone());
        (text, page)
    }

    /// A number of a post with its label and unit, as it was at the period's end. `None` for a field that is no number;
    /// empty when the post does not give it.
    fn number_text(&self, metric: &Metric, post: PostId, name: &str, until: Date) -> Option<Option<String>> {
        let (counts, lang) = (&self.reports.counts, self.reports.lang);
        let field = counts.field_of(metric, name)?;
        if !matches!(field.ty, FieldType::Integer | FieldType::Decimal) {
            return None;
        }
        let unit = match field.unit.is_empty() {
            true => String::new(),
            false => report_text(lang, "names-unit", &[("unit", &field.unit)]),
        };
        Some(counts.number_on(post, name, until).map(|number| {
            let values = [
                ("label", field_label(counts, metric, name, lang)),
                ("number", &format_number(number)),
                ("unit", &unit),
            ];
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
