//! What a report is: a work report, or a bulletin.

use crate::metrics::Period;
use crate::record::{REPORT_KIND, Record};
use crate::schema::FieldValue;

/// The field of a report that says what it is.
pub(crate) const FORM_FIELD: &str = "form";
/// Its value for a bulletin.
pub(crate) const RANKING: &str = "ranking";

/// What a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ReportForm {
    /// A work report. It can be issued, and be generated.
    #[default]
    Work,
    /// A bulletin (通报): points, ranks, and what is missing.
    Ranking,
}

/// What tells a report from others: at most one of each form is on a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportKey {
    /// Its period.
    pub period: Period,
    /// What it is.
    pub form: ReportForm,
}

impl ReportKey {
    /// The work report on `period`.
    #[must_use]
    pub const fn work(period: Period) -> Self {
        Self {
            period,
            form: ReportForm::Work,
        }
    }

    /// The bulletin on `period`.
    #[must_use]
    pub const fn ranking(period: Period) -> Self {
        Self {
            period,
            form: ReportForm::Ranking,
        }
    }

    /// The key of a report's record. `None` for other records, and when the period is missing or invalid.
    #[must_use]
    pub fn of(record: &Record) -> Option<Self> {
        if record.kind != REPORT_KIND {
            return None;
        }
        let period = match record.meta.fields.get("period") {
            Some(FieldValue::Text(text)) => Period::parse(text)?,
            _ => return None,
        };
        let is_ranking = matches!(record.meta.fields.get(FORM_FIELD), Some(FieldValue::Enum(form)) if form == RANKING);
        Some(if is_ranking {
            Self::ranking(period)
        } else {
            Self::work(period)
        })
    }

    /// Its name in addresses and of its file: `2022-h1`, `2022-06-ranking`.
    #[must_use]
    pub fn slug(self) -> String {
        match self.form {
            ReportForm::Work => self.period.slug(),
            ReportForm::Ranking => format!("{}-{RANKING}", self.period.slug()),
        }
    }
}
