//! Work reports: which there are, what they say, and the figures that they show.
//!
//! Role: `Counts → Reports`. A report is a file of `content/reports/`, or, for a finished half-year or year without
//! one (unless the site wants written ones only), a text made from the figures; both are Markdown with calls such as
//! `metric("coverage.national")`, read by the same reader. A report that was issued shows the figures as issued. Knows
//! no addresses and no HTML beyond the reader's.

mod call;
mod compose;
mod findings;
mod frozen;
mod method;
mod shown;
mod why;
mod words;

pub use call::{Call, CallKind, NAMES, call, calls_of};
pub use frozen::{Frozen, FrozenFigure, freeze, frozen};
pub use method::method;
pub use shown::{Behind, LeftOut, Part, Shown};
pub use why::why;
pub use words::{amount, change_words, json_number, number, percent_words};

use crate::catalog::{Catalog, RecordIndex};
use crate::config::{ReportPolicy, Settings};
use crate::diag::{Checked, Code, Diagnostic, Place};
use crate::messages::Lang;
use crate::metrics::{self, Counts, Metrics, Period};
pub use crate::record::REPORT;
use crate::record::{Body, Record};
use crate::schema::FieldValue;
use jiff::civil::Date;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// All reports of a site.
#[derive(Debug)]
pub struct Reports<'a> {
    /// What they are counted from.
    pub counts: Counts<'a>,
    /// The language of their text.
    pub lang: Lang,
    /// The day that counts as today.
    pub today: Date,
    /// The reports, the latest period first.
    pub all: Vec<Report<'a>>,
    issued: BTreeMap<Period, &'a Frozen>,
    /// Where each period's report stands in `all`.
    of_period: BTreeMap<Period, usize>,
}

/// One report.
#[derive(Debug)]
pub struct Report<'a> {
    /// What it reports on.
    pub period: Period,
    /// Its text.
    pub text: Text,
    /// The figures as issued, if it was.
    pub issued: Option<&'a Frozen>,
}

/// Where a report's text comes from.
#[derive(Debug, Clone)]
pub enum Text {
    /// A post.
    Written(RecordIndex),
    /// Made from the figures.
    Generated(Arc<Generated>),
}

/// A text made from the figures.
#[derive(Debug)]
pub struct Generated {
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: Body,
    /// The same text, as the Word file is made from it.
    pub blocks: Vec<crate::record::Block>,
}

/// What counting came to, without the records that were counted. It holds for every catalog that differs in words only:
/// in no order, no group, and no field that a metric asks for.
#[derive(Debug, Clone)]
pub struct Counted {
    counts: metrics::Counted,
    texts: Vec<(Period, Text)>,
    findings: Vec<Diagnostic>,
}

impl<'a> Reports<'a> {
    fn without_texts(counts: Counts<'a>, settings: &Settings, today: Date) -> Self {
        Self {
            counts,
            lang: Lang::of_tag(&settings.language),
            today,
            all: Vec::new(),
            issued: BTreeMap::new(),
            of_period: BTreeMap::new(),
        }
    }

    /// The reports of `catalog`, for which an earlier counting still holds.
    #[must_use]
    pub fn again(
        catalog: &'a Catalog,
        metrics: &'a Metrics,
        settings: &Settings,
        frozen: &'a [Frozen],
        today: Date,
        counted: &Counted,
    ) -> Checked<Self> {
        let counts = Counts::again(catalog, metrics, &counted.counts);
        let mut reports = Self::without_texts(counts, settings, today);
        // What it finds is among what was found.
        let _ = reports.issue(frozen);
        reports.take(counted.texts.iter().cloned());
        Checked {
            value: reports,
            findings: counted.findings.clone(),
        }
    }

    /// What counting came to; `findings` are those of these reports.
    #[must_use]
    pub fn counted(&self, findings: &[Diagnostic]) -> Counted {
        Counted {
            counts: self.counts.counted(),
            texts: self
                .all
                .iter()
                .map(|report| (report.period, report.text.clone()))
                .collect(),
            findings: findings.to_vec(),
        }
    }

    /// Finds the reports of a site, and what is wrong with them.
    #[must_use]
    pub fn new(counts: Counts<'a>, settings: &Settings, frozen: &'a [Frozen], today: Date) -> Checked<Self> {
        let mut reports = Self::without_texts(counts, settings, today);
        let mut findings = reports.issue(frozen);
        let mut written = reports.written(&mut findings);
        let unwritten = match settings.policy.reports {
            ReportPolicy::Generate => reports.unwritten(&written),
            ReportPolicy::Written => BTreeSet::new(),
        };
        for period in unwritten {
            let text = compose::compose(&reports, period, settings);
            written.insert(period, Text::Generated(Arc::new(text)));
        }
        reports.take(written.into_iter());
        findings.extend(findings::findings(&reports));
        Checked {
            value: reports,
            findings,
        }
    }

    /// Takes the texts of all reports.
    fn take(&mut self, texts: impl Iterator<Item = (Period, Text)>) {
        let report = |(period, text)| Report {
            period,
            text,
            issued: self.issued.get(&period).copied(),
        };
        self.all = texts.map(report).collect();
        // The latest first; of two that end together, the longer one first.
        self.all
            .sort_by_key(|report| (std::cmp::Reverse(report.period.last()), report.period.first()));
        self.of_period = (0..).zip(&self.all).map(|(at, report)| (report.period, at)).collect();
    }

    /// A report on `period` made from the figures, whether or not there is another one.
    #[must_use]
    pub fn composed(&self, period: Period, settings: &Settings) -> Report<'a> {
        Report {
            period,
            text: Text::Generated(Arc::new(compose::compose(self, period, settings))),
            issued: self.issued(period),
        }
    }

    /// The report on `period`.
    #[must_use]
    pub fn get(&self, period: Period) -> Option<&Report<'a>> {
        self.all.get(*self.of_period.get(&period)?)
    }

    /// Title and Markdown of the report on `period` that is made where nobody writes one, for an editor to go on from.
    #[must_use]
    pub fn draft(&self, period: Period, settings: &Settings) -> (String, String) {
        compose::draft(self, period, settings)
    }

    /// The period of a report's record.
    #[must_use]
    pub fn period_of(record: &Record) -> Option<Period> {
        match record.meta.fields.get("period") {
            Some(FieldValue::Text(text)) if record.kind == REPORT => Period::parse(text),
            _ => None,
        }
    }

    /// The figures of `period` as they were issued.
    #[must_use]
    pub fn issued(&self, period: Period) -> Option<&'a Frozen> {
        self.issued.get(&period).copied()
    }

    /// Takes the figures as issued. Of two files on one period the first stays.
    fn issue(&mut self, frozen: &'a [Frozen]) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for frozen in frozen {
            match self.issued.entry(frozen.period) {
                Entry::Vacant(place) => {
                    place.insert(frozen);
                }
                Entry::Occupied(_) => {
                    let finding = Diagnostic::new(Code::BadFrozen).at(Place::whole(&frozen.file));
                    findings.push(finding.with("reason", "frozen-twice"));
                }
            }
        }
        findings
    }

    /// The editors' own reports by period. Of two on one period the first stays.
    fn written(&self, findings: &mut Vec<Diagnostic>) -> BTreeMap<Period, Text> {
        let records = &self.counts.catalog.records;
        let mut written: BTreeMap<Period, RecordIndex> = BTreeMap::new();
        for (at, record) in records.iter().enumerate().filter(|(_, record)| record.kind == REPORT) {
            let Some(period) = Self::period_of(record) else {
                findings.extend(bad_period(record));
                continue;
            };
            let first = *written.entry(period).or_insert(at);
            if first != at {
                let finding = Diagnostic::new(Code::DoubleReport).at(period_place(record));
                let finding = finding.with("period", period.to_string());
                findings.push(finding.with("path", records[first].path.as_str()));
            }
        }
        written
            .into_iter()
            .map(|(period, at)| (period, Text::Written(at)))
            .collect()
    }

    /// The finished half-years and years that have posts, and whatever periods were issued, without those that have a
    /// report; oldest first.
    fn unwritten(&self, written: &BTreeMap<Period, Text>) -> BTreeSet<Period> {
        let days = self.counts.pool.days_without(REPORT);
        days.into_iter()
            .flat_map(|day| [Period::half_of(day), Period::Year(day.year())])
            .filter(|period| period.last() < self.today)
            .chain(self.issued.keys().copied())
            .filter(|period| !written.contains_key(period))
            .collect()
    }
}

/// A period that is given but cannot be read; one that is missing was reported when the record was read.
fn bad_period(record: &Record) -> Option<Diagnostic> {
    let FieldValue::Text(written) = record.meta.fields.get("period")? else {
        return None;
    };
    Some(
        Diagnostic::new(Code::BadPeriod)
            .at(period_place(record))
            .with("value", written),
    )
}

/// Where a record says its period.
fn period_place(record: &Record) -> Place {
    let place = record.meta.places.get("period").cloned();
    place.unwrap_or_else(|| Place::whole(record.path.as_str()))
}
