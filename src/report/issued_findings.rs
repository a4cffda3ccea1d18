//! The findings about issued reports: what would change an issued number, and entries that accept changes.

use super::format::format_number;
use super::issued::{IssuedReport, accepted_finding};
use super::issued_changes::{FigureChanges, NumberChange, PostChange};
use super::issued_text::{TEXT_KEY, check_text};
use super::reports::Reports;
use crate::diag::{Code, Diagnostic, Place};
use crate::fingerprint::hash_bytes;
use crate::metrics::{Metric, Period, PostId};
use crate::record::Origin;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// The maximum number of posts that a finding names.
const MAX_NAMED_POSTS: usize = 5;
/// The maximum number of parts that a finding names.
const MAX_NAMED_PARTS: usize = 5;

pub(super) fn check_issued_reports(reports: &Reports<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut accepted = BTreeSet::new();
    for issued in reports.issued.values() {
        let mut used = BTreeSet::new();
        for (id, period, figure) in issued.all_figures() {
            let key = issued.figure_key(id, period);
            let Some(metric) = reports.counts.metrics.iter().find(|metric| metric.id == id) else {
                let finding = Diagnostic::new(Code::IssuedMetricUnknown).at(figure.place.clone());
                let finding = finding.with("period", issued.period.to_string());
                findings.push(
                    finding
                        .with("metric", id)
                        .with_some("nearest", reports.counts.metrics.suggest(id)),
                );
                used.insert(key);
                continue;
            };
            let changes = reports.figure_changes(issued, metric, period, figure);
            if changes.accepted.is_some() && period == issued.period {
                accepted.insert((issued.period, id));
            }
            findings.extend(check_figure(reports, issued, &key, &changes, &figure.place));
            used.insert(key);
        }
        findings.extend(check_text(reports, issued));
        let unknown = issued.accepted.iter().filter(|(key, _)| !used.contains(*key));
        findings.extend(
            unknown
                .filter(|(key, _)| ![PUBLISHED_KEY, NAMES_KEY, TEXT_KEY].contains(&key.as_str()))
                .map(|(key, change)| accepted_finding(key, "accepted-unknown").at(change.place.clone())),
        );
    }
    findings.extend(check_sums_of_parts(reports, &accepted));
    findings
}

/// The key in `accepted` of the charts of published posts.
const PUBLISHED_KEY: &str = "published";
/// The key in `accepted` of what calls of `names` told.
const NAMES_KEY: &str = "names";

/// Reports the changes of one figure, or an entry that accepts what is not there.
fn check_figure(
    reports: &Reports<'_>,
    issued: &IssuedReport,
    key: &str,
    changes: &FigureChanges<'_>,
    place: &Place,
) -> Option<Diagnostic> {
    let entry = issued.accepted.get(key);
    if changes.is_empty() {
        return entry.map(|entry| accepted_finding(key, "accepted-unneeded").at(entry.place.clone()));
    }
    if let Some(entry) = changes.accepted {
        let fits = entry.now == changes.now;
        return (!fits).then(|| accepted_finding(key, "accepted-now").at(entry.place.clone()));
    }
    let mut posts: Vec<String> = Vec::new();
    for name in changes.posts.iter().flat_map(|change| change.names(reports)) {
        if !posts.contains(&name) {
            posts.push(name);
        }
    }
    let finding = changed_finding(issued, key, changes).with_some("posts", first_of(&posts, MAX_NAMED_POSTS));
    // The finding points to the first of these posts that still exists, else to the issued figure.
    let existing = changes.posts.iter().find_map(|change| change.post_today());
    let place = existing.map_or_else(|| place.clone(), |id| post_place(reports, id));
    Some(finding.at(place))
}

/// The finding about a changed figure, without posts and place.
fn changed_finding(issued: &IssuedReport, key: &str, changes: &FigureChanges<'_>) -> Diagnostic {
    let finding = Diagnostic::new(Code::IssuedFigureChanged)
        .with("period", issued.period.to_string())
        .with("metric", key)
        .with("file", issued.file.as_str())
        .with("line", accepted_line(key, changes.now, &changes.check))
        .with_some("parts", list_numbers(&changes.numbers));
    if changes.former == changes.now {
        return finding.with("same", format_number(changes.now));
    }
    let finding = finding.with("old", format_number(changes.former));
    finding.with("new", format_number(changes.now))
}

/// The finding about the charts of published posts of an issued report: their numbers as issued and today. `None` when
/// nothing changed or the change was accepted.
#[must_use]
pub(crate) fn published_finding(issued: &IssuedReport, changes: FigureChanges<'_>) -> Option<Diagnostic> {
    let entry = issued.accepted.get(PUBLISHED_KEY);
    if changes.is_empty() {
        return entry.map(|entry| accepted_finding(PUBLISHED_KEY, "accepted-unneeded").at(entry.place.clone()));
    }
    if entry.is_some_and(|entry| entry.check == changes.check && entry.now == changes.now) {
        return None;
    }
    Some(changed_finding(issued, PUBLISHED_KEY, &changes).at(Place::whole_file(&issued.file)))
}

/// What a call of `names` told at the issue, and what it would tell today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToldNames {
    /// The call, by `FigureCall::names_key`.
    pub(crate) key: String,
    /// The text as issued.
    pub(crate) former: String,
    /// The text of today.
    pub(crate) now: String,
}

/// The finding about the calls of `names` in an issued report, `told`, that would tell something else today. It quotes the
/// first of them. `None` when nothing changed or the change was accepted. `text` is the file of the report's text.
#[must_use]
pub(crate) fn names_finding(issued: &IssuedReport, told: &[ToldNames], text: &str) -> Option<Diagnostic> {
    let entry = issued.accepted.get(NAMES_KEY);
    let changed: Vec<&ToldNames> = told.iter().filter(|told| told.former != told.now).collect();
    let Some(first) = changed.first() else {
        return entry.map(|entry| accepted_finding(NAMES_KEY, "accepted-unneeded").at(entry.place.clone()));
    };
    let today: String = changed
        .iter()
        .map(|told| format!("{}\t{}\n", told.key, told.now))
        .collect();
    let check = format!("{:016x}", hash_bytes(today.as_bytes()))[..8].to_owned();
    if entry.is_some_and(|entry| entry.check == check) {
        return None;
    }
    let shown = |text: &str| match text {
        "" => "—".to_owned(),
        text => text.to_owned(),
    };
    Some(
        Diagnostic::new(Code::IssuedNamesChanged)
            .at(Place::whole_file(text))
            .with("period", issued.period.to_string())
            .with("names", &first.key)
            .with("old", shown(&first.former))
            .with("new", shown(&first.now))
            .with("file", issued.file.as_str())
            .with("line", format!("{NAMES_KEY}: {{check: '{check}', reason: …}}")),
    )
}

/// The line that accepts a change.
fn accepted_line(key: &str, now: Option<Decimal>, check: &str) -> String {
    let now = now.map_or_else(|| "null".to_owned(), |now| now.normalize().to_string());
    format!("{key}: {{now: {now}, check: '{check}', reason: …}}")
}

/// `theme=law 3→0, month=2022-05 3→0`.
fn list_numbers(numbers: &[NumberChange]) -> Option<String> {
    let text = |change: &NumberChange| {
        let (former, now) = (format_number(change.former), format_number(change.now));
        let key = match (change.dimension.as_str(), change.key.as_str()) {
            (dimension, "") if matches!(dimension, "before" | "year_earlier") => dimension.to_owned(),
            (dimension, "") => format!("{dimension}=—"),
            (dimension, key) => format!("{dimension}={key}"),
        };
        format!("{key} {former}→{now}")
    };
    let texts: Vec<String> = numbers.iter().map(text).collect();
    first_of(&texts, MAX_NAMED_PARTS)
}

fn first_of(texts: &[String], most: usize) -> Option<String> {
    let more = if texts.len() > most { ", …" } else { "" };
    let first: Vec<&str> = texts.iter().take(most).map(String::as_str).collect();
    (!texts.is_empty()).then(|| first.join(", ") + more)
}

/// The place of a post: its file, or its row's ledger.
fn post_place(reports: &Reports<'_>, id: PostId) -> Place {
    let record = reports.counts.posts.post(id).record;
    match &record.origin {
        Origin::File => Place::whole_file(record.path.as_str()),
        Origin::Row { file, .. } => Place::whole_file(file.as_str()),
    }
}

impl PostChange<'_> {
    /// The path today of the post that counts instead, if there is one, and the post's own; else its former path, or the
    /// row's id.
    fn names(&self, reports: &Reports<'_>) -> Vec<String> {
        let former = match self {
            Self::AddedRow(row) => &row.id,
            Self::RemovedRow(item)
            | Self::Removed { item, .. }
            | Self::Changed { item, .. }
            | Self::Edited { item, .. } => &item.key,
            Self::Added { .. } => "",
        };
        let path = |id| reports.counts.posts.post(id).record.path.to_string();
        let own = self.own_post().map_or_else(|| former.to_owned(), path);
        self.post_instead().map(path).into_iter().chain([own]).collect()
    }

    /// The post that causes the change, if it exists.
    fn post_today(&self) -> Option<PostId> {
        self.post_instead().or_else(|| self.own_post())
    }

    const fn post_instead(&self) -> Option<PostId> {
        match self {
            Self::Removed { instead, .. } => *instead,
            _ => None,
        }
    }

    const fn own_post(&self) -> Option<PostId> {
        match self {
            Self::Added { post, .. } => Some(*post),
            Self::Changed { now, .. } | Self::Edited { now, .. } => Some(*now),
            Self::Removed { now, .. } => *now,
            Self::AddedRow(_) | Self::RemovedRow(_) => None,
        }
    }
}

/// Reports periods whose parts no longer add up because a part, or the whole, shows what was issued: a reader who adds
/// two halves would not get the year. Accepted changes are added as they are today.
fn check_sums_of_parts(reports: &Reports<'_>, accepted: &BTreeSet<(Period, &str)>) -> Vec<Diagnostic> {
    let wholes: BTreeSet<Period> = reports.issued.keys().flat_map(|issued| wholes_with(*issued)).collect();
    let mut findings = Vec::new();
    for (whole, metric) in wholes
        .into_iter()
        .flat_map(|whole| reports.counts.metrics.iter().map(move |metric| (whole, metric)))
    {
        if !metric.is_additive() {
            continue;
        }
        let figure = |period: Period| match accepted.contains(&(period, metric.id.as_str())) {
            true => reports.current_figure(metric, period),
            false => reports.displayed_figure(metric, period),
        };
        let total = figure(whole);
        for parts in parts_of(whole) {
            let figures: Vec<_> = parts.iter().map(|&part| figure(part)).collect();
            // An issued whole with parts of today is a changed figure, which is reported as such.
            let Some((_, issued)) = figures.iter().find_map(|figure| figure.issued) else {
                continue;
            };
            let values = figures.iter().filter_map(|figure| figure.value);
            let sum = values.fold(Decimal::ZERO, Decimal::saturating_add);
            if Some(sum) == total.value {
                continue;
            }
            findings.push(sum_finding(metric, &total, &figures, sum).at(issued.place.clone()));
        }
    }
    findings
}

fn sum_finding(
    metric: &Metric,
    total: &super::DisplayedFigure<'_>,
    parts: &[super::DisplayedFigure<'_>],
    sum: Decimal,
) -> Diagnostic {
    // The asterisk, which the message explains, is the same in all languages.
    let text = |figure: &super::DisplayedFigure<'_>| {
        let mark = if figure.issued_on.is_some() { "*" } else { "" };
        format!("{} {}{mark}", figure.period, format_number(figure.value))
    };
    let periods: Vec<String> = parts.iter().map(|part| part.period.to_string()).collect();
    let parts: Vec<String> = parts.iter().map(text).collect();
    Diagnostic::new(Code::IssuedSumDiffers)
        .with("period", total.period.to_string())
        .with("periods", periods.join(", "))
        .with("metric", &metric.id)
        .with("parts", parts.join(" + "))
        .with("sum", format_number(sum))
        .with("whole", text(total))
}

/// The years, halves and quarters that contain or equal an issued period, of which it is a part or the whole.
fn wholes_with(issued: Period) -> Vec<Period> {
    let (year, half) = (Period::Year(issued.first().year()), Period::half_of(issued.first()));
    let quarter = Period::Quarter(issued.first().year(), (issued.first().month() - 1) / 3 + 1);
    match issued {
        Period::Year(_) => vec![year],
        Period::Half(..) => vec![year, half],
        Period::Quarter(..) => vec![year, half, quarter],
        Period::Month(..) => vec![quarter],
        Period::Range(..) => Vec::new(),
    }
}

/// The ways to divide a period.
fn parts_of(whole: Period) -> Vec<Vec<Period>> {
    match whole {
        Period::Year(year) => vec![
            vec![Period::Half(year, 1), Period::Half(year, 2)],
            (1..=4).map(|quarter| Period::Quarter(year, quarter)).collect(),
        ],
        Period::Half(year, half) => vec![vec![
            Period::Quarter(year, half * 2 - 1),
            Period::Quarter(year, half * 2),
        ]],
        Period::Quarter(..) => vec![whole.months()],
        Period::Month(..) | Period::Range(..) => Vec::new(),
    }
}
