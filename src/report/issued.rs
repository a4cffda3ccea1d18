//! Parses issued reports: the figures and the posts that they counted, in `content/_frozen/PERIOD.yaml`.

use crate::diag::{Checked, Code, Diagnostic, Place};
use crate::metrics::Period;
use crate::schema::check::scalar;
use crate::yaml::{Mapping, Value, YamlDocument};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The figures of one issued report.
#[derive(Debug, Clone, PartialEq)]
pub struct IssuedReport {
    /// The file of the figures.
    pub file: String,
    /// The report's period.
    pub period: Period,
    /// The day on which it was issued.
    pub issued_on: Date,
    /// The figures by metric.
    pub figures: BTreeMap<String, IssuedFigure>,
}

/// One figure as issued.
#[derive(Debug, Clone, PartialEq)]
pub struct IssuedFigure {
    /// The number. `None` (`null` in the file) for a mean of nothing.
    pub value: Option<Decimal>,
    /// The same figure of the preceding period.
    pub previous: Option<Decimal>,
    /// The same figure a year earlier.
    pub year_earlier: Option<Decimal>,
    /// The posts that it counted by path, with the amount of each. For a roster, the rows by id, with 1.
    pub posts: BTreeMap<String, Decimal>,
    /// Its parts by dimension, in order, as key and number.
    pub breakdowns: BTreeMap<String, Vec<(String, Decimal)>>,
    /// Its place in the file.
    pub place: Place,
}

/// Parses an issued report. `None`, with findings, when the file cannot be used.
#[must_use]
pub(crate) fn parse_issued(file: &str, text: &str) -> Checked<Option<IssuedReport>> {
    let (reading, map) = YamlDocument::parse(file, text, &[]).into_map();
    let mut findings = reading.findings;
    let document = &reading.document;
    let bad =
        |place: Place, reason: &'static str| Diagnostic::new(Code::BadIssuedReport).at(place).with("reason", reason);
    let word = |key: &str| map.get(key).map(scalar).unwrap_or_default().into_owned();
    let period = Period::parse(&word("period"));
    let issued_on = word("issued").parse::<Date>().ok();
    let (Some(period), Some(issued_on), Some(figures)) =
        (period, issued_on, map.get("figures").and_then(Value::as_mapping))
    else {
        // The first key that is missing or invalid. The place of a missing key is the top of the file.
        let key = match (period, issued_on) {
            (None, _) => "period",
            (_, None) => "issued",
            _ => "figures",
        };
        findings.push(bad(document.value_place(&[key]), "frozen-no-map"));
        return Checked { value: None, findings };
    };
    let mut all = BTreeMap::new();
    for (id, figure) in figures {
        let id = scalar(id).into_owned();
        match figure
            .as_mapping()
            .and_then(|figure| read_figure(figure, document.key_place(&["figures", &id])))
        {
            Some(figure) => {
                all.insert(id, figure);
            }
            None => findings.push(bad(document.key_place(&["figures", &id]), "frozen-no-value")),
        }
    }
    let value = IssuedReport {
        file: file.to_owned(),
        period,
        issued_on,
        figures: all,
    };
    Checked {
        value: Some(value),
        findings,
    }
}

fn read_figure(map: &Mapping, place: Place) -> Option<IssuedFigure> {
    let decimal = |value: &Value| scalar(value).parse::<Decimal>().ok().map(|value| value.normalize());
    let decimals = |map: &Mapping| -> Option<Vec<(String, Decimal)>> {
        map.iter()
            .map(|(key, value)| Some((scalar(key).into_owned(), decimal(value)?)))
            .collect()
    };
    // A missing key is 0 or empty. A key that is present must be valid, else a figure would lose its evidence.
    let optional = |value: &Value| match value {
        Value::Null => Some(None),
        value => decimal(value).map(Some),
    };
    let base = |key: &str| map.get(key).map_or(Some(Some(Decimal::ZERO)), optional);
    let inner = |key: &str| match map.get(key) {
        None | Some(Value::Null) => Some(Mapping::new()),
        Some(value) => value.as_mapping().cloned(),
    };
    let by = inner("by")?;
    let by = by
        .iter()
        .map(|(name, parts)| Some((scalar(name).into_owned(), decimals(parts.as_mapping()?)?)));
    Some(IssuedFigure {
        value: optional(map.get("value")?)?,
        previous: base("before")?,
        year_earlier: base("year_earlier")?,
        posts: decimals(&inner("posts")?)?.into_iter().collect(),
        breakdowns: by.collect::<Option<_>>()?,
        place,
    })
}
