//! The argument `where` of calls, and `show` of `names`.

use super::call::{Arrangement, CallKind, ShownField};
use super::labels::{field_label, key_label};
use super::parse_call::{CallReader, with_known};
use crate::diag::{Diagnostic, nearest};
use crate::metrics::{Dimension, FigureFilter, Metric};
use crate::record::Argument;

/// The words of `show` for what is no field of a kind.
const TITLE: &str = "title";
const DATE: &str = "date";
/// What `names` shows without `show`.
const DEFAULT_SHOW: &str = TITLE;
/// The most values that a finding lists.
const MAX_LISTED: usize = 30;

impl<'a> CallReader<'_, 'a> {
    /// The values that `where` asks for: `where={village: "石桥村", level: ["national", "provincial"]}`. What it names is
    /// what figures are broken down by, so a narrowed figure is a part of the whole one.
    pub(super) fn filter(&self, metric: &Metric) -> Result<Vec<FigureFilter>, Box<Diagnostic>> {
        let entries = match self.argument("where") {
            None => return Ok(Vec::new()),
            Some(Argument::Map(entries)) if !entries.is_empty() => entries,
            Some(_) => return Err(Box::new(self.finding("figure-where", ""))),
        };
        let read = |(name, value): &(String, Argument)| {
            let by = self.filter_dimension(metric, name)?;
            let written = match value {
                Argument::List(items) => items.as_slice(),
                single => std::slice::from_ref(single),
            };
            let keys: Vec<String> = written
                .iter()
                .map(|value| self.filter_key(metric, &by, value))
                .collect::<Result<_, _>>()?;
            match keys.is_empty() {
                true => Err(Box::new(self.finding("figure-where", name))),
                false => Ok(FigureFilter { by, keys }),
            }
        };
        entries.iter().map(read).collect()
    }

    /// A dimension by its name, or by the name of the field in words. Months are the period's.
    fn filter_dimension(&self, metric: &Metric, written: &str) -> Result<Dimension, Box<Diagnostic>> {
        let names = Dimension::names(metric, self.counts).into_iter();
        let known: Vec<&str> = names.filter(|name| *name != "month").collect();
        let is_label = |name: &&&str| field_label(self.counts, metric, name, self.lang).eq_ignore_ascii_case(written);
        let named = known.iter().find(|name| **name == written);
        let found = named.or_else(|| known.iter().find(is_label));
        if let Some(by) = found.and_then(|name| Dimension::parse(name, metric, self.counts).ok()) {
            return Ok(by);
        }
        let near = nearest(written, known.iter().copied());
        let finding = self.finding("figure-where-field", written).with_some("nearest", near);
        Err(Box::new(finding.with("known", known.join(", "))))
    }

    /// The key of a value, which is given by its key or its name. Empty for posts that do not give the field.
    fn filter_key(&self, metric: &Metric, by: &Dimension, value: &Argument) -> Result<String, Box<Diagnostic>> {
        let written = match value {
            Argument::Text { text, .. } => text.trim().to_owned(),
            Argument::Integer(number) => number.to_string(),
            Argument::Number(number) => number.to_string(),
            Argument::Boolean(yes) => yes.to_string(),
            Argument::List(_) | Argument::Map(_) => return Err(Box::new(self.finding("figure-where", by.name()))),
        };
        if written.is_empty() {
            return Ok(written);
        }
        let known = self.counts.known_keys(metric, by);
        let label = |key: &str| key_label(self.counts, metric, by, key, self.lang);
        let found = known.iter().find(|key| **key == written);
        let found = found.or_else(|| known.iter().find(|key| label(key) == written));
        if let Some(key) = found.cloned().or_else(|| self.counts.key_of_row(metric, by, &written)) {
            return Ok(key);
        }
        let labels: Vec<String> = known.iter().map(|key| label(key)).collect();
        let names = labels.iter().chain(&known).map(String::as_str);
        let near = nearest(&written, names).map(str::to_owned);
        let mut listed = labels.iter().take(MAX_LISTED).cloned().collect::<Vec<_>>().join(", ");
        if labels.len() > MAX_LISTED {
            listed += " …";
        }
        let finding = self.finding("figure-where-value", &written).with_some("nearest", near);
        Err(Box::new(finding.with("known", listed)))
    }

    /// `names`: what is told of each post, `show="title+shares+comments"`.
    pub(super) fn names(&self, metric: &Metric) -> Result<CallKind<'a>, Box<Diagnostic>> {
        self.check_counts_posts(metric)?;
        let written = self.text("show");
        let written = written.as_deref().unwrap_or(DEFAULT_SHOW);
        let show = written
            .split('+')
            .map(str::trim)
            .map(|name| self.shown_field(metric, name));
        let show = show.collect::<Result<Vec<_>, _>>()?;
        let arrangement: Arrangement = self.post_arrangement()?;
        Ok(CallKind::Names { show, arrangement })
    }

    fn shown_field(&self, metric: &Metric, written: &str) -> Result<ShownField, Box<Diagnostic>> {
        match written {
            TITLE => return Ok(ShownField::Title),
            DATE => return Ok(ShownField::Day),
            _ => {}
        }
        let known = self.counts.shown_fields(metric);
        let is_label = |name: &&&str| field_label(self.counts, metric, name, self.lang) == written;
        let found = known.iter().find(|name| **name == written);
        match found.or_else(|| known.iter().find(is_label)) {
            Some(name) => Ok(ShownField::Field((*name).to_owned())),
            None => {
                let known: Vec<&str> = [TITLE, DATE].into_iter().chain(known).collect();
                Err(Box::new(with_known(
                    self.finding("figure-show", written),
                    written,
                    &known,
                )))
            }
        }
    }
}
